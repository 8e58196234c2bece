package backup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dossier/internal/blob"
	"dossier/internal/store"
)

// Config says what to copy and where to.
type Config struct {
	Store *store.Store
	Blobs *blob.Store
	// Dir is the folder of backups; it is made when missing.
	Dir string
	// Program is the version of this program, for the manifest.
	Program string
	// Keep is how many sets stay, this one included; at least 1.
	Keep int
	// Journal is the instance's own file of erasures: what is not beside the backups yet is
	// added there.
	Journal string
	Now     func() time.Time
	// Told hears how far it is; nil for nobody.
	Told func(Progress)
}

// Progress is how far a backup or a restore is.
type Progress struct {
	// Step is what is being done: a table, or "files".
	Step string
	// Done of All blobs, and the bytes copied.
	Done, All int
	Bytes     int64
}

// Result is a finished backup.
type Result struct {
	Manifest
	// Name of the set.
	Name string
	// Copied blobs are new in the folder, with their bytes; the rest was there.
	Copied      int
	CopiedBytes int64
	// Removed sets were older than those kept, and Forgotten blobs were only theirs.
	Removed, Forgotten int
	Took               time.Duration
}

// The names in a folder of backups.
const (
	setsFolder   = "sets"
	blobsFolder  = "blobs"
	manifestFile = "manifest.json"
	blobList     = "blobs.txt"
	// JournalFile holds erasures since the last backup.
	JournalFile = "erasures.jsonl"
	nameLayout  = "20060102T150405Z"
)

// Make copies an instance into a new set. The instance may work meanwhile.
func Make(ctx context.Context, c Config) (r Result, err error) {
	if c.Told == nil {
		c.Told = func(Progress) {}
	}
	began := c.Now()
	r.Name = began.UTC().Format(nameLayout)
	sets := filepath.Join(c.Dir, setsFolder)
	if err := os.MkdirAll(sets, 0o700); err != nil {
		return r, err
	}
	release, err := lock(c.Dir)
	if err != nil {
		return r, err
	}
	defer release()
	if _, err := os.Stat(filepath.Join(sets, r.Name)); err == nil {
		return r, fmt.Errorf("there is a backup %s already: wait a second", r.Name)
	}
	target, err := blob.New(filepath.Join(c.Dir, blobsFolder))
	if err != nil {
		return r, err
	}
	if err := dropInterrupted(sets, target, c.Now()); err != nil {
		return r, err
	}
	partial := filepath.Join(sets, "."+r.Name)
	if err := os.Mkdir(partial, 0o700); err != nil {
		return r, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(partial))
		}
	}()
	var hashes []string
	r.Format, r.Program, r.StartedAt = format, c.Program, began.UTC()
	r.Database, err = c.Store.WriteSnapshot(ctx, partial, func(step string) { c.Told(Progress{Step: step}) }, func(hash string) error {
		hashes = append(hashes, hash)
		return nil
	})
	if err != nil {
		return r, err
	}
	if err := c.copyBlobs(ctx, target, hashes, &r); err != nil {
		return r, err
	}
	if err := writeList(filepath.Join(partial, blobList), hashes, r.Missing); err != nil {
		return r, err
	}
	if r.Blobs.ListSHA256, err = hashOf(filepath.Join(partial, blobList)); err != nil {
		return r, err
	}
	r.FinishedAt = c.Now().UTC()
	if err := r.Manifest.write(filepath.Join(partial, manifestFile)); err != nil {
		return r, err
	}
	if err := errors.Join(syncFolder(partial), os.Rename(partial, filepath.Join(sets, r.Name)), syncFolder(sets)); err != nil {
		return r, err
	}
	if err := mergeJournal(ctx, c.Store, c.Journal, c.Dir); err != nil {
		return r, fmt.Errorf("the backup is whole; erasures beside it: %w", err)
	}
	r.Took = c.Now().Sub(began)
	if r.Removed, r.Forgotten, err = prune(ctx, c.Dir, target, c.Keep); err != nil {
		return r, fmt.Errorf("the backup is whole; removing older ones: %w", err)
	}
	return r, c.record(ctx, r)
}

// copyBlobs copies what is not there yet. A blob that is gone because its applicant was
// erased meanwhile is not missed; one that a row still names is.
func (c Config) copyBlobs(ctx context.Context, target *blob.Store, hashes []string, r *Result) error {
	done := 0
	return c.Blobs.CopyTo(ctx, target, hashes, func(hash string, copied blob.Copied, err error) error {
		done++
		switch {
		case errors.Is(err, blob.ErrUnavailable):
			return err
		case err != nil:
			free, asked := c.Store.Unreferenced(ctx, []string{hash})
			if asked != nil {
				return asked
			}
			reason := "erased while the backup was made"
			if len(free) == 0 {
				reason = reasonOf(err)
				r.Lost++
			}
			r.Missing = append(r.Missing, Missing{Hash: hash, Reason: reason})
			return nil
		}
		info, err := target.Stat(hash)
		if err != nil {
			return err
		}
		r.Blobs.Count++
		r.Blobs.Bytes += info.Size
		if info.Encrypted {
			r.Blobs.Encrypted++
		}
		if copied.Bytes > 0 {
			r.Copied++
			r.CopiedBytes += copied.Bytes
		}
		c.Told(Progress{Step: "files", Done: done, All: len(hashes), Bytes: r.CopiedBytes})
		return nil
	})
}

func reasonOf(err error) string {
	switch {
	case errors.Is(err, blob.ErrNotFound):
		return "not there"
	case errors.Is(err, blob.ErrDamaged):
		return "damaged"
	}
	return err.Error()
}

func (c Config) record(ctx context.Context, r Result) error {
	place, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	bytes := r.Blobs.Bytes
	for _, f := range r.Database.Files {
		bytes += f.Bytes
	}
	return c.Store.RecordBackup(ctx, store.BackupRecord{
		StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, Place: place, Name: r.Name,
		Applications: r.Database.Counts["applications"], Messages: r.Database.Counts["messages"], Documents: r.Database.Counts["documents"],
		Files: r.Blobs.Count, Bytes: bytes, Missing: int64(r.Lost),
	})
}

// dropInterrupted removes what earlier backups left that did not finish.
func dropInterrupted(sets string, target *blob.Store, now time.Time) error {
	entries, err := os.ReadDir(sets)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			if err := os.RemoveAll(filepath.Join(sets, e.Name())); err != nil {
				return err
			}
		}
	}
	_, err = target.SweepTemporary(now, 0)
	return err
}

// prune removes all but the newest sets, and the blobs that only they named: what was erased
// leaves the backups, too, once the sets that held it are gone.
func prune(ctx context.Context, dir string, target *blob.Store, keep int) (removed, forgotten int, err error) {
	names, err := setsIn(dir)
	if err != nil {
		return 0, 0, err
	}
	for len(names) > max(keep, 1) {
		// First the manifest: a set that is half gone must not look whole.
		set := filepath.Join(dir, setsFolder, names[0])
		if err := errors.Join(os.Remove(filepath.Join(set, manifestFile)), os.RemoveAll(set)); err != nil {
			return removed, 0, err
		}
		names = names[1:]
		removed++
	}
	if removed == 0 {
		return 0, 0, nil
	}
	named := map[string]bool{}
	for _, name := range names {
		hashes, err := readList(filepath.Join(dir, setsFolder, name, blobList))
		if err != nil {
			return removed, 0, err
		}
		for _, h := range hashes {
			named[h] = true
		}
	}
	err = target.List(ctx, func(i blob.Info) error {
		if named[i.Hash] {
			return nil
		}
		forgotten++
		return target.Delete(i.Hash)
	})
	return removed, forgotten, err
}

// setsIn lists the sets that are whole, oldest first.
func setsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, setsFolder))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries { // ReadDir sorts by name, which is by time
		if _, err := time.Parse(nameLayout, e.Name()); err != nil || !e.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, setsFolder, e.Name(), manifestFile)); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		names = append(names, e.Name())
	}
	return names, nil
}

// writeList writes the hashes a set holds, one a line.
func writeList(path string, hashes []string, missing []Missing) error {
	gone := map[string]bool{}
	for _, m := range missing {
		gone[m.Hash] = true
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for _, h := range hashes {
		if !gone[h] {
			fmt.Fprintln(w, h) // Flush tells of errors
		}
	}
	return errors.Join(w.Flush(), f.Sync(), f.Close())
}

func readList(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var hashes []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if !blob.ValidHash(lines.Text()) {
			return nil, fmt.Errorf("%s: line %d is no hash", path, len(hashes)+1)
		}
		hashes = append(hashes, lines.Text())
	}
	return hashes, lines.Err()
}
