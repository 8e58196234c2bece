package review

import (
	"errors"
	"net/http"

	"dossier/internal/account"
	"dossier/internal/store"
)

// enterPage is behind a link that counts once: a password is chosen, or the instance is
// set up.
type enterPage struct {
	page
	// Kind is what the link is for; empty for one that is worth nothing.
	Kind store.PassKind
	// Account is whose password is chosen.
	Account store.User
	// Email and Name are what was typed for the first account.
	Email, Name string
	Problem     string
	Languages   []string
	MinLength   int
}

// enterAs reads what the link of the address is for.
func (r *request) enterAs() (enterPage, error) {
	p := enterPage{page: r.newPage("", "enter.title.reset"), MinLength: account.MinPasswordLength}
	pass, u, err := r.app.Store.PassOf(r.Request().Context(), account.HashToken(r.Param("token")), store.PassSetup, store.PassInvite, store.PassReset)
	if errors.Is(err, store.ErrNotFound) || err == nil && pass.Kind != store.PassSetup && !r.app.SignIn.passwordFor(u.Email) {
		p.Title = r.words.T("enter.title.stale")
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Kind, p.Account, p.Title = pass.Kind, u, r.words.T("enter.title."+string(pass.Kind))
	return p, nil
}

// showEnter answers GET /enter/:token. Looking uses nothing up: programs that read mail
// look at links before people do.
func showEnter(r *request) error {
	p, err := r.enterAs()
	if err != nil {
		return err
	}
	return r.renderEnter(http.StatusOK, p)
}

func (r *request) renderEnter(status int, p enterPage) error {
	if p.Kind == "" {
		status = http.StatusNotFound
	}
	return r.renderStatus(status, "session/enter", p)
}

// enter answers POST /enter/:token.
func enter(r *request) error {
	p, err := r.enterAs()
	if err != nil || p.Kind == "" {
		return errors.Join(err, r.renderEnter(http.StatusNotFound, p))
	}
	p.Email, p.Name = r.text("email", 254), r.text("name", 200)
	hash, problem, err := r.newPassword()
	if err != nil {
		return err
	}
	if problem != "" {
		p.Problem = problem
		return r.renderEnter(http.StatusUnprocessableEntity, p)
	}
	if p.Kind == store.PassSetup {
		return r.setUp(p, hash)
	}
	err = r.app.Store.ChoosePassword(r.Request().Context(), account.HashToken(r.Param("token")), hash)
	if errors.Is(err, store.ErrNotFound) {
		p.Kind = ""
		return r.renderEnter(http.StatusNotFound, p)
	}
	if err != nil {
		return err
	}
	r.say(true, "flash.password_chosen", 0, "")
	return r.redirect("/signin")
}

// setUp makes the first account, an administrator's, and signs it in.
func (r *request) setUp(p enterPage, hash string) error {
	if p.Name == "" {
		p.Name = p.Email
	}
	u, err := r.app.Store.SetUp(r.Request().Context(), account.HashToken(r.Param("token")),
		store.NewUser{Email: p.Email, Name: p.Name, PasswordHash: hash, Language: r.words.Lang})
	switch {
	case errors.Is(err, store.ErrInvalid):
		p.Problem = r.words.T("enter.bad_address")
		return r.renderEnter(http.StatusUnprocessableEntity, p)
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrHasAccounts):
		p.Kind = ""
		return r.renderEnter(http.StatusNotFound, p)
	case err != nil:
		return err
	}
	if r.app.SignIn.SetUpDone != nil {
		r.app.SignIn.SetUpDone()
	}
	if err := r.startSession(store.MethodPassword, u); err != nil {
		return err
	}
	return r.redirect("/")
}

// newPassword reads a new password that was typed twice and returns its hash, or what is
// wrong with it.
func (r *request) newPassword() (hash, problem string, err error) {
	password := r.FormValue("password")
	if password != r.FormValue("again") {
		return "", r.words.T("enter.differ"), nil
	}
	select {
	case r.app.hashing <- struct{}{}:
		defer func() { <-r.app.hashing }()
	case <-r.Request().Context().Done():
		return "", "", r.Request().Context().Err()
	}
	hash, err = account.HashPassword(password)
	if errors.Is(err, account.ErrWeakPassword) {
		return "", r.words.N("enter.weak", account.MinPasswordLength), nil
	}
	return hash, "", err
}
