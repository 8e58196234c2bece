package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"dossier/screening"
)

// ReasonUndone is the reason of a decision that takes another back.
const ReasonUndone = "code:undone"

// takesBack tells whether d undoes an earlier decision. Undoing what had left the new ones
// once led to review instead of back to new; such rows stay in the history.
func (d Decision) takesBack(earlier Decision) bool {
	back := d.ToStage == earlier.FromStage || earlier.FromStage == screening.StageNew && d.ToStage == screening.StageToReview
	return d.Reason == ReasonUndone && d.FromStage == earlier.ToStage && back
}

// decisionInForce is the decision an application stands by: the newest that nobody has taken
// back; nil when none is left. The decisions are of one application, oldest first.
func decisionInForce(decisions []Decision) *Decision {
	var standing []Decision
	for _, d := range decisions {
		if n := len(standing); n > 0 && d.takesBack(standing[n-1]) {
			standing = standing[:n-1]
			continue
		}
		standing = append(standing, d)
	}
	if len(standing) == 0 {
		return nil
	}
	return &standing[len(standing)-1]
}

// DecisionInForce is the decision the application stands by, nil when there is none: what was
// taken back does not count, nor does taking it back.
func (v ApplicationView) DecisionInForce() *Decision { return decisionInForce(v.Decisions) }

// UndoDecision takes the decision in force back: the application stands where it stood
// before, even where no move leads, and the history keeps both. ErrInvalid when there is
// nothing to take back.
func (s *Store) UndoDecision(ctx context.Context, a Act) error {
	return s.onApplication(ctx, "undo the decision", a, func(tx *gorm.DB, app Application) (Event, error) {
		var decisions []Decision
		if err := tx.Where("vacancy_id = ? AND application_id = ?", app.VacancyID, app.ID).Order("id").Find(&decisions).Error; err != nil {
			return Event{}, err
		}
		last := decisionInForce(decisions)
		if last == nil || last.ToStage != app.Stage {
			return Event{}, fmt.Errorf("%w: no decision led to %s", ErrInvalid, app.Stage)
		}
		return s.moveStage(tx, a, app, last.FromStage, ReasonUndone)
	})
}

// moveStage writes a decision and moves the application. A refusal that has not left goes
// with the decision it tells of.
func (s *Store) moveStage(tx *gorm.DB, a Act, app Application, to screening.Stage, reason string) (Event, error) {
	d := Decision{VacancyID: app.VacancyID, ApplicationID: app.ID, FromStage: app.Stage, ToStage: to, Reason: reason, AuthorID: a.AuthorID, At: s.clock()}
	if err := tx.Create(&d).Error; err != nil {
		return Event{}, err
	}
	if app.Stage == screening.StageNotRetained {
		if err := cancelRefusals(tx, app); err != nil {
			return Event{}, err
		}
	}
	err := tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).Update("stage", to).Error
	return Event{Act: "decision.recorded", Details: map[string]string{"decision": decimal(d.ID), "from": string(app.Stage), "to": string(to)}}, err
}
