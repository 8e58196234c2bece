package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"dossier/internal/account"
)

// Identity is an account of the organisation's own provider that signs in as a user. It is
// known by issuer and subject, which never change; an address may.
type Identity struct {
	Issuer   string    `gorm:"primaryKey"`
	Subject  string    `gorm:"primaryKey"`
	UserID   int64     `gorm:"not null"`
	LinkedAt time.Time `gorm:"not null"`
	UsedAt   time.Time `gorm:"not null"`
}

var (
	// ErrNotKnown is returned for somebody the provider vouches for and who has no account.
	ErrNotKnown = errors.New("has no account")
	// ErrOthersAddress is returned for an address whose account is somebody else's at the
	// same provider.
	ErrOthersAddress = errors.New("the account of this address is linked with another identity")
	// ErrDisabled is returned for an account that is barred.
	ErrDisabled = errors.New("account is disabled")
)

// Arrival is somebody the provider vouches for.
type Arrival struct {
	Issuer, Subject string
	// Email is an address the provider has checked; empty when it has not, and then only a
	// linked identity is let in.
	Email, Name string
	// Role is what the provider's groups make of the account; empty when they say nothing.
	Role account.Role
	// KeepRole is an address whose role the provider does not change.
	KeepRole string
	// Create makes an account for whoever has none, kept to what is granted, with Role, or
	// as a reviewer.
	Create bool
}

// maxIdentity bounds issuer and subject, in bytes. OpenID Connect allows a subject of 255.
const maxIdentity = 500

// Arrive finds whose account it is: the one linked with issuer and subject; else the one of
// the address, which is linked now; else a new one, when that is allowed. Fails with
// ErrNotKnown, ErrOthersAddress or ErrDisabled.
func (s *Store) Arrive(ctx context.Context, a Arrival) (u User, created bool, err error) {
	if a.Issuer == "" || a.Subject == "" || len(a.Issuer) > maxIdentity || len(a.Subject) > maxIdentity ||
		tidyString(a.Subject, maxIdentity) != a.Subject {
		return User{}, false, fmt.Errorf("arrival: %w: no issuer or subject", ErrInvalid)
	}
	tidy(&a, maxText)
	a.Email = foldEmail(a.Email)
	err = s.act(ctx, "arrival", func(tx *gorm.DB) error {
		u, created = User{}, false
		var link Identity
		if err := tx.Clauses(forUpdate).Where("issuer = ? AND subject = ?", a.Issuer, a.Subject).Limit(1).Find(&link).Error; err != nil {
			return err
		}
		switch {
		case link.UserID != 0:
			if err := tx.Where("id = ?", link.UserID).Take(&u).Error; err != nil {
				return err
			}
		case a.Email == "":
			return ErrNotKnown
		default:
			if err := s.linkByAddress(tx, a, &u, &created); err != nil {
				return err
			}
		}
		if u.Disabled {
			return ErrDisabled
		}
		if a.Role != "" && a.Role != u.Role && u.Email != foldEmail(a.KeepRole) {
			if err := tx.Model(&User{}).Where("id = ?", u.ID).Update("role", a.Role).Error; err != nil {
				return err
			}
			u.Role = a.Role
			if err := tx.Where("user_id = ?", u.ID).Delete(&Session{}).Error; err != nil {
				return err
			}
			if err := s.record(tx, Event{Act: "user.role_set", Object: "user", ObjectID: u.ID, Details: map[string]string{"role": string(a.Role), "by": "provider"}}); err != nil {
				return err
			}
		}
		return tx.Model(&Identity{}).Where("issuer = ? AND subject = ?", a.Issuer, a.Subject).Update("used_at", s.clock()).Error
	})
	return u, created, err
}

// linkByAddress links the account of an address, made now where that is allowed.
func (s *Store) linkByAddress(tx *gorm.DB, a Arrival, u *User, created *bool) error {
	if err := tx.Clauses(forUpdate).Where("email = ?", a.Email).Limit(1).Find(u).Error; err != nil {
		return err
	}
	switch {
	case u.ID == 0 && !a.Create:
		return ErrNotKnown
	case u.ID == 0:
		role := a.Role
		if role == "" {
			role = account.Reviewer
		}
		*u = User{Email: a.Email, Name: a.Name, Role: role, Restricted: true, CreatedAt: s.clock()}
		if err := tx.Create(u).Error; err != nil {
			return err
		}
		*created = true
		if err := s.record(tx, Event{Act: "user.added", Object: "user", ObjectID: u.ID, Details: map[string]string{"role": string(role), "by": "provider"}}); err != nil {
			return err
		}
	case u.Disabled:
		return ErrDisabled
	default:
		var others int64
		if err := tx.Model(&Identity{}).Where("user_id = ? AND issuer = ?", u.ID, a.Issuer).Count(&others).Error; err != nil {
			return err
		}
		if others > 0 {
			return ErrOthersAddress
		}
	}
	if err := tx.Create(&Identity{Issuer: a.Issuer, Subject: a.Subject, UserID: u.ID, LinkedAt: s.clock(), UsedAt: s.clock()}).Error; err != nil {
		return err
	}
	return s.record(tx, Event{ActorID: u.ID, Act: "user.identity_linked", Object: "user", ObjectID: u.ID})
}

// Identities returns the provider accounts linked with a user.
func (s *Store) Identities(ctx context.Context, userID int64) ([]Identity, error) {
	var out []Identity
	err := s.reader(ctx).Where("user_id = ?", userID).Order("linked_at, issuer").Limit(20).Find(&out).Error
	return out, known(err)
}

// Unlink forgets the provider accounts of a user and ends the sessions that began there,
// for one whose account there was replaced. The next sign-in links by address again.
func (s *Store) Unlink(ctx context.Context, userID, by int64) error {
	return s.act(ctx, fmt.Sprintf("user %d: unlink", userID), func(tx *gorm.DB) error {
		done := tx.Where("user_id = ?", userID).Delete(&Identity{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return ErrNotFound
		}
		if err := tx.Where("user_id = ? AND method = ?", userID, MethodProvider).Delete(&Session{}).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "user.identity_unlinked", Object: "user", ObjectID: userID})
	})
}
