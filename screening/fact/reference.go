package fact

// Reference is a person the applicant names as a referee.
type Reference struct {
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Employer string `json:"employer,omitempty"`
	// Relation is line_manager, hr, colleague, family, or empty when unknown.
	Relation string `json:"relation,omitempty"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Where    Where  `json:"where"`
}
