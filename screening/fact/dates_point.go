package fact

import (
	"strconv"
	"strings"
)

// The years a date may name. What lies outside is a number of something else.
const (
	firstYear = 1940
	lastYear  = 2045
)

// yearAt reads a year of four digits that stands alone.
func yearAt(s string, i int) (year, end int) {
	if i+4 > len(s) || i > 0 && isDigit(s[i-1]) {
		return 0, 0
	}
	for k := i; k < i+4; k++ {
		if !isDigit(s[k]) {
			return 0, 0
		}
	}
	y, _ := strconv.Atoi(s[i : i+4])
	if y < firstYear || y > lastYear {
		return 0, 0
	}
	end = i + 4
	if end < len(s) {
		switch c := s[end]; {
		case isWordByte(c):
			return 0, 0
		case (c == ',' || c == '.') && end+1 < len(s) && isDigit(s[end+1]) && !followedByMonth(s, end+1):
			return 0, 0
		case c == '%' || strings.HasPrefix(s[end:], "€") || strings.HasPrefix(s[end:], " €") || strings.HasPrefix(s[end:], " %"):
			return 0, 0
		}
		if y%100 == 0 || y%50 == 0 {
			// "2000 menages" counts; "2000 charge de projet" dates. Only round numbers do both.
			if counted[wordAt(s[skipBlank(s, end):])] {
				return 0, 0
			}
		}
	}
	if i > 0 {
		switch s[i-1] {
		case '$', '+', '#':
			return 0, 0
		case ',', '.':
			before := i - 1
			for before > 0 && isDigit(s[before-1]) {
				before--
			}
			if i-1-before > 2 {
				return 0, 0
			}
		}
	}
	return y, end
}

func followedByMonth(s string, i int) bool {
	v, n := smallNumber(s, i)
	return n > 0 && v >= 1 && v <= 12 && boundary(s, n)
}

// counted are nouns that make a round number before them a count.
var counted = map[string]bool{
	"euros": true, "euro": true, "dollars": true, "usd": true, "eur": true, "fcfa": true, "personnes": true, "people": true, "menages": true, "households": true,
	"beneficiaires": true, "beneficiaries": true, "familles": true, "families": true, "enfants": true, "children": true, "refugies": true, "refugees": true,
	"agents": true, "abonnes": true, "followers": true, "heures": true, "hours": true, "habitants": true, "eleves": true, "pupils": true, "students": true, "deplaces": true, "idps": true, "femmes": true, "women": true, "dossiers": true, "cases": true, "kits": true, "participants": true, "km": true, "mots": true, "words": true,
}

// pointAt reads one date at s[i:]: a day, a month, a year, a season or a part of a year.
func pointAt(s string, i int) (point, int) {
	if i >= len(s) {
		return point{}, 0
	}
	if isDigit(s[i]) {
		return numericPoint(s, i)
	}
	word := wordAt(s[i:])
	if word == "" {
		return point{}, 0
	}
	if p, n := roughPoint(s, i, word); n > 0 {
		return p, n
	}
	if span, ok := seasons[word]; ok {
		return seasonPoint(s, i+len(word), span)
	}
	if p, n := quarterPoint(s, i); n > 0 {
		return p, n
	}
	if m := months[word]; m > 0 && boundary(s, i+len(word)) {
		return monthPoint(s, i+len(word), m)
	}
	return point{}, 0
}

// monthPoint reads what may follow a month's name: a full stop, a day, a year.
func monthPoint(s string, n, month int) (point, int) {
	bare := n
	if n < len(s) && s[n] == '.' {
		n++
		bare = n
	}
	at := n
	if n < len(s) && (s[n] == '-' || s[n] == '/' || s[n] == '_') && n+1 < len(s) && isDigit(s[n+1]) {
		at = n + 1
	} else {
		at = skipFiller(s, n)
		if at < len(s) && s[at] == ',' {
			at = skipBlank(s, at+1)
		}
	}
	if y, m := yearAt(s, at); m > 0 {
		v := MonthOf(y, month)
		return point{lo: v, hi: v, unit: byMonth}, m
	}
	// "March 12, 2020", "March 12th 2020"
	if d, m := smallNumber(s, at); m > 0 && d >= 1 && d <= 31 {
		k := m
		for _, suffix := range []string{"st", "nd", "rd", "th"} {
			if strings.HasPrefix(s[k:], suffix) {
				k += 2
				break
			}
		}
		k2 := skipBlank(s, k)
		if k2 < len(s) && s[k2] == ',' {
			k2 = skipBlank(s, k2+1)
		}
		if y, e := yearAt(s, k2); e > 0 && k2 > k {
			v := MonthOf(y, month)
			return point{lo: v, hi: v, day: d, unit: byDay}, e
		}
	}
	// "janv. 19", "Jan'19", "sept-21": two digits are a year only beside another date, or after an apostrophe.
	apostrophe := at < len(s) && s[at] == '\''
	if apostrophe {
		at++
	}
	if yy, m := smallNumber(s, at); m > 0 && m-at == 2 && boundary(s, m) && (m >= len(s) || s[m] != '\'') {
		if y := century(yy); y >= firstYear && y <= lastYear {
			v := MonthOf(y, month)
			return point{lo: v, hi: v, unit: byMonth, short: !apostrophe}, m
		}
	}
	return point{unit: byMonth, monthOnly: month}, bare
}

// century completes a year of two digits: to 45 it lies in this century.
func century(yy int) int {
	if yy <= lastYear-2000 {
		return 2000 + yy
	}
	return 1900 + yy
}

// shortYear reads the second year of "2014-15": two digits, later than the first, and no
// month ("2014-05" is May).
func shortYear(s string, i, first int) (year, end int) {
	yy, n := smallNumber(s, i)
	if n == 0 || n-i != 2 || !boundary(s, n) || n < len(s) && (s[n] == '/' || s[n] == '.' && n+1 < len(s) && isDigit(s[n+1])) {
		return 0, 0
	}
	y := first/100*100 + yy
	if y < first {
		y += 100
	}
	if y <= first || y > first+60 || y > lastYear {
		return 0, 0
	}
	return y, n
}

// numericPoint reads dates of digits, and days before a month's name.
func numericPoint(s string, i int) (point, int) {
	if y, n := yearAt(s, i); n > 0 {
		return yearFirst(s, y, n)
	}
	a, n := smallNumber(s, i)
	if n == 0 || i > 0 && (s[i-1] == ',' || s[i-1] == '+') {
		return point{}, 0
	}
	// "1er mars 2020", "12 March", "3rd of May 2021"
	k := n
	for _, suffix := range []string{"er", "st", "nd", "rd", "th"} {
		if strings.HasPrefix(s[k:], suffix) {
			k += 2
			break
		}
	}
	if k < len(s) && (s[k] == ' ' || s[k] == '-' || s[k] == '.') && a >= 1 && a <= 31 {
		at := skipFiller(s, k+1)
		if m := months[wordAt(s[at:])]; m > 0 {
			if p, e := monthPoint(s, at+len(wordAt(s[at:])), m); e > 0 && !p.short {
				p.day, p.unit = a, byDay
				return p, e
			}
		}
	}
	if n >= len(s) {
		return point{}, 0
	}
	sep := s[n]
	at := n + 1
	if sep == ' ' && n+2 < len(s) && s[n+1] == '/' && s[n+2] == ' ' {
		sep, at = '/', n+3
	}
	if sep != '/' && sep != '.' && sep != '-' {
		return point{}, 0
	}
	// MM/YYYY
	if y, e := yearAt(s, at); e > 0 {
		if a < 1 || a > 12 {
			return point{}, 0
		}
		v := MonthOf(y, a)
		return point{lo: v, hi: v, unit: byMonth}, e
	}
	b, m := smallNumber(s, at)
	if m == 0 {
		return point{}, 0
	}
	if m < len(s) && s[m] == sep && m+1 < len(s) {
		y, e := yearAt(s, m+1)
		if e == 0 {
			if yy, f := smallNumber(s, m+1); f > 0 && f-m == 3 && boundary(s, f) && sep == '/' {
				y, e = century(yy), f
			}
		}
		if e > 0 {
			return fullDate(a, b, y), e
		}
		return point{}, 0
	}
	// MM/YY, sure only beside another date.
	if sep == '/' && m-at == 2 && a >= 1 && a <= 12 && boundary(s, m) && n-i == 2 {
		v := MonthOf(century(b), a)
		return point{lo: v, hi: v, unit: byMonth, short: true}, m
	}
	return point{}, 0
}

// fullDate orders the two small numbers of a full date. Day first, unless only the other
// order makes a date; where both do, the month of the other order is kept beside it, and
// the document tells which is meant (see View.dates).
func fullDate(a, b, year int) point {
	switch {
	case a >= 1 && a <= 31 && b >= 1 && b <= 12:
		v := MonthOf(year, b)
		p := point{lo: v, hi: v, day: a, unit: byDay}
		if a <= 12 && a != b {
			p.other = MonthOf(year, a)
		}
		return p
	case b >= 1 && b <= 31 && a >= 1 && a <= 12:
		v := MonthOf(year, a)
		return point{lo: v, hi: v, day: b, unit: byDay}
	}
	return point{lo: MonthOf(year, 1), hi: MonthOf(year, 12), unit: byYear}
}

// yearFirst reads what may follow a leading year: "-03", "/03/15", or nothing.
func yearFirst(s string, year, n int) (point, int) {
	whole := point{lo: MonthOf(year, 1), hi: MonthOf(year, 12), unit: byYear}
	if n+2 < len(s) && (s[n] == '-' || s[n] == '/' || s[n] == '.') {
		b, m := smallNumber(s, n+1)
		if m-n == 3 && b >= 1 && b <= 12 {
			v := MonthOf(year, b)
			if m+2 < len(s) && s[m] == s[n] {
				if d, e := smallNumber(s, m+1); e-m == 3 && d >= 1 && d <= 31 && boundary(s, e) {
					return point{lo: v, hi: v, day: d, unit: byDay}, e
				}
			}
			// "2011-12" may be an academic year; "2011-05" cannot.
			if boundary(s, m) && (m >= len(s) || s[m] != '/') {
				if yy := year % 100; b > yy && (b == yy+1 || b >= 10) && !isoRange(s, m) {
					if b == yy+1 {
						return whole, n
					}
					return point{lo: v, hi: MonthOf(year/100*100+b, 12), unit: byYear, iso: true}, m
				}
				return point{lo: v, hi: v, unit: byMonth, iso: true}, m
			}
		}
	}
	return whole, n
}

// isoRange tells whether a second YYYY-MM follows, which makes the first one a month.
func isoRange(s string, n int) bool {
	_, m := separatorAt(s, n)
	if m == 0 {
		return false
	}
	if _, e := yearAt(s, m); e > 0 {
		return e+2 < len(s) && s[e] == '-' && isDigit(s[e+1]) && isDigit(s[e+2])
	}
	return openAt(s, m) > 0
}

// seasonPoint reads the year of a season, or the two years of a winter.
func seasonPoint(s string, n int, span [2]int) (point, int) {
	at := skipFiller(s, n)
	if at == n {
		return point{}, 0
	}
	y, m := yearAt(s, at)
	if m == 0 {
		return point{}, 0
	}
	lo, hi := MonthOf(y, span[0]), MonthOf(y, 1)+Month(span[1]-1)
	if span[1] > 12 {
		if m < len(s) && (s[m] == '-' || s[m] == '/') {
			if y2, e := yearAt(s, m+1); e > 0 && y2 == y+1 {
				return point{lo: MonthOf(y, 12), hi: MonthOf(y2, 3), unit: bySeason}, e
			}
			if y2, e := shortYear(s, m+1, y); e > 0 && y2 == y+1 {
				return point{lo: MonthOf(y, 12), hi: MonthOf(y2, 3), unit: bySeason}, e
			}
		}
	}
	return point{lo: lo, hi: hi, unit: bySeason}, m
}

// quarterPoint reads "T1 2020", "Q3 2021", "S2 2019", "1er semestre 2020", "first half of 2020".
func quarterPoint(s string, i int) (point, int) {
	if i+2 < len(s) && isDigit(s[i+1]) && !isDigit(s[i+2]) {
		size := 0
		switch s[i] {
		case 't', 'q':
			size = 3
		case 's', 'h':
			size = 6
		}
		k := int(s[i+1] - '0')
		if size > 0 && k >= 1 && k*size <= 12 {
			if y, m := yearAt(s, skipBlank(s, i+2)); m > 0 {
				lo := MonthOf(y, (k-1)*size+1)
				return point{lo: lo, hi: lo + Month(size-1), unit: bySeason}, m
			}
		}
	}
	for _, part := range partsOfYear {
		if rest, ok := strings.CutPrefix(s[i:], part.words); ok {
			at := skipFiller(s, len(s)-len(rest))
			if y, m := yearAt(s, at); m > 0 {
				lo := MonthOf(y, part.first)
				return point{lo: lo, hi: MonthOf(y, part.last), unit: bySeason}, m
			}
		}
	}
	return point{}, 0
}

var partsOfYear = []struct {
	words       string
	first, last int
}{
	{"premier semestre ", 1, 6}, {"second semestre ", 7, 12}, {"deuxieme semestre ", 7, 12}, {"first half ", 1, 6}, {"second half ", 7, 12},
	{"premier trimestre ", 1, 3}, {"deuxieme trimestre ", 4, 6}, {"troisieme trimestre ", 7, 9}, {"quatrieme trimestre ", 10, 12}, {"dernier trimestre ", 10, 12},
}

// roughPoint reads "debut 2020", "mi-mars 2021", "late 2019", "end of June 2020".
func roughPoint(s string, i int, word string) (point, int) {
	part, known := roughWords[word]
	if !known {
		return point{}, 0
	}
	at := i + len(word)
	if at < len(s) && s[at] == '-' {
		at++
	}
	at = skipFiller(s, at)
	if y, m := yearAt(s, at); m > 0 {
		lo := MonthOf(y, part[0])
		return point{lo: lo, hi: MonthOf(y, part[1]), unit: bySeason}, m
	}
	if m := months[wordAt(s[at:])]; m > 0 {
		return monthPoint(s, at+len(wordAt(s[at:])), m)
	}
	return point{}, 0
}

var roughWords = map[string][2]int{
	"debut": {1, 4}, "early": {1, 4}, "beginning": {1, 4}, "mi": {5, 8}, "mid": {5, 8}, "milieu": {5, 8}, "middle": {5, 8},
	"fin": {9, 12}, "late": {9, 12}, "end": {9, 12}, "courant": {1, 12}, "vers": {1, 12}, "circa": {1, 12},
}
