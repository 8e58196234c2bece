package store

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func (h *house) imap() (Mailbox, Lease) {
	h.t.Helper()
	m, err := h.EnsureMailbox(h.ctx, NewMailbox{Name: "intake/INBOX", Account: "intake", Folder: "INBOX", Kind: KindIMAP})
	h.must(err)
	lease, err := h.AcquireLease(h.ctx, m.ID, "one", time.Minute)
	h.must(err)
	h.must(h.NewEpoch(h.ctx, lease, 7))
	return m, lease
}

func kept(uid uint32) Kept {
	return Kept{UID: uid, Hash: fmt.Sprintf("%064d", uid), Size: int64(uid), InternalDate: monday.Add(time.Duration(uid) * time.Second)}
}

func TestAMailboxIsMadeOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		first, _ := h.imap()
		second, err := h.EnsureMailbox(h.ctx, NewMailbox{Name: "intake/INBOX", Kind: KindIMAP})
		h.must(err)
		if first.ID != second.ID {
			t.Errorf("made twice: %d and %d", first.ID, second.ID)
		}
		all, err := h.Mailboxes(h.ctx)
		h.must(err)
		if len(all) != 1 || all[0].UIDValidity != 7 {
			t.Errorf("mailboxes: %+v", all)
		}
		_, err = h.MailboxByName(h.ctx, "other")
		h.wants(err, ErrNotFound)
	})
}

func TestOnlyTheNewestLeaseWrites(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, old := h.imap()
		_, err := h.ListUIDs(h.ctx, old, 7, []uint32{1, 2})
		h.must(err)
		_, err = h.AcquireLease(h.ctx, m.ID, "two", time.Minute)
		h.wants(err, ErrLeaseHeld)
		old, err = h.RenewLease(h.ctx, old, time.Minute)
		h.must(err)

		h.clock.Advance(2 * time.Minute)
		h.must(h.KeepBatch(h.ctx, old, 7, []Kept{kept(1)})) // late, but nobody else came
		fresh, err := h.AcquireLease(h.ctx, m.ID, "two", time.Minute)
		h.must(err)
		if fresh.Fence <= old.Fence {
			t.Errorf("fence %d after %d", fresh.Fence, old.Fence)
		}
		h.wants(h.KeepBatch(h.ctx, old, 7, []Kept{kept(2)}), ErrLeaseLost)
		_, err = h.ListUIDs(h.ctx, old, 7, []uint32{3})
		h.wants(err, ErrLeaseLost)
		_, err = h.RenewLease(h.ctx, old, time.Minute)
		h.wants(err, ErrLeaseLost)
		h.must(h.ReleaseLease(h.ctx, old)) // of no effect
		h.must(h.KeepBatch(h.ctx, fresh, 7, []Kept{kept(2)}))
		h.must(h.ReleaseLease(h.ctx, fresh))
		_, err = h.AcquireLease(h.ctx, m.ID, "one", time.Minute)
		h.must(err)
	})
}

func TestListingTwiceAddsNothing(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, lease := h.imap()
		var uids []uint32
		for uid := range uint32(450) {
			uids = append(uids, uid+1)
		}
		for i, want := range []int{450, 0} {
			if got, err := h.ListUIDs(h.ctx, lease, 7, uids); err != nil || got != want {
				t.Errorf("listing %d added %d, %v; want %d", i+1, got, err, want)
			}
		}
		due, err := h.UnsettledUIDs(h.ctx, m.ID, 7, 3)
		h.must(err)
		if len(due) != 3 || due[0] != 1 || due[2] != 3 {
			t.Errorf("unsettled: %+v", due)
		}
	})
}

func TestABatchIsKeptOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, lease := h.imap()
		_, err := h.ListUIDs(h.ctx, lease, 7, []uint32{1, 2, 3, 4})
		h.must(err)
		batch := []Kept{kept(1), kept(2)}
		batch[1].ReceivedAt, batch[1].ReceivedLine = monday.Add(time.Hour), "from a by b; when"
		for range 2 {
			h.must(h.KeepBatch(h.ctx, lease, 7, batch))
		}
		other := kept(1)
		other.Hash = fmt.Sprintf("%064x", 0xff)
		h.must(h.KeepBatch(h.ctx, lease, 7, []Kept{other})) // what is stored stays
		one, two := h.messageAt(m, 1), h.messageAt(m, 2)
		if one.State != Stored || one.RawHash != batch[0].Hash || !one.ReceivedAt.Equal(batch[0].InternalDate) {
			t.Errorf("first: %+v", one)
		}
		if !two.ReceivedAt.Equal(batch[1].ReceivedAt) || two.ReceivedLine != batch[1].ReceivedLine || !two.InternalDate.Equal(batch[1].InternalDate) {
			t.Errorf("second: %+v", two)
		}
		h.must(h.RoundDone(h.ctx, lease))
		got, err := h.MailboxByName(h.ctx, "intake/INBOX")
		h.must(err)
		if got.LowUID != 3 || got.LastGoodAt == nil || got.Failures != 0 {
			t.Errorf("after the round: %+v", got)
		}
		h.must(h.KeepBatch(h.ctx, lease, 7, []Kept{kept(3), kept(4)}))
		h.must(h.RoundDone(h.ctx, lease))
		if got, err = h.MailboxByName(h.ctx, "intake/INBOX"); err != nil || got.LowUID != 5 {
			t.Errorf("low uid %d, %v; want 5", got.LowUID, err)
		}
	})
}

func (h *house) messageAt(m Mailbox, uid uint32) Message {
	h.t.Helper()
	var out Message
	h.must(h.reader(h.ctx).Where("mailbox_id = ? AND uid = ?", m.ID, uid).Order("id").Take(&out).Error)
	return out
}

func TestEveryListedMessageEndsSomewhere(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, lease := h.imap()
		_, err := h.ListUIDs(h.ctx, lease, 7, []uint32{1, 2, 3, 4})
		h.must(err)
		h.must(h.MarkOversized(h.ctx, lease, 7, 1, 99<<20, monday, Summary{Subject: "huge", FromEmail: "a@mail.example"}))
		h.must(h.MarkVanished(h.ctx, lease, 7, []uint32{2}, "gone"))
		if one := h.messageAt(m, 1); one.State != Oversized || one.Subject != "huge" || one.Size != 99<<20 || !one.ReceivedAt.Equal(monday) {
			t.Errorf("oversized: %+v", one)
		}
		if two := h.messageAt(m, 2); two.State != Vanished || two.Reason != "gone" {
			t.Errorf("vanished: %+v", two)
		}

		cut := errors.New("connection cut")
		for try := 1; try <= MaxAttempts; try++ {
			due, err := h.UnsettledUIDs(h.ctx, m.ID, 7, 10)
			h.must(err)
			if len(due) != 2 {
				t.Fatalf("try %d: %d due, want 2", try, len(due))
			}
			h.must(h.FetchFailed(h.ctx, lease, 7, 3, "fetch.cut", cut))
			due, err = h.UnsettledUIDs(h.ctx, m.ID, 7, 10)
			h.must(err)
			if len(due) != 1 || due[0] != 4 {
				t.Errorf("try %d: the failed message does not wait: %+v", try, due)
			}
			h.clock.Advance(time.Hour)
		}
		three := h.messageAt(m, 3)
		if three.State != Failed || !three.Parked || three.Error != "connection cut" || three.Reason != "fetch.cut" {
			t.Errorf("after %d tries: %+v", MaxAttempts, three)
		}
		h.must(h.Retry(h.ctx, TaskMessage, three.ID))
		if three = h.messageAt(m, 3); three.State != Listed || three.Parked || three.Attempts != 0 {
			t.Errorf("after retry: %+v", three)
		}
		h.must(h.KeepBatch(h.ctx, lease, 7, []Kept{kept(3)}))
		if three = h.messageAt(m, 3); three.State != Stored || three.Error != "" {
			t.Errorf("after it came: %+v", three)
		}
	})
}

func TestANewEpochListsAnew(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, lease := h.imap()
		_, err := h.ListUIDs(h.ctx, lease, 7, []uint32{1, 2})
		h.must(err)
		h.must(h.KeepBatch(h.ctx, lease, 7, []Kept{kept(1)}))
		h.must(h.RoundDone(h.ctx, lease))
		h.must(h.NewEpoch(h.ctx, lease, 8))
		if added, err := h.ListUIDs(h.ctx, lease, 8, []uint32{1, 2}); err != nil || added != 2 {
			t.Errorf("added %d, %v; want 2", added, err)
		}
		got, err := h.MailboxByName(h.ctx, m.Name)
		h.must(err)
		if got.UIDValidity != 8 || got.LowUID != 1 {
			t.Errorf("mailbox: %+v", got)
		}
		b, err := h.Balance(h.ctx, LedgerQuery{MailboxID: m.ID})
		h.must(err)
		if b.Received != 4 || b.Accounted() != 4 || b.ByState[Stored] != 1 || b.ByState[Vanished] != 1 || b.ByState[Listed] != 2 {
			t.Errorf("balance: %+v", b)
		}
	})
}

func TestAFailedRoundIsTold(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, lease := h.imap()
		for range 2 {
			h.must(h.RoundFailed(h.ctx, m.ID, FaultLogin, errors.New("login refused"), time.Time{}))
		}
		got, err := h.MailboxByName(h.ctx, m.Name)
		h.must(err)
		if got.Failures != 2 || got.LastError != "login refused" || got.LastErrorAt == nil {
			t.Errorf("mailbox: %+v", got)
		}
		h.must(h.RoundDone(h.ctx, lease))
		if got, err = h.MailboxByName(h.ctx, m.Name); err != nil || got.Failures != 0 || got.LastError != "" {
			t.Errorf("after a good round: %+v, %v", got, err)
		}
	})
}

func TestTheSameFileIsImportedOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		box := h.mailbox()
		f := KeptFile{Hash: fmt.Sprintf("%064d", 1), Size: 5, ReceivedAt: monday, Name: "a.eml"}
		first, existed, err := h.KeepFile(h.ctx, box.ID, f)
		h.must(err)
		if existed || first.State != Stored || first.UID != 1 {
			t.Errorf("first: existed %v, %+v", existed, first)
		}
		again, existed, err := h.KeepFile(h.ctx, box.ID, f)
		h.must(err)
		if !existed || again.ID != first.ID {
			t.Errorf("again: existed %v, id %d, want %d", existed, again.ID, first.ID)
		}
		f.Hash = fmt.Sprintf("%064d", 2)
		if other, existed, err := h.KeepFile(h.ctx, box.ID, f); err != nil || existed || other.UID != 2 {
			t.Errorf("other: existed %v, uid %d, %v", existed, other.UID, err)
		}
	})
}
