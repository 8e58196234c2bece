package fact

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// entrySections are the parts of a CV whose lines tell of jobs and studies: a level there
// may be that of pupils, a language that of a text translated.
var entrySections = []lexicon.Section{lexicon.Experience, lexicon.Internships, lexicon.Volunteering, lexicon.Education,
	lexicon.Projects, lexicon.Publications, lexicon.References, lexicon.Awards}

// filler is what may stand between a level and the name of its language.
var filler = text.MustPattern(`^(?:[\s,:()/&'"-]|\b(?:de|du|des|d|la|le|les|l|en|of|in|the|a|mes|my|deux|two|trois|niveau|level|langue|language|est|sont|is|are|et|and|ainsi que|as well as|both|ma|mon|my|tres|bien|bon|oral|orale|ecrit|ecrite|parle|written|spoken|que|comme|with|speaker|speakers|tant|aussi|also|avec|pour|usage|pratique|aujourd'hui|dialectal|standard|moderne|encore|still|reste|restent|demeure|remains?|stays?|un|une|an|at|only|seulement|toujours|actuellement|currently|now|maintenant|environ|about|around|estime|self-assessed|as)\b)*$`)

// teaching is somebody else's level.
var teaching = text.MustPattern(`\b(?:cours|enseign\w+|eleves?|apprenants?|ateliers?|formateur|formatrice|professeur\w*|taught|teach\w*|pupils?|students|lessons?|classes?|beneficiaires?|alphabetisation|traduct\w+ (?:de|du)|translat\w+ from)\b`)

// announced is a clause about what the notice asks for, not about the applicant.
var announced = text.MustPattern(`\b(?:vous (?:demandez|recherchez|exigez|cherchez|souhaitez|requerez|attendez|indiquez|mentionnez|precisez)|votre (?:annonce|offre|avis|appel|fiche)|l'(?:annonce|offre|avis)\b|le poste (?:requiert|exige|demande|suppose|necessite)|la fiche de poste|profil (?:recherche|demande|souhaite)|(?:est|sont|etait|serait) (?:exigee?s?|requise?s?|demandee?s?|souhaitee?s?|attendue?s?|indispensables?|obligatoires?)|comme (?:demande|exige|requis)|your (?:advert\w*|announcement|ad|notice|vacancy|job description|posting|call)|the (?:position|post|role|job|vacancy|advert|announcement|notice) (?:requires|asks|demands|calls|needs)|you (?:ask|require|need|want|seek|request|are looking|are seeking|mention|specify)|(?:is|are|was) (?:required|requested|needed|mandatory|essential)|as (?:required|requested)|requirements?)\b`)

// notSpoken is a denial, with the language behind it.
var notSpoken = text.MustPattern(`\b(?:ne (?:parle|maitrise|connais|pratique|comprends?|lis)(?: (?:pas|ni|guere|point|aucunement))(?: (?:encore|du tout|un mot))?|ne (?:le |la )?(?:parle|maitrise) pas|n'ai (?:aucune?|pas(?: de)?) (?:notions?|connaissances?|bases?|maitrise)|sans (?:parler|connaitre|maitriser|connaissance)|aucune? (?:notions?|connaissances?|mot|bases?|maitrise)|pas (?:encore )?(?:de notions?|appris)|(?:do|does) not (?:yet )?(?:speak|know|understand|read|master)(?: any)?|(?:don't|doesn't) (?:yet )?(?:speak|know|understand)(?: any)?|no (?:knowledge|command|notions?|proficiency)|cannot (?:yet )?speak|without (?:speaking|any|knowing)|not (?:yet )?speak|speak no|have no|jamais appris|never (?:learn(?:ed|t)|studied)|(?:souhaite|voudrais|aimerais|compte|vais|desire|espere|envisage|prevois d'?|projette d'?|envie d'?|prete? a(?: l'| m')?|dispose(?:e)? a(?: l'| m')?|motivee? (?:a|pour)(?: l')?|volontaire pour) ?(?:apprendre|apprentissage|m'initier|initier|mettre|me mettre|me former)|apprendrai|(?:ready|willing|eager|keen|happy|hope|plan|want|wish|intend|prepared|like) to (?:learn|pick up|study)(?: some| basic)?)\b`)

// denialGap is what may stand between a denial and the language denied.
var denialGap = text.MustPattern(`^(?:[\s,/'()-]|\b(?:de|du|des|d|en|le|la|les|l|of|in|any|the|un|mot|ni|or|nor|et|and|encore|yet|bien|well|basic|some|a|parler|a parler|speak|speaking|to|langue|language|dialecte|level|niveau|fluent|courant|couramment|local|locale)\b)*$`)

var learningNow = text.MustPattern(`\b(?:am|i'm|currently|presently|now|still|been|started|began|suis) (?:\w+ )?learning\b|\bhave (?:been )?learn`)

var onlyWord = text.MustPattern(`\b(?:seulement|uniquement|only|just|que)\b`)

// clauseEnd splits a sentence where another statement may begin.
var clauseEnd = text.MustPattern(`[;:!?]|,? (?:mais|but|however|cependant|toutefois|alors que|whereas|while|although|bien que|meme si|even though)\b|, (?:je|j'|i|mon|my|que|which|ce qui|et je|and i)\b| et je\b| and i\b`)

// languageProse reads sentences: "je parle couramment anglais", "fluent in French and English".
func languageProse(v *View) []Language {
	var out []Language
	for _, s := range v.Sentences {
		section := v.Sections[v.Lines[s.First].Section]
		if section.Is(lexicon.Languages) {
			continue
		}
		if len(s.Text) > 2*maxListLine {
			continue
		}
		names := lexicon.FindLanguages(s.Folded, v.rawOf(s))
		if len(names) == 0 && !mayHoldTest.MatchString(s.Text) {
			continue
		}
		entry := section.Is(entrySections...) && !firstPerson.MatchString(s.Text)
		for _, c := range clauses(s.Text) {
			if part := s.Text[c[0]:c[1]]; announced.MatchString(part) || QuotesNotice(part) || teaching.MatchString(part) && !takesClasses.MatchString(part) {
				continue
			}
			out = append(out, clauseLanguages(v, s, c[0], c[1], names, entry)...)
		}
	}
	return out
}

// takesClasses is somebody who is taught, not who teaches.
var takesClasses = text.MustPattern(`\b(?:je (?:prends|suis|continue)(?: \pL+)? des cours|i (?:take|am taking|attend|am attending|follow)|i'm taking|j'ai (?:suivi|pris) des cours|cours (?:du soir|suivis))\b`)

var firstPerson = text.MustPattern(`(?:^|[^\pL])(?:(?:je|mon|ma|mes|i|my|me)(?:[^\pL]|$)|(?:j|m)'\pL|i'(?:m|ve|d|ll)\b)`)

func (v *View) rawOf(p text.Passage) func(a, b int) string {
	page, _ := v.Page(p.Page)
	return func(a, b int) string { s, e := p.Span(a, b); return page.Text[s:e] }
}

func clauses(s string) [][2]int {
	var out [][2]int
	start := 0
	depth := depths(s)
	for _, m := range clauseEnd.FindAllStringIndex(s, -1) {
		if depth[m[0]] > 0 || m[0] <= start {
			continue
		}
		// "Langue maternelle : français" is one statement.
		if s[m[0]] == ':' && m[0]-start < 40 {
			continue
		}
		out = append(out, [2]int{start, m[0]})
		start = m[0]
	}
	return append(out, [2]int{start, len(s)})
}

// clauseLanguages reads the languages of one clause.
func clauseLanguages(v *View, s text.Passage, from, to int, names []lexicon.LanguageName, entry bool) []Language {
	var out []Language
	clause := s.Text[from:to]
	if m := notSpoken.FindStringIndex(clause); m != nil && !learningNow.MatchString(clause) {
		for i, n := range names {
			if n.Start < from || n.End > to || n.Homograph {
				continue
			}
			gap := ""
			if n.Start >= from+m[1] {
				gap = s.Text[from+m[1] : n.Start]
			} else {
				continue
			}
			for _, other := range names[:i] {
				if other.Start >= from+m[1] {
					gap = strings.Replace(gap, s.Text[other.Start:other.End], "", 1)
				}
			}
			if !denialGap.MatchString(gap) || onlyWord.MatchString(gap) {
				continue
			}
			out = append(out, Language{Code: n.Code, None: true, Where: whereIn(s, from+m[0], n.End, "language.denied")})
		}
		if len(out) > 0 {
			return out
		}
	}
	if entry {
		return nil
	}
	levels := lexicon.FindLevels(clause)
	for _, l := range levels {
		if l.Test != "" {
			out = append(out, Language{Code: l.Language, Lo: Level(l.Lo), Hi: Level(l.Hi), Test: l.Test,
				Where: whereIn(s, from+l.Start, from+l.End, "language.test")})
		}
	}
	for _, n := range names {
		if n.Start < from || n.End > to || n.Homograph {
			continue
		}
		best, found := Language{}, false
		var bestWeight int
		for _, l := range levels {
			if l.Kind == lexicon.None || l.Kind == lexicon.Mute || l.Test != "" {
				continue
			}
			a, b := from+l.Start, from+l.End
			var gap string
			if a >= n.End {
				gap = s.Text[n.End:a]
			} else if b <= n.Start {
				gap = s.Text[b:n.Start]
			} else {
				continue
			}
			if !fillerWithNames(gap, s, n, names, a, b) || b <= n.Start && !leads(s.Text, names, n, a, b) {
				continue
			}
			// "good English teacher" and "basic French" need the small word between, or a colon.
			if l.Kind == lexicon.Weak && !weakBinds(s.Text, n, a, b) {
				continue
			}
			weight := 1
			if l.Kind == lexicon.CEFR {
				weight = 3
			} else if l.Kind == lexicon.Phrase {
				weight = 2
			}
			// The closer of two words of one weight is the one that is meant, and a word
			// right behind its language before one further off.
			score := weight*1000 - len(gap)
			switch {
			case a >= n.End && strings.Trim(gap, " :(=-–") == "":
				score += 5000
			case b <= n.Start && (strings.TrimSpace(gap) == "" || listWord.MatchString(gap)):
				score += 4000
			}
			if !found || score > bestWeight {
				best = Language{Code: n.Code, Lo: Level(l.Lo), Hi: Level(l.Hi),
					Where: whereIn(s, min(a, n.Start), max(b, n.End), "language.prose")}
				found, bestWeight = true, score
			}
		}
		switch {
		case found:
			out = append(out, best)
		case saysSpoken(s.Text[from:n.Start]):
			out = append(out, Language{Code: n.Code, Where: whereIn(s, n.Start, n.End, "language.spoken")})
		}
	}
	return out
}

// speaks is a verb whose object is a language, level or not.
var speaks = text.MustPattern(`\b(?:je (?:parle|maitrise|comprends|pratique)|i (?:also )?(?:speak|understand))\b`)

// saysSpoken tells whether what stands before a name says that it is spoken.
func saysSpoken(before string) bool {
	m := speaks.FindStringIndex(before)
	return m != nil && len(before)-m[1] < 80
}

// leads tells whether the level at a..b speaks of what follows it, name n included: in
// "français (courant), anglais" it does not.
func leads(s string, names []lexicon.LanguageName, n lexicon.LanguageName, a, b int) bool {
	first := n
	for _, other := range names {
		if other.Start >= b && other.Start < first.Start {
			first = other
		}
	}
	gap := s[b:first.Start]
	if strings.ContainsAny(gap, ",)") {
		return false
	}
	for _, other := range names {
		if other.End <= a && a-other.End < 40 && strings.Contains(s[other.End:a], ":") && !strings.ContainsAny(s[other.End:a], ".;") {
			// "Français et twi : langues maternelles / Anglais": what a colon leads to is said of
			// what stands before it.
			return false
		}
		if other.End <= a && bothOf.ReplaceAllString(strings.Trim(s[other.End:a], " :(-–="), "") == "" && !listWord.MatchString(gap) {
			return false
		}
	}
	return true
}

// bothOf counts languages before their level: "mes deux langues maternelles".
var bothOf = text.MustPattern(`^(?:(?:mes|my|ma|les|mes deux|les deux|deux|two|both|trois|three|sont|are|is|est|toutes deux|both my)\b ?)+$`)

// fillerWithNames tells whether only small words and names of languages part a level from a name.
func fillerWithNames(gap string, s text.Passage, n lexicon.LanguageName, names []lexicon.LanguageName, a, b int) bool {
	lo, hi := n.End, a
	if b <= n.Start {
		lo, hi = b, n.Start
	}
	var rest strings.Builder
	at := lo
	for _, other := range names {
		if other.Start >= lo && other.End <= hi && other.Start >= at {
			rest.WriteString(s.Text[at:other.Start])
			at = other.End
			// Names between a level and a name in front of it: "anglais, français courant"
			// says nothing of English, "courant en anglais, français" of both.
			if a >= n.End && !andWord.MatchString(s.Text[other.Start-min(4, other.Start):other.Start]) && !strings.Contains(s.Text[other.Start-min(4, other.Start):other.Start], "et") {
				return false
			}
		}
	}
	rest.WriteString(s.Text[at:hi])
	return filler.MatchString(rest.String())
}

// weakBinds tells whether a word that may speak of anything speaks of the language here.
func weakBinds(s string, n lexicon.LanguageName, a, b int) bool {
	if b <= n.Start {
		gap := strings.TrimSpace(s[b:n.Start])
		if gap != "" {
			return true
		}
		// "good English" at the end of a clause, or followed by a comma.
		rest := strings.TrimSpace(s[n.End:])
		return rest == "" || strings.ContainsAny(rest[:1], ",.;)") || strings.HasPrefix(rest, "and ") || strings.HasPrefix(rest, "et ") || goesOnWith.MatchString(rest) || strings.HasPrefix(rest, "skills") || strings.HasPrefix(rest, "level")
	}
	return true
}

// goesOnWith is a small word behind a language that tells where it was learnt or spoken.
var goesOnWith = text.MustPattern(`^(?:from|with|since|learn(?:ed|t)|spoken|picked up|at home|depuis|appris|parle|avec)\b`)

// languageMentions reads tests and diplomas outside the list of languages, and names of
// languages that stand alone between separators in the parts of a CV that list things.
func languageMentions(v *View) []Language {
	var out []Language
	for i, l := range v.Lines {
		section := v.Sections[l.Section]
		if l.Skip || l.Heading || section.Is(lexicon.Languages) {
			continue
		}
		if mayHoldTest.MatchString(l.Text) && !section.Is(lexicon.Experience, lexicon.Internships, lexicon.Volunteering, lexicon.References) && !teaching.MatchString(l.Text) && !announced.MatchString(l.Text) && !QuotesNotice(l.Text) {
			out = append(out, testsOn(v, i)...)
		}
		if lang, ok := languageLine(v, i); ok {
			out = append(out, lang...)
			continue
		}
		if section.Is(lexicon.Skills, lexicon.Personal, lexicon.Profile, lexicon.OtherSection, lexicon.Contact, lexicon.NoSection, lexicon.Certifications) && len(l.Text) < 160 {
			if lone := loneNames(v, i); len(lone) > 0 && !v.announcedAround(i) {
				out = append(out, lone...)
			}
		}
	}
	return out
}

// languageLine reads a line that is nothing but a language and its level, wherever reading
// order has put it: columns read across tear lists apart.
func languageLine(v *View, i int) ([]Language, bool) {
	l := v.Lines[i]
	if len(l.Text) > 70 {
		return nil, false
	}
	page, _ := v.Page(l.Page)
	raw := func(a, b int) string { s, e := l.Span(a, b); return page.Text[s:e] }
	names := lexicon.FindLanguages(l.Folded, raw)
	if len(names) > 1 && onlyLanguages(l.Folded, raw, names) && !teaching.MatchString(l.Text) && !announced.MatchString(l.Text) {
		return v.languagesOn(i), true
	}
	if len(names) != 1 || names[0].Homograph || names[0].Start > 3 || names[0].End >= len(l.Text) {
		return nil, false
	}
	if l.Bullet() && v.Sections[l.Section].Is(entrySections...) && !v.oneOfLanguages(i) || teaching.MatchString(l.Text) || announced.MatchString(l.Text) || QuotesNotice(l.Text) {
		return nil, false
	}
	gap := strings.TrimSpace(l.Text[names[0].End:])
	if gap == "" || !strings.ContainsAny(gap[:1], ":(-=") {
		return nil, false
	}
	levels := lexicon.FindLevels(l.Text)
	if len(levels) == 0 || strings.Trim(l.Text[names[0].End:levels[0].Start], " :(-=") != "" || len(l.Text)-levels[len(levels)-1].End > 14 {
		return nil, false
	}
	out := v.languagesOn(i)
	return out, len(out) > 0
}

// languagesOn reads line i as a list of languages of its own.
func (v *View) languagesOn(i int) []Language {
	list := &languageList{v: v}
	list.line(i, 0)
	list.flush()
	for k := range list.out {
		list.out[k].Where.Rule = "language.line"
	}
	return list.out
}

// onlyLanguages tells whether a line is nothing but languages, each with its level:
// "English (native), Spanish (intermediate)".
func onlyLanguages(f text.Folded, raw func(a, b int) string, names []lexicon.LanguageName) bool {
	levels, covered := 0, 0
	for _, it := range items(f, raw) {
		covered += it.end - it.start
		if it.kind == 'l' {
			levels++
		}
	}
	letters := 0
	for k := 0; k < len(f.Text); k++ {
		if f.Text[k] > ' ' && !strings.ContainsRune("(),:;-|/=.*", rune(f.Text[k])) {
			letters++
		}
	}
	return levels >= len(names) && letters <= covered+4
}

// startsWithLanguage tells whether line i is a language and its level.
func (v *View) startsWithLanguage(i int) bool {
	if i < 0 || i >= len(v.Lines) || v.Lines[i].Skip || len(v.Lines[i].Text) > 70 {
		return false
	}
	l := v.Lines[i]
	page, _ := v.Page(l.Page)
	names := lexicon.FindLanguages(l.Folded, func(a, b int) string { s, e := l.Span(a, b); return page.Text[s:e] })
	return len(names) > 0 && names[0].Start <= 3 && len(lexicon.FindLevels(l.Text[names[0].End:])) > 0
}

// oneOfLanguages tells whether line i is one item of a list of languages.
func (v *View) oneOfLanguages(i int) bool {
	return v.startsWithLanguage(i-1) && !v.Lines[i].BlankBefore || i+1 < len(v.Lines) && v.startsWithLanguage(i+1) && !v.Lines[i+1].BlankBefore
}

// announcedAround tells whether the sentence line i is a piece of repeats the notice.
func (v *View) announcedAround(i int) bool {
	for _, p := range v.Paragraphs {
		if p.First <= i && i <= p.Last {
			return p.Last > p.First && (announced.MatchString(p.Text) || QuotesNotice(p.Text))
		}
	}
	return false
}

// testsOn reads the tests named on line i; the score may stand on the line below.
func testsOn(v *View, i int) []Language {
	l := v.Lines[i]
	read := func(p text.Passage) []Language {
		var out []Language
		for _, level := range lexicon.FindLevels(p.Text) {
			if level.Test != "" {
				out = append(out, Language{Code: level.Language, Lo: Level(level.Lo), Hi: Level(level.Hi), Test: level.Test,
					Where: whereIn(p, level.Start, level.End, "language.test")})
			}
		}
		return out
	}
	if out := read(text.Passage{Folded: l.Folded, Page: l.Page, First: i, Last: i}); len(out) > 0 || i+1 >= len(v.Lines) {
		return out
	}
	next := v.Lines[i+1]
	if next.Page != l.Page || next.Skip || next.Heading || mayHoldTest.MatchString(next.Text) {
		return nil
	}
	return read(text.Passage{Folded: text.Join(" ", l.Folded, next.Folded), Page: l.Page, First: i, Last: i + 1})
}

var mayHoldTest = text.MustPattern(`toeic|toefl|ielts|delf|dalf|\btcf\b|\btef|cambridge|\bcae\b|\bfce\b|\bcpe\b|proficiency|goethe|\bdele\b|siele|\bceli\b|\bcils\b|plida|linguaskill|bulats|duolingo|certificate|advanced|first`)

// loneNames reads cells that hold nothing but a language, with or without its level.
func loneNames(v *View, i int) []Language {
	l := v.Lines[i]
	page, _ := v.Page(l.Page)
	raw := func(a, b int) string { s, e := l.Span(a, b); return page.Text[s:e] }
	if len(lexicon.FindLanguages(l.Folded, raw)) == 0 {
		return nil
	}
	all := items(l.Folded, raw)
	// "Nationalité : français" names no language.
	if len(all) == 0 || strings.Contains(l.Text, "nation") || strings.Contains(l.Text, "citizen") {
		return nil
	}
	var out []Language
	from := 0
	if colon := strings.IndexByte(l.Text, ':'); colon > 0 && colon < 25 && len(lexicon.FindLanguages(l.Sub(0, colon), raw)) == 0 {
		from = colon + 1
	}
	for _, c := range cells(l.Text, from, all) {
		var names, levels []item
		covered := 0
		for _, it := range c.items {
			covered += it.end - it.start
			if it.kind == 'n' && !it.name.Homograph {
				names = append(names, it)
			} else if it.kind == 'l' {
				levels = append(levels, it)
			}
		}
		body := strings.Trim(l.Text[c.start:c.end], " :-–()*•")
		if len(names) != 1 || len(body) > covered+8 {
			continue
		}
		if len(levels) == 0 && len(body) != names[0].end-names[0].start {
			continue
		}
		if len(levels) > 0 {
			// Levels are read by languageProse; here the name alone counts.
			continue
		}
		out = append(out, Language{Code: names[0].name.Code, Where: v.where(i, names[0].start, names[0].end, "language.named")})
	}
	return out
}

// tidyLanguages drops what says nothing new: a passage read twice, and a bare name of a
// language that has a statement elsewhere.
func tidyLanguages(list []Language) []Language {
	stated := map[string]bool{}
	for _, l := range list {
		stated[l.Code] = stated[l.Code] || l.Lo > 0 || l.None
	}
	var out []Language
	for _, l := range list {
		if l.Lo == 0 && !l.None && stated[l.Code] {
			continue
		}
		double := false
		for _, have := range out {
			same := have.Code == l.Code && have.Skill == l.Skill && have.None == l.None
			double = double || same && have.Where.Page == l.Where.Page && have.Where.Start < l.Where.End && l.Where.Start < have.Where.End && have.Lo == l.Lo && have.Hi == l.Hi && have.Test == l.Test ||
				same && l.Lo == 0 && have.Lo == 0
		}
		if !double {
			out = append(out, l)
		}
	}
	return out
}
