package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/account"
	"dossier/internal/config"
	"dossier/internal/mailsink"
	"dossier/internal/sample"
	"dossier/internal/store"
	"dossier/internal/vacancyfile"
	"dossier/screening"
)

func demoCommand(e *environment) *cobra.Command {
	var addr, dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try everything with fictitious mail: nothing to install, nothing to configure",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return e.demo(cmd.Context(), addr, dir) },
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "host:port the pages are served on")
	cmd.Flags().StringVar(&dir, "data", "", "folder to keep the demonstration in; without it, it is deleted at the end")
	return cmd
}

const (
	demoEmail = "demo@dossier.example"
	// demoPause is the time between two messages that arrive while somebody watches.
	demoPause = 20 * time.Second
)

func (e *environment) demo(ctx context.Context, addr, dir string) (err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "dossier-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	started := now()
	mail, err := startMailServer("applications", "sample")
	if err != nil {
		return err
	}
	defer mail.close()
	messages := sample.Messages(started)
	for _, m := range messages {
		if err := mail.deliver(m.Raw, m.ReceivedAt); err != nil {
			return err
		}
	}

	cfg := config.Default()
	cfg = cfg.Apart(dir)
	cfg.Addr, cfg.Log.Level, cfg.Poll.Every = addr, "warn", 5*time.Second
	cfg.Mailboxes = []config.Mailbox{{Name: "applications", Host: "127.0.0.1", Port: mail.port(), TLS: "none",
		User: mail.account, Password: mail.password, Folders: []string{"INBOX"}, Stall: time.Minute}}
	sink, err := mailsink.Start(mailsink.Config{})
	if err != nil {
		return err
	}
	defer sink.Close()
	// What is written to applicants goes no further than this process.
	cfg.SMTP = config.SMTP{Host: "127.0.0.1", Port: sink.Port(), TLS: "none", From: "dossier <recrutement@dossier.example>", Stall: time.Minute}
	i, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer i.close()
	i.mailKept = true
	if err := i.openSecrets(ctx); err != nil {
		return err
	}
	if _, _, err := i.applyVacancies(ctx, vacancyfile.File{Vacancies: sample.Vacancies(started)}, "dossier demo", false); err != nil {
		return err
	}
	password, err := e.demoAccount(ctx, i)
	if err != nil {
		return err
	}
	pages, listener, err := i.listen(addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "%d messages wait in a mailbox on 127.0.0.1:%d; reading them...\n", len(messages), mail.port())

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	told := make(chan error, 1)
	go func() { told <- e.demoGuide(ctx, i, mail, listener, password, len(messages)) }()
	served := i.serveAndRun(ctx, pages, listener)
	cancel()
	if err := <-told; err != nil && served == nil {
		return err
	}
	return served
}

// demoAccount makes the account of the demonstration, or a new password for it when the
// data of an earlier one is used again.
func (e *environment) demoAccount(ctx context.Context, i *instance) (string, error) {
	password := newPassword()
	users, err := i.store.Users(ctx)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if u.Email == demoEmail {
			hash, err := account.HashPassword(password)
			if err != nil {
				return "", err
			}
			return password, i.store.SetPassword(ctx, u.ID, hash, operator)
		}
	}
	return password, i.addUser(ctx, demoEmail, "Camille Démo", password, account.Admin, "")
}

// demoGuide waits until the first round is assessed, says where to look, and then has a
// few messages arrive one by one.
func (e *environment) demoGuide(ctx context.Context, i *instance, mail *mailServer, listener net.Listener, password string, expected int) error {
	stop := e.progress(ctx, i)
	err := i.waitAssessed(ctx, int64(expected))
	stop()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.stdout, "ready %s %s %s\n", i.pageURL(listener), demoEmail, password); err != nil {
		return err
	}
	late := sample.LateArrivals()
	for n, m := range late {
		if !pause(ctx, demoPause) {
			return nil
		}
		m = m.ReceivedNow(now())
		if err := mail.deliver(m.Raw, m.ReceivedAt); err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "message %d of %d arrived while you watch\n", n+1, len(late))
	}
	fmt.Fprintln(e.stderr, "no more mail will come; stop with Ctrl-C")
	return nil
}

// waitAssessed returns once so many messages are in the ledger and nothing is left to do.
func (i *instance) waitAssessed(ctx context.Context, messages int64) error {
	for {
		received, err := i.received(ctx)
		if err != nil {
			return err
		}
		left, err := i.store.WorkLeft(ctx, screening.EngineVersion)
		if err != nil {
			return err
		}
		if received >= messages && left.Done() {
			return nil
		}
		if !pause(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// received counts the messages of the ledger whose bytes are here.
func (i *instance) received(ctx context.Context) (int64, error) {
	b, err := i.store.Balance(ctx, store.LedgerQuery{})
	return b.Received - b.ByState[store.Listed], err
}

// pause waits for d; false means that ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
