package fact

// Birth is a written date of birth.
type Birth struct {
	// Date is YYYY-MM-DD; the first day possible when only a year is written, or a day and a
	// month that may be meant the other way round.
	Date string `json:"date"`
	// Latest is the last day possible in those cases; empty otherwise.
	Latest string `json:"latest,omitempty"`
	Where  Where  `json:"where"`
}

// StatedAge is an age in years written by the applicant.
type StatedAge struct {
	Years int   `json:"years"`
	Where Where `json:"where"`
}
