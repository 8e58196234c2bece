package outbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/mailsink"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// answered is the acknowledgement of an application; nil when there is none.
func (o *office) answered(id int64) *store.OutgoingMessage {
	o.t.Helper()
	list, err := o.store.OutgoingOf(o.t.Context(), o.vacancy.ID, id)
	o.must(err)
	for _, m := range list {
		if m.Kind == store.MailAcknowledgement {
			return &m
		}
	}
	return nil
}

func TestNobodyIsAnsweredUntilSomebodySwitchesItOn(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		o := newOfficeOn(t, mailsink.Config{}, dsn)
		before := o.applies("Bea Dumas", "bea@courriel.example", nil, complete())
		if o.round(); o.answered(before) != nil {
			t.Fatal("answered without being asked to")
		}
		o.pass(time.Hour)
		o.acknowledging()
		o.pass(time.Minute)
		after := o.applies("Awa Ndiaye", "awa@courriel.example", nil, lacking())
		for range 3 {
			o.round()
			o.pass(time.Hour)
		}
		if o.answered(before) != nil {
			t.Error("an application received before the cut-off was answered")
		}
		m := o.answered(after)
		if m == nil || m.State != store.OutgoingSent || !m.Automatic || m.AuthorID != nil || m.Language != "fr" {
			t.Fatalf("%+v", m)
		}
		letters := o.sink.Letters()
		if len(letters) != 1 {
			t.Fatalf("%d letters, want 1", len(letters))
		}
		got := o.parsed(letters[0])
		for name, want := range map[string]string{"Auto-Submitted": "auto-replied", "Precedence": "bulk", "X-Auto-Response-Suppress": "All", "In-Reply-To": "<application-2@post.example>"} {
			if have := got.Header.Get(name); have != want {
				t.Errorf("%s: %q, want %q", name, have, want)
			}
		}
		for _, want := range []string{"diplôme", "trois références", "Rive Nord", "CNIL", "Retrait%20de%20candidature%20D-"} {
			if !strings.Contains(m.Body, want) {
				t.Errorf("no %q in\n%s", want, m.Body)
			}
		}
		if strings.Contains(m.Body, "Anglais") {
			t.Error("a machine asks for what nobody could tell")
		}
		// A second message of the same person joins; it is not acknowledged again.
		o.assess(after, complete())
		o.round()
		if n := len(o.sink.Letters()); n != 1 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestTwoProcessesAcknowledgeOnce(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		o := newOfficeOn(t, mailsink.Config{}, dsn)
		o.acknowledging()
		const count = 6
		for n := range count {
			o.applies(fmt.Sprint("Person ", n), fmt.Sprintf("p%d@courriel.example", n), nil, complete())
		}
		var group sync.WaitGroup
		for _, owner := range []string{"one", "two"} {
			group.Go(func() {
				if _, err := o.sender(owner).Round(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		o.round()
		to := map[string]int{}
		for _, l := range o.sink.Letters() {
			to[l.To]++
		}
		if len(to) != count || len(o.sink.Letters()) != count {
			t.Errorf("letters to %v", to)
		}
	})
}

func TestMachinesColleaguesAndLoopsAreNotAnswered(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	o.acknowledging()
	ctx := t.Context()
	first := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
	o.round()
	ack := o.answered(first)
	if ack == nil {
		t.Fatal("not answered")
	}
	trace := func(rule string) func(*store.Summary, *store.Registration) {
		return func(_ *store.Summary, r *store.Registration) {
			b, _ := json.Marshal(map[string]string{"kind": "application", "rule": rule})
			r.Trace = b
		}
	}
	for _, c := range []struct {
		name, email string
		change      func(*store.Summary, *store.Registration)
		state       store.OutgoingState
		why         string
	}{
		{"no-reply address", "no-reply@board.example", nil, store.OutgoingCancelled, WhyRobot},
		{"job board with a list's head", "jane@board.example", trace("list_header_with_documents"), store.OutgoingCancelled, WhyRobot},
		{"automatic answer with a file", "auto@courriel.example", trace("auto_submitted_with_documents"), store.OutgoingCancelled, WhyRobot},
		{"our own address", "recrutement@rivenord.example", nil, store.OutgoingCancelled, WhyOwn},
		{"an answer to our answer", "other@courriel.example", func(s *store.Summary, _ *store.Registration) { s.InReplyTo = []string{ack.MessageID} }, store.OutgoingCancelled, WhyAnswersUs},
		{"an answer by the subject", "third@courriel.example", func(s *store.Summary, _ *store.Registration) { s.Subject = "RE: " + ack.Subject }, store.OutgoingCancelled, WhyAnswersUs},
		{"passed on, to be confirmed", "person@courriel.example", func(s *store.Summary, r *store.Registration) {
			s.FromEmail, r.Routes[0].ToConfirm = "colleague@rivenord.example", true
		}, store.OutgoingHeld, store.WhyToConfirm},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := o.applies("Person "+c.name, c.email, c.change, complete())
			before := len(o.sink.Letters())
			o.round()
			m := o.answered(id)
			if m == nil || m.State != c.state || m.Why != c.why {
				t.Fatalf("%+v", m)
			}
			if len(o.sink.Letters()) != before {
				t.Error("a letter left")
			}
			if c.state == store.OutgoingHeld { // a person may let it go
				o.must(o.store.RetryOutgoing(ctx, m.ID, o.hr.ID))
				o.round()
				o.stands(m.ID, store.OutgoingSent, "")
			}
		})
	}
}

func TestOneAddressIsNotFloodedWithinADay(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	o.acknowledging()
	var ids []int64
	for n := range dailyMost + 2 {
		// Different people who share one address: each has an application of their own.
		ids = append(ids, o.applies(fmt.Sprintf("%c%c Person%c", 'A'+n, 'b'+n, 'k'+n), "shared@courriel.example", nil, complete()))
	}
	o.round()
	sent, loop := 0, 0
	for _, id := range ids {
		switch m := o.answered(id); {
		case m != nil && m.State == store.OutgoingSent:
			sent++
		case m != nil && m.Why == WhyLoop:
			loop++
		}
	}
	if sent != dailyMost || loop != 2 || len(o.sink.Letters()) != dailyMost {
		t.Errorf("%d sent, %d kept back, %d letters", sent, loop, len(o.sink.Letters()))
	}
}

func TestAnArchiveAndTheLongPastAreNotAnswered(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	since := o.Now().AddDate(0, -6, 0)
	set, err := o.store.MailOf(t.Context(), o.vacancy.ID)
	o.must(err)
	set.Acknowledge, set.AcknowledgeSince = true, &since
	o.must(o.store.SetVacancyMail(t.Context(), set, o.hr.ID))
	id := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
	o.pass(15 * 24 * time.Hour)
	if o.round(); o.answered(id) != nil {
		t.Error("answered after a fortnight")
	}
	if err := o.store.SetVacancyMail(t.Context(), set, o.hr.ID); !errors.Is(err, store.ErrConflict) {
		t.Errorf("older settings were taken: %v", err)
	}
}

func TestWhoWithdrewIsNotAnswered(t *testing.T) {
	o := newOffice(t, mailsink.Config{Fault: on("RCPT", "451 4.7.1 later", 1)})
	o.acknowledging()
	id := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
	o.round()
	o.must(o.store.RecordDecision(t.Context(), store.Act{ApplicationID: id, Version: o.view(id).Version, AuthorID: o.hr.ID}, screening.StageWithdrawn, ""))
	o.pass(time.Hour)
	o.round()
	if m := o.answered(id); m.State != store.OutgoingCancelled || m.Why != store.WhyWithdrawn {
		t.Errorf("%s, %s", m.State, m.Why)
	}
}

func TestOneThatCannotBeAcknowledgedHoldsUpNobody(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	o.acknowledging()
	o.pass(time.Minute)
	english := o.applies("Bea Dumas", "bea@courriel.example", nil, complete())
	for _, d := range o.view(english).Documents {
		o.must(o.store.SaveText(t.Context(), store.Reading{DocumentID: d.ID, Engine: "text", Quality: 1, Language: "en", Type: fact.Other, Pages: []text.Page{{Number: 1, Text: "Hello"}}}))
	}
	o.assess(english, complete())
	o.pass(time.Minute)
	french := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
	text := store.MailTemplate{Kind: store.MailAcknowledgement, Language: "en", Subject: "Received", Body: "Hello {nobody knows"}
	_, err := o.store.SaveTemplate(t.Context(), text, 0, o.hr.ID)
	o.must(err)
	written := o.writes(french, nil)
	s := o.sender("one")
	for range 2 {
		if _, err := s.Round(t.Context()); err != nil {
			t.Errorf("round: %v", err)
		}
	}
	o.stands(written.ID, store.OutgoingSent, "")
	if m := o.answered(french); m == nil || m.State != store.OutgoingSent {
		t.Errorf("the one after it: %+v", m)
	}
	if n := strings.Count(o.log.String(), fmt.Sprint("application=", english)); n != 1 || strings.Contains(o.log.String(), "@") {
		t.Errorf("the log tells of it %d times:\n%s", n, o.log.String())
	}
	text.Body = "Hello"
	_, err = o.store.SaveTemplate(t.Context(), text, 1, o.hr.ID)
	o.must(err)
	o.pass(passedFor)
	if _, err := s.Round(t.Context()); err != nil || o.answered(english) == nil {
		t.Errorf("it is never answered: %v", err)
	}
}
