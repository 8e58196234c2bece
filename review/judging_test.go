package review

import (
	"strconv"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

func version(d *desk, id int64) string { return strconv.FormatInt(d.view(id).Version, 10) }

func TestOverrideChangesTheVerdictAndKeepsItsReason(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	answer := d.post(account.Reviewer, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "english", "verdict", "met", "reason", "Attestation reçue").want(303)
	if got := answer.Header().Get("Location"); got != applicationPath(id)+"?c=english#c-english" {
		t.Errorf("goes on to %s", got)
	}
	page := d.get(account.Recruiter, "fr", applicationPath(id)+"?c=english").whole("fr")
	page.want(200, "8 critères remplis sur 10", "Rempli au lieu de à vérifier, par Inès Aubert le 22 nov. 14:06.", "Attestation reçue")
	if n := len(page.all(`[data-finding="english"] .changed .verdict--met`)); n != 1 {
		t.Error("the chip does not show that a person changed it")
	}

	o := d.view(id).InForce("english")
	path := applicationPath(id) + "/overrides/" + strconv.FormatInt(o.ID, 10) + "/withdraw"
	d.post(account.Reader, path, "version", version(d, id)).want(403)
	d.post(account.Recruiter, path, "version", version(d, id)).want(303)
	page = d.get(account.Recruiter, "fr", applicationPath(id)+"?c=english").want(200, "7 critères remplis sur 10", "Retiré par Maëlle Lorcy")
	if len(page.all(`[data-finding="english"] .changed`)) != 0 {
		t.Error("the chip still shows a change")
	}
	d.post(account.Recruiter, applicationPath(id)+"/overrides/999/withdraw", "version", version(d, id)).want(404)
}

func TestOverrideWithoutReasonIsRefusedAndWhatWasChosenStays(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	page := d.post(account.Recruiter, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "references", "verdict", "met", "reason", "  ").want(422)
	page.want(422, "Dites pourquoi vous changez")
	checked := page.all(`[data-finding="references"] input[checked]`)
	if len(checked) != 1 || attr(checked[0], "value") != "met" {
		t.Errorf("%d choices checked, want the one that was made", len(checked))
	}
	if len(d.view(id).Overrides) != 0 {
		t.Error("an override without a reason was kept")
	}
	// Confirming what screening found needs no reason of one's own.
	d.post(account.Recruiter, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "english", "verdict", "unclear").want(303)
	d.get(account.Recruiter, "fr", applicationPath(id)+"?c=english").want(200, "confirmé par Maëlle Lorcy")
}

func TestFormsThatAreNotOursAreRefused(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	for name, pairs := range map[string][]string{
		"no version":        {"criterion", "english", "verdict", "met", "reason", "r"},
		"odd version":       {"version", "-3", "criterion", "english", "verdict", "met", "reason", "r"},
		"no verdict":        {"version", version(d, id), "criterion", "english", "reason", "r"},
		"unknown verdict":   {"version", version(d, id), "criterion", "english", "verdict", "perhaps", "reason", "r"},
		"unknown criterion": {"version", version(d, id), "criterion", "nothing", "verdict", "met", "reason", "r"},
	} {
		if got := d.post(account.Recruiter, applicationPath(id)+"/overrides", pairs...); got.Code != 400 {
			t.Errorf("%s: status %d, want 400", name, got.Code)
		}
	}
	d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", "elsewhere").want(400)
	d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", "new").want(400)
	d.post(account.Recruiter, applicationPath(id)+"/undo", "version", version(d, id)).want(400)
}

func TestReaderMayNotDecideAndSeesNoForm(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	for _, path := range []string{"/overrides", "/decisions", "/undo", "/notes"} {
		d.post(account.Reader, applicationPath(id)+path, "version", version(d, id), "to", "shortlisted", "criterion", "english", "verdict", "met", "reason", "r", "body", "b").want(403)
	}
	page := d.get(account.Reader, "fr", applicationPath(id)).whole("fr").want(200, "Votre rôle permet de lire")
	for _, form := range page.all("main form[method=post]") {
		t.Errorf("a reader sees the form %s", attr(form, "action"))
	}
	// A reviewer judges and decides.
	page = d.get(account.Reviewer, "fr", applicationPath(id)).want(200)
	if len(page.all("[data-decide]")) == 0 || len(page.all("[data-override]")) == 0 {
		t.Error("a reviewer sees no decision, or no override")
	}
	d.post(account.Reviewer, applicationPath(id)+"/decisions", "version", version(d, id), "to", "shortlisted").want(303)
}

func TestDecisionGoesOnToTheNextAndCanBeUndoneThere(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	older := d.receive(sent{name: "Tiago Marchand", email: "t.marchand@courriel.example", subject: "Candidature", receivedAt: d.view(id).ReceivedAt.AddDate(0, 0, -1), body: "Bonjour"})
	move := func(to screening.Stage) answer {
		return d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", string(to), "list", "sort=received")
	}
	move(screening.StageToReview)
	got := move(screening.StageShortlisted).want(303).Header().Get("Location")
	if want := applicationPath(older) + "?decided=" + strconv.FormatInt(id, 10) + "&list=sort%3Dreceived"; got != want {
		t.Fatalf("goes on to %s, want %s", got, want)
	}
	page := d.get(account.Recruiter, "fr", got).whole("fr")
	if text := page.text(".notice--good .notice__text"); text != "Awa Ndiaye-Lefèvre : Présélection. Rouvrir" {
		t.Errorf("told %q", text)
	}
	undo := page.all(".notice--good form")[0]
	if attr(undo, "action") != applicationPath(id)+"/undo" {
		t.Fatalf("undo goes to %s", attr(undo, "action"))
	}
	// Somebody else's decision is not offered for undoing here.
	if others := d.get(account.HR, "fr", got); len(others.all(".notice--good")) != 0 {
		t.Error("a colleague is told of somebody else's decision")
	}
	d.post(account.Recruiter, applicationPath(id)+"/undo", "version", version(d, id)).want(303)
	v := d.view(id)
	if v.Stage != screening.StageToReview || len(v.Decisions) != 3 || v.LastDecision().AuthorID != d.users[account.Recruiter].ID {
		t.Errorf("after undoing: %s with %d decisions; undoing is a decision of its own", v.Stage, len(v.Decisions))
	}
}

func TestNotRetainedNeedsAReason(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	page := d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", "not_retained").want(422, "ne s’écarte pas sans motif")
	if len(page.all("details[data-reject][open]")) != 1 {
		t.Error("the reasons are not open")
	}
	if v := d.view(id); v.Stage != screening.StageNew || len(v.Decisions) != 0 {
		t.Errorf("stage %s after a decision without a reason", v.Stage)
	}
	reasons := page.all(`[data-reject] input[name="choice"]`)
	if len(reasons) == 0 || attr(reasons[0], "value") != "Critère non rempli\u00a0: Trois références" {
		t.Errorf("%d reasons offered, the first should be what is not met", len(reasons))
	}
	d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", "not_retained", "choice", "Dossier incomplet", "reason", "Il manque la convention").want(303)
	if got := d.view(id).LastDecision(); got.Reason != "Dossier incomplet. Il manque la convention" || got.ToStage != screening.StageNotRetained {
		t.Errorf("kept %+v", got)
	}
}

func TestActFromAnOlderPageShowsTheOthersChangeAndKeepsNothing(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	seen := version(d, id)
	act := store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.HR].ID}
	if err := d.store.RecordDecision(t.Context(), act, screening.StageDiscuss, "Second avis demandé"); err != nil {
		t.Fatal(err)
	}
	before := d.view(id)
	for name, send := range map[string]func() answer{
		"decision": func() answer {
			return d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", seen, "to", "shortlisted")
		},
		"override": func() answer {
			return d.post(account.Recruiter, applicationPath(id)+"/overrides", "version", seen, "criterion", "english", "verdict", "met", "reason", "Attestation reçue")
		},
		"undo": func() answer { return d.post(account.Recruiter, applicationPath(id)+"/undo", "version", seen) },
	} {
		page := send()
		if page.Code != 409 {
			t.Fatalf("%s: status %d, want 409", name, page.Code)
		}
		banner := page.text(".dossier__banners .notice--warn")
		for _, want := range []string{"Rien n’a été écrasé", "Karim Diallo", "À discuter", "Second avis demandé"} {
			if !strings.Contains(banner, want) {
				t.Errorf("%s: the banner %q does not tell %q", name, banner, want)
			}
		}
		if name == "override" {
			if typed := page.all(`[data-finding="english"] input[name="reason"]`); attr(typed[0], "value") != "Attestation reçue" {
				t.Errorf("what was typed is lost")
			}
		}
		after := d.view(id)
		if after.Version != before.Version || len(after.Overrides) != 0 || len(after.Decisions) != 1 {
			t.Errorf("%s: something was kept", name)
		}
	}
}

func TestWhatCameLateIsAcceptedByAPersonWithAReason(t *testing.T) {
	d := newDesk(t)
	id := d.receive(sent{name: "Hugo Santerre", email: "hugo@courriel.example", subject: "Candidature", receivedAt: d.vacancy.DeadlineAt.AddDate(0, 0, 1), body: "Bonjour"})
	d.get(account.Recruiter, "fr", applicationPath(id)).whole("fr").want(200, "Reçue après la clôture", "arrivée après la clôture")
	if page := d.get(account.Reader, "fr", applicationPath(id)); len(page.all(`form[action$="/late"]`)) != 0 {
		t.Error("who may not decide sees the form")
	}
	d.post(account.Reader, applicationPath(id)+"/late", "version", version(d, id), "reason", "r").want(403)
	d.post(account.Recruiter, applicationPath(id)+"/late", "version", version(d, id)).want(422, "Dites pourquoi")
	d.post(account.Recruiter, applicationPath(id)+"/late", "version", "99", "reason", "Panne du serveur").want(409)
	d.post(account.Recruiter, applicationPath(id)+"/late", "version", version(d, id), "reason", "Panne du serveur").want(303)
	page := d.get(account.Recruiter, "fr", applicationPath(id)+"?panel=history").whole("fr").want(200, "Panne du serveur", "a accepté ce qui est arrivé après la clôture")
	if len(page.all(`form[action$="/late"]`)) != 0 {
		t.Error("what is accepted is offered again")
	}
}
