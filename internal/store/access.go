package store

import (
	"context"
	"fmt"
	"slices"
)

// Within are the vacancies a list keeps to: those its reader may see. Nil keeps them all,
// an empty one none.
type Within []int64

// cond is the condition on a column that holds a vacancy's id.
func (w Within) cond(column string) (string, []any) {
	if w == nil {
		return "1 = 1", nil
	}
	// No vacancy has the id 0: it only keeps the list from being empty.
	return column + " IN ?", []any{append([]int64{0}, w...)}
}

// Holds tells whether a vacancy is among them.
func (w Within) Holds(vacancyID int64) bool { return w == nil || slices.Contains(w, vacancyID) }

// VacancyOfApplication returns the vacancy an application is for, or ErrNotFound.
func (s *Store) VacancyOfApplication(ctx context.Context, id int64) (int64, error) {
	return s.vacancyOf(ctx, "application", `SELECT vacancy_id FROM applications WHERE id = ?`, id)
}

// VacancyOfDocument returns the vacancy a document was sent for, or ErrNotFound.
func (s *Store) VacancyOfDocument(ctx context.Context, id int64) (int64, error) {
	return s.vacancyOf(ctx, "document", `SELECT vacancy_id FROM documents WHERE id = ?`, id)
}

func (s *Store) vacancyOf(ctx context.Context, what, query string, id int64) (int64, error) {
	var found []int64
	if err := s.reader(ctx).Raw(query, id).Scan(&found).Error; err != nil {
		return 0, fmt.Errorf("%s %d: vacancy: %w", what, id, known(err))
	}
	if len(found) == 0 {
		return 0, fmt.Errorf("%s %d: %w", what, id, ErrNotFound)
	}
	return found[0], nil
}

// VacanciesOfMessage returns the vacancies a message was routed to; none for one that no
// vacancy claims.
func (s *Store) VacanciesOfMessage(ctx context.Context, id int64) ([]int64, error) {
	var found []int64
	if err := s.reader(ctx).Raw(`SELECT vacancy_id FROM routes WHERE message_id = ? ORDER BY vacancy_id`, id).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("message %d: vacancies: %w", id, known(err))
	}
	return found, nil
}

// VacancyIDs returns the ids of all vacancies.
func (s *Store) VacancyIDs(ctx context.Context) (Within, error) {
	ids := Within{}
	if err := s.reader(ctx).Raw(`SELECT id FROM vacancies ORDER BY id`).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("vacancies: %w", known(err))
	}
	return ids, nil
}
