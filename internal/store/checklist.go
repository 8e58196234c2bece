package store

import (
	"time"

	"dossier/screening"
)

// Checklist is one published version of what a vacancy asks for. It never changes.
type Checklist struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Version counts from 1 within the vacancy.
	Version   int                 `gorm:"primaryKey;autoIncrement:false"`
	Checklist screening.Checklist `gorm:"serializer:json;not null"`
	// AuthorID is nil when nobody was signed in; AuthorName then says where the
	// checklist came from, like "vacancies.yaml".
	AuthorID    *int64
	AuthorName  string `gorm:"not null"`
	Reason      string `gorm:"not null"`
	PublishedAt time.Time
}
