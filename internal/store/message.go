package store

import (
	"encoding/json"
	"time"
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
	Work
	CreatedAt time.Time `gorm:"not null"`
}

// Work is what a row carries while something has to be done about it.
type Work struct {
	// Attempts is counted before the work, so that a crash counts.
	Attempts     int `gorm:"not null"`
	NextTryAt    *time.Time
	ClaimedBy    string `gorm:"not null"`
	ClaimedUntil *time.Time
	// Error is the last failure, empty after a success.
	Error string `gorm:"not null"`
	// Parked rows have failed MaxAttempts times and wait for a person.
	Parked bool `gorm:"not null"`
}
