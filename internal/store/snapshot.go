package store

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
	"strconv"
	"strings"
)

// Snapshot describes a copy of the database as it was at one instant.
type Snapshot struct {
	// Engine wrote it, and only the same can read it: sqlite or postgres.
	Engine string `json:"engine"`
	// Schema is the number of the last migration.
	Schema int64          `json:"schema"`
	Files  []SnapshotFile `json:"files"`
	// Counts are the rows of the tables people ask about.
	Counts map[string]int64 `json:"counts"`
	// Sequences are the last numbers given out, by table and column.
	Sequences map[string]int64 `json:"sequences,omitempty"`
}

// SnapshotFile is one file of a snapshot.
type SnapshotFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Table, Columns and Rows say what a file of PostgreSQL holds.
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Rows    int64    `json:"rows,omitempty"`
}

// ErrNotEmpty: a snapshot is to be put where something is already.
var ErrNotEmpty = errors.New("there is something already")

// snapshotCounts are the tables whose rows are counted.
var snapshotCounts = []string{"applicants", "applications", "messages", "documents", "vacancies", "events", "users"}

// namedBlobs asks a snapshot for the blobs it names, in order.
const namedBlobs = "SELECT raw_hash FROM messages WHERE raw_hash <> '' UNION SELECT hash FROM documents WHERE hash <> '' ORDER BY 1"

// WriteSnapshot writes a copy of the database into a folder, consistent although others go on
// writing, and calls named for every blob that the copy names, in the order of hashes. told
// hears what is being written; nil for nobody.
func (s *Store) WriteSnapshot(ctx context.Context, dir string, told func(string), named func(hash string) error) (Snapshot, error) {
	if told == nil {
		told = func(string) {}
	}
	write := s.writeSQLite
	if s.dialect == postgresDialect {
		write = s.writePostgres
	}
	snap, err := write(ctx, dir, told, named)
	if err != nil {
		return Snapshot{}, fmt.Errorf("copy of the database: %w", err)
	}
	return snap, nil
}

// CheckSnapshot reads the files of a snapshot and compares them with their hashes.
func CheckSnapshot(ctx context.Context, dir string, snap Snapshot) error {
	for _, f := range snap.Files {
		if filepath.Base(f.Name) != f.Name {
			return fmt.Errorf("copy of the database: %q is no name of a file", f.Name)
		}
		got, err := hashFile(ctx, filepath.Join(dir, f.Name))
		if err != nil {
			return fmt.Errorf("copy of the database: %w", err)
		}
		if got.SHA256 != f.SHA256 || got.Bytes != f.Bytes {
			return fmt.Errorf("copy of the database: %s is damaged: %d bytes with hash %.12s…, want %d with %.12s…", f.Name, got.Bytes, got.SHA256, f.Bytes, f.SHA256)
		}
	}
	return nil
}

// ReadSnapshot puts a snapshot into the database that c names, which must be empty, as it
// was: it is not migrated further. ErrNotEmpty when it is not, ErrNewerDatabase when a newer
// program wrote the snapshot. The files must have been checked. Afterwards Restored is due.
func ReadSnapshot(ctx context.Context, c Config, dir string, snap Snapshot, told func(string)) error {
	s, err := emptyDatabase(ctx, c, snap)
	if err != nil {
		return err
	}
	if told == nil {
		told = func(string) {}
	}
	if s == nil {
		return readSQLite(ctx, c, dir, snap)
	}
	return errors.Join(s.readPostgres(ctx, dir, snap, told), s.Close())
}

// CheckEmpty tells whether ReadSnapshot would find its place empty and its snapshot fitting.
func CheckEmpty(ctx context.Context, c Config, snap Snapshot) error {
	s, err := emptyDatabase(ctx, c, snap)
	if s != nil {
		err = errors.Join(err, s.Close())
	}
	return err
}

// hashFile hashes what is on disk.
func hashFile(ctx context.Context, path string) (SnapshotFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return SnapshotFile{}, err
	}
	defer f.Close()
	sum := newSum(io.Discard)
	if _, err := io.Copy(sum, &untilDone{ctx, f}); err != nil {
		return SnapshotFile{}, err
	}
	return sum.file(filepath.Base(path)), nil
}

// sum hashes and counts what is written through it.
type sum struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func newSum(to io.Writer) *sum { return &sum{to: to, hash: sha256.New()} }

func (s *sum) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}

func (s *sum) file(name string) SnapshotFile {
	return SnapshotFile{Name: name, Bytes: s.n, SHA256: hex.EncodeToString(s.hash.Sum(nil))}
}

// untilDone ends a long copy with its context.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// newestStep is the highest number among the files of migrations.
func newestStep(steps fs.FS) (int64, error) {
	entries, err := fs.ReadDir(steps, ".")
	if err != nil {
		return 0, err
	}
	newest := int64(0)
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", e.Name(), err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}
