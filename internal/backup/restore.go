package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dossier/internal/blob"
	"dossier/internal/erasure"
	"dossier/internal/store"
)

// Restore says which backup to put where.
type Restore struct {
	// Dir is the folder of backups, Set one of its sets; the newest when empty.
	Dir, Set string
	// Database is where the copy goes, and Blobs where its blobs go.
	Database store.Config
	Blobs    *blob.Store
	// Mark is a file of this machine that is there while the restore is not finished.
	Mark string
	// Journals are files of erasures to be repeated; those that are not there are passed
	// over.
	Journals []string
	Now      func() time.Time
	Told     func(Progress)
}

// Restored is what a restore did.
type Restored struct {
	Manifest
	Name string
	store.Settled
	// Unchecked files are encrypted under keys that were destroyed, or that are not here.
	Unchecked int
	// Erasures were repeated: what all journals together did.
	Erasures erasure.Applied
	// Journals tell of each, in the order they were read; those that are not there are left
	// out.
	Journals []ReadJournal
	Took     time.Duration
}

// ReadJournal is a journal of erasures that a restore read.
type ReadJournal struct {
	Path string
	erasure.Applied
}

// Sets lists the backups in a folder that are whole, oldest first.
func Sets(dir string) ([]string, error) {
	names, err := setsIn(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no folder of backups: it has no folder %s", dir, setsFolder)
	}
	return names, err
}

// LastManifest reads what the newest set of a folder says of itself.
func LastManifest(dir string) (name string, m Manifest, err error) { return findSet(dir, "") }

func findSet(dir, name string) (string, Manifest, error) {
	names, err := Sets(dir)
	if err != nil {
		return "", Manifest{}, err
	}
	if len(names) == 0 {
		return "", Manifest{}, fmt.Errorf("%s: there is no backup that was finished", dir)
	}
	if name == "" {
		name = names[len(names)-1]
	} else if !slices.Contains(names, name) {
		return "", Manifest{}, fmt.Errorf("%s: there is no backup %q; there are %v", dir, name, names)
	}
	m, err := readManifest(filepath.Join(dir, setsFolder, name, manifestFile))
	return name, m, err
}

// Check reads a whole backup and compares everything with its hashes. keys may be nil; files
// that could not be decrypted are counted as unchecked.
func Check(ctx context.Context, dir, set string, keys *blob.Keys, told func(Progress)) (name string, m Manifest, unchecked int, err error) {
	if told == nil {
		told = func(Progress) {}
	}
	if name, m, err = findSet(dir, set); err != nil {
		return name, m, 0, err
	}
	hashes, err := checkSet(ctx, dir, name, m, told)
	if err != nil {
		return name, m, 0, err
	}
	kept, err := keptIn(dir, keys)
	if err != nil {
		return name, m, 0, err
	}
	for i, h := range hashes {
		switch err := kept.Verify(ctx, h); {
		case errors.Is(err, blob.ErrKeyDestroyed), errors.Is(err, blob.ErrNoKey):
			unchecked++
		case err != nil:
			return name, m, unchecked, err
		}
		told(Progress{Step: "files", Done: i + 1, All: len(hashes)})
	}
	return name, m, unchecked, nil
}

// keptIn opens the blobs of a folder of backups.
func keptIn(dir string, keys *blob.Keys) (*blob.Store, error) {
	kept, err := blob.New(filepath.Join(dir, blobsFolder))
	if err == nil && keys != nil {
		kept.ReadWith(keys)
	}
	return kept, err
}

// checkSet checks the copy of the database and the list of blobs.
func checkSet(ctx context.Context, dir, name string, m Manifest, told func(Progress)) ([]string, error) {
	set := filepath.Join(dir, setsFolder, name)
	told(Progress{Step: "database"})
	if err := store.CheckSnapshot(ctx, set, m.Database); err != nil {
		return nil, err
	}
	list := filepath.Join(set, blobList)
	switch sum, err := hashOf(list); {
	case err != nil:
		return nil, err
	case sum != m.Blobs.ListSHA256:
		return nil, fmt.Errorf("%s is damaged", list)
	}
	return readList(list)
}

// Put restores a backup into an empty place: blobs first, then the database, which begins to
// exist when everything else is there. An interrupted restore is taken up when it is called
// again for the same set.
func (r Restore) Put(ctx context.Context) (done Restored, err error) {
	if r.Told == nil {
		r.Told = func(Progress) {}
	}
	began := r.Now()
	if done.Name, done.Manifest, err = findSet(r.Dir, r.Set); err != nil {
		return done, err
	}
	filled, err := r.begun(done.Name)
	if err != nil {
		return done, err
	}
	if !filled {
		if done.Unchecked, err = r.fill(ctx, done.Name, done.Manifest); err != nil {
			return done, err
		}
		if err := r.begin(progressMark{Set: done.Name, Filled: true}); err != nil {
			return done, err
		}
	}
	st, err := store.Open(ctx, r.Database)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if done.Settled, err = st.Restored(ctx, r.Now()); err != nil {
		return done, err
	}
	for _, path := range r.Journals {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		applied, err := erasure.Apply(ctx, st, r.Blobs, erasure.Journal{Path: path})
		if err != nil {
			return done, fmt.Errorf("erasures of %s: %w", path, err)
		}
		done.Journals = append(done.Journals, ReadJournal{path, applied})
		done.Erasures.Entries += applied.Entries
		done.Erasures.Torn += applied.Torn
		done.Erasures.Foreign += applied.Foreign
		done.Erasures.Applicants += applied.Applicants
		done.Erasures.Applications += applied.Applications
		done.Erasures.Messages += applied.Messages
		done.Erasures.Blobs += applied.Blobs
	}
	done.Took = r.Now().Sub(began)
	return done, os.Remove(r.Mark)
}

// fill checks the place and the backup, and copies.
func (r Restore) fill(ctx context.Context, name string, m Manifest) (unchecked int, err error) {
	if m.Blobs.Encrypted > 0 && r.Blobs.Keys() == nil {
		return 0, fmt.Errorf("%d files of the backup are encrypted: put the master key and the folder of keys back, and set encryption.master_key_file and encryption.keys", m.Blobs.Encrypted)
	}
	if err := store.CheckEmpty(ctx, r.Database, m.Database); err != nil {
		return 0, err
	}
	again, err := r.interrupted(name)
	if err != nil {
		return 0, err
	}
	if !again {
		err := r.Blobs.List(ctx, func(blob.Info) error { return store.ErrNotEmpty })
		if err != nil {
			return 0, fmt.Errorf("files in %s: %w", r.Blobs.Place(), err)
		}
	}
	hashes, err := checkSet(ctx, r.Dir, name, m, r.Told)
	if err != nil {
		return 0, err
	}
	if err := r.begin(progressMark{Set: name}); err != nil {
		return 0, err
	}
	kept, err := keptIn(r.Dir, r.Blobs.Keys())
	if err != nil {
		return 0, err
	}
	done, bytes := 0, int64(0)
	err = kept.CopyTo(ctx, r.Blobs, hashes, func(_ string, c blob.Copied, err error) error {
		done, bytes = done+1, bytes+c.Bytes
		if c.Unchecked {
			unchecked++
		}
		r.Told(Progress{Step: "files", Done: done, All: len(hashes), Bytes: bytes})
		return err
	})
	if err != nil {
		return unchecked, err
	}
	return unchecked, store.ReadSnapshot(ctx, r.Database, filepath.Join(r.Dir, setsFolder, name), m.Database, func(step string) { r.Told(Progress{Step: step}) })
}

// progressMark is what stands in the file Mark while a restore goes on.
type progressMark struct {
	Set string `json:"set"`
	// Filled: blobs and rows are there, and the rest may be repeated.
	Filled bool `json:"filled"`
}

func (r Restore) begin(p progressMark) error {
	if err := os.MkdirAll(filepath.Dir(r.Mark), 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.Mark+".new", b, 0o600); err != nil {
		return err
	}
	return errors.Join(os.Rename(r.Mark+".new", r.Mark), syncFolder(filepath.Dir(r.Mark)))
}

func (r Restore) marked() (p progressMark, there bool, err error) {
	b, err := os.ReadFile(r.Mark)
	if errors.Is(err, fs.ErrNotExist) {
		return p, false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	return p, true, err
}

// begun tells whether an interrupted restore of the set had copied everything.
func (r Restore) begun(name string) (bool, error) {
	p, there, err := r.marked()
	return there && p.Filled && p.Set == name, err
}

// interrupted tells whether what is in the place is of an interrupted restore of the set.
func (r Restore) interrupted(name string) (bool, error) {
	p, there, err := r.marked()
	if there && p.Set != name {
		err = errors.Join(err, fmt.Errorf("a restore of %s was interrupted here: finish it, or empty the place", p.Set))
	}
	return there, err
}
