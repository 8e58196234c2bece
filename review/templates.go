package review

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"dossier/internal/outbox"
	"dossier/internal/store"
)

// templatesPage lists the texts of mail to applicants.
type templatesPage struct {
	page
	Groups []templateGroup
}

// templateGroup is one kind of message in every language.
type templateGroup struct {
	Kind  store.MailKind
	Texts []templateLine
}

type templateLine struct {
	Language, Path, Subject, Author string
	// Version is 0 for the text that comes with the program.
	Version int
	At      *time.Time
}

// showTemplates answers GET /templates.
func showTemplates(r *request) error {
	ctx := r.Request().Context()
	p := templatesPage{page: r.newPage("outbox", "templates.title")}
	for _, kind := range store.MailKinds {
		g := templateGroup{Kind: kind}
		for _, lang := range outbox.Languages {
			t, err := outbox.Template(ctx, r.app.Store, kind, lang)
			if err != nil {
				return err
			}
			line := templateLine{Language: lang, Path: templatePath(kind, lang), Subject: t.Subject, Version: t.Version}
			if t.Version > 0 {
				line.At, line.Author = &t.CreatedAt, r.nameOf(t.AuthorID)
			}
			g.Texts = append(g.Texts, line)
		}
		p.Groups = append(p.Groups, g)
	}
	return r.render("templates/list", p)
}

func templatePath(kind store.MailKind, lang string) string {
	return "/templates/" + string(kind) + "/" + lang
}

// nameOf is the name of an account; nothing when it is gone.
func (r *request) nameOf(id int64) string {
	u, err := r.app.Store.UserByID(r.Request().Context(), id)
	if err != nil {
		return ""
	}
	if u.Name == "" {
		return u.Email
	}
	return u.Name
}

// templatePage edits one text, with what it says about a real application.
type templatePage struct {
	page
	Kind          store.MailKind
	Language      string
	Path          string
	Version       int
	Subject, Body string
	// HasSubject is false for the text about personal data, which is no message.
	HasSubject bool
	Fields     []templateField
	Versions   []templateLine
	// Problem is what is wrong with the text, and where.
	Problem string
	// On is the application the text is tried on; Choices those offered.
	On      int64
	Choices []previewChoice
	Preview *previewView
}

// templateField is a field one may write, and what it stands for.
type templateField struct{ Name, Says string }

type previewChoice struct {
	ID      int64
	Label   string
	Current bool
}

// previewView is a text as one applicant would get it.
type previewView struct{ Subject, Body string }

// openTemplate reads the kind and the language of the address.
func (r *request) openTemplate() (*templatePage, error) {
	kind, lang := store.MailKind(r.Param("kind")), r.Param("lang")
	if !slices.Contains(store.MailKinds, kind) || !slices.Contains(outbox.Languages, lang) {
		return nil, fmt.Errorf("template: %w", store.ErrNotFound)
	}
	p := &templatePage{page: r.newPage("outbox", "outbox.kind."+string(kind)), Kind: kind, Language: lang, Path: templatePath(kind, lang), HasSubject: kind != store.MailNotice}
	for _, f := range outbox.FieldsOf(kind) {
		p.Fields = append(p.Fields, templateField{"{" + f.Name(lang) + "}", r.words.T("templates.field." + string(f))})
	}
	versions, err := r.app.Store.TemplateVersions(r.Request().Context(), kind, lang)
	if err != nil {
		return nil, err
	}
	for _, t := range versions {
		at := t.CreatedAt
		p.Versions = append(p.Versions, templateLine{Language: lang, Version: t.Version, At: &at, Author: r.nameOf(t.AuthorID), Path: withQuery(p.Path, "version", strconv.Itoa(t.Version))})
	}
	if len(versions) > 0 {
		p.Version = versions[0].Version
		p.Versions = append(p.Versions, templateLine{Language: lang, Path: withQuery(p.Path, "version", "0")})
	}
	return p, nil
}

// showTemplate answers GET /templates/:kind/:lang. The query may name an older version to
// begin from, and an application to try the text on.
func showTemplate(r *request) error {
	p, err := r.openTemplate()
	if err != nil {
		return err
	}
	ctx := r.Request().Context()
	t, err := outbox.Template(ctx, r.app.Store, p.Kind, p.Language)
	if err != nil {
		return err
	}
	if asked := r.QueryParam("version"); asked != "" {
		if t, err = r.templateVersion(p, asked); err != nil {
			return err
		}
	}
	p.Subject, p.Body = t.Subject, t.Body
	if err := r.preview(p); err != nil {
		return err
	}
	return r.render("templates/edit", p)
}

// templateVersion is an older text, to begin from.
func (r *request) templateVersion(p *templatePage, asked string) (store.MailTemplate, error) {
	if asked == "0" {
		subject, body := outbox.BuiltIn(p.Kind, p.Language)
		return store.MailTemplate{Subject: subject, Body: body}, nil
	}
	versions, err := r.app.Store.TemplateVersions(r.Request().Context(), p.Kind, p.Language)
	if err != nil {
		return store.MailTemplate{}, err
	}
	for _, v := range versions {
		if strconv.Itoa(v.Version) == asked {
			return v, nil
		}
	}
	return store.MailTemplate{}, fmt.Errorf("version %q: %w", asked, store.ErrNotFound)
}

// saveTemplate answers POST /templates/:kind/:lang: it keeps the text as a new version, or
// with do=preview only shows what it would say.
func saveTemplate(r *request) error {
	p, err := r.openTemplate()
	if err != nil {
		return err
	}
	p.Subject, p.Body = r.text("subject", outbox.MaxTemplateSubject+1), r.text("body", outbox.MaxTemplateBody+1)
	if !p.HasSubject {
		p.Subject = ""
	}
	if m := outbox.Check(p.Kind, p.Language, p.Subject, p.Body); m != nil {
		p.Problem = r.mistake(m)
		if err := r.previewChoices(p); err != nil {
			return err
		}
		return r.renderStatus(http.StatusUnprocessableEntity, "templates/edit", p)
	}
	if r.FormValue("do") == "preview" {
		if err := r.preview(p); err != nil {
			return err
		}
		return r.render("templates/edit", p)
	}
	t := store.MailTemplate{Kind: p.Kind, Language: p.Language, Subject: p.Subject, Body: p.Body}
	if _, err := r.app.Store.SaveTemplate(r.Request().Context(), t, r.number("version"), r.user.ID); errors.Is(err, store.ErrConflict) {
		p.Problem = r.words.T("templates.conflict")
		if err := r.preview(p); err != nil {
			return err
		}
		return r.renderStatus(http.StatusConflict, "templates/edit", p)
	} else if err != nil {
		return err
	}
	r.say(true, "templates.saved", 1, "")
	return r.redirect(p.Path)
}

// previewChoices offers applications to try the text on.
func (r *request) previewChoices(p *templatePage) error {
	recent, err := r.app.Store.RecentApplications(r.Request().Context(), r.within(), 0)
	if err != nil {
		return err
	}
	p.Choices, p.On, err = r.choices(recent)
	return err
}

// choices names applications to try a text on; the one asked for, else the newest, is it.
func (r *request) choices(recent []store.RecentApplication) (out []previewChoice, on int64, err error) {
	asked, _ := strconv.ParseInt(r.FormValue("application"), 10, 64)
	for _, a := range recent {
		masked, err := r.masks(a.VacancyID)
		if err != nil {
			return nil, 0, err
		}
		name := a.Name
		if masked != nil && masked(a.ID) {
			name = veiledName(r.words, a.ID)
		}
		out = append(out, previewChoice{ID: a.ID, Label: name + " · " + a.Vacancy})
		if on == 0 || a.ID == asked {
			on = a.ID
		}
	}
	for i := range out {
		out[i].Current = out[i].ID == on
	}
	return out, on, nil
}

// preview tries the page's text on an application.
func (r *request) preview(p *templatePage) error {
	if err := r.previewChoices(p); err != nil || p.On == 0 {
		return err
	}
	v, err := r.applicationView(p.On)
	if err != nil {
		return err
	}
	if p.Kind == store.MailNotice {
		_, body, m := r.app.Mail.Fill(v, outbox.Order{Kind: p.Kind, Language: p.Language}, "", p.Body)
		if m == nil {
			p.Preview = &previewView{Body: body}
		}
		return nil
	}
	order := outbox.Order{Kind: p.Kind, Language: p.Language, Author: r.user.Name, Pieces: sure(outbox.Missing(v, p.Language)), Token: previewToken}
	if p.Kind == store.MailInvitation {
		order.Appointment = r.sampleAppointment(v)
	}
	d, err := r.app.Mail.ComposeFrom(r.Request().Context(), r.app.Store, v, order, store.MailTemplate{Subject: p.Subject, Body: p.Body})
	var mistake *outbox.Mistake
	if errors.As(err, &mistake) {
		p.Problem, err = r.mistake(mistake), nil
	} else if err == nil {
		p.Preview = &previewView{d.Subject, d.Body}
	}
	return err
}

// previewToken stands for a message's own in a text that is only shown.
const previewToken = "aaaaaaaaaa"

// sure are the pieces that are asked for without anybody ticking them.
func sure(list []outbox.Piece) []outbox.Piece {
	return slices.DeleteFunc(list, func(p outbox.Piece) bool { return !p.Sure })
}

// sampleAppointment is an hour of next week, to show how it is written.
func (r *request) sampleAppointment(v store.ApplicationView) *outbox.Appointment {
	zone, err := time.LoadLocation(v.Vacancy.DeadlineZone)
	if err != nil {
		zone = time.UTC
	}
	day := r.now.In(zone).AddDate(0, 0, 7)
	return &outbox.Appointment{Start: time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, zone), Length: 45 * time.Minute,
		Zone: v.Vacancy.DeadlineZone, Venue: r.words.T("templates.sample_venue")}
}
