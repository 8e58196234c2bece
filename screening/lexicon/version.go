package lexicon

import (
	"crypto/sha256"
	"encoding/hex"
)

// Hash is the SHA-256 of all tables, in hexadecimal: it changes with every word of them.
func Hash() string {
	h := sha256.New()
	for _, table := range []string{degreesTSV, domainsTSV, fieldsTSV, headingsTSV, languagesTSV, levelsTSV, naturesTSV, placesTSV, ranksTSV, sectorsTSV, skillsTSV} {
		h.Write([]byte(table))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}
