package store

import (
	"context"
	"fmt"
	"slices"

	"dossier/screening"
)

// Differs tells whether publishing the draft would change anything of its vacancy, whose
// checklist in force is given, or leave lines behind that nobody has approved.
func (d ChecklistDraft) Differs(v Vacancy, inForce screening.Checklist) bool {
	if v.State == VacancyDraft || v.ChecklistVersion == 0 || d.Body.Pending() > 0 {
		return true
	}
	after := v
	d.Body.Head.onto(&after)
	if !sameVacancy(v, after) || v.Portal != after.Portal || v.AnswerLanguage != after.AnswerLanguage || v.RetentionMonths != after.RetentionMonths {
		return true
	}
	// A draft that leaves the day of reckoning open says nothing else than what is in force.
	list := d.Body.Checklist(inForce.AsOf, false)
	same, err := sameChecklist(inForce, list)
	return err != nil || !same
}

// SharedAddress is an address that another vacancy has too.
type SharedAddress struct {
	Address string
	Vacancy Vacancy
}

// SharedAddresses returns the open vacancies, other than the one given, that some of the
// addresses lead to: mail there is told apart by reference, thread or subject alone. By
// address, then by vacancy.
func (s *Store) SharedAddresses(ctx context.Context, vacancyID int64, addresses []string) ([]SharedAddress, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	var list []Vacancy
	if err := s.reader(ctx).Select("id", "slug", "title", "addresses").Where("state = ? AND id <> ?", VacancyOpen, vacancyID).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("vacancy %d: shared addresses: %w", vacancyID, known(err))
	}
	var out []SharedAddress
	for _, a := range addresses {
		for _, v := range list {
			if slices.Contains(v.Addresses, a) {
				out = append(out, SharedAddress{a, v})
			}
		}
	}
	return out, nil
}
