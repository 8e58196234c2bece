package extract

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/draw"
	imagefont "golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"dossier/internal/testenv"
)

// piece is a line of a drawn page: where it begins, in dots of a 1240 by 1754 page. A
// negative x is the distance of its end from the right edge.
type piece struct {
	x, y int
	text string
}

func drawPieces(t testing.TB, pieces []piece) *image.Gray {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 11, DPI: 150})
	if err != nil {
		t.Fatal(err)
	}
	pic := image.NewGray(image.Rect(0, 0, 1240, 1754))
	draw.Draw(pic, pic.Bounds(), image.White, image.Point{}, draw.Src)
	d := imagefont.Drawer{Dst: pic, Src: image.NewUniform(color.Black), Face: face}
	for _, p := range pieces {
		x := p.x
		if x < 0 {
			x = 1240 + x - d.MeasureString(p.text).Ceil()
		}
		d.Dot = fixed.P(x, p.y)
		d.DrawString(p.text)
	}
	return pic
}

type scannedJob struct {
	what, where, when string
	did               []string
}

var scannedJobs = []scannedJob{
	{"Coordinatrice de projet", "Union des Trois Moulins", "mars 2021 - juin 2024", []string{"Suivi de dix dossiers individuels", "Encadrement de quatre agents"}},
	{"Assistante juridique", "Cabinet Griffon", "septembre 2018 - mai 2020", []string{"Recherche de jurisprudence"}},
	{"Enseignante", "Lycée des Hauts Champs", "janvier 2016 - août 2018", []string{"Cours de droit public", "Conseil de classe"}},
}

// cvScan lays a CV out as people do; want is its text in reading order.
func cvScan(layout string) (pieces []piece, want []string) {
	y := 150
	put := func(x int, s string) {
		pieces = append(pieces, piece{x, y, s})
		want = append(want, s)
	}
	put(120, "Zélie Fauchereau")
	y += 80
	top := y
	switch layout {
	case "dates right", "dates left":
		for _, j := range scannedJobs {
			if layout == "dates right" {
				put(120, j.what)
				put(-120, j.when)
			} else {
				put(120, j.when)
				put(520, j.what)
			}
			x := 120
			if layout == "dates left" {
				x = 520
			}
			for _, s := range append([]string{j.where}, j.did...) {
				y += 34
				put(x, s)
			}
			y += 60
		}
	case "two columns":
		for _, j := range scannedJobs {
			for _, s := range append([]string{j.what, j.where, j.when}, j.did...) {
				put(120, s)
				y += 34
			}
			y += 30
		}
		y = top + 8
		for _, s := range []string{"Formation", "Master de droit public obtenu", "Faculté de Valbrême en 2015", "Licence de géographie humaine", "Faculté de Valbrême en 2013", "Langues parlées", "Anglais courant", "Portugais scolaire", "Loisirs de plein air", "Randonnée et voile", "Chant dans une chorale"} {
			put(700, s)
			y += 37
		}
	}
	return pieces, want
}

func TestScannedRowsStayTogether(t *testing.T) {
	tools := Tools{Tesseract: testenv.Tesseract(t)}
	for _, layout := range []string{"dates right", "dates left", "two columns"} {
		pieces, want := cvScan(layout)
		var b bytes.Buffer
		if err := png.Encode(&b, tilt(drawPieces(t, pieces), 0.3)); err != nil {
			t.Fatal(err)
		}
		res := Deepen("scan.png", b.Bytes(), Read("scan.png", b.Bytes(), Limits{}), tools, Limits{})
		checkResult(t, res)
		got, expected := strings.Fields(res.Text()), strings.Fields(strings.Join(want, " "))
		if recovered(res.Text(), want) < 0.95 || inOrder(got, expected) < 0.97 {
			t.Errorf("%s: order %.2f, words %.2f\n%s", layout, inOrder(got, expected), recovered(res.Text(), want), res.Text())
		}
		if layout == "two columns" {
			continue
		}
		for _, j := range scannedJobs {
			row := j.what + "\t" + j.when + "\n"
			if layout == "dates left" {
				row = j.when + "\t" + j.what + "\n"
			}
			if !strings.Contains(res.Text(), row) {
				t.Errorf("%s: no row %q in\n%s", layout, row, res.Text())
			}
		}
	}
}

// inOrder is the share of the words that stand once in both texts and go forward.
func inOrder(got, want []string) float64 {
	count := func(ws []string) map[string]int {
		m := map[string]int{}
		for _, w := range ws {
			m[w]++
		}
		return m
	}
	g, w := count(got), count(want)
	n := 0
	var tails []int
	for _, x := range got {
		if g[x] != 1 || w[x] != 1 {
			continue
		}
		n++
		at := slices.Index(want, x)
		if i, _ := slices.BinarySearch(tails, at); i == len(tails) {
			tails = append(tails, at)
		} else {
			tails[i] = at
		}
	}
	if n == 0 {
		return 0
	}
	return float64(len(tails)) / float64(n)
}
