package store

import (
	"context"
	"fmt"
	"slices"

	"dossier/screening"
)

// undecided are the stages in which a criterion to check still matters.
var undecided = []screening.Stage{screening.StageNew, screening.StageToReview, screening.StageDiscuss,
	screening.StageShortlisted, screening.StageInterview}

// The conditions of what waits for a person, as the partial indices name them.
const (
	attention  = "state IN ('unrouted', 'oversized', 'failed')"
	unreadable = "state = 'failed'"
	doubtful   = "id IN (SELECT message_id FROM routes WHERE to_confirm)"
)

// NavCounts is what waits in each section, shown at the side of every page.
type NavCounts struct {
	OpenVacancies int
	// Unclear counts criteria to check in applications not decided yet.
	Unclear int
	// Attention counts messages no vacancy claims, that failed, are too large or were sorted
	// with a doubt, and what Stuck lists.
	Attention int
}

// NavCounts counts what waits in each section, for somebody who sees some vacancies. What
// needs attention belongs to the whole house and is not counted for who sees a part of it.
func (s *Store) NavCounts(ctx context.Context, within Within) (NavCounts, error) {
	var n NavCounts
	vacancies, args := within.cond("v.id")
	query := `SELECT
		(SELECT count(*) FROM vacancies v WHERE v.state = ? AND ` + vacancies + `) AS open_vacancies,
		(SELECT ` + sumOf("c.unclear") + ` FROM application_counts c JOIN vacancies v ON v.id = c.vacancy_id
			WHERE v.state <> ? AND c.stage IN ? AND ` + vacancies + `) AS unclear`
	args = slices.Concat([]any{VacancyOpen}, args, []any{VacancyDraft, undecided}, args)
	if within == nil {
		query += `,
		(SELECT count(*) FROM messages WHERE ` + attention + `)
			+ (SELECT count(DISTINCT message_id) FROM routes WHERE to_confirm)
			+ (SELECT count(*) FROM documents d JOIN applications a ON a.vacancy_id = d.vacancy_id AND a.id = d.application_id
				WHERE d.` + unreadable + ` AND d.superseded_by IS NULL AND a.stage IN ?)
			+ (SELECT count(*) FROM applications WHERE parked) AS attention`
		args = append(args, undecided)
	}
	if err := s.reader(ctx).Raw(query, args...).Scan(&n).Error; err != nil {
		return NavCounts{}, fmt.Errorf("navigation counts: %w", known(err))
	}
	return n, nil
}
