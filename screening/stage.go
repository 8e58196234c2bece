package screening

import "slices"

// Stage is where an application stands. A person moves it; no verdict does.
type Stage string

// The stages, in the order pages show them.
const (
	StageNew         Stage = "new"
	StageToReview    Stage = "to_review"
	StageDiscuss     Stage = "discuss"
	StageShortlisted Stage = "shortlisted"
	StageInterview   Stage = "interview"
	StageSelected    Stage = "selected"
	StageNotRetained Stage = "not_retained"
	StageWithdrawn   Stage = "withdrawn"
)

// Stages lists every stage in the order pages show them.
var Stages = []Stage{StageNew, StageToReview, StageDiscuss, StageShortlisted, StageInterview, StageSelected, StageNotRetained, StageWithdrawn}

// Valid tells whether s is one of Stages.
func (s Stage) Valid() bool {
	for _, known := range Stages {
		if s == known {
			return true
		}
	}
	return false
}

// NeedsReason tells whether a person must say why when moving an application here.
func (s Stage) NeedsReason() bool { return s == StageNotRetained }

// moves is the table of what a person may do: from each stage, where an application may go.
// Nobody is interviewed or selected out of the heap, and nothing goes back to new: only
// taking a decision back leads there, which is no move.
var moves = map[Stage][]Stage{
	StageNew:         {StageToReview, StageDiscuss, StageShortlisted, StageNotRetained, StageWithdrawn},
	StageToReview:    {StageDiscuss, StageShortlisted, StageNotRetained, StageWithdrawn},
	StageDiscuss:     {StageToReview, StageShortlisted, StageNotRetained, StageWithdrawn},
	StageShortlisted: {StageToReview, StageDiscuss, StageInterview, StageSelected, StageNotRetained, StageWithdrawn},
	StageInterview:   {StageShortlisted, StageSelected, StageNotRetained, StageWithdrawn},
	StageSelected:    {StageShortlisted, StageInterview, StageNotRetained, StageWithdrawn},
	StageNotRetained: {StageToReview, StageDiscuss, StageShortlisted, StageInterview, StageSelected, StageWithdrawn},
	StageWithdrawn:   {StageToReview, StageDiscuss, StageShortlisted, StageInterview, StageSelected, StageNotRetained},
}

// Moves lists where a person may move an application that stands at s, in the order of
// Stages; nil for a stage that is none.
func (s Stage) Moves() []Stage { return slices.Clone(moves[s]) }

// CanMoveTo tells whether a person may move an application from s to next.
func (s Stage) CanMoveTo(next Stage) bool { return slices.Contains(moves[s], next) }
