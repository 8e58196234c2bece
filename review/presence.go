package review

import (
	"net/http"
	"strings"

	"dossier/web"
)

// look answers POST /applications/:id/looking: the page says every few seconds that it is
// open, and gets who else has it open as one sentence, empty when nobody has. Notes that
// call the reader count as seen from then on.
func look(r *request) error {
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	names, err := r.app.Store.Look(r.Request().Context(), id, r.user.ID)
	if err != nil {
		return err
	}
	if err := r.app.Store.SeeMentions(r.Request().Context(), id, r.user.ID); err != nil {
		return err
	}
	return r.String(http.StatusOK, lookingText(r.words, names))
}

// lookingText says who else is looking.
func lookingText(l *web.Locale, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return l.N("looking.others", len(names), "names", strings.Join(names, ", "))
}
