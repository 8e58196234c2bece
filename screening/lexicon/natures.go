package lexicon

import _ "embed"

//go:embed data/natures.tsv
var naturesTSV string

var natures = load("natures", naturesTSV)

// Natures finds the words that say that an entry is no paid work: internship,
// volunteering, civic_service, study, leave.
func Natures(tokens []Token, raw func(start, end int) string) []Hit {
	return natures.Find(tokens, raw)
}
