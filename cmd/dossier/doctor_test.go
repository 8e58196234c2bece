package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/sample"
)

// examined is what the doctor's JSON holds.
type examined struct {
	Settings string    `json:"settings"`
	Problems int       `json:"problems"`
	Checks   []checkup `json:"checks"`
}

func (in installation) doctor(t *testing.T, args ...string) (int, examined) {
	t.Helper()
	code, out, errs := in.dossier(t, append([]string{"doctor", "--format", "json"}, args...)...)
	var x examined
	if err := json.Unmarshal([]byte(out), &x); err != nil {
		t.Fatalf("exit %d: %v\n%s%s", code, err, out, errs)
	}
	if (code == exitFailed) != (x.Problems > 0) {
		t.Errorf("exit %d with %d problems", code, x.Problems)
	}
	return code, x
}

// about returns what was said of a thing, with the health first.
func (x examined) about(what string) string {
	var out []string
	for _, c := range x.Checks {
		if c.What == what {
			out = append(out, string(c.Health)+": "+c.Says)
		}
	}
	return strings.Join(out, "\n")
}

func TestDoctorFindsAWorkingInstallationWell(t *testing.T) {
	s := memoryMailbox(t)
	for _, m := range sample.Messages(time.Time{})[:4] {
		s.deliver(t, m.Raw)
	}
	in := install(t, s, "")
	if _, x := in.doctor(t); !strings.Contains(x.about("database"), "the first start makes it") {
		t.Errorf("before the first start: %+v", x.Checks)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(in.config), "dossier.db")); err == nil {
		t.Error("the doctor made a database")
	}
	in.must(t, "poll", "--once")
	code, x := in.doctor(t, "--subjects")
	if code != exitDone {
		t.Errorf("exit %d: %+v", code, x.Checks)
	}
	for what, want := range map[string]string{
		"database":             "ok: sqlite, tables at version",
		"audit trail":          "none changed",
		"files":                "chosen at random are whole",
		"work":                 "0 messages, 0 documents and 0 applications",
		"mailbox intake/INBOX": "ok: 4 messages (passed: secret, dns, tcp, login, folder, permission)\nok: subject: ",
	} {
		if got := x.about(what); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	if strings.Contains(x.Settings, s.password+"\n") && !strings.Contains(x.Settings, "password_file") || !strings.Contains(x.Settings, "mailboxes:") {
		t.Errorf("settings:\n%s", x.Settings)
	}
	if _, quiet := in.doctor(t); strings.Contains(quiet.about("mailbox intake/INBOX"), "subject: ") {
		t.Error("subjects are shown without being asked for")
	}
}

func TestDoctorNamesTheStepThatFails(t *testing.T) {
	good := memoryMailbox(t)
	for _, tc := range []struct {
		name   string
		change func(*server)
		edit   func(config string) string
		want   string
	}{
		{"wrong password", func(s *server) { s.password = "wrong" }, nil, "problem: login failed"},
		{"no such host", func(s *server) { s.host = "nowhere.invalid" }, func(c string) string { return strings.Replace(c, "tls: none", "tls: none, allow_plaintext: true", 1) }, "problem: dns failed"},
		{"nobody listens", func(s *server) { s.port = 1 }, nil, "problem: tcp failed"},
		{"no TLS there", func(*server) {}, func(c string) string { return strings.Replace(c, "tls: none", "tls: tls", 1) }, "problem: tls failed"},
		{"no such folder", func(*server) {}, func(c string) string {
			return strings.Replace(c, "stall: 10s", "folders: [Absent], stall: 10s", 1)
		}, "problem: folder failed"},
		{"no password file", func(*server) {}, func(c string) string {
			return strings.Replace(c, "password_file: secret", "password_file: absent", 1)
		}, "problem: secret failed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := good
			tc.change(&s)
			in := install(t, s, "")
			if tc.edit != nil {
				b, err := os.ReadFile(in.config)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(in.config, []byte(tc.edit(string(b))), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, x := in.doctor(t)
			got := x.about("mailbox intake/INBOX") + x.about("mailbox intake/Absent")
			if !strings.Contains(got, tc.want) {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestDoctorCallsAPersonForWhatIsBroken(t *testing.T) {
	s := memoryMailbox(t)
	s.deliver(t, sample.Messages(time.Time{})[0].Raw)
	in := install(t, s, "")
	in.must(t, "poll", "--once")
	db := in.sql(t)
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("UPDATE mailboxes SET last_good_at = ?", time.Now().Add(-time.Hour).UnixMicro())
	exec("DROP TRIGGER events_no_update")
	exec("UPDATE events SET object_id = object_id + 1")
	exec("UPDATE messages SET parked = 1, state = 'failed'")
	i := in.open(t)
	m, err := i.store.MessageByID(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(i.blobs.Dir(), m.RawHash[:2], m.RawHash), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, x := in.doctor(t)
	for what, want := range map[string]string{
		"mailbox intake/INBOX": "problem: silent: the last good round was",
		"audit trail":          "problem: ",
		"work":                 "problem: 1 messages",
		"files":                "problem: ",
	} {
		if got := x.about(what); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
}
