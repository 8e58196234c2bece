package store

import (
	"context"
	"fmt"
	"maps"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Work is what a row carries while something has to be done about it.
type Work struct {
	// Attempts is counted before the work, so that a crash counts.
	Attempts     int `gorm:"not null"`
	NextTryAt    *time.Time
	ClaimedBy    string `gorm:"not null"`
	ClaimedUntil *time.Time
	// Error is the last failure, empty after a success.
	Error string `gorm:"not null"`
	// Parked rows have failed MaxAttempts times and wait for a person.
	Parked bool `gorm:"not null"`
}

// MaxAttempts is how often work is tried before it waits for a person.
const MaxAttempts = 3

// workColumns are the columns of Work.
var workColumns = []string{"attempts", "next_try_at", "claimed_by", "claimed_until", "error", "parked"}

// Task names one of the three sorts of work found in the records.
type Task string

// The sorts of work.
const (
	// TaskMessage parses and routes a stored message.
	TaskMessage Task = "message"
	// TaskDocument reads a document's text.
	TaskDocument Task = "document"
	// TaskAssessment judges an application.
	TaskAssessment Task = "assessment"
)

// crashed is the reason of work whose workers died MaxAttempts times without a word.
const crashed = "worker_died"

// Claim says who takes work, and for how long nobody else may. It must be longer than the
// work can take: afterwards another worker gets it, and the attempt stays counted.
type Claim struct {
	Owner string
	For   time.Duration
}

// due is what makes a row claimable. The index of each sort of work names its states.
const due = "NOT parked AND (next_try_at IS NULL OR next_try_at <= @now) AND (claimed_until IS NULL OR claimed_until <= @now)"

// waiting is the condition of the index on messages to be parsed and routed.
const waiting = "(state || '') IN ('stored', 'parsed')"

// skipLocked passes over rows another worker is just claiming. SQLite has one writer.
var skipLocked = clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}

// ClaimMessage takes the oldest message that is stored or parsed and not settled. ok is
// false when none is due. The attempt is counted.
func (s *Store) ClaimMessage(ctx context.Context, c Claim) (m Message, ok bool, err error) {
	err = s.act(ctx, "claim message", func(tx *gorm.DB) error {
		for {
			m, ok = Message{}, false
			found := tx.Clauses(skipLocked).
				Where(waiting+" AND "+due, map[string]any{"now": s.clock()}).
				Order("received_at, id").Limit(1).Find(&m)
			if found.Error != nil || found.RowsAffected == 0 {
				return found.Error
			}
			if m.Attempts >= MaxAttempts {
				if err := s.failMessage(tx, m, crashed, crashed); err != nil {
					return err
				}
				continue
			}
			ok = true
			return s.take(tx, &Message{}, "id = ?", []any{m.ID}, &m.Work, c)
		}
	})
	return m, ok && err == nil, err
}

// ClaimDocument takes the oldest document whose text has not been read, as ClaimMessage.
func (s *Store) ClaimDocument(ctx context.Context, c Claim) (d Document, ok bool, err error) {
	err = s.act(ctx, "claim document", func(tx *gorm.DB) error {
		for {
			d, ok = Document{}, false
			found := tx.Clauses(skipLocked).
				Where("state = 'pending' AND "+due, map[string]any{"now": s.clock()}).
				Order("received_at, id").Limit(1).Find(&d)
			if found.Error != nil || found.RowsAffected == 0 {
				return found.Error
			}
			if d.Attempts >= MaxAttempts {
				if err := s.failDocument(tx, d, crashed, crashed); err != nil {
					return err
				}
				continue
			}
			ok = true
			return s.take(tx, &Document{}, "vacancy_id = ? AND id = ?", []any{d.VacancyID, d.ID}, &d.Work, c)
		}
	})
	return d, ok && err == nil, err
}

// search is one way of looking for applications to assess, along an index.
type search struct {
	where string
	args  map[string]any
	order string
}

// behind are the ways an assessment can be older than it should be: its documents have
// changed, its vacancy has published a checklist, the engine is another. Applications that
// were never assessed are among the first; vacancies without a checklist wait for one.
func behind(tx *gorm.DB, engine string) ([]search, error) {
	out := []search{{where: changed, order: "received_at, id"}}
	var vacancies []Vacancy
	err := tx.Select("id", "checklist_version").Where("checklist_version > 0 AND EXISTS (" +
		"SELECT 1 FROM applications a WHERE a.vacancy_id = vacancies.id AND a.assessed_checklist < vacancies.checklist_version)").
		Order("id").Find(&vacancies).Error
	if err != nil {
		return nil, err
	}
	for _, v := range vacancies {
		out = append(out, search{where: "vacancy_id = @vacancy AND assessed_checklist < @checklist",
			args: map[string]any{"vacancy": v.ID, "checklist": v.ChecklistVersion}, order: "assessed_checklist, received_at, id"})
	}
	for _, other := range []string{"assessed_engine > '' AND assessed_engine < @engine", "assessed_engine > @engine"} {
		out = append(out, search{where: other, args: map[string]any{"engine": engine}, order: "assessed_engine, received_at, id"})
	}
	return out, nil
}

// changed finds assessments older than their documents.
const changed = "assessed_rev <> documents_rev AND EXISTS (SELECT 1 FROM vacancies v WHERE v.id = applications.vacancy_id AND v.checklist_version > 0)"

// readable keeps applications back while a document of theirs is still to be read.
const readable = "NOT EXISTS (SELECT 1 FROM documents d WHERE d.vacancy_id = applications.vacancy_id AND d.application_id = applications.id AND d.state = 'pending')"

// ClaimApplication takes an application whose assessment is older than its documents, its
// checklist or the engine, once all its documents are read or given up, as ClaimMessage.
func (s *Store) ClaimApplication(ctx context.Context, c Claim, engine string) (a Application, ok bool, err error) {
	err = s.act(ctx, "claim application", func(tx *gorm.DB) error {
		searches, err := behind(tx, engine)
		if err != nil {
			return err
		}
		for len(searches) > 0 {
			a, ok = Application{}, false
			found := searches[0].run(tx, s.clock(), &a)
			if found.Error != nil {
				return found.Error
			}
			if found.RowsAffected == 0 {
				searches = searches[1:]
				continue
			}
			if a.Attempts >= MaxAttempts {
				if err := s.failApplication(tx, a, crashed); err != nil {
					return err
				}
				continue
			}
			ok = true
			return s.take(tx, &Application{}, "vacancy_id = ? AND id = ?", []any{a.VacancyID, a.ID}, &a.Work, c)
		}
		return nil
	})
	return a, ok && err == nil, err
}

// run finds the first application a worker may take.
func (q search) run(tx *gorm.DB, now time.Time, into *Application) *gorm.DB {
	args := map[string]any{"now": now}
	maps.Copy(args, q.args)
	return tx.Clauses(skipLocked).Where(q.where+" AND "+readable+" AND "+due, args).Order(q.order).Limit(1).Find(into)
}

func (s *Store) take(tx *gorm.DB, model any, where string, key []any, w *Work, c Claim) error {
	until := instantOf(s.clock().Add(c.For))
	w.Attempts, w.ClaimedBy, w.ClaimedUntil, w.NextTryAt = w.Attempts+1, c.Owner, &until, nil
	return tx.Model(model).Where(where, key...).Updates(map[string]any{
		"attempts": w.Attempts, "claimed_by": w.ClaimedBy, "claimed_until": until, "next_try_at": nil}).Error
}

// failure is what a failed try leaves on a row. Attempts are those counted so far.
func (s *Store) failure(attempts int, cause string) map[string]any {
	set := map[string]any{"error": tidyString(cause, maxText), "claimed_by": "", "claimed_until": nil, "next_try_at": nil, "parked": attempts >= MaxAttempts}
	if attempts < MaxAttempts {
		set["next_try_at"] = instantOf(s.clock().Add(s.retryAfter(attempts)))
	}
	return set
}

// FailMessage notes that a claimed message could not be parsed or routed. After
// MaxAttempts it is failed, with the code as its reason, and waits for a person.
func (s *Store) FailMessage(ctx context.Context, messageID int64, code string, cause error) error {
	return s.act(ctx, fmt.Sprintf("message %d: fail", messageID), func(tx *gorm.DB) error {
		m, err := lockMessage(tx, messageID)
		if err != nil || (m.State != Stored && m.State != Parsed) {
			return err
		}
		return s.failMessage(tx, m, code, cause.Error())
	})
}

// RefuseMessage settles a claimed message that no further try can read: it is failed at
// once, with the code as its reason, and waits for a person.
func (s *Store) RefuseMessage(ctx context.Context, messageID int64, code string, cause error) error {
	return s.act(ctx, fmt.Sprintf("message %d: refuse", messageID), func(tx *gorm.DB) error {
		m, err := lockMessage(tx, messageID)
		if err != nil || (m.State != Stored && m.State != Parsed) {
			return err
		}
		m.Attempts = max(m.Attempts, MaxAttempts)
		return s.failMessage(tx, m, code, cause.Error())
	})
}

func (s *Store) failMessage(tx *gorm.DB, m Message, code, cause string) error {
	set := s.failure(m.Attempts, cause)
	set["reason"] = code
	if set["parked"] == true {
		set["state"] = Failed
	}
	return tx.Model(&Message{}).Where("id = ?", m.ID).Updates(set).Error
}

// FailDocument notes that a claimed document could not be read because of our own
// trouble. After MaxAttempts it counts as unreadable, with the code as its problem, and
// its application goes on without it.
func (s *Store) FailDocument(ctx context.Context, documentID int64, code string, cause error) error {
	return s.act(ctx, fmt.Sprintf("document %d: fail", documentID), func(tx *gorm.DB) error {
		d, err := lockDocument(tx, documentID)
		if err != nil || d.State != Pending {
			return err
		}
		return s.failDocument(tx, d, code, cause.Error())
	})
}

func (s *Store) failDocument(tx *gorm.DB, d Document, code, cause string) error {
	set := s.failure(d.Attempts, cause)
	if set["parked"] == true {
		set["state"], set["problem"], set["detail"] = Unreadable, code, tidyString(cause, maxText)
		if err := documentsChanged(tx, d.VacancyID, d.ApplicationID); err != nil {
			return err
		}
	}
	err := tx.Model(&Document{}).Where("vacancy_id = ? AND id = ?", d.VacancyID, d.ID).Updates(set).Error
	if err != nil || set["parked"] != true {
		return err
	}
	return searchOnceRead(tx, d.VacancyID, d.ApplicationID)
}

// FailAssessment notes that a claimed application could not be assessed.
func (s *Store) FailAssessment(ctx context.Context, applicationID int64, cause error) error {
	return s.act(ctx, fmt.Sprintf("application %d: fail assessment", applicationID), func(tx *gorm.DB) error {
		a, err := lockApplication(tx, applicationID)
		if err != nil {
			return err
		}
		return s.failApplication(tx, a, cause.Error())
	})
}

func (s *Store) failApplication(tx *gorm.DB, a Application, cause string) error {
	return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", a.VacancyID, a.ID).Updates(s.failure(a.Attempts, cause)).Error
}

// Unclaim gives claimed work back untried, as a worker does that is told to stop: the
// attempt is not counted.
func (s *Store) Unclaim(ctx context.Context, task Task, id int64, owner string) error {
	model, err := task.record()
	if err != nil {
		return err
	}
	return s.act(ctx, fmt.Sprintf("%s %d: unclaim", task, id), func(tx *gorm.DB) error {
		return tx.Model(model).Where("id = ? AND claimed_by = ? AND attempts > 0", id, owner).
			Updates(map[string]any{"attempts": gorm.Expr("attempts - 1"), "claimed_by": "", "claimed_until": nil}).Error
	})
}

// Retry makes parked or waiting work due now, with all its attempts, as a person asked.
func (s *Store) Retry(ctx context.Context, task Task, id int64) error {
	return s.act(ctx, fmt.Sprintf("%s %d: retry", task, id), func(tx *gorm.DB) error {
		fresh := map[string]any{"attempts": 0, "next_try_at": nil, "claimed_by": "", "claimed_until": nil, "error": "", "parked": false}
		switch task {
		case TaskMessage:
			m, err := lockMessage(tx, id)
			if err != nil {
				return err
			}
			if m.State == Failed {
				fresh["reason"], fresh["state"] = "", Stored
				if m.RawHash == "" {
					fresh["state"] = Listed
				}
			}
			return tx.Model(&Message{}).Where("id = ?", id).Updates(fresh).Error
		case TaskDocument:
			d, err := lockDocument(tx, id)
			if err != nil {
				return err
			}
			if d.State == Unreadable {
				fresh["state"], fresh["problem"], fresh["detail"] = Pending, "", ""
			}
			return tx.Model(&Document{}).Where("vacancy_id = ? AND id = ?", d.VacancyID, id).Updates(fresh).Error
		case TaskAssessment:
			a, err := lockApplication(tx, id)
			if err != nil {
				return err
			}
			return tx.Model(&Application{}).Where("vacancy_id = ? AND id = ?", a.VacancyID, id).Updates(fresh).Error
		default:
			return fmt.Errorf("%w: no such task %q", ErrInvalid, task)
		}
	})
}

func (t Task) record() (any, error) {
	switch t {
	case TaskMessage:
		return &Message{}, nil
	case TaskDocument:
		return &Document{}, nil
	case TaskAssessment:
		return &Application{}, nil
	default:
		return nil, fmt.Errorf("%w: no such task %q", ErrInvalid, t)
	}
}

// WorkLeft counts what is still to be done, waiting tries included and parked work apart.
type WorkLeft struct {
	Messages, Documents, Applications int64
	// Parked work waits for a person.
	ParkedMessages, ParkedDocuments, ParkedApplications int64
	// NextTryAt is when the earliest waiting work is due again; nil when none waits.
	NextTryAt *time.Time
}

// anyBehind is behind in one condition, for counting.
const anyBehind = "EXISTS (SELECT 1 FROM vacancies v WHERE v.id = applications.vacancy_id AND v.checklist_version > 0 AND " +
	"(assessed_rev <> documents_rev OR assessed_engine <> @engine OR assessed_checklist < v.checklist_version))"

// Done tells whether nothing is left but what waits for a person.
func (w WorkLeft) Done() bool { return w.Messages == 0 && w.Documents == 0 && w.Applications == 0 }

// WorkLeft counts the work of all three sorts for an engine version.
func (s *Store) WorkLeft(ctx context.Context, engine string) (WorkLeft, error) {
	var left WorkLeft
	db := s.reader(ctx)
	open := []struct {
		count, parked     *int64
		model             any
		isOpen, wasParked string
		args              []any
	}{
		{&left.Messages, &left.ParkedMessages, &Message{}, "state IN ('stored', 'parsed')", "state = 'failed' AND parked", nil},
		{&left.Documents, &left.ParkedDocuments, &Document{}, "state = 'pending'", "state = 'failed' AND parked", nil},
		{&left.Applications, &left.ParkedApplications, &Application{}, anyBehind, "parked",
			[]any{map[string]any{"engine": engine}}},
	}
	for _, o := range open {
		if err := db.Model(o.model).Where(o.wasParked).Count(o.parked).Error; err != nil {
			return WorkLeft{}, fmt.Errorf("work left: %w", err)
		}
		var next instant
		err := db.Model(o.model).Where(o.isOpen+" AND NOT parked", o.args...).Select("count(*), min(next_try_at)").Row().Scan(o.count, &next)
		if err != nil {
			return WorkLeft{}, fmt.Errorf("work left: %w", err)
		}
		if !next.IsZero() && (left.NextTryAt == nil || next.Before(*left.NextTryAt)) {
			left.NextTryAt = next.Ptr()
		}
	}
	return left, nil
}
