package review

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
)

// maxMoved bounds how many applications one form moves: a page of the shortlist.
const maxMoved = store.ShortlistPage

// movePage asks for the reason of a move and names whom it concerns.
type movePage struct {
	page
	Vacancy store.Vacancy
	To      screening.Stage
	List    string
	Chosen  []chosen
	Problem string
	Reasons []string
	Back    string
}

// chosen is one application of a selection, at the version it was seen at.
type chosen struct {
	ID, Version int64
	Name        string
	Value       string
}

// moveMany answers POST /vacancies/:slug/stage: it moves the applications ticked on the
// shortlist, one decision each. A stage that needs a reason asks for it first, and names
// them all.
func moveMany(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	list := r.list()
	back := vacancyPath(v.Slug, list)
	to := screening.Stage(r.FormValue("to"))
	if !to.Valid() || to == screening.StageNew {
		return fmt.Errorf("stage %q: %w", to, errBadInput)
	}
	picked, err := r.chosen(v)
	if err != nil {
		return err
	}
	if len(picked) == 0 {
		r.say(false, "flash.nothing_selected", 0, "")
		return r.redirect(back)
	}
	reason := r.text("reason", maxReasonBytes)
	if to.NeedsReason() && reason == "" {
		p := movePage{page: r.newPage("vacancies", "move.title"), Vacancy: v, To: to, List: list, Chosen: picked, Back: back}
		for _, key := range []string{"incomplete", "late", "others"} {
			p.Reasons = append(p.Reasons, r.words.T("decide.reason."+key))
		}
		if r.FormValue("asked") == "1" {
			p.Problem = r.words.T("move.reason_missing")
		}
		return r.render("vacancies/move", p)
	}
	moved, kept := 0, 0
	for _, c := range picked {
		err := r.app.Store.RecordDecision(ctx, store.Act{ApplicationID: c.ID, Version: c.Version, AuthorID: r.user.ID}, to, reason)
		switch {
		case err == nil:
			moved++
		case errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrInvalid):
			kept++
		default:
			return err
		}
	}
	if kept > 0 {
		r.say(false, "flash.moved_some", kept, r.words.T("stage."+string(to)))
	} else {
		r.say(true, "flash.moved", moved, r.words.T("stage."+string(to)))
	}
	return r.redirect(back)
}

// chosen reads the selection: values of the form id:version. Applications of another
// vacancy are refused.
func (r *request) chosen(v store.Vacancy) ([]chosen, error) {
	if err := r.Request().ParseForm(); err != nil {
		return nil, fmt.Errorf("selection: %w", errBadInput)
	}
	var out []chosen
	for _, value := range r.Request().PostForm["id"] {
		id, version, ok := strings.Cut(value, ":")
		c := chosen{Value: value}
		var err1, err2 error
		c.ID, err1 = strconv.ParseInt(id, 10, 64)
		c.Version, err2 = strconv.ParseInt(version, 10, 64)
		if !ok || err1 != nil || err2 != nil || len(out) == maxMoved {
			return nil, fmt.Errorf("selection %q: %w", value, errBadInput)
		}
		if !slices.ContainsFunc(out, func(o chosen) bool { return o.ID == c.ID }) {
			out = append(out, c)
		}
	}
	ids := make([]int64, len(out))
	for i, c := range out {
		ids[i] = c.ID
	}
	names, err := r.app.Store.ApplicationNames(r.Request().Context(), v.ID, ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		name, ok := names[out[i].ID]
		if !ok {
			return nil, fmt.Errorf("application %d: %w", out[i].ID, store.ErrNotFound)
		}
		out[i].Name = name
	}
	return out, nil
}
