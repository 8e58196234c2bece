package fact

import (
	"strconv"

	"dossier/screening/text"
)

// dayOrder is how a document writes the numbers of a full date.
type dayOrder uint8

const (
	// orderUnknown is not looked at yet.
	orderUnknown dayOrder = iota
	dayFirst
	monthFirst
	// eitherOrder is a document that shows both orders, or an English one that shows
	// neither: British and African papers write the day first, American ones the month.
	eitherOrder
)

var fullNumbers = text.MustPattern(`(?:^|[^\d/.-])(\d{1,2})([/.-])(\d{1,2})[/.-](?:19|20)?\d\d(?:[^\d/]|$)`)

// order tells how the document writes full dates: as those of its dates do that make sense
// in one order only; French, and dates with full stops, have the day first.
func (v *View) order() dayOrder {
	if v.days != orderUnknown {
		return v.days
	}
	days, monthsFirst, open := 0, 0, 0
	for _, l := range v.Lines {
		for _, m := range fullNumbers.FindAllStringSubmatch(l.Text, -1) {
			a, _ := strconv.Atoi(m[1])
			b, _ := strconv.Atoi(m[3])
			switch {
			case a > 12 && b <= 12, m[2] == ".":
				days++
			case b > 12 && a <= 12:
				monthsFirst++
			case a != b:
				open++
			}
		}
	}
	switch {
	case days > 0 && monthsFirst > 0:
		v.days = eitherOrder
	case monthsFirst > 0:
		v.days = monthFirst
	case days > 0 || open == 0:
		v.days = dayFirst
	default:
		v.days = dayFirst
		if t, _ := leaning(v.Lines); t == "en" && !v.dialsAbroad() {
			v.days = eitherOrder
		}
	}
	return v.days
}

// dialsAbroad tells whether the document gives a telephone of a country outside North
// America, where the day is written first.
func (v *View) dialsAbroad() bool {
	for _, l := range v.Lines {
		if m := dialled.FindStringSubmatch(l.Text); m != nil && m[1] != "1" {
			return true
		}
	}
	return false
}

var dialled = text.MustPattern(`(?:^|[^\d])(?:\+ ?|00 ?)([1-9])\d?\d?[ ()./-]?\d`)

// dates finds the date expressions of a folded text of the document, full dates read in
// the document's order. Where that is not known an end lies in either month.
func (v *View) dates(s string) []dated {
	ds := dates(s)
	for k := range ds {
		d := &ds[k]
		if d.startOther == 0 && d.endOther == 0 {
			continue
		}
		order := v.order()
		if order == dayFirst {
			continue
		}
		swap := func(lo, hi, other *Month) {
			switch {
			case *other == 0:
			case order == monthFirst:
				*lo, *hi = *other, *other
			default:
				*lo, *hi = min(*lo, *other), max(*hi, *other)
			}
		}
		point := !d.ranged
		swap(&d.startLo, &d.startHi, &d.startOther)
		if point {
			d.endLo, d.endHi = d.startLo, d.startHi
		} else if !d.open {
			swap(&d.endLo, &d.endHi, &d.endOther)
		}
		d.startDay, d.endDay = 0, 0
	}
	return ds
}
