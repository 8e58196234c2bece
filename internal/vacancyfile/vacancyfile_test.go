package vacancyfile

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"dossier/screening"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected problems of testdata")

// Each case holds a file and the problems it is to give.
func TestProblemsNameLineAndField(t *testing.T) {
	cases, err := filepath.Glob("testdata/problems/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no case: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f, err := Parse("vacancies.yaml", a.Files[0].Data)
			if err == nil {
				t.Fatal("no problem found")
			}
			if len(f.Vacancies) != 0 {
				t.Error("vacancies came back beside the problems")
			}
			got := err.Error() + "\n"
			if *update {
				a.Files = []txtar.File{a.Files[0], {Name: "problems", Data: []byte(got)}}
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func parse(t *testing.T, src string) File {
	t.Helper()
	f, err := Parse("test.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const whole = `
reading_rules: {anything: [goes, {here: 1}]}
vacancies:
  - id: field-officer
    title: "Chargé·e de terrain: appui"
    organisation: Atelier du Sud
    place: Nairobi, Kenya
    reference: 0042
    addresses: [posts@atelier-sud.example]
    deadline: "2026-01-31T23:59:00+01:00"
    deadline_zone: Europe/Paris
    deadline_inclusive: true
    deadline_grace_minutes: 15
    deadline_source: assumed
    as_of: 2026-01-30
    state: closed
    language: fr
    criteria:
      - {id: cv, kind: documents, importance: required, statement: A CV., params: {all_of: [cv]}}
      - id: tongue
        kind: any_of
        importance: asset
        statement: {fr: Une langue., en: A language.}
        source: {quote: "«Parler»", start: 3, end: 14}
        criteria:
          - {id: fr, kind: language, params: {language: fr, min_level: C1}}
          - {id: en, kind: language, params: {language: en, min_level: C1}}
      - id: age
        kind: age
        importance: required
        sensitive: true
        legal_basis: Article 5
        statement: |
          Two
          lines.
        params: {min: 20, max: 36}
`

func TestEveryFieldIsRead(t *testing.T) {
	got := parse(t, whole).Vacancies
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	want := []Vacancy{{
		ID: "field-officer", Title: "Chargé·e de terrain: appui", Organisation: "Atelier du Sud",
		Place: "Nairobi, Kenya", Reference: "0042", Addresses: []string{"posts@atelier-sud.example"},
		Deadline: &screening.Deadline{At: time.Date(2026, 1, 31, 23, 59, 0, 0, paris), Zone: "Europe/Paris", Inclusive: true, GraceMinutes: 15, Source: "assumed"},
		AsOf:     screening.Date{Year: 2026, Month: 1, Day: 30}, State: Closed, Language: "fr",
		Criteria: []screening.Criterion{
			{ID: "cv", Kind: "documents", Importance: screening.Required, Statement: screening.Statement{Plain: "A CV."}, Params: []byte(`{"all_of":["cv"]}`)},
			{ID: "tongue", Kind: "any_of", Importance: screening.Asset, Statement: screening.Statement{FR: "Une langue.", EN: "A language."},
				Source: &screening.Source{Quote: "«Parler»", Start: 3, End: 14},
				Criteria: []screening.Criterion{
					{ID: "fr", Kind: "language", Params: []byte(`{"language":"fr","min_level":"C1"}`)},
					{ID: "en", Kind: "language", Params: []byte(`{"language":"en","min_level":"C1"}`)},
				}},
			{ID: "age", Kind: "age", Importance: screening.Required, Sensitive: true, LegalBasis: "Article 5",
				Statement: screening.Statement{Plain: "Two\nlines.\n"}, Params: []byte(`{"min":20,"max":36}`)},
		},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestWrittenFileReadsBackTheSame(t *testing.T) {
	f := parse(t, whole)
	// Words that YAML would take for something else, and text that breaks its lines.
	nasty := []string{"no", "yes", "null", "~", "true", "12", "1e3", "0x1f", "2026-01-31", "a: b", "# c", " - d", "- d", "{e}", "[f]", "&g", "*h",
		"!i", "|", ">", "'j'", `"k"`, "l\nm", "n\tn", "o\\n", "%p", "@q", "`r", "s # t", "é·è…", "", "?", "? x", ":", "a:", "\u00a0u", "v\r\nw", "c++", "=", "<<"}
	for i, s := range nasty {
		v := Vacancy{
			ID: "v" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Title: "t", Organisation: strings.TrimSpace(s), State: Open,
			AsOf: screening.Date{Year: 2026, Month: 2, Day: 1},
			Criteria: []screening.Criterion{{
				ID: "j", Kind: "judgement", Importance: screening.Required, Statement: screening.Statement{Plain: s},
			}},
		}
		f.Vacancies = append(f.Vacancies, v)
	}
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	got, err := Parse("written.yaml", b.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	for i := range f.Vacancies {
		if !reflect.DeepEqual(got.Vacancies[i], f.Vacancies[i]) {
			t.Errorf("got  %+v\nwant %+v", got.Vacancies[i], f.Vacancies[i])
		}
	}
	var again bytes.Buffer
	if err := Write(&again, got); err != nil {
		t.Fatal(err)
	}
	if again.String() != b.String() {
		t.Error("writing what was read gives another file")
	}
}

func TestParamsKeepTheirOrderAndTypes(t *testing.T) {
	src := `{z: 1, a: [x, 2, 2.5, true, null, "3", {n: -4}], big: 18446744073709551615, date: 2026-02-01, text: "é\"<>&\n"}`
	want := `{"z":1,"a":["x",2,2.5,true,null,"3",{"n":-4}],"big":18446744073709551615,"date":"2026-02-01","text":"é\"<>&\n"}`
	r := &reader{places: map[string]place{}}
	root := r.root([]byte(src))
	if got := string(r.params(root, "params")); got != want || len(r.problems) > 0 {
		t.Errorf("got  %s\nwant %s\n%v", got, want, r.problems)
	}
}

func TestWritingParamsKeepsThem(t *testing.T) {
	want := `{"z":1,"a":["x",2,2.5,true,null,"3","no",{"n":-4}],"e":{},"l":[]}`
	f := File{Vacancies: []Vacancy{{ID: "a", Title: "a", Criteria: []screening.Criterion{{ID: "c", Params: []byte(want)}}}}}
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	r := &reader{places: map[string]place{}}
	got := r.vacancies(mustField(t, r, b.Bytes(), "vacancies"), "vacancies")
	if len(got) != 1 || len(got[0].Criteria) != 1 || string(got[0].Criteria[0].Params) != want {
		t.Errorf("got %+v, want %s", got, want)
	}
}

func TestDeadlineIsTheSameInstantHoweverWritten(t *testing.T) {
	want := time.Date(2026, 1, 31, 22, 59, 0, 0, time.UTC)
	for _, src := range []string{
		`deadline: "2026-01-31T23:59:00+01:00"`,
		`deadline: 2026-01-31T23:59:00+01:00`,
		`deadline: 2026-01-31 23:59+01:00`,
		`deadline: 2026-01-31T22:59:00Z`,
		"deadline: 2026-01-31T23:59\n    deadline_zone: Europe/Paris",
		"deadline: 2026-01-31 23:59:00\n    deadline_zone: Europe/Paris",
	} {
		f := parse(t, "vacancies:\n  - id: a\n    title: a\n    state: draft\n    "+src+"\n")
		d := f.Vacancies[0].Deadline
		if d == nil || !d.At.Equal(want) {
			t.Errorf("%s: got %v, want %v", src, d, want)
		}
	}
}

func TestDayOfReckoningIsTheDeadlineUnlessGiven(t *testing.T) {
	f := parse(t, "vacancies:\n  - {id: a, title: a, state: draft, deadline: 2026-02-01T00:30+00:00, deadline_zone: America/Lima}\n")
	if got, want := f.Vacancies[0].AsOf.String(), "2026-01-31"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWindowsFilesAndByteOrderMarksAreRead(t *testing.T) {
	f := parse(t, "\ufeff"+strings.ReplaceAll(whole, "\n", "\r\n"))
	if got := f.Vacancies[0].Title; got != "Chargé·e de terrain: appui" {
		t.Errorf("got %q", got)
	}
}

func TestHostileNestingEndsSoon(t *testing.T) {
	for name, src := range map[string]string{
		"brackets":   strings.Repeat("[", 1<<18),
		"braces":     strings.Repeat("{a: ", 1<<16),
		"dashes":     strings.Repeat("- ", 1<<17),
		"questions":  strings.Repeat("? ", 1<<17),
		"no utf-8":   "a: \xff\n",
		"too large":  strings.Repeat("#\n", MaxBytes),
		"one letter": strings.Repeat("a", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if _, err := Parse("hostile.yaml", []byte(src)); err == nil {
				t.Error("accepted")
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestLongListsOfProblemsAreCutShort(t *testing.T) {
	_, err := Parse("x.yaml", []byte(strings.Repeat("a: 1\n", 1)+"vacancies:\n"+strings.Repeat("  - 1\n", 200)))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxShown+1 || !strings.HasPrefix(lines[maxShown], "and ") {
		t.Errorf("got %d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("got %v", err)
	}
	path := filepath.Join(t.TempDir(), "some.yaml")
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := Load(path); err != nil || len(f.Vacancies) != 1 {
		t.Errorf("got %+v, %v", f, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("vacancies: [{id: a, title: b, as_of: 2026-01-01, criteria: [{id: c, kind: judgement, importance: asset, statement: s}]}]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Parse("fuzz.yaml", src)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, file); err != nil {
			t.Fatal(err)
		}
		if _, err := Parse("again.yaml", b.Bytes()); err != nil {
			t.Errorf("what was written does not read back: %v\n%s", err, b.String())
		}
	})
}
