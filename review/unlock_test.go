package review

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

func TestPasswordOfALockedDocumentIsUsedAndNotKept(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	var doc store.Document
	for _, x := range d.view(id).Documents {
		if !x.Body && shownAs(x) == "pdf" {
			doc = x
		}
	}
	if doc.ID == 0 {
		t.Fatal("no PDF among the documents")
	}
	tried := ""
	var err error
	d.handler, err = New(Config{Store: d.store, Blobs: d.blobs, Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(d.log, nil)),
		Unlock: func(_ context.Context, a store.Act, document int64, password string) (bool, error) {
			if a.ApplicationID != id || document != doc.ID || a.AuthorID != d.users[account.Recruiter].ID {
				t.Errorf("act %+v on document %d", a, document)
			}
			tried = password
			return password == " sesame-1 ", nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	page := applicationPath(id) + "?doc=" + strconv.FormatInt(doc.ID, 10)
	action := applicationPath(id) + "/documents/" + strconv.FormatInt(doc.ID, 10) + "/unlock"
	form := `form[action="` + action + `"]`
	if got := d.get(account.Recruiter, "fr", page).want(200); len(got.all(form)) != 0 {
		t.Error("an open document asks for a password")
	}
	if err := d.store.SaveText(t.Context(), store.Reading{DocumentID: doc.ID, Problem: "password_protected", Media: "application/pdf"}); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		if got := d.get(account.Recruiter, lang, page).whole(lang).want(200); len(got.all(form)) != 1 {
			t.Errorf("%s: no form for the password", lang)
		}
	}
	if got := d.get(account.Reader, "fr", page).want(200); len(got.all(form)) != 0 {
		t.Error("a reader may type a password")
	}
	d.post(account.Reader, action, "version", version(d, id), "password", "x").want(403)
	d.post(account.Recruiter, action, "version", version(d, id), "password", strings.Repeat("x", maxPassword+1)).want(400)
	d.post(account.Recruiter, action, "version", version(d, id), "password", "wrong-1").want(303)
	d.post(account.Recruiter, action, "version", version(d, id), "password", " sesame-1 ").want(303)
	if tried != " sesame-1 " {
		t.Errorf("tried %q: a password is taken as it was typed", tried)
	}
	d.post(account.Recruiter, applicationPath(id)+"/documents/999/unlock", "version", version(d, id), "password", "x").want(404)
	if log := d.log.String(); strings.Contains(log, "sesame-1") || strings.Contains(log, "wrong-1") {
		t.Error("a password is in the log")
	}
}
