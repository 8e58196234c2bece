package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/mailsink"
	"dossier/internal/store"
	"dossier/internal/testenv"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

var paris, _ = time.LoadLocation("Europe/Paris")

// thursday is the time tests start at.
var thursday = time.Date(2026, 11, 19, 10, 0, 0, 0, paris)

// office is a store with one vacancy, a mail server that keeps what it gets, and somebody
// from human resources.
type office struct {
	t        *testing.T
	dsn      string
	store    *store.Store
	sink     *mailsink.Sink
	settings Settings
	vacancy  store.Vacancy
	hr       store.User
	mu       sync.Mutex
	now      time.Time
	uid      int
	log      strings.Builder
}

func (o *office) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

func newOffice(t *testing.T, cfg mailsink.Config) *office {
	t.Helper()
	return newOfficeOn(t, cfg, "sqlite:"+filepath.Join(t.TempDir(), "office.db"))
}

func newOfficeOn(t *testing.T, cfg mailsink.Config, dsn string) *office {
	t.Helper()
	o := &office{t: t, now: thursday, dsn: dsn}
	cfg.Now = o.Now
	var err error
	o.sink, err = mailsink.Start(cfg)
	o.must(err)
	t.Cleanup(func() { _ = o.sink.Close() })
	o.store, err = store.Open(t.Context(), store.Config{DSN: dsn, Now: o.Now, Throwaway: strings.HasPrefix(dsn, "sqlite:")})
	o.must(err)
	t.Cleanup(func() { o.must(o.store.Close()) })
	o.settings = Settings{Host: "127.0.0.1", Port: o.sink.Port(), TLS: TLSNone, From: mail.Address{Name: "Recrutement, Rive Nord", Address: "jobs@rivenord.example"}, Stall: 5 * time.Second}
	_, err = o.store.ApplyVacancy(t.Context(), store.NewVacancy{Slug: "communication", Title: "Chargé·e de communication", Organisation: "Rive Nord", Place: "Calais",
		Reference: "RN-14", Addresses: []string{"recrutement+rn14@rivenord.example"}, Language: "fr"}, checklist(), store.By{Name: "test"}, false)
	o.must(err)
	o.vacancy, err = o.store.VacancyBySlug(t.Context(), "communication")
	o.must(err)
	o.hr, err = o.store.AddUser(t.Context(), store.NewUser{Email: "hr@rivenord.example", Name: "Karim Diallo", Role: account.HR}, 0)
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func checklist() screening.Checklist {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	said := func(fr, en string) screening.Statement { return screening.Statement{FR: fr, EN: en} }
	return screening.Checklist{
		Deadline: &screening.Deadline{At: time.Date(2026, 11, 30, 23, 59, 0, 0, paris), Zone: "Europe/Paris"},
		AsOf:     screening.Date{Year: 2026, Month: 11, Day: 30},
		Criteria: []screening.Criterion{
			{ID: "letter", Kind: "documents", Importance: screening.Required, Statement: said("Lettre", "Letter"), Params: raw(`{"all_of":["cover_letter","diploma"],"formats":["pdf"]}`)},
			{ID: "english", Kind: "language", Importance: screening.Required, Statement: said("Anglais B2 ou plus.", "English B2 or better."), Params: raw(`{"language":"en","min_level":"B2"}`)},
			{ID: "references", Kind: "references", Importance: screening.Required, Statement: said("Trois références", "Three references"),
				Params: raw(`{"min":3,"roles":{"line_manager":2,"hr":1},"exclude_family":true}`)},
		},
	}
}

// lacking are findings of somebody whose diploma and references are missing, and whose
// English nobody can tell.
func lacking() []screening.Finding {
	none := []screening.Evidence{{Kind: screening.Search, Role: screening.Context}}
	return []screening.Finding{
		{Criterion: "letter", Verdict: screening.NotMet, Reason: "documents.missing", Args: map[string]string{"missing": "diploma", "formats": "pdf"}, Evidence: none},
		{Criterion: "english", Verdict: screening.Unclear, Reason: "language.no_level", Evidence: none},
		{Criterion: "references", Verdict: screening.NotMet, Reason: "references.too_few", Args: map[string]string{"found": "1", "want": "3"}, Evidence: none},
	}
}

// complete are findings of somebody who lacks nothing.
func complete() []screening.Finding {
	out := lacking()
	for i := range out {
		out[i].Verdict, out[i].Reason = screening.Met, "documents.all"
	}
	return out
}

// applies registers an application with its findings and returns its id.
func (o *office) applies(name, email string, change func(*store.Summary, *store.Registration), findings []screening.Finding) int64 {
	o.t.Helper()
	ctx := o.t.Context()
	o.uid++
	box, err := o.store.EnsureMailbox(ctx, store.NewMailbox{Name: "test", Kind: store.KindFolder})
	o.must(err)
	m, _, err := o.store.KeepFile(ctx, box.ID, store.KeptFile{Hash: fmt.Sprintf("%064d", o.uid), Size: 1, ReceivedAt: o.Now(), Name: fmt.Sprint(o.uid)})
	o.must(err)
	summary := store.Summary{MessageID: fmt.Sprintf("application-%d@post.example", o.uid), Subject: "Candidature", FromName: name, FromEmail: email, InReplyTo: []string{"earlier@post.example"}}
	reg := store.Registration{MessageID: m.ID, Class: store.ClassApplication, Applicant: store.NewApplicant{Name: name, Email: email},
		Documents: []store.NewDocument{{Hash: fmt.Sprintf("%063da", o.uid), Size: 1, Name: "(body)", Media: "text/plain", Body: true}},
		Routes:    []store.NewRoute{{VacancyID: o.vacancy.ID, Became: store.ClassApplication, Rule: "address"}}}
	if change != nil {
		change(&summary, &reg)
	}
	o.must(o.store.SaveParsed(ctx, m.ID, summary))
	placed, err := o.store.RegisterApplication(ctx, reg)
	o.must(err)
	v := o.view(placed[0].ApplicationID)
	for _, d := range v.Documents {
		o.must(o.store.SaveText(ctx, store.Reading{DocumentID: d.ID, Engine: "text", Quality: 1, Language: "fr", Type: fact.Other, Pages: []text.Page{{Number: 1, Text: "Bonjour"}}}))
	}
	o.assess(v.ID, findings)
	return v.ID
}

func (o *office) assess(id int64, findings []screening.Finding) {
	o.t.Helper()
	v := o.view(id)
	o.must(o.store.SaveAssessment(o.t.Context(), store.NewAssessment{ApplicationID: id, DocumentsRev: v.DocumentsRev,
		ChecklistVersion: o.vacancy.ChecklistVersion, EngineVersion: screening.EngineVersion, Findings: findings}))
}

func (o *office) view(id int64) store.ApplicationView {
	o.t.Helper()
	v, err := o.store.ApplicationView(o.t.Context(), id)
	o.must(err)
	return v
}

// acknowledging switches acknowledgements on.
func (o *office) acknowledging() {
	o.t.Helper()
	set, err := o.store.MailOf(o.t.Context(), o.vacancy.ID)
	o.must(err)
	set.Acknowledge = true
	o.must(o.store.SetVacancyMail(o.t.Context(), set, o.hr.ID))
}

// writes queues a plain message to an application's applicant.
func (o *office) writes(id int64, change func(*store.NewOutgoing)) store.OutgoingMessage {
	o.t.Helper()
	name, token := o.settings.NewName()
	n := o.settings.Message(o.view(id), Draft{Kind: store.MailFree, Language: "fr", Subject: "Bonjour", Body: "Un mot.\n\n.\nFin"}, name, token)
	n.AuthorID = o.hr.ID
	if change != nil {
		change(&n)
	}
	m, err := o.store.QueueOutgoing(o.t.Context(), n)
	o.must(err)
	return m
}

func (o *office) sender(owner string) *Sender {
	return NewSender(Config{Store: o.store, Settings: o.settings, Log: slog.New(slog.NewTextHandler(&o.log, nil)), Now: o.Now, Owner: owner})
}

// round runs a round that must go well.
func (o *office) round() Round {
	o.t.Helper()
	r, err := o.sender("one").Round(o.t.Context())
	o.must(err)
	return r
}

func (o *office) message(id int64) store.OutgoingMessage {
	o.t.Helper()
	m, err := o.store.OutgoingByID(o.t.Context(), id)
	o.must(err)
	return m
}

// stands checks the state of a message and why it is in it.
func (o *office) stands(id int64, state store.OutgoingState, why string) store.OutgoingMessage {
	o.t.Helper()
	m := o.message(id)
	if m.State != state || m.Why != why {
		o.t.Errorf("message is %s because of %q (%s), want %s, %q", m.State, m.Why, m.Error, state, why)
	}
	return m
}

// parsed is a letter as a mail program reads it.
func (o *office) parsed(l mailsink.Letter) *mail.Message {
	o.t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(string(l.Raw)))
	o.must(err)
	return m
}

// engines runs a test on SQLite, and on PostgreSQL when it is switched on.
func engines(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "office.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, testenv.Postgres(t)) })
}

var errStopped = errors.New("stopped")

func stopped(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(errStopped)
	return ctx
}
