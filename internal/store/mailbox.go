package store

import "time"

// MailboxKind tells where a mailbox's messages come from.
type MailboxKind string

// The kinds of mailbox.
const (
	// KindIMAP is a folder of an account on an IMAP server.
	KindIMAP MailboxKind = "imap"
	// KindFolder is what was imported from files.
	KindFolder MailboxKind = "folder"
)

// Mailbox is one watched folder of an account, or a place files are imported from.
type Mailbox struct {
	ID int64 `gorm:"primaryKey;autoIncrement"`
	// Name is unique, like "intake/INBOX".
	Name    string      `gorm:"not null"`
	Account string      `gorm:"not null"`
	Folder  string      `gorm:"not null"`
	Kind    MailboxKind `gorm:"not null"`
	// UIDValidity is the epoch the server's UIDs belong to; 0 before the first round.
	UIDValidity uint32 `gorm:"column:uidvalidity;not null"`
	// LowUID is the lowest UID of the epoch that may still need work: a place to start
	// listing from, never a proof that what lies below is done.
	LowUID uint32 `gorm:"column:low_uid;not null"`
	// LeaseOwner polls this mailbox until LeaseUntil. Fence grows with every new lease; a
	// holder of an older fence has lost the mailbox.
	LeaseOwner string `gorm:"not null"`
	LeaseUntil *time.Time
	Fence      int64 `gorm:"not null"`
	// LastGoodAt is the end of the last complete round.
	LastGoodAt  *time.Time
	LastError   string `gorm:"not null"`
	LastErrorAt *time.Time
	// Failures counts the rounds that failed since the last good one.
	Failures  int       `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}
