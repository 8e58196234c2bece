package review

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

// maxMoved bounds how many applications one form moves.
const maxMoved = 500

// movePage asks for the reason of a move and names whom it concerns.
type movePage struct {
	page
	Vacancy store.Vacancy
	To      screening.Stage
	List    string
	Chosen  []chosen
	Problem string
	Reasons []string
	// NeedsReason is set for a stage that asks for one; another is only confirmed.
	NeedsReason bool
	Back        string
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
	all := r.FormValue("all") == "1"
	if all {
		if picked, err = r.allOf(v, list); err != nil {
			return err
		}
	}
	if len(picked) == 0 {
		r.say(false, "flash.nothing_selected", 0, "")
		return r.redirect(back)
	}
	reason := r.joinedReason()
	// Who is not on the page is named before anything happens to them.
	if to.NeedsReason() && reason == "" || all {
		p := movePage{page: r.newPage("vacancies", "move.title"), Vacancy: v, To: to, List: list, Chosen: picked, Back: back, NeedsReason: to.NeedsReason()}
		for _, key := range []string{"incomplete", "late", "others"} {
			p.Reasons = append(p.Reasons, r.words.T("decide.reason."+key))
		}
		if r.FormValue("asked") == "1" && !all {
			p.Problem = r.words.T("move.reason_missing")
		}
		return r.render("vacancies/move", p)
	}
	var moved []string
	kept := 0
	for _, c := range picked {
		err := r.app.Store.RecordDecision(ctx, store.Act{ApplicationID: c.ID, Version: c.Version, AuthorID: r.user.ID}, to, reason)
		switch {
		case err == nil:
			moved = append(moved, fmt.Sprint(c.ID, ":", c.Version+1))
		case errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrInvalid):
			kept++
		default:
			return err
		}
	}
	if kept > 0 {
		r.say(false, "flash.moved_some", kept, r.words.T("stage."+string(to)))
	}
	return r.redirect(withDone(v.Slug, list, "moved", moved))
}

// allOf is the selection of everything a list keeps, on all its pages; none when it is more
// than one form may move.
func (r *request) allOf(v store.Vacancy, list string) ([]chosen, error) {
	ctx := r.Request().Context()
	values, err := url.ParseQuery(list)
	if err != nil {
		return nil, errBadInput
	}
	_, checklist, err := r.vacancyAndChecklist()
	if err != nil {
		return nil, err
	}
	masked, err := r.masks(v.ID)
	if err != nil {
		return nil, err
	}
	f := readShortlist(v, checklist.Criteria, values)
	if err := r.readAs(&f); err != nil {
		return nil, err
	}
	f.query.After, f.query.Limit = nil, maxMoved
	rows, next, err := r.app.Store.Shortlist(ctx, f.query)
	if err != nil || next != nil {
		return nil, err
	}
	var out []chosen
	for _, row := range rows {
		c := chosen{ID: row.ID, Version: row.Version, Name: cmp.Or(row.Name, row.Email), Value: fmt.Sprint(row.ID, ":", row.Version)}
		if masked != nil && masked(row.ID) {
			c.Name = veiledName(r.words, row.ID)
		}
		out = append(out, c)
	}
	return out, nil
}

// withDone is the list's address with what was just done, so that its author can undo it.
func withDone(slug, list, what string, done []string) string {
	q, err := url.ParseQuery(list)
	if err != nil {
		q = url.Values{}
	}
	if len(done) > 0 {
		q.Set(what, strings.Join(done, ","))
	}
	return vacancyPath(slug, q.Encode())
}

// bulkUndo tells of the bulk action that led to this page, as far as its author can still
// take it back.
func (r *request) bulkUndo(v store.Vacancy, params url.Values) (*bulkUndo, error) {
	if moved := params.Get("moved"); moved != "" {
		return r.undoMoved(v, strings.Split(moved, ","))
	}
	if given := params.Get("given"); given != "" {
		u, _, err := r.undoGiven(v, strings.Split(given, ","))
		return u, err
	}
	return nil, nil
}

// undoGiven is what can be taken back of applications given to somebody, nil for nothing,
// with what the trail tells of each.
func (r *request) undoGiven(v store.Vacancy, values []string) (*bulkUndo, map[string]store.RecentGift, error) {
	if len(values) > maxMoved {
		return nil, nil, nil
	}
	seen := make([]chosen, 0, len(values))
	befores := make([]int64, 0, len(values))
	for _, value := range values {
		c, before, err := parseGiven(value)
		if err != nil {
			return nil, nil, nil // an address made by hand tells nothing
		}
		seen, befores = append(seen, c), append(befores, before)
	}
	gifts, err := r.app.Store.RecentGifts(r.Request().Context(), v.ID, r.user.ID, idsOf(seen), r.now.Add(-justNow))
	if err != nil {
		return nil, nil, err
	}
	u := &bulkUndo{Field: "given"}
	found := map[string]store.RecentGift{}
	for i, c := range seen {
		if g, ok := gifts[c.ID]; ok && g.Version == c.Version && g.Before == befores[i] {
			delete(gifts, c.ID) // once, however often it is named
			u.Values, found[values[i]] = append(u.Values, values[i]), g
		}
	}
	if u.N = len(u.Values); u.N == 0 {
		return nil, nil, nil
	}
	u.Text = r.words.N("bulk.given", u.N)
	return u, found, nil
}

// parseGiven reads id:version:before, before being who followed the application.
func parseGiven(value string) (chosen, int64, error) {
	id, reviewer, ok := cutLast(value, ":")
	c, err1 := parseChosen(id)
	before, err2 := strconv.ParseInt(reviewer, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return c, 0, fmt.Errorf("undo %q: %w", value, errBadInput)
	}
	return c, before, nil
}

func (r *request) undoMoved(v store.Vacancy, values []string) (*bulkUndo, error) {
	seen := map[int64]int64{}
	var ids []int64
	for _, value := range values {
		c, err := parseChosen(value)
		if err != nil || len(ids) == maxMoved {
			return nil, nil // an address made by hand tells nothing
		}
		ids, seen[c.ID] = append(ids, c.ID), c.Version
	}
	moves, err := r.app.Store.RecentMoves(r.Request().Context(), v.ID, r.user.ID, ids, r.now.Add(-justNow))
	if err != nil {
		return nil, err
	}
	u := &bulkUndo{Field: "moved"}
	var to screening.Stage
	for _, m := range moves {
		if m.Version == seen[m.ApplicationID] {
			u.Values = append(u.Values, fmt.Sprint(m.ApplicationID, ":", m.Version))
			to = m.To
		}
	}
	if u.N = len(u.Values); u.N == 0 {
		return nil, nil
	}
	if to == screening.StageNotRetained && r.may(account.WriteApplicants) {
		u.Write = vacancyPath(v.Slug, "stage="+string(to))
	}
	u.Text = r.words.N("bulk.moved", u.N, "name", r.words.T("stage."+string(to)))
	return u, nil
}

// undoMany answers POST /vacancies/:slug/undo: it takes a bulk action back, one application
// at a time. What somebody else has touched since stays as it is.
func undoMany(r *request) error {
	ctx := r.Request().Context()
	v, back, err := r.listOwner()
	if err != nil {
		return err
	}
	if err := r.Request().ParseForm(); err != nil {
		return errBadInput
	}
	undone, kept := 0, 0
	count := func(err error) error {
		switch {
		case err == nil:
			undone++
		case errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrInvalid):
			kept++
		default:
			return err
		}
		return nil
	}
	if moved := r.Request().PostForm["moved"]; len(moved) > 0 {
		if !r.may(account.Decide) {
			return errForbidden
		}
		u, err := r.undoMoved(v, moved)
		if err != nil {
			return err
		}
		if u == nil {
			u = &bulkUndo{}
		}
		kept = len(moved) - u.N
		moves, err := r.movesBack(v, u)
		if err != nil {
			return err
		}
		for _, m := range moves {
			if err := count(r.app.Store.UndoDecision(ctx, r.act(m.ApplicationID, m.Version))); err != nil {
				return err
			}
		}
	}
	given := r.Request().PostForm["given"]
	_, gifts, err := r.undoGiven(v, given)
	if err != nil {
		return err
	}
	for i, value := range given {
		c, _, err := parseGiven(value)
		if err != nil || i == maxMoved {
			return cmp.Or(err, errBadInput)
		}
		if names, err := r.app.Store.ApplicationNames(ctx, v.ID, []int64{c.ID}); err != nil || len(names) == 0 {
			return cmp.Or(err, fmt.Errorf("application %d: %w", c.ID, store.ErrNotFound))
		}
		g, ok := gifts[value]
		if !ok {
			kept++
			continue
		}
		if err := count(r.app.Store.AssignReviewer(ctx, r.act(c.ID, c.Version), g.Before)); err != nil {
			return err
		}
	}
	if kept > 0 {
		r.say(false, "flash.undone_some", kept, "")
	} else {
		r.say(true, "flash.undone", undone, "")
	}
	return r.redirect(back)
}

func (r *request) movesBack(v store.Vacancy, u *bulkUndo) ([]store.RecentMove, error) {
	var ids []int64
	for _, value := range u.Values {
		if c, err := parseChosen(value); err == nil {
			ids = append(ids, c.ID)
		}
	}
	return r.app.Store.RecentMoves(r.Request().Context(), v.ID, r.user.ID, ids, r.now.Add(-justNow))
}

// cutLast cuts at the last separator.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// parseChosen reads id:version.
func parseChosen(value string) (chosen, error) {
	id, version, ok := strings.Cut(value, ":")
	c := chosen{Value: value}
	var err1, err2 error
	c.ID, err1 = strconv.ParseInt(id, 10, 64)
	c.Version, err2 = strconv.ParseInt(version, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return c, fmt.Errorf("selection %q: %w", value, errBadInput)
	}
	return c, nil
}

// chosen reads the selection: values of the form id:version. Applications of another
// vacancy are refused.
func (r *request) chosen(v store.Vacancy) ([]chosen, error) {
	if err := r.Request().ParseForm(); err != nil {
		return nil, fmt.Errorf("selection: %w", errBadInput)
	}
	var out []chosen
	for _, value := range r.Request().PostForm["id"] {
		c, err := parseChosen(value)
		if err != nil || len(out) == maxMoved {
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
	masked, err := r.masks(v.ID)
	if err != nil {
		return nil, err
	}
	for i := range out {
		name, ok := names[out[i].ID]
		if !ok {
			return nil, fmt.Errorf("application %d: %w", out[i].ID, store.ErrNotFound)
		}
		if out[i].Name = name; masked != nil && masked(out[i].ID) {
			out[i].Name = veiledName(r.words, out[i].ID)
		}
	}
	return out, nil
}
