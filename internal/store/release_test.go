package store

import (
	"fmt"
	"testing"
	"time"
)

func TestWorkOfProcessesThatAreGoneIsFreeAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.message(0)
		h.message(time.Minute)
		if _, ok, err := h.ClaimMessage(h.ctx, Claim{Owner: "gone", For: time.Hour}); err != nil || !ok {
			t.Fatalf("claim: %v, %v", ok, err)
		}
		if _, ok, err := h.ClaimMessage(h.ctx, Claim{Owner: "alive", For: time.Hour}); err != nil || !ok {
			t.Fatalf("claim: %v, %v", ok, err)
		}
		_, err := h.AcquireLease(h.ctx, h.mailbox().ID, "gone", time.Hour)
		h.must(err)

		n, err := h.ReleaseOwners(h.ctx, func(owner string) bool { return owner == "gone" })
		h.must(err)
		if n != 2 {
			t.Errorf("released %d, want a message and a mailbox", n)
		}
		m, ok, err := h.ClaimMessage(h.ctx, worker)
		h.must(err)
		if !ok || m.Attempts != 2 {
			t.Errorf("claimed %v with %d attempts, want the one given back with its attempt counted", ok, m.Attempts)
		}
		if _, ok, err := h.ClaimMessage(h.ctx, worker); err != nil || ok {
			t.Errorf("the living process lost its work: %v, %v", ok, err)
		}
		if _, err := h.AcquireLease(h.ctx, h.mailbox().ID, "next", time.Hour); err != nil {
			t.Errorf("the mailbox is not free: %v", err)
		}
	})
}

func TestOnlyHashesNoRowNamesAreUnreferenced(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		m := h.message(0)
		_, err := h.RegisterApplication(h.ctx, registration(v, m, "a@mail.example"))
		h.must(err)
		var documents []Document
		h.must(h.reader(h.ctx).Find(&documents).Error)
		ask := []string{m.RawHash}
		for _, d := range documents {
			ask = append(ask, d.Hash)
		}
		var nobody []string
		for n := range 2*hashesAtOnce + 1 {
			nobody = append(nobody, fmt.Sprintf("%064x", n+1_000_000))
		}
		got, err := h.Unreferenced(h.ctx, append(ask, nobody...))
		h.must(err)
		if len(documents) == 0 || len(got) != len(nobody) || got[0] != nobody[0] {
			t.Errorf("%d of %d are unreferenced, want %d", len(got), len(ask)+len(nobody), len(nobody))
		}
	})
}

func TestAFetchGivenUpOnGetsOneMoreTry(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		box, err := h.EnsureMailbox(h.ctx, NewMailbox{Name: "intake/INBOX", Kind: KindIMAP})
		h.must(err)
		lease, err := h.AcquireLease(h.ctx, box.ID, "a", time.Hour)
		h.must(err)
		h.must(h.NewEpoch(h.ctx, lease, 7))
		_, err = h.ListUIDs(h.ctx, lease, 7, []uint32{1})
		h.must(err)
		for range MaxAttempts {
			h.must(h.FetchFailed(h.ctx, lease, 7, 1, "fetch.lost", errLost))
			h.clock.Advance(time.Hour)
		}
		due := func(want int) {
			t.Helper()
			got, err := h.UnsettledUIDs(h.ctx, box.ID, 7, 10)
			h.must(err)
			if len(got) != want {
				t.Errorf("%d are due, want %d", len(got), want)
			}
		}
		due(0)
		h.must(h.RetryFetches(h.ctx, lease))
		due(1)
		h.must(h.FetchFailed(h.ctx, lease, 7, 1, "fetch.lost", errLost))
		h.clock.Advance(time.Hour)
		due(0)
		// In a new epoch the message comes back under another number: this one is over.
		h.must(h.NewEpoch(h.ctx, lease, 8))
		b, err := h.Balance(h.ctx, LedgerQuery{MailboxID: box.ID})
		h.must(err)
		if b.ByState[Vanished] != 1 || b.Received != 1 {
			t.Errorf("balance %+v, want one vanished", b)
		}
	})
}

// errLost stands for whatever breaks a connection.
var errLost = fmt.Errorf("lost")
