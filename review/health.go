package review

import (
	"time"

	"dossier/internal/store"
)

// lateRounds is how many rounds may be missed before a mailbox counts as late.
const lateRounds = 3

// defaultPoll is assumed when the process does not know how often mailboxes are polled.
const defaultPoll = 5 * time.Minute

// late is the time before which a good round is too old.
func (a *app) late(now time.Time) time.Time {
	every := a.PollEvery
	if every == 0 {
		every = defaultPoll
	}
	return now.Add(-lateRounds*every - time.Minute)
}

// healthOf puts a mailbox's state in one word: bad after a failed round, late when the
// last good one is too old, imported when it is not polled at all.
func healthOf(m *store.Mailbox, late time.Time) mailboxHealth {
	h := mailboxHealth{Box: m, State: "good"}
	switch {
	case m == nil:
		h.State = "none"
	case m.Kind == store.KindFolder:
		h.State = "imported"
	case m.Failures > 0:
		h.State = "bad"
	case m.LastGoodAt == nil || m.LastGoodAt.Before(late):
		h.State = "late"
	}
	return h
}
