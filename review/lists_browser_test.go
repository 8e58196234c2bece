package review

import (
	"fmt"
	"net/http"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

// The pages of lists that are not in the round of browser_test.go, at both widths, in both
// themes and languages.
func TestSearchViewsAndAccessAreAccessible(t *testing.T) {
	d := newOffice(t)
	d.post(account.Admin, calais+"/views", "name", "Anglais à vérifier", "list", "c=english%3Aunclear", "shared", "1").want(http.StatusSeeOther)
	b := d.browse(account.Admin)
	for name, path := range map[string]string{
		"search": "/search?q=horizon", "found": calais + "?q=horizon", "access": fmt.Sprint("/team/", d.users[account.Reviewer].ID, "/access"),
		"view": calais + "?c=english%3Aunclear&view=1",
	} {
		for _, view := range []struct {
			width, height int
			lang, scheme  string
		}{{1440, 900, "fr", "light"}, {1440, 900, "en", "dark"}, {390, 844, "fr", "dark"}, {390, 844, "en", "light"}} {
			b.Language(view.lang)
			b.View(view.width, view.height, view.scheme)
			b.Goto(path)
			b.NoSidewaysScroll()
			b.Axe()
			b.Shot(fmt.Sprintf("%s-%s-%d-%s", name, view.lang, view.width, view.scheme))
		}
	}
	b.View(1440, 900, "light")
	for _, menu := range []string{"details[data-views]", ".tools details:last-of-type", ".page-head details"} {
		b.Goto(calais)
		b.Click(menu + " > summary")
		b.Wait(menu + "[open] .drop__panel")
		b.AxeWithin(menu)
	}
}

// A whole stage decided from the list, by keys alone: tick all, move, take it back.
func TestKeysMoveManyAndTakeItBack(t *testing.T) {
	d := newOffice(t)
	b := d.browse(account.Recruiter)
	b.Goto(calais + "?stage=new")
	b.Press("jxjx")
	b.Click(".bulk button[value=discuss]")
	b.Wait(".undo")
	if got := len(d.inStage(t, screening.StageDiscuss)); got != 3 {
		t.Fatalf("%d to discuss, want 3", got)
	}
	b.Press("z")
	b.Until(`document.querySelector(".undo") === null && document.querySelector(".flash__notice") !== null`)
	if got := len(d.inStage(t, screening.StageDiscuss)); got != 1 {
		t.Errorf("%d to discuss after taking it back, want 1", got)
	}
}

// Twelve criteria fit a common screen: no column is cut off.
func TestTwelveCriteriaFitTheScreen(t *testing.T) {
	d := newOffice(t)
	list := deskChecklist()
	extra := list.Criteria[4]
	extra.ID, extra.Params = "spanish", []byte(`{"language":"es","min_level":"B2"}`)
	list.Criteria = append(list.Criteria, extra)
	if _, err := d.store.ApplyVacancy(t.Context(), store.NewVacancy{Slug: "communication-calais", Title: d.vacancy.Title}, list, store.By{Name: "test"}, true); err != nil {
		t.Fatal(err)
	}
	b := d.browse(account.Recruiter)
	b.View(1440, 900, "light")
	b.Goto(calais)
	b.Until(`document.querySelectorAll(".matrix__heads .matrix__head").length === 12`)
	b.Until(`(() => { const m = document.querySelector(".matrix"); return m.scrollWidth <= m.clientWidth; })()`)
}
