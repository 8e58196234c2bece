package notice

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

// organisationFromProse takes what stands before "recrute" or after "à propos de".
func (r *reader) organisationFromProse() {
	if r.organisationAlone() {
		return
	}
	for i := range r.sentences {
		if i > 40 {
			return
		}
		s := &r.sentences[i]
		t := s.Text
		at, end := 0, -1
		if m := recruitVerb.FindStringIndex(t); m != nil && m[0] > 1 && m[0] < 90 {
			end = m[0]
			if j := strings.IndexAny(t[:end], ",("); j > 2 {
				end = j
			}
		} else if m := isOrg.FindStringSubmatchIndex(t); m != nil {
			end = m[3]
		} else if m := aboutOrg.FindStringSubmatchIndex(t); m != nil {
			at, end = m[2], m[3]
		}
		if end <= at {
			continue
		}
		for _, lead := range []string{"l'association ", "l'organisation ", "association ", "the organisation ", "the organization ", "l'ong ", "the ngo ", "the ", "la ", "le ", "l'", "chez ", "at ", "our client, ", "notre client, "} {
			if strings.HasPrefix(t[at:end], lead) && (strings.HasPrefix(lead, "la ") || strings.HasPrefix(lead, "le ") || lead == "l'" || strings.HasPrefix(lead, "the ") && len(lead) == 4) {
				// An article may belong to the name; the name is what has capitals.
				continue
			}
			if strings.HasPrefix(t[at:end], lead) {
				if first, _ := utf8.DecodeRuneInString(r.words(s.Folded, at+len(lead), end)); unicode.IsUpper(first) {
					at += len(lead)
				}
				break
			}
		}
		name := strings.Trim(r.words(s.Folded, at, end), " :–-,.*«»\"#")
		name = articles.ReplaceAllString(name, "")
		first, _ := utf8.DecodeRuneInString(name)
		if !unicode.IsUpper(first) || len(strings.Fields(name)) > 10 || pronoun.MatchString(text.String(name)) {
			continue
		}
		r.draft.Organisation = name
		r.draft.Sources["organisation"] = r.source(s.Folded, at, end)
		r.cover(s, "organisation")
		return
	}
}

// organisationAlone reads a name that stands in capitals at the very top, one with a legal
// form, or the subject of the sentence that presents the employer.
func (r *reader) organisationAlone() bool {
	set := func(s *sentence, name string) bool {
		name = articles.ReplaceAllString(strings.Trim(name, " ,.–-:()\""), "")
		folded := text.String(name)
		if len(name) < 3 || len(strings.Fields(name)) > 9 || pronoun.MatchString(folded) || generic.MatchString(folded) {
			return false
		}
		r.draft.Organisation = name
		r.draft.Sources["organisation"] = r.cite(s)
		r.cover(s, "organisation")
		return true
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		raw := r.words(s.Folded, 0, len(s.Text))
		if i < 3 && s.heading && shouted(raw) && len(strings.Fields(raw)) <= 5 && !jobWord.MatchString(s.Text) && !generic.MatchString(strings.Trim(s.Text, " .:!")) && set(s, raw) {
			return true
		}
		if i > 1 {
			break
		}
	}
	for i := range r.sentences {
		if i > 30 {
			break
		}
		s := &r.sentences[i]
		if s.zone == ZoneProfile || s.zone == ZoneDuties {
			continue
		}
		raw := r.words(s.Folded, 0, len(s.Text))
		if m := legalForm.FindString(raw); m != "" && set(s, m) {
			return true
		}
		if m := presents.FindStringSubmatch(raw); m != nil && !jobWord.MatchString(text.String(m[1])) && set(s, m[1]) {
			return true
		}
	}
	return false
}

var (
	legalForm = regexp.MustCompile(`\b(?:University of \p{Lu}[\p{L}-]+|(?:\p{Lu}[\p{L}'’&-]+ ){1,3}(?:University|Council|Foundation|Hospital|Institute|Trust|College|Charity|Borough)\b|Universit[ée] (?:de |d['’])?\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)*|(?:Ville|Commune|Mairie|D[ée]partement|R[ée]gion|M[ée]tropole|Communaut[ée] de communes) (?:de |d['’]|du |des )?\p{Lu}[\p{L}'’-]+|(?:Fondation|Institut|Association|Centre hospitalier|CHU|Coop[ée]rative|Agence|Cabinet|Laboratoire|Minist[èe]re) (?:de |d['’]|du |des |de la |l['’])?\p{Lu}[\p{L}'’&-]+(?: (?:\p{Lu}[\p{L}'’&-]+|et|de|du|des|la|pour))*|(?:\p{Lu}[\p{L}0-9'’&-]+,? (?:& |and |et |de )?){1,5}(?:Ltd|Limited|GmbH|SA|SARL|SAS|Inc|LLC|LLP|CIC|plc|SCOP|NGO|ONG|eG)\b)`)
	presents  = regexp.MustCompile(`^((?:(?:L['’]|La |Le |Les |The )?\p{Lu}[\p{L}0-9'’&.-]*(?: (?:\p{Lu}[\p{L}0-9'’&.-]*|et|and|of|de|du|des|d['’]\p{Lu}[\p{L}]*|for|pour|la|the|&))*))(?:,? \([^)]{2,40}\))?,? (?:appuie|accompagne|agit|intervient|soutient|défend|lutte|œuvre|oeuvre|travaille|mène|conçoit|développe|gère|produit|emploie|regroupe|rassemble|accueille|est (?:une?|l['’]|le|la)|a été|is an?|is the|works|supports|makes|helps|provides|runs|fights|protects|delivers|builds|designs|publishes|operates|has been|was founded|campaigns)\b`)
)

var (
	recruitVerb = text.MustPattern(`,? (?:recrute(?:nt)?|recherche|cherche|embauche|est (?:actuellement )?(?:a la recherche|en recherche)|souhaite (?:recruter|accueillir)|lance|propose|procede|is (?:currently |now )?(?:looking|seeking|recruiting|hiring|searching|inviting)|seeks|invites|wishes to|has an opening|offers an?|accueille|ouvre)\b`)
	isOrg       = text.MustPattern(`^((?:l'|le |la |the )?[\pL0-9'&. -]{2,70}?)(?: \([^)]{1,60}\))?,? (?:est (?:une?|l'|le|la) (?:\w+ )?(?:ong|organisation|association|entreprise|fondation|agence|etablissement|collectivite|cabinet|societe|institution|cooperative|reseau|commune|collectif|organisme|universite|federation|groupe|start-?up|bureau|federation|centre|mutuelle)|is (?:an?|the) (?:[\w-]+ ){0,5}(?:ngo|organi[sz]ation|charity|company|foundation|agency|university|institute|consultancy|firm|network|start-?up|federation|cooperative|group|association|think tank|trust|council|centre|center))\b`)
	aboutOrg    = text.MustPattern(`^(?:a propos (?:de |d'|du )|presentation (?:de |d'|du |de la |de l')|about |qui est |who is )([\pL0-9'&. -]{2,60}?)(?: \?| :|\.)?$`)
	articles    = regexp.MustCompile(`^(?:[Ll]e |[Ll]a |[Ll]'|[Ll]’|[Ll]es |[Tt]he )`)
	pronoun     = text.MustPattern(`^(?:nous|we|elle|il|it|us|this|cette|ce|notre|our|le projet|the project|projet|poste|the role|you|vous|who|candidat|stagiaire|dans|pour|en|in|for|our|notre|qui|a|le poste|la mission)\b`)
)
