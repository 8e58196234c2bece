package review

import (
	"time"

	"dossier/internal/store"
)

// maxNoteBytes bounds a note.
const maxNoteBytes = 4000

type noteView struct {
	Author, Body string
	At           time.Time
}

func notesOf(r *request, v store.ApplicationView) []noteView {
	out := make([]noteView, 0, len(v.Notes))
	for _, n := range v.Notes {
		out = append(out, noteView{Author: personName(r.words, v, n.AuthorID), Body: n.Body, At: n.At})
	}
	return out
}

// addNote answers POST /applications/:id/notes. A note never conflicts with anything.
func addNote(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	body := r.text("body", maxNoteBytes)
	if body == "" {
		return r.redirect(withList(applicationPath(v.ID), r.list()))
	}
	if err := r.app.Store.AddNote(r.Request().Context(), v.ID, r.user.ID, body); err != nil {
		return err
	}
	r.say(true, "note.saved", 1, "")
	return r.redirect(withQuery(applicationPath(v.ID), "panel", "notes", "list", r.list()))
}
