package notices

import (
	"bytes"
	"testing"

	"dossier/intake/extract"
	"dossier/screening/notice"
)

// The figures below which the reading of the program's own notices may not fall. They are
// not a measure of notices by others: their author wrote the rules as well.
const (
	leastCheckable = 0.97
	leastFound     = 0.97
	mostInvented   = 0.02
)

func TestOwnNoticesAreReadInEveryFormat(t *testing.T) {
	set, err := Set()
	if err != nil {
		t.Fatal(err)
	}
	if len(set) < 20 {
		t.Fatalf("%d notices, want 20", len(set))
	}
	for _, format := range Formats {
		var total Marks
		for _, c := range set {
			b, err := c.Render(format)
			if err != nil {
				t.Fatal(err)
			}
			res := extract.Read(c.Name+"."+format, b, extract.Limits{})
			if len(res.Pages) == 0 {
				t.Fatalf("%s.%s: %s", c.Name, format, res.Problem)
			}
			m, remarks := Score(c.Truth, notice.Read(res.Pages, notice.Options{}))
			total.Add(m)
			for _, r := range remarks {
				if r.What == "cite" || r.What == "decoy" {
					t.Errorf("%s.%s: %s %q", c.Name, format, r.What, r.Quote)
				}
			}
		}
		t.Logf("%s: checkable %d/%d, all %d/%d, kind %d, params %d, importance %d, invented %d of %d", format, total.CheckableFound, total.Checkable, total.Found, total.Asked, total.Kind, total.Params, total.Importance, total.Invented, total.Drafted)
		if share := float64(total.CheckableFound) / float64(total.Checkable); share < leastCheckable {
			t.Errorf("%s: checkable found %.3f, want %.3f", format, share, leastCheckable)
		}
		if share := float64(total.Found) / float64(total.Asked); share < leastFound {
			t.Errorf("%s: found %.3f, want %.3f", format, share, leastFound)
		}
		if share := float64(total.Invented) / float64(total.Drafted); share > mostInvented {
			t.Errorf("%s: invented %.3f, want at most %.3f", format, share, mostInvented)
		}
		if total.Cited != total.Drafted {
			t.Errorf("%s: %d of %d lines quote the text at their offsets", format, total.Cited, total.Drafted)
		}
	}
}

func TestMarksTellMissedFromInvented(t *testing.T) {
	truth, err := ParseTruth("language required {\"language\":\"fr\",\"min_level\":\"B2\"} <- Fluent French\nlicence required {\"licence\":\"B\"} <- not in the text")
	if err != nil {
		t.Fatal(err)
	}
	m, remarks := Score(truth, notice.ReadText("Requirements\n- Fluent French\n- Excel skills in Excel", notice.Options{}))
	if m.Found != 1 || m.Asked != 2 || m.Params != 0 || m.Invented != 1 {
		t.Errorf("got %+v %+v", m, remarks)
	}
}

func TestSameNoticeSameBytes(t *testing.T) {
	set, err := Set()
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"txt", "html", "docx"} {
		a, errA := set[0].Render(format)
		b, errB := set[0].Render(format)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v %v", format, errA, errB)
		}
	}
}
