package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/store"
	"dossier/review"
	"dossier/screening"
)

func benchPublishCommand(e *environment) *cobra.Command {
	var database, slug string
	var trial bool
	cmd := &cobra.Command{
		Use:   "publish",
		Short: "Measure a changed checklist: its trial, and every application judged again",
		Long: `On a database that bench seed filled, raises the level of a language in the draft of a
vacancy's checklist, tries the draft on every application received, publishes it, and waits
until all of them are judged by it, with the pages and the workers of this process. Meanwhile
one reader asks for the shortlist. At the end the stage and the corrections of every
application are compared with what they were. The database is changed.

The documents of bench seed keep no facts, so that every text is read for them again, as after
a new version of the rules; documents that came by mail keep theirs.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := e.openBench(cmd.Context(), database, false)
			if err != nil {
				return err
			}
			defer i.close()
			return e.benchPublish(cmd.Context(), i, slug, trial)
		},
	}
	f := cmd.Flags()
	f.StringVar(&database, "database", "", "sqlite:FILE or postgres://...; default the configured one")
	f.StringVar(&slug, "vacancy", "", "the vacancy; default the first open one")
	f.BoolVar(&trial, "trial", true, "try the draft before it is published")
	return cmd
}

// publishBench is one measurement.
type publishBench struct {
	*pageBench
	i *instance
	v store.Vacancy
}

func (e *environment) benchPublish(ctx context.Context, i *instance, slug string, trial bool) error {
	handler, err := review.New(review.Config{Store: i.store, Blobs: i.blobs, Log: i.log, Now: time.Now})
	if err != nil {
		return err
	}
	b := &publishBench{i: i, pageBench: &pageBench{e: e, site: httptest.NewServer(handler), client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}}
	defer b.site.Close()
	if err := b.prepare(ctx, i); err != nil {
		return err
	}
	if slug == "" {
		if len(b.vacancies) == 0 {
			return usagef("bench publish: no open vacancy; see bench seed")
		}
		slug = b.vacancies[0].Vacancy.Slug
	}
	if b.v, err = i.store.VacancyBySlug(ctx, slug); err != nil {
		return err
	}
	before, err := b.words(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s, %d applications, %d processors, load %s\n", i.store.Engine(), len(before), runtime.NumCPU(), load())
	quiet, err := b.ask(ctx, 60, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "shortlist before:            p50 %.0f ms, p95 %.0f ms\n", ms(quiet, 50), ms(quiet, 95))
	if err := b.raise(ctx); err != nil {
		return err
	}
	if trial {
		if err := b.try(ctx); err != nil {
			return err
		}
	}
	if err := b.publish(ctx); err != nil {
		return err
	}
	after, err := b.words(ctx)
	if err != nil {
		return err
	}
	if !maps.Equal(before, after) {
		return errors.New("bench publish: a stage or a correction is not what it was")
	}
	fmt.Fprintf(e.stdout, "stages and corrections of all %d applications are what they were\n", len(after))
	return nil
}

// words are what people said of every application, in one text each.
func (b *publishBench) words(ctx context.Context) (map[int64]string, error) {
	out := map[int64]string{}
	for after := int64(0); ; {
		page, err := b.i.store.ToTry(ctx, b.v.ID, after)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, a := range page {
			said, err := json.Marshal(a.Overridden)
			if err != nil {
				return nil, err
			}
			out[a.ID], after = string(a.Stage)+string(said), a.ID
		}
	}
}

// raise asks for a higher level of a language in the draft.
func (b *publishBench) raise(ctx context.Context) error {
	u, err := b.i.store.UserByEmail(ctx, benchReader)
	if err != nil {
		return err
	}
	if err := b.i.store.EditVacancy(ctx, b.v.ID, u.ID); err != nil {
		return err
	}
	levels := []string{"A1", "A2", "B1", "B2", "C1", "C2"}
	_, err = b.i.store.ChangeDraft(ctx, store.DraftAct{VacancyID: b.v.ID, AuthorID: u.ID, Act: "line.changed"}, func(body *store.DraftBody, now time.Time) error {
		for _, l := range body.Lines {
			var params map[string]any
			if l.Criterion.Kind != "language" || json.Unmarshal(l.Criterion.Params, &params) != nil {
				continue
			}
			for at, level := range levels {
				if params["min_level"] != level {
					continue
				}
				params["min_level"] = levels[(at+1)%len(levels)]
				c := l.Criterion
				if c.Params, err = json.Marshal(params); err != nil {
					return err
				}
				if err := body.Change(c, l.Rev); err != nil {
					return err
				}
				changed, _ := body.Line(c.ID)
				return body.Approve(c.ID, changed.Rev, u.ID, now)
			}
		}
		return fmt.Errorf("%w: no criterion of a language", store.ErrInvalid)
	})
	return err
}

// send presses a button of a page.
func (b *publishBench) send(ctx context.Context, tail string, form url.Values) (*http.Response, error) {
	const token = "0123456789abcdef0123456789abcdef"
	form.Set("csrf", token)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.site.URL+"/vacancies/"+b.v.Slug+"/"+tail, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(b.session)
	req.AddCookie(&http.Cookie{Name: "csrf", Value: token})
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if res.Body.Close(); err == nil && res.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("%s answered %d", tail, res.StatusCode)
	}
	return res, err
}

// page asks for a page and gives its text with the time it took.
func (b *publishBench) page(ctx context.Context, tail string) (string, time.Duration, error) {
	start := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.site.URL+"/vacancies/"+b.v.Slug+tail, nil)
	if err != nil {
		return "", 0, err
	}
	req.AddCookie(b.session)
	res, err := b.client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d", tail, res.StatusCode)
	}
	return string(text), time.Since(start), err
}

// betweenPages is how long the reader looks at a page before asking for the next.
const betweenPages = 200 * time.Millisecond

// ask asks for the shortlist n times, or until done.
func (b *publishBench) ask(ctx context.Context, n int, done <-chan struct{}) ([]time.Duration, error) {
	var out []time.Duration
	for n == 0 || len(out) < n {
		_, took, err := b.page(ctx, "")
		if err != nil {
			return nil, err
		}
		out = append(out, took)
		select {
		case <-done:
			return out, nil
		case <-time.After(betweenPages):
		}
	}
	return out, nil
}

// try waits for the trial of the draft, with a reader on the shortlist.
func (b *publishBench) try(ctx context.Context) error {
	start, done := time.Now(), make(chan struct{})
	if _, err := b.send(ctx, "tryout", url.Values{}); err != nil {
		return err
	}
	var times []time.Duration
	var failed error
	var group sync.WaitGroup
	group.Go(func() { times, failed = b.ask(ctx, 0, done) })
	for shown := 0; ; {
		text, _, err := b.page(ctx, "/tryout")
		if err != nil {
			close(done)
			return err
		}
		if !strings.Contains(text, "<progress") {
			close(done)
			group.Wait()
			if failed != nil {
				return failed
			}
			fmt.Fprintf(b.e.stdout, "trial of the draft:          %s, progress shown %d times; shortlist meanwhile p50 %.0f ms, p95 %.0f ms (%d pages)\n",
				time.Since(start).Round(100*time.Millisecond), shown, ms(times, 50), ms(times, 95), len(times))
			return nil
		}
		shown++
		time.Sleep(betweenPages)
	}
}

// publish puts the draft into force and waits until every application is judged by it.
func (b *publishBench) publish(ctx context.Context) error {
	d, err := b.i.store.Draft(ctx, b.v.ID)
	if err != nil {
		return err
	}
	start := time.Now()
	if _, err := b.send(ctx, "publish", url.Values{"version": {fmt.Sprint(d.Version)}, "reason": {"Mesure"}}); err != nil {
		return err
	}
	pressed := time.Since(start)
	working, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	workers.Go(func() { b.i.pipeline(func() {}).Run(working, nil) })
	defer workers.Wait()
	defer stop()
	done := make(chan struct{})
	var times []time.Duration
	var failed error
	var group sync.WaitGroup
	group.Go(func() { times, failed = b.ask(ctx, 0, done) })
	shown := 0
	for {
		v, err := b.i.store.VacancyByID(ctx, b.v.ID)
		var at store.Reassessment
		if err == nil {
			at, err = b.i.store.Reassessment(ctx, v)
		}
		text := ""
		if err == nil && at.Running() {
			text, _, err = b.page(ctx, "/checklist")
		}
		if err != nil || !at.Running() {
			close(done)
			group.Wait()
			if err = errors.Join(err, failed); err != nil {
				return err
			}
			took := time.Since(start)
			fmt.Fprintf(b.e.stdout, "published:                   the button answered in %s; version %d, engine %s\n", pressed.Round(time.Millisecond), v.ChecklistVersion, screening.EngineVersion)
			fmt.Fprintf(b.e.stdout, "all judged again:            %s, %.0f applications a second, %d parked; progress shown %d times\n",
				took.Round(100*time.Millisecond), float64(at.Done)/took.Seconds(), at.Parked, shown)
			fmt.Fprintf(b.e.stdout, "shortlist meanwhile:         p50 %.0f ms, p95 %.0f ms (%d pages)\n", ms(times, 50), ms(times, 95), len(times))
			return nil
		}
		if strings.Contains(text, "<progress") {
			shown++
		}
		time.Sleep(500 * time.Millisecond)
	}
}
