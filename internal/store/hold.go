package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// PlaceHold forbids purging and erasing an application, or all of a vacancy when
// applicationID is 0, until it is lifted. It needs a reason and a person.
func (s *Store) PlaceHold(ctx context.Context, vacancyID, applicationID, authorID int64, reason string) (Hold, error) {
	h := Hold{VacancyID: vacancyID, ApplicationID: applicationID, Reason: trimmed(reason), AuthorID: authorID}
	err := s.act(ctx, fmt.Sprintf("vacancy %d: hold", vacancyID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		if h.Reason == "" {
			return fmt.Errorf("%w: a hold needs a reason", ErrInvalid)
		}
		if applicationID != 0 {
			app, err := lockApplication(tx, applicationID)
			if err != nil {
				return err
			}
			h.VacancyID = app.VacancyID
		} else if err := tx.Where("id = ?", vacancyID).Take(&Vacancy{}).Error; err != nil {
			return err
		}
		h.ID, h.At = 0, s.clock()
		if err := tx.Create(&h).Error; err != nil {
			return err
		}
		return s.recordHold(tx, h, "hold.placed", authorID)
	})
	return h, err
}

// LiftHold ends a hold.
func (s *Store) LiftHold(ctx context.Context, holdID, authorID int64) error {
	return s.act(ctx, fmt.Sprintf("hold %d: lift", holdID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var h Hold
		if err := tx.Clauses(forUpdate).Where("id = ?", holdID).Take(&h).Error; err != nil {
			return err
		}
		if h.LiftedAt != nil {
			return nil
		}
		err := tx.Model(&Hold{}).Where("id = ?", h.ID).Updates(map[string]any{"lifted_at": s.clock(), "lifted_by": authorID}).Error
		if err != nil {
			return err
		}
		return s.recordHold(tx, h, "hold.lifted", authorID)
	})
}

func (s *Store) recordHold(tx *gorm.DB, h Hold, act string, authorID int64) error {
	e := Event{ActorID: authorID, Act: act, Object: "vacancy", ObjectID: h.VacancyID, VacancyID: h.VacancyID, Details: map[string]string{"hold": decimal(h.ID)}}
	if h.ApplicationID != 0 {
		e.Object, e.ObjectID = "application", h.ApplicationID
	}
	return s.record(tx, e)
}

// HoldRow is a hold with what it protects.
type HoldRow struct {
	Hold
	Title, Slug string
	// Name is the applicant's, empty for a whole vacancy. Author is who placed it.
	Name, Author string
}

// maxHolds bounds the list.
const maxHolds = 200

// Holds returns the holds in force, the newest first.
func (s *Store) Holds(ctx context.Context) ([]HoldRow, error) {
	var out []HoldRow
	err := s.reader(ctx).Raw(`SELECT h.*, v.title, v.slug, coalesce(p.name, '') AS name, coalesce(nullif(u.name, ''), u.email, '') AS author
		FROM holds h JOIN vacancies v ON v.id = h.vacancy_id LEFT JOIN applications a ON a.id = h.application_id
		LEFT JOIN applicants p ON p.id = a.applicant_id LEFT JOIN users u ON u.id = h.author_id
		WHERE h.lifted_at IS NULL ORDER BY h.id DESC LIMIT ?`, maxHolds).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("holds: %w", known(err))
	}
	return out, nil
}
