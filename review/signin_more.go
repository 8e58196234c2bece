package review

import (
	"slices"
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/sso"
	"dossier/internal/store"
)

// SignIn says how people sign in besides with a password alone. The zero value is passwords
// and nothing else.
type SignIn struct {
	// Provider is the organisation's own; nil for none.
	Provider *sso.Provider
	// AllowedDomains are the domains an address of the provider may have; empty allows all.
	AllowedDomains []string
	// Roles turn groups of the provider into roles, the first that fits. When there are
	// any, whoever is in none of the groups stays out.
	Roles []GroupRole
	// CreateUsers makes an account, with access to no vacancy, for whoever has none.
	CreateUsers bool
	// NoPasswords leaves passwords to EmergencyAdmin alone.
	NoPasswords    bool
	EmergencyAdmin string
	// RequireSecond are the roles that sign in with a password and a code.
	RequireSecond []account.Role
	// Sealer seals the secrets of second factors; nil offers none.
	Sealer Sealer
	// SetUpDone is called when the first account was made; nil for nobody to tell.
	SetUpDone func()
}

// GroupRole turns a group of the provider into a role.
type GroupRole struct {
	Group string
	Role  account.Role
}

// Sealer keeps secrets from whoever reads the database: secret.Box does.
type Sealer interface {
	Seal(plain, about string) (string, error)
	Open(sealed, about string) (string, error)
}

// passwordFor tells whether the account of an address signs in with a password.
func (s SignIn) passwordFor(email string) bool {
	return !s.NoPasswords || strings.EqualFold(strings.TrimSpace(email), s.EmergencyAdmin)
}

// allows tells whether an address of the provider has one of the domains asked for.
func (s SignIn) allows(email string) bool {
	if len(s.AllowedDomains) == 0 {
		return true
	}
	_, domain, _ := strings.Cut(email, "@")
	return slices.ContainsFunc(s.AllowedDomains, func(d string) bool { return strings.EqualFold(d, domain) })
}

// roleOf is what groups make of somebody; in is false when they have no business here.
func (s SignIn) roleOf(groups []string) (role account.Role, in bool) {
	if len(s.Roles) == 0 {
		return "", true
	}
	for _, r := range s.Roles {
		if slices.Contains(groups, r.Group) {
			return r.Role, true
		}
	}
	return "", false
}

// startSession signs the browser in: with a token of its own, whatever it brought.
func (r *request) startSession(method string, u store.User) error {
	token := account.NewToken()
	err := r.app.Store.StartSessionBy(r.Request().Context(), method, account.HashToken(token), u.ID, sessionIdle, r.RealIP(), r.Request().UserAgent())
	if err != nil {
		return err
	}
	r.SetCookie(r.app.cookie("session", token, store.SessionLife))
	return nil
}

// dropCookie has the browser forget one of our cookies.
func (r *request) dropCookie(name string) { r.SetCookie(r.app.cookie(name, "", -time.Second)) }

// shownToken is the hash of the token in one of our cookies; empty when there is none.
func (r *request) shownToken(name string) string {
	c, err := r.Cookie(r.app.cookieName(name))
	if err != nil || c.Value == "" {
		return ""
	}
	return account.HashToken(c.Value)
}

// baseURL is where links to our pages begin. A link that leaves by mail needs PublicURL: the
// Host of a request is whatever its sender typed.
func (r *request) baseURL() string {
	if r.app.PublicURL != "" {
		return strings.TrimSuffix(r.app.PublicURL, "/")
	}
	if r.app.secure {
		return "https://" + r.Request().Host
	}
	return "http://" + r.Request().Host
}
