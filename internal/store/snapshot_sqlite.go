package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"dossier/migrations"
)

// sqliteSnapshot is the file a snapshot of SQLite is in.
const sqliteSnapshot = "database.sqlite"

// writeSQLite has the engine write a compact copy: one read transaction, which nobody waits
// for, and nothing of what was deleted.
func (s *Store) writeSQLite(ctx context.Context, dir string, told func(string), named func(string) error) (Snapshot, error) {
	pool, err := s.w.DB()
	if err != nil {
		return Snapshot{}, err
	}
	var source string
	if err := pool.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&source); err != nil {
		return Snapshot{}, err
	}
	told(sqliteSnapshot)
	path := filepath.Join(dir, sqliteSnapshot)
	// A connection of its own: the writer's would hold up the poller, and readers may not.
	from, err := openFile(source, url.Values{"_pragma": {"busy_timeout(" + busyTimeoutMS + ")"}})
	if err != nil {
		return Snapshot{}, err
	}
	_, err = from.ExecContext(ctx, "VACUUM INTO ?", path)
	if err = errors.Join(err, from.Close()); err != nil {
		return Snapshot{}, err
	}
	if err := errors.Join(os.Chmod(path, 0o600), syncPath(path)); err != nil {
		return Snapshot{}, err
	}
	snap := Snapshot{Engine: string(sqliteDialect), Counts: map[string]int64{}}
	copied, err := openFile(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if err != nil {
		return Snapshot{}, err
	}
	err = describe(ctx, copied, &snap, named)
	if err = errors.Join(err, copied.Close()); err != nil {
		return Snapshot{}, err
	}
	f, err := hashFile(ctx, path)
	snap.Files = []SnapshotFile{f}
	return snap, err
}

// querier is a pool, or the transaction of a snapshot.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// describe asks a snapshot for its version, its counts and the blobs it names.
func describe(ctx context.Context, q querier, snap *Snapshot, named func(string) error) error {
	if err := q.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&snap.Schema); err != nil {
		return err
	}
	for _, table := range snapshotCounts {
		var n int64
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return err
		}
		snap.Counts[table] = n
	}
	rows, err := q.QueryContext(ctx, namedBlobs)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return err
		}
		if err := named(hash); err != nil {
			return err
		}
	}
	return rows.Err()
}

// emptyDatabase checks that a snapshot can be put where c says. The store is nil for SQLite,
// whose file is put there whole.
func emptyDatabase(ctx context.Context, c Config, snap Snapshot) (*Store, error) {
	path, isSQLite := strings.CutPrefix(c.DSN, "sqlite:")
	switch {
	case isSQLite && snap.Engine != string(sqliteDialect), !isSQLite && snap.Engine != string(postgresDialect):
		return nil, fmt.Errorf("the backup is of %s, and the database that the settings name is another engine: set database to one of the same", snap.Engine)
	case !isSQLite:
		return emptyPostgres(ctx, c, snap)
	}
	known, err := newestStep(migrations.SQLite())
	if err != nil {
		return nil, err
	}
	if snap.Schema > known {
		return nil, fmt.Errorf("%w: the backup's version is %d, this program knows %d", ErrNewerDatabase, snap.Schema, known)
	}
	return nil, noFile(path)
}

// noFile checks that a database can be put at path. Files that another database left beside it
// count: SQLite would play a stale log or journal back into the one that is put there.
func noFile(path string) error {
	for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
		_, err := os.Lstat(path + beside)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil:
			err = ErrNotEmpty
		}
		return fmt.Errorf("database %s: %w", path+beside, err)
	}
	return nil
}

// readSQLite copies the file and gives it its name at the end.
func readSQLite(ctx context.Context, c Config, dir string, snap Snapshot) error {
	path := strings.TrimPrefix(c.DSN, "sqlite:")
	if len(snap.Files) != 1 {
		return fmt.Errorf("copy of the database: want one file, got %d", len(snap.Files))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	from, err := os.Open(filepath.Join(dir, snap.Files[0].Name))
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path+".restoring", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	copied := newSum(to)
	_, err = io.Copy(copied, &untilDone{ctx, from})
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return err
	}
	if got := copied.file(snap.Files[0].Name); got.SHA256 != snap.Files[0].SHA256 {
		return fmt.Errorf("copy of the database: %s changed while it was read", got.Name)
	}
	// Copying may have taken long: what came meanwhile is neither replaced nor played back.
	if err := noFile(path); err != nil {
		return err
	}
	if err := os.Rename(path+".restoring", path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

func openFile(path string, options url.Values) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err == nil {
		pool.SetMaxOpenConns(1)
	}
	return pool, err
}

// syncPath makes a file's bytes, or a folder's names, survive a power cut.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
