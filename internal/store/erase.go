package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ErrHeld is returned for erasing what a hold protects.
var ErrHeld = fmt.Errorf("%w: a hold forbids it", ErrInvalid)

// EraseOrder says what is to be erased, and on whose word.
type EraseOrder struct {
	ApplicantID int64
	// Applications limits it to some of the applicant's; all of them, and the person, when
	// empty.
	Applications []int64
	// Messages are lines of the ledger that belong to no application and go as well.
	Messages []int64
	// Files are bytes that were kept when the messages were read and that no row may name.
	Files []string
	Cause EraseCause
	// Clock is the code of the clock that ran out.
	Clock string
	// ActorID is 0 for the machine and for whoever types commands on it.
	ActorID int64
	// InMailbox also asks for the messages to be deleted on their servers.
	InMailbox bool
}

func (o EraseOrder) scope() scope {
	return scope{applicantID: o.ApplicantID, applications: o.Applications, messages: o.Messages, narrow: o.Cause == CausePurged}
}

// Erase removes a person, or some of their applications, from every table: applications
// with their documents, text, findings, notes, decisions and mail, the messages they were
// made of, rules kept for their address, and their name in what was written about others.
// Messages stay in the ledger as lines that say nothing; applications leave a tombstone
// for the figures. It fails with ErrHeld for what a hold protects, and with ErrConflict
// while a message of theirs is being read or sent.
//
// What lies outside the database (bytes, the journal, the mailbox) is listed in the
// returned Erasure and is the caller's to finish; see internal/erasure.
func (s *Store) Erase(ctx context.Context, o EraseOrder) (Erasure, error) {
	var out Erasure
	what := fmt.Sprintf("applicant %d: erase", o.ApplicantID)
	err := s.act(ctx, what, func(tx *gorm.DB) error {
		if o.ActorID != 0 {
			if err := checkAuthor(tx, o.ActorID); err != nil {
				return err
			}
		}
		p, err := s.plan(tx, o.scope())
		if err != nil {
			return err
		}
		if len(p.Applications)+len(p.Messages) == 0 && !p.Whole {
			return ErrNotFound
		}
		if p.Held {
			return ErrHeld
		}
		if o.Cause == CausePurged {
			if err := s.mayPurge(tx, p, o); err != nil {
				return err
			}
		}
		if err := s.lockErased(tx, p); err != nil {
			return err
		}
		out, err = s.erase(tx, p, o)
		return err
	})
	return out, err
}

// lockErased takes the rows in the order other acts take them and refuses while somebody
// works on what goes.
func (s *Store) lockErased(tx *gorm.DB, p ErasePlan) error {
	now := s.clock()
	for _, id := range p.messageIDs() {
		m, err := lockMessage(tx, id)
		if err != nil {
			return err
		}
		waits := (m.State == Listed || m.State == Stored || m.State == Parsed) && !slices.Contains(p.scope.messages, id)
		if waits || m.ClaimedUntil != nil && m.ClaimedUntil.After(now) {
			return fmt.Errorf("%w: message %d is being read", ErrConflict, id)
		}
	}
	ids := p.ids()
	slices.Sort(ids)
	for _, id := range ids {
		if _, err := lockApplication(tx, id); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var sending int64
	if err := tx.Model(&OutgoingMessage{}).Where("application_id IN ? AND state = ?", ids, OutgoingSending).Count(&sending).Error; err != nil {
		return err
	}
	if sending > 0 {
		return fmt.Errorf("%w: a message to the person is being sent", ErrConflict)
	}
	return nil
}

func (s *Store) erase(tx *gorm.DB, p ErasePlan, o EraseOrder) (Erasure, error) {
	now := s.clock()
	e := Erasure{Cause: o.Cause, Clock: o.Clock, ApplicantID: o.ApplicantID, Applications: len(p.Applications), Messages: len(p.Messages),
		Documents: p.Documents, Entry: p.marked, ActorID: o.ActorID, At: now}
	e.Entry.At, e.Entry.Cause = now, o.Cause
	e.Pending.Blobs = p.blobs
	marks, err := s.marker(tx)
	if err != nil {
		return e, err
	}
	for _, h := range o.Files {
		e.Pending.Blobs = append(e.Pending.Blobs, PendingBlob{Hash: h})
		e.Entry.Blobs = append(e.Entry.Blobs, marks.of(markBlob, h))
	}
	for _, a := range p.Applications {
		if e.VacancyID != 0 && e.VacancyID != a.VacancyID {
			e.VacancyID = 0
			break
		}
		e.VacancyID = a.VacancyID
	}
	if o.InMailbox {
		if e.Pending.Mail, err = mailOf(tx, p.messageIDs()); err != nil {
			return e, err
		}
	}
	for _, a := range p.Applications {
		t := Tombstone{ApplicationID: a.ID, VacancyID: a.VacancyID, Stage: a.Stage, ReceivedOn: a.ReceivedAt.UTC().Format("2006-01"), Cause: o.Cause, At: now}
		if err := tx.Create(&t).Error; err != nil {
			return e, err
		}
		for _, gone := range []any{&Hold{}, &Correction{}} {
			if err := tx.Where("application_id = ?", a.ID).Delete(gone).Error; err != nil {
				return e, err
			}
		}
		if err := tx.Where("vacancy_id = ? AND id = ?", a.VacancyID, a.ID).Delete(&Application{}).Error; err != nil {
			return e, err
		}
	}
	if err := emptyMessages(tx, now, p); err != nil {
		return e, err
	}
	if p.Whole && o.ApplicantID != 0 {
		if e.Mentions, err = s.erasePerson(tx, p); err != nil {
			return e, err
		}
	}
	if err := tx.Create(&e).Error; err != nil {
		return e, err
	}
	return e, s.recordErasure(tx, p, e)
}

// emptyMessages leaves of each message that it was received.
func emptyMessages(tx *gorm.DB, now time.Time, p ErasePlan) error {
	for _, id := range p.messageIDs() {
		if err := keepMarks(tx, now, id, p.marks[id]...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(p.messageIDs(), rowsPerInsert) {
		for _, model := range []any{&Ruling{}, &WithdrawalRequest{}, &Route{}} {
			if err := tx.Where("message_id IN ?", some).Delete(model).Error; err != nil {
				return err
			}
		}
		err := tx.Model(&OutgoingMessage{}).Where("bounce_message_id IN ?", some).Update("bounce_message_id", nil).Error
		if err != nil {
			return err
		}
		if err := tx.Model(&Message{}).Where("id IN ?", some).Updates(blank()).Error; err != nil {
			return err
		}
	}
	return nil
}

// erasePerson removes the applicant and what is said of them elsewhere.
func (s *Store) erasePerson(tx *gorm.DB, p ErasePlan) (int, error) {
	own, err := ownAddresses(tx, p.ApplicantID, p.Emails)
	if err != nil {
		return 0, err
	}
	if len(own) > 0 {
		if err := tx.Where("email IN ?", own).Delete(&SenderRule{}).Error; err != nil {
			return 0, err
		}
	}
	err = tx.Model(&PrivacyRequest{}).Where("applicant_id = ?", p.ApplicantID).Updates(map[string]any{"note": "", "outcome": ""}).Error
	if err != nil {
		return 0, err
	}
	if err := tx.Where("id = ?", p.ApplicantID).Delete(&Applicant{}).Error; err != nil {
		return 0, err
	}
	return strikeWords(tx, p.strike)
}

func mailOf(tx *gorm.DB, ids []int64) ([]PendingMail, error) {
	var out []PendingMail
	for some := range slices.Chunk(ids, rowsPerInsert) {
		var rows []Message
		err := tx.Select("messages.mailbox_id", "messages.uidvalidity", "messages.uid").Joins("JOIN mailboxes b ON b.id = messages.mailbox_id AND b.kind = 'imap'").
			Where("messages.id IN ? AND messages.uidvalidity = b.uidvalidity", some).Order("messages.mailbox_id, messages.uid").Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			out = append(out, PendingMail{m.MailboxID, m.UIDValidity, m.UID})
		}
	}
	return out, nil
}

// recordErasure writes the trail: a line for each application and one for the person.
func (s *Store) recordErasure(tx *gorm.DB, p ErasePlan, e Erasure) error {
	act := "." + string(e.Cause)
	for _, a := range p.Applications {
		err := s.record(tx, Event{ActorID: e.ActorID, Act: "application" + act, Object: "application", ObjectID: a.ID, VacancyID: a.VacancyID,
			Details: map[string]string{"erasure": decimal(e.ID), "stage": a.Stage, "clock": e.Clock}})
		if err != nil {
			return err
		}
	}
	object, id := "applicant", e.ApplicantID
	switch {
	case id == 0:
		object = "message"
	case !p.Whole:
		return nil
	}
	return s.record(tx, Event{ActorID: e.ActorID, Act: object + act, Object: object, ObjectID: id, Details: map[string]string{"erasure": decimal(e.ID),
		"applications": fmt.Sprint(e.Applications), "messages": fmt.Sprint(e.Messages), "documents": fmt.Sprint(e.Documents), "clock": e.Clock}})
}

// UnfinishedErasures returns those that are not in the journal yet or still have something
// to remove, the oldest first.
func (s *Store) UnfinishedErasures(ctx context.Context, limit int) ([]Erasure, error) {
	var out []Erasure
	err := s.reader(ctx).Where("finished_at IS NULL").Order("id").Limit(limit).Find(&out).Error
	return out, known(err)
}

// ErasureJournaled notes that the journal holds an erasure on disk.
func (s *Store) ErasureJournaled(ctx context.Context, id int64) error {
	return s.act(ctx, fmt.Sprintf("erasure %d: journaled", id), func(tx *gorm.DB) error {
		return tx.Model(&Erasure{}).Where("id = ? AND journaled_at IS NULL", id).Update("journaled_at", s.clock()).Error
	})
}

// ErasurePending notes what is still to be removed; the erasure is finished when that is
// nothing and the journal holds it.
func (s *Store) ErasurePending(ctx context.Context, id int64, left ErasePending) error {
	b, err := json.Marshal(left)
	if err != nil {
		return err
	}
	return s.act(ctx, fmt.Sprintf("erasure %d: pending", id), func(tx *gorm.DB) error {
		set := map[string]any{"pending": string(b)}
		if len(left.Blobs)+len(left.Mail) == 0 {
			set["finished_at"] = s.clock()
		}
		return tx.Model(&Erasure{}).Where("id = ? AND journaled_at IS NOT NULL", id).Updates(set).Error
	})
}

// Replayed is what a line of a journal did to a database.
type Replayed struct {
	Applications, Messages, Applicants int
	// Pending are the bytes that nothing refers to any more.
	Pending []PendingBlob
	// Foreign: the line is of another database, and nothing was done.
	Foreign bool
}

// Replay does an erasure again in a database that was restored from an older copy. Doing it
// twice is harmless. Ids that belong to somebody else by now are left alone, and a line
// made with another database's key changes nothing.
func (s *Store) Replay(ctx context.Context, entry EraseEntry) (Replayed, error) {
	var out Replayed
	db := s.reader(ctx)
	m, err := s.marker(db)
	if err != nil {
		return out, fmt.Errorf("replay erasure: %w", err)
	}
	if entry.Key != m.check() {
		return Replayed{Foreign: true}, nil
	}
	err = s.act(ctx, "replay erasure", func(tx *gorm.DB) error {
		out = Replayed{}
		return s.replay(tx, m, entry, &out)
	})
	return out, err
}

func (s *Store) replay(tx *gorm.DB, m marker, entry EraseEntry, out *Replayed) error {
	now := s.clock()
	// The marks first: the mail may still lie in the mailbox, whether the copy held it or not.
	if err := keepMarks(tx, now, 0, entry.Marks...); err != nil {
		return err
	}
	order := EraseOrder{Cause: CauseReplayed}
	byApplicant, whole := map[int64][]int64{}, map[int64]bool{}
	for _, a := range entry.Applications {
		var rows []Application
		if err := tx.Where("id = ?", a.ID).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 1 && m.application(rows[0]) == a.Mark {
			byApplicant[rows[0].ApplicantID] = append(byApplicant[rows[0].ApplicantID], a.ID)
		}
	}
	for _, a := range entry.Applicants {
		var rows []Applicant
		if err := tx.Where("id = ?", a.ID).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 1 && m.person(rows[0]) == a.Mark {
			// The older copy may hold applications of theirs that later joined another.
			byApplicant[a.ID], whole[a.ID] = nil, true
		}
	}
	for _, r := range entry.Messages {
		var rows []Message
		if err := tx.Where("id = ?", r.ID).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 1 && rows[0].Reason != ReasonErased && m.message(rows[0]) == r.Mark {
			order.Messages = append(order.Messages, r.ID)
		}
	}
	people := make([]int64, 0, len(byApplicant))
	for id := range byApplicant {
		people = append(people, id)
	}
	slices.Sort(people)
	if len(people) == 0 && len(order.Messages) > 0 {
		people = append(people, 0)
	}
	for _, id := range people {
		p, err := s.plan(tx, scope{applicantID: id, applications: byApplicant[id], messages: order.Messages,
			narrow: entry.Cause == CausePurged || !whole[id], partial: !whole[id]})
		if err != nil {
			return err
		}
		// A hold that the copy still had was lifted before the erasure.
		e, err := s.erase(tx, p, EraseOrder{ApplicantID: id, Cause: CauseReplayed})
		if err != nil {
			return err
		}
		err = tx.Model(&Erasure{}).Where("id = ?", e.ID).Updates(map[string]any{"journaled_at": now, "finished_at": now, "pending": "{}"}).Error
		if err != nil {
			return err
		}
		out.Applications, out.Messages = out.Applications+e.Applications, out.Messages+e.Messages
		if id != 0 {
			out.Applicants++
		}
		out.Pending = append(out.Pending, e.Pending.Blobs...)
		order.Messages = nil
	}
	return nil
}

// Erasures returns the latest acts of erasing, the newest first.
func (s *Store) Erasures(ctx context.Context, limit int) ([]Erasure, error) {
	var out []Erasure
	err := s.reader(ctx).Order("id DESC").Limit(limit).Find(&out).Error
	return out, known(err)
}

// entriesAtOnce bounds how many entries of erasures lie in memory.
const entriesAtOnce = 500

// EraseEntries calls each for the entry of every act of erasing, the oldest first, whichever
// machine did it.
func (s *Store) EraseEntries(ctx context.Context, each func(EraseEntry) error) error {
	for last := int64(0); ; {
		var rows []Erasure
		if err := s.reader(ctx).Select("id", "entry").Where("id > ?", last).Order("id").Limit(entriesAtOnce).Find(&rows).Error; err != nil {
			return fmt.Errorf("erasures: read: %w", known(err))
		}
		for _, r := range rows {
			if err := each(r.Entry); err != nil {
				return err
			}
			last = r.ID
		}
		if len(rows) < entriesAtOnce {
			return nil
		}
	}
}

// FindApplicant reads what somebody typed to name a person: an id, or an address.
// ErrNotFound when there is none, ErrConflict when several people use the address.
func (s *Store) FindApplicant(ctx context.Context, name string) (Applicant, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	var rows []Applicant
	err := s.reader(ctx).Where("id IN (SELECT applicant_id FROM applicant_addresses WHERE email = ?)", name).Order("id").Limit(2).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		var id int64
		if _, scan := fmt.Sscanf(name, "%d", &id); scan == nil && decimal(id) == name {
			err = s.reader(ctx).Where("id = ?", id).Limit(1).Find(&rows).Error
		}
	}
	switch {
	case err != nil:
		return Applicant{}, fmt.Errorf("find applicant: %w", known(err))
	case len(rows) == 0:
		return Applicant{}, fmt.Errorf("applicant: %w", ErrNotFound)
	case len(rows) > 1:
		return Applicant{}, fmt.Errorf("%w: several people wrote from that address, name one by number", ErrConflict)
	}
	return rows[0], nil
}
