package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake"
	"dossier/internal/config"
	"dossier/internal/vacancyfile"
	"dossier/screening"
)

func pollCommand(e *environment) *cobra.Command {
	var once, fetchOnly bool
	cmd := &cobra.Command{
		Use:   "poll",
		Short: "Watch the mailboxes and do the work, without pages",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.poll(cmd.Context(), once, fetchOnly)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "one round of every mailbox, finish the work, exit")
	cmd.Flags().BoolVar(&fetchOnly, "fetch-only", false, "stop when messages are stored; understand nothing")
	return cmd
}

// fetchMemory is what a process that only fetches makes do with: it holds no message whole,
// and what it reads in passing need not pile up.
const fetchMemory = 40 << 20

func (e *environment) poll(ctx context.Context, once, fetchOnly bool) error {
	if fetchOnly {
		debug.SetMemoryLimit(fetchMemory)
	}
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	i, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer i.close()
	if err := i.openSecrets(ctx); err != nil {
		return err
	}
	if accounts, err := i.accounts(ctx); err != nil {
		return err
	} else if len(accounts) == 0 && once {
		return usagef("no mailbox to poll: add one under \"mailboxes\" in the configuration file, or on the page")
	}
	if err := i.takeOver(ctx); err != nil {
		return err
	}
	if err := i.createVacancies(ctx); err != nil {
		return err
	}
	if once {
		return e.pollOnce(ctx, i, fetchOnly)
	}
	i.cfg.Roles = []string{config.RolePoll}
	if !fetchOnly {
		i.cfg.Roles = append(i.cfg.Roles, config.RoleWork)
	}
	return i.serveAndRun(ctx, nil, nil)
}

// pollOnce takes one round of every mailbox and finishes the work. One mailbox that fails
// does not keep the others from their round; the failure is the command's.
func (e *environment) pollOnce(ctx context.Context, i *instance, fetchOnly bool) error {
	wanted, err := i.wanted(ctx, nil)
	if err != nil {
		return err
	}
	var failed []error
	for _, w := range wanted {
		p, err := w.Make()
		if err != nil {
			failed = append(failed, fmt.Errorf("mailbox %s: %w", w.Name, err))
			continue
		}
		round, err := p.Round(ctx)
		p.Close()
		if err != nil {
			failed = append(failed, fmt.Errorf("mailbox %s: %w", p.Name(), err))
			continue
		}
		if round.Before > 0 {
			fmt.Fprintf(e.stderr, "%s: %d older than the day it is read from were listed and not read\n", p.Name(), round.Before)
		}
		fmt.Fprintf(e.stderr, "%s: %d new, %d stored, %d too large, %d gone, %d not handed over\n",
			p.Name(), round.Listed, round.Kept, round.Oversized, round.Vanished, round.Missing)
	}
	if !fetchOnly {
		if err := e.finish(ctx, i); err != nil {
			failed = append(failed, err)
		}
		if err := e.sendOnce(ctx, i); err != nil {
			failed = append(failed, err)
		}
	}
	i.sweep(ctx)
	return errors.Join(failed...)
}

// finish does all work that is due, with progress on a terminal.
func (e *environment) finish(ctx context.Context, i *instance) error {
	stop := e.progress(ctx, i)
	_, err := i.pipeline(nil).Work(ctx)
	stop()
	if err != nil {
		return err
	}
	left, err := i.store.WorkLeft(ctx, screening.EngineVersion)
	if err != nil {
		return err
	}
	if n := left.ParkedMessages + left.ParkedDocuments + left.ParkedApplications; n > 0 {
		fmt.Fprintf(e.stderr, "%d pieces of work failed for good and wait for a person: see the intake page or dossier ledger --list\n", n)
	}
	if !left.Done() && left.NextTryAt != nil {
		fmt.Fprintf(e.stderr, "%d messages, %d documents and %d applications will be tried again from %s\n",
			left.Messages, left.Documents, left.Applications, left.NextTryAt.Format(time.DateTime))
	}
	return nil
}

// progress reports what is left every second while work goes on, when stderr is a
// terminal. Calling stop ends it.
func (e *environment) progress(ctx context.Context, i *instance) (stop func()) {
	if !isTerminal(e.stderr) {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				fmt.Fprint(e.stderr, "\r\x1b[K")
				return
			case <-tick.C:
				if left, err := i.store.WorkLeft(ctx, screening.EngineVersion); err == nil {
					fmt.Fprintf(e.stderr, "\r\x1b[Kleft: %d messages, %d documents, %d applications", left.Messages, left.Documents, left.Applications)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

// createVacancies creates what the configured vacancy file has and the database lacks.
func (i *instance) createVacancies(ctx context.Context) error {
	path := i.cfg.VacancyFile()
	if path == "" {
		return nil
	}
	f, err := vacancyfile.Load(path)
	if err != nil {
		return err
	}
	created, _, err := i.applyVacancies(ctx, f, filepath.Base(path), false)
	if created > 0 {
		i.log.Info("vacancies created", "count", created)
	}
	return err
}

// run polls and works, each when asked to, until ctx ends. New messages wake the work.
// beat is called every few seconds while the pollers are looked after.
func (i *instance) run(ctx context.Context, poll, work bool, beat func()) {
	wake := make(chan struct{}, 1)
	var group sync.WaitGroup
	if poll {
		kept := func() {
			select {
			case wake <- struct{}{}:
			default: // it has been told already
			}
		}
		fleet := intake.Fleet{Store: i.store, Log: i.log, Poke: i.poke, Beat: beat,
			Wanted: func(ctx context.Context) ([]intake.Wanted, error) { return i.wanted(ctx, kept) }}
		group.Go(func() { fleet.Run(ctx) })
		group.Go(func() { i.sweepDaily(ctx) })
	}
	if work {
		group.Go(func() { i.pipeline(nil).Run(ctx, wake) })
		if s := i.sender(); s != nil {
			group.Go(func() { s.Run(ctx) })
		}
	}
	group.Wait()
}

// sweepDaily looks every hour whether a sweep is due.
func (i *instance) sweepDaily(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		i.sweep(ctx)
		i.finishErasures(ctx)
		i.purgeWhenDue(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
