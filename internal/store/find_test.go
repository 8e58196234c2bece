package store

import (
	"strings"
	"testing"

	"dossier/screening"
)

func TestListsOverAllVacanciesWalkAnIndex(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.seed(10, 400)
		statement, args := FindQuery{After: &ShortlistCursor{ReceivedAt: monday, ID: 10}}.statement(h.dialect)
		check(t, "all applications", h.plan(statement, args...), "applications_newest", false)
		looked := FindQuery{Search: ParseSearch("ndiaye logistique"), Stage: screening.StageNew}
		statement, args = looked.newest(h.dialect, []string{blockWords(1), blockWords(0)}, 100)
		check(t, "search everywhere", h.plan(statement, args...), "application_index", h.dialect == postgresDialect)
		looked.hits = &hits{ids: []int64{3, 2, 1}}
		statement, args = looked.statement(h.dialect)
		if found := h.plan(statement, args...); strings.Contains(found, "applications_newest") || strings.Contains(found, "SCAN a") {
			t.Errorf("what is found is looked for among all applications:\n%s", found)
		}
		statement, args = unclearStatement(UnclearQuery{}, 3, &UnclearCursor{VacancyID: 3, ReceivedAt: monday, ID: 10}, 25)
		check(t, "queue of what is to be checked", h.plan(statement, args...), "applications_", false)
		statement, args = daysStatement(h.dialect, []int64{1, 2, 3}, midnights(h.clock.Now(), "Africa/Dakar"))
		days := h.plan(statement, args...)
		check(t, "what came in each day", days, "applications_", true)
		if h.dialect == sqliteDialect && !strings.Contains(days, "COVERING INDEX applications_received") {
			t.Errorf("days are counted in the applications themselves:\n%s", days)
		}
		reviewers := h.plan(reviewersStatement, []int64{1, 2, 3})
		check(t, "who follows", reviewers, "applications_followed", true)
		if strings.Contains(days+reviewers, "SCAN a ") {
			t.Errorf("all applications are read:\n%s\n%s", days, reviewers)
		}
	})
}

// What stands before and after an application is read from its own place in the list.
func TestNeighboursFollowEveryOrder(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.seed(2, 40)
		for _, sort := range ShortlistSorts {
			q := ShortlistQuery{VacancyID: 2, ChecklistVersion: 1, Sort: sort, Stage: screening.StageNew}
			rows, _, err := h.Shortlist(h.ctx, q)
			h.must(err)
			for i, r := range rows {
				got, err := h.Neighbours(h.ctx, q, r.ID)
				h.must(err)
				want := Neighbours{Position: i + 1, Total: len(rows)}
				if i > 0 {
					want.Previous = rows[i-1].ID
				}
				if i < len(rows)-1 {
					want.Next = rows[i+1].ID
				}
				if got != want {
					t.Errorf("%s, place %d: %+v, want %+v", sort, i+1, got, want)
				}
			}
			out, err := h.Neighbours(h.ctx, ShortlistQuery{VacancyID: 2, ChecklistVersion: 1, Sort: sort, Stage: screening.StageDiscuss}, rows[0].ID)
			h.must(err)
			if out.Position != 0 || out.Total != 0 {
				t.Errorf("%s: outside the list: %+v", sort, out)
			}
		}
		if n, err := h.Neighbours(h.ctx, ShortlistQuery{VacancyID: 1}, 1<<40); err != nil || n != (Neighbours{}) {
			t.Errorf("an application that is not there: %+v %v", n, err)
		}
	})
}
