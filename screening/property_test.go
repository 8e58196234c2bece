package screening

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"dossier/screening/text"
)

// every asks one question of each kind, so that all readers and rules are exercised.
func every() Checklist {
	c := func(id, kind, params string) Criterion {
		return Criterion{ID: id, Kind: kind, Importance: Required, Params: json.RawMessage(params)}
	}
	return Checklist{AsOf: Date{2025, 6, 30}, Criteria: []Criterion{
		c("documents", "documents", `{"all_of":["cv","cover_letter"]}`),
		c("pdf", "documents", `{"all_of":["cv"],"formats":["pdf"]}`),
		c("french", "language", `{"language":"fr","min_level":"C1"}`),
		c("english", "language", `{"language":"en","min_level":"B2"}`),
		c("any-language", "language", `{"any_of":["ar","de","sg"],"min_level":"A1"}`),
		c("age", "age", `{"min":20,"max":36}`),
		c("licence", "licence", `{"licence":"B"}`),
		c("references", "references", `{"min":2,"roles":{"line_manager":1},"exclude_family":true}`),
		c("years", "experience", `{"min_months":24}`),
		c("few-years", "experience", `{"max_months":23,"domain":["protection"]}`),
		c("degree", "education", `{"min_level":6,"fields":["law","sociology"]}`),
		c("recent", "education", `{"min_level":6,"within_months":12}`),
		c("enrolled", "enrolment", `{"level":7,"year":2}`),
		c("office", "skill", `{"any_of":["Word","Excel","Pack Office"]}`),
		c("free", "availability", `{"start_from":"2025-07-01","start_until":"2025-09-30","min_months":6}`),
		c("grant", "eligibility", `{"any_of":["bourse","scholarship"]}`),
		c("police", "career", `{"force":"police","status":"retired"}`),
		c("topic", "judgement", `{"topic":"law","cues":["droit","law"]}`),
	}}
}

// dossiers are those of the golden cases.
func dossiers(t testing.TB) map[string]Dossier {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	out := map[string]Dossier{}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tt, ok := t.(*testing.T)
		if !ok {
			tt = &testing.T{}
		}
		_, d, _ := readCase(tt, ar)
		out[filepath.Base(file)] = d
	}
	return out
}

func TestChecklistOfEveryKindIsValid(t *testing.T) {
	for _, p := range Validate(every()) {
		t.Errorf("%s: %s", p.Field, p.Message)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	for name, d := range dossiers(t) {
		a, _ := json.Marshal(Assess(every(), d))
		b, _ := json.Marshal(Assess(every(), d))
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two assessments differ", name)
		}
	}
}

func TestEveryQuoteIsTheText(t *testing.T) {
	for _, d := range dossiers(t) {
		for _, f := range Assess(every(), d).Findings {
			checkEvidence(t, d, f)
		}
	}
}

func TestStoredFactsGiveTheSameFindings(t *testing.T) {
	for name, d := range dossiers(t) {
		first := Assess(every(), d)
		again := d
		again.Documents = append([]Document(nil), d.Documents...)
		for i := range again.Documents {
			stored, err := json.Marshal(first.Documents[i])
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(stored, &again.Documents[i].Facts); err != nil {
				t.Fatal(err)
			}
		}
		a, _ := json.Marshal(first.Findings)
		b, _ := json.Marshal(Assess(every(), again).Findings)
		if !bytes.Equal(a, b) {
			t.Errorf("%s: findings from stored facts differ", name)
		}
	}
}

func TestOrderOfDocumentsDoesNotMatter(t *testing.T) {
	for name, d := range dossiers(t) {
		if len(d.Documents) < 2 {
			continue
		}
		want := verdicts(Assess(every(), d))
		turned := d
		turned.Documents = nil
		for i := len(d.Documents) - 1; i >= 0; i-- {
			turned.Documents = append(turned.Documents, d.Documents[i])
		}
		if got := verdicts(Assess(every(), turned)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
}

func verdicts(a Assessment) string {
	var out []string
	for _, f := range a.Findings {
		out = append(out, fmt.Sprintf("%s=%s", f.Criterion, f.Verdict))
	}
	return strings.Join(out, " ")
}

// irrelevant are sentences that say nothing about any criterion of every.
var irrelevant = []string{
	"Le ciel est bleu au-dessus de la lagune.",
	"J'aime la lecture et les longues marches.",
	"The river runs through the old town.",
	"Curieuse et attentive aux autres.",
	"I enjoy cooking for my friends.",
	"Les trains du matin sont souvent pleins.",
}

func TestAnIrrelevantSentenceNeverProvesTheContrary(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, d := range dossiers(t) {
		before := Assess(every(), d)
		for range 6 {
			changed := d
			changed.Documents = append([]Document(nil), d.Documents...)
			k := rng.IntN(len(d.Documents))
			if len(d.Documents[k].Pages) == 0 {
				continue
			}
			sentence := irrelevant[rng.IntN(len(irrelevant))]
			changed.Documents[k].Pages = append([]text.Page(nil), d.Documents[k].Pages...)
			p := &changed.Documents[k].Pages[0]
			lines := strings.SplitAfter(p.Text, "\n")
			at := rng.IntN(len(lines) + 1)
			p.Text = strings.Join(lines[:at], "") + sentence + "\n" + strings.Join(lines[at:], "")
			after := Assess(every(), changed)
			for i, f := range after.Findings {
				if f.Verdict == NotMet && before.Findings[i].Verdict == Unclear {
					t.Errorf("%s: %q at line %d of %s turns %s from unclear (%s) to not met (%s)", name, sentence, at, d.Documents[k].Name, f.Criterion, before.Findings[i].Reason, f.Reason)
				}
			}
		}
	}
}

func FuzzAssess(f *testing.F) {
	for _, d := range dossiers(f) {
		for _, doc := range d.Documents {
			for _, p := range doc.Pages {
				f.Add(p.Text, doc.Body)
			}
		}
	}
	f.Add("Langues\n\x00\xff(((:::;;;,,, anglais C1/B2/ Né le 32/13/2001 +++00000000000", false)
	list := every()
	f.Fuzz(func(t *testing.T, s string, body bool) {
		if len(s) > 20000 {
			return
		}
		d := Dossier{Documents: []Document{{ID: "d", Name: "cv.pdf", Media: pdf, Body: body, Pages: onePage(s)}}}
		for _, finding := range Assess(list, d).Findings {
			checkEvidence(t, d, finding)
		}
	})
}
