package fact

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// readType decides what the document is, and where its parts are when it holds several.
func readType(v *View, f *Facts) {
	runs := v.runs()
	if len(runs) == 0 {
		f.Type = typeOfName(v.Name)
		if f.Type == "" || v.Body {
			f.Type = Other
		}
		return
	}
	var parts []Part
	for _, r := range runs {
		t := v.typeOf(r)
		if (t == Other || t == unplaced) && len(runs) > 1 {
			continue
		}
		if n := len(parts); n > 0 && parts[n-1].Type == t {
			parts[n-1].To = v.Lines[r.last].All()
			continue
		}
		parts = append(parts, Part{Type: t, From: v.Lines[r.first].All(), To: v.Lines[r.last].All()})
	}
	switch {
	case len(parts) > 1:
		f.Type, f.Parts = Combined, parts
	case len(parts) == 1:
		f.Type = parts[0].Type
	default:
		f.Type = unplaced
	}
	if f.Type == unplaced {
		f.Type, f.Unplaced = Other, true
	}
	if f.Type == Other && v.Body {
		f.MaybeLetter = v.arguments(run{0, len(v.Lines) - 1}) == perhaps
	}
}

// run is a run of lines, both ends included.
type run struct{ first, last int }

// runs cuts the document where one piece seems to end and another to begin: at a page
// that opens like a letter or a CV, and inside a page at the title of a CV or a letter.
func (v *View) runs() []run {
	var out []run
	start, previous := -1, -1
	for i := range v.Lines {
		if v.Lines[i].Skip {
			continue
		}
		if start < 0 {
			start, previous = i, i
			continue
		}
		if v.opens(i, start, previous) {
			out = append(out, run{start, previous})
			start = i
		}
		previous = i
	}
	if start >= 0 {
		out = append(out, run{start, len(v.Lines) - 1})
	}
	return out
}

var (
	cvTitle     = text.MustPattern(`^(?:mon |my )?(?:curriculum vit(?:ae|\ae)?|c\.?v\.?|resume|europass.*|curriculum)(?: (?:de|of|detaille|professionnel|:).*)?$`)
	letterTitle = text.MustPattern(`^(?:lettre de motivation|lettre de candidature|ma lettre(?: de motivation)?|motivation|cover letter|motivation letter|letter of (?:motivation|application|interest)|motivational letter|personal statement|note de motivation|declaration de motivation)(?: .{0,60})?:?$`)
	salutation  = text.MustPattern(`^(?:madame|monsieur|mesdames|messieurs|cher(?:e|s|es)?\b|dear\b|bonjour|hello|hi\b|to whom it may concern|a qui de droit|excellence|good (?:morning|afternoon|day)|bonsoir|docteur|a l'attention|to the (?:hiring|recruitment|selection))`)
	closing     = text.MustPattern(`\b(?:veuillez (?:agreer|recevoir|croire)|je vous prie (?:d'agreer|de croire|de recevoir|d'accepter)|recevez|cordialement|salutations|sincerement|respectueusement|bien a vous|a bientot|dans l'attente|yours (?:sincerely|faithfully|truly)|sincerely|(?:kind|best|warm) (?:regards|wishes)|respectfully|regards|with my thanks|avec mes (?:remerciements|salutations)|i look forward|je reste a votre|je me tiens a votre|thank you for (?:your|considering)|je vous remercie)\b`)
	subject     = text.MustPattern(`^(?:objet|subject|re|concerne|ref|reference) ?:`)
	motive      = text.MustPattern(`\b(?:je (?:souhaite|sollicite|postule|candidate|desire|voudrais|suis (?:convaincu|motive|persuade|passionne|interesse)|pense|serais|veux|crois)|j'(?:aimerais|ai (?:appris|decouvert|travaille|toujours|tenu|exerce|servi|envie|dirige|pu|eu|suivi|acquis|developpe|participe|contribue))|ma (?:motivation|candidature)|votre (?:poste|action|travail|offre|annonce|organisation|structure|equipe|association|ong|projet|programme|entreprise|mission)|m'(?:interesse|attire|a (?:appris|permis|donne)|ont appris)|i (?:would (?:like|love|be)|am (?:writing|applying|convinced|motivated|interested|excited|confident|keen)|wish|want|believe|have (?:always|learned|worked)|learned|hope|apply|spent|kept)|my (?:motivation|application|experience|interest)|your (?:organi[sz]ation|team|programme|program|project|mission|work|advert\w*)|motivee? (?:par|pour))\b`)
	recommend   = text.MustPattern(`\b(?:lettre de recommandation|letter of recommendation|recommendation letter|reference letter|letter of reference|je (?:(?:le|la|vous la|vous le) )?recommande|i (?:highly |strongly |warmly |can |gladly |therefore |fully )*recommend|i have no hesitation in|recommander (?:vivement|chaudement)|attestation (?:de travail|d'emploi|de service|de fin de contrat)|certificat de travail|work certificate|certificate of (?:employment|service)|employment certificate|(?:certifie|certifions|atteste|attestons) (?:que|par la presente).{0,80}(?:a (?:travaille|ete employe|occupe|exerce|effectue)|travaille)|certif(?:y|ies) that.{0,80}(?:worked|has been employed|was employed|served))\b`)
	awarded     = text.MustPattern(`\b(?:diplome (?:de|d'|du|national|universitaire)|confere (?:a|le)|releve de notes|transcript of records|academic transcript|attestation de (?:reussite|diplome|formation|niveau|participation)|certificat (?:de reussite|de formation|de participation|d'aptitude)|certificate of (?:completion|attendance|achievement|participation|proficiency)|hereby (?:certif\w+|confer\w*|award\w*)|has (?:been awarded|successfully completed|conferred)|is awarded|est delivre|a subi avec succes|a obtenu (?:le|la|l')|score report|test report form|proces-verbal|le grade de|the degree of|le titre de|delf|dalf|toeic|toefl|ielts)\b`)
	otherPaper  = text.MustPattern(`\b(?:attestation (?:de bourse|de scolarite|d'inscription|de domicile|d'assurance|sur l'honneur)|certificat (?:de scolarite|de residence|de nationalite|medical|d'immatriculation|d'inscription)|proof of enrol\w+|enrolment certificate|passeport|passport|carte (?:nationale d'identite|d'identite|de sejour)|identity card|acte de naissance|birth certificate|casier judiciaire|permis de conduire n|convention de stage|scholarship (?:award|certificate)|releve d'identite bancaire|portfolio|invoice|facture)\b`)
)

// isSalutation tells whether a line greets a reader: "Madame, Monsieur," does, "Monsieur
// Alpha Diall, directeur pays" names somebody.
func isSalutation(l Line) bool {
	if len(l.Text) > 70 || !salutation.MatchString(l.Text) || strings.ContainsAny(l.Text, "@0123456789") {
		return false
	}
	return strings.ContainsAny(l.Text[len(l.Text)-1:], ",!:.") || len(strings.Fields(l.Text)) <= 4
}

// greets is a salutation that can be nothing else, not even behind a list of referees.
var greets = text.MustPattern(`^(?:dear (?:sir|madam|team|hiring|recruit\w+|colleagues?|selection|members?|all|friends)|madame,? (?:ou |et )?monsieur|mesdames|messieurs|madame,|monsieur,|to whom it may)`)

// announcement is the wording of an announcement, which some applicants send back with their files.
var announcement = text.MustPattern(`\b(?:profil (?:recherche|souhaite|requis|du candidat)|missions? principales?|nous recherchons|we are (?:looking for|seeking)|job description|terms of reference|fiche de poste|termes de reference|avis de (?:recrutement|vacance)|vacancy (?:notice|announcement)|offre d(?:'emploi|e stage)|pour postuler|how to apply|to apply|date limite|closing date|application deadline|les candidatures|applications must|duty station|lieu d'affectation|reporting to|reports to the|le/la titulaire|the (?:incumbent|successful candidate|ideal candidate)|le candidat (?:devra|doit|ideal)|remuneration|conditions d'emploi|required qualifications|qualifications requises|competences requises|conditions requises|type de contrat|contract type)\b`)

// opens tells whether another piece begins at line i, the one before running from start to previous.
func (v *View) opens(i, start, previous int) bool {
	l := v.Lines[i]
	newPage := l.Page != v.Lines[previous].Page
	switch {
	case cvTitle.MatchString(l.Text) && i-start >= 3 && len(l.Text) < 60:
		return true
	case letterTitle.MatchString(l.Text) && i-start >= 4 && len(l.Text) < 90 && (newPage || l.BlankBefore):
		return true
	case newPage:
		return v.pageOpens(i, previous)
	case v.Body && l.Heading && i-start >= 3 && v.headingsFrom(i) >= 2 && !v.headingBefore(start, i):
		// A CV typed below a letter, without a title of its own: its head may stand above.
		return true
	case isSalutation(l) && i-start >= 6 && l.BlankBefore && v.headingBefore(start, i):
		return true
	}
	return false
}

// pageOpens tells whether a page starts a new piece: with a salutation near its top, or
// with a name and contact lines followed by headings where the piece before was prose.
func (v *View) pageOpens(i, previous int) bool {
	page := v.Lines[i].Page
	headings, prose, other := 0, false, false
	contact := false
	for j := i; j < len(v.Lines) && v.Lines[j].Page == page; j++ {
		l := v.Lines[j]
		switch {
		case j < i+14 && (isSalutation(l) || subject.MatchString(l.Text) && len(l.Text) < 120) && (greets.MatchString(l.Text) || !v.Sections[l.Section].Is(lexicon.References)):
			prose = true
		case l.Heading && len(lexicon.Heading(l.Text)) > 0:
			headings++
		}
		if j < i+8 && emailAddress.MatchString(l.Text) {
			contact = true
		}
		if j < i+14 && (awarded.MatchString(l.Text) || otherPaper.MatchString(l.Text) || recommend.MatchString(l.Text)) && len(l.Text) < 90 {
			other = true
		}
	}
	before := v.typeOf(run{v.firstOfPage(previous), previous})
	switch {
	case prose && headings < 3:
		return true
	case headings >= 2 && before != CV && (contact || before == CoverLetter || before == ReferenceLetter || before == Diploma):
		return true
	}
	return other && headings == 0
}

func (v *View) firstOfPage(i int) int {
	for i > 0 && v.Lines[i-1].Page == v.Lines[i].Page {
		i--
	}
	return i
}

func (v *View) headingBefore(from, to int) bool {
	for i := from; i < to; i++ {
		if v.Lines[i].Heading {
			return true
		}
	}
	return false
}

func (v *View) headingsFrom(i int) int {
	seen := map[lexicon.Section]bool{}
	for ; i < len(v.Lines); i++ {
		if l := v.Lines[i]; l.Heading || l.Label > 0 {
			for _, k := range v.Sections[l.Section].Kinds {
				if k != lexicon.Unknown && k != lexicon.Contact && k != lexicon.OtherSection {
					seen[k] = true
				}
			}
		}
	}
	return len(seen)
}

// typeOf weighs what a run of lines looks like.
func (v *View) typeOf(r run) DocumentType {
	cv, letter, reference, diploma, other := 0, 0, 0, 0, 0
	kinds := map[lexicon.Section]bool{}
	dated, short, words, firsts, lines := 0, 0, 0, 0, 0
	motives, notices := map[string]bool{}, map[string]bool{}
	for i := r.first; i <= r.last; i++ {
		l := v.Lines[i]
		if l.Skip {
			continue
		}
		lines++
		n := len(strings.Fields(l.Text))
		words += n
		if n <= 8 {
			short++
		}
		if l.Heading || l.Label > 0 {
			for _, k := range v.Sections[l.Section].Kinds {
				switch k {
				case lexicon.Experience, lexicon.Education, lexicon.Languages, lexicon.Skills, lexicon.Internships, lexicon.Interests, lexicon.Volunteering, lexicon.Profile, lexicon.Training:
					kinds[k] = true
				}
			}
		}
		if yearRange.MatchString(l.Text) {
			dated++
		}
		if i-r.first < 6 && cvTitle.MatchString(l.Text) {
			cv += 5
		}
		if i-r.first < 14 {
			if isSalutation(l) {
				letter += 3
			}
			if subject.MatchString(l.Text) {
				letter += 2
			}
			if letterTitle.MatchString(l.Text) && len(l.Text) < 90 {
				letter += 5
			}
		}
		if closing.MatchString(l.Text) {
			letter++
		}
		firsts += firstPersons(l.Text)
		for _, m := range motive.FindAllString(l.Text, -1) {
			motives[m] = true
		}
		for _, m := range announcement.FindAllString(l.Text, -1) {
			notices[m] = true
		}
		if recommend.MatchString(l.Text) {
			reference += 4
		}
		if awarded.MatchString(l.Text) {
			diploma += 2
		}
		if otherPaper.MatchString(l.Text) {
			other += 3
		}
	}
	cv += 2*len(kinds) + min(dated, 4)
	if lines > 0 && short*10 > lines*6 {
		cv++
	}
	letter += min(len(motives), 4)
	if firsts >= 4 && lines > 0 && words/lines >= 8 {
		letter += 2
	}
	if v.Body {
		if cv >= 6 && len(kinds) >= 2 {
			if v.cvWithin(r) {
				return CV
			}
		}
		if v.arguments(r) == yes {
			return CoverLetter
		}
		return Other
	}
	named := typeOfName(v.Name)
	// A title in the file's name decides what the text leaves open.
	switch named {
	case CV:
		cv += 3
	case CoverLetter:
		letter += 3
	case ReferenceLetter:
		reference += 3
	case Diploma:
		diploma += 3
	case Other:
		other += 2
	}
	switch {
	case len(notices) >= 4 && firsts <= 2 && named != CV:
		return Other
	case words < 25 && named != "" && reference < 4:
		return named
	case reference >= 4 && reference+2 >= letter && len(kinds) < 2 && firsts < 12 && named != CV:
		return ReferenceLetter
	case other >= 3 && len(kinds) == 0 && letter < 6 && other >= diploma && named != CV && named != CoverLetter && dated < 3:
		return Other
	case diploma >= 4 && len(kinds) < 2 && letter < 6 && (diploma >= 5 || words < 150) && named != CV && named != CoverLetter && dated < 3:
		return Diploma
	case len(kinds) >= 2 && cv >= letter-1, cv >= 6 && cv > letter:
		return CV
	case letter >= 5 && letter > cv:
		return CoverLetter
	case named != "":
		return named
	case len(kinds) >= 1 && cv >= 4:
		return CV
	}
	return unplaced
}

// firstPersons counts the words with which somebody speaks of themselves, as firstPerson
// finds them one by one; it is read on every line of every document.
func firstPersons(s string) int {
	n, free := 0, 0
	for i := 0; i < len(s); {
		if !isLetterAt(s, i) {
			i++
			continue
		}
		start := i
		for i < len(s) && isLetterAt(s, i) {
			i++
		}
		if start < free {
			continue
		}
		switch word := s[start:i]; {
		case word == "je" || word == "mon" || word == "ma" || word == "mes" || word == "i" && (i >= len(s) || s[i] != '\'') || word == "my" || word == "me":
			n++
			free = i + 2
		case i+1 < len(s) && s[i] == '\'' && isLetterAt(s, i+1) && (word == "j" || word == "m" || word == "i"):
			n++
			free = i + 2
		}
	}
	return n
}

func isLetterAt(s string, i int) bool { return s[i] >= 'a' && s[i] <= 'z' || s[i] >= 0x80 }

// unplaced is a run nothing speaks for: it may be anything.
const unplaced DocumentType = ""

var yearRange = text.MustPattern(`(?:19|20)\d\d\s?(?:-|/|a|to|au)\s?(?:(?:19|20)\d\d|present|today|now|ce jour|aujourd'hui|en cours|actuel)|\b\d{2}/(?:19|20)\d\d|(?:depuis|since)\b.{0,12}(?:19|20)\d\d`)

// cvWithin guards against a letter that names two headings in passing.
func (v *View) cvWithin(r run) bool {
	n := 0
	for i := r.first; i <= r.last; i++ {
		if yearToken.MatchString(v.Lines[i].Text) {
			n++
		}
	}
	return n >= 2
}

// names of files, folded, underscores and digits as blanks.
var (
	cvName        = text.MustPattern(`(?:^|[^a-z])(?:c v|cv|cvs|curriculum|resume|europass|vitae)(?:[^a-z]|$)|cv[a-z]{0,2}$|^cv`)
	letterName    = text.MustPattern(`(?:^|[^a-z])(?:l m|lm|ldm|lettre|letter|motivation|cover ?letter|cl|coverletter|lettredemotivation|motiv)(?:[^a-z]|$)|motiv|coverletter|cover letter`)
	referenceName = text.MustPattern(`recomm[ae]nd|reference|attestation (?:de )?travail|certificat (?:de )?travail|work certificate|employment certificate`)
	diplomaName   = text.MustPattern(`diplom|degree|transcript|releve|attestation (?:de )?(?:reussite|formation|niveau)|certificat|toeic|toefl|ielts|delf|dalf|bac(?:calaureat)?(?:[^a-z]|$)|licence(?:[^a-z]|$)|(?:^|[^a-z])master(?:[^a-z]|$)`)
	otherName     = text.MustPattern(`passe?port|(?:^|[^a-z])(?:cni|cin|id|rib|photo|portfolio|permis|bourse|scolarite|piece identite|identite|convention|logo|image\d*|signature)(?:[^a-z]|$)`)
)

// typeOfName guesses from a file's name; empty when it says nothing.
func typeOfName(name string) DocumentType {
	n := text.String(name)
	if dot := strings.LastIndexByte(n, '.'); dot > 0 {
		n = n[:dot]
	}
	n = strings.Join(strings.FieldsFunc(n, func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == '.' || r == '(' || r == ')' || r >= '0' && r <= '9'
	}), " ")
	cv, letter := cvName.MatchString(n), letterName.MatchString(n)
	switch {
	case referenceName.MatchString(n) && !cv:
		return ReferenceLetter
	case cv && letter:
		return ""
	case cv:
		return CV
	case letter:
		return CoverLetter
	case diplomaName.MatchString(n):
		return Diploma
	case otherName.MatchString(n):
		return Other
	}
	return ""
}

// TypeOfName guesses what a document is from its file's name alone, for one that cannot be
// read. It is empty when the name says nothing.
func TypeOfName(name string) DocumentType { return typeOfName(name) }

type answer uint8

const (
	no answer = iota
	perhaps
	yes
)

// courtesy is a sentence that only hands over an application.
var courtesy = text.MustPattern(`\b(?:ci-joint\w*|ci joint\w*|en (?:piece|pieces|p\.?j|fichier)s?[ -]?joint\w*|piece\w* jointe\w*|p\.? ?j\.?|en attache\w*|attached|attachment|enclosed|veuillez (?:trouver|recevoir|noter)|vous trouverez|voici|please find|je me permets|suite a votre|en reponse a|dans l'attente|veuillez (?:agreer|croire)|d'agreer|j'ai l'honneur (?:de vous|d')|i hereby|submit my application|je vous (?:adresse|envoie|transmets|fais parvenir|prie|remercie|souhaite)|i (?:am sending|send|enclose|attach|remain|look forward)|a votre disposition|a votre (?:entiere )?disposition|at your disposal|votre (?:retour|reponse)|your (?:reply|response|answer)|en vous (?:remerciant|souhaitant)|merci\b|thank|thanks|cordialement|regards|bonne (?:journee|reception|semaine)|belle journee|best wishes|salutations|don't hesitate|do not hesitate|n'hesitez|(?:est|sont) (?:joints?|jointes?|attached|en pj)|suis disponible|am available|par telephone|entretien)\b`)

// arguments tells whether a mail's text argues why the applicant wants the post, or only
// hands over files. Two or three sentences are neither the one nor the other for sure.
func (v *View) arguments(r run) answer {
	words, sentences, motives, firsts := 0, 0, 0, 0
	last := -1
	for _, s := range v.Sentences {
		if s.First < r.first || s.Last > r.last || s.First < last {
			continue
		}
		n := len(strings.Fields(s.Text))
		if n < 5 || courtesy.MatchString(s.Text) && n < 26 || v.Lines[s.First].Heading {
			continue
		}
		if forwarded.MatchString(s.Text) {
			continue
		}
		sentences++
		words += n
		motives += len(motive.FindAllString(s.Text, -1))
		firsts += len(firstPerson.FindAllString(s.Text, -1))
	}
	switch {
	case sentences >= 3 && words >= 45 && firsts >= 2 && motives >= 1, sentences >= 3 && words >= 38 && firsts >= 2 && motives >= 2,
		words >= 55 && firsts >= 3 && motives >= 2, words >= 80 && firsts >= 3:
		return yes
	case words >= 30 && firsts >= 1 && sentences >= 2 || words >= 40 && firsts >= 1:
		return perhaps
	}
	return no
}

var forwarded = text.MustPattern(`\b(?:avec son accord|nous vous transmettons|on behalf of|we (?:are pleased to|hereby) (?:present|forward|submit)|le (?:candidat|profil) de)\b`)
