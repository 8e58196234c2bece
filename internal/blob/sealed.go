package blob

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/minio/sio"
)

// An encrypted object is named by the hash of its plaintext with sealedSuffix. It begins with a
// head of whole blocks: the magic, the number of blocks, the number of entries, and for each key
// that opens it the key's id, a nonce and the object's own key sealed under it. The rest is
// DARE 2.0: AES-256-GCM in segments of 64 KB that know their place and the last of which knows
// that it is.
const (
	sealedSuffix = ".s"
	headMagic    = "dossier1"
	headBlock    = 1024
	// maxHeadBlocks bounds what is read for a head: some 700 keys.
	maxHeadBlocks = 64
	nonceBytes    = 12
	tagBytes      = 16
	maxKeyID      = 40
)

// head is what opens an encrypted object.
type head struct {
	entries []headEntry
	// size in bytes of the head.
	size int
}

type headEntry struct {
	id     string
	sealed []byte
}

// wrapping binds an object's key to its blob and the key it is under.
func wrapping(hash, id string) []byte { return []byte("dossier blob\x00" + hash + "\x00" + id) }

// wrap seals an object's key under one of the folder.
func (k *Keys) wrap(hash, id string, dataKey []byte) (headEntry, error) {
	a, err := k.aead(id)
	if err != nil {
		return headEntry{}, err
	}
	nonce := make([]byte, nonceBytes)
	rand.Read(nonce) // never fails
	return headEntry{id: id, sealed: a.Seal(nonce, nonce, dataKey, wrapping(hash, id))}, nil
}

// unwrap finds the object's key. When no key of the head is to be had, the error tells why:
// destroyed only when all of them are.
func (k *Keys) unwrap(hash string, h head) ([]byte, error) {
	var why error
	for _, e := range h.entries {
		a, err := k.aead(e.id)
		if err != nil {
			if why == nil || errors.Is(why, ErrKeyDestroyed) {
				why = err
			}
			continue
		}
		key, err := a.Open(nil, e.sealed[:nonceBytes], e.sealed[nonceBytes:], wrapping(hash, e.id))
		if err == nil && len(key) == dataKeyBytes {
			return key, nil
		}
		why = ErrDamaged
	}
	if why == nil {
		why = ErrDamaged
	}
	return nil, why
}

// bytes are the head in whole blocks.
func (h head) bytes() ([]byte, error) {
	b := []byte(headMagic)
	b = binary.BigEndian.AppendUint16(b, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.entries)))
	for _, e := range h.entries {
		b = append(b, byte(len(e.id)))
		b = append(b, e.id...)
		b = append(b, e.sealed...)
	}
	blocks := (len(b) + headBlock - 1) / headBlock
	if blocks > maxHeadBlocks {
		return nil, fmt.Errorf("%d keys for one blob", len(h.entries))
	}
	binary.BigEndian.PutUint16(b[len(headMagic):], uint16(blocks))
	return append(b, make([]byte, blocks*headBlock-len(b))...), nil
}

// readHead reads the head of an encrypted object.
func readHead(r io.Reader) (head, error) {
	first := make([]byte, headBlock)
	if _, err := io.ReadFull(r, first); err != nil {
		return head{}, headError(err)
	}
	if string(first[:len(headMagic)]) != headMagic {
		return head{}, ErrDamaged
	}
	blocks := int(binary.BigEndian.Uint16(first[len(headMagic):]))
	if blocks < 1 || blocks > maxHeadBlocks {
		return head{}, ErrDamaged
	}
	all := append(first, make([]byte, (blocks-1)*headBlock)...)
	if _, err := io.ReadFull(r, all[headBlock:]); err != nil {
		return head{}, headError(err)
	}
	h := head{size: len(all)}
	at := len(headMagic) + 4
	for range binary.BigEndian.Uint16(all[len(headMagic)+2:]) {
		if at >= len(all) {
			return head{}, ErrDamaged
		}
		n := int(all[at])
		end := at + 1 + n + nonceBytes + dataKeyBytes + tagBytes
		if n == 0 || n > maxKeyID || end > len(all) {
			return head{}, ErrDamaged
		}
		h.entries = append(h.entries, headEntry{id: string(all[at+1 : at+1+n]), sealed: all[at+1+n : end]})
		at = end
	}
	return h, nil
}

// headError: an object that ends in its head is damaged; a store that failed has failed.
func headError(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return ErrDamaged
	}
	return err
}

// stream are the settings of the segments.
func stream(dataKey []byte) sio.Config {
	return sio.Config{MinVersion: sio.Version20, MaxVersion: sio.Version20, CipherSuites: []byte{sio.AES_256_GCM}, Key: dataKey}
}

// sealing encrypts into a spooled file, with room for the head.
type sealing struct {
	io.WriteCloser
	dataKey []byte
}

func newSealing(f *os.File) (*sealing, error) {
	if _, err := f.Write(make([]byte, headBlock)); err != nil {
		return nil, err
	}
	s := &sealing{dataKey: make([]byte, dataKeyBytes)}
	rand.Read(s.dataKey) // never fails
	var err error
	s.WriteCloser, err = sio.EncryptWriter(struct{ io.Writer }{f}, stream(s.dataKey)) // it would close the file
	return s, err
}

// seal writes the heads of a batch: the current intake key, and the keys that opened what is
// there under the same name, so that bytes that come again stay readable by whom they were.
func (b *Batch) seal(ctx context.Context) error {
	k := b.store.keys
	var id string
	for _, p := range b.pending {
		if p.dataKey == nil {
			continue
		}
		var err error
		if id == "" {
			if id, err = k.intakeKey(); err != nil {
				return err
			}
		}
		ids := []string{id}
		old, err := b.store.head(ctx, p.name)
		if err == nil {
			for _, e := range old.entries {
				ids = append(ids, e.id)
			}
		} else if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrDamaged) {
			return err
		}
		h, err := k.headFor(p.hash, p.dataKey, ids)
		if err != nil {
			return err
		}
		if err := writeHead(p.temp, headBlock, h); err != nil {
			return fmt.Errorf("blob %s: %w", p.hash, err)
		}
	}
	if id == "" {
		return nil
	}
	return k.mayWrite(id)
}

// headFor wraps an object's key under those of some keys that live, each once.
func (k *Keys) headFor(hash string, dataKey []byte, ids []string) (head, error) {
	var h head
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		e, err := k.wrap(hash, id, dataKey)
		if errors.Is(err, ErrKeyDestroyed) || errors.Is(err, ErrNoKey) {
			continue
		}
		if err != nil {
			return head{}, err
		}
		h.entries = append(h.entries, e)
	}
	if len(h.entries) == 0 {
		return head{}, ErrNoKey
	}
	return h, nil
}

// writeHead writes a head over the one of a spooled file, moving the rest when it is longer.
func writeHead(path string, was int, h head) error {
	b, err := h.bytes()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if len(b) != was {
		err = shift(f, int64(was), int64(len(b)))
	}
	if err == nil {
		_, err = f.WriteAt(b, 0)
	}
	return errors.Join(err, f.Close())
}

// shift moves what begins at one place of a file to another, from its end.
func shift(f *os.File, from, to int64) error {
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	if to < from {
		return errors.New("a head does not shrink")
	}
	buffer := make([]byte, 64<<10)
	for end := fi.Size(); end > from; {
		n := min(int64(len(buffer)), end-from)
		if _, err := f.ReadAt(buffer[:n], end-n); err != nil {
			return err
		}
		if _, err := f.WriteAt(buffer[:n], end-n+to-from); err != nil {
			return err
		}
		end -= n
	}
	return nil
}

// head reads the head of an encrypted object.
func (s *Store) head(ctx context.Context, name string) (head, error) {
	r, err := s.back.open(ctx, name)
	if err != nil {
		return head{}, err
	}
	h, err := readHead(r)
	return h, errors.Join(err, r.Close())
}

// openSealed opens an encrypted object; ErrNotFound when there is none.
func (s *Store) openSealed(ctx context.Context, hash string) (io.ReadCloser, error) {
	r, err := s.back.open(ctx, hash+sealedSuffix)
	if err != nil {
		return nil, err
	}
	if s.keys == nil {
		return nil, errors.Join(fmt.Errorf("%w: set encryption.master_key_file and encryption.keys", ErrNoKey), r.Close())
	}
	opened, err := s.keys.opened(hash, r)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return opened, nil
}

// emptyHash names the blob of no bytes.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// opened decrypts an object as it is read.
func (k *Keys) opened(hash string, r io.ReadCloser) (io.ReadCloser, error) {
	h, err := readHead(r)
	if err != nil {
		return nil, err
	}
	dataKey, err := k.unwrap(hash, h)
	if err != nil {
		return nil, err
	}
	source := &remembering{r: r}
	if hash == emptyHash {
		return &decrypting{plain: strings.NewReader(""), source: source, from: r}, nil // nothing has no segments
	}
	plain, err := sio.DecryptReader(source, stream(dataKey))
	if err != nil {
		return nil, err
	}
	return &decrypting{plain: plain, source: source, from: r}, nil
}

// decrypting tells damage from a store that failed.
type decrypting struct {
	plain  io.Reader
	source *remembering
	from   io.Closer
}

func (d *decrypting) Read(p []byte) (int, error) {
	n, err := d.plain.Read(p)
	if err != nil && err != io.EOF {
		if d.source.err != nil {
			return n, d.source.err
		}
		return n, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

func (d *decrypting) Close() error { return d.from.Close() }

// remembering keeps the error of what it reads from.
type remembering struct {
	r   io.Reader
	err error
}

func (s *remembering) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// hashOf is the hash in an object's name; sealed tells whether it is encrypted. ok is false
// for what is no blob.
func hashOf(name string) (hash string, sealed, ok bool) {
	hash, sealed = strings.CutSuffix(name, sealedSuffix)
	return hash, sealed, ValidHash(hash)
}

// verifySealed reads an encrypted object whose bytes pass elsewhere at the same time.
func (k *Keys) verifySealed(hash string, r io.Reader) error {
	plain, err := k.opened(hash, io.NopCloser(r))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, newReader(hash, plain))
	return err
}
