package review

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"dossier/internal/account"
	"dossier/internal/store"
)

// grantsPage is what one account sees: every vacancy, or those granted to it.
type grantsPage struct {
	page
	Person store.User
	Grants []grantLine
	// Others are the vacancies that can be granted.
	Others []store.Vacancy
	Roles  []account.Role
}

type grantLine struct {
	Vacancy store.Vacancy
	Role    account.Role
}

// grantable are the roles a vacancy can be granted with: those that look at applicants.
var grantable = []account.Role{account.Reader, account.Reviewer, account.Recruiter, account.HR}

// grantedTo reads the account of the address.
func (r *request) grantedTo() (store.User, error) {
	id, err := r.intParam("id")
	if err != nil {
		return store.User{}, err
	}
	return r.app.Store.UserByID(r.Request().Context(), id)
}

// showGrants answers GET /team/:id/access.
func showGrants(r *request) error {
	ctx := r.Request().Context()
	u, err := r.grantedTo()
	if err != nil {
		return err
	}
	grants, err := r.app.Store.Grants(ctx, u.ID)
	if err != nil {
		return err
	}
	p := grantsPage{page: r.newPage("team", "access.title"), Person: u, Roles: grantable}
	p.Title = r.words.T("access.of", "name", cmp.Or(u.Name, u.Email))
	for _, state := range vacancyStates {
		rows, err := r.app.Store.VacancyList(ctx, state, nil)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if role, ok := grants[row.Vacancy.ID]; ok {
				p.Grants = append(p.Grants, grantLine{row.Vacancy, role})
			} else {
				p.Others = append(p.Others, row.Vacancy)
			}
		}
	}
	return r.render("team/access", p)
}

// saveGrant answers POST /team/:id/access: one vacancy is granted with a role, or taken
// back with an empty one; open=all opens every vacancy, once that is confirmed.
func saveGrant(r *request) error {
	ctx := r.Request().Context()
	u, err := r.grantedTo()
	if err != nil {
		return err
	}
	path := "/team/" + strconv.FormatInt(u.ID, 10) + "/access"
	if r.FormValue("open") == "all" {
		if r.FormValue("sure") != "1" {
			r.say(false, "flash.open_all_unsure", 0, "")
			return r.redirect(path)
		}
		if err := r.app.Store.OpenAllVacancies(ctx, u.ID, r.user.ID); err != nil {
			return err
		}
		r.say(true, "flash.opened_all", 0, cmp.Or(u.Name, u.Email))
		return r.redirect(path)
	}
	id, err := strconv.ParseInt(r.FormValue("vacancy"), 10, 64)
	if err != nil {
		return fmt.Errorf("vacancy: %w", errBadInput)
	}
	role := account.Role(r.FormValue("role"))
	if role != "" && !slices.Contains(grantable, role) {
		return fmt.Errorf("role %q: %w", role, errBadInput)
	}
	v, err := r.app.Store.VacancyByID(ctx, id)
	if err != nil {
		return err
	}
	if err := r.app.Store.SetGrant(ctx, u.ID, v.ID, role, r.user.ID); err != nil {
		return err
	}
	if role == "" {
		r.say(true, "flash.grant_taken", 0, v.Title)
	} else {
		r.say(true, "flash.granted", 0, v.Title)
	}
	return r.redirect(path)
}
