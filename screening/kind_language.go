package screening

import (
	"fmt"
	"strings"

	"dossier/screening/fact"
	"dossier/screening/lexicon"
)

// languageParams: one language or any of several, at a least level, in all skills or in some.
type languageParams struct {
	// Language is an ISO 639-1 code, else 639-3.
	Language string   `json:"language"`
	AnyOf    []string `json:"any_of"`
	// MinLevel is A1 to C2; A1 asks only that the language be one of the applicant's.
	MinLevel string `json:"min_level"`
	// Skills narrows the criterion to listening, reading, speaking, writing.
	Skills []string `json:"skills"`
}

var language = Kind{Name: "language", Check: checkLanguage, Judge: judgeLanguage,
	Reasons: []string{"language.reached", "language.listed", "language.below", "language.none", "language.silent",
		"language.no_level", "language.not_enough", "language.conflict", "language.part", "language.related"}}

func checkLanguage(c Criterion) []Problem {
	var p languageParams
	if problems := checkParams(c, &p); problems != nil {
		return problems
	}
	var out []Problem
	switch {
	case p.Language == "" && len(p.AnyOf) == 0:
		out = append(out, Problem{"params.language", "missing"})
	case p.Language != "" && len(p.AnyOf) > 0:
		out = append(out, Problem{"params.any_of", "either language or any_of"})
	}
	if p.Language != "" && !lexicon.KnownLanguage(p.Language) {
		out = append(out, Problem{"params.language", fmt.Sprintf("%q is no language code known here (fr, en, ar, prs ...)", p.Language)})
	}
	for i, code := range p.AnyOf {
		if !lexicon.KnownLanguage(code) {
			out = append(out, Problem{fmt.Sprintf("params.any_of[%d]", i), fmt.Sprintf("%q is no language code known here (fr, en, ar, prs ...)", code)})
		}
	}
	if _, ok := fact.ParseLevel(p.MinLevel); !ok {
		out = append(out, Problem{"params.min_level", fmt.Sprintf("%q: want A1, A2, B1, B2, C1 or C2", p.MinLevel)})
	}
	for i, s := range p.Skills {
		switch s {
		case "listening", "reading", "speaking", "writing":
		default:
			out = append(out, Problem{fmt.Sprintf("params.skills[%d]", i), fmt.Sprintf("%q: want listening, reading, speaking or writing", s)})
		}
	}
	return out
}

func judgeLanguage(c Criterion, r *Reading) Finding {
	var p languageParams
	_ = decode(c, &p)
	want, _ := fact.ParseLevel(p.MinLevel)
	if p.Language != "" {
		return judgeOneLanguage(c, r, p.Language, want, p.Skills)
	}
	// Any one of several: met by one; not met only when every one is denied or too low.
	var open, below []Finding
	for _, code := range p.AnyOf {
		switch f := judgeOneLanguage(c, r, code, want, p.Skills); f.Verdict {
		case Met:
			return f
		case NotMet:
			below = append(below, f)
		default:
			open = append(open, f)
		}
	}
	if len(open) == 0 {
		return below[0]
	}
	// The most telling of the open ones: one with a passage, else the silence.
	for _, f := range open {
		if f.Reason != "language.silent" {
			return f
		}
	}
	return c.Unclear("language.silent", "language", strings.Join(p.AnyOf, " ")).With(r.Searched())
}

// said is one statement of a document about a language.
type said struct {
	doc int
	fact.Language
}

func judgeOneLanguage(c Criterion, r *Reading, code string, want fact.Level, skills []string) Finding {
	var exact, related []said
	docs := append(r.Own(), r.certificates()...)
	for _, i := range docs {
		for _, l := range r.Facts[i].Languages {
			if r.isCertificate(i) && l.Test == "" {
				continue
			}
			switch {
			case l.Code == code:
				exact = append(exact, said{i, l})
			case lexicon.LanguageIncludes(code, l.Code) && want == fact.A1 && !l.None:
				exact = append(exact, said{i, l})
			case lexicon.LanguageIncludes(code, l.Code) || lexicon.LanguageMayBe(code, l.Code):
				related = append(related, said{i, l})
			}
		}
	}
	args := []string{"language", code, "want", want.String()}
	cite := func(f Finding, list []said, role Role) Finding {
		for _, s := range list {
			f = f.With(r.Passage(s.doc, s.Where, role))
		}
		return f
	}
	if len(exact) == 0 {
		if len(related) > 0 {
			return cite(c.Unclear("language.related", args...), related, Context)
		}
		return c.Unclear("language.silent", args...).With(r.Searched())
	}
	var denied, levels, bare []said
	for _, s := range exact {
		switch {
		case s.None:
			denied = append(denied, s)
		case s.Lo > 0:
			levels = append(levels, s)
		default:
			bare = append(bare, s)
		}
	}
	if len(denied) > 0 {
		if len(levels)+len(bare) > 0 {
			return cite(cite(c.Unclear("language.conflict", args...), denied, Contradicts), append(levels, bare...), Supports)
		}
		return cite(c.NotMet("language.none", args...), denied, Contradicts)
	}
	if want == fact.A1 {
		return cite(c.Met("language.listed", args...), append(levels, bare...), Supports)
	}
	if len(levels) == 0 {
		return cite(c.Unclear("language.no_level", args...), bare, Context)
	}
	v := weigh(levels, want, skills)
	args = append(args, "found", v.found)
	switch v.outcome {
	case reached:
		return cite(c.Met("language.reached", args...), v.used, Supports)
	case below:
		return cite(c.NotMet("language.below", args...), v.used, Contradicts)
	case conflict:
		return cite(c.Unclear("language.conflict", args...), v.used, Context)
	case partial:
		return cite(c.Unclear("language.part", args...), v.used, Context)
	}
	return cite(c.Unclear("language.not_enough", args...), v.used, Context)
}

// certificates are the diplomas in force: a test's result proves a level.
func (r *Reading) certificates() []int {
	var out []int
	for _, i := range r.Current() {
		if r.isCertificate(i) {
			out = append(out, i)
		}
	}
	return out
}

func (r *Reading) isCertificate(i int) bool { return r.Facts[i].Type == fact.Diploma }

type outcome uint8

const (
	open outcome = iota
	reached
	below
	conflict
	partial
)

type weighed struct {
	outcome outcome
	found   string
	used    []said
}

// weigh compares what was said of a language with the level wanted. Statements about the
// whole language are intersected; skills are judged by the least of them.
func weigh(levels []said, want fact.Level, skills []string) weighed {
	var whole []said
	bySkill := map[string][]said{}
	for _, s := range levels {
		if s.Skill == "" {
			whole = append(whole, s)
		} else {
			bySkill[s.Skill] = append(bySkill[s.Skill], s)
		}
	}
	var parts []weighed
	stated := 0
	for _, skill := range []string{"listening", "reading", "speaking", "writing"} {
		if len(bySkill[skill]) == 0 || len(skills) > 0 && !contains(skills, skill) {
			continue
		}
		stated++
		parts = append(parts, weighSkill(bySkill[skill], want))
	}
	if len(whole) > 0 {
		parts = append(parts, compare(whole, want))
	}
	if len(parts) == 0 {
		return weighed{outcome: partial, found: span(levels), used: levels}
	}
	out := weighed{found: span(levels)}
	count := map[outcome]int{}
	for _, p := range parts {
		count[p.outcome]++
	}
	for _, p := range parts {
		out.used = append(out.used, p.used...)
	}
	switch {
	case count[conflict] > 0:
		out.outcome = conflict
	case len(whole) > 0 && stated > 0 && count[reached] > 0 && count[below] > 0 && parts[len(parts)-1].outcome == reached && !sameCell(levels):
		// A language called fluent in one place and B1 in one skill in another.
		out.outcome = conflict
	case len(whole) > 0 && stated > 1 && count[reached] > 0 && parts[len(parts)-1].outcome == below && apart(whole, levels):
		// A grid that reaches the level somewhere, and a sentence that gives one below all of it.
		out.outcome = conflict
	case count[below] > 0:
		out.outcome = below
	case count[open] > 0:
		out.outcome = open
	case len(whole) > 0 || stated >= 2 || stated == len(skills):
		out.outcome = reached
	default:
		out.outcome = partial
	}
	return out
}

// apart tells whether what is said of the whole language is below every skill.
func apart(whole, levels []said) bool {
	hi := fact.A1
	for _, s := range whole {
		hi = max(hi, s.Hi)
	}
	for _, s := range levels {
		if s.Skill != "" && s.Lo <= hi {
			return false
		}
	}
	return true
}

// sameCell tells whether all statements stand on one line of one document.
func sameCell(list []said) bool {
	for _, s := range list {
		if s.doc != list[0].doc || s.Where.Page != list[0].Where.Page || s.Where.Start > list[0].Where.End+80 || list[0].Where.Start > s.Where.End+80 {
			return false
		}
	}
	return true
}

// weighSkill judges one skill. Speaking may be given twice, in conversation and alone: the
// lower counts, and that is no contradiction.
func weighSkill(list []said, want fact.Level) weighed {
	if list[0].Skill == "speaking" && len(list) == 2 && list[0].doc == list[1].doc {
		low := list[0]
		if list[1].Hi < low.Hi {
			low = list[1]
		}
		return compare([]said{low}, want)
	}
	return compare(list, want)
}

// compare judges statements about one thing: by what they have in common, and when they
// have nothing in common, only if each gives the same answer.
func compare(list []said, want fact.Level) weighed {
	list = withoutOutgrown(list)
	lo, hi := fact.A1, fact.C2
	each := map[outcome]bool{}
	for _, s := range list {
		lo, hi = max(lo, s.Lo), min(hi, s.Hi)
		each[judgeLevel(s.Lo, s.Hi, want)] = true
	}
	w := weighed{used: list, found: span(list)}
	switch {
	case lo <= hi:
		w.outcome = judgeLevel(lo, hi, want)
	case len(each) == 1 && !each[open]:
		w.outcome = judgeLevel(list[0].Lo, list[0].Hi, want)
	default:
		w.outcome = conflict
	}
	return w
}

// withoutOutgrown drops the tests that other statements have outgrown: of two diplomas the
// lower, and one below C2 of somebody brought up in the language.
func withoutOutgrown(list []said) []said {
	var out []said
	for k, s := range list {
		outgrown := false
		for n, o := range list {
			switch {
			case s.Test == "" || n == k || o.Lo <= s.Hi:
			case o.Test != "":
				outgrown = outgrown || o.Test == s.Test || !fact.Scored(s.Test) && !fact.Scored(o.Test)
			default:
				outgrown = outgrown || o.Lo == fact.C2 && !fact.Scored(s.Test)
			}
		}
		if !outgrown {
			out = append(out, s)
		}
	}
	return out
}

func judgeLevel(lo, hi, want fact.Level) outcome {
	switch {
	case lo >= want:
		return reached
	case hi < want:
		return below
	}
	return open
}

// span writes the lowest and the highest level said.
func span(list []said) string {
	lo, hi := fact.C2, fact.A1
	for _, s := range list {
		lo, hi = min(lo, s.Lo), max(hi, s.Hi)
	}
	if lo == hi {
		return lo.String()
	}
	return lo.String() + "-" + hi.String()
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
