package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Standing is where a vacancy stands, with those put away told apart from the closed.
func (v Vacancy) Standing() VacancyState {
	if v.State == VacancyClosed && v.ArchivedAt != nil {
		return VacancyArchived
	}
	return v.State
}

// MoveVacancy opens a draft, closes a vacancy, puts a closed one away or takes it out
// again, or opens one again, which needs a reason. version is that of the vacancy the
// person saw; ErrConflict when it has moved on. Closing ends routing by title; what is sent
// to the vacancy's address or quotes its reference still reaches it.
func (s *Store) MoveVacancy(ctx context.Context, vacancyID, version int64, to VacancyState, by By, reason string) error {
	reason = trimmed(reason)
	return s.act(ctx, fmt.Sprintf("vacancy %d: %s", vacancyID, to), func(tx *gorm.DB) error {
		v, err := lockVacancy(tx, vacancyID, version)
		if err != nil {
			return err
		}
		from := v.Standing()
		switch {
		case to == from:
			return nil
		case to == VacancyOpen && v.ChecklistVersion == 0:
			return fmt.Errorf("%w: a vacancy without a checklist cannot open", ErrInvalid)
		case to == VacancyOpen && from != VacancyDraft && reason == "":
			return fmt.Errorf("%w: opening a vacancy again needs a reason", ErrInvalid)
		case to == VacancyArchived && from != VacancyClosed, to == VacancyClosed && from == VacancyDraft,
			to != VacancyOpen && to != VacancyClosed && to != VacancyArchived:
			return fmt.Errorf("%w: a vacancy that is %s cannot become %q", ErrInvalid, from, to)
		}
		v.State, v.ArchivedAt = to, nil
		if to == VacancyArchived {
			now := s.clock()
			v.State, v.ArchivedAt = VacancyClosed, &now
		}
		if err := saveVacancy(tx, &v); err != nil {
			return err
		}
		move := VacancyMove{VacancyID: v.ID, FromState: from, ToState: to, Reason: reason, AuthorName: by.Name, At: s.clock()}
		if by.UserID != 0 {
			move.AuthorID = &by.UserID
		}
		if err := tx.Create(&move).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by.UserID, Act: "vacancy." + string(to), Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID,
			Details: map[string]string{"move": decimal(move.ID), "from": string(from)}})
	})
}

// VacancyMove is a change of where a vacancy stands.
type VacancyMove struct {
	ID        int64        `gorm:"primaryKey;autoIncrement"`
	VacancyID int64        `gorm:"not null"`
	FromState VacancyState `gorm:"not null"`
	ToState   VacancyState `gorm:"not null"`
	Reason    string       `gorm:"not null"`
	// AuthorID is nil when nobody was signed in.
	AuthorID   *int64
	AuthorName string    `gorm:"not null"`
	At         time.Time `gorm:"not null"`
}

// VacancyMoves returns how a vacancy came to stand where it does, newest first.
func (s *Store) VacancyMoves(ctx context.Context, vacancyID int64) ([]VacancyMove, error) {
	var out []VacancyMove
	if err := s.reader(ctx).Where("vacancy_id = ?", vacancyID).Order("id DESC").Limit(maxMoves).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("vacancy %d: moves: %w", vacancyID, known(err))
	}
	return out, nil
}

// maxMoves bounds the moves that are shown.
const maxMoves = 200
