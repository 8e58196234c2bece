package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"gorm.io/gorm"
)

// outgoingDue is the condition of the index of messages to be sent.
const outgoingDue = "(state || '') IN ('queued', 'held') AND NOT parked"

// ClaimOutgoing takes the message that has been due longest and puts it into the hands of
// the caller. ok is false when none is due. The attempt is counted. What is no longer wanted
// (a refusal whose decision was taken back) is cancelled on the way.
func (s *Store) ClaimOutgoing(ctx context.Context, c Claim) (m OutgoingMessage, ok bool, err error) {
	err = s.act(ctx, "claim outgoing message", func(tx *gorm.DB) error {
		for {
			m, ok = OutgoingMessage{}, false
			found := tx.Clauses(skipLocked).Where(outgoingDue+" AND next_try_at <= ?", s.clock()).Order("next_try_at, id").Limit(1).Find(&m)
			if found.Error != nil || found.RowsAffected == 0 {
				return found.Error
			}
			var unwanted errUnwanted
			if err := stillWanted(tx, m); errors.As(err, &unwanted) {
				if err := updateOutgoing(tx, m, map[string]any{"state": OutgoingCancelled, "why": string(unwanted), "next_try_at": nil}); err != nil {
					return err
				}
				continue
			} else if err != nil {
				return err
			}
			ok = true
			until := instantOf(s.clock().Add(c.For))
			m.State, m.Why, m.Attempts, m.ClaimedBy, m.ClaimedUntil, m.NextTryAt, m.HandedOver = OutgoingSending, "", m.Attempts+1, c.Owner, &until, nil, false
			return updateOutgoing(tx, m, map[string]any{"state": m.State, "why": "", "attempts": m.Attempts, "claimed_by": m.ClaimedBy,
				"claimed_until": until, "next_try_at": nil, "handed_over": false, "bounced_at": nil, "bounce_message_id": nil})
		}
	})
	return m, ok && err == nil, err
}

// inHands updates a message that owner is sending. It fails with ErrConflict when another
// process has it meanwhile.
func (s *Store) inHands(ctx context.Context, what string, id int64, owner string, set map[string]any, and func(tx *gorm.DB, m OutgoingMessage) error) error {
	return s.act(ctx, fmt.Sprintf("outgoing message %d: %s", id, what), func(tx *gorm.DB) error {
		m, err := lockOutgoing(tx, id)
		if err != nil {
			return err
		}
		if m.State != OutgoingSending || m.ClaimedBy != owner {
			return fmt.Errorf("%w: it is %s", ErrConflict, m.State)
		}
		if err := updateOutgoing(tx, m, set); err != nil || and == nil {
			return err
		}
		return and(tx, m)
	})
}

// HandingOver notes that the end of the message's content is about to go out. Until it
// returns, nothing can have been delivered; afterwards, anything may.
func (s *Store) HandingOver(ctx context.Context, id int64, owner string) error {
	return s.inHands(ctx, "hand over", id, owner, map[string]any{"handed_over": true}, nil)
}

// released are the columns of a message that is in nobody's hands.
func released(set map[string]any) map[string]any {
	set["claimed_by"], set["claimed_until"] = "", nil
	return set
}

// OutgoingSent notes that the server has taken the message, with its answer.
func (s *Store) OutgoingSent(ctx context.Context, id int64, owner, reply string) error {
	return s.inHands(ctx, "sent", id, owner, released(map[string]any{"state": OutgoingSent, "why": "", "error": "", "reply": tidyString(reply, maxText), "sent_at": s.clock()}),
		func(tx *gorm.DB, m OutgoingMessage) error {
			if err := cameBack(tx, m); err != nil {
				return err
			}
			return s.record(tx, Event{Act: "outgoing.sent", Object: "application", ObjectID: m.ApplicationID, VacancyID: m.VacancyID,
				Details: map[string]string{"outgoing": decimal(id)}})
		})
}

// OutgoingPutOff lets a message wait for its next try, why being the code of what stood in
// the way and reply what the server said.
func (s *Store) OutgoingPutOff(ctx context.Context, id int64, owner, why, reply string, wait time.Duration) error {
	return s.inHands(ctx, "put off", id, owner, released(map[string]any{"state": OutgoingQueued, "why": why, "error": tidyString(reply, maxText),
		"reply": tidyString(reply, maxText), "next_try_at": instantOf(s.clock().Add(wait)), "handed_over": false}), nil)
}

// OutgoingRefused notes that the message was refused for good, or given up.
func (s *Store) OutgoingRefused(ctx context.Context, id int64, owner, why, reply string) error {
	return s.inHands(ctx, "refused", id, owner, released(map[string]any{"state": OutgoingFailed, "why": why, "error": tidyString(reply, maxText),
		"reply": tidyString(reply, maxText), "handed_over": false}),
		func(tx *gorm.DB, m OutgoingMessage) error {
			return s.record(tx, Event{Act: "outgoing.failed", Object: "application", ObjectID: m.ApplicationID, VacancyID: m.VacancyID,
				Details: map[string]string{"outgoing": decimal(id), "why": why}})
		})
}

// OutgoingUnsure holds a message for a person: its content went out, and no answer came.
func (s *Store) OutgoingUnsure(ctx context.Context, id int64, owner, cause string) error {
	return s.inHands(ctx, "unsure", id, owner, released(unsure(cause)), cameBack)
}

// returned are the columns of a message that came back before its sender had let go of it.
var returned = map[string]any{"state": OutgoingBounced, "why": "", "parked": false, "next_try_at": nil}

func cameBack(tx *gorm.DB, m OutgoingMessage) error {
	if m.BounceMessageID == nil {
		return nil
	}
	return updateOutgoing(tx, m, returned)
}

func unsure(cause string) map[string]any {
	return map[string]any{"state": OutgoingHeld, "why": WhyUnsure, "error": tidyString(cause, maxText), "parked": true, "next_try_at": nil, "handed_over": true}
}

// UnclaimOutgoing gives a message back untried, as a process does that is told to stop.
func (s *Store) UnclaimOutgoing(ctx context.Context, id int64, owner string) error {
	return s.inHands(ctx, "unclaim", id, owner, released(map[string]any{"state": OutgoingQueued, "attempts": gorm.Expr("attempts - 1"),
		"next_try_at": s.clock(), "handed_over": false}), nil)
}

// RecoverOutgoing settles what processes left in the state of sending when they ended: what
// was not handed over goes back to be sent, what may have been is held for a person. It
// returns how many of each.
func (s *Store) RecoverOutgoing(ctx context.Context) (again, held int64, err error) {
	err = s.act(ctx, "recover outgoing messages", func(tx *gorm.DB) error {
		left := func() *gorm.DB {
			return tx.Model(&OutgoingMessage{}).Where("(state || '') = 'sending' AND (claimed_until IS NULL OR claimed_until <= ?)", s.clock())
		}
		done := left().Where("handed_over AND bounce_message_id IS NOT NULL").Updates(released(maps.Clone(returned)))
		if done.Error != nil {
			return done.Error
		}
		done = left().Where("handed_over").Updates(released(unsure(crashed)))
		if done.Error != nil {
			return done.Error
		}
		held = done.RowsAffected
		done = left().Where("NOT handed_over").Updates(released(map[string]any{"state": OutgoingQueued, "next_try_at": s.clock()}))
		again = done.RowsAffected
		return done.Error
	})
	return again, held, err
}
