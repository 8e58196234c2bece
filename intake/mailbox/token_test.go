package mailbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/testenv"
)

// endpoint is an authorization server that can be told to be in trouble: it gives tokens,
// rotates refresh tokens, and answers the mail server's question whether a token is good.
type endpoint struct {
	*httptest.Server
	mu sync.Mutex
	// refresh is the one refresh token it takes; empty for any.
	refresh string
	rotate  bool
	life    int
	// trouble, when set, answers a request for a token instead.
	trouble func(w http.ResponseWriter)
	// good are the access tokens the mail server takes.
	good  map[string]bool
	asked []url.Values
	given int
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{life: 3600, good: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/token", e.token)
	mux.HandleFunc("/introspect", func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		defer e.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"active":%t,"username":"intake"}`, r.ParseForm() == nil && e.good[r.Form.Get("token")])
	})
	e.Server = httptest.NewServer(mux)
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) token(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = r.ParseForm() // a broken form has no fields
	e.asked = append(e.asked, r.Form)
	if e.trouble != nil {
		e.trouble(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if grant := r.Form.Get("grant_type"); grant == "refresh_token" && e.refresh != "" && r.Form.Get("refresh_token") != e.refresh {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"AADSTS700082: the token of anna@organisation.example has expired"}`))
		return
	}
	e.given++
	access := fmt.Sprintf("access-%d", e.given)
	e.good[access] = true
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": e.life}
	if e.rotate {
		e.refresh = fmt.Sprintf("refresh-%d", e.given)
		answer["refresh_token"] = e.refresh
		answer["refresh_token_expires_in"] = 86400 * 7
	}
	_ = json.NewEncoder(w).Encode(answer) // the client's trouble
}

func (e *endpoint) set(change func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change()
}

func (e *endpoint) requests() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.asked)
}

// kept is a RefreshStore in memory.
type kept struct {
	mu      sync.Mutex
	token   string
	version int
	ends    *time.Time
	fail    error
}

func (k *kept) Refresh(context.Context) (string, int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.token == "" {
		return "", 0, ErrNoConsent
	}
	return k.token, k.version, nil
}

func (k *kept) Rotate(_ context.Context, version int, token string, ends *time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	if version != k.version {
		return ErrTokenChanged
	}
	k.token, k.ends = token, ends
	k.version++
	return nil
}

// hands is a clock that is moved by hand.
type hands struct {
	mu sync.Mutex
	at time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) move(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(by)
}

func (e *endpoint) tokens(t *testing.T, grant Grant, store RefreshStore, clock *hands) *Tokens {
	t.Helper()
	tokens, err := NewTokens(TokenConfig{Grant: grant, ClientID: "dossier", ClientSecret: Fixed("client secret"), TokenURL: e.URL + "/token",
		AuthURL: e.URL + "/authorize", Scopes: []string{"mail.read"}, Store: store, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestATokenIsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	e, clock := newEndpoint(t), &hands{at: time.Now()}
	tokens := e.tokens(t, GrantClient, nil, clock)
	take := func(want string) {
		t.Helper()
		if got, err := tokens.Token(t.Context()); err != nil || got != want {
			t.Errorf("Token = %q, %v; want %q", got, err, want)
		}
	}
	take("access-1")
	clock.move(54 * time.Minute)
	take("access-1")
	clock.move(2 * time.Minute)
	take("access-2")
	if got := e.asked[0]; got.Get("grant_type") != "client_credentials" || got.Get("client_id") != "dossier" || got.Get("client_secret") != "client secret" || got.Get("scope") != "mail.read" {
		t.Errorf("asked with %v", got)
	}
	// In trouble shortly before the end: what still holds is used.
	clock.move(56 * time.Minute)
	e.set(func() { e.trouble = func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) } })
	take("access-2")
	clock.move(10 * time.Minute)
	if got, err := tokens.Token(t.Context()); !errors.Is(err, ErrTokenServer) || got != "" {
		t.Errorf("a token that has ended: %q, %v", got, err)
	}
	e.set(func() { e.trouble = nil })
	clock.move(tokenPauseMost)
	take("access-3")
}

func TestARotatedRefreshTokenIsKeptBeforeItIsUsed(t *testing.T) {
	e, clock, store := newEndpoint(t), &hands{at: time.Now()}, &kept{token: "first"}
	e.refresh, e.rotate = "first", true
	tokens := e.tokens(t, GrantRefresh, store, clock)
	store.fail = errors.New("the disk is full")
	if got, err := tokens.Token(t.Context()); err == nil || got != "" {
		t.Errorf("a token is given although its successor could not be kept: %q", got)
	}
	store.fail = nil
	// The server has moved on; what we hold is worth nothing, and that is said.
	clock.move(tokenPauseMost)
	if _, err := tokens.Token(t.Context()); !errors.Is(err, ErrTokenRefused) {
		t.Errorf("a refresh token that was lost: %v", err)
	}
	e.set(func() { e.refresh = "first" })
	clock.move(tokenPauseMost)
	if got, err := tokens.Token(t.Context()); err != nil || store.token != e.refresh || store.version != 1 || store.ends == nil {
		t.Errorf("Token = %q, %v with %+v, want %s kept", got, err, store, e.refresh)
	}
	clock.move(time.Hour)
	if got, err := tokens.Token(t.Context()); err != nil || store.token != e.refresh || store.version != 2 {
		t.Errorf("the second rotation: %q, %v with %+v", got, err, store)
	}
}

func TestTwoProcessesShareARotatingToken(t *testing.T) {
	e, clock, store := newEndpoint(t), &hands{at: time.Now()}, &kept{token: "first"}
	e.refresh, e.rotate = "first", true
	one, two := e.tokens(t, GrantRefresh, store, clock), e.tokens(t, GrantRefresh, store, clock)
	for range 3 {
		for _, tokens := range []*Tokens{one, two} {
			if _, err := tokens.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		clock.move(time.Hour)
	}
	// The other process exchanges it between our reading and our asking.
	overtaken := e.tokens(t, GrantRefresh, &overtaking{kept: store, by: two}, clock)
	if _, err := overtaken.Token(t.Context()); err != nil {
		t.Errorf("overtaken: %v", err)
	}
}

// overtaking lets another process exchange the token right after it was read.
type overtaking struct {
	*kept
	by   *Tokens
	once sync.Once
}

func (o *overtaking) Refresh(ctx context.Context) (string, int, error) {
	token, version, err := o.kept.Refresh(ctx)
	o.once.Do(func() { _, _ = o.by.Token(ctx) }) // its own test is above
	return token, version, err
}

func TestAnEndpointInTroubleIsLeftAloneForAWhile(t *testing.T) {
	for _, tc := range []struct {
		name    string
		trouble func(w http.ResponseWriter)
		want    error
		// atLeast is how long nobody asks again.
		atLeast time.Duration
	}{
		{"429 with seconds", func(w http.ResponseWriter) { w.Header().Set("Retry-After", "120"); w.WriteHeader(429) }, ErrTokenServer, 120 * time.Second},
		{"429 with nothing", func(w http.ResponseWriter) { w.WriteHeader(429) }, ErrTokenServer, 2 * time.Second},
		{"500", func(w http.ResponseWriter) { w.WriteHeader(500); _, _ = w.Write([]byte("<h1>secret inside</h1>")) }, ErrTokenServer, 2 * time.Second},
		{"a redirect", func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://elsewhere.example/")
			w.WriteHeader(302)
		}, ErrTokenServer, 2 * time.Second},
		{"no JSON", func(w http.ResponseWriter) { _, _ = w.Write([]byte("hello")) }, ErrTokenServer, 2 * time.Second},
		{"refused", func(w http.ResponseWriter) { w.WriteHeader(401); _, _ = w.Write([]byte(`{"error":"invalid_client"}`)) }, ErrTokenRefused, tokenPauseMost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, clock := newEndpoint(t), &hands{at: time.Now()}
			tokens := e.tokens(t, GrantClient, nil, clock)
			e.set(func() { e.trouble = tc.trouble })
			for range 3 {
				_, err := tokens.Token(t.Context())
				if !errors.Is(err, tc.want) {
					t.Fatalf("%v, want %v", err, tc.want)
				}
				if strings.Contains(err.Error(), "secret inside") || strings.Contains(err.Error(), "client secret") {
					t.Errorf("the error tells too much: %v", err)
				}
			}
			if e.requests() != 1 {
				t.Errorf("asked %d times in a row, want once", e.requests())
			}
			clock.move(tc.atLeast - time.Second)
			_, err := tokens.Token(t.Context())
			if e.requests() != 1 {
				t.Errorf("asked again before %v", tc.atLeast)
			}
			if at, ok := RetryAt(err); ok != errors.Is(tc.want, ErrTokenServer) || ok && at.Before(clock.Now()) {
				t.Errorf("RetryAt = %v, %v", at, ok)
			}
			e.set(func() { e.trouble = nil })
			clock.move(tokenPauseMost + time.Second)
			if got, err := tokens.Token(t.Context()); err != nil || got != "access-1" {
				t.Errorf("after the trouble: %q, %v", got, err)
			}
		})
	}
}

func TestARefusalNamesItsNumberAndNobody(t *testing.T) {
	e, clock := newEndpoint(t), &hands{at: time.Now()}
	e.refresh = "another"
	_, err := e.tokens(t, GrantRefresh, &kept{token: "withdrawn"}, clock).Token(t.Context())
	if !errors.Is(err, ErrTokenRefused) || !strings.Contains(err.Error(), "400 invalid_grant AADSTS700082") || strings.Contains(err.Error(), "anna") || strings.Contains(err.Error(), "withdrawn") {
		t.Errorf("refusal: %v", err)
	}
	if _, err := e.tokens(t, GrantRefresh, &kept{}, clock).Token(t.Context()); !errors.Is(err, ErrNoConsent) {
		t.Errorf("nobody agreed: %v", err)
	}
}

func TestAConsentBringsARefreshToken(t *testing.T) {
	e, clock := newEndpoint(t), &hands{at: time.Now()}
	e.rotate = true
	tokens := e.tokens(t, GrantRefresh, &kept{}, clock)
	verifier := Verifier()
	address, err := tokens.ConsentURL("https://dossier.example/back", "state-1", verifier, "jobs@organisation.example")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("state") != "state-1" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("access_type") != "offline" ||
		q.Get("redirect_uri") != "https://dossier.example/back" || q.Get("login_hint") != "jobs@organisation.example" || strings.Contains(address, verifier) || q.Has("client_secret") {
		t.Errorf("ConsentURL = %s", address)
	}
	refresh, ends, err := tokens.Exchange(t.Context(), "https://dossier.example/back", "the-code", verifier)
	if err != nil || refresh != e.refresh || ends == nil {
		t.Errorf("Exchange = %q, %v, %v", refresh, ends, err)
	}
	if got := e.asked[0]; got.Get("code") != "the-code" || got.Get("code_verifier") != verifier || got.Get("redirect_uri") != "https://dossier.example/back" {
		t.Errorf("exchanged with %v", got)
	}
	e.set(func() { e.rotate = false })
	if _, _, err := tokens.Exchange(t.Context(), "https://dossier.example/back", "the-code", verifier); !errors.Is(err, ErrTokenRefused) {
		t.Errorf("no refresh token came: %v", err)
	}
}

func TestSecretsAreSentOverTLSOrToThisMachineOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"https://login.organisation.example/token": true, "http://127.0.0.1:8080/token": true, "http://localhost/token": true,
		"http://login.organisation.example/token": false, "ftp://login.organisation.example": false, "": false, "login": false,
		"https://user:secret@login.organisation.example/": false,
	} {
		if got := CheckEndpoint(address) == nil; got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

// TestDovecotAndAnEndpointInTrouble logs in with both mechanisms and both grants while the
// endpoint and the tokens go through what happens to them in the wild. Each ends with the
// folder open again, by the same source.
func TestDovecotAndAnEndpointInTrouble(t *testing.T) {
	e := newEndpoint(t)
	d := testenv.Dovecot(t, "--oauth2", e.URL+"/introspect")
	for _, auth := range []AuthMethod{AuthXOAuth2, AuthOAuthBearer} {
		for _, grant := range []Grant{GrantClient, GrantRefresh} {
			t.Run(string(auth)+" "+string(grant), func(t *testing.T) {
				clock, store := &hands{at: time.Now()}, &kept{token: "first"}
				e.set(func() { e.refresh, e.rotate, e.trouble = "first", grant == GrantRefresh, nil })
				tokens := e.tokens(t, grant, store, clock)
				s, err := NewIMAP(IMAPConfig{Host: d.Host, Port: port(t, d.TLSPort), CAFile: d.CA, User: "intake", Auth: auth, Stall: 10 * time.Second,
					Secret: tokens.Token, Renew: tokens.Renew})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				anew := func() error {
					s.drop()
					_, err := s.Open(t.Context())
					return err
				}
				open := func(what string) {
					t.Helper()
					if err := anew(); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				}
				open("the first login")
				before := e.requests()
				open("the same token again")
				if e.requests() != before {
					t.Error("a token that holds was asked for again")
				}
				clock.move(time.Hour)
				open("an expired token")
				e.set(func() { e.good = map[string]bool{} })
				open("a token withdrawn before its time")

				for _, trouble := range []func(w http.ResponseWriter){
					func(w http.ResponseWriter) { w.Header().Set("Retry-After", "90"); w.WriteHeader(429) },
					func(w http.ResponseWriter) { w.WriteHeader(500) },
				} {
					clock.move(2 * time.Hour)
					e.set(func() { e.trouble = trouble })
					if err := anew(); !errors.Is(err, ErrSecret) || !errors.Is(err, ErrTokenServer) {
						t.Errorf("in trouble: %v", err)
					}
					e.set(func() { e.trouble = nil })
					clock.move(2 * time.Minute)
					open("after the trouble")
				}

				clock.move(2 * time.Hour)
				e.set(func() {
					e.trouble = func(w http.ResponseWriter) {
						w.WriteHeader(400)
						_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
					}
				})
				if err := anew(); !errors.Is(err, ErrTokenRefused) {
					t.Errorf("refused: %v", err)
				}
				// A person agrees anew, or mends the client.
				e.set(func() { e.trouble = nil; e.refresh = "second" })
				store.mu.Lock()
				store.token, store.version = "second", store.version+1
				store.mu.Unlock()
				clock.move(tokenPauseMost)
				open("after a new consent")

				// A mail server that takes no token at all is a refused login, not a loop.
				e.set(func() { e.good = map[string]bool{} })
				sources := e.requests()
				e.set(func() {
					e.trouble = func(w http.ResponseWriter) {
						w.Header().Set("Content-Type", "application/json")
						_, _ = w.Write([]byte(`{"access_token":"never good","expires_in":3600}`))
					}
				})
				if err := anew(); !errors.Is(err, ErrLogin) {
					t.Errorf("a server that takes no token: %v", err)
				}
				if n := e.requests() - sources; n != 1 {
					t.Errorf("%d tokens were asked for, want one more try", n)
				}
			})
		}
	}
	if slices.ContainsFunc(e.asked, func(f url.Values) bool { return f.Get("client_id") != "dossier" }) {
		t.Error("the client went unnamed")
	}
}
