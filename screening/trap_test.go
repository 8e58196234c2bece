package screening

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A file of testdata/traps holds small dossiers as strangers write them, each with what two
// careful people would say of it:
//
//	## name of the case
//	as of 2026-06-30                                       2025-06-30 when not given
//	language {"language":"en","min_level":"B2"} = unclear
//	experience {"min_months":24} = met 36                   the months, when they are settled
//	-- cv.pdf --                                           documents and flags as in golden cases
//
// Only verdicts stand here, and months where they are a point: a case is there to fail when
// the trap is stepped into, whatever words the reason is given in.
func TestTraps(t *testing.T) {
	files, err := filepath.Glob("testdata/traps/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of traps: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, part := range strings.Split("\n"+string(raw), "\n## ") {
			if n == 0 {
				continue
			}
			name, rest, _ := strings.Cut(part, "\n")
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+strings.ReplaceAll(name, " ", "-"), func(t *testing.T) { trap(t, rest+"\n") })
		}
	}
}

// trap judges one case and compares each criterion with what is expected of it.
func trap(t *testing.T, s string) {
	ar := txtar.Parse([]byte(s))
	_, d, _ := readCase(t, &txtar.Archive{Comment: ar.Comment, Files: append([]txtar.File{
		{Name: "checklist.json", Data: []byte(`{"criteria":[]}`)}, {Name: "findings"}}, ar.Files...)})
	list := Checklist{AsOf: Date{2025, 6, 30}}
	var expected []string
	for line := range strings.Lines(string(ar.Comment)) {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "as of "); ok {
			day, err := ParseDate(v)
			if err != nil {
				t.Fatal(err)
			}
			list.AsOf = day
		}
		given, want, ok := strings.Cut(line, "} = ")
		if kind, params, open := strings.Cut(given, " {"); ok && open {
			list.Criteria = append(list.Criteria, Criterion{ID: fmt.Sprintf("%s-%d", kind, len(expected)), Kind: kind, Importance: Required, Params: json.RawMessage("{" + params + "}")})
			expected = append(expected, want)
		}
	}
	if len(expected) == 0 || len(d.Documents) == 0 {
		t.Fatal("no criterion or no document")
	}
	for _, p := range Validate(list) {
		t.Fatalf("%s: %s", p.Field, p.Message)
	}
	a := Assess(list, d)
	for n, f := range a.Findings {
		checkEvidence(t, d, f)
		verdict, months, _ := strings.Cut(expected[n], " ")
		if f.Verdict.String() != verdict || months != "" && f.Args["months"] != months {
			t.Errorf("%s %s: want %s, got\n%s", list.Criteria[n].Kind, list.Criteria[n].Params, expected[n], writeFindings([]Finding{f}, 0))
		}
	}
}
