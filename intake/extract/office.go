package extract

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html/charset"

	"dossier/screening/text"
)

// xmlReader reads office XML leniently and ends at the first thing it cannot read.
func xmlReader(data []byte) *xml.Decoder {
	utf16 := looksUTF16(data[:min(len(data), 64)])
	if utf16 {
		data = []byte(decodeText(data, ""))
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if utf16 {
			// It is no longer what it says it is.
			return in, nil
		}
		return charset.NewReaderLabel(label, in)
	}
	return d
}

// attr gives an attribute by its local name.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// onOff reads a switch of OOXML: present means on unless it says otherwise.
func onOff(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// walkXML calls start, end and chars for every token; it returns the error that ended
// the walk early, nil at the end of the input. Depth is bounded.
func walkXML(data []byte, start func(xml.StartElement) error, end func(string), chars func(string)) error {
	d := xmlReader(data)
	depth := 0
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if depth++; depth > 1000 {
				return errors.New("elements nested too deeply")
			}
			if err := start(t); err != nil {
				return err
			}
		case xml.EndElement:
			depth--
			end(t.Name.Local)
		case xml.CharData:
			chars(string(t))
		}
	}
}

// sheet collects the text of a word processor's document: lines, cells, rows, and
// frames that float beside the text.
type sheet struct {
	stack  []*block
	hidden []string
	hid    strings.Builder
}

// block is one flow of lines: the body, a cell, a text box.
type block struct {
	b strings.Builder
	// cells of the row being read, when this block holds a table.
	cells []string
	// after waits for the end of the paragraph: boxes anchored in it.
	after []string
}

func newSheet() *sheet { return &sheet{stack: []*block{{}}} }

func (s *sheet) top() *block { return s.stack[len(s.stack)-1] }

func (s *sheet) push() { s.stack = append(s.stack, &block{}) }

// pop ends the flow on top and returns its text; the body itself is never popped.
func (s *sheet) pop() string {
	if len(s.stack) == 1 {
		return ""
	}
	t := s.top()
	s.stack = s.stack[:len(s.stack)-1]
	s.flushAfter(t)
	return strings.Trim(t.b.String(), "\n")
}

func (s *sheet) write(t string, visible bool) {
	if !visible {
		s.hid.WriteString(t)
		return
	}
	s.top().b.WriteString(t)
}

func (s *sheet) atLineStart() bool {
	t := s.top().b.String()
	return t == "" || t[len(t)-1] == '\n'
}

func (s *sheet) newline() { s.top().b.WriteByte('\n') }

// endParagraph ends the line and sets down what was anchored in it.
func (s *sheet) endParagraph() {
	s.newline()
	s.flushAfter(s.top())
	if h := strings.Join(strings.Fields(s.hid.String()), " "); h != "" {
		s.hidden = append(s.hidden, h)
	}
	s.hid.Reset()
}

func (s *sheet) flushAfter(t *block) {
	for _, box := range t.after {
		t.b.WriteString("\n" + box + "\n\n")
	}
	t.after = nil
}

// box keeps a floating frame for the end of the paragraph it is anchored in.
func (s *sheet) box(t string) {
	if t != "" {
		s.top().after = append(s.top().after, t)
	}
}

// beginRow takes the line being written as the text of the first cell of a row: some
// formats only say at its end that a paragraph was a cell.
func (s *sheet) beginRow() {
	t := s.top()
	all := t.b.String()
	i := strings.LastIndexByte(all, '\n') + 1
	last := all[i:]
	t.b.Reset()
	t.b.WriteString(all[:i])
	s.push()
	s.top().b.WriteString(last)
}

func (s *sheet) cell(t string) { s.top().cells = append(s.top().cells, t) }

// row sets the cells down as they are read: on one line while at most one cell has
// several lines (a date beside a description), one after the other when several do (a
// page laid out as a table).
func (s *sheet) row() {
	t := s.top()
	cells := t.cells
	t.cells = nil
	tall := 0
	for _, c := range cells {
		if strings.Contains(c, "\n") {
			tall++
		}
	}
	if !s.atLineStart() {
		s.newline()
	}
	if tall > 1 {
		for _, c := range cells {
			if c != "" {
				t.b.WriteString("\n" + c + "\n")
			}
		}
		t.b.WriteByte('\n')
		return
	}
	rest, first := "", true
	for _, c := range cells {
		head, more, isTall := strings.Cut(c, "\n")
		if head != "" {
			if !first {
				t.b.WriteByte('\t')
			}
			t.b.WriteString(head)
			first = false
		}
		if isTall {
			rest = more
		}
	}
	t.b.WriteByte('\n')
	if rest != "" {
		t.b.WriteString(rest + "\n")
	}
}

// page closes everything still open and returns the text as one page.
func (s *sheet) page(engine string) text.Page {
	for len(s.stack) > 1 {
		t := s.pop()
		s.top().b.WriteString("\n" + t + "\n")
	}
	s.endParagraph()
	p := flowPage(engine, tidy(s.top().b.String()))
	p.Hidden = s.hidden
	return p
}
