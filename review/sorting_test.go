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
	page.want(http.StatusOK, "Pour quel poste", "Responsable logistique", "Se souvenir de ce choix pour amina.roussel@courriel.example", "Pas une candidature").
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

// puzzle is a message that no vacancy claims, with a text and two files.
func (d *desk) puzzle() int64 {
	d.t.Helper()
	ctx := d.t.Context()
	raw := "From: Léna Corvo <lena@courriel.example>\r\nSubject: document\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nBonjour, je postule chez vous. <script>alert(1)</script>\r\n" +
		"--b\r\nContent-Type: application/pdf; name=\"CV Léna.pdf\"\r\nContent-Disposition: attachment; filename=\"CV-Corvo.pdf\"\r\n\r\n%PDF-1.4 cv\r\n" +
		"--b\r\nContent-Type: application/pdf; name=\"page.pdf\"\r\nContent-Disposition: attachment; filename=\"page.pdf\"\r\n\r\n<html><script>alert(2)</script></html>\r\n--b--\r\n"
	hash, _, err := d.blobs.Put(ctx, strings.NewReader(raw))
	if err != nil {
		d.t.Fatal(err)
	}
	msg, _, err := d.store.KeepFile(ctx, d.mailbox.ID, store.KeptFile{Hash: hash, Size: int64(len(raw)), ReceivedAt: d.now, Name: "puzzle.eml"})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.store.SaveParsed(ctx, msg.ID, store.Summary{MessageID: "puzzle@courriel.example", ContentKey: hash, Subject: "document", FromName: "Léna Corvo", FromEmail: "lena@courriel.example"}); err != nil {
		d.t.Fatal(err)
	}
	trace := `{"kind":"application","rule":"cv_attached","routes":[{"vacancy":"juridique","rule":"title","to_confirm":true}]}`
	if err := d.store.Unrouted(ctx, msg.ID, store.Conclusion{Reason: "no_vacancy", Trace: []byte(trace)}); err != nil {
		d.t.Fatal(err)
	}
	return msg.ID
}

func TestMessageIsReadBesideTheChoices(t *testing.T) {
	d := newOffice(t)
	id := d.puzzle()
	path := fmt.Sprintf("/intake?view=attention&message=%d", id)
	page := d.get(account.Recruiter, "fr", path).whole("fr").want(http.StatusOK, "Léna Corvo", "lena@courriel.example", "je postule chez vous", "CV-Corvo.pdf", "page.pdf")
	if got := page.text(".opened__text"); !strings.Contains(got, "<script>alert(1)</script>") {
		t.Errorf("the text reads %q", got)
	}
	links := page.all(".opened__files a")
	if len(links) != 2 {
		t.Fatalf("%d files, want 2", len(links))
	}
	cv := d.get(account.Recruiter, "fr", attr(links[0], "href")).want(http.StatusOK, "%PDF-1.4 cv")
	if h := cv.Header(); h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "inline") || h.Get("Content-Security-Policy") != filePolicy {
		t.Errorf("the CV is served as %v", h)
	}
	if h := d.get(account.Recruiter, "fr", attr(links[1], "href")).Header(); h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		t.Errorf("a page in disguise is served as %v", h)
	}
	d.get(account.Recruiter, "fr", fmt.Sprintf("/intake/messages/%d/files/3", id)).want(http.StatusNotFound)
	d.get(account.Reader, "fr", attr(links[0], "href")).want(http.StatusForbidden)
	for _, role := range []account.Role{account.Operator, account.Auditor} {
		d.get(role, "fr", path).want(http.StatusOK).without("je postule chez vous", "CV-Corvo.pdf")
	}
}

func TestTextOfAMessageStaysMaskedWithTheNames(t *testing.T) {
	d := newOffice(t)
	id := d.first().ID
	message := d.view(id).Messages[0].ID
	path := fmt.Sprintf("/intake?view=all&message=%d", message)
	if err := d.store.SetReviewMode(t.Context(), d.vacancy.ID, false, true, d.users[account.HR].ID); err != nil {
		t.Fatal(err)
	}
	d.get(account.Recruiter, "fr", path).want(http.StatusOK, "les noms de ce poste sont masqués")
	d.get(account.Recruiter, "fr", fmt.Sprintf("/intake/messages/%d/files/1", message)).want(http.StatusForbidden)
}

func TestDigitsMeanTheSameVacancyOnEveryMessage(t *testing.T) {
	d := newOffice(t)
	keys := func(page answer) map[string]string {
		out := map[string]string{}
		for _, b := range page.all("[data-sort-key]") {
			out[attr(b, "data-sort-key")] = attr(b, "value")
		}
		return out
	}
	_, plain := d.unrouted()
	hinted := d.get(account.Recruiter, "fr", fmt.Sprintf("/intake?message=%d", d.puzzle()))
	if a, b := keys(plain), keys(hinted); len(a) != offeredPosts || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("digits %v on one message, %v on another", a, b)
	}
	var marked []string
	for _, b := range hinted.all(".sort__post") {
		if strings.Contains(textOf(b), "proposé") {
			marked = append(marked, textOf(b))
		}
	}
	if len(marked) != 1 || !strings.Contains(marked[0], "Assistance juridique") {
		t.Errorf("marked as suggested: %q", marked)
	}
}

func TestSortingGoesOnToTheNextMessageAndIsTakenBackThere(t *testing.T) {
	d := newOffice(t)
	first := d.puzzle()
	page := d.get(account.Recruiter, "fr", fmt.Sprintf("/intake?message=%d", first))
	next := attr(page.all(`form[action$="/dismiss"] input[name=next]`)[0], "value")
	other, _ := d.unrouted()
	if want := fmt.Sprintf("/intake?view=attention&message=%d#explain", other); next != want {
		t.Fatalf("goes on to %s, want %s", next, want)
	}
	done := d.post(account.Recruiter, fmt.Sprintf("/intake/messages/%d/dismiss", first), "class", "question", "next", next).want(http.StatusSeeOther)
	after := d.get(account.Recruiter, "fr", strings.TrimSuffix(done.Header().Get("Location"), "#explain")).whole("fr").want(http.StatusOK, "mis de côté")
	undo := after.all(".undo")
	if len(undo) != 1 {
		t.Fatal("nothing to take it back with")
	}
	if n := len(d.get(account.HR, "fr", strings.TrimSuffix(done.Header().Get("Location"), "#explain")).all(".undo")); n != 0 {
		t.Error("a colleague is offered to take it back")
	}
	d.postForm(account.Recruiter, attr(undo[0], "action"), hiddenFields(undo[0])).want(http.StatusSeeOther)
	if _, ok, err := d.store.RulingOf(t.Context(), first); ok || err != nil {
		t.Errorf("ruled still: %v, %v", ok, err)
	}
}

func TestExplanationNamesWhoSortedAndSaysNothingTwice(t *testing.T) {
	d := newOffice(t)
	id, _ := d.unrouted()
	if err := d.store.AssignMessage(t.Context(), store.Sorting{MessageID: id, AuthorID: d.users[account.Recruiter].ID}, d.vacancy.ID); err != nil {
		t.Fatal(err)
	}
	page := d.get(account.Recruiter, "fr", fmt.Sprintf("/intake?view=all&message=%d", id)).want(http.StatusOK)
	for _, li := range page.all(".timeline li") {
		if n := strings.Count(textOf(li), "Conservé, à lire"); n > 1 {
			t.Errorf("twice the same: %q", textOf(li))
		}
	}
	m, err := d.store.MessageByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.SetAside(t.Context(), m.ID, store.Conclusion{Class: store.ClassQuestion, Reason: "person", Trace: []byte(`{"kind":"question","rule":"person"}`)}); err != nil {
		t.Fatal(err)
	}
	d.get(account.Recruiter, "fr", fmt.Sprintf("/intake?view=all&message=%d", id)).want(http.StatusOK, "Maëlle Lorcy l’a classé.")
}

func TestDayWithoutMailTellsTheWholeBalance(t *testing.T) {
	newOffice(t).get(account.Recruiter, "fr", "/intake").want(http.StatusOK).without("Depuis le début")
	d := newDesk(t)
	d.receive(sent{name: "Jo Carrel", email: "jo@courriel.example", subject: "Candidature", receivedAt: d.now.AddDate(0, 0, -3)})
	d.get(account.Recruiter, "fr", "/intake").whole("fr").want(http.StatusOK, "reçus 1 = candidatures 1")
}
