package review

import (
	"log/slog"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dossier/internal/account"
	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// sending sets the desk up with a mail server, which nobody asks here.
func (d *desk) sending() *desk {
	d.t.Helper()
	var err error
	d.handler, err = New(Config{Store: d.store, Blobs: d.blobs, Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(d.log, nil)),
		Mail: outbox.Settings{Host: "mail.rivenord.example", From: mail.Address{Name: "Rive Nord", Address: "jobs@rivenord.example"}}})
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

// outgoing are the messages to an application's applicant.
func (d *desk) outgoing(id int64) []store.OutgoingMessage {
	d.t.Helper()
	list, err := d.store.OutgoingOf(d.t.Context(), d.vacancy.ID, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// form is the writing form of a page, as a browser would send it.
func (a answer) form(action string) url.Values {
	a.t.Helper()
	values := url.Values{"csrf": {csrfToken}}
	for _, n := range a.all(`form[method=post] input[type=hidden]`) {
		if attr(n, "name") != "csrf" {
			values.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	for _, n := range a.all(`form[action="` + action + `"] input[name=subject]`) {
		values.Set("subject", attr(n, "value"))
	}
	for _, n := range a.all(`form[action="` + action + `"] textarea`) {
		values.Set("body", typed(n))
	}
	return values
}

// typed is what stands in a textarea, its lines kept.
func typed(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

func TestRecruiterAsksForWhatIsMissing(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	path := applicationPath(id) + "/write"
	page := d.get(account.Recruiter, "fr", path+"?kind=missing").want(http.StatusOK, "awa.ndiaye@courriel.example", "trois références professionnelles", "nous en avons relevé deux")
	if n := len(page.all(`input[name=ask][checked]`)); n != 1 {
		t.Errorf("%d pieces are ticked, want the references alone", n)
	}
	if got := page.text("textarea"); strings.Contains(got, "Anglais") {
		t.Errorf("the text asks for what nobody ticked:\n%s", got)
	}
	d.get(account.Recruiter, "fr", path+"?kind=missing&chosen=1&ask=english").want(http.StatusOK, "une précision ou un justificatif sur ce point : Anglais B2 ou plus")
	d.get(account.Recruiter, "fr", path+"?kind=missing&lang=en").want(http.StatusOK, "three professional references")

	form := page.form(path)
	form.Set("body", form.Get("body")+"\n\nMerci {candidat}.")
	d.postForm(account.Recruiter, path, form).want(http.StatusSeeOther)
	d.postForm(account.Recruiter, path, form).want(http.StatusSeeOther) // twice, as people click
	sent := d.outgoing(id)
	if len(sent) != 1 || sent[0].State != store.OutgoingQueued || sent[0].Kind != store.MailMissing || sent[0].AuthorID == nil || *sent[0].AuthorID != d.users[account.Recruiter].ID {
		t.Fatalf("%+v", sent)
	}
	if m := sent[0]; !strings.HasSuffix(m.Body, "Merci Awa Ndiaye-Lefèvre.") || m.InReplyTo == "" || !strings.Contains(m.Subject, "[D-"+m.Token+"]") || m.Language != "fr" {
		t.Errorf("%+v", m)
	}
	d.get(account.Recruiter, "fr", applicationPath(id)+"?panel=messages").want(http.StatusOK, "dans la file", "Demande de pièces", "Part dans un instant", "Maëlle Lorcy")
	d.get(account.Recruiter, "fr", "/outbox").want(http.StatusOK, "Awa Ndiaye-Lefèvre", "Votre candidature : pièces à compléter")
	d.get(account.Reader, "fr", "/outbox").want(http.StatusForbidden)
	d.get(account.Reader, "fr", path+"?kind=missing").want(http.StatusForbidden)
	d.postForm(account.Reviewer, path, form).want(http.StatusForbidden)

	show := outgoingPath(id, sent[0].ID)
	d.get(account.Reader, "en", show).want(http.StatusOK, "queued", "Bonjour Awa").without("Send now")
	d.post(account.Recruiter, show+"/cancel").want(http.StatusSeeOther)
	if m := d.outgoing(id)[0]; m.State != store.OutgoingCancelled {
		t.Errorf("it is %s", m.State)
	}
	d.post(account.Recruiter, show+"/cancel").want(http.StatusConflict)
	d.post(account.Recruiter, show+"/retry").want(http.StatusSeeOther)
	// A message is only found with its own application.
	other := d.receive(sent2("Tiago Marchand", "t@courriel.example", d.now))
	d.get(account.Recruiter, "fr", outgoingPath(other, sent[0].ID)).want(http.StatusNotFound)
	d.post(account.Recruiter, outgoingPath(other, sent[0].ID)+"/cancel").want(http.StatusNotFound)
}

// sent2 is a plain application.
func sent2(name, email string, at time.Time) sent {
	return sent{name: name, email: email, subject: "Candidature", receivedAt: at, body: "Bonjour, je postule."}
}

func TestWhatWasTypedIsCheckedAndKept(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	path := applicationPath(id) + "/write"
	form := d.get(account.Recruiter, "fr", path+"?kind=free").form(path)
	for _, c := range []struct{ subject, body, want string }{
		{"Objet", "Bonjour,\nvotre {salaire}", "ligne 2, caractère 7"},
		{"Objet {manque}", "Bonjour", "n’a pas sa place ici"},
		{"Objet", "a { b", "accolade sans sa pareille"},
		{"", "Bonjour", "Il faut un objet et un texte"},
		{"Objet", "   ", "Il faut un objet et un texte"},
	} {
		form.Set("subject", c.subject)
		form.Set("body", c.body)
		page := d.postForm(account.Recruiter, path, form).want(http.StatusUnprocessableEntity, c.want)
		if got := typed(page.all("textarea")[0]); strings.TrimSpace(got) != strings.TrimSpace(c.body) {
			t.Errorf("what was typed is lost: %q", got)
		}
	}
	form.Set("subject", "Bonjour\r\nBcc: victim@courriel.example")
	form.Set("body", "<script>alert(1)</script>")
	d.postForm(account.Recruiter, path, form).want(http.StatusSeeOther)
	m := d.outgoing(id)[0]
	if strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("subject %q", m.Subject)
	}
	for _, n := range d.get(account.Recruiter, "fr", outgoingPath(id, m.ID)).want(http.StatusOK).all("script") {
		if attr(n, "src") == "" {
			t.Errorf("%q became a script", textOf(n))
		}
	}
	form.Set("token", "x")
	d.postForm(account.Recruiter, path, form).want(http.StatusBadRequest)
	d.get(account.Recruiter, "fr", path+"?kind=acknowledgement").want(http.StatusBadRequest)
	d.get(account.Recruiter, "fr", path+"?kind=nonsense").want(http.StatusBadRequest)
}

func TestRefusalsFollowADecisionAndWait(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	path := applicationPath(id) + "/write"
	d.get(account.Recruiter, "fr", path+"?kind=refusal").want(http.StatusOK, "après la décision d’une personne").without("<textarea")
	d.get(account.Recruiter, "fr", applicationPath(id)+"?panel=messages").want(http.StatusOK, "Demander ce qui manque").without("Écrire le refus")
	decide := func(to screening.Stage) {
		t.Helper()
		v := d.view(id)
		if err := d.store.RecordDecision(t.Context(), store.Act{ApplicationID: id, Version: v.Version, AuthorID: d.users[account.HR].ID}, to, "un autre profil"); err != nil {
			t.Fatal(err)
		}
	}
	decide(screening.StageNotRetained)
	d.get(account.Recruiter, "fr", path+"?kind=missing").want(http.StatusOK, "retirée ou écartée").without("<textarea")
	// Sunday 22 November, two working days: Tuesday.
	page := d.get(account.Recruiter, "fr", path+"?kind=refusal").want(http.StatusOK, "2 jours ouvrés", "24 novembre 2026", "Les jours fériés ne sont pas connus ici")
	d.postForm(account.Recruiter, path, page.form(path)).want(http.StatusSeeOther)
	m := d.outgoing(id)[0]
	if m.State != store.OutgoingHeld || m.NextTryAt == nil || m.NextTryAt.In(zoneParis).Format("2006-01-02 15:04") != "2026-11-24 14:06" {
		t.Fatalf("%+v", m)
	}
	d.get(account.Recruiter, "fr", "/outbox?state=held").want(http.StatusOK, "Partira le 24 nov. 14:06", "Annuler", "Envoyer maintenant")
	// The same form again is one message; another one is told.
	d.postForm(account.Recruiter, path, page.form(path)).want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", path+"?kind=refusal").want(http.StatusOK, "Un refus est déjà écrit").without("<textarea")
	second := page.form(path)
	_, token := outbox.Settings{}.NewName()
	second.Set("token", token)
	d.postForm(account.Recruiter, path, second).want(http.StatusConflict, "Un refus est déjà écrit")
	if n := len(d.outgoing(id)); n != 1 {
		t.Errorf("%d refusals were kept", n)
	}
	decide(screening.StageDiscuss)
	d.post(account.Recruiter, outgoingPath(id, m.ID)+"/retry").want(http.StatusConflict)
	if m := d.outgoing(id)[0]; m.State != store.OutgoingCancelled || m.Why != store.WhyUndone {
		t.Errorf("a refusal nobody stands by is %s", m.State)
	}
}

func TestInvitationsCarryTheirHour(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	path := applicationPath(id) + "/write"
	form := d.get(account.Recruiter, "fr", path+"?kind=invitation").want(http.StatusOK, "À l’heure de Paris", "{rendez-vous}").form(path)
	form.Set("minutes", "45")
	form.Set("venue", "12 quai du Nord")
	for _, c := range []struct{ day, clock string }{{"2026-11-20", "10:00"}, {"", ""}, {"2027-03-28", "02:30"}, {"2026-13-01", "10:00"}} {
		form.Set("day", c.day)
		form.Set("clock", c.clock)
		d.postForm(account.Recruiter, path, form).want(http.StatusUnprocessableEntity, "un jour et une heure à venir")
	}
	form.Set("day", "2026-12-03")
	form.Set("clock", "15:00")
	d.postForm(account.Recruiter, path, form).want(http.StatusSeeOther)
	m := d.outgoing(id)[0]
	if !strings.Contains(m.Calendar, "DTSTART:20261203T140000Z") || !strings.Contains(m.Calendar, "METHOD:REQUEST") || !strings.Contains(m.Body, "jeudi 3 décembre 2026, de 15 h 00 à 15 h 45 (heure de Paris, UTC+1)") {
		t.Errorf("%s\n%s", m.Body, m.Calendar)
	}
}

func TestOddInvitationsAreToldBeforeTheyLeave(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	act := store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.Recruiter].ID}
	if err := d.store.RecordDecision(t.Context(), act, screening.StageShortlisted, ""); err != nil {
		t.Fatal(err)
	}
	path := applicationPath(id) + "/write"
	form := d.get(account.Recruiter, "fr", path+"?kind=invitation").want(http.StatusOK, "Passer la candidature").form(path)
	form.Set("day", "2026-12-05")
	form.Set("clock", "22:30")
	form.Set("minutes", "45")
	form.Del("act")
	odd := d.postForm(account.Recruiter, path, form).want(http.StatusUnprocessableEntity, "week-end", "22:30", "Aucun lieu")
	if n := len(d.outgoing(id)); n != 0 {
		t.Fatalf("%d messages left before anybody said it is meant", n)
	}
	if attr(odd.all(`input[name=day]`)[0], "value") != "2026-12-05" {
		t.Error("what was typed is gone")
	}
	form.Set("act", "preview")
	d.postForm(account.Recruiter, path, form).whole("fr").want(http.StatusOK, "samedi 5 décembre 2026, de 22 h 30")
	if n := len(d.outgoing(id)); n != 0 {
		t.Fatalf("%d messages left with the preview", n)
	}
	form.Del("act")
	form.Set("anyway", "1")
	form.Set("interview", "1")
	d.postForm(account.Recruiter, path, form).want(http.StatusSeeOther)
	if n := len(d.outgoing(id)); n != 1 {
		t.Fatalf("%d messages", n)
	}
	if got := d.view(id).Stage; got != screening.StageInterview {
		t.Errorf("the application is %s", got)
	}
}

func TestTemplatesAreVersionedAndTried(t *testing.T) {
	d := newDesk(t).sending()
	d.awa()
	d.get(account.Recruiter, "fr", "/templates").want(http.StatusForbidden)
	d.get(account.HR, "fr", "/templates").want(http.StatusOK, "Accusé de réception", "texte d’origine")
	d.get(account.HR, "fr", "/templates/nonsense/fr").want(http.StatusNotFound)
	d.get(account.HR, "fr", "/templates/free/de").want(http.StatusNotFound)
	const path = "/templates/missing/fr"
	d.get(account.HR, "fr", path).want(http.StatusOK, "{manque}", "Awa Ndiaye-Lefèvre", "trois références professionnelles")
	d.post(account.HR, path, "subject", "Pièces", "body", "Bonjour,\n\n{salaire}", "version", "0", "do", "save").want(http.StatusUnprocessableEntity, "ligne 3, caractère 1", "{salaire}")
	d.post(account.HR, path, "subject", "Pièces pour {poste}", "body", "Chère {candidat} :\n{manque}", "version", "0", "do", "preview").want(http.StatusOK, "Chère Awa Ndiaye-Lefèvre", "Pièces pour Stage")
	d.post(account.HR, path, "subject", "Pièces pour {poste}", "body", "Chère {candidat} :\n{manque}", "version", "0", "do", "save").want(http.StatusSeeOther)
	d.post(account.HR, path, "subject", "Autre", "body", "Mon texte", "version", "0", "do", "save").want(http.StatusConflict, "Mon texte")
	d.get(account.HR, "fr", path).want(http.StatusOK, "version 1", "Karim Diallo")
	d.get(account.HR, "fr", path+"?version=0").want(http.StatusOK, "Nous examinons votre candidature")
	d.get(account.HR, "fr", path+"?version=9").want(http.StatusNotFound)
	page := d.get(account.Recruiter, "fr", applicationPath(1)+"/write?kind=missing").want(http.StatusOK, "Chère Awa")
	d.postForm(account.Recruiter, applicationPath(1)+"/write", page.form(applicationPath(1)+"/write")).want(http.StatusSeeOther)
	if m := d.outgoing(1)[0]; m.TemplateVersion != 1 {
		t.Errorf("made from version %d", m.TemplateVersion)
	}
	d.get(account.HR, "en", "/templates/notice/en").want(http.StatusOK, "every decision is taken").without(`name="subject"`)
}

func TestOnlyHumanResourcesSwitchAcknowledgementsOn(t *testing.T) {
	d := newDesk(t).sending()
	d.awa()
	const path = "/vacancies/communication-calais/mail"
	d.get(account.Recruiter, "fr", path).want(http.StatusOK, "ne reçoivent pas d’accusé de réception", "différés de 2 jours ouvrés").without(`name="acknowledge"`)
	d.post(account.Recruiter, path, "acknowledge", "1", "refusal_days", "2", "version", "0").want(http.StatusForbidden)
	d.get(account.HR, "fr", path).want(http.StatusOK, "Nous avons bien reçu votre candidature", "trois références", `name="acknowledge"`)
	d.post(account.HR, path, "acknowledge", "1", "refusal_days", "31", "version", "0").want(http.StatusUnprocessableEntity, "de 0 à 30 jours")
	d.post(account.HR, path, "acknowledge", "1", "refusal_days", "3", "since", "hier", "version", "0").want(http.StatusUnprocessableEntity, "Indiquez un jour")
	d.post(account.HR, path, "acknowledge", "1", "refusal_days", "3", "version", "0").want(http.StatusSeeOther)
	set, err := d.store.MailOf(t.Context(), d.vacancy.ID)
	if err != nil || !set.Acknowledge || set.RefusalDays != 3 || set.AuthorID != d.users[account.HR].ID || !set.AcknowledgeSince.Equal(d.now) {
		t.Errorf("%+v, %v", set, err)
	}
	d.post(account.HR, path, "acknowledge", "1", "refusal_days", "2", "version", "0").want(http.StatusConflict)
	d.get(account.HR, "en", path).want(http.StatusOK, "acknowledgement on", "Karim Diallo")
}

// state puts a message into a state as the sender would.
func (d *desk) queue(id int64, change func(*store.NewOutgoing)) store.OutgoingMessage {
	d.t.Helper()
	s := outbox.Settings{From: mail.Address{Address: "jobs@rivenord.example"}}
	name, token := s.NewName()
	n := s.Message(d.view(id), outbox.Draft{Kind: store.MailFree, Language: "fr", Subject: "Bonjour", Body: "Un mot."}, name, token)
	n.AuthorID = d.users[account.Recruiter].ID
	if change != nil {
		change(&n)
	}
	m, err := d.store.QueueOutgoing(d.t.Context(), n)
	if err != nil {
		d.t.Fatal(err)
	}
	return m
}

func TestEveryStateIsSaidWithItsNextStep(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	ctx := t.Context()
	claim := func() store.OutgoingMessage {
		t.Helper()
		m, ok, err := d.store.ClaimOutgoing(ctx, store.Claim{Owner: "test", For: time.Minute})
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return m
	}
	for _, why := range []string{outbox.WhyRecipient, outbox.WhySender, outbox.WhyContent, outbox.WhyAddress, store.WhyGaveUp} {
		d.queue(id, nil)
		if err := d.store.OutgoingRefused(ctx, claim().ID, "test", why, "550 no"); err != nil {
			t.Fatal(err)
		}
		d.get(account.Recruiter, "fr", "/outbox?state=failed").want(http.StatusOK, "550 no", "Renvoyer").without("[outbox", "n’est pas parti.")
	}
	for _, why := range []string{outbox.WhyConnect, outbox.WhyTLS, outbox.WhyAuth, outbox.WhyLater, outbox.WhyCut} {
		d.queue(id, nil)
		if err := d.store.OutgoingPutOff(ctx, claim().ID, "test", why, "451 later", time.Hour); err != nil {
			t.Fatal(err)
		}
		d.get(account.Recruiter, "en", "/outbox?state=queued").want(http.StatusOK, "451 later", "Next try: 22 Nov 15:06", "Send now", "Cancel").without("[outbox", "did not succeed")
	}
	d.queue(id, nil)
	unsure := claim()
	if err := d.store.OutgoingUnsure(ctx, unsure.ID, "test", "cut"); err != nil {
		t.Fatal(err)
	}
	d.get(account.Recruiter, "fr", "/outbox?state=waiting").want(http.StatusOK, "il porte le même identifiant", "Renvoyer", "Annuler")
	sentOne := d.queue(id, nil)
	if err := d.store.OutgoingSent(ctx, claim().ID, "test", "250"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.RecordBounce(ctx, 1, store.Bounce{Addresses: []string{sentOne.ToEmail}, MessageIDs: []string{sentOne.MessageID}, Diagnostic: "550 5.1.1"}); err != nil {
		t.Fatal(err)
	}
	d.get(account.Recruiter, "fr", applicationPath(id)+"?panel=messages").want(http.StatusOK, "revenu", "N’a pas pu être distribué")
	d.get(account.Recruiter, "fr", "/vacancies").want(http.StatusOK) // the side counts what waits
	if got := d.get(account.Recruiter, "fr", "/outbox").text(`a[href="/outbox"] .nav__count`); !strings.Contains(got, "7") {
		t.Errorf("the side counts %q", got)
	}
	d.get(account.Recruiter, "fr", "/outbox?state=nonsense").want(http.StatusBadRequest)
	d.get(account.Recruiter, "fr", "/outbox?vacancy=nonsense").want(http.StatusNotFound)
	d.get(account.Recruiter, "fr", "/outbox?vacancy=communication-calais&state=bounced").want(http.StatusOK, "550 5.1.1")

	// Codes the program makes have words of their own in both languages.
	views, err := web.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for prefix, codes := range map[string][]string{
		"outbox.failed.":    {outbox.WhyRecipient, outbox.WhySender, outbox.WhyContent, outbox.WhyAddress, store.WhyGaveUp},
		"outbox.late.":      {outbox.WhyConnect, outbox.WhyTLS, outbox.WhyAuth, outbox.WhyLater, outbox.WhyCut},
		"outbox.held.":      {store.WhyUnsure, store.WhyToConfirm},
		"outbox.cancelled.": {store.WhyCancelled, store.WhyUndone, store.WhyWithdrawn, outbox.WhyRobot, outbox.WhyOwn, outbox.WhyLoop, outbox.WhyAnswersUs, outbox.WhyAddress},
	} {
		for _, code := range codes {
			for _, lang := range web.Languages {
				if !views.Locale(lang).Has(prefix + code) {
					t.Errorf("%s: no words for %s%s", lang, prefix, code)
				}
			}
		}
	}
}

func TestWithoutAServerMailWaitsAndSaysSo(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.queue(id, nil)
	d.get(account.Recruiter, "fr", "/outbox").want(http.StatusOK, "Aucun serveur d’envoi n’est réglé", "aucun serveur d’envoi n’est réglé.")
	d.get(account.Recruiter, "en", applicationPath(id)+"/write?kind=free").want(http.StatusOK, "No mail server is set up")
}

func TestNobodyIsWrittenToBehindAVeil(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	m := d.queue(id, func(n *store.NewOutgoing) { n.Subject = "Pour Awa Ndiaye" })
	d.mode(false, true)
	d.get(account.Recruiter, "fr", "/outbox").want(http.StatusOK, "Contenu masqué").without("Awa", "awa.ndiaye")
	d.get(account.Recruiter, "fr", applicationPath(id)+"?panel=messages").want(http.StatusOK, "levez l’anonymat").without("Awa", "awa.ndiaye")
	d.get(account.Recruiter, "fr", applicationPath(id)+"/write?kind=missing").want(http.StatusOK, "levez l’anonymat").without("<textarea", "Awa")
	d.get(account.Recruiter, "fr", outgoingPath(id, m.ID)).want(http.StatusForbidden).without("Awa")
	d.post(account.Recruiter, outgoingPath(id, m.ID)+"/cancel").want(http.StatusForbidden)
	d.get(account.HR, "fr", "/templates/missing/fr").want(http.StatusOK).without("Awa")
	d.get(account.HR, "fr", "/vacancies/communication-calais/mail").want(http.StatusOK).without("Awa")
}

func TestWithdrawalsWaitForAPerson(t *testing.T) {
	d := newDesk(t).sending()
	id := d.awa()
	if err := d.store.ProposeWithdrawal(t.Context(), 1, "Je retire ma candidature <b>.", []int64{id}); err != nil {
		t.Fatal(err)
	}
	page := d.get(account.Reviewer, "fr", applicationPath(id)).want(http.StatusOK, "semble retirer sa candidature", "Je retire ma candidature &lt;b&gt;.")
	action := regexp.MustCompile(`/applications/\d+/withdrawals/\d+`).FindString(page.Body.String())
	version := strconv.FormatInt(d.view(id).Version, 10)
	d.get(account.Reader, "fr", applicationPath(id)).want(http.StatusOK, "semble retirer").without(action)
	d.post(account.Reader, action, "answer", "accept", "version", version).want(http.StatusForbidden)
	d.post(account.Reviewer, action, "answer", "maybe", "version", version).want(http.StatusBadRequest)
	d.post(account.Reviewer, action, "answer", "accept", "version", "0").want(http.StatusConflict)
	d.post(account.Reviewer, action, "answer", "accept", "version", version).want(http.StatusSeeOther)
	if v := d.view(id); v.Stage != screening.StageWithdrawn || v.LastDecision().AuthorID != d.users[account.Reviewer].ID {
		t.Errorf("%s", v.Stage)
	}
	d.get(account.Reviewer, "fr", applicationPath(id)).want(http.StatusOK).without("semble retirer")
}
