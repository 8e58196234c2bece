package extract

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"testing"
)

// fuzz reads whatever comes as if it were of the type the seeds have, and holds the
// result to its promises: no panic, spans inside the pages, boxes inside the page, a
// reason when there is nothing.
func fuzz(f *testing.F, read func([]byte) Result, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			t.Skip("too large to say much")
		}
		checkResult(t, read(data))
	})
}

func readAny(data []byte) Result { return Read("fuzz", data, Limits{Pages: 5, MaxText: 1 << 20}) }

// finished brings a reader's bare result to the shape Read gives it.
func finished(res Result) Result {
	finish(&res, Limits{}.orDefault())
	return res
}

func FuzzPDF(f *testing.F) {
	seeds := [][]byte{samplePDF("un", "deux"), columnsPDF(), pictured(""), pagePDF("q 1 0 0 1 0 0 cm BT 3 Tr /F1 9 Tf [(a) -300 <62>] TJ ET Q BI ID x EI")}
	encrypted, err := filepath.Glob("testdata/*.pdf")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range encrypted {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, b)
	}
	fuzz(f, readAny, seeds...)
}

// FuzzContent leaves the file alone and fuzzes what is drawn on its page.
func FuzzContent(f *testing.F) {
	fuzz(f, func(data []byte) Result { return readAny(pagePDF(string(data))) },
		[]byte("BT /F1 10 Tf 50 700 Td (texte) Tj T* [(a) 20 (b)] TJ 1 0 0 1 9 9 Tm (c) ' 1 2 (d) \" ET"),
		[]byte("0 0 10 10 re W n 1 g 0 0 1 rg /P1 scn 0 0 m 1 1 l 2 2 3 3 4 4 c f /X Do BI /W 1 ID \x00 EI"),
		[]byte("/Span << /ActualText (x) >> BDC BT /F1 10 Tf 3 Tc 2 Tw 50 Tz 4 TL 1 Ts 7 Tr (y) Tj ET EMC"))
}

func FuzzCMap(f *testing.F) {
	f.Add([]byte("1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <01> <0041> endbfchar 1 beginbfrange <02> <09> <0042> <0A> <0B> [<0043> /A] endbfrange"))
	f.Add([]byte("1 begincidrange <0000> <FFFF> 0 endcidrange 1 begincidchar <01> 7 endcidchar"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := parseCMap(data)
		for c := uint32(0); c < 70_000; c += 97 {
			m.text(c)
			m.cid(c)
		}
		if n := m.codeLength([]byte{0, 1, 2, 3}); n < 1 || n > 4 {
			t.Errorf("a code of %d bytes", n)
		}
	})
}

func FuzzFontPrograms(f *testing.F) {
	f.Add([]byte("\x01\x00\x04\x01\x00\x01\x01\x01\x02A\x00\x01\x01\x01\x06\x8b\x0f\x8b\x10\x8b\x11\x00\x00"))
	f.Add([]byte("%!PS-AdobeFont /Encoding 256 array dup 65 /A put dup 66/B put readonly def eexec"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		cffEncoding(data, false)
		type1Encoding(data, false)
		trueTypeGlyphs(data)
		trueTypeEncoding(data)
	})
}

func FuzzDOCX(f *testing.F) {
	fuzz(f, readAny, sampleDOCX(para("texte")), sampleDOCX("<w:tbl><w:tr><w:tc>"+para("a")+"</w:tc></w:tr></w:tbl>"))
}

// FuzzDOCXPart leaves the archive alone and fuzzes the document in it.
func FuzzDOCXPart(f *testing.F) {
	fuzz(f, func(data []byte) Result { return finished(readDOCX(sampleDOCX(string(data)), Limits{})) },
		[]byte(para("texte")), []byte("<w:tbl><w:tr><w:tc>"+para("a")+"</w:tc></w:tr></w:tbl><w:p><w:r><w:txbxContent>"+para("b")+"</w:txbxContent>"))
}

func FuzzODTPart(f *testing.F) {
	fuzz(f, func(data []byte) Result { return finished(readODT(sampleODT("", string(data)), Limits{})) },
		[]byte("<text:p>a<text:s text:c=\"3\"/><text:tab/></text:p>"), []byte("<table:table><table:table-row><table:table-cell><text:p>a"))
}

func FuzzRTF(f *testing.F) {
	fuzz(f, func(data []byte) Result { return finished(readRTF(data)) },
		[]byte(`{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}\f0 a\'e9\u339?\par\trowd\intbl x\cell y\cell\row\pard\bin3 abc}`))
}

func FuzzHTML(f *testing.F) {
	fuzz(f, func(data []byte) Result { return finished(readHTML(data)) },
		[]byte(`<html><p>a<br>b<ul><li>c</ul><table><tr><td>d<td style="display:none">e</table><pre> f </pre><script>g</script>`))
}

func FuzzText(f *testing.F) {
	fuzz(f, readAny, []byte("a\r\nb\fc"), []byte("\xff\xfea\x00b\x00"), []byte("caf\xe9"))
}

func FuzzPicture(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err == nil && cfg.Width*cfg.Height > 4_000_000 {
			t.Skip("large by its own word")
		}
		if pic, _, err := decodePicture(data); err == nil && pic.Bounds().Dx() < 500 && pic.Bounds().Dy() < 500 {
			newSheetOfPaper(pic)
		}
	})
}
