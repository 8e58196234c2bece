package review

import (
	"dossier/internal/account"
	"dossier/internal/store"
)

// teamPage lists the accounts.
type teamPage struct {
	page
	Users []store.User
	// Second are the accounts that are asked for a code.
	Second map[int64]bool
	Roles  []account.Role
	// CanMail tells that links may leave by mail; Passwords that accounts have one.
	CanMail, Passwords bool
}

// showTeam answers GET /team.
func showTeam(r *request) error {
	users, err := r.app.Store.Users(r.Request().Context())
	if err != nil {
		return err
	}
	second, err := r.app.Store.SecondFactors(r.Request().Context())
	if err != nil {
		return err
	}
	return r.render("team/list", teamPage{page: r.newPage("team", "team.title"), Users: users, Second: second, Roles: account.Roles,
		CanMail: r.canMail(), Passwords: !r.app.SignIn.NoPasswords})
}
