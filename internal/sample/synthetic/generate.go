package synthetic

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"dossier/screening"
)

// Bank names a set of wordings.
type Bank string

// The two banks. Figures are reported on Held.
const (
	Tune Bank = "tune"
	Held Bank = "held"
)

// Case is one dossier with the checklist it is judged by and the verdicts due.
type Case struct {
	// Number and the seed draw the same case again.
	Number    int
	Checklist screening.Checklist
	Dossier   screening.Dossier

	questions []question
	// months of paid work; exact is false where the documents leave it open.
	months int
	exact  bool
}

// Due is the verdict due for a criterion, false when the case does not ask it.
func (c Case) Due(criterion string) (Due, bool) {
	for _, q := range c.questions {
		if q.ID == criterion {
			return q.due, true
		}
	}
	return Due{}, false
}

// Generate draws case number n of a seed. The same seed, number and bank give the same case.
func Generate(bank Bank, seed uint64, n int) Case {
	d := &draw{Rand: rand.New(rand.NewPCG(seed, uint64(n))), held: bank == Held}
	d.drawFacts()
	documents := d.render()
	c := Case{Number: n, questions: d.questions()}
	deadline := d.deadline
	c.Checklist = screening.Checklist{Deadline: &deadline, AsOf: d.asOf}
	for _, q := range c.questions {
		c.Checklist.Criteria = append(c.Checklist.Criteria, q.Criterion)
	}
	c.Dossier = screening.Dossier{ReceivedAt: d.received, ReceivedLine: "Received: from relay.example by mx.example; " + d.received.Format(time.RFC1123Z),
		SenderName: d.first + " " + d.last, SenderEmail: d.mail, Documents: documents}
	total := d.count(func(job) int { return 2 })
	c.months, c.exact = total.lo/100, total.lo == total.hi && total.lo%100 == 0 && d.cvSeen() && len(d.jobs) > 0
	return c
}

// Texts are the documents of a case as a reader would see them, for debugging.
func (c Case) Texts() string {
	s := ""
	for _, d := range c.Dossier.Documents {
		s += fmt.Sprintf("-- %s %s%s --\n", d.Name, d.Media, d.Problem)
		for _, p := range d.Pages {
			s += p.Text
		}
	}
	return s
}

func params(c screening.Criterion) string {
	var b json.RawMessage = c.Params
	return string(b)
}
