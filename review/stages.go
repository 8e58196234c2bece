package review

import "dossier/screening"

// stageTone is the pill a stage is shown in.
func stageTone(s screening.Stage) string {
	switch s {
	case screening.StageToReview:
		return "pill--accent"
	case screening.StageDiscuss:
		return "pill--unclear"
	case screening.StageShortlisted, screening.StageInterview, screening.StageSelected:
		return "pill--met"
	case screening.StageNotRetained:
		return "pill--not-met"
	}
	return ""
}
