package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"dossier/screening"
	"dossier/screening/fact"
)

// refereeKind is the kind of criterion that counts referees.
const refereeKind = "references"

// PurgeReferees removes the names and contacts of referees that were read out of the
// documents of a vacancy's settled applications: from the facts, and from what findings
// quote. How many there were and what they were to the applicant stays, so that verdicts
// can still be explained. The documents themselves are the applicant's, and go with the
// application. It returns how many applications it concerned.
func (s *Store) PurgeReferees(ctx context.Context, vacancyID int64) (int, error) {
	n := 0
	err := s.act(ctx, fmt.Sprintf("vacancy %d: purge referees", vacancyID), func(tx *gorm.DB) error {
		n = 0
		var v Vacancy
		if err := tx.Where("id = ?", vacancyID).Take(&v).Error; err != nil {
			return err
		}
		if v.State != VacancyClosed {
			return fmt.Errorf("%w: the vacancy is open", ErrInvalid)
		}
		criteria, err := refereeCriteria(tx, v.ID)
		if err != nil {
			return err
		}
		var apps []Application
		err = tx.Where("vacancy_id = ? AND referees_purged_at IS NULL AND stage IN ?", v.ID, settledStages).
			Where(notHeld("applications", "id")).
			Order("id").Limit(maxOverdue).Find(&apps).Error
		if err != nil {
			return err
		}
		for _, a := range apps {
			if err := s.forgetReferees(tx, a, criteria); err != nil {
				return fmt.Errorf("application %d: %w", a.ID, err)
			}
			n++
		}
		if n == 0 {
			return nil
		}
		return s.record(tx, Event{Act: "referees.purged", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID, Details: map[string]string{"count": fmt.Sprint(n)}})
	})
	return n, err
}

// refereeCriteria are the criteria, of any version, that count referees.
func refereeCriteria(tx *gorm.DB, vacancyID int64) (map[string]bool, error) {
	var lists []Checklist
	if err := tx.Where("vacancy_id = ?", vacancyID).Find(&lists).Error; err != nil {
		return nil, err
	}
	out := map[string]bool{}
	var walk func([]screening.Criterion)
	walk = func(list []screening.Criterion) {
		for _, c := range list {
			if c.Kind == refereeKind {
				out[c.ID] = true
			}
			walk(c.Criteria)
		}
	}
	for _, l := range lists {
		walk(l.Checklist.Criteria)
	}
	return out, nil
}

func (s *Store) forgetReferees(tx *gorm.DB, a Application, criteria map[string]bool) error {
	var texts []DocumentText
	err := tx.Omit("pages").Where("vacancy_id = ? AND document_id IN (SELECT id FROM documents WHERE vacancy_id = ? AND application_id = ?)", a.VacancyID, a.VacancyID, a.ID).
		Find(&texts).Error
	if err != nil {
		return err
	}
	for _, t := range texts {
		if t.Facts == nil || len(t.Facts.References) == 0 {
			continue
		}
		nameless(t.Facts)
		err := tx.Model(&DocumentText{}).Where("vacancy_id = ? AND document_id = ?", t.VacancyID, t.DocumentID).Select("facts").Updates(DocumentText{Facts: t.Facts}).Error
		if err != nil {
			return err
		}
	}
	var assessments []Assessment
	if err := tx.Where("vacancy_id = ? AND application_id = ?", a.VacancyID, a.ID).Find(&assessments).Error; err != nil {
		return err
	}
	for _, as := range assessments {
		for i := range as.Facts {
			nameless(&as.Facts[i].Facts)
		}
		unquoted(as.Findings, criteria)
		err := tx.Model(&Assessment{}).Where("vacancy_id = ? AND id = ?", as.VacancyID, as.ID).Select("facts", "findings").Updates(Assessment{Facts: as.Facts, Findings: as.Findings}).Error
		if err != nil {
			return err
		}
	}
	return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", a.VacancyID, a.ID).Update("referees_purged_at", s.clock()).Error
}

// nameless leaves of each referee that there was one, and who they were to the applicant.
func nameless(f *fact.Facts) {
	for i, r := range f.References {
		f.References[i] = fact.Reference{Relation: r.Relation, Also: r.Also, Vague: r.Vague, Where: r.Where}
	}
}

// unquoted empties the quotes of findings about referees. The places stay.
func unquoted(findings []screening.Finding, criteria map[string]bool) {
	for i := range findings {
		if criteria[findings[i].Criterion] {
			for k := range findings[i].Evidence {
				findings[i].Evidence[k].Quote = ""
			}
		}
		unquoted(findings[i].Parts, criteria)
	}
}

// withoutReferees is applied to facts that are read anew after the referees were purged.
func withoutReferees(tx *gorm.DB, d Document, facts *fact.Facts) error {
	if facts == nil || len(facts.References) == 0 {
		return nil
	}
	var n int64
	err := tx.Model(&Application{}).Where("vacancy_id = ? AND id = ? AND referees_purged_at IS NOT NULL", d.VacancyID, d.ApplicationID).Count(&n).Error
	if err == nil && n > 0 {
		nameless(facts)
	}
	return err
}
