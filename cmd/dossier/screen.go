package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake"
	"dossier/intake/mailbox"
	"dossier/internal/store"
	"dossier/internal/vacancyfile"
	"dossier/screening"
	"dossier/screening/fact"
)

// now is the clock of the commands.
func now() time.Time { return time.Now() }

func screenCommand(e *environment) *cobra.Command {
	var vacancies, out string
	cmd := &cobra.Command{
		Use:   "screen --vacancies FILE [--out DIR] PATH...",
		Short: "Judge messages on a throw-away database: one JSON result per message",
		Args:  atLeastOne("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if vacancies == "" {
				return usagef("screen: --vacancies FILE is missing")
			}
			return e.screen(cmd.Context(), vacancies, out, args)
		},
	}
	cmd.Flags().StringVar(&vacancies, "vacancies", "", "vacancy file (YAML)")
	cmd.Flags().StringVar(&out, "out", "", "folder for one NAME.json per message; without it, a line per message on standard output")
	return cmd
}

// screened is the result for one message, as other programs read it: its keys do not change.
type screened struct {
	Kind              string                                  `json:"kind"`
	VacancyIDs        []string                                `json:"vacancy_ids"`
	SameApplicationAs *string                                 `json:"same_application_as"`
	Reason            string                                  `json:"reason,omitempty"`
	Applicant         screenedApplicant                       `json:"applicant"`
	Verdicts          map[string]map[string]screening.Verdict `json:"verdicts"`
	Findings          map[string][]screening.Finding          `json:"findings"`
	Facts             *screening.Summary                      `json:"facts"`
	Documents         []screenedDocument                      `json:"documents"`
	Text              string                                  `json:"text"`
}

// taken is one message taken in and the name of its result.
type taken struct {
	name string
	id   int64
}

type screenedApplicant struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

type screenedDocument struct {
	Name    string            `json:"name"`
	Type    fact.DocumentType `json:"type,omitempty"`
	Engine  string            `json:"engine,omitempty"`
	Quality float64           `json:"quality"`
	Error   string            `json:"error,omitempty"`
	Pages   []screenedPage    `json:"pages"`
}

type screenedPage struct {
	Text string `json:"text"`
}

func (e *environment) screen(ctx context.Context, vacancyPath, out string, paths []string) error {
	f, err := vacancyfile.Load(vacancyPath)
	if err != nil {
		return err
	}
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "dossier-screen-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg = cfg.Apart(dir)
	i, err := e.openStore(ctx, cfg, store.Config{DSN: "sqlite:" + filepath.Join(dir, "screen.db"), Now: now, Throwaway: true,
		// Nobody waits for a second try of something that will not change.
		RetryAfter: func(int) time.Duration { return 0 }}, userCache())
	if err != nil {
		return err
	}
	defer i.close()
	if _, _, err := i.applyVacancies(ctx, f, vacancyPath, false); err != nil {
		return err
	}
	messages, err := e.screenImport(ctx, i, paths)
	if err != nil {
		return err
	}
	if err := e.finish(ctx, i); err != nil {
		return err
	}
	return e.screenResults(ctx, i, messages, out)
}

// screenImport takes the files in and returns the name of each message's result, in the
// order of the files.
func (e *environment) screenImport(ctx context.Context, i *instance, paths []string) ([]taken, error) {
	to, err := i.store.EnsureMailbox(ctx, store.NewMailbox{Name: "screen", Kind: store.KindFolder})
	if err != nil {
		return nil, err
	}
	im := intake.Importer{Store: i.store, Blobs: i.blobs, Now: now, MaxBytes: i.cfg.Limits.MessageBytes()}
	var out []taken
	// An mbox gives many messages one name, and so do two folders with files called alike.
	used := map[string]bool{}
	err = im.Import(ctx, to, mailbox.NewFiles(paths...), func(f intake.Imported) {
		if f.Skipped != "" {
			fmt.Fprintf(e.stderr, "left out %s: %s\n", f.Path, f.Skipped)
			return
		}
		name := resultName(f.File)
		for n := 2; used[name]; n++ {
			name = fmt.Sprintf("%s-%d", resultName(f.File), n)
		}
		used[name] = true
		out = append(out, taken{name: name, id: f.MessageID})
	})
	return out, err
}

// resultName is the message's folder when the file is message.eml, else the file's name
// without its extension.
func resultName(file string) string {
	base := filepath.Base(file)
	if abs, err := filepath.Abs(file); err == nil && base == "message.eml" {
		return filepath.Base(filepath.Dir(abs))
	}
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func (e *environment) screenResults(ctx context.Context, i *instance, messages []taken, out string) error {
	if out != "" {
		if err := os.MkdirAll(out, 0o755); err != nil {
			return err
		}
	}
	names := map[int64]string{}
	for _, m := range messages {
		if _, known := names[m.id]; !known {
			names[m.id] = m.name
		}
	}
	slugs, err := i.slugs(ctx)
	if err != nil {
		return err
	}
	for _, m := range messages {
		result, err := i.screenResult(ctx, m.id, names, slugs)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		b, err := json.Marshal(result)
		if err != nil {
			return err
		}
		if out == "" {
			if _, err := fmt.Fprintf(e.stdout, "%s\n", b); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(filepath.Join(out, m.name+".json"), append(b, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (i *instance) slugs(ctx context.Context) (map[int64]string, error) {
	list, err := i.store.Vacancies(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, v := range list {
		out[v.ID] = v.Slug
	}
	return out, nil
}

func (i *instance) screenResult(ctx context.Context, id int64, names map[int64]string, slugs map[int64]string) (screened, error) {
	m, err := i.store.MessageByID(ctx, id)
	if err != nil {
		return screened{}, err
	}
	r := screened{Kind: string(m.Class), Reason: m.Reason, VacancyIDs: []string{}, Documents: []screenedDocument{},
		Verdicts: map[string]map[string]screening.Verdict{}, Findings: map[string][]screening.Finding{},
		Applicant: screenedApplicant{Name: m.FromName, Email: m.FromEmail}}
	if m.Class == "" {
		r.Kind = string(m.State)
	}
	if m.State == store.Unrouted {
		r.Kind = string(store.ClassApplication)
	}
	routes, err := i.store.RoutesOf(ctx, id)
	if err != nil {
		return screened{}, err
	}
	for _, v := range m.VacancyIDs {
		r.VacancyIDs = append(r.VacancyIDs, slugs[v])
	}
	for n, route := range routes {
		r.VacancyIDs = append(r.VacancyIDs, slugs[route.VacancyID])
		if err := i.screenRoute(ctx, &r, m, route, slugs[route.VacancyID], names, n == 0); err != nil {
			return screened{}, err
		}
	}
	return r, nil
}

// screenRoute adds what one vacancy found; the first also gives the facts, the documents
// and the text.
func (i *instance) screenRoute(ctx context.Context, r *screened, m store.Message, route store.Route, slug string, names map[int64]string, first bool) error {
	in, err := i.store.DossierOf(ctx, route.ApplicationID, screening.EngineVersion)
	if errors.Is(err, store.ErrInvalid) {
		return nil // a vacancy without a checklist: there is nothing to judge by
	}
	if err != nil {
		return err
	}
	a, err := i.store.CurrentAssessment(ctx, route.VacancyID, route.ApplicationID)
	if err != nil {
		return err
	}
	nameOf := map[string]string{}
	for _, d := range in.Dossier.Documents {
		nameOf[d.ID] = d.Name
	}
	verdicts := map[string]screening.Verdict{}
	for n := range a.Findings {
		rename(&a.Findings[n], nameOf)
		verdicts[a.Findings[n].Criterion] = a.Findings[n].Verdict
	}
	r.Verdicts[slug], r.Findings[slug] = verdicts, a.Findings
	if route.Became != store.ClassApplication {
		if name, ok := names[in.Application.FirstMessageID]; ok {
			r.SameApplicationAs = &name
		}
	}
	if !first {
		return nil
	}
	summary := screening.Assess(in.Checklist.Checklist, in.Dossier).Summary
	r.Facts = &summary
	r.Applicant = screenedApplicant{Name: summary.Name, Email: summary.Email, Phone: summary.Phone}
	own := false
	for _, d := range in.Documents {
		own = own || d.MessageID == m.ID
	}
	for n, d := range in.Documents {
		if own && d.MessageID != m.ID {
			continue
		}
		doc := screenedDocument{Name: d.Name, Type: d.Is(), Engine: d.Engine, Quality: d.Quality, Error: d.Problem, Pages: []screenedPage{}}
		var text strings.Builder
		for _, p := range in.Dossier.Documents[n].Pages {
			doc.Pages = append(doc.Pages, screenedPage{p.Text})
			text.WriteString(p.Text + "\n")
		}
		if t := d.Is(); r.Text == "" && (t == fact.CV || t == fact.Combined) {
			r.Text = text.String()
		}
		r.Documents = append(r.Documents, doc)
	}
	return nil
}

// rename puts file names in the place of document ids, which mean nothing outside the
// database.
func rename(f *screening.Finding, nameOf map[string]string) {
	for n := range f.Evidence {
		ev := &f.Evidence[n]
		ev.Document = nameOf[ev.Document]
		for k, id := range ev.Searched {
			ev.Searched[k] = nameOf[id]
		}
	}
	for n := range f.Parts {
		rename(&f.Parts[n], nameOf)
	}
}
