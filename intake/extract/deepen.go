package extract

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

// Deepen reads again what Read could not: see NeedsMore.
func Deepen(_ string, _ []byte, res Result, tools Tools, limits Limits) Result {
	limits = limits.orDefault()
	if res.Problem == ProblemNoText && tools.Tesseract == "" {
		res.Problem = ProblemOCRMissing
	}
	finish(&res, limits)
	return res
}
