package fact

import "dossier/screening/text"

// DocumentType is what a document is.
type DocumentType string

// The types of document.
const (
	CV              DocumentType = "cv"
	CoverLetter     DocumentType = "cover_letter"
	Diploma         DocumentType = "diploma"
	ReferenceLetter DocumentType = "reference_letter"
	Other           DocumentType = "other"
	// Combined is one file that holds several of the above; Parts tells which where.
	Combined DocumentType = "combined"
)

// Where is the place a fact was read: a passage and the rule that read it.
type Where struct {
	text.Span
	Rule string `json:"rule"`
}

// Part is a run of a document that is of one type.
type Part struct {
	Type DocumentType `json:"type"`
	// From and To are the first and last byte of the run, each on its page.
	From text.Span `json:"from"`
	To   text.Span `json:"to"`
}

// Facts are what one document states. Every list is in reading order.
type Facts struct {
	Type DocumentType `json:"type"`
	// Parts is set for a combined document.
	Parts []Part `json:"parts,omitempty"`
	// Unplaced is true for a document of type other that nothing speaks for: it may be any.
	Unplaced bool `json:"unplaced,omitempty"`
	// MaybeLetter is true for a mail that argues a little: more than a courtesy, hardly a letter.
	MaybeLetter bool `json:"maybe_letter,omitempty"`
	// Language is the ISO 639-1 code the document is written in; empty when unsure.
	Language string `json:"language,omitempty"`

	// Broken names the readers that failed on this document. What they read is missing, so
	// nothing may be concluded from what the document does not say.
	Broken []string `json:"broken,omitempty"`

	Name  *Text `json:"name,omitempty"`
	Email *Text `json:"email,omitempty"`
	Phone *Text `json:"phone,omitempty"`

	// Births and Ages are every different date of birth and age written.
	Births []Birth     `json:"births,omitempty"`
	Ages   []StatedAge `json:"ages,omitempty"`

	Languages  []Language  `json:"languages,omitempty"`
	Periods    []Period    `json:"periods,omitempty"`
	Degrees    []Degree    `json:"degrees,omitempty"`
	References []Reference `json:"references,omitempty"`
	// LooseReferees counts what may be referees nobody read: addresses among the references or
	// the jobs that belong to nobody, promises of references.
	LooseReferees int `json:"loose_referees,omitempty"`
	// OnRequest is the statement that references are available on request.
	OnRequest *Text     `json:"references_on_request,omitempty"`
	Licences  []Licence `json:"licences,omitempty"`
	Careers   []Career  `json:"careers,omitempty"`
	// Claims are lengths of experience stated in sentences.
	Claims []Claim `json:"claims,omitempty"`
	// Statements are sentences about availability, enrolment, agreements and eligibility.
	Statements []Statement `json:"statements,omitempty"`

	// WorkComplete is true when the work section was found and every date-like token in
	// it belongs to a period: only then may "too short" be concluded.
	WorkComplete bool `json:"work_complete,omitempty"`
	// StudyComplete is the same for the education section.
	StudyComplete bool `json:"study_complete,omitempty"`
}

// Text is a plain value read from the document.
type Text struct {
	Value string `json:"value"`
	Where Where  `json:"where"`
}
