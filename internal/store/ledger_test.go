package store

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestTheLedgerAccountsForEveryMessage(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		box, lease := h.imap()
		v := h.vacancy("one")
		_, err := h.ListUIDs(h.ctx, lease, 7, []uint32{1, 2})
		h.must(err)
		h.must(h.MarkOversized(h.ctx, lease, 7, 1, 1<<30, monday.Add(48*time.Hour), Summary{}))
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		q := h.message(time.Hour)
		h.must(h.SaveParsed(h.ctx, q.ID, Summary{MessageID: "q@mail.example", Subject: "When?", DeliveredTo: []string{"one@org.example"}}))
		h.must(h.SetAside(h.ctx, q.ID, Conclusion{Class: ClassQuestion, Reason: "question.mark", VacancyIDs: []int64{v.ID}, Trace: []byte(`{"rule":"question"}`)}))

		b, err := h.Balance(h.ctx, LedgerQuery{})
		h.must(err)
		if b.Received != 4 || b.Accounted() != 4 || b.ByState[Listed] != 1 || b.ByState[Oversized] != 1 || b.ByState[Routed] != 1 || b.ByState[SetAside] != 1 ||
			b.ByClass[ClassQuestion] != 1 || b.ByClass[ClassApplication] != 1 {
			t.Errorf("balance: %+v", b)
		}
		for name, c := range map[string]struct {
			q    LedgerQuery
			want int64
		}{
			"a mailbox":        {LedgerQuery{MailboxID: box.ID}, 2},
			"a day":            {LedgerQuery{From: monday, To: monday.Add(24 * time.Hour)}, 3},
			"the next but one": {LedgerQuery{From: monday.Add(48 * time.Hour)}, 1},
			"a state":          {LedgerQuery{State: SetAside}, 1},
		} {
			b, err := h.Balance(h.ctx, c.q)
			h.must(err)
			rows, err := h.LedgerRows(h.ctx, c.q)
			h.must(err)
			if b.Received != c.want || int64(len(rows)) != c.want {
				t.Errorf("%s: balance %d, %d rows; want %d", name, b.Received, len(rows), c.want)
			}
		}
		rows, err := h.LedgerRows(h.ctx, LedgerQuery{Limit: 3})
		h.must(err)
		rest, err := h.LedgerRows(h.ctx, LedgerQuery{AfterID: rows[2].ID})
		h.must(err)
		rows = append(rows, rest...)
		if len(rows) != 4 || rows[0].Mailbox != "intake/INBOX" || rows[0].UID != 1 || rows[0].UIDValidity != 7 {
			t.Fatalf("rows: %+v", rows)
		}
		if r := rows[2]; r.Application != app || len(r.Vacancies) != 1 || r.Vacancies[0] != "one" || r.State != Routed || r.SourceName != "1.eml" {
			t.Errorf("application: %+v", r)
		}
		if r := rows[3]; r.Application != 0 || len(r.Vacancies) != 1 || r.Class != ClassQuestion || r.MessageID != "q@mail.example" {
			t.Errorf("question: %+v", r)
		}
		line, err := json.Marshal(rows[3])
		h.must(err)
		for _, key := range []string{`"id":`, `"mailbox":"import"`, `"uidvalidity":0`, `"uid":2`, `"message_id":`, `"state":"set_aside"`, `"kind":"question"`,
			`"reason":"question.mark"`, `"vacancies":["one"]`, `"received_at":"2026-03-02T10:00:00.123456Z"`} {
			if !strings.Contains(string(line), key) {
				t.Errorf("%s is not in %s", key, line)
			}
		}
	})
}

func TestAnyMessageCanBeExplained(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		m := h.message(0)
		h.must(h.SaveParsed(h.ctx, m.ID, Summary{MessageID: "a@mail.example"}))
		reg := registration(v, m, "awa@mail.example")
		reg.Trace = []byte(`{"rule":"address","routes":[1]}`)
		_, err := h.RegisterApplication(h.ctx, reg)
		h.must(err)
		for _, ref := range []string{decimal(m.ID), "a@mail.example", " <a@mail.example>"} {
			got, err := h.ExplainMessage(h.ctx, ref)
			h.must(err)
			if len(got) != 1 || got[0].ID != m.ID || string(got[0].Trace) != string(reg.Trace) || got[0].ReceivedLine == "" ||
				len(got[0].Routes) != 1 || got[0].Routes[0].Vacancy != "one" || got[0].Routes[0].Rule != "address" {
				t.Errorf("%q: %+v", ref, got)
			}
		}
		for _, ref := range []string{"", "0", "999", "<>", "x@y", "a\x00b"} {
			_, err := h.ExplainMessage(h.ctx, ref)
			h.wants(err, ErrNotFound)
		}
	})
}
