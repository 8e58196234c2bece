package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// View is a saved view of a vacancy's shortlist: its filters, its order and its columns
// under a name.
type View struct {
	ID        int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID int64 `gorm:"not null"`
	// OwnerID is who saved it; nobody else changes it.
	OwnerID int64  `gorm:"not null"`
	Name    string `gorm:"not null"`
	// Query is the list's address: filters, search and order.
	Query string `gorm:"not null"`
	// Hidden are the columns left out, by name.
	Hidden []string `gorm:"serializer:json;not null"`
	// Shared views are seen by everybody who sees the vacancy.
	Shared    bool      `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
	ChangedAt time.Time `gorm:"not null"`
}

// ListChoice is how a user wants to see one vacancy's shortlist.
type ListChoice struct {
	UserID    int64    `gorm:"primaryKey;autoIncrement:false"`
	VacancyID int64    `gorm:"primaryKey;autoIncrement:false"`
	Hidden    []string `gorm:"serializer:json;not null"`
	// DefaultView opens when no filter is asked for; 0 is the whole list.
	DefaultView int64 `gorm:"not null"`
}

// ListDensity is how close a user wants the rows of lists.
type ListDensity struct {
	UserID int64 `gorm:"primaryKey;autoIncrement:false"`
	Dense  bool  `gorm:"not null"`
}

const (
	// maxViews bounds the views a user saves for one vacancy.
	maxViews = 50
	// MaxViewName bounds a view's name, in bytes.
	MaxViewName = 80
	// maxHidden bounds the columns left out.
	maxHidden = 200
)

// ListSettings are a user's choices for a vacancy's shortlist with the views there are:
// their own, then those colleagues share, each by name.
type ListSettings struct {
	Views  []View
	Choice ListChoice
	Dense  bool
}

// View returns a view of the list by its id.
func (l ListSettings) View(id int64) (View, bool) {
	for _, v := range l.Views {
		if v.ID == id {
			return v, true
		}
	}
	return View{}, false
}

// ListSettings reads what a user chose for a vacancy's shortlist.
func (s *Store) ListSettings(ctx context.Context, userID, vacancyID int64) (ListSettings, error) {
	var out ListSettings
	db := s.reader(ctx)
	err := db.Where("vacancy_id = ? AND (owner_id = ? OR shared)", vacancyID, userID).
		Order(clause.Expr{SQL: "CASE WHEN owner_id = ? THEN 0 ELSE 1 END, name, id", Vars: []any{userID}}).Limit(4 * maxViews).Find(&out.Views).Error
	if err == nil {
		err = db.Where("user_id = ? AND vacancy_id = ?", userID, vacancyID).Limit(1).Find(&out.Choice).Error
	}
	var density ListDensity
	if err == nil {
		err = db.Where("user_id = ?", userID).Limit(1).Find(&density).Error
	}
	if err != nil {
		return ListSettings{}, fmt.Errorf("vacancy %d: views: %w", vacancyID, known(err))
	}
	out.Dense = density.Dense
	if _, ok := out.View(out.Choice.DefaultView); !ok {
		out.Choice.DefaultView = 0
	}
	return out, nil
}

// SaveView keeps a view under its name: a view of the same owner and name is replaced.
// It fails with ErrInvalid for an empty name, and when the owner has too many.
func (s *Store) SaveView(ctx context.Context, v View) (View, error) {
	tidy(&v, maxText)
	v.Name = strings.TrimSpace(tidyString(v.Name, MaxViewName))
	err := s.act(ctx, fmt.Sprintf("vacancy %d: save view", v.VacancyID), func(tx *gorm.DB) error {
		if v.Name == "" || len(v.Hidden) > maxHidden {
			return fmt.Errorf("%w: a view needs a name", ErrInvalid)
		}
		if err := checkAuthor(tx, v.OwnerID); err != nil {
			return err
		}
		var n int64
		if err := tx.Model(&View{}).Where("vacancy_id = ? AND owner_id = ? AND name <> ?", v.VacancyID, v.OwnerID, v.Name).Count(&n).Error; err != nil {
			return err
		}
		if n >= maxViews {
			return fmt.Errorf("%w: %d views already", ErrInvalid, n)
		}
		v.ID, v.CreatedAt, v.ChangedAt = 0, s.clock(), s.clock()
		err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "vacancy_id"}, {Name: "owner_id"}, {Name: "name"}},
			DoUpdates: clause.AssignmentColumns([]string{"query", "hidden", "shared", "changed_at"})}).Create(&v).Error
		if err != nil {
			return err
		}
		return tx.Where("vacancy_id = ? AND owner_id = ? AND name = ?", v.VacancyID, v.OwnerID, v.Name).Take(&v).Error
	})
	return v, err
}

// ShareView shows a view to colleagues, or keeps it to its owner, who alone may say so.
func (s *Store) ShareView(ctx context.Context, viewID, vacancyID, ownerID int64, shared bool) error {
	return s.onView(ctx, viewID, vacancyID, ownerID, func(own *gorm.DB) *gorm.DB {
		return own.Updates(map[string]any{"shared": shared, "changed_at": s.clock()})
	})
}

// DeleteView forgets a view; only its owner may.
func (s *Store) DeleteView(ctx context.Context, viewID, vacancyID, ownerID int64) error {
	return s.onView(ctx, viewID, vacancyID, ownerID, func(own *gorm.DB) *gorm.DB { return own.Delete(&View{}) })
}

func (s *Store) onView(ctx context.Context, viewID, vacancyID, ownerID int64, f func(own *gorm.DB) *gorm.DB) error {
	return s.act(ctx, fmt.Sprintf("view %d", viewID), func(tx *gorm.DB) error {
		done := f(tx.Model(&View{}).Where("id = ? AND vacancy_id = ? AND owner_id = ?", viewID, vacancyID, ownerID))
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrNotFound
		}
		return done.Error
	})
}

// SetDefaultView chooses the view a vacancy's shortlist opens with; 0 is the whole list.
// It must be the user's own or a shared one.
func (s *Store) SetDefaultView(ctx context.Context, userID, vacancyID, viewID int64) error {
	return s.choose(ctx, ListChoice{UserID: userID, VacancyID: vacancyID, DefaultView: viewID}, "default_view", func(tx *gorm.DB) error {
		if viewID == 0 {
			return nil
		}
		var v View
		return tx.Where("id = ? AND vacancy_id = ? AND (owner_id = ? OR shared)", viewID, vacancyID, userID).Take(&v).Error
	})
}

// HideColumns chooses the columns a user does not want to see in a vacancy's shortlist.
func (s *Store) HideColumns(ctx context.Context, userID, vacancyID int64, hidden []string) error {
	c := ListChoice{UserID: userID, VacancyID: vacancyID, Hidden: hidden}
	tidy(&c, maxText)
	return s.choose(ctx, c, "hidden", func(*gorm.DB) error {
		if len(hidden) > maxHidden {
			return fmt.Errorf("%w: %d columns", ErrInvalid, len(hidden))
		}
		return nil
	})
}

func (s *Store) choose(ctx context.Context, c ListChoice, column string, check func(tx *gorm.DB) error) error {
	return s.act(ctx, fmt.Sprintf("vacancy %d: list of user %d", c.VacancyID, c.UserID), func(tx *gorm.DB) error {
		if err := check(tx); err != nil {
			return err
		}
		if c.Hidden == nil {
			c.Hidden = []string{}
		}
		return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "vacancy_id"}},
			DoUpdates: clause.AssignmentColumns([]string{column})}).Create(&c).Error
	})
}

// SetDensity chooses how close the rows of a user's lists stand.
func (s *Store) SetDensity(ctx context.Context, userID int64, dense bool) error {
	return s.act(ctx, fmt.Sprintf("user %d: density", userID), func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&ListDensity{UserID: userID, Dense: dense}).Error
	})
}
