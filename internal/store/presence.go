package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Presence says that somebody has an application open.
type Presence struct {
	VacancyID     int64     `gorm:"primaryKey;autoIncrement:false"`
	ApplicationID int64     `gorm:"primaryKey;autoIncrement:false"`
	UserID        int64     `gorm:"primaryKey;autoIncrement:false"`
	SeenAt        time.Time `gorm:"not null"`
}

// PresenceFor is how long somebody counts as looking after their page last said so.
const PresenceFor = 50 * time.Second

// Look notes that somebody has an application open, and returns the names of the others
// who have, by name. It leaves nothing in the history: who looked when is nobody's business
// an hour later.
func (s *Store) Look(ctx context.Context, applicationID, userID int64) ([]string, error) {
	var names []string
	err := s.act(ctx, fmt.Sprintf("application %d: look", applicationID), func(tx *gorm.DB) error {
		var app Application
		if err := tx.Select("id", "vacancy_id").Where("id = ?", applicationID).Take(&app).Error; err != nil {
			return err
		}
		now := s.clock()
		p := Presence{VacancyID: app.VacancyID, ApplicationID: app.ID, UserID: userID, SeenAt: now}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&p).Error; err != nil {
			return err
		}
		if err := tx.Where("vacancy_id = ? AND application_id = ? AND seen_at < ?", app.VacancyID, app.ID, now.Add(-PresenceFor)).Delete(&Presence{}).Error; err != nil {
			return err
		}
		return lookers(tx, app.VacancyID, app.ID, userID, now, &names)
	})
	return names, err
}

// Lookers returns the names of the others who have an application open.
func (s *Store) Lookers(ctx context.Context, vacancyID, applicationID, userID int64) ([]string, error) {
	var names []string
	if err := lookers(s.reader(ctx), vacancyID, applicationID, userID, s.clock(), &names); err != nil {
		return nil, fmt.Errorf("application %d: who looks: %w", applicationID, known(err))
	}
	return names, nil
}

func lookers(db *gorm.DB, vacancyID, applicationID, userID int64, now time.Time, names *[]string) error {
	*names = nil
	return db.Raw(`SELECT CASE WHEN u.name = '' THEN u.email ELSE u.name END AS name FROM presences p JOIN users u ON u.id = p.user_id
		WHERE p.vacancy_id = ? AND p.application_id = ? AND p.user_id <> ? AND p.seen_at >= ? ORDER BY 1 LIMIT 20`,
		vacancyID, applicationID, userID, now.Add(-PresenceFor)).Scan(names).Error
}
