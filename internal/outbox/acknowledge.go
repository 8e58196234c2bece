package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"dossier/internal/store"
)

// Why an application is not acknowledged by itself.
const (
	// WhyRobot: nobody reads what is sent to that address, or a machine wrote.
	WhyRobot = "robot"
	// WhyOwn: it came from one of the organisation's own addresses.
	WhyOwn = "own_address"
	// WhyLoop: too many messages went to that address within a day.
	WhyLoop = "loop"
	// WhyAnswersUs: it answers a message of ours, which said that things arrived.
	WhyAnswersUs = "answers_us"
)

// dailyMost is how many messages that nobody wrote go to one address within a day. Somebody
// who applies for more posts than that at once is answered for these.
const dailyMost = 5

// passedFor is how long an application that could not be acknowledged is passed over.
const passedFor = 10 * time.Minute

// acknowledge writes the acknowledgements that are due, once per application. What is not
// answered is kept as cancelled, with the reason, so that the outbox accounts for all. An
// application that cannot be answered is passed over for a while and holds up no other.
func (s *Sender) acknowledge(ctx context.Context, r *Round) error {
	for id, until := range s.passed {
		if !s.cfg.Now().Before(until) {
			delete(s.passed, id)
		}
	}
	for ctx.Err() == nil {
		due, err := s.cfg.Store.ToAcknowledge(ctx, acknowledgeAtOnce+len(s.passed))
		if err != nil {
			return err
		}
		due = slices.DeleteFunc(due, func(a store.Application) bool { _, passed := s.passed[a.ID]; return passed })
		if len(due) == 0 {
			return nil
		}
		own, err := s.own(ctx)
		if err != nil {
			return err
		}
		for _, a := range due {
			if err := s.acknowledgeOne(ctx, a.ID, own, r); err != nil {
				if ctx.Err() != nil {
					return err
				}
				s.cfg.Log.Error("an application could not be acknowledged, will be tried again", "step", "outbox", "application", a.ID, "err", err)
				s.passed[a.ID] = s.cfg.Now().Add(passedFor)
			}
		}
	}
	return ctx.Err()
}

func (s *Sender) acknowledgeOne(ctx context.Context, id int64, own func(string) bool, r *Round) error {
	v, err := s.cfg.Store.ApplicationView(ctx, id)
	if err != nil {
		return err
	}
	n, err := s.acknowledgement(ctx, v)
	if err != nil {
		return err
	}
	if n.State, n.Why, err = s.guard(ctx, v, n, own); err != nil {
		return err
	}
	if n.State == store.OutgoingCancelled && n.ToEmail == "" {
		n.ToEmail = "-" // an application without any address is accounted for too
	}
	_, err = s.cfg.Store.QueueOutgoing(ctx, n)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil // another process was faster
	case err != nil:
		return err
	case n.State == store.OutgoingCancelled:
		r.Skipped++
	default:
		r.Acknowledged++
	}
	s.at("outgoing acknowledged")
	return nil
}

// acknowledgement is the message that says an application arrived.
func (s *Sender) acknowledgement(ctx context.Context, v store.ApplicationView) (store.NewOutgoing, error) {
	id, token := s.cfg.Settings.NewName()
	language := LanguageOf(v)
	d, err := s.cfg.Settings.Acknowledgement(ctx, s.cfg.Store, v, language, token)
	if err != nil {
		return store.NewOutgoing{}, err
	}
	return s.cfg.Settings.Message(v, d, id, token), nil
}

// Acknowledgement is the draft of what an application is answered by itself; pages show it
// before anybody switches it on.
func (s Settings) Acknowledgement(ctx context.Context, st *store.Store, v store.ApplicationView, language, token string) (Draft, error) {
	var sure []Piece
	for _, p := range Missing(v, language) {
		if p.Sure {
			sure = append(sure, p)
		}
	}
	return s.Compose(ctx, st, v, Order{Kind: store.MailAcknowledgement, Language: language, Pieces: sure, Token: token})
}

// guard tells whether an acknowledgement may go: not to machines, not to ourselves, not in a
// loop, and not to somebody who may not be the applicant.
func (s *Sender) guard(ctx context.Context, v store.ApplicationView, n store.NewOutgoing, own func(string) bool) (store.OutgoingState, string, error) {
	switch err := CheckAutomatic(n.ToEmail, own); {
	case errors.Is(err, ErrOwnAddress):
		return store.OutgoingCancelled, WhyOwn, nil
	case errors.Is(err, ErrRobot):
		return store.OutgoingCancelled, WhyRobot, nil
	case err != nil:
		return store.OutgoingCancelled, WhyAddress, nil
	}
	for _, m := range v.Messages {
		if m.ID != v.FirstMessageID {
			continue
		}
		if byMachine(m.Message) {
			return store.OutgoingCancelled, WhyRobot, nil
		}
		ours, err := s.cfg.Store.OutgoingByMessageIDs(ctx, m.InReplyTo, Tokens(m.Subject, m.DeliveredTo))
		if err != nil {
			return "", "", err
		}
		if len(ours) > 0 {
			return store.OutgoingCancelled, WhyAnswersUs, nil
		}
		if m.Route.ToConfirm || m.FromEmail != n.ToEmail {
			return store.OutgoingHeld, store.WhyToConfirm, nil
		}
	}
	lately, err := s.cfg.Store.SentLately(ctx, n.ToEmail, s.cfg.Now().Add(-24*time.Hour))
	if err != nil {
		return "", "", err
	}
	if lately >= dailyMost {
		return store.OutgoingCancelled, WhyLoop, nil
	}
	return "", "", nil
}

// byMachine tells whether a message that became an application bears the marks of automatic
// mail all the same: a mailing list's head, an automatic answer's, a null return path. Job
// boards send applications so, and nobody there reads an answer.
func byMachine(m store.Message) bool {
	switch m.Class {
	case store.ClassAutoReply, store.ClassBounce, store.ClassNewsletter, store.ClassSpam, store.ClassCalendar:
		return true
	}
	var trace struct {
		Rule string `json:"rule"`
	}
	if json.Unmarshal(m.Trace, &trace) != nil {
		return false
	}
	return strings.HasSuffix(trace.Rule, "_with_documents")
}
