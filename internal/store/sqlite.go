package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	sqlitegorm "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

const (
	// readConnections may read beside the one writer.
	readConnections = 4
	busyTimeoutMS   = "5000"
	// cacheKiB is what each connection may keep of the file, negative as the pragma wants
	// KiB. With SQLite's own 2 MiB a list's pages were read from the system every time.
	cacheKiB = "-16384"
)

// openSQLite opens one connection that writes and a pool that reads. One writer is what
// SQLite has; asking for its lock at BEGIN lets others wait instead of fail.
func (s *Store) openSQLite(ctx context.Context, path string, throwaway bool) error {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return errors.New("sqlite: needs a file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// Candidates' data: readable by its owner only. SQLite gives its side files the same mode.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	s.dialect = sqliteDialect
	want := map[string]string{"journal_mode": "wal", "busy_timeout": busyTimeoutMS, "foreign_keys": "1", "synchronous": "2", "cache_size": cacheKiB}
	// What is deleted is overwritten where it stood, at once: erasing somebody must not
	// leave them in the free space of the file.
	writes := map[string]string{"secure_delete": "1"}
	if throwaway {
		want["synchronous"] = "0"
		writes = nil
	}
	if s.w, err = s.openPool(ctx, path, "immediate", 1, want, writes); err != nil {
		return err
	}
	s.r, err = s.openPool(ctx, path, "deferred", readConnections, want, map[string]string{"query_only": "1"})
	return err
}

func (s *Store) openPool(ctx context.Context, path, lock string, size int, pragmas, more map[string]string) (*gorm.DB, error) {
	q := url.Values{"_txlock": {lock}, "_inttotime": {"1"}, "_time_integer_format": {"unix_micro"}}
	// busy_timeout first: setting the journal mode may have to wait for another process.
	q.Add("_pragma", "busy_timeout("+pragmas["busy_timeout"]+")")
	want := map[string]string{}
	for _, set := range []map[string]string{pragmas, more} {
		for name, value := range set {
			want[name] = value
			if name != "busy_timeout" {
				q.Add("_pragma", name+"("+value+")")
			}
		}
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	s.pools = append(s.pools, pool)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	if err := checkPragmas(ctx, pool, want); err != nil {
		return nil, err
	}
	inner := sqlitegorm.New(sqlitegorm.Config{DriverName: "sqlite", Conn: pool}).(*sqlitegorm.Dialector)
	return gorm.Open(sqliteDialector{inner}, gormConfig(s.now))
}

// checkPragmas reads the settings back: drivers pass over a misspelt pragma in silence,
// and a file system without shared memory refuses WAL the same way.
func checkPragmas(ctx context.Context, pool *sql.DB, want map[string]string) error {
	for name, value := range want {
		var got string
		if err := pool.QueryRowContext(ctx, "PRAGMA "+name).Scan(&got); err != nil {
			return fmt.Errorf("sqlite: %s: %w", name, err)
		}
		if got != value {
			return fmt.Errorf("sqlite: %s is %s, want %s; is the file on a network file system?", name, got, value)
		}
	}
	return nil
}

// sqliteDialector is gorm's dialect over a driver whose errors it does not know.
type sqliteDialector struct{ *sqlitegorm.Dialector }

// Extended result codes of SQLite.
const (
	sqliteConstraintForeignKey = 787
	sqliteConstraintPrimaryKey = 1555
	sqliteConstraintUnique     = 2067
)

// Translate puts gorm's names on the errors the store tells apart.
func (sqliteDialector) Translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqliteConstraintPrimaryKey, sqliteConstraintUnique:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case sqliteConstraintForeignKey:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	default:
		return err
	}
}
