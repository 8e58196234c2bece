package fact

import (
	"fmt"
	"strconv"
	"time"

	"dossier/screening/lexicon"

	"dossier/screening/text"
)

var (
	bornLabel     = text.MustPattern(`\b(?:nee?(?:\(e\)|·e|\.e|-e)?,? (?:le|en)|ne\(e\) (?:le|en)|date (?:et lieu )?de naissance|naissance|date of birth|born(?: on| in)?|d\.?o\.?b\.?|birth ?date|birthday|ne le|nee le|nee? a [\p{L}' -]{2,30},? le)\b[\s:()\-a]*`)
	birthNumbers  = text.MustPattern(`^(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d\d)\b`)
	birthISO      = text.MustPattern(`^((?:19|20)\d\d)-(\d{2})-(\d{2})\b`)
	birthDay      = text.MustPattern(`^(?:\w+day,? )?(?:the )?(\d{1,2})(?:er|st|nd|rd|th)?(?: of)? ([\p{L}]{3,10})\.?,? ((?:19|20)\d\d)\b`)
	birthMonthDay = text.MustPattern(`^([\p{L}]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? ((?:19|20)\d\d)\b`)
	birthYear     = text.MustPattern(`^(?:[\p{L}]{3,10}\.? )?((?:19|20)\d\d)\b`)
	skipPlace     = text.MustPattern(`^(?:a|in|le|the|:|,|on)\s+`)
	ageStated     = text.MustPattern(`(?:^|[|,;•(–-] ?|\bage ?:? ?|\bagee? (?:de )?|\b(?:j'ai|i am|i'm|je suis agee? de) )(\d{2}) ?(?:ans|years? old|years of age|yrs? old|y\.?o\.?|year-old)(?:[\s.,;|)•–-]|$)`)
	ageLabel      = text.MustPattern(`\bage ?: ?(\d{2})\b`)
)

var birthMonths = loadBirthMonths()

func loadBirthMonths() map[string]int {
	out := map[string]int{}
	for n, names := range [][]string{
		{"janvier", "january", "janv", "jan"}, {"fevrier", "february", "fevr", "fev", "feb"}, {"mars", "march", "mar"},
		{"avril", "april", "avr", "apr"}, {"mai", "may"}, {"juin", "june", "jun"}, {"juillet", "july", "juil", "jul"},
		{"aout", "august", "aug"}, {"septembre", "september", "sept", "sep"}, {"octobre", "october", "oct"},
		{"novembre", "november", "nov"}, {"decembre", "december", "dec"}} {
		for _, name := range names {
			out[name] = n + 1
		}
	}
	return out
}

// readBirth reads a date of birth, or a year of birth, or an age as written; never one
// guessed from a degree.
func readBirth(v *View, f *Facts) {
	for i, l := range v.Lines {
		if l.Skip || v.Sections[l.Section].Is(lexicon.References) {
			continue
		}
		for _, m := range bornLabel.FindAllStringIndex(l.Text, -1) {
			a, b, lo, hi, ok := v.birthDate(l.Text, m[1])
			if !ok && i+1 < len(v.Lines) && m[1] >= len(l.Text) {
				// The date stands on the line below its label.
				next := v.Lines[i+1]
				if a, b, lo, hi, ok = v.birthDate(next.Text, 0); ok && !next.Skip {
					f.addBirth(lo, hi, v.where(i+1, a, b, "birth.date"))
				}
				continue
			}
			if ok {
				f.addBirth(lo, hi, v.where(i, m[0], b, "birth.date"))
			}
		}
		if v.Sections[l.Section].Is(lexicon.Experience, lexicon.Education, lexicon.Internships, lexicon.Volunteering, lexicon.Projects) {
			continue
		}
		if ofChildren.MatchString(l.Text) {
			continue
		}
		for _, re := range []*text.Pattern{ageStated, ageLabel} {
			for _, m := range re.FindAllStringSubmatchIndex(l.Text, -1) {
				years, _ := strconv.Atoi(l.Text[m[2]:m[3]])
				// "34 ans de service" says how long, not how old.
				if years < 14 || years > 90 || durationAfter.MatchString(l.Text[m[3]:]) || re == ageStated && m[0] == 0 && m[2] == 0 && len(l.Text) > 60 {
					continue
				}
				f.addAge(years, v.where(i, m[2], min(m[1], len(l.Text)), "birth.age"))
			}
		}
	}
}

// ofChildren is a line about somebody else's age.
var ofChildren = text.MustPattern(`\b(?:enfants?|child(?:ren)?|fils|filles?|kids?|sons?|daughters?|jumeaux|twins|jeunes|youths?)\b.{0,30}\d\d ?(?:ans|years?|y)|\d\d ?(?:a|-|to|et) ?\d\d ?(?:ans|years?)`)

var durationAfter = text.MustPattern(`^ ?(?:ans|years?)(?: old)? (?:d'|de |of |d’|au |en |dans |in |as |working|experience|professionnel)`)

func (f *Facts) addBirth(lo, hi string, w Where) {
	b := Birth{Date: lo, Latest: hi, Where: w}
	if lo == hi {
		b.Latest = ""
	}
	for _, have := range f.Births {
		if have.Date == b.Date && have.Latest == b.Latest {
			return
		}
	}
	f.Births = append(f.Births, b)
}

func (f *Facts) addAge(years int, w Where) {
	for _, have := range f.Ages {
		if have.Years == years {
			return
		}
	}
	f.Ages = append(f.Ages, StatedAge{Years: years, Where: w})
}

// birthDate reads a date at byte from of s, a place or a small word before it allowed. It
// returns the passage and the earliest and latest day it can mean.
func (v *View) birthDate(s string, from int) (start, end int, lo, hi string, ok bool) {
	for range 3 {
		m := skipPlace.FindStringIndex(s[from:])
		if m == nil {
			break
		}
		from += m[1]
	}
	rest := s[from:]
	day := func(y, mo, d string) (string, bool) {
		yy, _ := strconv.Atoi(y)
		mm, _ := strconv.Atoi(mo)
		dd, _ := strconv.Atoi(d)
		t := time.Date(yy, time.Month(mm), dd, 0, 0, 0, 0, time.UTC)
		if yy < 1920 || yy > 2020 || t.Day() != dd || int(t.Month()) != mm {
			return "", false
		}
		return t.Format(time.DateOnly), true
	}
	if m := birthISO.FindStringSubmatch(rest); m != nil {
		d, good := day(m[1], m[2], m[3])
		return from, from + len(m[0]), d, d, good
	}
	if m := birthNumbers.FindStringSubmatch(rest); m != nil {
		a, okA := day(m[3], m[2], m[1])
		b, okB := day(m[3], m[1], m[2])
		switch {
		case okA && !okB:
			b = a
		case okB && !okA:
			a = b
		}
		switch {
		case !okA || !okB:
		case v.order() == dayFirst:
			b = a
		case v.order() == monthFirst:
			a = b
		case b < a:
			a, b = b, a
		}
		return from, from + len(m[0]), a, b, okA || okB
	}
	if m := birthDay.FindStringSubmatch(rest); m != nil && birthMonths[m[2]] > 0 {
		d, good := day(m[3], strconv.Itoa(birthMonths[m[2]]), m[1])
		return from, from + len(m[0]), d, d, good
	}
	if m := birthMonthDay.FindStringSubmatch(rest); m != nil && birthMonths[m[1]] > 0 {
		d, good := day(m[3], strconv.Itoa(birthMonths[m[1]]), m[2])
		return from, from + len(m[0]), d, d, good
	}
	if m := birthYear.FindStringSubmatchIndex(rest); m != nil {
		y, _ := strconv.Atoi(rest[m[2]:m[3]])
		if y < 1920 || y > 2020 {
			return 0, 0, "", "", false
		}
		return from, from + m[1], fmt.Sprintf("%04d-01-01", y), fmt.Sprintf("%04d-12-31", y), true
	}
	// A place first: "Né à Bouar, le 30 juin 1990" was cut by its comma.
	return 0, 0, "", "", false
}
