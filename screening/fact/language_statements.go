package fact

import (
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// flush turns what was gathered into facts.
func (ll *languageList) flush() {
	ll.settle()
	for _, n := range ll.all {
		if n.name.Code != "" {
			ll.out = append(ll.out, ll.facts(n)...)
		}
	}
	ll.reset()
}

// facts are the statements made about one language of a list.
func (ll *languageList) facts(n *named) []Language {
	where := func(line, start, end int) Where {
		if line == n.line {
			start, end = min(start, n.name.Start), max(end, n.name.End)
		}
		w := ll.v.where(line, start, end, "language.list")
		// A level on a line of its own is quoted together with its language.
		if name := ll.v.Lines[n.line].At(n.name.Start, n.name.End); name.Page == w.Page && name.Start < w.Start && w.End-name.Start < 160 {
			w.Start = name.Start
		} else if name.Page == w.Page && name.End > w.End && name.End-w.Start < 160 {
			w.End = name.End
		}
		return w
	}
	var explicit, words []leveled
	none := false
	var noneAt leveled
	for _, l := range n.levels {
		switch l.level.Kind {
		case lexicon.CEFR:
			explicit = append(explicit, l)
		case lexicon.None:
			none, noneAt = true, l
		case lexicon.Mute:
		default:
			words = append(words, l)
		}
	}
	if none && len(explicit) == 0 {
		return []Language{{Code: n.name.Code, None: true, Where: where(noneAt.line, noneAt.start, noneAt.end)}}
	}
	if len(explicit) == 0 && len(words) == 0 {
		return []Language{{Code: n.name.Code, Where: where(n.line, n.name.Start, n.name.End)}}
	}
	ll.fillGrid(explicit)
	if len(explicit) == 0 {
		ll.fillGrid(words)
	}
	use := explicit
	if framework := withoutTests(explicit); len(framework) == 0 {
		use = combine(explicit, words)
	} else {
		use = explicit
	}
	if len(explicit) == 0 {
		use = words
	}
	if l := ll.v.Lines[n.line]; !spokenOnly.MatchString(l.Text[min(n.name.Start, len(l.Text)):]) {
		use = wholeIfOneSkill(use)
	}
	return ll.statements(n, use, where)
}

// spokenOnly tells that a language is spoken and not written.
var spokenOnly = text.MustPattern(`^[^;|]{0,60}\b(?:(?:not|pas|non|no|sans|ni) (?:\pL+ ){0,2}?(?:written|write|writing|ecrite?|l'ecrit|ecrire|lue?|read|reading)|(?:only|seulement|uniquement) (?:a l')?(?:oral\w*|spoken|parlee?)|(?:oral\w*|spoken|parlee?) (?:only|seulement|uniquement))\b`)

func withoutTests(list []leveled) []leveled {
	var out []leveled
	for _, l := range list {
		if l.level.Test == "" {
			out = append(out, l)
		}
	}
	return out
}

// combine puts a phrase and a test score of one cell together: what both allow, or both
// when they contradict each other.
func combine(tests, words []leveled) []leveled {
	out := append([]leveled(nil), tests...)
	for _, w := range words {
		if len(w.skills) > 0 {
			out = append(out, w)
			continue
		}
		agrees := false
		for k := range out {
			if lo, hi := max(out[k].level.Lo, w.level.Lo), min(out[k].level.Hi, w.level.Hi); lo <= hi {
				out[k].level.Lo, out[k].level.Hi, agrees = lo, hi, true
			}
		}
		if !agrees {
			out = append(out, w)
		}
	}
	return out
}

// fillGrid gives the levels of a row of a table the skills of its columns.
func (ll *languageList) fillGrid(list []leveled) {
	if !grid(list, len(ll.header)) {
		return
	}
	order := gridOrder
	switch {
	case len(ll.header) == len(list):
		order = ll.header
	case len(list) == 4:
		order = []string{"listening", "reading", "speaking", "writing"}
	case len(list) == 3:
		order = []string{"reading", "writing", "speaking"}
	}
	for k := range list {
		list[k].skills = []string{order[k]}
	}
}

// grid tells whether the levels are a row of a table of skills: three to five plain
// levels without words of their own, or as many as the table has columns.
func grid(list []leveled, columns int) bool {
	if (len(list) < 3 || len(list) > 5) && (len(list) < 2 || len(list) != columns) {
		return false
	}
	for _, l := range list {
		if len(l.skills) > 0 || l.level.Test != "" || l.line != list[0].line {
			return false
		}
	}
	return true
}

// wholeIfOneSkill drops the skill of a lone "parlé couramment": it is said of the language.
func wholeIfOneSkill(list []leveled) []leveled {
	if len(list) == 1 && len(list[0].skills) == 1 && list[0].skills[0] == "speaking" ||
		len(list) == 1 && len(list[0].skills) > 1 && (len(list[0].skills) > 2 || list[0].skills[0] != "listening") {
		list[0].skills = nil
	}
	return list
}

func (ll *languageList) statements(n *named, list []leveled, where func(line, start, end int) Where) []Language {
	var out []Language
	for _, l := range list {
		rule := where(l.line, l.start, l.end)
		if l.level.Test != "" {
			rule.Rule = "language.test"
		}
		skills := l.skills
		if len(skills) == 0 {
			skills = []string{""}
		}
		for _, skill := range skills {
			out = append(out, Language{Code: n.name.Code, Lo: Level(l.level.Lo), Hi: Level(l.level.Hi), Skill: skill, Test: l.level.Test, Where: rule})
		}
	}
	return out
}
