package screening

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"dossier/screening/text"
)

// verdictCase is a dossier of a CV and a letter, one criterion, and the verdict a careful
// person gives.
type verdictCase struct {
	name   string
	cv     string
	letter string
	params string
	want   string
}

// verdictCases judges each case; it prints the reason and the evidence of what went wrong.
func verdictCases(t *testing.T, kind, asOf string, cases []verdictCase) {
	t.Helper()
	day, err := ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := Dossier{ReceivedAt: time.Date(day.Year, day.Month, day.Day, 9, 0, 0, 0, time.UTC)}
			if c.cv != "" {
				d.Documents = append(d.Documents, Document{ID: "cv", Name: "CV.pdf", Media: pdf, Type: "cv", Pages: []text.Page{{Number: 1, Text: c.cv, Quality: 1}}})
			}
			if c.letter != "" {
				d.Documents = append(d.Documents, Document{ID: "letter", Name: "Lettre.pdf", Media: pdf, Type: "cover_letter", Pages: []text.Page{{Number: 1, Text: c.letter, Quality: 1}}})
			}
			list := Checklist{AsOf: day, Criteria: []Criterion{{ID: "c", Kind: kind, Importance: Required, Params: json.RawMessage(c.params)}}}
			for _, p := range Validate(list) {
				t.Fatalf("%s: %s", p.Field, p.Message)
			}
			f := Assess(list, d).Findings[0]
			if f.Verdict.String() != c.want {
				t.Errorf("got %s (%s %v), want %s\n%s", f.Verdict, f.Reason, f.Args, c.want, quotes(f))
			}
			checkEvidence(t, d, f)
		})
	}
}

func quotes(f Finding) string {
	out := ""
	for _, e := range f.Evidence {
		out += fmt.Sprintf("  %s %q\n", e.Role, e.Quote)
	}
	return out
}
