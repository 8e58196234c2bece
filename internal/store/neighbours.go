package store

import (
	"context"
	"fmt"
)

// Neighbours is where an application stands in a shortlist.
type Neighbours struct {
	// Position counts from 1; it is 0 when the application is not in the list (any more),
	// and Next is then the one that would follow it.
	Position, Total int
	// Previous and Next are 0 at the ends of the list.
	Previous, Next int64
}

// Neighbours finds an application's place in the list a query gives, on all its pages.
func (s *Store) Neighbours(ctx context.Context, q ShortlistQuery, id int64) (Neighbours, error) {
	q.After = nil
	where, args := q.where()
	by, _, _ := q.order()
	db := s.reader(ctx)
	var found []Neighbours
	err := db.Raw(`SELECT position, total, previous, next FROM (
		SELECT a.id, row_number() OVER (ORDER BY `+by+`) AS position, count(*) OVER () AS total,
			coalesce(lag(a.id) OVER (ORDER BY `+by+`), 0) AS previous, coalesce(lead(a.id) OVER (ORDER BY `+by+`), 0) AS next
		FROM applications a JOIN applicants p ON p.id = a.applicant_id WHERE `+where+`) AS list WHERE id = ?`,
		append(args, id)...).Scan(&found).Error
	if err != nil {
		return Neighbours{}, fmt.Errorf("application %d: neighbours: %w", id, known(err))
	}
	if len(found) > 0 {
		return found[0], nil
	}
	n, err := s.afterAbsent(ctx, q, id)
	if err != nil {
		return Neighbours{}, fmt.Errorf("application %d: neighbours: %w", id, known(err))
	}
	return n, nil
}

// afterAbsent finds what would follow an application that the list does not hold.
func (s *Store) afterAbsent(ctx context.Context, q ShortlistQuery, id int64) (Neighbours, error) {
	db := s.reader(ctx)
	var at ShortlistCursor
	err := db.Raw(`SELECT a.received_at, p.folded_name AS name, a.met_count AS met, a.id
		FROM applications a JOIN applicants p ON p.id = a.applicant_id WHERE a.id = ?`, id).Scan(&at).Error
	if err != nil {
		return Neighbours{}, err
	}
	q.After = &at
	where, args := q.where()
	by, after, cursor := q.order()
	var n Neighbours
	err = db.Raw(`SELECT a.id AS next FROM applications a JOIN applicants p ON p.id = a.applicant_id
		WHERE `+where+` AND `+after+` ORDER BY `+by+` LIMIT 1`, append(args, cursor...)...).Scan(&n).Error
	return n, err
}
