package erasure

import (
	"context"
	"errors"
	"slices"

	"dossier/internal/store"
)

// Purged is what one purge removed.
type Purged struct {
	Applications, Messages, Referees, Unsent int
	// Left were to go and could not: they moved meanwhile, or are being read.
	Left int
}

// messagesAtOnce is how many loose messages one erasure takes.
const messagesAtOnce = 100

// Purge removes what has been kept long enough. actorID is who asked for it; 0 is the
// daily run, which scope must limit to where somebody has switched it on.
func (e *Eraser) Purge(ctx context.Context, scope store.PurgeScope, actorID int64) (Purged, error) {
	var out Purged
	due, err := e.Store.Overdue(ctx, scope)
	if err != nil || due.Empty() {
		return out, err
	}
	if err := e.purgeReferees(ctx, due, &out); err != nil {
		return out, err
	}
	for _, d := range due.Applications {
		if d.Kept != "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return out, err
		}
		o := store.EraseOrder{ApplicantID: d.ApplicantID, Applications: []int64{d.ApplicationID}, Cause: store.CausePurged, Clock: string(d.Clock), ActorID: actorID}
		done, err := e.purge(ctx, o)
		switch {
		case store.Passing(err):
			out.Left++
			e.log().Warn("an application that is overdue was not purged", "step", "purge", "application", d.ApplicationID, "err", err)
			continue
		case err != nil:
			return out, err
		}
		out.Applications += done.Applications
		out.Messages += done.Messages
	}
	for clock, ids := range due.Loose() {
		for some := range slices.Chunk(ids, messagesAtOnce) {
			done, err := e.purge(ctx, store.EraseOrder{Messages: some, Cause: store.CausePurged, Clock: string(clock), ActorID: actorID})
			if store.Passing(err) {
				out.Left += len(some)
				continue
			}
			if err != nil {
				return out, err
			}
			out.Messages += done.Messages
		}
	}
	if out.Applications+out.Messages+out.Referees+out.Unsent == 0 {
		return out, nil // nothing was deleted: the database needs no writing anew
	}
	_, err = e.Store.Scrub(ctx, false)
	return out, err
}

// purgeReferees removes what goes before the applications themselves: the contacts of
// referees, and texts of messages that never left.
func (e *Eraser) purgeReferees(ctx context.Context, due store.DuePurge, out *Purged) error {
	for vacancy := range due.Referees {
		n, err := e.Store.PurgeReferees(ctx, vacancy)
		if err != nil && !errors.Is(err, store.ErrInvalid) {
			return err
		}
		out.Referees += n
	}
	for vacancy := range due.Unsent {
		n, err := e.Store.BlankUnsent(ctx, vacancy)
		if err != nil {
			return err
		}
		out.Unsent += n
	}
	return nil
}

func (e *Eraser) purge(ctx context.Context, o store.EraseOrder) (Result, error) {
	o, err := e.reach(ctx, o)
	if err != nil {
		return Result{}, err
	}
	done, err := e.Store.Erase(ctx, o)
	if err != nil {
		return Result{}, err
	}
	return e.finish(context.WithoutCancel(ctx), done)
}
