package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/lexicon"

	"dossier/screening/text"
)

// Reference is a person the applicant names as a referee.
type Reference struct {
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Employer string `json:"employer,omitempty"`
	// Relation is line_manager, hr, colleague, family, or empty when unknown.
	Relation string `json:"relation,omitempty"`
	// Also is a second role the same person has: an HR director who was the line manager.
	Also  string `json:"also,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Vague is true when the entry holds words that may be a position the reader did not know.
	Vague bool  `json:"vague,omitempty"`
	Where Where `json:"where"`
}

// The relations of a referee.
const (
	LineManager = "line_manager"
	HR          = "hr"
	Colleague   = "colleague"
	Family      = "family"
)

var (
	familyWord   = text.MustPattern(`\b(?:mon|ma|my) (?:propre |own |grand[- ]|beau[- ]|belle[- ])?(?:pere|mere|frere|soeur|oncle|tante|cousine?|epoux|epouse|mari|femme|conjointe?|neveu|niece|fils|fille|parraine?|father|mother|brother|sister|uncle|aunt|cousin|husband|wife|spouse|partner|nephew|son|daughter|relative)\b|[(,–:-]\s?(?:oncle|tante|pere|mere|frere|soeur|cousine?|epoux|epouse|mari|beau-frere|belle-soeur|beau-pere|belle-mere|neveu|niece|uncle|aunt|father|mother|brother|sister|cousin|husband|wife|spouse|brother-in-law|sister-in-law|father-in-law|mother-in-law|nephew|family (?:member|friend)|membre de (?:ma|la) famille|famille|relative)\s?(?:[),.–-]|$|de la candidate|du candidat|of the applicant)`)
	hrWord       = text.MustPattern(`\b(?:g?rh|drh|rrh|ressources humaines|human resources?|hr|hrbp|people (?:and|&) culture|people (?:manager|officer|lead|operations|director|partner|team)|chief people officer|recrutement|recruitment|recruiter|recruteu(?:r|se)|talent(?:s)? (?:manager|acquisition|officer)|(?:chef(?:fe)?|responsable|directeur|directrice|gestionnaire|service|administration|cheffe du service|chef du service) d[ue] personnel|personnel (?:manager|officer|department)|staffing)\b`)
	managerOf    = text.MustPattern(`\b(?:superviseu(?:r|re|se|rs)|superieure?s?(?: hierarchiques?| directe?s?| immediate?s?)?|(?:responsable|chef(?:fe)?|autorite) hierarchique|hierarchique|hierarchie directe|n ?\+ ?1|(?:former |ex-?|previous |current |my |direct )*line[- ]?manag(?:er|ed)|(?:direct |former |immediate |my |previous |current )*supervis(?:or|ed me)|(?:direct|former|immediate|my|previous|ex) (?:manager|boss)|manag(?:er|ed me) direct(?:ly)?|(?:mon|ma) (?:ancien(?:ne)? |ex-?)?(?:chef(?:fe)?|responsable|directeur|directrice|manager|manageuse|patronne?)|ancien(?:ne)? (?:chef(?:fe)?|responsable|superieure?|manager)|responsable directe?|manager directe?|manageuse directe|chef(?:fe)? directe?|chef(?:fe)? immediate?|i reported (?:directly )?to|reporting line|my (?:former )?(?:head|director|chief)|encadrante?|managed me)\b`)
	peerWord     = text.MustPattern(`\b(?:(?:ancien(?:ne)? |former |ex-?)?(?:collegues?|colleagues?|co-?workers?|homologue|peers?|pair|team ?mate|coequipi(?:er|ere)|collaborat(?:eur|rice)))\b`)
	notManager   = text.MustPattern(`\b(?:not|non|pas) (?:my |mon |ma |a |the |de |le |un )?$|\b(?:thesis|academic|dissertation|phd|master'?s?|research|internship|student|memoire|these|de stage) $`)
	tableHead    = text.MustPattern(`(?:^|\W)(?:noms?(?: et prenoms?)?|names?|fonctions?|positions?|titres?|titles?|postes?|structures?|organisations?|organizations?|employ\w+|contacts?|tel(?:ephone)?s?|phones?|e-?mails?|courriels?|relations?(?:hip)?|adresses?|qualites?|liens?)(?:\W|$)`)
	positionWord = text.MustPattern(`\b(?:direct(?:eur|rice|or)\w*|chef(?:fe)?|coordinat\w+|coordonn\w+|manager\w*|responsable|superviseu\w+|supervisor|head|lead(?:er)?|president\w*|presidente|maire|mayor|officer|charge(?:e)?|conseill\w+|advisor|adviser|expert\w*|specialist\w*|specialiste|representant\w*|representative|secretaire|secretary|administrat\w+|gestionnaire|ministre|minister|professeur\w*|professor|prof|docteur|enseignant\w*|maitre de conferences|lecturer|doyen\w*|dean|teacher|proviseur|commissaire|colonel|commandant|general|capitaine|deputy|adjointe?|assistante?|ingenieur\w*|engineer|consultante?|fondat\w+|founder|ceo|cfo|coo|drh|rh|hr|partner|associe\w*|avocat\w*|lawyer|medecin|doctor|tuteur|tutrice|maitre de stage|point focal|focal point|referente?|animat\w+|formateur|formatrice|trainer|delegue\w*|delegate|attache\w*|juge|judge|inspect\w+|pasteur|pastor|pretre|imam|comptable|accountant|logisticien\w*|logistician|analyst\w*|analyste|editor|redact\w+|juriste|psycholog\w+|infirmi\w+|nurse|priest|bishop|chair(?:man|woman|person)?|treasurer|tresori\w+|principal\w*|headmaster|headmistress|clerk|commissioner|superintendent|raf|daf|technicien\w*|technician|major|sergeant|captain|vice|intendante?|owner|gerante?|patronne?|encadrante?|ambassad\w+|consul\w*|program(?:me)? (?:officer|manager|director))\b`)
	onRequest    = text.MustPattern(`\b(?:(?:sur|a la) (?:simple )?demande|(?:up)?on request|upon demand|si (?:necessaire|besoin)|if (?:needed|required)|a (?:communiquer|fournir)|(?:provided|furnished|supplied|given) (?:later|at interview|on demand)|peuvent etre fournies|pourront etre (?:fournies|communiquees))\b`)
	entryMark    = text.MustPattern(`^(?:[-*•▪◦●○■□►▸➢✓→·–]|\(?\d{1,2}[.):]|(?:reference|referee|referent|referee n°|reference n°) ?\d{1,2} ?[:.)-]?)[\s:.)-]*`)
	fieldName    = text.MustPattern(`^(?:nom(?: et prenoms?| complet)?|nom & prenoms?|prenoms? et nom|name|full name|noms?)\s?:\s*`)
	fieldLabel   = text.MustPattern(`(?:^|\s)(?:nom(?: et prenoms?| complet)?|name|full name|fonction|poste|titre|position|title|job title|role|organisation|organization|employeur|employer|structure|institution|company|entreprise|tel(?:ephone)?|phone|mobile|e-?mail|courriel|mail|adresse|address|relation(?:ship)?|lien|contact|qualite)\s?:\s*`)
	besideJob    = text.MustPattern(`^(?:[-*•▪◦–] ?)?((?:references?|referent|referee|personne de reference|superviseur\w*|superieure? hierarchique|superieure?|responsable hierarchique|supervisor|line manager|n\+1)(?: \([^)]*\))?\s?:\s*)`)
)

// readReferences reads the referees listed under a heading or beside a job.
func readReferences(v *View, f *Facts) {
	if typeOfName(v.Name) == ReferenceLetter && f.Type != CV && f.Type != CoverLetter && !v.recommends() && v.fileOfReferees(f) {
		f.Type = Other
		return
	}
	for si, s := range v.Sections {
		if !s.Is(lexicon.References) {
			continue
		}
		var block []int
		for i := s.First; i <= s.Last && i < len(v.Lines); i++ {
			if l := v.Lines[i]; l.Section == si && !l.Skip && !l.Heading {
				block = append(block, i)
			}
		}
		v.refereesIn(block, f)
	}
	if f.Type == ReferenceLetter && len(f.References)+f.LooseReferees > 0 && !v.recommends() {
		// A list of people to ask is no letter by one of them.
		f.Type = Other
	}
	for i, l := range v.Lines {
		if l.Skip || l.Heading || v.Sections[l.Section].Is(lexicon.References) {
			continue
		}
		if onRequest.MatchString(l.Text) && aboutReferences.MatchString(l.Text) {
			f.setOnRequest(v, i)
		}
		if m := besideJob.FindStringSubmatchIndex(l.Text); m != nil {
			if ref, ok := v.referee([]int{i}, m[3]); ok && (ref.Email != "" || ref.Phone != "") {
				if ref.Relation == "" && managerOf.MatchString(l.Text[m[2]:m[3]]) {
					ref.Relation = LineManager
				}
				f.References = append(f.References, ref)
			}
		}
	}
	if f.OnRequest == nil {
		f.LooseReferees += v.contactsOfOthers(f)
	}
}

// fileOfReferees reads a file called "references", which needs no heading that says so again
// and whose table may have a column that looks like a heading ("Contact").
func (v *View) fileOfReferees(f *Facts) bool {
	var block []int
	for i, l := range v.Lines {
		if !l.Skip && !(l.Heading && v.Sections[l.Section].Is(lexicon.References)) {
			block = append(block, i)
		}
	}
	if table := v.columnsOfReferees(block); len(table) > 0 {
		f.References = table
		return true
	}
	if v.Has(lexicon.References) {
		return false
	}
	v.refereesIn(block, f)
	return len(f.References)+f.LooseReferees > 0
}

// recommends tells whether the document speaks for somebody, as letters of reference do.
func (v *View) recommends() bool {
	for _, l := range v.Lines {
		if !l.Skip && recommend.MatchString(l.Text) {
			return true
		}
	}
	return false
}

// announcesReferees is a promise that referees stand somewhere.
var announcesReferees = text.MustPattern(`\b(?:mes|deux|trois|quatre|[2345]|my|two|three|four|nos|les) (?:\w+ )?(?:references|referents|referees|personnes de reference)\b|\b(?:referees?|personnes? de reference)\b|\breferences? ?: ?(?:voir|see|cf)\b`)

// contactsOfOthers counts what may be a referee outside a list of references: a promise of
// some, or an address among the jobs that is not the applicant's.
func (v *View) contactsOfOthers(f *Facts) int {
	n := 0
	own := map[string]bool{}
	if f.Email != nil {
		own[f.Email.Value] = true
	}
	for _, ref := range f.References {
		own[ref.Email] = true
	}
	for i, l := range v.Lines {
		section := v.Sections[l.Section]
		if l.Skip || section.Is(lexicon.References) {
			continue
		}
		if announcesReferees.MatchString(l.Text) && !onRequest.MatchString(l.Text) && !announced.MatchString(l.Text) {
			n++
		}
		if i < 8 || section.Is(lexicon.NoSection, lexicon.Contact, lexicon.Personal) || v.Body {
			continue
		}
		for _, m := range emailAddress.FindAllString(l.Text, -1) {
			if !own[m] {
				n++
			}
		}
	}
	return n
}

var aboutReferences = text.MustPattern(`\b(?:references?|referees?|referents?|recommandations?)\b`)

func (f *Facts) setOnRequest(v *View, i int) {
	if f.OnRequest == nil {
		l := v.Lines[i]
		m := onRequest.FindStringIndex(l.Text)
		f.OnRequest = &Text{Value: v.Quote(l.All()), Where: v.where(i, 0, max(m[1], len(l.Text)), "reference.on_request")}
	}
}

// refereesIn cuts the lines of a section into entries and reads each.
func (v *View) refereesIn(block []int, f *Facts) {
	if table := v.columnsOfReferees(block); len(table) > 0 {
		f.References = append(f.References, table...)
		return
	}
	var entry []int
	flush := func() {
		if len(entry) == 0 {
			return
		}
		from := v.Lines[entry[0]].Label
		if ref, ok := v.referee(entry, from); ok {
			f.References = append(f.References, ref)
		} else if l := v.Lines[entry[0]]; onRequest.MatchString(l.Text) {
			f.setOnRequest(v, entry[0])
		}
		entry = nil
	}
	marked := 0
	for _, i := range block {
		if entryMark.MatchString(v.Lines[i].Text) {
			marked++
		}
	}
	for _, i := range block {
		l := v.Lines[i]
		if columnHead(l.Text) {
			continue
		}
		// Several referees on one line are parted by semicolons or bars.
		if parts := v.lineOfMany(i); len(parts) > 1 {
			flush()
			for _, p := range parts {
				if ref, ok := v.refereeOn(i, p[0], p[1]); ok {
					f.References = append(f.References, ref)
				}
			}
			continue
		}
		if v.startsReferee(i, entry, marked >= 2) {
			flush()
		}
		entry = append(entry, i)
		if onRequest.MatchString(l.Text) && len(entry) == 1 && !emailAddress.MatchString(l.Text) {
			flush()
		}
	}
	flush()
	v.countLoose(block, f)
}

// countLoose counts the contacts of the section that no referee took: columns read across
// leave names and addresses apart, and then a count of people proves nothing.
func (v *View) countLoose(block []int, f *Facts) {
	taken := map[string]bool{}
	for _, ref := range f.References {
		taken[ref.Email] = true
	}
	seen := map[string]bool{}
	for _, i := range block {
		for _, m := range emailAddress.FindAllString(v.Lines[i].Text, -1) {
			if !taken[m] && !seen[m] {
				seen[m] = true
				f.LooseReferees++
			}
		}
	}
}

// columnHead tells whether a line only names the columns of a table.
func columnHead(s string) bool {
	n := len(tableHead.FindAllString(s, -1))
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return n > 1 && n*2+1 >= len(words) && !strings.ContainsAny(s, "@0123456789")
}

// lineOfMany splits a line that names two referees or more.
func (v *View) lineOfMany(i int) [][2]int {
	l := v.Lines[i]
	if len(l.Text) > maxListLine {
		return nil
	}
	var out [][2]int
	var start int
	for _, sep := range []string{";", "|", "•"} {
		if strings.Count(l.Text, sep) == 0 {
			continue
		}
		out, start = nil, l.Label
		for start <= len(l.Text) {
			end := strings.Index(l.Text[start:], sep)
			if end < 0 {
				end = len(l.Text)
			} else {
				end += start
			}
			out = append(out, [2]int{start, end})
			start = end + len(sep)
		}
		people := 0
		for _, p := range out {
			if _, _, ok := v.personAt(i, p[0], p[1]); ok {
				people++
			}
		}
		if people == len(out) && people > 1 {
			return out
		}
	}
	return nil
}

// startsReferee tells whether line i begins another referee.
func (v *View) startsReferee(i int, entry []int, marked bool) bool {
	if len(entry) == 0 {
		return false
	}
	l := v.Lines[i]
	if fieldName.MatchString(l.Text) {
		return true
	}
	if marked {
		return entryMark.MatchString(l.Text)
	}
	_, stop, ok := v.personAt(i, l.Label, len(l.Text))
	if !ok {
		return false
	}
	contact, place := false, false
	for _, j := range entry {
		t := v.Lines[j].Text
		if _, _, phone := findPhone(t); phone || emailAddress.MatchString(t) {
			contact = true
		}
		place = place || positionWord.MatchString(t)
	}
	rest := strings.TrimSpace(l.Text[stop:])
	whole := emailAddress.MatchString(l.Text) || rest != "" && positionWord.MatchString(rest)
	return contact || l.BlankBefore && !positionWord.MatchString(l.Text[:stop]) || place && whole
}

// personAt finds the name at the start of a passage of line i, marks and labels skipped.
func (v *View) personAt(i, from, to int) (int, int, bool) {
	l := v.Lines[i]
	for range 3 {
		s := l.Text[from:to]
		if m := entryMark.FindStringIndex(s); m != nil && m[1] < len(s) {
			from += m[1]
			continue
		}
		if m := fieldName.FindStringIndex(s); m != nil {
			from += m[1]
			continue
		}
		for from < to && l.Text[from] == ' ' {
			from++
		}
	}
	return v.person(i, from, to)
}

// person finds the name of a referee at the start of a passage of line i.
func (v *View) person(i, from, to int) (int, int, bool) {
	s := v.Lines[i].Text[from:to]
	if a, b, ok := nameIn(v, i, from, to); ok {
		return a, b, true
	}
	// "M. Fall, proviseur": a title makes one word a name.
	if m := titledName.FindStringSubmatchIndex(s); m != nil && !notName.MatchString(s[m[2]:m[3]]) {
		if r, _ := utf8.DecodeRuneInString(v.Quote(v.Lines[i].At(from+m[2], from+m[3]))); unicode.IsUpper(r) {
			return from + m[2], from + m[3], true
		}
	}
	return 0, 0, false
}

var titledName = text.MustPattern(`^(?:m\.|mr\.?|mrs\.?|ms\.?|mme\.?|mlle\.?|dr\.?|pr\.?|prof\.?|madame|monsieur)\s+([\pL'-]{3,})(?:[,;:(|]|\s-\s|$)`)

func (v *View) refereeOn(i, from, to int) (Reference, bool) {
	return v.readReferee([]passage{{i, from, to}})
}

func (v *View) referee(lines []int, from int) (Reference, bool) {
	var ps []passage
	for k, i := range lines {
		start := 0
		if k == 0 {
			start = from
		}
		ps = append(ps, passage{i, start, len(v.Lines[i].Text)})
	}
	return v.readReferee(ps)
}

type passage struct{ line, from, to int }

func (v *View) readReferee(ps []passage) (Reference, bool) {
	var ref Reference
	for k := range ps {
		// More than this is no entry of a list.
		ps[k].to = min(ps[k].to, ps[k].from+fits(v.Lines[ps[k].line].Text[ps[k].from:], maxListLine))
	}
	ps = ps[:min(len(ps), 30)]
	var all strings.Builder
	first := ps[0]
	a, b, ok := v.personAt(first.line, first.from, first.to)
	nameAt := first.line
	if !ok {
		// The name may stand behind the position: "Directrice pays : Anne Tilleul".
		for _, p := range ps {
			t := v.Lines[p.line].Text
			for _, sep := range []string{": ", " - ", " – ", ", "} {
				for at := p.from; ; {
					k := strings.Index(t[at:p.to], sep)
					if k < 0 {
						break
					}
					at += k + len(sep)
					if a, b, ok = nameIn(v, p.line, at, p.to); ok && !positionWord.MatchString(t[a:b]) {
						break
					}
					ok = false
				}
				if ok {
					break
				}
			}
			if ok {
				nameAt = p.line
				break
			}
		}
	}
	if !ok {
		return ref, false
	}
	ref.Name = strings.TrimSpace(v.Quote(v.Lines[nameAt].At(a, b)))
	var rest []string
	for _, p := range ps {
		l := v.Lines[p.line]
		t := l.Text[p.from:p.to]
		all.WriteString(t + "\n")
		if m := emailAddress.FindString(t); m != "" && ref.Email == "" {
			ref.Email = m
		}
		if x, y, good := findPhone(t); good && ref.Phone == "" {
			ref.Phone = v.Quote(l.At(p.from+x, p.from+y))
		}
		if p.line == nameAt {
			t = l.Text[b:p.to]
			if a > p.from {
				t = l.Text[p.from:a] + "," + t
			}
		}
		rest = append(rest, refereeCells(t)...)
	}
	for _, c := range rest {
		switch {
		case ref.Position == "" && positionWord.MatchString(c):
			ref.Position = c
		case strings.Trim(c, " .,-–()0123456789") != "":
			if ref.Employer == "" && ref.Position != "" {
				ref.Employer = c
			}
			ref.Vague = ref.Vague || len(c) > 3
		}
	}
	ref.setRelation(all.String())
	last := ps[len(ps)-1]
	ref.Where = v.where(first.line, first.from, first.to, "reference.entry")
	if end := v.Lines[last.line].At(last.from, last.to); end.Page == ref.Where.Page && end.End >= ref.Where.Start {
		ref.Where.End = end.End
	}
	return ref, true
}

var cellSep = text.MustPattern(`\s[–-]\s|[,;|•()]|\s/\s|:\s`)

// refereeCells splits what is said of a referee, labels and contacts dropped.
func refereeCells(t string) []string {
	t = fieldLabel.ReplaceAllString(t, ", ")
	t = emailAddress.ReplaceAllString(t, ",")
	t = phoneNumber.ReplaceAllString(t, ",")
	var out []string
	for _, c := range cellSep.Split(t, -1) {
		if c = strings.Trim(c, " .:–-"); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// hrFirm is a firm that deals in human resources, whose people do anything.
var hrFirm = text.MustPattern(`\b(?:cabinet |societe |agence )(?:de |d'|en )?(?:ressources humaines|rh|recrutement)\b|\b(?:human resources|ressources humaines|hr|rh|recruitment) (?:ltd|limited|inc|llc|sarl|sas?|group\w*|groupe|consult\w*|conseils?|agency|solutions?|services?|partners)\b`)

func (ref *Reference) setRelation(all string) {
	var roles []string
	if familyWord.MatchString(all) {
		roles = append(roles, Family)
	}
	if m := managerOf.FindStringIndex(all); m != nil && !notManager.MatchString(all[:m[0]]) {
		roles = append(roles, LineManager)
	}
	if hrWord.MatchString(hrFirm.ReplaceAllString(all, " ")) {
		roles = append(roles, HR)
	}
	if peerWord.MatchString(all) {
		roles = append(roles, Colleague)
	}
	if len(roles) > 0 {
		ref.Relation = roles[0]
	}
	if len(roles) > 1 && roles[0] != Family {
		ref.Also = roles[1]
	}
}
