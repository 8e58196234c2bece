package review

import (
	"net/http"
	"slices"
	"strconv"

	"dossier/internal/store"
)

// conflict is what a person sees whose act came too late: what the others did meanwhile,
// and the own choice, not kept, to be made again.
type conflict struct {
	// Own is set when all the changes are the same person's, made on another page.
	Own     bool
	Changes []string
	Mine    string
}

// maxChanges bounds the changes a conflict lists.
const maxChanges = 5

// version reads which state of the application a form was made from.
func (r *request) version() (int64, bool) {
	v, err := strconv.ParseInt(r.FormValue("version"), 10, 64)
	return v, err == nil && v >= 0
}

// act is what a person does to an application they saw at a version.
func (r *request) act(application, version int64) store.Act {
	return store.Act{ApplicationID: application, Version: version, AuthorID: r.user.ID}
}

// conflicted answers for an act made from an older state: the page as it is now, with what
// changed in between. Nothing was recorded.
func (r *request) conflicted(id, version int64, f form, mine string) error {
	v, err := r.applicationView(id)
	if err != nil {
		return err
	}
	f.conflict = &conflict{Mine: mine}
	f.conflict.Changes, f.conflict.Own = r.changesSince(v, version)
	return r.refused(v, f, http.StatusConflict)
}

// refused shows the page again, with what was typed.
func (r *request) refused(v store.ApplicationView, f form, status int) error {
	p, err := r.applicationPage(v, f)
	if err != nil {
		return err
	}
	return r.renderStatus(status, "application/show", p)
}

// changesSince are people's latest acts, as many as the version has grown by, and whether
// all of them are this person's own.
func (r *request) changesSince(v store.ApplicationView, version int64) (out []string, own bool) {
	people := []store.HistoryKind{store.HistoryOverridden, store.HistoryConfirmed, store.HistoryWithdrawn, store.HistoryDecided, store.HistoryLateAccepted}
	docs := newDocumentSet(r.words, v)
	own = true
	lines := v.History()
	for i := len(lines) - 1; i >= 0 && len(out) < maxChanges && int64(len(out)) < v.Version-version; i-- {
		if !slices.Contains(people, lines[i].Kind) {
			continue
		}
		own = own && lines[i].ActorID == r.user.ID
		text := ""
		for _, part := range r.words.Parts("history."+string(lines[i].Kind), historyArgs(r.words, v, docs, lines[i])...) {
			text += part.Text
		}
		if lines[i].Reason != "" {
			text += " " + r.words.T("quote", "text", shorten(saidReason(r.words, lines[i].Reason), maxQuote))
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return []string{r.words.T("conflict.other")}, false
	}
	return out, own
}
