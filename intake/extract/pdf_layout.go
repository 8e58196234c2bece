package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

// placed is a word in the frame its direction reads in, with its place on the page.
type placed struct {
	word
	page rect
	// year and date tell that the word holds a year, or that or a month.
	year, date bool
	// apart tells that the word begins what stands beside a label.
	apart bool
}

// line is one visual line.
type line struct {
	words []placed
	box   rect
	// across is the baseline of the first word.
	across float64
	size   float64
	block  int
}

func (l *line) add(w placed) {
	if len(l.words) == 0 {
		l.box, l.across, l.size = w.box, w.across, w.size
	} else {
		l.box = l.box.join(w.box)
	}
	l.words = append(l.words, w)
}

// onLine tells whether a baseline is that of the line.
func (l *line) onLine(w placed) bool {
	return math.Abs(w.across-l.across) < 0.35*min(w.size, l.size)+0.01
}

// arrange writes the words of a page in reading order. Upright text comes first, then
// what stands turned beside it.
func arrange(words []word, frame rect, p *text.Page) {
	groups := map[uint8][]placed{}
	for _, w := range words {
		x := placed{word: w, page: w.box, year: hasYear(w.text)}
		x.date = x.year || isMonth(w.text)
		if w.dir >= 1 && w.dir <= 3 {
			x.box = rect{w.along, w.across - 0.75*w.size, max(w.end, w.along+0.1*w.size), w.across + 0.25*w.size}
		}
		groups[w.dir] = append(groups[w.dir], x)
	}
	dirs := make([]uint8, 0, len(groups))
	for d := range groups {
		dirs = append(dirs, d)
	}
	// The main direction is the one of most words: some pages are drawn turned.
	slices.SortFunc(dirs, func(a, b uint8) int {
		return cmp.Or(cmp.Compare(len(groups[b]), len(groups[a])), cmp.Compare(a, b))
	})
	out := writer{p: p, frame: frame}
	for i, d := range dirs {
		lines, order := order(groups[d])
		if i == 0 {
			p.Order = order
		}
		out.lines(lines)
	}
	p.Text = out.b.String()
}

// order returns the lines of one direction in the better of two reading orders: the one
// in which the text was drawn, and the one of the columns seen on the page.
func order(ws []placed) ([]line, string) {
	stream := streamLines(ws)
	cut := &cutter{}
	cut.region(ws, 0)
	if jumps(cut.out) < jumps(stream) {
		return cut.out, "columns"
	}
	return stream, "stream"
}

// streamLines joins words in the order they were drawn.
func streamLines(ws []placed) []line {
	var out []line
	for _, w := range ws {
		if n := len(out); n > 0 {
			l := &out[n-1]
			last := l.words[len(l.words)-1]
			if l.onLine(w) && w.box[0] > last.box[0] && w.box[0] > last.box[2]-0.5*w.size {
				l.add(w)
				continue
			}
		}
		var l line
		l.add(w)
		out = append(out, l)
	}
	// A row may be drawn from right to left: the date first, then what it dates.
	merged := out[:0]
	for _, l := range out {
		if n := len(merged); n > 0 {
			m := &merged[n-1]
			if math.Abs(m.across-l.across) < 0.12*min(m.size, l.size)+0.01 && (l.box[2] <= m.box[0]+1 || fits(m.words, l.box)) {
				for _, w := range l.words {
					m.add(w)
				}
				slices.SortStableFunc(m.words, func(a, b placed) int { return byPlace(a.word, b.word) })
				continue
			}
		}
		merged = append(merged, l)
	}
	block := 0
	for i := range merged {
		if i > 0 && (merged[i].box[1] < merged[i-1].box[1]-0.5*merged[i].size) {
			block++
		}
		merged[i].block = block
	}
	return merged
}

// maxRowWords bounds the words of a row that is put together from pieces.
const maxRowWords = 300

// fits tells whether a box lies in a gap between words of a line.
func fits(ws []placed, b rect) bool {
	if len(ws) > maxRowWords {
		return false
	}
	for _, w := range ws {
		if w.box[0] < b[2]-0.5 && w.box[2] > b[0]+0.5 {
			return false
		}
	}
	return true
}

// jumps counts how often the eye leaps when it follows the lines: back up the page,
// across a wide gap inside a row, or from a date to what it dates when the two stand on
// one baseline but are read apart.
func jumps(lines []line) float64 {
	n := 0.0
	top := math.Inf(1)
	for i := range lines {
		top = min(top, lines[i].box[1])
	}
	if len(lines) > 0 && lines[0].box[1] > top+2*lines[0].size {
		// A page is read from its top: what was drawn last may be its heading.
		n += 0.3
	}
	for i := range lines {
		l := &lines[i]
		if i > 0 && l.box[1] < lines[i-1].box[1]-0.5*l.size {
			n++
		}
		for j := 1; j < len(l.words); j++ {
			if l.words[j].box[0]-l.words[j-1].box[2] > 2.5*l.size && !dated(l.words[:j]) && !dated(l.words[j:]) {
				n += 0.5
			}
		}
		if dated(l.words) {
			for k := range lines {
				if abs(k-i) > 1 && math.Abs(lines[k].across-l.across) < 0.12*min(l.size, lines[k].size) {
					n += 0.7
					break
				}
			}
		}
	}
	return n
}

// dated recognises a date or a span of dates: few words, one of them a year.
func dated(ws []placed) bool {
	if len(ws) > 8 {
		return false
	}
	for i := range ws {
		if ws[i].year {
			return true
		}
	}
	return false
}

// writer puts lines into the page's text and words.
type writer struct {
	p     *text.Page
	b     strings.Builder
	frame rect
	block int
	last  *line
	// read tells that the words were recognised, and stand in the order they are spoken.
	read bool
}

func (o *writer) lines(ls []line) {
	base := o.block
	o.last = nil
	for i := range ls {
		l := &ls[i]
		ws := join(l.words)
		if len(ws) == 0 {
			continue
		}
		if !o.read {
			ws = logicalOrder(ws)
		}
		block := base + l.block
		if o.b.Len() > 0 && (o.last == nil || o.last.block != l.block || l.box[1]-o.last.box[3] > 0.9*min(l.size, o.last.size)) {
			o.b.WriteByte('\n')
		}
		for j, w := range ws {
			if j > 0 {
				if w.apart || gap(ws[j-1], w) > 2*max(w.size, ws[j-1].size) {
					o.b.WriteByte('\t')
				} else {
					o.b.WriteByte(' ')
				}
			}
			start := o.b.Len()
			o.b.WriteString(w.text)
			o.p.Words = append(o.p.Words, text.Word{Start: start, End: o.b.Len(), Box: o.fraction(w.page), Block: block})
		}
		o.b.WriteByte('\n')
		o.last = l
		o.block = max(o.block, block+1)
	}
}

// gap is how far b stands behind a on their line. Words written to the left go on at
// the left.
func gap(a, b placed) float64 {
	if b.box[0] < a.box[0] && holdsRTL(a.text) && holdsRTL(b.text) {
		return a.box[0] - b.box[2]
	}
	return b.box[0] - a.box[2]
}

// fraction turns a place in points into fractions of the page.
func (o *writer) fraction(r rect) text.Box {
	clamp := func(v, whole float64) float64 {
		if whole <= 0 {
			return 0
		}
		return round(min(1, max(0, v/whole)), 5)
	}
	return text.Box{clamp(r[0], o.frame[2]), clamp(r[1], o.frame[3]), clamp(r[2], o.frame[2]), clamp(r[3], o.frame[3])}
}

// join mends a line: pieces of one word drawn apart, and headings whose letters were
// set with blanks between them.
func join(ws []placed) []placed {
	out := make([]placed, 0, len(ws))
	for _, w := range ws {
		// A character map may give blanks and line ends for letters.
		w.text = strings.Join(strings.Fields(toValid(w.text)), "")
		if w.text == "" {
			continue
		}
		if n := len(out); n > 0 {
			l := &out[n-1]
			gap := w.box[0] - l.box[2]
			if !l.spaceAfter && !w.spaceBefore && gap < 0.1*min(w.size, l.size) && gap > -0.3*w.size && len(l.text) < maxWord {
				*l = merge(*l, w)
				continue
			}
		}
		out = append(out, w)
	}
	return unspace(out)
}

func merge(a, b placed) placed {
	a.text += b.text
	a.box, a.page = a.box.join(b.box), a.page.join(b.page)
	a.end, a.spaceAfter = b.end, b.spaceAfter
	a.size = max(a.size, b.size)
	return a
}

// unspace joins runs of single letters at even distances: P R O F I L is one word. A
// wider distance inside the run parts two words.
func unspace(ws []placed) []placed {
	for from := 0; from < len(ws); from++ {
		to := from
		for to < len(ws) && singleLetter(ws[to].text) && (to == from || ws[to].box[0]-ws[to-1].box[2] < 2*ws[to].size) {
			to++
		}
		if to-from < 5 {
			from = max(from, to-1)
			continue
		}
		gaps := make([]float64, 0, to-from)
		for i := from + 1; i < to; i++ {
			gaps = append(gaps, ws[i].box[0]-ws[i-1].box[2])
		}
		sorted := slices.Clone(gaps)
		slices.Sort(sorted)
		usual := sorted[len(sorted)/2]
		joined := []placed{ws[from]}
		for i := from + 1; i < to; i++ {
			if gaps[i-from-1] > 1.6*usual+0.05*ws[i].size {
				joined = append(joined, ws[i])
				continue
			}
			joined[len(joined)-1] = merge(joined[len(joined)-1], ws[i])
		}
		rest := slices.Clone(ws[to:])
		ws = append(append(ws[:from:from], joined...), rest...)
		from += len(joined) - 1
	}
	return ws
}

func singleLetter(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n == len(s) && unicode.IsLetter(r)
}
