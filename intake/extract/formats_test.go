package extract

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// zipped writes an archive of the parts given as name, content, name, content...
func zipped(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`

func sampleDOCX(body string, more ...string) []byte {
	return zipped(append([]string{"[Content_Types].xml", "<Types/>",
		"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wordNS + `><w:body>` + body + `</w:body></w:document>`}, more...)...)
}

func para(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }

func TestDOCX(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"paragraphs and runs", "<w:p><w:r><w:t>Aline </w:t></w:r><w:r><w:t>Mercier</w:t></w:r></w:p>" + para("Lyon"), "Aline Mercier\nLyon\n"},
		{"tab and line break", "<w:p><w:r><w:t>2019</w:t><w:tab/><w:t>Cheffe</w:t><w:br/><w:t>Dakar</w:t></w:r></w:p>", "2019\tCheffe\nDakar\n"},
		{"row of one-line cells", "<w:tbl><w:tr><w:tc>" + para("Français") + "</w:tc><w:tc>" + para("C1") + "</w:tc></w:tr></w:tbl>", "Français\tC1\n"},
		{"date beside a long cell", "<w:tbl><w:tr><w:tc>" + para("2020") + "</w:tc><w:tc>" + para("Juriste") + para("Bangui") + "</w:tc></w:tr></w:tbl>", "2020\tJuriste\nBangui\n"},
		{"page laid out as a table", "<w:tbl><w:tr><w:tc>" + para("Contact") + para("Lyon") + "</w:tc><w:tc>" + para("Profil") + para("Juriste") + "</w:tc></w:tr></w:tbl>", "Contact\nLyon\n\nProfil\nJuriste\n"},
		{"text box once", `<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>` + para("Encadré") + `</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback>` + para("Encadré") + `</mc:Fallback></mc:AlternateContent><w:t>Corps</w:t></w:r></w:p>`, "Corps\n\nEncadré\n"},
		{"deletion and field code", `<w:p><w:r><w:t>Né en </w:t></w:r><w:del><w:r><w:delText>1980</w:delText></w:r></w:del><w:r><w:instrText>DATE</w:instrText></w:r><w:ins><w:r><w:t>1990</w:t></w:r></w:ins></w:p>`, "Né en 1990\n"},
		{"list", `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Excel</w:t></w:r></w:p>`, "- Excel\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Read("cv.docx", sampleDOCX(c.body), Limits{})
			if got.Problem != "" || got.Engine != "docx" || got.Text() != c.want {
				t.Errorf("%s\n got %q (%s %s)\nwant %q", c.body, got.Text(), got.Problem, got.Detail, c.want)
			}
		})
	}
}

func TestDOCXHiddenTextIsReportedNotRead(t *testing.T) {
	hidden := func(pr, s string) string {
		return "<w:p><w:r><w:rPr>" + pr + "</w:rPr><w:t>" + s + "</w:t></w:r></w:p>"
	}
	for name, pr := range map[string]string{"vanish": "<w:vanish/>", "white": `<w:color w:val="FFFFFF"/>`, "tiny": `<w:sz w:val="2"/>`} {
		got := Read("cv.docx", sampleDOCX(para("Visible")+hidden(pr, "anglais bilingue")), Limits{})
		if got.Text() != "Visible\n" || len(got.Pages[0].Hidden) != 1 || got.Pages[0].Hidden[0] != "anglais bilingue" {
			t.Errorf("%s: text %q, hidden %q", name, got.Text(), got.Pages[0].Hidden)
		}
	}
	shaded := `<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:val="clear" w:fill="1F3864"/></w:tcPr>` + hidden(`<w:color w:val="FFFFFF"/>`, "Compétences") + `</w:tc></w:tr></w:tbl>`
	if got := Read("cv.docx", sampleDOCX(shaded), Limits{}); got.Text() != "Compétences\n" {
		t.Errorf("white letters on a dark cell: got %q", got.Text())
	}
}

func TestDOCXHeadersAndNotes(t *testing.T) {
	part := func(s string) string { return "<w:hdr " + wordNS + ">" + para(s) + "</w:hdr>" }
	data := sampleDOCX(para("Corps"), "word/header1.xml", part("Nadia Perrin"), "word/header2.xml", part("Nadia Perrin"),
		"word/footer1.xml", part("3"), "word/footnotes.xml", part("Note de bas de page"))
	if got, want := Read("cv.docx", data, Limits{}).Text(), "Nadia Perrin\n\nCorps\n\nNote de bas de page\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCutDOCXGivesWhatIsLeft(t *testing.T) {
	data := sampleDOCX(para("Premier paragraphe"), "word/media/image1.bin", strings.Repeat("0123456789", 100))
	got := Read("cv.docx", data[:len(data)-200], Limits{})
	if !strings.Contains(got.Text(), "Premier paragraphe") || got.Complete() {
		t.Errorf("got %q, complete %v", got.Text(), got.Complete())
	}
}

func TestZipBombIsRefused(t *testing.T) {
	bomb := sampleDOCX("<w:p><w:r><w:t>" + strings.Repeat(" ", maxPart+10) + "</w:t></w:r></w:p>")
	if got := Read("cv.docx", bomb, Limits{}); got.Problem != ProblemTooLarge {
		t.Errorf("got %q %q", got.Problem, got.Detail)
	}
}

const odtNS = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"`

func sampleODT(styles, body string) []byte {
	return zipped("mimetype", mediaODT, "content.xml",
		`<office:document-content `+odtNS+`><office:automatic-styles>`+styles+`</office:automatic-styles><office:body><office:text>`+body+`</office:text></office:body></office:document-content>`)
}

func TestODT(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"spaces and tabs", "<text:p>Hind<text:s text:c=\"2\"/>Rouvière<text:tab/>Rabat</text:p>", "Hind  Rouvière\tRabat\n"},
		{"list", "<text:list><text:list-item><text:p>Arabe</text:p></text:list-item></text:list>", "- Arabe\n"},
		{"table", "<table:table><table:table-row><table:table-cell><text:p>Anglais</text:p></table:table-cell><table:table-cell><text:p>B2</text:p></table:table-cell></table:table-row></table:table>", "Anglais\tB2\n"},
		{"deletions", "<text:tracked-changes><text:deletion><text:p>ancien</text:p></text:deletion></text:tracked-changes><text:p>nouveau</text:p>", "nouveau\n"},
		{"frame", "<text:p>Corps<draw:frame><draw:text-box><text:p>Cadre</text:p></draw:text-box></draw:frame></text:p>", "Corps\n\nCadre\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Read("cv.odt", sampleODT("", c.body), Limits{})
			if got.Problem != "" || got.Engine != "odt" || got.Text() != c.want {
				t.Errorf("got %q (%s %s), want %q", got.Text(), got.Problem, got.Detail, c.want)
			}
		})
	}
}

func TestODTHiddenTextIsReportedNotRead(t *testing.T) {
	style := `<style:style style:name="T1"><style:text-properties fo:color="#ffffff"/></style:style>`
	got := Read("cv.odt", sampleODT(style, `<text:p>Visible<text:span text:style-name="T1">caché</text:span></text:p>`), Limits{})
	if got.Text() != "Visible\n" || len(got.Pages[0].Hidden) != 1 {
		t.Errorf("text %q, hidden %q", got.Text(), got.Pages[0].Hidden)
	}
}

func TestEncryptedODTNeedsItsPassword(t *testing.T) {
	data := zipped("mimetype", mediaODT, "content.xml", "\x00\x01", "META-INF/manifest.xml", "<manifest:encryption-data/>")
	if got := Read("cv.odt", data, Limits{}); got.Problem != ProblemPassword {
		t.Errorf("got %+v", got)
	}
}

func TestRTF(t *testing.T) {
	cases := []struct{ name, data, want string }{
		{"charset", `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Universit\'e9 de Bordeaux\par Licence\par}`, "Université de Bordeaux\nLicence\n"},
		{"unicode with a stand-in", `{\rtf1\uc1 C\u339?ur \u8211-\par}`, "Cœur –\n"},
		{"hidden", `{\rtf1 Visible {\v secret}\par}`, "Visible\n"},
		{"field keeps its result", `{\rtf1{\field{\*\fldinst HYPERLINK "x"}{\fldrslt lea@poste.example}}\par}`, "lea@poste.example\n"},
		{"table row", `{\rtf1\trowd\intbl Anglais\cell B2\cell\row\pard Fin\par}`, "Anglais\tB2\nFin\n"},
		{"picture", `{\rtf1{\pict\pngblip 89504e47}Texte\par}`, "Texte\n"},
		{"escapes", `{\rtf1 a\{b\}c\\d\par}`, "a{b}c\\d\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Read("cv.rtf", []byte(c.data), Limits{})
			if got.Media != mediaRTF || got.Text() != c.want {
				t.Errorf("%s\n got %q of %s (%s)\nwant %q", c.data, got.Text(), got.Media, got.Problem, c.want)
			}
		})
	}
}

func TestHTML(t *testing.T) {
	cases := []struct{ name, data, want string }{
		{"blocks", "<html><body><h1>Lina</h1><p>Paris\n <b>12e</b></p><div>Stage</div></body></html>", "Lina\n\nParis 12e\n\nStage\n"},
		{"list and table", "<html><ul><li>Excel<li>Word</ul><table><tr><td>Français<td>C1</tr></table>", "- Excel\n- Word\n\nFrançais\tC1\n"},
		{"scripts and styles", "<html><style>p{}</style><script>var a='<p>'</script><p>Texte", "Texte\n"},
		{"entities", "<html><p>Licence&nbsp;&eacute;co &lt; M1</p>", "Licence éco < M1\n"},
		{"declared charset", "<html><meta charset=iso-8859-1><p>D\xe9c\xe8s</p>", "Décès\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Read("cv.html", []byte(c.data), Limits{})
			if got.Media != mediaHTML || got.Text() != c.want {
				t.Errorf("%s\n got %q of %s\nwant %q", c.data, got.Text(), got.Media, c.want)
			}
		})
	}
	got := Read("cv.html", []byte(`<html><p>Vu</p><p style="display: none">Pas vu</p><span style="font-size:0.9em">Petit</span>`), Limits{})
	if got.Text() != "Vu\n\nPetit\n" || len(got.Pages[0].Hidden) != 1 || got.Pages[0].Hidden[0] != "Pas vu" {
		t.Errorf("hidden: got %q and %q", got.Text(), got.Pages[0].Hidden)
	}
}

func TestCharsets(t *testing.T) {
	const want = "Élève à l'école, où l'été… « déjà » – 20 €\n"
	encode := func(e interface {
		Bytes([]byte) ([]byte, error)
	}, s string) []byte {
		b, err := e.Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	noEuro := strings.ReplaceAll(strings.ReplaceAll(want, "€", "F"), "…", "...")
	old := strings.NewReplacer("–", "-").Replace(noEuro)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"UTF-8":                  {[]byte(want), want},
		"UTF-8 with mark":        {[]byte("\ufeff" + want), want},
		"Windows-1252":           {encode(charmap.Windows1252.NewEncoder(), want), want},
		"Mac":                    {encode(charmap.Macintosh.NewEncoder(), noEuro), noEuro},
		"DOS":                    {encode(charmap.CodePage850.NewEncoder(), old), old},
		"UTF-16 with mark":       {encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), want), want},
		"UTF-16 without mark":    {encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), want), want},
		"UTF-8 with a byte gone": {append([]byte("\xa9"), want...), "\uFFFD" + want},
	} {
		got := Read("lettre.txt", c.data, Limits{})
		if got.Text() != c.want {
			t.Errorf("%s: got %q of %s, want %q", name, got.Text(), got.Media, c.want)
		}
	}
}

func TestTypeComesFromTheBytes(t *testing.T) {
	for want, data := range map[string][]byte{
		mediaPDF:  append([]byte("\r\nsome gateway's line\r\n"), samplePDF("x")...),
		mediaDOCX: sampleDOCX(para("x")),
		mediaODT:  sampleODT("", ""),
		mediaRTF:  []byte("{\\rtf1 x}"),
		mediaHTML: []byte("<!-- saved -->\n<html><p>x"),
		mediaText: []byte("Bonjour,\n"),
		// A stored PDF inside a zip is still a zip.
		"application/zip": zipped("cv.pdf", string(samplePDF("x"))),
	} {
		if got := Media(data); got != want {
			t.Errorf("got %s, want %s for %.30q", got, want, data)
		}
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":        {nil, ProblemEmpty},
		"blanks":         {[]byte(" \n\t\n"), ProblemEmpty},
		"old Word":       {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), ProblemLibreOffice},
		"sheet of sound": {append([]byte("ID3\x03"), make([]byte, 600)...), ProblemUnsupported},
		"cut PDF":        {samplePDF("x")[:60], ProblemDamaged},
		"picture":        {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), ProblemNoText},
	} {
		if got := Read(name, c.data, Limits{}); got.Problem != c.want {
			t.Errorf("%s: got %q of %s, want %q", name, got.Problem, got.Media, c.want)
		}
	}
}
