package store

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// DocumentState is where a document stands.
type DocumentState string

// The states of a document.
const (
	// Pending documents have not been read.
	Pending DocumentState = "pending"
	// Read documents have their text beside them.
	Read DocumentState = "read"
	// Unreadable documents could not be read, and Problem says why.
	Unreadable DocumentState = "failed"
)

// Document is one attachment, or the body of a message, within one application.
type Document struct {
	ID            int64 `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64 `gorm:"not null"`
	ApplicationID int64 `gorm:"not null"`
	MessageID     int64 `gorm:"column:message_id;not null"`
	// Position counts the documents of its message from 0.
	Position int `gorm:"not null"`
	// Hash names its bytes. Size is in bytes.
	Hash string `gorm:"not null"`
	Size int64  `gorm:"not null"`
	Name string `gorm:"not null"`
	// Media is the media type by content, like application/pdf.
	Media string `gorm:"not null"`
	// Body is true for the text of the message itself.
	Body bool `gorm:"not null"`
	// Inside names the archive or message it came out of.
	Inside string `gorm:"not null"`
	// Damaged is true when the mail's encoding lost some of its bytes.
	Damaged bool `gorm:"not null"`
	// Type is what it was read to be; TypeByPerson, when not empty, is what a person said.
	Type         fact.DocumentType `gorm:"not null"`
	TypeByPerson fact.DocumentType `gorm:"not null"`
	Language     string            `gorm:"not null"`
	PageCount    int               `gorm:"not null"`
	Engine       string            `gorm:"not null"`
	Quality      float64           `gorm:"not null"`
	State        DocumentState     `gorm:"not null"`
	// Problem is the code of why it could not be read, Detail what fills it in.
	Problem string `gorm:"not null"`
	Detail  string `gorm:"not null"`
	// SupersededBy is the later document that replaces this one.
	SupersededBy *int64
	ReceivedAt   time.Time `gorm:"not null"`
	Work
	CreatedAt time.Time `gorm:"not null"`
}

// Is is what the document counts as: what a person said, else what was read.
func (d Document) Is() fact.DocumentType {
	if d.TypeByPerson != "" {
		return d.TypeByPerson
	}
	return d.Type
}

// DocumentText is what was read out of a document.
type DocumentText struct {
	VacancyID  int64       `gorm:"primaryKey;autoIncrement:false"`
	DocumentID int64       `gorm:"primaryKey;autoIncrement:false"`
	Pages      []text.Page `gorm:"serializer:gzip"`
	Facts      *fact.Facts `gorm:"serializer:gzip"`
	// FactsEngine is the version of the rules that read the facts.
	FactsEngine string    `gorm:"not null"`
	ReadAt      time.Time `gorm:"not null"`
}

// lockDocument holds a document and, before it, its application: what is read out of one
// document may replace another, so two of one application are settled one after the other.
func lockDocument(tx *gorm.DB, id int64) (Document, error) {
	var d Document
	if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
		return d, err
	}
	if _, err := lockApplication(tx, d.ApplicationID); err != nil {
		return d, err
	}
	err := tx.Clauses(forUpdate).Where("vacancy_id = ? AND id = ?", d.VacancyID, id).Take(&d).Error
	return d, err
}

// documentsChanged makes the application's assessment older than its documents.
func documentsChanged(tx *gorm.DB, vacancyID, applicationID int64) error {
	return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", vacancyID, applicationID).Updates(map[string]any{
		"documents_rev": gorm.Expr("documents_rev + 1"), "attempts": 0, "next_try_at": nil, "parked": false}).Error
}

// Reading is what was read out of a document.
type Reading struct {
	DocumentID int64
	Pages      []text.Page
	// Engine names what read most of it; Quality is 0 to 1.
	Engine   string
	Quality  float64
	Language string
	Type     fact.DocumentType
	// Media replaces the media type when reading showed another; empty keeps it.
	Media string
	// Facts may be nil; FactsEngine is the version of the rules that read them.
	Facts       *fact.Facts
	FactsEngine string
	// Problem, when not empty, is the code of why the document could not be read, and
	// Detail what fills it in. Pages may still hold what could.
	Problem string
	Detail  string
}

// SaveText keeps what was read out of a document, whatever came of it, and works out
// which documents of its application replace which. Saving again replaces the text.
func (s *Store) SaveText(ctx context.Context, r Reading) error {
	if err := r.check(); err != nil {
		return err
	}
	return s.act(ctx, fmt.Sprintf("document %d: save text", r.DocumentID), func(tx *gorm.DB) error {
		return s.saveText(tx, r)
	})
}

// check refuses what cannot be kept as it is.
func (r Reading) check() error {
	for _, p := range r.Pages {
		if !utf8.ValidString(p.Text) {
			// Keeping it would move every offset behind the bad byte.
			return fmt.Errorf("document %d: save text: page %d: %w: not UTF-8", r.DocumentID, p.Number, ErrInvalid)
		}
	}
	return nil
}

func (s *Store) saveText(tx *gorm.DB, r Reading) error {
	r.Detail, r.Problem, r.Language = tidyString(r.Detail, maxText), tidyString(r.Problem, maxText), tidyString(r.Language, maxText)
	d, err := lockDocument(tx, r.DocumentID)
	if err != nil {
		return err
	}
	d.State, d.Problem, d.Detail = Read, r.Problem, r.Detail
	if r.Problem != "" {
		d.State = Unreadable
	}
	if r.Type != "" {
		d.Type = r.Type
	}
	if r.Media != "" {
		d.Media = r.Media
	}
	d.Language, d.PageCount, d.Engine, d.Quality, d.Work = r.Language, len(r.Pages), r.Engine, r.Quality, Work{}
	err = tx.Model(&Document{}).Where("vacancy_id = ? AND id = ?", d.VacancyID, d.ID).
		Select(append(workColumns, "state", "problem", "detail", "type", "media", "language", "page_count", "engine", "quality")).
		Updates(d).Error
	if err != nil {
		return err
	}
	if err := withoutReferees(tx, d, r.Facts); err != nil {
		return err
	}
	row := DocumentText{VacancyID: d.VacancyID, DocumentID: d.ID, Pages: r.Pages, Facts: r.Facts, FactsEngine: r.FactsEngine, ReadAt: s.clock()}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
		return err
	}
	if err := settleDocuments(tx, d.VacancyID, d.ApplicationID); err != nil {
		return err
	}
	return searchOnceRead(tx, d.VacancyID, d.ApplicationID)
}

// SaveFacts keeps the facts newer rules read out of a text that has not changed.
func (s *Store) SaveFacts(ctx context.Context, documentID int64, facts *fact.Facts, engine string) error {
	return s.act(ctx, fmt.Sprintf("document %d: save facts", documentID), func(tx *gorm.DB) error {
		d, err := lockDocument(tx, documentID)
		if err != nil {
			return err
		}
		if err := withoutReferees(tx, d, facts); err != nil {
			return err
		}
		return tx.Model(&DocumentText{}).Where("vacancy_id = ? AND document_id = ?", d.VacancyID, d.ID).
			Select("facts", "facts_engine").Updates(DocumentText{Facts: facts, FactsEngine: engine}).Error
	})
}

// settleDocuments works out anew which documents replace which, and makes the assessment
// older than the documents.
func settleDocuments(tx *gorm.DB, vacancyID, applicationID int64) error {
	var docs []Document
	err := tx.Where("vacancy_id = ? AND application_id = ?", vacancyID, applicationID).Find(&docs).Error
	if err != nil {
		return err
	}
	for id, by := range superseded(docs) {
		err := tx.Model(&Document{}).Where("vacancy_id = ? AND id = ?", vacancyID, id).Update("superseded_by", by).Error
		if err != nil {
			return err
		}
	}
	return documentsChanged(tx, vacancyID, applicationID)
}

// superseded returns the documents whose successor changes, with the new successor or nil.
//
// A document is replaced by the first of a later message that is of the same type. What
// people hold several of (diplomas, references, others) is only replaced by a file of the
// same name. A combined file replaces earlier CVs and letters. A file that could not be
// read replaces nothing: what was readable before still counts.
func superseded(docs []Document) map[int64]*int64 {
	docs = slices.Clone(docs)
	slices.SortFunc(docs, inOrder)
	change := map[int64]*int64{}
	for i, old := range docs {
		var by *int64
		for _, later := range docs[i+1:] {
			if later.MessageID != old.MessageID && later.ReceivedAt.After(old.ReceivedAt) && replaces(later, old) {
				id := later.ID
				by = &id
				break
			}
		}
		if (by == nil) != (old.SupersededBy == nil) || (by != nil && *by != *old.SupersededBy) {
			change[old.ID] = by
		}
	}
	return change
}

func replaces(later, old Document) bool {
	if later.State != Read {
		return false
	}
	switch is := old.Is(); is {
	case fact.CV, fact.CoverLetter:
		return later.Is() == is || later.Is() == fact.Combined
	case fact.Combined:
		return later.Is() == fact.Combined
	default:
		return !old.Body && later.Is() == is && later.Name == old.Name && old.Name != ""
	}
}

// inOrder is the order of documents in a dossier: receipt, then place in the message.
func inOrder(a, b Document) int {
	if c := a.ReceivedAt.Compare(b.ReceivedAt); c != 0 {
		return c
	}
	if c := int(a.MessageID - b.MessageID); c != 0 {
		return c
	}
	return a.Position - b.Position
}

// DocumentByID returns one document, or ErrNotFound.
func (s *Store) DocumentByID(ctx context.Context, id int64) (Document, error) {
	var d Document
	if err := s.reader(ctx).Where("id = ?", id).Take(&d).Error; err != nil {
		return Document{}, fmt.Errorf("document %d: %w", id, known(err))
	}
	return d, nil
}

// TextOf returns what was read out of a document; ErrNotFound before it is read.
func (s *Store) TextOf(ctx context.Context, documentID int64) (DocumentText, error) {
	var t DocumentText
	err := s.reader(ctx).Joins("JOIN documents d ON d.vacancy_id = document_texts.vacancy_id AND d.id = document_texts.document_id").
		Where("d.id = ?", documentID).Take(&t).Error
	if err != nil {
		return DocumentText{}, fmt.Errorf("document %d: text: %w", documentID, known(err))
	}
	return t, nil
}
