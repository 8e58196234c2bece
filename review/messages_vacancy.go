package review

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"dossier/internal/account"
	"dossier/internal/outbox"
	"dossier/internal/store"
)

// vacancyMailPage sets what a vacancy answers by itself.
type vacancyMailPage struct {
	page
	Vacancy store.Vacancy
	Set     store.VacancyMail
	By      string
	// Since is the day from which on applications are answered, as a form takes it.
	Since   string
	MaxDays int
	Problem string
	// MayEdit shows the form; others only read.
	MayEdit  bool
	NoServer bool
	On       int64
	Choices  []previewChoice
	Language string
	Preview  *previewView
}

// showVacancyMail answers GET /vacancies/:slug/mail?application=.
func showVacancyMail(r *request) error {
	p, err := r.vacancyMailPage()
	if err != nil {
		return err
	}
	return r.render("vacancies/mail", p)
}

func (r *request) vacancyMailPage() (*vacancyMailPage, error) {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return nil, err
	}
	p := &vacancyMailPage{page: r.newPage("vacancies", "vacancy_mail.title"), Vacancy: v, MaxDays: store.MaxRefusalDays, MayEdit: r.may(account.EditTemplates), NoServer: !r.app.Mail.Configured()}
	if p.Set, err = r.app.Store.MailOf(ctx, v.ID); err != nil {
		return nil, err
	}
	if p.Set.AuthorID != 0 {
		p.By = r.nameOf(p.Set.AuthorID)
	}
	if p.Set.AcknowledgeSince != nil {
		p.Since = r.inZone(*p.Set.AcknowledgeSince, v).Format(time.DateOnly)
	}
	recent, err := r.app.Store.RecentApplications(ctx, r.within(), v.ID)
	if err != nil {
		return nil, err
	}
	if p.Choices, p.On, err = r.choices(recent); err != nil || p.On == 0 {
		return p, err
	}
	a, err := r.applicationView(p.On)
	if err != nil {
		return nil, err
	}
	p.Language = outbox.LanguageOf(a)
	d, err := r.app.Mail.Acknowledgement(ctx, r.app.Store, a, p.Language, previewToken)
	var mistake *outbox.Mistake
	if errors.As(err, &mistake) {
		return p, nil // the page of the template says what is wrong with it
	}
	p.Preview = &previewView{d.Subject, d.Body}
	return p, err
}

func (r *request) inZone(t time.Time, v store.Vacancy) time.Time {
	zone, err := time.LoadLocation(v.DeadlineZone)
	if err != nil {
		return t.UTC()
	}
	return t.In(zone)
}

// saveVacancyMail answers POST /vacancies/:slug/mail.
func saveVacancyMail(r *request) error {
	p, err := r.vacancyMailPage()
	if err != nil {
		return err
	}
	set := store.VacancyMail{VacancyID: p.Vacancy.ID, Acknowledge: r.FormValue("acknowledge") == "1", Version: int64(r.number("version"))}
	days, err := strconv.Atoi(r.FormValue("refusal_days"))
	if err != nil || days < 0 || days > store.MaxRefusalDays {
		p.Problem = r.words.T("vacancy_mail.problem.days", "most", store.MaxRefusalDays)
	}
	set.RefusalDays = days
	if since := r.text("since", 10); set.Acknowledge && since != "" && since != p.Since {
		day, err := time.ParseInLocation(time.DateOnly, since, r.inZone(r.now, p.Vacancy).Location())
		if err != nil {
			p.Problem = r.words.T("vacancy_mail.problem.since")
		}
		set.AcknowledgeSince = &day
	}
	if p.Problem != "" {
		p.Set.Acknowledge, p.Since = set.Acknowledge, r.text("since", 10)
		return r.renderStatus(http.StatusUnprocessableEntity, "vacancies/mail", p)
	}
	if err := r.app.Store.SetVacancyMail(r.Request().Context(), set, r.user.ID); err != nil {
		return fmt.Errorf("vacancy %d: %w", p.Vacancy.ID, err)
	}
	r.say(true, "vacancy_mail.saved", 1, "")
	return r.redirect("/vacancies/" + p.Vacancy.Slug + "/mail")
}
