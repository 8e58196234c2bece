package review

import (
	"context"
	"errors"

	"dossier/internal/account"
	"dossier/internal/store"
)

// UnlockFunc reads a document with a password, in the name of the act's author, and
// keeps what was read. opened is false when the password is not the right one. The
// password must be neither kept nor logged.
type UnlockFunc func(ctx context.Context, a store.Act, documentID int64, password string) (opened bool, err error)

// maxPassword bounds, in bytes, the password of a document: longer than any format takes.
const maxPassword = 256

// unlockForm asks for the password of a document that nobody could read without it.
type unlockForm struct {
	Action, CSRF, List string
	Version            int64
}

// unlockFormOf is the form in a locked document's pane; nil for who may not act on it, and
// for documents a password would not help.
func (r *request) unlockFormOf(docs *documentSet, id, csrf string) *unlockForm {
	d := docs.byID[id]
	if d == nil || r.app.Unlock == nil || d.Problem != "password_protected" || shownAs(d.Document) != "pdf" || !r.may(account.Judge) {
		return nil
	}
	return &unlockForm{Action: applicationPath(docs.view.ID) + "/documents/" + id + "/unlock", CSRF: csrf, List: r.list(), Version: docs.view.Version}
}

// unlockDocument answers POST /applications/:id/documents/:document/unlock: the applicant
// told a colleague the password of a document. It is used for this one reading.
func unlockDocument(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	document, err := r.intParam("document")
	if err != nil {
		return err
	}
	version, ok := r.version()
	// A password may begin or end with a blank: it is taken as it was typed.
	password := r.FormValue("password")
	if !ok || r.app.Unlock == nil || len(password) > maxPassword {
		return errBadInput
	}
	back := withQuery(applicationPath(v.ID), "doc", r.Param("document"), "list", r.list())
	if password == "" {
		r.say(false, "flash.still_locked", 1, "")
		return r.redirect(back)
	}
	d, err := r.app.Store.DocumentByID(r.Request().Context(), document)
	if err != nil {
		return err
	}
	if d.ApplicationID != v.ID {
		return store.ErrNotFound
	}
	opened, err := r.app.Unlock(r.Request().Context(), r.act(v.ID, version), document, password)
	switch {
	case errors.Is(err, store.ErrConflict):
		return r.conflicted(v.ID, version, form{}, r.words.T("documents.unlock"))
	case err != nil:
		return err
	case !opened:
		r.say(false, "flash.still_locked", 1, "")
	default:
		r.say(true, "flash.unlocked", 1, "")
	}
	return r.redirect(back)
}
