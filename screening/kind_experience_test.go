package screening

import "testing"

const (
	ngo8     = `{"sector": "ngo", "region": "developing_countries", "min_years": 8}`
	prot5    = `{"domain": ["protection"], "min_years": 5}`
	africa10 = `{"region": "africa", "min_years": 10}`
	junior   = `{"max_months": 23, "domain": ["migration", "protection", "développement", "humanitaire", "droit", "travail social", "projet"]}`
	building = `{"domain": ["construction", "bâtiment", "commissariat", "hôtel de police", "centre de rétention"], "min_months": 1, "max_months": 23}`
)

func TestExperience(t *testing.T) {
	verdictCases(t, "experience", "2024-11-30", []verdictCase{
		{"long enough with NGOs", "Ann\n\nExpérience professionnelle\nChargée de projet — 01/2014 – 12/2023 — ONG Horizon, Goma (RDC)\n", "", ngo8, "met"},
		{"UN years are no NGO years", "Ann\n\nExpérience professionnelle\nProtection officer — 01/2018 – 12/2023 — UNHCR, Goma (RDC)\nProtection assistant — 01/2014 – 12/2017 — ONG Horizon, Bukavu (RDC)\n", "", ngo8, "not_met"},
		{"NGO years in Europe do not count", "Ann\n\nExpérience professionnelle\nCoordinatrice — 01/2016 – 12/2023 — Association Passage, Lyon\nChargée — 01/2014 – 12/2015 — ONG Horizon, Bukavu (RDC)\n", "", ngo8, "not_met"},
		{"overlaps count once", "Ann\n\nExpérience professionnelle\nA — 01/2018 – 12/2023 — ONG Horizon, Goma (RDC)\nB — 01/2019 – 12/2023 — ONG Bouclier, Goma (RDC)\n", "", ngo8, "not_met"},
		{"no place", "Ann\n\nExpérience professionnelle\nA — 01/2014 – 12/2023 — ONG Horizon\n", "", ngo8, "unclear"},
		{"years only, on the edge", "Ann\n\nExpérience professionnelle\nA — 2016 – 2024 — ONG Horizon, Goma (RDC)\n", "", ngo8, "unclear"},
		{"years only, far above", "Ann\n\nExpérience professionnelle\nA — 2010 – 2022 — ONG Horizon, Goma (RDC)\n", "", ngo8, "met"},
		{"an undated job leaves it open", "Ann\n\nExpérience professionnelle\nA — 01/2020 – 12/2023 — ONG Horizon, Goma (RDC)\n- Suivi\nConsultante, missions diverses\n- Rapports\n", "", ngo8, "unclear"},
		{"five years of protection", "Ann\n\nWork experience\nProtection Officer\nRelief Now (NGO), Kakuma, Kenya\nJan 2018 – Feb 2024\n- Case management\n", "", prot5, "met"},
		{"exactly four", "Ann\n\nExpérience\nSpécialiste protection — décembre 2020 - novembre 2024 — ONG Refuge, Bukavu (RDC)\nChargée de programme sécurité alimentaire — septembre 2015 - novembre 2020 — ONG Greniers, Uvira (RDC)\n", "", prot5, "not_met"},
		{"civil protection is another trade", "Ann\n\nExpérience\nOfficier de protection civile — janvier 2015 - novembre 2024 — SDIS du Nord, Lille\n", "", prot5, "not_met"},
		{"internships do not count", "Ann\n\nExpérience\nStagiaire protection — janvier 2015 - novembre 2024 — ONG Refuge, Bukavu (RDC)\n", "", prot5, "not_met"},
		{"half time counts half", "Ann\n\nExpérience\nChargée de protection (mi-temps) — janvier 2016 - décembre 2023 — ONG Refuge, Bukavu (RDC)\n", "", prot5, "not_met"},
		{"part time without a share", "Ann\n\nExpérience\nChargée de protection (temps partiel) — janvier 2016 - décembre 2023 — ONG Refuge, Bukavu (RDC)\n", "", prot5, "unclear"},
		{"a leave is taken out", "Ann\n\nExpérience\nChargée de protection — janvier 2019 - décembre 2023 — ONG Refuge, Bukavu (RDC)\n- Gestion de cas\n- Congé parental de mars 2021 à août 2021\n", "", prot5, "not_met"},
		{"a job told only by its body", "Ann\n\nExpérience\nCoordinatrice — janvier 2018 - décembre 2023 — ONG Refuge, Bukavu (RDC)\n- Gestion de cas de VBG\n- Espaces amis des enfants\n", "", prot5, "met"},
		{"one word in a body is not enough", "Ann\n\nExpérience\nCoordinatrice — janvier 2018 - décembre 2023 — ONG Refuge, Bukavu (RDC)\n- Participation au cluster protection\n- Budget\n", "", prot5, "unclear"},
		{"a claim alone", "Ann\n\nProfil\nDix ans d'expérience en protection.\n", "", prot5, "unclear"},
		{"a claim against the dates", "Ann\n\nProfil\nHuit ans d'expérience en protection.\n\nExpérience\nSpécialiste protection — décembre 2021 - novembre 2024 — ONG Refuge, Bukavu (RDC)\n", "", prot5, "unclear"},
		{"eleven years in Africa, told twice", "Jean\n\nCarrière\nConseiller — 2010–2016 — Nouakchott, Mauritanie\nChef de projet — 2017–2021 — N'Djamena\n", "Monsieur,\nJ'ai servi onze ans sur le continent africain.\n", africa10, "met"},
		{"an embassy is where it stands", "Jean\n\nCarrière\nAttaché — 01/2008 – 12/2019 — Ambassade de France, Nouakchott\n", "", africa10, "met"},
		{"posts in France", "Jean\n\nCarrière\nCommissaire — 01/2000 – 12/2019 — Brest, Le Mans\nConseiller — 01/2020 – 12/2023 — Libreville\n", "", africa10, "not_met"},
		{"date of the reckoning, not later", "Jean\n\nCarrière\nConseiller — 12/2014 – présent — Libreville\n", "", africa10, "met"},
		{"one month short", "Jean\n\nCarrière\nConseiller — 01/2015 – présent — Libreville\n", "", africa10, "not_met"},
		{"in a shop", "Ann\n\nExpérience\nGérante d'une papeterie — 2012 à 2022 — Salé\n- Caisse, achats\n", "", junior, "met"},
		{"two years of law", "Ann\n\nExpérience\nJuriste — janvier 2021 à décembre 2023 — Cabinet Blanc, Lyon\n", "", junior, "not_met"},
		{"only internships", "Ann\n\nExpérience\nStagiaire juriste — janvier 2021 à décembre 2023 — Cabinet Blanc, Lyon\n", "", junior, "met"},
		{"nothing is known of the work", "Ann\n\nLangues\nAnglais B2\n", "", junior, "unclear"},
		{"a stretch inside a job", "Jean\n\nCarrière\nChef de service — janvier 2012 – juillet 2016 — Rennes\n- Suivi, pendant dix-huit mois, du chantier du commissariat\n- Budget\n", "", building, "met"},
		{"working in a police station says nothing of building one", "Jean\n\nCarrière\nChef du commissariat — janvier 2012 – juillet 2016 — Rennes\n- Encadrement de 40 agents\n", "", building, "unclear"},
		{"years of building", "Jean\n\nCarrière\nChef de projet infrastructures — janvier 2012 – juillet 2016 — Niamey\n- Construction de six brigades de gendarmerie\n", "", building, "not_met"},
		{"internships counted when asked for", "Ann\n\nExpérience\nStagiaire protection — janvier 2018 - novembre 2024 — ONG Refuge, Bukavu (RDC)\n", "", `{"domain": ["protection"], "min_years": 5, "count": ["internship"]}`, "met"},
		{"a range over two lines", "Ann\n\nExpérience\nmars 2018 –\naoût 2024\nChargée de protection\nONG Refuge, Bukavu (RDC)\n", "", prot5, "met"},
		{"alternating training is work", "Ann\n\nExpérience\nChargée de communication (alternance) — sept. 2022 – août 2024 — Ville de Lille\n", "", `{"domain": ["communication"], "min_months": 24}`, "met"},
	})
}

func TestExperienceInOtherPhrasing(t *testing.T) {
	verdictCases(t, "experience", "2024-11-30", []verdictCase{
		{"the Red Cross is neither", "Ann\n\nExpérience professionnelle\nProtection Officer — 01/2015 – présent — Comité international de la Croix-Rouge, Goma (RDC)\n", "", ngo8, "unclear"},
		{"a known NGO without its form", "Ann\n\nExpérience professionnelle\nProtection Officer, Save the Children, Bangui – janvier 2015 à ce jour\n", "", ngo8, "met"},
		{"three parts parted by dashes", "Ann\n\nExpérience professionnelle\nResponsable protection — Norwegian Refugee Council — Kaya — 02/2015 - 10/2024\n", "", ngo8, "met"},
		{"another trade", "Ann\n\nExpérience professionnelle\nResponsable logistique — 02/2010 - 10/2024 — ONG Alpha, Bangui\n", "", prot5, "not_met"},
		{"a post of no trade", "Ann\n\nExpérience professionnelle\nChef de mission — 02/2010 - 10/2024 — ONG Alpha, Bangui\n", "", prot5, "unclear"},
		{"social protection is another thing", "Ann\n\nExpérience professionnelle\nConseiller en protection sociale — 02/2010 - 10/2024 — Ministère du Travail, Dakar\n", "", prot5, "unclear"},
		{"volunteering does not count", "Ann\n\nExpérience professionnelle\nBénévole protection — 02/2010 - 10/2024 — ONG Alpha, Bangui\nServeuse — 2009 — Restaurant Zed, Lyon\n", "", prot5, "not_met"},
		{"a trade far away", "Ann\n\nExpérience professionnelle\nDéveloppeur web — 02/2020 - 10/2024 — Startup Zed, Lyon\n", "", junior, "met"},
		{"a project of computing", "Ann\n\nExpérience professionnelle\nChef de projet informatique — 02/2020 - 10/2024 — Startup Zed, Lyon\n", "", junior, "unclear"},
		{"a project of development", "Ann\n\nExpérience professionnelle\nChargée de projet développement local — 02/2022 - 10/2024 — Association Zed, Lyon\n", "", junior, "not_met"},
		{"internship and summer job", "Ann\n\nExpériences\nStage — Cabinet Blanc — janvier à juin 2023\nJob d'été — Boulangerie — août 2022\n", "", junior, "met"},
		{"the employer's line is long", "Jean\n\nCarrière\nDepuis janvier 2012\nCheffe de la division des enquêtes\nDirection générale de la police de l'air et des frontières du pays, Dakar\n", "", africa10, "met"},
		{"where and dates first, the job below", "Jean\n\nCarrière\nPolice nationale, Kolda    01/2010 – 12/2021\nBrigadier-chef\n• Patrouilles\n", "", africa10, "met"},
		{"a volunteer below the employer", "Ann\n\nExpérience\nONG Alpha, Bangui    02/2010 - 10/2019\nComptable (bénévolat)\n• Caisse\n\nServeuse    2020\nRestaurant Zed, Lyon\n", "", ngo8, "not_met"},
		{"a site manager of a firm nobody knows", "Ann\n\nExpérience\nChef de chantier    02/2010 - 10/2024\nBelle Rive, Bangui\n", "", ngo8, "unclear"},
		{"an embassy and its country", "Jean\n\nCarrière\nAttaché de sécurité — 01/2010 – 12/2021 — Ambassade de France au Mali\n", "", africa10, "met"},
		{"an office for Africa in Paris", "Jean\n\nCarrière\nChargé d'Afrique — 01/2010 – 12/2021 — Ministère de l'Intérieur, Paris\n", "", africa10, "not_met"},
	})
}
