package review

import (
	"strings"
	"testing"

	"dossier/screening/text"
)

func TestMarksCoverExactlyTheirPassages(t *testing.T) {
	const content = "Langues\nFrançais : courant, anglais :\ncourant. Œuvres\n"
	at := func(number int, quote string) passage {
		i := strings.Index(content, quote)
		return passage{ID: "e" + string(rune('0'+number)), Number: number, Criterion: "c" + string(rune('0'+number)), Page: 1, Quote: quote, start: i, end: i + len(quote)}
	}
	passages := []passage{
		at(1, "Français : courant"),
		at(2, "courant, anglais :\ncourant"), // over a line end, and over the first
		at(3, "\nFrançais"),                  // begins with a line end
		{ID: "e4", Number: 4, Page: 1, Quote: "not what stands there", start: 0, end: 7},
		{ID: "e5", Number: 5, Page: 2, Quote: "Langues", start: 0, end: 7},
	}
	out, cut := readings([]text.Page{{Number: 1, Text: content}}, passages, func(c string) string { return "/" + c })
	if cut || len(out) != 1 || len(out[0].Lines) != 3 {
		t.Fatalf("%d pages, cut %v", len(out), cut)
	}
	var plain strings.Builder
	covered := map[string]string{}
	anchors, numbers := map[string]int{}, map[string]int{}
	for _, line := range out[0].Lines {
		for _, s := range line.Segments {
			plain.WriteString(s.Text)
			for _, p := range s.Passages {
				covered[p.ID] += s.Text
			}
			for _, a := range s.Anchors {
				anchors[a]++
			}
			if s.Last {
				numbers[s.Numbers]++
			}
		}
		plain.WriteByte('\n')
	}
	if plain.String() != content {
		t.Errorf("text became %q", plain.String())
	}
	for id, want := range map[string]string{"e1": "Français : courant", "e2": "courant, anglais :courant", "e3": "Français"} {
		if covered[id] != want {
			t.Errorf("%s covers %q, want %q", id, covered[id], want)
		}
		if anchors[id] != 1 {
			t.Errorf("%s has %d anchors, want one", id, anchors[id])
		}
	}
	if len(covered) != 3 {
		t.Errorf("marked %v; a passage that does not match its text, or is of another page, is not marked", covered)
	}
	if numbers["1"] != 1 || numbers["2"] != 1 || numbers["3"] != 1 {
		t.Errorf("numbers %v, want each once, where its passage ends", numbers)
	}
}

func TestLongTextIsCutAndSaysSo(t *testing.T) {
	page := text.Page{Number: 1, Text: strings.Repeat("é\n", maxReadingBytes)}
	out, cut := readings([]text.Page{page, {Number: 2, Text: "more"}}, nil, nil)
	if !cut || len(out) != 1 {
		t.Errorf("%d pages, cut %v", len(out), cut)
	}
}

func TestOccurrenceOfAQuoteIsCountedWithoutBlanks(t *testing.T) {
	const content = "Anglais : courant\nEspagnol\nAnglais :\n courant\n"
	second := strings.LastIndex(content, "Anglais")
	passages := []passage{
		{Document: "1", Page: 1, Quote: "Anglais : courant", start: 0},
		{Document: "1", Page: 1, Quote: "Anglais :\n courant", start: second},
		{Document: "2", Page: 1, Quote: "Anglais", start: second},
		{Document: "1", Page: 1, Quote: "Anglais", start: second, Boxes: []text.Box{{0, 0, 1, 1}}},
		{Document: "1", Page: 1, Quote: "x", start: 9999},
	}
	numberOccurrences(passages, "1", []text.Page{{Number: 1, Text: content}})
	for i, want := range []int{0, 1, 0, 0, 0} {
		if passages[i].Nth != want {
			t.Errorf("passage %d is occurrence %d, want %d", i, passages[i].Nth, want)
		}
	}
}
