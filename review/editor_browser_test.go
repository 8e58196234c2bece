package review

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/intake"
	"dossier/intake/extract"
	"dossier/intake/mailbox"
	"dossier/internal/account"
	"dossier/internal/browsertest"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/text"
)

// asText reads every document as text.
type asText struct{}

func (asText) Read(_ context.Context, _ string, file io.Reader) (extract.Result, error) {
	b, err := io.ReadAll(io.LimitReader(file, 1<<16))
	return extract.Result{Media: "text/plain", Engine: "text", Quality: 1, PageCount: 1, Pages: []text.Page{{Number: 1, Text: string(b), Engine: "text", Quality: 1}}}, err
}

// mail has a message take the whole way of mail: stored, routed, read, judged.
func (d *desk) mail(raw string) {
	d.t.Helper()
	ctx := d.t.Context()
	file := filepath.Join(d.t.TempDir(), "application.eml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(raw, "\n", "\r\n")), 0o600); err != nil {
		d.t.Fatal(err)
	}
	clock := func() time.Time { return d.now }
	im := intake.Importer{Store: d.store, Blobs: d.blobs, Now: clock}
	if err := im.Import(ctx, d.mailbox, mailbox.NewFiles(file), func(intake.Imported) {}); err != nil {
		d.t.Fatal(err)
	}
	d.work()
}

// work does what is due after storage.
func (d *desk) work() {
	d.t.Helper()
	p := intake.NewPipeline(intake.PipelineConfig{Store: d.store, Blobs: d.blobs, Reader: asText{}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return d.now },
		Owner: "desk", Workers: 1, MaxMessage: 1 << 20})
	if _, err := p.Work(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

const stageMail = `Received: from mx.example by mail.rivenord.example; Sun, 22 Nov 2026 13:00:00 +0100
From: Noé Garance <noe.garance@courriel.example>
To: plaidoyer30@rivenord.example
Subject: Candidature au stage
Message-ID: <walk-1@courriel.example>
Date: Sun, 22 Nov 2026 12:59:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Madame, Monsieur, je vous propose ma candidature : l'écoute et la mesure guident mon travail depuis deux ans et je souhaite servir votre plaidoyer. Noé Garance

--b
Content-Type: text/plain; charset=utf-8; name="cv.txt"
Content-Disposition: attachment; filename="cv.txt"

CURRICULUM VITAE
Noé Garance
Langues
Français : langue maternelle
Anglais : B2
Permis B
--b--
`

// What a person does from a pasted announcement to the first application under it: every
// step is a click or a field typed. The announcement is pasted, which counts as one field.
func TestFromAPastedAnnouncementToTheFirstApplication(t *testing.T) {
	d := newDesk(t)
	b := d.browse(account.Recruiter)
	b.View(1440, 900, "light")
	clicks, fields := 0, 0
	click := func(selector string) {
		t.Helper()
		clicks++
		b.Click(selector)
	}
	b.Goto("/vacancies")
	click(`a[href="/vacancies/new"]`)
	b.Wait("#notice-text")
	b.Axe()
	fields++
	pasted, err := json.Marshal(stageNotice)
	if err != nil {
		t.Fatal(err)
	}
	browsertest.Eval[bool](b, `(document.getElementById("notice-text").value = `+string(pasted)+`) !== ""`)
	click(".draft-new__go .button--primary")
	b.Wait("#editor")
	b.Axe()
	b.Shot("walk-editor")
	lines := 0
	for {
		id := browsertest.Eval[string](b, `document.querySelector("[data-approve]")?.id ?? ""`)
		if id == "" {
			break
		}
		lines++
		click("#" + id)
		b.Until(fmt.Sprintf(`document.getElementById(%q) === null`, id))
		if lines == 1 {
			b.Until(`document.activeElement.id.startsWith("line-")`)
		}
	}
	b.Axe()
	b.Shot("walk-approved")
	click("#to-publish")
	b.Wait("#publish")
	b.Axe()
	b.Shot("walk-publish")
	click("#publish")
	b.Wait(".flash__notice")
	if got := b.Text(".flash__notice .notice__text"); !strings.Contains(got, "est ouvert") {
		t.Errorf("after publishing: %q", got)
	}
	d.mail(stageMail)
	slug := strings.Split(b.Path(), "/")[2]
	b.Goto("/vacancies/" + slug)
	click(".matrix tbody .matrix__who a")
	b.Wait(".review")
	b.Shot("walk-application")
	if got := b.Text("h1"); got != "Noé Garance" {
		t.Errorf("the first application is %q", got)
	}
	if got := b.Text(".finding"); got == "" {
		t.Error("it is not screened")
	}
	v, err := d.store.VacancyBySlug(t.Context(), slug)
	if err != nil || v.State != store.VacancyOpen || len(v.Gaps) > 0 {
		t.Errorf("vacancy: %+v, %v", v, err)
	}
	t.Logf("from a pasted announcement to the first screened application: %d clicks, %d field typed, %d lines approved one by one", clicks, fields, lines)
	if fields > 1 || clicks > lines+5 {
		t.Errorf("%d clicks for %d lines and %d fields: want at most %d and 1", clicks, lines, fields, lines+5)
	}
}

// The pages of drafting at both widths, in both languages and themes.
func TestDraftingPagesAreAccessibleAtEverySize(t *testing.T) {
	d := newOffice(t)
	v := d.drafted(stageNotice)
	d.post(account.HR, draftPath("communication-calais", "edit")).want(303)
	english := d.draftOf("communication-calais").Body
	l, _ := english.Line("english")
	d.post(account.HR, draftPath("communication-calais", "draft/line"), "line", "english", "rev", fmt.Sprint(l.Rev), "p.language", "anglais", "p.min_level", "A2", "fr", "Anglais A2 ou plus", "importance", "required", "approve", "1").want(303)
	d.post(account.HR, draftPath("communication-calais", "tryout")).want(303)
	if err := d.store.MoveVacancy(t.Context(), d.vacancy.ID, d.vacancyNow().Version, store.VacancyClosed, store.By{Name: "x"}, ""); err != nil {
		t.Fatal(err)
	}
	b := d.browse(account.HR)
	for name, path := range map[string]string{"new": "/vacancies/new", "editor": draftPath(v.Slug, "edit"), "editor-head": draftPath(v.Slug, "edit") + "?line=head",
		"editor-line": draftPath(v.Slug, "edit") + "?line=" + d.line(v, "language").Criterion.ID, "publish": draftPath("communication-calais", "publish"),
		"tryout": draftPath("communication-calais", "tryout"), "versions": draftPath("communication-calais", "versions"), "life": draftPath("communication-calais", "checklist")} {
		for _, view := range []struct {
			lang          string
			width, height int
			scheme        string
		}{{"fr", 1440, 900, "light"}, {"en", 390, 844, "dark"}} {
			b.Language(view.lang)
			b.View(view.width, view.height, view.scheme)
			b.Goto(path)
			b.NoSidewaysScroll()
			b.Axe()
			b.Shot(fmt.Sprintf("draft-%s-%s-%d-%s", name, view.lang, view.width, view.scheme))
		}
	}
}

func TestWordsTypedIntoALineAreKeptWhenAnotherButtonIsPressed(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	b := d.browse(account.Recruiter)
	french, licence := d.line(v, "language").Criterion.ID, d.line(v, "licence").Criterion.ID
	b.Goto(draftPath(v.Slug, "edit") + "?line=" + french)
	b.Type("#line-"+french+" input[name=fr]", " (relu)")
	b.Wait("#line-" + french + " [data-mark]:not([hidden])")
	b.Click("#approve-" + licence)
	b.Wait("#withdraw-" + licence)
	if l := d.line(v, "language"); !strings.HasSuffix(l.Criterion.Statement.FR, "(relu)") {
		t.Errorf("kept %q", l.Criterion.Statement.FR)
	}
	if !d.line(v, "licence").Approved() {
		t.Error("the licence is not approved")
	}
}

func (d *desk) draftOf(slug string) store.ChecklistDraft {
	d.t.Helper()
	v, err := d.store.VacancyBySlug(d.t.Context(), slug)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.draft(v)
}

func (d *desk) vacancyNow() store.Vacancy {
	d.t.Helper()
	v, err := d.store.VacancyByID(d.t.Context(), d.vacancy.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func TestTrialTellsWhatWouldChangeAndStoresNothing(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	for _, l := range d.draft(v).Body.Lines {
		now, _ := bodyLine(d.draft(v), l.Criterion.ID)
		d.act(account.HR, v, now, "approve").want(303)
	}
	d.publish(v, "").want(303)
	d.mail(stageMail)
	d.mail(strings.NewReplacer("walk-1", "walk-2", "noe.garance", "lea.brun", "Noé Garance", "Léa Brun", "Anglais : B2", "Anglais : A2").Replace(stageMail))
	ids, err := d.store.ToTry(t.Context(), v.ID, 0)
	if err != nil || len(ids) != 2 || ids[0].Findings == nil {
		t.Fatalf("applications: %+v, %v", ids, err)
	}
	english := ""
	for _, l := range d.draft(v).Body.Lines {
		if strings.Contains(string(l.Criterion.Params), `"en"`) {
			english = l.Criterion.ID
		}
	}
	// A colleague has corrected Léa's English by hand, and decided.
	act := store.Act{ApplicationID: ids[1].ID, Version: d.view(ids[1].ID).Version, AuthorID: d.users[account.Reviewer].ID}
	if err := d.store.RecordOverride(t.Context(), act, english, screening.Met, "Entretien en anglais"); err != nil {
		t.Fatal(err)
	}
	act.Version++
	if err := d.store.RecordDecision(t.Context(), act, screening.StageShortlisted, "Bon entretien"); err != nil {
		t.Fatal(err)
	}
	l, _ := bodyLine(d.draft(v), english)
	d.post(account.HR, draftPath(v.Slug, "draft/line"), "line", english, "rev", fmt.Sprint(l.Rev), "p.language", "anglais", "p.min_level", "C1", "fr", "Anglais C1", "importance", "required", "approve", "1").want(303)
	before := d.view(ids[0].ID)
	d.post(account.Recruiter, draftPath(v.Slug, "tryout")).want(303)
	page := d.get(account.Recruiter, "fr", draftPath(v.Slug, "tryout")).whole("fr")
	if got := page.text(".tryout__sum"); !strings.HasPrefix(got, "1 constat changerait, chez 1 candidature sur 2.") {
		t.Errorf("sum: %q", got)
	}
	page.want(200, "Noé Garance").without("Léa Brun")
	d.get(account.Recruiter, "en", draftPath(v.Slug, "tryout")).whole("en")
	after := d.view(ids[0].ID)
	if after.Version != before.Version || after.AssessedChecklist != before.AssessedChecklist || len(d.checklists(v)) != 1 {
		t.Error("the trial left something behind")
	}
	// Published, the applications wait for their new assessment, and what people said stays.
	d.publish(v, "Le poste demande plus").want(303)
	waiting := d.get(account.Recruiter, "fr", draftPath(v.Slug, "checklist")).whole("fr").want(200, "0 candidatures sur 2 analysées")
	if len(waiting.all("progress")) != 1 {
		t.Error("no progress is shown")
	}
	d.work()
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "checklist")).whole("fr").without("0 candidatures sur 2")
	lea := d.view(ids[1].ID)
	if lea.Stage != screening.StageShortlisted || len(lea.Overrides) != 1 || lea.Overrides[0].WithdrawnAt != nil || lea.Overrides[0].Verdict != screening.Met || lea.AssessedChecklist != 2 {
		t.Errorf("what people said: %+v", lea)
	}
	if noe := d.view(ids[0].ID); noe.AssessedChecklist != 2 || noe.Stage != screening.StageNew {
		t.Errorf("the other: %+v", noe.Application)
	}
}

func (d *desk) checklists(v store.Vacancy) []store.Checklist {
	d.t.Helper()
	list, err := d.store.Checklists(d.t.Context(), v.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// Closing a vacancy ends routing by its title; its address still leads to it.
func TestClosedVacancyIsFoundByItsAddressAlone(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	d.act(account.HR, v, d.line(v, "licence"), "approve").want(303)
	d.publish(v, "").want(303)
	now, err := d.store.VacancyByID(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	byTitle := strings.NewReplacer("plaidoyer30@rivenord.example", "contact@rivenord.example", "Candidature au stage", "Candidature : "+now.Title)
	count := func() int {
		t.Helper()
		n, err := d.store.CountApplications(t.Context(), v.ID)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	other := func(n int, name string) string {
		return strings.NewReplacer("walk-1", fmt.Sprint("closed-", n), "noe.garance", name, "Noé Garance", strings.ToUpper(name[:1])+name[1:]+" Dumas").Replace(stageMail)
	}
	d.mail(byTitle.Replace(other(1, "anna")))
	if got := count(); got != 1 {
		t.Fatalf("an open vacancy is not found by its title: %d applications", got)
	}
	d.post(account.HR, draftPath(v.Slug, "state"), "version", fmt.Sprint(now.Version), "to", "closed").want(303)
	d.mail(byTitle.Replace(other(2, "bruno")))
	if got := count(); got != 1 {
		t.Errorf("a closed vacancy is found by its title: %d applications", got)
	}
	d.mail(other(3, "carla"))
	if got := count(); got != 2 {
		t.Errorf("a closed vacancy is not found by its address: %d applications", got)
	}
}
