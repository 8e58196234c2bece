package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"dossier/migrations"
)

// Migration is one step of the tables' history.
type Migration struct {
	Version int64
	Name    string
	// AppliedAt is nil while the step is still to be done.
	AppliedAt *time.Time
}

// MigrationStatus lists the steps this program knows, oldest first.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	p, err := s.migrator()
	if err != nil {
		return nil, err
	}
	status, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	out := make([]Migration, 0, len(status))
	for _, st := range status {
		m := Migration{Version: st.Source.Version, Name: st.Source.Path}
		if st.State == goose.StateApplied {
			at := instantOf(st.AppliedAt)
			m.AppliedAt = &at
		}
		out = append(out, m)
	}
	return out, nil
}

// migrationTries and migrationWait let a second process that starts at the same moment
// wait for the first to finish.
const (
	migrationTries = 50
	migrationWait  = 100 * time.Millisecond
)

// MigrateUp brings the tables up to date. Several processes may start at once. It fails
// with ErrNewerDatabase, and changes nothing, when the database is ahead of the program.
func (s *Store) MigrateUp(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = migrateOnce(ctx, p, s.log)
		// PostgreSQL has a lock for this. On SQLite another process may have done the
		// same step first: the next look finds it done.
		if err == nil || s.dialect != sqliteDialect || errors.Is(err, ErrNewerDatabase) || try == migrationTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(migrationWait):
		}
	}
}

func migrateOnce(ctx context.Context, p *goose.Provider, log *slog.Logger) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if current > target {
		return fmt.Errorf("%w: its version is %d, this program knows %d", ErrNewerDatabase, current, target)
	}
	if current == target {
		return nil
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, d := range done {
		log.Info("database migrated", "step", d.Source.Version, "took", d.Duration)
	}
	return nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	db, err := s.w.DB()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler))}
	if s.dialect == sqliteDialect {
		return goose.NewProvider(goose.DialectSQLite3, db, migrations.SQLite(), options...)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 60))
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return goose.NewProvider(goose.DialectPostgres, db, migrations.Postgres(), append(options, goose.WithSessionLocker(locker))...)
}
