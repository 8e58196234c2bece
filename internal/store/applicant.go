package store

import "time"

// Applicant is a person, known by address and name. An address alone is not enough: two
// people may share one.
type Applicant struct {
	ID   int64  `gorm:"primaryKey;autoIncrement"`
	Name string `gorm:"not null"`
	// FoldedName is the name made comparable, for search and order.
	FoldedName string    `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null"`
}

// ApplicantAddress is an e-mail address an applicant wrote from, in lower case.
type ApplicantAddress struct {
	ApplicantID int64     `gorm:"primaryKey;autoIncrement:false"`
	Email       string    `gorm:"primaryKey"`
	CreatedAt   time.Time `gorm:"not null"`
}

// ApplicantPhone is a telephone number an applicant's documents give, as its last digits: it
// is there to notice one person behind two addresses, not to be dialled.
type ApplicantPhone struct {
	ApplicantID int64     `gorm:"primaryKey;autoIncrement:false"`
	Phone       string    `gorm:"primaryKey"`
	CreatedAt   time.Time `gorm:"not null"`
}
