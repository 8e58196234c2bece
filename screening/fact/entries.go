package fact

import (
	"slices"
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
	blanks := blanksPart(v, ds)
	above := headAbove(v, ds, anchors, blanks)
	starts := make([]int, len(anchors))
	for n := range anchors {
		starts[n] = headStart(v, ds, anchors, n, above, blanks)
	}
	for n, k := range anchors {
		stop := len(ds)
		if n+1 < len(anchors) {
			stop = starts[n+1]
		}
		e, ok := makeEntry(v, ds, starts[n], k, stop, blanks)
		explained = explained && ok
		entries = append(entries, e)
	}
	if undatedHeads(v, ds, entries) {
		explained = false
	}
	return entries, explained
}

// blanksPart tells whether empty lines set the entries of a section apart: not where nearly
// every line has one before it.
func blanksPart(v *View, ds []dateLine) bool {
	n := 0
	for _, d := range ds {
		if v.Lines[d.index].BlankBefore {
			n++
		}
	}
	return n*10 < len(ds)*7
}

// headAbove is the number of lines of a head that stand above its dates, as the first entry
// of the section shows it.
func headAbove(v *View, ds []dateLine, anchors []int, blanks bool) int {
	n := 0
	for k := anchors[0] - 1; k >= 0 && n < 3; k-- {
		if ds[k].bullet || !headLike(v, ds[k]) || ownStatus.MatchString(v.Lines[ds[k].index].Text) || blanks && v.Lines[ds[k+1].index].BlankBefore {
			break
		}
		n++
	}
	return n
}

// ownStatus opens an entry that has a word in the place of its dates.
var ownStatus = text.MustPattern(`^(?:en cours|in progress|ongoing|actuellement|currently|a ce jour|aujourd'hui|today|now|present)(?: \(\pL+\))? ?[:–-] ?\pL`)

// headLike tells whether a line can belong to the head of an entry: short, no sentence.
func headLike(v *View, d dateLine) bool {
	l := v.Lines[d.index]
	if pageNumber.MatchString(l.Text) {
		return false
	}
	if d.bullet || len(l.Text) > 110 || strings.HasSuffix(l.Text, ".") && len(strings.Fields(l.Text)) > 5 || strings.HasSuffix(l.Text, ";") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(l.Raw, "\"'«“( "))
	return !unicode.IsLower(r)
}

// pageNumber finds the foot of a page that stands only once in a document.
var pageNumber = text.MustPattern(`\bpage \d+ ?(?:/|sur|of|de) ?\d+\b|^(?:page |p\. ?)?\d+ ?/ ?\d+$`)

// headStart is where the head of the n-th entry starts.
func headStart(v *View, ds []dateLine, anchors []int, n, above int, blanks bool) int {
	k := anchors[n]
	start := k
	for start > 0 && k-start < above {
		p := start - 1
		if blanks && v.Lines[ds[start].index].BlankBefore {
			// What stands above an empty line belongs to the entry above.
			break
		}
		if ds[p].anchor >= 0 || ds[p].swallows || !headLike(v, ds[p]) || ownStatus.MatchString(v.Lines[ds[p].index].Text) {
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
func (e *entry) gather(a dateLine, s string) {
	if e.ranged && !e.open && !e.halfOpen && !e.broken {
		// "01/2021 - 12/2021, puis 01/2023 - 12/2023"
		for _, d := range a.dates[a.anchor+1:] {
			if d.ranged && !d.halfOpen && !d.broken && andAgain.MatchString(s[e.end:d.start]) {
				e.again = append(e.again, d)
				e.end = d.end
			}
		}
		return
	}
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

// andAgain is all that parts two stays of one entry.
var andAgain = text.MustPattern(`^[ ,;&+/)]*(?:puis|et|and|then|ensuite|again)?[ ,(]*(?:de nouveau |again )?(?:de |du |from )?$`)

// marks set the dates of an entry apart from the rest of its line.
const marks = " \t—–-|:,;•*·(["

// leadsToDates are the words left before dates that were cut out: "officer, from".
var leadsToDates = text.MustPattern(`(?i)(^|[^\pL])(?:from|du|de|d['’]|between|entre|since|depuis(?: le)?)\s*$`)

// statusNote is all a line of dates may say besides: how far studies are.
var statusNote = text.MustPattern(`(?i)^(?:in progress|en cours(?: d['’]obtention)?|ongoing|expected|not completed|non (?:obtenue?|valid[ée]e?|achev[ée]e?|termin[ée]e?)|unfinished|obtenue?|completed|pr[ée]vue?|graduated|interrompue?|abandonn[ée]e?|interrupted|dropped out|inachev[ée]e?s?)$`)

// emptyBrackets are what is left of brackets that held the dates.
var emptyBrackets = text.MustPattern(`\(\s*—?\s*\)|—\s*\)|[(\[]\s*—`)

// makeEntry puts one entry together from the lines [start, stop), its dates on line k.
func makeEntry(v *View, ds []dateLine, start, k, stop int, blanks bool) (entry, bool) {
	a := ds[k]
	l := v.Lines[a.index]
	e := entry{dated: a.dates[a.anchor], line: a.index, from: ds[start].index, to: ds[stop-1].index}
	e.gather(a, l.Text)
	e.where = l.At(e.start, e.end)
	ok := !e.broken && !e.halfOpen
	for p := start; p < k; p++ {
		e.head = append(e.head, v.raw(ds[p].index))
	}
	before, after := cutRaw(l, e.start, e.end)
	if l.Label > 0 && l.Label <= e.start {
		s := l.At(0, l.Label)
		before = before[min(len(before), s.End-s.Start):]
	}
	before, after = strings.TrimRight(before, marks), strings.TrimLeft(after, marks)
	before = strings.TrimRight(leadsToDates.ReplaceAllString(before, "$1"), marks)
	onLine := strings.Trim(emptyBrackets.ReplaceAllString(before+" — "+after, " "), " —–-|:,;•*·\t")
	if strings.Count(onLine, ")") > strings.Count(onLine, "(") && strings.HasSuffix(onLine, ")") {
		onLine = strings.TrimSuffix(onLine, ")")
	}
	note := ""
	switch bare := strings.Trim(onLine, "()[] "); {
	case statusNote.MatchString(bare):
		// "2024 - 2026 (in progress)" says how far the studies are and not what they are.
		note = bare
	case bare != "":
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
	body = e.below(v, ds, start < k, body, stop, blanks)
	if note != "" {
		e.head = append(e.head, note)
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
		if n != a.anchor && d.ranged && !overlaps(d, e.dated) && !slices.Contains(e.again, d) {
			ok = false
		}
	}
	return e, ok
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
		if sep == ", " && len(parts) > 3 {
			head, rest := parts[:2], []string(nil)
			for _, p := range parts[2:] {
				first, _ := utf8.DecodeRuneInString(p)
				if n := namesOf([]string{p}); unicode.IsUpper(first) && (n.title || n.employer) {
					head = append(head, p)
				} else {
					rest = append(rest, p)
				}
			}
			return strings.Join(head, sep), append(rest, spill...)
		}
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
		case len(e.body) == 1 && opensWithTitle(v.Lines[e.body[0]].Raw) && headLike(v, ds[position[e.body[0]]]) && len(strings.Fields(v.Lines[e.body[0]].Text)) <= 7 && !continues(v, e.body[0]) && !leaveWords.MatchString(v.Lines[e.body[0]].Text):
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
			if bullets && headLike(v, ds[k]) && !contactAlone.MatchString(v.Lines[i].Text) && !onlyPlace(v.Lines[i].Raw) && len(v.Lines[i].Text) < 80 && len(strings.Fields(v.Lines[i].Text)) >= 2 && !continues(v, i) {
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
