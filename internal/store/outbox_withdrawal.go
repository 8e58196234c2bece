package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dossier/screening"
)

// WithdrawalRequest is a message in which an applicant seems to take their application
// back. It changes nothing by itself: a person reads it and settles it.
type WithdrawalRequest struct {
	ID            int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64 `gorm:"not null"`
	ApplicationID int64 `gorm:"not null"`
	MessageID     int64 `gorm:"column:message_id;not null"`
	// Quote is what the message says.
	Quote string    `gorm:"not null"`
	At    time.Time `gorm:"not null"`
	// SettledAt is nil while it waits; Accepted tells whether the application was moved.
	SettledAt *time.Time
	SettledBy *int64
	Accepted  bool `gorm:"not null"`
}

// ProposeWithdrawal notes that a message asks to take applications back. Noting it again is
// harmless. Applications that are withdrawn already are left out.
func (s *Store) ProposeWithdrawal(ctx context.Context, messageID int64, quote string, applicationIDs []int64) error {
	return s.act(ctx, fmt.Sprintf("message %d: withdrawal", messageID), func(tx *gorm.DB) error {
		var apps []Application
		if err := tx.Where("id IN ? AND stage <> ?", applicationIDs, screening.StageWithdrawn).Order("vacancy_id, id").Find(&apps).Error; err != nil {
			return err
		}
		for _, a := range apps {
			w := WithdrawalRequest{VacancyID: a.VacancyID, ApplicationID: a.ID, MessageID: messageID, Quote: tidyString(quote, maxText), At: s.clock()}
			if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&w).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// WithdrawalRequests returns the requests of an application that nobody has settled, oldest
// first.
func (s *Store) WithdrawalRequests(ctx context.Context, vacancyID, applicationID int64) ([]WithdrawalRequest, error) {
	var out []WithdrawalRequest
	err := s.reader(ctx).Where("vacancy_id = ? AND application_id = ? AND settled_at IS NULL", vacancyID, applicationID).
		Order("id").Limit(maxShown).Find(&out).Error
	return out, known(err)
}

// SettleWithdrawal answers a request: accepting it moves the application to withdrawn, as a
// decision of the person who acts; otherwise nothing moves.
func (s *Store) SettleWithdrawal(ctx context.Context, a Act, requestID int64, accept bool) error {
	return s.onApplication(ctx, "settle withdrawal", a, func(tx *gorm.DB, app Application) (Event, error) {
		var w WithdrawalRequest
		if err := tx.Clauses(forUpdate).Where("vacancy_id = ? AND application_id = ? AND id = ?", app.VacancyID, app.ID, requestID).Take(&w).Error; err != nil {
			return Event{}, err
		}
		if w.SettledAt != nil {
			return Event{}, fmt.Errorf("%w: settled already", ErrConflict)
		}
		err := tx.Model(&WithdrawalRequest{}).Where("vacancy_id = ? AND application_id = ? AND settled_at IS NULL", app.VacancyID, app.ID).
			Updates(map[string]any{"settled_at": s.clock(), "settled_by": a.AuthorID, "accepted": accept}).Error
		e := Event{Act: "withdrawal.settled", Details: map[string]string{"message": decimal(w.MessageID), "accepted": fmt.Sprint(accept)}}
		if err != nil || !accept || !app.Stage.CanMoveTo(screening.StageWithdrawn) {
			return e, err
		}
		d := Decision{VacancyID: app.VacancyID, ApplicationID: app.ID, FromStage: app.Stage, ToStage: screening.StageWithdrawn, AuthorID: a.AuthorID, At: s.clock()}
		if err := tx.Create(&d).Error; err != nil {
			return e, err
		}
		e.Details["decision"] = decimal(d.ID)
		if err := cancelRefusals(tx, app); err != nil {
			return e, err
		}
		return e, tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).Update("stage", screening.StageWithdrawn).Error
	})
}
