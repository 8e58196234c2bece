package extract

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/draw"
	imagefont "golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"dossier/internal/testenv"
	"dossier/screening/text"
)

var letterLines = []string{
	"Madame, Monsieur,",
	"Titulaire d'un master de droit international, je souhaite",
	"rejoindre votre équipe à compter du mois de septembre 2025.",
	"Pendant deux années, j'ai suivi des dossiers individuels et",
	"rédigé des rapports pour les bailleurs de fonds.",
	"Je parle couramment anglais et j'ai des notions de wolof.",
	"Veuillez agréer mes salutations distinguées.",
}

// drawLines writes lines on a page of an A4 sheet's shape, 150 dots an inch.
func drawLines(t testing.TB, ink, paper color.Color, lines []string) *image.Gray {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 12, DPI: 150})
	if err != nil {
		t.Fatal(err)
	}
	pic := image.NewGray(image.Rect(0, 0, 1240, 1754))
	draw.Draw(pic, pic.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	d := imagefont.Drawer{Dst: pic, Src: image.NewUniform(ink), Face: face}
	for i, l := range lines {
		d.Dot = fixed.P(150, 200+50*i)
		d.DrawString(l)
	}
	return pic
}

// recovered is the share of the words of want that were read.
func recovered(got string, want []string) float64 {
	have := map[string]int{}
	for w := range strings.FieldsSeq(got) {
		have[w]++
	}
	n, all := 0, 0
	for w := range strings.FieldsSeq(strings.Join(want, " ")) {
		all++
		if have[w] > 0 {
			have[w]--
			n++
		}
	}
	return float64(n) / float64(all)
}

func tilt(pic *image.Gray, degrees float64) *image.Gray {
	b := pic.Bounds()
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(b.Dx())/2, float64(b.Dy())/2
	out := image.NewGray(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			dx, dy := float64(x)-cx, float64(y)-cy
			out.SetGray(x, y, color.Gray{Y: sample(pic, cx+dx*cos-dy*sin, cy+dx*sin+dy*cos)})
		}
	}
	return out
}

func shade(pic *image.Gray) *image.Gray {
	b := pic.Bounds()
	out := image.NewGray(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			k := 0.25 + 0.75*float64(x)/float64(b.Dx())
			out.SetGray(x, y, color.Gray{Y: uint8(float64(pic.GrayAt(x, y).Y) * k)})
		}
	}
	return out
}

func turned(pic *image.Gray, quarters int) *image.Gray {
	s := &paper{pic: pic}
	s.turn(quarters)
	return s.pic
}

// onDesk photographs a page from aside: it lies askew on a dark desk, in the light of a
// lamp at the left.
func onDesk(pic *image.Gray, q quad) *image.Gray {
	b := pic.Bounds()
	out := image.NewGray(image.Rect(0, 0, 1600, 1900))
	for y := range 1900 {
		for x := range 1600 {
			out.Pix[y*out.Stride+x] = uint8(45 + (x*7+y*13)%11)
		}
	}
	m := q.fromRectangle(float64(b.Dx()), float64(b.Dy()))
	// Four samples a dot leave no hole where the page comes near.
	for y := 0.0; y < float64(b.Dy()); y += 0.5 {
		for x := 0.0; x < float64(b.Dx()); x += 0.5 {
			px, py := m.apply(x, y)
			light := 1 - 0.45*px/1600
			out.SetGray(int(px), int(py), color.Gray{Y: uint8(float64(pic.GrayAt(int(x), int(y)).Y) * light)})
		}
	}
	return out
}

func TestSheetIsFoundInAPhotograph(t *testing.T) {
	page := drawLines(t, color.Black, color.White, letterLines)
	want := quad{{190, 120}, {1380, 210}, {1460, 1700}, {110, 1760}}
	got, ok := findSheet(onDesk(page, want))
	if !ok {
		t.Fatal("no sheet found")
	}
	for i := range want {
		if math.Hypot(got[i][0]-want[i][0], got[i][1]-want[i][1]) > 25 {
			t.Errorf("corner %d: %v, want %v", i, got[i], want[i])
		}
	}
	// A column of white letters on dark belongs to the page, however white the other is.
	flat := drawLines(t, color.Black, color.White, letterLines)
	draw.Draw(flat, image.Rect(0, 0, 400, 1754), image.NewUniform(color.Gray{Y: 60}), image.Point{}, draw.Src)
	if q, ok := findSheet(flat); ok {
		t.Errorf("half of a page taken for the sheet: %v", q)
	}
}

func TestPicturesAreRecognised(t *testing.T) {
	tools := Tools{Tesseract: testenv.Tesseract(t)}
	upright := drawLines(t, color.Black, color.White, letterLines)
	for name, pic := range map[string]*image.Gray{
		"clean":                 upright,
		"slipped by 3 degrees":  tilt(upright, 3),
		"slipped the other way": tilt(upright, -5),
		"sideways":              turned(upright, 1),
		"upside down":           turned(upright, 2),
		"in the shade":          shade(upright),
		"photographed askew":    onDesk(upright, quad{{190, 120}, {1380, 210}, {1460, 1700}, {110, 1760}}),
		"light on dark":         drawLines(t, color.White, color.Gray{Y: 70}, letterLines),
	} {
		var b bytes.Buffer
		if err := png.Encode(&b, pic); err != nil {
			t.Fatal(err)
		}
		res := Read("photo.png", b.Bytes(), Limits{})
		if !NeedsMore(res) {
			t.Fatalf("%s: a picture needs no more? %+v", name, res)
		}
		res = Deepen("photo.png", b.Bytes(), res, tools, Limits{})
		checkResult(t, res)
		if got := recovered(res.Text(), letterLines); got < 0.95 || !res.Pages[0].OCR || res.Engine != "tesseract" {
			t.Errorf("%s: %.0f %% of the words:\n%s", name, 100*got, res.Text())
		}
	}
}

func TestRecognisedWordsStandWhereTheyAre(t *testing.T) {
	tools := Tools{Tesseract: testenv.Tesseract(t)}
	upright := drawLines(t, color.Black, color.White, letterLines)
	for name, c := range map[string]struct {
		pic  *image.Gray
		x, y float64
	}{
		// "Madame," begins at 150,200 of 1240 by 1754.
		"upright":  {upright, 150.0 / 1240, 200.0 / 1754},
		"sideways": {turned(upright, 1), 1 - 200.0/1754, 150.0 / 1240},
	} {
		p, err := recognise(c.pic, tools)
		if err != nil {
			t.Fatal(err)
		}
		i := strings.Index(p.Text, "Madame")
		boxes := p.Boxes(text.Span{Start: i, End: i + 6})
		if i < 0 || len(boxes) != 1 {
			t.Fatalf("%s: %q, boxes %v", name, p.Text, boxes)
		}
		b := boxes[0]
		if c.x < b[0]-0.02 || c.x > b[2]+0.02 || c.y < b[1]-0.02 || c.y > b[3]+0.02 {
			t.Errorf("%s: box %v does not hold %.3f, %.3f", name, b, c.x, c.y)
		}
	}
}

func TestPictureWithoutTesseractSaysSo(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawLines(t, color.Black, color.White, letterLines[:1]), nil); err != nil {
		t.Fatal(err)
	}
	res := Deepen("photo.jpg", b.Bytes(), Read("photo.jpg", b.Bytes(), Limits{}), Tools{}, Limits{})
	if res.Problem != ProblemOCRMissing || res.Media != "image/jpeg" {
		t.Errorf("got %+v", res)
	}
}

func TestSlantIsMeasured(t *testing.T) {
	upright := drawLines(t, color.Black, color.White, append(letterLines, letterLines...))
	for _, want := range []float64{-4, -1, 0, 2, 6} {
		if got := skew(tilt(upright, want)) * 180 / math.Pi; math.Abs(got+want) > 0.35 {
			t.Errorf("turned by %v degrees: measured %.2f", want, got)
		}
	}
}

func TestCameraHeldSideways(t *testing.T) {
	exif := func(v byte) []byte {
		return append([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), v, 0, 0, 0)
	}
	for v := byte(1); v <= 8; v++ {
		if got := exifOrientation(exif(v)); got != int(v) {
			t.Errorf("orientation %d: read as %d", v, got)
		}
	}
	// Where the corner at the top left of what the camera saw comes to lie.
	for tag, want := range map[int]image.Point{1: {0, 0}, 2: {2, 0}, 3: {2, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 2}, 8: {0, 2}, 99: {0, 0}} {
		pic := image.NewGray(image.Rect(0, 0, 3, 2))
		pic.Pix[0] = 9
		if got := orient(pic, tag); got.GrayAt(want.X, want.Y).Y != 9 {
			t.Errorf("orientation %d: %v", tag, got.Pix)
		}
	}
}

// wasmCache keeps pdfium compiled between runs of the tests.
func wasmCache(t testing.TB) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "dossier-test", "wasm")
}

func TestPdfiumReadsWhatWeCannot(t *testing.T) {
	tools := Tools{Cache: wasmCache(t)}
	data := testdata(t, "testdata/aes256-owner.pdf")
	res := Read("cv.pdf", data, Limits{})
	if !NeedsMore(res) {
		t.Fatalf("needs no more: %+v", res)
	}
	res = Deepen("cv.pdf", data, res, tools, Limits{})
	checkResult(t, res)
	if want := "Lettre de motivation\nMadame, Monsieur\n"; res.Text() != want || res.Engine != "pdfium" {
		t.Fatalf("got %q by %s (%s %s), want %q", res.Text(), res.Engine, res.Problem, res.Detail, want)
	}
	// The same page in our own interpreter puts its words in the same place.
	own := Read("cv.pdf", testdata(t, "testdata/rc4-owner.pdf"), Limits{}).Pages[0]
	for i, w := range res.Pages[0].Words {
		o := own.Words[i].Box
		if math.Abs(o[0]-w.Box[0]) > 0.004 || math.Abs(o[2]-w.Box[2]) > 0.004 || w.Box[1] > o[3] || w.Box[3] < o[1] {
			t.Errorf("word %d: pdfium %v, ours %v", i, w.Box, o)
		}
	}
	locked := testdata(t, "testdata/aes256-user.pdf")
	if res := Deepen("cv.pdf", locked, Read("cv.pdf", locked, Limits{}), tools, Limits{}); res.Problem != ProblemPassword {
		t.Errorf("with a password: %q %s", res.Problem, res.Detail)
	}
	if res := deepen(locked, "sesame", ReadWithPassword("cv.pdf", locked, "sesame", Limits{}), tools, Limits{}); res.Text() == "" {
		t.Errorf("with its password given: %q %s", res.Problem, res.Detail)
	}
}

func TestPdfiumSeesNoHiddenText(t *testing.T) {
	data := pagePDF(at(50, 700, "Texte que chacun voit") + "1 g " + at(50, 600, "anglais bilingue") + "0 g BT 3 Tr /F1 10 Tf 50 500 Td (invisible) Tj ET")
	f, err := openPdfium(data, "", wasmCache(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	p, err := f.read(0)
	if err != nil {
		t.Fatal(err)
	}
	if p.Text != "Texte que chacun voit\n" || len(p.Hidden) == 0 {
		t.Errorf("text %q, hidden %q", p.Text, p.Hidden)
	}
}

func TestScanIsReadInAChild(t *testing.T) {
	tools := Tools{Tesseract: testenv.Tesseract(t), Cache: wasmCache(t)}
	r := NewRunner(Config{Command: []string{"/proc/self/exe"}, Env: []string{workerSwitch + "=worker"}, Tools: tools})
	defer r.Close()
	got, err := r.Read(context.Background(), "scan.pdf", bytes.NewReader(scannedPDF(t)))
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, got)
	if share := recovered(got.Text(), letterLines); share < 0.95 || got.Engine != "tesseract" || !got.Complete() {
		t.Errorf("%.0f %% of the words by %s, problem %q %s", 100*share, got.Engine, got.Problem, got.Detail)
	}
}

// scannedPDF is a page that holds nothing but the picture of a letter.
func scannedPDF(t testing.TB) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawLines(t, color.Black, color.White, letterLines), nil); err != nil {
		t.Fatal(err)
	}
	return objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "q 595 0 0 842 0 0 cm /I Do Q"),
		5: streamObject("/Type /XObject /Subtype /Image /Width 1240 /Height 1754 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode", b.String()),
	})
}
