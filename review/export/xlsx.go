package export

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook writes a workbook of one sheet. Its rows go to a temporary file beyond some
// megabytes, so that a long list takes no more memory than a short one. Texts are cells of
// type text: no program computes them, whatever they begin with.
type workbook struct {
	out     io.Writer
	file    *excelize.File
	rows    *excelize.StreamWriter
	row     int
	columns int
	when    int
	cells   []any
}

// maxSheetName is how long the name of a sheet may be.
const maxSheetName = 31

func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	if r := []rune(strings.TrimSpace(name)); len(r) > maxSheetName {
		return string(r[:maxSheetName])
	} else if len(r) > 0 {
		return string(r)
	}
	return "1"
}

func newWorkbook(w io.Writer, s Sheet) (*workbook, error) {
	b := &workbook{out: w, file: excelize.NewFile(), columns: len(s.Columns), cells: make([]any, len(s.Columns))}
	if err := b.begin(s); err != nil {
		return nil, errors.Join(fmt.Errorf("export: %w", err), b.file.Close())
	}
	return b, nil
}

func (b *workbook) begin(s Sheet) error {
	name := sheetName(s.Name)
	if err := b.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	var err error
	if b.rows, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	form := "yyyy-mm-dd hh:mm"
	if b.when, err = b.file.NewStyle(&excelize.Style{CustomNumFmt: &form}); err != nil {
		return err
	}
	head, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, c := range s.Columns {
		if c.Width > 0 {
			if err := b.rows.SetColWidth(i+1, i+1, float64(c.Width)); err != nil {
				return err
			}
		}
	}
	if err := b.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	titles := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		titles[i] = excelize.Cell{StyleID: head, Value: clean(c.Title)}
	}
	b.row = 1
	return b.rows.SetRow("A1", titles)
}

// Row writes one row.
func (b *workbook) Row(cells []any) error {
	if len(cells) != b.columns {
		return fmt.Errorf("export: %d cells, want %d", len(cells), b.columns)
	}
	b.row++
	if b.row > excelize.TotalRows {
		return fmt.Errorf("export: a sheet holds %d rows", excelize.TotalRows)
	}
	for i, c := range cells {
		switch c := c.(type) {
		case int:
			b.cells[i] = c
		case string:
			if b.cells[i] = any(nil); c != "" {
				b.cells[i] = clean(c)
			}
		case time.Time:
			if b.cells[i] = any(nil); !c.IsZero() {
				// A workbook knows no zones: it is given the wall clock.
				wall := time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), 0, 0, time.UTC)
				b.cells[i] = excelize.Cell{StyleID: b.when, Value: wall}
			}
		default:
			return fmt.Errorf("export: a cell of type %T", c)
		}
	}
	cell, err := excelize.CoordinatesToCellName(1, b.row)
	if err == nil {
		err = b.rows.SetRow(cell, b.cells)
	}
	if err != nil {
		return fmt.Errorf("export: row %d: %w", b.row, err)
	}
	return nil
}

// Close packs the workbook and sends it.
func (b *workbook) Close() error {
	err := b.rows.Flush()
	if err == nil {
		_, err = b.file.WriteTo(b.out)
	}
	if err = errors.Join(err, b.file.Close()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
