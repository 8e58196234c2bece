package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// The most of each list that an application's page shows; the newest are kept.
const maxShown = 500

// ApplicationView is one application with all that its page shows, except the text and
// the bytes of its documents.
type ApplicationView struct {
	Application
	Vacancy   Vacancy
	Applicant Applicant
	// Emails are the addresses the applicant wrote from.
	Emails []string
	// Checklist is the version the assessment was made with, else the vacancy's latest;
	// its Version is 0 when none is published.
	Checklist Checklist
	// Assessment is the newest; nil before the first.
	Assessment *Assessment
	// Assessments are all of them without their findings, oldest first.
	Assessments []AssessmentHead
	// Documents are in order of receipt, then of their place in the message.
	Documents []Document
	// ReadAt tells when each document's text was read, by its id.
	ReadAt map[int64]time.Time
	// Overrides, Decisions and Notes are oldest first.
	Overrides []Override
	Decisions []Decision
	Notes     []Note
	// Opinions are those of reviewers who look at it on their own, oldest first, and Reveals
	// who had shown to them what Mode keeps back.
	Mode     ReviewMode
	Opinions []Opinion
	Reveals  []Reveal
	// Phones are the numbers the applicant gave.
	Phones []string
	// Acts are the lines of the audit trail that no other list tells of, oldest first.
	Acts []Event
	// Messages are in order of receipt.
	Messages []ApplicationMessage
	// Names are those of the people in the lists above, by account.
	Names map[int64]string
}

// AssessmentHead says that an assessment was made, without its findings.
type AssessmentHead struct {
	ID               int64
	ChecklistVersion int
	EngineVersion    string
	CreatedAt        time.Time
}

// ApplicationMessage is a message that became, or joined, an application.
type ApplicationMessage struct {
	Message
	Route Route
}

// ApplicationView reads one application for its page. It fails with ErrNotFound when
// there is none of that id.
func (s *Store) ApplicationView(ctx context.Context, id int64) (ApplicationView, error) {
	v := ApplicationView{}
	db := s.reader(ctx)
	if err := db.Where("id = ?", id).Take(&v.Application).Error; err != nil {
		return v, fmt.Errorf("application %d: %w", id, known(err))
	}
	for _, read := range []func(*gorm.DB, *ApplicationView) error{
		readParties, readMode, readAssessments, readViewDocuments, readActs, readTrail, readViewMessages, readNames,
	} {
		if err := read(db, &v); err != nil {
			return v, fmt.Errorf("application %d: %w", id, known(err))
		}
	}
	return v, nil
}

func readParties(db *gorm.DB, v *ApplicationView) error {
	if err := db.Where("id = ?", v.VacancyID).Take(&v.Vacancy).Error; err != nil {
		return err
	}
	if err := db.Where("id = ?", v.ApplicantID).Take(&v.Applicant).Error; err != nil {
		return err
	}
	return db.Model(&ApplicantAddress{}).Where("applicant_id = ?", v.ApplicantID).
		Order("created_at, email").Limit(maxShown).Pluck("email", &v.Emails).Error
}

// readAssessments reads the newest assessment and the checklist it was made with.
func readAssessments(db *gorm.DB, v *ApplicationView) error {
	var newest []Assessment
	of := db.Where("vacancy_id = ? AND application_id = ?", v.VacancyID, v.ID)
	if err := of.Session(&gorm.Session{}).Order("id DESC").Limit(1).Find(&newest).Error; err != nil {
		return err
	}
	version := v.Vacancy.ChecklistVersion
	if len(newest) > 0 {
		v.Assessment, version = &newest[0], newest[0].ChecklistVersion
	}
	if err := of.Session(&gorm.Session{}).Model(&Assessment{}).Order("id DESC").Limit(maxShown).Find(&v.Assessments).Error; err != nil {
		return err
	}
	slices.Reverse(v.Assessments)
	if version == 0 {
		return nil
	}
	return db.Where("vacancy_id = ? AND version = ?", v.VacancyID, version).Take(&v.Checklist).Error
}

func readViewDocuments(db *gorm.DB, v *ApplicationView) error {
	of := db.Where("vacancy_id = ? AND application_id = ?", v.VacancyID, v.ID)
	if err := of.Order("received_at, message_id, position, id").Limit(maxShown).Find(&v.Documents).Error; err != nil {
		return err
	}
	ids := make([]int64, 0, len(v.Documents))
	for _, d := range v.Documents {
		ids = append(ids, d.ID)
	}
	var texts []DocumentText
	err := db.Select("vacancy_id", "document_id", "read_at").
		Where("vacancy_id = ? AND document_id IN ?", v.VacancyID, ids).Find(&texts).Error
	v.ReadAt = make(map[int64]time.Time, len(texts))
	for _, t := range texts {
		v.ReadAt[t.DocumentID] = t.ReadAt
	}
	return err
}

func readActs(db *gorm.DB, v *ApplicationView) error {
	of := func() *gorm.DB {
		return db.Where("vacancy_id = ? AND application_id = ?", v.VacancyID, v.ID).Order("id DESC").Limit(maxShown)
	}
	if err := of().Find(&v.Overrides).Error; err != nil {
		return err
	}
	if err := of().Find(&v.Decisions).Error; err != nil {
		return err
	}
	if err := of().Find(&v.Notes).Error; err != nil {
		return err
	}
	slices.Reverse(v.Overrides)
	slices.Reverse(v.Decisions)
	slices.Reverse(v.Notes)
	return nil
}

// readMode reads how the vacancy is looked at, and what that keeps for this application.
func readMode(db *gorm.DB, v *ApplicationView) error {
	var err error
	if v.Mode, err = reviewMode(db, v.VacancyID); err != nil {
		return err
	}
	of := db.Where("vacancy_id = ? AND application_id = ?", v.VacancyID, v.ID).Order("id").Limit(maxShown)
	if err := of.Session(&gorm.Session{}).Find(&v.Opinions).Error; err != nil {
		return err
	}
	if err := of.Session(&gorm.Session{}).Find(&v.Reveals).Error; err != nil {
		return err
	}
	if !v.Mode.Anonymous {
		return nil
	}
	return db.Model(&ApplicantPhone{}).Where("applicant_id = ?", v.ApplicantID).Order("phone").Limit(maxShown).Pluck("phone", &v.Phones).Error
}

// trailActs are the acts that only the audit trail tells of.
var trailActs = []string{"reviewer.assigned", "document.type_corrected", "document.unlocked", "opinion.given", "opinion.withdrawn"}

func readTrail(db *gorm.DB, v *ApplicationView) error {
	err := db.Where("object = 'application' AND object_id = ? AND act IN ?", v.ID, trailActs).Order("id DESC").Limit(maxShown).Find(&v.Acts).Error
	slices.Reverse(v.Acts)
	return err
}

func readViewMessages(db *gorm.DB, v *ApplicationView) error {
	var routes []Route
	err := db.Where("vacancy_id = ? AND application_id = ?", v.VacancyID, v.ID).Order("id").Limit(maxShown).Find(&routes).Error
	if err != nil || len(routes) == 0 {
		return err
	}
	ids := make([]int64, 0, len(routes))
	for _, r := range routes {
		ids = append(ids, r.MessageID)
	}
	var messages []Message
	if err := db.Where("id IN ?", ids).Order("received_at, id").Find(&messages).Error; err != nil {
		return err
	}
	for _, m := range messages {
		i := slices.IndexFunc(routes, func(r Route) bool { return r.MessageID == m.ID })
		v.Messages = append(v.Messages, ApplicationMessage{Message: m, Route: routes[i]})
	}
	return nil
}

func readNames(db *gorm.DB, v *ApplicationView) error {
	seen := map[int64]bool{}
	for _, o := range v.Overrides {
		seen[o.AuthorID] = true
		if o.WithdrawnBy != nil {
			seen[*o.WithdrawnBy] = true
		}
	}
	for _, d := range v.Decisions {
		seen[d.AuthorID] = true
	}
	for _, n := range v.Notes {
		seen[n.AuthorID] = true
	}
	for _, o := range v.Opinions {
		seen[o.AuthorID] = true
	}
	for _, r := range v.Reveals {
		seen[r.UserID] = true
	}
	for _, e := range v.Acts {
		seen[e.ActorID] = true
		if id, err := strconv.ParseInt(e.Details["reviewer"], 10, 64); err == nil {
			seen[id] = true
		}
	}
	for _, id := range []*int64{v.ReviewerID, v.LateAcceptedBy} {
		if id != nil {
			seen[*id] = true
		}
	}
	v.Names = map[int64]string{}
	if len(seen) == 0 {
		return nil
	}
	ids := make([]int64, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var users []User
	if err := db.Select("id", "name", "email").Where("id IN ?", ids).Find(&users).Error; err != nil {
		return err
	}
	for _, u := range users {
		v.Names[u.ID] = u.Name
		if u.Name == "" {
			v.Names[u.ID] = u.Email
		}
	}
	return nil
}

// LastDecision is the newest decision, nil when there is none.
func (v ApplicationView) LastDecision() *Decision {
	if len(v.Decisions) == 0 {
		return nil
	}
	return &v.Decisions[len(v.Decisions)-1]
}

// InForce is the override that counts for a criterion, nil when the machine's verdict does.
func (v ApplicationView) InForce(criterion string) *Override {
	for i := len(v.Overrides) - 1; i >= 0; i-- {
		if o := &v.Overrides[i]; o.Criterion == criterion && o.WithdrawnAt == nil {
			return o
		}
	}
	return nil
}
