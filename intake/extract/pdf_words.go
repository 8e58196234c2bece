package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dossier/screening/text"
)

// word is a run of glyphs without a blank, in the order it was drawn.
type word struct {
	text                    string
	box                     rect
	along, end, across      float64
	size                    float64
	dir                     uint8
	hidden                  bool
	spaceBefore, spaceAfter bool
	seq                     int
}

func (w word) height() float64 { return w.box[3] - w.box[1] }

const (
	// wordGap is the gap, in ems, from which letters belong to two words.
	wordGap = 0.17
	// maxWord is longer, in bytes, than any address people write; what goes on is cut.
	maxWord = 400
	// tinySize is the letter height in points below which nobody reads.
	tinySize = 2
)

// layOut turns the glyphs of the page into its text, words and hidden passages.
func (c *canvas) layOut(p *text.Page) {
	gs := compose(c.glyphs)
	gs = dropIcons(gs)
	hideTiny(gs)
	if scanned := c.images > 0.5; scanned && mostlyInvisible(gs) {
		// A scanner's own recognition lies invisibly over the picture: it is the text.
		p.OCR = true
		for i := range gs {
			if gs[i].invisible {
				gs[i].hidden = false
			}
		}
	}
	words := dedupe(wordsOf(gs))
	var seen, unseen []word
	for _, w := range words {
		if w.hidden {
			unseen = append(unseen, w)
		} else {
			seen = append(seen, w)
		}
	}
	p.Hidden = hiddenPassages(unseen)
	arrange(seen, c.frame, p)
}

func mostlyInvisible(gs []glyph) bool {
	n := 0
	for _, g := range gs {
		if g.invisible {
			n++
		}
	}
	return n*10 > len(gs)*8
}

// hideTiny marks letters too small to be read, unless the whole page is drawn in units
// that make everything small.
func hideTiny(gs []glyph) {
	var sizes []float64
	for i := 0; i < len(gs); i += 1 + len(gs)/500 {
		sizes = append(sizes, gs[i].size)
	}
	if len(sizes) == 0 {
		return
	}
	slices.Sort(sizes)
	if sizes[len(sizes)*9/10] < 2*tinySize {
		return
	}
	for i := range gs {
		if gs[i].size < tinySize {
			gs[i].hidden = true
		}
	}
}

// dropIcons removes pictograms of private characters. Where they are much of the page
// they are letters whose meaning was taken away, and stay, so that the page is judged
// unreadable.
func dropIcons(gs []glyph) []glyph {
	private := 0
	for _, g := range gs {
		if isPrivate(g.text) {
			private++
		}
	}
	if private == 0 || private*8 > len(gs) && private > 20 {
		return gs
	}
	for i := range gs {
		if isPrivate(gs[i].text) {
			gs[i].text = ""
			gs[i].space = true
		}
	}
	return gs
}

func isPrivate(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Co, r)
}

// accents drawn as glyphs of their own, and the marks they put on a letter.
var accents = map[string]string{"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "^": "\u0302", "¨": "\u0308", "˜": "\u0303",
	"~": "\u0303", "¸": "\u0327", "ˇ": "\u030C", "˚": "\u030A", "˘": "\u0306", "¯": "\u0304", "˙": "\u0307", "˝": "\u030B", "˛": "\u0328",
	"\u0301": "\u0301", "\u0300": "\u0300", "\u0302": "\u0302", "\u0308": "\u0308", "\u0303": "\u0303", "\u0327": "\u0327"}

// compose joins an accent drawn over a letter, as old TeX fonts do, with its letter.
func compose(gs []glyph) []glyph {
	found := false
	for i := range gs {
		if _, ok := accents[gs[i].text]; ok {
			found = true
			break
		}
	}
	if !found {
		return gs
	}
	out := gs[:0:0]
	for i := 0; i < len(gs); i++ {
		mark, ok := accents[gs[i].text]
		if !ok {
			out = append(out, gs[i])
			continue
		}
		if i+1 < len(gs) && over(gs[i], gs[i+1]) {
			if t, ok := marked(gs[i+1].text, mark); ok {
				g := gs[i+1]
				g.text = t
				out = append(out, g)
				i++
				continue
			}
		}
		if n := len(out); n > 0 && over(gs[i], out[n-1]) {
			if t, ok := marked(out[n-1].text, mark); ok {
				out[n-1].text = t
				continue
			}
		}
		out = append(out, gs[i])
	}
	return out
}

// over tells whether the middle of an accent lies within the width of a letter.
func over(accent, letter glyph) bool {
	if accent.dir != letter.dir || math.Abs(accent.across-letter.across) > 0.8*letter.size {
		return false
	}
	mid := (accent.along + accent.ink) / 2
	slack := 0.1 * letter.size
	return mid > letter.along-slack && mid < letter.ink+slack && accent.along < letter.ink-slack
}

func marked(letter, mark string) (string, bool) {
	switch letter {
	case "ı":
		letter = "i"
	case "ȷ":
		letter = "j"
	}
	r, n := utf8.DecodeRuneInString(letter)
	if n != len(letter) || !unicode.IsLetter(r) {
		return "", false
	}
	t := norm.NFC.String(letter + mark)
	return t, utf8.RuneCountInString(t) == 1
}

// wordsOf cuts the glyphs into words: at blanks, at gaps, where the pen moved elsewhere.
func wordsOf(gs []glyph) []word {
	var words []word
	for from := 0; from < len(gs); {
		to := from + 1
		for to < len(gs) && continues(gs[to-1], gs[to]) {
			to++
		}
		words = appendRun(words, gs[from:to])
		from = to
	}
	return words
}

// continues tells whether b follows a on one line of the same direction.
func continues(a, b glyph) bool {
	if a.dir != b.dir || a.hidden != b.hidden {
		return false
	}
	em := max(a.size, b.size)
	if math.Abs(a.across-b.across) > 0.25*em {
		// A smaller letter close by, set higher or lower, belongs to its word: 1er, 2e.
		small := min(a.size, b.size) < 0.85*em
		if !small || math.Abs(a.across-b.across) > 0.6*em || b.along-a.end > 0.2*em {
			return false
		}
	}
	if a.dir == 4 && math.Abs(b.box[0]-a.box[2]) > 2*em {
		return false
	}
	return b.along >= a.along-0.3*em && b.along-a.end < 8*em && b.along > a.end-1.2*em
}

// appendRun cuts one run of a line into words.
func appendRun(words []word, gs []glyph) []word {
	gap := spacing(gs)
	var w word
	open := false
	flush := func(space bool) {
		if open && w.text != "" {
			w.spaceAfter = space
			words = append(words, w)
		}
		open = false
	}
	blank := false
	for i := range gs {
		g := &gs[i]
		// QUIRK: groff sets kerned pairs with a blank whose width it takes back.
		if g.space && g.end-g.along < 0.1*g.size && i+1 < len(gs) && gs[i+1].along-g.along < 0.1*g.size {
			continue
		}
		if g.space || g.text == "" && g.ink-g.along > 0.1*g.size {
			flush(true)
			blank = true
			continue
		}
		if g.text == "" {
			continue
		}
		if open && (g.along-w.end > gap*max(g.size, w.size) || len(w.text) > maxWord) {
			flush(false)
		}
		if !open {
			w = word{box: g.box, along: g.along, across: g.across, size: g.size, dir: g.dir, hidden: g.hidden, spaceBefore: blank, seq: len(words)}
			open, blank = true, false
		}
		w.text += g.text
		w.box = w.box.join(g.box)
		w.end = g.ink
		w.size = max(w.size, g.size)
	}
	flush(false)
	return words
}

// spacing is the gap, in ems, that parts words in this run. Where most letters stand
// apart, as in a heading set widely, the usual gap between its letters parts nothing.
func spacing(gs []glyph) float64 {
	// Letter spacing that holds for the whole run is no gap.
	even := gs[0].end - gs[0].ink
	for i := range gs {
		if math.Abs(gs[i].end-gs[i].ink-even) > 0.02*gs[i].size && !gs[i].space {
			even = 0
			break
		}
	}
	if even > 0.02*gs[0].size && len(gs) >= 3 {
		return wordGap + even/gs[0].size
	}
	if len(gs) < 6 {
		return wordGap
	}
	var gaps []float64
	wide := 0
	for i := 1; i < len(gs); i++ {
		if gs[i].space || gs[i-1].space || gs[i].text == "" || gs[i-1].text == "" || gs[i].size <= 0 {
			continue
		}
		g := (gs[i].along - gs[i-1].ink) / gs[i].size
		gaps = append(gaps, g)
		if g > wordGap {
			wide++
		}
	}
	if len(gaps) < 4 || wide*10 < len(gaps)*6 {
		return wordGap
	}
	slices.Sort(gaps)
	mid := gaps[len(gaps)/2]
	return max(wordGap, 1.6*mid)
}

// dedupe drops words drawn twice at the same place, which some writers do for bold.
func dedupe(words []word) []word {
	at := map[string][]int{}
	out := words[:0]
	for _, w := range words {
		twice := false
		for _, i := range at[w.text] {
			o := out[i]
			if o.hidden == w.hidden && o.dir == w.dir && math.Abs(o.box[0]-w.box[0]) < 0.15*w.size && math.Abs(o.box[1]-w.box[1]) < 0.15*w.size {
				twice = true
				break
			}
		}
		if twice {
			continue
		}
		if l := at[w.text]; len(l) < 50 {
			at[w.text] = append(l, len(out))
		}
		out = append(out, w)
	}
	return out
}

// hiddenPassages joins hidden words that follow each other into passages.
func hiddenPassages(ws []word) []string {
	var out []string
	var b strings.Builder
	for i, w := range ws {
		if i > 0 && (w.seq-ws[i-1].seq > 1 || b.Len() > 2000) {
			out = append(out, b.String())
			b.Reset()
			if len(out) >= 200 {
				return out
			}
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return slices.DeleteFunc(out, func(s string) bool { return !strings.ContainsFunc(s, unicode.IsLetter) })
}

// byPlace orders words from left to right.
func byPlace(a, b word) int {
	return cmp.Or(cmp.Compare(a.box[0], b.box[0]), cmp.Compare(a.seq, b.seq))
}
