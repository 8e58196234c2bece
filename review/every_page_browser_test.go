package review

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

// notWalked are the addresses that show no page of their own to somebody signed in.
var notWalked = map[string]string{
	"/healthz":                    "text for a watchdog",
	"/readyz":                     "text for a watchdog",
	"/":                           "leads on",
	"/signin":                     "a visitor's, walked beside",
	"/signin/code":                "asks for a half-finished sign-in: TestPagesAboutAccountsAreAccessible",
	"/signin/provider":            "leads to the provider",
	providerCallback:              "leads on",
	"/enter/:token":               "a visitor's, walked beside",
	"/vacancies/:slug/draft.yaml": "a file",
	"/vacancies/:slug/panel.pdf":  "a file",
	"/documents/:id/content":      "a file",
	"/documents/:id/pages/:page":  "a picture",
	"/applications/:id/messages/:message/html": "a mail's own markup in its frame",
	"/intake/messages/:id/raw":                 "a file",
	"/intake/messages/:id/files/:file":         "a file",
	"/mailboxes/callback":                      "leads on",
	"/privacy/people":                          "leads on",
	"/privacy/records/:record":                 "a file",
}

// everyPage is an instance with something on each page, and an address for each route that
// shows one.
func everyPage(t *testing.T) (*desk, map[string]string, string) {
	d := newDesk(t).sending()
	id := d.awa()
	d.addUser(account.Admin, "Karim Daubry")
	other := d.second("Tiago Marchand", screening.NotMet)
	d.fillVacancies()
	m := d.queue(id, nil)
	v := d.drafted(stageNotice)
	d.post(account.HR, draftPath("communication-calais", "edit")).want(http.StatusSeeOther)
	d.post(account.HR, draftPath("communication-calais", "tryout")).want(http.StatusSeeOther)
	box, err := d.store.AddMailAccount(t.Context(), store.MailAccount{Name: "intake", Host: "mail.rivenord.example", Port: 993, TLS: "tls", Login: "intake", Auth: "password", Secret: "sealed", Folders: []string{"INBOX"}}, d.users[account.Admin].ID)
	if err != nil {
		t.Fatal(err)
	}
	link := account.NewToken()
	if err := d.store.GivePass(t.Context(), account.HashToken(link), store.PassInvite, d.users[account.Reader].ID, 0); err != nil {
		t.Fatal(err)
	}
	return d, map[string]string{
		"/applications/:id":                    applicationPath(id),
		"/applications/:id/write":              applicationPath(id) + "/write?kind=missing",
		"/applications/:id/outgoing/:outgoing": outgoingPath(id, m.ID),
		"/vacancies/:slug/compare":             comparePath("communication-calais", []int64{id, other}),
		"/vacancies/:slug/edit":                draftPath(v.Slug, "edit"),
		"/mailboxes/:id":                       fmt.Sprintf("/mailboxes/%d", box.ID),
		"/templates/:kind/:lang":               "/templates/acknowledgement/fr",
		"/documents/:id/text":                  fmt.Sprintf("/documents/%d/text", d.view(id).Documents[0].ID),
		"/search":                              "/search?q=communication",
		"/intake":                              "/intake?view=all&message=1",
		"/trail":                               "/trail",
	}, link
}

// Every route that shows a page is known to the walk below, so that none is forgotten.
func TestEveryPageHasAnAddressToBeWalked(t *testing.T) {
	d, addresses, _ := everyPage(t)
	for _, path := range pagesToWalk(addresses) {
		if a := d.get(account.Admin, "fr", path); a.Code != http.StatusOK || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s answers %d, %s: give it an address in everyPage, or say in notWalked what it is", path, a.Code, a.Header().Get("Content-Type"))
		}
	}
	for _, rt := range routes() {
		if _, known := notWalked[rt.path]; !known || rt.method != http.MethodGet || rt.path == "/applications/:id/messages/:message/html" {
			continue
		}
		if a := d.get(account.Admin, "fr", pathOf(rt)); a.Code == http.StatusOK && strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") && rt.needs != anyone {
			t.Errorf("%s shows a page and is not walked", rt.path)
		}
	}
}

// pagesToWalk are the addresses of all pages somebody signed in can open.
func pagesToWalk(addresses map[string]string) []string {
	var out []string
	for _, rt := range routes() {
		if _, not := notWalked[rt.path]; rt.method != http.MethodGet || not {
			continue
		}
		path, ok := addresses[rt.path]
		if !ok {
			path = pathOf(rt)
		}
		out = append(out, path)
	}
	return out
}

// allLooks has each page looked at in all eight ways; otherwise it is two, by turns, so that
// each way meets a quarter of the pages.
var allLooks = flag.Bool("all-looks", false, "look at every page in both languages, both themes and at both widths")

// Every page, in French and English, light and dark, wide and narrow: axe finds nothing,
// nothing scrolls sideways, no policy is broken. The list of pages is the table of routes.
func TestEveryPageIsAccessible(t *testing.T) {
	d, addresses, link := everyPage(t)
	b := d.browse(account.Admin)
	looks := 0
	walk := func(paths []string) {
		for n, path := range paths {
			for way := range 8 {
				if turn := n % 4; !*allLooks && way != turn && way != 7-turn {
					continue
				}
				lang, width, height, scheme := "fr", 1440, 900, "light"
				if way&4 != 0 {
					lang = "en"
				}
				if way&2 != 0 {
					width, height = 390, 844
				}
				if way&1 != 0 {
					scheme = "dark"
				}
				b.Language(lang)
				b.View(width, height, scheme)
				b.Goto(path)
				b.NoSidewaysScroll()
				b.Axe()
				looks++
				b.Shot(fmt.Sprintf("every%s-%s-%d-%s", strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-").Replace(path), lang, width, scheme))
			}
		}
	}
	pages := pagesToWalk(addresses)
	walk(pages)
	b.Session("session", "nobody")
	walk([]string{"/signin", "/enter/" + link})
	t.Logf("%d pages, %d looks", len(pages)+2, looks)
}
