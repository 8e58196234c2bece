package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

// personPage is one account, as an administrator sees it.
type personPage struct {
	page
	Person   store.User
	Self     bool
	Roles    []account.Role
	Sessions []sessionLine
	// Second tells that codes are asked for, Linked that a provider vouches for the account.
	Second, Linked bool
	// Password tells whether the account may have one.
	Password bool
	// Link is a link that was just made, shown this once; Mailed tells that it also left by
	// mail, and MailFailed that it should have.
	Link               string
	LinkDays           int
	Mailed, MailFailed bool
	// CanMail tells that links may leave by mail.
	CanMail  bool
	Provider string
}

func (r *request) newPersonPage(u store.User) (personPage, error) {
	ctx := r.Request().Context()
	p := personPage{page: r.newPage("team", "person.title"), Person: u, Self: u.ID == r.user.ID, Roles: account.Roles,
		Password: r.app.SignIn.passwordFor(u.Email), CanMail: r.canMail()}
	p.Title = cmp.Or(u.Name, u.Email)
	if r.app.SignIn.Provider != nil {
		p.Provider = r.app.SignIn.Provider.Name()
	}
	var err error
	if p.Sessions, err = r.sessionLines(u.ID); err != nil {
		return p, err
	}
	if p.Second, err = r.owesCode(u.ID); err != nil {
		return p, err
	}
	links, err := r.app.Store.Identities(ctx, u.ID)
	p.Linked = len(links) > 0
	return p, err
}

// canMail tells whether a link may leave by mail: its beginning must not come from the
// request, whose Host anybody may type.
func (r *request) canMail() bool { return r.app.PublicURL != "" && r.app.Mail.Configured() }

// showPerson answers GET /team/:id.
func showPerson(r *request) error {
	u, err := r.grantedTo()
	if err != nil {
		return err
	}
	p, err := r.newPersonPage(u)
	if err != nil {
		return err
	}
	return r.render("team/person", p)
}

// invite answers POST /team: an account is made, and a link that chooses its password.
func invite(r *request) error {
	email, name := r.text("email", 254), r.text("name", 200)
	role, err := account.ParseRole(r.FormValue("role"))
	if err != nil {
		return fmt.Errorf("%w: %w", errBadInput, err)
	}
	u, err := r.app.Store.AddUser(r.Request().Context(), store.NewUser{Email: email, Name: cmp.Or(name, email), Role: role,
		Restricted: r.FormValue("restricted") == "1"}, r.user.ID)
	switch {
	case errors.Is(err, store.ErrConflict):
		r.say(false, "flash.has_account", 0, email)
		return r.redirect("/team")
	case errors.Is(err, store.ErrInvalid):
		r.say(false, "flash.no_address", 0, email)
		return r.redirect("/team")
	case err != nil:
		return err
	}
	if !r.app.SignIn.passwordFor(u.Email) {
		r.say(true, "flash.invited_provider", 0, u.Name)
		return r.redirect(personPath(u.ID))
	}
	return r.giveLink(u, store.PassInvite)
}

func personPath(id int64) string { return "/team/" + strconv.FormatInt(id, 10) }

// giveLink makes a link that chooses an account's password and shows it this once.
func (r *request) giveLink(u store.User, kind store.PassKind) error {
	ctx := r.Request().Context()
	token := account.NewToken()
	if err := r.app.Store.GivePass(ctx, account.HashToken(token), kind, u.ID, r.user.ID); err != nil {
		return err
	}
	p, err := r.newPersonPage(u)
	if err != nil {
		return err
	}
	p.Link, p.LinkDays = r.baseURL()+"/enter/"+token, 1
	if kind == store.PassInvite {
		p.LinkDays = int(store.InviteLife / (24 * time.Hour))
	}
	if r.canMail() && r.FormValue("mail") == "1" {
		// One short message to one colleague; it must not hold the page for long.
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		err := r.app.Mail.Notify(ctx, u.Email, r.words.T("person.mail_subject."+string(kind)),
			r.words.N("person.mail_text."+string(kind), p.LinkDays, "link", p.Link, "by", cmp.Or(r.user.Name, r.user.Email)), r.now)
		if err != nil {
			r.app.Log.Warn("link not mailed", "user", u.ID, "err", err)
		}
		p.Mailed, p.MailFailed = err == nil, err != nil
	}
	return r.render("team/person", p)
}

// changePerson answers POST /team/:id: act says what is done to the account.
func changePerson(r *request) error {
	ctx, st := r.Request().Context(), r.app.Store
	u, err := r.grantedTo()
	if err != nil {
		return err
	}
	said := ""
	switch act := r.FormValue("act"); act {
	case "role", "disable", "enable":
		if u.ID == r.user.ID {
			// Whoever shuts the last door behind themselves needs the machine to open it again.
			r.say(false, "flash.not_oneself", 0, "")
			return r.redirect(personPath(u.ID))
		}
		if act == "role" {
			role, parsed := account.ParseRole(r.FormValue("role"))
			if parsed != nil {
				return fmt.Errorf("%w: %w", errBadInput, parsed)
			}
			said, err = "flash.role_set", st.SetRole(ctx, u.ID, role, r.user.ID)
		} else {
			if said = "flash.account_enabled"; act == "disable" {
				said = "flash.account_disabled"
			}
			err = st.SetDisabled(ctx, u.ID, act == "disable", r.user.ID)
		}
	case "link":
		if !r.app.SignIn.passwordFor(u.Email) || u.Disabled {
			return errForbidden
		}
		kind := store.PassReset
		if u.PasswordHash == "" {
			kind = store.PassInvite
		}
		return r.giveLink(u, kind)
	case "signout":
		said = "flash.signed_out_everywhere"
		_, err = st.EndAllSessions(ctx, u.ID, r.user.ID)
	case "second":
		said, err = "flash.second_reset", st.RemoveSecondFactor(ctx, u.ID, r.user.ID)
	case "unlink":
		said, err = "flash.unlinked", st.Unlink(ctx, u.ID, r.user.ID)
	default:
		return errBadInput
	}
	if err != nil {
		return err
	}
	r.say(true, said, 0, cmp.Or(u.Name, u.Email))
	return r.redirect(personPath(u.ID))
}
