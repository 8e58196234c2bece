package notice

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// levelWords are what a notice's words for a level of language are worth, the first that
// fits wins. The scale is the one of screening's reading rules.
var levelWords = []struct {
	level   string
	pattern *text.Pattern
}{
	{"", text.MustPattern(`\b[abc][12]\b`)},
	{"A1", text.MustPattern(`\b(?:meme (?:elementaires?|de base|basiques?|limitee?s?|debutante?s?)|quel que soit le niveau|(?:a )?(?:tout|any|whatever) (?:niveau|level)|at any level|quelques mots|a few words|^some)\b|^\W*some\b|\bsome $`)},
	{"B2", text.MustPattern(`\blangage courant\b|\ben langage courant\b|\beveryday (?:french|english)\b`)},
	{"C2", text.MustPattern(`\b(?:bilingu\w*|langue maternelle|maternelle?|natif|native|mother tongue|near[- ]native|native[- ]level|trilingue\w*)\b`)},
	{"A2", text.MustPattern(`\b(?:notions?|(?:niveau |connaissances? )?de base|bases|basic(?: knowledge| level| command| skills)?|basics|elementary|debutante?|scolaire|rudiments?|beginner|elementaires?)\b`)},
	{"B1", text.MustPattern(`\b(?:intermediaires?|intermediate|conversation(?:al|nel|nelle)?|conversational(?: level)?|niveau correct|correctes?|satisfaisante?s?|satisfactory|independent|moyen(?:ne)?|connaissances? pratiques?|suffisante?s?|reasonable|fair)\b`)},
	{"C1", text.MustPattern(`\b(?:tres bon(?:ne)?s?(?: niveau| maitrise| connaissances?| pratique)?|very good(?: command| level| knowledge)?|excellente?s?(?: niveau| maitrise| connaissances?| command| knowledge| level| capacites| qualites| aisance)?|parfaite?s?(?: maitrise| connaissance)?|parfaitement|perfect|pleine maitrise|full(?: professional)? (?:command|proficiency|fluency|mastery)|complete command|strong (?:command|proficiency)|strong|courant(?:e|s|es)?|couramment|fluent(?:ly)?|fluency|advanced|avancee?s?|high (?:level|proficiency)|haut niveau|superb|outstanding|aisance parfaite)\b`)},
	{"B2", text.MustPattern(`\b(?:(?:bon(?:ne)?s?|good|solides?|solid|sound) (?:niveau|maitrise|connaissances?|pratique|command|level|knowledge|working knowledge|understanding|mastery|proficiency|written|spoken|oral|comprehension|expression)|bon(?:ne)?s?|good|well|bien|professionnel(?:le)?s?|professional(?: working)?|working (?:knowledge|level|proficiency|language)|langue de travail|work(?:ing)? in|operationnel(?:le)?s?|operational|aisance|a l'aise|comfortable|upper[- ]intermediate|confirmee?s?|lue?,? (?:et )?ecrite?(?:,? et)?,? ?parlee?|lu,? parle(?:,| et) ecrit|written and spoken|spoken and written|business)\b`)},
	{"C1", text.MustPattern(`\b(?:maitris\w*|mastery|proficien\w*|command of|full command|command)\b`)},
}

// openLanguages are words for languages of the reader's choice.
var (
	otherLanguage = text.MustPattern(`\b(?:d'?autres langues|d'une autre langue|(?:une?|l'une des|toute) (?:ou (?:deux|plusieurs) )?(?:autres? |deuxieme |seconde |troisieme )?langues?(?: supplementaires?| locales?| nationales?| etrangeres?| vivantes?| africaines?| de la region| du pays| parlees?)*|autres? langues?|langues? (?:locales?|nationales?|africaines?|de la region|supplementaires?|vernaculaires?|etrangeres?)|(?:an)?other languages?|any other language|additional languages?|(?:a |any |one )?(?:second|third|local|national|regional|community|foreign|african)(?: [\pL]+)? languages?|languages? (?:of|spoken in) the (?:region|country|area)|one or more of)\b`)
	orWord        = text.MustPattern(`(?:^|[\s,/])(?:ou|or|et/ou|and/or)(?:\s|$)`)
	writingIn     = text.MustPattern(`\b(?:rediger|ecrire|redaction|write|writing|drafting|oral|ecrit|speak|parler|communiquer|communicate|communication|presenter|verbal)\w*`)
	notSpoken     = text.MustPattern(`\b(?:candidatures?|cv|lettres?|dossiers?|documents?|applications?|letter|resume|entretiens?|interviews?|tests?)\b[^.]{0,40} $`)
	languageWords = text.MustPattern(`\b(?:ecri\w+|exprim\w+|parfait\w*|redig\w+|lis\w*|lire|lit|comprend\w*|aise|langues?|languages?|linguisti\w+|niveau|level|courant\w*|fluent\w*|fluency|maitris\w*|parl\w+|speak\w*|spoken|written|oral\w*|ecrit\w*|lu\b|bilingu\w*|notions?|connaissances?|knowledge|command|proficien\w*|native|mother|maternelle?|[abc][12]|good|bon\w*|excellen\w*|tres|very|atout|plus|asset|advantage|exige\w*|requi\w*|indispensable|obligatoire|essenti\w*|mandatory|souhait\w*|desirable|apprecie\w*|toeic|toefl|ielts|delf|dalf|working|professionnel\w*|required|pratique\w*|usage|comprendre|understand\w*|basic|strong|advanced|intermedia\w*|preferred|conversation\w*)\b`)
)

// languages finds the languages a sentence asks for.
func (r *reader) languages(s *sentence) []found {
	names := lexicon.FindLanguages(s.Folded, r.raw(s.Folded))
	var kept []lexicon.LanguageName
	for _, n := range names {
		if r.spoken(s, n) {
			kept = append(kept, n)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	t := s.Text
	levels := make([]string, len(kept))
	before := make([]bool, len(kept))
	for i, n := range kept {
		low, high := 0, len(t)
		if i > 0 {
			low = kept[i-1].End
		}
		if i+1 < len(kept) {
			high = kept[i+1].Start
		}
		after := t[n.End:high]
		if i+1 < len(kept) && strings.HasPrefix(after, ",") {
			// "l'arabe, au moins à un niveau intermédiaire, ...": set apart by commas.
			if j := strings.IndexByte(after[1:], ','); j > 0 && levelIn(after[1:j+1], true) != "" {
				after = after[1 : j+1]
			}
		}
		if i+1 < len(kept) {
			// What stands before the next language's own words belongs to it.
			after = after[:cutAfter(after)]
		}
		ahead := t[low:n.Start]
		if i > 0 {
			ahead = ahead[cutBefore(ahead):]
		}
		if lv := levelIn(after, true); lv != "" && !claimed(after) {
			levels[i] = lv
		} else if lv := levelIn(ahead, false); lv != "" {
			levels[i], before[i] = lv, true
		}
	}
	// A level before a list or behind it applies to all of it.
	for i := 1; i < len(kept); i++ {
		if levels[i] == "" && before[i-1] && joinedBy(t[kept[i-1].End:kept[i].Start]) {
			levels[i], before[i] = levels[i-1], true
		}
	}
	for i := len(kept) - 2; i >= 0; i-- {
		if levels[i] == "" && levels[i+1] != "" && !before[i+1] && joinedBy(t[kept[i].End:kept[i+1].Start]) {
			levels[i] = levels[i+1]
		}
	}
	var out []found
	done := make([]bool, len(kept))
	// Languages named as examples of another language, or one of which is enough.
	if m := otherLanguage.FindStringIndex(t); m != nil {
		var codes []string
		first, last := -1, -1
		for i, n := range kept {
			if n.Start >= m[0] && (first >= 0 || n.Start-m[1] < 40) {
				if first < 0 {
					first = i
				}
				last = i
				done[i] = true
				codes = addOnce(codes, n.Code)
			}
		}
		if first >= 0 {
			f := r.language(s, codes, firstOf(levels[first:last+1]))
			f.start, f.end = m[0], kept[last].End
			if !strings.Contains(t[m[0]:kept[last].End], "locale") && len(codes) > 1 || len(codes) > 1 {
				f.flag("list.open")
			}
			out = append(out, f)
		}
	}
	for i := 0; i < len(kept); i++ {
		if done[i] {
			continue
		}
		j := i
		codes := []string{kept[i].Code}
		for j+1 < len(kept) && !done[j+1] {
			between := t[kept[j].End:kept[j+1].Start]
			if !alternative(t, kept, j) || len(between) > 40 || strings.ContainsAny(between, ";") {
				break
			}
			j++
			codes = addOnce(codes, kept[j].Code)
		}
		f := r.language(s, codes, firstOf(levels[i:j+1]))
		f.start, f.end = kept[i].Start, kept[j].End
		if i > 0 || before[i] {
			f.start = extend(t, kept[i].Start)
		}
		out = append(out, f)
		i = j
	}
	return dropDouble(out)
}

// dropDouble keeps the first of two statements of one language in a sentence.
func dropDouble(list []found) []found {
	seen := map[string]bool{}
	var out []found
	for _, f := range list {
		if lang, ok := f.params["language"].(string); ok {
			if seen[lang] {
				continue
			}
			seen[lang] = true
		}
		out = append(out, f)
	}
	return out
}

// spoken tells whether a name stands for a language somebody should know.
func (r *reader) spoken(s *sentence, n lexicon.LanguageName) bool {
	t := s.Text
	if !languageWords.MatchString(t) && !(s.label != nil || len(strings.Fields(t)) <= 4) {
		return false
	}
	before, after := t[:n.Start], t[n.End:]
	// "L'État français", "the French government", "droit français": an adjective.
	if m := adjectiveOf.FindString(before); m != "" && !strings.HasSuffix(m, "langue ") {
		return false
	}
	if nounAfter.MatchString(after) {
		return false
	}
	if n.Homograph && !languageWords.MatchString(before) && len(strings.Fields(t)) > 8 {
		return false
	}
	return !notSpoken.MatchString(before)
}

var (
	adjectiveOf = text.MustPattern(`(?:etat|droit|gouvernement|territoire|ministere|administration|police|marche|public|systeme|langue|universite|code|nationalite|association|ambassade|armee|law|citoyen|passeport|residence|langage de programmation|secteur|cooperation|institut|alliance|centre|croix-rouge|agence|entreprises?|societe|permis|frontiere|littoral|equipe|partenaires?) $`)
	nounAfter   = text.MustPattern(`^ (?:government|citizen\w*|national\w*|law|ministry|police|embassy|army|council|passport|company|companies|market|authorit\w+|red cross|cuisine|agency|institute|channel|ngo|association|republic|people|and european|speaking (?:countr|region|west|africa)|territor\w+|citizenship|residency|development|language teacher|channel)\b`)
)

// alternative tells whether language j and the next are two of which one is enough.
func alternative(t string, kept []lexicon.LanguageName, j int) bool {
	between := t[kept[j].End:kept[j+1].Start]
	if orWord.MatchString(between) {
		return levelIn(between, true) == "" || strings.Contains(between, " ou ") || strings.Contains(between, " or ")
	}
	// In "anglais, espagnol ou arabe" the last "ou" speaks of all.
	if strings.Trim(between, " ,") == "" && j+2 < len(kept) {
		return alternative(t, kept, j+1)
	}
	return false
}

// cutAfter is where the words about a language end, before those of the next: at a comma or
// a small word.
func cutAfter(s string) int {
	for _, sep := range []string{";", ", ", " et ", " and ", " ou ", " or ", " ainsi que ", " as well as "} {
		if i := strings.Index(s, sep); i >= 0 {
			s = s[:i]
		}
	}
	return len(s)
}

func cutBefore(s string) int {
	at := 0
	for _, sep := range []string{";", ",", " et ", " and ", " ou ", " or ", " ainsi que ", " as well as ", ")"} {
		if i := strings.LastIndex(s, sep); i >= 0 && i+len(sep) > at {
			at = i + len(sep)
		}
	}
	return at
}

// claimed tells of words behind a language that speak of what follows them.
func claimed(after string) bool { return strings.HasPrefix(strings.TrimSpace(after), "(si") }

// joinedBy tells whether two languages stand in one list.
func joinedBy(between string) bool {
	between = strings.TrimSpace(between)
	for _, small := range []string{"et", "and", "ou", "or", "/", "&", ",", "et de l'", "et du", "et d'", "et en", "et le", "et l'", "and in", ", de l'", ", du", ", l'", ", le", "et de", "ou de l'", "ou du", "ou l'", "ou le", "-", "ainsi que du", "ainsi que de l'", "as well as", ", and", ", or", "et la", "and/or", "et/ou", "de l'", "l'", "comme en", "et/ou de l'", "au"} {
		if between == small {
			return true
		}
	}
	return false
}

// extend is where the words before a language begin: behind the last comma or small word.
func extend(t string, start int) int {
	return cutBefore(t[:start])
}

// levelIn is the level words state, empty when they state none.
func levelIn(s string, after bool) string {
	if s == "" {
		return ""
	}
	for _, w := range levelWords {
		m := w.pattern.FindStringIndex(s)
		if m == nil {
			continue
		}
		if w.level == "" {
			return strings.ToUpper(s[m[0]:m[1]])
		}
		if w.level == "B2" && after && s[m[0]:m[1]] == "bien" {
			continue
		}
		return w.level
	}
	return ""
}

func firstOf(list []string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func addOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// language makes the criterion for one language or any of several.
func (r *reader) language(s *sentence, codes []string, level string) found {
	f := found{kind: "language", id: languageID(codes)}
	if level == "" {
		level = r.assumedLevel(s, codes)
		f.flag("language.level_assumed")
	}
	if len(codes) == 1 {
		f.set("language", codes[0])
	} else {
		f.set("any_of", codes)
	}
	f.set("min_level", level)
	f.fr, f.en = languageStatement(codes, level)
	return f
}

// assumedLevel stands in for a level the notice does not state, so that a person only has
// to correct it: any level of a local language or of a list, a working level of others.
func (r *reader) assumedLevel(s *sentence, codes []string) string {
	if len(codes) > 1 && otherLanguage.MatchString(s.Text) || strings.Contains(s.Text, "local") {
		return "A1"
	}
	wide := codes[0] == "fr" || codes[0] == "en"
	asset := s.importance == "asset"
	for _, c := range s.cues {
		asset = asset || c.importance == "asset"
	}
	switch {
	case wide && asset:
		return "B1"
	case wide:
		return "B2"
	case asset:
		return "A1"
	}
	return "B1"
}
