package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Event is a line of the audit trail: who did what to what, and when. Lines are only
// ever added, and each carries the hash of the one before, so that a change shows.
//
// An event holds ids only. Names are looked up when it is shown, so erasing a person
// never breaks the chain.
type Event struct {
	// ID counts from 1 without gaps.
	ID int64     `gorm:"primaryKey;autoIncrement:false"`
	At time.Time `gorm:"not null"`
	// ActorID is 0 when no person acted.
	ActorID int64 `gorm:"not null"`
	// Act is a code like "decision.recorded"; Object names the record ("application").
	Act      string `gorm:"not null"`
	Object   string `gorm:"not null"`
	ObjectID int64  `gorm:"not null"`
	// VacancyID is 0 when the act belongs to none.
	VacancyID int64 `gorm:"not null"`
	// Details are ids, codes and numbers, never words people wrote.
	Details  map[string]string `gorm:"serializer:json;not null"`
	PrevHash string            `gorm:"not null"`
	Hash     string            `gorm:"not null"`
}

// ErrTampered is returned by VerifyEvents for a trail that is not as it was written.
var ErrTampered = errors.New("audit trail has been changed")

// eventLock is the key of the advisory lock that lets one transaction at a time add to
// the trail on PostgreSQL.
const eventLock = 0x646f7373696572 // "dossier"

// record adds a line to the trail, within the transaction of the act it tells of. On
// PostgreSQL it holds the end of the trail until the transaction ends, so acts call it last.
func (s *Store) record(tx *gorm.DB, e Event) error {
	if s.dialect == postgresDialect {
		if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", int64(eventLock)).Error; err != nil {
			return err
		}
	}
	var last Event
	if err := tx.Order("id DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	e.ID, e.At, e.PrevHash = last.ID+1, s.clock(), last.Hash
	if e.Details == nil {
		e.Details = map[string]string{}
	}
	e.Hash = e.sum()
	return tx.Create(&e).Error
}

// sum is the hash of all that a line says, the hash before it included.
func (e Event) sum() string {
	b, err := json.Marshal([]any{e.PrevHash, e.ID, e.At.UnixMicro(), e.ActorID, e.Act, e.Object, e.ObjectID, e.VacancyID, e.Details})
	if err != nil {
		panic(err) // strings and numbers only
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Trail is the state of the audit trail. Noting it elsewhere from time to time also
// guards the end of the trail: a later trail must still hold that hash at that place.
type Trail struct {
	Events int64
	// Hash is that of the last event; empty for an empty trail.
	Hash string
}

// VerifyEvents reads the whole trail and fails with ErrTampered at the first line that
// was changed, removed or put in between.
func (s *Store) VerifyEvents(ctx context.Context) (Trail, error) {
	var t Trail
	for {
		var page []Event
		if err := s.reader(ctx).Where("id > ?", t.Events).Order("id").Limit(1000).Find(&page).Error; err != nil {
			return t, fmt.Errorf("verify events: %w", err)
		}
		for _, e := range page {
			if e.ID != t.Events+1 || e.PrevHash != t.Hash || e.Hash != e.sum() {
				return t, fmt.Errorf("%w: event %d", ErrTampered, e.ID)
			}
			t.Events, t.Hash = e.ID, e.Hash
		}
		if len(page) == 0 {
			return t, nil
		}
	}
}
