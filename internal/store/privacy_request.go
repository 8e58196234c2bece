package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// OpenPrivacyRequest notes what somebody asks for about their data. It is due one month
// after it was received.
func (s *Store) OpenPrivacyRequest(ctx context.Context, q PrivacyRequest) (PrivacyRequest, error) {
	q.Note = trimmed(q.Note)
	received, err := time.Parse(time.DateOnly, q.ReceivedOn)
	if err != nil || !slices.Contains(PrivacyRequestKinds, q.Kind) {
		return q, fmt.Errorf("request: %w: %s of %q", ErrInvalid, q.Kind, q.ReceivedOn)
	}
	q.DueOn, q.State, q.Outcome = oneMonth(received).Format(time.DateOnly), RequestOpen, ""
	err = s.act(ctx, "open privacy request", func(tx *gorm.DB) error {
		if err := checkAuthor(tx, q.AuthorID); err != nil {
			return err
		}
		if q.ApplicantID != 0 {
			if err := tx.Where("id = ?", q.ApplicantID).Take(&Applicant{}).Error; err != nil {
				return err
			}
		}
		q.ID, q.At, q.ClosedAt, q.ClosedBy = 0, s.clock(), nil, nil
		if err := tx.Create(&q).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: q.AuthorID, Act: "request.opened", Object: "request", ObjectID: q.ID,
			Details: map[string]string{"kind": string(q.Kind), "applicant": decimal(q.ApplicantID)}})
	})
	return q, err
}

// oneMonth is the same day of the next month, or its last day when it is shorter.
func oneMonth(t time.Time) time.Time {
	next := t.AddDate(0, 1, 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next
}

// ClosePrivacyRequest notes how a request ended. A refusal needs to say why.
func (s *Store) ClosePrivacyRequest(ctx context.Context, id, authorID int64, state PrivacyRequestState, outcome string) error {
	outcome = trimmed(outcome)
	if state != RequestDone && state != RequestRefused || state == RequestRefused && outcome == "" {
		return fmt.Errorf("request %d: %w: a refusal needs a reason", id, ErrInvalid)
	}
	return s.act(ctx, fmt.Sprintf("request %d: close", id), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var q PrivacyRequest
		if err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&q).Error; err != nil {
			return err
		}
		if q.State != RequestOpen {
			return fmt.Errorf("%w: it is %s", ErrConflict, q.State)
		}
		err := tx.Model(&PrivacyRequest{}).Where("id = ?", id).
			Updates(map[string]any{"state": state, "outcome": outcome, "closed_at": s.clock(), "closed_by": authorID}).Error
		if err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "request." + string(state), Object: "request", ObjectID: id, Details: map[string]string{"kind": string(q.Kind)}})
	})
}

// PrivacyRequestRow is a request with whose it is.
type PrivacyRequestRow struct {
	PrivacyRequest
	// Name is empty when nobody has said whose it is, or when they were erased.
	Name string
}

// PrivacyRequests returns the open requests by the day they are due, then the latest
// closed ones.
func (s *Store) PrivacyRequests(ctx context.Context) ([]PrivacyRequestRow, error) {
	var out []PrivacyRequestRow
	err := s.reader(ctx).Raw(`SELECT q.*, coalesce(p.name, '') AS name FROM privacy_requests q LEFT JOIN applicants p ON p.id = q.applicant_id
		ORDER BY CASE WHEN q.state = 'open' THEN 0 ELSE 1 END, CASE WHEN q.state = 'open' THEN q.due_on ELSE '' END, q.id DESC LIMIT ?`, maxShown).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("privacy requests: %w", known(err))
	}
	return out, nil
}

// OpenPrivacyRequests counts the requests that wait, and those of them that are due within
// a week.
func (s *Store) OpenPrivacyRequests(ctx context.Context) (open, soon int, err error) {
	var n, k int64
	db := s.reader(ctx).Model(&PrivacyRequest{}).Where("state = 'open'")
	if err = db.Session(&gorm.Session{}).Count(&n).Error; err == nil {
		err = db.Session(&gorm.Session{}).Where("due_on <= ?", s.clock().AddDate(0, 0, 7).Format(time.DateOnly)).Count(&k).Error
	}
	return int(n), int(k), known(err)
}
