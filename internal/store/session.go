package store

import "time"

// Session is a browser that is signed in.
type Session struct {
	// TokenHash is account.HashToken of the cookie; the token itself is not kept.
	TokenHash  string    `gorm:"primaryKey"`
	UserID     int64     `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null"`
	LastSeenAt time.Time `gorm:"not null"`
	ExpiresAt  time.Time `gorm:"not null"`
	IP         string    `gorm:"column:ip;not null"`
	Agent      string    `gorm:"not null"`
}
