package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"dossier/internal/account"
	"dossier/screening"
)

// written queues a message to an application's applicant.
func (h *house) written(id, author int64, n int, change func(*NewOutgoing)) (OutgoingMessage, error) {
	new := NewOutgoing{ApplicationID: id, Kind: MailFree, Language: "fr", ToName: "Awa", ToEmail: "Awa@Post.example", Subject: "s", Body: "b",
		MessageID: fmt.Sprint("m", n, "@org.example"), Token: fmt.Sprint("t", n), AuthorID: author}
	if change != nil {
		change(&new)
	}
	return h.QueueOutgoing(h.ctx, new)
}

func TestOutboxWalksItsIndices(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.seed(5, 200)
		author := h.user("awa")
		var apps []Application
		h.must(h.r.Order("id").Find(&apps).Error)
		now := h.clock.Now()
		h.must(h.w.Transaction(func(tx *gorm.DB) error {
			rows := make([]OutgoingMessage, len(apps))
			for i, a := range apps {
				rows[i] = OutgoingMessage{VacancyID: a.VacancyID, ApplicationID: a.ID, Kind: MailFree, State: OutgoingStates[i%len(OutgoingStates)], Language: "fr", ToEmail: fmt.Sprint("a", i, "@post.example"),
					MessageID: fmt.Sprint("m", i), Token: fmt.Sprint("t", i), Thread: []string{}, AuthorID: &author.ID, Work: Work{NextTryAt: &now}, CreatedAt: now}
			}
			return tx.CreateInBatches(rows, rowsPerInsert).Error
		}))
		h.must(h.w.Exec("ANALYZE").Error)
		for name, c := range map[string]struct {
			index string
			sorts bool
			query string
			args  []any
		}{
			"claim a message": {"outgoing_messages_due", false,
				"SELECT * FROM outgoing_messages WHERE " + outgoingDue + " AND next_try_at <= ? ORDER BY next_try_at, id LIMIT 1", []any{now}},
			"what was being sent": {"outgoing_messages_sending", true,
				"SELECT * FROM outgoing_messages WHERE (state || '') = 'sending' AND (claimed_until IS NULL OR claimed_until <= ?)", []any{now}},
			"the outbox by state": {"outgoing_messages_", false,
				"SELECT * FROM outgoing_messages WHERE state = ? ORDER BY id DESC LIMIT 51", []any{"failed"}},
			"the messages of an application": {"outgoing_messages_application", false,
				"SELECT * FROM outgoing_messages WHERE vacancy_id = ? AND application_id = ? ORDER BY id", []any{1, 1}},
			"sent to an address lately": {"outgoing_messages_address", true,
				"SELECT count(*) FROM outgoing_messages WHERE to_email = ? AND created_at >= ? AND automatic AND state <> 'cancelled'", []any{"a", now}},
			"by its name": {"outgoing_messages_message_id", true, "SELECT * FROM outgoing_messages WHERE message_id IN (?, ?)", []any{"a", "b"}},
		} {
			check(t, name, h.plan(c.query, c.args...), c.index, c.sorts)
		}
	})
}

func TestWhoMayWriteAndHow(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		app := h.apply(v, h.message(time.Hour), "awa@post.example").ApplicationID
		author := h.user("recruiter")
		for name, change := range map[string]func(*NewOutgoing){
			"nobody":                       func(n *NewOutgoing) { n.AuthorID = 0 },
			"somebody unknown":             func(n *NewOutgoing) { n.AuthorID = 99 },
			"a kind that is no message":    func(n *NewOutgoing) { n.Kind = MailNotice },
			"no such kind":                 func(n *NewOutgoing) { n.Kind = "spam" },
			"no text":                      func(n *NewOutgoing) { n.Body = " " },
			"no address":                   func(n *NewOutgoing) { n.ToEmail = "" },
			"a refusal nobody decided":     func(n *NewOutgoing) { n.Kind = MailRefusal },
			"a person's, held without end": func(n *NewOutgoing) { n.State = OutgoingHeld },
			"automatic, begun as if sent":  func(n *NewOutgoing) { n.Kind, n.AuthorID, n.State = MailAcknowledgement, 0, OutgoingSent },
			"automatic of another kind":    func(n *NewOutgoing) { n.Kind, n.AuthorID = MailMissing, 0 },
			"without a name of its own":    func(n *NewOutgoing) { n.MessageID = "" },
		} {
			if _, err := h.written(app, author.ID, 1, change); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		m, err := h.written(app, author.ID, 1, nil)
		h.must(err)
		if m.ToEmail != "awa@post.example" || m.State != OutgoingQueued || m.NextTryAt == nil {
			t.Errorf("%+v", m)
		}
		_, err = h.written(app, author.ID, 1, nil)
		h.wants(err, ErrConflict) // one name, one message
		ack := func(n *NewOutgoing) { n.Kind, n.AuthorID = MailAcknowledgement, 0 }
		_, err = h.written(app, 0, 2, ack)
		h.must(err)
		_, err = h.written(app, 0, 3, ack)
		h.wants(err, ErrConflict) // once per application
		if trail, err := h.VerifyEvents(h.ctx); err != nil || trail.Events == 0 {
			t.Errorf("%+v, %v", trail, err)
		}
	})
}

func TestAnApplicantIsRefusedOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app := h.apply(h.vacancy("post"), h.message(time.Hour), "awa@post.example").ApplicationID
		author := h.user("recruiter")
		until := h.clock.Now().Add(48 * time.Hour)
		refuse := func(n int) (OutgoingMessage, error) {
			return h.written(app, author.ID, n, func(n *NewOutgoing) { n.Kind, n.HoldUntil = MailRefusal, &until })
		}
		state := func(id int64, want OutgoingState, why string) {
			t.Helper()
			m, err := h.OutgoingByID(h.ctx, id)
			h.must(err)
			if m.State != want || m.Why != why {
				t.Errorf("it is %s because of %q, want %s, %q", m.State, m.Why, want, why)
			}
		}
		h.move(app, screening.StageNotRetained, author)
		first, err := refuse(1)
		h.must(err)
		_, err = refuse(2)
		h.wants(err, ErrConflict)
		h.must(h.CancelOutgoing(h.ctx, first.ID, author.ID))
		second, err := refuse(2)
		h.must(err)
		h.wants(h.RetryOutgoing(h.ctx, first.ID, author.ID), ErrConflict)

		h.clock.Advance(time.Hour)
		h.move(app, screening.StageDiscuss, author)
		state(second.ID, OutgoingCancelled, WhyUndone)
		h.clock.Advance(time.Hour)
		h.move(app, screening.StageNotRetained, author)
		third, err := refuse(3)
		h.must(err)
		h.clock.Advance(72 * time.Hour)
		m, ok, err := h.ClaimOutgoing(h.ctx, Claim{Owner: "x", For: time.Minute})
		h.must(err)
		if !ok || m.ID != third.ID {
			t.Fatalf("claimed %d, %v", m.ID, ok)
		}
		_, err = refuse(4)
		h.wants(err, ErrConflict)
		h.must(h.OutgoingSent(h.ctx, m.ID, "x", "taken"))
		_, err = refuse(4)
		h.wants(err, ErrConflict)
		// Another decision is told of anew.
		h.move(app, screening.StageDiscuss, author)
		state(third.ID, OutgoingSent, "")
		h.clock.Advance(time.Hour)
		h.move(app, screening.StageNotRetained, author)
		fourth, err := refuse(4)
		h.must(err)
		// Nor is somebody refused who is found to have withdrawn.
		message := h.message(2 * time.Hour)
		h.must(h.ProposeWithdrawal(h.ctx, message.ID, "I withdraw", []int64{app}))
		now := h.application(app)
		requests, err := h.WithdrawalRequests(h.ctx, now.VacancyID, app)
		h.must(err)
		h.must(h.SettleWithdrawal(h.ctx, Act{ApplicationID: app, Version: now.Version, AuthorID: author.ID}, requests[0].ID, true))
		state(fourth.ID, OutgoingCancelled, WhyUndone)
	})
}

func TestErasedMessagesSayNothingAndGoNowhere(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		message := h.message(time.Hour)
		app := h.apply(v, message, "awa@post.example").ApplicationID
		author := h.user("recruiter")
		m, err := h.written(app, author.ID, 1, nil)
		h.must(err)
		h.must(h.ProposeWithdrawal(h.ctx, message.ID, "I withdraw", []int64{app}))
		h.must(h.ProposeWithdrawal(h.ctx, message.ID, "I withdraw", []int64{app})) // told again
		requests, err := h.WithdrawalRequests(h.ctx, v.ID, app)
		h.must(err)
		if len(requests) != 1 {
			t.Fatalf("%d requests, want 1", len(requests))
		}
		h.must(h.BlankOutgoing(h.ctx, app))
		got, err := h.OutgoingByID(h.ctx, m.ID)
		h.must(err)
		if got.State != OutgoingCancelled || got.ToName+got.ToEmail+got.Subject+got.Body+got.Calendar+got.Error+got.Reply != "" {
			t.Errorf("%+v", got)
		}
		if got.CanRetry() {
			t.Error("it could be sent again")
		}
		if requests, err = h.WithdrawalRequests(h.ctx, v.ID, app); err != nil || requests[0].Quote != "" {
			t.Errorf("%+v, %v", requests, err)
		}
		if _, ok, err := h.ClaimOutgoing(h.ctx, Claim{Owner: "x", For: time.Minute}); ok || err != nil {
			t.Errorf("it is still sent: %v", err)
		}
		h.must(h.w.Exec("DELETE FROM applications WHERE id = ?", app).Error)
		if _, err := h.OutgoingByID(h.ctx, m.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("deleting the application left its messages: %v", err)
		}
	})
}

func TestSettlingAWithdrawalTwiceIsRefused(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("post")
		message := h.message(time.Hour)
		app := h.apply(v, message, "awa@post.example").ApplicationID
		author := h.user("reviewer")
		h.must(h.ProposeWithdrawal(h.ctx, message.ID, "I withdraw", []int64{app}))
		requests, err := h.WithdrawalRequests(h.ctx, v.ID, app)
		h.must(err)
		h.must(h.SettleWithdrawal(h.ctx, Act{ApplicationID: app, Version: 1, AuthorID: author.ID}, requests[0].ID, false))
		a, err := h.ApplicationByID(h.ctx, app)
		h.must(err)
		if a.Stage != screening.StageNew {
			t.Errorf("keeping it moved it to %s", a.Stage)
		}
		h.wants(h.SettleWithdrawal(h.ctx, Act{ApplicationID: app, Version: a.Version, AuthorID: author.ID}, requests[0].ID, true), ErrConflict)
		h.wants(h.SettleWithdrawal(h.ctx, Act{ApplicationID: app, Version: a.Version, AuthorID: author.ID}, 99, true), ErrNotFound)
	})
}

func TestABounceThatNamesOnlyAnAddressNeedsAReport(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app := h.apply(h.vacancy("post"), h.message(time.Hour), "awa@post.example").ApplicationID
		author := h.user("recruiter")
		m, err := h.written(app, author.ID, 1, nil)
		h.must(err)
		bounce := Bounce{Addresses: []string{"awa@post.example"}, MessageIDs: []string{m.MessageID}}
		report := h.message(2 * time.Hour)
		tied := func(want OutgoingState) {
			t.Helper()
			_, err := h.RecordBounce(h.ctx, report.ID, bounce)
			h.must(err)
			got, err := h.OutgoingByID(h.ctx, m.ID)
			h.must(err)
			if got.State != want {
				t.Errorf("it is %s, want %s", got.State, want)
			}
		}
		_, _, err = h.ClaimOutgoing(h.ctx, Claim{Owner: "x", For: time.Minute})
		h.must(err)
		h.must(h.HandingOver(h.ctx, m.ID, "x"))
		bounce.MessageIDs = nil
		h.must(h.OutgoingSent(h.ctx, m.ID, "x", "taken"))
		tied(OutgoingSent)
		bounce.Report = true
		tied(OutgoingBounced)
	})
}

func TestABounceThatIsFasterThanTheServersAnswerIsNotLost(t *testing.T) {
	ends := map[string]func(h *house, id int64) error{
		"sent":   func(h *house, id int64) error { return h.OutgoingSent(h.ctx, id, "x", "taken") },
		"unsure": func(h *house, id int64) error { return h.OutgoingUnsure(h.ctx, id, "x", "no answer") },
		"killed": func(h *house, id int64) error {
			h.clock.Advance(time.Hour)
			_, _, err := h.RecoverOutgoing(h.ctx)
			return err
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, h *house) {
				app := h.apply(h.vacancy("post"), h.message(time.Hour), "awa@post.example").ApplicationID
				m, err := h.written(app, h.user("recruiter").ID, 1, nil)
				h.must(err)
				report := h.message(2 * time.Hour)
				_, _, err = h.ClaimOutgoing(h.ctx, Claim{Owner: "x", For: time.Minute})
				h.must(err)
				h.must(h.HandingOver(h.ctx, m.ID, "x"))
				_, err = h.RecordBounce(h.ctx, report.ID, Bounce{Addresses: []string{"awa@post.example"}, MessageIDs: []string{m.MessageID}})
				h.must(err)
				if got, err := h.OutgoingByID(h.ctx, m.ID); err != nil || got.State != OutgoingSending {
					t.Errorf("in the hands of a process it is %s, %v", got.State, err)
				}
				h.must(end(h, m.ID))
				got, err := h.OutgoingByID(h.ctx, m.ID)
				h.must(err)
				if got.State != OutgoingBounced || got.BounceMessageID == nil || *got.BounceMessageID != report.ID || got.BouncedAt == nil || got.Parked {
					t.Errorf("it is %s, %+v", got.State, got.BounceMessageID)
				}
			})
		})
	}
}

func TestABounceMarksOnlyWhatWentToWhomItNames(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app := h.apply(h.vacancy("post"), h.message(time.Hour), "awa@post.example").ApplicationID
		m, err := h.written(app, h.user("recruiter").ID, 1, nil)
		h.must(err)
		_, _, err = h.ClaimOutgoing(h.ctx, Claim{Owner: "x", For: time.Minute})
		h.must(err)
		h.must(h.HandingOver(h.ctx, m.ID, "x"))
		h.must(h.OutgoingSent(h.ctx, m.ID, "x", "taken"))
		report := h.message(2 * time.Hour)
		for _, c := range []struct {
			bounce Bounce
			want   OutgoingState
		}{
			{Bounce{Report: true}, OutgoingSent},
			{Bounce{Report: true, Addresses: []string{"forger@post.example"}, Named: []string{"forger@post.example"}}, OutgoingSent},
			{Bounce{Addresses: []string{"moved@post.example"}, Named: []string{"awa@post.example"}}, OutgoingBounced},
		} {
			c.bounce.MessageIDs = []string{m.MessageID}
			_, err := h.RecordBounce(h.ctx, report.ID, c.bounce)
			h.must(err)
			if got, err := h.OutgoingByID(h.ctx, m.ID); err != nil || got.State != c.want {
				t.Errorf("after %+v it is %s, want %s", c.bounce, got.State, c.want)
			}
		}
	})
}

func TestTheOutboxKeepsToTheVacanciesOneSees(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		author := h.user("recruiter")
		one, two := h.vacancy("one"), h.vacancy("two")
		for n, v := range []Vacancy{one, two} {
			app := h.apply(v, h.message(time.Duration(n+1)*time.Hour), fmt.Sprintf("p%d@post.example", n)).ApplicationID
			_, err := h.written(app, author.ID, n, nil)
			h.must(err)
		}
		for _, c := range []struct {
			within Within
			want   int
		}{{nil, 2}, {Within{one.ID}, 1}, {Within{}, 0}} {
			rows, more, err := h.OutgoingRows(h.ctx, OutgoingQuery{Within: c.within})
			h.must(err)
			counts, _, err := h.OutgoingCounts(h.ctx, c.within, 0)
			h.must(err)
			recent, err := h.RecentApplications(h.ctx, c.within, 0)
			h.must(err)
			if len(rows) != c.want || more || counts[OutgoingQueued] != c.want || len(recent) != c.want {
				t.Errorf("within %v: %d rows, %v, %d recent, want %d", c.within, len(rows), counts, len(recent), c.want)
			}
		}
		if !account.Recruiter.May(account.WriteApplicants) || account.Reviewer.May(account.WriteApplicants) || account.Recruiter.May(account.EditTemplates) || !account.HR.May(account.EditTemplates) {
			t.Error("writing is for recruiters and human resources, templates for the latter")
		}
	})
}
