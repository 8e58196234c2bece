package notice

import (
	"strconv"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

var (
	bacPlus      = text.MustPattern(`\bbac ?\+ ?(\d)(?: ?(?:/|a|ou|-|et) ?(?:bac ?)?\+? ?(\d))?`)
	levelPhrase  = text.MustPattern(`\b(?:niveau|level|diplome de niveau|diplome) ?(?:rncp )?([3-8])\b|\b(?:niveau|categorie) (iii|ii|iv|i)\b`)
	degreeWords  = text.MustPattern(`\b(?:advanced university degree|master'?s?(?: level)?(?: university)? degree|post-?graduate|graduate degree|first[- ]level(?: university)? degree|university degree|bachelor'?s?(?: level)? degree|undergraduate degree|degree|diplome universitaire|diplome d'etudes superieures|diplome de l'enseignement superieur|etudes superieures|etudes universitaires|formation superieure|formation universitaire|formation (?:de niveau|initiale|academique|diplomante)|higher education|secondary education|high school|diplome d'ingenieur|ecole d'ingenieurs?|ecole de commerce|school of|cap|bep|bts|but|dut|licence|master|doctorat|phd|llm|mba|bachelor|ingenieur)\b`)
	noDegree     = text.MustPattern(`\b(?:permis|licences? de logiciel|driving licen|driver's licen|software licen|scrum master|master ?class|webmaster|licence de conduire|sous licence|master plan|licence [a-e]\b|open licence|degree of|high degree|degre de|a bachelor of|master of ceremon)`)
	fieldLead    = text.MustPattern(`^[\s,]*(?:\([^)]*\)[\s,]*)?(?:(?:universitaire|university degree|degree|diploma|diplome|level|niveau|ou plus|or higher|or above|minimum|au moins|obtenu|valide|acheve|completed|professionnel|superieure?|recherche|qualification|s degree|'s degree|'s|1|2|i|ii|complet|en cours)[\s,]*)*(?:\([^)]*\)[\s,]*)?(?:en (?:matiere de )?|dans (?:le |la |les |l'|un |une |l'un des )?(?:domaines? |champs? |disciplines? |filieres? |secteurs? |specialites? )?(?:suivants? ?:? ?)?(?:de la |de l'|des |du |de |d')?|de |d'|in (?:the )?(?:(?:field|fields|area|areas|discipline|disciplines|subjects?) (?:of|such as|like|including) )?(?:an? )?|of |mention |specialite |specialisation |option |filiere |field of study:? |specialising in |majoring in |speciali[sz]ed in |with (?:a )?(?:specialisation|focus|major) (?:in|on) |(?:from|d') |: )`)
	fieldStops   = text.MustPattern(`;|\. |\.$|, (?:et |and )?(?:avec|with|vous|you|une? |an? |au moins|at least|minimum|le |la |l'|bonne|good|assorti|complete|doubl|justifi|ayant|de preference|preferably|ideal|obtenu|delivre|\d)|\b(?:avec (?:une?|au moins|\d|un minimum)|with (?:an?|at least|\d|relevant|proven|some)|and (?:at least |a minimum of )?(?:` + numberRule + `) |et (?:au moins |d'au moins |un minimum de )?(?:` + numberRule + `) |est|sont|serait|is|are|would|soit|exigee?s?|requise?s?|required|souhaitee?s?|indispensables?|obligatoires?|preferred|desirable|essential|mandatory|minimum|appreciee?s?|ou bien|ou experience|or equivalent (?:work |professional )?experience|ou une experience|assorti\w*|combined|in combination|complete par|complet\w+ d'|plus (?:` + numberRule + `)|obtenue? |delivree?|and (?:an? |proven|strong|fluen)|et (?:une |d'une |justifi|avez|disposez|maitris|vous)|vous |you |ou (?:bac|licence|master|un |une )|or (?:a |an )?(?:bachelor|master|first|phd|relevant experience|experience)|(?:et ?/ ?ou|and ?/ ?or) (?:justifi\w*|avoir|avez|etre|posseder|disposer|une? |d'une |au moins|at least|an? |minimum|experience|hold|have|be |(?:` + numberRule + `) )|a defaut|un plus|un atout|an? (?:asset|advantage)|from (?:a|an)|d'une (?:universite|ecole|institution)|dans une universite)\b`)
	genericField = text.MustPattern(`\b(?:domaines? (?:connexes?|pertinents?|similaires?|equivalents?|apparentes?|proches?|lies?)|disciplines? (?:connexes?|proches?|pertinentes?|equivalentes?)|(?:(?:any )?other )?(?:related|relevant|similar|equivalent|other|another|any)(?: \w+)? (?:field|discipline|subject|area|degree|qualification)s?|autres? (?:domaines?|disciplines?)|equivalente?s?|equivalent|similaires?|ou tout(?:e)? (?:autre )?(?:domaine|discipline|diplome)|pertinente?s?|connexes?|relevant|related|field|domaine|this area|assimilee?s?)\b`)
	studying     = text.MustPattern(`\b(?:etudiante?s?|inscrite?s?|inscription|(?:en |poursui\w+ |suiv\w+ |prepar\w+ )(?:un |une |des |votre |vos )?(?:cours de |formation |cursus |etudes |diplome |master|licence|bts|but|bachelor|ecole)|en cours (?:de|d')|scolarise|eleves?|enrol?led|(?:currently |be |are |be currently )?(?:stud(?:ying|ent)|pursuing|completing|undertaking|registered at)|students?|in (?:your|the|their|his) (?:final|last|first|second|third|1st|2nd|3rd|penultimate) year|undergraduates?|working towards?|stage de fin d'etudes|fin d'etudes|alternan\w+|apprenti\w*)\b`)
	agreement    = text.MustPattern(`\b(?:conventions? (?:de stage|tripartite|obligatoire)|stage conventionne|conventionnee?s?|internship agreement|placement agreement|training agreement|internship contract with (?:your|their|the) (?:university|school)|(?:learning|traineeship) agreement|convention (?:avec|signee))\b`)
	finalYear    = text.MustPattern(`\b(?:derniere annee|fin d'etudes|final[- ]year|last year of|annee de fin|final (?:semester|stage)|derniere annee universitaire|en fin de cursus|en fin d'etudes)\b`)
	yearOf       = text.MustPattern(`\b(?:master|m) ?([12])\b|\b(?:licence|l) ?([123])\b|\b([1-5])(?:e|eme|er|ere|nd|rd|st|th)? (?:annee|year)\b|\b(premiere|deuxieme|seconde|troisieme|quatrieme|cinquieme|first|second|third|fourth|fifth) (?:annee|year)\b`)
	recent       = text.MustPattern(`\b(?:au cours des|durant les|dans les|depuis moins de|il y a moins de|within (?:the )?(?:last|past)?|in the (?:last|past)|less than|no more than|not more than|during the (?:last|past)|graduated less than)\s*(` + numberRule + `)?(?: ?\(\d+\))? ?(?:derniers?|dernieres?|last|past)? ?(mois|months?|ans?|annees?|years?)`)
	graduated    = text.MustPattern(`\b(?:diplomes?|diplomee?s?|obtenu|obtention|graduated|graduates?|graduation|completed|acheve|degree)\b`)
)

// degreesIn finds the names of degrees of a sentence.
func (r *reader) degreesIn(s *sentence) []lexicon.DegreeName {
	var out []lexicon.DegreeName
	t := s.Text
	for _, d := range lexicon.Degrees(lexicon.Tokenize(t), r.raw(s.Folded)) {
		if insteadEnd.MatchString(t[:d.Start]) {
			continue
		}
		low := max(0, d.Start-12)
		around := t[low:min(len(t), d.End+12)]
		if noDegree.MatchString(around) {
			continue
		}
		word := t[d.Start:d.End]
		if word == "ms" && software.MatchString(t[d.End:]) || strings.HasPrefix(word, "level") || word == "licence" && !r.french || strings.Contains(word, "certificat") && !strings.Contains(word, "school") && !strings.Contains(word, "secondary") {
			continue
		}
		if word == "maitrise" || strings.HasPrefix(word, "maitrise ") {
			// "Maîtrise de l'anglais": a command, not a degree.
			if !strings.HasSuffix(t[:d.Start], "diplome de ") && !strings.Contains(t[d.End:min(len(t), d.End+6)], "(") && !masterDegree.MatchString(t[d.Start:]) {
				continue
			}
		}
		if word == "school" || word == "certificat" || word == "prepa" || word == "ma" && s.Text[d.Start:d.End] == "ma" && r.words(s.Folded, d.Start, d.End) != "MA" {
			continue
		}
		out = append(out, d)
	}
	for _, m := range bacPlus.FindAllStringSubmatchIndex(t, -1) {
		lo := bacLevel(t[m[2]:m[3]])
		hi := lo
		if m[4] >= 0 {
			hi = bacLevel(t[m[4]:m[5]])
			lo, hi = min(lo, hi), max(lo, hi)
		}
		out = replaceOverlap(out, lexicon.DegreeName{Lo: lo, Hi: lo, Start: m[0], End: m[1]})
	}
	for _, m := range levelPhrase.FindAllStringSubmatchIndex(t, -1) {
		if m[2] < 0 {
			continue
		}
		n, _ := strconv.Atoi(t[m[2]:m[3]])
		if strings.Contains(t, "diplome") || strings.Contains(t, "rncp") || strings.Contains(t, "formation") {
			out = replaceOverlap(out, lexicon.DegreeName{Lo: n, Hi: n, Start: m[0], End: m[1]})
		}
	}
	for _, w := range extraDegrees {
		for _, m := range w.pattern.FindAllStringIndex(t, -1) {
			if insteadEnd.MatchString(t[:m[0]]) {
				continue
			}
			out = replaceOverlap(out, lexicon.DegreeName{Lo: w.level, Hi: w.level, Start: m[0], End: m[1]})
		}
	}
	sortDegrees(out)
	return specific(out)
}

// specific drops "diplôme", which says no level, where a degree is named beside it.
func specific(list []lexicon.DegreeName) []lexicon.DegreeName {
	named := false
	for _, d := range list {
		named = named || d.Lo == d.Hi
	}
	if !named {
		return list
	}
	var out []lexicon.DegreeName
	for _, d := range list {
		if d.Lo == d.Hi {
			out = append(out, d)
		}
	}
	return out
}

// insteadEnd matches words before a degree that another one stands in for.
var insteadEnd = text.MustPattern(`\b(?:in lieu of|instead of|au lieu d'?e?|a la place d'?u?e?|en remplacement d'?u?e?) ?(?:the |an? |un |une |le |la |l')?(?:[\pL'-]+ )?$`)

var masterDegree = text.MustPattern(`^maitrise (?:en|de) (?:droit|lettres|sciences|sociologie|histoire|economie|gestion|psychologie|geographie|philosophie)\b`)

// software matches what follows the maker's initials in the name of a program.
var software = text.MustPattern(`^[ -](?:excel|office|word|teams|project|outlook|powerpoint|access|suite|windows|365)\b`)

var extraDegrees = []struct {
	pattern *text.Pattern
	level   int
}{
	{text.MustPattern(`\b(?:(?:upper )?secondary (?:school )?education|secondary school|high school|etudes secondaires)\b`), 4},
	// The lexicon of CVs bars those who only study for a degree.
	{text.MustPattern(`\b(?:etudiante?s?|eleves?|inscrite?s?|students?) (?:[\pL']+ ){0,3}?(?:en |in |of |d'un |a )?(?:master(?:'?s)?|m[12])\b`), 7},
	{text.MustPattern(`\b(?:etudiante?s?|eleves?|inscrite?s?) (?:[\pL']+ ){0,3}?(?:en |d'une )?licence\b`), 6},
	{text.MustPattern(`\b(?:a|an) (?:relevant |academic |good |recognised |completed )?degree\b|^degree in\b`), 6},
	{text.MustPattern(`\badvanced degree\b`), 7},
	{text.MustPattern(`\b(?:bpjeps|bpjep|bp jeps|brevet professionnel)\b`), 4},
	{text.MustPattern(`\b(?:dejeps|deust|deug|dut|bts|btsa|deeje|dees)\b`), 5},
	{text.MustPattern(`\b(?:desjeps|deass|licence pro(?:fessionnelle)?)\b`), 6},
	{text.MustPattern(`\b(?:advanced university degree|post-?graduate degree|master'?s'? (?:level )?(?:university )?degree|masters? degree)\b`), 7},
	{text.MustPattern(`\b(?:first[- ]level (?:university )?degree|university degree|undergraduate degree|bachelor'?s'? (?:level )?(?:university )?degree|college degree|diplome universitaire de premier cycle|premier (?:cycle|programme d'etudes) universitaires?)\b`), 6},
	{text.MustPattern(`\b(?:diplome d'ecole de commerce|ecole d'ingenieurs?|ecole de commerce|grande ecole)\b`), 7},
}

func bacLevel(s string) int {
	switch s {
	case "1", "2":
		return 5
	case "3", "4":
		return 6
	case "5", "6", "7":
		return 7
	case "8":
		return 8
	}
	return 4
}

func replaceOverlap(list []lexicon.DegreeName, d lexicon.DegreeName) []lexicon.DegreeName {
	var out []lexicon.DegreeName
	for _, o := range list {
		if o.Start < d.End && d.Start < o.End {
			if o.End-o.Start > d.End-d.Start {
				return list
			}
			continue
		}
		out = append(out, o)
	}
	return append(out, d)
}

func sortDegrees(list []lexicon.DegreeName) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].Start < list[j-1].Start; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// studies finds degrees, fields of study and enrolments.
func (r *reader) studies(s *sentence) []found {
	t := s.Text
	degrees := r.degreesIn(s)
	student := studying.FindStringIndex(t)
	if student != nil && studentElsewhere.MatchString(t[student[0]:]) {
		student = nil
	}
	var out []found
	if a := agreement.FindStringIndex(t); a != nil && !strings.Contains(t, "convention collective") {
		f := found{kind: "enrolment", start: a[0], end: a[1], id: "agreement"}
		f.set("internship_agreement", true)
		f.fr, f.en = "Peut signer une convention de stage.", "Can sign an internship agreement."
		out = append(out, f)
	}
	if student != nil && (len(degrees) > 0 || finalYear.MatchString(t) || yearOf.MatchString(t) || len(out) == 0 && enrolledIn.MatchString(t)) {
		out = append(out, r.enrolled(s, student, degrees)...)
		// Who is to be a student may also be a graduate.
		if m := recent.FindStringSubmatchIndex(t); m != nil && graduated.MatchString(t) {
			out = append(out, r.fresh(s, degrees, m))
		}
		return out
	}
	if m := recent.FindStringSubmatchIndex(t); m != nil && graduated.MatchString(t[:m[0]]) && !strings.Contains(t[m[0]:], "experience") && len(t[:m[0]]) < 120 {
		return append(out, r.fresh(s, degrees, m))
	}
	if len(degrees) == 0 {
		if f, ok := r.onlyFields(s); ok {
			out = append(out, f)
		}
		return out
	}
	return append(out, r.degrees(s, degrees)...)
}

var (
	studentElsewhere = text.MustPattern(`^(?:etudiante?s?|students?|eleves?) (?:en situation|internationaux|refugies|de l'universite|accompagnes|parmi|ages)`)
	enrolledIn       = text.MustPattern(`\b(?:inscrite?s?|etudiante?s?|enrol?led|registered|students?|pursuing) (?:[\pL'-]+ ){0,4}?(?:universite|university|etablissement|ecole|formation|higher education|enseignement superieur|degree|programme|program|en|dans|in|at|a)\b`)
)

// degrees makes a criterion of each degree of a sentence. Degrees joined by "or" with
// nothing else between them are one: the lowest is enough.
func (r *reader) degrees(s *sentence, list []lexicon.DegreeName) []found {
	t := s.Text
	var out []found
	for i := 0; i < len(list); {
		j := i
		level := list[i].Lo
		wide := list[i].Lo != list[i].Hi
		for j+1 < len(list) {
			between := t[list[j].End:max(list[j].End, list[j+1].Start)]
			inBracket := strings.Contains(between, "(") || bracketDegree(t, list[j+1])
			if !inBracket && (!sameDegree.MatchString(between) || len(between) > 30) {
				break
			}
			if bound := experienceBound(t, list[j+1].End); bound && orWord.MatchString(between) {
				break
			}
			j++
			if list[j].Lo == list[j].Hi {
				if wide {
					level, wide = list[j].Lo, false
				} else if !inBracket || list[j].Lo >= 6 {
					level = min(level, list[j].Lo)
				}
			}
		}
		f := found{kind: "education", start: list[i].Start, end: list[j].End, id: "degree"}
		if wide && list[i].Lo <= 5 {
			// "Diplôme" does not say of what level.
			level = assumedDegree(t, list[i])
			f.flag("education.level_assumed")
		}
		f.set("min_level", level)
		end := len(t)
		if j+1 < len(list) {
			end = list[j+1].Start
		}
		fields, stop := r.fields(s, list[j].End, end)
		if len(out) > 0 && sameFields.MatchString(t[list[j].End:max(end, list[j].End)]) {
			// "or a bachelor's degree in one of these subjects"
			if before, ok := out[len(out)-1].params["fields"].([]string); ok {
				fields = before
			}
		}
		if len(fields) > 0 {
			f.set("fields", fields)
			f.end = max(f.end, stop)
		}
		if inProgress.MatchString(t) {
			f.set("in_progress_allowed", true)
		}
		if equivalenceWord.MatchString(t) {
			f.flag("education.equivalent_accepted")
		} else {
			f.fr, f.en = educationStatement(f.params)
		}
		switch {
		case level >= 7:
			f.id = "master"
		case level == 6:
			f.id = "bachelor"
		}
		if level >= 8 {
			f.id = "doctorate"
		}
		out = append(out, f)
		i = j + 1
	}
	// The fields named behind the last of several degrees are those of all.
	if n := len(out); n > 1 {
		if fields := out[n-1].params["fields"]; fields != nil {
			for k := range out[:n-1] {
				if out[k].params["fields"] == nil {
					out[k].set("fields", fields)
				}
			}
		}
	}
	return out
}

var (
	sameDegree = text.MustPattern(`^[\s,]*(?:\(|/|ou|or|a|to|-|,|ou plus|et|de niveau|niveau|degree|diploma|s degree|'s degree|'s|universitaire|minimum|d'un|un|une|a|an|en|equivalent|equivalente|de type|type|soit|\)|[\s,(])*$`)
	inProgress = text.MustPattern(`\b(?:en cours (?:de|d')|en cours\b|in progress|or currently|currently (?:pursuing|enrolled)|etudiante?s? ou|obtenu ou en|preparant)\b`)
)

var sameFields = text.MustPattern(`^[^;.]{0,25}\b(?:one of )?(?:these|those|the same) (?:subjects?|fields?|disciplines?|areas?)|^[^;.]{0,25}\b(?:l'un[e]? de ces|ces memes|le meme|la meme|les memes) (?:domaines?|disciplines?|filieres?|matieres?)`)

func bracketDegree(t string, d lexicon.DegreeName) bool {
	_, _, in := bracket(t, d.Start)
	return in
}

// experienceBound tells whether words about experience are tied to the degree before them.
func experienceBound(t string, at int) bool {
	rest := t[at:]
	return tiedExperience.MatchString(rest)
}

var tiedExperience = text.MustPattern(`^[^;.]{0,70}?(?:avec|with|et|and|plus|\+|assorti\w*|in combination with|combined with|complete\w* par|,)\s*(?:une? |an? )?(?:minimum (?:de |of )?|au moins |at least |additional )*(?:` + numberRule + `)\b[^;.]{0,30}(?:ans|annees|years)`)

func assumedDegree(t string, d lexicon.DegreeName) int {
	word := t[d.Start:d.End]
	switch {
	case strings.Contains(t, "superieur"), strings.Contains(t, "universit"), strings.HasPrefix(word, "diplome univ"), strings.Contains(t, "university"), strings.Contains(t, "higher"):
		return 6
	case d.Hi == 7 && d.Lo == 5:
		return 6
	}
	return 5
}

// fields are the fields of study named from start on, and where they end.
func (r *reader) fields(s *sentence, start, limit int) ([]string, int) {
	t := s.Text[start:max(start, limit)]
	lead := fieldLead.FindStringIndex(t)
	if lead == nil {
		// "Master (droit, sciences politiques)"
		if m := bracketed.FindStringSubmatchIndex(t); m != nil && m[0] < 45 {
			if got := r.fieldList(s, start+m[2], start+m[3], false); len(got) > 0 {
				return got, start + m[1]
			}
		}
		if m := laterField.FindStringSubmatchIndex(t); m != nil {
			end := start + m[2] + fieldEnd(t[m[2]:])
			return r.fieldList(s, start+m[2], end, true), end
		}
		return nil, start
	}
	end := lead[1] + fieldEnd(t[lead[1]:])
	if m := bracketed.FindStringSubmatchIndex(t[lead[0]:]); m != nil {
		// "dans un domaine pertinent (droit, psychologie)": the bracket names them.
		inner := r.fieldList(s, start+m[2], start+m[3], false)
		head := t[lead[1]:max(lead[1], lead[0]+m[0])]
		if len(inner) > 0 && (genericField.MatchString(head) || strings.TrimSpace(head) == "") {
			return inner, start + m[1]
		}
	}
	return r.fieldList(s, start+lead[1], start+end, true), start + end
}

var laterField = text.MustPattern(`^[^;.]{0,60}? (?:en|in|dans le domaine (?:de la |de l'|des |du |de |d')|in the field of|specialite|mention) ([\pL].*)$`)

func fieldEnd(t string) int {
	end := len(t)
	for _, m := range fieldStops.FindAllStringIndex(t, -1) {
		if _, _, in := bracket(t, m[0]); in || m[0] < 2 {
			continue
		}
		end = m[0]
		break
	}
	return end
}

// fieldList turns a list of fields into families, and into plain words where the lexicon
// knows no family.
func (r *reader) fieldList(s *sentence, start, end int, free bool) []string {
	if end-start < 3 {
		return nil
	}
	var out []string
	t := s.Text[start:end]
	for _, p := range splitList(strings.NewReplacer("(", ", ", ")", ", ").Replace(t)) {
		p = trimSmall(p)
		families := lexicon.Fields(p)
		if len(families) > 0 {
			for _, f := range narrow(families) {
				out = addOnce(out, f)
			}
			continue
		}
		if genericField.MatchString(p) || !free && len(out) == 0 || len(p) < 4 || len(strings.Fields(p)) > 5 || len(cues(p)) > 0 || notField.MatchString(p) {
			continue
		}
		out = addOnce(out, p)
	}
	if len(out) > 14 {
		out = out[:14]
	}
	return out
}

// narrow drops families that another family of the same words is a part of: "droit
// international" is international law, not any law.
func narrow(families []string) []string {
	var out []string
next:
	for _, f := range families {
		for _, o := range families {
			if o != f && lexicon.FieldRelation(o, f) == lexicon.Same {
				continue next
			}
		}
		out = append(out, f)
	}
	return out
}

var notField = text.MustPattern(`\b(?:domaines?|fields?|disciplines?|degree|diplome|universite|university|institution|ecole|niveau|level|annees?|years?|ans|experience|recognised|accredited|reconnu\w*|alternance|cours|minimum|master\w*|licence|bachelor\w*|combination|plus|qualifying|higher|superieure?)\b`)

// onlyFields reads "toute formation en sciences sociales": a field without a level.
func (r *reader) onlyFields(s *sentence) (found, bool) {
	m := training.FindStringIndex(s.Text)
	if m == nil || strings.Contains(s.Text[max(0, m[0]-16):m[0]], "experience") {
		return found{}, false
	}
	end := m[1] + fieldEnd(s.Text[m[1]:])
	fields := r.fieldList(s, m[1], end, false)
	if len(fields) == 0 {
		return found{}, false
	}
	f := found{kind: "education", start: m[0], end: end, id: "training"}
	if higher.MatchString(s.Text[m[0]:m[1]]) {
		f.set("min_level", 6)
		f.flag("education.level_assumed")
	}
	f.set("fields", fields)
	if inProgress.MatchString(s.Text) {
		f.set("in_progress_allowed", true)
	}
	if !equivalenceWord.MatchString(s.Text) {
		f.fr, f.en = educationStatement(f.params)
	}
	return f, true
}

var (
	training = text.MustPattern(`\b(?:(?:de |une |toute |d'une )?formation(?: \w+){0,2}? (?:superieure |universitaire |initiale |academique |juridique )?(?:en|dans le domaine (?:de la |de l'|des |du |de |d')|dans les domaines (?:de la |de l'|des |du |de |d')|de type)|etudes (?:superieures |universitaires )?(?:en|de|dans)|diplome (?:superieur |universitaire )?(?:en|de|dans)|degree in|studies in|studied|educational background in|academic background in|academic qualification in|qualification in|background in|graduate (?:in|of)|diplomee? (?:en|de)|educated in|trained in|education in|training in|juriste de formation)\s`)
	higher   = text.MustPattern(`superieur|universit|degree|academic|diplome`)
)

// enrolled reads who is to be a student, and of what.
func (r *reader) enrolled(s *sentence, student []int, degrees []lexicon.DegreeName) []found {
	t := s.Text
	f := found{kind: "enrolment", start: student[0], end: student[1], id: "student"}
	var level, end int
	for _, d := range degrees {
		if d.End > student[0] && d.Lo >= 4 {
			if level == 0 || d.Lo < level {
				level = d.Lo
			}
			end = max(end, d.End)
		}
	}
	if level == 0 && len(degrees) > 0 {
		level, end = degrees[0].Lo, degrees[0].End
	}
	exact := false
	if m := yearOf.FindStringSubmatch(t); m != nil {
		n := number(firstOf([]string{m[1], m[2], m[3]}))
		if n == 0 {
			n = ordinals[m[4]]
		}
		if n > 0 && !several.MatchString(t) {
			switch {
			case level == 0 && n >= 4:
				level, n = 7, n-3
			case level == 0:
				level = 6
			}
			f.set("year", n)
			exact = true
		}
	}
	if finalYear.MatchString(t) {
		f.set("final_year", true)
		exact = false
	}
	if level == 0 {
		level = 6
		if f.params == nil {
			f.flag("education.level_assumed")
		}
	}
	switch {
	case exact && f.params["final_year"] == nil:
		f.set("level", level)
	default:
		f.set("min_level", level)
	}
	f.end = max(f.end, end)
	f.fr, f.en = enrolmentStatement(f.params)
	out := []found{f}
	if end == 0 {
		end = student[1]
	}
	fields, stop := r.fields(s, end, len(t))
	if len(fields) > 0 {
		e := found{kind: "education", start: student[0], end: stop, id: "field"}
		e.set("min_level", level)
		e.set("in_progress_allowed", true)
		e.set("fields", fields)
		e.fr, e.en = educationStatement(e.params)
		out = append(out, e)
	}
	return out
}

var ordinals = map[string]int{"premiere": 1, "first": 1, "deuxieme": 2, "seconde": 2, "second": 2, "troisieme": 3, "third": 3, "quatrieme": 4, "fourth": 4, "cinquieme": 5, "fifth": 5}

// several tells of two years named as alternatives: "Master 1 ou 2".
var several = text.MustPattern(`\b(?:m1|master 1|l3|first|premiere|1re|4e|4eme|3e|3eme)\b.{0,12}\b(?:ou|or|et|/)\b.{0,12}\b(?:m2|2|master 2|m1|second|deuxieme|2e|5e|5eme|4e|4eme)\b|\bm1 ?/ ?m2\b`)

// fresh reads a degree obtained not long ago.
func (r *reader) fresh(s *sentence, degrees []lexicon.DegreeName, m []int) found {
	t := s.Text
	n := 1
	if m[2] >= 0 {
		n = number(t[m[2]:m[3]])
	}
	if !strings.HasPrefix(t[m[4]:m[5]], "mo") {
		n *= 12
	}
	f := found{kind: "education", start: m[0], end: m[1], id: "recent degree"}
	level := 6
	if len(degrees) > 0 && degrees[0].Lo >= 4 && degrees[0].Lo == degrees[0].Hi {
		level = degrees[0].Lo
	}
	f.set("min_level", level)
	f.set("within_months", max(n, 1))
	if len(degrees) > 0 {
		if fields, _ := r.fields(s, degrees[len(degrees)-1].End, len(t)); len(fields) > 0 {
			f.set("fields", fields)
		}
	}
	f.fr, f.en = educationStatement(f.params)
	return f
}
