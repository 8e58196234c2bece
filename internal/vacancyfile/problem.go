package vacancyfile

import (
	"fmt"
	"sort"
	"strings"
)

// maxShown is how many problems the text of Problems lists before it counts the rest.
const maxShown = 50

// Problem is one thing that is wrong with a vacancy file, and where.
type Problem struct {
	File string
	// Line and Column count from 1; Column counts characters. Both are 0 when the problem
	// has no place, as with an empty file.
	Line, Column int
	// Field is the path of the field, like "vacancies[0].criteria[2].params.min_level";
	// empty when the file is not YAML.
	Field   string
	Message string
}

func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Field != "" {
		b.WriteString(p.Field)
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Problems is everything that is wrong with a vacancy file, in the order of its lines.
// As an error it reads one problem a line.
type Problems []Problem

func (ps Problems) Error() string {
	var lines []string
	for i, p := range ps {
		if i == maxShown {
			lines = append(lines, fmt.Sprintf("and %d more", len(ps)-i))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) sorted() Problems {
	sort.SliceStable(ps, func(i, j int) bool {
		if ps[i].Line != ps[j].Line {
			return ps[i].Line < ps[j].Line
		}
		return ps[i].Column < ps[j].Column
	})
	return ps
}
