package review

import (
	"slices"
	"strings"

	"dossier/screening"
	"dossier/web"
)

// diffLine is one difference between two checklists, in words.
type diffLine struct {
	// How is added, removed, changed or moved.
	How, Title string
	Parts      []diffPart
}

// diffPart is one thing that changed in a criterion: what it was and what it is.
type diffPart struct{ What, Was, Is string }

// diffChecklists tells in words how one checklist became another.
func diffChecklists(l *web.Locale, was, is screening.Checklist) []diffLine {
	var out []diffLine
	if d := (diffLine{How: "changed", Title: l.T("kind.deadline"), Parts: headParts(l, was, is)}); len(d.Parts) > 0 {
		out = append(out, d)
	}
	for _, c := range is.Criteria {
		i := criterionAt(was.Criteria, c.ID)
		if i < 0 {
			out = append(out, diffLine{How: "added", Title: titleOf(l, c), Parts: []diffPart{{What: l.T("versions.says"), Is: inShort(l, c)}}})
			continue
		}
		if parts := criterionParts(l, was.Criteria[i], c); len(parts) > 0 {
			out = append(out, diffLine{How: "changed", Title: titleOf(l, c), Parts: parts})
		}
	}
	for _, c := range was.Criteria {
		if criterionAt(is.Criteria, c.ID) < 0 {
			out = append(out, diffLine{How: "removed", Title: titleOf(l, c), Parts: []diffPart{{What: l.T("versions.said"), Was: inShort(l, c)}}})
		}
	}
	if order := func(a, b []screening.Criterion) []string {
		var ids []string
		for _, c := range a {
			if criterionAt(b, c.ID) >= 0 {
				ids = append(ids, c.ID)
			}
		}
		return ids
	}; !slices.Equal(order(was.Criteria, is.Criteria), order(is.Criteria, was.Criteria)) {
		out = append(out, diffLine{How: "moved", Title: l.T("versions.order")})
	}
	return out
}

func headParts(l *web.Locale, was, is screening.Checklist) []diffPart {
	var out []diffPart
	add := func(what, a, b string) {
		if a != b {
			out = append(out, diffPart{l.T("versions." + what), orNone(l, a), orNone(l, b)})
		}
	}
	when := func(c screening.Checklist) string {
		if c.Deadline == nil {
			return ""
		}
		return l.Instant(c.Deadline.At, c.Deadline.Zone)
	}
	yes := func(c screening.Checklist) string {
		if c.Deadline == nil {
			return ""
		}
		return yesNo(l, c.Deadline.Inclusive)
	}
	grace := func(c screening.Checklist) string {
		if c.Deadline == nil || c.Deadline.GraceMinutes == 0 {
			return ""
		}
		return l.N("versions.minutes", c.Deadline.GraceMinutes)
	}
	add("deadline", when(was), when(is))
	add("inclusive", yes(was), yes(is))
	add("grace", grace(was), grace(is))
	add("as_of", dayText(l, was.AsOf), dayText(l, is.AsOf))
	return out
}

func orNone(l *web.Locale, s string) string {
	if s == "" {
		return l.T("versions.none")
	}
	return s
}

func yesNo(l *web.Locale, b bool) string {
	if b {
		return l.T("params.yes")
	}
	return l.T("params.no")
}

func criterionParts(l *web.Locale, was, is screening.Criterion) []diffPart {
	var out []diffPart
	add := func(what, a, b string) {
		if a != b {
			out = append(out, diffPart{what, orNone(l, a), orNone(l, b)})
		}
	}
	weight := func(c screening.Criterion) string {
		if c.Importance == "" {
			return ""
		}
		return l.T("importance." + string(c.Importance))
	}
	add(l.T("versions.statement"), was.Statement.In(l.Lang), is.Statement.In(l.Lang))
	add(l.T("versions.kind"), l.T("kind."+was.Kind), l.T("kind."+is.Kind))
	add(l.T("versions.importance"), weight(was), weight(is))
	names := map[string]bool{}
	old, now := map[string]string{}, map[string]string{}
	var order []string
	for _, side := range []struct {
		c  screening.Criterion
		to map[string]string
	}{{was, old}, {is, now}} {
		for _, p := range paramsInWords(l, side.c) {
			side.to[p.Label] = p.Value
			if !names[p.Label] {
				names[p.Label] = true
				order = append(order, p.Label)
			}
		}
	}
	for _, name := range order {
		add(name, old[name], now[name])
	}
	add(l.T("versions.readings"), countText(l, len(was.Readings)), countText(l, len(is.Readings)))
	add(l.T("versions.sensitive"), yesNo(l, was.Sensitive), yesNo(l, is.Sensitive))
	add(l.T("versions.legal"), was.LegalBasis, is.LegalBasis)
	for _, m := range is.Criteria {
		if i := criterionAt(was.Criteria, m.ID); i < 0 {
			out = append(out, diffPart{l.T("versions.member_added"), "", inShort(l, m)})
		} else {
			for _, p := range criterionParts(l, was.Criteria[i], m) {
				out = append(out, diffPart{titleOf(l, m) + ", " + inTitle(p.What), p.Was, p.Is})
			}
		}
	}
	for _, m := range was.Criteria {
		if criterionAt(is.Criteria, m.ID) < 0 {
			out = append(out, diffPart{l.T("versions.member_removed"), inShort(l, m), ""})
		}
	}
	return out
}

func countText(l *web.Locale, n int) string {
	if n == 0 {
		return ""
	}
	return l.Number(int64(n))
}

// inShort is a criterion in a line: kind, importance and parameters.
func inShort(l *web.Locale, c screening.Criterion) string {
	parts := []string{l.T("kind." + c.Kind)}
	if c.Importance != "" {
		parts = append(parts, l.T("importance."+string(c.Importance)))
	}
	for _, p := range paramsInWords(l, c) {
		parts = append(parts, inTitle(p.Label)+" "+p.Value)
	}
	for _, m := range c.Criteria {
		parts = append(parts, titleOf(l, m))
	}
	return shorten(strings.Join(parts, " · "), 300)
}
