package lexicon

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed data/degrees.tsv
var degreesTSV string

var degrees = load("degrees", degreesTSV)

// DegreeName is the name of a degree found in a text: its level in the European
// Qualifications Framework as an interval, and where it stands.
type DegreeName struct {
	Lo, Hi     int
	Start, End int
}

// Degrees finds the names of degrees in a folded text; raw gives the original of a passage.
func Degrees(tokens []Token, raw func(start, end int) string) []DegreeName {
	var out []DegreeName
	for _, h := range degrees.Find(tokens, raw) {
		low, high, ranged := strings.Cut(h.Key, "-")
		lo, _ := strconv.Atoi(low)
		hi := lo
		if ranged {
			hi, _ = strconv.Atoi(high)
		}
		out = append(out, DegreeName{Lo: lo, Hi: hi, Start: h.Start, End: h.End})
	}
	return out
}
