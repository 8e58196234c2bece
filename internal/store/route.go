package store

import "time"

// Route ties a message to a vacancy and an application it became, or joined.
type Route struct {
	ID            int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64 `gorm:"not null"`
	MessageID     int64 `gorm:"column:message_id;not null"`
	ApplicationID int64 `gorm:"not null"`
	// Became is application, update or duplicate.
	Became Class `gorm:"not null"`
	// Rule names what led here (an address, a reference, a thread), Evidence quotes it.
	Rule     string `gorm:"not null"`
	Evidence string `gorm:"not null"`
	// ToConfirm marks a route a person should look at.
	ToConfirm bool      `gorm:"not null"`
	At        time.Time `gorm:"not null"`
}
