package review

import (
	"context"
	"sync"
	"time"

	"dossier/internal/store"
)

// lateRounds is how many rounds may be missed before a mailbox counts as late.
const lateRounds = 3

// defaultPoll is assumed when the process does not know how often mailboxes are polled.
const defaultPoll = 5 * time.Minute

// late is the time before which a good round is too old.
func (a *app) late(now time.Time) time.Time {
	if a.SilentAfter > 0 {
		return now.Add(-a.SilentAfter)
	}
	every := a.PollEvery
	if every == 0 {
		every = defaultPoll
	}
	return now.Add(-lateRounds*every - time.Minute)
}

// healthOf puts a mailbox's state in one word: bad after a failed round, late when the
// last good one is too old, off when no account names it any more, imported when it is not
// polled at all.
func healthOf(m *store.Mailbox, late time.Time) mailboxHealth {
	h := mailboxHealth{Box: m, State: "good"}
	switch {
	case m == nil:
		h.State = "none"
	case m.Kind == store.KindFolder:
		h.State = "imported"
	case !m.Watched:
		h.State = "off"
	case m.Failures > 0:
		h.State = "bad"
	case m.LastGoodAt == nil || m.LastGoodAt.Before(late):
		h.State = "late"
	}
	return h
}

// silentBoxes keeps the names of silent mailboxes for a moment: every page asks.
type silentBoxes struct {
	mu    sync.Mutex
	at    time.Time
	names []string

	roomAt time.Time
	noRoom bool
}

// noRoom tells whether a disk is full, as of a moment ago.
func (r *request) noRoom() bool {
	if r.app.NoRoom == nil {
		return false
	}
	s := &r.app.silent
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roomAt.IsZero() || r.now.Sub(s.roomAt).Abs() >= navFor {
		s.roomAt, s.noRoom = r.now, r.app.NoRoom(r.Request().Context())
	}
	return s.noRoom
}

// silent lists the mailboxes that should be read and are not, by name.
func (r *request) silent() []string {
	s := &r.app.silent
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.at.IsZero() && r.now.Sub(s.at).Abs() < navFor {
		return s.names
	}
	names, err := r.app.silentNow(r.Request().Context(), r.now)
	if err != nil {
		r.app.Log.Warn("silent mailboxes", "err", err)
		return s.names
	}
	s.at, s.names = r.now, names
	return names
}

func (a *app) silentNow(ctx context.Context, now time.Time) ([]string, error) {
	boxes, err := a.Store.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range boxes {
		if m.Silent(a.late(now)) {
			names = append(names, m.Name)
		}
	}
	return names, nil
}
