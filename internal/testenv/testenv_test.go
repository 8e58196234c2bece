package testenv

import (
	"context"
	"database/sql"
	"net"
	"os"
	"path/filepath"
	"strings"
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

func TestMachinesOfANetworkReachUsUntilTheirCableIsPulled(t *testing.T) {
	n := Netns(t, "one", "two")
	listener, err := net.Listen("tcp", n.Address+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	reach := func(machine string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		out, err := n.Command(ctx, machine, "bash", "-c", "hostname; exec 3<>/dev/tcp/"+n.Address+"/"+port).Output()
		return strings.TrimSpace(string(out)), err
	}
	for _, machine := range []string{"one", "two"} {
		if name, err := reach(machine); err != nil || name != machine {
			t.Errorf("%s is called %q and does not reach us: %v", machine, name, err)
		}
	}
	n.Cut(t, "one")
	if _, err := reach("one"); err == nil {
		t.Error("reached without a cable")
	}
	if _, err := reach("two"); err != nil {
		t.Errorf("the other one's cable: %v", err)
	}
	n.Mend(t, "one")
	if _, err := reach("one"); err != nil {
		t.Errorf("with the cable back: %v", err)
	}
}
