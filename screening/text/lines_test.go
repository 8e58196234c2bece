package text

import (
	"strings"
	"testing"
)

func pages(list ...string) []Page {
	var out []Page
	for i, s := range list {
		out = append(out, Page{Number: i + 1, Text: s})
	}
	return out
}

func TestPageFurnitureIsMarked(t *testing.T) {
	lines := Lines(pages("Awa Dieng - CV\nExpérience\nChargée\nMaster\n1/2", "Awa Dieng - CV\nLangues\nAnglais\nArabe\n2/2\n© Union européenne, 2002-2017"))
	var got []string
	for _, l := range lines {
		if l.Furniture {
			got = append(got, l.Raw)
		}
	}
	if want := "1/2|Awa Dieng - CV|2/2|© Union européenne, 2002-2017"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "|"), want)
	}
}

func TestSameLineAtFootAndHeadIsNoFurniture(t *testing.T) {
	for _, l := range Lines(pages("A b c\nd\ne\nf\ng\nh\nONG Rive, Dakar", "ONG Rive, Dakar\nx\ny\nz\nw\nv\nu")) {
		if l.Furniture {
			t.Errorf("%q is marked", l.Raw)
		}
	}
}

func TestWrappedProseIsJoined(t *testing.T) {
	in := "Juriste de formation, j'ai suivi pendant trois ans des conventions avec des parte-\nnaires publics et privés. Ce travail m'a appris à tenir des délais et à écouter.\n\n- Premier point\n- Second point qui continue sur une autre ligne\n  avec la suite"
	ps := Paragraphs(Lines(pages(in)), nil)
	var got []string
	for _, p := range ps {
		for _, s := range Sentences(p) {
			got = append(got, s.Text)
		}
	}
	want := []string{
		"juriste de formation, j'ai suivi pendant trois ans des conventions avec des partenaires publics et prives.",
		"ce travail m'a appris a tenir des delais et a ecouter.",
		"- premier point",
		"- second point qui continue sur une autre ligne avec la suite",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The width of a letter cannot be told when one line of it is not cut: what breaks off
// inside a sentence goes on whatever the next line begins with.
func TestASentenceGoesOnBehindAShortLine(t *testing.T) {
	in := "Ce stage conclut mes études. Je souhaite apprendre\nWordPress. Votre annonce demande « \nSharePoint ». Je parle italien et\nj'aime lire.\nJe vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations les plus distinguées et de mon respect."
	var got []string
	for _, p := range Paragraphs(Lines(pages(in)), nil) {
		for _, s := range Sentences(p) {
			got = append(got, s.Text)
		}
	}
	if len(got) < 4 || got[1] != "je souhaite apprendre wordpress." || !strings.Contains(got[2], "votre annonce demande") || !strings.Contains(got[2], "sharepoint") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestShortLinesOfAListAreNotJoined(t *testing.T) {
	ps := Paragraphs(Lines(pages("Langues\nFrançais\nAnglais\nCentres d'intérêt\nLecture")), nil)
	if len(ps) != 5 {
		t.Errorf("%d paragraphs, want 5", len(ps))
	}
}

func TestSentencesKeepAbbreviations(t *testing.T) {
	p := Paragraphs(Lines(pages("M. Diop et Mme. Sall ont signé le 3 févr. 2020. Je les remercie ! Réf. n° 12.")), nil)[0]
	if got := len(Sentences(p)); got != 3 {
		t.Errorf("%d sentences, want 3", got)
	}
}

func TestJoinedTextPointsBack(t *testing.T) {
	const s = "Été passé\nà Thiès"
	f := Fold(s)
	j := Join(" ", f.Sub(0, 9), f.Sub(10, len(f.Text)))
	if j.Text != "ete passe a thies" {
		t.Fatalf("joined %q", j.Text)
	}
	a, b := j.Span(0, len(j.Text))
	if s[a:b] != s {
		t.Errorf("back to %q, want %q", s[a:b], s)
	}
	a, b = j.Span(strings.Index(j.Text, "thies"), len(j.Text))
	if s[a:b] != "Thiès" {
		t.Errorf("back to %q, want Thiès", s[a:b])
	}
}

func FuzzLines(f *testing.F) {
	f.Add("Langues\n- Français-\nanglais\x00\xff ﬁ Œ\n\n\n1/2")
	f.Fuzz(func(t *testing.T, s string) {
		page := Page{Number: 1, Text: s}
		lines := Lines([]Page{page})
		for _, l := range lines {
			if page.Quote(l.All()) != l.Raw {
				t.Errorf("line %q is not its passage %q", l.Raw, page.Quote(l.All()))
			}
		}
		for _, p := range Paragraphs(lines, nil) {
			for _, q := range Sentences(p) {
				if a := q.All(); a.Start >= a.End || a.End > len(s) {
					t.Errorf("sentence %q has span %+v of %d bytes", q.Text, a, len(s))
				}
			}
		}
	})
}
