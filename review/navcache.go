package review

import (
	"context"
	"sync"
	"time"

	"dossier/internal/store"
)

// navFor is how long the counts at the side of a page may be old.
const navFor = 5 * time.Second

// navCounts keeps the counts at the side for a moment: every page shows them, and over a
// hundred thousand applications they cost more than the page.
type navCounts struct {
	mu     sync.Mutex
	at     time.Time
	counts store.NavCounts
}

// get returns counts no older than navFor.
func (n *navCounts) get(ctx context.Context, st *store.Store, now time.Time) (store.NavCounts, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.at.IsZero() && now.Sub(n.at) < navFor && !now.Before(n.at) {
		return n.counts, nil
	}
	counts, err := st.NavCounts(ctx)
	if err != nil {
		return n.counts, err
	}
	n.at, n.counts = now, counts
	return counts, nil
}

// forget makes the next page count again, after somebody changed something.
func (n *navCounts) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.at = time.Time{}
}
