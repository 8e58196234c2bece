package extract

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"

	"dossier/screening/text"
)

// portraitPDF has a name, a line of text and a dark portrait: drawn on the page itself, or
// inside a form that moves and enlarges it, on a page that may be turned.
func portraitPDF(form bool, turn string) []byte {
	content := at(60, 760, "Awa Exemple") + at(60, 600, "Chargée de projet, ville de Brest")
	objs := map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] " + turn + " /Resources << /Font << /F1 5 0 R >> /XObject << /P 6 0 R /G 7 0 R >> >> /Contents 4 0 R >>",
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		6: streamObject("/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray", "\x00\x00\x00\x00"),
		7: streamObject("/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Matrix [2 0 0 2 0 0] /Resources << /XObject << /P 6 0 R >> >>", "q 40 0 0 50 5 5 cm /P Do Q"),
	}
	if form {
		// 5..45 by 5..55, doubled by the form's own matrix and moved: 410..490 by 710..810.
		content += "q 1 0 0 1 400 700 cm /G Do Q"
	} else {
		content += "q 80 0 0 100 410 710 cm /P Do Q"
	}
	objs[4] = streamObject("", content)
	return objectsPDF(objs)
}

// dark counts pixels as dark as ink or as the portrait.
func dark(pic image.Image) (n int) {
	for y := pic.Bounds().Min.Y; y < pic.Bounds().Max.Y; y++ {
		for x := pic.Bounds().Min.X; x < pic.Bounds().Max.X; x++ {
			if v, _, _, _ := pic.At(x, y).RGBA(); v < 0x4000 {
				n++
			}
		}
	}
	return n
}

func TestNamesAndPortraitsArePaintedOver(t *testing.T) {
	for name, data := range map[string][]byte{
		"on the page": portraitPDF(false, ""), "in a form": portraitPDF(true, ""), "on a turned page": portraitPDF(false, "/Rotate 90"),
		"in a form on a turned page": portraitPDF(true, "/Rotate 270"),
	} {
		t.Run(name, func(t *testing.T) {
			read := Read("cv.pdf", data, Limits{})
			if len(read.Pages) != 1 {
				t.Fatalf("pages: %+v", read)
			}
			p := read.Pages[0]
			start := strings.Index(p.Text, "Awa Exemple")
			if start < 0 {
				t.Fatalf("text %q", p.Text)
			}
			boxes := p.Boxes(text.Span{Page: 1, Start: start, End: start + len("Awa Exemple")})
			draw := func(boxes []text.Box) image.Image {
				res := redact(data, [][]text.Box{boxes}, Tools{Cache: wasmCache(t)})
				if len(res.Redacted) != 1 || res.Redacted[0].PNG == nil {
					t.Fatalf("nothing drawn: %+v", res)
				}
				pic, err := png.Decode(bytes.NewReader(res.Redacted[0].PNG))
				if err != nil {
					t.Fatal(err)
				}
				return pic
			}
			bare := draw([]text.Box{})
			// A portrait of 80 by 100 points would be 18,000 dark pixels; two lines of text are few.
			if n := dark(bare); n == 0 || n > 3000 {
				t.Errorf("%d dark pixels: the portrait shows, or nothing does", n)
			}
			pic := draw(boxes)
			for _, b := range boxes {
				r := boxPixels(b, pic.Bounds())
				if got := dark(pic.(*image.Gray).SubImage(r)); got != r.Dx()*r.Dy() {
					t.Errorf("%d of %d pixels of the name are covered", got, r.Dx()*r.Dy())
				}
			}
		})
	}
}

func TestWholePagePicturesAreNotDrawn(t *testing.T) {
	res := redact(scannedPDF(t), [][]text.Box{{}}, Tools{Cache: wasmCache(t)})
	if len(res.Redacted) != 1 || res.Redacted[0].PNG != nil || res.Redacted[0].Problem != ProblemWholePicture {
		t.Errorf("got %+v", res)
	}
}

func TestPagesAreDrawnInAChild(t *testing.T) {
	r := NewRunner(Config{Command: []string{"/proc/self/exe"}, Env: []string{workerSwitch + "=worker"}, Tools: Tools{Cache: wasmCache(t)}})
	defer r.Close()
	pages, err := r.DrawRedacted(context.Background(), bytes.NewReader(portraitPDF(false, "")), [][]text.Box{{{0, 0, 1, 0.2}}, nil})
	if err != nil || len(pages) != 1 || pages[0].PNG == nil {
		t.Errorf("%d pages, %v", len(pages), err)
	}
	if _, err := r.DrawRedacted(context.Background(), strings.NewReader("plain text"), [][]text.Box{{}}); !errors.Is(err, errNotPDF) {
		t.Errorf("a text was drawn: %v", err)
	}
	if _, err := r.DrawRedacted(context.Background(), strings.NewReader("%PDF-1.7 and nothing more"), [][]text.Box{{}}); err == nil {
		t.Error("a broken file was drawn")
	}
}
