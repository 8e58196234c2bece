package store

import (
	"context"
	"fmt"
	"time"

	"dossier/screening"
)

// RecentMove is a decision that its author may take back: nobody has acted since.
type RecentMove struct {
	ApplicationID, Version int64
	From, To               screening.Stage
}

// RecentMoves returns, of some of a vacancy's applications, those whose last decision is a
// user's own, not older than since, and still in force.
func (s *Store) RecentMoves(ctx context.Context, vacancyID, userID int64, ids []int64, since time.Time) ([]RecentMove, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID, Version        int64
		FromStage, ToStage screening.Stage
		AuthorID           int64
		At                 instant
	}
	err := s.reader(ctx).Raw(`SELECT a.id, a.version, d.from_stage, d.to_stage, d.author_id, d.at
		FROM applications a JOIN decisions d ON d.vacancy_id = a.vacancy_id AND d.application_id = a.id AND d.to_stage = a.stage
			AND d.id = (SELECT max(id) FROM decisions WHERE vacancy_id = a.vacancy_id AND application_id = a.id)
		WHERE a.vacancy_id = ? AND a.id IN ? ORDER BY a.id`, vacancyID, ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: recent moves: %w", vacancyID, known(err))
	}
	var out []RecentMove
	for _, r := range rows {
		if r.AuthorID == userID && !r.At.Before(since) {
			out = append(out, RecentMove{ApplicationID: r.ID, Version: r.Version, From: r.FromStage, To: r.ToStage})
		}
	}
	return out, nil
}

// Reviewers returns who follows some of a vacancy's applications, by application; those
// nobody follows are left out.
func (s *Store) Reviewers(ctx context.Context, vacancyID int64, ids []int64) (map[int64]int64, error) {
	var rows []struct{ ID, ReviewerID int64 }
	err := s.reader(ctx).Raw(`SELECT id, reviewer_id FROM applications WHERE vacancy_id = ? AND id IN ? AND reviewer_id IS NOT NULL`, vacancyID, ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: reviewers: %w", vacancyID, known(err))
	}
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.ID] = r.ReviewerID
	}
	return out, nil
}
