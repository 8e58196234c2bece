package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
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

// A machine that is cut off says no goodbye. What it held at the server (the row of its
// mailbox, the end of the audit trail) would keep everybody else waiting until the server
// notices, which takes two hours by default; and it would itself wait a quarter of an hour for
// an answer. Both sides give up sooner.
const (
	// unansweredFor is how long sent bytes may stay unanswered before a connection counts as
	// dead, on this side.
	unansweredFor = 30 * time.Second
	// connectWithin bounds the making of a connection.
	connectWithin = 10 * time.Second
)

// sessionDefaults are settings of a connection at the server, unless the address gives
// others. No transaction of ours waits for anything but the database, so one that idles has
// lost its client.
var sessionDefaults = map[string]string{
	"application_name":                    "dossier",
	"idle_in_transaction_session_timeout": "60s",
	"tcp_keepalives_idle":                 "30",
	"tcp_keepalives_interval":             "10",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "60000",
}

func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// pgx masks the password in this error.
		return fmt.Errorf("postgres: %w", err)
	}
	for name, value := range sessionDefaults {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWithin
	}
	config.DialFunc = (&net.Dialer{Control: giveUpUnanswered, KeepAliveConfig: net.KeepAliveConfig{Enable: true,
		Idle: unansweredFor / 3, Interval: unansweredFor / 3, Count: 2}}).DialContext
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
	inner := postgresgorm.New(postgresgorm.Config{Conn: pool}).(*postgresgorm.Dialector)
	db, err := gorm.Open(postgresDialector{inner}, gormConfig(s.now))
	if err != nil {
		return err
	}
	s.w, s.r = db, db
	return nil
}

// postgresDialector is gorm's dialect, with a name for a connection that ends in the middle
// of an answer: pgx says no more than that the file ended.
type postgresDialector struct{ *postgresgorm.Dialector }

// Translate puts gorm's names, and ours, on the errors the store tells apart.
func (d postgresDialector) Translate(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", errLineLost, err)
	}
	return d.Dialector.Translate(err)
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
