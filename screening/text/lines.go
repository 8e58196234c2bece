package text

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is one line of a page.
type Line struct {
	// Folded is the folded line without blanks around it.
	Folded
	// Raw is the same passage as written.
	Raw string
	// Page is the page's number.
	Page int
	// Block is the column the line's first word lies in, -1 when unknown.
	Block int
	// Height is the height of the line's words as a fraction of the page, 0 when unknown.
	Height float64
	// BlankBefore is true for the first line of a page and after an empty line.
	BlankBefore bool
	// Furniture is true for what belongs to the page and not to the text: page numbers,
	// repeated headers, copyright lines.
	Furniture bool
}

// At is the span of a passage of the line, given as offsets of its folded text.
func (l Line) At(start, end int) Span {
	s, e := l.Span(start, end)
	return Span{Page: l.Page, Start: s, End: e}
}

// All is the span of the whole line.
func (l Line) All() Span { return l.At(0, len(l.Text)) }

// Bullet tells whether the line starts as an item of a list.
func (l Line) Bullet() bool { return bulletMark.MatchString(l.Text) }

var bulletMark = regexp.MustCompile(`^(?:[-*•▪◦●○■□►▸➤➢✓✔→·–o]|\(?\d{1,2}[.)])\s+\S`)

// Lines are the lines of the pages that hold something, furniture marked.
func Lines(pages []Page) []Line {
	var out []Line
	for _, p := range pages {
		f := Fold(p.Text)
		blank := true
		w := 0
		for start := 0; start <= len(f.Text); {
			end := start + strings.IndexByte(f.Text[start:]+"\n", '\n')
			part := f.Sub(start, end).Trim()
			start = end + 1
			if part.Text == "" {
				blank = true
				continue
			}
			s, e := part.Span(0, len(part.Text))
			l := Line{Folded: part, Raw: p.Text[s:e], Page: p.Number, Block: -1, BlankBefore: blank}
			for w < len(p.Words) && p.Words[w].End <= s {
				w++
			}
			for i := w; i < len(p.Words) && p.Words[i].Start < e; i++ {
				if l.Block < 0 {
					l.Block = p.Words[i].Block
				}
				l.Height = max(l.Height, p.Words[i].Box[3]-p.Words[i].Box[1])
			}
			out = append(out, l)
			blank = false
		}
	}
	markFurniture(out, len(pages))
	return out
}

var (
	pageNumber = regexp.MustCompile(`^(?:[-–—|\s]*(?:page|p\.|pg)?\s*\d{1,3}\s*(?:/|sur|of|de)\s*\d{1,3}[-–—|\s]*|page\s+\d{1,3}|-\s*\d{1,3}\s*-)$`)
	copyright  = regexp.MustCompile(`(?:©|\(c\))\s*(?:union europeenne|european union|\d{4})|copyright|europass\.(?:europa|cedefop)|europa\.eu`)
	digits     = regexp.MustCompile(`\d+`)
	// ruler is a line drawn below a heading or between two parts.
	ruler = regexp.MustCompile(`^[-_=*~#.–—─━═·•+\s]{3,}$`)
)

func markFurniture(lines []Line, pages int) {
	seen := map[string]int{}
	for i := range lines {
		l := &lines[i]
		if pageNumber.MatchString(l.Text) || ruler.MatchString(l.Text) || copyright.MatchString(l.Text) {
			l.Furniture = true
			continue
		}
		edge := edgeOf(lines, i)
		if pages < 2 || edge == "" {
			continue
		}
		// The first copy of a repeated header is text: it often holds the name.
		key := edge + digits.ReplaceAllString(l.Text, "#")
		if first, ok := seen[key]; ok && first != l.Page {
			l.Furniture = true
		} else if !ok {
			seen[key] = l.Page
		}
	}
}

// edgeOf tells whether line i is among the first or last three of its page.
func edgeOf(lines []Line, i int) string {
	switch {
	case i < 3 || lines[i-3].Page != lines[i].Page:
		return "top "
	case i+3 >= len(lines) || lines[i+3].Page != lines[i].Page:
		return "foot "
	}
	return ""
}

// Passage is a run of text of one page, lines joined by a space: a paragraph, an item of
// a list, or a sentence.
type Passage struct {
	Folded
	Page int
	// First and Last are the indexes of its lines.
	First, Last int
}

// At is the span of a part of the passage, given as offsets of its folded text.
func (p Passage) At(start, end int) Span {
	s, e := p.Span(start, end)
	return Span{Page: p.Page, Start: s, End: e}
}

// All is the span of the whole passage.
func (p Passage) All() Span { return p.At(0, len(p.Text)) }

// HardWrapped tells whether lines were cut to a width, as PDF pages and old mail programs
// do, rather than ended by their author.
func HardWrapped(lines []Line) bool {
	if len(lines) < 4 {
		return false
	}
	lengths := make([]int, len(lines))
	cut := 0
	for i, l := range lines {
		lengths[i] = utf8.RuneCountInString(l.Raw)
		if i+1 < len(lines) && flows(l.Raw, lines[i+1].Raw) {
			cut++
		}
	}
	sort.Ints(lengths)
	return lengths[len(lengths)*95/100] < 135 && cut > 0
}

// flows tells whether b reads as the continuation of a: no end of sentence, then a small letter.
func flows(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return !strings.ContainsRune(".!?:;", last) && unicode.IsLower(first)
}

// Paragraphs joins the lines of wrapped text into paragraphs and list items; text that is
// not wrapped gives one paragraph a line. stop tells of lines that never join what is
// before them or after them, like headings; nil means none.
func Paragraphs(lines []Line, stop func(i int) bool) []Passage {
	wrapped := HardWrapped(lines)
	width := 0
	if wrapped {
		lengths := make([]int, len(lines))
		for i, l := range lines {
			lengths[i] = utf8.RuneCountInString(l.Raw)
		}
		sort.Ints(lengths)
		width = lengths[len(lengths)*95/100]
	}
	var out []Passage
	for i := 0; i < len(lines); {
		if lines[i].Furniture {
			i++
			continue
		}
		parts := []Folded{lines[i].Folded}
		j := i + 1
		for j < len(lines) && !lines[j].Furniture && (wrapped && joins(lines[j-1], lines[j], width) || goesOn(lines[j-1], lines[j])) &&
			(stop == nil || !stop(j-1) && !stop(j)) {
			parts = append(parts, lines[j].Folded)
			j++
		}
		out = append(out, Passage{Folded: joinLines(parts), Page: lines[i].Page, First: i, Last: j - 1})
		i = j
	}
	return out
}

func joins(a, b Line, width int) bool {
	if a.Page != b.Page || b.BlankBefore || b.Bullet() || a.Block != b.Block {
		return false
	}
	if flows(a.Raw, b.Raw) {
		return true
	}
	n := utf8.RuneCountInString(a.Raw)
	// A full line of prose goes on whatever the next begins with; a full stop near the
	// margin is left to the sentence splitter.
	return n*100 >= width*80 && len(strings.Fields(a.Text)) >= 7 && len(strings.Fields(b.Text)) >= 1 && n > 50
}

// speaks is a word with which somebody speaks to a reader.
var speaks = regexp.MustCompile(`(?:^|[^\pL])(?:je|j'\pL+|m'\pL+|mon|ma|mes|nous|vous|votre|vos|i|i'm|i've|my|we|our|you|your)(?:[^\pL]|$)`)

// goesOn tells whether b goes on with a sentence that a breaks off.
func goesOn(a, b Line) bool {
	return a.Page == b.Page && !b.BlankBefore && !b.Bullet() && a.Block == b.Block && speaking(a.Text)
}

// speaking tells whether a line breaks off in the middle of what somebody says to a reader:
// then the next line goes on with it, whatever it begins with and however short this one is.
func speaking(s string) bool {
	if s == "" || strings.ContainsRune(".!?:;,)", rune(s[len(s)-1])) {
		return false
	}
	said := s
	if m := sentenceEnd.FindAllStringIndex(s, -1); len(m) > 0 {
		said = s[m[len(m)-1][1]:]
	}
	return len(strings.Fields(said)) >= 2 && speaks.MatchString(said)
}

// joinLines drops the hyphen of a word cut at a line's end.
func joinLines(parts []Folded) Folded {
	out := parts[0]
	for _, p := range parts[1:] {
		t := out.Text
		if n := len(t); n > 2 && t[n-1] == '-' && isLetter(t[n-2]) && len(p.Text) > 0 && isLetter(p.Text[0]) && !compound(t[:n-1]) {
			out = Join("", out.Sub(0, n-1), p)
			continue
		}
		out = Join(" ", out, p)
	}
	return out
}

// compound tells whether the word before a hyphen usually keeps it (sous-, non-, demi-).
func compound(before string) bool {
	w := before[strings.LastIndexAny(before, " (/")+1:]
	switch w {
	case "sous", "non", "demi", "vice", "co", "anti", "contre", "mi", "self", "ex", "inter", "semi", "well", "quasi":
		return true
	}
	return strings.Contains(w, "-")
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' }

var sentenceEnd = regexp.MustCompile(`[.!?…]+["')\]]*(?:\s+|$)`)

// abbreviation matches the end of a text whose full stop ends no sentence.
var abbreviation = regexp.MustCompile(`(?:^|[\s(.'-])(?:m|mm|mr|mrs|ms|mme|mlle|mgr|me|dr|pr|prof|st|ste|no|n°|nos|art|cf|p|pp|vol|env|ex|e\.g|i\.e|eg|ie|vs|tel|ref|univ|dept|resp|int|niv|janv|fevr|fev|avr|juil|sept|oct|nov|dec|jan|feb|mar|apr|jun|jul|aug|sep|[a-z])$`)

// Sentences splits a passage at the ends of its sentences.
func Sentences(p Passage) []Passage {
	var out []Passage
	start := 0
	emit := func(end int) {
		f := p.Sub(start, end).Trim()
		if f.Text != "" {
			out = append(out, Passage{Folded: f, Page: p.Page, First: p.First, Last: p.Last})
		}
		start = end
	}
	for _, m := range sentenceEnd.FindAllStringIndex(p.Text, -1) {
		// The word before the stop is all that is looked at, not the sentence.
		if p.Text[m[0]] == '.' && m[1] < len(p.Text) && abbreviation.MatchString(p.Text[max(start, m[0]-16):m[0]]) {
			continue
		}
		if p.Text[m[0]] == '.' && m[0] > start && isOrdinal(p.Text[start:m[0]]) {
			continue
		}
		emit(m[1])
	}
	emit(len(p.Text))
	return out
}

// isOrdinal tells whether the text is only a number: "1." starts an item.
func isOrdinal(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && len(s) <= 2 && strings.Trim(s, "0123456789") == ""
}
