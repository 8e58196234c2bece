package extract

import "dossier/screening/text"

// onePage is the result of a format that knows no pages.
func onePage(p text.Page) Result { return Result{Pages: []text.Page{p}, PageCount: 1} }

// readPages reads the preview that older versions of Apple's Pages put into their files;
// without one, the format is LibreOffice's.
func readPages(data []byte, l Limits) Result {
	z, err := openParts(data)
	if err != nil {
		return Result{Problem: ProblemDamaged, Detail: err.Error()}
	}
	preview, err := z.read("QuickLook/Preview.pdf")
	if err != nil || sniff(preview) != mediaPDF {
		return Result{Problem: ProblemLibreOffice}
	}
	return readPDF(preview, "", l)
}
