package review

import (
	"fmt"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
)

// TestMailPagesAreAccessibleAtEverySize walks the pages of mail to applicants, full and
// empty, as TestListsAreAccessibleAtEverySize does the others.
func TestMailPagesAreAccessibleAtEverySize(t *testing.T) {
	d := newDesk(t).sending()
	d.addUser(account.Admin, "Karim Daubry")
	id := d.awa()
	b := d.browse(account.Admin)
	pages := [][2]string{{"outbox-empty", "/outbox"}}
	look := func() {
		t.Helper()
		for _, page := range pages {
			for _, view := range []struct {
				lang          string
				width, height int
				scheme        string
			}{{"fr", 1440, 900, "light"}, {"en", 390, 844, "dark"}} {
				b.Language(view.lang)
				b.View(view.width, view.height, view.scheme)
				b.Goto(page[1])
				b.NoSidewaysScroll()
				b.Axe()
				b.Shot(fmt.Sprintf("%s-%s-%d-%s", page[0], view.lang, view.width, view.scheme))
			}
		}
	}
	look()
	m := d.queue(id, nil)
	d.queue(id, func(n *store.NewOutgoing) { n.Calendar = "BEGIN:VCALENDAR" })
	if err := d.store.ProposeWithdrawal(t.Context(), 1, "Je retire ma candidature.", []int64{id}); err != nil {
		t.Fatal(err)
	}
	pages = [][2]string{{"outbox", "/outbox"}, {"outgoing", outgoingPath(id, m.ID)}, {"write-missing", applicationPath(id) + "/write?kind=missing"},
		{"write-invitation", applicationPath(id) + "/write?kind=invitation"}, {"write-refused", applicationPath(id) + "/write?kind=refusal"}, {"templates", "/templates"},
		{"template", "/templates/acknowledgement/fr"}, {"vacancy-mail", "/vacancies/communication-calais/mail"}, {"application-messages", applicationPath(id) + "?panel=messages"}}
	look()
}
