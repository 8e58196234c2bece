package store

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"sync"
	"testing"
	"time"

	"dossier/internal/testenv"
	"dossier/migrations"
	"dossier/screening"
)

// counted sums what is kept of every vacancy and stage; made counts it anew.
const (
	counted = `SELECT vacancy_id, stage, CAST(sum(applications) AS bigint) AS applications, CAST(sum(doubtful) AS bigint) AS doubtful,
		CAST(sum(unclear) AS bigint) AS unclear, CAST(sum(required_unclear) AS bigint) AS required_unclear
		FROM application_counts GROUP BY vacancy_id, stage HAVING sum(applications) <> 0 ORDER BY vacancy_id, stage`
	made = `SELECT vacancy_id, stage, count(*) AS applications, CAST(sum(CASE WHEN unclear_count > 0 THEN 1 ELSE 0 END) AS bigint) AS doubtful,
		CAST(sum(unclear_count) AS bigint) AS unclear, CAST(sum(required_unclear) AS bigint) AS required_unclear
		FROM applications GROUP BY vacancy_id, stage ORDER BY vacancy_id, stage`
)

func (h *house) countsOf(query string) []ApplicationCount {
	h.t.Helper()
	var out []ApplicationCount
	h.must(h.w.Raw(query).Scan(&out).Error)
	return out
}

func (h *house) sameCounts(when string) {
	h.t.Helper()
	if got, want := fmt.Sprint(h.countsOf(counted)), fmt.Sprint(h.countsOf(made)); got != want {
		h.t.Errorf("%s: kept %s\ncounted anew %s", when, got, want)
	}
}

// Several processes judge, correct, register and delete at once.
func TestCountsKeptAreThoseCountedAnew(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ada := h.user("ada")
		var vacancies []Vacancy
		for i := range 3 {
			vacancies = append(vacancies, h.vacancy(fmt.Sprint("v", i)))
		}
		var ids []int64
		for i := range 18 {
			ids = append(ids, h.person(vacancies[i%3], fmt.Sprint("Person ", i), time.Duration(i)*time.Minute, []screening.Verdict{m, n, u}[i%3], u, u))
		}
		h.sameCounts("after registering")
		var waiting []Message
		for i := range 12 {
			waiting = append(waiting, h.message(time.Duration(100+i)*time.Minute))
		}
		var group sync.WaitGroup
		for process := range 2 {
			store := h.reopen()
			for hand := range 3 {
				group.Go(func() {
					r := rand.New(rand.NewPCG(uint64(process), uint64(hand)))
					for range 25 {
						if err := randomAct(h, store, r, ids, ada); err != nil {
							t.Error(err)
							return
						}
					}
					for i := range 2 {
						k := process*6 + hand*2 + i
						if _, err := store.RegisterApplication(h.ctx, registration(vacancies[r.IntN(3)], waiting[k], fmt.Sprint("late", k, "@courriel.example"))); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		group.Wait()
		h.sameCounts("after everybody's acts")
		h.must(h.w.Exec("DELETE FROM applications WHERE id IN ?", ids[:5]).Error)
		h.must(h.w.Exec("UPDATE applications SET vacancy_id = vacancy_id, unclear_count = unclear_count + 1 WHERE id IN ?", ids[5:]).Error)
		h.sameCounts("after deleting")
		var parts int64
		h.must(h.w.Model(&ApplicationCount{}).Where("part <> 0").Count(&parts).Error)
		if parts != 0 {
			t.Errorf("%d parts are left after an act that nobody else was in the way of", parts)
		}
		h.must(h.w.Exec("DELETE FROM applications").Error)
		h.sameCounts("when nothing is left")
	})
}

// randomAct moves an application, or corrects a verdict of it. That somebody else was
// faster is as good as an act.
func randomAct(h *house, s *Store, r *rand.Rand, ids []int64, by User) error {
	id := ids[r.IntN(len(ids))]
	var a Application
	if err := s.reader(h.ctx).Where("id = ?", id).Take(&a).Error; err != nil {
		return err
	}
	act := Act{ApplicationID: id, Version: a.Version, AuthorID: by.ID}
	var err error
	if r.IntN(2) == 0 {
		err = s.RecordDecision(h.ctx, act, screening.Stages[r.IntN(len(screening.Stages))], "because")
	} else {
		err = s.RecordOverride(h.ctx, act, []string{"french", "licence"}[r.IntN(2)], []screening.Verdict{m, n, u}[r.IntN(3)], "seen")
	}
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrInvalid) {
		return nil
	}
	return err
}

// Two transactions that change two vacancies in opposite order do not wait for each other's
// counters.
func TestNobodyWaitsForACounter(t *testing.T) {
	h := openHouse(t, testenv.Postgres(t)) // on SQLite one writes at a time, whatever they write
	one, other := h.vacancy("one"), h.vacancy("other")
	a, b := h.person(one, "A", 0), h.person(other, "B", time.Minute)
	c, d := h.person(one, "C", 2*time.Minute), h.person(other, "D", 3*time.Minute)
	first, second := h.w.WithContext(h.ctx).Begin(), h.w.WithContext(h.ctx).Begin()
	defer first.Rollback()
	defer second.Rollback()
	const move = "UPDATE applications SET stage = 'discuss' WHERE id = ?"
	// Were they to wait, this would be a deadlock.
	h.must(first.Exec(move, a).Error)
	h.must(second.Exec(move, d).Error)
	h.must(first.Exec(move, b).Error)
	h.must(second.Exec(move, c).Error)
	h.must(first.Commit().Error)
	h.must(second.Rollback().Error)
	h.sameCounts("after one was taken back")
}

// The step that brings the counts counts what is there.
func TestCountsOfADatabaseFromBeforeAreMade(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		h.person(v, "Awa Ndiaye", 0, u, m, u)
		h.move(h.person(v, "Bilal Ferrandon", time.Hour, u, u, u), screening.StageNotRetained, h.user("ada"))
		h.must(h.w.Exec("DELETE FROM application_counts").Error)
		steps := migrations.SQLite()
		if h.dialect == postgresDialect {
			steps = migrations.Postgres()
		}
		step, err := fs.ReadFile(steps, "00009_lists.sql")
		h.must(err)
		fill := regexp.MustCompile(`(?ms)^INSERT INTO application_counts.*?;`).FindString(string(step))
		h.must(h.w.Exec(fill).Error)
		h.sameCounts("after the step")
		stages, err := h.StageCounts(h.ctx, v.ID)
		h.must(err)
		if len(stages) != 2 || stages[screening.StageNew] != 1 || stages[screening.StageNotRetained] != 1 {
			t.Errorf("stages %v", stages)
		}
		rows, err := h.VacancyList(h.ctx, VacancyOpen, nil)
		h.must(err)
		if len(rows) != 1 || rows[0].Total != 2 || rows[0].Unclear != 1 {
			t.Errorf("list %+v, want two applications and one criterion to check among the undecided", rows)
		}
	})
}
