package lexicon

import (
	"strings"
	"testing"

	"dossier/screening/text"
)

// tables are all the tables of phrases; each row is tried with its test phrases.
func tables() map[string]*Phrases {
	return map[string]*Phrases{"fields": fields, "degrees": degrees, "places": places(), "sectors": sectors, "domains": domains, "natures": natures, "ranks": ranks}
}

func TestEveryTableHasVersionSourceAndTestPhrases(t *testing.T) {
	for name, p := range tables() {
		if p.Version == "" || p.Source == "" {
			t.Errorf("%s: version %q, source %q", name, p.Version, p.Source)
		}
		for _, r := range p.rows {
			if len(r.tests) == 0 {
				t.Errorf("%s: row %s has no test phrase", name, r.key)
			}
			for _, test := range r.tests {
				phrase, absent := strings.CutPrefix(test, "!")
				found := false
				for _, key := range p.Keys(phrase) {
					found = found || key == r.key
				}
				if found == absent {
					t.Errorf("%s: %q gives %v, %s among them: %v", name, phrase, p.Keys(phrase), r.key, found)
				}
			}
		}
	}
}

func TestStemsMeetAcrossNumberGenderAndLanguage(t *testing.T) {
	for _, group := range []string{"social sociale sociales sociaux", "sociologie sociology", "professionnel professionnelle professionnels", "projet projets", "employé employée employés", "policy policies", "réseau réseaux"} {
		words := strings.Fields(group)
		for _, w := range words[1:] {
			a, b := Of("k", words[0]).Keys(w), w
			if len(a) != 1 {
				t.Errorf("%q and %q do not meet", words[0], b)
			}
		}
	}
}

func TestInclusiveEndingsAreReduced(t *testing.T) {
	for _, s := range []string{"chargé·e de projet", "chargé(e) de projet", "chargé.e.s de projets", "chargée de projet"} {
		if got := Of("k", "chargé de projet").Keys(s); len(got) != 1 {
			t.Errorf("%q not found", s)
		}
	}
}

func TestPlacesLieInRegions(t *testing.T) {
	cases := []struct {
		region, place string
		want          int
	}{
		{"africa", "Dakar", 1}, {"africa", "Bria (RCA)", 1}, {"africa", "Lyon", -1}, {"africa", "Sahel", 1}, {"africa", "Moyen-Orient", -1},
		{"developing_countries", "Goma (DRC)", 1}, {"developing_countries", "Rome, Italy", -1}, {"developing_countries", "Beyrouth", 1},
		{"developing_countries", "Moyen-Orient", 0}, {"developing_countries", "Afrique de l'Ouest", 1},
		{"west_africa", "Niamey", 1}, {"west_africa", "Nairobi", -1}, {"west_africa", "Afrique", 0}, {"KE", "Mombasa", 1}, {"Sénégal", "Dakar", 1},
		{"central africa", "Yaoundé", 1}, {"europe", "Budapest", 1}, {"europe", "Juba", -1}, {"africa", "Juba, Soudan du Sud", 1},
		{"sub_saharan_africa", "Bamako", 1}, {"sub_saharan_africa", "Tunis", -1},
	}
	for _, c := range cases {
		r, ok := RegionOf(c.region)
		if !ok {
			t.Errorf("region %q unknown", c.region)
			continue
		}
		codes := Places(c.place)
		if len(codes) == 0 {
			t.Errorf("place %q unknown", c.place)
			continue
		}
		if got := r.Contains(codes[0]); got != c.want {
			t.Errorf("%q contains %q (%v) = %d, want %d", c.region, c.place, codes, got, c.want)
		}
	}
	for _, s := range []string{"a nice place", "Sales manager", "man of the match", "a car driver", "Sous-directrice"} {
		if got := Places(s); len(got) > 0 {
			t.Errorf("Places(%q) = %v", s, got)
		}
	}
}

func TestEverySkillRowFindsItsTestPhrases(t *testing.T) {
	if skillsVersion == "" || skillsSource == "" {
		t.Error("the table of skills has no version or no source")
	}
	for _, r := range skillForms {
		if len(r.tests) == 0 {
			t.Errorf("%s has no test phrase", r.key)
		}
		term := NewSkillTerm(strings.TrimSuffix(strings.TrimLeft(r.forms[0], "="), "*"))
		for _, test := range r.tests {
			phrase, absent := strings.CutPrefix(test, "!")
			f := text.Fold(phrase)
			hits := term.Find(Tokenize(f.Text), func(a, b int) string {
				s, e := f.Span(a, b)
				return phrase[s:e]
			}, func(int) int { return 0 })
			if len(hits) > 0 == absent {
				t.Errorf("%s: %q finds %v", r.key, phrase, hits)
			}
		}
	}
}
