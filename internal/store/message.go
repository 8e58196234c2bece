package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// MessageState is where a message stands in the ledger. Every message is in exactly one.
type MessageState string

// The states of a message.
const (
	// Listed: the server named it, its bytes are not here yet.
	Listed MessageState = "listed"
	// Stored: its bytes are on disk.
	Stored MessageState = "stored"
	// Parsed: its head and parts are known.
	Parsed MessageState = "parsed"
	// Routed: it became an application, or part of one.
	Routed MessageState = "routed"
	// SetAside: it is no application, and the class says what it is.
	SetAside MessageState = "set_aside"
	// Unrouted: it may be an application, for no vacancy that could be found.
	Unrouted MessageState = "unrouted"
	// Oversized: larger than the limit, left on the server.
	Oversized MessageState = "oversized"
	// Failed: it could not be fetched or understood, and the error says why.
	Failed MessageState = "failed"
	// Vanished: gone from the server before it could be fetched.
	Vanished MessageState = "vanished"
)

// MessageStates lists every state in the order pages and the ledger show them.
var MessageStates = []MessageState{Listed, Stored, Parsed, Routed, SetAside, Unrouted, Oversized, Failed, Vanished}

// Class is what a message is, once understood; empty before.
type Class string

// The classes. The first three are applications, the others are set aside.
const (
	ClassApplication Class = "application"
	ClassUpdate      Class = "update"
	ClassDuplicate   Class = "duplicate"
	ClassAutoReply   Class = "auto_reply"
	ClassBounce      Class = "bounce"
	ClassNewsletter  Class = "newsletter"
	ClassSpam        Class = "spam"
	ClassQuestion    Class = "question"
	ClassInternal    Class = "internal"
	ClassCalendar    Class = "calendar"
	ClassReference   Class = "reference"
	ClassFollowUp    Class = "follow_up"
	ClassOther       Class = "other"
)

// Classes lists every class in the order pages show them.
var Classes = []Class{ClassApplication, ClassUpdate, ClassDuplicate, ClassAutoReply, ClassBounce, ClassNewsletter,
	ClassSpam, ClassQuestion, ClassInternal, ClassCalendar, ClassReference, ClassFollowUp, ClassOther}

// Message is a line of the ledger: one message of one mailbox and what became of it.
type Message struct {
	ID        int64 `gorm:"primaryKey;autoIncrement"`
	MailboxID int64 `gorm:"not null"`
	// UIDValidity and UID name the message in its mailbox; for imported files the epoch is
	// 0 and the UID counts from 1.
	UIDValidity uint32       `gorm:"column:uidvalidity;not null"`
	UID         uint32       `gorm:"column:uid;not null"`
	State       MessageState `gorm:"not null"`
	Class       Class        `gorm:"not null"`
	// Reason is the code of why the message is in its state, Detail what fills it in.
	Reason string `gorm:"not null"`
	Detail string `gorm:"not null"`
	// RawHash names the message's bytes; empty until stored. Size is in bytes.
	RawHash string `gorm:"not null"`
	Size    int64  `gorm:"not null"`
	// SourceName is the file a message was imported from; empty for IMAP.
	SourceName string `gorm:"not null"`
	// MessageID is the Message-ID without its angle brackets; empty when there is none.
	MessageID string `gorm:"column:message_id;not null"`
	// ContentKey is equal for copies of one message that took different ways.
	ContentKey   string `gorm:"not null"`
	InternalDate *time.Time
	// ReceivedAt is the time of receipt by our own server: the topmost Received line,
	// else the internal date. Set once stored.
	ReceivedAt *time.Time
	// ReceivedLine is the header line ReceivedAt was read from.
	ReceivedLine string `gorm:"not null"`
	// SentAt is the sender's claim, the Date header. It is only shown.
	SentAt      *time.Time
	Subject     string   `gorm:"not null"`
	FromName    string   `gorm:"not null"`
	FromEmail   string   `gorm:"not null"`
	DeliveredTo []string `gorm:"serializer:json;not null"`
	// InReplyTo holds the message ids of In-Reply-To and References, without brackets.
	InReplyTo []string `gorm:"serializer:json;not null"`
	// VacancyIDs are the vacancies a message that was set aside speaks about; what was
	// routed has routes instead.
	VacancyIDs []int64 `gorm:"serializer:json;not null"`
	// Trace tells which rules fired, in the words of intake; shown by explain.
	Trace json.RawMessage `gorm:"serializer:json;not null"`
	// Archived marks what was in the mailbox before it was first read: nobody is answered.
	Archived bool `gorm:"not null"`
	// ActedAt is when the message was marked or moved on the server, where that is asked for.
	ActedAt *time.Time
	Work
	CreatedAt time.Time `gorm:"not null"`
}

// Summary is what the head of a message says.
type Summary struct {
	// MessageID is without angle brackets.
	MessageID  string
	ContentKey string
	// ReceivedAt and ReceivedLine replace those noted at fetching when set.
	ReceivedAt   *time.Time
	ReceivedLine string
	SentAt       *time.Time
	Subject      string
	FromName     string
	FromEmail    string
	DeliveredTo  []string
	InReplyTo    []string
}

// summaryColumns are the columns a summary always fills.
var summaryColumns = []string{"message_id", "content_key", "sent_at", "subject", "from_name", "from_email", "delivered_to", "in_reply_to"}

func (p Summary) row() Message {
	tidy(&p, maxText)
	return Message{MessageID: p.MessageID, ContentKey: p.ContentKey, ReceivedAt: instantPtr(p.ReceivedAt), ReceivedLine: p.ReceivedLine,
		SentAt: instantPtr(p.SentAt), Subject: p.Subject, FromName: p.FromName, FromEmail: p.FromEmail,
		DeliveredTo: p.DeliveredTo, InReplyTo: p.InReplyTo}
}

// SaveParsed notes what the head of a stored message says and moves it to parsed. The
// claim stays with its holder. Saving again is harmless; settled messages stay settled.
func (s *Store) SaveParsed(ctx context.Context, messageID int64, p Summary) error {
	return s.act(ctx, fmt.Sprintf("message %d: save parsed", messageID), func(tx *gorm.DB) error {
		row := p.row()
		row.State = Parsed
		columns := append([]string{"state"}, summaryColumns...)
		if row.ReceivedAt != nil {
			columns = append(columns, "received_at", "received_line")
		}
		done := tx.Model(&Message{}).Where("id = ? AND state IN ('stored', 'parsed')", messageID).Select(columns).Updates(row)
		if done.Error == nil && done.RowsAffected == 0 {
			return fmt.Errorf("%w: not waiting to be parsed", ErrConflict)
		}
		return done.Error
	})
}

// Conclusion says why a message is no application, or why nobody knows.
type Conclusion struct {
	// Class is what it is; empty for Unrouted.
	Class Class
	// Reason is a code, Detail what fills it in.
	Reason string
	Detail string
	// Trace tells which rules fired.
	Trace json.RawMessage
	// VacancyIDs are the vacancies it speaks about, if any.
	VacancyIDs []int64
}

// SetAside settles a message that is no application.
func (s *Store) SetAside(ctx context.Context, messageID int64, c Conclusion) error {
	return s.conclude(ctx, messageID, SetAside, c)
}

// Unrouted settles a message that may be an application for a vacancy nobody could tell.
func (s *Store) Unrouted(ctx context.Context, messageID int64, c Conclusion) error {
	return s.conclude(ctx, messageID, Unrouted, c)
}

func (s *Store) conclude(ctx context.Context, messageID int64, state MessageState, c Conclusion) error {
	tidy(&c, maxText)
	return s.act(ctx, fmt.Sprintf("message %d: %s", messageID, state), func(tx *gorm.DB) error {
		msg, err := lockMessage(tx, messageID)
		if err != nil {
			return err
		}
		switch msg.State {
		case Stored, Parsed, Failed, Unrouted, SetAside:
			if msg.Reason == ReasonErased {
				return fmt.Errorf("%w: it was erased meanwhile", ErrConflict)
			}
		default:
			return fmt.Errorf("%w: it is %s", ErrConflict, msg.State)
		}
		msg.State, msg.Class, msg.Reason, msg.Detail, msg.Trace, msg.VacancyIDs = state, c.Class, c.Reason, c.Detail, c.Trace, c.VacancyIDs
		msg.Work = Work{}
		return tx.Model(&Message{}).Where("id = ?", msg.ID).
			Select(append(workColumns, "state", "class", "reason", "detail", "trace", "vacancy_ids")).Updates(msg).Error
	})
}

func lockMessage(tx *gorm.DB, id int64) (Message, error) {
	var m Message
	err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&m).Error
	return m, err
}

// MessageByID returns one message of the ledger, or ErrNotFound.
func (s *Store) MessageByID(ctx context.Context, id int64) (Message, error) {
	var m Message
	if err := s.reader(ctx).Where("id = ?", id).Take(&m).Error; err != nil {
		return Message{}, fmt.Errorf("message %d: %w", id, known(err))
	}
	return m, nil
}

// maxThread bounds how many rows a look-up by what strangers wrote returns.
const maxThread = 200
