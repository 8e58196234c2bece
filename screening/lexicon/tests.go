package lexicon

import (
	"strconv"
	"strings"

	"dossier/screening/text"
)

// languageTest is a test with a score: the score from which each level is reached.
// Published tables differ by a band; these are the ones recruiters were told.
type languageTest struct {
	name     string
	language string
	pattern  *text.Pattern
	// from are the lowest scores of B1, B2, C1 and C2; 0 where the test does not reach.
	from     [4]float64
	lo, hi   float64
	belowMin int
}

// number is a score after the name of a test: "TOEIC (2024) : 945", "TOEFL iBT, score 98/120".
const number = `[^.;|0-9]{0,28}?(?:\(?(?:19|20)\d\d\)?[^.;|0-9]{0,12}?)?(\d{1,3}(?:[.,]\d)?)(?:\s?/\s?\d{2,3}| points?| pts)?(?:[^\pL\d]|$)`

// scoreFirst is a score before the name of the test: "7.5 à l'IELTS".
const scoreFirst = `(?:^|[^\d.,/])(\d{1,3}(?:[.,]\d)?)(?:\s?/\s?\d{2,3})?(?: points?)? (?:a l'|au |at |on |in |of |de |a )(?:the |test |score )?`

var languageTests = []languageTest{
	{"TOEIC", "en", text.MustPattern(scoreFirst + `toeic\b`), [4]float64{550, 785, 945, 0}, 100, 990, 2},
	{"TOEFL", "en", text.MustPattern(scoreFirst + `toefl\b`), [4]float64{42, 72, 95, 0}, 10, 120, 2},
	{"IELTS", "en", text.MustPattern(scoreFirst + `ielts\b`), [4]float64{4, 5.5, 7, 8.5}, 1, 9, 2},
	{"TOEIC", "en", text.MustPattern(`\btoeic(?: listening (?:and|&|et) reading| l&r)?` + number), [4]float64{550, 785, 945, 0}, 10, 990, 2},
	{"TOEFL", "en", text.MustPattern(`\btoefl(?:[ -]?ibt)?` + number), [4]float64{42, 72, 95, 0}, 0, 120, 2},
	{"IELTS", "en", text.MustPattern(`\bielts(?: academic| general)?` + number), [4]float64{4, 5.5, 7, 8.5}, 0, 9, 2},
}

// diploma tests state the level in their name.
var diplomaTests = []struct {
	name, language string
	pattern        *text.Pattern
	level          int
}{
	{"DELF", "fr", text.MustPattern(`\bdelf(?: ?pro| ?junior| ?scolaire| ?tout public)?[^.;|\pL\d]{0,3}(?:niveau |level )?(a1|a2|b1|b2)\b`), 0},
	{"DALF", "fr", text.MustPattern(`\bdalf[^.;|\pL\d]{0,3}(?:niveau |level )?(c1|c2)\b`), 0},
	{"TCF", "fr", text.MustPattern(`\b(?:tcf|tef|tefaq)(?: canada| tp| dap| quebec)?[^.;|\d]{0,14}?\b([abc][12])\b`), 0},
	{"certificate", "en", text.MustPattern(`\b(?:toeic|toefl(?: ?ibt)?|ielts|linguaskill|bulats|duolingo(?: english test)?)[^.;|\d]{0,10}?\b([abc][12])\b`), 0},
	{"Cambridge", "en", text.MustPattern(`\b(?:cambridge (?:english )?)?(?:cpe|c2 proficiency|certificate of proficiency in english)\b|\bcambridge (?:english )?proficiency\b`), 6},
	{"Cambridge", "en", text.MustPattern(`\b(?:cambridge (?:english )?)?(?:cae|c1 advanced|certificate in advanced english)\b|\bcambridge (?:english )?(?:c1|advanced)\b`), 5},
	{"Cambridge", "en", text.MustPattern(`\b(?:cambridge (?:english )?)?(?:fce|b2 first|first certificate(?: in english)?)\b|\bcambridge (?:english )?(?:b2|first)\b`), 4},
	{"Cambridge", "en", text.MustPattern(`\bcambridge (?:english )?(?:pet|b1|preliminary)\b|\bb1 preliminary\b`), 3},
	{"Goethe", "de", text.MustPattern(`\bgoethe(?:[- ](?:zertifikat|institut|certificate))?[^.;|\d]{0,10}?\b([abc][12])\b`), 0},
	{"DELE", "es", text.MustPattern(`\bdele[^.;|\pL\d]{0,3}(?:niveau |level )?([abc][12])\b`), 0},
	{"SIELE", "es", text.MustPattern(`\bsiele[^.;|\d]{0,10}?\b([abc][12])\b`), 0},
	{"CELI", "it", text.MustPattern(`\b(?:celi|cils|plida)[^.;|\d]{0,6}?\b([abc][12])\b`), 0},
}

// ScoredTest tells whether a test gives a score on a scale of several levels.
func ScoredTest(name string) bool {
	for _, t := range languageTests {
		if t.name == name {
			return true
		}
	}
	return false
}

func findTests(s string) []LevelPhrase {
	var out []LevelPhrase
	add := func(p LevelPhrase) {
		if !aimedAt.MatchString(s[:p.Start]) && !notYet.MatchString(s[p.End:]) {
			out = append(out, p)
		}
	}
	for _, t := range languageTests {
		for _, m := range t.pattern.FindAllStringSubmatchIndex(s, -1) {
			score, err := strconv.ParseFloat(strings.Replace(s[m[2]:m[3]], ",", ".", 1), 64)
			if err != nil || score < t.lo || score > t.hi {
				continue
			}
			lo, hi := 1, t.belowMin
			for i, from := range t.from {
				if from > 0 && score >= from {
					lo, hi = 3+i, 3+i
				}
			}
			// The highest band of a test that stops short of C2 does not exclude it.
			if t.from[3] == 0 && lo == 5 {
				hi = 6
			}
			if lo == 1 {
				lo = t.belowMin
			}
			start, end := m[0], m[3]
			if m[2]-m[0] <= 4 && m[1] > m[3]+4 {
				// The score stands before the name.
				start, end = m[2], m[1]
			}
			add(LevelPhrase{Kind: CEFR, Lo: lo, Hi: hi, Start: start, End: end, Test: t.name, Language: t.language})
		}
	}
	for _, t := range diplomaTests {
		for _, m := range t.pattern.FindAllStringSubmatchIndex(s, -1) {
			level := t.level
			if level == 0 {
				level = levelSteps[strings.ToUpper(s[m[2]:m[3]])]
			}
			add(LevelPhrase{Kind: CEFR, Lo: level, Hi: level, Start: m[0], End: m[1], Test: t.name, Language: t.language})
		}
	}
	return out
}
