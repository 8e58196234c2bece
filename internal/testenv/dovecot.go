package testenv

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// DovecotServer is a private Dovecot that listens on loopback.
type DovecotServer struct {
	Host string
	// Port speaks plain IMAP and offers STARTTLS; TLSPort speaks TLS. CA is the file of
	// the certificate both show.
	Port, TLSPort, CA string
	// User and Password are those of its one account.
	User, Password string

	script, state string
}

// dovecotWait bounds one call of the script.
const dovecotWait = time.Minute

// Dovecot starts a private Dovecot through scripts/dovecot.sh and removes it after the
// test. DOSSIER_TEST_DOVECOT=1 switches it on. options are more of the script's, like
// "--oauth2", URL.
func Dovecot(t testing.TB, options ...string) *DovecotServer {
	t.Helper()
	if os.Getenv(DovecotSwitch) == "" {
		t.Skipf("%s is not set: needs Debian's dovecot-imapd", DovecotSwitch)
	}
	d := &DovecotServer{User: "intake", Password: "intake", script: filepath.Join(root(t), "scripts", "dovecot.sh"), state: t.TempDir()}
	out, err := d.run("start", append([]string{"--tls", "--user", d.User + ":" + d.Password}, options...)...)
	if err != nil {
		t.Fatalf("%s: %v", DovecotSwitch, err)
	}
	t.Cleanup(func() {
		if _, err := d.run("destroy"); err != nil {
			t.Errorf("dovecot: %v", err)
		}
	})
	env := map[string]string{}
	for line := range strings.Lines(out) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			env[key] = strings.Trim(value, `'"`)
		}
	}
	d.Host, d.Port, d.TLSPort, d.CA = env["DOVECOT_HOST"], env["DOVECOT_PORT"], env["DOVECOT_TLS_PORT"], env["DOVECOT_CA"]
	if d.Host == "" || d.Port == "" || d.TLSPort == "" {
		t.Fatalf("%s: the script named no ports:\n%s", DovecotSwitch, out)
	}
	return d
}

// Append delivers messages to a folder, in the order given; folders of .eml files are
// read sorted by name.
func (d *DovecotServer) Append(t testing.TB, mailbox string, paths ...string) {
	t.Helper()
	d.Do(t, "append", append([]string{"--user", d.User, "--mailbox", mailbox}, paths...)...)
}

// Do runs a command of scripts/dovecot.sh on this server and returns what it printed.
func (d *DovecotServer) Do(t testing.TB, command string, args ...string) string {
	t.Helper()
	out, err := d.run(command, args...)
	if err != nil {
		t.Fatalf("dovecot: %v", err)
	}
	return out
}

func (d *DovecotServer) run(command string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), dovecotWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", append([]string{d.script, command, "--state", d.state}, args...)...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", command, err, out, problems.String())
	}
	return string(out), nil
}

// root is the folder of the module.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
