package mailbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Grant is how access tokens are had.
type Grant string

// The grants.
const (
	// GrantClient: the program has rights of its own, by a secret (Microsoft 365).
	GrantClient Grant = "client_credentials"
	// GrantRefresh: a person agreed once, and a refresh token stands for it (Google).
	GrantRefresh Grant = "refresh_token"
)

// RefreshStore keeps the refresh token of one account, so that every process uses the
// newest and none is lost when the server replaces it.
type RefreshStore interface {
	// Refresh returns the token with its version; ErrNoConsent when there is none.
	Refresh(ctx context.Context) (token string, version int, err error)
	// Rotate replaces the token of that version by another, durably before it returns.
	// ErrTokenChanged when another process did so first.
	Rotate(ctx context.Context, version int, token string, expiresAt *time.Time) error
}

// TokenConfig says where access tokens come from.
type TokenConfig struct {
	Grant    Grant
	ClientID string
	// ClientSecret gives the client's secret; nil for a public client.
	ClientSecret func(ctx context.Context) (string, error)
	// AuthURL is where people agree; only for GrantRefresh.
	AuthURL  string
	TokenURL string
	Scopes   []string
	// Store is needed for GrantRefresh.
	Store RefreshStore
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// HTTP reaches the endpoint; a client that waits 30 s and follows nothing when nil.
	HTTP *http.Client
}

// Times of tokens.
const (
	// tokenEarly is how long before its end a token is replaced, at most half its life.
	tokenEarly = 5 * time.Minute
	// tokenLife is assumed of a token whose server does not say.
	tokenLife = 10 * time.Minute
	// tokenWithin bounds one question to the endpoint.
	tokenWithin = 30 * time.Second
	// A server in trouble is asked again after 5 s, doubling up to 5 min; what it says
	// itself is heeded up to an hour.
	tokenPauseFirst = 5 * time.Second
	tokenPauseMost  = 5 * time.Minute
	retryAfterMost  = time.Hour
)

// Tokens gives access tokens of one account, and keeps one until shortly before its end.
// It is shared by all folders of the account and may be used from several goroutines.
type Tokens struct {
	cfg TokenConfig

	mu       sync.Mutex
	access   string
	early    time.Time // when to replace it
	end      time.Time // when it is worth nothing
	fresh    bool      // it was fetched by the last call of Token
	failures int
	pause    error // why the endpoint is not asked before until
	until    time.Time
}

// NewTokens checks the configuration. It asks nobody.
func NewTokens(cfg TokenConfig) (*Tokens, error) {
	switch {
	case cfg.Grant != GrantClient && cfg.Grant != GrantRefresh:
		return nil, fmt.Errorf("grant %q: want %s or %s", cfg.Grant, GrantClient, GrantRefresh)
	case cfg.ClientID == "":
		return nil, errors.New("client_id: missing")
	case cfg.Grant == GrantClient && cfg.ClientSecret == nil:
		return nil, errors.New("client_secret: missing")
	case cfg.Grant == GrantRefresh && cfg.Store == nil:
		return nil, errors.New("nowhere to keep the refresh token")
	}
	if err := CheckEndpoint(cfg.TokenURL); err != nil {
		return nil, fmt.Errorf("token_url: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: tokenWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &Tokens{cfg: cfg}, nil
}

// CheckEndpoint tells whether secrets may be sent to an address: https, or http on this
// machine.
func CheckEndpoint(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("want an address like https://login.organisation.example/token")
	}
	local := slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, u.Hostname())
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return errors.New("want https: a secret is sent there")
	}
	return nil
}

// Token returns an access token. Its errors wrap ErrTokenRefused, ErrNoConsent or
// ErrTokenServer; with the last, RetryAfter tells how long to wait. A token that still
// holds is given while the endpoint is in trouble.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.cfg.Now()
	t.fresh = false
	if t.access != "" && now.Before(t.early) {
		return t.access, nil
	}
	if t.pause == nil || !now.Before(t.until) {
		t.pause = t.fetch(ctx)
		if ctx.Err() != nil {
			// Nothing was learnt of the endpoint.
			err := t.pause
			t.pause = nil
			return "", errors.Join(ctx.Err(), err)
		}
		if t.pause == nil {
			t.failures, t.fresh = 0, true
			return t.access, nil
		}
		t.failures++
		t.until = t.cfg.Now().Add(t.patience())
	}
	if t.access != "" && now.Before(t.end) {
		return t.access, nil
	}
	return "", &waiting{cause: t.pause, until: t.until}
}

// Renew forgets a token that the mail server did not take, and tells whether another one
// is worth showing: not when it was new.
func (t *Tokens) Renew() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	again := t.access != "" && !t.fresh
	t.access = ""
	return again
}

// patience is how long the endpoint is left alone after a failure.
func (t *Tokens) patience() time.Duration {
	var asked *retryAfter
	if errors.As(t.pause, &asked) {
		return min(asked.after, retryAfterMost)
	}
	if !errors.Is(t.pause, ErrTokenServer) {
		// Only a person can help; a change of the account makes new Tokens.
		return tokenPauseMost
	}
	most := min(tokenPauseFirst<<min(t.failures-1, 10), tokenPauseMost)
	return most/2 + rand.N(most/2)
}

// fetch asks for a token. The lock is held.
func (t *Tokens) fetch(ctx context.Context) error {
	got, err := t.ask(ctx)
	if err != nil {
		return err
	}
	now := t.cfg.Now()
	life := tokenLife
	if !got.Expiry.IsZero() {
		// The library counts from the real time, whatever our clock says.
		life = min(max(time.Until(got.Expiry).Round(time.Second), time.Second), 7*24*time.Hour)
	}
	t.access, t.end = got.AccessToken, now.Add(life)
	t.early = t.end.Add(-min(tokenEarly, life/2))
	return nil
}

func (t *Tokens) ask(ctx context.Context) (*oauth2.Token, error) {
	secret, err := t.secret(ctx)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, t.cfg.HTTP)
	if t.cfg.Grant == GrantClient {
		c := clientcredentials.Config{ClientID: t.cfg.ClientID, ClientSecret: secret, TokenURL: t.cfg.TokenURL, Scopes: t.cfg.Scopes, AuthStyle: oauth2.AuthStyleInParams}
		got, err := c.Token(ctx)
		return got, endpointError(err, t.cfg.Now())
	}
	for try := 0; ; try++ {
		refresh, version, err := t.cfg.Store.Refresh(ctx)
		if err != nil {
			return nil, err
		}
		got, err := t.consentConfig(secret, "").TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
		if err = endpointError(err, t.cfg.Now()); err != nil {
			// Another process may have exchanged it under us: then the newer one counts.
			if _, newest, again := t.cfg.Store.Refresh(ctx); errors.Is(err, ErrTokenRefused) && again == nil && newest != version && try < 2 {
				continue
			}
			return nil, err
		}
		if got.RefreshToken != "" && got.RefreshToken != refresh {
			// The old one may be worth nothing from now on: the new one is kept before
			// anything is done with what came along.
			err = t.cfg.Store.Rotate(ctx, version, got.RefreshToken, expiryOf(got, t.cfg.Now()))
			if err != nil && !errors.Is(err, ErrTokenChanged) {
				return nil, fmt.Errorf("keep the new refresh token: %w", err)
			}
		}
		return got, nil
	}
}

func (t *Tokens) secret(ctx context.Context) (string, error) {
	if t.cfg.ClientSecret == nil {
		return "", nil
	}
	secret, err := t.cfg.ClientSecret(ctx)
	if err != nil {
		return "", fmt.Errorf("client secret: %w", err)
	}
	return secret, nil
}

// expiryOf is when the refresh token ends, where the server says so.
func expiryOf(got *oauth2.Token, now time.Time) *time.Time {
	for _, name := range []string{"refresh_token_expires_in", "refresh_expires_in"} {
		if seconds, ok := got.Extra(name).(float64); ok && seconds > 0 && seconds < 1e9 {
			at := now.Add(time.Duration(seconds) * time.Second)
			return &at
		}
	}
	return nil
}

func (t *Tokens) consentConfig(secret, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: t.cfg.ClientID, ClientSecret: secret, RedirectURL: redirect, Scopes: t.cfg.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: t.cfg.AuthURL, TokenURL: t.cfg.TokenURL, AuthStyle: oauth2.AuthStyleInParams}}
}

// Verifier makes a PKCE verifier: what proves that the one who asked for a consent is the
// one who takes its code.
func Verifier() string { return oauth2.GenerateVerifier() }

// ConsentURL is where a person agrees that the mailbox is read. state comes back with the
// code; login, when given, is the account proposed there.
func (t *Tokens) ConsentURL(redirect, state, verifier, login string) (string, error) {
	if t.cfg.Grant != GrantRefresh {
		return "", errors.New("nobody has to agree: the program has rights of its own")
	}
	if err := CheckEndpoint(t.cfg.AuthURL); err != nil {
		return "", fmt.Errorf("auth_url: %w", err)
	}
	options := []oauth2.AuthCodeOption{oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("prompt", "consent")}
	if login != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", login))
	}
	return t.consentConfig("", redirect).AuthCodeURL(state, options...), nil
}

// Exchange turns the code of a consent into a refresh token.
func (t *Tokens) Exchange(ctx context.Context, redirect, code, verifier string) (refresh string, expiresAt *time.Time, err error) {
	secret, err := t.secret(ctx)
	if err != nil {
		return "", nil, err
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, t.cfg.HTTP)
	got, err := t.consentConfig(secret, redirect).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err = endpointError(err, t.cfg.Now()); err != nil {
		return "", nil, err
	}
	if got.RefreshToken == "" {
		return "", nil, fmt.Errorf("%w: it gave no refresh token; is offline access among the scopes?", ErrTokenRefused)
	}
	return got.RefreshToken, expiryOf(got, t.cfg.Now()), nil
}

// retryAfter comes beside ErrTokenServer when the server said how long to wait.
type retryAfter struct{ after time.Duration }

func (r *retryAfter) Error() string { return "it asks to wait " + r.after.String() }

// waiting is an error of the endpoint with the time before which it is not asked again.
type waiting struct {
	cause error
	until time.Time
}

func (w *waiting) Error() string { return w.cause.Error() }
func (w *waiting) Unwrap() error { return w.cause }

// RetryAt tells when it is worth asking again, where an error knows it.
func RetryAt(err error) (time.Time, bool) {
	var w *waiting
	if errors.As(err, &w) && errors.Is(w.cause, ErrTokenServer) {
		return w.until, true
	}
	return time.Time{}, false
}

// errorCode is the standard's name of an error, errorNumber Microsoft's: public, and what
// manuals are searched by.
var (
	errorCode   = regexp.MustCompile(`^[a-z_]{1,60}$`)
	errorNumber = regexp.MustCompile(`\bAADSTS[0-9]{3,10}\b`)
)

// endpointError puts an error of the library into one of ours. The answer's text is left
// out: nobody knows what stands in it.
func endpointError(err error, now time.Time) error {
	if err == nil {
		return nil
	}
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) || answer.Response == nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // its text holds the address, and with it what was asked
		}
		return fmt.Errorf("%w: %w", ErrTokenServer, err)
	}
	said := strconv.Itoa(answer.Response.StatusCode)
	if errorCode.MatchString(answer.ErrorCode) {
		said += " " + answer.ErrorCode
	}
	if number := errorNumber.FindString(answer.ErrorDescription); number != "" {
		said += " " + number
	}
	status := answer.Response.StatusCode
	if status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status/100 == 3 ||
		slices.Contains([]string{"temporarily_unavailable", "server_error", "slow_down"}, answer.ErrorCode) {
		if after := waitAsked(answer.Response.Header.Get("Retry-After"), now); after > 0 {
			return fmt.Errorf("%w (%s): %w", ErrTokenServer, said, &retryAfter{after})
		}
		return fmt.Errorf("%w (%s)", ErrTokenServer, said)
	}
	return fmt.Errorf("%w (%s)", ErrTokenRefused, said)
}

// waitAsked reads a Retry-After header: seconds, or a date. 0 when there is none.
func waitAsked(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds > 0 {
		return time.Duration(min(seconds, int(retryAfterMost/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return min(at.Sub(now), retryAfterMost)
	}
	return 0
}
