package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SignInFailure counts the failed sign-ins of one account, one address, or both together.
type SignInFailure struct {
	// Key is a hash of what is counted: no address is kept.
	Key      string    `gorm:"primaryKey"`
	Failures int       `gorm:"not null"`
	LastAt   time.Time `gorm:"not null"`
	// UntilAt is when the next attempt may be made; nil when at once.
	UntilAt *time.Time
}

// SignInLimit is one counter an attempt touches.
type SignInLimit struct {
	Key string
	// Free attempts may fail before the first wait; waits double from a second to Longest.
	Free    int
	Longest time.Duration
}

const (
	// forgetFailures is how long after the last one failures are forgotten.
	forgetFailures = time.Hour
	// maxFailureKeys bounds the counters kept: a flood of made-up names must not fill the
	// disk. The oldest go first.
	maxFailureKeys = 20_000
)

// signInLock is the key of the advisory lock that lets one attempt at a time be counted.
const signInLock = 0x7369676e696e // "signin"

// errMustWait ends the transaction of an attempt that is not allowed yet.
var errMustWait = errors.New("must wait")

// AttemptSignIn returns how long an attempt has to wait. When it may go on, 0, it is
// counted as failed at once, in the same transaction, so that many at the same time and in
// several processes get no further than one after another.
func (s *Store) AttemptSignIn(ctx context.Context, limits []SignInLimit) (time.Duration, error) {
	var wait time.Duration
	// A flood reads only: nobody who has to wait takes the writer's turn.
	wait, err := signInWait(s.reader(ctx), limits, s.clock())
	if err != nil || wait > 0 {
		return wait, known(err)
	}
	err = s.act(ctx, "sign-in: attempt", func(tx *gorm.DB) error {
		now := s.clock()
		// A counter that is not there yet cannot be held: attempts take turns.
		if s.dialect == postgresDialect {
			if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", int64(signInLock)).Error; err != nil {
				return err
			}
		}
		if wait, err = signInWait(tx, limits, now); err != nil {
			return err
		}
		if wait > 0 {
			return errMustWait
		}
		for _, l := range limits {
			if err := countFailure(tx, l, now); err != nil {
				return err
			}
		}
		return s.boundFailures(tx, now)
	})
	if errors.Is(err, errMustWait) {
		return wait, nil
	}
	return wait, err
}

func signInWait(db *gorm.DB, limits []SignInLimit, now time.Time) (time.Duration, error) {
	var rows []SignInFailure
	if err := db.Where("key IN ?", keysOf(limits)).Find(&rows).Error; err != nil {
		return 0, err
	}
	var longest time.Duration
	for _, r := range rows {
		if r.UntilAt != nil {
			longest = max(longest, r.UntilAt.Sub(now))
		}
	}
	return longest, nil
}

func countFailure(tx *gorm.DB, l SignInLimit, now time.Time) error {
	var row SignInFailure
	if err := tx.Clauses(forUpdate).Where("key = ?", l.Key).Limit(1).Find(&row).Error; err != nil {
		return err
	}
	if now.Sub(row.LastAt) > forgetFailures {
		row = SignInFailure{}
	}
	row.Key, row.LastAt, row.Failures = l.Key, now, row.Failures+1
	if over := row.Failures - l.Free; over >= 0 {
		until := instantOf(now.Add(min(l.Longest, time.Second<<min(over, 20))))
		row.UntilAt = &until
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
}

// boundFailures forgets what is old, and the oldest beyond the bound.
func (s *Store) boundFailures(tx *gorm.DB, now time.Time) error {
	if err := tx.Where("last_at < ?", instantOf(now.Add(-forgetFailures))).Delete(&SignInFailure{}).Error; err != nil {
		return err
	}
	var n int64
	if err := tx.Model(&SignInFailure{}).Count(&n).Error; err != nil || n <= maxFailureKeys {
		return err
	}
	return tx.Where("key IN (?)", tx.Model(&SignInFailure{}).Select("key").Order("last_at").Limit(int(n-maxFailureKeys)+maxFailureKeys/10)).
		Delete(&SignInFailure{}).Error
}

// UndoSignIn takes back an attempt that came to no answer, or from one counter the attempt
// that succeeded.
func (s *Store) UndoSignIn(ctx context.Context, limits []SignInLimit) error {
	return s.act(ctx, "sign-in: undo", func(tx *gorm.DB) error {
		for _, l := range limits {
			err := tx.Exec(`UPDATE sign_in_failures SET failures = failures - 1,
				until_at = CASE WHEN failures - 1 < ? THEN NULL ELSE until_at END WHERE key = ? AND failures > 0`, l.Free, l.Key).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetSignIn forgets what stood against an account.
func (s *Store) ForgetSignIn(ctx context.Context, limits []SignInLimit) error {
	return s.act(ctx, "sign-in: forget", func(tx *gorm.DB) error {
		return tx.Where("key IN ?", keysOf(limits)).Delete(&SignInFailure{}).Error
	})
}

func keysOf(limits []SignInLimit) []string {
	out := make([]string, len(limits))
	for i, l := range limits {
		out[i] = l.Key
	}
	return out
}
