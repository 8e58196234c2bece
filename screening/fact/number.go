package fact

import (
	"strconv"
	"strings"
)

// units and tens are the number words of French and English, folded.
var units = map[string]int{
	"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
	"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19,
	"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "dozen": 12,
}

var tens = map[string]int{
	"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
}

// numberAt reads a whole number of at most three digits, or one in words up to 99, at the
// start of folded text. It returns the number of bytes read, 0 when there is none.
func numberAt(s string) (value, length int) {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	if n > 0 {
		if n > 3 {
			return 0, 0
		}
		v, _ := strconv.Atoi(s[:n])
		return v, n
	}
	word := wordAt(s)
	if v, ok := units[word]; ok {
		if v == 10 && word == "dix" {
			if extra, m := unitAfter(s[3:], 7, 9); m > 0 {
				return 10 + extra, 3 + m
			}
		}
		return v, len(word)
	}
	v, ok := tens[word]
	if !ok {
		return 0, 0
	}
	n = len(word)
	if extra, m := unitAfter(s[n:], 1, 16); m > 0 {
		return v + extra, n + m
	}
	return v, n
}

// unitAfter reads "-six", " six", " et un" after a ten.
func unitAfter(s string, low, high int) (value, length int) {
	for _, lead := range []string{"-et-", " et ", "-", " "} {
		if rest, ok := strings.CutPrefix(s, lead); ok {
			word := wordAt(rest)
			if v, ok := units[word]; ok && low <= v && v <= high && len(word) > 1 && word != "dizaine" {
				return v, len(lead) + len(word)
			}
		}
	}
	return 0, 0
}

// wordAt is the run of letters at the start of folded text.
func wordAt(s string) string {
	n := 0
	for n < len(s) && 'a' <= s[n] && s[n] <= 'z' {
		n++
	}
	return s[:n]
}

// duration is a length of time written in words, as an interval of months.
type duration struct {
	start, end int
	lo, hi     int
	// years is true when only whole years are written: "12 ans" is 144 months or a little more.
	years bool
}

// durations finds the lengths of time of a folded text: "18 mois", "two and a half years",
// "2 ans 3 mois", "dix-huit mois". Ages ("32 ans") look the same; the reader's sentence
// tells them apart.
func durations(s string) []duration {
	var out []duration
	for i := 0; i < len(s); {
		if i > 0 && isWordByte(s[i-1]) || !isWordByte(s[i]) {
			i++
			continue
		}
		d, n := durationAt(s[i:])
		if n == 0 {
			i += max(1, len(wordAt(s[i:])))
			continue
		}
		// "2019 - 12 mois" is a range mark, "1 200" a thousand: only a number that stands alone counts.
		if i > 1 && s[i-1] == ' ' && isDigit(s[i-2]) && isDigit(s[i]) && !strings.Contains(s[max(0, i-5):i], "-") {
			i += n
			continue
		}
		d.start, d.end = i, i+n
		out = append(out, d)
		i += n
	}
	return out
}

func durationAt(s string) (duration, int) {
	v, n := numberAt(s)
	if n == 0 {
		return duration{}, 0
	}
	low, high := v, v
	half := false
	// "2,5 ans", "1.5 years"
	if n < len(s)-1 && (s[n] == ',' || s[n] == '.') && s[n+1] == '5' && isDigit(s[0]) {
		half = true
		n += 2
	}
	// "2 to 3 years", "4 a 6 mois"
	rest := s[n:]
	for _, sep := range []string{" a ", " to ", " or ", " ou ", "-", " - ", "/"} {
		if tail, ok := strings.CutPrefix(rest, sep); ok {
			if w, m := numberAt(tail); m > 0 && w > v {
				high = w
				n += len(sep) + m
			}
			break
		}
	}
	rest = s[n:]
	if after, ok := strings.CutPrefix(rest, " and a half"); ok {
		half = true
		n += len(rest) - len(after)
		rest = after
	}
	trimmed := strings.TrimLeft(rest, " -")
	if paren := strings.HasPrefix(trimmed, "("); paren && len(trimmed) > 4 && isDigit(trimmed[1]) {
		// "dix-huit (18) mois"
		if close := strings.IndexByte(trimmed, ')'); close > 0 && close < 5 {
			trimmed = strings.TrimLeft(trimmed[close+1:], " ")
		}
	}
	for _, filler := range []string{"bonnes ", "longues ", "full ", "pleines ", "d'"} {
		trimmed = strings.TrimPrefix(trimmed, filler)
	}
	unit := wordAt(trimmed)
	skipped := len(rest) - len(trimmed) + len(unit)
	switch unit {
	case "an", "ans", "annee", "annees", "year", "years", "yr", "yrs", "anos":
		d := duration{lo: low * 12, hi: high * 12, years: !half}
		if half {
			d.lo, d.hi = d.lo+6, d.hi+6
		}
		n += skipped
		if more, m := afterYears(s[n:]); m > 0 {
			d.lo, d.hi, d.years = d.lo+more, d.hi+more, false
			n += m
		}
		return d, n
	case "mois", "month", "months", "mos", "mths", "mth", "meses":
		d := duration{lo: low, hi: high}
		if half {
			d.hi++
		}
		n += skipped
		if strings.HasPrefix(s[n:], " et demi") {
			d.hi++
			n += len(" et demi")
		}
		return d, n
	case "semaine", "semaines", "week", "weeks":
		return duration{lo: low * 7 / 31, hi: high*7/28 + 1}, n + skipped
	case "semestre", "semestres", "semester", "semesters":
		return duration{lo: low * 4, hi: high * 6}, n + skipped
	case "trimestre", "trimestres":
		return duration{lo: low * 3, hi: high * 3}, n + skipped
	}
	return duration{}, 0
}

// afterYears reads what follows whole years: "et demi", "3 mois", "et 3 mois".
func afterYears(s string) (months, length int) {
	for _, half := range []string{" et demi", " et demie", " and a half"} {
		if strings.HasPrefix(s, half) {
			return 6, len(half)
		}
	}
	lead := 0
	for _, l := range []string{" et ", " and ", ", ", " "} {
		if strings.HasPrefix(s, l) {
			lead = len(l)
			break
		}
	}
	if lead == 0 {
		return 0, 0
	}
	v, n := numberAt(s[lead:])
	if n == 0 || v > 11 {
		return 0, 0
	}
	rest := s[lead+n:]
	trimmed := strings.TrimLeft(rest, " ")
	switch unit := wordAt(trimmed); unit {
	case "mois", "month", "months", "mos", "mths", "meses":
		return v, lead + n + len(rest) - len(trimmed) + len(unit)
	}
	return 0, 0
}

func isDigit(b byte) bool    { return '0' <= b && b <= '9' }
func isWordByte(b byte) bool { return 'a' <= b && b <= 'z' || isDigit(b) || b >= 0x80 }
