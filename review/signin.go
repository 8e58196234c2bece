package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/web"
)

// sessionIdle is how long a session lasts without a request of its person. The store ends
// it after store.SessionLife at the latest.
const sessionIdle = 8 * time.Hour

// pollHeader marks requests a page makes on its own: they do not keep a session alive.
const pollHeader = "X-Dossier-Poll"

// identify finds out whose request it is.
func (a *app) identify(r *request) error {
	c, err := r.Cookie(a.cookieName("session"))
	if err != nil || c.Value == "" {
		return nil
	}
	idle := sessionIdle
	if r.Request().Header.Get(pollHeader) != "" {
		idle = 0
	}
	session, user, err := a.Store.SessionOf(r.Request().Context(), account.HashToken(c.Value), idle)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if session.Method == store.MethodPassword && !a.SignIn.passwordFor(user.Email) {
		return nil // it began before passwords were switched off
	}
	r.signedIn(&user)
	r.method = session.Method
	return r.loadAccess()
}

// signInPage is the form to sign in.
type signInPage struct {
	page
	Email, Next string
	// Problem is why the last attempt failed.
	Problem    string
	NoAccounts bool
	Languages  []string
	// Provider is the name of the organisation's own; empty for none.
	Provider string
	// Passwords tells whether to ask for one; without, the page for emergencies does.
	Passwords bool
	// SignOut is the address at the provider where its own session ends, for who has just
	// signed out here.
	SignOut string
}

func newSignInPage(r *request) signInPage {
	p := signInPage{page: r.newPage("", "signin.title"), Next: localPath(r.FormValue("next"), "/"), Languages: web.Languages,
		Passwords: !r.app.SignIn.NoPasswords || r.FormValue("emergency") == "1" || r.Request().Method == http.MethodPost}
	if provider := r.app.SignIn.Provider; provider != nil {
		p.Provider = provider.Name()
		if r.QueryParam("out") == "1" {
			p.SignOut = provider.SignOut(r.baseURL() + "/signin")
		}
	}
	return p
}

// showSignIn answers GET /signin.
func showSignIn(r *request) error {
	if r.user != nil {
		return r.redirect(localPath(r.QueryParam("next"), "/"))
	}
	p := newSignInPage(r)
	users, err := r.app.Store.Users(r.Request().Context())
	if err != nil {
		return err
	}
	p.NoAccounts = len(users) == 0
	return r.render("session/signin", p)
}

// signIn answers POST /signin. Unknown names take as long as known ones and get the same
// answer.
func signIn(r *request) error {
	email := strings.ToLower(r.text("email", 254))
	password := r.FormValue("password")
	p := newSignInPage(r)
	p.Email = email
	wait, err := r.attemptSignIn(email)
	if err != nil {
		return err
	}
	if wait > 0 {
		p.Problem = r.words.T("signin.wait", "wait", wait.Round(time.Second)+time.Second)
		return r.renderStatus(http.StatusTooManyRequests, "session/signin", p)
	}
	user, ok, err := r.app.checkPassword(r.Request().Context(), email, password)
	if err != nil {
		return errors.Join(err, r.signInUndone(email))
	}
	if !ok {
		p.Problem = r.words.T("signin.wrong")
		return r.renderStatus(http.StatusUnauthorized, "session/signin", p)
	}
	if err := r.signInSucceeded(email); err != nil {
		return err
	}
	owes, err := r.owesCode(user.ID)
	switch {
	case err != nil:
		return err
	case owes:
		token := account.NewToken()
		if err := r.app.Store.GivePass(r.Request().Context(), account.HashToken(token), store.PassSecond, user.ID, user.ID); err != nil {
			return err
		}
		r.SetCookie(r.app.cookie("second", token, store.SecondLife))
		return r.redirect("/signin/code?next=" + url.QueryEscape(p.Next))
	}
	if err := r.startSession(store.MethodPassword, user); err != nil {
		return err
	}
	return r.redirect(p.Next)
}

// checkPassword compares one password at a time, or two: each takes 64 MiB.
func (a *app) checkPassword(ctx context.Context, email, password string) (store.User, bool, error) {
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return store.User{}, false, ctx.Err()
	}
	user, err := a.Store.UserByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) || err == nil && (user.Disabled || user.PasswordHash == "" || !a.SignIn.passwordFor(user.Email)) {
		account.SpendPasswordTime(password)
		return store.User{}, false, nil
	}
	if err != nil {
		return store.User{}, false, err
	}
	ok, err := account.CheckPassword(user.PasswordHash, password)
	if err != nil {
		return store.User{}, false, fmt.Errorf("user %d: %w", user.ID, err)
	}
	if ok && account.NeedsRehash(user.PasswordHash) {
		if err := a.rehash(ctx, user.ID, password); err != nil {
			return store.User{}, false, err
		}
	}
	return user, ok, nil
}

// rehash keeps a password that was hashed at an older cost at today's. One that is too
// short by today's rules stays as it is.
func (a *app) rehash(ctx context.Context, userID int64, password string) error {
	hash, err := account.HashPassword(password)
	if errors.Is(err, account.ErrWeakPassword) {
		return nil
	}
	if err != nil {
		return err
	}
	return a.Store.RehashPassword(ctx, userID, hash)
}

// signOut answers POST /signout.
func signOut(r *request) error {
	if c, err := r.Cookie(r.app.cookieName("session")); err == nil {
		if err := r.app.Store.EndSession(r.Request().Context(), account.HashToken(c.Value)); err != nil {
			return err
		}
	}
	r.dropCookie("session")
	if r.method == store.MethodProvider {
		return r.redirect("/signin?out=1")
	}
	return r.redirect("/signin")
}
