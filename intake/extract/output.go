package extract

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteText writes the text of every page, a form feed between pages as pdftotext does.
func WriteText(w io.Writer, res Result) error {
	b := bufio.NewWriter(w)
	for i, p := range res.Pages {
		if i > 0 {
			b.WriteByte('\f')
		}
		b.WriteString(p.Text)
	}
	return b.Flush()
}

// WriteJSON writes the whole Result, indented.
func WriteJSON(w io.Writer, res Result) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(res)
}

// WriteTSV writes one row per word: page, block, start and end in the page's text, left,
// top, right and bottom as fractions of the page, the page's reading order, engine and
// quality, and the word. A page without places gives one row per line, its place empty.
func WriteTSV(w io.Writer, res Result) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "page\tblock\tstart\tend\tleft\ttop\tright\tbottom\torder\tengine\tquality\ttext")
	for _, p := range res.Pages {
		for _, x := range p.Words {
			fmt.Fprintf(b, "%d\t%d\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%s\t%s\t%.3f\t%s\n", p.Number, x.Block, x.Start, x.End,
				x.Box[0], x.Box[1], x.Box[2], x.Box[3], p.Order, p.Engine, p.Quality, oneCell(p.Text[x.Start:x.End]))
		}
		if len(p.Words) > 0 {
			continue
		}
		at := 0
		for line := range strings.SplitAfterSeq(p.Text, "\n") {
			if t := strings.TrimRight(line, "\n"); t != "" {
				fmt.Fprintf(b, "%d\t\t%d\t%d\t\t\t\t\t%s\t%s\t%.3f\t%s\n", p.Number, at, at+len(t), p.Order, p.Engine, p.Quality, oneCell(t))
			}
			at += len(line)
		}
	}
	return b.Flush()
}

func oneCell(s string) string { return strings.NewReplacer("\t", " ", "\n", " ").Replace(s) }
