package lexicon

import _ "embed"

//go:embed data/sectors.tsv
var sectorsTSV string

var sectors = load("sectors", sectorsTSV)

// The sectors an employer can be in.
const (
	NGO        = "ngo"
	UN         = "un"
	RedCross   = "red cross"
	Government = "government"
	Private    = "private"
)

// Sectors names the sectors an employer's name points at, in order of appearance, each
// once. More than one means that the name does not tell.
func Sectors(tokens []Token, raw func(start, end int) string) []string {
	var out []string
	seen := map[string]bool{}
	for _, h := range SectorHits(tokens, raw) {
		if !seen[h.Key] {
			seen[h.Key] = true
			out = append(out, h.Key)
		}
	}
	return out
}

// SectorHits is Sectors with the places of the words, every occurrence of them.
func SectorHits(tokens []Token, raw func(start, end int) string) []Hit {
	return longest(sectors.Find(tokens, raw))
}
