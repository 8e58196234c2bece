package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/lexicon"

	"dossier/screening/text"
)

var yearToken = text.MustPattern(`\b(?:19|20)\d\d\b`)

// labelled are the kinds of section a line may open with its own content behind a colon,
// wherever it stands. Work and education open so only outside jobs and studies: "Formation :
// 30 agents" stands inside a job.
var labelled = map[lexicon.Section]bool{
	lexicon.Languages: true, lexicon.References: true, lexicon.Interests: true, lexicon.Skills: true,
	lexicon.LicenceSection: true, lexicon.Availability: true, lexicon.Contact: true, lexicon.Personal: true,
	lexicon.Volunteering: true, lexicon.OtherSection: true,
}

// opensLanguages is a line that starts a list of languages without a heading of its own.
var opensLanguages = text.MustPattern(`^(?:(?:langues? maternelles?|langue\(s\) maternelle\(s\)|mother tongue(?:s|\(s\))?|native languages?|autres? langues?|autre\(s\) langue\(s\)|other languages?|other language\(s\)) ?(?::|$)|(?:langues?|languages?)[ |\t]+(?:niveau|level|listening|reading|speaking|writing|read|written|write|spoken|speak|understood|understanding|comprehension|ecoute|lecture|lue?|ecrite?|parlee?|oral|expression|production)[ |\t])`)

// divide finds the headings and gives each line its section.
func (v *View) divide() {
	v.Sections = []Section{{Kinds: []lexicon.Section{lexicon.NoSection}, First: 0, Last: len(v.Lines) - 1}}
	styles := v.headingStyles()
	// resume is the section an inline label interrupted.
	resume := -1
	open := func(i int, kinds []lexicon.Section) {
		v.Sections[len(v.Sections)-1].Last = i - 1
		v.Sections = append(v.Sections, Section{Kinds: kinds, First: i, Last: len(v.Lines) - 1})
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		current := v.Sections[len(v.Sections)-1]
		switch {
		case l.Skip:
		case len(l.Text) < 60 && !current.Is(lexicon.NoSection, lexicon.References) && l.BlankBefore && greets.MatchString(l.Text) && isSalutation(*l):
			// A letter begins: the part of the CV before it is over.
			open(i, []lexicon.Section{lexicon.NoSection})
			resume = -1
		case isHeading(l, current):
			kinds := lexicon.Heading(l.Text)
			if len(kinds) == 0 {
				kinds = lexicon.HeadingLike(l.Text)
			}
			open(i, kinds)
			l.Heading, resume = true, -1
		case !current.Is(lexicon.Languages) && opensLanguages.MatchString(l.Text) && !l.Bullet():
			open(i, []lexicon.Section{lexicon.Languages})
			resume = -1
		case v.opensWithLabel(i):
			label := v.labelEnd(i)
			if resume < 0 && current.Is(lexicon.Experience, lexicon.Education) {
				resume = len(v.Sections) - 1
			}
			open(i, lexicon.Heading(l.Text[:label]))
			l.Label = label
			if !strings.HasSuffix(l.Text[:label], ":") {
				resume = -1
			}
		case unknownHeading(v, i, styles):
			open(i, []lexicon.Section{lexicon.Unknown})
			l.Heading, resume = true, -1
		case resume >= 0 && yearToken.MatchString(l.Text) && !current.Is(lexicon.References):
			open(i, v.Sections[resume].Kinds)
			resume = -1
		}
		l.Section = len(v.Sections) - 1
	}
}

// isHeading tells whether a line only names a known section.
func isHeading(l *Line, current Section) bool {
	if len(l.Text) > 60 || strings.HasSuffix(l.Text, ".") || strings.HasSuffix(l.Text, ",") {
		return false
	}
	kinds := lexicon.Heading(l.Text)
	if len(kinds) == 0 {
		return looksLikeHeading(l) && len(lexicon.HeadingLike(l.Text)) > 0
	}
	first := []rune(strings.TrimLeft(l.Raw, " \t-*•·►▸▶●■◆#0123456789.)"))
	if len(first) > 0 && unicode.IsLower(first[0]) && !strings.HasSuffix(l.Text, ":") && !l.BlankBefore {
		// "français" and "experience" in small letters may be the rest of a sentence.
		return false
	}
	if l.Bullet() && !numbered.MatchString(l.Text) && (current.Is(lexicon.Experience) || current.Is(lexicon.Skills)) && !strings.HasSuffix(l.Text, ":") {
		return false
	}
	return true
}

var numbered = text.MustPattern(`^(?:[ivx]{1,5}|\d{1,2}|[a-h])\s?[-./):–]+\s*\pL`)

// looksLikeHeading tells whether a line is set apart: in capitals, or numbered and short.
func looksLikeHeading(l *Line) bool {
	if len(l.Text) > 60 || strings.ContainsAny(l.Text, "0123456789") && !numbered.MatchString(l.Text) {
		return false
	}
	return allCaps(l.Raw) || l.BlankBefore && (numbered.MatchString(l.Text) || strings.HasSuffix(l.Text, ":"))
}

// opensWithLabel tells whether line i starts a section and goes on with its content.
func (v *View) opensWithLabel(i int) bool {
	l := v.Lines[i]
	colon := v.labelEnd(i) - 1
	if colon <= 0 {
		return false
	}
	kinds := lexicon.Heading(l.Text[:colon])
	if len(kinds) > 0 && l.Text[colon] != ':' {
		// A label in capitals is a heading set on the line of its text; among jobs a name in
		// capitals may only look like one.
		bare := len(strings.TrimRight(l.Text[:colon], " "))
		after := l.Text[bare:]
		gap := len(after) - len(strings.TrimLeft(after, " "))
		apart := l.BlankBefore || strings.HasPrefix(after, ".") || gap > 0 && wideGap(l, bare, bare+gap)
		return !l.Bullet() && (apart || !v.Sections[len(v.Sections)-1].Is(entrySections...))
	}
	current := v.Sections[len(v.Sections)-1]
	if len(kinds) == 0 || !labelled[kinds[0]] && !(opensEntries(l, kinds[0], current) && v.datedFrom(i, kinds[0])) {
		return false
	}
	if l.Bullet() && current.Is(lexicon.Experience, lexicon.Education, lexicon.Internships, lexicon.Volunteering, lexicon.Projects) {
		return false
	}
	// "Outils : Word, Excel" under a job belongs to the job, unless languages or referees follow.
	if current.Is(lexicon.Experience) && (kinds[0] == lexicon.Skills || kinds[0] == lexicon.OtherSection) && i+1 < len(v.Lines) && !v.Lines[i+1].BlankBefore {
		return false
	}
	return true
}

// datedFrom tells whether line i or one of the next two holds a year, as jobs and internships
// do; "Internship: coordination support" is the subject of a letter.
func (v *View) datedFrom(i int, kind lexicon.Section) bool {
	if kind != lexicon.Internships && kind != lexicon.Experience {
		return true
	}
	for k := i; k < len(v.Lines) && k < i+3; k++ {
		if yearToken.MatchString(v.Lines[k].Text) {
			return true
		}
	}
	return false
}

// labelEnd is the length of what opens line i before its own text: up to a colon, or the
// capitals of a heading set on the line of its text ("LANGUES. arabe", "WORK 09/2024 -
// 05/2025"). 0 when nothing does.
func (v *View) labelEnd(i int) int {
	l := v.Lines[i]
	if colon := strings.IndexByte(l.Text, ':'); colon > 0 && colon <= 40 && strings.TrimSpace(l.Text[colon+1:]) != "" && len(lexicon.Heading(l.Text[:colon])) > 0 {
		return colon + 1
	}
	first, _ := utf8.DecodeRuneInString(l.Raw)
	if !unicode.IsUpper(first) || allCaps(l.Raw) && !yearToken.MatchString(l.Text) {
		return 0
	}
	// The longest run of words in capitals that is a heading.
	best := 0
	for at := 0; at < len(l.Text) && at < 50; at++ {
		if l.Text[at] != ' ' && l.Text[at] != '.' {
			continue
		}
		s := l.At(0, at)
		raw := l.Raw[:s.End-s.Start]
		if !allCaps(raw) {
			break
		}
		if len(lexicon.Heading(l.Text[:at])) > 0 && strings.Trim(l.Text[at:], " .-") != "" && (at < 2 || !strings.HasPrefix(l.Text[at:], " de ")) {
			best = at + 1
		}
	}
	if best > 0 && !strings.HasSuffix(l.Text[:best], ".") {
		// "TRAVAUX PUBLICS DU NORD, Lille": the capitals go on, and name something.
		s := l.At(0, best)
		if next := strings.Fields(l.Raw[s.End-s.Start:]); len(next) > 0 && allCaps(next[0]) {
			return 0
		}
	}
	return best
}

// raw is line i as written, without the label of its section.
func (v *View) raw(i int) string {
	l := v.Lines[i]
	if l.Label == 0 || l.Label > len(l.Text) {
		return l.Raw
	}
	s := l.At(l.Label, len(l.Text))
	return strings.TrimLeft(l.Raw[len(l.Raw)-(s.End-s.Start):], " \t.:-–")
}

// opensEntries tells whether a label opens jobs or studies rather than speaking of a job.
func opensEntries(l Line, kind lexicon.Section, current Section) bool {
	switch {
	case l.Bullet():
		return false
	case !current.Is(entrySections...):
		return true
	case kind == lexicon.Experience:
		return current.Is(lexicon.Education)
	case kind == lexicon.Education:
		return current.Is(lexicon.Experience) && degreeWord.MatchString(l.Text)
	}
	return false
}

var degreeWord = text.MustPattern(`\b(?:licence|master|maitrise|bac(?:calaureat)?|doctorat|bts|dut|deug|dea|dess|diplome|bachelor|llb|llm|b\.?a|m\.?a|b\.?sc|m\.?sc|ph\.?d|universite|university|institut|ecole)\b`)

// style is how a heading looks.
type style struct {
	caps   bool
	blank  bool
	height int
}

func styleOf(l Line) style {
	return style{caps: allCaps(l.Raw), blank: l.BlankBefore, height: int(l.Height * 500)}
}

// headingStyles counts the looks of the known headings.
func (v *View) headingStyles() map[style]int {
	out := map[style]int{}
	for i := range v.Lines {
		l := &v.Lines[i]
		if !l.Skip && len(l.Text) <= 60 && len(lexicon.Heading(l.Text)) > 0 {
			out[styleOf(*l)]++
		}
	}
	return out
}

// unknownHeading tells whether line i looks like the known headings of the document
// without being one of them. It ends the section before it.
func unknownHeading(v *View, i int, styles map[style]int) bool {
	l := v.Lines[i]
	if l.Bullet() || len(l.Text) > 45 || len(strings.Fields(l.Text)) > 5 || strings.ContainsAny(l.Text, "0123456789@,;|") {
		return false
	}
	if i < 4 || strings.Contains(l.Text, ": ") || i+1 >= len(v.Lines) {
		return false
	}
	if !l.BlankBefore || !allCaps(l.Raw) {
		return false
	}
	if styles[styleOf(l)] < 2 {
		return false
	}
	// A dated line next to it makes it the head of an entry.
	next := v.Lines[i+1]
	return next.BlankBefore || !yearToken.MatchString(next.Text)
}

// allCaps tells whether a line has letters and none of them is small.
func allCaps(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 3
}
