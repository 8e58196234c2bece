package review

import (
	"encoding/pem"
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
)

// mailboxForm is an account being entered or changed.
type mailboxForm struct {
	page
	store.MailAccount
	// Way is password, client or person.
	Way string
	// Provider and Tenant fill in addresses; they are not kept.
	Provider, Tenant string
	// Port and the lists are as typed.
	PortText, FoldersText, ScopesText string
	// HasSecret tells that one is kept; it is never shown.
	HasSecret bool
	// Problems are keys of sentences, by field.
	Problems map[string]string
}

// The ways to log in, and the providers, in the order the page offers them.
var (
	mailboxWays      = []string{"password", "client", "person"}
	mailboxProviders = []string{"", "microsoft", "google"}
)

// Ways and Providers list the choices for the template.
func (mailboxForm) Ways() []string      { return mailboxWays }
func (mailboxForm) Providers() []string { return mailboxProviders }
func (mailboxForm) TLSModes() []string  { return []string{"tls", "starttls", "none"} }
func (mailboxForm) Actions() []store.AfterAction {
	return []store.AfterAction{store.AfterNone, store.AfterKeyword, store.AfterMove}
}

// newMailbox answers GET /mailboxes/new.
func newMailbox(r *request) error {
	f := mailboxForm{page: r.newPage("mailboxes", "mailboxes.new"), Way: "password", PortText: "993", FoldersText: "INBOX",
		MailAccount: store.MailAccount{TLS: "tls", Auth: "xoauth2", AfterAction: store.AfterNone}}
	return r.render("mailboxes/edit", f)
}

// editMailbox answers GET /mailboxes/:id.
func editMailbox(r *request) error {
	a, _, err := r.mailAccount()
	if err != nil {
		return err
	}
	f := mailboxForm{page: r.newPage("mailboxes", a.Name), MailAccount: a, HasSecret: a.Secret != "", PortText: strconv.Itoa(a.Port),
		FoldersText: strings.Join(a.Folders, "\n"), ScopesText: strings.Join(a.Scopes, " ")}
	switch a.Grant {
	case "client_credentials":
		f.Way = "client"
	case "refresh_token":
		f.Way = "person"
	default:
		f.Way, f.Auth = "password", "xoauth2"
	}
	return r.render("mailboxes/edit", f)
}

// addMailbox answers POST /mailboxes. What is new is not read before somebody says so.
func addMailbox(r *request) error {
	f := r.mailboxForm("mailboxes.new")
	f.Disabled = true
	if len(f.Problems) == 0 {
		if err := r.sealInto(&f); err != nil {
			return err
		}
		a, err := r.app.Store.AddMailAccount(r.Request().Context(), f.MailAccount, r.user.ID)
		switch {
		case errors.Is(err, store.ErrConflict):
			f.Problems["name"] = "mailboxes.problem.taken"
		case err != nil:
			return err
		default:
			r.app.mailboxesChanged()
			return r.saved(a)
		}
	}
	f.Secret = ""
	return r.renderStatus(422, "mailboxes/edit", f)
}

// saveMailbox answers POST /mailboxes/:id.
func saveMailbox(r *request) error {
	was, version, err := r.mailAccount()
	if err != nil {
		return err
	}
	f := r.mailboxForm(was.Name)
	f.ID, f.Name, f.Version, f.Disabled = was.ID, was.Name, version, was.Disabled
	f.HasSecret = was.Secret != ""
	delete(f.Problems, "name")
	// A secret was entered for one server: it does not follow to another by itself.
	if was.Secret != "" && r.FormValue("secret") == "" && (was.TokenURL != f.TokenURL || !f.SameServer(was)) {
		f.Problems["secret"] = "mailboxes.problem.secret_again"
	}
	if len(f.Problems) > 0 {
		f.Secret = ""
		return r.renderStatus(422, "mailboxes/edit", f)
	}
	if err := r.sealInto(&f); err != nil {
		return err
	}
	a, err := r.app.Store.ChangeMailAccount(r.Request().Context(), f.MailAccount, version, r.user.ID)
	if err != nil {
		return err
	}
	r.app.mailboxesChanged()
	return r.saved(a)
}

// saved goes on to the test when that was asked for, else back to the list.
func (r *request) saved(a store.MailAccount) error {
	if r.FormValue("then") == "try" {
		return r.showTrial(a.Name)
	}
	r.say(true, "flash.mailbox_saved", 0, a.Name)
	return r.redirect("/mailboxes")
}

// sealInto puts the secret that was typed, sealed, into the account.
func (r *request) sealInto(f *mailboxForm) error {
	plain := r.FormValue("secret")
	f.Secret = ""
	if plain == "" {
		return nil
	}
	var err error
	f.Secret, err = r.app.Mailboxes.Seal(f.Name, plain)
	return err
}

var (
	hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,62}\.)*[A-Za-z0-9.-]{0,62}[A-Za-z0-9]$|^[A-Za-z0-9]$`)
	keyword  = regexp.MustCompile(`^[$A-Za-z0-9_-]{1,60}$`)
)

// mailboxForm reads the form and notes what is wrong with it, field by field.
func (r *request) mailboxForm(title string) mailboxForm {
	f := mailboxForm{page: r.newPage("mailboxes", title), Way: r.FormValue("way"), Provider: r.FormValue("provider"), Tenant: r.text("tenant", 100),
		PortText: r.text("port", 10), FoldersText: r.text("folders", 4000), ScopesText: r.text("scopes", 2000), Problems: map[string]string{}}
	a := &f.MailAccount
	a.Name, a.Address, a.Host, a.Login = r.text("name", 100), r.text("address", 254), r.text("host", 253), r.text("login", 254)
	a.TLS, a.CAPEM, a.ClientID, a.AuthURL, a.TokenURL = r.FormValue("tls"), r.text("ca", 64<<10), r.text("client_id", 300), r.text("auth_url", 500), r.text("token_url", 500)
	a.SinceOn, a.AnswerSinceOn, a.SecretExpiresOn = r.text("since", 10), r.text("answer_since", 10), r.text("secret_expires", 10)
	a.AfterAction, a.AfterName = store.AfterAction(r.FormValue("after")), r.text("after_name", 200)
	wrong := func(field, problem string) {
		if f.Problems[field] == "" {
			f.Problems[field] = "mailboxes.problem." + problem
		}
	}
	if a.Name == "" || strings.ContainsAny(a.Name, "/\r\n\t") {
		wrong("name", "name")
	}
	if r.app.Mailboxes != nil && slices.ContainsFunc(r.app.Mailboxes.Fixed(), func(x FixedMailbox) bool { return x.Name == a.Name }) {
		wrong("name", "taken")
	}
	if net.ParseIP(a.Host) == nil && !hostName.MatchString(a.Host) {
		wrong("host", "host")
	}
	var err error
	if a.Port, err = strconv.Atoi(f.PortText); err != nil || a.Port < 1 || a.Port > 65535 {
		wrong("port", "port")
	}
	if a.Login == "" {
		wrong("login", "missing")
	}
	if !slices.Contains(f.TLSModes(), a.TLS) {
		wrong("tls", "choice")
	}
	if a.TLS == "none" && !isLoopback(a.Host) {
		wrong("tls", "clear")
	}
	if a.CAPEM != "" {
		if block, _ := pem.Decode([]byte(a.CAPEM)); block == nil || block.Type != "CERTIFICATE" {
			wrong("ca", "ca")
		}
	}
	for _, line := range strings.Split(f.FoldersText, "\n") {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(a.Folders, line) {
			a.Folders = append(a.Folders, line)
		}
	}
	if len(a.Folders) == 0 || len(a.Folders) > 50 {
		wrong("folders", "folders")
	}
	for field, day := range map[string]string{"since": a.SinceOn, "answer_since": a.AnswerSinceOn, "secret_expires": a.SecretExpiresOn} {
		if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
			wrong(field, "day")
		}
	}
	r.readWay(&f, wrong)
	switch a.AfterAction {
	case store.AfterNone:
		a.AfterName = ""
	case store.AfterKeyword:
		if a.AfterName == "" {
			a.AfterName = "$Dossier"
		}
		if !keyword.MatchString(a.AfterName) {
			wrong("after_name", "keyword")
		}
	case store.AfterMove:
		if a.AfterName == "" || slices.Contains(a.Folders, a.AfterName) {
			wrong("after_name", "move")
		}
	default:
		wrong("after", "choice")
	}
	return f
}

// readWay reads how the account is logged in to.
func (r *request) readWay(f *mailboxForm, wrong func(field, problem string)) {
	a := &f.MailAccount
	switch f.Way {
	case "password":
		a.Auth = "password"
		a.ClientID, a.AuthURL, a.TokenURL, f.ScopesText, a.SecretExpiresOn = "", "", "", "", ""
		return
	case "client":
		a.Grant = "client_credentials"
	case "person":
		a.Grant = "refresh_token"
	default:
		wrong("way", "choice")
		return
	}
	a.Auth = r.FormValue("auth")
	if a.Auth != "xoauth2" && a.Auth != "oauthbearer" {
		wrong("auth", "choice")
	}
	if !slices.Contains(mailboxProviders, f.Provider) {
		wrong("provider", "choice")
	}
	if f.Provider == "microsoft" && f.Tenant == "" {
		wrong("tenant", "missing")
	}
	a.Scopes = strings.Fields(f.ScopesText)
	if f.Provider != "" && r.app.Mailboxes != nil {
		a.AuthURL, a.TokenURL, a.Scopes = r.app.Mailboxes.Provider(f.Provider, f.Tenant, a.Grant)
		f.ScopesText = strings.Join(a.Scopes, " ")
	}
	if a.ClientID == "" {
		wrong("client_id", "missing")
	}
	if !isSafeEndpoint(a.TokenURL) {
		wrong("token_url", "endpoint")
	}
	if a.Grant == "refresh_token" && !isSafeEndpoint(a.AuthURL) {
		wrong("auth_url", "endpoint")
	}
}

// isSafeEndpoint tells whether a secret may be sent to an address.
func isSafeEndpoint(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Host))
}
