package screening

import (
	"testing"

	"dossier/screening/fact"
	"dossier/screening/text"
)

const (
	pdf  = "application/pdf"
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

	cvFR = `Jeanne MARCHE
Chargée de projet
j.marche@poste.example | +221 77 000 00 10 | Dakar

Expérience professionnelle
Chargée de projet — janvier 2020 – mars 2023 — ONG Rive Bleue, Dakar
- Suivi de trois conventions
Assistante — 2018 – 2019 — ONG Port Sud, Thiès

Formation
Master en droit — 2018 — Université du Golfe

Langues
Français : C2
Anglais : B2`
	cvEN = `John ABEL
j.abel@post.example | +254 700 000 010 | Nairobi

Work experience
Project officer — Jan 2020 – Mar 2023 — NGO Blue Shore, Nairobi
- Followed three grants

Education
MA in Law — 2018 — University of the Gulf

Languages
English: native
French: B1`
	letterFR = `Jeanne Marche
Dakar, le 3 mars 2025

Objet : candidature au poste de chargée de projet

Madame, Monsieur,

Juriste de formation, j'ai suivi pendant trois ans des conventions avec des partenaires publics et privés. Ce travail m'a appris à tenir des délais et à écouter.

Votre projet m'intéresse parce qu'il réunit le droit et le terrain. Je souhaite mettre mon expérience au service de votre équipe.

Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.

Jeanne Marche`
	letterEN = `Dear Sir or Madam,

For three years I have followed grants with public and private partners. I learned to keep deadlines and to listen.

Your project brings together law and field work, and I would like to put my experience at the service of your team.

Yours faithfully,
John Abel`
	courtesyFR = `Bonjour,

Veuillez trouver ci-joint mon CV pour le poste de chargée de projet. Je reste à votre disposition pour un entretien.

Bien cordialement,
Jeanne Marche`
	courtesyEN = `Dear all,

Please find attached my application for the position of project officer.

Best regards,
John`
	bodyLetter = `Bonjour,

Juriste de formation, j'ai suivi pendant trois ans des conventions avec des partenaires publics et privés. Ce travail m'a appris à tenir des délais et à écouter les gens avant d'écrire.

Votre projet m'intéresse parce qu'il réunit le droit et le terrain, deux choses que je cherche depuis longtemps. Je souhaite mettre mon expérience au service de votre équipe et je peux commencer en avril.

Mon CV est joint.

Jeanne Marche`
	recommendation = `To whom it may concern

I am pleased to recommend Ms Jeanne Marche, who worked with us from 2020 to 2023 as a project officer. She was reliable and thorough. I recommend her without reservation.

Anne Till
Country Director, Ponte`
	diploma = `République du Sénégal
Université du Golfe
Diplôme de Master en droit
Le Recteur de l'Université confère à Jeanne Marche le grade de Master
Fait à Dakar, le 12 juillet 2018`
)

func doc(id, name, media, s string) Document {
	return Document{ID: id, Name: name, Media: media, Body: name == "(body)", Pages: onePage(s)}
}

func lost(id, name string) Document {
	return Document{ID: id, Name: name, Media: pdf, Problem: "damaged"}
}

func TestDocuments(t *testing.T) {
	const both, one, asPDF = `{"all_of":["cv","cover_letter"]}`, `{"all_of":["cv"]}`, `{"all_of":["cv"],"formats":["pdf"]}`
	scan := func(d Document) Document {
		d.Pages = append([]text.Page(nil), d.Pages...)
		d.Pages[0].OCR = true
		return d
	}
	superseded := func(d Document) Document { d.Superseded = true; return d }
	two := func(name, a, b string) Document {
		return Document{ID: name, Name: name, Media: pdf, Pages: []text.Page{{Number: 1, Text: a}, {Number: 2, Text: b}}}
	}
	body := func(s string) Document { return doc("b", "(body)", "text/plain", s) }
	for _, c := range []struct {
		name, params string
		docs         []Document
		want         string
	}{
		{"CV and letter attached", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), doc("2", "lettre.pdf", pdf, letterFR)}, "met documents.all"},
		{"in English", both, []Document{body(courtesyEN), doc("1", "resume.pdf", pdf, cvEN), doc("2", "letter.pdf", pdf, letterEN)}, "met documents.all"},
		{"names that say nothing", both, []Document{body(courtesyFR), doc("1", "doc1.pdf", pdf, cvFR), doc("2", "doc2.pdf", pdf, letterFR)}, "met documents.all"},
		{"names exchanged", both, []Document{body(courtesyFR), doc("1", "lettre.pdf", pdf, cvFR), doc("2", "cv.pdf", pdf, letterFR)}, "met documents.all"},
		{"the mail argues", both, []Document{body(bodyLetter), doc("1", "cv.pdf", pdf, cvFR)}, "met documents.all"},
		{"the mail is a courtesy", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR)}, "not_met documents.missing"},
		{"a courtesy in English", both, []Document{body(courtesyEN), doc("1", "cv.pdf", pdf, cvEN)}, "not_met documents.missing"},
		{"no CV", both, []Document{body(bodyLetter)}, "not_met documents.missing"},
		{"both in one file", both, []Document{body(courtesyFR), two("candidature.pdf", letterFR, cvFR)}, "met documents.all"},
		{"both in one file, CV first", both, []Document{body(courtesyFR), two("dossier.pdf", cvFR, letterFR)}, "met documents.all"},
		{"both in one English file", both, []Document{body(courtesyEN), two("application.pdf", cvEN, letterEN)}, "met documents.all"},
		{"both in the mail", both, []Document{body(letterFR + "\n\nCURRICULUM VITAE\n\n" + cvFR)}, "met documents.all"},
		{"CV in the mail", one, []Document{body("Bonjour,\n\nVoici mon CV.\n\n" + cvFR)}, "met documents.all"},
		{"CV in the mail where a PDF is asked for", asPDF, []Document{body("Bonjour,\n\nVoici mon CV.\n\n" + cvFR)}, "not_met documents.format"},
		{"PDF as asked", asPDF, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR)}, "met documents.all"},
		{"DOCX where a PDF is asked for", asPDF, []Document{body(courtesyFR), doc("1", "cv.docx", docx, cvFR)}, "not_met documents.format"},
		{"DOCX called PDF", asPDF, []Document{body(courtesyFR), doc("1", "cv.pdf", docx, cvFR)}, "not_met documents.format"},
		{"scanned CV", asPDF, []Document{body(courtesyFR), scan(doc("1", "IMG-2024.pdf", pdf, cvFR))}, "met documents.all"},
		{"photograph where a PDF is asked for", asPDF, []Document{body(courtesyFR), scan(doc("1", "cv.jpg", "image/jpeg", cvFR))}, "not_met documents.format"},
		{"damaged CV", both, []Document{body(courtesyFR), lost("1", "CV_Marche.pdf"), doc("2", "lettre.pdf", pdf, letterFR)}, "unclear documents.unreadable"},
		{"damaged letter", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), lost("2", "lettre.pdf")}, "unclear documents.unreadable"},
		{"damaged file of no telling name", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), lost("2", "scan0001.pdf")}, "unclear documents.unreadable"},
		{"a damaged diploma does not matter", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), lost("2", "diplome_master.pdf")}, "not_met documents.missing"},
		{"a file nobody can place may be the letter", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), doc("2", "scan.pdf", pdf, "Trois ans de terrain.\nLe droit, ensuite.\nUn pays, deux langues, beaucoup de dossiers suivis avec soin et patience.")}, "unclear documents.untyped"},
		{"a passport is no letter", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), doc("2", "passeport.pdf", pdf, "REPUBLIQUE DU SENEGAL\nPASSEPORT\nDIENG AWA\n12 03 1995 DAKAR")}, "not_met documents.missing"},
		{"a diploma is no letter", both, []Document{body(courtesyFR), doc("1", "cv.pdf", pdf, cvFR), doc("2", "diplome.pdf", pdf, diploma)}, "not_met documents.missing"},
		{"a letter by somebody else is no cover letter", both, []Document{body(courtesyEN), doc("1", "cv.pdf", pdf, cvEN), doc("2", "letter.pdf", pdf, recommendation)}, "not_met documents.missing"},
		{"a letter by somebody else", `{"all_of":["reference_letter"]}`, []Document{doc("2", "letter.pdf", pdf, recommendation)}, "met documents.all"},
		{"a diploma", `{"all_of":["diploma"]}`, []Document{doc("2", "scan.pdf", pdf, diploma)}, "met documents.all"},
		{"only a link", both, []Document{body("Bonjour,\n\nMon CV et ma lettre sont ici : https://partage.example/dossier\n\nCordialement,\nJeanne")}, "not_met documents.missing"},
		{"nothing at all", one, []Document{body("Bonjour,\n\nJe suis intéressée.")}, "not_met documents.missing"},
		{"replaced by a later one", one, []Document{superseded(doc("1", "cv.pdf", pdf, cvFR)), doc("2", "cv2.pdf", pdf, cvFR)}, "met documents.all"},
		{"the replaced one does not count", asPDF, []Document{superseded(doc("1", "cv.pdf", pdf, cvFR)), doc("2", "cv2.docx", docx, cvFR)}, "not_met documents.format"},
		{"a person said what it is", one, []Document{{ID: "1", Name: "scan.pdf", Media: pdf, Type: fact.CV, Pages: onePage("peu de mots lisibles ici, dix au moins, enfin presque dix")}}, "met documents.all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Dossier{SenderName: "Jeanne Marche", Documents: c.docs}
			if got := verdictOf(t, "documents", c.params, d); got != c.want {
				for _, doc := range Assess(Checklist{}, d).Documents {
					t.Logf("%s maybe letter %v parts %v", doc.Type, doc.MaybeLetter, doc.Parts)
				}
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestALetterBehindTheRefereesOfACV(t *testing.T) {
	cv := "Leila Halvaro\nleila@poste.example\n\nExperience\n2019 – 2023\tFinance officer, Quatre Vents Ltd, Bogotá\n\nEducation\n2015 – 2018\tBA in social work\n\nReferences\nTomas Benfar, country director, Quatre Vents, colleague : tomas@bureau.example\n"
	letter := "Dear Sir or Madam,\n\nYour notice caught my attention and I wish to apply.\n\nMy path has taught me to work in mixed teams, to keep short deadlines and to report exactly on what was done. Joining your team would allow me to put my energy into a useful project.\n\nYours faithfully,\n\nLeila Halvaro"
	d := Dossier{Documents: []Document{{ID: "1", Name: "CV.pdf", Media: pdf, Pages: []text.Page{{Number: 1, Text: cv, Quality: 1}, {Number: 2, Text: letter, Quality: 1}}}}}
	if got, want := verdictOf(t, "documents", `{"all_of":["cv","cover_letter"]}`, d), "met documents.all"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Half a CV may be the CV, and may lack the half that matters.
func TestAFileOfWhichAPartWasRecoveredIsUnclear(t *testing.T) {
	broken := doc("1", "cv.pdf", pdf, "Aoife Nic\n\nExperience\n2021 – 2023\tNight shelter, Galway\n\nEducation\nBA in sociology\n\nLanguages\nEnglish: native")
	broken.Problem = "damaged"
	d := Dossier{Documents: []Document{broken}}
	if got, want := verdictOf(t, "documents", `{"all_of":["cv"]}`, d), "unclear documents.unreadable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := verdictOf(t, "experience", `{"min_years":5}`, d), "unclear experience.incomplete"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
