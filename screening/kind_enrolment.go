package screening

import (
	"strconv"

	"dossier/screening/fact"
)

// Enrolment looks for a course in progress on the day of reckoning: of a level and a year,
// or in its last year, or with a school that gives an internship agreement.
var enrolment = Kind{
	Name: "enrolment",
	Reasons: []string{"enrolment.year", "enrolment.other_year", "enrolment.final_year", "enrolment.not_final", "enrolment.not_enrolled", "enrolment.no_longer", "enrolment.year_unsure",
		"enrolment.none", "enrolment.agreement", "enrolment.no_agreement", "enrolment.agreement_unsaid", "enrolment.conflict", "enrolment.level"},
	Check: checkEnrolment,
	Judge: judgeEnrolment,
}

type enrolmentParams struct {
	// Level and Year ask for one year of a course: level 7, year 2 is the second year of a master.
	Level int `json:"level"`
	Year  int `json:"year"`
	// MinLevel and FinalYear ask for the last year of a course of at least a level.
	MinLevel  int  `json:"min_level"`
	FinalYear bool `json:"final_year"`
	// InternshipAgreement asks for a school that signs one.
	InternshipAgreement bool `json:"internship_agreement"`
}

func checkEnrolment(c Criterion) []Problem {
	var p enrolmentParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	var out []Problem
	for field, v := range map[string]int{"level": p.Level, "min_level": p.MinLevel} {
		if v < 0 || v > 8 {
			out = append(out, Problem{"params." + field, "want a level of the European Qualifications Framework, 1 to 8"})
		}
	}
	if p.Year < 0 || p.Year > 8 {
		out = append(out, Problem{"params.year", "want a year of study, 1 to 8"})
	}
	if p.Level == 0 && p.MinLevel == 0 && p.Year == 0 && !p.FinalYear && !p.InternshipAgreement {
		out = append(out, Problem{"params", "want level, min_level, year, final_year or internship_agreement"})
	}
	return sortProblems(out)
}

func judgeEnrolment(c Criterion, r *Reading) Finding {
	var p enrolmentParams
	_ = decode(c, &p)
	var f Finding
	if p.Level > 0 || p.MinLevel > 0 || p.Year > 0 || p.FinalYear {
		f = r.judgeCourse(c, p)
		if !p.InternshipAgreement || f.Verdict == NotMet {
			return f
		}
	}
	if p.InternshipAgreement {
		g := r.judgeAgreement(c)
		if f.Reason != "" && g.Verdict == Met && f.Verdict != Met {
			return f
		}
		return g.With(f.Evidence...)
	}
	return f
}

// judgeCourse compares the courses in progress with the one asked for.
func (r *Reading) judgeCourse(c Criterion, p enrolmentParams) Finding {
	asOf := monthOf(r.AsOf())
	args := []string{"level", strconv.Itoa(max(p.Level, p.MinLevel)), "year", strconv.Itoa(p.Year), "as_of", r.AsOf().String()}
	var for_, open, against []Evidence
	explicit := false
	all := r.degrees()
	pausedAt := 0
	for _, d := range all {
		if d.Paused && d.Year > 0 {
			pausedAt = d.Year
		}
	}
	for _, d := range all {
		if d.state != stateCurrent && d.state != stateUnknown {
			continue
		}
		if d.Paused && d.Year == 0 {
			// One passage speaks of a gap year, another tells which years it parts.
			d.Year = pausedAt
		}
		verdict, sure := p.course(d, asOf)
		if d.state == stateUnknown && verdict == yes && !(p.FinalYear && d.EndHi >= asOf) {
			verdict = maybe
		}
		if d.state == stateUnknown && verdict == no && !d.Stated {
			continue
		}
		switch verdict {
		case yes:
			for_ = append(for_, r.Passage(d.doc, d.Where, Supports))
		case maybe:
			open = append(open, r.Passage(d.doc, d.Where, Context))
		default:
			against = append(against, r.Passage(d.doc, d.Where, Contradicts))
			explicit = explicit || sure
		}
	}
	met, notMet := "enrolment.year", "enrolment.other_year"
	if p.Year == 0 {
		met, notMet = "enrolment.final_year", "enrolment.not_final"
	}
	gone := r.statements(fact.AboutEnrolment, true)
	switch {
	case len(for_) > 0 && (explicit || len(gone) > 0):
		return c.Unclear("enrolment.conflict", args...).With(for_...).With(against...).With(gone...)
	case len(for_) > 0:
		return c.Met(met, args...).With(for_...)
	case len(open) > 0 && len(gone) == 0:
		return c.Unclear("enrolment.year_unsure", args...).With(open...)
	case len(against) > 0 && (explicit || r.studyComplete()):
		return c.NotMet(notMet, args...).With(against...)
	case len(against) > 0:
		return c.Unclear("enrolment.year_unsure", args...).With(against...)
	case len(gone) > 0:
		return c.NotMet("enrolment.no_longer", args...).With(gone...)
	case r.studyComplete() && len(r.statements(fact.AboutEnrolment, false)) == 0:
		f := c.NotMet("enrolment.not_enrolled", args...)
		for _, d := range r.degrees() {
			f = f.With(r.Passage(d.doc, d.Where, Contradicts))
		}
		return f
	}
	return c.Unclear("enrolment.none", args...)
}

// course compares one course; sure tells whether a "no" rests on the year as written.
func (p enrolmentParams) course(d schooled, asOf fact.Month) (verdict answer, sure bool) {
	level := max(p.Level, p.MinLevel)
	year, length := courseYear(d.Degree, asOf)
	if d.LevelLo == 6 && d.LevelHi == 7 && length >= 5 {
		// Five years of one school: the fourth and the fifth are those of a master.
		d.LevelLo, d.LevelHi = 7, 7
		if year < 4 {
			return no, true
		}
		if d.Year == 0 {
			d.Year, year, length = year-3, year-3, 2
		}
	}
	switch {
	case p.Level > 0 && d.LevelLo > p.Level:
		return no, true
	case d.LevelHi < level:
		return no, d.LevelHi >= 4
	case d.LevelLo < level:
		return maybe, false
	}
	if d.Paused {
		if d.Year > 0 && p.Year > d.Year {
			// A pause after an earlier year: the one asked for has not begun.
			return no, false
		}
		return maybe, false
	}
	verdict, sure = yes, true
	if p.Year > 0 {
		verdict, sure = yearIs(d, p.Year, year, length)
	}
	if p.FinalYear {
		v, s := finalYear(d, year, length)
		if v < verdict {
			verdict, sure = v, s
		}
	}
	return verdict, sure
}

func yearIs(d schooled, want, year, length int) (answer, bool) {
	switch {
	case d.Year == want:
		return yes, true
	case d.Year > 0:
		return no, true
	case d.FinalYear && want == 2 && d.LevelLo == 7 && length != 1:
		return yes, true
	case length == 1 || year == 0:
		return maybe, false
	case length >= 2 && length <= 3 && year <= length && year == want && d.LevelLo == 7 && length == 2:
		return yes, true
	case length == 2 && year <= length && year != want:
		return no, true
	case length == 0 && d.state == stateCurrent && year == want && d.LevelLo == 7:
		return yes, false
	}
	return maybe, false
}

func finalYear(d schooled, year, length int) (answer, bool) {
	switch {
	case d.FinalYear:
		return yes, true
	case d.LevelLo == 7 && d.Year == 2, d.LevelLo == 6 && d.LevelHi == 6 && d.Year == 3 && (length == 0 || length == 3 || length == 1):
		return yes, true
	case d.Year > 0 && d.LevelLo >= 6 && d.Year <= 2:
		return no, true
	case length > 0 && year > 0 && year == length:
		return yes, true
	case length > 0 && year > 0 && year < length:
		return no, true
	}
	return maybe, false
}

// judgeAgreement looks for a statement that an agreement can be signed.
func (r *Reading) judgeAgreement(c Criterion) Finding {
	given, refused := r.statements(fact.AboutAgreement, false), r.statements(fact.AboutAgreement, true)
	if soon := r.agreementSoon(); len(soon) > 0 {
		return c.Unclear("enrolment.agreement_unsaid").With(soon...)
	}
	gone := r.statements(fact.AboutEnrolment, true)
	switch {
	case len(given) > 0 && len(refused)+len(gone) > 0:
		return c.Unclear("enrolment.conflict").With(given...).With(refused...).With(gone...)
	case len(given) > 0:
		return c.Met("enrolment.agreement").With(given...)
	case len(refused) > 0:
		return c.NotMet("enrolment.no_agreement").With(refused...)
	case len(gone) > 0:
		return c.NotMet("enrolment.no_longer").With(gone...)
	}
	return c.Unclear("enrolment.agreement_unsaid")
}

// agreementSoon are refusals that end within the half year after the day of reckoning: "no
// agreement before September" may well be one for the autumn.
func (r *Reading) agreementSoon() []Evidence {
	var out []Evidence
	for _, i := range r.Own() {
		for _, s := range r.Facts[i].Statements {
			if s.About == fact.AboutAgreement && s.Negated && s.FromLo > 0 && s.FromLo <= monthOf(r.AsOf())+4 {
				out = append(out, r.Passage(i, s.Where, Context))
			}
		}
	}
	return out
}

// statements are the sentences about a subject, as evidence.
func (r *Reading) statements(about string, negated bool) []Evidence {
	role := Supports
	if negated {
		role = Contradicts
	}
	var out []Evidence
	for _, i := range r.Own() {
		for _, s := range r.Facts[i].Statements {
			if s.About == about && s.Negated == negated {
				out = append(out, r.Passage(i, s.Where, role))
			}
		}
	}
	return out
}
