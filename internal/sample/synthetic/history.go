package synthetic

import (
	"fmt"
	"strings"

	"dossier/screening"
)

// span is a number of hundredths of months between two bounds.
type span struct{ lo, hi int }

// belongs tells whether a job counts: 0 no, 1 nobody can tell, 2 yes.
type belongs func(j job) int

// strictly takes a job that says nothing of what is asked for as one that is not it: many
// careful people read a CV that way.
func strictly(in belongs) belongs {
	return func(j job) int {
		if j.plain() && in(j) == 1 {
			return 0
		}
		return in(j)
	}
}

// plain jobs have a title that speaks against whatever their employer's name leaves open.
func (j job) plain() bool {
	return j.trade.vague || j.trade.domain == "" || j.trade.domain == "construction"
}

// count is the union of the months of the jobs that count. A month covered twice counts
// once; years stand for any month in them; part time counts pro rata.
func (d *draw) count(in belongs) span {
	least, most := map[Month]int{}, map[Month]int{}
	cover := func(m map[Month]int, from, to Month, share int) {
		for at := from; at <= to && at <= d.now(); at++ {
			m[at] = max(m[at], share)
		}
	}
	for _, j := range d.jobs {
		answer := 0
		if j.nature == work {
			answer = in(j)
		}
		if answer == 0 {
			continue
		}
		from, to := [2]Month{j.from, j.from}, [2]Month{j.to, j.to}
		if j.byYear {
			from = [2]Month{MonthOf(j.from.year(), 1), MonthOf(j.from.year(), 12)}
			to = [2]Month{MonthOf(j.to.year(), 1), MonthOf(j.to.year(), 12)}
		}
		if j.open {
			to = [2]Month{d.now(), d.now()}
			from[1] = min(from[1], d.now())
		}
		lo, hi := j.share, j.share
		if j.share == noShare {
			lo, hi = 0, 100
		}
		if answer == 2 {
			cover(least, from[1], to[0], lo)
		}
		cover(most, from[0], to[1], hi)
	}
	var s span
	for _, v := range least {
		s.lo += v
	}
	for _, v := range most {
		s.hi += v
	}
	return s
}

// dueMonths compares a span with a minimum or a maximum of months; a bound below 0 is none.
func (d *draw) dueMonths(s span, least, most int, claimed bool) Due {
	if !d.cvSeen() {
		return unclear("cv not read")
	}
	text := fmt.Sprintf("%.1f to %.1f months", float64(s.lo)/100, float64(s.hi)/100)
	var due Due
	switch {
	case most >= 0 && s.hi <= most*100, least >= 0 && s.lo >= least*100:
		due = met("%s", text)
	case most >= 0 && s.lo > most*100, least >= 0 && s.hi < least*100:
		due = notMet("%s", text)
	default:
		due = unclear("%s", text)
	}
	if most >= 0 && (s.lo-most*100 > 0 && s.lo-most*100 < 100 || s.hi-most*100 > 0 && s.hi-most*100 < 100) {
		due = due.or(screening.Met, screening.NotMet, screening.Unclear) // a fraction of a month above
	}
	if len(d.jobs) == 0 {
		due = due.or(screening.Unclear)
	}
	if !d.whole() && (due.Verdict == screening.NotMet || most >= 0) {
		due = due.or(screening.Unclear)
	}
	// A figure of years that the dates do not bear out is a contradiction; one that
	// settles what dates written in years leave open may be believed.
	if claimed && d.claim > 0 {
		said := screening.NotMet
		if least >= 0 && d.claim*12 >= least || most >= 0 && d.claim*12 <= most {
			said = screening.Met
		}
		switch {
		case due.Verdict == screening.Unclear:
			due = due.or(said)
		case due.Verdict != said:
			due = due.or(screening.Unclear)
		}
	}
	return due
}

func (d *draw) askExperience(out *[]question) {
	ask := func(id string, params map[string]any, in belongs, total bool) {
		s, strict := d.count(in), d.count(strictly(in))
		least, most := -1, -1
		if d.chance(22) {
			most = pick(d, []int{11, 23, 23, 35})
			params["max_months"] = most
		} else {
			least = 12 * pick(d, []int{1, 2, 3, 5, 5, 8, 10})
			// Half of the bounds lie where they are hard.
			if near := (s.lo + s.hi) / 200; near > 3 && d.chance(50) {
				least = max(1, near-14+d.IntN(29))
			}
			params["min_months"] = least
		}
		due := d.dueMonths(s, least, most, total)
		if strict != s && id != "region" {
			due = due.or(d.dueMonths(strict, least, most, total).Verdict)
		}
		q := d.ask(id, "experience", params, due)
		q.years, q.maxYears = float64(least)/12, float64(most)/12
		*out = append(*out, q)
	}
	all := func(job) int { return 2 }
	ask("experience", map[string]any{}, all, true)
	key := domainKeys[0]
	if d.chance(60) {
		key = pick(d, domainKeys)
	}
	ask("domain", map[string]any{"domain": domains[key]}, func(j job) int { return j.in(key) }, false)
	ask("sector", map[string]any{"sector": "ngo"}, job.nonGovernmental, false)
	region, inRegion := "africa", func(c *city) bool { return c.africa }
	if d.chance(50) {
		region, inRegion = "developing_countries", func(c *city) bool { return c.developing }
	}
	place := func(j job) int {
		switch {
		case j.city == nil:
			return 1
		case inRegion(j.city):
			return 2
		}
		return 0
	}
	ask("region", map[string]any{"region": region}, place, false)
	ask("sector-region", map[string]any{"sector": "ngo", "region": region}, func(j job) int { return min(place(j), j.nonGovernmental()) }, false)
}

func (j job) in(key string) int {
	switch {
	case j.trade.vague:
		return 1
	case j.trade.domain == key:
		return 2
	}
	return 0
}

func (j job) nonGovernmental() int {
	switch j.org.sector {
	case ngo:
		return 2
	case unsaid:
		return 1
	}
	return 0
}

func has(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}

func (d *draw) askEducation(add adder) {
	group := pick(d, groupKeys)
	level := pick(d, []int{5, 6, 6, 7, 7})
	allowed := d.chance(40)
	params := map[string]any{"min_level": level, "fields": fieldGroups[group]}
	if allowed {
		params["in_progress_allowed"] = true
	}
	due := d.dueEducation(func(g degree) int {
		switch {
		case g.level < level || g.abandoned || g.running && !allowed || g.field.groups == "" && g.field.near == "":
			return 0
		case has(g.field.groups, group):
			return 2
		case has(g.field.near, group):
			return 1
		}
		return 0
	})
	if due.Verdict == screening.NotMet && d.kin(group) {
		due = due.or(screening.Unclear)
	}
	add(d.ask("degree", "education", params, due), fieldGroups[group]...)

	within := pick(d, []int{12, 24})
	recent := d.dueEducation(func(g degree) int {
		if g.level < 6 || g.abandoned || g.running {
			return 0
		}
		age := [2]int{int(d.now() - g.end), int(d.now() - g.end)}
		if g.byYear {
			age = [2]int{int(d.now() - MonthOf(g.end.year(), 12)), int(d.now() - MonthOf(g.end.year(), 1))}
		}
		switch {
		case age[0] >= 0 && age[1] < within:
			return 2
		case age[0] > within:
			return 0
		}
		return 1
	})
	if recent.Verdict == screening.Unclear && d.cvSeen() {
		recent = recent.or(screening.Met) // "2025" on a day of December 2025
	}
	add(d.ask("recent", "education", map[string]any{"min_level": 6, "within_months": within}, recent), "diplôme", "degree")
}

// kin tells whether the group and a field studied are both of law or the social sciences:
// how far those are from each other is a matter of opinion.
func (d *draw) kin(group string) bool {
	of := func(groups string) bool {
		return has(groups, "law") || has(groups, "social") || has(groups, "relations")
	}
	for _, g := range d.degrees {
		if of(group) && (of(g.field.groups) || of(g.field.near)) {
			return true
		}
	}
	return false
}

// dueEducation looks for one degree that satisfies.
func (d *draw) dueEducation(fits func(degree) int) Due {
	if !d.cvSeen() {
		return unclear("cv not read")
	}
	best, why := 0, "no degree"
	for _, g := range d.degrees {
		if v := fits(g); v >= best {
			best, why = v, g.name
		}
	}
	switch best {
	case 2:
		return met("%s", why)
	case 1:
		return unclear("%s may be it", why).or(screening.Met, screening.NotMet)
	}
	due := notMet("none of %d", len(d.degrees))
	if !d.whole() {
		due = due.or(screening.Unclear)
	}
	return due
}

func (d *draw) askEnrolment(add adder) {
	var running *degree
	ending := false // a course that ends this year may be over or not
	for i := range d.degrees {
		ending = ending || d.degrees[i].byYear && d.degrees[i].end.year() == d.asOf.Year
		if d.degrees[i].running && !d.degrees[i].abandoned {
			running = &d.degrees[i]
		}
	}
	ask := func(id string, params map[string]any, full func(level, year int) bool) {
		var due Due
		switch {
		case !d.cvSeen():
			due = unclear("cv not read")
		case running == nil:
			due = notMet("no course in progress").or(screening.Unclear)
		case running.year > 0 && full(running.level, running.year):
			due = met("%s", running.name)
		case running.year > 0:
			due = notMet("%s", running.name)
		default:
			due = unclear("%s, year of study not written", running.name).or(screening.Met, screening.NotMet)
		}
		if running == nil && ending {
			due = due.or(screening.Met)
		}
		add(d.ask(id, "enrolment", params, due), "master", "en cours", "in progress")
	}
	if d.chance(50) {
		ask("master-2", map[string]any{"level": 7, "year": 2}, func(level, year int) bool { return level == 7 && year == 2 })
	} else {
		ask("final-year", map[string]any{"min_level": 6, "final_year": true}, func(level, year int) bool { return level == 7 && year == 2 || level == 6 && year == 3 })
	}
}
