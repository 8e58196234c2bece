package intake

import (
	"reflect"
	"strings"
	"testing"
)

var routeTargets = []Target{
	{ID: 1, Slug: "plaidoyer", Title: "Chargé·e de plaidoyer migrations", Reference: "RN-1", Addresses: []string{"plaidoyer@rive.example", "plaidoyer-bxl@rive.example"}, Open: true},
	{ID: 2, Slug: "logistique", Title: "Responsable logistique", Reference: "RN-14", Addresses: []string{"jobs@rive.example"}, Open: true},
	{ID: 3, Slug: "compta", Title: "Comptable bailleurs", Reference: "AB/2026-07", Addresses: []string{"jobs@rive.example"}, Open: true},
	{ID: 4, Slug: "ancien", Title: "Coordination eau hygiène assainissement", Reference: "", Addresses: []string{"wash@rive.example"}, Open: false},
}

func TestMailToASharedAddressNamesTheVacanciesThatShareIt(t *testing.T) {
	to := func(a string) Clues { return Clues{Recipients: []Recipient{{"To", a}}, Subject: "Candidature"} }
	c := nowhere(Trace{}, to("jobs@rive.example"), routeTargets)
	if c.Reason != "several_vacancies" || c.Detail != "Responsable logistique ; Comptable bailleurs" || !strings.Contains(string(c.Trace), `"among":["logistique","compta"]`) {
		t.Errorf("shared: %q, %q, %s", c.Reason, c.Detail, c.Trace)
	}
	if c := nowhere(Trace{}, to("info@ailleurs.example"), routeTargets); c.Reason != "no_vacancy" || c.Detail != "" {
		t.Errorf("unknown: %q, %q", c.Reason, c.Detail)
	}
}

func TestRoute(t *testing.T) {
	to := func(h, a string) []Recipient { return []Recipient{{h, a}} }
	for _, tc := range []struct {
		name  string
		clues Clues
		want  []int64
		rule  string
	}{
		{"address, case does not matter", Clues{Recipients: to("Delivered-To", "Plaidoyer@Rive.example")}, []int64{1}, ruleAddress},
		{"plus tag falls back to the address", Clues{Recipients: to("To", "plaidoyer+web@rive.example")}, []int64{1}, ruleAddress},
		{"two vacancies in one message", Clues{Recipients: []Recipient{{"To", "plaidoyer@rive.example"}, {"Cc", "wash@rive.example"}}}, []int64{1, 4}, ruleAddress},
		{"both addresses of one vacancy", Clues{Recipients: []Recipient{{"To", "plaidoyer@rive.example"}, {"To", "plaidoyer-bxl@rive.example"}}}, []int64{1}, ruleAddress},
		{"a shared address is told apart by reference", Clues{Recipients: to("To", "jobs@rive.example"), Subject: "Candidature rn 14"}, []int64{2}, ruleReference},
		{"a reference with other dashes", Clues{Recipients: to("To", "jobs@rive.example"), Subject: "poste AB 2026–07"}, []int64{3}, ruleReference},
		{"a shared address is told apart by title", Clues{Recipients: to("To", "jobs@rive.example"), Subject: "Candidature comptable bailleurs"}, []int64{3}, ruleTitle},
		{"a shared address with nothing else asks a person", Clues{Recipients: to("To", "jobs@rive.example"), Subject: "Candidature"}, nil, ""},
		{"RN-1 is not in RN-14", Clues{Subject: "RN-14"}, []int64{2}, ruleReference},
		{"reference in a file name", Clues{Files: []string{"CV_RN-14.pdf"}}, []int64{2}, ruleReference},
		{"thread", Clues{Subject: "Re: votre message", Thread: []int64{4}}, []int64{4}, ruleThread},
		{"title in the subject", Clues{Subject: "Chargée de plaidoyer migration"}, []int64{1}, ruleTitle},
		{"a closed vacancy is not found by title", Clues{Subject: "Coordination eau hygiène assainissement"}, nil, ""},
		{"nothing known", Clues{Recipients: to("To", "info@ailleurs.example"), Subject: "Bonjour"}, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			hits := Route(tc.clues, routeTargets)
			var got []int64
			for _, h := range hits {
				got = append(got, h.VacancyID)
				if h.Rule != tc.rule {
					t.Errorf("Route(%+v): rule %q, want %q", tc.clues, h.Rule, tc.rule)
				}
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("Route(%+v) = %v, want %v", tc.clues, got, tc.want)
			}
		})
	}
}
