package extract

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// hostileTraps are files built by hand, each against one weakness of readers. They may
// vary with rng.
var hostileTraps = map[string]func(*rand.Rand) []byte{
	// Circles.
	"pages within themselves.pdf": func(*rand.Rand) []byte {
		return objectsPDF(map[int]string{2: "<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R 3 0 R] /Count 4 >>", 3: "<< /Type /Page /Parent 2 0 R >>"})
	},
	"parents in a circle.pdf": func(*rand.Rand) []byte {
		return objectsPDF(map[int]string{2: "<< /Type /Pages /Parent 6 0 R /Kids [3 0 R] /Count 1 >>", 6: "<< /Parent 2 0 R >>", 3: "<< /Type /Page /Parent 6 0 R >>"})
	},
	"length of itself.pdf": func(*rand.Rand) []byte {
		return onPage("/Contents 4 0 R", map[int]string{4: "<< /Length 4 0 R >>\nstream\nBT ET\nendstream"})
	},
	"a form that draws itself.pdf": func(*rand.Rand) []byte {
		form := streamObject("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>", "/X Do /X Do /X Do")
		return onPage("/Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject("", "/X Do"), 5: form})
	},
	"forms that multiply.pdf": func(*rand.Rand) []byte {
		objs := map[int]string{4: streamObject("", "/X Do")}
		for i := 10; i < 30; i++ {
			objs[i] = streamObject(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>", i+1), strings.Repeat("/X Do ", 50))
		}
		return onPage("/Resources << /XObject << /X 10 0 R >> >> /Contents 4 0 R", objs)
	},
	"a font of itself.pdf": func(*rand.Rand) []byte {
		return onPage("/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject("", "BT /F1 9 Tf (abc) Tj ET"),
			5: "<< /Type /Font /Subtype /Type0 /Encoding 5 0 R /ToUnicode 5 0 R /DescendantFonts [5 0 R] >>"})
	},
	"a letter that draws itself.pdf": func(*rand.Rand) []byte {
		return onPage("/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject("", "BT /F1 9 Tf (aaaa) Tj ET"),
			5: "<< /Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [1] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /F1 5 0 R >> >> >>",
			6: streamObject("", "BT /F1 9 Tf (aaaa) Tj ET")})
	},
	"an index before itself.pdf": func(*rand.Rand) []byte {
		b := columnsPDF()
		at := bytes.Index(b, []byte("xref"))
		return bytes.Replace(b, []byte("/Root 1 0 R"), fmt.Appendf(nil, "/Root 1 0 R /Prev %d", at), 1)
	},
	"references to references.pdf": func(*rand.Rand) []byte {
		return onPage("/Rotate 7 0 R /Contents 7 0 R", map[int]string{7: "7 0 R", 8: "7 0 R"})
	},
	"an outline in a circle.pdf": func(*rand.Rand) []byte {
		return onPage("/Annots 6 0 R /Contents 4 0 R", map[int]string{1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> /Names << /EmbeddedFiles 7 0 R >> >>",
			4: streamObject("", "BT ET"), 6: "[<< /Kids [6 0 R] /T (a) /FT /Tx /V 6 0 R /Parent 6 0 R >> 6 0 R]", 7: "<< /Kids [7 0 R 7 0 R] /Names [(a) 7 0 R] >>"})
	},
	// Depth.
	"deep dictionaries.pdf": func(*rand.Rand) []byte {
		return onPage("/Contents 4 0 R /X "+strings.Repeat("<< /A ", 100_000)+strings.Repeat(">>", 100_000), map[int]string{4: streamObject("", "BT ET")})
	},
	"deep arrays on the page.pdf": func(*rand.Rand) []byte { return pagePDF(strings.Repeat("[", 1_000_000)) },
	"deep states on the page.pdf": func(*rand.Rand) []byte { return pagePDF(strings.Repeat("q ", 1_000_000)) },
	"deep marks on the page.pdf": func(*rand.Rand) []byte {
		return pagePDF(strings.Repeat("/Span << /ActualText (x) >> BDC ", 100_000))
	},
	"deep pages.pdf": func(*rand.Rand) []byte {
		objs := map[int]string{}
		for i := 2; i < 3000; i++ {
			objs[i] = fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R] /Count 1 >>", i+1)
		}
		return objectsPDF(objs)
	},
	"deep.html": func(*rand.Rand) []byte { return []byte("<html>" + strings.Repeat("<div>", 500_000) + "x") },
	"deep tables.html": func(*rand.Rand) []byte {
		return []byte("<html>" + strings.Repeat("<table><tr><td>", 100_000) + "x")
	},
	"deep.rtf":  func(*rand.Rand) []byte { return []byte(`{\rtf1 ` + strings.Repeat("{", 1_000_000)) },
	"deep.docx": func(*rand.Rand) []byte { return sampleDOCX(strings.Repeat("<w:tbl><w:tr><w:tc>", 300_000)) },
	"deep.odt":  func(*rand.Rand) []byte { return sampleODT("", strings.Repeat("<text:list><text:list-item>", 300_000)) },
	// Sizes.
	"a huge page.pdf": func(*rand.Rand) []byte {
		return objectsPDF(map[int]string{3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] /UserUnit 1e9 /Contents 4 0 R >>", 4: streamObject("", "0 0 1 1 re f")})
	},
	"a page of no size.pdf": func(*rand.Rand) []byte {
		return objectsPDF(map[int]string{3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 0 0] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> /Contents 4 0 R >>", 4: streamObject("", "BT /F1 1e30 Tf (abc) Tj 1e308 1e308 Td (d) Tj ET")})
	},
	"an index of all objects.pdf": func(rng *rand.Rand) []byte {
		return bytes.Replace(columnsPDF(), []byte("xref\n0 "), fmt.Appendf(nil, "xref\n0 %d", 1+rng.IntN(999_999)), 1)
	},
	"a stream of all bytes.pdf": func(*rand.Rand) []byte {
		return bytes.ReplaceAll(columnsPDF(), []byte("/Length "), []byte("/Length 99999999"))
	},
	"predictor of a million columns.pdf": func(*rand.Rand) []byte {
		return contentOf("/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 1000000000 /Colors 32 /BitsPerComponent 16 >>", deflated("BT ET"))
	},
	"widths of everything.pdf": func(*rand.Rand) []byte {
		return onPage("/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject("", "BT /F1 9 Tf (abc) Tj ET"),
			5: "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /W [" + strings.Repeat("0 65535 500 ", 100_000) + "] >>] >>"})
	},
	"a map of everything.pdf": func(*rand.Rand) []byte {
		return onPage("/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject("", "BT /F1 9 Tf (abc) Tj ET"),
			5: "<< /Type /Font /Subtype /Type1 /BaseFont /X /ToUnicode 6 0 R >>",
			6: streamObject("/Filter /FlateDecode", deflated(strings.Repeat("1 beginbfrange <0000> <FFFF> [<0041>] endbfrange ", 1_000_000)))})
	},
	"a huge picture in the page.pdf": func(*rand.Rand) []byte {
		return onPage("/Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject("", "595 0 0 842 0 0 cm /X Do"),
			5: streamObject("/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", deflated("x"))})
	},
	"huge.png": func(rng *rand.Rand) []byte { return pngHeader(uint32(1+rng.IntN(1<<31-1)), 1<<31-1) },
	"huge.gif": func(*rand.Rand) []byte {
		return []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;")
	},
	"huge.jpg": func(*rand.Rand) []byte {
		return []byte("\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00")
	},
	"huge.tif": func(*rand.Rand) []byte {
		return []byte("II*\x00\x08\x00\x00\x00\x04\x00\x00\x01\x04\x00\x01\x00\x00\x00\xff\xff\x00\x00\x01\x01\x04\x00\x01\x00\x00\x00\xff\xff\x00\x00\x11\x01\x04\x00\xff\xff\xff\x7f\x08\x00\x00\x00\x17\x01\x04\x00\xff\xff\xff\x7f\x08\x00\x00\x00\x00\x00\x00\x00")
	},
	"huge.rtf": func(*rand.Rand) []byte { return []byte(`{\rtf1\bin2147483647 x\u99999999 \fs999999999999 y}`) },
	"a zip that lies of its size.docx": func(*rand.Rand) []byte {
		b := sampleDOCX(para("texte"))
		for i := 0; i+30 < len(b); i++ {
			if bytes.HasPrefix(b[i:], []byte("PK\x01\x02")) {
				copy(b[i+20:], "\xf0\xff\xff\xff\xf0\xff\xff\xff")
			}
		}
		return b
	},
	// Bombs.
	"a bomb.pdf": func(*rand.Rand) []byte {
		return contentOf("/Filter /FlateDecode", deflated(strings.Repeat("\x00", 100<<20)))
	},
	"a bomb of operators.pdf": func(*rand.Rand) []byte {
		return contentOf("/Filter /FlateDecode", deflated(strings.Repeat("BT /F1 9 Tf (abc def) Tj ET ", 2_000_000)))
	},
	"a bomb within a bomb.pdf": func(*rand.Rand) []byte {
		return contentOf("/Filter [/FlateDecode /FlateDecode]", deflated(deflated(strings.Repeat("\x00", 100<<20))))
	},
	"a chain of filters.pdf": func(*rand.Rand) []byte {
		return contentOf("/Filter ["+strings.Repeat("/ASCIIHexDecode ", 5000)+"]", strings.Repeat("34", 100_000))
	},
	"the same content again and again.pdf": func(*rand.Rand) []byte {
		return onPage("/Contents ["+strings.Repeat("4 0 R ", 9000)+"]", map[int]string{4: streamObject("/Filter /FlateDecode", deflated(strings.Repeat("q 0 0 1 1 re f Q ", 100_000)))})
	},
	"a bomb.docx": func(*rand.Rand) []byte { return sampleDOCX(para(strings.Repeat(" ", maxPart+10))) },
	"a bomb.odt":  func(*rand.Rand) []byte { return sampleODT("", strings.Repeat("<text:p>a</text:p>", 5_000_000)) },
	"spaces.odt":  func(*rand.Rand) []byte { return sampleODT("", `<text:p>a<text:s text:c="2147483647"/>b</text:p>`) },
	"columns.odt": func(*rand.Rand) []byte {
		return sampleODT("", `<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000"><text:p>a</text:p></table:table-cell></table:table-row></table:table>`)
	},
	"zips in zips.zip": func(*rand.Rand) []byte { return zipOfBombs(5, zipped("a.txt", strings.Repeat("a", 1<<20))) },
	"many parts.docx": func(*rand.Rand) []byte {
		var parts []string
		for i := range 20_000 {
			parts = append(parts, fmt.Sprintf("word/header%d.xml", i), "<a/>")
		}
		return sampleDOCX(para("texte"), parts...)
	},
	"laughs.docx": func(*rand.Rand) []byte {
		return zipped("[Content_Types].xml", "<Types/>", "word/document.xml", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document `+wordNS+`><w:body>`+para("&c;&c;")+`</w:body></w:document>`)
	},
	// Too much of a good thing.
	"many fonts.pdf": func(*rand.Rand) []byte { return pagePDF(strings.Repeat("/F1 9 Tf BT (a) Tj ET ", 200_000)) },
	"many words.pdf": func(*rand.Rand) []byte {
		return pagePDF("BT /F1 1 Tf 1 TL " + strings.Repeat("(un deux trois) ' ", 300_000) + "ET")
	},
	"many objects.pdf": func(*rand.Rand) []byte { return []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj\n", 1_000_000)) },
	"many streams.pdf": func(*rand.Rand) []byte {
		return []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj <<>> stream\n", 300_000))
	},
	"many lengths.pdf": func(*rand.Rand) []byte {
		return []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj << /Length 9 0 R >> stream\nxendstream\n", 100_000))
	},
	"many pages.pdf":            func(*rand.Rand) []byte { return manyPages(300) },
	"attributes.html":           func(*rand.Rand) []byte { return []byte("<html><p " + strings.Repeat("a=b ", 500_000) + ">x") },
	"one line.txt":              func(*rand.Rand) []byte { return bytes.Repeat([]byte("a"), 8<<20) },
	"nothing but line ends.txt": func(*rand.Rand) []byte { return bytes.Repeat([]byte("\n"), 4<<20) },
	"marks.txt":                 func(*rand.Rand) []byte { return bytes.Repeat([]byte("e\u0301\u0301\u0301\u200f"), 500_000) },
	// Next to nothing.
	"nothing.pdf":   func(*rand.Rand) []byte { return nil },
	"a header.pdf":  func(*rand.Rand) []byte { return []byte("%PDF-1.7") },
	"a header.docx": func(*rand.Rand) []byte { return []byte("PK\x03\x04") },
	"zeros.pdf":     func(rng *rand.Rand) []byte { return make([]byte, 1+rng.IntN(1<<20)) },
	"noise.pdf":     func(rng *rand.Rand) []byte { return randomAfter(rng, "%PDF-1.5\n", 200_000) },
	"noise.docx":    func(rng *rand.Rand) []byte { return randomAfter(rng, "PK\x03\x04", 200_000) },
	"noise.doc":     func(rng *rand.Rand) []byte { return randomAfter(rng, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 200_000) },
	"noise.jpg":     func(rng *rand.Rand) []byte { return randomAfter(rng, "\xff\xd8\xff\xe0", 200_000) },
	"noise.heic": func(rng *rand.Rand) []byte {
		return randomAfter(rng, "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", 50_000)
	},
	"noise.webp":        func(rng *rand.Rand) []byte { return randomAfter(rng, "RIFF\xff\xff\xff\x7fWEBPVP8 ", 50_000) },
	"noise.txt":         func(rng *rand.Rand) []byte { return randomAfter(rng, "", 200_000) },
	"utf16 cut.txt":     func(*rand.Rand) []byte { return []byte("\xff\xfeP\x00a\x00r\x00\xd8") },
	"an empty page.pdf": func(*rand.Rand) []byte { return pagePDF("") },
}

func randomAfter(rng *rand.Rand, head string, n int) []byte {
	b := []byte(head)
	for range n {
		b = append(b, byte(rng.IntN(256)))
	}
	return b
}

func trapNames() []string {
	var names []string
	for n := range hostileTraps {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
