package fact

// Degree is one degree, obtained or in progress.
type Degree struct {
	// LevelLo and LevelHi bound the level in the European Qualifications Framework (1-8).
	LevelLo int `json:"level_lo"`
	LevelHi int `json:"level_hi"`
	// Fields are field families of the lexicon, like "law" or "sociology".
	Fields []string `json:"fields,omitempty"`
	Title  string   `json:"title,omitempty"`
	// InProgress is true when the applicant is studying for it.
	InProgress bool `json:"in_progress,omitempty"`
	// Year is the year of study (2 for second year), 0 when not written; FinalYear when said.
	Year      int  `json:"year,omitempty"`
	FinalYear bool `json:"final_year,omitempty"`
	// EndLo..EndHi bound the month it was or will be obtained, 0 when not written.
	EndLo Month `json:"end_lo,omitempty"`
	EndHi Month `json:"end_hi,omitempty"`
	Where Where `json:"where"`
}
