package store

import (
	"cmp"
	"fmt"

	"gorm.io/gorm"
)

// ErrJudged is returned for undoing an application that people have worked on: their
// judgements must be withdrawn, or the other application undone.
var ErrJudged = fmt.Errorf("%w: people have judged this application", ErrInvalid)

// detach undoes what a message became, in one vacancy, or in all when vacancyID is 0. What
// other messages brought to the same application stays; an application that nothing else
// holds is gone. An application that people have judged is left as it is, with ErrJudged.
func (s *Store) detach(tx *gorm.DB, m Message, vacancyID int64) error {
	routes, err := routesOf(tx, m.ID)
	if err != nil {
		return err
	}
	for _, r := range routes {
		if vacancyID != 0 && r.VacancyID != vacancyID {
			continue
		}
		if err := s.detachRoute(tx, m, r); err != nil {
			return fmt.Errorf("vacancy %d: %w", r.VacancyID, err)
		}
	}
	return nil
}

func routesOf(tx *gorm.DB, messageID int64) ([]Route, error) {
	var out []Route
	err := tx.Where("message_id = ?", messageID).Order("vacancy_id").Find(&out).Error
	return out, err
}

func (s *Store) detachRoute(tx *gorm.DB, m Message, r Route) error {
	app, err := lockApplication(tx, r.ApplicationID)
	if err != nil {
		return err
	}
	// A copy brought nothing that people could have judged.
	if r.Became != ClassDuplicate {
		if judged, err := isJudged(tx, app); err != nil || judged {
			return cmp.Or(err, ErrJudged)
		}
	}
	var others []Route
	err = tx.Where("vacancy_id = ? AND application_id = ? AND message_id <> ?", r.VacancyID, app.ID, m.ID).Find(&others).Error
	if err != nil {
		return err
	}
	var left []Route
	for _, o := range others {
		// A copy brought nothing, since all was there: it may bring something now.
		if o.Became != ClassDuplicate || r.Became == ClassDuplicate {
			left = append(left, o)
			continue
		}
		if err := tx.Where("vacancy_id = ? AND id = ?", o.VacancyID, o.ID).Delete(&Route{}).Error; err != nil {
			return err
		}
		if err := again(tx, o.MessageID); err != nil {
			return err
		}
	}
	if len(left) == 0 {
		return s.dissolve(tx, app)
	}
	if err := tx.Where("vacancy_id = ? AND application_id = ? AND message_id = ?", r.VacancyID, app.ID, m.ID).Delete(&Document{}).Error; err != nil {
		return err
	}
	if err := tx.Where("vacancy_id = ? AND id = ?", r.VacancyID, r.ID).Delete(&Route{}).Error; err != nil {
		return err
	}
	if app.FirstMessageID == m.ID {
		if err := s.nextBecomesFirst(tx, app, left); err != nil {
			return err
		}
	}
	if err := forgetAddress(tx, app.ApplicantID, m.FromEmail); err != nil {
		return err
	}
	if err := settleDocuments(tx, app.VacancyID, app.ID); err != nil {
		return err
	}
	if err := refreshSearch(tx, app.VacancyID, app.ID); err != nil {
		return err
	}
	return documentsChanged(tx, app.VacancyID, app.ID)
}

// nextBecomesFirst dates an application from the earliest message left to it.
func (s *Store) nextBecomesFirst(tx *gorm.DB, app Application, left []Route) error {
	var first Message
	ids := make([]int64, len(left))
	for i, r := range left {
		ids[i] = r.MessageID
	}
	if err := tx.Where("id IN ?", ids).Order("received_at, id").Limit(1).Take(&first).Error; err != nil {
		return err
	}
	if err := s.becomeFirst(tx, &app, first); err != nil {
		return err
	}
	if err := tx.Model(&Message{}).Where("id = ?", first.ID).Update("class", ClassApplication).Error; err != nil {
		return err
	}
	return tx.Model(&Route{}).Where("vacancy_id = ? AND message_id = ?", app.VacancyID, first.ID).Update("became", ClassApplication).Error
}

// dissolve removes an application nothing is left of. Its message stays.
func (s *Store) dissolve(tx *gorm.DB, app Application) error {
	judged, err := isJudged(tx, app)
	if err != nil {
		return err
	}
	if judged {
		return ErrJudged
	}
	// Who was answered already is not answered again, whatever their message becomes next.
	err = tx.Model(&Message{}).Where("id IN (SELECT message_id FROM routes WHERE vacancy_id = ? AND application_id = ?)", app.VacancyID, app.ID).
		Where("EXISTS (SELECT 1 FROM outgoing_messages o WHERE o.vacancy_id = ? AND o.application_id = ? AND o.sent_at IS NOT NULL)", app.VacancyID, app.ID).
		Update("archived", true).Error
	if err != nil {
		return err
	}
	if err := tx.Where("vacancy_id = ? AND id = ?", app.VacancyID, app.ID).Delete(&Application{}).Error; err != nil {
		return err
	}
	var elsewhere int64
	if err := tx.Model(&Application{}).Where("applicant_id = ?", app.ApplicantID).Count(&elsewhere).Error; err != nil {
		return err
	}
	if elsewhere > 0 {
		return nil
	}
	return tx.Where("id = ?", app.ApplicantID).Delete(&Applicant{}).Error
}

// forgetAddress takes an address from a person who has written nothing else from it.
func forgetAddress(tx *gorm.DB, applicantID int64, email string) error {
	return tx.Where("applicant_id = ? AND email = ?", applicantID, email).
		Where(`NOT EXISTS (SELECT 1 FROM applications a JOIN routes r ON r.vacancy_id = a.vacancy_id AND r.application_id = a.id
			JOIN messages m ON m.id = r.message_id WHERE a.applicant_id = ? AND m.from_email = ?)`, applicantID, email).
		Delete(&ApplicantAddress{}).Error
}

// isJudged tells whether people have said anything about an application, or written to its
// applicant. What the program wrote by itself goes with the application.
func isJudged(tx *gorm.DB, app Application) (bool, error) {
	if app.LateAcceptedAt != nil {
		return true, nil
	}
	for _, said := range []struct {
		what  any
		where string
	}{{&Decision{}, ""}, {&Override{}, ""}, {&Note{}, ""}, {&Opinion{}, ""}, {&Reveal{}, ""},
		{&Document{}, "type_by_person <> ''"}, {&OutgoingMessage{}, "author_id IS NOT NULL"}} {
		var n int64
		q := tx.Model(said.what).Where("vacancy_id = ? AND application_id = ?", app.VacancyID, app.ID)
		if said.where != "" {
			q = q.Where(said.where)
		}
		if err := q.Count(&n).Error; err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
