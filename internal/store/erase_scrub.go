package store

import (
	"context"
	"fmt"
	"time"
)

// Scrubbed is what was done so that deleted rows are gone from the files as well.
type Scrubbed struct {
	// Rewritten: the whole database (SQLite) or the tables concerned (PostgreSQL) were
	// written anew. When false they were only cleared in place.
	Rewritten bool
	// LogEmptied is true when SQLite's write-ahead log was emptied. PostgreSQL's log is the
	// server's: what it keeps and archives ends with its own settings.
	LogEmptied bool
	// Bytes is the size of the database.
	Bytes int64
}

// RewriteBelow is the size, in bytes, up to which erasing rewrites the database by itself.
// Above it that would keep everybody waiting; the command's --rewrite does it when asked.
const RewriteBelow = 1 << 30

// personal are the tables that hold anything about applicants.
var personal = []string{"messages", "routes", "rulings", "applicants", "applicant_addresses", "applicant_phones", "applications", "application_words",
	"documents", "document_texts", "assessments", "overrides", "decisions", "notes", "opinions", "reveals", "mentions", "outgoing_messages",
	"withdrawal_requests", "sender_rules", "distinct_people", "presences", "views", "vacancy_moves", "checklists", "holds", "pool_consents",
	"corrections", "privacy_requests", "mailboxes", "erasures"}

// Scrub clears what deleting leaves in the files of the database. SQLite clears deleted
// rows where they stand; here the write-ahead log is emptied and, for a database below
// RewriteBelow or when rewrite is set, the file is written anew. PostgreSQL's tables are
// written anew below that size (which locks them meanwhile), and otherwise vacuumed: the
// space of deleted rows is then free and overwritten by and by. Its statistics, which hold
// samples of values, are taken anew in both cases.
func (s *Store) Scrub(ctx context.Context, rewrite bool) (Scrubbed, error) {
	var out Scrubbed
	var err error
	if s.dialect == postgresDialect {
		err = s.scrubPostgres(ctx, rewrite, &out)
	} else {
		err = s.scrubSQLite(ctx, rewrite, &out)
	}
	if err != nil {
		return out, fmt.Errorf("scrub: %w", err)
	}
	return out, nil
}

const (
	// emptyTries and emptyWait bound the waiting for readers of SQLite's log.
	emptyTries = 20
	emptyWait  = 250 * time.Millisecond
)

func (s *Store) scrubSQLite(ctx context.Context, rewrite bool, out *Scrubbed) error {
	db := s.w.WithContext(ctx)
	var pages, size int64
	if err := db.Raw("PRAGMA page_count").Scan(&pages).Error; err != nil {
		return err
	}
	if err := db.Raw("PRAGMA page_size").Scan(&size).Error; err != nil {
		return err
	}
	out.Bytes = pages * size
	if rewrite || out.Bytes < RewriteBelow {
		if err := db.Exec("VACUUM").Error; err != nil {
			return err
		}
		out.Rewritten = true
	}
	for try := 1; ; try++ {
		var busy, log, done int
		if err := db.Raw("PRAGMA wal_checkpoint(TRUNCATE)").Row().Scan(&busy, &log, &done); err != nil {
			return err
		}
		if busy == 0 {
			out.LogEmptied = true
			return nil
		}
		if try == emptyTries {
			return nil // somebody still reads it; the next writer empties it
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(emptyWait):
		}
	}
}

func (s *Store) scrubPostgres(ctx context.Context, rewrite bool, out *Scrubbed) error {
	db := s.w.WithContext(ctx)
	if err := db.Raw("SELECT coalesce(sum(pg_total_relation_size(format('%I', relname)::regclass)), 0) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname IN ?",
		personal).Scan(&out.Bytes).Error; err != nil {
		return err
	}
	options := "ANALYZE"
	if rewrite || out.Bytes < RewriteBelow {
		options, out.Rewritten = "FULL, ANALYZE", true
	}
	for _, table := range personal {
		if err := db.Exec("VACUUM (" + options + ") " + table).Error; err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}
