package review

import (
	"slices"
	"time"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// figuresPage is a vacancy in pictures, each with its figures as a table.
type figuresPage struct {
	page
	Vacancy store.Vacancy
	Empty   bool
	// Gone says how many applications were erased or purged since, by stage; empty for none.
	Gone   string
	Funnel []web.Bar
	// FunnelHeight and the like size the drawings.
	FunnelHeight int
	Timeline     web.Timeline
	Days         []dayCount
	Weekly       bool
	Criteria     []criterionFigure
	Assessed     int
	// Median is the usual wait for a first act, in words; empty before the first.
	Median        string
	Waits         []web.Bar
	WaitsHeight   int
	Waiting, Seen int
	// Kept: what colleagues changed is not told to a reader who has not given an opinion on
	// every application.
	Kept bool
}

type dayCount struct {
	Label string
	N     int
}

// criterionFigure is how a criterion comes out over all applications.
type criterionFigure struct {
	Statement             string
	Bar                   []web.Stretch
	Met, Unclear, NotMet  int
	MetShare              int
	Changed, ChangedShare int
	Asset, ForReader      bool
}

// maxDaysDrawn is how many days are drawn one by one; longer spans are drawn by the week.
const maxDaysDrawn = 62

// showFigures answers GET /vacancies/:slug/figures.
func showFigures(r *request) error {
	v, list, err := r.vacancyAndChecklist()
	if err != nil {
		return err
	}
	f, err := r.app.Store.Figures(r.Request().Context(), v.ID, store.Checklist{Version: v.ChecklistVersion, Checklist: list})
	if err != nil {
		return err
	}
	p := figuresPage{page: r.newPage("vacancies", "figures.title"), Vacancy: v, Empty: len(f.Received) == 0, Assessed: f.Assessed,
		Waiting: f.Waiting, Seen: len(f.FirstActs)}
	p.Gone = r.goneInWords(f.Gone)
	if p.Kept, err = r.keepsChanges(v.ID, len(f.Received)); err != nil {
		return err
	}
	p.funnel(r.words, f)
	p.timeline(r.words, v, f.Received, r.now)
	p.criteria(r.words, list.Criteria, f)
	p.waits(r.words, f)
	return r.render("vacancies/figures", p)
}

// funnel counts how far applications came, whether they stand there still or not.
func (p *figuresPage) funnel(l *web.Locale, f store.Figures) {
	labels := []string{l.T("figures.received"), l.T("figures.seen")}
	values := []int{len(f.Received), len(f.FirstActs)}
	for _, s := range []screening.Stage{screening.StageShortlisted, screening.StageInterview, screening.StageSelected} {
		labels = append(labels, l.T("stages."+string(s)))
		values = append(values, max(f.Reached[s], f.ByStage[s]))
	}
	p.Funnel, p.FunnelHeight = web.NewBars(labels, values), web.BarsHeight(len(values))
}

// timeline counts what was received on each day of the vacancy's zone, from the first to
// the deadline or the last, whichever is later.
func (p *figuresPage) timeline(l *web.Locale, v store.Vacancy, received []time.Time, now time.Time) {
	if len(received) == 0 {
		return
	}
	day := func(t time.Time) time.Time {
		t = web.In(t, v.DeadlineZone)
		return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, t.Location())
	}
	from, to := day(received[0]), day(received[len(received)-1])
	if v.DeadlineAt != nil {
		if end := day(*v.DeadlineAt); end.After(to) && end.Before(now.AddDate(0, 2, 0)) {
			to = end
		}
	}
	days := daysBetween(from, to) + 1
	width := 1
	if p.Weekly = days > maxDaysDrawn; p.Weekly {
		width = 7
	}
	counts := make([]int, (days+width-1)/width)
	labels := make([]string, len(counts))
	for i := range labels {
		labels[i] = l.ShortDate(from.AddDate(0, 0, i*width), v.DeadlineZone)
	}
	for _, at := range received {
		counts[daysBetween(from, day(at))/width]++
	}
	limit := -1
	if v.DeadlineAt != nil {
		if n := daysBetween(from, day(*v.DeadlineAt)); n >= 0 && n < days {
			limit = n / width
		}
	}
	p.Timeline = web.NewTimeline(labels, counts, limit)
	for i, n := range counts {
		p.Days = append(p.Days, dayCount{labels[i], n})
	}
}

// daysBetween counts the calendar days from one noon to another.
func daysBetween(from, to time.Time) int {
	return int((to.Sub(from) + 12*time.Hour) / (24 * time.Hour))
}

func (p *figuresPage) criteria(l *web.Locale, criteria []screening.Criterion, f store.Figures) {
	for i, c := range criteria {
		one := criterionFigure{Statement: titleOf(l, c), Asset: c.Importance == screening.Asset, ForReader: c.ForReader()}
		if !one.ForReader {
			one.Met, one.Unclear, one.NotMet, one.Changed = f.Met[i], f.Unclear[i], f.NotMet[i], f.Changed[i]
			one.Bar = web.Stretches(220, []string{"bar__met", "bar__unclear", "bar__not-met"}, []int{one.Met, one.Unclear, one.NotMet})
			one.MetShare, one.ChangedShare = percent(one.Met, f.Assessed), percent(one.Changed, f.Assessed)
		}
		p.Criteria = append(p.Criteria, one)
	}
}

func percent(n, of int) int {
	if of == 0 {
		return 0
	}
	return (100*n + of/2) / of
}

// waitSteps are the upper ends of the classes of waiting, in hours.
var waitSteps = []float64{4, 24, 48, 120, 240}

func (p *figuresPage) waits(l *web.Locale, f store.Figures) {
	counts := make([]int, len(waitSteps)+1)
	for _, hours := range f.FirstActs {
		i, _ := slices.BinarySearch(waitSteps, hours)
		counts[i]++
	}
	labels := []string{l.T("figures.wait.4h"), l.T("figures.wait.1d"), l.T("figures.wait.2d"), l.T("figures.wait.5d"), l.T("figures.wait.10d"), l.T("figures.wait.more")}
	p.Waits, p.WaitsHeight = web.NewBars(labels, counts), web.BarsHeight(len(counts))
	if n := len(f.FirstActs); n > 0 {
		p.Median = l.Duration(time.Duration(f.FirstActs[n/2] * float64(time.Hour)))
	}
}
