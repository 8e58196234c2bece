package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ApplicationWords is what an application is searched by. It and the index over it are the
// only places, beside the documents themselves, that hold what an applicant wrote; both go
// with the application.
type ApplicationWords struct {
	VacancyID     int64 `gorm:"primaryKey;autoIncrement:false"`
	ApplicationID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Words are the tokens, a line for each line of Lines.
	Words string `gorm:"not null"`
	// Lines are the lines as they were written, to show which one was found: the vacancy's
	// mark, the name, the addresses, then each page after its place.
	Lines string `gorm:"not null"`
}

// maxSearchBytes bounds each of the two columns, in bytes.
const maxSearchBytes = 256 << 10

// maxSearchLine bounds one line, in bytes. A paragraph may be a page long: it is then
// several lines here, so that all of it is found.
const maxSearchLine = 2000

// vacancyMark is a token no text can hold: both engines find a vacancy's applications by
// it, together with the words.
func vacancyMark(vacancyID int64) string { return "§" + strconv.FormatInt(vacancyID, 10) }

// placeMark stands on a line that says where the following lines are from.
const placeMark = "¶"

// searchLines gathers the two columns side by side.
type searchLines struct {
	words, lines strings.Builder
	// place waits until its first line comes.
	place string
	full  bool
}

func (l *searchLines) put(words, line string) {
	if l.full || l.words.Len()+len(words)+1 > maxSearchBytes || l.lines.Len()+len(line)+1 > maxSearchBytes {
		l.full = true
		return
	}
	if l.words.Len() > 0 {
		l.words.WriteByte('\n')
		l.lines.WriteByte('\n')
	}
	l.words.WriteString(words)
	l.lines.WriteString(line)
}

func (l *searchLines) add(line string) {
	line = strings.Join(strings.Fields(line), " ")
	for len(line) > maxSearchLine && !l.full {
		cut := strings.LastIndexByte(line[:maxSearchLine+1], ' ')
		if cut <= 0 {
			// One word longer than a line: its beginning finds it.
			cut = strings.IndexByte(line, ' ')
			if cut < 0 {
				break
			}
		}
		l.addPiece(line[:cut])
		line = line[cut+1:]
	}
	l.addPiece(line)
}

// addPiece adds a line that is short enough, or one endless word.
func (l *searchLines) addPiece(line string) {
	line = tidyString(line, maxSearchLine)
	words := searchLine(line)
	if words == "" {
		return
	}
	if l.place != "" {
		l.put(placeMark, l.place)
		l.place = ""
	}
	l.put(words, line)
}

// header are the lines every application begins with.
const headerLines = 3

func newSearchLines(vacancyID int64, name string, emails []string) *searchLines {
	l := &searchLines{}
	l.put(vacancyMark(vacancyID), "")
	for _, line := range []string{name, strings.Join(emails, " ")} {
		line = strings.Join(strings.Fields(tidyString(line, maxSearchLine)), " ")
		words := searchLine(line)
		if words == "" {
			words = placeMark // an empty line would be no line to PostgreSQL
		}
		l.put(words, line)
	}
	return l
}

func (l *searchLines) page(document int64, number int, pageText string) {
	l.place = strconv.FormatInt(document, 10) + ":" + strconv.Itoa(number)
	for line := range strings.Lines(pageText) {
		if l.full {
			return
		}
		l.add(line)
	}
}

func (l *searchLines) row(vacancyID, applicationID int64) ApplicationWords {
	return ApplicationWords{VacancyID: vacancyID, ApplicationID: applicationID, Words: l.words.String(), Lines: l.lines.String()}
}

// refreshSearch gathers what an application is searched by: who wrote it, and all that
// its documents say, cut the same way for both engines.
func refreshSearch(tx *gorm.DB, vacancyID, applicationID int64) error {
	var names []string
	err := tx.Raw(`SELECT p.name FROM applicants p JOIN applications a ON a.applicant_id = p.id WHERE a.vacancy_id = ? AND a.id = ?`,
		vacancyID, applicationID).Scan(&names).Error
	if err != nil || len(names) == 0 {
		return err
	}
	var addresses []string
	err = tx.Raw(`SELECT e.email FROM applicant_addresses e JOIN applications a ON a.applicant_id = e.applicant_id
		WHERE a.vacancy_id = ? AND a.id = ? ORDER BY e.email`, vacancyID, applicationID).Scan(&addresses).Error
	if err != nil {
		return err
	}
	var texts []DocumentText
	err = tx.Select("vacancy_id", "document_id", "pages").
		Where("vacancy_id = ? AND document_id IN (SELECT id FROM documents WHERE vacancy_id = ? AND application_id = ?)",
			vacancyID, vacancyID, applicationID).Find(&texts).Error
	if err != nil {
		return err
	}
	slices.SortFunc(texts, func(a, b DocumentText) int { return int(a.DocumentID - b.DocumentID) })
	l := newSearchLines(vacancyID, names[0], addresses)
	for _, t := range texts {
		for _, p := range t.Pages {
			l.page(t.DocumentID, p.Number, p.Text)
		}
	}
	row := l.row(vacancyID, applicationID)
	key := []clause.Column{{Name: "application_id"}}
	if tx.Name() == string(postgresDialect) {
		key = append(key, clause.Column{Name: "vacancy_id"})
	}
	return tx.Clauses(clause.OnConflict{Columns: key, DoUpdates: clause.AssignmentColumns([]string{"words", "lines"})}).Create(&row).Error
}

// searchOnceRead is refreshSearch when no document of the application is still to be read:
// taking words out of SQLite's index again costs more the more applications there are, so
// they go in once. The application's row must be locked, or two documents read side by side
// would each leave it to the other.
func searchOnceRead(tx *gorm.DB, vacancyID, applicationID int64) error {
	var waiting int64
	err := tx.Model(&Document{}).Where("vacancy_id = ? AND application_id = ? AND state = 'pending'", vacancyID, applicationID).Limit(1).Count(&waiting).Error
	if err != nil || waiting > 0 {
		return err
	}
	return refreshSearch(tx, vacancyID, applicationID)
}

// wordsAtOnce is how many applications a transaction of fillSearch indexes.
const wordsAtOnce = 200

// fillSearch indexes the applications that are not yet: those of a database from before
// there was an index.
func (s *Store) fillSearch(ctx context.Context) error {
	var n struct{ Applications, Indexed int }
	err := s.reader(ctx).Raw(`SELECT (SELECT count(*) FROM applications) AS applications, (SELECT count(*) FROM application_words) AS indexed`).Scan(&n).Error
	if err != nil || n.Applications == n.Indexed {
		return err
	}
	for last := int64(0); ; {
		var rows []Application
		err := s.reader(ctx).Raw(`SELECT a.id, a.vacancy_id FROM applications a WHERE a.id > ? AND NOT EXISTS
			(SELECT 1 FROM application_words w WHERE w.vacancy_id = a.vacancy_id AND w.application_id = a.id) ORDER BY a.id LIMIT ?`,
			last, wordsAtOnce).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		err = s.act(ctx, "index applications", func(tx *gorm.DB) error {
			for _, a := range rows {
				if err := refreshSearch(tx, a.VacancyID, a.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		last = rows[len(rows)-1].ID
		s.log.Info("applications indexed for search", "count", len(rows))
	}
}

// Every word is indexed under two marks: of its application's vacancy, and of the block of
// neighbouring applications it is in.
func vacancyWords(vacancyID int64) string { return "§" + strconv.FormatInt(vacancyID, 10) + "§" }
func blockWords(block int64) string       { return "¤" + strconv.FormatInt(block, 10) + "¤" }

// blockBits is how many bits of an application's id count within its block.
const blockBits = 12

// expression is the search in the index's own language, among the words under some marks.
func (q Search) expression(d dialect, marks []string) string {
	and, or, quote, prefix := " AND ", " OR ", `"`, "*"
	if d == postgresDialect {
		and, or, quote, prefix = " & ", " | ", "'", ":*"
	}
	var parts []string
	for _, w := range q.words {
		var under []string
		for _, m := range marks {
			word := quote + m + w.text + quote
			if w.prefix {
				word += prefix
			}
			under = append(under, word)
		}
		parts = append(parts, "("+strings.Join(under, or)+")")
	}
	return strings.Join(parts, and)
}

// foundIn is the condition that an application's id is among those found in a vacancy;
// column names it.
func (q Search) foundIn(d dialect, column string, vacancyID int64) (string, []any) {
	if q.hopeless {
		return "1 = 0", nil
	}
	hits, args := q.under(d, []string{vacancyWords(vacancyID)})
	return column + " IN (" + hits + ")", args
}

// under is the query for the ids of the applications found under some marks.
func (q Search) under(d dialect, marks []string) (string, []any) {
	query := `SELECT rowid FROM application_index WHERE application_index MATCH ?`
	phrase := ` AND EXISTS (SELECT 1 FROM application_words w WHERE w.application_id = application_index.rowid AND instr(' ' || replace(w.words, char(10), ' ') || ' ', ?) > 0)`
	if d == postgresDialect {
		query = `SELECT w.application_id FROM application_words w WHERE application_marked(w.vacancy_id, w.application_id, w.words) @@ CAST(? AS tsquery)`
		phrase = ` AND position(? IN ' ' || translate(w.words, E'\n', ' ') || ' ') > 0`
	}
	args := []any{q.expression(d, marks)}
	for _, p := range q.phrases {
		query += phrase
		args = append(args, " "+p+" ")
	}
	if d == postgresDialect {
		// OFFSET 0 has the index asked once. A plan made for any search would otherwise go
		// through a vacancy's applications and take each one's words apart: seconds.
		query += " OFFSET 0"
	}
	return query, args
}

// Excerpt is the line of an application that was found.
type Excerpt struct {
	// DocumentID and Page say where it stands; 0 when it is the applicant's name or address.
	DocumentID int64
	Page       int
	Parts      []Stretch
	// Document is what the document is called.
	Document DocumentLabel
}

// maxExcerpt bounds an excerpt, in runes.
const maxExcerpt = 150

// excerpt finds the line with the most of the words looked for, the first of them. It
// looks past the name and the addresses, which lists show anyway, unless nothing else
// was found.
func (q Search) excerpt(w ApplicationWords) (Excerpt, bool) {
	words := strings.Split(w.Words, "\n")
	lines := strings.Split(w.Lines, "\n")
	best, most := -1, 0
	// Most lines hold none of the words: a plain search over the whole leaves few to look at.
	for i := headerLines; i < len(words) && i < len(lines); i++ {
		if words[i] == placeMark {
			continue
		}
		if n := q.count(words[i]); n > most {
			best, most = i, n
			if n == len(q.words) {
				break
			}
		}
	}
	if best < 0 {
		return Excerpt{}, false
	}
	e := Excerpt{Parts: around(q.Highlight(lines[best]))}
	for i := best; i >= headerLines; i-- {
		if words[i] == placeMark {
			id, page, _ := strings.Cut(lines[i], ":")
			e.DocumentID, _ = strconv.ParseInt(id, 10, 64)
			e.Page, _ = strconv.Atoi(page)
			break
		}
	}
	return e, true
}

// count counts how many of the words looked for a line of tokens holds.
func (q Search) count(line string) int {
	n := 0
	for i, w := range q.words {
		if slices.Contains(q.words[:i], w) || holds(line, w) {
			n++
		}
	}
	return n
}

func holds(line string, w searchWord) bool {
	for from := 0; ; {
		i := strings.Index(line[from:], w.text)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(w.text)
		if (i == 0 || line[i-1] == ' ') && (w.prefix || end == len(line) || line[end] == ' ') {
			return true
		}
		from = end
	}
}

// around cuts a line down to what stands near the first word found.
func around(parts []Stretch) []Stretch {
	total := 0
	for _, p := range parts {
		total += len([]rune(p.Text))
	}
	if total <= maxExcerpt {
		return parts
	}
	var out []Stretch
	left := maxExcerpt
	for i, p := range parts {
		r := []rune(p.Text)
		if i == 0 && !p.Found && len(r) > maxExcerpt/3 {
			r = append([]rune("…"), r[len(r)-maxExcerpt/3:]...)
		}
		if len(r) > left {
			out = append(out, Stretch{Text: string(r[:left]) + "…", Found: p.Found})
			break
		}
		out = append(out, Stretch{Text: string(r), Found: p.Found})
		left -= len(r)
	}
	return out
}

// excerpts finds the line of each of some applications.
func (q Search) excerpts(db *gorm.DB, ids []int64) (map[int64]Excerpt, error) {
	out := map[int64]Excerpt{}
	if q.Empty() || q.hopeless || len(ids) == 0 {
		return out, nil
	}
	var rows []ApplicationWords
	// The columns are named: SQLite's marked words would be made up for each row.
	if err := db.Select("vacancy_id", "application_id", "words", "lines").Where("application_id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("excerpts: %w", err)
	}
	var documents []int64
	for _, r := range rows {
		if e, ok := q.excerpt(r); ok {
			out[r.ApplicationID] = e
			documents = append(documents, e.DocumentID)
		}
	}
	if len(documents) == 0 {
		return out, nil
	}
	labels, err := documentLabels(db.Where("id IN ?", documents))
	for id, e := range out {
		e.Document = labels[e.DocumentID].DocumentLabel
		out[id] = e
	}
	return out, err
}

// documentLabel is what a document is called, and whose it is.
type documentLabel struct {
	DocumentLabel
	ApplicationID int64
}

// documentLabels reads what the documents of a query are called, by id.
func documentLabels(of *gorm.DB) (map[int64]documentLabel, error) {
	var rows []Document
	err := of.Select("id", "application_id", "name", "type", "type_by_person", "body").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	out := make(map[int64]documentLabel, len(rows))
	for _, d := range rows {
		out[d.ID] = documentLabel{DocumentLabel{ID: d.ID, Name: d.Name, Type: d.Is(), Body: d.Body}, d.ApplicationID}
	}
	return out, nil
}
