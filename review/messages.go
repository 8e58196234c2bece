package review

import (
	"context"
	"errors"
	"strconv"
	"time"

	"dossier/internal/account"
	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/web"
)

// outgoingView is a message to an applicant, on their application's page and in the outbox.
type outgoingView struct {
	ID    int64
	Kind  store.MailKind
	State store.OutgoingState
	// Tone is the class of the state's pill, Icon its sign.
	Tone, Icon string
	// Subject and To are empty while nobody is to know whose the application is.
	Subject, To string
	// Author is who wrote it, By the same in a sentence.
	Author, By string
	// Says tells where it stands and what can be done; Said is the server's own answer.
	Says, Said string
	At         time.Time
	Path       string
	// Cancel and Retry are the labels of the buttons; empty for none.
	Cancel, Retry string
}

var outgoingTones = map[store.OutgoingState][2]string{
	store.OutgoingHeld: {"pill--unclear", "clock"}, store.OutgoingQueued: {"", "clock"}, store.OutgoingSending: {"pill--accent", "mail"},
	store.OutgoingSent: {"pill--met", "met"}, store.OutgoingFailed: {"pill--not-met", "warn"}, store.OutgoingBounced: {"pill--not-met", "undo"},
	store.OutgoingCancelled: {"", "not-met"},
}

// outgoingView puts a message into words. author is who wrote it, zone the vacancy's.
func (r *request) outgoingView(m store.OutgoingMessage, author, zone string) outgoingView {
	v := outgoingView{ID: m.ID, Kind: m.Kind, State: m.State, Tone: outgoingTones[m.State][0], Icon: outgoingTones[m.State][1],
		Subject: outbox.Unmarked(m.Subject, m.Token), To: m.ToEmail, Author: author, At: m.CreatedAt, Path: outgoingPath(m.ApplicationID, m.ID), Says: r.outgoingSays(m, zone)}
	switch {
	case m.SentAt != nil:
		v.At = *m.SentAt
	case m.State == store.OutgoingCancelled && m.Body == "":
		v.Subject = ""
	}
	if m.State != store.OutgoingSent && m.State != store.OutgoingCancelled {
		v.Said = m.Error
	}
	if m.Automatic {
		v.Author = r.words.T("outbox.automatic")
		v.By = v.Author
	} else if v.Author != "" {
		v.By = r.words.T("outbox.by", "author", v.Author)
	}
	if !r.may(account.WriteApplicants) {
		return v
	}
	if m.CanCancel() {
		v.Cancel = r.words.T("outbox.cancel")
	}
	if m.CanRetry() {
		v.Retry = r.words.T("outbox.retry." + retryOf(m))
	}
	return v
}

// retryOf names what sending means for a message as it stands.
func retryOf(m store.OutgoingMessage) string {
	switch {
	case m.State == store.OutgoingHeld && m.Why != store.WhyUnsure, m.State == store.OutgoingQueued:
		return "now"
	case m.State == store.OutgoingCancelled:
		return "anyway"
	}
	return "again"
}

// outgoingSays is the sentence about a message: why it stands where it stands, and the next
// step.
func (r *request) outgoingSays(m store.OutgoingMessage, zone string) string {
	l := r.words
	why := func(prefix string) string {
		if m.Why != "" && l.Has(prefix+m.Why) {
			return l.T(prefix + m.Why)
		}
		return l.T(prefix + "other")
	}
	when := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return l.ShortInstant(*t, zone, r.now)
	}
	switch m.State {
	case store.OutgoingHeld:
		if !m.Parked {
			return l.T("outbox.says.delay", "at", when(m.NextTryAt))
		}
		return why("outbox.held.")
	case store.OutgoingQueued:
		switch {
		case !r.app.Mail.Configured():
			return l.T("outbox.says.no_server")
		case m.Why != "":
			return why("outbox.late.") + " " + l.T("outbox.next_try", "at", when(m.NextTryAt), "n", m.Attempts)
		}
		return l.T("outbox.says.queued")
	case store.OutgoingSending:
		return l.T("outbox.says.sending")
	case store.OutgoingSent:
		if r.app.MailKept {
			return l.T("outbox.says.kept")
		}
		return l.T("outbox.says.sent")
	case store.OutgoingFailed:
		return why("outbox.failed.")
	case store.OutgoingBounced:
		return l.T("outbox.says.bounced", "at", when(m.BouncedAt))
	}
	return why("outbox.cancelled.")
}

func outgoingPath(application, id int64) string {
	return applicationPath(application) + "/outgoing/" + decimal(id)
}

// mailPanel is the correspondence of an application beside what came in: what went out, what
// may be written, and who asks to be taken off.
type mailPanel struct {
	Outgoing []outgoingView
	Write    []writeLink
	// Veiled: nobody is written to while nobody is to know whose the application is.
	Veiled   bool
	Requests []withdrawalView
}

// writeLink begins a message of a kind.
type writeLink struct{ Label, Path string }

// withdrawalView is a message that asks to take the application back.
type withdrawalView struct {
	Quote, Path string
	At          time.Time
}

// mailPanel gathers the correspondence of an application.
func (r *request) mailPanel(v store.ApplicationView, list string) (mailPanel, error) {
	ctx := r.Request().Context()
	p := mailPanel{Veiled: r.behind[v.ID].Veiled}
	sent, err := r.app.Store.OutgoingOf(ctx, v.VacancyID, v.ID)
	if err != nil {
		return p, err
	}
	authors, err := r.authors(ctx, sent)
	if err != nil {
		return p, err
	}
	for i := len(sent) - 1; i >= 0; i-- {
		one := r.outgoingView(sent[i], authorOf(sent[i], authors), v.Vacancy.DeadlineZone)
		if p.Veiled {
			one = veiledOutgoing(one)
		}
		p.Outgoing = append(p.Outgoing, one)
	}
	requests, err := r.app.Store.WithdrawalRequests(ctx, v.VacancyID, v.ID)
	if err != nil {
		return p, err
	}
	for _, w := range requests {
		one := withdrawalView{Quote: shorten(w.Quote, maxWithdrawalRunes), At: w.At, Path: applicationPath(v.ID) + "/withdrawals/" + decimal(w.ID)}
		if p.Veiled {
			one.Quote = ""
		}
		p.Requests = append(p.Requests, one)
	}
	if r.may(account.WriteApplicants) && !p.Veiled {
		for _, kind := range writable(v) {
			p.Write = append(p.Write, writeLink{Label: r.words.T("outbox.write." + string(kind)), Path: withQuery(applicationPath(v.ID)+"/write", "kind", string(kind), "list", list)})
		}
	}
	return p, nil
}

// maxWithdrawalRunes is how much of a withdrawal is shown.
const maxWithdrawalRunes = 240

// veiledOutgoing takes out of a message what tells whose it is.
func veiledOutgoing(v outgoingView) outgoingView {
	v.Subject, v.To, v.Said, v.Path, v.Cancel, v.Retry = "", "", "", "", "", ""
	return v
}

// writable are the kinds of message that make sense for an application as it stands.
func writable(v store.ApplicationView) []store.MailKind {
	if outbox.Refusable(v) {
		return []store.MailKind{store.MailRefusal, store.MailFree}
	}
	return []store.MailKind{store.MailMissing, store.MailInvitation, store.MailFree}
}

// authors are the names of those who wrote messages, by account.
func (r *request) authors(ctx context.Context, list []store.OutgoingMessage) (map[int64]string, error) {
	out := map[int64]string{}
	for _, m := range list {
		if m.AuthorID == nil || out[*m.AuthorID] != "" {
			continue
		}
		u, err := r.app.Store.UserByID(ctx, *m.AuthorID)
		if err != nil {
			return nil, err
		}
		if out[u.ID] = u.Name; u.Name == "" {
			out[u.ID] = u.Email
		}
	}
	return out, nil
}

func authorOf(m store.OutgoingMessage, authors map[int64]string) string {
	if m.AuthorID == nil {
		return ""
	}
	return authors[*m.AuthorID]
}

// outgoingPage is one message in full.
type outgoingPage struct {
	page
	Message outgoingView
	// Back is the application's messages.
	Back, Name, Body, Calendar, MessageID, Language string
	Vacancy                                         store.Vacancy
	TemplateVersion                                 int
	Zone                                            string
}

// showOutgoing answers GET /applications/:id/outgoing/:outgoing.
func showOutgoing(r *request) error {
	v, m, err := r.openOutgoing()
	if err != nil {
		return err
	}
	authors, err := r.authors(r.Request().Context(), []store.OutgoingMessage{m})
	if err != nil {
		return err
	}
	p := outgoingPage{page: r.newPage("outbox", "outbox.message"), Message: r.outgoingView(m, authorOf(m, authors), v.Vacancy.DeadlineZone),
		Back: applicationPath(v.ID) + "?panel=messages", Name: v.Applicant.Name, Body: m.Body, Calendar: m.Calendar, MessageID: m.MessageID,
		Language: m.Language, Vacancy: v.Vacancy, TemplateVersion: m.TemplateVersion, Zone: v.Vacancy.DeadlineZone}
	if p.Message.Subject != "" {
		p.Title = p.Message.Subject
	}
	return r.render("outbox/show", p)
}

// openOutgoing reads a message and its application, as far as the reader may see it.
func (r *request) openOutgoing() (store.ApplicationView, store.OutgoingMessage, error) {
	v, err := r.openApplication()
	if err != nil {
		return v, store.OutgoingMessage{}, err
	}
	id, err := r.intParam("outgoing")
	if err != nil {
		return v, store.OutgoingMessage{}, err
	}
	m, err := r.app.Store.OutgoingByID(r.Request().Context(), id)
	switch {
	case err != nil:
	case m.ApplicationID != v.ID:
		err = store.ErrNotFound
	case r.behind[v.ID].Veiled:
		err = errVeiled
	}
	return v, m, err
}

// cancelOutgoing answers POST /applications/:id/outgoing/:outgoing/cancel.
func cancelOutgoing(r *request) error {
	return r.onOutgoing("outbox.flash.cancelled", r.app.Store.CancelOutgoing)
}

// retryOutgoing answers POST /applications/:id/outgoing/:outgoing/retry.
func retryOutgoing(r *request) error {
	return r.onOutgoing("outbox.flash.retried", r.app.Store.RetryOutgoing)
}

func (r *request) onOutgoing(said string, act func(context.Context, int64, int64) error) error {
	v, m, err := r.openOutgoing()
	if err != nil {
		return err
	}
	switch err := act(r.Request().Context(), m.ID, r.user.ID); {
	case errors.Is(err, store.ErrInvalid): // the decision it tells of was taken back, or the application
		r.say(false, "outbox.flash.unwanted", 1, v.Applicant.Name)
	case err != nil:
		return err
	default:
		r.say(true, said, 1, v.Applicant.Name)
	}
	return r.redirect(r.back(applicationPath(v.ID) + "?panel=messages"))
}

// settleWithdrawal answers POST /applications/:id/withdrawals/:request: a person says
// whether the applicant is taken off.
func settleWithdrawal(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	id, err := r.intParam("request")
	if err != nil {
		return err
	}
	version, ok := r.version()
	answer := r.FormValue("answer")
	if !ok || answer != "accept" && answer != "keep" {
		return errBadInput
	}
	if version != v.Version {
		return r.conflicted(v.ID, version, form{}, r.words.T("withdrawal.title"))
	}
	if err := r.app.Store.SettleWithdrawal(r.Request().Context(), r.act(v.ID, version), id, answer == "accept"); err != nil {
		return err
	}
	r.say(true, "withdrawal.flash."+answer, 1, v.Applicant.Name)
	return r.redirect(withQuery(applicationPath(v.ID), "list", r.list()))
}

// historyOfMail tells what was written to the applicant, among what else happened.
func historyOfMail(l *web.Locale, list []outgoingView) []historyView {
	var out []historyView
	for _, m := range list {
		if m.State != store.OutgoingSent && m.State != store.OutgoingBounced {
			continue
		}
		out = append(out, historyView{At: m.At, Icon: "mail", What: l.Parts("history.mailed", "author", m.Author, "kind", l.T("outbox.kind."+string(m.Kind)))})
	}
	return out
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
