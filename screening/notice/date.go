package notice

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"dossier/screening"
)

const monthRule = `janvier|janv\.?|january|jan\.?|fevrier|fevr?\.?|february|feb\.?|mars|march|mar\.?|avril|avr\.?|april|apr\.?|mai|may|juin|june|jun\.?|juillet|juil\.?|july|jul\.?|aout|august|aug\.?|septembre|sept\.?|september|sep\.?|octobre|october|oct\.?|novembre|november|nov\.?|decembre|dec\.?|december`

const weekdayRule = `(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: the)?,? )?`

var monthStarts = []struct {
	prefix string
	month  time.Month
}{
	{"janv", 1}, {"jan", 1}, {"fev", 2}, {"feb", 2}, {"mars", 3}, {"mar", 3}, {"avr", 4}, {"apr", 4}, {"mai", 5}, {"may", 5},
	{"juin", 6}, {"jun", 6}, {"juil", 7}, {"jul", 7}, {"aou", 8}, {"aug", 8}, {"sep", 9}, {"oct", 10}, {"nov", 11}, {"dec", 12},
}

func monthOf(s string) time.Month {
	for _, m := range monthStarts {
		if strings.HasPrefix(s, m.prefix) {
			return m.month
		}
	}
	return 0
}

// dateAt is a date of a sentence: a day, a run of days, a month or a run of months.
type dateAt struct {
	from, until screening.Date
	start, end  int
	// day is true when days are named; months give their first and last day.
	day bool
	// noYear is true when the year is left out: from and until then have year 0.
	noYear bool
	// weekday is the day of the week written before it, -1 when none is.
	weekday int
}

var (
	dayRange   = regexp.MustCompile(`\b(?:du |from |between |entre (?:le )?|les? )?` + weekdayRule + `(\d{1,2})(?:er|st|nd|rd|th)?(?: (` + monthRule + `))?(?: (\d{4}))?(?: ?(?:au|a|et|to|and|-|&|until|ou|or|/)(?: le)? ?|, (?:\d{1,2},? )*(?:et |and )?(?:le )?)` + weekdayRule + `(\d{1,2})(?:er|st|nd|rd|th)?(?: of)? (` + monthRule + `)(?:,? (\d{4}))?\b`)
	dayRangeEn = regexp.MustCompile(`\b(` + monthRule + `) (\d{1,2})(?:st|nd|rd|th)? ?(?:to|and|-|&|until) ?(?:(` + monthRule + `) )?(\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b`)
	dayFr      = regexp.MustCompile(`\b` + weekdayRule + `(?:the )?(\d{1,2})(?:er|st|nd|rd|th)?(?: of)?[ -](` + monthRule + `)(?:[,. -]{1,2}(\d{4}))?\b`)
	dayEn      = regexp.MustCompile(`\b` + weekdayRule + `(` + monthRule + `) (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b`)
	endOfMonth = regexp.MustCompile(`\b(?:(?:the )?end of|la fin (?:du mois )?(?:de |d')?|fin(?: du mois)?(?: de| d')?) ?(` + monthRule + `)(?:,? (20\d{2}))?\b`)
	dayISO     = regexp.MustCompile(`\b(20\d{2})-(\d{2})-(\d{2})\b`)
	dayNumbers = regexp.MustCompile(`\b(\d{1,2})[/.-](\d{1,2})[/.-](20\d{2}|\d{2})\b`)
	dayNoYear  = regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})\b`)
	monthRange = regexp.MustCompile(`\b(` + monthRule + `)(?: (\d{4}))?(?: ?(?:/|-|a|et|ou|to|and|or|au) ?(` + monthRule + `))?,? (20\d{2})\b`)
	monthNum   = regexp.MustCompile(`\b(0?[1-9]|1[0-2])[/.](20\d{2})\b`)
	bareMonth  = regexp.MustCompile(`\b(` + monthRule + `)\b`)
)

var weekdays = map[string]int{
	"dimanche": 0, "sunday": 0, "lundi": 1, "monday": 1, "mardi": 2, "tuesday": 2, "mercredi": 3, "wednesday": 3, "jeudi": 4, "thursday": 4, "vendredi": 5, "friday": 5, "samedi": 6, "saturday": 6,
}

// dates finds the dates of a folded sentence in order. english decides between day and
// month where both orders are possible.
func dates(s string) []dateAt {
	var out []dateAt
	free := func(a, b int) bool {
		for _, d := range out {
			if a < d.end && d.start < b {
				return false
			}
		}
		return true
	}
	add := func(m []int, from, until screening.Date, day bool) {
		if m[0] > 0 && s[m[0]-1] >= '0' && s[m[0]-1] <= '9' || !free(m[0], m[1]) || !real(from) || !real(until) || from.Year != 0 && before(until, from) {
			return
		}
		out = append(out, dateAt{from: from, until: until, start: m[0], end: m[1], day: day, noYear: from.Year == 0 || until.Year == 0, weekday: weekdayIn(s[m[0]:m[1]])})
	}
	at := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	num := func(m []int, i int) int {
		n, _ := strconv.Atoi(at(m, i))
		return n
	}
	for _, m := range dayISO.FindAllStringSubmatchIndex(s, -1) {
		d := screening.Date{Year: num(m, 1), Month: time.Month(num(m, 2)), Day: num(m, 3)}
		add(m, d, d, true)
	}
	for _, m := range endOfMonth.FindAllStringSubmatchIndex(s, -1) {
		d := screening.Date{Year: num(m, 2), Month: monthOf(at(m, 1)), Day: 1}
		year := d.Year
		if year == 0 {
			d.Year = 2023
		}
		d = monthEnd(d)
		d.Year = year
		add(m, d, d, true)
	}
	for _, m := range dayRange.FindAllStringSubmatchIndex(s, -1) {
		year, month := num(m, 6), monthOf(at(m, 5))
		first := screening.Date{Year: year, Month: month, Day: num(m, 1)}
		if other := at(m, 2); other != "" {
			first.Month = monthOf(other)
		}
		if y := num(m, 3); y != 0 {
			first.Year = y
		}
		add(m, first, screening.Date{Year: year, Month: month, Day: num(m, 4)}, true)
	}
	for _, m := range dayRangeEn.FindAllStringSubmatchIndex(s, -1) {
		year, month := num(m, 5), monthOf(at(m, 1))
		last := month
		if other := at(m, 3); other != "" {
			last = monthOf(other)
		}
		add(m, screening.Date{Year: year, Month: month, Day: num(m, 2)}, screening.Date{Year: year, Month: last, Day: num(m, 4)}, true)
	}
	for _, m := range dayFr.FindAllStringSubmatchIndex(s, -1) {
		d := screening.Date{Year: num(m, 3), Month: monthOf(at(m, 2)), Day: num(m, 1)}
		add(m, d, d, true)
	}
	for _, m := range dayEn.FindAllStringSubmatchIndex(s, -1) {
		d := screening.Date{Year: num(m, 3), Month: monthOf(at(m, 1)), Day: num(m, 2)}
		add(m, d, d, true)
	}
	for _, m := range dayNumbers.FindAllStringSubmatchIndex(s, -1) {
		a, b, y := num(m, 1), num(m, 2), num(m, 3)
		if y < 100 {
			y += 2000
		}
		if b > 12 && a <= 12 {
			a, b = b, a
		}
		d := screening.Date{Year: y, Month: time.Month(b), Day: a}
		add(m, d, d, true)
	}
	for _, m := range monthRange.FindAllStringSubmatchIndex(s, -1) {
		from := screening.Date{Year: num(m, 4), Month: monthOf(at(m, 1)), Day: 1}
		if y := num(m, 2); y != 0 {
			from.Year = y
		}
		last := from.Month
		if other := at(m, 3); other != "" {
			last = monthOf(other)
			if last < from.Month && num(m, 2) == 0 {
				from.Year--
			}
		}
		add(m, from, monthEnd(screening.Date{Year: num(m, 4), Month: last, Day: 1}), false)
	}
	for _, m := range monthNum.FindAllStringSubmatchIndex(s, -1) {
		d := screening.Date{Year: num(m, 2), Month: time.Month(num(m, 1)), Day: 1}
		add(m, d, monthEnd(d), false)
	}
	for _, m := range dayNoYear.FindAllStringSubmatchIndex(s, -1) {
		if m[1] < len(s) && s[m[1]] == '/' {
			continue
		}
		d := screening.Date{Month: time.Month(num(m, 2)), Day: num(m, 1)}
		add(m, d, d, true)
	}
	sortDates(out)
	return out
}

func weekdayIn(s string) int {
	for name, n := range weekdays {
		if strings.Contains(s, name) {
			return n
		}
	}
	return -1
}

func sortDates(list []dateAt) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].start < list[j-1].start; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// real tells whether the calendar has the day; a year left out accepts 29 February.
func real(d screening.Date) bool {
	y := d.Year
	if y == 0 {
		y = 2024
	}
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || y < 1990 || y > 2100 {
		return false
	}
	t := time.Date(y, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	return t.Month() == d.Month
}

func before(a, b screening.Date) bool {
	if a.Year != b.Year {
		return a.Year < b.Year
	}
	if a.Month != b.Month {
		return a.Month < b.Month
	}
	return a.Day < b.Day
}

func monthEnd(d screening.Date) screening.Date {
	t := time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC)
	return screening.DateOf(t)
}

func instant(d screening.Date, hour, minute int, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, zone)
}

var (
	hourH     = regexp.MustCompile(`\b([01]?\d|2[0-4]) ?(?:h(?:eures?|rs?)?|hours?)(?: ?([0-5]\d))?(?:\b|$)`)
	hourColon = regexp.MustCompile(`\b([01]?\d|2[0-4])[:.]([0-5]\d)(?: ?(a\.?m\.?|p\.?m\.?))?(?:\b|$| )`)
	hourAmPm  = regexp.MustCompile(`\b(1[0-2]|[1-9]) ?(a\.?m\.?|p\.?m\.?)(?:\b|$| )`)
	hourWord  = regexp.MustCompile(`\b(midi|noon|midday|minuit|midnight|end of (?:the )?day|close of business|cob|fin de journee)\b`)
	dotted    = regexp.MustCompile(`\d[.]\d\d[.]\d`)
)

// hour finds an hour of the day in a stretch of a sentence.
func hour(s string) (h, m int, ok bool) {
	half := func(h int, half string) int {
		switch {
		case strings.HasPrefix(half, "p") && h < 12:
			return h + 12
		case strings.HasPrefix(half, "a") && h == 12:
			return 0
		}
		return h
	}
	if x := hourColon.FindStringSubmatch(s); x != nil && !dotted.MatchString(s) {
		h, _ = strconv.Atoi(x[1])
		m, _ = strconv.Atoi(x[2])
		return clock(half(h, x[3]), m)
	}
	if x := hourAmPm.FindStringSubmatch(s); x != nil {
		h, _ = strconv.Atoi(x[1])
		return clock(half(h, x[2]), 0)
	}
	if x := hourH.FindStringSubmatch(s); x != nil {
		h, _ = strconv.Atoi(x[1])
		m, _ = strconv.Atoi(x[2])
		return clock(h, m)
	}
	switch hourWord.FindString(s) {
	case "midi", "noon", "midday":
		return 12, 0, true
	case "minuit", "midnight":
		return 23, 59, true
	}
	return 0, 0, false
}

// clock is an hour of the day; midnight is the end of the day it is written with.
func clock(h, m int) (int, int, bool) {
	if h >= 24 || h == 0 && m == 0 {
		return 23, 59, true
	}
	return h, m, true
}
