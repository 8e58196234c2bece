package review

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// unclearPage is the queue of criteria to check.
type unclearPage struct {
	page
	Total, Required, Vacancies int
	Tabs                       []tab
	// Only is the vacancy the queue is narrowed to; nil for all.
	Only   *store.Vacancy
	AllOf  string
	Groups []unclearGroup
	First  bool
	Start  string
	Next   string
}

// unclearGroup is one vacancy's part of the page.
type unclearGroup struct {
	Vacancy store.Vacancy
	Path    string
	// Narrow is the address of the queue for this vacancy alone.
	Narrow string
	Count  int
	Soon   bool
	Past   bool
	Lines  []unclearLine
}

// unclearLine is one criterion of one application.
type unclearLine struct {
	Name, Path string
	ReceivedAt time.Time
	Statement  string
	Asset      bool
	// Doubt is why it is open, in a word: nothing, ocr, conflict or read.
	Doubt  string
	Reason string
	Quotes []quoteView
	// Where names the documents of the quotes; Searched those looked through in vain.
	Where, Searched string
}

// quoteView is a passage of a list.
type quoteView struct{ Text string }

const (
	maxQuotes     = 2
	maxQuoteRunes = 160
)

// showUnclear answers GET /unclear?vacancy=&required=1.
func showUnclear(r *request) error {
	ctx := r.Request().Context()
	counts, err := r.app.Store.UnclearCounts(ctx, r.within())
	if err != nil {
		return err
	}
	p := unclearPage{page: r.newPage("unclear", "unclear.title"), Vacancies: len(counts)}
	byVacancy := map[int64]store.UnclearCount{}
	for _, c := range counts {
		p.Total += c.Criteria
		p.Required += c.Required
		byVacancy[c.VacancyID] = c
	}
	q := store.UnclearQuery{Within: r.within(), RequiredOnly: r.QueryParam("required") == "1", After: decodeUnclear(r.QueryParam("after"))}
	values := url.Values{}
	if slug := r.QueryParam("vacancy"); slug != "" {
		v, err := r.app.Store.VacancyBySlug(ctx, slug)
		if err != nil {
			return err
		}
		if err := r.sees(v.ID); err != nil {
			return err
		}
		p.Only, q.VacancyID = &v, v.ID
		values.Set("vacancy", slug)
	}
	path := func(change func(url.Values)) string {
		q := url.Values{}
		for k, v := range values {
			q[k] = slices.Clone(v)
		}
		change(q)
		if len(q) == 0 {
			return "/unclear"
		}
		return "/unclear?" + q.Encode()
	}
	all, required := p.Total, p.Required
	if p.Only != nil {
		all, required = byVacancy[p.Only.ID].Criteria, byVacancy[p.Only.ID].Required
	}
	p.Tabs = []tab{
		{Label: r.words.T("unclear.all"), Count: all, Current: !q.RequiredOnly, Path: path(func(url.Values) {})},
		{Label: r.words.T("unclear.required"), Count: required, Current: q.RequiredOnly, Path: path(func(v url.Values) { v.Set("required", "1") })},
	}
	if q.RequiredOnly {
		values.Set("required", "1")
	}
	p.AllOf = path(func(v url.Values) { v.Del("vacancy") })
	p.First, p.Start = q.After == nil, path(func(url.Values) {})
	items, next, err := r.app.Store.UnclearQueue(ctx, q)
	if err != nil {
		return err
	}
	if next != nil {
		p.Next = path(func(v url.Values) { v.Set("after", encodeUnclear(*next)) })
	}
	for _, item := range items {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Vacancy.ID != item.VacancyID {
			g, err := r.unclearGroup(item.VacancyID, byVacancy)
			if err != nil {
				return err
			}
			g.Narrow = path(func(v url.Values) { v.Set("vacancy", g.Vacancy.Slug) })
			p.Groups = append(p.Groups, g)
		}
		g := &p.Groups[len(p.Groups)-1]
		criteria, err := r.criteriaOf(g.Vacancy)
		if err != nil {
			return err
		}
		if err := r.keepBackOfQueue(&item); err != nil {
			return err
		}
		for _, f := range item.Findings {
			at := criterionAt(criteria, f.Criterion)
			if at < 0 || criteria[at].ForReader() || q.RequiredOnly && criteria[at].Importance == screening.Asset {
				continue
			}
			g.Lines = append(g.Lines, r.unclearLine(item, criteria[at], f, g.Vacancy.DeadlineZone))
		}
	}
	p.Groups = slices.DeleteFunc(p.Groups, func(g unclearGroup) bool { return len(g.Lines) == 0 })
	return r.render("unclear/list", p)
}

func (r *request) unclearGroup(id int64, counts map[int64]store.UnclearCount) (unclearGroup, error) {
	v, err := r.app.Store.VacancyByID(r.Request().Context(), id)
	if err != nil {
		return unclearGroup{}, err
	}
	g := unclearGroup{Vacancy: v, Path: vacancyPath(v.Slug, ""), Count: counts[id].Criteria}
	if at := v.DeadlineAt; at != nil {
		g.Past = at.Before(r.now)
		g.Soon = !g.Past && web.DaysUntil(*at, v.DeadlineZone, r.now) <= soonDays
	}
	return g, nil
}

// criteriaOf reads a vacancy's criteria once per request.
func (r *request) criteriaOf(v store.Vacancy) ([]screening.Criterion, error) {
	key := "criteria " + strconv.FormatInt(v.ID, 10)
	if got, ok := r.Get(key).([]screening.Criterion); ok {
		return got, nil
	}
	list, err := r.app.Store.ChecklistAt(r.Request().Context(), v.ID, v.ChecklistVersion)
	if err != nil {
		return nil, err
	}
	r.Set(key, list.Checklist.Criteria)
	return list.Checklist.Criteria, nil
}

func (r *request) unclearLine(item store.UnclearItem, c screening.Criterion, f screening.Finding, zone string) unclearLine {
	l := unclearLine{Name: item.Name, ReceivedAt: item.ReceivedAt, Statement: titleOf(r.words, c), Asset: c.Importance == screening.Asset,
		Reason: reasonText(r.words, f, zone), Doubt: doubtOf(f),
		Path: applicationPath(item.ApplicationID) + "?" + url.Values{"c": {c.ID}}.Encode() + "#" + anchorOf(c.ID)}
	if l.Name == "" {
		l.Name = "–"
	}
	if said, ok := item.Said[f.Criterion]; ok {
		l.Reason = r.words.T("quote", "text", shorten(saidReason(r.words, said), maxQuoteRunes))
		l.Doubt = "person"
	}
	var where, searched []string
	note := func(list *[]string, id string, page int) {
		n, err := strconv.ParseInt(id, 10, 64)
		d, ok := item.Documents[n]
		if err != nil || !ok {
			return
		}
		name := r.documentName(d)
		if page > 0 && !d.Body {
			name = r.words.T("finding.where", "document", name, "page", page)
		}
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	words := allWords(f)
	for _, e := range allEvidence(f) {
		switch e.Kind {
		case screening.Passage, screening.Header:
			if len(l.Quotes) < maxQuotes && strings.TrimSpace(e.Quote) != "" {
				l.Quotes = append(l.Quotes, quoteView{shown(shortenTo(e.Quote, maxQuoteRunes, words), r.words.T("veil.gap"))})
				note(&where, e.Document, e.Page)
			}
		case screening.Search:
			for _, id := range e.Searched {
				note(&searched, id, 0)
			}
		case screening.File:
			note(&where, e.Document, 0)
		}
	}
	l.Where, l.Searched = strings.Join(where, " · "), strings.Join(searched, ", ")
	return l
}

// documentName is what a document is called in a list: its type in words, or its file.
func (r *request) documentName(d store.DocumentLabel) string {
	if d.Body {
		return r.words.T("documents.body")
	}
	if key := "documents.type." + string(d.Type); r.words.Has(key) {
		return r.words.T(key)
	}
	return d.Name
}

// allEvidence is a finding's evidence with that of its parts.
func allEvidence(f screening.Finding) []screening.Evidence {
	out := slices.Clone(f.Evidence)
	for _, p := range f.Parts {
		out = append(out, allEvidence(p)...)
	}
	return out
}

// allWords are the words of a finding with those of its parts.
func allWords(f screening.Finding) []string {
	out := wordsOf(f)
	for _, p := range f.Parts {
		out = append(out, allWords(p)...)
	}
	return out
}

// doubtOf tells in a word why a finding is open.
func doubtOf(f screening.Finding) string {
	evidence := allEvidence(f)
	has := func(test func(screening.Evidence) bool) bool { return slices.ContainsFunc(evidence, test) }
	switch {
	case f.ByOCR:
		return "ocr"
	case has(func(e screening.Evidence) bool { return e.Role == screening.Contradicts }) &&
		has(func(e screening.Evidence) bool { return e.Role == screening.Supports }):
		return "conflict"
	case has(func(e screening.Evidence) bool { return e.Kind == screening.Passage }):
		return "read"
	}
	return "nothing"
}

func encodeUnclear(c store.UnclearCursor) string {
	deadline := int64(0)
	if !c.Deadline.IsZero() {
		deadline = c.Deadline.UnixMicro()
	}
	return strings.Join([]string{strconv.FormatInt(deadline, 36), strconv.FormatInt(c.VacancyID, 36),
		strconv.FormatInt(c.ReceivedAt.UnixMicro(), 36), strconv.FormatInt(c.ID, 36)}, ".")
}

// decodeUnclear reads a cursor; one that is not ours gives the first page.
func decodeUnclear(s string) *store.UnclearCursor {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return nil
	}
	var n [4]int64
	for i, p := range parts {
		v, err := strconv.ParseInt(p, 36, 64)
		if err != nil {
			return nil
		}
		n[i] = v
	}
	c := &store.UnclearCursor{VacancyID: n[1], ReceivedAt: time.UnixMicro(n[2]).UTC(), ID: n[3]}
	if n[0] != 0 {
		c.Deadline = time.UnixMicro(n[0]).UTC()
	}
	return c
}
