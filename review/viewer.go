package review

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening/text"
	"dossier/web"
)

// viewer is the left pane: one document.
type viewer struct {
	ID, Title, Content, TextTab string
	// Show is pdf, sheets, image or text: how the script shows it. The markup always holds
	// the text. Sheets are the numbers of the pages there are masked pictures of.
	Show, About string
	Sheets      string
	// Laid is the address of a mail in its own layout, Frame that of the cleaned mail when
	// this is it.
	Laid, Frame string
	// Veiled: the file itself is not to be had.
	Veiled    bool
	AsText    bool
	PageCount int
	Warnings  []string
	Passages  []passage
	Pages     []reading
	Cut       bool
	// Correct says what the document is; nil for who may not.
	Correct *typeForm
	// Unlock asks for the password of a document that is locked.
	Unlock *unlockForm
	// Ask begins a message that asks the applicant for another file; empty where that makes
	// no sense or is not allowed.
	Ask string
}

// viewerWords are the sentences the script says, with {page}, {pages} and {n} left in.
type viewerWords struct {
	Page          string `json:"page"`
	PageLabel     string `json:"pageLabel"`
	Zoom          string `json:"zoom"`
	Loading       string `json:"loading"`
	Unreadable    string `json:"unreadable"`
	Missing       string `json:"missing"`
	EvidenceNone  string `json:"evidenceNone"`
	EvidenceOne   string `json:"evidenceOne"`
	EvidenceOther string `json:"evidenceOther"`
}

func wordsOfViewer(l *web.Locale) viewerWords {
	return viewerWords{Page: l.T("viewer.count"), PageLabel: l.T("viewer.page"), Zoom: l.T("viewer.zoom"), Loading: l.T("viewer.loading"),
		Unreadable: l.T("viewer.unreadable"), Missing: l.T("viewer.missing"), EvidenceNone: l.T("viewer.evidence_here_none"),
		EvidenceOne: l.T("viewer.evidence_here_one"), EvidenceOther: l.T("viewer.evidence_here_other")}
}

// openDocument fills the tabs and opens the document asked for, else the preferred one.
func (r *request) openDocument(p *applicationPage, docs *documentSet, v store.ApplicationView) error {
	id := r.QueryParam("doc")
	if docs.byID[id] == nil {
		id = docs.preferred()
	}
	asText := r.QueryParam("view") == "text"
	for _, d := range docs.list {
		p.Documents = append(p.Documents, documentTab{ID: d.id, Path: p.link("doc", d.id, ""), Icon: d.icon(), Title: d.title, Note: d.note,
			FileName: d.fileName(), Current: d.id == id && !asText, Superseded: d.SupersededBy != nil})
	}
	// The script needs to know which occurrence of a quote is meant where no place on the
	// page is known; that is counted in the document's text.
	counted := map[string]bool{id: true}
	for _, e := range p.Passages {
		if d := docs.byID[e.Document]; d != nil && len(e.Boxes) == 0 && !counted[d.id] && shownAs(d.Document) == "pdf" {
			counted[d.id] = true
			pages, err := r.pages(d)
			if err != nil {
				return err
			}
			numberOccurrences(p.Passages, d.id, pages)
		}
	}
	var err error
	p.Viewer, err = r.viewer(docs, id, asText, p.Passages, func(criterion string) string { return p.link("c", criterion, anchorOf(criterion)) })
	if p.Viewer != nil {
		p.Viewer.Correct = r.typeFormOf(docs, id, p.CSRF)
		p.Viewer.Unlock = r.unlockFormOf(docs, id, p.CSRF)
		p.Viewer.Ask = r.askForAnother(docs, id)
		p.Viewer.TextTab = p.link("doc", id, "") + "&view=text"
		return r.layOut(p, docs.byID[id], v)
	}
	return err
}

// askForAnother is the address that writes to the applicant about a file nobody can read.
func (r *request) askForAnother(docs *documentSet, id string) string {
	d := docs.byID[id]
	if d == nil || d.Body || d.State != store.Unreadable || d.SupersededBy != nil || !r.may(account.WriteApplicants) || r.behind[docs.view.ID].Veiled ||
		!slices.Contains(writable(docs.view), store.MailMissing) {
		return ""
	}
	return withQuery(applicationPath(docs.view.ID)+"/write", "kind", string(store.MailMissing), "chosen", "1", "ask", "document:"+id, "list", r.list())
}

// viewer makes the pane of one document; nil when the application has no such document.
// passages are those of the whole application; the occurrences of this document's are
// counted here.
func (r *request) viewer(docs *documentSet, id string, asText bool, passages []passage, path func(string) string) (*viewer, error) {
	d := docs.byID[id]
	if d == nil {
		return nil, nil
	}
	pages, err := r.pages(d)
	if err != nil {
		return nil, err
	}
	numberOccurrences(passages, id, pages)
	l := r.words
	v := &viewer{ID: id, Title: d.title, Content: d.contentPath(), Show: shownAs(d.Document), AsText: asText, PageCount: max(1, d.PageCount, len(pages))}
	v.TextTab = d.textPath() + "?view=text"
	if asText {
		v.Show = "text"
	}
	for _, p := range passages {
		if p.Document == id {
			v.Passages = append(v.Passages, p)
		}
	}
	one := r.veils[d.ApplicationID]
	if one != nil {
		one.quotesOf(v.Passages, id, pages)
	}
	v.Pages, v.Cut = readings(pages, v.Passages, path)
	if one != nil {
		if err := r.veilViewer(v, d, one); err != nil {
			return nil, err
		}
	}
	switch {
	case d.State == store.Pending:
		v.About = l.T("viewer.about_waiting")
	case d.Language != "":
		v.About = l.T("viewer.about_language", "engine", engineName(l, d.Engine), "language", inSentence(l, languageName(l, d.Language)))
	default:
		v.About = l.T("viewer.about", "engine", engineName(l, d.Engine))
	}
	named, content, odd := misnamed(d.Document)
	for _, w := range []struct {
		when bool
		text string
	}{
		{d.State == store.Unreadable, l.T("viewer.warning.problem", "problem", whatIsMissing(l, d.Document, pages))},
		{odd, l.T("viewer.warning.misnamed", "named", named, "content", content)},
		{recognised(pages), l.T("viewer.warning.ocr")},
		{hasHidden(pages), l.T("viewer.warning.hidden")},
		{d.Damaged, l.T("viewer.warning.damaged")},
		{d.SupersededBy != nil, l.T("viewer.warning.superseded")},
		{docs.late(d), l.T("viewer.warning.late")},
		{v.Veiled, l.T("veil.warning")},
		{v.Veiled && v.Show == "text" && shownAs(d.Document) != "text", l.T("veil.text_only")},
	} {
		if w.when {
			v.Warnings = append(v.Warnings, w.text)
		}
	}
	return v, nil
}

// pages is a document's text; none when it has not been read.
func (r *request) pages(d *document) ([]text.Page, error) {
	t, err := r.app.Store.TextOf(r.Request().Context(), d.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if veil := r.veils[d.ApplicationID]; veil != nil {
		return veil.pages(d.ID, t.Pages), err
	}
	return t.Pages, err
}

// shownAs is how the viewer shows a document: as PDF, as a picture, or as its text.
func shownAs(d store.Document) string {
	media, _, _ := strings.Cut(d.Media, ";")
	switch strings.TrimSpace(media) {
	case "application/pdf":
		return "pdf"
	case "image/jpeg", "image/png", "image/webp", "image/gif":
		return "image"
	}
	return "text"
}

// inSentence writes a language's name as it stands inside a sentence: French gives it no
// capital.
func inSentence(l *web.Locale, name string) string {
	if l.Lang == "fr" {
		return strings.ToLower(name)
	}
	return name
}

func engineName(l *web.Locale, engine string) string {
	if key := "engine." + engine; l.Has(key) {
		return l.T(key)
	}
	if engine == "" {
		return l.T("engine.text")
	}
	return l.T("engine.other", "name", engine)
}

// maxMissing bounds the pages whose trouble is told one by one.
const maxMissing = 6

// whatIsMissing says why a document could not be read; of one that was read in part, which
// pages are missing and why.
func whatIsMissing(l *web.Locale, d store.Document, pages []text.Page) string {
	whole := problemText(l, d.Problem, d.Detail)
	if d.Problem != "partial" {
		return whole
	}
	var parts []string
	for _, p := range pages {
		if p.Problem == "" {
			continue
		}
		if len(parts) == maxMissing {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, l.T("viewer.partial.page", "page", p.Number, "why", problemText(l, p.Problem, "")))
	}
	var read, all int
	switch n, _ := fmt.Sscanf(d.Detail, "%d of %d pages", &read, &all); {
	case n == 2:
		parts = append(parts, l.T("viewer.partial.left", "read", read, "all", all))
	case len(parts) == 0 && d.Detail == "bytes are missing from the file":
		parts = append(parts, l.T("viewer.partial.torn"))
	}
	if len(parts) == 0 {
		return whole
	}
	return whole + " " + strings.Join(parts, " ")
}

// problemText puts the code of a document that could not be read into words.
func problemText(l *web.Locale, code, detail string) string {
	if key := "problem." + code; l.Has(key) {
		return l.T(key, "detail", detail)
	}
	if detail == "" {
		return code
	}
	return code + " (" + detail + ")"
}
