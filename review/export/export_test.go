package export

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

var sheet = Sheet{Name: "Candidatures [2026]/?", Columns: []Column{{Title: "Nom", Width: 30}, {Title: "Reçue le"}, {Title: "Remplis"}}, Comma: ';'}

// hostile are texts that a spreadsheet would compute, or that break a file.
var hostile = []string{"=1+1", "+33 6 00", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A", " =1+1", "\u00a0=cmd|' /C calc'!A0", "\ufeff@x"}

func written(t *testing.T, f Format, rows ...[]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := New(f, &out, sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSeparatedTextHoldsNoFormula(t *testing.T) {
	for _, evil := range hostile {
		got := string(written(t, CSV, []any{evil, time.Time{}, 1}))
		if !strings.HasPrefix(got, mark) {
			t.Fatalf("no mark for Excel: %q", got)
		}
		// Whatever separator and quotes a program goes by, no cell may begin with the sign.
		for _, comma := range []rune{';', ','} {
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(got, mark)))
			r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
			records, err := r.ReadAll()
			if err != nil {
				t.Fatalf("%q: %v", evil, err)
			}
			for _, record := range records {
				for _, cell := range record {
					if isFormula(cell) {
						t.Errorf("%q gives the cell %q", evil, cell)
					}
				}
			}
		}
	}
}

func TestSeparatedTextKeepsWhatIsHarmless(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 6, 59, 0, time.FixedZone("Paris", 3600))
	got := string(written(t, CSV, []any{"Éloi \"le\" Bon; d’Hérouville\nligne 2", at, 11}))
	want := mark + "\"Nom\";\"Reçue le\";\"Remplis\"\r\n\"Éloi \"\"le\"\" Bon; d’Hérouville\nligne 2\";2026-11-22 14:06;11\r\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWorkbookHoldsNoFormula(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 6, 59, 0, time.FixedZone("Paris", 3600))
	var rows [][]any
	for _, evil := range append(hostile, "a\x00b\x1bc\ufffe") {
		rows = append(rows, []any{evil, at, 11})
	}
	f, err := excelize.OpenReader(bytes.NewReader(written(t, XLSX, rows...)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	for i := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+2)
		formula, err := f.GetCellFormula(name, cell)
		if err != nil || formula != "" {
			t.Errorf("%q became the formula %q (%v)", rows[i][0], formula, err)
		}
		kind, err := f.GetCellType(name, cell)
		if err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%q is a cell of type %v (%v)", rows[i][0], kind, err)
		}
	}
	if got, err := f.GetCellValue(name, "B2"); err != nil || got != "2026-11-22 14:06" {
		t.Errorf("the time reads %q %v", got, err)
	}
	if got, err := f.GetCellValue(name, "C2"); err != nil || got != "11" {
		t.Errorf("the number reads %q %v", got, err)
	}
}

func TestFileNamesAreSafe(t *testing.T) {
	day := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"communication-calais":            "communication-calais-2026-11-22.csv",
		"../../etc/passwd\r\nX-Evil: yes": "etc-passwd-x-evil-yes-2026-11-22.csv",
		"Chargé·e \"de\" plaidoyer; a=b":  "charge-e-de-plaidoyer-a-b-2026-11-22.csv",
		"日本":                              "export-2026-11-22.csv",
		strings.Repeat("long ", 40):       strings.TrimSuffix(strings.Repeat("long-", 16), "-") + "-2026-11-22.csv",
	} {
		if got := FileName(CSV, day, in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestRowsMustFitTheSheet(t *testing.T) {
	for _, f := range []Format{CSV, XLSX} {
		w, err := New(f, &bytes.Buffer{}, sheet)
		if err != nil {
			t.Fatal(err)
		}
		if w.Row([]any{"one"}) == nil {
			t.Errorf("%s takes a row of one cell", f)
		}
		if w.Row([]any{"a", "b", 1.5}) == nil {
			t.Errorf("%s takes a cell of another type", f)
		}
		Abandon(w)
	}
	if _, err := New("exe", &bytes.Buffer{}, sheet); err == nil {
		t.Error("an unknown format is taken")
	}
}
