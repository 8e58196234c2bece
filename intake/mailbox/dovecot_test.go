package mailbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dossier/internal/testenv"
)

// TestDovecot holds the promises of Source against a real server.
func TestDovecot(t *testing.T) {
	d := testenv.Dovecot(t)
	dir := t.TempDir()
	want := map[string]bool{}
	for i := range 120 {
		text := fmt.Sprintf("Message-ID: <%d@courriel.example>\r\nSubject: n° %d\r\n\r\n%s\r\n", i, i, strings.Repeat("é€", i*97))
		if i == 60 {
			text += strings.Repeat("0123456789abcdef\r\n", 200_000)
		}
		want[text] = true
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.eml", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d.Append(t, "INBOX", dir)

	source := func(change func(*IMAPConfig)) *IMAP {
		cfg := IMAPConfig{Host: d.Host, Port: port(t, d.TLSPort), CAFile: d.CA, User: d.User, Secret: Fixed(d.Password), Stall: 10 * time.Second}
		if change != nil {
			change(&cfg)
		}
		s, err := NewIMAP(cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	s := source(nil)
	folder, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if folder.Messages != 120 || !folder.Idle || folder.UIDValidity == 0 {
		t.Errorf("folder = %+v", folder)
	}

	t.Run("every byte arrives once", func(t *testing.T) {
		uids, err := s.List(t.Context(), 1)
		if err != nil || len(uids) != 120 {
			t.Fatalf("List: %d, %v", len(uids), err)
		}
		infos, err := s.Sizes(t.Context(), uids)
		if err != nil || len(infos) != 120 {
			t.Fatalf("Sizes: %d, %v", len(infos), err)
		}
		left := len(want)
		seen := map[string]bool{}
		for _, batch := range Requests(infos) {
			have := got{}
			outcome, err := s.Fetch(t.Context(), batch, Whole, have.receive)
			if err != nil || len(outcome.Arrived) != len(batch) {
				t.Fatalf("Fetch: %+v, %v", outcome, err)
			}
			for uid, body := range have {
				if !want[body] || seen[body] {
					t.Errorf("uid %d: %d bytes that were not sent, or twice", uid, len(body))
				}
				seen[body] = true
				left--
			}
		}
		if left != 0 {
			t.Errorf("%d messages did not arrive", left)
		}
	})

	t.Run("nothing is marked as read", func(t *testing.T) {
		if out := d.Do(t, "doveadm", "--", "fetch", "-u", d.User, "flags", "mailbox", "INBOX"); strings.Contains(out, "Seen") {
			t.Errorf("flags:\n%.200s", out)
		}
	})

	t.Run("expunged meanwhile", func(t *testing.T) {
		d.Do(t, "expunge", "--user", d.User, "3:4")
		have := got{}
		outcome, err := s.Fetch(t.Context(), []UID{2, 3, 4, 5}, Whole, have.receive)
		if err != nil || !slices.Equal(outcome.Arrived, []UID{2, 5}) || !slices.Equal(outcome.Gone, []UID{3, 4}) {
			t.Errorf("outcome = %+v, %v", outcome, err)
		}
		infos, err := s.Sizes(t.Context(), []UID{2, 3, 4, 5})
		if err != nil || len(infos) != 2 {
			t.Errorf("Sizes = %+v, %v", infos, err)
		}
	})

	t.Run("new mail ends the wait", func(t *testing.T) {
		file := filepath.Join(dir, "new.eml")
		if err := os.WriteFile(file, []byte("Subject: new\r\n\r\nx\r\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(300 * time.Millisecond)
			d.Append(t, "INBOX", file)
		}()
		if news, err := s.Wait(t.Context(), 30*time.Second); err != nil || !news {
			t.Fatalf("Wait = %v, %v", news, err)
		}
		if uids, err := s.List(t.Context(), 121); err != nil || !slices.Equal(uids, []UID{121}) {
			t.Errorf("List = %v, %v", uids, err)
		}
	})

	t.Run("a kicked connection is lost, and made anew", func(t *testing.T) {
		time.AfterFunc(300*time.Millisecond, func() { d.Do(t, "kick") })
		if _, err := s.Wait(t.Context(), 30*time.Second); !errors.Is(err, ErrLost) {
			t.Errorf("Wait: %v", err)
		}
		if _, err := s.Open(t.Context()); err != nil {
			t.Errorf("Open: %v", err)
		}
	})

	t.Run("a new epoch shows", func(t *testing.T) {
		d.Do(t, "uidvalidity", "--user", d.User, "123456789")
		again := source(nil)
		if folder, err := again.Open(t.Context()); err != nil || folder.UIDValidity != 123456789 {
			t.Errorf("folder = %+v, %v", folder, err)
		}
	})

	t.Run("starttls", func(t *testing.T) {
		s := source(func(c *IMAPConfig) { c.TLS, c.Port = TLSStart, port(t, d.Port) })
		if _, err := s.Open(t.Context()); err != nil {
			t.Error(err)
		}
	})

	for name, c := range map[string]struct {
		change func(*IMAPConfig)
		want   error
	}{
		"wrong password":    {func(c *IMAPConfig) { c.Secret = Fixed("wrong") }, ErrLogin},
		"unknown folder":    {func(c *IMAPConfig) { c.Folder = "Absent" }, ErrNoFolder},
		"untrusted":         {func(c *IMAPConfig) { c.CAFile = "" }, ErrTLS},
		"tls on plain port": {func(c *IMAPConfig) { c.Port = port(t, d.Port); c.Stall = 2 * time.Second }, ErrTLS},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := source(c.change).Open(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
}

// BenchmarkDovecot fetches 200 messages of 64 KB from a real server.
func BenchmarkDovecot(b *testing.B) {
	d := testenv.Dovecot(b)
	dir := b.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	for i := range 200 {
		body := fmt.Sprintf("Subject: %d\r\n\r\n%s\r\n", i, strings.Repeat(strings.Repeat("x", 70)+"\r\n", 900))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.eml", i)), []byte(body), 0o644); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(200 * len(body)))
	}
	d.Append(b, "INBOX", dir)
	s, err := NewIMAP(IMAPConfig{Host: d.Host, Port: port(b, d.Port), TLS: TLSNone, User: d.User, Secret: Fixed(d.Password)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() // the test is over
	if _, err := s.Open(b.Context()); err != nil {
		b.Fatal(err)
	}
	uids, err := s.List(b.Context(), 1)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for batch := range slices.Chunk(uids, RequestMessages) {
			if _, err := s.Fetch(b.Context(), batch, Whole, func(raw Raw) error {
				_, err := io.Copy(io.Discard, raw.Body)
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func port(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
