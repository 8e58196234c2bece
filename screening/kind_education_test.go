package screening

import (
	"encoding/json"
	"testing"
)

func TestEducation(t *testing.T) {
	bachelor := `{"min_level": 6, "fields": ["social sciences", "sociology", "psychology", "social work", "human rights", "law", "international relations"]}`
	master := `{"min_level": 7, "fields": ["human rights", "humanitarian law", "law", "international relations", "humanitarian action"]}`
	current := `{"min_level": 7, "in_progress_allowed": true, "fields": ["international relations", "political science", "international security", "cooperation", "international law", "project management"]}`
	recent := `{"min_level": 6, "within_months": 12}`
	verdictCases(t, "education", "2026-06-30", []verdictCase{
		{"held", "Ann\n\nFormation\nLicence de sociologie — 2018 – 2021 — Lyon\n", "", bachelor, "met"},
		{"a master holds the level below", "Ann\n\nEducation\nMA in Human Rights, 2015\n", "", bachelor, "met"},
		{"dots in abbreviations", "Ann\n\nEducation\nB.A., Psychology, State University, May 2020\n", "", bachelor, "met"},
		{"in progress is not held", "Ann\n\nFormation\nLicence de sociologie — 2024 – 2027 — Lyon\nBaccalauréat — 2024\n", "", bachelor, "not_met"},
		{"not validated", "Ann\n\nFormation\nMaster en droits humains (non validé) — 2020\nLicence de droit — 2018\n", "", master, "not_met"},
		{"level of a master", "Ann\n\nFormation\nNiveau Master 2 en droit — 2020\nLicence de droit — 2018\n", "", master, "not_met"},
		{"not completed", "Ann\n\nEducation\nLLM, University of Leeds, 2019–2020, not completed\nLLB, 2018\n", "", master, "not_met"},
		{"the first year of a master is no master", "Ann\n\nFormation\nMaster 1 Droit international — 2019 – 2020 — Tours\nLicence de droit — 2016 – 2019\n", "", master, "unclear"},
		{"another field", "Ann\n\nFormation\nMaster 2 Marketing — 2019 – 2020 — Tours\nLicence de gestion — 2016 – 2019\n", "", master, "not_met"},
		{"a field close by", "Ann\n\nFormation\nMaster 2 Communication — 2019 – 2020 — Tours\nLicence de lettres — 2016 – 2019\n", "", master, "unclear"},
		{"the school does not make the field", "Ann\n\nFormation\nMaster Finance, Université des sciences sociales de Toulouse — 2020\n", "", bachelor, "not_met"},
		{"the licence to drive is no degree", "Ann\n\nFormation\nBTS Tourisme — 2020\nBaccalauréat — 2018\n\nPermis\nLicence de conduite B\n", "", bachelor, "not_met"},
		{"project ownership is no degree", "Ann\n\nFormation\nBTS Bâtiment — 2010\n\nExpérience\nMaîtrise d'ouvrage — 2012 – 2014 — Niamey\n", "", bachelor, "not_met"},
		{"in progress is enough", "Ann\n\nFormation\nMaster 2 Relations internationales — 2025 – 2026 — Lyon\n", "", current, "met"},
		{"in progress elsewhere", "Ann\n\nFormation\nMaster 2 Marketing et commerce — 2025 – 2026 — Lyon\nBachelor Commerce — 2024\n", "", current, "not_met"},
		{"only admitted", "Ann\n\nFormation\nAdmise en Master 2 Relations internationales pour la rentrée 2026\nLicence de lettres — 2025\n", "", current, "not_met"},
		{"said in the letter", "", "Madame,\nÉtudiante en première année de master de science politique, je souhaite vous rejoindre.\n", current, "met"},
		{"eight months ago", "Ann\n\nDiplômes\nMaster Droits humains — octobre 2025 — Rabat\n", "", recent, "met"},
		{"thirteen months ago", "Ann\n\nDiplômes\nMaster Droits humains — mai 2025 — Rabat\n", "", recent, "not_met"},
		{"the month the limit cuts", "Ann\n\nDiplômes\nMaster Droits humains — juin 2025 — Rabat\n", "", recent, "unclear"},
		{"only a year", "Ann\n\nDiplômes\nMaster Droits humains — 2025 — Rabat\n", "", recent, "unclear"},
		{"no section", "Ann\n\nLangues\nAnglais B2\n", "", bachelor, "unclear"},
		{"the school on a line above", "Ann\n\nFormation\nUniversité de Dakar\nMaîtrise en sciences juridiques\n2003 - 2004\n", "", master, "met"},
		{"an unknown diploma", "Ann\n\nFormation\nKandidatexamen i statsvetenskap — 2020 — Lund\n", "", bachelor, "unclear"},
	})
}

func TestEnrolment(t *testing.T) {
	m2 := `{"level": 7, "year": 2}`
	verdictCases(t, "enrolment", "2026-01-31", []verdictCase{
		{"second year of a master", "Ann\n\nFormation\nMaster 2 Relations internationales — sept. 2025 – en cours — Lyon\n", "", m2, "met"},
		{"by the years", "Ann\n\nFormation\nMaster Relations internationales — 2024 – 2026 — Lyon\n", "", m2, "met"},
		{"first of two years", "Ann\n\nFormation\nMaster Relations internationales — 2025 – 2027 — Lyon\n", "", m2, "not_met"},
		{"first year", "Ann\n\nEducation\nMaster in International Law, first year (M1) — Sept 2025 – present — Nairobi\n", "", m2, "not_met"},
		{"fifth year", "Ann\n\nFormation\nSciences Po, cycle master (5e année) — 2021 – 2026 — Rennes\n", "", m2, "met"},
		{"finished", "Ann\n\nFormation\nMaster 2 Relations internationales — 2023 – 2024 — Lyon\n", "", m2, "not_met"},
		{"a licence", "Ann\n\nFormation\nLicence 3 de sociologie — 2025 – 2026 — Lyon\n", "", m2, "not_met"},
		{"a doctorate", "Ann\n\nFormation\nDoctorat en droit — depuis 2024 — Lyon\nMaster en droit — 2024\n", "", m2, "not_met"},
		{"a master without year or length", "Ann\n\nFormation\nMaster Relations internationales — 2025 – 2026 — Lyon\n", "", m2, "unclear"},
		{"letter against CV", "Ann\n\nFormation\nMaster 2 Relations internationales — 2025 – 2026 — Lyon\n", "Madame,\nÉtudiante en première année de master, je candidate.\n", m2, "unclear"},
		{"said in the letter only", "", "Madame,\nActuellement en deuxième année de master « Coopération internationale » à Bordeaux, je candidate.\n", m2, "met"},
	})
	final := `{"min_level": 6, "final_year": true}`
	verdictCases(t, "enrolment", "2026-06-30", []verdictCase{
		{"last year said", "Ann\n\nFormation\nMaster Migrations — 2025 – 2026 (dernière année) — Rabat\n", "", final, "met"},
		{"final year in English", "Ann\n\nEducation\nMA Migration (final year, thesis due September 2026) — 2024 – 2026 — Tagus School\n", "", final, "met"},
		{"third year of a licence", "Ann\n\nFormation\nLicence 3 de droit — 2025 – 2026 — Rabat\n", "", final, "met"},
		{"second year of a licence", "Ann\n\nFormation\nLicence d'études anglaises, 2e année (L2) — 2024 – aujourd'hui — Marrakech\n", "", final, "not_met"},
		{"graduated a year ago", "Ann\n\nFormation\nMaster en travail social — mai 2025 (diplôme obtenu) — Dakar\nLicence de sociologie — 2023\n", "", final, "not_met"},
		{"no longer a student", "", "Madame,\nJe ne suis plus étudiante depuis 2024.\n", final, "not_met"},
	})
	agreement := `{"internship_agreement": true}`
	verdictCases(t, "enrolment", "2026-07-03", []verdictCase{
		{"the school signs", "", "Bonjour,\nMon université signe les conventions de stage.\n", agreement, "met"},
		{"possible", "Ann\n\nFormation\nMaster 1 Communication — 2025 – 2027 — Lille\n- Convention de stage possible de septembre 2026 à février 2027\n", "", agreement, "met"},
		{"in English", "", "Dear team,\nMy university can provide an internship agreement.\n", agreement, "met"},
		{"cannot", "", "Bonjour,\nJe ne peux pas obtenir de convention de stage.\n", agreement, "not_met"},
		{"no longer a student, in English", "", "Dear team,\nI am no longer a student since 2024.\n", agreement, "not_met"},
		{"a question", "", "Bonjour,\nFaut-il une convention de stage ?\n", agreement, "unclear"},
		{"silence", "Ann\n\nFormation\nMaster 1 Communication — 2025 – 2027 — Lille\n", "", agreement, "unclear"},
		{"a collective agreement is another thing", "Ann\n\nExpérience\nJuriste — 2020 – 2022 — Lille\n- Application de la convention collective, possible révision\n", "", agreement, "unclear"},
	})
}

func TestAvailability(t *testing.T) {
	spring := `{"start_from": "2026-02-01", "start_until": "2026-03-31", "min_months": 6}`
	verdictCases(t, "availability", "2026-01-20", []verdictCase{
		{"from and for", "", "Madame,\nJe suis libre dès le 2 mars 2026 pour six mois.\n", spring, "met"},
		{"length in another clause", "", "Madame,\nMon master prévoit un stage de six mois : je suis disponible à partir du 16 février 2026.\n", spring, "met"},
		{"in English", "", "Dear team,\nI can start on 2 March 2026 and stay for six months, full time.\n", spring, "met"},
		{"in the profile", "Ann\n\nProfil\nDisponible dès février 2026 pour un stage de fin d'études de six mois.\n", "", spring, "met"},
		{"too late", "", "Madame,\nJe serai disponible à partir du 4 mai 2026 pour une durée de six mois.\n", spring, "not_met"},
		{"too short", "", "Madame,\nJe suis disponible du 2 mars au 30 juin 2026.\n", spring, "not_met"},
		{"a range that fits", "", "Madame,\nJe suis disponible du 2 mars 2026 au 31 août 2026.\n", spring, "met"},
		{"months without a year", "", "Madame,\nJe suis disponible de mars à août.\n", spring, "met"},
		{"months without a year, too late", "", "Madame,\nJe suis disponible à partir de septembre pour six mois.\n", spring, "not_met"},
		{"at once and for long enough", "", "Madame,\nDisponible immédiatement pour un stage de six mois.\n", spring, "met"},
		{"four months", "", "Madame,\nJe cherche un stage de quatre mois à partir de mars 2026.\n", spring, "not_met"},
		{"four to six months", "", "Madame,\nJe suis disponible dès mars 2026 pour un stage de quatre à six mois.\n", spring, "unclear"},
		{"no length", "", "Madame,\nJe suis disponible dès le 1er mars 2026.\n", spring, "unclear"},
		{"silence", "", "Madame,\nJe suis motivée.\n", spring, "unclear"},
		{"for an interview", "", "Madame,\nJe reste disponible pour un entretien dès le 4 mai 2026.\n", spring, "unclear"},
		{"the first of April is late", "", "Madame,\nJe suis disponible à compter du 1er avril 2026 pour six mois.\n", spring, "not_met"},
		{"letter against profile", "Ann\n\nProfil\nDisponible dès février 2026 pour six mois.\n", "Madame,\nJe serai disponible à partir du 4 mai 2026.\n", spring, "unclear"},
	})
}

func TestCareer(t *testing.T) {
	serving := `{"force": "police", "status": "serving", "min_years": 20}`
	retired := `{"force": "police", "status": "retired"}`
	ranks := `{"force": "police", "ranks": ["commissaire", "commissaire divisionnaire", "contrôleur général", "inspecteur général", "corps de conception et de direction"]}`
	jobs := "\n\nCarrière\nCommissaire, chef de service — septembre 1998 – présent — Marseille\n"
	verdictCases(t, "career", "2025-02-17", []verdictCase{
		{"serving long enough", "Ann\nCommissaire de police, en activité" + jobs, "", serving, "met"},
		{"nineteen years", "Ann\nCommissaire de police\n\nCarrière\nCommissaire — février 2006 – présent — Commissariat de Ziguinchor\n", "Madame,\nDix-neuf années passées dans la police m'ont formé.\n", serving, "not_met"},
		{"training does not count", "Ann\nCommissaire de police\n\nCarrière\nCommissaire — février 2006 – présent — Ziguinchor\nÉlève commissaire — 2003 – 2005 — École de police, Dakar\n", "", serving, "not_met"},
		{"training that turned into service", "Ann\nCommissaire de police\n\nCarrière\nCommissaire — février 2010 – présent — Ziguinchor\nÉlève commissaire puis commissaire de police — 2002 – janvier 2010 — Kaolack\n", "", serving, "unclear"},
		{"the twentieth year turns this month", "Ann\nCommissaire de police\n\nCarrière\nCommissaire — février 2005 – présent — Ziguinchor\n", "", serving, "unclear"},
		{"to the day", "Ann\nCommissaire de police\n\nCarrière\nCommissaire — 01/02/2005 – présent — Ziguinchor\n", "", serving, "met"},
		{"retired is not serving", "Ann\nCommissaire de police, retraitée" + "\n\nCarrière\nCommissaire — 1990 – 2022 — Marseille\n", "", serving, "not_met"},
		{"retired", "Ann\nCommissaire divisionnaire de la police nationale, retraitée\n\nCarrière\nCommissaire — 1990 – 2022 — Marseille\n", "", retired, "met"},
		{"retired, in English", "Ann\nRetired police superintendent\n\nCareer\nSuperintendent — 1990 – 2022 — Leeds\n", "", retired, "met"},
		{"retired from the gendarmerie", "Ann\nColonel de gendarmerie (en retraite)\n\nCarrière\nCommandant de groupement de gendarmerie — 1990 – 2022 — Lozère\n", "", retired, "not_met"},
		{"a customs officer", "Ann\n\nCarrière\nInspecteur des douanes — 1990 – 2022 — Calais\n", "", retired, "not_met"},
		{"another life", "Ann\n\nExpérience\nJuriste — janvier 2005 – présent — Cabinet Blanc, Lyon\n", "", retired, "not_met"},
		{"a consultant for the police", "Ann\n\nExpérience\nConsultante, formation de la police — janvier 2005 – présent — Cabinet Blanc, Lyon\n", "", retired, "unclear"},
		{"nothing said", "Ann\n\nLangues\nAnglais\n", "", retired, "unclear"},
		{"commissaire", "Ann" + jobs, "", ranks, "met"},
		{"captain", "Ann\n\nCarrière\nCapitaine de police — septembre 1998 – présent — Marseille\n", "", ranks, "not_met"},
		{"an auditor", "Ann\n\nExpérience\nCommissaire aux comptes — septembre 1998 – présent — Cabinet Blanc, Lyon\n", "", ranks, "not_met"},
		{"deputy to a commissaire", "Ann\n\nCarrière\nCapitaine de police, adjoint au commissaire — septembre 1998 – présent — Marseille\n", "", ranks, "not_met"},
		{"a rank abroad nobody settled", "Ann\n\nCarrière\nColonel de police — septembre 1998 – présent — Nouakchott\n", "", ranks, "unclear"},
		{"the corps itself", "Ann\n\nProfil\nMembre du corps de conception et de direction depuis 1990.\n\nCarrière\nAttaché de police — 1990 – 2022 — Dakar\n", "", ranks, "met"},
	})
}

func TestCareerInOtherPhrasing(t *testing.T) {
	verdictCases(t, "career", "2025-02-17", []verdictCase{
		{"from one force to another", "Ann\n\nCarrière\nCapitaine de gendarmerie — 1998 – 2010 — Lille\nCommissaire de police — 2010 – présent — Lille\n", "", `{"force":"police","ranks":["commissaire"]}`, "met"},
		{"a former officer", "Ann\nAncienne commissaire de police, en disponibilité\n\nCarrière\nCommissaire — 2000 – 2019 — Lille\nConsultante — 2020 – présent — Lille\n", "", `{"force":"police","status":"serving","min_years":20}`, "not_met"},
		{"a constable abroad", "Ann\n\nExpérience\nPolice officer — March 1999 – present — Kenya Police Service, Nairobi\n", "", `{"force":"police","ranks":["commissaire"]}`, "not_met"},
		{"a settled rank abroad", "Ann\n\nExpérience\nSuperintendent of police — March 1999 – present — Kenya Police Service, Nairobi\n", "", `{"force":"police","ranks":["commissaire"]}`, "met"},
		{"who trains commissaires", "Ann\n\nExpérience\nCoordinatrice — mars 1999 – présent — ONG Alpha, Dakar\n- Formation de commissaires de police\n", "", `{"force":"police","ranks":["commissaire"]}`, "unclear"},
	})
}

func TestEducationInOtherPhrasing(t *testing.T) {
	verdictCases(t, "education", "2024-11-30", []verdictCase{
		{"year first", "Ann\n\nFormation\n2012 Master 2 Action humanitaire, Université de Lyon\n2010 Licence de droit, Université de Lyon\n", "", `{"min_level":7,"fields":["humanitarian action"]}`, "met"},
		{"a postgraduate diploma", "Ann\n\nEducation\nPostgraduate Diploma in Human Rights, 2012\n", "", `{"min_level":6,"fields":["human rights"]}`, "met"},
		{"a doctorate", "Ann\n\nFormation\nDoctorat en sociologie, 2016\n", "", `{"min_level":7,"fields":["sociology"]}`, "met"},
		{"an engineer", "Ann\n\nFormation\nIngénieur agronome, 2012\n", "", `{"min_level":6,"fields":["law","sociology"]}`, "unclear"},
		{"a university diploma of no level", "Ann\n\nFormation\nAttestation de réussite au DU Droits de l'enfant, 2012\n", "", `{"min_level":7,"fields":["human rights"]}`, "unclear"},
		{"a master given up above a licence held", "Ann\n\nFormation\nMaster en droit, abandonné en 2e année, 2015\nLicence de droit, 2013\n", "", `{"min_level":6,"fields":["law"]}`, "met"},
		{"business", "Ann\n\nFormation\nMBA, Business School of Dakar, 2015\nLicence de gestion, 2012\n", "", `{"min_level":7,"fields":["human rights","law"]}`, "not_met"},
	})
}

func TestAnotherFieldIsNoContraryWhereAnInterestWillDo(t *testing.T) {
	d := Dossier{Documents: []Document{{ID: "cv", Name: "CV.pdf", Media: pdf, Type: "cv", Pages: onePage("Ann Marlow\n\nFormation\nMaster en génie civil — 2020 – 2022 — Institut du Delta\n\nLangues\nAnglais : C1\n")}}}
	for statement, want := range map[string]Verdict{
		"A degree in law.": NotMet, "Studies in law, or a clearly stated interest for it.": Unclear, "Diplôme de droit ou expérience équivalente.": Unclear, "A degree in law or history.": NotMet,
	} {
		c := Criterion{ID: "c", Kind: "education", Importance: Required, Statement: Statement{Plain: statement}, Params: json.RawMessage(`{"min_level": 6, "fields": ["law"]}`)}
		if f := Assess(Checklist{AsOf: Date{2025, 6, 30}, Criteria: []Criterion{c}}, d).Findings[0]; f.Verdict != want {
			t.Errorf("%q: %s %s, want %s", statement, f.Verdict, f.Reason, want)
		}
	}
}
