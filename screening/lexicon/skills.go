package lexicon

import (
	_ "embed"
	"sort"
	"strconv"
	"strings"
	"sync"

	"dossier/screening/text"
)

//go:embed data/skills.tsv
var skillsTSV string

// skillForms are the rows of the table: one thing under several names.
var skillForms = loadSkills()

type skillRow struct {
	key   string
	forms []string
	tests []string
	// names are the folded forms, to look a term of a checklist up.
	names map[string]bool
}

var skillsVersion, skillsSource string

func loadSkills() []skillRow {
	var out []skillRow
	for _, line := range strings.Split(skillsTSV, "\n") {
		if v, ok := strings.CutPrefix(line, "# version:"); ok {
			skillsVersion = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "# source:"); ok {
			skillsSource = strings.TrimSpace(v)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		r := skillRow{key: cells[0], names: map[string]bool{}, forms: strings.Split(cells[1], "|")}
		if len(cells) > 2 {
			r.tests = strings.Split(cells[2], "|")
		}
		for _, f := range r.forms {
			r.names[nameOf(f)] = true
		}
		out = append(out, r)
	}
	return out
}

// nameOf reduces a form or a term to the stems of its words, so that a term finds its row
// whatever its number.
func nameOf(form string) string {
	if strings.HasPrefix(form, "-") || strings.Contains(form, " + ") {
		return ""
	}
	var out []string
	for _, t := range Tokenize(text.String(strings.TrimLeft(strings.TrimSuffix(form, "*"), "="))) {
		if !t.Break() {
			out = append(out, t.Stem)
		}
	}
	return strings.Join(out, " ")
}

// SkillTerm is a term of a checklist made ready to be found.
type SkillTerm struct {
	// Term is the checklist's own word.
	Term string
	// Families name the rows that know it, the term itself when none does. Terms of one
	// family are one thing: who denies one denies the other.
	Families []string
	// Tool is true for the name of a program, Field for a field of policy in which an
	// interest counts.
	Tool, Field bool
	// Homograph is true for a name that is an everyday word as well: Word, Teams, Notion.
	Homograph bool
	// all finds every form; the halves of the n-th pair have the keys "n a" and "n b".
	all   *Phrases
	pairs int
}

// oneThing is the family whose rows are so close that who denies one denies all: centres
// where migrants are held or received.
const oneThing = "centre"

// homographs are names of programs that are words of French or English, folded.
var homographs = map[string]bool{"word": true, "excel": true, "teams": true, "notion": true, "slack": true, "premiere": true, "access": true, "publisher": true, "project": true, "outlook": true,
	"pages": true, "numbers": true, "keynote": true, "monday": true, "zoom": true, "meet": true, "drive": true, "illustrator": true, "sage": true, "office": true, "python": true, "r": true, "c": true, "go": true, "swift": true,
	"sketch": true, "buffer": true, "signal": true, "later": true, "unity": true, "blender": true, "loom": true, "miro": true, "acrobat": true, "internet": false}

var skillTerms sync.Map

// NewSkillTerm looks a term up in the table.
func NewSkillTerm(term string) SkillTerm {
	if t, ok := skillTerms.Load(term); ok {
		return t.(SkillTerm)
	}
	t := newSkillTerm(term)
	skillTerms.Store(term, t)
	return t
}

func newSkillTerm(term string) SkillTerm {
	t := SkillTerm{Term: term, all: Of("")}
	folded := text.String(strings.TrimSpace(term))
	t.Homograph = homographs[folded]
	name := nameOf(folded)
	forms := []string{}
	if proper(term) {
		forms = append(forms, "="+term)
	} else {
		forms = append(forms, term)
	}
	own := false
	for _, r := range skillForms {
		own = own || name != "" && len(r.forms) > 0 && nameOf(text.String(r.forms[0])) == name
	}
	for _, r := range skillForms {
		if !r.names[name] || name == "" {
			continue
		}
		if own && nameOf(text.String(r.forms[0])) != name {
			// "Victimes de la traite" are found for trafficking; trafficking is no victim.
			continue
		}
		kind, rest, _ := strings.Cut(r.key, ":")
		family, _, _ := strings.Cut(rest, "/")
		if family != oneThing {
			// Who has never used one program may use another of its kind.
			family = rest
		}
		t.Families = append(t.Families, family)
		t.Tool = t.Tool || kind == "tool"
		t.Field = t.Field || kind == "field"
		for _, f := range r.forms {
			a, b, both := strings.Cut(f, " + ")
			if both {
				key := strconv.Itoa(t.pairs)
				t.all.add(key+" a", a)
				t.all.add(key+" b", b)
				t.pairs++
				continue
			}
			forms = append(forms, f)
		}
	}
	if len(t.Families) == 0 {
		t.Families = []string{folded}
	}
	if t.Homograph {
		// Compared with its capitals, and by context where it is written small.
		forms = append(forms, folded)
	}
	for _, f := range forms {
		t.all.add("", f)
	}
	return t
}

// proper tells of acronyms, which are compared with their capitals.
func proper(term string) bool {
	letters := 0
	for _, r := range term {
		if r >= 'a' && r <= 'z' || r > 0x7f {
			return false
		}
		if r >= 'A' && r <= 'Z' {
			letters++
		}
	}
	return letters >= 2 && letters <= 5 && !strings.Contains(term, " ")
}

// Paired is the key of hits that are two words of one sentence with others between them.
const Paired = "+"

// Find returns the places where a text names the term. The two halves of a pair count when
// they stand close together in one sentence; sentence numbers the sentences.
func (t SkillTerm) Find(tokens []Token, raw func(start, end int) string, sentence func(offset int) int) []Hit {
	var out []Hit
	as, bs := make([][]Hit, t.pairs), make([][]Hit, t.pairs)
	for _, h := range t.all.Find(tokens, raw) {
		number, half, paired := strings.Cut(h.Key, " ")
		if !paired {
			out = append(out, h)
			continue
		}
		n, _ := strconv.Atoi(number)
		switch {
		case half == "a" && len(as[n]) < maxHalves:
			as[n] = append(as[n], h)
		case half == "b" && len(bs[n]) < maxHalves:
			bs[n] = append(bs[n], h)
		}
	}
	for n := range as {
		for _, a := range as[n] {
			for _, b := range bs[n] {
				start, end := min(a.Start, b.Start), max(a.End, b.End)
				if end-start < maxStretch && sentence(start) == sentence(end-1) && near(tokens, start, end) {
					out = append(out, Hit{Key: Paired, Start: start, End: end, Words: 2})
				}
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}

// maxHalves and maxStretch bound the pairs tried: a text that says one word a thousand
// times is no application.
const (
	maxHalves  = 60
	maxStretch = 160
)

// near tells whether a stretch holds few enough words for its ends to belong together.
func near(tokens []Token, start, end int) bool {
	n := 0
	for _, t := range tokens {
		if t.Start >= start && t.End <= end && !t.Break() {
			n++
		}
	}
	return n <= 12
}
