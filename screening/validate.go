package screening

import (
	"fmt"
	"strings"
)

// maxDepth bounds how deep groups nest.
const maxDepth = 5

// Validate returns what is wrong with a checklist, by path ("criteria[2].params.min_level"),
// in its order. An empty answer means that every criterion can be judged.
func Validate(list Checklist) []Problem {
	var out []Problem
	if len(list.Criteria) == 0 {
		out = append(out, Problem{"criteria", "no criterion"})
	}
	ids := map[string]string{}
	for i, c := range list.Criteria {
		path := fmt.Sprintf("criteria[%d]", i)
		if c.Importance != Required && c.Importance != Asset {
			out = append(out, Problem{path + ".importance", fmt.Sprintf("%q: want required or asset", c.Importance)})
		}
		out = append(out, validate(c, path, ids, 0)...)
	}
	if list.Deadline == nil {
		for i, c := range list.Criteria {
			if c.Kind == "deadline" {
				out = append(out, Problem{fmt.Sprintf("criteria[%d]", i), "a deadline criterion, and the vacancy has no deadline"})
			}
		}
	}
	return out
}

func validate(c Criterion, path string, ids map[string]string, depth int) []Problem {
	var out []Problem
	switch {
	case c.ID == "":
		out = append(out, Problem{path + ".id", "missing"})
	case strings.ContainsAny(c.ID, " \t\n/\\\"'<>&"):
		out = append(out, Problem{path + ".id", fmt.Sprintf("%q: want letters, digits and hyphens", c.ID)})
	case ids[c.ID] != "":
		out = append(out, Problem{path + ".id", fmt.Sprintf("%q is already the id of %s", c.ID, ids[c.ID])})
	default:
		ids[c.ID] = path
	}
	k, ok := KindByName(c.Kind)
	if !ok {
		return append(out, Problem{path + ".kind", fmt.Sprintf("%q: want one of %s", c.Kind, strings.Join(KindNames(), ", "))})
	}
	if depth > 0 && c.Importance != "" && c.Importance != Required && c.Importance != Asset {
		out = append(out, Problem{path + ".importance", fmt.Sprintf("%q: want required or asset", c.Importance)})
	}
	if k.Group {
		switch {
		case len(c.Criteria) == 0:
			out = append(out, Problem{path + ".criteria", "a group needs criteria"})
		case depth >= maxDepth:
			return append(out, Problem{path + ".criteria", "groups nested too deep"})
		}
		for i, member := range c.Criteria {
			out = append(out, validate(member, fmt.Sprintf("%s.criteria[%d]", path, i), ids, depth+1)...)
		}
	} else if len(c.Criteria) > 0 {
		out = append(out, Problem{path + ".criteria", "only groups have criteria"})
	}
	readings := c.Readings
	if len(readings) == 0 {
		for _, p := range checkOne(c, k) {
			out = append(out, Problem{path + "." + p.Field, p.Message})
		}
	}
	for i, reading := range readings {
		alt := c
		alt.Params = overlay(c.Params, reading)
		for _, p := range checkOne(alt, k) {
			out = append(out, Problem{fmt.Sprintf("%s.readings[%d]%s", path, i, strings.TrimPrefix(p.Field, "params")), p.Message})
		}
	}
	return out
}

func checkOne(c Criterion, k Kind) []Problem {
	if k.Check == nil {
		return nil
	}
	return k.Check(c)
}
