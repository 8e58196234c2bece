package extract

import (
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"
	"math"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"

	"dossier/screening/text"
)

const (
	// pdfiumMemory is what the sandbox may hold, in pages of 64 KiB: 1 GiB.
	pdfiumMemory = 16384
	// pdfiumChars bounds the characters read one by one of a page.
	pdfiumChars = 60_000
	// maxPixels bounds a drawn page or a picture: an A4 page at 200 dpi has 4 million.
	maxPixels = 40_000_000
)

// pdfiumRuntime is the compiled engine of this process, made at first use: compiling
// takes seconds without a cache.
var pdfiumRuntime struct {
	sync.Mutex
	pool pdfium.Pool
}

// engine returns pdfium in a sandbox without files, clock-limited by the process alone.
func engine(cache string) (pdfium.Pool, error) {
	pdfiumRuntime.Lock()
	defer pdfiumRuntime.Unlock()
	if pdfiumRuntime.pool != nil {
		return pdfiumRuntime.pool, nil
	}
	cfg := wazero.NewRuntimeConfig().WithMemoryLimitPages(pdfiumMemory)
	if cache != "" {
		c, err := wazero.NewCompilationCacheWithDir(cache)
		if err != nil {
			return nil, fmt.Errorf("pdfium: compilation cache: %w", err)
		}
		cfg = cfg.WithCompilationCache(c)
	}
	pool, err := webassembly.Init(webassembly.Config{
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), RuntimeConfig: cfg,
		Stdout: io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("pdfium: %w", err)
	}
	pdfiumRuntime.pool = pool
	return pool, nil
}

// pdfiumFile is a PDF open in pdfium.
type pdfiumFile struct {
	in    pdfium.Pdfium
	doc   references.FPDF_DOCUMENT
	pages int
}

func openPdfium(data []byte, password, cache string) (*pdfiumFile, error) {
	pool, err := engine(cache)
	if err != nil {
		return nil, err
	}
	in, err := pool.GetInstance(time.Minute)
	if err != nil {
		return nil, fmt.Errorf("pdfium: %w", err)
	}
	req := &requests.OpenDocument{File: &data}
	if password != "" {
		req.Password = &password
	}
	doc, err := in.OpenDocument(req)
	if err != nil {
		in.Close()
		return nil, err
	}
	f := &pdfiumFile{in: in, doc: doc.Document}
	n, err := in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: f.doc})
	if err != nil {
		f.close()
		return nil, err
	}
	f.pages = n.PageCount
	return f, nil
}

func (f *pdfiumFile) close() {
	_, _ = f.in.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: f.doc})
	_ = f.in.Close()
}

// pdfiumProblem names what pdfium found wrong with a file.
func pdfiumProblem(err error) string {
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return ProblemPassword
	}
	return ProblemDamaged
}

func (f *pdfiumFile) ref(i int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: f.doc, Index: i}}
}

// read reads one page, counted from 0, with places.
func (f *pdfiumFile) read(i int) (p text.Page, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pdfium: %v", r)
		}
	}()
	p.Engine = "pdfium"
	c, err := f.canvas(i)
	if err != nil {
		return p, err
	}
	p.Width, p.Height = c.frame[2], c.frame[3]
	if pic, err := f.draw(i, 100); err == nil {
		hideUnseen(c.glyphs, pic, c.frame)
	}
	c.layOut(&p)
	p.Quality = quality(p)
	return p, nil
}

// canvas puts the characters pdfium finds where our own interpreter would have.
func (f *pdfiumFile) canvas(i int) (*canvas, error) {
	box, err := f.in.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: f.ref(i)})
	if err != nil {
		return nil, err
	}
	turn, err := f.in.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: f.ref(i)})
	if err != nil {
		return nil, err
	}
	r := rect{float64(min(box.Rect.Left, box.Rect.Right)), float64(min(box.Rect.Bottom, box.Rect.Top)),
		float64(max(box.Rect.Left, box.Rect.Right)), float64(max(box.Rect.Bottom, box.Rect.Top))}
	c := &canvas{}
	c.place(r, int(turn.PageRotation)&3)
	tp, err := f.in.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: f.ref(i)})
	if err != nil {
		return nil, err
	}
	defer func() {
		_, _ = f.in.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: tp.TextPage})
	}()
	count, err := f.in.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: tp.TextPage})
	if err != nil {
		return nil, err
	}
	for n := range min(count.Count, pdfiumChars) {
		g, ok := f.char(tp.TextPage, n, c)
		if ok {
			c.glyphs = append(c.glyphs, g)
		}
	}
	return c, nil
}

// char reads one character; ok is false for what has no place.
func (f *pdfiumFile) char(tp references.FPDF_TEXTPAGE, n int, c *canvas) (g glyph, ok bool) {
	u, err := f.in.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: tp, Index: n})
	if err != nil {
		return g, false
	}
	r := rune(u.Unicode)
	switch r {
	case '\r', '\n', ' ', '\t', 0xA0:
		if len(c.glyphs) == 0 {
			return g, false
		}
		// A blank of the engine's own making stands where the letter before it ends.
		g = c.glyphs[len(c.glyphs)-1]
		g.text, g.space, g.along = " ", true, g.ink
		return g, true
	case 0, 0xFFFE, 0xFFFF:
		g.text = "\uFFFD"
	case 0x02:
		// pdfium's own mark for a hyphen at the end of a line.
		g.text = "-"
	default:
		g.text = spell(string(r))
	}
	loose, err := f.in.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: tp, Index: n})
	if err != nil {
		return g, false
	}
	origin, err := f.in.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: tp, Index: n})
	if err != nil {
		return g, false
	}
	angle, err := f.in.FPDFText_GetCharAngle(&requests.FPDFText_GetCharAngle{TextPage: tp, Index: n})
	if err != nil {
		return g, false
	}
	b := loose.Rect
	g.box = c.g.ctm.box(float64(b.Left), float64(b.Bottom), float64(b.Right), float64(b.Top))
	x, y := c.g.ctm.apply(origin.X, origin.Y)
	sin, cos := math.Sincos(float64(angle.CharAngle))
	// The angle is that of the page as stored; the frame is the page as shown.
	m := matrix{cos, sin, -sin, cos, 0, 0}.mul(matrix{c.g.ctm[0], c.g.ctm[1], c.g.ctm[2], c.g.ctm[3], 0, 0})
	g.dir = direction(m)
	w, h := g.box[2]-g.box[0], g.box[3]-g.box[1]
	switch g.dir {
	case 1:
		g.size, g.along, g.ink, g.across = w*0.85, g.box[1], g.box[3], -x
	case 2:
		g.size, g.along, g.ink, g.across = h*0.85, -g.box[2], -g.box[0], -y
	case 3:
		g.size, g.along, g.ink, g.across = w*0.85, -g.box[3], -g.box[1], x
	default:
		g.size, g.along, g.ink, g.across = h*0.85, g.box[0], g.box[2], y
	}
	g.end = g.ink
	return g, true
}

// hideUnseen marks letters that leave no trace in the drawn page: whatever the trick,
// a reader does not see them.
func hideUnseen(gs []glyph, pic *image.Gray, frame rect) {
	if frame[2] <= 0 || frame[3] <= 0 {
		return
	}
	b := pic.Bounds()
	sx, sy := float64(b.Dx())/frame[2], float64(b.Dy())/frame[3]
	for i := range gs {
		g := &gs[i]
		if g.space {
			continue
		}
		x0, x1 := int(g.box[0]*sx), int(math.Ceil(g.box[2]*sx))
		y0, y1 := int(g.box[1]*sy), int(math.Ceil(g.box[3]*sy))
		x0, x1 = max(x0, b.Min.X), min(x1, b.Max.X)
		y0, y1 = max(y0, b.Min.Y), min(y1, b.Max.Y)
		lo, hi := uint8(255), uint8(0)
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				v := pic.GrayAt(x, y).Y
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		g.hidden = x0 >= x1 || y0 >= y1 || hi-lo < 12
	}
}

// draw renders a page in shades of grey.
func (f *pdfiumFile) draw(i, dpi int) (pic *image.Gray, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pdfium: %v", r)
		}
	}()
	size, err := f.in.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: f.doc, Index: i})
	if err != nil {
		return nil, err
	}
	w, h := float64(size.Size.Width)/72, float64(size.Size.Height)/72
	if w <= 0 || h <= 0 {
		return nil, errors.New("page without a size")
	}
	for w*h*float64(dpi)*float64(dpi) > maxPixels && dpi > 20 {
		dpi = dpi * 3 / 4
	}
	if w*h*float64(dpi)*float64(dpi) > maxPixels {
		return nil, errors.New("page too large to draw")
	}
	res, err := f.in.RenderPageInDPI(&requests.RenderPageInDPI{Page: f.ref(i), DPI: dpi, ImageFormat: requests.RenderImageFormatGrayscale})
	if err != nil {
		return nil, err
	}
	defer res.Cleanup()
	img := res.Result.RenderedImage
	if img == nil {
		return nil, errors.New("nothing drawn")
	}
	pic = image.NewGray(img.Bounds())
	draw.Draw(pic, pic.Bounds(), img, img.Bounds().Min, draw.Src)
	return pic, nil
}
