package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// names is what the pieces of a head name.
type names struct {
	// title is true when a piece names a job.
	title bool
	// employer is true when a piece that is no job names an employer's sector or a place.
	employer bool
	// sector is true when such a piece names the sector, place when any piece names a place.
	sector, place bool
}

// headParts splits a head into the pieces its punctuation parts.
func headParts(head string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(head, func(r rune) bool { return strings.ContainsRune(",;()\n\t|–—[]", r) }) {
		for _, piece := range strings.Split(part, " - ") {
			if piece = strings.TrimSpace(piece); piece != "" {
				out = append(out, piece)
			}
		}
	}
	return out
}

func namesOf(head []string) names {
	var n names
	for _, h := range head {
		for _, piece := range headParts(h) {
			f := text.Fold(piece)
			tokens := lexicon.Tokenize(f.Text)
			raw := func(a, b int) string {
				start, end := f.Span(a, b)
				return piece[start:end]
			}
			places := len(lexicon.PlacesIn(f.Text, tokens, raw)) > 0
			n.place = n.place || places
			if lexicon.IsTitle(f.Text) {
				n.title = true
				continue
			}
			sectors := len(lexicon.Sectors(tokens, raw)) > 0
			n.sector = n.sector || sectors
			n.employer = n.employer || sectors || places
		}
	}
	return n
}

// below takes the lines under the dates that still belong to the head: the job under the
// employer, the employer under the job, the degree under the school. It returns the first
// line of the body. told is true when lines above the dates are in the head already.
func (e *entry) below(v *View, ds []dateLine, told bool, body, stop int, blanks bool) int {
	settled := false
	for body < stop && len(e.spill) == 0 && len(e.head) < 4 {
		d := ds[body]
		line := v.Lines[d.index]
		// A head goes on over a line cut in the middle of a name.
		first, _ := utf8.DecodeRuneInString(line.Raw)
		cut := len(e.head) > 0 && len(e.head) < 3 && unicode.IsLower(first) && continues(v, d.index) && !d.bullet && len(line.Text) < 60
		if !cut && !headLike(v, d) || len(d.dates) > 0 && !within(d.dates, e.dated) {
			break
		}
		if blanks && line.BlankBefore && len(e.head) > 0 {
			break
		}
		if len(e.head) > 0 && !cut {
			head, next := namesOf(e.head), namesOf([]string{line.Raw})
			words := len(strings.Fields(line.Text))
			switch {
			case !head.title && opensWithDegree(line.Raw) && !namesDegree(e.head):
				settled = true
			case words > 9 && !(words < 15 && next.sector && next.place) || len(line.Text) > 95 || settled && !onlyPlace(line.Raw):
				return body
			case natureNote.MatchString(line.Text):
				settled = true
			case tellsDuty(line.Text):
				return body
			case !head.title && next.title:
				settled = true
			case head.employer && (head.place || !next.place):
				return body
			case !head.employer && head.place && !next.sector:
				return body
			case next.employer:
			case told || words > 5:
				return body
			}
		}
		e.head = append(e.head, line.Raw)
		body++
	}
	return body
}

// natureNote is a short line that ends by saying that the job was none: "Comptable (bénévolat)".
var natureNote = text.MustPattern(`\([^()]*(?:\bstage\b|stagiaire|benevol|volunt|intern(?:ship)?\b|traineeship|service civique|civic service|placement)[^()]*\)$`)

// duty finds nouns of doing and verbs that open a task, as no title and few employers do.
var (
	duty    = text.MustPattern(`^(?:suivi|gestion|appui|soutien|mise|tenue|accueil|conseil aux?|controle|encadrement|relev\w+|collecte|achats?|ventes?|veille|visites?|entretiens?|follow-up|support (?:to|for)|design of|\pL+(?:tion|sion|ment|age|ing|ed))s? (?:de|des|du|d'|et|aux?|a|and|of|with|the|to|for|pour|dans|\pL+)\b`)
	notDuty = text.MustPattern(`^(?:association|fondation|foundation|organi[sz]ation|mission|direction|delegation|commission|institution|station|federation|confederation|union|nation|departement|department|gouvernement|government|parlement|etablissement|village|united|save|refugee|restaurant|concern|restauration|administration|nursing|boarding|consulting|batiment|groupement|mouvement|engagement|hebergement|international|secours|world|agence|cooperation|coordination (?:sud|nationale|des ong)|inspection|prefecture|section|division|construction \pL+ (?:sa|sarl)|action|solidarite|education|aid|red|garage|limited|pension|orphelinat|maison)s?\b`)
)

// tellsDuty tells whether a short line is a task rather than a name.
func tellsDuty(folded string) bool {
	return duty.MatchString(folded) && !notDuty.MatchString(folded)
}

// opensWithDegree tells whether a line starts with the name of a degree.
func opensWithDegree(raw string) bool {
	names := degreeNames(raw)
	return len(names) > 0 && names[0].Start < 4
}

// opensWithTitle tells whether the first piece of a line names a job.
func opensWithTitle(raw string) bool {
	parts := headParts(raw)
	return len(parts) > 0 && lexicon.IsTitle(text.String(parts[0]))
}

func namesDegree(head []string) bool {
	for _, h := range head {
		// "Lycée du Delta" is where, and not yet what.
		if opensWithDegree(h) && !schoolName.MatchString(text.String(h)) {
			return true
		}
	}
	return false
}
