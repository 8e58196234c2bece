package fact

// Birth is a written date of birth.
type Birth struct {
	// Date is YYYY-MM-DD.
	Date  string `json:"date"`
	Where Where  `json:"where"`
}

// StatedAge is an age in years written by the applicant.
type StatedAge struct {
	Years int   `json:"years"`
	Where Where `json:"where"`
}
