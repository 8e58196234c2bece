package review

import (
	"cmp"
	"time"

	"dossier/internal/store"
)

// modePage sets how a vacancy's applications are looked at.
type modePage struct {
	page
	Vacancy store.Vacancy
	Mode    store.ReviewMode
	By      string
	At      *time.Time
	// Zone is the one its times are told in.
	Zone string
}

// showMode answers GET /vacancies/:slug/mode.
func showMode(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	p := modePage{page: r.newPage("vacancies", "mode.title"), Vacancy: v, Zone: cmp.Or(v.DeadlineZone, r.app.Zone)}
	if p.Mode, err = r.app.Store.ReviewMode(ctx, v.ID); err != nil {
		return err
	}
	if p.Mode.SetBy != 0 {
		p.At = &p.Mode.SetAt
		if u, err := r.app.Store.UserByID(ctx, p.Mode.SetBy); err == nil {
			p.By = u.Name
		}
	}
	return r.render("vacancies/mode", p)
}

// saveMode answers POST /vacancies/:slug/mode.
func saveMode(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	if err := r.app.Store.SetReviewMode(ctx, v.ID, r.FormValue("hidden") == "1", r.FormValue("anonymous") == "1", r.user.ID); err != nil {
		return err
	}
	r.say(true, "mode.saved", 1, "")
	return r.redirect("/vacancies/" + v.Slug + "/mode")
}
