package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"dossier/intake/mailbox"
	"dossier/intake/message"
	"dossier/internal/blob"
	"dossier/internal/store"
)

// PollerConfig says which mailbox is watched and where its messages go.
type PollerConfig struct {
	Store *store.Store
	Blobs *blob.Store
	Log   *slog.Logger
	Now   func() time.Time
	// Mailbox is the ledger's name for the source, with its kind.
	Mailbox store.NewMailbox
	Source  mailbox.Source
	// Owner names this process in the lease.
	Owner string
	// MaxBytes is the largest message taken; larger ones are accounted for as oversized.
	MaxBytes int64
	// Every is the time between two rounds when the server announces nothing.
	Every time.Duration
	// Since is from when on messages are read; older ones are listed and set aside unread.
	// Zero reads everything.
	Since time.Time
	// Watched are all the folders of the account that are watched. When given, the first
	// round warns of folders for unwanted mail that are not: applications land there too.
	Watched []string
	// Kept is called after every batch that was committed; nil for nobody to wake.
	Kept func()
	// At is called with the name of each point between two durable changes; nil for
	// nobody. Tests stop the process there.
	At func(point string)
}

// Poller brings the messages of one mailbox into the ledger. One poller works on a mailbox
// at a time, by a lease.
type Poller struct {
	cfg PollerConfig
	// reconciled is when the whole folder was last compared with the ledger.
	reconciled time.Time
	// retried is when messages that could not be fetched were last given one more try.
	retried time.Time
	// careful asks for messages one by one: the connection broke during a batch, and one
	// message may be what breaks it.
	careful bool
	// warned tells that folders for unwanted mail were looked for.
	warned bool
}

// NewPoller returns a poller that has not connected yet.
func NewPoller(cfg PollerConfig) *Poller { return &Poller{cfg: cfg} }

// Name is the ledger's name of the mailbox.
func (p *Poller) Name() string { return p.cfg.Mailbox.Name }

// Times and counts of polling.
const (
	leaseFor       = 2 * time.Minute
	reconcileEvery = 24 * time.Hour
	// dueAtOnce is how many unsettled messages are asked of the store at a time.
	dueAtOnce    = 1000
	backoffFirst = 5 * time.Second
	backoffMost  = 15 * time.Minute
	// headBytes is how much of a message is kept in memory to read its time of receipt.
	headBytes = 64 << 10
)

// ErrBusy says that another process polls the mailbox.
var ErrBusy = errors.New("another process polls this mailbox")

// Round is what one round brought.
type Round struct {
	Listed, Kept, Oversized, Vanished, Missing int
	// Before counts messages older than PollerConfig.Since.
	Before int
}

// Run polls until ctx ends. What goes wrong is recorded with the mailbox and tried again
// after a growing pause; a refused login waits the longest, so that no account is locked.
func (p *Poller) Run(ctx context.Context) {
	defer p.cfg.Source.Close()
	failures := 0
	for ctx.Err() == nil {
		round, err := p.Round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrBusy):
			// Standing by is no failure; the lease of one that died is free soon.
			sleep(ctx, min(p.cfg.Every, leaseFor))
			continue
		case err != nil:
			failures++
			pause := backoff(failures, err)
			p.log().Warn("mailbox round failed", "mailbox", p.cfg.Mailbox.Name, "retry", pause.Round(time.Second), "err", err)
			sleep(ctx, pause)
			continue
		}
		failures = 0
		if round != (Round{}) {
			p.log().Info("mailbox round", "mailbox", p.cfg.Mailbox.Name, "listed", round.Listed, "kept", round.Kept,
				"oversized", round.Oversized, "vanished", round.Vanished, "missing", round.Missing, "before", round.Before)
		}
		if _, err := p.cfg.Source.Wait(ctx, p.cfg.Every); err != nil && ctx.Err() == nil {
			// A server that drops us while we wait must not be asked again in a tight loop.
			p.log().Debug("mailbox wait ended", "mailbox", p.cfg.Mailbox.Name, "err", err)
			sleep(ctx, backoff(1, err))
		}
	}
}

// backoff is a pause with full jitter: 5 s, doubling up to 15 min; 15 min at once when the
// login was refused.
func backoff(failures int, err error) time.Duration {
	if errors.Is(err, mailbox.ErrLogin) && !errors.Is(err, mailbox.ErrTemporary) {
		return backoffMost
	}
	most := backoffFirst << min(failures-1, 10)
	return time.Second + rand.N(min(most, backoffMost))
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Round compares the folder with the ledger once and brings over what is missing. The
// outcome, good or bad, is recorded with the mailbox.
func (p *Poller) Round(ctx context.Context) (Round, error) {
	mb, err := p.cfg.Store.EnsureMailbox(ctx, p.cfg.Mailbox)
	if err != nil {
		return Round{}, err
	}
	lease, err := p.cfg.Store.AcquireLease(ctx, mb.ID, p.cfg.Owner, leaseFor)
	if errors.Is(err, store.ErrLeaseHeld) {
		return Round{}, ErrBusy
	}
	if err != nil {
		return Round{}, err
	}
	// What has to be said at the end is said even when ctx is over.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	defer func() {
		if err := p.cfg.Store.ReleaseLease(last, lease); err != nil {
			p.log().Warn("lease not released", "mailbox", mb.Name, "err", err)
		}
	}()

	held, drop := p.hold(ctx, lease)
	round, err := p.round(held, mb, lease)
	drop()
	if cause := context.Cause(held); err != nil && ctx.Err() == nil && errors.Is(cause, store.ErrLeaseLost) {
		err = cause
	}
	if err != nil {
		if noted := p.cfg.Store.RoundFailed(last, mb.ID, err); noted != nil {
			return round, errors.Join(err, noted)
		}
		return round, err
	}
	return round, p.cfg.Store.RoundDone(last, lease)
}

// hold renews the lease while a round is under way: a large message over a slow link
// takes longer than one lease. The context it returns ends when the lease was lost.
func (p *Poller) hold(ctx context.Context, lease store.Lease) (held context.Context, drop func()) {
	held, cancel := context.WithCancelCause(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(leaseFor / 4)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
			}
			_, err := p.cfg.Store.RenewLease(held, lease, leaseFor)
			switch {
			case errors.Is(err, store.ErrLeaseLost):
				cancel(err)
			case err != nil && held.Err() == nil:
				p.log().Warn("lease not renewed, will be tried again", "mailbox", p.cfg.Mailbox.Name, "err", err)
			}
		}
	})
	return held, func() { cancel(nil); group.Wait() }
}

// warnOfJunk says once which folders for unwanted mail nobody watches.
func (p *Poller) warnOfJunk(ctx context.Context) {
	source, ok := p.cfg.Source.(interface {
		Junk(context.Context) ([]string, error)
	})
	if !ok || len(p.cfg.Watched) == 0 || p.warned {
		return
	}
	junk, err := source.Junk(ctx)
	if err != nil {
		p.log().Debug("folders not listed", "mailbox", p.cfg.Mailbox.Name, "err", err)
		return
	}
	p.warned = true
	for _, folder := range junk {
		if !slices.Contains(p.cfg.Watched, folder) {
			p.log().Warn("a folder for unwanted mail is not watched", "mailbox", p.cfg.Mailbox.Name, "folder", folder)
		}
	}
}

func (p *Poller) at(point string) {
	if p.cfg.At != nil {
		p.cfg.At(point)
	}
}

func (p *Poller) round(ctx context.Context, mb store.Mailbox, lease store.Lease) (round Round, err error) {
	folder, err := p.cfg.Source.Open(ctx)
	if err != nil {
		return round, err
	}
	from := mailbox.UID(max(mb.LowUID, 1))
	now := p.cfg.Now()
	if folder.UIDValidity != mb.UIDValidity {
		if err := p.cfg.Store.NewEpoch(ctx, lease, folder.UIDValidity); err != nil {
			return round, err
		}
		from = 1
	}
	// A clock that was set back counts as a day gone by.
	if p.reconciled.IsZero() || now.Before(p.reconciled) || now.Sub(p.reconciled) >= reconcileEvery {
		from = 1
	}
	if p.retried.IsZero() || now.Before(p.retried) || now.Sub(p.retried) >= reconcileEvery {
		if err := p.cfg.Store.RetryFetches(ctx, lease); err != nil {
			return round, err
		}
		if err := p.cfg.Store.ReadSince(ctx, lease, p.cfg.Since); err != nil {
			return round, err
		}
		p.retried = now
	}
	uids, err := p.cfg.Source.List(ctx, from)
	if err != nil {
		return round, err
	}
	if round.Listed, err = p.cfg.Store.ListUIDs(ctx, lease, folder.UIDValidity, numbers(uids)); err != nil {
		return round, err
	}
	p.at("listed")
	if from == 1 {
		if err := p.cfg.Store.ReconsiderOversized(ctx, lease, folder.UIDValidity, p.cfg.MaxBytes); err != nil {
			return round, err
		}
	}
	for {
		due, err := p.cfg.Store.UnsettledMessages(ctx, mb.ID, folder.UIDValidity, dueAtOnce)
		if err != nil {
			return round, err
		}
		before := round
		if err := p.bring(ctx, lease, folder.UIDValidity, due, &round); err != nil {
			return round, err
		}
		if len(due) < dueAtOnce || round == before {
			break
		}
	}
	if from == 1 {
		p.reconciled = now
	}
	p.warnOfJunk(ctx)
	p.at("brought")
	return round, nil
}

// bring fetches the messages that are listed and not yet kept.
func (p *Poller) bring(ctx context.Context, lease store.Lease, epoch uint32, due []store.Message, round *Round) error {
	if len(due) == 0 {
		return nil
	}
	var uids []mailbox.UID
	for _, m := range due {
		uids = append(uids, mailbox.UID(m.UID))
	}
	infos, err := p.cfg.Source.Sizes(ctx, uids)
	if err != nil {
		return err
	}
	var take []mailbox.Info
	var old []store.Unread
	known := map[mailbox.UID]mailbox.Info{}
	for _, info := range infos {
		known[info.UID] = info
		if !info.InternalAt.IsZero() && info.InternalAt.Before(p.cfg.Since) {
			old = append(old, store.Unread{UID: uint32(info.UID), Size: info.Size, InternalDate: info.InternalAt})
			continue
		}
		if p.cfg.MaxBytes > 0 && info.Size > p.cfg.MaxBytes {
			if err := p.oversized(ctx, lease, epoch, info); err != nil {
				return err
			}
			round.Oversized++
			continue
		}
		take = append(take, info)
	}
	if len(old) > 0 {
		if err := p.cfg.Store.SetAsideUnread(ctx, lease, epoch, old); err != nil {
			return err
		}
		round.Before += len(old)
	}
	var gone []uint32
	for _, uid := range uids {
		if _, ok := known[uid]; !ok {
			gone = append(gone, uint32(uid))
		}
	}
	if err := p.vanished(ctx, lease, epoch, gone, round); err != nil {
		return err
	}
	batches := mailbox.Batches(take)
	if p.careful {
		batches = nil
		for _, info := range take {
			batches = append(batches, []mailbox.UID{info.UID})
		}
	}
	for _, batch := range batches {
		if err := p.batch(ctx, lease, epoch, batch, known, round); err != nil {
			return err
		}
	}
	p.careful = false
	return nil
}

// batch fetches some messages into files, syncs them, and commits their rows together.
func (p *Poller) batch(ctx context.Context, lease store.Lease, epoch uint32, uids []mailbox.UID, known map[mailbox.UID]mailbox.Info, round *Round) error {
	files := p.cfg.Blobs.Batch()
	defer files.Discard()
	var kept []store.Kept
	outcome, fetchErr := p.cfg.Source.Fetch(ctx, uids, mailbox.Whole, func(raw mailbox.Raw) error {
		head := &headWriter{max: headBytes}
		hash, size, err := files.Put(ctx, io.TeeReader(raw.Body, head))
		if err != nil {
			return err
		}
		if size != raw.Size {
			return fmt.Errorf("uid %d: %w", raw.UID, mailbox.ErrCut)
		}
		k := store.Kept{UID: uint32(raw.UID), Hash: hash, Size: size, InternalDate: raw.InternalAt}
		k.ReceivedAt, k.ReceivedLine = receipt(head.Bytes(), raw.InternalAt, p.cfg.Now())
		kept = append(kept, k)
		return nil
	})
	p.at("fetched")
	arrived := map[uint32]bool{}
	for _, uid := range outcome.Arrived {
		arrived[uint32(uid)] = true
	}
	whole := kept[:0]
	for _, k := range kept {
		if arrived[k.UID] {
			whole = append(whole, k)
			continue
		}
		if err := files.Drop(k.Hash); err != nil {
			return errors.Join(fetchErr, err)
		}
	}
	if err := files.Commit(ctx); err != nil {
		return errors.Join(fetchErr, err)
	}
	p.at("synced")
	if len(whole) > 0 {
		if err := p.cfg.Store.KeepBatch(ctx, lease, epoch, whole); err != nil {
			return errors.Join(fetchErr, err)
		}
		p.at("kept")
		round.Kept += len(whole)
		if p.cfg.Kept != nil {
			p.cfg.Kept()
		}
	}
	if err := p.vanished(ctx, lease, epoch, numbers(outcome.Gone), round); err != nil {
		return errors.Join(fetchErr, err)
	}
	for _, uid := range outcome.TooLarge {
		if err := p.oversized(ctx, lease, epoch, known[uid]); err != nil {
			return errors.Join(fetchErr, err)
		}
		round.Oversized++
	}
	if fetchErr != nil {
		return errors.Join(fetchErr, p.suspect(ctx, lease, epoch, uids, outcome, fetchErr))
	}
	for _, uid := range outcome.Missing {
		if err := p.cfg.Store.FetchFailed(ctx, lease, epoch, uint32(uid), "fetch.missing", errNotHandedOver); err != nil {
			return err
		}
		round.Missing++
	}
	return nil
}

// suspect decides what a broken connection says about the messages asked for. Nothing,
// when there were several: the next round asks one by one. A message that was asked for
// alone is put back, so that it cannot keep those after it from ever being reached.
func (p *Poller) suspect(ctx context.Context, lease store.Lease, epoch uint32, asked []mailbox.UID, outcome mailbox.Outcome, cause error) error {
	if !errors.Is(cause, mailbox.ErrLost) {
		return nil
	}
	if !p.careful || len(asked) > 1 || len(outcome.Missing) == 0 {
		p.careful = true
		return nil
	}
	return p.cfg.Store.FetchFailed(ctx, lease, epoch, uint32(asked[0]), "fetch.lost", cause)
}

// errNotHandedOver is what a message is noted with that the server names and does not give.
var errNotHandedOver = errors.New("the server did not hand the message over")

// vanished settles messages that were gone before they could be fetched.
func (p *Poller) vanished(ctx context.Context, lease store.Lease, epoch uint32, uids []uint32, round *Round) error {
	if len(uids) == 0 {
		return nil
	}
	round.Vanished += len(uids)
	return p.cfg.Store.MarkVanished(ctx, lease, epoch, uids, "gone_before_fetch")
}

// oversized records a message that is too large to take, with what its header says.
func (p *Poller) oversized(ctx context.Context, lease store.Lease, epoch uint32, info mailbox.Info) error {
	var head store.Summary
	_, err := p.cfg.Source.Fetch(ctx, []mailbox.UID{info.UID}, mailbox.Head, func(raw mailbox.Raw) error {
		b, err := io.ReadAll(io.LimitReader(raw.Body, mailbox.HeadBytes))
		if err != nil {
			return err
		}
		if m, err := message.Parse(b, message.Limits{}); err == nil {
			head = summary(m)
		}
		at, line := receipt(b, info.InternalAt, p.cfg.Now())
		head.ReceivedAt, head.ReceivedLine = &at, line
		return nil
	})
	if err != nil {
		return err
	}
	return p.cfg.Store.MarkOversized(ctx, lease, epoch, uint32(info.UID), info.Size, info.InternalAt, head)
}

// receipt is when a message reached our own server: the topmost Received line, else the
// folder's internal date, else now. The Date header is the sender's claim and is not used.
func receipt(head []byte, internal, now time.Time) (at time.Time, line string) {
	if line, at, ok := message.Received(message.ReadHead(head)); ok {
		return at, line
	}
	if !internal.IsZero() {
		return internal, ""
	}
	return now, ""
}

func (p *Poller) log() *slog.Logger { return p.cfg.Log }

// headWriter keeps the first max bytes written to it.
type headWriter struct {
	bytes.Buffer
	max int
}

func (h *headWriter) Write(b []byte) (int, error) {
	if room := h.max - h.Len(); room > 0 {
		h.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

func numbers(uids []mailbox.UID) []uint32 {
	out := make([]uint32, len(uids))
	for i, u := range uids {
		out[i] = uint32(u)
	}
	return out
}
