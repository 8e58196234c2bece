package fact

// Licence is a statement about a driving licence.
type Licence struct {
	// Category is like "B"; empty when not written.
	Category string `json:"category,omitempty"`
	// Held is false for "no licence" and for one being prepared.
	Held  bool  `json:"held"`
	Where Where `json:"where"`
}
