package web

import (
	"fmt"
	"strings"
	"sync"
	"time"

	_ "time/tzdata" // deadlines are shown in the vacancy's zone, on machines without zone files too
)

// Go knows no month names but English ones, and a table of ours is smaller than a module.
var (
	monthNames = map[string][12]string{
		"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
	shortMonths = map[string][12]string{
		"fr": {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		"en": {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	}
	dayNames = map[string][7]string{
		"fr": {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
	// frenchCities are the zone cities whose French name differs.
	frenchCities = map[string]string{
		"Brussels": "Bruxelles", "London": "Londres", "Algiers": "Alger", "Cairo": "Le Caire", "Athens": "Athènes",
		"Rome": "Rome", "Vienna": "Vienne", "Zurich": "Zurich", "Geneva": "Genève", "Lisbon": "Lisbonne", "Warsaw": "Varsovie",
		"Bucharest": "Bucarest", "Copenhagen": "Copenhague", "Djibouti": "Djibouti", "Ndjamena": "N’Djaména", "Libreville": "Libreville",
		"Kiev": "Kyiv", "Moscow": "Moscou", "Jerusalem": "Jérusalem", "Damascus": "Damas", "Baghdad": "Bagdad", "Tehran": "Téhéran",
		"Kabul": "Kaboul", "Casablanca": "Casablanca", "Lome": "Lomé", "Sao Tome": "São Tomé", "Addis Ababa": "Addis-Abeba",
		"Khartoum": "Khartoum", "Mogadishu": "Mogadiscio", "Antananarivo": "Antananarivo", "New York": "New York", "Bogota": "Bogota",
	}
)

// ZoneName is the city a zone is named after, in the page's language: Europe/Brussels is
// Bruxelles. UTC stays UTC.
func (l *Locale) ZoneName(zone string) string {
	name := strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
	if l.Lang == "fr" {
		if own := frenchCities[name]; own != "" {
			return own
		}
	}
	if name == "" {
		return "UTC"
	}
	return name
}

// zones keeps the zones used so far: reading one takes longer than a row of a list. There
// are some six hundred in the world.
var zones sync.Map

// In moves an instant to a named zone; a zone that is empty or unknown is UTC.
func In(t time.Time, zone string) time.Time {
	if loc, ok := zones.Load(zone); ok {
		return t.In(loc.(*time.Location))
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return t.UTC()
	}
	zones.Store(zone, loc)
	return t.In(loc)
}

func (l *Locale) dayNumber(t time.Time) string {
	if l.Lang == "fr" && t.Day() == 1 {
		return "1er"
	}
	return fmt.Sprint(t.Day())
}

// Date is the day with its month in full: 30 novembre 2026.
func (l *Locale) Date(t time.Time, zone string) string {
	t = In(t, zone)
	return fmt.Sprintf("%s %s %d", l.dayNumber(t), monthNames[l.Lang][t.Month()-1], t.Year())
}

// Month is a month with its year: mars 2024. The zone does not matter.
func (l *Locale) Month(t time.Time) string {
	return fmt.Sprintf("%s %d", monthNames[l.Lang][t.Month()-1], t.Year())
}

// Weekday is Date after the day's name: dimanche 22 novembre 2026.
func (l *Locale) Weekday(t time.Time, zone string) string {
	return dayNames[l.Lang][In(t, zone).Weekday()] + " " + l.Date(t, zone)
}

// ShortDate is the day with its month cut short and no year: 18 nov.
func (l *Locale) ShortDate(t time.Time, zone string) string {
	t = In(t, zone)
	return l.dayNumber(t) + " " + shortMonths[l.Lang][t.Month()-1]
}

// Clock is the hour and minute: 21:04.
func (l *Locale) Clock(t time.Time, zone string) string { return In(t, zone).Format("15:04") }

// Instant is a day, an hour and the place they are told in: 30 novembre 2026, 23:59 (Paris).
func (l *Locale) Instant(t time.Time, zone string) string {
	return l.Date(t, zone) + ", " + l.Clock(t, zone) + " (" + l.ZoneName(zone) + ")"
}

// ShortInstant is for columns: 18 nov. 21:04, or the day with its year when that is not
// the year of now.
func (l *Locale) ShortInstant(t time.Time, zone string, now time.Time) string {
	if In(t, zone).Year() != In(now, zone).Year() {
		return l.ShortYear(t, zone)
	}
	return l.ShortDate(t, zone) + " " + l.Clock(t, zone)
}

// ShortYear is ShortDate with its year: 24 nov. 2026.
func (l *Locale) ShortYear(t time.Time, zone string) string {
	return fmt.Sprintf("%s %d", l.ShortDate(t, zone), In(t, zone).Year())
}

// ShortDay is ShortDate, with the year when it is not the year of now.
func (l *Locale) ShortDay(t time.Time, zone string, now time.Time) string {
	if In(t, zone).Year() == In(now, zone).Year() {
		return l.ShortDate(t, zone)
	}
	return l.ShortYear(t, zone)
}

// Ago tells how long before now something was: il y a 2 min. After two days it is the date.
func (l *Locale) Ago(t time.Time, zone string, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < 0:
		return l.ShortInstant(t, zone, now)
	case d < time.Minute:
		return l.T("ago.now")
	case d < time.Hour:
		return l.T("ago.minutes", "n", int(d/time.Minute))
	case d < 24*time.Hour:
		return l.T("ago.hours", "n", int(d/time.Hour))
	case d < 48*time.Hour:
		return l.N("ago.days", int(d/(24*time.Hour)))
	}
	return l.ShortDay(t, zone, now)
}

// DaysUntil counts calendar days of a zone from now to t; it is negative when t is past.
func DaysUntil(t time.Time, zone string, now time.Time) int {
	a, b := In(now, zone), In(t, zone)
	from := time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, time.UTC)
	to := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return int(to.Sub(from) / (24 * time.Hour))
}

// Until tells how far off a time is: dans 8 jours, dans 5 h, passée.
func (l *Locale) Until(t time.Time, zone string, now time.Time) string {
	d := t.Sub(now)
	days := DaysUntil(t, zone, now)
	switch {
	case d < 0 && days == 0:
		return l.T("until.past_today")
	case d < 0 && days <= -2*daysPerYear:
		return l.T("until.past_years", "n", -days/daysPerYear)
	case d < 0 && days <= -2*daysPerMonth:
		return l.T("until.past_months", "n", -days/daysPerMonth)
	case d < 0:
		return l.N("until.past", max(1, -days))
	case d < time.Hour:
		return l.T("until.minutes", "n", int(d/time.Minute))
	case d < 24*time.Hour:
		return l.T("until.hours", "n", int(d/time.Hour))
	}
	if days >= 2*daysPerMonth {
		return l.T("until.months", "n", days/daysPerMonth)
	}
	return l.N("until.days", max(1, days))
}

// From two of them on, months and years are told instead of days.
const (
	daysPerMonth = 30
	daysPerYear  = 365
)

// Duration is a length of time in its largest unit: 40 s, 2 min, 3 h, 2 jours.
func (l *Locale) Duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return l.T("duration.seconds", "n", int(d/time.Second))
	case d < time.Hour:
		return l.T("duration.minutes", "n", int(d/time.Minute))
	case d < 24*time.Hour:
		return l.T("duration.hours", "n", int(d/time.Hour))
	}
	return l.N("duration.days", int(d/(24*time.Hour)))
}

// Size is a number of bytes for people: 612 Ko, 48 MB.
func (l *Locale) Size(bytes int64) string {
	for _, u := range []struct {
		key  string
		size int64
	}{{"size.mb", 1 << 20}, {"size.kb", 1 << 10}} {
		if bytes >= u.size {
			return l.T(u.key, "n", (bytes+u.size/2)/u.size)
		}
	}
	return l.N("size.bytes", int(bytes))
}
