package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
	"dossier/screening/fact"
)

// unclearPage is how many applications one page of the queue holds; each may have several
// criteria to check.
const unclearPage = 25

// UnclearQuery says which criteria to check to list.
type UnclearQuery struct {
	// VacancyID keeps one vacancy; 0 keeps them all.
	VacancyID int64
	// Within are the vacancies the reader may see.
	Within Within
	// RequiredOnly leaves out what is an asset.
	RequiredOnly bool
	// After is the last application of the page before; nil for the first page.
	After *UnclearCursor
}

// UnclearCursor is where a page of the queue ended.
type UnclearCursor struct {
	// Deadline is that of the application's vacancy; zero when it has none.
	Deadline   time.Time
	VacancyID  int64
	ReceivedAt time.Time
	ID         int64
}

// UnclearItem is one application with the criteria to check in it.
type UnclearItem struct {
	VacancyID     int64
	ApplicationID int64
	Name          string
	ReceivedAt    time.Time
	// Findings are those whose verdict in force is unclear: the machine left them open and
	// no person has settled them, or a person opened them again. Criteria for the reader
	// only may be among them: the checklist tells.
	Findings []screening.Finding
	// Said is why a person holds a criterion to be unclear, by its id.
	Said map[string]string
	// Documents are the names and types of what the findings cite, by document id.
	Documents map[int64]DocumentLabel
}

// DocumentLabel is what a document is called in a list.
type DocumentLabel struct {
	ID   int64
	Name string
	Type fact.DocumentType
	Body bool
}

// UnclearCount counts what one vacancy has to check.
type UnclearCount struct {
	VacancyID                        int64
	Criteria, Required, Applications int
}

// noDeadline stands after every deadline in the order of the queue.
var noDeadline = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// UnclearCounts counts the criteria to check of each vacancy that has any.
func (s *Store) UnclearCounts(ctx context.Context, within Within) ([]UnclearCount, error) {
	var out []UnclearCount
	where, args := within.cond("c.vacancy_id")
	err := s.reader(ctx).Raw(`SELECT c.vacancy_id, `+sumOf("c.unclear")+` AS criteria, `+sumOf("c.required_unclear")+` AS required, `+sumOf("c.doubtful")+` AS applications
		FROM application_counts c JOIN vacancies v ON v.id = c.vacancy_id
		WHERE c.stage IN ? AND v.state <> ? AND `+where+`
		GROUP BY c.vacancy_id, v.deadline_at HAVING sum(c.doubtful) > 0 ORDER BY coalesce(v.deadline_at, ?), c.vacancy_id`,
		slices.Concat([]any{undecided, VacancyDraft}, args, []any{noDeadline})...).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("criteria to check: %w", known(err))
	}
	return out, nil
}

// UnclearQueue returns one page of the criteria to check: vacancies in the order of their
// deadlines, within each the oldest application first.
func (s *Store) UnclearQueue(ctx context.Context, q UnclearQuery) ([]UnclearItem, *UnclearCursor, error) {
	items, next, err := s.unclearQueue(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("criteria to check: %w", known(err))
	}
	return items, next, nil
}

// unclearRow is an application of the queue.
type unclearRow struct {
	ID, VacancyID int64
	Name          string
	ReceivedAt    time.Time
	Deadline      instant `gorm:"-"`
}

// unclearStatement reads the queue of one vacancy, which walks an index; after names the
// place it goes on from.
func unclearStatement(q UnclearQuery, vacancyID int64, after *UnclearCursor, limit int) (string, []any) {
	where, args := "a.vacancy_id = ? AND a.unclear_count > 0 AND a.stage IN ?", []any{vacancyID, undecided}
	if q.RequiredOnly {
		where += " AND a.required_unclear > 0"
	}
	if after != nil && after.VacancyID == vacancyID {
		where += " AND (a.received_at, a.id) > (?, ?)"
		args = append(args, instantOf(after.ReceivedAt), after.ID)
	}
	return `SELECT a.id, a.vacancy_id, p.name, a.received_at FROM applications a JOIN applicants p ON p.id = a.applicant_id
		WHERE ` + where + ` ORDER BY a.received_at, a.id LIMIT ?`, append(args, limit)
}

// unclearRows reads one page and a row more, vacancy by vacancy.
func (s *Store) unclearRows(db *gorm.DB, q UnclearQuery) ([]unclearRow, error) {
	where, args := q.Within.cond("id")
	if q.VacancyID != 0 {
		where, args = where+" AND id = ?", append(args, q.VacancyID)
	}
	if c := q.After; c != nil {
		deadline := c.Deadline
		if deadline.IsZero() {
			deadline = noDeadline
		}
		where += " AND (coalesce(deadline_at, ?), id) >= (?, ?)"
		args = append(args, noDeadline, instantOf(deadline), c.VacancyID)
	}
	var vacancies []struct {
		ID       int64
		Deadline instant
	}
	err := db.Raw(`SELECT id, deadline_at AS deadline FROM vacancies WHERE state <> ? AND `+where+` ORDER BY coalesce(deadline_at, ?), id`,
		slices.Concat([]any{VacancyDraft}, args, []any{noDeadline})...).Scan(&vacancies).Error
	if err != nil {
		return nil, err
	}
	var rows []unclearRow
	for _, v := range vacancies {
		if len(rows) > unclearPage {
			break
		}
		statement, args := unclearStatement(q, v.ID, q.After, unclearPage+1-len(rows))
		var some []unclearRow
		if err := db.Raw(statement, args...).Scan(&some).Error; err != nil {
			return nil, err
		}
		for i := range some {
			some[i].Deadline = v.Deadline
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

func (s *Store) unclearQueue(ctx context.Context, q UnclearQuery) ([]UnclearItem, *UnclearCursor, error) {
	db := s.reader(ctx)
	rows, err := s.unclearRows(db, q)
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	var next *UnclearCursor
	if len(rows) > unclearPage {
		rows = rows[:unclearPage]
		last := rows[unclearPage-1]
		next = &UnclearCursor{Deadline: last.Deadline.Time, VacancyID: last.VacancyID, ReceivedAt: last.ReceivedAt, ID: last.ID}
	}
	items := make([]UnclearItem, len(rows))
	byID := map[int64]*UnclearItem{}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		items[i] = UnclearItem{VacancyID: r.VacancyID, ApplicationID: r.ID, Name: r.Name, ReceivedAt: r.ReceivedAt, Said: map[string]string{}, Documents: map[int64]DocumentLabel{}}
		byID[r.ID], ids[i] = &items[i], r.ID
	}
	// Ids are unique across vacancies, so the application's alone would do; the vacancy is
	// named for the sake of partitions.
	var vacancies []int64
	for _, r := range rows {
		vacancies = append(vacancies, r.VacancyID)
	}
	var newest []Assessment
	err = db.Raw(`SELECT application_id, findings FROM assessments WHERE vacancy_id IN ? AND id IN
		(SELECT max(id) FROM assessments WHERE vacancy_id IN ? AND application_id IN ? GROUP BY vacancy_id, application_id)`,
		vacancies, vacancies, ids).Scan(&newest).Error
	if err != nil {
		return nil, nil, err
	}
	var overrides []Override
	err = db.Where("vacancy_id IN ? AND application_id IN ? AND withdrawn_at IS NULL", vacancies, ids).Find(&overrides).Error
	if err != nil {
		return nil, nil, err
	}
	said := map[int64]map[string]screening.Verdict{}
	for _, o := range overrides {
		if said[o.ApplicationID] == nil {
			said[o.ApplicationID] = map[string]screening.Verdict{}
		}
		said[o.ApplicationID][o.Criterion] = o.Verdict
		if o.Verdict == screening.Unclear {
			byID[o.ApplicationID].Said[o.Criterion] = o.Reason
		}
	}
	for _, a := range newest {
		for _, f := range a.Findings {
			verdict, ok := said[a.ApplicationID][f.Criterion]
			if !ok {
				verdict = f.Verdict
			}
			if verdict == screening.Unclear && !f.ForReader {
				byID[a.ApplicationID].Findings = append(byID[a.ApplicationID].Findings, f)
			}
		}
	}
	labels, err := documentLabels(db.Where("vacancy_id IN ? AND application_id IN ?", vacancies, ids))
	for _, l := range labels {
		byID[l.ApplicationID].Documents[l.ID] = l.DocumentLabel
	}
	return items, next, err
}
