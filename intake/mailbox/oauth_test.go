package mailbox

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dossier/internal/testenv"
)

func TestTokensAreShownAndRefusalsAreLogins(t *testing.T) {
	mech, ir, err := xoauth2{user: "jobs@organisation.example", token: "abc"}.Start()
	if mech != "XOAUTH2" || string(ir) != "user=jobs@organisation.example\x01auth=Bearer abc\x01\x01" || err != nil {
		t.Errorf("Start = %q, %q, %v", mech, ir, err)
	}
	for _, challenge := range []string{`{"status":"401","schemes":"bearer"}`, "", "not JSON"} {
		if answer, err := (refusing{}).Next([]byte(challenge)); answer != nil || !errors.Is(err, ErrLogin) {
			t.Errorf("%q: answered %q, %v", challenge, answer, err)
		}
	}
	if _, err := NewIMAP(IMAPConfig{Host: "h", User: "u", Secret: Fixed("t"), Auth: "digest"}); err == nil {
		t.Error("an unknown way to log in is taken")
	}
	m := startMemory(t, nil, false)
	if _, err := open(t, m.addr, func(c *IMAPConfig) { c.Auth = AuthXOAuth2 }).Open(t.Context()); !errors.Is(err, ErrLogin) {
		t.Errorf("a server without the mechanism: %v, want %v", err, ErrLogin)
	}
}

// TestDovecotTakesTokens logs in with both mechanisms, and recovers from a token that has
// expired as soon as there is a fresh one.
func TestDovecotTakesTokens(t *testing.T) {
	introspection := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := `{"active":false}`
		if r.ParseForm() == nil && r.Form.Get("token") == "fresh" {
			answer = `{"active":true,"username":"intake"}`
		}
		_, _ = w.Write([]byte(answer)) // the server's own client
	}))
	defer introspection.Close()
	d := testenv.Dovecot(t, "--oauth2", introspection.URL)
	for _, auth := range []AuthMethod{AuthXOAuth2, AuthOAuthBearer} {
		t.Run(string(auth), func(t *testing.T) {
			token := "expired"
			s, err := NewIMAP(IMAPConfig{Host: d.Host, Port: port(t, d.TLSPort), CAFile: d.CA, User: d.User, Auth: auth, Stall: 10 * time.Second,
				Secret: func(context.Context) (string, error) { return token, nil }})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if _, err := s.Open(t.Context()); !errors.Is(err, ErrLogin) || strings.Contains(err.Error(), "expired") {
				t.Errorf("an expired token: %v, want %v and not the token", err, ErrLogin)
			}
			token = "fresh"
			if _, err := s.Open(t.Context()); err != nil {
				t.Errorf("a fresh token: %v", err)
			}
		})
	}
}
