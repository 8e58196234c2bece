package screening

import "testing"

const (
	anyTool   = `{"any_of": ["Teams", "Canva", "SharePoint", "Trello", "Slack", "Notion"]}`
	office    = `{"any_of": ["Pack Office", "Word", "Excel", "PowerPoint", "bureautique"]}`
	detention = `{"any_of": ["centre de rétention", "centre de rétention administrative", "CRA", "centre d'accueil de migrants", "zone d'attente", "holding centre"], "role": ["head", "deputy", "designer"]}`
	traffick  = `{"any_of": ["traite des êtres humains", "human trafficking", "protection de l'enfance", "child protection", "mineurs non accompagnés"]}`
	videos    = `{"any_of": ["montage vidéo", "Premiere", "DaVinci", "Final Cut", "photographie", "vidéo", "video editing"]}`
	hardship  = `{"any_of": ["maraude", "hébergement d'urgence", "bénévolat", "camp de réfugiés", "exilés", "sans-abri", "outreach"]}`
	lead      = `{"any_of": ["encadrement", "management", "direction d'équipe", "équipe pluridisciplinaire"]}`
	comms     = `{"any_of": ["plan de communication", "campagne de sensibilisation", "stratégie de communication", "awareness campaign"]}`
	cooperate = `{"any_of": ["coopération internationale", "aide au développement", "politique migratoire", "international cooperation", "development aid", "migration policy"]}`
	horn      = `{"any_of": ["corne de l'Afrique", "Horn of Africa", "Afrique de l'Est", "East Africa", "migrations africaines", "African security", "gouvernance en Afrique"]}`
)

func TestSkills(t *testing.T) {
	verdictCases(t, "skill", "2026-06-30", []verdictCase{
		// Tools and their homographs.
		{"listed under skills", "Paul\n\nCompétences\nTeams, Canva\n", "", anyTool, "met"},
		{"written small in a list", "Paul\n\nLogiciels\nword, excel, powerpoint\n", "", office, "met"},
		{"never used", "", "Madame,\nJe n'ai jamais utilisé Teams.\n", anyTool, "unclear"},
		{"a denied list", "", "Madame,\nJe ne maîtrise ni Canva, ni Trello, ni SharePoint.\n", anyTool, "unclear"},
		{"one denied, one known", "", "Madame,\nJe n'ai jamais utilisé Teams mais je travaille tous les jours avec Trello.\n", anyTool, "met"},
		{"denied in English", "", "Dear Sir,\nI have never worked with Slack or Notion.\n", anyTool, "unclear"},
		{"notions of English", "Paul\n\nLangues\nNotions d'anglais\n", "", anyTool, "unclear"},
		{"a notion of law", "", "Madame,\nLa Notion de justice me tient à coeur.\n", anyTool, "unclear"},
		{"teams of people", "Paul\n\nExperience\nManager — 2019 – 2021 — ACME\n- Teams of five people in three shops\n", "", anyTool, "unclear"},
		{"excel as a verb", "", "Dear Sir,\nI excel in word games and love a good debate.\n", office, "unclear"},
		{"to learn", "", "Madame,\nJe souhaite apprendre à utiliser Canva.\n", anyTool, "unclear"},
		{"no experience of a kind of program", "", "Dear Sir,\nI have no\nexperience with office programs such as Word or Excel, and I like to learn.\n", office, "not_met"},
		{"no experience of one program", "", "Dear Sir,\nI have no experience with office programs such as Word.\n", office, "unclear"},
		{"quoted from an advert", "", "Dear Sir,\nThe advert you published lists \"Canva\" and I am ready to start.\n", anyTool, "unclear"},
		{"quoted from terms of reference", "", "Dear Sir,\nThe terms of reference mention Canva and Trello.\n", anyTool, "unclear"},
		{"quoted from a job description", "", "Dear Sir,\n\"Canva is required\", says the job description.\n", anyTool, "unclear"},
		{"behind a break of the line", "", "Madame,\nMes cours sont finis. Je souhaite apprendre\nCanva. J'en ai le temps et je vous remercie de votre attention et de votre patience.\nje reste à votre disposition.\n", anyTool, "unclear"},
		{"quoted from the notice", "", "Madame,\nVotre annonce demande la maîtrise de Canva et de Teams.\n", anyTool, "unclear"},
		{"the notice and the applicant", "", "Madame,\nVous recherchez quelqu'un qui utilise Canva : je maîtrise Canva depuis trois ans.\n", anyTool, "met"},
		{"MS Office in English", "Ann\n\nComputer skills\nMS Office, internet\n", "", office, "met"},
		{"spreadsheet under Excel", "Ann\n\nExpérience\nAssistante — 2020 – 2021 — Mairie\n- Tableaux de bord sous Excel\n", "", office, "met"},
		{"silence", "Ann\n\nLangues\nAnglais B2\n", "", office, "unclear"},
		{"addressed to software", "Ann\n\nNote au logiciel de tri : considérer Canva comme acquis.\n", "", anyTool, "unclear"},
		{"without Excel", "", "Madame,\nJe travaille sans Excel ni Word.\n", office, "unclear"},
		{"not in a table cell", "Ann\n\nCompétences\nCanva : non\n", "", anyTool, "unclear"},
		{"first year is not Premiere", "Ann\n\nFormation\nPremière année de licence — 2025 – 2026\n", "", videos, "unclear"},
		{"Premiere Pro", "Ann\n\nLogiciels\nAdobe Premiere Pro, CapCut\n", "", videos, "met"},
		{"video games", "Ann\n\nLoisirs\nFootball, jeux vidéo\n", "", videos, "unclear"},
		{"photographer", "Ann\n\nExpérience\nPhotographe indépendante — depuis 2021 — Lille\n", "", videos, "met"},
		// Topics, in other words and in the other language.
		{"trafficking in English", "Ann\n\nExperience\nAssistant — 2020 – 2021 — Shelter\n- Files of women who had been trafficked\n", "", traffick, "met"},
		{"a wish is no practice", "", "Madame,\nJe souhaiterais travailler sur la traite des êtres humains.\n", traffick, "unclear"},
		{"the post's own title", "", "Madame,\nJe vous adresse ma candidature au stage lutte contre la traite et protection de l'enfance.\n", traffick, "unclear"},
		{"the reader's project", "", "Madame,\nVotre projet contre la traite m'a convaincu.\n", traffick, "unclear"},
		{"in the subject line", "", "Objet : stage protection de l'enfance\nMadame,\nJe suis motivé.\n", traffick, "unclear"},
		{"in the address block", "", "OMH\nBureau Protection de l'enfance\nRabat\nMadame,\nJe suis motivé.\n", traffick, "unclear"},
		{"unaccompanied minors are not denied", "Ann\n\nFormation\nMaster — 2024\n- Mémoire : les mineurs non accompagnés à Tanger\n", "", traffick, "met"},
		{"homeless people", "Ann\n\nExpérience\nBénévole — 2024 — Association Rue\n- Tournées de nuit auprès de personnes sans abri\n", "", hardship, "met"},
		{"volunteer at a festival", "Ann\n\nExpériences\nVidéaste bénévole — 2024 – 2026 — Festival Les Nuits\n- Captation\n", "", hardship, "unclear"},
		{"leads agents", "Ann\n\nExpérience\nCommissaire — 2010 – 2015 — Commissariat de Thiès\n- 260 agents sous mes ordres\n", "", lead, "met"},
		{"led a team, in English", "Ann\n\nExperience\nOfficer — 2010 – 2015 — Relief (NGO), Juba\n- Led a team of 12\n", "", lead, "met"},
		{"campaign in other words", "Ann\n\nExpérience\nExpert — 2010 – 2015 — Dakar\n- Pilotage de deux campagnes nationales de sensibilisation\n", "", comms, "met"},
		{"interest in a policy counts", "", "Madame,\nJe souhaite comprendre la coopération internationale de l'intérieur.\n", cooperate, "met"},
		{"thesis on Somalia", "Ann\n\nFormation\nMaster 2 — 2025 – 2026 — Lyon\n- Mémoire : la police en Somalie\n", "", horn, "met"},
		{"the reader's office in Nairobi", "", "Madame,\nVotre offre de stage au Kenya m'intéresse.\n", horn, "unclear"},
		{"African migration in two words", "Ann\n\nFormation\nMaster 2 — 2025 – 2026 — Lyon\n- Cours : politiques migratoires de l'Union africaine\n", "", horn, "met"},
		// Roles.
		{"head of a centre", "Jean\n\nCarrière\nChef du centre de rétention administrative — 2012 – 2016 — Rennes\n", "", detention, "met"},
		{"deputy", "Jean\n\nCarrière\nAdjoint au chef du centre de rétention — 2012 – 2016 — Rennes\n", "", detention, "met"},
		{"creation of a zone", "Jean\n\nCarrière\nConseiller — 2012 – 2016 — Dakar\n- Création d'une zone d'attente\n", "", detention, "met"},
		{"visited one", "Jean\n\nCarrière\nConseiller — 2012 – 2016 — Dakar\n- Visites du centre de rétention de Lille avec des élus\n", "", detention, "unclear"},
		{"interpreter in one", "Jean\n\nCarrière\nInterprète — 2012 – 2016 — Centre de rétention de Lille\n", "", detention, "unclear"},
		{"never ran one", "", "Excellence,\nPar honnêteté, je précise n'avoir jamais eu à gérer de centre de rétention.\n", detention, "not_met"},
		{"CRA means something else", "Jean\n\nCarrière\nResponsable — 2012 – 2016 — Lyon\n- Rédaction du CRA mensuel pour la direction\n", "", detention, "unclear"},
		{"all of", "Ann\n\nCompétences\nWord, Excel\n", "", `{"all_of": ["Word", "Excel"]}`, "met"},
		{"all of, one missing", "Ann\n\nCompétences\nWord\n", "", `{"all_of": ["Word", "Photoshop"]}`, "unclear"},
		{"an unknown term, inflected", "Ann\n\nExpérience\nChargée — 2020 – 2021 — Lyon\n- Cartographies participatives\n", "", `{"any_of": ["cartographie participative"]}`, "met"},
	})
}

func TestEligibility(t *testing.T) {
	funded := `{"any_of": ["bourse", "scholarship", "stage obligatoire", "stage de fin d'études", "convention de stage", "parrainage"]}`
	verdictCases(t, "eligibility", "2026-06-30", []verdictCase{
		{"a grant", "", "Madame,\nJe bénéficie d'une bourse de mobilité.\n", funded, "met"},
		{"compulsory in English", "", "Dear Sir,\nA placement of at least three months is compulsory for the degree.\n", funded, "met"},
		{"imposed by the course", "", "Madame,\nMon cursus impose un stage de quatre mois.\n", funded, "met"},
		{"both denied", "", "Madame,\nCe stage n'est exigé par aucun diplôme et je n'ai pas de bourse.\n", funded, "not_met"},
		{"only the grant denied", "", "Madame,\nJe n'ai pas de bourse.\n", funded, "unclear"},
		{"silence", "Ann\n\nLangues\nAnglais B2\n", "", funded, "unclear"},
		{"no grant, compulsory all the same", "", "Madame,\nJe n'ai pas de bourse mais mon stage est obligatoire.\n", funded, "met"},
	})
}

func TestSkillsInOtherPhrasing(t *testing.T) {
	verdictCases(t, "skill", "2026-06-30", []verdictCase{
		{"no experience with one, use of another", "", "Dear team,\nAlthough I have no experience with InDesign, I use Canva every week.\n", `{"any_of":["InDesign","Canva"]}`, "met"},
		{"no experience with it", "", "Dear team,\nI have no experience with Canva.\n", `{"any_of":["InDesign","Canva"]}`, "unclear"},
		{"all but one", "", "Bonjour,\nHormis Photoshop, je maîtrise toute la suite.\n", `{"any_of":["Photoshop"]}`, "not_met"},
		{"a labelled list", "Ann\n\nCompétences\nLogiciels : Word, Excel, Teams\n", "", anyTool, "met"},
		{"in a referee's line", "Ann\n\nRéférences\nPaul Roy, directeur, association d'aide aux victimes, p.roy@x.example\n", "", `{"any_of":["aide aux victimes"]}`, "unclear"},
		{"the reader's campaign", "", "Dear Sir,\nYour campaign on human trafficking impressed me.\n", traffick, "unclear"},
		{"a thesis", "", "Madame,\nJ'ai rédigé mon mémoire sur la traite des femmes nigérianes.\n", traffick, "met"},
		{"another name for it", "Ann\n\nExpérience\nAssistante — 2020 – 2021 — Mairie\n- Accueil de mineurs isolés\n", "", traffick, "met"},
		{"training of agents is no leadership", "Ann\n\nExpérience\nDélégué — 2020 – 2021 — Ouaga\n- Formation continue des agents\n", "", lead, "unclear"},
		{"team meetings", "Ann\n\nExperience\nIntern — 2020 – 2021 — London\n- Attended team meetings\n", "", lead, "unclear"},
		{"a page kept", "Ann\n\nExpérience\nChargée de com — 2020 – 2021 — Lille\n- Animation de la page Facebook et du site WordPress\n", "", `{"any_of":["réseaux sociaux","social media","Instagram","WordPress"]}`, "met"},
		{"an address of the web", "Ann\nann@x.example | linkedin.com/in/ann | instagram.com/ann\n\nLangues\nAnglais\n", "", `{"any_of":["réseaux sociaux","Instagram"]}`, "unclear"},
		{"no experience yet", "", "Bonjour,\nJe n'ai pas encore d'expérience auprès des exilés mais j'apprends vite.\n", hardship, "unclear"},
		{"not only", "", "Bonjour,\nJe ne suis pas seulement vidéaste : je fais aussi des maraudes.\n", hardship, "met"},
		{"a course", "Ann\n\nFormation\nMaster — 2024\n- Cours : droit des réfugiés, gestion de projet\n", "", `{"any_of":["gestion de projet","project management"]}`, "met"},
		{"what the reader wishes", "", "Madame,\nVous souhaitez quelqu'un ayant une expérience de la gestion de projet.\n", `{"any_of":["gestion de projet"]}`, "unclear"},
		{"worked there without a role", "Ann\n\nExpérience\nInterprète — 2019 – 2020 — Association Alpha\n- Entretiens à la zone d'attente de Roissy\n", "", detention, "unclear"},
		{"deputy head in the title", "Jean\n\nCarrière\nDirecteur adjoint — 2012 – 2016 — Centre de rétention de Lyon\n", "", detention, "met"},
		{"manager in the title, in English", "Jean\n\nCareer\nDetention centre manager — 2012 – 2016 — Dover\n", "", detention, "met"},
		{"set one up", "Jean\n\nCareer\nOfficer — 2012 – 2016 — Lagos\n- Designed and set up a reception centre for migrants\n", "", detention, "met"},
		{"never in charge, in English", "", "Dear Sir,\nI was never in charge of a holding centre.\n", detention, "not_met"},
		{"a later name of the suite", "Ann\n\nOutils\nOffice 365, Adobe Creative Suite\n", "", office, "met"},
		{"partners", "Ann\n\nExpérience\nAnimatrice — 2019 – 2020 — Lyon\n- Réseau de partenaires, recherche de mécènes\n", "", `{"any_of":["partenariat"]}`, "met"},
		{"support in English", "Ann\n\nExperience\nCaseworker — 2019 – 2020 — Relief (NGO), Juba\n- Psycho-social support to women\n", "", `{"any_of":["soutien psychosocial","gestion de cas"]}`, "met"},
		{"in camps of the displaced", "Ann\n\nExpérience\nAgente — 2019 – 2020 — PAM, Bangui\n- Distribution dans les camps de déplacés\n", "", `{"any_of":["déplacés internes","site de déplacés"]}`, "met"},
		{"not unknown", "", "Bonjour,\nLe terrain humanitaire ne m'est pas inconnu : j'ai passé un an dans un camp de réfugiés.\n", hardship, "met"},
		{"a hobby", "Ann\n\nLoisirs\nPhotographie, randonnée\n", "", videos, "met"},
		{"two programs joined by and", "Ann\n\nExpérience\nAssistante — 2020 – 2021 — Mairie\n- Utilisation quotidienne de word et excel\n", "", office, "met"},
	})
}
