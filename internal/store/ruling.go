package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// RulingAct is what a person said about a message.
type RulingAct string

// The rulings.
const (
	// RulingAssign: it is an application for these vacancies.
	RulingAssign RulingAct = "assign"
	// RulingDismiss: it is no application.
	RulingDismiss RulingAct = "dismiss"
	// RulingSeparate: it is somebody else's than the application it had joined.
	RulingSeparate RulingAct = "separate"
	// RulingJoin: it belongs to that application.
	RulingJoin RulingAct = "join"
)

// Ruling is what a person said about one message. It outweighs every rule of intake each
// time the message is understood, and can be taken back.
type Ruling struct {
	MessageID int64     `gorm:"primaryKey;autoIncrement:false"`
	Act       RulingAct `gorm:"not null"`
	// VacancyIDs are those the message is for; empty when it is dismissed.
	VacancyIDs []int64 `gorm:"serializer:json;not null"`
	// ApplicationID is the application to join; 0 otherwise.
	ApplicationID int64 `gorm:"not null"`
	// Class is what a dismissed message is; empty otherwise.
	Class    Class     `gorm:"not null"`
	AuthorID int64     `gorm:"not null"`
	At       time.Time `gorm:"not null"`
}

// SenderRule is a ruling kept for whatever else an address sends, where the rules of
// intake find no vacancy (assign), or no CV (dismiss).
type SenderRule struct {
	Email string    `gorm:"primaryKey"`
	Act   RulingAct `gorm:"not null"`
	// VacancyID is 0 for a sender whose mail is dismissed.
	VacancyID int64     `gorm:"not null"`
	AuthorID  int64     `gorm:"not null"`
	At        time.Time `gorm:"not null"`
}

// DismissedAs are the classes a person may give a message that is no application.
var DismissedAs = []Class{ClassOther, ClassQuestion, ClassInternal, ClassReference, ClassFollowUp, ClassNewsletter, ClassSpam, ClassAutoReply}

// RulingOf returns what a person said about a message; ok is false when nobody did.
func (s *Store) RulingOf(ctx context.Context, messageID int64) (r Ruling, ok bool, err error) {
	found := s.reader(ctx).Where("message_id = ?", messageID).Limit(1).Find(&r)
	if found.Error != nil {
		return r, false, fmt.Errorf("message %d: ruling: %w", messageID, known(found.Error))
	}
	return r, found.RowsAffected == 1, nil
}

// SenderRuleOf returns the rule kept for an address; ok is false when there is none.
func (s *Store) SenderRuleOf(ctx context.Context, email string) (r SenderRule, ok bool, err error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if email == "" {
		return r, false, nil
	}
	found := s.reader(ctx).Where("email = ?", email).Limit(1).Find(&r)
	if found.Error != nil {
		return r, false, fmt.Errorf("rule of a sender: %w", known(found.Error))
	}
	return r, found.RowsAffected == 1, nil
}

// maxSenderRules bounds the list of rules.
const maxSenderRules = 500

// SenderRules returns the rules kept for addresses, the newest first.
func (s *Store) SenderRules(ctx context.Context) ([]SenderRule, error) {
	var out []SenderRule
	err := s.reader(ctx).Order("at DESC, email").Limit(maxSenderRules).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("rules of senders: %w", known(err))
	}
	return out, nil
}

// ForgetSender takes the rule of an address back. What it sorted stays sorted.
func (s *Store) ForgetSender(ctx context.Context, email string, authorID int64) error {
	return s.act(ctx, "forget the rule of a sender", func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		if err := tx.Where("email = ?", strings.ToLower(strings.TrimSpace(email))).Delete(&SenderRule{}).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: authorID, Act: "sender.forgotten", Object: "sender"})
	})
}

// Sorting is a person's act on one message.
type Sorting struct {
	MessageID int64
	AuthorID  int64
	// Remember keeps the ruling for the message's sender.
	Remember bool
}

// AssignMessage says that a message is an application for a vacancy. It is understood
// again, with that known; applications it had wrongly become are undone first.
func (s *Store) AssignMessage(ctx context.Context, a Sorting, vacancyID int64) error {
	return s.rule(ctx, "assign", a, func(tx *gorm.DB, m Message) (Ruling, error) {
		var v Vacancy
		if err := tx.Where("id = ?", vacancyID).Take(&v).Error; err != nil {
			return Ruling{}, err
		}
		if v.State == VacancyDraft {
			return Ruling{}, fmt.Errorf("%w: vacancy %d is a draft", ErrInvalid, v.ID)
		}
		if err := s.detach(tx, m, 0); err != nil {
			return Ruling{}, err
		}
		return Ruling{Act: RulingAssign, VacancyIDs: []int64{v.ID}}, s.remember(tx, a, m, RulingAssign, v.ID)
	})
}

// DismissMessage says that a message is no application but of that class.
func (s *Store) DismissMessage(ctx context.Context, a Sorting, is Class) error {
	return s.rule(ctx, "dismiss", a, func(tx *gorm.DB, m Message) (Ruling, error) {
		if !slices.Contains(DismissedAs, is) {
			return Ruling{}, fmt.Errorf("%w: class %q", ErrInvalid, is)
		}
		if err := s.detach(tx, m, 0); err != nil {
			return Ruling{}, err
		}
		return Ruling{Act: RulingDismiss, VacancyIDs: []int64{}, Class: is}, s.remember(tx, a, m, RulingDismiss, 0)
	})
}

// SeparateMessage undoes a join: the message becomes an application of its own in the
// vacancy, and its applicant somebody else.
func (s *Store) SeparateMessage(ctx context.Context, a Sorting, vacancyID int64) error {
	return s.rule(ctx, "separate", a, func(tx *gorm.DB, m Message) (Ruling, error) {
		routes, err := routesOf(tx, m.ID)
		if err != nil {
			return Ruling{}, err
		}
		r := Ruling{Act: RulingSeparate, VacancyIDs: []int64{}}
		var joined int64
		for _, route := range routes {
			r.VacancyIDs = append(r.VacancyIDs, route.VacancyID)
			if route.VacancyID == vacancyID {
				if err := tx.Model(&Route{}).Where("vacancy_id = ? AND application_id = ?", vacancyID, route.ApplicationID).Count(&joined).Error; err != nil {
					return Ruling{}, err
				}
			}
		}
		if joined < 2 {
			return Ruling{}, fmt.Errorf("%w: the message has joined nothing", ErrInvalid)
		}
		return r, s.detach(tx, m, vacancyID)
	})
}

// TakeBackRuling lets the rules of intake decide about a message again.
func (s *Store) TakeBackRuling(ctx context.Context, a Sorting) error {
	return s.sort(ctx, "take back", a, func(tx *gorm.DB, m Message) error {
		gone := tx.Where("message_id = ?", m.ID).Delete(&Ruling{})
		if gone.Error != nil {
			return gone.Error
		}
		if gone.RowsAffected == 0 {
			return fmt.Errorf("%w: nobody ruled on it", ErrConflict)
		}
		if err := s.detach(tx, m, 0); err != nil {
			return err
		}
		return again(tx, m.ID)
	})
}

// ConfirmRoutes says that a message is where it belongs.
func (s *Store) ConfirmRoutes(ctx context.Context, a Sorting) error {
	return s.sort(ctx, "confirm", a, func(tx *gorm.DB, m Message) error {
		return tx.Model(&Route{}).Where("message_id = ? AND to_confirm", m.ID).Update("to_confirm", false).Error
	})
}

// rule keeps a ruling and has the message understood again.
func (s *Store) rule(ctx context.Context, what string, a Sorting, f func(tx *gorm.DB, m Message) (Ruling, error)) error {
	return s.sort(ctx, what, a, func(tx *gorm.DB, m Message) error {
		r, err := f(tx, m)
		if err != nil {
			return err
		}
		return s.keepRuling(tx, m.ID, a.AuthorID, r)
	})
}

func (s *Store) keepRuling(tx *gorm.DB, messageID, authorID int64, r Ruling) error {
	r.MessageID, r.AuthorID, r.At = messageID, authorID, s.clock()
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&r).Error; err != nil {
		return err
	}
	return again(tx, messageID)
}

// sort runs a person's act on a message whose bytes are here.
func (s *Store) sort(ctx context.Context, what string, a Sorting, f func(tx *gorm.DB, m Message) error) error {
	return s.act(ctx, fmt.Sprintf("message %d: %s", a.MessageID, what), func(tx *gorm.DB) error {
		m, err := lockMessage(tx, a.MessageID)
		if err != nil {
			return err
		}
		if m.RawHash == "" {
			return fmt.Errorf("%w: its bytes are not here", ErrInvalid)
		}
		if err := checkAuthor(tx, a.AuthorID); err != nil {
			return err
		}
		if err := f(tx, m); err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: a.AuthorID, Act: "message." + strings.ReplaceAll(what, " ", "_"), Object: "message", ObjectID: m.ID})
	})
}

func (s *Store) remember(tx *gorm.DB, a Sorting, m Message, act RulingAct, vacancyID int64) error {
	if !a.Remember || m.FromEmail == "" {
		return nil
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).
		Create(&SenderRule{Email: strings.ToLower(m.FromEmail), Act: act, VacancyID: vacancyID, AuthorID: a.AuthorID, At: s.clock()}).Error
}

// again has a message understood anew.
func again(tx *gorm.DB, messageID int64) error {
	return tx.Model(&Message{}).Where("id = ?", messageID).
		Select(append(workColumns, "state", "class", "reason", "detail")).
		Updates(Message{State: Stored}).Error
}

// Standing is where a message stands in one vacancy.
type Standing struct {
	VacancyID     int64
	ApplicationID int64
	Became        Class
	ToConfirm     bool
	// Messages is how many messages the application holds, this one included.
	Messages int
}

// Standing returns where a message stands, a line per vacancy.
func (s *Store) Standing(ctx context.Context, messageID int64) ([]Standing, error) {
	var out []Standing
	err := s.reader(ctx).Raw(`SELECT r.vacancy_id, r.application_id, r.became, r.to_confirm,
		(SELECT count(*) FROM routes o WHERE o.vacancy_id = r.vacancy_id AND o.application_id = r.application_id) AS messages
		FROM routes r WHERE r.message_id = ? ORDER BY r.vacancy_id`, messageID).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("message %d: standing: %w", messageID, known(err))
	}
	return out, nil
}
