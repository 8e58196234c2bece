package outbox

import (
	"encoding/json"
	"strconv"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
)

// Piece is something an application lacks, or that could not be read, as it is asked for.
type Piece struct {
	// Key names it on a page: a criterion's id, or "document:" and a document's.
	Key string
	// Text is a line of the message, without the dash before it.
	Text string
	// Sure pieces are asked for by themselves; the others only when a person ticks them,
	// since they are not a document that is absent but a point nobody could tell.
	Sure bool
}

// Missing lists what an application lacks, in the order of its checklist: documents and
// references that were found missing or could not be told, files that could not be opened,
// and, not ticked, the other points that are unclear, the required ones first. What a person has judged met
// is not asked for.
func Missing(v store.ApplicationView, language string) []Piece {
	if v.Assessment == nil {
		return nil
	}
	findings := map[string]screening.Finding{}
	var index func([]screening.Finding)
	index = func(list []screening.Finding) {
		for _, f := range list {
			findings[f.Criterion] = f
			index(f.Parts)
		}
	}
	index(v.Assessment.Findings)
	w := wordsOf(language)
	var sure, open, assets []Piece
	seen := map[string]bool{}
	add := func(list *[]Piece, p Piece) {
		if !seen[p.Text] && p.Text != "" {
			seen[p.Text] = true
			*list = append(*list, p)
		}
	}
	var walk func(c screening.Criterion, required bool)
	walk = func(c screening.Criterion, required bool) {
		f, ok := findings[c.ID]
		if !ok || settled(v, c, f) {
			return
		}
		if len(c.Criteria) > 0 {
			// One of several ways that is open leaves the choice to the applicant.
			if c.Kind == "all_of" {
				for _, part := range c.Criteria {
					walk(part, required)
				}
			} else {
				add(pick(required, &open, &assets), Piece{Key: c.ID, Text: w.point(c.Statement.In(language))})
			}
			return
		}
		switch c.Kind {
		case "documents":
			for i, text := range documentsAsked(w, c, f) {
				key := c.ID
				if i > 0 {
					key += "." + strconv.Itoa(i)
				}
				add(&sure, Piece{Key: key, Text: text, Sure: true})
			}
		case "references":
			add(&sure, Piece{Key: c.ID, Text: referencesAsked(w, c, f), Sure: true})
		case "deadline", "judgement", "age":
			// Nobody can mend these by writing.
		default:
			if f.Verdict == screening.Unclear && !c.Sensitive {
				add(pick(required, &open, &assets), Piece{Key: c.ID, Text: w.point(c.Statement.In(language))})
			}
		}
	}
	for _, c := range v.Checklist.Checklist.Criteria {
		if !c.ForReader() {
			walk(c, c.Importance == screening.Required)
		}
	}
	for _, d := range v.Documents {
		if d.State == store.Unreadable && d.SupersededBy == nil && !d.Body {
			add(&sure, Piece{Key: "document:" + strconv.FormatInt(d.ID, 10), Text: w.unreadable(oneLine(d.Name, 120), d.Problem), Sure: true})
		}
	}
	return append(append(sure, open...), assets...)
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// settled tells whether nothing needs to be asked about a criterion: it is met, or a person
// has said what it is.
func settled(v store.ApplicationView, c screening.Criterion, f screening.Finding) bool {
	if o := v.InForce(c.ID); o != nil {
		return o.Verdict != screening.Unclear
	}
	return f.Verdict == screening.Met || f.ForReader
}

// documentsAsked are the documents a finding misses, a line each.
func documentsAsked(w *words, c screening.Criterion, f screening.Finding) []string {
	var p struct {
		AllOf   []string `json:"all_of"`
		Formats []string `json:"formats"`
	}
	_ = json.Unmarshal(c.Params, &p) // checked when the checklist was published
	missing := strings.Fields(f.Args["missing"])
	if len(missing) == 0 {
		missing = p.AllOf
	}
	var out []string
	for _, t := range missing {
		if name := w.document[t]; name != "" {
			out = append(out, name+w.formats(p.Formats)+w.doubt(f.Reason))
		}
	}
	return out
}

// referencesAsked is the sentence that says which references are wanted, and how many were
// found.
func referencesAsked(w *words, c screening.Criterion, f screening.Finding) string {
	var p struct {
		Min           int            `json:"min"`
		Roles         map[string]int `json:"roles"`
		ExcludeFamily bool           `json:"exclude_family"`
	}
	_ = json.Unmarshal(c.Params, &p) // checked when the checklist was published
	found, err := strconv.Atoi(f.Args["found"])
	if err != nil {
		found = -1
	}
	return w.references(p.Min, p.Roles, p.ExcludeFamily, found)
}

// List writes pieces as the lines of a message.
func List(pieces []Piece) string {
	var lines []string
	for _, p := range pieces {
		lines = append(lines, "- "+p.Text)
	}
	return strings.Join(lines, "\n")
}
