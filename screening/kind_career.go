package screening

import (
	"strconv"
	"strings"

	"dossier/screening/fact"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// Career judges service in a uniformed body: which force, whether the applicant serves or
// has retired, for how many years, in which ranks. Forces are not taken for one another.
var career = Kind{
	Name: "career",
	Reasons: []string{"career.status", "career.other_status", "career.years", "career.years_short", "career.years_straddle", "career.rank", "career.rank_below", "career.rank_unsure",
		"career.other_force", "career.not_in_force", "career.none", "career.status_unsure", "career.conflict", "career.force"},
	Check: checkCareer,
	Judge: judgeCareer,
}

type careerParams struct {
	Force    string   `json:"force"`
	Status   string   `json:"status"`
	MinYears *float64 `json:"min_years"`
	Ranks    words    `json:"ranks"`
}

var knownForces = map[string]bool{"police": true, "gendarmerie": true, "army": true, "customs": true}

func checkCareer(c Criterion) []Problem {
	var p careerParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	var out []Problem
	if !knownForces[p.Force] {
		out = append(out, Problem{"params.force", "want police, gendarmerie, army or customs"})
	}
	switch p.Status {
	case "", fact.Serving, fact.Retired, fact.Former:
	default:
		out = append(out, Problem{"params.status", "want serving, retired or former"})
	}
	if p.MinYears != nil && (*p.MinYears < 0 || *p.MinYears > 60) {
		out = append(out, Problem{"params.min_years", "want 0 to 60 years"})
	}
	return out
}

// service is what the documents in force say about uniformed bodies.
type service struct {
	r *Reading
	// own are the statements about the force asked for, others those about another one.
	own, others []located
	// status are statements of status that name no force.
	status []located
}

type located struct {
	fact.Career
	doc int
}

func (l located) evidence(r *Reading, role Role) Evidence { return r.Passage(l.doc, l.Where, role) }

func (r *Reading) service(force string) service {
	s := service{r: r}
	for _, i := range r.Own() {
		for _, c := range r.Facts[i].Careers {
			l := located{c, i}
			switch c.Force {
			case "":
				s.status = append(s.status, l)
			case force:
				s.own = append(s.own, l)
			default:
				s.others = append(s.others, l)
			}
		}
	}
	return s
}

func judgeCareer(c Criterion, r *Reading) Finding {
	var p careerParams
	_ = decode(c, &p)
	s := r.service(p.Force)
	if len(s.own) == 0 || s.onlyClaimed() {
		return s.absent(c, p)
	}
	if len(s.others) > 0 && s.mostly() {
		return c.Unclear("career.conflict", "force", p.Force).With(s.own[0].evidence(r, Supports), s.others[0].evidence(r, Contradicts))
	}
	var findings []Finding
	if p.Status != "" {
		findings = append(findings, s.judgeStatus(c, p))
	}
	if p.MinYears != nil {
		findings = append(findings, s.judgeYears(c, p))
	}
	if len(p.Ranks) > 0 {
		findings = append(findings, s.judgeRanks(c, p))
	}
	if len(findings) == 0 {
		return c.Met("career.force", "force", p.Force).With(s.own[0].evidence(r, Supports))
	}
	// The least of the parts, by what it proves: not met, then unclear, then met.
	out := findings[0]
	for _, f := range findings[1:] {
		if order(f.Verdict) < order(out.Verdict) {
			f.Evidence, out.Evidence = f.With(out.Evidence...).Evidence, nil
			out = f
		} else {
			out = out.With(f.Evidence...)
		}
	}
	return out
}

// onlyClaimed tells whether the force asked for is never named: somebody whose posts were in
// another force claims a corps or a status that its people have.
func (s service) onlyClaimed() bool {
	another := false
	for _, o := range s.others {
		another = another || o.Entry >= 0
	}
	for _, o := range s.own {
		if o.Entry >= 0 || strings.Contains(text.String(o.Rank), "polic") || strings.Contains(text.String(s.r.Passage(o.doc, o.Where, Context).Quote), "polic") {
			return false
		}
	}
	return another
}

func order(v Verdict) int {
	switch v {
	case NotMet:
		return 0
	case Unclear:
		return 1
	}
	return 2
}

// absent judges a dossier that names no service in the force: another force is the
// contrary, and so is a full account of a career elsewhere that never names the force.
func (s service) absent(c Criterion, p careerParams) Finding {
	r := s.r
	entries := 0
	for _, o := range s.others {
		if o.Entry >= 0 || o.Class == "any" {
			entries++
		}
	}
	if entries > 0 && len(r.Unreadable()) == 0 {
		f := c.NotMet("career.other_force", "force", p.Force, "found", s.others[0].Force)
		for _, o := range s.others {
			f = f.With(o.evidence(r, Contradicts))
		}
		return f
	}
	if t := r.tally(experienceParams{}); t.complete && t.found && len(t.stays) > 0 && t.Lo >= 24 && r.accounted() && len(s.status) == 0 && !r.speaksOf(p.Force[:min(5, len(p.Force))]) {
		return c.NotMet("career.not_in_force", "force", p.Force).With(t.evidence...)
	}
	return c.Unclear("career.none", "force", p.Force)
}

// accounted tells whether the work of the CV has no gap in which another career would fit.
func (r *Reading) accounted() bool {
	t := r.tally(experienceParams{Count: words{fact.Internship, fact.Volunteering, fact.CivicService, fact.Study}})
	if len(t.stays) == 0 {
		return false
	}
	first, last := t.stays[0].startLo, t.stays[0].endHi
	for _, s := range t.stays {
		first, last = min(first, s.startLo), max(last, s.endHi)
	}
	return int(last-first)+1-t.Hi <= 24 && int(monthOf(r.AsOf())-last) <= 24
}

// mostly tells whether the force asked for is only mentioned beside a career in another.
func (s service) mostly() bool {
	ownEntries, otherEntries := 0, 0
	for _, o := range s.own {
		if o.Entry >= 0 {
			ownEntries++
		}
	}
	for _, o := range s.others {
		if o.Entry >= 0 {
			otherEntries++
		}
	}
	stated := false
	for _, o := range s.own {
		stated = stated || o.Entry < 0 && (o.Status != "" || o.Class == lexicon.CommandClass)
	}
	return ownEntries == 0 && otherEntries > 0 && !stated
}

func (s service) judgeStatus(c Criterion, p careerParams) Finding {
	said := map[string][]located{}
	for _, o := range append(append([]located(nil), s.own...), s.status...) {
		if o.Status != "" && o.Entry < 0 {
			said[o.Status] = append(said[o.Status], o)
		}
	}
	if len(said) == 0 {
		for _, o := range s.own {
			if o.Entry >= 0 && o.Status == fact.Serving {
				said[fact.Serving] = append(said[fact.Serving], o)
			}
		}
	}
	args := []string{"force", p.Force, "want", p.Status}
	with := func(f Finding, role Role, list []located) Finding {
		for _, o := range list {
			f = f.With(o.evidence(s.r, role))
		}
		return f
	}
	// "Ancien chef de service, retraité": retired says more than former.
	if len(said[fact.Retired]) > 0 {
		delete(said, fact.Former)
	}
	match := said[p.Status]
	if p.Status == fact.Former && len(match) == 0 {
		match = said[fact.Retired]
	}
	switch {
	case len(match) > 0 && len(said) == 1:
		return with(c.Met("career.status", args...), Supports, match)
	case len(match) > 0:
		f := with(c.Unclear("career.conflict", args...), Supports, match)
		for _, other := range []string{fact.Serving, fact.Retired, fact.Former} {
			if other != p.Status {
				f = with(f, Contradicts, said[other])
			}
		}
		return f
	case len(said) > 0:
		f := c.NotMet("career.other_status", args...)
		for _, other := range []string{fact.Serving, fact.Retired, fact.Former} {
			f = with(f, Contradicts, said[other])
		}
		return f
	}
	return with(c.Unclear("career.status_unsure", args...), Context, s.own[:1])
}

// judgeYears counts whole years from the first entry of service, training left out.
func (s service) judgeYears(c Criterion, p careerParams) Finding {
	r := s.r
	want := int(*p.MinYears)
	var evidence []Evidence
	lo, hi := -1, -1
	var first *fact.Period
	for _, o := range s.own {
		if o.Entry < 0 {
			continue
		}
		period := r.Facts[o.doc].Periods[o.Entry]
		if first == nil || period.StartLo < first.StartLo {
			first = &period
			evidence = []Evidence{o.evidence(r, Supports)}
		}
	}
	if first != nil {
		asOf := r.AsOf()
		early := Date{first.StartLo.Year(), month(first.StartLo), 1}
		late := endOf(first.StartHi)
		if first.StartDay > 0 {
			early.Day, late = first.StartDay, Date{early.Year, early.Month, first.StartDay}
		}
		lo, hi = max(0, wholeYears(late, asOf)), max(0, wholeYears(early, asOf))
		for _, o := range s.own {
			if o.Entry < 0 {
				continue
			}
			for _, t := range r.Facts[o.doc].Periods {
				if t.StartLo < first.StartLo && trainsFor(t, p.Force) {
					// "Élève commissaire puis commissaire": service began somewhere within.
					hi = max(hi, wholeYears(Date{t.StartLo.Year(), month(t.StartLo), 1}, asOf))
				}
			}
		}
	}
	if first != nil && first.Nature == fact.UnknownNature {
		// Training and service under one date: service began some time within it.
		lo = max(0, min(lo, wholeYears(endOf(max(first.EndHi, first.StartHi)), r.AsOf())))
	}
	claimed := false
	for _, o := range s.own {
		if o.SinceLo == 0 {
			continue
		}
		sinceLo, sinceHi := max(0, wholeYears(endOf(o.SinceHi), r.AsOf())), max(0, wholeYears(Date{o.SinceLo.Year(), month(o.SinceLo), 1}, r.AsOf()))
		switch {
		case lo < 0, lo <= sinceHi+1 && sinceLo <= hi+1:
			lo, hi = min(max(lo, sinceLo), sinceHi), sinceHi
		case sinceLo > hi:
			return c.Unclear("career.conflict", "force", p.Force).With(evidence...).With(o.evidence(r, Context))
		}
		claimed = true
		evidence = append(evidence, o.evidence(r, Context))
	}
	for _, i := range r.Own() {
		for _, cl := range r.Facts[i].Claims {
			if !cl.Service || p.Force == "police" && !strings.Contains(text.String(cl.Text), "polic") && !strings.Contains(text.String(cl.Text), "service") && !strings.Contains(text.String(cl.Text), "activite") {
				continue
			}
			claimLo, claimHi := cl.Lo/12, cl.Hi/12
			if cl.Hi == 0 {
				claimHi = 60
			}
			ev := r.Passage(i, cl.Where, Context)
			switch {
			case lo < 0:
				lo, hi = claimLo, claimHi
			case max(lo, claimLo) <= min(hi, claimHi):
				lo, hi = max(lo, claimLo), min(hi, claimHi)
			case claimLo > hi && claimLo-hi > 1 || claimHi < lo && lo-claimHi > 1:
				// A shorter figure may be about one post; a longer one contradicts the dates.
				if claimLo > hi {
					return c.Unclear("career.conflict", "force", p.Force).With(evidence...).With(ev)
				}
				continue
			}
			claimed = true
			evidence = append(evidence, ev)
		}
	}
	args := []string{"force", p.Force, "years_lo", strconv.Itoa(lo), "years_hi", strconv.Itoa(hi), "min", strconv.Itoa(want), "as_of", r.AsOf().String()}
	complete := claimed || r.tally(experienceParams{}).complete
	switch {
	case lo < 0:
		return c.Unclear("career.none", "force", p.Force)
	case lo >= want:
		return c.Met("career.years", args...).With(evidence...)
	case hi < want && complete:
		for i := range evidence {
			evidence[i].Role = Contradicts
		}
		return c.NotMet("career.years_short", args...).With(evidence...)
	}
	return c.Unclear("career.years_straddle", args...).With(evidence...)
}

// trainsFor tells of a stay in the force of which a part was training.
func trainsFor(p fact.Period, force string) bool {
	if p.Nature != fact.UnknownNature {
		return false
	}
	for _, d := range p.Domains {
		if d.Domain == force && d.Title {
			return true
		}
	}
	return false
}

func wholeYears(from, to Date) int {
	n := to.Year - from.Year
	if to.Month < from.Month || to.Month == from.Month && to.Day < from.Day {
		n--
	}
	return n
}

// headline tells whether a rank stands at the head of a CV: it is the one held now, or the
// last one held, and ranks only rise.
func (r *Reading) headline(l located) bool {
	t := r.Facts[l.doc].Type
	return l.Entry < 0 && l.Status != fact.Former && (t == fact.CV || t == fact.Combined) && l.Where.Rule == "career.statement" && r.inHead(l.doc, l.Where)
}

// inHead tells whether a passage starts on one of the first lines of a CV.
func (r *Reading) inHead(doc int, w fact.Where) bool {
	seen := 0
	from := text.Span{}
	for _, part := range r.Facts[doc].Parts {
		if part.Type == fact.CV {
			from = part.From
		}
	}
	for _, line := range r.View(doc).Lines {
		if at := line.All(); line.Skip || at.Page < from.Page || at.Page == from.Page && at.Start < from.Start {
			continue
		}
		if at := line.All(); at.Page == w.Page && at.End > w.Start && seen < 5 {
			return true
		}
		if seen++; seen >= 5 {
			break
		}
	}
	return false
}

// judgeRanks compares the ranks of the applicant with those asked for, class by class.
func (s service) judgeRanks(c Criterion, p careerParams) Finding {
	r := s.r
	classes := map[string]bool{}
	literal := lexicon.Of("asked", p.Ranks...)
	for _, rank := range p.Ranks {
		if class := lexicon.RankClass(rank); class != "" {
			classes[class] = true
		}
	}
	var good, open, below []Evidence
	found, last := "", false
	for _, o := range s.own {
		if o.Rank == "" {
			continue
		}
		switch {
		case len(literal.FindIn(o.Rank)) > 0, classes[o.Class]:
			good = append(good, o.evidence(r, Supports))
			found = o.Rank
		case o.Class == lexicon.OfficerClass || o.Class == lexicon.BaseClass:
			below = append(below, o.evidence(r, Contradicts))
			last = last || r.headline(o)
		default:
			open = append(open, o.evidence(r, Context))
		}
	}
	args := []string{"force", p.Force, "ranks", strings.Join(p.Ranks, ", ")}
	switch {
	case len(good) > 0:
		return c.Met("career.rank", append(args, "found", found)...).With(good...)
	case len(open) > 0 || len(below) == 0:
		return c.Unclear("career.rank_unsure", args...).With(open...).With(below...)
	case r.tally(experienceParams{}).complete, last && len(r.Unreadable()) == 0:
		return c.NotMet("career.rank_below", args...).With(below...)
	}
	return c.Unclear("career.rank_unsure", args...).With(below...)
}
