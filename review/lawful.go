package review

import (
	"encoding/json"
	"slices"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/notice"
	"dossier/web"
)

// guard marks a line as sensitive when it asks for something the law protects, whatever
// way it came into the draft: read from a notice, typed, taken from a template or a file.
// What the reading of the notice found stays, unless a person has corrected the line since;
// what a file declared sensitive stays in any case.
func guard(l *store.DraftLine, corrected bool) {
	reasons := protected(l.Criterion)
	if l.Origin != store.FromNotice || !corrected {
		for _, r := range l.Reasons {
			if !slices.Contains(reasons, r) {
				reasons = append(reasons, r)
			}
		}
		if len(reasons) == 0 && marked(l.Criterion) {
			reasons = []string{"declared"}
		}
	}
	l.Reasons = reasons
	mark(&l.Criterion, len(reasons) > 0)
	if len(reasons) == 0 {
		l.Suggestion, l.LegalBy, l.LegalAt = screening.Statement{}, 0, nil
		return
	}
	if l.Suggestion == (screening.Statement{}) {
		l.Suggestion = suggestionFor(reasons)
	}
}

// protected are the codes of what a criterion asks for that the law protects, members of a
// group included.
func protected(c screening.Criterion) []string {
	var out []string
	add := func(codes ...string) {
		for _, code := range codes {
			if !slices.Contains(out, code) {
				out = append(out, code)
			}
		}
	}
	var params map[string]any
	if json.Unmarshal(c.Params, &params) != nil {
		params = nil
	}
	switch c.Kind {
	case "age":
		add("age")
	case "experience":
		if params["max_months"] != nil || params["max_years"] != nil {
			add("experience_max")
		}
	}
	words := []string{c.Statement.FR, c.Statement.EN, c.Statement.Plain}
	if c.Kind == "eligibility" || c.Kind == "skill" || c.Kind == "judgement" {
		words = append(words, wordsIn(params)...)
	}
	for _, w := range words {
		add(notice.Touches(w)...)
	}
	for _, m := range c.Criteria {
		add(protected(m)...)
	}
	return out
}

func wordsIn(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, wordsIn(e)...)
		}
		return out
	case map[string]any:
		var out []string
		for _, e := range v {
			out = append(out, wordsIn(e)...)
		}
		slices.Sort(out)
		return out
	}
	return nil
}

// marked tells whether a criterion or a member of it is marked as sensitive.
func marked(c screening.Criterion) bool {
	return c.Sensitive || slices.ContainsFunc(c.Criteria, marked)
}

// mark sets the mark on the line as a whole: a group counts as one, so a group with a
// sensitive member is not counted either.
func mark(c *screening.Criterion, sensitive bool) {
	c.Sensitive = sensitive
	if !sensitive {
		clearBasis(c)
	}
}

func clearBasis(c *screening.Criterion) {
	c.Sensitive, c.LegalBasis = false, ""
	for i := range c.Criteria {
		clearBasis(&c.Criteria[i])
	}
}

// suggestionFor is the lawful wording of the first reason that has one.
func suggestionFor(reasons []string) screening.Statement {
	list, _, _ := notice.Grounds()
	for _, code := range reasons {
		for _, g := range list {
			if g.Code == code && g.Suggestion != (screening.Statement{}) {
				return g.Suggestion
			}
		}
	}
	return screening.Statement{}
}

// legalView is what the page says of a sensitive line.
type legalView struct {
	// Names are what is protected, in words; Law the texts that protect it.
	Names, Law, Suggestion string
	// Basis is empty while the line is held. By and At are who typed it.
	Basis, By, At string
	// Mine tells whether the person may type one.
	Mine bool
}

func (r *request) legalView(l store.DraftLine, names map[int64]string) *legalView {
	if !l.Criterion.Sensitive {
		return nil
	}
	list, _, _ := notice.Grounds()
	v := legalView{Basis: l.Criterion.LegalBasis, Suggestion: l.Suggestion.In(r.words.Lang)}
	var said, laws []string
	for _, code := range l.Reasons {
		said = append(said, protectedName(r.words, code))
		for _, g := range list {
			law := g.Law
			if key := "law." + code; r.words.Has(key) {
				law = r.words.T(key)
			}
			if g.Code == code && law != "" && !slices.Contains(laws, law) {
				laws = append(laws, law)
			}
		}
	}
	v.Names, v.Law = strings.Join(said, ", "), strings.Join(laws, " ; ")
	if l.LegalAt != nil {
		v.By, v.At = names[l.LegalBy], r.words.ShortInstant(*l.LegalAt, r.app.Zone, r.now)
	}
	return &v
}

// protectedName is what is protected, in words.
func protectedName(l *web.Locale, code string) string {
	if key := "lawful." + code; l.Has(key) {
		return l.T(key)
	}
	return strings.ReplaceAll(code, "_", " ")
}
