package screening

import "testing"

const (
	policeRanks = `{"force": "police", "ranks": ["commissaire", "commissaire divisionnaire", "inspecteur général"]}`
	grants      = `{"any_of": ["bourse", "scholarship", "stage obligatoire", "stage de fin d'études", "convention de stage", "parrainage"]}`
	victims     = `{"any_of": ["aide aux victimes", "association d'aide aux victimes", "victimes de la traite", "victim support"]}`
)

func TestEnrolmentInPausesAndAgreements(t *testing.T) {
	const secondYear = `{"level": 7, "year": 2}`
	const agreement = `{"internship_agreement": true}`
	verdictCases(t, "enrolment", "2026-06-30", []verdictCase{
		{"a gap year between the two years", "Thi Bao\nMaster student (gap year)\n\nProfil\nGap year between the first and the second year of my master.\n\nFormation\n2024 – 2025\tMaster 1, coopération internationale, Lyon\n2020 – 2024\tLicence d'économie, Huế\n", "", secondYear, "not_met"},
		{"the year out is over", "Thi Bao\n\nFormation\n2025 – 2027\tMaster 2, coopération internationale, Lyon (deuxième année)\n2024 – 2025\tAnnée de césure\n", "", secondYear, "met"},
		{"no agreement before long", "", "Dear team,\nMy university has told me that it cannot issue an internship agreement before January 2027.\n", agreement, "not_met"},
		{"no agreement before the autumn", "", "Dear team,\nMy university cannot sign an internship agreement before September 2026.\n", agreement, "unclear"},
		{"an agreement", "", "Dear team,\nMy university will sign the internship agreement.\n", agreement, "met"},
	})
}

func TestEligibilityOfThisInternship(t *testing.T) {
	verdictCases(t, "eligibility", "2026-06-30", []verdictCase{
		{"the internship of a degree long finished", "Amin Ben\n\nExpérience\n02/2022 – 07/2022\tStage de fin d'études, Bureau Béton, Tanger\n", "", grants, "unclear"},
		{"neither grant nor compulsory internship", "", "Madame,\nJe n'ai ni bourse ni stage à effectuer pour un diplôme.\n", grants, "not_met"},
		{"a grant for this internship", "", "Madame,\nMon université finance ce stage par une bourse de mobilité que j'ai obtenue en mai.\n", grants, "met"},
		{"a grant the notice speaks of", "", "Madame,\nVotre annonce mentionne une bourse pour ce stage.\n", grants, "unclear"},
	})
}

func TestRanksAndForces(t *testing.T) {
	const retired = `{"force": "police", "status": "retired"}`
	verdictCases(t, "career", "2025-02-17", []verdictCase{
		{"last rank at the head", "Joël Bapt\nMajor de police honoraire\njoel@karib.example\n\n1987-1994 : gardien de la paix, commissariat de Sarlac\n1994-2019 : brigadier, police aux frontières\n", "", policeRanks, "not_met"},
		{"another rank of the same word", "Cheick Sidi\nInspecteur principal de police\nc.sidi@djoli.example\n\nParcours\n2001 – à ce jour\tPolice des frontières\n", "", policeRanks, "not_met"},
		{"a rank once held", "Cheick Sidi\nConsultant\n\nProfil\nAncien lieutenant de police, puis commissaire divisionnaire.\n", "", policeRanks, "met"},
		{"gendarmes do police work", "Saliou Di\n\nExpérience\n2001 – à ce jour\tCommandant de la légion de gendarmerie de Thiès\n", "Monsieur,\nLa gendarmerie, à laquelle j'appartiens depuis vingt ans, exerce des missions de police judiciaire et vaut vingt ans de service dans la police.\n", retired, "not_met"},
		{"training and service under one date", "Khaïry Ndia\n\nExpérience\nDepuis septembre 2020\tCheffe de division, police de l'air, Dakar\njanv. 2012 – août 2020\tCommissaire, Rosso\njuillet 2004 – décembre 2011\tÉlève commissaire puis commissaire de police, Kaolack\n", "", `{"force": "police", "status": "serving", "min_years": 20}`, "unclear"},
		{"service since a day", "Khaïry Ndia\n\nExpérience\nDepuis septembre 2020\tCheffe de division, police de l'air, Dakar\njanv. 2012 – août 2020\tCommissaire, Rosso\njuillet 2004 – décembre 2011\tÉlève commissaire puis commissaire de police, Kaolack\n", "Monsieur,\nPolicière depuis juillet 2004, sans interruption, je dirige une division.\n", `{"force": "police", "status": "serving", "min_years": 20}`, "met"},
		{"never in the police", "Jean Zou\n\nExpérience\n1999 – 2016\tOfficier d'infanterie, armée de terre\n", "Monsieur,\nJe n'ai pas servi dans la police, mais la sécurité forme un tout.\n", retired, "not_met"},
	})
}

func TestRolesAndVictims(t *testing.T) {
	verdictCases(t, "skill", "2025-02-17", []verdictCase{
		{"head of a brigade inside a centre", "Joël Bapt\n\nExpérience\n2003 – 2012\tChef de brigade, centre de rétention administrative de Coquelin\n", "", detention, "unclear"},
		{"shift leader", "Joel Bapt\n\nExperience\n2003 – 2012\tShift leader, Dover immigration removal centre\n", "", detention, "unclear"},
		{"head of the centre", "Joël Bapt\n\nExpérience\n2003 – 2012\tChef du centre de rétention administrative de Coquelin\n", "", detention, "met"},
		{"a centre under another name", "Ines Vasc\n\nExpérience\n2002 – 2005\tDirectrice du centre d'installation temporaire pour étrangers, Porto\n", "", detention, "met"},
		{"trafficking is no association of victims", "", "Dear Sir,\nWe see every week what trafficking in human beings looks like.\n", victims, "unclear"},
		{"work with an association", "", "Monsieur,\nJ'ai travaillé main dans la main avec des associations d'aide aux victimes.\n", victims, "met"},
	})
}

func TestInternshipsAndNoWork(t *testing.T) {
	const cv = "Minh Quan\nquan@mail.example\n\nStages\n04/2025 – 07/2025\tStagiaire, Mairie de Lyval\n\nFormation\n2024 – 2026\tMaster d'économie, Lyval\n\nLangues\nFrançais : C1\n"
	verdictCases(t, "experience", "2026-06-30", []verdictCase{
		{"years of work asked for", cv, "", `{"min_years": 2}`, "not_met"},
		{"less than two years asked for", cv, "", `{"max_months": 23}`, "met"},
		{"dates nobody could place", cv + "\nÀ noter\n2019 – 2023, agent d'accueil\n", "", `{"min_years": 2}`, "unclear"},
	})
}
