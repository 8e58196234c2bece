package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"dossier/screening"
	"dossier/screening/fact"
)

// maxWords bounds a reason or a note, in bytes.
const maxWords = 10_000

// Act is what every act of a person on an application carries.
type Act struct {
	ApplicationID int64
	// Version is that of the application the person saw; ErrConflict when it has moved on.
	Version int64
	// AuthorID is who acts; a machine never does.
	AuthorID int64
}

// onApplication runs a person's act on one application: it holds the row, refuses an
// older version or a stranger, and counts the version up.
func (s *Store) onApplication(ctx context.Context, what string, a Act, f func(tx *gorm.DB, app Application) (Event, error)) error {
	return s.act(ctx, fmt.Sprintf("application %d: %s", a.ApplicationID, what), func(tx *gorm.DB) error {
		app, err := lockApplication(tx, a.ApplicationID)
		if err != nil {
			return err
		}
		if app.Version != a.Version {
			return fmt.Errorf("%w: application is at version %d, not %d", ErrConflict, app.Version, a.Version)
		}
		if err := checkAuthor(tx, a.AuthorID); err != nil {
			return err
		}
		e, err := f(tx, app)
		if err != nil {
			return err
		}
		err = tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).
			Update("version", gorm.Expr("version + 1")).Error
		if err != nil {
			return err
		}
		e.ActorID, e.Object, e.ObjectID, e.VacancyID = a.AuthorID, "application", app.ID, app.VacancyID
		return s.record(tx, e)
	})
}

// checkAuthor refuses acts without a person's name on them.
func checkAuthor(tx *gorm.DB, id int64) error {
	var u User
	found := tx.Where("id = ?", id).Limit(1).Find(&u)
	if found.Error != nil {
		return found.Error
	}
	if found.RowsAffected == 0 || u.Disabled {
		return fmt.Errorf("%w: nobody's act", ErrInvalid)
	}
	return nil
}

// RecordDecision moves an application to another stage. A reason is required where the
// stage needs one. A refusal that has not left goes with the decision it tells of.
func (s *Store) RecordDecision(ctx context.Context, a Act, to screening.Stage, reason string) error {
	reason = strings.TrimSpace(tidyString(reason, maxWords))
	return s.onApplication(ctx, "decide", a, func(tx *gorm.DB, app Application) (Event, error) {
		if !app.Stage.CanMoveTo(to) {
			return Event{}, fmt.Errorf("%w: from %s to %q", ErrInvalid, app.Stage, to)
		}
		if to.NeedsReason() && reason == "" {
			return Event{}, fmt.Errorf("%w: %s needs a reason", ErrInvalid, to)
		}
		return s.moveStage(tx, a, app, to, reason)
	})
}

// RecordOverride puts a person's verdict in place of the machine's for one criterion, or
// confirms the machine's. An earlier override of the same criterion is withdrawn.
func (s *Store) RecordOverride(ctx context.Context, a Act, criterion string, verdict screening.Verdict, reason string) error {
	reason = strings.TrimSpace(tidyString(reason, maxWords))
	return s.onApplication(ctx, "override", a, func(tx *gorm.DB, app Application) (Event, error) {
		if reason == "" {
			return Event{}, fmt.Errorf("%w: an override needs a reason", ErrInvalid)
		}
		assessed, err := currentAssessment(tx, app.VacancyID, app.ID)
		if err != nil {
			return Event{}, err
		}
		var list Checklist
		if err := tx.Where("vacancy_id = ? AND version = ?", app.VacancyID, assessed.ChecklistVersion).Take(&list).Error; err != nil {
			return Event{}, err
		}
		if !hasCriterion(list.Checklist.Criteria, criterion) {
			return Event{}, fmt.Errorf("%w: no criterion %q", ErrInvalid, criterion)
		}
		machine, _ := findingOf(assessed.Findings, criterion)
		if err := s.withdraw(tx, app, a.AuthorID, "criterion = ?", criterion); err != nil {
			return Event{}, err
		}
		o := Override{VacancyID: app.VacancyID, ApplicationID: app.ID, Criterion: criterion, Verdict: verdict,
			MachineVerdict: machine.Verdict, Reason: reason, AuthorID: a.AuthorID, At: s.clock()}
		if err := tx.Create(&o).Error; err != nil {
			return Event{}, err
		}
		return Event{Act: "override.recorded", Details: map[string]string{"override": decimal(o.ID), "verdict": verdict.String(), "machine": machine.Verdict.String()}},
			refreshTally(tx, app)
	})
}

// WithdrawOverride gives the word on a criterion back to the machine.
func (s *Store) WithdrawOverride(ctx context.Context, a Act, overrideID int64) error {
	return s.onApplication(ctx, "withdraw override", a, func(tx *gorm.DB, app Application) (Event, error) {
		var o Override
		if err := tx.Where("vacancy_id = ? AND application_id = ? AND id = ?", app.VacancyID, app.ID, overrideID).Take(&o).Error; err != nil {
			return Event{}, err
		}
		if o.WithdrawnAt != nil {
			return Event{}, fmt.Errorf("%w: withdrawn already", ErrConflict)
		}
		if err := s.withdraw(tx, app, a.AuthorID, "id = ?", overrideID); err != nil {
			return Event{}, err
		}
		return Event{Act: "override.withdrawn", Details: map[string]string{"override": decimal(overrideID)}}, refreshTally(tx, app)
	})
}

func (s *Store) withdraw(tx *gorm.DB, app Application, author int64, where string, arg any) error {
	return tx.Model(&Override{}).Where("vacancy_id = ? AND application_id = ? AND withdrawn_at IS NULL", app.VacancyID, app.ID).
		Where(where, arg).Updates(map[string]any{"withdrawn_at": s.clock(), "withdrawn_by": author}).Error
}

// actAssigned tells in the trail that an application was given to somebody to follow.
const actAssigned = "reviewer.assigned"

// AssignReviewer gives an application to a colleague; reviewerID 0 to nobody.
func (s *Store) AssignReviewer(ctx context.Context, a Act, reviewerID int64) error {
	return s.onApplication(ctx, "assign", a, func(tx *gorm.DB, app Application) (Event, error) {
		var to *int64
		if reviewerID != 0 {
			if err := checkAuthor(tx, reviewerID); err != nil {
				return Event{}, err
			}
			to = &reviewerID
		}
		err := tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).Update("reviewer_id", to).Error
		return Event{Act: actAssigned, Details: map[string]string{"reviewer": decimal(reviewerID)}}, err
	})
}

// AcceptLate lets what arrived after closing until now count for an application.
func (s *Store) AcceptLate(ctx context.Context, a Act, reason string) error {
	reason = strings.TrimSpace(tidyString(reason, maxWords))
	return s.onApplication(ctx, "accept late", a, func(tx *gorm.DB, app Application) (Event, error) {
		if reason == "" {
			return Event{}, fmt.Errorf("%w: accepting what came late needs a reason", ErrInvalid)
		}
		err := tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).
			Updates(map[string]any{"late_accepted_at": s.clock(), "late_accepted_by": a.AuthorID, "late_accepted_reason": reason}).Error
		if err != nil {
			return Event{}, err
		}
		return Event{Act: "late.accepted"}, documentsChanged(tx, app.VacancyID, app.ID)
	})
}

// CorrectDocumentType says what a document is, in place of what was read; an empty type
// goes back to the reading.
func (s *Store) CorrectDocumentType(ctx context.Context, a Act, documentID int64, is fact.DocumentType) error {
	return s.onApplication(ctx, "correct document type", a, func(tx *gorm.DB, app Application) (Event, error) {
		switch is {
		case "", fact.CV, fact.CoverLetter, fact.Diploma, fact.ReferenceLetter, fact.Other, fact.Combined:
		default:
			return Event{}, fmt.Errorf("%w: no document type %q", ErrInvalid, is)
		}
		done := tx.Model(&Document{}).Where("vacancy_id = ? AND application_id = ? AND id = ?", app.VacancyID, app.ID, documentID).
			Update("type_by_person", is)
		if done.Error != nil {
			return Event{}, done.Error
		}
		if done.RowsAffected == 0 {
			return Event{}, ErrNotFound
		}
		return Event{Act: "document.type_corrected", Details: map[string]string{"document": decimal(documentID), "type": string(is)}},
			settleDocuments(tx, app.VacancyID, app.ID)
	})
}

// SaveUnlocked keeps what was read out of a document with a password that the author of
// the act typed, which is kept nowhere.
func (s *Store) SaveUnlocked(ctx context.Context, a Act, r Reading) error {
	if err := r.check(); err != nil {
		return err
	}
	return s.onApplication(ctx, "unlock document", a, func(tx *gorm.DB, app Application) (Event, error) {
		var n int64
		err := tx.Model(&Document{}).Where("vacancy_id = ? AND application_id = ? AND id = ?", app.VacancyID, app.ID, r.DocumentID).Count(&n).Error
		switch {
		case err != nil:
			return Event{}, err
		case n == 0:
			return Event{}, ErrNotFound
		}
		return Event{Act: "document.unlocked", Details: map[string]string{"document": decimal(r.DocumentID)}}, s.saveText(tx, r)
	})
}

// AddNote adds a colleague's remark, which calls the accounts mentioned. Remarks do not get
// in each other's way, so it needs no version.
func (s *Store) AddNote(ctx context.Context, applicationID, authorID int64, body string, mentioned ...int64) error {
	body = strings.TrimSpace(tidyString(body, maxWords))
	return s.act(ctx, fmt.Sprintf("application %d: note", applicationID), func(tx *gorm.DB) error {
		if body == "" {
			return fmt.Errorf("%w: an empty note", ErrInvalid)
		}
		app, err := lockApplication(tx, applicationID)
		if err != nil {
			return err
		}
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		n := Note{VacancyID: app.VacancyID, ApplicationID: app.ID, AuthorID: authorID, Body: body, At: s.clock()}
		if err := tx.Create(&n).Error; err != nil {
			return err
		}
		if err := s.mention(tx, n, mentioned); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "note.added", Object: "application", ObjectID: app.ID, VacancyID: app.VacancyID,
			Details: map[string]string{"note": decimal(n.ID)}})
	})
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
