package fact

import "dossier/screening/text"

// Subject is the title up to the name of the school, which teaches more than one subject.
func (d Degree) Subject() string {
	f := text.Fold(d.Title)
	m := school.FindStringIndex(f.Text)
	if d.Stated || m == nil || m[0] < 8 {
		return d.Title
	}
	_, end := f.Span(0, m[0])
	return d.Title[:end]
}

// Degree is one degree, obtained, in progress or given up.
type Degree struct {
	// LevelLo and LevelHi bound the level in the European Qualifications Framework (1-8).
	LevelLo int `json:"level_lo"`
	LevelHi int `json:"level_hi"`
	// Fields are field families of the lexicon, like "law" or "sociology".
	Fields []string `json:"fields,omitempty"`
	Title  string   `json:"title,omitempty"`
	// InProgress is true when the applicant says to be studying for it. A degree whose end
	// lies after the day of reckoning is in progress as well.
	InProgress bool `json:"in_progress,omitempty"`
	// Obtained is true when the text says so, not only its dates.
	Obtained bool `json:"obtained,omitempty"`
	// Interrupted is true for a degree given up, not validated or only "reached in level".
	Interrupted bool `json:"interrupted,omitempty"`
	// Paused is true for a gap year within it.
	Paused bool `json:"paused,omitempty"`
	// Future is true for a degree the applicant is only admitted to or plans.
	Future bool `json:"future,omitempty"`
	// Year is the year of study (2 for second year), 0 when not written; FinalYear when said.
	Year      int  `json:"year,omitempty"`
	FinalYear bool `json:"final_year,omitempty"`
	// StartLo..StartHi bound the month it began, 0 when not written.
	StartLo Month `json:"start_lo,omitempty"`
	StartHi Month `json:"start_hi,omitempty"`
	// EndLo..EndHi bound the month it was or will be obtained, 0 when not written.
	EndLo Month `json:"end_lo,omitempty"`
	EndHi Month `json:"end_hi,omitempty"`
	// EndDay is the day of the month it was obtained on, 0 when not written.
	EndDay int `json:"end_day,omitempty"`
	// Stated is true when a sentence says it, outside an education section.
	Stated bool  `json:"stated,omitempty"`
	Where  Where `json:"where"`
}
