package screening

import (
	"slices"
	"testing"
)

func TestEveryMoveHasAWayBack(t *testing.T) {
	for _, from := range Stages {
		if len(from.Moves()) == 0 {
			t.Errorf("nothing leads out of %s", from)
		}
		for _, to := range from.Moves() {
			back := from
			if back == StageNew {
				back = StageToReview
			}
			if back != to && !to.CanMoveTo(back) {
				t.Errorf("%s to %s cannot be undone", from, to)
			}
		}
	}
}

func TestMovesKeepToTheProcedure(t *testing.T) {
	for _, c := range []struct {
		from, to Stage
		want     bool
	}{
		{StageNew, StageShortlisted, true},
		{StageNew, StageInterview, false},
		{StageToReview, StageSelected, false},
		{StageDiscuss, StageInterview, false},
		{StageShortlisted, StageInterview, true},
		{StageInterview, StageSelected, true},
		{StageSelected, StageNew, false},
		{StageNotRetained, StageDiscuss, true},
		{StageWithdrawn, StageNotRetained, true},
		{StageDiscuss, StageDiscuss, false},
		{StageDiscuss, "elsewhere", false},
		{"nowhere", StageDiscuss, false},
	} {
		if got := c.from.CanMoveTo(c.to); got != c.want {
			t.Errorf("%s to %s: %v, want %v", c.from, c.to, got, c.want)
		}
	}
	for from := range moves {
		order := func(s Stage) int { return slices.Index(Stages, s) }
		if !slices.IsSortedFunc(from.Moves(), func(a, b Stage) int { return order(a) - order(b) }) {
			t.Errorf("the moves from %s are not in the order of the stages", from)
		}
	}
}
