package extract

import (
	"math"
	"slices"
	"strings"
)

// joinLabels brings the lines of one label together where it was broken inside a
// date: the second line is read before what stands beside the first.
func joinLabels(lines []line, x float64) {
	for i := range lines {
		l, r := lines[i].at(x)
		if len(l) > 0 && len(r) > 0 {
			r = slices.Clone(r)
			r[0].apart = true
			lines[i].words = append(slices.Clone(l), r...)
		}
		for k := i + 1; k < len(lines) && k <= i+2; k++ {
			nl, nr := lines[k].at(x)
			if lines[k].across-lines[k-1].across > 2*lines[i].size {
				break
			}
			switch {
			case len(l) > 0 && len(nl) > 0 && brokenDate(l, nl):
				l = append(slices.Clone(l), nl...)
				lines[k].words = nr
			case len(r) > 0 && len(nr) > 0 && len(r) < 6 && brokenDate(r, nr):
				r = append(slices.Clone(r), nr...)
				lines[k].words = nl
			default:
				continue
			}
			lines[i].words = append(slices.Clone(l), r...)
		}
	}
}

// brokenDate tells whether b ends the date that a begins: "January 2023 –" and "June
// 2024", "May–July" and "2025", "since September 2021 – in" and "progress".
func brokenDate(a, b []placed) bool {
	if len(a) > 7 || len(b) > 4 || math.Abs(a[0].box[0]-b[0].box[0]) > 3*a[0].size && math.Abs(a[len(a)-1].box[2]-b[len(b)-1].box[2]) > 3*a[0].size {
		return false
	}
	last, first := a[len(a)-1].text, b[0].text
	started := slices.ContainsFunc(a, func(w placed) bool { return w.date })
	ends := slices.ContainsFunc(b, func(w placed) bool { return w.year || isNow(w.text) })
	if !started || !ends {
		return false
	}
	switch fold := strings.ToLower(last); {
	case strings.HasSuffix(last, "–"), strings.HasSuffix(last, "-"), strings.HasSuffix(last, "—"), strings.HasSuffix(last, "/"),
		fold == "à", fold == "au", fold == "to", fold == "until", fold == "en", fold == "et", fold == "and":
		return true
	}
	if strings.HasPrefix(first, "–") || strings.HasPrefix(first, "-") {
		return true
	}
	return !hasYear(last) && (hasYear(first) || isNow(first))
}

func isNow(s string) bool {
	switch strings.ToLower(strings.Trim(s, "()., ")) {
	case "cours", "présent", "present", "progress", "now", "today", "date", "jour", "aujourd'hui", "aujourd’hui", "ongoing", "current", "actuel", "actuelle":
		return true
	}
	return false
}

// isMonth recognises the name of a month, or its beginning, in French or English.
func isMonth(s string) bool {
	s = strings.ToLower(strings.Trim(s, "()., "))
	if i := strings.IndexAny(s, "–-—/"); i > 0 {
		s = s[:i]
	}
	return months[strings.TrimRight(s, ".")]
}

var months = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre
		janv févr fevr avr juil sept oct nov déc dec jan feb mar apr jun jul aug sep
		january february march april may june july august september october november december
		printemps été automne hiver spring summer autumn winter depuis since étés`) {
		m[w] = true
	}
	return m
}()

// hasYear finds four digits that may be a year, or two digits apart as in 09/21.
func hasYear(s string) bool {
	digits := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			digits++
			continue
		}
		if digits == 4 {
			return true
		}
		digits = 0
	}
	return false
}
