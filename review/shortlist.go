package review

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	Rows      []shortlistLine
	// Views are the saved views, Columns what can be hidden, Show what is shown beside the
	// criteria.
	Views   []viewLine
	View    *store.View
	Default bool
	Columns []columnChoice
	Show    besides
	// Wide is the address that shows, or folds, a long checklist; Folded tells which.
	Wide   string
	Folded bool
	// Undo is what a bulk action just did and its author may take back.
	Undo *bulkUndo
	// Masked is set while names are kept back: nothing is searched or sorted by them.
	Masked, SearchOff bool
	// AllMatching offers a second click for all the list keeps, beyond this page.
	AllMatching bool
	// Span is how many columns a row has.
	Span int
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
	// Who fills the form that filters by reviewer.
	Who string
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
	// NameParts is the name with what was searched for.
	NameParts []store.Stretch
	// FoundPath opens the document the line found is in; FoundWhere names it.
	FoundPath, FoundWhere string
	Twins                 []twin
	// Waiting is true while there is no assessment with the checklist in force.
	Waiting bool
}

// twin is another application that seems to be the same person's.
type twin struct{ Path, Label string }

// cell is one verdict of the matrix.
type cell struct {
	Verdict, Label string
	Changed, First bool
	ForReader      bool
	// Markup is the cell as the page shows it.
	Markup template.HTML
}

// countCap bounds what is counted for "1–50 of n".
const countCap = 10_000

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
	settings, err := r.app.Store.ListSettings(ctx, r.user.ID, v.ID)
	if err != nil {
		return err
	}
	if view, ok := settings.View(settings.Choice.DefaultView); ok && r.Request().URL.RawQuery == "" {
		return r.redirect(viewPath(v.Slug, view))
	}
	f := readShortlist(v, list.Criteria, params)
	f.hasDefault = settings.Choice.DefaultView != 0
	masked, err := r.masks(v.ID)
	if err != nil {
		return err
	}
	searched := !f.query.Search.Empty()
	if err := r.readAs(&f); err != nil {
		return err
	}
	searchOff := masked != nil && searched
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
		Dense: settings.Dense, Total: total, TotalIsCapped: total == countCap, Masked: masked != nil, SearchOff: searchOff, Who: f.values.Get("who"),
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
	r.fillViews(p, f, settings, list)
	if p.Undo, err = r.bulkUndo(v, params); err != nil {
		return err
	}
	if masked != nil {
		for i := range rows {
			if masked(rows[i].ID) {
				rows[i].Name, rows[i].Email, rows[i].Found, rows[i].Alike = veiledName(r.words, rows[i].ID), "", store.Excerpt{}, nil
			}
			// A twin of somebody shown may be masked still, and would bear the same name.
			for k, other := range rows[i].Alike {
				if masked(other.ID) {
					rows[i].Alike[k].Name = veiledName(r.words, other.ID)
				}
			}
		}
	}
	lines := make([]listed, len(rows))
	for i := range rows {
		lines[i] = listed{ID: rows[i].ID, Name: &rows[i].Name, Email: &rows[i].Email, Verdicts: &rows[i].Verdicts,
			Met: &rows[i].MetCount, NotMet: &rows[i].NotMetCount, Unclear: &rows[i].UnclearCount}
	}
	if _, err := r.keepBackOfList(v.ID, list.Criteria, lines); err != nil {
		return err
	}
	if err := r.fillShortlist(p, f, list, rows, stages); err != nil {
		return err
	}
	p.AllMatching = next != nil && total <= maxMoved && r.may(account.Decide)
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

func (r *request) fillShortlist(p *shortlistPage, f shortlistFilter, list screening.Checklist, rows []store.ShortlistRow, stages map[screening.Stage]int) error {
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
	for _, g := range columnsOf(r.words, list.Criteria) {
		for _, c := range g.Columns {
			names[c.Position] = c
			if !c.ForReader {
				p.Counted++
			}
		}
	}
	for _, g := range p.Groups {
		for i := range g.Columns {
			c := &g.Columns[i]
			if c.ForReader {
				continue
			}
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
	switch {
	case f.query.Unfollowed:
		p.Tokens = append(p.Tokens, token{r.words.T("shortlist.nobody"), f.path(slug, func(q url.Values) { q.Del("who") })})
	case f.query.ReviewerID != 0:
		name := "–"
		for _, c := range p.Colleagues {
			if c.ID == f.query.ReviewerID {
				name = c.Name
			}
		}
		p.Tokens = append(p.Tokens, token{r.words.T("shortlist.followed_by", "name", name), f.path(slug, func(q url.Values) { q.Del("who") })})
	}
	for name, values := range f.values {
		if name == "view" {
			continue // another search or filter is no longer that view
		}
		for _, v := range values {
			p.Hidden = append(p.Hidden, hidden{name, v})
		}
	}
	slices.SortFunc(p.Hidden, func(a, b hidden) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	for _, s := range store.ShortlistSorts {
		if p.Masked && s == store.ByName {
			continue
		}
		p.Sorts = append(p.Sorts, tab{Label: r.words.T("sort." + string(s)), Current: s == p.Sort, Path: f.path(slug, func(q url.Values) { q.Set("sort", string(s)) })})
	}
	sorted := func(s store.ShortlistSort) string {
		return f.path(slug, func(q url.Values) { q.Set("sort", string(s)) })
	}
	p.SortName, p.SortReceived, p.SortMet = sorted(store.ByName), sorted(store.ByReceipt), sorted(store.ByMet)
	if p.Sort == store.ByReceipt {
		p.SortReceived = sorted(store.ByOldest)
	}
	p.Start = f.path(slug, func(url.Values) {})
	p.List = f.values.Encode()
	for _, s := range screening.Stages {
		if s != screening.StageNew && s != p.Stage {
			p.Moves = append(p.Moves, s)
		}
	}
	for _, row := range rows {
		l, err := r.shortlistLine(p, f, row)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, l)
	}
	return nil
}

func (r *request) shortlistLine(p *shortlistPage, f shortlistFilter, row store.ShortlistRow) (shortlistLine, error) {
	l := shortlistLine{ShortlistRow: row, Path: withList(applicationPath(row.ID), p.List), Tone: stageTone(row.Stage), Waiting: row.Verdicts == ""}
	if l.Name == "" {
		l.Name = row.Email
	}
	l.Bar = web.Stretches(40, []string{"bar__met", "bar__unclear", "bar__not-met"}, []int{row.MetCount, row.UnclearCount, row.NotMetCount})
	l.NameParts = f.query.Search.Highlight(l.Name)
	if len(l.Found.Parts) > 0 {
		l.FoundWhere = r.foundWhere(l.Found)
		l.FoundPath = withQuery(applicationPath(row.ID), "doc", strconv.FormatInt(l.Found.DocumentID, 10), "list", p.List)
	}
	for _, other := range row.Alike {
		name := other.Name
		if name == "" {
			name = "–"
		}
		l.Twins = append(l.Twins, twin{withList(applicationPath(other.ID), p.List), r.words.T("alike."+other.Rule, "name", name)})
	}
	for _, g := range p.Groups {
		if g.Folded != nil {
			c, err := r.drawn(r.worstOf(*g.Folded, row.Verdicts))
			if err != nil {
				return l, err
			}
			l.Cells = append(l.Cells, c)
			continue
		}
		for _, c := range g.Columns {
			letter := byte(' ')
			if c.Position < len(row.Verdicts) {
				letter = row.Verdicts[c.Position]
			}
			key := cellKey{c.Position, letter}
			known, ok := p.cells[key]
			if !ok {
				var err error
				if known, err = r.drawn(r.cell(c, letter)); err != nil {
					return l, err
				}
				p.cells[key] = known
			}
			l.Cells = append(l.Cells, known)
		}
	}
	return l, nil
}

// drawn gives a cell its markup, which the page's own template writes and escapes.
func (r *request) drawn(c cell) (cell, error) {
	var b strings.Builder
	err := r.app.views.Fragment(&b, r.words.Lang, "vacancies/shortlist", "shortlist-cell", c)
	c.Markup = template.HTML(b.String())
	return c, err
}

// worstOf is what a folded group of criteria comes to for one application: its worst
// verdict, with how many there are of each.
func (r *request) worstOf(g columnGroup, verdicts string) cell {
	n := map[byte]int{}
	out := cell{Verdict: "none", First: true}
	for _, c := range g.Columns {
		if c.ForReader || c.Position >= len(verdicts) {
			continue
		}
		letter := verdicts[c.Position]
		out.Changed = out.Changed || letter >= 'A' && letter <= 'Z'
		n[letter|0x20]++
	}
	switch {
	case n['n'] > 0:
		out.Verdict = "not_met"
	case n['u'] > 0:
		out.Verdict = "unclear"
	case n['m'] > 0:
		out.Verdict = "met"
	}
	out.Label = r.words.T("shortlist.token", "criterion", r.words.T("family."+g.Family), "verdict",
		r.words.T("shortlist.sum", "met", n['m'], "total", n['m']+n['u']+n['n'], "unclear", n['u'], "not_met", n['n']))
	return out
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
