package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// Checklist is one published version of what a vacancy asks for. It never changes.
type Checklist struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Version counts from 1 within the vacancy.
	Version   int                 `gorm:"primaryKey;autoIncrement:false"`
	Checklist screening.Checklist `gorm:"serializer:json;not null"`
	// AuthorID is nil when nobody was signed in; AuthorName then says where the
	// checklist came from, like "vacancies.yaml".
	AuthorID    *int64
	AuthorName  string    `gorm:"not null"`
	Reason      string    `gorm:"not null"`
	PublishedAt time.Time `gorm:"not null"`
	// Lines say who approved each criterion, by its id; empty for a checklist from a file.
	Lines map[string]LineRecord `gorm:"serializer:json;not null"`
}

// By is who acts: a signed-in person, or, when UserID is 0, where an act came from in
// words ("vacancies.yaml").
type By struct {
	UserID int64
	Name   string
}

// PublishChecklist makes a checklist the vacancy's latest, with its deadline and day of
// reckoning. version is that of the vacancy the author saw; ErrConflict when it has moved
// on. Nothing is recomputed here: assessments of the older version are found and redone.
func (s *Store) PublishChecklist(ctx context.Context, vacancyID, version int64, list screening.Checklist, by By, reason string) (Checklist, error) {
	var out Checklist
	err := s.act(ctx, fmt.Sprintf("vacancy %d: publish", vacancyID), func(tx *gorm.DB) error {
		v, err := lockVacancy(tx, vacancyID, version)
		if err != nil {
			return err
		}
		out, err = s.publish(tx, &v, list, by, reason)
		if err != nil {
			return err
		}
		if err := saveVacancy(tx, &v); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by.UserID, Act: "checklist.published", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID,
			Details: map[string]string{"checklist": strconv.Itoa(out.Version)}})
	})
	return out, err
}

// publish adds the next version of the checklist and fits the vacancy to it, without
// saving the vacancy.
func (s *Store) publish(tx *gorm.DB, v *Vacancy, list screening.Checklist, by By, reason string) (Checklist, error) {
	if len(list.Criteria) == 0 {
		return Checklist{}, fmt.Errorf("%w: a checklist needs a criterion", ErrInvalid)
	}
	seen := map[string]bool{}
	for _, c := range list.Criteria {
		if c.ID == "" || seen[c.ID] {
			return Checklist{}, fmt.Errorf("%w: criterion %q is there twice or has no id", ErrInvalid, c.ID)
		}
		seen[c.ID] = true
	}
	row := Checklist{VacancyID: v.ID, Version: v.ChecklistVersion + 1, Checklist: list, AuthorName: by.Name, Reason: reason, PublishedAt: s.clock()}
	if by.UserID != 0 {
		row.AuthorID = &by.UserID
	}
	if err := tx.Create(&row).Error; err != nil {
		return Checklist{}, err
	}
	v.ChecklistVersion = row.Version
	v.setDeadline(list.Deadline)
	v.AsOf = list.AsOf.String()
	return row, refitDeadline(tx, *v)
}

// refitDeadline tells anew which applications of a vacancy came too late.
func refitDeadline(tx *gorm.DB, v Vacancy) error {
	all := tx.Model(&Application{}).Where("vacancy_id = ?", v.ID).Session(&gorm.Session{})
	if v.DeadlineAt == nil {
		return all.Where("after_close = ?", true).Update("after_close", false).Error
	}
	// Receipts are whole microseconds; a limit between two of them is the later one.
	limit := instantOf(v.Deadline().Limit().Add(time.Microsecond - 1))
	if err := all.Where("after_close = ? AND received_at < ?", true, limit).Update("after_close", false).Error; err != nil {
		return err
	}
	return all.Where("after_close = ? AND received_at >= ?", false, limit).Update("after_close", true).Error
}

// sameChecklist compares two checklists by what they say.
func sameChecklist(a, b screening.Checklist) (bool, error) {
	for _, list := range []*screening.Checklist{&a, &b} {
		if list.Deadline != nil { // an instant is the same in every zone it is written in
			d := *list.Deadline
			d.At = instantOf(d.At)
			list.Deadline = &d
		}
	}
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

// LatestChecklist returns the newest published checklist of a vacancy, or ErrNotFound.
func (s *Store) LatestChecklist(ctx context.Context, vacancyID int64) (Checklist, error) {
	var c Checklist
	if err := s.reader(ctx).Where("vacancy_id = ?", vacancyID).Order("version DESC").Limit(1).Take(&c).Error; err != nil {
		return Checklist{}, fmt.Errorf("vacancy %d: checklist: %w", vacancyID, known(err))
	}
	return c, nil
}

// ChecklistAt returns one version of a vacancy's checklist, or ErrNotFound.
func (s *Store) ChecklistAt(ctx context.Context, vacancyID int64, version int) (Checklist, error) {
	var c Checklist
	if err := s.reader(ctx).Where("vacancy_id = ? AND version = ?", vacancyID, version).Take(&c).Error; err != nil {
		return Checklist{}, fmt.Errorf("vacancy %d: checklist %d: %w", vacancyID, version, known(err))
	}
	return c, nil
}
