package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// FaultCode says in one word why a round failed; pages and the doctor say it in sentences
// with what to do. Empty when nothing is wrong.
type FaultCode string

// The faults of a round.
const (
	FaultSecret       FaultCode = "secret"        // no password or token could be had
	FaultTokenRefused FaultCode = "token_refused" // the token endpoint says no: somebody must agree anew
	FaultTokenServer  FaultCode = "token_server"  // the token endpoint does not answer, or asks to wait
	FaultUnreachable  FaultCode = "unreachable"
	FaultTLS          FaultCode = "tls"
	FaultLogin        FaultCode = "login"
	FaultFolder       FaultCode = "folder"
	FaultRefused      FaultCode = "refused" // the server answers NO
	FaultBusy         FaultCode = "busy"    // the server says: not now
	FaultLost         FaultCode = "lost"    // the connection breaks, or goes silent
	FaultDisk         FaultCode = "disk"    // the bytes cannot be written here
	FaultDatabase     FaultCode = "database"
)

// Faults lists every code.
var Faults = []FaultCode{FaultSecret, FaultTokenRefused, FaultTokenServer, FaultUnreachable, FaultTLS, FaultLogin, FaultFolder,
	FaultRefused, FaultBusy, FaultLost, FaultDisk, FaultDatabase}

// MailboxNotice is something about a mailbox that people should know and that stops no reading.
type MailboxNotice struct {
	// Code is one of the constants below; Detail fills it in: a folder, a day, an answer.
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
}

// The notices.
const (
	// NoticeJunk: a folder for unwanted mail is not watched; Detail is its name.
	NoticeJunk = "junk_unwatched"
	// NoticeSecretExpires: the secret of the client ends soon; Detail is the day.
	NoticeSecretExpires = "secret_expires"
	// NoticeTokenExpires: the refresh token ends soon; Detail is the day.
	NoticeTokenExpires = "token_expires"
	// NoticeAction: stored messages could not be marked or moved; Detail is the answer.
	NoticeAction = "action_failed"
)

// SetNotices replaces what is to be known of a mailbox.
func (s *Store) SetNotices(ctx context.Context, lease Lease, notices []MailboxNotice) error {
	if notices == nil {
		notices = []MailboxNotice{}
	}
	tidy(&notices, 500)
	return s.underLease(ctx, "mailbox: notices", lease, func(tx *gorm.DB, m Mailbox) error {
		if slices.Equal(m.Notices, notices) {
			return nil
		}
		return tx.Model(&Mailbox{ID: m.ID}).Select("notices").Updates(Mailbox{Notices: notices}).Error
	})
}

// SetWatched says which mailboxes of servers are watched now, by name: the others are not
// missed. Rows that are right already are left alone.
func (s *Store) SetWatched(ctx context.Context, names []string) error {
	return s.act(ctx, "mailboxes: watched", func(tx *gorm.DB) error {
		var rows []Mailbox
		if err := tx.Where("kind = ?", KindIMAP).Find(&rows).Error; err != nil {
			return err
		}
		for _, m := range rows {
			watched := slices.Contains(names, m.Name)
			if watched == m.Watched {
				continue
			}
			set := map[string]any{"watched": watched}
			if !watched {
				set["alarmed_at"], set["notices"], set["failures"], set["last_error"], set["error_code"] = nil, "[]", 0, "", ""
			}
			if err := tx.Model(&Mailbox{}).Where("id = ?", m.ID).Updates(set).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// Silent tells whether nobody has read the mailbox completely since then although it is
// watched. A mailbox is given as long from the day it was first named.
func (m Mailbox) Silent(since time.Time) bool {
	if m.Kind != KindIMAP || !m.Watched {
		return false
	}
	last := m.CreatedAt
	if m.LastGoodAt != nil {
		last = *m.LastGoodAt
	}
	return last.Before(since)
}

// Alarm is what became of a mailbox between good and silent.
type Alarm struct {
	Mailbox Mailbox
	// Over is true when a mailbox that was silent is read again.
	Over bool
	// raisedAt is what was noted.
	raisedAt time.Time
}

// RaiseAlarms finds the mailboxes that went silent, are still silent a day after they were
// last told of, or are read again, and notes that they were told of. It returns each
// change once, whichever process asks.
func (s *Store) RaiseAlarms(ctx context.Context, silentAfter, again time.Duration) ([]Alarm, error) {
	var out []Alarm
	err := s.act(ctx, "mailboxes: alarms", func(tx *gorm.DB) error {
		out = nil
		var rows []Mailbox
		if err := tx.Clauses(forUpdate).Where("kind = ?", KindIMAP).Order("name").Limit(maxMailboxes).Find(&rows).Error; err != nil {
			return err
		}
		now := s.clock()
		for _, m := range rows {
			silent := m.Silent(now.Add(-silentAfter))
			switch {
			case silent && (m.AlarmedAt == nil || !m.AlarmedAt.After(now.Add(-again))):
				if err := tx.Model(&Mailbox{}).Where("id = ?", m.ID).Update("alarmed_at", now).Error; err != nil {
					return err
				}
				out = append(out, Alarm{Mailbox: m, raisedAt: now})
			case !silent && m.AlarmedAt != nil:
				if err := tx.Model(&Mailbox{}).Where("id = ?", m.ID).Update("alarmed_at", nil).Error; err != nil {
					return err
				}
				out = append(out, Alarm{Mailbox: m, Over: true})
			}
		}
		return nil
	})
	return out, err
}

// AlarmUntold puts back what RaiseAlarms noted, since nobody could be told: the next look
// finds the change again. An alarm raised since then stays.
func (s *Store) AlarmUntold(ctx context.Context, a Alarm) error {
	return s.act(ctx, fmt.Sprintf("mailbox %d: alarm untold", a.Mailbox.ID), func(tx *gorm.DB) error {
		was := tx.Model(&Mailbox{}).Where("id = ?", a.Mailbox.ID)
		if a.Over {
			return was.Where("alarmed_at IS NULL AND watched").Update("alarmed_at", a.Mailbox.AlarmedAt).Error
		}
		return was.Where("alarmed_at = ?", a.raisedAt).Update("alarmed_at", a.Mailbox.AlarmedAt).Error
	})
}

// UnactedUIDs returns the messages of an epoch that are stored and not yet marked or moved
// on the server, lowest UID first.
func (s *Store) UnactedUIDs(ctx context.Context, mailboxID int64, uidvalidity uint32, limit int) ([]uint32, error) {
	var out []uint32
	err := s.reader(ctx).Model(&Message{}).
		Where("mailbox_id = ? AND uidvalidity = ? AND raw_hash <> '' AND acted_at IS NULL", mailboxID, uidvalidity).
		Order("uid").Limit(limit).Pluck("uid", &out).Error
	return out, known(err)
}

// MarkActed notes that messages were marked or moved on the server.
func (s *Store) MarkActed(ctx context.Context, lease Lease, uidvalidity uint32, uids []uint32) error {
	return s.underLease(ctx, "mailbox: mark acted", lease, func(tx *gorm.DB, m Mailbox) error {
		for chunk := range slices.Chunk(uids, rowsPerInsert) {
			err := tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity = ? AND uid IN ? AND raw_hash <> ''", m.ID, uidvalidity, chunk).
				Update("acted_at", s.clock()).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}
