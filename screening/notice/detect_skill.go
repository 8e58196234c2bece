package notice

import (
	"regexp"
	"strings"

	"dossier/screening"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// circumstance is something about an applicant that is neither learned nor worked.
type circumstance struct {
	id      string
	pattern *text.Pattern
	any     []string
	fr, en  string
}

// circumstances are what applicants state of their situation, with words they state it in.
var circumstances = []circumstance{
	{"work permit", text.MustPattern(`\b(?:autoris\w+ (?:a|de|pour) travail\w*|permis de travail|titre de sejour|droit de travailler|right to work|work(?:ing)? (?:permit|authori[sz]ation|visa)|authori[sz]ed to work|eligible to work|eligibility to work|legally (?:entitled|able|authori[sz]ed) to work|permission to work)\b`),
		[]string{"autorisation de travail", "permis de travail", "titre de séjour", "work permit", "right to work", "authorised to work"}, "Autorisé·e à travailler sur place.", "Allowed to work there."},
	{"clearance", text.MustPattern(`\b(?:habilit\w+ (?:secret|confidentiel|defense|de securite|tres secret)|habilitable|security clearance|dbs check|enhanced dbs|background check)\b`),
		[]string{"habilitation", "secret défense", "security clearance", "DBS"}, "Habilitation de sécurité.", "Security clearance."},
	{"own vehicle", text.MustPattern(`\b(?:vehicule (?:personnel|indispensable|exige|obligatoire|requis)|vehicule et permis|permis et vehicule|moyen de locomotion|own (?:car|vehicle|transport)|access to a (?:car|vehicle)|vehicule)\b`),
		[]string{"véhicule personnel", "véhiculé", "own car", "own vehicle"}, "Dispose d'un véhicule.", "Has a vehicle."},
	{"travel", text.MustPattern(`\b(?:mobilite (?:geographique|nationale|internationale|exigee|requise|sur)|(?:pret|prete|disponible|disposition|disposee?|mobile|capacite|volonte|aptitude|disponibilite|accepter|acceptez|acceptation)[^,;.]{0,25}(?:deplac\w+|voyager|missions? (?:de )?terrain|missions? (?:dans|en))|deplacements (?:frequents|reguliers|a prevoir|ponctuels|nationaux|sur)|willing(?:ness)?(?: and able)? to (?:travel|relocate|undertake)|able to travel|ability to travel|availab\w+ to travel|ready to travel|prepared to travel|travel (?:frequently|regularly|extensively))\b`),
		[]string{"mobilité", "déplacements", "mobile", "willing to travel", "travel"}, "Accepte les déplacements.", "Willing to travel."},
	{"hours", text.MustPattern(`\b(?:travail(?:ler)? (?:le |les )?(?:soir|week-?end|samedi|nuit|dimanche|en soiree|de nuit)s?|horaires (?:decales|atypiques|irreguliers|variables)|astreintes?|work (?:evenings|weekends|shifts|nights|unsocial)|(?:evening|weekend|night|shift|irregular|unsocial)(?: and (?:evening|weekend))? (?:work|hours|shifts))\b`),
		[]string{"disponible le soir", "week-end", "horaires décalés", "weekends", "evenings", "flexible hours"}, "Accepte des horaires inhabituels.", "Accepts unusual hours."},
	{"scholarship", text.MustPattern(`\b(?:titulaires? d'une bourse|beneficia\w+ d'une bourse|boursier\w*|scholarship holder|hold(?:s|ers?)? (?:of )?an? (?:scholarship|grant|fellowship)|scholarship|bourse (?:pour|d'etudes))\b`),
		[]string{"bourse", "scholarship", "grant"}, "Titulaire d'une bourse.", "Holds a scholarship."},
	{"compulsory internship", text.MustPattern(`\b(?:stage (?:est )?(?:obligatoire|necessaire pour|requis pour|pour (?:terminer|valider))|internship is (?:required|compulsory|mandatory|part)|(?:compulsory|mandatory) (?:internship|placement))\b`),
		[]string{"stage obligatoire", "stage de fin d'études", "compulsory internship", "mandatory internship"}, "Le stage est obligatoire dans la formation.", "The internship is part of the studies."},
	{"sponsor", text.MustPattern(`\b(?:parraine\w*|sponsored|sponsorise\w*|nominated by)\b`),
		[]string{"parrainage", "parrainé par", "sponsored by", "sponsor"}, "Parrainé·e par une institution.", "Sponsored by an institution."},
	{"civil servant", text.MustPattern(`\b(?:fonctionnaires? titulaires?|titulaires? de la fonction publique|(?:ouvert|accessible|reserve)\w* aux (?:fonctionnaires|titulaires|agents titulaires)|laureat\w* (?:d'un |du )?concours|inscrite?s? sur (?:la )?liste d'aptitude|par voie de (?:mutation|detachement)|civil servants? only)\b`),
		[]string{"fonctionnaire", "titulaire de la fonction publique", "lauréat du concours", "civil servant"}, "Fonctionnaire ou lauréat·e du concours.", "Civil servant."},
	{"professional register", text.MustPattern(`\b(?:inscrite?s? (?:a|au) (?:l'ordre|barreau|tableau)|inscription (?:a l'ordre|au barreau|au tableau)|(?:registered|registration) (?:with|as)|licensed to practi[sc]e|professional registration|carte professionnelle|bar admission|admitted to the bar)\b`),
		[]string{"inscrit à l'ordre", "inscription à l'ordre", "barreau", "registered with", "professional registration"}, "Inscription à un ordre professionnel.", "Registered with a professional body."},
	{"insurance", text.MustPattern(`\b(?:assurance (?:maladie|responsabilite civile|sante)|health insurance|medical insurance|valid passport|passeport (?:en cours de validite|valide))\b`),
		[]string{"assurance", "insurance", "passeport", "passport"}, "Assurance ou passeport en cours de validité.", "Valid insurance or passport."},
	{"volunteer status", text.MustPattern(`\b(?:eligible?s? (?:au|a un|aux) (?:service civique|vsi|volontariat|vie|contrat aide|pec|parcours emploi)|remplir les conditions du (?:service civique|vie|vsi))\b`),
		[]string{"éligible au service civique", "service civique", "VSI", "VIE"}, "Éligible au dispositif.", "Eligible for the scheme."},
}

// eligibilities finds circumstances.
func (r *reader) eligibilities(s *sentence) []found {
	var out []found
	for _, c := range circumstances {
		m := c.pattern.FindStringIndex(s.Text)
		if m == nil {
			continue
		}
		f := found{kind: "eligibility", start: m[0], end: m[1], id: c.id, fr: c.fr, en: c.en}
		f.set("any_of", c.any)
		if n := len(out); n > 0 && orBetween.MatchString(s.Text[min(out[n-1].end, m[0]):m[0]]) {
			// "Titulaire d'une bourse ou en stage obligatoire": either will do.
			have := out[n-1].params["any_of"].([]string)
			out[n-1].set("any_of", append(append([]string{}, have...), c.any...))
			out[n-1].end, out[n-1].fr, out[n-1].en = m[1], "", ""
			continue
		}
		out = append(out, f)
	}
	return out
}

var (
	// skillLead matches the words before what somebody knows or has done.
	skillLead   = text.MustPattern(`\b(?:(?:(?:une? |la |le |des |de |tres |solides?|bonnes?|bon|excellentes?|parfaite?|premiere|significative?|reelle|forte?|averee?|prouvee?|confirmee?|approfondies?|pratiques?|certaine|good|strong|excellent|sound|solid|proven|demonstrated|demonstrable|previous|prior|practical|working|thorough|deep|extensive|significant|some|advanced|basic|field|hands-on|relevant|professional|in-depth|knowledge and|documented|substantial|minimum|any|toute) )*(?:maitrise(?:r|z|nt)?|connaissances?|connaitre|connaissez|connaissant|expertise|experiences?(?: professionnelles?| significatives?| averees?| confirmees?| prouvees?| pratiques?| reussies?| de terrain| terrain| similaires?| anterieures?| reelles?| requises?| solides?| et/ou formation| ou formation| ou (?:une )?(?:forte |bonne )?connaissance)*|comprehension|familiarite|aisance|pratique|utilisation|utiliser|formation|notions|knowledge|experience|experienced|understanding|familiarity|familiar|proficiency|proficient|command|mastery|skilled|competent|competence|competency|training|trained|background|track record|(?:previous|prior|past) (?:work|employment|assignments?)|exposure|literacy|literate|usage|certification|certifie|certified|competences?(?: techniques?| averees?| solides?| avancees?| confirmees?| pratiques?| professionnelles?)*|skills?|use)) ?(?:(?:professionnelle|avec|and experience|and understanding|and knowledge|and skills|or experience|et experience|et pratique|work|working|essentielles?|generales?|theorique|technique|level)? ?)(?:en matiere (?:de |d')|en |dans (?:le domaine (?:de la |de l'|des |du |de |d')?|l'|la |le |les |des |un |une )?|de la |de l'|des |du |de |d'|sur |avec (?:des |les |le |la |l')?|aupres (?:de |des |d')|au sein (?:de |des |d')|l'|les |le |la |in (?:the )?(?:use of |area of |field of |areas of )?|of (?:the )?|with (?:the )?|using |working (?:with|in|on) |as an? |managing |developing |delivering |supporting |designing |conducting |organi[sz]ing |writing |coordinating |at |on )`)
	comfortable = text.MustPattern(`\b(?:a l'aise avec|at home with|comfortable (?:with|using)|confident (?:with|using|user of)|able to use|capable d'utiliser|savoir utiliser|sait utiliser|savez utiliser|ability to use|proficient (?:in|with|user of)|connaissant|user of|manie|manier|outils?|logiciels?|software)(?: (?:les?|la|l'|des?|outils|the|of))* `)
	background  = text.MustPattern(`\b(?:ayant|avoir|having|has|vous avez|you have|must have|avez|a|have) (?:deja )?(?:fait d[ue']|fait|effectue|suivi|accompagne|enseigne|realise|produit|utilise|organise|contribue|kept|taught|built|used|written|travaille|worked|conduit|mene|gere|managed|led|participe|contribue|redige|coordonne|anime|encadre|pilote|organise|delivered|supported|run|designed|written|published|collabore)\b`)
	collaborate = text.MustPattern(`^(?:- )?(?:collaboration|travail|engagement|implication|benevolat|volontariat|encadrement|gestion|animation|coordination|pilotage|redaction|conduite|publications?|certification|work) (?:avec |aupres |au sein |d'|de |des |in |with |en )`)

	// tools are names of programs and the words for office software.
	tools = text.MustPattern(`\b(?:pack office|microsoft office|ms[- ]office|suite office|office 365|microsoft 365|office suite|bureautiques?|libreoffice|google workspace|g suite|google (?:docs|sheets|drive)|word|excel|powerpoint|power point|outlook|access|teams|sharepoint|trello|slack|notion|asana|zoom|canva|photoshop|indesign|illustrator|figma|adobe(?: creative suite)?|creative suite|premiere(?: pro)?|davinci|final cut|after effects|lightroom|wordpress|drupal|joomla|html|css|mailchimp|brevo|hootsuite|sap|sage(?: \d+| saari)?|ciel|odoo|salesforce|hubspot|crm|erp|navision|quickbooks|spss|stata|nvivo|sphinx|kobo(?:toolbox| toolbox)?|odk|ona|survey ?cto|commcare|dhis ?2|qgis|arcgis|sig\b|gis\b|power ?bi|tableau|python|java|javascript|typescript|php|sql|mysql|postgresql|linux|git|docker|kubernetes|react|angular|autocad|revit|ms project|matlab|latex|zotero|moodle|internet|informatique|computer(?:s| literacy| skills)?|it skills|it tools|logiciels?|software|tableurs?|spreadsheets?|primavera|activityinfo|cpims|gbvims|progres|r studio|rstudio)\b`)

	// softWords are qualities only a person can weigh.
	softWords = text.MustPattern(`\b(?:sens (?:de|du|des|aigu)|rigueur|rigoureu\w+|autonom\w+|esprit|capacites?|capable|aptitudes?|qualites?|aisance|ecoute|empathie|discretion|diplomat\w+|dynami\w+|motiv\w+|curieu\w+|curiosite|creati\w+|flexib\w+|adapt\w+|initiative|organise\w*|organisation(?:nel\w*)?|polyvalen\w+|patience|reactiv\w+|proactiv\w+|proactif|relationnel\w*|interpersonnel\w*|communicat\w+|redactionnel\w*|redaction|travail (?:en |d')equipe|travailler|leadership|pedagog\w+|gout|interet|engagement|engagee?|envie|enthousias\w+|ponctu\w+|serieu\w+|fiab\w+|confiden\w+|stress|pression|sang-froid|calme|bienveillan\w+|ouverture|sensibil\w+|implication|force de proposition|resistance|gestion des? priorites|synthese|analy\w+|esprit|disponib\w+|ethique|integrite|respect\w*|adhesion|valeurs?|honnete\w*|ability|able to|capacity|skills|skilled|team ?work\w*|team[- ]?player|team spirit|work (?:well|under|independently|in a team|as part)|working (?:under|independently|in a team|as part)|self-?motivated|self-?starter|motivated|organi[sz]ed|organi[sz]ational|communication|communicator|interpersonal|attention to detail|detail-oriented|problem[- ]solv\w+|creative|creativity|curious|curiosity|passion\w*|enthusias\w+|committed|commitment|dedicat\w+|integrity|empath\w+|discretion|tact|diplomacy|resilien\w+|patience|patient|reliab\w+|punctual\w*|responsible|independent\w*|initiative|interest|motivation|willing\w*|drive|positive|attitude|mindset|values|respect|sensitiv\w+|judg[e]?ment|analytical|multitask\w*|prioriti\w+|deadlines|pressure|stress|solutionneur|mature|facilitat\w+|negotiat\w+|negociation|presentation|vision|approach|humour|humor|energetic|energy|strategi\w+|decision|accountab\w+|adaptab\w+|culturel\w*|cultural\w*|intercultur\w+|multicultur\w+)\b`)
)

// tool finds the programs a sentence names.
func toolSpan(t string, taken func(a, b int) bool) (start, end int, ok bool) {
	start, end = -1, 0
	for _, m := range tools.FindAllStringIndex(t, -1) {
		if everyday(t, m[0], m[1]) || taken(m[0], m[1]) {
			continue
		}
		if start < 0 {
			start = m[0]
		}
		end = m[1]
	}
	return start, end, start >= 0
}

// everyday bars names of programs that are also words, where they stand as words.
func everyday(t string, a, b int) bool {
	switch t[a:b] {
	case "access":
		return !strings.Contains(t, "excel") && !strings.Contains(t, "word")
	case "teams", "notion", "tableau", "word", "zoom", "premiere", "final cut", "outlook", "git", "java", "react", "ciel", "sage":
		others := 0
		for _, m := range tools.FindAllStringIndex(t, -1) {
			switch t[m[0]:m[1]] {
			case "teams", "notion", "tableau", "word", "premiere", "internet":
			default:
				others++
			}
		}
		return others == 0 && !(strings.Contains(t, "word") && strings.Contains(t, "excel")) && !strings.Contains(t, "outils") && !strings.Contains(t, "logiciel") && !strings.Contains(t, "software")
	case "internet":
		return strings.HasPrefix(t[max(0, a-5):a], "site ") || strings.Contains(t[max(0, a-8):a], "site")
	case "python", "informatique":
		return strings.HasPrefix(t[b:], " (master") || strings.Contains(t, "parc informatique")
	}
	return false
}

// skillsAsked finds what somebody is to know or have done, apart from what taken covers.
func (r *reader) skillsAsked(s *sentence, taken []found) []found {
	t := s.Text
	var out []found
	overlaps := func(a, b int) bool {
		for _, f := range append(taken, out...) {
			if a < f.end && f.start < b {
				return true
			}
		}
		return false
	}
	for _, m := range skillLead.FindAllStringIndex(t, -1) {
		if overlaps(m[0], m[1]) {
			continue
		}
		end := clauseEnd(t, m[1])
		for _, f := range taken {
			if f.start >= m[1] && f.start < end {
				end = f.start
			}
		}
		object := t[m[1]:end]
		if len(strings.TrimSpace(object)) < 2 || softObject.MatchString(object) || skillNot.MatchString(t[m[0]:end]) {
			continue
		}
		terms, open := r.terms(s, m[1], end)
		if len(terms) == 0 {
			continue
		}
		if f, ok := r.experienceAt(s, m[0], m[1], end); ok {
			out = append(out, f)
			continue
		}
		out = append(out, r.skill(terms, open, m[0], end))
	}
	if a, b, ok := toolSpan(t, overlaps); ok {
		end := clauseEnd(t, b)
		terms, open := r.terms(s, a, end)
		if len(terms) > 0 {
			out = append(out, r.skill(terms, open, a, end))
		}
	}
	// "..., de préférence Pastel": what is preferred is one more.
	for _, c := range s.cues {
		if c.importance != screening.Asset || c.to <= c.end+2 || c.to > len(t) || overlaps(c.start, c.end) {
			continue
		}
		end := min(c.to, clauseEnd(t, c.end))
		if end <= c.end+2 || overlaps(c.end, end) || len(strings.Fields(t[c.end:end])) > 8 || softWords.MatchString(t[c.end:end]) || len(out)+len(taken) == 0 {
			continue
		}
		if terms, open := r.terms(s, c.end, end); len(terms) > 0 {
			out = append(out, r.skill(terms, open, c.start, end))
		}
	}
	for _, m := range comfortable.FindAllStringIndex(t, -1) {
		end := clauseEnd(t, m[1])
		if overlaps(m[0], m[1]) || softObject.MatchString(t[m[1]:end]) {
			continue
		}
		if terms, open := r.terms(s, m[1], end); len(terms) > 0 {
			out = append(out, r.skill(terms, open, m[0], end))
		}
	}
	if len(out) == 0 && len(taken) == 0 {
		m := collaborate.FindStringIndex(t)
		if m == nil {
			m = background.FindStringIndex(t)
		}
		if m != nil && !softObject.MatchString(t[m[1]:clauseEnd(t, m[1])]) {
			at := m[1]
			if collaborate.MatchString(t) {
				at = m[0]
			}
			if terms, open := r.terms(s, at, clauseEnd(t, m[1])); len(terms) > 0 {
				out = append(out, r.skill(terms, open, m[0], clauseEnd(t, m[1])))
			}
		}
	}
	if len(out) == 0 && len(taken) == 0 && len(strings.Fields(t)) <= 9 && (certificate.MatchString(t) || acronym.MatchString(r.words(s.Folded, 0, len(t)))) && !softWords.MatchString(t) {
		if terms, open := r.terms(s, 0, len(t)); len(terms) > 0 {
			out = append(out, r.skill(terms, open, 0, len(t)))
		}
	}
	return mergeSkills(out, t)
}

var (
	// certificate matches proofs of a skill that are no degrees.
	certificate = text.MustPattern(`\b(?:certificat\w*|certifie\w*|certified|certification|brevet\w*|bafa|bafd|attestation|accredit\w+|habilitation|caces|psc ?1|sst|first aid|licen[cs]ed?|forklift|diploma in)\b`)
	acronym     = regexp.MustCompile(`\b\p{Lu}[\p{Lu}0-9]{2,}\b`)
)

// choice reads "at least two of the following: Python, R, QGIS" as a group.
func (r *reader) choice(s *sentence) (found, bool) {
	m := twoOf.FindStringSubmatchIndex(s.Text)
	if m == nil {
		return found{}, false
	}
	n := number(s.Text[m[2]:m[3]])
	if langs := r.languages(s); len(langs) > 0 {
		return r.someLanguages(s, langs, n)
	}
	terms, _ := r.terms(s, m[1], len(s.Text))
	if n < 2 || len(terms) <= n {
		return found{}, false
	}
	g := found{kind: "at_least", start: m[0], end: len(s.Text), id: "choice"}
	g.set("n", n)
	for _, term := range terms {
		one := r.skill([]string{term}, false, m[0], len(s.Text))
		g.members = append(g.members, one)
	}
	return g, true
}

// someLanguages makes a group of the languages of which so many are asked for.
func (r *reader) someLanguages(s *sentence, langs []found, n int) (found, bool) {
	g := found{kind: "at_least", start: 0, end: len(s.Text), id: "languages"}
	g.set("n", n)
	for _, l := range langs {
		codes, ok := l.params["any_of"].([]string)
		if !ok {
			g.members = append(g.members, l)
			continue
		}
		level, _ := l.params["min_level"].(string)
		for _, code := range codes {
			one := r.language(s, []string{code}, level)
			one.start, one.end = l.start, l.end
			g.members = append(g.members, one)
		}
	}
	return g, n >= 2 && len(g.members) > n
}

var twoOf = text.MustPattern(`\b(?:at least|au moins|minimum(?: of| de)?|any|un minimum de)? ?(` + numberRule + `) (?:of |des |de ces |parmi |d'entre )(?:the |les |ces )?(?:(?:` + numberRule + `) )?(?:[\pL]+ ){0,2}?(?:following|suivante?s?|below|ci-dessous|these|langues|languages|outils|tools|logiciels|langages)(?: [\pL]+){0,2} ?(?::|,|\(|-) ?`)

// experienceAt reads "une première expérience en Afrique": some work in a place.
func (r *reader) experienceAt(s *sentence, start, object, end int) (found, bool) {
	if !workWord.MatchString(s.Text[start:object]) {
		return found{}, false
	}
	raw := strings.TrimSpace(r.words(s.Folded, object, end))
	if m := objectEnd.FindStringIndex(s.Text[object:end]); m != nil && m[0] > 2 {
		raw = r.words(s.Folded, object, object+m[0])
	}
	places := lexicon.Places(raw)
	if _, ok := r.onlyPlaces(raw); !ok || len(places) == 0 {
		return found{}, false
	}
	f := found{kind: "experience", start: start, end: end, id: "experience " + firstWords(text.String(raw), 3)}
	f.set("min_months", 1)
	f.set("region", regionName(places))
	f.fr, f.en = experienceStatement(f.params)
	return f, true
}

var workWord = text.MustPattern(`\b(?:experiences?|work|employment|assignments?)\b`)

// skillNot bars phrases that only look like knowledge.
var skillNot = text.MustPattern(`\bmaitrise de soi|connaissance de soi|experience de vie|experience (?:client|utilisateur)|formation (?:continue|assuree|interne|sera|prevue)|(?:une )?formation (?:au|aux) poste|will be (?:trained|provided)|communication skills|interpersonal skills|organi[sz]ational skills|use of initiative|pratique religieuse`)

// softObject matches an object that only a person can weigh.
var softObject = text.MustPattern(`^(?:soi\b|le stress|stress|pression|travail(?:ler)? (?:en |d')?equipe|team ?work|working (?:under pressure|independently|as part|in a team)|relationnel|communication (?:ecrite|orale|interpersonnelle)|people\b|priorites|redactionnel\w*|redaction\b|equipe\b|ecoute\b|organisation\b|synthese|qualites|conflits?\b|temps\b)`)

func clauseEnd(t string, from int) int {
	end := len(t)
	depth := 0
	for i := from; i < len(t); i++ {
		switch t[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ';':
			if depth <= 0 {
				return i
			}
		}
	}
	if m := nextClause.FindStringIndex(t[from:]); m != nil {
		if _, _, in := bracket(t, from+m[0]); !in {
			end = from + m[0]
		}
	}
	return end
}

// nextClause matches where another requirement begins inside a sentence.
var nextClause = text.MustPattern(`(?:,? (?:et|and|mais|but),? |, )(?:une? |la |de |des |an? |the |vous |you |tres |bonnes? |bon |excellentes? |solides? |forte? |good |strong |excellent |proven |sound )*(?:maitris\w+|connaissances?|connaissez|connaitre|experiences?|expertise|capacites?|aptitudes?|sens (?:de|du)|esprit|aisance|qualites?|knowledge|experience|understanding|ability|skills|familiarity|fluency|fluent|proficien\w+|permis|driving|anglais|english|francais|french|interet|interest|gout|autonom\w+|rigueur|etes|avez|possedez|faites|savez|disposez|parlez|have|are|speak|hold)\b|(?:,? (?:et|and),? |, )?\b(?:idealement|ideally|de preference|preferably)\b|\. `)

// mergeSkills joins two finds of one list of programs.
func mergeSkills(list []found, t string) []found {
	sortFound(list)
	var out []found
	for _, f := range list {
		if n := len(out); n > 0 && f.start < out[n-1].end {
			continue
		}
		out = append(out, f)
	}
	return out
}

func (r *reader) skill(terms []string, open bool, start, end int) found {
	f := found{kind: "skill", start: start, end: end, id: "skill " + firstWords(text.String(terms[0]), 3)}
	f.set("any_of", terms)
	if open {
		f.flag("list.open")
	}
	return f
}

// judgement keeps a sentence for the reader.
func (r *reader) judgement(s *sentence, start, end int) found {
	topic := strings.TrimRight(strings.Trim(r.words(s.Folded, start, end), "-–•* ,;."), " ,;.")
	if len(topic) > 160 {
		cut := topic[:160]
		if i := strings.LastIndexByte(cut, ' '); i > 80 {
			cut = cut[:i]
		}
		topic = strings.TrimRight(strings.ToValidUTF8(cut, ""), " ,;:")
	}
	f := found{kind: "judgement", start: start, end: end, id: firstWords(trimSmall(s.Text[start:end]), 4), soft: true}
	f.set("topic", topic)
	return f
}
