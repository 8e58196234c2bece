package screening

import (
	"strings"

	"dossier/screening/text"
)

// judgementParams: what the passages collected for the reader are about.
type judgementParams struct {
	// Topic is shown to the reader and not interpreted.
	Topic string `json:"topic"`
	// Cues are words that make a sentence worth reading.
	Cues []string `json:"cues"`
}

// judgement is for what only a person can weigh. It is never decided: it collects the
// sentences that hold a cue.
var judgement = Kind{Name: "judgement", Reasons: []string{"judgement.read", "judgement.nothing"},
	Check: func(c Criterion) []Problem { return checkParams(c, &judgementParams{}) },
	Judge: func(c Criterion, r *Reading) Finding {
		var p judgementParams
		_ = decode(c, &p)
		f := c.Unclear("judgement.read", "topic", p.Topic)
		for _, cue := range p.Cues {
			folded := text.String(strings.TrimSpace(cue))
			if folded == "" {
				continue
			}
			for _, i := range r.Own() {
				for _, s := range r.View(i).Sentences {
					if at := strings.Index(s.Text, folded); at >= 0 {
						f = f.With(r.PassageAt(i, s.All(), "judgement.cue", Context))
					}
				}
			}
		}
		if len(f.Evidence) == 0 {
			return c.Unclear("judgement.nothing", "topic", p.Topic).With(r.Searched())
		}
		return f
	}}
