package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/erasure"
	"dossier/internal/sample"
	"dossier/internal/store"
	"dossier/internal/testenv"
	"dossier/screening"
)

// The person who asks to be erased, and what must not be found of them afterwards.
const (
	goneName   = "Awatef Zoungrana-Kaboré"
	goneEmail  = "awatef.zoungrana@courriel.example"
	gonePhone  = "+226 70 98 76 54"
	gonePhrase = "ravitaillement des dispensaires de Gorom-Gorom"
)

// traces are forms in which the above may have been kept.
var traces = []string{"zoungrana", "kabore", "kaboré", "awatef", "70 98 76 54", "70987654", "gorom-gorom", "gorom gorom", "ravitaillement des dispensaires"}

// letterFrom is a mail with a letter in its body and a CV attached.
func letterFrom(id, name, email, to, subject, body, file, content string, more ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Received: from mx.courriel.example by mail.passerelle-coop.example; Mon, 12 Jan 2026 09:00:00 +0100\r\n")
	fmt.Fprintf(&b, "Message-ID: <%s@courriel.example>\r\nDate: Mon, 12 Jan 2026 08:59:00 +0100\r\nFrom: =?utf-8?b?%s?= <%s>\r\nTo: %s\r\nSubject: =?utf-8?b?%s?=\r\n",
		id, base64.StdEncoding.EncodeToString([]byte(name)), email, to, base64.StdEncoding.EncodeToString([]byte(subject)))
	for _, m := range more {
		b.WriteString(m + "\r\n")
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	b.WriteString(base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n")
	if file != "" {
		fmt.Fprintf(&b, "--cut\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			file, base64.StdEncoding.EncodeToString([]byte(content)))
	}
	b.WriteString("--cut--\r\n")
	return []byte(b.String())
}

const shortCV = "Curriculum vitae\n\n%s\n%s\n%s\n\nExpérience professionnelle\n\n01/2021 - 12/2023 Chargée de logistique, Croissant Vert : %s.\n\nFormation\n\n2020 Master 2 Coopération internationale\n\nLangues\n\nFrançais C2, anglais C1\n"

// goneMail is what the person sent, and what others wrote about them.
func goneMail() [][]byte {
	const to = "rock-stage@passerelle-coop.example"
	cv := fmt.Sprintf(shortCV, goneName, goneEmail, gonePhone, gonePhrase)
	return [][]byte{
		letterFrom("awa-1", goneName, goneEmail, to, "Candidature stage ROCK – "+goneName,
			"Madame, Monsieur,\n\nJe vous adresse ma candidature. J'ai assuré le "+gonePhrase+" pendant trois ans et je souhaite rejoindre votre équipe de Nairobi.\n\nCordialement,\n"+goneName+"\n"+gonePhone+"\n", "CV_Zoungrana.txt", cv),
		letterFrom("awa-2", goneName, goneEmail, to, "Re: Candidature stage ROCK", "Bonjour,\n\nVous trouverez ci-joint mon CV mis à jour.\n\n"+goneName+"\n", "CV_Zoungrana_v2.txt", cv+"\nPermis B\n", "In-Reply-To: <awa-1@courriel.example>"),
		letterFrom("awa-3", goneName, goneEmail, to, "Question", "Bonjour,\n\nPouvez-vous me dire quand auront lieu les entretiens ?\n\n"+goneName+"\n", "", ""),
		letterFrom("ref-1", "Hortense Vial", "h.vial@croissant-vert.example", to, "Recommandation", "Madame, Monsieur,\n\nJe recommande vivement "+goneName+", qui a travaillé avec moi trois ans.\n\nHortense Vial\n", "", ""),
	}
}

func stayMail() []byte {
	return letterFrom("moussa-1", "Moussa Ténor", "moussa.tenor@courriel.example", "rock-stage@passerelle-coop.example", "Candidature stage ROCK",
		"Madame, Monsieur,\n\nJe vous adresse ma candidature au stage, car la coordination me passionne.\n\nMoussa Ténor\n", "CV_Tenor.txt",
		fmt.Sprintf(shortCV, "Moussa Ténor", "moussa.tenor@courriel.example", "+221 77 000 11 22", "suivi des stocks de Ziguinchor"))
}

// erasable is an installation of two mailboxes with the person in every corner of it.
type erasable struct {
	installation
	t               *testing.T
	dir, dsn        string
	first, second   server
	applicant, user int64
	gone, stays     int64
}

func newErasable(t *testing.T, dsn string) *erasable {
	t.Helper()
	x := &erasable{t: t, dir: t.TempDir(), dsn: dsn, first: memoryMailbox(t), second: memoryMailbox(t)}
	if x.dsn == "" {
		x.dsn = "sqlite:" + filepath.Join(x.dir, "data", "dossier.db")
	}
	x.installation = x.configured(x.dir, x.dsn)
	for _, raw := range append(goneMail(), stayMail()) {
		x.first.deliver(t, raw)
	}
	// The same mail reached a second mailbox another way.
	x.second.deliver(t, append([]byte("Received: from mail.passerelle-coop.example by mx2.passerelle-coop.example; Mon, 12 Jan 2026 09:00:04 +0100\r\n"), goneMail()[0]...))
	x.must(t, "poll", "--once")
	x.writeAbout()
	return x
}

func (x *erasable) configured(dir, dsn string) installation {
	x.t.Helper()
	files := map[string]string{
		"secret": "secret", "vacancies.yaml": string(sample.VacancyFile()),
		"dossier.yaml": fmt.Sprintf(`
database: %q
data: %s
vacancies: vacancies.yaml
log: {level: error}
mailboxes:
  - {name: first, host: %s, port: %d, tls: none, user: %s, password_file: secret, stall: 10s}
  - {name: second, host: %s, port: %d, tls: none, user: %s, password_file: secret, stall: 10s}
`, dsn, filepath.Join(dir, "data"), x.first.host, x.first.port, x.first.user, x.second.host, x.second.port, x.second.user),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			x.t.Fatal(err)
		}
	}
	return installation{config: filepath.Join(dir, "dossier.yaml")}
}

// inside works on the open instance and closes it again, as a process would.
func (x *erasable) inside(in installation, work func(ctx context.Context, i *instance) error) {
	x.t.Helper()
	e := &environment{stderr: os.Stderr, configFile: in.config}
	if err := e.with(x.t.Context(), func(i *instance) error { return work(x.t.Context(), i) }); err != nil {
		x.t.Fatal(err)
	}
}

// writeAbout has colleagues say something about the person wherever the program lets them.
func (x *erasable) writeAbout() {
	x.t.Helper()
	x.inside(x.installation, func(ctx context.Context, i *instance) error {
		s := i.store
		a, err := s.FindApplicant(ctx, goneEmail)
		if err != nil {
			return err
		}
		other, err := s.FindApplicant(ctx, "moussa.tenor@courriel.example")
		if err != nil {
			return err
		}
		x.applicant = a.ID
		plan, err := s.PlanErasure(ctx, a.ID)
		if err != nil {
			return err
		}
		others, err := s.PlanErasure(ctx, other.ID)
		if err != nil {
			return err
		}
		x.gone, x.stays = plan.Applications[0].ID, others.Applications[0].ID
		claire, err := s.AddUser(ctx, store.NewUser{Email: "claire@passerelle-coop.example", Name: "Claire", PasswordHash: "x", Role: account.HR}, 0)
		if err != nil {
			return err
		}
		paul, err := s.AddUser(ctx, store.NewUser{Email: "paul@passerelle-coop.example", Name: "Paul", PasswordHash: "x", Role: account.Reviewer}, 0)
		if err != nil {
			return err
		}
		x.user = claire.ID
		act := func(id int64) store.Act {
			app, err := s.ApplicationByID(ctx, id)
			if err != nil {
				x.t.Fatal(err)
			}
			return store.Act{ApplicationID: id, Version: app.Version, AuthorID: claire.ID}
		}
		outgoing := func(n string) store.NewOutgoing {
			return store.NewOutgoing{ApplicationID: x.gone, Kind: store.MailFree, Language: "fr", ToName: goneName, ToEmail: goneEmail,
				Subject: "Votre candidature, " + goneName, Body: "Bonjour " + goneName + ",\n\n" + n, MessageID: "out-" + n + "@passerelle-coop.example", Token: "token" + n, AuthorID: claire.ID}
		}
		for _, step := range []func() error{
			func() error { return s.AddNote(ctx, x.gone, claire.ID, goneName+" a appelé au "+gonePhone, paul.ID) },
			func() error {
				return s.AddNote(ctx, x.stays, claire.ID, "Moins à l'aise que "+goneName+" ("+goneEmail+").", paul.ID)
			},
			func() error {
				return s.RecordOverride(ctx, act(x.gone), "french", screening.Met, goneName+" l'a dit au téléphone")
			},
			func() error {
				return s.RecordDecision(ctx, act(x.gone), screening.StageToReview, "Zoungrana-Kaboré Awatef à revoir")
			},
			func() error { return s.GiveOpinion(ctx, x.gone, paul.ID, store.Favourable, goneName+" convient") },
			func() error {
				_, err := s.QueueOutgoing(ctx, outgoing("queued"))
				return err
			},
			func() error {
				m, err := s.QueueOutgoing(ctx, outgoing("cancelled"))
				if err != nil {
					return err
				}
				return s.CancelOutgoing(ctx, m.ID, claire.ID)
			},
			func() error {
				h, err := s.PlaceHold(ctx, 0, x.gone, claire.ID, "litige avec "+goneName)
				if err != nil {
					return err
				}
				return s.LiftHold(ctx, h.ID, claire.ID)
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

// structural are columns that steer the program, or that hold what people wrote about
// vacancies, accounts and servers, never about applicants. Any other column of text is
// taken to be able to name one: a new one must be erased, or be added here on purpose.
var structural = map[string]bool{
	"goose_db_version.*": true, "sqlite_sequence.*": true, "users.*": true, "sessions.*": true, "sign_in_failures.*": true, "grants.*": true,
	"mail_accounts.*": true, "mail_tokens.*": true, "mail_consents.*": true, "mail_templates.*": true, "instance_keys.*": true, "erased_marks.*": true,
	"vacancies.*": true, "drafts.*": true, "draft_steps.*": true, "checklist_templates.*": true, "events.*": true, "erasures.*": true, "tombstones.*": true,
	"application_counts.*": true, "review_modes.*": true, "list_choices.*": true, "list_densities.*": true, "vacancy_mails.*": true,
	"checklists.checklist": true, "checklists.author_name": true, "checklists.lines": true, "vacancy_moves.author_name": true,
	"vacancy_moves.from_state": true, "vacancy_moves.to_state": true, "mailboxes.name": true, "mailboxes.account": true, "mailboxes.folder": true,
	"mailboxes.kind": true, "mailboxes.lease_owner": true, "mailboxes.error_code": true, "messages.state": true, "messages.raw_hash": true,
	"messages.content_key": true, "messages.from_email": true, "messages.reason": true, "messages.vacancy_ids": true, "applicant_addresses.email": true,
	"applicants.name": true, "applicants.folded_name": true, "applicant_phones.phone": true, "applications.stage": true, "applications.sort_name": true,
	"documents.hash": true, "documents.state": true, "outgoing_messages.state": true, "outgoing_messages.kind": true, "outgoing_messages.message_id": true,
	"outgoing_messages.token": true, "sender_rules.email": true, "sender_rules.act": true, "application_words.words": true, "views.hidden": true,
	"corrections.field": true, "pool_consents.given_on": true, "pool_consents.expires_on": true, "privacy_requests.kind": true,
	"privacy_requests.state": true, "privacy_requests.received_on": true, "privacy_requests.due_on": true,
}

// column is one column of the database as it is.
type dbColumn struct{ table, name, kind string }

func dbColumns(t *testing.T, db *sql.DB, postgres bool) []dbColumn {
	t.Helper()
	query := `SELECT m.name, p.name, upper(p.type) FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1, 2`
	if postgres {
		query = `SELECT table_name, column_name, upper(data_type) FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2`
	}
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []dbColumn
	for rows.Next() {
		var c dbColumn
		if err := rows.Scan(&c.table, &c.name, &c.kind); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// plant writes the person's name into every column of text there is, whether or not some
// code of today writes there: beside what stands in rows of theirs, and into rows of
// others where colleagues may write. What a new column would hold is so tried at once.
func (x *erasable) plant(db *sql.DB, postgres bool) {
	t := x.t
	t.Helper()
	columns := dbColumns(t, db, postgres)
	has := map[string]bool{}
	for _, c := range columns {
		has[c.table+"."+c.name] = true
	}
	// Tables no act above has filled get a row each, so that they are tried as well.
	now := "CURRENT_TIMESTAMP"
	if !postgres {
		now = fmt.Sprint(time.Now().UnixMicro())
	}
	var vacancy, message int64
	if err := db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT vacancy_id, first_message_id FROM applications WHERE id = %d", x.gone)).Scan(&vacancy, &message); err != nil {
		t.Fatal(err)
	}
	for _, insert := range []string{
		fmt.Sprintf(`INSERT INTO views (vacancy_id, owner_id, name, query, hidden, shared, created_at, changed_at) VALUES (%d, %d, '%s', 'q=Awatef+Zoungrana-Kabor%%C3%%A9', '', FALSE, %s, %s)`, vacancy, x.user, goneName, now, now),
		fmt.Sprintf(`INSERT INTO sender_rules (email, act, vacancy_id, author_id, at) VALUES ('%s', 'assign', %d, %d, %s)`, goneEmail, vacancy, x.user, now),
		fmt.Sprintf(`INSERT INTO pool_consents (applicant_id, given_on, expires_on, source, author_id, at) VALUES (%d, '2026-01-01', '2027-01-01', 'mail de %s', %d, %s)`, x.applicant, goneName, x.user, now),
		fmt.Sprintf(`INSERT INTO corrections (applicant_id, application_id, field, criterion, original, value, reason, author_id, at) VALUES (%d, %d, 'other', '', 'x', '%s', 'y', %d, %s)`, x.applicant, x.gone, goneName, x.user, now),
		fmt.Sprintf(`INSERT INTO privacy_requests (kind, state, applicant_id, received_on, due_on, note, outcome, author_id, at) VALUES ('erasure', 'open', %d, '2026-01-01', '2026-02-01', '%s', '', %d, %s)`, x.applicant, goneName, x.user, now),
		fmt.Sprintf(`INSERT INTO reveals (vacancy_id, application_id, user_id, what, reason, at) VALUES (%d, %d, %d, 'identity', '%s', %s)`, vacancy, x.gone, x.user, goneName, now),
		fmt.Sprintf(`INSERT INTO withdrawal_requests (vacancy_id, application_id, message_id, quote, at, accepted) VALUES (%d, %d, %d, '%s', %s, FALSE)`, vacancy, x.gone, message, goneName, now),
		fmt.Sprintf(`INSERT INTO holds (vacancy_id, application_id, reason, author_id, at, lifted_at) VALUES (%d, %d, 'comme pour %s', %d, %s, %s)`, vacancy, x.stays, goneName, x.user, now, now),
	} {
		if _, err := db.ExecContext(t.Context(), insert); err != nil {
			t.Fatalf("%s: %v", insert, err)
		}
	}
	planted := map[string]bool{}
	for _, c := range columns {
		key := c.table + "." + c.name
		if c.kind != "TEXT" || structural[key] || structural[c.table+".*"] || strings.HasPrefix(c.table, "application_index") {
			continue
		}
		planted[key] = true
		mine := ""
		switch {
		case has[c.table+".applicant_id"]:
			mine = fmt.Sprintf(" WHERE applicant_id = %d", x.applicant)
		case has[c.table+".application_id"]:
			mine = fmt.Sprintf(" WHERE application_id = %d", x.gone)
		case has[c.table+".document_id"]:
			mine = fmt.Sprintf(" WHERE document_id IN (SELECT id FROM documents WHERE application_id = %d)", x.gone)
		case c.table == "messages":
			mine = fmt.Sprintf(" WHERE id IN (SELECT message_id FROM routes WHERE application_id = %d)", x.gone)
		}
		// What is JSON stays JSON, what is checked stays as it is.
		set := fmt.Sprintf(`CASE WHEN '%[1]s' = 'notices' THEN '[{"code":"action","detail":"%[2]s"}]' WHEN substr(%[1]s, 1, 1) = '[' THEN '["%[2]s"]' WHEN substr(%[1]s, 1, 1) = '{' THEN '{"x":"%[2]s"}' WHEN %[1]s IN ('null', '') THEN '["%[2]s"]' ELSE %[1]s || ' %[2]s' END`, c.name, goneName)
		_, err := db.ExecContext(t.Context(), "UPDATE "+c.table+" SET "+c.name+" = "+set+mine)
		if err != nil && !strings.Contains(strings.ToLower(err.Error()), "check") {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, want := range []string{"notes.body", "messages.subject", "outgoing_messages.body", "overrides.reason", "documents.name", "assessments.findings", "views.query", "vacancy_moves.reason"} {
		if !planted[want] {
			t.Errorf("%s was not tried; %d columns were", want, len(planted))
		}
	}
}

// search looks through every column of every table.
func (x *erasable) search(db *sql.DB, postgres bool) (found []string) {
	x.t.Helper()
	for _, c := range dbColumns(x.t, db, postgres) {
		rows, err := db.QueryContext(x.t.Context(), fmt.Sprintf(`SELECT "%s" FROM "%s"`, c.name, c.table))
		if err != nil {
			x.t.Fatalf("%s.%s: %v", c.table, c.name, err)
		}
		for rows.Next() {
			var v any
			if err := rows.Scan(&v); err != nil {
				x.t.Fatal(err)
			}
			if what := trace(fmt.Appendf(nil, "%s", v)); what != "" {
				found = append(found, fmt.Sprintf("%s.%s holds %q", c.table, c.name, what))
				break
			}
		}
		if err := rows.Close(); err != nil {
			x.t.Fatal(err)
		}
	}
	return append(found, x.searchIndex(db, postgres)...)
}

// searchIndex looks through the words of the full-text index, which share beginnings on
// disk, and through the samples PostgreSQL's planner keeps, and its files.
func (x *erasable) searchIndex(db *sql.DB, postgres bool) (found []string) {
	x.t.Helper()
	queries := map[string]string{"words of the index": `SELECT term FROM temp.terms`}
	if postgres {
		queries = map[string]string{"statistics": `SELECT coalesce(most_common_vals::text, '') || coalesce(histogram_bounds::text, '') || coalesce(most_common_elems::text, '') FROM pg_stats WHERE schemaname = current_schema()`}
	} else {
		conn, err := db.Conn(x.t.Context())
		if err != nil {
			x.t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(x.t.Context(), `CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, application_index, row)`); err != nil {
			x.t.Fatal(err)
		}
		defer conn.ExecContext(context.WithoutCancel(x.t.Context()), `DROP TABLE temp.terms`)
		return append(found, x.ask(conn.QueryContext, queries)...)
	}
	found = x.ask(db.QueryContext, queries)
	// The files of tables and indices, as far as the server lets them be read.
	rows, err := db.QueryContext(x.t.Context(), `SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i') AND pg_relation_size(oid) > 0`)
	if err != nil {
		x.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var b []byte
		if err := rows.Scan(&name, &b); err != nil {
			x.t.Fatal(err)
		}
		if what := trace(b); what != "" {
			found = append(found, fmt.Sprintf("the file of %s holds %q", name, what))
		}
	}
	return found
}

func (x *erasable) ask(query func(context.Context, string, ...any) (*sql.Rows, error), queries map[string]string) (found []string) {
	x.t.Helper()
	for where, q := range queries {
		rows, err := query(x.t.Context(), q)
		if err != nil {
			x.t.Fatal(err)
		}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				x.t.Fatal(err)
			}
			if what := trace([]byte(s)); what != "" {
				found = append(found, fmt.Sprintf("%s hold %q", where, what))
			}
		}
		rows.Close()
	}
	return found
}

// searchFiles looks through every file below dir, names included.
func (x *erasable) searchFiles(dir string) (found []string) {
	x.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if what := trace(append([]byte(d.Name()+"\n"), b...)); what != "" {
			found = append(found, fmt.Sprintf("%s holds %q", d.Name(), what))
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return found
}

func (x *erasable) clean(when string, in installation, dir string) {
	x.t.Helper()
	db, postgres := x.database(in), !strings.HasPrefix(x.dsn, "sqlite:")
	found := x.search(db, postgres)
	db.Close()
	found = append(found, x.searchFiles(dir)...)
	for _, f := range found {
		x.t.Errorf("%s: %s", when, f)
	}
}

// database opens the tables beneath, apart from the program.
func (x *erasable) database(in installation) *sql.DB {
	x.t.Helper()
	e := &environment{configFile: in.config}
	cfg, err := e.settings(nil)
	if err != nil {
		x.t.Fatal(err)
	}
	dsn, err := cfg.DSN()
	if err != nil {
		x.t.Fatal(err)
	}
	driver := "pgx"
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		x.t.Fatal(err)
	}
	return db
}

// TestNothingIsLeftOfSomebodyWhoWasErased puts a person into every corner of an instance,
// erases them, and looks through every column, index and file: at once, after the mailbox
// was read and numbered anew, and after an older copy was restored and the journal applied.
func TestNothingIsLeftOfSomebodyWhoWasErased(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			x := newErasable(t, dsn(t))
			db := x.database(x.installation)
			x.plant(db, name == "postgres")
			// The search must find what is there, or it proves nothing.
			before := append(x.search(db, name == "postgres"), x.searchFiles(filepath.Join(x.dir, "data"))...)
			db.Close()
			for _, want := range []string{"notes.body", "messages.subject", "document_texts.pages", "application_words.lines", "outgoing_messages.body", "assessments.facts", "views.name"} {
				if !slices.ContainsFunc(before, func(f string) bool { return strings.HasPrefix(f, want+" ") }) {
					t.Errorf("before erasing, nothing was found in %s", want)
				}
			}
			older := x.copy(t, name)
			out := x.must(t, "erase", goneEmail, "--dry-run")
			if !strings.Contains(out, "goes: 5 messages") {
				t.Errorf("preview:\n%s", out)
			}
			out = x.must(t, "erase", goneEmail)
			if trace([]byte(out)) != "" {
				t.Errorf("the command names the person:\n%s", out)
			}
			x.clean("after erasing", x.installation, filepath.Join(x.dir, "data"))
			x.staysWhole(x.installation)

			x.must(t, "poll", "--once")
			x.clean("after the next round", x.installation, filepath.Join(x.dir, "data"))
			db = x.database(x.installation)
			for _, q := range []string{"UPDATE messages SET uidvalidity = uidvalidity + 7", "UPDATE mailboxes SET uidvalidity = uidvalidity + 7, low_uid = 1"} {
				if _, err := db.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			db.Close()
			x.must(t, "poll", "--once")
			x.clean("after the mailboxes were numbered anew", x.installation, filepath.Join(x.dir, "data"))
			x.staysWhole(x.installation)
			if older.config == "" {
				return
			}
			journal := filepath.Join(x.dir, "data", "erasures.jsonl")
			dir := filepath.Dir(older.config)
			x.inside(older, func(ctx context.Context, i *instance) error {
				for range 2 { // the second time there is nothing to do
					a, err := erasure.Apply(ctx, i.store, i.blobs, erasure.Journal{Path: journal})
					if err != nil || a.Entries != 1 || a.Torn+a.Foreign > 0 {
						t.Errorf("applied %+v, %v", a, err)
					}
				}
				return nil
			})
			x.clean("after an older copy was restored", older, filepath.Join(dir, "data"))
			x.must(t, "poll", "--once")
			older.must(t, "poll", "--once")
			x.clean("after the restored copy was brought up to date", older, filepath.Join(dir, "data"))
			x.staysWhole(older)
		})
	}
}

// copy makes a copy of the whole installation, as an old backup is one.
func (x *erasable) copy(t *testing.T, engine string) installation {
	if engine == "postgres" {
		return installation{}
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(x.dir, "data"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "data", "secret.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	return x.configured(dir, "sqlite:"+filepath.Join(dir, "data", "dossier.db"))
}

// staysWhole looks whether the other applicant, the ledger and the trail are untouched.
func (x *erasable) staysWhole(in installation) {
	x.t.Helper()
	x.inside(in, func(ctx context.Context, i *instance) error {
		v, err := i.store.ApplicationView(ctx, x.stays)
		if err != nil {
			return err
		}
		if v.Applicant.Name != "Moussa Ténor" || len(v.Documents) == 0 || len(v.Notes) != 1 || !strings.Contains(v.Notes[0].Body, "Moins à l'aise que ████") {
			x.t.Errorf("the other applicant: %q, %d documents, notes %+v", v.Applicant.Name, len(v.Documents), v.Notes)
		}
		for _, d := range v.Documents {
			if err := i.blobs.Verify(ctx, d.Hash); err != nil {
				x.t.Error(err)
			}
		}
		if _, err := i.store.VerifyEvents(ctx); err != nil {
			x.t.Error(err)
		}
		b, err := i.store.Balance(ctx, store.LedgerQuery{})
		if err != nil {
			return err
		}
		if b.Received != b.Accounted() || b.ByState[store.Routed] == 0 {
			x.t.Errorf("balance %+v", b)
		}
		left, err := i.store.UnfinishedErasures(ctx, 10)
		if err != nil || len(left) > 0 {
			x.t.Errorf("unfinished: %d, %v", len(left), err)
		}
		return nil
	})
}
