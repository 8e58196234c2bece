package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Config says which database to open and what the store needs from outside.
type Config struct {
	// DSN is "sqlite:PATH" or "postgres://user@host:port/name?...".
	DSN string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Log receives retries and migrations; nothing when nil.
	Log *slog.Logger
	// Throwaway is for a SQLite database that need not survive a power cut, because it is
	// deleted at the end of the run. It saves the syncing.
	Throwaway bool
	// RetryAfter is how long work that failed waits before its next try, counted from the
	// first failure (1). One minute, then ten, when nil.
	RetryAfter func(failures int) time.Duration
	// KeepSchema opens the database as it is: no migration is run. For migrate status.
	KeepSchema bool
}

// Store is an open database. Its methods may be called from several goroutines.
type Store struct {
	// w is where acts run; r is where lists are read. They differ on SQLite only.
	w, r       *gorm.DB
	pools      []*sql.DB
	dialect    dialect
	now        func() time.Time
	log        *slog.Logger
	retryAfter func(failures int) time.Duration
}

// dialect is what differs between the two engines beyond SQL.
type dialect string

const (
	sqliteDialect   dialect = "sqlite"
	postgresDialect dialect = "postgres"
)

// Open connects, brings the tables up to date under a lock and checks that the engine is
// set up as asked. It fails with ErrNewerDatabase when a newer program made the database.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{now: c.Now, log: c.Log, retryAfter: c.RetryAfter}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if s.retryAfter == nil {
		s.retryAfter = patience
	}
	var err error
	switch {
	case strings.HasPrefix(c.DSN, "sqlite:"):
		err = s.openSQLite(ctx, strings.TrimPrefix(c.DSN, "sqlite:"), c.Throwaway)
	case strings.HasPrefix(c.DSN, "postgres://"), strings.HasPrefix(c.DSN, "postgresql://"):
		err = s.openPostgres(ctx, c.DSN)
	default:
		// The DSN is not shown: it may hold a password.
		err = errors.New(`want "sqlite:PATH" or "postgres://..."`)
	}
	if err == nil && !c.KeepSchema {
		err = s.MigrateUp(ctx)
		if err == nil {
			err = s.fillSearch(ctx)
		}
		if err == nil {
			err = s.ensureErasureKey(ctx)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database: %w", err), s.Close())
	}
	return s, nil
}

// Close waits for running statements and lets the database go.
func (s *Store) Close() error {
	var err error
	for _, p := range s.pools {
		err = errors.Join(err, p.Close())
	}
	s.pools = nil
	return err
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	db, err := s.r.DB()
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

// Engine names the database engine: sqlite or postgres.
func (s *Store) Engine() string { return string(s.dialect) }

// patience is the default wait between tries of work that failed.
func patience(failures int) time.Duration {
	if failures <= 1 {
		return time.Minute
	}
	return 10 * time.Minute
}

// gormConfig leaves PrepareStmt off: statements prepared inside a transaction, and ours
// all are, end with it, so gorm's cache only adds a round trip. pgx keeps its own cache
// for each connection. One application from message to assessment took 25 ms instead of
// 55 on PostgreSQL, and 23 instead of 29 on SQLite.
func gormConfig(now func() time.Time) *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return instantOf(now()) },
		SkipDefaultTransaction: true,
		TranslateError:         true,
	}
}

// reader is where lists and single records are read.
func (s *Store) reader(ctx context.Context) *gorm.DB { return s.r.WithContext(ctx) }

// maxTries bounds how often an act is repeated after the engine chose it as the victim of
// a deadlock.
const maxTries = 5

// act runs f in one transaction, names what was being done in the error, and repeats f
// when the engine asks for it. f must not change anything but the database. Under a context
// of Holding nothing is done once the claim is lost.
func (s *Store) act(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	f = fenced(ctx, f)
	for try := 1; ; try++ {
		err := s.w.WithContext(ctx).Transaction(f)
		switch {
		case err == nil:
			return nil
		case try < maxTries && retryable(err) && ctx.Err() == nil:
			s.log.Debug("transaction repeated", "step", what, "try", try)
		default:
			return fmt.Errorf("%s: %w", what, known(err))
		}
	}
}

// clock is the time of an act.
func (s *Store) clock() time.Time { return instantOf(s.now()) }
