package sso_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"dossier/internal/sso"
	"dossier/internal/sso/ssotest"
)

const redirect = "https://dossier.rivenord.example/signin/provider/callback"

var ada = map[string]any{"sub": "ada-1", "email": "ada@rivenord.example", "email_verified": true, "name": "Ada Témoin", "groups": []string{"staff", "dossier.hr"}}

func provider(t *testing.T, p *ssotest.Provider, change func(*sso.Config)) *sso.Provider {
	t.Helper()
	cfg := sso.Config{Issuer: p.Issuer(), ClientID: ssotest.ClientID, Secret: func() (string, error) { return ssotest.ClientSecret, nil }, Name: "Rive Nord"}
	if change != nil {
		change(&cfg)
	}
	out, err := sso.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// walk goes to the provider and back and returns what it led to.
func walk(t *testing.T, s *sso.Provider, nonce string) (sso.Person, error) {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	to, err := s.Begin(t.Context(), redirect, "state", "nonce", verifier)
	if err != nil {
		return sso.Person{}, err
	}
	code := come(t, to)
	return s.Finish(t.Context(), redirect, code, nonce, verifier)
}

// come follows the browser to the provider, up to the address it is sent back to.
func come(t *testing.T, to string) string {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || back.Query().Get("state") != "state" || !strings.HasPrefix(back.String(), redirect) {
		t.Fatalf("the provider answers %s, back to %s", resp.Status, back)
	}
	return back.Query().Get("code")
}

func TestTheProviderSaysWhoItIs(t *testing.T) {
	p := ssotest.Start(t)
	s := provider(t, p, nil)
	p.Is(ada)
	got, err := walk(t, s, "nonce")
	if err != nil {
		t.Fatal(err)
	}
	if got.Issuer != p.Issuer() || got.Subject != "ada-1" || got.Email != "ada@rivenord.example" || got.Name != "Ada Témoin" || !slices.Equal(got.Groups, []string{"staff", "dossier.hr"}) {
		t.Errorf("person %+v", got)
	}
	if out := s.SignOut("https://dossier.rivenord.example/signin"); !strings.HasPrefix(out, p.Issuer()+"/signout?") || !strings.Contains(out, "client_id=dossier") {
		t.Errorf("sign out at %q", out)
	}
	// A new key is looked up when a token is signed with it.
	p.Rotate()
	if _, err := walk(t, s, "nonce"); err != nil {
		t.Errorf("after a rotation of keys: %v", err)
	}
}

func TestAddressesThatAreNotCheckedAreNotTaken(t *testing.T) {
	p := ssotest.Start(t)
	for _, c := range []struct {
		name     string
		verified any
		trust    bool
		want     string
	}{
		{"checked", true, false, "x@rivenord.example"}, {"checked, in a word", "true", false, "x@rivenord.example"},
		{"not checked", false, false, ""}, {"not checked, and trusted", false, true, ""}, {"not checked, in a word", "false", true, ""},
		{"nothing said", nil, false, ""}, {"nothing said, and trusted", nil, true, "x@rivenord.example"}, {"nonsense", 1, true, ""},
	} {
		claims := map[string]any{"sub": "1", "email": "x@rivenord.example", "email_verified": c.verified}
		if c.verified == nil {
			delete(claims, "email_verified")
		}
		p.Is(claims)
		got, err := walk(t, provider(t, p, func(cfg *sso.Config) { cfg.TrustEmail = c.trust }), "nonce")
		if err != nil || got.Email != c.want || (got.Unchecked == "") != (c.want != "") {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestTokensThatProveNothingAreRefused(t *testing.T) {
	p := ssotest.Start(t)
	p.Is(ada)
	for name, tamper := range map[string]func(header, claims map[string]any){
		"another nonce":             func(_, c map[string]any) { c["nonce"] = "another" },
		"no nonce":                  func(_, c map[string]any) { delete(c, "nonce") },
		"another audience":          func(_, c map[string]any) { c["aud"] = "another" },
		"another party":             func(_, c map[string]any) { c["azp"] = "another" },
		"several parties":           func(_, c map[string]any) { c["aud"] = []string{ssotest.ClientID, "another"} },
		"another issuer":            func(_, c map[string]any) { c["iss"] = "https://id.other.example" },
		"expired":                   func(_, c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
		"no expiry":                 func(_, c map[string]any) { delete(c, "exp") },
		"no subject":                func(_, c map[string]any) { delete(c, "sub") },
		"no signature":              func(h, _ map[string]any) { h["alg"] = "none" },
		"a shared secret":           func(h, _ map[string]any) { h["alg"] = "HS256" },
		"a key that is not its own": func(h, _ map[string]any) { h["kid"] = "another" },
		"not yet":                   func(_, c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() },
		"a hash of another token":   func(_, c map[string]any) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
	} {
		p.Tamper(tamper)
		if got, err := walk(t, provider(t, p, nil), "nonce"); !errors.Is(err, sso.ErrRefused) {
			t.Errorf("%s: %+v, %v; want ErrRefused", name, got, err)
		}
	}
	p.Tamper(nil)
	if _, err := walk(t, provider(t, p, nil), ""); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("an empty nonce: %v", err)
	}
	if _, err := walk(t, provider(t, p, func(c *sso.Config) { c.Secret = nil }), "nonce"); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("without the client's secret: %v", err)
	}
	s, verifier := provider(t, p, nil), oauth2.GenerateVerifier()
	to, err := s.Begin(t.Context(), redirect, "state", "nonce", verifier)
	if err != nil {
		t.Fatal(err)
	}
	code := come(t, to)
	if _, err := s.Finish(t.Context(), redirect, code, "nonce", oauth2.GenerateVerifier()); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("another browser's code: %v", err)
	}
	if _, err := s.Finish(t.Context(), redirect, code, "nonce", verifier); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("a code for the second time: %v", err)
	}
}

func TestAProviderThatIsDownIsAskedAgain(t *testing.T) {
	p := ssotest.Start(t)
	p.Is(ada)
	p.Down(true)
	ahead := time.Duration(0)
	s := provider(t, p, func(c *sso.Config) { c.Now = func() time.Time { return time.Now().Add(ahead) } })
	if _, err := walk(t, s, "nonce"); !errors.Is(err, sso.ErrAway) {
		t.Errorf("while it is down: %v", err)
	}
	if s.SignOut("https://dossier.rivenord.example/") != "" {
		t.Error("an address to sign out that nobody has told")
	}
	p.Down(false)
	if _, err := s.Begin(t.Context(), redirect, "state", "nonce", "v"); !errors.Is(err, sso.ErrAway) {
		t.Errorf("asked again at once: %v", err)
	}
	ahead = 5 * time.Second
	verifier := oauth2.GenerateVerifier()
	to, err := s.Begin(t.Context(), redirect, "state", "nonce", verifier)
	if err != nil {
		t.Fatalf("when it is back: %v", err)
	}
	code := come(t, to)
	p.Down(true)
	if _, err := s.Finish(t.Context(), redirect, code, "nonce", verifier); !errors.Is(err, sso.ErrAway) {
		t.Errorf("when it goes down half-way: %v", err)
	}
}

func TestASlowProviderIsAskedOnceAndHoldsNobody(t *testing.T) {
	var asked atomic.Int32
	answer := make(chan struct{})
	var slow *httptest.Server
	slow = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		<-answer
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":"%[1]s/a","token_endpoint":"%[1]s/t","jwks_uri":"%[1]s/k"}`, slow.URL)
	}))
	t.Cleanup(slow.Close)
	release := sync.OnceFunc(func() { close(answer) })
	t.Cleanup(release)
	s, err := sso.New(sso.Config{Issuer: slow.URL, ClientID: "dossier"})
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan error, 5)
	for range cap(results) {
		go func() { results <- s.Check(t.Context()) }()
	}
	for asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	// Somebody who does not wait gets away, and pages that only show a link are not held.
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Check(gone); !errors.Is(err, sso.ErrAway) || !errors.Is(err, context.Canceled) {
		t.Errorf("somebody who went away: %v", err)
	}
	if s.SignOut("https://dossier.rivenord.example/") != "" {
		t.Error("an address to sign out that nobody has told yet")
	}
	release()
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times, want once for all", n)
	}
}
