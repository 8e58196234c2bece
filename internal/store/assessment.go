package store

import (
	"time"

	"dossier/screening"
	"dossier/screening/fact"
)

// Assessment is all findings for one application at one moment. The newest is current;
// older ones stay.
type Assessment struct {
	ID               int64               `gorm:"primaryKey;autoIncrement"`
	VacancyID        int64               `gorm:"not null"`
	ApplicationID    int64               `gorm:"not null"`
	ChecklistVersion int                 `gorm:"not null"`
	EngineVersion    string              `gorm:"not null"`
	DocumentsRev     int64               `gorm:"not null"`
	Findings         []screening.Finding `gorm:"serializer:json;not null"`
	// Facts are those of each document the findings rest on.
	Facts     []DocumentFacts `gorm:"serializer:gzip"`
	CreatedAt time.Time       `gorm:"not null"`
}

// DocumentFacts are the facts of one document of a dossier.
type DocumentFacts struct {
	// Document is the document's id in the dossier.
	Document string     `json:"document"`
	Facts    fact.Facts `json:"facts"`
}
