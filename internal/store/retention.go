package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dossier/screening"
)

// Clock names a time of keeping.
type Clock string

// The clocks. Those of applications run from closing, or from the last decision when that
// came later; a withdrawal's runs from the withdrawal; those of mail from receipt.
const (
	ClockNotRetained Clock = "not_retained"
	ClockWithdrawn   Clock = "withdrawn"
	ClockSelected    Clock = "selected"
	ClockUndecided   Clock = "undecided"
	ClockReferees    Clock = "referees"
	ClockUnsent      Clock = "unsent"
	ClockSetAside    Clock = "set_aside"
	ClockUnrouted    Clock = "unrouted"
)

// VacancyClocks and MailClocks list the clocks of a vacancy, and of mail that belongs to
// none, in the order pages show them.
var (
	VacancyClocks = []Clock{ClockNotRetained, ClockWithdrawn, ClockSelected, ClockUndecided, ClockReferees, ClockUnsent}
	MailClocks    = []Clock{ClockSetAside, ClockUnrouted}
)

// MaxRetention bounds a clock, in months.
const MaxRetention = 120

// DefaultRetention is what holds until somebody sets something else: three months to
// answer for a refusal, the referees' contacts with the process, two years as the
// utmost. Nothing is purged by it before somebody switches it on.
func DefaultRetention(v Vacancy) Retention {
	r := Retention{VacancyID: v.ID, NotRetained: 3, Withdrawn: 1, Selected: 3, Undecided: 24, Referees: 0, Unsent: 3, SetAside: 6, Unrouted: 12}
	if v.RetentionMonths > 0 {
		r.NotRetained = v.RetentionMonths
	}
	return r
}

// Months returns a clock's length; Forever for none.
func (r Retention) Months(c Clock) int {
	switch c {
	case ClockNotRetained:
		return r.NotRetained
	case ClockWithdrawn:
		return r.Withdrawn
	case ClockSelected:
		return r.Selected
	case ClockUndecided:
		return r.Undecided
	case ClockReferees:
		return r.Referees
	case ClockUnsent:
		return r.Unsent
	case ClockSetAside:
		return r.SetAside
	case ClockUnrouted:
		return r.Unrouted
	}
	return Forever
}

// Set changes a clock's length.
func (r *Retention) Set(c Clock, months int) {
	months = min(max(months, Forever), MaxRetention)
	for clock, field := range map[Clock]*int{ClockNotRetained: &r.NotRetained, ClockWithdrawn: &r.Withdrawn, ClockSelected: &r.Selected,
		ClockUndecided: &r.Undecided, ClockReferees: &r.Referees, ClockUnsent: &r.Unsent, ClockSetAside: &r.SetAside, ClockUnrouted: &r.Unrouted} {
		if clock == c {
			*field = months
		}
	}
}

// RetentionOf returns the clocks of a vacancy, or, for 0, of mail that belongs to none.
func (s *Store) RetentionOf(ctx context.Context, vacancyID int64) (Retention, error) {
	db := s.reader(ctx)
	var v Vacancy
	if vacancyID != 0 {
		if err := db.Where("id = ?", vacancyID).Take(&v).Error; err != nil {
			return Retention{}, fmt.Errorf("vacancy %d: retention: %w", vacancyID, known(err))
		}
	}
	return retentionOf(db, v)
}

func retentionOf(db *gorm.DB, v Vacancy) (Retention, error) {
	var rows []Retention
	if err := db.Where("vacancy_id = ?", v.ID).Limit(1).Find(&rows).Error; err != nil {
		return Retention{}, err
	}
	if len(rows) == 1 {
		return rows[0], nil
	}
	return DefaultRetention(v), nil
}

// SetRetention keeps the clocks of a vacancy, and whether the daily run may purge by them.
func (s *Store) SetRetention(ctx context.Context, r Retention, authorID int64) error {
	for _, c := range slices.Concat(VacancyClocks, MailClocks) {
		if m := r.Months(c); m < Forever || m > MaxRetention {
			return fmt.Errorf("vacancy %d: retention: %w: %s of %d months", r.VacancyID, ErrInvalid, c, m)
		}
	}
	return s.act(ctx, fmt.Sprintf("vacancy %d: set retention", r.VacancyID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		if r.VacancyID != 0 {
			if err := tx.Where("id = ?", r.VacancyID).Take(&Vacancy{}).Error; err != nil {
				return err
			}
		}
		r.SetBy, r.SetAt = authorID, s.clock()
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&r).Error; err != nil {
			return err
		}
		details := map[string]string{"enabled": fmt.Sprint(r.Enabled)}
		for _, c := range slices.Concat(VacancyClocks, MailClocks) {
			details[string(c)] = fmt.Sprint(r.Months(c))
		}
		return s.record(tx, Event{ActorID: authorID, Act: "retention.set", Object: "vacancy", ObjectID: r.VacancyID, VacancyID: r.VacancyID, Details: details})
	})
}

// Due is an application whose time of keeping is over, or that stays although it is.
type Due struct {
	VacancyID, ApplicationID, ApplicantID int64
	Slug, Title, Name                     string
	Stage                                 screening.Stage
	Clock                                 Clock
	// Since is when the clock began, On when it ran out.
	Since, On time.Time
	// Kept is why it stays: hold or pool; empty when it goes.
	Kept string
}

// DuePurge is what a purge would remove.
type DuePurge struct {
	Applications []Due
	// Referees and Unsent count applications whose referees' contacts, and messages whose
	// texts, are over, by vacancy.
	Referees, Unsent map[int64]int
	// SetAside and Unrouted count messages.
	SetAside, Unrouted int
	setAside, unrouted []int64
}

// Goes counts the applications that a purge would remove.
func (d DuePurge) Goes() int {
	n := 0
	for _, a := range d.Applications {
		if a.Kept == "" {
			n++
		}
	}
	return n
}

// Empty tells whether a purge would do nothing.
func (d DuePurge) Empty() bool {
	return d.Goes()+d.SetAside+d.Unrouted+len(d.Referees)+len(d.Unsent) == 0
}

// Loose are the messages a purge would remove, by their clock.
func (d DuePurge) Loose() map[Clock][]int64 {
	return map[Clock][]int64{ClockSetAside: d.setAside, ClockUnrouted: d.unrouted}
}

// PurgeScope says where a purge looks.
type PurgeScope struct {
	// VacancyID limits it to one vacancy; 0 is all, and mail that belongs to none.
	VacancyID int64
	// Enabled limits it to where somebody has switched the daily run on.
	Enabled bool
}

// Overdue returns what a purge would remove now. It changes nothing.
func (s *Store) Overdue(ctx context.Context, scope PurgeScope) (DuePurge, error) {
	out := DuePurge{Referees: map[int64]int{}, Unsent: map[int64]int{}}
	db := s.reader(ctx)
	var vacancies []Vacancy
	q := db.Order("id")
	if scope.VacancyID != 0 {
		q = q.Where("id = ?", scope.VacancyID)
	}
	if err := q.Find(&vacancies).Error; err != nil {
		return out, fmt.Errorf("overdue: %w", err)
	}
	for _, v := range vacancies {
		r, err := retentionOf(db, v)
		if err != nil {
			return out, fmt.Errorf("overdue: %w", err)
		}
		if scope.Enabled && !r.Enabled {
			continue
		}
		if err := s.overdueOf(db, v, r, &out); err != nil {
			return out, fmt.Errorf("vacancy %d: overdue: %w", v.ID, known(err))
		}
	}
	if scope.VacancyID != 0 {
		return out, nil
	}
	r, err := retentionOf(db, Vacancy{})
	if err == nil && (r.Enabled || !scope.Enabled) {
		err = s.overdueMail(db, r, &out)
	}
	if err != nil {
		return out, fmt.Errorf("overdue mail: %w", known(err))
	}
	return out, nil
}

// closedAt is when a vacancy was closed; zero while it is open, or when nobody knows.
func closedAt(db *gorm.DB, v Vacancy) (time.Time, error) {
	if v.State != VacancyClosed {
		return time.Time{}, nil
	}
	var moves []VacancyMove
	if err := db.Where("vacancy_id = ? AND to_state = ?", v.ID, VacancyClosed).Order("id DESC").Limit(1).Find(&moves).Error; err != nil {
		return time.Time{}, err
	}
	if len(moves) == 1 {
		return moves[0].At, nil
	}
	if v.DeadlineAt != nil {
		return *v.DeadlineAt, nil
	}
	return time.Time{}, nil
}

func stageClock(stage screening.Stage) Clock {
	switch stage {
	case screening.StageNotRetained:
		return ClockNotRetained
	case screening.StageWithdrawn:
		return ClockWithdrawn
	case screening.StageSelected:
		return ClockSelected
	}
	return ClockUndecided
}

// maxOverdue bounds what one look gathers; the next run takes what is left. It is a variable
// for tests, which have fewer.
var maxOverdue = 10_000

// notHeld leaves out the rows of a table with vacancy_id that a hold protects; application is
// its column that names the application.
func notHeld(table, application string) string {
	return fmt.Sprintf("NOT EXISTS (SELECT 1 FROM holds h WHERE h.vacancy_id = %[1]s.vacancy_id AND h.application_id IN (0, %[1]s.%[2]s) AND h.lifted_at IS NULL)", table, application)
}

// keptApplication is an application with what its time of keeping hangs on.
type keptApplication struct {
	ID, ApplicantID int64
	Name            string
	Stage           screening.Stage
	DecidedAt       instant
	Holds, Pool     int
}

// keptOf reads some applications of a vacancy, by id.
func keptOf(db *gorm.DB, v Vacancy, now time.Time, where string, args ...any) ([]keptApplication, error) {
	var rows []keptApplication
	err := db.Raw(`SELECT a.id, a.applicant_id, p.name, a.stage,
		(SELECT max(at) FROM decisions d WHERE d.vacancy_id = a.vacancy_id AND d.application_id = a.id) AS decided_at,
		(SELECT count(*) FROM holds h WHERE h.vacancy_id = a.vacancy_id AND h.application_id IN (0, a.id) AND h.lifted_at IS NULL) AS holds,
		(SELECT count(*) FROM pool_consents c WHERE c.applicant_id = a.applicant_id AND c.withdrawn_at IS NULL AND c.expires_on >= ?) AS pool
		FROM applications a JOIN applicants p ON p.id = a.applicant_id WHERE a.vacancy_id = ? AND `+where,
		append([]any{now.Format(time.DateOnly), v.ID}, args...)...).Scan(&rows).Error
	return rows, err
}

// due tells whether the time of an application is over; closed is when its vacancy was, zero
// while it is open.
func (a keptApplication) due(v Vacancy, r Retention, closed, now time.Time) (Due, bool) {
	c := stageClock(a.Stage)
	if closed.IsZero() && c != ClockWithdrawn {
		return Due{}, false // of an open vacancy nothing else is ever purged
	}
	since := closed
	if c == ClockWithdrawn && !a.DecidedAt.IsZero() || a.DecidedAt.After(since) {
		since = a.DecidedAt.Time
	}
	months := r.Months(c)
	if since.IsZero() || months < 0 || since.AddDate(0, months, 0).After(now) {
		return Due{}, false
	}
	d := Due{VacancyID: v.ID, ApplicationID: a.ID, ApplicantID: a.ApplicantID, Slug: v.Slug, Title: v.Title, Name: a.Name, Stage: a.Stage,
		Clock: c, Since: since, On: since.AddDate(0, months, 0)}
	switch {
	case a.Holds > 0:
		d.Kept = "hold"
	case a.Pool > 0 && c != ClockWithdrawn:
		d.Kept = "pool"
	}
	return d, true
}

// overdueApplications goes through all applications of a vacancy. Those that go and those that
// stay are bounded apart: however many stay, they do not hide what goes.
func overdueApplications(db *gorm.DB, v Vacancy, r Retention, closed, now time.Time, out *DuePurge) error {
	where := "a.id > ?"
	if closed.IsZero() {
		where += " AND a.stage = 'withdrawn'"
	}
	goes, stay := 0, 0
	for after := int64(0); goes < maxOverdue; {
		rows, err := keptOf(db, v, now, where+" ORDER BY a.id LIMIT ?", after, maxOverdue)
		if err != nil {
			return err
		}
		for _, a := range rows {
			after = a.ID
			d, over := a.due(v, r, closed, now)
			if !over {
				continue
			}
			n := &goes
			if d.Kept != "" {
				n = &stay
			}
			if *n++; *n <= maxOverdue {
				out.Applications = append(out.Applications, d)
			}
		}
		if len(rows) < maxOverdue {
			return nil
		}
	}
	return nil
}

func (s *Store) overdueOf(db *gorm.DB, v Vacancy, r Retention, out *DuePurge) error {
	closed, err := closedAt(db, v)
	if err != nil {
		return err
	}
	now := s.clock()
	if err := overdueApplications(db, v, r, closed, now, out); err != nil {
		return err
	}
	if closed.IsZero() {
		return nil
	}
	if r.Referees >= 0 && !closed.AddDate(0, r.Referees, 0).After(now) {
		var n int64
		err := db.Model(&Application{}).Where("vacancy_id = ? AND referees_purged_at IS NULL AND stage IN ?", v.ID, settledStages).
			Where(notHeld("applications", "id")).Count(&n).Error
		if err != nil {
			return err
		}
		if n > 0 {
			out.Referees[v.ID] = int(n)
		}
	}
	if r.Unsent >= 0 {
		var n int64
		if err := unsent(db, v.ID, now.AddDate(0, -r.Unsent, 0)).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			out.Unsent[v.ID] = int(n)
		}
	}
	return nil
}

// settledStages are those in which nobody needs the referees any more.
var settledStages = []screening.Stage{screening.StageNotRetained, screening.StageWithdrawn, screening.StageSelected}

func unsent(db *gorm.DB, vacancyID int64, before time.Time) *gorm.DB {
	return db.Model(&OutgoingMessage{}).Where("vacancy_id = ? AND state IN ? AND created_at < ? AND body <> ''", vacancyID,
		[]OutgoingState{OutgoingCancelled, OutgoingFailed}, before).Where(notHeld("outgoing_messages", "application_id"))
}

func (s *Store) overdueMail(db *gorm.DB, r Retention, out *DuePurge) error {
	for _, m := range []struct {
		state  MessageState
		months int
		into   *[]int64
		count  *int
	}{{SetAside, r.SetAside, &out.setAside, &out.SetAside}, {Unrouted, r.Unrouted, &out.unrouted, &out.Unrouted}} {
		if m.months < 0 {
			continue
		}
		err := db.Model(&Message{}).Where("state = ? AND reason NOT IN ? AND coalesce(received_at, created_at) < ?", m.state,
			[]string{ReasonErased, BeforeCutoff}, s.clock().AddDate(0, -m.months, 0)).Order("id").Limit(maxOverdue).Pluck("id", m.into).Error
		if err != nil {
			return err
		}
		*m.count = len(*m.into)
	}
	return nil
}

// BlankUnsent empties the texts of a vacancy's messages that never left and whose time is
// over, and returns how many.
func (s *Store) BlankUnsent(ctx context.Context, vacancyID int64) (int, error) {
	n := 0
	err := s.act(ctx, fmt.Sprintf("vacancy %d: blank unsent messages", vacancyID), func(tx *gorm.DB) error {
		var v Vacancy
		if err := tx.Where("id = ?", vacancyID).Take(&v).Error; err != nil {
			return err
		}
		r, err := retentionOf(tx, v)
		if err != nil || r.Unsent < 0 {
			return err
		}
		done := unsent(tx, vacancyID, s.clock().AddDate(0, -r.Unsent, 0)).
			Updates(map[string]any{"to_name": "", "to_email": "", "subject": "", "body": "", "calendar": "", "error": "", "reply": ""})
		if n = int(done.RowsAffected); done.Error != nil || n == 0 {
			return done.Error
		}
		return s.record(tx, Event{Act: "outgoing.purged", Object: "vacancy", ObjectID: vacancyID, VacancyID: vacancyID, Details: map[string]string{"count": fmt.Sprint(n)}})
	})
	return n, err
}

// mayPurge refuses what must not go by itself, whatever a list said a moment ago: nothing
// of an open vacancy but what was withdrawn, and nothing that people have moved, decided
// anew, held or been allowed to keep longer meanwhile.
func (s *Store) mayPurge(tx *gorm.DB, p ErasePlan, o EraseOrder) error {
	if err := s.lockErased(tx, p); err != nil { // so that nobody decides between looking and removing
		return err
	}
	now := s.clock()
	for _, a := range p.Applications {
		var v Vacancy
		if err := tx.Where("id = ?", a.VacancyID).Take(&v).Error; err != nil {
			return err
		}
		r, err := retentionOf(tx, v)
		if err != nil {
			return err
		}
		closed, err := closedAt(tx, v)
		if err != nil {
			return err
		}
		rows, err := keptOf(tx, v, now, "a.id = ?", a.ID)
		if err != nil {
			return err
		}
		if len(rows) != 1 {
			return fmt.Errorf("%w: application %d has moved", ErrConflict, a.ID)
		}
		if v.State != VacancyClosed && rows[0].Stage != screening.StageWithdrawn {
			return fmt.Errorf("%w: the vacancy of application %d is open", ErrInvalid, a.ID)
		}
		d, over := rows[0].due(v, r, closed, now)
		switch {
		case string(stageClock(rows[0].Stage)) != o.Clock:
			return fmt.Errorf("%w: application %d has moved", ErrConflict, a.ID)
		case !over:
			return fmt.Errorf("%w: the time of application %d is not over any more", ErrConflict, a.ID)
		case d.Kept != "":
			return fmt.Errorf("%w: application %d is kept: %s", ErrConflict, a.ID, d.Kept)
		}
	}
	return nil
}

// Passing tells whether an error of purging one application leaves the others to be purged.
func Passing(err error) bool {
	return errors.Is(err, ErrConflict) || errors.Is(err, ErrInvalid) || errors.Is(err, ErrNotFound)
}
