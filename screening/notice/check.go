package notice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"dossier/screening"
	"dossier/screening/text"
)

// merge sets one key of params.
func merge(params json.RawMessage, key string, v any) json.RawMessage {
	m := map[string]any{}
	if len(params) > 0 {
		dec := json.NewDecoder(bytes.NewReader(params))
		dec.UseNumber()
		if dec.Decode(&m) != nil {
			return params
		}
	}
	m[key] = v
	return encode(m)
}

// dedupe keeps the first of two lines that ask for the same, and for the stricter
// importance of the two. A line that only says less is kept: a person decides.
func (r *reader) dedupe() {
	d := r.draft
	var out []Criterion
next:
	for _, c := range d.Criteria {
		for i := range out {
			o := &out[i]
			if o.Kind != c.Kind || len(c.Criteria) > 0 || c.Kind == "judgement" || !bytes.Equal(o.Params, c.Params) {
				continue
			}
			if o.Importance != c.Importance {
				o.Importance = screening.Required
				o.Flags = addOnce(o.Flags, "importance.mixed")
			}
			// The sentence of the second is covered by the first.
			if n := c.Sentence - 1; n >= 0 && n < len(r.sentences) {
				r.sentences[n].ids = append(r.sentences[n].ids, o.ID)
			}
			continue next
		}
		out = append(out, c)
	}
	d.Criteria = out
	r.conflicts()
}

// conflicts flags two lines about one thing that ask for different values.
func (r *reader) conflicts() {
	d := r.draft
	seen := map[string]int{}
	for i := range d.Criteria {
		c := &d.Criteria[i]
		var p struct {
			Language string `json:"language"`
			MinLevel any    `json:"min_level"`
			Licence  string `json:"licence"`
			Min      any    `json:"min"`
		}
		if json.Unmarshal(c.Params, &p) != nil {
			continue
		}
		key := ""
		switch c.Kind {
		case "language":
			if p.Language != "" {
				key = "language " + p.Language
			}
		case "references", "age":
			key = c.Kind
		}
		if key == "" {
			continue
		}
		first, ok := seen[key]
		if !ok {
			seen[key] = i
			continue
		}
		// "Bonne maîtrise exigée, bilingue apprécié" is no conflict.
		if d.Criteria[first].Importance == c.Importance {
			d.Criteria[first].Flags = addOnce(d.Criteria[first].Flags, "conflict")
			c.Flags = addOnce(c.Flags, "conflict")
			r.flag("conflict", &r.sentences[d.Criteria[first].Sentence-1], &r.sentences[c.Sentence-1])
		}
	}
}

// pick turns the items below "at least two of the following" into a group.
func (r *reader) pick() {
	d := r.draft
	var out []Criterion
	for i := 0; i < len(d.Criteria); {
		intro := r.introOf(d.Criteria[i])
		if intro < 0 || r.blocks[intro].head == nil || r.blocks[intro].head.pick == 0 {
			out = append(out, d.Criteria[i])
			i++
			continue
		}
		j := i
		for j < len(d.Criteria) && r.introOf(d.Criteria[j]) == intro {
			j++
		}
		n := r.blocks[intro].head.pick
		if j-i < 2 || n >= j-i {
			out = append(out, d.Criteria[i:j]...)
			i = j
			continue
		}
		s := r.headingSentence(intro)
		group := Criterion{ID: r.id("choice"), Kind: "at_least", Importance: d.Criteria[i].Importance, Sentence: s.number, Source: r.cite(s), Statement: r.statement(s)}
		if n == 1 {
			group.Kind = "any_of"
		} else {
			group.Params = json.RawMessage(fmt.Sprintf(`{"n":%d}`, n))
		}
		for _, c := range d.Criteria[i:j] {
			group.Criteria = append(group.Criteria, r.member(c, group.Importance))
		}
		out = append(out, group)
		i = j
	}
	d.Criteria = out
}

func (r *reader) introOf(c Criterion) int {
	if c.Sentence < 1 || c.Sentence > len(r.sentences) {
		return -1
	}
	return r.blocks[r.sentences[c.Sentence-1].block].intro
}

func (r *reader) headingSentence(block int) *sentence {
	for i := range r.sentences {
		if r.sentences[i].block == block {
			return &r.sentences[i]
		}
	}
	return &r.sentences[0]
}

// check flags what does not fit together: a start before the deadline, an interview before
// it, an age no one can have.
func (r *reader) check() {
	d := r.draft
	var posts []*sentence
	for i := range r.sentences {
		if s := &r.sentences[i]; onePost.MatchString(s.Text) && len(strings.Fields(s.Text)) <= 14 {
			posts = append(posts, s)
		}
	}
	if len(posts) > 1 {
		r.flag("posts.several", posts...)
	}
	if dl := d.Deadline; dl != nil {
		loc, ok := load(dl.Zone)
		if !ok {
			loc = time.UTC
		}
		day := screening.DateOf(dl.At.In(loc))
		if d.Start != nil && !d.Start.Until.IsZero() && before(d.Start.Until, day) {
			r.flag("start.before_deadline", r.at(d.Start.Source), r.at(dl.Source))
		}
		for _, i := range d.Interviews {
			if before(i.From, day) {
				r.flag("interview.before_deadline", r.at(i.Source), r.at(dl.Source))
			}
		}
	}
}

// onePost matches the head of one of several posts in one notice.
var onePost = text.MustPattern(`^(?:poste|post|position|offre|lot|profil|profile|vacancy|stage|internship)(?: n°| no\.?)? ?(?:[1-9]|[a-c]|i{1,3})(?: ?[:.–-]|$| \()`)

// at is the sentence a passage lies in.
func (r *reader) at(p screening.Source) *sentence {
	for i := range r.sentences {
		c := r.cite(&r.sentences[i])
		if c.Start <= p.Start && p.End <= c.End {
			return &r.sentences[i]
		}
	}
	return &r.sentences[0]
}
