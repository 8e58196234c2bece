package review

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"dossier/internal/store"
	"dossier/screening"
)

const (
	// maxTried bounds the applications a draft is tried on.
	maxTried = 20_000
	// maxTriedPeople bounds the people a result lists; all are counted.
	maxTriedPeople = 300
	// triedFor is how long a result is kept in memory.
	triedFor = 30 * time.Minute
	// tryFor bounds how long one trial may take.
	tryFor = 10 * time.Minute
	// waitForTry is how long a page waits for a short trial before it shows the progress.
	waitForTry = 1500 * time.Millisecond
)

// tryouts are the trials of drafts that run or have ended lately, one for a vacancy. They
// live in this process alone: a trial stores nothing.
type tryouts struct {
	mu      sync.Mutex
	byID    map[int64]*tryout
	running chan struct{}
}

// tryout is one trial.
type tryout struct {
	version int64
	begun   time.Time
	done    chan struct{}
	cancel  context.CancelFunc

	mu     sync.Mutex
	at     int
	total  int
	failed bool
	result tryResult
}

// tryResult is what would change.
type tryResult struct {
	// Applications were tried; Changed have a verdict that would change, Judged had been
	// assessed before.
	Applications, Changed, Judged, Verdicts, Kept int
	Criteria                                      []tryCriterion
	People                                        []tryPerson
}

// tryCriterion counts the changes of one criterion.
type tryCriterion struct {
	ID, Title string
	// New tells a criterion that is not in force, Gone one that would not be any more.
	New, Gone, ForReader bool
	Moves                []tryMove
	// Met, NotMet and Unclear are what a new criterion would say.
	Met, NotMet, Unclear int
}

type tryMove struct {
	From, To screening.Verdict
	N        int
}

// tryPerson is one application whose verdicts would change.
type tryPerson struct {
	ID      int64
	Name    string
	Stage   screening.Stage
	Changes []tryChange
}

type tryChange struct {
	Criterion, Title string
	From, To         screening.Verdict
	// Stays is set where a person has spoken: the word of the machine changes nothing.
	Stays bool
}

// start begins a trial of a draft, or finds the one that runs or has run for this version.
func (t *tryouts) start(a *app, v store.Vacancy, d store.ChecklistDraft, list screening.Checklist, titles map[string]string) *tryout {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, old := range t.byID {
		if a.Now().Sub(old.begun) > triedFor {
			old.cancel()
			delete(t.byID, id)
		}
	}
	if old := t.byID[v.ID]; old != nil {
		old.cancel()
	}
	ctx, cancel := context.WithTimeout(context.Background(), tryFor)
	try := &tryout{version: d.Version, begun: a.Now(), done: make(chan struct{}), cancel: cancel}
	t.byID[v.ID] = try
	go func() {
		defer close(try.done)
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				a.Log.Error("trial of a draft panicked", "vacancy", v.ID, "err", p)
				try.fail()
			}
		}()
		// One trial at a time: the pages come first.
		select {
		case t.running <- struct{}{}:
			defer func() { <-t.running }()
		case <-ctx.Done():
			try.fail()
			return
		}
		if err := try.run(ctx, a.Store, v, list, titles); err != nil {
			try.fail()
			if ctx.Err() == nil {
				a.Log.Error("trial of a draft", "vacancy", v.ID, "err", err)
			}
		}
	}()
	return try
}

func (t *tryouts) of(vacancy int64) *tryout {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[vacancy]
}

func (t *tryout) fail() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = true
}

// run judges every application under the draft and compares with what is in force. Facts
// were kept when the documents were read, so that only the criteria are evaluated.
func (t *tryout) run(ctx context.Context, st *store.Store, v store.Vacancy, list screening.Checklist, titles map[string]string) error {
	total, err := st.CountApplications(ctx, v.ID)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.total = min(total, maxTried)
	t.mu.Unlock()
	var before screening.Checklist
	if v.ChecklistVersion > 0 {
		published, err := st.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
		if err != nil {
			return err
		}
		before = published.Checklist
	}
	sum := newTrySum(before, list, titles)
	for after := int64(0); ; {
		page, err := st.ToTry(ctx, v.ID, after)
		if err != nil {
			return err
		}
		for _, a := range page {
			after = a.ID
			in, err := st.DossierUnder(ctx, a.ID, screening.EngineVersion, list)
			if err != nil {
				return err
			}
			sum.add(a, screening.Assess(list, in.Dossier).Findings)
			t.mu.Lock()
			t.at++
			stop := t.at >= maxTried
			t.mu.Unlock()
			if stop {
				page = nil
				break
			}
		}
		if len(page) < store.TryPage {
			break
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.result = sum.result()
	return nil
}

// trySum adds up what would change.
type trySum struct {
	was, is screening.Checklist
	titles  map[string]string
	moves   map[string]map[[2]screening.Verdict]int
	fresh   map[string]map[screening.Verdict]int
	out     tryResult
}

func newTrySum(was, is screening.Checklist, titles map[string]string) *trySum {
	return &trySum{was: was, is: is, titles: titles, moves: map[string]map[[2]screening.Verdict]int{}, fresh: map[string]map[screening.Verdict]int{}}
}

func (s *trySum) add(a store.Tried, now []screening.Finding) {
	s.out.Applications++
	if a.Findings != nil {
		s.out.Judged++
	}
	person := tryPerson{ID: a.ID, Name: a.Name, Stage: a.Stage}
	for _, f := range now {
		i := slices.IndexFunc(a.Findings, func(old screening.Finding) bool { return old.Criterion == f.Criterion })
		if i < 0 || criterionAt(s.was.Criteria, f.Criterion) < 0 {
			if s.fresh[f.Criterion] == nil {
				s.fresh[f.Criterion] = map[screening.Verdict]int{}
			}
			s.fresh[f.Criterion][f.Verdict]++
			continue
		}
		from := a.Findings[i].Verdict
		if from == f.Verdict {
			continue
		}
		if s.moves[f.Criterion] == nil {
			s.moves[f.Criterion] = map[[2]screening.Verdict]int{}
		}
		s.moves[f.Criterion][[2]screening.Verdict{from, f.Verdict}]++
		_, stays := a.Overridden[f.Criterion]
		if stays {
			s.out.Kept++
		}
		s.out.Verdicts++
		person.Changes = append(person.Changes, tryChange{Criterion: f.Criterion, Title: s.titles[f.Criterion], From: from, To: f.Verdict, Stays: stays})
	}
	if len(person.Changes) > 0 {
		s.out.Changed++
		if len(s.out.People) < maxTriedPeople {
			s.out.People = append(s.out.People, person)
		}
	}
}

// result lists the criteria in the order of the draft, then those that would go.
func (s *trySum) result() tryResult {
	for _, c := range s.is.Criteria {
		row := tryCriterion{ID: c.ID, Title: s.titles[c.ID], ForReader: c.ForReader(), New: criterionAt(s.was.Criteria, c.ID) < 0}
		if fresh := s.fresh[c.ID]; fresh != nil {
			row.New = true
			row.Met, row.NotMet, row.Unclear = fresh[screening.Met], fresh[screening.NotMet], fresh[screening.Unclear]
		}
		for from := range 3 {
			for to := range 3 {
				if n := s.moves[c.ID][[2]screening.Verdict{screening.Verdict(from), screening.Verdict(to)}]; n > 0 {
					row.Moves = append(row.Moves, tryMove{screening.Verdict(from), screening.Verdict(to), n})
				}
			}
		}
		if len(row.Moves) > 0 || row.New {
			s.out.Criteria = append(s.out.Criteria, row)
		}
	}
	for _, c := range s.was.Criteria {
		if criterionAt(s.is.Criteria, c.ID) < 0 {
			s.out.Criteria = append(s.out.Criteria, tryCriterion{ID: c.ID, Title: s.titles[c.ID], Gone: true})
		}
	}
	return s.out
}

// tryPage shows a trial.
type tryPage struct {
	page
	Vacancy store.Vacancy
	Base    string
	Running bool
	Failed  bool
	// None tells that no trial was begun.
	None      bool
	Stale     bool
	At, Total int
	Percent   int
	Received  int
	Pending   int
	// All tells that lines nobody has approved yet were tried as well.
	All    bool
	Result tryResult
}

// startTryout answers POST /vacancies/:slug/tryout.
func startTryout(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	d, err := r.app.Store.Draft(ctx, v.ID)
	if err != nil {
		return err
	}
	list := d.Body.Checklist(screening.DateOf(r.now), r.FormValue("all") != "")
	titles := map[string]string{}
	for _, l := range d.Body.Lines {
		titles[l.Criterion.ID] = titleOf(r.words, l.Criterion)
	}
	if v.ChecklistVersion > 0 {
		published, err := r.app.Store.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
		if err != nil {
			return err
		}
		for _, c := range published.Checklist.Criteria {
			if titles[c.ID] == "" {
				titles[c.ID] = titleOf(r.words, c)
			}
		}
	}
	try := r.app.tryouts.start(r.app, v, d, list, titles)
	select { // a short one is shown at once
	case <-try.done:
	case <-time.After(waitForTry):
	case <-ctx.Done():
	}
	tail := "tryout"
	if r.FormValue("all") != "" {
		tail += "?all=1"
	}
	return r.redirect(draftPath(v.Slug, tail))
}

// showTryout answers GET /vacancies/:slug/tryout.
func showTryout(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	d, err := r.app.Store.Draft(ctx, v.ID)
	if err != nil {
		return err
	}
	p := tryPage{page: r.newPage("checklists", "tryout.title"), Vacancy: v, Base: draftPath(v.Slug, "tryout"), All: r.QueryParam("all") != "", Pending: d.Body.Pending()}
	if p.Received, err = r.app.Store.CountApplications(ctx, v.ID); err != nil {
		return err
	}
	try := r.app.tryouts.of(v.ID)
	if try == nil {
		p.None = true
		return r.render("vacancies/tryout", p)
	}
	try.mu.Lock()
	defer try.mu.Unlock()
	p.Stale = try.version != d.Version
	p.At, p.Total, p.Failed, p.Result = try.at, try.total, try.failed, try.result
	select {
	case <-try.done:
	default:
		p.Running = true
		p.Percent = try.at * 100 / max(try.total, 1)
		// Without a script the page asks again by itself.
		r.Response().Header().Set("Refresh", "2")
	}
	if p.Result.People, err = r.tryPeople(v, p.Result.People); err != nil {
		return err
	}
	return r.renderStatus(http.StatusOK, "vacancies/tryout", p)
}

// tryPeople are the people of a result as this reader may see them: without names where
// the vacancy is looked at without, and without what colleagues said while that is hidden.
func (r *request) tryPeople(v store.Vacancy, people []tryPerson) ([]tryPerson, error) {
	mode, err := r.app.Store.ReviewMode(r.Request().Context(), v.ID)
	if err != nil || !mode.Anonymous && !mode.HiddenUntilMine {
		return people, err
	}
	revealed, err := r.app.Store.Revealed(r.Request().Context(), v.ID, r.user.ID, store.RevealIdentity)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(people)
	for i := range out {
		if mode.Anonymous && !revealed[out[i].ID] {
			out[i].Name = veiledName(r.words, out[i].ID)
		}
		if mode.HiddenUntilMine {
			out[i].Changes = slices.Clone(out[i].Changes)
			for k := range out[i].Changes {
				out[i].Changes[k].Stays = false
			}
		}
	}
	return out, nil
}
