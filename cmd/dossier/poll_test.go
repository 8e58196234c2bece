package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"dossier/internal/sample"
	"dossier/internal/store"
	"dossier/internal/testenv"
)

// server is a mailbox to poll, with the sample's messages in it.
type server struct {
	name           string
	host           string
	port           int
	user, password string
	deliver        func(t *testing.T, raw []byte)
}

// memoryMailbox is go-imap's own server over a real socket.
func memoryMailbox(t *testing.T) server {
	s, err := startMailServer("intake", "secret")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	return server{name: "memory", host: "127.0.0.1", port: s.port(), user: "intake", password: "secret",
		deliver: func(t *testing.T, raw []byte) {
			if err := s.deliver(raw, time.Now()); err != nil {
				t.Fatal(err)
			}
		}}
}

// dovecotMailbox is a private Dovecot.
func dovecotMailbox(t *testing.T) server {
	d := testenv.Dovecot(t)
	port, err := strconv.Atoi(d.Port)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	return server{name: "dovecot", host: d.Host, port: port, user: d.User, password: d.Password,
		deliver: func(t *testing.T, raw []byte) {
			n++
			path := filepath.Join(t.TempDir(), fmt.Sprintf("%06d.eml", n))
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			d.Append(t, "INBOX", path)
		}}
}

// installation is a configuration in a folder of its own.
type installation struct{ config string }

func install(t *testing.T, s server, dsn string) installation {
	t.Helper()
	dir := t.TempDir()
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(dir, "dossier.db")
	}
	files := map[string]string{
		"secret":         s.password,
		"vacancies.yaml": string(sample.VacancyFile()),
		"dossier.yaml": fmt.Sprintf(`
database: %q
data: %s
vacancies: vacancies.yaml
log: {level: error}
limits: {message_mb: 2}
mailboxes:
  - {name: intake, host: %s, port: %d, tls: none, user: %s, password_file: secret, stall: 10s}
`, dsn, filepath.Join(dir, "data"), s.host, s.port, s.user),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return installation{config: filepath.Join(dir, "dossier.yaml")}
}

// dossier runs one command and returns its exit code, output and messages.
func (in installation) dossier(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	code = run(ctx, append(args, "--config", in.config), nil, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

func (in installation) must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := in.dossier(t, args...)
	if code != 0 {
		t.Fatalf("dossier %s: exit %d\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

func (in installation) ledger(t *testing.T) []store.LedgerRow {
	t.Helper()
	var rows []store.LedgerRow
	if err := json.Unmarshal([]byte(in.must(t, "ledger", "--list", "--format", "json")), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestEveryMessageOfAMailboxIsAccountedForOnce is the product's first promise, on every
// server and engine that is switched on.
func TestEveryMessageOfAMailboxIsAccountedForOnce(t *testing.T) {
	servers := map[string]func(*testing.T) server{"memory": memoryMailbox, "dovecot": dovecotMailbox}
	engines := map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return testenv.Postgres(t) },
	}
	for _, sn := range []string{"memory", "dovecot"} {
		for _, en := range []string{"sqlite", "postgres"} {
			t.Run(sn+"/"+en, func(t *testing.T) {
				dsn := engines[en](t)
				s := servers[sn](t)
				messages := sample.Messages(time.Time{})
				for _, m := range messages {
					s.deliver(t, m.Raw)
				}
				in := install(t, s, dsn)
				in.must(t, "poll", "--once", "--fetch-only")
				for _, r := range in.ledger(t) {
					if r.State != store.Stored {
						t.Errorf("message %d is %s after --fetch-only, want stored", r.UID, r.State)
					}
				}
				in.must(t, "poll", "--once")
				rows := in.ledger(t)
				checkSample(t, messages, rows)

				in.must(t, "poll", "--once")
				if again := in.ledger(t); len(again) != len(rows) {
					t.Errorf("a second round made %d messages of %d", len(again), len(rows))
				}
			})
		}
	}
}

// checkSample holds the ledger against what the sample is known to contain.
func checkSample(t *testing.T, messages []sample.Message, rows []store.LedgerRow) {
	t.Helper()
	if len(rows) != len(messages) {
		t.Fatalf("the ledger has %d messages, want %d", len(rows), len(messages))
	}
	kinds := map[store.Class]int{}
	first := map[int64]store.LedgerRow{}
	for n, r := range rows {
		kinds[r.Class]++
		want := messages[n].Vacancy
		switch r.Class {
		case store.ClassApplication:
			first[r.Application] = r
			fallthrough
		case store.ClassUpdate, store.ClassDuplicate:
			if len(r.Vacancies) != 1 || r.Vacancies[0] != want {
				t.Errorf("%s went to %v, want %s", messages[n].Name, r.Vacancies, want)
			}
			if r.Application == 0 {
				t.Errorf("%s belongs to no application", messages[n].Name)
			}
		default:
			if r.State != store.SetAside || r.Reason == "" {
				t.Errorf("%s is %s because of %q, want set_aside with a reason", messages[n].Name, r.State, r.Reason)
			}
		}
	}
	want := map[store.Class]int{store.ClassApplication: 25, store.ClassUpdate: 1, store.ClassDuplicate: 1,
		store.ClassAutoReply: 1, store.ClassBounce: 1, store.ClassNewsletter: 1, store.ClassQuestion: 1}
	for class, n := range want {
		if kinds[class] != n {
			t.Errorf("%d messages are %s, want %d", kinds[class], class, n)
		}
	}
	for n, r := range rows {
		if r.Class == store.ClassUpdate || r.Class == store.ClassDuplicate {
			if _, ok := first[r.Application]; !ok {
				t.Errorf("%s joined application %d, which no message opened", messages[n].Name, r.Application)
			}
		}
	}
}

// TestAMessageThatCannotBeReadStopsNothing sends what no parser can make sense of, and
// what is too large, between two applications.
func TestAMessageThatCannotBeReadStopsNothing(t *testing.T) {
	s := memoryMailbox(t)
	in := install(t, s, "")
	messages := sample.Messages(time.Time{})
	s.deliver(t, messages[0].Raw)
	s.deliver(t, []byte("\r\n\r\n"))
	s.deliver(t, append([]byte("Subject: large\r\nFrom: big@post.example\r\n\r\n"), bytes.Repeat([]byte("0123456789abcdef"), 200_000)...))
	s.deliver(t, messages[1].Raw)
	in.must(t, "poll", "--once")
	rows := in.ledger(t)
	if len(rows) != 4 {
		t.Fatalf("the ledger has %d messages, want 4", len(rows))
	}
	if rows[0].State != store.Routed || rows[3].State != store.Routed {
		t.Errorf("the applications are %s and %s, want routed", rows[0].State, rows[3].State)
	}
	if rows[1].Reason != "message.empty" {
		t.Errorf("the empty message is %s because of %q, want message.empty", rows[1].State, rows[1].Reason)
	}
	if rows[2].State != store.Oversized {
		t.Errorf("the large message is %s, want oversized", rows[2].State)
	}
	raised, err := os.ReadFile(in.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in.config, bytes.Replace(raised, []byte("message_mb: 2"), []byte("message_mb: 9"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	in.must(t, "poll", "--once")
	if again := in.ledger(t); again[2].State == store.Oversized || len(again) != 4 {
		t.Errorf("under a higher limit the large message is %s, want it taken", again[2].State)
	}
	if out := in.must(t, "explain", fmt.Sprint(rows[1].ID)); !strings.Contains(out, "the message is empty") {
		t.Errorf("explain does not say what is wrong:\n%s", out)
	}
}

// TestAMailboxThatCannotBeReadIsSaid covers the operator's everyday mistakes: the command
// fails, says what to do, and the reason stays with the mailbox.
func TestAMailboxThatCannotBeReadIsSaid(t *testing.T) {
	good := memoryMailbox(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unused := closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	for _, tc := range []struct {
		name   string
		change func(*server)
		want   string
	}{
		{"wrong password", func(s *server) { s.password = "wrong" }, "refused the login"},
		{"nobody listens", func(s *server) { s.port = unused }, "cannot be reached"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := good
			tc.change(&s)
			in := install(t, s, "")
			code, _, errs := in.dossier(t, "poll", "--once")
			if code != exitFailed || !strings.Contains(errs, tc.want) {
				t.Errorf("exit %d with %q, want %d with %q", code, errs, exitFailed, tc.want)
			}
			if strings.Contains(errs, s.password) {
				t.Errorf("the password is in the message: %q", errs)
			}
			if out := in.must(t, "ledger"); !strings.Contains(out, tc.want) {
				t.Errorf("the ledger does not tell: %q", out)
			}
		})
	}
}
