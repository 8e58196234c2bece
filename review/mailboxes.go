package review

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"dossier/internal/store"
)

// Mailboxes is what the pages ask of the intake about mail accounts.
type Mailboxes interface {
	// Fixed lists the accounts of the configuration file: shown, never changed here.
	Fixed() []FixedMailbox
	// Seal encrypts what is entered about an account, for the database.
	Seal(account, plain string) (string, error)
	// Provider fills in what a provider's manual says about its addresses and scopes.
	Provider(provider, tenant, grant string) (authURL, tokenURL string, scopes []string)
	// Try tests every folder of an account, fixed or not, and changes nothing. It is
	// bounded in time, and refuses with ErrTrying when too many are under way.
	Try(ctx context.Context, account string) ([]MailboxTrial, error)
	// Consent notes that a user is sent to the provider, and returns where to.
	Consent(ctx context.Context, account string, userID int64, redirect string) (string, error)
	// Agreed takes what the browser brought back from there.
	Agreed(ctx context.Context, query url.Values, userID int64) (account string, err error)
	// Changed has the pollers look at the accounts at once.
	Changed()
}

// ErrTrying says that too many tests of mailboxes are under way.
var ErrTrying = errors.New("too many tests at once")

// FixedMailbox is an account of the configuration file.
type FixedMailbox struct {
	Name, Address, Host, Login, Auth, Grant string
	Port                                    int
	Folders                                 []string
}

// MailboxTrial is what became of testing one folder.
type MailboxTrial struct {
	Folder   string
	Steps    []TrialStep
	Messages int
	// Subjects are those of the latest messages, newest first.
	Subjects []string
	// Junk are folders for unwanted mail that nobody watches.
	Junk []string
}

// TrialStep is one step of a trial.
type TrialStep struct {
	Step string
	// State is ok, failed or skipped.
	State string
	// Advice is the code of what to do, Detail what was answered; of a failed step only.
	Advice, Detail string
}

// Failed is the step that failed; nil when all went well.
func (t MailboxTrial) Failed() *TrialStep {
	for i := range t.Steps {
		if t.Steps[i].State == "failed" {
			return &t.Steps[i]
		}
	}
	return nil
}

// mailboxesPage lists the accounts.
type mailboxesPage struct {
	page
	Zone     string
	Accounts []accountLine
	// Others are watched folders of no account known here, and imports.
	Trials []MailboxTrial
	Tried  string
	// Sound tells that every folder of the account tried can be read.
	Sound bool
	// Account is the one that was tried, when it was entered here.
	Account *store.MailAccount
}

// accountLine is one account with its folders.
type accountLine struct {
	Name, Address, Host, Login, Auth, Grant string
	Port                                    int
	// ID and Version are 0 for an account of the configuration file.
	ID       int64
	Version  int
	Disabled bool
	Boxes    []accountBox
	// Connected tells whether somebody has agreed; true where nobody has to.
	Connected bool
}

// accountBox is one watched folder.
type accountBox struct {
	Folder  string
	Health  mailboxHealth
	Fault   string
	Notices []string
}

// showMailboxes answers GET /mailboxes.
func showMailboxes(r *request) error {
	p, err := r.mailboxesPage()
	if err != nil {
		return err
	}
	return r.render("mailboxes/list", p)
}

func (r *request) mailboxesPage() (*mailboxesPage, error) {
	ctx := r.Request().Context()
	p := &mailboxesPage{page: r.newPage("mailboxes", "mailboxes.title"), Zone: r.app.Zone}
	rows, err := r.app.Store.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	boxes := map[string]*store.Mailbox{}
	for i := range rows {
		boxes[rows[i].Name] = &rows[i]
	}
	tokens, err := r.app.Store.MailTokens(ctx)
	if err != nil {
		return nil, err
	}
	connected := func(name, grant string) bool {
		return grant != "refresh_token" || slices.ContainsFunc(tokens, func(t store.MailToken) bool { return t.Account == name })
	}
	taken := map[string]bool{}
	if r.app.Mailboxes != nil {
		for _, f := range r.app.Mailboxes.Fixed() {
			taken[f.Name] = true
			line := accountLine{Name: f.Name, Address: f.Address, Host: f.Host, Login: f.Login, Auth: f.Auth, Grant: f.Grant, Port: f.Port, Connected: connected(f.Name, f.Grant)}
			line.Boxes = r.accountBoxes(f.Name, f.Folders, boxes)
			p.Accounts = append(p.Accounts, line)
		}
	}
	accounts, err := r.app.Store.MailAccounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		line := accountLine{Name: a.Name, Address: a.Address, Host: a.Host, Login: a.Login, Auth: a.Auth, Grant: a.Grant, Port: a.Port,
			ID: a.ID, Version: a.Version, Disabled: a.Disabled || taken[a.Name], Connected: connected(a.Name, a.Grant)}
		line.Boxes = r.accountBoxes(a.Name, a.Folders, boxes)
		p.Accounts = append(p.Accounts, line)
	}
	return p, nil
}

func (r *request) accountBoxes(account string, folders []string, known map[string]*store.Mailbox) []accountBox {
	var out []accountBox
	for _, folder := range folders {
		b := accountBox{Folder: folder, Health: mailboxHealth{State: "never"}}
		if m := known[account+"/"+folder]; m != nil {
			b.Health = healthOf(m, r.app.late(r.now))
			if m.ErrorCode != "" && m.Watched {
				b.Fault = r.words.T("mailbox.fault." + string(m.ErrorCode))
			}
			for _, n := range m.Notices {
				if key := "mailbox.notice." + n.Code; r.words.Has(key) {
					b.Notices = append(b.Notices, r.words.T(key, "detail", n.Detail))
				}
			}
		}
		out = append(out, b)
	}
	return out
}

// tryMailbox answers POST /mailboxes/try: an account is tested and nothing is changed.
func tryMailbox(r *request) error {
	name := r.text("name", 200)
	return r.showTrial(name)
}

// showTrial tests an account by name and shows what came of it above the list.
func (r *request) showTrial(name string) error {
	if r.app.Mailboxes == nil {
		return fmt.Errorf("mailboxes: %w", store.ErrNotFound)
	}
	trials, err := r.app.Mailboxes.Try(r.Request().Context(), name)
	if errors.Is(err, ErrTrying) {
		r.say(false, "flash.mailbox_trying", 0, "")
		return r.redirect("/mailboxes")
	}
	if err != nil {
		return err
	}
	p, err := r.mailboxesPage()
	if err != nil {
		return err
	}
	p.Tried, p.Trials, p.Sound = name, trials, true
	for _, t := range trials {
		p.Sound = p.Sound && t.Failed() == nil
	}
	accounts, err := r.app.Store.MailAccounts(r.Request().Context())
	if err != nil {
		return err
	}
	for i, a := range accounts {
		if a.Name == name {
			p.Account = &accounts[i]
		}
	}
	return r.render("mailboxes/list", p)
}

// switchMailbox answers POST /mailboxes/:id/switch: reading stops, or starts again.
func switchMailbox(r *request) error {
	a, version, err := r.mailAccount()
	if err != nil {
		return err
	}
	off := r.FormValue("to") == "off"
	if err := r.app.Store.SetMailAccountDisabled(r.Request().Context(), a.ID, off, version, r.user.ID); err != nil {
		return err
	}
	r.app.mailboxesChanged()
	key := "flash.mailbox_on"
	if off {
		key = "flash.mailbox_off"
	}
	r.say(true, key, 0, a.Name)
	return r.redirect("/mailboxes")
}

// removeMailbox answers POST /mailboxes/:id/remove. What it brought stays.
func removeMailbox(r *request) error {
	a, version, err := r.mailAccount()
	if err != nil {
		return err
	}
	if r.FormValue("sure") != "yes" {
		r.say(false, "flash.mailbox_not_sure", 0, a.Name)
		return r.redirect(mailboxPath(a.ID))
	}
	if err := r.app.Store.RemoveMailAccount(r.Request().Context(), a.ID, version, r.user.ID); err != nil {
		return err
	}
	r.app.mailboxesChanged()
	r.say(true, "flash.mailbox_removed", 0, a.Name)
	return r.redirect("/mailboxes")
}

// connectPage leads to the provider. A form could not: the policy of our pages lets no
// form end elsewhere.
type connectPage struct {
	page
	Name, URL, Host string
}

// connectMailbox answers POST /mailboxes/connect: a person is about to agree.
func connectMailbox(r *request) error {
	name := r.text("name", 200)
	if r.app.Mailboxes == nil || name == "" {
		return fmt.Errorf("connect: %w", errBadInput)
	}
	address, err := r.app.Mailboxes.Consent(r.Request().Context(), name, r.user.ID, r.callback())
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	return r.render("mailboxes/connect", connectPage{page: r.newPage("mailboxes", "mailboxes.connect_title"), Name: name, URL: address, Host: u.Hostname()})
}

// callback is where the provider sends the browser back to.
func (r *request) callback() string {
	base := strings.TrimSuffix(r.app.PublicURL, "/")
	if base == "" {
		base = "http://" + r.Request().Host
	}
	return base + "/mailboxes/callback"
}

// agreedMailbox answers GET /mailboxes/callback. It changes something although it is a
// GET: the state in it is worth once, for a short while, and for who was sent away only.
func agreedMailbox(r *request) error {
	if r.app.Mailboxes == nil {
		return fmt.Errorf("callback: %w", store.ErrNotFound)
	}
	name, err := r.app.Mailboxes.Agreed(r.Request().Context(), r.QueryParams(), r.user.ID)
	switch {
	case errors.Is(err, store.ErrNotFound) && name == "":
		r.say(false, "flash.mailbox_stale", 0, "")
	case err != nil:
		r.app.Log.Warn("mailbox not connected", "request", requestID(r.Context), "err", err)
		r.say(false, "flash.mailbox_not_connected", 0, name)
	default:
		r.say(true, "flash.mailbox_connected", 0, name)
	}
	return r.redirect("/mailboxes")
}

// mailAccount finds the account a form is about, with the version it was shown in.
func (r *request) mailAccount() (a store.MailAccount, version int, err error) {
	id, err := r.intParam("id")
	if err != nil {
		return a, 0, err
	}
	if a, err = r.app.Store.MailAccountByID(r.Request().Context(), id); err != nil {
		return a, 0, err
	}
	if _, err := fmt.Sscanf(r.FormValue("version"), "%d", &version); err != nil && r.Request().Method != "GET" {
		return a, 0, fmt.Errorf("version: %w", errBadInput)
	}
	return a, version, nil
}

func mailboxPath(id int64) string { return fmt.Sprintf("/mailboxes/%d", id) }

func (a *app) mailboxesChanged() {
	if a.Mailboxes != nil {
		a.Mailboxes.Changed()
	}
}
