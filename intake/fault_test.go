package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dossier/intake/mailbox"
	"dossier/intake/message"
	"dossier/internal/store"
	"dossier/internal/testenv"
)

// faults are what goes wrong between a mail server and us: Dovecot when it is switched on,
// else the server in memory. Each ends with the same question: is every message there, once?
var faults = []struct {
	name string
	run  func(t *testing.T, w *world)
}{
	{"nothing wrong", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 25, 2000)
		w.settle(w.poller(w.mail.folder, nil))
		if got := states(w.accounted()); got["application"] != 25 || len(got) != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{"the folder is empty", func(t *testing.T, w *world) {
		w.mail.deliver(w.mail.folder)
		p := w.poller(w.mail.folder, nil)
		w.settle(p)
		w.accounted()
		w.deliver(w.mail.folder, 2, 100)
		w.settle(p)
		w.accounted()
	}},
	{"the folder is missing, and made later", func(t *testing.T, w *world) {
		p := w.poller("Later", nil)
		w.failing(p, mailbox.ErrNoFolder)
		w.deliver("Later", 3, 100)
		w.settle(p)
		w.accounted()
	}},
	{"reset within a fetch", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 15, 20_000)
		w.line.spoil("bandwidth", map[string]int{"rate": 400}) // or all is on its way already
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Dial = after(100_000, func() { w.line.spoil("reset_peer", map[string]int{"timeout": 0}) })
		})
		w.failing(p, mailbox.ErrLost)
		w.line.mend()
		w.settle(p)
		w.accounted()
	}},
	{"reset again and again", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 8, 20_000)
		var on atomic.Bool
		on.Store(true)
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if !on.Load() {
					return (&net.Dialer{}).DialContext(ctx, network, address)
				}
				return after(50_000, func() { w.line.spoil("reset_peer", nil); w.line.mend() })(ctx, network, address)
			}
		})
		for range 6 {
			ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
			_, _ = p.Round(ctx) // some of these go well
			cancel()
		}
		on.Store(false)
		w.settle(p)
		w.accounted()
	}},
	{"half open before the answer", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 5, 1000)
		var once sync.Once
		p := w.poller(w.mail.folder, func(pc *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Stall = time.Second
			pc.At = func(point string) {
				if point == "listed" {
					once.Do(func() { w.line.spoil("timeout", map[string]int{"timeout": 0}) })
				}
			}
		})
		began := time.Now()
		w.failing(p, mailbox.ErrStalled)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %v to give up", took)
		}
		w.line.mend()
		w.settle(p)
		w.accounted()
	}},
	{"half open within a literal", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 5, 100_000)
		w.line.spoil("bandwidth", map[string]int{"rate": 400})
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Stall = time.Second
			ic.Dial = after(150_000, func() { w.line.spoil("timeout", map[string]int{"timeout": 0}) })
		})
		w.failing(p, mailbox.ErrStalled)
		w.line.mend()
		w.settle(p)
		w.accounted()
	}},
	{"half open while waiting", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 2, 1000)
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Stall, ic.IdleEvery = time.Second, 200*time.Millisecond
		})
		w.settle(p)
		w.line.spoil("timeout", map[string]int{"timeout": 0})
		w.deliver(w.mail.folder, 2, 1000)
		ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
		defer cancel()
		if _, err := p.cfg.Source.Wait(ctx, time.Hour); !errors.Is(err, mailbox.ErrLost) {
			t.Fatalf("the wait ended with %v, want %v", err, mailbox.ErrLost)
		}
		w.line.mend()
		w.settle(p)
		w.accounted()
	}},
	{"a slow line", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 1, 150_000)
		w.line.spoil("bandwidth", map[string]int{"rate": 64})
		began := time.Now()
		w.settle(w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) { ic.Stall = time.Second }))
		if took := time.Since(began); took < time.Second {
			t.Errorf("took %v: the line was not slow", took)
		}
		w.line.mend()
		if got := states(w.accounted()); got["application"] != 1 || len(got) != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{"latency with jitter", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 40, 1000)
		w.line.spoil("latency", map[string]int{"latency": 200, "jitter": 50})
		began := time.Now()
		w.settle(w.poller(w.mail.folder, nil))
		if took := time.Since(began); took > 4*time.Second+perConnection {
			t.Errorf("40 messages took %v, want 10 a second or more", took)
		}
		w.line.mend()
		w.accounted()
	}},
	{"the same mail in two folders", func(t *testing.T, w *world) {
		w.mail.deliver("Second")
		w.deliver(w.mail.folder, 3, 1000)
		for n := 1; n <= 3; n++ {
			w.mail.deliver("Second", append([]byte(fmt.Sprintf("Received: from other.example by mx.example; Mon, 2 Mar 2026 10:00:%02d +0100\r\n", n)), letter(n, 1000)...))
		}
		w.settle(w.poller(w.mail.folder, nil), w.poller("Second", nil))
		if got := states(w.accounted()); got["application"] != 3 || got["duplicate"] != 3 || len(got) != 2 {
			t.Errorf("states: %v, want 3 applications seen twice", got)
		}
	}},
	{"four pollers at once", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 24, 5000)
		var group sync.WaitGroup
		for range 4 {
			p := w.poller(w.mail.folder, nil)
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
				defer cancel()
				for {
					if _, err := p.Round(ctx); err == nil || ctx.Err() != nil {
						return
					} else if !errors.Is(err, ErrBusy) && !errors.Is(err, store.ErrLeaseLost) {
						t.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
		if got := states(w.accounted()); got["application"] != 24 || len(got) != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{"a poller that slept through its lease", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 5, 1000)
		second := w.poller(w.mail.folder, nil)
		var once sync.Once
		first := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
			pc.At = func(point string) {
				if point == "synced" {
					once.Do(func() { w.now.move(2 * leaseFor); w.settle(second) })
				}
			}
		})
		w.failing(first, store.ErrLeaseLost)
		w.settle(first)
		if got := states(w.accounted()); got["application"] != 5 || len(got) != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{"a wrong password, then the right one", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 3, 1000)
		var asked atomic.Int64
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Secret = func(context.Context) (string, error) {
				switch asked.Add(1) {
				case 1:
					return "wrong", nil
				case 2:
					return "", os.ErrNotExist
				}
				return w.mail.password, nil
			}
		})
		err := w.failing(p, mailbox.ErrLogin)
		if pause := backoff(1, err, time.Now()); pause != backoffMost {
			t.Errorf("the next try comes after %v, want %v: the account may be locked", pause, backoffMost)
		}
		w.failing(p, mailbox.ErrSecret)
		box, err := w.store.MailboxByName(t.Context(), p.Name())
		w.must(err)
		if box.Failures != 2 || box.LastError == "" || strings.Contains(box.LastError, "wrong") {
			t.Errorf("the mailbox tells %d failures, %q", box.Failures, box.LastError)
		}
		w.settle(p)
		w.accounted()
	}},
	{"the clock jumps", func(t *testing.T, w *world) {
		p := w.poller(w.mail.folder, nil)
		for _, by := range []time.Duration{0, 400 * 24 * time.Hour, -800 * 24 * time.Hour, 400 * 24 * time.Hour} {
			w.now.move(by)
			w.deliver(w.mail.folder, 2, 1000)
			w.settle(p)
			_, err := w.pipeline().Work(t.Context())
			w.must(err)
		}
		w.accounted()
	}},
	{"the disk refuses new files", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 5, 1000)
		p := w.poller(w.mail.folder, nil)
		tmp := filepath.Join(w.blobs.Dir(), "tmp")
		w.must(os.Rename(tmp, tmp+"-away"))
		w.failing(p, os.ErrNotExist)
		box, err := w.store.MailboxByName(t.Context(), p.Name())
		w.must(err)
		if box.Failures != 1 || box.LastGoodAt != nil {
			t.Errorf("the mailbox tells %d failures, last good round %v", box.Failures, box.LastGoodAt)
		}
		w.must(os.Rename(tmp+"-away", tmp))
		w.settle(p)
		w.accounted()
	}},
	{"a folder of blobs fills up in the middle of a message", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 3, 1000)
		w.deliver(w.mail.folder, 1, 3_000_000)
		p := w.poller(w.mail.folder, nil)
		mend := limitFiles(t, 2_000_000)
		w.failing(p, syscall.EFBIG)
		mend()
		w.settle(p)
		w.accounted()
	}},
	{"the database is locked for a while", func(t *testing.T, w *world) {
		path, ok := strings.CutPrefix(w.dsn, "sqlite:")
		if !ok {
			return // PostgreSQL's turn comes below
		}
		other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
		w.must(err)
		defer other.Close()
		w.deliver(w.mail.folder, 5, 1000)
		var once sync.Once
		released := make(chan struct{})
		p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
			pc.At = func(point string) {
				if point != "synced" {
					return
				}
				once.Do(func() {
					tx, err := other.BeginTx(context.Background(), nil)
					if err != nil {
						t.Error(err)
						close(released)
						return
					}
					go func() {
						defer close(released)
						time.Sleep(time.Second)
						_ = tx.Rollback() // nothing was written
					}()
				})
			}
		})
		w.settle(p)
		<-released
		w.accounted()
	}},
	{"messages no parser likes", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 2, 1000)
		head := func(id string) string {
			return "Message-ID: <" + id + "@post.example>\r\nFrom: MAILER-DAEMON@post.example\r\nTo: post@jobs.example\r\nSubject: odd\r\nMIME-Version: 1.0\r\n"
		}
		var parts strings.Builder
		parts.WriteString(head("parts") + "Content-Type: multipart/mixed; boundary=p\r\n\r\n")
		for n := range 10_000 {
			fmt.Fprintf(&parts, "--p\r\nContent-Type: text/plain\r\n\r\npart %d\r\n", n)
		}
		parts.WriteString("--p--\r\n")
		var deep strings.Builder
		deep.WriteString(head("deep"))
		for n := range 500 {
			fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=d%d\r\n\r\n--d%d\r\n", n, n)
		}
		deep.WriteString("Content-Type: text/plain\r\n\r\nat the bottom\r\n")
		w.mail.deliver(w.mail.folder, []byte("\r\n"), []byte(parts.String()), []byte(deep.String()), []byte(head("large")+"\r\n"+strings.Repeat(strings.Repeat("x", 76)+"\r\n", 20_000)))
		w.deliver(w.mail.folder, 1, 26<<20)
		w.deliver(w.mail.folder, 2, 1000)
		huge := head("huge") + "\r\n" + strings.Repeat(strings.Repeat("y", 76)+"\r\n", 400_000)
		w.mail.deliver(w.mail.folder, []byte(huge))
		w.settle(w.poller(w.mail.folder, func(pc *PollerConfig, ic *mailbox.IMAPConfig) { pc.MaxBytes, ic.MaxBytes = 30_000_000, 30_000_000 }))
		began := time.Now()
		got := states(w.accounted())
		if got["application"] != 5 || got["oversized oversized"] != 1 || got["failed message.empty"] != 1 {
			t.Errorf("states: %v", got)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("understanding took %v", took)
		}
	}},
	{"a parser that panics or hangs", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 4, 1000)
		w.settle(w.poller(w.mail.folder, nil))
		p := w.pipeline()
		p.cfg.ReadWithin = 300 * time.Millisecond
		forever := make(chan struct{})
		t.Cleanup(func() { close(forever) })
		p.parse = func(raw []byte, l message.Limits) (message.Message, error) {
			m, err := message.Parse(raw, l)
			switch m.Subject {
			case "Application 2":
				panic("stumbled")
			case "Application 3":
				<-forever
			}
			return m, err
		}
		_, err := p.Work(t.Context())
		w.must(err)
		rows, err := w.store.LedgerRows(t.Context(), store.LedgerQuery{})
		w.must(err)
		if got := states(rows); got["application"] != 2 || got["failed message.stumbled"] != 1 || got["failed message.took_too_long"] != 1 {
			t.Errorf("states: %v", got)
		}
		// With a mended parser, a person's retry brings them through.
		for _, r := range rows {
			if r.State == store.Failed {
				w.must(w.store.Retry(t.Context(), store.TaskMessage, r.ID))
			}
		}
		w.accounted()
	}},
}

// perConnection is what connecting, logging in, listing and measuring take at 250 ms for
// each question and answer, on a busy machine.
const perConnection = 4 * time.Second

// cuts are where a connection ends within the one large message.
var cuts = []int{1, 50, 99}

func TestFaultsLoseNothingAndDoubleNothing(t *testing.T) {
	server := func(t *testing.T, _ int) mailServer { return memoryServer(t) }
	var d *testenv.DovecotServer
	if os.Getenv(testenv.DovecotSwitch) != "" {
		d = testenv.Dovecot(t)
		server = func(t *testing.T, n int) mailServer { return onDovecot(t, d, fmt.Sprintf("Row%d", n)) }
	}
	for n, f := range faults {
		t.Run(f.name, func(t *testing.T) { f.run(t, newWorld(t, server(t, n), "")) })
	}
	for _, percent := range cuts {
		t.Run(fmt.Sprintf("cut at %d %% of a literal", percent), func(t *testing.T) {
			w := newWorld(t, server(t, 100+percent), "")
			const large = 500_000
			w.deliver(w.mail.folder, 1, large)
			w.line.spoil("limit_data", map[string]int{"bytes": 2000 + large*percent/100})
			p := w.poller(w.mail.folder, nil)
			w.failing(p, mailbox.ErrLost)
			w.line.mend()
			w.settle(p)
			w.accounted()
		})
	}
	for n, f := range dovecotFaults {
		t.Run(f.name, func(t *testing.T) {
			if d == nil {
				t.Skipf("%s is not set: needs Debian's dovecot-imapd", testenv.DovecotSwitch)
			}
			f.run(t, newWorld(t, onDovecot(t, d, fmt.Sprintf("Own%d", n)), ""))
		})
	}
}

// TestAMessageThatBreaksTheConnectionKeepsNobodyWaiting has one message on which the server
// hangs up every time: those after it arrive, it waits for a person, and the next start
// gives it one more try.
func TestAMessageThatBreaksTheConnectionKeepsNobodyWaiting(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	w.deliver(w.mail.folder, 6, 1000)
	breaks := true
	poller := func() *Poller {
		p := w.poller(w.mail.folder, nil)
		p.cfg.Source = &breaking{Source: p.cfg.Source, uid: 3, on: &breaks}
		return p
	}
	p := poller()
	failed := 0
	for range 10 {
		if _, err := p.Round(t.Context()); err == nil {
			break
		} else if failed++; !errors.Is(err, mailbox.ErrLost) {
			t.Fatal(err)
		}
	}
	if failed != store.MaxAttempts+1 {
		t.Errorf("%d rounds failed, want one for the batch and %d for the message", failed, store.MaxAttempts)
	}
	_, err := w.pipeline().Work(t.Context())
	w.must(err)
	rows, err := w.store.LedgerRows(t.Context(), store.LedgerQuery{})
	w.must(err)
	if got := states(rows); got["application"] != 5 || got["failed fetch.lost"] != 1 {
		t.Errorf("states: %v", got)
	}
	breaks = false
	w.settle(poller())
	if got := states(w.accounted()); got["application"] != 6 || len(got) != 1 {
		t.Errorf("states: %v", got)
	}
}

// TestOldMailIsListedAndNotRead connects to a mailbox with a past, then moves the day it is
// read from back.
func TestOldMailIsListedAndNotRead(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	w.deliver(w.mail.folder, 4, 1000)
	counted := func(since time.Time) map[string]int {
		t.Helper()
		w.settle(w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) { pc.Since = since }))
		_, err := w.pipeline().Work(t.Context())
		w.must(err)
		rows, err := w.store.LedgerRows(t.Context(), store.LedgerQuery{})
		w.must(err)
		return states(rows)
	}
	if got := counted(time.Now().Add(time.Hour)); got["set_aside before_cutoff"] != 4 || len(got) != 1 {
		t.Errorf("states: %v, want 4 before the day", got)
	}
	w.deliver(w.mail.folder, 1, 1000)
	if got := counted(time.Now().Add(time.Hour)); got["set_aside before_cutoff"] != 5 || len(got) != 1 {
		t.Errorf("states: %v, want 5 before the day", got)
	}
	if got := counted(time.Now().Add(-time.Hour)); got["application"] != 5 || len(got) != 1 {
		t.Errorf("states: %v, want all of them read", got)
	}
	w.accounted()
}

// breaking is a source whose server hangs up at one message.
type breaking struct {
	mailbox.Source
	uid mailbox.UID
	on  *bool
}

func (b *breaking) Fetch(ctx context.Context, uids []mailbox.UID, part mailbox.Part, receive func(mailbox.Raw) error) (mailbox.Outcome, error) {
	at := slices.Index(uids, b.uid)
	if at < 0 || !*b.on {
		return b.Source.Fetch(ctx, uids, part, receive)
	}
	out, err := b.Source.Fetch(ctx, uids[:at], part, receive)
	out.Missing = append(out.Missing, uids[at:]...)
	return out, errors.Join(err, mailbox.ErrLost)
}

// limitFiles lets no file of this process grow beyond so many bytes, as a full disk would,
// until mend is called.
func limitFiles(t *testing.T, bytes uint64) (mend func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	limit := was
	limit.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	mend = func() {
		once.Do(func() {
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
				t.Error(err)
			}
			signal.Reset(syscall.SIGXFSZ)
		})
	}
	t.Cleanup(mend)
	return mend
}
