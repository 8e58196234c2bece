package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Process is a running program that shares the database with others.
type Process struct {
	// Name is that of its leases and claims, unique over all machines.
	Name string `gorm:"primaryKey"`
	// Roles are what it does, separated by commas; Version is that of the program.
	Roles   string `gorm:"not null"`
	Version string `gorm:"not null"`
	// KeyID tells which key it seals secrets with, and nothing of the key; empty for none.
	KeyID     string    `gorm:"not null"`
	StartedAt time.Time `gorm:"not null"`
	// SeenAt is its last sign of life, by the database's clock.
	SeenAt time.Time `gorm:"not null"`
}

// ErrOtherKey is returned to a process that seals secrets with another key than those that
// run already: neither could open what the other keeps.
var ErrOtherKey = errors.New("another process seals secrets with another key")

// Pulse is what came of a sign of life.
type Pulse struct {
	// Gone are the processes that were taken for dead, and Released counts the mailboxes
	// and the pieces of work they held, which are free again.
	Gone     []string
	Released int
	// Back is set when this process itself had been taken for dead meanwhile.
	Back bool
}

// Join enters a process among those that share the database. It fails with ErrOtherKey
// when one of them holds another key.
func (s *Store) Join(ctx context.Context, p Process, deadAfter time.Duration) error {
	return s.act(ctx, "processes: join", func(tx *gorm.DB) error {
		now, err := s.serverClock(tx)
		if err != nil {
			return err
		}
		var other Process
		found := tx.Where("name <> ? AND key_id <> '' AND key_id <> ? AND seen_at >= ?", p.Name, p.KeyID, instantOf(now.Add(-deadAfter))).
			Order("name").Limit(1).Find(&other)
		if found.Error != nil {
			return found.Error
		}
		if p.KeyID != "" && found.RowsAffected > 0 {
			return fmt.Errorf("%w: %s has key %s, this one key %s", ErrOtherKey, other.Name, other.KeyID, p.KeyID)
		}
		p.StartedAt, p.SeenAt = now, now
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&p).Error
	})
}

// Beat notes that a process lives, and gives back what those held that have given no sign
// for deadAfter. One that was merely cut off finds its leases and claims lost when it comes
// back: what it then writes is refused.
func (s *Store) Beat(ctx context.Context, p Process, deadAfter time.Duration) (Pulse, error) {
	var out Pulse
	err := s.act(ctx, "processes: beat", func(tx *gorm.DB) error {
		out = Pulse{}
		now, err := s.serverClock(tx)
		if err != nil {
			return err
		}
		seen := tx.Model(&Process{}).Where("name = ?", p.Name).Update("seen_at", now)
		if seen.Error != nil {
			return seen.Error
		}
		if out.Back = seen.RowsAffected == 0; out.Back {
			p.StartedAt, p.SeenAt = now, now
			if err := tx.Create(&p).Error; err != nil {
				return err
			}
		}
		err = tx.Model(&Process{}).Clauses(skipLocked).Where("seen_at < ?", instantOf(now.Add(-deadAfter))).Order("name").Pluck("name", &out.Gone).Error
		if err != nil || len(out.Gone) == 0 {
			return err
		}
		if err := tx.Where("name IN ?", out.Gone).Delete(&Process{}).Error; err != nil {
			return err
		}
		out.Released, err = releaseOwners(tx, out.Gone)
		return err
	})
	return out, err
}

// Leave takes a process that ends from those that share the database.
func (s *Store) Leave(ctx context.Context, name string) error {
	return s.act(ctx, "processes: leave", func(tx *gorm.DB) error {
		return tx.Where("name = ?", name).Delete(&Process{}).Error
	})
}

// Processes lists those that share the database, by name.
func (s *Store) Processes(ctx context.Context) ([]Process, error) {
	var out []Process
	if err := s.reader(ctx).Order("name").Limit(maxProcesses).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("processes: %w", err)
	}
	return out, nil
}

// maxProcesses bounds a list of processes.
const maxProcesses = 1000

// serverClock is the time on the database's machine, which all processes agree on whatever
// their own clocks say. SQLite is used on one machine only.
func (s *Store) serverClock(tx *gorm.DB) (time.Time, error) {
	if s.dialect != postgresDialect {
		return s.clock(), nil
	}
	var now time.Time
	err := tx.Raw("SELECT clock_timestamp()").Scan(&now).Error
	return instantOf(now), err
}
