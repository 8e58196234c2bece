package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
)

// OutgoingPage is how many messages a page of the outbox shows.
const OutgoingPage = 50

// OutgoingRow is a line of the outbox: one message with whose it is.
type OutgoingRow struct {
	OutgoingMessage
	// Name is the applicant's, Vacancy and Slug the vacancy's, Author who wrote it.
	Name, Vacancy, Slug, Zone, Author string
}

// OutgoingQuery says which messages of the outbox are listed.
type OutgoingQuery struct {
	// State lists one state only; empty all.
	State OutgoingState
	// Attention lists what waits for a person: failed, bounced, and held without an end.
	Attention bool
	// VacancyID lists one vacancy only; 0 all of Within.
	VacancyID int64
	// Within are the vacancies whose messages may be seen.
	Within Within
	// Before is the id of the last message of the page before; 0 for the first page.
	Before int64
}

// outgoingAttention is the condition of messages that wait for a person.
const outgoingAttention = "(m.state IN ('failed', 'bounced') OR m.state = 'held' AND m.parked)"

// OutgoingRows returns one page of the outbox, the newest first, without texts. more tells
// whether rows follow.
func (s *Store) OutgoingRows(ctx context.Context, q OutgoingQuery) (rows []OutgoingRow, more bool, err error) {
	db := s.reader(ctx).Table("outgoing_messages AS m").
		Select("m.id, m.vacancy_id, m.application_id, m.kind, m.state, m.why, m.automatic, m.language, m.to_name, m.to_email, m.subject, " +
			"m.message_id, m.token, m.reply, m.attempts, m.next_try_at, m.error, m.parked, m.sent_at, m.bounced_at, m.created_at, " +
			"CASE WHEN m.body = '' THEN '' ELSE ' ' END AS body, p.name, v.title AS vacancy, v.slug, v.deadline_zone AS zone, coalesce(nullif(u.name, ''), u.email, '') AS author").
		Joins("JOIN applications a ON a.vacancy_id = m.vacancy_id AND a.id = m.application_id").
		Joins("JOIN applicants p ON p.id = a.applicant_id").
		Joins("JOIN vacancies v ON v.id = m.vacancy_id").
		Joins("LEFT JOIN users u ON u.id = m.author_id")
	if q.State != "" {
		db = db.Where("m.state = ?", q.State)
	}
	if q.Attention {
		db = db.Where(outgoingAttention)
	}
	if q.VacancyID != 0 {
		db = db.Where("m.vacancy_id = ?", q.VacancyID)
	}
	if q.Before > 0 {
		db = db.Where("m.id < ?", q.Before)
	}
	if q.Within != nil {
		cond, args := q.Within.cond("m.vacancy_id")
		db = db.Where(cond, args...)
	}
	if err := db.Order("m.id DESC").Limit(OutgoingPage + 1).Scan(&rows).Error; err != nil {
		return nil, false, fmt.Errorf("outbox: %w", known(err))
	}
	if len(rows) > OutgoingPage {
		return rows[:OutgoingPage], true, nil
	}
	return rows, false, nil
}

// OutgoingCounts counts messages by state, for one vacancy or, with 0, for all of within.
// waiting counts those that wait for a person.
func (s *Store) OutgoingCounts(ctx context.Context, within Within, vacancyID int64) (byState map[OutgoingState]int, waiting int, err error) {
	var rows []struct {
		State  OutgoingState
		Parked bool
		N      int
	}
	db := s.reader(ctx).Model(&OutgoingMessage{}).Select("state, parked, count(*) AS n").Group("state, parked")
	if vacancyID != 0 {
		db = db.Where("vacancy_id = ?", vacancyID)
	}
	if within != nil {
		cond, args := within.cond("vacancy_id")
		db = db.Where(cond, args...)
	}
	if err := db.Scan(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("outbox: count: %w", known(err))
	}
	byState = map[OutgoingState]int{}
	for _, r := range rows {
		byState[r.State] += r.N
		if r.State == OutgoingFailed || r.State == OutgoingBounced || r.State == OutgoingHeld && r.Parked {
			waiting += r.N
		}
	}
	return byState, waiting, nil
}

// OutgoingAttention counts the messages of some vacancies that wait for a person.
func (s *Store) OutgoingAttention(ctx context.Context, within Within) (int, error) {
	var n int64
	cond, args := within.cond("m.vacancy_id")
	err := s.reader(ctx).Table("outgoing_messages AS m").Where("m.state IN ('failed', 'bounced', 'held') AND "+outgoingAttention).
		Where(cond, args...).Count(&n).Error
	return int(n), known(err)
}

// RecentApplication is an application a text can be tried on.
type RecentApplication struct {
	ID, VacancyID int64
	Name, Vacancy string
}

// maxRecent is how many applications are offered to try a text on.
const maxRecent = 12

// RecentApplications returns the applications received last in some vacancies, or in one of
// them, the newest first.
func (s *Store) RecentApplications(ctx context.Context, within Within, vacancyID int64) ([]RecentApplication, error) {
	cond, args := within.cond("a.vacancy_id")
	db := s.reader(ctx).Table("applications AS a").Select("a.id, a.vacancy_id, p.name, v.title AS vacancy").
		Joins("JOIN applicants p ON p.id = a.applicant_id").Joins("JOIN vacancies v ON v.id = a.vacancy_id").Where(cond, args...)
	if vacancyID != 0 {
		db = db.Where("a.vacancy_id = ?", vacancyID)
	}
	var out []RecentApplication
	err := db.Order("a.id DESC").Limit(maxRecent).Scan(&out).Error
	return out, known(err)
}

// OutgoingOf returns the messages to one application's applicant, oldest first.
func (s *Store) OutgoingOf(ctx context.Context, vacancyID, applicationID int64) ([]OutgoingMessage, error) {
	var out []OutgoingMessage
	err := s.reader(ctx).Where("vacancy_id = ? AND application_id = ?", vacancyID, applicationID).Order("id").Limit(maxShown).Find(&out).Error
	return out, known(err)
}

// SentLately counts the automatic messages that were made for an address since an instant,
// cancelled ones apart.
func (s *Store) SentLately(ctx context.Context, email string, since time.Time) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&OutgoingMessage{}).
		Where("to_email = ? AND created_at >= ? AND automatic AND state <> 'cancelled'", email, instantOf(since)).Count(&n).Error
	return int(n), known(err)
}

// OutgoingByMessageIDs returns the messages of ours that carry one of the Message-IDs
// (without brackets) or of the tokens, oldest first.
func (s *Store) OutgoingByMessageIDs(ctx context.Context, ids, tokens []string) ([]OutgoingMessage, error) {
	ids, tokens = ids[:min(len(ids), maxThread)], tokens[:min(len(tokens), maxThread)]
	if len(ids)+len(tokens) == 0 {
		return nil, nil
	}
	ids, tokens = tidied(ids), tidied(tokens)
	db := s.reader(ctx)
	var out []OutgoingMessage
	err := db.Omit("body", "calendar").Where(db.Where("message_id IN ?", ids).Or("token IN ?", tokens)).Order("id").Limit(maxThread).Find(&out).Error
	return out, known(err)
}

func tidied(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = tidyString(s, maxText)
	}
	return out
}

// bounceWindow is how long after sending a bounce that names only an address may come.
const bounceWindow = 7 * 24 * time.Hour

// Bounce is what a report of non-delivery says.
type Bounce struct {
	// MessageIDs are those the report names, Addresses the recipients it failed for.
	MessageIDs []string
	Addresses  []string
	// Named are all addresses it speaks of, in the returned message too. A message it names
	// by its id is only tied when its recipient is among them or Addresses: whoever knows an
	// id could otherwise mark somebody else's message as returned.
	Named []string
	// Report tells that a mail server wrote it. Anybody else names addresses too, so that
	// alone ties nothing.
	Report bool
	// Diagnostic is what the other server said.
	Diagnostic string
}

// RecordBounce ties a report of non-delivery, a message of the ledger, to the outgoing
// messages it tells of: by their Message-ID and recipient, else, for a mail server's report,
// the last one sent to an address it names. A message that is still in the hands of the
// process that sends it is marked, and comes back once the process lets go. It returns them;
// none is no error.
func (s *Store) RecordBounce(ctx context.Context, messageID int64, b Bounce) ([]OutgoingMessage, error) {
	var out []OutgoingMessage
	err := s.act(ctx, fmt.Sprintf("message %d: bounce", messageID), func(tx *gorm.DB) error {
		out = nil
		found, err := s.bounced(tx, b)
		if err != nil {
			return err
		}
		for _, m := range found {
			if m.BounceMessageID != nil && *m.BounceMessageID == messageID {
				out = append(out, m) // told before
				continue
			}
			now := s.clock()
			set := map[string]any{"bounced_at": now, "bounce_message_id": messageID}
			switch {
			case m.State == OutgoingSending && m.HandedOver:
			case m.State == OutgoingSent, m.State == OutgoingHeld && m.HandedOver:
				m.State, m.Why = OutgoingBounced, ""
				maps.Copy(set, released(map[string]any{"state": m.State, "why": "", "error": tidyString(b.Diagnostic, maxText), "parked": false, "next_try_at": nil}))
			default:
				continue
			}
			m.BouncedAt, m.BounceMessageID = &now, &messageID
			if err := updateOutgoing(tx, m, set); err != nil {
				return err
			}
			out = append(out, m)
			err := s.record(tx, Event{Act: "outgoing.bounced", Object: "application", ObjectID: m.ApplicationID, VacancyID: m.VacancyID,
				Details: map[string]string{"outgoing": decimal(m.ID), "message": decimal(messageID)}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (s *Store) bounced(tx *gorm.DB, b Bounce) ([]OutgoingMessage, error) {
	ids, addresses := tidied(b.MessageIDs[:min(len(b.MessageIDs), maxThread)]), tidied(b.Addresses[:min(len(b.Addresses), maxThread)])
	var found []OutgoingMessage
	if len(ids) > 0 {
		if err := tx.Clauses(forUpdate).Where("message_id IN ?", ids).Order("id").Find(&found).Error; err != nil {
			return nil, err
		}
		known := len(found) > 0
		found = slices.DeleteFunc(found, func(m OutgoingMessage) bool {
			return !slices.Contains(addresses, m.ToEmail) && !slices.Contains(b.Named, m.ToEmail)
		})
		if known {
			return found, nil
		}
	}
	if !b.Report {
		return nil, nil
	}
	for _, a := range addresses {
		var last []OutgoingMessage
		err := tx.Clauses(forUpdate).Where("to_email = ? AND created_at >= ? AND sent_at IS NOT NULL", a, s.clock().Add(-bounceWindow-24*time.Hour)).
			Order("sent_at DESC, id DESC").Limit(1).Find(&last).Error
		if err != nil {
			return nil, err
		}
		for _, m := range last {
			if m.SentAt.After(s.clock().Add(-bounceWindow)) {
				found = append(found, m)
			}
		}
	}
	return found, nil
}
