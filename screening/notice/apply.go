package notice

import (
	"net/mail"
	"regexp"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

var (
	address  = regexp.MustCompile(`[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
	link     = regexp.MustCompile(`(?:https?://|www\.)[^\s<>()"'\]]+|\b(?:[a-z0-9-]+\.)+(?:org|com|fr|net|int|eu|example|io|gouv\.fr|ac\.uk|co\.uk)/[^\s<>()"'\]]+`)
	applying = text.MustPattern(`\b(?:candidatures?|candidater|postul\w+|envoy\w+|adress\w+|transmet\w+|soumet\w+|depos\w+|depot|faire parvenir|remplir|parvenir|appl(?:y|ies|ying|ications?)|send|sent|submit\w*|e-?mail(?:ed)?|forward|cv|lettre|dossiers?|resume|cover letter|inscri\w+|register|upload|formulaire|form)\b`)
	asking   = text.MustPattern(`\b(?:questions?|renseignements?|informations? (?:complementaires?|sur|:)|information|(?:plus|more|further|additional) (?:d'informations?|information|details)|informal|enquir\w+|inquir\w+|queries|query|discuss\w*|contact(?:er|ez)? (?:pour|for)|rgpd|gdpr|dpo|donnees personnelles|data protection|reclamation|signaler|report|fraude?|accessib\w+|adjustments?|amenagement\w*|presse|support technique|technical (?:issues|problems|support)|site internet|notre site|visitez|visit|website|en savoir plus|learn more|suivez|follow us|more about)\b`)
	notABox  = regexp.MustCompile(`^(?:questions?|no-?reply|ne-?pas-?repondre|rgpd|dpo|privacy|webmaster|abuse|presse|press|plaintes?|complaints?|fraude?|ethics?|ethique|safeguarding|psea|signalement|donnees|data-?protection|newsletter)`)
)

// addresses finds where applications are to be sent.
func (r *reader) addresses() {
	type box struct {
		address string
		rank    int
		s       *sentence
	}
	var all []box
	for i := range r.sentences {
		s := &r.sentences[i]
		// Addresses are read in the original: folding drops marks they may hold.
		at := r.cite(s)
		for _, m := range address.FindAllStringIndex(strings.ToLower(at.Quote), -1) {
			a := strings.Trim(at.Quote[m[0]:m[1]], ".'-")
			if p, err := mail.ParseAddress(a); err != nil || p.Address != a {
				continue
			}
			a = strings.ToLower(a)
			rank := 1
			near := s.Text
			if i > 0 && strings.HasSuffix(r.sentences[i-1].Text, "?") && r.sentences[i-1].block == s.block {
				near = r.sentences[i-1].Text + " " + near
			}
			ask, send := asking.MatchString(near), applying.MatchString(near)
			switch {
			case notABox.MatchString(a):
				rank = 0
			case send && !ask:
				rank = 3
			case send && ask && s.zone == ZoneApply:
				rank = 2
				if infoBefore(near, a) {
					rank = 1
				}
			case ask:
				rank = 1
			case s.zone == ZoneApply:
				rank = 2
			}
			all = append(all, box{a, rank, s})
		}
	}
	best := 0
	for _, b := range all {
		best = max(best, b.rank)
	}
	seen := map[string]bool{}
	for _, b := range all {
		if b.rank == 0 || b.rank < best || seen[b.address] {
			continue
		}
		// Several boxes that only may be meant: a contact is better than none.
		seen[b.address] = true
		r.draft.Addresses = append(r.draft.Addresses, b.address)
		r.cover(b.s, "addresses")
	}
	if best == 1 && !r.appliesByMail() && r.draft.Portal != "" {
		r.draft.Addresses = nil
	}
}

// infoBefore tells whether the words before an address speak of questions and not of
// applications.
func infoBefore(near, a string) bool {
	i := strings.Index(near, a)
	if i < 0 {
		return false
	}
	ask, send := asking.FindAllStringIndex(near[:i], -1), applying.FindAllStringIndex(near[:i], -1)
	return len(ask) > 0 && (len(send) == 0 || send[len(send)-1][0] < ask[len(ask)-1][0])
}

func (r *reader) appliesByMail() bool {
	for i := range r.sentences {
		if t := r.sentences[i].Text; byMail.MatchString(t) && applying.MatchString(t) {
			return true
		}
	}
	return false
}

var byMail = text.MustPattern(`\b(?:par (?:courrier electronique|e-?mail|mail|courriel)|by e-?mail|via e-?mail)\b`)

// portal finds the link of the form or site to apply on.
func (r *reader) portal() {
	best := 0
	for i := range r.sentences {
		s := &r.sentences[i]
		at := r.cite(s)
		for _, m := range link.FindAllStringIndex(strings.ToLower(at.Quote), -1) {
			url := strings.TrimRight(at.Quote[m[0]:m[1]], ".,;:!?*_")
			rank := 0
			near := s.Text
			if i > 0 {
				// "Postulez sur notre site :" and the link below it
				if p := r.sentences[i-1].Text; len(strings.Fields(near)) <= 3 && (strings.HasSuffix(p, ":") || r.sentences[i-1].heading) {
					near = p + " " + near
				}
			}
			switch {
			case toApply.MatchString(near):
				rank = 3
			case s.zone == ZoneApply && !asking.MatchString(near):
				rank = 2
			case s.zone == ZoneApply && applying.MatchString(near):
				rank = 1
			}
			if rank > best {
				best = rank
				r.draft.Portal = url
				r.draft.Sources["portal"] = at
				r.cover(s, "portal")
			}
		}
	}
}

var toApply = text.MustPattern(`\b(?:postul\w+|candidat(?:er|ez)|candidatures?|appl(?:y|ications?)|submit|deposer|depot|formulaire|form|portal|portail|plateforme|platform|en ligne|online)\b`)

// paper is a document applicants can be asked for.
type paper struct {
	kind    string
	pattern *text.Pattern
	// other documents are for the reader; concern is the code of the legal table they touch.
	other   string
	concern string
}

var papers = []paper{
	{kind: "cv", pattern: text.MustPattern(`\b(?:cvs?|c\.v\.?|curriculum(?: vitae)?|resumes?)\b`)},
	{kind: "cover_letter", pattern: text.MustPattern(`\b(?:lettres? (?:manuscrite )?(?:de (?:motivation|candidature|presentation|couverture)|d'accompagnement|motivee|explicative)|lettre\b(?: de)? motivation|lm\b|courrier de motivation|cover(?:ing)?[- ]letters?|(?:motivation|application|motivational) letters?|letters? (?:of (?:motivation|application|interest|intent)|outlining|explaining|stating|describing|setting out)|personal statement|supporting statement|expression of interest|statement of (?:interest|motivation|purpose)|a letter)\b`)},
	{kind: "cover_letter", pattern: text.MustPattern(`(?:^|[ (,+])lettre(?:$|[ ,)+;.])`)},
	{kind: "diploma", pattern: text.MustPattern(`\b(?:(?:copies? |photocopies? )?(?:certifiees? |legalisees? |conformes? )*(?:des? |du |de vos |de votre |of (?:your |the )?(?:highest |academic |relevant )?)?(?:diplomes?|diplomas?)|attestations? de (?:reussite|diplome)|degree certificates?|(?:academic|educational|university) (?:certificates?|transcripts?|credentials)|(?:copies|copy) of (?:\w+ )?(?:certificates?|degrees?|qualifications?)|releves? de notes|transcripts?)\b`)},
	{kind: "reference_letter", pattern: text.MustPattern(`\b(?:lettres? de (?:recommandations?|references?)|(?:reference|recommendation) letters?|letters? of (?:recommendation|reference))\b`)},
	{other: "portfolio", pattern: text.MustPattern(`\b(?:portfolios?|book (?:creatif|graphique)?|lien vers (?:vos|des) (?:travaux|realisations)|work samples?|samples? of (?:your )?work|exemples? de (?:travaux|realisations|productions))\b`)},
	{other: "writing sample", pattern: text.MustPattern(`\b(?:writing samples?|samples? of (?:your )?writing|echantillons? (?:d'ecrits?|de redaction|de travaux)|exemples? d'(?:ecrits?|articles?)|liste (?:de|des) publications?|list of publications?|publications? list)\b`)},
	{other: "work certificates", pattern: text.MustPattern(`\b(?:certificats? de travail|attestations? (?:de travail|d'emploi|de service|de bonne execution|de stage)|(?:work|employment|service) certificates?|justificatifs? d'experience|certificats? de scolarite|attestation de scolarite|proof of enrol?ment|enrol?ment certificate)\b`)},
	{other: "proposal", pattern: text.MustPattern(`\b(?:offres? (?:technique|financiere)s?(?: et (?:technique|financiere)s?)?|propositions? (?:technique|financiere)s?|note methodologique|projet de recherche|note d'intention|(?:technical|financial) (?:proposals?|offers?)|research (?:proposal|statement|project)|methodology note|teaching statement)\b`)},
	{other: "identity papers", concern: "identity_papers", pattern: text.MustPattern(`\b(?:extraits? (?:d'acte )?de naissance|actes? de naissance|(?:copies? |photocopies? )(?:legalisees? |certifiees? )?(?:de la |de votre |d'une |du |of (?:the |your |a )?)?(?:carte (?:nationale )?d'identite|piece d'identite|passeport|cni|passport|identity card|national id|id card|id)|piece d'identite|birth certificate)\b`)},
	{other: "nationality certificate", concern: "nationality", pattern: text.MustPattern(`\b(?:certificats? de nationalite|nationality certificate|certificate of nationality)\b`)},
	{other: "criminal record", concern: "criminal_record", pattern: text.MustPattern(`\b(?:(?:extraits? (?:de |du )?)?casiers? judiciaires?|police (?:clearance|certificate)|criminal record (?:certificate|extract))\b`)},
	{other: "medical certificate", concern: "health", pattern: text.MustPattern(`\b(?:certificats? (?:medical|medicaux|de (?:visite|sante))|medical certificate)\b`)},
	{other: "moral certificate", concern: "orientation", pattern: text.MustPattern(`\b(?:certificats? de (?:bonne (?:vie|conduite)[\pL' ]*|moralite)|certificate of good (?:conduct|morals?|character))\b`)},
	{other: "photograph", concern: "photo", pattern: text.MustPattern(`\bphoto(?:s|graph|graphs)?(?: d'identite| recentes?| passeport| required)?\b`)},
}

var (
	// sending matches sentences that say what is to be sent.
	sending  = text.MustPattern(`\b(?:envoy\w+|adress\w+|transmet\w+|transmission|soumet\w+|soumission|joindre|joign\w+|fournir|fournissez|deposer|deposez|parvenir|faire acte|candidatures?|candidater|dossiers?|pieces?|composee?s? de|comprenant|comprend\w*|comport\w+|accompagne\w*|constitue\w*|postul\w+|merci d|inclu\w+|produire|send|sent|submit\w*|attach\w*|include|includ\w+|provid\w+|upload\w*|appl(?:y|ies|ying|ications?)|enclos\w+|consist\w*|comprising|email|e-mail|documents?|required|forward|must contain|a copy)\b`)
	optional = text.MustPattern(`\b(?:facultati(?:f|ve)s?|optionnel\w*|optional\w*|le cas echeant|si (?:possible|disponible|vous en avez)|if (?:available|any|possible|applicable)|eventuel\w*|souhaitee?s?|appreciee?s?|not (?:required|mandatory)|pas obligatoire|welcome|bienvenue?|desirable|preferred|may (?:also )?be)\b`)
	without  = text.MustPattern(`\b(?:sans|pas de|no|without|aucune?|ni|not (?:require|need)(?:d)?(?: an?)?|inutile|not necessary to (?:send|attach)(?: an?)?) (?:[\pL-]+ )?$`)
	asPDF    = text.MustPattern(`\b(?:pdf)\b`)
	asWord   = text.MustPattern(`\b(?:word|docx?|rtf)\b`)
	notAsked = text.MustPattern(`\b(?:lecture des|examen des|analyse des|selection (?:sur|des)|etude des|tri des|seul\w* les? (?:cv|candidat)|seront (?:contactes|retenus|conserve)|only shortlisted|shortlist\w*|seules les candidatures|will be (?:kept|reviewed|contacted|assessed|retained|stored)|ne seront pas|incomplet\w*|incomplete|conserves?|en cas d'absence|faute de reponse|sans reponse|review of (?:cvs|applications)|will not be|(?:generated|written) by)\b`)
)

// documents gathers what is to be sent into one criterion for each importance.
func (r *reader) documents() []placed {
	type ask struct {
		s          *sentence
		kinds      []string
		formats    []string
		start, end int
	}
	var must, may *ask
	var out []placed
	take := func(to **ask, s *sentence, kind string, a, b int) {
		if *to == nil {
			*to = &ask{s: s, start: a, end: b}
		}
		if (*to).s == s {
			(*to).end = max((*to).end, b)
		}
		(*to).kinds = addOnce((*to).kinds, kind)
	}
	var formats []string
	others := map[string]bool{}
	for i := range r.sentences {
		s := &r.sentences[i]
		t := s.Text
		if s.heading && !strings.Contains(t, "cv") || notAsked.MatchString(t) && !clearlySend.MatchString(t) {
			continue
		}
		asked := s.zone == ZoneApply && (sending.MatchString(t) || s.listed || s.bullet || len(strings.Fields(t)) <= 14) || s.zone != ZoneDuties && sending.MatchString(t) && clearlySend.MatchString(t)
		if !asked || s.zone == ZoneProfile && !clearlySend.MatchString(t) {
			continue
		}
		any := false
		for _, p := range papers {
			m := p.pattern.FindStringIndex(t)
			if m == nil || without.MatchString(t[:m[0]]) {
				continue
			}
			if p.kind == "cover_letter" && bareLetter.MatchString(t[m[0]:m[1]]) && (!papers[0].pattern.MatchString(t) || otherLetter.MatchString(t[m[1]-1:])) {
				continue
			}
			if p.kind == "diploma" && !sentPaper.MatchString(t) {
				continue
			}
			if p.concern == "photo" && !photoAsked.MatchString(t) {
				continue
			}
			if p.kind != "" {
				any = true
				if s.importance == screening.Asset || optionalHere(t, m[0], m[1]) {
					take(&may, s, p.kind, m[0], m[1])
				} else {
					take(&must, s, p.kind, m[0], m[1])
				}
				continue
			}
			if others[p.other] {
				continue
			}
			others[p.other] = true
			f := found{kind: "judgement", start: m[0], end: m[1], id: p.other, soft: true}
			f.set("topic", r.words(s.Folded, m[0], m[1]))
			f.flag("document.unknown")
			if p.concern != "" {
				f.reasons = append(f.reasons, p.concern)
			}
			if optionalHere(t, m[0], m[1]) {
				f.importance = screening.Asset
			}
			out = append(out, placed{s, f})
		}
		if any {
			if asPDF.MatchString(t) {
				formats = addOnce(formats, "pdf")
			}
			if asPDF.MatchString(t) && asWord.MatchString(t) {
				formats = addOnce(addOnce(formats, "docx"), "doc")
			}
		} else if s.zone == ZoneApply && asPDF.MatchString(t) && formatRule.MatchString(t) && len(formats) == 0 {
			formats = []string{"pdf"}
			if asWord.MatchString(t) {
				formats = append(formats, "docx", "doc")
			}
		}
	}
	add := func(a *ask, imp screening.Importance, id string) {
		if a == nil {
			return
		}
		var kinds []string
		for _, p := range papers {
			for _, k := range a.kinds {
				if k == p.kind && !contains(kinds, k) && !(imp == screening.Asset && must != nil && contains(must.kinds, k)) {
					kinds = append(kinds, k)
				}
			}
		}
		if len(kinds) == 0 {
			return
		}
		f := found{kind: "documents", start: a.start, end: a.end, id: id, importance: imp}
		f.set("all_of", kinds)
		if imp == screening.Required && len(formats) > 0 {
			f.set("formats", formats)
			f.fr, f.en = documentsStatement(kinds, formats)
		} else {
			f.fr, f.en = documentsStatement(kinds, nil)
		}
		out = append(out, placed{a.s, f})
		r.cover(a.s, "documents")
	}
	add(must, screening.Required, "documents")
	add(may, screening.Asset, "documents optional")
	return out
}

var (
	clearlySend = text.MustPattern(`\b(?:(?:le |votre )?dossier (?:de candidature )?(?:comprend|comporte|comprendra|comportera|est compose|sera compose|doit comprendre|contient)|deposez|envoy\w+|adress(?:er|ez|ee?s?)|transmet\w+|soumettre|joindre|fournir|deposer|deposez|parvenir|candidatures? \(|dossiers? de candidatures?|postul\w+ (?:en|avec|par)|send|submit|attach|apply (?:with|by|to)|to apply|upload|e-?mail|applications? (?:should|must|consist|includ|comprising|with|\(|:)|cv (?:et|\+|and|&) (?:lettre|lm|une lettre|cover))`)
	bareLetter  = text.MustPattern(`^[ (,+]?lettre[ ,)+;.]?$|a letter$`)
	otherLetter = text.MustPattern(`^ ?(?:d'info\w*|de (?:recommandation|reference|mission|cadrage)|of reference)`)
	sentPaper   = text.MustPattern(`\b(?:copie|copies|photocopie\w*|copy|joindre|joints?|fournir|dossier|attach\w*|certificates?|transcripts?|attestations?|releves?|pieces?|documents?|submit|send|envoyer|include)\b|^(?:- )?(?:les? |vos |your |the )?(?:diplomes?|diplomas?)\b`)
	photoAsked  = text.MustPattern(`\b(?:cv|dossier|joindre|attach|photos? d'identite|passport|recente?s?|recent|fournir|candidature)\b`)
	formatRule  = text.MustPattern(`\b(?:format|fichier|document|file|files|candidatures?|applications?|pieces?|documents?|envoi|sous)\b`)
)

// optionalHere tells whether a document may be left out: the words stand next to it.
func optionalHere(t string, a, b int) bool {
	low := max(lastBreak(t[:a]), a-40)
	high := min(len(t), b+45)
	if j := strings.IndexAny(t[b:high], ",;"); j >= 0 {
		high = b + j
	}
	return optional.MatchString(t[low:high])
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// placed is something found with the sentence it was found in.
type placed struct {
	s *sentence
	f found
}
