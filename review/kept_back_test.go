package review

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/review/export"
	"dossier/screening"
	"dossier/web"
)

const deskList = "/vacancies/communication-calais"

func TestMaskedNamesCannotBeSearchedThroughTheListOfAnApplication(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.second("Tiago Marchand", screening.Met)
	d.mode(false, true)
	whole := d.get(account.Reviewer, "fr", applicationPath(id)+"?list=open%3D1").want(200)
	for _, search := range []string{"q=Ndiaye", "q=Marchand"} {
		page := d.get(account.Reviewer, "fr", applicationPath(id)+"?list="+url.QueryEscape(search)).want(200)
		if n := strings.Count(whole.Body.String(), " sur 2"); n == 0 || strings.Count(page.Body.String(), " sur 2") != n {
			t.Errorf("%s: the page places the application elsewhere than the whole list does", search)
		}
	}
}

func TestReasonsForLiftingTheMaskAreMasked(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.mode(false, true)
	d.post(account.Recruiter, applicationPath(id)+"/unveil", "reason", "Awa Ndiaye est convoquée").want(303)
	d.get(account.Reviewer, "fr", applicationPath(id)+"?panel=history").want(200, "a levé l’anonymat", "est convoquée").without(telling...)
}

func TestTwinsAreMaskedOneByOne(t *testing.T) {
	d := newDesk(t)
	a := d.second("Tiago Marchand", screening.Met)
	b := d.receive(sent{name: "Tiago Marchand", email: "autre@courriel.example", subject: "Candidature", receivedAt: d.now.AddDate(0, 0, -2), body: "Bonjour\n"})
	d.mode(false, true)
	d.post(account.Recruiter, applicationPath(a)+"/unveil", "reason", "r").want(303)
	page := d.get(account.Recruiter, "fr", deskList).want(200, "Tiago Marchand", fmt.Sprintf("Même nom que Candidature n° %d", b)).without("Même nom que Tiago")
	if n := len(page.all(".matrix__row")); n != 2 {
		t.Errorf("%d lines", n)
	}
}

func TestMessageAsReceivedWaitsForTheMaskToBeLifted(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.addUser(account.Operator, "Noé Sorel")
	raw := fmt.Sprintf("/intake/messages/%d/raw", d.view(id).Messages[0].ID)
	d.get(account.Recruiter, "fr", raw).want(200)
	d.mode(false, true)
	d.get(account.Recruiter, "fr", raw).want(403).without(telling...)
	d.get(account.Operator, "fr", raw).want(200)
	d.post(account.Recruiter, applicationPath(id)+"/unveil", "reason", "r").want(303)
	d.get(account.Recruiter, "fr", raw).want(200)
}

// judged is an application on which HR changed a verdict and decided, in the mode where
// reviewers give their own opinion first.
func (d *desk) judged() int64 {
	d.t.Helper()
	id := d.awa()
	hr := d.users[account.HR].ID
	act := func() store.Act {
		return store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: hr}
	}
	if err := d.store.RecordOverride(d.t.Context(), act(), "english", screening.Met, "Attestation vue"); err != nil {
		d.t.Fatal(err)
	}
	if err := d.store.RecordDecision(d.t.Context(), act(), screening.StageShortlisted, "Parcours solide"); err != nil {
		d.t.Fatal(err)
	}
	d.mode(true, false)
	return id
}

func TestExportsHoldNoDecisionBeforeOnesOwnOpinion(t *testing.T) {
	d := newDesk(t)
	id := d.judged()
	export := func(path string) string {
		return d.post(account.Reviewer, path, "format", "csv").want(200).Body.String()
	}
	for _, path := range []string{deskList + "/export", "/search/export"} {
		if got := export(path); !strings.Contains(got, "Ndiaye") || strings.Contains(got, "Parcours solide") || strings.Contains(got, "Karim") {
			t.Errorf("%s tells of a colleague's decision: %s", path, got)
		}
	}
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "favourable").want(303)
	for _, path := range []string{deskList + "/export", "/search/export"} {
		if got := export(path); !strings.Contains(got, "Parcours solide") {
			t.Errorf("%s after the opinion: %s", path, got)
		}
	}
}

func TestExportCutOffHalfwayIsInTheTrail(t *testing.T) {
	d := newDesk(t)
	user := d.users[account.Recruiter]
	views, err := web.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	send := func(sent int) {
		ctx, hangUp := context.WithCancel(t.Context())
		req := httptest.NewRequestWithContext(ctx, http.MethodPost, deskList+"/export?format=csv", nil)
		r := &request{Context: echo.New().NewContext(req, httptest.NewRecorder()), user: &user, now: d.now, words: views.Locale("fr"),
			app: &app{Config: Config{Store: d.store, Log: slog.New(slog.DiscardHandler), Zone: defaultZone}}}
		column := exportColumn{Column: export.Column{Title: "Nom"}, cell: func(row store.ExportRow) any { return row.Name }}
		err := r.sendExport(d.vacancy.ID, []exportColumn{column}, []string{"x"}, func(each func([]store.ExportRow) error) error {
			if sent > 0 {
				if err := each(make([]store.ExportRow, sent)); err != nil {
					return err
				}
			}
			hangUp()
			return each(nil)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the export ended with %v", err)
		}
	}
	send(0)
	send(3)
	events, _, err := d.store.Events(t.Context(), store.EventQuery{Acts: []string{"list."}})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, e := range events {
		rows = append(rows, e.Details["rows"])
	}
	if len(rows) != 1 || rows[0] != "3" {
		t.Errorf("the trail tells of exports of %v rows, want one of 3", rows)
	}
}

func TestFiltersGoByTheMachineBeforeOnesOwnOpinion(t *testing.T) {
	d := newDesk(t)
	id := d.judged()
	rows := func(filter string) int {
		return len(d.get(account.Reviewer, "fr", deskList+"?c=english:"+filter).want(200).all(".matrix__row"))
	}
	for filter, n := range map[string]int{"changed": 0, "met": 0, "unclear": 1} {
		if got := rows(filter); got != n {
			t.Errorf("before: %s keeps %d, want %d", filter, got, n)
		}
	}
	d.get(account.Reviewer, "fr", deskList+"/figures").want(200, "quand vous aurez donné votre avis sur chaque candidature")
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "favourable").want(303)
	for filter, n := range map[string]int{"changed": 1, "met": 1, "unclear": 0} {
		if got := rows(filter); got != n {
			t.Errorf("after: %s keeps %d, want %d", filter, got, n)
		}
	}
	d.get(account.Reviewer, "fr", deskList+"/figures").want(200).without("quand vous aurez donné votre avis sur chaque candidature")
}

func TestRewrittenOpinionLeavesTheFirstInTheHistory(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.mode(true, false)
	history := applicationPath(id) + "?panel=history"
	lines := func(role account.Role) int {
		return strings.Count(d.get(role, "fr", history).want(200).Body.String(), "donne son avis")
	}
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "favourable").want(303)
	d.now = d.now.Add(time.Minute)
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "unfavourable", "choice", "Dossier incomplet").want(303)
	if got := lines(account.Reviewer); got != 2 {
		t.Errorf("the history tells of %d opinions", got)
	}
	if got := lines(account.HR); got != 0 {
		t.Errorf("a colleague without an opinion reads of %d", got)
	}
	d.post(account.Reviewer, applicationPath(id)+"/opinion/withdraw").want(303)
	if got := lines(account.Reviewer); got != 2 {
		t.Errorf("taken back, the history tells of %d opinions", got)
	}
}

func TestPanelDossierIsForThoseWhoJudgeAndLeavesATrace(t *testing.T) {
	d := newDesk(t)
	d.awa()
	before, err := d.store.VerifyEvents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.get(account.Reader, "fr", deskList+"/panel.pdf").want(403)
	d.get(account.Reader, "fr", deskList+"/panel").want(403)
	d.get(account.Reviewer, "fr", deskList+"/panel.pdf").want(200)
	after, err := d.store.VerifyEvents(t.Context())
	if err != nil || after.Events != before.Events+1 {
		t.Errorf("the trail has %d lines after %d (%v)", after.Events, before.Events, err)
	}
}

func TestMaskHidesTelephonesOfEightDigitsAndThoseKnown(t *testing.T) {
	m := newMask([]string{"Awa Exemple"}, nil)
	m.knowPhones([]string{"+221 77 123 45 67"})
	for _, c := range []struct{ text, hidden string }{
		{"70 12 34 56", "70 12 34 56"},
		{"Tel: 20 123 456, Tunis", "20 123 456"},
		{"9123-4567", "9123-4567"},
		{"WhatsApp : 771 234 567", "771 234 567"},
		{"77-12.34567", "77-12.34567"},
		{"00221771234567", "00221771234567"},
		{"Joindre au +221 77 (123) 4567 le soir", "+221 77 (123) 4567"},
		{"01.02.2019 au 03.04.2020", ""},
		{"20190203", ""},
		{"2019 2020", ""},
		{"Budget de 12 345 678 EUR", ""},
	} {
		var hidden []string
		for _, at := range m.spans(c.text) {
			hidden = append(hidden, c.text[at[0]:at[1]])
		}
		if got := strings.Join(hidden, "|"); got != c.hidden {
			t.Errorf("%q hides %q, want %q", c.text, got, c.hidden)
		}
	}
	one := m.text("Tel. 77 123 45 67")
	if strings.ContainsAny(one, "0123456789") || len(one) != len("Tel. 77 123 45 67") {
		t.Errorf("became %q", one)
	}
}

func TestLocksOfDrawnPagesAreLetGo(t *testing.T) {
	var d drawnPages
	for range 3 {
		if _, err := d.get(t.Context(), "one", func() ([][]byte, error) { return [][]byte{[]byte("p")}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.drawing) != 0 {
		t.Errorf("%d locks are kept", len(d.drawing))
	}
}
