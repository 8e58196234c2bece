package fact

import (
	"slices"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// item is one word that matters in a list of languages.
type item struct {
	kind       byte // 'n' name, 'l' level, 's' skill
	start, end int
	name       lexicon.LanguageName
	level      lexicon.LevelPhrase
	skills     []string
	depth      int
}

var skillWord = text.MustPattern(`(?:^|[^\pL\d])(comprehension (?:orale|de l'oral)|comprehension (?:ecrite|de l'ecrit)|production orale|production ecrite|expression orale(?: en continu)?|expression ecrite|interaction orale|prendre part a une conversation|s'exprimer oralement(?: en continu)?|a l'oral|a l'ecrit|oral(?:e|ement)?|ecrite?s?|ecrire|ecoute|ecouter|lecture|lire|lue?s?|parlee?s?|parler|comprise?s?|comprehension|listening|reading|speaking|spoken(?: production| interaction)?|writing|written|listen|read|speak|write|understanding)(?:[^\pL\d]|$)`)

func skillsOf(w string) []string {
	switch {
	case w == "comprehension orale" || w == "comprehension de l'oral" || w == "ecoute" || w == "ecouter" || w == "listening" || w == "listen" || strings.HasPrefix(w, "compris") || w == "understanding" || w == "comprehension":
		return []string{"listening"}
	case w == "comprehension ecrite" || w == "comprehension de l'ecrit" || w == "lecture" || w == "lire" || strings.HasPrefix(w, "lu") || strings.HasPrefix(w, "read"):
		return []string{"reading"}
	case w == "production ecrite" || w == "expression ecrite" || w == "ecrire" || w == "writing" || w == "write" || w == "written" || w == "a l'ecrit" || strings.HasPrefix(w, "ecrit"):
		return []string{"writing"}
	}
	return []string{"speaking"}
}

var gridOrder = []string{"listening", "reading", "speaking", "speaking", "writing"}

// items finds names, levels and skill words of a passage in order.
func items(f text.Folded, raw func(a, b int) string) []item {
	var out []item
	names := lexicon.FindLanguages(f, raw)
	levels := lexicon.FindLevels(f.Text)
	if strings.Contains(f.Text, "conversation") {
		// "Prendre part à une conversation" is the title of a column, and no level.
		levels = slices.DeleteFunc(levels, func(l lexicon.LevelPhrase) bool {
			return strings.HasPrefix(f.Text[l.Start:l.End], "conversation") && strings.HasSuffix(f.Text[:l.Start], "part a une ")
		})
	}
	taken := func(a, b int) bool {
		for _, n := range names {
			if a < n.End && b > n.Start {
				return true
			}
		}
		for _, l := range levels {
			if a < l.End && b > l.Start {
				return true
			}
		}
		return false
	}
	depth := depths(f.Text)
	for _, n := range names {
		// "lecturer in English" aside, a name inside a test's words is the test's.
		inside := false
		for _, l := range levels {
			inside = inside || l.Test != "" && n.Start >= l.Start && n.End <= l.End
		}
		if !inside {
			out = append(out, item{kind: 'n', start: n.Start, end: n.End, name: n, depth: depth[n.Start]})
		}
	}
	for _, l := range levels {
		overlaps := false
		for _, n := range names {
			overlaps = overlaps || l.Test == "" && l.Start < n.End && l.End > n.Start
		}
		if !overlaps {
			out = append(out, item{kind: 'l', start: l.Start, end: l.End, level: l, depth: depth[l.Start]})
			out = append(out, skillsInside(f.Text, l, depth)...)
		}
	}
	for at := 0; at < len(f.Text); {
		m := skillWord.FindStringSubmatchIndex(f.Text[at:])
		if m == nil {
			break
		}
		a, b := at+m[2], at+m[3]
		if !taken(a, b) {
			out = append(out, item{kind: 's', start: a, end: b, skills: skillsOf(f.Text[a:b]), depth: depth[a]})
		}
		at = b
	}
	for i := 1; i < len(out); i++ {
		for j := i; j > 0 && out[j].start < out[j-1].start; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// skillsInside are the skills the words of a level name: "bonne compréhension écrite" says
// nothing of speaking.
func skillsInside(s string, l lexicon.LevelPhrase, depth []int) []item {
	words := s[l.Start:l.End]
	if l.Kind != lexicon.Weak || !understands.MatchString(words) {
		return nil
	}
	skills := []string{"listening", "reading"}
	switch oral, written := strings.Contains(words, "oral") || strings.Contains(words, "spoken"), strings.Contains(words, "ecrit") || strings.Contains(words, "written"); {
	case oral && !written:
		skills = skills[:1]
	case written && !oral:
		skills = skills[1:]
	}
	return []item{{kind: 's', start: l.End - 1, end: l.End - 1, skills: skills, depth: depth[l.Start]}}
}

var understands = text.MustPattern(`\b(?:comprehension|understanding)\b`)

// depths gives the bracket depth at each byte.
func depths(s string) []int {
	out := make([]int, len(s)+1)
	d := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[':
			d++
		case ')', ']':
			d = max(d-1, 0)
		}
		out[i] = d
	}
	out[len(s)] = d
	return out
}

// cell is a run of a line between strong separators.
type cell struct {
	items []item
	// comma is true when only a comma (or "et") parts it from the cell before.
	comma      bool
	start, end int
}

var strongSep = text.MustPattern(`[;|•▪●·]|\s/\s|\.(?:\s|$)| {3,}`)

func cells(s string, from int, all []item) []cell {
	depth := depths(s)
	inItem := func(i int) bool {
		for _, it := range all {
			if i >= it.start && i < it.end {
				return true
			}
		}
		return false
	}
	var out []cell
	start, comma := from, false
	cut := func(at, next int, nextComma bool) {
		c := cell{comma: comma, start: start, end: at}
		for _, it := range all {
			if it.start >= start && it.start < at {
				c.items = append(c.items, it)
			}
		}
		if strings.Trim(s[start:at], " ,:-–") != "" {
			out = append(out, c)
			comma = nextComma
		}
		start = next
	}
	strong := map[int]int{}
	for _, m := range strongSep.FindAllStringIndex(s, -1) {
		strong[m[0]] = m[1]
	}
	for i := from; i < len(s); i++ {
		if depth[i] > 0 || inItem(i) {
			continue
		}
		if next, ok := strong[i]; ok {
			cut(i, max(next, i+1), false)
		} else if s[i] == ',' {
			cut(i, i+1, true)
		}
	}
	cut(len(s), len(s), false)
	return out
}
