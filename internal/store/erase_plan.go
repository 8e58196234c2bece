package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// ErasePlan is what erasing would remove, and what it would leave and why.
type ErasePlan struct {
	ApplicantID int64
	Name        string
	Emails      []string
	Phones      []string
	// Whole is true when the person goes with the applications.
	Whole        bool
	Applications []PlannedApplication
	Messages     []PlannedMessage
	// Left are messages that concern the person and stay, since others need them.
	Left []PlannedMessage
	// Documents counts the rows, Blobs the bytes that go, SharedBlobs those that stay
	// because somebody else sent the same.
	Documents, Blobs, SharedBlobs int
	// What colleagues wrote and decided, and mail to the person.
	Notes, Overrides, Decisions, Opinions, Outgoing, Waiting int
	// Mentions are the places in other people's files that name the person.
	Mentions []PlannedMention
	// Others are applicants that share an address, a telephone number or the name: they
	// may be the same person, and are left.
	Others []OtherApplicant
	// SenderRules counts rules of intake kept for the person's addresses.
	SenderRules int
	// Held tells that a hold forbids erasing.
	Held bool
	// Raw names the bytes of the messages that go.
	Raw []string

	scope  scope
	blobs  []PendingBlob
	marked EraseEntry
	marks  map[int64][]string
	words  needles
	strike []strikeRow
}

// PlannedApplication is one application an erasure concerns.
type PlannedApplication struct {
	ID, VacancyID int64
	Title, Slug   string
	Stage         string
	ReceivedAt    time.Time
	Held          bool
}

// PlannedMessage is one message an erasure concerns.
type PlannedMessage struct {
	ID         int64
	Mailbox    string
	State      MessageState
	Reason     string
	ReceivedAt *time.Time
}

// PlannedMention is one text of somebody else's file that names the person.
type PlannedMention struct {
	// Table and ID name the row.
	Table string
	ID    int64
	Count int
}

// OtherApplicant is somebody who may be the same person.
type OtherApplicant struct {
	ID   int64
	Name string
	// Shares is email, phone or name.
	Shares string
}

// scope is what an erasure begins with.
type scope struct {
	applicantID int64
	// applications are those that go; empty for all of the applicant's.
	applications []int64
	// messages go by themselves: mail that belongs to no application.
	messages []int64
	// narrow takes nothing but what the applications are made of: a clock that ran out says
	// nothing about what the person sends today, nor about what others say of them.
	narrow bool
	// partial leaves the person, whatever else of them is here.
	partial bool
}

// PlanErasure tells what erasing an applicant would do, and further messages of the ledger
// with them. It changes nothing.
func (s *Store) PlanErasure(ctx context.Context, applicantID int64, messages ...int64) (ErasePlan, error) {
	p, err := s.plan(s.reader(ctx), scope{applicantID: applicantID, messages: messages})
	if err != nil {
		return ErasePlan{}, fmt.Errorf("applicant %d: plan erasure: %w", applicantID, known(err))
	}
	return p, nil
}

// PlanOrder tells what an order would do. It changes nothing.
func (s *Store) PlanOrder(ctx context.Context, o EraseOrder) (ErasePlan, error) {
	p, err := s.plan(s.reader(ctx), o.scope())
	if err != nil {
		return ErasePlan{}, fmt.Errorf("applicant %d: plan erasure: %w", o.ApplicantID, known(err))
	}
	return p, nil
}

func (s *Store) plan(db *gorm.DB, sc scope) (ErasePlan, error) {
	p := ErasePlan{ApplicantID: sc.applicantID, scope: sc, marks: map[int64][]string{}}
	var names []string
	if sc.applicantID != 0 {
		if err := p.person(db, &names); err != nil {
			return p, err
		}
	}
	for _, step := range []func(*gorm.DB) error{p.findMessages, p.count, p.findBlobs} {
		if err := step(db); err != nil {
			return p, err
		}
	}
	if p.Whole && !sc.narrow {
		for _, step := range []func(*gorm.DB) error{p.findOthers, func(db *gorm.DB) error { return p.findMentions(db, names) }} {
			if err := step(db); err != nil {
				return p, err
			}
		}
	}
	m, err := s.marker(db)
	if err != nil {
		return p, err
	}
	return p, p.mark(db, m)
}

// Names tells whether a text names the person: by their full name, an address or a number.
func (p ErasePlan) Names(text string) bool {
	_, n := p.words.strike(text)
	return n > 0
}

// Bytes names the bytes of a message.
type Bytes struct {
	MessageID int64
	Hash      string
}

// LooseMessages returns the messages that were set aside and whose bytes are here, the
// latest first. What is unrouted or failed may be somebody's application: it is none of them.
func (s *Store) LooseMessages(ctx context.Context, limit int) ([]Bytes, error) {
	var out []Bytes
	err := s.reader(ctx).Raw(`SELECT id AS message_id, raw_hash AS hash FROM messages WHERE state = 'set_aside' AND raw_hash <> ''
		AND NOT EXISTS (SELECT 1 FROM routes r WHERE r.message_id = messages.id) ORDER BY id DESC LIMIT ?`, limit).Scan(&out).Error
	return out, known(err)
}

// person reads who it is and which applications go.
func (p *ErasePlan) person(db *gorm.DB, names *[]string) error {
	var a Applicant
	if err := db.Where("id = ?", p.ApplicantID).Take(&a).Error; err != nil {
		return err
	}
	p.Name, *names = a.Name, []string{a.Name}
	if err := db.Model(&ApplicantAddress{}).Where("applicant_id = ?", a.ID).Order("email").Pluck("email", &p.Emails).Error; err != nil {
		return err
	}
	if err := db.Model(&ApplicantPhone{}).Where("applicant_id = ?", a.ID).Order("phone").Pluck("phone", &p.Phones).Error; err != nil {
		return err
	}
	var corrected []string
	if err := db.Model(&Correction{}).Where("applicant_id = ? AND field = ?", a.ID, FieldName).Pluck("original", &corrected).Error; err != nil {
		return err
	}
	*names = append(*names, corrected...)
	var rows []struct {
		ID, VacancyID int64
		Title, Slug   string
		Stage         string
		ReceivedAt    instant
		Holds         int
	}
	err := db.Raw(`SELECT a.id, a.vacancy_id, v.title, v.slug, a.stage, a.received_at,
		(SELECT count(*) FROM holds h WHERE h.vacancy_id = a.vacancy_id AND h.application_id IN (0, a.id) AND h.lifted_at IS NULL) AS holds
		FROM applications a JOIN vacancies v ON v.id = a.vacancy_id WHERE a.applicant_id = ? ORDER BY a.id`, a.ID).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, r := range rows {
		if len(p.scope.applications) > 0 && !slices.Contains(p.scope.applications, r.ID) {
			continue
		}
		p.Applications = append(p.Applications, PlannedApplication{ID: r.ID, VacancyID: r.VacancyID, Title: r.Title, Slug: r.Slug, Stage: r.Stage,
			ReceivedAt: r.ReceivedAt.Time, Held: r.Holds > 0})
		p.Held = p.Held || r.Holds > 0
	}
	p.Whole = len(p.Applications) == len(rows) && !p.scope.partial
	return nil
}

func (p *ErasePlan) ids() []int64 {
	out := make([]int64, len(p.Applications))
	for i, a := range p.Applications {
		out[i] = a.ID
	}
	return out
}

// findMessages gathers the messages that go: those the applications were made of, what
// their addresses sent beside, reports about mail to them, and what answered that mail.
func (p *ErasePlan) findMessages(db *gorm.DB) error {
	ids := p.ids()
	take := map[int64]bool{}
	for _, id := range p.scope.messages {
		take[id] = true
	}
	gather := func(query string, args ...any) error {
		var found []int64
		if err := db.Raw(query, args...).Scan(&found).Error; err != nil {
			return err
		}
		for _, id := range found {
			take[id] = true
		}
		return nil
	}
	if len(ids) > 0 {
		for _, q := range []string{
			`SELECT r.message_id FROM routes r JOIN applications a ON a.vacancy_id = r.vacancy_id AND a.id = r.application_id WHERE a.id IN ?`,
			`SELECT w.message_id FROM withdrawal_requests w WHERE w.application_id IN ?`,
			`SELECT o.bounce_message_id FROM outgoing_messages o WHERE o.application_id IN ? AND o.bounce_message_id IS NOT NULL`,
		} {
			if err := gather(q, ids); err != nil {
				return err
			}
		}
	}
	if p.Whole && !p.scope.narrow {
		// An address that somebody else uses as well says nothing about whose a message is.
		own, err := ownAddresses(db, p.ApplicantID, p.Emails)
		if err != nil {
			return err
		}
		if len(own) > 0 {
			if err := gather(`SELECT id FROM messages WHERE from_email <> '' AND from_email IN ?`, own); err != nil {
				return err
			}
		}
	}
	return p.settleMessages(db, take, ids)
}

// settleMessages leaves what other people's applications are made of.
func (p *ErasePlan) settleMessages(db *gorm.DB, take map[int64]bool, applications []int64) error {
	all := make([]int64, 0, len(take))
	for id := range take {
		all = append(all, id)
	}
	slices.Sort(all)
	for some := range slices.Chunk(all, rowsPerInsert) {
		var rows []struct {
			ID         int64
			Mailbox    string
			State      MessageState
			Reason     string
			ReceivedAt instant
			Needed     int
		}
		err := db.Raw(`SELECT m.id, b.name AS mailbox, m.state, m.reason, m.received_at,
			(SELECT count(*) FROM routes r WHERE r.message_id = m.id AND r.application_id NOT IN ?) AS needed
			FROM messages m JOIN mailboxes b ON b.id = m.mailbox_id WHERE m.id IN ? ORDER BY m.id`, append([]int64{0}, applications...), some).Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Reason == ReasonErased {
				continue
			}
			row := PlannedMessage{ID: r.ID, Mailbox: r.Mailbox, State: r.State, Reason: r.Reason, ReceivedAt: r.ReceivedAt.Ptr()}
			if r.Needed > 0 {
				p.Left = append(p.Left, row)
				continue
			}
			p.Messages = append(p.Messages, row)
		}
	}
	return nil
}

func (p *ErasePlan) messageIDs() []int64 {
	out := make([]int64, len(p.Messages))
	for i, m := range p.Messages {
		out[i] = m.ID
	}
	return out
}

// ownAddresses leaves out the addresses that other applicants wrote from.
func ownAddresses(db *gorm.DB, applicantID int64, emails []string) ([]string, error) {
	if len(emails) == 0 {
		return nil, nil
	}
	var shared []string
	err := db.Model(&ApplicantAddress{}).Where("email IN ? AND applicant_id <> ?", emails, applicantID).Distinct().Pluck("email", &shared).Error
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(emails), func(e string) bool { return slices.Contains(shared, e) }), nil
}

// count tells how much of each sort goes.
func (p *ErasePlan) count(db *gorm.DB) error {
	ids := p.ids()
	if len(ids) == 0 {
		return nil
	}
	for _, c := range []struct {
		into  *int
		model any
		more  string
	}{{&p.Documents, &Document{}, ""}, {&p.Notes, &Note{}, ""}, {&p.Overrides, &Override{}, ""}, {&p.Decisions, &Decision{}, ""},
		{&p.Opinions, &Opinion{}, ""}, {&p.Outgoing, &OutgoingMessage{}, ""}, {&p.Waiting, &OutgoingMessage{}, " AND state IN ('held', 'queued')"}} {
		var n int64
		if err := db.Model(c.model).Where("application_id IN ?"+c.more, ids).Count(&n).Error; err != nil {
			return err
		}
		*c.into = int(n)
	}
	if !p.Whole {
		return nil
	}
	own, err := ownAddresses(db, p.ApplicantID, p.Emails)
	if err != nil || len(own) == 0 {
		return err
	}
	var n int64
	err = db.Model(&SenderRule{}).Where("email IN ?", own).Count(&n).Error
	p.SenderRules = int(n)
	return err
}

// findBlobs tells the bytes that go from those somebody else needs.
func (p *ErasePlan) findBlobs(db *gorm.DB) error {
	seen := map[string]bool{}
	ids, messages := p.ids(), p.messageIDs()
	if len(ids) > 0 {
		var docs []Document
		if err := db.Select("hash").Where("application_id IN ?", ids).Find(&docs).Error; err != nil {
			return err
		}
		for _, d := range docs {
			seen[d.Hash] = true
		}
	}
	for some := range slices.Chunk(messages, rowsPerInsert) {
		var rows []Message
		if err := db.Select("raw_hash").Where("id IN ?", some).Find(&rows).Error; err != nil {
			return err
		}
		for _, m := range rows {
			if m.RawHash != "" {
				seen[m.RawHash] = true
				p.Raw = append(p.Raw, m.RawHash)
			}
		}
	}
	hashes := make([]string, 0, len(seen))
	for h := range seen {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	for some := range slices.Chunk(hashes, hashesAtOnce) {
		needed := map[string]bool{}
		var named []string
		err := db.Model(&Document{}).Where("hash IN ? AND application_id NOT IN ?", some, append([]int64{0}, ids...)).Distinct().Pluck("hash", &named).Error
		if err != nil {
			return err
		}
		for _, h := range named {
			needed[h] = true
		}
		named = nil
		err = db.Model(&Message{}).Where("raw_hash IN ? AND raw_hash <> '' AND id NOT IN ?", some, append([]int64{0}, messages...)).Distinct().Pluck("raw_hash", &named).Error
		if err != nil {
			return err
		}
		for _, h := range named {
			needed[h] = true
		}
		for _, h := range some {
			if needed[h] {
				p.SharedBlobs++
				continue
			}
			p.Blobs++
			p.blobs = append(p.blobs, PendingBlob{Hash: h})
		}
	}
	return nil
}

// maxOthers bounds the list of people who may be the same.
const maxOthers = 50

// findOthers looks for applicants that may be the same person. They are named and left:
// only a person can tell.
func (p *ErasePlan) findOthers(db *gorm.DB) error {
	seen := map[int64]bool{p.ApplicantID: true}
	for _, q := range []struct{ shares, query string }{
		{"email", `SELECT q.id, q.name FROM applicant_addresses e JOIN applicant_addresses o ON o.email = e.email AND o.applicant_id <> e.applicant_id
			JOIN applicants q ON q.id = o.applicant_id WHERE e.applicant_id = ? ORDER BY q.id LIMIT ?`},
		{"phone", `SELECT q.id, q.name FROM applicant_phones e JOIN applicant_phones o ON o.phone = e.phone AND o.applicant_id <> e.applicant_id
			JOIN applicants q ON q.id = o.applicant_id WHERE e.applicant_id = ? ORDER BY q.id LIMIT ?`},
		{"name", `SELECT q.id, q.name FROM applicants e JOIN applicants q ON q.folded_name = e.folded_name AND q.id <> e.id AND e.folded_name <> ''
			WHERE e.id = ? ORDER BY q.id LIMIT ?`},
	} {
		var rows []Applicant
		if err := db.Raw(q.query, p.ApplicantID, maxOthers).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if !seen[r.ID] {
				seen[r.ID] = true
				p.Others = append(p.Others, OtherApplicant{ID: r.ID, Name: r.Name, Shares: q.shares})
			}
		}
	}
	return nil
}

// mark makes the entry of the journal.
func (p *ErasePlan) mark(db *gorm.DB, m marker) error {
	p.marked = EraseEntry{Key: m.check()}
	if p.Whole && p.ApplicantID != 0 {
		var a Applicant
		if err := db.Select("id", "created_at").Where("id = ?", p.ApplicantID).Take(&a).Error; err != nil {
			return err
		}
		p.marked.Applicants = []MarkedID{{ID: a.ID, Mark: m.person(a)}}
	}
	var apps []Application
	if ids := p.ids(); len(ids) > 0 {
		if err := db.Select("id", "created_at").Where("id IN ?", ids).Order("id").Find(&apps).Error; err != nil {
			return err
		}
	}
	for _, a := range apps {
		p.marked.Applications = append(p.marked.Applications, MarkedID{ID: a.ID, Mark: m.application(a)})
	}
	for some := range slices.Chunk(p.messageIDs(), rowsPerInsert) {
		var rows []Message
		if err := db.Select("id", "raw_hash", "content_key", "message_id", "state", "created_at").Where("id IN ?", some).Order("id").Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			p.marked.Messages = append(p.marked.Messages, MarkedID{ID: r.ID, Mark: m.message(r)})
			marks := []string{m.of(markBytes, r.RawHash), m.of(markContent, r.ContentKey)}
			if r.State == Oversized {
				marks = append(marks, m.of(markHead, r.MessageID))
			}
			for _, mark := range marks {
				if mark != "" {
					p.marks[r.ID] = append(p.marks[r.ID], mark)
					p.marked.Marks = append(p.marked.Marks, mark)
				}
			}
		}
	}
	for _, b := range p.blobs {
		p.marked.Blobs = append(p.marked.Blobs, m.of(markBlob, b.Hash))
	}
	return nil
}

func (m marker) person(a Applicant) string {
	return m.of(markPerson, decimal(a.ID)+" "+decimal(a.CreatedAt.UnixMicro()))
}

func (m marker) application(a Application) string {
	return m.of("application", decimal(a.ID)+" "+decimal(a.CreatedAt.UnixMicro()))
}

func (m marker) message(r Message) string {
	return m.of("message", decimal(r.ID)+" "+decimal(r.CreatedAt.UnixMicro()))
}

// Judgements counts what colleagues have said about the applications: overrides, decisions
// and opinions.
func (p ErasePlan) Judgements() int { return p.Overrides + p.Decisions + p.Opinions }
