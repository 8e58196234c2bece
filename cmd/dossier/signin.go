package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"dossier/internal/account"
	"dossier/internal/config"
	"dossier/internal/sso"
	"dossier/internal/store"
	"dossier/review"
)

// signIn is how people sign in, as the settings say.
func (i *instance) signIn() (review.SignIn, error) {
	c := i.cfg
	out := review.SignIn{AllowedDomains: c.OIDC.AllowedDomains, CreateUsers: c.OIDC.CreateUsers,
		NoPasswords: !c.Passwords, EmergencyAdmin: c.EmergencyAdmin, SetUpDone: i.setUpDone}
	if i.box != nil {
		out.Sealer = i.box
	}
	for _, r := range c.RequireSecondFactor {
		out.RequireSecond = append(out.RequireSecond, account.Role(r))
	}
	for _, r := range c.OIDC.Roles {
		out.Roles = append(out.Roles, review.GroupRole{Group: r.Group, Role: account.Role(r.Role)})
	}
	var err error
	out.Provider, err = providerOf(c)
	return out, err
}

// providerOf is the organisation's provider of sign-in; nil for none.
func providerOf(c config.Config) (*sso.Provider, error) {
	if !c.OIDC.Configured() {
		return nil, nil
	}
	return sso.New(sso.Config{Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, Secret: c.OIDC.Secret, Name: c.OIDC.Name, Scopes: c.OIDC.Scopes,
		GroupsClaim: c.OIDC.GroupsClaim, TrustEmail: c.OIDC.TrustEmail, CAFile: c.OIDC.CAPath()})
}

// setupFile is where the link to set an instance up is kept while nobody has an account,
// for its owner alone.
func (i *instance) setupFile() string { return filepath.Join(i.cfg.Data, "setup-link") }

// setUpDone removes the link that was used.
func (i *instance) setUpDone() {
	if err := os.Remove(i.setupFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		i.log.Warn("the used set-up link was not removed", "err", err)
	}
}

// firstRun makes a link that sets the instance up when nobody has an account yet. Whoever
// sits at the terminal sees it; otherwise it is written to a file, since a log is read by
// others too. Each start makes a new one.
func (e *environment) firstRun(ctx context.Context, i *instance, listener net.Listener) error {
	token := account.NewToken()
	err := i.store.OfferSetup(ctx, account.HashToken(token))
	if errors.Is(err, store.ErrHasAccounts) {
		i.setUpDone()
		return nil
	}
	if err != nil {
		return err
	}
	link := i.pageURL(listener) + "enter/" + token
	if isTerminal(e.stderr) {
		_, err = fmt.Fprintf(e.stderr, "\nNobody has an account yet. This link makes the first one, once, within a day:\n\n  %s\n\n", link)
		return err
	}
	if err := os.WriteFile(i.setupFile(), []byte(link+"\n"), 0o600); err != nil {
		return fmt.Errorf("set-up link: %w", err)
	}
	i.log.Warn("nobody has an account yet: the link to make the first one stands in a file", "file", i.setupFile())
	return nil
}

// pageURL is the address people type, with a slash at its end.
func (i *instance) pageURL(listener net.Listener) string {
	if i.cfg.PublicURL != "" {
		return strings.TrimSuffix(i.cfg.PublicURL, "/") + "/"
	}
	if i.cfg.TLS.Configured() {
		return "https://" + listener.Addr().String() + "/"
	}
	return "http://" + listener.Addr().String() + "/"
}
