package screening

import (
	"fmt"
	"strconv"
	"strings"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// Education looks for a degree of a level, in one of the fields, obtained (or in progress
// where the criterion allows it), within a number of months before the day of reckoning.
var education = Kind{
	Name:    "education",
	Reasons: []string{"education.held", "education.in_progress", "education.below", "education.field", "education.not_finished", "education.too_old", "education.field_unsure", "education.level_unsure", "education.date_unsure", "education.state_unsure", "education.none"},
	Check:   checkEducation,
	Judge:   judgeEducation,
}

type educationParams struct {
	MinLevel          int      `json:"min_level"`
	Fields            []string `json:"fields"`
	InProgressAllowed bool     `json:"in_progress_allowed"`
	WithinMonths      int      `json:"within_months"`
}

func checkEducation(c Criterion) []Problem {
	var p educationParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	var out []Problem
	if p.MinLevel < 0 || p.MinLevel > 8 {
		out = append(out, Problem{"params.min_level", "want a level of the European Qualifications Framework, 1 to 8"})
	}
	if p.MinLevel == 0 && len(p.Fields) == 0 && p.WithinMonths == 0 {
		out = append(out, Problem{"params", "want min_level, fields or within_months"})
	}
	if p.WithinMonths < 0 || p.WithinMonths > 600 {
		out = append(out, Problem{"params.within_months", "want 1 to 600 months"})
	}
	return out
}

func judgeEducation(c Criterion, r *Reading) Finding {
	var p educationParams
	_ = decode(c, &p)
	all := r.degrees()
	var best *degreeVerdict
	for _, d := range all {
		v := judgeDegree(d, p, r.AsOf())
		v.evidence = r.Passage(d.doc, d.Where, v.role())
		if best == nil || v.answer > best.answer || v.answer == best.answer && v.rank > best.rank {
			best = &v
		}
	}
	args := []string{"level", strconv.Itoa(p.MinLevel), "fields", strings.Join(p.Fields, ", "), "months", strconv.Itoa(p.WithinMonths)}
	if best == nil {
		return c.Unclear("education.none", args...)
	}
	args = append(args, "found", best.title)
	switch best.answer {
	case yes:
		return c.Met(best.reason, args...).With(best.evidence)
	case maybe:
		return c.Unclear(best.reason, args...).With(best.evidence)
	}
	f := c.Unclear(best.reason, args...)
	if r.studyComplete() && (best.reason != "education.field" || !widened.MatchString(text.String(c.Statement.FR+"\n"+c.Statement.EN+"\n"+c.Statement.Plain))) {
		f = c.NotMet(best.reason, args...)
	}
	for _, d := range all {
		f = f.With(r.Passage(d.doc, d.Where, Contradicts))
	}
	return f
}

// widened finds statements that let something else than a degree in the field do: "studies in,
// or a clear interest for". A degree in another field is then no contrary.
var widened = text.MustPattern(`\b(?:or|ou) (?:\pL+ ){0,4}(?:interests?|interets?|motivation|experiences?|equivalents?|training|formation)\b`)

// degreeVerdict is what one degree is worth for a criterion. rank tells how near it came,
// so that the reason given is that of the nearest.
type degreeVerdict struct {
	answer   answer
	reason   string
	rank     int
	title    string
	evidence Evidence
}

func (v degreeVerdict) role() Role {
	switch v.answer {
	case yes:
		return Supports
	case no:
		return Contradicts
	}
	return Context
}

func judgeDegree(d schooled, p educationParams, asOf Date) degreeVerdict {
	v := degreeVerdict{answer: yes, reason: "education.held", rank: 9, title: title(d.Degree)}
	lower := func(a answer, reason string, rank int) {
		if a < v.answer || a == v.answer && rank < v.rank {
			v.answer, v.reason, v.rank = a, reason, rank
		}
	}
	lo, hi := d.levels()
	switch {
	case hi < p.MinLevel:
		lower(no, "education.below", 1)
	case lo < p.MinLevel:
		lower(maybe, "education.level_unsure", 4)
	}
	switch fieldOf(d.Degree, p.Fields) {
	case no:
		lower(no, "education.field", 2)
	case maybe:
		lower(maybe, "education.field_unsure", 5)
	}
	switch d.state {
	case stateGivenUp, stateFuture:
		lower(no, "education.not_finished", 3)
	case stateCurrent:
		if !p.InProgressAllowed {
			lower(no, "education.not_finished", 3)
		} else if v.answer == yes {
			v.reason = "education.in_progress"
		}
	case stateUnknown:
		if !p.InProgressAllowed {
			lower(maybe, "education.state_unsure", 6)
		}
	}
	if p.WithinMonths > 0 && v.answer != no {
		switch within(d.Degree, p.WithinMonths, asOf) {
		case no:
			lower(no, "education.too_old", 4)
		case maybe:
			lower(maybe, "education.date_unsure", 6)
		}
	}
	return v
}

// within tells whether a degree was obtained in the months before the day of reckoning. A
// month that the limit cuts leaves it open, unless the limit falls on its first day.
func within(d fact.Degree, n int, asOf Date) answer {
	if d.EndHi == 0 {
		return maybe
	}
	limit := monthOf(asOf) - fact.Month(n)
	switch {
	case d.EndHi < limit:
		return no
	case d.EndLo == limit && d.EndHi == limit && d.EndDay > 0:
		if d.EndDay < asOf.Day {
			return no
		}
		return yes
	case d.EndLo > limit && d.EndHi <= monthOf(asOf), d.EndLo == limit && asOf.Day == 1 && d.EndHi <= monthOf(asOf):
		return yes
	}
	return maybe
}

func title(d fact.Degree) string {
	t, _, _ := strings.Cut(d.Title, "\n")
	if r := []rune(t); len(r) > 80 {
		t = string(r[:79]) + "…"
	}
	if d.EndHi > 0 {
		t += fmt.Sprintf(" (%s)", monthSpan(d.EndLo, d.EndHi))
	}
	return t
}
