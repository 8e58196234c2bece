package intake

import (
	"context"

	"dossier/intake/message"
	"dossier/internal/store"
)

// The rules that are people's.
const (
	// rulePerson is for a message a person sorted.
	rulePerson = "person"
	// ruleSender is for a message whose sender a person gave a rule.
	ruleSender = "sender_rule"
)

// said is what people told about a message, or about its sender.
type said struct {
	store.Ruling
	ok     bool
	sender store.SenderRule
	// senderKnown is true when sender holds a rule.
	senderKnown bool
}

func (p *Pipeline) said(ctx context.Context, row store.Message, email string) (said, error) {
	var s said
	var err error
	if s.Ruling, s.ok, err = p.cfg.Store.RulingOf(ctx, row.ID); err != nil || s.ok {
		return s, err
	}
	s.sender, s.senderKnown, err = p.cfg.Store.SenderRuleOf(ctx, email)
	return s, err
}

// routes are the vacancies people named. A rule for the sender counts only when nothing
// in the message names a vacancy.
func (s said) routes(found []Hit, targets []Target) []Hit {
	var wanted []int64
	rule := rulePerson
	switch {
	case s.ok:
		wanted = s.VacancyIDs
	case s.senderKnown && s.sender.Act == store.RulingAssign && len(found) == 0:
		wanted, rule = []int64{s.sender.VacancyID}, ruleSender
	default:
		return found
	}
	var hits []Hit
	for _, id := range wanted {
		for _, t := range targets {
			if t.ID == id {
				hits = append(hits, Hit{VacancyID: id, Vacancy: t.Slug, Rule: rule})
			}
		}
	}
	return hits
}

// verdict is what people took the message for; ok is false when that is left to the rules.
// Mail of a sender who is dismissed is still looked at when it brings a CV.
func (s said) verdict(found message.Verdict) (v message.Verdict, ok bool) {
	switch {
	case s.ok && s.Act == store.RulingDismiss:
		return message.Verdict{Class: message.Class(s.Class), Rule: rulePerson}, true
	case s.ok:
		return message.Verdict{Class: message.Application, Rule: rulePerson}, true
	case s.senderKnown && s.sender.Act == store.RulingDismiss && !bringsCV(found):
		return message.Verdict{Class: message.Other, Rule: ruleSender}, true
	}
	return found, false
}

func bringsCV(v message.Verdict) bool { return v.Rule == "cv_attached" || v.Rule == "cv_in_text" }

// route puts what people said about a message into its route to one vacancy; ok is false
// when that is left to the rules.
func (s said) route(r store.NewRoute) (store.NewRoute, bool) {
	if !s.ok {
		return r, false
	}
	r.ToConfirm = false
	switch s.Act {
	case store.RulingSeparate:
		r.Apart = true
	case store.RulingJoin:
		r.ApplicationID, r.Became, r.OwnAddress = s.ApplicationID, store.ClassUpdate, true
	default:
		return r, false
	}
	return r, true
}
