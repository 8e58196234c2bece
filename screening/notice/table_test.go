package notice

import (
	"strings"
	"testing"

	"dossier/screening/text"
)

func folded(s string) string { return plain(text.Fold(s)).Text }

// Every row of the legal table finds its own phrases in both languages, and not those
// marked with "!".
func TestLegalTableFindsItsPhrases(t *testing.T) {
	if sensitiveVersion == "" || sensitiveSource == "" {
		t.Error("the table has no version or source")
	}
	for _, g := range grounds {
		if g.law == "" || g.advice.FR == "" || g.advice.EN == "" {
			t.Errorf("%s: law or suggestion missing", g.code)
		}
		for lang, tests := range map[string][]string{"fr": g.testsFR, "en": g.testsEN} {
			positive := 0
			for _, phrase := range tests {
				want := !strings.HasPrefix(phrase, "!")
				phrase = strings.TrimPrefix(phrase, "!")
				if _, _, got := g.find(folded(phrase)); got != want {
					t.Errorf("%s (%s): %q found %v, want %v", g.code, lang, phrase, got, want)
				}
				if want {
					positive++
				}
			}
			if positive == 0 {
				t.Errorf("%s has no phrase in %s", g.code, lang)
			}
		}
	}
}

func TestHeadingTableFindsItsPhrases(t *testing.T) {
	for _, row := range headingRows {
		for _, phrase := range row.tests {
			want := !strings.HasPrefix(phrase, "!")
			phrase = strings.TrimPrefix(phrase, "!")
			r, ok := lookup(folded(phrase))
			if got := ok && r.zone == row.zone && r.importance == row.importance; got != want {
				t.Errorf("%s %s: %q gives %s %s, want %v", row.zone, row.importance, phrase, r.zone, r.importance, want)
			}
		}
	}
}
