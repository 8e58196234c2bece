package store

import (
	"slices"

	"gorm.io/gorm"
)

// Likely is an application that seems to be the same person's as another for the same
// vacancy. Only a person joins them.
type Likely struct {
	ID   int64
	Name string
	// Rule is same_name, same_phone or same_address.
	Rule string
}

// likelySame finds, for some of a vacancy's applications, those that bear the same name, or
// gave the same telephone number or address, unless a person has told them apart.
func likelySame(db *gorm.DB, vacancyID int64, ids []int64) (map[int64][]Likely, error) {
	var pairs []struct {
		ID, OtherID int64
		Name, Rule  string
	}
	const one = `SELECT a.id, b.id AS other_id, q.name, `
	const of = ` FROM applications a JOIN applicants p ON p.id = a.applicant_id `
	const other = ` JOIN applications b ON b.applicant_id = q.id AND b.vacancy_id = a.vacancy_id AND b.id <> a.id WHERE a.vacancy_id = ? AND a.id IN ?`
	err := db.Raw(`SELECT x.* FROM (`+
		one+`'same_address' AS rule`+of+`JOIN applicant_addresses e ON e.applicant_id = p.id JOIN applicant_addresses f ON f.email = e.email
			AND f.applicant_id <> p.id JOIN applicants q ON q.id = f.applicant_id`+other+` UNION ALL `+
		one+`'same_phone' AS rule`+of+`JOIN applicant_phones e ON e.applicant_id = p.id JOIN applicant_phones f ON f.phone = e.phone
			AND f.applicant_id <> p.id JOIN applicants q ON q.id = f.applicant_id`+other+` UNION ALL `+
		one+`'same_name' AS rule`+of+`JOIN applicants q ON q.folded_name = p.folded_name AND q.id <> p.id AND p.folded_name <> ''`+other+`) AS x
		WHERE NOT EXISTS (SELECT 1 FROM distinct_people d WHERE d.vacancy_id = ?
			AND d.application_id = CASE WHEN x.id < x.other_id THEN x.id ELSE x.other_id END
			AND d.other_id = CASE WHEN x.id < x.other_id THEN x.other_id ELSE x.id END)
		ORDER BY x.id, x.other_id, x.rule`, vacancyID, ids, vacancyID, ids, vacancyID, ids, vacancyID).Scan(&pairs).Error
	if err != nil {
		return nil, err
	}
	out := map[int64][]Likely{}
	for _, p := range pairs {
		if !slices.ContainsFunc(out[p.ID], func(l Likely) bool { return l.ID == p.OtherID }) {
			out[p.ID] = append(out[p.ID], Likely{ID: p.OtherID, Name: p.Name, Rule: p.Rule})
		}
	}
	return out, nil
}
