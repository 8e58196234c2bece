package sso

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	// ErrAway is returned while the provider does not answer, or answers nonsense. It is
	// asked again at the next sign-in, a few seconds later at the earliest.
	ErrAway = errors.New("the provider does not answer")
	// ErrRefused is returned for an answer of the provider that proves nothing: a token
	// that is forged, expired, or for somebody else.
	ErrRefused = errors.New("the provider's answer is not valid")
	// ErrTurnedAway is returned when the provider itself let nobody in.
	ErrTurnedAway = errors.New("the provider let nobody in")
)

// Config says which provider is asked, and as whom.
type Config struct {
	// Issuer is the provider's address as it names itself.
	Issuer   string
	ClientID string
	// Secret gives the client's secret at each sign-in; an empty one is a public client.
	Secret func() (string, error)
	// Name is what people call the provider; the issuer's host when empty.
	Name string
	// Scopes are asked for besides openid, email and profile.
	Scopes []string
	// GroupsClaim is the claim that lists groups; groups when empty.
	GroupsClaim string
	// TrustEmail takes an address the provider says nothing about as checked.
	TrustEmail bool
	// CAFile names PEM certificates to trust besides the machine's own; empty for none.
	CAFile string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Person is who the provider says it is.
type Person struct {
	Issuer, Subject string
	// Email is empty unless the provider has checked it.
	Email, Name string
	// Unchecked is an address the provider has not checked; for the sentence that says so.
	Unchecked string
	Groups    []string
}

// Provider is the organisation's provider. Its methods may be called from several
// goroutines.
type Provider struct {
	cfg    Config
	client *http.Client

	mu sync.Mutex
	// found is what discovery brought; nil before.
	found *found
	// asking is the question that is under way; nil for none.
	asking *question
	// failed is why the last question brought nothing, failedAt when; nil after a success.
	failed   error
	failedAt time.Time
}

// question is one discovery, for all who wait for it.
type question struct {
	// done is closed when found and err are set.
	done  chan struct{}
	found *found
	err   error
}

// found is what the provider says of itself.
type found struct {
	provider *oidc.Provider
	// signOut is its end_session_endpoint; empty when it has none.
	signOut string
	at      time.Time
}

const (
	// within bounds one question to the provider.
	within = 10 * time.Second
	// refreshAfter is how long what the provider says of itself is believed. Keys are
	// looked up more often: whenever a token is signed with one that is not known.
	refreshAfter = 12 * time.Hour
	// retryAfter is how long a provider that did not answer is left alone.
	retryAfter = 3 * time.Second
)

// algorithms are those a token may be signed with. None, and those with a shared secret,
// are not among them.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// New returns a provider that has not been asked anything yet: one that is down at the
// start is no error. The error is about CAFile.
func New(cfg Config) (*Provider, error) {
	u, err := url.Parse(cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("sign-in provider: %w", err)
	}
	cfg.Name = cmp.Or(cfg.Name, u.Hostname())
	cfg.GroupsClaim = cmp.Or(cfg.GroupsClaim, "groups")
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if cfg.CAFile != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("sign-in provider: %w", err)
		}
		pem, err := os.ReadFile(cfg.CAFile)
		if err != nil {
			return nil, fmt.Errorf("sign-in provider: %w", err)
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("sign-in provider: %s holds no certificate", cfg.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &Provider{cfg: cfg, client: &http.Client{Transport: transport, Timeout: within}}, nil
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.cfg.Name }

// Issuer is the provider's address as it names itself.
func (p *Provider) Issuer() string { return p.cfg.Issuer }

// discover asks the provider what it offers, unless that is known. All who come while it is
// asked wait for that one answer, as long as they care to; a failure holds for retryAfter.
// ErrAway when it cannot be had.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	q, f, err := p.ask(ctx)
	if q == nil {
		return f, err
	}
	select {
	case <-q.done:
		return q.found, q.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrAway, ctx.Err())
	}
}

// ask returns what is known, or the question under way, which it begins when there is none.
func (p *Provider) ask(ctx context.Context) (*question, *found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Now()
	switch {
	case p.found != nil && now.Sub(p.found.at).Abs() < refreshAfter:
		return nil, p.found, nil
	case p.failed != nil && now.Sub(p.failedAt).Abs() < retryAfter:
		if p.found != nil {
			return nil, p.found, nil // what it said before still holds, most likely
		}
		return nil, nil, p.failed
	case p.asking == nil:
		p.asking = &question{done: make(chan struct{})}
		go p.answer(context.WithoutCancel(ctx), p.asking)
	}
	return p.asking, nil, nil
}

// answer asks the provider and tells those who wait. Nothing is locked meanwhile.
func (p *Provider) answer(ctx context.Context, q *question) {
	f, err := p.offers(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Now()
	if p.failed = err; err != nil {
		p.failedAt = now
		if p.found != nil {
			f, err = p.found, nil // as above
		}
	} else {
		f.at = now
		p.found = f
	}
	q.found, q.err, p.asking = f, err, nil
	close(q.done)
}

// offers asks the provider what it offers.
func (p *Provider) offers(ctx context.Context) (f *found, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			f, err = nil, fmt.Errorf("%w: reading its answer failed: %v", ErrAway, broken)
		}
	}()
	// The keys are fetched later by this context's client, so it must not end with the asker's.
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), within)
	defer cancel()
	provider, err := oidc.NewProvider(ctx, p.cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return &found{provider: provider, signOut: more.EndSession}, nil
}

// Check asks the provider what it offers, for somebody who looks whether it can be used.
func (p *Provider) Check(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

func (p *Provider) oauth(f *found, redirect string) (*oauth2.Config, error) {
	secret := ""
	if p.cfg.Secret != nil {
		var err error
		if secret, err = p.cfg.Secret(); err != nil {
			return nil, err
		}
	}
	scopes := []string{oidc.ScopeOpenID, "email", "profile"}
	for _, s := range p.cfg.Scopes {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: secret, Endpoint: f.provider.Endpoint(), RedirectURL: redirect, Scopes: scopes}, nil
}

// Begin returns the address at the provider that somebody is sent to. state, nonce and
// verifier are fresh secrets, bound to that browser by the caller.
func (p *Provider) Begin(ctx context.Context, redirect, state, nonce, verifier string) (string, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	c, err := p.oauth(f, redirect)
	if err != nil {
		return "", err
	}
	return c.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// Finish trades the code somebody came back with for who it is. The errors are ErrAway,
// ErrTurnedAway and ErrRefused.
func (p *Provider) Finish(ctx context.Context, redirect, code, nonce, verifier string) (Person, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return Person{}, err
	}
	c, err := p.oauth(f, redirect)
	if err != nil {
		return Person{}, err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), within)
	defer cancel()
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		var answered *oauth2.RetrieveError
		if errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode < 500 {
			return Person{}, fmt.Errorf("%w: %s", ErrRefused, cmp.Or(answered.ErrorCode, answered.Response.Status))
		}
		return Person{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Person{}, fmt.Errorf("%w: no id_token", ErrRefused)
	}
	id, err := p.verify(ctx, f, raw, nonce)
	if err != nil {
		return Person{}, err
	}
	return p.person(ctx, f, id, token)
}

// verify holds a token to everything it has to be.
func (p *Provider) verify(ctx context.Context, f *found, raw, nonce string) (*oidc.IDToken, error) {
	verifier := f.provider.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, SupportedSigningAlgs: algorithms, Now: p.cfg.Now})
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var also struct {
		AuthorizedParty string `json:"azp"`
	}
	switch err := id.Claims(&also); {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	case nonce == "" || id.Nonce != nonce:
		return nil, fmt.Errorf("%w: the nonce is another", ErrRefused)
	case len(id.Audience) > 1 && also.AuthorizedParty == "", also.AuthorizedParty != "" && also.AuthorizedParty != p.cfg.ClientID:
		return nil, fmt.Errorf("%w: authorized for another party", ErrRefused)
	case id.Subject == "":
		return nil, fmt.Errorf("%w: no subject", ErrRefused)
	}
	return id, nil
}

// person reads the claims. What the token leaves out is asked for at the provider's
// userinfo, where it has one.
func (p *Provider) person(ctx context.Context, f *found, id *oidc.IDToken, token *oauth2.Token) (Person, error) {
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
		}
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if _, ok := claims["email"]; !ok && f.provider.UserInfoEndpoint() != "" {
		more := map[string]any{}
		info, err := f.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		switch {
		case err != nil:
			return Person{}, fmt.Errorf("%w: %w", ErrAway, err)
		case info.Subject != id.Subject:
			return Person{}, fmt.Errorf("%w: userinfo is of another subject", ErrRefused)
		}
		if err := info.Claims(&more); err != nil {
			return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
		}
		for name, v := range more {
			if _, ok := claims[name]; !ok {
				claims[name] = v
			}
		}
	}
	out := Person{Issuer: id.Issuer, Subject: id.Subject, Name: text(claims["name"]), Groups: texts(claims[p.cfg.GroupsClaim])}
	if email := text(claims["email"]); checked(claims, p.cfg.TrustEmail) {
		out.Email = email
	} else {
		out.Unchecked = email
	}
	if out.Name == "" {
		out.Name = strings.TrimSpace(text(claims["given_name"]) + " " + text(claims["family_name"]))
	}
	return out, nil
}

// checked tells whether the provider has checked the address. Some write the word where a
// truth value belongs.
func checked(claims map[string]any, trust bool) bool {
	switch v := claims["email_verified"].(type) {
	case bool:
		return v
	case string:
		return v == "true"
	case nil:
		return trust
	}
	return false
}

// maxGroups bounds the groups that are looked at.
const maxGroups = 1000

func text(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

// texts reads a list of words, or one word.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v[:min(len(v), maxGroups)] {
			if s := text(one); s != "" {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// SignOut is the address at the provider where its own session is ended, which leads back
// to an address of ours; empty when it has none, or when it has not been asked yet.
func (p *Provider) SignOut(back string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil || p.found.signOut == "" {
		return ""
	}
	u, err := url.Parse(p.found.signOut)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.cfg.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}
