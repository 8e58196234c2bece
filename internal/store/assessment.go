package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
	"dossier/screening/fact"
)

// Assessment is all findings for one application at one moment. The newest is current;
// older ones stay.
type Assessment struct {
	ID               int64               `gorm:"primaryKey;autoIncrement"`
	VacancyID        int64               `gorm:"not null"`
	ApplicationID    int64               `gorm:"not null"`
	ChecklistVersion int                 `gorm:"not null"`
	EngineVersion    string              `gorm:"not null"`
	DocumentsRev     int64               `gorm:"not null"`
	Findings         []screening.Finding `gorm:"serializer:json;not null"`
	// Facts are those of each document the findings rest on.
	Facts     []DocumentFacts `gorm:"serializer:gzip"`
	CreatedAt time.Time       `gorm:"not null"`
}

// DocumentFacts are the facts of one document of a dossier.
type DocumentFacts struct {
	// Document is the document's id in the dossier.
	Document string     `json:"document"`
	Facts    fact.Facts `json:"facts"`
}

// Dossier is all that is needed to assess an application, and what to hand back with it.
type Dossier struct {
	Application Application
	Vacancy     Vacancy
	// Checklist is the latest published.
	Checklist Checklist
	// Dossier is the input of screening. Document ids are Document.ID in decimal.
	Dossier screening.Dossier
	// Documents are those of the dossier, in its order; Late are those that arrived after
	// the deadline and do not count until a person accepts them.
	Documents []Document
	Late      []Document
}

// DossierUnder is DossierOf as it would be under a checklist that is not published.
func (s *Store) DossierUnder(ctx context.Context, applicationID int64, factsEngine string, list screening.Checklist) (Dossier, error) {
	out, err := s.dossierOf(s.reader(ctx), applicationID, factsEngine, &list)
	if err != nil {
		return Dossier{}, fmt.Errorf("application %d: dossier: %w", applicationID, known(err))
	}
	return out, nil
}

// DossierOf gathers an application's dossier. Facts are handed over when they were read
// by the same version of the rules, and nil otherwise.
func (s *Store) DossierOf(ctx context.Context, applicationID int64, factsEngine string) (Dossier, error) {
	out, err := s.dossierOf(s.reader(ctx), applicationID, factsEngine, nil)
	if err != nil {
		return Dossier{}, fmt.Errorf("application %d: dossier: %w", applicationID, known(err))
	}
	return out, nil
}

func (s *Store) dossierOf(db *gorm.DB, applicationID int64, factsEngine string, under *screening.Checklist) (Dossier, error) {
	var out Dossier
	// The application is read first: when documents change after, its revision is behind
	// theirs and SaveAssessment says so.
	if err := db.Where("id = ?", applicationID).Take(&out.Application).Error; err != nil {
		return out, err
	}
	app := out.Application
	if err := db.Where("id = ?", app.VacancyID).Take(&out.Vacancy).Error; err != nil {
		return out, err
	}
	switch {
	case under != nil:
		out.Checklist = Checklist{VacancyID: app.VacancyID, Checklist: *under}
	case out.Vacancy.ChecklistVersion == 0:
		return out, fmt.Errorf("%w: vacancy %d has no checklist", ErrInvalid, app.VacancyID)
	default:
		err := db.Where("vacancy_id = ? AND version = ?", app.VacancyID, out.Vacancy.ChecklistVersion).Take(&out.Checklist).Error
		if err != nil {
			return out, err
		}
	}
	var first Message
	if err := db.Where("id = ?", app.FirstMessageID).Take(&first).Error; err != nil {
		return out, err
	}
	var person Applicant
	if err := db.Where("id = ?", app.ApplicantID).Take(&person).Error; err != nil {
		return out, err
	}
	var addresses []ApplicantAddress
	if err := db.Where("applicant_id = ?", app.ApplicantID).Order("created_at, email").Limit(1).Find(&addresses).Error; err != nil {
		return out, err
	}
	var docs []Document
	if err := db.Where("vacancy_id = ? AND application_id = ?", app.VacancyID, app.ID).Find(&docs).Error; err != nil {
		return out, err
	}
	slices.SortFunc(docs, inOrder)
	var texts []DocumentText
	err := db.Where("vacancy_id = ? AND document_id IN (?)", app.VacancyID,
		db.Model(&Document{}).Select("id").Where("vacancy_id = ? AND application_id = ?", app.VacancyID, app.ID)).Find(&texts).Error
	if err != nil {
		return out, err
	}
	textOf := make(map[int64]DocumentText, len(texts))
	for _, t := range texts {
		textOf[t.DocumentID] = t
	}
	out.Dossier = screening.Dossier{ReceivedAt: app.ReceivedAt, ReceivedLine: first.ReceivedLine, SenderName: person.Name}
	if len(addresses) > 0 {
		out.Dossier.SenderEmail = addresses[0].Email
	}
	deadline := out.Checklist.Checklist.Deadline
	for _, d := range docs {
		if !counts(deadline, app, d) {
			out.Late = append(out.Late, d)
			continue
		}
		t := textOf[d.ID]
		doc := screening.Document{ID: strconv.FormatInt(d.ID, 10), Name: d.Name, Media: d.Media, Body: d.Body,
			Type: d.TypeByPerson, Problem: d.Problem, Pages: t.Pages}
		if t.Facts != nil && t.FactsEngine == factsEngine {
			doc.Facts = t.Facts
		}
		out.Documents = append(out.Documents, d)
		out.Dossier.Documents = append(out.Dossier.Documents, doc)
	}
	// What replaces a document counts only if it counts itself.
	for i, d := range out.Documents {
		out.Dossier.Documents[i].Superseded = d.SupersededBy != nil &&
			slices.ContainsFunc(out.Documents, func(by Document) bool { return by.ID == *d.SupersededBy })
	}
	return out, nil
}

// counts tells whether a document is judged. What completes an application after the
// deadline waits until a person accepts it. An application that is late as a whole is
// judged with what it brought: its deadline criterion says the rest.
func counts(deadline *screening.Deadline, app Application, d Document) bool {
	if !late(deadline, d.ReceivedAt) || late(deadline, app.ReceivedAt) {
		return true
	}
	return app.LateAcceptedAt != nil && !d.ReceivedAt.After(*app.LateAcceptedAt)
}

// NewAssessment is what SaveAssessment keeps, with the three versions it was made from.
type NewAssessment struct {
	ApplicationID    int64
	DocumentsRev     int64
	ChecklistVersion int
	EngineVersion    string
	Findings         []screening.Finding
	Facts            []DocumentFacts
}

// SaveAssessment keeps the findings for an application and refreshes what lists show of
// it. It fails with ErrConflict, and keeps nothing, when documents or checklist have
// changed since the dossier was read: the work is then still to be done.
func (s *Store) SaveAssessment(ctx context.Context, n NewAssessment) error {
	return s.act(ctx, fmt.Sprintf("application %d: save assessment", n.ApplicationID), func(tx *gorm.DB) error {
		app, err := lockApplication(tx, n.ApplicationID)
		if err != nil {
			return err
		}
		var list Checklist
		err = tx.Where("vacancy_id = ? AND version = (SELECT checklist_version FROM vacancies WHERE id = ?)", app.VacancyID, app.VacancyID).Take(&list).Error
		if err != nil {
			return err
		}
		if app.DocumentsRev != n.DocumentsRev || list.Version != n.ChecklistVersion {
			return fmt.Errorf("%w: assessed documents %d and checklist %d, now %d and %d", ErrConflict,
				n.DocumentsRev, n.ChecklistVersion, app.DocumentsRev, list.Version)
		}
		row := Assessment{VacancyID: app.VacancyID, ApplicationID: app.ID, ChecklistVersion: n.ChecklistVersion,
			EngineVersion: n.EngineVersion, DocumentsRev: n.DocumentsRev, Findings: n.Findings, Facts: n.Facts, CreatedAt: s.clock()}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		if err := s.keepPhones(tx, app.ApplicantID, n.Facts); err != nil {
			return err
		}
		overrides, err := overridesInForce(tx, app)
		if err != nil {
			return err
		}
		now := s.clock()
		app.AssessedRev, app.AssessedChecklist, app.AssessedEngine, app.AssessedAt = n.DocumentsRev, n.ChecklistVersion, n.EngineVersion, &now
		app.AfterClose = late(list.Checklist.Deadline, app.ReceivedAt)
		app.Work = Work{}
		app.show(tally(list.Checklist, n.Findings, overrides))
		return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).
			Select(append(append(workColumns, tallyColumns...), "assessed_rev", "assessed_checklist", "assessed_engine", "assessed_at", "after_close")).
			Updates(app).Error
	})
}

// keepPhones keeps the telephone numbers an applicant's own documents give, as digits, so
// that one person who wrote from two addresses can be noticed. A reference letter's number
// is somebody else's.
func (s *Store) keepPhones(tx *gorm.DB, applicantID int64, documents []DocumentFacts) error {
	var phones []string
	for _, d := range documents {
		if d.Facts.Phone == nil || (d.Facts.Type != fact.CV && d.Facts.Type != fact.Combined) {
			continue
		}
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, d.Facts.Phone.Value)
		// A national number and its international form end alike.
		if len(digits) >= phoneDigits {
			phones = append(phones, digits[len(digits)-phoneDigits:])
		}
	}
	return s.addContacts(tx, applicantID, NewApplicant{Phones: phones}, false)
}

// phoneDigits is how many of the last digits of a telephone number are compared.
const phoneDigits = 8

var tallyColumns = []string{"verdicts", "met_count", "not_met_count", "unclear_count", "required_not_met", "required_unclear"}

func (a *Application) show(t Tally) {
	a.Verdicts, a.MetCount, a.NotMetCount, a.UnclearCount = t.Verdicts, t.Met, t.NotMet, t.Unclear
	a.RequiredNotMet, a.RequiredUnclear = t.RequiredNotMet, t.RequiredUnclear
}

// CurrentAssessment returns the newest assessment of an application; ErrNotFound before
// the first.
func (s *Store) CurrentAssessment(ctx context.Context, vacancyID, applicationID int64) (Assessment, error) {
	a, err := currentAssessment(s.reader(ctx), vacancyID, applicationID)
	if err != nil {
		return Assessment{}, fmt.Errorf("application %d: assessment: %w", applicationID, known(err))
	}
	return a, nil
}

func currentAssessment(db *gorm.DB, vacancyID, applicationID int64) (Assessment, error) {
	var a Assessment
	err := db.Where("vacancy_id = ? AND application_id = ?", vacancyID, applicationID).Order("id DESC").Limit(1).Take(&a).Error
	return a, err
}

// refreshTally brings what lists show up to date after a person spoke. Before the first
// assessment there is nothing to show.
func refreshTally(tx *gorm.DB, app Application) error {
	a, err := currentAssessment(tx, app.VacancyID, app.ID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var list Checklist
	if err := tx.Where("vacancy_id = ? AND version = ?", app.VacancyID, a.ChecklistVersion).Take(&list).Error; err != nil {
		return err
	}
	overrides, err := overridesInForce(tx, app)
	if err != nil {
		return err
	}
	app.show(tally(list.Checklist, a.Findings, overrides))
	return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).Select(tallyColumns).Updates(app).Error
}

func overridesInForce(tx *gorm.DB, app Application) ([]Override, error) {
	var out []Override
	err := tx.Where("vacancy_id = ? AND application_id = ? AND withdrawn_at IS NULL", app.VacancyID, app.ID).Order("id").Find(&out).Error
	return out, err
}
