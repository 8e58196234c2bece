package outbox

import (
	"strings"
	"time"
	"unicode/utf8"

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
	e.SetOrganizer("mailto:"+s.replyAddress(v.Vacancy, ""), ics.WithCN(organizerMark))
	e.AddAttendee("mailto:"+Recipient(v), ics.CalendarUserTypeIndividual, ics.ParticipationStatusNeedsAction, ics.ParticipationRoleReqParticipant,
		ics.WithCN(attendeeMark), ics.WithRSVP(true))
	return named(c.Serialize(), map[string]string{organizerMark: oneLine(s.From.Name, maxName), attendeeMark: oneLine(v.Applicant.Name, maxName)})
}

// The marks stand for names until the rest is written.
const organizerMark, attendeeMark = "name-of-the-organizer", "name-of-the-attendee"

// maxCalendarLine is the length of a line of a calendar without its end, in bytes.
const maxCalendarLine = 75

// named puts names in place of their marks and folds the lines.
//
// QUIRK: the library writes backslashes before the signs of a parameter's value, which RFC
// 5545 knows in texts alone: an apostrophe came out with a backslash in calendars. A name stands in
// double quotes, where every sign but the double quote itself is allowed.
func named(calendar string, names map[string]string) string {
	unfolded := strings.ReplaceAll(strings.ReplaceAll(calendar, "\r\n", "\n"), "\n ", "")
	var b strings.Builder
	for line := range strings.Lines(unfolded) {
		line = strings.TrimSuffix(line, "\n")
		if property, _, _ := strings.Cut(line, ";"); property == "ORGANIZER" || property == "ATTENDEE" {
			for mark, name := range names {
				line = strings.Replace(line, "CN="+mark, `CN="`+strings.ReplaceAll(name, `"`, "")+`"`, 1)
			}
		}
		for room := maxCalendarLine; len(line) > room; room = maxCalendarLine - 1 {
			cut := room
			for cut > 1 && !utf8.RuneStart(line[cut]) {
				cut--
			}
			b.WriteString(line[:cut] + "\r\n ")
			line = line[cut:]
		}
		b.WriteString(line + "\r\n")
	}
	return b.String()
}
