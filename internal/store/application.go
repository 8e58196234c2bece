package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// Application is one applicant for one vacancy.
type Application struct {
	ID          int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID   int64 `gorm:"not null"`
	ApplicantID int64 `gorm:"not null"`
	// ReceivedAt is when its first message reached our server.
	ReceivedAt     time.Time       `gorm:"not null"`
	FirstMessageID int64           `gorm:"not null"`
	Stage          screening.Stage `gorm:"not null"`
	// ReviewerID is nil while nobody is assigned.
	ReviewerID *int64
	// Version grows with every act of a person; an act made from an older one is refused.
	Version int64 `gorm:"not null"`
	// DocumentsRev grows whenever a document comes, is read, or counts differently.
	DocumentsRev int64 `gorm:"not null"`
	// The assessment the letters and counts below come from; zero before the first.
	AssessedRev       int64  `gorm:"not null"`
	AssessedChecklist int    `gorm:"not null"`
	AssessedEngine    string `gorm:"not null"`
	AssessedAt        *time.Time
	// Verdicts has one letter per criterion, in the checklist's order: m, n or u, upper
	// case when a person said so, "-" for what is only shown to the reader.
	Verdicts string `gorm:"not null"`
	// The counts leave out what is only shown to the reader.
	MetCount        int `gorm:"not null"`
	NotMetCount     int `gorm:"not null"`
	UnclearCount    int `gorm:"not null"`
	RequiredNotMet  int `gorm:"not null"`
	RequiredUnclear int `gorm:"not null"`
	// AfterClose is true when the first message missed the deadline.
	AfterClose bool `gorm:"not null"`
	// What arrived after closing counts up to LateAcceptedAt, when a person said so.
	LateAcceptedAt     *time.Time
	LateAcceptedBy     *int64
	LateAcceptedReason string `gorm:"not null"`
	// RefereesPurgedAt is when the contacts of referees read out of its documents were
	// removed; nil while they are kept.
	RefereesPurgedAt *time.Time
	Work
	CreatedAt time.Time `gorm:"not null"`
	// SortName is the applicant's folded name. The database keeps it, for lists by name.
	SortName string `gorm:"not null;<-:false"`
}

func lockApplication(tx *gorm.DB, id int64) (Application, error) {
	var a Application
	err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&a).Error
	return a, err
}

// ApplicationByID returns one application, or ErrNotFound.
func (s *Store) ApplicationByID(ctx context.Context, id int64) (Application, error) {
	var a Application
	if err := s.reader(ctx).Where("id = ?", id).Take(&a).Error; err != nil {
		return Application{}, fmt.Errorf("application %d: %w", id, known(err))
	}
	return a, nil
}
