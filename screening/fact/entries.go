package fact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// entry is one dated block of a section: the head that names a job or a degree, its dates,
// and the lines that describe it.
type entry struct {
	dated
	// line is the index of the line that holds the dates.
	line  int
	where text.Span
	// head are the pieces of the head as written, dates left out, in reading order.
	head []string
	// from and to are the first and last line of the entry.
	from, to int
	// body are the lines below the head.
	body []int
	// headEnd is the span of the last line of the head.
	headEnd text.Span
	// again are further dates of the same entry.
	again []dated
	// spill is what follows the head on its own line: "1995-2003 : chef de poste, contrôle
	// des frontières, lutte contre le trafic".
	spill []string
}

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

// entriesIn cuts the lines of one section into dated entries. explained is false when a
// date of the section belongs to no entry, or an entry seems to have no date: the list may
// then be short.
func entriesIn(v *View, lines []int) (entries []entry, explained bool) {
	if len(lines) == 0 {
		return nil, true
	}
	ds := dateLines(v, lines)
	explained = chooseAnchors(v, ds)
	var anchors []int
	for k := range ds {
		if ds[k].anchor >= 0 {
			anchors = append(anchors, k)
		}
	}
	if len(anchors) == 0 {
		return nil, false
	}
	above := headAbove(v, ds, anchors)
	starts := make([]int, len(anchors))
	for n := range anchors {
		starts[n] = headStart(v, ds, anchors, n, above)
	}
	for n, k := range anchors {
		stop := len(ds)
		if n+1 < len(anchors) {
			stop = starts[n+1]
		}
		e, ok := makeEntry(v, ds, starts[n], k, stop)
		explained = explained && ok
		entries = append(entries, e)
	}
	if undatedHeads(v, ds, entries) {
		explained = false
	}
	return entries, explained
}

func dateLines(v *View, lines []int) []dateLine {
	ds := make([]dateLine, 0, len(lines))
	for n, i := range lines {
		l := v.Lines[i]
		d := dateLine{index: i, dates: dates(l.Text), bullet: l.Bullet(), anchor: -1}
		// A range cut by the end of the line: its second half opens the next one.
		if n+1 < len(lines) && lines[n+1] == i+1 && v.Lines[i+1].Page == l.Page {
			next := v.Lines[i+1].Text
			if cut, at, length := cutRange(l.Text, next); length > 0 {
				d.dates = append(withoutAfter(d.dates, at), cut)
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

var opensRange = regexp.MustCompile(`(?:^|[^\pL\d])((?:du |de |from |depuis |d')?(?:\d{1,2}(?:er)? )?[\pL.'/\d]{2,12}\.?(?: ?['\d]{2,5})? ?(?:-+|→|a|au|to|until|jusqu'(?:a|au|en)) ?(?:(?:le )?\d{0,2} ?(?:[\pL]{3,10}\.?))?)$`)
var leftRange = regexp.MustCompile(`^(?:(?:du |de |from )?[\pL.'/\d]{2,12}\.?(?: ['\d]{2,5})? ?(?:-+|→| a | au | to ) ?(?:[\pL]{3,10}\.?)?)(?: |$)`)

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
		if !ds[k].bullet {
			ds[k].anchor = anchorOf(v.Lines[ds[k].index].Text, ds[k].dates, false)
			if ds[k].anchor >= 0 {
				plain++
			}
		}
	}
	if plain == 0 {
		for k := range ds {
			if ds[k].bullet && !ds[k].swallows {
				ds[k].anchor = anchorOf(v.Lines[ds[k].index].Text, ds[k].dates, true)
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
		told := !d.ranged && inside && above.ranged && (strings.HasPrefix(l.Text[d.start:], "in ") || strings.HasPrefix(l.Text[d.start:], "en "))
		if told || !opens(k) && (wrapped && inside || inside && opens(first)) {
			ds[k].anchor = -1
			continue
		}
		last = k
	}
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
func anchorOf(s string, ds []dated, bullet bool) int {
	best := -1
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
		left, right := strings.TrimRight(s[:d.start], " "), strings.TrimLeft(s[d.end:], " ")
		tail := max(0, len(left)-80)
		if m := datesLead.FindStringIndex(left[tail:]); m != nil {
			left = strings.TrimRight(left[:tail+m[0]], " ")
		}
		atStart := strings.Trim(left, "-*•·o–( \t[#>▪") == "" || bullet && len(left) <= 3
		atEnd := strings.Trim(right, " .);,]:-") == "" || d.ranged && right[0] == '(' && strings.IndexByte(right, ')') >= len(right)-2
		between := separated(left, true) && separated(right, false)
		prose := words > 14 && (strings.HasSuffix(s, ".") || !d.ranged && !(separated(left, true) && separated(right, false)))
		fits := atStart || !bullet && (atEnd && (d.ranged || separated(left, true) || words <= 10) || between)
		if prose && !atStart {
			fits = false
		}
		if d.ranged && between && !bullet {
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
var datesLead = regexp.MustCompile(`(?:^|[ (,])(?:obtenue?|obtenu|diplomee?|validee?|soutenue?|graduated|awarded|completed|graduation|promotion|en|in|depuis|de|since|annee|mention \pL+|le|session|session de|expected|prevue?|attendue?)(?: (?:en|in|le|de|on|for))?$`)

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

// headAbove is the number of lines of a head that stand above its dates, as the first entry
// of the section shows it.
func headAbove(v *View, ds []dateLine, anchors []int) int {
	n := 0
	for k := anchors[0] - 1; k >= 0 && n < 3; k-- {
		if ds[k].bullet || !headLike(v, ds[k]) {
			break
		}
		n++
	}
	return n
}

// headLike tells whether a line can belong to the head of an entry: short, no sentence.
func headLike(v *View, d dateLine) bool {
	l := v.Lines[d.index]
	if d.bullet || len(l.Text) > 110 || strings.HasSuffix(l.Text, ".") && len(strings.Fields(l.Text)) > 5 || strings.HasSuffix(l.Text, ";") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(l.Raw, "\"'«“( "))
	return !unicode.IsLower(r)
}

// headStart is where the head of the n-th entry starts.
func headStart(v *View, ds []dateLine, anchors []int, n, above int) int {
	k := anchors[n]
	start := k
	for start > 0 && k-start < above {
		p := start - 1
		if ds[p].anchor >= 0 || ds[p].swallows || !headLike(v, ds[p]) {
			break
		}
		if n > 0 && p <= anchors[n-1] {
			break
		}
		start = p
		if v.Lines[ds[p].index].BlankBefore {
			break
		}
	}
	return start
}

// gather takes in the other items of a list of summers or of years the dates stand in:
// "étés 2022 et 2023" are two stays of one entry.
func (e *entry) gather(a dateLine) {
	if e.ranged || !e.season {
		return
	}
	for _, d := range a.dates {
		if d.ranged || !d.season || d.start == e.start && d.startLo == e.startLo {
			continue
		}
		e.again = append(e.again, d)
		e.start, e.end = min(e.start, d.start), max(e.end, d.end)
	}
}

// marks set the dates of an entry apart from the rest of its line.
const marks = " \t—–-|:,;•*·(["

// emptyBrackets are what is left of brackets that held the dates.
var emptyBrackets = regexp.MustCompile(`\(\s*—?\s*\)|—\s*\)|[(\[]\s*—`)

// makeEntry puts one entry together from the lines [start, stop), its dates on line k.
func makeEntry(v *View, ds []dateLine, start, k, stop int) (entry, bool) {
	a := ds[k]
	l := v.Lines[a.index]
	e := entry{dated: a.dates[a.anchor], line: a.index, from: ds[start].index, to: ds[stop-1].index}
	e.gather(a)
	e.where = l.At(e.start, e.end)
	ok := !e.broken && !e.halfOpen
	for p := start; p < k; p++ {
		e.head = append(e.head, v.Lines[ds[p].index].Raw)
	}
	before, after := cutRaw(l, e.start, e.end)
	before, after = strings.TrimRight(before, marks), strings.TrimLeft(after, marks)
	onLine := strings.Trim(emptyBrackets.ReplaceAllString(before+" — "+after, " "), " —–-|:,;•*·\t")
	if strings.Trim(onLine, "()[] ") != "" {
		head, spill := splitHead(onLine)
		e.head = append(e.head, head)
		e.spill = spill
	}
	body := k + 1
	if a.joined && body < stop && ds[body].swallows {
		if a.rest != "" {
			raw := v.Lines[ds[body].index].Raw
			if cut := len(raw) - len(a.rest); cut > 0 && cut < len(raw) {
				raw = raw[len(raw)-min(len(raw), len(a.rest)):]
			}
			e.head = append(e.head, strings.ToValidUTF8(raw, ""))
		}
		body++
	}
	// Lines right below the dates that still name the employer and the place.
	for body < stop && len(e.spill) == 0 && len(e.head) < 4 {
		d := ds[body]
		line := v.Lines[d.index]
		// A head goes on over a line cut in the middle of a name.
		first, _ := utf8.DecodeRuneInString(line.Raw)
		cut := len(e.head) > 0 && len(e.head) < 3 && unicode.IsLower(first) && continues(v, d.index) && !d.bullet && len(line.Text) < 60
		if !cut && !headLike(v, d) || len(d.dates) > 0 && !within(d.dates, e.dated) {
			break
		}
		if len(e.head) > 0 && !cut {
			named := namesEmployer(strings.Join(e.head, "\n"))
			short := len(strings.Fields(line.Text)) <= 9 && len(line.Text) <= 85
			if named || !short || start < k && !namesEmployer(line.Raw) || !namesEmployer(line.Raw) && len(strings.Fields(line.Text)) > 5 {
				break
			}
		}
		e.head = append(e.head, line.Raw)
		body++
	}
	e.headEnd = v.Lines[ds[max(k, body-1)].index].All()
	for ; body < stop; body++ {
		e.body = append(e.body, ds[body].index)
		for _, d := range ds[body].dates {
			if d.ranged && !ds[body].bullet && !overlaps(d, e.dated) {
				ok = false
			}
		}
	}
	// Other ranges on the line of the dates: a leave, or a second job nobody told apart.
	for n, d := range a.dates {
		if n != a.anchor && d.ranged && !overlaps(d, e.dated) {
			ok = false
		}
	}
	return e, ok
}

// namesEmployer tells whether a piece of a head names an employer's sector or a place.
func namesEmployer(s string) bool {
	f := text.Fold(s)
	tokens := lexicon.Tokenize(f.Text)
	raw := func(a, b int) string {
		start, end := f.Span(a, b)
		return s[start:end]
	}
	return len(lexicon.PlacesIn(f.Text, tokens, raw)) > 0 || len(lexicon.Sectors(tokens, raw)) > 0
}

func within(ds []dated, e dated) bool {
	for _, d := range ds {
		if !overlaps(d, e) {
			return false
		}
	}
	return true
}

func overlaps(d, e dated) bool {
	if e.open {
		return d.open || d.endHi >= e.startLo
	}
	if d.open {
		return e.endHi >= d.startLo
	}
	return d.startLo <= e.endHi && d.endHi >= e.startLo
}

// cutRaw is what the line says before and after a part of its folded text.
func cutRaw(l Line, start, end int) (before, after string) {
	s := l.At(start, end)
	whole := l.All()
	return l.Raw[:s.Start-whole.Start], l.Raw[s.End-whole.Start:]
}

// splitHead parts a long line into the head of an entry and what it goes on to tell.
func splitHead(s string) (string, []string) {
	if utf8.RuneCountInString(s) < 95 {
		if head, rest, ok := strings.Cut(s, ". "); ok && len(head) > 12 && len(rest) > 12 && !strings.HasSuffix(head, " M") && !strings.HasSuffix(head, " St") {
			return head, []string{rest}
		}
		return s, nil
	}
	head, rest, ok := strings.Cut(s, ". ")
	var spill []string
	if ok && len(head) > 12 {
		spill = append(spill, strings.Split(rest, ". ")...)
		s = head
	}
	if utf8.RuneCountInString(s) < 95 {
		return s, spill
	}
	for _, sep := range []string{" : ", "; ", ", "} {
		parts := strings.Split(s, sep)
		if len(parts) > 3 || sep != ", " && len(parts) > 1 {
			keep := 2
			if sep != ", " {
				keep = 1
			}
			return strings.Join(parts[:keep], sep), append(parts[keep:], spill...)
		}
	}
	return s, spill
}

// undatedHeads tells whether a line in the bodies looks like the head of an entry that has
// no dates: in a list of jobs told in bullets, a plain short line after the bullets.
func undatedHeads(v *View, ds []dateLine, entries []entry) bool {
	position := map[int]int{}
	for k := range ds {
		position[ds[k].index] = k
	}
	// Where no job has a body, the one line below a job is a job without dates.
	bare, short := 0, 0
	for _, e := range entries {
		switch {
		case len(e.body) == 0:
			bare++
		case len(e.body) == 1 && headLike(v, ds[position[e.body[0]]]) && len(strings.Fields(v.Lines[e.body[0]].Text)) <= 7 && !continues(v, e.body[0]) && !leaveWords.MatchString(v.Lines[e.body[0]].Text):
			short++
		}
	}
	if len(entries) > 1 && short == 1 && bare == len(entries)-1 {
		return true
	}
	for _, e := range entries {
		bullets := false
		for _, i := range e.body {
			k := position[i]
			if ds[k].bullet {
				bullets = true
				continue
			}
			if bullets && headLike(v, ds[k]) && len(v.Lines[i].Text) < 80 && len(strings.Fields(v.Lines[i].Text)) >= 2 && !continues(v, i) {
				return true
			}
		}
	}
	return false
}

// continues tells whether line i goes on with the one before it, as the paragraphs see it.
func continues(v *View, i int) bool {
	for _, p := range v.Paragraphs {
		if p.First < i && i <= p.Last {
			return true
		}
	}
	return false
}

// sectionLines are the usable lines of each section of these kinds, section by section.
func sectionLines(v *View, kinds ...lexicon.Section) [][]int {
	var out [][]int
	for s := range v.Sections {
		if !v.Sections[s].Is(kinds...) {
			continue
		}
		var lines []int
		for i, l := range v.Lines {
			if l.Section == s && !l.Skip && !l.Heading {
				lines = append(lines, i)
			}
		}
		if len(lines) > 0 {
			out = append(out, lines)
		}
	}
	return out
}
