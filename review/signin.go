package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	user, err := a.Store.SessionUser(r.Request().Context(), account.HashToken(c.Value), idle)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r.signedIn(&user)
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
}

func newSignInPage(r *request) signInPage {
	return signInPage{page: r.newPage("", "signin.title"), Next: localPath(r.FormValue("next"), "/"), Languages: web.Languages}
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
	token := account.NewToken()
	err = r.app.Store.StartSession(r.Request().Context(), account.HashToken(token), user.ID, sessionIdle, r.RealIP(), r.Request().UserAgent())
	if err != nil {
		return err
	}
	r.SetCookie(r.app.cookie("session", token, store.SessionLife))
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
	if errors.Is(err, store.ErrNotFound) || err == nil && (user.Disabled || user.PasswordHash == "") {
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
	r.SetCookie(r.app.cookie("session", "", -time.Second))
	return r.redirect("/signin")
}
