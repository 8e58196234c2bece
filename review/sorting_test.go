package review

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
)

// unrouted opens the explanation of the message that no vacancy claims.
func (d *desk) unrouted() (id int64, page answer) {
	d.t.Helper()
	list := d.get(account.Recruiter, "fr", "/intake").want(http.StatusOK, "amina.roussel@courriel.example")
	for _, link := range list.all("a[data-explain]") {
		if textOf(link) == "amina.roussel@courriel.example" {
			path := attr(link, "href")
			if _, err := fmt.Sscanf(path[strings.Index(path, "message="):], "message=%d", &id); err != nil {
				d.t.Fatal(err)
			}
			return id, d.get(account.Recruiter, "fr", strings.TrimSuffix(path, "#explain"))
		}
	}
	d.t.Fatal("the message is not in the list")
	return 0, answer{}
}

func TestPersonSortsAMessageOnItsPage(t *testing.T) {
	d := newOffice(t)
	id, page := d.unrouted()
	page.want(http.StatusOK, "Pour quel poste", "Responsable logistique", "Retenir ce choix pour amina.roussel@courriel.example", "Pas une candidature").
		without("Comptable bailleurs") // a draft takes no applications
	choose := page.all(`form[action="/intake/messages/` + fmt.Sprint(id) + `/assign"] button[name=vacancy]`)
	if len(choose) == 0 {
		t.Fatal("no vacancy to choose")
	}
	d.post(account.Operator, fmt.Sprintf("/intake/messages/%d/assign", id), "vacancy", attr(choose[0], "value")).want(http.StatusForbidden)
	d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/assign", id), "vacancy", "x").want(http.StatusBadRequest)
	done := d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/assign", id), "vacancy", attr(choose[0], "value"), "remember", "1", "next", "/intake")
	if done.Code != http.StatusSeeOther {
		t.Fatalf("assign: %d %s", done.Code, done.Body)
	}
	m, err := d.store.MessageByID(t.Context(), id)
	if err != nil || m.State != store.Stored {
		t.Errorf("the message is %s, %v, want stored, to be understood again", m.State, err)
	}
	if r, ok, err := d.store.RulingOf(t.Context(), id); err != nil || !ok || r.Act != store.RulingAssign || r.AuthorID != d.users[account.Recruiter].ID {
		t.Errorf("ruling %+v, %v, %v", r, ok, err)
	}
	d.get(account.Recruiter, "fr", "/intake").want(http.StatusOK, "1 règle d’expéditeur", "amina.roussel@courriel.example")
	if done := d.post(account.Recruiter, "/intake/senders/forget", "email", "amina.roussel@courriel.example"); done.Code != http.StatusSeeOther {
		t.Errorf("forget: %d", done.Code)
	}
	d.get(account.Recruiter, "fr", "/intake").without("règle d’expéditeur")
}

func TestPersonSetsAMessageAside(t *testing.T) {
	d := newOffice(t)
	id, _ := d.unrouted()
	d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/dismiss", id), "class", "application").want(http.StatusBadRequest)
	if done := d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/dismiss", id), "class", "question"); done.Code != http.StatusSeeOther {
		t.Fatalf("dismiss: %d", done.Code)
	}
	r, ok, err := d.store.RulingOf(t.Context(), id)
	if err != nil || !ok || r.Act != store.RulingDismiss || r.Class != store.ClassQuestion {
		t.Errorf("ruling %+v, %v, %v", r, ok, err)
	}
	if done := d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/undo", id)); done.Code != http.StatusSeeOther {
		t.Fatalf("undo: %d", done.Code)
	}
	if _, ok, _ := d.store.RulingOf(t.Context(), id); ok {
		t.Error("the ruling is still there")
	}
}

func TestJudgedApplicationIsNotTakenApartOnThePage(t *testing.T) {
	d := newOffice(t)
	view := d.view(d.receive(sent{name: "Jo Carrel", email: "jo@courriel.example", subject: "Candidature", receivedAt: d.now,
		files: []sentFile{{name: "CV.pdf", media: "application/pdf", content: []byte("%PDF jo")}}}))
	if err := d.store.AddNote(t.Context(), view.ID, d.users[account.Recruiter].ID, "appelée"); err != nil {
		t.Fatal(err)
	}
	done := d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/dismiss", view.Messages[0].ID), "class", "other")
	if done.Code != http.StatusSeeOther {
		t.Fatalf("dismiss: %d", done.Code)
	}
	if len(d.view(view.ID).Documents) == 0 {
		t.Error("the application lost its documents")
	}
}

func TestApplicationsThatLookAlikeAreSettledByAPerson(t *testing.T) {
	d := newOffice(t)
	first := d.receive(sent{name: "Jo Carrel", email: "jo@courriel.example", subject: "Candidature", receivedAt: d.now})
	second := d.receive(sent{name: "Jo Carrel", email: "carrel@travail.example", subject: "Candidature", receivedAt: d.now})
	d.get(account.Recruiter, "fr", "/intake").want(http.StatusOK, "Une seule personne", "jo@courriel.example, carrel@travail.example")
	d.get(account.Operator, "fr", "/intake").without("Jo Carrel")
	pair := []string{"application", fmt.Sprint(first), "other", fmt.Sprint(second), "answer"}
	if done := d.post(account.Recruiter, "/intake/likenesses", append(pair, "two")...); done.Code != http.StatusSeeOther {
		t.Fatalf("two people: %d", done.Code)
	}
	d.get(account.Recruiter, "fr", "/intake").without("Une seule personne")
}
