package seed

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"dossier/screening"
)

// Vacancy is a vacancy made up, with its checklist.
type Vacancy struct {
	Slug, Title, Organisation, Place, Reference, Address string
	Closed                                               bool
	Checklist                                            screening.Checklist
	// profile is which set of criteria it has.
	profile int
}

var (
	posts = []string{"Chargé·e de communication", "Responsable logistique", "Coordination protection", "Assistance juridique", "Comptable bailleurs",
		"Chargé·e de suivi et évaluation", "Responsable des ressources humaines", "Chef·fe de projet santé", "Chargé·e de plaidoyer", "Analyste de données",
		"Assistant·e administratif·ve", "Coordination de terrain", "Responsable sécurité alimentaire", "Chargé·e de partenariats"}
	places        = []string{"Calais", "Bangui", "Dakar", "Bruxelles", "Marseille", "Amman", "N’Djamena", "Bogotá", "Paris", "Tunis", "Abidjan", "Genève"}
	zones         = []string{"Europe/Paris", "Africa/Bangui", "Africa/Dakar", "Europe/Brussels", "Europe/Paris", "Asia/Amman", "Africa/Ndjamena", "America/Bogota", "Europe/Paris", "Africa/Tunis", "Africa/Abidjan", "Europe/Zurich"}
	organisations = []string{"Rive Nord", "Quatre Vents", "Aubépine", "Halcyon", "Maison du Large"}
)

// profiles are sets of criteria: twelve each.
const profiles = 6

type ask struct {
	id, kind string
	required bool
	fr, en   string
	params   string
}

func (a ask) criterion() screening.Criterion {
	c := screening.Criterion{ID: a.id, Kind: a.kind, Importance: screening.Asset, Statement: screening.Statement{FR: a.fr, EN: a.en}, Params: json.RawMessage(a.params)}
	if a.required {
		c.Importance = screening.Required
	}
	return c
}

var common = []ask{
	{"in-time", "deadline", true, "Candidature reçue avant la date limite", "Received before the deadline", "{}"},
	{"cv", "documents", true, "CV joint", "CV attached", `{"all_of":["cv"]}`},
	{"letter", "documents", true, "Lettre de motivation jointe", "Cover letter attached", `{"all_of":["cover_letter"]}`},
	{"french", "language", true, "Français courant (C1)", "Fluent French (C1)", `{"language":"fr","min_level":"C1"}`},
	{"english", "language", true, "Anglais B2 ou plus", "English B2 or better", `{"language":"en","min_level":"B2"}`},
	{"references", "references", true, "Trois références", "Three references", `{"min":3}`},
}

var special = [profiles][]ask{
	{{"degree", "education", true, "Bac+3 au moins", "Bachelor or higher", `{"min_level":6}`}, {"experience", "experience", true, "Deux ans d’expérience", "Two years of work", `{"min_months":24}`},
		{"ngo", "experience", false, "Un an en association", "A year in an NGO", `{"min_months":12,"sector":"ngo"}`}, {"spreadsheet", "skill", false, "Maîtrise d’Excel", "Excel", `{"any_of":["Excel","tableur"]}`},
		{"arabic", "language", false, "Arabe apprécié", "Arabic is an asset", `{"language":"ar","min_level":"A1"}`}, {"licence", "licence", false, "Permis B", "Driving licence B", `{"licence":"B"}`}},
	{{"degree", "education", true, "Bac+5 au moins", "Master’s degree", `{"min_level":7}`}, {"experience", "experience", true, "Cinq ans d’expérience", "Five years of work", `{"min_months":60}`},
		{"health", "experience", true, "Trois ans dans la santé", "Three years in health", `{"domain":["santé","health"],"min_months":36}`}, {"project", "skill", false, "Gestion de projet", "Project management", `{"any_of":["gestion de projet","project management"]}`},
		{"spanish", "language", false, "Espagnol apprécié", "Spanish is an asset", `{"language":"es","min_level":"B1"}`}, {"field", "experience", true, "Un an dans un pays en développement", "A year in a developing country", `{"min_months":12,"region":"developing_countries"}`}},
	{{"degree", "education", true, "Bac+3 au moins", "Bachelor or higher", `{"min_level":6}`}, {"experience", "experience", true, "Un an d’expérience", "A year of work", `{"min_months":12}`},
		{"web", "skill", true, "WordPress", "WordPress", `{"any_of":["WordPress"]}`}, {"video", "skill", false, "Montage vidéo", "Video editing", `{"any_of":["montage vidéo","video editing"]}`},
		{"design", "skill", false, "Canva ou équivalent", "Canva or similar", `{"any_of":["Canva","InDesign"]}`}, {"portuguese", "language", false, "Portugais apprécié", "Portuguese is an asset", `{"language":"pt","min_level":"B1"}`}},
	{{"degree", "education", true, "Bac+5, relations internationales", "Master’s degree, international relations", `{"fields":["international relations","political science","droit public"],"min_level":7}`}, {"experience", "experience", true, "Trois ans d’expérience", "Three years of work", `{"min_months":36}`},
		{"ngo", "experience", true, "Deux ans en association", "Two years in an NGO", `{"min_months":24,"sector":"ngo"}`}, {"managers", "references", false, "Dont un supérieur direct", "One of them a line manager", `{"min":1,"roles":{"line_manager":1}}`},
		{"russian", "language", false, "Russe apprécié", "Russian is an asset", `{"language":"ru","min_level":"A2"}`}, {"licence", "licence", false, "Permis B", "Driving licence B", `{"licence":"B"}`}},
	{{"degree", "education", true, "Baccalauréat", "Baccalaureate", `{"min_level":4}`}, {"experience", "experience", false, "Six mois d’expérience", "Six months of work", `{"min_months":6}`},
		{"spreadsheet", "skill", true, "Maîtrise d’Excel", "Excel", `{"any_of":["Excel","tableur"]}`}, {"licence", "licence", true, "Permis B", "Driving licence B", `{"licence":"B"}`},
		{"statistics", "skill", false, "SPSS ou Stata", "SPSS or Stata", `{"any_of":["SPSS","Stata"]}`}, {"german", "language", false, "Allemand apprécié", "German is an asset", `{"language":"de","min_level":"A2"}`}},
	{{"degree", "education", true, "Bac+3 au moins", "Bachelor or higher", `{"min_level":6}`}, {"experience", "experience", true, "Huit ans d’expérience", "Eight years of work", `{"min_months":96}`},
		{"field", "experience", true, "Trois ans dans un pays en développement", "Three years in a developing country", `{"min_months":36,"region":"developing_countries"}`}, {"project", "skill", true, "Gestion de projet", "Project management", `{"any_of":["gestion de projet","project management"]}`},
		{"arabic", "language", false, "Arabe apprécié", "Arabic is an asset", `{"language":"ar","min_level":"A2"}`}, {"share", "skill", false, "SharePoint", "SharePoint", `{"any_of":["SharePoint"]}`}},
}

// checklistOf are the criteria of a profile, without a deadline.
func checklistOf(profile int) screening.Checklist {
	var list screening.Checklist
	for _, a := range common {
		list.Criteria = append(list.Criteria, a.criterion())
	}
	for _, a := range special[profile] {
		list.Criteria = append(list.Criteria, a.criterion())
	}
	return list
}

// Vacancies makes up n vacancies around a day: some closed weeks ago, some open for weeks.
func Vacancies(seed uint64, n int, now time.Time) []Vacancy {
	out := make([]Vacancy, n)
	for i := range out {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		at := r.IntN(len(places))
		v := Vacancy{Slug: fmt.Sprintf("poste-%03d", i+1), Title: posts[i%len(posts)], Organisation: pick(r, organisations), Place: places[at],
			Reference: fmt.Sprintf("RN-2026-%03d", i+1), Address: fmt.Sprintf("recrutement+%03d@rivenord.example", i+1), profile: i % profiles}
		v.Checklist = checklistOf(v.profile)
		zone := zones[at]
		loc, err := time.LoadLocation(zone)
		if err != nil {
			loc, zone = time.UTC, "UTC"
		}
		day := now.In(loc).AddDate(0, 0, r.IntN(61)-25)
		v.Checklist.Deadline = &screening.Deadline{At: time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 0, 0, loc).UTC(), Zone: zone}
		v.Checklist.AsOf = screening.Date{Year: day.Year(), Month: day.Month(), Day: day.Day()}
		v.Closed = day.Before(now.AddDate(0, 0, -15))
		out[i] = v
	}
	return out
}
