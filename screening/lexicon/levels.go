package lexicon

import (
	_ "embed"
	"sort"
	"strings"

	"dossier/screening/text"
)

//go:embed data/levels.tsv
var levelsTSV string

// LevelKind tells what sort of words state a level.
type LevelKind string

// The kinds of statement.
const (
	// CEFR is an explicit level or a test score, which beats a phrase beside it.
	CEFR LevelKind = "cefr"
	// Phrase is words that only speak of languages ("fluent", "mother tongue").
	Phrase LevelKind = "phrase"
	// Weak is words that speak of anything ("good", "basic").
	Weak LevelKind = "weak"
	// None is the statement that the language is not spoken today.
	None LevelKind = "none"
	// Mute names skills and no level ("read, written, spoken").
	Mute LevelKind = "mute"
)

// LevelPhrase is a level stated in a passage: offsets of the folded text. Lo and Hi are
// steps 1 (A1) to 6 (C2), 0 for None and Mute.
type LevelPhrase struct {
	Kind       LevelKind
	Lo, Hi     int
	Start, End int
	// Test is the name of the test a score belongs to, with the language it is a test of.
	Test     string
	Language string
}

type levelRule struct {
	kind    LevelKind
	lo, hi  int
	pattern *text.Pattern
	example string
}

var levelRules = loadLevels()

var levelSteps = map[string]int{"A1": 1, "A2": 2, "B1": 3, "B2": 4, "C1": 5, "C2": 6}

func loadLevels() []levelRule {
	var out []levelRule
	for line := range strings.Lines(levelsTSV) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "\t")
		out = append(out, levelRule{LevelKind(c[2]), levelSteps[c[0]], levelSteps[c[1]],
			text.MustPattern(`(?:^|[^\pL\d])((?:` + c[3] + `))(?:[^\pL\d]|$)`), c[4]})
	}
	return out
}

// yearsAt leads to where a language was learnt, which is no level: "five years at school".
var yearsAt = text.MustPattern(`\b(?:years?|ans|annees?) (?:at|in|of|a l'|au|en|de) ?(?:the |ma |my )?$`)

var (
	cefr = text.MustPattern(`(?:^|[^\pL\d])(([abc][12])(?:\.\d)?(?:\s?(?:\+|plus)|\s?(?:/|-|a|to|–|ou|or|et)\s?([abc][12]))?)(?:[^\pL\d]|$)`)
	// notYet is a level that is aimed at.
	notYet  = text.MustPattern(`^[)\s]*(?:\(?(?:(?:exam(?:en|ination)?s?|tests?|sessions?|epreuves?|certificat(?:e|ion)?s?) (?:is |est )?)?(?:en cours|en preparation|vise|visee|prevue?|in progress|expected|planned|target(?:ed)?|en voie|a venir|ongoing|scheduled|booked|upcoming|a passer|programmee?|to be taken|registered)\b)`)
	aimedAt = text.MustPattern(`(?:objectif|je (?:passerai|vais passer|passe)(?: le| l'examen du)?|(?:will|going to) (?:take|sit|pass)(?: the| my)?|(?:registered|enrolled|sitting) (?:for|in)(?: the)?|inscrite? (?:a(?: l'examen)?(?: du)?|au|pour le)|vers(?: le)?|visant(?: le)?|vise(?: le)?|prepar\w+(?: (?:le|au|du|for|the))?|preparation (?:du|au|de)|working towards?|aiming (?:for|at)|target|towards?)(?: niveau| level)?(?: :)? $`)
)

// FindLevels finds the levels stated in a folded passage, in order, none overlapping: test
// scores before levels of the framework, those before words, longer words before shorter.
func FindLevels(s string) []LevelPhrase {
	var all []LevelPhrase
	all = append(all, findTests(s)...)
	for at := 0; at < len(s); {
		m := cefr.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		start, end := at+m[2], at+m[3]
		lo := levelSteps[strings.ToUpper(s[at+m[4]:at+m[5]])]
		p := LevelPhrase{Kind: CEFR, Lo: lo, Hi: lo, Start: start, End: end}
		if m[6] >= 0 {
			other := levelSteps[strings.ToUpper(s[at+m[6]:at+m[7]])]
			p.Lo, p.Hi = min(lo, other), max(lo, other)
		}
		at = end
		if notYet.MatchString(s[end:]) || aimedAt.MatchString(s[:start]) || strings.HasSuffix(s[:start], "permis ") || strings.HasSuffix(s[:start], "categorie ") {
			continue
		}
		all = append(all, p)
	}
	for _, r := range levelRules {
		for at := 0; at < len(s); {
			m := r.pattern.FindStringSubmatchIndex(s[at:])
			if m == nil {
				break
			}
			if r.kind != Weak || !yearsAt.MatchString(s[:at+m[2]]) {
				all = append(all, LevelPhrase{Kind: r.kind, Lo: r.lo, Hi: r.hi, Start: at + m[2], End: at + m[3]})
			}
			at += max(m[3], 1)
		}
	}
	rank := func(p LevelPhrase) int {
		switch {
		case p.Test != "":
			return 0
		case p.Kind == CEFR:
			return 1
		}
		return 2
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if rank(a) != rank(b) {
			return rank(a) < rank(b)
		}
		return a.End-a.Start > b.End-b.Start
	})
	var out []LevelPhrase
	for _, p := range all {
		free := true
		for _, q := range out {
			free = free && (p.End <= q.Start || p.Start >= q.End)
		}
		if free {
			out = append(out, p)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}
