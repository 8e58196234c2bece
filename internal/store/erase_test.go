package store

import (
	"fmt"
	"strings"
	"testing"
)

func TestNeedlesFindAPersonHoweverTheyAreWritten(t *testing.T) {
	n := newNeedles([]string{"Awa Ndiaye-Sène"}, []string{"awa@courriel.example"}, []string{"771234567"})
	for text, want := range map[string]string{
		"mieux que Awa Ndiaye-Sène, à revoir":       "mieux que " + struck + ", à revoir",
		"NDIAYE-SENE Awa a le même diplôme":         struck + " a le même diplôme",
		"awa   ndiaye‑sene":                         struck,
		"écrire à AWA@courriel.example.":            "écrire à " + struck + ".",
		"tél. +221 77 123 45 67 le soir":            "tél. " + struck + " le soir",
		"tél. (00221) 77.123.45.67":                 "tél. " + struck,
		"Mme Ndiaye-Sène":                           "Mme Ndiaye-Sène",
		"Awa Ndiaye-Sènegal":                        "Awa Ndiaye-Sènegal",
		"référence 77 123 45 68":                    "référence 77 123 45 68",
		"Awa Ndiaye-Sène et encore Awa Ndiaye-Sène": struck + " et encore " + struck,
	} {
		if got, _ := n.strike(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if n := newNeedles([]string{"Awa"}, nil, []string{"12"}); !n.empty() {
		t.Errorf("a first name alone, or two digits, would strike others: %+v", n)
	}
}

func TestErasedMessagesDoNotComeBack(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, hash := h.vacancy("post"), strings.Repeat("c", 64)
		m, _, err := h.KeepFile(h.ctx, h.mailbox().ID, KeptFile{Hash: hash, Size: 9, ReceivedAt: monday})
		h.must(err)
		h.must(h.SaveParsed(h.ctx, m.ID, Summary{Subject: "Candidature", FromName: "Awa Ndiaye", FromEmail: "awa@courriel.example", MessageID: "1@courriel.example", ContentKey: "key"}))
		got := h.apply(v, m, "awa@courriel.example")
		e, err := h.Erase(h.ctx, EraseOrder{ApplicantID: got.ApplicantID, Cause: CauseErased})
		h.must(err)
		if e.Applications != 1 || e.Messages != 1 || e.Documents != 2 || len(e.Pending.Blobs) != 3 {
			t.Errorf("erased %+v", e)
		}
		line := h.again(m)
		if line.State != SetAside || line.Reason != ReasonErased || line.Subject+line.FromEmail+line.RawHash+line.MessageID != "" {
			t.Errorf("left of the message: %+v", line)
		}
		again, existed, err := h.KeepFile(h.ctx, h.mailbox().ID, KeptFile{Hash: hash, Size: 9})
		h.must(err)
		if !existed || again.ID != m.ID || again.RawHash != "" {
			t.Errorf("imported again: %+v", again)
		}
		if found, err := h.ErasedBytes(h.ctx, []string{hash, strings.Repeat("d", 64)}); err != nil || len(found) != 1 || !found[hash] {
			t.Errorf("erased bytes %v, %v", found, err)
		}
		// The same mail by another way has other bytes and the same content.
		copied := h.message(0)
		h.must(h.SaveParsed(h.ctx, copied.ID, Summary{Subject: "Candidature", FromEmail: "awa@courriel.example", ContentKey: "key"}))
		if _, forgotten, err := h.ForgetAgain(h.ctx, copied.ID, "key"); err != nil || !forgotten {
			t.Errorf("a copy was kept: %v", err)
		}
		if _, err := h.RegisterApplication(h.ctx, registration(v, copied, "awa@courriel.example")); err == nil {
			t.Error("an erased message became an application again")
		}
		if b, err := h.Balance(h.ctx, LedgerQuery{}); err != nil || b.Received != b.Accounted() || b.Received != 2 {
			t.Errorf("balance %+v, %v", b, err)
		}
		if _, err := h.VerifyEvents(h.ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestErasingLeavesWhatOthersNeed(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		first, second := h.message(0), h.message(1)
		a := h.apply(v, first, "awa@courriel.example")
		reg := registration(v, second, "moussa@courriel.example")
		reg.Applicant.Name, reg.Applicant.Phones = "Moussa Fall", nil
		reg.Documents[1].Hash = strings.Repeat("e", 64)
		out, err := h.RegisterApplication(h.ctx, reg)
		h.must(err)
		b := out[0]
		u := h.user("claire")
		h.must(h.AddNote(h.ctx, b.ApplicationID, u.ID, "Même profil que Awa Ndiaye (awa@courriel.example), plus jeune."))
		p, err := h.PlanErasure(h.ctx, a.ApplicantID)
		h.must(err)
		if p.SharedBlobs != 1 || p.Blobs != 2 || len(p.Mentions) != 1 || p.Mentions[0].Count != 2 || p.Held {
			t.Errorf("plan: %d shared, %d go, mentions %+v", p.SharedBlobs, p.Blobs, p.Mentions)
		}
		hold, err := h.PlaceHold(h.ctx, v.ID, a.ApplicationID, u.ID, "litige")
		h.must(err)
		_, err = h.Erase(h.ctx, EraseOrder{ApplicantID: a.ApplicantID, Cause: CauseErased, ActorID: u.ID})
		h.wants(err, ErrHeld)
		h.must(h.LiftHold(h.ctx, hold.ID, u.ID))
		_, err = h.Erase(h.ctx, EraseOrder{ApplicantID: a.ApplicantID, Cause: CauseErased, ActorID: u.ID})
		h.must(err)
		var note Note
		h.must(h.reader(h.ctx).Take(&note).Error)
		if strings.Contains(note.Body, "Awa") || !strings.Contains(note.Body, "plus jeune") {
			t.Errorf("note %q", note.Body)
		}
		if docs := h.documents(b.ApplicationID); len(docs) != 2 {
			t.Errorf("the other application has %d documents", len(docs))
		}
		var tombs []Tombstone
		h.must(h.reader(h.ctx).Find(&tombs).Error)
		if len(tombs) != 1 || tombs[0].Stage != "new" || tombs[0].ReceivedOn != "2026-03" {
			t.Errorf("tombstones %+v", tombs)
		}
	})
}

func TestReplayLeavesIdsThatBelongToOthersAlone(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		a := h.apply(v, h.message(0), "awa@courriel.example")
		b := h.apply(v, h.message(1), "moussa@courriel.example")
		p, err := h.PlanErasure(h.ctx, a.ApplicantID)
		h.must(err)
		entry := p.marked
		entry.Applicants[0].ID, entry.Applications[0].ID = b.ApplicantID, b.ApplicationID
		got, err := h.Replay(h.ctx, entry)
		h.must(err)
		if got.Applications != 0 || got.Messages != 0 {
			t.Errorf("replayed %+v", got)
		}
		if h.application(b.ApplicationID).ID == 0 {
			t.Error("somebody else was erased")
		}
		entry.Key = fmt.Sprintf("%016d", 1)
		if got, err := h.Replay(h.ctx, entry); err != nil || !got.Foreign {
			t.Errorf("a line of another database: %+v, %v", got, err)
		}
	})
}

func TestACopyMarksMessagesThatAreOthersToo(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		first, second := h.message(0), h.message(1)
		a := h.apply(v, first, "awa@courriel.example")
		h.apply(h.vacancy("other"), second, "moussa@courriel.example")
		// A person moved the other's message to this application, too.
		h.must(h.w.Create(&Route{VacancyID: v.ID, MessageID: second.ID, ApplicationID: a.ApplicationID, Became: "update", At: monday}).Error)
		got, err := h.SubjectOf(h.ctx, a.ApplicantID, 0)
		h.must(err)
		if len(got.Messages) != 2 || len(got.Shared) != 1 || !got.Shared[second.ID] {
			t.Errorf("%d messages, shared %v; want message %d shared", len(got.Messages), got.Shared, second.ID)
		}
	})
}
