package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Copied is what CopyTo did with one blob.
type Copied struct {
	// Bytes were written; 0 when the other store had it already.
	Bytes int64
	// Unchecked: it is encrypted and its key is not here, so that its bytes could not be
	// compared with its hash. They were copied as they are.
	Unchecked bool
}

// CopyTo puts blobs into another store as they are kept here, encrypted or plain, and checks
// them on the way. each hears of every hash in turn: what was done, or why it could not be.
// What the other store has already is left there. It ends at the first error of the other
// store, of the context or of each.
func (s *Store) CopyTo(ctx context.Context, to *Store, hashes []string, each func(hash string, c Copied, err error) error) error {
	b := to.Batch()
	defer b.Discard()
	type waits struct {
		hash string
		c    Copied
	}
	var waiting []waits
	size := int64(0)
	flush := func() error {
		if err := b.commitAsIs(ctx); err != nil {
			return err
		}
		for _, w := range waiting {
			if err := each(w.hash, w.c, nil); err != nil {
				return err
			}
		}
		waiting, size = nil, 0
		return nil
	}
	for _, h := range hashes {
		c, err := s.copyOne(ctx, b, h)
		switch {
		case errors.As(err, new(placeError)), ctx.Err() != nil:
			return errors.Join(err, ctx.Err())
		case err != nil:
			if err := each(h, Copied{}, err); err != nil {
				return err
			}
			continue
		}
		waiting, size = append(waiting, waits{h, c}), size+c.Bytes
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

// copyOne spools one object in a batch of another store, unless that has it. An encrypted
// object changes when its keys do: a newer one replaces the copy.
func (s *Store) copyOne(ctx context.Context, b *Batch, hash string) (Copied, error) {
	if err := checkHash(hash); err != nil {
		return Copied{}, err
	}
	o, err := s.object(ctx, hash)
	if err != nil {
		return Copied{}, fmt.Errorf("blob %s: %w", hash, err)
	}
	_, sealed, _ := hashOf(o.name)
	have, err := b.store.back.stat(ctx, o.name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Copied{}, placeError{err}
	}
	if err == nil && have.size == o.size && (!sealed || !o.at.After(have.at)) {
		return Copied{}, nil
	}
	r, err := s.back.open(ctx, o.name)
	if err != nil {
		return Copied{}, fmt.Errorf("blob %s: %w", hash, err)
	}
	defer r.Close()
	f, err := os.CreateTemp(b.store.back.spool(), "put-*")
	if err != nil {
		return Copied{}, placeError{err}
	}
	spooled := &spool{File: f}
	through := io.TeeReader(&contextReader{ctx: ctx, r: r}, spooled)
	c := Copied{}
	switch {
	case !sealed:
		err = checkPlain(hash, through)
	case s.keys == nil:
		c.Unchecked = true
		_, err = io.Copy(io.Discard, through)
	default:
		err = s.keys.verifySealed(hash, through)
		if errors.Is(err, ErrKeyDestroyed) || errors.Is(err, ErrNoKey) {
			c.Unchecked = true
			_, err = io.Copy(io.Discard, through)
		}
	}
	if spooled.err != nil {
		err = placeError{spooled.err}
	}
	if err == nil {
		err = placed(f.Chmod(fileMode))
	}
	if err = errors.Join(err, placed(f.Close())); err != nil {
		return Copied{}, errors.Join(err, os.Remove(f.Name()))
	}
	c.Bytes = spooled.n
	b.pending = append(b.pending, pending{temp: f.Name(), hash: hash, name: o.name})
	return c, nil
}

// placed marks an error of where blobs are copied to.
func placed(err error) error {
	if err == nil {
		return nil
	}
	return placeError{err}
}

func checkPlain(hash string, r io.Reader) error {
	checked := newReader(hash, io.NopCloser(r))
	_, err := io.Copy(io.Discard, checked)
	return err
}

// spool keeps the error of writing apart from that of reading.
type spool struct {
	*os.File
	n   int64
	err error
}

func (s *spool) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	s.n += int64(n)
	if err != nil {
		s.err = err
	}
	return n, err
}

// commitAsIs commits objects that were copied, and removes the plain form of those that are
// now encrypted.
func (b *Batch) commitAsIs(ctx context.Context) error {
	var plain []string
	for _, p := range b.pending {
		if hash, sealed, _ := hashOf(p.name); sealed {
			plain = append(plain, hash)
		}
	}
	var err error
	if b.pending, err = b.store.back.commit(ctx, b.pending); err != nil {
		return err
	}
	for _, hash := range plain {
		if err := b.store.back.remove(ctx, hash); err != nil {
			return fmt.Errorf("blob %s: %w", hash, err)
		}
	}
	return nil
}
