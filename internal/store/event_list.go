package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// EventQuery narrows the audit trail. A zero field narrows nothing.
type EventQuery struct {
	ActorID, VacancyID int64
	// Acts are codes, or beginnings of codes that end in a dot: "decision.".
	Acts []string
	// From is the first instant kept, Until the first one not kept.
	From, Until time.Time
	// Before is the ID of an event: those added earlier are returned.
	Before int64
	// Limit is how many are returned; 50 when 0.
	Limit int
}

func (q EventQuery) on(db *gorm.DB) *gorm.DB {
	if q.ActorID != 0 {
		db = db.Where("actor_id = ?", q.ActorID)
	}
	if q.VacancyID != 0 {
		db = db.Where("vacancy_id = ?", q.VacancyID)
	}
	if !q.From.IsZero() {
		db = db.Where("at >= ?", q.From)
	}
	if !q.Until.IsZero() {
		db = db.Where("at < ?", q.Until)
	}
	if q.Before != 0 {
		db = db.Where("id < ?", q.Before)
	}
	if len(q.Acts) > 0 {
		var conds []string
		var args []any
		for _, act := range q.Acts {
			if strings.HasSuffix(act, ".") {
				// "/" follows ".": what lies between are the codes that begin so.
				conds, args = append(conds, "(act >= ? AND act < ?)"), append(args, act, strings.TrimSuffix(act, ".")+"/")
				continue
			}
			conds, args = append(conds, "act = ?"), append(args, act)
		}
		db = db.Where("("+strings.Join(conds, " OR ")+")", args...)
	}
	return db
}

// Events returns lines of the audit trail, the newest first, and whether there are more.
func (s *Store) Events(ctx context.Context, q EventQuery) ([]Event, bool, error) {
	if q.Limit == 0 {
		q.Limit = 50
	}
	var out []Event
	if err := q.on(s.reader(ctx)).Order("id DESC").Limit(q.Limit + 1).Find(&out).Error; err != nil {
		return nil, false, fmt.Errorf("events: %w", err)
	}
	if len(out) > q.Limit {
		return out[:q.Limit], true, nil
	}
	return out, false, nil
}

// ExportEvents gives all lines a query keeps, the newest first, some at a time. Limit and
// Before are not looked at.
func (s *Store) ExportEvents(ctx context.Context, q EventQuery, each func([]Event) error) error {
	q.Before, q.Limit = 0, exportBatch
	for {
		rows, more, err := s.Events(ctx, q)
		if err != nil {
			return err
		}
		if err := each(rows); err != nil || !more {
			return err
		}
		q.Before = rows[len(rows)-1].ID
	}
}

// RecordTrailExport writes into the audit trail that it left the house itself.
func (s *Store) RecordTrailExport(ctx context.Context, userID int64, rows int) error {
	return s.act(ctx, "record export", func(tx *gorm.DB) error {
		if err := checkAuthor(tx, userID); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: userID, Act: "trail.exported", Object: "trail", Details: map[string]string{"rows": fmt.Sprint(rows)}})
	})
}
