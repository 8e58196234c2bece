package review

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

const calais = "/vacancies/communication-calais"

// namesOf are the applicants of a list, in its order.
func namesOf(a answer) []string {
	var out []string
	for _, n := range a.all("tbody .matrix__who > a:first-child") {
		out = append(out, textOf(n))
	}
	return out
}

// hiddenFields is a form as a browser without script would send it.
func hiddenFields(form *html.Node) url.Values {
	out := url.Values{}
	for _, in := range cascadiaAll(form, "input[type=hidden]") {
		out.Add(attr(in, "name"), attr(in, "value"))
	}
	out.Del("csrf")
	return out
}

func TestSearchShowsTheLineThatWasFound(t *testing.T) {
	d := newOffice(t)
	for _, lang := range []string{"fr", "en"} {
		a := d.get(account.Recruiter, lang, calais+"?q=reseau+horizon").want(http.StatusOK).whole(lang)
		if n := len(a.all(".matrix__found")); n != len(people) {
			t.Fatalf("%d lines for %d CVs", n, len(people))
		}
		marks := a.all(".matrix__found:nth-of-type(2) mark")
		if len(marks) != 2 || textOf(marks[0]) != "Réseau" || textOf(marks[1]) != "Horizon" {
			t.Errorf("%d words are marked", len(marks))
		}
		if href := attr(a.all(".found")[0], "href"); !strings.Contains(href, "doc=") || !strings.Contains(href, "list=q") {
			t.Errorf("the line leads to %s", href)
		}
	}
	name := d.get(account.Recruiter, "fr", calais+"?q=montaigu").want(http.StatusOK)
	if got := namesOf(name); !slices.Equal(got, []string{"Léa Montaigu"}) || len(name.all(".matrix__found")) != 0 || name.text(".matrix__who mark") != "Montaigu" {
		t.Errorf("by name: %q", got)
	}
	everywhere := d.get(account.Recruiter, "fr", "/search?q=horizon&stage=discuss").want(http.StatusOK, "Fatou Dellière", "Réseau").whole("fr")
	if n := len(everywhere.all("[data-row]")); n != 1 {
		t.Errorf("%d lines in one stage", n)
	}
	d.get(account.Recruiter, "en", "/search?q=nobodyatall").want(http.StatusOK, "Nothing matches").whole("en")
	if n := len(d.get(account.Recruiter, "fr", "/search").want(http.StatusOK).all("[data-row]")); n != len(people)+1 {
		t.Errorf("%d applications in all", n)
	}
	d.get(account.Operator, "fr", "/search").want(http.StatusForbidden)
}

func TestViewsAreSavedSharedAndOpenedByDefault(t *testing.T) {
	d := newOffice(t)
	save := func(role account.Role, pairs ...string) string {
		a := d.post(role, calais+"/views", pairs...)
		if a.Code != http.StatusSeeOther {
			t.Fatalf("saving: %d", a.Code)
		}
		return a.Header().Get("Location")
	}
	list := "c=english%3Aunclear&sort=name"
	own := save(account.Recruiter, "name", "Anglais à vérifier", "list", list)
	shared := save(account.Recruiter, "name", "Discussion", "list", "stage=discuss", "shared", "1")
	page := d.get(account.Recruiter, "fr", own).want(http.StatusOK).whole("fr")
	if got := namesOf(page); len(got) != 4 || got[1] != "Hugo Santerre" {
		t.Errorf("the view lists %q", got)
	}
	if n := len(page.all(".token")); n != 1 {
		t.Errorf("%d filters can be removed", n)
	}
	if got := page.text(".app__side .nav__link--view[aria-current]"); !strings.HasPrefix(got, "Anglais à vérifier") || !strings.HasSuffix(got, "4") {
		t.Errorf("the side shows %q", got)
	}
	others := d.get(account.Reviewer, "en", calais).want(http.StatusOK, "Discussion").whole("en").without("Anglais à vérifier")
	if n := len(others.all(`.views__acts button[value=delete]`)); n != 0 {
		t.Error("a colleague's view can be deleted")
	}
	id := func(location string) string {
		u, _ := url.Parse(location)
		return u.Query().Get("view")
	}
	d.post(account.Reviewer, calais+"/views/"+id(shared), "act", "delete").want(http.StatusNotFound)
	d.post(account.Reviewer, calais+"/views/"+id(own), "act", "default").want(http.StatusNotFound)
	d.post(account.Recruiter, "/vacancies/plaidoyer/views/"+id(own), "act", "delete").want(http.StatusNotFound)
	d.post(account.Reviewer, calais+"/views/"+id(shared), "act", "default").want(http.StatusSeeOther)
	if a := d.get(account.Reviewer, "fr", calais); a.Code != http.StatusSeeOther || !strings.Contains(a.Header().Get("Location"), "stage=discuss") {
		t.Errorf("the list opens with %d %s", a.Code, a.Header().Get("Location"))
	}
	opened := d.get(account.Reviewer, "fr", shared).want(http.StatusOK)
	if whole := attr(opened.all(".tabs__link")[0], "href"); d.get(account.Reviewer, "fr", whole).Code != http.StatusOK {
		t.Errorf("the whole list at %s leads back to the view", whole)
	}
	d.get(account.Recruiter, "fr", calais).want(http.StatusOK)
	d.post(account.Reviewer, calais+"/views/0", "act", "default").want(http.StatusSeeOther)
	d.get(account.Reviewer, "fr", calais).want(http.StatusOK)
	d.post(account.Recruiter, calais+"/views/"+id(shared), "act", "keep").want(http.StatusSeeOther)
	d.get(account.Reviewer, "fr", calais).want(http.StatusOK).without("Discussion</a>")
	d.post(account.Recruiter, calais+"/views/"+id(own), "act", "delete").want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", calais).want(http.StatusOK).without("Anglais à vérifier")
	d.post(account.Recruiter, calais+"/views", "name", " ").want(http.StatusSeeOther)
	d.post(account.Recruiter, calais+"/views/1", "act", "rule").want(http.StatusBadRequest)
}

func TestColumnsAndDensityAreEachReadersOwn(t *testing.T) {
	d := newOffice(t)
	heads := func(role account.Role) []string {
		var out []string
		for _, n := range d.get(role, "fr", calais).want(http.StatusOK).all(".matrix__heads .matrix__head") {
			out = append(out, textOf(n))
		}
		return out
	}
	all := heads(account.Recruiter)
	form := url.Values{"column": {"english", "french", "list.stage"}}
	d.postForm(account.Recruiter, calais+"/columns", form).want(http.StatusSeeOther)
	if got := heads(account.Recruiter); !slices.Equal(got, []string{"Français", "Anglais"}) {
		t.Errorf("columns %q", got)
	}
	page := d.get(account.Recruiter, "fr", calais).whole("fr")
	if len(page.all(".matrix__date")) != 0 || len(page.all(".matrix__sum")) != 0 || len(page.all(".matrix__stage")) == 0 {
		t.Error("the columns at the side do not follow")
	}
	row := page.all("tbody .matrix__row")[0]
	if cells, head := len(cascadiaAll(row, "td, th")), len(page.all(".matrix__heads th")); cells != head {
		t.Errorf("%d cells under %d heads", cells, head)
	}
	if got := heads(account.Reviewer); !slices.Equal(got, all) {
		t.Errorf("a colleague sees %q", got)
	}
	d.post(account.Recruiter, calais+"/columns", "all", "1").want(http.StatusSeeOther)
	if got := heads(account.Recruiter); !slices.Equal(got, all) {
		t.Errorf("all columns: %q", got)
	}
	d.post(account.Recruiter, "/settings/density", "dense", "1", "next", calais).want(http.StatusSeeOther)
	for role, want := range map[account.Role]int{account.Recruiter: 1, account.Reviewer: 0} {
		if n := len(d.get(role, "fr", calais).all(".matrix--dense")); n != want {
			t.Errorf("%s: %d dense lists, want %d", role, n, want)
		}
	}
}

func TestLongChecklistsFoldToTheirWorst(t *testing.T) {
	d := newDesk(t)
	list := deskChecklist()
	for i := range 12 {
		c := list.Criteria[3]
		c.ID = "more-" + string(rune('a'+i))
		list.Criteria = append(list.Criteria, c)
	}
	if _, err := d.store.ApplyVacancy(t.Context(), store.NewVacancy{Slug: "communication-calais", Title: "Calais"}, list, store.By{Name: "test"}, true); err != nil {
		t.Fatal(err)
	}
	id := d.receive(sent{name: "Awa Ndiaye", email: "awa@courriel.example", receivedAt: d.now, files: []sentFile{{name: "cv.pdf", content: []byte("%PDF"), is: fact.CV}}})
	var findings []screening.Finding
	for _, c := range list.Criteria {
		findings = append(findings, screening.Finding{Criterion: c.ID, Verdict: screening.Met, Evidence: []screening.Evidence{{Kind: screening.Search}}, ForReader: c.ForReader()})
	}
	findings[4].Verdict = screening.NotMet
	v := d.view(id)
	if err := d.store.SaveAssessment(t.Context(), store.NewAssessment{ApplicationID: id, DocumentsRev: v.DocumentsRev, ChecklistVersion: v.Vacancy.ChecklistVersion,
		EngineVersion: screening.EngineVersion, Findings: findings}); err != nil {
		t.Fatal(err)
	}
	folded := d.get(account.Recruiter, "fr", calais).want(http.StatusOK, "Déplier les critères").whole("fr")
	if n := len(folded.all("tbody .verdict")); n != 4 {
		t.Errorf("%d cells for four groups", n)
	}
	if n := len(folded.all("tbody .verdict--not_met")); n != 1 {
		t.Errorf("%d groups at their worst", n)
	}
	wide := d.get(account.Recruiter, "fr", calais+"?wide=1").want(http.StatusOK, "Replier les critères")
	if n := len(wide.all("tbody .verdict")); n != len(list.Criteria) {
		t.Errorf("%d cells unfolded, want %d", n, len(list.Criteria))
	}
}

func TestBulkActionsAreUndone(t *testing.T) {
	d := newOffice(t)
	values := func() []string {
		var out []string
		for _, in := range d.get(account.Recruiter, "fr", calais+"?sort=oldest").all("tbody input[name=id]") {
			if c := mustChosen(t, attr(in, "value")); len(out) < 3 && d.view(c.ID).ReviewerID == nil && d.view(c.ID).Stage != screening.StageShortlisted {
				out = append(out, attr(in, "value"))
			}
		}
		return out
	}
	picked := values()
	moved := d.postForm(account.Recruiter, calais+"/stage", url.Values{"id": picked, "to": {"shortlisted"}, "list": {"stage=new"}})
	page := d.get(account.Recruiter, "fr", moved.Header().Get("Location")).want(http.StatusOK, "3 candidatures passées").whole("fr")
	// Somebody else looks at the same address, and one of the three is touched meanwhile.
	if n := len(d.get(account.Reviewer, "fr", moved.Header().Get("Location")).all(".undo")); n != 0 {
		t.Error("a colleague is offered to undo it")
	}
	undo := page.all(".undo")[0]
	first := mustChosen(t, picked[0])
	if err := d.store.AssignReviewer(t.Context(), store.Act{ApplicationID: first.ID, Version: first.Version + 1, AuthorID: d.users[account.Reviewer].ID}, 0); err != nil {
		t.Fatal(err)
	}
	d.postForm(account.Recruiter, attr(undo, "action"), hiddenFields(undo)).want(http.StatusSeeOther)
	for i, value := range picked {
		c := mustChosen(t, value)
		want := screening.StageNew
		if i == 0 {
			want = screening.StageShortlisted
		}
		if got := d.view(c.ID); got.Stage != want {
			t.Errorf("application %d is %s, want %s", c.ID, got.Stage, want)
		}
	}
	d.now = d.now.Add(justNow + time.Minute)
	if n := len(d.get(account.Recruiter, "fr", moved.Header().Get("Location")).all(".undo")); n != 0 {
		t.Error("later it is still offered")
	}
	given := d.postForm(account.Recruiter, calais+"/reviewer", url.Values{"id": values(), "reviewer": {fmt.Sprint(d.users[account.Reviewer].ID)}})
	page = d.get(account.Recruiter, "fr", given.Header().Get("Location")).want(http.StatusOK, "attribuées")
	form := hiddenFields(page.all(".undo")[0])
	if n := len(d.get(account.Reviewer, "fr", given.Header().Get("Location")).all(".undo")); n != 0 {
		t.Error("a colleague is offered to undo what was given")
	}
	// Addresses made by hand: another person before, an act nobody did.
	for _, value := range []string{strings.TrimSuffix(form["given"][0], ":0") + ":" + fmt.Sprint(d.users[account.HR].ID), "9:1:0", "1:1:0,x", "x"} {
		if n := len(d.get(account.Recruiter, "fr", calais+"?given="+value).all(".undo")); n != 0 {
			t.Errorf("%s is offered to be undone", value)
		}
	}
	d.postForm(account.Recruiter, calais+"/undo", form).want(http.StatusSeeOther)
	for _, value := range form["given"] {
		id, _, _ := strings.Cut(value, ":")
		if got := d.view(mustChosen(t, id+":1").ID); got.ReviewerID != nil {
			t.Errorf("application %s is still followed", id)
		}
	}
	d.postForm(account.Recruiter, calais+"/undo", url.Values{"given": {"1:x:2"}}).want(http.StatusBadRequest)
	d.postForm(account.Recruiter, "/vacancies/plaidoyer/undo", url.Values{"given": {"1:1:2"}}).want(http.StatusNotFound)
	d.postForm(account.Reader, calais+"/undo", form).want(http.StatusForbidden)
}

func mustChosen(t *testing.T, value string) chosen {
	t.Helper()
	c, err := parseChosen(value)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheWholeListIsNamedBeforeItMoves(t *testing.T) {
	d := newOffice(t)
	form := url.Values{"all": {"1"}, "to": {"discuss"}, "list": {"stage=new"}}
	asked := d.postForm(account.Recruiter, calais+"/stage", form).want(http.StatusOK, "Ousmane Kergoat", "Nour Castellan").whole("fr")
	if got := len(d.inStage(t, screening.StageDiscuss)); got != 1 {
		t.Fatalf("%d moved before they were named and confirmed", got)
	}
	confirm := asked.all("form.move")[0]
	d.postForm(account.Recruiter, attr(confirm, "action"), hiddenFields(confirm)).want(http.StatusSeeOther)
	if got := len(d.inStage(t, screening.StageNew)); got != 0 {
		t.Errorf("%d are left", got)
	}
	// What is refused needs its reason all the same.
	form = url.Values{"all": {"1"}, "to": {"not_retained"}, "list": {"stage=discuss"}, "reason": {"Dossier incomplet"}}
	d.postForm(account.Recruiter, calais+"/stage", form).want(http.StatusOK, "Motif")
}

func TestReasonForManyIsPickedAndTheyAreWrittenTo(t *testing.T) {
	d := newOffice(t)
	var ids []string
	for _, in := range d.get(account.Recruiter, "fr", calais+"?stage=new").all("tbody input[name=id]") {
		ids = append(ids, attr(in, "value"))
	}
	asked := d.postForm(account.Recruiter, calais+"/stage", url.Values{"id": ids[:2], "to": {"not_retained"}, "list": {"stage=new"}}).whole("fr").want(http.StatusOK)
	chips := asked.all(`form.move input[name=choice]`)
	if len(chips) != 3 {
		t.Fatalf("%d reasons to pick", len(chips))
	}
	form := hiddenFields(asked.all("form.move")[0])
	form.Set("choice", attr(chips[0], "value"))
	moved := d.postForm(account.Recruiter, calais+"/stage", form).want(http.StatusSeeOther)
	if v := d.view(mustChosen(t, ids[0]).ID); v.Stage != screening.StageNotRetained || v.LastDecision().Reason != attr(chips[0], "value") {
		t.Errorf("%s because of %q", v.Stage, v.LastDecision().Reason)
	}
	link := d.get(account.Recruiter, "fr", moved.Header().Get("Location")).want(http.StatusOK).all(".undo a")
	if len(link) != 1 || attr(link[0], "href") != calais+"?stage=not_retained" {
		t.Errorf("no way to write to them: %d links", len(link))
	}
}

func TestViewNameIsNotCutInSilence(t *testing.T) {
	d := newOffice(t)
	long := strings.Repeat("é", store.MaxViewName-10)
	d.post(account.Recruiter, calais+"/views", "name", long, "list", "stage=new").want(http.StatusSeeOther)
	page := d.get(account.Recruiter, "fr", calais)
	if strings.Contains(page.Body.String(), long[:40]) {
		t.Error("the view was saved under another name")
	}
}

func exported(t *testing.T, a answer, comma rune) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body.String(), "\ufeff")))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestExportIsTheListAsItStands(t *testing.T) {
	d := newOffice(t)
	d.postForm(account.Recruiter, calais+"/columns", url.Values{"column": {"english", "french", "list.stage", "list.received", "list.met"}}).want(http.StatusSeeOther)
	a := d.post(account.Recruiter, calais+"/export", "format", "csv", "list", "c=english%3Aunclear&sort=name").want(http.StatusOK)
	if got := a.Header().Get("Content-Disposition"); got != `attachment; filename="rn-2026-14-communication-calais-2026-11-22.csv"` {
		t.Errorf("disposition %s", got)
	}
	if !strings.HasPrefix(a.Body.String(), "\ufeff") {
		t.Error("no mark for Excel")
	}
	rows := exported(t, a, ';')
	if len(rows) != 5 || rows[3][0] != "Léa Montaigu" || rows[0][5] != "Français courant" || rows[0][6] != "Anglais B2 ou plus" || rows[3][6] != "à vérifier" {
		t.Errorf("rows %q", rows)
	}
	var changed, reasons []string
	for _, row := range exported(t, d.post(account.HR, calais+"/export", "format", "csv"), ';')[1:] {
		for _, cell := range row {
			if strings.Contains(cell, "(modifié)") {
				changed = append(changed, row[0])
			}
			if strings.HasPrefix(cell, "code:") {
				t.Errorf("a code is left: %s", cell)
			}
		}
		reasons = append(reasons, row[len(row)-1])
	}
	if !slices.Contains(changed, "Inès Bellamy") || !slices.Contains(reasons, "Décision d’équipe") {
		t.Errorf("changed %q, reasons %q", changed, reasons)
	}
	book := d.post(account.Recruiter, calais+"/export", "format", "xlsx").want(http.StatusOK)
	f, err := excelize.OpenReader(bytes.NewReader(book.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet, err := f.GetRows("Candidatures")
	if err != nil || len(sheet) != len(people)+2 {
		t.Errorf("%d rows in the workbook (%v)", len(sheet), err)
	}
	d.post(account.Recruiter, calais+"/export", "format", "exe").want(http.StatusBadRequest)
	d.post(account.Reader, calais+"/export", "format", "csv").want(http.StatusForbidden)
	everything := exported(t, d.post(account.Recruiter, "/search/export", "format", "csv"), ';')
	if len(everything) != len(people)+2 || everything[1][0] != d.vacancy.Title {
		t.Errorf("%d rows in all: %q", len(everything), everything[1])
	}
	if _, err := d.store.VerifyEvents(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestExportGivesTheReasonOfTheDecisionInForce(t *testing.T) {
	d := newOffice(t)
	id := d.first().ID
	reason := func() string {
		rows := exported(t, d.post(account.Recruiter, calais+"/export", "format", "csv", "list", "q=ndiaye"), ';')
		return rows[1][len(rows[1])-1]
	}
	act := func() store.Act {
		return store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.Recruiter].ID}
	}
	decide := func(to screening.Stage, why string) {
		if err := d.store.RecordDecision(t.Context(), act(), to, why); err != nil {
			t.Fatal(err)
		}
	}
	undo := func(want screening.Stage) {
		if err := d.store.UndoDecision(t.Context(), act()); err != nil {
			t.Fatal(err)
		}
		if got := d.view(id).Stage; got != want {
			t.Errorf("undoing leads to %s, want %s", got, want)
		}
	}
	decide(screening.StageNotRetained, "Dossier incomplet")
	undo(screening.StageNew)
	if got := reason(); got != "" {
		t.Errorf("a decision taken back is exported with %q", got)
	}
	decide(screening.StageDiscuss, "À voir ensemble")
	decide(screening.StageNotRetained, "Dossier incomplet")
	undo(screening.StageDiscuss)
	if got := reason(); got != "À voir ensemble" {
		t.Errorf("the reason in force reads %q", got)
	}
	undo(screening.StageNew)
	if err := d.store.UndoDecision(t.Context(), act()); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("with nothing left to undo: %v", err)
	}
}

func TestHostileApplicantsBreakNoListAndNoExport(t *testing.T) {
	d := newDesk(t)
	const evil = `=HYPERLINK("http://evil.example")<script>alert(1)</script>`
	d.receive(sent{name: evil, email: "x@courriel.example", subject: evil + "\r\nX-Evil: 1", receivedAt: d.now, files: []sentFile{{name: evil + ".pdf", media: "application/pdf",
		content: []byte("%PDF"), is: fact.Other, pages: []text.Page{{Number: 1, Text: "zanzibar " + evil + "\n"}}}}})
	for _, path := range []string{calais + "?q=zanzibar", "/search?q=zanzibar", calais + "?q=" + url.QueryEscape(`"><script>`), calais + "?moved=" + url.QueryEscape(`"><script>:1`)} {
		a := d.get(account.Recruiter, "fr", path).want(http.StatusOK)
		for _, n := range a.all("script") {
			if attr(n, "src") == "" {
				t.Errorf("%s: %q became a script", path, textOf(n))
			}
		}
	}
	for _, path := range []string{calais + "/export", "/search/export"} {
		for _, row := range exported(t, d.post(account.Recruiter, path, "format", "csv"), ';') {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") {
					t.Errorf("%s: a formula: %s", path, cell)
				}
			}
		}
	}
}

func TestListFormsNeedTheirToken(t *testing.T) {
	d := newOffice(t)
	for _, path := range []string{calais + "/export", "/search/export", calais + "/views", calais + "/columns", calais + "/undo", "/settings/density", "/team/1/access"} {
		a := d.postForm(account.Admin, path, url.Values{"csrf": {"forged"}, "format": {"csv"}, "name": {"x"}})
		a.want(http.StatusForbidden)
	}
}

func TestSignInNeverKeepsASessionItWasGiven(t *testing.T) {
	d := newDesk(t)
	d.addPassword(account.Reviewer)
	// The visitor's browser carries a token somebody else has chosen.
	d.sessions["chosen"] = "chosen-by-somebody-else"
	c := sessionCookie(d.signIn(deskEmail, deskPassword))
	if c == nil || c.Value == d.sessions["chosen"] || len(c.Value) < 40 {
		t.Fatalf("session %+v", c)
	}
	if a := d.get("chosen", "fr", "/vacancies"); a.Code != http.StatusSeeOther {
		t.Errorf("the token chosen by somebody else opens %d", a.Code)
	}
}
