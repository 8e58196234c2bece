package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// limitsOf are the counters of one attempt, as the sign-in page has them.
func limitsOf(name, ip string) []SignInLimit {
	return []SignInLimit{{"pair:" + name + ip, 5, 15 * time.Minute}, {"name:" + name, 5, 30 * time.Second}, {"ip:" + ip, 20, 5 * time.Minute}}
}

func (h *house) attempt(name, ip string) time.Duration {
	h.t.Helper()
	wait, err := h.AttemptSignIn(h.ctx, limitsOf(name, ip))
	h.must(err)
	return wait
}

func TestSignInSlowsDownWithoutLockingOut(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const guesser, me = "10.0.0.66", "10.0.0.2"
		for i := range 5 {
			if w := h.attempt("ada", guesser); w != 0 {
				t.Fatalf("attempt %d waits %s", i+1, w)
			}
		}
		last := time.Duration(0)
		for range 40 {
			w := h.attempt("ada", guesser)
			if w > 0 {
				h.clock.Advance(w)
				if next := h.attempt("ada", guesser); next != 0 {
					t.Fatalf("after waiting %s it still waits %s", w, next)
				}
			}
			last = w
		}
		if last != 15*time.Minute {
			t.Errorf("the guesser waits %s, want a quarter of an hour", last)
		}
		if w := h.attempt("ada", me); w > 30*time.Second {
			t.Errorf("the account's own person waits %s, want half a minute at most", w)
		}
		if w := h.attempt("grace", me); w != 0 {
			t.Errorf("somebody else waits %s", w)
		}
		// Another process shares the counters.
		other := h.reopen()
		if w, err := other.AttemptSignIn(h.ctx, limitsOf("ada", guesser)); err != nil || w == 0 {
			t.Errorf("another process lets the guesser in: %s %v", w, err)
		}
		h.clock.Advance(2 * time.Hour)
		if w := h.attempt("ada", guesser); w != 0 {
			t.Errorf("failures are not forgotten: %s", w)
		}
		h.must(h.ForgetSignIn(h.ctx, limitsOf("ada", guesser)))
	})
}

func TestGuessesAtTheSameTimeGetNoFurtherThanOneAfterAnother(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		var passed atomic.Int64
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				if w, err := h.AttemptSignIn(h.ctx, limitsOf("ada", "10.0.0.2")); err == nil && w <= 0 {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if n := passed.Load(); n != 5 {
			t.Errorf("%d guesses passed, want 5", n)
		}
		h.must(h.UndoSignIn(h.ctx, limitsOf("ada", "10.0.0.2")))
		if w := h.attempt("ada", "10.0.0.2"); w != 0 {
			t.Errorf("an attempt that came to no answer still counts: %s", w)
		}
	})
}

func TestTenThousandSignInsFillNothing(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		passed := 0
		for i := range 10_000 {
			// One machine that tries a new name each time.
			if h.attempt(fmt.Sprint("name ", i), "10.0.0.66") == 0 {
				passed++
			}
		}
		var rows int64
		h.must(h.r.Model(&SignInFailure{}).Count(&rows).Error)
		if passed != 20 || rows != 2*20+1 {
			t.Errorf("%d passed, %d counters, want 20 and 41", passed, rows)
		}
		var old []SignInFailure
		for i := range maxFailureKeys + 100 {
			old = append(old, SignInFailure{Key: fmt.Sprint("x", i), Failures: 1, LastAt: h.clock.Now().Add(-time.Duration(i) * time.Millisecond)})
		}
		h.must(insert(h.w, old))
		h.attempt("grace", "10.0.0.3")
		h.must(h.r.Model(&SignInFailure{}).Count(&rows).Error)
		if rows > maxFailureKeys {
			t.Errorf("%d counters are kept, want at most %d", rows, maxFailureKeys)
		}
	})
}
