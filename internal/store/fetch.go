package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// rowsPerInsert keeps a statement below the engines' limits on bound values.
const rowsPerInsert = 200

// ListUIDs adds the messages a server named to the ledger and returns how many were new.
// Naming one again is harmless.
func (s *Store) ListUIDs(ctx context.Context, lease Lease, uidvalidity uint32, uids []uint32) (added int, err error) {
	err = s.underLease(ctx, "mailbox: list", lease, func(tx *gorm.DB, m Mailbox) error {
		added = 0
		// Only new ones are inserted: a row refused as known would still use up a number,
		// and gaps in a ledger read as missing lines.
		if len(uids) == 0 {
			return nil
		}
		uids := slices.Compact(slices.Sorted(slices.Values(uids)))
		var have []uint32
		if err := tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity = ? AND uid >= ?", m.ID, uidvalidity, uids[0]).Order("uid").Pluck("uid", &have).Error; err != nil {
			return err
		}
		fresh := slices.DeleteFunc(uids, func(uid uint32) bool {
			_, known := slices.BinarySearch(have, uid)
			return known
		})
		for some := range slices.Chunk(fresh, rowsPerInsert) {
			rows := make([]Message, len(some))
			for i, uid := range some {
				rows[i] = Message{MailboxID: m.ID, UIDValidity: uidvalidity, UID: uid, State: Listed, CreatedAt: s.clock()}
			}
			done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(rows)
			if done.Error != nil {
				return done.Error
			}
			added += int(done.RowsAffected)
		}
		return nil
	})
	return added, err
}

// UnsettledUIDs returns the messages of an epoch whose bytes are to be fetched now, lowest
// UID first.
func (s *Store) UnsettledUIDs(ctx context.Context, mailboxID int64, uidvalidity uint32, limit int) ([]uint32, error) {
	var out []uint32
	err := s.reader(ctx).Model(&Message{}).
		Where("mailbox_id = ? AND uidvalidity = ? AND state = 'listed'", mailboxID, uidvalidity).
		Where("next_try_at IS NULL OR next_try_at <= ?", s.clock()).
		Order("uid").Limit(limit).Pluck("uid", &out).Error
	return out, known(err)
}

// Kept is one message whose bytes are on disk.
type Kept struct {
	UID  uint32
	Hash string
	// Size in bytes.
	Size         int64
	InternalDate time.Time
	// ReceivedAt is the time of receipt by our own server; the internal date when zero.
	ReceivedAt time.Time
	// ReceivedLine is the header line ReceivedAt was read from.
	ReceivedLine string
	// Archived marks what the mailbox held before it was first read.
	Archived bool
}

// KeepBatch moves fetched messages from listed to stored, all or none. Call it once their
// bytes are synced. A message that is stored already stays as it is. It fails with
// ErrLeaseLost, and writes nothing, when another process has taken the mailbox over.
func (s *Store) KeepBatch(ctx context.Context, lease Lease, uidvalidity uint32, batch []Kept) error {
	return s.underLease(ctx, "mailbox: keep batch", lease, func(tx *gorm.DB, m Mailbox) error {
		rows := make([][]any, 0, len(batch))
		for _, k := range batch {
			tidy(&k, maxText)
			received := k.ReceivedAt
			if received.IsZero() {
				received = k.InternalDate
			}
			if received.IsZero() {
				received = s.clock()
			}
			var internal *time.Time
			if !k.InternalDate.IsZero() {
				internal = instantPtr(&k.InternalDate)
			}
			rows = append(rows, []any{k.Hash, k.Size, internal, instantOf(received), k.ReceivedLine, k.Archived, m.ID, uidvalidity, k.UID})
		}
		return many(tx, "UPDATE messages SET state = 'stored', raw_hash = ?, size = ?, internal_date = coalesce(?, internal_date), received_at = ?, received_line = ?, "+
			"archived = ?, reason = '', detail = '', attempts = 0, next_try_at = NULL, claimed_by = '', claimed_until = NULL, error = '', parked = FALSE WHERE "+oneListed, rows)
	})
}

// oneListed names a message that still has no bytes. Failed ones without bytes may be
// fetched after all.
const oneListed = "mailbox_id = ? AND uidvalidity = ? AND uid = ? AND (state = 'listed' OR (state = 'failed' AND raw_hash = ''))"

// MarkOversized settles a message that is larger than the limit. What its head says is
// kept, so that a person can find it on the server.
func (s *Store) MarkOversized(ctx context.Context, lease Lease, uidvalidity, uid uint32, size int64, internalDate time.Time, head Summary) error {
	return s.underLease(ctx, "mailbox: mark oversized", lease, func(tx *gorm.DB, m Mailbox) error {
		if marks, err := s.marker(tx); err != nil {
			return err
		} else if erased, err := marked(tx, []string{marks.of(markHead, head.MessageID)}); err != nil {
			return err
		} else if len(erased) > 0 {
			return tx.Model(&Message{}).Where(oneListed, m.ID, uidvalidity, uid).Updates(blank()).Error
		}
		set := head.row()
		set.State, set.Size, set.Reason = Oversized, size, "oversized"
		if !internalDate.IsZero() {
			set.InternalDate = instantPtr(&internalDate)
			if set.ReceivedAt == nil {
				set.ReceivedAt = set.InternalDate
			}
		}
		return tx.Model(&Message{}).Where(oneListed, m.ID, uidvalidity, uid).
			Select(append(summaryColumns, "state", "size", "reason", "internal_date", "received_at", "received_line")).Updates(set).Error
	})
}

// ReconsiderOversized lists again what was too large for an earlier limit and is not for
// this one, in bytes; 0 is no limit.
func (s *Store) ReconsiderOversized(ctx context.Context, lease Lease, uidvalidity uint32, maxBytes int64) error {
	return s.underLease(ctx, "mailbox: reconsider oversized", lease, func(tx *gorm.DB, m Mailbox) error {
		return tx.Model(&Message{}).
			Where("mailbox_id = ? AND uidvalidity = ? AND state = ? AND (size <= ? OR ? <= 0)", m.ID, uidvalidity, Oversized, maxBytes, maxBytes).
			Updates(map[string]any{"state": Listed, "reason": "", "detail": ""}).Error
	})
}

// MarkVanished settles messages that were gone before they could be fetched.
func (s *Store) MarkVanished(ctx context.Context, lease Lease, uidvalidity uint32, uids []uint32, reason string) error {
	return s.underLease(ctx, "mailbox: mark vanished", lease, func(tx *gorm.DB, m Mailbox) error {
		for _, uid := range uids {
			err := tx.Model(&Message{}).Where(oneListed, m.ID, uidvalidity, uid).
				Updates(map[string]any{"state": Vanished, "reason": reason, "next_try_at": nil}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// FetchFailed notes that a message could not be fetched. It is tried again later, and
// after MaxAttempts it is failed and waits for a person.
func (s *Store) FetchFailed(ctx context.Context, lease Lease, uidvalidity, uid uint32, code string, cause error) error {
	return s.underLease(ctx, "mailbox: fetch failed", lease, func(tx *gorm.DB, m Mailbox) error {
		var msg Message
		if err := tx.Where(oneListed, m.ID, uidvalidity, uid).Take(&msg).Error; err != nil {
			return fmt.Errorf("uid %d: %w", uid, err)
		}
		set := s.failure(msg.Attempts+1, cause.Error())
		set["attempts"], set["reason"] = msg.Attempts+1, code
		if set["parked"] == true {
			set["state"] = Failed
		}
		return tx.Model(&Message{}).Where("id = ?", msg.ID).Updates(set).Error
	})
}

// Unread is a message that is known and deliberately not fetched.
type Unread struct {
	UID uint32
	// Size in bytes, as announced.
	Size         int64
	InternalDate time.Time
}

// BeforeCutoff is the reason of messages older than the date a mailbox is read from.
const BeforeCutoff = "before_cutoff"

// SetAsideUnread settles messages that are older than the date the mailbox is read from.
// They stay in the ledger, so that everything the folder holds is accounted for.
func (s *Store) SetAsideUnread(ctx context.Context, lease Lease, uidvalidity uint32, old []Unread) error {
	return s.underLease(ctx, "mailbox: set aside unread", lease, func(tx *gorm.DB, m Mailbox) error {
		for _, u := range old {
			err := tx.Model(&Message{}).Where(oneListed, m.ID, uidvalidity, u.UID).Updates(map[string]any{
				"state": SetAside, "class": ClassOther, "reason": BeforeCutoff, "size": u.Size, "internal_date": instantOf(u.InternalDate),
				"received_at": instantOf(u.InternalDate), "next_try_at": nil, "parked": false}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadSince lists messages again that were set aside unread and are not older than since:
// the date was moved back. All of them when since is zero.
func (s *Store) ReadSince(ctx context.Context, lease Lease, since time.Time) error {
	return s.underLease(ctx, "mailbox: read since", lease, func(tx *gorm.DB, m Mailbox) error {
		return tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity = ? AND state = ? AND reason = ? AND raw_hash = '' AND internal_date >= ?",
			m.ID, m.UIDValidity, SetAside, BeforeCutoff, instantOf(since)).
			Updates(map[string]any{"state": Listed, "class": "", "reason": ""}).Error
	})
}

// RetryFetches gives every message of the epoch that was given up on without its bytes one
// more try: whatever kept it from being fetched may have passed.
func (s *Store) RetryFetches(ctx context.Context, lease Lease) error {
	return s.underLease(ctx, "mailbox: retry fetches", lease, func(tx *gorm.DB, m Mailbox) error {
		return tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity = ? AND state = ? AND raw_hash = ''", m.ID, m.UIDValidity, Failed).
			Updates(map[string]any{"state": Listed, "attempts": MaxAttempts - 1, "next_try_at": nil, "parked": false}).Error
	})
}

// KeptFile is a message that comes from a file.
type KeptFile struct {
	Hash string
	// Size in bytes.
	Size int64
	// ReceivedAt is the time of receipt, as in Kept.
	ReceivedAt   time.Time
	ReceivedLine string
	// Name is where the file was found, for the ledger.
	Name string
}

// KeepFile adds an imported message to a mailbox of files. When the same bytes are there
// already, that message is returned and existed is true. So is, for bytes that were erased,
// the emptied line of the ledger.
func (s *Store) KeepFile(ctx context.Context, mailboxID int64, f KeptFile) (msg Message, existed bool, err error) {
	tidy(&f, maxText)
	err = s.act(ctx, "import: keep file", func(tx *gorm.DB) error {
		msg, existed = Message{}, false
		if _, err := lockMailbox(tx, mailboxID); err != nil {
			return err
		}
		found := tx.Where("raw_hash = ? AND raw_hash <> '' AND mailbox_id = ?", f.Hash, mailboxID).Order("id").Limit(1).Find(&msg)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected > 0 {
			existed = true
			return nil
		}
		erased, err := s.erasedLine(tx, f.Hash)
		if err != nil || erased != nil {
			if erased != nil {
				msg, existed = *erased, true
			}
			return err
		}
		var last *int64
		if err := tx.Model(&Message{}).Where("mailbox_id = ? AND uidvalidity = 0", mailboxID).Select("max(uid)").Scan(&last).Error; err != nil {
			return err
		}
		uid := uint32(1)
		if last != nil {
			uid = uint32(*last) + 1
		}
		received := f.ReceivedAt
		if received.IsZero() {
			received = s.clock()
		}
		msg = Message{MailboxID: mailboxID, UID: uid, State: Stored, RawHash: f.Hash, Size: f.Size, SourceName: f.Name,
			ReceivedAt: instantPtr(&received), ReceivedLine: f.ReceivedLine, CreatedAt: s.clock()}
		return tx.Create(&msg).Error
	})
	return msg, existed, err
}
