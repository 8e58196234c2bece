package store

import (
	"time"

	"dossier/internal/account"
)

// User is a person with an account.
type User struct {
	ID int64 `gorm:"primaryKey;autoIncrement"`
	// Email is the name to sign in with, in lower case and unique.
	Email string `gorm:"not null"`
	Name  string `gorm:"not null"`
	// PasswordHash is an argon2id hash in the PHC form; empty lets nobody in.
	PasswordHash string       `gorm:"not null"`
	Role         account.Role `gorm:"not null"`
	// Language of the pages, fr or en; empty lets the browser choose.
	Language  string    `gorm:"not null"`
	Disabled  bool      `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// Grant gives a user a role for one vacancy, beside the role of the account.
type Grant struct {
	UserID    int64        `gorm:"primaryKey;autoIncrement:false"`
	VacancyID int64        `gorm:"primaryKey;autoIncrement:false"`
	Role      account.Role `gorm:"not null"`
	CreatedAt time.Time    `gorm:"not null"`
}
