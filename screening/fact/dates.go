package fact

import (
	"strconv"
	"strings"
)

// dated is one date expression of a folded text: a range ("mars 2019 - aout 2020"), an
// open range ("depuis 2021") or a point ("juin 2020"). A point has the same bounds at both
// ends.
type dated struct {
	// start and end are offsets of the folded text.
	start, end       int
	startLo, startHi Month
	endLo, endHi     Month
	startDay, endDay int
	// open is true when it runs to the day of reckoning.
	open bool
	// ranged is true when two ends are written, or an open one.
	ranged bool
	// halfOpen is true for "2019 -" and "jusqu'en 2020": one end is not written. The bounds
	// of the other end then lie as wide as they can.
	halfOpen bool
	// season is true when an end is a season, a quarter or "early 2019".
	season bool
	// broken is true for a range that ends before it starts.
	broken bool
	// startOther and endOther are the months of the ends when the day is written behind the
	// month; 0 when only one order makes a date.
	startOther, endOther Month
}

// months are the month names and abbreviations of French and English, and the Spanish and
// Portuguese ones that cannot be taken for something else. All folded.
var months = map[string]int{
	"janvier": 1, "janv": 1, "jan": 1, "january": 1, "enero": 1, "janeiro": 1, "gennaio": 1,
	"fevrier": 2, "fevr": 2, "fev": 2, "feb": 2, "february": 2, "febr": 2, "febrero": 2, "fevereiro": 2, "febbraio": 2,
	"mars": 3, "mar": 3, "march": 3, "marzo": 3, "marco": 3,
	"avril": 4, "avr": 4, "apr": 4, "april": 4, "abril": 4, "aprile": 4,
	"mai": 5, "may": 5, "mayo": 5, "maio": 5, "maggio": 5,
	"juin": 6, "jun": 6, "june": 6, "junio": 6, "junho": 6, "giugno": 6,
	"juillet": 7, "juil": 7, "juill": 7, "jul": 7, "july": 7, "jui": 0, "julio": 7, "julho": 7, "luglio": 7,
	"aout": 8, "aug": 8, "august": 8, "aou": 8, "agosto": 8,
	"septembre": 9, "sept": 9, "sep": 9, "september": 9, "septiembre": 9, "setembro": 9, "settembre": 9,
	"octobre": 10, "oct": 10, "october": 10, "octubre": 10, "outubro": 10, "ottobre": 10,
	"novembre": 11, "nov": 11, "november": 11, "noviembre": 11, "novembro": 11,
	"decembre": 12, "dec": 12, "december": 12, "diciembre": 12, "dezembro": 12, "dicembre": 12,
}

// seasons gives the first and last month a season can touch. The winter of one year is
// written for either of two, so it spans both.
var seasons = map[string][2]int{
	"ete": {6, 9}, "etes": {6, 9}, "summer": {6, 9}, "summers": {6, 9}, "verano": {6, 9}, "estival": {6, 9},
	"printemps": {3, 6}, "spring": {3, 6}, "automne": {9, 12}, "autumn": {9, 12}, "fall": {9, 12},
	"hiver": {1, 15}, "winter": {1, 15}, "rentree": {9, 10}, "noel": {12, 12}, "christmas": {12, 12}, "easter": {3, 4}, "paques": {3, 4},
}

// openWords end a range that still runs.
var openWords = []string{
	"jusqu'a aujourd'hui", "jusqu'a present", "jusqu'a ce jour", "jusqu'a maintenant", "a aujourd'hui", "aujourd'hui", "a nos jours", "nos jours",
	"a ce jour", "ce jour", "a present", "presentement", "present day", "presente", "present", "maintenant", "en cours", "en poste",
	"actuellement", "actuelle", "actuel", "actualidad", "actual", "atualmente", "atual", "currently", "current", "to date", "until now", "up to now", "till now", "till date", "now", "today",
	"ongoing", "on-going", "date", "oggi", "heute", "ce moment", "auj.", "auj",
}

const (
	byYear = iota
	byMonth
	byDay
	bySeason
)

// point is one end of a range as written.
type point struct {
	lo, hi Month
	day    int
	unit   int
	// monthOnly is the month when no year is written ("avril" in "avril - aout 2025").
	monthOnly int
	// short is true for a two-digit year, which only a range makes sure of.
	short bool
	// iso is true for YYYY-MM, which may be an academic year instead.
	iso bool
	// other is the month when the day is written behind it; 0 when only one order makes a date.
	other Month
}

// dates finds the date expressions of a folded text, in order, never overlapping. Line
// ends count as blanks.
func dates(s string) []dated {
	var out []dated
	for i := 0; i < len(s); {
		if i > 0 && isWordByte(s[i-1]) && isWordByte(s[i]) || !isWordByte(s[i]) {
			i++
			continue
		}
		found, n := datedAt(s, i)
		if n == 0 {
			i += max(1, wordLength(s[i:]))
			continue
		}
		out = append(out, found...)
		i = n
	}
	return out
}

func wordLength(s string) int {
	n := 0
	for n < len(s) && isWordByte(s[n]) {
		n++
	}
	return n
}

// datedAt reads one date expression at s[i:] and returns it with the offset after it. A
// list like "etes 2022 et 2023" gives several.
func datedAt(s string, i int) ([]dated, int) {
	if plus, n := plural(s, i); n > 0 {
		return plus, n
	}
	j, since := i, false
	for _, lead := range []string{"depuis le ", "depuis la ", "depuis l'", "depuis ", "since ", "as from "} {
		if strings.HasPrefix(s[i:], lead) {
			j, since = i+len(lead), true
			break
		}
	}
	until := false
	if !since {
		for _, lead := range []string{"jusqu'en ", "jusqu'a ", "jusqu'au ", "until ", "till "} {
			if strings.HasPrefix(s[i:], lead) {
				j, until = i+len(lead), true
				break
			}
		}
	}
	between := false
	for _, lead := range []string{"entre ", "between "} {
		if !since && !until && strings.HasPrefix(s[i:], lead) {
			j, between = i+len(lead), true
		}
	}
	j = skipFiller(s, j)
	first, n := pointAt(s, j)
	if n == 0 {
		if since || until || between {
			return nil, 0
		}
		return dayRange(s, j)
	}
	if until {
		if first.monthOnly > 0 || first.short {
			return nil, 0
		}
		return []dated{{start: i, end: n, startLo: MonthOf(1950, 1), startHi: first.hi, endLo: first.lo, endHi: first.hi, endDay: first.day, ranged: true, halfOpen: true}}, n
	}
	if since {
		if first.monthOnly > 0 {
			return nil, 0
		}
		// "depuis 2019 jusqu'en 2021" is closed all the same.
		if m, open, end := rangeEnd(s, n, first, false); m > 0 && !open {
			if d, ok := makeRange(i, m, first, end); ok {
				return []dated{d}, m
			}
		}
		d := openRange(i, n, first)
		for _, again := range openWords {
			if at := skipBlank(s, n); strings.HasPrefix(s[at:], again) && boundary(s, at+len(again)) && again != "date" {
				d.end = at + len(again)
				break
			}
		}
		return []dated{d}, d.end
	}
	m, open, second := rangeEnd(s, n, first, between)
	switch {
	case m > 0 && open:
		if first.monthOnly > 0 {
			return nil, 0
		}
		return []dated{openRange(i, m, first)}, m
	case m > 0:
		if d, ok := makeRange(i, m, first, second); ok {
			return []dated{d}, m
		}
	}
	if first.monthOnly > 0 || first.short {
		return nil, 0
	}
	d := dated{start: i, end: n, startLo: first.lo, startHi: first.hi, endLo: first.lo, endHi: first.hi, startDay: first.day, endDay: first.day, season: first.unit == bySeason, startOther: first.other, endOther: first.other}
	if hangs(s, n) {
		d.ranged, d.halfOpen, d.endHi = true, true, MonthOf(2100, 1)
	}
	return []dated{d}, n
}

// plural reads "etes 2022 et 2023".
func plural(s string, i int) ([]dated, int) {
	word := wordAt(s[i:])
	span, ok := seasons[word]
	if !ok {
		return nil, 0
	}
	var out []dated
	at := i
	n := skipFiller(s, i+len(word))
	for {
		year, m := yearAt(s, n)
		if m == 0 {
			break
		}
		lo, hi := MonthOf(year, span[0]), MonthOf(year, 1)+Month(span[1]-1)
		out = append(out, dated{start: at, end: m, startLo: lo, startHi: hi, endLo: lo, endHi: hi, season: true})
		at = m
		next := 0
		for _, sep := range []string{" et ", ", ", " and ", " & ", "/", " + ", " / "} {
			if strings.HasPrefix(s[m:], sep) {
				next = m + len(sep)
				break
			}
		}
		if next == 0 {
			break
		}
		n = next
		if again := wordAt(s[n:]); seasons[again] == span {
			n = skipFiller(s, n+len(again))
		}
		if _, m := yearAt(s, n); m == 0 {
			break
		}
		at = n
	}
	if len(out) < 2 {
		return nil, 0
	}
	return out, out[len(out)-1].end
}

func openRange(start, end int, p point) dated {
	return dated{start: start, end: end, startLo: p.lo, startHi: p.hi, startDay: p.day, open: true, ranged: true, season: p.unit == bySeason, startOther: p.other}
}

// makeRange puts two points together; false when they cannot be one range.
func makeRange(start, end int, a, b point) (dated, bool) {
	if b.monthOnly > 0 {
		if a.monthOnly > 0 {
			return dated{}, false
		}
		// "mars 2020 - aout": the year of the start, if it makes sense.
		year := a.lo.Year()
		if a.unit == byYear {
			return dated{}, false
		}
		if m := MonthOf(year, b.monthOnly); m >= a.lo {
			b.lo, b.hi, b.unit = m, m, byMonth
		} else {
			return dated{}, false
		}
	}
	if a.monthOnly > 0 {
		if b.unit == byYear || b.unit == bySeason {
			return dated{}, false
		}
		year := b.lo.Year()
		if a.monthOnly > b.lo.InYear() {
			year--
		}
		a.lo = MonthOf(year, a.monthOnly)
		a.hi = a.lo
		a.unit = byMonth
	}
	if a.short != b.short && (a.short && b.unit == byYear || b.short && a.unit == byYear) {
		return dated{}, false
	}
	d := dated{start: start, end: end, startLo: a.lo, startHi: a.hi, endLo: b.lo, endHi: b.hi,
		startDay: a.day, endDay: b.day, ranged: true, season: a.unit == bySeason || b.unit == bySeason, startOther: a.other, endOther: b.other}
	if a.iso && !b.iso && b.unit == byYear {
		return dated{}, false
	}
	if d.endHi < d.startLo {
		d.broken = true
		d.startLo, d.endHi = d.endLo, d.startHi
		d.startHi, d.endLo = d.endHi, d.startLo
	}
	return d, true
}

// rangeEnd reads what follows the first point of a range: a separator and a second point,
// or an open end. It returns the offset after it, 0 when no range follows.
func rangeEnd(s string, n int, first point, between bool) (end int, open bool, second point) {
	at := skipBlank(s, n)
	if w := openAt(s, at); w > 0 && at > n {
		return w, true, point{}
	}
	if strings.HasPrefix(s[at:], "(") {
		if w := openAt(s, at+1); w > 0 && !first.iso && first.unit != byYear {
			return w, true, point{}
		}
	}
	sep, m := separatorAt(s, n)
	if m == 0 {
		return 0, false, point{}
	}
	if w := max(openAt(s, m), openAt(s, skipFiller(s, m))); w > 0 {
		return w, true, point{}
	}
	// "2014-15", "2019/20": a second year of two digits.
	if first.unit == byYear && !first.iso {
		if year, w := shortYear(s, m, first.lo.Year()); w > 0 {
			return w, false, point{lo: MonthOf(year, 1), hi: MonthOf(year, 12), unit: byYear}
		}
	}
	second, w := pointAt(s, skipFiller(s, m))
	if w == 0 {
		return 0, false, point{}
	}
	if sep == "/" && second.unit == byYear && first.unit != byYear {
		return 0, false, point{}
	}
	if sep == "et" && first.monthOnly == 0 && !between {
		return 0, false, point{}
	}
	return w, false, second
}

func openAt(s string, i int) int {
	for _, w := range openWords {
		if strings.HasPrefix(s[i:], w) && boundary(s, i+len(w)) {
			return i + len(w)
		}
	}
	return 0
}

// separatorAt reads the mark or word between the two ends of a range.
func separatorAt(s string, n int) (string, int) {
	i := skipBlank(s, n)
	for _, sep := range []string{"-->", "->", "=>", "--", "-", "→", "➔", "➜", ">", "~", "/"} {
		if strings.HasPrefix(s[i:], sep) {
			kind := "-"
			if sep == "/" {
				kind = "/"
			}
			return kind, skipBlank(s, i+len(sep))
		}
	}
	if i == n {
		return "", 0
	}
	for _, sep := range []string{"jusqu'a la ", "jusqu'a ", "jusqu'en ", "jusqu'au ", "jusque ", "a la ", "a ", "au ", "aux ", "to the ", "to ", "until ", "till ", "through ", "thru ", "al ", "hasta ", "ate ", "bis "} {
		if strings.HasPrefix(s[i:], sep) {
			return "to", i + len(sep)
		}
	}
	for _, sep := range []string{"et ", "and "} {
		if strings.HasPrefix(s[i:], sep) {
			return "et", i + len(sep)
		}
	}
	return "", 0
}

// hangs tells whether a dash with nothing behind it follows: "2019 -".
func hangs(s string, n int) bool {
	i := skipBlank(s, n)
	if i >= len(s) || s[i] != '-' || i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '\n' && s[i+1] != ')' && s[i+1] != '.' && s[i+1] != '-' {
		return false
	}
	rest := strings.Trim(s[i+1:], " -.…\n")
	return rest == "" || strings.HasPrefix(rest, ")")
}

// skipFiller passes blanks and the small words before a date: "le", "la", "de", "du", "of".
func skipFiller(s string, i int) int {
	i = skipBlank(s, i)
	for again := true; again; {
		again = false
		for _, w := range []string{"le ", "la ", "l'", "de ", "du ", "d'", "des ", "of ", "the ", "en ", "in ", "mois de ", "mois d'", "annee ", "month of "} {
			if strings.HasPrefix(s[i:], w) {
				i = skipBlank(s, i+len(w))
				again = true
			}
		}
	}
	return i
}

func skipBlank(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n') {
		i++
	}
	return i
}

func boundary(s string, i int) bool { return i >= len(s) || !isWordByte(s[i]) }

// dayRange reads "du 3 au 28 juillet 2023", "3 - 28 July 2023" and "03-08/2021", whose
// first end is a bare number.
func dayRange(s string, i int) ([]dated, int) {
	v, n := smallNumber(s, i)
	if n == 0 {
		return nil, 0
	}
	if strings.HasPrefix(s[n:], "er") && boundary(s, n+2) {
		n += 2
	}
	sep, m := separatorAt(s, n)
	if m == 0 || sep == "et" {
		return nil, 0
	}
	second, w := pointAt(s, m)
	if w == 0 || second.monthOnly > 0 || second.short {
		return nil, 0
	}
	switch {
	case second.unit == byDay && v >= 1 && v < second.day:
		return []dated{{start: i, end: w, startLo: second.lo, startHi: second.hi, endLo: second.lo, endHi: second.hi, startDay: v, endDay: second.day, ranged: true}}, w
	case second.unit == byMonth && sep == "-" && v >= 1 && v <= 12 && isDigit(s[m]) && v <= second.lo.InYear():
		first := MonthOf(second.lo.Year(), v)
		return []dated{{start: i, end: w, startLo: first, startHi: first, endLo: second.lo, endHi: second.hi, ranged: true}}, w
	}
	return nil, 0
}

func smallNumber(s string, i int) (value, end int) {
	n := i
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n == i || n-i > 2 {
		return 0, 0
	}
	v, _ := strconv.Atoi(s[i:n])
	return v, n
}
