package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// seed fills a database the quick way, so that the planner has a choice to make.
func (h *house) seed(vacancies, each int) {
	h.t.Helper()
	box := h.mailbox()
	h.must(h.w.Transaction(func(tx *gorm.DB) error {
		at := h.clock.Now()
		messages := make([]Message, each)
		for i := range messages {
			messages[i] = Message{MailboxID: box.ID, UID: uint32(i + 1), State: Routed, MessageID: fmt.Sprint("m", i), ReceivedAt: &at, CreatedAt: at}
		}
		if err := tx.CreateInBatches(messages, rowsPerInsert).Error; err != nil {
			return err
		}
		people := make([]Applicant, each)
		for i := range people {
			people[i] = Applicant{Name: fmt.Sprint("person ", i), FoldedName: fmt.Sprint("person ", i), CreatedAt: at}
		}
		if err := tx.CreateInBatches(people, rowsPerInsert).Error; err != nil {
			return err
		}
		for n := range vacancies {
			v := Vacancy{Slug: fmt.Sprint("v", n), State: VacancyOpen, ChecklistVersion: 1, Version: 1, CreatedAt: at}
			if err := tx.Create(&v).Error; err != nil {
				return err
			}
			apps := make([]Application, each)
			for i := range apps {
				apps[i] = Application{VacancyID: v.ID, ApplicantID: people[i].ID, FirstMessageID: messages[i].ID, ReceivedAt: at.Add(time.Duration(i*7919%each) * time.Second),
					Stage: screening.Stages[i%len(screening.Stages)], Version: 1, DocumentsRev: 2, AssessedRev: 2, AssessedChecklist: 1, AssessedEngine: "e", Verdicts: "mnu", MetCount: i % 12, CreatedAt: at}
			}
			if err := tx.CreateInBatches(apps, rowsPerInsert).Error; err != nil {
				return err
			}
			docs := make([]Document, each)
			for i := range docs {
				docs[i] = Document{VacancyID: v.ID, ApplicationID: apps[i].ID, MessageID: messages[i].ID, State: Read, ReceivedAt: at, CreatedAt: at}
			}
			if err := tx.CreateInBatches(docs, rowsPerInsert).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	h.must(h.w.Exec(`INSERT INTO application_words (vacancy_id, application_id, words, lines)
		SELECT vacancy_id, id, '§' || vacancy_id || ' word' || id % 97, '' FROM applications`).Error)
	h.must(h.w.Exec("ANALYZE").Error)
}

// plan is how the engine means to run a query.
func (h *house) plan(query string, args ...any) string {
	h.t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if h.dialect == postgresDialect {
		explain = "EXPLAIN "
	}
	tx := h.r.WithContext(h.ctx).Begin()
	defer tx.Rollback()
	if h.dialect == postgresDialect {
		// A test's tables are small enough to be read whole; a year's are not.
		h.must(tx.Exec("SET LOCAL enable_seqscan = off").Error)
	}
	rows, err := tx.Raw(explain+query, args...).Rows()
	h.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	h.must(err)
	var out []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		h.must(rows.Scan(values...))
		out = append(out, fmt.Sprint(*values[len(values)-1].(*any)))
	}
	h.must(rows.Err())
	return strings.Join(out, "\n")
}

func TestListsAndClaimsWalkAnIndex(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.seed(10, 400)
		now := h.clock.Now()
		v := int64(3)
		for name, c := range map[string]struct {
			index string
			// sorts is true when a few rows may be sorted after the index found them.
			sorts bool
			query string
			args  []any
		}{
			"list by receipt": {"applications_received", false,
				"SELECT * FROM applications WHERE vacancy_id = ? AND (received_at, id) > (?, ?) ORDER BY received_at, id LIMIT 50", []any{v, now, 0}},
			"list by stage": {"applications_stage", false,
				"SELECT * FROM applications WHERE vacancy_id = ? AND stage = ? ORDER BY received_at, id LIMIT 50", []any{v, "new"}},
			"list by count": {"applications_met", false,
				"SELECT * FROM applications WHERE vacancy_id = ? ORDER BY met_count DESC, received_at, id LIMIT 50", []any{v}},
			"claim a message": {"messages_due", false,
				h.claimSQL(&Message{}, waiting+" AND "+due, "received_at, id", now), nil},
			"claim a document": {"documents_due", false,
				h.claimSQL(&Document{}, "state = 'pending' AND "+due, "received_at, id", now), nil},
			"what is to be fetched": {"messages_listed", false,
				"SELECT * FROM messages WHERE mailbox_id = ? AND uidvalidity = ? AND state = 'listed' ORDER BY uid LIMIT 50", []any{1, 1}},
			"a thread": {"messages_message_id", true,
				"SELECT * FROM messages WHERE message_id IN (?, ?) AND message_id <> '' ORDER BY received_at, id", []any{"m1", "m2"}},
			"the same bytes": {"messages_raw_hash", true,
				"SELECT * FROM messages WHERE raw_hash = ? AND raw_hash <> ''", []any{"x"}},
		} {
			check(t, name, h.plan(c.query, c.args...), c.index, c.sorts)
		}
		h.must(h.w.Exec("UPDATE vacancies SET checklist_version = 2 WHERE id = 3").Error)
		searches, err := behind(h.w, "e2")
		h.must(err)
		if len(searches) != 4 {
			t.Fatalf("%d ways of being behind, want 4: documents, one vacancy, an older engine, a newer", len(searches))
		}
		for i, index := range []string{"applications_behind", "applications_checklist", "applications_engine", "applications_engine"} {
			got := h.plan(h.claimSQL(&Application{}, searches[i].where+" AND "+readable+" AND "+due, searches[i].order, now))
			check(t, searches[i].where, got, index, false)
		}
	})
}

func check(t *testing.T, name, plan, index string, sorts bool) {
	t.Helper()
	if !strings.Contains(plan, index) {
		t.Errorf("%s does not use %s:\n%s", name, index, plan)
	}
	if !sorts && (strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") || strings.Contains(plan, "Sort Key")) {
		t.Errorf("%s sorts:\n%s", name, plan)
	}
}

// claimSQL is the statement a claim runs, with its values written out.
func (h *house) claimSQL(model any, where, order string, now time.Time) string {
	for name, value := range map[string]string{"@now": h.literal(now), "@engine": "'e2'", "@vacancy": "3", "@checklist": "2"} {
		where = strings.ReplaceAll(where, name, value)
	}
	return h.w.ToSQL(func(tx *gorm.DB) *gorm.DB {
		return tx.Model(model).Clauses(skipLocked).Where(where).Order(order).Limit(1).Find(model)
	})
}

func (h *house) literal(at time.Time) string {
	if h.dialect == postgresDialect {
		return "'" + at.Format(time.RFC3339Nano) + "'::timestamptz"
	}
	return fmt.Sprint(at.UnixMicro())
}
