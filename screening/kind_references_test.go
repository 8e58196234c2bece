package screening

import "testing"

func TestReferences(t *testing.T) {
	const three = `{"min":3,"roles":{"line_manager":2,"hr":1},"exclude_family":true}`
	for _, c := range []struct{ name, params, cv, want string }{
		{"one a line with relation", three, `Références
1. Paule Okemba, cheffe de mission, Rive Bleue – superviseure directe (2021–2024) – p.okemba@rive.example – +236 70 00 00 60
2. Olivier Marchal, coordinateur terrain, Horizon Neuf – supérieur hiérarchique (2017–2020) – o.marchal@horizon.example
3. Mireille Zand, responsable des ressources humaines, Rive Bleue – m.zand@rive.example`, "met references.enough"},
		{"three managers, nobody from human resources", three, `Références
- Fatou Ouat, directrice pays, Terre Ouverte, supérieure hiérarchique : f.ouat@terre.example, +226 70 00 00 81
- Luc Méran, coordinateur terrain, Terre Ouverte, superviseur : l.meran@terre.example
- Salif Banc, chef de programme, Enfance Vive, superviseur : s.banc@enfance.example`, "not_met references.roles"},
		{"an uncle beside three others", three, `Referees
1. Anne Till, Country Director, Ponte (line manager 2021-2024), a.till@ponte.example
2. Mark Osse, Programme Director, Aidline (line manager 2018-2021), m.osse@aidline.example
3. Sofia Brand, HR Manager, Ponte, s.brand@ponte.example
4. Prof. Renzo Marche (my uncle), University of Umber, r.marche@umber.example`, "met references.enough"},
		{"an uncle among three", three, `Referees
1. Anne Till, Country Director, Ponte (line manager 2021-2024), a.till@ponte.example
2. Sofia Brand, HR Manager, Ponte, s.brand@ponte.example
3. Renzo Marche, director, my uncle, r.marche@umber.example`, "not_met references.too_few"},
		{"on request", three, "Expérience\nChargée — 2020 – 2022 — ONG Rive\n\nRéférences\nDisponibles sur demande", "not_met references.on_request"},
		{"on request in English on one line", three, "Experience\nOfficer — 2020 – 2022 — NGO Shore\n\nReferences: available upon request", "not_met references.on_request"},
		{"none", three, "Expérience\nChargée — 2020 – 2022 — ONG Rive", "not_met references.none"},
		{"blocks of lines", three, `REFERENCES

Anne Till
Country Director, Ponte
Line manager 2021-2024
a.till@ponte.example

Mark Osse
Programme Director, Aidline
Former supervisor
+39 06 0000 0011

Sofia Brand
Human Resources Manager, Ponte
s.brand@ponte.example`, "met references.enough"},
		{"labels", three, `Personnes de référence
Nom : Anne Till
Fonction : Directrice pays, Ponte
Relation : supérieure hiérarchique
Email : a.till@ponte.example
Nom : Marc Osse
Fonction : Chef de projet, Aidline
Relation : superviseur direct
Tél : +226 70 00 00 11
Nom : Sofia Brand
Fonction : DRH, Ponte
Email : s.brand@ponte.example`, "met references.enough"},
		{"relation not said", three, `Références
1. Anne Till, directrice pays, Ponte, a.till@ponte.example
2. Marc Osse, chef de projet, Aidline, m.osse@aidline.example
3. Sofia Brand, DRH, Ponte, s.brand@ponte.example`, "unclear references.relation_unknown"},
		{"no contact", three, `Références
1. Anne Till, directrice pays, Ponte, superviseure
2. Marc Osse, chef de projet, Aidline, superviseur
3. Sofia Brand, DRH, Ponte`, "not_met references.too_few"},
		{"one human resources director is not two people", three, `Références
1. Anne Till, directrice des ressources humaines et supérieure directe, Ponte, a.till@ponte.example
2. Marc Osse, chef de projet, Aidline, superviseur, m.osse@aidline.example`, "not_met references.too_few"},
		{"a manager from human resources fills either seat", three, `Références
1. Anne Till, directrice des ressources humaines et supérieure directe, Ponte, a.till@ponte.example
2. Marc Osse, chef de projet, Aidline, superviseur, m.osse@aidline.example
3. Sofia Brand, responsable RH, Ponte, s.brand@ponte.example`, "met references.enough"},
		{"two on a line", `{"min":2}`, "Références : Anne Till, directrice, Ponte, a.till@ponte.example ; Marc Osse, chef de projet, Aidline, m.osse@aidline.example", "met references.enough"},
		{"beside the jobs", `{"min":2}`, `Expérience
Chargée de projet — 2020 – 2022 — ONG Rive
- Suivi de 30 dossiers
Référence : Anne Till, directrice, a.till@rive.example
Assistante — 2018 – 2020 — ONG Port
Référence : Marc Osse, chef de projet, +226 70 00 00 11`, "met references.enough"},
		{"same surname as the applicant", `{"min":1,"exclude_family":true}`, `Jeanne MARCHE
Chargée de projet

Références
Renzo Marche, directeur, Université du Golfe, r.marche@golfe.example`, "unclear references.family_name"},
		{"two are not three", `{"min":3}`, `References
Anne Till, Country Director, a.till@ponte.example
Mark Osse, Programme Director, m.osse@aidline.example`, "not_met references.too_few"},
		{"a priest is no father", `{"min":1,"exclude_family":true}`, `References
Father John Abel, parish director, j.abel@parish.example`, "met references.enough"},
		{"women's organisation is no wife", `{"min":1,"exclude_family":true}`, `Références
Anne Till, directrice, ONG Femmes Debout, a.till@femmes.example`, "met references.enough"},
		{"colleagues", `{"min":2,"roles":{"colleague":1}}`, `References
Anne Till, Country Director, supervisor, a.till@ponte.example
Mark Osse, Programme Officer, former colleague, m.osse@aidline.example`, "met references.enough"},
		{"title and dash", `{"min":2}`, `Référents
M. Jean Dupré - Directeur pays - Ponte - j.dupre@ponte.example - +221 77 000 00 01
Mme Awa Sall - Coordinatrice - Rive - a.sall@rive.example`, "met references.enough"},
		{"a table", three, `Références
Nom et prénoms | Fonction | Structure | Contact | Relation
Alpha Diall | Coordinateur | ONG Kisal | 620 00 00 13 | superviseur
Fatou Camar | Responsable RH | ONG Kisal | f.camar@kisal.example | RH
Omar Sylla | Chef de base | ONG Kisal | o.sylla@kisal.example | supérieur hiérarchique`, "met references.enough"},
		{"a thesis supervisor is no line manager", `{"min":1,"roles":{"line_manager":1}}`, `References
Prof. Jane Doe (thesis supervisor), University of Shore, j.doe@shore.example`, "unclear references.relation_unknown"},
		{"a promise of references elsewhere", three, "Expérience\nChargée — 2020 – 2022 — ONG Rive\n\nProfil\nLes coordonnées de mes trois références se trouvent dans la lettre.", "unclear references.torn"},
		{"addresses under a heading nobody knows", `{"min":2}`, "Jeanne Dieng\nChargée\nDakar\n\nExpérience\nChargée — 2020 – 2022 — ONG Rive\nAssistante — 2018 – 2020 — ONG Port\n\nIls me connaissent\nAnne Till, directrice, a.till@ponte.example\nMarc Osse, chef de projet, m.osse@aidline.example", "unclear references.torn"},
		{"columns read across", `{"min":2}`, `References
Anne Till Mark Osse
Country Director, Ponte Programme Director, Aidline
a.till@ponte.example m.osse@aidline.example`, "unclear references.torn"},
		{"contact on the next line", `{"min":2}`, `Références professionnelles
• Jean Dupré, directeur pays, Ponte
  j.dupre@ponte.example
• Awa Sall, coordinatrice, Rive
  Tél. +221 77 000 00 02`, "met references.enough"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Dossier{SenderName: "Jeanne Marche", Documents: []Document{{ID: "cv", Name: "cv.pdf", Media: "application/pdf", Pages: onePage(c.cv)}}}
			if got := verdictOf(t, "references", c.params, d); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.cv, got, c.want)
			}
		})
	}
}

func TestUnreadableFileLeavesReferencesOpen(t *testing.T) {
	d := Dossier{Documents: []Document{
		{ID: "cv", Name: "cv.pdf", Pages: onePage("Expérience\nChargée — 2020 – 2022 — ONG Rive\nFormation\nMaster — 2019")},
		{ID: "x", Name: "annexe.pdf", Problem: "encrypted"},
	}}
	if got, want := verdictOf(t, "references", `{"min":1}`, d), "unclear references.unreadable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRecognisedTextWithoutReferencesIsUnclear(t *testing.T) {
	pages := onePage("Expérience\nChargée — 2020 – 2022 — ONG Rive\nFormation\nMaster — 2019")
	pages[0].OCR = true
	d := Dossier{Documents: []Document{{ID: "cv", Name: "cv.pdf", Pages: pages}}}
	if got, want := verdictOf(t, "references", `{"min":1}`, d), "unclear references.recognised"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAFileOfRefereesIsNoLetterOfReference(t *testing.T) {
	list := "Références / Referees\n\nNom\n\nPascaline\nIlvane\n\nYacou Sankane\n\nMariam\nNacoul\n\nFonction\n\nCheffe de base\n\nCoordinateur programme\n\nGestionnaire des\nressources humaines\n\nLien\n\nSuperviseure\ndirecte\n\nSuperviseur 2016-\n2019\n\nRH\n\nContact\n\np.ilvane@wend.example\n\n+226 70 00 02 50\n\nrh@wend.example\n"
	plain := "Pascaline Ilvane, cheffe de base, ma superviseure directe, p.ilvane@wend.example\nYacou Sankane, coordinateur programme, superviseur 2016-2019, +226 70 00 02 50\nMariam Nacoul, gestionnaire des ressources humaines, rh@wend.example\n"
	for name, text := range map[string]string{"columns": list, "lines": plain} {
		d := Dossier{Documents: []Document{
			doc("1", "cv.pdf", pdf, "Rasma Tiendre\n\nExpérience\n2016 – 2019\tAnimateur, ONG Wend\n\nFormation\nLicence — 2014\n\nLangues\nFrançais : C1"),
			doc("2", "références.pdf", pdf, text),
		}}
		if got, want := verdictOf(t, "references", `{"min":3,"roles":{"line_manager":2,"hr":1},"exclude_family":true}`, d), "met references.enough"; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	letter := Dossier{Documents: []Document{
		doc("1", "cv.pdf", pdf, "Rasma Tiendre\n\nExpérience\n2016 – 2019\tAnimateur, ONG Wend\n\nFormation\nLicence — 2014\n\nLangues\nFrançais : C1"),
		doc("2", "reference.pdf", pdf, "Pascaline Ilvane, cheffe de base\n\nLettre de recommandation\n\nJe recommande vivement Rasma Tiendre, qui a travaillé avec moi.\n\np.ilvane@wend.example"),
	}}
	if got, want := verdictOf(t, "references", `{"min":1}`, letter), "unclear references.relation_unknown"; got != want {
		t.Errorf("letter: got %s, want %s", got, want)
	}
}
