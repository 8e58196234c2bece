package screening

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// referencesParams: how many referees with name, position and contact details, how many of
// them in which role, nobody counted twice.
type referencesParams struct {
	Min int `json:"min"`
	// Roles are line_manager, hr and colleague.
	Roles         map[string]int `json:"roles"`
	ExcludeFamily bool           `json:"exclude_family"`
}

var references = Kind{Name: "references", Check: checkReferences, Judge: judgeReferences,
	Reasons: []string{"references.enough", "references.none", "references.on_request", "references.too_few", "references.roles",
		"references.relation_unknown", "references.unreadable", "references.recognised", "references.family_name", "references.torn"}}

func checkReferences(c Criterion) []Problem {
	var p referencesParams
	if problems := checkParams(c, &p); problems != nil {
		return problems
	}
	var out []Problem
	if p.Min < 1 || p.Min > 20 {
		out = append(out, Problem{"params.min", "want a number from 1 to 20"})
	}
	total := 0
	for _, role := range sortedKeys(p.Roles) {
		if role != fact.LineManager && role != fact.HR && role != fact.Colleague {
			out = append(out, Problem{"params.roles." + role, "want line_manager, hr or colleague"})
		}
		if p.Roles[role] < 0 {
			out = append(out, Problem{"params.roles." + role, "want 0 or more"})
		}
		total += p.Roles[role]
	}
	if total > 20 {
		out = append(out, Problem{"params.roles", fmt.Sprintf("%d people are more than anybody names", total)})
	}
	return out
}

func sortedKeys(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// referee is a person named, once however often.
type referee struct {
	doc int
	fact.Reference
	// sure is true for a complete entry that certainly counts; possible for one that may.
	sure, possible bool
	familyName     bool
}

func judgeReferences(c Criterion, r *Reading) Finding {
	var p referencesParams
	_ = decode(c, &p)
	people := r.referees(p.ExcludeFamily)
	var sure, possible []referee
	var evidence []Evidence
	doubtfulName := false
	for _, ref := range people {
		role := Supports
		switch {
		case ref.sure:
			sure = append(sure, ref)
			possible = append(possible, ref)
		case ref.possible:
			possible = append(possible, ref)
			doubtfulName = doubtfulName || ref.familyName
			role = Context
		default:
			role = Contradicts
		}
		evidence = append(evidence, r.Passage(ref.doc, ref.Where, role))
	}
	args := []string{"found", strconv.Itoa(len(sure)), "want", strconv.Itoa(p.Min)}
	if len(sure) >= p.Min && filled(sure, p.Roles, false) {
		return c.Met("references.enough", args...).With(evidence...)
	}
	// Short of it: certain only when every file was read, and not from a picture.
	silent := len(people) == 0
	if onRequest, ok := r.onRequest(); ok && silent {
		if len(r.Unreadable()) > 0 {
			return c.Unclear("references.unreadable", args...).With(onRequest).With(r.Searched())
		}
		return c.NotMet("references.on_request", args...).With(onRequest)
	}
	switch {
	case len(r.Unreadable()) > 0:
		return c.Unclear("references.unreadable", args...).With(evidence...).With(r.Searched())
	case !r.Complete():
		return c.Unclear("references.recognised", args...).With(evidence...).With(r.Searched())
	}
	for _, i := range append(r.Own(), r.loose()...) {
		if r.Facts[i].LooseReferees > 0 {
			return c.Unclear("references.torn", args...).With(evidence...).With(r.File(i, Context))
		}
	}
	letters := r.referenceLetters()
	if len(possible)+len(letters) < p.Min {
		if silent && len(letters) == 0 {
			return c.NotMet("references.none", args...).With(r.Searched())
		}
		return c.NotMet("references.too_few", args...).With(evidence...).With(r.Searched())
	}
	if len(letters) == 0 && !filled(possible, p.Roles, true) {
		return c.NotMet("references.roles", append(args, "roles", writeRoles(p.Roles))...).With(evidence...)
	}
	reason := "references.relation_unknown"
	if doubtfulName {
		reason = "references.family_name"
	}
	for _, i := range letters {
		evidence = append(evidence, r.File(i, Context))
	}
	return c.Unclear(reason, append(args, "roles", writeRoles(p.Roles))...).With(evidence...)
}

func writeRoles(roles map[string]int) string {
	var out []string
	for _, k := range sortedKeys(roles) {
		out = append(out, k+" "+strconv.Itoa(roles[k]))
	}
	return strings.Join(out, ", ")
}

// referees gathers the people named in the documents in force, each once, in order.
func (r *Reading) referees(excludeFamily bool) []referee {
	var out []referee
	surname := r.surname()
	for _, i := range append(r.Own(), r.loose()...) {
		for _, ref := range r.Facts[i].References {
			p := referee{doc: i, Reference: ref}
			contact := ref.Email != "" || ref.Phone != ""
			p.familyName = surname != "" && ref.Relation != fact.Family && hasWord(text.String(ref.Name), surname)
			switch {
			case excludeFamily && ref.Relation == fact.Family:
			case excludeFamily && p.familyName && contact:
				p.possible = true
			case contact && ref.Position != "":
				p.sure, p.possible = true, true
			case contact && ref.Vague:
				p.possible = true
			}
			known := false
			for k := range out {
				if text.String(out[k].Name) == text.String(ref.Name) {
					known = true
					relation, also := out[k].Relation, out[k].Also
					if p.sure && !out[k].sure {
						out[k] = p
					}
					// Named twice, the relation may stand in one place only.
					if out[k].Relation == "" {
						out[k].Relation, out[k].Also = relation, also
					}
					if out[k].Relation == "" {
						out[k].Relation, out[k].Also = p.Relation, p.Also
					}
				}
			}
			if !known {
				out = append(out, p)
			}
		}
	}
	return out
}

// loose are the attachments of another type: a page of references may be one.
func (r *Reading) loose() []int {
	var out []int
	for _, i := range r.Current() {
		if f := r.Facts[i]; f.Type == fact.Other && !f.Unplaced && !r.Dossier.Documents[i].Body {
			out = append(out, i)
		}
	}
	return out
}

// surname is the last word of the applicant's name, or the one in capitals; empty when unknown.
func (r *Reading) surname() string {
	name := r.name()
	words := strings.Fields(name)
	if len(words) < 2 {
		return ""
	}
	last := words[len(words)-1]
	for _, w := range words {
		if len([]rune(w)) > 2 && strings.ToUpper(w) == w && strings.ToLower(w) != w {
			last = w
		}
	}
	return text.String(last)
}

func hasWord(s, word string) bool {
	for _, w := range strings.Fields(s) {
		if w == word {
			return true
		}
	}
	return false
}

// onRequest is the statement that references would be given later.
func (r *Reading) onRequest() (Evidence, bool) {
	for _, i := range r.Own() {
		if t := r.Facts[i].OnRequest; t != nil {
			return r.Passage(i, t.Where, Contradicts), true
		}
	}
	return Evidence{}, false
}

// referenceLetters are letters by others: each may stand for a referee.
func (r *Reading) referenceLetters() []int {
	var out []int
	for _, i := range r.Current() {
		if holds(r.Facts[i], fact.ReferenceLetter) {
			out = append(out, i)
		}
	}
	return out
}

// filled tells whether people can fill all roles, nobody two of them. With generous, an
// unknown relation may be any but that of human resources, which a position would show.
func filled(people []referee, roles map[string]int, generous bool) bool {
	var seats []string
	for _, role := range sortedKeys(roles) {
		for range roles[role] {
			seats = append(seats, role)
		}
	}
	takenBy := make([]int, len(seats))
	for i := range takenBy {
		takenBy[i] = -1
	}
	var place func(person int, seen []bool) bool
	place = func(person int, seen []bool) bool {
		for s, role := range seats {
			if seen[s] || !people[person].fits(role, generous) {
				continue
			}
			seen[s] = true
			if takenBy[s] < 0 || place(takenBy[s], seen) {
				takenBy[s] = person
				return true
			}
		}
		return false
	}
	n := 0
	for person := range people {
		if place(person, make([]bool, len(seats))) {
			n++
		}
	}
	return n == len(seats)
}

func (p referee) fits(role string, generous bool) bool {
	if p.Relation == role || p.Also == role {
		return true
	}
	if !generous {
		return false
	}
	switch role {
	case fact.HR:
		return p.Relation == "" && p.Position == ""
	case fact.LineManager:
		// Someone from human resources may have been the manager as well.
		return p.Relation == "" || p.Relation == fact.HR
	}
	return p.Relation == ""
}
