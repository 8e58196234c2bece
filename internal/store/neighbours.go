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

// Neighbours finds an application's place in the list a query gives, on all its pages. It
// walks the list's index from the application's own place in both directions.
func (s *Store) Neighbours(ctx context.Context, q ShortlistQuery, id int64) (Neighbours, error) {
	n, err := s.neighbours(ctx, q, id)
	if err != nil {
		return Neighbours{}, fmt.Errorf("application %d: neighbours: %w", id, known(err))
	}
	return n, nil
}

func (s *Store) neighbours(ctx context.Context, q ShortlistQuery, id int64) (Neighbours, error) {
	db := s.reader(ctx)
	var at []ShortlistCursor
	err := db.Raw(`SELECT received_at, sort_name AS name, met_count AS met, id FROM applications WHERE vacancy_id = ? AND id = ?`,
		q.VacancyID, id).Scan(&at).Error
	if err != nil || len(at) == 0 {
		return Neighbours{}, err
	}
	where, args := q.where(s.dialect)
	q.After = &at[0]
	by, after, cursor := q.order()
	backBy, before, backCursor := q.orderBack()
	var found []struct {
		Listed, Total, Earlier int
		Previous, Next         int64
	}
	sub := func(what, cond, order string) string {
		query := "SELECT " + what + " FROM applications a WHERE " + where
		if cond != "" {
			query += " AND " + cond
		}
		if order != "" {
			query += " ORDER BY " + order + " LIMIT 1"
		}
		return "(" + query + ")"
	}
	query := "SELECT " + sub("count(*)", "a.id = ?", "") + " AS listed, " + sub("count(*)", "", "") + " AS total, " + sub("count(*)", before, "") + " AS earlier, " +
		"coalesce(" + sub("a.id", before, backBy) + ", 0) AS previous, coalesce(" + sub("a.id", after, by) + ", 0) AS next"
	var all []any
	for _, more := range [][]any{{id}, nil, backCursor, backCursor, cursor} {
		all = append(append(all, args...), more...)
	}
	if err := db.Raw(query, all...).Scan(&found).Error; err != nil || len(found) == 0 {
		return Neighbours{}, err
	}
	f := found[0]
	if f.Listed == 0 {
		return Neighbours{Next: f.Next}, nil
	}
	return Neighbours{Position: f.Earlier + 1, Total: f.Total, Previous: f.Previous, Next: f.Next}, nil
}

// orderBack is the sort turned round and the condition for what comes before the cursor.
func (q ShortlistQuery) orderBack() (by, before string, args []any) {
	c := q.After
	switch q.Sort {
	case ByOldest:
		return "a.received_at DESC, a.id DESC", "(a.received_at, a.id) < (?, ?)", []any{instantOf(c.ReceivedAt), c.ID}
	case ByName:
		return "a.sort_name DESC, a.id DESC", "(a.sort_name, a.id) < (?, ?)", []any{c.Name, c.ID}
	case ByMet:
		return "a.met_count, a.received_at DESC, a.id DESC",
			"(a.met_count > ? OR (a.met_count = ? AND (a.received_at, a.id) < (?, ?)))", []any{c.Met, c.Met, instantOf(c.ReceivedAt), c.ID}
	}
	return "a.received_at, a.id", "(a.received_at, a.id) > (?, ?)", []any{instantOf(c.ReceivedAt), c.ID}
}
