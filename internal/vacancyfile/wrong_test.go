package vacancyfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const right = `vacancies:
  - id: officer
    title: Field officer
    organisation: Atelier du Sud
    place: Nairobi, Kenya
    addresses: [posts@atelier-sud.example]
    deadline: "2026-01-31T23:59:00+01:00"
    deadline_zone: Europe/Paris
    as_of: "2026-01-31"
    state: draft
    language: en
    criteria:
      - id: documents
        kind: documents
        importance: required
        statement: A CV and a letter.
        params: {all_of: [cv, cover_letter]}
      - {id: in-time, kind: deadline, importance: required, statement: In time.}
      - {id: french, kind: language, importance: required, statement: French., params: {language: fr, min_level: C1}}
      - {id: years, kind: experience, importance: required, statement: Three years., params: {min_years: 3}}
      - {id: degree, kind: education, importance: asset, statement: A bachelor., params: {min_level: 6}}
      - {id: excel, kind: skill, importance: asset, statement: Excel., params: {any_of: [Excel]}}
      - {id: young, kind: age, importance: required, sensitive: true, statement: Aged 20 to 36., params: {min: 20, max: 36}}
      - id: either
        kind: any_of
        importance: required
        statement: One of them.
        criteria:
          - {id: car, kind: licence, params: {licence: B}}
          - {id: people, kind: references, params: {min: 2}}
`

// A person who mistypes a file is told the line, the field and what was expected.
func TestWrongFilesNameLineFieldAndExpectation(t *testing.T) {
	if _, err := Parse("v.yaml", []byte(right)); err != nil {
		t.Fatalf("the file the cases are made of: %v", err)
	}
	cases := []struct {
		name, old, new string
		line           int
		field, expects string
	}{
		{"id missing", "  - id: officer\n    title", "  - title", 2, "vacancies[0].id", "missing"},
		{"id with capitals", "id: officer", "id: Officer 1", 2, "vacancies[0].id", "lower-case letters"},
		{"title missing", "    title: Field officer\n", "", 2, "vacancies[0].title", "missing"},
		{"misspelt key", "organisation:", "organization:", 4, "vacancies[0].organization", "organisation"},
		{"address without a host", "posts@atelier-sud.example", "posts-atelier-sud", 6, "vacancies[0].addresses[0]", "a mail address"},
		{"one address, no list", "[posts@atelier-sud.example]", "posts@atelier-sud.example", 6, "vacancies[0].addresses", "a list of mail addresses"},
		{"deadline without an hour", "2026-01-31T23:59:00+01:00", "2026-01-31", 7, "vacancies[0].deadline", "the time is missing"},
		{"deadline on a day there is not", "2026-01-31T23:59:00+01:00", "2026-02-31T23:59:00+01:00", 7, "vacancies[0].deadline", "want a day, a time and an offset"},
		{"unknown zone", "Europe/Paris", "Europe/Pariss", 8, "vacancies[0].deadline_zone", "a zone like Europe/Paris"},
		{"day in another order", `as_of: "2026-01-31"`, `as_of: "31/01/2026"`, 9, "vacancies[0].as_of", "a day like 2026-01-31"},
		{"unknown state", "state: draft", "state: opened", 10, "vacancies[0].state", "draft, open or closed"},
		{"unknown language", "language: en", "language: english", 11, "vacancies[0].language", "fr or en"},
		{"misspelt kind", "kind: documents", "kind: document", 14, "vacancies[0].criteria[0].kind", "want one of documents"},
		{"misspelt importance", "        importance: required\n        statement: A CV", "        importance: must\n        statement: A CV", 15, "vacancies[0].criteria[0].importance", "required or asset"},
		{"importance missing", "kind: deadline, importance: required", "kind: deadline", 18, "vacancies[0].criteria[1].importance", "required or asset"},
		{"unknown document", "cover_letter]", "motivation]", 17, "vacancies[0].criteria[0].params.all_of", "motivation"},
		{"params that are a list", "params: {language: fr, min_level: C1}", "params: [fr, C1]", 19, "vacancies[0].criteria[2].params", "a mapping"},
		{"unknown level", "min_level: C1", "min_level: C3", 19, "vacancies[0].criteria[2].params.min_level", "A1, A2, B1, B2, C1 or C2"},
		{"unknown language code", "language: fr, min_level", "language: frx, min_level", 19, "vacancies[0].criteria[2].params.language", "frx"},
		{"misspelt param", "min_years: 3", "min_year: 3", 20, "vacancies[0].criteria[3].params.min_year", "min_years"},
		{"years in words", "min_years: 3", "min_years: three", 20, "vacancies[0].criteria[3].params.min_years", "a number"},
		{"level of study out of range", "min_level: 6", "min_level: 12", 21, "vacancies[0].criteria[4].params.min_level", "1 to 8"},
		{"skill without words", "{any_of: [Excel]}", "{any_of: []}", 22, "vacancies[0].criteria[5].params", "any_of"},
		{"two criteria of one id", "id: excel", "id: degree", 22, "vacancies[0].criteria[5].id", "already the id of"},
		{"sensitive in words", "sensitive: true", "sensitive: yes please", 23, "vacancies[0].criteria[6].sensitive", "true or false"},
		{"age upside down", "{min: 20, max: 36}", "{min: 36, max: 20}", 23, "vacancies[0].criteria[6].params", ""},
		{"group without members", "        criteria:\n          - {id: car, kind: licence, params: {licence: B}}\n          - {id: people, kind: references, params: {min: 2}}\n", "", 24, "vacancies[0].criteria[7].criteria", "a group needs criteria"},
		{"members of no group", "kind: any_of", "kind: judgement", 29, "vacancies[0].criteria[7].criteria", "only groups have criteria"},
		{"category missing", "{licence: B}", "{}", 29, "vacancies[0].criteria[7].criteria[0].params.licence", "missing"},
		{"references not counted", "{min: 2}", "{min: 0}", 30, "vacancies[0].criteria[7].criteria[1].params.min", ""},
		{"statement that is a list", "statement: Excel.", "statement: [Excel]", 22, "vacancies[0].criteria[5].statement", "text or {fr, en}"},
		{"bracket left open", "{min_level: 6}", "{min_level: 6", 22, "", "must be specified"},
	}
	if len(cases) < 30 {
		t.Fatalf("%d cases, want 30", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(right, c.old) == 0 {
				t.Fatalf("%q is not in the file", c.old)
			}
			_, err := Parse("v.yaml", []byte(strings.Replace(right, c.old, c.new, 1)))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want problems", err)
			}
			for _, p := range problems {
				if p.Line == c.line && strings.HasPrefix(p.Field, c.field) && strings.Contains(p.Message, c.expects) && p.Message != "" {
					if len(problems) > 2 {
						t.Errorf("one mistake gave %d problems:\n%v", len(problems), err)
					}
					if !strings.HasPrefix(p.String(), fmt.Sprintf("v.yaml:%d:", c.line)) {
						t.Errorf("%q names no file and line", p.String())
					}
					return
				}
			}
			t.Errorf("want line %d, field %s, %q; got\n%v", c.line, c.field, c.expects, err)
		})
	}
}

// Mistakes of the head and of the criteria come in one round.
func TestHeadAndCriteriaAreToldAtOnce(t *testing.T) {
	src := strings.NewReplacer("state: draft", "state: opened", "min_level: C1", "min_level: C3", "2026-01-31T23:59:00+01:00", "soon").Replace(right)
	_, err := Parse("v.yaml", []byte(src))
	for _, want := range []string{"vacancies[0].state", "vacancies[0].criteria[2].params.min_level", "vacancies[0].deadline:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "has no deadline") {
		t.Errorf("a deadline that was mistyped is called absent:\n%v", err)
	}
}
