package erasure

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"dossier/internal/blob"
	"dossier/internal/store"
)

// Eraser erases people and purges what is over.
type Eraser struct {
	Store *store.Store
	Blobs *blob.Store
	// Journal is written before an erasure counts as done. Copies, such as the one in the
	// last backup, are written when they can be reached.
	Journal Journal
	Copies  func(context.Context) []string
	// Mail deletes messages on their servers and returns those that are done or cannot be;
	// nil leaves them.
	Mail func(context.Context, []store.PendingMail) (done []store.PendingMail, err error)
	// Told finds further messages that became nobody's application and tell of the person in
	// their text; nil looks at what the ledger says of them only.
	Told func(context.Context, store.ErasePlan) ([]int64, error)
	// Files names the files that were kept when messages were read, by the messages' bytes.
	Files func(ctx context.Context, raw []string) ([]string, error)
	Now   func() time.Time
	// Log takes ids only; nil discards.
	Log *slog.Logger
}

// Result is what an erasure did.
type Result struct {
	store.Erasure
	// BlobsLeft are bytes that somebody put again just now: the sweep looks at them later.
	BlobsLeft int
	// MailLeft are messages that could not be deleted on their server yet.
	MailLeft int
	Scrubbed store.Scrubbed
	// ScrubError is why the files of the database could not be cleared at once.
	ScrubError error
}

// Plan tells what Erase would do.
func (e *Eraser) Plan(ctx context.Context, applicantID int64) (store.ErasePlan, error) {
	p, err := e.Store.PlanErasure(ctx, applicantID)
	if err != nil || e.Told == nil {
		return p, err
	}
	told, err := e.Told(ctx, p)
	if err != nil || len(told) == 0 {
		return p, err
	}
	return e.Store.PlanErasure(ctx, applicantID, told...)
}

// Erase removes a person everywhere, as far as this program reaches, and returns once the
// journal is on disk. The rows are gone when an error says that something else is not.
func (e *Eraser) Erase(ctx context.Context, o store.EraseOrder, rewrite bool) (Result, error) {
	o, err := e.reach(ctx, o)
	if err != nil {
		return Result{}, err
	}
	done, err := e.Store.Erase(ctx, o)
	if err != nil {
		return Result{}, err
	}
	// From here on a caller who goes away must not leave it half done.
	ctx = context.WithoutCancel(ctx)
	r, err := e.finish(ctx, done)
	if err != nil {
		return r, err
	}
	r.Scrubbed, r.ScrubError = e.Store.Scrub(ctx, rewrite)
	if r.ScrubError != nil {
		e.log().Error("the files of the database could not be cleared after an erasure, will be tried again", "step", "erase", "err", r.ScrubError)
	}
	return r, nil
}

// reach adds to an order what only the messages' bytes tell.
func (e *Eraser) reach(ctx context.Context, o store.EraseOrder) (store.EraseOrder, error) {
	if e.Told != nil && len(o.Applications) == 0 && o.ApplicantID != 0 {
		p, err := e.Store.PlanErasure(ctx, o.ApplicantID)
		if err != nil {
			return o, err
		}
		told, err := e.Told(ctx, p)
		if err != nil {
			return o, err
		}
		o.Messages = append(o.Messages, told...)
	}
	if e.Files == nil {
		return o, nil
	}
	p, err := e.Store.PlanOrder(ctx, o)
	if err != nil {
		return o, err
	}
	o.Files, err = e.Files(ctx, p.Raw)
	return o, err
}

// unfinishedAtOnce bounds one run of Finish.
const unfinishedAtOnce = 200

// Finish takes up erasures that were interrupted, and those that wait for bytes or for a
// mail server. It returns how many it finished.
func (e *Eraser) Finish(ctx context.Context) (int, error) {
	open, err := e.Store.UnfinishedErasures(ctx, unfinishedAtOnce)
	if err != nil || len(open) == 0 {
		return 0, err
	}
	finished := 0
	var failed []error
	for _, o := range open {
		r, err := e.finish(ctx, o)
		failed = append(failed, err)
		if err == nil && r.BlobsLeft+r.MailLeft == 0 {
			finished++
		}
	}
	if finished > 0 {
		_, err := e.Store.Scrub(ctx, false)
		failed = append(failed, err)
	}
	return finished, errors.Join(failed...)
}

func (e *Eraser) finish(ctx context.Context, done store.Erasure) (Result, error) {
	r := Result{Erasure: done}
	if done.JournaledAt == nil {
		if err := e.Journal.Append(done.Entry); err != nil {
			return r, fmt.Errorf("erasure %d: the rows are gone, but an older backup would bring them back: %w", done.ID, err)
		}
		e.copy(ctx, done)
		if err := e.Store.ErasureJournaled(ctx, done.ID); err != nil {
			return r, err
		}
	}
	left := store.ErasePending{}
	var err error
	if left.Blobs, err = e.removeBlobs(ctx, done.Pending.Blobs); err != nil {
		return r, fmt.Errorf("erasure %d: %w", done.ID, err)
	}
	left.Mail = e.deleteMail(ctx, done.ID, done.Pending.Mail)
	r.BlobsLeft, r.MailLeft = len(left.Blobs), len(left.Mail)
	return r, e.Store.ErasurePending(ctx, done.ID, left)
}

// copy writes the entry beside backups. They may lie on a disk that is not there.
func (e *Eraser) copy(ctx context.Context, done store.Erasure) {
	if e.Copies == nil {
		return
	}
	for _, path := range e.Copies(ctx) {
		if err := (Journal{Path: path}).Append(done.Entry); err != nil {
			e.log().Warn("a copy of the journal of erasures could not be written", "step", "erase", "erasure", done.ID, "err", err)
		}
	}
}

// settled is how long after bytes were put a row names them for sure, or never will.
const settled = time.Hour

// removeBlobs removes bytes that nothing refers to, and returns those that must wait: they
// were put lately and somebody is at work, so that a row for them may be on its way.
func (e *Eraser) removeBlobs(ctx context.Context, blobs []store.PendingBlob) (left []store.PendingBlob, err error) {
	for _, b := range blobs {
		// Asked for each one just before it goes: removing many takes long, and meanwhile the
		// same bytes may arrive again.
		free, err := e.Store.Unreferenced(ctx, []string{b.Hash})
		if err != nil {
			return blobs, err
		}
		if len(free) == 0 {
			continue // somebody else's by now
		}
		info, err := e.Blobs.Stat(b.Hash)
		switch {
		case errors.Is(err, blob.ErrNotFound):
			continue
		case err != nil:
			return blobs, err
		}
		if info.StoredAt.After(e.Now().Add(-settled)) {
			busy, err := e.Store.InFlight(ctx)
			if err != nil {
				return blobs, err
			}
			if busy {
				left = append(left, b)
				continue
			}
		}
		if err := e.Blobs.Delete(b.Hash); err != nil {
			return blobs, err
		}
	}
	return left, nil
}

func (e *Eraser) deleteMail(ctx context.Context, id int64, mail []store.PendingMail) []store.PendingMail {
	if len(mail) == 0 || e.Mail == nil {
		return mail
	}
	done, err := e.Mail(ctx, mail)
	if err != nil {
		e.log().Warn("messages could not be deleted on their server, will be tried again", "step", "erase", "erasure", id, "err", err)
	}
	gone := map[store.PendingMail]bool{}
	for _, m := range done {
		gone[m] = true
	}
	var left []store.PendingMail
	for _, m := range mail {
		if !gone[m] {
			left = append(left, m)
		}
	}
	return left
}

func (e *Eraser) log() *slog.Logger {
	if e.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Log
}
