package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/sample"
	"dossier/internal/store"
)

// entered keeps an account as the page would, with its password sealed.
func entered(t *testing.T, i *instance, name string, s server) store.MailAccount {
	t.Helper()
	sealed, err := pageMailboxes{i}.Seal(name, s.password)
	if err != nil {
		t.Fatal(err)
	}
	a, err := i.store.AddMailAccount(t.Context(), store.MailAccount{Name: name, Host: s.host, Port: s.port, TLS: "none", Login: s.user, Auth: "password",
		Secret: sealed, Folders: []string{"INBOX"}, Disabled: true}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// opened opens an installation with its key.
func (in installation) opened(t *testing.T) *instance {
	t.Helper()
	i := in.open(t)
	if err := i.openSecrets(t.Context()); err != nil {
		t.Fatal(err)
	}
	return i
}

// withoutMailboxes takes the accounts out of the configuration file.
func (in installation) withoutMailboxes(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile(in.config)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := bytes.Cut(b, []byte("mailboxes:"))
	if err := os.WriteFile(in.config, before, 0o600); err != nil {
		t.Fatal(err)
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("does not come about: %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestAnAccountOfThePageIsReadWithoutARestart enters, starts, breaks, mends and stops an
// account while the pollers run.
func TestAnAccountOfThePageIsReadWithoutARestart(t *testing.T) {
	s := memoryMailbox(t)
	in := install(t, s, "")
	in.withoutMailboxes(t)
	i := in.opened(t)
	a := entered(t, i, "jobs", s)
	s.deliver(t, sample.Messages(time.Time{})[0].Raw)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); i.run(ctx, true, false, func() {}) }()
	defer func() { cancel(); <-done }()
	stored := func() int64 {
		b, err := i.store.Balance(t.Context(), store.LedgerQuery{})
		if err != nil {
			t.Fatal(err)
		}
		return b.ByState[store.Stored]
	}
	set := func(disabled bool) {
		t.Helper()
		now, err := i.store.MailAccountByID(t.Context(), a.ID)
		if err == nil {
			err = i.store.SetMailAccountDisabled(t.Context(), a.ID, disabled, now.Version, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		i.matchSoon()
	}
	set(false)
	until(t, "the first message is stored", func() bool { return stored() == 1 })

	now, err := i.store.MailAccountByID(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	wrong := now
	if wrong.Secret, err = (pageMailboxes{i}).Seal("jobs", "wrong"); err != nil {
		t.Fatal(err)
	}
	if now, err = i.store.ChangeMailAccount(t.Context(), wrong, now.Version, 0); err != nil {
		t.Fatal(err)
	}
	i.matchSoon()
	until(t, "the wrong password is noticed", func() bool {
		m, err := i.store.MailboxByName(t.Context(), "jobs/INBOX")
		return err == nil && m.ErrorCode == store.FaultLogin
	})
	if now.Secret, err = (pageMailboxes{i}).Seal("jobs", s.password); err != nil {
		t.Fatal(err)
	}
	if _, err = i.store.ChangeMailAccount(t.Context(), now, now.Version, 0); err != nil {
		t.Fatal(err)
	}
	s.deliver(t, sample.Messages(time.Time{})[1].Raw)
	i.matchSoon()
	until(t, "the right password is used at once", func() bool { return stored() == 2 })

	set(true)
	until(t, "the mailbox is let go", func() bool {
		m, err := i.store.MailboxByName(t.Context(), "jobs/INBOX")
		return err == nil && !m.Watched && m.LeaseOwner == ""
	})
}

func TestAKeyThatDoesNotFitIsRefusedAtTheStart(t *testing.T) {
	s := memoryMailbox(t)
	in := install(t, s, "")
	entered(t, in.opened(t), "jobs", s)
	key := filepath.Join(filepath.Dir(in.config), "data", "secret.key")
	right, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]string{"another key": strings.Repeat("ab", 32), "no key": ""} {
		if err := os.Remove(key); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if wrong != "" {
			if err := os.WriteFile(key, []byte(wrong), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		code, _, errs := in.dossier(t, "poll", "--once")
		if code != exitFailed || !strings.Contains(errs, "put ") || !strings.Contains(errs, "forget-secrets") {
			t.Errorf("%s: exit %d, %q", name, code, errs)
		}
		if _, x := in.doctor(t); !strings.Contains(x.about("secrets"), "problem") {
			t.Errorf("%s: the doctor says %q", name, x.about("secrets"))
		}
	}
	if err := os.WriteFile(key, right, 0o600); err != nil {
		t.Fatal(err)
	}
	in.must(t, "poll", "--once")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	in.must(t, "mailbox", "forget-secrets")
	in.must(t, "poll", "--once")
}

func TestATestOfAMailboxTellsTheStepAndNoSecret(t *testing.T) {
	s := memoryMailbox(t)
	s.deliver(t, []byte("From: a@post.example\r\nSubject: The latest\r\n\r\nbody\r\n"))
	in := install(t, s, "")
	if out := in.must(t, "mailbox", "test", "intake", "--subjects"); !strings.Contains(out, "ok      permission") || !strings.Contains(out, "subject: The latest") {
		t.Errorf("test: %s", out)
	}
	if out := in.must(t, "mailbox", "list"); !strings.Contains(out, "intake/INBOX") || !strings.Contains(out, "never read") {
		t.Errorf("list: %s", out)
	}
	if code, _, errs := in.dossier(t, "mailbox", "test", "nobody"); code != exitFailed || !strings.Contains(errs, "nobody") {
		t.Errorf("an unknown account: exit %d, %q", code, errs)
	}
	i := in.opened(t)
	wrong := s
	wrong.password = "hunter2hunter2"
	entered(t, i, "wrong", wrong)
	trials, err := pageMailboxes{i}.Try(t.Context(), "wrong")
	if err != nil || len(trials) != 1 {
		t.Fatalf("trials %v, %v", trials, err)
	}
	f := trials[0].Failed()
	if f == nil || f.Step != "login" || f.Advice != "login" || strings.Contains(f.Detail, wrong.password) {
		t.Errorf("failed at %+v", f)
	}
	for n, want := range []string{"ok", "ok", "ok", "failed", "skipped", "skipped"} { // no TLS here
		if got := trials[0].Steps[n].State; got != want {
			t.Errorf("step %s is %s, want %s", trials[0].Steps[n].Step, got, want)
		}
	}
}

// TestAConsentIsKeptSealedAndBelongsToWhoAsked goes to a provider and back.
func TestAConsentIsKeptSealedAndBelongsToWhoAsked(t *testing.T) {
	var form url.Values
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // read below
		form = r.Form
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"a","refresh_token":"refresh-in-clear","expires_in":3600}`)
	}))
	defer provider.Close()
	in := install(t, memoryMailbox(t), "")
	i := in.opened(t)
	_, err := i.store.AddMailAccount(t.Context(), store.MailAccount{Name: "google", Host: "imap.example", Port: 993, TLS: "tls", Login: "jobs@organisation.example",
		Auth: "xoauth2", Grant: "refresh_token", ClientID: "client", AuthURL: provider.URL + "/auth", TokenURL: provider.URL + "/token", Folders: []string{"INBOX"}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := pageMailboxes{i}
	address, err := p.Consent(t.Context(), "google", 7, "https://dossier.example/mailboxes/callback")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	back := url.Values{"state": {u.Query().Get("state")}, "code": {"code-1"}}
	if _, err := p.Agreed(t.Context(), back, 8); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else finishes it: %v", err)
	}
	if name, err := p.Agreed(t.Context(), back, 7); err != nil || name != "google" {
		t.Fatalf("Agreed = %q, %v", name, err)
	}
	if form.Get("code") != "code-1" || form.Get("code_verifier") == "" {
		t.Errorf("exchanged with %v", form)
	}
	if _, err := p.Agreed(t.Context(), back, 7); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	tok, err := i.store.MailTokenOf(t.Context(), "google")
	if err != nil || strings.Contains(tok.Refresh, "refresh-in-clear") {
		t.Errorf("kept %+v, %v", tok, err)
	}
	a, err := i.account(t.Context(), "google")
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := (&refreshTokens{i: i, a: a}).Refresh(t.Context()); err != nil || got != "refresh-in-clear" {
		t.Errorf("Refresh = %q, %v", got, err)
	}
	// Refused at the provider: nothing is kept, and the state is spent.
	address, err = p.Consent(t.Context(), "google", 7, "https://dossier.example/mailboxes/callback")
	if err != nil {
		t.Fatal(err)
	}
	u, _ = url.Parse(address)
	if _, err := p.Agreed(t.Context(), url.Values{"state": {u.Query().Get("state")}, "error": {"access_denied"}}, 7); !errors.Is(err, errNotAgreed) {
		t.Errorf("refused: %v", err)
	}
}

func TestATestRightAfterAConsentHasItsToken(t *testing.T) {
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"a","expires_in":3600}`)
	}))
	defer provider.Close()
	i := install(t, memoryMailbox(t), "").opened(t)
	_, err := i.store.AddMailAccount(t.Context(), store.MailAccount{Name: "google", Host: "imap.example", Port: 993, TLS: "tls", Login: "jobs@organisation.example", Disabled: true,
		Auth: "xoauth2", Grant: "refresh_token", ClientID: "client", AuthURL: provider.URL + "/auth", TokenURL: provider.URL + "/token", Folders: []string{"INBOX"}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	token := func() (string, error) {
		t.Helper()
		a, err := i.anyAccount(t.Context(), "google")
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := i.tokensOf(a)
		if err != nil {
			t.Fatal(err)
		}
		return tokens.Token(t.Context())
	}
	if _, err := token(); !errors.Is(err, mailbox.ErrNoConsent) {
		t.Errorf("before the consent: %v", err)
	}
	sealed, err := i.box.Seal("refresh", aboutToken("google"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.store.PutMailToken(t.Context(), store.MailToken{Account: "google", Refresh: sealed}); err != nil {
		t.Fatal(err)
	}
	if got, err := token(); err != nil || got != "a" {
		t.Errorf("after the consent: %q, %v", got, err)
	}
}

func TestATokenOfAFileIsKeptAndGivesWayToANewFile(t *testing.T) {
	in := install(t, memoryMailbox(t), "")
	file := filepath.Join(filepath.Dir(in.config), "refresh")
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	i := in.opened(t)
	a := mailAccount{Mailbox: i.cfg.Mailboxes[0]}
	a.OAuth.Grant, a.OAuth.RefreshTokenFile = "refresh_token", file
	r := &refreshTokens{i: i, a: a}
	want := func(want string) int {
		t.Helper()
		got, version, err := r.Refresh(t.Context())
		if err != nil || got != want {
			t.Errorf("Refresh = %q, %v; want %q", got, err, want)
		}
		return version
	}
	write("one\n")
	version := want("one")
	if err := r.Rotate(t.Context(), version, "two", nil); err != nil {
		t.Fatal(err)
	}
	want("two")
	write("three\n")
	want("three")
}

// TestTheServiceManagerHearsOfUs listens where the service manager would.
func TestTheServiceManagerHearsOfUs(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", socket)
	t.Setenv("WATCHDOG_USEC", "40000")
	t.Setenv("WATCHDOG_PID", "")
	in := install(t, memoryMailbox(t), "")
	i := in.opened(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); i.service(ctx, func() bool { return true }) }()
	hear := func() string {
		b := make([]byte, 100)
		if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	if got := hear(); got != "READY=1" {
		t.Errorf("first %q", got)
	}
	for range 2 {
		if got := hear(); got != "WATCHDOG=1" {
			t.Errorf("then %q", got)
		}
	}
	cancel()
	<-done
	last := ""
	for last != "STOPPING=1" {
		if last = hear(); last != "WATCHDOG=1" && last != "STOPPING=1" {
			t.Fatalf("at the end %q", last)
		}
	}
}

// TestMachinesAreToldInFiguresThatAreDocumented serves metrics and readiness while pollers
// run, and holds the page of the manual against what is served.
func TestMachinesAreToldInFiguresThatAreDocumented(t *testing.T) {
	s := memoryMailbox(t)
	s.deliver(t, sample.Messages(time.Time{})[0].Raw)
	in := install(t, s, "")
	b, err := os.ReadFile(in.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in.config, append([]byte("metrics: 127.0.0.1:0\n"), b...), 0o600); err != nil {
		t.Fatal(err)
	}
	i := in.opened(t)
	server, listener, err := i.listenMetrics()
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(listener) }) // ends with Close
	defer func() { server.Close(); group.Wait() }()
	get := func(path string) (int, string) {
		resp, err := http.Get("http://" + listener.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var body bytes.Buffer
		if _, err := body.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, body.String()
	}
	if code, _ := get("/readyz"); code != http.StatusServiceUnavailable {
		t.Errorf("ready before it has started: %d", code)
	}
	wanted, err := i.wanted(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := wanted[0].Make()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Close()
	i.phase.Store(running)
	if code, body := get("/readyz"); code != http.StatusOK || body != "ready\n" {
		t.Errorf("readyz: %d %q", code, body)
	}
	_, body := get("/metrics")
	for _, want := range []string{`dossier_rounds_total{fault="",mailbox="intake/INBOX"} 1`, `dossier_messages_stored_total{mailbox="intake/INBOX"} 1`,
		`dossier_mailbox_silent{mailbox="intake/INBOX"} 0`, `dossier_ledger_messages{state="stored"} 1`, "dossier_database_up 1"} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	manual, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (dossier_\w+)`).FindAllStringSubmatch(body, -1) {
		if !strings.Contains(string(manual), "`"+m[1]+"`") {
			t.Errorf("docs/operating.md does not tell of %s", m[1])
		}
	}
	for _, f := range store.Faults {
		if !strings.Contains(string(manual), "| `"+string(f)+"` |") {
			t.Errorf("docs/operating.md does not tell of the fault %s", f)
		}
	}
	i.phase.Store(stopping)
	if code, _ := get("/readyz"); code != http.StatusServiceUnavailable {
		t.Errorf("ready while stopping: %d", code)
	}
	if code, body := get("/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("healthz while stopping: %d %q", code, body)
	}
	if err := i.store.Close(); err != nil {
		t.Fatal(err)
	}
	if code, _ := get("/healthz"); code != http.StatusServiceUnavailable {
		t.Errorf("healthz without a database: %d", code)
	}
}
