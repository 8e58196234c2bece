package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"dossier/internal/account"
)

func TestACodeIsUsedOnceByWhoeverIsFirst(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		h.wants(h.UseCode(h.ctx, u.ID, 5), ErrConflict) // there is none
		h.must(h.OfferSecondFactor(h.ctx, u.ID, "sealed 1"))
		h.wants(h.UseCode(h.ctx, u.ID, 5), ErrConflict) // not confirmed
		h.must(h.OfferSecondFactor(h.ctx, u.ID, "sealed 2"))
		h.must(h.StartSession(h.ctx, "here", u.ID, time.Hour, "127.0.0.1", ""))
		h.must(h.StartSession(h.ctx, "elsewhere", u.ID, time.Hour, "127.0.0.1", ""))
		h.must(h.ConfirmSecondFactor(h.ctx, u.ID, 10, []string{"a", "b"}, "here"))
		h.wants(h.ConfirmSecondFactor(h.ctx, u.ID, 11, nil, "here"), ErrConflict)
		h.wants(h.OfferSecondFactor(h.ctx, u.ID, "sealed 3"), ErrConflict)
		left, err := h.Sessions(h.ctx, u.ID)
		h.must(err)
		if len(left) != 1 || left[0].TokenHash != "here" || left[0].Method != MethodPassword {
			t.Errorf("sessions left: %+v", left)
		}
		h.wants(h.UseCode(h.ctx, u.ID, 10), ErrConflict)
		var group sync.WaitGroup
		won := make(chan int, 8)
		for i := range 8 {
			group.Go(func() {
				if err := h.UseCode(h.ctx, u.ID, 11); err == nil {
					won <- i
				} else {
					h.wants(err, ErrConflict)
				}
			})
		}
		group.Wait()
		if len(won) != 1 {
			t.Errorf("one code was used %d times", len(won))
		}
		h.must(h.UseRecoveryCode(h.ctx, u.ID, "a"))
		h.wants(h.UseRecoveryCode(h.ctx, u.ID, "a"), ErrNotFound)
		f, codes, err := h.SecondFactorOf(h.ctx, u.ID)
		h.must(err)
		if f.Secret != "sealed 2" || f.LastStep != 11 || codes != 1 {
			t.Errorf("factor %+v, %d codes", f, codes)
		}
		sealed, err := h.SealedSecrets(h.ctx)
		h.must(err)
		if len(sealed) != 1 || sealed[0] != "sealed 2" {
			t.Errorf("sealed: %q", sealed)
		}
		h.must(h.RenewRecoveryCodes(h.ctx, u.ID, []string{"c"}))
		h.wants(h.UseRecoveryCode(h.ctx, u.ID, "b"), ErrNotFound)
		if with, err := h.SecondFactors(h.ctx); err != nil || !with[u.ID] || len(with) != 1 {
			t.Errorf("factors %v, %v", with, err)
		}
		h.must(h.RemoveSecondFactor(h.ctx, u.ID, 0))
		h.wants(h.RemoveSecondFactor(h.ctx, u.ID, 0), ErrNotFound)
		h.wants(h.UseRecoveryCode(h.ctx, u.ID, "c"), ErrNotFound)
		if left, err = h.Sessions(h.ctx, u.ID); err != nil || len(left) != 0 {
			t.Errorf("sessions after a reset by somebody else: %v, %v", left, err)
		}
	})
}

func TestALinkIsWorthOnceAndForAWhile(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		h.must(h.GivePass(h.ctx, "old", PassInvite, u.ID, 0))
		h.must(h.GivePass(h.ctx, "new", PassReset, u.ID, 0))
		h.wants(h.ChoosePassword(h.ctx, "old", "hash"), ErrNotFound) // another took its place
		_, whose, err := h.PassOf(h.ctx, "new", PassInvite, PassReset)
		h.must(err)
		if whose.ID != u.ID {
			t.Errorf("the link is %d's", whose.ID)
		}
		if _, _, err := h.PassOf(h.ctx, "new", PassSecond); err == nil {
			t.Error("a link stands for a password that was shown")
		}
		h.must(h.StartSession(h.ctx, "elsewhere", u.ID, time.Hour, "127.0.0.1", ""))
		h.must(h.ChoosePassword(h.ctx, "new", "hash 2"))
		h.wants(h.ChoosePassword(h.ctx, "new", "hash 3"), ErrNotFound)
		if got, err := h.UserByID(h.ctx, u.ID); err != nil || got.PasswordHash != "hash 2" {
			t.Errorf("password %q, %v", got.PasswordHash, err)
		}
		_, err = h.SessionUser(h.ctx, "elsewhere", 0)
		h.wants(err, ErrNotFound)

		h.must(h.GivePass(h.ctx, "barred", PassReset, u.ID, 0))
		h.must(h.SetDisabled(h.ctx, u.ID, true, 0))
		h.wants(h.ChoosePassword(h.ctx, "barred", "hash 4"), ErrNotFound)
		h.must(h.SetDisabled(h.ctx, u.ID, false, 0))

		h.must(h.GivePass(h.ctx, "late", PassReset, u.ID, 0))
		h.clock.Advance(ResetLife)
		h.wants(h.ChoosePassword(h.ctx, "late", "hash 5"), ErrNotFound)

		h.must(h.UseOnce(h.ctx, "state", time.Minute))
		h.wants(h.UseOnce(h.ctx, "state", time.Minute), ErrConflict)
		h.clock.Advance(time.Minute)
		h.must(h.UseOnce(h.ctx, "state", time.Minute))
	})
}

func TestAnInstanceIsSetUpOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.must(h.OfferSetup(h.ctx, "link 1"))
		h.must(h.OfferSetup(h.ctx, "link 2"))
		_, err := h.SetUp(h.ctx, "another", NewUser{Email: "ada@rivenord.example"})
		h.wants(err, ErrNotFound)
		_, err = h.SetUp(h.ctx, "link 1", NewUser{Email: "nobody"})
		h.wants(err, ErrInvalid) // and the link is not used up
		var group sync.WaitGroup
		made := make(chan User, 8)
		for i := range 8 {
			group.Go(func() {
				link := fmt.Sprintf("link %d", 1+i%2)
				if u, err := h.SetUp(h.ctx, link, NewUser{Email: fmt.Sprintf("ada%d@rivenord.example", i), PasswordHash: "x"}); err == nil {
					made <- u
				}
			})
		}
		group.Wait()
		if len(made) != 1 {
			t.Fatalf("%d administrators were made", len(made))
		}
		if u := <-made; u.Role != account.Admin || u.Restricted {
			t.Errorf("made %+v", u)
		}
		h.wants(h.OfferSetup(h.ctx, "link 3"), ErrHasAccounts)
	})
}

func TestAnIdentityIsKnownByIssuerAndSubject(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		const issuer = "https://id.rivenord.example"
		_, _, err := h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "1"})
		h.wants(err, ErrNotKnown) // no checked address, and nobody linked
		_, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Email: u.Email})
		h.wants(err, ErrInvalid)
		got, created, err := h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "1", Email: u.Email})
		h.must(err)
		if got.ID != u.ID || created {
			t.Errorf("arrived %+v, %v", got, created)
		}
		// From now on the address says nothing: another subject with it stays out, and the
		// subject comes in with another address, or none.
		_, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "2", Email: u.Email, Create: true})
		h.wants(err, ErrOthersAddress)
		if got, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "1", Email: "married@rivenord.example"}); err != nil || got.ID != u.ID {
			t.Errorf("arrived %+v, %v", got, err)
		}
		if got, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "1"}); err != nil || got.ID != u.ID {
			t.Errorf("arrived %+v, %v", got, err)
		}
		// The same subject elsewhere is somebody else.
		_, _, err = h.Arrive(h.ctx, Arrival{Issuer: "https://other.example", Subject: "1", Email: "x@rivenord.example"})
		h.wants(err, ErrNotKnown)

		fresh, created, err := h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "3", Email: "New@rivenord.example", Name: "Nour", Create: true})
		h.must(err)
		if !created || !fresh.Restricted || fresh.Role != account.Reviewer || fresh.Email != "new@rivenord.example" || fresh.PasswordHash != "" {
			t.Errorf("made %+v", fresh)
		}
		h.must(h.StartSessionBy(h.ctx, MethodProvider, "cookie", fresh.ID, time.Hour, "", ""))
		if fresh, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "3", Role: account.HR}); err != nil || fresh.Role != account.HR {
			t.Errorf("role %s, %v", fresh.Role, err)
		}
		_, err = h.SessionUser(h.ctx, "cookie", 0)
		h.wants(err, ErrNotFound) // another role, another session
		if fresh, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "3", Role: account.Reader, KeepRole: "NEW@rivenord.example"}); err != nil || fresh.Role != account.HR {
			t.Errorf("the role that stays is %s, %v", fresh.Role, err)
		}

		h.must(h.StartSessionBy(h.ctx, MethodProvider, "cookie", u.ID, time.Hour, "", ""))
		h.must(h.SetDisabled(h.ctx, u.ID, true, 0))
		_, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "1", Email: u.Email, Create: true})
		h.wants(err, ErrDisabled)
		_, err = h.SessionUser(h.ctx, "cookie", 0)
		h.wants(err, ErrNotFound)
		h.must(h.SetDisabled(h.ctx, u.ID, false, 0))

		h.must(h.Unlink(h.ctx, u.ID, 0))
		h.wants(h.Unlink(h.ctx, u.ID, 0), ErrNotFound)
		if got, _, err = h.Arrive(h.ctx, Arrival{Issuer: issuer, Subject: "2", Email: u.Email}); err != nil || got.ID != u.ID {
			t.Errorf("after unlinking: %+v, %v", got, err)
		}
		if _, err := h.VerifyEvents(h.ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestSessionsEndOneByOneAndAllTogether(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, other := h.user("rita"), h.user("omar")
		for _, token := range []string{"a", "b", "c"} {
			h.must(h.StartSession(h.ctx, token, u.ID, time.Hour, "127.0.0.1", "a browser"))
		}
		h.must(h.StartSession(h.ctx, "theirs", other.ID, time.Hour, "127.0.0.1", "a browser"))
		h.wants(h.EndSessionOf(h.ctx, u.ID, "theirs"), ErrNotFound)
		h.must(h.EndSessionOf(h.ctx, u.ID, "a"))
		left, err := h.Sessions(h.ctx, u.ID)
		h.must(err)
		if len(left) != 2 {
			t.Errorf("%d sessions left", len(left))
		}
		if n, err := h.EndAllSessions(h.ctx, u.ID, other.ID); err != nil || n != 2 {
			t.Errorf("%d ended, %v", n, err)
		}
		if _, err := h.SessionUser(h.ctx, "theirs", 0); err != nil {
			t.Error(err)
		}
	})
}
