package notice

import (
	"strings"

	"dossier/screening/text"
)

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
