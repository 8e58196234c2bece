package store

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func mailAccount(name string) MailAccount {
	return MailAccount{Name: name, Host: "mail.example", Port: 993, TLS: "tls", Login: "jobs@organisation.example", Auth: "password", Secret: "sealed",
		Folders: []string{"INBOX"}}
}

func TestAMailAccountKeepsItsNameAndItsSecret(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		a, err := h.AddMailAccount(h.ctx, mailAccount("intake"), 0)
		h.must(err)
		_, err = h.AddMailAccount(h.ctx, mailAccount("intake"), 0)
		h.wants(err, ErrConflict)
		for _, wrong := range []func(*MailAccount){
			func(a *MailAccount) { a.Name = "a/b" }, func(a *MailAccount) { a.Host = " " }, func(a *MailAccount) { a.Port = 0 },
			func(a *MailAccount) { a.Folders = nil }, func(a *MailAccount) { a.Auth = "xoauth2" },
		} {
			b := mailAccount("other")
			wrong(&b)
			_, err := h.AddMailAccount(h.ctx, b, 0)
			h.wants(err, ErrInvalid)
		}
		changed := a
		changed.Name, changed.Secret, changed.Host, changed.Folders = "renamed", "", "imap.example", []string{"INBOX", "Junk"}
		got, err := h.ChangeMailAccount(h.ctx, changed, a.Version, 0)
		h.must(err)
		if got.Name != "intake" || got.Secret != "sealed" || got.Host != "imap.example" || got.Version != 2 {
			t.Errorf("changed to %+v", got)
		}
		_, err = h.ChangeMailAccount(h.ctx, changed, a.Version, 0)
		h.wants(err, ErrConflict)
		h.must(h.SetMailAccountDisabled(h.ctx, a.ID, true, 2, 0))
		kept, err := h.MailAccountByID(h.ctx, a.ID)
		h.must(err)
		if !kept.Disabled || kept.Version != 3 || !slices.Equal(kept.Folders, []string{"INBOX", "Junk"}) {
			t.Errorf("kept %+v", kept)
		}
		// A password does not become the secret of a client.
		other := kept
		other.Auth, other.Grant, other.Secret = "xoauth2", "client_credentials", ""
		got, err = h.ChangeMailAccount(h.ctx, other, 3, 0)
		h.must(err)
		if got.Secret != "" {
			t.Errorf("the secret is %q", got.Secret)
		}
		h.must(h.RemoveMailAccount(h.ctx, a.ID, got.Version, 0))
		_, err = h.MailAccountByID(h.ctx, a.ID)
		h.wants(err, ErrNotFound)
		_, err = h.VerifyEvents(h.ctx)
		h.must(err)
	})
}

func TestARefreshTokenIsRotatedOnceByWhoeverIsFirst(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		_, err := h.MailTokenOf(h.ctx, "intake")
		h.wants(err, ErrNotFound)
		first, err := h.PutMailToken(h.ctx, MailToken{Account: "intake", Refresh: "one", Origin: "file"})
		h.must(err)
		end := monday.Add(time.Hour)
		second, err := h.RotateMailToken(h.ctx, first, "two", &end)
		h.must(err)
		_, err = h.RotateMailToken(h.ctx, first, "three", nil)
		h.wants(err, ErrConflict)
		got, err := h.MailTokenOf(h.ctx, "intake")
		h.must(err)
		if got.Refresh != "two" || got.Version != second.Version || got.Origin != "file" || got.RotatedAt == nil || got.ExpiresAt == nil || !got.ExpiresAt.Equal(end) {
			t.Errorf("kept %+v", got)
		}
		again, err := h.PutMailToken(h.ctx, MailToken{Account: "intake", Refresh: "four"})
		h.must(err)
		if again.Version <= second.Version {
			t.Errorf("a new consent has version %d after %d", again.Version, second.Version)
		}
		sealed, err := h.SealedSecrets(h.ctx)
		h.must(err)
		if !slices.Equal(sealed, []string{"four"}) {
			t.Errorf("sealed: %v", sealed)
		}
		n, err := h.ForgetSecrets(h.ctx, 0)
		h.must(err)
		if sealed, _ = h.SealedSecrets(h.ctx); n != 1 || len(sealed) != 0 {
			t.Errorf("forgot %d, left %v", n, sealed)
		}
	})
}

func TestTokensDoNotFollowToAnotherServer(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		a := mailAccount("intake")
		a.Auth, a.Grant, a.Secret = "xoauth2", "refresh_token", ""
		a, err := h.AddMailAccount(h.ctx, a, 0)
		h.must(err)
		for name, change := range map[string]func(*MailAccount){
			"another host": func(a *MailAccount) { a.Host = "elsewhere.example" }, "another port": func(a *MailAccount) { a.Port++ },
			"less privacy": func(a *MailAccount) { a.TLS = "none" }, "another authority": func(a *MailAccount) { a.CAPEM = "pem" },
			"other folders": func(a *MailAccount) { a.Folders = []string{"Junk"} },
		} {
			_, err := h.PutMailToken(h.ctx, MailToken{Account: a.Name, Refresh: "sealed"})
			h.must(err)
			version := a.Version
			change(&a)
			a, err = h.ChangeMailAccount(h.ctx, a, version, 0)
			h.must(err)
			_, err = h.MailTokenOf(h.ctx, a.Name)
			if kept := err == nil; kept != (name == "other folders") {
				t.Errorf("%s: the token is kept: %v (%v)", name, kept, err)
			}
		}
	})
}

func TestAConsentIsTakenOnceByWhoBeganIt(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		begin := func(state string) {
			h.must(h.BeginConsent(h.ctx, MailConsent{StateHash: state, Account: "intake", UserID: 7, Verifier: "sealed", RedirectURL: "https://dossier.example/back"}, time.Minute))
		}
		begin("a")
		_, err := h.TakeConsent(h.ctx, "a", 8)
		h.wants(err, ErrNotFound)
		c, err := h.TakeConsent(h.ctx, "a", 7)
		h.must(err)
		if c.Account != "intake" || c.Verifier != "sealed" {
			t.Errorf("took %+v", c)
		}
		_, err = h.TakeConsent(h.ctx, "a", 7)
		h.wants(err, ErrNotFound)
		begin("b")
		h.clock.Advance(2 * time.Minute)
		_, err = h.TakeConsent(h.ctx, "b", 7)
		h.wants(err, ErrNotFound)
	})
}

func TestAnAlarmIsRaisedOnceADayAndTakenBack(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const after, again = 15 * time.Minute, 24 * time.Hour
		m, err := h.EnsureMailbox(h.ctx, NewMailbox{Name: "intake/INBOX", Account: "intake", Folder: "INBOX", Kind: KindIMAP})
		h.must(err)
		h.mailbox() // files never fall silent
		raised := func(want ...bool) {
			t.Helper()
			alarms, err := h.RaiseAlarms(h.ctx, after, again)
			h.must(err)
			var got []bool
			for _, a := range alarms {
				got = append(got, a.Over)
			}
			if !slices.Equal(got, want) {
				t.Errorf("alarms %v, want %v", got, want)
			}
		}
		raised()
		h.clock.Advance(16 * time.Minute)
		h.must(h.RoundFailed(h.ctx, m.ID, FaultLogin, errors.New("refused"), h.clock.Now().Add(time.Minute)))
		raised(false)
		raised()
		h.clock.Advance(25 * time.Hour)
		raised(false)
		lease, err := h.AcquireLease(h.ctx, m.ID, "p", time.Hour)
		h.must(err)
		h.must(h.RoundDone(h.ctx, lease))
		raised(true)
		raised()
		h.clock.Advance(time.Hour)
		h.must(h.SetWatched(h.ctx, nil))
		raised()
		// Named again, it counts from its last good round at once.
		_, err = h.EnsureMailbox(h.ctx, NewMailbox{Name: "intake/INBOX", Account: "intake", Folder: "INBOX", Kind: KindIMAP})
		h.must(err)
		raised(false)
		h.must(h.SetNotices(h.ctx, lease, []MailboxNotice{{Code: NoticeJunk, Detail: "Spam"}}))
		got, err := h.MailboxByName(h.ctx, "intake/INBOX")
		h.must(err)
		if len(got.Notices) != 1 || got.Notices[0].Detail != "Spam" || got.ErrorCode != "" || got.NextTryAt != nil {
			t.Errorf("mailbox %+v", got)
		}
	})
}
