package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/blob"
)

// encrypted switches encryption on in an installation's settings; keys lies beside its data.
func (in installation) encrypted(t *testing.T, keys string) {
	t.Helper()
	f, err := os.OpenFile(in.config, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("encryption: {master_key_file: " + filepath.Join(keys, "master.key") + ", keys: " + filepath.Join(keys, "folder") + "}\n")
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestADestroyedKeyEndsAVacancysDocumentsInBackupsToo goes the whole way: mail in, encrypted,
// backed up, a vacancy's key destroyed, the older backup restored.
func TestADestroyedKeyEndsAVacancysDocumentsInBackupsToo(t *testing.T) {
	s := memoryMailbox(t)
	keys := t.TempDir()
	from, to, dir := install(t, s, ""), install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	s.deliver(t, application(1))
	from.must(t, "poll", "--once") // in the clear
	from.encrypted(t, keys)
	if code, _, errs := from.dossier(t, "poll", "--once"); code == 0 || !strings.Contains(errs, "keys init") {
		t.Errorf("without a master key: exit %d, %s", code, errs)
	}
	from.must(t, "keys", "init")
	if out := from.must(t, "keys", "encrypt"); !strings.Contains(out, "3 files encrypted, 3 put under") {
		t.Errorf("encrypt says %q", out)
	}
	s.deliver(t, application(2))
	from.must(t, "poll", "--once")
	noPlaintext(t, filepath.Join(filepath.Dir(from.config), "data", "blobs"))

	first := from.backup(t, dir) // the second message is under the intake key there
	if first.Manifest.Blobs.Encrypted != 6 {
		t.Errorf("%d of %d files are encrypted", first.Manifest.Blobs.Encrypted, first.Manifest.Blobs.Count)
	}
	noPlaintext(t, filepath.Join(dir, "blobs"))
	if out := from.must(t, "restore", "--check", dir); !strings.Contains(out, "is whole") || strings.Contains(out, "could not be read") {
		t.Errorf("check says %q", out)
	}
	if code, _, errs := to.dossier(t, "restore", dir); code == 0 || !strings.Contains(errs, "are encrypted: put the master key") {
		t.Errorf("restore without keys: exit %d, %s", code, errs)
	}

	if code, _, _ := from.dossier(t, "keys", "destroy", "rock-stage", "--yes", "something-else"); code != exitUsage {
		t.Errorf("destroy without the right confirmation: exit %d", code)
	}
	slug := slugOf(t, from)
	if out := from.must(t, "keys", "destroy", slug, "--yes", slug); !strings.Contains(out, "is destroyed") {
		t.Errorf("destroy says %q", out)
	}
	i := from.open(t)
	if _, err := i.blobs.Settle(t.Context(), time.Now().Add(time.Hour), i.blobUses); err != nil {
		t.Fatal(err) // what a running instance does within a day
	}
	unreadable(t, from, 6)
	if out := from.must(t, "keys", "status"); !strings.Contains(out, "vacancy "+slug+", destroyed") {
		t.Errorf("status says %q", out)
	}

	to.encrypted(t, keys)
	if out := to.must(t, "restore", dir); !strings.Contains(out, "6 files are encrypted under keys that were destroyed") {
		t.Errorf("restore says %q", out)
	}
	unreadable(t, to, 6)
	// The next message is read as ever.
	s.deliver(t, application(3))
	to.must(t, "poll", "--once")
	if n := to.count(t, "SELECT count(*) FROM documents WHERE state = 'read'"); n != 6 {
		t.Errorf("%d documents read, want 6", n)
	}
	// Asked to read a lost one again, it says why it cannot.
	if _, err := to.sql(t).ExecContext(t.Context(), "UPDATE documents SET state = 'pending' WHERE id = 1"); err != nil {
		t.Fatal(err)
	}
	to.must(t, "poll", "--once")
	if n := to.count(t, "SELECT count(*) FROM documents WHERE id = 1 AND problem = 'document.key_destroyed'"); n != 1 {
		t.Error("a document whose key is gone does not say so")
	}

	other := install(t, s, "")
	elsewhere := t.TempDir()
	other.encrypted(t, elsewhere)
	other.must(t, "keys", "init")
	if err := os.Rename(filepath.Join(elsewhere, "master.key"), filepath.Join(elsewhere, "aside")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(keys, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(elsewhere, "master.key"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := other.dossier(t, "poll", "--once"); code == 0 || !strings.Contains(errs, "another master key") {
		t.Errorf("with another master key: exit %d, %s", code, errs)
	}
}

func slugOf(t *testing.T, in installation) (slug string) {
	t.Helper()
	if err := in.sql(t).QueryRowContext(t.Context(), "SELECT slug FROM vacancies WHERE id = (SELECT min(vacancy_id) FROM applications)").Scan(&slug); err != nil {
		t.Fatal(err)
	}
	return slug
}

func noPlaintext(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "encryption.json" {
			return err
		}
		n++
		b, err := os.ReadFile(path)
		for _, phrase := range []string{"applicant", "Applicant", "CV of", "Message-ID", "native"} {
			if bytes.Contains(b, []byte(phrase)) {
				t.Errorf("%s holds %q", d.Name(), phrase)
			}
		}
		return err
	})
	if err != nil || n == 0 {
		t.Errorf("%d files looked at, %v", n, err)
	}
}

// unreadable makes sure that a number of files exist and that the key of each is gone.
func unreadable(t *testing.T, in installation, want int) {
	t.Helper()
	i := in.open(t)
	n := 0
	err := i.blobs.List(t.Context(), func(b blob.Info) error {
		if err := i.blobs.Verify(t.Context(), b.Hash); !errors.Is(err, blob.ErrKeyDestroyed) {
			t.Errorf("%s: %v, want ErrKeyDestroyed", b.Hash, err)
		}
		n++
		return nil
	})
	if err != nil || n != want {
		t.Errorf("%d files, want %d: %v", n, want, err)
	}
}
