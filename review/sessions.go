package review

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"dossier/internal/store"
)

// sessionLine is a browser that is signed in, as its person sees it.
type sessionLine struct {
	store.Session
	// Browser and System are what the browser calls itself, in two words; empty when it
	// does not say.
	Browser, System string
	// Here is the browser of this request.
	Here bool
}

func (r *request) sessionLines(userID int64) ([]sessionLine, error) {
	rows, err := r.app.Store.Sessions(r.Request().Context(), userID)
	here := r.shownToken("session")
	out := make([]sessionLine, len(rows))
	for i, s := range rows {
		out[i] = sessionLine{Session: s, Here: s.TokenHash == here}
		out[i].Browser, out[i].System = agentOf(s.Agent)
	}
	return out, err
}

// agentOf puts a User-Agent in two words. The order matters: most claim to be others.
func agentOf(agent string) (browser, system string) {
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, s := range [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, s[0]) {
			system = s[1]
			break
		}
	}
	return browser, system
}

// endSession answers POST /settings/sessions: one session ends, or with all=1 every one,
// this one included.
func endSession(r *request) error {
	ctx := r.Request().Context()
	if r.FormValue("all") == "1" {
		if _, err := r.app.Store.EndAllSessions(ctx, r.user.ID, r.user.ID); err != nil {
			return err
		}
		r.dropCookie("session")
		return r.redirect("/signin")
	}
	err := r.app.Store.EndSessionOf(ctx, r.user.ID, r.FormValue("session"))
	if err != nil && !errors.Is(err, store.ErrNotFound) { // one that ended meanwhile is as good
		return err
	}
	r.say(true, "flash.session_ended", 0, "")
	return r.redirect("/settings")
}

// changePassword answers POST /settings/password. The account is signed out everywhere else.
func changePassword(r *request) error {
	ctx := r.Request().Context()
	if !r.hasPassword() {
		return errForbidden
	}
	wait, err := r.attemptSignIn(r.user.Email)
	switch {
	case err != nil:
		return err
	case wait > 0:
		return r.settingsProblem(http.StatusTooManyRequests, r.words.T("signin.wait", "wait", wait.Round(time.Second)+time.Second))
	}
	_, ok, err := r.app.checkPassword(ctx, r.user.Email, r.FormValue("current"))
	if err != nil {
		return errors.Join(err, r.signInUndone(r.user.Email))
	}
	if !ok {
		return r.settingsProblem(http.StatusUnprocessableEntity, r.words.T("settings.wrong_password"))
	}
	if err := r.signInSucceeded(r.user.Email); err != nil {
		return err
	}
	hash, problem, err := r.newPassword()
	if err != nil {
		return err
	}
	if problem != "" {
		return r.settingsProblem(http.StatusUnprocessableEntity, problem)
	}
	if err := r.app.Store.SetPassword(ctx, r.user.ID, hash, r.user.ID); err != nil {
		return err
	}
	if err := r.startSession(r.method, *r.user); err != nil {
		return err
	}
	r.say(true, "flash.password_changed", 0, "")
	return r.redirect("/settings")
}

// hasPassword tells whether the account signs in with a password of its own.
func (r *request) hasPassword() bool {
	return r.user.PasswordHash != "" && r.app.SignIn.passwordFor(r.user.Email)
}

func (r *request) settingsProblem(status int, problem string) error {
	p, err := r.newSettingsPage()
	if err != nil {
		return err
	}
	p.Problem = problem
	return r.renderStatus(status, "settings/show", p)
}
