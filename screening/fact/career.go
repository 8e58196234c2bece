package fact

// Career is a statement about service in a uniformed body.
type Career struct {
	// Force is police, gendarmerie, army, customs and the like.
	Force string `json:"force"`
	// Status is serving, retired or former; empty when not said.
	Status string `json:"status,omitempty"`
	// Rank is the rank as the lexicon names it.
	Rank  string `json:"rank,omitempty"`
	Where Where  `json:"where"`
}
