package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"dossier/intake/extract"
	"dossier/intake/message"
	"dossier/internal/blob"
	"dossier/internal/store"
)

// DocumentReader reads one document, isolated from us: extract.Runner does.
type DocumentReader interface {
	Read(ctx context.Context, name string, file io.Reader) (extract.Result, error)
}

// PipelineConfig is what the steps after storage need.
type PipelineConfig struct {
	Store  *store.Store
	Blobs  *blob.Store
	Reader DocumentReader
	Log    *slog.Logger
	Now    func() time.Time
	// Owner names this process in claims.
	Owner string
	// Workers is how many documents are read at once, at least 1.
	Workers int
	// MaxMessage is the largest raw message parsed, in bytes.
	MaxMessage int64
	// Changed is called after every step; nil for nobody to tell.
	Changed func()
	// ReadWithin bounds the reading of one message in time, and the judging of one
	// application; a minute when zero. What takes longer has failed.
	ReadWithin time.Duration
	// Room stops the work while a disk is full; nil for one that never is.
	Room *Room
	// At is called with the name of each point between two durable changes; nil for
	// nobody. Tests stop the process there.
	At func(point string)
}

// Pipeline does what is not done yet: parse messages, read documents, assess applications.
// Each step claims its row, works outside transactions, and may be repeated.
type Pipeline struct {
	cfg PipelineConfig
	// parse reads a raw message; tests put in one that misbehaves.
	parse func([]byte, message.Limits) (message.Message, error)
	// stops are what kept the work from going on.
	stops hindrances
}

// NewPipeline returns a pipeline that has done nothing yet.
func NewPipeline(cfg PipelineConfig) *Pipeline {
	cfg.Workers = max(cfg.Workers, 1)
	cfg.ReadWithin = cmp.Or(cfg.ReadWithin, time.Minute)
	return &Pipeline{cfg: cfg, parse: message.Parse}
}

// idleWait is how long Run waits for a wake-up before it asks the store again: work may
// have been left by another process, or be due for another try.
const idleWait = 5 * time.Second

// Run works until ctx ends. wake shortens its waits.
func (p *Pipeline) Run(ctx context.Context, wake <-chan struct{}) {
	for ctx.Err() == nil {
		did, err := p.Work(ctx)
		if ctx.Err() == nil {
			p.stops.tell(p.cfg.Log, err)
		}
		if did > 0 && err == nil {
			continue
		}
		timer := time.NewTimer(idleWait)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Work does everything that is due and returns how many steps it took. An error means that
// the work itself cannot go on (the database is away, the disk is full); a step that fails
// is recorded with its row and does not stop the others.
func (p *Pipeline) Work(ctx context.Context) (int, error) {
	if err := p.settle(ctx); err != nil {
		return 0, err
	}
	total := 0
	for ctx.Err() == nil {
		// Messages one by one, oldest receipt first, so that copies and updates are seen
		// after what they repeat; then their documents, side by side; then the findings.
		parsed, err := p.each(ctx, 1, p.message)
		if err != nil {
			return total, err
		}
		read, err := p.each(ctx, p.cfg.Workers, p.document)
		if err != nil {
			return total + parsed, err
		}
		assessed, err := p.each(ctx, 1, p.application)
		if err != nil {
			return total + parsed + read, err
		}
		did := parsed + read + assessed
		if did == 0 {
			break
		}
		total += did
	}
	return total, ctx.Err()
}

// each runs a step with so many workers until none is due.
func (p *Pipeline) each(ctx context.Context, workers int, step func(context.Context) (bool, error)) (int, error) {
	var (
		did   atomic.Int64
		group sync.WaitGroup
		once  sync.Once
		first error
	)
	for range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				err := p.cfg.Room.Err()
				ok := false
				if err == nil {
					ok, err = step(ctx)
				}
				if err != nil {
					once.Do(func() { first = err })
					return
				}
				if !ok {
					return
				}
				did.Add(1)
				if p.cfg.Changed != nil {
					p.cfg.Changed()
				}
			}
		})
	}
	group.Wait()
	return int(did.Load()), first
}

// claimFor is how long a step may take before another process may take it over. Reading a
// document is bounded by the reader's own limits, well below.
const claimFor = 10 * time.Minute

func (p *Pipeline) claim() store.Claim { return store.Claim{Owner: p.cfg.Owner, For: claimFor} }

// did ends a step. Work that another process has taken over meanwhile is done there:
// nothing of ours was written, and nothing failed.
func (p *Pipeline) did(task store.Task, id int64, err error) (bool, error) {
	if errors.Is(err, store.ErrClaimLost) {
		p.cfg.Log.Warn("work was taken over by another process", "step", string(task), "id", id)
		return true, nil
	}
	return err == nil, err
}

// giveBack returns work untried when we are told to stop, or when our own machine keeps us
// from it, so that another process need not wait for the claim to run out and the try does
// not count as a failure. cause is what came of it.
func (p *Pipeline) giveBack(ctx context.Context, task store.Task, id int64, cause error) error {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := p.cfg.Store.Unclaim(last, task, id, p.cfg.Owner)
	if err != nil {
		p.stops.owe(task, id)
	}
	if ctx.Err() != nil {
		cause = ctx.Err()
	}
	return errors.Join(cause, err)
}

// settle gives back what could not be given back while the database was away.
func (p *Pipeline) settle(ctx context.Context) error {
	debts := p.stops.take()
	for i, o := range debts {
		if err := p.cfg.Store.Unclaim(ctx, o.task, o.id, p.cfg.Owner); err != nil {
			for _, left := range debts[i:] {
				p.stops.owe(left.task, left.id)
			}
			return err
		}
	}
	return nil
}

// away returns work untried when what it needs cannot be asked, so that an outage is not
// counted against it. The error stops the work for a while.
func (p *Pipeline) away(ctx context.Context, task store.Task, id int64, cause error) error {
	return errors.Join(cause, p.cfg.Store.Unclaim(ctx, task, id, p.cfg.Owner))
}

// guarded runs the understanding of strangers' bytes; a panic becomes an error, with the
// stack in the log and never in the database.
func (p *Pipeline) guarded(step string, id int64, work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			p.cfg.Log.Error("panic", "step", step, "id", id, "err", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return work()
}

func (p *Pipeline) at(point string) {
	if p.cfg.At != nil {
		p.cfg.At(point)
	}
}

// within runs work that reads strangers' bytes, and waits for it no longer than the limit.
// A goroutine cannot be stopped from outside: one that hangs is left behind, with its row
// failed after MaxAttempts of them, so that all other rows go on. work must change nothing
// but what it returns.
func within[T any](ctx context.Context, limit time.Duration, work func() (T, error)) (T, error) {
	type result struct {
		value    T
		err      error
		panicked any
		stack    []byte
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if v := recover(); v != nil {
				r = result{panicked: v, stack: debug.Stack()}
			}
			done <- r
		}()
		r.value, r.err = work()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var none T
	select {
	case r := <-done:
		if r.panicked != nil {
			panic(fmt.Sprintf("%v\n%s", r.panicked, r.stack)) // for guarded
		}
		return r.value, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	case <-timer.C:
		return none, fmt.Errorf("%w: %s", errTooLong, limit)
	}
}

// errTooLong is recorded for content that took longer to read than the limit.
var errTooLong = errors.New("reading it took too long")

// errPanic is recorded for a step whose code panicked.
var errPanic = errors.New("the program stumbled over this content")
