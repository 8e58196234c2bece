package notices

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"
	"time"

	"dossier/screening/lexicon"
	"dossier/screening/notice"
	"dossier/screening/text"
)

// Marks counts what drafts found of what was asked.
type Marks struct {
	Asked, Found, Kind, Params, Importance int
	// Checkable and CheckableFound count the requirements that are no judgement.
	Checkable, CheckableFound int
	Drafted, Invented         int
	// Cited counts the drafted lines whose quote is the text at its offsets; for those that
	// answer a requirement, the sentence is the requirement's too.
	Cited int
	// Grouped of GroupsAsked members stand in a group of the right kind.
	GroupsAsked, Grouped   int
	HeadAsked, Head        int
	ConcernsAsked, Concern int
	// Decoys is how many passages that ask for nothing were cited.
	Decoys int
}

// Add adds up marks.
func (m *Marks) Add(o Marks) {
	m.Asked += o.Asked
	m.Found += o.Found
	m.Kind += o.Kind
	m.Params += o.Params
	m.Importance += o.Importance
	m.Checkable += o.Checkable
	m.CheckableFound += o.CheckableFound
	m.Drafted += o.Drafted
	m.Invented += o.Invented
	m.Cited += o.Cited
	m.GroupsAsked += o.GroupsAsked
	m.Grouped += o.Grouped
	m.HeadAsked += o.HeadAsked
	m.Head += o.Head
	m.ConcernsAsked += o.ConcernsAsked
	m.Concern += o.Concern
	m.Decoys += o.Decoys
}

// Remark is one requirement or drafted line with what is to be said of it.
type Remark struct {
	// What is missed, invented, kind, params, importance, group, head, concern, decoy or ok.
	What  string
	Ask   string
	Draft string
	Quote string
}

// leaf is a drafted line with the kinds of the groups around it.
type leaf struct {
	notice.Criterion
	groups []string
}

func leaves(list []notice.Criterion, groups []string) []leaf {
	var out []leaf
	for _, c := range list {
		if len(c.Criteria) > 0 {
			out = append(out, leaves(c.Criteria, append(slices.Clone(groups), c.Kind))...)
			continue
		}
		out = append(out, leaf{c, groups})
	}
	return out
}

// Score marks a draft against the truth.
func Score(t Truth, d notice.Draft) (Marks, []Remark) {
	var m Marks
	var remarks []Remark
	drafted := leaves(d.Criteria, nil)
	type match struct{ ask, draft, score int }
	var all []match
	for i, a := range t.Asks {
		for j, c := range drafted {
			if !sameSentence(a.Quote, c.Source.Quote) {
				continue
			}
			score := 1
			if slices.Contains(a.Kinds, c.Kind) {
				score += 100
				if paramsRight(a, c) {
					score += 50
				}
				score += overlap(a, c)
			}
			if slices.Contains(a.Importances, string(c.Importance)) {
				score += 2
			}
			all = append(all, match{i, j, score})
		}
	}
	sort.SliceStable(all, func(x, y int) bool { return all[x].score > all[y].score })
	byAsk, byDraft := map[int]int{}, map[int]int{}
	for _, x := range all {
		_, a := byAsk[x.ask]
		_, b := byDraft[x.draft]
		if !a && !b {
			byAsk[x.ask], byDraft[x.draft] = x.draft, x.ask
		}
	}
	for i, a := range t.Asks {
		j, ok := byAsk[i]
		if !ok && a.Maybe {
			continue
		}
		m.Asked++
		check := a.Kinds[0] != "judgement"
		if check {
			m.Checkable++
		}
		asked := strings.Join(a.Kinds, "|") + " " + strings.Join(a.Importances, "|") + " " + show(a.Params)
		if !ok {
			remarks = append(remarks, Remark{"missed", asked, "", a.Quote})
			continue
		}
		c := drafted[j]
		m.Found++
		if check {
			m.CheckableFound++
		}
		got := c.Kind + " " + string(c.Importance) + " " + string(c.Params)
		note := func(what string) { remarks = append(remarks, Remark{what, asked, got, a.Quote}) }
		if slices.Contains(a.Kinds, c.Kind) {
			m.Kind++
			if paramsRight(a, c) {
				m.Params++
			} else {
				note("params")
			}
		} else {
			note("kind")
		}
		if slices.Contains(a.Importances, string(c.Importance)) {
			m.Importance++
		} else {
			note("importance")
		}
		if a.Group != "" {
			m.GroupsAsked++
			if slices.Contains(c.groups, a.Group) {
				m.Grouped++
			} else {
				note("group")
			}
		}
	}
	for j, c := range drafted {
		m.Drafted++
		if s := c.Source; s.Start >= 0 && s.End <= len(d.Text) && s.Start < s.End && d.Text[s.Start:s.End] == s.Quote {
			m.Cited++
		} else {
			remarks = append(remarks, Remark{"cite", "", c.Kind, c.Source.Quote})
		}
		warned := c.Sensitive && slices.ContainsFunc(c.Reasons, func(code string) bool { return slices.Contains(t.Concerns, code) })
		if _, ok := byDraft[j]; !ok && !warned {
			m.Invented++
			remarks = append(remarks, Remark{"invented", "", c.Kind + " " + string(c.Importance) + " " + string(c.Params), c.Source.Quote})
		}
		for _, n := range t.Not {
			if _, ok := byDraft[j]; !ok && sameSentence(n, c.Source.Quote) {
				m.Decoys++
				remarks = append(remarks, Remark{"decoy", n, c.Kind, c.Source.Quote})
			}
		}
	}
	remarks = append(remarks, scoreHead(t, d, &m)...)
	for _, code := range t.Concerns {
		m.ConcernsAsked++
		if slices.ContainsFunc(d.Concerns, func(c notice.Concern) bool { return c.Code == code }) {
			m.Concern++
		} else {
			remarks = append(remarks, Remark{"concern", code, "", ""})
		}
	}
	return m, remarks
}

func show(list []map[string]any) string {
	var out []string
	for _, p := range list {
		b, err := json.Marshal(p)
		if err != nil {
			continue
		}
		out = append(out, string(b))
	}
	return strings.Join(out, " || ")
}

// sameSentence tells whether a quote and a part of a sentence speak of the same words.
func sameSentence(part, quote string) bool {
	a, b := letters(part), letters(quote)
	if a == "" || b == "" {
		return false
	}
	if strings.Contains(b, a) || strings.Contains(a, b) && len(b) >= 8 {
		return true
	}
	// A sentence cut elsewhere than the person who marked it did.
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	in := map[string]bool{}
	for _, w := range y {
		in[w] = true
	}
	n := 0
	for _, w := range x {
		if in[w] {
			n++
		}
	}
	return len(x) >= 5 && n*10 >= len(x)*8
}

// letters are the words of a passage, folded, everything else a blank.
func letters(s string) string {
	return strings.Join(strings.FieldsFunc(text.String(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f)
	}), " ")
}

// paramsRight tells whether drafted params are one of those that are right.
func paramsRight(a Ask, c leaf) bool {
	if len(a.Params) == 0 {
		return true
	}
	got := map[string]any{}
	if len(c.Params) > 0 && json.Unmarshal(c.Params, &got) != nil {
		return false
	}
	return slices.ContainsFunc(a.Params, func(want map[string]any) bool { return paramsFit(c.Kind, want, got) })
}

func paramsFit(kind string, want, got map[string]any) bool {
	switch kind {
	case "judgement", "deadline":
		return true
	case "skill", "eligibility":
		for _, key := range []string{"any_of", "all_of"} {
			if w := list(want[key]); len(w) > 0 && !touch(w, append(list(got["any_of"]), list(got["all_of"])...)) {
				return false
			}
		}
		return true
	case "experience":
		if months(want, "min") != months(got, "min") && months(want, "min") > 1 || months(want, "max") != months(got, "max") {
			return false
		}
		if w := list(want["domain"]); len(w) > 0 && !touch(w, list(got["domain"])) && !touch(w, list(got["sector"])) {
			return false
		}
		for _, key := range []string{"sector", "region"} {
			if w := list(want[key]); len(w) > 0 && !touch(w, list(got[key])) {
				return false
			}
		}
		return true
	case "education":
		if w, ok := want["min_level"]; ok && w != got["min_level"] {
			return false
		}
		if want["within_months"] != got["within_months"] {
			return false
		}
		w := list(want["fields"])
		return len(w) == 0 || share(w, list(got["fields"]))*2 >= len(w)
	case "enrolment":
		level := func(m map[string]any) any {
			if m["level"] != nil {
				return m["level"]
			}
			return m["min_level"]
		}
		if w := level(want); w != nil && w != level(got) {
			return false
		}
		for _, key := range []string{"year", "final_year", "internship_agreement"} {
			if want[key] != nil && want[key] != got[key] {
				return false
			}
		}
		return true
	case "career":
		return want["force"] == got["force"] && want["status"] == got["status"] && want["min_years"] == got["min_years"] && (want["ranks"] == nil) == (got["ranks"] == nil)
	case "language":
		if want["min_level"] != nil && want["min_level"] != got["min_level"] {
			return false
		}
		w, g := append(list(want["any_of"]), list(want["language"])...), append(list(got["any_of"]), list(got["language"])...)
		sort.Strings(w)
		sort.Strings(g)
		return slices.Equal(w, g)
	}
	for key, w := range want {
		g := got[key]
		if a, b := list(w), list(g); len(a) > 0 {
			sort.Strings(a)
			sort.Strings(b)
			if !slices.Equal(a, b) {
				return false
			}
			continue
		}
		x, _ := json.Marshal(w)
		y, _ := json.Marshal(g)
		if string(x) != string(y) {
			return false
		}
	}
	return true
}

// overlap tells how much the values of a line are those asked for, to tell apart lines of
// one kind in one sentence.
func overlap(a Ask, c leaf) int {
	if len(a.Params) == 0 {
		return 0
	}
	got := letters(string(c.Params))
	n := 0
	for _, w := range strings.Fields(letters(show(a.Params[:1]))) {
		if strings.Contains(" "+got+" ", " "+w+" ") {
			n++
		}
	}
	return min(n, 40)
}

func list(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func months(m map[string]any, bound string) int {
	if v, ok := m[bound+"_years"].(float64); ok {
		return int(v * 12)
	}
	if v, ok := m[bound+"_months"].(float64); ok {
		return int(v)
	}
	return 0
}

// touch tells whether two lists of words have one in common, by stems.
func touch(want, got []string) bool { return share(want, got) > 0 }

// share is how many of the wanted words the others have.
func share(want, got []string) int {
	have := map[string]bool{}
	for _, g := range got {
		have[text.String(g)] = true
		for _, f := range lexicon.Fields(g) {
			have[f] = true
		}
		for _, t := range lexicon.Tokenize(text.String(g)) {
			if len(t.Stem) > 2 {
				have[t.Stem] = true
			}
		}
	}
	n := 0
	for _, w := range want {
		fits := have[text.String(w)]
		for _, f := range lexicon.Fields(w) {
			fits = fits || have[f]
		}
		for _, t := range lexicon.Tokenize(text.String(w)) {
			fits = fits || len(t.Stem) > 3 && have[t.Stem]
		}
		if fits {
			n++
		}
	}
	return n
}

func scoreHead(t Truth, d notice.Draft, m *Marks) []Remark {
	got := map[string]string{"title": d.Title, "organisation": d.Organisation, "place": d.Place, "reference": d.Reference,
		"addresses": strings.Join(d.Addresses, ", "), "portal": d.Portal, "language": d.Language, "deadline": "", "gaps": strings.Join(d.Gaps, " "), "flags": allFlags(d)}
	if d.Deadline != nil {
		got["deadline"] = d.Deadline.At.Format("2006-01-02T15:04:05Z07:00")
	}
	if d.Start != nil {
		got["start"] = d.Start.From.String()
		if d.Start.Until != d.Start.From {
			got["start"] += "/" + d.Start.Until.String()
		}
	}
	if d.DurationMonths > 0 {
		got["duration"] = string(must(json.Marshal(d.DurationMonths)))
	}
	var days []string
	for _, i := range d.Interviews {
		s := i.From.String()
		if i.Until != i.From {
			s += "/" + i.Until.String()
		}
		days = append(days, s)
	}
	got["interviews"] = strings.Join(days, ", ")
	var names []string
	for name := range t.Head {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []Remark
	for _, name := range names {
		m.HeadAsked++
		ok := slices.ContainsFunc(t.Head[name], func(want string) bool { return headFits(name, want, got[name]) })
		if ok {
			m.Head++
			continue
		}
		out = append(out, Remark{"head", name + ": " + strings.Join(t.Head[name], " | "), got[name], ""})
	}
	return out
}

func must(b []byte, err error) []byte {
	if err != nil {
		return nil
	}
	return b
}

func allFlags(d notice.Draft) string {
	var out []string
	for _, f := range d.Flags {
		out = append(out, f.Code)
	}
	if d.Deadline != nil {
		out = append(out, d.Deadline.Flags...)
	}
	for _, c := range d.Leaves() {
		out = append(out, c.Flags...)
	}
	return strings.Join(out, " ")
}

func headFits(name, want, got string) bool {
	if want == "none" {
		return got == ""
	}
	switch name {
	case "title", "organisation", "place":
		a, b := letters(want), letters(got)
		if a == "" || b == "" {
			return false
		}
		return strings.Contains(a, b) && len(b)*3 >= len(a) || strings.Contains(b, a) || share(strings.Fields(a), strings.Fields(b))*10 >= 7*len(strings.Fields(a))
	case "gaps", "flags":
		for _, w := range strings.Fields(want) {
			if !slices.Contains(strings.Fields(got), w) {
				return false
			}
		}
		return true
	}
	if name == "deadline" {
		a, errA := time.Parse(time.RFC3339, want)
		b, errB := time.Parse(time.RFC3339, got)
		gap := a.Sub(b)
		return errA == nil && errB == nil && gap >= -time.Minute && gap <= time.Minute
	}
	return want == got
}
