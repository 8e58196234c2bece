package store

import (
	"time"

	"dossier/screening"
)

// Override is a person's verdict in place of the machine's, for one criterion of one
// application. At most one per criterion is in force; the others are withdrawn.
type Override struct {
	ID            int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64 `gorm:"not null"`
	ApplicationID int64 `gorm:"not null"`
	// Criterion is the criterion's id in the checklist.
	Criterion      string            `gorm:"not null"`
	Verdict        screening.Verdict `gorm:"serializer:text;type:text;not null"`
	MachineVerdict screening.Verdict `gorm:"serializer:text;type:text;not null"`
	Reason         string            `gorm:"not null"`
	AuthorID       int64             `gorm:"not null"`
	At             time.Time         `gorm:"not null"`
	WithdrawnAt    *time.Time
	WithdrawnBy    *int64
}
