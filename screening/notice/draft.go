package notice

import (
	"encoding/json"
	"time"

	"dossier/screening"
)

// Draft is what a notice was read as. All offsets are byte offsets into Text.
//
// To show it: Text is the notice on the left, Sentences are its numbered sentences (each
// knows which criteria cite it and whether it is left uncovered), Criteria the proposed
// lines on the right, Gaps and Flags what a person has to look at first. To keep it:
// Checklist gives the criteria as screening takes them, and Vacancy head fields are plain.
type Draft struct {
	// Title, Organisation, Place and Reference are empty when the notice does not tell.
	Title        string `json:"title"`
	Organisation string `json:"organisation"`
	Place        string `json:"place"`
	Reference    string `json:"reference"`
	// Addresses are the mail addresses applications are to be sent to, in order, each once.
	Addresses []string `json:"addresses"`
	// Portal is the link of a form or site to apply on; empty when there is none.
	Portal string `json:"portal"`
	// Deadline is nil when the notice gives none.
	Deadline *Deadline `json:"deadline"`
	// Language the notice is written in: "fr" or "en".
	Language string `json:"language"`
	// Start is when the work begins, nil when the notice does not tell.
	Start *Start `json:"start"`
	// DurationMonths is the length of the contract, 0 when the notice does not tell.
	DurationMonths int `json:"duration_months"`
	// Interviews are the days announced for interviews and tests.
	Interviews []Days `json:"interviews"`

	Criteria []Criterion `json:"criteria"`
	// Gaps name what a vacancy needs and the notice does not tell, in a fixed order; see
	// GapCodes.
	Gaps []string `json:"gaps"`
	// Flags are oddities of the notice as a whole; see FlagCodes. Those of one criterion
	// stand with it, those of the deadline with the deadline.
	Flags []Flag `json:"flags"`
	// Concerns are passages that touch what the law protects: those asked of applicants,
	// each with its criterion, and those that only stand there.
	Concerns []Concern `json:"concerns"`
	// Sources are the passages the head fields were read from, by field name.
	Sources map[string]screening.Source `json:"sources"`
	// Sentences are all sentences and headings of the notice, numbered from 1 in order.
	Sentences []Sentence `json:"sentences"`
	// Text is the notice as read: the pages in order, each ending with a line's end.
	Text string `json:"text"`
}

// Deadline is the instant the notice names, as read.
type Deadline struct {
	At time.Time `json:"at"`
	// Zone is the IANA zone the notice speaks in; empty when nothing tells, and At is then
	// given in UTC with the gap "deadline.zone".
	Zone string `json:"zone"`
	// Inclusive is true when the notice says that the day or hour itself still counts.
	Inclusive bool             `json:"inclusive"`
	Source    screening.Source `json:"source"`
	// Flags are codes of what is uncertain about it; see FlagCodes.
	Flags []string `json:"flags,omitempty"`
}

// Start is when the work begins: an interval of days, one day when From equals Until.
// Both are zero when the notice only says "as soon as possible".
type Start struct {
	From   screening.Date   `json:"from"`
	Until  screening.Date   `json:"until"`
	Source screening.Source `json:"source"`
}

// Days is a day or a run of days.
type Days struct {
	From   screening.Date   `json:"from"`
	Until  screening.Date   `json:"until"`
	Source screening.Source `json:"source"`
}

// Criterion is one proposed line of the checklist, or a group of them. Kind, Params and
// Importance are those of the vacancy file; a group (all_of, any_of, at_least) holds its
// members in Criteria, whose importance is the group's.
type Criterion struct {
	ID         string               `json:"id"`
	Kind       string               `json:"kind"`
	Importance screening.Importance `json:"importance"`
	Statement  screening.Statement  `json:"statement"`
	Params     json.RawMessage      `json:"params,omitempty"`
	Criteria   []Criterion          `json:"criteria,omitempty"`
	// Source is the sentence the line comes from: Text[Start:End] == Quote, always.
	Source screening.Source `json:"source"`
	// Sentence is the number of that sentence.
	Sentence int `json:"sentence"`
	// Sensitive lines touch what the law protects: shown to the reader, never counted,
	// until somebody types a legal basis. Reasons are codes of the legal table.
	Sensitive bool     `json:"sensitive,omitempty"`
	Reasons   []string `json:"reasons,omitempty"`
	// Suggestion is a wording that asks for what the work needs instead.
	Suggestion *screening.Statement `json:"suggestion,omitempty"`
	// Readings are alternative params where the wording can be read in several ways.
	Readings []json.RawMessage `json:"readings,omitempty"`
	// Flags are codes of what a person should look at before approving; see FlagCodes.
	Flags []string `json:"flags,omitempty"`
}

// Flag is an oddity of the notice with the passages that show it.
type Flag struct {
	Code    string             `json:"code"`
	Sources []screening.Source `json:"sources"`
}

// Concern is a passage that touches what the law protects.
type Concern struct {
	// Code is the reason, a row of the legal table: age, sex, nationality ...
	Code   string           `json:"code"`
	Source screening.Source `json:"source"`
	// Criterion is the line that asks for it; empty when the passage asks nothing of
	// applicants or asks it elsewhere than on the checklist.
	Criterion  string              `json:"criterion,omitempty"`
	Suggestion screening.Statement `json:"suggestion"`
	// Law cites the texts that protect it.
	Law string `json:"law"`
}

// Sentence is one sentence or heading of the notice.
type Sentence struct {
	// Number counts from 1 in the order of the text.
	Number int              `json:"number"`
	Source screening.Source `json:"source"`
	Zone   Zone             `json:"zone"`
	// Heading is true for the line above what it names.
	Heading bool `json:"heading,omitempty"`
	// Criteria are the ids of the lines that cite it; members of groups included.
	Criteria []string `json:"criteria,omitempty"`
	// Head names the fields of the vacancy read from it, like "deadline".
	Head []string `json:"head,omitempty"`
}

// Uncovered tells whether the sentence gave neither a criterion nor a field.
func (s Sentence) Uncovered() bool { return !s.Heading && len(s.Criteria) == 0 && len(s.Head) == 0 }

// Zone is the part of a notice a sentence stands in.
type Zone string

// The zones. ZoneHead is what stands above the first heading.
const (
	ZoneHead       Zone = "head"
	ZoneProfile    Zone = "profile"
	ZoneDuties     Zone = "duties"
	ZoneContext    Zone = "context"
	ZoneConditions Zone = "conditions"
	ZoneApply      Zone = "apply"
	// ZoneCharter is what employers say of themselves: equality, safeguarding, data protection.
	ZoneCharter Zone = "charter"
)

// GapCodes are the gaps a draft can name, in their order.
var GapCodes = []string{
	"title", "organisation", "place", "deadline", "deadline.hour", "deadline.zone", "address", "mailbox", "documents", "criteria",
}

// FlagCodes are the codes of oddities, of criteria, deadlines and notices.
var FlagCodes = []string{
	"deadline.before_day", "deadline.several", "deadline.until_filled", "deadline.year_assumed", "deadline.past", "deadline.weekday", "deadline.zone_assumed",
	"start.before_deadline", "interview.before_deadline", "posts.several", "title.assumed",
	"experience.max_odd", "experience.max", "language.level_assumed", "education.level_assumed", "education.equivalent_accepted",
	"importance.mixed", "conflict", "list.open", "age.impossible", "sensitive", "document.unknown", "duty_zone",
}

// Checklist are the criteria as screening takes them, for the two dates given.
func (d Draft) Checklist(deadline *screening.Deadline, asOf screening.Date) screening.Checklist {
	return screening.Checklist{Deadline: deadline, AsOf: asOf, Criteria: lines(d.Criteria)}
}

func lines(list []Criterion) []screening.Criterion {
	var out []screening.Criterion
	for _, c := range list {
		out = append(out, c.Line())
	}
	return out
}

// Line is the criterion as screening takes it.
func (c Criterion) Line() screening.Criterion {
	source := c.Source
	return screening.Criterion{ID: c.ID, Kind: c.Kind, Importance: c.Importance, Statement: c.Statement, Params: c.Params,
		Criteria: lines(c.Criteria), Sensitive: c.Sensitive, Source: &source, Readings: c.Readings}
}

// Leaves are the criteria that are no groups, members of groups included, in order.
func (d Draft) Leaves() []Criterion {
	var out []Criterion
	var walk func(list []Criterion)
	walk = func(list []Criterion) {
		for _, c := range list {
			if len(c.Criteria) > 0 {
				walk(c.Criteria)
				continue
			}
			out = append(out, c)
		}
	}
	walk(d.Criteria)
	return out
}
