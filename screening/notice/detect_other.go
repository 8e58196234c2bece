package notice

import (
	"strings"

	"dossier/screening/text"
)

var (
	licence      = text.MustPattern(`\b(?:permis (?:de conduire(?: (?:de )?(?:categorie|cat\.?|type))?|categorie|cat\.?|voiture|vl|pl|poids lourds?|moto|(?:[a-e]\d?)\b)(?: ?\(?["']?([a-e]\d?e?)\b["']?\)?)?|permis ["']?([a-e]\d?)\b|driv(?:ing|er'?s?) licen[cs]e(?:,? ?\(?(?:category |class |cat\.? ?)?["']?([a-e]\d?)\b)?|driv(?:ing|er'?s?) licen[cs]e,? (?:of )?(?:category|class) ([a-e]\d?)\b|valid licence to drive|licen[cs]e to drive|category ([a-e]) (?:driving )?licen[cs]e)`)
	noLicence    = text.MustPattern(`\bpermis de (?:travail|sejour|construire)|sans permis\b`)
	ages         = text.MustPattern(`\b(?:agee?s? (?:de|d'|entre|d'au moins)|avoir (?:entre|moins de|plus de|au moins|au plus)|aged?|between the ages of|age:?|entre|de|under|over|plus de|moins de|au moins|au plus|at least|younger than|older than|maximum|limite d'age:?(?: fixee a)?|age limit:?(?: of)?|age maximum:?|no older than|not older than|not exceed(?:ing)?|up to|ne pas depasser|n'excedant pas|etre age) ?(?:de |d'|of |entre |between |d'au moins |au moins |plus de |moins de |at least |under |over |from |au plus |maximum |more than |less than )*(\d{2})(?: ?(?:ans|years?(?: old)?))? ?(?:(?:a|et|-|to|and|ou) (\d{2}) ?)?(?:ans|years?(?: old| of age)?)?\b`)
	ageContext   = text.MustPattern(`\b(?:age|ages|agee?s?|aged|years? old|years? of age|limite d'age|ans revolus|majeure?s?|au (?:jour|moment) de|over 18|under 30)\b`)
	ageNot       = text.MustPattern(`\b(?:adolescents?|enfants?|children|beneficiaires?|jeunes (?:filles|femmes|ages)|publics?|femmes agees|etude|study|population|pupils|eleves?|usagers|students aged|people aged|youth aged|girls|boys|patients|menages)\b`)
	career       = text.MustPattern(`\b(policiere?s?|polices? nationale|police|gendarm\w*|militaires?|forces? armees?|armee|army|armed forces|military|douan\w*|customs)\b`)
	serving      = text.MustPattern(`\b(?:membre|etre membre|member|officier|officer|fonctionnaire|en activite|en exercice|serving|active|actif|de carriere|en service|agent|appartenir|rang|grade|rank|issue?s? (?:de la|du|des))\b`)
	retired      = text.MustPattern(`\b(?:retraitee?s?|retired|a la retraite|en retraite|former|ancien(?:ne)?s?|ex-)\b`)
	careerRank   = text.MustPattern(`\b(?:corps de conception et de direction|corps de commandement(?: et d'encadrement)?|commissaires?(?: divisionnaires?| generaux| general| de police)?|controleurs? general|inspecteurs? general|officiers? superieurs?|colonels?|lieutenant-colonels?|commandants?(?: de police)?|capitaines?|superintendent|senior officers?|chief inspector|general officers?)\b`)
	referees     = text.MustPattern(`\b(?:references?(?: professionnelles?| verifiables?| de travail| recentes?)?|professional references|work references|referees?|referents?|reference persons?|personnes? (?:de reference|referentes?|a contacter|ressources?|pouvant)|(?:coordonnees|noms?|contacts?|contact details|names?(?: and (?:addresses|contact details|details))?|details) (?:de |d'|of )(?:` + numberRule + `)(?: \(\d\))? (?:[\pL]+ ){0,2}?(?:responsables?|employeurs?|superviseurs?|superieurs?|managers?|supervisors?|employers?|line managers?))\b`)
	notReferees  = text.MustPattern(`\b(?:termes? de reference|terms of reference|reference (?:de l'|de la|du|number|no\b|n°|code|:|interne|d'annonce|offre)|la reference|sous (?:la )?reference|with (?:the )?reference|quoting (?:the )?reference|reference (?:suivante|indiquee|ci)|preciser? (?:la |l')?ref|mention\w* (?:de )?la reference|lettres? de (?:reference|recommandation)|letters? of reference|reference letters?|in reference|reference checks?|verification des references|prise de references|cadre de reference|centre de reference|en reference|avec pour reference|job reference|vacancy reference|subject|objet)\b`)
	refCount     = text.MustPattern(`\b(` + numberRule + `)(?: ?\(\d\))?(?: [\pL-]+){0,4}? (?:references?|referees?|referents?|personnes|people|reference persons?|professional|contacts?|responsables? hierarchiques?|(?:anciens? |former |previous )(?:employeurs?|responsables?|superviseurs?|managers?|employers?|supervisors?))\b|\breferences?\b[^.;]{0,10}\((` + numberRule + `)\b`)
	refExact     = text.MustPattern(`\b(` + numberRule + `)(?: ?\(\d\))?(?: [\pL-]+){0,2}? (?:references?|referees?|referents?)\b`)
	refRole      = text.MustPattern(`\b(?:superieurs? hierarchiques?|superviseurs?(?: hierarchiques?| directs?)?|responsables? hierarchiques?|anciens? (?:employeurs?|responsables?|superviseurs?)|line managers?|direct supervisors?|supervisors?|former (?:line )?(?:managers?|supervisors?)|employeurs?|(?:referent |responsable |personne (?:des |de ) ?)?(?:rh|ressources humaines)|hr|human resources|collegues?|colleagues?|pairs?|peers?)\b`)
	countBefore  = text.MustPattern(`\b(` + numberRule + `)(?: ?\(\d\))?(?: [\pL-]+){0,2} $`)
	familyOut    = text.MustPattern(`\b(?:famille|family|relatives?|familiau?x|familiales?|parents?)\b`)
	availability = text.MustPattern(`\b(?:disponib\w+|availab\w+|libre (?:a partir|des|de|du|immediatement)|pouvoir commencer|able to (?:start|begin|commit|work)|ready to start)\b`)
	notAvailable = text.MustPattern(`\b(?:poste disponible|disponible (?:sur|en ligne|aupres|ici|a l'adresse)|available (?:on|at|online|here|from our|upon request|in (?:french|english))|formulaire|site|budget|ressources disponibles|available (?:data|resources|funds)|horaires|form available|fiche de poste)\b`)
)

// licences finds driving licences.
func (r *reader) licences(s *sentence) []found {
	t := s.Text
	m := licence.FindStringSubmatchIndex(t)
	if m == nil || noLicence.MatchString(t) {
		return nil
	}
	category := ""
	for k := 1; k <= 5; k++ {
		if m[2*k] >= 0 {
			category = strings.ToUpper(t[m[2*k]:m[2*k+1]])
		}
	}
	word := t[m[0]:m[1]]
	if category == "" {
		if x := singleLetter.FindStringSubmatch(word); x != nil {
			category = strings.ToUpper(x[1])
		}
	}
	switch {
	case category != "":
	case strings.Contains(word, "poids") || strings.HasSuffix(word, " pl"):
		category = "C"
	case strings.Contains(word, "moto"):
		category = "A"
	default:
		category = "B"
	}
	f := found{kind: "licence", start: m[0], end: m[1], id: "licence " + category}
	f.set("licence", category)
	f.fr, f.en = "Permis de conduire, catégorie "+category+".", "Driving licence, category "+category+"."
	return []found{f}
}

var singleLetter = text.MustPattern(`permis (?:de conduire )?(?:categorie |cat\.? )?["']?([a-e]\d?)$`)

// agesAsked finds limits of age asked of applicants.
func (r *reader) agesAsked(s *sentence) []found {
	t := s.Text
	if !ageContext.MatchString(t) && !ageYears.MatchString(t) || ageNot.MatchString(t) || s.zone == ZoneDuties || s.zone == ZoneContext && !asksApplicant.MatchString(t) || s.zone == ZoneCharter {
		return nil
	}
	for _, m := range ages.FindAllStringSubmatchIndex(t, -1) {
		low := number(t[m[2]:m[3]])
		high := 0
		if m[4] >= 0 {
			high = number(t[m[4]:m[5]])
		}
		word, after := t[m[0]:m[1]], t[m[1]:]
		near := t[max(0, m[0]-45):m[0]] + word
		if experienceNear.MatchString(after) || strings.Contains(near, "experience") || low < 14 || low > 80 || !(ageWord.MatchString(near+after[:min(len(after), 30)]) || strings.Contains(word, "years old") || strings.Contains(word, "years of age") || ageYears.MatchString(near)) {
			continue
		}
		f := found{kind: "age", start: m[0], end: m[1], id: "age", reasons: []string{"age"}}
		switch {
		case high > low:
			f.set("min", low)
			f.set("max", high)
		case high != 0 && high < low:
			f.set("max", low)
			f.flag("age.impossible")
		case strings.Contains(near, "moins de"), strings.Contains(near, "under"), strings.Contains(near, "less than"), strings.Contains(near, "younger"):
			f.set("max", low-1)
		case strings.Contains(near, "max"), strings.Contains(near, "limit"), strings.Contains(near, "au plus"), strings.Contains(near, "no older"), strings.Contains(near, "not older"), strings.Contains(near, "exce"), strings.Contains(near, "up to"), strings.Contains(near, "depass"):
			f.set("max", low)
		case strings.Contains(near, "over"), strings.Contains(near, "more than"), strings.Contains(near, "plus de"), strings.Contains(near, "older than"):
			f.set("min", low)
		default:
			f.set("min", low)
		}
		f.fr, f.en = ageStatement(f.params)
		return []found{f}
	}
	return nil
}

var (
	ageYears      = text.MustPattern(`\b(?:under|over) (?:[1-6]\d)\b(?:$|[^\d%])|\b(?:moins|plus) de \d{2} ans\b(?: (?:au|a la|le)\b|$|[.,;)])`)
	asksApplicant = text.MustPattern(`\b(?:candidat\w*|applicants?|candidates?|stagiaires?|interns?|postulants?|vous|you|volontaires?|volunteers?|personnes? recrutee?s?|participants?|titulaire)\b`)
)

// careers finds service in a uniformed force.
func (r *reader) careers(s *sentence) []found {
	t := s.Text
	if s.zone != ZoneProfile && !asksApplicant.MatchString(t) {
		return nil
	}
	// "Officier de police en activité, ou retraité de la gendarmerie": two of them.
	for _, m := range orBetween.FindAllStringIndex(t, -1) {
		if career.MatchString(t[:m[0]]) && career.MatchString(t[m[1]:]) && retired.MatchString(t[m[1]:]) {
			left, right := *s, *s
			left.Folded, right.Folded = s.Sub(0, m[0]), s.Sub(m[1], len(t))
			a, b := r.careers(&left), r.careers(&right)
			for i := range b {
				b[i].start, b[i].end = b[i].start+m[1], b[i].end+m[1]
			}
			if len(a) > 0 && len(b) > 0 {
				return []found{{kind: "any_of", start: a[0].start, end: b[0].end, id: "alternative", members: []found{a[0], b[0]}}}
			}
		}
	}
	rank := careerRank.FindStringIndex(t)
	m := career.FindStringIndex(t)
	if m == nil && rank == nil {
		return nil
	}
	force := "police"
	if m != nil {
		switch w := t[m[0]:m[1]]; {
		case strings.HasPrefix(w, "gendarm"):
			force = "gendarmerie"
		case strings.HasPrefix(w, "arm"), strings.HasPrefix(w, "milit"), strings.HasPrefix(w, "force"):
			force = "army"
		case strings.HasPrefix(w, "douan"), w == "customs":
			force = "customs"
		}
	}
	f := found{kind: "career", id: "career"}
	f.set("force", force)
	switch {
	case retired.MatchString(t) && m != nil:
		f.start, f.end = m[0], m[1]
		status := "retired"
		if !strings.Contains(t, "retrait") && !strings.Contains(t, "retired") {
			status = "former"
		}
		f.set("status", status)
		f.id = status + " " + force
	case m != nil && serving.MatchString(t) && memberOf.MatchString(t):
		f.start, f.end = m[0], m[1]
		f.set("status", "serving")
		f.id = "serving " + force
	case rank != nil && (belongs.MatchString(t) || m != nil && serving.MatchString(t)):
		f.start, f.end = rank[0], rank[1]
	default:
		return nil
	}
	if rank != nil && (belongs.MatchString(t) || strings.Contains(t, "grade") || strings.Contains(t, "rank") || strings.Contains(t, "corps")) {
		f.set("ranks", []string{r.words(s.Folded, rank[0], rank[1])})
		f.start, f.end = min(f.start, rank[0]), max(f.end, rank[1])
		if f.params["status"] == nil {
			f.id = "command corps"
		}
	}
	for _, d := range stretch.FindAllStringSubmatchIndex(t, -1) {
		n := number(t[d[6]:d[7]])
		if n > 0 && n < 50 && d[2] < 0 && strings.HasPrefix(t[d[10]:d[11]], "an") || n > 0 && n < 50 && strings.HasPrefix(t[d[10]:d[11]], "year") {
			f.set("min_years", n)
			f.start, f.end = min(f.start, d[0]), max(f.end, d[1])
			break
		}
	}
	return []found{f}
}

var (
	memberOf = text.MustPattern(`\b(?:etre (?:un |une )?(?:membre|officier|policier|gendarme|militaire|fonctionnaire|agent)|membre d|member of|officier\w* (?:de|d'|du|des)|officer (?:of|in)|fonctionnaire|en activite|serving|de carriere|rang|active duty|issue?s? de|police officer|agent de)`)
	belongs  = text.MustPattern(`\b(?:apparten\w+|appartenu|belong\w*|membre du corps|issue? du corps|grade de|grade d'|au grade|rank of|having held|ayant (?:occupe|atteint|le grade)|titulaire du grade)`)
)

// referencesAsked finds how many people are to be named who can be asked.
func (r *reader) referencesAsked(s *sentence) []found {
	t := s.Text
	m := referees.FindStringIndex(t)
	if m == nil || notReferees.MatchString(t) && refCount.FindStringIndex(t) == nil {
		return nil
	}
	n := 0
	if c := refExact.FindStringSubmatch(t); c != nil {
		n = number(c[1])
	} else if c := refCount.FindStringSubmatch(t); c != nil {
		n = number(firstOf([]string{c[1], c[2]}))
	}
	if n == 0 {
		if !namesAsked.MatchString(t) || notReferees.MatchString(t) {
			return nil
		}
		n = 1
	}
	if n > 10 {
		return nil
	}
	f := found{kind: "references", start: m[0], end: m[1], id: "references"}
	f.set("min", n)
	roles := map[string]int{}
	for _, x := range refRole.FindAllStringIndex(t[m[0]:], -1) {
		count := 1
		if before := countBefore.FindStringSubmatch(t[:m[0]+x[0]]); before != nil {
			count = max(number(before[1]), 1)
		}
		switch w := t[m[0]+x[0] : m[0]+x[1]]; {
		case strings.Contains(w, "rh"), strings.Contains(w, "ressources"), strings.Contains(w, "hr"), strings.Contains(w, "human"):
			roles["hr"] += count
		case strings.HasPrefix(w, "coll"), strings.HasPrefix(w, "pair"), strings.HasPrefix(w, "peer"):
			roles["colleague"] += count
		default:
			if roles["line_manager"] == 0 {
				roles["line_manager"] = count
			}
		}
	}
	if len(roles) > 0 {
		f.set("roles", roles)
	}
	if familyOut.MatchString(t) && familyExcluded.MatchString(t) {
		f.set("exclude_family", true)
	}
	f.fr, f.en = referencesStatement(n, f.params["exclude_family"] != nil)
	return []found{f}
}

var (
	namesAsked     = text.MustPattern(`\b(?:coordonnees|contacts?|contact details|noms?|names?|fournir|provide|joindre|indiquer|mentionner|include|submit|references? (?:professionnelles?|exigees?|demandees?|required))\b`)
	familyExcluded = text.MustPattern(`\b(?:exclu\w*|hors|excluding|not (?:be )?(?:\w+ )?(?:family|relatives?)|sans lien|no family|non[- ]family|other than|autres? que|ne (?:peuvent|doivent|sont) pas|pas de|hors lien|aucun lien|ni de la famille|not (?:accepted|relatives))\b`)
)

// availabilities finds when and how long somebody must be free.
func (r *reader) availabilities(s *sentence) []found {
	t := s.Text
	m := availability.FindStringIndex(t)
	if m == nil || notAvailable.MatchString(t) {
		return nil
	}
	f := found{kind: "availability", start: m[0], end: m[1], id: "availability"}
	for _, d := range dates(t) {
		if d.noYear || d.start < m[0]-60 {
			continue
		}
		f.set("start_from", d.from.String())
		if before(d.from, d.until) && !d.day {
			f.set("start_until", d.until.String())
		}
		if fromThen.MatchString(t[:d.start]) {
			delete(f.params, "start_until")
		}
		f.end = max(f.end, d.end)
		break
	}
	for _, x := range stretch.FindAllStringSubmatchIndex(t, -1) {
		unit := t[x[10]:x[11]]
		if strings.HasPrefix(unit, "mo") && x[2] < 0 {
			f.set("min_months", number(t[x[6]:x[7]]))
			f.end = max(f.end, x[1])
			break
		}
	}
	if f.params == nil {
		return nil
	}
	f.fr, f.en = availabilityStatement(f.params)
	return []found{f}
}

var fromThen = text.MustPattern(`\b(?:a partir|des|from|as of|apres|depuis|starting)\b[^,;]{0,25}$`)
