// Package ssotest runs an OpenID Connect provider with real keys on loopback, for tests:
// one that does what it should until a test has it do otherwise.
package ssotest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The client every provider of this package knows.
const (
	ClientID     = "dossier"
	ClientSecret = "the client's secret"
)

// Provider is a provider on loopback.
type Provider struct {
	t      testing.TB
	server *httptest.Server

	mu  sync.Mutex
	key *rsa.PrivateKey
	kid string
	// codes are those given and not traded yet.
	codes map[string]grant
	// claims are of whoever signs in next.
	claims map[string]any
	tamper func(header, claims map[string]any)
	down   bool
	// asks has the provider show a page with a button before it lets anybody in.
	asks   bool
	traded int
}

// grant is what a code was given for.
type grant struct{ challenge, nonce, redirect string }

// Start runs a provider until the test ends.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{t: t, codes: map[string]grant{}}
	p.Rotate()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /signout", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "signed out at the provider") })
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		down := p.down
		p.mu.Unlock()
		if down {
			http.Error(w, "maintenance", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

// Issuer is its address.
func (p *Provider) Issuer() string { return p.server.URL }

// Rotate gives it a new key; the one before is gone.
func (p *Provider) Rotate() {
	p.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = key, rand.Text()
}

// Is says who signs in from now on.
func (p *Provider) Is(claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claims = claims
}

// Tamper changes every token before it is signed; nil for none. A header without a
// signing algorithm, "none", leaves the signature out.
func (p *Provider) Tamper(change func(header, claims map[string]any)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tamper = change
}

// Down has it answer nobody.
func (p *Provider) Down(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// Asks has it show a page with a button first.
func (p *Provider) Asks() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = true
}

// Traded is how many codes were traded for tokens.
func (p *Provider) Traded() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.traded
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	at := p.server.URL
	answer(w, map[string]any{"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
		"end_session_endpoint": at + "/signout", "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": p.kid,
		"n": b64(p.key.N.Bytes()), "e": b64([]byte{1, 0, 1})}}})
}

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><h1>Sign in at the provider</h1><a id="in" href="{{.}}">Continue</a></html>`))

// authorize lets everybody in at once, or after a click.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("nonce") == "" {
		http.Error(w, "this is no request for a code with PKCE, state and nonce", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	code, asks := rand.Text(), p.asks
	p.codes[code] = grant{challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), redirect: q.Get("redirect_uri")}
	p.mu.Unlock()
	back := q.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	if asks {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := page.Execute(w, back); err != nil {
			p.t.Error(err)
		}
		return
	}
	http.Redirect(w, r, back, http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	} else {
		secret, _ = url.QueryUnescape(secret)
	}
	g, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != ClientID || secret != ClientSecret:
		w.WriteHeader(http.StatusUnauthorized)
		answer(w, map[string]any{"error": "invalid_client"})
		return
	case !known || g.redirect != r.PostFormValue("redirect_uri") || b64(sum[:]) != g.challenge:
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	p.traded++
	answer(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "id_token": p.sign(g.nonce)})
}

// sign makes the token of whoever signs in. The provider's clock is the machine's.
func (p *Provider) sign(nonce string) string {
	now := time.Now()
	claims := map[string]any{"iss": p.server.URL, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": nonce}
	maps.Copy(claims, p.claims)
	header := map[string]any{"alg": "RS256", "kid": p.kid}
	if p.tamper != nil {
		p.tamper(header, claims)
	}
	signed := p.part(header) + "." + p.part(claims)
	if header["alg"] == "none" {
		return signed + "."
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return signed + "." + b64(signature)
}

func (p *Provider) part(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		p.t.Error(err)
	}
	return b64(b)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client went away: it will say so
}
