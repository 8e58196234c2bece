package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// OpinionView is what a reviewer thinks should become of an application.
type OpinionView string

// The views an opinion may take.
const (
	Favourable   OpinionView = "favourable"
	ToDiscuss    OpinionView = "discuss"
	Unfavourable OpinionView = "unfavourable"
)

// OpinionViews lists every view, in the order pages offer them.
var OpinionViews = []OpinionView{Favourable, ToDiscuss, Unfavourable}

// Valid tells whether v is one of OpinionViews.
func (v OpinionView) Valid() bool { return slices.Contains(OpinionViews, v) }

// Opinion is one reviewer's view of an application, where several look at it on their own.
// It moves nothing: the stage changes by a decision.
type Opinion struct {
	ID            int64       `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64       `gorm:"not null"`
	ApplicationID int64       `gorm:"not null"`
	AuthorID      int64       `gorm:"not null"`
	View          OpinionView `gorm:"not null"`
	Reason        string      `gorm:"not null"`
	At            time.Time   `gorm:"not null"`
}

// GiveOpinion keeps a reviewer's view of an application, in place of an earlier one of
// theirs. An unfavourable one needs a reason. Opinions do not get in each other's way, so
// none needs the application's version.
func (s *Store) GiveOpinion(ctx context.Context, applicationID, authorID int64, view OpinionView, reason string) error {
	reason = trimmed(reason)
	return s.act(ctx, fmt.Sprintf("application %d: opinion", applicationID), func(tx *gorm.DB) error {
		if !view.Valid() {
			return fmt.Errorf("%w: no view %q", ErrInvalid, view)
		}
		if view == Unfavourable && reason == "" {
			return fmt.Errorf("%w: an unfavourable opinion needs a reason", ErrInvalid)
		}
		app, err := lockApplication(tx, applicationID)
		if err != nil {
			return err
		}
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		o := Opinion{VacancyID: app.VacancyID, ApplicationID: app.ID, AuthorID: authorID, View: view, Reason: reason, At: s.clock()}
		err = tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "vacancy_id"}, {Name: "application_id"}, {Name: "author_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"view", "reason", "at"})}).Create(&o).Error
		if err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "opinion.given", Object: "application", ObjectID: app.ID, VacancyID: app.VacancyID,
			Details: map[string]string{"view": string(view)}})
	})
}

// WithdrawOpinion takes a reviewer's own view back; what colleagues said is hidden again.
func (s *Store) WithdrawOpinion(ctx context.Context, applicationID, authorID int64) error {
	return s.act(ctx, fmt.Sprintf("application %d: withdraw opinion", applicationID), func(tx *gorm.DB) error {
		app, err := lockApplication(tx, applicationID)
		if err != nil {
			return err
		}
		done := tx.Where("vacancy_id = ? AND application_id = ? AND author_id = ?", app.VacancyID, app.ID, authorID).Delete(&Opinion{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		return s.record(tx, Event{ActorID: authorID, Act: "opinion.withdrawn", Object: "application", ObjectID: app.ID, VacancyID: app.VacancyID})
	})
}

// OpinionsGiven returns on which of a vacancy's applications one person has given a view.
func (s *Store) OpinionsGiven(ctx context.Context, vacancyID, userID int64) (map[int64]OpinionView, error) {
	var rows []Opinion
	err := s.reader(ctx).Select("application_id", "view").Where("vacancy_id = ? AND author_id = ?", vacancyID, userID).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: opinions: %w", vacancyID, known(err))
	}
	out := make(map[int64]OpinionView, len(rows))
	for _, o := range rows {
		out[o.ApplicationID] = o.View
	}
	return out, nil
}

// trimmed makes what a person wrote fit for keeping.
func trimmed(words string) string { return strings.TrimSpace(tidyString(words, maxWords)) }
