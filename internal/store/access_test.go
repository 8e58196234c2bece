package store

import (
	"io/fs"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/migrations"
)

func TestAccountsWithGrantsAreRestrictedByTheMigration(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		kept, free, v := h.user("rita"), h.user("bob"), h.vacancy("one")
		h.must(h.SetGrant(h.ctx, kept.ID, v.ID, account.Reviewer, 0))
		// Back to before the step, then the step itself.
		h.must(h.w.Exec("ALTER TABLE users DROP COLUMN restricted").Error)
		steps := migrations.SQLite()
		if h.dialect == postgresDialect {
			steps = migrations.Postgres()
		}
		step, err := fs.ReadFile(steps, "00008_access.sql")
		h.must(err)
		for _, statement := range strings.Split(string(step), ";") {
			if strings.TrimSpace(statement) != "" {
				h.must(h.w.Exec(statement).Error)
			}
		}
		for _, u := range []User{kept, free} {
			now, err := h.UserByID(h.ctx, u.ID)
			h.must(err)
			if now.Restricted != (u.ID == kept.ID) {
				t.Errorf("account %d: restricted %t", u.ID, now.Restricted)
			}
		}
	})
}
