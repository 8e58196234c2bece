package fact

import (
	"strings"

	"dossier/screening/text"
)

// What an applicant repeats from the notice is what the reader asks for, not what the
// applicant can do: "the advert requires fluent Russian", "« Excel exigé », dit votre offre".

const (
	noticeNoun = `(?:announcements?|adverts?|advertisements?|ads?|notices?|vacanc(?:y|ies)|postings?|job (?:descriptions?|offers?|specs?|specifications?)|person specifications?|terms of reference|tors?|calls?(?: for (?:applications|candidates|expressions? of interest))?|offers?|requirements|annonces?|offres?|avis|appels?(?: a candidatures?)?|fiches? de poste|descriptif|description d[eu] poste|termes de reference|tdr|profil (?:recherche|demande|souhaite)|cahier des charges)`
	noticeVerb = `(?:asks?|requires?|says?|mentions?|states?|lists?|calls|wants?|speaks|needs?|demands?|seeks?|insists?|expects?|reads?|describes?|specif(?:y|ies)|includes?|names?|stresses|refers|looks|is looking|demande(?:nt)?|exige(?:nt)?|mentionne(?:nt)?|indique(?:nt)?|precise(?:nt)?|recherche(?:nt)?|requier(?:t|ent)|evoque(?:nt)?|cite(?:nt)?|parle(?:nt)?|liste(?:nt)?|souhaite(?:nt)?|stipule(?:nt)?|dit|disent|attend(?:ent)?|insiste(?:nt)?|prevoi(?:t|ent)|enonce(?:nt)?|decri(?:t|vent)|impose(?:nt)?|suppose(?:nt)?|porte|comporte(?:nt)?|fait etat)`
)

var (
	noticeSays = text.MustPattern(`\b(?:the|your|this|that|votre|vos|cette|cet|ce|la|le|les|l'|l’)[ ']?(?:\pL+ ){0,2}?` + noticeNoun + `\b[^.;:"«]{0,60}?\b` + noticeVerb + `\b`)
	// saidByNotice is the same the other way round: `"Excel required", says the advert`.
	saidByNotice = text.MustPattern(`["»] ?,? ?(?:says|said|reads|states|dit|lit-on dans|selon|according to|as per|ecrivez-vous|dites-vous|demandez-vous|you (?:write|say|ask))\b`)
	// quotedDemand is a demand between quotation marks, whoever makes it.
	quotedDemand = text.MustPattern(`["«][^"»]{0,120}\b(?:required|requise?s?|exigee?s?|demandee?s?|mandatory|essential|souhaitee?s?|desired|desirable|obligatoires?|indispensables?|necessary|necessaires?|imperative?s?)\b[^"»]{0,40}["»]`)
	noticeStems  = []string{"announcement", "advert", " ad ", "notice", "vacanc", "posting", "job ", "specification", "reference", " tor", "call", "offer", "requirements", "annonce", "offre", "avis", "appel", "fiche", "descripti", "tdr", "profil ", "cahier"}
)

// QuotesNotice tells whether a folded sentence repeats what the notice asks for.
func QuotesNotice(s string) bool {
	if strings.ContainsAny(s, `"«»`) && (saidByNotice.MatchString(s) || quotedDemand.MatchString(s)) {
		return true
	}
	for _, stem := range noticeStems {
		if strings.Contains(s, stem) {
			return noticeSays.MatchString(s)
		}
	}
	return false
}
