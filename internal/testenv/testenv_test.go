package testenv

import (
	"database/sql"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPostgresGivesEachTestAnEmptySchema(t *testing.T) {
	for range 2 {
		db, err := sql.Open("pgx", Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE mine (id int)"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDovecotAnswersAndTakesMail(t *testing.T) {
	d := Dovecot(t)
	c, err := net.DialTimeout("tcp", net.JoinHostPort(d.Host, d.Port), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	eml := filepath.Join(t.TempDir(), "one.eml")
	if err := os.WriteFile(eml, []byte("Subject: one\r\n\r\nbody\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.Append(t, "INBOX", eml)
	if got := d.Do(t, "count", "--mailbox", "INBOX"); got != "1\n" {
		t.Errorf("count = %q, want 1", got)
	}
}

func TestProgramsAreThereWhenSwitchedOn(t *testing.T) {
	t.Run("chromium", func(t *testing.T) { Chromium(t) })
	t.Run("tesseract", func(t *testing.T) { Tesseract(t) })
}
