package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SecondFactor is the secret an account's authenticator application makes codes of.
type SecondFactor struct {
	UserID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Secret is sealed.
	Secret string `gorm:"not null"`
	// LastStep is the step of the last code that was used: no code up to it counts again.
	LastStep int64 `gorm:"not null"`
	// ConfirmedAt is when a first code showed that the application has the secret; nil
	// before, and then nobody is asked for a code.
	ConfirmedAt *time.Time
	CreatedAt   time.Time `gorm:"not null"`
}

// RecoveryCode stands for a lost telephone, once.
type RecoveryCode struct {
	UserID   int64  `gorm:"primaryKey;autoIncrement:false"`
	CodeHash string `gorm:"primaryKey"`
}

// SecondFactorOf returns an account's second factor, confirmed or not, with the number of
// recovery codes left; ErrNotFound when it has none.
func (s *Store) SecondFactorOf(ctx context.Context, userID int64) (f SecondFactor, codesLeft int, err error) {
	if err := s.reader(ctx).Where("user_id = ?", userID).Take(&f).Error; err != nil {
		return f, 0, fmt.Errorf("user %d: second factor: %w", userID, known(err))
	}
	var n int64
	if err := s.reader(ctx).Model(&RecoveryCode{}).Where("user_id = ?", userID).Count(&n).Error; err != nil {
		return f, 0, fmt.Errorf("user %d: recovery codes: %w", userID, known(err))
	}
	return f, int(n), nil
}

// SecondFactors tells which accounts have a confirmed second factor.
func (s *Store) SecondFactors(ctx context.Context) (map[int64]bool, error) {
	var ids []int64
	if err := s.reader(ctx).Model(&SecondFactor{}).Where("confirmed_at IS NOT NULL").Pluck("user_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("second factors: %w", known(err))
	}
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// OfferSecondFactor keeps a sealed secret that is not confirmed yet, in place of an earlier
// one that was not either. ErrConflict when the account has a confirmed one.
func (s *Store) OfferSecondFactor(ctx context.Context, userID int64, sealed string) error {
	return s.act(ctx, fmt.Sprintf("user %d: offer second factor", userID), func(tx *gorm.DB) error {
		var was SecondFactor
		if err := tx.Clauses(forUpdate).Where("user_id = ?", userID).Limit(1).Find(&was).Error; err != nil {
			return err
		}
		if was.ConfirmedAt != nil {
			return ErrConflict
		}
		return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}}, UpdateAll: true}).
			Create(&SecondFactor{UserID: userID, Secret: sealed, CreatedAt: s.clock()}).Error
	})
}

// ConfirmSecondFactor switches an offered second factor on, by the step of its first code,
// and keeps the hashes of its recovery codes. The account's other sessions end, all but
// the one of keepTokenHash: they began without it.
func (s *Store) ConfirmSecondFactor(ctx context.Context, userID, step int64, codeHashes []string, keepTokenHash string) error {
	return s.act(ctx, fmt.Sprintf("user %d: confirm second factor", userID), func(tx *gorm.DB) error {
		done := tx.Model(&SecondFactor{}).Where("user_id = ? AND confirmed_at IS NULL", userID).
			Updates(map[string]any{"confirmed_at": s.clock(), "last_step": step})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrConflict
		}
		if err := putRecoveryCodes(tx, userID, codeHashes); err != nil {
			return err
		}
		if err := tx.Where("user_id = ? AND token_hash <> ?", userID, keepTokenHash).Delete(&Session{}).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: userID, Act: "user.second_factor_set", Object: "user", ObjectID: userID})
	})
}

func putRecoveryCodes(tx *gorm.DB, userID int64, hashes []string) error {
	if err := tx.Where("user_id = ?", userID).Delete(&RecoveryCode{}).Error; err != nil {
		return err
	}
	rows := make([]RecoveryCode, len(hashes))
	for i, h := range hashes {
		rows[i] = RecoveryCode{UserID: userID, CodeHash: h}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Create(&rows).Error
}

// UseCode marks the code of a step as used, once: ErrConflict when it or a later one was
// used already, in this process or another.
func (s *Store) UseCode(ctx context.Context, userID, step int64) error {
	return s.act(ctx, fmt.Sprintf("user %d: use code", userID), func(tx *gorm.DB) error {
		done := tx.Model(&SecondFactor{}).Where("user_id = ? AND confirmed_at IS NOT NULL AND last_step < ?", userID, step).Update("last_step", step)
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrConflict
		}
		return done.Error
	})
}

// UseRecoveryCode takes a recovery code, once: ErrNotFound when there is none of that hash.
func (s *Store) UseRecoveryCode(ctx context.Context, userID int64, hash string) error {
	return s.act(ctx, fmt.Sprintf("user %d: use recovery code", userID), func(tx *gorm.DB) error {
		done := tx.Where("user_id = ? AND code_hash = ?", userID, hash).Delete(&RecoveryCode{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		return s.record(tx, Event{ActorID: userID, Act: "user.recovery_code_used", Object: "user", ObjectID: userID})
	})
}

// RenewRecoveryCodes replaces what is left of an account's recovery codes.
func (s *Store) RenewRecoveryCodes(ctx context.Context, userID int64, hashes []string) error {
	return s.act(ctx, fmt.Sprintf("user %d: renew recovery codes", userID), func(tx *gorm.DB) error {
		var n int64
		if err := tx.Model(&SecondFactor{}).Where("user_id = ? AND confirmed_at IS NOT NULL", userID).Count(&n).Error; err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		if err := putRecoveryCodes(tx, userID, hashes); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: userID, Act: "user.recovery_codes_renewed", Object: "user", ObjectID: userID})
	})
}

// RemoveSecondFactor takes an account's second factor away, with its recovery codes. by is
// the account itself, an administrator, or 0 for the operator's command line; when it is
// not the account itself, its sessions end. ErrNotFound when it has none.
func (s *Store) RemoveSecondFactor(ctx context.Context, userID, by int64) error {
	return s.act(ctx, fmt.Sprintf("user %d: remove second factor", userID), func(tx *gorm.DB) error {
		done := tx.Where("user_id = ?", userID).Delete(&SecondFactor{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		if err := tx.Where("user_id = ?", userID).Delete(&RecoveryCode{}).Error; err != nil {
			return err
		}
		if by != userID {
			if err := tx.Where("user_id = ?", userID).Delete(&Session{}).Error; err != nil {
				return err
			}
		}
		return s.record(tx, Event{ActorID: by, Act: "user.second_factor_removed", Object: "user", ObjectID: userID})
	})
}
