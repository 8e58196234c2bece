package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"dossier/screening/text"
)

// RedactedPage is one page drawn for a reader who is not to know whose it is.
type RedactedPage struct {
	// PNG is the picture in shades of grey; nil when the page is not shown, and Problem
	// then says why.
	PNG     []byte `json:"png,omitempty"`
	Problem string `json:"problem,omitempty"`
}

const (
	// ProblemWholePicture: most of the page is one picture, in which nobody can tell a
	// portrait from a background.
	ProblemWholePicture = "whole_page_picture"

	// redactDPI makes an A4 page about 900 pixels wide.
	redactDPI = 110
	// redactPages bounds the pages drawn of one document.
	redactPages = 40
	// redactObjects and redactDepth bound the search for pictures on one page.
	redactObjects = 20_000
	redactDepth   = 6
	// wholePage is the share of a page from which on a picture is the page itself.
	wholePage = 0.6
	// redactMargin widens a box by this part of its height: letters overhang.
	redactMargin = 0.12
)

// errNotPDF is returned for files whose pages cannot be drawn with boxes.
var errNotPDF = errors.New("only the pages of a PDF are drawn")

// DrawRedacted draws the pages of a PDF in a child process. What stands under boxes[i]
// (fractions of page i, origin top left) is painted over before the picture leaves the
// child, and so is every picture on the page: a portrait is not told from a logo. Pages
// beyond len(boxes) are not drawn, nor is a page whose boxes are nil. An error means that
// nothing could be drawn.
func (r *Runner) DrawRedacted(ctx context.Context, file io.Reader, boxes [][]text.Box) ([]RedactedPage, error) {
	data, err := io.ReadAll(io.LimitReader(file, r.cfg.Limits.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("extract: reading the document: %w", err)
	}
	if int64(len(data)) > r.cfg.Limits.MaxBytes {
		return nil, fmt.Errorf("extract: draw: more than %d bytes", r.cfg.Limits.MaxBytes)
	}
	if sniff(data) != mediaPDF || len(boxes) == 0 {
		return nil, fmt.Errorf("extract: draw: %w", errNotPDF)
	}
	q := request{Size: int64(len(data)), Limits: r.cfg.Limits, CPU: r.cfg.Limits.SlowWall, Tools: r.cfg.Tools, Redact: boxes}
	res, err := r.slow.do(ctx, q, data, r.cfg.Limits.SlowWall)
	if err != nil {
		return nil, err
	}
	if len(res.Redacted) == 0 {
		return nil, fmt.Errorf("extract: draw: %s: %s", res.Problem, res.Detail)
	}
	return res.Redacted, nil
}

// redact is the child's side of DrawRedacted.
func redact(data []byte, boxes [][]text.Box, tools Tools) (res Result) {
	defer func() {
		if r := recover(); r != nil {
			res = Result{Media: mediaPDF, Problem: ProblemCrashed, Detail: crashDetail(r)}
		}
	}()
	res.Media = mediaPDF
	f, err := openPdfium(data, "", tools.Cache)
	if err != nil {
		res.Problem, res.Detail = pdfiumProblem(err), err.Error()
		return res
	}
	defer f.close()
	for i := range min(f.pages, len(boxes), redactPages) {
		page := RedactedPage{Problem: ProblemNoText}
		if boxes[i] != nil {
			page = f.redactPage(i, boxes[i])
		}
		res.Redacted = append(res.Redacted, page)
	}
	return res
}

func (f *pdfiumFile) redactPage(i int, boxes []text.Box) RedactedPage {
	pic, err := f.draw(i, redactDPI)
	if err != nil {
		return RedactedPage{Problem: ProblemDamaged}
	}
	pictures, err := f.pictures(i, pic.Bounds())
	if err != nil {
		// Where the pictures are is not known, so the page is not shown.
		return RedactedPage{Problem: ProblemDamaged}
	}
	bounds := pic.Bounds()
	for _, r := range pictures {
		r = r.Intersect(bounds)
		if float64(r.Dx()*r.Dy()) > wholePage*float64(bounds.Dx()*bounds.Dy()) {
			return RedactedPage{Problem: ProblemWholePicture}
		}
		draw.Draw(pic, r, image.NewUniform(color.Gray{Y: 200}), image.Point{}, draw.Src)
	}
	for _, b := range boxes {
		draw.Draw(pic, boxPixels(b, bounds), image.NewUniform(color.Gray{Y: 20}), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, pic); err != nil {
		return RedactedPage{Problem: ProblemDamaged}
	}
	return RedactedPage{PNG: out.Bytes()}
}

// boxPixels is a box of the page in pixels, a little larger than the letters.
func boxPixels(b text.Box, page image.Rectangle) image.Rectangle {
	w, h := float64(page.Dx()), float64(page.Dy())
	margin := (b[3]-b[1])*h*redactMargin + 1
	return image.Rect(int(b[0]*w-margin), int(b[1]*h-margin), int(b[2]*w+margin)+1, int(b[3]*h+margin)+1).Intersect(page)
}

// affine is a PDF matrix: x' = a x + c y + e, y' = b x + d y + f.
type affine [6]float64

// after is m applied to what n gives.
func (m affine) after(n affine) affine {
	return affine{
		m[0]*n[0] + m[2]*n[1], m[1]*n[0] + m[3]*n[1],
		m[0]*n[2] + m[2]*n[3], m[1]*n[2] + m[3]*n[3],
		m[0]*n[4] + m[2]*n[5] + m[4], m[1]*n[4] + m[3]*n[5] + m[5],
	}
}

// pictures finds every picture of a page, those inside forms too, in pixels.
func (f *pdfiumFile) pictures(i int, page image.Rectangle) ([]image.Rectangle, error) {
	count, err := f.in.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: f.ref(i)})
	if err != nil {
		return nil, err
	}
	s := pictureSearch{file: f, index: i, page: page, left: redactObjects}
	for n := range count.Count {
		o, err := f.in.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: f.ref(i), Index: n})
		if err != nil {
			return nil, err
		}
		if err := s.object(o.PageObject, affine{1, 0, 0, 1, 0, 0}, 0); err != nil {
			return nil, err
		}
	}
	return s.found, nil
}

type pictureSearch struct {
	file  *pdfiumFile
	index int
	page  image.Rectangle
	left  int
	found []image.Rectangle
}

// object looks at one object; to leads from its space to the page's.
func (s *pictureSearch) object(o references.FPDF_PAGEOBJECT, to affine, depth int) error {
	if s.left--; s.left < 0 || depth > redactDepth {
		return errors.New("too many objects on the page")
	}
	kind, err := s.file.in.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return err
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_IMAGE:
		b, err := s.file.in.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
		if err != nil {
			return err
		}
		return s.add([4]float64{float64(b.Left), float64(b.Bottom), float64(b.Right), float64(b.Top)}, to)
	case enums.FPDF_PAGEOBJ_FORM:
		m, err := s.file.in.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
		if err != nil {
			return err
		}
		inner := to.after(affine{float64(m.Matrix.A), float64(m.Matrix.B), float64(m.Matrix.C), float64(m.Matrix.D), float64(m.Matrix.E), float64(m.Matrix.F)})
		count, err := s.file.in.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
		if err != nil {
			return err
		}
		for n := range count.Count {
			child, err := s.file.in.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(n)})
			if err != nil {
				return err
			}
			if err := s.object(child.PageObject, inner, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// add keeps the pixels a box of the PDF's space covers; the page's rotation is pdfium's.
func (s *pictureSearch) add(box [4]float64, to affine) error {
	var r image.Rectangle
	for k, corner := range [][2]float64{{box[0], box[1]}, {box[0], box[3]}, {box[2], box[1]}, {box[2], box[3]}} {
		p, err := s.file.in.FPDF_PageToDevice(&requests.FPDF_PageToDevice{Page: s.file.ref(s.index), SizeX: s.page.Dx(), SizeY: s.page.Dy(),
			PageX: to[0]*corner[0] + to[2]*corner[1] + to[4], PageY: to[1]*corner[0] + to[3]*corner[1] + to[5]})
		if err != nil {
			return err
		}
		at := image.Rect(p.DeviceX-1, p.DeviceY-1, p.DeviceX+2, p.DeviceY+2)
		if k == 0 {
			r = at
		} else {
			r = r.Union(at)
		}
	}
	s.found = append(s.found, r)
	return nil
}
