package screening

import (
	"fmt"
	"path"
	"strings"

	"dossier/screening/fact"
)

// documentsParams: every type of AllOf must be there, in one of Formats when given.
type documentsParams struct {
	AllOf []fact.DocumentType `json:"all_of"`
	// Formats are pdf, docx, doc, odt, rtf, txt, html, jpg, png, tiff.
	Formats []string `json:"formats"`
}

var documents = Kind{Name: "documents", Check: checkDocuments, Judge: judgeDocuments,
	Reasons: []string{"documents.all", "documents.missing", "documents.format", "documents.unreadable", "documents.maybe", "documents.untyped"}}

// mediaOf are the media types of a format, by content; names decide only when the content
// says nothing.
var mediaOf = map[string][]string{
	"pdf":  {"application/pdf"},
	"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	"doc":  {"application/msword", "application/x-ole-storage"},
	"odt":  {"application/vnd.oasis.opendocument.text"},
	"rtf":  {"text/rtf", "application/rtf"},
	"txt":  {"text/plain"},
	"html": {"text/html", "application/xhtml+xml"},
	"jpg":  {"image/jpeg"},
	"png":  {"image/png"},
	"tiff": {"image/tiff"},
}

func checkDocuments(c Criterion) []Problem {
	var p documentsParams
	if problems := checkParams(c, &p); problems != nil {
		return problems
	}
	var out []Problem
	if len(p.AllOf) == 0 {
		out = append(out, Problem{"params.all_of", "missing"})
	}
	for i, t := range p.AllOf {
		switch t {
		case fact.CV, fact.CoverLetter, fact.Diploma, fact.ReferenceLetter:
		default:
			out = append(out, Problem{fmt.Sprintf("params.all_of[%d]", i), fmt.Sprintf("%q: want cv, cover_letter, diploma or reference_letter", t)})
		}
	}
	for i, f := range p.Formats {
		if mediaOf[f] == nil {
			out = append(out, Problem{fmt.Sprintf("params.formats[%d]", i), fmt.Sprintf("%q: want pdf, docx, doc, odt, rtf, txt, html, jpg, png or tiff", f)})
		}
	}
	return out
}

func judgeDocuments(c Criterion, r *Reading) Finding {
	var p documentsParams
	_ = decode(c, &p)
	var missing, open []string
	var support, doubt []Evidence
	reason := "documents.missing"
	doubtful := ""
	for _, t := range p.AllOf {
		found, other := r.having(t, p.Formats)
		if len(found) > 0 {
			support = append(support, r.documentEvidence(found[0], t))
			continue
		}
		// Something that may be the document keeps the answer open.
		if may, why := r.mayBe(t, p.Formats); len(may) > 0 {
			open = append(open, string(t))
			doubtful = why
			for _, i := range may {
				doubt = append(doubt, r.File(i, Context))
			}
			continue
		}
		missing = append(missing, string(t))
		for _, i := range other {
			reason = "documents.format"
			doubt = append(doubt, r.File(i, Contradicts))
		}
	}
	switch {
	case len(missing) > 0:
		f := c.NotMet(reason, "missing", strings.Join(missing, " "), "formats", strings.Join(p.Formats, " "))
		return f.With(doubt...).With(support...).With(r.Searched())
	case len(open) > 0:
		return c.Unclear(doubtful, "missing", strings.Join(open, " "), "formats", strings.Join(p.Formats, " ")).With(doubt...).With(support...).With(r.Searched())
	}
	return c.Met("documents.all", "types", joinTypes(p.AllOf)).With(support...)
}

func joinTypes(types []fact.DocumentType) string {
	var out []string
	for _, t := range types {
		out = append(out, string(t))
	}
	return strings.Join(out, " ")
}

// having lists the documents in force that are of a type, or hold it, in one of the
// formats; other lists those of the type in another format.
func (r *Reading) having(t fact.DocumentType, formats []string) (found, other []int) {
	for _, i := range r.Current() {
		if !holds(r.Facts[i], t) || r.lost(i) || r.damaged(i) {
			continue
		}
		if inFormat(r.Dossier.Documents[i], formats) {
			found = append(found, i)
		} else {
			other = append(other, i)
		}
	}
	return found, other
}

// lost tells whether nothing of document i could be read.
func (r *Reading) lost(i int) bool {
	d := r.Dossier.Documents[i]
	if d.Problem == "" {
		return false
	}
	for _, p := range d.Pages {
		if strings.TrimSpace(p.Text) != "" {
			return false
		}
	}
	return true
}

// damaged tells whether a file was broken and only a part of it recovered.
func (r *Reading) damaged(i int) bool {
	d := r.Dossier.Documents[i]
	if d.Problem == damagedFile {
		return true
	}
	for _, p := range d.Pages {
		if p.Problem == damagedFile {
			return true
		}
	}
	return false
}

// damagedFile is the problem of a file whose bytes are not whole.
const damagedFile = "damaged"

func holds(f fact.Facts, t fact.DocumentType) bool {
	if f.Type == t {
		return true
	}
	for _, part := range f.Parts {
		if part.Type == t {
			return true
		}
	}
	return f.Type == fact.Combined && len(f.Parts) == 0 && (t == fact.CV || t == fact.CoverLetter)
}

// inFormat tells whether a document has one of the formats; any will do when none is asked
// for. The text of a message is no file.
func inFormat(d Document, formats []string) bool {
	if len(formats) == 0 {
		return true
	}
	if d.Body {
		return false
	}
	media, _, _ := strings.Cut(strings.ToLower(d.Media), ";")
	media = strings.TrimSpace(media)
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(d.Name)), ".")
	for _, f := range formats {
		for _, m := range mediaOf[f] {
			if media == m {
				return true
			}
		}
		if (media == "" || media == "application/octet-stream") && (ext == f || f == "jpg" && ext == "jpeg") {
			return true
		}
	}
	return false
}

// mayBe lists documents that could be of the type: files that cannot be read and whose name
// does not say that they are something else, files nobody could place, and a mail that
// argues a little.
func (r *Reading) mayBe(t fact.DocumentType, formats []string) (may []int, why string) {
	for _, i := range r.Current() {
		d, f := r.Dossier.Documents[i], r.Facts[i]
		named := fact.TypeOfName(d.Name)
		switch {
		case d.Body:
			if t == fact.CoverLetter && f.MaybeLetter && len(formats) == 0 {
				may, why = append(may, i), "documents.maybe"
			}
		case !inFormat(d, formats):
		case r.lost(i) || r.blank(i) || r.damaged(i) && holds(f, t):
			if d.Type == t || d.Type == "" && (named == t || named == "" || t == fact.CoverLetter && named == fact.CV || t == fact.CV && named == fact.CoverLetter) {
				// A file called CV that cannot be opened may well hold the letter too.
				may, why = append(may, i), "documents.unreadable"
			}
		case f.Type == fact.Other && d.Type == "" && (named == t || named == "" || len(f.Broken) > 0) && (f.Unplaced || r.OCR(i)):
			may = append(may, i)
			if why == "" {
				why = "documents.untyped"
			}
		}
	}
	if may != nil && t != fact.CV && t != fact.CoverLetter {
		// A diploma is not looked for in a file called CV.
		var kept []int
		for _, i := range may {
			if n := fact.TypeOfName(r.Dossier.Documents[i].Name); n == "" || n == t {
				kept = append(kept, i)
			}
		}
		may = kept
	}
	return may, why
}

// blank tells whether a file was opened and gave no words: a photograph nobody could read.
func (r *Reading) blank(i int) bool {
	n := 0
	for _, p := range r.Dossier.Documents[i].Pages {
		n += len(strings.Fields(p.Text))
	}
	return n < 8 && !r.Dossier.Documents[i].Body
}

// documentEvidence is the part of a document that is of the type, else the file.
func (r *Reading) documentEvidence(i int, t fact.DocumentType) Evidence {
	d := r.Dossier.Documents[i]
	for _, part := range r.Facts[i].Parts {
		if part.Type == t && !part.From.Empty() {
			return r.PassageAt(i, part.From, "document.part", Supports)
		}
	}
	if d.Body {
		for _, p := range r.View(i).Paragraphs {
			if len(strings.Fields(p.Text)) >= 8 {
				return r.PassageAt(i, p.All(), "document.body", Supports)
			}
		}
	}
	return r.File(i, Supports)
}
