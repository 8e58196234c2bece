package review

import (
	"fmt"
	"testing"

	"dossier/internal/account"
	"dossier/internal/browsertest"
	"dossier/internal/store"
)

// Somebody is sent to the provider and comes back, as a person does it.
func TestSomebodySignsInAtTheProviderInABrowser(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Reviewer)
	e.provider.Is(person("ada-1", deskEmail))
	e.provider.Asks()
	b := browsertest.Start(t, e.site.URL)
	b.Language("en")
	b.Goto("/unclear")
	b.Shot("provider-signin")
	b.Click(`a[href^="/signin/provider"]`)
	b.Wait(`#in`)
	b.Click(`#in`)
	b.Wait(`.app__side .me__name`)
	if got := b.Text(`.app__side .me__name`); got != "Ada Témoin" {
		t.Errorf("signed in as %q", got)
	}
}

// The pages about accounts at two widths, in both themes and languages.
func TestPagesAboutAccountsAreAccessible(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Admin)
	link := account.NewToken()
	if err := e.store.GivePass(t.Context(), account.HashToken(link), store.PassInvite, e.users[account.Reader].ID, 0); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Start(t, e.site.URL)
	look := func(name, path string) {
		for _, lang := range []string{"fr", "en"} {
			b.Language(lang)
			for _, view := range []struct {
				width, height int
				scheme        string
			}{{1440, 900, "light"}, {390, 844, "dark"}} {
				b.View(view.width, view.height, view.scheme)
				b.Goto(path)
				b.NoSidewaysScroll()
				b.Axe()
				b.Shot(fmt.Sprintf("%s-%s-%d-%s", name, lang, view.width, view.scheme))
			}
		}
	}
	look("signin-provider", "/signin")
	look("enter", "/enter/"+link)
	v := e.visitor()
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword)
	v.send("/settings/second", "/settings/second", "act", "begin")
	b.Session("session", v.cookie("session"))
	look("second-offer", "/settings/second")
	look("person", personPath(e.users[account.Reviewer].ID))
	look("settings", "/settings")
	look("team", "/team")
}
