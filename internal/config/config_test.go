package config

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dossier.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const full = `
database: postgres://dossier@db.example:5432/dossier
data: /srv/dossier
vacancies: vacancies.yaml
addr: 0.0.0.0:80
public_url: https://dossier.organisation.example
roles: [web, work]
log: {level: debug, format: json}
poll: {every: 90s}
limits: {message_mb: 50, document_mb: 30, pages: 100, workers: 4}
ocr: {languages: fra+ara, pages: 5}
mailboxes:
  - name: intake
    host: mail.example
    user: intake
    password_file: secret
    ca_file: ca.pem
    folders: [INBOX, Candidatures]
    since: 2026-03-01
    auth: xoauth2
    stall: 30s
  - {name: other, host: mail.example, port: 1143, tls: starttls, user: other, password: hunter2}
`

func TestNothingSetMeansDefaults(t *testing.T) {
	got, err := Load(Source{Env: []string{"HOME=/root", "DOSSIER_TEST_DOVECOT=1"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := Default(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if dsn, err := got.DSN(); err != nil || dsn != "sqlite:data/dossier.db" {
		t.Errorf("DSN() = %q, %v", dsn, err)
	}
	if got.WorkerCount() < 1 {
		t.Errorf("WorkerCount() = %d, want at least 1", got.WorkerCount())
	}
}

func TestEverySettingOfAFileIsRead(t *testing.T) {
	path := write(t, full)
	got, err := Load(Source{File: path})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	want := Config{
		Database: "postgres://dossier@db.example:5432/dossier", Data: "/srv/dossier", Vacancies: "vacancies.yaml",
		Addr: "0.0.0.0:80", PublicURL: "https://dossier.organisation.example", Roles: []string{"web", "work"},
		Log: Log{"debug", "json"}, Poll: Poll{90 * time.Second}, Limits: Limits{50, 30, 100, 4},
		OCR:   OCR{"fra+ara", 5},
		Alarm: Alarm{After: 15 * time.Minute}, Passwords: true, Disk: Disk{FreeMB: 100},
		Mailboxes: []Mailbox{
			{Name: "intake", Host: "mail.example", Port: 993, TLS: "tls", User: "intake", Auth: "xoauth2", PasswordFile: "secret",
				CAFile: "ca.pem", Folders: []string{"INBOX", "Candidatures"}, Since: "2026-03-01", After: "none", Stall: 30 * time.Second, beside: dir},
			{Name: "other", Host: "mail.example", Port: 1143, TLS: "starttls", User: "other", Auth: "password", Password: "hunter2",
				Folders: []string{"INBOX"}, After: "none", Stall: time.Minute, beside: dir},
		},
		beside: dir,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestFlagsOverrideVariablesOverrideFile(t *testing.T) {
	path := write(t, "addr: 127.0.0.1:1\ndata: of-file\nlog: {level: warn}\n")
	got, err := Load(Source{
		File:  path,
		Env:   []string{"DOSSIER_ADDR=127.0.0.1:2", "DOSSIER_LOG_LEVEL=error", "DOSSIER_ROLES=web, poll", "DOSSIER_POLL_EVERY=7s", "DOSSIER_LIMITS_PAGES=9"},
		Flags: map[string]string{"addr": "127.0.0.1:3", "roles": "work"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Addr != "127.0.0.1:3" || got.Data != "of-file" || got.Log.Level != "error" || got.Log.Format != "auto" ||
		!reflect.DeepEqual(got.Roles, []string{"work"}) || got.Poll.Every != 7*time.Second || got.Limits.Pages != 9 {
		t.Errorf("got %+v", got)
	}
}

func TestMailboxesMayComeFromTheEnvironment(t *testing.T) {
	got, err := Load(Source{Env: []string{`DOSSIER_MAILBOXES=[{name: a, host: h.example, user: u, password: p}]`}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Mailboxes) != 1 || got.Mailboxes[0].Host != "h.example" || got.Mailboxes[0].Port != 993 {
		t.Errorf("got %+v", got.Mailboxes)
	}
}

func TestTheEnvironmentMayNameTheFile(t *testing.T) {
	path := write(t, "addr: 127.0.0.1:9\n")
	got, err := Load(Source{Env: []string{"DOSSIER_CONFIG=" + path}})
	if err != nil || got.Addr != "127.0.0.1:9" {
		t.Errorf("got %q, %v", got.Addr, err)
	}
}

func TestMistakesAreRefusedByName(t *testing.T) {
	for _, test := range []struct {
		name string
		src  Source
		file string
		want string
	}{
		{"unknown key", Source{}, "data: d\ndatabse: x\n", `dossier.yaml:2:1: unknown field "databse"`},
		{"unknown nested key", Source{}, "log:\n  colour: red\n", `dossier.yaml:2:3: unknown field "colour"`},
		{"unknown key of a mailbox", Source{}, "mailboxes:\n  - {name: a, pasword: b}\n", `dossier.yaml:2:15: unknown field "pasword"`},
		{"wrong type", Source{}, "limits:\n  pages: many\n", `dossier.yaml:2:10: `},
		{"not YAML", Source{}, "a: [b\n", `dossier.yaml:1:`},
		{"a list", Source{}, "- a\n- b\n", `dossier.yaml:`},
		{"unknown variable", Source{Env: []string{"DOSSIER_DATABSE=x"}}, "", "DOSSIER_DATABSE: no such setting"},
		{"wrong variable", Source{Env: []string{"DOSSIER_LIMITS_PAGES=many"}}, "", "limits.pages"},
		{"broken list in a variable", Source{Env: []string{"DOSSIER_MAILBOXES=[{secret"}}, "", "DOSSIER_MAILBOXES: want a YAML list"},
		{"unknown flag", Source{Flags: map[string]string{"colour": "red"}}, "", `no setting "colour"`},
		{"database", Source{}, "database: mysql://x\n", "database: want sqlite:PATH or postgres://"},
		{"addr", Source{}, "addr: localhost\n", "addr: want host:port"},
		{"role", Source{}, "roles: [web, cook]\n", `roles: want web, poll, work, got "cook"`},
		{"no role", Source{}, "roles: []\n", "roles: want at least one"},
		{"log level", Source{}, "log: {level: loud}\n", `log.level: want debug, info, warn, error, got "loud"`},
		{"public url", Source{}, "public_url: dossier\n", "public_url: want an address"},
		{"poll", Source{}, "poll: {every: 1ms}\n", "poll.every: want 1s to 24h"},
		{"limit", Source{}, "limits: {pages: 0}\n", "limits.pages: want 1 to 10000, got 0"},
		{"tls", Source{}, "mailboxes: [{name: a, host: h, user: u, tls: maybe}]\n", `mailboxes[0].tls: want tls, starttls, none, got "maybe"`},
		{"host", Source{}, "mailboxes: [{name: a, user: u}]\n", "mailboxes[0].host: missing"},
		{"two of one name", Source{}, "mailboxes: [{name: a, host: h, user: u}, {name: a, host: h, user: u}]\n", `mailboxes[1].name: "a" is the name of an earlier`},
		{"two passwords", Source{}, "mailboxes: [{name: a, host: h, user: u, password: p, password_file: f}]\n", "mailboxes[0].password_file: password is given too"},
		{"tls none to another machine", Source{}, "mailboxes: [{name: a, host: h, user: u, tls: none}]\n", "mailboxes[0].tls: password and applications would go in the clear to h"},
		{"absent file", Source{File: "/nonexistent/dossier.yaml"}, "", "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file != "" {
				test.src.File = write(t, test.file)
			}
			_, err := Load(test.src)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestPlaintextToAnotherMachineIsAskedForByName(t *testing.T) {
	for _, mailbox := range []string{"host: 127.0.0.1", "host: localhost", "host: mail.example, allow_plaintext: true"} {
		if _, err := Load(Source{File: write(t, "mailboxes: [{name: a, user: u, password: p, tls: none, "+mailbox+"}]\n")}); err != nil {
			t.Errorf("%s: %v", mailbox, err)
		}
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	_, err := Load(Source{File: write(t, "addr: x\nlog: {level: loud}\nmailboxes: [{name: a}]\n")})
	for _, want := range []string{"addr:", "log.level:", "mailboxes[0].host:", "mailboxes[0].user:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestEmptyFileIsNoMistake(t *testing.T) {
	for _, content := range []string{"", "# nothing yet\n", "mailboxes:\nvacancies:\n"} {
		if _, err := Load(Source{File: write(t, content)}); err != nil {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestSecretsAreReadFromFilesBesideTheConfiguration(t *testing.T) {
	path := write(t, "database_file: dsn\nvacancies: v.yaml\nmailboxes: [{name: a, host: h, user: u, password_file: pw, ca_file: ca.pem}]\n")
	dir := filepath.Dir(path)
	for name, content := range map[string]string{"pw": "s3cret \r\n", "dsn": "postgres://a:b@h/d\n", "v.yaml": "", "ca.pem": "PEM"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(Source{File: path})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Mailboxes[0].Secret(); err != nil || got != "s3cret " {
		t.Errorf("Secret() = %q, %v", got, err)
	}
	if got, want := c.Mailboxes[0].CAPath(), filepath.Join(dir, "ca.pem"); got != want {
		t.Errorf("CAPath() = %q, want %q", got, want)
	}
	if got, err := c.DSN(); err != nil || got != "postgres://a:b@h/d" {
		t.Errorf("DSN() = %q, %v", got, err)
	}
	if got, want := c.VacancyFile(), filepath.Join(dir, "v.yaml"); got != want {
		t.Errorf("VacancyFile() = %q, want %q", got, want)
	}
	if err := os.Remove(filepath.Join(dir, "pw")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Mailboxes[0].Secret(); err == nil || !strings.Contains(err.Error(), "mailbox a: password_file") {
		t.Errorf("Secret() of a lost file: %v", err)
	}
}

func TestDumpShowsNoSecretAndLoadsAgain(t *testing.T) {
	c, err := Load(Source{
		File: write(t, full),
		Env:  []string{"DOSSIER_DATABASE=postgres://dossier:hunter3@db.example/dossier?password=hunter4"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.Dump(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "hunter") {
		t.Errorf("a secret is shown:\n%s", b.String())
	}
	for _, want := range []string{"password: (set)", "dossier:xxxxx@db.example", "every: 1m30s", "password_file: secret"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	if c.Mailboxes[1].Password != "hunter2" {
		t.Error("dumping changed the settings")
	}
	if _, err := Load(Source{File: write(t, b.String())}); err != nil {
		t.Errorf("the dump does not load: %v\n%s", err, b.String())
	}
}

func TestLanguagesOfScansAreNames(t *testing.T) {
	for languages, ok := range map[string]bool{"fra+eng": true, "ara": true, "chi_sim+fra": true, "": false, "fra,eng": false, "fra --psm": false, "fra+": false, "../x": false} {
		c := Default()
		c.OCR.Languages = languages
		if err := c.check(); (err == nil) != ok {
			t.Errorf("%q: %v", languages, err)
		}
	}
}

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dossier.yaml")
	load := func(text string, env ...string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(Source{File: path, Env: env})
		if err == nil {
			t.Fatalf("%q is accepted", text)
		}
		return err.Error()
	}
	got := load("database: mysql://x\nlog:\n  level: loud\nmailboxes:\n  - {name: a, host: h, user: u}\n  - name: b\n    host: h\n    user: u\n    tls: sometimes\n")
	for _, want := range []string{path + ":1:11: database: want sqlite:", path + ":3:10: log.level: want debug", path + ":9:10: mailboxes[1].tls: want tls"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	if got := load("poll: {every: 5}\n"); !strings.Contains(got, ":1:15: want a time with its unit, like 5m or 30s, got 5") {
		t.Errorf("a time without unit: %s", got)
	}
	if got := load("log: {level: info}\n", "DOSSIER_LOG_LEVEL=loud"); strings.Contains(got, path) || !strings.Contains(got, "log.level: want debug") {
		t.Errorf("a mistake of the environment is put on the file: %s", got)
	}
}

func TestDataIsFoundBesideTheConfiguration(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	path := filepath.Join(home, "dossier.yaml")
	if err := os.WriteFile(path, []byte("database: sqlite:data/dossier.db\ndata: data\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	paths := func() (string, string) {
		t.Helper()
		c, err := Load(Source{File: path})
		if err != nil {
			t.Fatal(err)
		}
		dsn, err := c.DSN()
		if err != nil {
			t.Fatal(err)
		}
		return dsn, c.Data
	}
	put := func(dir string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "data", "dossier.db"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(elsewhere)
	if dsn, data := paths(); dsn != "sqlite:data/dossier.db" || data != "data" {
		t.Errorf("new data goes to %s and %s", dsn, data)
	}
	put(home)
	// A folder of that name without the database is somebody else's.
	if err := os.Mkdir("data", 0o700); err != nil {
		t.Fatal(err)
	}
	if dsn, data := paths(); dsn != "sqlite:"+filepath.Join(home, "data/dossier.db") || data != filepath.Join(home, "data") {
		t.Errorf("data beside the configuration is not found: %s and %s", dsn, data)
	}
	put(elsewhere)
	if dsn, data := paths(); dsn != "sqlite:data/dossier.db" || data != "data" {
		t.Errorf("the working directory does not come first: %s and %s", dsn, data)
	}
}
