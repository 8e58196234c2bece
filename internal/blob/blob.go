package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"
)

var (
	// ErrNotFound is returned for a hash under which nothing is kept.
	ErrNotFound = errors.New("no such blob")
	// ErrDamaged is returned by a reader whose bytes do not give the hash asked for.
	ErrDamaged = errors.New("blob is damaged")
	// ErrBadHash is returned for a name that is not 64 lower-case hexadecimal digits.
	ErrBadHash = errors.New("not a SHA-256 in hexadecimal")
)

// Store keeps blobs in a folder or in an object store. Its methods may be called from several
// goroutines and from several processes that share the place.
type Store struct {
	back backend
	// keys encrypt what is put; nil for none.
	keys *Keys
}

// backend is where the objects of a store lie. Names begin with the hash.
type backend interface {
	// place names the backend to people.
	place() string
	// spool is the folder of this machine where objects are written before they are
	// committed.
	spool() string
	// commit puts spooled files under their names, over what is there, and returns those
	// that are not done. Without an error they have all left the spool and stay.
	commit(ctx context.Context, all []pending) (left []pending, err error)
	// open, stat, remove: ErrNotFound when there is no such object; remove does not mind.
	open(ctx context.Context, name string) (io.ReadCloser, error)
	stat(ctx context.Context, name string) (object, error)
	remove(ctx context.Context, name string) error
	// note and setNote keep a small file beside the objects; ErrNotFound when there is none.
	note(ctx context.Context, name string) ([]byte, error)
	setNote(ctx context.Context, name string, content []byte) error
	// list calls each in the order of names; things that are no objects may be among them.
	list(ctx context.Context, each func(object) error) error
	// retire takes an object away unless it was put at or after an instant.
	retire(ctx context.Context, name string, before time.Time) (bool, error)
	// bury ends what retire took away before an instant, and brings back what is needed
	// after all.
	bury(ctx context.Context, before time.Time, unneeded func([]string) ([]string, error)) error
}

// object is something a backend keeps; size in bytes, at is when it was put.
type object struct {
	name string
	size int64
	at   time.Time
}

// Info describes one blob.
type Info struct {
	Hash string
	// Size in bytes as it is kept.
	Size int64
	// Encrypted blobs are kept under keys.
	Encrypted bool
	// StoredAt is when the bytes were last put.
	StoredAt time.Time
}

// New returns the store in the folder dir, which is made when missing. Only the owner may
// read it.
func New(dir string) (*Store, error) {
	f, err := newFolder(dir)
	if err != nil {
		return nil, err
	}
	return &Store{back: f}, nil
}

// Dir is the folder the blobs are in; empty when they are in an object store.
func (s *Store) Dir() string {
	if f, ok := s.back.(*folder); ok {
		return f.dir
	}
	return ""
}

// Place names where the blobs are to people: a folder, or the address of a bucket.
func (s *Store) Place() string { return s.back.place() }

// hashDigits is the length of a hash.
const hashDigits = 2 * sha256.Size

// ValidHash tells whether a string may name a blob.
func ValidHash(h string) bool {
	if len(h) != hashDigits {
		return false
	}
	for i := range len(h) {
		if c := h[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Put keeps all of r and returns its hash and its size in bytes. It reads r as it comes,
// so memory does not grow with size. When Put returns without an error the bytes are on
// disk. Putting the same bytes again is harmless and mends a damaged copy.
func (s *Store) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	b := s.Batch()
	defer func() { err = errors.Join(err, b.Discard()) }()
	hash, size, err = b.Put(ctx, r)
	if err != nil {
		return "", 0, err
	}
	if err := b.Commit(ctx); err != nil {
		return "", 0, err
	}
	return hash, size, nil
}

// PutFile keeps a copy of the file at path.
func (s *Store) PutFile(ctx context.Context, path string) (hash string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	return s.Put(ctx, f)
}

// Open returns the bytes of a blob. The reader checks them as they pass: the read that
// reaches the end fails with ErrDamaged instead of io.EOF when they do not give the hash.
func (s *Store) Open(hash string) (io.ReadCloser, error) {
	if err := checkHash(hash); err != nil {
		return nil, err
	}
	r, err := s.openSealed(context.Background(), hash)
	if errors.Is(err, ErrNotFound) {
		r, err = s.back.open(context.Background(), hash)
		if errors.Is(err, ErrNotFound) {
			r, err = s.openSealed(context.Background(), hash) // it may just have been encrypted
		}
	}
	if err != nil {
		return nil, fmt.Errorf("blob %s: %w", hash, err)
	}
	return newReader(hash, r), nil
}

// Read returns a whole blob, or an error when it is larger than limit bytes.
func (s *Store) Read(hash string, limit int64) ([]byte, error) {
	r, err := s.Open(hash)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("blob %s: larger than %d bytes", hash, limit)
	}
	return b, nil
}

// Stat tells size and age of a blob without reading it.
func (s *Store) Stat(hash string) (Info, error) {
	if err := checkHash(hash); err != nil {
		return Info{}, err
	}
	o, err := s.object(context.Background(), hash)
	if err != nil {
		return Info{}, fmt.Errorf("blob %s: %w", hash, err)
	}
	return o.info(), nil
}

// Verify reads a whole blob and fails with ErrDamaged when its bytes have changed.
func (s *Store) Verify(ctx context.Context, hash string) error {
	r, err := s.Open(hash)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, &contextReader{ctx: ctx, r: r})
	return err
}

// List calls each for every blob, in the order of their hashes, until it returns an error.
// Files that are no blobs are passed over.
func (s *Store) List(ctx context.Context, each func(Info) error) error {
	last := ""
	return s.back.list(ctx, func(o object) error {
		i := o.info()
		if _, _, ok := hashOf(o.name); !ok || i.Hash == last {
			return nil
		}
		last = i.Hash
		return each(i)
	})
}

// object finds what is kept of a blob: encrypted, or plain.
func (s *Store) object(ctx context.Context, hash string) (object, error) {
	names := []string{hash, hash + sealedSuffix}
	if s.keys != nil {
		names[0], names[1] = names[1], names[0]
	}
	o, err := s.back.stat(ctx, names[0])
	if errors.Is(err, ErrNotFound) {
		o, err = s.back.stat(ctx, names[1])
	}
	return o, err
}

func (o object) info() Info {
	hash, sealed, _ := hashOf(o.name)
	return Info{Hash: hash, Size: o.size, StoredAt: o.at, Encrypted: sealed}
}

// Delete removes a blob. Removing one that is not there is no error.
func (s *Store) Delete(hash string) error {
	if err := checkHash(hash); err != nil {
		return err
	}
	for _, name := range []string{hash, hash + sealedSuffix} {
		if err := s.back.remove(context.Background(), name); err != nil {
			return fmt.Errorf("blob %s: delete: %w", hash, err)
		}
	}
	return nil
}

// SweepTemporary removes what interrupted writers left behind, when older than age, and
// returns how many files went. The age must be longer than the slowest write in progress.
func (s *Store) SweepTemporary(now time.Time, age time.Duration) (int, error) {
	spool := s.back.spool()
	entries, err := os.ReadDir(spool)
	if err != nil {
		return 0, fmt.Errorf("blobs: sweep: %w", err)
	}
	swept := 0
	for _, e := range entries {
		fi, err := e.Info()
		if err != nil || fi.ModTime().After(now.Add(-age)) {
			continue
		}
		if err := os.Remove(filepath.Join(spool, e.Name())); err != nil {
			return swept, fmt.Errorf("blobs: sweep: %w", err)
		}
		swept++
	}
	return swept, nil
}

func checkHash(hash string) error {
	if !ValidHash(hash) {
		return fmt.Errorf("blob %.80q: %w", hash, ErrBadHash)
	}
	return nil
}

// reader checks the bytes of a blob as they pass.
type reader struct {
	from io.ReadCloser
	sum  hash.Hash
	want string
}

func newReader(hash string, from io.ReadCloser) *reader {
	return &reader{from: from, sum: sha256.New(), want: hash}
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(r.sum.Sum(nil)) != r.want {
		return n, fmt.Errorf("blob %s: %w", r.want, ErrDamaged)
	}
	return n, err
}

func (r *reader) Close() error { return r.from.Close() }

// contextReader stops a long copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
