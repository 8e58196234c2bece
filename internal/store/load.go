package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// Loaded is one application made up for measuring, with all that intake, screening and
// people would have left behind.
type Loaded struct {
	Vacancy   *Vacancy
	Checklist *Checklist
	Applicant NewApplicant
	// FoldedName is the applicant's name, folded.
	FoldedName string
	ReceivedAt time.Time
	Subject    string
	Documents  []LoadedDocument
	// Findings name documents by their place in Documents, in decimal.
	Findings  []screening.Finding
	Engine    string
	Overrides []Override
	// Decisions are oldest first; the last one's stage is the application's.
	Decisions  []Decision
	ReviewerID *int64
}

// LoadedDocument is one of its documents. It has no bytes: Hash names none.
type LoadedDocument struct {
	Name, Media, Language, Engine, Problem string
	Body                                   bool
	Type                                   fact.DocumentType
	Pages                                  []text.Page
	Hash                                   string
	Size                                   int64
}

// Load fills a database for measuring: whole applications in one transaction, without the
// checks and the audit trail of the acts that real ones go through. Real applications come
// by RegisterApplication.
func (s *Store) Load(ctx context.Context, mailboxID int64, apps []Loaded) error {
	return s.act(ctx, "load applications", func(tx *gorm.DB) error {
		l := loader{tx: tx, now: s.clock(), apps: apps}
		for _, step := range []func() error{func() error { return l.messages(mailboxID) }, l.people, l.applications, l.documents, l.judgements} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

type loader struct {
	tx   *gorm.DB
	now  time.Time
	apps []Loaded
	// rows are made from apps, in their order.
	mail []Message
	who  []Applicant
	rows []Application
	docs [][]Document
}

func insert[T any](tx *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, rowsPerInsert).Error
}

func (l *loader) messages(mailboxID int64) error {
	var last uint32
	if err := l.tx.Model(&Message{}).Where("mailbox_id = ?", mailboxID).Select("coalesce(max(uid), 0)").Scan(&last).Error; err != nil {
		return err
	}
	for i, a := range l.apps {
		at := instantOf(a.ReceivedAt)
		uid := last + uint32(i) + 1
		l.mail = append(l.mail, Message{MailboxID: mailboxID, UID: uid, State: Routed, Class: ClassApplication, Reason: "address", Subject: a.Subject,
			Size: 40_000, MessageID: fmt.Sprintf("%d.%d@courriel.example", mailboxID, uid), FromName: a.Applicant.Name, FromEmail: a.Applicant.Email,
			InternalDate: &at, ReceivedAt: &at, SentAt: &at, CreatedAt: l.now})
	}
	return insert(l.tx, l.mail)
}

func (l *loader) people() error {
	for _, a := range l.apps {
		l.who = append(l.who, Applicant{Name: a.Applicant.Name, FoldedName: a.FoldedName, CreatedAt: l.now})
	}
	if err := insert(l.tx, l.who); err != nil {
		return err
	}
	var addresses []ApplicantAddress
	var phones []ApplicantPhone
	for i, a := range l.apps {
		addresses = append(addresses, ApplicantAddress{ApplicantID: l.who[i].ID, Email: a.Applicant.Email, CreatedAt: l.now})
		for _, p := range a.Applicant.Phones {
			phones = append(phones, ApplicantPhone{ApplicantID: l.who[i].ID, Phone: p, CreatedAt: l.now})
		}
	}
	if err := insert(l.tx, addresses); err != nil {
		return err
	}
	return insert(l.tx, phones)
}

func (l *loader) applications() error {
	for i, a := range l.apps {
		stage := screening.StageNew
		if n := len(a.Decisions); n > 0 {
			stage = a.Decisions[n-1].ToStage
		}
		row := Application{VacancyID: a.Vacancy.ID, ApplicantID: l.who[i].ID, ReceivedAt: instantOf(a.ReceivedAt), FirstMessageID: l.mail[i].ID,
			Stage: stage, ReviewerID: a.ReviewerID, Version: 1 + int64(len(a.Decisions)+len(a.Overrides)), DocumentsRev: 1 + int64(len(a.Documents)),
			AssessedRev: 1 + int64(len(a.Documents)), AssessedChecklist: a.Checklist.Version, AssessedEngine: a.Engine, AssessedAt: &l.now,
			AfterClose: late(a.Checklist.Checklist.Deadline, a.ReceivedAt), CreatedAt: l.now}
		row.show(tally(a.Checklist.Checklist, a.Findings, a.Overrides))
		l.rows = append(l.rows, row)
	}
	if err := insert(l.tx, l.rows); err != nil {
		return err
	}
	var routes []Route
	for i, a := range l.rows {
		routes = append(routes, Route{VacancyID: a.VacancyID, MessageID: l.mail[i].ID, ApplicationID: a.ID, Became: ClassApplication, Rule: "address",
			At: l.now})
	}
	return insert(l.tx, routes)
}

func (l *loader) documents() error {
	var all []Document
	for i, a := range l.apps {
		for k, d := range a.Documents {
			state := Read
			if d.Problem != "" {
				state = Unreadable
			}
			all = append(all, Document{VacancyID: a.Vacancy.ID, ApplicationID: l.rows[i].ID, MessageID: l.mail[i].ID, Position: k, Hash: d.Hash, Size: d.Size,
				Name: d.Name, Media: d.Media, Body: d.Body, Type: d.Type, Language: d.Language, PageCount: len(d.Pages), Engine: d.Engine, Quality: 0.9,
				State: state, Problem: d.Problem, ReceivedAt: instantOf(a.ReceivedAt), CreatedAt: l.now})
		}
	}
	if err := insert(l.tx, all); err != nil {
		return err
	}
	var texts []DocumentText
	var words []ApplicationWords
	for i, a := range l.apps {
		l.docs = append(l.docs, all[:len(a.Documents)])
		all = all[len(a.Documents):]
		lines := newSearchLines(a.Vacancy.ID, a.Applicant.Name, []string{a.Applicant.Email})
		for k, d := range a.Documents {
			texts = append(texts, DocumentText{VacancyID: a.Vacancy.ID, DocumentID: l.docs[i][k].ID, Pages: d.Pages, FactsEngine: "", ReadAt: l.now})
			for _, p := range d.Pages {
				lines.page(l.docs[i][k].ID, p.Number, p.Text)
			}
		}
		words = append(words, lines.row(a.Vacancy.ID, l.rows[i].ID))
	}
	if err := insert(l.tx, texts); err != nil {
		return err
	}
	return insert(l.tx, words)
}

func (l *loader) judgements() error {
	var assessments []Assessment
	var overrides []Override
	var decisions []Decision
	for i, a := range l.apps {
		app := l.rows[i]
		assessments = append(assessments, Assessment{VacancyID: app.VacancyID, ApplicationID: app.ID, ChecklistVersion: a.Checklist.Version,
			EngineVersion: a.Engine, DocumentsRev: app.DocumentsRev, Findings: withDocuments(a.Findings, l.docs[i]), CreatedAt: l.now})
		for _, o := range a.Overrides {
			o.VacancyID, o.ApplicationID = app.VacancyID, app.ID
			overrides = append(overrides, o)
		}
		for _, d := range a.Decisions {
			d.VacancyID, d.ApplicationID = app.VacancyID, app.ID
			decisions = append(decisions, d)
		}
	}
	if err := insert(l.tx, assessments); err != nil {
		return err
	}
	if err := insert(l.tx, overrides); err != nil {
		return err
	}
	return insert(l.tx, decisions)
}

// withDocuments names the documents of findings by their ids instead of their places.
func withDocuments(findings []screening.Finding, docs []Document) []screening.Finding {
	id := func(place string) string {
		if n, err := strconv.Atoi(place); err == nil && n >= 0 && n < len(docs) {
			return decimal(docs[n].ID)
		}
		return place
	}
	out := make([]screening.Finding, len(findings))
	for i, f := range findings {
		f.Evidence = append([]screening.Evidence{}, f.Evidence...)
		for k := range f.Evidence {
			e := &f.Evidence[k]
			if e.Document != "" {
				e.Document = id(e.Document)
			}
			searched := make([]string, len(e.Searched))
			for n, place := range e.Searched {
				searched[n] = id(place)
			}
			e.Searched = searched
		}
		if len(f.Parts) > 0 {
			f.Parts = withDocuments(f.Parts, docs)
		}
		out[i] = f
	}
	return out
}

// Analyze tells the database's planner what the tables hold, after much of it has changed.
func (s *Store) Analyze(ctx context.Context) error {
	statement := "ANALYZE"
	if s.dialect == postgresDialect {
		statement = "VACUUM ANALYZE"
	}
	if err := s.w.WithContext(ctx).Exec(statement).Error; err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}
