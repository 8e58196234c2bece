package screening

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"dossier/screening/fact"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// Experience bounds the months of work the documents show, in a domain, a sector and a
// region where the criterion names them, and compares them with a minimum or a maximum.
// Internships, studies, civic service and volunteering count only when params.count says so.
var experience = Kind{
	Name:    "experience",
	Reasons: []string{"experience.enough", "experience.short", "experience.over", "experience.within", "experience.straddles", "experience.incomplete", "experience.none", "experience.unread", "experience.claim_only", "experience.conflict", "experience.claim_agrees", "experience.stated", "experience.unmentioned"},
	Check:   checkExperience,
	Judge:   judgeExperience,
}

type experienceParams struct {
	Domain    words    `json:"domain"`
	Sector    words    `json:"sector"`
	Region    words    `json:"region"`
	MinYears  *float64 `json:"min_years"`
	MaxYears  *float64 `json:"max_years"`
	MinMonths *int     `json:"min_months"`
	MaxMonths *int     `json:"max_months"`
	// Count names natures that count besides work: internship, volunteering, civic_service, study.
	Count words `json:"count"`
}

// words is a list of texts that may be written as one text.
type words []string

// UnmarshalJSON reads a text or a list of texts.
func (w *words) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*w = words{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(b, &many); err != nil {
		return err
	}
	*w = many
	return nil
}

// bounds are the limits in months; max is -1 when there is none.
func (p experienceParams) bounds() (least, most int) {
	most = -1
	if p.MinYears != nil {
		least = int(math.Round(*p.MinYears * 12))
	}
	if p.MinMonths != nil {
		least = max(least, *p.MinMonths)
	}
	if p.MaxYears != nil {
		most = int(math.Round(*p.MaxYears * 12))
	}
	if p.MaxMonths != nil && (most < 0 || *p.MaxMonths < most) {
		most = *p.MaxMonths
	}
	return least, most
}

var knownSectors = map[string]string{"ngo": lexicon.NGO, "ong": lexicon.NGO, "association": lexicon.NGO, "un": lexicon.UN, "onu": lexicon.UN, "united nations": lexicon.UN, "government": lexicon.Government,
	"public": lexicon.Government, "private": lexicon.Private, "prive": lexicon.Private, "red cross": lexicon.RedCross}

var knownNatures = map[string]bool{fact.Internship: true, fact.Volunteering: true, fact.CivicService: true, fact.Study: true}

func checkExperience(c Criterion) []Problem {
	var p experienceParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	var out []Problem
	least, most := p.bounds()
	if p.MinYears == nil && p.MinMonths == nil && p.MaxYears == nil && p.MaxMonths == nil {
		out = append(out, Problem{"params", "want min_years, min_months, max_years or max_months"})
	}
	for field, v := range map[string]*float64{"min_years": p.MinYears, "max_years": p.MaxYears} {
		if v != nil && (*v < 0 || *v > 60) {
			out = append(out, Problem{"params." + field, "want 0 to 60 years"})
		}
	}
	if most >= 0 && least > most {
		out = append(out, Problem{"params", "the minimum is above the maximum"})
	}
	for _, s := range p.Sector {
		if knownSectors[text.String(s)] == "" {
			out = append(out, Problem{"params.sector", fmt.Sprintf("%q: want ngo, un, government, private or red cross", s)})
		}
	}
	for _, s := range p.Region {
		if _, ok := lexicon.RegionOf(s); !ok {
			out = append(out, Problem{"params.region", fmt.Sprintf("%q is no region known here", s)})
		}
	}
	for _, s := range p.Count {
		if !knownNatures[s] {
			out = append(out, Problem{"params.count", fmt.Sprintf("%q: want internship, volunteering, civic_service or study", s)})
		}
	}
	return sortProblems(out)
}

// tally is what the documents show of the experience asked for.
type tally struct {
	months
	stays []stay
	// leaves are taken out of the stays.
	leaves   []stay
	evidence []Evidence
	found    bool
	complete bool
	// parts are lengths stated inside a job, added to the union of whole jobs.
	parts []string
}

func judgeExperience(c Criterion, r *Reading) Finding {
	var p experienceParams
	_ = decode(c, &p)
	least, most := p.bounds()
	t := r.tally(p)
	f := func(v Verdict, reason string) Finding {
		out := c.finding(v, reason, []string{"months", t.months.String(), "months_lo", strconv.Itoa(t.Lo), "months_hi", strconv.Itoa(t.Hi), "as_of", r.AsOf().String()})
		if least > 0 {
			out.Args["min"] = strconv.Itoa(least)
		}
		if most >= 0 {
			out.Args["max"] = strconv.Itoa(most)
		}
		if sum := t.sum(); sum != "" {
			out.Args["sum"] = sum
		}
		return out.With(t.evidence...)
	}
	over := most >= 0 && t.Lo > most
	switch {
	case !t.found:
		if most < 0 && !r.readsCV() {
			// Without a CV to read, what the applicant states elsewhere is all there is.
			for _, c := range r.matching(p) {
				if c.Lo >= least {
					return f(Met, "experience.stated").With(r.Passage(c.doc, c.Where, Supports))
				}
			}
		}
		if claims := r.claims(p); len(claims) > 0 {
			return c.Unclear("experience.claim_only").With(claims...)
		}
		if len(r.Unreadable()) > 0 {
			return c.Unclear("experience.unread")
		}
		return c.Unclear("experience.none")
	case over:
		return f(NotMet, "experience.over")
	case t.Lo >= least && most < 0:
		return f(Met, "experience.enough")
	case t.Lo >= least && t.Hi <= most && t.complete:
		return f(Met, "experience.within")
	case t.Hi == 0 && least > 0 && least < fewMonths && len(p.Domain) > 0:
		// "Some experience of": a CV that never speaks of it is silent.
		return f(Unclear, "experience.unmentioned")
	case t.Hi < least && t.complete:
		if conflict := r.claimAbove(p, least); conflict != nil {
			return f(Unclear, "experience.conflict").With(*conflict)
		}
		return f(NotMet, "experience.short")
	case t.Lo < least && t.Hi >= least && most < 0:
		if agrees := r.claimWithin(p, t.months, least); agrees != nil {
			return f(Met, "experience.claim_agrees").With(*agrees)
		}
	}
	if !t.complete && t.Hi < least || most >= 0 && t.Hi <= most {
		return f(Unclear, "experience.incomplete")
	}
	return f(Unclear, "experience.straddles")
}

// fewMonths is the length below which a minimum only asks for some experience at all.
const fewMonths = 6

// sum prints the arithmetic of a tally.
func (t tally) sum() string {
	parts := append([]string(nil), t.parts...)
	if len(t.stays) > 0 {
		parts = append([]string{arithmetic(t.stays)}, parts...)
	}
	out := strings.Join(parts, " + ")
	for _, l := range t.leaves {
		if l.startLo > 0 {
			out += " - " + arithmetic([]stay{l})
		} else {
			out += " - " + months{l.statedLo, l.statedHi}.String()
		}
	}
	return out
}

// tally counts the work of the documents in force.
func (r *Reading) tally(p experienceParams) tally {
	asOf := monthOf(r.AsOf())
	counts := map[string]bool{fact.Work: true}
	for _, n := range p.Count {
		counts[n] = true
	}
	q := newQuery(p)
	t := tally{complete: len(r.Unreadable()) == 0}
	sections := false
	var extra months
	seen := map[string]bool{}
	for _, i := range r.Own() {
		facts := r.Facts[i]
		if facts.Type != fact.CV && facts.Type != fact.Combined && len(facts.Periods) == 0 {
			continue
		}
		if facts.Type == fact.CV || facts.Type == fact.Combined || facts.WorkComplete {
			sections = true
			t.complete = t.complete && facts.WorkComplete
		}
		for _, period := range facts.Periods {
			if period.Nature == fact.Leave {
				l, ok := stayOf(period, asOf)
				if !ok && period.StatedHi > 0 {
					l, ok = stay{statedLo: period.StatedLo, statedHi: period.StatedHi}, true
				}
				if ok {
					t.leaves = append(t.leaves, l)
				}
				continue
			}
			uncertain := period.Nature == fact.UnknownNature
			if !counts[period.Nature] && !uncertain {
				continue
			}
			s, ok := stayOf(period, asOf)
			if !ok {
				continue
			}
			// The same job told in a second document is the same job.
			key := fmt.Sprint(s, text.String(period.Title))
			if seen[key] {
				continue
			}
			seen[key] = true
			t.found = true
			if len(period.Places)+len(period.Sectors) == 0 {
				if home := r.servesIn(); home != "" {
					period.Places = []string{home}
				}
			}
			verdict, part := q.matches(period)
			s.maybe = uncertain || verdict == maybe
			switch {
			case verdict == no:
				if len(t.evidence) < 4 {
					t.evidence = append(t.evidence, r.Passage(i, period.Shown(), Context))
				}
				continue
			case part.Hi > 0:
				// Only a stretch of the job, of a stated length, is of the kind asked for.
				own := length(s)
				part.Hi = min(part.Hi, own.Hi)
				part.Lo = min(part.Lo, part.Hi)
				extra.Lo, extra.Hi = extra.Lo+part.Lo, extra.Hi+part.Hi
				t.parts = append(t.parts, part.String())
			default:
				t.stays = append(t.stays, s)
			}
			role := Supports
			if s.maybe {
				role = Context
			}
			t.evidence = append(t.evidence, r.Passage(i, period.Shown(), role))
		}
	}
	t.months = sumMonths(t.stays, t.leaves)
	t.Lo, t.Hi = t.Lo+extra.Lo, t.Hi+extra.Hi
	t.found = t.found || sections && t.complete
	t.complete = t.complete && sections
	return t
}

// experienceMonths bounds all work at the day of reckoning; ok is false when no section of
// work was found.
func (r *Reading) experienceMonths() (m months, ok bool) {
	t := r.tally(experienceParams{})
	return t.months, t.found
}
