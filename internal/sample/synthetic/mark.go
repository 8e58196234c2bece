package synthetic

import (
	"fmt"
	"runtime"
	"slices"
	"sort"
	"strings"
	"time"

	"dossier/screening"
	"dossier/screening/fact"
)

// Score compares verdicts given with verdicts due.
type Score struct {
	// Confusion counts [due][given], by the order unclear, met, not met.
	Confusion [3][3]int `json:"confusion"`
	// Accepted counts verdicts that are due or that careful people could defend as well.
	Accepted int `json:"accepted"`
	// Definite counts met and not met given; DefiniteRight those among them accepted.
	Definite      int `json:"definite"`
	DefiniteRight int `json:"definite_right"`
	// Opposite counts met given for not met due, or the reverse, and not accepted.
	Opposite int `json:"opposite"`
	// Decidable counts criteria for which met or not met is due; Found those answered right.
	Decidable int `json:"decidable"`
	Found     int `json:"found"`
}

func (s *Score) add(due Due, given screening.Verdict) {
	s.Confusion[due.Verdict][given]++
	ok := due.accepts(given)
	if ok {
		s.Accepted++
	}
	definite := given != screening.Unclear
	if definite {
		s.Definite++
		if ok {
			s.DefiniteRight++
		}
	}
	if due.Verdict != screening.Unclear {
		s.Decidable++
		if ok {
			s.Found++
		}
		if definite && !ok {
			s.Opposite++
		}
	}
}

func (s *Score) join(o Score) {
	for i := range s.Confusion {
		for k := range s.Confusion[i] {
			s.Confusion[i][k] += o.Confusion[i][k]
		}
	}
	s.Accepted += o.Accepted
	s.Definite += o.Definite
	s.DefiniteRight += o.DefiniteRight
	s.Opposite += o.Opposite
	s.Decidable += o.Decidable
	s.Found += o.Found
}

// Total is the number of verdicts.
func (s Score) Total() int {
	n := 0
	for _, row := range s.Confusion {
		for _, v := range row {
			n += v
		}
	}
	return n
}

// Unclear is the share of verdicts given that are unclear, 0 to 1.
func (s Score) Unclear() float64 {
	n := 0
	for _, row := range s.Confusion {
		n += row[screening.Unclear]
	}
	return share(n, s.Total())
}

// Precision is the share of definite verdicts that are accepted.
func (s Score) Precision() float64 { return share(s.DefiniteRight, s.Definite) }

// Recall is the share of decidable criteria answered right.
func (s Score) Recall() float64 { return share(s.Found, s.Decidable) }

// WrongWhenDefinite is the share of definite verdicts that say the opposite of what is due.
func (s Score) WrongWhenDefinite() float64 { return share(s.Opposite, s.Definite) }

// Balanced is the mean, over the three verdicts due, of the share given exactly.
func (s Score) Balanced() float64 {
	sum, n := 0.0, 0
	for v, row := range s.Confusion {
		if all := row[0] + row[1] + row[2]; all > 0 {
			sum += share(row[v], all)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// KindScore is the score of one kind of criterion.
type KindScore struct {
	Kind     string `json:"kind"`
	Engine   Score  `json:"engine"`
	Baseline Score  `json:"baseline"`
}

// Wrong is a definite verdict that is not accepted.
type Wrong struct {
	Case      int    `json:"case"`
	Criterion string `json:"criterion"`
	Kind      string `json:"kind"`
	Params    string `json:"params"`
	Given     string `json:"given"`
	Due       string `json:"due"`
	Why       string `json:"why"`
	Reason    string `json:"reason"`
	// Passages are the lines of the documents that the finding rests on.
	Passages []string `json:"passages"`
}

// Spread is how long applications took, in milliseconds of processor time.
type Spread struct {
	Median float64 `json:"median_ms"`
	P99    float64 `json:"p99_ms"`
	Max    float64 `json:"max_ms"`
}

// Report is what a run of the bench found.
type Report struct {
	Bank     Bank        `json:"bank"`
	Seed     uint64      `json:"seed"`
	Dossiers int         `json:"dossiers"`
	Engine   Score       `json:"engine"`
	Baseline Score       `json:"baseline"`
	Kinds    []KindScore `json:"kinds"`
	// Wrong lists every definite verdict that is not accepted.
	Wrong []Wrong `json:"wrong"`
	// Missed lists decidable criteria left unclear; filled only on demand.
	Missed []Wrong `json:"missed,omitempty"`
	// Quotes counts pieces of evidence compared with the stored text, QuotesWrong those
	// that differ.
	Quotes      int `json:"quotes"`
	QuotesWrong int `json:"quotes_wrong"`
	// MonthsExact counts dossiers whose months of work are written exactly, MonthsRight
	// those for which the engine says the same number.
	MonthsExact int `json:"months_exact"`
	MonthsRight int `json:"months_right"`
	// Time is facts and verdicts of an application, Facts the reading alone.
	Time  Spread `json:"time"`
	Facts Spread `json:"facts"`
	// Bytes and Allocations are those of an application on average.
	Bytes       int64 `json:"bytes_per_application"`
	Allocations int64 `json:"allocations_per_application"`
	// Heap is the live memory of the process at the end, in bytes.
	Heap int64 `json:"heap_bytes"`
}

// Options of a run.
type Options struct {
	Bank Bank
	Seed uint64
	// N is the number of dossiers, from case 0 on.
	N int
	// Missed asks for the list of what was left unclear.
	Missed bool
	// Repeat judges each application this often and takes the shortest time, so that a busy
	// machine does not count; 0 takes no times.
	Repeat int
}

// Measure draws N dossiers, has the engine and the baseline judge them, and marks both.
func Measure(o Options) Report {
	rep := Report{Bank: o.Bank, Seed: o.Seed, Dossiers: o.N, Kinds: []KindScore{}, Wrong: []Wrong{}}
	kinds := map[string]*KindScore{}
	var whole, reading []time.Duration
	var before, after runtime.MemStats
	for n := range o.N {
		c := Generate(o.Bank, o.Seed, n)
		runtime.ReadMemStats(&before)
		a := screening.Assess(c.Checklist, c.Dossier)
		runtime.ReadMemStats(&after)
		if o.Repeat > 0 {
			whole = append(whole, shortest(o.Repeat, func() { screening.Assess(c.Checklist, c.Dossier) }))
			reading = append(reading, shortest(o.Repeat, func() { c.read() }))
		}
		rep.Bytes += int64(after.TotalAlloc - before.TotalAlloc)
		rep.Allocations += int64(after.Mallocs - before.Mallocs)
		rep.mark(c, a, kinds, o.Missed)
	}
	rep.Bytes /= int64(max(1, o.N))
	rep.Allocations /= int64(max(1, o.N))
	runtime.GC()
	runtime.ReadMemStats(&after)
	rep.Heap = int64(after.HeapAlloc)
	rep.Time, rep.Facts = spread(whole), spread(reading)
	for _, k := range screening.KindNames() {
		if s := kinds[k]; s != nil {
			rep.Kinds = append(rep.Kinds, *s)
			rep.Engine.join(s.Engine)
			rep.Baseline.join(s.Baseline)
		}
	}
	return rep
}

func (rep *Report) mark(c Case, a screening.Assessment, kinds map[string]*KindScore, missed bool) {
	for i, q := range c.questions {
		f := a.Findings[i]
		s := kinds[q.Kind]
		if s == nil {
			s = &KindScore{Kind: q.Kind}
			kinds[q.Kind] = s
		}
		s.Engine.add(q.due, f.Verdict)
		s.Baseline.add(q.due, baseline(c, q))
		rep.checkQuotes(c, f)
		if q.due.accepts(f.Verdict) {
			continue
		}
		w := Wrong{Case: c.Number, Criterion: q.ID, Kind: q.Kind, Params: params(q.Criterion), Given: f.Verdict.String(), Due: q.due.Verdict.String(),
			Why: q.due.Why, Reason: f.Reason, Passages: passages(c, f)}
		switch {
		case f.Verdict != screening.Unclear:
			rep.Wrong = append(rep.Wrong, w)
		case missed:
			rep.Missed = append(rep.Missed, w)
		}
	}
	if c.exact {
		rep.MonthsExact++
		if m := a.Summary.ExperienceMonths; m != nil && *m == c.months {
			rep.MonthsRight++
		}
	}
}

func (rep *Report) checkQuotes(c Case, f screening.Finding) {
	for _, ev := range f.Evidence {
		if ev.Kind != screening.Passage {
			continue
		}
		rep.Quotes++
		if _, ok := line(c, ev); !ok {
			rep.QuotesWrong++
		}
	}
	for _, p := range f.Parts {
		rep.checkQuotes(c, p)
	}
}

// line is the whole line a piece of evidence lies in; false when its quote is not the text
// it points at.
func line(c Case, ev screening.Evidence) (string, bool) {
	for _, d := range c.Dossier.Documents {
		for _, p := range d.Pages {
			if d.ID != ev.Document || p.Number != ev.Page {
				continue
			}
			if ev.Start < 0 || ev.End > len(p.Text) || ev.Start >= ev.End || p.Text[ev.Start:ev.End] != ev.Quote {
				return "", false
			}
			from := strings.LastIndexByte(p.Text[:ev.Start], '\n') + 1
			to := len(p.Text)
			if end := strings.IndexByte(p.Text[ev.End:], '\n'); end >= 0 {
				to = ev.End + end
			}
			return p.Text[from:to], true
		}
	}
	return "", false
}

func passages(c Case, f screening.Finding) []string {
	out := []string{}
	for _, ev := range f.Evidence {
		if ev.Kind == screening.Passage {
			text, _ := line(c, ev)
			out = append(out, fmt.Sprintf("%s %s: %s", ev.Role, ev.Rule, strings.ReplaceAll(text, "\n", " / ")))
		}
	}
	if len(f.Args) > 0 {
		keys := []string{}
		for k := range f.Args {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		s := "args:"
		for _, k := range keys {
			s += " " + k + "=" + f.Args[k]
		}
		out = append(out, s)
	}
	return out
}

// read reads the facts of a case and drops them.
func (c Case) read() {
	for _, doc := range c.Dossier.Documents {
		fact.Read(fact.Input{Name: doc.Name, Body: doc.Body, Pages: doc.Pages})
	}
}

func shortest(times int, do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	best := time.Duration(0)
	for i := range times {
		start := processorTime()
		do()
		if took := processorTime() - start; i == 0 || took < best {
			best = took
		}
	}
	return best
}

func spread(took []time.Duration) Spread {
	if len(took) == 0 {
		return Spread{}
	}
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[(len(took)-1)*p/100].Microseconds()) / 1000 }
	return Spread{at(50), at(99), at(100)}
}
