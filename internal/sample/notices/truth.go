package notices

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Truth is what a person says a notice asks for.
type Truth struct {
	// Head are the fields of the vacancy by name; a field that is not there is not marked,
	// "none" says that the notice does not tell. Several right values stand between " | ".
	Head map[string][]string
	Asks []Ask
	// Concerns are the codes of the legal table the notice touches.
	Concerns []string
	// Not are passages that ask for nothing.
	Not []string
}

// Ask is one requirement. Where several answers are right each field lists them, the best
// first.
type Ask struct {
	Kinds       []string
	Importances []string
	Params      []map[string]any
	// Quote is a part of the sentence it stands in.
	Quote string
	// Group is the kind of the group it must be a member of, empty when it stands alone or
	// nothing is said.
	Group string
	// Maybe is true for what may be left out without being missed.
	Maybe bool
}

// ParseTruth reads the lines of a truth:
//
//	title: Field officer | Field officer (Goma)
//	concern: age
//	not <- We have worked there since 1998.
//	language required {"language":"fr","min_level":"C1"} <- fluent French
//	skill|judgement required|asset {"any_of":["Excel"]} <- spreadsheets
//	any_of: enrolment required {"final_year":true} <- in the last year
//
// Alternative params stand between " || ". A "?" before the kind marks what may be left out.
func ParseTruth(s string) (Truth, error) {
	t := Truth{Head: map[string][]string{}}
	for n, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		what, quote, ask := strings.Cut(line, " <- ")
		if !ask {
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return t, fmt.Errorf("line %d: want a field, or a requirement with its quote behind <-", n+1)
			}
			value = strings.TrimSpace(value)
			if name == "concern" {
				t.Concerns = append(t.Concerns, value)
				continue
			}
			t.Head[name] = strings.Split(value, " | ")
			continue
		}
		if strings.TrimSpace(what) == "not" {
			t.Not = append(t.Not, quote)
			continue
		}
		a, err := parseAsk(what)
		if err != nil {
			return t, fmt.Errorf("line %d: %w", n+1, err)
		}
		a.Quote = quote
		t.Asks = append(t.Asks, a)
	}
	return t, nil
}

func parseAsk(s string) (Ask, error) {
	var a Ask
	s = strings.TrimSpace(s)
	a.Maybe = strings.HasPrefix(s, "?")
	s = strings.TrimPrefix(s, "?")
	for _, g := range []string{"any_of", "all_of", "at_least"} {
		if rest, ok := strings.CutPrefix(s, g+":"); ok {
			a.Group, s = g, strings.TrimSpace(rest)
		}
	}
	kinds, rest, _ := strings.Cut(s, " ")
	imps, params, _ := strings.Cut(strings.TrimSpace(rest), " ")
	a.Kinds, a.Importances = strings.Split(kinds, "|"), strings.Split(imps, "|")
	if imps == "" {
		return a, fmt.Errorf("%q: want a kind and an importance", s)
	}
	for _, p := range strings.Split(params, " || ") {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		var m map[string]any
		if err := json.Unmarshal([]byte(p), &m); err != nil {
			return a, fmt.Errorf("params %s: %w", p, err)
		}
		a.Params = append(a.Params, m)
	}
	return a, nil
}
