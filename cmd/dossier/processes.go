package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"dossier/internal/store"
)

// How often a process that shares the database gives a sign of life, and after how long a
// silence the others take over what it held. Tests are less patient.
var (
	beatEvery = 10 * time.Second
	deadAfter = 45 * time.Second
)

// process is this one as the others see it.
func (i *instance) process() store.Process {
	p := store.Process{Name: i.owner, Roles: strings.Join(i.cfg.Roles, ","), Version: buildVersion()}
	if i.box != nil {
		p.KeyID = i.box.ID()
	}
	return p
}

// join enters this process among those that share the database, and refuses to run beside
// one that seals secrets with another key.
func (i *instance) join(ctx context.Context) error {
	err := i.store.Join(ctx, i.process(), deadAfter)
	if errors.Is(err, store.ErrOtherKey) {
		return errors.Join(err, errors.New("give all processes the same key: secret_key_file, or secret_key"))
	}
	return err
}

// live gives signs of life until ctx ends, and takes over what silent processes held.
func (i *instance) live(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := i.store.Leave(last, i.owner); err != nil {
				i.log.Warn("the others could not be told that this process ends", "step", "processes", "err", err)
			}
			return
		case <-tick.C:
		}
		once, cancel := context.WithTimeout(ctx, deadAfter)
		pulse, err := i.store.Beat(once, i.process(), deadAfter)
		cancel()
		switch {
		case ctx.Err() != nil:
		case err != nil && !failing:
			i.log.Warn("no sign of life could be given; others take over what is held here when this lasts", "step", "processes", "err", err)
		case err == nil && pulse.Back:
			i.log.Warn("this process had been taken for dead; others have what it held", "step", "processes")
		case err == nil && len(pulse.Gone) > 0:
			i.log.Warn("processes went silent, what they held is free", "step", "processes", "processes", pulse.Gone, "released", pulse.Released)
		}
		failing = err != nil
	}
}
