package synthetic

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"dossier/screening"
)

// draw is one dossier being made: everything it does follows from its own numbers.
type draw struct {
	*rand.Rand
	held bool
	facts
}

func pick[T any](d *draw, of []T) T { return of[d.IntN(len(of))] }

// chance is true in percent of cases.
func (d *draw) chance(percent int) bool { return d.IntN(100) < percent }

// say picks a wording of the bank in use, in the dossier's language.
func (d *draw) say(p phr) string {
	if d.held {
		return pick(d, p.held[d.lang])
	}
	return pick(d, p.tune[d.lang])
}

// facts first: nothing below looks at how anything is written.
func (d *draw) drawFacts() {
	d.lang = lang(d.IntN(2))
	d.first, d.last = pick(d, firstNames), pick(d, lastNames)
	d.mail = strings.ToLower(d.first+"."+d.last) + "@poste.example"
	d.phone = fmt.Sprintf("+33 6 39 98 %02d %02d", d.IntN(100), d.IntN(100))
	d.home = pick(d, cities)
	d.drawTimes()
	d.drawDocuments()
	switch n := d.IntN(100); {
	case n < 12:
		d.lang = fr // ranks abroad are a matter of opinion, French ones are not
		d.drawService()
	case n < 42:
		d.drawStudent()
	default:
		d.drawWorker()
	}
	d.drawLanguages()
	d.drawReferees()
	d.drawStatements()
}

func (d *draw) drawTimes() {
	zone := pick(d, []string{"Europe/Paris", "Africa/Dakar", "Africa/Nairobi"})
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	hour, minute := 23, 59
	if d.chance(40) {
		hour, minute = pick(d, []int{12, 16, 17}), 0
	}
	at := time.Date(2023+d.IntN(4), time.Month(1+d.IntN(12)), 1+d.IntN(28), hour, minute, 0, 0, loc)
	d.deadline = screening.Deadline{At: at, Zone: zone}
	d.asOf = screening.DateOf(at)
	late := pick(d, []time.Duration{-20 * 24 * time.Hour, -3 * 24 * time.Hour, -5 * time.Hour, -time.Second, 0, time.Second, 59 * time.Second, time.Minute, 2 * time.Hour, 30 * time.Hour})
	if d.chance(70) {
		late = -time.Duration(1+d.IntN(400)) * time.Hour
	}
	d.received = at.Add(late).UTC()
}

func (d *draw) drawDocuments() {
	switch n := d.IntN(100); {
	case n < 3:
		d.cv = absent
	case n < 6:
		d.cv = unreadable
	case n < 10:
		d.cv = recognised
	case n < 14:
		d.cv = inBody
	}
	switch n := d.IntN(100); {
	case n < 14:
		d.letter = absent
	case n < 17:
		d.letter = unreadable
	case n < 32 && d.cv != inBody:
		d.letter = inBody
	case n < 39 && d.cv == attached:
		d.letter = sameFile
	}
	d.cvMedia = "application/pdf"
	if d.chance(20) {
		d.cvMedia = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
}

func (d *draw) now() Month { return monthOf(d.asOf) }

func (d *draw) drawWorker() {
	start := d.now() - Month(12*(2+d.IntN(16))+d.IntN(12))
	d.drawJobs(start, 0)
	level := pick(d, []int{5, 6, 6, 7, 7, 7, 8})
	d.addDegrees(level, start-Month(1+d.IntN(6)), false)
	if d.chance(12) { // back to school, years into a career
		d.degrees = append([]degree{d.degree(7, MonthOf(d.asOf.Year-1, 9), d.now()+Month(3+d.IntN(12)), true)}, d.degrees...)
	}
}

func (d *draw) drawStudent() {
	level := pick(d, []int{6, 7, 7})
	end := d.now() + Month(1+d.IntN(20))
	running := true
	if d.chance(30) {
		end, running = d.now()-Month(1+d.IntN(26)), false
	}
	d.addDegrees(level, end, running)
	for range d.IntN(3) {
		d.addShort(d.now()-Month(4+d.IntN(30)), pick(d, []nature{internship, internship, volunteering, civicService}))
	}
	if d.chance(45) {
		from := d.now() - Month(6+d.IntN(24))
		j := d.job(from, from+Month(2+d.IntN(14)), work)
		j.byYear = false
		d.jobs = append(d.jobs, j)
	}
}

// drawService makes an officer whose jobs are all in one body.
func (d *draw) drawService() {
	f := forces[0]
	if d.chance(50) {
		f = pick(d, forces)
	}
	s := &service{force: f, rank: pick(d, f.ranks), status: "serving", from: d.now() - Month(12*(8+d.IntN(28))+d.IntN(12)), to: d.now()}
	if d.chance(45) {
		s.status, s.to = "retired", d.now()-Month(1+d.IntN(60))
		s.from = s.to - Month(12*(15+d.IntN(22)))
	}
	d.service = s
	for at := s.to; at > s.from+3; {
		from := max(s.from, at-Month(12*(2+d.IntN(7))+d.IntN(12)))
		if from-s.from < 18 {
			from = s.from
		}
		j := job{from: from, to: at, share: 100, title: s.rank + ", " + pick(d, []string{"chef de service", "adjoint au chef de service", "officier de permanence"}),
			trade: &trade{}, org: org{f.name, government}, city: pick(d, cities), duties: []string{pick(d, []string{"Encadrement de 40 agents", "Coordination avec le parquet", "Formation des recrues"})}}
		if at == s.to && s.status == "serving" {
			j.open = true
		}
		d.jobs = append(d.jobs, j)
		at = from - 1
	}
	d.addDegrees(pick(d, []int{6, 7}), s.from-Month(2+d.IntN(10)), false)
}

// drawJobs fills the time from start to the day of reckoning with jobs, gaps and overlaps.
func (d *draw) drawJobs(start Month, n nature) {
	byYear := d.chance(25)
	var list []job
	for at := start; at < d.now()-1 && len(list) < 7; {
		to := at + Month(5+d.IntN(48))
		j := d.job(at, to, n)
		j.byYear = byYear && to.year() > at.year()
		if to >= d.now()-Month(d.IntN(8)) {
			if d.chance(75) {
				j.open = true
			} else {
				j.to = d.now() - 1
			}
			j.byYear = j.byYear && (j.open || j.to.year() > j.from.year())
		}
		list = append(list, j)
		if j.open {
			break
		}
		at = j.to + 1 + Month(d.IntN(4))
		if d.chance(20) && j.share == 100 && !j.byYear { // overlap
			at -= Month(2 + d.IntN(6))
			if at <= j.from {
				at = j.from + 1
			}
		}
	}
	// Part time beside another job is counted differently by different people: whole then.
	for i := range list {
		for k := range list {
			if i != k && list[i].share != 100 && list[i].from <= list[k].last(d.now()) && list[k].from <= list[i].last(d.now()) {
				list[i].share = 100
			}
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		d.jobs = append(d.jobs, list[i])
	}
	if d.chance(15) {
		d.addShort(start-Month(5+d.IntN(12)), pick(d, []nature{internship, volunteering, civicService}))
	}
}

func (d *draw) addShort(from Month, n nature) {
	j := d.job(from, from+Month(1+d.IntN(6)), n)
	j.byYear, j.open = false, false
	if j.to >= d.now() {
		j.to = d.now() - 1
	}
	j.from = min(j.from, j.to)
	d.jobs = append(d.jobs, j)
}

func (d *draw) job(from, to Month, n nature) job {
	t := pick(d, trades)
	if d.chance(35) {
		t = trades[0]
	}
	j := job{from: from, to: to, share: 100, nature: n, trade: t, title: d.say(t.titles)}
	if n == work && d.chance(8) {
		j.share = pick(d, []int{50, 80, noShare})
	}
	s := sector(d.IntN(5))
	if d.chance(45) {
		s = ngo
	}
	name := d.say(orgForms[s])
	if strings.Contains(name, "%s") {
		name = fmt.Sprintf(name, pick(d, orgNames))
	}
	j.org = org{name, s}
	if !d.chance(10) {
		j.city = pick(d, cities)
	}
	j.duties = append(j.duties, d.say(t.duties))
	if d.chance(60) {
		j.duties = append(j.duties, d.say(neutral))
	}
	return j
}

// last is the last month of a job.
func (j job) last(now Month) Month {
	if j.open {
		return now
	}
	return min(j.to, now)
}

func (d *draw) degree(level int, from, end Month, running bool) degree {
	f := pick(d, fields)
	g := degree{level: level, field: f, from: from.year(), end: end, running: running, school: pick(d, schools[d.lang]), byYear: d.chance(70), city: d.home}
	g.name = fmt.Sprintf(d.say(degreeTitles[level]), f.name[d.lang])
	return g
}

// addDegrees makes the highest degree and those below it.
func (d *draw) addDegrees(level int, end Month, running bool) {
	length := map[int]Month{8: 36, 7: 24, 6: 36, 5: 24, 4: 36}
	for l := level; l >= 4; {
		from := end - length[l]
		g := d.degree(l, from, end, running)
		if running {
			if l == 6 || l == 7 {
				started := int(d.now()-from)/12 + 1
				g.year = min(max(started, 1), int(length[l])/12)
				if d.chance(70) {
					title := strings.ReplaceAll(d.say(yearTitles[l]), "{nth}", []string{"", "1re", "2e", "3e"}[g.year])
					if !strings.Contains(title, "%[2]d") {
						g.name = fmt.Sprintf(title, g.field.name[d.lang])
					} else {
						g.name = fmt.Sprintf(title, g.field.name[d.lang], g.year)
					}
				} else {
					g.year = 0
				}
			}
		} else if l == level && d.chance(5) && l > 5 {
			g.abandoned = true
		}
		if l == 4 {
			g.name, g.field = d.say(degreeTitles[4]), &field{}
		}
		if l == level || d.chance(75) {
			d.degrees = append(d.degrees, g)
		}
		running = false
		end = from - Month(d.IntN(3))
		switch l {
		case 8:
			l = 7
		case 7:
			l = 6
		default:
			l = min(l-1, 4)
		}
	}
}

func (d *draw) drawLanguages() {
	own := int(d.lang)
	if d.chance(20) {
		own = d.IntN(len(languages))
	}
	list := []int{own}
	for _, i := range d.Perm(len(languages))[:1+d.IntN(4)] {
		if i != own {
			list = append(list, i)
		}
	}
	for n, i := range list {
		t := tongue{code: languages[i].code, level: d.level(n == 0)}
		if n > 0 && t.level.lo > 0 && d.chance(4) {
			other := level{}
			other.lo = 1 + (t.level.lo+2)%6
			other.hi = other.lo
			other.written = cefr(other.lo)
			t.letter = &other
		}
		if n > 0 && t.letter == nil && d.chance(15) {
			t.level = d.tested(t.code, t.level)
		}
		d.tongues = append(d.tongues, t)
	}
}

// tested is a level proved by a test or a diploma instead of a word, where the language has
// one. The bounds are those of the reading rules.
func (d *draw) tested(code string, otherwise level) level {
	point := func(n int, w string) level { return level{lo: n, hi: n, written: w} }
	switch code {
	case "en":
		switch d.IntN(4) {
		case 0:
			score := 500 + 5*d.IntN(99)
			return point(above(score, 0, 0, 550, 785, 945), fmt.Sprintf("TOEIC %d", score))
		case 1:
			score := 42 + d.IntN(79)
			return point(above(score, 0, 0, 42, 72, 95), fmt.Sprintf("TOEFL iBT %d", score))
		case 2:
			score := 8 + d.IntN(10) // halves of a point
			return point(above(score, 0, 0, 8, 11, 14, 17), fmt.Sprintf("IELTS %d.%d", score/2, score%2*5))
		}
		return pick(d, []level{point(4, "Cambridge FCE"), point(5, "Cambridge CAE"), point(6, "Cambridge CPE")})
	case "fr":
		return pick(d, []level{point(3, "DELF B1"), point(4, "DELF B2"), point(5, "DALF C1"), point(6, "DALF C2")})
	}
	return otherwise
}

// above is the highest level whose bound a score reaches, A1 first; scores below the first
// bound given are A2.
func above(score int, bounds ...int) int {
	n := 0
	for _, b := range bounds {
		if score >= b {
			n++
		}
	}
	return n
}

func cefr(n int) string { return []string{"", "A1", "A2", "B1", "B2", "C1", "C2"}[n] }

func (d *draw) level(mother bool) level {
	point := func(n int, w string) level { return level{lo: n, hi: n, written: w} }
	if mother && d.chance(80) {
		return point(6, d.say(levelWords[6]))
	}
	switch n := d.IntN(100); {
	case n < 40:
		l := 1 + d.IntN(6)
		return point(l, cefr(l))
	case n < 70:
		l := 2 + d.IntN(4)
		return point(l, d.say(levelWords[l]))
	case n < 78:
		return level{good: true, lo: 4, hi: 5, written: d.say(goodWords)}
	case n < 84:
		return level{written: d.say(bars)}
	case n < 90:
		return level{}
	default:
		base := 2 + d.IntN(4)
		s := []int{base + d.IntN(2), base + d.IntN(2), base, base}
		lo, hi := 6, 1
		for _, v := range s {
			lo, hi = min(lo, v), max(hi, v)
		}
		return level{lo: lo, hi: hi, skills: s}
	}
}

func (d *draw) drawReferees() {
	switch n := d.IntN(100); {
	case n < 35:
		return
	case n < 45:
		d.onRequest = true
		return
	}
	for range 1 + d.IntN(4) {
		r := referee{name: pick(d, firstNames) + " " + pick(d, lastNames), kind: pick(d, []relation{lineManager, lineManager, hr, hr, colleague, unknownRelation, family})}
		if strings.HasSuffix(r.name, d.last) || d.named(r.name) {
			continue
		}
		r.position = pick(d, positions[d.lang])
		if r.kind == hr {
			r.position = pick(d, hrPositions[d.lang])
		} else if r.kind != unknownRelation {
			r.relation = d.say(relations[r.kind])
		}
		r.org = pick(d, orgNames)
		if len(d.jobs) > 0 && d.jobs[0].org.sector != un {
			r.org = d.jobs[d.IntN(len(d.jobs))].org.name
		}
		if !d.chance(8) {
			r.contact = strings.ToLower(strings.ReplaceAll(r.name, " ", ".")) + "@bureau.example"
			if d.chance(40) {
				r.contact = fmt.Sprintf("+221 77 000 %02d %02d", d.IntN(100), d.IntN(100))
			}
		}
		d.referees = append(d.referees, r)
	}
}

func (d *draw) named(name string) bool {
	for _, r := range d.referees {
		if r.name == name {
			return true
		}
	}
	return name == d.first+" "+d.last
}

func (d *draw) drawStatements() {
	if d.chance(55) {
		young := d.now()
		for _, j := range d.jobs {
			young = min(young, j.from)
		}
		year := young.year() - 17 - d.IntN(8)
		b := &birth{date: screening.Date{Year: year, Month: time.Month(1 + d.IntN(12)), Day: 1 + d.IntN(28)}}
		switch n := d.IntN(100); {
		case n < 15:
			b.yearOnly = true
		case n < 35:
			b.age = yearsOn(b.date, screening.DateOf(d.received))
		}
		d.birth = b
	}
	d.licence = pick(d, []licenceState{licenceSilent, licenceSilent, licenceB, licenceB, licenceB, licenceNone, licenceComing, licenceVague, licenceOther})
	if d.chance(60) {
		d.free = free{said: true, now: d.chance(30), from: d.now() + Month(d.IntN(7))}
		if d.chance(65) {
			d.free.months = pick(d, []int{2, 3, 4, 5, 6, 6, 9, 12})
		}
	}
	d.grants = map[string]bool{}
	if d.chance(40) {
		d.grants[pick(d, grantKeys)] = !d.chance(25)
	}
	d.skills = map[*skill]skillState{}
	for _, s := range skills {
		d.skills[s] = pick(d, []skillState{skillAbsent, skillAbsent, skillListed, skillListed, skillInSentence, skillDenied, skillHoped, skillQuoted, skillToSoftware})
	}
	if d.chance(15) {
		d.claim = 3 + d.IntN(18)
	}
}

// grantKeys are the conditions of eligibility drawn.
var grantKeys = []string{"grant", "compulsory"}

// yearsOn is an age on a day.
func yearsOn(born, on screening.Date) int {
	n := on.Year - born.Year
	if on.Month < born.Month || on.Month == born.Month && on.Day < born.Day {
		n--
	}
	return n
}
