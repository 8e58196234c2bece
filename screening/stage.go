package screening

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

// CanMoveTo tells whether a person may move an application from s to next. Every move
// can be undone, so only two are barred: staying in place, and going back to new.
func (s Stage) CanMoveTo(next Stage) bool {
	return next.Valid() && next != s && next != StageNew
}
