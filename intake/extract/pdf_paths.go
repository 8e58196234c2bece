package extract

import (
	"math"

	"github.com/ledongthuc/pdf"
)

// pathOp follows paths by the box around them: enough to know what lies behind a text
// and where it is clipped away.
func (c *canvas) pathOp(op string, args []operand) {
	switch op {
	case "m", "l":
		c.point(num(args, 0), num(args, 1))
	case "c":
		c.curved = true
		c.point(num(args, 0), num(args, 1))
		c.point(num(args, 2), num(args, 3))
		c.point(num(args, 4), num(args, 5))
	case "v", "y":
		c.curved = true
		c.point(num(args, 0), num(args, 1))
		c.point(num(args, 2), num(args, 3))
	case "re":
		x, y, w, h := num(args, 0), num(args, 1), num(args, 2), num(args, 3)
		c.point(x, y)
		c.point(x+w, y)
		c.point(x, y+h)
		c.point(x+w, y+h)
	case "W", "W*":
		c.clipTo = true
	case "f", "F", "f*", "B", "B*", "b", "b*":
		if c.hasPos {
			col := c.g.fill
			if !c.rectangle() {
				// The box around a curve holds places the curve does not cover.
				col.unknown = true
			}
			c.fills++
			c.paint(c.path, col)
			c.showThrough()
		}
		c.endPath()
	case "S", "s", "n":
		c.endPath()
	}
}

func (c *canvas) point(x, y float64) {
	px, py := c.g.ctm.apply(x, y)
	if math.IsNaN(px) || math.IsNaN(py) {
		return
	}
	if c.points < len(c.corners) {
		c.corners[c.points] = [2]float64{px, py}
	}
	c.points++
	if !c.hasPos {
		c.path = rect{px, py, px, py}
		c.hasPos = true
		return
	}
	c.path = c.path.join(rect{px, py, px, py})
}

func (c *canvas) endPath() {
	if c.clipTo && c.hasPos {
		// Rounding at the edge must not hide a letter that touches it.
		p := c.path
		c.g.clip = c.g.clip.cut(rect{p[0] - 1, p[1] - 1, p[2] + 1, p[3] + 1})
	}
	c.clipTo, c.hasPos, c.curved, c.points = false, false, false, 0
}

// rectangle tells whether the path is one upright rectangle: straight, and every point
// of it a corner of the box around it.
func (c *canvas) rectangle() bool {
	if c.curved || c.points < 4 || c.points > len(c.corners) {
		return false
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.5 }
	for _, p := range c.corners[:c.points] {
		if !near(p[0], c.path[0]) && !near(p[0], c.path[2]) || !near(p[1], c.path[1]) && !near(p[1], c.path[3]) {
			return false
		}
	}
	return true
}

// colourOp sets colours; it reports whether op was one of its operators.
func (c *canvas) colourOp(op string, args []operand, res pdf.Value) bool {
	switch op {
	case "g":
		c.g.fillCS = colourSpace{components: 1}
		c.g.fill = colour{num(args, 0), num(args, 0), num(args, 0), false}
	case "G":
		c.g.stroke = colour{num(args, 0), num(args, 0), num(args, 0), false}
	case "rg":
		c.g.fillCS = colourSpace{components: 3}
		c.g.fill = colour{num(args, 0), num(args, 1), num(args, 2), false}
	case "RG":
		c.g.stroke = colour{num(args, 0), num(args, 1), num(args, 2), false}
	case "k":
		c.g.fillCS = colourSpace{components: 4}
		c.g.fill = cmyk(args)
	case "K":
		c.g.stroke = cmyk(args)
	case "cs":
		c.g.fillCS = colourSpace{}
		if len(args) > 0 {
			c.g.fillCS = c.colourSpace(string(args[0].b), res)
		}
		// Every space but the inks' starts black.
		c.g.fill = colour{unknown: c.g.fillCS.pattern}
	case "CS":
		c.g.stroke = colour{}
	case "sc", "scn":
		c.g.fill = c.g.fillCS.colour(args)
	case "SC", "SCN":
		c.g.stroke = colour{unknown: true}
	default:
		return false
	}
	return true
}

func cmyk(args []operand) colour {
	k := 1 - num(args, 3)
	return colour{(1 - num(args, 0)) * k, (1 - num(args, 1)) * k, (1 - num(args, 2)) * k, false}
}

func (s colourSpace) colour(args []operand) colour {
	if s.pattern || len(args) > 0 && args[len(args)-1].kind == opName {
		return colour{unknown: true}
	}
	if s.tint {
		ink := 0.0
		for i := range args {
			ink = max(ink, num(args, i))
		}
		if ink < 0.02 {
			return colour{1, 1, 1, false}
		}
		return colour{unknown: true}
	}
	n := s.components
	if n == 0 {
		n = len(args)
	}
	switch n {
	case 1:
		return colour{num(args, 0), num(args, 0), num(args, 0), false}
	case 3:
		return colour{num(args, 0), num(args, 1), num(args, 2), false}
	case 4:
		return cmyk(args)
	}
	return colour{unknown: true}
}

// colourSpace looks a colour space up by the name of a resource.
func (c *canvas) colourSpace(name string, res pdf.Value) colourSpace {
	switch name {
	case "DeviceGray", "G", "CalGray":
		return colourSpace{components: 1}
	case "DeviceRGB", "RGB", "CalRGB":
		return colourSpace{components: 3}
	case "DeviceCMYK", "CMYK":
		return colourSpace{components: 4}
	case "Pattern":
		return colourSpace{pattern: true}
	}
	v := res.Key("ColorSpace").Key(name)
	if v.Kind() == pdf.Name {
		if v.Name() == name {
			return colourSpace{pattern: true}
		}
		return c.colourSpace(v.Name(), pdf.Value{})
	}
	switch v.Index(0).Name() {
	case "ICCBased":
		return colourSpace{components: int(v.Index(1).Key("N").Int64())}
	case "CalRGB":
		return colourSpace{components: 3}
	case "CalGray":
		return colourSpace{components: 1}
	case "Separation", "DeviceN":
		return colourSpace{tint: true}
	}
	// Lab, Indexed and unknown ones: the colour cannot be told.
	return colourSpace{pattern: true}
}

// beginMark opens marked content: text that replaces what is drawn, layers.
func (c *canvas) beginMark(op string, args []operand, res pdf.Value) {
	m := mark{from: len(c.glyphs)}
	if op == "BDC" && len(args) >= 2 {
		tag, prop := string(args[0].b), args[1]
		switch {
		case prop.kind == opDict:
			for i := 0; i+1 < len(prop.list); i += 2 {
				if string(prop.list[i].b) == "ActualText" && prop.list[i+1].kind == opString {
					m.actual, m.hasActual = textString(prop.list[i+1].b), true
				}
			}
		case prop.kind == opName:
			v := res.Key("Properties").Key(string(prop.b))
			if tag == "OC" {
				m.off = c.optional(v)
			} else if a := v.Key("ActualText"); a.Kind() == pdf.String {
				m.actual, m.hasActual = textString([]byte(a.RawString())), true
			}
		}
	}
	if m.off {
		c.offOC++
	}
	if len(c.marks) < 4096 {
		c.marks = append(c.marks, m)
	}
}

func (c *canvas) endMark() {
	n := len(c.marks)
	if n == 0 {
		return
	}
	m := c.marks[n-1]
	c.marks = c.marks[:n-1]
	if m.off {
		c.offOC--
	}
	if m.hasActual {
		c.replaceText(m)
	}
}

// replaceText puts ActualText in the place of the glyphs it stands for, where they are
// one word at most and say less: ligatures, letters without a character. A replacement
// of a whole passage is not believed, or a page could say one thing and show another.
func (c *canvas) replaceText(m mark) {
	gs := c.glyphs[m.from:]
	if len(gs) == 0 || len(m.actual) > 40 {
		return
	}
	unknown := false
	for _, g := range gs {
		unknown = unknown || g.text == "" || g.text == "\uFFFD"
	}
	if !unknown {
		return
	}
	gs[0].text = spell(m.actual)
	gs[0].space = gs[0].text == " "
	for i := 1; i < len(gs); i++ {
		gs[0].box = gs[0].box.join(gs[i].box)
		gs[i].text = ""
	}
	gs[0].ink, gs[0].end = gs[len(gs)-1].ink, gs[len(gs)-1].end
	c.glyphs = c.glyphs[:m.from+1]
}

// textString reads a PDF text string: UTF-16 or UTF-8 with its mark, else Latin.
func textString(b []byte) string {
	switch {
	case len(b) >= 2 && b[0] == 0xfe && b[1] == 0xff:
		if len(b) == 2 {
			return ""
		}
		return utf16Long(b[2:], false)
	case len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe:
		return utf16Long(b[2:], true)
	case len(b) >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf:
		return toValid(string(b[3:]))
	}
	return pdfDoc(b)
}

// optional tells whether a layer is switched off in the file's own default view.
func (c *canvas) optional(v pdf.Value) bool {
	if v.Kind() != pdf.Dict || len(c.hideOC) == 0 {
		return false
	}
	if v.Key("Type").Name() == "OCMD" {
		v = v.Key("OCGs")
		if v.Kind() == pdf.Array {
			off := v.Len() > 0
			for i := range min(v.Len(), 64) {
				off = off && c.hideOC[v.Index(i).String()]
			}
			return off
		}
	}
	return c.hideOC[v.String()]
}
