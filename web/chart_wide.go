package web

import "fmt"

// Bar is one line of a chart of horizontal bars.
type Bar struct {
	Label string
	Value int
	// Share is the value as a part of the longest, in percent.
	Share int
	// Y is the top of the bar, TextY where its words stand, Width its length.
	Y, TextY, Width string
}

const (
	barRow    = 30.0
	barThick  = 18.0
	barLength = 420.0
)

// NewBars draws values one under the other, all against the greatest; the chart is 420 wide
// beside its labels and Height high.
func NewBars(labels []string, values []int) []Bar {
	top := 1
	for _, v := range values {
		top = max(top, v)
	}
	var out []Bar
	for i, v := range values {
		y := barRow * float64(i)
		width := barLength * float64(v) / float64(top)
		if v > 0 {
			width = max(2, width)
		}
		out = append(out, Bar{Label: labels[i], Value: v, Share: (100*v + top/2) / top, Y: fmt.Sprintf("%.1f", y+(barRow-barThick)/2),
			TextY: fmt.Sprintf("%.1f", y+barRow/2+4.5), Width: fmt.Sprintf("%.1f", width)})
	}
	return out
}

// BarsHeight is the height of a chart of n bars.
func BarsHeight(n int) int { return int(barRow) * n }

// Timeline is a chart of counts over days or weeks, 720 by 190, with a mark at a limit.
type Timeline struct {
	Lines   []ColumnLine
	Columns []TimelineColumn
	// Limit is where the mark stands, empty when the limit is not in the picture.
	Limit, LimitText string
	Width            string
}

// TimelineColumn is one day or week.
type TimelineColumn struct {
	X, Y, Height, Middle string
	Label                string
	Value                int
	// After is set from the limit on.
	After bool
}

const (
	timelineLeft   = 34.0
	timelineRight  = 716.0
	timelineBase   = 150.0
	timelineHeight = 132.0
	// timelineLabels is about how many columns are named below the chart.
	timelineLabels = 9
)

// NewTimeline draws counts, the oldest first; limit is the number of the column the limit
// falls into, negative for none.
func NewTimeline(labels []string, counts []int, limit int) Timeline {
	var t Timeline
	highest := 0
	for _, n := range counts {
		highest = max(highest, n)
	}
	step := scaleStep(highest)
	top := max(step*2, (highest+step-1)/step*step)
	unit := timelineHeight / float64(top)
	for v := 0; v <= top; v += step {
		y := timelineBase - unit*float64(v)
		t.Lines = append(t.Lines, ColumnLine{Y: fmt.Sprintf("%.1f", y), TextY: fmt.Sprintf("%.1f", y+4), Value: v})
	}
	pitch := (timelineRight - timelineLeft) / float64(max(1, len(counts)))
	width := min(26, max(1, pitch*0.72))
	t.Width = fmt.Sprintf("%.1f", width)
	every := max(1, (len(counts)+timelineLabels-1)/timelineLabels)
	for i, n := range counts {
		middle := timelineLeft + pitch*(float64(i)+0.5)
		height := unit * float64(n)
		c := TimelineColumn{X: fmt.Sprintf("%.1f", middle-width/2), Middle: fmt.Sprintf("%.1f", middle), Y: fmt.Sprintf("%.1f", timelineBase-height),
			Height: fmt.Sprintf("%.1f", height), Value: n, After: limit >= 0 && i > limit}
		if i%every == 0 && i < len(labels) {
			c.Label = labels[i]
		}
		t.Columns = append(t.Columns, c)
	}
	if limit >= 0 && limit < len(counts) {
		x := timelineLeft + pitch*float64(limit+1)
		t.Limit, t.LimitText = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", max(x-5, 120))
	}
	return t
}
