package blob

import (
	"context"
	"fmt"
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
			found := false
			for _, name := range []string{h, h + sealedSuffix} {
				gone, err := s.back.retire(ctx, name, now.Add(-age))
				if err != nil {
					return err
				}
				found = found || gone
			}
			if found {
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
	if err == nil {
		err = s.back.bury(ctx, now.Add(-age), unneeded)
	}
	if err != nil {
		return swept, fmt.Errorf("blobs: sweep: %w", err)
	}
	return swept, nil
}
