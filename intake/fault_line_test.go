package intake

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dossier/intake/mailbox"
)

// lineFaults are faults of the matrix: what the network does.
var lineFaults = []fault{
	{1, "reset within a fetch", func(t *testing.T, w *world) {
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
	{1, "reset again and again", func(t *testing.T, w *world) {
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
	{3, "half open before the answer", func(t *testing.T, w *world) {
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
		w.failing(p, mailbox.ErrStalled)
		w.line.mend()
		w.settle(p)
		w.accounted()
	}},
	{3, "half open within a literal", func(t *testing.T, w *world) {
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
	{3, "half open while waiting", func(t *testing.T, w *world) {
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
	{4, "a slow line", func(t *testing.T, w *world) {
		size, rate := 150_000, 64
		if *fullMatrix {
			size, rate = 2_000_000, 16
		}
		w.deliver(w.mail.folder, 1, size)
		w.line.spoil("bandwidth", map[string]int{"rate": rate})
		began := time.Now()
		w.settleIn(5*time.Minute, w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) { ic.Stall = time.Second }))
		if took := time.Since(began); took < time.Second {
			t.Errorf("took %v: the line was not slow", took)
		}
		w.line.mend()
		if got := states(w.accounted()); got["application"] != 1 || len(got) != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{5, "latency with jitter", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 40, 1000)
		w.line.spoil("latency", map[string]int{"latency": 200, "jitter": 50})
		began := time.Now()
		w.settle(w.poller(w.mail.folder, nil))
		t.Logf("40 messages took %v", time.Since(began))
		w.line.mend()
		w.accounted()
	}},
	cutAt(1),
	cutAt(50),
	cutAt(99),
}

// cutAt ends the connection at a percentage of the one large message.
func cutAt(percent int) fault {
	return fault{2, fmt.Sprintf("cut at %d %% of a literal", percent), func(t *testing.T, w *world) {
		const large = 500_000
		w.deliver(w.mail.folder, 1, large)
		w.line.spoil("limit_data", map[string]int{"bytes": 2000 + large*percent/100})
		p := w.poller(w.mail.folder, nil)
		w.failing(p, mailbox.ErrLost)
		w.line.mend()
		w.settle(p)
		w.accounted()
	}}
}
