package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// Registration is what a parsed message became: whose it is, what it brought, and the
// vacancies it is for.
type Registration struct {
	MessageID int64
	// Class is application, update or duplicate, of the message as a whole.
	Class Class
	// Reason is a code, Detail what fills it in, Trace which rules fired.
	Reason string
	Detail string
	Trace  json.RawMessage

	Applicant NewApplicant
	Documents []NewDocument
	// Routes has one entry per vacancy, at least one.
	Routes []NewRoute
	// SamePerson tells whether two names may be one person's. It is asked about applicants
	// who wrote from the same address. When nil, folded names must be equal or one empty.
	SamePerson func(a, b string) bool
	// Looks are what it was decided on.
	Looks []Look
}

// NewApplicant is what a message says about the person who applies.
type NewApplicant struct {
	// ID joins an applicant that is already known; 0 looks for one by address and name.
	ID     int64
	Name   string
	Email  string
	Phones []string
}

// NewDocument is one attachment or body of a message.
type NewDocument struct {
	// Hash names its bytes, which are kept before it is registered. Size is in bytes.
	Hash    string
	Size    int64
	Name    string
	Media   string
	Body    bool
	Inside  string
	Damaged bool
	// Type is provisional, until the text is read.
	Type fact.DocumentType
	// Problem, when not empty, is the code of why nobody needs to try to read it.
	Problem string
	Detail  string
}

// NewRoute sends a message to one vacancy.
type NewRoute struct {
	VacancyID int64
	// ApplicationID joins that application, whoever the applicant seems to be; 0 finds or
	// makes the applicant's own.
	ApplicationID int64
	// Became duplicate adds nothing to the application; the others bring the documents.
	Became    Class
	Rule      string
	Evidence  string
	ToConfirm bool
	// Apart makes the applicant somebody new, whoever else writes from the address.
	Apart bool
	// OwnAddress says that the address is the applicant's although another application
	// is joined.
	OwnAddress bool
}

// Registered is where a message ended up for one vacancy.
type Registered struct {
	VacancyID     int64
	ApplicationID int64
	ApplicantID   int64
	Became        Class
}

// RegisterApplication settles a message as routed: its applicant, application, documents
// and routes in one transaction. Registering it again changes nothing and returns the
// same. What Became says is corrected to what happened: the message received first is the
// application, those that join it are updates, in whatever order they are registered. It
// fails with ErrOutdated when one of its Looks would find something else now.
func (s *Store) RegisterApplication(ctx context.Context, reg Registration) ([]Registered, error) {
	if len(reg.Routes) == 0 {
		return nil, fmt.Errorf("message %d: register: %w: no vacancy", reg.MessageID, ErrInvalid)
	}
	tidyRegistration(&reg)
	// One order for all, so that two registrations never wait for each other.
	routes := slices.Clone(reg.Routes)
	slices.SortStableFunc(routes, func(a, b NewRoute) int { return cmp.Compare(a.VacancyID, b.VacancyID) })
	var out []Registered
	err := s.act(ctx, fmt.Sprintf("message %d: register", reg.MessageID), func(tx *gorm.DB) error {
		out = out[:0]
		msg, err := lockMessage(tx, reg.MessageID)
		if err != nil {
			return err
		}
		if msg.State == Routed {
			out, err = registered(tx, msg.ID)
			return err
		}
		if msg.Reason == ReasonErased {
			return fmt.Errorf("%w: it was erased meanwhile", ErrConflict)
		}
		if err := s.lockAddress(tx, reg.Applicant.Email); err != nil {
			return err
		}
		out, err = registered(tx, msg.ID)
		if err != nil {
			return err
		}
		if err := s.lookAgain(tx, reg.Looks); err != nil {
			return err
		}
		for _, r := range routes {
			// A message that a person had understood again may still be there for others.
			if slices.ContainsFunc(out, func(kept Registered) bool { return kept.VacancyID == r.VacancyID }) {
				continue
			}
			got, err := s.register(tx, msg, reg, r)
			if err != nil {
				return fmt.Errorf("vacancy %d: %w", r.VacancyID, err)
			}
			out = append(out, got)
		}
		msg.State, msg.Reason, msg.Detail, msg.Trace, msg.VacancyIDs = Routed, reg.Reason, reg.Detail, reg.Trace, nil
		msg.Class, msg.Work = classOf(reg.Class, out), Work{}
		return tx.Model(&Message{}).Where("id = ?", msg.ID).
			Select(append(workColumns, "state", "class", "reason", "detail", "trace", "vacancy_ids")).Updates(msg).Error
	})
	return out, err
}

// tidyRegistration is tidy without touching the function among the fields.
func tidyRegistration(reg *Registration) {
	tidy(&reg.Reason, maxText)
	tidy(&reg.Detail, maxText)
	tidy(&reg.Applicant, maxText)
	reg.Documents, reg.Routes = slices.Clone(reg.Documents), slices.Clone(reg.Routes)
	reg.Applicant.Phones = slices.Clone(reg.Applicant.Phones)
	tidy(&reg.Documents, maxText)
	tidy(&reg.Routes, maxText)
	reg.Applicant.Email = strings.ToLower(strings.TrimSpace(reg.Applicant.Email))
}

// classOf is the class of a message: what it became most, application before update
// before duplicate. A duplicate for every vacancy stays one.
func classOf(claimed Class, out []Registered) Class {
	for _, c := range []Class{ClassApplication, ClassUpdate, ClassDuplicate} {
		for _, r := range out {
			if r.Became == c {
				return c
			}
		}
	}
	return claimed
}

func registered(tx *gorm.DB, messageID int64) ([]Registered, error) {
	var out []Registered
	err := tx.Model(&Route{}).
		Select("routes.vacancy_id, routes.application_id, routes.became, a.applicant_id").
		Joins("JOIN applications a ON a.vacancy_id = routes.vacancy_id AND a.id = routes.application_id").
		Where("routes.message_id = ?", messageID).Order("routes.vacancy_id").Scan(&out).Error
	return out, err
}

// lockAddress lets one transaction at a time look for, or make, the applicant behind an
// address.
func (s *Store) lockAddress(tx *gorm.DB, email string) error {
	if s.dialect != postgresDialect || email == "" {
		return nil
	}
	return tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "applicant:"+email).Error
}

func (s *Store) register(tx *gorm.DB, msg Message, reg Registration, r NewRoute) (Registered, error) {
	app, found, err := s.applicationFor(tx, msg, reg, r)
	if err != nil {
		return Registered{}, err
	}
	became := r.Became
	if !found {
		became = ClassApplication
	} else if became == ClassApplication {
		became = ClassUpdate
	}
	if found && became == ClassUpdate && s.receivedAt(msg).Before(app.ReceivedAt) {
		if err := s.becomeFirst(tx, &app, msg); err != nil {
			return Registered{}, err
		}
		became = ClassApplication
	}
	route := Route{VacancyID: r.VacancyID, MessageID: msg.ID, ApplicationID: app.ID, Became: became,
		Rule: r.Rule, Evidence: r.Evidence, ToConfirm: r.ToConfirm, At: s.clock()}
	if err := tx.Create(&route).Error; err != nil {
		return Registered{}, err
	}
	if became != ClassDuplicate {
		if err := s.addDocuments(tx, app, msg, reg.Documents); err != nil {
			return Registered{}, err
		}
	}
	return Registered{VacancyID: r.VacancyID, ApplicationID: app.ID, ApplicantID: app.ApplicantID, Became: became}, nil
}

// applicationFor finds the application a route joins, or makes it.
func (s *Store) applicationFor(tx *gorm.DB, msg Message, reg Registration, r NewRoute) (app Application, found bool, err error) {
	if r.ApplicationID != 0 {
		err := tx.Clauses(forUpdate).Where("vacancy_id = ? AND id = ?", r.VacancyID, r.ApplicationID).Take(&app).Error
		if err != nil {
			return app, false, err
		}
		return app, true, s.addContacts(tx, app.ApplicantID, reg.Applicant, r.OwnAddress)
	}
	person, err := s.applicantFor(tx, reg, r.Apart)
	if err != nil {
		return app, false, err
	}
	if err := s.addContacts(tx, person.ID, reg.Applicant, true); err != nil {
		return app, false, err
	}
	var vacancy Vacancy
	if err := tx.Where("id = ?", r.VacancyID).Take(&vacancy).Error; err != nil {
		return app, false, err
	}
	app = Application{VacancyID: r.VacancyID, ApplicantID: person.ID, ReceivedAt: s.receivedAt(msg), FirstMessageID: msg.ID,
		Stage: screening.StageNew, Version: 1, AfterClose: vacancy.Late(s.receivedAt(msg)), CreatedAt: s.clock()}
	made := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&app)
	if made.Error != nil {
		return app, false, made.Error
	}
	if made.RowsAffected == 1 {
		return app, false, refreshSearch(tx, app.VacancyID, app.ID)
	}
	app = Application{}
	err = tx.Clauses(forUpdate).Where("vacancy_id = ? AND applicant_id = ?", r.VacancyID, person.ID).Take(&app).Error
	return app, true, err
}

// applicantFor finds the person: the one named, or the oldest who wrote from the address
// under a name that may be the same. Anybody else, and who is told apart, is a new applicant.
func (s *Store) applicantFor(tx *gorm.DB, reg Registration, apart bool) (Applicant, error) {
	var a Applicant
	if reg.Applicant.ID != 0 {
		err := tx.Where("id = ?", reg.Applicant.ID).Take(&a).Error
		return a, err
	}
	if reg.Applicant.Email != "" && !apart {
		var known []Applicant
		err := tx.Where("id IN (SELECT applicant_id FROM applicant_addresses WHERE email = ?)", reg.Applicant.Email).
			Order("id").Limit(maxThread).Find(&known).Error
		if err != nil {
			return a, err
		}
		for _, k := range known {
			if samePerson(reg.SamePerson, k.Name, reg.Applicant.Name) {
				return k, nil
			}
		}
	}
	a = Applicant{Name: reg.Applicant.Name, FoldedName: text.String(reg.Applicant.Name), CreatedAt: s.clock()}
	err := tx.Create(&a).Error
	return a, err
}

func samePerson(rule func(a, b string) bool, a, b string) bool {
	if rule != nil {
		return rule(a, b)
	}
	return a == "" || b == "" || text.String(a) == text.String(b)
}

// addContacts keeps how the person can be reached. The address is kept only when it is
// known to be theirs; one who forwards for others has an address of their own.
func (s *Store) addContacts(tx *gorm.DB, applicantID int64, n NewApplicant, ownAddress bool) error {
	ignore := tx.Clauses(clause.OnConflict{DoNothing: true}).Session(&gorm.Session{})
	if ownAddress && n.Email != "" {
		if err := ignore.Create(&ApplicantAddress{ApplicantID: applicantID, Email: n.Email, CreatedAt: s.clock()}).Error; err != nil {
			return err
		}
	}
	for _, p := range n.Phones {
		if p == "" {
			continue
		}
		if err := ignore.Create(&ApplicantPhone{ApplicantID: applicantID, Phone: p, CreatedAt: s.clock()}).Error; err != nil {
			return err
		}
	}
	return nil
}

// becomeFirst makes an earlier message, registered late, the one the application dates
// from. The message that stood there becomes an update.
func (s *Store) becomeFirst(tx *gorm.DB, app *Application, msg Message) error {
	var vacancy Vacancy
	if err := tx.Where("id = ?", app.VacancyID).Take(&vacancy).Error; err != nil {
		return err
	}
	err := tx.Model(&Route{}).Where("vacancy_id = ? AND application_id = ? AND became = ?", app.VacancyID, app.ID, ClassApplication).
		Update("became", ClassUpdate).Error
	if err != nil {
		return err
	}
	err = tx.Model(&Message{}).Where("id = ? AND class = ?", app.FirstMessageID, ClassApplication).
		Where("NOT EXISTS (SELECT 1 FROM routes r WHERE r.message_id = messages.id AND r.became = 'application')").
		Update("class", ClassUpdate).Error
	if err != nil {
		return err
	}
	app.ReceivedAt, app.FirstMessageID, app.AfterClose = s.receivedAt(msg), msg.ID, vacancy.Late(s.receivedAt(msg))
	return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).
		Select("received_at", "first_message_id", "after_close").Updates(app).Error
}

func (s *Store) addDocuments(tx *gorm.DB, app Application, msg Message, docs []NewDocument) error {
	rows := make([]Document, 0, len(docs))
	for i, d := range docs {
		row := Document{VacancyID: app.VacancyID, ApplicationID: app.ID, MessageID: msg.ID, Position: i,
			Hash: d.Hash, Size: d.Size, Name: d.Name, Media: d.Media, Body: d.Body, Inside: d.Inside, Damaged: d.Damaged,
			Type: d.Type, State: Pending, ReceivedAt: s.receivedAt(msg), CreatedAt: s.clock()}
		if d.Problem != "" {
			row.State, row.Problem, row.Detail = Unreadable, d.Problem, d.Detail
		}
		rows = append(rows, row)
	}
	for batch := range slices.Chunk(rows, rowsPerInsert) {
		if err := tx.Create(batch).Error; err != nil {
			return err
		}
	}
	return documentsChanged(tx, app.VacancyID, app.ID)
}

// receivedAt is when the message reached our server. Every stored message has it.
func (s *Store) receivedAt(m Message) time.Time {
	if m.ReceivedAt != nil {
		return *m.ReceivedAt
	}
	return m.CreatedAt
}

// RoutesOf returns where a message went, by vacancy.
func (s *Store) RoutesOf(ctx context.Context, messageID int64) ([]Route, error) {
	var out []Route
	err := s.reader(ctx).Where("message_id = ?", messageID).Order("vacancy_id").Find(&out).Error
	return out, known(err)
}
