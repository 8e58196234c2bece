package intake

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"dossier/intake/mailbox"
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
	// AnswerSince is from when on people are answered: older messages are marked as
	// archived. Zero is when the mailbox was first read, so that a first connection answers
	// nobody about the past.
	AnswerSince time.Time
	// After is what is done on the server to what is stored.
	After After
	// Notices gives what people should know of the account; nil for nothing.
	Notices func(ctx context.Context) []store.MailboxNotice
	// Told is called after every round with what it brought; nil for nobody to tell.
	Told func(mailbox string, round Round, took time.Duration, err error)
	// Watched are all the folders of the account that are watched. When given, the first
	// round warns of folders for unwanted mail that are not: applications land there too.
	Watched []string
	// Kept is called after every batch that was committed; nil for nobody to wake.
	Kept func()
	// Room stops the fetching while a disk is full; nil for one that never is.
	Room *Room
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
	// answerFrom is AnswerSince, or what stands for it.
	answerFrom time.Time
	// junk are the folders for unwanted mail that nobody watches, as of asked.
	junk  []string
	asked time.Time
	// failures counts the rounds that failed in a row; pause is how long to wait after
	// the last one.
	failures int
	pause    time.Duration
	// told is the fault that was last logged; the same again is not.
	told store.FaultCode
}

// NewPoller returns a poller that has not connected yet.
func NewPoller(cfg PollerConfig) *Poller { return &Poller{cfg: cfg} }

// Close ends the connection, where there is one.
func (p *Poller) Close() { _ = p.cfg.Source.Close() } // nothing was written there

// Name is the ledger's name of the mailbox.
func (p *Poller) Name() string { return p.cfg.Mailbox.Name }

// leaseFor is how long a poller that died keeps others from its mailbox.
const leaseFor = 2 * time.Minute

// ErrBusy says that another process polls the mailbox.
var ErrBusy = errors.New("another process polls this mailbox")

// Round is what one round brought.
type Round struct {
	Listed, Kept, Oversized, Vanished, Missing int
	// Before counts messages older than PollerConfig.Since.
	Before int
	// Acted counts messages that were marked or moved on the server.
	Acted int
	// Bytes is the size of what was kept.
	Bytes int64
}

// Run polls until ctx ends. What goes wrong is recorded with the mailbox and tried again
// after a growing pause; a refused login waits the longest, so that no account is locked.
func (p *Poller) Run(ctx context.Context) {
	defer p.cfg.Source.Close()
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
			p.tell(err)
			sleep(ctx, p.pause)
			continue
		}
		p.tell(nil)
		if round != (Round{}) {
			p.log().Info("mailbox round", "mailbox", p.cfg.Mailbox.Name, "listed", round.Listed, "kept", round.Kept,
				"oversized", round.Oversized, "vanished", round.Vanished, "missing", round.Missing, "before", round.Before)
		}
		if _, err := p.cfg.Source.Wait(ctx, p.cfg.Every); err != nil && ctx.Err() == nil {
			// A server that drops us while we wait must not be asked again in a tight loop.
			p.log().Debug("mailbox wait ended", "mailbox", p.cfg.Mailbox.Name, "err", err)
			sleep(ctx, backoff(1, err, p.cfg.Now()))
		}
	}
}

// tell logs a round that failed. What only time or the operator mends, a full disk or a
// database that is away, is told once, and once more when it is over.
func (p *Poller) tell(err error) {
	fault := FaultOf(err)
	ours := fault == store.FaultDisk || fault == store.FaultDatabase
	switch {
	case err == nil && (p.told == store.FaultDisk || p.told == store.FaultDatabase):
		p.log().Info("mailbox is read again", "mailbox", p.cfg.Mailbox.Name)
	case err == nil, ours && p.told == fault:
	default:
		p.log().Warn("mailbox round failed", "mailbox", p.cfg.Mailbox.Name, "retry", p.pause.Round(time.Second), "err", err)
	}
	p.told = fault
}

// Round compares the folder with the ledger once and brings over what is missing. The
// outcome, good or bad, is recorded with the mailbox.
func (p *Poller) Round(ctx context.Context) (Round, error) {
	began := time.Now()
	round, err := p.once(ctx)
	switch {
	case err == nil:
		p.failures = 0
	case errors.Is(err, ErrBusy), ctx.Err() != nil:
		return round, err
	}
	if p.cfg.Told != nil {
		p.cfg.Told(p.cfg.Mailbox.Name, round, time.Since(began), err)
	}
	return round, err
}

// failed counts a round that went wrong and says when the next one is due.
func (p *Poller) failed(err error) time.Time {
	p.failures++
	now := p.cfg.Now()
	p.pause = backoff(p.failures, err, now)
	return now.Add(p.pause)
}

func (p *Poller) once(ctx context.Context) (Round, error) {
	mb, err := p.cfg.Store.EnsureMailbox(ctx, p.cfg.Mailbox)
	if err != nil {
		p.failed(err)
		return Round{}, err
	}
	lease, err := p.cfg.Store.AcquireLease(ctx, mb.ID, p.cfg.Owner, leaseFor)
	if errors.Is(err, store.ErrLeaseHeld) {
		return Round{}, ErrBusy
	}
	if err != nil {
		p.failed(err)
		return Round{}, err
	}
	defer func() {
		last, cancel := lastWords(ctx)
		defer cancel()
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
	last, cancel := lastWords(ctx)
	defer cancel()
	if err != nil {
		if ctx.Err() != nil {
			// Told to stop: that is nothing wrong with the mailbox.
			return round, err
		}
		if noted := p.cfg.Store.RoundFailed(last, mb.ID, FaultOf(err), err, p.failed(err)); noted != nil {
			return round, errors.Join(err, noted)
		}
		return round, err
	}
	if err := p.cfg.Store.RoundDone(last, lease); err != nil {
		p.failed(err)
		return round, err
	}
	return round, nil
}

// lastWords is a context for what has to be said at the end of a round, however long it
// took and although ctx may be over.
func lastWords(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
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

func (p *Poller) at(point string) {
	if p.cfg.At != nil {
		p.cfg.At(point)
	}
}

func (p *Poller) log() *slog.Logger { return p.cfg.Log }
