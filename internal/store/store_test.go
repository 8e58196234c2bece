package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/testenv"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// clock is the time of a test. It only moves when told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is an open store with what tests put into it.
type house struct {
	*Store
	t     *testing.T
	ctx   context.Context
	clock *clock
	// dsn opens the same database again.
	dsn string
	// messages counts the files kept, to give each its own bytes and time of receipt.
	messages int
}

// monday is the time tests start at.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC)

// engines runs a test on SQLite, and on PostgreSQL when it is switched on.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		test(t, openHouse(t, "sqlite:"+filepath.Join(t.TempDir(), "dossier.db")))
	})
	t.Run("postgres", func(t *testing.T) { test(t, openHouse(t, testenv.Postgres(t))) })
}

func openHouse(t *testing.T, dsn string) *house {
	t.Helper()
	h := &house{t: t, ctx: t.Context(), clock: &clock{now: monday}, dsn: dsn}
	h.Store = h.reopen()
	return h
}

func (h *house) reopen() *Store {
	h.t.Helper()
	s, err := Open(h.ctx, Config{DSN: h.dsn, Now: h.clock.Now, Throwaway: strings.HasPrefix(h.dsn, "sqlite:")})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			h.t.Error(err)
		}
	})
	return s
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wants(err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Errorf("got error %v, want %v", err, want)
	}
}

func (h *house) mailbox() Mailbox {
	h.t.Helper()
	m, err := h.EnsureMailbox(h.ctx, NewMailbox{Name: "import", Kind: KindFolder})
	h.must(err)
	return m
}

// message keeps a file received so long after monday.
func (h *house) message(after time.Duration) Message {
	h.t.Helper()
	h.messages++
	m, existed, err := h.KeepFile(h.ctx, h.mailbox().ID, KeptFile{Hash: fmt.Sprintf("%064d", h.messages), Size: 100,
		ReceivedAt: monday.Add(after), ReceivedLine: "by mx.example; then", Name: fmt.Sprint(h.messages, ".eml")})
	h.must(err)
	if existed {
		h.t.Fatal("a new file was there before")
	}
	return m
}

// checklist asks for French (required), a licence (asset) and an age for the reader only.
func checklist() screening.Checklist {
	return screening.Checklist{
		Deadline: &screening.Deadline{At: monday.Add(24 * time.Hour).Truncate(time.Hour), Zone: "Africa/Dakar"},
		AsOf:     screening.Date{Year: 2026, Month: 3, Day: 3},
		Criteria: []screening.Criterion{
			{ID: "french", Kind: "language", Importance: screening.Required, Statement: screening.Statement{Plain: "Speaks French."}},
			{ID: "licence", Kind: "licence", Importance: screening.Asset, Statement: screening.Statement{Plain: "Drives."}},
			{ID: "age", Kind: "age", Importance: screening.Required, Sensitive: true, Statement: screening.Statement{Plain: "Is under 30."}},
		},
	}
}

func (h *house) vacancy(slug string) Vacancy {
	h.t.Helper()
	change, err := h.ApplyVacancy(h.ctx, NewVacancy{Slug: slug, Title: "Expert " + slug, Addresses: []string{" " + strings.ToUpper(slug) + "@Org.example"}},
		checklist(), By{Name: "a file"}, false)
	h.must(err)
	if change != VacancyCreated {
		h.t.Fatalf("vacancy %s: %s, want created", slug, change)
	}
	v, err := h.VacancyBySlug(h.ctx, slug)
	h.must(err)
	return v
}

func (h *house) user(name string) User {
	h.t.Helper()
	u, err := h.AddUser(h.ctx, NewUser{Email: name + "@org.example", Name: name, PasswordHash: "x", Role: account.Recruiter}, 0)
	h.must(err)
	return u
}

// apply registers a message as an application with a CV and a letter.
func (h *house) apply(v Vacancy, m Message, email string) Registered {
	h.t.Helper()
	out, err := h.RegisterApplication(h.ctx, registration(v, m, email))
	h.must(err)
	return out[0]
}

func registration(v Vacancy, m Message, email string) Registration {
	return Registration{MessageID: m.ID, Class: ClassApplication, Reason: "address", Applicant: NewApplicant{Name: "Awa Ndiaye", Email: email, Phones: []string{"+221 000"}},
		Documents: []NewDocument{
			{Hash: strings.Repeat("a", 64), Size: 10, Name: "cv.pdf", Media: "application/pdf", Type: fact.CV},
			{Hash: strings.Repeat("b", 64), Size: 20, Name: "(body)", Media: "text/plain", Body: true, Type: fact.CoverLetter},
		},
		Routes: []NewRoute{{VacancyID: v.ID, Became: ClassApplication, Rule: "address", Evidence: "x@org.example"}}}
}

func (h *house) documents(applicationID int64) []Document {
	h.t.Helper()
	var out []Document
	h.must(h.reader(h.ctx).Where("application_id = ?", applicationID).Order("id").Find(&out).Error)
	return out
}

// readAll reads the pending documents of an application as what they provisionally are.
func (h *house) readAll(applicationID int64) {
	h.t.Helper()
	for _, d := range h.documents(applicationID) {
		if d.State == Pending {
			h.read(d, d.Type)
		}
	}
}

func (h *house) read(d Document, is fact.DocumentType) {
	h.t.Helper()
	h.must(h.SaveText(h.ctx, Reading{DocumentID: d.ID, Engine: "pdf", Quality: 0.9, Language: "fr", Type: is,
		Pages: []text.Page{{Number: 1, Text: "Langues : français C1, œuvre " + d.Name + "\n"}},
		Facts: &fact.Facts{Type: is, Language: "fr"}, FactsEngine: "rules 1"}))
}

// assess saves findings for an application as it is now.
func (h *house) assess(applicationID int64, engine string, verdicts ...screening.Verdict) {
	h.t.Helper()
	d, err := h.DossierOf(h.ctx, applicationID, "rules 1")
	h.must(err)
	var findings []screening.Finding
	for i, c := range d.Checklist.Checklist.Criteria {
		findings = append(findings, screening.Finding{Criterion: c.ID, Verdict: verdicts[i], Reason: "test.reason",
			Evidence: []screening.Evidence{{Kind: screening.Search, Role: screening.Supports}}})
	}
	h.must(h.SaveAssessment(h.ctx, NewAssessment{ApplicationID: applicationID, DocumentsRev: d.Application.DocumentsRev,
		ChecklistVersion: d.Checklist.Version, EngineVersion: engine, Findings: findings}))
}

func (h *house) application(id int64) Application {
	h.t.Helper()
	a, err := h.ApplicationByID(h.ctx, id)
	h.must(err)
	return a
}

func (h *house) again(m Message) Message {
	h.t.Helper()
	got, err := h.MessageByID(h.ctx, m.ID)
	h.must(err)
	return got
}
