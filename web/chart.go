package web

import (
	"fmt"
	"strings"
)

// Spark is a small line of daily counts, 108 by 30, drawn without script.
type Spark struct {
	// Line and Area are SVG paths; X and Y the last point.
	Line, Area string
	X, Y       string
	Total      int
	Last       int
}

const (
	sparkWidth  = 108.0
	sparkBottom = 27.0
	sparkTop    = 4.0
	// sparkFloor is the count that fills the height at least, so that one application a
	// day does not look like a flood.
	sparkFloor = 6
)

// NewSpark draws counts, the oldest first.
func NewSpark(counts []int) Spark {
	var s Spark
	if len(counts) == 0 {
		return s
	}
	top := sparkFloor
	for _, n := range counts {
		top = max(top, n)
		s.Total += n
	}
	s.Last = counts[len(counts)-1]
	var b strings.Builder
	for i, n := range counts {
		x := sparkWidth * float64(i) / float64(max(1, len(counts)-1))
		y := sparkBottom - (sparkBottom-sparkTop)*float64(n)/float64(top)
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&b, "%s%.1f %.1f ", letter, x, y)
		s.X, s.Y = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y)
	}
	s.Line = strings.TrimSpace(b.String())
	s.Area = fmt.Sprintf("%s L%.1f %.1f L0 %.1f z", s.Line, sparkWidth, sparkBottom, sparkBottom)
	return s
}

// Stretch is one coloured stretch of a bar.
type Stretch struct {
	Class    string
	X, Width string
}

// Stretches divide a width among counts, two units apart; each count that is not zero is
// at least two units wide. classes name them in the same order.
func Stretches(width float64, classes []string, counts []int) []Stretch {
	const gap, least = 2.0, 2.0
	total, shown := 0, 0
	for _, n := range counts {
		if n > 0 {
			total += n
			shown++
		}
	}
	if total == 0 {
		return nil
	}
	free := width - gap*float64(shown-1) - least*float64(shown)
	var out []Stretch
	x := 0.0
	for i, n := range counts {
		if n <= 0 {
			continue
		}
		w := least + free*float64(n)/float64(total)
		out = append(out, Stretch{Class: classes[i], X: fmt.Sprintf("%.1f", x), Width: fmt.Sprintf("%.1f", w)})
		x += w + gap
	}
	return out
}

// Column is one day of a column chart: stacked counts.
type Column struct {
	// X is the left edge, Middle where the label stands.
	X, Middle string
	Label     string
	// Strong marks the last day.
	Strong bool
	Total  int
	// Top is where the total is written.
	Top   string
	Parts []ColumnPart
}

// ColumnPart is one stacked count.
type ColumnPart struct{ Class, Y, Height string }

// Columns is a chart of stacked counts, 340 by 112.
type Columns struct {
	Lines []ColumnLine
	Days  []Column
}

// ColumnLine is a line of the scale.
type ColumnLine struct {
	Y, TextY string
	Value    int
}

const (
	chartLeft   = 27.8
	chartStep   = 22.57
	chartBase   = 94.0
	chartHeight = 78.0
	barWidth    = 15.0
)

// NewColumns draws stacked counts per day; counts[i] belong to labels[i], an empty label
// is not written. classes name the stacked parts, the lowest first.
func NewColumns(labels []string, classes []string, counts [][]int) Columns {
	var c Columns
	highest := 0
	for _, day := range counts {
		sum := 0
		for _, n := range day {
			sum += n
		}
		highest = max(highest, sum)
	}
	step := scaleStep(highest)
	top := max(step*2, (highest+step-1)/step*step)
	unit := chartHeight / float64(top)
	for v := 0; v <= top; v += step {
		y := chartBase - unit*float64(v)
		c.Lines = append(c.Lines, ColumnLine{Y: fmt.Sprintf("%.1f", y), TextY: fmt.Sprintf("%.1f", y+3.5), Value: v})
	}
	for i, day := range counts {
		x := chartLeft + chartStep*float64(i)
		col := Column{X: fmt.Sprintf("%.1f", x), Middle: fmt.Sprintf("%.1f", x+barWidth/2), Strong: i == len(counts)-1}
		if i < len(labels) {
			col.Label = labels[i]
		}
		y := chartBase - 1
		for k, n := range day {
			if n == 0 {
				continue
			}
			col.Total += n
			h := max(1, unit*float64(n)-1)
			y -= h
			col.Parts = append(col.Parts, ColumnPart{Class: classes[k], Y: fmt.Sprintf("%.1f", y), Height: fmt.Sprintf("%.1f", h)})
			y--
		}
		col.Top = fmt.Sprintf("%.1f", y-3)
		c.Days = append(c.Days, col)
	}
	return c
}

// scaleStep is a round number that divides a scale into two to four.
func scaleStep(highest int) int {
	for step := 1; ; step *= 10 {
		for _, m := range []int{1, 2, 5} {
			if highest <= step*m*3 {
				return step * m
			}
		}
	}
}
