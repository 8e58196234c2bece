package notice

import (
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

var (
	eitherOr  = text.MustPattern(`\bsoit\b.+\bsoit\b|\beither\b.+\bor\b`)
	eitherCut = text.MustPattern(`,? ?\bsoit\b|,? \bor\b`)
	insteadOf = text.MustPattern(`\b(?:a defaut|in lieu of|(?:may|can|could) be (?:accepted|considered|substituted)|(?:will|would) (?:also )?be (?:accepted|considered)|peu(?:t|vent) (?:etre accepte\w*|se substituer|compenser|convenir)|sera(?:it)? (?:egalement |aussi )?accepte\w*|en remplacement|tiendra lieu|or alternatively|failing that|otherwise)\b`)
	orBetween = text.MustPattern(`(?:^|[\s,(])(?:et ?/ ?ou|and ?/ ?or|ou(?: bien| alors| encore)?|or(?: else| alternatively)?|a defaut(?: d'| de| une?)?|or a|or an|failing that|/)(?:[\s,]|$)`)
	andOr     = text.MustPattern(`\b(?:et ?/ ?ou|and ?/ ?or)\b`)
	startsOr  = text.MustPattern(`^(?:- )?(?:(?:et|and) ?/ ?)?(?:ou|or)\b(?: bien| alors| else)?`)
	endsOr    = text.MustPattern(`(?:^|[\s,;])(?:(?:et|and) ?/ ?)?(?:ou|or)\s*$`)
	counted   = map[string]bool{"education": true, "experience": true, "career": true, "enrolment": true, "eligibility": true, "skill": true, "licence": true, "language": true, "judgement": true}
)

// maxBetween is how far apart two alternatives stand at most, in bytes. "And/or" can mean
// nothing else, so it may stand among more words.
const (
	maxBetween = 60
	maxAndOr   = 140
)

// alternatives joins what was found in one sentence where "or" stands between.
func (r *reader) alternatives(s *sentence, list []found) []found {
	t := s.Text
	if len(list) == 1 && !eitherOr.MatchString(t) {
		return r.elseOne(s, list)
	}
	if len(list) == 0 {
		return list
	}
	sortFound(list)
	if eitherOr.MatchString(t) {
		if out, ok := r.either(s, list); ok {
			return out
		}
	}
	// The place an "or" stands at, between two things of which neither holds it.
	for k := 1; k < len(list); k++ {
		a, b := list[k-1], list[k]
		if a.end > b.start || !counted[a.kind] || !counted[b.kind] || a.soft || b.soft || a.kind == "language" || b.kind == "language" {
			continue
		}
		between := t[a.end:b.start]
		m := orBetween.FindStringIndex(between)
		far := maxBetween
		if andOr.MatchString(between) {
			far = maxAndOr
		}
		if m == nil || len(between) > far || strings.Contains(between[m[1]:], ",") {
			continue
		}
		if a.kind == "skill" && b.kind == "skill" && a.params["any_of"] != nil && b.params["any_of"] != nil {
			continue
		}
		// What is tied to the left by "and" belongs to the left, to the right likewise.
		i := k - 1
		for i > 0 && tied(t[list[i-1].end:max(list[i].start, list[i-1].end)]) && counted[list[i-1].kind] && !list[i-1].soft && list[i-1].kind != "language" {
			i--
		}
		j := k
		for j+1 < len(list) && tied(t[min(list[j].end, list[j+1].start):list[j+1].start]) && counted[list[j+1].kind] && !list[j+1].soft && list[j+1].kind != "language" && list[j+1].kind != "skill" {
			j++
		}
		group := found{kind: "any_of", start: list[i].start, end: list[j].end, id: "alternative"}
		group.members = []found{allOf(list[i:k]), allOf(list[k : j+1])}
		out := append([]found{}, list[:i]...)
		out = append(out, group)
		return append(out, list[j+1:]...)
	}
	return list
}

// elseOne reads "a professional qualification, or at least five years of experience", of
// which only the second half was understood.
func (r *reader) elseOne(s *sentence, list []found) []found {
	f := list[0]
	if f.kind != "experience" && f.kind != "education" || f.soft {
		return list
	}
	head := s.Text[:f.start]
	m := commaOr.FindStringIndex(head)
	if m == nil || len(strings.Fields(head[:m[0]])) < 2 || len(strings.Fields(head[m[1]:])) > 4 {
		return list
	}
	group := found{kind: "any_of", start: 0, end: f.end, id: "alternative"}
	group.members = []found{r.judgement(s, 0, m[0]), f}
	return []found{group}
}

var commaOr = text.MustPattern(`,? (?:ou bien|ou|or|a defaut|failing that) `)

// tied tells whether words bind two requirements into one alternative.
func tied(between string) bool {
	b := strings.TrimSpace(between)
	return len(b) < 45 && tiedBy.MatchString(b) && !orBetween.MatchString(between)
}

var tiedBy = text.MustPattern(`^(?:,? ?(?:et|and|avec|with|plus|\+|assorti\w*|in combination with|combined with|combine\w* (?:a|avec)|complete\w* (?:par|d'|de)|ainsi que|as well as|doubl\w+ d'|justifi\w+ d'|ayant)\b.*|\+)$`)

func allOf(list []found) found {
	if len(list) == 1 {
		return list[0]
	}
	return found{kind: "all_of", start: list[0].start, end: list[len(list)-1].end, id: "together", members: append([]found{}, list...)}
}

// either reads "soit ..., soit ...".
func (r *reader) either(s *sentence, list []found) ([]found, bool) {
	t := s.Text
	cuts := eitherCut.FindAllStringIndex(t, -1)
	first := eitherOr.FindStringIndex(t)
	var at []int
	for _, c := range cuts {
		if c[0] >= first[0]-2 && c[0] < first[1] {
			at = append(at, c[0])
		}
	}
	if strings.HasPrefix(t[first[0]:], "either") {
		at = append([]int{first[0]}, at...)
	}
	if len(at) < 2 {
		return nil, false
	}
	var out []found
	parts := make([][]found, len(at))
	for _, f := range list {
		p := -1
		for i, a := range at {
			if f.start >= a-1 {
				p = i
			}
		}
		if p < 0 || f.kind == "language" {
			out = append(out, f)
			continue
		}
		parts[p] = append(parts[p], f)
	}
	group := found{kind: "any_of", start: at[0], end: len(t), id: "alternative"}
	for i, p := range parts {
		if len(p) > 0 {
			group.members = append(group.members, allOf(p))
			continue
		}
		// What no rule understood is an alternative all the same.
		end := len(t)
		if i+1 < len(at) {
			end = at[i+1]
		}
		if len(strings.Fields(t[at[i]:end])) >= 3 {
			group.members = append(group.members, r.judgement(s, at[i], end))
		}
	}
	if len(group.members) < 2 {
		return nil, false
	}
	return append(out, group), true
}

// lot is the lines one sentence gave. They are joined with those of neighbouring items: "...; ou" at an item's end, "Ou ..." at the
// next one's beginning, a sentence that says what may stand in for the one before it.
type lot struct {
	s    *sentence
	from int // index of its first line in the draft
	to   int
}

// chains groups lines of items that "or" binds. list holds the sentences that gave lines,
// in order, with the lines each gave.
func (r *reader) chains(list []lot) {
	d := r.draft
	var out []Criterion
	flush := func(from, to int) {
		out = append(out, d.Criteria[from:to]...)
	}
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && r.orFollows(list[j].s, list[j+1].s) {
			j++
		}
		if j == i {
			flush(list[i].from, list[i].to)
			i++
			continue
		}
		first := &d.Criteria[list[i].from]
		if first.Kind == "any_of" && insteadOf.MatchString(list[j].s.Text) {
			flush(list[i].from, list[j].to)
			i = j + 1
			continue
		}
		group := Criterion{ID: r.id("alternative"), Kind: "any_of", Importance: first.Importance, Source: r.span(list[i].s, list[j].s), Sentence: list[i].s.number}
		words := []string{}
		for k := i; k <= j; k++ {
			lines := d.Criteria[list[k].from:list[k].to]
			words = append(words, r.statement(list[k].s).In(r.draft.Language))
			if len(lines) == 1 {
				group.Criteria = append(group.Criteria, r.member(lines[0], group.Importance))
				continue
			}
			// Only what may stand in for the line before is an alternative to it.
			all := Criterion{ID: r.id("together"), Kind: "all_of", Importance: group.Importance, Source: r.cite(list[k].s), Sentence: list[k].s.number, Statement: r.statement(list[k].s)}
			for _, l := range lines {
				all.Criteria = append(all.Criteria, r.member(l, group.Importance))
			}
			group.Criteria = append(group.Criteria, all)
		}
		joined := strings.Join(words, " ")
		if r.french {
			group.Statement.FR = joined
		} else {
			group.Statement.EN = joined
		}
		out = append(out, group)
		i = j + 1
	}
	d.Criteria = out
}

// member is a line inside a group: how much it matters is the group's.
func (r *reader) member(c Criterion, imp screening.Importance) Criterion {
	c.Importance = imp
	return c
}

// orFollows tells whether the lines of b are an alternative to those of a, the item or
// sentence right before it.
func (r *reader) orFollows(a, b *sentence) bool {
	if b.number != a.number+1 || a.heading || b.heading {
		return false
	}
	if endsOr.MatchString(r.tail(a)) || r.listOr(a, b) {
		return true
	}
	if startsOr.MatchString(b.Text) {
		return true
	}
	return a.zone == b.zone && insteadOf.MatchString(b.Text) && len(r.degreesIn(a)) > 0 && !endsOr.MatchString(b.Text)
}

// listOr tells of a list "...; ...; ou ...": its "ou" speaks of all its items when it
// stands before the last.
func (r *reader) listOr(a, b *sentence) bool {
	if !a.bullet || !b.bullet || !strings.HasSuffix(a.Text, ";") {
		return false
	}
	for i := b.number - 1; i+1 < len(r.sentences); i++ {
		s := &r.sentences[i]
		if !s.bullet || s.heading {
			return false
		}
		if endsOr.MatchString(r.tail(s)) {
			last := &r.sentences[i+1]
			return last.bullet && !strings.HasSuffix(last.Text, ";")
		}
		if !strings.HasSuffix(s.Text, ";") {
			return false
		}
	}
	return false
}

// tail is the end of a sentence with what stands behind it up to the next: the "ou" behind
// a semicolon is a piece of its own.
func (r *reader) tail(s *sentence) string { return strings.TrimRight(s.Text, " ;,.") }

// span is the passage from one sentence to another.
func (r *reader) span(a, b *sentence) screening.Source {
	x, y := r.cite(a), r.cite(b)
	return screening.Source{Quote: r.text[x.Start:y.End], Start: x.Start, End: y.End}
}
