package notice

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// field is a fact of the vacancy with the labels notices put before it.
type field struct {
	name   string
	labels *text.Pattern
}

// fields of a fact sheet, tried in order.
var headFields = []field{
	{"deadline", text.MustPattern(`^(?:date limite.*|limite de .*|cloture.*|closing.*|deadline.*|application deadline.*|date de cloture.*|apply by|candidatures? (?:avant|jusqu).*)$`)},
	{"interviews", text.MustPattern(`^(?:(?:dates? (?:d'|des |de l')|dates? of )?(?:entretiens?|interviews?|auditions?|jurys?|tests?)(?: dates?| prevus?)?|interview dates?)$`)},
	{"start", text.MustPattern(`^(?:date (?:de |d')?(?:debut|prise|demarrage|embauche|entree|prevue|souhaitee).*|date de debut.*|debut(?: de| du| souhaite| prevu| des| d')?.*|prise de (?:poste|fonctions?|service).*|start(?:ing)?(?: date)?.*|expected start.*|proposed start.*|entree en (?:fonctions?|service).*|demarrage.*|a pourvoir.*|poste a pourvoir.*|start of (?:contract|employment|work)|availability|disponibilite(?: du poste)?|commencement.*)$`)},
	{"duration", text.MustPattern(`^(?:duree.*|duration.*|length.*|contrat|contract|type de contrat|contract (?:type|length|duration|period)|type of contract|nature du contrat|periode.*|statut|type de poste|employment type)$`)},
	{"reference", text.MustPattern(`^(?:(?:votre |notre |job |vacancy |post |position |our )?ref(?:erence|\.)?s?(?: (?:de l'(?:offre|annonce)|du poste|de l'appel|number|no\.?|n°|code|interne|id))?|code(?: (?:du poste|offre|poste))?|n° (?:d'offre|de reference|de poste|d'annonce|de l'offre|de l'avis)|numero (?:d'offre|de poste|de reference|de l'offre|de l'avis|d'annonce)|(?:vacancy|job|post|announcement|requisition|position) (?:number|no\.?|n°|id|code)|avis n°|offre n°|va n°)$`)},
	{"title", text.MustPattern(`^(?:intitule(?: (?:du|de la|de l'|exact).*)?|titre(?: (?:du|de la|de l').*)?|poste(?: a pourvoir| propose| concerne| recherche)?|fonction|emploi|nom du poste|job title|(?:position|post|role|vacancy|functional|assignment) ?(?:title)?|title|job|offre(?: d'emploi| de stage)?|recrutement|stage|internship(?: title)?|consultance|mission|position a pourvoir|denomination)$`)},
	{"organisation", text.MustPattern(`^(?:organisation|organization|employeur|employer|structure(?: d'accueil| employeuse)?|organisme(?: d'accueil)?|entreprise|societe|company|association|ong|institution|agence|agency|nom de la structure|recruteur|hiring organi[sz]ation|ngo|etablissement(?: d'accueil)?|universite|university|collectivite|administration|ministere|host organi[sz]ation)$`)},
	{"place", text.MustPattern(`^(?:lieux?(?: (?:d'affectation|de travail|du stage|de la mission|d'execution|du poste|d'exercice|de mission|d'activite|et conditions|de prise de poste|de stage))?|localisation(?: du poste)?|location(?: of (?:post|work|assignment))?|duty station|place(?: of (?:work|performance|assignment|employment))?|(?:poste )?base(?:e)? a|ville|city|based (?:in|at)|base|affectation|residence administrative|work(?:ing)? location|job location|site|country|pays|city, country|station|pays/ville|ville/pays|zone)$`)},
}

var (
	recruits  = text.MustPattern(`^(?:.{0,80}?)\b(?:recrute(?:nt)?|recherche(?:nt)?|cherche(?:nt)?|embauche|(?:est|sont) (?:actuellement )?(?:a la recherche|en recherche) d(?:e|'|es)|souhaite (?:recruter|accueillir|s'adjoindre)|lance (?:le|un) recrutement d'?|propose (?:un|une)|procede au recrutement d'?|is (?:currently |now )?(?:looking for|seeking|recruiting|hiring|searching for|inviting applications for)(?: the position of| the post of)?|are (?:currently |now )?(?:looking for|seeking|recruiting|hiring|searching for|inviting applications for)(?: the position of| the post of)?|seeks|invites applications (?:for|from)(?: the (?:post|position|role) of)?|wishes to (?:recruit|hire|appoint)|has an opening for|offers (?:an?|a)|requires|welcomes|accueille|ouvre un (?:poste|stage))(?:,? (?:des|pour|a|dans|for|au)[^,]{0,60},?)? ?(?:un poste de |un stage |un |une |un ou une |des |de |d'|an? |our next |its |son |sa |the |two |deux |d'un |le |la )?(?:nouveau |nouvelle |new |full-time |part-time |temporary |experienced |highly |qualified |dynamic |motivated )*`)
	offerOf   = text.MustPattern(`^(?:(?:avis (?:de )?(?:recrutement|vacance(?: de poste)?)|offre (?:d'emploi|de stage|de poste|d'alternance|de mission|de consultance|de these)|appel a candidatures?|annonce|fiche de poste|vacancy(?: announcement| notice)?|job (?:description|announcement|posting|vacancy|advert)|internship (?:offer|opportunity|announcement)|call for applications?|recrutement|termes de reference|terms of reference|avis d'appel a candidatures?|profil de poste|stage|poste|position|consultancy|proposition de stage)(?: (?:interne|externe|n° ?[\w/-]+|no\.? ?[\w/-]+|publique?|internationale?|nationale?))*)(?: (?:-|–|:|pour le (?:poste|recrutement) d'?(?:e |une? )?|pour le poste de|for the (?:post|position) of|d'une?|de|d'|:)|-|:| –)? ?(?:un |une |of |an? )?`)
	titleEnds = text.MustPattern(`[.;!?|]|,? (?:pour (?:son|sa|ses|le|la|les|un|une|notre|appuyer|renforcer|l'|des|assurer|nous|rejoindre|son antenne)|a (?:paris|temps|pourvoir|compter|partir)|base[e]?s?(?: a| au| en)|dans le cadre|au sein|for (?:its|our|the|their|a|an)|to (?:join|support|work|lead|be|help|cover|strengthen|manage|oversee)|based|within|who|qui|en (?:cdd|cdi|stage|alternance|contrat|vsi|service)|\(?h/f\)?|\(?f/h\)?|\(?m/f\)?|\(?f/m\)?|afin|a plein|from|starting|with|dont|in (?:its|our|the)|on a|charge de|des que)\b| - | – | \(|,`)
	generic   = text.MustPattern(`^(?:offres? (?:d'emploi|de stage|de poste|d'alternance)|avis (?:de )?(?:recrutement|vacance(?: de poste)?)|appel a candidatures?|annonce|fiche de poste|vacancy(?: announcement| notice)?|job (?:description|announcement|vacancy|posting|advert)|we(?:'re| are) (?:hiring|recruiting)|nous recrutons|recrutement|termes de reference|terms of reference|call for applications?|internship (?:offer|opportunity|announcement)|stage|join (?:us|our team)|rejoignez[- ]nous|on recrute|profil de poste|republique .*|ministere .*|communique|opportunity|careers?|a pourvoir|urgent)$`)
	jobWord   = text.MustPattern(`\b(?:stagiaire|stage|charge|responsable|coordinat\w+|coordonnat\w+|assistant\w*|directeur|directrice|chef|cheffe|expert|consultant\w*|conseill\w+|animat\w+|educat\w+|gestionnaire|administrat\w+|agent|officier|officer|manager|coordinator|intern|internship|trainee|advis[eo]r|director|head|lead|analyst|engineer|developer|developpeu\w+|ingenieur|technicien|technician|specialist|comptable|accountant|logistic\w+|infirmi\w+|nurse|medecin|doctor|psycholog\w+|juriste|lawyer|lecturer|professor|researcher|chercheu\w+|doctorant|postdoc\w*|phd|fellow|volunteer|volontaire|alternant\w*|apprenti|secretaire|secretary|receptionist|driver|chauffeur|mediat\w+|formateur|formatrice|trainer|teacher|enseignant\w*|redact\w+|editor|traduct\w+|translator|interpret\w+|archiviste|librarian|bibliothecaire|graphiste|designer|webmaster|community manager|delegue|secretaire|auditeur|auditor|controleur|controller|inspecteur|instructor|moniteur|monitrice|travailleu\w+|social worker|case ?worker|facilitat\w+|supervis\w+|superviseur|clerk|executive|associate|ambassad\w+|mission|poste|post|position|vacataire|encadrant\w*|referent\w*|maitre|attache|rapporteur|surveillant|gardien|cook|cuisini\w+)\b`)
)

// pair is a label of the fact sheet with its value.
type pair struct {
	label   string
	s       *sentence
	from    int
	value   text.Folded
	several bool
}

// pairsOf reads "label: value" on one line, and a label alone above or beside its value.
func (r *reader) pairsOf() []pair {
	var out []pair
	for i := range r.sentences {
		s := &r.sentences[i]
		t := s.Text
		if m := labelled.FindStringSubmatchIndex(t); m != nil && m[1] < len(t) {
			out = append(out, pair{label: strings.Trim(t[:m[3]], " *"), s: s, value: s.Folded.Sub(m[1], len(t)).Trim()})
			continue
		}
		if i == 0 || len(strings.Fields(t)) > 16 || s.heading && !r.sentences[i-1].heading {
			continue
		}
		p := r.sentences[i-1]
		label := strings.Trim(p.Text, " :*.")
		if len(strings.Fields(label)) > 6 || strings.Contains(p.Text, ": ") || !labelShape(label) {
			continue
		}
		// Two lines of a fact sheet: a label stands alone, its value below or beside it.
		if r.lines[r.blocks[s.block].first].column > 0 || strings.HasSuffix(strings.TrimRight(p.Text, " "), ":") || p.heading || r.blocks[p.block].head != nil {
			out = append(out, pair{label: label, s: s, value: s.Folded})
		}
	}
	return out
}

func labelShape(label string) bool {
	for _, f := range headFields {
		if f.labels.MatchString(label) {
			return true
		}
	}
	return false
}

// readHead reads the fields of the vacancy.
func (r *reader) readHead() {
	d := r.draft
	for _, p := range r.pairsOf() {
		for _, f := range headFields {
			if !f.labels.MatchString(p.label) {
				continue
			}
			r.take(f.name, p)
			break
		}
	}
	if d.Title == "" {
		r.titleFromProse()
	}
	if d.Title == "" {
		r.titleFromTop()
	}
	if d.Organisation == "" {
		r.organisationFromProse()
	}
	if d.Place == "" {
		r.placeFromProse()
	}
	r.startFromProse()
	if d.Reference == "" {
		r.referenceFromProse()
	}
	for _, g := range []struct{ name, value string }{{"title", d.Title}, {"organisation", d.Organisation}, {"place", d.Place}} {
		if g.value == "" {
			r.gap(g.name)
		}
	}
}

// take puts a labelled value into its field, unless the field has one.
func (r *reader) take(name string, p pair) {
	d := r.draft
	value := strings.Trim(r.words(p.value, 0, len(p.value.Text)), " .;|")
	value = strings.TrimSpace(strings.TrimPrefix(value, ":"))
	put := func(to *string, most int) {
		if *to != "" || value == "" || utf8.RuneCountInString(value) > most {
			return
		}
		*to = value
		d.Sources[name] = r.source(p.value, 0, len(p.value.Text))
		r.cover(p.s, name)
	}
	switch name {
	case "title":
		if p.s.zone == ZoneProfile || p.s.zone == ZoneDuties || strings.Contains(value, "@") || placeOnly(value) || recruitVerb.MatchString(p.value.Text) {
			return
		}
		if len(strings.Fields(value)) > 16 {
			return
		}
		put(&d.Title, 140)
	case "organisation":
		if len(strings.Fields(value)) > 12 || p.s.zone == ZoneProfile {
			return
		}
		put(&d.Organisation, 120)
	case "place":
		if d.Place != "" && len(lexicon.Places(value)) > 0 && len(lexicon.Places(d.Place)) == 0 || d.Place != "" && p.label == "pays" || d.Place != "" && p.label == "country" {
			if !strings.Contains(d.Place, value) {
				d.Place += ", " + value
				r.cover(p.s, name)
			}
			return
		}
		if noPlace.MatchString(text.String(value)) {
			return
		}
		if p.label == "zone" && len(lexicon.Places(value)) == 0 {
			return
		}
		if d.Place != "" && isCountry(d.Place) {
			value += ", " + d.Place
			d.Place = ""
		}
		for _, sep := range []string{" avec ", " with ", " ; ", " – ", " - "} {
			if i := strings.Index(value, sep); i > 2 {
				value = value[:i]
			}
		}
		if i := strings.IndexAny(value, "("); i > 2 && !strings.Contains(value[:i], ",") && utf8.RuneCountInString(value) > 50 {
			value = strings.TrimSpace(value[:i])
		}
		put(&d.Place, 90)
	case "reference":
		if strings.ContainsFunc(value, unicode.IsDigit) && len(strings.Fields(value)) <= 4 {
			put(&d.Reference, 60)
		}
	case "start":
		r.start(p.value, p.s)
	case "duration":
		if n := monthsIn(p.value.Text); n > 0 && d.DurationMonths == 0 {
			d.DurationMonths = n
			d.Sources["duration"] = r.source(p.value, 0, len(p.value.Text))
			r.cover(p.s, "duration")
		}
		if d.Start == nil && fromDate.MatchString(p.value.Text) {
			r.start(p.value, p.s)
		}
		if len(strings.Fields(p.value.Text)) <= 8 {
			r.cover(p.s, "duration")
		}
	case "interviews":
		r.interviewDays(p.value, p.s)
	}
}

// referenceFromProse finds "réf. AB-12" in a sentence.
func (r *reader) referenceFromProse() {
	for i := range r.sentences {
		s := &r.sentences[i]
		raw := r.words(s.Folded, 0, len(s.Text))
		if m := referenceIn.FindStringSubmatch(raw); m != nil && strings.ContainsFunc(m[1], unicode.IsDigit) {
			r.draft.Reference = strings.Trim(m[1], ".,;:/-")
			r.draft.Sources["reference"] = r.cite(s)
			r.cover(s, "reference")
			return
		}
	}
}

var referenceIn = regexp.MustCompile(`(?i)\b(?:r[ée]f(?:[ée]rence|\.)?s?(?:\s(?:de l['’]offre|du poste|number|no\.?|n°|code))?|vacancy (?:no\.?|number)|offre n°|avis n°|n° d['’]offre|(?:candidatures?|recrutement|annonce|poste|appel|post|job|vacancy|position)\s+n°)\s*(?:\s*:\s*|n°\s*|no\.?\s*|[«"“]\s*)*\s*[«"“']?\s?([A-Z0-9][A-Za-z0-9_./-]{2,30})`)

// cover notes that a field of the vacancy was read from a sentence.
func (r *reader) cover(s *sentence, name string) { s.head = addOnce(s.head, name) }

func (r *reader) gap(code string) { r.draft.Gaps = addOnce(r.draft.Gaps, code) }

func (r *reader) flag(code string, ss ...*sentence) {
	for i := range r.draft.Flags {
		if r.draft.Flags[i].Code == code {
			return
		}
	}
	f := Flag{Code: code, Sources: []screening.Source{}}
	for _, s := range ss {
		f.Sources = append(f.Sources, r.cite(s))
	}
	r.draft.Flags = append(r.draft.Flags, f)
}
