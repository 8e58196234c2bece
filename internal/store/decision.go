package store

import (
	"time"

	"dossier/screening"
)

// Decision is a person's move of an application from stage to stage.
type Decision struct {
	ID            int64           `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64           `gorm:"not null"`
	ApplicationID int64           `gorm:"not null"`
	FromStage     screening.Stage `gorm:"not null"`
	ToStage       screening.Stage `gorm:"not null"`
	Reason        string          `gorm:"not null"`
	AuthorID      int64           `gorm:"not null"`
	At            time.Time       `gorm:"not null"`
}
