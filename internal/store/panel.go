package store

import (
	"context"
	"fmt"
	"time"

	"dossier/screening"
)

// PanelRow is one application of the dossier of a selection panel.
type PanelRow struct {
	ID         int64
	Name       string
	ReceivedAt time.Time
	Stage      screening.Stage
	// Verdicts is empty while the application is not assessed with the checklist in force.
	Verdicts             string
	MetCount             int
	AfterClose, Assessed bool
}

// MaxPanel bounds the applications of one dossier.
const MaxPanel = 2000

// PanelRows returns a vacancy's applications in order of receipt; stages keeps some of
// them, none keeps all.
func (s *Store) PanelRows(ctx context.Context, vacancyID int64, checklistVersion int, stages []screening.Stage) ([]PanelRow, error) {
	if len(stages) == 0 {
		stages = screening.Stages
	}
	var out []PanelRow
	err := s.reader(ctx).Raw(`SELECT a.id, CASE WHEN p.name = '' THEN
		coalesce((SELECT min(e.email) FROM applicant_addresses e WHERE e.applicant_id = p.id), '') ELSE p.name END AS name,
		a.received_at, a.stage, CASE WHEN a.assessed_checklist = ? THEN a.verdicts ELSE '' END AS verdicts, a.met_count, a.after_close, a.assessed_at IS NOT NULL AS assessed
		FROM applications a JOIN applicants p ON p.id = a.applicant_id
		WHERE a.vacancy_id = ? AND a.stage IN ? ORDER BY a.received_at, a.id LIMIT ?`, checklistVersion, vacancyID, stages, MaxPanel).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: panel: %w", vacancyID, known(err))
	}
	return out, nil
}

// PanelAuthors returns the names of those who decided or gave an opinion on a vacancy's
// applications, by name.
func (s *Store) PanelAuthors(ctx context.Context, vacancyID int64) ([]string, error) {
	var out []string
	err := s.reader(ctx).Raw(`SELECT CASE WHEN u.name = '' THEN u.email ELSE u.name END AS name FROM users u WHERE u.id IN (
		SELECT author_id FROM decisions WHERE vacancy_id = ? UNION SELECT author_id FROM opinions WHERE vacancy_id = ?) ORDER BY 1 LIMIT 100`,
		vacancyID, vacancyID).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: panel authors: %w", vacancyID, known(err))
	}
	return out, nil
}
