package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

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
	// ErrorCode is the fault of the last round in one word; empty after a good one.
	ErrorCode FaultCode `gorm:"not null"`
	// NextTryAt is when the next round is due after one that failed.
	NextTryAt *time.Time
	// Failures counts the rounds that failed since the last good one.
	Failures int `gorm:"not null"`
	// Notices are what people should know and what stops no reading.
	Notices []MailboxNotice `gorm:"serializer:json;not null"`
	// AlarmedAt is when people were last told that the mailbox is silent; nil while it
	// is not.
	AlarmedAt *time.Time
	// Watched tells whether some account still names the folder.
	Watched   bool      `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
	// AnswerFrom is when the database was put back from a backup; nil when it never was.
	// Nobody is answered about what arrived earlier: it may have been answered.
	AnswerFrom *time.Time
}

// NewMailbox says which mailbox EnsureMailbox is to find or make.
type NewMailbox struct {
	Name    string
	Account string
	Folder  string
	Kind    MailboxKind
}

// EnsureMailbox returns the mailbox of that name, making it when it is new.
func (s *Store) EnsureMailbox(ctx context.Context, n NewMailbox) (Mailbox, error) {
	var m Mailbox
	err := s.act(ctx, "mailbox: ensure", func(tx *gorm.DB) error {
		m = Mailbox{Name: n.Name, Account: n.Account, Folder: n.Folder, Kind: n.Kind, Watched: true, Notices: []MailboxNotice{}, CreatedAt: s.clock()}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&m).Error; err != nil {
			return err
		}
		m = Mailbox{}
		if err := tx.Where("name = ?", n.Name).Take(&m).Error; err != nil || m.Watched {
			return err
		}
		// Watched again: it is given its time before it counts as silent.
		m.Watched = true
		return tx.Model(&Mailbox{}).Where("id = ?", m.ID).Update("watched", true).Error
	})
	return m, err
}

// Mailboxes lists every mailbox by name.
func (s *Store) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	var out []Mailbox
	err := s.reader(ctx).Order("name").Find(&out).Error
	return out, known(err)
}

// MailboxByName returns one mailbox, or ErrNotFound.
func (s *Store) MailboxByName(ctx context.Context, name string) (Mailbox, error) {
	var m Mailbox
	if err := s.reader(ctx).Where("name = ?", name).Take(&m).Error; err != nil {
		return Mailbox{}, fmt.Errorf("mailbox: %w", known(err))
	}
	return m, nil
}

// Lease is the right to poll a mailbox for a while. What is written under it carries its
// fence, so a process that slept through its lease cannot write over its successor.
type Lease struct {
	MailboxID int64
	Owner     string
	Fence     int64
	Until     time.Time
}

// AcquireLease takes the mailbox for a while, or fails with ErrLeaseHeld. The owner is a
// name of the process, unique among all; its own lease is taken anew with a higher fence.
func (s *Store) AcquireLease(ctx context.Context, mailboxID int64, owner string, ttl time.Duration) (Lease, error) {
	lease := Lease{MailboxID: mailboxID, Owner: owner}
	err := s.act(ctx, "mailbox: acquire lease", func(tx *gorm.DB) error {
		m, err := lockMailbox(tx, mailboxID)
		if err != nil {
			return err
		}
		now := s.clock()
		if m.LeaseOwner != "" && m.LeaseOwner != owner && m.LeaseUntil != nil && m.LeaseUntil.After(now) {
			return ErrLeaseHeld
		}
		lease.Fence, lease.Until = m.Fence+1, instantOf(now.Add(ttl))
		return tx.Model(&Mailbox{}).Where("id = ?", mailboxID).
			Updates(map[string]any{"lease_owner": owner, "lease_until": lease.Until, "fence": lease.Fence}).Error
	})
	return lease, err
}

// RenewLease prolongs a lease, or fails with ErrLeaseLost.
func (s *Store) RenewLease(ctx context.Context, lease Lease, ttl time.Duration) (Lease, error) {
	err := s.underLease(ctx, "mailbox: renew lease", lease, func(tx *gorm.DB, _ Mailbox) error {
		lease.Until = instantOf(s.clock().Add(ttl))
		return tx.Model(&Mailbox{}).Where("id = ?", lease.MailboxID).Update("lease_until", lease.Until).Error
	})
	return lease, err
}

// ReleaseLease gives the mailbox back. Giving back a lease that was lost is no error.
func (s *Store) ReleaseLease(ctx context.Context, lease Lease) error {
	return s.act(ctx, "mailbox: release lease", func(tx *gorm.DB) error {
		return tx.Model(&Mailbox{}).Where("id = ? AND fence = ?", lease.MailboxID, lease.Fence).
			Updates(map[string]any{"lease_owner": "", "lease_until": nil}).Error
	})
}

// underLease runs f in a transaction that holds the mailbox's row and has seen that the
// lease is still the newest.
func (s *Store) underLease(ctx context.Context, what string, lease Lease, f func(tx *gorm.DB, m Mailbox) error) error {
	return s.act(ctx, what, func(tx *gorm.DB) error {
		m, err := lockMailbox(tx, lease.MailboxID)
		if err != nil {
			return err
		}
		if m.Fence != lease.Fence || m.LeaseOwner != lease.Owner {
			return ErrLeaseLost
		}
		return f(tx, m)
	})
}

func lockMailbox(tx *gorm.DB, id int64) (Mailbox, error) {
	var m Mailbox
	err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&m).Error
	return m, err
}

// forUpdate holds the rows read until the transaction ends. SQLite has one writer, which
// amounts to the same; gorm leaves the words out there.
var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}

// NewEpoch notes that the server has numbered the mailbox anew. What has no bytes here
// under the old numbers is marked vanished: the new listing names it again.
func (s *Store) NewEpoch(ctx context.Context, lease Lease, uidvalidity uint32) error {
	return s.underLease(ctx, "mailbox: new epoch", lease, func(tx *gorm.DB, m Mailbox) error {
		if m.UIDValidity == uidvalidity {
			return nil
		}
		err := tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity <> ? AND raw_hash = '' AND state <> ? AND reason <> ?", m.ID, uidvalidity, Vanished, ReasonErased).
			Updates(map[string]any{"state": Vanished, "reason": "uidvalidity_changed", "claimed_by": "", "claimed_until": nil, "next_try_at": nil, "parked": false}).Error
		if err != nil {
			return err
		}
		return tx.Model(&Mailbox{}).Where("id = ?", m.ID).Updates(map[string]any{"uidvalidity": uidvalidity, "low_uid": 1}).Error
	})
}

// RoundDone notes that a round listed the whole mailbox and fetched what it could, and
// moves LowUID to the lowest message still listed.
func (s *Store) RoundDone(ctx context.Context, lease Lease) error {
	return s.underLease(ctx, "mailbox: round done", lease, func(tx *gorm.DB, m Mailbox) error {
		var low, high *int64
		epoch := tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity = ?", m.ID, m.UIDValidity)
		if err := epoch.Session(&gorm.Session{}).Where("state = 'listed'").Select("min(uid)").Scan(&low).Error; err != nil {
			return err
		}
		if err := epoch.Session(&gorm.Session{}).Select("max(uid)").Scan(&high).Error; err != nil {
			return err
		}
		next := int64(1)
		switch {
		case low != nil:
			next = *low
		case high != nil:
			next = *high + 1
		}
		return tx.Model(&Mailbox{}).Where("id = ?", m.ID).
			Updates(map[string]any{"low_uid": next, "last_good_at": s.clock(), "last_error": "", "error_code": "", "next_try_at": nil, "failures": 0}).Error
	})
}

// RoundFailed notes why a round could not be completed, and when the next one is due; a
// zero time is not known. It needs no lease: a server that cannot be reached is worth
// telling whoever holds it.
func (s *Store) RoundFailed(ctx context.Context, mailboxID int64, code FaultCode, cause error, next time.Time) error {
	var due *time.Time
	if !next.IsZero() {
		due = instantPtr(&next)
	}
	return s.act(ctx, "mailbox: round failed", func(tx *gorm.DB) error {
		return tx.Model(&Mailbox{}).Where("id = ?", mailboxID).Updates(map[string]any{
			"last_error": tidyString(cause.Error(), maxText), "last_error_at": s.clock(), "error_code": code, "next_try_at": due, "failures": gorm.Expr("failures + 1")}).Error
	})
}
