package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Batch keeps several blobs and syncs them to disk together, which is what a round of
// mail wants: write all, Commit once, then write the rows. Nothing of a batch can be
// opened before Commit. A Batch belongs to one goroutine.
type Batch struct {
	store   *Store
	pending []pending
}

type pending struct{ temp, hash string }

// Batch starts an empty batch. Call Discard when done with it, committed or not.
func (s *Store) Batch() *Batch { return &Batch{store: s} }

// Put writes all of r to a temporary file and returns its hash and its size in bytes.
func (b *Batch) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	f, err := os.CreateTemp(filepath.Join(b.store.dir, tempFolder), "put-*")
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, sum), &contextReader{ctx: ctx, r: r})
	if err == nil {
		err = f.Chmod(fileMode)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", errors.Join(err, os.Remove(f.Name())))
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	b.pending = append(b.pending, pending{temp: f.Name(), hash: hash})
	return hash, size, nil
}

// Drop forgets a blob of the batch that turned out not to be wanted, such as a literal
// that was cut short. A hash that was put twice is dropped once.
func (b *Batch) Drop(hash string) error {
	for i := len(b.pending) - 1; i >= 0; i-- {
		if b.pending[i].hash == hash {
			temp := b.pending[i].temp
			b.pending = append(b.pending[:i], b.pending[i+1:]...)
			return os.Remove(temp)
		}
	}
	return nil
}

// Commit puts every blob of the batch under its hash. When it returns without an error
// all of them are on disk. It replaces a blob that is there already: the bytes are the
// same, a damaged copy is mended, and the age that guards it from sweeping starts anew.
func (b *Batch) Commit(ctx context.Context) error {
	err := together(ctx, b.pending, func(p pending) error {
		if err := syncFile(p.temp); err != nil {
			return fmt.Errorf("blob %s: %w", p.hash, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var folders []string
	seen := map[string]bool{}
	made := false
	for len(b.pending) > 0 {
		p := b.pending[0]
		path, err := b.store.path(p.hash)
		if err != nil {
			return err
		}
		folder := filepath.Dir(path)
		if !seen[folder] {
			seen[folder] = true
			folders = append(folders, folder)
			switch err := os.Mkdir(folder, folderMode); {
			case err == nil:
				made = true
			case !errors.Is(err, fs.ErrExist):
				return fmt.Errorf("blob %s: %w", p.hash, err)
			}
		}
		if err := os.Rename(p.temp, path); err != nil {
			return fmt.Errorf("blob %s: %w", p.hash, err)
		}
		b.pending = b.pending[1:]
	}
	// What was renamed stays so: a context that ends here must not leave it half done.
	if err := together(context.WithoutCancel(ctx), folders, syncFolder); err != nil {
		return fmt.Errorf("blobs: %w", err)
	}
	if made {
		if err := syncFolder(b.store.dir); err != nil {
			return fmt.Errorf("blobs: %w", err)
		}
	}
	return nil
}

// syncsAtOnce is how many syncs are asked for together: file systems write those that wait
// at one time in one go.
const syncsAtOnce = 16

// together does something to all of a list, several at a time, and returns the first error.
func together[T any](ctx context.Context, all []T, do func(T) error) error {
	var group sync.WaitGroup
	var once sync.Once
	var first error
	slots := make(chan struct{}, syncsAtOnce)
	for _, one := range all {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			err := ctx.Err()
			if err == nil {
				err = do(one)
			}
			if err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	group.Wait()
	return first
}

// Discard removes what was put and not committed.
func (b *Batch) Discard() error {
	var err error
	for _, p := range b.pending {
		err = errors.Join(err, os.Remove(p.temp))
	}
	b.pending = nil
	return err
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
