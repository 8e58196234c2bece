package store

import "time"

// Event is a line of the audit trail: who did what to what, and when. Lines are only
// ever added, and each carries the hash of the one before, so that a change shows.
//
// An event holds ids only. Names are looked up when it is shown, so erasing a person
// never breaks the chain.
type Event struct {
	// ID counts from 1 without gaps.
	ID int64     `gorm:"primaryKey;autoIncrement:false"`
	At time.Time `gorm:"not null"`
	// ActorID is 0 when no person acted.
	ActorID int64 `gorm:"not null"`
	// Act is a code like "decision.recorded"; Object names the record ("application").
	Act      string `gorm:"not null"`
	Object   string `gorm:"not null"`
	ObjectID int64  `gorm:"not null"`
	// VacancyID is 0 when the act belongs to none.
	VacancyID int64 `gorm:"not null"`
	// Details are ids, codes and numbers, never words people wrote.
	Details  map[string]string `gorm:"serializer:json;not null"`
	PrevHash string            `gorm:"not null"`
	Hash     string            `gorm:"not null"`
}
