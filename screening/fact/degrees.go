package fact

import (
	"cmp"
	"slices"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// readDegrees reads the education section entry by entry, and what sentences elsewhere say
// about studies.
func readDegrees(v *View, f *Facts) {
	complete, found := true, false
	for _, lines := range sectionLines(v, lexicon.Education) {
		found = true
		entries, explained := entriesIn(v, lines)
		used := map[int]bool{}
		for _, e := range entries {
			for i := e.from; i <= e.to; i++ {
				used[i] = true
			}
			if e.job() && !v.Has(lexicon.Experience) {
				continue
			}
			ds, ok := v.degreesOf(e)
			explained = explained && ok
			f.Degrees = append(f.Degrees, ds...)
		}
		if len(entries) == 0 {
			explained = !datesAmong(v, lines)
		}
		f.Degrees = append(f.Degrees, v.undated(lines, entries)...)
		complete = complete && explained
	}
	// A degree may stand among the jobs, and anywhere in an undivided CV.
	undivided := sectionLines(v, lexicon.Experience, lexicon.OtherSection)
	if !found {
		undivided = append(undivided, sectionLines(v, lexicon.NoSection, lexicon.Unknown)...)
	}
	for _, lines := range undivided {
		entries, _ := entriesIn(v, lines)
		for _, e := range entries {
			if e.study() && !strings.Contains(text.String(strings.Join(e.head, " ")), "alternance") {
				ds, _ := v.degreesOf(e)
				f.Degrees = append(f.Degrees, ds...)
			}
		}
	}
	f.StudyComplete = found && complete && len(f.Degrees) > 0
	v.statedDegrees(f)
}

func datesAmong(v *View, lines []int) bool {
	for _, i := range lines {
		if yearToken.MatchString(v.Lines[i].Text) {
			return true
		}
	}
	return false
}

// noDegree are heads of education entries that lead to no degree of their own.
var noDegree = text.MustPattern(`\b(?:echange|erasmus|semestre|semester abroad|exchange|summer school|ecole d'ete|mooc|seminaire|seminar|workshop|atelier|certificat de langue|delf|dalf|toeic|toefl|ielts|sejour linguistique|module|stage|stagiaire|formation courte|short course|webinar|psc1|premiers secours|first aid|permis|bafa|bafd)\b`)

// degreesOf reads the degree or degrees of one entry; ok is false when the entry may be a
// degree of a level nobody can tell.
func (v *View) degreesOf(e entry) ([]Degree, bool) {
	head := strings.Join(e.head, "\n")
	where := Where{Span: v.Lines[e.line].All(), Rule: "degree.entry"}
	if e.line != e.from && v.Lines[e.from].Page == v.Lines[e.line].Page {
		first := v.Lines[e.from].All()
		where.Start = min(where.Start, first.Start)
	}
	if e.headEnd.Page == where.Page {
		where.End = max(where.End, e.headEnd.End)
	}
	context := head + "\n" + strings.Join(e.spill, "\n")
	names := degreeNames(head)
	if len(names) == 0 {
		// The school comes first, the degree below.
		for _, i := range e.body {
			if ns := degreeNames(v.Lines[i].Raw); len(ns) > 0 && ns[0].Start < 4 {
				head = v.Lines[i].Raw + "\n" + head
				context = head
				names = degreeNames(head)
				if w := v.Lines[i].All(); w.Page == where.Page {
					where.End = max(where.End, w.End)
				}
				break
			}
		}
	}
	folded := text.String(head)
	if len(names) == 0 {
		if noDegree.MatchString(folded) {
			return nil, true
		}
		fields := lexicon.Fields(head)
		d := Degree{LevelLo: 1, LevelHi: 8, Fields: fields, Title: strings.TrimSpace(e.headTitle()), Where: where}
		d.dates(e.dated)
		return []Degree{d}, false
	}
	if noDegree.MatchString(folded) && names[0].Start > 12 {
		return nil, true
	}
	for _, i := range e.body {
		context += "\n" + v.Lines[i].Raw
	}
	var out []Degree
	for n, name := range names {
		d := Degree{LevelLo: name.Lo, LevelHi: name.Hi, Fields: lexicon.Fields(fieldPart(head, names, n)), Title: strings.TrimSpace(e.headTitle()), Where: where}
		if len(d.Fields) == 0 {
			d.Fields = lexicon.Fields(head)
		}
		if n == len(names)-1 || len(names) == 1 {
			d.dates(e.dated)
			d.byLength()
		} else {
			d.EndHi = e.endHi
			d.Obtained = true
		}
		d.status(text.String(head), text.String(context))
		out = append(out, d)
	}
	return out, true
}

func (e entry) headTitle() string {
	if len(e.head) == 0 {
		return ""
	}
	return e.head[0]
}

// degreeNames are the names of degrees of a head, one a level, in order. The school's own
// name ("École supérieure de commerce") says something only when nothing else does.
func degreeNames(head string) []lexicon.DegreeName {
	head = undotted(head)
	f := text.Fold(head)
	found := lexicon.Degrees(lexicon.Tokenize(f.Text), func(a, b int) string {
		s, e := f.Span(a, b)
		return head[s:e]
	})
	slices.SortStableFunc(found, func(a, b lexicon.DegreeName) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var out []lexicon.DegreeName
	vague := func(d lexicon.DegreeName) bool { return d.Lo != d.Hi }
	for _, d := range found {
		if d.Lo == 4 && len(found) > 1 && bacPlus.MatchString(f.Text[d.Start:]) {
			continue
		}
		known := false
		for k := range out {
			if out[k].Lo == d.Lo && out[k].Hi == d.Hi {
				known = true
			}
		}
		if !known {
			out = append(out, d)
		}
	}
	exact := 0
	for _, d := range out {
		if !vague(d) {
			exact++
		}
	}
	if exact > 0 {
		kept := out[:0]
		for _, d := range out {
			if !vague(d) {
				kept = append(kept, d)
			}
		}
		out = kept
	}
	// "Master 2 (apres une licence ...)", "BSc, University of ... MA programme": the first
	// name leads; another counts when it stands beside it.
	if len(out) > 1 {
		kept := out[:1]
		for _, d := range out[1:] {
			end := kept[len(kept)-1].End
			if d.Start < end {
				// Two names of one run of words: the one read first stands.
				continue
			}
			between := f.Text[end:d.Start]
			if worth.MatchString(between) {
				// "Licenciatura, reconnue équivalente à un master"
				kept[len(kept)-1].Lo, kept[len(kept)-1].Hi = d.Lo, d.Hi
				continue
			}
			if beside.MatchString(between) {
				kept = append(kept, d)
			}
		}
		out = kept
	}
	return out
}

// dotted matches abbreviations of degrees with full stops: "M.A.", "LL.B.", "Ph.D".
var dotted = text.MustPattern(`\b(?:LL|[A-Z][a-z]?)\.(?:[A-Z][a-z]{0,2})(?:\.[A-Z])?\.?(?:[^\pL]|$)`)

// undotted takes the full stops out of abbreviations and keeps every other byte in place.
func undotted(s string) string {
	return dotted.ReplaceAllStringFunc(s, func(m string) string {
		bare := strings.ReplaceAll(m, ".", "")
		last := ""
		if n := len(bare); n > 0 && !isLetterByte(bare[n-1]) {
			bare, last = bare[:n-1], bare[n-1:]
		}
		return bare + strings.Repeat(" ", len(m)-len(bare)-len(last)) + last
	})
}

func isLetterByte(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

var (
	// worth leads from a degree to what an authority takes it for.
	worth   = text.MustPattern(`\b(?:equivalen\w+|(?:reconnue?|recognised|recognized) (?:comme|as|au niveau)|comparable)\b[^\n]{0,30}$`)
	bacPlus = text.MustPattern(`^bac ?\+ ?\d`)
	beside  = text.MustPattern(`^[^\n]{0,45}(?:\bpuis\b|\bet\b|\band\b|\bthen\b|[/&+,;])[^\n]{0,12}$`)
)

// school starts the name of a school, which tells the field of a degree only when nothing
// else does: "Université des sciences sociales" teaches law too.
var school = text.MustPattern(`\b(?:universite|university|universidad|universidade|universita|ecole|school|institut|institute|college|faculte|faculty|academy|academie|iep|lycee|campus|conservatoire|haute ecole|business school)\b|(?: - |\||\n)`)

// fieldPart is the piece of a head that tells the field of its n-th degree.
func fieldPart(head string, names []lexicon.DegreeName, n int) string {
	f := text.Fold(head)
	from, stop := 0, len(f.Text)
	if len(names) > 1 {
		from = names[n].Start
		if n+1 < len(names) {
			stop = names[n+1].Start
		}
	}
	after := min(max(names[n].End, from), stop)
	if m := school.FindStringIndex(f.Text[after:stop]); m != nil {
		s, e := f.Span(from, after+m[0])
		if len(lexicon.Fields(head[s:e])) > 0 {
			return head[s:e]
		}
	}
	s, e := f.Span(from, stop)
	return head[s:e]
}

// byLength settles the level of a degree named only by its school, when its years are those
// of a whole course: five make a master's, three a bachelor's at least.
func (d *Degree) byLength() {
	if d.LevelLo == d.LevelHi || d.LevelHi != 7 || d.StartHi == 0 || d.EndHi == 0 {
		return
	}
	switch years := d.EndHi.Year() - d.StartLo.Year(); {
	case years >= 5:
		d.LevelLo = 7
	case years >= 3 && d.LevelLo >= 5:
		d.LevelLo = 6
	}
}

func (d *Degree) dates(e dated) {
	if e.broken {
		return
	}
	if e.open {
		d.InProgress = true
		d.StartLo, d.StartHi = e.startLo, e.startHi
		return
	}
	d.EndLo, d.EndHi, d.EndDay = e.endLo, e.endHi, e.endDay
	if e.ranged {
		d.StartLo, d.StartHi = e.startLo, e.startHi
		if e.halfOpen {
			d.EndLo, d.EndHi = e.startLo, 0
		}
	}
}

var (
	inProgress  = text.MustPattern(`\b(?:en cours(?: d'obtention)?|in progress|ongoing|expected|attendue?|prevue?s?|a venir|a obtenir|candidate|currently|actuellement|en preparation|anticipated|final year|derniere annee|present|soutenance (?:prevue|en)|thesis due|due|a soutenir|to be (?:completed|awarded)|pending|a la rentree|inscrite?|enrolled)\b`)
	obtained    = text.MustPattern(`\b(?:obtenue?s?|diplome obtenu|diplomees?|diplome (?:en|le|depuis) |validee?|mention|soutenue?|graduated|awarded|completed|passed|with (?:honours|honors|distinction)|first class|upper second|2:1|cum laude|major de promotion|recue?|laureate?)\b`)
	interrupted = text.MustPattern(`\b(?:non[ -](?:validee?|obtenue?|acheve|achevee|termine|terminee|diplomant|soutenue?)|pas (?:validee?|obtenue?|termine|achevee?)|abandon\w*|interromp\w*|interrupt\w*|inacheve\w*|not (?:completed|finished|obtained|awarded|validated)|incomplete|unfinished|uncompleted|dropped out|left (?:before|without)|sans (?:diplome|obtention|soutenance)|suspendue?|arrete\w*|niveau (?:master|licence|bac|m1|m2|maitrise|doctorat|l3|bachelor)|(?:bac ?\+ ?\d|master|licence|maitrise) \(?niveau\b|discontinued|withdrawn|withdrew|echec|echoue\w*|non delivre|partiel(?:lement)? valid\w*|credits? (?:earned|obtenus)|ajourne\w*)\b`)
	future      = text.MustPattern(`\b(?:admise? (?:en|au|a|to)|accepted (?:to|into|for)|admitted to|acceptee? en|integrerai|je vais integrer|will (?:start|begin|join|enter)|a partir de la rentree|des la rentree|souhaite integrer|candidature en cours|(?:will|only|then|next year i|i'll) (?:be )?(?:start|starting|begin|beginning) (?:my|a|the)|(?:commencerai|debuterai|entrerai en|rejoindrai|ne commence|ne debute))\b`)
	paused      = text.MustPattern(`\b(?:cesure|gap year|annee sabbatique|year (?:out|off)|interruption d'etudes|studies (?:on hold|suspended))\b`)
	// betweenYears is a pause told by the years on its two sides.
	betweenYears = text.MustPattern(`\b(?:between|entre) (?:the |my |la |le |ma |mon )?(?:first|1st|premiere|1re|1ere|m1|master 1|l3|licence|bachelor)\b.{0,20}\b(?:and|et) (?:the |my |la |le |ma |mon |(?:the |la )?)(?:second|2nd|deuxieme|seconde|2e|2eme|m2|master 2|master|final|derniere)\b`)
	finalYear    = text.MustPattern(`\b(?:derniere annee|annee de fin d'etudes|annee terminale|final[- ]year|last year of (?:my|the|a|his|her)|fin de cursus|fin de (?:master|licence)|je termine|en fin d'etudes|finalising (?:my|a)|finishing (?:my|a)|completing (?:my|a))\b`)
	endDate      = text.MustPattern(`\b(?:soutenance|soutenu|soutenue|soutenir|defen[cs]e|defended|defending|submitted|due|attendue?|prevue?|expected|graduation|graduated|graduating|obtention|obtenue?|diplomee?|validee?|awarded|fin d'etudes)\b[^\n.;]{0,25}$`)
)

// status reads how far the degree is and in which year of study.
func (d *Degree) status(head, context string) {
	d.Year = studyYear(head, d.LevelLo, d.LevelHi)
	if d.Year == 0 {
		d.Year = studyYear(context, d.LevelLo, d.LevelHi)
	}
	if d.LevelLo < 6 && d.LevelHi == 7 && d.Year >= 4 {
		// The fourth and the fifth year of a school are those of a master.
		d.LevelLo, d.Year = 7, d.Year-3
	}
	d.FinalYear = finalYear.MatchString(head) || finalYear.MatchString(context) && !d.Obtained
	if m := givenUp(head); m != "" {
		d.Interrupted = true
	} else if m := givenUp(context); m != "" && !strings.HasPrefix(m, "arret") && !strings.HasPrefix(m, "credit") {
		d.Interrupted = true
	}
	d.Paused = paused.MatchString(head) || paused.MatchString(context)
	if betweenYears.MatchString(head) {
		// The year named second has not begun.
		d.Paused, d.FinalYear = true, false
		d.Year = 1
	}
	if d.Interrupted {
		return
	}
	said := obtained.MatchString(head)
	if inProgress.MatchString(head) && !said {
		d.InProgress = true
	}
	if said && !strings.Contains(head, "en cours") && !strings.Contains(head, "expected") && !strings.Contains(head, "prevu") {
		d.Obtained = true
	}
	d.Future = future.MatchString(head) && !d.Obtained
	if d.Future && d.StartLo == 0 && d.EndHi > 0 {
		// "Admise en master pour septembre 2026" dates the beginning.
		d.StartLo, d.StartHi, d.EndLo, d.EndHi = d.EndLo, d.EndHi, 0, 0
	}
	// A date beside "soutenance", "expected" or "obtenu" is the end, whatever else is written.
	for _, when := range dates(context) {
		if when.open || when.broken || when.ranged {
			continue
		}
		if endDate.MatchString(context[:when.start]) && !d.ofAnotherYear(context[:when.start]) {
			d.EndLo, d.EndHi, d.EndDay = when.startLo, when.startHi, when.startDay
		}
	}
	if d.FinalYear && !d.Obtained {
		d.InProgress = true
	}
}

// ofAnotherYear tells whether a date follows the name of another year of study: in "M2 (M1
// validé en juin 2025)" the date is that of the first year.
func (d *Degree) ofAnotherYear(before string) bool {
	clause := before[strings.LastIndexAny(before, "(,;.\n")+1:]
	n := studyYear(clause, d.LevelLo, d.LevelHi)
	return n > 0 && d.Year > 0 && n != d.Year
}

// givenUp finds the words that tell that studies did not lead to their degree. "Niveau
// master" does, but a diploma or a title "de niveau master" was awarded.
func givenUp(s string) string {
	for _, m := range interrupted.FindAllStringIndex(s, -1) {
		if word := s[m[0]:m[1]]; !strings.HasPrefix(word, "niveau") || !ofLevel.MatchString(s[:m[0]]) {
			return word
		}
	}
	return ""
}

// ofLevel leads from a diploma to the level it is of.
var ofLevel = text.MustPattern(`\b(?:diplomes?|titres?|certificats?|certifications?|formations?|cursus|programmes?|master|mastere|reconnue?s?|classee?s?|equivalente?s?|equivalence|rncp)(?: \pL+){0,4},? \(?(?:(?:de|du|d'un|au|a) )?$`)

var ordinals = map[string]int{"1": 1, "1er": 1, "1re": 1, "1ere": 1, "premiere": 1, "first": 1, "1st": 1, "2": 2, "2e": 2, "2eme": 2, "2nde": 2, "2nd": 2, "deuxieme": 2, "seconde": 2, "second": 2,
	"3": 3, "3e": 3, "3eme": 3, "troisieme": 3, "third": 3, "3rd": 3, "4": 4, "4e": 4, "4eme": 4, "quatrieme": 4, "fourth": 4, "4th": 4, "5": 5, "5e": 5, "5eme": 5, "cinquieme": 5, "fifth": 5, "5th": 5}

var (
	yearOfStudy = text.MustPattern(`\b(1er|1re|1ere|premiere|first|1st|2e|2eme|2nde|2nd|deuxieme|seconde|second|3e|3eme|troisieme|third|3rd|4e|4eme|quatrieme|fourth|4th|5e|5eme|cinquieme|fifth|5th)[ -](?:and (?:final|last) )?(?:annee|year)\b`)
	yearNumber  = text.MustPattern(`\b(?:year|annee) (1|2|3|4|5)\b`)
	masterYear  = text.MustPattern(`\b(?:master|mastere|m)[ -]?(1|2|i|ii)\b`)
	bachYear    = text.MustPattern(`\b(?:licence|l|but|b|bachelor)[ -]?(1|2|3)\b`)
)

// studyYear reads the year of study: of the master for a master ("5e annee" is its second
// year), of the licence for a licence.
func studyYear(s string, lo, hi int) int {
	if hi == 7 || lo == 7 {
		if m := masterYear.FindStringSubmatch(s); m != nil {
			if m[1] == "2" || m[1] == "ii" {
				return 2
			}
			return 1
		}
	}
	if lo == 6 && hi == 6 {
		if m := bachYear.FindStringSubmatch(s); m != nil {
			return ordinals[m[1]]
		}
	}
	n := 0
	if m := yearOfStudy.FindStringSubmatch(s); m != nil {
		n = ordinals[m[1]]
	} else if m := yearNumber.FindStringSubmatch(s); m != nil {
		n = ordinals[m[1]]
	}
	if lo >= 6 && hi == 7 && n >= 4 {
		return n - 3
	}
	if lo == 7 && n == 3 && strings.Contains(s, "ingenieur") {
		return 2
	}
	return n
}

// undated are the degrees of an education section that no date belongs to.
func (v *View) undated(lines []int, entries []entry) []Degree {
	inHead := map[int]bool{}
	for _, e := range entries {
		for i := e.from; i <= e.line; i++ {
			inHead[i] = true
		}
		for i := e.line; i <= e.to; i++ {
			body := false
			for _, b := range e.body {
				body = body || b == i
			}
			if !body {
				inHead[i] = true
			}
		}
	}
	var out []Degree
	for _, i := range lines {
		l := v.Lines[i]
		if inHead[i] || l.Bullet() && len(entries) > 0 {
			continue
		}
		names := degreeNames(l.Raw)
		if len(names) == 0 || names[0].Start > 14 || noDegree.MatchString(l.Text) || names[0].Lo != names[0].Hi {
			continue
		}
		d := Degree{LevelLo: names[0].Lo, LevelHi: names[0].Hi, Fields: lexicon.Fields(l.Raw), Title: l.Raw, Where: Where{Span: l.All(), Rule: "degree.undated"}}
		if found := v.dates(l.Text); len(found) > 0 {
			d.dates(found[len(found)-1])
		}
		d.status(l.Text, l.Text)
		out = append(out, d)
	}
	return out
}

var (
	studies = text.MustPattern(`\b(?:etudiante? (?:en|a|au|inscrite?|actuellement)|(?:actuellement|inscrite?|je suis|etant|suis) (?:inscrite? )?(?:en|a|au) (?:\pL+ ){0,2}(?:annee|m1|m2|master|licence|l1|l2|l3|bachelor|doctorat|bts|but)|je (?:prepare|termine|poursuis|suis|finis|acheve) (?:actuellement )?(?:un|une|mon|ma)|en (?:premiere|deuxieme|seconde|troisieme|derniere|1re|1ere|2e|2eme|3e|3eme|4e|5e) annee|student|studying|enrolled in|pursuing|candidate|in my (?:first|second|third|final|last) year|currently (?:in|doing|completing|reading)|completing (?:a|my)|finishing (?:a|my)|mon master|ma licence|my (?:master|ma|msc|llm|thesis))\b`)
	holds   = text.MustPattern(`\b(?:titulaires? d|diplomee? d|diplomee? en|(?:j'ai|ai|viens d'|je viens d'|d')\s?(?:deja )?(?:obtenu|obtenir|valide|valider|soutenu)|j'ai un|i hold|i have an?|holder of|holding|graduated|i (?:obtained|completed|earned|received)|a ete valide|ai ete diplomee?|after (?:a|my)|apres (?:un|une|mon|ma))\b`)
)

// statedDegrees reads sentences about studies outside the education section.
func (v *View) statedDegrees(f *Facts) {
	for _, p := range v.Sentences {
		if v.SectionOf(p.First).Is(lexicon.Education, lexicon.Experience, lexicon.Internships, lexicon.Volunteering, lexicon.References, lexicon.Training, lexicon.Languages) || v.Lines[p.First].Skip {
			continue
		}
		isStudent := studies.MatchString(p.Text)
		isHolder := holds.MatchString(p.Text)
		if !isStudent && !isHolder {
			continue
		}
		s, e := p.Span(0, len(p.Text))
		raw := v.Quote(text.Span{Page: p.Page, Start: s, End: e})
		names := degreeNames(raw)
		if len(names) == 0 {
			if d, ok := studentOf(p.Text, raw); ok && !otherPerson.MatchString(p.Text) && !wanted.MatchString(p.Text) {
				d.Where = Where{Span: p.All(), Rule: "degree.student"}
				f.Degrees = append(f.Degrees, d)
			}
			continue
		}
		if otherPerson.MatchString(p.Text) || (wanted.MatchString(p.Text) || QuotesNotice(p.Text)) && !ownWords.MatchString(p.Text) {
			continue
		}
		name := names[0]
		d := Degree{LevelLo: name.Lo, LevelHi: name.Hi, Fields: lexicon.Fields(raw), Title: strings.TrimSpace(raw), Stated: true, Where: Where{Span: p.All(), Rule: "degree.stated"}}
		d.status(p.Text, p.Text)
		switch {
		case d.Interrupted:
		case isHolder && !isStudent:
			d.Obtained, d.InProgress = true, false
		case isStudent && !isHolder:
			d.InProgress, d.Obtained = true, false
		}
		if d.Obtained {
			for _, when := range v.dates(p.Text) {
				if !when.ranged && !when.broken && d.EndHi == 0 {
					d.EndLo, d.EndHi = when.startLo, when.startHi
				}
			}
		}
		f.Degrees = append(f.Degrees, d)
	}
}

// studentOf reads "a third-year sociology student", who names no degree: the first three
// years lead to a bachelor's, the later ones to a bachelor's or a master's.
func studentOf(s, raw string) (Degree, bool) {
	m := yearOfStudy.FindStringSubmatch(s)
	fields := lexicon.Fields(raw)
	if m == nil || len(fields) == 0 || !studentWord.MatchString(s) || pupil.MatchString(s) {
		return Degree{}, false
	}
	d := Degree{LevelLo: 6, LevelHi: 6, Fields: fields, Title: strings.TrimSpace(raw), Stated: true, InProgress: true}
	switch n := ordinals[m[1]]; {
	case n <= 2:
		d.Year = n
	case n >= 4:
		d.LevelHi = 7
	}
	d.FinalYear = finalYear.MatchString(s)
	d.Paused = paused.MatchString(s)
	return d, true
}

var (
	studentWord = text.MustPattern(`\b(?:etudiante?|student|undergraduate)\b`)
	pupil       = text.MustPattern(`\b(?:lycee|secondary|high school|sixth form|college student|doctora\w*|phd|these)\b`)
)

// otherPerson tells of sentences about somebody else's studies.
var otherPerson = text.MustPattern(`\b(?:aux etudiants|des etudiants|students? (?:in|of) (?:our|the)|nos etudiants|mes etudiants|my students|encadrement d|tutorat|vous recherchez|your)\b`)
