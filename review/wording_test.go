package review

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
)

func plain(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

func TestCriterionWithoutAStatementIsNamedByItsParameters(t *testing.T) {
	c := screening.Criterion{ID: "serving", Kind: "career", Params: json.RawMessage(`{"force":"police","status":"serving","min_years":20}`)}
	for lang, want := range map[string]string{"fr": "Carrière : corps police, situation en activité, années, au moins 20", "en": "Career: force police, status serving, years, at least 20"} {
		if got := plain(titleOf(localeOf(t, lang), c)); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := titleOf(localeOf(t, "fr"), screening.Criterion{ID: "x", Kind: "age"}); got != "Âge" {
		t.Errorf("without parameters: %q", got)
	}
}

func TestFamiliesOfFieldsAndDomainsAreInTheLanguageOfThePage(t *testing.T) {
	c := screening.Criterion{Kind: "education", Params: json.RawMessage(`{"fields":["international relations","social work"]}`)}
	if got := paramsInWords(localeOf(t, "fr"), c); got[0].Value != "relations internationales, travail social" {
		t.Errorf("fields: %q", got[0].Value)
	}
	finding := screening.Finding{Reason: "education.field", Args: map[string]string{"found": "Licence", "fields": "political science, law"}}
	if got := plain(reasonText(localeOf(t, "fr"), finding, "")); !strings.Contains(got, "(science politique, droit)") {
		t.Errorf("reason: %q", got)
	}
}

func TestDegreeWithoutATitleStillMakesASentence(t *testing.T) {
	for lang, want := range map[string]string{
		"fr": "Un diplôme dont l’intitulé n’a pas été lu (octobre 2024) : le niveau n’est pas certain ; master (Bac+5) demandé.",
		"en": "A degree whose title was not read (October 2024): the level is not certain; ",
	} {
		f := screening.Finding{Reason: "education.level_unsure", Args: map[string]string{"found": "(2024-10)", "level": "7"}}
		if got := plain(reasonText(localeOf(t, lang), f, "")); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestStatementInASentenceHasNoFullStop(t *testing.T) {
	v := store.ApplicationView{Checklist: store.Checklist{Checklist: screening.Checklist{Criteria: []screening.Criterion{
		{ID: "both", Kind: "documents", Statement: stated("Le dossier contient un CV.", "The file holds a CV.")}}}}}
	if got := statementOf(localeOf(t, "fr"), v, "both"); got != "Le dossier contient un CV" {
		t.Errorf("%q", got)
	}
}

func TestOverriddenCriterionShowsWhoAndWhyWhileClosed(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.post(account.Reviewer, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "references", "verdict", "met", "reason", "Troisième référence jointe au mail").want(303)
	page := d.get(account.Recruiter, "fr", applicationPath(id)+"?c=english").whole("fr")
	if n := len(page.all(`[data-finding="references"].finding--open`)); n != 0 {
		t.Fatal("the criterion stands open")
	}
	if got := plain(page.text(`[data-finding="references"] .finding__said`)); got != "Inès Aubert : rempli « Troisième référence jointe au mail »" {
		t.Errorf("closed it says %q", got)
	}
	if got := page.all(`[data-finding="references"] .finding__reason.finding__only-open`); len(got) != 1 || !strings.HasPrefix(textOf(got[0]), "L’analyse disait") {
		t.Error("what the machine found is not told apart")
	}
	if n := len(page.all(`[data-finding="english"] .finding__said`)); n != 0 {
		t.Error("a criterion nobody changed names a person")
	}
}

func TestSearchThatIsTooLongSaysSoAndStillSearches(t *testing.T) {
	d := newOffice(t)
	long := strings.Repeat("z", 3000)
	page := d.get(account.Recruiter, "fr", "/vacancies/communication-calais?q="+long).whole("fr").want(200, "seul son début a été cherché")
	if n := len(page.all(".matrix tbody tr")); n != 0 {
		t.Errorf("%d applications found for nonsense", n)
	}
	d.get(account.Recruiter, "en", "/vacancies?q="+long).whole("en").want(200, "only its beginning was searched for")
	d.get(account.Recruiter, "fr", "/vacancies/communication-calais?q=bellamy").want(200, "Inès Bellamy").without("seul son début")
	if got, cut := cutSearch(strings.Repeat("é", 101)); !cut || got != strings.Repeat("é", 100) {
		t.Errorf("cut in a letter: %q", got)
	}
}

func TestMessageTextHasNoFileNameOfItsOwn(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200).without(`title="(body)"`)
	body := d.view(id).Documents[2]
	doc := document{Document: body, id: "3"}
	answer := d.get(account.Recruiter, "fr", (&document{id: decimalOf(body.ID)}).contentPath()).want(200)
	if got, want := answer.Header().Get("Content-Disposition"), "attachment; filename=message-"+decimalOf(body.ID)+".txt"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := answer.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("type %s", got)
	}
	if doc.fileName() != "" {
		t.Errorf("file name %q", doc.fileName())
	}
}

func TestFileWhoseNameSaysAnotherFormIsPointedOut(t *testing.T) {
	for _, c := range []struct {
		name, media string
		odd         bool
	}{
		{"cv.docx", "application/pdf", true}, {"cv.PDF", "application/pdf", false}, {"photo.jpg", "image/jpeg", false},
		{"cv", "application/pdf", false}, {"cv.final", "application/pdf", false}, {"cv.pdf", "application/octet-stream", false},
	} {
		if _, _, odd := misnamed(store.Document{Name: c.name, Media: c.media}); odd != c.odd {
			t.Errorf("%s as %s: %v", c.name, c.media, odd)
		}
	}
	d := newDesk(t)
	id := d.receive(sent{name: "Zoé Martel", email: "zoe@courriel.example", subject: "Candidature", receivedAt: d.now.Add(-1e12),
		files: []sentFile{{name: "cv.docx", media: "application/pdf", content: []byte("%PDF-1.4"), is: fact.CV, pages: cvPages(t)}}})
	d.get(account.Recruiter, "fr", applicationPath(id)).whole("fr").want(200, "Le nom du fichier annonce DOCX, son contenu est PDF.")
}

func TestLongQuoteIsCutAroundWhatItIsQuotedFor(t *testing.T) {
	long := strings.Repeat("J’établis les conventions et les budgets. ", 8) + "Je monte aussi la vidéo des événements. " + strings.Repeat("Et le reste. ", 20)
	got := shortenTo(long, 160, []string{"montage", "Vidéo"})
	if !strings.Contains(got, "vidéo") || !strings.HasPrefix(got, "…") || len([]rune(got)) > 160 {
		t.Errorf("%q", got)
	}
	if got := shortenTo(long, 160, []string{"budgets", "vidéo"}); got != shorten(long, 160) {
		t.Errorf("cut though the first words hold it: %q", got)
	}
	if got := shortenTo(long, 160, []string{"absent", ""}); got != shorten(long, 160) {
		t.Errorf("cut around nothing: %q", got)
	}
}

func TestProblemsOfArchivesAreToldInWords(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		for _, code := range codesOf(t, "../intake/message/message.go", `Problem[A-Z]\w* += "([a-z_]+)"`) {
			if code == "damaged" {
				continue // read all the same, and told by a warning of its own
			}
			if key := "problem.archive." + code; !localeOf(t, lang).Has(key) {
				t.Errorf("%s: %s has no sentence", lang, key)
			}
		}
	}
}

func decimalOf(n int64) string { return strconv.FormatInt(n, 10) }

func TestReasonsNobodyTypedAreReadInEachLanguage(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.post(account.Recruiter, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "english", "verdict", "unclear").want(303)
	d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", "discuss").want(303)
	d.post(account.Recruiter, applicationPath(id)+"/undo", "version", version(d, id)).want(303)
	d.get(account.HR, "en", applicationPath(id)+"?panel=history&c=english").whole("en").want(200, "Undoes the previous decision", "Read again: the verdict is confirmed").without("code:")
	d.get(account.HR, "fr", applicationPath(id)+"?panel=history").whole("fr").want(200, "Annulation de la décision précédente").without("code:")
}

func TestCriterionAPersonOpenedAgainIsInTheQueue(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.post(account.Recruiter, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "french", "verdict", "unclear", "reason", "Lettre pleine de fautes").want(303)
	page := d.get(account.HR, "fr", "/unclear").whole("fr")
	for _, line := range page.all(".queue__line") {
		if s := textOf(line); strings.Contains(s, "Français courant") {
			if !strings.Contains(s, "Lettre pleine de fautes") || !strings.Contains(s, "Rouvert par une personne") {
				t.Errorf("line %q", s)
			}
			return
		}
	}
	t.Error("the criterion is not listed")
}
