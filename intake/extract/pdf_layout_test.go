package extract

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// at draws a line of text at a place.
func at(x, y int, s string) string {
	return fmt.Sprintf("BT /F1 10 Tf %d %d Td (%s) Tj ET\n", x, y, latin1(s))
}

var (
	leftColumn  = []string{"Langues", "Français : C2", "Anglais : C1", "Outils", "Excel, Word", "Loisirs", "Chorale et voile"}
	rightColumn = []string{"Expérience professionnelle", "Chargée de projet, ville de Brest", "Suivi de douze conventions et de leurs bilans",
		"Rédaction de rapports pour les financeurs", "Assistante, ville de Vannes", "Accueil, courrier, agendas de la direction", "Organisation de deux salons par an"}
)

// columnsPDF draws two columns row by row, as a page laid out in a table may be.
func columnsPDF() []byte {
	var b strings.Builder
	for i := range leftColumn {
		b.WriteString(at(50, 700-15*i, leftColumn[i]))
		b.WriteString(at(220, 697-15*i, rightColumn[i]))
	}
	return pagePDF(b.String())
}

func TestColumnsAreReadOneAfterTheOther(t *testing.T) {
	p := readPage(t, columnsPDF())
	want := strings.Join(leftColumn, "\n") + "\n\n" + strings.Join(rightColumn, "\n") + "\n"
	if p.Text != want || p.Order != "columns" {
		t.Errorf("order %s, got\n%s\nwant\n%s", p.Order, p.Text, want)
	}
	if p.Words[0].Block == p.Words[len(p.Words)-1].Block {
		t.Error("both columns are one block")
	}
}

func TestColumnsDrawnInOrderStaySo(t *testing.T) {
	var b strings.Builder
	for i, s := range rightColumn {
		b.WriteString(at(220, 700-15*i, s))
	}
	for i, s := range leftColumn {
		b.WriteString(at(50, 700-15*i, s))
	}
	p := readPage(t, pagePDF(b.String()))
	if !strings.HasPrefix(p.Text, rightColumn[0]) || strings.Contains(p.Text, "Langues\t") {
		t.Errorf("order %s, got\n%s", p.Order, p.Text)
	}
}

func TestDatesStayBesideWhatTheyDate(t *testing.T) {
	rows := [][2]string{{"2019 - 2021", "Chargée de projet, ville de Brest"}, {"", "Suivi de douze conventions"}, {"", "Rapports aux financeurs"},
		{"2016 - 2019", "Assistante, ville de Vannes"}, {"", "Accueil et agendas"}, {"", "Deux salons par an"},
		{"2014 - 2016", "Vendeuse, librairie du port"}, {"", "Conseil aux clients"}}
	// The dates are drawn in one go, before everything else.
	var b strings.Builder
	for i, r := range rows {
		if r[0] != "" {
			b.WriteString(at(50, 700-15*i, r[0]))
		}
	}
	want := ""
	for i, r := range rows {
		b.WriteString(at(150, 700-15*i, r[1]))
		want += strings.TrimPrefix(r[0]+"\t", "\t") + r[1] + "\n"
	}
	if p := readPage(t, pagePDF(b.String())); p.Text != want {
		t.Errorf("order %s, got\n%s\nwant\n%s", p.Order, p.Text, want)
	}
}

func TestDateBrokenOverTwoLinesIsOneLabel(t *testing.T) {
	var b strings.Builder
	for i, r := range [][2]string{{"January 2023 –", "Project assistant, Lisbon"}, {"June 2024", "Activity log of a shelter"}, {"", "Stock of food and clothing"},
		{"March 2021 –", "Call-centre agent, Porto"}, {"present", "Telecom support by telephone"}, {"", "Training of newcomers"}} {
		if r[0] != "" {
			b.WriteString(at(50, 700-13*i, r[0]))
		}
		b.WriteString(at(160, 700-13*i, r[1]))
	}
	p := readPage(t, pagePDF(b.String()))
	for _, want := range []string{"January 2023 – June 2024\tProject assistant, Lisbon\n", "March 2021 – present\tCall-centre agent, Porto\n"} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("order %s, lacks %q:\n%s", p.Order, want, p.Text)
		}
	}
}

func TestTurnedTextIsReadApart(t *testing.T) {
	p := readPage(t, pagePDF(at(100, 700, "Profil de juriste")+at(100, 685, "Six années en mission")+"BT /F1 10 Tf 0 1 -1 0 40 500 Tm (Curriculum vitae) Tj ET"))
	if want := "Profil de juriste\nSix années en mission\n\nCurriculum vitae\n"; p.Text != want {
		t.Errorf("got %q, want %q", p.Text, want)
	}
}

func TestQualityTellsTextFromNoise(t *testing.T) {
	good := "Chargée de projet dans une association de la ville, avec des rapports pour les financeurs et un budget à suivre.\n"
	for name, c := range map[string]struct {
		text string
		low  bool
	}{
		"text":               {good, false},
		"list":               {"Excel, Word\nAnglais C1\nPermis B\n", false},
		"unknown letters":    {strings.ReplaceAll(good, "e", "\uFFFD"), true},
		"private letters":    {strings.Map(func(r rune) rune { return map[bool]rune{true: r + 0xE000, false: r}[r > ' ' && r < 0x80] }, good), true},
		"single letters":     {strings.Join(strings.Split(strings.ReplaceAll(good, " ", ""), ""), " "), true},
		"words run together": {strings.Repeat("chargéedeprojetdansuneassociationdelaville ", 4), true},
	} {
		p := flowPage("test", c.text)
		if (p.Quality < goodEnough) != c.low {
			t.Errorf("%s: quality %v", name, p.Quality)
		}
	}
}

// A heading's letters may each be placed by themselves, in units whose rounding leaves
// next to nothing between a letter's end and its ink, and with one pair moved closer.
func TestLettersPlacedApartAreOneWord(t *testing.T) {
	for size := 11.0; size < 15; size += 0.3 {
		var b strings.Builder
		b.WriteString("0.75 0 0 -0.75 0 842 cm\n")
		x := 523.51
		for i, r := range "CONTACT" {
			if i == 4 {
				x -= 0.08 * size
			}
			fmt.Fprintf(&b, "BT /F1 %.1f Tf 1 0 0 -1 %.3f 200 Tm (%c) Tj ET\n", size, x, r)
			x += size * (standardWidth("Helvetica", string(r)) + 0.2)
		}
		if got := readPage(t, pagePDF(b.String())).Text; got != "CONTACT\n" {
			t.Errorf("at size %.1f: got %q", size, got)
		}
	}
}
