package fact

import (
	"slices"
	"strings"
	"testing"
)

// cvOfTwoJobs has work, studies and languages that every reader finds something in.
const cvOfTwoJobs = "Awa Okonwe\nawa.okonwe@mail.example\n\nExpérience\n\nmars 2019 - avril 2022\tChargée de projet, Lumora, Dakar\nmai 2022 - juin 2024\tCoordinatrice, Lumora, Dakar\n\nFormation\n\n2016-2018\tMaster en droit international, Université de Dakar\n\nLangues\n\nFrançais : C2\nAnglais : B2\n"

func TestAPanicInOneReaderLosesOneSortOfFact(t *testing.T) {
	v := NewView(Input{Name: "cv.pdf", Pages: pageOf(cvOfTwoJobs)})
	whole := ReadView(v)
	if !whole.WorkComplete || !whole.StudyComplete || len(whole.Languages) != 2 || len(whole.Periods) != 2 {
		t.Fatalf("the case is not what the test needs: %+v", whole)
	}
	for n, r := range readers {
		broken := slices.Clone(readers)
		broken[n].read = func(v *View, f *Facts) {
			f.Email = &Text{Value: "half read"}
			f.Languages = append(f.Languages, Language{Code: "xx"})
			panic("a bug")
		}
		f := readWith(v, broken)
		if !slices.Equal(f.Broken, []string{r.name}) {
			t.Errorf("%s: Broken is %v", r.name, f.Broken)
		}
		if f.WorkComplete || f.StudyComplete {
			t.Errorf("%s: silence still counts as complete", r.name)
		}
		if r.name != "identity" && (f.Email == nil || f.Email.Value != "awa.okonwe@mail.example") {
			t.Errorf("%s: the address became %+v", r.name, f.Email)
		}
		if r.name != "languages" && len(f.Languages) != 2 {
			t.Errorf("%s: languages became %+v", r.name, f.Languages)
		}
		if r.name == "type" && !f.Unplaced {
			t.Error("a document of unknown type is not unplaced")
		}
		if r.name != "periods" && len(f.Periods) != 2 {
			t.Errorf("%s: %d periods", r.name, len(f.Periods))
		}
	}
}

// What a name of a degree covers may stand inside another's words, or before it.
func TestDegreeNamesThatOverlapAreRead(t *testing.T) {
	for _, head := range []string{
		"Diplôme d’ingénieur en génie civil (bac+5), École des ponts du Détroit, Tanger",
		"Master of Arts (MA) Master 2",
		"bac+5 diplôme d'ingénieur, diplôme bac+5",
		"Licence professionnelle licence",
	} {
		if names := degreeNames(head); len(names) == 0 {
			t.Errorf("%q: no degree", head)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(cvOfTwoJobs)
	f.Add("Formation\nDiplôme d’ingénieur en génie civil (bac+5), École des ponts\n2019\n")
	f.Add("Langues\nanglais : courant (C1), espagnol B1\nRéférences\nM. Fall, proviseur, +221 77 000 00 00\n")
	f.Add("EXPERIENCE\njanvier 2009 - août\n2012 Major de police, Dakar\ndont congé parental de mars à mai 2011\n")
	f.Fuzz(func(t *testing.T, s string) {
		if facts := Read(Input{Name: "cv.pdf", Pages: pageOf(s)}); len(facts.Broken) > 0 {
			t.Errorf("readers failed: %v", facts.Broken)
		}
	})
}

func TestAddressOfAHeadEndsTheSentenceBeforeIt(t *testing.T) {
	v := NewView(Input{Name: "cv.pdf", Pages: pageOf("Nour Khalil\nPhotographe et chargée de médias sociaux\nnour.khalil@barid.example | +961 70 000 018 | Dunkerque\n\nLANGUES\nFrançais, anglais\n")})
	for _, s := range v.Sentences {
		if strings.Contains(s.Text, "photographe") && strings.Contains(s.Text, "@") {
			t.Errorf("one sentence: %q", s.Text)
		}
	}
}
