package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// exportBatch is how many rows an export reads at a time.
const exportBatch = 1000

// ExportRow is one application of an export.
type ExportRow struct {
	FoundRow
	// Reference is the vacancy's.
	Reference string
	// Decided is the last decision; nil before the first.
	Decided *LastDecision
}

// LastDecision is the decision an application stands by: who moved it, when and why.
type LastDecision struct {
	By      string
	At      time.Time
	Reason  string
	ToStage screening.Stage
}

// ExportShortlist gives each all the rows of a shortlist, in its order, some at a time. An
// error of each ends it.
func (s *Store) ExportShortlist(ctx context.Context, q ShortlistQuery, each func([]ExportRow) error) error {
	v, err := s.VacancyByID(ctx, q.VacancyID)
	if err != nil {
		return err
	}
	q.After, q.Limit, q.plain = nil, exportBatch, true
	for {
		rows, next, err := s.Shortlist(ctx, q)
		if err != nil {
			return err
		}
		out := make([]ExportRow, len(rows))
		for i, r := range rows {
			out[i] = ExportRow{FoundRow: FoundRow{ShortlistRow: r, Slug: v.Slug, Title: v.Title, Zone: v.DeadlineZone}, Reference: v.Reference}
		}
		if err := s.exportRows(ctx, out, each); err != nil || next == nil {
			return err
		}
		q.After = next
	}
}

// ExportFound is ExportShortlist for the list over all vacancies.
func (s *Store) ExportFound(ctx context.Context, q FindQuery, each func([]ExportRow) error) error {
	q.After, q.Limit, q.plain = nil, exportBatch, true
	q, err := s.Seek(ctx, q)
	if err != nil {
		return err
	}
	references := map[int64]string{}
	for {
		rows, next, err := s.Find(ctx, q)
		if err != nil {
			return err
		}
		out := make([]ExportRow, len(rows))
		for i, r := range rows {
			reference, known := references[r.VacancyID]
			if !known {
				v, err := s.VacancyByID(ctx, r.VacancyID)
				if err != nil {
					return err
				}
				reference, references[r.VacancyID] = v.Reference, v.Reference
			}
			out[i] = ExportRow{FoundRow: r, Reference: reference}
		}
		if err := s.exportRows(ctx, out, each); err != nil || next == nil {
			return err
		}
		q.After = next
	}
}

func (s *Store) exportRows(ctx context.Context, rows []ExportRow, each func([]ExportRow) error) error {
	if len(rows) == 0 {
		return nil
	}
	decided, err := lastDecisions(s.reader(ctx), rows)
	if err != nil {
		return fmt.Errorf("export: decisions: %w", known(err))
	}
	for i := range rows {
		if d, ok := decided[rows[i].ID]; ok {
			rows[i].Decided = &d
		}
	}
	return each(rows)
}

func lastDecisions(db *gorm.DB, rows []ExportRow) (map[int64]LastDecision, error) {
	ids := map[int64][]int64{}
	for _, r := range rows {
		ids[r.VacancyID] = append(ids[r.VacancyID], r.ID)
	}
	var users []User
	if err := db.Select("id", "name", "email").Find(&users).Error; err != nil {
		return nil, err
	}
	authors := make(map[int64]string, len(users))
	for _, u := range users {
		if authors[u.ID] = u.Name; u.Name == "" {
			authors[u.ID] = u.Email
		}
	}
	out := make(map[int64]LastDecision, len(rows))
	for vacancy, of := range ids {
		var decisions []Decision
		if err := db.Where("vacancy_id = ? AND application_id IN ?", vacancy, of).Order("application_id, id").Find(&decisions).Error; err != nil {
			return nil, err
		}
		byApplication := map[int64][]Decision{}
		for _, d := range decisions {
			byApplication[d.ApplicationID] = append(byApplication[d.ApplicationID], d)
		}
		for id, list := range byApplication {
			if d := decisionInForce(list); d != nil {
				out[id] = LastDecision{By: authors[d.AuthorID], At: d.At, Reason: d.Reason, ToStage: d.ToStage}
			}
		}
	}
	return out, nil
}

// RecordExport writes into the audit trail that a list left the house: whose, in which
// format and how many rows. vacancyID is 0 for a list over all vacancies.
func (s *Store) RecordExport(ctx context.Context, userID, vacancyID int64, format string, rows int) error {
	return s.act(ctx, "record export", func(tx *gorm.DB) error {
		if err := checkAuthor(tx, userID); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: userID, Act: "list.exported", Object: "vacancy", ObjectID: vacancyID, VacancyID: vacancyID,
			Details: map[string]string{"format": tidyString(format, 8), "rows": fmt.Sprint(rows)}})
	})
}
