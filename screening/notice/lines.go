package notice

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening"
	"dossier/screening/text"
)

// maxText and maxLines bound what is read of a notice: the longest seen have 40,000 bytes.
const (
	maxText  = 200_000
	maxLines = 3_000
)

// joined puts the pages into the one text a draft's offsets point into, and tells the
// offset each page begins at.
func joined(pages []text.Page) (string, []int) {
	var b strings.Builder
	var starts []int
	for _, p := range pages {
		if b.Len() >= maxText {
			break
		}
		starts = append(starts, b.Len())
		s := p.Text
		if room := maxText - b.Len(); len(s) > room {
			for room > 0 && !utf8.RuneStart(s[room]) {
				room--
			}
			s = s[:room]
		}
		b.WriteString(s)
		if !strings.HasSuffix(s, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String(), starts
}

// line is one line of the notice.
type line struct {
	text.Line
	// bullet is true for an item of a list; body is where its words begin.
	bullet bool
	// indent counts the blanks before the line's first mark.
	indent int
	// marks is the level of a Markdown heading, 0 when there is none.
	marks int
	// bold is true when the whole line is set in Markdown bold.
	bold bool
	// body is the line without bullet, heading marks and bold marks.
	body text.Folded
	// column counts the cells of a table's row from 0; -1 outside tables.
	column int
	// importance is what the head of a table's column, or a mark in the row, says.
	importance screening.Importance
}

var (
	bulletMark = regexp.MustCompile(`^(?:[-*•▪◦●○■□►▸➤➢✓✔✅→‣❖⁃·>§o–]|\(?(?:\d{1,2}|[a-h])[.)]|\d{1,2} ?[-–]|[ivx]{1,4}[.)])\s+`)
	headMarks  = regexp.MustCompile(`^(#{1,6})\s*`)
	numbering  = regexp.MustCompile(`^(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[ivx]{1,4}[.)]|[a-h][.)])\s+`)
)

// readLines splits the text and finds what each line looks like. Headers and footers that
// pages repeat are left out.
func readLines(s string, pages []text.Page, starts []int) []line {
	furniture := map[int]bool{}
	if len(pages) > 1 {
		for _, l := range text.Lines(pages[:len(starts)]) {
			if l.Furniture {
				for i := range starts {
					if pages[i].Number == l.Page {
						furniture[starts[i]+l.All().Start] = true
					}
				}
			}
		}
	}
	var out []line
	for _, l := range text.Lines([]text.Page{{Number: 1, Text: s}}) {
		at := l.All()
		if furniture[at.Start] || !strings.ContainsFunc(l.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			continue
		}
		if out = append(out, dress(s, l, at.Start)); len(out) >= maxLines {
			break
		}
	}
	return out
}

// dress finds the marks a line begins with.
func dress(s string, l text.Line, at int) line {
	n := line{Line: l, column: -1}
	for i := at - 1; i >= 0 && s[i] != '\n'; i-- {
		n.indent++
	}
	body := l.Folded
	cut := func(m []int) {
		body = body.Sub(m[1], len(body.Text)).Trim()
	}
	if m := headMarks.FindStringIndex(body.Text); m != nil {
		n.marks = strings.Count(body.Text[:m[1]], "#")
		cut(m)
	}
	if m := bulletMark.FindStringIndex(body.Text); m != nil && m[1] < len(body.Text) && n.marks == 0 {
		n.bullet = true
		cut(m)
	}
	if t := body.Text; len(t) > 4 && strings.HasPrefix(t, "**") && (strings.HasSuffix(t, "**") || strings.HasSuffix(t, "**:") || strings.HasSuffix(t, "** :")) && strings.Count(t, "**") == 2 {
		n.bold = true
	}
	n.body = plain(body)
	return n
}

// inclusive matches what inclusive writing adds to a word; it is left out for reading.
var inclusive = regexp.MustCompile(`([a-z])(?:(?:[·•./-](?:ne|nes|e|es|le|les|trice|trices|rice|rices|euse|euses|ve|ves|ere|eres|te|tes|se|ses)(?:[·•./-]s)?|·s|[(](?:e|es|s|ne|nes|le|trice|trices|rice|euse|euses|ere|se|ve|te)[)]s?))+([^a-z·]|$)`)

// pairs are second forms of one word behind a slash or in brackets.
var pairs = regexp.MustCompile(`\b(le|un|il|ils|du|au|he|his|him|celui|ce|tout|etudiant|candidat|charge|assistant|coordinateur|coordonnateur|chef|directeur|educateur|animateur|formateur|operateur|redacteur|collaborateur|infirmier|conseiller|technicien|gestionnaire)( ?/ ?|\()(la|une|elle|elles|de la|a la|she|her|hers|celle|cette|toute|etudiante|candidate|chargee|assistante|coordinatrice|coordonnatrice|cheffe|directrice|educatrice|animatrice|formatrice|operatrice|redactrice|collaboratrice|infirmiere|conseillere|technicienne)\)?( |$|,|\.)`)

// plain is a folded passage made easy to read for rules: runs of blanks are one space,
// marks of bold and code are left out, and so are the endings of inclusive writing.
func plain(f text.Folded) text.Folded {
	t := f.Text
	drop := make([]bool, len(t))
	for i := range len(t) {
		switch t[i] {
		case '*', '`', '#':
			drop[i] = true
		case '_':
			drop[i] = i == 0 || i+1 == len(t) || t[i-1] == ' ' || t[i+1] == ' '
		}
	}
	for at := 0; at < len(t); {
		m := inclusive.FindStringSubmatchIndex(t[at:])
		if m == nil {
			break
		}
		for i := at + m[3]; i < at+m[4]; i++ {
			drop[i] = true
		}
		at += max(m[4], 1)
	}
	for _, m := range pairs.FindAllStringSubmatchIndex(t, -1) {
		for i := m[4]; i < m[8]; i++ {
			drop[i] = true
		}
	}
	var parts []text.Folded
	from := -1
	flush := func(to int) {
		if from >= 0 && from < to {
			parts = append(parts, f.Sub(from, to))
		}
		from = -1
	}
	blank := true
	for i := range len(t) {
		if drop[i] {
			flush(i)
			continue
		}
		space := t[i] == ' ' || t[i] == '\n'
		if space && blank {
			flush(i)
			continue
		}
		if from < 0 {
			from = i
		}
		blank = space
	}
	flush(len(t))
	if len(parts) == 0 {
		return f.Sub(0, 0)
	}
	return text.Join("", parts...).Trim()
}

// block is a heading, a paragraph or an item: whole lines, joined.
type block struct {
	text.Folded
	// lines are the indexes of its first and last line.
	first, last int
	bullet      bool
	indent      int
	blank       bool
	head        *heading
	// label is what stands before the colon of "label: value", with the zone it names.
	label *heading
	zone  Zone
	// told is the importance a table's column gives.
	told       screening.Importance
	importance screening.Importance
	// listed is true for items whose zone comes from the line that introduces them.
	listed bool
	// intro is the number of the block that introduces the list the item is in, -1.
	intro int
}

// tabbed tells whether tabs stand between words like blanks, as some programs write them.
func tabbed(s string) bool {
	tabs := strings.Count(s, "\t")
	return tabs > 20 && tabs*3 > strings.Count(s, " ")
}

// cells splits the lines of tables at their tabs and bars, so that each cell is read as a
// line of its own. The head of a column, or a mark in it, says how much a row matters.
func cells(lines []line, s string) []line {
	if tabbed(s) {
		return lines
	}
	var out []line
	heads := map[int]screening.Importance{}
	for _, l := range lines {
		parts := splitCells(s, l)
		if len(parts) < 2 {
			if len(parts) == 0 {
				clear(heads)
			}
			out = append(out, l)
			continue
		}
		if found := columnHeads(parts); len(found) > 0 {
			heads = found
			continue
		}
		var row screening.Importance
		kept := parts[:0]
		for _, p := range parts {
			imp := loneCue(p.body.Text)
			if h := heads[p.column]; h != "" && ticked(p.body.Text) {
				imp = h
			}
			if imp != "" || ticked(p.body.Text) && p.column > 0 {
				if imp != "" {
					row = imp
				}
				continue
			}
			p.importance = heads[p.column]
			kept = append(kept, p)
		}
		for i, p := range kept {
			p.BlankBefore = i == 0 && l.BlankBefore
			if row != "" {
				p.importance = row
			}
			out = append(out, p)
		}
	}
	return out
}

// columnHeads reads a row that only names its columns, some of them "essential" or
// "desirable".
func columnHeads(parts []line) map[int]screening.Importance {
	out := map[int]screening.Importance{}
	for _, p := range parts {
		if len(strings.Fields(p.body.Text)) > 4 {
			return nil
		}
		if imp := loneCue(p.body.Text); imp != "" {
			out[p.column] = imp
		}
	}
	if len(out) == 1 && len(parts) == 2 && parts[1].column == 1 && out[1] != "" && len(strings.Fields(parts[0].body.Text)) > 1 {
		return nil
	}
	return out
}

// ticked tells of a cell that only marks its column.
func ticked(s string) bool {
	switch strings.TrimSpace(s) {
	case "x", "✓", "✔", "oui", "yes", "•", "√", "☒", "☑":
		return true
	}
	return false
}

func splitCells(s string, l line) []line {
	at := l.All()
	raw := s[at.Start:at.End]
	if !strings.ContainsAny(raw, "\t|") {
		return nil
	}
	var out []line
	column := 0
	emit := func(a, b int) {
		piece := raw[a:b]
		trimmed := strings.TrimFunc(piece, func(r rune) bool { return unicode.IsSpace(r) || r == '|' })
		if trimmed != "" && strings.Trim(trimmed, "-:= ") != "" {
			start := at.Start + a + strings.Index(piece, trimmed)
			n := dress(s, subLine(l.Line, start, start+len(trimmed)), start)
			n.column, n.indent = column, l.indent
			out = append(out, n)
		}
		if a > 0 || trimmed != "" {
			column++
		}
	}
	from := 0
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\t' || raw[i] == '|' {
			emit(from, i)
			from = i + 1
		}
	}
	emit(from, len(raw))
	return out
}

// subLine is the part of a line between two offsets of the original text.
func subLine(l text.Line, start, end int) text.Line {
	a, b := -1, 0
	for i := range len(l.Text) {
		s, e := l.Span(i, i+1)
		if s >= start && e <= end {
			if a < 0 {
				a = i
			}
			b = i + 1
		}
	}
	out := l
	if a < 0 {
		out.Folded = l.Sub(0, 0)
	} else {
		out.Folded = l.Sub(a, b).Trim()
	}
	base := l.All().Start
	sp := out.All()
	out.Raw = l.Raw[sp.Start-base : sp.End-base]
	return out
}

// width is the length lines of the text are cut at, 0 when nothing tells that they are.
func width(lines []line) int {
	if len(lines) < 4 {
		return 0
	}
	lengths := make([]int, len(lines))
	cut := 0
	for i, l := range lines {
		lengths[i] = utf8.RuneCountInString(l.Raw)
		if i+1 < len(lines) && !lines[i+1].BlankBefore && !lines[i+1].bullet && goesOn(l, lines[i+1]) {
			cut++
		}
	}
	sort.Ints(lengths)
	w := lengths[len(lengths)*95/100]
	if w >= 150 || cut == 0 {
		return 0
	}
	return w
}

// goesOn tells whether b reads as the continuation of a: no end of a sentence, then a small
// letter or a number.
func goesOn(a, b line) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(a.Raw, " \t\u00a0*_"))
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(b.Raw, "*_\"«“( "))
	return !strings.ContainsRune(".!?:;", last) && unicode.IsLower(first)
}

// hanging matches the end of a line that cannot end a sentence.
var hanging = regexp.MustCompile(`(?:^|[\s('])(?:a|au|aux|le|la|les|l'|de|du|des|d'|et|ou|en|un|une|sur|par|pour|avec|dans|avant le|avant|ainsi que|que|qui|dont|son|sa|ses|votre|vos|notre|nos|leur|leurs|the|an|of|and|or|in|to|by|with|for|at|on|from|our|your|their|as|that|who|soit|&|/|,|jusqu'au|jusqu'a|before|until|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)$|,$|[/&]$`)

// carries matches the beginning of a line that goes on with the one before it.
var carries = regexp.MustCompile(`^(?:des|de|du|d'|et|ou|en|dans|avec|pour|par|sur|ainsi|que|qui|dont|au|aux|of|and|or|in|to|with|for|at|from|that|which|as well|l'|la|le|les)[\s']`)

// joinable tells whether b goes on with what a breaks off.
func joinable(a, b line, w int) bool {
	if b.bullet || a.column >= 0 || b.column >= 0 || a.marks > 0 || b.marks > 0 || a.bold || b.bold || a.Block != b.Block {
		return false
	}
	t := strings.TrimRight(a.body.Text, " ")
	if t == "" {
		return false
	}
	end := t[len(t)-1]
	if b.BlankBefore {
		// A page or a careless converter puts an empty line into a sentence: only a small
		// word at the next line's beginning proves that it goes on.
		return goesOn(a, b) && carries.MatchString(b.body.Text) && len(strings.Fields(t)) >= 4 && !strings.ContainsRune(".!?:;", rune(end)) && !shouted(a.Raw)
	}
	if strings.ContainsRune(".!?:;", rune(end)) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(b.Raw, "*_\"«“( "))
	small := unicode.IsLower(first) || unicode.IsDigit(first)
	if hanging.MatchString(t) && (small || w > 0 || end == ',') && len(strings.Fields(t)) >= 2 {
		return true
	}
	if w == 0 {
		return goesOn(a, b) && carries.MatchString(b.body.Text) && len(strings.Fields(t)) >= 5
	}
	n := utf8.RuneCountInString(a.Raw)
	if goesOn(a, b) {
		return n*100 >= w*45 || carries.MatchString(b.body.Text)
	}
	return n*100 >= w*86 && n > 50
}

func shouted(raw string) bool {
	upper := 0
	for _, r := range raw {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper >= 3
}

// blocks joins lines into headings, paragraphs and items. Headings never join.
func blocks(lines []line) []block {
	w := width(lines)
	heads := make([]*heading, len(lines))
	for i := range lines {
		heads[i] = headingOf(lines, i)
	}
	var out []block
	for i := 0; i < len(lines); {
		b := block{first: i, last: i, bullet: lines[i].bullet, indent: lines[i].indent, blank: lines[i].BlankBefore, intro: -1}
		b.head = heads[i]
		parts := []text.Folded{lines[i].body}
		j := i + 1
		for b.head == nil && j < len(lines) && heads[j] == nil && joinable(lines[j-1], lines[j], w) {
			parts = append(parts, lines[j].body)
			j++
		}
		b.Folded = glue(parts)
		b.last = j - 1
		b.told = lines[i].importance
		out = append(out, b)
		i = j
	}
	return out
}

// glue joins lines by a space; the hyphen of a word cut at a line's end is dropped.
func glue(parts []text.Folded) text.Folded {
	out := parts[0]
	for _, p := range parts[1:] {
		t := out.Text
		if n := len(t); n > 2 && t[n-1] == '-' && letter(t[n-2]) && p.Text != "" && letter(p.Text[0]) && !strings.HasSuffix(t, "sous-") && !strings.HasSuffix(t, "non-") {
			out = text.Join("", out.Sub(0, n-1), p)
			continue
		}
		out = text.Join(" ", out, p)
	}
	return out
}

func letter(b byte) bool { return 'a' <= b && b <= 'z' }
