package extract

import (
	"math"

	"github.com/ledongthuc/pdf"
)

const (
	maxFormDepth = 10
	// maxOps and maxGlyphs bound one document; the largest CV measured stays far below.
	maxOps    = 3_000_000
	maxGlyphs = 600_000
	// pictureOps and formOps are what looking up a picture and drawing a form cost of that
	// budget: their objects are parsed each time.
	pictureOps, formOps = 100, 500
	// maxRegions bounds the painted areas remembered for telling text from its ground.
	maxRegions = 1500
	// minRegion is the smallest painted area, in square points, that letters stand on: a
	// bullet or an icon is no ground.
	minRegion = 60
)

// glyph is one character, or a few, as drawn on the page.
type glyph struct {
	text string
	box  rect
	// along and across are the start of the glyph in the frame of its own direction:
	// text runs towards larger along, lines follow towards larger across. end is where
	// the next glyph is expected, letter spacing included; ink is the end without it.
	along, end, ink, across float64
	size                    float64
	dir                     uint8 // 0 to the right, 1 down, 2 to the left upside down, 3 up, 4 askew
	hidden                  bool
	invisible               bool // text mode 3: a scanner's own recognition, or hidden text
	space                   bool
}

// colour as red, green and blue from 0 to 1; unknown for patterns and pictures.
type colour struct {
	r, g, b float64
	unknown bool
}

func (c colour) near(d colour) bool {
	return !c.unknown && !d.unknown && math.Abs(c.r-d.r) < 0.06 && math.Abs(c.g-d.g) < 0.06 && math.Abs(c.b-d.b) < 0.06
}

// space is what a colour space needs for turning components into a colour.
type colourSpace struct {
	components int
	tint       bool // components name inks: none of them is white paper
	pattern    bool
}

type graphics struct {
	ctm     matrix
	clip    rect
	fill    colour
	stroke  colour
	fillCS  colourSpace
	alpha   float64
	masked  bool // a soft mask or a blend mode changes what a fill looks like
	font    *font
	size    float64
	char    float64 // letter spacing
	word    float64
	hscale  float64
	leading float64
	rise    float64
	mode    int
}

type region struct {
	rect
	colour
}

// canvas interprets the content of one page.
type canvas struct {
	f      *pdfFile
	frame  rect // the page as shown, from 0,0
	g      graphics
	saved  []graphics
	tm     matrix
	tlm    matrix
	glyphs []glyph
	ground []region
	path   rect
	hasPos bool
	clipTo bool
	// corners are the first points of the path, curved tells of curves in it.
	corners [6][2]float64
	points  int
	curved  bool
	// fills counts painted shapes: letters may have been drawn as such.
	fills int
	// images is the share of the page that pictures cover.
	images float64
	// clipped is where glyphs of text mode 7 begin that a picture may still show through.
	clipped int
	marks   []mark
	offOC   int
	hideOC  map[string]bool
	// dropped tells that a budget ended the page, lost that a font it names is not there.
	dropped, lost bool
}

// mark is an open marked content; actual replaces the text of its glyphs.
type mark struct {
	actual    string
	hasActual bool
	from      int
	off       bool
}

// scope is one content stream being interpreted, with its resources.
type scope struct {
	*lexer
	res, fonts, xobjects pdf.Value
	// named holds the fonts of this stream by their resource names: a page selects the
	// same few fonts again and again.
	named map[string]*font
	depth int
	// saves is how many states were saved when the stream began.
	saves int
}

// run interprets content with resources. Unbalanced saves end with the content.
func (c *canvas) run(content []byte, res pdf.Value, depth int) {
	s := &scope{lexer: &lexer{d: content}, res: res, fonts: res.Key("Font"), xobjects: res.Key("XObject"),
		named: map[string]*font{}, depth: depth, saves: len(c.saved)}
	for {
		op, args := s.next()
		if op == nil {
			break
		}
		if c.f.ops++; c.f.ops > maxOps || len(c.glyphs) >= maxGlyphs {
			c.dropped = true
			break
		}
		c.do(string(op), args, s)
	}
	if len(c.saved) > s.saves {
		c.g = c.saved[s.saves]
		c.saved = c.saved[:s.saves]
	}
}

// font finds a font by its resource name.
func (s *scope) font(f *pdfFile, name string) *font {
	if ft, ok := s.named[name]; ok {
		return ft
	}
	ft := f.font(s.fonts.Key(name))
	s.named[name] = ft
	return ft
}

func num(args []operand, i int) float64 {
	if i < 0 || i >= len(args) {
		return 0
	}
	return args[i].num
}

func (c *canvas) do(op string, args []operand, s *scope) {
	switch op {
	case "q":
		if len(c.saved) < 512 {
			c.saved = append(c.saved, c.g)
		}
	case "Q":
		if len(c.saved) > s.saves {
			c.g = c.saved[len(c.saved)-1]
			c.saved = c.saved[:len(c.saved)-1]
		}
	case "cm":
		if len(args) >= 6 {
			c.g.ctm = matrixOf(args).mul(c.g.ctm)
		}
	case "BT":
		c.tm, c.tlm = matrix{1, 0, 0, 1, 0, 0}, matrix{1, 0, 0, 1, 0, 0}
	case "Tc":
		c.g.char = num(args, 0)
	case "Tw":
		c.g.word = num(args, 0)
	case "Tz":
		c.g.hscale = num(args, 0) / 100
	case "TL":
		c.g.leading = num(args, 0)
	case "Ts":
		c.g.rise = num(args, 0)
	case "Tr":
		c.g.mode = int(num(args, 0))
	case "Tf":
		if len(args) >= 2 && args[0].kind == opName {
			c.g.font = s.font(c.f, string(args[0].b))
			c.g.size = num(args, 1)
		}
	case "Td":
		c.move(num(args, 0), num(args, 1))
	case "TD":
		c.g.leading = -num(args, 1)
		c.move(num(args, 0), num(args, 1))
	case "Tm":
		if len(args) >= 6 {
			c.tm = matrixOf(args)
			c.tlm = c.tm
		}
	case "T*":
		c.move(0, -c.g.leading)
	case "Tj":
		if len(args) > 0 {
			c.show(args[len(args)-1].b)
		}
	case "'":
		c.move(0, -c.g.leading)
		if len(args) > 0 {
			c.show(args[len(args)-1].b)
		}
	case "\"":
		if len(args) >= 3 {
			c.g.word, c.g.char = num(args, 0), num(args, 1)
			c.move(0, -c.g.leading)
			c.show(args[2].b)
		}
	case "TJ":
		if len(args) > 0 {
			for _, o := range args[len(args)-1].list {
				if o.kind == opString {
					c.show(o.b)
				} else if o.kind == opNumber {
					c.kern(o.num)
				}
			}
		}
	case "Do":
		if len(args) > 0 && args[0].kind == opName {
			c.xobject(s.xobjects.Key(string(args[0].b)), s.res, s.depth)
		}
	case "gs":
		if len(args) > 0 {
			c.extState(s.res.Key("ExtGState").Key(string(args[0].b)))
		}
	case "BI":
		c.inlineImage(s.lexer)
	case "BDC", "BMC":
		c.beginMark(op, args, s.res)
	case "EMC":
		c.endMark()
	case "sh":
		c.paint(c.g.clip, colour{unknown: true})
		c.showThrough()
	default:
		if !c.colourOp(op, args, s.res) {
			c.pathOp(op, args)
		}
	}
}

func matrixOf(args []operand) matrix {
	return matrix{num(args, 0), num(args, 1), num(args, 2), num(args, 3), num(args, 4), num(args, 5)}
}

func (c *canvas) move(x, y float64) {
	c.tlm = matrix{1, 0, 0, 1, x, y}.mul(c.tlm)
	c.tm = c.tlm
}

func (c *canvas) kern(n float64) {
	d := -n / 1000 * c.g.size
	if c.g.font != nil && c.g.font.vertical {
		c.tm = matrix{1, 0, 0, 1, 0, d}.mul(c.tm)
		return
	}
	c.tm = matrix{1, 0, 0, 1, d * c.g.hscale, 0}.mul(c.tm)
}

// show draws one string.
func (c *canvas) show(s []byte) {
	ft := c.g.font
	if ft == nil {
		c.lost = true
		// The resource is missing: the characters are probably Latin, the widths a guess.
		ft = defaultFont
	}
	trm := matrix{c.g.size * c.g.hscale, 0, 0, c.g.size, 0, c.g.rise}.mul(c.tm).mul(c.g.ctm)
	size := math.Hypot(trm[2], trm[3])
	dir := direction(trm)
	first := len(c.glyphs)
	ft.decode(s, func(code glyphCode) {
		if len(c.glyphs) >= maxGlyphs {
			return
		}
		trm := matrix{c.g.size * c.g.hscale, 0, 0, c.g.size, 0, c.g.rise}.mul(c.tm).mul(c.g.ctm)
		adv := code.width*c.g.size + c.g.char
		if code.space {
			adv += c.g.word
		}
		step := matrix{1, 0, 0, 1, adv * c.g.hscale, 0}
		ink := code.width
		if ft.vertical {
			adv = -c.g.size + c.g.char
			step = matrix{1, 0, 0, 1, 0, adv}
			trm[4] -= trm[0] * code.width / 2
			trm[5] -= trm[1] * code.width / 2
		}
		c.tm = step.mul(c.tm)
		g := c.glyph(code, ft, trm, c.tm.mul(c.g.ctm), ink, size, dir)
		if ft.vertical && dir == 0 {
			// Its lines run down the page, the next one left of it.
			y := c.tm.mul(c.g.ctm)[5]
			g.dir, g.along, g.end, g.ink, g.across = 1, trm[5], y, trm[5]+0.9*(y-trm[5]), -trm[4]
		}
		c.glyphs = append(c.glyphs, g)
	})
	c.judge(first, size)
}

var defaultFont = func() *font {
	ft := &font{scale: 0.001, ascent: 0.75, descent: -0.25, table: *baseEncoding("WinAnsiEncoding")}
	for i := range ft.width {
		ft.width[i] = standardWidth("Helvetica", ft.table[i])
	}
	return ft
}()

// direction of text drawn under m; the frame's y runs down.
func direction(m matrix) uint8 {
	a, b := m[0], m[1]
	switch {
	case math.Abs(b) <= 0.1*math.Abs(a):
		if a >= 0 {
			return 0
		}
		return 2
	case math.Abs(a) <= 0.1*math.Abs(b):
		if b > 0 {
			return 1
		}
		return 3
	}
	return 4
}

func (c *canvas) glyph(code glyphCode, ft *font, trm, next matrix, ink, size float64, dir uint8) glyph {
	x, y := trm[4], trm[5]
	nx, ny := next[4], next[5]
	ix, iy := trm.apply(ink, 0)
	g := glyph{text: code.text, box: trm.box(0, ft.descent, ink, ft.ascent), size: size, dir: dir}
	g.space = code.text == " " || code.text == "\u00a0" || code.text == "\t"
	switch dir {
	case 0, 4:
		g.along, g.end, g.ink, g.across = x, nx, ix, y
	case 1:
		g.along, g.end, g.ink, g.across = y, ny, iy, -x
	case 2:
		g.along, g.end, g.ink, g.across = -x, -nx, -ix, -y
	case 3:
		g.along, g.end, g.ink, g.across = -y, -ny, -iy, x
	}
	return g
}

// judge marks the glyphs of one string that a reader of the page cannot see.
func (c *canvas) judge(first int, size float64) {
	if first >= len(c.glyphs) {
		return
	}
	all := c.g.mode == 3 || c.offOC > 0 || c.g.alpha < 0.03 || size < 0.05
	if c.g.mode == 7 {
		all = true
		if c.clipped < 0 {
			c.clipped = first
		}
	}
	ink := c.g.fill
	if c.g.mode == 1 || c.g.mode == 5 {
		ink = c.g.stroke
	}
	outlined := c.g.mode == 2 && !c.g.stroke.near(ink)
	for i := first; i < len(c.glyphs); i++ {
		g := &c.glyphs[i]
		g.invisible = c.g.mode == 3
		if all {
			g.hidden = true
			continue
		}
		x, y := (g.box[0]+g.box[2])/2, (g.box[1]+g.box[3])/2
		if !c.frame.holds(x, y) || !c.g.clip.holds(x, y) {
			g.hidden = true
			continue
		}
		if !outlined && ink.near(c.groundAt(x, y)) {
			g.hidden = true
		}
	}
}

// groundAt is the colour last painted at a place; paper is white.
func (c *canvas) groundAt(x, y float64) colour {
	for i := len(c.ground) - 1; i >= 0; i-- {
		if c.ground[i].holds(x, y) {
			return c.ground[i].colour
		}
	}
	return colour{1, 1, 1, false}
}

// paint remembers an area as ground for what is drawn later.
func (c *canvas) paint(r rect, col colour) {
	r = r.cut(c.g.clip).cut(c.frame)
	if r.area() < minRegion || c.g.alpha < 0.03 {
		return
	}
	if c.g.alpha < 0.9 || c.g.masked {
		col.unknown = true
	}
	if len(c.ground) >= maxRegions {
		c.forgetSmall()
	}
	c.ground = append(c.ground, region{r, col})
}

// forgetSmall makes room among the painted areas: the small ones painted long ago go,
// so that the ground of a whole column outlives a thousand icons on it.
func (c *canvas) forgetSmall() {
	const recent = maxRegions / 8
	for limit := 4.0 * minRegion; len(c.ground) > maxRegions/2; limit *= 2 {
		last := len(c.ground) - recent
		kept := c.ground[:0]
		for i, r := range c.ground {
			if i >= last || r.area() >= limit {
				kept = append(kept, r)
			}
		}
		c.ground = kept
		if limit > c.frame.area() {
			break
		}
	}
}

// showThrough makes clip-only text visible again: something was painted through it.
func (c *canvas) showThrough() {
	if c.clipped < 0 {
		return
	}
	for i := c.clipped; i < len(c.glyphs); i++ {
		c.glyphs[i].hidden = false
	}
	c.clipped = -1
}

func (c *canvas) extState(v pdf.Value) {
	if v.Kind() != pdf.Dict {
		return
	}
	if a := v.Key("ca"); a.Kind() == pdf.Real || a.Kind() == pdf.Integer {
		c.g.alpha = a.Float64()
	}
	if m := v.Key("SMask"); m.Kind() != pdf.Null {
		c.g.masked = m.Kind() == pdf.Dict
	}
	if bm := v.Key("BM"); bm.Kind() == pdf.Name {
		c.g.masked = c.g.masked || bm.Name() != "Normal" && bm.Name() != "Compatible"
	}
	if fs := v.Key("Font"); fs.Kind() == pdf.Array {
		c.g.font, c.g.size = c.f.font(fs.Index(0)), fs.Index(1).Float64()
	}
}
