package review

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// decide is the foot of the page: where the application may go from here.
type decide struct {
	// Primary is the stage of the main button.
	Primary screening.Stage
	// MayDiscuss: the table of moves leads to discussion from here.
	MayDiscuss bool
	Others     []screening.Stage
	// Reasons are offered for not retaining; Typed is what was typed and refused.
	Reasons []decideReason
	Typed   string
	// Asked is set when a reason was missing.
	Asked bool
	// Undo says what undoing would do; empty when there is nothing to undo.
	Undo string
}

type decideReason struct{ Text, Key string }

// maxReasons is how many reasons one digit can pick.
const maxReasons = 9

func decideOf(l *web.Locale, v store.ApplicationView, f form) decide {
	d := decide{Primary: afterStage(v.Stage), Typed: "", Asked: f.rejectRefused}
	if f.rejectRefused {
		d.Typed = f.reason
	}
	d.MayDiscuss = v.Stage.CanMoveTo(screening.StageDiscuss)
	for _, s := range v.Stage.Moves() {
		if !s.NeedsReason() && s != d.Primary && s != screening.StageDiscuss {
			d.Others = append(d.Others, s)
		}
	}
	d.Reasons = reasonsOffered(l, v)
	if to, ok := undoOf(v); ok {
		d.Undo = l.T("decide.undo_of", "from", l.T("stage."+string(to)), "to", l.T("stage."+string(v.Stage)))
	}
	return d
}

// afterStage is the stage the main button leads to; empty at the end of the way.
func afterStage(s screening.Stage) screening.Stage {
	switch s {
	case screening.StageShortlisted:
		return screening.StageInterview
	case screening.StageInterview:
		return screening.StageSelected
	case screening.StageSelected:
		return ""
	}
	return screening.StageShortlisted
}

// reasonsOffered are the reasons for not retaining: what screening or a person found not
// met, then what is common.
func reasonsOffered(l *web.Locale, v store.ApplicationView) []decideReason {
	var texts []string
	if v.Assessment != nil {
		for _, c := range v.Checklist.Checklist.Criteria {
			f, ok := findingOf(v, c.ID)
			verdict := f.Verdict
			if o := v.InForce(c.ID); o != nil {
				verdict = o.Verdict
			}
			if ok && verdict == screening.NotMet && !c.ForReader() && c.Kind != "deadline" && len(texts) < maxReasons-3 {
				texts = append(texts, l.T("decide.reason.unmet", "criterion", strings.TrimRight(titleOf(l, c), ". ")))
			}
		}
	}
	if v.AfterClose {
		texts = append(texts, l.T("decide.reason.late"))
	}
	texts = append(texts, l.T("decide.reason.incomplete"), l.T("decide.reason.others"))
	var out []decideReason
	for i, text := range texts {
		out = append(out, decideReason{Text: text, Key: strconv.Itoa(i + 1)})
	}
	return out
}

// undoOf is the stage that undoing the decision in force leads back to.
func undoOf(v store.ApplicationView) (screening.Stage, bool) {
	last := v.DecisionInForce()
	if last == nil || last.ToStage != v.Stage {
		return "", false
	}
	return last.FromStage, true
}

// recordDecision answers POST /applications/:id/decisions and goes on to the next
// application of the list.
func recordDecision(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	to := screening.Stage(r.text("to", 40))
	version, ok := r.version()
	if !ok || !to.Valid() {
		return errBadInput
	}
	reason := r.joinedReason()
	if to.NeedsReason() && reason == "" {
		return r.refused(v, form{rejectRefused: true}, http.StatusUnprocessableEntity)
	}
	list := r.list()
	place, err := r.place(v, list)
	if err != nil {
		return err
	}
	if err := r.move(v, version, to, reason); err != nil {
		return err
	}
	if r.Response().Committed {
		return nil
	}
	next := applicationPath(v.ID)
	if place != nil && place.NextID != 0 {
		next = applicationPath(place.NextID)
	}
	return r.redirect(withQuery(next, "decided", strconv.FormatInt(v.ID, 10), "list", list))
}

// joinedReason is a reason picked from a list, one typed, or both.
func (r *request) joinedReason() string {
	choice, reason := r.text("choice", maxReasonBytes), r.text("reason", maxReasonBytes)
	switch {
	case choice != "" && reason != "":
		return choice + ". " + reason
	case choice != "":
		return choice
	}
	return reason
}

// undoDecision answers POST /applications/:id/undo. Undoing is a decision like any other,
// with its author and time; nothing is taken out of the history.
func undoDecision(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	version, ok := r.version()
	if !ok {
		return errBadInput
	}
	if version != v.Version {
		return r.conflicted(v.ID, version, form{}, "")
	}
	to, ok := undoOf(v)
	if !ok {
		return errBadInput
	}
	switch err := r.app.Store.UndoDecision(r.Request().Context(), r.act(v.ID, version)); {
	case errors.Is(err, store.ErrConflict):
		return r.conflicted(v.ID, version, form{}, r.words.T("stage."+string(to)))
	case err != nil:
		return err
	}
	return r.redirect(withList(applicationPath(v.ID), r.list()))
}

// acceptLate answers POST /applications/:id/late: what arrived after closing counts, for a
// reason, because a person says so.
func acceptLate(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	version, ok := r.version()
	if !ok {
		return errBadInput
	}
	reason := r.text("reason", maxReasonBytes)
	if reason == "" {
		return r.refused(v, form{lateRefused: true}, http.StatusUnprocessableEntity)
	}
	err = r.app.Store.AcceptLate(r.Request().Context(), r.act(v.ID, version), reason)
	if errors.Is(err, store.ErrConflict) {
		return r.conflicted(v.ID, version, form{}, r.words.T("late.accept"))
	}
	if err != nil {
		return err
	}
	return r.redirect(withList(applicationPath(v.ID), r.list()))
}

// move records a decision. When somebody else was faster it answers with the page that
// shows their change, and nothing is recorded.
func (r *request) move(v store.ApplicationView, version int64, to screening.Stage, reason string) error {
	if version == v.Version && !v.Stage.CanMoveTo(to) {
		return errBadInput
	}
	err := r.app.Store.RecordDecision(r.Request().Context(), r.act(v.ID, version), to, reason)
	if errors.Is(err, store.ErrConflict) {
		return r.conflicted(v.ID, version, form{}, r.words.T("stage."+string(to)))
	}
	return err
}
