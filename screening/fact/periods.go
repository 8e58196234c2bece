package fact

import (
	"strconv"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// readPeriods reads the entries of the work, internship and volunteering sections.
func readPeriods(v *View, f *Facts) {
	complete, found := true, false
	internships, told := false, true
	read := func(nature string, kinds ...lexicon.Section) {
		for _, lines := range sectionLines(v, kinds...) {
			entries, explained := entriesIn(v, lines)
			if nature == Work {
				found = true
				complete = complete && explained
			} else {
				internships = internships || len(entries) > 0
				told = told && explained
			}
			for _, e := range entries {
				before := len(f.Periods)
				f.Periods = append(f.Periods, v.periods(e, nature)...)
				if before > 0 && sameEmployer.MatchString(text.String(f.Periods[before].Header)) && len(f.Periods[before].Sectors) == 0 {
					f.Periods[before].Sectors = f.Periods[before-1].Sectors
				}
			}
		}
	}
	inherit := func() {
		// Posts listed under one employer: what the employer's own line says holds for them.
		for n := 1; n < len(f.Periods); n++ {
			p := &f.Periods[n]
			if len(p.Sectors) > 0 || len(p.Places) > 0 || p.Nature != Work {
				continue
			}
			for k := n - 1; k >= 0 && k >= n-6; k-- {
				if o := f.Periods[k]; len(o.Details) == 0 && o.covers(*p) && len(o.Sectors)+len(o.Places) > 0 {
					p.Sectors, p.Places = o.Sectors, o.Places
					break
				}
			}
		}
	}
	defer inherit()
	read(Work, lexicon.Experience)
	read(Internship, lexicon.Internships)
	read(Volunteering, lexicon.Volunteering)
	if !found && !v.Has(lexicon.Experience) {
		// A CV without headings: what is dated and is no degree may be work.
		for _, lines := range sectionLines(v, lexicon.NoSection, lexicon.Unknown, lexicon.Profile, lexicon.Projects) {
			entries, _ := entriesIn(v, lines)
			for _, e := range entries {
				if e.ranged && !e.study() {
					f.Periods = append(f.Periods, v.periods(e, Work)...)
				}
			}
		}
		// The heading of the jobs may be missing alone: they then stand below another section.
		for _, lines := range sectionLines(v, lexicon.Education, lexicon.Languages, lexicon.Skills, lexicon.Interests, lexicon.LicenceSection, lexicon.Contact) {
			entries, _ := entriesIn(v, lines)
			for _, e := range entries {
				if e.job() {
					f.Periods = append(f.Periods, v.periods(e, Work)...)
				}
			}
		}
	}
	if found {
		// Columns read across put jobs below the headings of others.
		for _, lines := range sectionLines(v, lexicon.Skills, lexicon.Languages, lexicon.Interests, lexicon.LicenceSection, lexicon.Contact) {
			entries, _ := entriesIn(v, lines)
			for _, e := range entries {
				if e.job() && e.startLo == e.startHi {
					f.Periods = append(f.Periods, v.periods(e, Work)...)
				}
			}
		}
	}
	f.WorkComplete = found && complete || !found && internships && told && !v.datesElsewhere()
}

// study tells whether the head of an entry is that of studies: a line opens with the name of
// a degree, before any job is named.
func (e entry) study() bool { return headOfStudies(e.head) }

// job tells whether an entry among studies is a job: it names one and where, and no degree.
func (e entry) job() bool {
	n := namesOf(e.head)
	return e.ranged && n.title && n.employer && len(degreeNames(strings.Join(e.head, "\n"))) == 0
}

func headOfStudies(head []string) bool {
	for _, h := range head {
		names := degreeNames(h)
		if opensWithTitle(h) && (len(names) == 0 || names[0].Start > 3) {
			// "Tutor for master students"
			return false
		}
		if len(names) > 0 && names[0].Start < 12 {
			return true
		}
		if namesOf([]string{h}).title {
			return false
		}
	}
	return false
}

// datesElsewhere tells whether a year stands where a job may hide: under no heading, or one
// nobody knows. Without one, a CV that lists internships and no work has none.
func (v *View) datesElsewhere() bool {
	for i, l := range v.Lines {
		section := v.SectionOf(i)
		switch {
		case l.Skip || section.Is(lexicon.Internships, lexicon.Volunteering, lexicon.Education, lexicon.Training, lexicon.References, lexicon.LicenceSection, lexicon.Interests, lexicon.Certifications, lexicon.Awards, lexicon.Publications):
		case yearRange.MatchString(l.Text), section.Is(lexicon.NoSection, lexicon.Unknown, lexicon.Projects) && yearToken.MatchString(l.Text):
			return true
		}
	}
	return false
}

// periods turns an entry into a period, and its dated leaves into periods of their own.
func (v *View) periods(e entry, nature string) []Period {
	p := Period{StartLo: e.startLo, StartHi: e.startHi, EndLo: e.endLo, EndHi: e.endHi, StartDay: e.startDay, Open: e.open, Nature: nature}
	p.Where = Where{Span: e.where, Rule: "entry.dates"}
	p.Head = e.headEnd
	p.Header = strings.Join(e.head, "\n")
	p.Title, p.Employer, p.Place = nameParts(e.head)
	first, last := v.Lines[e.from], v.Lines[e.to]
	p.Body = Where{Span: first.All(), Rule: "entry.body"}
	for i := e.to; i > e.from && last.Page != first.Page; i-- {
		last = v.Lines[i-1]
	}
	p.Body.End = max(p.Body.End, last.All().End)
	for _, s := range e.spill {
		p.addDetail(strings.TrimSpace(s), p.Where)
	}
	v.addDetails(&p, e.body)
	v.label(&p, nature)
	out := []Period{p}
	for _, d := range e.again {
		more := p
		more.StartLo, more.StartHi, more.EndLo, more.EndHi = d.startLo, d.startHi, d.endLo, d.endHi
		out = append(out, more)
	}
	return append(out, v.leaves(e, p)...)
}

// covers tells whether q lies within the dates of p.
func (p Period) covers(q Period) bool {
	return p.StartLo <= q.StartLo && (p.Open || !q.Open && q.EndHi <= p.EndHi)
}

// addDetails gives the period its body, one detail a paragraph or item.
func (v *View) addDetails(p *Period, body []int) {
	for n := 0; n < len(body); {
		i := body[n]
		done := false
		for _, para := range v.Paragraphs {
			if para.First == i && para.Last <= body[len(body)-1] {
				raw := v.Quote(para.All())
				p.addDetail(raw, Where{Span: para.All(), Rule: "entry.detail"})
				for n < len(body) && body[n] <= para.Last {
					n++
				}
				done = true
				break
			}
		}
		if !done {
			p.addDetail(v.Lines[i].Raw, Where{Span: v.Lines[i].All(), Rule: "entry.detail"})
			n++
		}
	}
}

func (p *Period) addDetail(raw string, w Where) {
	if raw == "" {
		return
	}
	d := Detail{Text: raw, Where: w}
	if found := durations(text.String(raw)); len(found) == 1 {
		d.Lo, d.Hi = found[0].lo, found[0].hi
		if found[0].years {
			d.Hi += 11
		}
	} else if spans := dates(text.String(raw)); len(found) == 0 && len(spans) == 1 && spans[0].ranged && !spans[0].open && !spans[0].halfOpen && !spans[0].broken {
		// "De mars à mai 2016 : réception des travaux"
		if s := spans[0]; s.startLo == s.startHi && s.endLo == s.endHi {
			d.Lo = int(s.endLo-s.startLo) + 1
			d.Hi = d.Lo
		}
	}
	p.Details = append(p.Details, d)
}

// nameParts splits the head of an entry into title, employer and place as well as its
// separators allow. They are for showing; nothing is concluded from them.
func nameParts(head []string) (title, employer, place string) {
	var parts []string
	for _, h := range head {
		for _, s := range splitParts.Split(h, -1) {
			if s = strings.Trim(s, " \t-–—|:,;•*·"); s != "" {
				parts = append(parts, s)
			}
		}
	}
	if len(parts) == 0 {
		return "", "", ""
	}
	title = parts[0]
	if len(parts) > 1 {
		rest := parts[len(parts)-1]
		if len(parts) > 2 {
			employer, place = parts[1], rest
		} else if cut := strings.LastIndex(rest, ", "); cut > 0 {
			employer, place = rest[:cut], rest[cut+2:]
		} else {
			employer = rest
		}
	}
	return title, employer, place
}

var sameEmployer = text.MustPattern(`\b(?:meme (?:organisation|employeur|ong|structure|association|agence)|same (?:organisation|organization|employer|ngo|agency)|idem|ibid)\b`)

var splitParts = text.MustPattern(`\s[-–—|]+\s|\s*\|\s*|\t+|\s{3,}|\n`)

// label reads the nature and the part-time share from the entry's words, and the tags of
// domain, sector and place.
func (v *View) label(p *Period, section string) {
	f := text.Fold(p.Header)
	raw := func(a, b int) string {
		s, e := f.Span(a, b)
		return p.Header[s:e]
	}
	tokens := lexicon.Tokenize(f.Text)
	if hits := lexicon.Natures(tokens, raw); len(hits) > 0 {
		if p.Nature = natureOf(hits, section); p.Nature == lexicon.Unsettled {
			p.Nature = UnknownNature
		}
	} else if section == Work && headOfStudies(strings.Split(p.Header, "\n")) && !strings.Contains(f.Text, "alternance") && !strings.Contains(f.Text, "enseign") {
		p.Nature = Study
	} else if section == Work && onlySchool(p.Header) && len(p.Details) == 0 {
		// "Université du Lac, 2019-2021" may be where somebody studied.
		p.Nature = UnknownNature
	}
	if p.Nature == Study && section == Work && alternates.MatchString(f.Text) {
		// "Élève commissaire puis commissaire": a part of it was work.
		p.Nature = UnknownNature
	}
	if p.Nature == Work {
		for _, d := range p.Details {
			if saysInternship.MatchString(text.String(d.Text)) {
				p.Nature = UnknownNature
			}
		}
		if alternates.MatchString(f.Text) && len(lexicon.Natures(tokens, raw)) > 0 {
			p.Nature = UnknownNature
		}
	}
	p.Share, p.PartTime = share(f.Text)
	for _, d := range p.Details {
		if t := text.String(d.Text); !p.PartTime && mentionsPartTime.MatchString(t) && len(t) < 120 {
			p.Share, p.PartTime = share(t)
		}
	}
	for _, d := range durations(f.Text) {
		// "2019-2020 (14 mois)", "janv. 2019 - mars 2021 - 2 ans 3 mois"
		if strings.Contains("(-|·,", beforeMark(f.Text[:d.start])) || inBrackets(f.Text, d.start) {
			p.StatedLo, p.StatedHi = d.lo, d.hi
			if d.years {
				p.StatedHi += 11
			}
		}
	}
	tag(p, f, tokens, raw)
}

// schoolName starts the name of a place where people study.
var schoolName = text.MustPattern(`^(?:universit\w+|institut\w*|faculte|faculty|college|lycee|ecole|school|iep|academy|academie)\b|\b(?:university|institute|college|school|academy)$`)

// onlySchool tells whether a head names a school, and no job.
func onlySchool(head string) bool {
	found := false
	for _, piece := range headParts(head) {
		f := text.String(piece)
		if lexicon.IsTitle(f) {
			return false
		}
		found = found || schoolName.MatchString(f)
	}
	return found
}

func inBrackets(s string, at int) bool {
	open := strings.LastIndexByte(s[:at], '(')
	return open >= 0 && !strings.Contains(s[open:at], ")")
}

func beforeMark(s string) string {
	s = strings.TrimRight(s, " \n")
	if s == "" {
		return "("
	}
	return s[len(s)-1:]
}

var (
	saysInternship   = text.MustPattern(`^\W*(?:stage (?:de|conventionne|obligatoire|realise|effectue|d'|en|non|remunere|facultatif)|stage\W*$|internship\b|dans le cadre d(?:'un|e mon|u) stage|as part of my internship|benevolat\b|volunteer (?:position|role)|poste benevole|mission benevole)`)
	alternates       = text.MustPattern(`\b(?:puis|then|ensuite|devenue?|promoted|embauche)\b`)
	mentionsPartTime = text.MustPattern(`\b(?:temps partiel|mi-temps|part[- ]time|half[- ]time|tiers-temps|quart de temps|quotite|temps plein a|\d{1,2} ?h(?:eures)? ?(?:/|par) ?sem\w*|\d{1,2} hours? (?:per|a|/) ?week)`)
	shareInPercent   = text.MustPattern(`(?:^|[^\d,.])(\d{2}) ?%`)
	hoursAWeek       = text.MustPattern(`\b(\d{1,2})(?:[.,]\d)? ?(?:h|heures|hours?|hrs) ?(?:/|par |per |a )? ?(?:sem\w*|week|wk)`)
)

// natureOf chooses among the words of a head. A head that names an internship and a job
// ("stagiaire puis assistante") has been barred from the table and stays as the section says.
func natureOf(hits []lexicon.Hit, section string) string {
	first := hits[0]
	for _, h := range hits[1:] {
		if h.Start < first.Start || h.Key == CivicService {
			first = h
		}
	}
	if section != Work && first.Key != CivicService && first.Key != Leave {
		return section
	}
	return first.Key
}

// share reads how much of full time an entry is.
func share(s string) (percent int, partTime bool) {
	part := mentionsPartTime.MatchString(s)
	if m := shareInPercent.FindStringSubmatch(s); m != nil && (part || len(s) < 200) {
		n, _ := strconv.Atoi(m[1])
		if n >= 10 && n < 100 {
			return n, true
		}
	}
	if !part {
		return 0, false
	}
	if m := hoursAWeek.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		if n >= 35 {
			return 0, false
		}
		return n * 100 / 35, true
	}
	switch {
	case strings.Contains(s, "mi-temps"), strings.Contains(s, "half-time"), strings.Contains(s, "half time"):
		return 50, true
	case strings.Contains(s, "tiers-temps"):
		return 33, true
	case strings.Contains(s, "quart de temps"):
		return 25, true
	}
	return 0, true
}

var leaveWords = text.MustPattern(`\b(?:conges? (?:parental|sabbatique|maternite|sans solde|de formation|maladie|pour convenances)|parental leave|maternity leave|sabbatical|career (?:break|leave)|unpaid leave|(?:mise )?en disponibilite|sick leave|leave of absence)\b`)

// leaves reads the leaves inside an entry: "dont congé parental de mars à août 2019".
func (v *View) leaves(e entry, p Period) []Period {
	var out []Period
	add := func(l Line, index int) {
		m := leaveWords.FindStringIndex(l.Text)
		if m == nil {
			return
		}
		for _, d := range v.dates(l.Text) {
			if index == e.line && d.start == e.start {
				continue
			}
			out = append(out, Period{Title: l.Raw, Header: l.Raw, Nature: Leave, StartLo: d.startLo, StartHi: d.startHi, EndLo: d.endLo, EndHi: d.endHi, Open: d.open,
				Where: Where{Span: l.At(d.start, d.end), Rule: "entry.leave"}, Body: Where{Span: l.All(), Rule: "entry.leave"}})
			return
		}
		if ds := durations(l.Text); len(ds) > 0 {
			out = append(out, Period{Title: l.Raw, Header: l.Raw, Nature: Leave, StatedLo: ds[0].lo, StatedHi: ds[0].hi,
				Where: Where{Span: l.At(ds[0].start, ds[0].end), Rule: "entry.leave"}, Body: Where{Span: l.All(), Rule: "entry.leave"}})
		}
	}
	if p.Nature == Leave {
		return nil
	}
	for i := e.from; i <= e.to; i++ {
		add(v.Lines[i], i)
	}
	return out
}
