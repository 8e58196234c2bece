package review

import (
	"bytes"
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"dossier/internal/store"
	"dossier/screening/fact"
	"dossier/screening/text"
	"dossier/web"
)

// maxDocumentBytes bounds a file handed to a browser. Mail is bounded at intake; this only
// keeps one request from taking all the memory.
const maxDocumentBytes = 128 << 20

// documentContent answers GET /documents/:id/content with the bytes as they were received.
// They come from strangers: whatever the mail called them, only a PDF or a picture that its
// first bytes prove is shown in place, for the viewer; everything else is a download.
func documentContent(r *request) error {
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	d, err := r.app.Store.DocumentByID(r.Request().Context(), id)
	if err != nil {
		return err
	}
	if err := r.mayOpenOriginal(d.VacancyID, d.ApplicationID); err != nil {
		return err
	}
	content, err := r.app.Blobs.Read(d.Hash, maxDocumentBytes)
	if err != nil {
		return fmt.Errorf("document %d: %w", id, err)
	}
	if d.Body {
		// The text of a message is ours: it has no name of its own and is plain text.
		return r.sendBytes(content, "text/plain; charset=utf-8", contentDisposition("attachment", "message-"+strconv.FormatInt(id, 10)+".txt", id), d.ReceivedAt)
	}
	return r.serveFile(content, d.Name, id, d.ReceivedAt)
}

// serveFile hands a stranger's file to the browser: in place when its first bytes prove a
// PDF or a picture, else as a download under a name made harmless.
func (r *request) serveFile(content []byte, name string, id int64, at time.Time) error {
	media, disposition := shownMedia(content), "inline"
	if media == "" || r.QueryParam("download") != "" {
		disposition = "attachment"
	}
	return r.sendBytes(content, cmp.Or(media, "application/octet-stream"), contentDisposition(disposition, name, id), at)
}

func (r *request) sendBytes(content []byte, media, disposition string, at time.Time) error {
	h := r.Response().Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition)
	http.ServeContent(r.Response(), r.Request(), "", at, bytes.NewReader(content))
	return nil
}

// shownMedia is the media type of what a browser may show in place, by its first bytes:
// empty for anything else, whatever its name or the mail says.
func shownMedia(content []byte) string {
	// QUIRK: a PDF may begin with some bytes of junk; the header must come within the first
	// 1024. We want it at the very start, so that nothing can be two things at once.
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		return "application/pdf"
	}
	switch media := http.DetectContentType(content); media {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		return media
	}
	return ""
}

// contentDisposition names a file for the browser. A name may hold quotes, line ends and
// worse: what is no letter, digit or plain sign is replaced.
func contentDisposition(disposition, name string, id int64) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || strings.ContainsRune(" .,-_()+'", r) {
			return r
		}
		return '_'
	}, path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), "\\", "/")))
	clean = strings.Trim(clean, " .")
	if r := []rune(clean); len(r) > 120 {
		ext := []rune(path.Ext(clean))
		clean = string(r[:max(1, 120-min(len(ext), 10))]) + string(ext[:min(len(ext), 10)])
	}
	if clean == "" {
		clean = "document-" + strconv.FormatInt(id, 10)
	}
	if v := mime.FormatMediaType(disposition, map[string]string{"filename": clean}); v != "" {
		return v
	}
	return disposition
}

// textPage is one document's extracted text as a page of its own. It is what a browser
// without scripts opens, and where the script takes the left pane from.
type textPage struct {
	page
	Back, Name, VacancyTitle string
	Viewer                   *viewer
}

// documentText answers GET /documents/:id/text; view=text asks for the text of a document
// that could be shown as it is.
func documentText(r *request) error {
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	d, err := r.app.Store.DocumentByID(r.Request().Context(), id)
	if err != nil {
		return err
	}
	v, err := r.applicationView(d.ApplicationID)
	if err != nil {
		return err
	}
	docs := newDocumentSet(r.words, v)
	base := applicationPath(v.ID)
	b := findingsBuilder{words: r.words, view: v, docs: docs, zone: v.Vacancy.DeadlineZone, now: r.now,
		path: func(criterion string) string { return base + "?c=" + criterion + "#" + anchorOf(criterion) }}
	b.build("")
	p := textPage{page: r.newPage("vacancies", "documents.title"), Back: base + "?doc=" + strconv.FormatInt(id, 10), Name: v.Applicant.Name, VacancyTitle: v.Vacancy.Title}
	if p.Viewer, err = r.viewer(docs, strconv.FormatInt(id, 10), r.QueryParam("view") == "text", b.passages, b.path); err != nil {
		return err
	}
	if p.Viewer == nil {
		return fmt.Errorf("document %d: %w", id, store.ErrNotFound)
	}
	p.Title = p.Viewer.Title
	p.Viewer.Correct = r.typeFormOf(docs, p.Viewer.ID, p.CSRF)
	p.Viewer.Unlock = r.unlockFormOf(docs, p.Viewer.ID, p.CSRF)
	p.Viewer.Ask = r.askForAnother(docs, p.Viewer.ID)
	if p.Viewer.Laid, err = r.layoutOf(docs.byID[p.Viewer.ID], v); err != nil {
		return err
	}
	return r.render("application/text", p)
}

// documentTab is a document in the row of tabs.
type documentTab struct {
	ID, Path, Icon, Title, Note, FileName string
	Current, Superseded                   bool
}

// document is one document of the application as pages name it.
type document struct {
	store.Document
	id, title, note string
}

func (d *document) textPath() string    { return "/documents/" + d.id + "/text" }
func (d *document) contentPath() string { return "/documents/" + d.id + "/content" }

// documentSet names the documents of an application.
type documentSet struct {
	words *web.Locale
	list  []*document
	byID  map[string]*document
	zone  string
	view  store.ApplicationView
}

func newDocumentSet(l *web.Locale, v store.ApplicationView) *documentSet {
	s := &documentSet{words: l, byID: map[string]*document{}, zone: v.Vacancy.DeadlineZone, view: v}
	for _, d := range v.Documents {
		one := &document{Document: d, id: strconv.FormatInt(d.ID, 10)}
		one.title, one.note = s.title(d), s.note(d)
		s.list = append(s.list, one)
		s.byID[one.id] = one
	}
	return s
}

// title is what a document is, else what its file is called.
func (s *documentSet) title(d store.Document) string {
	if d.Body {
		return s.words.T("documents.body")
	}
	if is := d.Is(); is != "" && is != fact.Other {
		return s.words.T("documents.type." + string(is))
	}
	if name := strings.TrimSpace(d.Name); name != "" {
		return name
	}
	return s.words.T("documents.type.other")
}

// note is the form of a document: PDF, 2 p.
func (s *documentSet) note(d store.Document) string {
	switch {
	case d.State == store.Unreadable:
		return s.words.T("documents.unreadable")
	case d.State == store.Pending:
		return s.words.T("documents.waiting")
	case d.Body:
		return s.words.ShortDate(d.ReceivedAt, s.zone)
	case d.PageCount > 0:
		return s.words.T("documents.pages", "format", format(d), "n", d.PageCount)
	}
	return format(d)
}

// formats are the names of the forms a file may have, by its media type.
var formats = map[string]string{
	"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/webp": "WebP",
	"image/gif": "GIF", "image/heic": "HEIC", "text/html": "HTML", "text/plain": "TXT", "application/rtf": "RTF", "text/rtf": "RTF",
	"application/msword": "DOC", "application/vnd.oasis.opendocument.text": "ODT", "application/zip": "ZIP",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
}

// sameEndings are the endings that are not the name of their form.
var sameEndings = map[string]string{"JPG": "JPEG", "JPE": "JPEG", "TIF": "TIFF", "HTM": "HTML", "TEXT": "TXT"}

// misnamed tells what form a file's name announces when its content is another.
func misnamed(d store.Document) (named, content string, yes bool) {
	media, _, _ := strings.Cut(d.Media, ";")
	content = formats[strings.TrimSpace(media)]
	named = strings.ToUpper(strings.TrimPrefix(path.Ext(d.Name), "."))
	if same := sameEndings[named]; same != "" {
		named = same
	}
	for _, form := range formats {
		if form == named {
			return named, content, content != "" && content != named
		}
	}
	return named, content, false
}

// format names a file's form by its content, else by its name's ending.
func format(d store.Document) string {
	media, _, _ := strings.Cut(d.Media, ";")
	if name := formats[strings.TrimSpace(media)]; name != "" {
		return name
	}
	ext := strings.ToUpper(strings.TrimPrefix(path.Ext(d.Name), "."))
	if len(ext) >= 2 && len(ext) <= 5 && strings.IndexFunc(ext, func(r rune) bool { return r > 0x7f || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0 {
		return ext
	}
	return "?"
}

// fileName is what the sender called the file; the text of a message has none.
func (d *document) fileName() string {
	if d.Body {
		return ""
	}
	return strings.TrimSpace(d.Name)
}

func (d *document) icon() string {
	switch {
	case d.Body:
		return "mail"
	case d.State == store.Unreadable:
		return "warn"
	}
	return "doc"
}

// titles are the names of the documents with these ids that are known, each once.
func (s *documentSet) titles(ids []string) []string {
	var out []string
	for _, id := range ids {
		if d := s.byID[id]; d != nil && !slices.Contains(out, d.title) {
			out = append(out, d.title)
		}
	}
	return out
}

// describe is a document as evidence: its file's name, and its form.
func (s *documentSet) describe(id string) (name, form string) {
	d := s.byID[id]
	if d == nil {
		return s.words.T("finding.file"), ""
	}
	name = strings.TrimSpace(d.Name)
	if d.Body || name == "" {
		name = d.title
	}
	return shorten(name, 80), d.note
}

// where is the place of a passage: CV, p. 2.
func (s *documentSet) where(id string, page int) string {
	d := s.byID[id]
	if d == nil {
		return ""
	}
	if d.Body || d.PageCount < 1 {
		return shorten(d.title, 40)
	}
	return s.words.T("finding.where", "document", shorten(d.title, 40), "page", page)
}

// late tells whether a document came after closing and nobody has accepted it.
func (s *documentSet) late(d *document) bool {
	accepted := s.view.LateAcceptedAt
	return !s.view.AfterClose && s.view.Vacancy.Late(d.ReceivedAt) && (accepted == nil || d.ReceivedAt.After(*accepted))
}

// waitsLate tells whether something came after closing that nobody has accepted: the
// application itself, or a document of one that was in time.
func (s *documentSet) waitsLate() bool {
	if s.view.AfterClose {
		return s.view.LateAcceptedAt == nil
	}
	return slices.ContainsFunc(s.list, s.late)
}

// preferred is the document to open first: the CV, else the first that was read, else
// the first.
func (s *documentSet) preferred() string {
	for _, want := range []func(d *document) bool{
		func(d *document) bool { return d.SupersededBy == nil && d.Is() == fact.CV && d.State == store.Read },
		func(d *document) bool {
			return d.SupersededBy == nil && d.Is() == fact.Combined && d.State == store.Read
		},
		func(d *document) bool { return !d.Body && d.SupersededBy == nil && d.State == store.Read },
		func(d *document) bool { return true },
	} {
		for _, d := range s.list {
			if want(d) {
				return d.id
			}
		}
	}
	return ""
}

// hasHidden tells whether any page holds text that a reader cannot see.
func hasHidden(pages []text.Page) bool {
	for _, p := range pages {
		if len(p.Hidden) > 0 {
			return true
		}
	}
	return false
}

// recognised tells whether any page's words were recognised in a picture.
func recognised(pages []text.Page) bool {
	for _, p := range pages {
		if p.OCR {
			return true
		}
	}
	return false
}
