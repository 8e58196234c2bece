package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"dossier/screening"
)

// FindQuery says which applications of all vacancies to list, the latest received first.
type FindQuery struct {
	// Vacancies keeps those of some vacancies; nil keeps them all, an empty list none.
	Vacancies Within
	Search    Search
	// Stage keeps one stage; empty keeps them all.
	Stage screening.Stage
	After *ShortlistCursor
	// Limit is how many rows a page has; ShortlistPage when 0.
	Limit int
	// plain leaves out the lines found.
	plain bool
}

// FoundRow is one application of the list over all vacancies.
type FoundRow struct {
	ShortlistRow
	Slug, Title, Zone string
}

// mostFound bounds what one search over all vacancies looks through: the applications that
// came last. Nobody reads further, and a common word stands in half of them.
const mostFound = 5000

// Find returns one page of the applications of all vacancies and, when there are more,
// where the next page starts.
func (s *Store) Find(ctx context.Context, q FindQuery) ([]FoundRow, *ShortlistCursor, error) {
	rows, next, err := s.find(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("find applications: %w", known(err))
	}
	return rows, next, nil
}

func (q FindQuery) limit() int {
	if q.Limit > 0 {
		return q.Limit
	}
	return ShortlistPage
}

// where is the condition of the query on applications a.
func (q FindQuery) where(d dialect) (string, []any) {
	conds, args := []string{"1 = 1"}, []any{}
	switch {
	case !q.Search.Empty():
		if q.Search.hopeless || q.Vacancies != nil && len(q.Vacancies) == 0 {
			conds = append(conds, "1 = 0")
			break
		}
		hits, more := q.Search.hits(d, q.Vacancies)
		if d == postgresDialect {
			// OFFSET 0 keeps the planner from walking the ids until enough are found.
			hits = "SELECT found.application_id FROM (" + hits + " OFFSET 0) AS found ORDER BY found.application_id DESC LIMIT ?"
		} else {
			hits += " ORDER BY rowid DESC LIMIT ?"
		}
		conds = append(conds, "a.id IN ("+hits+")")
		args = append(append(args, more...), mostFound)
	case q.Vacancies != nil:
		cond, more := q.Vacancies.cond("a.vacancy_id")
		conds, args = append(conds, cond), append(args, more...)
	}
	if q.Stage != "" {
		conds, args = append(conds, "a.stage = ?"), append(args, q.Stage)
	}
	return strings.Join(conds, " AND "), args
}

func (q FindQuery) statement(d dialect) (string, []any) {
	where, args := q.where(d)
	if c := q.After; c != nil {
		where += " AND (a.received_at, a.id) < (?, ?)"
		args = append(args, instantOf(c.ReceivedAt), c.ID)
	}
	return "SELECT " + rowColumns + " FROM applications a WHERE " + where + " ORDER BY a.received_at DESC, a.id DESC LIMIT ?", append(args, q.limit()+1)
}

func (s *Store) find(ctx context.Context, q FindQuery) ([]FoundRow, *ShortlistCursor, error) {
	statement, args := q.statement(s.dialect)
	db := s.reader(ctx)
	var rows []ShortlistRow
	if err := db.Raw(statement, args...).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	var next *ShortlistCursor
	if limit := q.limit(); len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = &ShortlistCursor{ReceivedAt: last.ReceivedAt, ID: last.ID}
	}
	if err := fillNames(db, rows); err != nil {
		return nil, nil, err
	}
	ids, vacancies := make([]int64, len(rows)), map[int64]bool{}
	for i, r := range rows {
		ids[i], vacancies[r.VacancyID] = r.ID, true
	}
	var found map[int64]Excerpt
	var err error
	if !q.plain {
		if found, err = q.Search.excerpts(db, ids); err != nil {
			return nil, nil, err
		}
	}
	about, err := vacancyTitles(db, vacancies)
	if err != nil {
		return nil, nil, err
	}
	out := make([]FoundRow, len(rows))
	for i, r := range rows {
		r.Found = found[r.ID]
		v := about[r.VacancyID]
		if r.AssessedChecklist != v.ChecklistVersion {
			r.Verdicts = ""
		}
		out[i] = FoundRow{ShortlistRow: r, Slug: v.Slug, Title: v.Title, Zone: v.DeadlineZone}
	}
	return out, next, nil
}

func vacancyTitles(db *gorm.DB, ids map[int64]bool) (map[int64]Vacancy, error) {
	var list []int64
	for id := range ids {
		list = append(list, id)
	}
	var rows []Vacancy
	if err := db.Select("id", "slug", "title", "deadline_zone", "checklist_version").Where("id IN ?", list).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[int64]Vacancy, len(rows))
	for _, v := range rows {
		out[v.ID] = v
	}
	return out, nil
}

// FindCount counts what Find would list on all its pages, up to limit.
func (s *Store) FindCount(ctx context.Context, q FindQuery, limit int) (int, error) {
	where, args := q.where(s.dialect)
	var n int
	err := s.reader(ctx).Raw(`SELECT count(*) FROM (SELECT 1 FROM applications a WHERE `+where+` LIMIT ?) AS found`, append(args, limit)...).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count applications: %w", known(err))
	}
	return n, nil
}
