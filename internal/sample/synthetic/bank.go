package synthetic

// The things facts are drawn from. Wordings of facts are split into a tune and a held bank;
// see phrases.go.

// phr is a set of wordings by language, split into the two banks.
type phr struct{ tune, held [2][]string }

// trade is a line of work. domain is the key of criteria.go it belongs to, empty for none of
// them; vague trades may belong to any.
type trade struct {
	domain string
	vague  bool
	titles phr
	duties phr
}

var trades = []*trade{
	{domain: "protection",
		titles: phr{
			tune: [2][]string{{"Chargée de protection", "Coordinateur protection", "Assistante protection de l'enfance"}, {"Protection officer", "Child protection assistant", "Protection coordinator"}},
			held: [2][]string{{"Responsable protection", "Agente de protection communautaire", "Spécialiste protection"}, {"Protection specialist", "Community-based protection officer", "Head of protection"}}},
		duties: phr{
			tune: [2][]string{{"Identification et référencement des cas", "Suivi des enfants séparés"}, {"Identification and referral of cases", "Follow-up of separated children"}},
			held: [2][]string{{"Écoute et orientation des survivantes", "Missions de monitoring de protection"}, {"Listening to survivors and referring them", "Protection monitoring visits"}}}},
	{domain: "construction",
		titles: phr{
			tune: [2][]string{{"Conducteur de travaux", "Chef de chantier"}, {"Construction site manager", "Construction supervisor"}},
			held: [2][]string{{"Ingénieure bâtiment", "Responsable de chantiers"}, {"Building works supervisor", "Construction works manager"}}},
		duties: phr{
			tune: [2][]string{{"Suivi du gros œuvre d'un lycée", "Réception des ouvrages"}, {"Follow-up of the shell of a school", "Handover of buildings"}},
			held: [2][]string{{"Coordination des corps de métier sur quatre chantiers", "Métrés et devis"}, {"Coordination of trades on four building sites", "Bills of quantities"}}}},
	{domain: "communication",
		titles: phr{
			tune: [2][]string{{"Chargée de communication", "Responsable communication"}, {"Communications officer", "Head of communication"}},
			held: [2][]string{{"Assistant communication", "Chargé de communication interne"}, {"Communication assistant", "Internal communications manager"}}},
		duties: phr{
			tune: [2][]string{{"Rédaction du journal interne", "Relations avec la presse locale"}, {"Writing of the in-house magazine", "Relations with the local press"}},
			held: [2][]string{{"Mise en page du rapport annuel", "Organisation de conférences de presse"}, {"Layout of the annual report", "Press conferences"}}}},
	{domain: "finance",
		titles: phr{
			tune: [2][]string{{"Comptable", "Assistante comptable"}, {"Accountant", "Finance officer"}},
			held: [2][]string{{"Responsable comptabilité", "Aide-comptable"}, {"Finance assistant", "Accounting manager"}}},
		duties: phr{
			tune: [2][]string{{"Clôture mensuelle des comptes", "Rapprochements bancaires"}, {"Monthly closing of accounts", "Bank reconciliation"}},
			held: [2][]string{{"Tenue du grand livre", "Préparation du bilan"}, {"Keeping of the ledger", "Preparation of the balance sheet"}}}},
	{domain: "health",
		titles: phr{
			tune: [2][]string{{"Infirmière", "Aide-soignant"}, {"Nurse", "Midwife"}},
			held: [2][]string{{"Infirmier de bloc", "Sage-femme"}, {"Ward nurse", "Staff nurse"}}},
		duties: phr{
			tune: [2][]string{{"Soins de nuit", "Consultations prénatales"}, {"Night care", "Antenatal consultations"}},
			held: [2][]string{{"Pansements et injections", "Tournées de soins"}, {"Dressings and injections", "Care rounds"}}}},
	{domain: "logistics",
		titles: phr{
			tune: [2][]string{{"Logisticien", "Responsable logistique"}, {"Logistics officer", "Logistician"}},
			held: [2][]string{{"Coordinatrice logistique", "Assistant logistique"}, {"Logistics coordinator", "Logistics assistant"}}},
		duties: phr{
			tune: [2][]string{{"Gestion du parc de douze véhicules", "Inventaires du magasin"}, {"Management of twelve vehicles", "Stock counts"}},
			held: [2][]string{{"Plans de chargement", "Suivi des stocks"}, {"Loading plans", "Stock keeping"}}}},
	{
		titles: phr{
			tune: [2][]string{{"Vendeuse", "Hôtesse de caisse"}, {"Sales assistant", "Shop assistant"}},
			held: [2][]string{{"Vendeur en librairie", "Conseillère de vente"}, {"Bookshop assistant", "Store assistant"}}},
		duties: phr{
			tune: [2][]string{{"Conseil à la clientèle", "Tenue du rayon"}, {"Advice to customers", "Care of the shelves"}},
			held: [2][]string{{"Réassort et vitrines", "Encaissements"}, {"Shelf filling", "Till"}}}},
	{
		titles: phr{
			tune: [2][]string{{"Développeur web", "Développeuse Java"}, {"Web developer", "Software developer"}},
			held: [2][]string{{"Ingénieur logiciel", "Technicienne réseau"}, {"Software engineer", "Network technician"}}},
		duties: phr{
			tune: [2][]string{{"Maintenance d'un site marchand", "Tests automatiques"}, {"Maintenance of an online shop", "Automated tests"}},
			held: [2][]string{{"Migration de bases de données", "Dépannage des postes"}, {"Database migration", "Repair of workstations"}}}},
	{
		titles: phr{
			tune: [2][]string{{"Cuisinier", "Serveuse"}, {"Cook", "Waiter"}},
			held: [2][]string{{"Chef de rang", "Commis de cuisine"}, {"Kitchen assistant", "Head waiter"}}},
		duties: phr{
			tune: [2][]string{{"Service du midi, 80 couverts", "Commandes aux fournisseurs"}, {"Lunch service, 80 covers", "Orders to suppliers"}},
			held: [2][]string{{"Préparation des entrées", "Accueil des groupes"}, {"Preparation of starters", "Welcome of groups"}}}},
	{vague: true,
		titles: phr{
			tune: [2][]string{{"Chargée de mission", "Assistant de programme"}, {"Programme assistant", "Field officer"}},
			held: [2][]string{{"Coordinatrice de base", "Chargé d'appui"}, {"Area coordinator", "Support officer"}}},
		duties: phr{
			tune: [2][]string{{"Rapports mensuels", "Réunions de coordination"}, {"Monthly reports", "Coordination meetings"}},
			held: [2][]string{{"Notes de synthèse", "Suivi des conventions"}, {"Briefing notes", "Follow-up of agreements"}}}},
}

// neutral are duties of any trade.
var neutral = phr{
	tune: [2][]string{{"Encadrement d'une équipe de six personnes", "Rapports trimestriels"}, {"Led a team of six", "Quarterly reports"}},
	held: [2][]string{{"Accueil de nouveaux collègues", "Réunions hebdomadaires avec les partenaires"}, {"Welcome of new colleagues", "Weekly meetings with partners"}},
}

type city struct {
	name, country      both
	africa, developing bool
}

var cities = []*city{
	{both{"Dakar", "Dakar"}, both{"Sénégal", "Senegal"}, true, true},
	{both{"Bamako", "Bamako"}, both{"Mali", "Mali"}, true, true},
	{both{"Goma", "Goma"}, both{"République démocratique du Congo", "DR Congo"}, true, true},
	{both{"Nairobi", "Nairobi"}, both{"Kenya", "Kenya"}, true, true},
	{both{"Ouagadougou", "Ouagadougou"}, both{"Burkina Faso", "Burkina Faso"}, true, true},
	{both{"Amman", "Amman"}, both{"Jordanie", "Jordan"}, false, true},
	{both{"Kaboul", "Kabul"}, both{"Afghanistan", "Afghanistan"}, false, true},
	{both{"Port-au-Prince", "Port-au-Prince"}, both{"Haïti", "Haiti"}, false, true},
	{both{"Bogota", "Bogotá"}, both{"Colombie", "Colombia"}, false, true},
	{both{"Paris", "Paris"}, both{"France", "France"}, false, false},
	{both{"Lyon", "Lyon"}, both{"France", "France"}, false, false},
	{both{"Bruxelles", "Brussels"}, both{"Belgique", "Belgium"}, false, false},
	{both{"Genève", "Geneva"}, both{"Suisse", "Switzerland"}, false, false},
	{both{"Berlin", "Berlin"}, both{"Allemagne", "Germany"}, false, false},
	{both{"Londres", "London"}, both{"Royaume-Uni", "United Kingdom"}, false, false},
}

// Names of organisations are put together from a form and a name.
var orgNames = []string{"Rive Bleue", "Terre Haute", "Quatre Vents", "Aubépine", "Halcyon", "Brightwater", "Lumora", "Sablier", "Oakfield", "Mirador"}

var orgForms = map[sector]phr{
	ngo: {tune: [2][]string{{"ONG %s", "%s (ONG)"}, {"NGO %s", "%s (NGO)"}},
		held: [2][]string{{"%s, ONG internationale", "ONG nationale %s"}, {"%s, international NGO", "national NGO %s"}}},
	un: {tune: [2][]string{{"UNICEF", "HCR"}, {"UNICEF", "UNHCR"}}, held: [2][]string{{"PNUD", "UNFPA"}, {"UNDP", "UNFPA"}}},
	government: {tune: [2][]string{{"Ministère du Plan", "Conseil départemental"}, {"Ministry of Planning", "County Council"}},
		held: [2][]string{{"Ministère de l'Intérieur", "Conseil régional"}, {"Ministry of the Interior", "City Council"}}},
	private: {tune: [2][]string{{"SARL %s", "%s SA"}, {"%s Ltd", "%s Inc."}}, held: [2][]string{{"Société %s", "%s SAS"}, {"%s plc", "%s GmbH"}}},
	unsaid:  {tune: [2][]string{{"%s"}, {"%s"}}, held: [2][]string{{"Maison %s"}, {"%s House"}}},
}

// field is a field of study. groups are the criterion groups it certainly belongs to, near
// those careful people may disagree about.
type field struct {
	name         both
	groups, near string
}

var fields = []*field{
	{both{"droit public", "public law"}, "law", "humanities"},
	{both{"droit international", "international law"}, "law", "relations humanities"},
	{both{"droits humains", "human rights"}, "law", "relations humanities"},
	{both{"sociologie", "sociology"}, "social", "humanities relations"},
	{both{"psychologie", "psychology"}, "social", "humanities"},
	{both{"travail social", "social work"}, "social", "humanities"},
	{both{"relations internationales", "international relations"}, "relations", "social law humanities"},
	{both{"science politique", "political science"}, "relations", "social law humanities"},
	{both{"comptabilité", "accounting"}, "business", ""},
	{both{"marketing", "marketing"}, "business", ""},
	{both{"génie civil", "civil engineering"}, "engineering", ""},
	{both{"informatique", "computer science"}, "engineering", ""},
	{both{"soins infirmiers", "nursing"}, "health", ""},
	{both{"chimie", "chemistry"}, "", "engineering health"},
	{both{"histoire", "history"}, "humanities", "social relations"},
}

// fieldGroups are what criteria ask for.
var fieldGroups = map[string][]string{
	"law":         {"law", "human rights", "international law"},
	"social":      {"sociology", "psychology", "social work"},
	"relations":   {"international relations", "political science"},
	"business":    {"accounting", "marketing", "business"},
	"engineering": {"civil engineering", "computer science"},
	"health":      {"nursing", "medicine", "public health"},
}

// titles of degrees by level. %s is the field; {y} the year of study of a running course.
var degreeTitles = map[int]phr{
	8: {tune: [2][]string{{"Doctorat en %s"}, {"PhD in %s"}}, held: [2][]string{{"Thèse de doctorat, %s"}, {"Doctorate, %s"}}},
	7: {tune: [2][]string{{"Master en %s", "Master %s"}, {"Master's degree in %s", "MA in %s"}},
		held: [2][]string{{"Diplôme de master, mention %s", "DESS %s"}, {"MSc %s", "Master of Arts, %s"}}},
	6: {tune: [2][]string{{"Licence en %s", "Licence de %s"}, {"Bachelor's degree in %s", "BA in %s"}},
		held: [2][]string{{"Licence, mention %s", "Bachelor %s"}, {"BSc %s", "Bachelor of Arts, %s"}}},
	5: {tune: [2][]string{{"BTS %s", "DUT %s"}, {"HND in %s"}}, held: [2][]string{{"BTS en %s"}, {"Higher National Diploma, %s"}}},
	4: {tune: [2][]string{{"Baccalauréat", "Bac général"}, {"A-levels"}}, held: [2][]string{{"Baccalauréat, série générale"}, {"GCE A-levels"}}},
}

// yearTitles are courses in progress with their year of study written; {nth} is its ordinal.
var yearTitles = map[int]phr{
	7: {tune: [2][]string{{"Master %[2]d %[1]s", "M%[2]d %[1]s"}, {"Master's in %[1]s, year %[2]d", "MA %[1]s, year %[2]d"}},
		held: [2][]string{{"Master %[1]s, {nth} année", "Master %[2]d – %[1]s"}, {"MA %[1]s (year %[2]d of 2)", "Master in %[1]s, year %[2]d"}}},
	6: {tune: [2][]string{{"Licence %[2]d %[1]s", "L%[2]d %[1]s"}, {"BA %[1]s, year %[2]d", "Bachelor in %[1]s, year %[2]d"}},
		held: [2][]string{{"Licence de %[1]s, {nth} année", "Licence %[2]d – %[1]s"}, {"BA %[1]s (year %[2]d of 3)", "BSc %[1]s, year %[2]d"}}},
}

var schools = [2][]string{{"Université de Valmont", "Université du Golfe", "Institut des Hauts Plateaux"}, {"University of Westmere", "Lakeside University", "Northgate Institute"}}

type language struct {
	code string
	name both
}

var languages = []language{
	{"fr", both{"Français", "French"}}, {"en", both{"Anglais", "English"}}, {"es", both{"Espagnol", "Spanish"}}, {"ar", both{"Arabe", "Arabic"}},
	{"pt", both{"Portugais", "Portuguese"}}, {"de", both{"Allemand", "German"}}, {"it", both{"Italien", "Italian"}}, {"sw", both{"Swahili", "Swahili"}}, {"ru", both{"Russe", "Russian"}},
}

// levelWords say a level in words: 6 native, 5 fluent, 4 professional, 3 intermediate, 2 basic.
var levelWords = map[int]phr{
	6: {tune: [2][]string{{"langue maternelle", "bilingue"}, {"mother tongue", "native"}}, held: [2][]string{{"maternelle", "locuteur natif"}, {"native speaker", "bilingual"}}},
	5: {tune: [2][]string{{"courant"}, {"fluent"}}, held: [2][]string{{"parlé couramment", "lu, écrit et parlé couramment"}, {"full command", "fluent, written and spoken"}}},
	4: {tune: [2][]string{{"professionnel", "niveau professionnel"}, {"professional", "working level"}}, held: [2][]string{{"usage professionnel"}, {"professional level"}}},
	3: {tune: [2][]string{{"intermédiaire"}, {"intermediate"}}, held: [2][]string{{"niveau intermédiaire"}, {"intermediate level"}}},
	2: {tune: [2][]string{{"notions", "débutant"}, {"basic", "beginner"}}, held: [2][]string{{"niveau scolaire", "quelques notions"}, {"school level", "basic knowledge"}}},
}

var goodWords = phr{tune: [2][]string{{"bon niveau", "bon"}, {"good", "good level"}}, held: [2][]string{{"de bon niveau"}, {"a good level"}}}

// bars say no level.
var bars = phr{tune: [2][]string{{"●●●●○", "★★★☆☆"}, {"●●●○○", "★★★★☆"}}, held: [2][]string{{"▮▮▮▮▯", "lu, écrit, parlé"}, {"■■■□□", "read, written, spoken"}}}

type skill struct {
	words both
	// terms are what a criterion asks for.
	terms []string
}

// skills are disjoint from every duty above: a test holds it.
var skills = []*skill{
	{both{"Excel", "Excel"}, []string{"Excel", "tableur"}},
	{both{"Canva", "Canva"}, []string{"Canva", "InDesign"}},
	{both{"réseaux sociaux", "social media"}, []string{"réseaux sociaux", "social media"}},
	{both{"WordPress", "WordPress"}, []string{"WordPress"}},
	{both{"montage vidéo", "video editing"}, []string{"montage vidéo", "video editing"}},
	{both{"plaidoyer", "advocacy"}, []string{"plaidoyer", "advocacy"}},
	{both{"soutien psychosocial", "psychosocial support"}, []string{"soutien psychosocial", "psychosocial support"}},
	{both{"SPSS", "SPSS"}, []string{"SPSS", "Stata"}},
	{both{"SharePoint", "SharePoint"}, []string{"SharePoint", "Teams"}},
	{both{"gestion de projet", "project management"}, []string{"gestion de projet", "project management"}},
}

var positions = [2][]string{{"directrice pays", "chef de mission", "coordinatrice terrain", "directeur adjoint"}, {"country director", "head of mission", "field coordinator", "deputy director"}}
var hrPositions = [2][]string{{"responsable des ressources humaines", "directrice des ressources humaines"}, {"human resources manager", "HR officer"}}

var relations = map[relation]phr{
	lineManager: {tune: [2][]string{{"supérieur hiérarchique", "responsable directe"}, {"line manager", "direct supervisor"}},
		held: [2][]string{{"ma supérieure hiérarchique", "supérieur direct"}, {"my line manager", "my direct supervisor"}}},
	colleague: {tune: [2][]string{{"collègue"}, {"colleague"}}, held: [2][]string{{"ancienne collègue"}, {"former colleague"}}},
	family:    {tune: [2][]string{{"mon oncle", "ma mère"}, {"my uncle", "my mother"}}, held: [2][]string{{"ma tante", "mon frère"}, {"my aunt", "my brother"}}},
}

var forces = []*force{
	{"police", "Police nationale", []string{"Commissaire de police", "Commissaire divisionnaire", "Capitaine de police", "Brigadier-chef de police", "Commandant de police"}},
	{"gendarmerie", "Gendarmerie nationale", []string{"Capitaine de gendarmerie", "Colonel de gendarmerie", "Adjudant de gendarmerie"}},
	{"customs", "Administration des douanes", []string{"Inspecteur des douanes", "Contrôleur des douanes"}},
	{"army", "Armée de terre", []string{"Capitaine, armée de terre", "Lieutenant-colonel, armée de terre"}},
}

var firstNames = []string{"Awa", "Jeanne", "Tomas", "Salif", "Nora", "Ines", "Paul", "Marta", "Idris", "Clara", "Yann", "Leila", "Oumar", "Edith"}
var lastNames = []string{"Duvalon", "Kerbrec", "Sissokal", "Benfaride", "Okonwe", "Lindqvar", "Torvane", "Mbelouga", "Ardessian", "Halvaro", "Quentrec", "Zoumare"}
