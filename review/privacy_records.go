package review

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"text/template"

	"dossier/internal/store"
	"dossier/web"
)

//go:embed records/*.md
var recordFiles embed.FS

// recordNames are the texts of the kit, in the order pages show them.
var recordNames = []string{"register", "impact", "candidate", "referee"}

// recordFacts are what the texts take from the settings in force.
type recordFacts struct {
	Date                                     string
	Organisations                            []string
	Vacancies, Applicants, Users, PoolMonths int
	Rows                                     []recordRow
	Mail, Candidate, Referee, Engine, Files  string
}

type recordRow struct{ Title, Text string }

// recordsPage offers the texts an organisation has to hold ready.
type recordsPage struct {
	page
	Tabs    []privacyTab
	Records []recordShown
}

type recordShown struct {
	Name, Text string
	Links      []recordLink
}

type recordLink struct{ Lang, Path string }

// showRecords answers GET /privacy/records.
func showRecords(r *request) error {
	p := recordsPage{page: r.newPage("privacy", "privacy.records"), Tabs: r.privacyTabs("/privacy/records")}
	for _, name := range recordNames {
		text, err := r.record(name, r.words)
		if err != nil {
			return err
		}
		shown := recordShown{Name: name, Text: text}
		for _, l := range web.Languages {
			shown.Links = append(shown.Links, recordLink{l, "/privacy/records/" + name + "?lang=" + l})
		}
		p.Records = append(p.Records, shown)
	}
	return r.render("privacy/records", p)
}

// downloadRecord answers GET /privacy/records/:record: one text, as Markdown.
func downloadRecord(r *request) error {
	name, lang := r.Param("record"), r.QueryParam("lang")
	if !slices.Contains(recordNames, name) || !slices.Contains(web.Languages, lang) {
		return store.ErrNotFound
	}
	text, err := r.record(name, r.app.views.Locale(lang))
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s.md"`, name, lang))
	return r.Blob(http.StatusOK, "text/markdown; charset=utf-8", []byte(text))
}

// record makes one text of the kit in one language from the settings in force.
func (r *request) record(name string, words *web.Locale) (string, error) {
	facts, err := r.recordFacts(words)
	if err != nil {
		return "", err
	}
	b, err := recordFiles.ReadFile("records/" + name + "." + words.Lang + ".md")
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Parse(string(b))
	if err != nil {
		return "", fmt.Errorf("record %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, facts); err != nil {
		return "", fmt.Errorf("record %s: %w", name, err)
	}
	return out.String(), nil
}

func (r *request) recordFacts(words *web.Locale) (recordFacts, error) {
	ctx := r.Request().Context()
	f := recordFacts{Date: words.Date(r.now, r.app.Zone), PoolMonths: store.MaxPoolMonths, Engine: words.T("privacy.engine." + r.app.Store.Engine()), Files: words.T("privacy.files.folder")}
	if r.app.Blobs.Dir() == "" {
		f.Files = words.T("privacy.files.bucket")
	}
	list, err := r.app.Store.Vacancies(ctx)
	if err != nil {
		return f, err
	}
	users, err := r.app.Store.Users(ctx)
	if err != nil {
		return f, err
	}
	f.Users = len(users)
	if f.Applicants, err = r.app.Store.CountApplicants(ctx); err != nil {
		return f, err
	}
	longest, referees := 0, 0
	for _, v := range list {
		if v.State == store.VacancyDraft || !r.mayHandle(v.ID) {
			continue
		}
		f.Vacancies++
		if v.Organisation != "" && !slices.Contains(f.Organisations, v.Organisation) {
			f.Organisations = append(f.Organisations, v.Organisation)
		}
		k, err := r.app.Store.RetentionOf(ctx, v.ID)
		if err != nil {
			return f, err
		}
		f.Rows = append(f.Rows, recordRow{v.Title, clocksInWords(words, k, store.VacancyClocks)})
		longest, referees = longer(longest, k.NotRetained), longer(referees, k.Referees)
	}
	k, err := r.app.Store.RetentionOf(ctx, 0)
	if err != nil {
		return f, err
	}
	f.Mail = clocksInWords(words, k, store.MailClocks)
	f.Candidate = words.T("privacy.kept_not_retained", "months", monthsOf(words, longest))
	f.Referee = words.T("privacy.kept_referees", "months", monthsOf(words, referees))
	return f, nil
}

// longer keeps the longer of two clocks; one without end is the longest.
func longer(a, b int) int {
	if a == store.Forever || b == store.Forever {
		return store.Forever
	}
	return max(a, b)
}

func monthsOf(words *web.Locale, months int) string {
	switch months {
	case store.Forever:
		return words.T("privacy.no_end")
	case 0:
		return words.T("privacy.at_once")
	}
	return words.N("length.months", months)
}

func clocksInWords(words *web.Locale, r store.Retention, clocks []store.Clock) string {
	var out []string
	for _, c := range clocks {
		out = append(out, words.T("privacy.clock_is", "clock", words.T("privacy.clock."+string(c)), "months", monthsOf(words, r.Months(c))))
	}
	return strings.Join(out, " ; ")
}
