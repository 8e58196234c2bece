package review

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/secret"
	"dossier/internal/sso"
	"dossier/internal/sso/ssotest"
	"dossier/internal/store"
)

// visitor is a browser without a screen: it keeps cookies and follows nothing by itself.
type visitor struct {
	t    *testing.T
	site string
	http *http.Client
}

// page is what a visitor got.
type seen struct {
	t    *testing.T
	Code int
	To   string
	Body string
}

func newVisitor(t *testing.T, site string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, site: site, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visitor) ask(req *http.Request) seen {
	v.t.Helper()
	req.Header.Set("Accept-Language", "en")
	resp, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return seen{v.t, resp.StatusCode, resp.Header.Get("Location"), string(b)}
}

// get asks for a path of the site, or for a whole address.
func (v *visitor) get(path string) seen {
	v.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.site + path
	}
	req, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.ask(req)
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// send fills in the form of a page: the page is fetched for its token first.
func (v *visitor) send(page, path string, pairs ...string) seen {
	v.t.Helper()
	m := csrfField.FindStringSubmatch(v.get(page).Body)
	if m == nil {
		v.t.Fatalf("%s has no form", page)
	}
	form := url.Values{"csrf": {m[1]}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, v.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.ask(req)
}

func (s seen) want(code int, texts ...string) seen {
	s.t.Helper()
	if s.Code != code {
		s.t.Fatalf("status %d to %q, want %d\n%s", s.Code, s.To, code, s.Body)
	}
	for _, text := range texts {
		if !strings.Contains(s.Body, text) && !strings.Contains(s.To, text) {
			s.t.Errorf("no %q in the answer, which leads to %q\n%s", text, s.To, s.Body)
		}
	}
	return s
}

// cookie is the value of one of the visitor's cookies.
func (v *visitor) cookie(name string) string {
	v.t.Helper()
	site, err := url.Parse(v.site)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(site) {
		if c.Name == name {
			return c.Value
		}
	}
	v.t.Fatalf("no cookie %s", name)
	return ""
}

// inside tells whether the visitor is signed in.
func (v *visitor) inside() bool { return v.get("/settings").Code == http.StatusOK }

// arrive goes to the provider and back.
func (v *visitor) arrive() seen {
	v.t.Helper()
	back := v.get(v.get("/signin/provider?next=/unclear").want(http.StatusFound).To).want(http.StatusFound)
	return v.get(back.To)
}

// entrance is a desk with a site of its own and ways to sign in.
type entrance struct {
	// later is how far the clock towards the provider is ahead.
	later time.Duration
	*desk
	site     *httptest.Server
	provider *ssotest.Provider
	logged   *bytes.Buffer
}

// newEntrance runs a site; change sets how people sign in. Provider and key are there.
func newEntrance(t *testing.T, change func(*Config)) *entrance {
	t.Helper()
	e := &entrance{desk: newDesk(t), logged: &bytes.Buffer{}}
	box, err := secret.New(bytes.Repeat([]byte{7}, secret.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	e.site = httptest.NewUnstartedServer(nil)
	e.provider = ssotest.Start(t)
	provider, err := sso.New(sso.Config{Issuer: e.provider.Issuer(), ClientID: ssotest.ClientID, Name: "Rive Nord",
		Secret: func() (string, error) { return ssotest.ClientSecret, nil }, Now: func() time.Time { return time.Now().Add(e.later) }})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Store: e.store, Blobs: e.blobs, Now: func() time.Time { return e.now }, PublicURL: "http://" + e.site.Listener.Addr().String(),
		Log: slog.New(slog.NewTextHandler(e.logged, nil)), SignIn: SignIn{Provider: provider, Sealer: box}}
	if change != nil {
		change(&cfg)
	}
	if e.site.Config.Handler, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	e.site.Start()
	t.Cleanup(e.site.Close)
	return e
}

func (e *entrance) visitor() *visitor { return newVisitor(e.t, e.site.URL) }

// acts counts the lines of the trail with an act.
func (e *entrance) acts(act string) int {
	e.t.Helper()
	events, _, err := e.store.Events(e.t.Context(), store.EventQuery{Acts: []string{act}})
	if err != nil {
		e.t.Fatal(err)
	}
	return len(events)
}

// admin is a visitor who is signed in as an administrator.
func (e *entrance) admin() (*visitor, store.User) {
	e.t.Helper()
	hash, err := account.HashPassword(deskPassword)
	if err != nil {
		e.t.Fatal(err)
	}
	u, err := e.store.AddUser(e.t.Context(), store.NewUser{Email: "karim@rivenord.example", Name: "Karim Daubry", PasswordHash: hash, Role: account.Admin}, 0)
	if err != nil {
		e.t.Fatal(err)
	}
	v := e.visitor()
	v.send("/signin?emergency=1", "/signin", "email", u.Email, "password", deskPassword).want(http.StatusSeeOther)
	return v, u
}
