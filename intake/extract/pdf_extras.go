package extract

import (
	"path"
	"strings"

	"github.com/ledongthuc/pdf"

	"dossier/screening/text"
)

const (
	maxAnnotations = 2000
	maxFields      = 2000
	maxEmbedded    = 20
)

// annotations draws what stands on top of the page: filled-in form fields and typed
// notes, as their own appearance shows them.
func (c *canvas) annotations(page pdf.Value) {
	list := page.Key("Annots")
	for i := range min(list.Len(), maxAnnotations) {
		walkSafely(func() { c.annotation(list.Index(i)) })
	}
}

func (c *canvas) annotation(a pdf.Value) {
	switch a.Key("Subtype").Name() {
	case "Widget", "FreeText", "Stamp":
	default:
		return
	}
	const hidden, noView = 2, 32
	if a.Key("F").Int64()&(hidden|noView) != 0 {
		return
	}
	ap := a.Key("AP").Key("N")
	if ap.Kind() == pdf.Dict {
		ap = ap.Key(a.Key("AS").Name())
	}
	r := boxOf(a.Key("Rect"))
	if ap.Kind() != pdf.Stream || r.area() <= 0 {
		return
	}
	b := boxOf(ap.Key("BBox"))
	m := matrix{1, 0, 0, 1, 0, 0}
	if v := ap.Key("Matrix"); v.Len() == 6 {
		m = valueMatrix(v)
	}
	t := m.box(b[0], b[1], b[2], b[3])
	if t.area() <= 0 {
		return
	}
	sx, sy := (r[2]-r[0])/(t[2]-t[0]), (r[3]-r[1])/(t[3]-t[1])
	saved := c.g
	c.g.ctm = matrix{sx, 0, 0, sy, r[0] - t[0]*sx, r[1] - t[1]*sy}.mul(c.g.ctm)
	c.form(ap, pdf.Value{}, 1)
	c.g = saved
}

// field is one filled-in form field.
type field struct{ name, value string }

// appendForm adds the values of form fields that no page shows, as "name: value"
// lines at the end of the last page. It reports whether the document has any.
func (f *pdfFile) appendForm(res *Result) bool {
	var fields []field
	walkSafely(func() {
		list := f.Trailer().Key("Root").Key("AcroForm").Key("Fields")
		for i := range min(list.Len(), maxFields) {
			walkSafely(func() { fields = collectFields(list.Index(i), "", fields, 0) })
		}
	})
	if len(fields) == 0 {
		return false
	}
	var all strings.Builder
	for _, p := range res.Pages {
		all.WriteString(squeeze(p.Text))
	}
	shown := all.String()
	last := &res.Pages[len(res.Pages)-1]
	for _, x := range fields {
		if strings.Contains(shown, squeeze(x.value)) {
			continue
		}
		line := x.value
		if x.name != "" {
			line = x.name + ": " + x.value
		}
		appendLine(last, line)
	}
	return true
}

// appendLine adds a line without a place to a page.
func appendLine(p *text.Page, s string) {
	if p.Text != "" && !strings.HasSuffix(p.Text, "\n") {
		p.Text += "\n"
	}
	p.Text += toValid(s) + "\n"
	if p.Problem == ProblemNoText || p.Problem == "" {
		p.Quality = quality(*p)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// collectFields walks the tree of fields; depth bounds a tree that bites its tail.
func collectFields(v pdf.Value, kind string, out []field, depth int) []field {
	if depth > 12 || len(out) >= maxFields {
		return out
	}
	if k := v.Key("FT").Name(); k != "" {
		kind = k
	}
	kids := v.Key("Kids")
	for i := range min(kids.Len(), maxFields) {
		out = collectFields(kids.Index(i), kind, out, depth+1)
	}
	if kind != "Tx" && kind != "Ch" {
		return out
	}
	val := v.Key("V")
	s := ""
	switch val.Kind() {
	case pdf.String:
		s = textString([]byte(val.RawString()))
	case pdf.Array:
		var parts []string
		for i := range min(val.Len(), 100) {
			parts = append(parts, textString([]byte(val.Index(i).RawString())))
		}
		s = strings.Join(parts, ", ")
	case pdf.Stream:
		s = textString(stream(val, 1<<20))
	}
	if s = strings.TrimSpace(strings.ReplaceAll(s, "\r", "\n")); s == "" {
		return out
	}
	name := textString([]byte(v.Key("TU").RawString()))
	if name == "" {
		name = textString([]byte(v.Key("T").RawString()))
	}
	return append(out, field{strings.TrimSpace(name), s})
}

// embedded lists the files a document carries, by its name tree and its attachments.
func (f *pdfFile) embedded() (out []Embedded) {
	walkSafely(func() {
		root := f.Trailer().Key("Root")
		seen := map[string]bool{}
		var walk func(v pdf.Value, depth int)
		add := func(spec pdf.Value) {
			if len(out) >= maxEmbedded {
				return
			}
			if e, ok := embeddedFile(spec); ok && !seen[e.Name+string(e.Data)] {
				seen[e.Name+string(e.Data)] = true
				out = append(out, e)
			}
		}
		walk = func(v pdf.Value, depth int) {
			if depth > 12 || v.Kind() != pdf.Dict {
				return
			}
			names := v.Key("Names")
			for i := 1; i < min(names.Len(), 2*maxEmbedded); i += 2 {
				walkSafely(func() { add(names.Index(i)) })
			}
			kids := v.Key("Kids")
			for i := range min(kids.Len(), 100) {
				walkSafely(func() { walk(kids.Index(i), depth+1) })
			}
		}
		walk(root.Key("Names").Key("EmbeddedFiles"), 0)
		af := root.Key("AF")
		for i := range min(af.Len(), maxEmbedded) {
			walkSafely(func() { add(af.Index(i)) })
		}
	})
	return out
}

func embeddedFile(spec pdf.Value) (Embedded, bool) {
	ef := spec.Key("EF")
	v := ef.Key("UF")
	if v.Kind() != pdf.Stream {
		v = ef.Key("F")
	}
	data := stream(v, 25<<20)
	if len(data) == 0 {
		return Embedded{}, false
	}
	name := textString([]byte(spec.Key("UF").RawString()))
	if name == "" {
		name = textString([]byte(spec.Key("F").RawString()))
	}
	name = path.Base(strings.ReplaceAll(toValid(name), "\\", "/"))
	return Embedded{Name: name, Media: sniff(data), Data: data}, true
}
