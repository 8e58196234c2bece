package fact

import (
	"fmt"

	"dossier/screening/text"
)

// Month counts calendar months: year*12 + month-1.
type Month int

// MonthOf is the month of a year, 1 to 12.
func MonthOf(year, month int) Month { return Month(year*12 + month - 1) }

// Year is the calendar year of m.
func (m Month) Year() int { return int(m) / 12 }

// InYear is the month within its year, 1 to 12.
func (m Month) InYear() int { return int(m)%12 + 1 }

// String is "YYYY-MM"; empty for 0.
func (m Month) String() string {
	if m == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year(), m.InYear())
}

// The natures of a period. Only Work counts as professional experience unless a criterion
// says otherwise.
const (
	Work          = "work"
	Internship    = "internship"
	Volunteering  = "volunteering"
	CivicService  = "civic_service"
	Study         = "study"
	Leave         = "leave"
	UnknownNature = ""
)

// Period is one entry of work, service, study or volunteering with its dates. Each end is
// an interval of months, since "2018-2021" does not say which.
type Period struct {
	Title    string `json:"title,omitempty"`
	Employer string `json:"employer,omitempty"`
	Place    string `json:"place,omitempty"`
	// StartLo..StartHi and EndLo..EndHi bound the first and last month, all included.
	StartLo Month `json:"start_lo"`
	StartHi Month `json:"start_hi"`
	EndLo   Month `json:"end_lo"`
	EndHi   Month `json:"end_hi"`
	// StartDay is the day of the month the entry starts, 0 when it is not written.
	StartDay int `json:"start_day,omitempty"`
	// Open is true when the entry runs to the day of reckoning; EndLo and EndHi are then 0.
	Open bool `json:"open,omitempty"`
	// StatedLo..StatedHi bound a length in months written beside the dates ("2019-2020,
	// 14 mois"); 0 when none is.
	StatedLo int `json:"stated_lo,omitempty"`
	StatedHi int `json:"stated_hi,omitempty"`
	// Nature is work, internship, volunteering, civic_service, study or leave.
	Nature string `json:"nature"`
	// Share is the part of full time in percent, 0 when it is not written; PartTime is
	// true when part time is said, with or without a share.
	Share    int  `json:"share,omitempty"`
	PartTime bool `json:"part_time,omitempty"`
	// Header is the entry's head as written, its dates left out, and Details its body: what
	// domain, sector and region are told from.
	Header  string   `json:"header,omitempty"`
	Details []Detail `json:"details,omitempty"`
	// Sectors, Places and Domains are what the lexicon makes of head and body: sectors of
	// the employer, ISO 3166-1 and UN M49 codes of where the work was, lines of work.
	Sectors []string    `json:"sectors,omitempty"`
	Places  []string    `json:"places,omitempty"`
	Domains []DomainCue `json:"domains,omitempty"`
	Where   Where       `json:"where"`
	// Head is the last line of the head.
	Head text.Span `json:"head"`
	// Body is the whole entry, from its first to its last byte on the page it starts on.
	Body Where `json:"body"`
}

// Shown is the passage that shows the entry: its head where it opens on the same page, and
// its dates.
func (p Period) Shown() Where {
	w := p.Where
	switch {
	case p.Body.Page != w.Page:
	case p.Body.Start < w.Start && w.Start-p.Body.Start < 200:
		w.Start = p.Body.Start
	case p.Head.Page == w.Page && p.Head.End > w.End && p.Head.End-w.End < 200:
		w.End = p.Head.End
	}
	return w
}

// Detail is one line or item of an entry's body.
type Detail struct {
	// Text is as written.
	Text string `json:"text"`
	// Lo..Hi bound a length in months the item states, 0 when it states none.
	Lo    int   `json:"lo,omitempty"`
	Hi    int   `json:"hi,omitempty"`
	Where Where `json:"where"`
}
