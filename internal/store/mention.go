package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Mention says that a note calls a colleague.
type Mention struct {
	ID            int64     `gorm:"primaryKey;autoIncrement"`
	VacancyID     int64     `gorm:"not null"`
	ApplicationID int64     `gorm:"not null"`
	NoteID        int64     `gorm:"not null"`
	UserID        int64     `gorm:"not null"`
	At            time.Time `gorm:"not null"`
	// SeenAt is when the colleague opened the application; nil until then.
	SeenAt *time.Time
}

const (
	// maxMentions bounds how many colleagues one note may call.
	maxMentions = 20
	// MentionsPage is how many mentions their page shows.
	MentionsPage = 100
)

// mention keeps whom a note calls, each once, its author left out.
func (s *Store) mention(tx *gorm.DB, n Note, users []int64) error {
	slices.Sort(users)
	for i, id := range slices.Compact(users) {
		if i == maxMentions {
			break
		}
		if id == n.AuthorID || checkAuthor(tx, id) != nil {
			continue
		}
		m := Mention{VacancyID: n.VacancyID, ApplicationID: n.ApplicationID, NoteID: n.ID, UserID: id, At: n.At}
		if err := tx.Create(&m).Error; err != nil {
			return err
		}
	}
	return nil
}

// MentionRow is a note that calls somebody, for their list.
type MentionRow struct {
	ID, ApplicationID, VacancyID int64
	Body, Author, Name, Title    string
	AuthorID                     int64
	At                           time.Time
	Seen                         bool
}

// Mentions returns the newest notes that call somebody.
func (s *Store) Mentions(ctx context.Context, userID int64) ([]MentionRow, error) {
	var out []MentionRow
	err := s.reader(ctx).Raw(`SELECT m.id, m.application_id, m.vacancy_id, n.body, n.author_id, u.name AS author, p.name AS name, v.title, m.at, m.seen_at IS NOT NULL AS seen
		FROM mentions m JOIN notes n ON n.vacancy_id = m.vacancy_id AND n.id = m.note_id
		JOIN applications a ON a.vacancy_id = m.vacancy_id AND a.id = m.application_id
		JOIN applicants p ON p.id = a.applicant_id JOIN vacancies v ON v.id = m.vacancy_id JOIN users u ON u.id = n.author_id
		WHERE m.user_id = ? ORDER BY m.id DESC LIMIT ?`, userID, MentionsPage).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("user %d: mentions: %w", userID, known(err))
	}
	return out, nil
}

// UnseenMentions counts the notes that call somebody and that they have not looked at.
func (s *Store) UnseenMentions(ctx context.Context, userID int64) (int, error) {
	var n int64
	if err := s.reader(ctx).Model(&Mention{}).Where("user_id = ? AND seen_at IS NULL", userID).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("user %d: unseen mentions: %w", userID, known(err))
	}
	return int(n), nil
}

// SeeMentions notes that somebody has looked at what calls them on an application.
func (s *Store) SeeMentions(ctx context.Context, applicationID, userID int64) error {
	return s.act(ctx, fmt.Sprintf("application %d: mentions seen", applicationID), func(tx *gorm.DB) error {
		return tx.Model(&Mention{}).Where("application_id = ? AND user_id = ? AND seen_at IS NULL", applicationID, userID).Update("seen_at", s.clock()).Error
	})
}
