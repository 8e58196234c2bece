package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dossier/internal/store"
)

// smallDisk mounts a disk of so many bytes, kept in memory, and returns its folder.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves so many bytes free on a disk, until the function it returns is called.
func fill(t *testing.T, dir string, leave uint64) (empty func()) {
	t.Helper()
	free, _, err := diskRoom(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "filler")
	if free > leave {
		if err := os.WriteFile(path, make([]byte, free-leave), 0o600); err != nil && leave > 0 {
			t.Fatal(err)
		}
	}
	return func() {
		t.Helper()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// on moves data and database of an installation, and leaves so many MB alone.
func (in installation) on(t *testing.T, data, database string, freeMB int) {
	t.Helper()
	b, err := os.ReadFile(in.config)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(in.config)
	text := strings.ReplaceAll(string(b), filepath.Join(dir, "data"), data)
	text = strings.ReplaceAll(text, filepath.Join(dir, "dossier.db"), filepath.Join(database, "dossier.db"))
	if err := os.WriteFile(in.config, []byte(text+fmt.Sprintf("disk: {free_mb: %d}\n", freeMB)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// bulky is a message of about so many bytes that do not shrink.
func bulky(t *testing.T, n, size int) []byte {
	t.Helper()
	raw := make([]byte, size*3/4)
	if _, err := rand.Read(raw); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: p%d@courriel.example\r\nTo: jobs@rivenord.example\r\nMessage-ID: <%d@courriel.example>\r\nSubject: Candidature %d\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--b\r\nContent-Type: application/octet-stream; name=photo.bin\r\n"+
		"Content-Disposition: attachment; filename=photo.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n", n, n, n)
	enc := base64.StdEncoding.EncodeToString(raw)
	for len(enc) > 76 {
		b.WriteString(enc[:76] + "\r\n")
		enc = enc[76:]
	}
	b.WriteString(enc + "\r\n--b--\r\n")
	return b.Bytes()
}

const diskBytes = 24 << 20

// A disk that fills up stops the intake, and nothing is lost or doubled: with room left
// alone for people, and where the last byte is used.
func TestAFullDiskStopsTheIntakeUntilThereIsRoom(t *testing.T) {
	for name, c := range map[string]struct {
		freeMB int
		leave  uint64
		want   string
	}{
		"room is left alone": {100, diskBytes / 30, "too little room on the disk"},
		"to the last byte":   {0, 1_500_000, "no space left on device"},
	} {
		t.Run(name, func(t *testing.T) {
			disk := smallDisk(t, diskBytes)
			s := memoryMailbox(t)
			in := install(t, s, "")
			in.on(t, filepath.Join(disk, "data"), disk, c.freeMB)
			in.must(t, "migrate", "up")
			const messages = 6
			for n := range messages {
				s.deliver(t, bulky(t, n, 700_000))
			}
			empty := fill(t, disk, c.leave)
			code, _, errs := in.dossier(t, "poll", "--once")
			if code != exitFailed || !strings.Contains(errs, c.want) {
				t.Errorf("exit %d, %q; want %q", code, errs, c.want)
			}
			if c.freeMB > 0 {
				if _, x := in.doctor(t); !strings.Contains(x.about("disk"), "problem: ") {
					t.Errorf("the doctor says %q", x.about("disk"))
				}
			}
			empty()
			in.must(t, "poll", "--once")
			rows := in.ledger(t)
			seen := map[uint32]bool{}
			for _, r := range rows {
				if seen[r.UID] || r.State == store.Listed || r.State == store.Stored || r.State == store.Parsed || r.State == store.Failed || r.State == store.Vanished {
					t.Errorf("message %d: %s %s", r.UID, r.State, r.Reason)
				}
				seen[r.UID] = true
			}
			if len(rows) != messages {
				t.Errorf("%d messages in the ledger, want %d", len(rows), messages)
			}
			if n := in.count(t, "SELECT count(*) FROM messages WHERE attempts > 1 OR parked"); n != 0 {
				t.Errorf("the full disk was counted against %d messages", n)
			}
			if _, x := in.doctor(t, "--all"); !strings.Contains(x.about("files"), "all of them are whole") || !strings.Contains(x.about("audit trail"), "ok: ") {
				t.Errorf("files: %q, trail: %q", x.about("files"), x.about("audit trail"))
			}
		})
	}
}

// site serves the pages of an installation and returns how to ask for one.
func (in installation) site(t *testing.T, i *instance) func(method, path, body string) (int, string) {
	t.Helper()
	server, listener, err := i.listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	i.phase.Store(running)
	go server.Serve(listener) // ends with Close
	t.Cleanup(func() { server.Close() })
	return func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequest(method, "http://"+listener.Addr().String()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept-Language", "en")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
}

// Pages on a full disk can be read, say that nothing was saved, and go on by themselves.
func TestPagesSayThatTheDiskIsFull(t *testing.T) {
	disk := smallDisk(t, diskBytes)
	in := install(t, memoryMailbox(t), "")
	in.on(t, filepath.Join(filepath.Dir(in.config), "data"), disk, 100)
	in.must(t, "migrate", "up")
	i := in.opened(t)
	ask := in.site(t, i)
	if code, body := ask(http.MethodGet, "/readyz", ""); code != http.StatusOK {
		t.Fatalf("before: %d %s", code, body)
	}
	empty := fill(t, disk, 0)
	until(t, "the full disk shows in /readyz", func() bool {
		code, body := ask(http.MethodGet, "/readyz", "")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "no room on the disk")
	})
	if code, _ := ask(http.MethodGet, "/healthz", ""); code != http.StatusOK {
		t.Errorf("health: %d; the process is not to be started anew", code)
	}
	if code, _ := ask(http.MethodGet, "/signin", ""); code != http.StatusOK {
		t.Errorf("reading a page: %d", code)
	}
	const form = "email=ada%40rivenord.example&password=whatever+it+is"
	code, body := ask(http.MethodPost, "/signin", form)
	if code != http.StatusServiceUnavailable || !strings.Contains(body, "The disk is full") || strings.Contains(strings.ToLower(body), "sqlite") {
		t.Errorf("saving: %d\n%s", code, body)
	}
	if !i.noRoom(t.Context()) {
		t.Error("no banner would be shown")
	}
	empty()
	until(t, "room shows in /readyz", func() bool {
		code, _ := ask(http.MethodGet, "/readyz", "")
		return code == http.StatusOK
	})
	if code, body := ask(http.MethodPost, "/signin", form); code != http.StatusUnauthorized {
		t.Errorf("saving with room again: %d\n%s", code, body)
	}
	if i.noRoom(t.Context()) {
		t.Error("the banner stays")
	}
}

// A database on a disk that cannot be written to is said to be one.
func TestADatabaseThatCannotBeWrittenIsNamed(t *testing.T) {
	disk := smallDisk(t, diskBytes)
	in := install(t, memoryMailbox(t), "")
	in.on(t, filepath.Join(filepath.Dir(in.config), "data"), disk, 100)
	in.must(t, "migrate", "up")
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("the small disk cannot be made read-only here: %v", err)
	}
	code, _, errs := in.dossier(t, "poll", "--once")
	if code != exitFailed || !strings.Contains(errs, "read-only file system") || !strings.Contains(errs, "dossier.db") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if _, x := in.doctor(t); !strings.Contains(x.about("database"), "read-only file system") {
		t.Errorf("the doctor says %q", x.about("database"))
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	in.must(t, "poll", "--once")
}
