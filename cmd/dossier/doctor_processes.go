package main

import (
	"context"
	"strings"
	"time"

	"dossier/internal/config"
	"dossier/internal/store"
)

// processes says who shares the database, and which role nobody has.
func (d *doctor) processes(ctx context.Context, st *store.Store) {
	const what = "processes"
	list, err := st.Processes(ctx)
	if err != nil {
		d.say(what, healthProblem, "", "%v", err)
		return
	}
	if len(list) == 0 {
		d.say(what, healthWarning, "start dossier serve", "none runs")
		return
	}
	missing := map[string]bool{config.RoleWeb: true, config.RolePoll: true, config.RoleWork: true}
	versions := map[string]bool{}
	var who []string
	for _, p := range list {
		host, _, _ := strings.Cut(p.Name, "/")
		who = append(who, host+" ("+p.Roles+")")
		versions[p.Version] = true
		if time.Since(p.SeenAt) < deadAfter {
			for role := range strings.SplitSeq(p.Roles, ",") {
				delete(missing, role)
			}
		}
	}
	d.say(what, healthOK, "", "%d: %s", len(list), strings.Join(who, ", "))
	for _, role := range []string{config.RoleWeb, config.RolePoll, config.RoleWork} {
		if missing[role] {
			d.say(what, healthWarning, "start one with it", "none that lives has the role %s", role)
		}
	}
	if len(versions) > 1 {
		d.say(what, healthWarning, "bring all to the same version (docs/upgrading.md)", "they are of %d different versions", len(versions))
	}
}
