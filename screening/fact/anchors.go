package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

// dateLine is a line of a section with the dates in it.
type dateLine struct {
	index  int
	dates  []dated
	bullet bool
	// anchor is the index in dates of the one that dates an entry, -1 when none does.
	anchor int
	// joined is true when the range ends on the next line; rest is then what the next line
	// holds besides.
	joined   bool
	swallows bool
	rest     string
}

func dateLines(v *View, lines []int) []dateLine {
	ds := make([]dateLine, 0, len(lines))
	for n, i := range lines {
		l := v.Lines[i]
		d := dateLine{index: i, dates: acrossCells(l, v.dates(l.Text)), bullet: l.Bullet(), anchor: -1}
		// A range cut by the end of the line: its second half opens the next one.
		if n+1 < len(lines) && lines[n+1] == i+1 && v.Lines[i+1].Page == l.Page {
			next := v.Lines[i+1].Text
			if cut, at, length := cutRange(l.Text, next); length > 0 {
				d.dates = append(withoutAfter(d.dates, at), cut)
				d.joined, d.rest = true, strings.TrimSpace(next[length:])
			} else if both, length := stacked(l, v.Lines[i+1], d.dates, v.dates(next)); length > 0 {
				d.dates = []dated{both}
				d.joined, d.rest = true, strings.TrimSpace(next[length:])
			}
		}
		ds = append(ds, d)
	}
	for k := 0; k+1 < len(ds); k++ {
		if ds[k].joined && ds[k+1].index == ds[k].index+1 {
			ds[k+1].swallows = true
			ds[k+1].joined = false
			ds[k+1].dates = nil
		}
	}
	return ds
}

// stacked joins two months that stand one below the other in a column of their own, the
// earlier above. length is what they take of the second line.
func stacked(a, b Line, first, second []dated) (d dated, length int) {
	if len(first) != 1 || len(second) == 0 || b.BlankBefore || first[0].ranged || second[0].ranged || first[0].season {
		return dated{}, 0
	}
	x, y := first[0], second[0]
	whole := strings.Trim(a.Text[:x.start]+a.Text[x.end:], " -") == "" && y.start == 0
	months := x.startLo == x.startHi && y.endLo == y.endHi
	if !whole || !months || x.startLo > y.endLo || y.end < len(b.Text) && !wideGap(b, y.end, y.end+len(b.Text[y.end:])-len(strings.TrimLeft(b.Text[y.end:], " "))) {
		return dated{}, 0
	}
	x.endLo, x.endHi, x.endDay, x.ranged = y.endLo, y.endHi, y.endDay, true
	return x, y.end
}

// acrossCells joins the two ends of a stay that stand in two cells of a table: "01/2022 |
// 06/2025", "01/2022 | Present".
func acrossCells(l Line, ds []dated) []dated {
	for k := 0; k < len(ds); k++ {
		if ds[k].ranged || ds[k].broken || ds[k].season {
			continue
		}
		gap := cellGap.FindStringIndex(l.Text[ds[k].end:])
		if gap == nil || !strings.Contains(l.Text[ds[k].end:ds[k].end+gap[1]], "|") && !wideGap(l, ds[k].end, ds[k].end+gap[1]) {
			continue
		}
		next := ds[k].end + gap[1]
		if k+1 < len(ds) && ds[k+1].start == next && !ds[k+1].ranged && ds[k].startLo <= ds[k+1].endLo {
			b := ds[k+1]
			ds[k].end, ds[k].endLo, ds[k].endHi, ds[k].endDay, ds[k].ranged = b.end, b.endLo, b.endHi, b.endDay, true
			ds = append(ds[:k+1:k+1], ds[k+2:]...)
			continue
		}
		if w := openAt(l.Text, next); w > 0 && !ds[k].halfOpen {
			ds[k].end, ds[k].endLo, ds[k].endHi, ds[k].endDay, ds[k].ranged, ds[k].open = w, 0, 0, 0, true, true
		}
	}
	return ds
}

// cellGap is what parts two cells.
var cellGap = text.MustPattern(`^\s*\|\s*|^\s+`)

// wideGap tells whether a gap of blanks is one between columns.
func wideGap(l Line, start, end int) bool {
	span, all := l.At(start, end), l.All()
	raw := l.Raw[span.Start-all.Start : span.End-all.Start]
	return strings.Contains(raw, "\t") || strings.Count(raw, " ") >= 3
}

var opensRange = text.MustPattern(`(?:^|[^\pL\d])((?:du |de |from |depuis |d')?(?:\d{1,2}(?:er)? )?[\pL.'/\d]{2,12}\.?(?: ?['\d]{2,5})? ?(?:-+|→|a|au|to|until|jusqu'(?:a|au|en)) ?(?:(?:le )?\d{0,2} ?(?:[\pL]{3,10}\.?))?)$`)
var leftRange = text.MustPattern(`^(?:(?:du |de |from )?[\pL.'/\d]{2,12}\.?(?: ['\d]{2,5})? ?(?:-+|→| a | au | to ) ?(?:[\pL]{3,10}\.?)?)(?: |$)`)

// cutRange reads a range whose first half ends line a, or opens it in a narrow column, and
// whose second half opens line b. at is where it starts in a, length what it takes of b.
func cutRange(a, b string) (d dated, at, length int) {
	if b == "" || !mayOpenRange(a) {
		return dated{}, 0, 0
	}
	// "janvier 2009 - août" is a range of its own unless the next line opens with the year.
	_, year := yearAt(b, 0)
	bare := year > 0 && months[strings.TrimSuffix(lastWord(a), ".")] > 0
	for _, d := range dates(a) {
		if d.ranged && !d.halfOpen && (d.start < 4 || d.end > len(a)-4) && !bare {
			return dated{}, 0, 0
		}
	}
	try := func(start, end int) (dated, int, int) {
		joined := a[start:end] + " " + b
		found := dates(joined)
		if len(found) == 0 || !found[0].ranged || found[0].broken || found[0].halfOpen {
			return dated{}, 0, 0
		}
		over := found[0].end - (end - start) - 1
		if over <= 0 || over > 22 || found[0].start > 3 {
			return dated{}, 0, 0
		}
		alone := dates(a[start:end])
		if len(alone) > 0 && alone[0].ranged && !alone[0].halfOpen && !bare {
			return dated{}, 0, 0
		}
		r := found[0]
		r.start += start
		r.end = end
		return r, r.start, over
	}
	if m := opensRange.FindStringSubmatchIndex(a); m != nil {
		if d, at, n := try(m[2], m[3]); n > 0 {
			return d, at, n
		}
	}
	if m := leftRange.FindStringIndex(a); m != nil {
		end := m[1]
		for end > 0 && a[end-1] == ' ' {
			end--
		}
		return try(0, end)
	}
	return dated{}, 0, 0
}

// mayOpenRange is a quick test: a line that opens a range has a number or starts or ends
// with a month.
func mayOpenRange(a string) bool {
	if strings.ContainsAny(a, "0123456789") {
		return true
	}
	words := strings.Fields(a)
	for n, w := range words {
		if (n < 2 || n >= len(words)-3) && months[strings.TrimSuffix(w, ".")] > 0 {
			return true
		}
	}
	return false
}

func lastWord(s string) string {
	return s[strings.LastIndexByte(s, ' ')+1:]
}

func withoutAfter(ds []dated, at int) []dated {
	var out []dated
	for _, d := range ds {
		if d.end <= at {
			out = append(out, d)
		}
	}
	return out
}

// chooseAnchors marks the dates that date entries. It tells whether every date found its
// place.
func chooseAnchors(v *View, ds []dateLine) bool {
	plain := 0
	for k := range ds {
		if ds[k].swallows {
			continue
		}
		if !ds[k].bullet && !v.breaksOff(ds[k].index, ds[k].dates) {
			ds[k].anchor = anchorOf(v.Lines[ds[k].index], ds[k].dates, false)
			if ds[k].anchor >= 0 {
				plain++
			}
		}
	}
	if plain == 0 {
		for k := range ds {
			if ds[k].bullet && !ds[k].swallows {
				ds[k].anchor = anchorOf(v.Lines[ds[k].index], ds[k].dates, true)
			}
		}
	}
	demote(v, ds)
	ok := true
	seen := false
	for k := range ds {
		if ds[k].anchor >= 0 {
			seen = true
			continue
		}
		if ds[k].swallows {
			continue
		}
		if len(ds[k].dates) > maxLineDates {
			ok = false
			continue
		}
		t := v.Lines[ds[k].index].Text
		// Years no rule could read, and dates before the first entry, stay unexplained.
		for _, m := range yearToken.FindAllStringIndex(t, -1) {
			if !covered(ds[k].dates, m[0]) {
				ok = false
			}
		}
		if len(ds[k].dates) > 0 && !seen && !ds[k].bullet {
			ok = false
		}
	}
	return ok
}

// breaksOff tells whether the date that opens line i ends a phrase of the line before: "entrée
// en M2 en / septembre 2026", "last exams on 10 July / 2026".
func (v *View) breaksOff(i int, ds []dated) bool {
	if i == 0 || len(ds) == 0 || ds[0].ranged && !ds[0].halfOpen || ds[0].start > 1 {
		return false
	}
	l, before := v.Lines[i], v.Lines[i-1]
	if l.BlankBefore || before.Page != l.Page || before.Heading || before.Skip {
		return false
	}
	last := lastWord(before.Text)
	if danglers[last] {
		return len(strings.Fields(before.Text)) > 2
	}
	_, year := yearAt(l.Text, 0)
	return year > 0 && months[last] > 0 && dayBefore.MatchString(before.Text)
}

// danglers are small words that end no line of their own accord.
var danglers = map[string]bool{"en": true, "de": true, "du": true, "le": true, "la": true, "au": true, "in": true, "of": true, "on": true, "by": true, "the": true, "since": true, "depuis": true,
	"fin": true, "debut": true, "until": true, "from": true, "jusqu'en": true, "jusqu'au": true, "avant": true, "des": true}

var dayBefore = text.MustPattern(`\b\d{1,2}(?:er|st|nd|rd|th)? (?:of )?\pL{3,9}\.?$`)

// demote takes back anchors that are only years told inside a body: at the end of a wrapped
// sentence, within the dates of the entry above, in a section whose entries open with
// their dates.
func demote(v *View, ds []dateLine) {
	opens := func(k int) bool {
		d := ds[k].dates[ds[k].anchor]
		return strings.Trim(v.Lines[ds[k].index].Text[:d.start], "-*•· ([>▪") == ""
	}
	first, last := -1, -1
	for k := range ds {
		if ds[k].anchor < 0 {
			continue
		}
		if first < 0 {
			first, last = k, k
			continue
		}
		l, d := v.Lines[ds[k].index], ds[k].dates[ds[k].anchor]
		above := ds[last].dates[ds[last].anchor]
		r, _ := utf8.DecodeRuneInString(l.Raw)
		inside := d.startLo >= above.startLo && (above.open || !d.open && d.endHi <= above.endHi)
		wrapped := unicode.IsLower(r) || continues(v, ds[k].index)
		if !unicode.IsLower(r) && (setApart(l, d) || opensWithDegree(l.Raw) || d.ranged && opensWithTitle(l.Raw)) {
			last = k
			continue
		}
		told := !d.ranged && inside && above.ranged && (strings.HasPrefix(l.Text[d.start:], "in ") || strings.HasPrefix(l.Text[d.start:], "en "))
		if told || !opens(k) && (wrapped && inside || inside && opens(first)) {
			ds[k].anchor = -1
			continue
		}
		last = k
	}
}

// setApart tells whether dates stand in a column of their own at the end of their line.
func setApart(l Line, d dated) bool {
	before, after := cutRaw(l, d.start, d.end)
	return strings.TrimSpace(before) != "" && len(strings.Fields(after)) < 4 && (strings.HasSuffix(before, "\t") || strings.HasSuffix(before, "   "))
}

func covered(ds []dated, at int) bool {
	for _, d := range ds {
		if d.start <= at && at < d.end {
			return true
		}
	}
	return false
}

// maxLineDates bounds the dates of a line that may date an entry; a line with more is no
// line of a CV.
const maxLineDates = 24

// anchorOf chooses among the dates of a line the one that dates an entry: a range before a
// point, at an end of the line or between separators. -1 when the line only mentions dates.
func anchorOf(l Line, ds []dated, bullet bool) int {
	s, best := l.Text, -1
	if len(ds) > maxLineDates {
		return -1
	}
	words := len(strings.Fields(s))
	for k, d := range ds {
		if d.broken {
			if best < 0 {
				best = k
			}
			continue
		}
		left, right := strings.TrimRight(s[min(l.Label, d.start):d.start], " "), strings.TrimLeft(s[d.end:], " ")
		tail := max(0, len(left)-80)
		if m := datesLead.FindStringIndex(left[tail:]); m != nil {
			left = strings.TrimRight(left[:tail+m[0]], " ")
		}
		atStart := strings.Trim(left, "-*•·o–( \t[#>▪") == "" || bullet && len(left) <= 3
		atEnd := strings.Trim(right, " .);,]:-") == "" || d.ranged && right[0] == '(' && strings.IndexByte(right, ')') >= len(right)-2
		between := separated(left, true) && separated(right, false)
		prose := words > 14 && (strings.HasSuffix(s, ".") || !d.ranged && !(separated(left, true) && separated(right, false)))
		opensSentence := d.ranged && !bullet && strings.HasSuffix(left, ".") && right != "" && strings.ContainsRune(",:-–", rune(right[0]))
		fits := opensSentence || atStart || !bullet && (atEnd && (d.ranged || separated(left, true) || words <= 10) || between)
		if prose && !atStart && !opensSentence {
			fits = false
		}
		if !bullet && setApart(l, d) {
			fits = true
		}
		if d.ranged && between && !bullet || bullet && d.ranged && atEnd && separated(left, true) && words <= 22 {
			fits = true
		}
		if !fits {
			continue
		}
		if best < 0 || d.ranged && !ds[best].ranged {
			best = k
		}
	}
	return best
}

// datesLead are the words that lead from the name of a degree to its date.
var datesLead = text.MustPattern(`(?:^|[ (,])(?:obtenue?|obtenu|diplomee?|validee?|soutenue?|graduated|awarded|completed|graduation|promotion|en|in|depuis|de|du|d'|from|between|entre|since|annee|mention \pL+|le|session|session de|expected|prevue?|attendue?)(?: (?:en|in|le|de|on|for))?$`)

// separated tells whether a text ends (or starts) with a mark that sets dates apart.
func separated(s string, end bool) bool {
	if s == "" {
		return true
	}
	var r rune
	if end {
		r, _ = utf8.DecodeLastRuneInString(s)
	} else {
		r, _ = utf8.DecodeRuneInString(s)
	}
	return strings.ContainsRune("-|:,;()[]/·•–—>", r)
}
