package review

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// searchPage lists applications of all vacancies: what was searched for, or the latest.
type searchPage struct {
	page
	Search    string
	SearchCut bool
	Stage     screening.Stage
	Stages    []hidden
	Lines     []searchLine
	Total     int
	Capped    bool
	// Unsearched counts the vacancies left out because their review is anonymous.
	Unsearched  int
	List        string
	First       bool
	Start, Next string
}

// searchLine is one application found.
type searchLine struct {
	store.FoundRow
	Path, VacancyPath, Tone string
	NameParts               []store.Stretch
	FoundPath, FoundWhere   string
	Bar                     []web.Stretch
	Counted                 int
}

// findCap bounds what is counted of a list over all vacancies.
const findCap = 5000

// finder is the query of the list over all vacancies.
type finder struct {
	query  store.FindQuery
	search string
	cut    bool
	values url.Values
	// anonymous are the vacancies whose applicants' names are kept back; a search leaves
	// them out.
	anonymous []int64
	// opinions are the vacancies whose reviewers see what colleagues said only after they
	// have given an opinion of their own: no counts are shown of them here.
	opinions []int64
}

// readFind reads the query of the list's address, for some vacancies.
func (r *request) readFind(in url.Values, within store.Within) (finder, error) {
	f := finder{values: url.Values{}, query: store.FindQuery{Vacancies: within}}
	if s := strings.TrimSpace(in.Get("q")); s != "" {
		f.search, f.cut = cutSearch(s)
		f.query.Search = store.ParseSearch(f.search)
		f.values.Set("q", f.search)
	}
	if s := screening.Stage(in.Get("stage")); s.Valid() {
		f.query.Stage = s
		f.values.Set("stage", string(s))
	}
	modes, err := r.app.Store.ReviewModes(r.Request().Context())
	if err != nil {
		return f, err
	}
	for id, m := range modes {
		if m.Anonymous && within.Holds(id) {
			f.anonymous = append(f.anonymous, id)
		}
		if m.HiddenUntilMine && r.may(account.Judge) {
			f.opinions = append(f.opinions, id)
		}
	}
	if len(f.anonymous) > 0 && !f.query.Search.Empty() {
		if f.query.Vacancies == nil {
			if f.query.Vacancies, err = r.app.Store.VacancyIDs(r.Request().Context()); err != nil {
				return f, err
			}
		}
		f.query.Vacancies = slices.DeleteFunc(slices.Clone(f.query.Vacancies), func(id int64) bool { return slices.Contains(f.anonymous, id) })
		if f.query.Vacancies == nil {
			f.query.Vacancies = store.Within{}
		}
	}
	return f, nil
}

func (f finder) path(change func(url.Values)) string {
	q := url.Values{}
	for k, v := range f.values {
		q[k] = slices.Clone(v)
	}
	change(q)
	if len(q) == 0 {
		return "/search"
	}
	return "/search?" + q.Encode()
}

// showSearch answers GET /search?q=&stage=&after=.
func showSearch(r *request) error {
	ctx := r.Request().Context()
	f, err := r.readFind(r.QueryParams(), r.within())
	if err != nil {
		return err
	}
	p := searchPage{page: r.newPage("search", "find.title"), Search: f.search, SearchCut: f.cut, Stage: f.query.Stage, Stages: stagesOffered(r.words),
		List: f.values.Encode(), Start: f.path(func(url.Values) {})}
	if !f.query.Search.Empty() {
		p.Unsearched = len(f.anonymous)
	}
	f.query.After = decodeCursor(r.QueryParam("after"))
	p.First = f.query.After == nil
	if f.query, err = r.app.Store.Seek(ctx, f.query); err != nil {
		return err
	}
	rows, next, err := r.app.Store.Find(ctx, f.query)
	if err != nil {
		return err
	}
	if p.Total, p.Capped, err = r.app.Store.FindCount(ctx, f.query, findCap); err != nil {
		return err
	}
	if next != nil {
		p.Next = f.path(func(q url.Values) { q.Set("after", encodeCursor(*next)) })
	}
	masks := map[int64]func(int64) bool{}
	for _, id := range f.anonymous {
		if masks[id], err = r.masks(id); err != nil {
			return err
		}
	}
	for _, row := range rows {
		if m := masks[row.VacancyID]; m != nil && m(row.ID) {
			row.Name, row.Email, row.Found = veiledName(r.words, row.ID), "", store.Excerpt{}
		}
		if slices.Contains(f.opinions, row.VacancyID) {
			row.Verdicts = ""
		}
		p.Lines = append(p.Lines, r.searchLine(f, row))
	}
	return r.render("search/list", p)
}

func (r *request) searchLine(f finder, row store.FoundRow) searchLine {
	l := searchLine{FoundRow: row, Path: applicationPath(row.ID), VacancyPath: vacancyPath(row.Slug, ""), Tone: stageTone(row.Stage),
		Counted: row.MetCount + row.UnclearCount + row.NotMetCount}
	if l.Name == "" {
		l.Name = row.Email
	}
	if l.Name == "" {
		l.Name = "–"
	}
	l.Bar = web.Stretches(40, []string{"bar__met", "bar__unclear", "bar__not-met"}, []int{row.MetCount, row.UnclearCount, row.NotMetCount})
	l.NameParts = f.query.Search.Highlight(l.Name)
	if len(row.Found.Parts) > 0 {
		l.FoundWhere = r.foundWhere(row.Found)
		l.FoundPath = withQuery(l.Path, "doc", strconv.FormatInt(row.Found.DocumentID, 10))
	}
	return l
}

// foundWhere names the place of a line that was found: CV, p. 2.
func (r *request) foundWhere(e store.Excerpt) string {
	name := r.documentName(e.Document)
	if e.Page > 0 && !e.Document.Body {
		return r.words.T("finding.where", "document", name, "page", e.Page)
	}
	return name
}
