package review

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
)

func userID(d *desk, role account.Role) string { return strconv.FormatInt(d.users[role].ID, 10) }

func TestApplicationIsGivenToAColleague(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	path := applicationPath(id) + "/reviewer"
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Suivi par\u00a0: Personne", "Maëlle Lorcy (moi)", "Inès Aubert").without(">Paul Témoin<")
	d.post(account.Recruiter, path, "version", version(d, id), "reviewer", userID(d, account.Reviewer)).want(303)
	if got := d.view(id).ReviewerID; got == nil || *got != d.users[account.Reviewer].ID {
		t.Fatalf("reviewer %v", got)
	}
	d.get(account.Recruiter, "fr", applicationPath(id)).whole("fr").want(200, "Suivi par\u00a0: Inès Aubert")
	d.get(account.Reader, "en", applicationPath(id)).whole("en").want(200, "Followed by: Inès Aubert").without(path)
	if cell := d.get(account.Recruiter, "fr", "/vacancies/communication-calais").all(".matrix__by .avatar"); len(cell) != 1 || attr(cell[0], "title") != "Inès Aubert" {
		t.Error("the list does not show who follows")
	}

	seen := version(d, id)
	d.post(account.Reader, path, "version", seen, "reviewer", "0").want(403)
	d.post(account.Recruiter, path, "version", seen, "reviewer", userID(d, account.Reader)).want(400)
	d.post(account.Recruiter, path, "version", seen, "reviewer", "x").want(400)
	d.post(account.Recruiter, path, "version", seen, "reviewer", "0").want(303)
	if d.view(id).ReviewerID != nil {
		t.Error("still given to somebody")
	}
	d.post(account.Recruiter, path, "version", seen, "reviewer", userID(d, account.HR)).want(409)
	if d.view(id).ReviewerID != nil {
		t.Error("an older page gave it away")
	}
}

func TestSelectionIsGivenToAColleagueTogether(t *testing.T) {
	d := newOffice(t)
	var picked []string
	for _, box := range d.get(account.Recruiter, "fr", "/vacancies/communication-calais").all(".matrix tbody input[name=id]")[:2] {
		picked = append(picked, attr(box, "value"))
	}
	path := "/vacancies/communication-calais/reviewer"
	form := func(reviewer string) url.Values { return url.Values{"id": picked, "reviewer": {reviewer}} }
	d.postForm(account.Reader, path, form("0")).want(http.StatusForbidden)
	d.postForm(account.Recruiter, path, form(userID(d, account.Reader))).want(http.StatusBadRequest)
	if a := d.postForm(account.Recruiter, path, form(userID(d, account.HR))); a.Code != http.StatusSeeOther {
		t.Fatalf("status %d", a.Code)
	}
	for _, value := range picked {
		id, _, _ := strings.Cut(value, ":")
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.view(n).ReviewerID; got == nil || *got != d.users[account.HR].ID {
			t.Errorf("application %d: reviewer %v", n, got)
		}
	}
	// The same boxes again are of an older version: nothing changes, and it is said.
	d.postForm(account.Recruiter, path, form("0")).want(http.StatusSeeOther)
	id, _, _ := strings.Cut(picked[0], ":")
	if n, _ := strconv.ParseInt(id, 10, 64); d.view(n).ReviewerID == nil {
		t.Error("an older selection took it back")
	}
	d.postForm(account.Recruiter, path, url.Values{"reviewer": {"0"}}).want(http.StatusSeeOther)
}

func TestDocumentIsWhatAPersonSays(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	docs := d.view(id).Documents
	cv, body := strconv.FormatInt(docs[0].ID, 10), strconv.FormatInt(docs[2].ID, 10)
	path := applicationPath(id) + "/documents/" + cv + "/type"
	page := d.get(account.Reviewer, "fr", applicationPath(id)+"?doc="+cv).want(200, "Selon la lecture\u00a0: CV", "Corriger")
	if n := len(page.all(".viewer__type option")); n != len(typesOffered)+1 {
		t.Errorf("%d types offered", n)
	}
	d.get(account.Reader, "fr", applicationPath(id)+"?doc="+cv).without("viewer__type")
	d.get(account.Reviewer, "fr", applicationPath(id)+"?doc="+body).without("viewer__type")
	d.get(account.Reviewer, "en", "/documents/"+cv+"/text").whole("en").want(200, "As it was read: CV", path)

	seen := version(d, id)
	d.post(account.Reader, path, "version", seen, "type", "diploma").want(403)
	d.post(account.Reviewer, path, "version", seen, "type", "novel").want(400)
	d.post(account.Reviewer, applicationPath(id)+"/documents/999/type", "version", seen, "type", "diploma").want(404)
	answer := d.post(account.Reviewer, path, "version", seen, "type", "diploma").want(303)
	if got := answer.Header().Get("Location"); got != applicationPath(id)+"?doc="+cv {
		t.Errorf("goes on to %s", got)
	}
	page = d.get(account.Reviewer, "fr", applicationPath(id)+"?doc="+cv).whole("fr")
	if got := page.text(`.dossier__tab[data-document="` + cv + `"] .dossier__tab-name`); got != "Diplôme" {
		t.Errorf("the tab says %q", got)
	}
	d.post(account.Reviewer, path, "version", seen, "type", "cv").want(409)
	d.post(account.Reviewer, path, "version", version(d, id), "type", "").want(303)
	if got := d.view(id).Documents[0].TypeByPerson; got != "" {
		t.Errorf("the correction stays: %q", got)
	}
}

func TestConflictSaysWhenTheOtherWasOneself(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	seen := version(d, id)
	act := store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.Recruiter].ID}
	if err := d.store.RecordDecision(t.Context(), act, "discuss", "À revoir ensemble"); err != nil {
		t.Fatal(err)
	}
	send := func(role account.Role) string {
		return d.post(role, applicationPath(id)+"/decisions", "version", seen, "to", "shortlisted").want(409).text(".dossier__banners .notice--warn")
	}
	if got := send(account.Recruiter); !strings.Contains(got, "Vous avez changé cette candidature ailleurs") {
		t.Errorf("to oneself: %q", got)
	}
	if got := send(account.HR); !strings.Contains(got, "quelqu’un d’autre") {
		t.Errorf("to another: %q", got)
	}
}
