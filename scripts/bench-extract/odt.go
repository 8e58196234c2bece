package main

import (
	"context"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const odtHead = `<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'%[1]s'"/></office:font-face-decls>
<office:automatic-styles>
<style:page-layout style:name="pm"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="1.8cm"/></style:page-layout>
<style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:text-align="%[3]s"/><style:text-properties style:font-name="F" fo:font-size="%[2]dpt"/></style:style>
<style:style style:name="D" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties><style:tab-stops><style:tab-stop style:position="17.4cm" style:type="right"/></style:tab-stops></style:paragraph-properties><style:text-properties style:font-name="F" fo:font-size="%[2]dpt"/></style:style>
<style:style style:name="B" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties fo:break-before="column"/><style:text-properties style:font-name="F" fo:font-size="14pt"/></style:style>
<style:style style:name="H" style:family="paragraph"><style:paragraph-properties fo:margin-top="0.3cm"/><style:text-properties style:font-name="F" fo:font-size="14pt" fo:font-weight="bold"/></style:style>
<style:style style:name="N" style:family="paragraph"><style:text-properties style:font-name="F" fo:font-size="22pt"/></style:style>
<style:style style:name="S" style:family="section"><style:section-properties text:dont-balance-text-columns="true"><style:columns fo:column-count="2" fo:column-gap="0.9cm"><style:column style:rel-width="1*"/><style:column style:rel-width="1*"/></style:columns></style:section-properties></style:style>
<style:style style:name="T" style:family="table"><style:table-properties style:width="17.4cm" table:align="left"/></style:style>
<style:style style:name="narrow" style:family="table-column"><style:table-column-properties style:column-width="%[4]s"/></style:style>
<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="%[5]s"/></style:style>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.15cm"/></style:style>
<style:style style:name="G" style:family="graphic"><style:graphic-properties style:wrap="left" style:horizontal-pos="right" style:horizontal-rel="page-content" style:vertical-pos="from-top" style:vertical-rel="page-content"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm"/></office:master-styles>
<office:body><office:text>`

var odtFonts = []string{"Liberation Sans", "Liberation Serif", "DejaVu Sans", "DejaVu Serif"}

// writeODT writes a sheet as flat OpenDocument.
func writeODT(s sheet) string {
	var b strings.Builder
	narrow, wide := "5.4cm", "12cm"
	if s.layout == datesLeft {
		narrow, wide = "4.2cm", "13.2cm"
	}
	align := map[bool]string{true: "justify", false: "start"}[s.style%2 == 1]
	fmt.Fprintf(&b, odtHead, odtFonts[s.style%len(odtFonts)], 9+s.style%2, align, narrow, wide)
	for i, h := range s.head {
		odtParagraph(&b, map[bool]string{true: "N", false: "P"}[i == 0], h)
	}
	cells := func(left, right func()) {
		b.WriteString(`<table:table table:style-name="T"><table:table-column table:style-name="narrow"/><table:table-column table:style-name="wide"/><table:table-row><table:table-cell table:style-name="cell">`)
		left()
		b.WriteString(`</table:table-cell><table:table-cell table:style-name="cell">`)
		right()
		b.WriteString(`</table:table-cell></table:table-row></table:table>`)
	}
	switch s.layout {
	case sidebarLeft:
		cells(func() { odtSections(&b, s, s.left, cells) }, func() { odtSections(&b, s, s.right, cells) })
	case sidebarRight:
		b.WriteString(`<text:p text:style-name="P"><draw:frame draw:style-name="G" text:anchor-type="paragraph" svg:width="5cm" svg:y="2.6cm"><draw:text-box fo:min-height="5cm">`)
		odtSections(&b, s, s.right, cells)
		b.WriteString(`</draw:text-box></draw:frame></text:p>`)
		odtSections(&b, s, s.left, cells)
	case evenColumns:
		b.WriteString(`<text:section text:style-name="S" text:name="s">`)
		odtSections(&b, s, s.left, cells)
		b.WriteString(`<text:p text:style-name="B"/>`)
		odtSections(&b, s, s.right, cells)
		b.WriteString(`</text:section>`)
	default:
		odtSections(&b, s, s.left, cells)
	}
	b.WriteString(`</office:text></office:body></office:document>`)
	return b.String()
}

func odtParagraph(b *strings.Builder, style, t string) {
	t = strings.ReplaceAll(html.EscapeString(t), "\t", "<text:tab/>")
	fmt.Fprintf(b, `<text:p text:style-name="%s">%s</text:p>`+"\n", style, t)
}

func odtSections(b *strings.Builder, s sheet, sections []section, cells func(left, right func())) {
	for _, sec := range sections {
		odtParagraph(b, "H", sec.title)
		for _, e := range sec.entries {
			lines := func() {
				for _, l := range e.lines {
					odtParagraph(b, "P", "• "+l)
				}
			}
			switch {
			case e.when != "" && s.layout == datesLeft:
				cells(func() { odtParagraph(b, "P", e.when) }, func() { odtParagraph(b, "P", e.what); lines() })
				continue
			case e.when != "" && s.layout == datesRight:
				odtParagraph(b, "D", e.what+"\t"+e.when)
			default:
				for _, t := range []string{e.when, e.what} {
					if t != "" {
						odtParagraph(b, "P", t)
					}
				}
			}
			lines()
		}
	}
}

// printODT has LibreOffice print the sheets: NAME.fodt and NAME.pdf in dir.
func printODT(ctx context.Context, dir string, sheets []sheet) error {
	profile, err := os.MkdirTemp("", "bench-libreoffice-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	args := []string{"-env:UserInstallation=file://" + profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", dir}
	for _, s := range sheets {
		path := filepath.Join(dir, s.name+".fodt")
		if err := os.WriteFile(path, []byte(writeODT(s)), 0o644); err != nil {
			return err
		}
		args = append(args, path)
	}
	if out, err := exec.CommandContext(ctx, "soffice", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("soffice: %w\n%s", err, out)
	}
	return nil
}
