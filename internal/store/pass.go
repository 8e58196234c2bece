package store

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dossier/internal/account"
)

// PassKind is what a pass lets its holder do, once.
type PassKind string

// The kinds.
const (
	// PassSetup makes the first administrator of an instance without accounts.
	PassSetup PassKind = "setup"
	// PassInvite and PassReset choose the password of an account.
	PassInvite PassKind = "invite"
	PassReset  PassKind = "reset"
	// PassSecond has shown its password and still owes a code.
	PassSecond PassKind = "second"
	// passUsed is a token of somebody else that counts once: it has been seen.
	passUsed PassKind = "used"
)

// How long passes last.
const (
	SetupLife  = 24 * time.Hour
	InviteLife = 7 * 24 * time.Hour
	ResetLife  = 24 * time.Hour
	SecondLife = 5 * time.Minute
)

// life is how long a kind of pass is worth something.
func (k PassKind) life() time.Duration {
	switch k {
	case PassSetup:
		return SetupLife
	case PassInvite:
		return InviteLife
	case PassReset:
		return ResetLife
	}
	return SecondLife
}

// Pass is a link, or a cookie between two steps, that is worth once and for a while.
type Pass struct {
	// TokenHash is account.HashToken of what its holder shows.
	TokenHash string   `gorm:"primaryKey"`
	Kind      PassKind `gorm:"not null"`
	// UserID is whose it is; nil for what belongs to no account yet.
	UserID    *int64
	CreatedAt time.Time `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
}

// ErrHasAccounts is returned when an instance is to be set up that has accounts already.
var ErrHasAccounts = errors.New("somebody has an account already")

// GivePass keeps a pass for an account, a link in place of earlier links, and forgets
// all that have expired. A pass for a password leaves a line in the trail, by whom.
func (s *Store) GivePass(ctx context.Context, tokenHash string, kind PassKind, userID, by int64) error {
	return s.act(ctx, fmt.Sprintf("user %d: pass %s", userID, kind), func(tx *gorm.DB) error {
		return s.givePass(tx, tokenHash, kind, userID, by)
	})
}

func (s *Store) givePass(tx *gorm.DB, tokenHash string, kind PassKind, userID, by int64) error {
	now := s.clock()
	if err := tx.Where("expires_at <= ?", now).Delete(&Pass{}).Error; err != nil {
		return err
	}
	if kind == PassInvite || kind == PassReset {
		if err := tx.Where("user_id = ? AND kind IN ?", userID, []PassKind{PassInvite, PassReset}).Delete(&Pass{}).Error; err != nil {
			return err
		}
	}
	row := Pass{TokenHash: tokenHash, Kind: kind, CreatedAt: now, ExpiresAt: instantOf(now.Add(kind.life()))}
	if userID != 0 {
		row.UserID = &userID
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	if kind == PassInvite || kind == PassReset {
		return s.record(tx, Event{ActorID: by, Act: "user." + string(kind) + "_link", Object: "user", ObjectID: userID})
	}
	return nil
}

// PassOf returns a pass that still counts, with its account where it has one that is not
// barred; ErrNotFound for any other. Looking does not use it up.
func (s *Store) PassOf(ctx context.Context, tokenHash string, kinds ...PassKind) (Pass, User, error) {
	var p Pass
	if err := s.reader(ctx).Where("token_hash = ? AND kind IN ? AND expires_at > ?", tokenHash, kinds, s.clock()).Take(&p).Error; err != nil {
		return Pass{}, User{}, fmt.Errorf("pass: %w", known(err))
	}
	if p.UserID == nil {
		return p, User{}, nil
	}
	var u User
	if err := s.reader(ctx).Where("id = ? AND NOT disabled", *p.UserID).Take(&u).Error; err != nil {
		return Pass{}, User{}, fmt.Errorf("pass: %w", known(err))
	}
	return p, u, nil
}

// takePass uses a pass up within a transaction.
func (s *Store) takePass(tx *gorm.DB, tokenHash string, kinds ...PassKind) (Pass, error) {
	var p Pass
	if err := tx.Clauses(forUpdate).Where("token_hash = ? AND kind IN ? AND expires_at > ?", tokenHash, kinds, s.clock()).Take(&p).Error; err != nil {
		return p, err
	}
	return p, tx.Where("token_hash = ?", tokenHash).Delete(&Pass{}).Error
}

// DropPass forgets a pass. One that is not there is no error.
func (s *Store) DropPass(ctx context.Context, tokenHash string) error {
	return s.act(ctx, "pass: drop", func(tx *gorm.DB) error {
		return tx.Where("token_hash = ?", tokenHash).Delete(&Pass{}).Error
	})
}

// ChoosePassword uses a link up: the account gets the password, and its sessions end.
// ErrNotFound when the link was used, has expired, or its account is barred.
func (s *Store) ChoosePassword(ctx context.Context, tokenHash, passwordHash string) error {
	return s.act(ctx, "password: choose", func(tx *gorm.DB) error {
		p, err := s.takePass(tx, tokenHash, PassInvite, PassReset)
		if err != nil {
			return err
		}
		if p.UserID == nil {
			return ErrNotFound
		}
		done := tx.Model(&User{}).Where("id = ? AND NOT disabled", *p.UserID).Update("password_hash", passwordHash)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		if err := tx.Where("user_id = ?", *p.UserID).Delete(&Session{}).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: *p.UserID, Act: "user.password_set", Object: "user", ObjectID: *p.UserID, Details: map[string]string{"by": string(p.Kind)}})
	})
}

// UseOnce marks somebody else's token as seen for a while: ErrConflict the second time.
func (s *Store) UseOnce(ctx context.Context, tokenHash string, life time.Duration) error {
	return s.act(ctx, "token: use once", func(tx *gorm.DB) error {
		now := s.clock()
		if err := tx.Where("expires_at <= ?", now).Delete(&Pass{}).Error; err != nil {
			return err
		}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).
			Create(&Pass{TokenHash: tokenHash, Kind: passUsed, CreatedAt: now, ExpiresAt: instantOf(now.Add(life))})
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrConflict
		}
		return done.Error
	})
}

// OfferSetup keeps a link that makes the first administrator; ErrHasAccounts when there is
// an account.
func (s *Store) OfferSetup(ctx context.Context, tokenHash string) error {
	return s.act(ctx, "set-up: offer", func(tx *gorm.DB) error {
		var n int64
		if err := tx.Model(&User{}).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return ErrHasAccounts
		}
		return s.givePass(tx, tokenHash, PassSetup, 0, 0)
	})
}

// setupLock is the key of the advisory lock that lets one set-up at a time go on.
const setupLock = 0x7365747570 // "setup"

// SetUp makes the first administrator by a set-up link, which is used up with all others.
// ErrNotFound when it is worth nothing, ErrHasAccounts when somebody was faster.
func (s *Store) SetUp(ctx context.Context, tokenHash string, n NewUser) (User, error) {
	tidy(&n, maxText)
	u := User{}
	err := s.act(ctx, "set-up", func(tx *gorm.DB) error {
		if s.dialect == postgresDialect {
			if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", int64(setupLock)).Error; err != nil {
				return err
			}
		}
		if _, err := s.takePass(tx, tokenHash, PassSetup); err != nil {
			return err
		}
		var accounts int64
		if err := tx.Model(&User{}).Count(&accounts).Error; err != nil {
			return err
		}
		if accounts > 0 {
			return ErrHasAccounts
		}
		u = User{Email: foldEmail(n.Email), Name: strings.TrimSpace(n.Name), PasswordHash: n.PasswordHash, Role: account.Admin, Language: n.Language, CreatedAt: s.clock()}
		if _, err := mail.ParseAddress(u.Email); err != nil {
			return fmt.Errorf("%w: not an e-mail address", ErrInvalid)
		}
		if err := tx.Create(&u).Error; err != nil {
			return err
		}
		if err := tx.Where("kind = ?", PassSetup).Delete(&Pass{}).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: u.ID, Act: "user.added", Object: "user", ObjectID: u.ID, Details: map[string]string{"role": string(u.Role), "by": "setup"}})
	})
	return u, err
}
