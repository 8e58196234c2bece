package secret

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func box(t *testing.T, fill byte) *Box {
	t.Helper()
	key := make([]byte, KeyBytes)
	for i := range key {
		key[i] = fill
	}
	b, err := New(key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestASealedTextOpensWithItsKeyAndInItsPlaceOnly(t *testing.T) {
	b := box(t, 1)
	for _, plain := range []string{"", "hunter2", strings.Repeat("é", 5000)} {
		sealed, err := b.Seal(plain, "mailbox/a")
		if err != nil {
			t.Fatal(err)
		}
		if plain != "" && strings.Contains(sealed, plain) {
			t.Error("the sealed text shows the plain one")
		}
		if got, err := b.Open(sealed, "mailbox/a"); err != nil || got != plain {
			t.Errorf("Open = %q, %v", got, err)
		}
		again, _ := b.Seal(plain, "mailbox/a")
		if again == sealed {
			t.Error("the same text sealed twice looks the same")
		}
		if _, err := b.Open(sealed, "mailbox/b"); !errors.Is(err, ErrDamaged) {
			t.Errorf("in another place: %v, want %v", err, ErrDamaged)
		}
		if _, err := box(t, 2).Open(sealed, "mailbox/a"); !errors.Is(err, ErrOtherKey) {
			t.Errorf("with another key: %v, want %v", err, ErrOtherKey)
		}
		if _, err := (*Box)(nil).Open(sealed, "mailbox/a"); !errors.Is(err, ErrNoKey) {
			t.Errorf("without a key: %v, want %v", err, ErrNoKey)
		}
	}
	if _, err := (*Box)(nil).Seal("x", "y"); !errors.Is(err, ErrNoKey) {
		t.Errorf("sealing without a key: %v", err)
	}
}

func TestEveryChangeOfASealedTextShows(t *testing.T) {
	b := box(t, 1)
	sealed, err := b.Seal("hunter2", "mailbox/a")
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		changed := []byte(sealed)
		changed[i] ^= 1
		if got, err := b.Open(string(changed), "mailbox/a"); err == nil {
			// The last letter of base64 has bits that say nothing.
			if i != len(sealed)-1 || got != "hunter2" {
				t.Errorf("with letter %d changed it opens as %q", i, got)
			}
		}
	}
	for _, nonsense := range []string{"", "s1", "s1.12345678.", "s1.12345678.AAAA", "a.b.c.d", "s2." + sealed[3:]} {
		if _, err := b.Open(nonsense, "mailbox/a"); err == nil {
			t.Errorf("%q opens", nonsense)
		}
	}
}

func TestAKeyFileIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of none: %v", err)
	}
	ids := make([]string, 8)
	var group sync.WaitGroup
	for i := range ids {
		group.Go(func() {
			b, err := LoadOrMake(path)
			if err != nil {
				t.Error(err)
			}
			ids[i] = b.ID()
		})
	}
	group.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Errorf("keys %v, want one", ids)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files beside the key, %v", len(left)-1, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrMake(path); !errors.Is(err, ErrOpenToOthers) {
		t.Errorf("a key others may read: %v", err)
	}
}

func TestAKeyMayBeGivenAsText(t *testing.T) {
	hexed, err := Parse(strings.Repeat("01", 32) + "\n")
	if err != nil || hexed.ID() != box(t, 1).ID() {
		t.Errorf("hexadecimal: %v, %v", hexed.ID(), err)
	}
	based, err := Parse("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
	if err != nil || based.ID() != hexed.ID() {
		t.Errorf("base64: %v, %v", based.ID(), err)
	}
	for _, wrong := range []string{"", "hunter2", strings.Repeat("01", 31)} {
		if _, err := Parse(wrong); err == nil || wrong != "" && strings.Contains(err.Error(), wrong) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestAKeyHandedToAContainerMayBeReadableThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secret_key")
	if err := os.WriteFile(path, []byte(strings.Repeat("ab", KeyBytes)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); !errors.Is(err, ErrOpenToOthers) {
		t.Errorf("elsewhere: %v, want it refused", err)
	}
	defer func(was string) { handedOver = was }(handedOver)
	handedOver = dir + "/"
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
	if _, err := Load(dir + "/../" + filepath.Base(dir) + "x/secret_key"); err == nil {
		t.Error("another folder counts as handed over")
	}
}
