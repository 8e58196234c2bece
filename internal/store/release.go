package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
)

// ReleaseOwners gives back the mailboxes and the work of processes that are gone, as gone
// tells by the owner's name, and returns how many. Nothing has to wait then until their
// leases and claims run out. The attempts stay counted: what a process died of may be what
// it was working on.
func (s *Store) ReleaseOwners(ctx context.Context, gone func(owner string) bool) (released int, err error) {
	err = s.act(ctx, "release the work of processes that are gone", func(tx *gorm.DB) error {
		var owners []string
		for _, t := range held {
			var found []string
			if err := tx.Model(t.model).Where(t.owner+" <> ''").Distinct().Pluck(t.owner, &found).Error; err != nil {
				return err
			}
			for _, o := range found {
				if gone(o) && !slices.Contains(owners, o) {
					owners = append(owners, o)
				}
			}
		}
		released, err = releaseOwners(tx, owners)
		return err
	})
	return released, err
}

// held are the columns in which processes are named that hold something.
var held = []struct {
	model        any
	owner, until string
}{
	{&Mailbox{}, "lease_owner", "lease_until"},
	{&Message{}, "claimed_by", "claimed_until"},
	{&Document{}, "claimed_by", "claimed_until"},
	{&Application{}, "claimed_by", "claimed_until"},
	{&OutgoingMessage{}, "claimed_by", "claimed_until"},
}

// releaseOwners gives back what the processes hold and returns how much.
func releaseOwners(tx *gorm.DB, owners []string) (released int, err error) {
	if len(owners) == 0 {
		return 0, nil
	}
	for _, t := range held {
		done := tx.Model(t.model).Where(t.owner+" IN ?", owners).Updates(map[string]any{t.owner: "", t.until: nil})
		if done.Error != nil {
			return released, done.Error
		}
		released += int(done.RowsAffected)
	}
	return released, nil
}

// hashesAtOnce bounds one question about blobs.
const hashesAtOnce = 200

// Unreferenced returns those of the hashes that no message and no document names.
func (s *Store) Unreferenced(ctx context.Context, hashes []string) ([]string, error) {
	var out []string
	for len(hashes) > 0 {
		some := hashes[:min(len(hashes), hashesAtOnce)]
		hashes = hashes[len(some):]
		named := map[string]bool{}
		for _, t := range []struct {
			model  any
			column string
		}{{&Message{}, "raw_hash"}, {&Document{}, "hash"}} {
			var found []string
			where := t.column + " IN ?"
			if t.column == "raw_hash" {
				where += " AND raw_hash <> ''" // the condition of its index
			}
			if err := s.reader(ctx).Model(t.model).Where(where, some).Distinct().Pluck(t.column, &found).Error; err != nil {
				return nil, known(err)
			}
			for _, h := range found {
				named[h] = true
			}
		}
		for _, h := range some {
			if !named[h] {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// InFlight tells whether some process may be about to name bytes it has put: it has a
// message or a document in its hands.
func (s *Store) InFlight(ctx context.Context) (bool, error) {
	for _, model := range []any{&Message{}, &Document{}} {
		var n int64
		if err := s.reader(ctx).Model(model).Where("claimed_until > ?", s.clock()).Limit(1).Count(&n).Error; err != nil || n > 0 {
			return n > 0, known(err)
		}
	}
	return false, nil
}
