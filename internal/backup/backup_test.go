package backup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/blob"
	"dossier/internal/store"
)

// instance is a database and its blobs in folders of their own.
func instance(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + filepath.Join(dir, "dossier.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	blobs, err := blob.New(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return Config{Store: st, Blobs: blobs, Dir: filepath.Join(dir, "backups"), Program: "test", Keep: 3, Now: time.Now,
		Journal: filepath.Join(dir, JournalFile)}
}

func TestAnInterruptedBackupLeavesNoSet(t *testing.T) {
	c := instance(t)
	ctx, stop := context.WithCancel(t.Context())
	c.Told = func(Progress) { stop() }
	if _, err := Make(ctx, c); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	if names, err := Sets(c.Dir); err != nil || len(names) != 0 {
		t.Errorf("sets %v, %v", names, err)
	}
	// One that was killed leaves its folder, which the next removes.
	left := filepath.Join(c.Dir, setsFolder, ".20260301T041500Z")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	c.Told = nil
	r, err := Make(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := Sets(c.Dir); err != nil || len(names) != 1 || names[0] != r.Name {
		t.Errorf("sets %v, %v; want %s", names, err, r.Name)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what the interrupted one left: %v", err)
	}
}

func TestTwoBackupsDoNotWriteToOneFolder(t *testing.T) {
	c := instance(t)
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	release, err := lock(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Make(t.Context(), c); err == nil || !strings.Contains(err.Error(), "another backup") {
		t.Errorf("got %v", err)
	}
	release()
	if _, err := Make(t.Context(), c); err != nil {
		t.Error(err)
	}
}

func TestANewerBackupIsRefused(t *testing.T) {
	c := instance(t)
	r, err := Make(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	set := filepath.Join(c.Dir, setsFolder, r.Name)
	for _, test := range []struct {
		change func(*Manifest)
		want   string
	}{
		{func(m *Manifest) { m.Database.Schema += 1000 }, store.ErrNewerDatabase.Error()},
		{func(m *Manifest) { m.Format++ }, "a newer dossier"},
		{func(m *Manifest) { m.Database.Engine = "postgres" }, "another engine"},
	} {
		m := r.Manifest
		test.change(&m)
		if err := os.Remove(filepath.Join(set, manifestFile)); err != nil {
			t.Fatal(err)
		}
		if err := m.write(filepath.Join(set, manifestFile)); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		blobs, err := blob.New(filepath.Join(dir, "blobs"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Restore{Dir: c.Dir, Database: store.Config{DSN: "sqlite:" + filepath.Join(dir, "dossier.db")}, Blobs: blobs,
			Mark: filepath.Join(dir, "mark"), Now: time.Now}.Put(t.Context())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

func TestErasuresAreWrittenBesideTheBackupsOnce(t *testing.T) {
	c := instance(t)
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(c.Journal, "{\"a\":1}\n{\"b\":2}\n")
	write(filepath.Join(c.Dir, JournalFile), "{\"a\":1}\n{\"cut o")
	for range 2 {
		if err := mergeJournal(t.Context(), c.Store, c.Journal, c.Dir); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(filepath.Join(c.Dir, JournalFile))
	if want := "{\"a\":1}\n{\"cut o\n{\"b\":2}\n"; err != nil || string(b) != want {
		t.Errorf("the journal is %q, %v; want %q", b, err, want)
	}
}

func TestARestoreBesideAStaleLogIsRefused(t *testing.T) {
	c := instance(t)
	if _, err := Make(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{"-wal", "-shm", "-journal"} {
		dir := t.TempDir()
		blobs, err := blob.New(filepath.Join(dir, "blobs"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "dossier.db")
		if err := os.WriteFile(path+ending, []byte("of another database"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = Restore{Dir: c.Dir, Database: store.Config{DSN: "sqlite:" + path}, Blobs: blobs, Mark: filepath.Join(dir, "mark"), Now: time.Now}.Put(t.Context())
		if !errors.Is(err, store.ErrNotEmpty) || !strings.Contains(err.Error(), path+ending) {
			t.Errorf("beside a %s file: %v", ending, err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("beside a %s file the database was put there: %v", ending, err)
		}
	}
}
