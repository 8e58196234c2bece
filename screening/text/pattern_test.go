package text

import (
	"reflect"
	"regexp"
	"testing"
)

func TestAPatternAnswersAsItsExpression(t *testing.T) {
	exprs := []string{
		`\b(?:lettre|letter) de motivation\b`, `candidat(?:e|ure)?s?`, `a|b`, `x*`, `(?i)Word`, `(?:abc|abd)+`, `^\d{4}$`,
		`(?:un|une)? stage`, `(?:cv|curriculum(?: vitae)?)`, `[a-z]+ing\b`, `(?:ja|de)(?:mais|puis)`, `é(?:tu|co)`,
	}
	texts := []string{"", "lettre de motivation", "ma candidature", "deux candidates", "x", "WORD word", "abdabc", "2024",
		"un stage", "stage", "curriculum", "running", "jamais depuis", "étude école", "rien de tout cela", "b", "cvs"}
	for _, e := range exprs {
		p, re := MustPattern(e), regexp.MustCompile(e)
		for _, s := range texts {
			if got, want := p.MatchString(s), re.MatchString(s); got != want {
				t.Errorf("%q on %q: %v, want %v (needs %q)", e, s, got, want, p.needs)
			}
			if got, want := p.FindAllStringSubmatchIndex(s, -1), re.FindAllStringSubmatchIndex(s, -1); !reflect.DeepEqual(got, want) {
				t.Errorf("%q on %q: %v, want %v (needs %q)", e, s, got, want, p.needs)
			}
			if got, want := p.ReplaceAllString(s, "_"), re.ReplaceAllString(s, "_"); got != want {
				t.Errorf("%q on %q: %q, want %q", e, s, got, want)
			}
		}
	}
}

func TestAPatternKnowsWhatItNeeds(t *testing.T) {
	for e, want := range map[string][]string{
		`\b(?:lettre|note) de`: {"lettre", "note"},
		`(?:un|une)? stage`:    {" stage"},
		`(?i)word`:             nil,
		`x*y?`:                 nil,
	} {
		p := MustPattern(e)
		p.compiled()
		if !reflect.DeepEqual(p.needs, want) {
			t.Errorf("%q needs %q, want %q", e, p.needs, want)
		}
	}
}
