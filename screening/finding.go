package screening

import "dossier/screening/text"

// Finding is what was concluded about one criterion, and why.
type Finding struct {
	// Criterion is the id of the criterion judged.
	Criterion string  `json:"criterion"`
	Verdict   Verdict `json:"verdict"`
	// Reason is a code, like "language.below"; Args fill its sentence. Pages and
	// exports put it into French or English.
	Reason string            `json:"reason"`
	Args   map[string]string `json:"args,omitempty"`
	// Evidence is never empty: a passage, a header, a file, or what was searched.
	Evidence []Evidence `json:"evidence"`
	// Parts are the findings of a group's criteria, in their order.
	Parts []Finding `json:"parts,omitempty"`
	// ByOCR marks a verdict that rests on recognised text.
	ByOCR bool `json:"by_ocr,omitempty"`
	// ForReader marks a verdict that is shown but neither counted nor filtered on.
	ForReader bool `json:"for_reader,omitempty"`
}

// EvidenceKind tells what sort of thing proves a finding.
type EvidenceKind string

// The kinds of evidence.
const (
	// Passage is a quote on a page.
	Passage EvidenceKind = "passage"
	// Header is a line of the message's head, quoted.
	Header EvidenceKind = "header"
	// File is an attachment and its type.
	File EvidenceKind = "file"
	// Search says that nothing was found, and where one looked.
	Search EvidenceKind = "search"
)

// Role says what a piece of evidence does for the verdict.
type Role string

// The roles of evidence.
const (
	Supports    Role = "supports"
	Contradicts Role = "contradicts"
	Context     Role = "context"
)

// Evidence is one thing a verdict rests on.
type Evidence struct {
	Kind EvidenceKind `json:"kind"`
	Role Role         `json:"role"`
	// Document is the id of the document, empty for a header or a search.
	Document string `json:"document,omitempty"`
	// Page counts from 1; Start and End are byte offsets into its text.
	Page  int        `json:"page,omitempty"`
	Start int        `json:"start,omitempty"`
	End   int        `json:"end,omitempty"`
	Quote string     `json:"quote,omitempty"`
	Boxes []text.Box `json:"boxes,omitempty"`
	// Rule names the rule that read the passage.
	Rule string `json:"rule,omitempty"`
	// Searched lists the ids of the documents looked through, for a search.
	Searched []string `json:"searched,omitempty"`
}
