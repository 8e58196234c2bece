package extract

import "github.com/ledongthuc/pdf"

// xobject draws a form or notes a picture.
func (c *canvas) xobject(v, parent pdf.Value, depth int) {
	c.f.ops += pictureOps
	c.lost = c.lost || v.Kind() != pdf.Stream
	switch v.Key("Subtype").Name() {
	case "Image":
		if c.optional(v.Key("OC")) {
			return
		}
		c.image()
	case "Form":
		if depth >= maxFormDepth || c.optional(v.Key("OC")) {
			return
		}
		c.form(v, parent, depth)
	}
}

// form interprets a form within the current state.
func (c *canvas) form(v, parent pdf.Value, depth int) {
	saved, tm, tlm := c.g, c.tm, c.tlm
	if m := v.Key("Matrix"); m.Len() == 6 {
		c.g.ctm = valueMatrix(m).mul(c.g.ctm)
	}
	if b := v.Key("BBox"); b.Len() == 4 {
		r := c.g.ctm.box(b.Index(0).Float64(), b.Index(1).Float64(), b.Index(2).Float64(), b.Index(3).Float64())
		c.g.clip = c.g.clip.cut(r)
	}
	res := v.Key("Resources")
	if res.Kind() != pdf.Dict {
		res = parent
	}
	content, err := readSome(v, maxStream)
	c.lost = c.lost || err != nil
	c.f.ops += formOps + len(content)/100
	c.run(content, res, depth+1)
	c.g, c.tm, c.tlm = saved, tm, tlm
}

func valueMatrix(v pdf.Value) (m matrix) {
	for i := range m {
		m[i] = v.Index(i).Float64()
	}
	return m
}

// image notes where a picture stands.
func (c *canvas) image() {
	r := c.g.ctm.box(0, 0, 1, 1)
	c.paint(r, colour{unknown: true})
	if whole := c.frame.area(); whole > 0 {
		c.images += r.cut(c.g.clip).cut(c.frame).area() / whole
	}
	c.showThrough()
}

func (c *canvas) inlineImage(x *lexer) {
	// The words up to ID are keys and values of the picture's dictionary.
	for {
		op, _ := x.next()
		if op == nil {
			return
		}
		if string(op) == "ID" {
			break
		}
	}
	x.skipInlineImage()
	c.image()
}
