package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// sheet is a made-up CV whose text is known.
type sheet struct {
	name   string
	french bool
	layout layout
	// style varies fonts and sizes; each writer takes it as it likes.
	style int
	head  []string
	// left and right are the columns; a sheet of one column has left only.
	left, right []section
}

type section struct {
	title   string
	entries []entry
}

// entry is a job, a course or a line of a list. when may be empty.
type entry struct {
	when, what string
	lines      []string
}

// layout is where things stand on the page.
type layout int

const (
	plain layout = iota
	datesLeft
	datesRight
	sidebarLeft
	sidebarRight
	evenColumns
	// mainFirst is sidebarLeft drawn after the main column.
	mainFirst
	// scattered is sidebarLeft drawn in pieces from top to bottom, across both columns.
	scattered
)

func (l layout) columns() bool { return l >= sidebarLeft }

func (l layout) String() string {
	return [...]string{"plain", "dates-left", "dates-right", "sidebar-left", "sidebar-right", "columns", "main-first", "scattered"}[l]
}

// words are the words of some sections in reading order.
func (s sheet) words(sections []section) []string {
	var out []string
	put := func(t string) { out = append(out, strings.Fields(t)...) }
	for _, sec := range sections {
		put(sec.title)
		for _, e := range sec.entries {
			if s.layout == datesRight {
				put(e.what)
				put(e.when)
			} else {
				put(e.when)
				put(e.what)
			}
			for _, l := range e.lines {
				put(l)
			}
		}
	}
	return out
}

// orders are the reading orders that serve a reader alike: either column may come first.
func (s sheet) orders() [][]string {
	var head []string
	for _, h := range s.head {
		head = append(head, strings.Fields(h)...)
	}
	l, r := s.words(s.left), s.words(s.right)
	join := func(parts ...[]string) (out []string) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	if len(r) == 0 {
		return [][]string{join(head, l)}
	}
	return [][]string{join(head, l, r), join(head, r, l)}
}

// bank holds the phrases of one language.
type bank struct {
	given, family, trades, bodies, cities, acts, things, ends, studies, schools, skills, tongues, levels, months []string
	contact, profile, work, study, skill, language, interests                                                    string
	about                                                                                                        []string
	hobbies                                                                                                      []string
	now                                                                                                          string
}

func list(s string) []string { return strings.Split(s, "|") }

var banks = map[bool]bank{
	true: {
		given:   list("Héloïse|Gaëtan|Noémie|Zélie|Loïc|Anaïs|Côme|Maëlle|Cédric|Aïcha|Théophile|Ségolène"),
		family:  list("Bréval|Fauchereau|Lœillet|Tréguidec|Desœuvres|Ouachem|Villefranque|Garçonnet|Effantin|Sarrafi|Duchêne-Mallet|N’Fally"),
		trades:  list("Chargée d’affaires|Officier de liaison|Coordinateur financier|Cheffe de projet|Conseiller technique|Référente qualité|Analyste budgétaire|Assistante de direction|Ingénieur réseaux|Infirmière coordinatrice"),
		bodies:  list("Coopérative des Trois Chênes|Fédération Sœurs de Lin|Agence Confluence|Bureau Affluent|Préfecture de Valbrême|Fondation Œuvre Claire|Cabinet Griffon|Société Baffin|Mission Efficience|Hôpital de Sainte-Offrande"),
		cities:  list("Bourg-la-Forêt|Nœux|Châteaufleury|Saint-Rufin|Offranville|Montfaucon|Brévières|La Flèche"),
		acts:    list("Définition|Planification|Vérification|Coordination|Rédaction|Simplification|Suivi efficace|Encadrement|Certification|Réflexion collective"),
		things:  list("des flux financiers|d’une équipe de dix-huit agents|du référentiel qualité|des marchés publics|des officines de la région|du fichier des bénéficiaires|de l’affectation des crédits|des dossiers difficiles|des œuvres sociales|du réseau de fibre optique"),
		ends:    list("avec un budget de 450 000 euros|dans trois préfectures|en lien avec les services de l’État|sous l’autorité du préfet|pour quarante bénéficiaires|à l’échelle de l’Europe|sans aucun retard|en français et en anglais"),
		studies: list("Master d’économie appliquée|Licence de géographie|Diplôme d’ingénieur|Certificat de gestion financière|Doctorat en sciences de l’éducation|Brevet de technicien supérieur"),
		schools: list("Université de Valbrême|Institut Œcuménique|École des Hauts-Flots|Faculté de Saint-Rufin|Lycée Griffon"),
		skills:  list("Tableurs et macros|Gestion de conflits|Cartographie|Rédaction scientifique|Audit interne|Archivage|Comptabilité analytique|Base de données relationnelle|Secourisme|Formation de formateurs|Planification budgétaire|Animation de réunions"),
		tongues: list("Français|Anglais|Espagnol|Arabe|Wolof|Portugais|Allemand|Roumain"),
		levels:  list("langue maternelle|courant (C1)|bilingue|B2|notions A2|professionnel|lu, écrit, parlé"),
		months:  list("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"),
		contact: "Coordonnées", profile: "Profil", work: "Expérience professionnelle", study: "Formation", skill: "Compétences", language: "Langues", interests: "Centres d’intérêt",
		about:   list("Plus de douze années au service d’administrations et d’associations, en France comme à l’étranger.|Rigoureuse et réfléchie, je cherche un poste où l’efficacité se mesure sur le terrain.|Spécialiste des affaires financières difficiles et des œuvres de longue haleine.|Officier de réserve, habitué aux équipes multiculturelles et aux délais fixés d’avance."),
		hobbies: list("Chant choral|Randonnée alpine|Bénévolat|Échecs|Photographie argentique|Apiculture"),
		now:     "aujourd’hui",
	},
	false: {
		given:   list("Winifred|Griffin|Ottoline|Barnaby|Effie|Jocasta|Cuthbert|Isolde|Rafferty|Saffron|Alfie|Philippa"),
		family:  list("Fairweather|Offley|Truffaut|Hollingfield|Wycliffe|O’Flaherty|Sheffer|Ashfield-Moor|Baffinson|Quillfeather|Dunsfold|Fflewelyn"),
		trades:  list("Chief of staff|Finance officer|Field coordinator|Traffic analyst|Certification lead|Office manager|Conflict adviser|Network engineer|Staff nurse|Benefits specialist"),
		bodies:  list("Confluence Trust|Griffin Shipping|Offshore Relief Fund|Buffalo Mills|Halfmoon Council|Fjord Analytics|Cliffside Hospital|Firefly Housing|Selfless Partners|Traffic Authority of Wexfold"),
		cities:  list("Wexfold|Sheffingham|Cliffe Magna|Port Offaly|Halfway Bridge|Saffron Hill|Fifeness|Norfield"),
		acts:    list("Defined|Simplified|Certified|Coordinated|Drafted|Offered advice on|Verified|Supervised|Configured|Reflected upon"),
		things:  list("the flow of financial files|a staff of twenty-five officers|the benefit scheme|the office network|difficult traffic conflicts|fifteen official reports|the final affidavit|specific staffing profiles|the fibre backbone|shifting field priorities"),
		ends:    list("on a budget of 450,000 pounds|across three offices|with no loss of efficiency|for fifty beneficiaries|under fierce deadlines|in English and French|within five months|to full satisfaction"),
		studies: list("Master of Applied Economics|Bachelor of Fine Arts|Engineering Diploma|Certificate in Financial Affairs|Doctorate in Field Biology|Higher National Certificate"),
		schools: list("University of Wexfold|Griffin Institute|School of Offshore Affairs|Sheffingham College|Fjord Polytechnic"),
		skills:  list("Spreadsheets|Conflict resolution|Map making|Scientific writing|Internal audit|Filing|Cost accounting|Relational databases|First aid|Training of trainers|Workflow design|Staff briefings"),
		tongues: list("English|French|Spanish|Arabic|Wolof|Portuguese|German|Romanian"),
		levels:  list("native|fluent (C1)|bilingual|B2|basic A2|professional|read, written, spoken"),
		months:  list("January|February|March|April|May|June|July|August|September|October|November|December"),
		contact: "Contact", profile: "Profile", work: "Professional experience", study: "Education", skill: "Skills", language: "Languages", interests: "Interests",
		about:   list("Twelve years of service in official bodies and field offices, at home and offshore.|Efficient and reflective, looking for a post where effort is measured in the field.|A specialist in difficult financial affairs and in staff of many professions.|Reserve officer, used to multicultural teams and fixed deadlines."),
		hobbies: list("Choir singing|Fell walking|Volunteering|Chess|Film photography|Beekeeping"),
		now:     "today",
	},
}

// maker draws sheets; the same seed draws the same sheets.
type maker struct {
	rng *rand.Rand
	b   bank
	// year runs backwards through a career.
	year int
}

func (m *maker) one(from []string) string { return from[m.rng.IntN(len(from))] }

// some returns n different ones.
func (m *maker) some(from []string, n int) []string {
	var out []string
	for _, i := range m.rng.Perm(len(from))[:min(n, len(from))] {
		out = append(out, from[i])
	}
	return out
}

func (m *maker) span(first bool) string {
	to := m.year
	m.year -= 1 + m.rng.IntN(4)
	switch {
	case first:
		return fmt.Sprintf("%d – %s", m.year, m.b.now)
	case m.rng.IntN(3) == 0:
		return fmt.Sprintf("%s %d – %s %d", m.one(m.b.months), m.year, m.one(m.b.months), to)
	}
	return fmt.Sprintf("%d – %d", m.year, to)
}

func (m *maker) bullets(n int) []string {
	var out []string
	acts, things := m.some(m.b.acts, n), m.some(m.b.things, n)
	for i := range acts {
		out = append(out, fmt.Sprintf("%s %s %s.", acts[i], things[i], m.one(m.b.ends)))
	}
	return out
}

func (m *maker) jobs(n, bullets int) section {
	s := section{title: m.b.work}
	for i := range n {
		s.entries = append(s.entries, entry{m.span(i == 0), fmt.Sprintf("%s, %s, %s", m.one(m.b.trades), m.one(m.b.bodies), m.one(m.b.cities)), m.bullets(bullets)})
	}
	return s
}

func (m *maker) studies(n int) section {
	s := section{title: m.b.study}
	for range n {
		m.year--
		s.entries = append(s.entries, entry{fmt.Sprint(m.year), fmt.Sprintf("%s, %s", m.one(m.b.studies), m.one(m.b.schools)), nil})
	}
	return s
}

func (m *maker) plainList(title string, items []string) section {
	s := section{title: title}
	for _, i := range items {
		s.entries = append(s.entries, entry{what: i})
	}
	return s
}

func (m *maker) tongues() section {
	var items []string
	for _, t := range m.some(m.b.tongues, 2+m.rng.IntN(3)) {
		items = append(items, t+" "+m.one(m.b.levels))
	}
	return m.plainList(m.b.language, items)
}

func (m *maker) about() section {
	return section{title: m.b.profile, entries: []entry{{lines: m.some(m.b.about, 2)}}}
}

// draw makes one sheet. A long one of one column goes on to a second page.
func draw(rng *rand.Rand, name string, l layout, french bool, style int, long bool) sheet {
	m := &maker{rng: rng, b: banks[french], year: 2026}
	s := sheet{name: name, french: french, layout: l, style: style}
	given, family := m.one(m.b.given), m.one(m.b.family)
	s.head = []string{given + " " + family, m.one(m.b.trades)}
	mail := fmt.Sprintf("%s.%d@boite.example", map[bool]string{true: "candidature", false: "applicant"}[french], 100+rng.IntN(900))
	phone := fmt.Sprintf("+33 0%d 55 00 %02d %02d", 1+rng.IntN(5), rng.IntN(100), rng.IntN(100))
	contact := m.plainList(m.b.contact, []string{mail, phone, fmt.Sprintf("%d rue %s", 1+rng.IntN(99), m.one(m.b.cities))})
	n, bullets := 2+rng.IntN(2), 2
	if long && !l.columns() {
		n, bullets = 9, 5
	}
	jobs, studies := m.jobs(n, bullets), m.studies(2)
	skills := m.plainList(m.b.skill, m.some(m.b.skills, 4+rng.IntN(3)))
	rest := m.plainList(m.b.interests, m.some(m.b.hobbies, 3))
	switch l {
	case sidebarLeft, mainFirst, scattered:
		s.left, s.right = []section{contact, skills, m.tongues(), rest}, []section{m.about(), jobs, studies}
	case sidebarRight:
		s.left, s.right = []section{m.about(), jobs, studies}, []section{contact, skills, m.tongues(), rest}
	case evenColumns:
		s.left, s.right = []section{m.about(), jobs}, []section{studies, skills, m.tongues(), contact}
	default:
		s.head = append(s.head, mail+" "+phone)
		s.left = []section{m.about(), jobs, studies, skills, m.tongues(), rest}
	}
	return s
}
