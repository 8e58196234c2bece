package vacancyfile

import (
	"fmt"
	"io"
	"os"
	_ "time/tzdata" // deadlines name their zone; the machine may know none

	"dossier/screening"
)

// MaxBytes is the largest vacancy file that is read.
const MaxBytes = 4 << 20

// File is the content of a vacancy file.
type File struct {
	Vacancies []Vacancy
}

// Vacancy is one advertised post with what it asks for.
type Vacancy struct {
	// ID is the vacancy's slug: short, stable, and part of page addresses.
	ID           string
	Title        string
	Organisation string
	Place        string
	// Reference is the code applicants are asked to quote; it helps routing.
	Reference string
	// Addresses are the mail addresses applications for this vacancy are sent to.
	Addresses []string
	// Deadline is nil when the vacancy has none.
	Deadline *screening.Deadline
	// AsOf is the day on which age, experience and time since a degree are computed. A
	// file that leaves it out gets the day of the deadline.
	AsOf screening.Date
	// State is never empty after reading: a file that says nothing means Open.
	State State
	// Language is the language the vacancy is written in, "fr" or "en", or empty.
	Language string
	Criteria []screening.Criterion
}

// State is where a vacancy stands.
type State string

// The states of a vacancy.
const (
	Draft  State = "draft"
	Open   State = "open"
	Closed State = "closed"
)

// Checklist is what screening judges applications against.
func (v Vacancy) Checklist() screening.Checklist {
	return screening.Checklist{Deadline: v.Deadline, AsOf: v.AsOf, Criteria: v.Criteria}
}

// Load reads the vacancy file at path. What is wrong inside the file comes back as
// Problems; any other error means that the file could not be read.
func Load(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("vacancy file: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("vacancy file: %w", err)
	}
	return Parse(path, b)
}
