package review

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// checklistsPage lists every vacancy with its checklist.
type checklistsPage struct {
	page
	Vacancies []store.Vacancy
}

// showChecklists answers GET /checklists.
func showChecklists(r *request) error {
	p := checklistsPage{page: r.newPage("checklists", "checklists.title")}
	for _, state := range vacancyStates {
		rows, err := r.app.Store.VacancyList(r.Request().Context(), state, r.within())
		if err != nil {
			return err
		}
		for _, row := range rows {
			p.Vacancies = append(p.Vacancies, row.Vacancy)
		}
	}
	return r.render("checklists/list", p)
}

// checklistPage shows what a vacancy asks for, in words.
type checklistPage struct {
	page
	Vacancy   store.Vacancy
	Published *store.Checklist
	AsOf      string
	Families  []criterionFamily
	Count     int
	// Gaps are what a person still has to fill in, as sentences.
	Gaps []string
	// HasDraft tells that a draft says something else than what is in force, Waiting how many lines of the draft nobody
	// has approved.
	HasDraft bool
	Waiting  int
	Progress *progressView
}

type criterionFamily struct {
	Name     string
	Criteria []criterionView
}

// criterionView is one criterion in words.
type criterionView struct {
	Number    int
	ID, Kind  string
	Statement string
	Asset     bool
	Sensitive bool
	Held      bool
	Legal     string
	Facts     []paramView
	Source    string
	Readings  int
	// Members are a group's criteria; Rule says how they combine.
	Members []criterionView
	Rule    string
}

// paramView is one parameter in words.
type paramView struct{ Label, Value string }

// showChecklist answers GET /vacancies/:slug/checklist.
func showChecklist(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	p := checklistPage{page: r.newPage("checklists", "checklist.title"), Vacancy: v}
	for _, g := range v.Gaps {
		p.Gaps = append(p.Gaps, r.words.Sentence("gap.", g, nil))
	}
	if v.ChecklistVersion > 0 {
		list, err := r.app.Store.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
		if err != nil {
			return err
		}
		p.Published = &list
		p.Count = len(list.Checklist.Criteria)
		p.AsOf = dayText(r.words, list.Checklist.AsOf)
		for _, family := range columnFamilies {
			f := criterionFamily{Name: family}
			for i, c := range list.Checklist.Criteria {
				if columnFamily(c) == family {
					f.Criteria = append(f.Criteria, criterionInWords(r.words, c, i+1))
				}
			}
			if len(f.Criteria) > 0 {
				p.Families = append(p.Families, f)
			}
		}
	}
	if p.Progress, err = r.progress(v); err != nil {
		return err
	}
	draft, err := r.app.Store.Draft(ctx, v.ID)
	switch {
	case err == nil:
		p.HasDraft, p.Waiting = p.Published == nil || draft.Differs(v, p.Published.Checklist), draft.Body.Pending()
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return r.render("vacancies/checklist", p)
}

// dayText is a calendar day in words, empty when there is none.
func dayText(l *web.Locale, d screening.Date) string {
	if d.IsZero() {
		return ""
	}
	return l.Date(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC), "")
}

func criterionInWords(l *web.Locale, c screening.Criterion, number int) criterionView {
	v := criterionView{Number: number, ID: c.ID, Kind: l.T("kind." + c.Kind), Statement: titleOf(l, c), Asset: c.Importance == screening.Asset,
		Sensitive: c.Sensitive, Held: c.ForReader(), Legal: c.LegalBasis, Facts: paramsInWords(l, c), Readings: len(c.Readings)}
	if c.Source != nil {
		v.Source = c.Source.Quote
	}
	for _, m := range c.Criteria {
		v.Members = append(v.Members, criterionInWords(l, m, 0))
	}
	if len(v.Members) > 0 {
		v.Rule = l.T("kind.rule." + c.Kind)
	}
	return v
}

// titleOf is what a criterion asks for: its statement, else its kind and parameters in
// words, as members of a group often have none.
func titleOf(l *web.Locale, c screening.Criterion) string {
	if s := c.Statement.In(l.Lang); s != "" {
		return s
	}
	kind := l.T("kind." + c.Kind)
	var said []string
	for _, p := range paramsInWords(l, c) {
		said = append(said, l.T("criterion.param", "name", inTitle(p.Label), "value", p.Value))
	}
	if len(said) == 0 {
		return kind
	}
	return l.T("criterion.title", "kind", kind, "params", shorten(strings.Join(said, l.T("criterion.and")), maxTitle))
}

// maxTitle bounds the parameters in a criterion's title, in runes.
const maxTitle = 120

// inTitle writes a label as it stands inside a line.
func inTitle(label string) string {
	r, n := utf8.DecodeRuneInString(label)
	return string(unicode.ToLower(r)) + label[n:]
}

// paramOrder puts the parameters that say most first; others follow by name.
var paramOrder = []string{"language", "all_of", "any_of", "licence", "force", "status", "min_level", "year", "fields", "domain", "sector", "region",
	"min_years", "min_months", "max_months", "max_years", "min", "max", "roles"}

// paramsInWords lists a criterion's parameters with their values in words.
func paramsInWords(l *web.Locale, c screening.Criterion) []paramView {
	var params map[string]any
	if len(c.Params) == 0 || json.Unmarshal(c.Params, &params) != nil {
		return nil
	}
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	place := func(name string) int {
		if i := slices.Index(paramOrder, name); i >= 0 {
			return i
		}
		return len(paramOrder)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(place(a)-place(b), strings.Compare(a, b)) })
	var out []paramView
	for _, name := range names {
		label := strings.ReplaceAll(name, "_", " ")
		if key := "params." + name; l.Has(key) {
			label = l.T(key)
		}
		out = append(out, paramView{Label: label, Value: valueInWords(l, c.Kind, name, params[name])})
	}
	return out
}

func valueInWords(l *web.Locale, kind, name string, v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return l.T("params.yes")
		}
		return l.T("params.no")
	case float64:
		if name == "min_level" || name == "level" {
			if key := fmt.Sprintf("level.%d", int(v)); l.Has(key) {
				return l.T(key)
			}
		}
		if v == float64(int64(v)) {
			return l.Number(int64(v))
		}
		return fmt.Sprint(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = valueInWords(l, kind, name, e)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for k, e := range v {
			parts = append(parts, paramWord(l, "role", k)+" "+valueInWords(l, kind, name, e))
		}
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	case string:
		if day, err := screening.ParseDate(v); err == nil {
			return dayText(l, day)
		}
		switch {
		case kind == "language" && (name == "language" || name == "any_of" || name == "all_of"):
			return languageName(l, v)
		case kind == "documents" && l.Has("documents.type."+v):
			return l.T("documents.type." + v)
		}
		return paramWord(l, name, v)
	}
	return fmt.Sprint(v)
}
