package review

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"dossier/internal/account"
)

// pathOf fills in a route's parameters.
func pathOf(rt route) string {
	return regexp.MustCompile(`:[a-z]+`).ReplaceAllStringFunc(rt.path, func(name string) string {
		if name == ":slug" {
			return "communication-calais"
		}
		return "1"
	})
}

func TestEveryAnswerCarriesThePolicies(t *testing.T) {
	d := newOffice(t)
	check := func(what string, h http.Header) {
		t.Helper()
		policy := h.Get("Content-Security-Policy")
		if policy != contentPolicy && !strings.HasPrefix(policy, "sandbox; default-src 'none'") {
			t.Errorf("%s: policy %q", what, policy)
		}
		if strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "'unsafe-eval'") {
			t.Errorf("%s: policy %q", what, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", what, name, h.Get(name))
			}
		}
	}
	for _, rt := range routes() {
		for _, role := range []account.Role{"", account.Admin} {
			var a answer
			if rt.method == http.MethodPost {
				a = d.post(role, pathOf(rt))
			} else {
				a = d.get(role, "fr", pathOf(rt))
			}
			check(rt.method+" "+rt.path, a.Header())
			if a.Code >= 500 {
				t.Errorf("%s %s: %d", rt.method, rt.path, a.Code)
			}
			if cache := a.Header().Get("Cache-Control"); !strings.Contains(cache, "no-store") {
				t.Errorf("%s %s: Cache-Control %q", rt.method, rt.path, cache)
			}
		}
	}
	check("unknown path", d.get("", "fr", "/no/such/page").Header())
	css := attr(d.get("", "fr", "/signin").all("link[rel=stylesheet]")[0], "href")
	style := d.get("", "fr", css).want(http.StatusOK)
	check("style", style.Header())
	if cache := style.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") {
		t.Errorf("style: Cache-Control %q", cache)
	}
}

// Who may open what, told apart from the table so that a slip there shows.
func TestRolesOpenTheirPagesOnly(t *testing.T) {
	d := newOffice(t)
	for _, c := range []struct {
		path string
		may  []account.Role
	}{
		{"/vacancies", []account.Role{account.Reader, account.Reviewer, account.Recruiter, account.HR, account.Privacy, account.Auditor, account.Admin}},
		{"/vacancies/communication-calais", []account.Role{account.Reader, account.Reviewer, account.Recruiter, account.HR, account.Privacy, account.Auditor, account.Admin}},
		{"/unclear", []account.Role{account.Reader, account.Reviewer, account.Recruiter, account.HR, account.Privacy, account.Auditor, account.Admin}},
		{"/intake", []account.Role{account.Recruiter, account.HR, account.Operator, account.Privacy, account.Auditor, account.Admin}},
		{"/trail", []account.Role{account.Privacy, account.Auditor, account.Admin}},
		{"/privacy", []account.Role{account.HR, account.Privacy, account.Admin}},
		{"/privacy/retention", []account.Role{account.HR, account.Privacy, account.Admin}},
		{"/team", []account.Role{account.Admin}},
		{"/settings", account.Roles},
	} {
		for _, role := range account.Roles {
			want := http.StatusForbidden
			for _, r := range c.may {
				if r == role {
					want = http.StatusOK
				}
			}
			if a := d.get(role, "fr", c.path); a.Code != want {
				t.Errorf("%s opens %s: %d, want %d", role, c.path, a.Code, want)
			}
		}
	}
	operator := d.get(account.Operator, "fr", "/intake?view=all")
	if n := len(operator.all(`a[href^="/applications/"]`)); n != 0 {
		t.Errorf("an operator is led to %d applications", n)
	}
}

func TestErrorsAreToldInThePagesLanguage(t *testing.T) {
	d := newDesk(t)
	d.get(account.Reader, "fr", "/vacancies/nowhere").want(http.StatusNotFound, "Page introuvable")
	d.get(account.Reader, "en", "/vacancies/nowhere").want(http.StatusNotFound, "Page not found")
	d.get(account.Reader, "en", "/no/such/page").want(http.StatusNotFound, "Page not found")
	d.get(account.Reader, "en", "/team").want(http.StatusForbidden, "Not open to you")
	d.get(account.Reader, "fr", "/applications/0").want(http.StatusNotFound)
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodGet, "/signin", nil)
	req.Host = "127.0.0.1"
	rec := httptest.NewRecorder()
	d.handler.ServeHTTP(rec, req)
	answer{rec, t}.want(http.StatusInternalServerError, "La page n’a pas pu être faite", "Référence").without("sql", "database")
	if !strings.Contains(d.log.String(), "level=ERROR") {
		t.Error("our own fault is not logged")
	}
	health := httptest.NewRecorder()
	d.handler.ServeHTTP(health, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	if health.Code != http.StatusServiceUnavailable {
		t.Errorf("health without a database: %d", health.Code)
	}
}

func TestHealthIsPlainAndOpenToAll(t *testing.T) {
	d := newDesk(t)
	a := d.get("", "fr", "/healthz").want(http.StatusOK)
	if a.Body.String() != "ok\n" {
		t.Errorf("health says %q", a.Body.String())
	}
}

func TestLanguageIsTheAccountsThenTheBrowsers(t *testing.T) {
	d := newDesk(t)
	for accept, want := range map[string]string{"en": "en", "fr-CA,fr;q=0.9": "fr", "en-GB,fr;q=0.5": "en", "de": "fr", "de,en;q=0.5": "en", "": "fr", "nonsense;;": "fr"} {
		if got := attr(d.get(account.Reader, accept, "/vacancies").all("html")[0], "lang"); got != want {
			t.Errorf("Accept-Language %q: %s, want %s", accept, got, want)
		}
	}
	d.post(account.Reader, "/settings", "language", "en", "theme", "auto").want(http.StatusSeeOther)
	if got := attr(d.get(account.Reader, "fr", "/vacancies").all("html")[0], "lang"); got != "en" {
		t.Errorf("the account's language is %s", got)
	}
	d.post(account.Reader, "/settings", "language", "de").want(http.StatusBadRequest)
}

func TestWhatIsSaidAfterAFormIsSaidOnce(t *testing.T) {
	d := newDesk(t)
	done := d.post(account.Reader, "/settings", "language", "fr", "theme", "dark").want(http.StatusSeeOther)
	req := httptest.NewRequest(http.MethodGet, "/settings", nil)
	for _, c := range done.Result().Cookies() {
		req.AddCookie(c)
	}
	next := d.do(req, account.Reader, "fr").want(http.StatusOK)
	if got := next.text(".flash"); got != "Réglages enregistrés." {
		t.Errorf("said %q", got)
	}
	if got := attr(next.all("html")[0], "data-theme"); got != "dark" {
		t.Errorf("theme %q", got)
	}
	for _, c := range next.Result().Cookies() {
		if c.Name == "flash" && c.MaxAge >= 0 {
			t.Errorf("the sentence stays: %+v", c)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	d := newDesk(t)
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	d.receive(sent{name: evil, email: "x@courriel.example", subject: evil, receivedAt: d.now, body: evil})
	for _, path := range []string{"/vacancies/communication-calais", "/vacancies/communication-calais?q=" + "%3Cscript%3E", "/vacancies?q=%22%3E%3Cscript%3E", "/intake?view=all&message=1"} {
		a := d.get(account.Recruiter, "fr", path).want(http.StatusOK)
		for _, n := range a.all("script") {
			if attr(n, "src") == "" {
				t.Errorf("%s: %q became a script", path, textOf(n))
			}
		}
		if n := len(a.all("img")); n != 0 {
			t.Errorf("%s: %d pictures", path, n)
		}
	}
}
