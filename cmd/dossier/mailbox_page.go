package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"dossier/intake/mailbox"
	"dossier/internal/config"
	"dossier/internal/store"
	"dossier/review"
)

// pageMailboxes does for the pages what they ask about mail accounts.
type pageMailboxes struct{ i *instance }

// Fixed implements review.Mailboxes.
func (p pageMailboxes) Fixed() []review.FixedMailbox {
	var out []review.FixedMailbox
	for _, m := range p.i.cfg.Mailboxes {
		out = append(out, review.FixedMailbox{Name: m.Name, Address: m.Address, Host: m.Host, Port: m.Port, Login: m.User, Auth: cmp.Or(m.Auth, "password"), Grant: m.OAuth.Grant, Folders: m.Folders})
	}
	return out
}

// Seal implements review.Mailboxes.
func (p pageMailboxes) Seal(account, plain string) (string, error) {
	return p.i.box.Seal(plain, aboutSecret(account))
}

// Provider implements review.Mailboxes.
func (pageMailboxes) Provider(provider, tenant, grant string) (authURL, tokenURL string, scopes []string) {
	o := config.OAuth{Provider: provider, Tenant: tenant, Grant: grant}.Filled()
	return o.AuthURL, o.TokenURL, o.Scopes
}

// trials bounds how many accounts are tested at once: each test holds connections to a
// server that somebody named.
var trials = make(chan struct{}, 2)

// Try implements review.Mailboxes.
func (p pageMailboxes) Try(ctx context.Context, name string) ([]review.MailboxTrial, error) {
	select {
	case trials <- struct{}{}:
		defer func() { <-trials }()
	default:
		return nil, review.ErrTrying
	}
	a, err := p.i.anyAccount(ctx, name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*probeWithin)
	defer cancel()
	out := make([]review.MailboxTrial, len(a.Folders))
	// The first folder alone: what is wrong with the account shows once, and no wrong
	// password is tried more often than need be.
	out[0] = trialOf(a, a.Folders[0], p.i.try(ctx, a, a.Folders[0], 3))
	if f := out[0].Failed(); f != nil && f.Step != mailbox.StepFolder && f.Step != mailbox.StepPermission {
		return out[:1], nil
	}
	var group sync.WaitGroup
	few := make(chan struct{}, 4)
	for n, folder := range a.Folders[1:] {
		few <- struct{}{}
		group.Go(func() {
			defer func() { <-few }()
			out[n+1] = trialOf(a, folder, p.i.try(ctx, a, folder, 3))
		})
	}
	group.Wait()
	return out, nil
}

// anyAccount finds an account by name, also one that is switched off.
func (i *instance) anyAccount(ctx context.Context, name string) (mailAccount, error) {
	a, err := i.account(ctx, name)
	if !errors.Is(err, store.ErrNotFound) {
		return a, err
	}
	agreed, err := i.agreed(ctx)
	if err != nil {
		return mailAccount{}, err
	}
	rows, err := i.store.MailAccounts(ctx)
	if err != nil {
		return mailAccount{}, err
	}
	for n := range rows {
		if rows[n].Name == name {
			return mailAccount{Mailbox: fromPage(rows[n]), page: &rows[n], state: pageState(rows[n], agreed)}, nil
		}
	}
	return mailAccount{}, fmt.Errorf("mailbox %q: %w", name, store.ErrNotFound)
}

// trialOf puts a probe into the words of the page.
func trialOf(a mailAccount, folder string, p mailbox.Probe) review.MailboxTrial {
	t := review.MailboxTrial{Folder: folder, Messages: int(p.Folder.Messages), Subjects: p.Subjects}
	for _, step := range mailbox.Steps {
		s := review.TrialStep{Step: step, State: "skipped"}
		switch {
		case slices.Contains(p.Passed, step):
			s.State = "ok"
		case step == p.Failed:
			s.State, s.Advice, s.Detail = "failed", adviceCode(a, p), p.Err.Error()
		case step == mailbox.StepTLS && a.TLS == string(mailbox.TLSNone):
			continue
		}
		t.Steps = append(t.Steps, s)
	}
	for _, junk := range p.Junk {
		if !slices.Contains(a.Folders, junk) {
			t.Junk = append(t.Junk, junk)
		}
	}
	return t
}

// adviceCode is the page's word for what to do.
func adviceCode(a mailAccount, p mailbox.Probe) string {
	switch {
	case errors.Is(p.Err, mailbox.ErrNoConsent):
		return "token_consent"
	case errors.Is(p.Err, mailbox.ErrTokenRefused) && a.OAuth.Grant == string(mailbox.GrantRefresh):
		return "token_again"
	case errors.Is(p.Err, mailbox.ErrTokenRefused):
		return "token_client"
	case errors.Is(p.Err, mailbox.ErrTokenServer):
		return "token_server"
	case p.Failed == mailbox.StepLogin && a.OAuth.Grant != "":
		return "login_token"
	}
	return p.Failed
}

// Consent implements review.Mailboxes.
func (p pageMailboxes) Consent(ctx context.Context, name string, userID int64, redirect string) (string, error) {
	a, err := p.i.anyAccount(ctx, name)
	if err != nil {
		return "", err
	}
	return p.i.beginConsent(ctx, a, userID, redirect)
}

// Agreed implements review.Mailboxes.
func (p pageMailboxes) Agreed(ctx context.Context, query url.Values, userID int64) (string, error) {
	return p.i.finishConsent(ctx, query, userID)
}

// Changed implements review.Mailboxes.
func (p pageMailboxes) Changed() { p.i.matchSoon() }
