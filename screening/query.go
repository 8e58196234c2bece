package screening

import (
	"slices"
	"sort"

	"dossier/screening/fact"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// answer is a tag of an entry: whether it is of the kind asked for.
type answer int

const (
	no answer = iota
	maybe
	yes
)

// query is what a criterion of experience asks of an entry.
type query struct {
	domains map[string]bool
	// premises is true when buildings of the security forces are asked for beside the trade
	// that builds them.
	premises bool
	// literal finds the criterion's own words where the table does not know them.
	literal *lexicon.Phrases
	asksFor bool
	sectors map[string]bool
	regions []lexicon.Region
}

func newQuery(p experienceParams) query {
	q := query{domains: map[string]bool{}, sectors: map[string]bool{}}
	var unknown []string
	for _, d := range p.Domain {
		q.asksFor = true
		known := lexicon.DomainOf(d)
		for _, k := range known {
			q.domains[k] = true
		}
		if len(known) == 0 {
			unknown = append(unknown, d)
		}
	}
	if q.domains[lexicon.Premises] && q.domains[lexicon.Construction] {
		// Who lists building work and police stations asks for the building of police
		// stations; working in one is not it.
		q.premises = true
		for d := range q.domains {
			if d != lexicon.Construction {
				delete(q.domains, d)
			}
		}
	} else if len(unknown) > 0 {
		q.literal = lexicon.Of("asked", unknown...)
	}
	for _, s := range p.Sector {
		q.sectors[knownSectors[text.String(s)]] = true
	}
	for _, s := range p.Region {
		if r, ok := lexicon.RegionOf(s); ok {
			q.regions = append(q.regions, r)
		}
	}
	return q
}

// matches tags an entry with the least of its answers. part bounds a stretch of it, when
// only items of its body with a stated length are of the domain.
func (q query) matches(p fact.Period) (verdict answer, part months) {
	verdict = yes
	if q.asksFor {
		verdict, part = q.domain(p)
	}
	if len(q.sectors) > 0 {
		verdict = min(verdict, q.sector(p.Sectors, p.Header))
	}
	if len(q.regions) > 0 {
		verdict = min(verdict, q.region(p.Places))
	}
	if verdict != yes {
		part.Lo = 0
	}
	return verdict, part
}

func (q query) sector(have []string, name string) answer {
	if len(have) == 0 {
		return maybe
	}
	in, out := false, false
	for _, s := range have {
		if q.sectors[s] {
			in = true
		} else {
			out = true
		}
		// The Red Cross movement is neither a non-governmental organisation nor a state.
		if s == lexicon.RedCross && q.sectors[lexicon.NGO] {
			return maybe
		}
	}
	switch {
	case in && out && !q.sectors[lexicon.NGO]:
		return maybe
	case in && out && (have[0] != lexicon.NGO && !saysNGO.MatchString(name) || slices.Contains(have, lexicon.UN)):
		return maybe
	case in:
		return yes
	}
	return no
}

// saysNGO finds the legal form written beside a name, which outweighs what the name sounds like.
var saysNGO = text.MustPattern(`\b(?:ONGI?|I?NGO|[Nn]on[- ][Gg]ouvernementale|[Nn]on-[Gg]overnmental|[Nn]on-?profit|asbl|ASBL)\b`)

func (q query) region(places []string) answer {
	if len(places) == 0 {
		return maybe
	}
	in, out, open := false, false, false
	for _, code := range places {
		best := -1
		for _, r := range q.regions {
			best = max(best, r.Contains(code))
		}
		switch {
		case best > 0 && lexicon.Overseas[code]:
			open = true
		case best > 0:
			in = true
		case best == 0:
			open = true
		default:
			out = true
		}
	}
	switch {
	case in && !out && !open:
		return yes
	case out && !in && !open:
		return no
	case in && open && !out:
		return yes
	}
	return maybe
}

// domain tells from the head and the body of an entry whether it is of the domains asked
// for. The head decides; a body of several cues does too, unless the head names another
// line of work; one cue leaves it open.
func (q query) domain(p fact.Period) (answer, months) {
	title, other, otherBody := false, false, false
	cues := 0
	premises := false
	for _, c := range p.Domains {
		switch {
		case c.Domain == lexicon.Premises:
			premises = true
			otherBody = true
		case q.domains[c.Domain]:
			title = title || c.Title
			cues += c.Cues
		case c.Title && !lexicon.Broad(c.Domain):
			other = true
		case !lexicon.Broad(c.Domain):
			otherBody = true
		}
	}
	if q.literal != nil {
		title = title || len(q.literal.FindIn(p.Header)) > 0
		if cues == 0 {
			for _, d := range p.Details {
				cues += min(1, len(q.literal.FindIn(d.Text)))
			}
		}
	}
	if !title && cues > 0 {
		if part, ok := q.stretch(p); ok {
			return yes, part
		}
	}
	onlyBroad := true
	for d := range q.domains {
		for _, c := range p.Domains {
			if c.Domain == d && c.Title && !lexicon.Broad(d) {
				onlyBroad = false
			}
		}
	}
	switch {
	case title && q.premises && !premises:
		return maybe, months{}
	case title && other && onlyBroad && cues == 0:
		// "Chef de projet informatique" for a criterion about projects.
		return maybe, months{}
	case title:
		return yes, months{}
	case cues >= 2 && !other && !q.premises:
		return yes, months{}
	case cues > 0:
		return maybe, months{}
	case q.premises && (len(p.Domains) > 0 || lexicon.IsTitle(text.String(p.Title))):
		// Who builds says so: a post told without a word of it was something else.
		return no, months{}
	case other || otherBody:
		return no, months{}
	}
	return maybe, months{}
}

// stretch adds up the stated lengths of the items of a body that are of the domain; ok is
// false when one of them has none.
func (q query) stretch(p fact.Period) (months, bool) {
	var sum months
	for _, d := range p.Details {
		if !q.inDetail(d.Text) {
			continue
		}
		if d.Hi == 0 {
			return months{}, false
		}
		sum.Lo, sum.Hi = sum.Lo+d.Lo, sum.Hi+d.Hi
	}
	return sum, sum.Hi > 0
}

func (q query) inDetail(s string) bool {
	f := text.Fold(s)
	for _, h := range lexicon.Domains(lexicon.Tokenize(f.Text), func(a, b int) string {
		from, to := f.Span(a, b)
		return s[from:to]
	}) {
		if q.domains[h.Key] {
			return true
		}
	}
	return q.literal != nil && len(q.literal.FindIn(s)) > 0
}

// matching are the stated lengths of experience that name all that is asked for.
func (r *Reading) matching(p experienceParams) []stated {
	q := newQuery(p)
	var out []stated
	for _, i := range r.Own() {
		for _, c := range r.Facts[i].Claims {
			if q.fits(c) {
				out = append(out, stated{Claim: c, doc: i})
			}
		}
	}
	return out
}

type stated struct {
	fact.Claim
	doc int
}

func (q query) fits(c fact.Claim) bool {
	if q.asksFor {
		in := q.literal != nil && len(q.literal.FindIn(c.Text)) > 0
		for _, d := range c.Domains {
			in = in || q.domains[d]
		}
		if !in {
			return false
		}
	}
	if len(q.sectors) > 0 && q.sector(c.Sectors, c.Text) != yes {
		return false
	}
	if len(q.regions) > 0 && q.region(c.Places) != yes {
		return false
	}
	return true
}

// readsCV tells whether a CV is among the documents in force and could be read.
func (r *Reading) readsCV() bool {
	for _, i := range r.Own() {
		if holds(r.Facts[i], fact.CV) && !r.lost(i) {
			return true
		}
	}
	return false
}

func (r *Reading) claims(p experienceParams) []Evidence {
	var out []Evidence
	for _, c := range r.matching(p) {
		out = append(out, r.Passage(c.doc, c.Where, Context))
	}
	return out
}

// claimAbove is a stated length that reaches the minimum where the dates do not.
func (r *Reading) claimAbove(p experienceParams, least int) *Evidence {
	for _, c := range r.matching(p) {
		if c.Lo >= least {
			ev := r.Passage(c.doc, c.Where, Contradicts)
			return &ev
		}
	}
	return nil
}

// claimWithin is a stated length that lies within what the dates allow and reaches the
// minimum: dates written in years and the applicant's own figure agree.
func (r *Reading) claimWithin(p experienceParams, m months, least int) *Evidence {
	if m.Lo*4 < least*3 {
		return nil
	}
	for _, c := range r.matching(p) {
		if c.Lo >= least && c.Lo <= m.Hi {
			ev := r.Passage(c.doc, c.Where, Supports)
			return &ev
		}
	}
	return nil
}

func sortProblems(ps []Problem) []Problem {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].Field < ps[j].Field })
	return ps
}
