package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// VacancyState is where a vacancy stands.
type VacancyState string

// The states of a vacancy.
const (
	// VacancyDraft takes no applications yet.
	VacancyDraft VacancyState = "draft"
	// VacancyOpen takes applications.
	VacancyOpen VacancyState = "open"
	// VacancyClosed is over. What still arrives is kept and shown.
	VacancyClosed VacancyState = "closed"
	// VacancyArchived is a closed vacancy that was put away: lists leave it out unless they
	// are asked for it. It is not a value of Vacancy.State, which stays closed, so that mail
	// to its address is still recognised; see Vacancy.Standing.
	VacancyArchived VacancyState = "archived"
)

// Vacancy is one advertised post.
type Vacancy struct {
	ID int64 `gorm:"primaryKey;autoIncrement"`
	// Slug is the id of vacancy files, unique: "rock-stage".
	Slug         string `gorm:"not null"`
	Title        string `gorm:"not null"`
	Organisation string `gorm:"not null"`
	Place        string `gorm:"not null"`
	// Reference is the code applicants quote; empty when there is none.
	Reference string `gorm:"not null"`
	// Addresses are where applications are sent, in lower case.
	Addresses []string `gorm:"serializer:json;not null"`
	// DeadlineAt is nil when there is none. DeadlineZone is the IANA zone it is shown in.
	DeadlineAt        *time.Time
	DeadlineZone      string `gorm:"not null"`
	DeadlineInclusive bool   `gorm:"not null"`
	DeadlineSource    string `gorm:"not null"`
	// DeadlineGrace is how many minutes after DeadlineAt still count as in time.
	DeadlineGrace int `gorm:"not null"`
	// AsOf is the day age and experience are computed for, YYYY-MM-DD.
	AsOf  string       `gorm:"not null"`
	State VacancyState `gorm:"not null"`
	// Gaps are the codes of what a person still has to fill in.
	Gaps []string `gorm:"serializer:json;not null"`
	// Language is fr or en, the language of the notice.
	Language string `gorm:"not null"`
	// Portal is the link of a form applicants fill in instead of writing; empty when there
	// is none.
	Portal string `gorm:"not null"`
	// AnswerLanguage is fr or en when applicants are always answered in it; empty when each
	// is answered in their own.
	AnswerLanguage string `gorm:"not null"`
	// RetentionMonths is how long after closing applications are kept; 0 leaves it to the
	// instance.
	RetentionMonths int `gorm:"not null"`
	// ArchivedAt is set on a closed vacancy that was put away.
	ArchivedAt *time.Time
	// ChecklistVersion is the latest published; 0 when there is none.
	ChecklistVersion int `gorm:"not null"`
	// Version grows with every change; a change made from an older one is refused.
	Version   int64     `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// Deadline is the vacancy's deadline, nil when it has none.
func (v Vacancy) Deadline() *screening.Deadline {
	if v.DeadlineAt == nil {
		return nil
	}
	return &screening.Deadline{At: *v.DeadlineAt, Zone: v.DeadlineZone, Inclusive: v.DeadlineInclusive, GraceMinutes: v.DeadlineGrace, Source: v.DeadlineSource}
}

// Late tells whether what was received at the instant missed the vacancy's deadline.
func (v Vacancy) Late(receivedAt time.Time) bool { return late(v.Deadline(), receivedAt) }

func late(d *screening.Deadline, receivedAt time.Time) bool { return d != nil && d.Missed(receivedAt) }

func (v *Vacancy) setDeadline(d *screening.Deadline) {
	v.DeadlineAt, v.DeadlineZone, v.DeadlineInclusive, v.DeadlineSource, v.DeadlineGrace = nil, "", false, "", 0
	if d != nil {
		at := instantOf(d.At)
		v.DeadlineAt, v.DeadlineZone, v.DeadlineInclusive, v.DeadlineSource, v.DeadlineGrace = &at, d.Zone, d.Inclusive, d.Source, d.GraceMinutes
	}
}

// NewVacancy is what describes a vacancy apart from its checklist.
type NewVacancy struct {
	Slug         string
	Title        string
	Organisation string
	Place        string
	Reference    string
	Addresses    []string
	Language     string
	Gaps         []string
	// State is open when empty.
	State VacancyState
}

func (n NewVacancy) describe(v *Vacancy) {
	tidy(&n, maxText)
	v.Slug, v.Title, v.Organisation, v.Place, v.Reference = n.Slug, n.Title, n.Organisation, n.Place, n.Reference
	v.Language, v.State = n.Language, n.State
	v.Addresses, v.Gaps = []string{}, append([]string{}, n.Gaps...)
	for _, a := range n.Addresses {
		v.Addresses = append(v.Addresses, strings.ToLower(strings.TrimSpace(a)))
	}
	if v.State == "" {
		v.State = VacancyOpen
	}
}

// VacancyChange is what applying a vacancy file did.
type VacancyChange string

// The changes.
const (
	// VacancyCreated: the vacancy was new.
	VacancyCreated VacancyChange = "created"
	// VacancyUpdated: the vacancy or its checklist now says something else.
	VacancyUpdated VacancyChange = "updated"
	// VacancyUnchanged: it says already what the file says.
	VacancyUnchanged VacancyChange = "unchanged"
	// VacancyKept: it differs from the file and was left as people edited it.
	VacancyKept VacancyChange = "kept"
)

// ApplyVacancy brings a vacancy, found by its slug, in line with a file. What is missing
// is created; what exists is only changed when overwrite is set. A checklist that says
// something else becomes a new version; an empty one is not published.
func (s *Store) ApplyVacancy(ctx context.Context, n NewVacancy, list screening.Checklist, by By, overwrite bool) (VacancyChange, error) {
	change := VacancyUnchanged
	err := s.act(ctx, "vacancy: apply", func(tx *gorm.DB) error {
		var v Vacancy
		found := tx.Clauses(forUpdate).Where("slug = ?", n.Slug).Limit(1).Find(&v)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected == 0 {
			change = VacancyCreated
			return s.createVacancy(tx, n, list, by)
		}
		after := v
		n.describe(&after)
		if n.State == "" {
			after.State = v.State
		}
		same, err := s.sameAsLatest(tx, v, list)
		if err != nil {
			return err
		}
		if same && sameVacancy(v, after) {
			change = VacancyUnchanged
			return nil
		}
		if !overwrite {
			change = VacancyKept
			return nil
		}
		change = VacancyUpdated
		if !same {
			if _, err := s.publish(tx, &after, list, by, ""); err != nil {
				return err
			}
		}
		if err := saveVacancy(tx, &after); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by.UserID, Act: "vacancy.updated", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID})
	})
	return change, err
}

func (s *Store) createVacancy(tx *gorm.DB, n NewVacancy, list screening.Checklist, by By) error {
	if n.Slug == "" {
		return fmt.Errorf("%w: a vacancy needs an id", ErrInvalid)
	}
	v := Vacancy{Version: 1, CreatedAt: s.clock(), AsOf: list.AsOf.String()}
	n.describe(&v)
	v.setDeadline(list.Deadline)
	if err := tx.Create(&v).Error; err != nil {
		return err
	}
	if len(list.Criteria) > 0 {
		if _, err := s.publish(tx, &v, list, by, ""); err != nil {
			return err
		}
		if err := saveVacancy(tx, &v); err != nil {
			return err
		}
	}
	return s.record(tx, Event{ActorID: by.UserID, Act: "vacancy.created", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID})
}

// sameAsLatest tells whether a checklist says what the vacancy's latest says. One without
// criteria has nothing to say.
func (s *Store) sameAsLatest(tx *gorm.DB, v Vacancy, list screening.Checklist) (bool, error) {
	if len(list.Criteria) == 0 {
		return true, nil
	}
	if v.ChecklistVersion == 0 {
		return false, nil
	}
	var latest Checklist
	if err := tx.Where("vacancy_id = ? AND version = ?", v.ID, v.ChecklistVersion).Take(&latest).Error; err != nil {
		return false, err
	}
	return sameChecklist(latest.Checklist, list)
}

func sameVacancy(a, b Vacancy) bool {
	return a.Title == b.Title && a.Organisation == b.Organisation && a.Place == b.Place && a.Reference == b.Reference &&
		a.Language == b.Language && a.State == b.State && slices.Equal(a.Addresses, b.Addresses) && slices.Equal(a.Gaps, b.Gaps)
}

// lockVacancy holds a vacancy whose version the caller has seen.
func lockVacancy(tx *gorm.DB, id, version int64) (Vacancy, error) {
	var v Vacancy
	if err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&v).Error; err != nil {
		return v, err
	}
	if v.Version != version {
		return v, fmt.Errorf("%w: vacancy is at version %d, not %d", ErrConflict, v.Version, version)
	}
	return v, nil
}

// saveVacancy writes all of a vacancy that is held, as its next version.
func saveVacancy(tx *gorm.DB, v *Vacancy) error {
	v.Version++
	return tx.Model(&Vacancy{}).Where("id = ?", v.ID).Select("*").Omit("id", "created_at").Updates(v).Error
}

// Vacancies returns every vacancy, oldest first. There are as many as an organisation
// advertises, so routing reads them all.
func (s *Store) Vacancies(ctx context.Context) ([]Vacancy, error) {
	var out []Vacancy
	err := s.reader(ctx).Order("id").Find(&out).Error
	return out, known(err)
}

// VacancyBySlug returns one vacancy, or ErrNotFound.
func (s *Store) VacancyBySlug(ctx context.Context, slug string) (Vacancy, error) {
	var v Vacancy
	if err := s.reader(ctx).Where("slug = ?", slug).Take(&v).Error; err != nil {
		return Vacancy{}, fmt.Errorf("vacancy: %w", known(err))
	}
	return v, nil
}

// VacancyByID returns one vacancy, or ErrNotFound.
func (s *Store) VacancyByID(ctx context.Context, id int64) (Vacancy, error) {
	var v Vacancy
	if err := s.reader(ctx).Where("id = ?", id).Take(&v).Error; err != nil {
		return Vacancy{}, fmt.Errorf("vacancy %d: %w", id, known(err))
	}
	return v, nil
}
