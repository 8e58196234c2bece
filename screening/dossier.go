package screening

import (
	"time"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// Dossier is what one applicant sent for one vacancy, as text: the input of screening.
type Dossier struct {
	// ReceivedAt is when the first message reached our own server, and ReceivedLine the
	// header line that says so.
	ReceivedAt   time.Time
	ReceivedLine string
	// SenderName and SenderEmail are the applicant's own, not a forwarder's.
	SenderName  string
	SenderEmail string
	// Documents are in order of receipt, then of their place in the message.
	Documents []Document
}

// Document is one attachment, or the body of a message.
type Document struct {
	// ID is unique within the dossier and appears in evidence.
	ID string
	// Name is the file's name as shown, "(body)" for a message's text.
	Name string
	// Media is the media type by content, like application/pdf.
	Media string
	// Body is true for the text of the message itself.
	Body bool
	// Type is what a person said the document is; empty lets the reading decide.
	Type fact.DocumentType
	// Superseded is true when a later document of the same type replaces this one.
	Superseded bool
	// Problem says, as a code, why the document could not be read; empty when it was.
	Problem string
	Pages   []text.Page
	// Facts are what was read out of the pages; nil lets Assess read them.
	Facts *fact.Facts
}
