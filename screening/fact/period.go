package fact

// Month counts calendar months: year*12 + month-1.
type Month int

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
	// Open is true when the entry runs to the day of reckoning; EndLo and EndHi are then 0.
	Open bool `json:"open,omitempty"`
	// Nature is work, internship, volunteering, civic_service, study or leave.
	Nature string `json:"nature"`
	// Share is the part of full time in percent, 0 when it is not written; PartTime is
	// true when part time is said, with or without a share.
	Share    int   `json:"share,omitempty"`
	PartTime bool  `json:"part_time,omitempty"`
	Where    Where `json:"where"`
	// Body is the whole entry, from its first to its last byte on the page it starts on.
	Body Where `json:"body"`
}
