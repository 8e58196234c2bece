package screening

import (
	"encoding/json"
	"testing"
	"time"

	"dossier/screening/text"
)

// onePage is a text as the only page of a document.
func onePage(s string) []text.Page {
	return []text.Page{{Number: 1, Text: s, Engine: "text", Quality: 1}}
}

// verdictOf judges one criterion of a kind and writes "verdict reason". The evidence of the
// finding is checked on the way.
func verdictOf(t *testing.T, kind, params string, d Dossier) string {
	t.Helper()
	f := findingOf(t, kind, params, d)
	return f.Verdict.String() + " " + f.Reason
}

func findingOf(t *testing.T, kind, params string, d Dossier) Finding {
	t.Helper()
	c := Criterion{ID: "x", Kind: kind, Importance: Required, Params: json.RawMessage(params)}
	if d.ReceivedAt.IsZero() {
		d.ReceivedAt = time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC)
	}
	list := Checklist{AsOf: Date{2025, 6, 30}, Criteria: []Criterion{c}}
	for _, p := range Validate(list) {
		t.Fatalf("%s: %s", p.Field, p.Message)
	}
	f := Assess(list, d).Findings[0]
	checkEvidence(t, d, f)
	return f
}

// checkEvidence fails when a quote is not the text it points at, or when a finding has no evidence.
func checkEvidence(t *testing.T, d Dossier, f Finding) {
	t.Helper()
	if len(f.Evidence) == 0 {
		t.Errorf("finding %s %s has no evidence", f.Criterion, f.Reason)
	}
	known := false
	for _, reason := range Reasons() {
		known = known || reason == f.Reason
	}
	if !known {
		t.Errorf("reason %q is not in the list of its kind", f.Reason)
	}
	for _, ev := range f.Evidence {
		if ev.Kind != Passage {
			continue
		}
		found := false
		for _, doc := range d.Documents {
			for _, p := range doc.Pages {
				if doc.ID == ev.Document && p.Number == ev.Page {
					found = true
					if ev.Start < 0 || ev.End > len(p.Text) || ev.Start >= ev.End || p.Text[ev.Start:ev.End] != ev.Quote {
						t.Errorf("%s: evidence %d..%d %q is not the text", f.Reason, ev.Start, ev.End, ev.Quote)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s: evidence on page %d of %q, which there is not", f.Reason, ev.Page, ev.Document)
		}
	}
	for _, part := range f.Parts {
		checkEvidence(t, d, part)
	}
}
