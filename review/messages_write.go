package review

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/screening"
)

// writePage is a message before it is queued. It is a form that can be sent as it stands.
type writePage struct {
	page
	ID         int64
	Base, List string
	// Back is the application's messages.
	Back, Name, To string
	Vacancy        store.Vacancy
	Kind           store.MailKind
	Language       string
	Languages      []writeLanguage
	// Token names the message from the first look on, so that sending the form twice makes
	// one message.
	Token                          string
	Subject, Body                  string
	TemplateVersion, NoticeVersion int
	Fields                         []string
	Pieces                         []pieceChoice
	Appointment                    appointmentForm
	HoldUntil                      *time.Time
	HoldDays                       int
	Zone                           string
	Problem, AppointmentProblem    string
	// Blocked says why nobody can be written to; NoServer that nothing will leave for now.
	Blocked  string
	NoServer bool
	// NothingAsked: the text asks for what is missing, and names nothing.
	NothingAsked bool
	// Doubts are what is odd about the appointment, told before it is sent; Preview is the
	// message as it would leave.
	Doubts  []string
	Preview *mailPreview
	// Interview: sending may move the application, at Version, to interviews.
	Interview bool
	Version   int64
}

// mailPreview is a message with its fields filled.
type mailPreview struct{ Subject, Body string }

type writeLanguage struct {
	Lang, Path string
	Current    bool
}

// pieceChoice is something that may be asked for.
type pieceChoice struct {
	Key, Text string
	Ticked    bool
}

// appointmentForm is what was typed about an interview.
type appointmentForm struct{ Day, Clock, Minutes, Venue string }

const (
	maxMailBody    = 20_000
	maxMailSubject = 250
)

// showWrite answers GET /applications/:id/write?kind=&lang=&ask=: a draft to edit.
func showWrite(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	p, err := r.writePage(v)
	if err != nil {
		return err
	}
	if p.Kind == store.MailRefusal && p.Blocked == "" {
		stands, err := r.app.Store.RefusalStands(r.Request().Context(), v.VacancyID, v.ID)
		if err != nil {
			return err
		}
		if stands {
			p.Blocked = r.words.T("outbox.blocked.refused")
		}
	}
	if p.Blocked == "" {
		if err := r.draft(p, v); err != nil {
			return err
		}
	}
	return r.render("outbox/write", p)
}

// writePage is the page without its text.
func (r *request) writePage(v store.ApplicationView) (*writePage, error) {
	kind := store.MailKind(r.FormValue("kind"))
	if kind == "" {
		kind = store.MailFree
	}
	if kind == store.MailAcknowledgement || kind == store.MailNotice || !slices.Contains(store.MailKinds, kind) {
		return nil, fmt.Errorf("kind %q: %w", kind, errBadInput)
	}
	lang := r.FormValue("lang")
	if !slices.Contains(outbox.Languages, lang) {
		lang = outbox.LanguageOf(v)
	}
	p := &writePage{page: r.newPage("vacancies", "outbox.write."+string(kind)), ID: v.ID, Base: applicationPath(v.ID), List: r.list(), Name: v.Applicant.Name,
		To: outbox.Recipient(v), Vacancy: v.Vacancy, Kind: kind, Language: lang, NoServer: !r.app.Mail.Configured(), Zone: v.Vacancy.DeadlineZone}
	if p.Zone == "" {
		p.Zone = r.app.Zone
	}
	p.Interview, p.Version = r.mayInterview(v, kind), v.Version
	p.Back = withQuery(p.Base, "panel", "messages", "list", p.List)
	for _, l := range outbox.Languages {
		p.Languages = append(p.Languages, writeLanguage{l, withQuery(p.Base+"/write", "kind", string(kind), "lang", l, "list", p.List), l == lang})
	}
	for _, f := range outbox.EditableFields(kind) {
		p.Fields = append(p.Fields, "{"+f.Name(lang)+"}")
	}
	own := outbox.OwnAddresses(append([]string{r.app.Mail.From.Address, r.app.Mail.ReplyTo}, v.Vacancy.Addresses...)...)
	switch {
	case r.behind[v.ID].Veiled:
		p.Blocked = r.words.T("outbox.blocked.veiled")
	case outbox.CheckRecipient(p.To, own) != nil:
		p.Blocked = r.words.T("outbox.blocked.address")
	case kind == store.MailRefusal && !outbox.Refusable(v):
		p.Blocked = r.words.T("outbox.blocked.refusal")
	case (kind == store.MailMissing || kind == store.MailInvitation) && (v.Stage == screening.StageWithdrawn || v.Stage == screening.StageNotRetained):
		p.Blocked = r.words.T("outbox.blocked.over")
	}
	if kind == store.MailRefusal && p.Blocked == "" {
		set, err := r.app.Store.MailOf(r.Request().Context(), v.VacancyID)
		if err != nil {
			return nil, err
		}
		p.HoldDays = set.RefusalDays
		until := outbox.HoldUntil(r.now, set.RefusalDays, p.Zone)
		p.HoldUntil = &until
	}
	return p, nil
}

// draft fills the page with the template's text for this application.
func (r *request) draft(p *writePage, v store.ApplicationView) error {
	_, p.Token = r.app.Mail.NewName()
	order := p.order(r)
	order.ForEditing = true
	if p.Kind == store.MailMissing {
		asked, chosen := r.QueryParams()["ask"], r.QueryParam("chosen") == "1"
		for _, piece := range outbox.Missing(v, p.Language) {
			ticked := piece.Sure
			if chosen {
				ticked = slices.Contains(asked, piece.Key)
			}
			p.Pieces = append(p.Pieces, pieceChoice{piece.Key, piece.Text, ticked})
			if ticked {
				order.Pieces = append(order.Pieces, piece)
			}
		}
	}
	p.NothingAsked = p.Kind == store.MailMissing && len(order.Pieces) == 0
	d, err := r.app.Mail.Compose(r.Request().Context(), r.app.Store, v, order)
	var mistake *outbox.Mistake
	if errors.As(err, &mistake) {
		p.Problem, err = r.mistake(mistake), nil
	}
	p.Subject, p.Body, p.TemplateVersion, p.NoticeVersion = d.Subject, d.Body, d.TemplateVersion, d.NoticeVersion
	p.Appointment = appointmentForm{Clock: "10:00", Minutes: "45"}
	return err
}

func (p *writePage) order(r *request) outbox.Order {
	name := r.user.Name
	if name == "" {
		name = r.user.Email
	}
	return outbox.Order{Kind: p.Kind, Language: p.Language, Author: name, Token: p.Token}
}

// sendWritten answers POST /applications/:id/write: the message is queued, or the page comes
// back with what was typed and what is wrong with it.
func sendWritten(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	p, err := r.writePage(v)
	if err != nil {
		return err
	}
	p.Token = r.FormValue("token")
	if p.Blocked != "" {
		return r.renderStatus(http.StatusUnprocessableEntity, "outbox/write", p)
	}
	if !outbox.ValidToken(p.Token) {
		return fmt.Errorf("token: %w", errBadInput)
	}
	p.Subject, p.Body = r.text("subject", maxMailSubject), r.text("body", maxMailBody)
	p.TemplateVersion, p.NoticeVersion = r.number("template"), r.number("notice")
	p.Appointment = appointmentForm{r.text("day", 10), r.text("clock", 5), r.text("minutes", 4), r.text("venue", 300)}
	order := p.order(r)
	if p.Kind == store.MailInvitation {
		if order.Appointment = p.appointment(); order.Appointment == nil || !order.Appointment.Start.After(r.now) {
			p.AppointmentProblem = r.words.T("outbox.problem.appointment")
			return r.renderStatus(http.StatusUnprocessableEntity, "outbox/write", p)
		}
	}
	subject, body, mistake := r.app.Mail.Fill(v, order, p.Subject, p.Body)
	switch {
	case mistake != nil:
		p.Problem = r.mistake(mistake)
	case strings.TrimSpace(subject) == "" || strings.TrimSpace(body) == "":
		p.Problem = r.words.T("outbox.problem.empty")
	}
	if p.Problem != "" {
		return r.renderStatus(http.StatusUnprocessableEntity, "outbox/write", p)
	}
	if r.FormValue("act") == "preview" {
		p.Preview = &mailPreview{Subject: outbox.Unmarked(subject, p.Token), Body: body}
		return r.render("outbox/write", p)
	}
	if order.Appointment != nil && r.FormValue("anyway") != "1" {
		if p.Doubts = r.invitationDoubts(p, order.Appointment); len(p.Doubts) > 0 {
			return r.renderStatus(http.StatusUnprocessableEntity, "outbox/write", p)
		}
	}
	id := r.app.Mail.NameOf(p.Token)
	n := r.app.Mail.Message(v, outbox.Draft{Kind: p.Kind, Language: p.Language, Subject: subject, Body: body, TemplateVersion: p.TemplateVersion, NoticeVersion: p.NoticeVersion}, id, p.Token)
	n.AuthorID, n.HoldUntil = r.user.ID, p.HoldUntil
	if order.Appointment != nil {
		n.Calendar = r.app.Mail.Calendar(*order.Appointment, v, p.Language, id, r.now)
	}
	_, err = r.app.Store.QueueOutgoing(r.Request().Context(), n)
	if errors.Is(err, store.ErrConflict) {
		ours, lookErr := r.app.Store.OutgoingByMessageIDs(r.Request().Context(), []string{id}, nil)
		if lookErr != nil {
			return lookErr
		}
		if len(ours) == 0 {
			p.Blocked = r.words.T("outbox.blocked.refused")
			return r.renderStatus(http.StatusConflict, "outbox/write", p)
		}
		err = nil // a form sent twice is one message
	}
	if err != nil {
		return err
	}
	said := "outbox.flash.queued"
	if p.HoldUntil != nil && p.HoldUntil.After(r.now) {
		said = "outbox.flash.held"
	}
	r.say(true, said, 1, v.Applicant.Name)
	r.toInterview(v)
	return r.redirect(p.Back)
}

// number reads a form field as a number; 0 when it is none.
func (r *request) number(name string) int {
	n, err := strconv.Atoi(r.FormValue(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// appointment reads what was typed in the vacancy's zone; nil when it is no instant.
func (p *writePage) appointment() *outbox.Appointment {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return nil
	}
	start, err := time.ParseInLocation("2006-01-02 15:04", p.Appointment.Day+" "+p.Appointment.Clock, zone)
	minutes, err2 := strconv.Atoi(p.Appointment.Minutes)
	if err != nil || err2 != nil || minutes < 5 || minutes > 600 {
		return nil
	}
	// An hour that the change of the clocks leaves out is nobody's appointment.
	if start.Format("15:04") != p.Appointment.Clock {
		return nil
	}
	return &outbox.Appointment{Start: start, Length: time.Duration(minutes) * time.Minute, Zone: p.Zone, Venue: p.Appointment.Venue}
}

// mistake tells what is wrong with a text, and where.
func (r *request) mistake(m *outbox.Mistake) string {
	return r.words.T("outbox.mistake."+m.Code, "text", m.Text, "line", m.Line, "column", m.Column, "part", r.words.T("outbox.part."+m.Part))
}
