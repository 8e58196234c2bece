package panel

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// Field is a line of a list of particulars.
type Field struct{ Label, Value string }

// Verdict is a sign of the grid and of a finding.
type Verdict int

// The signs. None is drawn where nothing was found out, or where it is not counted.
const (
	None Verdict = iota
	Met
	Unclear
	NotMet
)

// Head is what the dossier begins with.
type Head struct {
	// Title names the paper, Vacancy the post; Subtitle says for whom and of which day.
	Title, Vacancy, Subtitle string
	// Fields are the particulars of the vacancy and of the checklist, Counts the figures.
	Fields, Counts []Field
	// Notes are sentences the reader should know, such as that names are masked.
	Notes []string
	// Criteria are the lines of the checklist in their order.
	Criteria []Criterion
	// At is the time the paper is made; it is the only thing in it that differs between
	// two runs over the same records.
	At time.Time
	// Lang is fr or en, for the reader of the file.
	Lang string
}

// Criterion is one line of the checklist.
type Criterion struct {
	Statement string
	// Tag says what is not plain about it: an asset, for the reader only. Empty for a
	// criterion that is required.
	Tag string
}

// Row is one application in the grid.
type Row struct {
	Name, Received, Stage, Count string
	// Verdicts has one sign per criterion; Changed marks those a person gave.
	Verdicts []Verdict
	Changed  []bool
}

// Person is one application in full.
type Person struct {
	Name, Stage string
	Fields      []Field
	// Acts are decisions, opinions and notes in words, the oldest first.
	Acts     []Act
	Findings []Finding
}

// Act is what somebody did, with when and why.
type Act struct{ What, Why string }

// Finding is one criterion with what it rests on.
type Finding struct {
	Verdict   Verdict
	Changed   bool
	Statement string
	// Reason is the sentence of the finding, Said that of the person who changed it.
	Reason, Said string
	Quotes       []Quote
}

// Quote is a passage and where it stands.
type Quote struct{ Text, Where string }

// Signature is a person who signs.
type Signature struct{ Name string }

// Words are the fixed words of the paper in one language.
type Words struct {
	Criteria, Grid, Applications, Signatures          string
	Number, Name, Received, Stage, Count              string
	Met, Unclear, NotMet, None, Changed               string
	Decisions, Findings, NothingDecided, NothingFound string
	SignHead, SignName, SignRole, SignDate, SignHere  string
	// Page is filled with the number and the number of pages: "Page %s sur %s".
	Page string
	// Footer stands at the foot of every page.
	Footer string
}

// Source gives the applications in full, one after the other; ok is false after the last.
type Source func() (p Person, ok bool, err error)

// Write writes the paper. The grid is held in memory, the applications are taken from
// people one at a time. Nothing is written to out when it fails before the end of people.
func Write(out io.Writer, words Words, head Head, rows []Row, people Source, signatures []Signature) error {
	if len(rows) > 0 && len(rows[0].Verdicts) != len(head.Criteria) {
		return errors.New("panel: the grid and the checklist differ in length")
	}
	s, err := newSheet(words, head)
	if err != nil {
		return fmt.Errorf("panel: %w", err)
	}
	s.cover()
	s.grid(rows)
	for n := 1; ; n++ {
		p, ok, err := people()
		if err != nil {
			return fmt.Errorf("panel: application %d: %w", n, err)
		}
		if !ok {
			break
		}
		s.person(n, p)
		if err := s.pdf.Error(); err != nil {
			return fmt.Errorf("panel: application %d: %w", n, err)
		}
	}
	s.signatures(signatures)
	if err := s.pdf.Output(out); err != nil {
		return fmt.Errorf("panel: %w", err)
	}
	return nil
}
