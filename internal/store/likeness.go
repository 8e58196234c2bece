package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// DistinctPeople keeps that two applications which look alike are two people's.
type DistinctPeople struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// ApplicationID is the smaller of the two ids.
	ApplicationID int64     `gorm:"primaryKey;autoIncrement:false"`
	OtherID       int64     `gorm:"primaryKey;autoIncrement:false"`
	AuthorID      int64     `gorm:"not null"`
	At            time.Time `gorm:"not null"`
}

// TableName names the table.
func (DistinctPeople) TableName() string { return "distinct_people" }

// Likeness is two applications for one vacancy that may be one person's. Only a person
// joins them.
type Likeness struct {
	VacancyID int64
	Slug      string
	Title     string
	// ApplicationID is the older of the two.
	ApplicationID, OtherID int64
	Name, OtherName        string
	Email, OtherEmail      string
	ReceivedAt, OtherAt    time.Time
	// Rule is same_name or same_phone.
	Rule string
}

// maxLikenesses bounds the list.
const maxLikenesses = 100

// Likenesses lists applications of one vacancy whose applicants bear the same name or gave
// the same telephone number, unless a person has told them apart; the newest first.
func (s *Store) Likenesses(ctx context.Context) ([]Likeness, error) {
	const pair = `SELECT a.vacancy_id, a.id AS application_id, b.id AS other_id, %s AS rule
		FROM applications a JOIN applicants p ON p.id = a.applicant_id %s
		JOIN applications b ON b.applicant_id = %s AND b.vacancy_id = a.vacancy_id AND b.id > a.id`
	var rows []struct {
		VacancyID, ApplicationID, OtherID int64
		Slug, Title                       string
		Name, OtherName                   string
		Email, OtherEmail                 string
		ReceivedAt, OtherAt               instant
		Rule                              string
	}
	err := s.reader(ctx).Raw(`SELECT x.vacancy_id, v.slug, v.title, x.application_id, x.other_id, p.name, q.name AS other_name,
		coalesce((SELECT min(email) FROM applicant_addresses WHERE applicant_id = p.id), '') AS email,
		coalesce((SELECT min(email) FROM applicant_addresses WHERE applicant_id = q.id), '') AS other_email,
		a.received_at, b.received_at AS other_at, min(x.rule) AS rule
		FROM (`+fmt.Sprintf(pair, "'same_name'", "JOIN applicants q ON q.folded_name = p.folded_name AND q.id <> p.id AND p.folded_name <> ''", "q.id")+`
			UNION ALL `+fmt.Sprintf(pair, "'same_phone'", "JOIN applicant_phones x ON x.applicant_id = p.id JOIN applicant_phones y ON y.phone = x.phone AND y.applicant_id <> p.id", "y.applicant_id")+`) x
		JOIN applications a ON a.vacancy_id = x.vacancy_id AND a.id = x.application_id JOIN applicants p ON p.id = a.applicant_id
		JOIN applications b ON b.vacancy_id = x.vacancy_id AND b.id = x.other_id JOIN applicants q ON q.id = b.applicant_id
		JOIN vacancies v ON v.id = x.vacancy_id
		WHERE a.stage IN ? AND b.stage IN ? AND NOT EXISTS (SELECT 1 FROM distinct_people d
			WHERE d.vacancy_id = x.vacancy_id AND d.application_id = x.application_id AND d.other_id = x.other_id)
		GROUP BY x.vacancy_id, v.slug, v.title, x.application_id, x.other_id, p.id, p.name, q.id, q.name, a.received_at, b.received_at
		ORDER BY x.other_id DESC, x.application_id LIMIT ?`, undecided, undecided, maxLikenesses).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("likenesses: %w", known(err))
	}
	out := make([]Likeness, len(rows))
	for i, r := range rows {
		out[i] = Likeness{VacancyID: r.VacancyID, Slug: r.Slug, Title: r.Title, ApplicationID: r.ApplicationID, OtherID: r.OtherID,
			Name: r.Name, OtherName: r.OtherName, Email: r.Email, OtherEmail: r.OtherEmail,
			ReceivedAt: r.ReceivedAt.Time, OtherAt: r.OtherAt.Time, Rule: r.Rule}
	}
	return out, nil
}

// Pair is a person's act on two applications for one vacancy.
type Pair struct {
	ApplicationID, OtherID int64
	AuthorID               int64
}

// TellApart keeps that two applications are two people's.
func (s *Store) TellApart(ctx context.Context, p Pair) error {
	return s.onPair(ctx, "tell apart", p, func(tx *gorm.DB, a, b Application) error {
		if a.ID > b.ID {
			a, b = b, a
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).
			Create(&DistinctPeople{VacancyID: a.VacancyID, ApplicationID: a.ID, OtherID: b.ID, AuthorID: p.AuthorID, At: s.clock()}).Error
	})
}

// JoinApplications makes two applications one: the messages of the one nobody has judged
// join the other. It fails with ErrJudged when people have judged both. Separating the
// messages undoes it.
func (s *Store) JoinApplications(ctx context.Context, p Pair) error {
	return s.onPair(ctx, "join", p, func(tx *gorm.DB, a, b Application) error {
		judged, err := isJudged(tx, b)
		if err != nil {
			return err
		}
		if judged {
			a, b = b, a
		}
		var routes []Route
		if err := tx.Where("vacancy_id = ? AND application_id = ?", b.VacancyID, b.ID).Order("message_id").Find(&routes).Error; err != nil {
			return err
		}
		if err := s.dissolve(tx, b); err != nil {
			return err
		}
		for _, r := range routes {
			err := s.keepRuling(tx, r.MessageID, p.AuthorID, Ruling{Act: RulingJoin, VacancyIDs: []int64{a.VacancyID}, ApplicationID: a.ID})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) onPair(ctx context.Context, what string, p Pair, f func(tx *gorm.DB, a, b Application) error) error {
	return s.act(ctx, fmt.Sprintf("applications %d and %d: %s", p.ApplicationID, p.OtherID, what), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, p.AuthorID); err != nil {
			return err
		}
		// The smaller first, so that two acts never wait for each other.
		a, err := lockApplication(tx, min(p.ApplicationID, p.OtherID))
		if err != nil {
			return err
		}
		b, err := lockApplication(tx, max(p.ApplicationID, p.OtherID))
		if err != nil {
			return err
		}
		if a.ID == b.ID || a.VacancyID != b.VacancyID {
			return fmt.Errorf("%w: not two applications for one vacancy", ErrInvalid)
		}
		if err := f(tx, a, b); err != nil {
			return err
		}
		act := map[string]string{"join": "application.joined", "tell apart": "application.told_apart"}[what]
		return s.record(tx, Event{ActorID: p.AuthorID, Act: act, Object: "application", ObjectID: a.ID, VacancyID: a.VacancyID,
			Details: map[string]string{"other": decimal(b.ID)}})
	})
}
