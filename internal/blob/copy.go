package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Copied is what CopyTo did with one blob.
type Copied struct {
	// Bytes were written; 0 when the other store had it already.
	Bytes int64
}

// CopyTo puts blobs into another store as they are kept here, and checks them on the way. each
// hears of every hash in turn: what was done, or why it could not be. What the other store has
// already is left there. It ends at the first error of the other store, of the context or of
// each.
func (s *Store) CopyTo(ctx context.Context, to *Store, hashes []string, each func(hash string, c Copied, err error) error) error {
	b := to.Batch()
	defer b.Discard()
	var waiting []string
	var sizes []Copied
	size := int64(0)
	flush := func() error {
		if err := b.Commit(ctx); err != nil {
			return err
		}
		for i, h := range waiting {
			if err := each(h, sizes[i], nil); err != nil {
				return err
			}
		}
		waiting, sizes, size = nil, nil, 0
		return nil
	}
	for _, h := range hashes {
		c, err := s.copyOne(ctx, b, h)
		var theirs placeError
		switch {
		case errors.As(err, &theirs), ctx.Err() != nil:
			return errors.Join(err, ctx.Err())
		case err != nil:
			if err := each(h, Copied{}, err); err != nil {
				return err
			}
			continue
		}
		waiting, sizes, size = append(waiting, h), append(sizes, c), size+c.Bytes
		if len(waiting) >= copyAtOnce || size >= copyTogether {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Bounds of what is synced together.
const (
	copyAtOnce   = 200
	copyTogether = 64 << 20
)

// placeError is an error of where blobs are copied to.
type placeError struct{ error }

func (e placeError) Unwrap() error { return e.error }

// copyOne spools one blob in a batch of another store, unless that has it.
func (s *Store) copyOne(ctx context.Context, b *Batch, hash string) (Copied, error) {
	if err := checkHash(hash); err != nil {
		return Copied{}, err
	}
	have, err := b.store.back.stat(ctx, hash)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Copied{}, placeError{err}
	}
	there := err == nil
	o, err := s.back.stat(ctx, hash)
	if err != nil {
		return Copied{}, fmt.Errorf("blob %s: %w", hash, err)
	}
	if there && have.size == o.size {
		return Copied{}, nil
	}
	r, err := s.Open(hash)
	if err != nil {
		return Copied{}, err
	}
	defer r.Close()
	got, n, err := b.Put(ctx, &marked{r: r})
	switch {
	case errors.As(err, new(sourceError)):
		return Copied{}, err
	case err != nil:
		return Copied{}, placeError{err}
	case got != hash:
		return Copied{}, errors.Join(fmt.Errorf("blob %s: %w", hash, ErrDamaged), b.Drop(got))
	}
	return Copied{Bytes: n}, nil
}

// sourceError is an error of where blobs are copied from.
type sourceError struct{ error }

func (e sourceError) Unwrap() error { return e.error }

// marked tells errors of reading from those of writing.
type marked struct{ r io.Reader }

func (m *marked) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if err != nil && err != io.EOF {
		err = sourceError{err}
	}
	return n, err
}
