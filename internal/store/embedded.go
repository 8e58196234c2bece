package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// maxEmbedded bounds the files taken out of one document.
const maxEmbedded = 20

// AddEmbedded registers files found inside a document, such as the attachments of a PDF,
// as documents of its application beside it. Files the application holds already by the
// same message are left out, so that reading again adds nothing. The bytes are kept
// before.
func (s *Store) AddEmbedded(ctx context.Context, documentID int64, files []NewDocument) error {
	if len(files) == 0 {
		return nil
	}
	return s.act(ctx, fmt.Sprintf("document %d: files inside", documentID), func(tx *gorm.DB) error {
		in, err := lockDocument(tx, documentID)
		if err != nil {
			return err
		}
		var there []Document
		err = tx.Select("hash", "position").Where("vacancy_id = ? AND application_id = ? AND message_id = ?", in.VacancyID, in.ApplicationID, in.MessageID).
			Find(&there).Error
		if err != nil {
			return err
		}
		known, next := map[string]bool{}, 0
		for _, d := range there {
			known[d.Hash] = true
			next = max(next, d.Position+1)
		}
		added := 0
		for _, f := range files[:min(len(files), maxEmbedded)] {
			if known[f.Hash] {
				continue
			}
			known[f.Hash] = true
			row := Document{VacancyID: in.VacancyID, ApplicationID: in.ApplicationID, MessageID: in.MessageID, Position: next,
				Hash: f.Hash, Size: f.Size, Name: f.Name, Media: f.Media, Inside: in.Name, State: Pending, ReceivedAt: in.ReceivedAt, CreatedAt: s.clock()}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
			next++
			added++
		}
		if added == 0 {
			return nil
		}
		return documentsChanged(tx, in.VacancyID, in.ApplicationID)
	})
}
