package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// folder keeps objects as files: ab/abcd.... What it has committed survives a power cut.
type folder struct{ dir string }

const (
	tempFolder = "tmp"
	folderMode = 0o700
	fileMode   = 0o600
)

func newFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(filepath.Join(dir, tempFolder), folderMode); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	if err := syncFolder(dir); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	return &folder{dir: dir}, nil
}

func (f *folder) place() string { return f.dir }

func (f *folder) spool() string { return filepath.Join(f.dir, tempFolder) }

// path spreads objects over 256 folders.
func (f *folder) path(name string) string { return filepath.Join(f.dir, name[:2], name) }

func (f *folder) commit(ctx context.Context, all []pending) (left []pending, err error) {
	err = together(ctx, syncsAtOnce, all, func(p pending) error {
		if err := syncFile(p.temp); err != nil {
			return fmt.Errorf("blob %s: %w", p.hash, err)
		}
		return nil
	})
	if err != nil {
		return all, err
	}
	var folders []string
	seen := map[string]bool{}
	made := false
	for len(all) > 0 {
		p := all[0]
		path := f.path(p.name)
		in := filepath.Dir(path)
		if !seen[in] {
			seen[in] = true
			folders = append(folders, in)
			switch err := os.Mkdir(in, folderMode); {
			case err == nil:
				made = true
			case !errors.Is(err, fs.ErrExist):
				return all, fmt.Errorf("blob %s: %w", p.hash, err)
			}
		}
		if err := os.Rename(p.temp, path); err != nil {
			return all, fmt.Errorf("blob %s: %w", p.hash, err)
		}
		all = all[1:]
	}
	// What was renamed stays so: a context that ends here must not leave it half done.
	if err := together(context.WithoutCancel(ctx), syncsAtOnce, folders, syncFolder); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	if made {
		if err := syncFolder(f.dir); err != nil {
			return nil, fmt.Errorf("blobs: %w", err)
		}
	}
	return nil, nil
}

// syncsAtOnce is how many syncs are asked for together: file systems write those that wait
// at one time in one go.
const syncsAtOnce = 16

// together does something to all of a list, several at a time, and returns the first error.
func together[T any](ctx context.Context, atOnce int, all []T, do func(T) error) error {
	var group sync.WaitGroup
	var once sync.Once
	var first error
	slots := make(chan struct{}, atOnce)
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

func (f *folder) open(_ context.Context, name string) (io.ReadCloser, error) {
	file, err := os.Open(f.path(name))
	if err != nil {
		return nil, missing(err)
	}
	return file, nil
}

func (f *folder) stat(_ context.Context, name string) (object, error) {
	fi, err := os.Stat(f.path(name))
	if err != nil {
		return object{}, missing(err)
	}
	return object{name: name, size: fi.Size(), at: fi.ModTime()}, nil
}

func (f *folder) list(ctx context.Context, each func(object) error) error {
	return filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() {
			if path == f.spool() {
				return fs.SkipDir
			}
			return nil
		}
		fi, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return each(object{name: d.Name(), size: fi.Size(), at: fi.ModTime()})
	})
}

func (f *folder) remove(_ context.Context, name string) error {
	if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// retire moves the file aside first and looks at it there: somebody may have put the same
// bytes anew meanwhile, and theirs must stay.
func (f *folder) retire(_ context.Context, name string, before time.Time) (bool, error) {
	path := f.path(name)
	aside := filepath.Join(f.spool(), "sweep-"+name)
	if err := os.Rename(path, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil // another sweep was faster
		}
		return false, err
	}
	fi, err := os.Stat(aside)
	if err != nil {
		return false, err
	}
	if fi.ModTime().After(before) {
		return false, os.Rename(aside, path)
	}
	return true, os.Remove(aside)
}

// bury has nothing to do: what retire took is gone.
func (f *folder) bury(context.Context, time.Time, func([]string) ([]string, error)) error { return nil }

func (f *folder) note(_ context.Context, name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(f.dir, name))
	return b, missing(err)
}

func (f *folder) setNote(_ context.Context, name string, content []byte) error {
	return writeWhole(filepath.Join(f.dir, name), content)
}

// missing gives a file that is not there the name all backends give it.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return err
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
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
