package store

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"dossier/screening"
)

var worker = Claim{Owner: "worker", For: time.Minute}

func TestMessagesAreClaimedInOrderOfReceipt(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		late, early, same := h.message(time.Hour), h.message(0), h.message(0)
		for _, want := range []Message{early, same, late} {
			got, ok, err := h.ClaimMessage(h.ctx, worker)
			if err != nil || !ok || got.ID != want.ID {
				t.Fatalf("claimed %d, %v, %v; want %d", got.ID, ok, err, want.ID)
			}
			if got.Attempts != 1 || h.again(got).Attempts != 1 || h.again(got).ClaimedBy != "worker" {
				t.Errorf("the attempt is not counted: %+v", h.again(got).Work)
			}
		}
		_, ok, err := h.ClaimMessage(h.ctx, worker)
		if ok || err != nil {
			t.Errorf("claimed a fourth: %v, %v", ok, err)
		}
	})
}

func TestWorkOfADeadWorkerIsTakenOver(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m := h.message(0)
		for attempt := 1; attempt <= MaxAttempts; attempt++ {
			got, ok, err := h.ClaimMessage(h.ctx, worker)
			if err != nil || !ok || got.Attempts != attempt {
				t.Fatalf("attempt %d: %v, %v, counted %d", attempt, ok, err, got.Attempts)
			}
			h.clock.Advance(2 * time.Minute) // it dies without a word
		}
		if _, ok, err := h.ClaimMessage(h.ctx, worker); ok || err != nil {
			t.Errorf("claimed after %d deaths: %v, %v", MaxAttempts, ok, err)
		}
		if got := h.again(m); got.State != Failed || !got.Parked || got.Reason != "worker_died" {
			t.Errorf("after %d deaths: %+v", MaxAttempts, got)
		}
		h.must(h.Retry(h.ctx, TaskMessage, m.ID))
		if _, ok, err := h.ClaimMessage(h.ctx, worker); !ok || err != nil {
			t.Errorf("after retry: %v, %v", ok, err)
		}
	})
}

func TestThreeFailuresParkAMessage(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m, other := h.message(0), h.message(time.Hour)
		for attempt := 1; attempt <= MaxAttempts; attempt++ {
			got, ok, err := h.ClaimMessage(h.ctx, worker)
			if err != nil || !ok || got.ID != m.ID {
				t.Fatalf("attempt %d: claimed %d, %v, %v", attempt, got.ID, ok, err)
			}
			h.must(h.SaveParsed(h.ctx, m.ID, Summary{Subject: "odd"}))
			h.must(h.FailMessage(h.ctx, m.ID, "message.odd", errors.New("odd")))
			if attempt < MaxAttempts {
				if h.again(m).State != Parsed {
					t.Errorf("attempt %d: %s", attempt, h.again(m).State)
				}
				h.clock.Advance(time.Hour)
			}
		}
		if got := h.again(m); got.State != Failed || !got.Parked || got.Reason != "message.odd" || got.Error != "odd" {
			t.Errorf("after %d failures: %+v", MaxAttempts, got)
		}
		if got, ok, err := h.ClaimMessage(h.ctx, worker); !ok || err != nil || got.ID != other.ID {
			t.Errorf("the next message is not reached: %d, %v, %v", got.ID, ok, err)
		}
		left, err := h.WorkLeft(h.ctx, "engine 1")
		h.must(err)
		if left.Messages != 1 || left.ParkedMessages != 1 {
			t.Errorf("work left: %+v", left)
		}
	})
}

func TestFailedWorkWaitsBeforeItIsTriedAgain(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m := h.message(0)
		_, _, err := h.ClaimMessage(h.ctx, worker)
		h.must(err)
		h.must(h.FailMessage(h.ctx, m.ID, "x", errors.New("x")))
		if _, ok, _ := h.ClaimMessage(h.ctx, worker); ok {
			t.Error("claimed before its time")
		}
		left, err := h.WorkLeft(h.ctx, "e")
		h.must(err)
		if left.NextTryAt == nil || !left.NextTryAt.Equal(monday.Add(time.Minute)) || left.Done() {
			t.Errorf("work left: %+v; want a try a minute later", left)
		}
		h.clock.Advance(time.Minute)
		if _, ok, err := h.ClaimMessage(h.ctx, worker); !ok || err != nil {
			t.Errorf("not claimed at its time: %v", err)
		}
	})
}

func TestWorkGivenBackIsNotCounted(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m := h.message(0)
		for range MaxAttempts + 1 {
			got, ok, err := h.ClaimMessage(h.ctx, worker)
			if err != nil || !ok || got.Attempts != 1 {
				t.Fatalf("claimed %v, %v, attempts %d", ok, err, got.Attempts)
			}
			h.must(h.Unclaim(h.ctx, TaskMessage, m.ID, "somebody else")) // of no effect
			if h.again(m).ClaimedBy != "worker" {
				t.Fatal("a stranger gave it back")
			}
			h.must(h.Unclaim(h.ctx, TaskMessage, m.ID, "worker"))
		}
		h.wants(h.Unclaim(h.ctx, "tea", 1, "worker"), ErrInvalid)
		h.wants(h.Retry(h.ctx, "tea", 1), ErrInvalid)
		h.wants(h.Retry(h.ctx, TaskDocument, 1), ErrNotFound)
	})
}

func TestNoWorkIsHandedOutTwice(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const messages, workers = 60, 6
		for range messages {
			h.message(0)
		}
		stores := []*Store{h.Store, h.reopen()} // two processes
		var (
			mu    sync.Mutex
			times = map[int64]int{}
			group sync.WaitGroup
		)
		for w := range workers {
			group.Go(func() {
				claim := Claim{Owner: "w" + strconv.Itoa(w), For: time.Minute}
				for {
					m, ok, err := stores[w%2].ClaimMessage(h.ctx, claim)
					if err != nil {
						t.Error(err)
						return
					}
					if !ok {
						return
					}
					mu.Lock()
					times[m.ID]++
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if len(times) != messages {
			t.Errorf("%d messages handed out, want %d", len(times), messages)
		}
		for id, n := range times {
			if n != 1 {
				t.Errorf("message %d handed out %d times", id, n)
			}
		}
	})
}

func TestAnApplicationWaitsForItsDocuments(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		claimed := func(engine string) bool {
			t.Helper()
			a, ok, err := h.ClaimApplication(h.ctx, worker, engine)
			h.must(err)
			if ok && a.ID != app {
				t.Fatalf("claimed %d", a.ID)
			}
			return ok
		}
		if claimed("engine 1") {
			t.Error("claimed with both documents to be read")
		}
		for i := range 2 {
			d, ok, err := h.ClaimDocument(h.ctx, worker)
			if err != nil || !ok || d.Position != i {
				t.Fatalf("document %d: %+v, %v, %v", i, d, ok, err)
			}
			if i == 0 {
				h.read(d, d.Type)
				continue
			}
			for try := 1; ; try++ { // the other cannot be read: that must hold nothing up
				h.must(h.FailDocument(h.ctx, d.ID, "document.crashed", errors.New("signal: killed")))
				if try == MaxAttempts {
					break
				}
				if claimed("engine 1") {
					t.Error("claimed with a document to be read")
				}
				h.clock.Advance(time.Hour)
				if _, ok, err := h.ClaimDocument(h.ctx, worker); !ok || err != nil {
					t.Fatal("the document is not tried again", err)
				}
			}
		}
		docs := h.documents(app)
		if docs[0].State != Read || docs[1].State != Unreadable || docs[1].Problem != "document.crashed" || !docs[1].Parked {
			t.Errorf("documents: %+v", docs)
		}
		if !claimed("engine 1") {
			t.Fatal("not claimed with all documents settled")
		}
		if claimed("engine 1") {
			t.Error("claimed twice")
		}
		h.assess(app, "engine 1", screening.Met, screening.Unclear, screening.Met)
		if claimed("engine 1") {
			t.Error("claimed though up to date")
		}
		if !claimed("engine 2") {
			t.Error("not claimed for another engine")
		}
		h.assess(app, "engine 2", screening.Met, screening.Unclear, screening.Met)
		list := checklist()
		list.Criteria = list.Criteria[:2]
		v = h.vacancyNow(v)
		_, err := h.PublishChecklist(h.ctx, v.ID, v.Version, list, By{Name: "x"}, "")
		h.must(err)
		if !claimed("engine 2") {
			t.Error("not claimed for a new checklist")
		}
		h.assess(app, "engine 2", screening.Met, screening.Unclear)
		h.must(h.Retry(h.ctx, TaskDocument, docs[1].ID))
		if claimed("engine 2") {
			t.Error("claimed while a document is read again")
		}
		h.readAll(app)
		if !claimed("engine 2") {
			t.Error("not claimed for a document read since")
		}
		left, err := h.WorkLeft(h.ctx, "engine 2")
		h.must(err)
		if left.Applications != 1 || left.Documents != 0 || left.Messages != 0 {
			t.Errorf("work left: %+v", left)
		}
	})
}

func (h *house) vacancyNow(v Vacancy) Vacancy {
	h.t.Helper()
	got, err := h.VacancyByID(h.ctx, v.ID)
	h.must(err)
	return got
}

func TestThreeFailuresParkAnAssessment(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		h.readAll(app)
		for range MaxAttempts {
			if _, ok, err := h.ClaimApplication(h.ctx, worker, "e"); !ok || err != nil {
				t.Fatal("not claimed", err)
			}
			h.must(h.FailAssessment(h.ctx, app, fmt.Errorf("stumbled")))
			h.clock.Advance(time.Hour)
		}
		if _, ok, _ := h.ClaimApplication(h.ctx, worker, "e"); ok {
			t.Error("claimed though parked")
		}
		if a := h.application(app); !a.Parked || a.Error != "stumbled" {
			t.Errorf("application: %+v", a.Work)
		}
		h.must(h.Retry(h.ctx, TaskAssessment, app))
		if _, ok, err := h.ClaimApplication(h.ctx, worker, "e"); !ok || err != nil {
			t.Error("not claimed after retry", err)
		}
	})
}
