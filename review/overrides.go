package review

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// maxReasonBytes bounds the reason of an override or a decision.
const maxReasonBytes = 1000

// What is stored as a reason where the person gave none of their own: each colleague reads
// it in their language.
const reasonConfirmed = "code:confirmed"

// codePrefix begins a reason that is a code.
const codePrefix = "code:"

// saidReason is a stored reason in words.
func saidReason(l *web.Locale, stored string) string {
	code, more, _ := strings.Cut(stored, ". ")
	var said string
	switch {
	case code == reasonConfirmed:
		said = l.T("override.confirmed_reason")
	case code == store.ReasonUndone:
		said = l.T("decide.undo_reason")
	case strings.HasPrefix(code, codePrefix) && slices.Contains(overrideReasons, strings.TrimPrefix(code, codePrefix)):
		said = l.T("override.reason." + strings.TrimPrefix(code, codePrefix))
	default:
		return stored
	}
	if more != "" {
		said += ". " + more
	}
	return said
}

// overrideReasons are the reasons offered for another verdict, each a digit away.
var overrideReasons = []string{"seen", "proof", "equivalent", "insufficient", "misread"}

// fitting are the verdicts a reason can speak for; one that is not here speaks for any.
var fitting = map[string][]screening.Verdict{
	"proof": {screening.Met}, "equivalent": {screening.Met}, "insufficient": {screening.NotMet, screening.Unclear},
}

// fits tells whether a reason can speak for a verdict.
func fits(reason string, verdict screening.Verdict) bool {
	verdicts, bound := fitting[reason]
	return !bound || slices.Contains(verdicts, verdict)
}

// overrideView is a person's verdict, as the page tells it.
type overrideView struct {
	ID           int64
	What, Reason string
	InForce      bool
	// Withdrawn says who took it back and when; empty while it stands.
	Withdrawn string
}

// overridesOf are the verdicts people gave on a criterion, the newest first.
func overridesOf(l *web.Locale, v store.ApplicationView, criterion, zone string, now time.Time) []overrideView {
	var out []overrideView
	for i := len(v.Overrides) - 1; i >= 0; i-- {
		o := v.Overrides[i]
		if o.Criterion != criterion {
			continue
		}
		key := "override.was"
		if o.Verdict == o.MachineVerdict {
			key = "override.confirmed"
		}
		one := overrideView{ID: o.ID, Reason: saidReason(l, o.Reason), InForce: o.WithdrawnAt == nil,
			What: capital(l.T(key, "verdict", l.T("verdict."+o.Verdict.String()), "machine", l.T("verdict."+o.MachineVerdict.String()),
				"author", personName(l, v, o.AuthorID), "at", l.ShortInstant(o.At, zone, now)))}
		if o.WithdrawnAt != nil {
			by := int64(0)
			if o.WithdrawnBy != nil {
				by = *o.WithdrawnBy
			}
			one.Withdrawn = l.T("override.withdrawn", "author", personName(l, v, by), "at", l.ShortInstant(*o.WithdrawnAt, zone, now))
		}
		out = append(out, one)
	}
	return out
}

// recordOverride answers POST /applications/:id/overrides: a person's verdict on one
// criterion, with the reason that a change needs.
func recordOverride(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	f := form{criterion: r.text("criterion", 200), verdict: r.text("verdict", 20), reason: r.text("reason", maxReasonBytes), choice: r.text("choice", 40)}
	verdict, err := screening.ParseVerdict(f.verdict)
	version, ok := r.version()
	if err != nil || !ok || v.Assessment == nil {
		return errBadInput
	}
	finding, ok := findingOf(v, f.criterion)
	if !ok {
		return errBadInput
	}
	if f.choice != "" && !slices.Contains(overrideReasons, f.choice) {
		return errBadInput
	}
	if !fits(f.choice, verdict) {
		f.choice = "" // it was picked for another verdict, and is hidden now
	}
	reason := f.reason
	if f.choice != "" {
		reason = strings.TrimSuffix(codePrefix+f.choice+". "+f.reason, ". ")
	}
	switch {
	case reason == "" && verdict != finding.Verdict:
		f.problem = r.words.T("override.needs_reason")
		return r.refused(v, f, http.StatusUnprocessableEntity)
	case reason == "":
		reason = reasonConfirmed
	}
	err = r.app.Store.RecordOverride(r.Request().Context(), r.act(v.ID, version), f.criterion, verdict, reason)
	if errors.Is(err, store.ErrConflict) {
		return r.conflicted(v.ID, version, f, r.words.T("finding.chip", "statement", statementOf(r.words, v, f.criterion),
			"verdict", r.words.T("verdict."+verdict.String())))
	}
	if err != nil {
		return err
	}
	return r.redirect(withQuery(applicationPath(v.ID), "c", f.criterion, "list", r.list()) + "#" + anchorOf(f.criterion))
}

// withdrawOverride answers POST /applications/:id/overrides/:override/withdraw: the
// machine's verdict counts again.
func withdrawOverride(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	id, err := r.intParam("override")
	if err != nil {
		return err
	}
	version, ok := r.version()
	if !ok {
		return errBadInput
	}
	criterion := ""
	for _, o := range v.Overrides {
		if o.ID == id {
			criterion = o.Criterion
		}
	}
	if criterion == "" {
		return store.ErrNotFound
	}
	err = r.app.Store.WithdrawOverride(r.Request().Context(), r.act(v.ID, version), id)
	if errors.Is(err, store.ErrConflict) {
		return r.conflicted(v.ID, version, form{}, "")
	}
	if err != nil {
		return err
	}
	return r.redirect(withQuery(applicationPath(v.ID), "c", criterion, "list", r.list()) + "#" + anchorOf(criterion))
}

// findingOf is the machine's finding on a criterion of the checklist.
func findingOf(v store.ApplicationView, criterion string) (screening.Finding, bool) {
	for _, f := range v.Assessment.Findings {
		if f.Criterion == criterion {
			return f, true
		}
	}
	return screening.Finding{}, false
}
