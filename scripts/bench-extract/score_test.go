package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"dossier/intake/extract"
	"dossier/screening/text"
)

func sheetOfColumns() sheet {
	return sheet{layout: sidebarLeft, head: []string{"Nadia Bréval"},
		left:  []section{{title: "Langues", entries: []entry{{what: "Arabe courant"}}}},
		right: []section{{title: "Parcours", entries: []entry{{when: "2019", what: "Juriste"}}}}}
}

func TestEitherColumnMayComeFirst(t *testing.T) {
	s := sheetOfColumns()
	for _, got := range []string{"Nadia Bréval\nLangues\nArabe courant\nParcours\n2019\nJuriste", "Nadia Bréval Parcours 2019 Juriste Langues Arabe courant"} {
		if f, order := marks(s, got); f != 1 || order != 1 || leaps(s, got) != 1 {
			t.Errorf("%q: F1 %v, order %v, %d leaps", got, f, order, leaps(s, got))
		}
	}
}

func TestTextReadAcrossTheGutterIsMarkedDown(t *testing.T) {
	s := sheetOfColumns()
	got := "Nadia Bréval Langues Parcours Arabe 2019 courant Juriste"
	f, order := marks(s, got)
	if f != 1 || order > 0.8 || leaps(s, got) != 5 {
		t.Errorf("F1 %v, order %v, %d leaps", f, order, leaps(s, got))
	}
}

func TestLostAndMergedWordsAreMarkedDown(t *testing.T) {
	s := sheetOfColumns()
	if f, _ := marks(s, "NadiaBréval Langues Arabe courant Parcours 2019"); f < 0.6 || f > 0.8 {
		t.Errorf("F1 %v", f)
	}
}

func TestAWordDividedAtALinesEndIsTheSameWord(t *testing.T) {
	got := plainWords("Coordi-\nnation à Saint-Rufin • l’État")
	if want := "coordination à saintrufin l'état"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBoxTwoPointsOffIsFoundAndThreeIsNot(t *testing.T) {
	res := extract.Result{Pages: []text.Page{{Text: "un deux", Width: 100, Height: 100, Words: []text.Word{
		{Start: 0, End: 2, Box: text.Box{0.1, 0.1, 0.2, 0.2}}, {Start: 3, End: 7, Box: text.Box{0.3, 0.1, 0.4, 0.2}}}}}}
	hits, all, _ := boxScore(res, []shown{{"un", [4]float64{12, 10, 20, 20}}, {"deux", [4]float64{30, 13, 40, 20}}, {"trois", [4]float64{}}})
	if hits != 1 || all != 3 {
		t.Errorf("%d of %d", hits, all)
	}
}

func TestTheSameSeedDrawsTheSameSheet(t *testing.T) {
	one := draw(rand.New(rand.NewPCG(1, 2)), "x", datesLeft, true, 3, false)
	two := draw(rand.New(rand.NewPCG(1, 2)), "x", datesLeft, true, 3, false)
	other := draw(rand.New(rand.NewPCG(1, 3)), "x", datesLeft, true, 3, false)
	if writeHTML(one) != writeHTML(two) || writeLaTeX(one) == writeLaTeX(other) {
		t.Error("a sheet does not follow from its seed")
	}
}
