package store

import (
	"time"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// DocumentState is where a document stands.
type DocumentState string

// The states of a document.
const (
	// Pending documents have not been read.
	Pending DocumentState = "pending"
	// Read documents have their text beside them.
	Read DocumentState = "read"
	// Unreadable documents could not be read, and Problem says why.
	Unreadable DocumentState = "failed"
)

// Document is one attachment, or the body of a message, within one application.
type Document struct {
	ID            int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64 `gorm:"not null"`
	ApplicationID int64 `gorm:"not null"`
	MessageID     int64 `gorm:"column:message_id;not null"`
	// Position counts the documents of its message from 0.
	Position int `gorm:"not null"`
	// Hash names its bytes. Size is in bytes.
	Hash string `gorm:"not null"`
	Size int64  `gorm:"not null"`
	Name string `gorm:"not null"`
	// Media is the media type by content, like application/pdf.
	Media string `gorm:"not null"`
	// Body is true for the text of the message itself.
	Body bool `gorm:"not null"`
	// Inside names the archive or message it came out of.
	Inside string `gorm:"not null"`
	// Damaged is true when the mail's encoding lost some of its bytes.
	Damaged bool `gorm:"not null"`
	// Type is what it was read to be; TypeByPerson, when not empty, is what a person said.
	Type         fact.DocumentType `gorm:"not null"`
	TypeByPerson fact.DocumentType `gorm:"not null"`
	Language     string            `gorm:"not null"`
	PageCount    int               `gorm:"not null"`
	Engine       string            `gorm:"not null"`
	Quality      float64           `gorm:"not null"`
	State        DocumentState     `gorm:"not null"`
	// Problem is the code of why it could not be read, Detail what fills it in.
	Problem string `gorm:"not null"`
	Detail  string `gorm:"not null"`
	// SupersededBy is the later document that replaces this one.
	SupersededBy *int64
	ReceivedAt   time.Time `gorm:"not null"`
	Work
	CreatedAt time.Time `gorm:"not null"`
}

// Is is what the document counts as: what a person said, else what was read.
func (d Document) Is() fact.DocumentType {
	if d.TypeByPerson != "" {
		return d.TypeByPerson
	}
	return d.Type
}

// DocumentText is what was read out of a document.
type DocumentText struct {
	VacancyID  int64       `gorm:"primaryKey;autoIncrement:false"`
	DocumentID int64       `gorm:"primaryKey;autoIncrement:false"`
	Pages      []text.Page `gorm:"serializer:gzip"`
	Facts      *fact.Facts `gorm:"serializer:gzip"`
	// FactsEngine is the version of the rules that read the facts.
	FactsEngine string    `gorm:"not null"`
	ReadAt      time.Time `gorm:"not null"`
}
