package fact

import "dossier/screening/lexicon"

// Level is a step of the Common European Framework of Reference, A1 = 1 to C2 = 6; 0 is no level.
type Level uint8

// The six levels.
const (
	NoLevel Level = iota
	A1
	A2
	B1
	B2
	C1
	C2
)

var levelNames = [...]string{"", "A1", "A2", "B1", "B2", "C1", "C2"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return ""
}

// ParseLevel reads "A1" to "C2"; false for anything else.
func ParseLevel(s string) (Level, bool) {
	for l, name := range levelNames {
		if l > 0 && name == s {
			return Level(l), true
		}
	}
	return NoLevel, false
}

// Language is one statement about one language.
type Language struct {
	// Code is the ISO 639-1 code, else 639-3 (fr, en, prs, ckb).
	Code string `json:"code"`
	// Lo and Hi bound the level; both 0 when the language is named without a level.
	Lo Level `json:"lo"`
	Hi Level `json:"hi"`
	// Skill is empty for the language as a whole, else listening, reading, speaking or writing.
	Skill string `json:"skill,omitempty"`
	// None is true when the applicant says the language is not spoken today.
	None bool `json:"none,omitempty"`
	// Test names the test or diploma that gives the level; empty otherwise.
	Test  string `json:"test,omitempty"`
	Where Where  `json:"where"`
}

// Scored tells whether a test measures a level on the day it is taken, rather than certify
// that one was reached.
func Scored(test string) bool { return lexicon.ScoredTest(test) }
