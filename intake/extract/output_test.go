package extract

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestJSONHoldsTheWholeResult(t *testing.T) {
	want := Read("cv.pdf", samplePDF("Ève & Cie"), Limits{})
	var b bytes.Buffer
	if err := WriteJSON(&b, want); err != nil {
		t.Fatal(err)
	}
	var got Result
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || !strings.Contains(b.String(), "Ève & Cie") {
		t.Errorf("got %+v, want %+v in\n%s", got, want, &b)
	}
}

func TestTSVPointsIntoTheText(t *testing.T) {
	for name, res := range map[string]Result{
		"PDF":  Read("cv.pdf", samplePDF("Lettre de motivation", "Madame"), Limits{}),
		"text": Read("cv.txt", []byte("Lettre de\tmotivation\n\nMadame\n"), Limits{}),
	} {
		var b bytes.Buffer
		if err := WriteTSV(&b, res); err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(b.String()), "\n")
		if len(rows) < 3 {
			t.Fatalf("%s: %d rows", name, len(rows))
		}
		for _, row := range rows[1:] {
			f := strings.Split(row, "\t")
			if len(f) != 12 {
				t.Fatalf("%s: %d cells in %q", name, len(f), row)
			}
			start, err1 := strconv.Atoi(f[2])
			end, err2 := strconv.Atoi(f[3])
			if err1 != nil || err2 != nil || oneCell(res.Pages[0].Text[start:end]) != f[11] {
				t.Errorf("%s: %q does not point at its word", name, row)
			}
		}
	}
}

func TestTextPartsPages(t *testing.T) {
	var b bytes.Buffer
	if err := WriteText(&b, Read("cv.txt", []byte("un\fdeux\n"), Limits{})); err != nil {
		t.Fatal(err)
	}
	if b.String() != "un\n\fdeux\n" {
		t.Errorf("got %q", b.String())
	}
}
