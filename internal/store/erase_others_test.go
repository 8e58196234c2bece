package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/screening"
)

// loose is a message that belongs to no application, in a state.
func (h *house) loose(n int, name, email string, unrouted bool) Message {
	h.t.Helper()
	m := h.message(time.Duration(n) * time.Minute)
	h.must(h.SaveParsed(h.ctx, m.ID, Summary{Subject: "Candidature", FromName: name, FromEmail: email, ContentKey: "key" + decimal(int64(n))}))
	if unrouted {
		h.must(h.Unrouted(h.ctx, m.ID, Conclusion{Class: ClassApplication, Reason: "no_vacancy"}))
	}
	return m
}

func (h *house) kept(what string, m Message) {
	h.t.Helper()
	if l := h.again(m); l.RawHash == "" || l.Reason == ReasonErased {
		h.t.Errorf("%s is gone: %s %s", what, l.State, l.Reason)
	}
}

func TestClockThatRanOutTakesNoNewMail(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		_, apps := h.closedWith(screening.StageNotRetained)
		a := apps[0]
		again := h.loose(1, "Awa Ndiaye", "a0@post.example", true)
		parsed := h.loose(2, "Awa Ndiaye", "a0@post.example", false)
		namesake := h.loose(3, "Awa Ndiaye", "autre.awa@ailleurs.example", true)
		e, err := h.Erase(h.ctx, EraseOrder{ApplicantID: a.ApplicantID, Applications: []int64{a.ApplicationID}, Cause: CausePurged, Clock: string(ClockNotRetained)})
		h.must(err)
		if e.Messages != 1 {
			t.Errorf("%d messages went, want the application's own", e.Messages)
		}
		h.kept("what the person wrote anew", again)
		h.kept("what the person just sent", parsed)
		h.kept("a namesake's application", namesake)
		// Nor does the journal take them from an older copy.
		_, err = h.Replay(h.ctx, e.Entry)
		h.must(err)
		h.kept("what the person wrote anew, after the replay", again)
	})
}

func TestErasingLeavesWhatMayBeSomebodyElsesApplication(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		a := h.apply(v, h.message(0), "awa@courriel.example")
		namesake := h.loose(1, "Awa Ndiaye", "autre.awa@ailleurs.example", true)
		p, err := h.PlanErasure(h.ctx, a.ApplicantID)
		h.must(err)
		if !slices.ContainsFunc(p.Left, func(m PlannedMessage) bool { return m.ID == namesake.ID }) {
			t.Errorf("the namesake's message is not among what stays: %+v", p.Left)
		}
		_, err = h.Erase(h.ctx, EraseOrder{ApplicantID: a.ApplicantID, Cause: CauseErased})
		h.must(err)
		h.kept("a namesake's application", namesake)
	})
}

func TestErasingWaitsForMailThatIsBeingRead(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		a := h.apply(v, h.message(0), "awa@courriel.example")
		fresh := h.loose(1, "Awa Ndiaye", "awa@courriel.example", false)
		if _, err := h.Erase(h.ctx, EraseOrder{ApplicantID: a.ApplicantID, Cause: CauseErased}); !errors.Is(err, ErrConflict) {
			t.Errorf("erased while a message is being understood: %v", err)
		}
		h.kept("the message", fresh)
	})
}

func TestReplayOfOneApplicationLeavesThePerson(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		a := h.apply(v, h.message(0), "awa@courriel.example")
		// In the copy it still waits; later it became a second application, which stayed.
		next := h.loose(1, "Awa Ndiaye", "awa@courriel.example", true)
		p, err := h.PlanErasure(h.ctx, a.ApplicantID)
		h.must(err)
		_, err = h.Replay(h.ctx, EraseEntry{Key: p.marked.Key, Applications: p.marked.Applications})
		h.must(err)
		h.kept("the person's other mail", next)
		var left int64
		h.must(h.reader(h.ctx).Model(&Applicant{}).Where("id = ?", a.ApplicantID).Count(&left).Error)
		if left != 1 {
			t.Error("the person is gone")
		}
	})
}

func TestErasingRewritesNoLetterToANamesake(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, u := h.vacancy("post"), h.user("claire")
		a := h.apply(v, h.message(0), "awa@courriel.example")
		reg := registration(v, h.message(time.Duration(1)*time.Minute), "autre@ailleurs.example")
		reg.Applicant.Phones = nil
		out, err := h.RegisterApplication(h.ctx, reg)
		h.must(err)
		m, err := h.written(out[0].ApplicationID, u.ID, 1, func(n *NewOutgoing) { n.Body = "Bonjour Awa Ndiaye, vous êtes invitée." })
		h.must(err)
		_, err = h.Erase(h.ctx, EraseOrder{ApplicantID: a.ApplicantID, Cause: CauseErased, ActorID: u.ID})
		h.must(err)
		var after OutgoingMessage
		h.must(h.reader(h.ctx).Where("id = ?", m.ID).Take(&after).Error)
		if !strings.Contains(after.Body, "Awa Ndiaye") {
			t.Errorf("the namesake's letter reads %q", after.Body)
		}
	})
}
