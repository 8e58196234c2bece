package review

import (
	"errors"
	"slices"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening/fact"
)

// typesOffered are the types a person can say a document is.
var typesOffered = []fact.DocumentType{fact.CV, fact.CoverLetter, fact.Combined, fact.Diploma, fact.ReferenceLetter, fact.Other}

// typeForm corrects what a document was taken for.
type typeForm struct {
	Action, CSRF, List string
	Version            int64
	// Read says what it was taken for; choosing it takes a correction back.
	Read    string
	Choices []typeChoice
}

type typeChoice struct {
	Value, Label string
	Chosen       bool
}

// typeFormOf is the form under a document's tab, nil for who may not correct it and for the
// text of the message itself, which is never anything else.
func (r *request) typeFormOf(docs *documentSet, id, csrf string) *typeForm {
	d := docs.byID[id]
	if d == nil || d.Body || d.State == store.Pending || !r.may(account.Judge) {
		return nil
	}
	f := &typeForm{Action: applicationPath(docs.view.ID) + "/documents/" + id + "/type", CSRF: csrf, List: r.list(), Version: docs.view.Version,
		Read: r.words.T("documents.type_unread")}
	if d.Type != "" && d.Type != fact.Other {
		f.Read = r.words.T("documents.type_read", "type", documentWord(r.words, string(d.Type)))
	}
	for _, t := range typesOffered {
		f.Choices = append(f.Choices, typeChoice{Value: string(t), Label: documentWord(r.words, string(t)), Chosen: d.TypeByPerson == t})
	}
	return f
}

// correctType answers POST /applications/:id/documents/:document/type: a person says what a
// document is, and screening looks at the application again.
func correctType(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	document, err := r.intParam("document")
	if err != nil {
		return err
	}
	version, ok := r.version()
	is := fact.DocumentType(r.text("type", 40))
	if !ok || is != "" && !slices.Contains(typesOffered, is) {
		return errBadInput
	}
	err = r.app.Store.CorrectDocumentType(r.Request().Context(), r.act(v.ID, version), document, is)
	if errors.Is(err, store.ErrConflict) {
		return r.conflicted(v.ID, version, form{}, r.words.T("documents.type_is"))
	}
	if err != nil {
		return err
	}
	r.say(true, "flash.type_corrected", 1, "")
	return r.redirect(withQuery(applicationPath(v.ID), "doc", r.Param("document"), "list", r.list()))
}
