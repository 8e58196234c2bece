package review

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"dossier/internal/account"
	"dossier/internal/sso"
	"dossier/internal/store"
)

// providerCallback is where the provider sends browsers back to.
const providerCallback = "/signin/provider/callback"

// journeyLife is how long somebody may take at the provider.
const journeyLife = 10 * time.Minute

// aboutJourney says what the sealed cookie of a journey is.
const aboutJourney = "sign-in journey"

// journey is what the browser carries, sealed, to the provider and back: what comes back
// counts in that browser only, once, and for a while.
type journey struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Next     string `json:"p"`
	// Until is when it ends, in seconds since 1970.
	Until int64 `json:"u"`
}

// goToProvider answers GET /signin/provider. It is a link and no form: the policy of our
// pages lets no form lead elsewhere. Nothing is kept but the browser's own cookie.
func goToProvider(r *request) error {
	s := r.app.SignIn
	if s.Provider == nil || s.Sealer == nil {
		return store.ErrNotFound
	}
	next := localPath(r.QueryParam("next"), "/")
	if r.user != nil {
		return r.redirect(next)
	}
	j := journey{State: account.NewToken(), Nonce: account.NewToken(), Verifier: account.NewToken(), Next: next, Until: r.now.Add(journeyLife).Unix()}
	to, err := s.Provider.Begin(r.Request().Context(), r.baseURL()+providerCallback, j.State, j.Nonce, j.Verifier)
	if err != nil {
		return r.notSignedIn(err)
	}
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	sealed, err := s.Sealer.Seal(string(b), aboutJourney)
	if err != nil {
		return err
	}
	r.SetCookie(r.app.cookie("journey", sealed, journeyLife))
	return r.Redirect(http.StatusFound, to)
}

// Why somebody the provider sent back does not come in.
var (
	errLost       = errors.New("came back without having been sent, or twice, or too late")
	errNoGroup    = errors.New("is in none of the groups")
	errDomain     = errors.New("has an address of another domain")
	errNotChecked = errors.New("has an address the provider has not checked")
)

// journeyOf opens the cookie of the journey that ends here, and has the browser forget it.
func (r *request) journeyOf() (journey, error) {
	var j journey
	c, err := r.Cookie(r.app.cookieName("journey"))
	if err != nil {
		return j, errLost
	}
	r.dropCookie("journey")
	plain, err := r.app.SignIn.Sealer.Open(c.Value, aboutJourney)
	if err != nil || json.Unmarshal([]byte(plain), &j) != nil || r.now.Unix() >= j.Until {
		return j, errLost
	}
	if subtle.ConstantTimeCompare([]byte(j.State), []byte(r.QueryParam("state"))) != 1 {
		return j, errLost
	}
	// Every other process learns that this state has come back.
	err = r.app.Store.UseOnce(r.Request().Context(), account.HashToken(j.State), journeyLife)
	if errors.Is(err, store.ErrConflict) {
		return j, errLost
	}
	return j, err
}

// backFromProvider answers GET /signin/provider/callback. It changes something although it
// is a GET: only in the browser that was sent away, and once.
func backFromProvider(r *request) error {
	s := r.app.SignIn
	if s.Provider == nil || s.Sealer == nil {
		return store.ErrNotFound
	}
	j, err := r.journeyOf()
	if err != nil {
		return r.notSignedIn(err)
	}
	if r.QueryParam("error") != "" || r.QueryParam("code") == "" {
		return r.notSignedIn(sso.ErrTurnedAway)
	}
	person, err := s.Provider.Finish(r.Request().Context(), r.baseURL()+providerCallback, r.QueryParam("code"), j.Nonce, j.Verifier)
	if err != nil {
		return r.notSignedIn(err)
	}
	u, err := r.arrive(person)
	if err != nil {
		return r.notSignedIn(err)
	}
	if err := r.startSession(store.MethodProvider, u); err != nil {
		return err
	}
	return r.redirect(j.Next)
}

// arrive finds whose account it is.
func (r *request) arrive(p sso.Person) (store.User, error) {
	s := r.app.SignIn
	role, in := s.roleOf(p.Groups)
	switch {
	case !in:
		return store.User{}, errNoGroup
	case p.Email != "" && !s.allows(p.Email), p.Unchecked != "" && !s.allows(p.Unchecked):
		return store.User{}, errDomain
	}
	name := p.Name
	if name == "" {
		name = p.Email
	}
	u, created, err := r.app.Store.Arrive(r.Request().Context(), store.Arrival{Issuer: p.Issuer, Subject: p.Subject, Email: p.Email, Name: name,
		Role: role, KeepRole: s.EmergencyAdmin, Create: s.CreateUsers})
	if errors.Is(err, store.ErrNotKnown) && p.Email == "" && p.Unchecked != "" {
		return u, errors.Join(errNotChecked, err)
	}
	if created {
		r.app.Log.Info("account made at the first sign-in", "user", u.ID)
	}
	return u, err
}

// refusals is the table from what kept somebody out to a status and a sentence.
var refusals = []struct {
	err    error
	status int
	text   string
}{
	{sso.ErrAway, http.StatusServiceUnavailable, "provider.away"},
	{sso.ErrTurnedAway, http.StatusForbidden, "provider.turned_away"},
	{sso.ErrRefused, http.StatusForbidden, "provider.refused"},
	{errLost, http.StatusBadRequest, "provider.lost"},
	{errNoGroup, http.StatusForbidden, "provider.no_group"},
	{errDomain, http.StatusForbidden, "provider.domain"},
	{errNotChecked, http.StatusForbidden, "provider.not_checked"},
	{store.ErrNotKnown, http.StatusForbidden, "provider.not_known"},
	{store.ErrOthersAddress, http.StatusForbidden, "provider.others_address"},
	{store.ErrDisabled, http.StatusForbidden, "provider.disabled"},
}

// notSignedIn shows the page to sign in again, with why the provider's way led nowhere.
func (r *request) notSignedIn(err error) error {
	for _, f := range refusals {
		if errors.Is(err, f.err) {
			r.app.Log.Warn("sign-in at the provider", "request", requestID(r.Context), "err", err)
			p := newSignInPage(r)
			p.Problem = r.words.T(f.text, "name", r.app.SignIn.Provider.Name())
			return r.renderStatus(f.status, "session/signin", p)
		}
	}
	return err
}
