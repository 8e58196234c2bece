package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening/text"
)

// MaxPoolMonths bounds how long a consent to stay in the pool may hold.
const MaxPoolMonths = 24

// RecordConsent keeps that an applicant agreed to be kept for other vacancies: when, how,
// and up to which day. It needs a source that can be shown, and no more than MaxPoolMonths.
func (s *Store) RecordConsent(ctx context.Context, c PoolConsent) (PoolConsent, error) {
	c.Source = trimmed(c.Source)
	given, err := time.Parse(time.DateOnly, c.GivenOn)
	if err != nil {
		return c, fmt.Errorf("consent: %w: day %q", ErrInvalid, c.GivenOn)
	}
	until, err := time.Parse(time.DateOnly, c.ExpiresOn)
	if err != nil || !until.After(given) || until.After(given.AddDate(0, MaxPoolMonths, 0)) || given.After(s.clock().AddDate(0, 0, 1)) {
		return c, fmt.Errorf("consent: %w: until %q", ErrInvalid, c.ExpiresOn)
	}
	if c.Source == "" {
		return c, fmt.Errorf("consent: %w: without a source", ErrInvalid)
	}
	err = s.act(ctx, fmt.Sprintf("applicant %d: consent", c.ApplicantID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, c.AuthorID); err != nil {
			return err
		}
		if err := tx.Where("id = ?", c.ApplicantID).Take(&Applicant{}).Error; err != nil {
			return err
		}
		c.ID, c.At, c.WithdrawnAt, c.WithdrawnBy = 0, s.clock(), nil, nil
		if err := tx.Create(&c).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: c.AuthorID, Act: "consent.recorded", Object: "applicant", ObjectID: c.ApplicantID,
			Details: map[string]string{"consent": decimal(c.ID), "until": c.ExpiresOn}})
	})
	return c, err
}

// WithdrawConsent ends a consent: the clocks of the person's applications hold again.
func (s *Store) WithdrawConsent(ctx context.Context, consentID, authorID int64) error {
	return s.act(ctx, fmt.Sprintf("consent %d: withdraw", consentID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var c PoolConsent
		if err := tx.Clauses(forUpdate).Where("id = ?", consentID).Take(&c).Error; err != nil || c.WithdrawnAt != nil {
			return err
		}
		err := tx.Model(&PoolConsent{}).Where("id = ?", c.ID).Updates(map[string]any{"withdrawn_at": s.clock(), "withdrawn_by": authorID}).Error
		if err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "consent.withdrawn", Object: "applicant", ObjectID: c.ApplicantID,
			Details: map[string]string{"consent": decimal(c.ID)}})
	})
}

// Consents returns an applicant's consents, the newest first.
func (s *Store) Consents(ctx context.Context, applicantID int64) ([]PoolConsent, error) {
	var out []PoolConsent
	err := s.reader(ctx).Where("applicant_id = ?", applicantID).Order("id DESC").Limit(maxShown).Find(&out).Error
	return out, known(err)
}

// Correct keeps what a person says is right. The original stays beside it. A name is also
// taken over, so that lists and letters use it; an address or a number is added to those
// the person is known by.
func (s *Store) Correct(ctx context.Context, c Correction) (Correction, error) {
	c.Original, c.Value, c.Reason, c.Criterion = trimmed(c.Original), trimmed(c.Value), trimmed(c.Reason), trimmed(c.Criterion)
	if c.Value == "" || c.Reason == "" || !isField(c.Field) {
		return c, fmt.Errorf("correction: %w: without a field, a value or a reason", ErrInvalid)
	}
	err := s.act(ctx, fmt.Sprintf("applicant %d: correct", c.ApplicantID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, c.AuthorID); err != nil {
			return err
		}
		var a Applicant
		if err := tx.Clauses(forUpdate).Where("id = ?", c.ApplicantID).Take(&a).Error; err != nil {
			return err
		}
		if c.ApplicationID != 0 {
			if err := tx.Where("id = ? AND applicant_id = ?", c.ApplicationID, a.ID).Take(&Application{}).Error; err != nil {
				return err
			}
		}
		if err := s.takeOver(tx, a, &c); err != nil {
			return err
		}
		c.ID, c.At, c.WithdrawnAt, c.WithdrawnBy = 0, s.clock(), nil, nil
		if err := tx.Create(&c).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: c.AuthorID, Act: "correction.recorded", Object: "applicant", ObjectID: a.ID,
			Details: map[string]string{"correction": decimal(c.ID), "field": c.Field, "application": decimal(c.ApplicationID)}})
	})
	return c, err
}

func isField(f string) bool {
	for _, known := range CorrectionFields {
		if f == known {
			return true
		}
	}
	return false
}

// takeOver has the records of the person use a corrected name, address or number.
func (s *Store) takeOver(tx *gorm.DB, a Applicant, c *Correction) error {
	switch c.Field {
	case FieldName:
		c.Original, c.ApplicationID = a.Name, 0
		return s.rename(tx, a.ID, c.Value)
	case FieldEmail:
		c.ApplicationID, c.Value = 0, strings.ToLower(c.Value)
		if !strings.Contains(c.Value, "@") {
			return fmt.Errorf("%w: no address", ErrInvalid)
		}
		return s.addContacts(tx, a.ID, NewApplicant{Email: c.Value}, true)
	case FieldPhone:
		c.ApplicationID = 0
		return s.addContacts(tx, a.ID, NewApplicant{Phones: []string{lastDigits(c.Value)}}, false)
	}
	return nil
}

// lastDigits is how telephone numbers are kept.
func lastDigits(phone string) string {
	d := digits(phone)
	return d[max(0, len(d)-minPhone):]
}

func (s *Store) rename(tx *gorm.DB, applicantID int64, name string) error {
	err := tx.Model(&Applicant{}).Where("id = ?", applicantID).Updates(map[string]any{"name": name, "folded_name": text.String(name)}).Error
	if err != nil {
		return err
	}
	var apps []Application
	if err := tx.Select("id", "vacancy_id").Where("applicant_id = ?", applicantID).Order("id").Find(&apps).Error; err != nil {
		return err
	}
	for _, app := range apps {
		if err := refreshSearch(tx, app.VacancyID, app.ID); err != nil {
			return err
		}
	}
	return nil
}

// WithdrawCorrection takes a correction back; a name becomes the original again.
func (s *Store) WithdrawCorrection(ctx context.Context, correctionID, authorID int64) error {
	return s.act(ctx, fmt.Sprintf("correction %d: withdraw", correctionID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var c Correction
		if err := tx.Clauses(forUpdate).Where("id = ?", correctionID).Take(&c).Error; err != nil || c.WithdrawnAt != nil {
			return err
		}
		if c.Field == FieldName {
			var a Applicant
			if err := tx.Where("id = ?", c.ApplicantID).Take(&a).Error; err != nil {
				return err
			}
			if a.Name == c.Value {
				if err := s.rename(tx, a.ID, c.Original); err != nil {
					return err
				}
			}
		}
		err := tx.Model(&Correction{}).Where("id = ?", c.ID).Updates(map[string]any{"withdrawn_at": s.clock(), "withdrawn_by": authorID}).Error
		if err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "correction.withdrawn", Object: "applicant", ObjectID: c.ApplicantID,
			Details: map[string]string{"correction": decimal(c.ID)}})
	})
}

// Corrections returns those of an applicant, oldest first; the withdrawn ones too.
func (s *Store) Corrections(ctx context.Context, applicantID int64) ([]Correction, error) {
	var out []Correction
	err := s.reader(ctx).Where("applicant_id = ?", applicantID).Order("id").Limit(maxShown).Find(&out).Error
	return out, known(err)
}
