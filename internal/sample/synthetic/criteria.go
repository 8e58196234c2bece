package synthetic

import (
	"encoding/json"
	"fmt"
	"time"

	"dossier/screening"
)

// Due is the verdict that follows from the facts. Also are verdicts careful people could
// defend as well.
type Due struct {
	Verdict screening.Verdict
	Also    []screening.Verdict
	// Why is the fact it follows from, for whoever debugs.
	Why string
}

// accepts tells whether a verdict is right.
func (d Due) accepts(v screening.Verdict) bool {
	if v == d.Verdict {
		return true
	}
	for _, a := range d.Also {
		if v == a {
			return true
		}
	}
	return false
}

func met(why string, args ...any) Due {
	return Due{Verdict: screening.Met, Why: fmt.Sprintf(why, args...)}
}
func notMet(why string, args ...any) Due {
	return Due{Verdict: screening.NotMet, Why: fmt.Sprintf(why, args...)}
}
func unclear(why string, args ...any) Due {
	return Due{Why: fmt.Sprintf(why, args...)}
}

func (d Due) or(also ...screening.Verdict) Due {
	d.Also = append(d.Also, also...)
	return d
}

// question is a criterion with the verdict due.
type question struct {
	screening.Criterion
	due Due
	// words are what a keyword filter would look for.
	words []string
	// years is the number of years such a filter would compare with.
	years, maxYears float64
}

func (d *draw) ask(id, kind string, params map[string]any, due Due) question {
	raw, err := json.Marshal(params)
	if err != nil {
		panic(err) // only literals of this file come here
	}
	return question{Criterion: screening.Criterion{ID: id, Kind: kind, Importance: screening.Required, Params: raw}, due: due}
}

// domains are what criteria of experience ask for, by the key of a trade.
var domains = map[string][]string{
	"protection": {"protection"}, "construction": {"construction", "bâtiment"}, "communication": {"communication"},
	"finance": {"comptabilité", "finance"}, "health": {"santé", "health"}, "logistics": {"logistique", "logistics"},
}

var domainKeys = []string{"protection", "construction", "communication", "finance", "health", "logistics"}
var groupKeys = []string{"law", "social", "relations", "business", "engineering", "health"}

// questions draws a checklist and answers it from the facts.
func (d *draw) questions() []question {
	var out []question
	add := func(q question, words ...string) {
		q.words = words
		out = append(out, q)
	}
	add(d.ask("documents", "documents", map[string]any{"all_of": []string{"cv", "cover_letter"}}, d.dueDocuments(true, true, false)))
	add(d.ask("cv-pdf", "documents", map[string]any{"all_of": []string{"cv"}, "formats": []string{"pdf"}}, d.dueDocuments(true, false, true)))
	add(d.ask("deadline", "deadline", map[string]any{}, d.dueDeadline()))
	d.askLanguages(add)
	d.askExperience(&out)
	d.askEducation(add)
	d.askEnrolment(add)
	if d.service != nil || d.chance(15) {
		d.askCareer(add)
	}
	d.askReferences(add)
	lo := 20 + d.IntN(8)
	hi := lo + 8 + d.IntN(20)
	add(d.ask("age", "age", map[string]any{"min": lo, "max": hi}, d.dueAge(lo, hi)))
	add(d.ask("licence", "licence", map[string]any{"licence": "B"}, d.dueLicence()), "permis B", "driving licence")
	for n, i := range d.Perm(len(skills))[:4] {
		add(d.ask(fmt.Sprintf("skill-%d", n), "skill", map[string]any{"any_of": skills[i].terms}, d.dueSkill(skills[i])), skills[i].terms...)
	}
	d.askAvailability(add)
	d.askEligibility(add)
	add(d.ask("judgement", "judgement", map[string]any{"topic": "tact", "cues": []string{"équipe", "team"}}, unclear("never decided")), "équipe", "team")
	return out
}

type adder func(q question, words ...string)

func (d *draw) dueDocuments(cv, letter, pdf bool) Due {
	type answer struct {
		verdict screening.Verdict
		why     string
	}
	look := func(s state, what string) answer {
		switch s {
		case absent:
			if d.cv == unreadable || d.letter == unreadable {
				return answer{screening.NotMet, what + " absent, another file unreadable"}
			}
			return answer{screening.NotMet, what + " absent"}
		case unreadable:
			return answer{screening.Unclear, what + " unreadable"}
		}
		return answer{screening.Met, what + " there"}
	}
	all := []answer{}
	if cv {
		a := look(d.cv, "cv")
		if pdf && d.cv == inBody {
			a = answer{screening.NotMet, "cv typed in the mail"}
		} else if pdf && d.cv != absent && d.cvMedia != "application/pdf" {
			a = answer{screening.NotMet, "cv of another format"}
		}
		all = append(all, a)
	}
	if letter {
		all = append(all, look(d.letter, "letter"))
	}
	due := met("all there")
	for _, a := range all {
		if a.verdict == screening.NotMet {
			due = notMet("%s", a.why)
			if d.cv == unreadable || d.letter == unreadable {
				// What cannot be opened may be what is missing.
				due = due.or(screening.Unclear)
			}
			return due
		}
		if a.verdict == screening.Unclear {
			due = unclear("%s", a.why)
			if pdf {
				due = due.or(screening.Met)
			}
		}
	}
	return due
}

func (d *draw) dueDeadline() Due {
	limit := d.deadline.At
	if limit.Hour() == 23 && limit.Minute() == 59 {
		limit = limit.Truncate(time.Minute).Add(time.Minute)
	}
	if d.received.Before(limit) {
		return met("received %s before", limit.Sub(d.received))
	}
	return notMet("received %s after", d.received.Sub(limit))
}

func (d *draw) dueLanguage(code string, want int) Due {
	var due Due
	t := d.tongue(code)
	letter := t != nil && t.letter != nil && d.letterSeen()
	switch {
	case t == nil || !d.cvSeen() && !letter:
		return unclear("not mentioned")
	case !d.cvSeen():
		due = d.dueLevel(*t.letter, want)
	case letter:
		a, b := d.dueLevel(t.level, want), d.dueLevel(*t.letter, want)
		due = unclear("cv %s, letter %s", t.level.text(), t.letter.written)
		if a.Verdict == b.Verdict {
			due = a.or(screening.Unclear)
		}
		if want == 1 {
			due = met("listed")
		}
	default:
		due = d.dueLevel(t.level, want)
	}
	return due
}

func (l level) text() string {
	if len(l.skills) > 0 {
		s := ""
		for _, v := range l.skills {
			s += cefr(v) + " "
		}
		return s
	}
	return fmt.Sprintf("%q", l.written)
}

func (d *draw) dueLevel(l level, want int) Due {
	why := l.text()
	switch {
	case want == 1:
		return met("%s", why)
	case l.lo == 0:
		return unclear("no level: %s", why)
	case l.lo >= want:
		return met("%s", why)
	case l.good && want == 5:
		return unclear("%s against C1", why)
	case l.good && want == 6:
		return unclear("%s against C2", why).or(screening.NotMet)
	case l.hi < want:
		return notMet("%s", why)
	}
	return unclear("%s straddles", why).or(screening.NotMet)
}

func (d *draw) askLanguages(add adder) {
	for n, i := range d.Perm(len(languages))[:4] {
		l := languages[i]
		if n < 2 && len(d.tongues) > n { // ask more for what is there
			l = language{d.tongues[n].code, both{languageName(d.tongues[n].code, fr), languageName(d.tongues[n].code, en)}}
		}
		want := pick(d, []int{1, 3, 4, 4, 5, 5})
		add(d.ask(fmt.Sprintf("language-%d", n), "language", map[string]any{"language": l.code, "min_level": cefr(want)}, d.dueLanguage(l.code, want)), l.name[fr], l.name[en])
	}
}

func (d *draw) dueAge(lo, hi int) Due {
	b := d.birth
	if b == nil || !d.cvSeen() {
		return unclear("not said")
	}
	from, to := yearsOn(b.date, d.asOf), yearsOn(b.date, d.asOf)
	switch {
	case b.yearOnly:
		from, to = d.asOf.Year-b.date.Year-1, d.asOf.Year-b.date.Year
	case b.age > 0:
		from, to = b.age, b.age
		if d.asOf != screening.DateOf(d.received) {
			// A birthday may lie between the receipt and the day of reckoning.
			due := d.within(b.age, b.age, lo, hi)
			other := d.within(b.age-1, b.age+1, lo, hi)
			if due.Verdict != other.Verdict {
				return due.or(other.Verdict)
			}
			return due
		}
	}
	return d.within(from, to, lo, hi)
}

func (d *draw) within(from, to, lo, hi int) Due {
	switch {
	case from >= lo && to <= hi:
		return met("%d to %d", from, to)
	case to < lo || from > hi:
		return notMet("%d to %d", from, to)
	}
	return unclear("%d to %d straddles", from, to)
}

func (d *draw) dueLicence() Due {
	if !d.cvSeen() {
		return unclear("cv not read")
	}
	switch d.licence {
	case licenceB:
		return met("B")
	case licenceNone:
		return notMet("denied")
	case licenceComing:
		return notMet("being prepared").or(screening.Unclear)
	case licenceVague:
		return unclear("no category").or(screening.Met)
	case licenceOther:
		return unclear("another category").or(screening.NotMet)
	}
	return unclear("not said")
}

func (d *draw) dueSkill(s *skill) Due {
	switch d.skills[s] {
	case skillListed, skillInSentence:
		if d.cvSeen() {
			return met("named")
		}
	case skillDenied:
		if d.letterSeen() {
			return notMet("denied").or(screening.Unclear)
		}
	}
	return unclear("state %d", d.skills[s])
}

func (d *draw) askAvailability(add adder) {
	from := d.now() + Month(d.IntN(3))
	until := from + Month(d.IntN(3))
	least := pick(d, []int{3, 6, 6})
	first := screening.Date{Year: from.year(), Month: time.Month(from.month()), Day: 1}
	last := screening.Date{Year: until.year(), Month: time.Month(until.month()), Day: 28}
	due := unclear("not said")
	if f := d.free; f.said && d.carried("free") {
		start := f.from
		if f.now {
			start = d.now()
		}
		switch {
		case start > until:
			due = notMet("from %d-%02d", start.year(), start.month())
		case f.months == 0:
			due = unclear("no length")
		case f.months < least:
			// Free before the window opens, the months run from the window at best.
			due = notMet("%d months", f.months)
		default:
			due = met("%d months from %d-%02d", f.months, start.year(), start.month())
			if start < from {
				due = due.or(screening.Unclear)
				if start+Month(f.months) < from+Month(least) {
					due = due.or(screening.NotMet)
				}
			}
		}
	}
	add(d.ask("availability", "availability", map[string]any{"start_from": first.String(), "start_until": last.String(), "min_months": least}, due), "disponible", "available")
}

func (d *draw) askEligibility(add adder) {
	due := unclear("not said")
	for _, k := range grantKeys {
		held, said := d.grants[k]
		if !said || !d.carried(k) {
			continue
		}
		if held {
			due = met("%s", k)
			break
		}
		due = unclear("%s denied", k).or(screening.NotMet)
	}
	terms := []string{"bourse", "scholarship", "stage obligatoire", "compulsory internship"}
	add(d.ask("eligibility", "eligibility", map[string]any{"any_of": terms}, due), terms...)
}

func (d *draw) askReferences(add adder) {
	least := 1 + d.IntN(3)
	roles := map[string]int{}
	if d.chance(60) {
		roles["line_manager"] = 1
	}
	if d.chance(30) && len(roles) < least {
		roles["hr"] = 1
	}
	params := map[string]any{"min": least, "exclude_family": true}
	if len(roles) > 0 {
		params["roles"] = roles
	}
	add(d.ask("references", "references", params, d.dueReferences(least, roles)), "Références", "References", "Referees")
}

func (d *draw) dueReferences(least int, roles map[string]int) Due {
	due := d.countReferees(least, roles)
	switch {
	case d.cv == unreadable || d.letter == unreadable && due.Verdict == screening.NotMet:
		return unclear("a file could not be read").or(due.Verdict)
	case d.cv == absent:
		return notMet("no cv").or(screening.Unclear)
	case due.Verdict == screening.NotMet && d.cv == recognised:
		return due.or(screening.Unclear)
	}
	return due
}

func (d *draw) countReferees(least int, roles map[string]int) Due {
	n, open := 0, 0
	have := map[relation]int{}
	for _, r := range d.referees {
		if r.contact == "" || r.kind == family {
			continue
		}
		n++
		have[r.kind]++
		if r.kind == unknownRelation {
			open++ // by position no human resources, perhaps a line manager
		}
	}
	if n < least {
		return notMet("%d of %d", n, least)
	}
	missing := max(0, roles["line_manager"]-have[lineManager])
	switch {
	case have[hr] < roles["hr"]:
		return notMet("no human resources among %d", n)
	case missing == 0:
		return met("%d named", n)
	case missing <= open:
		return unclear("relation not said")
	}
	due := notMet("line managers missing: %d, unsaid %d", missing, open)
	if missing <= open+have[hr] {
		due = due.or(screening.Unclear) // somebody of human resources may have been the manager
	}
	return due
}

func (d *draw) askCareer(add adder) {
	s := d.service
	status := pick(d, []string{"serving", "retired"})
	params := map[string]any{"force": "police", "status": status}
	years := 0
	if status == "serving" && d.chance(60) {
		years = pick(d, []int{10, 15, 20})
		params["min_years"] = years
	}
	var due Due
	switch {
	case !d.cvSeen():
		due = unclear("cv not read")
	case s == nil || s.force.key != "police":
		due = notMet("not police").or(screening.Unclear)
	case s.status != status:
		due = notMet("%s", s.status)
	default:
		due = met("%s", s.status)
		switch n := int(d.now()-s.from) + 1; {
		case years > 0 && n < years*12:
			due = notMet("%d months of service", n)
		case years > 0 && n == years*12: // complete by the month, perhaps not by the day
			due = due.or(screening.NotMet, screening.Unclear)
		}
	}
	add(d.ask("status", "career", params, due), "police")
	ranks := []string{"commissaire", "commissaire divisionnaire", "contrôleur général"}
	rank := unclear("cv not read")
	switch {
	case !d.cvSeen():
	case s == nil || s.force.key != "police":
		rank = notMet("not police").or(screening.Unclear)
	case s.rank == "Commissaire de police" || s.rank == "Commissaire divisionnaire":
		rank = met("%s", s.rank)
	default:
		rank = notMet("%s", s.rank)
	}
	add(d.ask("rank", "career", map[string]any{"force": "police", "ranks": ranks}, rank), ranks...)
}
