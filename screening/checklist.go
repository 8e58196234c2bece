package screening

import (
	"encoding/json"
	"fmt"
	"time"
)

// Checklist is what a vacancy asks for, at one version: the ordered criteria with the
// two dates they are judged against. Published versions never change.
type Checklist struct {
	// Deadline is nil when the vacancy has none.
	Deadline *Deadline `json:"deadline,omitempty"`
	// AsOf is the day on which age, length of experience and time since a degree are computed.
	AsOf     Date        `json:"as_of"`
	Criteria []Criterion `json:"criteria"`
}

// Deadline is the instant by which an application must have reached our server.
type Deadline struct {
	At time.Time `json:"at"`
	// Zone is the IANA zone the notice speaks in, used to show the deadline.
	Zone string `json:"zone"`
	// Inclusive makes a receipt at exactly At be in time.
	Inclusive bool `json:"inclusive,omitempty"`
	// GraceMinutes are how long after At a receipt still counts as in time: mail takes its
	// while, and clocks differ.
	GraceMinutes int `json:"grace_minutes,omitempty"`
	// Source says where the deadline comes from, in HR's words.
	Source string `json:"source,omitempty"`
}

// Limit is the first instant that is too late. An hour of 23:59 speaks of the whole minute:
// it means before midnight. Grace comes on top.
func (d Deadline) Limit() time.Time {
	grace := time.Duration(d.GraceMinutes) * time.Minute
	at := d.At
	if zone, err := time.LoadLocation(d.Zone); err == nil && d.Zone != "" {
		at = at.In(zone)
	}
	if at.Hour() == 23 && at.Minute() == 59 {
		return d.At.Truncate(time.Minute).Add(time.Minute + grace)
	}
	if d.Inclusive {
		return d.At.Add(time.Nanosecond + grace)
	}
	return d.At.Add(grace)
}

// Missed tells whether what was received at the instant came too late.
func (d Deadline) Missed(received time.Time) bool { return !received.Before(d.Limit()) }

// Importance tells a requirement from a plus.
type Importance string

// The two importances.
const (
	Required Importance = "required"
	Asset    Importance = "asset"
)

// Criterion is one line of a checklist: a leaf judged by its Kind, or a group
// (all_of, any_of, at_least) of Criteria.
type Criterion struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Importance Importance `json:"importance,omitempty"`
	Statement  Statement  `json:"statement"`
	// Params are the kind's own parameters, checked by Validate.
	Params json.RawMessage `json:"params,omitempty"`
	// Criteria are a group's members.
	Criteria []Criterion `json:"criteria,omitempty"`
	// Sensitive marks age, nationality, family and the like: judged and shown to the
	// reader, never counted or filtered on, until LegalBasis is typed by an authorised person.
	Sensitive  bool   `json:"sensitive,omitempty"`
	LegalBasis string `json:"legal_basis,omitempty"`
	// Source is the passage of the notice the criterion comes from.
	Source *Source `json:"source,omitempty"`
	// Readings are alternative parameters when the notice's wording is ambiguous; the
	// verdict is definite only when all readings agree.
	Readings []json.RawMessage `json:"readings,omitempty"`
}

// ForReader tells whether the criterion's verdict is shown without being counted.
func (c Criterion) ForReader() bool { return c.Sensitive && c.LegalBasis == "" }

// Source is a passage of a notice: byte offsets into its text.
type Source struct {
	Quote string `json:"quote,omitempty"`
	Start int    `json:"start,omitempty"`
	End   int    `json:"end,omitempty"`
}

// Statement is a criterion in people's words, in one language or two. It is shown and
// interpreted in one case only: where it lets an interest or an experience do instead of
// what the parameters ask, falling short of them is unclear and never not met.
type Statement struct {
	FR string
	EN string
	// Plain is a statement given without a language.
	Plain string
}

// In returns the statement for a page in the language ("fr" or "en"), or the best there is.
func (s Statement) In(lang string) string {
	order := []string{s.EN, s.Plain, s.FR}
	if lang == "fr" {
		order = []string{s.FR, s.Plain, s.EN}
	}
	for _, v := range order {
		if v != "" {
			return v
		}
	}
	return ""
}

// MarshalJSON writes a plain statement as a string and others as {fr, en}.
func (s Statement) MarshalJSON() ([]byte, error) {
	if s.FR == "" && s.EN == "" {
		return json.Marshal(s.Plain)
	}
	return json.Marshal(struct {
		FR string `json:"fr,omitempty"`
		EN string `json:"en,omitempty"`
	}{s.FR, s.EN})
}

// UnmarshalJSON reads both forms.
func (s *Statement) UnmarshalJSON(b []byte) error {
	*s = Statement{}
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &s.Plain)
	}
	var two struct{ FR, EN string }
	if err := json.Unmarshal(b, &two); err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	s.FR, s.EN = two.FR, two.EN
	return nil
}

// Date is a calendar day without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero tells whether the date is unset.
func (d Date) IsZero() bool { return d == Date{} }

func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q: want YYYY-MM-DD", s)
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// DateOf is the calendar day of an instant in its own zone.
func DateOf(t time.Time) Date { return Date{t.Year(), t.Month(), t.Day()} }

// MarshalText writes YYYY-MM-DD, or nothing for the zero date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	got, err := ParseDate(string(b))
	*d = got
	return err
}
