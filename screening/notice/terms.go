package notice

import (
	"regexp"
	"strings"

	"dossier/screening/text"
)

var (
	listSplit = regexp.MustCompile(`(?:\s*[,;/]\s*(?:et |and |ou |or |de |d'|du |des |en |of |in )*|\s(?:et/ou|and/or|ou|or|et|and|ainsi que|as well as|&)\s(?:de |d'|du |des |en |dans |of |in )*)`)
	openEnd   = regexp.MustCompile(`(?:\betc\.?|\.\.\.|…)\s*$`)
	leading   = regexp.MustCompile(`^(?:(?:(?:le|la|les|un|une|des|du|de|d'|l'|au|aux|en|dans|sur|avec|pour|the|an?|of|in|with|for|to|on|and|et|ou|or|notamment|particulierement|plus|tels?|telles?|que|comme|such|as|like|including|incluant|e\.g\.|ex|par|exemple|i\.e\.|ses|leurs|its|their|various|differente?s?|divers|toute?|any|other|autres?|type|cette|ce|ces|this|these|outils?|logiciels?|software|tools?|principaux|principales|usuels|grands|base|bases|de base)(?:\s+|$))|(?:d'|l'|qu'))+`)
	trailing  = regexp.MustCompile(`(?:\s+(?:et|ou|and|or|de|du|des|d'|en|dans|of|in|the|la|le|les|a|etc\.?|similaires?|similar|par exemple|equivalente?s?|equivalent|autres?|others?|souhaitee?s?|exigee?s?|requise?s?|appreciee?s?|required|desirable|preferred|essential|obligatoires?|indispensables?|serait|est|sont|is|are|un plus|un atout|minimum|notamment|:))+$`)
	bracketed = regexp.MustCompile(`\(([^()]*)\)`)
)

// splitList splits words at commas and small words that bind a list.
func splitList(t string) []string {
	t = strings.Trim(openEnd.ReplaceAllString(strings.TrimSpace(t), ""), " ,.;:")
	var out []string
	for _, p := range listSplit.Split(t, -1) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// trimSmall drops the small words and cues at both ends of a term.
func trimSmall(p string) string {
	p = strings.Trim(p, " ,.;:()[]\"'-–")
	for {
		q := strings.Trim(trailing.ReplaceAllString(leading.ReplaceAllString(p, ""), ""), " ,.;:()[]\"'-–")
		if q == p {
			return p
		}
		p = q
	}
}

// objectEnd matches where the words a requirement is about end.
var objectEnd = text.MustPattern(`[;.](?:\s|$)|\b(?:est|sont|serait|seraient|sera|seront|is|are|would be|will be|requise?s?|exigee?s?|required|indispensables?|obligatoires?|souhaitee?s?|souhaitables?|desirable|preferred|essential|mandatory|appreciee?s?|valorisee?s?|constitue\w*|un plus|un atout|an? (?:\w+ )?(?:asset|advantage|plus)|ideal(?:ement|ly)|de preference|preferably)\b`)

// terms are the words an applicant would use for what stands between two offsets of a
// sentence, examples in brackets included.
func (r *reader) terms(s *sentence, start, end int) (terms []string, open bool) {
	t := s.Text[start:end]
	if m := objectEnd.FindStringIndex(t); m != nil && m[0] > 2 {
		// A cue inside brackets ends nothing.
		if _, _, in := bracket(t, m[0]); !in {
			t = t[:m[0]]
		}
	}
	open = openEnd.MatchString(strings.TrimRight(t, " ).,")) || strings.Contains(t, "etc") || strings.Contains(t, "...") || strings.Contains(t, "…")
	add := func(p string) {
		p = trimSmall(p)
		if len(p) < 2 && p != "r" && p != "c" || len(strings.Fields(p)) > 8 || len(terms) >= 10 || vague[p] {
			return
		}
		// In the author's own letters: names of programs have capitals.
		if i := strings.Index(s.Text[start:], p); i >= 0 {
			p = r.words(s.Folded, start+i, start+i+len(p))
		}
		terms = addOnce(terms, strings.Trim(p, " .,;:()«»\"'"))
	}
	outer := bracketed.ReplaceAllString(t, " , ")
	if i := strings.IndexByte(outer, '('); i >= 0 {
		// A bracket that the end cut off.
		add(outer[:i])
		outer = outer[i+1:]
	}
	for _, sep := range []string{" tels que ", " telles que ", " tel que ", " comme ", " such as ", " including ", " notamment ", " e.g. ", " like ", " : ", " liees a la ", " lies a la ", " liees aux ", " liees a ", " lies a ", " liee a ", " lie a ", " related to ", " relating to "} {
		outer = strings.ReplaceAll(outer, sep, " , ")
	}
	examples := bracketed.MatchString(t)
	for _, p := range splitList(outer) {
		if examples && len(strings.Fields(trimSmall(p))) < 2 && !tools.MatchString(p) {
			// "Outils graphiques (Canva, ...)": the bracket names them.
			continue
		}
		add(p)
	}
	for _, m := range bracketed.FindAllStringSubmatch(t, -1) {
		if len(cues(m[1])) > 0 && len(strings.Fields(m[1])) <= 3 {
			continue
		}
		for _, p := range splitList(m[1]) {
			add(p)
		}
	}
	return terms, open
}

// vague are words that name nothing one could look for.
var vague = map[string]bool{
	"oral": true, "ecrit": true, "outils": true, "tools": true, "equivalent": true, "similaire": true, "domaine": true, "general": true, "autre": true, "autres": true, "others": true, "other": true,
	"similar": true, "related": true, "relevant": true, "pertinent": true, "experience": true, "competences": true, "skills": true, "knowledge": true, "connaissances": true, "etc": true, "concerne": true, "ideal": true, "plus": true, "atout": true,
}
