package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Balance is the ledger summed up: every message received is in exactly one state.
type Balance struct {
	Received int64                  `json:"received"`
	ByState  map[MessageState]int64 `json:"by_state"`
	// ByClass counts those that are understood, by what they are.
	ByClass map[Class]int64 `json:"by_kind"`
}

// Accounted is the sum over the states; it equals Received.
func (b Balance) Accounted() int64 {
	var n int64
	for _, c := range b.ByState {
		n += c
	}
	return n
}

// LedgerQuery narrows the ledger down. Zero fields do not.
type LedgerQuery struct {
	MailboxID int64
	// From and To bound the time of receipt, or of listing while it is not known:
	// From <= t < To.
	From, To time.Time
	State    MessageState
	// AfterID continues a list after a row; Limit is at most MaxLedgerRows, the default.
	AfterID int64
	Limit   int
}

// MaxLedgerRows bounds one page of the ledger.
const MaxLedgerRows = 1000

func (q LedgerQuery) narrow(db *gorm.DB) *gorm.DB {
	if q.MailboxID != 0 {
		db = db.Where("mailbox_id = ?", q.MailboxID)
	}
	if !q.From.IsZero() {
		db = db.Where("coalesce(received_at, messages.created_at) >= ?", instantOf(q.From))
	}
	if !q.To.IsZero() {
		db = db.Where("coalesce(received_at, messages.created_at) < ?", instantOf(q.To))
	}
	if q.State != "" {
		db = db.Where("state = ?", q.State)
	}
	return db
}

// Balance sums the ledger up.
func (s *Store) Balance(ctx context.Context, q LedgerQuery) (Balance, error) {
	b := Balance{ByState: map[MessageState]int64{}, ByClass: map[Class]int64{}}
	var rows []struct {
		State MessageState
		Class Class
		N     int64
	}
	err := q.narrow(s.reader(ctx).Model(&Message{})).Select("state, class, count(*) AS n").Group("state, class").Scan(&rows).Error
	if err != nil {
		return Balance{}, fmt.Errorf("ledger: balance: %w", err)
	}
	for _, r := range rows {
		b.Received += r.N
		b.ByState[r.State] += r.N
		if r.Class != "" {
			b.ByClass[r.Class] += r.N
		}
	}
	return b, nil
}

// LedgerRow is one message of the ledger, as `dossier ledger --list` prints it.
type LedgerRow struct {
	ID          int64        `json:"id"`
	Mailbox     string       `json:"mailbox"`
	UIDValidity uint32       `json:"uidvalidity" gorm:"column:uidvalidity"`
	UID         uint32       `json:"uid" gorm:"column:uid"`
	MessageID   string       `json:"message_id" gorm:"column:message_id"`
	State       MessageState `json:"state"`
	Class       Class        `json:"kind"`
	Reason      string       `json:"reason"`
	// Vacancies are the slugs it was routed to, or speaks about.
	Vacancies []string `json:"vacancies" gorm:"-"`
	// Application is the first it became or joined; 0 when none.
	Application int64      `json:"application" gorm:"-"`
	ReceivedAt  *time.Time `json:"received_at"`
	// SourceName is the file it was imported from.
	SourceName string `json:"source,omitempty"`

	VacancyIDs []int64 `json:"-" gorm:"serializer:json"`
}

// LedgerRows lists the ledger in the order messages were noted.
func (s *Store) LedgerRows(ctx context.Context, q LedgerQuery) ([]LedgerRow, error) {
	if q.Limit <= 0 || q.Limit > MaxLedgerRows {
		q.Limit = MaxLedgerRows
	}
	db := q.narrow(s.reader(ctx).Table("messages")).
		Select("messages.id, b.name AS mailbox, messages.uidvalidity, uid, message_id, state, class, reason, received_at, source_name, vacancy_ids").
		Joins("JOIN mailboxes b ON b.id = messages.mailbox_id").
		Where("messages.id > ?", q.AfterID).Order("messages.id").Limit(q.Limit)
	return s.ledgerRows(ctx, db)
}

func (s *Store) ledgerRows(ctx context.Context, db *gorm.DB) ([]LedgerRow, error) {
	var out []LedgerRow
	if err := db.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	if len(out) == 0 {
		return nil, nil
	}
	at := make(map[int64]int, len(out))
	ids := make([]int64, len(out))
	for i, r := range out {
		at[r.ID], ids[i], out[i].Vacancies = i, r.ID, []string{}
	}
	var routes []Route
	if err := s.reader(ctx).Where("message_id IN ?", ids).Order("message_id, vacancy_id").Find(&routes).Error; err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	slugs, err := s.slugs(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		row := &out[at[r.MessageID]]
		row.Vacancies = append(row.Vacancies, slugs[r.VacancyID])
		if row.Application == 0 {
			row.Application = r.ApplicationID
		}
	}
	for i := range out {
		for _, v := range out[i].VacancyIDs {
			if slug, ok := slugs[v]; ok {
				out[i].Vacancies = append(out[i].Vacancies, slug)
			}
		}
	}
	return out, nil
}

func (s *Store) slugs(ctx context.Context) (map[int64]string, error) {
	var rows []Vacancy
	if err := s.reader(ctx).Select("id", "slug").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	out := make(map[int64]string, len(rows))
	for _, v := range rows {
		out[v.ID] = v.Slug
	}
	return out, nil
}

// Explanation is all that is known about how one message was treated.
type Explanation struct {
	LedgerRow
	Detail       string          `json:"detail,omitempty"`
	Error        string          `json:"error,omitempty"`
	Attempts     int             `json:"attempts,omitempty"`
	Parked       bool            `json:"parked,omitempty"`
	ReceivedLine string          `json:"received_line,omitempty"`
	InternalDate *time.Time      `json:"internal_date,omitempty"`
	SentAt       *time.Time      `json:"sent_at,omitempty"`
	DeliveredTo  []string        `json:"delivered_to,omitempty"`
	Trace        json.RawMessage `json:"trace,omitempty"`
	Routes       []RouteTaken    `json:"routes,omitempty"`
}

// RouteTaken is a route in words.
type RouteTaken struct {
	Vacancy     string `json:"vacancy"`
	Application int64  `json:"application"`
	Became      Class  `json:"became"`
	Rule        string `json:"rule"`
	Evidence    string `json:"evidence,omitempty"`
	ToConfirm   bool   `json:"to_confirm,omitempty"`
}

// ExplainMessage tells how a message was treated. The reference is the ledger's id, or a
// Message-ID with or without brackets: copies of one message share it, and all are
// explained. ErrNotFound when there is none.
func (s *Store) ExplainMessage(ctx context.Context, ref string) ([]Explanation, error) {
	ref = strings.TrimSpace(tidyString(ref, maxText))
	db := s.reader(ctx).Order("id").Limit(maxThread)
	if n, err := strconv.ParseInt(ref, 10, 64); err == nil {
		db = db.Where("id = ?", n)
	} else {
		db = db.Where("message_id = ? AND message_id <> ''", strings.Trim(ref, "<>"))
	}
	var messages []Message
	if err := db.Find(&messages).Error; err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	if len(messages) == 0 {
		return nil, fmt.Errorf("explain: message: %w", ErrNotFound)
	}
	ids := make([]int64, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	rows, err := s.ledgerRows(ctx, s.reader(ctx).Table("messages").
		Select("messages.id, b.name AS mailbox, messages.uidvalidity, uid, message_id, state, class, reason, received_at, source_name, vacancy_ids").
		Joins("JOIN mailboxes b ON b.id = messages.mailbox_id").Where("messages.id IN ?", ids).Order("messages.id"))
	if err != nil {
		return nil, err
	}
	slugs, err := s.slugs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Explanation, len(messages))
	for i, m := range messages {
		out[i] = Explanation{LedgerRow: rows[i], Detail: m.Detail, Error: m.Error, Attempts: m.Attempts, Parked: m.Parked,
			ReceivedLine: m.ReceivedLine, InternalDate: m.InternalDate, SentAt: m.SentAt, DeliveredTo: m.DeliveredTo, Trace: m.Trace}
		routes, err := s.RoutesOf(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range routes {
			out[i].Routes = append(out[i].Routes, RouteTaken{Vacancy: slugs[r.VacancyID], Application: r.ApplicationID,
				Became: r.Became, Rule: r.Rule, Evidence: r.Evidence, ToConfirm: r.ToConfirm})
		}
	}
	return out, nil
}
