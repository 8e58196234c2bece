package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/screening"
)

const (
	// maxLines bounds the criteria of a draft, members of groups included.
	maxLines = 300
	// MaxGraceMinutes bounds the grace of a deadline: a week.
	MaxGraceMinutes = 7 * 24 * 60
	// MaxRetentionMonths bounds how long applications are kept.
	MaxRetentionMonths = 120
)

// DraftBody is what a vacancy is going to say once the draft is published.
type DraftBody struct {
	Head  DraftHead   `json:"head"`
	Lines []DraftLine `json:"lines"`
	// Passed are the numbers of sentences of the notice that somebody read and found to ask
	// for nothing.
	Passed []int `json:"passed,omitempty"`
	// Heeded are the codes of the notice's flags that somebody has answered or read.
	Heeded []string `json:"heeded,omitempty"`
	// Made counts the lines made so far, to give each an id of its own.
	Made int `json:"made,omitempty"`
}

// DraftHead is a vacancy apart from its criteria, as typed: what is missing or wrong is
// told by Gaps and not refused, so that a draft can be left half done.
type DraftHead struct {
	// Rev grows with every change; a change made from an older one is refused.
	Rev            int64    `json:"rev"`
	Title          string   `json:"title"`
	Organisation   string   `json:"organisation"`
	Place          string   `json:"place"`
	Reference      string   `json:"reference"`
	Addresses      []string `json:"addresses"`
	Portal         string   `json:"portal"`
	Language       string   `json:"language"`
	AnswerLanguage string   `json:"answer_language"`
	// Day is YYYY-MM-DD and Hour is HH:MM, in Zone; empty when nothing was said.
	Day  string `json:"day"`
	Hour string `json:"hour"`
	Zone string `json:"zone"`
	// Inclusive is "yes" or "no" once somebody answered, or the notice did.
	Inclusive       string `json:"inclusive"`
	NoDeadline      bool   `json:"no_deadline"`
	GraceMinutes    int    `json:"grace_minutes"`
	Source          string `json:"source"`
	AsOf            string `json:"as_of"`
	RetentionMonths int    `json:"retention_months"`
}

// DraftLine is one criterion of a draft, inert until a person has approved it.
type DraftLine struct {
	Criterion screening.Criterion `json:"criterion"`
	// Rev grows with every change; a change made from an older one is refused.
	Rev int64 `json:"rev"`
	// Origin says where the line comes from.
	Origin LineOrigin `json:"origin"`
	// Sentence is the number of its sentence in the notice, 0 when there is none; Also are
	// those of other sentences that ask for the same.
	Sentence int   `json:"sentence,omitempty"`
	Also     []int `json:"also,omitempty"`
	// Flags are what the reading of the notice was not sure of, Reasons what the law
	// protects; both are codes.
	Flags   []string `json:"flags,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
	// Suggestion is a lawful wording, empty when none is known.
	Suggestion screening.Statement `json:"suggestion"`
	LineRecord
}

// LineRecord is who stands for a criterion.
type LineRecord struct {
	// ApprovedBy is 0 until somebody has approved the line as it stands.
	ApprovedBy int64      `json:"approved_by,omitempty"`
	ApprovedAt *time.Time `json:"approved_at,omitempty"`
	// TakenFrom is the version of the checklist the line was taken over from as it stood in
	// force, when nobody has put their name to it; 0 otherwise.
	TakenFrom int `json:"taken_from,omitempty"`
	// LegalBy is who typed the legal basis.
	LegalBy int64      `json:"legal_by,omitempty"`
	LegalAt *time.Time `json:"legal_at,omitempty"`
}

// LineOrigin is where a line comes from.
type LineOrigin string

// The origins.
const (
	FromNotice    LineOrigin = "notice"
	FromHand      LineOrigin = "hand"
	FromPublished LineOrigin = "published"
	FromTemplate  LineOrigin = "template"
	FromFile      LineOrigin = "file"
)

// Approved tells whether the line counts once the draft is published: somebody approved it,
// or it is in force as it stands.
func (l DraftLine) Approved() bool { return l.ApprovedBy != 0 || l.TakenFrom != 0 }

// Line finds a criterion of the draft, members of groups included: the line it stands in
// and the criterion itself. Both point into the body.
func (b *DraftBody) Line(id string) (*DraftLine, *screening.Criterion) {
	for i := range b.Lines {
		if c := findCriterion(&b.Lines[i].Criterion, id); c != nil {
			return &b.Lines[i], c
		}
	}
	return nil, nil
}

func findCriterion(c *screening.Criterion, id string) *screening.Criterion {
	if c.ID == id {
		return c
	}
	for i := range c.Criteria {
		if found := findCriterion(&c.Criteria[i], id); found != nil {
			return found
		}
	}
	return nil
}

// held finds a line whose state the caller has seen.
func (b *DraftBody) held(id string, rev int64) (*DraftLine, *screening.Criterion, error) {
	l, c := b.Line(id)
	switch {
	case l == nil:
		return nil, nil, fmt.Errorf("%w: line %q is gone", ErrConflict, id)
	case l.Rev != rev:
		return nil, nil, fmt.Errorf("%w: line %q is at %d, not %d", ErrConflict, id, l.Rev, rev)
	}
	return l, c, nil
}

// touch makes a line new again: whoever approved it approved something else.
func (l *DraftLine) touch() {
	l.Rev++
	l.unapprove()
}

func (l *DraftLine) unapprove() { l.ApprovedBy, l.ApprovedAt, l.TakenFrom = 0, nil, 0 }

// Approve puts a person's name to a line as it stands.
func (b *DraftBody) Approve(id string, rev, by int64, at time.Time) error {
	l, _, err := b.held(id, rev)
	if err != nil {
		return err
	}
	l.Rev++
	l.ApprovedBy, l.ApprovedAt, l.TakenFrom = by, &at, 0
	return nil
}

// Withdraw takes the approval of a line back.
func (b *DraftBody) Withdraw(id string, rev int64) error {
	l, _, err := b.held(id, rev)
	if err != nil {
		return err
	}
	l.touch()
	return nil
}

// Change replaces a criterion with one of the same id; members of a group stay. A legal
// basis stays as it is, and goes once the line asks for something else.
func (b *DraftBody) Change(c screening.Criterion, rev int64) error {
	l, old, err := b.held(c.ID, rev)
	if err != nil {
		return err
	}
	c.Criteria, c.LegalBasis = old.Criteria, old.LegalBasis
	same := asksTheSame(c, *old)
	*old = c
	l.Flags = nil
	l.touch()
	if !same {
		l.unground()
	}
	return nil
}

// Add puts a new line at the end, or into the group that is named. It gets an id of its
// own when it has none. A legal basis is typed for the line where it stands and never comes
// with it.
func (b *DraftBody) Add(l DraftLine, group string) (id string, err error) {
	if b.count() >= maxLines {
		return "", fmt.Errorf("%w: more than %d criteria", ErrInvalid, maxLines)
	}
	if l.Criterion.ID == "" || b.taken(l.Criterion.ID) {
		l.Criterion.ID = b.freeID(l.Criterion.Kind)
	}
	l.unground()
	if group == "" {
		b.Lines = append(b.Lines, l)
		return l.Criterion.ID, nil
	}
	parent, c := b.Line(group)
	if parent == nil || !isGroup(c.Kind) {
		return "", fmt.Errorf("%w: no group %q", ErrConflict, group)
	}
	l.Criterion.Importance = ""
	c.Criteria = append(c.Criteria, l.Criterion)
	parent.touch()
	parent.unground()
	return l.Criterion.ID, nil
}

func (b *DraftBody) count() int {
	n := 0
	for _, l := range b.Lines {
		n += countCriteria(l.Criterion)
	}
	return n
}

func countCriteria(c screening.Criterion) int {
	n := 1
	for _, m := range c.Criteria {
		n += countCriteria(m)
	}
	return n
}

func (b *DraftBody) taken(id string) bool {
	l, _ := b.Line(id)
	return l != nil
}

// freeID is an id no line has, or had while the draft was edited.
func (b *DraftBody) freeID(kind string) string {
	for {
		b.Made++
		if id := fmt.Sprintf("%s-%d", strings.ReplaceAll(kind, "_", "-"), b.Made); !b.taken(id) {
			return id
		}
	}
}

func isGroup(kind string) bool {
	k, ok := screening.KindByName(kind)
	return ok && k.Group
}

// Remove takes a criterion out. A group that loses its last member goes with it.
func (b *DraftBody) Remove(id string, rev int64) error {
	l, c, err := b.held(id, rev)
	if err != nil {
		return err
	}
	if c == &l.Criterion {
		b.drop(l)
		return nil
	}
	removeMember(&l.Criterion, id)
	if isGroup(l.Criterion.Kind) && len(l.Criterion.Criteria) == 0 {
		b.drop(l)
		return nil
	}
	l.touch()
	l.unground()
	return nil
}

func (b *DraftBody) drop(l *DraftLine) {
	b.Lines = slices.DeleteFunc(b.Lines, func(x DraftLine) bool { return x.Criterion.ID == l.Criterion.ID })
}

// removeMember takes a member out of a group or of a group in it, with groups that become
// empty.
func removeMember(c *screening.Criterion, id string) {
	c.Criteria = slices.DeleteFunc(c.Criteria, func(m screening.Criterion) bool { return m.ID == id })
	for i := range c.Criteria {
		removeMember(&c.Criteria[i], id)
	}
	c.Criteria = slices.DeleteFunc(c.Criteria, func(m screening.Criterion) bool { return isGroup(m.Kind) && len(m.Criteria) == 0 })
}

// Move shifts a criterion among its neighbours by so many places, up when negative. The
// order says nothing about a verdict, so an approval stays.
func (b *DraftBody) Move(id string, rev int64, by int) error {
	l, c, err := b.held(id, rev)
	if err != nil {
		return err
	}
	if c == &l.Criterion {
		i := slices.IndexFunc(b.Lines, func(x DraftLine) bool { return x.Criterion.ID == id })
		j := min(max(i+by, 0), len(b.Lines)-1)
		line := b.Lines[i]
		b.Lines = slices.Insert(slices.Delete(b.Lines, i, i+1), j, line)
		return nil
	}
	moveMember(&l.Criterion, id, by)
	l.Rev++
	return nil
}

func moveMember(c *screening.Criterion, id string, by int) {
	i := slices.IndexFunc(c.Criteria, func(m screening.Criterion) bool { return m.ID == id })
	if i >= 0 {
		j := min(max(i+by, 0), len(c.Criteria)-1)
		m := c.Criteria[i]
		c.Criteria = slices.Insert(slices.Delete(c.Criteria, i, i+1), j, m)
		return
	}
	for i := range c.Criteria {
		moveMember(&c.Criteria[i], id, by)
	}
}

// Weigh makes a line required or an asset.
func (b *DraftBody) Weigh(id string, rev int64, to screening.Importance) error {
	l, c, err := b.held(id, rev)
	if err != nil {
		return err
	}
	if c != &l.Criterion || to != screening.Required && to != screening.Asset {
		return fmt.Errorf("%w: importance %q", ErrInvalid, to)
	}
	if c.Importance != to {
		c.Importance = to
		l.touch()
	}
	return nil
}

// Wrap puts a group around a criterion, which becomes its first member.
func (b *DraftBody) Wrap(id string, rev int64, kind string) (string, error) {
	l, c, err := b.held(id, rev)
	if err != nil {
		return "", err
	}
	if !isGroup(kind) {
		return "", fmt.Errorf("%w: %q is no group", ErrInvalid, kind)
	}
	member := *c
	group := screening.Criterion{ID: b.freeID(kind), Kind: kind, Importance: member.Importance, Sensitive: member.Sensitive, Source: member.Source}
	if kind == "at_least" {
		group.Params = []byte(`{"n":1}`)
	}
	member.Importance = ""
	group.Criteria = []screening.Criterion{member}
	*c = group
	l.touch()
	l.unground()
	return group.ID, nil
}

// Gather moves a line into a group of another line, as its last member.
func (b *DraftBody) Gather(id string, rev int64, group string) error {
	l, c, err := b.held(id, rev)
	if err != nil {
		return err
	}
	into, g := b.Line(group)
	switch {
	case into == nil || !isGroup(g.Kind):
		return fmt.Errorf("%w: no group %q", ErrConflict, group)
	case c != &l.Criterion || into.Criterion.ID == l.Criterion.ID:
		return fmt.Errorf("%w: %q cannot go into %q", ErrInvalid, id, group)
	}
	member := *c
	member.Importance = ""
	g.Criteria = append(g.Criteria, member)
	into.touch()
	into.unground()
	into.Reasons = union(into.Reasons, l.Reasons)
	b.drop(l)
	return nil
}

// Release makes a member of a group a line of its own, behind the line it came from.
func (b *DraftBody) Release(id string, rev int64) error {
	l, c, err := b.held(id, rev)
	if err != nil {
		return err
	}
	if c == &l.Criterion {
		return fmt.Errorf("%w: %q is in no group", ErrInvalid, id)
	}
	l.unground()
	member := *c
	member.Importance = l.Criterion.Importance
	line := DraftLine{Criterion: member, Origin: l.Origin, Sentence: l.Sentence, Reasons: l.Reasons}
	at := slices.IndexFunc(b.Lines, func(x DraftLine) bool { return x.Criterion.ID == l.Criterion.ID })
	removeMember(&l.Criterion, id)
	l.touch()
	empty := len(l.Criterion.Criteria) == 0
	b.Lines = slices.Insert(b.Lines, at+1, line)
	if empty {
		b.Lines = slices.Delete(b.Lines, at, at+1)
	}
	return nil
}

// Pass marks a sentence of the notice as asking for nothing, or takes the mark back.
func (b *DraftBody) Pass(sentence int, passed bool) {
	b.Passed = slices.DeleteFunc(b.Passed, func(n int) bool { return n == sentence })
	if passed {
		b.Passed = append(b.Passed, sentence)
		slices.Sort(b.Passed)
	}
}

// Heed marks flags of the notice as answered or read.
func (b *DraftBody) Heed(codes ...string) {
	b.Heeded = union(b.Heeded, codes)
	slices.Sort(b.Heeded)
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
