package store

import (
	"context"
	"fmt"
	"strings"
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
	var rows []struct {
		ID, ApplicantID int64
		Name            string
	}
	err := db.Model(&Application{}).Select("applications.id, applications.applicant_id, p.name").
		Joins("JOIN applicants p ON p.id = applications.applicant_id").
		Where("applications.vacancy_id = ?", q.VacancyID).
		Where(db.Where("applications.applicant_id IN (SELECT applicant_id FROM applicant_addresses WHERE email = ? AND email <> '')", strings.ToLower(q.Email)).
			Or("applications.id IN ?", q.ApplicationIDs).
			Or("applications.id IN (SELECT application_id FROM documents WHERE vacancy_id = ? AND hash IN ? AND NOT body)", q.VacancyID, q.FileHashes)).
		Order("applications.received_at, applications.id").Limit(maxThread).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: earlier applications: %w", q.VacancyID, err)
	}
	out := make([]EarlierApplication, 0, len(rows))
	for _, r := range rows {
		e := EarlierApplication{ApplicationID: r.ID, Name: r.Name}
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
