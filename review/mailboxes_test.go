package review

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

// intakeStub answers for the intake what a test wants to be shown.
type intakeStub struct {
	trials  []MailboxTrial
	changed int
	asked   []string
	agreed  error
}

func (s *intakeStub) Fixed() []FixedMailbox {
	return []FixedMailbox{{Name: "candidatures", Address: "emploi@organisation.example", Host: "mail.organisation.example", Port: 993, Login: "intake", Auth: "password", Folders: []string{"INBOX"}}}
}

func (s *intakeStub) Seal(account, plain string) (string, error) {
	return "sealed:" + account + fmt.Sprint(len(plain)), nil
}

func (s *intakeStub) Provider(provider, tenant, _ string) (string, string, []string) {
	return "https://login.example/" + tenant + "/auth", "https://login.example/" + tenant + "/token", []string{provider}
}

func (s *intakeStub) Try(_ context.Context, account string) ([]MailboxTrial, error) {
	s.asked = append(s.asked, account)
	return s.trials, nil
}

func (s *intakeStub) Consent(_ context.Context, account string, userID int64, redirect string) (string, error) {
	s.asked = append(s.asked, fmt.Sprint(account, userID > 0, redirect))
	return "https://login.example/auth?state=abc", nil
}

func (s *intakeStub) Agreed(_ context.Context, q url.Values, _ int64) (string, error) {
	s.asked = append(s.asked, q.Get("code"))
	return "google", s.agreed
}

func (s *intakeStub) Changed() { s.changed++ }

// with serves the desk's pages with other settings.
func (d *desk) with(change func(*Config)) {
	d.t.Helper()
	for role, name := range map[account.Role]string{account.Operator: "Rosa Tech", account.Admin: "Karim Daubry"} {
		if _, ok := d.users[role]; !ok {
			d.addUser(role, name)
		}
	}
	c := Config{Store: d.store, Blobs: d.blobs, Now: func() time.Time { return d.now }}
	change(&c)
	var err error
	if d.handler, err = New(c); err != nil {
		d.t.Fatal(err)
	}
}

// mailForm is a form that is right in every field.
func mailForm(change ...string) url.Values {
	f := url.Values{"name": {"emploi"}, "host": {"imap.organisation.example"}, "port": {"993"}, "tls": {"tls"}, "login": {"emploi@organisation.example"},
		"way": {"password"}, "secret": {"hunter2hunter2"}, "folders": {"INBOX\r\nIndésirables\r\nINBOX"}, "after": {"none"}, "auth": {"xoauth2"}, "version": {"0"}}
	for n := 0; n < len(change); n += 2 {
		f.Set(change[n], change[n+1])
	}
	return f
}

func TestAMailboxIsEnteredTestedStartedAndRemoved(t *testing.T) {
	d := newDesk(t)
	stub := &intakeStub{trials: []MailboxTrial{{Folder: "INBOX", Messages: 12, Subjects: []string{"Candidature <i>", ""}, Junk: []string{"Spam"},
		Steps: []TrialStep{{Step: "login", State: "ok"}, {Step: "folder", State: "ok"}}}}}
	d.with(func(c *Config) { c.Mailboxes = stub })
	d.get(account.Operator, "fr", "/mailboxes").whole("fr").want(http.StatusOK, "candidatures", "emploi@organisation.example", "fichier de configuration")
	d.get(account.Operator, "fr", "/mailboxes/new").whole("fr").want(http.StatusOK, "Nouvelle boîte")
	form := mailForm("then", "try")
	tried := d.postForm(account.Operator, "/mailboxes", form)
	tried.whole("fr").want(http.StatusOK, "tout répond", "12 messages dans ce dossier", "sans objet", "Lire cette boîte").without("hunter2", "<i>")
	accounts, err := d.store.MailAccounts(t.Context())
	if err != nil || len(accounts) != 1 {
		t.Fatalf("accounts %v, %v", accounts, err)
	}
	a := accounts[0]
	if !a.Disabled || a.Secret != "sealed:emploi14" || strings.Join(a.Folders, ",") != "INBOX,Indésirables" || stub.changed != 1 {
		t.Errorf("kept %+v, changed %d", a, stub.changed)
	}
	path := mailboxPath(a.ID)
	edit := d.get(account.Operator, "en", path).whole("en").want(http.StatusOK, "A secret is kept").without("sealed:")
	if got := attr(edit.all("input[name=secret]")[0], "value"); got != "" {
		t.Errorf("the secret's field holds %q", got)
	}
	d.postForm(account.Operator, path+"/switch", url.Values{"version": {"1"}, "to": {"on"}}).want(http.StatusSeeOther)
	d.postForm(account.Operator, path+"/switch", url.Values{"version": {"1"}, "to": {"off"}}).want(http.StatusConflict)

	// Another server does not get the old secret.
	moved := mailForm("host", "elsewhere.example", "secret", "", "version", "2")
	d.postForm(account.Operator, path, moved).want(http.StatusUnprocessableEntity, "saisissez de nouveau le secret")
	d.postForm(account.Operator, path, mailForm("port", "1993", "secret", "", "version", "2")).want(http.StatusUnprocessableEntity, "saisissez de nouveau le secret")
	d.postForm(account.Operator, path, mailForm("tls", "starttls", "secret", "", "version", "2")).want(http.StatusUnprocessableEntity, "saisissez de nouveau le secret")
	kept := mailForm("login", "other@organisation.example", "secret", "", "version", "2")
	d.postForm(account.Operator, path, kept).want(http.StatusSeeOther)
	if a, err = d.store.MailAccountByID(t.Context(), a.ID); err != nil || a.Secret != "sealed:emploi14" || a.Login != "other@organisation.example" || a.Disabled {
		t.Errorf("kept %+v, %v", a, err)
	}
	d.postForm(account.Operator, path+"/remove", url.Values{"version": {"3"}}).want(http.StatusSeeOther)
	d.postForm(account.Operator, path+"/remove", url.Values{"version": {"3"}, "sure": {"yes"}}).want(http.StatusSeeOther)
	d.get(account.Operator, "fr", path).want(http.StatusNotFound)
}

func TestWhatIsWrongWithAMailboxIsToldByField(t *testing.T) {
	d := newDesk(t)
	d.with(func(c *Config) { c.Mailboxes = &intakeStub{} })
	for _, c := range []struct{ field, value, problem string }{
		{"name", "a/b", "sans barre oblique"}, {"name", "candidatures", "déjà pris"}, {"host", "no host", "pas un nom de serveur"}, {"host", "http://x", "pas un nom de serveur"},
		{"port", "0", "1 à 65535"}, {"login", "", "À remplir"}, {"folders", " ", "1 à 50"}, {"since", "bientôt", "pas une date"}, {"ca", "hello", "certificat PEM"}, {"tls", "none", "en clair"},
	} {
		a := d.postForm(account.Admin, "/mailboxes", mailForm(c.field, c.value)).want(http.StatusUnprocessableEntity, c.problem).without("hunter2")
		if got := attr(a.all("[name=" + c.field + "]")[0], "aria-describedby"); got != "p-"+c.field {
			t.Errorf("%s is described by %q", c.field, got)
		}
	}
	tokens := mailForm("way", "client", "client_id", "abc", "token_url", "http://login.organisation.example/token")
	d.postForm(account.Admin, "/mailboxes", tokens).want(http.StatusUnprocessableEntity, "Une adresse https")
	moves := mailForm("after", "move", "after_name", "INBOX")
	d.postForm(account.Admin, "/mailboxes", moves).want(http.StatusUnprocessableEntity, "qui n’est pas lu")
	filled := mailForm("way", "client", "client_id", "abc", "provider", "microsoft", "tenant", "org")
	d.postForm(account.Admin, "/mailboxes", filled).want(http.StatusSeeOther)
	accounts, err := d.store.MailAccounts(t.Context())
	if err != nil || len(accounts) != 1 || accounts[0].TokenURL != "https://login.example/org/token" || accounts[0].Grant != "client_credentials" {
		t.Errorf("accounts %+v, %v", accounts, err)
	}
}

func TestAFailedStepSaysWhatToDo(t *testing.T) {
	d := newDesk(t)
	stub := &intakeStub{}
	d.with(func(c *Config) { c.Mailboxes = stub })
	for advice, want := range map[string]string{"secret": "saisissez-le de nouveau", "dns": "vérifiez l’orthographe", "tcp": "pare-feu", "tls": "993 pour TLS", "login": "mot de passe d’application",
		"login_token": "chez le fournisseur", "folder": "n’existe pas", "permission": "faites-les donner", "token_consent": "Donner l’accord", "token_again": "Renouveler l’accord",
		"token_client": "a peut-être expiré", "token_server": "attendez"} {
		step := advice
		if strings.Contains(advice, "token") {
			step = "secret"
		}
		stub.trials = []MailboxTrial{{Folder: "INBOX", Steps: []TrialStep{{Step: step, State: "failed", Advice: advice, Detail: "NO <script>"}, {Step: "folder", State: "skipped"}}}}
		d.postForm(account.Operator, "/mailboxes/try", url.Values{"name": {"candidatures"}}).whole("fr").want(http.StatusOK, want, "non essayé").without("<script>alert", "NO <script>")
	}
}

func TestAConsentLeadsToTheProviderAndBack(t *testing.T) {
	d := newDesk(t)
	stub := &intakeStub{}
	d.with(func(c *Config) { c.Mailboxes = stub })
	a := d.postForm(account.Operator, "/mailboxes/connect", url.Values{"name": {"google"}}).whole("fr").want(http.StatusOK, "login.example")
	if got := attr(a.all(`a[rel=noreferrer]`)[0], "href"); got != "https://login.example/auth?state=abc" {
		t.Errorf("leads to %s", got)
	}
	if !strings.HasPrefix(stub.asked[0], "googletruehttp://") || !strings.HasSuffix(stub.asked[0], "/mailboxes/callback") {
		t.Errorf("asked %q", stub.asked)
	}
	back := d.get(account.Operator, "fr", "/mailboxes/callback?state=abc&code=c1")
	if back.Code != http.StatusSeeOther || stub.asked[1] != "c1" {
		t.Errorf("back: %d, %q", back.Code, stub.asked)
	}
	stub.agreed = store.ErrConflict
	if back := d.get(account.Operator, "fr", "/mailboxes/callback?state=abc&code=c1"); back.Code != http.StatusSeeOther {
		t.Errorf("a consent that did not work out: %d", back.Code)
	}
}

func TestOnlyThoseInChargeNameServers(t *testing.T) {
	d := newDesk(t)
	stub := &intakeStub{}
	d.with(func(c *Config) { c.Mailboxes = stub })
	for _, role := range []account.Role{account.Reader, account.Reviewer, account.Recruiter, account.HR} {
		d.get(role, "fr", "/mailboxes/new").want(http.StatusForbidden)
		d.get(role, "fr", "/mailboxes/callback?code=x").want(http.StatusForbidden)
		d.postForm(role, "/mailboxes", mailForm()).want(http.StatusForbidden)
		d.postForm(role, "/mailboxes/try", url.Values{"name": {"candidatures"}}).want(http.StatusForbidden)
	}
	d.get(account.Reader, "fr", "/mailboxes").want(http.StatusForbidden)
	d.get(account.Recruiter, "fr", "/mailboxes").want(http.StatusOK).without("/mailboxes/new")
	if len(stub.asked) != 0 {
		t.Errorf("something was asked of a server: %q", stub.asked)
	}
}

func TestASilentMailboxStandsOnEveryPageOfThoseWhoSeeTheIntake(t *testing.T) {
	d := newDesk(t)
	d.with(func(c *Config) { c.SilentAfter = 15 * time.Minute })
	if _, err := d.store.EnsureMailbox(t.Context(), store.NewMailbox{Name: "emploi/INBOX", Account: "emploi", Folder: "INBOX", Kind: store.KindIMAP}); err != nil {
		t.Fatal(err)
	}
	d.get(account.Recruiter, "fr", "/vacancies").want(http.StatusOK).without("Courrier non relevé")
	d.now = d.now.Add(20 * time.Minute)
	d.with(func(c *Config) { c.SilentAfter = 15 * time.Minute })
	d.get(account.Recruiter, "fr", "/vacancies").whole("fr").want(http.StatusOK, "Courrier non relevé", "emploi/INBOX")
	d.get(account.Operator, "en", "/settings").whole("en").want(http.StatusOK, "Mail is not being read")
	d.get(account.Reader, "fr", "/vacancies").want(http.StatusOK).without("Courrier non relevé")
}

func TestReadinessIsTold(t *testing.T) {
	d := newDesk(t)
	d.get("", "fr", "/readyz").want(http.StatusOK)
	d.with(func(c *Config) { c.Ready = func(context.Context) error { return fmt.Errorf("starting") } })
	d.get("", "fr", "/readyz").want(http.StatusServiceUnavailable, "starting")
}
