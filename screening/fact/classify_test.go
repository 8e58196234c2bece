package fact

import "testing"

func typeOf(name, s string, body bool) Facts {
	v := NewView(Input{Name: name, Body: body, Pages: pageOf(s)})
	var f Facts
	readType(v, &f)
	return f
}

func TestMailThatArguesIsALetter(t *testing.T) {
	for _, s := range []string{
		"Madame, Monsieur,\n\nDiplômée en travail social, j'accompagne depuis quatre ans des familles déplacées dans le nord du pays. J'y ai appris la patience et la rigueur des dossiers.\n\nVotre poste m'attire parce qu'il met la protection des enfants au centre. Je pense pouvoir y être utile dès le premier mois.\n\nRespectueusement,\nAwa",
		"Dear team,\n\nI have spent the last three years documenting evictions along the coast, first as a volunteer and then as a paid researcher. That work taught me how to interview people without hurting them.\n\nI would love to bring these skills to your communication team. I follow your reports and I admire how sober they are.\n\nMy CV is attached.\n\nJo",
		"Bonjour,\nJe m'appelle Lina et je termine un master de géographie. Depuis deux ans je donne des cours de français à des personnes exilées, et c'est là que j'ai compris l'importance de bien informer.\nJ'aimerais faire mon stage chez vous car vous êtes présents sur le terrain tous les jours.\nJe suis disponible de septembre à février.\nMerci de votre lecture.\nLina",
		"Hello, I am a photographer and I have worked with displaced people for six years, mostly in camps and in transit zones along the border, where I learned to ask before I shoot. I want to join you because your publications let people speak for themselves, and because I believe that images without consent do harm. My portfolio and CV are attached. Best, Sam",
	} {
		if f := typeOf("(body)", s, true); f.Type != CoverLetter {
			t.Errorf("%s (maybe %v) for %q, want a cover letter", f.Type, f.MaybeLetter, s)
		}
	}
}

func TestMailThatOnlyHandsOverIsNoLetter(t *testing.T) {
	for _, s := range []string{
		"Bonjour,\n\nCi-joint mon CV et ma lettre de motivation. Disponible de suite.\n\nCordialement\nK. B.",
		"Madame, Monsieur,\n\nActuellement en deuxième année de master de droit, je suis à la recherche d'un stage de six mois à partir de mars. Vous trouverez en pièces jointes mon CV et ma lettre de motivation.\n\nJe reste à votre entière disposition pour tout renseignement complémentaire et vous prie d'agréer mes salutations distinguées.\n\nPaul",
		"Dear Hiring Manager,\n\nPlease find attached my CV and cover letter for the position of Protection Officer advertised on your website. I look forward to hearing from you.\n\nKind regards,\nMary",
		"Bonjour Monsieur le Directeur,\n\nC'est avec un grand intérêt que je postule au poste de coordinateur. Mon CV scanné est en pièce jointe.\n\nD.",
		"Bonjour,\n\nje cherche un stage pour cet été, mon CV est joint.\n\nmerci !\nH",
		"Dear Sir,\n\nI hereby submit my application for the above-mentioned post. Attached you will find my resume, my cover letter, and copies of my diplomas. Should you need any further information, please do not hesitate to contact me by phone or e-mail.\n\nYours sincerely,\nPeter",
		"Hello\n\nCV attached.\n\nSent from my phone",
		"Bonjour,\n\nJe vous prie de trouver ci-joints mon CV et ma lettre pour le stage proposé au sein du projet à Nairobi.\n\nJe reste à votre disposition pour un entretien, y compris à distance.\n\nBien cordialement,\nInès\n06 39 98 14 27",
		"Bonjour,\n\nSuite à votre annonce parue le 3 mars, je me permets de vous adresser ma candidature au poste de chargé de projet. Vous trouverez ci-joint mon CV ainsi que mes diplômes et attestations.\n\nDans l'attente d'une réponse favorable, veuillez agréer, Madame, Monsieur, l'expression de mes sentiments distingués.\n\nSeydou",
	} {
		if f := typeOf("(body)", s, true); f.Type != Other || f.MaybeLetter {
			t.Errorf("%s, maybe %v for %q, want other", f.Type, f.MaybeLetter, s)
		}
	}
}

func TestFilesAreClassified(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     DocumentType
	}{
		{"doc.pdf", "Madame, Monsieur,\n\nTrès motivé et dynamique, je souhaite intégrer votre entreprise pour un stage. Sérieux et ponctuel, je m'adapte facilement.\n\nCordialement,\nKevin", CoverLetter},
		{"doc.pdf", "To the recruitment team\n\nI write to apply for the post. My years in the field have taught me to plan and to listen, and I would like to do the same in your office.\n\nSincerely,\nAnn", CoverLetter},
		{"LM.pdf", "Votre projet\n\nTrois ans de terrain m'ont convaincue.\nLe droit, ensuite, m'a donné une méthode.\n\nÀ bientôt", CoverLetter},
		{"doc.pdf", "E X P É R I E N C E\nChargée — 2019 – 2021 — ONG Rive\n\nF O R M A T I O N\nMaster — 2018", CV},
		{"doc.pdf", "WORK EXPERIENCE\nOfficer, 2019 – 2021, NGO Shore\n\nEDUCATION\nMA 2018\n\nREFEREES\nAnne Till, Director, a.till@ponte.example", CV},
		{"doc.pdf", "ATTESTATION DE TRAVAIL\nJe soussignée, Anne Till, directrice, certifie que Mme Jeanne Marche a travaillé dans notre organisation du 1er mars 2019 au 31 mars 2021 en qualité de chargée de projet.\nFait à Dakar", ReferenceLetter},
		{"doc.pdf", "LETTRE DE RECOMMANDATION\nMadame, Monsieur,\nJ'ai encadré Jeanne Marche pendant deux ans. Elle est rigoureuse. Je la recommande vivement.\nAnne Till, directrice\nCordialement", ReferenceLetter},
		{"doc.pdf", "Université du Golfe\nDIPLÔME DE LICENCE\nLe grade de licence en droit est conféré à Mme Jeanne Marche\nMention bien, session de juin 2016", Diploma},
		{"doc.pdf", "Attestation de bourse\nL'université certifie que Jeanne Marche bénéficie d'une bourse de mobilité pour l'année 2025.", Other},
		{"doc.pdf", "Offre d'emploi\nCoordinateur protection\nLieu d'affectation : Bangui\nMissions principales\nCoordonner l'équipe\nProfil recherché\nFormation\nMaster en droit\nExpérience\nCinq ans\nLangues\nFrançais courant\nDate limite : 30 mars\nPour postuler, envoyer un CV", Other},
		{"passeport.jpg", "REPUBLIQUE\nP<SENMARCHE<<JEANNE", Other},
	} {
		if f := typeOf(c.name, c.in, false); f.Type != c.want {
			t.Errorf("%s: %s, want %s: %q", c.name, f.Type, c.want, c.in)
		}
	}
}

func TestNamesOfFiles(t *testing.T) {
	for name, want := range map[string]DocumentType{
		"CV Jeanne Marche 2025.pdf": CV, "cv_jmarche.docx": CV, "Marche-Resume.pdf": CV, "CV-Europass-20250312-Marche-FR.pdf": CV, "CVMarche.pdf": CV,
		"LM_MARCHE.pdf": CoverLetter, "Lettre de motivation.pdf": CoverLetter, "Cover Letter Marche.docx": CoverLetter, "motivation.pdf": CoverLetter,
		"scan0034.pdf": "", "document.pdf": "", "Candidature Marche.pdf": "", "CV et lettre.pdf": "",
		"diplome_master.pdf": Diploma, "Certificat TOEIC.pdf": Diploma, "attestation_travail_rive.pdf": ReferenceLetter, "recommandation Till.pdf": ReferenceLetter,
		"passeport.jpg": Other, "RIB.pdf": Other,
	} {
		if got := TypeOfName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
