package extract

import (
	"encoding/xml"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"

	"dossier/screening/text"
)

// readDOCX reads headers, body, notes and footers of a Word document, in this order.
func readDOCX(data []byte, _ Limits) Result {
	z, err := openParts(data)
	if err != nil {
		return Result{Problem: ProblemDamaged, Detail: err.Error()}
	}
	main := mainPart(z)
	body, err := z.read(main)
	if err != nil && len(body) == 0 {
		if errors.Is(err, errTooLarge) {
			return Result{Problem: ProblemTooLarge, Detail: err.Error()}
		}
		return Result{Problem: ProblemDamaged, Detail: err.Error()}
	}
	if len(body) == 0 {
		return Result{Problem: ProblemDamaged, Detail: "no main part"}
	}
	d := &docx{sheet: newSheet(), z: z, chunks: map[string]string{}}
	d.styles()
	d.relations()
	partial := err != nil || z.damaged()
	seen := map[string]bool{}
	part := func(prefix string) {
		var names []string
		for _, n := range z.names {
			if strings.HasPrefix(n, prefix) && strings.HasSuffix(n, ".xml") {
				names = append(names, n)
			}
		}
		slices.Sort(names)
		for _, n := range names[:min(len(names), 40)] {
			b, err := z.read(n)
			// The headers of first, even and odd pages often say the same.
			side := &docx{sheet: newSheet(), z: z, hideStyle: d.hideStyle}
			if err == nil {
				err = side.walk(b)
			}
			partial = partial || err != nil
			p := side.page("docx")
			d.hidden = append(d.hidden, p.Hidden...)
			if t := p.Text; strings.TrimSpace(t) != "" && !seen[t] && !onlyNumber(t) {
				seen[t] = true
				d.write("\n"+t+"\n", true)
			}
		}
	}
	part("word/header")
	if err := d.walk(body); err != nil {
		partial = true
	}
	part("word/footnotes")
	part("word/endnotes")
	part("word/footer")
	res := Result{Pages: []text.Page{d.page("docx")}, PageCount: 1}
	if partial {
		res.warn(WarnPartial)
		res.Pages[0].Problem = ProblemDamaged
	}
	return res
}

// mainPart is the name of the part that holds the text: the one the package's own list
// names, else the usual one.
func mainPart(z *parts) string {
	main := "word/document.xml"
	for _, n := range z.names {
		if dir, file := path.Split(n); dir == "word/" && strings.HasPrefix(file, "document") && strings.HasSuffix(file, ".xml") {
			main = n
		}
	}
	rels, err := z.read("_rels/.rels")
	if err != nil || len(rels) == 0 {
		return main
	}
	named := ""
	_ = walkXML(rels, func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/officeDocument") {
			named = strings.TrimPrefix(path.Clean(attr(e, "Target")), "/")
		}
		return nil
	}, func(string) {}, func(string) {})
	if named != "" && slices.Contains(z.names, named) {
		return named
	}
	return main
}

// readWordXML reads the one XML file that Word 2003 could save a document as.
func readWordXML(data []byte) Result {
	d := &docx{sheet: newSheet(), hideStyle: map[string]bool{}, chunks: map[string]string{}}
	err := d.walk(data)
	res := Result{Pages: []text.Page{d.page("docx")}, PageCount: 1}
	if err != nil {
		res.Pages[0].Problem = ProblemDamaged
	}
	return res
}

// onlyNumber recognises a footer that holds the page number alone.
func onlyNumber(t string) bool {
	t = strings.TrimSpace(t)
	_, err := strconv.Atoi(t)
	return err == nil
}

// docx walks one part of a Word document.
type docx struct {
	*sheet
	z *parts
	// hideStyle holds the styles whose text is not shown.
	hideStyle map[string]bool
	// chunks maps relation ids to parts in another format that belong into the text.
	chunks map[string]string

	skip     int // depth inside elements whose text is not part of the document
	run      runStyle
	para     runStyle
	shaded   []bool // of the table cells around
	boxes    int
	inRunPr  bool
	inParaPr bool
	list     bool
	listed   bool // the dash of this paragraph is written
	textual  bool // inside w:t
}

// runStyle is what decides whether a run can be seen.
type runStyle struct {
	vanish, white, tiny, shaded bool
}

// styles finds the styles that hide text.
func (d *docx) styles() {
	d.hideStyle = map[string]bool{}
	b, err := d.z.read("word/styles.xml")
	if err != nil || len(b) == 0 {
		return
	}
	id := ""
	_ = walkXML(b, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "style":
			id = attr(e, "styleId")
		case "vanish":
			if id != "" && onOff(e) {
				d.hideStyle[id] = true
			}
		}
		return nil
	}, func(name string) {
		if name == "style" {
			id = ""
		}
	}, func(string) {})
}

// relations finds parts written in HTML or plain text by converters.
func (d *docx) relations() {
	b, err := d.z.read("word/_rels/document.xml.rels")
	if err != nil {
		return
	}
	_ = walkXML(b, func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/aFChunk") {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "word/" + target
			}
			d.chunks[attr(e, "Id")] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return nil
	}, func(string) {}, func(string) {})
}

// unseen are elements whose content is not text of the document: deletions, field
// codes, the second rendering of a drawing, fields of equations' layout.
var unseen = map[string]bool{"del": true, "moveFrom": true, "delText": true, "instrText": true, "Fallback": true,
	"delInstrText": true, "annotation": true, "sdtPr": true, "docPartObj": true, "binData": true}

func (d *docx) walk(part []byte) error {
	return walkXML(part, d.start, d.end, func(s string) {
		if d.textual && d.skip == 0 {
			d.line()
			d.write(strings.ReplaceAll(s, "\n", " "), d.seen())
		}
	})
}

// line writes what stands before the first word of a paragraph.
func (d *docx) line() {
	if d.list && !d.listed && d.atLineStart() {
		d.write("- ", true)
	}
	d.listed = true
}

// seen tells whether a reader of the page sees the current run. White text is only
// hidden where nothing coloured is known to stand behind it.
func (d *docx) seen() bool {
	if d.run.vanish || d.para.vanish || d.run.tiny {
		return false
	}
	if !d.run.white || d.run.shaded || d.para.shaded || d.boxes > 0 {
		return true
	}
	return slices.Contains(d.shaded, true)
}

func (d *docx) start(e xml.StartElement) error {
	name := e.Name.Local
	if d.skip > 0 || unseen[name] {
		d.skip++
		return nil
	}
	switch name {
	case "p":
		d.para, d.run, d.list, d.listed = runStyle{}, runStyle{}, false, false
	case "pPr":
		d.inParaPr = true
	case "r":
		d.run = runStyle{}
	case "rPr":
		d.inRunPr = true
	case "pStyle":
		id := attr(e, "val")
		d.para.vanish = d.hideStyle[id]
		if low := strings.ToLower(id); strings.HasPrefix(low, "heading") || strings.HasPrefix(low, "titre") || strings.HasPrefix(low, "title") {
			if !d.atLineStart() {
				d.newline()
			}
			d.newline()
		}
	case "rStyle":
		d.run.vanish = d.run.vanish || d.hideStyle[attr(e, "val")]
	case "numPr":
		d.list = true
	case "numId":
		// A paragraph may leave the list its style belongs to.
		if attr(e, "val") == "0" {
			d.list = false
		}
	case "vanish":
		// Of the paragraph mark it says nothing about the words.
		if d.inRunPr && !d.inParaPr {
			d.run.vanish = onOff(e)
		}
	case "color":
		if d.inRunPr && !d.inParaPr {
			d.run.white = strings.EqualFold(attr(e, "val"), "FFFFFF")
		}
	case "sz":
		if n, err := strconv.Atoi(attr(e, "val")); err == nil && d.inRunPr && !d.inParaPr {
			d.run.tiny = n <= 4
		}
	case "shd":
		dark := coloured(attr(e, "fill")) || attr(e, "val") == "solid"
		switch {
		case d.inRunPr:
			d.run.shaded = dark
		case d.inParaPr:
			d.para.shaded = dark
		case len(d.shaded) > 0:
			d.shaded[len(d.shaded)-1] = d.shaded[len(d.shaded)-1] || dark
		}
	case "highlight":
		d.run.shaded = true
	case "t":
		d.textual = true
	case "tab":
		if !d.inParaPr {
			d.line()
			d.write("\t", d.seen())
		}
	case "br", "cr":
		if d.atLineStart() {
			break
		}
		d.newline()
	case "noBreakHyphen":
		d.write("-", d.seen())
	case "sym":
		d.write("\u2022", d.seen())
	case "txbxContent":
		d.push()
		d.boxes++
	case "tbl":
		if !d.atLineStart() {
			d.newline()
		}
		d.shaded = append(d.shaded, false)
	case "tc":
		d.push()
		d.shaded = append(d.shaded, false)
	case "altChunk":
		d.chunk(attr(e, "id"))
	}
	return nil
}

func (d *docx) end(name string) {
	if d.skip > 0 {
		d.skip--
		return
	}
	switch name {
	case "pPr":
		d.inParaPr = false
	case "rPr":
		d.inRunPr = false
	case "t":
		d.textual = false
	case "p":
		d.endParagraph()
		d.list = false
	case "txbxContent":
		t := d.pop()
		d.boxes = max(0, d.boxes-1)
		d.box(t)
	case "tc":
		d.cell(d.pop())
		d.unshade()
	case "tr":
		d.row()
	case "tbl":
		d.unshade()
		d.newline()
	}
}

func (d *docx) unshade() {
	if n := len(d.shaded); n > 0 {
		d.shaded = d.shaded[:n-1]
	}
}

// coloured tells whether a fill is dark enough to carry white letters.
func coloured(fill string) bool {
	return len(fill) == 6 && !strings.EqualFold(fill, "FFFFFF")
}

// chunk sets down a part that a converter left in its own format.
func (d *docx) chunk(id string) {
	name := d.chunks[id]
	if name == "" {
		return
	}
	b, err := d.z.read(name)
	if err != nil {
		return
	}
	switch sniff(b) {
	case mediaHTML:
		t, hidden := HTMLText(b, "")
		d.hidden = append(d.hidden, hidden...)
		d.write("\n"+t+"\n", true)
	case mediaText:
		d.write("\n"+decodeText(b, "")+"\n", true)
	}
}
