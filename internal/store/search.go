package store

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"dossier/screening/text"
)

// maxSearchText bounds what an application is searched by, in bytes.
const maxSearchText = 256 << 10

// refreshSearch gathers what an application is searched by: who wrote it, and all that
// its documents say, folded the same way on both engines.
func refreshSearch(tx *gorm.DB, vacancyID, applicationID int64) error {
	var words []string
	err := tx.Raw(`SELECT p.name FROM applicants p JOIN applications a ON a.applicant_id = p.id WHERE a.vacancy_id = ? AND a.id = ?`,
		vacancyID, applicationID).Scan(&words).Error
	if err != nil {
		return err
	}
	var addresses []string
	err = tx.Raw(`SELECT e.email FROM applicant_addresses e JOIN applications a ON a.applicant_id = e.applicant_id
		WHERE a.vacancy_id = ? AND a.id = ? ORDER BY e.email`, vacancyID, applicationID).Scan(&addresses).Error
	if err != nil {
		return err
	}
	var texts []DocumentText
	err = tx.Where("vacancy_id = ? AND document_id IN (SELECT id FROM documents WHERE vacancy_id = ? AND application_id = ?)",
		vacancyID, vacancyID, applicationID).Find(&texts).Error
	if err != nil {
		return err
	}
	slices.SortFunc(texts, func(a, b DocumentText) int { return int(a.DocumentID - b.DocumentID) })
	words = append(words, addresses...)
	for _, t := range texts {
		for _, p := range t.Pages {
			words = append(words, p.Text)
		}
	}
	return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", vacancyID, applicationID).
		Update("search_text", searchText(words...)).Error
}

// searchText folds words into one line.
func searchText(words ...string) string {
	all := strings.Join(words, " ")
	if len(all) > maxSearchText {
		all = all[:maxSearchText]
	}
	return tidyString(strings.Join(strings.Fields(text.String(all)), " "), maxSearchText)
}
