package review

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
	"dossier/web"
)

// drawBoxes stands in for the worker: white pages with the boxes on them.
func drawBoxes(_ context.Context, file io.Reader, boxes [][]text.Box) ([][]byte, error) {
	if _, err := io.ReadAll(file); err != nil {
		return nil, err
	}
	var out [][]byte
	for _, page := range boxes {
		if page == nil {
			out = append(out, nil)
			continue
		}
		pic := image.NewGray(image.Rect(0, 0, 600, 848))
		draw.Draw(pic, pic.Bounds(), image.NewUniform(color.Gray{Y: 250}), image.Point{}, draw.Src)
		for _, b := range page {
			r := image.Rect(int(b[0]*600), int(b[1]*848), int(b[2]*600), int(b[3]*848))
			draw.Draw(pic, r, image.Black, image.Point{}, draw.Src)
		}
		var buf bytes.Buffer
		if err := png.Encode(&buf, pic); err != nil {
			return nil, err
		}
		out = append(out, buf.Bytes())
	}
	return out, nil
}

// mode sets how the desk's vacancy is looked at.
func (d *desk) mode(hidden, anonymous bool) {
	d.t.Helper()
	if err := d.store.SetReviewMode(d.t.Context(), d.vacancy.ID, hidden, anonymous, d.users[account.HR].ID); err != nil {
		d.t.Fatal(err)
	}
}

func TestMaskHidesWhoSomebodyIsAndLeavesTheRest(t *testing.T) {
	m := newMask([]string{"Awa Ndiaye-Lefèvre"}, []string{"awa.ndiaye@courriel.example"})
	for _, c := range []struct{ text, hidden string }{
		{"AWA NDIAYE-LEFÈVRE", "AWA NDIAYE-LEFÈVRE"},
		{"Signé : Awa\nNDIAYE", "Awa|NDIAYE"},
		{"Mme Lefevre a dirigé l’équipe", "Lefevre"},
		{"awa.ndiaye@courriel.example", "awa.ndiaye@courriel.example"},
		{"Tél. : +33 6 12 34 56 78, Lille", "+33 6 12 34 56 78"},
		{"06.12.34.56.78", "06.12.34.56.78"},
		{"linkedin.com/in/awa-n www.awa.example", "linkedin.com/in/awa-n|www.awa.example"},
		{"Née le 3 mai 1999 à Dakar", "3 mai 1999 à Dakar"},
		{"Date de naissance : 03/05/1999", "03/05/1999"},
		{"Born on 3 May 1999", "3 May 1999"},
		{"Âge : 27 ans", "27 ans"},
		{"27 ans, célibataire", "27 ans|célibataire"},
		{"Nationalité : sénégalaise", "sénégalaise"},
		{"Nationality: Senegalese | Driving licence B", "Senegalese"},
		{"Situation de famille : mariée, deux enfants", "mariée, deux enfants"},
		{"Adresse : 12 rue des Lilas, 59000 Lille", "12 rue des Lilas, 59000 Lille"},
		{"12 bis, rue des Lilas", "12 bis, rue des Lilas"},
		{"59000 Lille", "59000 Lille"},
		// What says nothing about who it is.
		{"01/2019 - 12/2020 Chargée de projet", ""},
		{"2019 – 2022 Licence", ""},
		{"10 ans d’expérience de la coordination", ""},
		{"Je ne le savais pas en 2019", ""},
		{"Budget de 12 000 000 EUR", ""},
		{"awa est un mot ordinaire ici", ""},
		{"Anglais : courant, B2", ""},
		{"Référence RN-2026-14", ""},
	} {
		got := covered(c.text, m.spans(c.text))
		if len(got) != len(c.text) {
			t.Errorf("%q: %d bytes became %d: passages would move", c.text, len(c.text), len(got))
		}
		var hidden []string
		for _, at := range m.spans(c.text) {
			hidden = append(hidden, c.text[at[0]:at[1]])
		}
		if strings.Join(hidden, "|") != c.hidden {
			t.Errorf("%q hides %q, want %q", c.text, hidden, c.hidden)
		}
	}
	if got := shown("Nom : \x1a\x1a\x1a\x1a\nVille", "[masqué]"); got != "Nom : [masqué]\nVille" {
		t.Errorf("shown as %q", got)
	}
}

func FuzzMaskKeepsEveryPlace(f *testing.F) {
	f.Add("Awa Exemple\nNée le 3 mai 1999 à Dakar, tél. 06 12 34 56 78")
	f.Add("\x1aﬁ É\u0301 @@ +33")
	m := newMask([]string{"Awa Exemple", "Éloïse ﬁ"}, []string{"a@b.example"})
	f.Fuzz(func(t *testing.T, s string) {
		got := m.text(s)
		if len(got) != len(s) || strings.Count(got, "\n") != strings.Count(s, "\n") {
			t.Errorf("%q became %q", s, got)
		}
		end := 0
		for _, at := range m.spans(s) {
			if at[0] < end || at[0] >= at[1] || at[1] > len(s) {
				t.Fatalf("%q: span %v after %d", s, at, end)
			}
			end = at[1]
		}
	})
}

// telling are the words of the desk's applicant that no page may hold.
var telling = []string{"Ndiaye", "Awa", "awa.ndiaye", "CV_Ndiaye", "lettre.docx"}

func TestNothingSaysWhoItIsWhileNamesAreMasked(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	docs := d.view(id).Documents
	if err := d.store.AddNote(t.Context(), id, d.users[account.HR].ID, "Awa a rappelé, 06 12 34 56 78"); err != nil {
		t.Fatal(err)
	}
	d.mode(false, true)
	pages := []string{"/vacancies/communication-calais", "/unclear", "/vacancies/communication-calais/panel", "/vacancies/communication-calais/figures"}
	for _, query := range []string{"", "?panel=notes", "?panel=messages", "?panel=history", "?view=text"} {
		pages = append(pages, applicationPath(id)+query)
	}
	for _, doc := range docs {
		pages = append(pages, fmt.Sprintf("/documents/%d/text", doc.ID), fmt.Sprintf("/documents/%d/text?view=text", doc.ID), fmt.Sprintf("%s?doc=%d", applicationPath(id), doc.ID))
	}
	for _, lang := range web.Languages {
		for _, page := range pages {
			d.get(account.Recruiter, lang, page).whole(lang).want(200).without(telling...)
		}
	}
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Candidature n°", "n’est pas parfait", "Lever l’anonymat")
	// The findings are there still, with their quotes.
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Anglais : courant", "Chargée de communication, Association Rivages")
	for _, doc := range docs {
		d.get(account.Recruiter, "fr", fmt.Sprintf("/documents/%d/content", doc.ID)).want(403, "l’original de cette pièce n’est pas montré").without(telling...)
	}
	a := d.get(account.Recruiter, "fr", fmt.Sprintf("/documents/%d/pages/1", docs[0].ID)).want(200)
	pic, err := png.Decode(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	black := 0
	for y := range pic.Bounds().Dy() {
		for x := range pic.Bounds().Dx() {
			if v, _, _, _ := pic.At(x, y).RGBA(); v == 0 {
				black++
			}
		}
	}
	if black < 200 {
		t.Errorf("%d pixels are painted over", black)
	}
	if a.Header().Get("Content-Security-Policy") != filePolicy || a.Header().Get("X-Content-Type-Options") != "nosniff" || a.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers %v", a.Header())
	}
	d.get(account.Recruiter, "fr", fmt.Sprintf("/documents/%d/pages/99", docs[0].ID)).want(404)
	d.get(account.Recruiter, "fr", fmt.Sprintf("/documents/%d/pages/1", docs[1].ID)).want(404)

	// Lifting the mask needs a reason, holds for one person and is told.
	d.post(account.Recruiter, applicationPath(id)+"/unveil", "list", "").want(422, "Dites pourquoi")
	d.post(account.Reader, applicationPath(id)+"/unveil", "reason", "r").want(403)
	d.post(account.Recruiter, applicationPath(id)+"/unveil", "reason", "Convocation à l’entretien").want(303)
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Awa Ndiaye-Lefèvre", "Vous avez levé l’anonymat")
	d.get(account.Recruiter, "fr", fmt.Sprintf("/documents/%d/content", docs[0].ID)).want(200)
	d.get(account.Recruiter, "fr", fmt.Sprintf("/documents/%d/pages/1", docs[0].ID)).want(404)
	d.get(account.Reviewer, "fr", applicationPath(id)+"?panel=history").want(200, "a levé l’anonymat pour soi", "Convocation à l’entretien").without(telling...)
	d.get(account.Recruiter, "fr", "/vacancies/communication-calais").want(200, "Awa Ndiaye-Lefèvre")
	d.get(account.Reviewer, "fr", "/vacancies/communication-calais").want(200).without(telling...)
}

func TestScansAreNotShownAsPictures(t *testing.T) {
	pages := []text.Page{{Number: 1, Text: "Awa", OCR: true, Words: []text.Word{{Start: 0, End: 3, Box: text.Box{0, 0, 1, 1}}}}, {Number: 2, Text: "sans place"},
		{Number: 3, Text: "Awa", Words: []text.Word{{Start: 0, End: 3, Box: text.Box{0, 0, 1, 1}}}}}
	one := &veil{mask: newMask([]string{"Awa Exemple"}, nil)}
	got := one.boxes(1, pages)
	if got[0] != nil || got[1] != nil || len(got[2]) != 1 {
		t.Errorf("boxes %v: a scan and a page without places have none", got)
	}
}

func TestAgeIsNotReadOutWhileMasked(t *testing.T) {
	v := store.ApplicationView{Checklist: store.Checklist{Checklist: deskChecklist()}, Assessment: &store.Assessment{Findings: []screening.Finding{
		{Criterion: "age", Verdict: screening.Met, Reason: "age.within", Args: map[string]string{"age": "24"}, Evidence: []screening.Evidence{{Kind: screening.Passage, Quote: "24 ans"}}},
		{Criterion: "english", Verdict: screening.Met, Reason: "language.reached"}}}}
	views, err := web.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	one := &veil{mask: newMask(nil, nil), facts: map[int64]*fact.Facts{}}
	one.cover(&v, views.Locale("fr"))
	if len(v.Assessment.Findings) != 1 || v.Assessment.Findings[0].Criterion != "english" {
		t.Errorf("findings %+v", v.Assessment.Findings)
	}
}

func TestPagesAreDrawnOnceForSeveralReaders(t *testing.T) {
	var d drawnPages
	drawn := 0
	for range 3 {
		if _, err := d.get(t.Context(), "one", func() ([][]byte, error) { drawn++; return [][]byte{[]byte("p")}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.get(t.Context(), "two", func() ([][]byte, error) { return nil, io.ErrUnexpectedEOF }); err == nil {
		t.Error("a failure was kept")
	}
	if drawn != 1 {
		t.Errorf("drawn %d times", drawn)
	}
	big := make([]byte, maxDrawnBytes/2+1)
	for _, key := range []string{"a", "b", "c"} {
		if _, err := d.get(t.Context(), key, func() ([][]byte, error) { return [][]byte{big}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if d.size > maxDrawnBytes || len(d.kept) != len(d.order) || d.kept["a"] != nil {
		t.Errorf("%d bytes of %d documents are kept", d.size, len(d.kept))
	}
}

func TestOnlyWhoRunsTheVacancySetsItsMode(t *testing.T) {
	d := newDesk(t)
	path := "/vacancies/communication-calais/mode"
	for _, lang := range web.Languages {
		d.get(account.Recruiter, lang, path).whole(lang).want(200)
	}
	d.get(account.Reviewer, "fr", path).want(http.StatusForbidden)
	d.post(account.Reviewer, path, "anonymous", "1").want(http.StatusForbidden)
	d.post(account.Recruiter, path, "anonymous", "1").want(303)
	m, err := d.store.ReviewMode(t.Context(), d.vacancy.ID)
	if err != nil || !m.Anonymous || m.HiddenUntilMine || m.SetBy != d.users[account.Recruiter].ID {
		t.Errorf("mode %+v, %v", m, err)
	}
	d.get(account.Recruiter, "fr", path).want(200, "Choisi par Maëlle Lorcy")
}
