package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/blob"
	"dossier/internal/store"
)

// Bounds of one batch: what is synced together and written to the ledger in one transaction.
const (
	batchMost  = 200
	batchBytes = 64 << 20
	// batchLeast is how many messages are worth a transaction of their own while more
	// arrive, and batchFor how long fewer may wait for company: on a slow line a cut costs
	// no more than that.
	batchLeast = 25
	batchFor   = 2 * time.Second
)

// batch is what was fetched and is not in the ledger yet. Its bytes are in files.
type batch struct {
	files *blob.Batch
	kept  []store.Kept
	bytes int64
	began time.Time
}

// keeper syncs batches and commits their rows, in the order they came, while the next
// messages are fetched: neither the server nor the disk waits for the other. The ledger
// never names bytes that are not synced. Two batches are under way at most, one that fills
// and one that is kept; a full one waits for the other.
type keeper struct {
	p     *Poller
	hand  chan *batch
	ended chan struct{}
	// What was kept and what ended it, to be read once ended is closed.
	count int
	bytes int64
	err   error
	// open is the batch that fills. It belongs to the goroutine that fetches.
	open *batch
	head headWriter
}

// keep starts a keeper. It lives until finish.
func (p *Poller) keep(ctx context.Context, lease store.Lease, epoch uint32) *keeper {
	k := &keeper{p: p, hand: make(chan *batch), ended: make(chan struct{}), head: headWriter{max: headBytes}}
	go func() {
		defer close(k.ended)
		for b := range k.hand {
			if k.err = p.commit(ctx, lease, epoch, b); k.err != nil {
				return
			}
			k.count += len(b.kept)
			k.bytes += b.bytes
		}
	}()
	return k
}

// take writes one message to a file while hashing it, and has it kept soon.
func (k *keeper) take(ctx context.Context, raw mailbox.Raw) error {
	select {
	case <-k.ended:
		return k.err
	default:
	}
	if k.open == nil {
		k.open = &batch{files: k.p.cfg.Blobs.Batch(), began: time.Now()}
	}
	k.head.Reset()
	hash, size, err := k.open.files.Put(ctx, io.TeeReader(raw.Body, &k.head))
	if err != nil {
		return err
	}
	if size != raw.Size {
		return errors.Join(fmt.Errorf("uid %d: %w", raw.UID, mailbox.ErrCut), k.open.files.Drop(hash))
	}
	kept := store.Kept{UID: uint32(raw.UID), Hash: hash, Size: size, InternalDate: raw.InternalAt}
	kept.ReceivedAt, kept.ReceivedLine = receipt(k.head.Bytes(), raw.InternalAt, k.p.cfg.Now())
	kept.Archived = kept.ReceivedAt.Before(k.p.answerFrom)
	k.open.kept = append(k.open.kept, kept)
	k.open.bytes += size
	switch n := len(k.open.kept); {
	case n >= batchMost || k.open.bytes >= batchBytes:
		return k.give()
	case n >= batchLeast || time.Since(k.open.began) >= batchFor:
		select {
		case k.hand <- k.open:
			k.open = nil
		default: // the one before is still being kept; what comes meanwhile joins this one
		}
	}
	return nil
}

// give hands the open batch over, as soon as the one before is kept.
func (k *keeper) give() error {
	if k.open == nil {
		return nil
	}
	select {
	case k.hand <- k.open:
		k.open = nil
		return nil
	case <-k.ended:
		return k.err
	}
}

// finish waits until everything that was taken is kept, adds it to the round, and returns
// what kept it from being so.
func (k *keeper) finish(round *Round) error {
	_ = k.give() // its error is k.err
	close(k.hand)
	<-k.ended
	if k.open != nil {
		_ = k.open.files.Discard() // what stays behind is swept
	}
	round.Kept += k.count
	round.Bytes += k.bytes
	return k.err
}

// commit syncs a batch and writes its rows together.
func (p *Poller) commit(ctx context.Context, lease store.Lease, epoch uint32, b *batch) (err error) {
	defer func() { err = errors.Join(err, b.files.Discard()) }()
	if len(b.kept) == 0 {
		return nil
	}
	p.at("fetched")
	if err := p.leaveErased(ctx, lease, epoch, b); err != nil {
		return err
	}
	if err := b.files.Commit(ctx); err != nil {
		return err
	}
	p.at("synced")
	if err := p.cfg.Store.KeepBatch(ctx, lease, epoch, b.kept); err != nil {
		return err
	}
	p.at("kept")
	if p.cfg.Kept != nil {
		p.cfg.Kept()
	}
	return nil
}
