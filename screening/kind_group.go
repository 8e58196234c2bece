package screening

import "strconv"

// Groups use Kleene's three values: an open member leaves the group open only when it
// could still change the outcome. A judgement waits for a person and never holds up a group.

var allOf = Kind{Name: "all_of", Group: true, Check: checkGroup,
	Reasons: []string{"group.all_met", "group.one_not_met", "group.open", "group.for_reader"},
	Judge: func(c Criterion, r *Reading) Finding {
		n := judgeMembers(c, r)
		switch {
		case n.of == 0:
			return n.finding(c.Unclear("group.for_reader"))
		case n.notMet > 0:
			return n.finding(c.NotMet("group.one_not_met", n.args()...))
		case n.met == n.of:
			return n.finding(c.Met("group.all_met", n.args()...))
		}
		return n.finding(c.Unclear("group.open", n.args()...))
	}}

var anyOf = Kind{Name: "any_of", Group: true, Check: checkGroup,
	Reasons: []string{"group.one_met", "group.none_met", "group.open", "group.for_reader"},
	Judge: func(c Criterion, r *Reading) Finding {
		n := judgeMembers(c, r)
		switch {
		case n.of == 0:
			return n.finding(c.Unclear("group.for_reader"))
		case n.met > 0:
			return n.finding(c.Met("group.one_met", n.args()...))
		case n.notMet == n.of:
			return n.finding(c.NotMet("group.none_met", n.args()...))
		}
		return n.finding(c.Unclear("group.open", n.args()...))
	}}

type atLeastParams struct {
	// N is how many members must be met, 1 or more.
	N int `json:"n"`
}

var atLeast = Kind{Name: "at_least", Group: true, Check: checkAtLeast,
	Reasons: []string{"group.enough_met", "group.too_few", "group.open", "group.for_reader"},
	Judge: func(c Criterion, r *Reading) Finding {
		var p atLeastParams
		_ = decode(c, &p)
		n := judgeMembers(c, r)
		args := append(n.args(), "want", strconv.Itoa(p.N))
		switch {
		case n.of == 0:
			return n.finding(c.Unclear("group.for_reader"))
		case n.met >= p.N:
			return n.finding(c.Met("group.enough_met", args...))
		case n.of-n.notMet < p.N:
			return n.finding(c.NotMet("group.too_few", args...))
		}
		return n.finding(c.Unclear("group.open", args...))
	}}

func checkGroup(c Criterion) []Problem { return checkParams(c, &struct{}{}) }

func checkAtLeast(c Criterion) []Problem {
	var p atLeastParams
	if problems := checkParams(c, &p); problems != nil {
		return problems
	}
	if p.N < 1 || p.N > len(c.Criteria) {
		return []Problem{{"params.n", "want a number from 1 to the number of criteria"}}
	}
	return nil
}

// members counts a group's findings.
type members struct {
	parts           []Finding
	met, notMet, of int
}

func judgeMembers(c Criterion, r *Reading) members {
	var n members
	for _, m := range c.Criteria {
		f := r.judge(m, r)
		n.parts = append(n.parts, f)
		if m.Kind == judgement.Name {
			continue
		}
		n.of++
		switch f.Verdict {
		case Met:
			n.met++
		case NotMet:
			n.notMet++
		}
	}
	return n
}

func (n members) args() []string {
	return []string{"met", strconv.Itoa(n.met), "not_met", strconv.Itoa(n.notMet), "of", strconv.Itoa(n.of)}
}

// finding gives the group its members' findings, and the evidence of those that decided.
func (n members) finding(f Finding) Finding {
	f.Parts = n.parts
	for _, part := range n.parts {
		if f.Verdict == Unclear || part.Verdict == f.Verdict {
			f = f.With(part.Evidence...)
		}
	}
	return f
}
