package screening

import (
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// ownForce leads from the service somebody is in to the country it is of: "en activité au
// sein de la police nationale du Sénégal".
var ownForce = text.MustPattern(`\b(?:police|gendarmerie|surete|armee|douanes?|forces? (?:de securite|armees?)|garde)(?: (?:nationale|judiciaire|royale|federale|interieure))?(?: (?:du|de la|de l'|des|d'|de) ?(?:republique (?:du|de la|de l'|d'|de) ?)?)`)

// servesIn is the country of the uniformed service the applicant says to be in: posts told
// without an employer or a place were there. Empty when none is named, or more than one.
func (r *Reading) servesIn() string {
	if r.home != nil {
		return *r.home
	}
	home := ""
	for _, i := range r.Own() {
		if len(r.Facts[i].Careers) == 0 {
			continue
		}
		v := r.View(i)
		for _, s := range v.Sentences {
			if v.SectionOf(s.First).Is(lexicon.Experience, lexicon.Education, lexicon.References, lexicon.Training) {
				continue
			}
			for _, m := range ownForce.FindAllStringIndex(s.Text, 4) {
				end := min(len(s.Text), m[1]+30)
				codes := lexicon.Places(v.Quote(s.At(m[1], end)))
				switch {
				case len(codes) == 0 || m[1] >= end:
				case home == "" || home == codes[0]:
					home = codes[0]
				default:
					home = "-"
				}
			}
		}
	}
	if home == "-" {
		home = ""
	}
	r.home = &home
	return home
}
