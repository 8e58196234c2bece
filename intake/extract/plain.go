package extract

import (
	"strings"

	"dossier/screening/text"
)

// readText reads plain text. A form feed starts a new page.
func readText(data []byte, l Limits) Result {
	s := decodeText(data, "")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	var res Result
	parts := strings.Split(s, "\f")
	for i, part := range parts {
		if i == len(parts)-1 && i > 0 && strings.TrimSpace(part) == "" {
			break
		}
		res.PageCount++
		if len(res.Pages) < l.Pages {
			res.Pages = append(res.Pages, flowPage("text", tidy(part)))
		}
	}
	return res
}

// flowPage is a page of a format that knows no places.
func flowPage(engine, s string) text.Page {
	p := text.Page{Number: 1, Text: s, Engine: engine}
	p.Quality = quality(p)
	return p
}

// tidy ends every line with "\n", without blanks at its end, and keeps at most one
// empty line between two others.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 1)
	empty := true
	for line := range strings.SplitSeq(toValid(s), "\n") {
		line = strings.TrimRight(line, " \t\u00a0")
		if line == "" {
			if !empty {
				b.WriteByte('\n')
			}
			empty = true
			continue
		}
		b.WriteString(line)
		b.WriteByte('\n')
		empty = false
	}
	return strings.TrimRight(b.String(), "\n") + strings.Repeat("\n", min(1, b.Len()))
}
