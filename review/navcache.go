package review

import (
	"context"
	"fmt"
	"sync"
	"time"

	"dossier/internal/store"
)

// navFor is how long the counts at the side of a page may be old.
const navFor = 5 * time.Second

// navCounts keeps the counts at the side for a moment: every page shows them, and over a
// hundred thousand applications they cost more than the page.
type navCounts struct {
	mu sync.Mutex
	// known are the counts by the vacancies they keep to.
	known map[string]navCount
}

type navCount struct {
	at     time.Time
	counts store.NavCounts
}

// maxNavCounts bounds how many people's counts are kept.
const maxNavCounts = 200

// get returns counts no older than navFor, for somebody who sees some vacancies.
func (n *navCounts) get(ctx context.Context, st *store.Store, within store.Within, now time.Time) (store.NavCounts, error) {
	key := fmt.Sprint(within == nil, within)
	n.mu.Lock()
	defer n.mu.Unlock()
	if c, ok := n.known[key]; ok && now.Sub(c.at) < navFor && !now.Before(c.at) {
		return c.counts, nil
	}
	counts, err := st.NavCounts(ctx, within)
	if err != nil {
		return n.known[key].counts, err
	}
	if n.known == nil || len(n.known) >= maxNavCounts {
		n.known = map[string]navCount{}
	}
	n.known[key] = navCount{now, counts}
	return counts, nil
}

// forget makes the next page count again, after somebody changed something.
func (n *navCounts) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.known)
}
