package fact

import "slices"

// reader reads one sort of fact.
type reader struct {
	// name appears in Facts.Broken when the reader fails.
	name string
	read func(v *View, f *Facts)
}

// readers read one sort of fact each, in this order; a later one may use what an earlier
// one found.
var readers = []reader{
	{"type", readType},
	{"tongue", readTongue},
	{"identity", readIdentity},
	{"birth", readBirth},
	{"languages", readLanguages},
	{"references", readReferences},
	{"licences", readLicences},
	{"periods", readPeriods},
	{"degrees", readDegrees},
	{"careers", readCareers},
	{"claims", readClaims},
	{"statements", readStatements},
}

// Read reads everything out of one document.
func Read(in Input) Facts { return ReadView(NewView(in)) }

// ReadView is Read for a document already prepared.
func ReadView(v *View) Facts { return readWith(v, readers) }

// readWith runs readers one by one. A reader that panics on a stranger's text loses its own
// sort of fact and no other: what it had found is dropped, its name stands in Broken, and
// nothing may be concluded from the silence of the document.
func readWith(v *View, readers []reader) Facts {
	var f Facts
	for _, r := range readers {
		f = r.guarded(v, f)
	}
	if len(f.Broken) > 0 {
		f.WorkComplete, f.StudyComplete = false, false
	}
	f.dropOthers()
	return f
}

// guarded runs the reader on a copy of the facts; after a panic the facts are what they were.
func (r reader) guarded(v *View, before Facts) (after Facts) {
	defer func() {
		if recover() != nil {
			after = before
			after.Broken = append(slices.Clone(before.Broken), r.name)
			if r.name == "type" {
				after.Type, after.Unplaced = Other, true
			}
		}
	}()
	after = before
	r.read(v, &after)
	return after
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
