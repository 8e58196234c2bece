package lexicon

import _ "embed"

//go:embed data/natures.tsv
var naturesTSV string

// natures is compared by whole words: "internes" is no plural of "intern".
var natures = func() *Phrases {
	p := load("natures", naturesTSV)
	p.literal = true
	return p
}()

// Natures finds the words that say that an entry is no paid work: internship,
// volunteering, civic_service, study, leave.
func Natures(tokens []Token, raw func(start, end int) string) []Hit {
	return natures.Find(tokens, raw)
}
