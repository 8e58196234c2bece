package store

import (
	"context"
	"fmt"

	"dossier/screening"
)

// undecided are the stages in which a criterion to check still matters.
var undecided = []screening.Stage{screening.StageNew, screening.StageToReview, screening.StageDiscuss,
	screening.StageShortlisted, screening.StageInterview}

// attention are the states of messages that wait for a person.
var attention = []MessageState{Unrouted, Oversized, Failed}

// NavCounts is what waits in each section, shown at the side of every page.
type NavCounts struct {
	OpenVacancies int
	// Unclear counts criteria to check in applications not decided yet.
	Unclear int
	// Attention counts messages no vacancy claims, that failed or are too large, and
	// documents and assessments given up on.
	Attention int
}

// NavCounts counts what waits in each section.
func (s *Store) NavCounts(ctx context.Context) (NavCounts, error) {
	var n NavCounts
	err := s.reader(ctx).Raw(`SELECT
		(SELECT count(*) FROM vacancies WHERE state = @open) AS open_vacancies,
		(SELECT coalesce(sum(a.unclear_count), 0) FROM applications a JOIN vacancies v ON v.id = a.vacancy_id
			WHERE v.state <> @draft AND a.stage IN @stages) AS unclear,
		(SELECT count(*) FROM messages WHERE state IN @attention OR parked = @yes)
			+ (SELECT count(*) FROM documents WHERE parked = @yes)
			+ (SELECT count(*) FROM applications WHERE parked = @yes) AS attention`,
		map[string]any{"open": VacancyOpen, "draft": VacancyDraft, "stages": undecided, "attention": attention, "yes": true}).Scan(&n).Error
	if err != nil {
		return NavCounts{}, fmt.Errorf("navigation counts: %w", known(err))
	}
	return n, nil
}
