package store

import "time"

// Hold stops purging and erasing, because a dispute or an authority needs what is there.
type Hold struct {
	ID        int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID int64 `gorm:"not null"`
	// ApplicationID is 0 for all of the vacancy.
	ApplicationID int64     `gorm:"not null"`
	Reason        string    `gorm:"not null"`
	AuthorID      int64     `gorm:"not null"`
	At            time.Time `gorm:"not null"`
	LiftedAt      *time.Time
	LiftedBy      *int64
}

// PoolConsent is an applicant's consent to be kept for other vacancies, with where it
// came from and until when it holds.
type PoolConsent struct {
	ID          int64 `gorm:"primaryKey;autoIncrement"`
	ApplicantID int64 `gorm:"not null"`
	// GivenOn and ExpiresOn are days, YYYY-MM-DD; it holds up to and with the last.
	GivenOn   string `gorm:"not null"`
	ExpiresOn string `gorm:"not null"`
	// Source says how it was given: a mail, a form, a letter.
	Source      string    `gorm:"not null"`
	AuthorID    int64     `gorm:"not null"`
	At          time.Time `gorm:"not null"`
	WithdrawnAt *time.Time
	WithdrawnBy *int64
}

// Correction is what somebody says is right, beside what was read. The original stays.
type Correction struct {
	ID          int64 `gorm:"primaryKey;autoIncrement"`
	ApplicantID int64 `gorm:"not null"`
	// ApplicationID is 0 for what concerns the person, such as their name.
	ApplicationID int64 `gorm:"not null"`
	// Field is one of CorrectionFields.
	Field string `gorm:"not null"`
	// Criterion is the criterion it bears on; empty for none.
	Criterion   string    `gorm:"not null"`
	Original    string    `gorm:"not null"`
	Value       string    `gorm:"not null"`
	Reason      string    `gorm:"not null"`
	AuthorID    int64     `gorm:"not null"`
	At          time.Time `gorm:"not null"`
	WithdrawnAt *time.Time
	WithdrawnBy *int64
}

// The fields that can be corrected.
const (
	FieldName       = "name"
	FieldEmail      = "email"
	FieldPhone      = "phone"
	FieldBirth      = "birth_date"
	FieldLanguages  = "languages"
	FieldExperience = "experience"
	FieldDegrees    = "degrees"
	FieldOther      = "other"
)

// CorrectionFields lists the fields in the order pages offer them.
var CorrectionFields = []string{FieldName, FieldEmail, FieldPhone, FieldBirth, FieldLanguages, FieldExperience, FieldDegrees, FieldOther}

// PrivacyRequest is what a person has asked for about their data.
type PrivacyRequest struct {
	ID    int64               `gorm:"primaryKey;autoIncrement"`
	Kind  PrivacyRequestKind  `gorm:"not null"`
	State PrivacyRequestState `gorm:"not null"`
	// ApplicantID is 0 while nobody has said whose it is.
	ApplicantID int64 `gorm:"not null"`
	// ReceivedOn and DueOn are days, YYYY-MM-DD: one month lies between them.
	ReceivedOn string    `gorm:"not null"`
	DueOn      string    `gorm:"not null"`
	Note       string    `gorm:"not null"`
	Outcome    string    `gorm:"not null"`
	AuthorID   int64     `gorm:"not null"`
	At         time.Time `gorm:"not null"`
	ClosedAt   *time.Time
	ClosedBy   *int64
}

// PrivacyRequestKind is what a person may ask for.
type PrivacyRequestKind string

// The kinds of request.
const (
	RequestAccess        PrivacyRequestKind = "access"
	RequestErasure       PrivacyRequestKind = "erasure"
	RequestRectification PrivacyRequestKind = "rectification"
	RequestObjection     PrivacyRequestKind = "objection"
)

// PrivacyRequestKinds lists the kinds in the order pages offer them.
var PrivacyRequestKinds = []PrivacyRequestKind{RequestAccess, RequestErasure, RequestRectification, RequestObjection}

// PrivacyRequestState is where a request stands.
type PrivacyRequestState string

// The states of a request.
const (
	RequestOpen    PrivacyRequestState = "open"
	RequestDone    PrivacyRequestState = "done"
	RequestRefused PrivacyRequestState = "refused"
)

// Retention is how long things of one vacancy are kept, in months; Forever is without end.
// The row of vacancy 0 is for mail that belongs to no vacancy.
type Retention struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Enabled lets the daily run purge by itself what is over. Somebody has switched it on.
	Enabled bool `gorm:"not null"`
	// After closing: what was not retained, withdrawn, selected, and what nobody decided.
	NotRetained int `gorm:"not null"`
	Withdrawn   int `gorm:"not null"`
	Selected    int `gorm:"not null"`
	Undecided   int `gorm:"not null"`
	// Referees is how long after closing the contacts of referees are kept.
	Referees int `gorm:"not null"`
	// Unsent is how long texts of messages that never left are kept.
	Unsent int `gorm:"not null"`
	// SetAside and Unrouted count from receipt, in the row of vacancy 0 only.
	SetAside int       `gorm:"not null"`
	Unrouted int       `gorm:"not null"`
	SetBy    int64     `gorm:"not null"`
	SetAt    time.Time `gorm:"not null"`
}

// Forever is a clock that never runs out.
const Forever = -1
