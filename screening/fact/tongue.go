package fact

import (
	"strings"
	"unicode"
)

// stopWords are short words that give a language away; words of two languages are left out.
var stopWords = map[string][]string{
	"fr": {"le", "les", "des", "une", "est", "et", "dans", "pour", "avec", "sur", "au", "aux", "mon", "ma", "mes", "je", "vous", "nous", "qui", "que", "ai", "suis", "du", "sont", "ces", "cette", "par", "ou", "ont", "leur", "depuis", "chez", "votre", "vos", "en", "à", "d'un", "d'une", "l'équipe", "gestion", "formation", "langues", "expérience", "compétences", "été"},
	"en": {"the", "of", "and", "for", "with", "in", "to", "is", "was", "are", "my", "your", "from", "at", "on", "by", "have", "has", "been", "which", "this", "that", "as", "work", "experience", "skills", "education", "languages", "university", "team", "i", "you", "an", "would", "will"},
	"es": {"el", "los", "las", "una", "del", "y", "con", "para", "por", "mi", "que", "en", "soy", "he", "como", "su", "sus", "más", "experiencia", "formación", "idiomas", "universidad", "trabajo", "al", "es", "años"},
	"pt": {"o", "os", "as", "uma", "do", "da", "dos", "das", "em", "com", "para", "por", "meu", "minha", "não", "são", "experiência", "formação", "línguas", "universidade", "trabalho", "ao", "e", "anos", "no", "na"},
	"it": {"il", "gli", "una", "del", "della", "di", "e", "con", "per", "nel", "sono", "che", "esperienza", "lingue", "università", "lavoro", "presso", "alla", "anni"},
	"de": {"der", "die", "das", "und", "mit", "für", "von", "ich", "bei", "ein", "eine", "zu", "im", "ist", "sprachen", "berufserfahrung", "ausbildung", "auf"},
}

var tongues = []string{"fr", "en", "es", "pt", "it", "de"}

// readTongue tells the language the document is written in.
func readTongue(v *View, f *Facts) { f.Language = v.tongue() }

// tongue is the language the document is written in, or nothing: at least a dozen words must
// speak for it, and clearly more than for any other.
func (v *View) tongue() string {
	if v.spoken == nil {
		t := tongueOf(v.Lines)
		v.spoken = &t
	}
	return *v.spoken
}

// stopsOf are the tongues a short word speaks for.
var stopsOf = func() map[string][]string {
	out := map[string][]string{}
	for _, t := range tongues {
		for _, w := range stopWords[t] {
			out[w] = append(out[w], t)
		}
	}
	return out
}()

func tongueOf(lines []Line) string {
	best, sure := leaning(lines)
	if !sure {
		return ""
	}
	return best
}

// leaning is the language most short words speak for, and whether that settles it; empty
// when none speaks.
func leaning(lines []Line) (best string, sure bool) {
	count := map[string]int{}
	words := 0
	arabic, letters := 0, 0
	for _, l := range lines {
		if l.Skip {
			continue
		}
		for _, r := range l.Raw {
			if unicode.IsLetter(r) {
				letters++
				if unicode.Is(unicode.Arabic, r) {
					arabic++
				}
			}
		}
		for w := range strings.FieldsSeq(strings.ToLower(strings.ReplaceAll(l.Raw, "’", "'"))) {
			w = strings.Trim(w, ".,;:!?()\"«»•-–—")
			words++
			for _, t := range stopsOf[w] {
				count[t]++
			}
			for _, elided := range []string{"l'", "d'", "j'", "qu'", "n'", "s'", "c'", "m'"} {
				if strings.HasPrefix(w, elided) && len(w) > 3 {
					count["fr"]++
				}
			}
		}
	}
	if letters > 40 && arabic*2 > letters {
		return "ar", true
	}
	second := 0
	for _, t := range tongues {
		if best == "" || count[t] > count[best] {
			best = t
		}
	}
	for _, t := range tongues {
		if t != best {
			second = max(second, count[t])
		}
	}
	if count[best] == 0 {
		return "", false
	}
	return best, words >= 12 && count[best] >= 5 && count[best]*2 >= second*3 && count[best]*20 >= words
}
