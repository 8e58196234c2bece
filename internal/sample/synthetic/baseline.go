package synthetic

import (
	"regexp"
	"strconv"
	"strings"

	"dossier/screening"
)

// The baseline is what a keyword filter does: a term that is present is met, one that is
// absent is not met; experience is the largest number of years named. It never says unclear,
// but for what it has no word for.

var yearsSaid = regexp.MustCompile(`(?i)\b(\d{1,2})\+?\s*(?:ans|années|years)`)

func baseline(c Case, q question) screening.Verdict {
	said := func(yes bool) screening.Verdict {
		if yes {
			return screening.Met
		}
		return screening.NotMet
	}
	text := strings.ToLower(c.Texts())
	largest := 0
	for _, m := range yearsSaid.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		largest = max(largest, n)
	}
	named := func(words ...string) bool {
		for _, d := range c.Dossier.Documents {
			for _, w := range words {
				if strings.Contains(strings.ToLower(d.Name), w) {
					return true
				}
			}
		}
		return false
	}
	switch q.Kind {
	case "documents":
		if q.ID == "cv-pdf" {
			return said(named("cv") && named(".pdf"))
		}
		return said(named("cv") && named("lettre", "letter"))
	case "deadline":
		return said(!c.Dossier.ReceivedAt.After(c.Checklist.Deadline.At))
	case "experience":
		if q.maxYears > 0 {
			return said(float64(largest) <= q.maxYears)
		}
		return said(float64(largest) >= q.years)
	case "age":
		return said(largest >= 20)
	case "judgement":
		return screening.Unclear
	}
	for _, w := range q.words {
		if strings.Contains(text, strings.ToLower(w)) {
			return screening.Met
		}
	}
	return screening.NotMet
}
