package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"dossier/intake"
	"dossier/intake/mailbox"
	"dossier/internal/config"
	"dossier/internal/store"
)

// mailAccount is one account that is read, wherever it was entered.
type mailAccount struct {
	config.Mailbox
	// page is the row of an account entered on a page; nil for one of the file.
	page *store.MailAccount
	// state changes with everything that is kept elsewhere and matters to the pollers.
	state string
}

// accounts lists what is to be read now: the configuration file's, then those entered on
// pages that are not switched off. A name that stands in both is the file's.
func (i *instance) accounts(ctx context.Context) ([]mailAccount, error) {
	agreed, err := i.agreed(ctx)
	if err != nil {
		return nil, err
	}
	var out []mailAccount
	named := map[string]bool{}
	for _, m := range i.cfg.Mailboxes {
		named[m.Name] = true
		out = append(out, mailAccount{Mailbox: m, state: agreed[m.Name]})
	}
	rows, err := i.store.MailAccounts(ctx)
	if err != nil {
		return nil, err
	}
	for n := range rows {
		if row := rows[n]; !row.Disabled && !named[row.Name] {
			out = append(out, mailAccount{Mailbox: fromPage(row), page: &rows[n], state: pageState(row, agreed)})
		}
	}
	return out, nil
}

// agreed tells when each account's consent was given, by account: a new consent starts the
// pollers anew, a rotation of the token does not.
func (i *instance) agreed(ctx context.Context) (map[string]string, error) {
	tokens, err := i.store.MailTokens(ctx)
	out := map[string]string{}
	for _, t := range tokens {
		out[t.Account] = t.ObtainedAt.UTC().Format(time.RFC3339Nano)
	}
	return out, err
}

// pageState is the state of an account entered on a page.
func pageState(a store.MailAccount, agreed map[string]string) string {
	return fmt.Sprint(a.Version, " ", agreed[a.Name])
}

// fromPage gives an account entered on a page the form of the file's. Its secrets stay
// sealed in the row.
func fromPage(a store.MailAccount) config.Mailbox {
	return config.Mailbox{Name: a.Name, Host: a.Host, Port: a.Port, TLS: a.TLS, User: a.Login, Address: a.Address, Auth: a.Auth,
		OAuth:   config.OAuth{Grant: a.Grant, ClientID: a.ClientID, AuthURL: a.AuthURL, TokenURL: a.TokenURL, Scopes: a.Scopes, SecretExpires: a.SecretExpiresOn},
		Folders: a.Folders, Since: a.SinceOn, AnswerSince: a.AnswerSinceOn, After: string(a.AfterAction), AfterName: a.AfterName, Stall: time.Minute}
}

// key names the account as it is: another key, other pollers.
func (a mailAccount) key() string {
	b, err := json.Marshal([]any{a.Mailbox, a.page != nil, a.state})
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// aboutSecret and aboutToken say what a sealed text is: it opens nowhere else.
func aboutSecret(account string) string { return "mail_account/" + account + "/secret" }
func aboutToken(account string) string  { return "mail_token/" + account + "/refresh" }

// secretOf is the account's password, or the secret of its client.
func (i *instance) secretOf(a mailAccount) func(context.Context) (string, error) {
	switch {
	case a.page != nil && a.page.Secret == "" && a.OAuth.Grant == "":
		return func(context.Context) (string, error) { return "", errors.New("none was entered") }
	case a.page != nil && a.page.Secret == "":
		return nil // a public client
	case a.page != nil:
		return func(context.Context) (string, error) {
			s, err := i.box.Open(a.page.Secret, aboutSecret(a.Name))
			if err != nil {
				return "", fmt.Errorf("the one in the database does not open: %w", err)
			}
			return s, nil
		}
	case a.OAuth.Grant == "":
		return func(context.Context) (string, error) { return a.Mailbox.Secret() }
	case a.OAuth.ClientSecret == "" && a.OAuth.ClientSecretFile == "" && a.OAuth.ClientSecretEnv == "":
		return nil
	}
	return func(context.Context) (string, error) { return a.ClientSecretOf() }
}

// tokensOf is the source of an account's access tokens, shared by its folders and by
// whatever else shows one; nil for an account with a password.
func (i *instance) tokensOf(a mailAccount) (*mailbox.Tokens, error) {
	if a.OAuth.Grant == "" {
		return nil, nil
	}
	i.tokenLock.Lock()
	defer i.tokenLock.Unlock()
	key := a.key()
	if t, ok := i.tokens[key]; ok {
		return t, nil
	}
	t, err := i.newTokens(a)
	if err != nil {
		return nil, err
	}
	if i.tokens == nil || len(i.tokens) > 1000 { // those of accounts that changed
		i.tokens = map[string]*mailbox.Tokens{}
	}
	i.tokens[key] = t
	return t, nil
}

func (i *instance) newTokens(a mailAccount) (*mailbox.Tokens, error) {
	return mailbox.NewTokens(mailbox.TokenConfig{Grant: mailbox.Grant(a.OAuth.Grant), ClientID: a.OAuth.ClientID, ClientSecret: i.secretOf(a),
		AuthURL: a.OAuth.AuthURL, TokenURL: a.OAuth.TokenURL, Scopes: a.OAuth.Scopes, Store: &refreshTokens{i: i, a: a}})
}

// imapConfig is how one folder of an account is reached.
func (i *instance) imapConfig(a mailAccount, folder string) (mailbox.IMAPConfig, error) {
	c := mailbox.IMAPConfig{
		Host: a.Host, Port: a.Port, TLS: mailbox.TLSMode(a.TLS), CAFile: a.CAPath(), User: a.User, Auth: mailbox.AuthMethod(a.Auth),
		Secret: i.secretOf(a), Folder: folder, Stall: a.Stall, MaxBytes: i.cfg.Limits.MessageBytes(),
	}
	if a.page != nil {
		c.CAPEM = a.page.CAPEM
	}
	tokens, err := i.tokensOf(a)
	if err != nil {
		return c, fmt.Errorf("mailbox %s: %w", a.Name, err)
	}
	if tokens != nil {
		c.Secret, c.Renew = tokens.Token, tokens.Renew
	}
	return c, nil
}

// refreshTokens keeps an account's refresh token, sealed, in the database.
type refreshTokens struct {
	i *instance
	a mailAccount
}

// Refresh implements mailbox.RefreshStore. A token in a file counts until the server
// replaces it, and again when the file holds another.
func (r *refreshTokens) Refresh(ctx context.Context) (string, int, error) {
	given, err := r.a.RefreshToken()
	if err != nil {
		return "", 0, err
	}
	t, err := r.i.store.MailTokenOf(ctx, r.a.Name)
	if errors.Is(err, store.ErrNotFound) && given == "" {
		return "", 0, mailbox.ErrNoConsent
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", 0, err
	}
	if origin := fingerprint(given); given != "" && (err != nil || t.Origin != origin) {
		sealed, err := r.i.box.Seal(given, aboutToken(r.a.Name))
		if err != nil {
			return "", 0, err
		}
		if t, err = r.i.store.PutMailToken(ctx, store.MailToken{Account: r.a.Name, Refresh: sealed, Origin: origin}); err != nil {
			return "", 0, err
		}
	}
	token, err := r.i.box.Open(t.Refresh, aboutToken(r.a.Name))
	if err != nil {
		return "", 0, fmt.Errorf("the refresh token in the database does not open: %w", err)
	}
	return token, t.Version, nil
}

// Rotate implements mailbox.RefreshStore.
func (r *refreshTokens) Rotate(ctx context.Context, version int, token string, expiresAt *time.Time) error {
	sealed, err := r.i.box.Seal(token, aboutToken(r.a.Name))
	if err != nil {
		return err
	}
	_, err = r.i.store.RotateMailToken(ctx, store.MailToken{Account: r.a.Name, Version: version}, sealed, expiresAt)
	if errors.Is(err, store.ErrConflict) {
		return mailbox.ErrTokenChanged
	}
	return err
}

// fingerprint tells two tokens apart without keeping either.
func fingerprint(token string) string {
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("refresh token\x00" + token))
	return hex.EncodeToString(sum[:8])
}

// warnAhead is how long before a secret ends people are told.
const warnAhead = 30 * 24 * time.Hour

// noticesOf says what people should know of an account: secrets that end soon.
func (i *instance) noticesOf(a mailAccount) func(ctx context.Context) []store.MailboxNotice {
	if a.OAuth.Grant == "" {
		return nil
	}
	return func(ctx context.Context) []store.MailboxNotice {
		var out []store.MailboxNotice
		soon := time.Now().Add(warnAhead)
		if at := a.OAuth.SecretExpiresAt(); !at.IsZero() && at.Before(soon) {
			out = append(out, store.MailboxNotice{Code: store.NoticeSecretExpires, Detail: a.OAuth.SecretExpires})
		}
		if a.OAuth.Grant != string(mailbox.GrantRefresh) {
			return out
		}
		if t, err := i.store.MailTokenOf(ctx, a.Name); err == nil && t.ExpiresAt != nil && t.ExpiresAt.Before(soon) {
			out = append(out, store.MailboxNotice{Code: store.NoticeTokenExpires, Detail: t.ExpiresAt.Format(time.DateOnly)})
		}
		return out
	}
}

// wanted lists the pollers that should run. kept is called when messages were stored.
func (i *instance) wanted(ctx context.Context, kept func()) ([]intake.Wanted, error) {
	accounts, err := i.accounts(ctx)
	if err != nil {
		return nil, err
	}
	var out []intake.Wanted
	for _, a := range accounts {
		for n, folder := range a.Folders {
			name := mailboxName(a.Mailbox, folder)
			out = append(out, intake.Wanted{Key: a.key() + "/" + folder, Name: name, Make: func() (*intake.Poller, error) {
				return i.poller(a, folder, n == 0, kept)
			}})
		}
	}
	return out, nil
}

// poller prepares the poller of one folder. One poller an account, the first, asks for
// what concerns the whole account.
func (i *instance) poller(a mailAccount, folder string, first bool, kept func()) (*intake.Poller, error) {
	c, err := i.imapConfig(a, folder)
	if err != nil {
		return nil, err
	}
	source, err := mailbox.NewIMAP(c)
	if err != nil {
		return nil, fmt.Errorf("mailbox %s: %w", a.Name, err)
	}
	pc := intake.PollerConfig{
		Store: i.store, Blobs: i.blobs, Log: i.log, Now: time.Now, Source: source, Owner: i.owner,
		Mailbox:  store.NewMailbox{Name: mailboxName(a.Mailbox, folder), Account: a.Name, Folder: folder, Kind: store.KindIMAP},
		MaxBytes: i.cfg.Limits.MessageBytes(), Every: i.cfg.Poll.Every, Kept: kept, Since: a.SinceAt(), AnswerSince: a.AnswerSinceAt(),
		After: intake.After{Action: store.AfterAction(a.After), Name: a.AfterName}, Told: i.meters.round, Room: i.room, At: failpoint,
	}
	if first {
		pc.Watched, pc.Notices = a.Folders, i.noticesOf(a)
	}
	return intake.NewPoller(pc), nil
}

// mailboxName is what the ledger calls a watched folder.
func mailboxName(m config.Mailbox, folder string) string { return m.Name + "/" + folder }

// probeWithin bounds the trial of one folder.
const probeWithin = 30 * time.Second

// try tests one folder of an account, step by step. What the error says is safe to show:
// a secret in it, should a server repeat one, is taken out.
func (i *instance) try(ctx context.Context, a mailAccount, folder string, subjects int) mailbox.Probe {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	c, err := i.imapConfig(a, folder)
	if err != nil {
		return mailbox.Probe{Failed: mailbox.StepSecret, Err: err}
	}
	var shown string
	if give := c.Secret; give != nil {
		c.Secret = func(ctx context.Context) (s string, err error) {
			s, err = give(ctx)
			shown = s
			return s, err
		}
	}
	moveTo := ""
	if a.After == string(store.AfterMove) {
		moveTo = a.AfterName
	}
	p := mailbox.Try(ctx, c, mailbox.Trial{Subjects: subjects, Changes: cmp.Or(a.After, "none") != "none", MoveTo: moveTo})
	if p.Err != nil && len(shown) >= 4 && strings.Contains(p.Err.Error(), shown) {
		p.Err = errors.New(strings.ReplaceAll(p.Err.Error(), shown, "***"))
	}
	return p
}
