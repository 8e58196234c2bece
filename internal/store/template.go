package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// MailTemplate is one version of the text of a kind of message in one language. Versions
// are only ever added; 0 stands for the text that comes with the program.
type MailTemplate struct {
	ID        int64     `gorm:"primaryKey;autoIncrement"`
	Kind      MailKind  `gorm:"not null"`
	Language  string    `gorm:"not null"`
	Version   int       `gorm:"not null"`
	Subject   string    `gorm:"not null"`
	Body      string    `gorm:"not null"`
	AuthorID  int64     `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// maxTemplate bounds the text of a template, in bytes.
const maxTemplate = 20_000

// SaveTemplate makes a text the newest of its kind and language. version is that of the text
// the author saw; ErrConflict when somebody was faster. The text has been checked before.
func (s *Store) SaveTemplate(ctx context.Context, t MailTemplate, version int, authorID int64) (MailTemplate, error) {
	err := s.act(ctx, "save template", func(tx *gorm.DB) error {
		if !slices.Contains(MailKinds, t.Kind) || len(t.Subject) > maxText || len(t.Body) > maxTemplate || strings.TrimSpace(t.Body) == "" {
			return fmt.Errorf("%w: a template of kind %q", ErrInvalid, t.Kind)
		}
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var last MailTemplate
		if err := tx.Where("kind = ? AND language = ?", t.Kind, t.Language).Order("version DESC").Limit(1).Find(&last).Error; err != nil {
			return err
		}
		if last.Version != version {
			return fmt.Errorf("%w: the template is at version %d, not %d", ErrConflict, last.Version, version)
		}
		t.ID, t.Version, t.AuthorID, t.CreatedAt = 0, version+1, authorID, s.clock()
		t.Subject, t.Body = tidyString(t.Subject, maxText), tidyString(t.Body, maxTemplate)
		if err := tx.Create(&t).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "template.saved", Object: "template", ObjectID: t.ID,
			Details: map[string]string{"kind": string(t.Kind), "language": t.Language, "version": fmt.Sprint(t.Version)}})
	})
	return t, err
}

// LatestTemplate returns the newest text of a kind in a language; Version is 0 when nobody
// has written one.
func (s *Store) LatestTemplate(ctx context.Context, kind MailKind, language string) (MailTemplate, error) {
	t := MailTemplate{Kind: kind, Language: language}
	var found []MailTemplate
	err := s.reader(ctx).Where("kind = ? AND language = ?", kind, language).Order("version DESC").Limit(1).Find(&found).Error
	if len(found) > 0 {
		t = found[0]
	}
	return t, known(err)
}

// TemplateVersions returns every text of a kind in a language, the newest first.
func (s *Store) TemplateVersions(ctx context.Context, kind MailKind, language string) ([]MailTemplate, error) {
	var out []MailTemplate
	err := s.reader(ctx).Where("kind = ? AND language = ?", kind, language).Order("version DESC").Limit(maxShown).Find(&out).Error
	return out, known(err)
}

// VacancyMail is what a vacancy sends by itself, and how long its refusals wait.
type VacancyMail struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Acknowledge answers applications received from AcknowledgeSince on; what came before
	// is never answered by itself.
	Acknowledge      bool `gorm:"not null"`
	AcknowledgeSince *time.Time
	// RefusalDays is how many working days a refusal waits, 0 to 30.
	RefusalDays int `gorm:"not null"`
	// AuthorID is who said so last; 0 while nobody has.
	AuthorID int64     `gorm:"not null"`
	Version  int64     `gorm:"not null"`
	At       time.Time `gorm:"not null"`
}

// DefaultRefusalDays is how many working days a refusal waits when nobody says otherwise.
const DefaultRefusalDays = 2

// MaxRefusalDays is the longest a vacancy's refusals may wait, in working days.
const MaxRefusalDays = 30

// MailOf returns the settings of a vacancy's mail; the default when nobody has set them.
func (s *Store) MailOf(ctx context.Context, vacancyID int64) (VacancyMail, error) {
	m := VacancyMail{VacancyID: vacancyID, RefusalDays: DefaultRefusalDays}
	err := s.reader(ctx).Where("vacancy_id = ?", vacancyID).Limit(1).Find(&m).Error
	return m, known(err)
}

// SetVacancyMail changes the settings of a vacancy's mail. Its Version is that of the
// settings the author saw; ErrConflict when somebody was faster. Switching acknowledgements
// on without a day answers what is received from now on.
func (s *Store) SetVacancyMail(ctx context.Context, set VacancyMail, authorID int64) error {
	return s.act(ctx, fmt.Sprintf("vacancy %d: mail", set.VacancyID), func(tx *gorm.DB) error {
		if set.RefusalDays < 0 || set.RefusalDays > MaxRefusalDays {
			return fmt.Errorf("%w: refusals wait 0 to %d working days", ErrInvalid, MaxRefusalDays)
		}
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var vacancy Vacancy
		if err := tx.Clauses(forUpdate).Where("id = ?", set.VacancyID).Take(&vacancy).Error; err != nil {
			return err
		}
		var was VacancyMail
		if err := tx.Where("vacancy_id = ?", set.VacancyID).Limit(1).Find(&was).Error; err != nil {
			return err
		}
		if was.Version != set.Version {
			return fmt.Errorf("%w: the settings are at version %d, not %d", ErrConflict, was.Version, set.Version)
		}
		now := s.clock()
		switch {
		case !set.Acknowledge:
			set.AcknowledgeSince = nil
		case set.AcknowledgeSince == nil && was.Acknowledge:
			set.AcknowledgeSince = was.AcknowledgeSince
		case set.AcknowledgeSince == nil:
			set.AcknowledgeSince = &now
		}
		set.AcknowledgeSince = instantPtr(set.AcknowledgeSince)
		set.AuthorID, set.Version, set.At = authorID, was.Version+1, now
		if err := tx.Save(&set).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "vacancy.mail", Object: "vacancy", ObjectID: set.VacancyID, VacancyID: set.VacancyID,
			Details: map[string]string{"acknowledge": fmt.Sprint(set.Acknowledge), "refusal_days": fmt.Sprint(set.RefusalDays)}})
	})
}

// acknowledgeWithin bounds how late an acknowledgement may come: one that says "received"
// weeks after is worse than none, and looking back no further keeps the question cheap.
const acknowledgeWithin = 14 * 24 * time.Hour

// ToAcknowledge returns applications that are to be acknowledged and have not been, oldest
// receipt first: their vacancy has it switched on, they were received since and are no part
// of a mailbox's past, and they have been assessed, so that the message can say what is
// missing.
func (s *Store) ToAcknowledge(ctx context.Context, limit int) ([]Application, error) {
	var settings []VacancyMail
	if err := s.reader(ctx).Where("acknowledge").Order("vacancy_id").Find(&settings).Error; err != nil {
		return nil, known(err)
	}
	var out []Application
	for _, m := range settings {
		since := s.clock().Add(-acknowledgeWithin)
		if m.AcknowledgeSince != nil && m.AcknowledgeSince.After(since) {
			since = *m.AcknowledgeSince
		}
		var some []Application
		err := s.reader(ctx).Where("vacancy_id = ? AND received_at >= ? AND assessed_at IS NOT NULL AND assessed_rev = documents_rev", m.VacancyID, since).
			Where("NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = applications.first_message_id AND m.archived)").
			Where("NOT EXISTS (SELECT 1 FROM outgoing_messages o WHERE o.vacancy_id = applications.vacancy_id AND o.application_id = applications.id AND o.kind = 'acknowledgement')").
			Order("received_at, id").Limit(limit - len(out)).Find(&some).Error
		if err != nil {
			return nil, known(err)
		}
		if out = append(out, some...); len(out) >= limit {
			break
		}
	}
	return out, nil
}
