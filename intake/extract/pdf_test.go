package extract

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dossier/screening/text"
)

// readPage reads a sample of one page and fails when it could not be read.
func readPage(t *testing.T, data []byte) text.Page {
	t.Helper()
	res := Read("cv.pdf", data, Limits{})
	checkResult(t, res)
	if res.Problem != "" && res.Problem != ProblemPartial || len(res.Pages) != 1 {
		t.Fatalf("problem %q %s, %d pages", res.Problem, res.Detail, len(res.Pages))
	}
	return res.Pages[0]
}

// checkResult holds every result to what screening relies on.
func checkResult(t testing.TB, res Result) {
	t.Helper()
	for i, p := range res.Pages {
		if p.Number != i+1 {
			t.Errorf("page %d is numbered %d", i+1, p.Number)
		}
		if p.Quality < 0 || p.Quality > 1 {
			t.Errorf("page %d: quality %v", p.Number, p.Quality)
		}
		if p.Text != "" && !strings.HasSuffix(p.Text, "\n") {
			t.Errorf("page %d does not end its last line: %q", p.Number, p.Text[max(0, len(p.Text)-20):])
		}
		for _, w := range p.Words {
			if w.Start < 0 || w.End > len(p.Text) || w.Start >= w.End {
				t.Fatalf("page %d: word %d-%d of %d bytes", p.Number, w.Start, w.End, len(p.Text))
			}
			if s := p.Text[w.Start:w.End]; strings.ContainsAny(s, " \n\t") {
				t.Errorf("page %d: word %q", p.Number, s)
			}
			b := w.Box
			for _, v := range b {
				if math.IsNaN(v) || v < 0 || v > 1 {
					t.Fatalf("page %d: box %v", p.Number, b)
				}
			}
			if b[0] > b[2] || b[1] > b[3] {
				t.Errorf("page %d: box inside out %v", p.Number, b)
			}
		}
	}
	if res.Problem == "" && strings.TrimSpace(res.Text()) == "" {
		t.Error("nothing read and no problem said")
	}
}

func TestPDFText(t *testing.T) {
	show := func(ops string) string { return "BT /F1 10 Tf 50 700 Td " + ops + " ET" }
	cases := []struct{ name, content, want string }{
		{"lines", show("14 TL (Premi\xe8re) Tj T* (Seconde) Tj"), "Première\nSeconde\n"},
		{"quote operators", show("14 TL (un) Tj (deux) ' 1 0 (trois) \""), "un\ndeux\ntrois\n"},
		{"kerning is no blank, a wide offset is", show("[(A)80(V)-40(ocat)-300(Lille)] TJ"), "AVocat Lille\n"},
		{"word spacing", show("20 Tw (chef de projet) Tj"), "chef\tde\tprojet\n"},
		{"letter spacing", show("4 Tc (FORMATION) Tj"), "FORMATION\n"},
		{"letter spacing used as a blank", show("0 Tc (directio) Tj 2.5 Tc (n/) Tj 0 Tc (octobre) Tj"), "direction / octobre\n"},
		{"letters set with blanks", show("(P R O F I L) Tj"), "PROFIL\n"},
		{"letters placed one by one", "BT /F1 10 Tf 1 0 0 1 50 700 Tm (L) Tj 1 0 0 1 55.5 700 Tm (yon) Tj ET", "Lyon\n"},
		{"ligatures", show("(e\xefcace) Tj"), "eïcace\n"},
		{"escapes and hexadecimal", show(`(a\)b\\c \351) Tj <204F4B> Tj`), "a)b\\c é OK\n"},
		{"unbalanced state", "Q Q " + show("(texte) Tj") + " Q q q", "texte\n"},
		{"inline picture", "BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\x01EI \xff EI " + show("(apr\xe8s) Tj"), "après\n"},
		{"numbers as writers leave them", "BT /F1 10 Tf 50. 700.0 Td +.5 0 0 -0 Td (ok) Tj ET", "ok\n"},
		{"unknown operators", "/X /Y frobnicate 12 " + show("(ok) Tj") + " %%% end", "ok\n"},
		{"bold by drawing twice", show("(gras) Tj") + " BT /F1 10 Tf 50.3 700 Td (gras) Tj ET", "gras\n"},
		{"raised letters stay with their word", show("(1) Tj 6 Tf") + " BT /F1 10 Tf 50 680 Td (2) Tj 3 Ts /F1 6 Tf (e) Tj 0 Ts /F1 10 Tf ( ann\xe9e) Tj ET", "1\n2e année\n"},
		{"date drawn before what it dates", "BT /F1 10 Tf 400 700 Td (2019) Tj ET " + show("(Juriste) Tj"), "Juriste\t2019\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := readPage(t, pagePDF(c.content))
			if got := strings.ReplaceAll(p.Text, "\n\n", "\n"); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.content, got, c.want)
			}
		})
	}
}

func TestWordsStandWhereTheyAreDrawn(t *testing.T) {
	// "Ici" of Helvetica is 1000/1000 em wide, so 10 points, from 110,720 of a page whose
	// visible box begins at 10,20 and is 200 by 800.
	const content = "BT /F1 10 Tf 110 720 Td (Ici) Tj ET"
	for turn, want := range map[int][2]float64{
		0: {0.5, 0.125}, 90: {0.875, 0.5}, 180: {0.5, 0.875}, 270: {0.125, 0.5},
	} {
		data := objectsPDF(map[int]string{
			3: fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /CropBox [10 20 210 820] /Rotate %d /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>", turn),
			4: streamObject("", content),
			5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		})
		p := readPage(t, data)
		if len(p.Words) != 1 || p.Text != "Ici\n" {
			t.Fatalf("turned by %d: %q", turn, p.Text)
		}
		b := p.Words[0].Box
		// The start of the baseline: left, bottom for an upright page, turned with it.
		x, y := b[0], b[3]
		switch turn {
		case 90:
			x, y = b[0], b[1]
		case 180:
			x, y = b[2], b[1]
		case 270:
			x, y = b[2], b[3]
		}
		if math.Abs(x-want[0]) > 0.015 || math.Abs(y-want[1]) > 0.015 {
			t.Errorf("turned by %d: begins at %.3f, %.3f, want %.3f, %.3f (box %v)", turn, x, y, want[0], want[1], b)
		}
	}
}

func TestHiddenTextIsReportedNotRead(t *testing.T) {
	const seen = "BT /F1 10 Tf 50 700 Td (Texte que chacun voit sur la page) Tj ET "
	for name, content := range map[string]string{
		"invisible mode":     "BT 3 Tr /F1 10 Tf 50 600 Td (cach\xe9) Tj ET",
		"white on white":     "1 1 1 rg BT /F1 10 Tf 50 600 Td (cach\xe9) Tj ET",
		"white grey":         "1 g BT /F1 10 Tf 50 600 Td (cach\xe9) Tj ET",
		"no ink at all":      "0 0 0 0 k BT /F1 10 Tf 50 600 Td (cach\xe9) Tj ET",
		"black on black":     "0 g 40 580 200 40 re f BT /F1 10 Tf 50 600 Td (cach\xe9) Tj ET",
		"tiny":               "BT /F1 0.6 Tf 50 600 Td (cach\xe9) Tj ET",
		"tiny by its matrix": "BT /F1 10 Tf 0.05 0 0 0.05 50 600 Tm (cach\xe9) Tj ET",
		"off the page":       "BT /F1 10 Tf 50 -300 Td (cach\xe9) Tj ET",
		"clipped away":       "q 0 0 10 10 re W n BT /F1 10 Tf 50 600 Td (cach\xe9) Tj ET Q",
		"clip mode":          "q BT 7 Tr /F1 10 Tf 50 600 Td (cach\xe9) Tj ET Q",
	} {
		p := readPage(t, pagePDF(seen+content))
		if strings.Contains(p.Text, "cach") || !slices.Contains(p.Hidden, "caché") {
			t.Errorf("%s: text %q, hidden %q", name, p.Text, p.Hidden)
		}
	}
}

func TestWhatCanBeSeenIsRead(t *testing.T) {
	for name, content := range map[string]string{
		"white on a dark bar":                   "0.2 0.2 0.5 rg 40 580 200 40 re f 1 g BT /F1 10 Tf 50 600 Td (vu) Tj ET",
		"white on a round shape":                "0.2 g 40 580 m 240 580 260 640 140 640 c f 1 g BT /F1 10 Tf 100 600 Td (vu) Tj ET",
		"black near a big curve":                "0 g 0 0 m 300 300 400 500 595 842 c 595 0 l f BT /F1 10 Tf 100 600 Td (vu) Tj ET",
		"black on white over black":             "0 g 40 580 200 40 re f 1 g 45 590 150 25 re f 0 g BT /F1 10 Tf 50 600 Td (vu) Tj ET",
		"white with a black outline":            "1 g 0 G BT 2 Tr /F1 10 Tf 50 600 Td (vu) Tj ET",
		"white on a dark page with many shapes": "0.2 g 0 0 595 842 re f 0.4 g " + strings.Repeat("9 9 12 12 re f ", 3*maxRegions/2) + "1 g BT /F1 10 Tf 50 600 Td (vu) Tj ET",
		"gradient through letters":              "q BT 7 Tr /F1 10 Tf 50 600 Td (vu) Tj ET 0 0 500 700 re f Q",
	} {
		if p := readPage(t, pagePDF(content)); p.Text != "vu\n" {
			t.Errorf("%s: text %q, hidden %q", name, p.Text, p.Hidden)
		}
	}
}

// pictured is a page with a picture over all of it, as a scanner makes it.
func pictured(content string) []byte {
	return objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> /XObject << /I 6 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "q 595 0 0 842 0 0 cm /I Do Q "+content),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		6: streamObject("/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "\xcc"),
	})
}

func TestScannersOwnRecognitionIsTheText(t *testing.T) {
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, "BT 3 Tr /F1 10 Tf 50 %d Td (Madame la directrice, voici ma lettre) Tj ET ", 700-20*i)
	}
	p := readPage(t, pictured(b.String()))
	if !p.OCR || len(p.Hidden) != 0 || strings.Count(p.Text, "directrice") != 12 {
		t.Errorf("OCR %v, hidden %d, text %q", p.OCR, len(p.Hidden), p.Text)
	}
}

func TestScanNeedsOCR(t *testing.T) {
	res := Read("scan.pdf", pictured("BT /F1 8 Tf 500 20 Td (1) Tj ET"), Limits{})
	if len(res.Pages) != 1 || res.Pages[0].Problem != ProblemNoText || !NeedsMore(res) || res.Complete() {
		t.Errorf("got %+v", res)
	}
}

func TestAccentsDrawnApartAreComposed(t *testing.T) {
	// OT1: the accent first, then the pen goes back and draws the letter under it.
	p := readPage(t, pagePDF("BT /F1 10 Tf 50 700 Td [(\xb4)333(e)-10(t)] TJ ET"))
	if p.Text != "ét\n" {
		t.Errorf("got %q", p.Text)
	}
	for _, c := range []struct{ letter, mark, want string }{{"ı", "\u0302", "î"}, {"c", "\u0327", "ç"}, {"1", "\u0301", ""}} {
		if got, _ := marked(c.letter, c.mark); got != c.want && c.want != "" {
			t.Errorf("%s with %q: %q", c.letter, c.mark, got)
		}
	}
}

func TestGlyphNames(t *testing.T) {
	for name, want := range map[string]string{"eacute": "é", "Ccedilla": "Ç", "ffi": "ffi", "f_i": "fi", "uni20AC": "€", "u1F600": "😀",
		"a.sc": "a", "oe": "œ", "quoteright": "’", "afii10017": "А", "zcaron": "ž", "one.oldstyle": "1", "g123": "", "": ""} {
		if got := glyphText(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestCompositeFont(t *testing.T) {
	cmapText := "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange " +
		"2 beginbfchar <0001> <00C9> <0004> <0066006C> endbfchar 1 beginbfrange <0002> <0003> <0074> endbfrange endcmap"
	data := objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "BT /F1 10 Tf 50 700 Td <000100020003> Tj [-400 <0004>] TJ ET"),
		5: "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
		6: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500 /W [1 [600 400] 3 4 300] >>",
		7: streamObject("", cmapText),
	})
	p := readPage(t, data)
	if p.Text != "Étu fl\n" {
		t.Fatalf("got %q", p.Text)
	}
	if w := (p.Words[0].Box[2] - p.Words[0].Box[0]) * 595; math.Abs(w-13) > 0.05 {
		t.Errorf("the first word is %.2f points wide, want 13", w)
	}
}

func TestBitmapFontsOfTeX(t *testing.T) {
	font := "<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 -20 60 70] /FirstChar 28 /LastChar 233 /Widths [" + strings.Repeat("50 ", 206) +
		"] /CharProcs << >> /Encoding << /Type /Encoding /Differences [28 /a28 97 /a97 110 /a110 233 /a233] >> >>"
	data := objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "BT /F1 10 Tf 50 700 Td (\x1cn\xe9a) Tj ET"), 5: font,
	})
	if p := readPage(t, data); p.Text != "finéa\n" {
		t.Errorf("got %q", p.Text)
	}
}

func TestFormsAreDrawn(t *testing.T) {
	form := func(content string) map[int]string {
		return map[int]string{
			3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> /Contents 4 0 R >>",
			4: streamObject("", "q 1 0 0 1 40 0 cm /X Do Q"),
			5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
			6: streamObject("/Type /XObject /Subtype /Form /BBox [0 0 500 800] /Matrix [1 0 0 1 10 0]", content),
		}
	}
	p := readPage(t, objectsPDF(form("BT /F1 10 Tf 0 700 Td (dans un cadre) Tj ET")))
	if p.Text != "dans un cadre\n" || math.Abs(p.Words[0].Box[0]*595-50) > 0.5 {
		t.Errorf("got %q at %v", p.Text, p.Words[0].Box)
	}
	// A form that draws itself must end.
	p = readPage(t, objectsPDF(form("/X Do /X Do BT /F1 10 Tf 0 700 Td (fin) Tj ET")))
	if !strings.HasPrefix(p.Text, "fin") {
		t.Errorf("got %q", p.Text)
	}
}

func TestFormFieldsAreRead(t *testing.T) {
	data := objectsPDF(map[int]string{
		1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 8 0 R] >> >>",
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R /Annots [6 0 R] >>",
		4: streamObject("", "BT /F1 10 Tf 50 700 Td (Nom :) Tj ET"),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		6: "<< /Type /Annot /Subtype /Widget /FT /Tx /T (nom) /V (Perrault) /Rect [90 695 200 712] /AP << /N 7 0 R >> >>",
		7: streamObject("/Type /XObject /Subtype /Form /BBox [0 0 110 17] /Resources << /Font << /F1 5 0 R >> >>", "BT /F1 10 Tf 2 5 Td (Perrault) Tj ET"),
		8: "<< /FT /Ch /T (niveau) /TU (Niveau d'anglais) /V (C1) >>",
	})
	res := Read("formulaire.pdf", data, Limits{})
	checkResult(t, res)
	if want := "Nom : Perrault\nNiveau d'anglais: C1\n"; res.Text() != want || !slices.Contains(res.Warnings, WarnForm) {
		t.Errorf("got %q %v, want %q", res.Text(), res.Warnings, want)
	}
}

func TestEmbeddedFilesAreHandedOut(t *testing.T) {
	data := objectsPDF(map[int]string{
		1: "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >> >>",
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "BT /F1 10 Tf 50 700 Td (CV) Tj ET"),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		6: "<< /Type /Filespec /F (..\\\\..\\\\europass.xml) /EF << /F 7 0 R >> >>",
		7: streamObject("/Type /EmbeddedFile", "<?xml version=\"1.0\"?><SkillsPassport/>"),
	})
	res := Read("cv.pdf", data, Limits{})
	if len(res.Embedded) != 1 || res.Embedded[0].Name != "europass.xml" || !bytes.Contains(res.Embedded[0].Data, []byte("SkillsPassport")) {
		t.Errorf("got %+v", res.Embedded)
	}
}

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		panic(err)
	}
	w.Close()
	return b.String()
}

func TestDamagedFilesAreRepaired(t *testing.T) {
	whole := samplePDF("Clothilde Farge", "Traductrice")
	packed := func() []byte {
		inner := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>"}
		head, body := "", ""
		for i, o := range inner {
			head += fmt.Sprintf("%d %d ", i+1, len(body))
			body += o + " "
		}
		return []byte("%PDF-1.5\n4 0 obj\n" + streamObject("", "BT /F1 11 Tf 60 780 Td (Clothilde Farge) Tj 0 -14 Td (Traductrice) Tj ET") + "\nendobj\n" +
			"5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n" +
			"6 0 obj\n" + streamObject(fmt.Sprintf("/Type /ObjStm /N 3 /First %d /Filter /FlateDecode", len(head)), deflated(head+body)) + "\nendobj\n")
	}()
	for name, data := range map[string][]byte{
		"whole":               whole,
		"index cut off":       whole[:bytes.Index(whole, []byte("xref\n0"))],
		"index out of place":  append([]byte("%PDF-1.4\n% another line in front\n"), whole[9:]...),
		"bytes in front":      append([]byte("From the gateway\r\n"), whole...),
		"bytes behind":        append(bytes.Clone(whole), strings.Repeat("\x00junk", 200)...),
		"a wrong length":      bytes.Replace(whole, []byte("/Length "), []byte("/Length 9"), 1),
		"length missing":      bytes.Replace(whole, []byte("/Length "), []byte("/Langth "), 1),
		"version of its own":  bytes.Replace(whole, []byte("%PDF-1.4"), []byte("%PDF-2.0"), 1),
		"last end missing":    bytes.Replace(whole, []byte("endobj\nxref"), []byte("\nxref"), 1),
		"no pages' catalogue": packed,
	} {
		res := Read("cv.pdf", data, Limits{})
		checkResult(t, res)
		if res.Text() != "Clothilde Farge\nTraductrice\n" {
			t.Errorf("%s: got %q, problem %q %s", name, res.Text(), res.Problem, res.Detail)
		}
	}
}

func TestLostPagesAreSaid(t *testing.T) {
	whole := samplePDF("Clothilde Farge", "Traductrice")
	orphan := bytes.Replace(bytes.Replace(whole, []byte("/Catalog"), []byte("/Cat_log"), 1), []byte("/Root"), []byte("/R__t"), 1)
	if res := Read("cv.pdf", orphan, Limits{}); res.Problem != ProblemDamaged || res.Text() != "Clothilde Farge\nTraductrice\n" || res.Complete() {
		t.Errorf("pages without a catalogue: %q, problem %q", res.Text(), res.Problem)
	}
	gone := bytes.Replace(whole, []byte("[3 0 R]"), []byte("[3 0 R 9 0 R]"), 1)
	if res := Read("cv.pdf", gone, Limits{}); res.PageCount != 2 || len(res.Pages) != 1 || res.Complete() {
		t.Errorf("a page that is named but not there: %d of %d, complete %v", len(res.Pages), res.PageCount, res.Complete())
	}
}

func TestFilters(t *testing.T) {
	const content = "BT /F1 10 Tf 50 700 Td (filtr\xe9) Tj ET"
	up := func() string {
		const columns = 10
		s := content + strings.Repeat(" ", columns-len(content)%columns)
		var out []byte
		prev := make([]byte, columns)
		for i := 0; i < len(s); i += columns {
			out = append(out, 1)
			left := byte(0)
			for _, c := range []byte(s[i : i+columns]) {
				out = append(out, c-left)
				left = c
			}
			copy(prev, s[i:])
		}
		return string(out)
	}()
	broken := []byte(deflated(content))
	broken[0], broken[1] = 0xFF, 0xFF
	for name, obj := range map[string]string{
		"Flate":                    streamObject("/Filter /FlateDecode", deflated(content)),
		"Flate with a broken head": streamObject("/Filter /FlateDecode", string(broken)),
		"Flate without its end":    streamObject("/Filter /FlateDecode", deflated(content)[:len(deflated(content))-4]),
		"short name":               streamObject("/Filter [ /Fl ]", deflated(content)),
		"hexadecimal":              streamObject("/Filter /ASCIIHexDecode", hex.EncodeToString([]byte(content))+">"),
		"hexadecimal in a list":    streamObject("/Filter [/ASCIIHexDecode /FlateDecode]", hex.EncodeToString([]byte(deflated(content)))+">"),
		"run length":               streamObject("/Filter /RunLengthDecode", string([]byte{byte(len(content) - 1)})+content+"\x80"),
		"a predictor of pictures":  streamObject("/Filter /FlateDecode /DecodeParms << /Predictor 11 /Columns 10 >>", deflated(up)),
		"LZW":                      streamObject("/Filter /LZWDecode", string(lzwEncode([]byte(content)))),
	} {
		p := Read("cv.pdf", objectsPDF(map[int]string{
			3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
			4: obj, 5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		}), Limits{})
		if p.Text() != "filtré\n" {
			t.Errorf("%s: got %q (%s %s)", name, p.Text(), p.Problem, p.Detail)
		}
	}
}

// lzwEncode writes every byte as a code of its own, clearing the table before codes grow.
func lzwEncode(data []byte) []byte {
	var out []byte
	acc, n := 0, 0
	emit := func(code int) {
		acc, n = acc<<9|code, n+9
		for n >= 8 {
			out = append(out, byte(acc>>(n-8)))
			n -= 8
		}
		acc &= 1<<n - 1
	}
	for i, c := range data {
		if i%200 == 0 {
			emit(256)
		}
		emit(int(c))
	}
	emit(257)
	return append(out, byte(acc<<(8-n)))
}

func TestPagesBeyondTheLimitAreSaid(t *testing.T) {
	data := objectsPDF(map[int]string{
		2: "<< /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 3 >>",
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "BT /F1 10 Tf 50 700 Td (page) Tj ET"),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	})
	res := Read("cv.pdf", data, Limits{Pages: 2})
	if len(res.Pages) != 2 || res.PageCount != 3 || res.Complete() || !slices.Contains(res.Warnings, WarnPagesLeftOut) {
		t.Errorf("%d of %d pages, complete %v, %v", len(res.Pages), res.PageCount, res.Complete(), res.Warnings)
	}
}

func TestSameFileSameResult(t *testing.T) {
	for _, data := range [][]byte{samplePDF("un", "deux"), sampleDOCX(para("un")), columnsPDF()} {
		if a, b := Read("x", data, Limits{}), Read("x", data, Limits{}); !reflect.DeepEqual(a, b) {
			t.Errorf("two readings differ:\n%+v\n%+v", a, b)
		}
	}
}

func TestPasswords(t *testing.T) {
	for _, c := range []struct{ file, password, problem string }{
		{"testdata/rc4-owner.pdf", "", ""}, {"testdata/aes128-owner.pdf", "", ""},
		{"testdata/rc4-user.pdf", "", ProblemPassword}, {"testdata/rc4-user.pdf", "sesame", ""}, {"testdata/rc4-user.pdf", "wrong", ProblemPassword},
	} {
		res := ReadWithPassword(c.file, testdata(t, c.file), c.password, Limits{})
		if res.Problem != c.problem || c.problem == "" && res.Text() != "Lettre de motivation\nMadame, Monsieur\n" {
			t.Errorf("%s with %q: %q, problem %q %s", c.file, c.password, res.Text(), res.Problem, res.Detail)
		}
	}
}

func TestAKeyIsNotTheBeginningOfAnother(t *testing.T) {
	if v, ok := dictValue([]byte("<< /Length1 44012 /Filter /FlateDecode /Length 9500 >>"), "Length"); !ok || !bytes.HasPrefix(v, []byte("9500")) {
		t.Errorf("got %q, %v", v, ok)
	}
}

func TestStreamShorterThanItSaysIsTorn(t *testing.T) {
	whole := samplePDF("Madame, Monsieur", "Veuillez trouver mon CV")
	cut := bytes.Replace(whole, []byte("Veuillez trouver "), nil, 1)
	if res := Read("cv.pdf", cut, Limits{}); res.Problem != ProblemPartial || !strings.Contains(res.Text(), "Monsieur") {
		t.Errorf("problem %q, text %q", res.Problem, res.Text())
	}
	// One byte more or less is how some writers count the end of the line.
	for _, d := range []string{"-1", "+1"} {
		n := len(whole)
		i := bytes.Index(whole, []byte("/Length ")) + 8
		j := i + bytes.IndexByte(whole[i:], ' ')
		v, err := strconv.Atoi(string(whole[i:j]))
		if err != nil {
			t.Fatal(err)
		}
		if d == "+1" {
			v++
		} else {
			v--
		}
		off := bytes.Join([][]byte{whole[:i], []byte(strconv.Itoa(v)), whole[j:n]}, nil)
		if res := Read("cv.pdf", off, Limits{}); res.Problem != "" {
			t.Errorf("%s: problem %q %s", d, res.Problem, res.Detail)
		}
	}
}
