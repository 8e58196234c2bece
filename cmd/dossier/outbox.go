package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/outbox"
)

// mail is how messages to applicants leave; unconfigured when the settings name no server.
func (i *instance) mail() outbox.Settings {
	s := i.cfg.SMTP
	if !s.Configured() {
		return outbox.Settings{}
	}
	out := outbox.Settings{Host: s.Host, Port: s.Port, TLS: outbox.TLS(s.TLS), CAFile: s.CAPath(), User: s.User, Secret: s.Secret,
		From: s.Sender(), ReplyTo: s.ReplyTo, ReplyTag: s.ReplyTag, Stall: s.Stall}
	if s.TokenOf == "" {
		return out
	}
	// The account may be changed on its page meanwhile: it is looked up each time.
	out.Token = func() (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), s.Stall)
		defer cancel()
		tokens, err := i.tokensNamed(ctx, s.TokenOf)
		if err != nil {
			return "", fmt.Errorf("smtp: token_of: %w", err)
		}
		return tokens.Token(ctx)
	}
	out.Renew = func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), s.Stall)
		defer cancel()
		tokens, err := i.tokensNamed(ctx, s.TokenOf)
		return err == nil && tokens.Renew()
	}
	return out
}

// tokensNamed is the source of access tokens of the mailbox of that name.
func (i *instance) tokensNamed(ctx context.Context, name string) (*mailbox.Tokens, error) {
	accounts, err := i.accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if a.Name != name {
			continue
		}
		tokens, err := i.tokensOf(a)
		if err == nil && tokens == nil {
			err = errors.New("it has a password, and no access tokens")
		}
		if err != nil {
			return nil, fmt.Errorf("mailbox %s: %w", name, err)
		}
		return tokens, nil
	}
	return nil, fmt.Errorf("no mailbox is called %q", name)
}

// sender sends what is due; nil when there is no server to send with.
func (i *instance) sender() *outbox.Sender {
	mail := i.mail()
	if !mail.Configured() {
		return nil
	}
	return outbox.NewSender(outbox.Config{Store: i.store, Settings: mail, Log: i.log, Now: time.Now, Owner: i.owner, At: failpoint})
}

// sendOnce sends what is due and tells how much that was.
func (e *environment) sendOnce(ctx context.Context, i *instance) error {
	s := i.sender()
	if s == nil {
		return nil
	}
	r, err := s.Round(ctx)
	if r != (outbox.Round{}) {
		fmt.Fprintf(e.stderr, "mail to applicants: %d sent, %d put off, %d refused, %d to be looked at\n", r.Sent, r.PutOff, r.Refused, r.Unsure)
	}
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}
