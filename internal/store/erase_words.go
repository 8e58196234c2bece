package store

import (
	"database/sql"
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// freeText is a column in which colleagues write as they like, so that anybody may be
// named in it.
type freeText struct {
	table, column string
	// vacancy is the column that limits the search to the vacancies concerned; empty
	// searches all rows.
	vacancy string
	// query marks a column that holds an address's query; unique one whose values must
	// stay different.
	query, unique bool
}

// freeTexts are all of them that do not go with the person. What colleagues write by
// hand is searched everywhere; mail to others, which is more, in the person's vacancies.
var freeTexts = []freeText{
	{table: "notes", column: "body"},
	{table: "overrides", column: "reason"},
	{table: "decisions", column: "reason"},
	{table: "opinions", column: "reason"},
	{table: "reveals", column: "reason"},
	{table: "corrections", column: "reason"},
	{table: "corrections", column: "original"},
	{table: "corrections", column: "value"},
	{table: "applications", column: "late_accepted_reason"},
	{table: "applications", column: "error"},
	{table: "outgoing_messages", column: "subject", vacancy: "vacancy_id"},
	{table: "outgoing_messages", column: "body", vacancy: "vacancy_id"},
	{table: "outgoing_messages", column: "calendar", vacancy: "vacancy_id"},
	{table: "outgoing_messages", column: "error", vacancy: "vacancy_id"},
	{table: "outgoing_messages", column: "reply", vacancy: "vacancy_id"},
	{table: "withdrawal_requests", column: "quote"},
	{table: "views", column: "name", unique: true},
	{table: "views", column: "query", query: true},
	{table: "vacancy_moves", column: "reason"},
	{table: "checklists", column: "reason"},
	{table: "holds", column: "reason"},
	{table: "pool_consents", column: "source"},
	{table: "privacy_requests", column: "note"},
	{table: "privacy_requests", column: "outcome"},
	{table: "mailboxes", column: "last_error"},
	{table: "mailboxes", column: "notices"},
}

// strikeRow is a text to be replaced.
type strikeRow struct {
	freeText
	was, is string
	count   int
	// where and args leave out the rows that are not struck.
	where string
	args  []any
}

// strike covers the person in a value of the column.
func (f freeText) strike(n needles, s string) (string, int) {
	if !f.query {
		return n.strike(s)
	}
	values, err := url.ParseQuery(s)
	if err != nil {
		return n.strike(s)
	}
	total := 0
	for key, list := range values {
		for i, v := range list {
			is, count := n.strike(v)
			values[key][i], total = is, total+count
		}
	}
	if total == 0 {
		return s, 0
	}
	return values.Encode(), total
}

// findMentions looks where others are told about the person: in what colleagues wrote, and
// in mail that became nobody's application.
func (p *ErasePlan) findMentions(db *gorm.DB, names []string) error {
	if ids := p.messageIDs(); len(ids) > 0 {
		for some := range slices.Chunk(ids, rowsPerInsert) {
			var own []string
			err := db.Model(&Message{}).Where("id IN ? AND from_name <> ''", some).Where("from_email IN ?", append([]string{""}, p.Emails...)).
				Distinct().Pluck("from_name", &own).Error
			if err != nil {
				return err
			}
			names = append(names, own...)
		}
	}
	p.words = newNeedles(names, p.Emails, p.Phones)
	if p.words.empty() {
		return nil
	}
	for _, f := range freeTexts {
		if err := p.searchColumn(db, f); err != nil {
			return err
		}
	}
	return p.findTold(db)
}

// others is the condition that leaves out rows which go anyway, those that tell of somebody
// who shares the name or an address, and mail that has not left: it goes as it was written.
func (p *ErasePlan) others(f freeText) (string, []any) {
	people := []int64{p.ApplicantID}
	for _, o := range p.Others {
		people = append(people, o.ID)
	}
	const theirs = " NOT IN (SELECT id FROM applications WHERE applicant_id IN ?)"
	switch f.table {
	case "notes", "overrides", "decisions", "opinions", "reveals", "withdrawal_requests":
		return " AND application_id" + theirs, []any{people}
	case "outgoing_messages":
		return " AND application_id" + theirs + " AND state NOT IN ('held', 'queued', 'sending')", []any{people}
	case "applications":
		return " AND applicant_id NOT IN ?", []any{people}
	case "corrections", "pool_consents":
		return " AND applicant_id NOT IN ?", []any{people}
	}
	return "", nil
}

func (p *ErasePlan) searchColumn(db *gorm.DB, f freeText) error {
	where, args := p.others(f)
	if f.vacancy != "" {
		vacancies := []int64{0}
		for _, a := range p.Applications {
			vacancies = append(vacancies, a.VacancyID)
		}
		where, args = where+" AND "+f.vacancy+" IN ?", append(args, vacancies)
	}
	rows, err := db.Raw("SELECT DISTINCT "+f.column+" FROM "+f.table+" WHERE "+f.column+" <> ''"+where, args...).Rows()
	if err != nil {
		return err
	}
	total := 0
	err = each(rows, func() error {
		var was string
		if err := rows.Scan(&was); err != nil {
			return err
		}
		if is, n := f.strike(p.words, was); n > 0 {
			p.strike = append(p.strike, strikeRow{freeText: f, was: was, is: is, count: n, where: where, args: args})
			total += n
		}
		return nil
	})
	if err == nil && total > 0 {
		p.Mentions = append(p.Mentions, PlannedMention{Table: f.table, Count: total})
	}
	return err
}

func each(rows *sql.Rows, f func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := f(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// findTold adds the messages that were set aside and name the person in what the ledger says
// of them: a referee's letter, a colleague's mail, a report of non-delivery. What is unrouted
// or failed may be somebody else's application, a namesake's or one that names the person as
// referee: it is listed among what stays, for a person to look at.
func (p *ErasePlan) findTold(db *gorm.DB) error {
	known := map[int64]bool{}
	for _, m := range p.Messages {
		known[m.ID] = true
	}
	for _, m := range p.Left {
		known[m.ID] = true
	}
	rows, err := db.Raw(`SELECT id, state, subject, detail, from_name, from_email, source_name, delivered_to, trace FROM messages
		WHERE state IN ('set_aside', 'unrouted', 'failed', 'oversized', 'vanished') AND reason <> ? ORDER BY id`, ReasonErased).Rows()
	if err != nil {
		return err
	}
	take := map[int64]bool{}
	err = each(rows, func() error {
		var id int64
		var state MessageState
		var said [7]string
		if err := rows.Scan(&id, &state, &said[0], &said[1], &said[2], &said[3], &said[4], &said[5], &said[6]); err != nil {
			return err
		}
		if _, n := p.words.strike(strings.Join(said[:], "\n")); n > 0 && !known[id] {
			if state == Unrouted || state == Failed {
				p.Left = append(p.Left, PlannedMessage{ID: id, State: state})
				return nil
			}
			take[id] = true
		}
		return nil
	})
	if err != nil || len(take) == 0 {
		return err
	}
	if err := p.settleMessages(db, take, p.ids()); err != nil {
		return err
	}
	// Their bytes go as well.
	p.Blobs, p.SharedBlobs, p.blobs, p.Raw = 0, 0, nil, nil
	return p.findBlobs(db)
}

// strikeWords covers the person in the words of others.
func strikeWords(tx *gorm.DB, rows []strikeRow) (int, error) {
	total := 0
	for _, r := range rows {
		set := "?"
		args := []any{r.is}
		if r.unique {
			set = "? || ' ' || id"
		}
		done := tx.Exec("UPDATE "+r.table+" SET "+r.column+" = "+set+" WHERE "+r.column+" = ?"+r.where, append(append(args, r.was), r.args...)...)
		if done.Error != nil {
			return total, done.Error
		}
		total += r.count
	}
	return total, nil
}
