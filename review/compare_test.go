package review

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"dossier/intake/extract"
	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
	"dossier/web"
)

// second is another applicant with findings of their own.
func (d *desk) second(name string, verdict screening.Verdict) int64 {
	d.t.Helper()
	id := d.receive(sent{name: name, email: strings.ToLower(strings.Fields(name)[0]) + "@courriel.example", subject: "Candidature", receivedAt: d.now.AddDate(0, 0, -3), body: "Bonjour\n"})
	var found []screening.Finding
	for _, c := range deskChecklist().Criteria {
		found = append(found, screening.Finding{Criterion: c.ID, Verdict: verdict, ForReader: c.ForReader()})
	}
	d.assess(id, found)
	return id
}

func TestApplicantsStandSideBySide(t *testing.T) {
	d := newDesk(t)
	a, b, c := d.awa(), d.second("Tiago Marchand", screening.NotMet), d.second("Lou Perrin", screening.Met)
	path := comparePath("communication-calais", []int64{a, b, c})
	for _, lang := range web.Languages {
		page := d.get(account.Reader, lang, path).whole(lang).want(200, "Awa Ndiaye-Lefèvre", "Tiago Marchand", "Lou Perrin")
		if heads, rows := len(page.all(".compare__head")), len(page.all(".compare__criterion")); heads != 3 || rows != len(deskChecklist().Criteria) {
			t.Errorf("%d heads, %d rows", heads, rows)
		}
	}
	page := d.get(account.Reader, "fr", path).want(200, "Français : langue maternelle", "CV, p. 1")
	if n := len(page.all(".compare__differs")); n < 8 {
		t.Errorf("%d rows are marked as differing", n)
	}
	if left := page.all(`a[title="Déplacer vers la gauche"]`); len(left) != 2 || attr(left[0], "href") != comparePath("communication-calais", []int64{b, a, c}) {
		t.Errorf("moves to the left: %d", len(left))
	}
	for _, bad := range []string{"", "?id=1", "?id=1&id=1", "?id=a&id=2", "?id=1&id=2&id=3&id=4&id=5"} {
		d.get(account.Reader, "fr", "/vacancies/communication-calais/compare"+bad).want(400)
	}
	d.get(account.Reader, "fr", fmt.Sprintf("/vacancies/communication-calais/compare?id=%d&id=999", a)).want(404)
}

func TestTickedApplicationsAreCompared(t *testing.T) {
	d := newDesk(t)
	a, b := d.awa(), d.second("Tiago Marchand", screening.NotMet)
	path := "/vacancies/communication-calais/compare"
	post := d.post(account.Recruiter, path, "id", fmt.Sprint(a, ":", d.view(a).Version)).want(303)
	if got := post.Header().Get("Location"); got != "/vacancies/communication-calais" {
		t.Errorf("one alone leads to %q", got)
	}
	form := url.Values{"id": {fmt.Sprint(a, ":1"), fmt.Sprint(b, ":1")}}
	if got := d.postForm(account.Recruiter, path, form).want(303).Header().Get("Location"); got != comparePath("communication-calais", []int64{a, b}) {
		t.Errorf("two lead to %q", got)
	}
}

func TestComparedNamesAreMaskedWithTheVacancy(t *testing.T) {
	d := newDesk(t)
	a, b := d.awa(), d.second("Tiago Marchand", screening.NotMet)
	d.mode(false, true)
	d.get(account.Reader, "fr", comparePath("communication-calais", []int64{a, b})).want(200, "Candidature n°", "les noms sont masqués").without("Ndiaye", "Marchand")
}

func TestPanelDossierIsTheMinutesOfTheShortlisting(t *testing.T) {
	d := newDesk(t)
	a, b := d.awa(), d.second("Tiago Marchand", screening.NotMet)
	ctx, hr := t.Context(), d.users[account.HR].ID
	act := func(id int64) store.Act {
		return store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: hr}
	}
	for _, err := range []error{
		d.store.RecordOverride(ctx, act(a), "english", screening.Met, "code:proof. du 3 mai"),
		d.store.RecordDecision(ctx, act(a), screening.StageShortlisted, "Parcours solide"),
		d.store.RecordDecision(ctx, act(b), screening.StageNotRetained, "Dossier incomplet"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range web.Languages {
		d.get(account.Reviewer, lang, "/vacancies/communication-calais/panel").whole(lang).want(200)
	}
	read := func(query string) string {
		answer := d.get(account.Reviewer, "fr", "/vacancies/communication-calais/panel.pdf"+query).want(200)
		if got := answer.Header().Get("Content-Type"); got != "application/pdf" {
			t.Errorf("served as %q", got)
		}
		if got := answer.Header().Get("Content-Disposition"); got != "attachment; filename=panel-communication-calais.pdf" {
			t.Errorf("named %q", got)
		}
		if dir := os.Getenv("DOSSIER_TEST_SHOTS"); dir != "" && query == "?in=fr" {
			if err := os.WriteFile(dir+"/dossier.pdf", answer.Body.Bytes(), 0o644); err != nil {
				t.Error(err)
			}
		}
		got := extract.Read("panel.pdf", answer.Body.Bytes(), extract.Limits{})
		if len(got.Pages) < 3 {
			t.Fatalf("%d pages: %s", len(got.Pages), got.Problem)
		}
		return strings.Join(strings.Fields(got.Text()), " ")
	}
	all := read("?in=fr")
	for _, want := range []string{"Procès-verbal de présélection", "Awa Ndiaye-Lefèvre", "Tiago Marchand", "30 novembre 2026", "Karim Diallo", "Parcours solide", "Dossier incomplet",
		"Justificatif reçu. du 3 mai", "Anglais : courant", "Signature", "RN-2026-14"} {
		if !strings.Contains(all, want) {
			t.Errorf("the dossier does not hold %q", want)
		}
	}
	if strings.Count(all, "Moins de 26 ans") != 1 {
		t.Error("what is for the reader alone is in the minutes")
	}
	if english := read("?in=en"); !strings.Contains(english, "Minutes of the shortlisting") || !strings.Contains(english, "Proof received") {
		t.Error("the English dossier is not in English")
	}
	if kept := read("?which=kept"); strings.Contains(kept, "Tiago") || !strings.Contains(kept, "Awa") {
		t.Error("the dossier of those kept holds somebody else, or not them")
	}
	if masked := read("?names=masked"); strings.Contains(masked, "Ndiaye") || strings.Contains(masked, "Tiago") || !strings.Contains(masked, "Candidature n°") || !strings.Contains(masked, "Parcours solide") {
		t.Errorf("the masked dossier: %.300s", masked)
	}
	bytesOf := func() []byte {
		return d.get(account.Reviewer, "fr", "/vacancies/communication-calais/panel.pdf").Body.Bytes()
	}
	if !bytes.Equal(bytesOf(), bytesOf()) {
		t.Error("the same records gave two different dossiers")
	}
	d.get(account.Reviewer, "fr", "/vacancies/plaidoyer-inconnu/panel.pdf").want(404)
}

func TestFiguresStandInTablesBesideTheirPictures(t *testing.T) {
	d := newDesk(t)
	path := "/vacancies/communication-calais/figures"
	for _, lang := range web.Languages {
		d.get(account.Reader, lang, path).whole(lang).want(200)
	}
	a := d.awa()
	d.second("Tiago Marchand", screening.NotMet)
	d.second("Lou Perrin", screening.Met)
	act := store.Act{ApplicationID: a, Version: d.view(a).Version, AuthorID: d.users[account.HR].ID}
	if err := d.store.RecordOverride(t.Context(), act, "english", screening.Met, "vu"); err != nil {
		t.Fatal(err)
	}
	act.Version = d.view(a).Version
	if err := d.store.RecordDecision(t.Context(), act, screening.StageShortlisted, ""); err != nil {
		t.Fatal(err)
	}
	for _, lang := range web.Languages {
		page := d.get(account.Reader, lang, path).whole(lang).want(200)
		if n := len(page.all(`svg[role="img"]`)); n < 3 {
			t.Errorf("%d pictures", n)
		}
	}
	page := d.get(account.Reader, "fr", path)
	var funnel []string
	for _, row := range page.all(`[aria-labelledby="figure-funnel"] tbody tr`) {
		funnel = append(funnel, textOf(row))
	}
	if got := strings.Join(funnel, "; "); !strings.HasPrefix(got, "Reçues3100") || !strings.Contains(got, "Examinées133") || !strings.Contains(got, "Présélection133") {
		t.Errorf("funnel %q", got)
	}
	for _, row := range page.all(".figure__table tbody tr") {
		if got := textOf(row); strings.HasPrefix(got, "Anglais") && !strings.Contains(got, "201") && !strings.Contains(got, "33") {
			t.Errorf("English: %q", got)
		}
	}
	if n := len(page.all(".figure__limit")); n != 1 {
		t.Errorf("the deadline is marked %d times", n)
	}
	f, err := d.store.Figures(t.Context(), d.vacancy.ID, store.Checklist{Version: d.vacancy.ChecklistVersion, Checklist: deskChecklist()})
	if err != nil || f.Met[4] != 2 || f.NotMet[4] != 1 || f.Changed[4] != 1 || f.Waiting != 2 || len(f.FirstActs) != 1 {
		t.Errorf("figures %+v, %v", f, err)
	}
	if hours := f.FirstActs[0]; hours < 80 || hours > 100 {
		t.Errorf("the first act came after %.0f hours", hours)
	}
}

// combined is an application in one file: the letter begins on its second page.
func (d *desk) combined() int64 {
	d.t.Helper()
	pages := []text.Page{{Number: 1, Text: "Chargée de projet, 2020 - 2024\n", Engine: "pdf", Quality: 1}, {Number: 2, Text: "Lisbon\nDear Madam,\n", Engine: "pdf", Quality: 1}}
	id := d.receive(sent{name: "Noa Silva", email: "noa@courriel.example", subject: "Candidature", receivedAt: d.now,
		files: []sentFile{{name: "dossier-silva.pdf", media: "application/pdf", content: []byte("%PDF silva"), is: fact.Combined, pages: pages}}})
	doc := d.view(id).Documents[0]
	var found []screening.Finding
	for _, c := range deskChecklist().Criteria {
		f := screening.Finding{Criterion: c.ID, Verdict: screening.Unclear, ForReader: c.ForReader()}
		switch c.ID {
		case "letter":
			f = screening.Finding{Criterion: c.ID, Verdict: screening.Met, Reason: "documents.all", Args: map[string]string{"types": "cover_letter"},
				Evidence: []screening.Evidence{cite(d.t, doc, pages, "Lisbon", screening.Supports)}}
		case "sector":
			f = screening.Finding{Criterion: c.ID, Verdict: screening.Met, Reason: "experience.enough", Args: map[string]string{"months": "54", "months_lo": "54", "months_hi": "54", "min": "12", "as_of": "2026-11-30"},
				Evidence: []screening.Evidence{cite(d.t, doc, pages, "Chargée de projet", screening.Supports)}}
		}
		found = append(found, f)
	}
	d.assess(id, found)
	return id
}

func TestComparedDocumentIsNamedByItsFile(t *testing.T) {
	d := newDesk(t)
	path := comparePath("communication-calais", []int64{d.combined(), d.awa()})
	d.get(account.Reader, "fr", path).whole("fr").want(200, "dossier-silva.pdf", "p. 2").without("Lisbon")
}

func TestSumOfMonthsIsToldBesideTheQuotes(t *testing.T) {
	d := newDesk(t)
	id := d.combined()
	path := comparePath("communication-calais", []int64{id, d.awa()})
	d.get(account.Reader, "fr", path).want(200, "Chargée de projet", "4 ans 6 mois au", "2 ans 6 mois au")
	for _, p := range d.get(account.Reader, "fr", applicationPath(id)).want(200).all("#c-sector .finding__reason") {
		if strings.Contains(attr(p, "class"), "only-open") {
			t.Errorf("the sum is hidden: %s", textOf(p))
		}
	}
	v := d.view(id)
	l := localeOf(t, "fr")
	b := findingsBuilder{words: l, view: v, docs: newDocumentSet(l, v), zone: "Europe/Paris", now: d.now, path: func(string) string { return "" }}
	sections, _, _ := b.build("")
	for _, s := range sections {
		for _, f := range s.Findings {
			if out := panelFinding(l, v, f); f.ID == "sector" && !strings.Contains(out.Reason, "4 ans 6 mois") {
				t.Errorf("the panel's dossier says %q", out.Reason)
			}
		}
	}
}

func TestDamagedFileLeadsToAskingForAnother(t *testing.T) {
	d := newDesk(t)
	id := d.receive(sent{name: "Noa Silva", email: "noa@courriel.example", subject: "Candidature", receivedAt: d.now,
		files: []sentFile{{name: "CV.pdf", media: "application/pdf", content: []byte("%PDF broken"), is: fact.CV, problem: "damaged"}}})
	link := d.get(account.Recruiter, "fr", applicationPath(id)).whole("fr").want(200, "Demander un autre fichier").all(".viewer__ask a")
	if len(link) != 1 {
		t.Fatalf("%d links", len(link))
	}
	want := "document:" + fmt.Sprint(d.view(id).Documents[0].ID)
	if href := attr(link[0], "href"); !strings.Contains(href, "kind=missing") || !strings.Contains(href, url.QueryEscape(want)) {
		t.Errorf("it leads to %s", href)
	}
	d.get(account.Recruiter, "fr", attr(link[0], "href")).want(200)
	d.get(account.Reviewer, "fr", applicationPath(id)).without("Demander un autre fichier")
}

func TestReasonForAnotherVerdictDoesNotCount(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	path := applicationPath(id) + "/overrides"
	d.post(account.Recruiter, path, "version", version(d, id), "criterion", "french", "verdict", "not_met", "choice", "proof").want(422)
	if len(d.view(id).Overrides) != 0 {
		t.Error("not met was recorded because a proof was received")
	}
	d.post(account.Recruiter, path, "version", version(d, id), "criterion", "french", "verdict", "not_met", "choice", "insufficient").want(303)
	for _, label := range d.get(account.Recruiter, "fr", applicationPath(id)).all(`#c-english .override__offers label`) {
		if got := attr(label, "data-for"); strings.Contains(textOf(label), "Justificatif") && got != "met" {
			t.Errorf("%s is offered for %q", textOf(label), got)
		}
	}
}
