package review

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"dossier/internal/account"
	"dossier/internal/store"
)

// choices is what a person may say about one message.
type choices struct {
	// First are the vacancies with a button of their own, Rest those in a list. A digit means
	// the same vacancy on every message.
	First, Rest []post
	Classes     []store.Class
	// Confirm is true for a message that was sorted with a doubt, Ruled for one that a
	// person has sorted.
	Confirm, Ruled bool
	// Joined are the vacancies in which the message stands beside others in one application.
	Joined []post
	// Sender is who a rule could be kept for; empty when nobody is known.
	Sender string
}

// post is a vacancy to choose.
type post struct {
	ID               int64
	Title, Reference string
	// Key is the digit that chooses it, 0 for none.
	Key int
	// Suggested: intake thought of it.
	Suggested bool
}

// offeredPosts is how many vacancies get a button of their own.
const offeredPosts = 4

// choicesFor is nil for who may not sort, and for a message whose bytes are not here.
func (r *request) choicesFor(m store.Message, t traceOf) (*choices, error) {
	if m.RawHash == "" || !r.may(account.SortMessages) {
		return nil, nil
	}
	ctx := r.Request().Context()
	list, err := r.app.Store.Vacancies(ctx)
	if err != nil {
		return nil, err
	}
	c := &choices{Classes: store.DismissedAs, Sender: m.FromEmail}
	list = slices.DeleteFunc(list, func(v store.Vacancy) bool { return v.State == store.VacancyDraft })
	// Those open first, each group by age: nothing about the message moves a digit.
	slices.SortStableFunc(list, func(a, b store.Vacancy) int {
		closed := func(v store.Vacancy) int {
			if v.State == store.VacancyOpen {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(closed(a), closed(b)), cmp.Compare(a.ID, b.ID))
	})
	posts := make([]post, len(list))
	for i, v := range list {
		p := post{ID: v.ID, Title: v.Title, Reference: v.Reference,
			Suggested: slices.ContainsFunc(t.Routes, func(x routeOf) bool { return x.Vacancy == v.Slug })}
		if i < offeredPosts {
			p.Key = i + 1
		}
		posts[i] = p
		if p.Key > 0 || p.Suggested {
			c.First = append(c.First, p)
		} else {
			c.Rest = append(c.Rest, p)
		}
	}
	standing, err := r.app.Store.Standing(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range standing {
		c.Confirm = c.Confirm || s.ToConfirm
		if s.Messages < 2 {
			continue
		}
		for _, p := range posts {
			if p.ID == s.VacancyID {
				c.Joined = append(c.Joined, p)
			}
		}
	}
	_, c.Ruled, err = r.app.Store.RulingOf(ctx, m.ID)
	return c, err
}

// doubtsOf are the sentences of why a message should be confirmed.
func (r *request) doubtsOf(trace json.RawMessage) []string {
	var t traceOf
	_ = json.Unmarshal(trace, &t) // a trace of another version tells less
	var out []string
	for _, d := range t.Doubts {
		out = append(out, r.words.Sentence("doubt.", d, nil))
	}
	if len(out) == 0 {
		out = append(out, r.words.T("doubt.other"))
	}
	return out
}

func (r *request) sorting() (store.Sorting, error) {
	id, err := r.intParam("id")
	return store.Sorting{MessageID: id, AuthorID: r.user.ID, Remember: r.FormValue("remember") == "1"}, err
}

// ruled tells what came of a ruling on a message, goes on to the next one, and offers to
// take it back there.
func (r *request) ruled(id int64, err error) error {
	if err != nil {
		return r.sorted("", err)
	}
	return r.redirect(withSorted(r.back("/intake"), id))
}

// sorted tells what came of an act on a message and goes back.
func (r *request) sorted(key string, err error) error {
	switch {
	case errors.Is(err, store.ErrJudged):
		r.say(false, "flash.sorting_judged", 1, "")
	case errors.Is(err, store.ErrConflict):
		r.say(false, "flash.sorting_conflict", 1, "")
	case err != nil:
		return err
	default:
		r.say(true, key, 1, "")
	}
	return r.redirect(r.back("/intake"))
}

func (r *request) chosenVacancy() (int64, error) {
	id, err := strconv.ParseInt(r.FormValue("vacancy"), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("vacancy %q: %w", r.FormValue("vacancy"), errBadInput)
	}
	return id, nil
}

// assignMessage answers POST /intake/messages/:id/assign: it is for this vacancy.
func assignMessage(r *request) error {
	a, err := r.sorting()
	if err != nil {
		return err
	}
	vacancy, err := r.chosenVacancy()
	if err != nil {
		return err
	}
	return r.ruled(a.MessageID, r.app.Store.AssignMessage(r.Request().Context(), a, vacancy))
}

// dismissMessage answers POST /intake/messages/:id/dismiss: it is no application.
func dismissMessage(r *request) error {
	a, err := r.sorting()
	if err != nil {
		return err
	}
	is := store.Class(cmp.Or(r.FormValue("class"), string(store.ClassOther)))
	if !slices.Contains(store.DismissedAs, is) {
		return fmt.Errorf("class %q: %w", is, errBadInput)
	}
	return r.ruled(a.MessageID, r.app.Store.DismissMessage(r.Request().Context(), a, is))
}

// confirmMessage answers POST /intake/messages/:id/confirm: it is where it belongs.
func confirmMessage(r *request) error {
	a, err := r.sorting()
	if err != nil {
		return err
	}
	return r.sorted("flash.message_confirmed", r.app.Store.ConfirmRoutes(r.Request().Context(), a))
}

// separateMessage answers POST /intake/messages/:id/separate: it is somebody else's.
func separateMessage(r *request) error {
	a, err := r.sorting()
	if err != nil {
		return err
	}
	vacancy, err := r.chosenVacancy()
	if err != nil {
		return err
	}
	return r.ruled(a.MessageID, r.app.Store.SeparateMessage(r.Request().Context(), a, vacancy))
}

// undoSorting answers POST /intake/messages/:id/undo: the rules decide again.
func undoSorting(r *request) error {
	a, err := r.sorting()
	if err != nil {
		return err
	}
	return r.sorted("flash.sorting_undone", r.app.Store.TakeBackRuling(r.Request().Context(), a))
}

// settleLikeness answers POST /intake/likenesses: one person, or two.
func settleLikeness(r *request) error {
	first, err := strconv.ParseInt(r.FormValue("application"), 10, 64)
	other, otherErr := strconv.ParseInt(r.FormValue("other"), 10, 64)
	if err != nil || otherErr != nil {
		return fmt.Errorf("likeness: %w", errBadInput)
	}
	p := store.Pair{ApplicationID: first, OtherID: other, AuthorID: r.user.ID}
	if r.FormValue("answer") == "one" {
		return r.sorted("flash.applications_joined", r.app.Store.JoinApplications(r.Request().Context(), p))
	}
	return r.sorted("flash.people_told_apart", r.app.Store.TellApart(r.Request().Context(), p))
}

// senderLine is a rule kept for a sender.
type senderLine struct {
	store.SenderRule
	// Post is the vacancy's title; empty for a sender whose mail is no application.
	Post string
}

func (r *request) senderLines() ([]senderLine, error) {
	ctx := r.Request().Context()
	rules, err := r.app.Store.SenderRules(ctx)
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	list, err := r.app.Store.Vacancies(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]senderLine, len(rules))
	for i, rule := range rules {
		out[i].SenderRule = rule
		for _, v := range list {
			if v.ID == rule.VacancyID {
				out[i].Post = v.Title
			}
		}
	}
	return out, nil
}

// forgetSender answers POST /intake/senders/forget.
func forgetSender(r *request) error {
	email := r.text("email", maxAddressBytes)
	return r.sorted("flash.sender_forgotten", r.app.Store.ForgetSender(r.Request().Context(), email, r.user.ID))
}

const maxAddressBytes = 320
