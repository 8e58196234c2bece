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
		statement, args = FindQuery{Search: ParseSearch("ndiaye logistique")}.statement(h.dialect)
		check(t, "search everywhere", h.plan(statement, args...), "application_index", true)
		statement, args = unclearStatement(UnclearQuery{}, 3, &UnclearCursor{VacancyID: 3, ReceivedAt: monday, ID: 10}, 25)
		check(t, "queue of what is to be checked", h.plan(statement, args...), "applications_", false)
		counts := h.plan(`SELECT vacancy_id, sum(unclear_count), sum(required_unclear) FROM applications
			WHERE vacancy_id IN (1, 2, 3) AND unclear_count > 0 AND stage IN ('new', 'discuss') GROUP BY vacancy_id`)
		check(t, "counts of what is to be checked", counts, "applications_open", true)
		if h.dialect == sqliteDialect && !strings.Contains(counts, "COVERING") {
			t.Errorf("counts read the applications themselves:\n%s", counts)
		}
		stages := h.plan(`SELECT stage, count(*) FROM applications WHERE vacancy_id = ? GROUP BY stage`, 3)
		check(t, "counts by stage", stages, "applications_", true) // one of those that begin with the vacancy
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
