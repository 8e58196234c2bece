package store

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dossier/screening"
	"dossier/screening/fact"
)

// judged is an assessed application and a person to judge it.
func (h *house) judged() (Application, User) {
	h.t.Helper()
	app := h.apply(h.vacancy("one"), h.message(0), "awa@mail.example").ApplicationID
	h.readAll(app)
	h.assess(app, "e", screening.Met, screening.Unclear, screening.NotMet)
	return h.application(app), h.user("rita")
}

func TestTwentyDecisionsAtOnceHaveOneWinner(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		stores := []*Store{h.Store, h.reopen()}
		var (
			won, lost atomic.Int64
			group     sync.WaitGroup
		)
		for i := range 20 {
			group.Go(func() {
				err := stores[i%2].RecordDecision(h.ctx, Act{app.ID, app.Version, u.ID}, screening.StageShortlisted, "")
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, ErrConflict):
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 || lost.Load() != 19 {
			t.Errorf("%d won and %d lost, want 1 and 19", won.Load(), lost.Load())
		}
		if n := h.count("decisions"); n != 1 {
			t.Errorf("%d decisions kept", n)
		}
	})
}

func TestADecisionNeedsAPersonAndSometimesAReason(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		act := Act{app.ID, app.Version, u.ID}
		h.wants(h.RecordDecision(h.ctx, Act{app.ID, app.Version, 0}, screening.StageShortlisted, ""), ErrInvalid)
		h.wants(h.RecordDecision(h.ctx, Act{app.ID, app.Version, 99}, screening.StageShortlisted, ""), ErrInvalid)
		h.wants(h.RecordDecision(h.ctx, act, screening.StageNotRetained, "  "), ErrInvalid)
		h.wants(h.RecordDecision(h.ctx, act, screening.StageNew, ""), ErrInvalid)
		h.wants(h.RecordDecision(h.ctx, act, "hired", ""), ErrInvalid)
		h.wants(h.RecordDecision(h.ctx, Act{99, 1, u.ID}, screening.StageShortlisted, ""), ErrNotFound)
		if got := h.application(app.ID); got.Version != app.Version || got.Stage != screening.StageNew {
			t.Errorf("a refused act changed the application: %+v", got)
		}
		h.must(h.RecordDecision(h.ctx, act, screening.StageNotRetained, "French below C1"))
		got := h.application(app.ID)
		if got.Stage != screening.StageNotRetained || got.Version != app.Version+1 {
			t.Errorf("application: %+v", got)
		}
		h.must(h.SetDisabled(h.ctx, u.ID, true, 0))
		h.wants(h.RecordDecision(h.ctx, Act{app.ID, got.Version, u.ID}, screening.StageShortlisted, ""), ErrInvalid)
	})
}

func TestAPersonsWordStandsUntilItIsWithdrawn(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		next := func() Act { return Act{app.ID, h.application(app.ID).Version, u.ID} }
		letters := func(want string) {
			t.Helper()
			if got := h.application(app.ID).Verdicts; got != want {
				t.Errorf("letters %q, want %q", got, want)
			}
		}
		letters("mu-")
		h.wants(h.RecordOverride(h.ctx, next(), "licence", screening.Met, ""), ErrInvalid)
		h.wants(h.RecordOverride(h.ctx, next(), "driving", screening.Met, "x"), ErrInvalid)
		h.must(h.RecordOverride(h.ctx, next(), "licence", screening.Met, "copy of the licence, page 2"))
		letters("mM-")
		h.must(h.RecordOverride(h.ctx, next(), "licence", screening.NotMet, "it has expired"))
		letters("mN-")
		if got := h.application(app.ID); got.NotMetCount != 1 || got.UnclearCount != 0 {
			t.Errorf("counts: %+v", got)
		}
		h.assess(app.ID, "e2", screening.Unclear, screening.Met, screening.Met)
		letters("uN-") // a new assessment does not take a person's word back

		var last Override
		h.must(h.reader(h.ctx).Order("id DESC").Take(&last).Error)
		if last.MachineVerdict != screening.Unclear || last.Verdict != screening.NotMet {
			t.Errorf("override: %+v", last)
		}
		stale := next()
		h.must(h.WithdrawOverride(h.ctx, stale, last.ID))
		letters("um-")
		h.wants(h.WithdrawOverride(h.ctx, stale, last.ID), ErrConflict)
		h.wants(h.WithdrawOverride(h.ctx, next(), last.ID), ErrConflict)
		h.wants(h.WithdrawOverride(h.ctx, next(), 999), ErrNotFound)
		if n := h.count("overrides"); n != 2 {
			t.Errorf("%d overrides kept, want both", n)
		}
	})
}

func TestCorrectingATypeChangesWhatCounts(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		doc := h.documents(app.ID)[0]
		h.wants(h.CorrectDocumentType(h.ctx, Act{app.ID, app.Version, u.ID}, doc.ID, "novel"), ErrInvalid)
		h.wants(h.CorrectDocumentType(h.ctx, Act{app.ID, app.Version, u.ID}, 999, fact.CV), ErrNotFound)
		h.must(h.CorrectDocumentType(h.ctx, Act{app.ID, app.Version, u.ID}, doc.ID, fact.Diploma))
		if got := h.application(app.ID); got.DocumentsRev == got.AssessedRev {
			t.Error("no new assessment is asked for")
		}
		h.read(doc, fact.CV) // reading again does not take a person's word back
		if got := h.documents(app.ID)[0]; got.Is() != fact.Diploma || got.Type != fact.CV {
			t.Errorf("document: %+v", got)
		}
	})
}

func TestReviewersAndNotes(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		h.must(h.AssignReviewer(h.ctx, Act{app.ID, app.Version, u.ID}, u.ID))
		if got := h.application(app.ID); got.ReviewerID == nil || *got.ReviewerID != u.ID {
			t.Errorf("reviewer: %v", got.ReviewerID)
		}
		h.must(h.AssignReviewer(h.ctx, Act{app.ID, app.Version + 1, u.ID}, 0))
		if got := h.application(app.ID); got.ReviewerID != nil {
			t.Errorf("reviewer: %v", *got.ReviewerID)
		}
		h.wants(h.AssignReviewer(h.ctx, Act{app.ID, app.Version + 2, u.ID}, 99), ErrInvalid)
		h.wants(h.AddNote(h.ctx, app.ID, u.ID, " \x00"), ErrInvalid)
		h.wants(h.AddNote(h.ctx, app.ID, 0, "x"), ErrInvalid)
		h.must(h.AddNote(h.ctx, app.ID, u.ID, strings.Repeat("call back ", 5)))
		if h.count("notes") != 1 {
			t.Error("the note is not there")
		}
	})
}

func TestTheTrailShowsEveryChange(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		h.must(h.RecordDecision(h.ctx, Act{app.ID, 1, u.ID}, screening.StageToReview, ""))
		h.must(h.AddNote(h.ctx, app.ID, u.ID, "a secret remark"))
		h.must(h.RecordOverride(h.ctx, Act{app.ID, 2, u.ID}, "licence", screening.Met, "a secret reason"))
		trail, err := h.VerifyEvents(h.ctx)
		h.must(err)
		if trail.Events != 5 || len(trail.Hash) != 64 {
			t.Errorf("trail: %+v, want vacancy, user, decision, note, override", trail)
		}
		var events []Event
		h.must(h.reader(h.ctx).Order("id").Find(&events).Error)
		for _, e := range events {
			for _, v := range e.Details {
				if strings.Contains(v, "secret") || strings.Contains(v, "rita") {
					t.Errorf("event %d holds words: %v", e.ID, e.Details)
				}
			}
		}
		if err := h.w.Exec("UPDATE events SET actor_id = 7 WHERE id = 3").Error; err == nil {
			t.Error("the database lets a line be changed")
		}
		if err := h.w.Exec("DELETE FROM events WHERE id = 3").Error; err == nil {
			t.Error("the database lets a line be removed")
		}
		h.lift("events_no_update", "events_no_delete")
		for name, change := range map[string]string{
			"who":     "UPDATE events SET actor_id = 7 WHERE id = 3",
			"details": "UPDATE events SET details = '{}' WHERE id = 3",
			"when":    "UPDATE events SET at = (SELECT at FROM events WHERE id = 1), act = act || 'x' WHERE id = 3",
			"removed": "DELETE FROM events WHERE id = 3",
			"first":   "DELETE FROM events WHERE id = 1",
		} {
			tx := h.w.Begin()
			h.must(tx.Exec(change).Error)
			h.must(tx.Commit().Error)
			_, err := h.VerifyEvents(h.ctx)
			if !errors.Is(err, ErrTampered) {
				t.Errorf("%s: %v, want ErrTampered", name, err)
			}
			h.must(h.w.Exec("DELETE FROM events").Error)
			h.must(h.w.Create(&events).Error)
			if _, err := h.VerifyEvents(h.ctx); err != nil {
				t.Fatalf("%s: put back: %v", name, err)
			}
		}
	})
}

// lift removes triggers, as somebody with the database's password could.
func (h *house) lift(triggers ...string) {
	h.t.Helper()
	for _, name := range triggers {
		statement := "DROP TRIGGER " + name
		if h.dialect == postgresDialect {
			statement += " ON events"
		}
		h.must(h.w.Exec(statement).Error)
	}
}
