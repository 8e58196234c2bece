package main

import (
	"context"
	"fmt"
	"time"

	"dossier/internal/config"
	"dossier/internal/outbox"
)

// mail is how messages to applicants leave; unconfigured when the settings name no server.
func (i *instance) mail() outbox.Settings { return mailOf(i.cfg) }

func mailOf(cfg config.Config) outbox.Settings {
	s := cfg.SMTP
	if !s.Configured() {
		return outbox.Settings{}
	}
	return outbox.Settings{Host: s.Host, Port: s.Port, TLS: outbox.TLS(s.TLS), CAFile: s.CAPath(), User: s.User, Secret: s.Secret,
		From: s.Sender(), ReplyTo: s.ReplyTo, ReplyTag: s.ReplyTag, Stall: s.Stall}
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
