package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

const (
	// maxVacancies bounds the list of vacancies of one state.
	maxVacancies = 500
	// SparkDays is how many days back a VacancyRow counts what came in.
	SparkDays = 14
)

// VacancyRow is one line of the list of vacancies.
type VacancyRow struct {
	Vacancy Vacancy
	// ByStage counts its applications per stage.
	ByStage map[screening.Stage]int
	Total   int
	// Unclear counts criteria to check in applications not decided yet.
	Unclear int
	// PerDay counts what was received on each of the last SparkDays days of the vacancy's
	// zone, today last.
	PerDay [SparkDays]int
	// Mailbox is where its latest application came in; nil before the first.
	Mailbox *Mailbox
	// Reviewers are the names of those who have applications assigned.
	Reviewers []string
}

// VacancyList returns the vacancies of a state: the nearest deadline to come first, then
// those without one, then those whose deadline has passed, the latest first.
func (s *Store) VacancyList(ctx context.Context, state VacancyState, within Within) ([]VacancyRow, error) {
	rows, err := s.vacancyList(ctx, state, within)
	if err != nil {
		return nil, fmt.Errorf("list of vacancies: %w", known(err))
	}
	return rows, nil
}

// standing is the expression for Vacancy.Standing.
const standing = "CASE WHEN archived_at IS NOT NULL AND state = 'closed' THEN 'archived' ELSE state END"

// CountVacancies counts vacancies by where they stand.
func (s *Store) CountVacancies(ctx context.Context, within Within) (map[VacancyState]int, error) {
	var counts []struct {
		State VacancyState
		N     int
	}
	where, args := within.cond("id")
	if err := s.reader(ctx).Raw(`SELECT `+standing+` AS state, count(*) AS n FROM vacancies WHERE `+where+` GROUP BY `+standing, args...).Scan(&counts).Error; err != nil {
		return nil, fmt.Errorf("vacancies by state: %w", known(err))
	}
	out := map[VacancyState]int{}
	for _, c := range counts {
		out[c.State] = c.N
	}
	return out, nil
}

func (s *Store) vacancyList(ctx context.Context, state VacancyState, within Within) ([]VacancyRow, error) {
	db := s.reader(ctx)
	var vacancies []Vacancy
	where, args := within.cond("id")
	err := db.Where(standing+" = ?", state).Where(where, args...).Order("deadline_at DESC, id").Limit(maxVacancies).Find(&vacancies).Error
	if err != nil || len(vacancies) == 0 {
		return nil, err
	}
	rows := make([]VacancyRow, len(vacancies))
	byID := make(map[int64]*VacancyRow, len(vacancies))
	ids := make([]int64, len(vacancies))
	s.sortByUrgency(vacancies)
	for i, v := range vacancies {
		rows[i] = VacancyRow{Vacancy: v, ByStage: map[screening.Stage]int{}}
		byID[v.ID], ids[i] = &rows[i], v.ID
	}
	for _, fill := range []func(*gorm.DB, []int64, map[int64]*VacancyRow) error{s.fillStages, s.fillDays, s.fillMailboxes, s.fillReviewers} {
		if err := fill(db, ids, byID); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// sortByUrgency puts vacancies in the order VacancyList promises.
func (s *Store) sortByUrgency(vacancies []Vacancy) {
	now := s.clock()
	group := func(v Vacancy) int {
		switch {
		case v.DeadlineAt == nil:
			return 1
		case v.DeadlineAt.Before(now):
			return 2
		}
		return 0
	}
	slices.SortStableFunc(vacancies, func(a, b Vacancy) int {
		ga, gb := group(a), group(b)
		switch {
		case ga != gb:
			return ga - gb
		case ga == 1:
			return cmp.Compare(a.ID, b.ID)
		case ga == 2:
			return b.DeadlineAt.Compare(*a.DeadlineAt)
		}
		return a.DeadlineAt.Compare(*b.DeadlineAt)
	})
}

func (s *Store) fillStages(db *gorm.DB, ids []int64, rows map[int64]*VacancyRow) error {
	var counts []struct {
		VacancyID int64
		Stage     screening.Stage
		N         int
	}
	err := db.Raw(`SELECT vacancy_id, stage, count(*) AS n FROM applications WHERE vacancy_id IN ? GROUP BY vacancy_id, stage`, ids).Scan(&counts).Error
	for _, c := range counts {
		r := rows[c.VacancyID]
		r.ByStage[c.Stage] = c.N
		r.Total += c.N
	}
	if err != nil {
		return err
	}
	var open []struct {
		VacancyID int64
		Unclear   int
	}
	err = db.Raw(`SELECT vacancy_id, sum(unclear_count) AS unclear FROM applications
		WHERE vacancy_id IN ? AND unclear_count > 0 AND stage IN ? GROUP BY vacancy_id`, ids, undecided).Scan(&open).Error
	for _, o := range open {
		rows[o.VacancyID].Unclear = o.Unclear
	}
	return err
}

// hourOf is the expression for an instant's hour since 1970: days of any zone are made of
// hours (of half hours here and there: their evening then counts one hour early).
func (s *Store) hourOf(column string) string {
	if s.dialect == postgresDialect {
		return "CAST(floor(extract(epoch from " + column + ") / 3600) AS bigint)"
	}
	return column + " / 3600000000"
}

func (s *Store) fillDays(db *gorm.DB, ids []int64, rows map[int64]*VacancyRow) error {
	now := s.clock()
	var hours []struct{ VacancyID, Hour, N int64 }
	err := db.Raw(`SELECT vacancy_id, `+s.hourOf("received_at")+` AS hour, count(*) AS n
		FROM applications WHERE vacancy_id IN ? AND received_at >= ? GROUP BY vacancy_id, hour`,
		ids, now.AddDate(0, 0, -SparkDays-1)).Scan(&hours).Error
	for _, h := range hours {
		r := rows[h.VacancyID]
		if back := daysBack(time.Unix(h.Hour*3600, 0), now, r.Vacancy.DeadlineZone); back >= 0 && back < SparkDays {
			r.PerDay[SparkDays-1-back] += int(h.N)
		}
	}
	return err
}

// daysBack counts the calendar days of a zone from an instant to now.
func daysBack(at, now time.Time, zone string) int {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	day := func(t time.Time) time.Time {
		y, m, d := t.In(loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(now).Sub(day(at)) / (24 * time.Hour))
}

func (s *Store) fillMailboxes(db *gorm.DB, ids []int64, rows map[int64]*VacancyRow) error {
	var last []struct{ VacancyID, MailboxID int64 }
	err := db.Raw(`SELECT v.id AS vacancy_id, m.mailbox_id FROM vacancies v
		JOIN routes r ON r.vacancy_id = v.id AND r.id = (SELECT max(id) FROM routes WHERE vacancy_id = v.id)
		JOIN messages m ON m.id = r.message_id WHERE v.id IN ?`, ids).Scan(&last).Error
	if err != nil || len(last) == 0 {
		return err
	}
	var boxes []Mailbox
	if err := db.Limit(maxMailboxes).Find(&boxes).Error; err != nil {
		return err
	}
	for _, l := range last {
		for i := range boxes {
			if boxes[i].ID == l.MailboxID {
				rows[l.VacancyID].Mailbox = &boxes[i]
			}
		}
	}
	return nil
}

func (s *Store) fillReviewers(db *gorm.DB, ids []int64, rows map[int64]*VacancyRow) error {
	var who []struct {
		VacancyID int64
		Name      string
	}
	err := db.Raw(`SELECT DISTINCT a.vacancy_id, u.name FROM applications a JOIN users u ON u.id = a.reviewer_id
		WHERE a.vacancy_id IN ? AND a.reviewer_id IS NOT NULL ORDER BY a.vacancy_id, u.name LIMIT 5000`, ids).Scan(&who).Error
	for _, w := range who {
		rows[w.VacancyID].Reviewers = append(rows[w.VacancyID].Reviewers, w.Name)
	}
	return err
}

// VacancyMailbox returns the mailbox the vacancy's latest application came in by, nil
// before the first.
func (s *Store) VacancyMailbox(ctx context.Context, vacancyID int64) (*Mailbox, error) {
	rows := map[int64]*VacancyRow{vacancyID: {}}
	if err := s.fillMailboxes(s.reader(ctx), []int64{vacancyID}, rows); err != nil {
		return nil, fmt.Errorf("vacancy %d: mailbox: %w", vacancyID, known(err))
	}
	return rows[vacancyID].Mailbox, nil
}
