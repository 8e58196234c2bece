package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// InstanceKey is a secret of one database.
type InstanceKey struct {
	Name      string    `gorm:"primaryKey"`
	Secret    string    `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// erasureKey names the key of the hashes that erased mail is recognised by.
const erasureKey = "erasure"

// ErasedMark is the keyed hash of a message that was erased: the same bytes, or the same
// mail taken another way, are recognised when they are fetched again. Whoever has the
// table without its key cannot even tell whether a mail they hold was among the erased.
type ErasedMark struct {
	Mark string `gorm:"primaryKey"`
	// MessageID is the line of the ledger that was emptied.
	MessageID int64     `gorm:"column:message_id;not null"`
	At        time.Time `gorm:"not null"`
}

// What a mark is made of.
const (
	markBytes   = "bytes"
	markContent = "content"
	markHead    = "message-id"
	markBlob    = "blob"
	markPerson  = "applicant"
)

// ReasonErased is the reason of messages whose content was erased.
const ReasonErased = "erased"

// ensureErasureKey makes the key once. It is made when the database is opened, not at the
// first erasure, so that every copy of the database ever restored holds it.
func (s *Store) ensureErasureKey(ctx context.Context) error {
	have, err := s.erasureSecret(s.reader(ctx))
	if err != nil || have != nil {
		return err
	}
	var fresh [32]byte
	if _, err := rand.Read(fresh[:]); err != nil {
		panic(err) // documented never to happen
	}
	return s.act(ctx, "make the key of erasures", func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{DoNothing: true}).
			Create(&InstanceKey{Name: erasureKey, Secret: hex.EncodeToString(fresh[:]), CreatedAt: s.clock()}).Error
	})
}

func (s *Store) erasureSecret(db *gorm.DB) ([]byte, error) {
	var k []InstanceKey
	if err := db.Where("name = ?", erasureKey).Limit(1).Find(&k).Error; err != nil || len(k) == 0 {
		return nil, known(err)
	}
	return hex.DecodeString(k[0].Secret)
}

// marker makes keyed hashes.
type marker []byte

func (s *Store) marker(db *gorm.DB) (marker, error) {
	secret, err := s.erasureSecret(db)
	if err == nil && secret == nil {
		err = errors.New("the key of erasures is missing")
	}
	return secret, err
}

// of is the mark of a value; empty for an empty one.
func (m marker) of(kind, value string) string {
	if value == "" {
		return ""
	}
	h := hmac.New(sha256.New, m)
	fmt.Fprintf(h, "%s\x00%s", kind, value)
	return hex.EncodeToString(h.Sum(nil))
}

// check tells a database's key without giving it away: two databases with the same check
// have the same key.
func (m marker) check() string { return m.of("check", "erasures")[:16] }

// BlobMark returns the function that makes the marks of blobs, as erasures name them.
func (s *Store) BlobMark(ctx context.Context) (func(hash string) string, error) {
	m, err := s.marker(s.reader(ctx))
	if err != nil {
		return nil, fmt.Errorf("marks of blobs: %w", err)
	}
	return func(hash string) string { return m.of(markBlob, hash) }, nil
}

// marked returns those of some marks that stand for something erased.
func marked(db *gorm.DB, marks []string) (map[string]bool, error) {
	out := map[string]bool{}
	for len(marks) > 0 {
		some := marks[:min(len(marks), hashesAtOnce)]
		marks = marks[len(some):]
		var found []string
		if err := db.Model(&ErasedMark{}).Where("mark IN ?", some).Pluck("mark", &found).Error; err != nil {
			return nil, err
		}
		for _, f := range found {
			out[f] = true
		}
	}
	return out, nil
}

// ErasedBytes returns those of some hashes of messages' bytes whose message was erased.
func (s *Store) ErasedBytes(ctx context.Context, hashes []string) (map[string]bool, error) {
	db := s.reader(ctx)
	m, err := s.marker(db)
	if err != nil {
		return nil, fmt.Errorf("erased messages: %w", err)
	}
	marks, of := make([]string, len(hashes)), map[string]string{}
	for i, h := range hashes {
		marks[i] = m.of(markBytes, h)
		of[marks[i]] = h
	}
	found, err := marked(db, marks)
	if err != nil {
		return nil, fmt.Errorf("erased messages: %w", known(err))
	}
	out := map[string]bool{}
	for mark := range found {
		out[of[mark]] = true
	}
	return out, nil
}

// erasedLine is what stays of the message with those bytes when it was erased; nil when it
// was not.
func (s *Store) erasedLine(tx *gorm.DB, hash string) (*Message, error) {
	m, err := s.marker(tx)
	if err != nil {
		return nil, err
	}
	var marks []ErasedMark
	if err := tx.Where("mark = ?", m.of(markBytes, hash)).Limit(1).Find(&marks).Error; err != nil || len(marks) == 0 {
		return nil, err
	}
	var msg Message
	// A mark that came from a journal names no line.
	found := tx.Where("id = ?", marks[0].MessageID).Limit(1).Find(&msg)
	if found.RowsAffected == 0 {
		msg = Message{State: SetAside, Class: ClassOther, Reason: ReasonErased}
	}
	return &msg, found.Error
}

// blank is what stays of a message that was erased: that it was received, when, and that
// it is accounted for.
func blank() map[string]any {
	return map[string]any{"state": SetAside, "class": ClassOther, "reason": ReasonErased, "detail": "", "raw_hash": "", "size": 0, "source_name": "",
		"message_id": "", "content_key": "", "internal_date": nil, "received_line": "", "sent_at": nil, "subject": "", "from_name": "", "from_email": "",
		"delivered_to": "[]", "in_reply_to": "[]", "vacancy_ids": "[]", "trace": "null", "archived": true,
		"attempts": 0, "next_try_at": nil, "claimed_by": "", "claimed_until": nil, "error": "", "parked": false}
}

// KeepErased settles messages that were fetched and whose bytes were erased before: they
// are accounted for, and nothing of them is kept.
func (s *Store) KeepErased(ctx context.Context, lease Lease, uidvalidity uint32, uids []uint32) error {
	return s.underLease(ctx, "mailbox: leave what was erased", lease, func(tx *gorm.DB, m Mailbox) error {
		for _, uid := range uids {
			set := blank()
			set["received_at"] = s.clock()
			if err := tx.Model(&Message{}).Where(oneListed, m.ID, uidvalidity, uid).Updates(set).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetAgain tells whether a message is the same mail as one that was erased, taken
// another way: from another mailbox, or with other lines of transport. When it is, its line
// of the ledger is emptied, and hash names bytes the caller is to remove when Unreferenced.
func (s *Store) ForgetAgain(ctx context.Context, messageID int64, contentKey string) (hash string, forgotten bool, err error) {
	db := s.reader(ctx)
	m, err := s.marker(db)
	if err != nil {
		return "", false, fmt.Errorf("message %d: %w", messageID, err)
	}
	found, err := marked(db, []string{m.of(markContent, contentKey)})
	if err != nil || len(found) == 0 {
		return "", false, known(err)
	}
	err = s.act(ctx, fmt.Sprintf("message %d: forget again", messageID), func(tx *gorm.DB) error {
		msg, err := lockMessage(tx, messageID)
		if err != nil {
			return err
		}
		if msg.State != Stored && msg.State != Parsed {
			return fmt.Errorf("%w: it is %s", ErrConflict, msg.State)
		}
		hash = msg.RawHash
		if err := keepMarks(tx, s.clock(), msg.ID, m.of(markBytes, msg.RawHash)); err != nil {
			return err
		}
		return tx.Model(&Message{}).Where("id = ?", msg.ID).Updates(blank()).Error
	})
	return hash, err == nil, err
}

func keepMarks(tx *gorm.DB, at time.Time, messageID int64, marks ...string) error {
	for _, mark := range marks {
		if mark == "" {
			continue
		}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&ErasedMark{Mark: mark, MessageID: messageID, At: at}).Error; err != nil {
			return err
		}
	}
	return nil
}
