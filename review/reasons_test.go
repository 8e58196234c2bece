package review

import (
	"regexp"
	"strings"
	"testing"

	"dossier/screening"
	"dossier/web"
)

func TestEveryReasonHasASentenceInEveryLanguage(t *testing.T) {
	codes := map[string]bool{}
	for _, code := range screening.Reasons() {
		codes["reason."+code] = true
	}
	for _, lang := range web.Languages {
		l := localeOf(t, lang)
		for key := range codes {
			if !l.Has(key) {
				t.Errorf("%s: %s has no sentence", lang, key)
			}
		}
		for _, key := range l.Keys() {
			if strings.HasPrefix(key, "reason.") && !codes[key] {
				t.Errorf("%s: no kind gives %s", lang, key)
			}
		}
	}
}

func TestReasonsTellTheirArgumentsInWords(t *testing.T) {
	for _, c := range []struct {
		finding screening.Finding
		fr, en  string
	}{
		{screening.Finding{Reason: "language.reached", Args: map[string]string{"language": "en", "want": "B2", "found": "C1"}},
			"Anglais : niveau C1 lu, B2 demandé.", "English: level C1 read, B2 asked for."},
		{screening.Finding{Reason: "deadline.late", Args: map[string]string{"deadline": "2026-11-30T23:59:00+01:00", "received": "2026-12-01T01:00:00+01:00", "by": "1h1m0s"}},
			"Reçue le 1er déc. 2026, 01:00 (Paris), 1 h après la clôture.", "Received 1 Dec 2026, 01:00 (Paris), 1 h after closing."},
		{screening.Finding{Reason: "deadline.kept", Args: map[string]string{"deadline": "2026-11-30T23:59:00+01:00", "received": "2026-11-18T21:04:00+01:00"}},
			"Reçue le 18 nov. 2026, 21:04 (Paris), 12 jours avant la clôture.", "Received 18 Nov 2026, 21:04 (Paris), 12 days before closing."},
		{screening.Finding{Reason: "documents.missing", Args: map[string]string{"missing": "cv cover_letter", "formats": "pdf"}},
			"Il manque : CV, Lettre.", "Missing: CV, Letter."},
		{screening.Finding{Reason: "experience.short", Args: map[string]string{"months": "[20,35]", "months_lo": "20", "months_hi": "35", "min": "36", "as_of": "2026-11-30"}},
			"Entre 1 an 8 mois et 2 ans 11 mois au 30 novembre 2026, minimum demandé : 3 ans.", "Between 1 year 8 months and 2 years 11 months as of 30 November 2026, 3 years asked for."},
		{screening.Finding{Reason: "age.within", Args: map[string]string{"lo": "24", "hi": "24", "on": "2026-11-30", "max": "25"}},
			"24 ans au 30 novembre 2026.", "24 years on 30 November 2026."},
		{screening.Finding{Reason: "education.held", Args: map[string]string{"found": "Master Droit (2019-01/2019-12)"}},
			"Diplôme trouvé : Master Droit (2019).", "Degree found: Master Droit (2019)."},
		{screening.Finding{Reason: "education.held", Args: map[string]string{"found": "Licence (2020-03)"}},
			"Diplôme trouvé : Licence (mars 2020).", "Degree found: Licence (March 2020)."},
		{screening.Finding{}, "", ""},
	} {
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(reasonText(localeOf(t, lang), c.finding, "Europe/Paris"))
			if got != want {
				t.Errorf("%s %s: %q, want %q", lang, c.finding.Reason, got, want)
			}
		}
	}
}

func TestNoSentenceLeavesAHole(t *testing.T) {
	hole := regexp.MustCompile(`\{\w+\}`)
	d := newDesk(t)
	v := d.view(d.awa())
	for _, lang := range web.Languages {
		for _, f := range v.Assessment.Findings {
			if got := reasonText(localeOf(t, lang), f, "Europe/Paris"); hole.MatchString(got) {
				t.Errorf("%s %s: %q", lang, f.Reason, got)
			}
		}
	}
}
