package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// maxTemplates bounds the templates that are listed.
const maxTemplates = 200

// ChecklistTemplate is a set of criteria kept for use in other vacancies. What is taken out
// of it is approved anew in each.
type ChecklistTemplate struct {
	ID        int64                 `gorm:"primaryKey;autoIncrement"`
	Name      string                `gorm:"not null"`
	Criteria  []screening.Criterion `gorm:"serializer:json;not null"`
	AuthorID  int64                 `gorm:"not null"`
	CreatedAt time.Time             `gorm:"not null"`
}

// ErrTemplateTaken is returned when a template of that name is a colleague's.
var ErrTemplateTaken = errors.New("a colleague's template has this name")

// KeepTemplate keeps criteria under a name; the author's own template of that name is
// replaced, a colleague's is ErrTemplateTaken. Sources and legal bases belong to the vacancy
// they were written for and are left out.
func (s *Store) KeepTemplate(ctx context.Context, name string, criteria []screening.Criterion, authorID int64) error {
	name = strings.TrimSpace(tidyString(name, 200))
	return s.act(ctx, "template: keep", func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		if name == "" || len(criteria) == 0 {
			return fmt.Errorf("%w: a template needs a name and criteria", ErrInvalid)
		}
		var old ChecklistTemplate
		if err := tx.Clauses(forUpdate).Select("id", "author_id").Where("name = ?", name).Limit(1).Find(&old).Error; err != nil {
			return err
		}
		details := map[string]string{"criteria": strconv.Itoa(len(criteria))}
		if old.ID != 0 {
			if old.AuthorID != authorID {
				return fmt.Errorf("template %d: %w", old.ID, ErrTemplateTaken)
			}
			if err := tx.Where("id = ?", old.ID).Delete(&ChecklistTemplate{}).Error; err != nil {
				return err
			}
			details["replaced"] = strconv.FormatInt(old.ID, 10)
		}
		row := ChecklistTemplate{Name: name, Criteria: stripped(criteria), AuthorID: authorID, CreatedAt: s.clock()}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "template.kept", Object: "checklist_template", ObjectID: row.ID, Details: details})
	})
}

func stripped(list []screening.Criterion) []screening.Criterion {
	var out []screening.Criterion
	for _, c := range list {
		c.Source, c.LegalBasis = nil, ""
		c.Criteria = stripped(c.Criteria)
		out = append(out, c)
	}
	return out
}

// ForgetTemplate removes a template; the vacancies that used it keep their lines.
func (s *Store) ForgetTemplate(ctx context.Context, id int64) error {
	return s.act(ctx, fmt.Sprintf("template %d: forget", id), func(tx *gorm.DB) error {
		return tx.Where("id = ?", id).Delete(&ChecklistTemplate{}).Error
	})
}

// Templates lists the templates by name.
func (s *Store) Templates(ctx context.Context) ([]ChecklistTemplate, error) {
	var out []ChecklistTemplate
	if err := s.reader(ctx).Order("name").Limit(maxTemplates).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("templates: %w", known(err))
	}
	return out, nil
}
