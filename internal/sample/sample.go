package sample

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"time"

	"dossier/internal/vacancyfile"
	"dossier/screening"
)

// OpenVacancy is the id of the vacancy that is still open when the sample is given a clock.
// Nothing it asks for depends on a date, so its deadline may move far from its documents.
const OpenVacancy = "calais-communication"

// openFor is how many days the open vacancy stays open.
const openFor = 9

//go:embed vacancies.yaml
var vacancyYAML []byte

//go:embed messages/*.eml late/*.eml
var letters embed.FS

// Message is one message of the sample.
type Message struct {
	// Name tells messages apart, like "001-ines-belkacem".
	Name string
	// Raw is the message as the recipient's server keeps it: CRLF line ends, Delivered-To
	// and Received lines on top.
	Raw []byte
	// ReceivedAt is the time in the topmost Received line.
	ReceivedAt time.Time
	// Vacancy is the id of the vacancy whose address it was delivered to.
	Vacancy string
}

// VacancyFile is the sample's vacancy file as written, with the dates it was written with.
func VacancyFile() []byte { return append([]byte(nil), vacancyYAML...) }

// Vacancies are the sample's vacancies, their deadlines moved to suit the time now. A zero
// now leaves them as written. Days of reckoning (AsOf) never move: they belong to what the
// documents say.
func Vacancies(now time.Time) []vacancyfile.Vacancy {
	s := load()
	for i, v := range s.vacancies {
		d := *v.Deadline
		d.At = s.moves(now)[v.ID].deadline(d)
		s.vacancies[i].Deadline = &d
	}
	return s.vacancies
}

// Messages are the thirty-one messages that are in the mailbox at the start, in order of
// receipt, their times moved like the deadlines of Vacancies. All were received before now.
func Messages(now time.Time) []Message {
	s := load()
	moves := s.moves(now)
	for i, m := range s.messages {
		zone := s.zone(m.Vacancy)
		s.messages[i] = m.receivedAt(moves[m.Vacancy].day(m.ReceivedAt, zone))
	}
	sortByReceipt(s.messages)
	return s.messages
}

// LateArrivals are three messages for the open vacancy to deliver one after the other: two
// new applicants, and a corrected CV of an earlier one. ReceivedNow gives them their time.
func LateArrivals() []Message { return load().late }

// ReceivedNow is the message as if it had arrived at t.
func (m Message) ReceivedNow(t time.Time) Message { return m.receivedAt(t) }

func sortByReceipt(list []Message) {
	sort.SliceStable(list, func(i, j int) bool { return list[i].ReceivedAt.Before(list[j].ReceivedAt) })
}

// set is the whole sample as written.
type set struct {
	vacancies      []vacancyfile.Vacancy
	messages, late []Message
}

// load reads what is embedded. It cannot fail on a binary whose tests passed, hence panics.
func load() set {
	f, err := vacancyfile.Parse("vacancies.yaml", vacancyYAML)
	if err != nil {
		panic(err)
	}
	s := set{vacancies: f.Vacancies}
	s.messages = s.read("messages")
	s.late = s.read("late")
	return s
}

func (s set) read(folder string) []Message {
	names, err := fs.Glob(letters, folder+"/*.eml")
	if err != nil {
		panic(err)
	}
	var list []Message
	for _, name := range names {
		raw, err := letters.ReadFile(name)
		if err != nil {
			panic(err)
		}
		m := Message{Name: strings.TrimSuffix(strings.TrimPrefix(name, folder+"/"), ".eml"), Raw: raw}
		if m.ReceivedAt, err = receivedAt(raw); err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
		to := headerValue(raw, "Delivered-To")
		for _, v := range s.vacancies {
			for _, a := range v.Addresses {
				if a == to {
					m.Vacancy = v.ID
				}
			}
		}
		if m.Vacancy == "" {
			panic(fmt.Errorf("%s: delivered to %q, which is no vacancy's address", name, to))
		}
		list = append(list, m)
	}
	sortByReceipt(list)
	return list
}

func (s set) zone(vacancy string) *time.Location {
	for _, v := range s.vacancies {
		if v.ID == vacancy {
			return v.Deadline.At.Location()
		}
	}
	return time.UTC
}

// move is how far a vacancy's dates move.
type move struct {
	// messages and closing are whole days, so that hours and weekly rhythm stay believable.
	messages, closing int
}

// moves decides, for each vacancy, how far its dates move. Closed ones stay where they are
// unless the clock runs before their deadline; then they go back by whole weeks.
func (s set) moves(now time.Time) map[string]move {
	moves := map[string]move{}
	if now.IsZero() {
		return moves
	}
	const day = 24 * time.Hour
	for _, v := range s.vacancies {
		at := v.Deadline.At
		if v.ID == OpenVacancy {
			last := time.Time{}
			for _, m := range s.messages {
				if m.Vacancy == v.ID && m.ReceivedAt.After(last) {
					last = m.ReceivedAt
				}
			}
			// A day to spare on both sides covers the hour that summer time moves.
			moves[v.ID] = move{
				messages: floorDays(now.Sub(last)) - 1,
				closing:  floorDays(now.Sub(at)) + openFor + 1,
			}
			continue
		}
		if late := at.Sub(now); late > -day {
			weeks := floorDays(late+day)/7 + 1
			moves[v.ID] = move{messages: -7 * weeks, closing: -7 * weeks}
		}
	}
	return moves
}

// floorDays is the number of whole days in d, rounded towards the past.
func floorDays(d time.Duration) int {
	const day = 24 * time.Hour
	n := int(d / day)
	if d%day < 0 {
		n--
	}
	return n
}

// day moves a time of receipt and keeps its hour of the day in zone.
func (m move) day(t time.Time, zone *time.Location) time.Time {
	if m.messages == 0 {
		return t
	}
	return t.In(zone).AddDate(0, 0, m.messages)
}

func (m move) deadline(d screening.Deadline) time.Time {
	if m.closing == 0 {
		return d.At
	}
	return d.At.AddDate(0, 0, m.closing)
}
