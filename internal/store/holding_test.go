package store

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/testenv"
	"dossier/screening"
)

// TestWhoLostItsClaimWritesNothing cuts a process off until its claims have run out and
// others have taken the work over. What it then tries to write is refused.
func TestWhoLostItsClaimWritesNothing(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		routed := h.apply(v, h.message(0), "a@mail.example")
		second := h.apply(v, h.message(time.Minute), "b@mail.example")
		h.readAll(second.ApplicationID)
		waiting := h.message(time.Hour)

		stale, next := Claim{Owner: "cut off", For: time.Minute}, Claim{Owner: "successor", For: time.Hour}
		type claimed struct {
			message     Message
			document    Document
			application Application
		}
		claim := func(c Claim) (got claimed) {
			t.Helper()
			var oks [3]bool
			var errs [3]error
			got.message, oks[0], errs[0] = h.ClaimMessage(h.ctx, c)
			got.document, oks[1], errs[1] = h.ClaimDocument(h.ctx, c)
			got.application, oks[2], errs[2] = h.ClaimApplication(h.ctx, c, "engine 1")
			if err := errors.Join(errs[:]...); err != nil || oks != [3]bool{true, true, true} {
				t.Fatalf("%s claimed %v, %v", c.Owner, oks, err)
			}
			return got
		}
		was := claim(stale)
		if was.message.ID != waiting.ID || was.document.ApplicationID != routed.ApplicationID || was.application.ID != second.ApplicationID {
			t.Fatalf("claimed %+v", was)
		}
		message := Holding(h.ctx, TaskMessage, was.message.ID, stale.Owner)
		document := Holding(h.ctx, TaskDocument, was.document.ID, stale.Owner)
		application := Holding(h.ctx, TaskAssessment, was.application.ID, stale.Owner)
		d, err := h.DossierOf(h.ctx, was.application.ID, "rules 1")
		h.must(err)
		judged := NewAssessment{ApplicationID: was.application.ID, DocumentsRev: d.Application.DocumentsRev, ChecklistVersion: d.Checklist.Version,
			EngineVersion: "engine 1", Findings: []screening.Finding{}}
		acts := map[string]func() error{
			"parsed": func() error { return h.SaveParsed(message, was.message.ID, Summary{Subject: "stale"}) },
			"registered": func() error {
				_, err := h.RegisterApplication(message, registration(v, was.message, "c@mail.example"))
				return err
			},
			"set aside":      func() error { return h.SetAside(message, was.message.ID, Conclusion{Class: "spam", Reason: "stale"}) },
			"message failed": func() error { return h.FailMessage(message, was.message.ID, "stale", errors.New("stale")) },
			"message back":   func() error { return h.Unclaim(message, TaskMessage, was.message.ID, stale.Owner) },
			"text":           func() error { return h.SaveText(document, Reading{DocumentID: was.document.ID, Engine: "stale"}) },
			"files inside": func() error {
				return h.AddEmbedded(document, was.document.ID, []NewDocument{{Hash: strings.Repeat("e", 64), Name: "stale"}})
			},
			"document failed": func() error { return h.FailDocument(document, was.document.ID, "stale", errors.New("stale")) },
			"assessed":        func() error { return h.SaveAssessment(application, judged) },
			"assessment failed": func() error {
				return h.FailAssessment(application, was.application.ID, errors.New("stale"))
			},
		}
		refused := func(when string) {
			t.Helper()
			for name, act := range acts {
				if err := act(); !errors.Is(err, ErrClaimLost) {
					t.Errorf("%s, %s: %v, want ErrClaimLost", when, name, err)
				}
			}
		}

		h.clock.Advance(2 * time.Minute)
		now := claim(next)
		refused("while the successor works")
		for what, same := range map[string]bool{"message": h.again(now.message).ClaimedBy == next.Owner, "documents": len(h.documents(routed.ApplicationID)) == 2,
			"application": h.application(now.application.ID).ClaimedBy == next.Owner && h.application(now.application.ID).AssessedAt == nil} {
			if !same {
				t.Errorf("%s: the one that was cut off has written", what)
			}
		}
		h.must(h.SaveText(Holding(h.ctx, TaskDocument, now.document.ID, next.Owner), Reading{DocumentID: now.document.ID, Engine: "successor"}))
		h.must(h.SaveAssessment(Holding(h.ctx, TaskAssessment, now.application.ID, next.Owner), judged))
		_, err = h.RegisterApplication(Holding(h.ctx, TaskMessage, now.message.ID, next.Owner), registration(v, now.message, "c@mail.example"))
		h.must(err)
		refused("when the successor is done")
		if left, err := h.WorkLeft(h.ctx, "engine 1"); err != nil || left.Messages != 0 || left.ParkedMessages+left.ParkedDocuments+left.ParkedApplications != 0 {
			t.Errorf("left %+v, %v", left, err)
		}
	})
}

// TestMessagesOfOnePersonSideBySideKnowOfEachOther has several processes understand copies
// of one application at the same time. Each looked before any was registered; all but one
// must look again, and then find the application.
func TestMessagesOfOnePersonSideBySideKnowOfEachOther(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		const copies = 6
		var regs []Registration
		for n := range copies {
			// Half come from another address: only the file tells.
			reg := registration(v, h.message(time.Duration(n)*time.Minute), []string{"a@mail.example", "b@mail.example"}[n%2])
			look := Look{Query: EarlierQuery{VacancyID: v.ID, Email: reg.Applicant.Email, FileHashes: []string{reg.Documents[0].Hash}}}
			var err error
			look.Found, err = h.EarlierApplications(h.ctx, look.Query)
			h.must(err)
			reg.Looks = []Look{look}
			regs = append(regs, reg)
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		var outdated []int
		for n, reg := range regs {
			group.Go(func() {
				_, err := h.RegisterApplication(h.ctx, reg)
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, ErrOutdated) {
					outdated = append(outdated, n)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(outdated) != copies-1 {
			t.Fatalf("%d were told to look again, want all but one", len(outdated))
		}
		for _, n := range outdated {
			found, err := h.EarlierApplications(h.ctx, regs[n].Looks[0].Query)
			h.must(err)
			if len(found) != 1 {
				t.Fatalf("found %d applications, want the one", len(found))
			}
			regs[n].Looks[0].Found = found
			regs[n].Routes[0].ApplicationID, regs[n].Routes[0].Became = found[0].ApplicationID, ClassDuplicate
			if _, err := h.RegisterApplication(h.ctx, regs[n]); err != nil {
				t.Error(err)
			}
		}
		var applications, documents int64
		h.must(h.reader(h.ctx).Model(&Application{}).Count(&applications).Error)
		h.must(h.reader(h.ctx).Model(&Document{}).Count(&documents).Error)
		if applications != 1 || documents != 2 {
			t.Errorf("%d applications with %d documents, want one with two", applications, documents)
		}
	})
}

// TestATransactionWhoseClientIsGoneDoesNotHoldTheOthers asks the server what it will do about
// clients that were cut off, since the default is to wait for hours.
func TestATransactionWhoseClientIsGoneDoesNotHoldTheOthers(t *testing.T) {
	h := openHouse(t, testenv.Postgres(t))
	for name, want := range map[string]string{"idle_in_transaction_session_timeout": "1min", "tcp_keepalives_idle": "30", "tcp_user_timeout": "60000"} {
		var got string
		h.must(h.reader(h.ctx).Raw("SHOW " + name).Scan(&got).Error)
		if got != want && !(strings.HasPrefix(name, "tcp_") && got == "0") { // a local socket has none
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if !strings.Contains(h.dsn, "?") {
		t.Fatal("the address has no settings to add to")
	}
	other, err := Open(h.ctx, Config{DSN: h.dsn + "&idle_in_transaction_session_timeout=300ms", Now: h.clock.Now})
	h.must(err)
	defer other.Close()
	m, err := h.EnsureMailbox(h.ctx, NewMailbox{Name: "box", Kind: KindIMAP})
	h.must(err)
	tx := other.w.Begin()
	h.must(tx.Error)
	if _, err := lockMailbox(tx, m.ID); err != nil {
		t.Fatal(err)
	}
	// It says nothing more, as if its line were cut. The row is free again all the same.
	if _, err := h.AcquireLease(h.ctx, m.ID, "successor", time.Minute); err != nil {
		t.Errorf("the row stays held: %v", err)
	}
	if err := tx.Commit().Error; err == nil {
		t.Error("the transaction that was given up commits")
	}
}
