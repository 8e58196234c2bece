package review

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

// passage is a quote that a finding cites, as the script gets it. Boxes are fractions of
// the page; without them the script looks for the quote, and Nth says which of its
// occurrences on the page is meant, from 0.
type passage struct {
	ID        string     `json:"id"`
	Number    int        `json:"n"`
	Criterion string     `json:"criterion"`
	Label     string     `json:"label"`
	Document  string     `json:"document"`
	Page      int        `json:"page"`
	Quote     string     `json:"quote"`
	Nth       int        `json:"nth,omitempty"`
	Boxes     []text.Box `json:"boxes,omitempty"`

	start, end int
}

// passage keeps a passage and gives it an id: e, the criterion's number, and a count. A
// member of a group is selected through its group.
func (b *findingsBuilder) passage(e screening.Evidence, number int, statement string) passage {
	k := 1
	for _, p := range b.passages {
		if p.Number != number {
			continue
		}
		// A group cites what its members cite.
		if p.Document == e.Document && p.Page == max(1, e.Page) && p.start == e.Start && p.end == e.End && p.Quote == e.Quote {
			return p
		}
		k++
	}
	criterion := b.view.Checklist.Checklist.Criteria[number-1].ID
	p := passage{ID: "e" + strconv.Itoa(number) + "-" + strconv.Itoa(k), Number: number, Criterion: criterion, Label: statement,
		Document: e.Document, Page: max(1, e.Page), Quote: e.Quote, Boxes: e.Boxes, start: e.Start, end: e.End}
	b.passages = append(b.passages, p)
	return p
}

// reading is one page of extracted text, line by line.
type reading struct {
	Number int
	Lines  []line
}

type line struct {
	Number   int
	Segments []segment
}

// segment is a run of text that the same passages cover; none for plain text.
type segment struct {
	Text     string
	Passages []passage
	// Anchors are the ids of the passages that begin here.
	Anchors []string
	// Last is true where a passage ends: its number stands there. Numbers are those that end.
	Last                         bool
	IDs, Criteria, Numbers, Path string
	Label                        string
}

// maxReadingBytes bounds the extracted text one page of ours shows.
const maxReadingBytes = 400_000

// readings cuts a document's pages into lines and marks the passages in them. cut is true
// when the text is longer than what is shown. path is the address that selects a criterion.
func readings(pages []text.Page, passages []passage, path func(criterion string) string) (out []reading, cut bool) {
	left := maxReadingBytes
	for _, page := range pages {
		if cut || left <= 0 {
			return out, true
		}
		content := page.Text
		if len(content) > left {
			content, cut = strings.ToValidUTF8(content[:left], ""), true
		}
		left -= len(content)
		var here []passage
		for _, p := range passages {
			if p.Page == page.Number && p.start >= 0 && p.start < p.end && p.end <= len(content) && content[p.start:p.end] == p.Quote {
				// Without the blanks around it, a passage begins and ends on a line.
				p.start += len(p.Quote) - len(strings.TrimLeft(p.Quote, " \t\r\n"))
				p.end -= len(p.Quote) - len(strings.TrimRight(p.Quote, " \t\r\n"))
				here = append(here, p)
			}
		}
		slices.SortStableFunc(here, func(a, b passage) int { return cmp.Compare(a.start, b.start) })
		r := reading{Number: page.Number}
		offset := 0
		for i, content := range strings.SplitAfter(content, "\n") {
			if content == "" {
				break
			}
			r.Lines = append(r.Lines, line{Number: i + 1, Segments: segments(content, offset, here, path)})
			offset += len(content)
		}
		out = append(out, r)
	}
	return out, cut
}

// segments cuts one line, which begins at offset in its page, where passages begin and end.
func segments(content string, offset int, passages []passage, path func(criterion string) string) []segment {
	shown := strings.TrimRight(content, "\r\n")
	end := offset + len(shown)
	cuts := []int{offset, end}
	for _, p := range passages {
		for _, at := range []int{p.start, p.end} {
			if at > offset && at < end {
				cuts = append(cuts, at)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []segment
	for i := 0; i+1 < len(cuts); i++ {
		from, to := cuts[i], cuts[i+1]
		s := segment{Text: content[from-offset : to-offset]}
		for _, p := range passages {
			if p.start < to && p.end > from {
				s.add(p, p.start == from, p.end == to)
			}
		}
		if len(s.Passages) > 0 {
			s.Path = path(s.Passages[0].Criterion)
		}
		out = append(out, s)
	}
	return out
}

func (s *segment) add(p passage, begins, ends bool) {
	s.Passages = append(s.Passages, p)
	s.IDs = joined(s.IDs, p.ID)
	s.Criteria = joined(s.Criteria, p.Criterion)
	if begins {
		s.Anchors = append(s.Anchors, p.ID)
	}
	number := strconv.Itoa(p.Number)
	if ends {
		s.Last = true
		if !slices.Contains(strings.Split(s.Numbers, " · "), number) {
			s.Numbers = strings.TrimPrefix(s.Numbers+" · "+number, " · ")
		}
	}
	label := number + ". " + p.Label
	if !strings.Contains(s.Label, label) {
		s.Label = strings.TrimPrefix(s.Label+" · "+label, " · ")
	}
}

func joined(list, more string) string {
	if slices.Contains(strings.Fields(list), more) {
		return list
	}
	return strings.TrimSpace(list + " " + more)
}

// numberOccurrences sets Nth of the passages without boxes on the pages given.
func numberOccurrences(passages []passage, document string, pages []text.Page) {
	for i := range passages {
		p := &passages[i]
		if p.Document != document || len(p.Boxes) > 0 {
			continue
		}
		for _, page := range pages {
			if page.Number == p.Page && p.start >= 0 && p.start <= len(page.Text) {
				p.Nth = strings.Count(squeeze(page.Text[:p.start]), squeeze(p.Quote))
			}
		}
	}
}

// squeeze drops white space, as the viewer does when it compares.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
