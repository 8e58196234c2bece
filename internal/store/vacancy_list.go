package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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
		VacancyID  int64
		Stage      screening.Stage
		N, Unclear int
	}
	err := db.Raw(`SELECT vacancy_id, stage, `+sumOf("applications")+` AS n, `+sumOf("unclear")+` AS unclear FROM application_counts
		WHERE vacancy_id IN ? GROUP BY vacancy_id, stage HAVING sum(applications) > 0`, ids).Scan(&counts).Error
	for _, c := range counts {
		r := rows[c.VacancyID]
		r.ByStage[c.Stage] = c.N
		r.Total += c.N
		if slices.Contains(undecided, c.Stage) {
			r.Unclear += c.Unclear
		}
	}
	return err
}

// fillDays counts what came in on the last days, each of them between two midnights of the
// vacancy's own zone.
func (s *Store) fillDays(db *gorm.DB, ids []int64, rows map[int64]*VacancyRow) error {
	now := s.clock()
	for _, of := range byZone(ids, rows) {
		statement, args := daysStatement(s.dialect, of, midnights(now, rows[of[0]].Vacancy.DeadlineZone))
		if err := eachDay(db, statement, args, func(vacancy int64, day, n int) { rows[vacancy].PerDay[day] = n }); err != nil {
			return err
		}
	}
	return nil
}

// eachDay reads rows of three numbers without gorm's reflection: there are hundreds.
func eachDay(db *gorm.DB, statement string, args []any, f func(vacancy int64, day, n int)) error {
	found, err := db.Raw(statement, args...).Rows()
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var vacancy int64
		var day, n int
		if err := found.Scan(&vacancy, &day, &n); err != nil {
			return err
		}
		f(vacancy, day, n)
	}
	return found.Err()
}

// byZone groups vacancies by the zone of their deadline.
func byZone(ids []int64, rows map[int64]*VacancyRow) map[string][]int64 {
	out := map[string][]int64{}
	for _, id := range ids {
		zone := rows[id].Vacancy.DeadlineZone
		out[zone] = append(out[zone], id)
	}
	return out
}

// midnights are the beginnings of the last SparkDays days of a zone, and of tomorrow.
func midnights(now time.Time, zone string) [SparkDays + 1]time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	var out [SparkDays + 1]time.Time
	y, m, d := now.In(loc).Date()
	for i := range out {
		out[i] = instantOf(time.Date(y, m, d+i-SparkDays+1, 0, 0, 0, 0, loc))
	}
	return out
}

// daysStatement counts each day of each vacancy by a range of the index of receipt, without
// reading a row.
func daysStatement(d dialect, vacancies []int64, at [SparkDays + 1]time.Time) (string, []any) {
	var days []string
	var args []any
	kind := "DATETIME"
	if d == postgresDialect {
		kind = "timestamptz"
	}
	for i := range SparkDays {
		days = append(days, "SELECT CAST(? AS bigint) AS day, CAST(? AS "+kind+") AS since, CAST(? AS "+kind+") AS till")
		args = append(args, i, at[i], at[i+1])
	}
	return `SELECT v.id AS vacancy_id, d.day, (SELECT count(*) FROM applications a WHERE a.vacancy_id = v.id AND a.received_at >= d.since AND a.received_at < d.till) AS n
		FROM vacancies v CROSS JOIN (` + strings.Join(days, " UNION ALL ") + `) d WHERE v.id IN ?`, append(args, vacancies)
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

// reviewersStatement steps through an index from one reviewer of a vacancy to the next,
// instead of through all the applications somebody follows.
const reviewersStatement = `WITH RECURSIVE pair (vacancy_id, user_id) AS (
		SELECT v.id, (SELECT min(a.reviewer_id) FROM applications a WHERE a.vacancy_id = v.id AND a.reviewer_id IS NOT NULL) FROM vacancies v WHERE v.id IN ?
		UNION ALL
		SELECT p.vacancy_id, (SELECT min(a.reviewer_id) FROM applications a WHERE a.vacancy_id = p.vacancy_id AND a.reviewer_id > p.user_id) FROM pair p WHERE p.user_id IS NOT NULL)
	SELECT p.vacancy_id, u.name FROM pair p JOIN users u ON u.id = p.user_id ORDER BY p.vacancy_id, u.name LIMIT 5000`

func (s *Store) fillReviewers(db *gorm.DB, ids []int64, rows map[int64]*VacancyRow) error {
	var who []struct {
		VacancyID int64
		Name      string
	}
	err := db.Raw(reviewersStatement, ids).Scan(&who).Error
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
