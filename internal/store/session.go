package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Session is a browser that is signed in.
type Session struct {
	// TokenHash is account.HashToken of the cookie; the token itself is not kept.
	TokenHash  string    `gorm:"primaryKey"`
	UserID     int64     `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null"`
	LastSeenAt time.Time `gorm:"not null"`
	ExpiresAt  time.Time `gorm:"not null"`
	IP         string    `gorm:"column:ip;not null"`
	Agent      string    `gorm:"not null"`
	// Method is how it began: MethodPassword or MethodProvider.
	Method string `gorm:"not null"`
}

// The ways a session begins.
const (
	MethodPassword = "password"
	MethodProvider = "provider"
)

// SessionLife is how long a session lasts at most, however much it is used.
const SessionLife = 7 * 24 * time.Hour

// seenEvery is how often a session's last use is written down.
const seenEvery = time.Minute

// StartSession keeps a session that a password began until it has been unused for ttl, and
// forgets those of everybody that have expired. ip and agent are shown to the user.
func (s *Store) StartSession(ctx context.Context, tokenHash string, userID int64, ttl time.Duration, ip, agent string) error {
	return s.StartSessionBy(ctx, MethodPassword, tokenHash, userID, ttl, ip, agent)
}

// StartSessionBy is StartSession for a session that began in one of the ways.
func (s *Store) StartSessionBy(ctx context.Context, method, tokenHash string, userID int64, ttl time.Duration, ip, agent string) error {
	return s.act(ctx, fmt.Sprintf("user %d: start session", userID), func(tx *gorm.DB) error {
		now := s.clock()
		if err := checkAuthor(tx, userID); err != nil {
			return err
		}
		if err := tx.Where("expires_at <= ?", now).Delete(&Session{}).Error; err != nil {
			return err
		}
		row := Session{TokenHash: tokenHash, UserID: userID, CreatedAt: now, LastSeenAt: now, ExpiresAt: instantOf(now.Add(ttl)), IP: ip, Agent: agent, Method: method}
		tidy(&row, 300)
		return tx.Create(&row).Error
	})
}

// SessionUser returns whose session a token belongs to; ErrNotFound when it is unknown or
// expired, or its user is disabled. Using a session prolongs it by ttl, up to SessionLife;
// with a ttl of 0 looking it up is no use of it.
func (s *Store) SessionUser(ctx context.Context, tokenHash string, ttl time.Duration) (User, error) {
	_, u, err := s.SessionOf(ctx, tokenHash, ttl)
	return u, err
}

// SessionOf is SessionUser, with the session itself. A database that can be read and not
// written, as on a full disk, still tells whose it is: the session is only not prolonged.
func (s *Store) SessionOf(ctx context.Context, tokenHash string, ttl time.Duration) (Session, User, error) {
	var (
		row Session
		u   User
	)
	now := s.clock()
	if err := s.reader(ctx).Where("token_hash = ? AND expires_at > ?", tokenHash, now).Take(&row).Error; err != nil {
		return row, User{}, fmt.Errorf("session: %w", known(err))
	}
	if err := s.reader(ctx).Where("id = ? AND NOT disabled", row.UserID).Take(&u).Error; err != nil {
		return row, User{}, fmt.Errorf("session: %w", known(err))
	}
	if ttl == 0 || now.Sub(row.LastSeenAt) < seenEvery {
		return row, u, nil
	}
	until := now.Add(ttl)
	if last := row.CreatedAt.Add(SessionLife); until.After(last) {
		until = last
	}
	err := s.act(ctx, "session: prolong", func(tx *gorm.DB) error {
		return tx.Model(&Session{}).Where("token_hash = ?", tokenHash).
			Updates(map[string]any{"last_seen_at": now, "expires_at": instantOf(until)}).Error
	})
	if OutageOf(err) != "" {
		s.log.Debug("session not prolonged", "err", err)
		err = nil
	}
	return row, u, err
}

// Sessions returns a user's sessions that have not expired, the last used first.
func (s *Store) Sessions(ctx context.Context, userID int64) ([]Session, error) {
	var out []Session
	err := s.reader(ctx).Where("user_id = ? AND expires_at > ?", userID, s.clock()).Order("last_seen_at DESC, token_hash").Limit(100).Find(&out).Error
	return out, known(err)
}

// EndSessionOf forgets one session of a user, by its TokenHash; ErrNotFound when it is not
// there, or somebody else's.
func (s *Store) EndSessionOf(ctx context.Context, userID int64, tokenHash string) error {
	return s.act(ctx, fmt.Sprintf("user %d: end session", userID), func(tx *gorm.DB) error {
		done := tx.Where("user_id = ? AND token_hash = ?", userID, tokenHash).Delete(&Session{})
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrNotFound
		}
		return done.Error
	})
}

// EndAllSessions signs a user out everywhere and returns how many sessions ended. When
// somebody else does it, the trail says who.
func (s *Store) EndAllSessions(ctx context.Context, userID, by int64) (int, error) {
	ended := 0
	err := s.act(ctx, fmt.Sprintf("user %d: end all sessions", userID), func(tx *gorm.DB) error {
		done := tx.Where("user_id = ?", userID).Delete(&Session{})
		if ended = int(done.RowsAffected); done.Error != nil || by == userID {
			return done.Error
		}
		return s.record(tx, Event{ActorID: by, Act: "user.signed_out", Object: "user", ObjectID: userID})
	})
	return ended, err
}

// EndSession forgets a session. Ending one that is not there is no error.
func (s *Store) EndSession(ctx context.Context, tokenHash string) error {
	return s.act(ctx, "session: end", func(tx *gorm.DB) error {
		return tx.Where("token_hash = ?", tokenHash).Delete(&Session{}).Error
	})
}

// EndOtherSessions forgets all sessions of a user but one, and returns how many.
func (s *Store) EndOtherSessions(ctx context.Context, userID int64, keepTokenHash string) (int, error) {
	ended := 0
	err := s.act(ctx, fmt.Sprintf("user %d: end other sessions", userID), func(tx *gorm.DB) error {
		done := tx.Where("user_id = ? AND token_hash <> ?", userID, keepTokenHash).Delete(&Session{})
		ended = int(done.RowsAffected)
		return done.Error
	})
	return ended, err
}
