package mailbox

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// memory is go-imap's own server on a real socket.
type memory struct {
	user *imapmemserver.User
	addr *net.TCPAddr
}

func startMemory(t *testing.T, config *tls.Config, implicit bool) *memory {
	t.Helper()
	user := imapmemserver.NewUser("intake", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	store := imapmemserver.New()
	store.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return store.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}},
		InsecureAuth: config == nil,
		TLSConfig:    config,
		Logger:       log.New(io.Discard, "", 0), // clients that hang up are what is tested
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().(*net.TCPAddr)
	if implicit {
		listener = tls.NewListener(listener, config)
	}
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return &memory{user: user, addr: addr}
}

func (m *memory) append(t *testing.T, at time.Time, body string) {
	t.Helper()
	data := strings.NewReader(body)
	if _, err := m.user.Append("INBOX", literal{data, int64(data.Len())}, &imap.AppendOptions{Time: at}); err != nil {
		t.Fatal(err)
	}
}

type literal struct {
	io.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

func open(t *testing.T, addr *net.TCPAddr, change func(*IMAPConfig)) *IMAP {
	t.Helper()
	cfg := IMAPConfig{Host: "127.0.0.1", Port: addr.Port, TLS: TLSNone, User: "intake", Secret: Fixed("secret"), Stall: 5 * time.Second}
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

// got collects what a fetch hands over.
type got map[UID]string

func (g got) receive(raw Raw) error {
	b, err := io.ReadAll(raw.Body)
	if err != nil {
		return err
	}
	if int64(len(b)) != raw.Size {
		return fmt.Errorf("uid %d: %d bytes, announced %d", raw.UID, len(b), raw.Size)
	}
	g[raw.UID] = string(b)
	return nil
}

func TestFolderIsListedMeasuredAndFetched(t *testing.T) {
	m := startMemory(t, nil, false)
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	want := got{}
	for i := 1; i <= 7; i++ {
		body := fmt.Sprintf("Subject: %d\r\n\r\n%s\r\n", i, strings.Repeat("x", i*i*9000))
		m.append(t, at.Add(time.Duration(i)*time.Hour), body)
		want[UID(i)] = body
	}
	s := open(t, m.addr, nil)
	ctx := t.Context()
	folder, err := s.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if folder.UIDValidity == 0 || folder.Messages != 7 || !folder.Idle {
		t.Errorf("folder = %+v", folder)
	}
	uids, err := s.List(ctx, 3)
	if err != nil || !slices.Equal(uids, []UID{3, 4, 5, 6, 7}) {
		t.Fatalf("List(3) = %v, %v", uids, err)
	}
	if above, err := s.List(ctx, 8); err != nil || len(above) != 0 {
		t.Errorf("List(8) = %v, %v; want none: n:* names the last message", above, err)
	}
	uids, err = s.List(ctx, 0)
	if err != nil || len(uids) != 7 {
		t.Fatalf("List(0) = %v, %v", uids, err)
	}
	infos, err := s.Sizes(ctx, append(uids, 99))
	if err != nil || len(infos) != 7 {
		t.Fatalf("Sizes = %v, %v", infos, err)
	}
	for _, info := range infos {
		if info.Size != int64(len(want[info.UID])) || !info.InternalAt.Equal(at.Add(time.Duration(info.UID)*time.Hour)) {
			t.Errorf("info = %+v", info)
		}
	}
	have := got{}
	outcome, err := s.Fetch(ctx, append(uids, 99), Whole, have.receive)
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Arrived) != 7 || !slices.Equal(outcome.Gone, []UID{99}) || outcome.Missing != nil {
		t.Errorf("outcome = %+v", outcome)
	}
	for uid, body := range want {
		if have[uid] != body {
			t.Errorf("uid %d: %d bytes, want %d", uid, len(have[uid]), len(body))
		}
	}
}

func TestOnlyTheHeadOfALargeMessageIsFetched(t *testing.T) {
	m := startMemory(t, nil, false)
	m.append(t, time.Now(), "Subject: large\r\nFrom: a@b.example\r\n\r\n"+strings.Repeat("y", 100_000))
	s := open(t, m.addr, func(c *IMAPConfig) { c.MaxBytes = 50_000 })
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	have := got{}
	outcome, err := s.Fetch(t.Context(), []UID{1}, Whole, have.receive)
	if err != nil || !slices.Equal(outcome.TooLarge, []UID{1}) || len(have) != 0 {
		t.Errorf("whole: %+v, %v, %d received", outcome, err, len(have))
	}
	outcome, err = s.Fetch(t.Context(), []UID{1}, Head, have.receive)
	if err != nil || !slices.Equal(outcome.Arrived, []UID{1}) {
		t.Fatalf("head: %+v, %v", outcome, err)
	}
	if want := "Subject: large\r\nFrom: a@b.example\r\n\r\n"; have[1] != want {
		t.Errorf("head = %q, want %q", have[1], want)
	}
}

func TestReceiverErrorEndsTheFetchAndNothingIsSaidToHaveArrived(t *testing.T) {
	m := startMemory(t, nil, false)
	for range 3 {
		m.append(t, time.Now(), "Subject: x\r\n\r\n"+strings.Repeat("z", 200_000))
	}
	s := open(t, m.addr, nil)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	n := 0
	outcome, err := s.Fetch(t.Context(), []UID{1, 2, 3}, Whole, func(raw Raw) error {
		if n++; n == 2 {
			return full
		}
		_, err := io.Copy(io.Discard, raw.Body)
		return err
	})
	if !errors.Is(err, full) || !slices.Equal(outcome.Arrived, []UID{1}) || !slices.Equal(outcome.Missing, []UID{2, 3}) {
		t.Errorf("outcome = %+v, %v", outcome, err)
	}
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatalf("opening again: %v", err)
	}
	have := got{}
	if outcome, err := s.Fetch(t.Context(), outcome.Missing, Whole, have.receive); err != nil || len(outcome.Arrived) != 2 {
		t.Errorf("second try: %+v, %v", outcome, err)
	}
}

func TestNewMailEndsTheWait(t *testing.T) {
	m := startMemory(t, nil, false)
	s := open(t, m.addr, func(c *IMAPConfig) { c.IdleEvery = 50 * time.Millisecond })
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if news, err := s.Wait(t.Context(), 200*time.Millisecond); news || err != nil {
		t.Fatalf("quiet folder: %v, %v", news, err)
	}
	go func() {
		time.Sleep(100 * time.Millisecond)
		m.user.Append("INBOX", literal{strings.NewReader("Subject: n\r\n\r\n"), 14}, &imap.AppendOptions{})
	}()
	start := time.Now()
	if news, err := s.Wait(t.Context(), 20*time.Second); !news || err != nil {
		t.Fatalf("after an append: %v, %v", news, err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if uids, err := s.List(t.Context(), 1); err != nil || len(uids) != 1 {
		t.Errorf("List = %v, %v", uids, err)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	m := startMemory(t, nil, false)
	s := open(t, m.addr, nil)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := s.Wait(ctx, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if _, err := s.Open(t.Context()); err != nil {
		t.Errorf("opening again: %v", err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	m := startMemory(t, nil, false)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().(*net.TCPAddr)
	_ = closed.Close()
	for _, c := range []struct {
		name   string
		addr   *net.TCPAddr
		change func(*IMAPConfig)
		want   error
	}{
		{"wrong password", m.addr, func(c *IMAPConfig) { c.Secret = Fixed("wrong") }, ErrLogin},
		{"unknown user", m.addr, func(c *IMAPConfig) { c.User = "nobody" }, ErrLogin},
		{"unknown folder", m.addr, func(c *IMAPConfig) { c.Folder = "Candidatures/été" }, ErrNoFolder},
		{"nobody listens", nobody, nil, ErrUnreachable},
		{"unknown host", m.addr, func(c *IMAPConfig) { c.Host = "mail.invalid" }, ErrUnreachable},
		{"no starttls", m.addr, func(c *IMAPConfig) { c.TLS = TLSStart }, ErrTLS},
		{"tls on a plain port", m.addr, func(c *IMAPConfig) { c.TLS = TLSImplicit; c.Stall = time.Second }, ErrTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, c.addr, c.change)
			_, err := s.Open(t.Context())
			if !errors.Is(err, c.want) {
				t.Fatalf("err = %v, want %v", err, c.want)
			}
			for _, other := range []error{ErrLogin, ErrNoFolder, ErrUnreachable, ErrTLS} {
				if other != c.want && errors.Is(err, other) {
					t.Errorf("err = %v is also %v", err, other)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

func TestConnectionsAreSecuredAsConfigured(t *testing.T) {
	config, ca := certificate(t)
	_, otherCA := certificate(t)
	for _, c := range []struct {
		name     string
		mode     TLSMode
		implicit bool
		ca       string
		want     error
	}{
		{"tls", TLSImplicit, true, ca, nil},
		{"starttls", TLSStart, false, ca, nil},
		{"tls, unknown authority", TLSImplicit, true, otherCA, ErrTLS},
		{"starttls, unknown authority", TLSStart, false, otherCA, ErrTLS},
		{"no such file", TLSImplicit, true, filepath.Join(t.TempDir(), "none.pem"), ErrTLS},
		{"password refused in the clear", TLSNone, false, "", ErrLogin},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := startMemory(t, config, c.implicit)
			m.append(t, time.Now(), "Subject: s\r\n\r\nbody")
			s := open(t, m.addr, func(cfg *IMAPConfig) { cfg.TLS, cfg.CAFile = c.mode, c.ca })
			_, err := s.Open(t.Context())
			if c.want != nil {
				if !errors.Is(err, c.want) {
					t.Fatalf("err = %v, want %v", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			have := got{}
			if _, err := s.Fetch(t.Context(), []UID{1}, Whole, have.receive); err != nil || have[1] == "" {
				t.Errorf("fetch: %v, %v", have, err)
			}
		})
	}
}

// certificate makes a certificate for 127.0.0.1 and the file that makes it trusted.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, name
}

func TestConfigurationIsChecked(t *testing.T) {
	for _, cfg := range []IMAPConfig{
		{User: "u", Secret: Fixed("s")}, {Host: "h", Secret: Fixed("s")}, {Host: "h", User: "u"},
		{Host: "h", User: "u", Secret: Fixed("s"), TLS: "ssl"}, {Host: "h", User: "u", Secret: Fixed("s"), Port: 70000},
	} {
		if _, err := NewIMAP(cfg); err == nil {
			t.Errorf("%+v: no error", cfg)
		}
	}
	s, err := NewIMAP(IMAPConfig{Host: "h", User: "u", Secret: Fixed("s")})
	if err != nil || s.cfg.Port != 993 || s.cfg.Folder != "INBOX" || s.cfg.TLS != TLSImplicit {
		t.Errorf("defaults: %+v, %v", s.cfg, err)
	}
}

func TestRequestsKeepBothBounds(t *testing.T) {
	var infos []Info
	for i := 1; i <= 1200; i++ {
		infos = append(infos, Info{UID: UID(i), Size: 1000})
	}
	infos[600].Size = RequestBytes + 1
	var sizes []int
	var all []UID
	for _, b := range Requests(infos) {
		sizes = append(sizes, len(b))
		all = append(all, b...)
	}
	if !slices.Equal(sizes, []int{500, 100, 1, 500, 99}) || len(all) != 1200 || !slices.IsSorted(all) {
		t.Errorf("requests of %v", sizes)
	}
}
