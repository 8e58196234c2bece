package screening

import "testing"

func TestLanguageAgainstMinimum(t *testing.T) {
	for _, c := range []struct{ cv, params, want string }{
		{"Langues\nAnglais : C1", `{"language":"en","min_level":"C1"}`, "met language.reached"},
		{"Langues\nFrançais : bilingue (DELF B2)", `{"language":"fr","min_level":"C1"}`, "met language.reached"},
		{"Langues\nFrançais : DELF B2 (2019), DALF C1 (2023)", `{"language":"fr","min_level":"C1"}`, "met language.reached"},
		{"Langues\nFrançais : courant, langue de travail", `{"language":"fr","min_level":"C1"}`, "met language.reached"},
		{"Langues\nFrançais : bilingue\nProfil\nJe rédige vite et bien en français.", `{"language":"fr","min_level":"C1"}`, "met language.reached"},
		{"Langues\nAnglais : C1\nProfil\nMon anglais reste d'un niveau intermédiaire.", `{"language":"en","min_level":"C1"}`, "unclear language.conflict"},
		{"Language | Listening | Reading | Speaking | Writing\nArabic | C1 | B2 | B2 | B2\n\nProfile\nMy level of Arabic is A1.", `{"language":"ar","min_level":"B2"}`, "unclear language.conflict"},
		{"Langues\nAnglais : B2", `{"language":"en","min_level":"C1"}`, "not_met language.below"},
		{"Langues\nAnglais : courant", `{"language":"en","min_level":"C1"}`, "met language.reached"},
		{"Langues\nAnglais : courant", `{"language":"en","min_level":"C2"}`, "unclear language.not_enough"},
		{"Langues\nAnglais : bon niveau", `{"language":"en","min_level":"C1"}`, "unclear language.not_enough"},
		{"Langues\nAnglais : bon niveau", `{"language":"en","min_level":"B2"}`, "met language.reached"},
		{"Langues\nAnglais : lu, écrit, parlé", `{"language":"en","min_level":"B1"}`, "unclear language.no_level"},
		{"Langues\nAnglais ★★★★☆", `{"language":"en","min_level":"B1"}`, "unclear language.no_level"},
		{"Langues\nAnglais ★★☆☆☆", `{"language":"en","min_level":"A1"}`, "met language.listed"},
		{"Langues\nFrançais : C2", `{"language":"en","min_level":"A1"}`, "unclear language.silent"},
		{"Langues\nAnglais : intermédiaire", `{"language":"en","min_level":"B1"}`, "met language.reached"},
		{"Langues\nAnglais : intermédiaire", `{"language":"en","min_level":"B2"}`, "not_met language.below"},
		{"Langues\nAnglais : notions", `{"language":"en","min_level":"B1"}`, "not_met language.below"},
		{"Langues\nAnglais : niveau scolaire", `{"language":"en","min_level":"B2"}`, "not_met language.below"},
		{"Languages\nEnglish: TOEIC 900", `{"language":"en","min_level":"C1"}`, "not_met language.below"},
		{"Languages\nEnglish: TOEIC 945", `{"language":"en","min_level":"C1"}`, "met language.reached"},
		{"Languages\nEnglish: IELTS 6.5", `{"language":"en","min_level":"B2"}`, "met language.reached"},
		{"Langues\nAnglais : B1/B2", `{"language":"en","min_level":"B2"}`, "unclear language.not_enough"},
		{"Langues\nSango : aucune notion", `{"language":"sg","min_level":"A1"}`, "not_met language.none"},
		{"I am ready to learn Sango.", `{"language":"sg","min_level":"A1"}`, "not_met language.none"},
		{"Langues\nDarija : langue maternelle", `{"language":"ar","min_level":"A1"}`, "met language.listed"},
		{"Langues\nDarija : langue maternelle", `{"language":"ar","min_level":"C1"}`, "unclear language.related"},
		{"Languages\nKurdish: native", `{"language":"ckb","min_level":"B1"}`, "unclear language.related"},
		{"Langues\nAllemand : B1", `{"any_of":["ar","fa","de"],"min_level":"A1"}`, "met language.listed"},
		{"Langues\nFrançais, anglais", `{"any_of":["ar","fa","de"],"min_level":"A1"}`, "unclear language.silent"},
		{"Langues\nAnglais : C1\nProfil\nJe parle anglais (niveau B1).", `{"language":"en","min_level":"B2"}`, "unclear language.conflict"},
		{"Langues\nAnglais : C2\nProfil\nJe parle anglais (niveau C1).", `{"language":"en","min_level":"B2"}`, "met language.reached"},
		{"Langues\nanglais C1 C1 B2 B2 B2", `{"language":"en","min_level":"C1"}`, "not_met language.below"},
		{"Langues\nanglais C1 C1 B2 B2 B2", `{"language":"en","min_level":"B2"}`, "met language.reached"},
		{"Langues\nAnglais : lu C1, écrit B1, parlé C1", `{"language":"en","min_level":"C1","skills":["speaking","reading"]}`, "met language.reached"},
		{"Langues\nAnglais : lu C1, écrit B1, parlé C1", `{"language":"en","min_level":"C1"}`, "not_met language.below"},
		{"Vous demandez un anglais courant.", `{"language":"en","min_level":"B2"}`, "unclear language.silent"},
		{"Nationalité britannique\nNationality: French", `{"language":"en","min_level":"B2"}`, "unclear language.silent"},
	} {
		t.Run(c.cv+" "+c.params, func(t *testing.T) {
			d := Dossier{Documents: []Document{{ID: "cv", Name: "cv.pdf", Type: "cv", Pages: onePage(c.cv)}}}
			if got := verdictOf(t, "language", c.params, d); got != c.want {
				t.Errorf("%q %s\n got %s\nwant %s", c.cv, c.params, got, c.want)
			}
		})
	}
}

func TestLevelsOfTwoDocumentsThatContradictEachOtherAreUnclear(t *testing.T) {
	d := Dossier{Documents: []Document{
		doc("1", "cv.pdf", pdf, "Langues\nAnglais : B1\nFormation\nMaster — 2019"),
		doc("2", "lettre.pdf", pdf, "Madame, Monsieur,\nJe parle couramment anglais et je souhaite rejoindre votre équipe.\nCordialement"),
	}}
	f := findingOf(t, "language", `{"language":"en","min_level":"B2"}`, d)
	if f.Verdict != Unclear || f.Reason != "language.conflict" || len(f.Evidence) != 2 {
		t.Errorf("got %s %s with %d passages, want unclear language.conflict with both", f.Verdict, f.Reason, len(f.Evidence))
	}
}

func TestScoreOnAnAttachedCertificateProvesALevel(t *testing.T) {
	d := Dossier{Documents: []Document{
		doc("1", "cv.pdf", pdf, "Langues\nAnglais\nFormation\nMaster — 2019"),
		doc("2", "certificat_toeic.pdf", pdf, "Certificate of achievement\nTOEIC Listening and Reading\nTotal score: 860"),
	}}
	if got, want := verdictOf(t, "language", `{"language":"en","min_level":"B2"}`, d), "met language.reached"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPraiseByARefereeProvesNoLanguage(t *testing.T) {
	d := Dossier{Documents: []Document{doc("1", "lettre.pdf", pdf, "To whom it may concern\nI recommend Ms Marche. She worked with us from 2020. She is fluent in English.\nAnne Till")}}
	if got, want := verdictOf(t, "language", `{"language":"en","min_level":"B2"}`, d), "unclear language.silent"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRecognisedTextMayProveALanguage(t *testing.T) {
	pages := onePage("Langues\nAnglais : C1\nFormation\nMaster — 2019")
	pages[0].OCR = true
	f := findingOf(t, "language", `{"language":"en","min_level":"C1"}`, Dossier{Documents: []Document{{ID: "cv", Name: "cv.pdf", Pages: pages}}})
	if f.Verdict != Met || !f.ByOCR {
		t.Errorf("got %s, by OCR %v, want met by OCR", f.Verdict, f.ByOCR)
	}
}
