package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dossier/screening/text"
)

// Tools are the helpers of the slow chain. An empty field is a helper that is not there.
type Tools struct {
	// Tesseract is the path of the OCR program.
	Tesseract string `json:"tesseract,omitempty"`
	// Languages for OCR, as tesseract names them. Default fra+eng.
	Languages string `json:"languages,omitempty"`
	// LibreOffice is the path of soffice.
	LibreOffice string `json:"libreoffice,omitempty"`
	// Cache is a folder for compiled WebAssembly, writable by the service alone. Without
	// it, pdfium takes seconds to start in each child.
	Cache string `json:"cache,omitempty"`
}

// FindTools looks the helpers up on the path of this process. The cache folder is the
// caller's to give.
func FindTools(cache string) Tools {
	t := Tools{Cache: cache}
	t.Tesseract, _ = exec.LookPath("tesseract")
	for _, name := range []string{"soffice", "libreoffice"} {
		if p, err := exec.LookPath(name); err == nil {
			t.LibreOffice = p
			break
		}
	}
	return t
}

// Installed keeps the languages, joined by a plus, that tesseract has data for: one that
// it lacks would make it read nothing at all. Empty, which stands for the default, when
// it has none of them or is not there.
func Installed(tools Tools, languages string) string {
	if tools.Tesseract == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, tools.Tesseract, "--list-langs").CombinedOutput()
	if err != nil {
		return ""
	}
	known := strings.Fields(string(out))
	return strings.Join(slices.DeleteFunc(strings.Split(languages, "+"), func(l string) bool { return !slices.Contains(known, l) }), "+")
}

// Deepen reads again what Read could not: see NeedsMore. res is what Read gave; pages
// that were read well are kept as they are.
func Deepen(_ string, data []byte, res Result, tools Tools, limits Limits) Result {
	return deepen(data, "", res, tools, limits)
}

func deepen(data []byte, password string, res Result, tools Tools, limits Limits) (out Result) {
	limits = limits.orDefault()
	before := res
	defer func() {
		if r := recover(); r != nil {
			out = before
			out.Detail = crashDetail(r)
			if out.Problem == "" {
				out.warn(WarnPartial)
			}
		}
	}()
	switch {
	case res.Problem == ProblemLibreOffice:
		res = convert(data, res, tools, limits)
	case isPicture(res.Media):
		res = readPicture(data, res, tools, limits)
	case res.Media == mediaPDF:
		res = deepenPDF(data, password, res, tools, limits)
	}
	res.Engine = ""
	res.Warnings = slices.DeleteFunc(slices.Clone(res.Warnings), func(w string) bool { return w == WarnPartial })
	finish(&res, limits)
	return res
}

// readPicture reads a photograph or scan, page by page.
func readPicture(data []byte, res Result, tools Tools, limits Limits) Result {
	res.Pages, res.Problem, res.Engine = nil, "", ""
	file := openPictures(res.Media, data)
	res.PageCount = file.all
	for n := range min(file.all, limits.OCRPages, limits.Pages) {
		p, err := readPictured(file, n, tools)
		switch {
		case err == nil:
		case errors.Is(err, errNoOCR):
			p.Problem = ProblemOCRMissing
		case errors.Is(err, errTooLarge):
			p.Problem = ProblemTooLarge
		default:
			p.Problem = ProblemDamaged
		}
		if err != nil {
			res.Detail = err.Error()
		}
		res.Pages = append(res.Pages, p)
	}
	if file.torn {
		res.warn(WarnTorn)
	}
	if len(res.Pages) == 1 && res.Pages[0].Text == "" {
		// Nothing was read: the reason is the document's.
		res.Problem = res.Pages[0].Problem
		res.Pages = nil
	}
	return res
}

// readPictured reads one page of a picture file.
func readPictured(file *pictures, n int, tools Tools) (text.Page, error) {
	pic, err := file.page(n)
	if err != nil {
		return text.Page{}, err
	}
	p, err := recognise(pic, tools)
	switch {
	case errors.Is(err, errNoOCR):
		return text.Page{}, err
	case err != nil:
		return text.Page{Problem: ProblemNoText}, nil
	}
	if len(p.Words) == 0 {
		p.Problem = ProblemNoText
		return p, nil
	}
	judgeOCR(&p)
	return p, nil
}

// judgeOCR marks a recognised page that is not worth relying on.
func judgeOCR(p *text.Page) {
	if p.Quality < 0.5 {
		p.Problem = ProblemGarbled
	}
}

// deepenPDF gives each page that needs it to pdfium, and to OCR after that.
func deepenPDF(data []byte, password string, res Result, tools Tools, limits Limits) (out Result) {
	f, err := openPdfium(data, password, tools.Cache)
	if err != nil {
		if len(res.Pages) == 0 {
			res.Problem, res.Detail = pdfiumProblem(err), err.Error()
		}
		return res
	}
	defer f.close()
	if len(res.Pages) > 0 && res.Problem == ProblemDamaged {
		// Pages were lost; that some of them are read does not bring back the others.
		defer func(detail string) { out.Problem, out.Detail = ProblemDamaged, detail }(res.Detail)
	}
	res.Problem, res.Detail = "", ""
	if len(res.Pages) == 0 {
		res.PageCount = f.pages
		for i := range min(f.pages, limits.Pages) {
			p, err := f.read(i)
			if err != nil {
				p = text.Page{Engine: "pdfium", Problem: ProblemDamaged}
			} else if len(p.Words) < 20 {
				p.Problem = ProblemNoText
			}
			p.Number = i + 1
			res.Pages = append(res.Pages, p)
		}
		if len(res.Pages) == 0 {
			res.Problem = ProblemDamaged
			return res
		}
	}
	recognised := 0
	for i := range res.Pages {
		p := &res.Pages[i]
		if !pageNeedsMore(*p) || i >= f.pages {
			continue
		}
		if p.Engine != "pdfium" {
			if q, err := f.read(i); err == nil && better(q, *p) {
				*p = q
			}
		}
		if p.Quality >= goodEnough && p.Problem == "" {
			continue
		}
		if recognised >= limits.OCRPages {
			continue
		}
		recognised++
		recognisePage(f, i, p, tools)
	}
	return res
}

// better tells whether the page read by the second engine is worth more. Words count
// where quality is alike: a scan's page number is no text layer.
func better(q, p text.Page) bool {
	if len(q.Words) >= 20 && q.Quality >= goodEnough {
		return true
	}
	return q.Quality > p.Quality && len(q.Words) >= len(p.Words)
}

// recognisePage reads a page from its picture and keeps it when that gives more.
func recognisePage(f *pdfiumFile, i int, p *text.Page, tools Tools) {
	pic, err := f.draw(i, ocrDPI)
	if err != nil {
		return
	}
	q, err := recognise(pic, tools)
	switch {
	case errors.Is(err, errNoOCR):
		if p.Problem == ProblemNoText || p.Problem == ProblemGarbled {
			p.Problem = ProblemOCRMissing
		}
		return
	case err != nil:
		return
	}
	if len(q.Words) <= len(p.Words) && p.Quality >= goodEnough {
		// Few words, all of them in the text layer: a short page, not a scan.
		if len(p.Words) > 0 {
			p.Problem = ""
		}
		return
	}
	if len(q.Words) == 0 {
		return
	}
	q.Width, q.Height, q.Number, q.Hidden = p.Width, p.Height, p.Number, p.Hidden
	judgeOCR(&q)
	*p = q
}

// convertTime bounds a run of LibreOffice.
const convertTime = 60 * time.Second

// convert has LibreOffice turn an old format into OpenDocument, and reads that.
func convert(data []byte, res Result, tools Tools, limits Limits) Result {
	if tools.LibreOffice == "" {
		return res
	}
	dir, err := os.MkdirTemp("", "convert-")
	if err != nil {
		res.Detail = err.Error()
		return res
	}
	defer os.RemoveAll(dir)
	in := filepath.Join(dir, "document.doc")
	if err := os.WriteFile(in, data, 0o600); err != nil {
		res.Detail = err.Error()
		return res
	}
	ctx, cancel := context.WithTimeout(context.Background(), convertTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, tools.LibreOffice, "-env:UserInstallation=file://"+dir+"/profile",
		"--headless", "--norestore", "--convert-to", "odt", "--outdir", dir, in)
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin"}
	cmd.Dir = dir
	if err := cmd.Run(); err != nil {
		res.Problem, res.Detail = ProblemDamaged, fmt.Sprintf("libreoffice: %v", err)
		return res
	}
	odt, err := os.ReadFile(filepath.Join(dir, "document.odt"))
	if err != nil {
		res.Problem, res.Detail = ProblemDamaged, "libreoffice gave no document"
		return res
	}
	got := readODT(odt, limits)
	got.Media = res.Media
	for i := range got.Pages {
		got.Pages[i].Engine = "libreoffice"
	}
	return got
}
