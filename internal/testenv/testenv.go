// Package testenv hands tests the real things they ask for: a database server, a mail
// server, a browser, a text recogniser. Each stands behind a switch in the environment.
// Unset, the test is skipped and says why. Set but unusable, the test fails.
package testenv

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// The switches.
const (
	PostgresSwitch  = "DOSSIER_TEST_POSTGRES"
	DovecotSwitch   = "DOSSIER_TEST_DOVECOT"
	ChromiumSwitch  = "DOSSIER_TEST_CHROMIUM"
	TesseractSwitch = "DOSSIER_TEST_TESSERACT"
)

// settleIn is how long a server may take to do a small thing.
const settleIn = 30 * time.Second

// Postgres returns the DSN of an empty schema of its own on the server that
// DOSSIER_TEST_POSTGRES names (postgres://...), and drops the schema after the test.
func Postgres(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv(PostgresSwitch)
	if dsn == "" {
		t.Skipf("%s is not set: needs a PostgreSQL server, as scripts/postgres.sh starts one", PostgresSwitch)
	}
	u, err := url.Parse(dsn)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		t.Fatalf("%s: want postgres://...", PostgresSwitch)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	if err := statement(dsn, "CREATE SCHEMA "+schema); err != nil {
		t.Fatalf("%s: %v", PostgresSwitch, err)
	}
	t.Cleanup(func() {
		if err := statement(dsn, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Errorf("drop schema: %v", err)
		}
	})
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func statement(dsn, sqlText string) error {
	ctx, cancel := context.WithTimeout(context.Background(), settleIn)
	defer cancel()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, sqlText)
	return err
}
