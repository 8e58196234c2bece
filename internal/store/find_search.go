package store

import (
	"context"
	"fmt"
	"math"

	"gorm.io/gorm"
)

// fewVacancies is how many vacancies are searched by their own marks rather than by those
// of blocks.
const fewVacancies = 8

// mostBlocks bounds how many blocks are looked through at a time.
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
	var marks []string
	if q.Vacancies != nil && len(q.Vacancies) <= fewVacancies {
		for _, v := range q.Vacancies {
			marks = append(marks, vacancyWords(v))
		}
		err := more(q.newest(s.dialect, marks, most))
		return h, err
	}
	var last int64
	if err := db.Raw(`SELECT coalesce(max(id), 0) FROM applications`).Scan(&last).Error; err != nil {
		return h, err
	}
	// The newest block first, then ever more of them: a common word is found in the first,
	// a rare one costs little in many.
	for to, blocks := last>>blockBits, int64(1); to >= 0 && !h.more; blocks = min(2*blocks, mostBlocks) {
		marks = nil
		for n := int64(0); n < blocks && to >= 0; n++ {
			marks = append(marks, blockWords(to))
			to--
		}
		if err := more(q.newest(s.dialect, marks, most-len(h.ids))); err != nil {
			return h, err
		}
	}
	return h, nil
}

// newest is the query for the newest applications found under some marks.
func (q FindQuery) newest(d dialect, marks []string, limit int) (string, []any) {
	query, args := q.Search.under(d, marks)
	id := "application_index.rowid"
	if d == postgresDialect {
		query, id = "SELECT application_id FROM ("+query+") AS found WHERE TRUE", "found.application_id"
	}
	if q.Stage != "" || q.Vacancies != nil {
		where, more := q.where()
		query, args = query+" AND EXISTS (SELECT 1 FROM applications a WHERE a.id = "+id+" AND "+where+")", append(args, more...)
	}
	return query + " ORDER BY " + id + " DESC LIMIT ?", append(args, limit)
}
