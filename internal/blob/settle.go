package blob

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// encryptionNote names the folder of keys that a store is encrypted under.
const encryptionNote = "encryption.json"

type encryptionOf struct {
	Folder string `json:"folder"`
}

// Encrypt has everything that is put from now on encrypted under keys of a folder, and what is
// encrypted read with them. It is called once, before the store is used. Another folder of keys
// than the one the store was encrypted under before is refused.
func (s *Store) Encrypt(ctx context.Context, k *Keys) error {
	of, there, err := s.encryptedUnder(ctx)
	switch {
	case err != nil:
		return err
	case there && of != k.folder:
		return fmt.Errorf("blobs: %s is encrypted under the keys of another folder than %s: set encryption.keys to that one, or put it back from its copy", s.Place(), k.dir)
	case !there:
		b, err := json.Marshal(encryptionOf{k.folder})
		if err != nil {
			return err
		}
		if err := s.back.setNote(ctx, encryptionNote, b); err != nil {
			return fmt.Errorf("blobs: %w", err)
		}
	}
	s.keys = k
	return nil
}

// ReadWith has what is encrypted read with some keys, and changes nothing: for copies.
func (s *Store) ReadWith(k *Keys) { s.keys = k }

// Encrypted tells whether something here may be encrypted.
func (s *Store) Encrypted(ctx context.Context) (bool, error) {
	_, there, err := s.encryptedUnder(ctx)
	return there, err
}

// Keys are those that Encrypt was called with; nil for none.
func (s *Store) Keys() *Keys { return s.keys }

func (s *Store) encryptedUnder(ctx context.Context) (folder string, there bool, err error) {
	b, err := s.back.note(ctx, encryptionNote)
	if errors.Is(err, ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("blobs: %w", err)
	}
	var of encryptionOf
	if err := json.Unmarshal(b, &of); err != nil {
		return "", false, fmt.Errorf("blobs: %s: %s is damaged: %w", s.Place(), encryptionNote, err)
	}
	return of.Folder, true, nil
}

// Use tells what a blob is needed for.
type Use struct {
	// Vacancies whose applications hold it; General for mail that belongs to none.
	Vacancies []int64
	// Settled: nothing more is going to be found out about it. A message that is still to be
	// routed is not.
	Settled bool
}

// Uses answers what some blobs are needed for. A blob that no row names is not in the answer.
type Uses func(ctx context.Context, hashes []string) (map[string]Use, error)

// Settled is what one pass over the keys did.
type Settled struct {
	// Moved objects are under other keys now; Looked at were all.
	Looked, Moved int
	// Destroyed intake keys opened nothing any more.
	Destroyed int
}

// SettleDue tells whether new mail has been put under one key for IntakeLife.
func (s *Store) SettleDue(now time.Time) (bool, error) {
	if s.keys == nil {
		return false, nil
	}
	keys, err := s.keys.All()
	if err != nil {
		return false, err
	}
	newest := time.Time{}
	for _, k := range keys {
		if k.Intake() && k.DestroyedAt == nil && k.CreatedAt.After(newest) {
			newest = k.CreatedAt
		}
	}
	return !newest.IsZero() && now.Sub(newest) >= IntakeLife, nil
}

// Settle begins a new intake key, puts what is under older ones under the keys of the
// vacancies it turned out to belong to, and destroys intake keys that open nothing: IntakeKept
// after their last use, or at once when a vacancy's key was destroyed since, for they could
// open copies of that vacancy's mail in old backups.
func (s *Store) Settle(ctx context.Context, now time.Time, uses Uses) (Settled, error) {
	if s.keys == nil {
		return Settled{}, errors.New("keys: encryption is not on")
	}
	release, err := s.keys.lock(ctx)
	if err != nil {
		return Settled{}, err
	}
	defer release()
	return s.settle(ctx, now, uses, nil)
}

// DestroyVacancy puts what other vacancies need too under their keys alone, and then destroys
// those of a vacancy: nothing that only it held can be read again, here or in any backup.
// destroyed is how many keys there were.
func (s *Store) DestroyVacancy(ctx context.Context, vacancy int64, now time.Time, uses Uses) (did Settled, destroyed int, err error) {
	if s.keys == nil {
		return did, 0, errors.New("keys: encryption is not on")
	}
	release, err := s.keys.lock(ctx)
	if err != nil {
		return did, 0, err
	}
	defer release()
	// There is a key to destroy even when nothing was put under it yet: the vacancy is not to
	// get one later.
	id, err := s.keys.vacancyKey(vacancy)
	if err != nil || id == "" {
		return did, 0, err
	}
	if did, err = s.settle(ctx, now, uses, &vacancy); err != nil {
		return did, 0, err
	}
	all, err := s.keys.All()
	if err != nil {
		return did, 0, err
	}
	for _, k := range all {
		if k.Vacancy == vacancy && k.DestroyedAt == nil {
			if err := s.keys.destroy(k.ID, now); err != nil {
				return did, destroyed, err
			}
			destroyed++
		}
	}
	return did, destroyed, nil
}

// settleAtOnce is how many objects are asked about together.
const settleAtOnce = 200

// found is an encrypted object that may have to change its keys.
type found struct {
	hash string
	head head
}

// settle does one pass. With a vacancy that is about to lose its keys, every object is looked
// at; otherwise those put since the oldest intake key that may still be used.
func (s *Store) settle(ctx context.Context, now time.Time, uses Uses, leaving *int64) (did Settled, err error) {
	s.keys.mu.Lock()
	current, err := s.keys.make(intake)
	s.keys.mu.Unlock()
	if err != nil {
		return did, err
	}
	all, err := s.keys.All()
	if err != nil {
		return did, err
	}
	closed := map[string]bool{}
	since := now
	byID := map[string]Key{}
	for _, k := range all {
		byID[k.ID] = k
		if k.Intake() && k.ID != current && k.DestroyedAt == nil {
			closed[k.ID] = true
			if k.EmptiedAt == nil && k.CreatedAt.Before(since) {
				since = k.CreatedAt
			}
		}
	}
	since = since.Add(-time.Hour) // clocks of stores differ
	stay := map[string]bool{}
	var some []found
	flush := func() error {
		n, err := s.move(ctx, some, current, closed, byID, stay, uses, leaving)
		did.Moved += n
		some = nil
		return err
	}
	err = s.back.list(ctx, func(o object) error {
		hash, sealed, ok := hashOf(o.name)
		if !ok || !sealed || leaving == nil && o.at.Before(since) {
			return nil
		}
		did.Looked++
		h, err := s.head(ctx, o.name)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			return nil // gone meanwhile, or for the doctor to tell
		}
		if err != nil {
			return err
		}
		if leaving == nil && !slices.ContainsFunc(h.entries, func(e headEntry) bool { return closed[e.id] }) {
			return nil
		}
		if some = append(some, found{hash, h}); len(some) < settleAtOnce {
			return nil
		}
		return flush()
	})
	if err == nil && len(some) > 0 {
		err = flush()
	}
	if err != nil {
		return did, fmt.Errorf("keys: %w", err)
	}
	did.Destroyed, err = s.endIntake(all, current, stay, now)
	return did, err
}

// endIntake destroys the intake keys that open nothing and that nobody writes under any more.
func (s *Store) endIntake(all []Key, current string, stay map[string]bool, now time.Time) (int, error) {
	var lastDestroyed time.Time
	for _, k := range all {
		if !k.Intake() && k.DestroyedAt != nil && k.DestroyedAt.After(lastDestroyed) {
			lastDestroyed = *k.DestroyedAt
		}
	}
	n := 0
	for _, k := range all {
		if !k.Intake() || k.ID == current || k.DestroyedAt != nil || stay[k.ID] {
			continue
		}
		closed := now
		for _, other := range all {
			if other.Intake() && other.CreatedAt.After(k.CreatedAt) && other.CreatedAt.Before(closed) {
				closed = other.CreatedAt
			}
		}
		age := now.Sub(closed)
		if age >= writersGone && k.EmptiedAt == nil {
			if err := s.keys.emptied(k.ID, now); err != nil {
				return n, err
			}
		}
		if age < writersGone || age < IntakeKept && !lastDestroyed.After(k.CreatedAt) {
			continue
		}
		if err := s.keys.destroy(k.ID, now); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// move puts objects under the keys they should be under. stay collects the closed intake keys
// that still open something.
func (s *Store) move(ctx context.Context, some []found, current string, closed map[string]bool, byID map[string]Key, stay map[string]bool, uses Uses, leaving *int64) (int, error) {
	hashes := make([]string, len(some))
	for i, f := range some {
		hashes[i] = f.hash
	}
	of, err := uses(ctx, hashes)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, f := range some {
		ids, err := s.wanted(f, of, current, byID, leaving)
		if err != nil {
			return moved, err
		}
		have := make([]string, len(f.head.entries))
		for i, e := range f.head.entries {
			have[i] = e.id
		}
		slices.Sort(have)
		if len(ids) == 0 || slices.Equal(have, ids) {
			continue
		}
		switch err := s.rewrap(ctx, f.hash, ids); {
		case err == nil:
			moved++
		case errors.Is(err, ErrNotFound), errors.Is(err, ErrKeyDestroyed), errors.Is(err, ErrDamaged):
			// Nothing can be kept of it that is there now.
		case errors.Is(err, ErrNoKey):
			// The folder of keys lacks one: its copy may still come back.
			for _, id := range have {
				stay[id] = stay[id] || closed[id]
			}
		default:
			return moved, err
		}
	}
	return moved, nil
}

// wanted are the keys an object should be under, sorted.
func (s *Store) wanted(f found, of map[string]Use, current string, byID map[string]Key, leaving *int64) ([]string, error) {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	use, named := of[f.hash]
	for _, v := range use.Vacancies {
		if leaving != nil && v == *leaving {
			continue
		}
		id, err := s.keys.vacancyKey(v)
		if err != nil {
			return nil, err
		}
		add(id)
	}
	switch {
	case !named || !use.Settled:
		add(current)
	case len(ids) > 0:
	case leaving != nil && slices.Contains(use.Vacancies, *leaving):
		id, err := s.keys.vacancyKey(*leaving)
		if err != nil {
			return nil, err
		}
		add(id)
	case slices.ContainsFunc(f.head.entries, func(e headEntry) bool { return byID[e.id].Intake() }):
		// It came after the key of its vacancy was destroyed.
		id, err := s.keys.vacancyKey(General)
		if err != nil {
			return nil, err
		}
		add(id)
	}
	// A key that it is under already stays, unless a vacancy leaves: the application may have
	// been moved, and its old backups are under that key.
	if leaving == nil || len(ids) == 0 {
		for _, e := range f.head.entries {
			if k, ok := byID[e.id]; ok && !k.Intake() && (k.DestroyedAt == nil || leaving != nil) {
				add(e.id)
			}
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// rewrap puts an object under other keys. Its bytes stay as they are.
func (s *Store) rewrap(ctx context.Context, hash string, ids []string) error {
	name := hash + sealedSuffix
	r, err := s.back.open(ctx, name)
	if err != nil {
		return fmt.Errorf("blob %s: %w", hash, err)
	}
	defer r.Close()
	old, err := readHead(r)
	if err != nil {
		return fmt.Errorf("blob %s: %w", hash, err)
	}
	dataKey, err := s.keys.unwrap(hash, old)
	if err != nil {
		return fmt.Errorf("blob %s: %w", hash, err)
	}
	h, err := s.keys.headFor(hash, dataKey, ids)
	if err != nil {
		return fmt.Errorf("blob %s: %w", hash, err)
	}
	b, err := h.bytes()
	if err != nil {
		return fmt.Errorf("blob %s: %w", hash, err)
	}
	f, err := os.CreateTemp(s.back.spool(), "put-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		_, err = io.Copy(f, &contextReader{ctx: ctx, r: r})
	}
	if err == nil {
		err = f.Chmod(fileMode)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		_, err = s.back.commit(ctx, []pending{{temp: f.Name(), hash: hash, name: name}})
	}
	if err != nil {
		return errors.Join(fmt.Errorf("blob %s: %w", hash, err), ignoreMissing(os.Remove(f.Name())))
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// EncryptRest encrypts what was put before encryption was on, a plain object at a time, and
// returns how many. It may be interrupted and called again, while others work on the store.
// told hears of each; nil for nobody.
func (s *Store) EncryptRest(ctx context.Context, told func(done int)) (int, error) {
	if s.keys == nil {
		return 0, errors.New("keys: encryption is not on")
	}
	n := 0
	err := s.back.list(ctx, func(o object) error {
		hash, sealed, ok := hashOf(o.name)
		if !ok || sealed {
			return nil
		}
		err := s.encryptOne(ctx, hash)
		if errors.Is(err, ErrNotFound) {
			return nil // erased meanwhile
		}
		if err != nil {
			return err
		}
		if n++; told != nil {
			told(n)
		}
		return nil
	})
	if err != nil {
		return n, fmt.Errorf("encrypt: %w", err)
	}
	return n, nil
}

// encryptOne replaces a plain object by an encrypted one. What is damaged stays as it is, for
// somebody to look at.
func (s *Store) encryptOne(ctx context.Context, hash string) error {
	r, err := s.back.open(ctx, hash)
	if err != nil {
		return fmt.Errorf("blob %s: %w", hash, err)
	}
	defer r.Close()
	b := s.Batch()
	defer b.Discard()
	got, _, err := b.Put(ctx, r)
	if err != nil {
		return err
	}
	if got != hash {
		return fmt.Errorf("blob %s: %w", hash, ErrDamaged)
	}
	if err := b.Commit(ctx); err != nil {
		return err
	}
	return s.back.remove(ctx, hash)
}
