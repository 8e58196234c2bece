package screening

import "dossier/screening/fact"

// Reading is a dossier with its facts, as kinds see it.
type Reading struct {
	Dossier   Dossier
	Checklist Checklist
	// Facts are the facts of each document, in the order of Dossier.Documents; a document
	// that could not be read has empty facts.
	Facts []fact.Facts
}
