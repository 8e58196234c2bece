package fact

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// Input is one document as a reader of facts gets it.
type Input struct {
	// Name is the file's name, "(body)" for the text of a message.
	Name string
	// Body is true for the text of the message itself.
	Body  bool
	Pages []text.Page
}

// View is a document prepared once for all readers: folded lines with their section,
// paragraphs and sentences. Page furniture and sentences addressed to software are not
// in Paragraphs and Sentences, and such lines have Skip set.
type View struct {
	Input
	Lines      []Line
	Sections   []Section
	Paragraphs []text.Passage
	Sentences  []text.Passage
	// OCR is true when a page was recognised in a picture.
	OCR bool

	// days is the order of full dates once it was looked for, spoken the language.
	days   dayOrder
	spoken *string
}

// Line is a line of the document and what it belongs to.
type Line struct {
	text.Line
	// Section is the index in View.Sections of the section the line lies in.
	Section int
	// Heading is true for a line that only names its section.
	Heading bool
	// Label is the length of the folded label when the section starts and continues on the
	// same line ("Langues : français, anglais"), colon included; else 0.
	Label int
	// Skip is true for lines no reader may use: page furniture, text quoted from an
	// earlier message, sentences addressed to software.
	Skip bool
}

// Section is a run of lines under one heading. The first section of a document has no
// heading and kind lexicon.NoSection; it may be empty.
type Section struct {
	Kinds []lexicon.Section
	// First is the index of the heading's line (or of the first line), Last that of the
	// last line.
	First, Last int
}

// Is tells whether the section is of one of the kinds.
func (s Section) Is(kinds ...lexicon.Section) bool {
	for _, have := range s.Kinds {
		for _, k := range kinds {
			if have == k {
				return true
			}
		}
	}
	return false
}

// NewView prepares a document.
func NewView(in Input) *View {
	v := &View{Input: in}
	for _, p := range in.Pages {
		v.OCR = v.OCR || p.OCR
	}
	for _, l := range text.Lines(in.Pages) {
		v.Lines = append(v.Lines, Line{Line: l, Skip: l.Furniture})
	}
	v.skipQuoted()
	v.divide()
	plain := make([]text.Line, len(v.Lines))
	for i, l := range v.Lines {
		plain[i] = l.Line
		plain[i].Furniture = l.Skip
	}
	v.Paragraphs = text.Paragraphs(plain, func(i int) bool {
		return v.Lines[i].Heading || v.Lines[i].Label > 0 || contactLine(v.Lines[i].Text)
	})
	for _, p := range v.Paragraphs {
		for _, s := range text.Sentences(p) {
			if addressedToSoftware(s.Text) {
				// What follows in the paragraph goes on speaking to the machine.
				v.silence(p, s)
				break
			}
			v.Sentences = append(v.Sentences, s)
		}
	}
	return v
}

// contactLine tells whether a line gives an address and hardly anything else: it goes on with
// no sentence, though addresses begin with a small letter.
func contactLine(folded string) bool {
	if !strings.Contains(folded, "@") || !emailAddress.MatchString(folded) {
		return false
	}
	return len(strings.Fields(folded)) <= 5 || strings.ContainsAny(folded, "|\u00b7\u2022") || strings.Contains(folded, " / ")
}

// silence marks the lines of paragraph p from sentence from on as unusable. A line that
// starts with something else is lost with the rest: better unclear than misled.
func (v *View) silence(p, from text.Passage) {
	start := from.All().Start
	for i := p.First; i <= p.Last; i++ {
		if v.Lines[i].All().End > start {
			v.Lines[i].Skip = true
		}
	}
}

// SectionOf is the section line i lies in.
func (v *View) SectionOf(i int) Section { return v.Sections[v.Lines[i].Section] }

// In returns the indexes of the usable lines of the sections of these kinds, headings left out.
func (v *View) In(kinds ...lexicon.Section) []int {
	var out []int
	for i, l := range v.Lines {
		if !l.Skip && !l.Heading && v.Sections[l.Section].Is(kinds...) {
			out = append(out, i)
		}
	}
	return out
}

// Has tells whether the document has a section of one of the kinds.
func (v *View) Has(kinds ...lexicon.Section) bool {
	for _, s := range v.Sections {
		if s.Is(kinds...) {
			return true
		}
	}
	return false
}

// Page returns the page with that number.
func (v *View) Page(number int) (text.Page, bool) {
	for _, p := range v.Pages {
		if p.Number == number {
			return p, true
		}
	}
	return text.Page{}, false
}

// Quote is the text of a span of the document.
func (v *View) Quote(s text.Span) string {
	p, ok := v.Page(s.Page)
	if !ok {
		return ""
	}
	return p.Quote(s)
}

// where is the place of a passage of line i, offsets of its folded text.
func (v *View) where(i, start, end int, rule string) Where {
	return Where{Span: v.Lines[i].At(start, end), Rule: rule}
}

// Where is the place of a part of a passage, offsets of its folded text.
func whereIn(p text.Passage, start, end int, rule string) Where {
	return Where{Span: p.At(start, end), Rule: rule}
}

// skipQuoted marks the lines of a message body that repeat an earlier message.
func (v *View) skipQuoted() {
	if !v.Body {
		return
	}
	for i := range v.Lines {
		if strings.HasPrefix(v.Lines[i].Text, ">") {
			v.Lines[i].Skip = true
		}
	}
}
