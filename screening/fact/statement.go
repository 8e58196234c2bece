package fact

// Statement is a sentence that states something about availability, enrolment, an
// internship agreement, funding and the like.
type Statement struct {
	// About names the subject, like availability, agreement, enrolment, funding.
	About string `json:"about"`
	// Negated is true for "I am no longer a student".
	Negated bool `json:"negated,omitempty"`
	// FromLo..FromHi bound a stated start month; Months a stated length; 0 when not said.
	FromLo Month `json:"from_lo,omitempty"`
	FromHi Month `json:"from_hi,omitempty"`
	Months int   `json:"months,omitempty"`
	Where  Where `json:"where"`
}
