package notice

// frenchNames are the French words for the families of fields, employers and regions, which
// parameters name in English. The pages' own words for them are the same.
var frenchNames = map[string]string{
	"accounting":              "comptabilité",
	"anthropology":            "anthropologie",
	"arts":                    "arts",
	"audiovisual":             "audiovisuel",
	"business":                "gestion et commerce",
	"communication":           "communication",
	"computing":               "informatique",
	"cooperation":             "coopération",
	"data":                    "données et statistiques",
	"development":             "développement",
	"economics":               "économie",
	"education":               "éducation",
	"engineering":             "ingénierie",
	"environment":             "environnement",
	"geography":               "géographie",
	"health":                  "santé",
	"history":                 "histoire",
	"hospitality":             "hôtellerie et tourisme",
	"human resources":         "ressources humaines",
	"human rights":            "droits humains",
	"humanitarian action":     "action humanitaire",
	"humanitarian law":        "droit humanitaire",
	"international law":       "droit international",
	"international relations": "relations internationales",
	"international security":  "sécurité internationale",
	"journalism":              "journalisme",
	"languages":               "langues",
	"law":                     "droit",
	"marketing":               "marketing",
	"migration":               "migrations",
	"philosophy":              "philosophie",
	"police":                  "police",
	"political science":       "science politique",
	"project management":      "gestion de projet",
	"psychology":              "psychologie",
	"public administration":   "administration publique",
	"social sciences":         "sciences sociales",
	"social work":             "travail social",
	"sociology":               "sociologie",
	"sport":                   "sport",

	"africa":               "Afrique",
	"developing countries": "pays en développement",
	"government":           "administration publique",
	"ngo":                  "ONG",
	"private":              "privé",
	"red cross":            "Croix-Rouge et Croissant-Rouge",
	"un":                   "Nations unies",
}

// inFrench puts names of parameters into French; what no table knows is the notice's own word.
func inFrench(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n
		if fr, ok := frenchNames[n]; ok {
			out[i] = fr
		}
	}
	return out
}
