package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"dossier/screening"
)

// copyOf is a body that shares nothing with the other.
func copyOf(b DraftBody) (DraftBody, error) {
	var out DraftBody
	packed, err := json.Marshal(b)
	if err == nil {
		err = json.Unmarshal(packed, &out)
	}
	return out, err
}

// Publication is what publishing a draft did.
type Publication struct {
	// Version is that of the checklist now in force; New tells whether it was made.
	Version int
	New     bool
	// Opened tells whether the vacancy takes applications from now on.
	Opened bool
}

// PublishDraft makes the approved lines of a draft the vacancy's checklist and its head the
// vacancy's own. What was not approved stays in the draft. version is that of the draft the
// person saw. A checklist that says what the one in force says makes no new version. With
// open, a vacancy that was a draft takes applications from now on.
//
// ErrInvalid: no title, no approved line, a line that cannot be judged, or no reason for
// changing a checklist that is in force.
func (s *Store) PublishDraft(ctx context.Context, a DraftAct, version int64, by By, reason string, open bool) (Publication, error) {
	var out Publication
	reason = trimmed(reason)
	err := s.act(ctx, fmt.Sprintf("vacancy %d: publish draft", a.VacancyID), func(tx *gorm.DB) error {
		out = Publication{}
		d, err := lockDraft(tx, a)
		if err != nil {
			return err
		}
		if d.Version != version {
			return fmt.Errorf("%w: draft is at version %d, not %d", ErrConflict, d.Version, version)
		}
		var v Vacancy
		if err := tx.Clauses(forUpdate).Where("id = ?", a.VacancyID).Take(&v).Error; err != nil {
			return err
		}
		list := d.Body.Checklist(screening.DateOf(s.clock()), false)
		if d.Body.Head.Title == "" {
			return fmt.Errorf("%w: a vacancy needs a title", ErrInvalid)
		}
		if problems := screening.Validate(list); len(problems) > 0 {
			return fmt.Errorf("%w: %s: %s", ErrInvalid, problems[0].Field, problems[0].Message)
		}
		d.Body.Head.onto(&v)
		same, err := s.sameAsLatest(tx, v, list)
		if err != nil {
			return err
		}
		if !same {
			if v.ChecklistVersion > 0 && reason == "" {
				return fmt.Errorf("%w: a change of a checklist needs a reason", ErrInvalid)
			}
			row, err := s.publish(tx, &v, list, by, reason)
			if err != nil {
				return err
			}
			row.Lines = map[string]LineRecord{}
			for _, l := range d.Body.Lines {
				if l.Approved() {
					row.Lines[l.Criterion.ID] = l.LineRecord
				}
			}
			if err := tx.Model(&Checklist{}).Where("vacancy_id = ? AND version = ?", v.ID, row.Version).Select("lines").Updates(&row).Error; err != nil {
				return err
			}
			out.New = true
		}
		v.Gaps = d.Body.Gaps()
		out.Version = v.ChecklistVersion
		if open && v.State == VacancyDraft {
			v.State, out.Opened = VacancyOpen, true
		}
		if err := saveVacancy(tx, &v); err != nil {
			return err
		}
		// What was done before is now in force and not to be undone here.
		if err := tx.Where("vacancy_id = ?", v.ID).Delete(&DraftStep{}).Error; err != nil {
			return err
		}
		if !out.New && !out.Opened {
			return s.record(tx, Event{ActorID: a.AuthorID, Act: "vacancy.updated", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID})
		}
		if out.New {
			err = s.record(tx, Event{ActorID: a.AuthorID, Act: "checklist.published", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID,
				Details: map[string]string{"checklist": strconv.Itoa(out.Version)}})
		}
		if err == nil && out.Opened {
			err = s.record(tx, Event{ActorID: a.AuthorID, Act: "vacancy.open", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID})
		}
		return err
	})
	return out, err
}

// DiscardDraft throws the changes of a draft away: it says again what is published, with its
// announcement. A vacancy that was never published goes altogether, unless it has
// applications.
func (s *Store) DiscardDraft(ctx context.Context, a DraftAct, version int64) (gone bool, err error) {
	err = s.act(ctx, fmt.Sprintf("vacancy %d: discard draft", a.VacancyID), func(tx *gorm.DB) error {
		gone = false
		d, err := lockDraft(tx, a)
		if err != nil {
			return err
		}
		if d.Version != version {
			return fmt.Errorf("%w: draft is at version %d, not %d", ErrConflict, d.Version, version)
		}
		var v Vacancy
		if err := tx.Where("id = ?", a.VacancyID).Take(&v).Error; err != nil {
			return err
		}
		if v.State == VacancyDraft && v.ChecklistVersion == 0 {
			var there int64
			if err := tx.Model(&Application{}).Where("vacancy_id = ?", v.ID).Count(&there).Error; err != nil {
				return err
			}
			if there > 0 {
				return fmt.Errorf("%w: the vacancy has applications", ErrInvalid)
			}
			gone = true
			if err := tx.Where("vacancy_id = ?", v.ID).Delete(&ChecklistDraft{}).Error; err != nil {
				return err
			}
			if err := tx.Where("id = ?", v.ID).Delete(&Vacancy{}).Error; err != nil {
				return err
			}
			return s.record(tx, Event{ActorID: a.AuthorID, Act: "vacancy.discarded", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID})
		}
		before, err := copyOf(d.Body)
		if err != nil {
			return err
		}
		revs := revsOf(d.Body)
		if d.Body, err = publishedBody(tx, v); err != nil {
			return err
		}
		d.Body.raise(revs)
		return s.saveDraft(tx, &d, a, &before)
	})
	return gone, err
}

// Checklists returns every version of a vacancy's checklist, newest first.
func (s *Store) Checklists(ctx context.Context, vacancyID int64) ([]Checklist, error) {
	var out []Checklist
	if err := s.reader(ctx).Where("vacancy_id = ?", vacancyID).Order("version DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("vacancy %d: checklists: %w", vacancyID, known(err))
	}
	return out, nil
}

// Reassessment is how far a vacancy's applications have got under the checklist in force.
type Reassessment struct {
	// Done have been judged by the latest version; Parked failed and wait for a person.
	Done, Total, Parked int
}

// Running tells whether applications are still to be judged.
func (r Reassessment) Running() bool { return r.Done+r.Parked < r.Total }

// Reassessment counts a vacancy's applications by whether the checklist in force has judged
// them.
func (s *Store) Reassessment(ctx context.Context, v Vacancy) (Reassessment, error) {
	var r Reassessment
	if v.ChecklistVersion == 0 {
		return r, nil
	}
	err := s.reader(ctx).Raw(`SELECT count(*) AS total, coalesce(sum(CASE WHEN assessed_checklist >= ? THEN 1 ELSE 0 END), 0) AS done,
		coalesce(sum(CASE WHEN parked AND assessed_checklist < ? THEN 1 ELSE 0 END), 0) AS parked FROM applications WHERE vacancy_id = ?`,
		v.ChecklistVersion, v.ChecklistVersion, v.ID).Scan(&r).Error
	if err != nil {
		return r, fmt.Errorf("vacancy %d: reassessment: %w", v.ID, known(err))
	}
	return r, nil
}

// CountApplications counts a vacancy's applications.
func (s *Store) CountApplications(ctx context.Context, vacancyID int64) (int, error) {
	var n int64
	if err := s.reader(ctx).Model(&Application{}).Where("vacancy_id = ?", vacancyID).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("vacancy %d: applications: %w", vacancyID, known(err))
	}
	return int(n), nil
}
