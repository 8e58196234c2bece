package screening

import (
	"dossier/screening/fact"
	"dossier/screening/lexicon"
)

// studyState is how far a degree is at the day of reckoning.
type studyState int

const (
	// stateUnknown is a degree that may be finished or not: "2025-2026" read in July 2026.
	stateUnknown studyState = iota
	stateObtained
	stateCurrent
	stateGivenUp
	stateFuture
)

// schooled is a degree with the document it stands in and its state.
type schooled struct {
	fact.Degree
	doc   int
	state studyState
	// dated is false when its end is not written.
	dated bool
}

// degrees are the degrees of the documents in force, those of CVs first.
func (r *Reading) degrees() []schooled {
	asOf := monthOf(r.AsOf())
	var out []schooled
	for _, i := range r.Own() {
		for _, d := range r.Facts[i].Degrees {
			out = append(out, schooled{Degree: d, doc: i, state: stateOf(d, asOf), dated: d.EndHi > 0})
		}
	}
	var kept []schooled
	for n, d := range out {
		if !d.repeats(out, n) {
			kept = append(kept, d)
		}
	}
	return kept
}

// repeats tells whether a sentence only names again a degree that an entry of the education
// section tells in full.
func (d schooled) repeats(all []schooled, n int) bool {
	if !d.Stated || d.dated || d.Year > 0 || d.FinalYear || d.state == stateGivenUp {
		return false
	}
	for k, o := range all {
		if k == n || o.Stated || o.LevelLo > d.LevelLo || o.LevelHi < d.LevelHi {
			continue
		}
		if d.state != o.state && d.state != stateUnknown && o.state != stateUnknown {
			continue
		}
		if len(d.Fields) == 0 || len(o.Fields) == 0 {
			return true
		}
		for _, a := range d.Fields {
			for _, b := range o.Fields {
				if a == b || lexicon.FieldRelation(a, b) == lexicon.Same || lexicon.FieldRelation(b, a) == lexicon.Same {
					return true
				}
			}
		}
	}
	return false
}

// stateOf reads the state off the words first, then off the dates.
func stateOf(d fact.Degree, asOf fact.Month) studyState {
	switch {
	case d.Interrupted:
		return stateGivenUp
	case d.StartLo > asOf || d.Future && d.EndHi == 0:
		return stateFuture
	case d.Obtained && (d.EndHi == 0 || d.EndLo <= asOf):
		return stateObtained
	case d.EndHi > 0 && d.EndHi < asOf:
		if d.InProgress {
			// An old CV that still says "in progress".
			return stateUnknown
		}
		return stateObtained
	case d.EndLo > asOf:
		return stateCurrent
	case d.InProgress && !d.Future:
		return stateCurrent
	case d.EndHi > 0:
		// The end is this year. A course of several years runs to the summer at least.
		if d.StartHi > 0 && d.EndHi-d.EndLo >= 11 && asOf.InYear() <= 5 {
			return stateCurrent
		}
		return stateUnknown
	case d.Year > 0 || d.Stated:
		return stateUnknown
	}
	return stateObtained
}

// levels bounds what a degree is worth once it is held: the first year of a master is not
// a master, and two years of a licence are not a licence.
func (d schooled) levels() (lo, hi int) {
	if d.state != stateObtained && d.state != stateUnknown {
		return d.LevelLo, d.LevelHi
	}
	switch {
	case d.LevelLo == 7 && d.Year == 1 && !d.FinalYear:
		return 6, 7
	case d.LevelLo == 6 && d.LevelHi == 6 && (d.Year == 1 || d.Year == 2):
		return 4, 5
	}
	return d.LevelLo, d.LevelHi
}

// studyComplete tells whether the education of the documents in force was read to the end,
// so that a degree not found is a degree not held.
func (r *Reading) studyComplete() bool {
	if len(r.Unreadable()) > 0 {
		return false
	}
	found := false
	for _, i := range r.Own() {
		f := r.Facts[i]
		if f.Type != fact.CV && f.Type != fact.Combined {
			continue
		}
		if !f.StudyComplete {
			return false
		}
		found = true
	}
	return found
}

// fieldOf tells whether a degree is in one of the fields asked for. Only a field that is
// far from all of them is a no.
func fieldOf(d fact.Degree, fields []string) answer {
	if len(fields) == 0 {
		return yes
	}
	if len(lexicon.Of("asked", fields...).FindIn(d.Subject())) > 0 {
		return yes
	}
	if len(d.Fields) == 0 {
		return maybe
	}
	best := no
	for _, asked := range fields {
		families := lexicon.FieldFamilies(asked)
		if len(families) == 0 {
			best = max(best, maybe)
		}
		for _, want := range families {
			for _, have := range d.Fields {
				switch lexicon.FieldRelation(have, want) {
				case lexicon.Same:
					return yes
				case lexicon.Near:
					best = max(best, maybe)
				}
			}
		}
	}
	return best
}

// academicYear is the calendar year in which the academic year of a month began.
func academicYear(m fact.Month) int {
	if m.InYear() >= 8 {
		return m.Year()
	}
	return m.Year() - 1
}

// courseYear works out from the dates of a course which year of how many the month of
// reckoning lies in; length is 0 when the end is not written, year 0 when the start is not.
func courseYear(d fact.Degree, asOf fact.Month) (year, length int) {
	if d.StartLo == 0 {
		return 0, 0
	}
	first := d.StartLo.Year()
	if d.StartLo == d.StartHi {
		first = academicYear(d.StartLo)
	}
	year = academicYear(asOf) - first + 1
	if d.EndHi > 0 {
		last := d.EndHi.Year() - 1
		if d.EndLo == d.EndHi && d.EndLo.InYear() >= 11 {
			last = d.EndLo.Year()
		}
		length = last - first + 1
	}
	if year < 1 || year > 8 {
		return 0, length
	}
	return year, max(length, 0)
}
