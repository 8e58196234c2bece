package store

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dossier/internal/account"
)

// User is a person with an account.
type User struct {
	ID int64 `gorm:"primaryKey;autoIncrement"`
	// Email is the name to sign in with, in lower case and unique.
	Email string `gorm:"not null"`
	Name  string `gorm:"not null"`
	// PasswordHash is an argon2id hash in the PHC form; empty lets nobody in.
	PasswordHash string       `gorm:"not null"`
	Role         account.Role `gorm:"not null"`
	// Language of the pages, fr or en; empty lets the browser choose.
	Language string `gorm:"not null"`
	// KeysOff is true when the reader wants no single keys on pages.
	KeysOff  bool `gorm:"not null"`
	Disabled bool `gorm:"not null"`
	// Restricted keeps the account to the vacancies granted to it, and to none while none is.
	Restricted bool      `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null"`
}

// Grant gives a user a role for one vacancy, beside the role of the account.
type Grant struct {
	UserID    int64        `gorm:"primaryKey;autoIncrement:false"`
	VacancyID int64        `gorm:"primaryKey;autoIncrement:false"`
	Role      account.Role `gorm:"not null"`
	CreatedAt time.Time    `gorm:"not null"`
}

// NewUser describes an account to be made.
type NewUser struct {
	Email        string
	Name         string
	PasswordHash string
	Role         account.Role
	Language     string
	// Restricted keeps the account to the vacancies that are granted to it.
	Restricted bool
}

// AddUser makes an account. by is the administrator, or 0 for the operator's command
// line. ErrConflict when the address has an account already.
func (s *Store) AddUser(ctx context.Context, n NewUser, by int64) (User, error) {
	tidy(&n, maxText)
	u := User{Email: foldEmail(n.Email), Name: strings.TrimSpace(n.Name), PasswordHash: n.PasswordHash, Role: n.Role, Language: n.Language, Restricted: n.Restricted}
	err := s.act(ctx, "user: add", func(tx *gorm.DB) error {
		if _, err := mail.ParseAddress(u.Email); err != nil {
			return fmt.Errorf("%w: not an e-mail address", ErrInvalid)
		}
		if !u.Role.Valid() {
			return fmt.Errorf("%w: no such role", ErrInvalid)
		}
		u.ID, u.CreatedAt = 0, s.clock()
		if err := tx.Create(&u).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "user.added", Object: "user", ObjectID: u.ID, Details: map[string]string{"role": string(u.Role)}})
	})
	return u, err
}

// Users returns every account by address.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	var out []User
	err := s.reader(ctx).Order("email").Find(&out).Error
	return out, known(err)
}

// UserByEmail returns an account, or ErrNotFound. The address may be in any case.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	var u User
	if err := s.reader(ctx).Where("email = ?", foldEmail(tidyString(email, maxText))).Take(&u).Error; err != nil {
		return User{}, fmt.Errorf("user: %w", known(err))
	}
	return u, nil
}

// UserByID returns an account, or ErrNotFound.
func (s *Store) UserByID(ctx context.Context, id int64) (User, error) {
	var u User
	if err := s.reader(ctx).Where("id = ?", id).Take(&u).Error; err != nil {
		return User{}, fmt.Errorf("user %d: %w", id, known(err))
	}
	return u, nil
}

// SetPassword replaces a password and signs the account out everywhere.
func (s *Store) SetPassword(ctx context.Context, userID int64, hash string, by int64) error {
	return s.changeUser(ctx, userID, by, "user.password_set", nil, map[string]any{"password_hash": hash}, true)
}

// RehashPassword replaces the hash of an unchanged password by one of today's cost.
func (s *Store) RehashPassword(ctx context.Context, userID int64, hash string) error {
	return s.act(ctx, fmt.Sprintf("user %d: rehash", userID), func(tx *gorm.DB) error {
		return tx.Model(&User{}).Where("id = ?", userID).Update("password_hash", hash).Error
	})
}

// SetRole gives an account another role and signs it out everywhere.
func (s *Store) SetRole(ctx context.Context, userID int64, role account.Role, by int64) error {
	if !role.Valid() {
		return fmt.Errorf("user %d: role: %w: no such role", userID, ErrInvalid)
	}
	return s.changeUser(ctx, userID, by, "user.role_set", map[string]string{"role": string(role)}, map[string]any{"role": role}, true)
}

// SetDisabled locks an account out, or lets it in again. What it did stays in its name.
func (s *Store) SetDisabled(ctx context.Context, userID int64, disabled bool, by int64) error {
	act := "user.enabled"
	if disabled {
		act = "user.disabled"
	}
	return s.changeUser(ctx, userID, by, act, nil, map[string]any{"disabled": disabled}, disabled)
}

// SetLanguage keeps the language a user reads pages in.
func (s *Store) SetLanguage(ctx context.Context, userID int64, language string) error {
	return s.act(ctx, fmt.Sprintf("user %d: language", userID), func(tx *gorm.DB) error {
		return tx.Model(&User{}).Where("id = ?", userID).Update("language", tidyString(language, 8)).Error
	})
}

// SetKeysOff keeps whether a user wants no single keys on pages.
func (s *Store) SetKeysOff(ctx context.Context, userID int64, off bool) error {
	return s.act(ctx, fmt.Sprintf("user %d: keys", userID), func(tx *gorm.DB) error {
		return tx.Model(&User{}).Where("id = ?", userID).Update("keys_off", off).Error
	})
}

func (s *Store) changeUser(ctx context.Context, userID, by int64, act string, details map[string]string, set map[string]any, signOut bool) error {
	return s.act(ctx, fmt.Sprintf("user %d: %s", userID, act), func(tx *gorm.DB) error {
		done := tx.Model(&User{}).Where("id = ?", userID).Updates(set)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		if signOut {
			if err := tx.Where("user_id = ?", userID).Delete(&Session{}).Error; err != nil {
				return err
			}
		}
		return s.record(tx, Event{ActorID: by, Act: act, Object: "user", ObjectID: userID, Details: details})
	})
}

func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// SetGrant gives a user a role for one vacancy; an empty role takes it back. Whoever was
// given one is kept to what is granted until OpenAllVacancies, even when no grant is left.
func (s *Store) SetGrant(ctx context.Context, userID, vacancyID int64, role account.Role, by int64) error {
	return s.act(ctx, fmt.Sprintf("user %d: grant", userID), func(tx *gorm.DB) error {
		var err error
		switch {
		case role == "":
			err = tx.Where("user_id = ? AND vacancy_id = ?", userID, vacancyID).Delete(&Grant{}).Error
		case !role.Valid():
			err = fmt.Errorf("%w: no such role", ErrInvalid)
		default:
			err = tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "vacancy_id"}},
				DoUpdates: clause.AssignmentColumns([]string{"role"})}).
				Create(&Grant{UserID: userID, VacancyID: vacancyID, Role: role, CreatedAt: s.clock()}).Error
			if err == nil {
				err = tx.Model(&User{}).Where("id = ?", userID).Update("restricted", true).Error
			}
		}
		if err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "grant.set", Object: "user", ObjectID: userID, VacancyID: vacancyID, Details: map[string]string{"role": string(role)}})
	})
}

// OpenAllVacancies lets a user see every vacancy again with the role of the account; roles
// for single vacancies go.
func (s *Store) OpenAllVacancies(ctx context.Context, userID, by int64) error {
	return s.act(ctx, fmt.Sprintf("user %d: open all vacancies", userID), func(tx *gorm.DB) error {
		done := tx.Model(&User{}).Where("id = ?", userID).Update("restricted", false)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		if err := tx.Where("user_id = ?", userID).Delete(&Grant{}).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "grant.all", Object: "user", ObjectID: userID})
	})
}

// Grants returns the roles a user has for single vacancies, by vacancy.
func (s *Store) Grants(ctx context.Context, userID int64) (map[int64]account.Role, error) {
	var rows []Grant
	if err := s.reader(ctx).Where("user_id = ?", userID).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("user %d: grants: %w", userID, err)
	}
	out := make(map[int64]account.Role, len(rows))
	for _, g := range rows {
		out[g.VacancyID] = g.Role
	}
	return out, nil
}
