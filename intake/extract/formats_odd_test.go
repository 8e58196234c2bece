package extract

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

func utf16Bytes(s string) string {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// What writers of documents do beyond the common form of their format.
func TestOddDocumentsAreRead(t *testing.T) {
	word := `<?xml version="1.0"?><w:document ` + wordNS + `><w:body>` + para("Aline") + `</w:body></w:document>`
	for name, c := range map[string]struct{ data, media, want string }{
		"RTF, two bytes after each character":   {`{\rtf1\ansi\uc2 \u233??t\u233??{\uc1 \u8217'}ok \uc0\u339 uvre\par}`, mediaRTF, "été’ok œuvre\n"},
		"RTF, binary data with braces":          {"{\\rtf1\\ansi avant{\\pict\\bin10 }}}}}}{{{{} ou\\par}", mediaRTF, "avant ou\n"},
		"RTF, Japanese font":                    {`{\rtf1\ansi{\fonttbl{\f0\fcharset128 M;}}\f0\'93\'fa\'96\'7b\par}`, mediaRTF, "日本\n"},
		"RTF, Japanese code page":               {`{\rtf1\ansi\ansicpg932 \'93\'fa\'96\'7b\par}`, mediaRTF, "日本\n"},
		"RTF, old DOS letters":                  {`{\rtf1\pc \'82t\'82\par}`, mediaRTF, "été\n"},
		"RTF, Macintosh letters":                {`{\rtf1\mac \'8et\'8e\par}`, mediaRTF, "été\n"},
		"RTF, text box drawn twice":             {`{\rtf1\ansi a{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt boite\par}}{\shprslt{\*\do{\dptxbxtext boite\par}}}}b\par}`, mediaRTF, "aboite\nb\n"},
		"RTF, deleted text and field codes":     {`{\rtf1\ansi garde{\deleted efface}{\field{\*\fldinst HYPERLINK x}{\fldrslt lien}}\par}`, mediaRTF, "gardelien\n"},
		"Word of 2003 as XML":                   {`<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>` + para("Aline été") + `</w:body></w:wordDocument>`, mediaWordXML, "Aline été\n"},
		"OpenDocument as XML":                   {`<?xml version="1.0"?><office:document xmlns:office="o" xmlns:text="t" office:mimetype="` + mediaODT + `"><office:body><office:text><text:p>Aline</text:p></office:text></office:body></office:document>`, mediaFlatODT, "Aline\n"},
		"web page in one file":                  {"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>=C3=89t=C3=A9</p></body></html>\r\n--b--\r\n", mediaMHTML, "Été\n"},
		"DOCX whose main part has another name": {string(zipped("_rels/.rels", `<Relationships><Relationship Type="http://x/relationships/officeDocument" Target="word/main.xml"/></Relationships>`, "[Content_Types].xml", `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`, "word/main.xml", word)), mediaDOCX, "Aline\n"},
		"DOCX in UTF-16":                        {string(zipped("word/document.xml", utf16Bytes(strings.Replace(word, `"1.0"`, `"1.0" encoding="UTF-16"`, 1)))), mediaDOCX, "Aline\n"},
		"DOCX, older text box":                  {string(sampleDOCX(para("a") + "<w:p><w:r><w:pict><v:textbox><w:txbxContent>" + para("boite") + "</w:txbxContent></v:textbox></w:pict></w:r></w:p>")), mediaDOCX, "a\n\nboite\n"},
		"DOCX, content controls":                {string(sampleDOCX("<w:sdt><w:sdtPr><w:alias w:val='X'/></w:sdtPr><w:sdtContent>" + para("Aline") + "</w:sdtContent></w:sdt>")), mediaDOCX, "Aline\n"},
		"DOCX, moved text and remarks":          {string(sampleDOCX("<w:p><w:moveFrom><w:r><w:t>avant</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>apres</w:t></w:r></w:moveTo><w:r><w:commentReference/></w:r></w:p>", "word/comments.xml", "<w:comments>"+para("remarque")+"</w:comments>")), mediaDOCX, "apres\n"},
		"Pages, with its preview":               {string(zipped("Index/Document.iwa", "x", "QuickLook/Preview.pdf", string(samplePDF("Lettre de motivation")))), mediaPages, "Lettre de motivation\n"},
		"text in UTF-16 without a mark":         {utf16Bytes("Née à Lyon, étudiante en droit")[2:], mediaText, "Née à Lyon, étudiante en droit\n"},
	} {
		res := Read("cv.pdf", []byte(c.data), Limits{})
		if res.Media != c.media || res.Text() != c.want || res.Problem != "" {
			t.Errorf("%s: %s %q (%s %s), want %s %q", name, res.Media, res.Text(), res.Problem, res.Detail, c.media, c.want)
		}
	}
}

func TestHTMLTricksHideText(t *testing.T) {
	for _, style := range []string{"display:none", "visibility: hidden", "font-size:0px", "opacity:0", "max-height:0;overflow:hidden", "mso-hide:all"} {
		got, hidden := HTMLText([]byte(`<p>Vu<span style="`+style+`">caché</span></p>`), "")
		if got != "Vu\n" || len(hidden) != 1 {
			t.Errorf("%s: %q, hidden %q", style, got, hidden)
		}
	}
	for _, style := range []string{"max-height:0.5em", "opacity:0.9", "line-height:0", "max-height:100px"} {
		if got, _ := HTMLText([]byte(`<p>Vu<span style="`+style+`">aussi</span></p>`), ""); got != "Vuaussi\n" {
			t.Errorf("%s: %q", style, got)
		}
	}
}

func TestOldWordDocumentIsReadWithoutLibreOffice(t *testing.T) {
	data := testdata(t, "testdata/letter.doc")
	res := Read("letter.doc", data, Limits{})
	checkResult(t, res)
	want := "Zélie Fauchereau\nJuriste – œuvre, garçon\n2019\tJuriste, Cabinet Griffon\n2021\tCheffe de projet\nAprès le lien\n\n\tUne note de bas de page\n"
	if res.Text() != want || res.Media != mediaDOC || res.Engine != "doc" || res.Problem != "" {
		t.Errorf("%s by %s (%s): %q", res.Media, res.Engine, res.Problem, res.Text())
	}
	if h := res.Pages[0].Hidden; len(h) != 1 || h[0] != "caché aux yeux" {
		t.Errorf("hidden %q", h)
	}
	// The flag of encryption set in the head of its text.
	o, err := openOLE(data)
	if err != nil {
		t.Fatal(err)
	}
	locked := bytes.Clone(data)
	locked[512*(int(o.streams["WordDocument"].start)+1)+fibFlags+1] |= 1
	if got := Read("letter.doc", locked, Limits{}); got.Problem != ProblemPassword {
		t.Errorf("encrypted: %q %s", got.Problem, got.Detail)
	}
	// Word 6 kept its pieces elsewhere.
	old := bytes.Clone(data)
	binary.LittleEndian.PutUint16(old[512*(int(o.streams["WordDocument"].start)+1)+2:], 0x65)
	if got := Read("letter.doc", old, Limits{}); got.Problem != ProblemLibreOffice {
		t.Errorf("Word 6: %q %s", got.Problem, got.Detail)
	}
}

func FuzzDOC(f *testing.F) {
	fuzz(f, func(data []byte) Result { return finished(readDOC(data)) }, testdata(f, "testdata/letter.doc"))
}
