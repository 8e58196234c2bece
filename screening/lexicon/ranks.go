package lexicon

import (
	_ "embed"
	"strings"
)

//go:embed data/ranks.tsv
var ranksTSV string

var ranks = load("ranks", ranksTSV)

// The classes of ranks of the police.
const (
	// CommandClass is the senior command corps.
	CommandClass = "command"
	OfficerClass = "officer"
	BaseClass    = "base"
	// UnsettledClass are ranks abroad whose place nobody has settled.
	UnsettledClass = "unsettled"
)

// Rank is a rank or a uniformed body named in a text.
type Rank struct {
	// Force is police, gendarmerie, army or customs.
	Force string
	// Class is one of the classes for the police, "any" for other forces.
	Class      string
	Start, End int
}

// Ranks finds ranks and uniformed bodies in a folded text.
func Ranks(tokens []Token, raw func(start, end int) string) []Rank {
	var out []Rank
	for _, h := range longest(ranks.Find(tokens, raw)) {
		force, class, _ := strings.Cut(h.Key, " ")
		out = append(out, Rank{Force: force, Class: class, Start: h.Start, End: h.End})
	}
	return out
}

// RankClass is the class of the police a checklist's own word for a rank belongs to, empty
// when the table does not know it.
func RankClass(asked string) string {
	for _, key := range ranks.Keys(asked) {
		if force, class, _ := strings.Cut(key, " "); force == "police" {
			return class
		}
	}
	return ""
}
