package review

import "dossier/internal/store"

// teamPage lists the accounts.
type teamPage struct {
	page
	Users []store.User
}

// showTeam answers GET /team.
func showTeam(r *request) error {
	users, err := r.app.Store.Users(r.Request().Context())
	if err != nil {
		return err
	}
	return r.render("team/list", teamPage{page: r.newPage("team", "team.title"), Users: users})
}
