package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// OutgoingState is where a message to an applicant stands.
type OutgoingState string

// The states of an outgoing message.
const (
	// OutgoingHeld waits until an instant (NextTryAt), or, when parked, for a person.
	OutgoingHeld OutgoingState = "held"
	// OutgoingQueued is to be sent as soon as it is due.
	OutgoingQueued OutgoingState = "queued"
	// OutgoingSending is in the hands of a process.
	OutgoingSending OutgoingState = "sending"
	// OutgoingSent was taken over by the mail server.
	OutgoingSent OutgoingState = "sent"
	// OutgoingFailed was refused for good, or given up.
	OutgoingFailed OutgoingState = "failed"
	// OutgoingBounced was sent and came back.
	OutgoingBounced OutgoingState = "bounced"
	// OutgoingCancelled will not be sent: a person, or a rule named in Why, said so.
	OutgoingCancelled OutgoingState = "cancelled"
)

// OutgoingStates lists every state in the order pages show them.
var OutgoingStates = []OutgoingState{OutgoingHeld, OutgoingQueued, OutgoingSending, OutgoingSent, OutgoingFailed, OutgoingBounced, OutgoingCancelled}

// MailKind is what a message to an applicant is for.
type MailKind string

// The kinds of mail. MailNotice is no message: it is the text about personal data that the
// others take in.
const (
	MailAcknowledgement MailKind = "acknowledgement"
	MailMissing         MailKind = "missing"
	MailInvitation      MailKind = "invitation"
	MailRefusal         MailKind = "refusal"
	MailFree            MailKind = "free"
	MailNotice          MailKind = "notice"
)

// MailKinds lists the kinds that have a template, in the order pages show them.
var MailKinds = []MailKind{MailAcknowledgement, MailMissing, MailInvitation, MailRefusal, MailFree, MailNotice}

// Why an outgoing message stands where it stands: codes, put into words by the pages.
const (
	// WhyDelay: a refusal waits, so that it can be taken back.
	WhyDelay = "delay"
	// WhyUnsure: the content may have reached the server, but its answer did not reach us.
	// Sending again might deliver it twice, so a person looks first.
	WhyUnsure = "unsure"
	// WhyToConfirm: whose application it is has not been confirmed.
	WhyToConfirm = "to_confirm"
	// WhyCancelled: a person cancelled it.
	WhyCancelled = "cancelled"
	// WhyUndone: the decision it tells of was taken back.
	WhyUndone = "decision_undone"
	// WhyWithdrawn: the applicant had withdrawn before it left.
	WhyWithdrawn = "withdrawn"
	// WhyGaveUp: the server put it off too long.
	WhyGaveUp = "gave_up"
)

// OutgoingMessage is one message to one applicant: what it says, and what became of it.
//
// Personal data stands in ToName, ToEmail, Subject, Body, Calendar, Error and Reply (servers
// quote addresses), and in WithdrawalRequest.Quote. Erasing an application deletes both rows
// with it; BlankOutgoing empties them and keeps the rest. Templates, settings of vacancies,
// events and logs hold none of it.
type OutgoingMessage struct {
	ID            int64         `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64         `gorm:"not null"`
	ApplicationID int64         `gorm:"not null"`
	Kind          MailKind      `gorm:"not null"`
	State         OutgoingState `gorm:"not null"`
	// Why is the code of why it is in its state; empty when nothing needs to be said.
	Why string `gorm:"not null"`
	// Automatic messages were written by nobody in particular: acknowledgements.
	Automatic bool `gorm:"not null"`
	// Language is fr or en.
	Language string `gorm:"not null"`
	// TemplateVersion and NoticeVersion are those of the texts it was made from; 0 is the
	// text that comes with the program.
	TemplateVersion int    `gorm:"not null"`
	NoticeVersion   int    `gorm:"not null"`
	ToName          string `gorm:"not null"`
	ToEmail         string `gorm:"not null"`
	Subject         string `gorm:"not null"`
	Body            string `gorm:"not null"`
	// Calendar is an iCalendar object that goes along; empty for none.
	Calendar string `gorm:"not null"`
	// MessageID is fixed before the first try, without brackets, so that a message that
	// is sent twice can be recognised as one.
	MessageID string `gorm:"column:message_id;not null"`
	// Token stands in the subject and finds the way back for a reply that lost its head.
	Token string `gorm:"not null"`
	// InReplyTo is the applicant's message it answers, Thread that one's own references,
	// without brackets, oldest first.
	InReplyTo string   `gorm:"not null"`
	Thread    []string `gorm:"serializer:json;not null"`
	// HandedOver is set before the end of the content goes out: from then on the server may
	// have taken it, whatever happens to us.
	HandedOver bool `gorm:"not null"`
	// Reply is the server's last answer.
	Reply string `gorm:"not null"`
	// AuthorID is who wrote it; nil for automatic messages. CancelledBy is who stopped it.
	AuthorID    *int64
	CancelledBy *int64
	SentAt      *time.Time
	BouncedAt   *time.Time
	// BounceMessageID is the message of the ledger that told of the bounce.
	BounceMessageID *int64 `gorm:"column:bounce_message_id"`
	Work
	CreatedAt time.Time `gorm:"not null"`
}

// CanCancel tells whether a person may still stop the message.
func (m OutgoingMessage) CanCancel() bool {
	switch m.State {
	case OutgoingHeld, OutgoingQueued, OutgoingFailed:
		return true
	}
	return false
}

// CanRetry tells whether a person may have the message sent (again): now instead of later,
// after a failure, or although it may have arrived.
func (m OutgoingMessage) CanRetry() bool {
	switch m.State {
	case OutgoingHeld, OutgoingFailed, OutgoingBounced:
		return m.Body != ""
	case OutgoingQueued:
		return m.Attempts > 0
	case OutgoingCancelled:
		return m.Body != "" && m.Why != WhyUndone && m.Why != WhyWithdrawn
	}
	return false
}

// NewOutgoing is a message as it is written.
type NewOutgoing struct {
	ApplicationID   int64
	Kind            MailKind
	Language        string
	TemplateVersion int
	NoticeVersion   int
	ToName, ToEmail string
	Subject, Body   string
	Calendar        string
	MessageID       string
	Token           string
	InReplyTo       string
	Thread          []string
	// AuthorID is who wrote it; 0 for automatic messages.
	AuthorID int64
	// HoldUntil keeps it back; nil sends it as soon as possible.
	HoldUntil *time.Time
	// State and Why set an automatic message aside instead: held for a person, or cancelled.
	State OutgoingState
	Why   string
}

// maxBody bounds the text of an outgoing message, in bytes.
const maxBody = 100_000

// QueueOutgoing keeps a message for sending. An acknowledgement is kept once per
// application: a second one is refused with ErrConflict. A refusal needs a person, and an
// application that a person has decided not to retain; while one stands for that decision a
// second is refused with ErrConflict.
func (s *Store) QueueOutgoing(ctx context.Context, n NewOutgoing) (OutgoingMessage, error) {
	var m OutgoingMessage
	err := s.act(ctx, fmt.Sprintf("application %d: write", n.ApplicationID), func(tx *gorm.DB) error {
		app, err := lockApplication(tx, n.ApplicationID)
		if err != nil {
			return err
		}
		if err := checkOutgoing(tx, app, n); err != nil {
			return err
		}
		m = s.outgoing(app, n)
		if err := tx.Create(&m).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: n.AuthorID, Act: "outgoing." + string(m.State), Object: "application", ObjectID: app.ID, VacancyID: app.VacancyID,
			Details: map[string]string{"outgoing": decimal(m.ID), "kind": string(m.Kind), "template": fmt.Sprint(m.TemplateVersion), "notice": fmt.Sprint(m.NoticeVersion)}})
	})
	return m, err
}

func checkOutgoing(tx *gorm.DB, app Application, n NewOutgoing) error {
	automatic := n.Kind == MailAcknowledgement && n.AuthorID == 0
	switch {
	case !automatic:
		if err := checkAuthor(tx, n.AuthorID); err != nil {
			return err
		}
		if n.State != "" {
			return fmt.Errorf("%w: a person's message is sent or held until an instant", ErrInvalid)
		}
	case n.State != "" && n.State != OutgoingHeld && n.State != OutgoingCancelled:
		return fmt.Errorf("%w: an automatic message cannot begin as %s", ErrInvalid, n.State)
	}
	if n.Kind == MailNotice || !slices.Contains(MailKinds, n.Kind) {
		return fmt.Errorf("%w: no kind of message %q", ErrInvalid, n.Kind)
	}
	if n.Kind == MailRefusal && app.Stage != screening.StageNotRetained {
		return fmt.Errorf("%w: a refusal of an application that is not refused", ErrInvalid)
	}
	if n.Kind == MailRefusal {
		if err := onlyRefusal(tx, app.VacancyID, app.ID, 0); err != nil {
			return err
		}
	}
	if n.MessageID == "" || n.Token == "" || n.ToEmail == "" || n.State == "" && (strings.TrimSpace(n.Body) == "" || strings.TrimSpace(n.Subject) == "") {
		return fmt.Errorf("%w: a message without text, subject, address or name of its own", ErrInvalid)
	}
	return nil
}

// onlyRefusal fails with ErrConflict when another refusal than except is on its way to the
// applicant, or has left since the last decision.
func onlyRefusal(tx *gorm.DB, vacancyID, applicationID, except int64) error {
	var last []Decision
	if err := tx.Where("vacancy_id = ? AND application_id = ?", vacancyID, applicationID).Order("id DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	var since time.Time
	if len(last) > 0 {
		since = last[0].At
	}
	var n int64
	err := tx.Model(&OutgoingMessage{}).Where("vacancy_id = ? AND application_id = ? AND id <> ? AND kind = ?", vacancyID, applicationID, except, MailRefusal).
		Where("state IN ? OR state = ? AND created_at >= ?", []OutgoingState{OutgoingHeld, OutgoingQueued, OutgoingSending}, OutgoingSent, instantOf(since)).
		Count(&n).Error
	if err == nil && n > 0 {
		err = fmt.Errorf("%w: a refusal was written already", ErrConflict)
	}
	return err
}

// RefusalStands tells whether a refusal is on its way to the applicant, or has left since the
// last decision: a second one would be refused.
func (s *Store) RefusalStands(ctx context.Context, vacancyID, applicationID int64) (bool, error) {
	err := onlyRefusal(s.reader(ctx), vacancyID, applicationID, 0)
	if errors.Is(err, ErrConflict) {
		return true, nil
	}
	return false, known(err)
}

// cancelRefusals stops the refusals of an application whose decision is taken back. What may
// have left already is kept for a person to look at.
func cancelRefusals(tx *gorm.DB, app Application) error {
	return tx.Model(&OutgoingMessage{}).Where("vacancy_id = ? AND application_id = ? AND kind = ?", app.VacancyID, app.ID, MailRefusal).
		Where("state IN ? AND NOT handed_over", []OutgoingState{OutgoingHeld, OutgoingQueued}).
		Updates(map[string]any{"state": OutgoingCancelled, "why": WhyUndone, "next_try_at": nil, "parked": false}).Error
}

func (s *Store) outgoing(app Application, n NewOutgoing) OutgoingMessage {
	m := OutgoingMessage{VacancyID: app.VacancyID, ApplicationID: app.ID, Kind: n.Kind, State: OutgoingQueued, Why: n.Why,
		Automatic: n.AuthorID == 0, Language: n.Language, TemplateVersion: n.TemplateVersion, NoticeVersion: n.NoticeVersion,
		ToName: tidyString(n.ToName, maxText), ToEmail: strings.ToLower(tidyString(n.ToEmail, maxText)), Subject: tidyString(n.Subject, maxText),
		Body: tidyString(n.Body, maxBody), Calendar: tidyString(n.Calendar, maxBody), MessageID: n.MessageID, Token: n.Token,
		InReplyTo: tidyString(n.InReplyTo, maxText), Thread: n.Thread, CreatedAt: s.clock()}
	if m.Thread == nil {
		m.Thread = []string{}
	}
	if n.AuthorID != 0 {
		m.AuthorID = &n.AuthorID
	}
	now := s.clock()
	m.NextTryAt = &now
	switch {
	case n.State == OutgoingHeld:
		m.State, m.NextTryAt, m.Parked = OutgoingHeld, nil, true
	case n.State == OutgoingCancelled:
		m.State, m.NextTryAt = OutgoingCancelled, nil
	case n.HoldUntil != nil && n.HoldUntil.After(now):
		m.State, m.NextTryAt, m.Why = OutgoingHeld, instantPtr(n.HoldUntil), WhyDelay
	}
	return m
}

func lockOutgoing(tx *gorm.DB, id int64) (OutgoingMessage, error) {
	var m OutgoingMessage
	err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&m).Error
	return m, err
}

// OutgoingByID returns one message, or ErrNotFound.
func (s *Store) OutgoingByID(ctx context.Context, id int64) (OutgoingMessage, error) {
	var m OutgoingMessage
	if err := s.reader(ctx).Where("id = ?", id).Take(&m).Error; err != nil {
		return m, fmt.Errorf("outgoing message %d: %w", id, known(err))
	}
	return m, nil
}

// CancelOutgoing stops a message that has not left. It fails with ErrConflict when it has.
func (s *Store) CancelOutgoing(ctx context.Context, id, authorID int64) error {
	return s.onOutgoing(ctx, "cancel", id, authorID, func(tx *gorm.DB, m OutgoingMessage) error {
		if !m.CanCancel() {
			return fmt.Errorf("%w: it is %s", ErrConflict, m.State)
		}
		return updateOutgoing(tx, m, map[string]any{"state": OutgoingCancelled, "why": WhyCancelled, "cancelled_by": authorID,
			"next_try_at": nil, "claimed_by": "", "claimed_until": nil, "parked": false})
	})
}

// RetryOutgoing makes a message due now, with all its attempts, because a person says so.
// The Message-ID stays the same.
func (s *Store) RetryOutgoing(ctx context.Context, id, authorID int64) error {
	return s.onOutgoing(ctx, "retry", id, authorID, func(tx *gorm.DB, m OutgoingMessage) error {
		if !m.CanRetry() {
			return fmt.Errorf("%w: it is %s", ErrConflict, m.State)
		}
		if err := stillWanted(tx, m); err != nil {
			return err
		}
		if m.Kind == MailRefusal {
			if err := onlyRefusal(tx, m.VacancyID, m.ApplicationID, m.ID); err != nil {
				return err
			}
		}
		return updateOutgoing(tx, m, map[string]any{"state": OutgoingQueued, "why": "", "attempts": 0, "next_try_at": s.clock(), "claimed_by": "",
			"claimed_until": nil, "error": "", "parked": false, "handed_over": false, "cancelled_by": nil, "bounced_at": nil, "bounce_message_id": nil})
	})
}

// errUnwanted says why a message that was due must not be sent any more.
type errUnwanted string

func (e errUnwanted) Error() string { return string(e) }
func (e errUnwanted) Unwrap() error { return ErrInvalid }

// stillWanted looks at the application once more before a message leaves: a refusal needs its
// decision, an invitation an applicant who is still in the running, and somebody who withdrew
// is neither asked for what is missing nor answered by itself. A person's own words go anyway.
func stillWanted(tx *gorm.DB, m OutgoingMessage) error {
	var app Application
	if err := tx.Where("vacancy_id = ? AND id = ?", m.VacancyID, m.ApplicationID).Take(&app).Error; err != nil {
		return err
	}
	switch {
	case m.Kind == MailRefusal && app.Stage != screening.StageNotRetained:
		return errUnwanted(WhyUndone)
	case m.Kind == MailInvitation && (app.Stage == screening.StageNotRetained || app.Stage == screening.StageWithdrawn):
		return errUnwanted(WhyUndone)
	case m.Kind == MailMissing && app.Stage == screening.StageWithdrawn, m.Automatic && app.Stage == screening.StageWithdrawn:
		return errUnwanted(WhyWithdrawn)
	}
	return nil
}

func (s *Store) onOutgoing(ctx context.Context, what string, id, authorID int64, f func(*gorm.DB, OutgoingMessage) error) error {
	return s.act(ctx, fmt.Sprintf("outgoing message %d: %s", id, what), func(tx *gorm.DB) error {
		m, err := lockOutgoing(tx, id)
		if err != nil {
			return err
		}
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		if err := f(tx, m); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "outgoing." + what, Object: "application", ObjectID: m.ApplicationID, VacancyID: m.VacancyID,
			Details: map[string]string{"outgoing": decimal(id), "was": string(m.State)}})
	})
}

func updateOutgoing(tx *gorm.DB, m OutgoingMessage, set map[string]any) error {
	return tx.Model(&OutgoingMessage{}).Where("vacancy_id = ? AND id = ?", m.VacancyID, m.ID).Updates(set).Error
}

// BlankOutgoing empties what the messages to an application's applicant say and whom they
// went to. What is still to be sent is cancelled.
func (s *Store) BlankOutgoing(ctx context.Context, applicationID int64) error {
	return s.act(ctx, fmt.Sprintf("application %d: blank outgoing messages", applicationID), func(tx *gorm.DB) error {
		app, err := lockApplication(tx, applicationID)
		if err != nil {
			return err
		}
		of := func(model any) *gorm.DB {
			return tx.Model(model).Where("vacancy_id = ? AND application_id = ?", app.VacancyID, app.ID)
		}
		err = of(&OutgoingMessage{}).Where("state IN ?", []OutgoingState{OutgoingHeld, OutgoingQueued}).
			Updates(map[string]any{"state": OutgoingCancelled, "why": WhyCancelled, "next_try_at": nil, "parked": false}).Error
		if err != nil {
			return err
		}
		err = of(&OutgoingMessage{}).Updates(map[string]any{"to_name": "", "to_email": "", "subject": "", "body": "", "calendar": "", "error": "", "reply": ""}).Error
		return errors.Join(err, of(&WithdrawalRequest{}).Update("quote", "").Error)
	})
}
