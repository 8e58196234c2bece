package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Settled is what Restored changed.
type Settled struct {
	// Held messages to applicants wait for a person: they may have left since the backup.
	Held int64
	// Sessions were ended; Links that were worth once are worth nothing.
	Sessions, Links int64
}

// Restored makes a database that was just put back fit for work: what may have happened
// between the backup and now must not happen again. Mail that was still to leave waits for a
// person, nobody is acknowledged for what arrived before now, who was signed in signs in
// anew, and leases and claims of the machine that is gone are free.
func (s *Store) Restored(ctx context.Context, at time.Time) (out Settled, err error) {
	err = s.act(ctx, "settle what was restored", func(tx *gorm.DB) error {
		out = Settled{}
		held := tx.Model(&OutgoingMessage{}).Where("state IN ? AND NOT parked", []OutgoingState{OutgoingHeld, OutgoingQueued, OutgoingSending}).
			Updates(map[string]any{"state": OutgoingHeld, "why": WhyUnsure, "parked": true, "next_try_at": nil, "claimed_by": "", "claimed_until": nil})
		if held.Error != nil {
			return held.Error
		}
		out.Held = held.RowsAffected
		for _, t := range []struct {
			model any
			count *int64
		}{{&Session{}, &out.Sessions}, {&Pass{}, &out.Links}, {&Presence{}, new(int64)}} {
			gone := tx.Where("1 = 1").Delete(t.model)
			if gone.Error != nil {
				return gone.Error
			}
			*t.count = gone.RowsAffected
		}
		err := tx.Model(&Mailbox{}).Where("1 = 1").Updates(map[string]any{
			"lease_owner": "", "lease_until": nil, "next_try_at": nil, "answer_from": instantOf(at)}).Error
		if err != nil {
			return err
		}
		for _, model := range []any{&Message{}, &Document{}, &Application{}} {
			if err := tx.Model(model).Where("claimed_by <> ''").Updates(map[string]any{"claimed_by": "", "claimed_until": nil}).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
