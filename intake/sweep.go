package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"dossier/internal/blob"
	"dossier/internal/store"
)

// Sweeper removes bytes that no row names: those of a process that died between writing
// files and writing rows, or of applications that were erased.
type Sweeper struct {
	Store *store.Store
	Blobs *blob.Store
	Now   func() time.Time
	// Mark names a file whose date is the last sweep's; empty sweeps at every call.
	Mark string
}

// Times of sweeping. A row follows its bytes within minutes.
const (
	SweepEvery = 24 * time.Hour
	sweepAge   = 24 * time.Hour
)

// Swept is what one sweep removed.
type Swept struct {
	Blobs, Temporary int
}

// SweepWhenDue sweeps unless it was done less than SweepEvery ago.
func (s Sweeper) SweepWhenDue(ctx context.Context) (Swept, error) {
	if s.Mark != "" {
		switch fi, err := os.Stat(s.Mark); {
		case err == nil:
			if since := s.Now().Sub(fi.ModTime()); since >= 0 && since < SweepEvery {
				return Swept{}, nil
			}
		case !errors.Is(err, fs.ErrNotExist):
			return Swept{}, fmt.Errorf("sweep: %w", err)
		}
	}
	swept, err := s.Sweep(ctx)
	if err != nil || s.Mark == "" {
		return swept, err
	}
	if err := os.WriteFile(s.Mark, nil, 0o600); err != nil {
		return swept, fmt.Errorf("sweep: %w", err)
	}
	now := s.Now()
	return swept, os.Chtimes(s.Mark, now, now)
}

// Sweep removes what is older than a day and named by nothing.
func (s Sweeper) Sweep(ctx context.Context) (Swept, error) {
	var out Swept
	var err error
	if out.Temporary, err = s.Blobs.SweepTemporary(s.Now(), sweepAge); err != nil {
		return out, err
	}
	out.Blobs, err = s.Blobs.Sweep(ctx, s.Now(), sweepAge, func(hashes []string) ([]string, error) {
		return s.Store.Unreferenced(ctx, hashes)
	})
	return out, err
}
