package fact

import (
	"slices"
	"testing"
)

func TestAJobOwnWordsDoNotTellTheEmployersSector(t *testing.T) {
	for head, want := range map[string][]string{
		"Chef de chantier\nQuatre Saules (ONG), Kolda":                     {"ngo"},
		"Chef de chantier\nBelle Rive, Berlin":                             nil,
		"Chargée des relations avec les ONG, Belle Rive":                   nil,
		"Coordinatrice pour l'ONG Belle Rive à Kolda":                      {"ngo"},
		"Brigadière-cheffe de police, adjointe\nBelle Rive":                {"government"},
		"Serveuse en restaurant, Lyon":                                     {"private"},
		"Infirmière d'hôpital (temps partiel)":                             {"government"},
		"Chargée de programme, ONG Belle Rive\nMairie de Kolda":            {"ngo", "government"},
		"Communications officer — liaison with UNICEF — Riverside Charity": {"un", "ngo"},
	} {
		if got := sectors(head); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", head, got, want)
		}
	}
}

func TestShortLinesBelowAJobAreTasksOrNames(t *testing.T) {
	for line, want := range map[string]bool{
		"suivi des enfants separes": true, "coordination avec le parquet": true, "training of recruits": true, "managed a team of six": true, "tenue du rayon": true, "gestion du stock": true,
		"association des deux rives": false, "croissant-rouge de kolda": false, "red cross of the estuary": false, "direction generale des douanes": false, "united river fund": false, "galerie du pont": false, "fondation du delta": false,
	} {
		if tellsDuty(line) != want {
			t.Errorf("%q: task %v, want %v", line, !want, want)
		}
	}
}
