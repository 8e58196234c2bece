package seed

import (
	"reflect"
	"testing"
	"time"

	"dossier/screening"
)

var day = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func source() *Source { return NewSource(1, 12, day, func(int, int) {}) }

func TestEveryQuoteStandsInItsDocument(t *testing.T) {
	s := source()
	quotes := 0
	for i, v := range Vacancies(1, 3, day) {
		for n := range 40 {
			a := s.Application(v, i, n)
			if len(a.Findings) != len(v.Checklist.Criteria) || len(v.Checklist.Criteria) != 12 {
				t.Fatalf("%d findings for %d criteria", len(a.Findings), len(v.Checklist.Criteria))
			}
			for _, f := range a.Findings {
				for _, e := range f.Evidence {
					if e.Kind != screening.Passage {
						continue
					}
					quotes++
					for _, d := range a.Documents {
						for _, p := range d.Pages {
							if d.ID == e.Document && p.Number == e.Page && p.Text[e.Start:e.End] != e.Quote {
								t.Fatalf("vacancy %d, application %d, %s: %q is not %q", i, n, f.Criterion, p.Text[e.Start:e.End], e.Quote)
							}
						}
					}
				}
			}
		}
	}
	if quotes < 200 {
		t.Errorf("only %d quotes", quotes)
	}
}

func TestSeedsAreVariedAndRepeatable(t *testing.T) {
	s, again := source(), source()
	v := Vacancies(1, 2, day)[1]
	names, verdicts := map[string]bool{}, map[string]bool{}
	for n := range 200 {
		a := s.Application(v, 1, n)
		names[a.Name] = true
		letters := ""
		for _, f := range a.Findings {
			letters += string(f.Verdict.Letter())
		}
		verdicts[letters] = true
		if n < 5 && !reflect.DeepEqual(a, again.Application(v, 1, n)) {
			t.Errorf("application %d is another the second time", n)
		}
	}
	if len(names) < 190 || len(verdicts) < 8 {
		t.Errorf("%d names and %d rows of verdicts among 200", len(names), len(verdicts))
	}
}

func TestChecklistsOfVacanciesAreValid(t *testing.T) {
	for _, v := range Vacancies(1, profiles, day) {
		if problems := screening.Validate(v.Checklist); len(problems) > 0 {
			t.Errorf("%s: %v", v.Slug, problems)
		}
	}
}
