package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

const (
	// maxMailboxes bounds every list of mailboxes.
	maxMailboxes = 200
	// IntakePage is how many messages a page of the intake list holds.
	IntakePage = 50
)

// MailboxHealth is a watched mailbox and what it brought on one day.
type MailboxHealth struct {
	Mailbox Mailbox
	// ByState accounts for the day's messages.
	ByState map[MessageState]int
}

// Received is how many messages came in on the day: as many as are accounted for.
func (h MailboxHealth) Received() int {
	n := 0
	for _, c := range h.ByState {
		n += c
	}
	return n
}

// IntakeHealth returns every mailbox with the day of a zone that now lies in.
func (s *Store) IntakeHealth(ctx context.Context, zone *time.Location) ([]MailboxHealth, error) {
	db := s.reader(ctx)
	var boxes []Mailbox
	if err := db.Order("name").Limit(maxMailboxes).Find(&boxes).Error; err != nil {
		return nil, fmt.Errorf("mailboxes: %w", known(err))
	}
	from := dayStart(s.clock(), zone)
	var counts []struct {
		MailboxID int64
		State     MessageState
		N         int
	}
	err := db.Raw(`SELECT mailbox_id, state, count(*) AS n FROM messages
		WHERE coalesce(received_at, created_at) >= ? AND coalesce(received_at, created_at) < ? GROUP BY mailbox_id, state`,
		instantOf(from), instantOf(from.AddDate(0, 0, 1))).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("mailboxes: %w", known(err))
	}
	out := make([]MailboxHealth, len(boxes))
	for i, b := range boxes {
		out[i] = MailboxHealth{Mailbox: b, ByState: map[MessageState]int{}}
		for _, c := range counts {
			if c.MailboxID == b.ID {
				out[i].ByState[c.State] = c.N
			}
		}
	}
	return out, nil
}

// IntakeDay is what came in on one day.
type IntakeDay struct {
	Day     time.Time
	ByState map[MessageState]int
}

// IntakeDays returns what came in on each of the last days of a zone, today last.
func (s *Store) IntakeDays(ctx context.Context, zone *time.Location, days int) ([]IntakeDay, error) {
	today := dayStart(s.clock(), zone)
	out := make([]IntakeDay, days)
	for i := range out {
		out[i] = IntakeDay{Day: today.AddDate(0, 0, i+1-days), ByState: map[MessageState]int{}}
	}
	var counts []struct {
		Hour  int64
		State MessageState
		N     int
	}
	err := s.reader(ctx).Raw(`SELECT `+s.hourOf("coalesce(received_at, created_at)")+` AS hour, state, count(*) AS n FROM messages
		WHERE coalesce(received_at, created_at) >= ? GROUP BY hour, state`, instantOf(out[0].Day)).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("messages per day: %w", known(err))
	}
	for _, c := range counts {
		if back := daysBack(time.Unix(c.Hour*3600, 0), today, zone.String()); back >= 0 && back < days {
			out[days-1-back].ByState[c.State] += c.N
		}
	}
	return out, nil
}

func dayStart(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// IntakeView is a part of the ledger that the intake page lists.
type IntakeView string

// The parts.
const (
	// IntakeAttention: what waits for a person.
	IntakeAttention IntakeView = "attention"
	// IntakeSetAside: what is no application.
	IntakeSetAside IntakeView = "set_aside"
	// IntakeAll: everything.
	IntakeAll IntakeView = "all"
)

// IntakeViews lists the parts in the order pages show them.
var IntakeViews = []IntakeView{IntakeAttention, IntakeSetAside, IntakeAll}

func (v IntakeView) where() (string, []any) {
	switch v {
	case IntakeSetAside:
		return "m.state = ?", []any{SetAside}
	case IntakeAll:
		return "1 = 1", nil
	}
	return "(m." + attention + " OR m." + doubtful + ")", nil
}

// IntakeRow is a line of the ledger as the intake page shows it.
type IntakeRow struct {
	ID         int64
	Mailbox    string
	UID        uint32
	State      MessageState
	Class      Class
	Reason     string
	Detail     string
	Error      string
	Attempts   int
	Parked     bool
	RawHash    string
	Size       int64
	At         instant
	Subject    string
	FromName   string
	FromEmail  string
	SourceName string
	// VacancyID, Slug and ApplicationID tell what it became; zero when nothing.
	VacancyID     int64
	Slug          string
	ApplicationID int64
	// ToConfirm is true when a person should say that it is where it belongs, and Trace
	// then tells why.
	ToConfirm bool
	Trace     json.RawMessage `gorm:"serializer:json"`
}

// ReceivedAt is when our server received the message, or when it was first seen.
func (r IntakeRow) ReceivedAt() time.Time { return r.At.Time }

// IntakeRows returns one page of a part of the ledger, the newest first. before is the id
// of the last row of the page before, 0 for the first page; more tells whether rows follow.
func (s *Store) IntakeRows(ctx context.Context, view IntakeView, before int64) (rows []IntakeRow, more bool, err error) {
	where, args := view.where()
	if before > 0 {
		where, args = where+" AND m.id < ?", append(args, before)
	}
	err = s.reader(ctx).Raw(`SELECT m.id, b.name AS mailbox, m.uid, m.state, m.class, m.reason, m.detail, m.error, m.attempts, m.parked,
		m.raw_hash, m.size, coalesce(m.received_at, m.created_at) AS at, m.subject, m.from_name, m.from_email, m.source_name,
		coalesce(r.vacancy_id, 0) AS vacancy_id, coalesce(v.slug, '') AS slug, coalesce(r.application_id, 0) AS application_id,
		EXISTS (SELECT 1 FROM routes c WHERE c.message_id = m.id AND c.to_confirm) AS to_confirm, m.trace
		FROM messages m JOIN mailboxes b ON b.id = m.mailbox_id
		LEFT JOIN routes r ON r.id = (SELECT min(id) FROM routes WHERE message_id = m.id) AND r.message_id = m.id
		LEFT JOIN vacancies v ON v.id = r.vacancy_id
		WHERE `+where+` ORDER BY m.id DESC LIMIT ?`, append(args, IntakePage+1)...).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("intake: %w", known(err))
	}
	if len(rows) > IntakePage {
		return rows[:IntakePage], true, nil
	}
	return rows, false, nil
}

// IntakeCounts counts the messages of each part of the ledger; what Stuck lists is not in it.
func (s *Store) IntakeCounts(ctx context.Context) (map[IntakeView]int, error) {
	out := map[IntakeView]int{}
	for _, v := range IntakeViews {
		where, args := v.where()
		var n int
		if err := s.reader(ctx).Raw(`SELECT count(*) FROM messages m WHERE `+where, args...).Scan(&n).Error; err != nil {
			return nil, fmt.Errorf("intake counts: %w", known(err))
		}
		out[v] = n
	}
	return out, nil
}

// StuckRow is a document or an assessment that was given up on.
type StuckRow struct {
	// Kind is "document" or "application".
	Kind          string
	ID            int64
	VacancyID     int64
	Slug          string
	ApplicationID int64
	Applicant     string
	Name          string
	Problem       string
	Detail        string
	Error         string
	Attempts      int
	Parked        bool
	ReceivedAt    time.Time
}

// maxStuck bounds the list of what was given up on.
const maxStuck = 100

// Stuck lists documents that could not be read and assessments that failed, in
// applications not decided yet; those given up on come first.
func (s *Store) Stuck(ctx context.Context) ([]StuckRow, error) {
	var rows []StuckRow
	db := s.reader(ctx)
	err := db.Raw(`SELECT 'document' AS kind, d.id, d.vacancy_id, v.slug, d.application_id, p.name AS applicant, d.name,
		d.problem, d.detail, d.error, d.attempts, d.parked, d.received_at
		FROM documents d JOIN applications a ON a.vacancy_id = d.vacancy_id AND a.id = d.application_id
		JOIN applicants p ON p.id = a.applicant_id JOIN vacancies v ON v.id = d.vacancy_id
		WHERE d.`+unreadable+` AND d.superseded_by IS NULL AND a.stage IN ?
		ORDER BY d.parked DESC, d.id DESC LIMIT ?`, undecided, maxStuck).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("documents given up on: %w", known(err))
	}
	var apps []StuckRow
	err = db.Raw(`SELECT 'application' AS kind, a.id, a.vacancy_id, v.slug, a.id AS application_id, p.name AS applicant, '' AS name,
		'' AS problem, '' AS detail, a.error, a.attempts, a.parked, a.received_at
		FROM applications a JOIN applicants p ON p.id = a.applicant_id JOIN vacancies v ON v.id = a.vacancy_id
		WHERE a.parked ORDER BY a.id DESC LIMIT ?`, maxStuck).Scan(&apps).Error
	if err != nil {
		return nil, fmt.Errorf("assessments given up on: %w", known(err))
	}
	return append(apps, rows...), nil
}

// hourOf is the expression for an instant's hour since 1970: days of any zone are made of
// hours (of half hours here and there: their evening then counts one hour early).
func (s *Store) hourOf(column string) string {
	if s.dialect == postgresDialect {
		return "CAST(floor(extract(epoch from " + column + ") / 3600) AS bigint)"
	}
	return column + " / 3600000000"
}

// daysBack counts the calendar days of a zone from an instant to now.
func daysBack(at, now time.Time, zone string) int {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	day := func(t time.Time) time.Time {
		y, m, d := t.In(loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(now).Sub(day(at)) / (24 * time.Hour))
}
