package notice

import (
	"dossier/screening"
	"dossier/screening/text"
)

// Options are what the text alone cannot tell.
type Options struct {
	// Today lets a draft tell a deadline that has passed and a year left out; zero when
	// nothing is to be said about either.
	Today screening.Date
	// Zone is the IANA zone of a deadline when neither the notice nor its place tells.
	Zone string
}

// Read drafts a vacancy from the pages of its notice. It reads any text: one that is no
// notice gives a draft full of gaps.
func Read(pages []text.Page, o Options) Draft {
	d := Draft{}
	return d
}

// ReadText is Read for a text without pages, as typed into a form.
func ReadText(s string, o Options) Draft {
	return Read([]text.Page{{Number: 1, Text: s}}, o)
}
