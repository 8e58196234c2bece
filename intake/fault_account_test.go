package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/store"
	"dossier/internal/testenv"
)

// accountFaults are faults of the matrix: what an account, a folder, a clock or another poller does.
var accountFaults = []fault{
	{0, "nothing wrong", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 25, 2000)
		w.settle(w.poller(w.mail.folder, nil))
		if got := states(w.accounted()); got["application"] != 25 || len(got) != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{18, "the folder is empty", func(t *testing.T, w *world) {
		w.mail.deliver(w.mail.folder)
		p := w.poller(w.mail.folder, nil)
		w.settle(p)
		w.accounted()
		w.deliver(w.mail.folder, 2, 100)
		w.settle(p)
		w.accounted()
	}},
	{18, "the folder is missing, and made later", func(t *testing.T, w *world) {
		p := w.poller("Later", nil)
		w.failing(p, mailbox.ErrNoFolder)
		w.deliver("Later", 3, 100)
		w.settle(p)
		w.accounted()
	}},
	{10, "the same mail in two folders", func(t *testing.T, w *world) {
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
	pollersAtOnce(2),
	pollersAtOnce(4),
	{12, "a poller that slept through its lease", func(t *testing.T, w *world) {
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
	{17, "a wrong password, then the right one", func(t *testing.T, w *world) {
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
	{18, "the clock jumps", func(t *testing.T, w *world) {
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

// pollersAtOnce has some pollers work on one folder, each as long as it takes to go well.
func pollersAtOnce(count int) fault {
	return fault{12, fmt.Sprintf("%d pollers at once", count), func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 24, 5000)
		var group sync.WaitGroup
		for range count {
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
	}}
}

// TestPollersOfSeveralProcessesShareOneMailbox has two, then four processes at one
// PostgreSQL, each with its own connection to it, poll one folder while mail comes in.
func TestPollersOfSeveralProcessesShareOneMailbox(t *testing.T) {
	for _, count := range []int{2, 4} {
		t.Run(fmt.Sprintf("row 12 %d processes", count), func(t *testing.T) {
			w := newWorld(t, memoryServer(t), testenv.Postgres(t))
			w.deliver(w.mail.folder, 4, 2000) // the first message makes the folder
			stop := make(chan struct{})
			var group sync.WaitGroup
			for range count {
				own, err := store.Open(t.Context(), store.Config{DSN: w.dsn, Now: w.now.Now})
				w.must(err)
				t.Cleanup(func() { w.must(own.Close()) })
				p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) { pc.Store = own })
				group.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						if _, err := p.Round(t.Context()); err != nil && !errors.Is(err, ErrBusy) && !errors.Is(err, store.ErrLeaseLost) {
							t.Error(err)
							return
						}
					}
				})
			}
			for range 5 {
				w.deliver(w.mail.folder, 4, 2000)
				time.Sleep(20 * time.Millisecond)
			}
			close(stop)
			group.Wait()
			w.settle(w.poller(w.mail.folder, nil))
			if got := states(w.accounted()); got["application"] != 24 || len(got) != 1 {
				t.Errorf("states: %v", got)
			}
		})
	}
}
