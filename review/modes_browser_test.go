package review

import (
	"fmt"
	"testing"

	"dossier/internal/account"
	"dossier/internal/browsertest"
	"dossier/internal/store"
	"dossier/screening"
)

// Every page of this part at both widths, in both themes and languages.
func TestPagesOfTheReviewAreAccessible(t *testing.T) {
	d := newDesk(t)
	a, c := d.awa(), d.second("Tiago Marchand", screening.NotMet)
	mail := d.receive(sent{name: "Lou Perrin", email: "lou@courriel.example", subject: "x", receivedAt: d.now, body: "Bonjour, voici ma candidature.", raw: evilMail})
	if err := d.store.AddNote(t.Context(), a, d.users[account.HR].ID, "@Maëlle Lorcy, qu’en penses-tu ?", d.users[account.Recruiter].ID); err != nil {
		t.Fatal(err)
	}
	act := store.Act{ApplicationID: a, Version: d.view(a).Version, AuthorID: d.users[account.HR].ID}
	if err := d.store.RecordDecision(t.Context(), act, screening.StageShortlisted, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.Look(t.Context(), a, d.users[account.HR].ID); err != nil {
		t.Fatal(err)
	}
	base := "/vacancies/communication-calais"
	pages := map[string]string{"compare": comparePath("communication-calais", []int64{a, c, mail}), "figures": base + "/figures", "panel": base + "/panel", "mode": base + "/mode",
		"mentions": "/mentions", "mail": fmt.Sprintf("%s?doc=%d&view=layout", applicationPath(mail), d.view(mail).Documents[0].ID)}
	b := d.browse(account.Recruiter)
	visit := func(prefix string, pages map[string]string) {
		for _, view := range []struct {
			lang          string
			width, height int
			scheme        string
		}{{"fr", 1440, 900, "light"}, {"en", 1440, 900, "dark"}, {"fr", 390, 844, "light"}, {"en", 390, 844, "dark"}} {
			b.Language(view.lang)
			b.View(view.width, view.height, view.scheme)
			for name, path := range pages {
				b.Goto(path)
				b.Until(`document.querySelector("[data-application]") === null || (` + ready + `)`)
				b.NoSidewaysScroll()
				b.Axe()
				b.Shot(fmt.Sprintf("%s%s-%s-%d-%s", prefix, name, view.lang, view.width, view.scheme))
			}
		}
	}
	visit("review-", pages)
	d.mode(true, true)
	visit("masked-", map[string]string{"application": applicationPath(a), "text": fmt.Sprintf("%s?doc=%d", applicationPath(a), d.view(a).Documents[1].ID)})
	if err := d.store.GiveOpinion(t.Context(), a, d.users[account.Recruiter].ID, store.ToDiscuss, "Niveau d’anglais"); err != nil {
		t.Fatal(err)
	}
	b.View(1440, 900, "light")
	b.Goto(applicationPath(a))
	b.Until(ready)
	b.Axe()
	b.Shot("masked-opinions")
}

func TestMaskedPagesShowTheirEvidence(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.mode(false, true)
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id))
	b.Until(ready + ` && document.querySelector("[data-viewer]").dataset.show === "sheets"`)
	if n := browsertest.Eval[int](b, `document.querySelectorAll(".sheet--masked").length`); n != 2 {
		t.Errorf("%d pages are shown, want 2", n)
	}
	if held := browsertest.Eval[bool](b, `document.documentElement.outerHTML.includes("Ndiaye")`); held {
		t.Error("the page holds the name")
	}
	b.Click(`a[data-passage="e5-1"]`)
	b.Wait(".mark[data-current]")
	b.Click(`.mark[data-mark~="e6-1"]`)
	b.Wait(`#c-degree.finding--open [data-finding-more]`)
	b.Shot("masked-evidence")
}

func TestNamesAreOfferedAfterAnAt(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id))
	b.Until(ready)
	b.Click("[data-note]")
	b.Press("Voir @ine")
	b.Wait(`[data-call="Inès Aubert"]`)
	if n := browsertest.Eval[int](b, `[...document.querySelectorAll("[data-call]")].filter((b) => !b.hidden).length`); n != 1 {
		t.Errorf("%d names are offered for @ine", n)
	}
	if !browsertest.Eval[bool](b, `document.activeElement === document.querySelector("[data-note]")`) {
		t.Error("offering names takes the focus from the note")
	}
	b.Axe()
	b.Shot("application-mention")
	// The protocol sends the character of a key that a keyboard would have kept back, so the
	// key that takes a name is sent as an event.
	browsertest.Eval[bool](b, `(document.querySelector("[data-note]").focus(), document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true})))`)
	if got := browsertest.Eval[string](b, `document.querySelector("[data-note]").value`); got != "Voir @Inès Aubert " {
		t.Errorf("the note holds %q", got)
	}
	b.Click(".decide__note .button")
	b.Wait(".remark")
	if got := b.Text(".remark__text b"); got != "@Inès Aubert" {
		t.Errorf("the note calls %q", got)
	}
}

func TestWhoElseLooksIsToldWhileThePageIsOpen(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	if _, err := d.store.Look(t.Context(), id, d.users[account.HR].ID); err != nil {
		t.Fatal(err)
	}
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id))
	b.Until(`document.querySelector("[data-looking]").textContent === "Karim Diallo regarde aussi"`)
	b.Until(ready)
	names, err := d.store.Lookers(t.Context(), d.vacancy.ID, id, d.users[account.HR].ID)
	if err != nil || len(names) != 1 || names[0] != "Maëlle Lorcy" {
		t.Errorf("the colleague is told of %v, %v", names, err)
	}
}
