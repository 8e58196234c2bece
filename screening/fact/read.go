package fact

import "slices"

// readers read one sort of fact each, in this order; a later one may use what an earlier
// one found.
var readers = []func(v *View, f *Facts){
	readType,
	readTongue,
	readIdentity,
	readBirth,
	readLanguages,
	readReferences,
	readLicences,
	readPeriods,
	readDegrees,
	readCareers,
	readClaims,
	readStatements,
}

// Read reads everything out of one document.
func Read(in Input) Facts { return ReadView(NewView(in)) }

// ReadView is Read for a document already prepared.
func ReadView(v *View) Facts {
	var f Facts
	for _, read := range readers {
		read(v, &f)
	}
	f.dropOthers()
	return f
}

// dropOthers drops what a part by somebody else says: in one file with the CV, a letter of
// recommendation may praise a language its author is no witness of.
func (f *Facts) dropOthers() {
	for _, p := range f.Parts {
		if p.Type != ReferenceLetter && p.Type != Diploma {
			continue
		}
		inside := func(w Where) bool {
			after := w.Page > p.From.Page || w.Page == p.From.Page && w.Start >= p.From.Start
			before := w.Page < p.To.Page || w.Page == p.To.Page && w.End <= p.To.End
			return after && before
		}
		f.Languages = slices.DeleteFunc(f.Languages, func(l Language) bool { return inside(l.Where) && (l.Test == "" || p.Type != Diploma) })
		f.Licences = slices.DeleteFunc(f.Licences, func(l Licence) bool { return inside(l.Where) })
		f.Births = slices.DeleteFunc(f.Births, func(b Birth) bool { return inside(b.Where) && p.Type != Diploma })
		f.Ages = slices.DeleteFunc(f.Ages, func(a StatedAge) bool { return inside(a.Where) })
	}
}
