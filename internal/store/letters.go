package store

import (
	"bytes"

	"dossier/screening"
)

// Tally is what a list shows of an assessment.
type Tally struct {
	// Verdicts is as in Application.
	Verdicts                        string
	Met, NotMet, Unclear            int
	RequiredNotMet, RequiredUnclear int
}

// forReader is the letter of a criterion that is shown to the reader and not counted.
const forReader = '-'

// tally counts findings for a list. A person's verdict stands in for the machine's. A
// criterion without a finding is unclear.
func tally(list screening.Checklist, findings []screening.Finding, overrides []Override) Tally {
	verdicts := make(map[string]screening.Verdict, len(findings))
	for _, f := range findings {
		verdicts[f.Criterion] = f.Verdict
	}
	said := make(map[string]screening.Verdict, len(overrides))
	for _, o := range overrides {
		if o.WithdrawnAt == nil {
			said[o.Criterion] = o.Verdict
		}
	}
	var t Tally
	letters := make([]byte, 0, len(list.Criteria))
	for _, c := range list.Criteria {
		if c.ForReader() {
			letters = append(letters, forReader)
			continue
		}
		v, letter := verdicts[c.ID], verdicts[c.ID].Letter()
		if person, ok := said[c.ID]; ok {
			v, letter = person, bytes.ToUpper([]byte{person.Letter()})[0]
		}
		letters = append(letters, letter)
		required := c.Importance != screening.Asset
		switch v {
		case screening.Met:
			t.Met++
		case screening.NotMet:
			t.NotMet++
			if required {
				t.RequiredNotMet++
			}
		default:
			t.Unclear++
			if required {
				t.RequiredUnclear++
			}
		}
	}
	t.Verdicts = string(letters)
	return t
}

// findingOf finds the finding of a criterion, in groups too.
func findingOf(findings []screening.Finding, criterion string) (screening.Finding, bool) {
	for _, f := range findings {
		if f.Criterion == criterion {
			return f, true
		}
		if inner, ok := findingOf(f.Parts, criterion); ok {
			return inner, true
		}
	}
	return screening.Finding{}, false
}

// hasCriterion tells whether a checklist holds a criterion, in groups too.
func hasCriterion(criteria []screening.Criterion, id string) bool {
	for _, c := range criteria {
		if c.ID == id || hasCriterion(c.Criteria, id) {
			return true
		}
	}
	return false
}
