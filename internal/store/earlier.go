package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// EarlierApplication is an application a new message may belong to, with what tells.
type EarlierApplication struct {
	ApplicationID int64
	Name          string
	// Emails are the addresses its applicant wrote from.
	Emails []string
	// FileHashes are those of its files, BodyHashes those of the texts of its messages,
	// superseded ones included.
	FileHashes []string
	BodyHashes []string
	FileNames  []string
	// MessageIDs are the Message-IDs of its messages.
	MessageIDs []string
	// Messages counts what joined it so far.
	Messages int
}

// EarlierQuery says by what earlier applications are looked for; any one match suffices.
type EarlierQuery struct {
	VacancyID int64
	Email     string
	// ApplicationIDs are applications whose thread the message answers.
	ApplicationIDs []int64
	// FileHashes are those of the message's files.
	FileHashes []string
}

// EarlierApplications returns the applications for a vacancy that share an address, a
// thread or a file with a new message, oldest first.
func (s *Store) EarlierApplications(ctx context.Context, q EarlierQuery) ([]EarlierApplication, error) {
	db := s.reader(ctx)
	rows, err := q.run(db)
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: earlier applications: %w", q.VacancyID, err)
	}
	out := make([]EarlierApplication, 0, len(rows))
	for _, r := range rows {
		e := EarlierApplication{ApplicationID: r.ID, Name: r.Name, Messages: r.Messages}
		var docs []Document
		if err := db.Select("hash", "body", "name").Where("vacancy_id = ? AND application_id = ?", q.VacancyID, r.ID).Order("id").Find(&docs).Error; err != nil {
			return nil, fmt.Errorf("application %d: documents: %w", r.ID, err)
		}
		for _, d := range docs {
			if d.Body {
				e.BodyHashes = append(e.BodyHashes, d.Hash)
			} else {
				e.FileHashes, e.FileNames = append(e.FileHashes, d.Hash), append(e.FileNames, d.Name)
			}
		}
		if err := db.Model(&ApplicantAddress{}).Where("applicant_id = ?", r.ApplicantID).Order("email").Pluck("email", &e.Emails).Error; err != nil {
			return nil, fmt.Errorf("application %d: addresses: %w", r.ID, err)
		}
		err := db.Model(&Message{}).Where("id IN (SELECT message_id FROM routes WHERE vacancy_id = ? AND application_id = ?) AND message_id <> ''", q.VacancyID, r.ID).
			Order("id").Pluck("message_id", &e.MessageIDs).Error
		if err != nil {
			return nil, fmt.Errorf("application %d: messages: %w", r.ID, err)
		}
		out = append(out, e)
	}
	return out, nil
}

// earlierRow is one application found.
type earlierRow struct {
	ID, ApplicantID int64
	Name            string
	Messages        int
}

func (q EarlierQuery) run(db *gorm.DB) ([]earlierRow, error) {
	var rows []earlierRow
	err := db.Model(&Application{}).Select("applications.id, applications.applicant_id, p.name, "+
		"(SELECT count(*) FROM routes r WHERE r.vacancy_id = applications.vacancy_id AND r.application_id = applications.id) AS messages").
		Joins("JOIN applicants p ON p.id = applications.applicant_id").
		Where("applications.vacancy_id = ?", q.VacancyID).
		Where(db.Where("applications.applicant_id IN (SELECT applicant_id FROM applicant_addresses WHERE email = ? AND email <> '')", strings.ToLower(q.Email)).
			Or("applications.id IN ?", q.ApplicationIDs).
			Or("applications.id IN (SELECT application_id FROM documents WHERE vacancy_id = ? AND hash IN ? AND NOT body)", q.VacancyID, q.FileHashes)).
		Order("applications.received_at, applications.id").Limit(maxThread).Scan(&rows).Error
	return rows, err
}

// Look is a question about earlier applications with the answer a registration was decided
// on. Two processes may understand two messages of one person side by side: the one that
// registers second must know of the first.
type Look struct {
	Query EarlierQuery
	Found []EarlierApplication
}

// still tells whether the answer would be the same now.
func (l Look) still(tx *gorm.DB) (bool, error) {
	rows, err := l.Query.run(tx.Session(&gorm.Session{NewDB: true}))
	return slices.EqualFunc(rows, l.Found, func(r earlierRow, e EarlierApplication) bool {
		return r.ID == e.ApplicationID && r.Messages == e.Messages
	}), err
}

// lookAgain fails with ErrOutdated when one of the looks would find something else now. One
// transaction at a time registers what brings a file: each sees the documents of the one
// before.
func (s *Store) lookAgain(tx *gorm.DB, looks []Look) error {
	var files []string
	for _, l := range looks {
		files = append(files, l.Query.FileHashes...)
	}
	slices.Sort(files) // one order for all
	for _, h := range slices.Compact(files) {
		if s.dialect != postgresDialect {
			break // one writer at a time
		}
		if err := tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "file:"+h).Error; err != nil {
			return err
		}
	}
	for _, l := range looks {
		same, err := l.still(tx)
		if err != nil {
			return err
		}
		if !same {
			return ErrOutdated
		}
	}
	return nil
}

// RoutesOfThread returns where the messages went that carry one of the Message-IDs
// (without brackets), oldest first: the thread a reply belongs to.
func (s *Store) RoutesOfThread(ctx context.Context, ids []string) ([]Route, error) {
	if len(ids) > maxThread {
		ids = ids[:maxThread]
	}
	tidy(&ids, maxText)
	var out []Route
	err := s.reader(ctx).Where("message_id IN (SELECT id FROM messages WHERE message_id IN ? AND message_id <> '')", ids).
		Order("id").Limit(maxThread).Find(&out).Error
	return out, known(err)
}
