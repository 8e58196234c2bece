package store

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/testenv"
)

func TestUnknownDatabasesAreRefusedWithoutShowingThem(t *testing.T) {
	for _, dsn := range []string{"", "mysql://root:secret@db/x", "dossier.db", "sqlite:", "sqlite::memory:"} {
		_, err := Open(t.Context(), Config{DSN: dsn})
		if err == nil {
			t.Errorf("%q was opened", dsn)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestSQLiteIsSetUpAsAskedWhateverTheFileIsCalled(t *testing.T) {
	for _, c := range []struct {
		name      string
		throwaway bool
		sync      string
	}{{"plain.db", false, "2"}, {"odd name?_pragma=x&%41#é.db", false, "2"}, {"throwaway.db", true, "0"}} {
		path := filepath.Join(t.TempDir(), "new folder", c.name)
		s, err := Open(t.Context(), Config{DSN: "sqlite:" + path, Throwaway: c.throwaway})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		want := map[string]string{"journal_mode": "wal", "synchronous": c.sync, "foreign_keys": "1", "busy_timeout": "5000"}
		for i, pool := range s.pools {
			if i == 1 {
				want["query_only"] = "1"
			}
			if err := checkPragmas(t.Context(), pool, want); err != nil {
				t.Errorf("%s, pool %d: %v", c.name, i, err)
			}
			if err := checkPragmas(t.Context(), pool, map[string]string{"cache_size": "-1"}); err == nil {
				t.Errorf("%s, pool %d: a pragma that is not as wanted went unnoticed", c.name, i)
			}
		}
		if err := s.reader(t.Context()).Create(&Note{}).Error; err == nil {
			t.Errorf("%s: the reader writes", c.name)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: others may read it: %v", c.name, info.Mode())
		}
	}
}

func TestANewerDatabaseIsRefusedAndLeftAlone(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.must(h.w.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, ?)", 99999, true).Error)
		_, err := Open(h.ctx, Config{DSN: h.dsn})
		h.wants(err, ErrNewerDatabase)
		var steps int64
		h.must(h.w.Table("goose_db_version").Where("version_id = 99999").Count(&steps).Error)
		if steps != 1 {
			t.Errorf("the newer step is there %d times, want once", steps)
		}
	})
}

func TestMigrationStatusTellsWhatIsDone(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		steps, err := h.MigrationStatus(h.ctx)
		h.must(err)
		if len(steps) == 0 {
			t.Fatal("no steps")
		}
		for _, m := range steps {
			if m.AppliedAt == nil {
				t.Errorf("step %d is not done", m.Version)
			}
		}
		h.must(h.MigrateUp(h.ctx))
	})
	t.Run("before", func(t *testing.T) {
		s, err := Open(t.Context(), Config{DSN: "sqlite:" + filepath.Join(t.TempDir(), "x.db"), KeepSchema: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		steps, err := s.MigrationStatus(t.Context())
		if err != nil || len(steps) == 0 || steps[0].AppliedAt != nil {
			t.Errorf("status = %+v, %v; want steps to be done", steps, err)
		}
	})
}

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
			if engine == "postgres" {
				dsn = testenv.Postgres(t)
			}
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					s, err := Open(t.Context(), Config{DSN: dsn})
					if err != nil {
						t.Error(err)
						return
					}
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		})
	}
}

func TestTimesComeBackAsTheyWentIn(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		dakar := time.FixedZone("x", 5*3600)
		for _, at := range []time.Time{
			time.Date(2026, 1, 31, 23, 59, 59, 999_999_999, dakar),
			time.Date(1969, 12, 31, 23, 0, 0, 1000, time.UTC),
			time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			m := h.message(at.Sub(monday))
			got := h.again(m)
			if want := at.UTC().Truncate(time.Microsecond); got.ReceivedAt == nil || *got.ReceivedAt != want {
				t.Errorf("got %v, want %v", got.ReceivedAt, want)
			}
			var most instant
			h.must(h.reader(h.ctx).Model(&Message{}).Where("id = ?", m.ID).Select("max(received_at)").Row().Scan(&most))
			if most.Time != *got.ReceivedAt {
				t.Errorf("max() gives %v, want %v", most, got.ReceivedAt)
			}
		}
	})
}

func TestStrangersWordsFitIntoColumns(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		m := h.message(0)
		subject := "nul\x00, broken \xff, " + strings.Repeat("é", maxText)
		h.must(h.SaveParsed(h.ctx, m.ID, Summary{Subject: subject, FromName: "'; DROP TABLE messages; --", InReplyTo: []string{"a\x00b"}}))
		got := h.again(m)
		if !strings.HasPrefix(got.Subject, "nul, broken \uFFFD, éé") || len(got.Subject) > maxText || !strings.HasSuffix(got.Subject, "é") {
			t.Errorf("subject is %d bytes: %.40q", len(got.Subject), got.Subject)
		}
		if got.FromName != "'; DROP TABLE messages; --" || len(got.InReplyTo) != 1 || got.InReplyTo[0] != "ab" {
			t.Errorf("got %q, %q", got.FromName, got.InReplyTo)
		}
	})
}

func TestActsFailWholly(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		reg := registration(v, h.message(0), "awa@mail.example")
		reg.Routes = append(reg.Routes, NewRoute{VacancyID: v.ID + 100, Became: ClassApplication})
		_, err := h.RegisterApplication(h.ctx, reg)
		h.wants(err, ErrNotFound)
		for _, table := range []string{"applications", "applicants", "documents", "routes"} {
			var n int64
			h.must(h.w.Table(table).Count(&n).Error)
			if n != 0 {
				t.Errorf("%d rows stayed in %s", n, table)
			}
		}
	})
}

func TestClosedDatabasesAnswerWithAnError(t *testing.T) {
	s, err := Open(t.Context(), Config{DSN: "sqlite:" + filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	pools := append([]*sql.DB{}, s.pools...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := pools[0].PingContext(t.Context()); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("ping after Close: %v", err)
	}
}
