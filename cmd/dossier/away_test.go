package main

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"dossier/internal/testenv"
)

// gate is the way to a server, which can be shut.
type gate struct {
	t        *testing.T
	upstream string
	listener net.Listener

	mu    sync.Mutex
	shut  bool
	conns []net.Conn
}

func newGate(t *testing.T, upstream string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, upstream: upstream, listener: l}
	t.Cleanup(func() { l.Close(); g.set(true) })
	go g.run()
	return g
}

func (g *gate) run() {
	for {
		in, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.mu.Lock()
		out, err := net.Dial("tcp", g.upstream)
		if g.shut || err != nil {
			g.mu.Unlock()
			in.Close()
			if err == nil {
				out.Close()
			}
			continue
		}
		g.conns = append(g.conns, in, out)
		g.mu.Unlock()
		go func() { io.Copy(in, out); in.Close() }()
		go func() { io.Copy(out, in); out.Close() }()
	}
}

// set shuts the way, and cuts off whoever is on it, or opens it.
func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	if shut {
		for _, c := range g.conns {
			c.Close()
		}
		g.conns = nil
	}
}

// The database goes away while people use pages, and comes back.
func TestPagesSayThatTheDatabaseIsAway(t *testing.T) {
	dsn, err := url.Parse(testenv.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	if dsn.Host == "" || dsn.Query().Get("host") != "" {
		t.Skipf("%s names a socket: this test needs a server on TCP", testenv.PostgresSwitch)
	}
	upstream := dsn.Host
	if dsn.Port() == "" {
		upstream = net.JoinHostPort(dsn.Hostname(), "5432")
	}
	way := newGate(t, upstream)
	dsn.Host = way.listener.Addr().String()
	in := install(t, memoryMailbox(t), dsn.String())
	i := in.opened(t)
	var logged bytes.Buffer
	i.log = slog.New(slog.NewTextHandler(&logged, nil))
	ask := in.site(t, i)
	if code, _ := ask(http.MethodGet, "/signin", ""); code != http.StatusOK {
		t.Fatalf("before: %d", code)
	}
	way.set(true)
	for range 3 {
		code, body := ask(http.MethodGet, "/signin", "")
		if code != http.StatusServiceUnavailable || !strings.Contains(body, "The database does not answer") || !strings.Contains(body, "Try again") {
			t.Fatalf("a page: %d\n%s", code, body)
		}
		for _, hidden := range []string{"pgconn", "connect", "127.0.0.1", "goroutine"} {
			if strings.Contains(body, hidden) {
				t.Errorf("the page tells strangers of %q", hidden)
			}
		}
		for _, path := range []string{"/readyz", "/healthz"} {
			if code, body := ask(http.MethodGet, path, ""); code != http.StatusServiceUnavailable {
				t.Errorf("%s: %d %s", path, code, body)
			}
		}
	}
	if n := strings.Count(logged.String(), "level=ERROR msg=request"); n != 1 {
		t.Errorf("the outage stands %d times in the log, want 1:\n%s", n, logged.String())
	}
	way.set(false)
	if code, body := ask(http.MethodGet, "/signin", ""); code != http.StatusOK {
		t.Errorf("after: %d\n%s", code, body)
	}
	if code, body := ask(http.MethodGet, "/readyz", ""); code != http.StatusOK {
		t.Errorf("ready after: %d %s", code, body)
	}
}
