package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
)

// retentionPage shows how long things are kept, and what is over.
type retentionPage struct {
	page
	Tabs      []privacyTab
	Vacancies []retentionRow
	// Mail are the clocks of mail that belongs to no vacancy; nil for who may not see it.
	Mail *retentionRow
	Due  store.DuePurge
	// Goes are the applications a purge would remove, Stays those it would leave.
	Goes, Stays []store.Due
	Zone        string
	MayPurge    bool
}

type retentionRow struct {
	Vacancy   store.Vacancy
	Retention store.Retention
	Clocks    []clockRow
	// Own tells that somebody has set it; the defaults hold otherwise.
	Own bool
}

type clockRow struct {
	Clock  store.Clock
	Months int
}

func retentionClocks(r store.Retention, clocks []store.Clock) []clockRow {
	var out []clockRow
	for _, c := range clocks {
		out = append(out, clockRow{c, r.Months(c)})
	}
	return out
}

// showRetention answers GET /privacy/retention.
func showRetention(r *request) error {
	ctx := r.Request().Context()
	list, err := r.app.Store.Vacancies(ctx)
	if err != nil {
		return err
	}
	p := retentionPage{page: r.newPage("privacy", "privacy.retention"), Tabs: r.privacyTabs("/privacy/retention"), Zone: r.app.Zone, MayPurge: r.app.Eraser != nil && r.within() == nil}
	for _, v := range list {
		if !r.mayHandle(v.ID) || v.State == store.VacancyDraft {
			continue
		}
		k, err := r.app.Store.RetentionOf(ctx, v.ID)
		if err != nil {
			return err
		}
		p.Vacancies = append(p.Vacancies, retentionRow{Vacancy: v, Retention: k, Clocks: retentionClocks(k, store.VacancyClocks), Own: k.SetBy != 0})
	}
	if r.within() == nil {
		k, err := r.app.Store.RetentionOf(ctx, 0)
		if err != nil {
			return err
		}
		p.Mail = &retentionRow{Retention: k, Clocks: retentionClocks(k, store.MailClocks), Own: k.SetBy != 0}
	}
	if p.Due, err = r.app.Store.Overdue(ctx, store.PurgeScope{}); err != nil {
		return err
	}
	for _, d := range p.Due.Applications {
		switch {
		case !r.mayHandle(d.VacancyID):
		case d.Kept == "":
			p.Goes = append(p.Goes, d)
		default:
			p.Stays = append(p.Stays, d)
		}
	}
	return r.render("privacy/retention", p)
}

// saveRetention answers POST /privacy/retention.
func saveRetention(r *request) error {
	ctx := r.Request().Context()
	id, err := strconv.ParseInt(r.FormValue("vacancy"), 10, 64)
	if err != nil || id < 0 {
		return fmt.Errorf("vacancy: %w", errBadInput)
	}
	if id == 0 && r.within() != nil || id != 0 && !r.mayHandle(id) {
		return errForbidden
	}
	k, err := r.app.Store.RetentionOf(ctx, id)
	if err != nil {
		return err
	}
	clocks := store.VacancyClocks
	if id == 0 {
		clocks = store.MailClocks
	}
	for _, c := range clocks {
		v := r.text(string(c), 6)
		if v == "" {
			k.Set(c, store.Forever)
			continue
		}
		months, err := strconv.Atoi(v)
		if err != nil || months < 0 || months > store.MaxRetention {
			r.say(false, "flash.retention_range", store.MaxRetention, "")
			return r.redirect("/privacy/retention")
		}
		k.Set(c, months)
	}
	k.Enabled = r.FormValue("enabled") == "1"
	if err := r.app.Store.SetRetention(ctx, k, r.user.ID); err != nil {
		return err
	}
	r.say(true, "flash.retention_saved", 0, "")
	return r.redirect("/privacy/retention")
}

// purgeNow answers POST /privacy/purge: what the preview listed goes, once that was said.
func purgeNow(r *request) error {
	if r.app.Eraser == nil || r.within() != nil {
		return errForbidden
	}
	if r.FormValue("sure") != "1" {
		r.say(false, "flash.purge_unsure", 0, "")
		return r.redirect("/privacy/retention")
	}
	done, err := r.app.Eraser.Purge(r.Request().Context(), store.PurgeScope{}, r.user.ID)
	if err != nil {
		return err
	}
	r.say(true, "flash.purged", done.Applications, "")
	return r.redirect("/privacy/log")
}

// erasureLogPage lists what was erased and purged, without names.
type erasureLogPage struct {
	page
	Tabs []privacyTab
	Rows []erasureRow
	Zone string
}

type erasureRow struct {
	store.Erasure
	Who, Vacancy string
}

// erasuresShown bounds the log on the page.
const erasuresShown = 500

// showErasureLog answers GET /privacy/log.
func showErasureLog(r *request) error {
	ctx := r.Request().Context()
	rows, err := r.app.Store.Erasures(ctx, erasuresShown)
	if err != nil {
		return err
	}
	names, err := r.teamNames()
	if err != nil {
		return err
	}
	list, err := r.app.Store.Vacancies(ctx)
	if err != nil {
		return err
	}
	p := erasureLogPage{page: r.newPage("privacy", "privacy.log"), Tabs: r.privacyTabs("/privacy/log"), Zone: r.app.Zone}
	for _, e := range rows {
		if e.VacancyID != 0 && !r.mayHandle(e.VacancyID) || e.VacancyID == 0 && r.within() != nil {
			continue
		}
		row := erasureRow{Erasure: e, Who: names[e.ActorID]}
		if at := slices.IndexFunc(list, func(v store.Vacancy) bool { return v.ID == e.VacancyID }); at >= 0 {
			row.Vacancy = list[at].Title
		}
		p.Rows = append(p.Rows, row)
	}
	return r.render("privacy/log", p)
}

// goneInWords says how many applications were erased or purged, and where they stood.
func (r *request) goneInWords(gone map[screening.Stage]int) string {
	total := 0
	var parts []string
	for _, s := range screening.Stages {
		if n := gone[s]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%s %d", r.words.T("stage."+string(s)), n))
		}
	}
	if total == 0 {
		return ""
	}
	return r.words.N("privacy.gone", total, "stages", strings.Join(parts, ", "))
}
