package screening

import (
	"dossier/screening/fact"
)

// EngineVersion changes whenever the same dossier and checklist could give other findings:
// with the rules and with the lexicons. Assessments of another version are redone.
const EngineVersion = "2"

// Assessment is what was concluded about one dossier under one checklist.
type Assessment struct {
	Engine string `json:"engine"`
	// Findings are in the order of the checklist, one per criterion; a group's members are
	// in its Parts.
	Findings []Finding `json:"findings"`
	Summary  Summary   `json:"facts"`
	// Documents are the facts of each document, in the order of the dossier.
	Documents []fact.Facts `json:"documents,omitempty"`
}

// Assess judges a dossier. It never fails: what cannot be judged is Unclear with a reason.
func Assess(checklist Checklist, d Dossier) Assessment {
	r := newReading(checklist, d)
	r.judge = judge
	a := Assessment{Engine: EngineVersion, Findings: []Finding{}, Documents: r.Facts}
	for _, c := range checklist.Criteria {
		a.Findings = append(a.Findings, judge(c, r))
	}
	a.Summary = r.summary()
	return a
}

// judge concludes about one criterion, its readings and its members.
func judge(c Criterion, r *Reading) Finding {
	f := judgeReadings(c, r)
	f.Criterion = c.ID
	f.ForReader = c.ForReader()
	if len(f.Evidence) == 0 && len(f.Parts) == 0 {
		f.Evidence = []Evidence{r.Searched()}
	}
	if f.Evidence == nil {
		f.Evidence = []Evidence{}
	}
	f.ByOCR = f.ByOCR || f.Verdict != Unclear && restsOnOCR(f, r)
	return f
}

// judgeReadings judges every reading of an ambiguous criterion; it is definite only when
// all agree.
func judgeReadings(c Criterion, r *Reading) Finding {
	if len(c.Readings) == 0 {
		return judgeOne(c, r)
	}
	var first Finding
	for i, reading := range c.Readings {
		alt := c
		alt.Readings = nil
		alt.Params = overlay(c.Params, reading)
		f := judgeOne(alt, r)
		switch {
		case i == 0:
			first = f
		case f.Verdict != first.Verdict:
			return c.Unclear("criterion.ambiguous").With(first.Evidence...).With(f.Evidence...)
		}
	}
	return first
}

func judgeOne(c Criterion, r *Reading) Finding {
	k, ok := KindByName(c.Kind)
	if !ok || k.Judge == nil {
		return c.Unclear("kind.no_rule", "kind", c.Kind)
	}
	if problems := checkOne(c, k); len(problems) > 0 {
		return c.Unclear("criterion.invalid", "field", problems[0].Field, "problem", problems[0].Message)
	}
	return k.Judge(c, r)
}

// restsOnOCR tells whether a supporting passage was recognised in a picture.
func restsOnOCR(f Finding, r *Reading) bool {
	for _, ev := range f.Evidence {
		if ev.Kind != Passage || ev.Role == Context {
			continue
		}
		for i, d := range r.Dossier.Documents {
			if d.ID == ev.Document && r.OCR(i) {
				return true
			}
		}
	}
	return false
}
