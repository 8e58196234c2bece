package review

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

const (
	deskEmail    = "ada@rivenord.example"
	deskPassword = "une phrase assez longue"
)

// addPassword makes an account that signs in by itself.
func (d *desk) addPassword(role account.Role) store.User {
	d.t.Helper()
	hash, err := account.HashPassword(deskPassword)
	if err != nil {
		d.t.Fatal(err)
	}
	u, err := d.store.AddUser(d.t.Context(), store.NewUser{Email: deskEmail, Name: "Ada Témoin", PasswordHash: hash, Role: role}, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	return u
}

func (d *desk) signIn(email, password string) answer {
	d.t.Helper()
	return d.postForm("", "/signin", url.Values{"email": {email}, "password": {password}, "next": {"/unclear"}})
}

func sessionCookie(a answer) *http.Cookie {
	for _, c := range a.Result().Cookies() {
		if strings.HasSuffix(c.Name, "session") && c.Value != "" {
			return c
		}
	}
	return nil
}

func TestSignInGivesASessionThatIsKeptByItsHashOnly(t *testing.T) {
	d := newDesk(t)
	d.addPassword(account.Reviewer)
	a := d.signIn("ADA@rivenord.example", deskPassword)
	c := sessionCookie(a)
	if a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/unclear" || c == nil {
		t.Fatalf("signed in: %d %s %v", a.Code, a.Header().Get("Location"), c)
	}
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || len(c.Value) < 43 {
		t.Errorf("cookie %+v", c)
	}
	if _, err := d.store.SessionUser(t.Context(), c.Value, 0); err == nil {
		t.Error("the token itself is kept")
	}
	d.sessions["fresh"] = c.Value
	d.get("fresh", "fr", "/unclear").want(http.StatusOK, "Ada Témoin")
	out := d.postForm("fresh", "/signout", url.Values{})
	if out.Code != http.StatusSeeOther {
		t.Errorf("sign out: %d", out.Code)
	}
	if again := d.get("fresh", "fr", "/unclear"); again.Code != http.StatusSeeOther {
		t.Errorf("after signing out: %d", again.Code)
	}
}

func TestWrongNamesAndPasswordsGetTheSameAnswer(t *testing.T) {
	d := newDesk(t)
	d.addPassword(account.Reviewer)
	wrong := d.signIn(deskEmail, "une autre phrase").want(http.StatusUnauthorized, "ne convient pas")
	unknown := d.signIn("nobody@rivenord.example", deskPassword).want(http.StatusUnauthorized, "ne convient pas")
	if sessionCookie(wrong) != nil || sessionCookie(unknown) != nil {
		t.Error("a session was started")
	}
	if got, want := unknown.text(".alone__card"), wrong.text(".alone__card"); got != want {
		t.Errorf("unknown name: %q, wrong password: %q", got, want)
	}
}

func TestDisabledAccountsStayOut(t *testing.T) {
	d := newDesk(t)
	u := d.addPassword(account.Reviewer)
	c := sessionCookie(d.signIn(deskEmail, deskPassword))
	if err := d.store.SetDisabled(t.Context(), u.ID, true, 0); err != nil {
		t.Fatal(err)
	}
	d.signIn(deskEmail, deskPassword).want(http.StatusUnauthorized)
	d.sessions["old"] = c.Value
	if a := d.get("old", "fr", "/vacancies"); a.Code != http.StatusSeeOther {
		t.Errorf("a session outlives its account: %d", a.Code)
	}
}

func TestTooManyAttemptsAreToldToWait(t *testing.T) {
	d := newDesk(t)
	for range freeTries {
		d.signIn(deskEmail, "une autre phrase").want(http.StatusUnauthorized)
	}
	d.signIn(deskEmail, "une autre phrase").want(http.StatusTooManyRequests, "Trop d’essais")
}

func TestSessionsEnd(t *testing.T) {
	d := newDesk(t)
	d.addPassword(account.Reviewer)
	start := d.now
	sign := func() { d.sessions["me"] = sessionCookie(d.signIn(deskEmail, deskPassword)).Value }
	open := func() bool { return d.get("me", "fr", "/vacancies").Code == http.StatusOK }
	sign()
	d.now = d.now.Add(sessionIdle + time.Minute)
	if open() {
		t.Error("an idle session is still open")
	}
	d.now = start
	sign()
	for range 20 {
		d.now = d.now.Add(sessionIdle / 2)
		if !open() {
			t.Fatalf("a session in use ended after %s", d.now.Sub(start))
		}
	}
	for d.now.Sub(start) < store.SessionLife {
		d.now = d.now.Add(sessionIdle / 2)
		open()
	}
	if open() {
		t.Errorf("a session is open after %s", d.now.Sub(start))
	}
	// What a page asks on its own keeps nobody signed in.
	d.now = start
	sign()
	for range 3 {
		d.now = d.now.Add(sessionIdle / 2)
		req := httptest.NewRequest(http.MethodGet, "/vacancies", nil)
		req.Header.Set(pollHeader, "1")
		d.do(req, "me", "fr")
	}
	if open() {
		t.Error("polling kept a session alive")
	}
}

func TestHTTPSBindsTheCookies(t *testing.T) {
	d := newDesk(t)
	d.addPassword(account.Reviewer)
	var err error
	d.handler, err = New(Config{Store: d.store, Blobs: d.blobs, Now: func() time.Time { return d.now }, PublicURL: "https://dossier.example"})
	if err != nil {
		t.Fatal(err)
	}
	form := d.get("", "fr", "/signin")
	var csrf *http.Cookie
	for _, c := range form.Result().Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure {
			t.Errorf("cookie %+v is not bound to the host", c)
		}
		csrf = c
	}
	body := url.Values{"csrf": {csrf.Value}, "email": {deskEmail}, "password": {deskPassword}}
	req := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader(body.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(csrf)
	c := sessionCookie(d.do(req, "", "fr"))
	if c == nil || c.Name != "__Host-session" || !c.Secure {
		t.Errorf("session cookie %+v", c)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	d := newDesk(t)
	send := func(token string, headers ...string) answer {
		form := url.Values{"csrf": {token}, "theme": {"dark"}, "next": {"/vacancies"}}
		req := httptest.NewRequest(http.MethodPost, "/theme", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		return d.do(req, account.Reader, "fr")
	}
	send("wrong").want(http.StatusForbidden, "Le formulaire a expiré")
	send("").want(http.StatusForbidden)
	send("wrong", "Sec-Fetch-Site", "cross-site").want(http.StatusForbidden)
	if a := send(csrfToken); a.Code != http.StatusSeeOther {
		t.Errorf("own form: %d", a.Code)
	}
	if a := send("", "Sec-Fetch-Site", "same-origin"); a.Code != http.StatusSeeOther {
		t.Errorf("own form, told by the browser: %d", a.Code)
	}
	if a := send("", "X-CSRF-Token", csrfToken); a.Code != http.StatusSeeOther {
		t.Errorf("token in a header: %d", a.Code)
	}
}

func TestVisitorsGoToSignInAndComeBack(t *testing.T) {
	d := newDesk(t)
	for path, want := range map[string]string{
		"/":                    "/signin",
		"/vacancies?state=all": "/signin?next=" + url.QueryEscape("/vacancies?state=all"),
		"/intake":              "/signin?next=%2Fintake",
	} {
		if a := d.get("", "fr", path); a.Code != http.StatusSeeOther || a.Header().Get("Location") != want {
			t.Errorf("%s: %d %s, want %s", path, a.Code, a.Header().Get("Location"), want)
		}
	}
	for in, want := range map[string]string{"//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "/\t/evil.example/": "/", "/\x00/evil.example/": "/", "/unclear": "/unclear", "": "/"} {
		if got := localPath(in, "/"); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFirstVisitSaysHowToMakeAnAccount(t *testing.T) {
	d := newDesk(t)
	d.get("", "fr", "/signin").want(http.StatusOK).without("dossier user add")
	empty, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + filepath.Join(t.TempDir(), "empty.db"), Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := empty.Close(); err != nil {
			t.Error(err)
		}
	}()
	if d.handler, err = New(Config{Store: empty, Blobs: d.blobs}); err != nil {
		t.Fatal(err)
	}
	d.get("", "en", "/signin").whole("en").want(http.StatusOK, "dossier user add --role admin")
}
