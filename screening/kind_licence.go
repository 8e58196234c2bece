package screening

import (
	"fmt"
)

// licenceParams: the category of driving licence asked for.
type licenceParams struct {
	Licence string `json:"licence"`
}

var licence = Kind{Name: "licence", Check: checkLicence, Judge: judgeLicence,
	Reasons: []string{"licence.held", "licence.not_held", "licence.silent", "licence.no_category", "licence.other_category", "licence.conflict"}}

func checkLicence(c Criterion) []Problem {
	var p licenceParams
	if problems := checkParams(c, &p); problems != nil {
		return problems
	}
	switch p.Licence {
	case "AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C", "CE", "D1", "D", "DE":
		return nil
	case "":
		return []Problem{{"params.licence", "missing"}}
	}
	return []Problem{{"params.licence", fmt.Sprintf("%q: want a category like A, B, BE, C or D", p.Licence)}}
}

func judgeLicence(c Criterion, r *Reading) Finding {
	var p licenceParams
	_ = decode(c, &p)
	var held, denied, vague, other []Evidence
	for _, i := range r.Own() {
		for _, l := range r.Facts[i].Licences {
			switch {
			case l.Category != "" && !covers(l.Category, p.Licence):
				other = append(other, r.Passage(i, l.Where, Context))
			case !l.Held:
				denied = append(denied, r.Passage(i, l.Where, Contradicts))
			case l.Category == "":
				vague = append(vague, r.Passage(i, l.Where, Context))
			default:
				held = append(held, r.Passage(i, l.Where, Supports))
			}
		}
	}
	arg := []string{"licence", p.Licence}
	switch {
	case len(held) > 0 && len(denied) > 0:
		return c.Unclear("licence.conflict", arg...).With(held...).With(denied...)
	case len(held) > 0:
		return c.Met("licence.held", arg...).With(held...)
	case len(denied) > 0 && len(vague) > 0:
		return c.Unclear("licence.conflict", arg...).With(denied...).With(vague...)
	case len(denied) > 0:
		return c.NotMet("licence.not_held", arg...).With(denied...)
	case len(vague) > 0:
		return c.Unclear("licence.no_category", arg...).With(vague...)
	case len(other) > 0:
		return c.Unclear("licence.other_category", arg...).With(other...)
	}
	return c.Unclear("licence.silent", arg...).With(r.Searched())
}

// covers tells whether a licence of category have is one of category want: a trailer
// licence includes that of its vehicle, a full one the small one.
func covers(have, want string) bool {
	if have == want {
		return true
	}
	switch want {
	case "A1", "A2":
		return have == "A" || want == "A1" && have == "A2"
	case "B", "C", "D":
		return have == want+"E"
	case "B1", "C1", "D1":
		return have == want[:1] || have == want[:1]+"E"
	}
	return false
}
