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
// volunteering, civic_service, study, leave; or that it may be none, as with the volunteers
// of international solidarity, who are paid some and called otherwise: Unsettled.
func Natures(tokens []Token, raw func(start, end int) string) []Hit {
	return longest(natures.Find(tokens, raw))
}

// Unsettled is the nature of entries that may be work and may not.
const Unsettled = "unsettled"
