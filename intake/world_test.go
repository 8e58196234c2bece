package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"dossier/intake/extract"
	"dossier/intake/mailbox"
	"dossier/intake/message"
	"dossier/internal/blob"
	"dossier/internal/store"
	"dossier/internal/testenv"
	"dossier/screening"
	"dossier/screening/text"
)

// world is a mailbox, a ledger and the applications made of it, with the means to spoil
// the way between them. Whatever a test does, at its end every message that was delivered
// must have become one application with its own file, and every row must be in one state.
type world struct {
	t     *testing.T
	dsn   string
	store *store.Store
	blobs *blob.Store
	now   *movedClock
	mail  mailServer
	line  *line
	// delivered are the keys of the messages put in, each to be found once.
	delivered map[string]bool
	serial    int
}

// mailServer is where messages are put and fetched from.
type mailServer struct {
	name, host     string
	port           int
	user, password string
	// folder is this test's own; deliver puts messages into any.
	folder  string
	deliver func(folder string, raws ...[]byte)
	// dovecot is nil for the server in memory.
	dovecot *testenv.DovecotServer
}

// movedClock is the real time, moved.
type movedClock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *movedClock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += by
}

func newWorld(t *testing.T, mail mailServer, dsn string) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, mail: mail, dsn: dsn, now: &movedClock{}, delivered: map[string]bool{}}
	if w.dsn == "" {
		w.dsn = "sqlite:" + filepath.Join(dir, "dossier.db")
	}
	var err error
	w.store, err = store.Open(t.Context(), store.Config{DSN: w.dsn, Now: w.now.Now, Throwaway: dsn == "",
		RetryAfter: func(int) time.Duration { return 0 }})
	w.must(err)
	t.Cleanup(func() { w.must(w.store.Close()) })
	w.blobs, err = blob.New(filepath.Join(dir, "blobs"))
	w.must(err)
	w.line = newLine(t, net.JoinHostPort(mail.host, strconv.Itoa(mail.port)))
	_, err = w.store.ApplyVacancy(t.Context(), store.NewVacancy{Slug: "post", Title: "Registry officer", Addresses: []string{"post@jobs.example"}},
		screening.Checklist{AsOf: screening.Date{Year: 2026, Month: 3, Day: 3}, Criteria: []screening.Criterion{
			{ID: "french", Kind: "language", Importance: screening.Required, Statement: screening.Statement{Plain: "Speaks French."}}}},
		store.By{Name: "test"}, false)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// letter is the nth message: an application with a file of about size bytes.
func letter(n, size int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	var b strings.Builder
	fmt.Fprintf(&b, "Message-ID: <letter-%d@post.example>\r\nFrom: Applicant %d <applicant%d@post.example>\r\nTo: post@jobs.example\r\n", n, n, n)
	fmt.Fprintf(&b, "Subject: Application %d\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n", n)
	b.WriteString("--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nI am applying for the post. Please find my CV attached.\r\n")
	fmt.Fprintf(&b, "--cut\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=cv-%d.txt\r\n\r\n", n)
	for left := size; left > 0; left -= 72 {
		fmt.Fprintf(&b, "%064x%06d\r\n", r.Uint64(), left%1_000_000)
	}
	b.WriteString("--cut--\r\n")
	return []byte(b.String())
}

// key is what a message is known by: its Message-ID and the hashes of its files.
func key(t *testing.T, raw []byte) string {
	t.Helper()
	m, err := message.Parse(raw, message.Limits{})
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	var hashes []string
	for _, a := range m.Attachments {
		hashes = append(hashes, a.SHA256)
	}
	slices.Sort(hashes)
	return m.MessageID + " " + strings.Join(hashes, " ")
}

// deliver puts count new messages into a folder, each with a file of about size bytes.
func (w *world) deliver(folder string, count, size int) {
	w.t.Helper()
	var raws [][]byte
	for range count {
		w.serial++
		raw := letter(w.serial, size)
		w.delivered[key(w.t, raw)] = true
		raws = append(raws, raw)
	}
	w.mail.deliver(folder, raws...)
}

// poller returns a poller of a folder over the line that can be spoilt.
func (w *world) poller(folder string, change func(*PollerConfig, *mailbox.IMAPConfig)) *Poller {
	w.t.Helper()
	ic := mailbox.IMAPConfig{Host: w.line.host, Port: w.line.port, TLS: mailbox.TLSNone, User: w.mail.user, Secret: mailbox.Fixed(w.mail.password),
		Folder: folder, Stall: 5 * time.Second}
	pc := PollerConfig{Store: w.store, Blobs: w.blobs, Log: slog.New(slog.DiscardHandler), Now: w.now.Now, Owner: fmt.Sprintf("test-%d", rand.Uint32()),
		Mailbox: store.NewMailbox{Name: "intake/" + folder, Account: "intake", Folder: folder, Kind: store.KindIMAP}, MaxBytes: 40 << 20, Every: time.Minute}
	if change != nil {
		change(&pc, &ic)
	}
	if pc.Source == nil {
		source, err := mailbox.NewIMAP(ic)
		w.must(err)
		w.t.Cleanup(func() { _ = source.Close() })
		pc.Source = source
	}
	return NewPoller(pc)
}

// settleWithin bounds how long a world may take to come to rest after the last fault.
const settleWithin = 30 * time.Second

// settle polls until a whole round went well, with nothing left to fetch.
func (w *world) settle(pollers ...*Poller) {
	w.t.Helper()
	w.settleIn(settleWithin, pollers...)
}

// settleIn is settle for what takes its time.
func (w *world) settleIn(within time.Duration, pollers ...*Poller) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), within)
	defer cancel()
	for _, p := range pollers {
		for {
			round, err := p.Round(ctx)
			if err == nil && round.Missing == 0 {
				break
			}
			if ctx.Err() != nil {
				w.t.Fatalf("mailbox %s does not come to rest: %+v, %v", p.Name(), round, err)
			}
		}
	}
}

func (w *world) rows() ([]store.LedgerRow, error) {
	return w.store.LedgerRows(w.t.Context(), store.LedgerQuery{})
}

func (w *world) pipeline() *Pipeline {
	return NewPipeline(PipelineConfig{Store: w.store, Blobs: w.blobs, Reader: plainReader{}, Log: slog.New(slog.DiscardHandler), Now: w.now.Now,
		Owner: "test", Workers: 2, MaxMessage: 64 << 20})
}

// plainReader reads a document as the text it is.
type plainReader struct{}

func (plainReader) Read(_ context.Context, _ string, file io.Reader) (extract.Result, error) {
	b, err := io.ReadAll(io.LimitReader(file, 2000))
	return extract.Result{Media: "text/plain", Engine: "text", Quality: 1, PageCount: 1, Pages: []text.Page{{Number: 1, Text: strings.ToValidUTF8(string(b), ""), Engine: "text", Quality: 1}}}, err
}

// accounted understands what was stored and holds the ledger to the oracle. It returns the
// rows for a test's own questions.
func (w *world) accounted() []store.LedgerRow {
	w.t.Helper()
	_, err := w.pipeline().Work(w.t.Context())
	w.must(err)
	return w.balanced()
}

// balanced is the oracle alone.
func (w *world) balanced() []store.LedgerRow {
	w.t.Helper()
	ctx := w.t.Context()
	rows, err := w.store.LedgerRows(ctx, store.LedgerQuery{})
	w.must(err)
	balance, err := w.store.Balance(ctx, store.LedgerQuery{})
	w.must(err)
	if balance.Accounted() != balance.Received || int(balance.Received) != len(rows) {
		w.t.Errorf("received %d, accounted %d, rows %d", balance.Received, balance.Accounted(), len(rows))
	}
	opened := map[string]int{}
	applications := map[int64]string{}
	for _, r := range rows {
		if !slices.Contains(store.MessageStates, r.State) || r.State == store.Listed || r.State == store.Stored || r.State == store.Parsed {
			w.t.Errorf("message %d is %q, which is no end", r.UID, r.State)
		}
		m, err := w.store.MessageByID(ctx, r.ID)
		w.must(err)
		if m.RawHash == "" {
			continue
		}
		raw, err := w.blobs.Read(m.RawHash, 64<<20)
		w.must(err)
		if int64(len(raw)) != m.Size {
			w.t.Errorf("message %d: %d bytes, the ledger says %d", r.UID, len(raw), m.Size)
		}
		if r.Class != store.ClassApplication && r.Class != store.ClassDuplicate && r.Class != store.ClassUpdate {
			continue
		}
		k := key(w.t, raw)
		if !w.delivered[k] {
			w.t.Errorf("message %d was never sent in this form: %s", r.UID, k)
		}
		if r.Class == store.ClassApplication {
			opened[k]++
			applications[r.Application] = k
		}
	}
	for k := range w.delivered {
		if opened[k] != 1 {
			w.t.Errorf("%d applications were opened by %.40s, want 1", opened[k], k)
		}
	}
	for id, k := range applications {
		view, err := w.store.ApplicationView(ctx, id)
		w.must(err)
		var files []string
		for _, d := range view.Documents {
			if d.Body {
				continue
			}
			files = append(files, d.Hash)
			w.must(w.blobs.Verify(ctx, d.Hash))
		}
		if len(files) != 1 || !strings.HasSuffix(k, " "+files[0]) {
			w.t.Errorf("application %d has the files %v, want those of %s", id, files, k)
		}
		if view.Assessment == nil {
			w.t.Errorf("application %d was not assessed", id)
		}
	}
	return rows
}

// states counts the rows by state and reason, like "vanished gone_before_fetch".
func states(rows []store.LedgerRow) map[string]int {
	out := map[string]int{}
	for _, r := range rows {
		if r.State == store.Routed {
			out[string(r.Class)]++
			continue
		}
		out[strings.TrimSpace(string(r.State)+" "+r.Reason)]++
	}
	return out
}

// line is the way to the mail server, through a proxy that can be told to spoil it.
type line struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
	host  string
	port  int
}

func newLine(t *testing.T, upstream string) *line {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "mail", "127.0.0.1:0", upstream)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	host, port, err := net.SplitHostPort(proxy.Listen)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return &line{t: t, proxy: proxy, host: host, port: n}
}

// spoil adds a fault to what the server sends: reset_peer, limit_data, timeout, bandwidth
// or latency.
func (l *line) spoil(fault string, attributes map[string]int) {
	l.t.Helper()
	b, err := json.Marshal(map[string]any{"type": fault, "attributes": attributes})
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := l.proxy.Toxics.AddToxicJson(bytes.NewReader(b)); err != nil {
		l.t.Error(err) // also called from the poller's goroutines
	}
}

// mend takes all faults away.
func (l *line) mend() {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	l.proxy.Toxics.ResetToxics(ctx)
}

// after is a dialer whose first connection does something once when that many bytes have
// been read.
func after(count int64, do func()) func(ctx context.Context, network, address string) (net.Conn, error) {
	var once sync.Once
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &countedConn{Conn: conn, left: count, do: func() { once.Do(do) }}, nil
	}
}

type countedConn struct {
	net.Conn
	left int64
	do   func()
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p[:min(len(p), 4096)])
	if c.left -= int64(n); c.left <= 0 {
		c.do()
	}
	return n, err
}

// memoryServer is go-imap's own server on a real socket: good for what the network does,
// no stand-in for a real server.
func memoryServer(t *testing.T) mailServer {
	t.Helper()
	user := imapmemserver.NewUser("intake", "intake")
	made := map[string]bool{}
	memory := imapmemserver.New()
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIdle: {}, imap.CapMove: {}, imap.CapUIDPlus: {}}, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return mailServer{name: "memory", host: "127.0.0.1", port: listener.Addr().(*net.TCPAddr).Port, user: "intake", password: "intake", folder: "INBOX",
		deliver: func(folder string, raws ...[]byte) {
			if !made[folder] {
				if err := user.Create(folder, nil); err != nil {
					t.Fatal(err)
				}
				made[folder] = true
			}
			for _, raw := range raws {
				if _, err := user.Append(folder, sized{bytes.NewReader(raw)}, &imap.AppendOptions{Time: time.Now()}); err != nil {
					t.Fatal(err)
				}
			}
		}}
}

type sized struct{ *bytes.Reader }

func (s sized) Size() int64 { return s.Reader.Size() }

// onDovecot is one test's folder on a shared Dovecot.
func onDovecot(t *testing.T, d *testenv.DovecotServer, folder string) mailServer {
	t.Helper()
	port, err := strconv.Atoi(d.Port)
	if err != nil {
		t.Fatal(err)
	}
	serial := 0
	return mailServer{name: "dovecot", host: d.Host, port: port, user: d.User, password: d.Password, folder: folder, dovecot: d,
		deliver: func(folder string, raws ...[]byte) {
			if len(raws) == 0 {
				d.Do(t, "doveadm", "--", "mailbox", "create", "-u", d.User, folder)
				return
			}
			dir := t.TempDir()
			for _, raw := range raws {
				serial++
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.eml", serial)), raw, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			d.Append(t, folder, dir)
		}}
}

// failing is the error that a round must end with while a fault lasts.
func (w *world) failing(p *Poller, want error) error {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), settleWithin)
	defer cancel()
	_, err := p.Round(ctx)
	if err == nil || want != nil && !errors.Is(err, want) {
		w.t.Fatalf("the round ended with %v, want %v", err, want)
	}
	return err
}
