package review

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

// page is what every page has; page structs embed it.
type page struct {
	Title string
	// Section is the entry of the navigation the page belongs to.
	Section string
	User    *store.User
	// May tells which controls to show: {{if .May.Decide}}.
	May  may
	CSRF string
	// Path is the page's own address with its query, to come back to.
	Path  string
	Theme string
	Now   time.Time
	Nav   nav
	Flash *flash
	// Keys are what the sheet behind "?" lists.
	Keys []keyHelp
	// Silent are the mailboxes nobody reads any more, for those who see the intake.
	Silent string
	// NoRoom warns that a disk is full.
	NoRoom bool
	// PlainHTTP warns that the page travels unencrypted over a network.
	PlainHTTP bool
}

// may is what the signed-in account allows, for templates.
type may struct {
	View, Judge, Decide, EditVacancies, SortMessages, ViewIntake, RunIntake, ManageAccounts, ManageMailboxes bool
}

// nav is the side of the page.
type nav struct {
	Items []navItem
	// Views are the saved views of the list on the page.
	Views []navView
}

type navItem struct {
	Section, Path, Icon, Label string
	Count                      int
	// Alert marks a count that waits for somebody.
	Alert bool
}

// newPage fills in what every page has. title is a key, or a text when no such key exists.
func (r *request) newPage(section, title string) page {
	p := page{Section: section, Title: title, User: r.user, Path: r.Request().URL.RequestURI(), Now: r.now}
	if r.words.Has(title) {
		p.Title = r.words.T(title)
	}
	p.Keys = listKeys
	if token, ok := r.Get("csrf").(string); ok {
		p.CSRF = token
	}
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "dark" || c.Value == "light") {
		p.Theme = c.Value
	}
	p.PlainHTTP = !r.app.secure && !isLoopback(r.Request().Host) && !r.app.cameSafely(r.Request())
	p.Flash = r.takeFlash()
	if r.user != nil {
		p.May = may{
			View: r.may(account.ViewApplications), Judge: r.may(account.Judge), Decide: r.may(account.Decide),
			EditVacancies: r.may(account.EditVacancies), SortMessages: r.may(account.SortMessages),
			ViewIntake: r.may(account.ViewIntake), RunIntake: r.may(account.RunIntake), ManageAccounts: r.may(account.ManageAccounts), ManageMailboxes: r.may(account.ManageMailboxes),
		}
		p.Nav = r.navigation()
		p.NoRoom = r.noRoom()
		if r.may(account.ViewIntake) {
			p.Silent = strings.Join(r.silent(), ", ")
		}
	}
	return p
}

// navigation lists the sections the account may open, with what waits in them. A count
// that cannot be had is left out: the page matters more.
func (r *request) navigation() nav {
	counts, err := r.app.nav.get(r.Request().Context(), r.app.Store, r.within(), r.now)
	if err != nil {
		r.app.Log.Warn("navigation counts", "err", err)
	}
	var n nav
	if r.may(account.ViewApplications) {
		n.Items = append(n.Items,
			navItem{Section: "vacancies", Path: "/vacancies", Icon: "brief", Label: "nav.vacancies", Count: counts.OpenVacancies},
			navItem{Section: "unclear", Path: "/unclear", Icon: "ask", Label: "nav.unclear", Count: counts.Unclear},
			navItem{Section: "search", Path: "/search", Icon: "search", Label: "nav.search"})
	}
	if r.may(account.ViewApplications) {
		n.Items = append(n.Items, navItem{Section: "mentions", Path: "/mentions", Icon: "pen", Label: "nav.mentions", Count: r.unseenMentions()})
	}
	if r.may(account.WriteApplicants) {
		n.Items = append(n.Items, navItem{Section: "outbox", Path: "/outbox", Icon: "arrow", Label: "nav.outbox", Count: r.outboxWaiting(), Alert: true})
	}
	if r.may(account.ViewIntake) {
		n.Items = append(n.Items, navItem{Section: "intake", Path: "/intake", Icon: "inbox", Label: "nav.intake", Count: counts.Attention, Alert: true})
		n.Items = append(n.Items, navItem{Section: "mailboxes", Path: "/mailboxes", Icon: "mail", Label: "nav.mailboxes"})
	}
	if r.may(account.ViewApplications) {
		n.Items = append(n.Items, navItem{Section: "checklists", Path: "/checklists", Icon: "list", Label: "nav.checklists"})
	}
	if r.may(account.ViewTrail) {
		n.Items = append(n.Items, navItem{Section: "trail", Path: "/trail", Icon: "list", Label: "nav.trail"})
	}
	if r.may(account.HandlePersonalData) {
		n.Items = append(n.Items, navItem{Section: "privacy", Path: "/privacy", Icon: "lock", Label: "nav.privacy", Count: r.requestsDue(), Alert: true})
	}
	if r.may(account.ManageAccounts) {
		n.Items = append(n.Items, navItem{Section: "team", Path: "/team", Icon: "users", Label: "nav.team"})
	}
	n.Items = append(n.Items, navItem{Section: "settings", Path: "/settings", Icon: "sliders", Label: "nav.settings"})
	return r.openTo(n)
}

// unseenMentions counts the notes that call the reader; like the other counts it is left
// out when it cannot be had.
func (r *request) unseenMentions() int {
	n, err := r.app.Store.UnseenMentions(r.Request().Context(), r.user.ID)
	if err != nil {
		r.app.Log.Warn("mentions", "err", err)
	}
	return n
}

// requestsDue counts the requests about personal data that are due within a week; like the
// other counts it is left out when it cannot be had.
func (r *request) requestsDue() int {
	_, soon, err := r.app.Store.OpenPrivacyRequests(r.Request().Context())
	if err != nil {
		r.app.Log.Warn("requests about personal data", "err", err)
	}
	return soon
}

func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// flash is a sentence shown once, on the page after a POST.
type flash struct {
	// Kind is good or bad.
	Kind, Text string
}

// flashNote travels in a cookie: a key of the catalogue and what fills it, so that a
// forged one says nothing of its own but the fillings, which are escaped.
type flashNote struct {
	Good bool   `json:"g,omitempty"`
	Key  string `json:"k"`
	N    int    `json:"n,omitempty"`
	Name string `json:"a,omitempty"`
}

const flashLife = time.Minute

// say leaves a sentence for the next page: the text of key, for n things, about name.
func (r *request) say(good bool, key string, n int, name string) {
	b, err := json.Marshal(flashNote{Good: good, Key: key, N: n, Name: name})
	if err == nil {
		r.SetCookie(r.app.cookie("flash", base64.RawURLEncoding.EncodeToString(b), flashLife))
	}
}

func (r *request) takeFlash() *flash {
	c, err := r.Cookie(r.app.cookieName("flash"))
	if err != nil || r.Response().Committed {
		return nil
	}
	r.SetCookie(r.app.cookie("flash", "", -time.Second))
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	var note flashNote
	if err != nil || json.Unmarshal(b, &note) != nil || !r.words.Has(note.Key) {
		return nil
	}
	f := &flash{Kind: "bad", Text: r.words.N(note.Key, note.N, "name", note.Name)}
	if note.Good {
		f.Kind = "good"
	}
	return f
}
