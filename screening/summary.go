package screening

import (
	"strings"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// Summary is what the documents in force say about the applicant, merged, for lists and
// exports. Findings never rest on it.
type Summary struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Languages are levels by ISO 639 code, nil where the language is named without one or
	// its statements contradict each other.
	Languages map[string]*string `json:"languages"`
	// BirthDate is YYYY-MM-DD, nil when it is not written in full or written twice differently.
	BirthDate *string `json:"birth_date"`
	// Age is an age as written, nil when it is not.
	Age *int `json:"age,omitempty"`
	// ExperienceMonths is the work counted at the day of reckoning; nil when it is not a
	// point but an interval.
	ExperienceMonths *int             `json:"experience_months_total_as_of"`
	Education        []fact.Degree    `json:"education"`
	References       []fact.Reference `json:"references"`
}

func (r *Reading) summary() Summary {
	s := Summary{Name: r.name(), Email: r.email(), Phone: r.phone(), Languages: r.languages(),
		Education: []fact.Degree{}, References: []fact.Reference{}}
	births := map[string]bool{}
	for _, i := range r.Own() {
		for _, b := range r.Facts[i].Births {
			if b.Latest == "" {
				births[b.Date] = true
				s.BirthDate = &b.Date
			}
		}
		for _, a := range r.Facts[i].Ages {
			if s.Age == nil {
				s.Age = &a.Years
			}
		}
		if f := r.Facts[i]; len(s.Education) == 0 && len(f.Degrees) > 0 {
			s.Education = f.Degrees
		}
	}
	if len(births) > 1 {
		s.BirthDate = nil
	}
	if m, ok := r.experienceMonths(); ok && m.Lo == m.Hi {
		s.ExperienceMonths = &m.Lo
	}
	for _, ref := range r.referees(false) {
		s.References = append(s.References, ref.Reference)
	}
	return s
}

// name is the name at the head of the CV, else that of a letter, else the sender's. A name
// that shares a word with the sender's goes before one that does not, and what was read in
// a picture comes last. Where the sender wrote the same name as fully, the sender's is kept.
func (r *Reading) name() string {
	sender := strings.TrimSpace(r.Dossier.SenderName)
	name, best := "", 0
	for _, i := range r.Own() {
		n := r.Facts[i].Name
		if n == nil {
			continue
		}
		rank := 2
		switch {
		case sharesWord(n.Value, sender):
			rank = 3
		case r.OCR(i):
			rank = 1
		}
		if rank > best {
			name, best = n.Value, rank
		}
	}
	if best < 3 && len(nameWords(sender)) > 1 {
		// The sender's name stands in a document where reading order hid it.
		if n := r.lineOf(sender); n != "" {
			return n
		}
	}
	if sender != "" && (best < 2 || len(strings.Fields(sender)) >= len(strings.Fields(name)) && sameWords(name, sender)) {
		return sender
	}
	return strings.Join(strings.Fields(name), " ")
}

// lineOf is the line of a document that is nothing but a name; empty when none is.
func (r *Reading) lineOf(name string) string {
	for _, i := range r.Own() {
		for _, l := range r.View(i).Lines {
			if !l.Skip && len(l.Text) < 60 && len(strings.Fields(l.Text)) <= 6 && sameWords(name, l.Text) && sameWords(l.Text, name) {
				return strings.Join(strings.Fields(l.Raw), " ")
			}
		}
	}
	return ""
}

// sharesWord tells whether two names have a word of three letters or more in common.
func sharesWord(a, b string) bool {
	for _, w := range nameWords(a) {
		if len(w) >= 3 && sameWords(w, b) {
			return true
		}
	}
	return false
}

// sameWords tells whether every word of a is a word of b, accents and case aside.
func sameWords(a, b string) bool {
	have := map[string]bool{}
	for _, w := range nameWords(b) {
		have[w] = true
	}
	for _, w := range nameWords(a) {
		if !have[w] {
			return false
		}
	}
	return true
}

func nameWords(s string) []string {
	return strings.FieldsFunc(text.String(s), func(c rune) bool { return c == ' ' || c == '-' || c == '\'' || c == '.' })
}

// email is the address written in the CV, else the sender's.
func (r *Reading) email() string {
	if r.Dossier.SenderEmail != "" {
		return r.Dossier.SenderEmail
	}
	for _, i := range r.Own() {
		if e := r.Facts[i].Email; e != nil {
			return e.Value
		}
	}
	return ""
}

// phone is the applicant's own number: the CV's, else a letter's, else the mail's.
func (r *Reading) phone() string {
	for _, i := range r.Own() {
		if p := r.Facts[i].Phone; p != nil {
			return strings.Join(strings.Fields(p.Value), " ")
		}
	}
	return ""
}

// languages merges the statements of all documents: an explicit level before words, the
// lowest of several skills, nothing where statements exclude each other.
func (r *Reading) languages() map[string]*string {
	type merged struct {
		lo, hi fact.Level
		clash  bool
		denied bool
	}
	all := map[string]*merged{}
	for _, i := range append(r.Own(), r.certificates()...) {
		for _, l := range r.Facts[i].Languages {
			if r.isCertificate(i) && l.Test == "" {
				continue
			}
			m := all[l.Code]
			if m == nil {
				m = &merged{}
				all[l.Code] = m
			}
			switch {
			case l.None:
				m.denied = true
			case l.Lo == 0:
			case m.lo == 0:
				m.lo, m.hi = l.Lo, l.Hi
			case l.Skill != "":
				m.lo, m.hi = min(m.lo, l.Lo), min(m.hi, l.Hi)
			case max(m.lo, l.Lo) <= min(m.hi, l.Hi):
				m.lo, m.hi = max(m.lo, l.Lo), min(m.hi, l.Hi)
			default:
				m.clash = true
			}
		}
	}
	out := map[string]*string{}
	for code, m := range all {
		switch {
		case m.denied && m.lo == 0:
		case m.lo == 0 || m.clash:
			out[code] = nil
		default:
			level := m.lo.String()
			out[code] = &level
		}
	}
	return out
}
