package review

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

func person(subject, email string, more ...any) map[string]any {
	out := map[string]any{"sub": subject, "email": email, "email_verified": true, "name": "Ada Témoin"}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

func TestTheProviderLetsPeopleIntoTheirAccounts(t *testing.T) {
	e := newEntrance(t, nil)
	u := e.addPassword(account.Reviewer)
	e.provider.Is(person("ada-1", "Ada@RIVENORD.example"))
	v := e.visitor()
	v.get("/signin?next=/unclear").want(http.StatusOK, "Sign in with Rive Nord", "/signin/provider?next=%2funclear", "or with a password")
	v.arrive().want(http.StatusSeeOther, "/unclear")
	v.get("/settings").want(http.StatusOK, "Ada Témoin", "by the provider")
	if n := e.acts("user.identity_linked"); n != 1 {
		t.Errorf("linked %d times", n)
	}
	// Another address later on: the subject is who it is.
	e.provider.Is(person("ada-1", "ada.married@rivenord.example"))
	other := e.visitor()
	other.arrive().want(http.StatusSeeOther, "/unclear")
	other.get("/settings").want(http.StatusOK, deskEmail)
	// Signing out ends the session here and shows the way to end the one there.
	v.send("/settings", "/signout").want(http.StatusSeeOther, "/signin?out=1")
	v.get("/signin?out=1").want(http.StatusOK, e.provider.Issuer()+"/signout?client_id=dossier", "Sign out at Rive Nord too")
	if v.inside() || !other.inside() {
		t.Error("signing out ends the session of this browser, and no other")
	}
	if err := e.store.SetDisabled(t.Context(), u.ID, true, 0); err != nil {
		t.Fatal(err)
	}
	if other.inside() {
		t.Error("a barred account is still signed in")
	}
	other.arrive().want(http.StatusForbidden, "Your account is disabled")
}

func TestWhoTheProviderDoesNotVouchForStaysOut(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Reviewer)
	e.provider.Is(person("ada-1", deskEmail))
	e.visitor().arrive().want(http.StatusSeeOther)
	for name, c := range map[string]struct {
		claims map[string]any
		want   string
	}{
		"nobody's address":             {person("x", "x@rivenord.example"), "You have no account in dossier"},
		"an address that is unchecked": {person("x", deskEmail, "email_verified", false), "has not checked your e-mail address"},
		"no address":                   {map[string]any{"sub": "x"}, "You have no account in dossier"},
		"a linked account's address":   {person("mallory", deskEmail), "already linked with another Rive Nord identity"},
		"a role's account, unlinked":   {person("x", "hr@rivenord.example", "email_verified", "no"), "has not checked"},
	} {
		e.provider.Is(c.claims)
		v := e.visitor()
		v.arrive().want(http.StatusForbidden, c.want)
		if v.inside() {
			t.Errorf("%s: signed in", name)
		}
	}
	e.provider.Is(person("ada-1", deskEmail))
	for name, tamper := range map[string]func(header, claims map[string]any){
		"wrong nonce":    func(_, c map[string]any) { c["nonce"] = "another" },
		"wrong audience": func(_, c map[string]any) { c["aud"] = "another" },
		"expired token":  func(_, c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
		"no signature":   func(h, _ map[string]any) { h["alg"] = "none" },
	} {
		e.provider.Tamper(tamper)
		v := e.visitor()
		v.arrive().want(http.StatusForbidden, "The answer of Rive Nord is not valid")
		if v.inside() {
			t.Errorf("%s: signed in", name)
		}
	}
	e.provider.Tamper(nil)
	e.provider.Rotate()
	e.visitor().arrive().want(http.StatusSeeOther, "/unclear")
}

func TestAJourneyEndsInItsOwnBrowserOnce(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Reviewer)
	e.provider.Is(person("ada-1", deskEmail))
	v, mallory := e.visitor(), e.visitor()
	back := v.get(v.get("/signin/provider").want(http.StatusFound).To).want(http.StatusFound).To
	mallory.get(back).want(http.StatusBadRequest, "began in another browser")
	mallory.get("/signin/provider").want(http.StatusFound)
	mallory.get(back).want(http.StatusBadRequest) // a journey of their own does not fit
	// Another state in the right browser ends the journey, too.
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("state", "another")
	v.get(u.Path + "?" + q.Encode()).want(http.StatusBadRequest)
	v.get(back).want(http.StatusBadRequest)
	if e.provider.Traded() != 0 {
		t.Error("a code was traded for a journey that did not end well")
	}
	// A copy of the cookie does not make the journey end twice.
	back = v.get(v.get("/signin/provider").To).To
	jar := maps.Collect(func(yield func(string, *http.Cookie) bool) {
		site, _ := url.Parse(e.site.URL)
		for _, c := range v.http.Jar.Cookies(site) {
			if !yield(c.Name, c) {
				return
			}
		}
	})
	v.get(back).want(http.StatusSeeOther)
	site, _ := url.Parse(e.site.URL)
	mallory.http.Jar.SetCookies(site, []*http.Cookie{jar["journey"]})
	mallory.get(back).want(http.StatusBadRequest, "was used already")
	// Too late.
	v = e.visitor()
	back = v.get(v.get("/signin/provider").To).To
	e.now = e.now.Add(journeyLife)
	v.get(back).want(http.StatusBadRequest)
	// The provider said no.
	v.get("/signin/provider")
	v.get("/signin/provider/callback?error=access_denied&state=x").want(http.StatusBadRequest)
	e.visitor().get("/signin/provider/callback?code=x&state=x").want(http.StatusBadRequest)
	// Nothing leads away from the site afterwards.
	v = e.visitor()
	v.get(v.get(v.get("/signin/provider?next=https://evil.example/").To).To).want(http.StatusSeeOther)
}

func TestPasswordsWorkWhileTheProviderIsDown(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Reviewer)
	e.provider.Is(person("ada-1", deskEmail))
	e.provider.Down(true)
	v := e.visitor()
	v.get("/signin/provider").want(http.StatusServiceUnavailable, "Rive Nord does not answer", "a password you have here still works")
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther)
	e.provider.Down(false)
	e.later = 5 * time.Second // it is not asked again at once
	e.visitor().arrive().want(http.StatusSeeOther)
}

func TestGroupsBecomeRolesAndNewcomersSeeNoVacancy(t *testing.T) {
	e := newEntrance(t, func(c *Config) {
		c.SignIn.CreateUsers, c.SignIn.AllowedDomains = true, []string{"rivenord.example"}
		c.SignIn.Roles = []GroupRole{{"dossier-hr", account.HR}, {"staff", account.Reviewer}}
	})
	e.provider.Is(person("nour", "nour@rivenord.example", "groups", []string{"visitors"}))
	e.visitor().arrive().want(http.StatusForbidden, "none of the groups")
	e.provider.Is(person("nour", "nour@other.example", "groups", []string{"staff"}))
	e.visitor().arrive().want(http.StatusForbidden, "not one of those that have access")
	e.provider.Is(person("nour", "nour@rivenord.example", "groups", []string{"staff"}))
	v := e.visitor()
	v.arrive().want(http.StatusSeeOther)
	if page := v.get("/vacancies").want(http.StatusOK); strings.Contains(page.Body, "communication-calais") {
		t.Error("a newcomer sees a vacancy nobody gave them")
	}
	v.get("/vacancies/communication-calais").want(http.StatusNotFound)
	u, err := e.store.UserByEmail(t.Context(), "nour@rivenord.example")
	if err != nil || u.Role != account.Reviewer || !u.Restricted || u.PasswordHash != "" {
		t.Errorf("made %+v, %v", u, err)
	}
	e.provider.Is(person("nour", "nour@rivenord.example", "groups", []string{"staff", "dossier-hr"}))
	e.visitor().arrive().want(http.StatusSeeOther)
	if u, err = e.store.UserByEmail(t.Context(), "nour@rivenord.example"); err != nil || u.Role != account.HR {
		t.Errorf("role %s, %v", u.Role, err)
	}
	if v.inside() {
		t.Error("a session outlives the role it began with")
	}
	e.provider.Is(person("nour", "nour@rivenord.example", "groups", []string{"left"}))
	e.visitor().arrive().want(http.StatusForbidden, "none of the groups")
}

func TestWithoutPasswordsOneAccountHasAWayIn(t *testing.T) {
	e := newEntrance(t, func(c *Config) { c.SignIn.NoPasswords, c.SignIn.EmergencyAdmin = true, "karim@rivenord.example" })
	u := e.addPassword(account.Reviewer)
	page := e.visitor().get("/signin").want(http.StatusOK, "Emergency access")
	if strings.Contains(page.Body, `type="password"`) {
		t.Error("the page asks for a password")
	}
	e.visitor().send("/signin?emergency=1", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusUnauthorized)
	admin, _ := e.admin()
	admin.get("/team").want(http.StatusOK)
	// Sessions that a password began before are worth nothing.
	token := account.NewToken()
	if err := e.store.StartSession(t.Context(), account.HashToken(token), u.ID, time.Hour, "", ""); err != nil {
		t.Fatal(err)
	}
	v := e.visitor()
	site, _ := url.Parse(e.site.URL)
	v.http.Jar.SetCookies(site, []*http.Cookie{{Name: "session", Value: token}})
	if v.inside() {
		t.Error("an old session by password still counts")
	}
	// Nor does a link choose a password that would open nothing.
	if err := e.store.GivePass(t.Context(), account.HashToken("link"), store.PassReset, u.ID, 0); err != nil {
		t.Fatal(err)
	}
	e.visitor().get("/enter/link").want(http.StatusNotFound)
	e.provider.Is(person("ada-1", deskEmail))
	e.visitor().arrive().want(http.StatusSeeOther)
}
