package synthetic

import (
	"time"

	"dossier/screening"
)

// Month counts calendar months: twelve times the year, plus the month less one.
type Month int

// MonthOf is the month of a year, 1 to 12.
func MonthOf(year, month int) Month { return Month(year*12 + month - 1) }

func monthOf(d screening.Date) Month { return MonthOf(d.Year, int(d.Month)) }

func (m Month) year() int  { return int(m) / 12 }
func (m Month) month() int { return int(m)%12 + 1 }

// lang is the language a dossier is written in.
type lang int

const (
	fr lang = iota
	en
)

// both is a word in French and in English.
type both [2]string

// nature is what a period was.
type nature int

const (
	work nature = iota
	internship
	volunteering
	civicService
)

// job is one period as the documents state it.
type job struct {
	from, to Month
	// open periods last; to is unset.
	open bool
	// byYear periods are written with years only.
	byYear bool
	// share is the share of full time in percent; noShare is part time without a share.
	share  int
	nature nature
	trade  *trade
	title  string
	org    org
	// city is nil when no place is written.
	city *city
	// duties are lines below the entry.
	duties []string
}

// noShare marks part time whose share is not written.
const noShare = -1

// sector is what sort of body an employer is; unsaid when its name does not tell.
type sector int

const (
	unsaid sector = iota
	ngo
	un
	government
	private
)

type org struct {
	name   string
	sector sector
}

// degree is one diploma or course as stated.
type degree struct {
	// level is that of the European Qualifications Framework, 4 to 8.
	level  int
	field  *field
	name   string
	school string
	city   *city
	from   int // year; 0 when only the end is written
	end    Month
	byYear bool
	// running courses are not finished on the day of reckoning.
	running bool
	// year of study written in the name, as in "Master 2"; 0 when it is not.
	year int
	// given up before the end, and said so.
	abandoned bool
}

// level is an interval of CEFR levels, A1 = 1 to C2 = 6. The zero level is unsaid.
type level struct {
	lo, hi int
	// good is "bon niveau": B2, and nobody can tell whether it is C1.
	good bool
	// written is how it is said.
	written string
	// skills are the levels of a grid, in the order listening, reading, speaking, writing.
	skills []int
}

type tongue struct {
	code  string
	level level
	// letter is another level for the same language in the letter; nil when there is none.
	letter *level
}

type relation int

const (
	unknownRelation relation = iota
	lineManager
	hr
	colleague
	family
)

type referee struct {
	name, position, org, relation, contact string
	kind                                   relation
}

// licenceState is what is said about a licence for cars.
type licenceState int

const (
	licenceSilent licenceState = iota
	licenceB
	licenceNone
	licenceComing
	licenceVague
	licenceOther
)

// skillState is how a skill is mentioned.
type skillState int

const (
	skillAbsent skillState = iota
	skillListed
	skillInSentence
	skillDenied
	skillHoped
	skillQuoted
	skillToSoftware
)

// birth is what is said about age.
type birth struct {
	date screening.Date
	// yearOnly dates are written as a year; age is written instead of a date when it is above 0.
	yearOnly bool
	age      int
}

// free is what is said about availability.
type free struct {
	said bool
	// now is free at once; else from is the first month.
	now  bool
	from Month
	// months is the length offered, 0 when it is not said.
	months int
}

// force is a uniformed body.
type force struct {
	// key is the name vacancy files use.
	key   string
	name  string
	ranks []string
}

// service is a career in a uniformed body.
type service struct {
	force  *force
	rank   string
	status string // serving, retired
	from   Month
	to     Month
}

// state is how a document reached us.
type state int

const (
	attached state = iota
	inBody
	absent
	unreadable
	recognised // a scan read by OCR
	sameFile   // a letter in the file of the CV
)

// facts are everything a dossier states, and how exactly it states it.
type facts struct {
	lang                     lang
	first, last, mail, phone string
	home                     *city
	jobs                     []job
	degrees                  []degree
	tongues                  []tongue
	referees                 []referee
	// onRequest says that references would be given.
	onRequest bool
	birth     *birth
	licence   licenceState
	service   *service
	free      free
	// grants maps a condition of eligibility to whether it is fulfilled; missing is silence.
	grants map[string]bool
	skills map[*skill]skillState
	// claim is a stated number of years of experience, 0 for none.
	claim int

	cv, letter state
	// inLetter names the statements the letter carries; the CV carries the others.
	inLetter map[string]bool
	cvMedia  string
	received time.Time
	deadline screening.Deadline
	asOf     screening.Date
}

// seen tells whether the text of the CV can be read.
func (f *facts) cvSeen() bool { return f.cv != absent && f.cv != unreadable }

func (f *facts) letterSeen() bool { return f.letter != absent && f.letter != unreadable }

// carried tells whether the document that carries a statement can be read.
func (f *facts) carried(key string) bool {
	if f.inLetter[key] {
		return f.letterSeen()
	}
	return f.cvSeen()
}

// whole tells whether silence means something: everything sent was read.
func (f *facts) whole() bool {
	return f.cv != unreadable && f.letter != unreadable && f.cv != recognised && f.letter != recognised
}
