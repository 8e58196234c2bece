package review

import (
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

func TestColleaguesOpinionsShowOnlyAfterMine(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	ctx := t.Context()
	d.mode(true, false)
	hr := d.users[account.HR].ID
	act := store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: hr}
	if err := d.store.RecordOverride(ctx, act, "english", screening.Met, "Attestation vue"); err != nil {
		t.Fatal(err)
	}
	if err := d.store.AddNote(ctx, id, hr, "Parcours solide"); err != nil {
		t.Fatal(err)
	}
	if err := d.store.GiveOpinion(ctx, id, hr, store.Favourable, "À rencontrer"); err != nil {
		t.Fatal(err)
	}
	secret := []string{"Attestation vue", "Parcours solide", "À rencontrer"}
	for _, lang := range web.Languages {
		for _, panel := range []string{"", "?panel=notes", "?panel=history"} {
			d.get(account.Reviewer, lang, applicationPath(id)+panel).whole(lang).want(200).without(secret...)
		}
	}
	page := d.get(account.Reviewer, "fr", applicationPath(id)).want(200, "3 avis ou notes d’autres personnes")
	if len(page.all("#c-english .override__entry")) != 0 || len(page.all(`form[action$="/opinions"]`)) != 0 {
		t.Error("the colleague's verdict shows, or a reviewer may open the opinions")
	}
	if page.text("[data-decide=primary]") != "FavorableS" {
		t.Errorf("the main button says %q", page.text("[data-decide=primary]"))
	}
	// The list shows the machine's verdict too.
	if n := len(d.get(account.Reviewer, "fr", "/vacancies/communication-calais").want(200).all(".matrix__row .changed")); n != 0 {
		t.Errorf("%d colleagues' verdicts are marked in the list", n)
	}
	if n := len(d.get(account.HR, "fr", "/vacancies/communication-calais").want(200).all(".matrix__row .changed")); n != 1 {
		t.Errorf("the author sees %d of their own", n)
	}
	// A conflict tells nothing of what is hidden.
	d.post(account.Reviewer, applicationPath(id)+"/overrides", "version", "1", "criterion", "english", "verdict", "not_met", "reason", "r").want(409).without(secret...)

	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "unfavourable").want(422, "Un avis défavorable se motive")
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "best").want(400)
	d.post(account.Reader, applicationPath(id)+"/opinion", "view", "favourable").want(403)
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "unfavourable", "choice", "Dossier incomplet").want(303)
	d.get(account.Reviewer, "fr", applicationPath(id)).whole("fr").want(200, secret[0], secret[2], "Dossier incomplet", "Défavorable")
	d.get(account.Reviewer, "fr", applicationPath(id)+"?panel=history").want(200, "donne son avis")
	if v := d.view(id); v.Stage != screening.StageNew || len(v.Opinions) != 2 {
		t.Errorf("an opinion moved the application to %s; %d opinions", v.Stage, len(v.Opinions))
	}
	d.post(account.Reviewer, applicationPath(id)+"/opinion/withdraw").want(303)
	d.get(account.Reviewer, "fr", applicationPath(id)).want(200).without(secret...)
}

func TestWhoRunsTheVacancyOpensOpinionsWithAReason(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.mode(true, false)
	if err := d.store.GiveOpinion(t.Context(), id, d.users[account.HR].ID, store.ToDiscuss, "Niveau d’anglais à voir"); err != nil {
		t.Fatal(err)
	}
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Ouvrir quand même").without("Niveau d’anglais à voir")
	d.post(account.Reviewer, applicationPath(id)+"/opinions", "reason", "r").want(403)
	d.post(account.Recruiter, applicationPath(id)+"/opinions").want(422)
	d.post(account.Recruiter, applicationPath(id)+"/opinions", "reason", "Commission demain").want(303)
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Niveau d’anglais à voir")
	d.get(account.HR, "fr", applicationPath(id)+"?panel=history").want(200, "a ouvert les avis sans donner le sien", "Commission demain")
}

func TestOpinionsBelongToVacanciesReviewedThatWay(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.post(account.Reviewer, applicationPath(id)+"/opinion", "view", "favourable").want(400)
	if page := d.get(account.Reviewer, "fr", applicationPath(id)); len(page.all(`form[action$="/opinion"]`)) != 0 {
		t.Error("an opinion is asked for in the usual mode")
	}
}

func TestNotesCallColleagues(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.post(account.Recruiter, applicationPath(id)+"/notes", "body", "@Inès Aubert et @karim, voir l’anglais. inès@courriel.example n’appelle personne.").want(303)
	for role, n := range map[account.Role]int{account.Reviewer: 1, account.HR: 1, account.Recruiter: 0, account.Reader: 0} {
		page := d.get(role, "fr", "/mentions").whole("fr").want(200)
		if got := len(page.all(".mentions__line--new")); got != n {
			t.Errorf("%s has %d new mentions, want %d", role, got, n)
		}
	}
	page := d.get(account.Reviewer, "en", "/mentions").whole("en").want(200, "Awa Ndiaye-Lefèvre")
	if got := page.text(".mentions__text b"); got != "@Inès Aubert" {
		t.Errorf("%q stands out", got)
	}
	if got := d.get(account.Reviewer, "fr", "/vacancies").text(`.app__side a[href="/mentions"] .nav__count`); got != "1" {
		t.Errorf("the navigation counts %q", got)
	}
	if n := len(d.get(account.Reviewer, "fr", applicationPath(id)+"?panel=notes").all(".remark--mine")); n != 1 {
		t.Errorf("%d notes are marked as calling the reader", n)
	}
	// Looking at a page changes nothing; the page that says it is open does.
	if n, err := d.store.UnseenMentions(t.Context(), d.users[account.Reviewer].ID); n != 1 || err != nil {
		t.Errorf("%d unseen, %v", n, err)
	}
	d.post(account.Reviewer, applicationPath(id)+"/looking").want(200)
	if n, err := d.store.UnseenMentions(t.Context(), d.users[account.Reviewer].ID); n != 0 || err != nil {
		t.Errorf("%d unseen after looking, %v", n, err)
	}
	d.post(account.HR, "/mentions").want(303)
	if got := len(d.get(account.HR, "fr", "/mentions").all(".mentions__line--new")); got != 0 {
		t.Errorf("%d still new", got)
	}
}

func TestMentionedNoteWaitsForOnesOwnOpinion(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.mode(true, true)
	if err := d.store.AddNote(t.Context(), id, d.users[account.HR].ID, "@Inès Awa me semble juste", d.users[account.Reviewer].ID); err != nil {
		t.Fatal(err)
	}
	d.get(account.Reviewer, "fr", "/mentions").want(200, "quand vous aurez donné votre avis").without("me semble juste", "Awa", "Ndiaye")
}

func TestOthersWhoLookAreNamed(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	if got := d.post(account.Recruiter, applicationPath(id)+"/looking").want(200).Body.String(); got != "" {
		t.Errorf("alone, and told %q", got)
	}
	if got := d.post(account.HR, applicationPath(id)+"/looking").want(200).Body.String(); got != "Maëlle Lorcy regarde aussi" {
		t.Errorf("told %q", got)
	}
	d.get(account.Reader, "fr", applicationPath(id)).want(200, "Karim Diallo, Maëlle Lorcy regardent aussi")
	d.now = d.now.Add(store.PresenceFor + time.Second)
	d.get(account.Reader, "fr", applicationPath(id)).want(200).without("regardent aussi")
	d.post(account.HR, "/applications/999/looking").want(404)
	if v := d.view(id); v.Version != 0 && len(v.History()) > 0 && len(v.Decisions) != 0 {
		t.Error("looking left a trace")
	}
}

func TestSingleKeysAreSwitchedOffPerAccount(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	keys := func(role account.Role) string {
		return attr(d.get(role, "fr", applicationPath(id)).all("html")[0], "data-keys")
	}
	if got := keys(account.Recruiter); got != "on" {
		t.Errorf("keys are %q at first", got)
	}
	d.post(account.Recruiter, "/settings/keys").want(303)
	if mine, other := keys(account.Recruiter), keys(account.HR); mine != "off" || other != "on" {
		t.Errorf("mine %q, a colleague's %q", mine, other)
	}
	d.post(account.Recruiter, "/settings/keys", "keys", "on").want(303)
	if got := keys(account.Recruiter); got != "on" {
		t.Errorf("keys are %q again", got)
	}
}

func TestStoredReasonSavesAnotherVerdict(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	path := applicationPath(id) + "/overrides"
	d.post(account.Recruiter, path, "version", version(d, id), "criterion", "english", "verdict", "met", "choice", "anything").want(400)
	d.post(account.Recruiter, path, "version", version(d, id), "criterion", "english", "verdict", "met", "choice", "proof", "reason", "du 3 mai").want(303)
	d.get(account.HR, "fr", applicationPath(id)).want(200, "Justificatif reçu. du 3 mai")
	d.get(account.HR, "en", applicationPath(id)).want(200, "Proof received. du 3 mai").without("code:")
}
