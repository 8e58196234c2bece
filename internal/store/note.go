package store

import "time"

// Note is a colleague's remark on an application.
type Note struct {
	ID            int64     `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64     `gorm:"not null"`
	ApplicationID int64     `gorm:"not null"`
	AuthorID      int64     `gorm:"not null"`
	Body          string    `gorm:"not null"`
	At            time.Time `gorm:"not null"`
}
