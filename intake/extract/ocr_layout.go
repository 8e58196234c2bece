package extract

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dossier/screening/text"
)

// tsvWord is a word as tesseract tells it: where it stands in the prepared picture, the
// line it was found on, and how sure the reading is, 0 to 100.
type tsvWord struct {
	text string
	box  rect
	line string
	conf float64
}

// tsvWords reads the words out of tesseract's table; specks taken for letters are left out.
func tsvWords(tsv []byte) []tsvWord {
	var out []tsvWord
	for row := range strings.SplitSeq(string(tsv), "\n") {
		f := strings.Split(row, "\t")
		if len(f) < 12 || f[0] != "5" {
			continue
		}
		conf, err := strconv.ParseFloat(f[10], 64)
		word := spell(strings.Join(strings.Fields(toValid(f[11])), ""))
		if err != nil || word == "" || conf < 15 && !hasLetters(word) || noise(word, conf) {
			continue
		}
		var v [4]float64
		for i := range v {
			v[i], _ = strconv.ParseFloat(f[6+i], 64)
		}
		if v[2] <= 0 || v[3] <= 0 {
			continue
		}
		out = append(out, tsvWord{text: word, box: rect{v[0], v[1], v[0] + v[2], v[1] + v[3]}, line: strings.Join(f[1:5], "."), conf: conf})
	}
	return out
}

// readTSV puts tesseract's words into the page and returns their mean confidence.
// Tesseract tells lines and blocks, but its blocks part what stands side by side: dates
// at the right edge come far behind what they date. So the words are laid out anew, by
// the same rules as those of a PDF's text layer.
func (s *paper) readTSV(tsv []byte, p *text.Page) float64 {
	ws := tsvWords(tsv)
	if len(ws) == 0 {
		return 0
	}
	sum := 0.0
	for _, w := range ws {
		sum += w.conf
	}
	placed := s.onBaselines(ws)
	lines, order := order(placed)
	p.Order = order
	out := writer{p: p, frame: rect{0, 0, s.w, s.h}, read: true}
	for i := range lines {
		mendBullet(lines[i].words)
	}
	out.lines(lines)
	p.Text = out.b.String()
	return sum / float64(len(ws))
}

// onBaselines gives every word the baseline and the letter size of its line, the slant
// of the page taken out, so that words side by side can be told from words above each
// other.
func (s *paper) onBaselines(ws []tsvWord) []placed {
	type row struct {
		from, to   int
		base, size float64
	}
	var rows []row
	for from := 0; from < len(ws); {
		to := from + 1
		for to < len(ws) && ws[to].line == ws[from].line {
			to++
		}
		rows = append(rows, row{from: from, to: to})
		from = to
	}
	slope := pageSlope(ws)
	for i := range rows {
		r := &rows[i]
		var bases, sizes []float64
		for _, w := range ws[r.from:r.to] {
			base, size := standing(w)
			bases = append(bases, base-slope*(w.box[0]+w.box[2])/2)
			sizes = append(sizes, size)
		}
		slices.Sort(bases)
		slices.Sort(sizes)
		r.base, r.size = bases[len(bases)/2], max(sizes[len(sizes)/2], 4)
	}
	out := make([]placed, 0, len(ws))
	for _, r := range rows {
		for i := r.from; i < r.to; i++ {
			w := ws[i]
			x := placed{word: word{text: w.text, seq: i, across: r.base, size: r.size, along: w.box[0], end: w.box[2], spaceBefore: true, spaceAfter: true,
				box: rect{w.box[0], r.base - 0.75*r.size, w.box[2], r.base + 0.25*r.size}}}
			x.page = s.original(w.box)
			x.year = hasYear(w.text)
			x.date = x.year || isMonth(w.text)
			out = append(out, x)
		}
	}
	return out
}

// standing tells the baseline of a word and the size of its letters, from its box and
// from which of its letters go up and down.
func standing(w tsvWord) (base, size float64) {
	up, down := false, false
	for _, r := range w.text {
		switch {
		case unicode.IsUpper(r), unicode.IsDigit(r), strings.ContainsRune("bdfhkltßéèêëàâîïôöùûüi'’\"!?/()[]", r):
			up = true
		}
		if strings.ContainsRune("gjpqyçQ,;()[]/", r) {
			down = true
		}
	}
	h := w.box[3] - w.box[1]
	switch {
	case up && down:
		size = h / 0.94
	case up:
		size = h / 0.72
	case down:
		size = h / 0.74
	default:
		size = h / 0.52
	}
	base = w.box[3]
	if down {
		base -= 0.21 * size
	}
	return base, size
}

// pageSlope is how far lines sink on their way to the right: what straightening left.
func pageSlope(ws []tsvWord) float64 {
	var slopes []float64
	for from := 0; from < len(ws); {
		to := from + 1
		for to < len(ws) && ws[to].line == ws[from].line {
			to++
		}
		a, b := ws[from], ws[to-1]
		if dx := b.box[0] - a.box[0]; to-from >= 4 && dx > 300 {
			ya, _ := standing(a)
			yb, _ := standing(b)
			slopes = append(slopes, (yb-ya)/dx)
		}
		from = to
	}
	if len(slopes) < 3 {
		return 0
	}
	slices.Sort(slopes)
	m := slopes[len(slopes)/2]
	if math.Abs(m) > 0.05 {
		return 0
	}
	return m
}

// mendBullet puts a bullet where a round dot at the start of a line was taken for a letter.
func mendBullet(ws []placed) {
	if len(ws) < 2 {
		return
	}
	w, next := &ws[0], &ws[1]
	switch w.text {
	case "e", "o", "©", "®", "°", "*", "¢", "e¢", "¢e":
	default:
		return
	}
	if width := w.box[2] - w.box[0]; width < 0.7*w.size && next.box[0]-w.box[2] > 0.2*w.size {
		w.text = "•"
	}
}
