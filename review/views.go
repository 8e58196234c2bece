package review

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
)

// viewLine is a saved view as the menu offers it.
type viewLine struct {
	store.View
	Path         string
	Own, Current bool
	Default      bool
	Count        int
}

// columnChoice is a column that can be hidden.
type columnChoice struct {
	Name, Label, Family string
	Shown               bool
}

// besides tells which of the columns beside the criteria are shown.
type besides struct{ Received, Met, Stage, Reviewer bool }

const (
	columnReceived = "list.received"
	columnMet      = "list.met"
	columnStage    = "list.stage"
	columnReviewer = "list.reviewer"
)

const (
	// foldAbove is how many criteria are shown side by side; a longer checklist is folded
	// to a column for each group.
	foldAbove = 16
	// countedViews is how many views at the side are counted, each up to viewCap.
	countedViews = 6
	viewCap      = 1000
)

// viewPath is the address of a saved view: its query, and which view it is.
func viewPath(slug string, v store.View) string {
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		q = url.Values{}
	}
	q.Set("view", strconv.FormatInt(v.ID, 10))
	return vacancyPath(slug, q.Encode())
}

// fillViews puts the views, the columns and the choices among them on the page.
func (r *request) fillViews(p *shortlistPage, f shortlistFilter, settings store.ListSettings, list screening.Checklist) {
	hidden := settings.Choice.Hidden
	for _, v := range settings.Views {
		line := viewLine{View: v, Path: viewPath(p.Vacancy.Slug, v), Own: v.OwnerID == r.user.ID, Current: v.ID == f.view, Default: v.ID == settings.Choice.DefaultView}
		if line.Current {
			p.View, hidden = &v, v.Hidden
		}
		p.Views = append(p.Views, line)
	}
	p.Default = settings.Choice.DefaultView != 0
	r.countViews(p, list)
	show := func(name string) bool { return !slices.Contains(hidden, name) }
	p.Show = besides{show(columnReceived), show(columnMet), show(columnStage), show(columnReviewer)}
	counted := 0
	for _, g := range columnsOf(r.words, list.Criteria) {
		kept := columnGroup{Family: g.Family}
		for _, c := range g.Columns {
			p.Columns = append(p.Columns, columnChoice{Name: c.ID, Label: c.Short, Family: g.Family, Shown: show(c.ID)})
			if show(c.ID) {
				c.First = len(kept.Columns) == 0
				kept.Columns = append(kept.Columns, c)
			}
		}
		if len(kept.Columns) > 0 {
			p.Groups = append(p.Groups, kept)
			counted += len(kept.Columns)
		}
	}
	if counted > foldAbove {
		p.Folded = !f.wide
		p.Wide = f.path(p.Vacancy.Slug, func(q url.Values) {
			q.Del("wide")
			if p.Folded {
				q.Set("wide", "1")
			}
		})
	}
	p.Span = 1
	for i := range p.Groups {
		g := &p.Groups[i]
		if p.Folded {
			whole := columnGroup{Family: g.Family, Columns: g.Columns}
			g.Folded = &whole
			p.Span++
		} else {
			p.Span += len(g.Columns)
		}
	}
	for _, on := range []bool{p.Show.Received, p.Show.Met, p.Show.Stage, p.Show.Reviewer} {
		if on {
			p.Span++
		}
	}
	for _, c := range []struct {
		name, label string
		on          bool
	}{{columnReceived, "shortlist.received", p.Show.Received}, {columnMet, "shortlist.met", p.Show.Met}, {columnStage, "shortlist.stage", p.Show.Stage}, {columnReviewer, "shortlist.reviewer", p.Show.Reviewer}} {
		p.Columns = append(p.Columns, columnChoice{Name: c.name, Label: r.words.T(c.label), Shown: c.on})
	}
}

// countViews counts what the first views hold and puts them at the side. A count that
// cannot be had is left out.
func (r *request) countViews(p *shortlistPage, list screening.Checklist) {
	for i := range p.Views {
		v := &p.Views[i]
		if i < countedViews {
			q, err := url.ParseQuery(v.Query)
			if err != nil {
				continue
			}
			f := readShortlist(p.Vacancy, list.Criteria, q)
			if err := r.readAs(&f); err != nil {
				r.app.Log.Warn("views", "vacancy", p.Vacancy.ID, "err", err)
				continue
			}
			n, err := r.app.Store.ShortlistCount(r.Request().Context(), f.query, viewCap)
			if err != nil {
				r.app.Log.Warn("views", "vacancy", p.Vacancy.ID, "err", err)
				continue
			}
			v.Count = n
			p.Nav.Views = append(p.Nav.Views, navView{Path: v.Path, Name: v.Name, Count: n, Current: v.Current})
		}
	}
}

// listOwner reads the vacancy of the address and where its list stood.
func (r *request) listOwner() (v store.Vacancy, back string, err error) {
	v, err = r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	return v, vacancyPath(v.Slug, r.list()), err
}

// saveView answers POST /vacancies/:slug/views: the list as it stands is kept under a name.
func saveView(r *request) error {
	ctx := r.Request().Context()
	v, back, err := r.listOwner()
	if err != nil {
		return err
	}
	name := r.text("name", store.MaxViewName)
	if name == "" {
		r.say(false, "flash.view_unnamed", 0, "")
		return r.redirect(back)
	}
	// A name cut short is another name.
	if len(strings.TrimSpace(r.FormValue("name"))) > store.MaxViewName {
		r.say(false, "flash.view_name_long", 1, "")
		return r.redirect(back)
	}
	query, err := url.ParseQuery(r.list())
	if err != nil {
		return errBadInput
	}
	settings, err := r.app.Store.ListSettings(ctx, r.user.ID, v.ID)
	if err != nil {
		return err
	}
	hidden := settings.Choice.Hidden
	if id, err := strconv.ParseInt(query.Get("view"), 10, 64); err == nil {
		if from, ok := settings.View(id); ok {
			hidden = from.Hidden
		}
	}
	query.Del("view")
	saved, err := r.app.Store.SaveView(ctx, store.View{VacancyID: v.ID, OwnerID: r.user.ID, Name: name, Query: query.Encode(),
		Hidden: append([]string{}, hidden...), Shared: r.FormValue("shared") == "1"})
	if errors.Is(err, store.ErrInvalid) {
		r.say(false, "flash.view_refused", 0, "")
		return r.redirect(back)
	}
	if err != nil {
		return err
	}
	if r.FormValue("default") == "1" {
		if err := r.app.Store.SetDefaultView(ctx, r.user.ID, v.ID, saved.ID); err != nil {
			return err
		}
	}
	r.say(true, "flash.view_saved", 0, saved.Name)
	return r.redirect(viewPath(v.Slug, saved))
}

// changeView answers POST /vacancies/:slug/views/:view: share, keep, delete, or open the
// list with it from now on; view 0 with default opens the whole list.
func changeView(r *request) error {
	ctx := r.Request().Context()
	v, back, err := r.listOwner()
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.Param("view"), 10, 64)
	if err != nil || id < 0 {
		return fmt.Errorf("view %q: %w", r.Param("view"), store.ErrNotFound)
	}
	said := "flash.view_changed"
	switch act := r.FormValue("act"); act {
	case "share", "keep":
		err = r.app.Store.ShareView(ctx, id, v.ID, r.user.ID, act == "share")
	case "delete":
		err = r.app.Store.DeleteView(ctx, id, v.ID, r.user.ID)
		said, back = "flash.view_deleted", vacancyPath(v.Slug, "view=0")
	case "default":
		err = r.app.Store.SetDefaultView(ctx, r.user.ID, v.ID, id)
		if id == 0 {
			back = vacancyPath(v.Slug, "")
		}
	default:
		return fmt.Errorf("view: act %q: %w", act, errBadInput)
	}
	if err != nil {
		return err
	}
	r.say(true, said, 0, "")
	return r.redirect(back)
}

// chooseColumns answers POST /vacancies/:slug/columns: those not ticked are hidden, for
// this account and in the view that is open, when it is the account's own.
func chooseColumns(r *request) error {
	ctx := r.Request().Context()
	v, list, err := r.vacancyAndChecklist()
	if err != nil {
		return err
	}
	if err := r.Request().ParseForm(); err != nil {
		return errBadInput
	}
	names := []string{columnReceived, columnMet, columnStage, columnReviewer}
	for _, c := range list.Criteria {
		names = append(names, c.ID)
	}
	hidden := []string{}
	if r.FormValue("all") != "1" {
		hidden = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(r.Request().PostForm["column"], name) })
	}
	query, err := url.ParseQuery(r.list())
	if err != nil {
		return errBadInput
	}
	settings, err := r.app.Store.ListSettings(ctx, r.user.ID, v.ID)
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(query.Get("view"), 10, 64)
	if view, ok := settings.View(id); ok && view.OwnerID == r.user.ID {
		view.Hidden = hidden
		_, err = r.app.Store.SaveView(ctx, view)
	} else {
		query.Del("view")
		err = r.app.Store.HideColumns(ctx, r.user.ID, v.ID, hidden)
	}
	if err != nil {
		return err
	}
	if len(query) == 0 && settings.Choice.DefaultView != 0 {
		query.Set("view", "0")
	}
	return r.redirect(vacancyPath(v.Slug, query.Encode()))
}

// setDensity answers POST /settings/density.
func setDensity(r *request) error {
	if err := r.app.Store.SetDensity(r.Request().Context(), r.user.ID, r.FormValue("dense") == "1"); err != nil {
		return err
	}
	if r.Request().Header.Get("Sec-Fetch-Dest") == "empty" {
		return r.NoContent(http.StatusNoContent)
	}
	return r.redirect(r.back("/vacancies"))
}

// navView is a saved view at the side.
type navView struct {
	Path, Name string
	Count      int
	Current    bool
}

// bulkUndo is what a bulk action just did, as its author can take it back.
type bulkUndo struct {
	N    int
	Text string
	// Values fill the form: id:version, or id:version:reviewer before.
	Field  string
	Values []string
	// Write is the list of those who were not retained, from where they are written to one
	// by one; empty for another move.
	Write string
}
