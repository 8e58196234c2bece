package blob

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"dossier/internal/secret"
)

var (
	// ErrKeyDestroyed: every key that opened the blob was destroyed on purpose. Its bytes are
	// gone for good.
	ErrKeyDestroyed = errors.New("the key of the blob was destroyed")
	// ErrNoKey: the blob is encrypted, and its key is not at hand.
	ErrNoKey = errors.New("the blob is encrypted and its key is not here")
)

// Keys is a folder of the keys that blobs are encrypted under, each sealed with a master key
// that lies elsewhere. It is no part of backups: destroying a key here destroys what it opened
// in every copy. Several processes may share the folder; its methods may be called from several
// goroutines.
type Keys struct {
	dir    string
	master *secret.Box
	folder string

	mu    sync.Mutex
	known map[string]*keyEntry
	aeads map[string]cipher.AEAD
	read  time.Time
}

// General is the vacancy of the key for mail that belongs to no vacancy.
const General int64 = 0

// intake is the vacancy of keys for what is not yet known to belong anywhere.
const intake int64 = -1

// Key tells of one key of the folder.
type Key struct {
	ID string
	// Vacancy is whose documents it opens; General, or below for mail that is not routed.
	Vacancy   int64
	CreatedAt time.Time
	// EmptiedAt is when an intake key was found to open nothing any more; DestroyedAt when
	// a key was destroyed.
	EmptiedAt, DestroyedAt *time.Time
}

// Intake tells whether the key is for mail that is not routed yet.
func (k Key) Intake() bool { return k.Vacancy == intake }

// keyEntry is a key as its file holds it.
type keyEntry struct {
	ID        string    `json:"id"`
	Vacancy   int64     `json:"vacancy"`
	CreatedAt time.Time `json:"created_at"`
	Sealed    string    `json:"sealed,omitempty"`
	// EmptiedAt is when an intake key was found to open nothing any more.
	EmptiedAt   *time.Time `json:"emptied_at,omitempty"`
	DestroyedAt *time.Time `json:"destroyed_at,omitempty"`
}

// keyFolder says whose folder it is; check is something sealed with the master key.
type keyFolder struct {
	Format int    `json:"format"`
	ID     string `json:"id"`
	Check  string `json:"check"`
}

const (
	folderFile   = "folder.json"
	keySuffix    = ".key"
	keyFormat    = 1
	dataKeyBytes = 32
	// keysReread is how long a process may go on with what it knows of the folder.
	keysReread = time.Minute
	// IntakeLife is how long new mail is put under one intake key.
	IntakeLife = 24 * time.Hour
	// writersStop is how long after its successor was made an intake key may still be
	// written under, and writersGone when nobody does so any more.
	writersStop = 5 * time.Minute
	writersGone = 15 * time.Minute
	// IntakeKept is how long an intake key that opens nothing here is kept for backups made
	// while it did.
	IntakeKept = 30 * 24 * time.Hour
)

// InitKeys makes a folder of keys. ErrExist when there is one.
func InitKeys(dir string, master *secret.Box) error {
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, folderFile)); err == nil {
		return fmt.Errorf("keys: %s: %w", dir, fs.ErrExist)
	}
	id := randomHex(8)
	check, err := master.Seal(id, "folder of keys")
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	b, err := json.MarshalIndent(keyFolder{Format: keyFormat, ID: id, Check: check}, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(dir, folderFile), b)
}

// OpenKeys opens a folder of keys. A master key that is not the folder's is refused.
func OpenKeys(dir string, master *secret.Box) (*Keys, error) {
	b, err := os.ReadFile(filepath.Join(dir, folderFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keys: %s is no folder of keys: run \"dossier keys init\", or put it back from its copy: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	var f keyFolder
	if err := json.Unmarshal(b, &f); err != nil || f.Format != keyFormat {
		return nil, fmt.Errorf("keys: %s/%s is damaged, or of a newer program", dir, folderFile)
	}
	switch id, err := master.Open(f.Check, "folder of keys"); {
	case errors.Is(err, secret.ErrOtherKey):
		return nil, fmt.Errorf("keys: %s was made with another master key: put the right one back: %w", dir, err)
	case err != nil, id != f.ID:
		return nil, fmt.Errorf("keys: %s/%s is damaged: put it back from its copy", dir, folderFile)
	}
	k := &Keys{dir: dir, master: master, folder: f.ID, aeads: map[string]cipher.AEAD{}}
	return k, k.reread()
}

// Dir is the folder.
func (k *Keys) Dir() string { return k.dir }

// MasterID names the master key.
func (k *Keys) MasterID() string { return k.master.ID() }

// All lists the keys, oldest first.
func (k *Keys) All() ([]Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.reread(); err != nil {
		return nil, err
	}
	var out []Key
	for _, e := range k.known {
		out = append(out, Key{ID: e.ID, Vacancy: e.Vacancy, CreatedAt: e.CreatedAt, EmptiedAt: e.EmptiedAt, DestroyedAt: e.DestroyedAt})
	}
	slices.SortFunc(out, func(a, b Key) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// reread reads the folder anew.
func (k *Keys) reread() error {
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	known := map[string]*keyEntry{}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), keySuffix)
		if !ok || strings.HasPrefix(id, ".") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(k.dir, e.Name()))
		if err != nil {
			return fmt.Errorf("keys: %w", err)
		}
		var key keyEntry
		if err := json.Unmarshal(b, &key); err != nil || key.ID != id {
			return fmt.Errorf("keys: %s is damaged: put it back from its copy", filepath.Join(k.dir, e.Name()))
		}
		known[id] = &key
		if key.DestroyedAt != nil {
			delete(k.aeads, id)
		}
	}
	k.known, k.read = known, time.Now()
	return nil
}

// fresh rereads the folder when it was read a while ago.
func (k *Keys) fresh() error {
	if time.Since(k.read) < keysReread {
		return nil
	}
	return k.reread()
}

// aead is the key of an id; ErrKeyDestroyed and ErrNoKey when there is none.
func (k *Keys) aead(id string) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.fresh(); err != nil {
		return nil, err
	}
	if k.known[id] == nil { // another process may have made it just now
		if err := k.reread(); err != nil {
			return nil, err
		}
	}
	e := k.known[id]
	switch {
	case e == nil:
		return nil, fmt.Errorf("%w: %s is not in %s", ErrNoKey, id, k.dir)
	case e.DestroyedAt != nil:
		return nil, ErrKeyDestroyed
	case k.aeads[id] != nil:
		return k.aeads[id], nil
	}
	text, err := k.master.Open(e.Sealed, "blob key "+id)
	if err != nil {
		return nil, fmt.Errorf("keys: %s: %w", id, err)
	}
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("keys: %s is damaged", id)
	}
	a, err := newAEAD(raw)
	if err == nil {
		k.aeads[id] = a
	}
	return a, err
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// intakeKey is the key that new mail goes under; it is made when there is none.
func (k *Keys) intakeKey() (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.fresh(); err != nil {
		return "", err
	}
	if e := k.newest(intake); e != nil {
		return e.ID, nil
	}
	return k.make(intake)
}

// newest is the latest living key of a vacancy.
func (k *Keys) newest(vacancy int64) *keyEntry {
	var found *keyEntry
	for _, e := range k.known {
		if e.Vacancy == vacancy && e.DestroyedAt == nil && (found == nil || e.CreatedAt.After(found.CreatedAt) || e.CreatedAt.Equal(found.CreatedAt) && e.ID > found.ID) {
			found = e
		}
	}
	return found
}

// mayWrite tells whether an object may still be put under an intake key: one that has had a
// successor for a while may be destroyed any moment.
func (k *Keys) mayWrite(id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.reread(); err != nil {
		return err
	}
	e := k.known[id]
	if e == nil || e.DestroyedAt != nil || time.Since(k.closedAt(e, time.Now())) > writersStop {
		return fmt.Errorf("the intake key %s has been replaced: %w", id, ErrNoKey)
	}
	return nil
}

// closedAt is when an intake key got its successor; now when it has none.
func (k *Keys) closedAt(e *keyEntry, now time.Time) time.Time {
	closed := now
	for _, other := range k.known {
		if other.Vacancy == intake && other.CreatedAt.After(e.CreatedAt) && other.CreatedAt.Before(closed) {
			closed = other.CreatedAt
		}
	}
	return closed
}

// vacancyKey is the key of a vacancy, made when it has none. It is empty when the vacancy's key
// was destroyed: it gets no other.
func (k *Keys) vacancyKey(vacancy int64) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.reread(); err != nil {
		return "", err
	}
	for _, e := range k.known {
		if e.Vacancy == vacancy && e.DestroyedAt != nil && vacancy != General {
			return "", nil
		}
	}
	if e := k.newest(vacancy); e != nil {
		return e.ID, nil
	}
	return k.make(vacancy)
}

// make adds a key to the folder.
func (k *Keys) make(vacancy int64) (string, error) {
	id := "g-"
	switch {
	case vacancy == intake:
		id = "i-"
	case vacancy != General:
		id = fmt.Sprintf("v%d-", vacancy)
	}
	id += randomHex(5)
	raw := make([]byte, dataKeyBytes)
	rand.Read(raw) // never fails
	sealed, err := k.master.Seal(base64.RawStdEncoding.EncodeToString(raw), "blob key "+id)
	if err != nil {
		return "", fmt.Errorf("keys: %w", err)
	}
	e := &keyEntry{ID: id, Vacancy: vacancy, CreatedAt: time.Now().UTC(), Sealed: sealed}
	if err := k.write(e); err != nil {
		return "", err
	}
	k.known[id] = e
	return id, nil
}

func (k *Keys) write(e *keyEntry) error {
	b, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	if err := writeWhole(filepath.Join(k.dir, e.ID+keySuffix), b); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// destroy leaves in the place of a key's file that it was destroyed, then overwrites the file
// that stood there. In that order nobody, after a power cut either, finds half of it: the name
// leads to the key or to its mark, never to zeroes.
func (k *Keys) destroy(id string, at time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.reread(); err != nil {
		return err
	}
	e := k.known[id]
	if e == nil || e.DestroyedAt != nil {
		return nil
	}
	old, err := os.OpenFile(filepath.Join(k.dir, id+keySuffix), os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	at = at.UTC()
	gone := &keyEntry{ID: id, Vacancy: e.Vacancy, CreatedAt: e.CreatedAt, DestroyedAt: &at}
	if err := k.write(gone); err != nil {
		return errors.Join(err, old.Close())
	}
	k.known[id] = gone
	delete(k.aeads, id)
	if err := errors.Join(overwrite(old), old.Close()); err != nil {
		return fmt.Errorf("keys: %s is destroyed, but its old file could not be overwritten: %w", id, err)
	}
	return nil
}

// overwrite zeroes an open file. Only its place in the file system is overwritten: what a disk
// keeps besides is its own.
func overwrite(f *os.File) error {
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(make([]byte, fi.Size()), 0); err != nil {
		return err
	}
	return f.Sync()
}

// lock takes the folder for a pass over all objects.
func (k *Keys) lock(ctx context.Context) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(k.dir, "lock"), os.O_WRONLY|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	for {
		if err := lockFile(f); err == nil {
			return func() { _ = f.Close() }, nil // the lock ends with the file
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(time.Second):
		}
	}
}

// emptied notes that an intake key opens nothing any more.
func (k *Keys) emptied(id string, at time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.known[id]
	if e == nil || e.DestroyedAt != nil {
		return nil
	}
	noted := *e
	at = at.UTC()
	noted.EmptiedAt = &at
	if err := k.write(&noted); err != nil {
		return err
	}
	k.known[id] = &noted
	return nil
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// writeWhole replaces a file whole or not at all, for its owner alone, and returns when it is
// on disk.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(content, '\n'))
	err = errors.Join(err, f.Chmod(fileMode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}
