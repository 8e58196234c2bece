package review

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
)

// grant keeps an account to some vacancies.
func (d *desk) grant(to, as account.Role, slugs ...string) {
	d.t.Helper()
	for _, slug := range slugs {
		v, err := d.store.VacancyBySlug(d.t.Context(), slug)
		if err != nil {
			d.t.Fatal(err)
		}
		if err := d.store.SetGrant(d.t.Context(), d.users[to].ID, v.ID, as, 0); err != nil {
			d.t.Fatal(err)
		}
	}
}

// closedTo is every route that concerns one vacancy, one application, one document or one
// message, with the addresses of those the account must not reach.
func (d *desk) closedTo(application, document, message int64) map[string]string {
	out := map[string]string{}
	for _, rt := range routes() {
		path := rt.path
		id := application
		switch {
		case strings.HasPrefix(path, "/documents/"):
			id = document
		case strings.HasPrefix(path, "/intake/messages/"):
			id = message
		case !strings.HasPrefix(path, "/vacancies/:slug") && !strings.HasPrefix(path, "/applications/:id"):
			continue
		}
		path = strings.NewReplacer(":slug", "communication-calais", ":id", fmt.Sprint(id)).Replace(path)
		for _, name := range strings.Split(path, "/") {
			if strings.HasPrefix(name, ":") {
				path = strings.Replace(path, name, "1", 1)
			}
		}
		out[rt.method+" "+rt.path] = path
	}
	return out
}

func TestGrantsCloseEveryOtherVacancy(t *testing.T) {
	d := newOffice(t)
	id := d.first().ID
	view := d.view(id) // of the vacancy that stays closed
	closed := d.closedTo(id, view.Documents[0].ID, view.Messages[0].ID)
	if len(closed) < 20 {
		t.Fatalf("only %d routes found", len(closed))
	}
	d.grant(account.Recruiter, account.Recruiter, "plaidoyer")
	// A role that allows everything, so that nothing but the grant stands in the way.
	d.grant(account.HR, account.HR, "plaidoyer")
	for name, path := range closed {
		method, _, _ := strings.Cut(name, " ")
		var a answer
		if method == http.MethodPost {
			a = d.post(account.HR, path, "version", "1", "to", "shortlisted", "list", "", "body", "x", "id", fmt.Sprint(id, ":1"))
		} else {
			a = d.get(account.HR, "fr", path)
		}
		if a.Code != http.StatusNotFound {
			t.Errorf("%s at %s: %d, want 404", name, path, a.Code)
		}
	}
	if after := d.view(id); after.Version != view.Version || len(after.Notes) != len(view.Notes) {
		t.Errorf("something was recorded: version %d, %d notes", after.Version, len(after.Notes))
	}
	d.get(account.Recruiter, "fr", "/vacancies/plaidoyer").want(http.StatusOK)
	for _, path := range []string{"/vacancies", "/vacancies?state=closed", "/unclear", "/checklists", "/search?q=ndiaye", "/search", "/mentions", "/outbox"} {
		d.get(account.Recruiter, "fr", path).want(http.StatusOK).without("Calais", "Ndiaye", "communication-calais", "Bangui")
	}
	d.get(account.Recruiter, "fr", "/vacancies").want(http.StatusOK, "Chargé·e de plaidoyer")
	d.get(account.Recruiter, "fr", "/unclear?vacancy=communication-calais").want(http.StatusNotFound)
	for _, path := range []string{"/intake", "/templates", "/mailboxes", "/vacancies/new"} {
		if a := d.get(account.Recruiter, "fr", path); a.Code != http.StatusNotFound {
			t.Errorf("%s, which is the whole house's, answers %d", path, a.Code)
		}
	}
	for _, item := range d.get(account.Recruiter, "fr", "/vacancies").all(".app__side .nav__link") {
		if href := attr(item, "href"); href == "/intake" || strings.Contains(textOf(item), "10") {
			t.Errorf("the side shows %s %q", href, textOf(item))
		}
	}
}

func TestGrantsRoleCountsInItsVacancy(t *testing.T) {
	d := newOffice(t)
	id := d.first().ID
	// A reader of the house who reviews one vacancy, and a recruiter who only reads it.
	d.grant(account.Reader, account.Reviewer, "communication-calais")
	d.grant(account.Recruiter, account.Reader, "communication-calais")
	note := func(role account.Role) int {
		return d.post(role, applicationPath(id)+"/notes", "body", "Vu").Code
	}
	if got := note(account.Reader); got != http.StatusSeeOther {
		t.Errorf("the reader who reviews here gets %d", got)
	}
	if got := note(account.Recruiter); got != http.StatusForbidden {
		t.Errorf("the recruiter who reads here gets %d", got)
	}
	if n := len(d.get(account.Recruiter, "fr", "/vacancies/communication-calais").want(http.StatusOK).all(".bulk")); n != 0 {
		t.Error("who only reads is offered to decide")
	}
}

func TestGrantsLeaveTheMachineToItsKeepers(t *testing.T) {
	d := newOffice(t)
	d.grant(account.Admin, account.Reader, "plaidoyer")
	d.get(account.Admin, "fr", "/team").want(http.StatusOK)
	d.get(account.Admin, "fr", "/intake").want(http.StatusOK)
	d.get(account.Admin, "fr", "/vacancies/communication-calais").want(http.StatusNotFound)
}

func TestTeamPageGrantsVacancies(t *testing.T) {
	d := newOffice(t)
	u := d.users[account.Reviewer]
	path := fmt.Sprint("/team/", u.ID, "/access")
	for _, lang := range []string{"fr", "en"} {
		d.get(account.Admin, lang, path).want(http.StatusOK, u.Name).whole(lang)
	}
	v, err := d.store.VacancyBySlug(t.Context(), "plaidoyer")
	if err != nil {
		t.Fatal(err)
	}
	d.post(account.Recruiter, path, "vacancy", fmt.Sprint(v.ID), "role", "reviewer").want(http.StatusForbidden)
	d.post(account.Admin, path, "vacancy", fmt.Sprint(v.ID), "role", "admin").want(http.StatusBadRequest)
	d.post(account.Admin, path, "vacancy", "99", "role", "reviewer").want(http.StatusNotFound)
	d.post(account.Admin, path, "vacancy", fmt.Sprint(v.ID), "role", "reviewer").want(http.StatusSeeOther)
	grants, err := d.store.Grants(t.Context(), u.ID)
	if err != nil || len(grants) != 1 || grants[v.ID] != account.Reviewer {
		t.Errorf("grants %v %v", grants, err)
	}
	d.get(account.Admin, "fr", path).want(http.StatusOK, "Chargé·e de plaidoyer", "Retirer")
	d.get(account.Reviewer, "fr", "/vacancies/communication-calais").want(http.StatusNotFound)
	d.post(account.Admin, path, "vacancy", fmt.Sprint(v.ID), "role", "").want(http.StatusSeeOther)
	// Nothing is granted any more, and nothing is open for it.
	for _, closed := range []string{"/vacancies/communication-calais", "/vacancies/plaidoyer", applicationPath(d.first().ID), "/intake"} {
		if a := d.get(account.Reviewer, "fr", closed); a.Code != http.StatusNotFound {
			t.Errorf("%s after the last grant was taken back: %d", closed, a.Code)
		}
	}
	for _, list := range []string{"/vacancies", "/unclear", "/search", "/checklists", "/mentions"} {
		d.get(account.Reviewer, "fr", list).want(http.StatusOK).without("Calais", "plaidoyer", "Ndiaye", "Bangui")
	}
	d.post(account.Reviewer, "/search/export", "format", "csv").want(http.StatusForbidden)
	for _, lang := range []string{"fr", "en"} {
		d.get(account.Admin, lang, path).want(http.StatusOK).whole(lang)
	}
	d.get(account.Admin, "fr", path).want(http.StatusOK, "aucun poste", "tous les postes deviennent visibles")
	d.post(account.Recruiter, path, "open", "all", "sure", "1").want(http.StatusForbidden)
	d.post(account.Admin, path, "open", "all").want(http.StatusSeeOther)
	d.get(account.Reviewer, "fr", "/vacancies/communication-calais").want(http.StatusNotFound)
	d.post(account.Admin, path, "open", "all", "sure", "1").want(http.StatusSeeOther)
	d.get(account.Reviewer, "fr", "/vacancies/communication-calais").want(http.StatusOK)
}

func TestGrantForOneVacancyAllowsNothingInAnother(t *testing.T) {
	d := newOffice(t)
	// Reviewer in one, reader where the applications are.
	d.grant(account.Reviewer, account.Reviewer, "plaidoyer")
	d.grant(account.Reviewer, account.Reader, "communication-calais")
	d.get(account.Reviewer, "fr", "/search").want(http.StatusOK, "Ndiaye")
	d.post(account.Reviewer, "/search/export", "format", "csv").want(http.StatusOK).without("Ndiaye", "Calais")
	// Recruiter in one, reader in the other.
	d.grant(account.HR, account.Recruiter, "plaidoyer")
	d.grant(account.HR, account.Reader, "communication-calais")
	d.get(account.HR, "fr", "/outbox").want(http.StatusOK).without("Calais", "communication-calais")
	d.get(account.HR, "fr", "/outbox?vacancy=communication-calais").want(http.StatusNotFound)
	d.get(account.HR, "fr", "/outbox?vacancy=plaidoyer").want(http.StatusOK)
}

// first is the oldest application of the office.
func (d *desk) first() store.ApplicationView { return d.view(1) }
