package notices

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Formats a notice can be rendered in.
var Formats = []string{"txt", "html", "docx", "pdf"}

// Render writes the notice in a format of Formats.
func (c Case) Render(format string) ([]byte, error) {
	switch format {
	case "txt":
		return c.plain(), nil
	case "html":
		return c.html(), nil
	case "docx":
		return c.docx()
	case "pdf":
		return c.pdf()
	}
	return nil, fmt.Errorf("format %q: want one of %s", format, strings.Join(Formats, ", "))
}

// part is a block of the markup.
type part struct {
	kind string // h1, h2, item, row, text
	text string
	rows [][]string
}

func (c Case) parts() []part {
	var out []part
	fresh := true
	for _, line := range strings.Split(c.Markup, "\n") {
		line = strings.TrimSpace(line)
		n := len(out)
		switch {
		case line == "":
			fresh = true
			continue
		case strings.HasPrefix(line, "## "):
			out = append(out, part{kind: "h2", text: line[3:]})
		case strings.HasPrefix(line, "# "):
			out = append(out, part{kind: "h1", text: line[2:]})
		case strings.HasPrefix(line, "- "):
			out = append(out, part{kind: "item", text: line[2:]})
		case strings.HasPrefix(line, "|"):
			var row []string
			for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
				row = append(row, strings.TrimSpace(cell))
			}
			if n > 0 && !fresh && out[n-1].kind == "row" {
				out[n-1].rows = append(out[n-1].rows, row)
			} else {
				out = append(out, part{kind: "row", rows: [][]string{row}})
			}
		default:
			out = append(out, part{kind: "text", text: line})
		}
		fresh = false
	}
	return out
}

func (c Case) plain() []byte {
	var b strings.Builder
	last := ""
	for _, p := range c.parts() {
		if last != "" && !(p.kind == "item" && last == "item") {
			b.WriteByte('\n')
		}
		switch p.kind {
		case "item":
			b.WriteString("- " + p.text + "\n")
		case "row":
			for _, row := range p.rows {
				b.WriteString(strings.Join(row, "\t") + "\n")
			}
		default:
			b.WriteString(p.text + "\n")
		}
		last = p.kind
	}
	return []byte(b.String())
}

func (c Case) html() []byte {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>" + html.EscapeString(c.Name) + "</title></head><body>\n")
	list := false
	for _, p := range c.parts() {
		if list != (p.kind == "item") {
			b.WriteString(map[bool]string{true: "</ul>\n", false: "<ul>\n"}[list])
			list = !list
		}
		t := html.EscapeString(p.text)
		switch p.kind {
		case "h1", "h2":
			fmt.Fprintf(&b, "<%s>%s</%s>\n", p.kind, t, p.kind)
		case "item":
			b.WriteString("<li>" + t + "</li>\n")
		case "row":
			b.WriteString("<table>\n")
			for _, row := range p.rows {
				b.WriteString("<tr>")
				for _, cell := range row {
					b.WriteString("<td>" + html.EscapeString(cell) + "</td>")
				}
				b.WriteString("</tr>\n")
			}
			b.WriteString("</table>\n")
		default:
			b.WriteString("<p>" + t + "</p>\n")
		}
	}
	if list {
		b.WriteString("</ul>\n")
	}
	b.WriteString("</body></html>\n")
	return []byte(b.String())
}

const (
	contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	packageRels  = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
)

func (c Case) docx() ([]byte, error) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	para := func(props, t string) {
		b.WriteString(`<w:p>` + props + `<w:r><w:t xml:space="preserve">` + html.EscapeString(t) + `</w:t></w:r></w:p>`)
	}
	for _, p := range c.parts() {
		switch p.kind {
		case "h1":
			para(`<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>`, p.text)
		case "h2":
			para(`<w:pPr><w:pStyle w:val="Heading2"/></w:pPr>`, p.text)
		case "item":
			para(`<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>`, p.text)
		case "row":
			b.WriteString(`<w:tbl>`)
			for _, row := range p.rows {
				b.WriteString(`<w:tr>`)
				for _, cell := range row {
					b.WriteString(`<w:tc>`)
					para("", cell)
					b.WriteString(`</w:tc>`)
				}
				b.WriteString(`</w:tr>`)
			}
			b.WriteString(`</w:tbl>`)
		default:
			para("", p.text)
		}
	}
	b.WriteString(`</w:body></w:document>`)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range [][2]string{{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageRels}, {"word/document.xml", b.String()}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (c Case) pdf() ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetMargins(20, 18, 20)
	pdf.SetAutoPageBreak(true, 18)
	pdf.AddUTF8FontFromBytes("go", "", slices.Clone(goregular.TTF))
	pdf.AddUTF8FontFromBytes("go", "B", slices.Clone(gobold.TTF))
	pdf.AddPage()
	for _, p := range c.parts() {
		switch p.kind {
		case "h1":
			pdf.SetFont("go", "B", 15)
			pdf.MultiCell(0, 8, p.text, "", "L", false)
			pdf.Ln(2)
		case "h2":
			pdf.Ln(3)
			pdf.SetFont("go", "B", 12)
			pdf.MultiCell(0, 6, p.text, "", "L", false)
			pdf.Ln(1)
		case "item":
			pdf.SetFont("go", "", 10)
			pdf.SetX(24)
			pdf.CellFormat(5, 5, "•", "", 0, "L", false, 0, "")
			pdf.MultiCell(0, 5, p.text, "", "L", false)
		case "row":
			pdf.SetFont("go", "", 10)
			for _, row := range p.rows {
				c.pdfRow(pdf, row)
			}
			pdf.Ln(2)
		default:
			pdf.SetFont("go", "", 10)
			pdf.MultiCell(0, 5, p.text, "", "L", false)
			pdf.Ln(2)
		}
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// pdfRow sets one row of a table, each cell in a column of its own.
func (c Case) pdfRow(pdf *fpdf.Fpdf, row []string) {
	width := 170 / float64(len(row))
	x, y := pdf.GetXY()
	low := y
	for i, cell := range row {
		pdf.SetXY(x+float64(i)*width, y)
		pdf.MultiCell(width-3, 5, cell, "", "L", false)
		low = max(low, pdf.GetY())
	}
	pdf.SetXY(x, low+1)
}
