package notice

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

const unitRule = `(?:ans?|annees?|years?|yrs?|mois|months?)`

var (
	// stretch is a length of time with the words that bound it.
	stretch = text.MustPattern(`(?:\b(moins (?:de|d'un|d'une)|maximum(?: de)?|max\.?|au plus|no more than|not more than|less than|up to|jusqu'a|under|fewer than|inferieure? a|n'excedant pas|ne depassant pas|not exceeding) ?)?(?:\b(no fewer than|not fewer than|pas moins de|plus de|more than|over|superieure? a|au-dela de|at least|au moins|au minimum|minimum(?: of| de)?|min\.?|a minima|d'au moins|not less than|no less than|a partir de) ?)?(?:\b(?:une |an? )?(?:dizaine d'|douzaine d')?)?(?:\b(` + numberRule + `)(?:\+| ?\(\d{1,2}\)| ?\([a-z-]+\))?)(?: ?(?:a|-|to|ou|or|et|and) ?(` + numberRule + `)(?: ?\(\d{1,2}\))?)?\+? ?(?:additional |further |supplementaires? |relevant |progressive |or more |ou plus |full |continuous |consecutive |bonnes |solid |annees? d'|plus )?(` + unitRule + `)\b(?:' | )?(minimum|maximum|au moins|au minimum|at least|a minima|ou plus|or more|au plus|at most|at minimum|min\.?|max\.?|et plus)?`)
	// works matches words that make a length of time one of work.
	works           = text.MustPattern(`\b(?:experiences?|experienced|anciennete|exerce\w*|exercice|service|track record|worked|working|travaille\w*|travail|work|poste|postes|fonctions?|career|carriere|practice|pratique|background|seniority|employment|similar (?:role|position)|professionnel(?:le)?s?|professional|comme|en tant que|in (?:a|an|similar) )\b`)
	noExperienceOf  = text.MustPattern(`\b(?:contrats?|contracts?|cdd|cdi|vsi|renouvelables?|renewable|duree|duration|periode|period|stage|internship|mission de|probation\w*|essai|derniers?|dernieres?|last|past|diplome depuis|d'etudes|of stud(?:y|ies)|of (?:university|higher|tertiary|post)|academic years?|annee universitaire|budget|plan|strategie|strategy|il y a|ago|age|ages|aged|old|depuis (?:sa|la) creation|fondee?|founded|existe|warranty|garantie|valid\w*|validite)\b`)
	ofWhich         = text.MustPattern(`(?:dont|including|of which|incluant|parmi lesquel\w+|among which|with at least|avec au moins|et (?:d')?au moins|and at least)(?: (?:au moins|at least|un minimum de|a minimum of|minimum|d'au moins))? ?$`)
	experienceOf    = text.MustPattern(`^(?:' )?(?:minimum |au moins |at least |ou plus |or more |of |d'|de |d' )*(?:(?:une |an? )?(?:(?:progressively|increasingly|responsible|relevant|professional|practical|proven|solid|hands-on|international|recent|demonstrated|post-qualification|work) )*(?:experiences?|anciennete|pratique|exercice|work|working|practice|service)(?: professionnelles?| professional\w*| post-?diplome| confirmee?s?| averee?s?| reussie?s?| prouvee?s?| significatives?| pertinente?s?| relevant| progressivement responsables?| similaires?| avere| work| working| and| et| cumulee?s?| anterieures?| minimum| minimale| requise?| post[- ]qualification| progressively| increasing| responsible| practical| pratiques?| demonstrated| proven| internationale?s?| de travail| in total| au total| au minimum| exigee?s?| experience| generale?s?| totale?)*)? ?`)
	inDomain        = text.MustPattern(`^[ ,]*(?:(?:acquise?s?|reussie?s?|gained|obtained|working|travaillees?)(?: de preference)? )?(?:directement )?(?:dans (?:le (?:domaine|secteur|champ) (?:de la |de l'|des |du |de |d')?|les (?:domaines|secteurs|metiers) (?:de la |de l'|des |du |de |d')?|la |le |les |l'|une? |des |un )?|en tant que |en qualite de |comme |en matiere (?:de |d')|en |sur (?:des? |un |une |le |la |les )?|au sein (?:de la |de l'|des |du |de |d'une? |d')|aupres (?:de la |de l'|des |du |de |d'une? |d')|avec (?:des |les |une? |le |la |l')?|a (?:un|des|une) |in (?:the (?:field|fields|area|areas|sector|domain|domains) of |a |an |the )?|within (?:a |an |the )?|with (?:an? |the )?|as (?:an? )?|of |for (?:an? |the )?|working (?:in|with|as|on|for) (?:an? |the )?|on |supporting |managing |implementing |leading |de la |de l'|de |d'|des |du |at )`)
	similarPost     = text.MustPattern(`^(?:(?:un |une |des |a |an |the |ce |cette |this )?(?:postes?|fonctions?|roles?|positions?|emplois?|missions?|responsabilites?|domaines?|capacity|jobs?|profil|contexte|environnement|field|fields|sector|secteur|experience|structure|area|areas|work)?(?: (?:et |and )?(?:similaires?|similar|equivalente?s?|comparables?|analogues?|identiques?|concernee?s?|pertinente?s?|precite\w*|a pourvoir|relevant|related|same))*(?: (?:role|roles|position|positions|post|posts|function|functions|capacity|job|jobs|field|fields|area|areas|sector|work|experience|environment|niveau|level))?(?: of responsibility| de responsabilites?)?)$|^(?:similar|relevant|related|comparable|equivalent|similaires?|pertinente?s?|least|total)(?: (?:role|roles|position|positions|post|posts|function|functions|capacity|job|jobs|field|fields|area|areas|sector|work|experience|environment))?$`)
	roleOf          = text.MustPattern(`^(?:des |une? |an? )?(?:roles?|postes?|fonctions?|positions?|missions?|emplois?|jobs?|capacity|work)(?: techniques?| similaires?| equivalente?s?| comparables?| de responsabilite| a responsabilites?| de direction| professionnel(?:le)?s?| technical)* (?:de |d'|en |dans (?:le |la |l'|les )?|lie\w* (?:a la |au |aux |a l'|a )|in (?:the )?|of |as (?:an? )?|related to |within )`)
	equivalenceWord = text.MustPattern(`\b(?:ou (?:une )?(?:experience|equivalent|qualification) ?(?:professionnelle )?(?:juge(?:e)? )?(?:equivalente?)|ou equivalence|ou (?:toute )?experience|or equivalent (?:\w+ )?experience|or (?:relevant |substantial |significant )?(?:work |professional )?experience|equivalent (?:combination|by experience|professional experience|work experience)|or an equivalent combination|ou par l'experience|par experience)\b`)
)

// experiences finds the lengths of experience a sentence asks for.
func (r *reader) experiences(s *sentence) []found {
	t := s.Text
	var out []found
	all := stretch.FindAllStringSubmatchIndex(t, -1)
	for i, m := range all {
		low, high := 0, len(t)
		if i > 0 {
			low = all[i-1][1]
		}
		if i+1 < len(all) {
			high = all[i+1][0]
		}
		if j := strings.IndexAny(t[m[1]:high], ";"); j >= 0 {
			high = m[1] + j
		}
		ahead, after := t[low:m[0]], t[m[1]:high]
		nested := i > 0 && ofWhich.MatchString(strings.TrimRight(t[low:max(m[0], boundStart(m))], " ")+" ")
		if !r.lengthOfWork(s, t, ahead, after, nested && len(out) > 0) {
			continue
		}
		part := func(k int) string {
			if m[2*k] < 0 {
				return ""
			}
			return t[m[2*k]:m[2*k+1]]
		}
		n, n2 := number(part(3)), number(part(4))
		if strings.Contains(t[m[0]:m[1]], "dizaine") {
			n = 10
		}
		if n == 0 || n > 600 {
			continue
		}
		months := strings.HasPrefix(part(5), "mois") || strings.HasPrefix(part(5), "month")
		f := found{kind: "experience", start: m[0], end: m[1], id: "experience"}
		upperBound := part(1) != "" || strings.HasPrefix(part(6), "max") || part(6) == "au plus" || part(6) == "at most"
		if part(2) != "" {
			upperBound = false
		}
		unit := 12
		if months {
			unit = 1
		}
		// "Jusqu'à 3 ans": at most; "moins de 2 ans": 23 months at most.
		if upperBound {
			most := n * unit
			if strings.HasPrefix(part(1), "moins") || strings.HasPrefix(part(1), "less") || strings.HasPrefix(part(1), "under") || strings.HasPrefix(part(1), "fewer") || strings.HasPrefix(part(1), "inferieur") {
				most--
			}
			f.set("max_months", most)
			f.reasons = append(f.reasons, "experience_max")
			f.flag("experience.max")
		} else if months {
			f.set("min_months", n)
		} else {
			f.set("min_years", n)
		}
		if n2 > n && !upperBound {
			// "3 à 5 ans": three are enough; more than five is for a person to weigh.
			f.flag("experience.max")
		}
		r.experienceScope(s, &f, after, m[1])
		if d := doneDomain.FindStringSubmatchIndex(ahead); d != nil && f.params["domain"] == nil {
			r.scope(s, &f, low+d[2], low+d[3])
		}
		if _, ok := f.params["domain"]; !ok && f.params["sector"] == nil && f.params["region"] == nil {
			// "dans le secteur associatif, une expérience de trois ans", "Experience in finance (3 years)"
			r.experienceBefore(s, &f, ahead, low)
		}
		if nested && len(out) > 0 && f.params["domain"] == nil {
			// "Quatre ans en suivi-évaluation, dont deux en ONG": of the same experience.
			if d, ok := out[len(out)-1].params["domain"]; ok {
				f.set("domain", d)
			}
		}
		if upperBound {
			r.oddMaximum(s, &f)
		}
		f.fr, f.en = experienceStatement(f.params)
		if equivalenceWord.MatchString(t) || strings.Contains(t, "ou equivalent") && len(out) == 0 && r.noDegree(s) {
			f.fr, f.en = "", ""
		}
		out = append(out, f)
	}
	if len(out) > 0 {
		out = append(out, r.shareOf(s, out[len(out)-1])...)
	}
	return out
}

// shareOf reads "dont trois dans une collectivité": the unit is the one named before.
func (r *reader) shareOf(s *sentence, whole found) []found {
	m := bareShare.FindStringSubmatchIndex(s.Text)
	if m == nil || m[0] < whole.start {
		return nil
	}
	f := found{kind: "experience", start: m[0], end: m[1], id: "experience"}
	n := number(s.Text[m[2]:m[3]])
	key := "min_years"
	if whole.params["min_months"] != nil {
		key = "min_months"
	}
	if n == 0 {
		return nil
	}
	f.set(key, n)
	r.experienceScope(s, &f, s.Text[m[3]:], m[3])
	if d, ok := whole.params["domain"]; ok && f.params["domain"] == nil {
		f.set("domain", d)
	}
	f.fr, f.en = experienceStatement(f.params)
	return []found{f}
}

var bareShare = text.MustPattern(`\b(?:dont|including|of which)(?: au moins| at least)? (` + numberRule + `)(?: au minimum| au moins| minimum| at least)? (?:dans|en|in|as|comme|aupres|au sein|with|avec|sur|a|abroad|at|on)\b`)

func (r *reader) noDegree(s *sentence) bool {
	return len(lexicon.Degrees(lexicon.Tokenize(s.Text), r.raw(s.Folded))) == 0
}

// boundStart is where the number of a stretch begins, behind the words that bound it.
func boundStart(m []int) int { return m[6] }

// lengthOfWork tells whether a length of time is one of experience.
func (r *reader) lengthOfWork(s *sentence, t, ahead, after string, nested bool) bool {
	if nested {
		return true
	}
	near := ahead[max(0, len(ahead)-70):]
	if j := strings.LastIndexAny(near, ".;"); j >= 0 {
		near = near[j+1:]
	}
	tail := after[:min(len(after), 60)]
	if strings.HasPrefix(strings.TrimLeft(tail, " "), "old") || strings.Contains(near, "age") && ageWord.MatchString(near) {
		return false
	}
	if strings.Contains(near, "bac") && strings.HasSuffix(strings.TrimRight(near, " "), "+") {
		return false
	}
	if s.zone == ZoneProfile && plainLength.MatchString(strings.TrimSpace(after)) && !contractNear.MatchString(near) && !noExperienceOf.MatchString(near) && (strings.TrimSpace(near) == "" || strings.HasSuffix(strings.TrimRight(near, " "), ":") || strings.HasSuffix(strings.TrimRight(near, " "), ",") || minimumOnly.MatchString(near)) {
		return true
	}
	if (s.zone == ZoneProfile || asksProfile.MatchString(t)) && doneFor.MatchString(near) && !noExperienceOf.MatchString(near) {
		return true
	}
	direct := experienceNear.MatchString(after) || experienceBefore.MatchString(near)
	if direct {
		return !contractNear.MatchString(near)
	}
	if noExperienceOf.MatchString(near) || noExperienceOf.MatchString(tail) {
		return false
	}
	if s.label != nil && s.label.zone == ZoneProfile && strings.HasPrefix(t, "exp") {
		return true
	}
	if s.zone == ZoneProfile && works.MatchString(near+" "+tail) {
		return true
	}
	return false
}

var (
	experienceNear   = text.MustPattern(`^'?[ ,]*(?:minimum |au moins |at least |ou plus |or more )?(?:d'|de |d' |of |')?(?:une |an? )?(?:[\pL-]+ ){0,5}?(?:experiences?|anciennete|exercice|pratique|practice|track record|service)\b`)
	experienceBefore = text.MustPattern(`(?:experiences?|anciennete|track record)(?: [\pL'/-]+){0,9}[ ,:(-]*(?:d'|de |of |depuis |for |pendant )?(?:au moins |at least |d'au moins )?$|\b(?:worked|travaille|exerce)(?: [\pL'-]+){0,6} $`)
	contractNear     = text.MustPattern(`\b(?:contrat|contract|cdd|fixed[- ]term|duree du|stage de|internship of|forte? de|fort de ses|with over|with more than|association|organisation|our|notre|nos|nous avons|depuis plus de|created|creee?)(?: [\pL'-]+){0,3} $`)
	doneDomain       = text.MustPattern(`\b(?:has|have|avez|ayant|having|avoir) [\pL'-]+ ((?:[\pL'-]+ ?){1,9}?) (?:for|pendant|depuis|durant)(?: (?:at least|au moins|plus de|more than|a minimum of))? ?$`)
	plainLength      = text.MustPattern(`^(?:minimum |au moins |au minimum |at least )?(?:de |d'|of |in |as |en tant que|comme |dans |en |working|with |at )`)
	minimumOnly      = text.MustPattern(`^\W*(?:experience|au moins|minimum|at least|with|avec|et|and|vous avez|you have|a minimum of|un minimum de)?\W*$`)
	doneFor          = text.MustPattern(`\b(?:has|have|a|avez|having|ayant|who has|avoir|ont|ait) (?:[\pL'-]+ ){1,10}(?:for|pendant|depuis|durant|over|during)(?: (?:at least|au moins|plus de|more than|a minimum of))? $`)
	ageWord          = text.MustPattern(`\b(?:ages?|agee?s?|aged|age)\b`)
)

// experienceScope reads what the experience must be in: a domain, a sector, a region.
func (r *reader) experienceScope(s *sentence, f *found, after string, base int) {
	m := experienceOf.FindStringIndex(after)
	at := 0
	if m != nil {
		at = m[1]
	}
	if only := strings.TrimSpace(after[:at]); only == "de" || only == "of" || only == "d'" || strings.HasSuffix(only, "d'") && len(only) < 12 && !strings.Contains(only, "exp") {
		// "Deux années de direction": what it is of follows at once.
		end := at + scopeEnd(after[at:])
		r.scope(s, f, base+at, base+end)
		f.end = max(f.end, base+end)
		return
	}
	rest := after[at:]
	if strings.HasPrefix(rest, " ") {
		rest, at = rest[1:], at+1
	}
	d := inDomain.FindStringIndex(rest)
	if d == nil {
		if m := farDomain.FindStringSubmatchIndex(rest); m != nil {
			at += m[2]
			rest = rest[m[2]:]
			d = inDomain.FindStringIndex(rest)
		}
		if d == nil {
			return
		}
	}
	start := at + d[1]
	end := start + scopeEnd(after[start:])
	r.scope(s, f, base+start, base+end)
	f.end = max(f.end, base+end)
}

var (
	farDomain  = text.MustPattern(`^[^,;.()]{0,40}?( (?:dans|en tant que|comme|au sein|aupres|in|within|as|with|avec|en) )`)
	scopeStops = text.MustPattern(`[;()]| and who | et qui |, (?:dont|including|of which|ideal|de preference|preferably|et |and |avec |with |une? |an? |est |soit |si |if |la |le |l'|bonne|good|maitrise|connaissance|knowledge|vous |you |fluen|titulaire|ainsi|as well|minimum|exige|requis|required|souhait|serai|sera |is |would |permis|anglais|francais|english|french|notamment|particularly|y compris|idealement|au moins|at least)|\b(?:est|sont|serait|seraient|sera|is|are|would|will be|requise?s?|exigee?s?|required|indispensables?|obligatoires?|souhaitee?s?|desirable|preferred|essential|appreciee?s?|minimum|dont|including|ou equivalent\w*|or equivalent|idealement|ideally|de preference|preferably|et vous|and you|vous|and (?:a|an|good|strong|excellent|proven|fluen\w+|the ability|knowledge)|et (?:une?|la|le|avoir|etre|avez|maitris\w+|parl\w+|d'une|avec|justifi\w+|posseder|disposer)|apres (?:le|l'|un|obtention)|after|following|si possible|if possible|mandatory)\b|\.$|\. `)
)

// scopeEnd is where the words about what the experience is in end.
func scopeEnd(s string) int {
	end := len(s)
	if m := scopeStops.FindStringIndex(s); m != nil {
		end = m[0]
	}
	for end > 0 && strings.IndexByte(" ,.:;", s[end-1]) >= 0 {
		end--
	}
	return end
}

func (r *reader) experienceBefore(s *sentence, f *found, ahead string, base int) {
	m := domainBefore.FindStringSubmatchIndex(ahead)
	if m == nil {
		return
	}
	r.scope(s, f, base+m[2], base+m[3])
}

var domainBefore = text.MustPattern(`\bexperiences?(?: [\pL-]+){0,3}? (?:dans (?:le (?:domaine|secteur) (?:de la |de l'|des |du |de |d')?|la |le |les |l'|une? )?|en (?:matiere de )?|in (?:the (?:field|area|sector) of |a |an |the )?|as (?:an? )?|comme |with |avec (?:des |les )?|working (?:in|with|as|on) (?:an? |the )?|of |de |d')([^,;:()]{3,80}?)(?: (?:d'une duree )?(?:de|d'|of|pendant|for|depuis)(?: (?:au moins|at least|plus de|more than|minimum))?|,| :| -|\(| d'au moins)? ?\(?$`)

// scope sorts the words of a stretch into sector, region and domain.
func (r *reader) scope(s *sentence, f *found, start, end int) {
	if end-start < 2 {
		return
	}
	if m := roleOf.FindStringIndex(s.Text[start:end]); m != nil {
		start += m[1]
	}
	t := s.Text[start:end]
	raw := r.words(s.Folded, start, end)
	if similarPost.MatchString(t) && len(strings.Fields(t)) <= 6 {
		return
	}
	left := t
	for _, sector := range sectors {
		if m := sector.pattern.FindStringIndex(left); m != nil {
			f.set("sector", sector.name)
			left = left[:m[0]] + " " + left[m[1]:]
			break
		}
	}
	if developing.MatchString(left) {
		f.set("region", "developing_countries")
		left = developing.ReplaceAllString(left, " ")
	} else if places := lexicon.Places(raw); len(places) > 0 {
		if m := regionPhrase.FindStringIndex(left); m != nil && m[0] > 3 {
			left = left[:m[0]]
			f.set("region", regionName(places))
		} else if rest, ok := r.onlyPlaces(raw); ok {
			f.set("region", regionName(places))
			left = rest
		}
	}
	for _, d := range domainWords(left) {
		have, _ := f.params["domain"].([]string)
		f.set("domain", addOnce(have, d))
	}
	f.id = "experience"
	if d, ok := f.params["domain"].([]string); ok {
		f.id = "experience " + firstWords(d[0], 3)
	} else if f.params["sector"] != nil {
		f.id = "experience " + f.params["sector"].(string)
	} else if region, ok := f.params["region"].(string); ok {
		f.id = "experience " + region
	}
}

var (
	developing   = text.MustPattern(`(?:dans |en |in )?(?:des |les |un |a )?(?:pays en (?:voie de )?developpement|developing (?:countries|country|contexts?)|pays du sud|global south|low[- ](?:and middle[- ])?income countries)`)
	regionPhrase = text.MustPattern(`(?:^|\b)(?:en|au|aux|dans (?:la|le|les|l')|a|in|across|within|sur le continent) (?:the |region |la region |plusieurs pays )?(?:d'|de |du |des )?(?:[\pL'-]+ ?){1,5}$`)
)

var sectors = []struct {
	name    string
	pattern *text.Pattern
}{
	{"ngo", text.MustPattern(`\b(?:le |la |une? |des |an? |the |other |international |humanitarian |local |national |grandes? )*(?:ongs?|ongi|osi|ngos?|ingos?|milieu associatif|secteur associatif|monde associatif|associations?(?: de solidarite| humanitaires?)?|structures? associatives?|organisations? (?:internationales? )?(?:non[- ]gouvernementales?|humanitaires?|de solidarite)|non[- ]governmental organi[sz]ations?|non[- ]profit(?: sector| organi[sz]ations?)?|charit(?:y|ies)|voluntary sector|third sector|civil society organi[sz]ations?|humanitarian organi[sz]ations?)(?: internationales?| humanitaires?| locales?)?\b`)},
	{"un", text.MustPattern(`\b(?:the |le |des |une? |an? )*(?:united nations|nations unies|systeme des nations unies|agences? (?:des nations unies|onusiennes?)|un (?:system|agency|agencies))(?: system| agency| agencies)?\b`)},
	{"government", text.MustPattern(`\b(?:l'|le |la |the |une? |an? )*(?:administration publique|fonction publique|secteur public|collectivites? territoriales?|collectivites?|public sector|local government|civil service|public administration|ministeres?)\b`)},
	{"private", text.MustPattern(`\b(?:le |the )?(?:secteur prive|private sector)\b`)},
}

// onlyPlaces tells whether every member of a list is a place; rest are the words of those
// that the lexicon does not know, none when it knows one at least.
func (r *reader) onlyPlaces(raw string) (rest string, ok bool) {
	for _, p := range listSplit.Split(text.String(raw), -1) {
		p = trimSmall(p)
		if len(strings.Fields(p)) > 4 || p != "" && len(lexicon.Places(titled(p))) == 0 && !sea.MatchString(p) {
			return "", false
		}
	}
	return "", true
}

// sea matches parts of the world that are no country of the lexicon.
var sea = text.MustPattern(`\b(?:ocean|mer|sea|region|regions|zone|sahel|grands lacs|great lakes|pacifi\w+|caraibes?|caribbean|corne|horn)\b`)

// titled gives every word a capital, as places are written.
func titled(s string) string {
	w := strings.Fields(s)
	for i := range w {
		w[i] = capital(w[i])
	}
	return strings.Join(w, " ")
}

var regionByCode = map[string]string{
	"002": "africa", "011": "west_africa", "014": "east_africa", "017": "central_africa", "018": "southern_africa", "015": "north_africa",
	"150": "europe", "142": "asia", "019": "americas", "419": "latin_america", "145": "middle_east", "202": "sub_saharan_africa", "009": "oceania",
}

func regionName(codes []string) any {
	var out []string
	for _, c := range codes {
		if name := regionByCode[c]; name != "" {
			c = name
		}
		if _, ok := lexicon.RegionOf(c); ok {
			out = addOnce(out, c)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

// domainWords splits the words of a line of work into terms.
func domainWords(t string) []string {
	var out []string
	for _, p := range splitList(t) {
		p = trimSmall(p)
		if len(p) < 3 || similarPost.MatchString(p) || len(strings.Fields(p)) > 9 {
			continue
		}
		out = addOnce(out, p)
	}
	if len(out) > 6 {
		out = out[:6]
	}
	return out
}

// oddMaximum flags a maximum that the rest of the notice makes unlikely: "less than two
// years" of a field among requirements of a senior profile is read in both ways.
func (r *reader) oddMaximum(s *sentence, f *found) {
	if f.params["domain"] != nil && r.senior() {
		most := f.params["max_months"].(int)
		f.set("min_months", 1)
		f.flag("experience.max_odd")
		f.readings = []map[string]any{{"min_months": 1, "max_months": most}, {"min_months": most + 1, "max_months": 1200}}
	}
}

// senior tells whether the notice asks for long experience elsewhere.
func (r *reader) senior() bool {
	if r.long != 0 {
		return r.long > 0
	}
	r.long = -1
	for i := range r.sentences {
		if r.sentences[i].zone != ZoneProfile {
			continue
		}
		for _, m := range stretch.FindAllStringSubmatch(r.sentences[i].Text, -1) {
			if n := number(m[3]); n >= 5 && n < 50 && m[1] == "" && (strings.HasPrefix(m[5], "y") || strings.HasPrefix(m[5], "a") && strings.Contains(r.sentences[i].Text, "experience")) {
				r.long = 1
				return true
			}
		}
	}
	return false
}

func firstWords(s string, n int) string {
	w := strings.Fields(s)
	return strings.Join(w[:min(n, len(w))], " ")
}
