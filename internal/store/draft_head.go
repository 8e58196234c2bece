package store

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"dossier/screening"
)

// Deadline is the deadline of the head, nil when there is none or it is not complete; Gaps
// then says what is missing.
func (h DraftHead) Deadline() *screening.Deadline {
	if h.NoDeadline || h.Day == "" {
		return nil
	}
	zone, ok := zoneOf(h.Zone)
	if !ok {
		return nil
	}
	day, err := time.Parse(time.DateOnly, h.Day)
	hour, known := clockOf(h.Hour)
	if err != nil || !known {
		return nil
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), hour.Second(), 0, zone)
	return &screening.Deadline{At: at, Zone: h.Zone, Inclusive: h.Inclusive == "yes", GraceMinutes: h.GraceMinutes, Source: h.Source}
}

// clockOf reads HH:MM, with seconds when a file gave them.
func clockOf(s string) (time.Time, bool) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// zoneOf loads an IANA zone. "Local" would be the zone of whatever machine runs.
func zoneOf(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	return loc, err == nil
}

// ReckonOn is the day age and experience are computed for: what was typed, else the day of
// the deadline, else today.
func (h DraftHead) ReckonOn(today screening.Date) screening.Date {
	if d, err := screening.ParseDate(h.AsOf); err == nil {
		return d
	}
	if d, err := screening.ParseDate(h.Day); err == nil && !h.NoDeadline {
		return d
	}
	return today
}

// Checklist is what the draft asks for: the approved lines, or every line with all.
func (b DraftBody) Checklist(today screening.Date, all bool) screening.Checklist {
	list := screening.Checklist{Deadline: b.Head.Deadline(), AsOf: b.Head.ReckonOn(today)}
	for _, l := range b.Lines {
		if all || l.Approved() {
			list.Criteria = append(list.Criteria, l.Criterion)
		}
	}
	return list
}

// Pending counts the lines nobody has approved.
func (b DraftBody) Pending() int {
	n := 0
	for _, l := range b.Lines {
		if !l.Approved() {
			n++
		}
	}
	return n
}

// GapCodes are what a draft can lack, in the order they are told. The first is the only one
// that keeps a vacancy from being published, with the lack of a criterion.
var GapCodes = []string{"title", "criteria", "organisation", "place", "address", "address.wrong", "portal.wrong", "deadline", "deadline.wrong", "deadline.hour",
	"deadline.zone", "deadline.inclusive", "as_of.wrong"}

// Gaps are the codes of what the draft lacks, in the order of GapCodes.
func (b DraftBody) Gaps() []string {
	h, has := b.Head, map[string]bool{}
	has["title"] = h.Title == ""
	has["criteria"] = len(b.Lines) == b.Pending()
	has["organisation"], has["place"] = h.Organisation == "", h.Place == ""
	has["address"] = len(h.Addresses) == 0 && h.Portal == ""
	has["address.wrong"] = slices.ContainsFunc(h.Addresses, func(a string) bool { return !plainAddress(a) })
	has["portal.wrong"] = h.Portal != "" && !webAddress(h.Portal)
	if !h.NoDeadline {
		_, err := time.Parse(time.DateOnly, h.Day)
		has["deadline"], has["deadline.wrong"] = h.Day == "", h.Day != "" && err != nil
		if h.Day != "" {
			_, told := clockOf(h.Hour)
			_, known := zoneOf(h.Zone)
			has["deadline.hour"], has["deadline.zone"] = !told, !known
			has["deadline.inclusive"] = h.Inclusive == "" && !has["deadline.hour"] && h.Hour != "23:59"
		}
	}
	_, err := screening.ParseDate(h.AsOf)
	has["as_of.wrong"] = h.AsOf != "" && err != nil
	out := []string{}
	for _, code := range GapCodes {
		if has[code] {
			out = append(out, code)
		}
	}
	return out
}

func plainAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && strings.EqualFold(a.Address, s)
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// tidied makes what was typed fit to keep.
func (h DraftHead) tidied() DraftHead {
	for _, s := range []*string{&h.Title, &h.Organisation, &h.Place, &h.Reference, &h.Portal, &h.Day, &h.Hour, &h.Zone, &h.Source, &h.AsOf} {
		*s = strings.TrimSpace(tidyString(unhidden(*s), maxText))
	}
	var list []string
	for _, a := range h.Addresses {
		if a = strings.ToLower(strings.TrimSpace(tidyString(unhidden(a), maxText))); a != "" && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	h.Addresses = list
	if h.Language != "fr" && h.Language != "en" {
		h.Language = ""
	}
	if h.AnswerLanguage != "fr" && h.AnswerLanguage != "en" {
		h.AnswerLanguage = ""
	}
	if h.Inclusive != "yes" && h.Inclusive != "no" {
		h.Inclusive = ""
	}
	h.GraceMinutes = min(max(h.GraceMinutes, 0), MaxGraceMinutes)
	h.RetentionMonths = min(max(h.RetentionMonths, 0), MaxRetentionMonths)
	return h
}

// headOf is the head of a vacancy as it stands.
func headOf(v Vacancy) DraftHead {
	h := DraftHead{Title: v.Title, Organisation: v.Organisation, Place: v.Place, Reference: v.Reference, Addresses: v.Addresses, Portal: v.Portal,
		Language: v.Language, AnswerLanguage: v.AnswerLanguage, AsOf: v.AsOf, RetentionMonths: v.RetentionMonths, Source: v.DeadlineSource, GraceMinutes: v.DeadlineGrace}
	if v.DeadlineAt == nil {
		h.NoDeadline = v.State != VacancyDraft
		return h
	}
	at := *v.DeadlineAt
	h.Zone = v.DeadlineZone
	zone, ok := zoneOf(v.DeadlineZone)
	if !ok {
		zone, h.Zone = time.UTC, "UTC"
	}
	at = at.In(zone)
	h.Day, h.Hour, h.Inclusive = at.Format(time.DateOnly), at.Format("15:04"), "no"
	if at.Second() != 0 {
		h.Hour = at.Format("15:04:05")
	}
	if v.DeadlineInclusive {
		h.Inclusive = "yes"
	}
	return h
}

// onto writes the head into a vacancy, all but the deadline and the day of reckoning: those
// belong to the checklist.
func (h DraftHead) onto(v *Vacancy) {
	v.Title, v.Organisation, v.Place, v.Reference = h.Title, h.Organisation, h.Place, h.Reference
	v.Addresses, v.Portal, v.Language, v.AnswerLanguage, v.RetentionMonths = append([]string{}, h.Addresses...), h.Portal, h.Language, h.AnswerLanguage, h.RetentionMonths
}
