package review

import (
	"fmt"
	"slices"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
)

// access is what an account's grants keep it to. An account that is not restricted sees every
// vacancy and does what its role allows. A restricted one sees the vacancies granted to it
// alone, none while none is, and does in each what the grant's role allows. What concerns no vacancy, like the accounts or the
// machine, goes by the account's own role.
//
// This is the one place where it is decided: serve asks admit before any handler runs, and
// what admit does not know it keeps from such an account.
type access struct {
	restricted bool
	// grants are the roles by vacancy.
	grants map[int64]account.Role
	// vacancy is the one the request is about, 0 for none.
	vacancy int64
}

func (a access) limited() bool { return a.restricted || len(a.grants) > 0 }

// ofHouse are the permissions that concern the machine and the accounts, and no applicant.
// Any other, a new one too, is taken to let one look at applicants or act on them.
var ofHouse = []account.Permission{account.RunIntake, account.ManageMailboxes, account.ManageAccounts}

func ofPeople(p account.Permission) bool { return !slices.Contains(ofHouse, p) }

// may tells whether an account of a role may do something where the request is.
func (a access) may(role account.Role, p account.Permission) bool {
	switch {
	case !a.limited() || !ofPeople(p):
		return role.May(p)
	case a.vacancy != 0:
		return a.grants[a.vacancy].May(p)
	case role.May(account.RunIntake) && (p == account.ViewIntake || p == account.OpenRaw):
		return true // who keeps the machine running needs to see that it runs
	case p == account.ViewIntake || p == account.OpenRaw || p == account.SortMessages:
		return false // mail that is nobody's yet is not theirs
	case len(a.grants) == 0 && p == account.ViewApplications:
		return role.May(p) // lists with nothing in them
	}
	for _, granted := range a.grants {
		if granted.May(p) {
			return true
		}
	}
	return false
}

// loadAccess reads the grants of the account that is signed in.
func (r *request) loadAccess() error {
	grants, err := r.app.Store.Grants(r.Request().Context(), r.user.ID)
	if err != nil {
		return err
	}
	r.access = access{restricted: r.user.Restricted, grants: grants}
	return nil
}

// within are the vacancies the account's lists keep to.
func (r *request) within() store.Within {
	if !r.access.limited() {
		return nil
	}
	return r.access.where(func(account.Role) bool { return true })
}

// withinFor are the vacancies in which the account may do something: what is granted for one
// allows nothing in another.
func (r *request) withinFor(p account.Permission) store.Within {
	if !r.access.limited() {
		return nil
	}
	return r.access.where(func(role account.Role) bool { return role.May(p) })
}

// where are the vacancies granted with some roles, in order. Never nil: that would be all.
func (a access) where(keep func(account.Role) bool) store.Within {
	out := store.Within{}
	for id, role := range a.grants {
		if keep(role) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// sees fails with ErrNotFound for a vacancy the account does not see: nobody learns that it
// is there.
func (r *request) sees(vacancyID int64) error {
	if r.within().Holds(vacancyID) {
		return nil
	}
	return fmt.Errorf("vacancy %d: no grant: %w", vacancyID, store.ErrNotFound)
}

// ownLists are pages over all vacancies that keep to those the account sees by themselves.
var ownLists = []string{"/", "/vacancies", "/unclear", "/search", "/search/export", "/checklists", "/mentions", "/outbox"}

// admit refuses what the account may not do, and before that what it may not see.
func (r *request) admit(rt route) error {
	if rt.needs == anyone {
		return nil
	}
	if r.access.limited() {
		if err := r.admitLimited(rt); err != nil {
			return err
		}
	}
	if rt.needs != signedIn && !r.may(rt.needs) {
		return errForbidden
	}
	return nil
}

// admitLimited finds the vacancy a route is about and refuses one that is not granted.
func (r *request) admitLimited(rt route) error {
	ctx, st := r.Request().Context(), r.app.Store
	var vacancy int64
	switch path := rt.path; {
	case strings.HasPrefix(path, "/vacancies/:slug"):
		v, err := st.VacancyBySlug(ctx, r.Param("slug"))
		if err != nil {
			return err
		}
		vacancy = v.ID
	case strings.HasPrefix(path, "/applications/:id"), strings.HasPrefix(path, "/documents/:id"):
		find := st.VacancyOfApplication
		if strings.HasPrefix(path, "/documents/") {
			find = st.VacancyOfDocument
		}
		id, err := r.intParam("id")
		if err != nil {
			return err
		}
		if vacancy, err = find(ctx, id); err != nil {
			return err
		}
	case strings.HasPrefix(path, "/intake/messages/:id"):
		return r.admitMessage()
	case rt.needs == signedIn || slices.Contains(ownLists, path) || !ofPeople(rt.needs) || r.may(rt.needs) && rt.needs == account.ViewIntake:
		return nil
	default:
		return fmt.Errorf("%s concerns vacancies that are not granted: %w", path, store.ErrNotFound)
	}
	r.access.vacancy = vacancy
	return r.sees(vacancy)
}

// admitMessage lets an account open the mail of its own vacancies, and who keeps the machine
// running the mail that is nobody's.
func (r *request) admitMessage() error {
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	vacancies, err := r.app.Store.VacanciesOfMessage(r.Request().Context(), id)
	if err != nil {
		return err
	}
	for _, v := range vacancies {
		// A message for several vacancies is shown whole: all of them must be granted.
		if err := r.sees(v); err != nil {
			return err
		}
	}
	if len(vacancies) == 0 {
		if r.user.Role.May(account.RunIntake) {
			return nil
		}
		return fmt.Errorf("message %d is no vacancy's: %w", id, store.ErrNotFound)
	}
	r.access.vacancy = vacancies[0]
	return nil
}

// openTo leaves out of the navigation what the account cannot open.
func (r *request) openTo(n nav) nav {
	if !r.access.limited() {
		return n
	}
	known := routes()
	n.Items = slices.DeleteFunc(n.Items, func(item navItem) bool {
		i := slices.IndexFunc(known, func(rt route) bool { return rt.method == "GET" && rt.path == item.Path })
		if i < 0 {
			return true
		}
		rt := known[i]
		if rt.needs == account.ViewIntake {
			return !r.user.Role.May(account.RunIntake)
		}
		return rt.needs != signedIn && ofPeople(rt.needs) && !slices.Contains(ownLists, rt.path)
	})
	return n
}
