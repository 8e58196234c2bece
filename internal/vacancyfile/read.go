package vacancyfile

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"dossier/screening"

	"github.com/goccy/go-yaml/ast"
)

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// Parse reads a vacancy file from memory; name is what problems call it. An error is
// always Problems, and the File is then empty.
func Parse(name string, src []byte) (File, error) {
	r := &reader{file: name, places: map[string]place{}}
	var f File
	if root := r.root(src); root != nil {
		listed := false
		r.fields(root, "", "a mapping with the key \"vacancies\"", map[string]func(ast.Node, string){
			// The rules for reading statements are for people; screening has its own copy.
			"reading_rules": func(ast.Node, string) {},
			"vacancies": func(n ast.Node, field string) {
				listed = true
				f.Vacancies = r.vacancies(n, field)
			},
		})
		if !listed && len(r.problems) == 0 {
			r.problem(place{1, 1}, "vacancies", "missing")
		}
	}
	if len(r.problems) > 0 {
		return File{}, r.problems.sorted()
	}
	return f, nil
}

func (r *reader) vacancies(n ast.Node, field string) []Vacancy {
	var list []Vacancy
	seen := map[string]int{}
	for i, item := range r.items(n, field, "a list of vacancies") {
		path := fmt.Sprintf("%s[%d]", field, i)
		r.places[path] = nodePlace(item)
		before := len(r.problems)
		v := r.vacancy(item, path)
		if first, ok := seen[v.ID]; ok && v.ID != "" {
			r.problem(r.at(path+".id"), path+".id", "%s is already the id of %s[%d]", quote(v.ID), field, first)
		} else {
			seen[v.ID] = i
		}
		if len(v.Criteria) > 0 {
			r.judge(v, path, r.problems[before:])
		}
		list = append(list, v)
	}
	return list
}

// judge adds what the kinds think of the criteria, so that everything wrong with a vacancy is
// named at once. What could not be read is reported already, and what follows from it is
// left out.
func (r *reader) judge(v Vacancy, path string, known []Problem) {
	var lost []string
	for _, p := range known {
		lost = append(lost, p.Field)
		// Of params that are partly unreadable nothing can be said to be missing.
		if i := strings.LastIndex(p.Field, ".params"); i >= 0 {
			lost = append(lost, p.Field[:i+len(".params")])
		}
	}
	for _, p := range screening.Validate(v.Checklist()) {
		at := join(path, p.Field)
		if v.Deadline == nil && r.gave(path, "deadline") && strings.HasSuffix(p.Message, "the vacancy has no deadline") {
			continue
		}
		if !slices.ContainsFunc(lost, func(field string) bool { return below(at, field) || below(field, at) }) {
			r.problem(r.at(at), at, "%s", p.Message)
		}
	}
}

// gave tells whether a vacancy has a key, well written or not.
func (r *reader) gave(path, key string) bool {
	_, given := r.places[join(path, key)]
	return given
}

// below tells whether a field is another or lies inside it.
func below(field, above string) bool {
	rest, ok := strings.CutPrefix(field, above)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

func (r *reader) vacancy(n ast.Node, field string) Vacancy {
	v := Vacancy{State: Open}
	var deadline, zone, source, asOf, state string
	var inclusive bool
	var grace int
	mapping := r.fields(n, field, "a vacancy", map[string]func(ast.Node, string){
		"id":                     r.str(&v.ID),
		"title":                  r.str(&v.Title),
		"organisation":           r.str(&v.Organisation),
		"place":                  r.str(&v.Place),
		"reference":              r.str(&v.Reference),
		"addresses":              func(n ast.Node, field string) { v.Addresses = r.addresses(n, field) },
		"deadline":               r.str(&deadline),
		"deadline_zone":          r.str(&zone),
		"deadline_inclusive":     r.truth(&inclusive),
		"deadline_grace_minutes": r.whole(&grace),
		"deadline_source":        r.str(&source),
		"as_of":                  r.str(&asOf),
		"state":                  r.str(&state),
		"language":               r.str(&v.Language),
		"criteria":               func(n ast.Node, field string) { v.Criteria = r.criteria(n, field) },
	})
	if !mapping {
		return v
	}
	r.need(field+".id", v.ID)
	r.need(field+".title", v.Title)
	if v.ID != "" && !slug.MatchString(v.ID) {
		r.problem(r.at(field+".id"), field+".id",
			"want lower-case letters, digits, '-', '_' or '.', at most 64, got %s", quote(v.ID))
	}
	switch State(state) {
	case Draft, Open, Closed:
		v.State = State(state)
	case "":
	default:
		r.problem(r.at(field+".state"), field+".state", "want draft, open or closed, got %s", quote(state))
	}
	switch v.Language {
	case "", "fr", "en":
	default:
		r.problem(r.at(field+".language"), field+".language", "want fr or en, got %s", quote(v.Language))
	}
	v.Deadline = r.deadline(field, deadline, zone, source, inclusive)
	if v.Deadline != nil {
		v.Deadline.GraceMinutes = grace
	}
	if grace > maxGrace {
		r.problem(r.at(field+".deadline_grace_minutes"), field+".deadline_grace_minutes", "want at most %d minutes, a week", maxGrace)
	}
	v.AsOf = r.asOf(field, asOf, v.Deadline)
	if len(v.Criteria) == 0 && v.State != Draft {
		if _, given := r.places[field+".criteria"]; !given {
			r.problem(r.at(field), field+".criteria", "missing: only a draft may have none")
		}
	}
	return v
}

// maxGrace bounds the grace of a deadline, in minutes.
const maxGrace = 7 * 24 * 60

// need reports an empty field, unless something is already wrong with it.
func (r *reader) need(field, value string) {
	if value != "" || slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Field == field }) {
		return
	}
	r.problem(r.at(field), field, "missing")
}

func (r *reader) addresses(n ast.Node, field string) []string {
	var list []string
	for i, item := range r.items(n, field, "a list of mail addresses") {
		path := fmt.Sprintf("%s[%d]", field, i)
		s, _ := scalar(item)
		a, err := mail.ParseAddress(s)
		if err != nil || a.Address != s {
			r.problem(nodePlace(item), path, "want a mail address like posts@organisation.example, got %s", describe(item))
			continue
		}
		list = append(list, s)
	}
	return list
}

// The forms a deadline is written in; the last two take the vacancy's zone.
const (
	withOffset  = "2006-01-02T15:04:05Z07:00"
	shortOffset = "2006-01-02T15:04Z07:00"
	noOffset    = "2006-01-02T15:04:05"
	shortLocal  = "2006-01-02T15:04"
)

func (r *reader) deadline(field, written, zone, source string, inclusive bool) *screening.Deadline {
	at := strings.Replace(written, " ", "T", 1)
	if at == "" {
		for _, name := range []string{"deadline_zone", "deadline_inclusive"} {
			if p, given := r.places[field+"."+name]; given {
				r.problem(p, field+"."+name, "given without a deadline")
			}
		}
		return nil
	}
	var loc *time.Location
	if zone != "" {
		var err error
		// "Local" would be the zone of whatever machine reads the file.
		if loc, err = time.LoadLocation(zone); err != nil || zone == "Local" {
			r.problem(r.at(field+".deadline_zone"), field+".deadline_zone", "want a zone like Europe/Paris, got %s", quote(zone))
			return nil
		}
	}
	t, err := time.Parse(withOffset, at)
	if err != nil {
		t, err = time.Parse(shortOffset, at)
	}
	for _, layout := range []string{noOffset, shortLocal} {
		if err != nil && loc != nil {
			t, err = time.ParseInLocation(layout, at, loc)
		}
	}
	if err != nil {
		hint := "want a day, a time and an offset like 2026-01-31T23:59:00+01:00"
		if _, dayOnly := time.Parse(time.DateOnly, at); dayOnly == nil {
			hint = "the time is missing: " + hint
		}
		r.problem(r.at(field+".deadline"), field+".deadline", "%s, got %s", hint, quote(written))
		return nil
	}
	if loc != nil {
		t = t.In(loc)
	}
	return &screening.Deadline{At: t, Zone: zone, Inclusive: inclusive, Source: source}
}

func (r *reader) asOf(field, asOf string, deadline *screening.Deadline) screening.Date {
	if asOf == "" {
		if deadline != nil {
			return screening.DateOf(deadline.At)
		}
		if _, given := r.places[field+".deadline"]; !given {
			r.problem(r.at(field), field+".as_of", "missing: want a day, or a deadline to take it from")
		}
		return screening.Date{}
	}
	d, err := screening.ParseDate(asOf)
	if err != nil {
		r.problem(r.at(field+".as_of"), field+".as_of", "want a day like 2026-01-31, got %s", quote(asOf))
	}
	return d
}
