package intake

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/store"
	"dossier/internal/testenv"
)

// dovecotFaults need a real server: what its operator does to it, and what other people do
// in the same folder meanwhile.
var dovecotFaults = []fault{
	{6, "the connection is kicked within a fetch", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 15, 20_000)
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Dial = after(100_000, func() { w.mail.dovecot.Do(t, "kick") })
		})
		w.settle(p)
		w.accounted()
	}},
	{6, "the server says BYE while we wait", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 2, 1000)
		p := w.poller(w.mail.folder, nil)
		w.settle(p)
		w.mail.dovecot.Do(t, "kick")
		w.deliver(w.mail.folder, 2, 1000)
		w.settle(p)
		w.accounted()
	}},
	{6, "the server restarts within a fetch", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 15, 40_000)
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Dial = after(200_000, func() { w.mail.dovecot.Do(t, "restart") })
		})
		w.settle(p)
		w.accounted()
	}},
	{7, "the folder is numbered anew", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 6, 1000)
		p := w.poller(w.mail.folder, nil)
		w.settle(p)
		w.accounted()
		w.mail.dovecot.Do(t, "uidvalidity", "--user", w.mail.user, "--mailbox", w.mail.folder, "987654321")
		w.deliver(w.mail.folder, 2, 1000)
		fresh := w.poller(w.mail.folder, nil)
		w.settle(p, fresh)
		if got := states(w.accounted()); got["application"] != 8 || got["duplicate"] != 6 || len(got) != 2 {
			t.Errorf("states: %v, want 6 messages seen twice and 2 new", got)
		}
	}},
	{7, "numbered anew within a fetch", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 6, 1000)
		var once sync.Once
		p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
			pc.At = func(point string) {
				if point == "listed" {
					once.Do(func() {
						w.mail.dovecot.Do(t, "uidvalidity", "--user", w.mail.user, "--mailbox", w.mail.folder, "123123123")
					})
				}
			}
		})
		w.settle(p, w.poller(w.mail.folder, nil))
		w.accounted()
	}},
	{8, "expunged and moved between list and fetch", func(t *testing.T, w *world) {
		w.mail.deliver("Sorted")
		w.deliver(w.mail.folder, 6, 1000)
		// The one that is deleted is never to be found.
		delete(w.delivered, key(t, letter(2, 1000)))
		var once sync.Once
		p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
			pc.At = func(point string) {
				if point != "listed" {
					return
				}
				once.Do(func() {
					w.mail.dovecot.Do(t, "expunge", "--user", w.mail.user, "--mailbox", w.mail.folder, "2")
					w.mail.dovecot.Do(t, "doveadm", "--", "move", "-u", w.mail.user, "Sorted", "mailbox", w.mail.folder, "uid", "4:5")
				})
			}
		})
		w.settle(p, w.poller("Sorted", nil))
		if got := states(w.accounted()); got["application"] != 5 || got["vanished gone_before_fetch"] != 3 || len(got) != 2 {
			t.Errorf("states: %v, want 5 applications and 3 vanished", got)
		}
	}},
	{9, "somebody reads the mail meanwhile", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 30, 10_000)
		p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
			ic.Dial = after(50_000, func() {
				w.mail.dovecot.Do(t, "doveadm", "--", "flags", "add", "-u", w.mail.user, `\Seen`, "mailbox", w.mail.folder, "uid", "1:10,25:30")
			})
		})
		w.settle(p)
		w.deliver(w.mail.folder, 1, 1000)
		w.mail.dovecot.Do(t, "doveadm", "--", "flags", "add", "-u", w.mail.user, `\Seen`, "mailbox", w.mail.folder, "uid", "31")
		w.settle(p)
		w.accounted()
		flags := w.mail.dovecot.Do(t, "doveadm", "--", "fetch", "-u", w.mail.user, "uid flags", "mailbox", w.mail.folder, "uid", "11:24")
		if strings.Contains(flags, "Seen") {
			t.Errorf("reading marked the mail as read:\n%s", flags)
		}
	}},
}

// TestADatabaseThatGoesAwayLosesNothing stops the way to PostgreSQL in the middle of a
// round, and of the work after it.
func TestADatabaseThatGoesAwayLosesNothing(t *testing.T) {
	dsn, err := url.Parse(testenv.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	upstream := dsn.Host
	if socket := dsn.Query().Get("host"); socket != "" || upstream == "" {
		t.Skipf("%s names a socket: this test needs a server on TCP", testenv.PostgresSwitch)
	}
	if dsn.Port() == "" {
		upstream = net.JoinHostPort(dsn.Hostname(), "5432")
	}
	way := newLine(t, upstream)
	dsn.Host = net.JoinHostPort(way.host, fmt.Sprint(way.port))
	w := newWorld(t, memoryServer(t), dsn.String())
	w.deliver(w.mail.folder, 20, 2000)
	var once sync.Once
	p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
		pc.At = func(point string) {
			if point == "synced" {
				once.Do(way.proxy.Stop)
			}
		}
	})
	w.failing(p, nil)
	again := func() {
		t.Helper()
		if err := way.proxy.Start(); err != nil {
			t.Fatal(err)
		}
	}
	again()
	w.settle(p)

	var stop sync.Once
	steps := 0
	work := NewPipeline(PipelineConfig{Store: w.store, Blobs: w.blobs, Reader: plainReader{}, Log: slog.New(slog.DiscardHandler), Now: w.now.Now,
		Owner: "test", Workers: 2, MaxMessage: 64 << 20, Changed: func() {
			if steps++; steps == 7 {
				stop.Do(way.proxy.Stop)
			}
		}})
	if _, err := work.Work(t.Context()); err == nil {
		t.Error("work went on without a database")
	}
	again()
	// What was claimed when the database went is due again when its claim has run out.
	w.now.move(2 * claimFor)
	if rows := w.accounted(); len(rows) != 20 {
		t.Errorf("%d rows, want 20", len(rows))
	}
	box, err := w.store.MailboxByName(t.Context(), p.Name())
	w.must(err)
	if box.LastGoodAt == nil || time.Since(*box.LastGoodAt) > time.Hour || box.Kind != store.KindIMAP {
		t.Errorf("the mailbox tells %+v", box)
	}
}
