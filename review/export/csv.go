package export

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// separated writes text with a sign between the cells. encoding/csv is not enough: it would
// write a formula as it stands, and leave words without quotes that another separator cuts.
type separated struct {
	w     *bufio.Writer
	comma string
	// columns is how many cells every row has.
	columns int
}

// mark tells Excel that the text is UTF-8; other programs pass over it.
const mark = "\ufeff"

func newSeparated(w io.Writer, s Sheet) (*separated, error) {
	out := &separated{w: bufio.NewWriterSize(w, 64<<10), comma: ",", columns: len(s.Columns)}
	if s.Comma != 0 {
		out.comma = string(s.Comma)
	}
	head := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		head[i] = c.Title
	}
	if _, err := out.w.WriteString(mark); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out, out.Row(head)
}

// Row writes one row.
func (s *separated) Row(cells []any) error {
	if len(cells) != s.columns {
		return fmt.Errorf("export: %d cells, want %d", len(cells), s.columns)
	}
	for i, c := range cells {
		if i > 0 {
			s.w.WriteString(s.comma)
		}
		switch c := c.(type) {
		case int:
			s.w.WriteString(strconv.Itoa(c))
		case time.Time:
			if !c.IsZero() {
				s.w.WriteString(c.Format(wallClock))
			}
		case string:
			s.text(c)
		default:
			return fmt.Errorf("export: a cell of type %T", c)
		}
	}
	// bufio keeps the first error and gives it to every later call.
	if _, err := s.w.WriteString("\r\n"); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func (s *separated) text(c string) {
	if c == "" {
		return
	}
	if isFormula(c) {
		c = "'" + c
	}
	s.w.WriteByte('"')
	s.w.WriteString(strings.ReplaceAll(clean(c), `"`, `""`))
	s.w.WriteByte('"')
}

// Close writes what is left.
func (s *separated) Close() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
