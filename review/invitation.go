package review

import (
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/screening"
)

// The hours within which an interview begins, where it takes place.
const (
	firstHour = 8
	lastHour  = 19
)

// invitationDoubts are the sentences about what is odd in an invitation: nobody is kept from
// sending it, but is told first.
func (r *request) invitationDoubts(p *writePage, a *outbox.Appointment) []string {
	zone, err := time.LoadLocation(a.Zone)
	if err != nil {
		return nil
	}
	start := a.Start.In(zone)
	var out []string
	if d := start.Weekday(); d == time.Saturday || d == time.Sunday {
		out = append(out, r.words.T("outbox.odd.weekend", "day", r.words.Date(start, a.Zone)))
	}
	if h := start.Hour(); h < firstHour || h >= lastHour {
		out = append(out, r.words.T("outbox.odd.hour", "time", r.words.Clock(start, a.Zone)))
	}
	if strings.TrimSpace(p.Appointment.Venue) == "" {
		out = append(out, r.words.T("outbox.odd.venue"))
	}
	return out
}

// mayInterview tells whether sending an invitation may move the application to interviews.
func (r *request) mayInterview(v store.ApplicationView, kind store.MailKind) bool {
	return kind == store.MailInvitation && r.may(account.Decide) && v.Stage.CanMoveTo(screening.StageInterview)
}

// toInterview moves the application whose invitation was queued, when that was ticked. What
// a colleague has changed since stays, and is told.
func (r *request) toInterview(v store.ApplicationView) {
	version, ok := r.version()
	if !ok || r.FormValue("interview") != "1" || !r.mayInterview(v, store.MailInvitation) {
		return
	}
	if err := r.app.Store.RecordDecision(r.Request().Context(), r.act(v.ID, version), screening.StageInterview, ""); err != nil {
		r.app.Log.Warn("move to interviews", "application", v.ID, "err", err)
		r.say(false, "outbox.flash.not_moved", 1, v.Applicant.Name)
	}
}
