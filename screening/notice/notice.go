package notice

import (
	"sort"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

// Options are what the text alone cannot tell.
type Options struct {
	// Today lets a draft tell a deadline that has passed and a year left out; zero when
	// nothing is to be said about either.
	Today screening.Date
	// Zone is the IANA zone of a deadline when neither the notice nor its place tells.
	Zone string
}

// maxCriteria bounds the criteria of a draft: no notice asks for so many things.
const maxCriteria = 300

// ReadText is Read for a text without pages, as typed into a form.
func ReadText(s string, o Options) Draft {
	return Read([]text.Page{{Number: 1, Text: s}}, o)
}

// Read drafts a vacancy from the pages of its notice. It reads any text: one that is no
// notice gives a draft full of gaps.
func Read(pages []text.Page, o Options) Draft {
	whole, starts := joined(pages)
	d := Draft{Text: whole, Language: "fr", Sources: map[string]screening.Source{}, Addresses: []string{}, Criteria: []Criterion{}, Gaps: []string{}, Flags: []Flag{}, Concerns: []Concern{}, Interviews: []Days{}, Sentences: []Sentence{}}
	r := &reader{text: whole, opts: o, draft: &d, used: map[string]int{}}
	r.lines = cells(readLines(whole, pages, starts), whole)
	if len(r.lines) > 0 {
		r.french = francophone(text.String(whole))
		if !r.french {
			d.Language = "en"
		}
		r.blocks = blocks(r.lines)
		zones(r.blocks)
		toApplyBlocks(r.blocks)
		r.split()
		for i := range r.sentences {
			if s := &r.sentences[i]; s.heading && s.zone == ZoneProfile || s.label != nil && s.label.zone == ZoneProfile {
				r.profile = true
			}
		}
	}
	r.readHead()
	r.portal()
	r.addresses()
	r.deadline()
	r.criteria()
	r.concerns()
	r.finish()
	return d
}

// criteria runs the detectors over the sentences, in order.
func (r *reader) criteria() {
	docs := map[*sentence][]found{}
	hasDocs := false
	for _, p := range r.documents() {
		docs[p.s] = append(docs[p.s], p.f)
		hasDocs = hasDocs || p.f.kind == "documents"
	}
	if !hasDocs {
		r.gap("documents")
	}
	var groups []lot
	for i := range r.sentences {
		s := &r.sentences[i]
		list := r.requiredSafely(s)
		if given := docs[s]; len(given) > 0 && given[len(given)-1].kind == "documents" {
			list = besideDocuments(list)
		}
		list = append(list, docs[s]...)
		if d := r.draft.Deadline; d != nil && d.Source == r.cite(s) {
			f := found{kind: "deadline", start: 0, end: 1, id: "deadline", importance: screening.Required, fr: "La candidature est arrivée à temps.", en: "The application arrived in time."}
			f.flags = append(f.flags, d.Flags...)
			list = append(list, f)
		}
		if len(list) == 0 {
			continue
		}
		from := len(r.draft.Criteria)
		for _, f := range r.distinct(s, list) {
			if len(r.draft.Criteria) >= maxCriteria {
				break
			}
			r.draft.Criteria = append(r.draft.Criteria, r.criterion(s, f))
		}
		groups = append(groups, lot{s, from, len(r.draft.Criteria)})
	}
	r.chains(groups)
	r.dedupe()
	r.pick()
	r.check()
}

// requiredSafely keeps a sentence no rule was made for as a judgement, should one break on it.
func (r *reader) requiredSafely(s *sentence) (list []found) {
	defer func() {
		if recover() != nil {
			list = nil
			if s.zone == ZoneProfile {
				list = []found{r.judgement(s, 0, len(s.Text))}
			}
		}
	}()
	return r.required(s)
}

// besideDocuments keeps of what a sentence about papers seems to ask what papers are not:
// a copy of a diploma asks for no diploma.
func besideDocuments(list []found) []found {
	var out []found
	for _, f := range list {
		switch f.kind {
		case "references", "age", "availability":
			out = append(out, f)
		}
	}
	return out
}

// required finds what a sentence asks of applicants.
func (r *reader) required(s *sentence) []found {
	if s.heading {
		return nil
	}
	t := s.Text
	switch s.zone {
	case ZoneCharter:
		return nil
	case ZoneProfile:
		if conditionLine.MatchString(t) {
			return nil
		}
		if len(s.head) > 0 && s.label == nil && len(strings.Fields(t)) < 9 && contains(s.head, "title") {
			return nil
		}
		return r.detect(s, true)
	case ZoneApply:
		out := append(r.referencesAsked(s), r.agreementOnly(s)...)
		out = append(out, r.windowStart(s)...)
		out = append(out, r.agesAsked(s)...)
		if len(out) == 0 && asksProfile.MatchString(t) && !sending.MatchString(t) {
			return r.detect(s, false)
		}
		if fam := familyExcluded.MatchString(t) && familyOut.MatchString(t); fam && len(out) == 0 {
			r.noFamily(s)
		}
		return out
	case ZoneDuties:
		if !needStrong.MatchString(t) {
			return nil
		}
		var out []found
		for _, f := range r.detect(s, false) {
			if f.kind == "licence" || f.kind == "language" || f.kind == "education" || f.kind == "experience" && f.params["min_years"] != nil {
				f.flag("duty_zone")
				out = append(out, f)
			}
		}
		return out
	}
	if w := r.windowStart(s); len(w) > 0 {
		return append(w, r.agreementOnly(s)...)
	}
	if asksProfile.MatchString(t) || r.goesOnAsking(s) || !r.profile && s.zone != ZoneConditions && checkable.MatchString(t) && !ofOrganisation.MatchString(t) {
		return r.detect(s, asksStrongly.MatchString(t) && !notProfile.MatchString(t))
	}
	if s.zone == ZoneConditions || s.zone == ZoneHead {
		out := append(r.agreementOnly(s), r.windowStart(s)...)
		if needStrong.MatchString(t) {
			out = append(out, r.licences(s)...)
		}
		return append(out, r.agesAsked(s)...)
	}
	return r.agesAsked(s)
}

var (
	// asksProfile matches a sentence outside the profile that asks something of applicants.
	asksProfile    = text.MustPattern(`\b(?:vous (?:etes|avez|possedez|disposez|justifiez|devez|maitrisez|parlez|detenez|faites preuve|savez|connaissez|aimez|appreciez|presentez)|(?:le|la|les|l'|tout|chaque|une?) (?:candidat|candidate|candidats|postulant|postulants|stagiaire|stagiaires|titulaire|expert|consultant|personne (?:recrutee|recherchee|retenue|selectionnee|candidate)|profil|interessee?s?|volontaire)[^.;]{0,50}?\b(?:doit|doivent|devra|devront|devrait|possede|possedera|justifie|justifiera|maitrise|dispose|aura (?:une?|des|de)|sera titulaire|est titulaire|sont titulaires|parle|ont|est diplome|sera diplome|presente)|candidates? (?:must|should|will have|needs?|are required|have|who)|applicants? (?:must|should|will have|needs?|are required|have|who)|(?:successful|ideal|suitable|preferred) (?:candidate|applicant|person|intern)\w*|you (?:must|should|have|are|will have|need|hold|speak|possess|bring|know|can demonstrate|will need)|you'(?:re|ve|ll have|ll need|ll bring)|the (?:intern|post ?holder|consultant|incumbent|trainee)s? (?:must|should|has|needs|is required|will have|will need)|interns? (?:must|should)|nous (?:re)?cherchons|nous attendons|nous (?:lui|leur|vous) demandons|nous (?:exigeons|souhaitons)|il faut|il est (?:exige|demande|attendu)|on attend|we (?:require|expect|are looking for (?:someone|a person|people|candidates)|look for|need someone|seek)|we're looking for (?:someone|a)|(?:someone|somebody|anyone|a person|people) (?:who|with)|(?:est|sont|serait|sera|seraient) (?:exigee?s?|requise?s?|indispensables?|obligatoires?|souhaitee?s?|appreciee?s?|un (?:plus|atout)|necessaires?)|(?:is|are) (?:required|essential|mandatory|desirable|an? (?:\w+ )?(?:asset|plus|advantage|must))|would be (?:an? )?(?:\w+ )?(?:asset|plus|advantage|desirable)|de formation (?:superieure|universitaire|juridique|initiale|bac|[\pL]+iste|scientifique|commerciale|generaliste)|titulaires? d'|diplomee? d|idealement|ideally|permis [b]|une (?:premiere |bonne |solide )?experience|etudiante? en|student in|you ideally|seuls les candidats ayant|sont eligibles|peuvent (?:postuler|candidater)|(?:open|ouvert\w*) (?:to|a|aux)|exige\w*|prerequis|formation (?:superieure|bac)|niveau (?:bac|master|licence))\b`)
	asksStrongly   = text.MustPattern(`\b(?:vous (?:etes|avez|possedez|disposez|justifiez|devez|maitrisez|parlez|faites preuve|savez|connaissez|aimez|appreciez)|(?:candidat|candidats|candidate|postulants?|stagiaires?|expert|consultant|personne (?:recrutee|recherchee|retenue)|profil)[^.;]{0,40}?\b(?:doit|doivent|devra|devront|devrait|possede|justifie|maitrise|dispose|aura une?)|(?:sont|seront) (?:exigee?s|requise?s|indispensables|souhaitee?s|appreciee?s)|(?:are) (?:required|essential|desirable)|(?:candidates?|applicants?) (?:must|should|will have|needs?|are required|have)|(?:successful|ideal|suitable) (?:candidate|applicant|person)\w*|you (?:must|should|have|are|will have|need|hold|speak|possess|bring|know)|you'(?:re|ve|ll have|ll need|ll bring)|someone (?:who|with)|nous (?:re)?cherchons (?:une personne|un profil|quelqu'un)|est (?:exigee?|requise?|indispensable|souhaitee?|appreciee?)|is (?:required|essential|desirable|an? (?:\w+ )?(?:asset|plus|advantage))|would be an? (?:\w+ )?(?:asset|plus|advantage)|serait un (?:plus|atout))\b`)
	notProfile     = text.MustPattern(`\b(?:vous (?:etes|avez) (?:interesse\w*|envie|des questions|la possibilite|acces|accompagne\w*|charge\w*|responsable|integre\w*|amene\w*|invite\w*|convaincu\w*|un projet|besoin|droit)|you (?:are|have) (?:interested|invited|welcome|any questions|questions|encouraged|responsible|expected to|going to)|if you (?:are|have)|si vous (?:etes|avez)|you will (?:be|join|work)|vous (?:serez|rejoindrez|travaillerez|participerez|aurez)|candidatures?|applications? (?:must|should|are)|entretiens?|interviews?|shortlisted|preselection\w*|retenus? seront|contactee?s|will be contacted|envoy\w+|send|submit|postuler|apply|remunerat\w+|salaire|salary|gratification|stipend|conges|holidays?|contrat|contract|logement|accommodation|hebergement)\b`)
	needStrong     = text.MustPattern(`\b(?:exigee?s?|requise?s?|indispensables?|obligatoires?|imperati\w+|required|mandatory|essential|must have|un plus|un atout|an asset|an advantage|souhaitee?s?|desirable|compulsory)\b`)
	checkable      = text.MustPattern(`\b(?:experience|diplome\w*|licence|master\w*|bachelor\w*|degree|bac ?\+|anglais|francais|english|french|permis b|driving|maitrise|niveau [abc][12]|courant|fluent)\b`)
	ofOrganisation = text.MustPattern(`\b(?:nous (?:sommes|avons|travaillons|intervenons)|notre (?:equipe|association|organisation|experience|expertise)|our (?:team|organi[sz]ation|experience|expertise|work)|we (?:have|work|are|operate)|l'(?:association|organisation|ong|entreprise|agence|institut)|the (?:organi[sz]ation|company|project|programme|agency)|depuis \d{4}|founded|creee? en|il s'agit|le projet|le programme|the programme)\b`)
)

// detect runs every detector over a sentence. keep makes what no detector understood a
// judgement.
// goesOnAsking tells whether a sentence about "elle" or "they" goes on with what the one
// before it asks of applicants.
func (r *reader) goesOnAsking(s *sentence) bool {
	if !pronounAsks.MatchString(s.Text) || s.number < 2 {
		return false
	}
	for i := s.number - 2; i >= max(0, s.number-4); i-- {
		if asksProfile.MatchString(r.sentences[i].Text) || asksPerson.MatchString(r.sentences[i].Text) {
			return true
		}
	}
	return false
}

var (
	pronounAsks = text.MustPattern(`\b(?:elle|il|ils|elles|they|he or she|he|she|the person|cette personne|celui-ci|celle-ci) (?:(?:a|ont) (?:deja|une|des|l'|de)|(?:est|sont) (?:titulaire|diplome|a l'aise|capable|autonome|disponible|familier)|justifie\w*|maitrise\w*|possede\w*|dispose\w*|doi(?:t|vent)|devr(?:a|ont)|sai(?:t|vent)|parle\w*|connai\w+|has|have|must|should|needs?|holds?|speaks?|(?:is|are) able|knows?|will have)\b`)
	asksPerson  = text.MustPattern(`\b(?:la personne|le candidat|la candidate|the person|the candidate|l'expert|the expert|le consultant|the consultant)\b`)
)

func (r *reader) detect(s *sentence, keep bool) []found {
	t := s.Text
	var out []found
	if len(strings.Fields(t)) > 130 {
		// A paragraph without full stops: what it asks for is for a person to say.
		if keep {
			return []found{r.judgement(s, 0, len(t))}
		}
		return nil
	}
	if g, ok := r.choice(s); ok {
		return []found{g}
	}
	career := r.careers(s)
	out = append(out, career...)
	out = append(out, r.agesAsked(s)...)
	out = append(out, r.studies(s)...)
	if len(career) == 0 || len(career[0].members) == 0 && career[0].params["min_years"] == nil {
		out = append(out, r.experiences(s)...)
	}
	out = append(out, r.languages(s)...)
	out = append(out, r.licences(s)...)
	out = append(out, r.referencesAsked(s)...)
	out = append(out, r.availabilities(s)...)
	out = append(out, r.withoutOverlap(oneConcern(r.grounded(s)), out)...)
	for _, f := range r.eligibilities(s) {
		out = append(out, r.withoutOverlap([]found{f}, out)...)
	}
	out = append(out, r.skillsAsked(s, out)...)
	if keep {
		out = append(out, r.rest(s, out)...)
	}
	return r.alternatives(s, out)
}

// withoutOverlap leaves out what touches what was found before.
func (r *reader) withoutOverlap(list, taken []found) []found {
	var out []found
next:
	for _, f := range list {
		for _, o := range taken {
			if f.start < o.end && o.start < f.end && (o.kind != "language" || len(f.reasons) == 0) {
				continue next
			}
		}
		out = append(out, f)
	}
	return out
}

// rest makes a judgement of a sentence no detector understood, and of the parts of others
// that only a person can weigh.
func (r *reader) rest(s *sentence, taken []found) []found {
	t := s.Text
	if len(taken) == 0 {
		if !worthReading(t) {
			return nil
		}
		return []found{r.judgement(s, 0, len(t))}
	}
	// The parts between commas and small words that nothing found touches.
	start, end := -1, -1
	for _, p := range partsOf(t) {
		touched := false
		for _, f := range taken {
			touched = touched || p[0] < f.end && f.start < p[1]
		}
		if touched || !softWords.MatchString(t[p[0]:p[1]]) || len(strings.Fields(t[p[0]:p[1]])) < 2 {
			continue
		}
		if start < 0 {
			start = p[0]
		}
		end = p[1]
	}
	if start < 0 {
		return nil
	}
	return []found{r.judgement(s, start, end)}
}

// conditionLine matches a line about pay or hours that stands behind the profile without a
// heading of its own.
var conditionLine = text.MustPattern(`^(?:remuneration|salaire|salary|gratification|indemnites?|traitement (?:indiciaire|de base)|regime indemnitaire|tickets?[- ]restaurants?|titres[- ]restaurants?|mutuelle|conges payes|avantages|benefits|pay|stipend|the salary|la remuneration|le salaire|nous offrons|we offer)\b`)

// worthReading tells whether a sentence of the profile can ask for something at all.
func worthReading(t string) bool {
	if len(strings.Fields(t)) < 2 && !softWords.MatchString(t) {
		return false
	}
	return !strings.HasSuffix(t, "?") && !idle.MatchString(t)
}

// idle matches sentences that stand among requirements and ask for nothing.
var idle = text.MustPattern(`^(?:ce travail|ce poste|cela|ceci|il s'agit|celui-ci|celle-ci|n\.?b\.?|note|nous (?:vous )?(?:offrons|proposons)|we offer|www\.|https?://|etc\b|entre autres|par exemple|et$|ou$|and$|or$)|\b(?:(?:only |seuls )(?:shortlisted|les candidats (?:retenus|selectionnes|preselectionnes))|n'hesitez pas|feel free|don't worry|if you (?:don't|do not) (?:meet|tick)|meme si vous ne|we encourage you|equal opportunit\w+|page \d+)\b`)

func partsOf(t string) [][2]int {
	var out [][2]int
	from, depth := 0, 0
	emit := func(to, next int) {
		if to > from {
			out = append(out, [2]int{from, to})
		}
		from = next
	}
	for i := 0; i < len(t); i++ {
		switch {
		case t[i] == '(':
			depth++
		case t[i] == ')':
			depth--
		case depth > 0:
		case t[i] == ',' || t[i] == ';':
			emit(i, i+1)
		case strings.HasPrefix(t[i:], " et "):
			emit(i, i+4)
		case strings.HasPrefix(t[i:], " and "):
			emit(i, i+5)
		}
	}
	emit(len(t), len(t))
	return out
}

// agreementOnly finds the internship agreement where conditions are listed.
func (r *reader) agreementOnly(s *sentence) []found {
	m := agreement.FindStringIndex(s.Text)
	if m == nil || strings.Contains(s.Text, "convention collective") {
		return nil
	}
	f := found{kind: "enrolment", start: m[0], end: m[1], id: "agreement", fr: "Peut signer une convention de stage.", en: "Can sign an internship agreement."}
	f.set("internship_agreement", true)
	return []found{f}
}

// windowStart asks when an applicant is free where the beginning is a choice of months.
func (r *reader) windowStart(s *sentence) []found {
	st := r.draft.Start
	if st == nil || st.From.IsZero() || st.From == st.Until || st.Source.Start < r.cite(s).Start || st.Source.End > r.cite(s).End || s.zone == ZoneProfile {
		return nil
	}
	f := found{kind: "availability", start: 0, end: len(s.Text), id: "availability"}
	f.set("start_from", st.From.String())
	f.set("start_until", st.Until.String())
	if r.draft.DurationMonths > 0 {
		f.set("min_months", r.draft.DurationMonths)
	}
	f.fr, f.en = availabilityStatement(f.params)
	return []found{f}
}

// noFamily adds to the references asked for that family does not count, when the next
// sentence says so.
func (r *reader) noFamily(s *sentence) {
	for i := len(r.draft.Criteria) - 1; i >= 0; i-- {
		c := &r.draft.Criteria[i]
		if c.Kind != "references" || s.number-c.Sentence > 2 {
			continue
		}
		c.Params = merge(c.Params, "exclude_family", true)
		c.Statement.FR, c.Statement.EN = strings.TrimSuffix(c.Statement.FR, ".")+", hors famille.", strings.TrimSuffix(c.Statement.EN, ".")+", none of them family."
		s.ids = append(s.ids, c.ID)
		return
	}
}

// finish numbers the sentences and puts everything into its order.
func (r *reader) finish() {
	d := r.draft
	if len(d.Addresses) == 0 {
		if d.Portal == "" {
			r.gap("address")
		} else {
			r.gap("mailbox")
		}
	}
	if len(d.Criteria) == 0 {
		r.gap("criteria")
	}
	rank := map[string]int{}
	for i, g := range GapCodes {
		rank[g] = i
	}
	sort.SliceStable(d.Gaps, func(i, j int) bool { return rank[d.Gaps[i]] < rank[d.Gaps[j]] })
	byID := map[int][]string{}
	var walk func(list []Criterion)
	walk = func(list []Criterion) {
		for _, c := range list {
			byID[c.Sentence] = addOnce(byID[c.Sentence], c.ID)
			walk(c.Criteria)
		}
	}
	walk(d.Criteria)
	for i := range d.Concerns {
		for _, l := range d.Leaves() {
			if l.Source == d.Concerns[i].Source && contains(l.Reasons, d.Concerns[i].Code) {
				d.Concerns[i].Criterion = l.ID
			}
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		n := Sentence{Number: s.number, Source: r.cite(s), Zone: s.zone, Heading: s.heading, Head: s.head, Criteria: byID[s.number]}
		for _, id := range s.ids {
			if !contains(n.Criteria, id) && r.has(d.Criteria, id) {
				n.Criteria = append(n.Criteria, id)
			}
		}
		d.Sentences = append(d.Sentences, n)
	}
}

func (r *reader) has(list []Criterion, id string) bool {
	for _, c := range list {
		if c.ID == id || r.has(c.Criteria, id) {
			return true
		}
	}
	return false
}
