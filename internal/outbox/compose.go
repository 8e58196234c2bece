package outbox

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
)

// Draft is a message before anybody has agreed to it.
type Draft struct {
	Kind     store.MailKind
	Language string
	Subject  string
	Body     string
	// TemplateVersion and NoticeVersion are those of the texts it is made from.
	TemplateVersion, NoticeVersion int
}

// Order says what a draft is for.
type Order struct {
	Kind     store.MailKind
	Language string
	// Author is the name of who writes; empty for automatic messages.
	Author string
	// Pieces are asked for, where the template has a place for them.
	Pieces []Piece
	// Appointment is for invitations; nil leaves its fields as they are written, for a
	// person to fill in.
	Appointment *Appointment
	// Token is the message's own, so that withdrawing by mail finds the application.
	Token string
	// ForEditing keeps the draft a template: a person edits it, and Fill reads it again.
	ForEditing bool
}

// Compose makes a draft for an application from the template in force.
func (s Settings) Compose(ctx context.Context, st *store.Store, v store.ApplicationView, o Order) (Draft, error) {
	t, err := Template(ctx, st, o.Kind, o.Language)
	if err != nil {
		return Draft{}, err
	}
	return s.ComposeFrom(ctx, st, v, o, t)
}

// ComposeFrom makes a draft from a template's text, which may be one nobody has saved yet.
// A *Mistake is the error of a text with a field that cannot be filled in.
func (s Settings) ComposeFrom(ctx context.Context, st *store.Store, v store.ApplicationView, o Order, t store.MailTemplate) (Draft, error) {
	d := Draft{Kind: o.Kind, Language: o.Language, TemplateVersion: t.Version}
	values := s.values(v, o)
	notice, err := Template(ctx, st, store.MailNotice, o.Language)
	if err != nil {
		return d, err
	}
	d.NoticeVersion = notice.Version
	text, mistake := fill(notice.Body, o.Language, "body", FieldsOf(store.MailNotice), values)
	if mistake != nil {
		return d, mistake
	}
	if o.ForEditing {
		text = doubled.Replace(text)
	}
	values[FieldNotice] = text
	if d.Subject, mistake = fill(t.Subject, o.Language, "subject", subjectFields(o.Kind), values); mistake != nil {
		return d, mistake
	}
	d.Subject = oneLine(d.Subject, maxSubject)
	if d.Body, mistake = fill(t.Body, o.Language, "body", FieldsOf(o.Kind), values); mistake != nil {
		return d, mistake
	}
	return d, nil
}

// Fill puts values into what a person has edited: the fields that stayed in it.
func (s Settings) Fill(v store.ApplicationView, o Order, subject, body string) (filledSubject, filledBody string, _ *Mistake) {
	values := s.values(v, o)
	subject, m := fill(subject, o.Language, "subject", subjectFields(o.Kind), values)
	if m != nil {
		return "", "", m
	}
	body, m = fill(body, o.Language, "body", EditableFields(o.Kind), values)
	return oneLine(subject, maxSubject), body, m
}

// EditableFields are those a person may still write into a draft: what makes whole
// paragraphs has been filled in by then.
func EditableFields(kind store.MailKind) []Field {
	return slices.DeleteFunc(FieldsOf(kind), func(f Field) bool { return f == FieldMissing || f == FieldNotice })
}

// values are what the fields stand for in one application.
func (s Settings) values(v store.ApplicationView, o Order) map[Field]string {
	w := wordsOf(o.Language)
	zone := v.Vacancy.DeadlineZone
	out := map[Field]string{
		FieldCandidate: oneLine(v.Applicant.Name, maxName), FieldVacancy: oneLine(v.Vacancy.Title, maxSubject), FieldReference: oneLine(v.Vacancy.Reference, maxName),
		FieldOrganisation: oneLine(v.Vacancy.Organisation, maxName), FieldPlace: oneLine(v.Vacancy.Place, maxName),
		FieldReceived: w.instant(v.ReceivedAt, zone), FieldContact: s.replyAddress(v.Vacancy, o.Token), FieldAuthor: oneLine(o.Author, maxName),
		FieldMissing: List(o.Pieces),
	}
	if out[FieldCandidate] == "" || strings.Contains(out[FieldCandidate], "@") {
		out[FieldCandidate] = w.say("Madame, Monsieur", "Sir or Madam")
	}
	if out[FieldOrganisation] == "" {
		out[FieldOrganisation] = oneLine(s.From.Name, maxName)
	}
	if d := v.Vacancy.Deadline(); d != nil {
		out[FieldDeadline] = w.instant(d.At, d.Zone)
	}
	if s.Configured() || len(v.Vacancy.Addresses) > 0 {
		out[FieldWithdrawal] = s.withdrawal(w, v, o.Token)
	}
	if o.ForEditing {
		for f, v := range out {
			out[f] = doubled.Replace(v)
		}
	}
	if o.Kind == store.MailInvitation {
		if o.Appointment == nil {
			out[FieldAppointment], out[FieldVenue] = "{"+FieldAppointment.Name(o.Language)+"}", "{"+FieldVenue.Name(o.Language)+"}"
		} else {
			out[FieldAppointment], out[FieldVenue] = o.Appointment.words(w), oneLine(o.Appointment.Venue, maxVenue)
		}
	}
	return out
}

// doubled braces are words and no field.
var doubled = strings.NewReplacer("{", "{{", "}", "}}")

// withdrawal tells how to take the application back: by answering, since there is no page
// for applicants. The link opens a message that says so.
func (s Settings) withdrawal(w *words, v store.ApplicationView, token string) string {
	subject := w.say("Retrait de candidature", "Withdrawal of application")
	if token != "" {
		subject += " D-" + token
	}
	link := "mailto:" + s.replyAddress(v.Vacancy, token) + "?subject=" + url.PathEscape(subject)
	return w.say("Pour retirer votre candidature, dites-le en réponse à ce message, ou utilisez ce lien :\n",
		"To withdraw your application, say so in a reply to this message, or use this link:\n") + link
}

// LanguageOf is the language an applicant is written to: that of their mail, else of their
// letter or CV, else the vacancy's.
func LanguageOf(v store.ApplicationView) string {
	known := func(l string) bool { return slices.Contains(Languages, l) }
	order := []func(store.Document) bool{
		func(d store.Document) bool { return d.Body },
		func(d store.Document) bool { return d.Is() == fact.CoverLetter },
		func(d store.Document) bool { return d.Is() == fact.CV },
		func(store.Document) bool { return true },
	}
	for _, fits := range order {
		for i := len(v.Documents) - 1; i >= 0; i-- { // the newest says most
			if d := v.Documents[i]; fits(d) && known(d.Language) {
				return d.Language
			}
		}
	}
	if known(v.Vacancy.Language) {
		return v.Vacancy.Language
	}
	return Languages[0]
}

// Message makes a draft a message of an application: with its address, its name, and its
// place in the thread of the applicant's own mail.
func (s Settings) Message(v store.ApplicationView, d Draft, messageID, token string) store.NewOutgoing {
	n := store.NewOutgoing{ApplicationID: v.ID, Kind: d.Kind, Language: d.Language, TemplateVersion: d.TemplateVersion, NoticeVersion: d.NoticeVersion,
		ToName: oneLine(v.Applicant.Name, maxName), ToEmail: Recipient(v), Subject: marked(oneLine(d.Subject, maxSubject), token), Body: d.Body,
		MessageID: messageID, Token: token}
	for i := len(v.Messages) - 1; i >= 0; i-- {
		if m := v.Messages[i]; m.MessageID != "" && m.FromEmail == n.ToEmail {
			n.InReplyTo, n.Thread = m.MessageID, m.Message.InReplyTo
			break
		}
	}
	return n
}

// Recipient is the address an applicant is written to: the one they wrote from last, as far
// as it is known to be theirs. Empty when there is none.
func Recipient(v store.ApplicationView) string {
	for i := len(v.Messages) - 1; i >= 0; i-- {
		if e := strings.ToLower(v.Messages[i].FromEmail); slices.Contains(v.Emails, e) && !v.Messages[i].Route.ToConfirm {
			return e
		}
	}
	if len(v.Emails) > 0 {
		return v.Emails[0]
	}
	return ""
}

// HoldUntil is the instant a refusal written now may leave: after so many working days, at
// the same hour in the vacancy's zone. Saturdays and Sundays do not count; public holidays
// are not known here, and count.
func HoldUntil(now time.Time, workingDays int, zone string) time.Time {
	t := in(now, zone)
	for workingDays > 0 {
		t = t.AddDate(0, 0, 1)
		if d := t.Weekday(); d != time.Saturday && d != time.Sunday {
			workingDays--
		}
	}
	return t
}

// Refusable tells whether a refusal may be written: a person has decided so.
func Refusable(v store.ApplicationView) bool {
	d := v.LastDecision()
	return v.Stage == screening.StageNotRetained && d != nil && d.ToStage == screening.StageNotRetained
}
