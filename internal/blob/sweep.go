package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// sweepAtOnce is how many hashes are asked about together.
const sweepAtOnce = 500

// Sweep removes blobs that nobody needs and that were last put longer than age ago, and
// returns how many went. unneeded returns those of some hashes that nothing refers to. The
// age must be longer than the time between putting a blob and writing down its hash: what
// is put while Sweep runs is safe.
func (s *Store) Sweep(ctx context.Context, now time.Time, age time.Duration, unneeded func([]string) ([]string, error)) (int, error) {
	swept := 0
	var old []string
	flush := func() error {
		hashes, err := unneeded(old)
		old = nil
		if err != nil {
			return err
		}
		for _, h := range hashes {
			gone, err := s.remove(h, now.Add(-age))
			if err != nil {
				return err
			}
			if gone {
				swept++
			}
		}
		return nil
	}
	err := s.List(ctx, func(i Info) error {
		if i.StoredAt.After(now.Add(-age)) {
			return nil
		}
		if old = append(old, i.Hash); len(old) < sweepAtOnce {
			return nil
		}
		return flush()
	})
	if err == nil && len(old) > 0 {
		err = flush()
	}
	if err != nil {
		return swept, fmt.Errorf("blobs: sweep: %w", err)
	}
	return swept, nil
}

// remove takes a blob away when it was last put before an instant. It is moved aside first
// and looked at there: somebody may have put the same bytes anew meanwhile, and theirs must
// stay.
func (s *Store) remove(hash string, before time.Time) (bool, error) {
	path, err := s.path(hash)
	if err != nil {
		return false, err
	}
	aside := filepath.Join(s.dir, tempFolder, "sweep-"+hash)
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
