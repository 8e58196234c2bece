package notice

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

// found is a requirement a detector read in a sentence.
type found struct {
	kind string
	// start and end are offsets of the sentence's folded text: what importance is weighed of.
	start, end int
	params     map[string]any
	readings   []map[string]any
	flags      []string
	reasons    []string
	fr, en     string
	// id is the stem of the criterion's id.
	id string
	// importance is set where the detector knows better than the cues.
	importance screening.Importance
	// members make a group of it.
	members []found
	// soft is true for what only a person can weigh.
	soft bool
}

func (f *found) set(key string, v any) {
	if f.params == nil {
		f.params = map[string]any{}
	}
	f.params[key] = v
}

func (f *found) flag(code string) {
	for _, have := range f.flags {
		if have == code {
			return
		}
	}
	f.flags = append(f.flags, code)
}

// encode writes params with their keys in alphabetical order.
func encode(m map[string]any) json.RawMessage {
	if len(m) == 0 {
		return nil
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil
	}
	return b
}

// criterion makes a line of the draft of what was found in a sentence.
func (r *reader) criterion(s *sentence, f found) Criterion {
	imp := f.importance
	if imp == "" {
		fallback := s.importance
		if fallback == "" {
			fallback = screening.Required
		}
		imp = weigh(s.cues, f.start, max(f.end, f.start+1), fallback)
	}
	return r.line(s, f, imp)
}

func (r *reader) line(s *sentence, f found, imp screening.Importance) Criterion {
	c := Criterion{ID: r.id(f.id), Kind: f.kind, Importance: imp, Params: encode(f.params), Source: r.cite(s), Sentence: s.number, Flags: f.flags, Reasons: f.reasons}
	for _, m := range f.readings {
		c.Readings = append(c.Readings, encode(m))
	}
	c.Sensitive = len(f.reasons) > 0
	if c.Sensitive {
		sort.Strings(c.Reasons)
		c.Flags = append(c.Flags, "sensitive")
		sug := suggestion(c.Reasons[0])
		c.Suggestion = &sug
	}
	if f.fr != "" || f.en != "" {
		c.Statement = screening.Statement{FR: f.fr, EN: f.en}
	} else {
		c.Statement = r.statement(s)
	}
	for _, m := range f.members {
		line := r.line(s, m, imp)
		c.Criteria = append(c.Criteria, line)
	}
	if len(f.members) > 0 {
		c.Statement = r.statement(s)
		c.Sensitive, c.Reasons, c.Suggestion = false, nil, nil
	}
	if len(f.members) == 0 {
		s.ids = append(s.ids, c.ID)
	}
	return c
}

// distinct gives the things found in one sentence words of their own: where several would
// take the whole sentence for theirs, each takes the part it was read in.
func (r *reader) distinct(s *sentence, list []found) []found {
	parts, whole := map[string]int{}, 0
	part := func(f found) string {
		return capital(strings.Trim(r.words(s.Folded, f.start, min(max(f.end, f.start), len(s.Text))), " -–•*·;,:("))
	}
	for _, f := range list {
		if f.fr == "" && f.en == "" {
			parts[part(f)]++
			whole++
		}
	}
	for i := range list {
		f := &list[i]
		f.members = r.distinct(s, f.members)
		p := part(*f)
		if whole < 2 || f.fr != "" || f.en != "" || len(f.members) > 0 || parts[p] > 1 || len(p) < 3 {
			continue
		}
		if r.french {
			f.fr = p
		} else {
			f.en = p
		}
	}
	return list
}

// statement is the sentence as a criterion's words, in the notice's language.
func (r *reader) statement(s *sentence) screening.Statement {
	words := strings.TrimRight(strings.Trim(clean(r.cite(s).Quote), "-–•*·;,"), " ;,")
	words = strings.TrimSpace(words)
	if r.french {
		return screening.Statement{FR: words}
	}
	return screening.Statement{EN: words}
}

// id makes a readable id of a stem, unique in the draft.
func (r *reader) id(stem string) string {
	var b strings.Builder
	dash := false
	for _, c := range text.String(stem) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(c)
		} else {
			dash = true
		}
		if b.Len() >= 40 {
			break
		}
	}
	id := strings.Trim(b.String(), "-")
	if id == "" {
		id = "criterion"
	}
	r.used[id]++
	if n := r.used[id]; n > 1 {
		// "degree-2" may itself have been read as a stem.
		next := fmt.Sprintf("%s-%d", id, n)
		r.used[next]++
		return next
	}
	return id
}
