package screening

import (
	"dossier/screening/fact"
)

// Summary is what the documents in force say about the applicant, merged, for lists and
// exports. Findings never rest on it.
type Summary struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Languages are levels by ISO 639 code, nil where the language is named without one or
	// its statements contradict each other.
	Languages map[string]*string `json:"languages"`
	// BirthDate is YYYY-MM-DD, nil when it is not written.
	BirthDate *string `json:"birth_date"`
	// Age is an age as written, nil when it is not.
	Age *int `json:"age,omitempty"`
	// ExperienceMonths is the work counted at the day of reckoning; nil when it is not a
	// point but an interval.
	ExperienceMonths *int             `json:"experience_months_total_as_of"`
	Education        []fact.Degree    `json:"education"`
	References       []fact.Reference `json:"references"`
}

func (r *Reading) summary() Summary {
	s := Summary{Name: r.Dossier.SenderName, Email: r.Dossier.SenderEmail,
		Languages: map[string]*string{}, Education: []fact.Degree{}, References: []fact.Reference{}}
	return s
}
