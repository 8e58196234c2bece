package review

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/browsertest"
)

// browse opens a Chromium on the site as somebody.
func (d *desk) browse(role account.Role) *browsertest.Browser {
	d.t.Helper()
	site := httptest.NewServer(d.handler)
	d.t.Cleanup(site.Close)
	b := browsertest.Start(d.t, site.URL)
	if role != "" {
		b.Session("session", d.sessions[role])
	}
	return b
}

// Each page at the two widths, in both themes and languages: axe finds nothing, nothing
// scrolls sideways. Screenshots go to the folder DOSSIER_TEST_SHOTS names.
func TestListsAreAccessibleAtEverySize(t *testing.T) {
	d := newOffice(t)
	b := d.browse(account.Admin)
	for name, path := range map[string]string{
		"vacancies": "/vacancies", "shortlist": "/vacancies/communication-calais", "shortlist-empty": "/vacancies/plaidoyer",
		"shortlist-none": "/vacancies/communication-calais?q=nobody&c=english:unclear", "checklist": "/vacancies/communication-calais/checklist", "checklists": "/checklists",
		"unclear": "/unclear", "intake": "/intake", "intake-message": "/intake?view=all&message=12", "team": "/team", "settings": "/settings",
		"error": "/no/such/page",
	} {
		for _, lang := range []string{"fr", "en"} {
			b.Language(lang)
			for _, view := range []struct {
				width, height int
				scheme        string
			}{{1440, 900, "light"}, {1440, 900, "dark"}, {390, 844, "light"}, {390, 844, "dark"}} {
				if lang == "en" && view.scheme == "dark" {
					continue
				}
				b.View(view.width, view.height, view.scheme)
				if name == "error" {
					b.Expect("404")
				}
				b.Goto(path)
				b.NoSidewaysScroll()
				b.Axe()
				b.Shot(fmt.Sprintf("%s-%s-%d-%s", name, lang, view.width, view.scheme))
			}
		}
	}
}

func TestSignInPageIsAccessible(t *testing.T) {
	d := newDesk(t)
	d.addPassword(account.Recruiter)
	b := d.browse("")
	for _, scheme := range []string{"light", "dark"} {
		b.View(390, 844, scheme)
		b.Goto("/signin")
		b.Axe()
		b.Shot("signin-" + scheme)
	}
	b.Expect("401")
	b.Type("input[name=email]", deskEmail)
	b.Type("input[name=password]", "pas la bonne")
	b.Click(".alone__form button")
	b.Wait("[role=alert]")
	b.Axe()
	b.SignIn(deskEmail, deskPassword)
	if got := b.Path(); got != "/vacancies" {
		t.Errorf("signed in on %s", got)
	}
}

func TestKeysWalkThroughTheShortlist(t *testing.T) {
	d := newOffice(t)
	b := d.browse(account.Recruiter)
	b.Goto("/vacancies/communication-calais")
	b.Press("jj")
	if got := b.Text(".is-current .matrix__who a"); got != "Tiago Marchand" {
		t.Errorf("J, J is on %q", got)
	}
	b.Press("x")
	b.Wait(".bulk")
	b.Press("jx")
	if got := b.Text("[data-count]"); got != "2 sélectionnées" {
		t.Errorf("the bar says %q", got)
	}
	b.Shot("shortlist-selection")
	b.Axe()
	b.Press("k\r")
	b.Until(`location.pathname.startsWith("/applications/")`)
	if got := b.Text("h1"); got != "Tiago Marchand" {
		t.Errorf("Enter opened %q", got)
	}
}

func TestCriterionHeadOpensItsFilters(t *testing.T) {
	d := newOffice(t)
	b := d.browse(account.Recruiter)
	b.Goto("/vacancies/communication-calais")
	b.Click(`button[popovertarget="criterion-4"]`)
	b.Wait("#criterion-4:popover-open")
	b.Shot("shortlist-criterion")
	b.Axe()
	b.Click("#criterion-4 a:nth-child(2)")
	b.Wait(".token")
	if got := b.Text(".token"); !strings.HasPrefix(got, "Anglais") {
		t.Errorf("token %q", got)
	}
	b.Click("details[data-filter] summary")
	b.Wait(".filter")
	b.Shot("shortlist-filter")
}

func TestThemeChangesAtOnceAndStays(t *testing.T) {
	d := newDesk(t)
	b := d.browse(account.Recruiter)
	b.Goto("/vacancies")
	b.Click(".app__side [data-theme-toggle]")
	b.Until(`document.documentElement.dataset.theme === "dark" && document.querySelector("meta[name=csrf-token]") !== null`)
	b.Until(`fetch("/settings").then((r) => r.text()).then((s) => s.includes('data-theme="dark"'))`)
}

func TestMenuOpensOnAPhone(t *testing.T) {
	d := newOffice(t)
	b := d.browse(account.Recruiter)
	b.View(390, 844, "light")
	b.Goto("/vacancies")
	b.Click(".menu-bar button")
	b.Wait("#menu:popover-open")
	b.Axe()
	b.Shot("menu")
	b.Click(`#menu a[href="/unclear"]`)
	b.Wait(".queue")
}
