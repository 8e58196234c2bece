package notice

import (
	"slices"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

// cue is a word that says how much something matters, with the part of the sentence it
// speaks of.
type cue struct {
	importance screening.Importance
	start, end int
	// from and to bound what it speaks of.
	from, to int
}

var (
	// adjectives stand behind what they speak of.
	assetAdjective = text.MustPattern(`\b(?:(?:(?:grandement|tres|fortement|vivement|particulierement|egalement|aussi|toujours|also|highly|very|strongly|particularly) )*(?:(?:souhait|appreci|valoris|privilegi|desir)(?:ee?s?|ables?)|bienvenue?s?|desirable|desired|preferred|preferable|advantageous|welcome|welcomed|appreciated|valued|favou?red|optional|facultati(?:f|ve)s?|optionnel(?:le)?s?|pas (?:exige|requis|obligatoire|indispensable)e?s?|un plus|un atout|des atouts|atouts?(?: apprecie)?|an? (?:\w+ )?(?:plus|advantage|asset|bonus)|(?:considered )?(?:as )?(?:advantages|assets)|un avantage|un bonus|not (?:required|essential|mandatory|necessary)))\b`)
	needAdjective  = text.MustPattern(`\b(?:(?:absolument|strictement|imperativement|strictly|absolutely|also|formellement) )*(?:(?:exige|demande|attendu|impose)e?s?|requise?s?|indispensables?|obligatoires?|imperati(?:f|ve)s?|necessaires?|essentiel(?:le)?s?|incontournables?|primordiale?s?|imperativement|obligatoirement|required|essential|mandatory|compulsory|necessary|needed|obligatory|a must|a requirement|is a prerequisite|un prerequis)\b`)
	notAtAll       = text.MustPattern(`\b(?:pas|non|not|sans etre|nor|no|n'est|ne sont|ni|without being)(?: \w+){0,2} $`)
	// verbs that make an adjective speak of its subject.
	singularVerb = text.MustPattern(`(?:est|sera|serait|constitue|constituera|constituerait|represente|is|would be|will be|can be|may be|considered|be|peut etre|forme|ferait)(?: (?:aussi|egalement|also|considered|vivement|fortement|grandement|tres|un vrai|un reel|particulierement|consideree?|comme|toujours|an?|as|highly|therefore|donc|bien))* $`)
	pluralVerb   = text.MustPattern(`(?:sont|seront|seraient|constituent|constitueraient|representent|are|were)(?: (?:aussi|egalement|also|considered|vivement|fortement|grandement|tres|all|both|particulierement|considerees?|comme|toujours|as|highly|donc))* $`)
	// subject matches where a new subject may begin behind a comma or a small word.
	subject = text.MustPattern(`(?:, (?:et |and |ou |mais |but )?|; | mais | but | tandis que | while | et | and )(?:une?|la|le|l'|les|toute?s?|des|any|an?|the|other|additional|previous|prior|knowledge|experience|familiarity|fluency|proficiency|connaissances?|maitrise|pratique|notions?|experience)\b`)
)

// loneCue is the importance a word or two state by themselves: "(essential)", "Atout", "E".
func loneCue(s string) screening.Importance {
	s = strings.Trim(s, " .:;()[]*!")
	if len(s) > 60 {
		return ""
	}
	switch s {
	case "e", "req", "r":
		return screening.Required
	case "d", "pref":
		return screening.Asset
	case "must", "must have", "must-have", "required", "essential", "mandatory", "exige", "requis", "obligatoire", "indispensable":
		return screening.Required
	case "nice to have", "nice-to-have", "desirable", "preferred", "souhaite", "souhaitable", "atout", "un atout", "un plus", "plus", "bonus", "asset", "apprecie", "optional", "facultatif", "optionnel":
		return screening.Asset
	}
	if len(strings.Fields(s)) > 7 {
		return ""
	}
	all := cues(s)
	if len(all) == 0 {
		return ""
	}
	imp := all[0].importance
	for _, c := range all {
		if c.importance != imp {
			return ""
		}
	}
	rest := s
	for i := len(all) - 1; i >= 0; i-- {
		rest = rest[:all[i].start] + " " + rest[all[i].end:]
	}
	for _, w := range strings.Fields(rest) {
		if !cueFiller[strings.Trim(w, ".,:;()")] {
			return ""
		}
	}
	return imp
}

// cueFiller are words that may stand around a lone cue.
var cueFiller = map[string]bool{"": true, "est": true, "sont": true, "is": true, "are": true, "criteria": true, "criteres": true, "criterion": true, "skills": true, "serait": true, "would": true, "be": true, "un": true, "une": true, "but": true, "mais": true, "non": true, "not": true, "et": true, "and": true, "toujours": true, "tres": true, "highly": true, "seraient": true, "sera": true, "ce": true, "qui": true, "will": true, "if": true, "you": true, "have": true, "the": true, "following": true, "competences": true, "requirements": true, "qualifications": true, "experience": true}

// cues finds the words of a sentence that say how much its parts matter.
func cues(s string) []cue {
	var out []cue
	taken := func(a, b int) bool {
		for _, c := range out {
			if a < c.end && c.start < b {
				return true
			}
		}
		return false
	}
	add := func(p *text.Pattern, imp screening.Importance, lead bool) {
		for _, m := range p.FindAllStringIndex(s, -1) {
			if taken(m[0], m[1]) {
				continue
			}
			i := imp
			if !lead && imp == screening.Required && notAtAll.MatchString(s[:m[0]]) {
				i = screening.Asset
			}
			if !lead && notACue(s, m[0], m[1]) {
				continue
			}
			c := cue{importance: i, start: m[0], end: m[1]}
			if lead && (m[0] > 0 || strings.ContainsAny(strings.TrimSpace(s[m[0]:m[1]]), ":-,") || leadWord(s[m[0]:m[1]])) {
				c.from, c.to = m[0], -1
				out = append(out, c)
				continue
			}
			if lead {
				continue
			}
			c.from, c.to = -1, m[1]
			out = append(out, c)
		}
	}
	// "Idéalement", "atout : ..." lead; "est un atout" follows. What leads is tried first
	// where it cannot follow.
	add(leadOnly, screening.Asset, true)
	add(assetAdjective, screening.Asset, false)
	add(needAdjective, screening.Required, false)
	add(needLeadOnly, screening.Required, true)
	slices.SortFunc(out, func(a, b cue) int { return a.start - b.start })
	for i := range out {
		bound(s, out, i)
	}
	return out
}

var (
	leadOnly     = text.MustPattern(`\b(?:ideal(?:ement|ly)|de preference|preferably|preferentiellement|si possible|if possible|dans l'ideal|preference (?:sera|will be|is|may be) (?:donnee|accordee|given) (?:aux?|a|to)|(?:we would |we'd |nous |on )(?:also |particularly )?(?:prefer|love|like to see|welcome|apprecions|apprecierons|apprecierions|valorisons|aimerions)\b)|^(?:nice[- ]to[- ]have|bonus|desirable|atouts?(?: supplementaires?| apprecies?)?|(?:un |le |les )?plus|preferred|souhaitee?s?|souhaitable|asset|advantage|optional|apprecie)(?: ?: ?| - )`)
	needLeadOnly = text.MustPattern(`\b(?:doit|doivent|devra|devront|devez|devrez|imperativement|obligatoirement|must|needs? to|ha(?:s|ve) to|shall)\b|^(?:required|essential|exigee?s?|obligatoire|indispensable|requise?s?|mandatory|must[- ]have)(?: ?: ?| - )`)
)

func leadWord(s string) bool {
	return strings.HasPrefix(s, "ideal") || strings.HasPrefix(s, "de pref") || strings.HasPrefix(s, "prefer") || strings.HasPrefix(s, "si poss") || strings.HasPrefix(s, "if poss") ||
		strings.HasPrefix(s, "dans") || strings.HasPrefix(s, "we") || strings.HasPrefix(s, "nous") || strings.HasPrefix(s, "on ") || strings.HasPrefix(s, "must") || strings.HasPrefix(s, "doi") || strings.HasPrefix(s, "dev") ||
		strings.HasPrefix(s, "imp") || strings.HasPrefix(s, "need") || strings.HasPrefix(s, "ha") || strings.HasPrefix(s, "sh")
}

// notACue bars words that look like a cue and say something else.
func notACue(s string, a, b int) bool {
	w, after := s[a:b], s[b:]
	before := s[:a]
	switch {
	case strings.HasPrefix(w, "necessaire") && (strings.HasPrefix(after, " a ") || strings.HasPrefix(after, " au") || strings.HasPrefix(after, " pour")) && !strings.HasSuffix(before, "est ") && !strings.HasSuffix(before, "sont "):
		return true
	case strings.HasPrefix(w, "necessary") && strings.HasPrefix(after, " to "):
		return true
	case strings.HasPrefix(w, "required") && (strings.HasPrefix(after, " to ") || strings.HasPrefix(after, " by ") || strings.HasPrefix(after, " for the ")) && (strings.HasSuffix(before, "as ") || strings.HasSuffix(before, "when ") || strings.HasSuffix(before, "if ")):
		return true
	case strings.HasPrefix(w, "required") && (strings.HasSuffix(before, "as ") || strings.HasSuffix(before, "when ")):
		return true
	case w == "demande" || w == "demandes" || w == "demandee" || w == "demandees":
		return !strings.HasSuffix(before, "est ") && !strings.HasSuffix(before, "sont ") && !strings.HasSuffix(before, "sera ")
	case w == "attendu", w == "attendus", w == "attendue", w == "attendues":
		return !strings.HasSuffix(before, "est ") && !strings.HasSuffix(before, "sont ")
	case strings.HasPrefix(w, "impose"):
		return true
	case strings.HasPrefix(w, "essentiel") && (strings.HasSuffix(before, "connaissances ") || strings.HasSuffix(before, "l'") || strings.HasPrefix(after, "lement")):
		// "Connaissances essentielles" may mean basic ones: it is needed either way.
		return strings.HasSuffix(before, "l'")
	case w == "atout", w == "atouts":
		return strings.HasSuffix(before, "vos ") || strings.HasSuffix(before, "nos ")
	case strings.HasPrefix(w, "welcome") && strings.HasPrefix(after, " to "):
		return true
	case strings.HasPrefix(w, "desir") && (strings.HasPrefix(after, " de ") || strings.HasPrefix(after, " d'") || strings.HasPrefix(after, "eux") || strings.HasPrefix(after, "ant")):
		return true
	case strings.HasPrefix(w, "valued"), strings.HasPrefix(w, "valorise"):
		return strings.HasPrefix(after, " by ") || strings.HasPrefix(after, " par ")
	case strings.HasPrefix(w, "obligatoire"):
		// A compulsory internship is a circumstance, not an importance.
		return strings.HasSuffix(before, "stage ") || strings.HasSuffix(before, "stages ")
	case w == "compulsory", w == "mandatory":
		return strings.HasPrefix(after, " internship") || strings.HasPrefix(after, " placement")
	case strings.HasPrefix(w, "un plus"), strings.HasPrefix(w, "a plus"):
		return strings.HasPrefix(after, " grand") || strings.HasPrefix(after, " large")
	}
	return false
}

// bound finds what cue i speaks of.
func bound(s string, all []cue, i int) {
	c := &all[i]
	low, high := 0, len(s)
	if i > 0 {
		low = all[i-1].end
	}
	if open, shut, in := bracket(s, c.start); in {
		if c.from < 0 && strings.TrimSpace(s[open+1:c.start]) == "" || c.to == -1 && strings.TrimSpace(s[c.end:shut]) == "" {
			// "(souhaité)" speaks of what stands before the bracket.
			c.from, c.to = max(low, lastBreak(s[:open])), shut
			return
		}
		low, high = max(low, open), shut
	}
	if c.to == -1 {
		c.to = high
		if j := strings.IndexAny(s[c.end:high], ";"); j >= 0 {
			c.to = c.end + j
		}
		// What leads ends where the next word that leads begins.
		for k := i + 1; k < len(all); k++ {
			if all[k].to == -1 || all[k].from >= 0 {
				c.to = min(c.to, all[k].start)
				break
			}
			if all[k].importance != c.importance {
				break
			}
		}
		if c.from < 0 {
			c.from = c.start
		}
		return
	}
	c.from = low
	if j := strings.LastIndexAny(s[low:c.start], ";"); j >= 0 {
		c.from = low + j + 1
	}
	if shut := strings.IndexByte(s[c.from:c.start], ')'); shut >= 0 && !strings.Contains(s[c.from:c.from+shut], "(") {
		c.from += shut + 1
	}
	before := s[c.from:c.start]
	plural := pluralVerb.MatchString(before) || pluralForm(s[c.start:c.end])
	single := singularVerb.MatchString(before)
	switch {
	case plural:
		// A plural speaks of everything since the last full clause.
		if j := lastFinite(before); j >= 0 {
			c.from += j
		}
	case single:
		if m := subject.FindAllStringIndex(before, -1); len(m) > 0 {
			if j := lastWith(before, m); j >= 0 {
				c.from += j
			}
		}
	default:
		if j := lastBreak(before); j > 0 && !enumerates(before) {
			c.from += j
		}
	}
}

// lastWith is the last place a subject begins whose clause before it could stand alone.
func lastWith(before string, m [][]int) int {
	for k := len(m) - 1; k >= 0; k-- {
		sep := before[m[k][0]:m[k][1]]
		if strings.HasPrefix(sep, " et ") || strings.HasPrefix(sep, " and ") {
			if lastFinite(before[:m[k][0]]+" ,") < 0 && !finite.MatchString(before[:m[k][0]]) {
				continue
			}
		}
		return m[k][0]
	}
	return -1
}

var finite = text.MustPattern(`\b(?:vous|etes|avez|possedez|disposez|justifiez|maitrisez|parlez|est|sont|you|have|has|are|is|must|should|will|speak|hold|possess|doit|possede|dispose|justifie|maitrise|exigee?s?|requise?s?|required)\b`)

// lastFinite is where the last clause with a verb of its own ends, -1 when there is none.
func lastFinite(before string) int {
	m := subject.FindAllStringIndex(before, -1)
	for k := len(m) - 1; k >= 0; k-- {
		if finite.MatchString(before[:m[k][0]]) {
			return m[k][0]
		}
	}
	return -1
}

func pluralForm(s string) bool {
	return strings.HasSuffix(s, "es") && !strings.HasSuffix(s, "requises") && !strings.HasSuffix(s, "indispensables") || strings.HasSuffix(s, "indispensables") || strings.HasSuffix(s, "requises") || strings.HasSuffix(s, "atouts") || strings.HasSuffix(s, "assets") || strings.HasSuffix(s, "advantages")
}

// lastBreak is the end of the last comma outside brackets, 0 when there is none.
func lastBreak(s string) int {
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ')':
			depth++
		case '(':
			depth--
		case ',', ';':
			if depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// enumerates tells of a list whose last member is bound by "and": the word behind it speaks
// of all of it.
func enumerates(s string) bool {
	tail := s[lastBreak(s):]
	return (strings.Contains(tail, " et ") || strings.Contains(tail, " and ") || strings.Contains(tail, " ou ") || strings.Contains(tail, " or ")) && len(strings.Fields(tail)) <= 5
}

// bracket finds the brackets around an offset.
func bracket(s string, at int) (open, shut int, in bool) {
	open = strings.LastIndexByte(s[:at], '(')
	if open < 0 || strings.IndexByte(s[open:at], ')') >= 0 {
		return 0, 0, false
	}
	n := strings.IndexByte(s[at:], ')')
	if n < 0 {
		return 0, 0, false
	}
	return open, at + n, true
}

// weigh is the importance of a part of a sentence: of the narrowest cue that speaks of it,
// else fallback.
func weigh(all []cue, a, b int, fallback screening.Importance) screening.Importance {
	best := -1
	for i, c := range all {
		if a >= c.to || c.from >= b {
			continue
		}
		// A cue must speak of where the part begins, unless the part is the whole clause.
		if a < c.from && c.importance == screening.Asset && c.from-a > (b-a)/2 {
			continue
		}
		if best < 0 || c.to-c.from < all[best].to-all[best].from {
			best = i
		}
	}
	if best >= 0 {
		return all[best].importance
	}
	return fallback
}
