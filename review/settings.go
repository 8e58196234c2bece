package review

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"dossier/internal/account"
	"dossier/web"
)

// settingsPage is what an account sets for itself.
type settingsPage struct {
	page
	Languages []string
	// Language is the account's; empty lets the browser choose.
	Language string
	Themes   []string
	// Sessions are the browsers that are signed in.
	Sessions []sessionLine
	// Password tells that the account has one; Second that codes are asked for, and
	// SecondOffered that they can be.
	Password, Second, SecondOffered bool
	// Problem is why a password was not changed.
	Problem   string
	MinLength int
}

var themes = []string{"auto", "light", "dark"}

// showSettings answers GET /settings.
func showSettings(r *request) error {
	p, err := r.newSettingsPage()
	if err != nil {
		return err
	}
	return r.render("settings/show", p)
}

func (r *request) newSettingsPage() (settingsPage, error) {
	p := settingsPage{page: r.newPage("settings", "settings.title"), Languages: web.Languages, Language: r.user.Language, Themes: themes,
		Password: r.hasPassword(), SecondOffered: r.app.SignIn.Sealer != nil, MinLength: account.MinPasswordLength}
	var err error
	if p.Sessions, err = r.sessionLines(r.user.ID); err != nil {
		return p, err
	}
	p.Second, err = r.owesCode(r.user.ID)
	return p, err
}

// saveSettings answers POST /settings.
func saveSettings(r *request) error {
	lang := r.FormValue("language")
	if lang != "" && !slices.Contains(web.Languages, lang) {
		return fmt.Errorf("language %q: %w", lang, errBadInput)
	}
	if err := r.app.Store.SetLanguage(r.Request().Context(), r.user.ID, lang); err != nil {
		return err
	}
	if err := r.keepTheme(r.FormValue("theme")); err != nil {
		return err
	}
	r.say(true, "flash.settings_saved", 0, "")
	return r.redirect("/settings")
}

// signOutElsewhere answers POST /settings/signout: every other browser is signed out.
func signOutElsewhere(r *request) error {
	c, err := r.Cookie(r.app.cookieName("session"))
	if err != nil {
		return fmt.Errorf("session cookie: %w", errBadInput)
	}
	n, err := r.app.Store.EndOtherSessions(r.Request().Context(), r.user.ID, account.HashToken(c.Value))
	if err != nil {
		return err
	}
	r.say(true, "flash.signed_out_elsewhere", n, "")
	return r.redirect("/settings")
}

// setKeys answers POST /settings/keys: whether single keys act on pages. The sheet that
// lists the keys asks for it, and the settings.
func setKeys(r *request) error {
	if err := r.app.Store.SetKeysOff(r.Request().Context(), r.user.ID, r.FormValue("keys") != "on"); err != nil {
		return err
	}
	if r.Request().Header.Get("Sec-Fetch-Dest") == "empty" {
		return r.NoContent(http.StatusNoContent)
	}
	r.say(true, "flash.settings_saved", 0, "")
	return r.redirect("/settings")
}

const themeLife = 365 * 24 * time.Hour

// keepTheme keeps the theme in a cookie: it belongs to the screen, not to the account.
func (r *request) keepTheme(theme string) error {
	switch theme {
	case "light", "dark":
		c := r.app.cookie("theme", theme, themeLife)
		c.Name = "theme"
		r.SetCookie(c)
	case "", "auto":
		c := r.app.cookie("theme", "", -time.Second)
		c.Name = "theme"
		r.SetCookie(c)
	default:
		return fmt.Errorf("theme %q: %w", theme, errBadInput)
	}
	return nil
}

// setTheme answers POST /theme: the theme asked for, or without script the other one than
// last time.
func setTheme(r *request) error {
	theme := r.FormValue("theme")
	if theme == "" {
		theme = "dark"
		if c, err := r.Cookie("theme"); err == nil && c.Value == "dark" {
			theme = "light"
		}
	}
	if err := r.keepTheme(theme); err != nil {
		return err
	}
	if r.Request().Header.Get("Sec-Fetch-Dest") == "empty" {
		return r.NoContent(http.StatusNoContent)
	}
	return r.redirect(r.back("/"))
}
