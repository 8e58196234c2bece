package notice

import "testing"

func TestAndOrAsksForOneOfTheTwo(t *testing.T) {
	for _, c := range []struct{ heading, line string }{
		{"Profil recherché", "Titulaires d’une bourse pour des stages dans des organisations internationales et/ou pour lesquelles un stage est nécessaire pour terminer leurs études."},
		{"Profil recherché", "Être titulaire d’un master en droit et/ou justifier de trois ans d’expérience en protection."},
		{"Profil recherché", "Être titulaire d’un master en droit et / ou avoir au moins trois ans d’expérience en protection."},
		{"Requirements", "A master's degree in law and/or at least three years of experience in protection."},
		{"Requirements", "Hold a scholarship from an international foundation or a partner university and/or be sponsored by a public institution."},
	} {
		d := ReadText(c.heading+"\n\n- "+c.line+"\n", Options{})
		if len(d.Criteria) != 1 {
			t.Errorf("%s\n%d criteria, want one: %+v", c.line, len(d.Criteria), d.Criteria)
			continue
		}
		// A group of which one is enough, or one criterion with several words of which one is enough.
		switch one := d.Criteria[0]; one.Kind {
		case "any_of":
			if len(one.Criteria) != 2 {
				t.Errorf("%s\n%d alternatives, want two", c.line, len(one.Criteria))
			}
		case "eligibility":
		default:
			t.Errorf("%s\nread as %s", c.line, one.Kind)
		}
	}
}

func TestAndAloneStillAsksForBoth(t *testing.T) {
	d := ReadText("Requirements\n\n- A master's degree in law and at least three years of experience in protection.\n", Options{})
	if len(d.Criteria) != 2 {
		t.Errorf("%d criteria, want two: %+v", len(d.Criteria), d.Criteria)
	}
}
