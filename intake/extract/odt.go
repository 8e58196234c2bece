package extract

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strconv"
	"strings"

	"dossier/screening/text"
)

// readODT reads header, body and footer of an OpenDocument text.
func readODT(data []byte, _ Limits) Result {
	z, err := openParts(data)
	if err != nil {
		return Result{Problem: ProblemDamaged, Detail: err.Error()}
	}
	if m, _ := z.read("META-INF/manifest.xml"); bytes.Contains(m, []byte("encryption-data")) {
		return Result{Problem: ProblemPassword}
	}
	body, err := z.read("content.xml")
	if len(body) == 0 {
		switch {
		case errors.Is(err, errTooLarge):
			return Result{Problem: ProblemTooLarge, Detail: err.Error()}
		case err != nil:
			return Result{Problem: ProblemDamaged, Detail: err.Error()}
		}
		return Result{Problem: ProblemDamaged, Detail: "no content part"}
	}
	partial := err != nil || z.damaged()
	o := &odt{sheet: newSheet(), style: map[string]odtStyle{}}
	styles, err := z.read("styles.xml")
	partial = partial || err != nil
	header, footer := o.marginals(styles)
	if header != "" {
		o.write(header+"\n\n", true)
	}
	if walkXML(body, o.start, o.end, o.chars) != nil {
		partial = true
	}
	if footer != "" && !onlyNumber(footer) {
		o.write("\n"+footer+"\n", true)
	}
	res := Result{Pages: []text.Page{o.page("odt")}, PageCount: 1}
	if partial {
		res.warn(WarnPartial)
		res.Pages[0].Problem = ProblemDamaged
	}
	return res
}

// readFlatODT reads an OpenDocument text saved as one XML file.
func readFlatODT(data []byte) Result {
	o := &odt{sheet: newSheet(), style: map[string]odtStyle{}}
	// The styles come before the text, the marginal texts among them.
	header, footer := o.marginals(data)
	if header != "" {
		o.write(header+"\n\n", true)
	}
	body := data
	if i := bytes.Index(data, []byte("<office:body")); i > 0 {
		body = data[i:]
	}
	err := walkXML(body, o.start, o.end, o.chars)
	if footer != "" && !onlyNumber(footer) {
		o.write("\n"+footer+"\n", true)
	}
	res := Result{Pages: []text.Page{o.page("odt")}, PageCount: 1}
	if err != nil && !strings.Contains(err.Error(), "unexpected end element") {
		res.Pages[0].Problem = ProblemDamaged
	}
	return res
}

// odtStyle is what a style says about being seen.
type odtStyle struct {
	hidden, white, backed bool
}

// odt walks content.xml, or the marginal texts of styles.xml.
type odt struct {
	*sheet
	style map[string]odtStyle
	// defining is the style whose properties are being read.
	defining string
	open     []odtStyle
	skip     int
	inText   int
	frames   int
	list     int
	fresh    bool // a list item that has not had its dash yet
}

// odtUnseen are elements whose content is not text of the page.
var odtUnseen = map[string]bool{"tracked-changes": true, "annotation": true, "sequence-decls": true, "forms": true,
	"variable-decls": true, "user-field-decls": true, "title": true, "desc": true, "hidden-text": true, "note-citation": true,
	"ruby-text": true, "script": true}

// marginals reads the header and the footer of the first page master.
func (o *odt) marginals(styles []byte) (header, footer string) {
	side := &odt{sheet: newSheet(), style: o.style}
	in := ""
	seen := map[string]bool{}
	_ = walkXML(styles, func(e xml.StartElement) error {
		if n := e.Name.Local; e.Name.Space == "style" && (strings.HasPrefix(n, "header") || strings.HasPrefix(n, "footer")) && !strings.Contains(n, "-style") && !strings.Contains(n, "-properties") {
			in = n
			side.push()
			return nil
		}
		if in == "" && (e.Name.Space == "text" || e.Name.Space == "table" || e.Name.Space == "draw") {
			return nil
		}
		return side.start(e)
	}, func(name string) {
		if name != in || in == "" {
			side.end(name)
			return
		}
		t := strings.TrimSpace(side.pop())
		if t != "" && !seen[t] {
			seen[t] = true
			if strings.HasPrefix(in, "header") {
				header += t + "\n"
			} else {
				footer += t + "\n"
			}
		}
		in = ""
	}, side.chars)
	o.hidden = append(o.hidden, side.hidden...)
	return strings.TrimSpace(header), strings.TrimSpace(footer)
}

func (o *odt) chars(s string) {
	if o.skip > 0 || o.inText == 0 {
		return
	}
	s = strings.Join(strings.FieldsFunc(" "+s+" ", func(r rune) bool { return r == '\n' || r == '\t' || r == '\r' }), " ")
	s = strings.TrimSuffix(strings.TrimPrefix(s, " "), " ")
	if s == "" {
		return
	}
	o.dash()
	o.write(s, o.seen())
}

func (o *odt) dash() {
	if o.fresh && o.atLineStart() {
		o.write("- ", true)
	}
	o.fresh = false
}

func (o *odt) seen() bool {
	white, backed := false, o.frames > 0
	for _, s := range o.open {
		if s.hidden {
			return false
		}
		white = white || s.white
		backed = backed || s.backed
	}
	return !white || backed
}

func (o *odt) start(e xml.StartElement) error {
	name := e.Name.Local
	if o.skip > 0 || odtUnseen[name] && e.Name.Space != "dc" {
		o.skip++
		return nil
	}
	switch name {
	case "style":
		o.defining = attr(e, "name")
	case "text-properties", "paragraph-properties", "table-cell-properties", "graphic-properties":
		o.define(e)
	case "p", "h":
		o.open = append(o.open, o.style[attr(e, "style-name")])
		o.inText++
		if name == "h" && o.inText == 1 {
			o.newline()
		}
	case "span", "a":
		o.open = append(o.open, o.style[attr(e, "style-name")])
	case "s":
		n, err := strconv.Atoi(attr(e, "c"))
		if err != nil {
			n = 1
		}
		o.write(strings.Repeat(" ", max(0, min(n, 80))), o.seen())
	case "tab":
		o.dash()
		o.write("\t", o.seen())
	case "line-break":
		o.newline()
	case "list-item":
		o.list++
		o.fresh = true
	case "text-box", "note-body":
		o.push()
		o.frames++
	case "table":
		if !o.atLineStart() {
			o.newline()
		}
	case "table-cell":
		o.push()
		o.open = append(o.open, o.style[attr(e, "style-name")])
	}
	return nil
}

func (o *odt) end(name string) {
	if o.skip > 0 {
		o.skip--
		return
	}
	switch name {
	case "style":
		o.defining = ""
	case "p", "h":
		o.inText = max(0, o.inText-1)
		o.close()
		o.endParagraph()
	case "span", "a":
		o.close()
	case "list-item":
		o.fresh = false
		o.list = max(0, o.list-1)
	case "text-box", "note-body":
		t := o.pop()
		o.frames = max(0, o.frames-1)
		o.box(t)
	case "table-cell":
		o.close()
		o.cell(o.pop())
	case "table-row":
		o.row()
	case "table":
		o.newline()
	}
}

func (o *odt) close() {
	if n := len(o.open); n > 0 {
		o.open = o.open[:n-1]
	}
}

// define notes what the style being read says about being seen.
func (o *odt) define(e xml.StartElement) {
	if o.defining == "" {
		return
	}
	s := o.style[o.defining]
	if attr(e, "display") == "none" && e.Name.Local == "text-properties" {
		s.hidden = true
	}
	if c := attr(e, "color"); c != "" && e.Name.Local == "text-properties" {
		s.white = strings.EqualFold(c, "#ffffff")
	}
	if pt, ok := strings.CutSuffix(attr(e, "font-size"), "pt"); ok {
		if n, err := strconv.ParseFloat(pt, 64); err == nil && n <= 2 {
			s.hidden = true
		}
	}
	if c := attr(e, "background-color"); strings.HasPrefix(c, "#") && !strings.EqualFold(c, "#ffffff") {
		s.backed = true
	}
	o.style[o.defining] = s
}
