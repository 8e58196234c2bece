package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Batch keeps several blobs and syncs them to disk together, which is what a round of
// mail wants: write all, Commit once, then write the rows. Nothing of a batch can be
// opened before Commit. A Batch belongs to one goroutine.
type Batch struct {
	store   *Store
	pending []pending
}

// pending is an object in the spool: the file it is in, its blob, and its name to be.
type pending struct {
	temp, hash, name string
	// dataKey is what the object is encrypted with; nil for a plain one.
	dataKey []byte
}

// Batch starts an empty batch. Call Discard when done with it, committed or not.
func (s *Store) Batch() *Batch { return &Batch{store: s} }

// Put writes all of r to a temporary file and returns its hash and its size in bytes.
func (b *Batch) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	f, err := os.CreateTemp(b.store.back.spool(), "put-*")
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	sum := sha256.New()
	var sealed *sealing
	var to io.Writer = f
	if b.store.keys != nil {
		sealed, err = newSealing(f)
		to = sealed
	}
	if err == nil {
		buffer := buffers.Get().(*[copyBytes]byte)
		size, err = io.CopyBuffer(io.MultiWriter(to, sum), &contextReader{ctx: ctx, r: r}, buffer[:])
		buffers.Put(buffer)
	}
	if err == nil && sealed != nil {
		err = sealed.Close()
	}
	if err == nil {
		err = f.Chmod(fileMode)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", errors.Join(err, os.Remove(f.Name())))
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	p := pending{temp: f.Name(), hash: hash, name: hash}
	if sealed != nil {
		p.name, p.dataKey = hash+sealedSuffix, sealed.dataKey
	}
	b.pending = append(b.pending, p)
	return hash, size, nil
}

// copyBytes is what is read, hashed and written at a time.
const copyBytes = 256 << 10

var buffers = sync.Pool{New: func() any { return new([copyBytes]byte) }}

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
// all of them are kept for good. It replaces a blob that is there already: the bytes are the
// same, a damaged copy is mended, and the age that guards it from sweeping starts anew.
func (b *Batch) Commit(ctx context.Context) error {
	if b.store.keys != nil {
		if err := b.seal(ctx); err != nil {
			return err
		}
	}
	var err error
	b.pending, err = b.store.back.commit(ctx, b.pending)
	return err
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
