package outbox

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"dossier/internal/store"
)

// maxVenue bounds where an interview takes place, in bytes.
const maxVenue = 300

// Appointment is when and where an interview takes place.
type Appointment struct {
	Start  time.Time
	Length time.Duration
	// Zone is the IANA zone it is told in.
	Zone string
	// Venue is a place, a telephone number or the address of a call; one line.
	Venue string
}

func (a Appointment) words(w *words) string {
	start, end := in(a.Start, a.Zone), in(a.Start.Add(a.Length), a.Zone)
	return w.date(start) + w.say(", de ", ", from ") + w.clock(start) + w.say(" à ", " to ") + w.clock(end) + " (" + w.zone(start, a.Zone) + ")"
}

// Calendar is the appointment as an invitation that calendars understand (METHOD:REQUEST).
// Its times are UTC, which every calendar shows in its owner's zone. uid is the message's
// own, so that the same invitation is not entered twice.
func (s Settings) Calendar(a Appointment, v store.ApplicationView, language, uid string, now time.Time) string {
	w := wordsOf(language)
	c := ics.NewCalendarFor("dossier")
	c.SetMethod(ics.MethodRequest)
	e := c.AddEvent(uid)
	e.SetDtStampTime(now.UTC())
	e.SetStartAt(a.Start.UTC())
	e.SetEndAt(a.Start.Add(a.Length).UTC())
	e.SetSummary(w.say("Entretien : ", "Interview: ") + oneLine(v.Vacancy.Title, maxSubject))
	e.SetDescription(a.words(w))
	if venue := oneLine(a.Venue, maxVenue); venue != "" {
		e.SetLocation(venue)
	}
	e.SetSequence(0)
	e.SetStatus(ics.ObjectStatusConfirmed)
	e.SetOrganizer("mailto:"+s.replyAddress(v.Vacancy, ""), ics.WithCN(oneLine(s.From.Name, maxName)))
	e.AddAttendee("mailto:"+Recipient(v), ics.CalendarUserTypeIndividual, ics.ParticipationStatusNeedsAction, ics.ParticipationRoleReqParticipant,
		ics.WithCN(oneLine(v.Applicant.Name, maxName)), ics.WithRSVP(true))
	return strings.ReplaceAll(strings.ReplaceAll(c.Serialize(), "\r\n", "\n"), "\n", "\r\n")
}
