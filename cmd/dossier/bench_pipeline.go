package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake"
	"dossier/intake/mailbox"
	"dossier/internal/sample/seed"
	"dossier/internal/sample/synthetic"
	"dossier/internal/store"
	"dossier/screening"
)

const (
	// benchVacancies is how many vacancies the applications are for.
	benchVacancies = 5
	// benchDossiers is how many different dossiers those seeded before are made from.
	benchDossiers = 60
)

func benchPipelineCommand(e *environment) *cobra.Command {
	var n, block int
	var over []int
	var database string
	cmd := &cobra.Command{
		Use:   "pipeline",
		Short: "Measure the whole way from a mailbox to visible assessments",
		Long: `Fills a mailbox in this process with made-up applications (a letter and PDFs with a text
layer), polls it over IMAP, reads, judges, and prints for each block how many applications a
second became visible. What a later block costs more than the first is the growth.

Everything is thrown away, except in a database named by --database.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case n < 1 || n > 1_000_000:
				return usagef("bench pipeline: -n %d: want 1 to 1000000", n)
			case block < 1:
				return usagef("bench pipeline: --block %d: want at least 1", block)
			}
			if len(over) == 0 {
				for done := 0; done < n; done += block {
					over = append(over, 0)
				}
			} else if !slices.IsSorted(over) || over[0] < 0 || over[len(over)-1] > 1_000_000 {
				return usagef("bench pipeline: --over %v: want ascending numbers up to 1000000", over)
			} else {
				n *= len(over)
				block = n / len(over)
			}
			return e.benchPipeline(cmd.Context(), n, min(block, n), over, database)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&n, "number", "n", 1000, "number of applications")
	f.IntVar(&block, "block", 500, "applications delivered, and measured, at once")
	f.IntSliceVar(&over, "over", nil, "measure -n applications over so many others; several numbers for several sizes: 0,1000,20000")
	f.StringVar(&database, "database", "", "an empty database, sqlite:FILE or postgres://...; default a SQLite file in a temporary folder")
	return cmd
}

func (e *environment) benchPipeline(ctx context.Context, n, block int, over []int, database string) error {
	dir, err := os.MkdirTemp("", "dossier-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	cfg = cfg.Apart(dir)
	cfg.Log.Level = "warn"
	if database != "" {
		cfg.Database = database
	}
	dsn, err := cfg.DSN()
	if err != nil {
		return usageError{err}
	}
	i, err := e.openStore(ctx, cfg, store.Config{DSN: dsn, Now: time.Now}, userCache())
	if err != nil {
		return err
	}
	defer i.close()
	addresses, err := i.benchVacancies(ctx)
	if err != nil {
		return err
	}
	server, err := startMailServer("bench", "bench")
	if err != nil {
		return err
	}
	defer server.close()
	source, err := mailbox.NewIMAP(mailbox.IMAPConfig{Host: "127.0.0.1", Port: server.port(), TLS: mailbox.TLSNone, User: "bench",
		Secret: mailbox.Fixed("bench"), Folder: "INBOX", Stall: time.Minute})
	if err != nil {
		return err
	}
	defer source.Close()
	poller := intake.NewPoller(intake.PollerConfig{Store: i.store, Blobs: i.blobs, Log: i.log, Now: time.Now, Owner: i.owner, Source: source,
		Mailbox: store.NewMailbox{Name: "bench-mail", Account: "bench", Folder: "INBOX", Kind: store.KindIMAP}, MaxBytes: cfg.Limits.MessageBytes(), Every: cfg.Poll.Every})

	fmt.Fprintf(e.stdout, "%d applications in blocks of %d, %d workers, %s\n", n, block, cfg.WorkerCount(), i.store.Engine())
	fmt.Fprintf(e.stdout, "%12s %10s %10s %12s %10s %14s %10s\n", "applications", "fetch/s", "judged/s", "visible/s", "against 1st", "processor ms", "against 1st")
	first, cost, there := 0.0, 0.0, 0
	for done := 0; done < n; {
		size := min(block, n-done)
		if want := over[done/block]; want > there {
			if err := e.benchSeed(ctx, i, seeding{made: benchPosts(), from: there, n: want, dossiers: benchDossiers, seed: 1}); err != nil {
				return err
			}
			there = want
		}
		for k := range size {
			raw, err := synthetic.Generate(synthetic.Held, 1, done+k).Mail(addresses[(done+k)%len(addresses)])
			if err != nil {
				return err
			}
			if err := server.deliver(raw, time.Now()); err != nil {
				return err
			}
		}
		runtime.GC()
		start, used := time.Now(), processorTime()+workersTime()
		if _, err := poller.Round(ctx); err != nil {
			return err
		}
		fetched := time.Since(start)
		if _, err := i.pipeline(nil).Work(ctx); err != nil {
			return err
		}
		whole := time.Since(start)
		done += size
		rate := float64(size) / whole.Seconds()
		each := (processorTime() + workersTime() - used).Seconds() * 1000 / float64(size)
		if first == 0 {
			first, cost = rate, each
		}
		fmt.Fprintf(e.stdout, "%12d %10.1f %10.1f %12.1f %10.2fx %14.0f %9.2fx\n", there+done, float64(size)/fetched.Seconds(), float64(size)/(whole-fetched).Seconds(),
			rate, rate/first, each, each/cost)
	}
	balance, err := i.store.Balance(ctx, store.LedgerQuery{})
	if err != nil {
		return err
	}
	left, err := i.store.WorkLeft(ctx, screening.EngineVersion)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "received %d = accounted %d; routed %d; left to do: %d\n", balance.Received, balance.Accounted(), balance.ByState[store.Routed],
		left.Messages+left.Documents+left.Applications)
	return nil
}

// benchPosts are the vacancies the applications are for.
func benchPosts() []seed.Vacancy {
	made := seed.Vacancies(1, benchVacancies, time.Now())
	for k := range made {
		made[k].Slug, made[k].Closed = fmt.Sprint("bench-", k), false
	}
	return made
}

// benchVacancies makes them and returns their addresses.
func (i *instance) benchVacancies(ctx context.Context) ([]string, error) {
	made := benchPosts()
	var out []string
	for _, v := range made {
		out = append(out, v.Address)
	}
	_, _, err := i.seedVacancies(ctx, made)
	return out, err
}
