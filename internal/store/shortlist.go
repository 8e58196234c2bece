package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// ShortlistPage is how many applications a page of the shortlist holds.
const ShortlistPage = 50

// ShortlistSort is an order of the shortlist.
type ShortlistSort string

// The orders. None of them weighs anything: the last one counts criteria.
const (
	// ByReceipt is the newest first, and the order when nothing is asked.
	ByReceipt ShortlistSort = "received"
	// ByOldest is the oldest first.
	ByOldest ShortlistSort = "oldest"
	ByName   ShortlistSort = "name"
	// ByMet is by the number of criteria met, the most first, then the oldest.
	ByMet ShortlistSort = "met"
)

// ShortlistSorts lists the orders as pages offer them.
var ShortlistSorts = []ShortlistSort{ByReceipt, ByOldest, ByName, ByMet}

// VerdictFilter keeps the applications with a verdict on one criterion.
type VerdictFilter struct {
	// Position of the criterion in the checklist, from 0.
	Position int
	// Criterion is its id; only HiddenFrom needs it.
	Criterion string
	Verdict   screening.Verdict
	// Changed keeps only those a person changed, whatever the verdict.
	Changed bool
}

// ShortlistQuery says which applications of a vacancy to list.
type ShortlistQuery struct {
	VacancyID int64
	// ChecklistVersion is the one the filters' positions are of.
	ChecklistVersion int
	// Stage keeps one stage; empty keeps them all.
	Stage screening.Stage
	// WithoutClosed leaves out those not retained or withdrawn.
	WithoutClosed bool
	Verdicts      []VerdictFilter
	// Search keeps those whose name, address or text holds all its words.
	Search Search
	// ReviewerID keeps those a colleague follows; Unfollowed those nobody does.
	ReviewerID int64
	Unfollowed bool
	// HiddenFrom is a reviewer who is not shown what colleagues judged before they have given
	// an opinion of their own: filters take the machine's verdicts there. 0 for everything.
	HiddenFrom int64
	Sort       ShortlistSort
	// Limit is how many rows a page has; ShortlistPage when 0.
	Limit int
	// plain leaves out the lines found and the likely duplicates.
	plain bool
	// After is the last row of the page before; nil for the first page.
	After *ShortlistCursor
}

// ShortlistCursor is where a page of the shortlist ended.
type ShortlistCursor struct {
	ReceivedAt time.Time
	Name       string
	Met        int
	ID         int64
}

// ShortlistRow is one application of the shortlist.
type ShortlistRow struct {
	ID          int64
	VacancyID   int64
	ApplicantID int64
	Name        string
	FoldedName  string
	Email       string
	ReceivedAt  time.Time
	Stage       screening.Stage
	Version     int64
	// Verdicts has a letter per criterion, see Application.Verdicts; it is empty while the
	// application has not been assessed with the checklist in force.
	Verdicts          string
	AssessedChecklist int
	MetCount          int
	NotMetCount       int
	UnclearCount      int
	AfterClose        bool
	LateAccepted      bool
	Parked            bool
	ReviewerID        *int64
	Reviewer          string
	// Found is the line the search found; its Parts are empty when only the name or the
	// address holds the words, or when nothing was searched for.
	Found Excerpt `gorm:"-"`
	// Alike are other applications for the vacancy that seem to be the same person's.
	Alike []Likely `gorm:"-"`
	// Unread and ByOCR count its documents that could not be read and that were recognised
	// in pictures; Pending those still to read.
	Unread, ByOCR, Pending int
}

// Shortlist returns one page of a vacancy's applications and, when there are more, where
// the next page starts.
func (s *Store) Shortlist(ctx context.Context, q ShortlistQuery) ([]ShortlistRow, *ShortlistCursor, error) {
	rows, next, err := s.shortlist(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("vacancy %d: shortlist: %w", q.VacancyID, known(err))
	}
	return rows, next, nil
}

// ShortlistCount counts what Shortlist would list on all its pages, up to limit.
func (s *Store) ShortlistCount(ctx context.Context, q ShortlistQuery, limit int) (int, error) {
	q.After = nil
	where, args := q.where(s.dialect)
	var n int
	err := s.reader(ctx).Raw(`SELECT count(*) FROM (SELECT 1 FROM applications a WHERE `+where+` LIMIT ?) AS found`,
		append(args, limit)...).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("vacancy %d: shortlist count: %w", q.VacancyID, known(err))
	}
	return n, nil
}

// StageCounts counts a vacancy's applications per stage.
func (s *Store) StageCounts(ctx context.Context, vacancyID int64) (map[screening.Stage]int, error) {
	var counts []struct {
		Stage screening.Stage
		N     int
	}
	err := s.reader(ctx).Raw(`SELECT stage, `+sumOf("applications")+` AS n FROM application_counts WHERE vacancy_id = ? GROUP BY stage HAVING sum(applications) > 0`,
		vacancyID).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: stages: %w", vacancyID, known(err))
	}
	out := map[screening.Stage]int{}
	for _, c := range counts {
		out[c.Stage] = c.N
	}
	return out, nil
}

// where is the condition of the query on applications a, its cursor left out.
func (q ShortlistQuery) where(d dialect) (string, []any) {
	conds, args := []string{"a.vacancy_id = ?"}, []any{q.VacancyID}
	add := func(cond string, more ...any) {
		conds = append(conds, cond)
		args = append(args, more...)
	}
	switch {
	case q.Stage != "":
		add("a.stage = ?", q.Stage)
	case q.WithoutClosed:
		add("a.stage NOT IN ?", []screening.Stage{screening.StageNotRetained, screening.StageWithdrawn})
	}
	for _, f := range q.Verdicts {
		add("a.assessed_checklist = ?", q.ChecklistVersion)
		letter := string(f.Verdict.Letter())
		switch {
		case q.HiddenFrom != 0:
			cond, more := f.unswayed(q.HiddenFrom)
			add(cond, more...)
		case f.Changed:
			add("substr(a.verdicts, ?, 1) IN ?", f.Position+1, []string{"M", "N", "U"})
		default:
			add("substr(a.verdicts, ?, 1) IN ?", f.Position+1, []string{letter, strings.ToUpper(letter)})
		}
	}
	switch {
	case q.Unfollowed:
		add("a.reviewer_id IS NULL")
	case q.ReviewerID != 0:
		add("a.reviewer_id = ?", q.ReviewerID)
	}
	if !q.Search.Empty() {
		cond, more := q.Search.foundIn(d, "a.id", q.VacancyID)
		add(cond, more...)
	}
	return strings.Join(conds, " AND "), args
}

// order is the sort's ORDER BY and the condition for what follows the cursor.
func (q ShortlistQuery) order() (by, after string, args []any) {
	c := q.After
	if c == nil {
		c = &ShortlistCursor{}
	}
	switch q.Sort {
	case ByOldest:
		return "a.received_at, a.id", "(a.received_at, a.id) > (?, ?)", []any{instantOf(c.ReceivedAt), c.ID}
	case ByName:
		return "a.sort_name, a.id", "(a.sort_name, a.id) > (?, ?)", []any{c.Name, c.ID}
	case ByMet:
		return "a.met_count DESC, a.received_at, a.id",
			"(a.met_count < ? OR (a.met_count = ? AND (a.received_at, a.id) > (?, ?)))", []any{c.Met, c.Met, instantOf(c.ReceivedAt), c.ID}
	}
	return "a.received_at DESC, a.id DESC", "(a.received_at, a.id) < (?, ?)", []any{instantOf(c.ReceivedAt), c.ID}
}

// statement is the query's SQL and what fills it. It reads applications alone, so that it
// walks an index; names come in a second query.
func (q ShortlistQuery) statement(d dialect) (string, []any) {
	where, args := q.where(d)
	by, after, cursor := q.order()
	if q.After != nil {
		where += " AND " + after
		args = append(args, cursor...)
	}
	return "SELECT " + rowColumns + " FROM applications a WHERE " + where + " ORDER BY " + by + " LIMIT ?", append(args, q.limit()+1)
}

// rowColumns are the columns of a row that come from the application itself.
const rowColumns = `a.id, a.vacancy_id, a.applicant_id, a.received_at, a.stage, a.version, a.verdicts, a.assessed_checklist, a.sort_name AS folded_name,
	a.met_count, a.not_met_count, a.unclear_count, a.after_close, a.late_accepted_at IS NOT NULL AS late_accepted, a.parked, a.reviewer_id`

// cursor is where a page ends. It goes into an address, so it holds what its order needs
// and no more: a name only in a list by name.
func (q ShortlistQuery) cursor(last ShortlistRow) *ShortlistCursor {
	c := &ShortlistCursor{ReceivedAt: last.ReceivedAt, ID: last.ID}
	switch q.Sort {
	case ByName:
		c.Name = last.FoldedName
	case ByMet:
		c.Met = last.MetCount
	}
	return c
}

func (q ShortlistQuery) limit() int {
	if q.Limit > 0 {
		return q.Limit
	}
	return ShortlistPage
}

// fillNames adds who the applicants and reviewers of a page are.
func fillNames(db *gorm.DB, rows []ShortlistRow) error {
	var people, reviewers []int64
	for _, r := range rows {
		people = append(people, r.ApplicantID)
		if r.ReviewerID != nil {
			reviewers = append(reviewers, *r.ReviewerID)
		}
	}
	var names []struct {
		ID          int64
		Name, Email string
	}
	err := db.Raw(`SELECT p.id, p.name, coalesce((SELECT min(e.email) FROM applicant_addresses e WHERE e.applicant_id = p.id), '') AS email
		FROM applicants p WHERE p.id IN ?`, people).Scan(&names).Error
	if err != nil {
		return err
	}
	type contact struct{ name, email string }
	byPerson := make(map[int64]contact, len(names))
	for _, n := range names {
		byPerson[n.ID] = contact{n.Name, n.Email}
	}
	users := map[int64]string{}
	if len(reviewers) > 0 {
		slices.Sort(reviewers)
		var found []User
		if err := db.Select("id", "name").Where("id IN ?", slices.Compact(reviewers)).Find(&found).Error; err != nil {
			return err
		}
		for _, u := range found {
			users[u.ID] = u.Name
		}
	}
	for i := range rows {
		c := byPerson[rows[i].ApplicantID]
		rows[i].Name, rows[i].Email = c.name, c.email
		if id := rows[i].ReviewerID; id != nil {
			rows[i].Reviewer = users[*id]
		}
	}
	return nil
}

func (s *Store) shortlist(ctx context.Context, q ShortlistQuery) ([]ShortlistRow, *ShortlistCursor, error) {
	statement, args := q.statement(s.dialect)
	db := s.reader(ctx)
	var rows []ShortlistRow
	if err := db.Raw(statement, args...).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	var next *ShortlistCursor
	if limit := q.limit(); len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = q.cursor(last)
	}
	for i := range rows {
		if rows[i].AssessedChecklist != q.ChecklistVersion {
			rows[i].Verdicts = ""
		}
	}
	if err := fillNames(db, rows); err != nil {
		return nil, nil, err
	}
	if err := fillDocumentFlags(db, rows); err != nil {
		return nil, nil, err
	}
	if q.plain {
		return rows, next, nil
	}
	return rows, next, q.fillHints(db, rows)
}

// fillHints adds what was found and who seems to be the same person.
func (q ShortlistQuery) fillHints(db *gorm.DB, rows []ShortlistRow) error {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	found, err := q.Search.excerpts(db, ids)
	if err != nil {
		return err
	}
	alike, err := likelySame(db, q.VacancyID, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Found, rows[i].Alike = found[rows[i].ID], alike[rows[i].ID]
	}
	return nil
}

func fillDocumentFlags(db *gorm.DB, rows []ShortlistRow) error {
	if len(rows) == 0 {
		return nil
	}
	// Vacancy by vacancy: with several at once an index would be asked for each application
	// in each of them.
	ids, byID := map[int64][]int64{}, make(map[int64]*ShortlistRow, len(rows))
	for i := range rows {
		r := &rows[i]
		ids[r.VacancyID], byID[r.ID] = append(ids[r.VacancyID], r.ID), r
	}
	for vacancy, of := range ids {
		var counts []struct {
			ApplicationID          int64
			Unread, ByOCR, Pending int
		}
		err := db.Raw(`SELECT application_id,
			sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS unread,
			sum(CASE WHEN state = 'read' AND engine = 'tesseract' THEN 1 ELSE 0 END) AS by_ocr,
			sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END) AS pending
			FROM documents WHERE vacancy_id = ? AND application_id IN ? AND superseded_by IS NULL
			GROUP BY application_id`, vacancy, of).Scan(&counts).Error
		if err != nil {
			return err
		}
		for _, c := range counts {
			r := byID[c.ApplicationID]
			r.Unread, r.ByOCR, r.Pending = c.Unread, c.ByOCR, c.Pending
		}
	}
	return nil
}

// ApplicationNames returns the applicants' names of some of a vacancy's applications, by
// application; those of another vacancy are left out.
func (s *Store) ApplicationNames(ctx context.Context, vacancyID int64, ids []int64) (map[int64]string, error) {
	var rows []struct {
		ID   int64
		Name string
	}
	out := map[int64]string{}
	if len(ids) == 0 {
		return out, nil
	}
	err := s.reader(ctx).Raw(`SELECT a.id, CASE WHEN p.name = '' THEN
		coalesce((SELECT min(e.email) FROM applicant_addresses e WHERE e.applicant_id = p.id), '') ELSE p.name END AS name
		FROM applications a JOIN applicants p ON p.id = a.applicant_id WHERE a.vacancy_id = ? AND a.id IN ?`, vacancyID, ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: names: %w", vacancyID, known(err))
	}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}
