package review

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
)

// opinionsView is the part of the page for reviewers who look at an application on their
// own: first one's own opinion, then everybody's.
type opinionsView struct {
	// On: the vacancy is reviewed this way. Ask: this reader has not given an opinion yet.
	On, Ask bool
	// Kept counts what colleagues said that is not shown; MayOpen offers to show it all the
	// same, to who runs the vacancy.
	Kept    int
	MayOpen bool
	// Mine is the reader's own, empty while there is none; List are all that are shown.
	Mine store.OpinionView
	List []opinionView
	// Missing is set when an opinion or a look came without a reason.
	Missing, OpenMissing bool
}

type opinionView struct {
	Author, Reason string
	View           store.OpinionView
	Tone           string
	Own            bool
}

// opinionTones are the pills opinions are shown in.
var opinionTones = map[store.OpinionView]string{store.Favourable: "pill--met", store.ToDiscuss: "pill--unclear", store.Unfavourable: "pill--not-met"}

// hideOpinions takes out of a view what colleagues said, while its reader has not said what
// they think themselves.
func (r *request) hideOpinions(v *store.ApplicationView, b *behind) {
	mine := r.user.ID
	for i := range v.Opinions {
		if v.Opinions[i].AuthorID == mine {
			b.Given = &v.Opinions[i]
		}
	}
	opened := slices.ContainsFunc(v.Reveals, func(x store.Reveal) bool { return x.UserID == mine && x.What == store.RevealOpinions })
	if b.Given != nil || opened || !r.may(account.Judge) {
		return
	}
	b.Opinions = true
	before := len(v.Opinions) + len(v.Overrides) + len(v.Notes) + len(v.Decisions)
	v.Opinions = slices.DeleteFunc(v.Opinions, func(o store.Opinion) bool { return o.AuthorID != mine })
	v.Overrides = slices.DeleteFunc(v.Overrides, func(o store.Override) bool { return o.AuthorID != mine })
	v.Notes = slices.DeleteFunc(v.Notes, func(n store.Note) bool { return n.AuthorID != mine })
	v.Decisions = slices.DeleteFunc(v.Decisions, func(d store.Decision) bool { return d.AuthorID != mine })
	v.Acts = slices.DeleteFunc(v.Acts, func(e store.Event) bool { return e.ActorID != mine && strings.HasPrefix(e.Act, "opinion.") })
	b.Kept = before - len(v.Opinions) - len(v.Overrides) - len(v.Notes) - len(v.Decisions)
}

func (r *request) opinionsOf(v store.ApplicationView, f form) opinionsView {
	b := r.behind[v.ID]
	o := opinionsView{On: v.Mode.HiddenUntilMine, Kept: b.Kept, Missing: f.rejectRefused, OpenMissing: f.openRefused}
	if !o.On {
		return o
	}
	o.Ask = b.Opinions
	o.MayOpen = b.Opinions && r.may(account.EditVacancies)
	for _, one := range v.Opinions {
		own := one.AuthorID == r.user.ID
		if own {
			o.Mine = one.View
		}
		o.List = append(o.List, opinionView{Author: personName(r.words, v, one.AuthorID), Reason: one.Reason, View: one.View, Tone: opinionTones[one.View], Own: own})
	}
	return o
}

// giveOpinion answers POST /applications/:id/opinion and goes on to the next application,
// as a decision does.
func giveOpinion(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	view := store.OpinionView(r.text("view", 40))
	if !view.Valid() || !v.Mode.HiddenUntilMine {
		return errBadInput
	}
	reason := r.joinedReason()
	if view == store.Unfavourable && reason == "" {
		return r.refused(v, form{rejectRefused: true}, http.StatusUnprocessableEntity)
	}
	list := r.list()
	place, err := r.place(v, list)
	if err != nil {
		return err
	}
	if err := r.app.Store.GiveOpinion(r.Request().Context(), v.ID, r.user.ID, view, reason); err != nil {
		return err
	}
	next := applicationPath(v.ID)
	if place != nil && place.NextID != 0 {
		next = applicationPath(place.NextID)
	}
	r.say(true, "opinion.saved", 1, r.words.T("opinion."+string(view)))
	return r.redirect(withQuery(next, "given", r.Param("id"), "list", list))
}

// withdrawOpinion answers POST /applications/:id/opinion/withdraw.
func withdrawOpinion(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	err = r.app.Store.WithdrawOpinion(r.Request().Context(), v.ID, r.user.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return r.redirect(withList(applicationPath(v.ID), r.list()))
}

// openOpinions answers POST /applications/:id/opinions: who runs the vacancy sees what
// reviewers said without giving an opinion, for a reason that stays in the history.
func openOpinions(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	reason := r.text("reason", maxReasonBytes)
	if reason == "" {
		return r.refused(v, form{openRefused: true}, http.StatusUnprocessableEntity)
	}
	if err := r.app.Store.Reveal(r.Request().Context(), v.ID, r.user.ID, store.RevealOpinions, reason); err != nil {
		return err
	}
	return r.redirect(withList(applicationPath(v.ID), r.list()))
}
