package store

import (
	"context"
	"fmt"
	"math"

	"gorm.io/gorm"
)

// fewVacancies is how many vacancies SQLite searches one by one rather than block by block.
const fewVacancies = 8

// mostBlocks bounds how many blocks SQLite looks through at a time.
const mostBlocks = 32

// Seek finds what the query's search finds, once for Find and FindCount, which otherwise
// each look for themselves.
func (s *Store) Seek(ctx context.Context, q FindQuery) (FindQuery, error) {
	if q.hits != nil || q.Search.Empty() {
		return q, nil
	}
	most := mostFound
	if q.plain {
		most = math.MaxInt32 // an export leaves nothing out
	}
	h, err := s.seek(s.reader(ctx), q, most)
	if err != nil {
		return q, fmt.Errorf("search applications: %w", known(err))
	}
	q.hits = &h
	return q, nil
}

func (s *Store) seek(db *gorm.DB, q FindQuery, most int) (hits, error) {
	var h hits
	if q.Search.hopeless || q.Vacancies != nil && len(q.Vacancies) == 0 {
		return h, nil
	}
	more := func(statement string, args []any) error {
		var some []int64
		err := db.Raw(statement, args...).Scan(&some).Error
		h.ids = append(h.ids, some...)
		h.more = len(h.ids) >= most
		return err
	}
	if s.dialect == postgresDialect {
		return h, more(q.newestOnPostgres(most))
	}
	if q.Vacancies != nil && len(q.Vacancies) <= fewVacancies {
		return h, more(q.newestOnSQLite(q.Vacancies, 0, 0, most))
	}
	var last int64
	if err := db.Raw(`SELECT coalesce(max(id), 0) FROM applications`).Scan(&last).Error; err != nil {
		return h, err
	}
	// The newest block first, then ever more of them: a common word is found in the first,
	// a rare one costs little in many.
	for to, blocks := last>>blockBits, int64(1); to >= 0 && !h.more; {
		from := max(0, to-blocks+1)
		if err := more(q.newestOnSQLite(nil, from, to, most-len(h.ids))); err != nil {
			return h, err
		}
		to, blocks = from-1, min(2*blocks, mostBlocks)
	}
	return h, nil
}

// newestOnSQLite is the query for the newest applications found in some vacancies or, when
// there are none, in some blocks.
func (q FindQuery) newestOnSQLite(vacancies Within, from, to int64, limit int) (string, []any) {
	var marks []string
	for _, v := range vacancies {
		marks = append(marks, vacancyWords(v))
	}
	if vacancies == nil {
		for b := from; b <= to; b++ {
			marks = append(marks, blockWords(b))
		}
	}
	query, args := q.Search.sqliteHits(marks)
	if q.Stage != "" || q.Vacancies != nil && vacancies == nil {
		where, more := q.where()
		query, args = query+" AND EXISTS (SELECT 1 FROM applications a WHERE a.id = application_index.rowid AND "+where+")", append(args, more...)
	}
	return query + " ORDER BY rowid DESC LIMIT ?", append(args, limit)
}

// newestOnPostgres is the query for the newest applications found.
func (q FindQuery) newestOnPostgres(limit int) (string, []any) {
	query, args := q.Search.postgresHits(q.Vacancies)
	if q.Stage != "" {
		query, args = query+" AND EXISTS (SELECT 1 FROM applications a WHERE a.id = w.application_id AND a.stage = ?)", append(args, q.Stage)
	}
	// OFFSET 0 keeps the planner from walking the ids until enough are found.
	return "SELECT found.application_id FROM (" + query + " OFFSET 0) AS found ORDER BY found.application_id DESC LIMIT ?", append(args, limit)
}
