package panel

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"dossier/intake/extract"
)

var words = Words{Criteria: "Critères", Grid: "Grille", Applications: "Candidatures", Signatures: "Signatures", Number: "N°", Name: "Candidature", Received: "Reçue",
	Stage: "Étape", Count: "Remplis", Met: "rempli", Unclear: "à vérifier", NotMet: "non rempli", None: "non constaté", Changed: "verdict d’une personne",
	Decisions: "Décisions", Findings: "Constats", NothingDecided: "Aucune décision.", NothingFound: "Pas encore analysée.",
	SignHead: "Les membres de la commission :", SignName: "Nom", SignRole: "Fonction", SignDate: "Date", SignHere: "Signature", Page: "Page %s sur %s", Footer: "RN-2026-14"}

func head(criteria int) Head {
	h := Head{Title: "Procès-verbal de présélection", Vacancy: "Stage – Chargé·e de communication, Calais", Subtitle: "Rive Nord",
		Fields: []Field{{"Référence", "RN-2026-14"}, {"Clôture", "30 novembre 2026, 23:59 (Paris)"}, {"Grille", "version 4, publiée le 2 novembre 2026"}},
		Counts: []Field{{"reçues", "146"}, {"présélectionnées", "9"}, {"écartées", "101"}, {"après la clôture", "2"}, {"à discuter", "4"}},
		Notes:  []string{"Les noms sont masqués."}, At: time.Date(2026, 12, 2, 10, 0, 0, 0, time.UTC), Lang: "fr"}
	for i := range criteria {
		h.Criteria = append(h.Criteria, Criterion{Statement: fmt.Sprintf("Critère numéro %d, dont l’énoncé est assez long pour tenir sur deux lignes quand la page est étroite et que la personne qui l’a rédigé aimait les détails", i+1), Tag: []string{"", "atout"}[i%2]})
	}
	return h
}

func row(i, criteria int) Row {
	r := Row{Name: fmt.Sprintf("Awa Exemple-%d", i), Received: "18 nov. 21:04", Stage: "Présélectionnée", Count: fmt.Sprintf("%d/%d", i%criteria, criteria)}
	for k := range criteria {
		r.Verdicts = append(r.Verdicts, []Verdict{Met, Unclear, NotMet, None}[(i+k)%4])
		r.Changed = append(r.Changed, (i+k)%7 == 0)
	}
	return r
}

func person(i, criteria int) Person {
	p := Person{Name: fmt.Sprintf("Awa Exemple-%d", i), Stage: "Présélectionnée", Fields: []Field{{"Reçue", "18 novembre 2026, 21:04 (Paris)"}},
		Acts: []Act{{"Maëlle Lorcy : de nouvelle à présélectionnée, 22 novembre 2026, 14:06", "Dossier solide"}}}
	for k := range criteria {
		p.Findings = append(p.Findings, Finding{Verdict: []Verdict{Met, Unclear, NotMet, None}[(i+k)%4], Changed: k == 1, Statement: fmt.Sprintf("Critère numéro %d", k+1),
			Said: []string{"", "Karim Diallo : rempli. « Attestation reçue »"}[k&1], Reason: "La pièce ne le dit pas.", Quotes: []Quote{{"« Anglais : courant »", "CV, p. 1"}}})
	}
	return p
}

// from hands out n applications.
func from(n, criteria int) Source {
	i := 0
	return func() (Person, bool, error) {
		i++
		return person(i, criteria), i <= n, nil
	}
}

func paper(t testing.TB, n, criteria int) []byte {
	t.Helper()
	var rows []Row
	for i := range n {
		rows = append(rows, row(i+1, criteria))
	}
	var out bytes.Buffer
	if err := Write(&out, words, head(criteria), rows, from(n, criteria), []Signature{{"Maëlle Lorcy"}, {"Karim Diallo"}}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPaperHoldsEverythingItIsHanded(t *testing.T) {
	got := extract.Read("panel.pdf", paper(t, 12, 11), extract.Limits{})
	all := got.Text()
	for _, want := range []string{"Procès-verbal de présélection", "Stage – Chargé·e de communication, Calais", "RN-2026-14", "Les noms sont masqués", "Critère numéro 11",
		"Awa Exemple-12", "Dossier solide", "« Anglais : courant »", "Attestation reçue", "Maëlle Lorcy", "Page 1 sur ", "Signature"} {
		if !strings.Contains(strings.ReplaceAll(all, "\n", " "), want) {
			t.Errorf("the paper does not hold %q", want)
		}
	}
	if strings.Contains(all, "{pages}") || !strings.Contains(all, fmt.Sprintf("Page %d sur %d", got.PageCount, got.PageCount)) {
		t.Errorf("the last of %d pages is not numbered", got.PageCount)
	}
	if dir := os.Getenv("DOSSIER_TEST_SHOTS"); dir != "" {
		if err := os.WriteFile(dir+"/panel.pdf", paper(t, 30, 14), 0o644); err != nil {
			t.Error(err)
		}
	}
}

func TestSameRecordsGiveTheSameBytes(t *testing.T) {
	if a, b := paper(t, 3, 5), paper(t, 3, 5); !bytes.Equal(a, b) {
		t.Error("two papers over the same records differ")
	}
}

func TestGridsOfEverySizeStayOnThePage(t *testing.T) {
	for _, criteria := range []int{1, 9, 16, 28, 40} {
		got := extract.Read("panel.pdf", paper(t, 2, criteria), extract.Limits{})
		for _, p := range got.Pages {
			for _, w := range p.Words {
				if w.Box[0] < 0 || w.Box[2] > 1 || w.Box[1] < 0 || w.Box[3] > 1 {
					t.Errorf("%d criteria, page %d: a word stands at %v", criteria, p.Number, w.Box)
				}
			}
		}
		if len(got.Pages) < 3 {
			t.Errorf("%d criteria: %d pages", criteria, len(got.Pages))
		}
	}
}

func TestStrangersTextDoesNotBreakThePaper(t *testing.T) {
	evil := "\x00{pages}\u202e" + strings.Repeat("x", 5000) + " عربي 漢字 \U0001F600 <script> \\(( )) \r\n\t" + strings.Repeat("mot ", 3000)
	h := head(2)
	h.Vacancy, h.Criteria[0].Statement = evil, evil
	p := person(1, 2)
	p.Name, p.Stage, p.Acts[0].Why, p.Findings[0].Quotes[0].Text = evil, evil, evil, evil
	once := true
	var out bytes.Buffer
	err := Write(&out, words, h, []Row{{Name: evil, Received: evil, Stage: evil, Count: evil, Verdicts: []Verdict{Met, None}}}, func() (Person, bool, error) {
		defer func() { once = false }()
		return p, once, nil
	}, []Signature{{evil}})
	if err != nil {
		t.Fatal(err)
	}
	if got := extract.Read("panel.pdf", out.Bytes(), extract.Limits{}); len(got.Pages) < 4 {
		t.Errorf("%d pages: %s", len(got.Pages), got.Problem)
	}
}

func TestPaperFailsWholeWhenAnApplicationDoes(t *testing.T) {
	broken := errors.New("gone")
	var out bytes.Buffer
	err := Write(&out, words, head(1), nil, func() (Person, bool, error) { return Person{}, false, broken }, nil)
	if !errors.Is(err, broken) || out.Len() != 0 {
		t.Errorf("%v, %d bytes written", err, out.Len())
	}
	if err := Write(io.Discard, words, head(2), []Row{row(1, 3)}, from(0, 0), nil); err == nil {
		t.Error("a grid of another checklist was drawn")
	}
}

func BenchmarkThreeHundredApplications(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(paper(b, 300, 14))))
	}
}
