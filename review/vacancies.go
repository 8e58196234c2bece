package review

import (
	"slices"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/text"
	"dossier/web"
)

// vacanciesPage lists the vacancies of one state.
type vacanciesPage struct {
	page
	State store.VacancyState
	Tabs  []tab
	// Search is what the list was narrowed by.
	// SearchCut is set when only the beginning of the words typed was searched for.
	SearchCut bool
	Search    string
	Lines     []vacancyLine
	// None is true when there is no vacancy at all, of any state.
	None                  bool
	Applications, Unclear int
	// Broken are the mailboxes that are not being read.
	Broken []store.Mailbox
}

// tab is one of a row of links.
type tab struct {
	Label, Path string
	Count       int
	Current     bool
}

// vacancyLine is one vacancy of the list.
type vacancyLine struct {
	store.VacancyRow
	Path string
	// Edit leads to the draft of a vacancy that is not open yet.
	Edit string
	// OpenDate tells that a draft's deadline is begun and not complete.
	OpenDate bool
	// About is its reference, organisation and place on one line.
	About string
	Spark web.Spark
	// Urgency is soon within three days of the deadline, late after it while something is
	// still to do, past after it, and empty otherwise.
	Urgency                    string
	New, ToReview, Shortlisted int
	// Undecided are the new ones and those to review.
	Undecided int
	Health    mailboxHealth
}

// mailboxHealth is a mailbox's state in one word.
type mailboxHealth struct {
	// State is good, late, bad, imported or none.
	State string
	Box   *store.Mailbox
}

// soonDays before the deadline the date is set in amber.
const soonDays = 3

var vacancyStates = []store.VacancyState{store.VacancyOpen, store.VacancyDraft, store.VacancyClosed, store.VacancyArchived}

// showVacancies answers GET /vacancies?state=&q=.
func showVacancies(r *request) error {
	ctx := r.Request().Context()
	p := vacanciesPage{page: r.newPage("vacancies", "vacancies.title"), State: store.VacancyOpen}
	p.Search, p.SearchCut = cutSearch(strings.TrimSpace(r.FormValue("q")))
	for _, s := range vacancyStates {
		if string(s) == r.QueryParam("state") {
			p.State = s
		}
	}
	counts, err := r.app.Store.CountVacancies(ctx, r.within())
	if err != nil {
		return err
	}
	for _, s := range vacancyStates {
		if s == store.VacancyArchived && counts[s] == 0 && p.State != s {
			continue
		}
		p.Tabs = append(p.Tabs, tab{Label: r.words.T("vacancies.tab." + string(s)), Path: "/vacancies?state=" + string(s), Count: counts[s], Current: s == p.State})
	}
	p.None = counts[store.VacancyOpen]+counts[store.VacancyDraft]+counts[store.VacancyClosed]+counts[store.VacancyArchived] == 0
	rows, err := r.app.Store.VacancyList(ctx, p.State, r.within())
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, row := range rows {
		p.Applications += row.Total
		p.Unclear += row.Unclear
		line := r.vacancyLine(row)
		if line.Health.State == "bad" && !seen[row.Mailbox.ID] {
			seen[row.Mailbox.ID] = true
			p.Broken = append(p.Broken, *row.Mailbox)
		}
		if matches(row.Vacancy, p.Search) {
			p.Lines = append(p.Lines, line)
		}
	}
	return r.render("vacancies/list", p)
}

func (r *request) vacancyLine(row store.VacancyRow) vacancyLine {
	l := vacancyLine{VacancyRow: row, Path: vacancyPath(row.Vacancy.Slug, ""), Edit: draftPath(row.Vacancy.Slug, "edit"), Spark: web.NewSpark(row.PerDay[:]),
		New: row.ByStage[screening.StageNew], ToReview: row.ByStage[screening.StageToReview], Shortlisted: row.ByStage[screening.StageShortlisted]}
	l.Undecided = l.New + l.ToReview
	l.OpenDate = row.Vacancy.State == store.VacancyDraft && slices.ContainsFunc(row.Vacancy.Gaps, func(gap string) bool { return strings.HasPrefix(gap, "deadline.") })
	about := slices.DeleteFunc([]string{row.Vacancy.Reference, row.Vacancy.Organisation, row.Vacancy.Place}, func(s string) bool { return s == "" })
	l.About = strings.Join(about, " · ")
	l.Health = healthOf(row.Mailbox, r.app.late(r.now))
	if at := row.Vacancy.DeadlineAt; at != nil {
		days := web.DaysUntil(*at, row.Vacancy.DeadlineZone, r.now)
		switch {
		case at.Before(r.now) && row.Vacancy.State == store.VacancyOpen && l.Undecided > 0:
			l.Urgency = "late"
		case at.Before(r.now):
			l.Urgency = "past"
		case days <= soonDays:
			l.Urgency = "soon"
		}
	}
	return l
}

// matches tells whether a vacancy's title, reference, place or organisation holds all words.
func matches(v store.Vacancy, search string) bool {
	hay := text.String(v.Title + " " + v.Reference + " " + v.Place + " " + v.Organisation)
	for _, word := range strings.Fields(text.String(search)) {
		if !strings.Contains(hay, word) {
			return false
		}
	}
	return true
}
