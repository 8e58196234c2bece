package screening

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestValidateNamesThePath(t *testing.T) {
	for _, c := range []struct{ criteria, want string }{
		{`[]`, "criteria: no criterion"},
		{`[{"id":"a","kind":"licence","importance":"required","params":{"licence":"B"}}]`, ""},
		{`[{"id":"a","kind":"licence","params":{"licence":"B"}}]`, `criteria[0].importance: "": want required or asset`},
		{`[{"id":"a","kind":"driving","importance":"asset"}]`, `criteria[0].kind: "driving": want one of documents`},
		{`[{"id":"a b","kind":"licence","importance":"asset","params":{"licence":"B"}}]`, `criteria[0].id: "a b": want letters`},
		{`[{"id":"a","kind":"licence","importance":"asset","params":{"licence":"B"}},{"id":"a","kind":"licence","importance":"asset","params":{"licence":"B"}}]`, `criteria[1].id: "a" is already the id of criteria[0]`},
		{`[{"id":"a","kind":"licence","importance":"asset","params":{"licence":"Z"}}]`, `criteria[0].params.licence: "Z": want a category`},
		{`[{"id":"a","kind":"licence","importance":"asset","params":{"license":"B"}}]`, `criteria[0].params.license: unknown parameter of kind licence`},
		{`[{"id":"a","kind":"language","importance":"asset","params":{"language":"french","min_level":"C1"}}]`, `criteria[0].params.language: "french" is no language code`},
		{`[{"id":"a","kind":"language","importance":"asset","params":{"language":"fr","min_level":"C3"}}]`, `criteria[0].params.min_level: "C3": want A1`},
		{`[{"id":"a","kind":"age","importance":"asset","params":{"min":"20"}}]`, `criteria[0].params.min: want a whole number`},
		{`[{"id":"a","kind":"age","importance":"asset","params":{"min":40,"max":20}}]`, `criteria[0].params.max: below min`},
		{`[{"id":"a","kind":"documents","importance":"asset","params":{"all_of":["cv"],"formats":["xls"]}}]`, `criteria[0].params.formats[0]: "xls": want pdf`},
		{`[{"id":"a","kind":"references","importance":"asset","params":{"min":3,"roles":{"boss":1}}}]`, `criteria[0].params.roles.boss: want line_manager`},
		{`[{"id":"a","kind":"any_of","importance":"asset"}]`, `criteria[0].criteria: a group needs criteria`},
		{`[{"id":"a","kind":"any_of","importance":"asset","criteria":[{"id":"b","kind":"licence","params":{}}]}]`, `criteria[0].criteria[0].params.licence: missing`},
		{`[{"id":"a","kind":"at_least","importance":"asset","params":{"n":2},"criteria":[{"id":"b","kind":"licence","params":{"licence":"B"}}]}]`, `criteria[0].params.n: want a number from 1`},
		{`[{"id":"a","kind":"licence","importance":"asset","params":{"licence":"B"},"criteria":[{"id":"b","kind":"licence","params":{"licence":"B"}}]}]`, `criteria[0].criteria: only groups have criteria`},
		{`[{"id":"a","kind":"language","importance":"asset","params":{"language":"fr"},"readings":[{"min_level":"B2"},{"min_level":"X"}]}]`, `criteria[0].readings[1].min_level: "X": want A1`},
		{`[{"id":"a","kind":"deadline","importance":"required"}]`, `criteria[0]: a deadline criterion, and the vacancy has no deadline`},
	} {
		var list Checklist
		if err := json.Unmarshal([]byte(c.criteria), &list.Criteria); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range Validate(list) {
			got = append(got, p.Field+": "+p.Message)
		}
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%s\n got %q\nwant %q", c.criteria, got, c.want)
		}
	}
}

func TestCriterionThatCannotBeReadIsUnclear(t *testing.T) {
	list := Checklist{Criteria: []Criterion{
		{ID: "a", Kind: "telepathy", Importance: Required},
		{ID: "b", Kind: "age", Importance: Required, Params: json.RawMessage(`{"min":"old"}`)},
	}}
	a := Assess(list, Dossier{Documents: []Document{doc("1", "cv.pdf", pdf, cvFR)}})
	for i, want := range []string{"kind.no_rule", "criterion.invalid"} {
		if f := a.Findings[i]; f.Verdict != Unclear || f.Reason != want {
			t.Errorf("%s: %s %s, want unclear %s", f.Criterion, f.Verdict, f.Reason, want)
		}
	}
}

func TestEmptyDossierProvesNothingButAbsence(t *testing.T) {
	a := Assess(every(), Dossier{ReceivedAt: time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC)})
	for _, f := range a.Findings {
		if f.Verdict == Met || f.Verdict == NotMet && f.Criterion != "documents" && f.Criterion != "pdf" && f.Criterion != "references" {
			t.Errorf("%s: %s %s", f.Criterion, f.Verdict, f.Reason)
		}
	}
}
