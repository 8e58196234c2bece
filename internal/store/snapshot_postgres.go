package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"dossier/migrations"
)

// writePostgres copies every table in one transaction that sees one instant, by COPY: no
// pg_dump of the server's version has to be there, and what is read back is checked against
// the same migrations the program runs on.
func (s *Store) writePostgres(ctx context.Context, dir string, told func(string), named func(string) error) (snap Snapshot, err error) {
	pool, err := s.r.DB()
	if err != nil {
		return snap, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return snap, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return snap, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	snap = Snapshot{Engine: string(postgresDialect), Counts: map[string]int64{}}
	if err := describe(ctx, tx, &snap, named); err != nil {
		return snap, err
	}
	tables, err := postgresTables(ctx, tx)
	if err != nil {
		return snap, err
	}
	for _, t := range tables {
		told(t.name)
		f, err := copyOut(ctx, conn, dir, t)
		if err != nil {
			return snap, fmt.Errorf("%s: %w", t.name, err)
		}
		snap.Files = append(snap.Files, f)
	}
	snap.Sequences, err = sequences(ctx, tx)
	return snap, err
}

// copyOut writes one table in COPY's text format, compressed.
func copyOut(ctx context.Context, conn *sql.Conn, dir string, t postgresTable) (SnapshotFile, error) {
	name := t.name + ".copy.gz"
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return SnapshotFile{}, err
	}
	counted := newSum(file)
	zip, err := gzip.NewWriterLevel(counted, gzip.BestSpeed)
	if err != nil {
		return SnapshotFile{}, err
	}
	buffered := bufio.NewWriterSize(zip, 1<<16)
	var rows int64
	err = conn.Raw(func(c any) error {
		tag, err := c.(*stdlib.Conn).Conn().PgConn().CopyTo(ctx, buffered, "COPY "+t.quoted()+" TO STDOUT")
		rows = tag.RowsAffected()
		return err
	})
	if err = errors.Join(err, buffered.Flush(), zip.Close(), file.Sync(), file.Close()); err != nil {
		return SnapshotFile{}, err
	}
	f := counted.file(name)
	f.Table, f.Columns, f.Rows = t.name, t.columns, rows
	return f, nil
}

// postgresTable is a table and the columns that are kept, not computed.
type postgresTable struct {
	name    string
	columns []string
}

// quoted is the table and its columns for COPY.
func (t postgresTable) quoted() string {
	columns := make([]string, len(t.columns))
	for i, c := range t.columns {
		columns[i] = pgx.Identifier{c}.Sanitize()
	}
	return pgx.Identifier{t.name}.Sanitize() + " (" + strings.Join(columns, ", ") + ")"
}

// postgresTables lists our tables so that what a row refers to comes before it.
func postgresTables(ctx context.Context, q querier) ([]postgresTable, error) {
	found := map[string]*postgresTable{}
	var names []string
	err := scanPairs(ctx, q, `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'goose_db_version'
		AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY c.relname, a.attnum`, func(table, column string) {
		if found[table] == nil {
			found[table] = &postgresTable{name: table}
			names = append(names, table)
		}
		found[table].columns = append(found[table].columns, column)
	})
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	err = scanPairs(ctx, q, `SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid ORDER BY 1, 2`, func(table, needed string) {
		needs[table] = append(needs[table], needed)
	})
	if err != nil {
		return nil, err
	}
	var out []postgresTable
	for len(names) > 0 {
		before := len(names)
		names = slices.DeleteFunc(names, func(name string) bool {
			waits := slices.ContainsFunc(needs[name], func(needed string) bool { return found[needed] != nil })
			if !waits {
				out = append(out, *found[name])
				found[name] = nil
			}
			return !waits
		})
		if len(names) == before {
			return nil, fmt.Errorf("tables refer to each other in a circle: %s", strings.Join(names, ", "))
		}
	}
	return out, nil
}

func scanPairs(ctx context.Context, q querier, query string, each func(a, b string)) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		each(a, b)
	}
	return rows.Err()
}

// identities asks for the columns that number rows, and their sequences.
const identities = `SELECT c.table_name || '.' || c.column_name, pg_get_serial_sequence(quote_ident(c.table_name), c.column_name)
	FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.is_identity = 'YES'
	AND c.table_name <> 'goose_db_version' ORDER BY 1`

// sequences returns the last numbers given out. They may be ahead of the snapshot, which
// does no harm: no number is given out twice.
func sequences(ctx context.Context, q querier) (map[string]int64, error) {
	of := map[string]string{}
	if err := scanPairs(ctx, q, identities, func(column, sequence string) { of[column] = sequence }); err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for column, sequence := range of {
		var last int64
		var called bool
		if err := q.QueryRowContext(ctx, "SELECT last_value, is_called FROM "+sequence).Scan(&last, &called); err != nil {
			return nil, err
		}
		if called {
			out[column] = last
		}
	}
	return out, nil
}

// emptyPostgres opens the database and makes sure that no row of ours is in it.
func emptyPostgres(ctx context.Context, c Config, snap Snapshot) (*Store, error) {
	c.KeepSchema = true
	s, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	err = func() error {
		known, err := newestStep(migrations.Postgres())
		if err != nil {
			return err
		}
		if snap.Schema > known {
			return fmt.Errorf("%w: the backup's version is %d, this program knows %d", ErrNewerDatabase, snap.Schema, known)
		}
		pool, err := s.w.DB()
		if err != nil {
			return err
		}
		tables, err := postgresTables(ctx, pool)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if !slices.Contains(snapshotCounts, t.name) {
				if slices.ContainsFunc(snap.Files, func(f SnapshotFile) bool { return f.Table == t.name }) {
					continue // what migrations put there by themselves
				}
				return fmt.Errorf("database: a table %s: %w", t.name, ErrNotEmpty)
			}
			var some bool
			if err := pool.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+pgx.Identifier{t.name}.Sanitize()+")").Scan(&some); err != nil {
				return err
			}
			if some {
				return fmt.Errorf("database: rows in the table %s: %w", t.name, ErrNotEmpty)
			}
		}
		if len(tables) == 0 {
			return nil
		}
		var schema int64
		if err := pool.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&schema); err != nil {
			return err
		}
		if schema != snap.Schema {
			return fmt.Errorf("database: its tables are of version %d, the backup's of %d: drop them, or name another database: %w", schema, snap.Schema, ErrNotEmpty)
		}
		return nil
	}()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// readPostgres makes the tables of the snapshot's version and fills them in one transaction:
// an interrupted restore leaves them empty.
func (s *Store) readPostgres(ctx context.Context, dir string, snap Snapshot, told func(string)) (err error) {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, snap.Schema); err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	pool, err := s.w.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	if err = s.fillPostgres(ctx, conn, tx, dir, snap, told); err != nil {
		return err
	}
	if err = tx.Commit(); err != nil {
		return err
	}
	_, analyzed := conn.ExecContext(ctx, "ANALYZE")
	return analyzed
}

func (s *Store) fillPostgres(ctx context.Context, conn *sql.Conn, tx *sql.Tx, dir string, snap Snapshot, told func(string)) error {
	tables, err := postgresTables(ctx, tx)
	if err != nil {
		return err
	}
	files := map[string]SnapshotFile{}
	for _, f := range snap.Files {
		files[f.Table] = f
	}
	if len(files) != len(tables) {
		return fmt.Errorf("the backup holds %d tables, version %d has %d", len(files), snap.Schema, len(tables))
	}
	var all []string
	for _, t := range tables {
		all = append(all, pgx.Identifier{t.name}.Sanitize())
	}
	// What triggers keep up, counts and names, is in the copy already.
	for _, t := range all {
		if _, err := tx.ExecContext(ctx, "ALTER TABLE "+t+" DISABLE TRIGGER USER"); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "TRUNCATE "+strings.Join(all, ", ")); err != nil {
		return err
	}
	for _, t := range tables {
		f, ok := files[t.name]
		if !ok {
			return fmt.Errorf("the backup has no table %s", t.name)
		}
		told(t.name)
		t.columns = f.Columns
		rows, err := copyIn(ctx, conn, filepath.Join(dir, f.Name), t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		if rows != f.Rows {
			return fmt.Errorf("%s: %d rows, want %d", t.name, rows, f.Rows)
		}
	}
	for _, t := range all {
		if _, err := tx.ExecContext(ctx, "ALTER TABLE "+t+" ENABLE TRIGGER USER"); err != nil {
			return err
		}
	}
	of := map[string]string{}
	if err := scanPairs(ctx, tx, identities, func(column, sequence string) { of[column] = sequence }); err != nil {
		return err
	}
	for column, last := range snap.Sequences {
		if of[column] == "" {
			return fmt.Errorf("the backup numbers %s, which this version does not", column)
		}
		if _, err := tx.ExecContext(ctx, "SELECT setval($1::regclass, $2)", of[column], last); err != nil {
			return err
		}
	}
	return nil
}

func copyIn(ctx context.Context, conn *sql.Conn, path string, t postgresTable) (rows int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	zip, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		return 0, err
	}
	err = conn.Raw(func(c any) error {
		tag, err := c.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, zip, "COPY "+t.quoted()+" FROM STDIN")
		rows = tag.RowsAffected()
		return err
	})
	return rows, err
}
