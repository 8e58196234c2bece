package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"dossier/screening"
)

// RecentMove is a decision that its author may take back: nobody has acted since.
type RecentMove struct {
	ApplicationID, Version int64
	To                     screening.Stage
}

// RecentMoves returns, of some of a vacancy's applications, those whose last decision is a
// user's own, not older than since, and still in force.
func (s *Store) RecentMoves(ctx context.Context, vacancyID, userID int64, ids []int64, since time.Time) ([]RecentMove, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID, Version int64
		ToStage     screening.Stage
		AuthorID    int64
		At          instant
	}
	err := s.reader(ctx).Raw(`SELECT a.id, a.version, d.to_stage, d.author_id, d.at
		FROM applications a JOIN decisions d ON d.vacancy_id = a.vacancy_id AND d.application_id = a.id AND d.to_stage = a.stage
			AND d.id = (SELECT max(id) FROM decisions WHERE vacancy_id = a.vacancy_id AND application_id = a.id)
		WHERE a.vacancy_id = ? AND a.id IN ? AND d.reason <> ? ORDER BY a.id`, vacancyID, ids, ReasonUndone).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: recent moves: %w", vacancyID, known(err))
	}
	var out []RecentMove
	for _, r := range rows {
		if r.AuthorID == userID && !r.At.Before(since) {
			out = append(out, RecentMove{ApplicationID: r.ID, Version: r.Version, To: r.ToStage})
		}
	}
	return out, nil
}

// RecentGift is an application somebody has just given to a colleague, or to nobody.
type RecentGift struct {
	ApplicationID, Version int64
	// To follows it now and Before did so until then; 0 is nobody.
	To, Before int64
}

// RecentGifts returns, of some of a vacancy's applications, those whose follower a user has
// set last, not before since, and still follows; by application.
func (s *Store) RecentGifts(ctx context.Context, vacancyID, userID int64, ids []int64, since time.Time) (map[int64]RecentGift, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var apps []Application
	err := s.reader(ctx).Select("id", "version", "reviewer_id").Where("vacancy_id = ? AND id IN ?", vacancyID, ids).Find(&apps).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: recent gifts: %w", vacancyID, known(err))
	}
	var events []Event
	err = s.reader(ctx).Where("object = 'application' AND object_id IN ? AND vacancy_id = ? AND act = ?", ids, vacancyID, actAssigned).Order("id DESC").Find(&events).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: recent gifts: %w", vacancyID, known(err))
	}
	gifts := map[int64][]Event{}
	for _, e := range events {
		gifts[e.ObjectID] = append(gifts[e.ObjectID], e)
	}
	out := map[int64]RecentGift{}
	for _, app := range apps {
		trail := gifts[app.ID]
		if len(trail) == 0 || trail[0].ActorID != userID || trail[0].At.Before(since) {
			continue
		}
		g := RecentGift{ApplicationID: app.ID, Version: app.Version, To: trail[0].assigned()}
		if len(trail) > 1 {
			g.Before = trail[1].assigned()
		}
		now := int64(0)
		if app.ReviewerID != nil {
			now = *app.ReviewerID
		}
		if now == g.To {
			out[app.ID] = g
		}
	}
	return out, nil
}

// assigned is whom an event gives an application to, 0 for nobody.
func (e Event) assigned() int64 {
	id, err := strconv.ParseInt(e.Details["reviewer"], 10, 64)
	if err != nil {
		return 0
	}
	return id
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
