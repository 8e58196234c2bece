package screening

import "testing"

func TestSummaryName(t *testing.T) {
	scan := func(s string) Document {
		d := doc("1", "cv.pdf", pdf, s)
		d.Pages[0].OCR = true
		return d
	}
	const rest = "\n\nExpérience\nChargée — 2019 – 2021 — ONG\n\nFormation\nMaster — 2018"
	for _, c := range []struct {
		sender string
		docs   []Document
		want   string
	}{
		{"Inès Belkacem", []Document{doc("1", "cv.pdf", pdf, "Inès BELKACEM"+rest)}, "Inès Belkacem"},
		{"Inès B.", []Document{doc("1", "cv.pdf", pdf, "Inès Belkacem"+rest)}, "Inès Belkacem"},
		{"", []Document{doc("1", "cv.pdf", pdf, "Inès Belkacem"+rest)}, "Inès Belkacem"},
		{"Cabinet Talents", []Document{doc("1", "cv.pdf", pdf, "Inès Belkacem"+rest)}, "Inès Belkacem"},
		{"Inès Belkacem", []Document{scan("Observatoire Lointain" + rest)}, "Inès Belkacem"},
		{"belkacem ines", []Document{doc("1", "cv.pdf", pdf, "Observatoire Lointain"+rest), doc("2", "lettre.pdf", pdf, letterFR)}, "Observatoire Lointain"},
	} {
		d := Dossier{SenderName: c.sender, Documents: c.docs}
		if got := Assess(every(), d).Summary.Name; got != c.want {
			t.Errorf("sender %q: %q, want %q", c.sender, got, c.want)
		}
	}
}

func TestSummaryLanguages(t *testing.T) {
	d := Dossier{Documents: []Document{doc("1", "cv.pdf", pdf, "Langues\nFrançais : C2\nAnglais : bon niveau (TOEIC 850)\nArabe\nSango : aucune notion\nEspagnol : B1 à l'écrit, A2 à l'oral\n\nFormation\nMaster — 2018")}}
	got := Assess(every(), d).Summary.Languages
	want := map[string]string{"fr": "C2", "en": "B2", "ar": "", "es": "A2"}
	for code, level := range want {
		have, ok := got[code]
		if !ok || (have == nil) != (level == "") || have != nil && *have != level {
			t.Errorf("%s: %v, want %q", code, have, level)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d languages, want %d: a language denied is none", len(got), len(want))
	}
}
