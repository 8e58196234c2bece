package notice

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dossier/screening"
	"dossier/screening/text"
)

// short is what a draft asks for, a line each.
func short(d Draft) []string {
	var out []string
	var walk func(list []Criterion, in string)
	walk = func(list []Criterion, in string) {
		for _, c := range list {
			out = append(out, strings.TrimRight(in+c.Kind+" "+string(c.Importance)+" "+string(c.Params), " "))
			walk(c.Criteria, in+"  ")
		}
	}
	walk(d.Criteria, "")
	return out
}

func TestSentencesBecomeCriteria(t *testing.T) {
	cases := []struct {
		name, notice string
		want         []string
	}{
		{"importance of clauses", "Profil\n- Anglais courant exigé, espagnol souhaité",
			[]string{`language required {"language":"en","min_level":"C1"}`, `language asset {"language":"es","min_level":"A1"}`}},
		{"importance of a heading", "Nice to have\n- A driving licence", []string{`licence asset {"licence":"B"}`}},
		{"a clause beats its heading", "Desirable\n- Fluent French (essential)", []string{`language required {"language":"fr","min_level":"C1"}`}},
		{"not required is a plus", "Requirements\n- Experience of Sage is not required but welcome", []string{`skill asset {"any_of":["Sage"]}`}},
		{"of which", "Profil\n- Six ans d'expérience en logistique, dont deux à l'étranger",
			[]string{`experience required {"domain":["logistique"],"min_years":6}`, `experience required {"domain":["logistique"],"min_years":2}`}},
		{"failing that", "Profil\n- Master en droit, ou à défaut licence assortie de cinq ans d'expérience",
			[]string{`any_of required`, `  education required {"fields":["law"],"min_level":7}`, `  all_of required`, `    education required {"min_level":6}`, `    experience required {"min_years":5}`}},
		{"at least two of", "Requirements\n- At least two of the following: Python, QGIS, SQL",
			[]string{`at_least required {"n":2}`, `  skill required {"any_of":["Python"]}`, `  skill required {"any_of":["QGIS"]}`, `  skill required {"any_of":["SQL"]}`}},
		{"what no rule knows stays", "Profil\n- Avoir le pied marin", []string{`judgement required {"topic":"Avoir le pied marin"}`}},
		{"duties ask for nothing", "Missions\n- Rédiger dix rapports en anglais\n- Encadrer deux ans durant une équipe", nil},
		{"a licence needed for a duty", "Missions\n- Visiter les chantiers (permis B indispensable)", []string{`licence required {"licence":"B"}`}},
		{"an employer's years are no experience", "Présentation\nForte de vingt ans d'expérience, notre association emploie 40 personnes.", nil},
		{"ages of others", "Profil\n- Expérience auprès d'enfants âgés de 6 à 12 ans", []string{`skill required {"any_of":["enfants âgés de 6 à 12 ans"]}`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := short(ReadText(c.notice, Options{})); !slices.Equal(got, c.want) {
				t.Errorf("%s\ngot\n%s\nwant\n%s", c.notice, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestDeadlinesAreInstants(t *testing.T) {
	cases := []struct {
		name, notice, at, zone string
		inclusive              bool
		flags                  []string
	}{
		{"hour and zone", "Lieu : Dakar\n\nCandidatures avant le 4 mai 2027 à 16 heures (heure de Paris).", "2027-05-04T16:00:00+02:00", "Europe/Paris", false, nil},
		{"before a day", "Lieu : Dakar, Sénégal\n\nCandidatures avant le 4 mai 2027.", "2027-05-04T23:59:00Z", "Africa/Dakar", false, []string{"deadline.before_day"}},
		{"a day that counts", "Location: Nairobi, Kenya\n\nApplications by 4 May 2027 inclusive.", "2027-05-04T23:59:00+03:00", "Africa/Nairobi", true, nil},
		{"end of a month", "Location: Nairobi, Kenya\n\nSend your CV before the end of February 2027.", "2027-02-28T23:59:00+03:00", "Africa/Nairobi", false, []string{"deadline.before_day"}},
		{"noon", "Location: London, United Kingdom\n\nClosing date: 12 noon on 4 May 2027", "2027-05-04T12:00:00+01:00", "Europe/London", true, []string{"deadline.zone_assumed"}},
		{"wrong weekday", "Location: Nairobi, Kenya\n\nClosing date: Monday 4 May 2027", "2027-05-04T23:59:00+03:00", "Africa/Nairobi", true, []string{"deadline.weekday"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := ReadText(c.notice, Options{}).Deadline
			if d == nil {
				t.Fatal("no deadline found")
			}
			if got := d.At.Format("2006-01-02T15:04:05Z07:00"); got != c.at || d.Zone != c.zone || d.Inclusive != c.inclusive || !slices.Equal(d.Flags, c.flags) {
				t.Errorf("got %s %s inclusive %v %v, want %s %s inclusive %v %v", got, d.Zone, d.Inclusive, d.Flags, c.at, c.zone, c.inclusive, c.flags)
			}
		})
	}
}

func TestADayThatPassedIsFlagged(t *testing.T) {
	d := ReadText("Closing date: 4 May 2027, 17:00 UTC", Options{Today: screening.Date{Year: 2027, Month: 6, Day: 1}})
	if d.Deadline == nil || !slices.Contains(d.Deadline.Flags, "deadline.past") {
		t.Errorf("got %+v", d.Deadline)
	}
}

func TestProtectedGroundsAreForTheReader(t *testing.T) {
	d := ReadText("Profil\n- Être âgé de 25 à 40 ans\n- Célibataire et sans enfant\n- Moins de deux ans d'expérience\n\nDiversité\nNous recrutons sans distinction d'âge ni de sexe.", Options{})
	want := map[string]string{"age": "age", "eligibility": "family", "experience": "experience_max"}
	for _, c := range d.Criteria {
		if reason := want[c.Kind]; reason == "" || !c.Sensitive || !slices.Contains(c.Reasons, reason) || c.Suggestion == nil || !c.Line().ForReader() {
			t.Errorf("%s: sensitive %v, reasons %v, suggestion %v", c.Kind, c.Sensitive, c.Reasons, c.Suggestion)
		}
		delete(want, c.Kind)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	for _, c := range d.Concerns {
		if strings.Contains(c.Source.Quote, "sans distinction") {
			t.Errorf("a promise of equality is called a concern: %+v", c)
		}
		if c.Criterion == "" {
			t.Errorf("%s does not name its criterion", c.Code)
		}
	}
}

func TestOddMaximumIsReadInBothWays(t *testing.T) {
	d := ReadText("Profil\n- Douze ans d'expérience en Afrique\n- Moins de deux ans d'expérience dans la maçonnerie", Options{})
	for _, c := range d.Criteria {
		if slices.Contains(c.Flags, "experience.max_odd") && len(c.Readings) == 2 {
			return
		}
	}
	t.Errorf("got %+v", d.Criteria)
}

func TestNothingFoundIsNamed(t *testing.T) {
	d := ReadText("Bonjour", Options{})
	if want := []string{"title", "organisation", "place", "deadline", "address", "documents", "criteria"}; !slices.Equal(d.Gaps, want) {
		t.Errorf("got %v, want %v", d.Gaps, want)
	}
}

func TestAddressesForQuestionsAreNotForApplications(t *testing.T) {
	d := ReadText("Candidature\nEnvoyez votre CV à jobs@atelier.example.\nPour toute question : direction@atelier.example\nDonnées personnelles : dpo@atelier.example", Options{})
	if got := strings.Join(d.Addresses, " "); got != "jobs@atelier.example" {
		t.Errorf("got %s", got)
	}
}

// What a draft proposes can be judged: the checklist is one screening accepts.
func TestDraftedChecklistsAreValid(t *testing.T) {
	d := ReadText(sampleNotice, Options{})
	deadline := &screening.Deadline{At: d.Deadline.At, Zone: d.Deadline.Zone}
	for _, p := range screening.Validate(d.Checklist(deadline, screening.DateOf(d.Deadline.At))) {
		t.Errorf("%s: %s", p.Field, p.Message)
	}
}

const sampleNotice = `Field officer

Location: Goma, DRC

Requirements
- Bachelor's degree in law or social work
- Three years of experience with an NGO in Africa, including one in protection
- Fluent French; Swahili is an asset
- At least two of the following: Excel, QGIS, Kobo
- Driving licence
- Aged under 40
- Patience

How to apply
Send a CV, a cover letter and two references to jobs@atelier.example by 4 May 2027 at 5 pm.
`

func TestSameNoticeSameDraft(t *testing.T) {
	a, errA := json.Marshal(ReadText(sampleNotice, Options{}))
	b, errB := json.Marshal(ReadText(sampleNotice, Options{}))
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Errorf("two drafts of one notice differ: %v %v", errA, errB)
	}
}

func TestEverySentenceIsNumberedOnce(t *testing.T) {
	d := ReadText(sampleNotice, Options{})
	for i, s := range d.Sentences {
		if s.Number != i+1 || d.Text[s.Source.Start:s.Source.End] != s.Source.Quote {
			t.Errorf("sentence %d: %+v", i+1, s)
		}
		if s.Zone == ZoneProfile && s.Uncovered() {
			t.Errorf("dropped: %q", s.Source.Quote)
		}
	}
}

// checkDraft holds what is true of the draft of any text.
func checkDraft(t *testing.T, d Draft) {
	t.Helper()
	quoted := func(what string, s screening.Source) {
		if s.Start < 0 || s.End > len(d.Text) || s.Start > s.End || d.Text[s.Start:s.End] != s.Quote {
			t.Fatalf("%s: %d to %d of %d bytes is not %q", what, s.Start, s.End, len(d.Text), s.Quote)
		}
	}
	ids := map[string]bool{}
	var walk func(list []Criterion)
	walk = func(list []Criterion) {
		for _, c := range list {
			quoted(c.ID, c.Source)
			if ids[c.ID] {
				t.Fatalf("id %q twice", c.ID)
			}
			ids[c.ID] = true
			walk(c.Criteria)
		}
	}
	walk(d.Criteria)
	for _, s := range d.Sentences {
		quoted("sentence", s.Source)
	}
	for name, s := range d.Sources {
		quoted(name, s)
	}
	for _, c := range d.Concerns {
		quoted(c.Code, c.Source)
	}
	for _, i := range d.Interviews {
		quoted("interview", i.Source)
	}
	if len(d.Criteria) > 0 {
		deadline := &screening.Deadline{}
		for _, p := range screening.Validate(d.Checklist(deadline, screening.Date{Year: 2027, Month: 1, Day: 1})) {
			t.Fatalf("%s: %s", p.Field, p.Message)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sampleNotice)
	f.Add("Profil\n- Soit un master, soit 5 ans ; ou\n- bac+5 (bac +3 ou\tlicence | master |\n\n**É**·e·s 99/99/2027 31.02.27 (((")
	f.Add("Langues : dont deux des langues suivantes : français\x00, anglais ou \xff arabe (si")
	f.Add("# Requirements\n| Essential | Desirable |\n| a | b | x |\n- under 30, no more than 99 years old of experience, dont dont dont")
	f.Fuzz(func(t *testing.T, s string) {
		checkDraft(t, ReadText(s, Options{}))
		checkDraft(t, Read([]text.Page{{Number: 1, Text: s}, {Number: 2, Text: s}}, Options{Today: screening.Date{Year: 2027, Month: 1, Day: 1}, Zone: "Europe/Paris"}))
	})
}

func TestSeveralPostsAreFlagged(t *testing.T) {
	d := ReadText("Poste 1 : Juriste\nProfil\n- Master en droit\n\nPoste 2 : Comptable\nProfil\n- BTS", Options{})
	if !slices.ContainsFunc(d.Flags, func(f Flag) bool { return f.Code == "posts.several" && len(f.Sources) == 2 }) {
		t.Errorf("got %+v", d.Flags)
	}
}
