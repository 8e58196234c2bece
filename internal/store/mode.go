package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ReviewMode is how a vacancy's applications are looked at. The zero value is the usual
// way: everybody sees everything at once.
type ReviewMode struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// HiddenUntilMine keeps what colleagues said of an application from a reviewer who has
	// not given an opinion of their own.
	HiddenUntilMine bool `gorm:"not null"`
	// Anonymous masks who the applicants are, until somebody lifts the mask of one for
	// themselves with a reason.
	Anonymous bool      `gorm:"not null"`
	SetBy     int64     `gorm:"not null"`
	SetAt     time.Time `gorm:"not null"`
}

// ReviewMode returns how a vacancy is looked at.
func (s *Store) ReviewMode(ctx context.Context, vacancyID int64) (ReviewMode, error) {
	m, err := reviewMode(s.reader(ctx), vacancyID)
	if err != nil {
		return m, fmt.Errorf("vacancy %d: review mode: %w", vacancyID, known(err))
	}
	return m, nil
}

func reviewMode(db *gorm.DB, vacancyID int64) (ReviewMode, error) {
	var rows []ReviewMode
	err := db.Where("vacancy_id = ?", vacancyID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return ReviewMode{VacancyID: vacancyID}, err
	}
	return rows[0], nil
}

// ReviewModes returns the modes of every vacancy that is not looked at in the usual way.
func (s *Store) ReviewModes(ctx context.Context) (map[int64]ReviewMode, error) {
	var rows []ReviewMode
	if err := s.reader(ctx).Where("hidden_until_mine OR anonymous").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("review modes: %w", known(err))
	}
	out := make(map[int64]ReviewMode, len(rows))
	for _, m := range rows {
		out[m.VacancyID] = m
	}
	return out, nil
}

// SetReviewMode changes how a vacancy is looked at; by is who decided it.
func (s *Store) SetReviewMode(ctx context.Context, vacancyID int64, hiddenUntilMine, anonymous bool, by int64) error {
	return s.act(ctx, fmt.Sprintf("vacancy %d: review mode", vacancyID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, by); err != nil {
			return err
		}
		before, err := reviewMode(tx, vacancyID)
		if err != nil {
			return err
		}
		if before.HiddenUntilMine == hiddenUntilMine && before.Anonymous == anonymous {
			return nil
		}
		m := ReviewMode{VacancyID: vacancyID, HiddenUntilMine: hiddenUntilMine, Anonymous: anonymous, SetBy: by, SetAt: s.clock()}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&m).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "vacancy.review_mode", Object: "vacancy", ObjectID: vacancyID, VacancyID: vacancyID,
			Details: map[string]string{"hidden_until_mine": fmt.Sprint(hiddenUntilMine), "anonymous": fmt.Sprint(anonymous)}})
	})
}

// RevealKind is what somebody had shown to them that the mode keeps back.
type RevealKind string

// What can be revealed.
const (
	RevealIdentity RevealKind = "identity"
	RevealOpinions RevealKind = "opinions"
)

// Reveal is one person's look behind a mode, with the reason they gave. It holds for that
// person and that application alone.
type Reveal struct {
	ID            int64      `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64      `gorm:"not null"`
	ApplicationID int64      `gorm:"not null"`
	UserID        int64      `gorm:"not null"`
	What          RevealKind `gorm:"not null"`
	Reason        string     `gorm:"not null"`
	At            time.Time  `gorm:"not null"`
}

// Reveal shows one person what the mode of a vacancy keeps back of an application. It
// needs a reason, and everybody sees in the history that it was done.
func (s *Store) Reveal(ctx context.Context, applicationID, userID int64, what RevealKind, reason string) error {
	reason = trimmed(reason)
	return s.act(ctx, fmt.Sprintf("application %d: reveal", applicationID), func(tx *gorm.DB) error {
		if reason == "" || what != RevealIdentity && what != RevealOpinions {
			return fmt.Errorf("%w: revealing %q needs a reason", ErrInvalid, what)
		}
		app, err := lockApplication(tx, applicationID)
		if err != nil {
			return err
		}
		if err := checkAuthor(tx, userID); err != nil {
			return err
		}
		row := Reveal{VacancyID: app.VacancyID, ApplicationID: app.ID, UserID: userID, What: what, Reason: reason, At: s.clock()}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: userID, Act: "application.revealed", Object: "application", ObjectID: app.ID, VacancyID: app.VacancyID,
			Details: map[string]string{"reveal": decimal(row.ID), "what": string(what)}})
	})
}

// Revealed returns which of a vacancy's applications one person has had revealed.
func (s *Store) Revealed(ctx context.Context, vacancyID, userID int64, what RevealKind) (map[int64]bool, error) {
	var ids []int64
	err := s.reader(ctx).Model(&Reveal{}).Where("vacancy_id = ? AND user_id = ? AND what = ?", vacancyID, userID, what).
		Distinct().Pluck("application_id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: revealed: %w", vacancyID, known(err))
	}
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// MachineVerdicts returns, for some applications, the criteria on which a colleague's
// verdict stands in for the machine's, with the machine's: what a reviewer may be shown
// before they have given their own opinion.
func (s *Store) MachineVerdicts(ctx context.Context, vacancyID, userID int64, applications []int64) (map[int64][]Override, error) {
	out := map[int64][]Override{}
	if len(applications) == 0 {
		return out, nil
	}
	var rows []Override
	err := s.reader(ctx).Where("vacancy_id = ? AND application_id IN ? AND withdrawn_at IS NULL AND author_id <> ?", vacancyID, applications, userID).
		Order("id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: machine verdicts: %w", vacancyID, known(err))
	}
	for _, o := range rows {
		out[o.ApplicationID] = append(out[o.ApplicationID], o)
	}
	return out, nil
}
