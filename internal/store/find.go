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
	// hits are what Search finds, once Seek has looked; nil before.
	hits *hits
}

// hits are the applications a search found, the newest first.
type hits struct {
	ids []int64
	// more is true when there may be others.
	more bool
}

// FoundRow is one application of the list over all vacancies.
type FoundRow struct {
	ShortlistRow
	Slug, Title, Zone string
}

// mostFound bounds what one search over all vacancies finds: the applications that came
// last. Nobody reads further, and a common word stands in half of them.
const mostFound = 1000

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

// where is the condition of the query on applications a, the search left out.
func (q FindQuery) where() (string, []any) {
	conds, args := []string{"1 = 1"}, []any{}
	if q.Vacancies != nil {
		cond, more := q.Vacancies.cond("a.vacancy_id")
		conds, args = append(conds, cond), append(args, more...)
	}
	if q.Stage != "" {
		conds, args = append(conds, "a.stage = ?"), append(args, q.Stage)
	}
	return strings.Join(conds, " AND "), args
}

// from is where the query reads: all applications, or those found.
func (q FindQuery) from(d dialect) (string, []any) {
	if q.hits == nil {
		return "applications a", nil
	}
	ids := make([]string, len(q.hits.ids))
	for i, id := range q.hits.ids {
		ids[i] = decimal(id)
	}
	// CROSS JOIN has SQLite ask for each application found instead of walking all of them.
	if d == postgresDialect {
		return "unnest(CAST(? AS bigint[])) AS hit (value) CROSS JOIN applications a", []any{"{" + strings.Join(ids, ",") + "}"}
	}
	return "json_each(?) AS hit CROSS JOIN applications a", []any{"[" + strings.Join(ids, ",") + "]"}
}

func (q FindQuery) statement(d dialect) (string, []any) {
	from, args := q.from(d)
	where, more := q.where()
	args = append(args, more...)
	if q.hits != nil {
		where += " AND a.id = hit.value"
	}
	if c := q.After; c != nil {
		where += " AND (a.received_at, a.id) < (?, ?)"
		args = append(args, instantOf(c.ReceivedAt), c.ID)
	}
	return "SELECT " + rowColumns + " FROM " + from + " WHERE " + where + " ORDER BY a.received_at DESC, a.id DESC LIMIT ?", append(args, q.limit()+1)
}

func (s *Store) find(ctx context.Context, q FindQuery) ([]FoundRow, *ShortlistCursor, error) {
	q, err := s.Seek(ctx, q)
	if err != nil {
		return nil, nil, err
	}
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

// FindCount counts what Find would list on all its pages, up to limit; more is true when
// there may be others. A search counts up to a thousand whatever the limit.
func (s *Store) FindCount(ctx context.Context, q FindQuery, limit int) (n int, more bool, err error) {
	if q, err = s.Seek(ctx, q); err != nil {
		return 0, false, err
	}
	if q.hits != nil {
		return len(q.hits.ids), q.hits.more, nil
	}
	where, args := q.where()
	err = s.reader(ctx).Raw(`SELECT count(*) FROM (SELECT 1 FROM applications a WHERE `+where+` LIMIT ?) AS found`, append(args, limit)...).Scan(&n).Error
	if err != nil {
		return 0, false, fmt.Errorf("count applications: %w", known(err))
	}
	return n, n == limit, nil
}
