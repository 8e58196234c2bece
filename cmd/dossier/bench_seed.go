package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/account"
	"dossier/internal/sample/seed"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

func benchSeedCommand(e *environment) *cobra.Command {
	var n, vacancies, dossiers int
	var number uint64
	var database string
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Fill a database with made-up applications, for measuring",
		Long: `Makes vacancies with twelve criteria each, and applications for them: people, letters and
CVs, findings the engine came to on them, stages, corrections and decisions. It writes whole
applications at once and leaves no audit trail, and the documents have text but no file: this
is for measuring lists and pages, not for anything else.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case n < 1 || n > 10_000_000:
				return usagef("bench seed: -n %d: want 1 to 10000000", n)
			case vacancies < 1 || vacancies > 1000:
				return usagef("bench seed: --vacancies %d: want 1 to 1000", vacancies)
			case dossiers < 1 || dossiers > 10_000:
				return usagef("bench seed: --dossiers %d: want 1 to 10000", dossiers)
			}
			// What a power cut takes away is made again.
			i, err := e.openBench(cmd.Context(), database, true)
			if err != nil {
				return err
			}
			defer i.close()
			return e.benchSeed(cmd.Context(), i, seeding{made: seed.Vacancies(number, vacancies, time.Now()), n: n, dossiers: dossiers, seed: number})
		},
	}
	f := cmd.Flags()
	f.IntVarP(&n, "number", "n", 10_000, "number of applications")
	f.IntVar(&vacancies, "vacancies", 50, "number of vacancies they are for")
	f.IntVar(&dossiers, "dossiers", 200, "number of different dossiers judged; names, dates and a paragraph are each application's own")
	f.Uint64Var(&number, "seed", 1, "seed of the generator")
	f.StringVar(&database, "database", "", "sqlite:FILE or postgres://...; default the configured one")
	return cmd
}

// openBench opens the database a measurement is about.
func (e *environment) openBench(ctx context.Context, database string, throwaway bool) (*instance, error) {
	flags := map[string]string{}
	if database != "" {
		flags["database"] = database
	}
	cfg, err := e.settings(flags)
	if err != nil {
		return nil, err
	}
	cfg.Log.Level = "warn"
	dsn, err := cfg.DSN()
	if err != nil {
		return nil, usageError{err}
	}
	return e.openStore(ctx, cfg, store.Config{DSN: dsn, Now: time.Now, Throwaway: throwaway}, userCache())
}

type seeding struct {
	made []seed.Vacancy
	// from is how many of the n applications are there already.
	from, n, dossiers int
	seed              uint64
}

// seedBatch is how many applications one transaction writes.
const seedBatch = 500

// reviewers follow the applications and decide.
const seedReviewers = 6

func (e *environment) benchSeed(ctx context.Context, i *instance, s seeding) error {
	start := time.Now()
	users, err := i.seedUsers(ctx)
	if err != nil {
		return err
	}
	vacancies, lists, err := i.seedVacancies(ctx, s.made)
	if err != nil {
		return err
	}
	box, err := i.store.EnsureMailbox(ctx, store.NewMailbox{Name: "bench", Account: "bench", Folder: "INBOX", Kind: store.KindFolder})
	if err != nil {
		return err
	}
	source := seed.NewSource(s.seed, s.dossiers, start, func(done, of int) {
		if done == of {
			fmt.Fprintf(e.stderr, "%d dossiers judged in %s\n", of, time.Since(start).Round(time.Second))
		}
	})
	// One half makes applications while the other writes those before.
	batches := make(chan []store.Loaded, 2)
	working, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer close(batches)
		for from := s.from; from < s.n; from += seedBatch {
			var batch []store.Loaded
			for n := from; n < min(from+seedBatch, s.n); n++ {
				k := n % len(s.made)
				batch = append(batch, loaded(source.Application(s.made[k], k, n), &vacancies[k], &lists[k], users))
			}
			select {
			case batches <- batch:
			case <-working.Done():
				return
			}
		}
	}()
	written := 0
	for batch := range batches {
		if err := i.store.Load(ctx, box.ID, batch); err != nil {
			return err
		}
		written += len(batch)
		if written%10_000 < seedBatch {
			fmt.Fprintf(e.stderr, "%d of %d, %.0f a second\n", written, s.n, float64(written)/time.Since(start).Seconds())
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := i.store.Analyze(ctx); err != nil {
		return err
	}
	runtime.GC()
	fmt.Fprintf(e.stdout, "%d applications for %d vacancies on %s in %s\n", written, len(s.made), i.store.Engine(), time.Since(start).Round(time.Second))
	return nil
}

func (i *instance) seedUsers(ctx context.Context) ([]store.User, error) {
	var out []store.User
	for n := range seedReviewers {
		email := fmt.Sprintf("bench-%d@rivenord.example", n+1)
		u, err := i.store.UserByEmail(ctx, email)
		if err != nil {
			// Without a password nobody signs in with it.
			if u, err = i.store.AddUser(ctx, store.NewUser{Email: email, Name: fmt.Sprintf("Mesure %d", n+1), Role: account.Recruiter}, 0); err != nil {
				return nil, err
			}
		}
		out = append(out, u)
	}
	return out, nil
}

func (i *instance) seedVacancies(ctx context.Context, made []seed.Vacancy) ([]store.Vacancy, []store.Checklist, error) {
	vacancies, lists := make([]store.Vacancy, len(made)), make([]store.Checklist, len(made))
	for k, v := range made {
		n := store.NewVacancy{Slug: v.Slug, Title: v.Title, Organisation: v.Organisation, Place: v.Place, Reference: v.Reference, Addresses: []string{v.Address}, Language: "fr"}
		if v.Closed {
			n.State = store.VacancyClosed
		}
		if _, err := i.store.ApplyVacancy(ctx, n, v.Checklist, store.By{Name: "bench"}, false); err != nil {
			return nil, nil, err
		}
		var err error
		if vacancies[k], err = i.store.VacancyBySlug(ctx, v.Slug); err != nil {
			return nil, nil, err
		}
		if lists[k], err = i.store.ChecklistAt(ctx, vacancies[k].ID, vacancies[k].ChecklistVersion); err != nil {
			return nil, nil, err
		}
	}
	return vacancies, lists, nil
}

// loaded is a made-up application as the store takes it.
func loaded(a seed.Application, v *store.Vacancy, list *store.Checklist, users []store.User) store.Loaded {
	out := store.Loaded{Vacancy: v, Checklist: list, Applicant: store.NewApplicant{Name: a.Name, Email: a.Email, Phones: []string{a.Phone}},
		FoldedName: text.String(a.Name), ReceivedAt: a.ReceivedAt, Subject: a.Subject, Findings: a.Findings, Engine: screening.EngineVersion}
	for k, d := range a.Documents {
		is := d.Type
		if is == "" {
			is = []fact.DocumentType{fact.CoverLetter, fact.CV, fact.Other}[min(k, 2)]
		}
		out.Documents = append(out.Documents, store.LoadedDocument{Name: d.Name, Media: d.Media, Body: d.Body, Type: is, Pages: d.Pages, Problem: d.Problem,
			Language: "fr", Engine: "pdf", Size: 40_000, Hash: fmt.Sprintf("%064d", k)})
	}
	at := a.ReceivedAt.Add(26 * time.Hour)
	from := screening.StageNew
	for k, to := range a.Stages {
		d := store.Decision{FromStage: from, ToStage: to, AuthorID: users[a.Reviewer%len(users)].ID, At: at}
		if k == len(a.Stages)-1 {
			d.Reason = a.Reason
		}
		out.Decisions = append(out.Decisions, d)
		from, at = to, at.Add(30*time.Hour)
	}
	if a.Reviewer >= 0 {
		out.ReviewerID = &users[a.Reviewer%len(users)].ID
	}
	if a.Changed >= 0 {
		f := a.Findings[a.Changed]
		verdict := screening.Met
		if f.Verdict == screening.Met {
			verdict = screening.Unclear
		}
		out.Overrides = []store.Override{{Criterion: f.Criterion, Verdict: verdict, MachineVerdict: f.Verdict, Reason: "Pièce relue",
			AuthorID: users[a.Reviewer%len(users)].ID, At: at}}
	}
	return out
}
