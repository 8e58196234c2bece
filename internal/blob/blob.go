package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
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

// Store keeps blobs in a folder. Its methods may be called from several goroutines and
// from several processes that share the folder.
type Store struct{ dir string }

// Info describes one blob.
type Info struct {
	Hash string
	// Size in bytes.
	Size int64
	// StoredAt is when the bytes were last put.
	StoredAt time.Time
}

const (
	tempFolder = "tmp"
	folderMode = 0o700
	fileMode   = 0o600
)

// New returns the store in dir, which is made when missing. Only the owner may read it.
func New(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, tempFolder), folderMode); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	if err := syncFolder(dir); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	return &Store{dir: dir}, nil
}

// Dir is the folder the blobs are in.
func (s *Store) Dir() string { return s.dir }

// ValidHash tells whether a string may name a blob.
func ValidHash(h string) bool {
	if len(h) != 2*sha256.Size {
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
	path, err := s.path(hash)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, notFound(hash, err)
	}
	return &reader{file: f, sum: sha256.New(), want: hash}, nil
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
	path, err := s.path(hash)
	if err != nil {
		return Info{}, err
	}
	fi, err := os.Stat(path)
	if err != nil {
		return Info{}, notFound(hash, err)
	}
	return Info{Hash: hash, Size: fi.Size(), StoredAt: fi.ModTime()}, nil
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
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() {
			if path == filepath.Join(s.dir, tempFolder) {
				return fs.SkipDir
			}
			return nil
		}
		if !ValidHash(d.Name()) {
			return nil
		}
		fi, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return each(Info{Hash: d.Name(), Size: fi.Size(), StoredAt: fi.ModTime()})
	})
}

// Delete removes a blob. Removing one that is not there is no error.
func (s *Store) Delete(hash string) error {
	path, err := s.path(hash)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob %s: delete: %w", hash, err)
	}
	return nil
}

// SweepTemporary removes what interrupted writers left behind, when older than age, and
// returns how many files went. The age must be longer than the slowest write in progress.
func (s *Store) SweepTemporary(now time.Time, age time.Duration) (int, error) {
	folder := filepath.Join(s.dir, tempFolder)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, fmt.Errorf("blobs: sweep: %w", err)
	}
	swept := 0
	for _, e := range entries {
		fi, err := e.Info()
		if err != nil || fi.ModTime().After(now.Add(-age)) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return swept, fmt.Errorf("blobs: sweep: %w", err)
		}
		swept++
	}
	return swept, nil
}

// path spreads blobs over 256 folders: ab/abcd....
func (s *Store) path(hash string) (string, error) {
	if !ValidHash(hash) {
		return "", fmt.Errorf("blob %.80q: %w", hash, ErrBadHash)
	}
	return filepath.Join(s.dir, hash[:2], hash), nil
}

func notFound(hash string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob %s: %w", hash, ErrNotFound)
	}
	return fmt.Errorf("blob %s: %w", hash, err)
}

type reader struct {
	file *os.File
	sum  hash.Hash
	want string
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.file.Read(p)
	r.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(r.sum.Sum(nil)) != r.want {
		return n, fmt.Errorf("blob %s: %w", r.want, ErrDamaged)
	}
	return n, err
}

func (r *reader) Close() error { return r.file.Close() }

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

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
