package review

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

var linkShown = regexp.MustCompile(`readonly value="[^"]*(/enter/[A-Za-z0-9_-]{43})"`)

func TestTheFirstAccountIsMadeByALink(t *testing.T) {
	e := newEntrance(t, nil)
	empty, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + filepath.Join(t.TempDir(), "empty.db"), Throwaway: true, Now: func() time.Time { return e.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := empty.Close(); err != nil {
			t.Error(err)
		}
	})
	told := false
	handler, err := New(Config{Store: empty, Blobs: e.blobs, Now: func() time.Time { return e.now }, SignIn: SignIn{SetUpDone: func() { told = true }}})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(handler)
	t.Cleanup(site.Close)
	token := account.NewToken()
	if err := empty.OfferSetup(t.Context(), account.HashToken(token)); err != nil {
		t.Fatal(err)
	}
	v, path := newVisitor(t, site.URL), "/enter/"+token
	v.get("/enter/"+account.NewToken()).want(http.StatusNotFound, "This link does nothing")
	v.get(path).want(http.StatusOK, "Nobody has an account here yet")
	v.send(path, path, "email", "ada@rivenord.example", "password", "short", "again", "short").want(http.StatusUnprocessableEntity, "At least 10 characters")
	v.send(path, path, "email", "ada@rivenord.example", "password", deskPassword, "again", "another").want(http.StatusUnprocessableEntity, "not the same")
	v.send(path, path, "email", "ada", "password", deskPassword, "again", deskPassword).want(http.StatusUnprocessableEntity, "not an e-mail address")
	v.send(path, path, "email", "ada@rivenord.example", "name", "Ada", "password", deskPassword, "again", deskPassword).want(http.StatusSeeOther, "/")
	v.get("/team").want(http.StatusOK, "Ada")
	newVisitor(t, site.URL).get(path).want(http.StatusNotFound)
	if !told {
		t.Error("nobody was told that the link is used up")
	}
}

func TestPeopleAreInvitedAndLookedAfterOnPages(t *testing.T) {
	e := newEntrance(t, nil)
	admin, self := e.admin()
	page := admin.send("/team", "/team", "email", "Nour@rivenord.example", "name", "Nour Essadi", "role", "reviewer", "restricted", "1").want(http.StatusOK, "One-time link", "7 days")
	m := linkShown.FindStringSubmatch(page.Body)
	if m == nil {
		t.Fatalf("no link\n%s", page.Body)
	}
	link := m[1]
	if strings.Contains(e.logged.String(), link[7:]) {
		t.Error("the log holds the link")
	}
	u, err := e.store.UserByEmail(t.Context(), "nour@rivenord.example")
	if err != nil || !u.Restricted || u.PasswordHash != "" {
		t.Fatalf("made %+v, %v", u, err)
	}
	admin.send("/team", "/team", "email", "nour@rivenord.example", "role", "reviewer").want(http.StatusSeeOther, "/team")
	admin.get("/team").want(http.StatusOK, "has an account already")

	nour := e.visitor()
	nour.get(link).want(http.StatusOK, "nour@rivenord.example")
	nour.get(link).want(http.StatusOK) // looking uses nothing up
	nour.send(link, link, "password", deskPassword, "again", deskPassword).want(http.StatusSeeOther, "/signin")
	nour.get("/signin").want(http.StatusOK, "The password is saved")
	nour.get(link).want(http.StatusNotFound)
	nour.send("/signin", "/signin", "email", u.Email, "password", deskPassword).want(http.StatusSeeOther)

	path := personPath(u.ID)
	admin.get(path).want(http.StatusOK, "Link for a new password", "127.0.0.1")
	nour.get(path).want(http.StatusForbidden)
	// A password link, by mail to nobody, since no server is set.
	page = admin.send(path, path, "act", "link", "mail", "1").want(http.StatusOK, "1 day")
	reset := linkShown.FindStringSubmatch(page.Body)[1]
	if !nour.inside() {
		t.Error("a link that nobody used ends a session")
	}
	e.visitor().send(reset, reset, "password", "a second sentence", "again", "a second sentence").want(http.StatusSeeOther)
	if nour.inside() {
		t.Error("a session outlives its password")
	}
	nour.send("/signin", "/signin", "email", u.Email, "password", "a second sentence").want(http.StatusSeeOther)

	e.enrol(nour)
	admin.get(path).want(http.StatusOK, "Remove the second factor")
	admin.send(path, path, "act", "second").want(http.StatusSeeOther)
	if nour.inside() {
		t.Error("a session outlives the reset of its second factor")
	}
	nour.send("/signin", "/signin", "email", u.Email, "password", "a second sentence").want(http.StatusSeeOther, "/")
	admin.send(path, path, "act", "signout").want(http.StatusSeeOther)
	if nour.inside() {
		t.Error("signed out everywhere, and still in")
	}
	admin.send(path, path, "act", "role", "role", "hr").want(http.StatusSeeOther)
	if u, _ = e.store.UserByID(t.Context(), u.ID); u.Role != account.HR {
		t.Errorf("role %s", u.Role)
	}
	admin.send(path, path, "act", "role", "role", "king").want(http.StatusBadRequest)
	admin.send(path, path, "act", "disable").want(http.StatusSeeOther)
	nour.send("/signin", "/signin", "email", u.Email, "password", "a second sentence").want(http.StatusUnauthorized)
	admin.send(path, path, "act", "enable").want(http.StatusSeeOther)
	// Nobody shuts the door behind themselves.
	own := personPath(self.ID)
	for _, act := range []string{"disable", "role"} {
		admin.send(own, own, "act", act, "role", "reader").want(http.StatusSeeOther)
	}
	if self, _ = e.store.UserByID(t.Context(), self.ID); self.Disabled || self.Role != account.Admin {
		t.Errorf("the administrator is now %+v", self)
	}
	for act, want := range map[string]int{"user.invite_link": 1, "user.reset_link": 1, "user.second_factor_removed": 1, "user.signed_out": 1, "user.disabled": 1} {
		if n := e.acts(act); n != want {
			t.Errorf("%s: %d lines in the trail, want %d", act, n, want)
		}
	}
}

func TestPeopleSeeAndCloseTheirSessions(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Reviewer)
	here, there, third := e.visitor(), e.visitor(), e.visitor()
	for _, v := range []*visitor{here, there, third} {
		v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther)
	}
	page := here.get("/settings").want(http.StatusOK, ">here<")
	ends := regexp.MustCompile(`name="session" value="([0-9a-f]{64})"`).FindAllStringSubmatch(page.Body, -1)
	if len(ends) != 2 {
		t.Fatalf("%d sessions can be closed, want 2", len(ends))
	}
	here.send("/settings", "/settings/sessions", "session", ends[0][1]).want(http.StatusSeeOther)
	if there.inside() == third.inside() {
		t.Error("one of the two should be closed")
	}
	here.send("/settings", "/settings/password", "current", "wrong", "password", "a second sentence", "again", "a second sentence").want(http.StatusUnprocessableEntity, "does not fit")
	here.send("/settings", "/settings/password", "current", deskPassword, "password", "a second sentence", "again", "a second sentence").want(http.StatusSeeOther)
	if !here.inside() || there.inside() || third.inside() {
		t.Error("a new password closes the other sessions, and not this one")
	}
	there.send("/signin", "/signin", "email", deskEmail, "password", "a second sentence").want(http.StatusSeeOther)
	here.send("/settings", "/settings/sessions", "all", "1").want(http.StatusSeeOther, "/signin")
	if here.inside() || there.inside() {
		t.Error("signed out everywhere, and still in")
	}
}

func TestProxiesAreBelievedOnlyWhenTheyAreTrusted(t *testing.T) {
	d := newDesk(t)
	proxy := netip.MustParsePrefix("10.0.0.0/8")
	h, err := New(Config{Store: d.store, Blobs: d.blobs, Now: func() time.Time { return d.now }, PublicURL: "https://dossier.rivenord.example", Proxies: []netip.Prefix{proxy}})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, from string, headers ...string) *http.Response {
		req := httptest.NewRequest(method, path, nil)
		req.RemoteAddr = from + ":4444"
		req.Host = "dossier.rivenord.example"
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		return rec.Result()
	}
	for name, c := range map[string]struct {
		from, proto string
		want        int
	}{
		"through the proxy":            {"10.1.2.3", "https", http.StatusOK},
		"a proxy that says nothing":    {"10.1.2.3", "", http.StatusOK},
		"in the clear, says the proxy": {"10.1.2.3", "http", http.StatusPermanentRedirect},
		"around the proxy":             {"192.0.2.9", "", http.StatusPermanentRedirect},
		"around it, with a header":     {"192.0.2.9", "https", http.StatusPermanentRedirect},
	} {
		got := ask(http.MethodGet, "/signin?next=/unclear", c.from, "X-Forwarded-Proto", c.proto)
		if got.StatusCode != c.want || c.want == http.StatusPermanentRedirect && got.Header.Get("Location") != "https://dossier.rivenord.example/signin?next=/unclear" {
			t.Errorf("%s: %d to %s", name, got.StatusCode, got.Header.Get("Location"))
		}
		if got.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: no Strict-Transport-Security", name)
		}
	}
	if got := ask(http.MethodPost, "/signin", "192.0.2.9"); got.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a password in the clear: %d", got.StatusCode)
	}
	if got := ask(http.MethodGet, "/healthz", "192.0.2.9"); got.StatusCode != http.StatusOK {
		t.Errorf("a health check in the clear: %d", got.StatusCode)
	}

	a := &app{Config: Config{Proxies: []netip.Prefix{proxy}}}
	for _, c := range []struct{ from, forwarded, want string }{
		{"192.0.2.9", "198.51.100.1", "192.0.2.9"},
		{"10.0.0.1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1", "203.0.113.66, 198.51.100.1", "198.51.100.1"}, // what the visitor wrote is not believed
		{"10.0.0.1", "203.0.113.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1", "", "10.0.0.1"},
	} {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.RemoteAddr = c.from + ":4444"
		req.Header.Set("X-Forwarded-For", c.forwarded)
		if got := a.visitor()(req); got != c.want {
			t.Errorf("from %s, forwarded for %q: %s, want %s", c.from, c.forwarded, got, c.want)
		}
	}
}

// A LAN without certificates: cookies work and every page says what that means.
func TestPlainHTTPOnANetworkWorksWithAWarning(t *testing.T) {
	e := newEntrance(t, func(c *Config) { c.PublicURL = "http://dossier.lan:8080" })
	e.addPassword(account.Reviewer)
	v := e.visitor()
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther)
	if !v.inside() {
		t.Fatal("the session does not hold")
	}
	for _, path := range []string{"/signin", "/unclear", "/settings"} {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Host = "dossier.lan:8080"
		req.Header.Set("Accept-Language", "en")
		if path != "/signin" {
			req.AddCookie(&http.Cookie{Name: "session", Value: e.sessions[account.Reviewer]})
		}
		rec := httptest.NewRecorder()
		e.site.Config.Handler.ServeHTTP(rec, req)
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "unencrypted line") {
			t.Errorf("%s: %d without a warning", path, rec.Code)
		}
	}
}

// What links in mail begin with is the setting, whatever Host a request claims.
func TestLinksBeginWithThePublicAddress(t *testing.T) {
	e := newEntrance(t, func(c *Config) { c.PublicURL = "http://dossier.lan:8080/" })
	admin, _ := e.admin()
	u := e.users[account.Reviewer]
	page := admin.send(personPath(u.ID), personPath(u.ID), "act", "link")
	if !strings.Contains(page.Body, `value="http://dossier.lan:8080/enter/`) {
		t.Errorf("the link does not begin with the public address\n%s", page.Body)
	}
}
