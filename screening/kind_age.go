package screening

import (
	"strconv"
	"time"
)

// ageParams: an age in years on the day of reckoning, both ends included.
type ageParams struct {
	Min *int `json:"min"`
	Max *int `json:"max"`
}

var age = Kind{Name: "age", Check: checkAge, Judge: judgeAge,
	Reasons: []string{"age.within", "age.outside", "age.silent", "age.near", "age.conflict"}}

func checkAge(c Criterion) []Problem {
	var p ageParams
	if problems := checkParams(c, &p); problems != nil {
		return problems
	}
	switch {
	case p.Min == nil && p.Max == nil:
		return []Problem{{"params.min", "neither min nor max"}}
	case p.Min != nil && (*p.Min < 0 || *p.Min > 120):
		return []Problem{{"params.min", "want years from 0 to 120"}}
	case p.Max != nil && (*p.Max < 0 || *p.Max > 120):
		return []Problem{{"params.max", "want years from 0 to 120"}}
	case p.Min != nil && p.Max != nil && *p.Min > *p.Max:
		return []Problem{{"params.max", "below min"}}
	}
	return nil
}

// judgeAge takes written dates of birth and ages only. An age is that of the day the
// dossier arrived: by another day of reckoning it may have moved by the years between.
func judgeAge(c Criterion, r *Reading) Finding {
	var p ageParams
	_ = decode(c, &p)
	asOf := r.AsOf()
	lo, hi := 0, 200
	var evidence []Evidence
	conflict := false
	narrow := func(a, b int) {
		if a > hi || b < lo {
			conflict = true
			return
		}
		lo, hi = max(lo, a), min(hi, b)
	}
	for _, i := range r.Own() {
		for _, b := range r.Facts[i].Births {
			latest := b.Latest
			if latest == "" {
				latest = b.Date
			}
			evidence = append(evidence, r.Passage(i, b.Where, Supports))
			narrow(yearsBetween(latest, asOf), yearsBetween(b.Date, asOf))
		}
	}
	for _, i := range r.Own() {
		for _, a := range r.Facts[i].Ages {
			evidence = append(evidence, r.Passage(i, a.Where, Supports))
			from, to := r.ageOn(a.Years, asOf)
			// An age beside a date of birth may be a year old: the date decides.
			if len(evidence) > 1 && a.Years >= lo-2 && a.Years <= hi+1 {
				continue
			}
			narrow(from, to)
		}
	}
	if len(evidence) == 0 {
		return c.Unclear("age.silent").With(r.Searched())
	}
	args := []string{"lo", strconv.Itoa(lo), "hi", strconv.Itoa(hi), "on", asOf.String()}
	if p.Min != nil {
		args = append(args, "min", strconv.Itoa(*p.Min))
	}
	if p.Max != nil {
		args = append(args, "max", strconv.Itoa(*p.Max))
	}
	if conflict {
		return c.Unclear("age.conflict", args...).With(evidence...)
	}
	inside := (p.Min == nil || lo >= *p.Min) && (p.Max == nil || hi <= *p.Max)
	outside := p.Min != nil && hi < *p.Min || p.Max != nil && lo > *p.Max
	switch {
	case inside:
		return c.Met("age.within", args...).With(evidence...)
	case outside:
		for k := range evidence {
			evidence[k].Role = Contradicts
		}
		return c.NotMet("age.outside", args...).With(evidence...)
	}
	return c.Unclear("age.near", args...).With(evidence...)
}

// ageOn bounds the age on a day of somebody who wrote an age in an application received
// around then.
func (r *Reading) ageOn(years int, day Date) (lo, hi int) {
	written := r.Dossier.ReceivedAt
	if written.IsZero() {
		return years, years + 1
	}
	target := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC)
	days := int(target.Sub(written).Hours() / 24)
	switch {
	case days < -62:
		return years - 1 - (-days)/366, years
	case days <= 62:
		// So near to the day, the age as written is the age.
		return years, years
	case days <= 366:
		return years, years + 1
	}
	return years + days/366, years + 1 + days/365
}

// yearsBetween is the age on a day of somebody born on born (YYYY-MM-DD).
func yearsBetween(born string, on Date) int {
	b, err := ParseDate(born)
	if err != nil {
		return 0
	}
	n := on.Year - b.Year
	if on.Month < b.Month || on.Month == b.Month && on.Day < b.Day {
		n--
	}
	return n
}
