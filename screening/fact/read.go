package fact

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
	readClaims,
}

// Read reads everything out of one document.
func Read(in Input) Facts { return ReadView(NewView(in)) }

// ReadView is Read for a document already prepared.
func ReadView(v *View) Facts {
	var f Facts
	for _, read := range readers {
		read(v, &f)
	}
	return f
}
