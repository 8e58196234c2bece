package intake

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"dossier/internal/store"
)

// Wanted is one poller that should run.
type Wanted struct {
	// Key changes whenever the poller has to be started anew.
	Key string
	// Name is the ledger's name of the mailbox.
	Name string
	// Make prepares the poller; it connects nowhere.
	Make func() (*Poller, error)
}

// Fleet keeps the pollers running that are wanted, while accounts come, change and go.
type Fleet struct {
	Store *store.Store
	Log   *slog.Logger
	// Wanted says what should run now. While it fails, what runs goes on.
	Wanted func(ctx context.Context) ([]Wanted, error)
	// Every is how often it is asked; 10 s when 0.
	Every time.Duration
	// Poke has it asked at once; nil for never.
	Poke <-chan struct{}
	// Beat is called each time after it was asked; nil for nobody to tell.
	Beat func()
}

const fleetEvery = 10 * time.Second

// running is one poller with the means to stop it.
type running struct {
	name string
	stop context.CancelFunc
	done chan struct{}
}

// Run polls until ctx ends, and returns when every poller has.
func (f *Fleet) Run(ctx context.Context) {
	every := f.Every
	if every == 0 {
		every = fleetEvery
	}
	pollers := map[string]running{}
	defer func() {
		for _, r := range pollers {
			r.stop()
		}
		for _, r := range pollers {
			<-r.done
		}
	}()
	tick := time.NewTicker(every)
	defer tick.Stop()
	var told []string
	hindered := "" // what keeps us from asking, told once
	for first := true; ; first = false {
		wanted, err := f.Wanted(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if kind := kindOf(err); kind != hindered {
				f.Log.Warn("accounts could not be read, what runs goes on", "step", "accounts", "err", err)
				hindered = kind
			}
		default:
			hindered = ""
			names := f.match(ctx, pollers, wanted)
			if first || !slices.Equal(names, told) {
				if err := f.Store.SetWatched(ctx, names); err != nil {
					f.Log.Warn("what is watched could not be noted", "step", "accounts", "err", err)
				} else {
					told = names
				}
			}
		}
		if f.Beat != nil {
			f.Beat()
		}
		select {
		case <-ctx.Done():
			return
		case <-f.Poke:
		case <-tick.C:
		}
	}
}

// match stops what is not wanted any more, then starts what is new, and returns the names
// of what is wanted, in order. A poller that ends first gives its lease back, so that its
// successor need not wait.
func (f *Fleet) match(ctx context.Context, pollers map[string]running, wanted []Wanted) []string {
	keys := map[string]bool{}
	var names []string
	for _, w := range wanted {
		keys[w.Key] = true
		names = append(names, w.Name)
	}
	slices.Sort(names)
	var ending sync.WaitGroup
	for key, r := range pollers {
		if !keys[key] {
			f.Log.Info("mailbox is read no more as it was", "mailbox", r.name)
			r.stop()
			ending.Go(func() { <-r.done })
			delete(pollers, key)
		}
	}
	ending.Wait()
	for _, w := range wanted {
		if _, ok := pollers[w.Key]; ok {
			continue
		}
		p, err := w.Make()
		if err != nil {
			f.Log.Error("mailbox cannot be read as it is set", "mailbox", w.Name, "err", err)
			continue
		}
		own, stop := context.WithCancel(ctx)
		r := running{name: w.Name, stop: stop, done: make(chan struct{})}
		pollers[w.Key] = r
		go func() {
			defer close(r.done)
			p.Run(own)
		}()
	}
	return names
}
