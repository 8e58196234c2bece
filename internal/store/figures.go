package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/screening"
)

// Figures are what a vacancy's page of pictures shows.
type Figures struct {
	// ByStage counts applications where they stand, Reached those that ever stood there.
	ByStage, Reached map[screening.Stage]int
	// Received are the instants of receipt, the oldest first.
	Received []time.Time
	// Letters counts, for each criterion of the checklist in force, the verdicts as they
	// count now; Changed how many of them a person said differently than the machine, and
	// Confirmed how many they confirmed.
	Met, Unclear, NotMet, Changed, Confirmed []int
	// Assessed counts the applications behind them.
	Assessed int
	// Gone counts, by the stage where they stood, the applications that were erased or purged
	// since. They are in none of the other figures.
	Gone map[screening.Stage]int
	// FirstActs are the hours from receipt to the first act of a person, the shortest first;
	// Waiting counts the applications nobody has acted on.
	FirstActs []float64
	Waiting   int
}

// maxFigures bounds the applications the figures are made of.
const maxFigures = 200_000

// Figures counts a vacancy's applications for its page of pictures.
func (s *Store) Figures(ctx context.Context, vacancyID int64, list Checklist) (Figures, error) {
	criteria := len(list.Checklist.Criteria)
	f := Figures{ByStage: map[screening.Stage]int{}, Reached: map[screening.Stage]int{}, Met: make([]int, criteria), Unclear: make([]int, criteria),
		NotMet: make([]int, criteria), Changed: make([]int, criteria), Confirmed: make([]int, criteria)}
	db := s.reader(ctx)
	var rows []struct {
		Stage      screening.Stage
		ReceivedAt time.Time
		Verdicts   string
		FirstAt    instant
	}
	// The first act of a person is their first decision, verdict, opinion or note.
	err := db.Raw(`SELECT a.stage, a.received_at, CASE WHEN a.assessed_checklist = ? THEN a.verdicts ELSE '' END AS verdicts,
		(SELECT min(at) FROM (SELECT min(at) AS at FROM decisions WHERE vacancy_id = a.vacancy_id AND application_id = a.id
			UNION ALL SELECT min(at) FROM overrides WHERE vacancy_id = a.vacancy_id AND application_id = a.id
			UNION ALL SELECT min(at) FROM opinions WHERE vacancy_id = a.vacancy_id AND application_id = a.id
			UNION ALL SELECT min(at) FROM notes WHERE vacancy_id = a.vacancy_id AND application_id = a.id) AS acts) AS first_at
		FROM applications a WHERE a.vacancy_id = ? ORDER BY a.received_at, a.id LIMIT ?`, list.Version, vacancyID, maxFigures).Scan(&rows).Error
	if err != nil {
		return f, fmt.Errorf("vacancy %d: figures: %w", vacancyID, known(err))
	}
	for _, r := range rows {
		f.ByStage[r.Stage]++
		f.Received = append(f.Received, r.ReceivedAt)
		if r.Verdicts != "" {
			f.Assessed++
			f.count(r.Verdicts)
		}
		if r.FirstAt.IsZero() {
			f.Waiting++
			continue
		}
		f.FirstActs = append(f.FirstActs, max(0, r.FirstAt.Sub(r.ReceivedAt).Hours()))
	}
	slices.Sort(f.FirstActs)
	if f.Gone, err = goneByStage(db, vacancyID); err != nil {
		return f, fmt.Errorf("vacancy %d: figures: %w", vacancyID, known(err))
	}
	var reached []struct {
		ToStage screening.Stage
		N       int
	}
	err = db.Raw(`SELECT to_stage, count(DISTINCT application_id) AS n FROM decisions WHERE vacancy_id = ? GROUP BY to_stage`, vacancyID).Scan(&reached).Error
	if err != nil {
		return f, fmt.Errorf("vacancy %d: figures: %w", vacancyID, known(err))
	}
	for _, r := range reached {
		f.Reached[r.ToStage] = r.N
	}
	var said []struct {
		Criterion string
		Confirmed bool
		N         int
	}
	err = db.Raw(`SELECT criterion, verdict = machine_verdict AS confirmed, count(*) AS n FROM overrides WHERE vacancy_id = ? AND withdrawn_at IS NULL
		GROUP BY criterion, verdict = machine_verdict`, vacancyID).Scan(&said).Error
	if err != nil {
		return f, fmt.Errorf("vacancy %d: figures: %w", vacancyID, known(err))
	}
	for i, c := range list.Checklist.Criteria {
		for _, o := range said {
			switch {
			case o.Criterion != c.ID:
			case o.Confirmed:
				f.Confirmed[i] += o.N
			default:
				f.Changed[i] += o.N
			}
		}
	}
	return f, nil
}

// count adds one application's letters.
func (f *Figures) count(letters string) {
	for i := range min(len(letters), len(f.Met)) {
		switch strings.ToLower(letters[i : i+1]) {
		case "m":
			f.Met[i]++
		case "u":
			f.Unclear[i]++
		case "n":
			f.NotMet[i]++
		}
	}
}
