package extract

import (
	"time"

	"dossier/screening/text"
)

// Result is what was read of one document. The zero Result is a document nothing was
// read of and nothing is known about.
type Result struct {
	// Media is the type found in the bytes, such as application/pdf.
	Media string `json:"media"`
	// Pages in order; empty when Problem says why nothing was read.
	Pages []text.Page `json:"pages"`
	// PageCount counts the pages the document has; len(Pages) may be less when it has
	// more than Limits.Pages. 0 when unknown.
	PageCount int `json:"page_count"`
	// Engine is what read most pages: pdf, pdfium, tesseract, docx, odt, html, rtf, text, libreoffice.
	Engine string `json:"engine,omitempty"`
	// Quality from 0 (noise) to 1 (clean) is the mean over pages, weighted by their words.
	Quality float64 `json:"quality"`
	// Problem is why the document could not be read, or not completely; empty when it was.
	Problem string `json:"problem,omitempty"`
	// Detail is the technical cause of Problem, for the operator.
	Detail string `json:"detail,omitempty"`
	// Embedded holds files found inside the document (PDF attachments, portfolios).
	Embedded []Embedded `json:"embedded,omitempty"`
	// Warnings are codes of what the reader should know: see the Warn constants.
	Warnings []string `json:"warnings,omitempty"`
	// Redacted holds the pages DrawRedacted asked for.
	Redacted []RedactedPage `json:"redacted,omitempty"`
}

// Embedded is a file carried inside a document.
type Embedded struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Data  []byte `json:"data"`
}

// Complete tells whether every page was read and nothing stands in doubt: there is no
// problem, no page has one, and no page was left out.
func (r Result) Complete() bool {
	if r.Problem != "" || len(r.Pages) == 0 || r.PageCount > len(r.Pages) {
		return false
	}
	for _, p := range r.Pages {
		if p.Problem != "" {
			return false
		}
	}
	return true
}

// Text joins the text of all pages, an empty line between pages.
func (r Result) Text() string {
	var b []byte
	for _, p := range r.Pages {
		if p.Text == "" {
			continue
		}
		if len(b) > 0 {
			b = append(b, '\n')
		}
		b = append(b, p.Text...)
	}
	return string(b)
}

// Problems: why a document, or one page of it, could not be read.
const (
	// ProblemPassword: a password is needed to open the file. Ask the applicant.
	ProblemPassword = "password_protected"
	// ProblemDamaged: the bytes are not a whole file of the type they start as.
	ProblemDamaged = "damaged"
	// ProblemUnsupported: no reader for this type.
	ProblemUnsupported = "unsupported"
	// ProblemTooLarge: more bytes, or more when unpacked or drawn, than the limits allow.
	ProblemTooLarge = "too_large"
	// ProblemNoText: pages without a text layer, and no engine could read the picture.
	ProblemNoText = "no_text_layer"
	// ProblemGarbled: there is text, but it is noise in every engine.
	ProblemGarbled = "garbled"
	// ProblemEmpty: the file has no bytes, or a readable document holds no words.
	ProblemEmpty = "empty"
	// ProblemCrashed: the child process died reading it.
	ProblemCrashed = "crashed"
	// ProblemTimedOut: the child process was stopped at its time limit.
	ProblemTimedOut = "timed_out"
	// ProblemLibreOffice: the type is read by LibreOffice only, which is not installed.
	ProblemLibreOffice = "needs_libreoffice"
	// ProblemPartial: some pages or parts were read and others not, for the reason the
	// page tells, or because there are more pages than the limits allow.
	ProblemPartial = "partial"
	// ProblemOCRMissing: a scan or picture, and tesseract is not installed.
	ProblemOCRMissing = "ocr_missing"
)

// Warnings: what should be known about a document that was read.
const (
	// WarnHidden: some text cannot be seen by a reader of the page; see Page.Hidden.
	WarnHidden = "hidden_text"
	// WarnPagesLeftOut: only the first Limits.Pages pages were read.
	WarnPagesLeftOut = "pages_left_out"
	// WarnRepaired: the file's index was broken and was rebuilt from its objects.
	WarnRepaired = "repaired"
	// WarnPartial: some page or part could not be read.
	WarnPartial = "partial"
	// WarnTorn: bytes are missing from the file, and nobody can tell what stood in them.
	WarnTorn = "torn"
	// WarnForm: values of form fields were added to the text.
	WarnForm = "form_fields"
	// WarnEmbedded: the file carries other files; see Result.Embedded.
	WarnEmbedded = "embedded_files"
)

// Limits bound what one document may cost. A zero field means its default.
type Limits struct {
	// MaxBytes of a file. Default 25 MiB.
	MaxBytes int64 `json:"max_bytes,omitempty"`
	// Pages read of one document. Default 60.
	Pages int `json:"pages,omitempty"`
	// OCRPages recognised in one document. Default 10.
	OCRPages int `json:"ocr_pages,omitempty"`
	// MaxText is how many bytes of text are kept of one document. Default 4 MiB.
	MaxText int `json:"max_text,omitempty"`
	// Wall is how long the child may take for the text of one document. Default 20 s.
	Wall time.Duration `json:"wall,omitempty"`
	// SlowWall is how long it may take for pdfium, OCR or LibreOffice. Default 120 s.
	SlowWall time.Duration `json:"slow_wall,omitempty"`
}

func (l Limits) orDefault() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = 25 << 20
	}
	if l.Pages <= 0 {
		l.Pages = 60
	}
	if l.OCRPages <= 0 {
		l.OCRPages = 10
	}
	if l.MaxText <= 0 {
		l.MaxText = 4 << 20
	}
	if l.Wall <= 0 {
		l.Wall = 20 * time.Second
	}
	if l.SlowWall <= 0 {
		l.SlowWall = 120 * time.Second
	}
	return l
}
