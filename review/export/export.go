package export

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"dossier/screening/text"
)

// Format is a form of file.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Media is the format's media type, empty for one there is not.
func (f Format) Media() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case CSV:
		return "text/csv; charset=utf-8"
	}
	return ""
}

// Sheet is what a list is called and what its columns are headed.
type Sheet struct {
	Name    string
	Columns []Column
	// Comma separates the cells of separated text: a semicolon where the decimal sign is a
	// comma, as French spreadsheets expect. A comma when 0.
	Comma rune
}

// Column is one column.
type Column struct {
	Title string
	// Width is about how many letters it holds; 0 leaves it to the program.
	Width int
}

// Writer takes the rows of a sheet. A cell is a string, an int or a time.Time, which is
// written as the wall clock of its zone; a zero time is an empty cell.
type Writer interface {
	Row(cells []any) error
	// Close ends the file. Without it the file is not whole.
	Close() error
}

// New begins a file. The caller calls Close when all rows are written, or Abandon when
// something went wrong.
func New(f Format, w io.Writer, s Sheet) (Writer, error) {
	switch f {
	case XLSX:
		return newWorkbook(w, s)
	case CSV:
		return newSeparated(w, s)
	}
	return nil, fmt.Errorf("export: no format %q", f)
}

// Abandon lets go of a file that will not be finished.
func Abandon(w Writer) {
	if b, ok := w.(*workbook); ok {
		// It is not wanted any more: there is nobody to tell that it did not close.
		_ = b.file.Close()
	}
}

const wallClock = "2006-01-02 15:04"

// clean makes a stranger's text fit for a cell: control signs that no spreadsheet shows
// become blanks, and it ends where the longest cell does.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || unicode.IsControl(r) || r == unicode.ReplacementChar || r >= 0xFFFE && r <= 0xFFFF:
			return ' '
		}
		return r
	}, s)
	const longest = 32_767 // signs in a cell of a workbook
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	return s
}

// isFormula tells whether a spreadsheet would take a text for a formula: by its first sign,
// also in the wide form of East Asian keyboards, and behind blanks it drops.
func isFormula(s string) bool {
	for _, r := range s {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
			return true
		case ' ', '\u00a0', '\u200b', '\ufeff':
			continue
		}
		return false
	}
	return false
}

// FileName is a name that is safe in a header and in every file system: letters, digits and
// dashes, whatever the parts hold.
func FileName(f Format, day time.Time, parts ...string) string {
	var words []string
	for _, p := range parts {
		words = append(words, strings.FieldsFunc(text.String(p), func(r rune) bool { return r > 0x7f || !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	}
	name := strings.Join(words, "-")
	if len(name) > 80 {
		name = strings.Trim(name[:80], "-")
	}
	if name == "" {
		name = "export"
	}
	return name + "-" + day.Format(time.DateOnly) + "." + string(f)
}
