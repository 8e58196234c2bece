package extract

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// cutter orders a page by the columns seen on it: it looks for free strips that part
// the page, and reads what lies left of a strip before what lies right of it.
type cutter struct {
	out   []line
	block int
}

const (
	cutBins     = 1024
	maxCutDepth = 8
	// maxCutLines bounds the search for columns, whose cost grows with its square.
	maxCutLines = 400
	maxCutWords = 8000
	// maxStrips bounds the strips kept for comparison.
	maxStrips = 64
	// minStrip is the narrowest gutter, in heights of a word.
	minStrip = 0.55
)

// strip is a free strip at x through the lines a to b.
type strip struct {
	a, b  int
	x     float64
	words int
}

func (s strip) covers(t strip, slack float64) bool {
	return s.a <= t.a && s.b >= t.b && math.Abs(s.x-t.x) < slack
}

// region orders the words of one part of the page.
func (c *cutter) region(ws []placed, depth int) {
	if len(ws) == 0 {
		return
	}
	lines := groupLines(ws)
	if len(lines) >= 3 && len(lines) <= maxCutLines && len(ws) >= 12 && len(ws) <= maxCutWords {
		cut, labels, ok := findStrips(lines)
		if ok && depth < maxCutDepth {
			left, right := parted(lines[cut.a:cut.b+1], cut.x)
			c.region(wordsIn(lines[:cut.a]), depth+1)
			c.region(left, depth+1)
			c.region(right, depth+1)
			c.region(wordsIn(lines[cut.b+1:]), depth+1)
			return
		}
		for _, l := range labels {
			joinLabels(lines[l.a:l.b+1], l.x)
		}
		lines = slices.DeleteFunc(lines, func(l line) bool { return len(l.words) == 0 })
	}
	for i := range lines {
		lines[i].block = c.block
	}
	c.out = append(c.out, lines...)
	c.block++
}

func parted(lines []line, x float64) (left, right []placed) {
	for i := range lines {
		l, r := lines[i].at(x)
		left, right = append(left, l...), append(right, r...)
	}
	return left, right
}

// at splits the words of a line at x.
func (l *line) at(x float64) (left, right []placed) {
	for i := range l.words {
		if b := &l.words[i].box; (b[0]+b[2])/2 >= x {
			return l.words[:i], l.words[i:]
		}
	}
	return l.words, nil
}

func wordsIn(lines []line) []placed {
	var out []placed
	for _, l := range lines {
		out = append(out, l.words...)
	}
	return out
}

// groupLines gathers words of one baseline, top to bottom, each line left to right.
func groupLines(ws []placed) []line {
	sorted := slices.Clone(ws)
	slices.SortStableFunc(sorted, func(a, b placed) int { return cmp.Compare(a.across, b.across) })
	var lines []line
	for _, w := range sorted {
		if n := len(lines); n > 0 && lines[n-1].onLine(w) {
			lines[n-1].add(w)
			continue
		}
		var l line
		l.add(w)
		lines = append(lines, l)
	}
	for i := range lines {
		slices.SortStableFunc(lines[i].words, func(a, b placed) int { return byPlace(a.word, b.word) })
	}
	return lines
}

// bins is a row of the page as taken and free places.
type bins [cutBins / 64]uint64

func (b *bins) set(from, to int) {
	for i := max(0, from); i <= min(cutBins-1, to); i++ {
		b[i/64] |= 1 << (i % 64)
	}
}

func (b *bins) or(c *bins) {
	for i := range b {
		b[i] |= c[i]
	}
}

// gaps lists the free runs of at least width bins, those at the edges included.
func (b *bins) gaps(out [][2]int, width int) [][2]int {
	from := 0
	for i := 0; i < cutBins; {
		w := b[i/64] >> (i % 64)
		if w&1 == 1 {
			if i-from >= width {
				out = append(out, [2]int{from, i})
			}
			// Skip the run of taken bins.
			i += min(bits.TrailingZeros64(^w), 64-i%64)
			from = i
			continue
		}
		if w == 0 {
			i += 64 - i%64
		} else {
			i += bits.TrailingZeros64(w)
		}
	}
	if cutBins-from >= width {
		out = append(out, [2]int{from, cutBins})
	}
	return out
}

// findStrips finds the strip that parts the most words into two columns, and the
// strips beside columns of labels, which part nothing but tell which lines of a label
// belong together.
func findStrips(lines []line) (best strip, labels []strip, ok bool) {
	lo, hi := math.Inf(1), math.Inf(-1)
	var heights []float64
	for i := range lines {
		lo, hi = min(lo, lines[i].box[0]), max(hi, lines[i].box[2])
		for _, w := range lines[i].words {
			heights = append(heights, w.height())
		}
	}
	if hi-lo < 1 {
		return
	}
	slices.Sort(heights)
	height := heights[len(heights)/2]
	scale := float64(cutBins-1) / (hi - lo)
	width := max(2, int(math.Ceil(minStrip*height*scale)))
	cover := make([]bins, len(lines))
	for i := range lines {
		lines[i].cover(&cover[i], lo, scale)
	}
	var columns []strip
	try := func(from, to int, g [2]int) {
		if to-from < 2 || g[0] == 0 || g[1] == cutBins {
			return
		}
		s := strip{a: from, b: to, x: lo + float64(g[0]+g[1])/2/scale}
		s.a, s.b = skipHeading(lines, from, to, s.x), skipNext(lines, from, to, s.x)
		if s.b-s.a < 2 {
			return
		}
		switch n, kind := parting(lines[s.a:s.b+1], s.x); kind {
		case twoColumns:
			s.words = n
			columns = append(columns, s)
		case labelColumn:
			s.words = n
			labels = append(labels, s)
		}
	}
	var gaps, next [][2]int
	for from := 0; from+2 < len(lines) && len(columns)+len(labels) < 2000; from++ {
		acc := cover[from]
		gaps = acc.gaps(gaps[:0], width)
		for to := from + 1; to < len(lines) && len(gaps) > 0; to++ {
			acc.or(&cover[to])
			next = acc.gaps(next[:0], width)
			for _, g := range gaps {
				// A strip that the new line closes was as long as it could be.
				if !slices.ContainsFunc(next, func(h [2]int) bool { return h[0] < g[1] && h[1] > g[0] }) {
					try(from, to-1, g)
				}
			}
			gaps, next = next, gaps
		}
		for _, g := range gaps {
			try(from, len(lines)-1, g)
		}
	}
	byWords := func(a, b strip) int {
		return cmp.Or(cmp.Compare(b.words, a.words), cmp.Compare(a.a, b.a), cmp.Compare(a.x, b.x))
	}
	slices.SortFunc(columns, byWords)
	slices.SortFunc(labels, byWords)
	labels = disjoint(labels)
	for _, s := range columns {
		// A part of a column of labels may look like a column of its own.
		if !slices.ContainsFunc(labels, func(l strip) bool { return l.covers(s, height) }) {
			return s, labels, true
		}
	}
	return strip{}, labels, false
}

// disjoint keeps the largest of strips that share lines.
func disjoint(in []strip) (out []strip) {
	for _, s := range in {
		if !slices.ContainsFunc(out, func(o strip) bool { return s.a <= o.b && o.a <= s.b }) && len(out) < maxStrips {
			out = append(out, s)
		}
	}
	return out
}

// cover marks the places a line takes. In a line of several words the usual gaps
// between them are taken too: a strip through running text is no gutter.
func (l *line) cover(b *bins, lo, scale float64) {
	usual := 0.0
	if len(l.words) >= 5 {
		gaps := make([]float64, 0, len(l.words))
		for i := 1; i < len(l.words); i++ {
			gaps = append(gaps, l.words[i].box[0]-l.words[i-1].box[2])
		}
		slices.Sort(gaps)
		usual = min(1.8*gaps[len(gaps)/2], 1.5*l.size)
	}
	for i, w := range l.words {
		from := w.box[0]
		if i > 0 && w.box[0]-l.words[i-1].box[2] <= usual {
			from = l.words[i-1].box[2]
		}
		b.set(int((from-lo)*scale), int((w.box[2]-lo)*scale))
	}
}

// skipHeading drops a line or two at the top of a run that lie on one side of the strip
// only: they are a heading above both columns, where more lines are one of the columns.
func skipHeading(lines []line, from, to int, x float64) int {
	f := from
	for f < to && !(lines[f].box[0] < x && lines[f].box[2] > x) {
		f++
	}
	if f-from > 2 {
		return from
	}
	return f
}

// skipNext drops a line or two at the bottom of a run that lie left of the strip and
// apart from what stands above them: they begin the next section.
func skipNext(lines []line, from, to int, x float64) int {
	t := to
	for t > from && lines[t].box[2] <= x {
		t--
	}
	if t == to || to-t > 2 {
		return to
	}
	above := math.Inf(-1)
	for i := from; i <= t; i++ {
		if l, _ := lines[i].at(x); len(l) > 0 {
			above = max(above, lines[i].across)
		}
	}
	if lines[t+1].across-above > 2.2*lines[t+1].size {
		return t
	}
	return to
}

// partKind is what a strip parts.
type partKind uint8

const (
	nothing partKind = iota
	twoColumns
	labelColumn
)

// parting tells what the strip at x parts, and how many words stand on both sides of it.
func parting(lines []line, x float64) (words int, kind partKind) {
	var left, right side
	adjacent, rows := 0, 0
	for i := range lines {
		l, r := lines[i].at(x)
		shared := false
		if len(l) > 0 && len(r) > 0 {
			shared = math.Abs(l[len(l)-1].across-r[0].across) < 0.28*min(l[0].size, r[0].size)
			if shared {
				rows++
				if next := r[0].seq - l[len(l)-1].seq; next >= 1 && next <= 2 {
					adjacent++
				} else if next := l[0].seq - r[len(r)-1].seq; next >= 1 && next <= 2 {
					adjacent++
				}
			}
		}
		left.count(l, shared)
		right.count(r, shared)
	}
	if left.lines < 2 || right.lines < 2 {
		return 0, nothing
	}
	words = left.words + right.words
	rowWise := rows > 0 && adjacent*2 > rows
	if left.labels(rowWise) || right.labels(rowWise) {
		return words, labelColumn
	}
	if left.lines < 3 || right.lines < 3 || left.words < 6 || right.words < 6 {
		return 0, nothing
	}
	return words, twoColumns
}

// side counts what stands on one side of a strip.
type side struct {
	lines, words, shared, dated int
}

func (s *side) count(ws []placed, shared bool) {
	if len(ws) == 0 {
		return
	}
	s.lines++
	s.words += len(ws)
	if !shared {
		return
	}
	s.shared++
	for i := range ws {
		if ws[i].date {
			s.dated++
			break
		}
	}
}

// labels recognises a column of labels, such as the dates left of jobs, which is read
// row by row: dates on the baselines of the other side (headings and the second lines
// of long dates stand between them), or short words drawn together with their rows.
func (s *side) labels(rowWise bool) bool {
	if s.dated >= 2 && s.dated*10 >= s.shared*6 && s.shared*10 >= s.lines*3 && s.words < 6*s.lines {
		return true
	}
	return s.shared*10 > s.lines*6 && s.words < 4*s.lines && rowWise
}
