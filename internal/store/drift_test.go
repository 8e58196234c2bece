package store

import (
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"dossier/migrations"
)

// records are all structs that have a table.
var records = []any{&Process{}, &Mailbox{}, &Message{}, &Route{}, &Vacancy{}, &Checklist{}, &Applicant{}, &ApplicantAddress{}, &ApplicantPhone{},
	&Application{}, &Document{}, &DocumentText{}, &Assessment{}, &Override{}, &Decision{}, &Note{}, &User{}, &Grant{}, &Session{}, &SecondFactor{}, &RecoveryCode{}, &Identity{}, &Pass{}, &Event{}, &MailAccount{}, &MailToken{}, &MailConsent{},
	&ReviewMode{}, &Reveal{}, &Opinion{}, &Mention{}, &Presence{}, &Ruling{}, &SenderRule{}, &DistinctPeople{},
	&OutgoingMessage{}, &MailTemplate{}, &VacancyMail{}, &WithdrawalRequest{},
	&ChecklistDraft{}, &DraftStep{}, &ChecklistTemplate{}, &VacancyMove{}, &BackupRecord{}, &ApplicationCount{},
	&InstanceKey{}, &ErasedMark{}, &Erasure{}, &Tombstone{}, &Retention{}, &Hold{}, &PoolConsent{}, &Correction{}, &PrivacyRequest{}}

// column is what a table says about a column.
type column struct {
	family   string
	nullable bool
}

// families puts the types of both engines into common groups.
var families = map[string]string{
	"INTEGER": "int", "BIGINT": "int", "SMALLINT": "int", "TEXT": "text", "BOOLEAN": "bool", "REAL": "float", "DOUBLE PRECISION": "float",
	"DATETIME": "time", "TIMESTAMP WITH TIME ZONE": "time", "BLOB": "bytes", "BYTEA": "bytes",
}

func (h *house) columns(table string) map[string]column {
	h.t.Helper()
	var rows []struct {
		Name, Type string
		Nullable   bool
	}
	query := `SELECT name, upper(type) AS type, "notnull" = 0 AND pk = 0 AS nullable FROM pragma_table_info(?)`
	if h.dialect == postgresDialect {
		query = `SELECT column_name AS name, upper(data_type) AS type, is_nullable = 'YES' AS nullable
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?`
	}
	h.must(h.reader(h.ctx).Raw(query, table).Scan(&rows).Error)
	out := map[string]column{}
	for _, r := range rows {
		family, ok := families[r.Type]
		if !ok {
			h.t.Errorf("%s.%s: unexpected type %s", table, r.Name, r.Type)
		}
		out[r.Name] = column{family, r.Nullable}
	}
	return out
}

// expected is what a field wants of its column.
func expected(f *schema.Field) column {
	kind := f.FieldType
	want := column{nullable: kind.Kind() == reflect.Pointer}
	switch tag := f.TagSettings["SERIALIZER"]; {
	case tag == "gzip":
		return column{"bytes", true}
	case tag != "":
		want.family = "text"
		return want
	}
	switch f.DataType {
	case schema.Int, schema.Uint:
		want.family = "int"
	case schema.Bool, schema.Float, schema.Time, schema.Bytes:
		want.family = string(f.DataType)
	case schema.String:
		want.family = "text"
	default:
		want.family = "unknown " + string(f.DataType)
	}
	return want
}

// drift lists where a record and its table do not agree.
func drift(record any, table map[string]column) []string {
	parsed, err := schema.Parse(record, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	seen := map[string]bool{}
	for _, f := range parsed.Fields {
		if f.DBName == "" {
			continue
		}
		seen[f.DBName] = true
		got, ok := table[f.DBName]
		switch want := expected(f); {
		case !ok:
			out = append(out, fmt.Sprintf("%s.%s is not in the table", parsed.Table, f.DBName))
		case got != want:
			out = append(out, fmt.Sprintf("%s.%s is %+v, the field %s wants %+v", parsed.Table, f.DBName, got, f.Name, want))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if !seen[name] {
			out = append(out, fmt.Sprintf("%s.%s has no field", parsed.Table, name))
		}
	}
	return out
}

func TestRecordsAndTablesAgree(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		known := map[string]bool{"goose_db_version": true, "sqlite_sequence": true}
		for _, r := range records {
			parsed, err := schema.Parse(r, &sync.Map{}, schema.NamingStrategy{})
			h.must(err)
			known[parsed.Table] = true
			for _, d := range drift(r, h.columns(parsed.Table)) {
				t.Error(d)
			}
		}
		tables, err := h.r.Migrator().GetTables()
		h.must(err)
		for _, table := range tables {
			// SQLite's full-text index is a table with tables of its own; PostgreSQL's is an index.
			if !known[table] && !strings.HasPrefix(table, "sqlite_") && !strings.HasPrefix(table, "application_index") {
				t.Errorf("table %s has no record", table)
			}
		}
	})
}

// TestDriftIsNoticed keeps the test above honest.
func TestDriftIsNoticed(t *testing.T) {
	good := func() map[string]column {
		return map[string]column{"id": {"int", false}, "vacancy_id": {"int", false}, "application_id": {"int", false},
			"author_id": {"int", false}, "body": {"text", false}, "at": {"time", false}}
	}
	if got := drift(&Note{}, good()); len(got) != 0 {
		t.Errorf("drift where there is none: %v", got)
	}
	for name, change := range map[string]func(map[string]column){
		"missing column": func(c map[string]column) { delete(c, "body") },
		"extra column":   func(c map[string]column) { c["mood"] = column{"text", true} },
		"other type":     func(c map[string]column) { c["at"] = column{"text", false} },
		"null allowed":   func(c map[string]column) { c["body"] = column{"text", true} },
		"renamed":        func(c map[string]column) { c["words"] = c["body"]; delete(c, "body") },
	} {
		table := good()
		change(table)
		if got := drift(&Note{}, table); len(got) == 0 {
			t.Errorf("%s went unnoticed", name)
		}
	}
}

func (h *house) indices() []string {
	h.t.Helper()
	var out []string
	query := `SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_autoindex%'`
	if h.dialect == postgresDialect {
		query = `SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()`
	}
	h.must(h.reader(h.ctx).Raw(query).Scan(&out).Error)
	out = slices.DeleteFunc(out, func(name string) bool {
		// Keys: SQLite's are the table itself or unnamed. Look-ups by id alone: see the
		// head of the PostgreSQL file.
		return strings.HasSuffix(name, "_pkey") || strings.HasSuffix(name, "_key") || strings.HasSuffix(name, "_by_id") ||
			name == "application_index" // a table on SQLite
	})
	slices.Sort(out)
	return out
}

func TestBothEnginesHaveTheSameIndicesAndForeignKeys(t *testing.T) {
	got := map[string][]string{}
	keys := map[string][]string{}
	engines(t, func(t *testing.T, h *house) {
		got[h.Engine()], keys[h.Engine()] = h.indices(), h.foreignKeys()
		if len(got[h.Engine()]) < 30 || len(keys[h.Engine()]) < 20 {
			t.Errorf("only %d indices and %d foreign keys", len(got[h.Engine()]), len(keys[h.Engine()]))
		}
	})
	if len(got) < 2 {
		t.Skip("needs both engines to compare")
	}
	if !slices.Equal(got["sqlite"], got["postgres"]) {
		t.Errorf("indices differ:\nsqlite   %v\npostgres %v", got["sqlite"], got["postgres"])
	}
	if !slices.Equal(keys["sqlite"], keys["postgres"]) {
		t.Errorf("foreign keys differ:\nsqlite   %v\npostgres %v", keys["sqlite"], keys["postgres"])
	}
}

// foreignKeys lists table(columns) -> table, sorted.
func (h *house) foreignKeys() []string {
	h.t.Helper()
	query := `SELECT m.name || '(' || group_concat(f."from", ',') || ')->' || f."table" || ' ' || f.on_delete
		FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id`
	if h.dialect == postgresDialect {
		query = `SELECT c.conrelid::regclass::text || '(' ||
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(col, n)
				JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.col) || ')->' || c.confrelid::regclass::text || ' ' ||
			CASE c.confdeltype WHEN 'c' THEN 'CASCADE' ELSE 'NO ACTION' END
		FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace`
	}
	var out []string
	h.must(h.reader(h.ctx).Raw(query).Scan(&out).Error)
	slices.Sort(out)
	return out
}

func TestMigrationsComeInPairs(t *testing.T) {
	list := func(f fs.FS) []string {
		names, err := fs.Glob(f, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	sqlite, postgres := list(migrations.SQLite()), list(migrations.Postgres())
	if !slices.Equal(sqlite, postgres) {
		t.Errorf("sqlite has %v, postgres has %v", sqlite, postgres)
	}
	form := regexp.MustCompile(`^(\d{5})_[a-z_]+\.sql$`)
	for i, name := range sqlite {
		if m := form.FindStringSubmatch(name); m == nil || m[1] != fmt.Sprintf("%05d", i+1) {
			t.Errorf("%s: want number %05d and a name in small letters", name, i+1)
		}
	}
}
