package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"dossier/internal/store"
)

// format is the number of this layout; a program reads those it knows.
const format = 1

// Manifest says what is in a set. It is written last.
type Manifest struct {
	Format     int            `json:"format"`
	Program    string         `json:"program"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at"`
	Database   store.Snapshot `json:"database"`
	Blobs      BlobSummary    `json:"blobs"`
	// Missing blobs are named by rows and are not in the set. Lost counts those whose bytes
	// should have been there.
	Missing []Missing `json:"missing,omitempty"`
	Lost    int       `json:"lost"`
}

// BlobSummary counts the blobs of a set; ListSHA256 is the hash of their list.
type BlobSummary struct {
	Count int64 `json:"count"`
	Bytes int64 `json:"bytes"`
	// Encrypted blobs need the keys, which are not in the backup.
	Encrypted  int64  `json:"encrypted,omitempty"`
	ListSHA256 string `json:"list_sha256"`
}

// Missing is a blob that is not in the set, and why.
type Missing struct {
	Hash   string `json:"hash"`
	Reason string `json:"reason"`
}

// manifestEnvelope keeps a manifest with the hash of its own bytes.
type manifestEnvelope struct {
	Manifest json.RawMessage `json:"manifest"`
	SHA256   string          `json:"sha256"`
}

func (m Manifest) write(path string) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	b, err := json.Marshal(manifestEnvelope{Manifest: body, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

func readManifest(path string) (Manifest, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, err
	}
	var e manifestEnvelope
	if err := json.Unmarshal(b, &e); err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", path, err)
	}
	if sum := sha256.Sum256(e.Manifest); hex.EncodeToString(sum[:]) != e.SHA256 {
		return Manifest{}, fmt.Errorf("%s is damaged", path)
	}
	var m Manifest
	if err := json.Unmarshal(e.Manifest, &m); err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", path, err)
	}
	if m.Format != format {
		return Manifest{}, fmt.Errorf("%s: made by a newer dossier (%s): restore with that one or a newer one", path, m.Program)
	}
	return m, nil
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// lockFile keeps two backups from writing to one folder.
const lockFile = "backup.lock"

// lock takes a folder of backups for this process.
func lock(dir string) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: another backup is being written there: %w", dir, err), f.Close())
	}
	return func() { _ = f.Close() }, nil // the lock ends with the file
}
