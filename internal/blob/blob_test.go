package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := New(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// path is where a store in a folder keeps an object.
func (s *Store) path(name string) string { return s.back.(*folder).path(name) }

func temporaries(t *testing.T, s *Store) int {
	t.Helper()
	entries, err := os.ReadDir(s.back.spool())
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// inEveryPlace runs a test on each kind of store: all promise the same.
func inEveryPlace(t *testing.T, test func(*testing.T, place)) {
	t.Helper()
	for _, encrypted := range []string{"", ", encrypted"} {
		with := func(s *Store) (*Store, string) {
			if encrypted == "" {
				return s, ""
			}
			if err := s.Encrypt(t.Context(), newKeys(t)); err != nil {
				t.Fatal(err)
			}
			return s, sealedSuffix
		}
		t.Run("folder"+encrypted, func(t *testing.T) {
			s, suffix := with(newStore(t))
			test(t, place{Store: s, suffix: suffix,
				change: func(t *testing.T, hash string, content []byte) {
					t.Helper()
					if err := os.WriteFile(s.path(hash+suffix), content, 0o600); err != nil {
						t.Fatal(err)
					}
				},
				age: func(t *testing.T, hash string, at time.Time) {
					t.Helper()
					if err := os.Chtimes(s.path(hash+suffix), at, at); err != nil {
						t.Fatal(err)
					}
				}})
		})
		t.Run("bucket"+encrypted, func(t *testing.T) {
			server := newServer(t)
			s, suffix := with(server.open(t))
			test(t, place{Store: s, suffix: suffix,
				change: func(t *testing.T, hash string, content []byte) { t.Helper(); server.change(t, hash+suffix, content) },
				age:    func(t *testing.T, hash string, at time.Time) { t.Helper(); server.age(t, hash+suffix, at) }})
		})
	}
}

// place is a store to which things can be done behind its back.
type place struct {
	*Store
	// suffix is that of its objects' names.
	suffix string
	// change replaces the bytes of an object; age says when it was put.
	change func(t *testing.T, name string, content []byte)
	age    func(t *testing.T, name string, at time.Time)
}

func TestWhatWasPutIsReadBackUnderItsHash(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		for _, content := range []string{"", "a letter", strings.Repeat("long ", 100_000)} {
			hash, size, err := s.Put(t.Context(), iotest.OneByteReader(strings.NewReader(content)))
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256([]byte(content))
			if want := hex.EncodeToString(sum[:]); hash != want || size != int64(len(content)) {
				t.Errorf("Put = %s, %d; want %s, %d", hash, size, want, len(content))
			}
			got, err := s.Read(hash, size)
			if err != nil || string(got) != content {
				t.Errorf("Read: %d bytes, %v; want %d bytes", len(got), err, len(content))
			}
			if info, err := s.Stat(hash); err != nil || info.Size < size {
				t.Errorf("Stat = %+v, %v", info, err)
			}
		}
		if n := temporaries(t, s.Store); n != 0 {
			t.Errorf("%d temporary files left", n)
		}
	})
}

func TestPutTwiceKeepsOneAndMendsADamagedCopy(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		hash, _, err := s.Put(t.Context(), strings.NewReader("curriculum"))
		if err != nil {
			t.Fatal(err)
		}
		s.change(t, hash, []byte("curriculun"))
		if _, err := s.Read(hash, 100); !errors.Is(err, ErrDamaged) {
			t.Errorf("read of changed bytes: %v, want ErrDamaged", err)
		}
		if err := s.Verify(t.Context(), hash); !errors.Is(err, ErrDamaged) {
			t.Errorf("Verify of changed bytes: %v, want ErrDamaged", err)
		}
		if _, _, err := s.Put(t.Context(), strings.NewReader("curriculum")); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(t.Context(), hash); err != nil {
			t.Errorf("after a second Put: %v", err)
		}
		count := 0
		if err := s.List(t.Context(), func(Info) error { count++; return nil }); err != nil || count != 1 {
			t.Errorf("List: %d blobs, %v; want 1", count, err)
		}
	})
}

func TestACutReaderLeavesNothing(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		cut := errors.New("connection cut")
		_, _, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("half of"), iotest.ErrReader(cut)))
		if !errors.Is(err, cut) {
			t.Errorf("got %v, want the reader's error", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := s.Put(ctx, strings.NewReader("more")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		if n := temporaries(t, s.Store); n != 0 {
			t.Errorf("%d temporary files left", n)
		}
		err = s.List(t.Context(), func(i Info) error { return fmt.Errorf("found %s", i.Hash) })
		if err != nil {
			t.Error(err)
		}
	})
}

func TestABatchShowsNothingBeforeCommit(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		b := s.Batch()
		var hashes []string
		for i := range 20 {
			h, _, err := b.Put(t.Context(), strings.NewReader(fmt.Sprint("message ", i)))
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, h)
		}
		if err := b.Drop(hashes[7]); err != nil {
			t.Fatal(err)
		}
		for _, h := range hashes {
			if _, err := s.Stat(h); !errors.Is(err, ErrNotFound) {
				t.Errorf("before Commit: %v, want ErrNotFound", err)
			}
		}
		if err := b.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, h := range hashes {
			err := s.Verify(t.Context(), h)
			if i == 7 && !errors.Is(err, ErrNotFound) {
				t.Errorf("dropped blob: %v, want ErrNotFound", err)
			} else if i != 7 && err != nil {
				t.Error(err)
			}
		}
		if _, _, err := b.Put(t.Context(), strings.NewReader("not wanted")); err != nil {
			t.Fatal(err)
		}
		if err := b.Discard(); err != nil {
			t.Fatal(err)
		}
		if n := temporaries(t, s.Store); n != 0 {
			t.Errorf("%d temporary files left", n)
		}
	})
}

func TestListIsInOrderAndDeleteForgets(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		for i := range 30 {
			if _, _, err := s.Put(t.Context(), bytes.NewReader([]byte{byte(i)})); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		if err := s.List(t.Context(), func(i Info) error { got = append(got, i.Hash); return nil }); err != nil {
			t.Fatal(err)
		}
		if len(got) != 30 {
			t.Fatalf("List gave %d, want 30", len(got))
		}
		for i := 1; i < len(got); i++ {
			if got[i-1] >= got[i] {
				t.Fatalf("List out of order at %d", i)
			}
		}
		for range 2 { // the second time there is nothing to delete
			if err := s.Delete(got[0]); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Open(got[0]); !errors.Is(err, ErrNotFound) {
			t.Errorf("after Delete: %v, want ErrNotFound", err)
		}
	})
}

func TestNamesThatAreNoHashesAreRefused(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		for _, name := range []string{"", "ab", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("g", 64), strings.Repeat("a", 63) + "/"} {
			if _, err := s.Open(name); !errors.Is(err, ErrBadHash) {
				t.Errorf("Open(%q): %v, want ErrBadHash", name, err)
			}
			if err := s.Delete(name); !errors.Is(err, ErrBadHash) {
				t.Errorf("Delete(%q): %v, want ErrBadHash", name, err)
			}
		}
	})
}

func TestReadStopsAtItsLimit(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		hash, _, err := s.Put(t.Context(), strings.NewReader("eleven byte"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(hash, 10); err == nil {
			t.Error("Read of 11 bytes with a limit of 10 gave no error")
		}
	})
}

func TestSweepTakesOldTemporariesOnly(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		b := s.Batch()
		defer b.Discard()
		if _, _, err := b.Put(t.Context(), strings.NewReader("interrupted")); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		if n, err := s.SweepTemporary(now, time.Hour); err != nil || n != 0 {
			t.Errorf("young file: swept %d, %v", n, err)
		}
		if n, err := s.SweepTemporary(now.Add(2*time.Hour), time.Hour); err != nil || n != 1 {
			t.Errorf("old file: swept %d, %v; want 1", n, err)
		}
		b.pending = nil
	})
}
