package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gorm.io/gorm"

	"dossier/screening"
	"dossier/screening/text"
)

// maxDraftSteps is how many changes of a draft can be undone.
const maxDraftSteps = 50

// ChecklistDraft is what a vacancy is going to say, while people work on it. There is at
// most one for a vacancy. It stays when it is published, with what is left to approve.
type ChecklistDraft struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Version counts the changes.
	Version int64     `gorm:"not null"`
	Body    DraftBody `gorm:"serializer:json;not null"`
	// Notice is the reading of the announcement, nil when none was given; NoticeName is the
	// file it came from.
	Notice     *NoticeReading `gorm:"serializer:gzip"`
	NoticeName string         `gorm:"not null"`
	SavedBy    int64          `gorm:"not null"`
	SavedAt    time.Time      `gorm:"not null"`
	CreatedAt  time.Time      `gorm:"not null"`
}

// TableName keeps drafts in a table of that name.
func (ChecklistDraft) TableName() string { return "drafts" }

// NoticeReading is an announcement as it was read, for the page that shows it beside the draft.
type NoticeReading struct {
	// Text is the announcement; offsets below are bytes of it.
	Text      string           `json:"text"`
	Sentences []NoticeSentence `json:"sentences"`
	// Flags are codes of what is odd about it, with the passages that show it.
	Flags []NoticeFlag `json:"flags,omitempty"`
}

// NoticeSentence is one sentence or heading of an announcement.
type NoticeSentence struct {
	// Number counts from 1.
	Number  int    `json:"number"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Zone    string `json:"zone"`
	Heading bool   `json:"heading,omitempty"`
	// Asks is true where an applicant reads what is asked of them: a sentence that no line
	// cites is then worth a look.
	Asks bool `json:"asks,omitempty"`
	// Head names the fields of the vacancy that were read from it.
	Head []string `json:"head,omitempty"`
}

// NoticeFlag is an oddity of an announcement.
type NoticeFlag struct {
	Code   string   `json:"code"`
	Quotes []string `json:"quotes,omitempty"`
	// Law is set where the passage touches what the law protects.
	Law string `json:"law,omitempty"`
}

// DraftStep is one change of a draft, with what stood there before it.
type DraftStep struct {
	VacancyID int64 `gorm:"primaryKey;autoIncrement:false"`
	// Version is the one the change made.
	Version int64 `gorm:"primaryKey;autoIncrement:false"`
	// Body is what stood there before.
	Body *DraftBody `gorm:"serializer:gzip"`
	// Act is a code like "line.approved"; Line is the criterion it concerned, empty when it
	// concerned none.
	Act      string    `gorm:"not null"`
	Line     string    `gorm:"not null"`
	AuthorID int64     `gorm:"not null"`
	At       time.Time `gorm:"not null"`
}

// NewDraft is a vacancy to be drafted.
type NewDraft struct {
	Head DraftHead
	// Lines are proposed; none of them counts.
	Lines      []DraftLine
	Notice     *NoticeReading
	NoticeName string
	AuthorID   int64
}

// DraftVacancy makes a new vacancy with its draft. Nothing is routed to it before it opens.
func (s *Store) DraftVacancy(ctx context.Context, n NewDraft) (Vacancy, error) {
	var v Vacancy
	err := s.act(ctx, "vacancy: draft", func(tx *gorm.DB) error {
		if err := checkAuthor(tx, n.AuthorID); err != nil {
			return err
		}
		slug, err := freeSlug(tx, n.Head)
		if err != nil {
			return err
		}
		body := DraftBody{Head: n.Head.tidied()}
		for _, l := range n.Lines {
			l.LineRecord = LineRecord{}
			if _, err := body.Add(l, ""); err != nil {
				return err
			}
		}
		v = Vacancy{Slug: slug, State: VacancyDraft, Version: 1, CreatedAt: s.clock(), Gaps: body.Gaps()}
		body.Head.onto(&v)
		v.setDeadline(body.Head.Deadline())
		if err := tx.Create(&v).Error; err != nil {
			return err
		}
		d := ChecklistDraft{VacancyID: v.ID, Version: 1, Body: body, Notice: n.Notice, NoticeName: tidyString(n.NoticeName, maxText),
			SavedBy: n.AuthorID, SavedAt: s.clock(), CreatedAt: s.clock()}
		if err := tx.Create(&d).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: n.AuthorID, Act: "vacancy.drafted", Object: "vacancy", ObjectID: v.ID, VacancyID: v.ID})
	})
	return v, err
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// reservedSlugs are words of our own addresses below /vacancies.
var reservedSlugs = map[string]bool{"new": true, "templates": true}

// freeSlug makes an address for a vacancy out of its title.
func freeSlug(tx *gorm.DB, h DraftHead) (string, error) {
	base := strings.Trim(notInSlug.ReplaceAllString(text.String(h.Title), "-"), "-")
	if len(base) > 48 {
		base = strings.Trim(base[:48], "-")
	}
	if base == "" {
		base = "poste"
	}
	for n := 1; ; n++ {
		slug := base
		if n > 1 {
			slug = fmt.Sprintf("%s-%d", base, n)
		}
		var there int64
		if err := tx.Model(&Vacancy{}).Where("slug = ?", slug).Count(&there).Error; err != nil {
			return "", err
		}
		if there == 0 && !reservedSlugs[slug] {
			return slug, nil
		}
	}
}

// Draft returns the draft of a vacancy, or ErrNotFound when nobody has begun one.
func (s *Store) Draft(ctx context.Context, vacancyID int64) (ChecklistDraft, error) {
	var d ChecklistDraft
	if err := s.reader(ctx).Where("vacancy_id = ?", vacancyID).Take(&d).Error; err != nil {
		return d, fmt.Errorf("vacancy %d: draft: %w", vacancyID, known(err))
	}
	return d, nil
}

// DraftSteps returns the latest changes of a draft, newest first, without what stood there
// before.
func (s *Store) DraftSteps(ctx context.Context, vacancyID int64, limit int) ([]DraftStep, error) {
	var out []DraftStep
	err := s.reader(ctx).Omit("body").Where("vacancy_id = ?", vacancyID).Order("version DESC").Limit(limit).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("vacancy %d: steps of the draft: %w", vacancyID, known(err))
	}
	return out, nil
}

// EditVacancy begins the draft of a vacancy that has none, with what is published: its
// lines count already, by whoever approved them or as they stand in force.
func (s *Store) EditVacancy(ctx context.Context, vacancyID, authorID int64) error {
	return s.act(ctx, fmt.Sprintf("vacancy %d: edit", vacancyID), func(tx *gorm.DB) error {
		if err := checkAuthor(tx, authorID); err != nil {
			return err
		}
		var v Vacancy
		if err := tx.Clauses(forUpdate).Where("id = ?", vacancyID).Take(&v).Error; err != nil {
			return err
		}
		var there int64
		if err := tx.Model(&ChecklistDraft{}).Where("vacancy_id = ?", vacancyID).Count(&there).Error; err != nil || there > 0 {
			return err
		}
		body, err := publishedBody(tx, v)
		if err != nil {
			return err
		}
		return tx.Create(&ChecklistDraft{VacancyID: v.ID, Version: 1, Body: body, SavedBy: authorID, SavedAt: s.clock(), CreatedAt: s.clock()}).Error
	})
}

// publishedBody is what a vacancy says now. Lines nobody approved by name, as those of a
// checklist that came from a file, carry the version they were taken from: an approval is
// never made up.
func publishedBody(tx *gorm.DB, v Vacancy) (DraftBody, error) {
	body := DraftBody{Head: headOf(v)}
	if v.ChecklistVersion == 0 {
		return body, nil
	}
	var list Checklist
	if err := tx.Where("vacancy_id = ? AND version = ?", v.ID, v.ChecklistVersion).Take(&list).Error; err != nil {
		return body, err
	}
	for _, c := range list.Checklist.Criteria {
		l := DraftLine{Criterion: c, Origin: FromPublished, LineRecord: list.Lines[c.ID]}
		if !l.Approved() {
			l.TakenFrom = list.Version
		}
		body.Lines = append(body.Lines, l)
	}
	return body, nil
}

// DraftAct is a change of a draft by a person.
type DraftAct struct {
	VacancyID, AuthorID int64
	// Act is a code for the list of changes; Line the criterion concerned.
	Act, Line string
}

// ChangeDraft changes a draft. change works on what stands there now, in the transaction,
// and answers ErrConflict when the part it is about is not the one its author saw.
func (s *Store) ChangeDraft(ctx context.Context, a DraftAct, change func(b *DraftBody, now time.Time) error) (ChecklistDraft, error) {
	var d ChecklistDraft
	err := s.act(ctx, fmt.Sprintf("vacancy %d: change draft", a.VacancyID), func(tx *gorm.DB) error {
		var err error
		if d, err = lockDraft(tx, a); err != nil {
			return err
		}
		before, err := copyOf(d.Body)
		if err != nil {
			return err
		}
		if err := change(&d.Body, s.clock()); err != nil {
			return err
		}
		d.Body.Head = d.Body.Head.tidied()
		return s.saveDraft(tx, &d, a, &before)
	})
	return d, err
}

// ReplaceNotice puts another announcement beside a draft. Lines that cite the old one keep
// their quote and lose their sentence; those of the new one are added when they say
// something no line says yet.
func (s *Store) ReplaceNotice(ctx context.Context, a DraftAct, n NoticeReading, name string, lines []DraftLine) (ChecklistDraft, error) {
	var d ChecklistDraft
	err := s.act(ctx, fmt.Sprintf("vacancy %d: replace notice", a.VacancyID), func(tx *gorm.DB) error {
		var err error
		if d, err = lockDraft(tx, a); err != nil {
			return err
		}
		before, err := copyOf(d.Body)
		if err != nil {
			return err
		}
		d.Notice, d.NoticeName, d.Body.Passed, d.Body.Heeded = &n, tidyString(name, maxText), nil, nil
		for i := range d.Body.Lines {
			d.Body.Lines[i].Sentence, d.Body.Lines[i].Also = 0, nil
		}
		for _, l := range lines {
			if same := d.Body.saying(l.Criterion); same != nil {
				same.Sentence, same.Also, same.Criterion.Source = l.Sentence, l.Also, l.Criterion.Source
				continue
			}
			l.LineRecord = LineRecord{}
			if _, err := d.Body.Add(l, ""); err != nil {
				return err
			}
		}
		return s.saveDraft(tx, &d, a, &before)
	})
	return d, err
}

// saying finds a line of the same kind and parameters.
func (b *DraftBody) saying(c screening.Criterion) *DraftLine {
	for i := range b.Lines {
		if l := &b.Lines[i]; l.Criterion.Kind == c.Kind && !isGroup(c.Kind) && string(l.Criterion.Params) == string(c.Params) {
			return l
		}
	}
	return nil
}

// UndoDraft takes the last change of a draft back. version is that of the draft the person
// saw; ErrConflict when somebody has changed it since, ErrNotFound when nothing is left to
// undo. The announcement stays as it is, and a legal basis comes back only where it still stands.
func (s *Store) UndoDraft(ctx context.Context, a DraftAct, version int64) error {
	return s.act(ctx, fmt.Sprintf("vacancy %d: undo", a.VacancyID), func(tx *gorm.DB) error {
		d, err := lockDraft(tx, a)
		if err != nil {
			return err
		}
		if d.Version != version {
			return fmt.Errorf("%w: draft is at version %d, not %d", ErrConflict, d.Version, version)
		}
		var last DraftStep
		err = tx.Where("vacancy_id = ?", a.VacancyID).Order("version DESC").Limit(1).Take(&last).Error
		if err != nil {
			return err
		}
		if last.Body == nil {
			return fmt.Errorf("%w: nothing to undo", ErrInvalid)
		}
		if err := tx.Where("vacancy_id = ? AND version = ?", a.VacancyID, last.Version).Delete(&DraftStep{}).Error; err != nil {
			return err
		}
		now := d.Body
		d.Body = *last.Body
		d.Body.keepBases(now)
		d.Body.raise(revsOf(now))
		return s.saveDraft(tx, &d, a, nil)
	})
}

// revsOf are the revisions of all lines and of the head (under the empty id).
func revsOf(b DraftBody) map[string]int64 {
	out := map[string]int64{"": b.Head.Rev}
	for _, l := range b.Lines {
		out[l.Criterion.ID] = l.Rev
	}
	return out
}

// raise lifts every revision above those given: a form made before an undo is of an older
// state even though the words are the same.
func (b *DraftBody) raise(above map[string]int64) {
	b.Head.Rev = max(b.Head.Rev, above[""]) + 1
	for i := range b.Lines {
		l := &b.Lines[i]
		l.Rev = max(l.Rev, above[l.Criterion.ID]) + 1
	}
}

// lockDraft holds the draft of a vacancy for a person's change, the vacancy first.
func lockDraft(tx *gorm.DB, a DraftAct) (ChecklistDraft, error) {
	var d ChecklistDraft
	if err := checkAuthor(tx, a.AuthorID); err != nil {
		return d, err
	}
	var v Vacancy
	if err := tx.Clauses(forUpdate).Where("id = ?", a.VacancyID).Take(&v).Error; err != nil {
		return d, err
	}
	err := tx.Clauses(forUpdate).Where("vacancy_id = ?", a.VacancyID).Take(&d).Error
	return d, err
}

// saveDraft writes a held draft with the step that led to it; before is nil when the step is
// not to be undone. A vacancy that is not published yet shows what its draft says.
func (s *Store) saveDraft(tx *gorm.DB, d *ChecklistDraft, a DraftAct, before *DraftBody) error {
	d.Version++
	d.SavedBy, d.SavedAt = a.AuthorID, s.clock()
	if err := tx.Model(&ChecklistDraft{}).Where("vacancy_id = ?", d.VacancyID).Select("*").Omit("vacancy_id", "created_at").Updates(d).Error; err != nil {
		return err
	}
	if before != nil {
		step := DraftStep{VacancyID: d.VacancyID, Version: d.Version, Body: before, Act: a.Act, Line: tidyString(a.Line, maxText), AuthorID: a.AuthorID, At: s.clock()}
		if err := tx.Create(&step).Error; err != nil {
			return err
		}
		if err := tx.Where("vacancy_id = ? AND version <= ?", d.VacancyID, d.Version-maxDraftSteps).Delete(&DraftStep{}).Error; err != nil {
			return err
		}
	}
	var v Vacancy
	if err := tx.Where("id = ?", d.VacancyID).Take(&v).Error; err != nil {
		return err
	}
	if v.State != VacancyDraft {
		return nil
	}
	d.Body.Head.onto(&v)
	v.setDeadline(d.Body.Head.Deadline())
	v.Gaps = d.Body.Gaps()
	return saveVacancy(tx, &v)
}
