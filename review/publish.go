package review

import (
	"errors"
	"net/http"
	"strconv"

	"dossier/internal/store"
	"dossier/screening"
)

// publishPage asks before a draft comes into force: what changes, what is left out, why.
type publishPage struct {
	page
	Vacancy store.Vacancy
	Base    string
	Version int64
	Gaps    []string
	// Shared warn of addresses that lead to other open vacancies too.
	Shared []string
	Diff   []diffLine
	// Same tells that the checklist says what the one in force says.
	Same bool
	// First tells that nothing is in force yet.
	First                  bool
	Approved, Pending      int
	Left                   []string
	Held                   []string
	Received               int
	Reason, Problem        string
	NeedsReason, MayNot    bool
	Opens                  bool
	NextVersion            int
	Judged, Decided, Words int
}

// showPublish answers GET /vacancies/:slug/publish.
func showPublish(r *request) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	return r.publishing(v, http.StatusOK, "", "")
}

func (r *request) publishing(v store.Vacancy, status int, reason, problem string) error {
	ctx := r.Request().Context()
	d, err := r.app.Store.Draft(ctx, v.ID)
	if err != nil {
		return err
	}
	p := publishPage{page: r.newPage("checklists", "publish.title"), Vacancy: v, Base: draftPath(v.Slug, "draft"), Version: d.Version, Reason: reason, Problem: problem,
		Opens: v.State == store.VacancyDraft, NextVersion: v.ChecklistVersion + 1, First: v.ChecklistVersion == 0}
	list := d.Body.Checklist(screening.DateOf(r.now), false)
	p.Approved, p.Pending = len(list.Criteria), d.Body.Pending()
	p.Gaps = r.gapTexts(d.Body)
	if p.Shared, err = r.sharedAddresses(v.ID, d.Body.Head.Addresses); err != nil {
		return err
	}
	for _, l := range d.Body.Lines {
		if !l.Approved() {
			p.Left = append(p.Left, titleOf(r.words, l.Criterion))
		} else if l.Criterion.ForReader() {
			p.Held = append(p.Held, titleOf(r.words, l.Criterion))
		}
	}
	if !p.First {
		was, err := r.app.Store.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
		if err != nil {
			return err
		}
		p.Diff = diffChecklists(r.words, was.Checklist, list)
		p.Same = len(p.Diff) == 0
	}
	p.NeedsReason = !p.First && !p.Same
	p.MayNot = p.Approved == 0 || d.Body.Head.Title == ""
	if p.Received, err = r.app.Store.CountApplications(ctx, v.ID); err != nil {
		return err
	}
	return r.renderStatus(status, "vacancies/publish", p)
}

// publishDraft answers POST /vacancies/:slug/publish.
func publishDraft(r *request) error {
	v, version, err := r.draftVersion()
	if err != nil {
		return err
	}
	reason := r.text("reason", 2000)
	act := store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID}
	// What may have come into the draft before a rule of the guard was there is looked at
	// again, so that nothing protected comes into force as if it counted.
	version, err = r.guardAll(v, version)
	var done store.Publication
	if err == nil {
		done, err = r.app.Store.PublishDraft(r.Request().Context(), act, version, store.By{UserID: r.user.ID, Name: r.user.Name}, reason, true)
	}
	switch {
	case errors.Is(err, store.ErrConflict):
		return r.publishing(v, http.StatusConflict, reason, r.words.T("publish.conflict"))
	case errors.Is(err, store.ErrInvalid):
		return r.publishing(v, http.StatusBadRequest, reason, r.words.T("publish.refused"))
	case err != nil:
		return err
	}
	switch {
	case done.Opened:
		r.say(true, "publish.opened", 1, v.Title)
	case done.New:
		r.say(true, "publish.done", done.Version, v.Title)
	default:
		r.say(true, "publish.saved", 1, v.Title)
	}
	return r.redirect(draftPath(v.Slug, "checklist"))
}

// guardAll marks what the guard would mark now, and gives the draft's version after that.
func (r *request) guardAll(v store.Vacancy, version int64) (int64, error) {
	d, err := r.app.Store.Draft(r.Request().Context(), v.ID)
	if err != nil {
		return version, err
	}
	found := false
	for _, l := range d.Body.Lines {
		found = found || !l.Criterion.Sensitive && len(protected(l.Criterion)) > 0
	}
	if !found || d.Version != version {
		return version, nil
	}
	d, err = r.app.Store.ChangeDraft(r.Request().Context(), store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID, Act: "line.guarded"}, guardLines)
	return d.Version, err
}

// progressView is how far the applications have got under the checklist in force.
type progressView struct {
	store.Reassessment
	Version int
	Path    string
	Slug    string
	Percent int
}

// progress tells how the re-assessment of a vacancy stands; nil when it is done.
func (r *request) progress(v store.Vacancy) (*progressView, error) {
	at, err := r.app.Store.Reassessment(r.Request().Context(), v)
	if err != nil || !at.Running() {
		return nil, err
	}
	return &progressView{Reassessment: at, Version: v.ChecklistVersion, Path: r.Request().URL.Path, Slug: v.Slug, Percent: at.Done * 100 / max(at.Total, 1)}, nil
}

// versionsPage is the history of a vacancy: its checklists and where it stood.
type versionsPage struct {
	page
	Vacancy  store.Vacancy
	Versions []versionView
	Moves    []moveView
	More     bool
}

type versionView struct {
	store.Checklist
	By   string
	Diff []diffLine
	// Approved are who stands for lines, when somebody does: "Maëlle Lorcy: 7". Taken are
	// the lines that nobody put their name to, by the version they were taken from.
	Approved []string
	Taken    []string
	Legal    []string
	Current  bool
}

type moveView struct {
	store.VacancyMove
	Title string
}

// shownVersions is how many versions a page shows at once.
const shownVersions = 20

// showVersions answers GET /vacancies/:slug/versions.
func showVersions(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	p := versionsPage{page: r.newPage("checklists", "versions.title"), Vacancy: v}
	list, err := r.app.Store.Checklists(ctx, v.ID)
	if err != nil {
		return err
	}
	names, err := r.accountNames()
	if err != nil {
		return err
	}
	for i, c := range list {
		if i == shownVersions && r.QueryParam("all") == "" {
			p.More = true
			break
		}
		view := versionView{Checklist: c, By: c.AuthorName, Current: c.Version == v.ChecklistVersion}
		if i+1 < len(list) {
			view.Diff = diffChecklists(r.words, list[i+1].Checklist, c.Checklist)
		}
		count, order := map[int64]int{}, []int64{}
		taken, versions := map[int]int{}, []int{}
		for _, criterion := range c.Checklist.Criteria {
			rec := c.Lines[criterion.ID]
			if rec.ApprovedBy != 0 {
				if count[rec.ApprovedBy] == 0 {
					order = append(order, rec.ApprovedBy)
				}
				count[rec.ApprovedBy]++
			} else if from := rec.TakenFrom; from != 0 {
				if taken[from] == 0 {
					versions = append(versions, from)
				}
				taken[from]++
			}
			if criterion.LegalBasis != "" && rec.LegalAt != nil {
				view.Legal = append(view.Legal, r.words.T("versions.legal_by", "line", titleOf(r.words, criterion), "name", names[rec.LegalBy],
					"at", r.words.ShortInstant(*rec.LegalAt, r.app.Zone, r.now), "text", criterion.LegalBasis))
			}
		}
		for _, id := range order {
			view.Approved = append(view.Approved, r.words.N("versions.approved", count[id], "name", names[id]))
		}
		for _, from := range versions {
			view.Taken = append(view.Taken, r.words.N("versions.taken", taken[from], "version", strconv.Itoa(from)))
		}
		p.Versions = append(p.Versions, view)
	}
	moves, err := r.app.Store.VacancyMoves(ctx, v.ID)
	if err != nil {
		return err
	}
	for _, m := range moves {
		p.Moves = append(p.Moves, moveView{m, r.words.T("versions.move." + string(m.ToState))})
	}
	return r.render("vacancies/versions", p)
}

// moveVacancy answers POST /vacancies/:slug/state: closed, archived, or open again.
func moveVacancy(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(r.FormValue("version"), 10, 64)
	if err != nil {
		return errBadInput
	}
	to := store.VacancyState(r.FormValue("to"))
	err = r.app.Store.MoveVacancy(ctx, v.ID, version, to, store.By{UserID: r.user.ID, Name: r.user.Name}, r.text("reason", 2000))
	switch {
	case errors.Is(err, store.ErrInvalid):
		r.say(false, "life.refused", 1, v.Title)
	case errors.Is(err, store.ErrConflict):
		r.say(false, "life.conflict", 1, v.Title)
	case err != nil:
		return err
	default:
		r.say(true, "life.moved."+string(to), 1, v.Title)
	}
	return r.redirect(draftPath(v.Slug, "checklist"))
}
