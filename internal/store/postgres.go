package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	postgresgorm "gorm.io/driver/postgres"
	"gorm.io/gorm"
)

const (
	// postgresConnections is per process; a few processes share a server.
	postgresConnections = 10
	// oldestPostgres is the oldest server the tests run on.
	oldestPostgres = 150000
)

func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// pgx masks the password in this error.
		return fmt.Errorf("postgres: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "dossier"
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(_ context.Context, c *pgx.Conn) error {
		// Times come back in UTC whatever the machine's zone is.
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}))
	s.dialect = postgresDialect
	s.pools = append(s.pools, pool)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	var version int
	if err := pool.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if version < oldestPostgres {
		return fmt.Errorf("postgres: server version %d, want 15 or newer", version/10000)
	}
	db, err := gorm.Open(postgresgorm.New(postgresgorm.Config{Conn: pool}), gormConfig(s.now))
	if err != nil {
		return err
	}
	s.w, s.r = db, db
	return nil
}

// SQLSTATEs after which the same transaction may succeed.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
)

func retryable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == serializationFailure || e.Code == deadlockDetected)
}
