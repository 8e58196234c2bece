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

var noPlace = text.MustPattern(`^(?:sans famille|non[- ]family|family|a definir|to be determined|tbd|tbc)`)

func placeOnly(value string) bool {
	return len(strings.Fields(value)) <= 2 && len(lexicon.Places(value)) > 0
}

func isCountry(s string) bool {
	return len(strings.Fields(s)) <= 3 && len(lexicon.Places(s)) > 0 && !strings.Contains(s, ",")
}

var (
	fromDate  = text.MustPattern(`\b(?:a partir d|a compter d|des le|des|from|starting|debut|as of|du \d)`)
	anyMonths = text.MustPattern(`\b(` + numberRule + `)(?: ?\(\d{1,2}\))?[ -]?(?:(?:a|-|to|ou|or|et) ?(?:` + numberRule + `)[ -]?)?(mois|months?|ans?|annees?|years?|semaines|weeks)\b`)
)

// monthsIn is the first length of time of a text in months, 0 when there is none.
func monthsIn(t string) int {
	m := anyMonths.FindStringSubmatch(t)
	if m == nil {
		return 0
	}
	n := number(m[1])
	switch {
	case strings.HasPrefix(m[2], "an"), strings.HasPrefix(m[2], "year"):
		return n * 12
	case strings.HasPrefix(m[2], "sem"), strings.HasPrefix(m[2], "week"):
		return (n + 2) / 4
	}
	return n
}

// start reads when the work begins.
func (r *reader) start(f text.Folded, s *sentence) {
	if r.draft.Start != nil {
		return
	}
	ds := dates(f.Text)
	if len(ds) == 0 || ds[0].noYear {
		if asSoon.MatchString(f.Text) {
			r.draft.Start = &Start{Source: r.source(f, 0, len(f.Text))}
			r.cover(s, "start")
		}
		return
	}
	from, until := ds[0].from, ds[0].until
	if len(ds) > 1 && !ds[1].noYear && startEither.MatchString(f.Text[ds[0].end:ds[1].start]) {
		until = ds[1].until
	}
	if !ds[0].day && fromThen.MatchString(f.Text[:ds[0].start]) {
		until = from
	}
	r.draft.Start = &Start{From: from, Until: until, Source: r.source(f, 0, len(f.Text))}
	r.draft.Sources["start"] = r.draft.Start.Source
	r.cover(s, "start")
	if r.draft.DurationMonths == 0 {
		if n := monthsIn(f.Text); n > 0 && forMonths.MatchString(f.Text) {
			r.draft.DurationMonths = n
			r.cover(s, "duration")
		}
	}
}

var (
	asSoon      = text.MustPattern(`\b(?:des que possible|immediate\w*|as soon as possible|asap|des maintenant|tout de suite|au plus tot|de suite|urgent)\b`)
	startEither = text.MustPattern(`^\s*(?:ou|or|/|et|and|-|au|to)\s*$`)
	forMonths   = text.MustPattern(`\b(?:pour(?: une duree de)?|for(?: a period of)?|duree|pendant|period of) (?:de |d'au moins )?(?:` + numberRule + `)`)
	startsWork  = text.MustPattern(`\b(?:debut(?:e|era|ant)?|demarr\w+|prise de (?:poste|fonctions?)|prendre (?:ses fonctions|son poste|le poste|vos fonctions)|a pourvoir|poste a pourvoir|entree en (?:fonctions?|service)|start(?:s|ing)?(?: date)?|commenc\w+|begin\w*|to start|a partir du|a compter du)\b`)
	contractFor = text.MustPattern(`\b(?:(?:stage|contrat|cdd|mission|contract|internship|placement|vsi|poste|position|appointment|consultancy|volontariat|service civique|alternance|fixed[- ]term(?: contract)?|engagement|convention|prestation|fonctions?|dure|lasts?|runs? for)\b[^.;]{0,60}?\b(?:de|of|d'une duree de|for|pour|a|:|lasting|duree|period of)? ?(?:une duree (?:initiale )?de |an initial period of |un an|a )?(` + numberRule + `)(?: ?\(\d{1,2}\))?[ -]?(?:(?:a|-|to|ou) ?(?:` + numberRule + `)[ -]?)?(mois|months?|ans?|annees?|years?|weeks|semaines)|\b(\d{1,2})[- ](month|year)s?[ -](?:contract|internship|fixed|placement|assignment|position|post|consultancy|appointment|maternity))\b`)
)

// startFromProse finds the beginning, the length and the interviews in sentences.
func (r *reader) startFromProse() {
	for i := range r.sentences {
		s := &r.sentences[i]
		t := s.Text
		if interviewWord.MatchString(t) && len(r.draft.Interviews) < 6 {
			r.interviewDays(s.Folded, s)
		}
		if s.zone == ZoneProfile && r.profile && !startsWork.MatchString(t) {
			continue
		}
		if m := startsWork.FindStringIndex(t); m != nil && r.draft.Start == nil && !closingAbout.MatchString(t[:m[0]]) && !strings.Contains(t[max(0, m[0]-20):m[0]], "candidat") && s.zone != ZoneContext {
			end := len(t)
			if ds := dates(t[m[0]:]); len(ds) > 0 && !ds[0].noYear && ds[0].start < 70 || asSoon.MatchString(t[m[0]:]) {
				r.start(s.Folded.Sub(m[0], end), s)
			}
		}
		if r.draft.DurationMonths == 0 && s.zone != ZoneContext && s.zone != ZoneDuties {
			if m := contractFor.FindStringSubmatch(t); m != nil {
				n := number(firstOf([]string{m[1], m[3]}))
				unit := firstOf([]string{m[2], m[4]})
				switch {
				case strings.HasPrefix(unit, "an"), strings.HasPrefix(unit, "year"):
					n *= 12
				case strings.HasPrefix(unit, "week"), strings.HasPrefix(unit, "sem"):
					n = (n + 2) / 4
				}
				if n > 0 && n <= 120 && !strings.Contains(t, "experience") {
					r.draft.DurationMonths = n
					r.draft.Sources["duration"] = r.cite(s)
					r.cover(s, "duration")
				}
			}
		}
	}
}

var interviewWord = text.MustPattern(`\b(?:entretiens?|interviews?|auditions?|jury|tests? (?:ecrits?|techniques?)|written tests?|oraux)\b`)

// interviewDays reads the days behind the word for interviews.
func (r *reader) interviewDays(f text.Folded, s *sentence) {
	t := f.Text
	from := 0
	if m := interviewWord.FindStringIndex(t); m != nil {
		from = m[0]
	}
	for _, d := range dates(t) {
		if !d.day || d.end < from {
			continue
		}
		if d.start < from && from-d.end > 25 {
			continue
		}
		a, b := d.from, d.until
		if d.noYear {
			year, ok := r.yearFor(d.until)
			if !ok {
				continue
			}
			a.Year, b.Year = year, year
		}
		days := Days{From: a, Until: b, Source: r.source(f, d.start, d.end)}
		known := false
		for _, have := range r.draft.Interviews {
			known = known || have.From == days.From && have.Until == days.Until
		}
		if !known {
			r.draft.Interviews = append(r.draft.Interviews, days)
		}
		r.cover(s, "interviews")
	}
}

// titleFromProse reads "X recrute un·e Y" and "Offre de stage : Y".
func (r *reader) titleFromProse() {
	for i := range r.sentences {
		if i > 25 {
			return
		}
		s := &r.sentences[i]
		t := s.Text
		at := -1
		if m := offerOf.FindStringIndex(t); m != nil && m[1] < len(t) && len(strings.Fields(t)) <= 22 && !generic.MatchString(strings.Trim(t, " :.")) {
			at = m[1]
		} else if m := recruits.FindStringIndex(t); m != nil && m[1] < len(t) {
			at = m[1]
		} else if m := seekWe.FindStringIndex(t); m != nil && m[1] < len(t) {
			at = m[1]
		}
		if at < 0 {
			continue
		}
		end := len(t)
		if m := titleEnds.FindStringIndex(t[at:]); m != nil && m[0] > 2 {
			end = at + m[0]
		}
		if !jobWord.MatchString(t[at:end]) || len(strings.Fields(t[at:end])) > 12 {
			continue
		}
		r.draft.Title = capital(strings.Trim(r.words(s.Folded, at, end), " :–-,.*«»\"#"))
		r.draft.Sources["title"] = r.source(s.Folded, at, end)
		r.cover(s, "title")
		return
	}
}

var seekWe = text.MustPattern(`^.{0,60}\b(?:nous (?:recherchons|recrutons|cherchons)|we(?:'re| are) (?:currently |now )?(?:looking for|seeking|recruiting|hiring)|we seek|recrutement d')[^.;]{0,40}?\b(?:un|une|notre|nos|des|an?|our(?: next)?)? ?(?:futur|nouveau|nouvelle|new )?`)

// titleFromTop takes the first heading that names a post, else the first that may.
func (r *reader) titleFromTop() {
	var first *sentence
	for i := range r.sentences {
		s := &r.sentences[i]
		if i > 12 || s.zone == ZoneProfile {
			break
		}
		words := len(strings.Fields(s.Text))
		if s.bullet || words > 16 || strings.Contains(s.Text, "@") || strings.HasSuffix(s.Text, ".") || strings.Contains(s.Text, ": ") {
			continue
		}
		if _, known := lookup(s.Text); known || generic.MatchString(strings.Trim(s.Text, " :.!")) {
			continue
		}
		if jobWord.MatchString(s.Text) {
			r.setTitle(s)
			return
		}
		if first == nil && words >= 2 {
			first = s
		}
	}
	// A word for the kind of contract is better than nothing.
	for i := range r.sentences {
		s := &r.sentences[i]
		if m := contractWord.FindStringIndex(s.Text); m != nil {
			r.draft.Title = capital(r.words(s.Folded, m[0], m[1]))
			if first != nil && first.zone == ZoneHead && len(first.Text) < 60 && !strings.HasSuffix(first.Text, ":") {
				r.draft.Title += ", " + strings.Trim(r.words(first.Folded, 0, len(first.Text)), " :.–-")
				r.cover(first, "title")
			}
			r.draft.Sources["title"] = r.source(s.Folded, m[0], m[1])
			r.flag("title.assumed", s)
			return
		}
	}
	if first != nil {
		r.setTitle(first)
		r.flag("title.assumed", first)
	}
}

var contractWord = text.MustPattern(`\b(?:stagiaire|stage|internship|intern|consultant|consultance|consultancy|expert|alternance|volontaire|volunteer|doctorant|phd)\b`)

func (r *reader) setTitle(s *sentence) {
	end := len(s.Text)
	if m := titleTail.FindStringIndex(s.Text); m != nil && m[0] > 6 {
		end = m[0]
	}
	r.draft.Title = strings.Trim(r.words(s.Folded, 0, end), " :–-,.*«»\"#")
	r.draft.Sources["title"] = r.source(s.Folded, 0, end)
	r.cover(s, "title")
}

var titleTail = text.MustPattern(` (?:\(?(?:ref|reference)\b.*|\(?[hfm]/[hfm]\)?.*)$`)

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

// placeFromProse finds a place after "based in" or in the title.
func (r *reader) placeFromProse() {
	for i := range r.sentences {
		s := &r.sentences[i]
		if m := basedIn.FindStringSubmatchIndex(s.Text); m != nil && s.zone != ZoneContext {
			end := m[3]
			raw := r.words(s.Folded, m[2], end)
			if name := capitals.FindString(raw); name != "" && len(lexicon.Places(name)) > 0 {
				r.draft.Place = strings.TrimRight(name, " ,.(")
				r.draft.Sources["place"] = r.cite(s)
				r.cover(s, "place")
				return
			}
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		if i > 6 {
			return
		}
		raw := r.words(s.Folded, 0, len(s.Text))
		if len(strings.Fields(raw)) <= 20 {
			if m := titlePlace.FindStringSubmatch(raw); m != nil && len(lexicon.Places(m[1])) > 0 {
				r.draft.Place = strings.Trim(m[1], " ,.)")
				r.draft.Sources["place"] = r.cite(s)
				r.cover(s, "place")
				return
			}
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		if i > 12 || s.zone == ZoneProfile || s.zone == ZoneDuties {
			continue
		}
		// A village no gazetteer knows, where the words around leave no doubt.
		if m := seatedIn.FindStringSubmatch(r.words(s.Folded, 0, len(s.Text))); m != nil {
			r.draft.Place = strings.Trim(m[1]+m[2], " ,.)")
			r.draft.Sources["place"] = r.cite(s)
			r.cover(s, "place")
			return
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		if s.zone == ZoneProfile || s.zone == ZoneCharter {
			continue
		}
		raw := r.words(s.Folded, 0, len(s.Text))
		if !jobWord.MatchString(s.Text) && !(i < 8 && (s.zone == ZoneHead || s.zone == ZoneContext)) && !strings.Contains(s.Text, "bureau") && !strings.Contains(s.Text, "office") && !strings.Contains(s.Text, "siege") {
			continue
		}
		for _, m := range lastPlace.FindAllStringSubmatch(raw, -1) {
			if len(lexicon.Places(m[1])) == 0 {
				continue
			}
			r.draft.Place = strings.Trim(m[1], " ,.)")
			r.draft.Sources["place"] = r.cite(s)
			r.cover(s, "place")
			return
		}
	}
}

// seatedIn matches where an employer or a post is.
var seatedIn = regexp.MustCompile(`(?i:basée?s?|installée?s?|située?s?|établie?s?|siège|bureaux?|poste|antenne|permanences?|personnes|bénévoles|based|located|offices?|non-profit|company|charity|is a [\p{L} -]{2,30}) (?:à|in|at) (\p{Lu}[\p{L}'’-]+(?:[ -]\p{Lu}[\p{L}'’-]+)*)|\((\p{Lu}[\p{L}'’-]+), \d`)

// lastPlace matches a place at the end of a sentence.
var lastPlace = regexp.MustCompile(`(?:(?:^|[ (])(?:à|au|en|in|at|de|d['’])\s?|\()(\p{Lu}[\p{L}'’-]+(?:[ -]\p{Lu}[\p{L}'’-]+)*(?:,? \(?\p{Lu}[\p{L}'’-]+\)?)?)\s*(?:[.,;:()]|$| sont| est| pour| depuis| has| for| since| and)`)

var (
	basedIn    = text.MustPattern(`\b(?:basee?s? (?:a|au|en|aux)|based (?:in|at|out of)|poste (?:est )?(?:situe|localise) (?:a|au|en)|located in|affectee? (?:a|au|en)|se deroulera (?:a|au|en)|situee? (?:a|au|en)|a notre (?:bureau|siege) (?:de|d')|in our [\pL]+ office in|in our|at our|duty station is|lieu de travail (?:est|sera)|nos bureaux (?:de|a|d')|travail a|bureau (?:de|d')|stage a|poste a|role in|post in|position in|mission a|mission au|mission en) ([\pL][\pL' ,()-]{1,60})`)
	capitals   = regexp.MustCompile(`^(?:\p{Lu}[\p{L}'’-]*(?:[ -](?:de|du|des|la|le|sur|en|sous|et|of|the))*[ ,(]*)+`)
	titlePlace = regexp.MustCompile(`(?:[,–—-] |\(|\b(?:à|au|in|en) )(\p{Lu}[\p{L}'’ -]+(?:, \p{Lu}[\p{L}'’ -]+)?)\)?$`)
)

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
