package store

import (
	"testing"
	"time"

	"dossier/internal/account"
)

func TestAccountsAreFoundByAddressInAnyCase(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, err := h.AddUser(h.ctx, NewUser{Email: " Rita@Org.example", Name: "Rita", PasswordHash: "x", Role: account.HR}, 0)
		h.must(err)
		got, err := h.UserByEmail(h.ctx, "RITA@org.example ")
		h.must(err)
		if got.ID != u.ID || got.Role != account.HR || got.Email != "rita@org.example" {
			t.Errorf("user: %+v", got)
		}
		_, err = h.AddUser(h.ctx, NewUser{Email: "rita@ORG.example", Role: account.HR}, 0)
		h.wants(err, ErrConflict)
		_, err = h.AddUser(h.ctx, NewUser{Email: "no address", Role: account.HR}, 0)
		h.wants(err, ErrInvalid)
		_, err = h.AddUser(h.ctx, NewUser{Email: "x@org.example", Role: "king"}, 0)
		h.wants(err, ErrInvalid)
		_, err = h.UserByEmail(h.ctx, "x\x00@org.example")
		h.wants(err, ErrNotFound)
		h.must(h.SetRole(h.ctx, u.ID, account.Reader, u.ID))
		h.wants(h.SetRole(h.ctx, u.ID, "king", u.ID), ErrInvalid)
		h.wants(h.SetPassword(h.ctx, 99, "y", 0), ErrNotFound)
		h.must(h.SetLanguage(h.ctx, u.ID, "fr"))
		h.must(h.RehashPassword(h.ctx, u.ID, "y"))
		if got, err = h.UserByID(h.ctx, u.ID); err != nil || got.Role != account.Reader || got.Language != "fr" || got.PasswordHash != "y" {
			t.Errorf("user: %+v, %v", got, err)
		}
		all, err := h.Users(h.ctx)
		h.must(err)
		if len(all) != 1 {
			t.Errorf("%d users", len(all))
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		const ttl = time.Hour
		token := account.HashToken("cookie")
		valid := func() bool {
			t.Helper()
			got, err := h.SessionUser(h.ctx, token, ttl)
			if err != nil {
				h.wants(err, ErrNotFound)
				return false
			}
			return got.ID == u.ID
		}
		start := func() { t.Helper(); h.must(h.StartSession(h.ctx, token, u.ID, ttl, "127.0.0.1", "a browser\x00")) }
		if valid() {
			t.Error("valid before it started")
		}
		start()
		for range 3 { // use prolongs it
			h.clock.Advance(50 * time.Minute)
			if !valid() {
				t.Fatal("ended though used")
			}
		}
		h.clock.Advance(61 * time.Minute)
		if valid() {
			t.Error("valid though unused for longer than its time")
		}
		for name, end := range map[string]func() error{
			"sign-out":     func() error { return h.EndSession(h.ctx, token) },
			"new password": func() error { return h.SetPassword(h.ctx, u.ID, "y", u.ID) },
			"new role":     func() error { return h.SetRole(h.ctx, u.ID, account.Reader, u.ID) },
		} {
			h.must(h.EndSession(h.ctx, token))
			start()
			h.must(end())
			if valid() {
				t.Errorf("valid after %s", name)
			}
		}
		start()
		h.must(h.SetDisabled(h.ctx, u.ID, true, 0))
		if valid() {
			t.Error("valid though disabled")
		}
		h.wants(h.StartSession(h.ctx, "other", u.ID, ttl, "", ""), ErrInvalid)
		h.must(h.SetDisabled(h.ctx, u.ID, false, 0))
		start()
		if !valid() {
			t.Error("not valid after being let in again")
		}
	})
}

func TestGrantsAreForOneVacancy(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, v := h.user("rita"), h.vacancy("one")
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, account.Reviewer, 0))
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, account.HR, 0))
		got, err := h.Grants(h.ctx, u.ID)
		h.must(err)
		if len(got) != 1 || got[v.ID] != account.HR {
			t.Errorf("grants: %v", got)
		}
		h.wants(h.SetGrant(h.ctx, u.ID, v.ID, "king", 0), ErrInvalid)
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, "", 0))
		if got, err = h.Grants(h.ctx, u.ID); err != nil || len(got) != 0 {
			t.Errorf("grants: %v, %v", got, err)
		}
	})
}

func TestAccountStaysRestrictedUntilSomebodyOpensAllVacancies(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, v := h.user("rita"), h.vacancy("one")
		restricted := func() bool {
			u, err := h.UserByID(h.ctx, u.ID)
			h.must(err)
			return u.Restricted
		}
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, "", 0))
		if restricted() {
			t.Error("an account is restricted without ever having had a grant")
		}
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, account.Reviewer, 0))
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, "", 0))
		if !restricted() {
			t.Error("taking the last grant back opens every vacancy")
		}
		// A draft that is thrown away takes its grants with it.
		d, draft := h.drafted(u.ID)
		h.must(h.SetGrant(h.ctx, u.ID, d.ID, account.Reviewer, 0))
		gone, err := h.DiscardDraft(h.ctx, DraftAct{VacancyID: d.ID, AuthorID: u.ID}, draft.Version)
		h.must(err)
		if got, err := h.Grants(h.ctx, u.ID); err != nil || !gone || len(got) != 0 || !restricted() {
			t.Errorf("after discarding: gone %t, %v, %v, restricted %t", gone, got, err, restricted())
		}
		h.must(h.SetGrant(h.ctx, u.ID, v.ID, account.Reviewer, 0))
		h.must(h.OpenAllVacancies(h.ctx, u.ID, u.ID))
		if got, err := h.Grants(h.ctx, u.ID); err != nil || len(got) != 0 || restricted() {
			t.Errorf("after opening all: %v, %v", got, err)
		}
		h.wants(h.OpenAllVacancies(h.ctx, 999, 0), ErrNotFound)
	})
}
