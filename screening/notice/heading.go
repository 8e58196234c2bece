package notice

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening"
	"dossier/screening/text"
)

//go:embed data/headings.tsv
var headingsTSV string

// heading is a line that names what stands below it.
type heading struct {
	zone       Zone
	importance screening.Importance
	// known is false for a line that looks like a heading and whose words say nothing.
	known bool
	// rank is how loud it is: the level of a Markdown heading, 7 for bold or capitals, 8
	// for others.
	rank int
	// list is true for a sentence that introduces the items below it and no more.
	list bool
	// pick is how many of the items below are enough, 0 when all are asked for.
	pick int
}

type headingRow struct {
	zone       Zone
	importance screening.Importance
	whole      *text.Pattern
	tests      []string
}

// headingRows are tried in order; the first that fits wins.
var headingRows = loadHeadings()

func loadHeadings() []headingRow {
	var out []headingRow
	for n, line := range strings.Split(headingsTSV, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 4 {
			panic(fmt.Sprintf("notice headings, line %d: want zone, importance, expressions and tests separated by tabs", n+1))
		}
		out = append(out, headingRow{Zone(c[0]), screening.Importance(c[1]),
			text.MustPattern(`^(?:` + strings.ReplaceAll(c[2], " | ", "|") + `)$`), strings.Split(c[3], "|")})
	}
	return out
}

// lookup finds the row for the words of a heading, without marks around them.
func lookup(words string) (headingRow, bool) {
	words = strings.Trim(numbering.ReplaceAllString(words, ""), " .:?!…-–—\"'*>")
	if words == "" || len(words) > 110 {
		return headingRow{}, false
	}
	for _, r := range headingRows {
		if r.whole.MatchString(words) {
			return r, true
		}
	}
	// Of "Profil et expérience (obligatoire)" the bracket says how much it matters.
	if i := strings.IndexByte(words, '('); i > 3 && strings.HasSuffix(words, ")") {
		if r, ok := lookup(words[:i]); ok {
			if in, ok := lookup(words[i+1 : len(words)-1]); ok && in.importance != "" {
				r.importance = in.importance
			} else if imp := loneCue(words[i+1 : len(words)-1]); imp != "" {
				r.importance = imp
			}
			return r, true
		}
	}
	// "Profil recherché / Qualifications", "Missions et responsabilités"
	for _, sep := range []string{" / ", " - ", " & ", " : ", ", ", " et ", " and "} {
		a, b, ok := strings.Cut(words, sep)
		if !ok {
			continue
		}
		ra, oka := lookup(a)
		rb, okb := lookup(b)
		if oka && okb {
			if ra.importance == "" {
				ra.importance = rb.importance
			}
			return ra, true
		}
		if oka && sep != ", " && sep != " et " && sep != " and " && len(strings.Fields(b)) <= 6 {
			return ra, true
		}
	}
	return headingRow{}, false
}

var (
	introProfile = text.MustPattern(`(?:le|la|les|l'|chaque|tout) (?:candidat|candidate|candidats|postulant|personne|titulaire|stagiaire|stagiaires|expert|experts|consultant|profil|candidature)[^.;:]{0,60}(?:doit|doivent|devra|devront|devrait|devraient|possede|aura|dispose|justifie|presente|repond|remplit|remplira|est|soit)\b[^.;]{0,60}:?$|\bvous (?:etes|avez|possedez|disposez|justifiez|devez|maitrisez|faites preuve|presentez|repondez|remplissez)\b[^.;]{0,60}:?$|\b(?:candidats?|etudiants?|personnes?|diplomes?|talentueux|profils?)(?: [\w']+){0,6} (?:qui|ayant|devant|remplissant|repondant|suivants?)(?: aux? [\w ]{0,40})? ?:?$|\b(?:applicants?|candidates?|the (?:ideal|successful) candidate|you|interns?|the consultant|individuals?|people|someone|the post ?holder)(?: [\w']+){0,3} (?:must|should|will have|shall have|needs? to|are expected to have|is expected to have|are required to|have|who|possess|meet)\b[^.;]{0,60}:?$|\b(?:we(?:'re| are) (?:looking for|seeking)|nous recherchons|nous cherchons|requirements? (?:are|include)|criteres? suivants?|conditions? suivantes?|following (?:requirements|criteria|qualifications|conditions|profile|skills))\b[^.;]{0,60}:?$|(?:connaissances?|competences?|qualites?|experiences?|diplomes?|skills|qualifications|knowledge|experience|certificates?|tools|outils|logiciels|langues|languages|domaines|areas|fields|criteria|criteres)(?: [\w']+){0,3} (?:suivante?s?|ci-dessous|following|below|required|requise?s?)(?: [\w']+){0,3} ?:?$|\b(?:at least|au moins|minimum of|any)(?: \(?\d\)?)? ?\w* (?:of the following|des (?:\w+ )?(?:[\w]+ )?suivante?s?|parmi)\b[^.;]{0,60}:?$`)
	introDuties  = text.MustPattern(`\b(?:vous (?:serez|aurez|participerez|contribuerez|assurerez|apporterez|appuierez|interviendrez|travaillerez)|(?:vos|ses|les) (?:missions?|taches?|responsabilites?)|sera (?:notamment )?charge|aura pour (?:missions?|taches?|role)|aura la charge|participera|contribuera|assurera|il s'agira|il s'agit|consistera|contribuer a|contribuera|you will(?: be)?|will (?:be (?:responsible|expected to|in charge|required to)|include|support|work|assist|lead|contribute|help|undertake|perform)|responsible for|(?:duties|tasks|responsibilities|role)(?: will)? (?:include|are|is))\b[^.;]{0,60}:?$`)
	introApply   = text.MustPattern(`(?:dossier|candidature|pieces?|documents?|application|applications|applicants?)\b.{0,60}(?:compos|compren|comport|constitu|contenir|contien|suivant|include|contain|consist|following|submit|send|fournir|joindre|envoyer|transmettre|adresser|comprises?)[^.;]{0,40}:?$|(?:please (?:submit|send|include|provide|attach)|merci (?:de|d')|veuillez|to apply,? (?:please )?(?:send|submit)|pour postuler)[^.;]{0,70}:?$`)
	introAsset   = text.MustPattern(`(?:un plus|un atout|des atouts|apprecie|valorise|souhait|bienvenu|desirable|preferred|advantage|asset|ideal(?:ly|ement)|preference|bonus|nice to have|not essential)`)
	introNeed    = text.MustPattern(`(?:indispensable|exige|requis|obligatoire|imperati|necessaire|essential|required|mandatory|must\b|doit|doivent|devra|devez)`)
	pickOf       = text.MustPattern(`\b(?:at least|au moins|minimum(?: of)?|any) \(?(\d|un|une|one|two|deux|three|trois)\)?\b.{0,30}\b(?:following|suivante?s?|parmi|below|ci-dessous|of these)`)
)

// factLabel is a line of a fact sheet: what stands before the colon names a field of the
// vacancy and no part of the text.
var factLabel = text.MustPattern(`^(?:intitule|titre|poste|fonction|emploi|job title|title|position|post|role|vacancy|job|offre|recrutement|reference|ref|code|n° d'offre|numero|vacancy (?:number|no|n°|ref)|lieu|localisation|location|duty station|place|ville|pays|country|affectation|residence administrative|base|duree|duration|length|date|debut|start|prise de (?:fonction|poste)|starting|entree en fonction|salaire|salary|gratification|remuneration|indemnite|pay|grade|categorie|contrat|contract|type|statut|hours|horaires|temps|organisation|organization|employeur|employer|structure|organisme|service|department|departement|direction|supervision|superviseur|sous la supervision|sous la responsabilite|reports? to|reporting to|supervisor|line manager|rattachement|personnes a charge|closing|deadline|date limite|cloture|limite|contact|e-?mail|courriel|mail|adresse|address|tel|telephone|phone|site|website|web|publication|published|posted|date de publication|number of|nombre de|nombre|secteur|sector|budget|interview|entretien|jury)\b`)

// headingOf tells whether line i is a heading. It looks at its shape as much as its words.
func headingOf(lines []line, i int) *heading {
	l := lines[i]
	t := strings.TrimRight(l.body.Text, " ")
	if t == "" || len(t) > 160 || l.column > 0 {
		return nil
	}
	colon := strings.HasSuffix(t, ":")
	words := len(strings.Fields(t))
	h := &heading{rank: 8}
	switch {
	case l.marks > 0:
		h.rank = l.marks
	case l.bold, shouted(l.Raw) && words <= 10:
		h.rank = 7
	}
	marked := h.rank < 8
	if colon || marked || words <= 9 && !strings.HasSuffix(t, ".") && !strings.HasSuffix(t, ";") && !strings.HasSuffix(t, ",") {
		if r, ok := lookup(t); ok && (!l.bullet || colon || l.bold || numbered(l)) && (marked || colon || strings.HasSuffix(t, "?") || alone(lines, i)) {
			h.zone, h.importance, h.known = r.zone, r.importance, true
			return h
		}
	}
	if colon && listBelow(lines, i) {
		switch {
		case introApply.MatchString(t) && !introProfileStrict(t):
			h.zone, h.known, h.list = ZoneApply, true, true
		case introDuties.MatchString(t) && !introProfileStrict(t):
			h.zone, h.known, h.list = ZoneDuties, true, true
		case introProfile.MatchString(t), introAsset.MatchString(t):
			h.zone, h.known, h.list = ZoneProfile, true, true
			if m := pickOf.FindStringSubmatch(t); m != nil {
				h.pick = number(m[1])
			}
		default:
			if marked || words <= 10 && !l.bullet {
				return &heading{rank: h.rank, list: !marked && words > 4}
			}
			return nil
		}
		switch {
		case introAsset.MatchString(t):
			h.importance = screening.Asset
		case introNeed.MatchString(t):
			h.importance = screening.Required
		}
		if h.pick > 0 {
			h.importance = ""
			if imp := loneCue(t); imp != "" {
				h.importance = imp
			}
		}
		return h
	}
	if l.marks > 0 || l.bold && words <= 12 && !strings.HasSuffix(t, ".") && !l.bullet {
		return h
	}
	if shouted(l.Raw) && words <= 9 && words >= 1 && !l.bullet && len(t) > 3 && !strings.ContainsAny(t, "@0123456789") {
		return h
	}
	if l.column == 0 && i+1 < len(lines) && lines[i+1].column > 0 && words <= 4 {
		// The first cell of a row names what the others say.
		return h
	}
	if unnamed(lines, i, words) {
		return h
	}
	return nil
}

// introProfileStrict keeps "vous serez titulaire" out of the duties.
func introProfileStrict(t string) bool {
	return strings.Contains(t, "titulaire") || strings.Contains(t, "candidats doivent") || strings.Contains(t, "candidates must") || strings.Contains(t, "applicants must have")
}

func numbered(l line) bool { return l.bullet && numbering.MatchString(l.Text) }

// listBelow tells whether the line introduces items or a paragraph of its own.
func listBelow(lines []line, i int) bool { return i+1 < len(lines) }

// alone tells whether a short line stands for itself: it begins with a capital and neither
// the line before it runs into it nor it into the next.
func alone(lines []line, i int) bool {
	l := lines[i]
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(l.Raw, "#*_ \t"))
	if !unicode.IsUpper(first) && !unicode.IsDigit(first) && !unicode.IsSymbol(first) {
		return false
	}
	if i+1 < len(lines) && !lines[i+1].bullet && !lines[i+1].BlankBefore && goesOn(l, lines[i+1]) {
		return false
	}
	if i > 0 && !l.BlankBefore && !lines[i-1].bullet && hanging.MatchString(lines[i-1].body.Text) {
		return false
	}
	return true
}

// unnamed tells whether a short line whose words are no known heading stands like one:
// above a list or a paragraph, after an empty line or the end of a list, without a full stop.
func unnamed(lines []line, i, words int) bool {
	l := lines[i]
	t := l.body.Text
	if l.bullet || words > 8 || words < 1 || strings.ContainsAny(t, "@;,:") || strings.HasSuffix(t, ".") || i+1 >= len(lines) || !alone(lines, i) {
		return false
	}
	if i == 0 || !(l.BlankBefore || lines[i-1].bullet) {
		return false
	}
	next := lines[i+1]
	return next.bullet || next.BlankBefore == false && utf8.RuneCountInString(next.Raw) > 60
}

// zones gives every block the zone and importance it stands in.
func zones(list []block) {
	zone, imp := ZoneHead, screening.Importance("")
	rank := 9
	var intro *heading
	introAt, introIndent := -1, 0
	for i := range list {
		b := &list[i]
		if h := b.head; h != nil {
			switch {
			case h.list && h.known:
				intro, introAt, introIndent = h, i, b.indent
				b.zone, b.importance = h.zone, h.importance
				continue
			case h.known:
				// A heading about how much something matters speaks of the profile it stands in.
				zone, imp, rank = h.zone, h.importance, h.rank
			case h.rank < 8 && h.rank <= rank && zone == ZoneProfile && !h.list:
				zone, imp, rank = ZoneContext, "", h.rank
			}
			intro = nil
			b.zone, b.importance = zone, imp
			continue
		}
		if intro != nil {
			item := b.bullet || b.indent > introIndent || !list[introAt].bullet && !b.blank || introAt == i-1
			// A list without marks ends where a sentence does.
			if item && !(introAt < i-1 && !b.bullet && list[i-1].bullet) {
				b.zone, b.importance, b.listed, b.intro = intro.zone, intro.importance, true, introAt
				if b.importance == "" && intro.zone == zone {
					b.importance = imp
				}
				continue
			}
			intro = nil
		}
		b.zone, b.importance = zone, imp
		label(b)
	}
}

// toApply gives the paragraphs behind the profile that say how to apply to their own zone:
// many notices end with them, without a heading.
func toApplyBlocks(list []block) {
	moved := false
	for i := range list {
		b := &list[i]
		if b.head != nil {
			moved = false
			continue
		}
		if b.zone == ZoneCharter || b.zone == ZoneApply {
			continue
		}
		switch {
		case !b.bullet && applyParagraph.MatchString(b.Text) && (b.zone != ZoneHead || strings.Contains(b.Text, "@") || clearlySend.MatchString(b.Text)) && !introProfile.MatchString(b.Text):
			moved = true
		case b.bullet && !b.listed && b.zone == ZoneProfile:
			if !applyParagraph.MatchString(b.Text) {
				moved = false
			}
		}
		if moved && b.zone != ZoneHead {
			b.zone, b.importance = ZoneApply, ""
		} else if moved && applyParagraph.MatchString(b.Text) {
			b.zone, b.importance = ZoneApply, ""
		}
	}
}

var applyParagraph = text.MustPattern(`\b(?:(?:cv|curriculum|lettre|candidatures?|dossiers?|applications?|resume)\b[^.]{0,90}\b(?:envoy\w+|adress\w+|transmet\w+|parvenir|deposer|deposees?|recues?|soumis\w*|soumett\w+|sent|submitted|send|received|emailed|by e-?mail|before|avant|au plus tard|jusqu)|(?:envoy\w+|adress\w+|transmet\w+|parvenir|deposer|joindre|send|submit|email|e-mail|forward|attach)\b[^.]{0,60}\b(?:cv|curriculum|lettre|candidatures?|dossiers?|applications?|resume|cover)|(?:pour|to) (?:postuler|candidater|apply)\b|merci d'(?:envoyer|adresser)|candidatures? (?:a|:|par)|postulez|apply (?:online|by|via|through|now|here|at)|entretiens? (?:auront|se tiendront|sont|seront)|interviews? (?:will|are))`)

var labelled = regexp.MustCompile(`^([^:.;()]{2,70}?) ?(?::|–|-|—) `)

// label reads "Langues : français courant": the words before the colon name the zone of the
// block alone.
func label(b *block) {
	m := labelled.FindStringSubmatchIndex(b.Text)
	if m == nil {
		return
	}
	words := b.Text[:m[3]]
	if !strings.Contains(b.Text[m[3]:m[1]], ":") && len(strings.Fields(words)) > 4 {
		return
	}
	r, ok := lookup(words)
	if !ok {
		if factLabel.MatchString(words) && b.zone == ZoneHead {
			b.zone = ZoneConditions
		}
		return
	}
	if r.zone == ZoneProfile && b.zone == ZoneProfile {
		if r.importance != "" {
			b.importance = r.importance
		}
	} else if !(r.zone == ZoneDuties && b.zone == ZoneProfile) {
		b.zone, b.importance = r.zone, r.importance
	}
	b.label = &heading{zone: r.zone, importance: r.importance, known: true}
}
