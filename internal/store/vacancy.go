package store

import (
	"time"

	"dossier/screening"
)

// VacancyState is where a vacancy stands.
type VacancyState string

// The states of a vacancy.
const (
	// VacancyDraft takes no applications yet.
	VacancyDraft VacancyState = "draft"
	// VacancyOpen takes applications.
	VacancyOpen VacancyState = "open"
	// VacancyClosed is over. What still arrives is kept and shown.
	VacancyClosed VacancyState = "closed"
)

// Vacancy is one advertised post.
type Vacancy struct {
	ID int64 `gorm:"primaryKey;autoIncrement"`
	// Slug is the id of vacancy files, unique: "rock-stage".
	Slug         string `gorm:"not null"`
	Title        string `gorm:"not null"`
	Organisation string `gorm:"not null"`
	Place        string `gorm:"not null"`
	// Reference is the code applicants quote; empty when there is none.
	Reference string `gorm:"not null"`
	// Addresses are where applications are sent, in lower case.
	Addresses []string `gorm:"serializer:json;not null"`
	// DeadlineAt is nil when there is none. DeadlineZone is the IANA zone it is shown in.
	DeadlineAt        *time.Time
	DeadlineZone      string `gorm:"not null"`
	DeadlineInclusive bool   `gorm:"not null"`
	DeadlineSource    string `gorm:"not null"`
	// AsOf is the day age and experience are computed for, YYYY-MM-DD.
	AsOf  string       `gorm:"not null"`
	State VacancyState `gorm:"not null"`
	// Gaps are the codes of what a person still has to fill in.
	Gaps []string `gorm:"serializer:json;not null"`
	// Language is fr or en, the language of the notice.
	Language string `gorm:"not null"`
	// ChecklistVersion is the latest published; 0 when there is none.
	ChecklistVersion int `gorm:"not null"`
	// Version grows with every change; a change made from an older one is refused.
	Version   int64     `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// Deadline is the vacancy's deadline, nil when it has none.
func (v Vacancy) Deadline() *screening.Deadline {
	if v.DeadlineAt == nil {
		return nil
	}
	return &screening.Deadline{At: *v.DeadlineAt, Zone: v.DeadlineZone, Inclusive: v.DeadlineInclusive, Source: v.DeadlineSource}
}

// Late tells whether what was received at the instant missed the vacancy's deadline.
func (v Vacancy) Late(receivedAt time.Time) bool { return late(v.Deadline(), receivedAt) }

func late(d *screening.Deadline, receivedAt time.Time) bool { return d != nil && d.Missed(receivedAt) }
