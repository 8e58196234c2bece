package review

import (
	"slices"
	"time"

	"dossier/internal/store"
	"dossier/web"
)

// maxNoteBytes bounds a note.
const maxNoteBytes = 4000

type noteView struct {
	Author string
	Body   []web.Part
	At     time.Time
	// Mine: it calls the reader.
	Mine bool
}

func notesOf(r *request, v store.ApplicationView, users []store.User) []noteView {
	out := make([]noteView, 0, len(v.Notes))
	for _, n := range v.Notes {
		one := noteView{Author: personName(r.words, v, n.AuthorID), Body: noteParts(n.Body, users), At: n.At}
		one.Mine = slices.ContainsFunc(calledIn(n.Body, users), func(c called) bool { return c.user == r.user.ID })
		out = append(out, one)
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
	users, err := r.mentionable()
	if err != nil {
		return err
	}
	var mentioned []int64
	for _, c := range calledIn(body, users) {
		mentioned = append(mentioned, c.user)
	}
	if err := r.app.Store.AddNote(r.Request().Context(), v.ID, r.user.ID, body, mentioned...); err != nil {
		return err
	}
	r.say(true, "note.saved", 1, "")
	return r.redirect(withQuery(applicationPath(v.ID), "panel", "notes", "list", r.list()))
}
