package review

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// shortlistPage is one vacancy's applications against its criteria.
type shortlistPage struct {
	page
	Vacancy store.Vacancy
	// Deadline tells how close it is: soon, past, or empty.
	Urgency string
	Health  mailboxHealth
	Tabs    []tab
	Stage   screening.Stage
	Groups  []columnGroup
	// Counted is how many criteria are counted, those for the reader left out.
	Counted int
	Search  string
	// SearchCut is set when only the beginning of the words typed was searched for.
	SearchCut bool
	Sort      store.ShortlistSort
	Sorts     []tab
	Tokens    []token
	Hidden    []hidden
	Dense     bool
	// Comfortable and Compact are the addresses of the two densities.
	Comfortable, Compact string
	Rows                 []shortlistLine
	// Total counts what the filters keep; Shown is how many of them this page shows.
	Total         int
	TotalIsCapped bool
	First         bool
	Start, Next   string
	// Moves are the stages a selection can be moved to.
	Moves []screening.Stage
	// Colleagues are whom a selection can be given to.
	Colleagues []colleague
	// List is this list's query, which an opened application carries along.
	List string
	// Empty is true when the vacancy has no application at all.
	Empty bool
	// cells keeps what a letter in a column looks like: a page has hundreds of cells and
	// few that differ.
	cells map[cellKey]cell
	// Criteria and Verdicts fill the form that adds a filter.
	Verdicts []string
	// New is how many applications came since the page was opened; Poll asks for it.
	New  int
	Poll string
	// SortName and the others are the addresses of the sortable heads.
	SortName, SortReceived, SortMet string
}

// token is a filter in force, with the address of the list without it.
type token struct{ Label, Without string }

// hidden is a parameter a form of the page carries along.
type hidden struct{ Name, Value string }

// shortlistLine is one application of the matrix.
type shortlistLine struct {
	store.ShortlistRow
	Path  string
	Tone  string
	Cells []cell
	Bar   []web.Stretch
	// Waiting is true while there is no assessment with the checklist in force.
	Waiting bool
}

// cell is one verdict of the matrix.
type cell struct {
	Verdict, Label string
	Changed, First bool
	ForReader      bool
}

// countCap bounds what is counted for "1–50 of n".
const countCap = 10_000

// maxCriteria bounds how many criterion filters one address may hold.
const maxFilters = 20

// showShortlist answers GET /vacancies/:slug.
func showShortlist(r *request) error {
	ctx := r.Request().Context()
	v, list, err := r.vacancyAndChecklist()
	if err != nil {
		return err
	}
	params := r.QueryParams()
	if done, err := r.addFilter(v, list, params); done || err != nil {
		return err
	}
	f := readShortlist(v, list.Criteria, params)
	rows, next, err := r.app.Store.Shortlist(ctx, f.query)
	if err != nil {
		return err
	}
	total, err := r.app.Store.ShortlistCount(ctx, f.query, countCap)
	if err != nil {
		return err
	}
	stages, err := r.app.Store.StageCounts(ctx, v.ID)
	if err != nil {
		return err
	}
	box, err := r.app.Store.VacancyMailbox(ctx, v.ID)
	if err != nil {
		return err
	}
	p := &shortlistPage{
		page: r.newPage("vacancies", v.Title), Vacancy: v, Stage: f.query.Stage, Search: f.search, SearchCut: f.cut, Sort: f.query.Sort,
		Groups: columnsOf(r.words, list.Criteria), Dense: f.dense, Total: total, TotalIsCapped: total == countCap,
		First: f.query.After == nil, cells: map[cellKey]cell{}, Verdicts: filterVerdicts, Health: healthOf(box, r.app.late(r.now)),
	}
	if at := v.DeadlineAt; at != nil {
		switch days := web.DaysUntil(*at, v.DeadlineZone, r.now); {
		case at.Before(r.now):
			p.Urgency = "past"
		case days <= 14:
			p.Urgency = "soon"
		}
	}
	if r.may(account.Judge) {
		if p.Colleagues, err = r.colleagues(0); err != nil {
			return err
		}
	}
	r.fillShortlist(p, f, list, rows, stages)
	if seen, err := strconv.Atoi(params.Get("seen")); err == nil {
		p.New = max(0, total-seen)
	}
	p.Poll = f.path(v.Slug, func(q url.Values) { q.Set("seen", strconv.Itoa(total-p.New)) })
	if next != nil {
		p.Next = f.path(v.Slug, func(q url.Values) { q.Set("after", encodeCursor(*next)) })
	}
	return r.render("vacancies/shortlist", p)
}

// vacancyAndChecklist reads the vacancy of the address and its checklist in force; the
// checklist is empty before the first is published.
func (r *request) vacancyAndChecklist() (store.Vacancy, screening.Checklist, error) {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return v, screening.Checklist{}, err
	}
	if v.ChecklistVersion == 0 {
		return v, screening.Checklist{}, nil
	}
	list, err := r.app.Store.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
	return v, list.Checklist, err
}

// filterVerdicts are what a criterion can be filtered by.
var filterVerdicts = []string{"unclear", "not_met", "met", "changed"}

// shortlistFilter is the list's query, read from an address and written back to one.
type shortlistFilter struct {
	query store.ShortlistQuery
	// values is the query in its one form, without the cursor.
	values url.Values
	dense  bool
	// search is what was typed, cut at what is looked for.
	search string
	// cut is set when the words searched for were too long and only their beginning counts.
	cut bool
}

// readShortlist reads the query of a shortlist's address. What it does not know it leaves
// out, so that an old link still opens.
func readShortlist(v store.Vacancy, criteria []screening.Criterion, in url.Values) shortlistFilter {
	f := shortlistFilter{values: url.Values{}, query: store.ShortlistQuery{VacancyID: v.ID, ChecklistVersion: v.ChecklistVersion, Sort: store.ByReceipt}}
	if s := screening.Stage(in.Get("stage")); s.Valid() {
		f.query.Stage = s
		f.values.Set("stage", string(s))
	} else if in.Get("open") == "1" {
		f.query.WithoutClosed = true
		f.values.Set("open", "1")
	}
	for _, c := range in["c"] {
		id, verdict, _ := strings.Cut(c, ":")
		at := criterionAt(criteria, id)
		if at < 0 || criteria[at].ForReader() || !slices.Contains(filterVerdicts, verdict) || len(f.query.Verdicts) == maxFilters {
			continue
		}
		vf := store.VerdictFilter{Position: at, Changed: verdict == "changed"}
		if !vf.Changed {
			vf.Verdict, _ = screening.ParseVerdict(verdict)
		}
		f.query.Verdicts = append(f.query.Verdicts, vf)
		f.values.Add("c", c)
	}
	if s := strings.TrimSpace(in.Get("q")); s != "" {
		f.search, f.cut = cutSearch(s)
		f.query.Search = store.ParseSearch(f.search)
		f.values.Set("q", f.search)
	}
	if s := store.ShortlistSort(in.Get("sort")); slices.Contains(store.ShortlistSorts, s) && s != store.ByReceipt {
		f.query.Sort = s
		f.values.Set("sort", string(s))
	}
	if f.dense = in.Get("dense") == "1"; f.dense {
		f.values.Set("dense", "1")
	}
	f.query.After = decodeCursor(in.Get("after"))
	return f
}

// maxSearchBytes bounds the words searched for.
const maxSearchBytes = 200

// cutSearch cuts words searched for at what is looked for, and tells whether it had to.
func cutSearch(s string) (string, bool) {
	if len(s) <= maxSearchBytes {
		return s, false
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:maxSearchBytes], "")), true
}

// path is the list's address with a change; it starts on the first page.
func (f shortlistFilter) path(slug string, change func(url.Values)) string {
	q := url.Values{}
	for k, v := range f.values {
		q[k] = slices.Clone(v)
	}
	change(q)
	return vacancyPath(slug, q.Encode())
}

// addFilter turns what the filter form sends into the address of the filtered list.
func (r *request) addFilter(v store.Vacancy, list screening.Checklist, in url.Values) (bool, error) {
	criterion, verdict := in.Get("fc"), in.Get("fv")
	if !in.Has("filter") {
		return false, nil
	}
	f := readShortlist(v, list.Criteria, in)
	if in.Get("open") != "1" {
		f.values.Del("open")
	}
	if criterion == "" || !slices.Contains(filterVerdicts, verdict) {
		return true, r.redirect(f.path(v.Slug, func(url.Values) {}))
	}
	return true, r.redirect(f.with(v.Slug, criterion, verdict))
}

// with is the list's address with one criterion filtered by a verdict, in place of what
// it was filtered by.
func (f shortlistFilter) with(slug, criterion, verdict string) string {
	return f.path(slug, func(q url.Values) {
		others := slices.DeleteFunc(q["c"], func(c string) bool { return strings.HasPrefix(c, criterion+":") })
		q["c"] = append(others, criterion+":"+verdict)
	})
}

func (r *request) fillShortlist(p *shortlistPage, f shortlistFilter, list screening.Checklist, rows []store.ShortlistRow, stages map[screening.Stage]int) {
	slug := p.Vacancy.Slug
	all := 0
	for _, n := range stages {
		all += n
	}
	p.Empty = all == 0
	p.Tabs = append(p.Tabs, tab{Label: r.words.T("shortlist.all"), Count: all, Current: p.Stage == "",
		Path: f.path(slug, func(q url.Values) { q.Del("stage") })})
	for _, s := range screening.Stages {
		if stages[s] == 0 && (s == screening.StageSelected || s == screening.StageWithdrawn) && s != p.Stage {
			continue
		}
		p.Tabs = append(p.Tabs, tab{Label: r.words.T("stages." + string(s)), Count: stages[s], Current: s == p.Stage,
			Path: f.path(slug, func(q url.Values) { q.Set("stage", string(s)); q.Del("open") })})
	}
	if f.query.WithoutClosed {
		p.Tokens = append(p.Tokens, token{r.words.T("shortlist.without_closed"), f.path(slug, func(q url.Values) { q.Del("open") })})
	}
	names := map[int]column{}
	for _, g := range p.Groups {
		for i := range g.Columns {
			c := &g.Columns[i]
			names[c.Position] = *c
			if c.ForReader {
				continue
			}
			p.Counted++
			for _, verdict := range filterVerdicts {
				c.Filters = append(c.Filters, tab{Label: r.words.T("filter.only." + verdict), Path: f.with(slug, c.ID, verdict)})
			}
		}
	}
	for i, vf := range f.query.Verdicts {
		verdict := vf.Verdict.String()
		if vf.Changed {
			verdict = "changed"
		}
		value := f.values["c"][i]
		p.Tokens = append(p.Tokens, token{r.words.T("shortlist.token", "criterion", names[vf.Position].Short, "verdict", r.words.T("verdict."+verdict)),
			f.path(slug, func(q url.Values) { q["c"] = slices.DeleteFunc(q["c"], func(c string) bool { return c == value }) })})
	}
	if p.Search != "" {
		p.Tokens = append(p.Tokens, token{r.words.T("quote", "text", p.Search), f.path(slug, func(q url.Values) { q.Del("q") })})
	}
	for name, values := range f.values {
		for _, v := range values {
			p.Hidden = append(p.Hidden, hidden{name, v})
		}
	}
	slices.SortFunc(p.Hidden, func(a, b hidden) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	for _, s := range store.ShortlistSorts {
		p.Sorts = append(p.Sorts, tab{Label: r.words.T("sort." + string(s)), Current: s == p.Sort, Path: f.path(slug, func(q url.Values) { q.Set("sort", string(s)) })})
	}
	sorted := func(s store.ShortlistSort) string {
		return f.path(slug, func(q url.Values) { q.Set("sort", string(s)) })
	}
	p.SortName, p.SortReceived, p.SortMet = sorted(store.ByName), sorted(store.ByReceipt), sorted(store.ByMet)
	if p.Sort == store.ByReceipt {
		p.SortReceived = sorted(store.ByOldest)
	}
	p.Comfortable = f.path(slug, func(q url.Values) { q.Del("dense") })
	p.Compact = f.path(slug, func(q url.Values) { q.Set("dense", "1") })
	p.Start = f.path(slug, func(url.Values) {})
	p.List = f.values.Encode()
	for _, s := range screening.Stages {
		if s != screening.StageNew && s != p.Stage {
			p.Moves = append(p.Moves, s)
		}
	}
	for _, row := range rows {
		p.Rows = append(p.Rows, r.shortlistLine(p, row))
	}
}

func (r *request) shortlistLine(p *shortlistPage, row store.ShortlistRow) shortlistLine {
	l := shortlistLine{ShortlistRow: row, Path: withList(applicationPath(row.ID), p.List), Tone: stageTone(row.Stage), Waiting: row.Verdicts == ""}
	if l.Name == "" {
		l.Name = row.Email
	}
	l.Bar = web.Stretches(40, []string{"bar__met", "bar__unclear", "bar__not-met"}, []int{row.MetCount, row.UnclearCount, row.NotMetCount})
	for _, g := range p.Groups {
		for _, c := range g.Columns {
			letter := byte(' ')
			if c.Position < len(row.Verdicts) {
				letter = row.Verdicts[c.Position]
			}
			key := cellKey{c.Position, letter}
			known, ok := p.cells[key]
			if !ok {
				known = r.cell(c, letter)
				p.cells[key] = known
			}
			l.Cells = append(l.Cells, known)
		}
	}
	return l
}

type cellKey struct {
	position int
	letter   byte
}

// cell is what one letter of an application's verdicts looks like in its column.
func (r *request) cell(c column, letter byte) cell {
	out := cell{Verdict: "none", First: c.First, ForReader: c.ForReader}
	switch letter {
	case 'm', 'M':
		out.Verdict = "met"
	case 'n', 'N':
		out.Verdict = "not_met"
	case 'u', 'U':
		out.Verdict = "unclear"
	}
	out.Changed = letter == 'M' || letter == 'N' || letter == 'U'
	word := "verdict." + out.Verdict
	if out.Verdict == "none" && c.ForReader {
		word = "verdict.reader"
	}
	out.Label = r.words.T("shortlist.token", "criterion", c.Short, "verdict", r.words.T(word))
	if out.Changed {
		out.Label += ", " + r.words.T("verdict.changed")
	}
	return out
}

// cursorForm is a cursor as an address carries it.
type cursorForm struct {
	At   int64  `json:"t"`
	ID   int64  `json:"i"`
	Met  int    `json:"m,omitempty"`
	Name string `json:"n,omitempty"`
}

func encodeCursor(c store.ShortlistCursor) string {
	b, err := json.Marshal(cursorForm{At: c.ReceivedAt.UnixMicro(), ID: c.ID, Met: c.Met, Name: c.Name})
	if err != nil {
		panic(fmt.Sprintf("cursor: %v", err)) // numbers and a string always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads a cursor; one that is not ours gives the first page.
func decodeCursor(s string) *store.ShortlistCursor {
	b, err := base64.RawURLEncoding.DecodeString(s)
	var c cursorForm
	if s == "" || err != nil || json.Unmarshal(b, &c) != nil {
		return nil
	}
	return &store.ShortlistCursor{ReceivedAt: time.UnixMicro(c.At).UTC(), ID: c.ID, Met: c.Met, Name: c.Name}
}
