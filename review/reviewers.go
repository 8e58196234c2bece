package review

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"dossier/internal/account"
	"dossier/internal/store"
)

// colleague is somebody an application can be given to.
type colleague struct {
	ID      int64
	Name    string
	Current bool
}

// reviewerView is who follows an application, and whom it can be given to.
type reviewerView struct {
	// Name is empty while nobody follows it.
	Name       string
	Colleagues []colleague
}

// maxColleagues bounds a menu of colleagues.
const maxColleagues = 200

// colleagues are the accounts that may judge, oneself first, then by name.
func (r *request) colleagues(current int64) ([]colleague, error) {
	users, err := r.app.Store.Users(r.Request().Context())
	if err != nil {
		return nil, err
	}
	var out []colleague
	for _, u := range users {
		if !u.Disabled && u.Role.May(account.Judge) && len(out) < maxColleagues {
			out = append(out, colleague{ID: u.ID, Name: cmp.Or(u.Name, u.Email), Current: u.ID == current})
		}
	}
	slices.SortStableFunc(out, func(a, b colleague) int {
		if mine := r.user.ID; (a.ID == mine) != (b.ID == mine) {
			if a.ID == mine {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Name, b.Name)
	})
	for i := range out {
		if out[i].ID == r.user.ID {
			out[i].Name = r.words.T("reviewer.me", "name", out[i].Name)
		}
	}
	return out, nil
}

// reviewerOf is who follows an application; the menu is empty for who may not give it.
func (r *request) reviewerOf(v store.ApplicationView) (reviewerView, error) {
	var out reviewerView
	var current int64
	if v.ReviewerID != nil {
		current = *v.ReviewerID
		out.Name = personName(r.words, v, current)
	}
	var err error
	if r.may(account.Judge) {
		out.Colleagues, err = r.colleagues(current)
	}
	return out, err
}

// reviewer reads whom a form gives applications to: 0 is nobody. Only those offered count.
func (r *request) reviewer() (colleague, error) {
	id, err := strconv.ParseInt(r.FormValue("reviewer"), 10, 64)
	if err != nil {
		return colleague{}, errBadInput
	}
	if id == 0 {
		return colleague{Name: r.words.T("reviewer.nobody")}, nil
	}
	list, err := r.colleagues(id)
	if err != nil {
		return colleague{}, err
	}
	at := slices.IndexFunc(list, func(c colleague) bool { return c.Current })
	if at < 0 {
		return colleague{}, errBadInput
	}
	return list[at], nil
}

// assignOne answers POST /applications/:id/reviewer: the application goes to a colleague,
// or to nobody.
func assignOne(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	version, ok := r.version()
	if !ok {
		return errBadInput
	}
	to, err := r.reviewer()
	if err != nil {
		return err
	}
	err = r.app.Store.AssignReviewer(r.Request().Context(), r.act(v.ID, version), to.ID)
	if errors.Is(err, store.ErrConflict) {
		return r.conflicted(v.ID, version, form{}, r.words.T("reviewer.to", "name", to.Name))
	}
	if err != nil {
		return err
	}
	return r.redirect(withList(applicationPath(v.ID), r.list()))
}

// assignMany answers POST /vacancies/:slug/reviewer: the applications ticked on the
// shortlist go to a colleague, or to nobody.
func assignMany(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	back := vacancyPath(v.Slug, r.list())
	to, err := r.reviewer()
	if err != nil {
		return err
	}
	picked, err := r.chosen(v)
	if err != nil {
		return err
	}
	if len(picked) == 0 {
		r.say(false, "flash.nothing_selected", 0, "")
		return r.redirect(back)
	}
	before, err := r.app.Store.Reviewers(ctx, v.ID, idsOf(picked))
	if err != nil {
		return err
	}
	var given []string
	kept := 0
	for _, c := range picked {
		err := r.app.Store.AssignReviewer(ctx, r.act(c.ID, c.Version), to.ID)
		switch {
		case err == nil:
			given = append(given, fmt.Sprint(c.ID, ":", c.Version+1, ":", before[c.ID]))
		case errors.Is(err, store.ErrConflict):
			kept++
		default:
			return err
		}
	}
	if kept > 0 {
		r.say(false, "flash.assigned_some", kept, to.Name)
	}
	return r.redirect(withDone(v.Slug, r.list(), "given", given))
}

func idsOf(picked []chosen) []int64 {
	ids := make([]int64, len(picked))
	for i, c := range picked {
		ids[i] = c.ID
	}
	return ids
}
