package web

import (
	"strconv"
	"testing"
)

func TestBarsAreDrawnAgainstTheGreatest(t *testing.T) {
	bars := NewBars([]string{"received", "shortlisted", "nobody"}, []int{200, 50, 0})
	if bars[0].Width != "420.0" || bars[1].Width != "105.0" || bars[2].Width != "0.0" || bars[1].Share != 25 {
		t.Errorf("bars %+v", bars)
	}
	if got := NewBars([]string{"a"}, []int{0}); got[0].Width != "0.0" {
		t.Errorf("nothing is drawn %s wide", got[0].Width)
	}
	if len(NewBars(nil, nil)) != 0 || BarsHeight(3) != 90 {
		t.Error("no bars, or a wrong height")
	}
}

func TestTimelineStaysInThePictureAndMarksItsLimit(t *testing.T) {
	for _, days := range []int{0, 1, 8, 60, 400} {
		counts := make([]int, days)
		labels := make([]string, days)
		for i := range counts {
			counts[i], labels[i] = i%7, strconv.Itoa(i)
		}
		line := NewTimeline(labels, counts, days/2)
		named := 0
		for i, c := range line.Columns {
			x, errX := strconv.ParseFloat(c.X, 64)
			y, errY := strconv.ParseFloat(c.Y, 64)
			if errX != nil || errY != nil || x < 30 || x > 720 || y < 15 || y > 150 {
				t.Errorf("%d days: column %d stands at %s, %s", days, i, c.X, c.Y)
			}
			if c.After != (i > days/2) {
				t.Errorf("%d days: column %d after the limit: %v", days, i, c.After)
			}
			if c.Label != "" {
				named++
			}
		}
		if named > timelineLabels || days > 0 && (named == 0 || line.Limit == "") {
			t.Errorf("%d days: %d named, limit %q", days, named, line.Limit)
		}
	}
	if got := NewTimeline([]string{"a"}, []int{3}, -1); got.Limit != "" || got.Columns[0].After {
		t.Error("a limit is marked where there is none")
	}
}
