package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake/mailbox"
	"dossier/internal/account"
	"dossier/internal/store"
)

func mailboxCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{Use: "mailbox", Short: "List, test and connect mail accounts", Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var subjects bool
	test := &cobra.Command{Use: "test NAME", Short: "Try one account step by step, changing nothing", Args: oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withSecrets(cmd.Context(), func(ctx context.Context, i *instance) error { return e.testMailbox(ctx, i, args[0], subjects) })
		}}
	test.Flags().BoolVar(&subjects, "subjects", false, "show the subjects of the three latest messages")
	var addr string
	connect := &cobra.Command{Use: "connect NAME", Short: "Agree once that an account is read (refresh token)", Args: oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withSecrets(cmd.Context(), func(ctx context.Context, i *instance) error { return e.connectMailbox(ctx, i, args[0], addr) })
		}}
	connect.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "host:port on this machine that the browser is sent back to")
	forget := &cobra.Command{Use: "forget-secrets", Short: "Drop all secrets of mail accounts from the database, when their key is lost", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.forgetSecrets(cmd.Context()) }}
	list := &cobra.Command{Use: "list", Short: "List the accounts that are read, and how they do", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.listMailboxes(cmd.Context()) }}
	cmd.AddCommand(list, test, connect, forget)
	return cmd
}

func oneName(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("want the name of one account")
	}
	return nil
}

// account finds one account by name.
func (i *instance) account(ctx context.Context, name string) (mailAccount, error) {
	accounts, err := i.accounts(ctx)
	if err != nil {
		return mailAccount{}, err
	}
	var names []string
	for _, a := range accounts {
		if a.Name == name {
			return a, nil
		}
		names = append(names, a.Name)
	}
	if len(names) == 0 {
		return mailAccount{}, fmt.Errorf("mailbox %q: %w: none is set up yet", name, store.ErrNotFound)
	}
	return mailAccount{}, fmt.Errorf("mailbox %q: %w: there is %s", name, store.ErrNotFound, strings.Join(names, ", "))
}

func (e *environment) listMailboxes(ctx context.Context) error {
	return e.with(ctx, func(i *instance) error {
		accounts, err := i.accounts(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
		for _, a := range accounts {
			where := "file"
			if a.page != nil {
				where = "page"
			}
			for _, folder := range a.Folders {
				last := "never read"
				if m, err := i.store.MailboxByName(ctx, mailboxName(a.Mailbox, folder)); err == nil {
					if m.LastGoodAt != nil {
						last = "last good round " + m.LastGoodAt.UTC().Format(time.RFC3339)
					}
					last += prefixed(", fault: ", string(m.ErrorCode))
				}
				fmt.Fprintf(w, "%s\t%s:%d\t%s\t%s\t%s\n", mailboxName(a.Mailbox, folder), a.Host, a.Port, a.Auth, where, last)
			}
		}
		return w.Flush()
	})
}

func (e *environment) testMailbox(ctx context.Context, i *instance, name string, subjects bool) error {
	a, err := i.anyAccount(ctx, name)
	if err != nil {
		return err
	}
	count := 0
	if subjects {
		count = 3
	}
	var failed []error
	for _, folder := range a.Folders {
		p := i.try(ctx, a, folder, count)
		fmt.Fprintf(e.stdout, "%s\n", mailboxName(a.Mailbox, folder))
		for _, step := range p.Passed {
			fmt.Fprintf(e.stdout, "  ok      %s\n", step)
		}
		if p.Err != nil {
			fmt.Fprintf(e.stdout, "  failed  %s: %v\n          -> %s\n", p.Failed, p.Err, advice(a, p))
			failed = append(failed, fmt.Errorf("%s: %s failed", mailboxName(a.Mailbox, folder), p.Failed))
			continue
		}
		fmt.Fprintf(e.stdout, "  %d messages\n", p.Folder.Messages)
		for _, s := range p.Subjects {
			fmt.Fprintf(e.stdout, "  subject: %s\n", s)
		}
	}
	return errors.Join(failed...)
}

// consentLife is how long a person may take to agree.
const consentLife = 15 * time.Minute

// connectMailbox has a person agree in a browser. The browser is sent back to a listener
// of ours, on this machine; whoever sits at another one pastes the address it ended on.
func (e *environment) connectMailbox(ctx context.Context, i *instance, name, addr string) error {
	a, err := i.anyAccount(ctx, name)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return usagef("--addr %q: want an address of this machine like 127.0.0.1:0", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	redirect := "http://" + listener.Addr().String() + "/callback"
	address, err := i.beginConsent(ctx, a, 0, redirect)
	if err != nil {
		_ = listener.Close() // nothing came
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, consentLife)
	defer cancel()
	came := make(chan url.Values, 1)
	offer := func(q url.Values) {
		select {
		case came <- q:
		default: // one is enough
		}
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/callback" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintln(w, "Go back to the terminal.")
		offer(r.URL.Query())
	})}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()
	fmt.Fprintf(e.stderr, "Open this address in a browser and agree:\n\n  %s\n\nWhen the browser runs on another machine it ends on a page it cannot open: paste that page's address here.\n", address)
	go func() {
		lines := bufio.NewScanner(e.stdin)
		for lines.Scan() {
			if u, err := url.Parse(strings.TrimSpace(lines.Text())); err == nil && u.Query().Has("state") {
				offer(u.Query())
			}
		}
	}()
	select {
	case <-ctx.Done():
		return fmt.Errorf("nobody agreed: %w", ctx.Err())
	case q := <-came:
		if _, err := i.finishConsent(ctx, q, 0); err != nil {
			return err
		}
	}
	fmt.Fprintf(e.stderr, "%s is connected; dossier mailbox test %s tries it out.\n", name, name)
	return nil
}

// beginConsent notes that somebody is sent to the provider, and returns where to.
func (i *instance) beginConsent(ctx context.Context, a mailAccount, userID int64, redirect string) (string, error) {
	if a.OAuth.RefreshTokenFile != "" {
		return "", fmt.Errorf("mailbox %s: its token comes from refresh_token_file: take that setting away first", a.Name)
	}
	tokens, err := i.tokensOf(a)
	if err != nil {
		return "", err
	}
	if tokens == nil {
		return "", fmt.Errorf("mailbox %s: it logs in with a password: nobody has to agree", a.Name)
	}
	state, verifier := account.NewToken(), mailbox.Verifier()
	address, err := tokens.ConsentURL(redirect, state, verifier, a.User)
	if err != nil {
		return "", fmt.Errorf("mailbox %s: %w", a.Name, err)
	}
	hash := stateHash(state)
	sealed, err := i.box.Seal(verifier, "mail_consent/"+hash)
	if err != nil {
		return "", err
	}
	err = i.store.BeginConsent(ctx, store.MailConsent{StateHash: hash, Account: a.Name, UserID: userID, Verifier: sealed, RedirectURL: redirect}, consentLife)
	return address, err
}

func stateHash(state string) string {
	sum := sha256.Sum256([]byte(state))
	return hex.EncodeToString(sum[:])
}

// errNotAgreed: the person said no, or the provider did.
var errNotAgreed = errors.New("the provider gave no consent")

// finishConsent takes what the browser brought back and keeps the token.
func (i *instance) finishConsent(ctx context.Context, q url.Values, userID int64) (name string, err error) {
	hash := stateHash(q.Get("state"))
	c, err := i.store.TakeConsent(ctx, hash, userID)
	if err != nil {
		return "", fmt.Errorf("consent: %w", err)
	}
	if q.Get("code") == "" {
		return c.Account, errNotAgreed
	}
	a, err := i.anyAccount(ctx, c.Account)
	if err != nil {
		return c.Account, err
	}
	verifier, err := i.box.Open(c.Verifier, "mail_consent/"+hash)
	if err != nil {
		return c.Account, err
	}
	tokens, err := i.tokensOf(a)
	if err != nil || tokens == nil {
		return c.Account, errors.Join(err, errNotAgreed)
	}
	refresh, expiresAt, err := tokens.Exchange(ctx, c.RedirectURL, q.Get("code"), verifier)
	if err != nil {
		return c.Account, err
	}
	sealed, err := i.box.Seal(refresh, aboutToken(a.Name))
	if err != nil {
		return c.Account, err
	}
	err = i.store.FinishConsent(ctx, store.MailToken{Account: a.Name, Refresh: sealed, ExpiresAt: expiresAt}, userID)
	if err == nil {
		i.matchSoon()
	}
	return c.Account, err
}

// matchSoon has the pollers of this process matched with the accounts; others look for
// themselves every few seconds.
func (i *instance) matchSoon() {
	select {
	case i.poke <- struct{}{}:
	default: // it is going to be
	}
}

func (e *environment) forgetSecrets(ctx context.Context) error {
	return e.with(ctx, func(i *instance) error {
		n, err := i.store.ForgetSecrets(ctx, 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "%d secrets were dropped; enter them anew on the page, and connect the accounts again.\n", n)
		return nil
	})
}
