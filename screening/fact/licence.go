package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/lexicon"

	"dossier/screening/text"
)

// Licence is a statement about a driving licence.
type Licence struct {
	// Category is like "B"; empty when not written.
	Category string `json:"category,omitempty"`
	// Held is false for "no licence" and for one being prepared.
	Held  bool  `json:"held"`
	Where Where `json:"where"`
}

var (
	licenceWord    = text.MustPattern(`\b(?:permis(?: de conduire)?(?: (?:national|international|voiture|auto|europeen|francais|civil|valide|en cours de validite))*|driv(?:ing|er'?s?|ers'?) (?:licen[cs]e|permit)s?|licence de conduire|licen[cs]e to drive)\b`)
	otherPermit    = text.MustPattern(`^permis (?:de (?:travail|sejour|construire|residence|chasse|pêche|peche|port|resident|exploitation|recherche)|bateau|cotier|hauturier|moto\b|cariste|caces|d')`)
	categories     = text.MustPattern(`^[\s:(\[-]*(?:(?:cars?|voitures?|autos?|vehicules? legers?|automobile)[\s:(-]+)?(?:de |en |of |la |le )?(?:categor(?:y|ies|ie)s?|cat\.?|class(?:e|es)?|type|types)?[\s:(-]*((?:[abcd][1e]?|am|be|ce|de|vl|pl)(?:(?:\s?[,/+&;]\s?|\s(?:et|and|ainsi que)\s)(?:categor(?:y|ie)s? |cat\.? )?(?:[abcd][1e]?|be|ce|de|vl|pl))*)(?:[^\pL\d]|$)`)
	categoryBefore = text.MustPattern(`(?:categor(?:y|ie)|class(?:e)?|cat\.?) ([abcd][1e]?)(?:[^\pL\d].{0,12})?$`)
	categoryWord   = text.MustPattern(`\b(?:categor(?:y|ie)s?|cat\.|class(?:e|es)?) `)
	noLicence      = text.MustPattern(`\b(?:pas (?:encore )?(?:de|le|du|titulaire du|detenteur du|possede (?:de|le))|sans|aucun|non titulaire d[eu]|n'ai pas(?: encore)?(?: (?:le|de))?|ne (?:possede|detiens|dispose)\w* pas(?: (?:encore|de|du|le))*|no|without(?: a)?|not (?:yet )?(?:hold|have)(?: an?| any)?|do(?:es)? not (?:yet )?(?:hold|have)(?: an?| any| my)?|don't (?:yet )?(?:hold|have)(?: an?| any| my)?)\s(?:\w+ ){0,2}$`)
	preparing      = text.MustPattern(`\b(?:en cours(?: de (?:passage|preparation|obtention|validation|formation))?|en preparation|en (?:cours d')?apprentissage|en formation|prevue?s?|bientot|prepar(?:e|ation|ing)|in progress|being prepared|learning|learner'?s?|provisional|expected|planned|ongoing|inscrite? (?:au|a)|code (?:obtenu|en poche)|a passer|passage prevu|d'ici|suspendu|retire|annule|not yet|pas encore)\b|^[\s:(]*(?:non|aucun|no|none|neant)\s*(?:$|\))`)
	validFor       = text.MustPattern(`en cours de validite|en cours de validation europeenne`)
	beforePrep     = text.MustPattern(`\b(?:je (?:passe|prepare|vais passer|passerai)|prepar\w+|passage|formation|inscrite? (?:au|a la preparation)|preparing(?: for)?|learning|obtention(?: prevue)?|provisional|learner'?s?|taking)\s(?:\w+'? ?){0,3}$`)
)

// licenceAlone is a line about nothing else, wherever reading order has put it.
var licenceAlone = text.MustPattern(`^[^\pL\d]{0,4}(?:titulaire du |holder of (?:a )?)?(?:permis|driv\w+ licen[cs]e)(?: de conduire)?[^.]{0,60}$`)

// readLicences reads what is said of a driving licence.
func readLicences(v *View, f *Facts) {
	for i, l := range v.Lines {
		if l.Skip || v.Sections[l.Section].Is(lexicon.Experience, lexicon.Internships, lexicon.References) && !firstPerson.MatchString(l.Text) && !licenceAlone.MatchString(l.Text) {
			continue
		}
		section := v.Sections[l.Section]
		found := false
		mentions := licenceWord.FindAllStringIndex(l.Text, maxMentions)
		if len(mentions) > 0 && (announced.MatchString(l.Text) || QuotesNotice(l.Text) || addressedToSoftware(l.Text)) {
			continue
		}
		for _, m := range mentions {
			if otherPermit.MatchString(window(l.Text, m[0], m[0]+60)) {
				continue
			}
			found = true
			f.Licences = append(f.Licences, licenceAt(v, i, m[0], m[1])...)
		}
		// Under a heading "Permis" the category stands alone.
		if !found && section.Is(lexicon.LicenceSection) && !l.Heading {
			at := l.Label
			if m := categoryWord.FindStringIndex(l.Text); m != nil && m[0] >= at {
				at = m[0]
			}
			if cats, end := categoriesAt(v, i, at); len(cats) > 0 {
				held := !preparing.MatchString(l.Text[end:]) || validFor.MatchString(l.Text)
				for _, c := range cats {
					f.Licences = append(f.Licences, Licence{Category: c, Held: held, Where: v.where(i, 0, len(l.Text), "licence.heading")})
				}
			}
		}
	}
}

// maxMentions bounds what is read on one line; a line that says it more often is no CV's.
const maxMentions = 8

// window is s from start to end, cut to what there is.
func window(s string, start, end int) string { return s[max(start, 0):min(end, len(s))] }

// licenceAt reads the statement around the word at a..b of line i.
func licenceAt(v *View, i, a, b int) []Licence {
	l := v.Lines[i]
	cats, end := categoriesAt(v, i, b)
	if len(cats) == 0 {
		end = b
		near := max(a-60, 0)
		if m := categoryBefore.FindStringSubmatchIndex(l.Text[near:a]); m != nil {
			cats = []string{strings.ToUpper(l.Text[near+m[2] : near+m[3]])}
			a = near + m[0]
		}
	}
	tail := window(l.Text, end, end+120)
	tail = sameTopic(tail)
	held := true
	from := a
	near := max(a-80, 0)
	for _, re := range []*text.Pattern{noLicence, beforePrep} {
		if m := re.FindStringIndex(l.Text[near:a]); m != nil {
			held, from = false, near+m[0]
		}
	}
	stop := end
	if m := preparing.FindStringIndex(tail); m != nil && m[0] < 30 && !validFor.MatchString(tail) {
		held, stop = false, end+m[1]
	}
	where := v.where(i, from, stop, "licence.word")
	if len(cats) == 0 {
		return []Licence{{Held: held, Where: where}}
	}
	var out []Licence
	for _, c := range cats {
		out = append(out, Licence{Category: c, Held: held, Where: where})
	}
	return out
}

// sameTopic cuts what follows a licence where another topic begins: "permis B, en cours"
// still speaks of it, "permis B, disponible en mars" does not.
func sameTopic(tail string) string {
	m := topicEnd.FindStringIndex(tail)
	if m == nil {
		return tail
	}
	if at := preparing.FindStringIndex(tail[m[1]:]); at != nil && at[0] == 0 && strings.ContainsAny(tail[m[0]:m[1]], ",-") {
		return tail
	}
	return tail[:m[0]]
}

var topicEnd = text.MustPattern(`[.;|•]\s*|,\s*|\s-\s|\s(?:et|and)\s`)

// categoriesAt reads the categories behind byte at of line i, written in capitals.
func categoriesAt(v *View, i, at int) ([]string, int) {
	l := v.Lines[i]
	m := categories.FindStringSubmatchIndex(window(l.Text, at, at+80))
	if m == nil {
		return nil, at
	}
	a, b := at+m[2], at+m[3]
	if r, _ := utf8.DecodeRuneInString(v.Quote(l.At(a, b))); !unicode.IsUpper(r) {
		return nil, at
	}
	var out []string
	for _, w := range strings.FieldsFunc(l.Text[a:b], func(r rune) bool { return strings.ContainsRune(" ,/+&;", r) }) {
		switch w {
		case "et", "and", "ainsi", "que", "categorie", "category", "cat", "cat.":
		case "vl":
			out = append(out, "B")
		case "pl":
			out = append(out, "C")
		default:
			out = append(out, strings.ToUpper(w))
		}
	}
	return out, b
}
