package review

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
)

// maxCompared is how many applicants stand side by side.
const maxCompared = 4

// comparePage sets two to four applications of one vacancy side by side: a criterion a row.
type comparePage struct {
	page
	Vacancy store.Vacancy
	Back    string
	People  []comparedPerson
	Groups  []comparedGroup
	// Columns counts them with the criterion's own.
	Columns int
	// Veiled: some of them are shown without a name.
	Veiled bool
}

// comparedPerson is one column's head.
type comparedPerson struct {
	ID                          int64
	Name, Path, Without         string
	Stage                       screening.Stage
	Tone                        string
	ReceivedAt                  time.Time
	Met, NotMet, Unclear, Total int
	Assessed                    bool
	// Next moves it in the row: addresses of the page with it one place on or back.
	Left, Right string
}

type comparedGroup struct {
	Name string
	Rows []comparedRow
}

// comparedRow is one criterion for everybody.
type comparedRow struct {
	Statement  string
	Asset      bool
	ForReader  bool
	Differs    bool
	Cells      []comparedCell
	CriterionN int
}

// comparedCell is one person's finding on it.
type comparedCell struct {
	// Name repeats whose it is, for a phone, where the columns stand below each other.
	// Quote is the passage, File the file's name where it is one that was asked for.
	Name, Path, Said, Reason, Quote, File, Where string
	// Sum: the reason is told beside the quote.
	Sum  bool
	Chip chip
}

// comparePath is the address of some applications side by side.
func comparePath(slug string, ids []int64) string {
	q := url.Values{}
	for _, id := range ids {
		q.Add("id", strconv.FormatInt(id, 10))
	}
	return "/vacancies/" + url.PathEscape(slug) + "/compare?" + q.Encode()
}

// startCompare answers POST /vacancies/:slug/compare: what is ticked on the shortlist,
// values id:version, as an address that can be kept.
func startCompare(r *request) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	picked, err := r.chosen(v)
	if err != nil {
		return err
	}
	if len(picked) < 2 {
		r.say(false, "compare.too_few", 2, "")
		return r.redirect(vacancyPath(v.Slug, r.list()))
	}
	var ids []int64
	for _, c := range picked[:min(len(picked), maxCompared)] {
		ids = append(ids, c.ID)
	}
	if len(picked) > maxCompared {
		r.say(true, "compare.first_only", maxCompared, "")
	}
	return r.redirect(comparePath(v.Slug, ids))
}

// showCompare answers GET /vacancies/:slug/compare?id=&id=.
func showCompare(r *request) error {
	v, list, err := r.vacancyAndChecklist()
	if err != nil {
		return err
	}
	ids, err := comparedIDs(r.QueryParams()["id"])
	if err != nil {
		return err
	}
	p := comparePage{page: r.newPage("vacancies", "compare.title"), Vacancy: v, Back: vacancyPath(v.Slug, "")}
	type one struct {
		view     store.ApplicationView
		findings map[string]findingView
		path     string
	}
	var people []one
	p.Columns = len(ids) + 1
	for i, id := range ids {
		view, err := r.applicationView(id)
		if err != nil {
			return err
		}
		if view.VacancyID != v.ID {
			return fmt.Errorf("application %d: %w", id, store.ErrNotFound)
		}
		p.Veiled = p.Veiled || r.behind[id].Veiled
		path := applicationPath(id)
		b := findingsBuilder{words: r.words, view: view, docs: newDocumentSet(r.words, view), zone: v.DeadlineZone, now: r.now,
			path: func(criterion string) string {
				return path + "?c=" + url.QueryEscape(criterion) + "#" + anchorOf(criterion)
			}}
		sections, sum, _ := b.build("")
		o := one{view: view, findings: map[string]findingView{}, path: path}
		for _, s := range sections {
			for _, f := range s.Findings {
				o.findings[f.ID] = f
			}
		}
		people = append(people, o)
		head := comparedPerson{ID: id, Name: view.Applicant.Name, Path: path, Stage: view.Stage, Tone: stageTone(view.Stage), ReceivedAt: view.ReceivedAt,
			Met: sum.Met, NotMet: sum.NotMet, Unclear: sum.Unclear, Total: sum.Total, Assessed: view.Assessment != nil}
		if head.Name == "" {
			head.Name = first(view.Emails, "–")
		}
		if len(ids) > 2 {
			head.Without = comparePath(v.Slug, slices.Delete(slices.Clone(ids), i, i+1))
		}
		if i > 0 {
			head.Left = comparePath(v.Slug, swapped(ids, i, i-1))
		}
		if i < len(ids)-1 {
			head.Right = comparePath(v.Slug, swapped(ids, i, i+1))
		}
		p.People = append(p.People, head)
	}
	for _, g := range columnsOf(r.words, list.Criteria) {
		group := comparedGroup{Name: r.words.T("family." + g.Family)}
		for _, c := range g.Columns {
			criterion := list.Criteria[c.Position]
			row := comparedRow{Statement: titleOf(r.words, criterion), Asset: criterion.Importance == screening.Asset, ForReader: criterion.ForReader(), CriterionN: c.Position + 1}
			for i, o := range people {
				f, ok := o.findings[criterion.ID]
				cell := comparedCell{Name: p.People[i].Name, Path: o.path, Chip: chip{Verdict: "none", Label: r.words.T("verdict.none")}}
				if ok {
					cell.Chip, cell.Path, cell.Said, cell.Reason = f.Chip, f.Path, f.Said, f.Reason
					cell.Quote, cell.File, cell.Where = firstProof(f)
					cell.Sum = f.Sum
				}
				row.Differs = row.Differs || i > 0 && cell.Chip.Verdict != row.Cells[0].Chip.Verdict
				row.Cells = append(row.Cells, cell)
			}
			group.Rows = append(group.Rows, row)
		}
		p.Groups = append(p.Groups, group)
	}
	return r.render("vacancies/compare", p)
}

// comparedIDs reads whom to compare: two to four different applications.
func comparedIDs(values []string) ([]int64, error) {
	var ids []int64
	for _, value := range values {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil || id <= 0 {
			return nil, fmt.Errorf("compare %q: %w", value, errBadInput)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 || len(ids) > maxCompared {
		return nil, fmt.Errorf("compare %d applications: %w", len(ids), errBadInput)
	}
	return ids, nil
}

func swapped(ids []int64, a, b int) []int64 {
	out := slices.Clone(ids)
	out[a], out[b] = out[b], out[a]
	return out
}

// firstProof is the first quote of a finding, or the name of the file it was found in.
func firstProof(f findingView) (quote, file, where string) {
	for _, e := range f.Evidence {
		switch {
		case e.File != "":
			return "", e.File, e.Where
		case e.Passage != "" && strings.TrimSpace(e.Text) != "":
			return e.Text, "", e.Where
		}
	}
	for _, part := range f.Parts {
		if quote, file, where := firstProof(part); quote != "" || file != "" {
			return quote, file, where
		}
	}
	return "", "", ""
}
