package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Subject is everything kept about one person, for the copy they may ask for.
type Subject struct {
	Applicant    Applicant
	Emails       []string
	Phones       []string
	Applications []SubjectApplication
	// Messages are all that were received from or about them, by id.
	Messages []Message
	// Shared are those messages that are somebody else's application as well.
	Shared      map[int64]bool
	Consents    []PoolConsent
	Corrections []Correction
	Requests    []PrivacyRequest
	// Trail are the lines of the audit trail about their applications and themselves.
	Trail []Event
	// Names are those of colleagues, by account.
	Names map[int64]string
}

// SubjectApplication is one application with what was read, found, said and written.
type SubjectApplication struct {
	ApplicationView
	Texts    []DocumentText
	Outgoing []OutgoingMessage
}

// maxTrail bounds the lines of the trail in one copy.
const maxTrail = 10_000

// SubjectOf gathers everything kept about a person and notes in the audit trail that it was
// taken out.
func (s *Store) SubjectOf(ctx context.Context, applicantID, actorID int64) (Subject, error) {
	out := Subject{}
	p, err := s.PlanErasure(ctx, applicantID)
	if err != nil {
		return out, err
	}
	db := s.reader(ctx)
	fail := func(err error) (Subject, error) {
		return Subject{}, fmt.Errorf("applicant %d: gather: %w", applicantID, known(err))
	}
	if err := db.Where("id = ?", applicantID).Take(&out.Applicant).Error; err != nil {
		return fail(err)
	}
	out.Emails, out.Phones = p.Emails, p.Phones
	for _, a := range p.Applications {
		v, err := s.ApplicationView(ctx, a.ID)
		if err != nil {
			return fail(err)
		}
		app := SubjectApplication{ApplicationView: v}
		if app.Outgoing, err = s.OutgoingOf(ctx, a.VacancyID, a.ID); err != nil {
			return fail(err)
		}
		for _, d := range v.Documents {
			var texts []DocumentText
			if err := db.Where("vacancy_id = ? AND document_id = ?", d.VacancyID, d.ID).Limit(1).Find(&texts).Error; err != nil {
				return fail(err)
			}
			app.Texts = append(app.Texts, texts...)
		}
		out.Applications = append(out.Applications, app)
	}
	ids := p.messageIDs()
	out.Shared = map[int64]bool{}
	for _, m := range p.Left {
		ids = append(ids, m.ID)
		out.Shared[m.ID] = true
	}
	if len(ids) > 0 {
		if err := db.Where("id IN ?", ids).Order("id").Limit(maxTrail).Find(&out.Messages).Error; err != nil {
			return fail(err)
		}
	}
	if out.Consents, err = s.Consents(ctx, applicantID); err != nil {
		return fail(err)
	}
	if out.Corrections, err = s.Corrections(ctx, applicantID); err != nil {
		return fail(err)
	}
	if err := db.Where("applicant_id = ?", applicantID).Order("id").Limit(maxShown).Find(&out.Requests).Error; err != nil {
		return fail(err)
	}
	err = db.Where("object = 'application' AND object_id IN ?", append([]int64{0}, p.ids()...)).
		Or("object = 'applicant' AND object_id = ?", applicantID).Order("id").Limit(maxTrail).Find(&out.Trail).Error
	if err != nil {
		return fail(err)
	}
	users, err := s.Users(ctx)
	if err != nil {
		return fail(err)
	}
	out.Names = map[int64]string{}
	for _, u := range users {
		out.Names[u.ID] = u.Name
	}
	err = s.recordSubject(ctx, applicantID, actorID)
	return out, err
}

func (s *Store) recordSubject(ctx context.Context, applicantID, actorID int64) error {
	return s.act(ctx, fmt.Sprintf("applicant %d: copy taken out", applicantID), func(tx *gorm.DB) error {
		if actorID != 0 {
			if err := checkAuthor(tx, actorID); err != nil {
				return err
			}
		}
		return s.record(tx, Event{ActorID: actorID, Act: "subject.exported", Object: "applicant", ObjectID: applicantID})
	})
}

// maxOtherNames bounds the other applicants whose names are covered in one copy.
const maxOtherNames = 20_000

// OtherNames returns the names and addresses of everybody else who applied for the same
// vacancies as a person, to be covered in what is handed to that person.
func (s *Store) OtherNames(ctx context.Context, applicantID int64) (names, emails []string, err error) {
	const others = `SELECT DISTINCT a.applicant_id FROM applications a WHERE a.applicant_id <> ? AND a.vacancy_id IN (SELECT vacancy_id FROM applications WHERE applicant_id = ?)`
	db := s.reader(ctx)
	err = db.Raw(`SELECT name FROM applicants WHERE id IN (`+others+`) AND name <> '' ORDER BY id LIMIT ?`, applicantID, applicantID, maxOtherNames).Scan(&names).Error
	if err == nil {
		err = db.Raw(`SELECT email FROM applicant_addresses WHERE applicant_id IN (`+others+`) AND email NOT IN (SELECT email FROM applicant_addresses WHERE applicant_id = ?)
			ORDER BY applicant_id LIMIT ?`, applicantID, applicantID, applicantID, maxOtherNames).Scan(&emails).Error
	}
	if err != nil {
		err = fmt.Errorf("applicant %d: neighbours: %w", applicantID, known(err))
	}
	return names, emails, err
}

// CountApplicants counts the people there are.
func (s *Store) CountApplicants(ctx context.Context) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&Applicant{}).Count(&n).Error
	return int(n), known(err)
}
