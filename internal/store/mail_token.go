package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MailToken is the refresh token of one account, sealed.
type MailToken struct {
	// Account is the account's name.
	Account string `gorm:"primaryKey"`
	Refresh string `gorm:"not null"`
	// Origin is a fingerprint of the token the configuration file gave first; another
	// there means that the operator has replaced it. Empty after a consent on a page.
	Origin  string `gorm:"not null"`
	Version int    `gorm:"not null"`
	// ObtainedAt is when a person agreed, or when the file's token was first used.
	ObtainedAt time.Time `gorm:"not null"`
	// RotatedAt is when the server last replaced the token; nil when it never did.
	RotatedAt *time.Time
	// ExpiresAt is when the token ends, where the server said so.
	ExpiresAt *time.Time
}

// MailTokenOf returns an account's token, or ErrNotFound.
func (s *Store) MailTokenOf(ctx context.Context, account string) (MailToken, error) {
	var t MailToken
	if err := s.reader(ctx).Where("account = ?", account).Take(&t).Error; err != nil {
		return MailToken{}, fmt.Errorf("token: %w", known(err))
	}
	return t, nil
}

// MailTokens lists the tokens of all accounts, by account.
func (s *Store) MailTokens(ctx context.Context) ([]MailToken, error) {
	var out []MailToken
	err := s.reader(ctx).Order("account").Limit(maxAccounts).Find(&out).Error
	return out, known(err)
}

// PutMailToken makes a token the account's first one, or its new one after a consent or a
// change of the file.
func (s *Store) PutMailToken(ctx context.Context, t MailToken) (MailToken, error) {
	err := s.act(ctx, "token: put", func(tx *gorm.DB) error { return s.putToken(tx, &t) })
	return t, err
}

func (s *Store) putToken(tx *gorm.DB, t *MailToken) error {
	var was MailToken
	if err := tx.Clauses(forUpdate).Where("account = ?", t.Account).Limit(1).Find(&was).Error; err != nil {
		return err
	}
	t.Version, t.ObtainedAt, t.RotatedAt, t.ExpiresAt = was.Version+1, s.clock(), nil, instantPtr(t.ExpiresAt)
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "account"}}, UpdateAll: true}).Create(t).Error
}

// RotateMailToken replaces a token by the one the server gave in exchange. ErrConflict
// when another process has exchanged it meanwhile: read again and use that one.
func (s *Store) RotateMailToken(ctx context.Context, t MailToken, refresh string, expiresAt *time.Time) (MailToken, error) {
	err := s.act(ctx, "token: rotate", func(tx *gorm.DB) error {
		now := s.clock()
		done := tx.Model(&MailToken{}).Where("account = ? AND version = ?", t.Account, t.Version).
			Updates(map[string]any{"refresh": refresh, "version": t.Version + 1, "rotated_at": now, "expires_at": instantPtr(expiresAt)})
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrConflict
		}
		if done.Error == nil {
			t.Refresh, t.Version, t.RotatedAt, t.ExpiresAt = refresh, t.Version+1, &now, instantPtr(expiresAt)
		}
		return done.Error
	})
	return t, err
}

func forgetTokens(tx *gorm.DB, account string) error {
	if err := tx.Where("account = ?", account).Delete(&MailToken{}).Error; err != nil {
		return err
	}
	return tx.Where("account = ?", account).Delete(&MailConsent{}).Error
}

// MailConsent is a consent that was asked for and has not come back yet.
type MailConsent struct {
	// StateHash is the SHA-256 of the state in the address, in hexadecimal.
	StateHash string `gorm:"primaryKey"`
	Account   string `gorm:"not null"`
	// UserID is who asked; nobody else can finish it. 0 for the command line.
	UserID int64 `gorm:"not null"`
	// Verifier is the sealed PKCE verifier.
	Verifier    string    `gorm:"not null"`
	RedirectURL string    `gorm:"column:redirect_url;not null"`
	ExpiresAt   time.Time `gorm:"not null"`
}

// BeginConsent notes that somebody was sent to the mail provider. Older ones that nobody
// finished are forgotten.
func (s *Store) BeginConsent(ctx context.Context, c MailConsent, life time.Duration) error {
	return s.act(ctx, "consent: begin", func(tx *gorm.DB) error {
		if err := tx.Where("expires_at <= ?", s.clock()).Delete(&MailConsent{}).Error; err != nil {
			return err
		}
		c.ExpiresAt = instantOf(s.clock().Add(life))
		return tx.Create(&c).Error
	})
}

// TakeConsent returns what was begun under a state, once: ErrNotFound when it was taken,
// has expired, or was begun by somebody else.
func (s *Store) TakeConsent(ctx context.Context, stateHash string, userID int64) (MailConsent, error) {
	var c MailConsent
	err := s.act(ctx, "consent: take", func(tx *gorm.DB) error {
		c = MailConsent{}
		err := tx.Clauses(forUpdate).Where("state_hash = ? AND user_id = ? AND expires_at > ?", stateHash, userID, s.clock()).Take(&c).Error
		if err != nil {
			return err
		}
		return tx.Where("state_hash = ?", stateHash).Delete(&MailConsent{}).Error
	})
	return c, err
}

// FinishConsent keeps the token a consent brought.
func (s *Store) FinishConsent(ctx context.Context, t MailToken, by int64) error {
	return s.act(ctx, "consent: finish", func(tx *gorm.DB) error {
		if err := s.putToken(tx, &t); err != nil {
			return err
		}
		var a MailAccount
		if err := tx.Where("name = ?", t.Account).Limit(1).Find(&a).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "mail_account.connected", Object: "mail_account", ObjectID: a.ID})
	})
}

// SealedSecrets returns everything in the database that is sealed, one of each key is
// enough to know whether a key fits.
func (s *Store) SealedSecrets(ctx context.Context) ([]string, error) {
	var out []string
	for _, t := range []struct {
		model  any
		column string
	}{{&MailAccount{}, "secret"}, {&MailToken{}, "refresh"}, {&SecondFactor{}, "secret"}} {
		var some []string
		if err := s.reader(ctx).Model(t.model).Where(t.column+" <> ''").Order(t.column).Limit(maxAccounts).Pluck(t.column, &some).Error; err != nil {
			return nil, known(err)
		}
		out = append(out, some...)
	}
	return out, nil
}

// ForgetSecrets drops every sealed secret and token of mail accounts, and every second
// factor, and returns how many: their key is lost.
func (s *Store) ForgetSecrets(ctx context.Context, by int64) (dropped int, err error) {
	err = s.act(ctx, "mail accounts: forget secrets", func(tx *gorm.DB) error {
		dropped = 0
		done := tx.Model(&MailAccount{}).Where("secret <> ''").Updates(map[string]any{"secret": "", "version": gorm.Expr("version + 1"), "updated_at": s.clock()})
		if done.Error != nil {
			return done.Error
		}
		dropped += int(done.RowsAffected)
		for _, model := range []any{&MailToken{}, &MailConsent{}, &SecondFactor{}, &RecoveryCode{}} {
			done := tx.Where("1 = 1").Delete(model)
			if done.Error != nil {
				return done.Error
			}
			dropped += int(done.RowsAffected)
		}
		return s.record(tx, Event{ActorID: by, Act: "mail_account.secrets_forgotten", Object: "mail_account"})
	})
	return dropped, err
}
