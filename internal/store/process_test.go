package store

import (
	"testing"
	"time"
)

// silence makes a process look as if its last sign of life were so long ago.
func (h *house) silence(name string, since time.Duration) {
	h.t.Helper()
	now, err := h.serverClock(h.reader(h.ctx))
	h.must(err)
	h.must(h.w.Model(&Process{}).Where("name = ?", name).Update("seen_at", instantOf(now.Add(-since))).Error)
}

func TestWhatASilentProcessHoldsIsFreeSoon(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const deadAfter = time.Minute
		silent, alive := Process{Name: "silent", Roles: "poll,work"}, Process{Name: "alive", Roles: "work"}
		h.must(h.Join(h.ctx, silent, deadAfter))
		h.must(h.Join(h.ctx, alive, deadAfter))
		h.message(0)
		held, ok, err := h.ClaimMessage(h.ctx, Claim{Owner: silent.Name, For: time.Hour})
		if err != nil || !ok {
			t.Fatalf("claim: %v, %v", ok, err)
		}
		h.message(time.Minute)
		if _, ok, err := h.ClaimMessage(h.ctx, Claim{Owner: alive.Name, For: time.Hour}); err != nil || !ok {
			t.Fatalf("claim: %v, %v", ok, err)
		}
		lease, err := h.AcquireLease(h.ctx, h.mailbox().ID, silent.Name, time.Hour)
		h.must(err)

		h.silence(silent.Name, 30*time.Second)
		if p, err := h.Beat(h.ctx, alive, deadAfter); err != nil || len(p.Gone) != 0 || p.Back {
			t.Errorf("half a minute of silence: %+v, %v", p, err)
		}
		h.silence(silent.Name, 2*time.Minute)
		p, err := h.Beat(h.ctx, alive, deadAfter)
		h.must(err)
		if len(p.Gone) != 1 || p.Gone[0] != silent.Name || p.Released != 2 || p.Back {
			t.Errorf("two minutes of silence: %+v, want the silent one gone, with a message and a mailbox", p)
		}
		m, ok, err := h.ClaimMessage(h.ctx, worker)
		if err != nil || !ok || m.ID != held.ID || m.Attempts != 2 {
			t.Errorf("claimed %d, %v, %v with %d attempts; want what the silent one held, its attempt counted", m.ID, ok, err, m.Attempts)
		}
		if _, err := h.AcquireLease(h.ctx, h.mailbox().ID, alive.Name, time.Hour); err != nil {
			t.Errorf("the mailbox is not free: %v", err)
		}

		// It was cut off and comes back.
		p, err = h.Beat(h.ctx, silent, deadAfter)
		h.must(err)
		if !p.Back || len(p.Gone) != 0 {
			t.Errorf("on its return: %+v", p)
		}
		_, err = h.RenewLease(h.ctx, lease, time.Hour)
		h.wants(err, ErrLeaseLost)
		h.wants(h.SaveParsed(Holding(h.ctx, TaskMessage, held.ID, silent.Name), held.ID, Summary{}), ErrClaimLost)
		list, err := h.Processes(h.ctx)
		if err != nil || len(list) != 2 {
			t.Errorf("processes %v, %v; want both", list, err)
		}
		h.must(h.Leave(h.ctx, silent.Name))
		h.must(h.Leave(h.ctx, alive.Name))
		if list, err := h.Processes(h.ctx); err != nil || len(list) != 0 {
			t.Errorf("after leaving: %v, %v", list, err)
		}
	})
}

func TestProcessesWithDifferentKeysDoNotRunTogether(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.must(h.Join(h.ctx, Process{Name: "a", KeyID: "one"}, time.Minute))
		h.must(h.Join(h.ctx, Process{Name: "b", KeyID: "one"}, time.Minute))
		h.must(h.Join(h.ctx, Process{Name: "keyless"}, time.Minute))
		h.wants(h.Join(h.ctx, Process{Name: "c", KeyID: "two"}, time.Minute), ErrOtherKey)
		h.silence("a", time.Hour)
		h.silence("b", time.Hour)
		h.must(h.Join(h.ctx, Process{Name: "c", KeyID: "two"}, time.Minute))
	})
}
