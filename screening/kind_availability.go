package screening

import (
	"fmt"
	"strconv"
	"time"

	"dossier/screening/fact"
)

// Availability compares when the applicant says to be free, and for how long, with the
// window in which the post starts and the months it lasts.
var availability = Kind{
	Name:    "availability",
	Reasons: []string{"availability.fits", "availability.late", "availability.short", "availability.length_unsaid", "availability.start_unsaid", "availability.unsaid", "availability.conflict", "availability.denied"},
	Check:   checkAvailability,
	Judge:   judgeAvailability,
}

type availabilityParams struct {
	StartFrom  Date `json:"start_from"`
	StartUntil Date `json:"start_until"`
	MinMonths  int  `json:"min_months"`
}

func checkAvailability(c Criterion) []Problem {
	var p availabilityParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	var out []Problem
	if p.StartFrom.IsZero() && p.StartUntil.IsZero() && p.MinMonths == 0 {
		out = append(out, Problem{"params", "want start_from, start_until or min_months"})
	}
	if !p.StartFrom.IsZero() && !p.StartUntil.IsZero() && p.StartUntil.time().Before(p.StartFrom.time()) {
		out = append(out, Problem{"params.start_until", "before start_from"})
	}
	if p.MinMonths < 0 || p.MinMonths > 120 {
		out = append(out, Problem{"params.min_months", "want 1 to 120 months"})
	}
	return out
}

func (d Date) time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// window is when somebody is free: the earliest day and the last, as written.
type window struct {
	fromLo, fromHi   Date
	untilLo, untilHi Date
	lo, hi           int
	denied           bool
}

func judgeAvailability(c Criterion, r *Reading) Finding {
	var p availabilityParams
	_ = decode(c, &p)
	var w window
	var evidence []Evidence
	clash := false
	for _, i := range r.Own() {
		for _, s := range r.Facts[i].Statements {
			if s.About != fact.AboutAvailability {
				continue
			}
			one := r.window(s)
			evidence = append(evidence, r.Passage(i, s.Where, Supports))
			clash = clash || w.merge(one)
		}
	}
	if len(evidence) == 0 {
		return c.Unclear("availability.unsaid")
	}
	args := []string{"start", w.fromLo.String(), "months", lengthText(w), "start_until", p.StartUntil.String(), "min_months", strconv.Itoa(p.MinMonths)}
	finish := func(v Verdict, reason string) Finding { return c.finding(v, reason, args).With(evidence...) }
	if clash {
		return finish(Unclear, "availability.conflict")
	}
	if w.denied && w.fromLo.IsZero() {
		return finish(Unclear, "availability.denied")
	}
	start := yes
	if !p.StartUntil.IsZero() {
		switch {
		case w.fromLo.IsZero():
			start = maybe
		case w.fromLo.time().After(p.StartUntil.time()):
			return finish(NotMet, "availability.late")
		case w.fromHi.time().After(p.StartUntil.time()):
			start = maybe
		}
	}
	enough := yes
	if p.MinMonths > 0 {
		lo, hi := w.span(p)
		switch {
		case hi > 0 && hi < p.MinMonths:
			return finish(NotMet, "availability.short")
		case hi == 0 || lo < p.MinMonths:
			enough = maybe
		}
	}
	switch {
	case start == yes && enough == yes:
		return finish(Met, "availability.fits")
	case start != yes:
		return finish(Unclear, "availability.start_unsaid")
	}
	return finish(Unclear, "availability.length_unsaid")
}

func lengthText(w window) string {
	switch {
	case w.hi == 0:
		return ""
	case w.lo == w.hi:
		return strconv.Itoa(w.lo)
	}
	return fmt.Sprintf("%d-%d", w.lo, w.hi)
}

// window turns a statement into days. A month without a year is the next such month on the
// day of receipt; "immediately" is that day.
func (r *Reading) window(s fact.Statement) window {
	w := window{denied: s.Negated, lo: s.Months, hi: s.MonthsHi}
	said := DateOf(r.Dossier.ReceivedAt)
	if r.Dossier.ReceivedAt.IsZero() {
		said = r.AsOf()
	}
	from := func(lo, hi fact.Month, day int) (Date, Date) {
		first := Date{lo.Year(), time.Month(lo.InYear()), max(1, day)}
		last := Date{hi.Year(), time.Month(hi.InYear()), max(1, day)}
		return first, last
	}
	until := func(lo, hi fact.Month, day int) (Date, Date) {
		first := endOf(lo)
		last := endOf(hi)
		if day > 0 {
			first.Day, last.Day = day, day
		}
		return first, last
	}
	switch {
	case s.Negated:
	case s.FromLo > 0:
		w.fromLo, w.fromHi = from(s.FromLo, s.FromHi, s.FromDay)
	case s.FromMonth > 0:
		m := nextMonth(monthOf(said), s.FromMonth)
		w.fromLo, w.fromHi = from(m, m, s.FromDay)
	case s.Now:
		w.fromLo, w.fromHi = said, said
	}
	switch {
	case s.UntilLo > 0:
		w.untilLo, w.untilHi = until(s.UntilLo, s.UntilHi, s.UntilDay)
	case s.UntilMonth > 0:
		base := monthOf(said)
		if !w.fromLo.IsZero() {
			base = monthOf(w.fromLo)
		}
		m := nextMonth(base, s.UntilMonth)
		w.untilLo, w.untilHi = until(m, m, s.UntilDay)
	}
	return w
}

// nextMonth is the next month of that number, from one month before the base on.
func nextMonth(base fact.Month, number int) fact.Month {
	m := fact.MonthOf(base.Year(), number)
	if m < base-1 {
		m += 12
	}
	return m
}

func endOf(m fact.Month) Date {
	t := time.Date(m.Year(), time.Month(m.InYear())+1, 0, 0, 0, 0, 0, time.UTC)
	return DateOf(t)
}

// merge adds what another statement says; true when the two contradict each other.
func (w *window) merge(o window) bool {
	clash := false
	if !o.fromLo.IsZero() {
		switch {
		case w.fromLo.IsZero():
			w.fromLo, w.fromHi = o.fromLo, o.fromHi
		case monthOf(o.fromLo) > monthOf(w.fromHi) || monthOf(o.fromHi) < monthOf(w.fromLo):
			clash = true
		}
	}
	if !o.untilLo.IsZero() && w.untilLo.IsZero() {
		w.untilLo, w.untilHi = o.untilLo, o.untilHi
	}
	if o.hi > 0 {
		switch {
		case w.hi == 0:
			w.lo, w.hi = o.lo, o.hi
		case o.lo > w.hi || o.hi < w.lo:
			clash = true
		}
	}
	w.denied = w.denied || o.denied
	return clash
}

// span bounds the whole months between the start and the end; 0 when nothing bounds them.
func (w window) span(p availabilityParams) (lo, hi int) {
	if w.hi > 0 {
		return w.lo, w.hi
	}
	if w.untilHi.IsZero() {
		return 0, 0
	}
	start := w.fromLo
	if start.IsZero() || !p.StartFrom.IsZero() && start.time().Before(p.StartFrom.time()) {
		start = p.StartFrom
	}
	if start.IsZero() {
		return 0, 0
	}
	return wholeMonths(start, w.untilLo), wholeMonths(start, w.untilHi)
}

// wholeMonths counts the months from a day to another, both included; a day or two short
// of a month still makes one ("2 March to 31 August" is six).
func wholeMonths(a, b Date) int {
	n := (b.Year-a.Year)*12 + int(b.Month) - int(a.Month)
	days := b.Day - a.Day + 1
	switch {
	case days >= 26:
		n++
	case days < -3:
		n--
	}
	return max(0, n)
}

func month(m fact.Month) time.Month { return time.Month(m.InYear()) }
