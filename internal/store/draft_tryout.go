package store

import (
	"context"
	"fmt"

	"dossier/screening"
)

// Tried is an application a draft can be tried on.
type Tried struct {
	ID   int64
	Name string
	// Stage is where people have put it.
	Stage screening.Stage
	// Findings are the current ones, nil before the first assessment.
	Findings []screening.Finding
	// Overridden are the criteria on which a person has given a verdict.
	Overridden map[string]screening.Verdict
}

// TryPage is how many applications are handed out at once for trying a draft.
const TryPage = 100

// ToTry returns a vacancy's applications after an id, in order, with what is in force for
// each. It changes nothing.
func (s *Store) ToTry(ctx context.Context, vacancyID, after int64) ([]Tried, error) {
	out, err := s.toTry(ctx, vacancyID, after)
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: applications to try: %w", vacancyID, known(err))
	}
	return out, nil
}

func (s *Store) toTry(ctx context.Context, vacancyID, after int64) ([]Tried, error) {
	db := s.reader(ctx)
	var rows []struct {
		ID    int64
		Name  string
		Stage screening.Stage
	}
	err := db.Raw(`SELECT a.id, p.name, a.stage FROM applications a JOIN applicants p ON p.id = a.applicant_id
		WHERE a.vacancy_id = ? AND a.id > ? ORDER BY a.id LIMIT ?`, vacancyID, after, TryPage).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]int64, len(rows))
	out := make([]Tried, len(rows))
	place := make(map[int64]int, len(rows))
	for i, r := range rows {
		ids[i], place[r.ID] = r.ID, i
		out[i] = Tried{ID: r.ID, Name: r.Name, Stage: r.Stage, Overridden: map[string]screening.Verdict{}}
	}
	var assessments []Assessment
	err = db.Omit("facts").Where("vacancy_id = ? AND id IN (?)", vacancyID,
		db.Model(&Assessment{}).Select("max(id)").Where("vacancy_id = ? AND application_id IN ?", vacancyID, ids).Group("application_id")).Find(&assessments).Error
	if err != nil {
		return nil, err
	}
	for _, a := range assessments {
		out[place[a.ApplicationID]].Findings = a.Findings
	}
	var overrides []Override
	if err := db.Where("vacancy_id = ? AND application_id IN ? AND withdrawn_at IS NULL", vacancyID, ids).Find(&overrides).Error; err != nil {
		return nil, err
	}
	for _, o := range overrides {
		out[place[o.ApplicationID]].Overridden[o.Criterion] = o.Verdict
	}
	return out, nil
}
