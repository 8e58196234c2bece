package screening

import (
	"math/rand/v2"
	"testing"

	"dossier/screening/fact"
)

func someStays(r *rand.Rand) []fact.Period {
	var out []fact.Period
	for range 1 + r.IntN(6) {
		start := fact.MonthOf(2000+r.IntN(20), 1+r.IntN(12))
		end := start + fact.Month(r.IntN(60))
		p := fact.Period{StartLo: start, StartHi: start, EndLo: end, EndHi: end, Nature: fact.Work}
		switch r.IntN(4) {
		case 0:
			p.StartLo, p.StartHi = fact.MonthOf(start.Year(), 1), fact.MonthOf(start.Year(), 12)
			p.EndLo, p.EndHi = fact.MonthOf(end.Year(), 1), fact.MonthOf(end.Year(), 12)
		case 1:
			p.Share = 10 * (1 + r.IntN(9))
		}
		out = append(out, p)
	}
	return out
}

func count(ps []fact.Period) months {
	var stays []stay
	for _, p := range ps {
		if s, ok := stayOf(p, fact.MonthOf(2024, 11)); ok {
			stays = append(stays, s)
		}
	}
	return sumMonths(stays, nil)
}

func TestMonthsAreAUnion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		ps := someStays(r)
		all := count(ps)
		if all.Lo > all.Hi {
			t.Fatalf("bounds out of order: %v of %+v", all, ps)
		}
		sum := 0
		for _, p := range ps {
			sum += count([]fact.Period{p}).Hi
			if p.Share > 0 {
				// Each sum drops the part of a month that is left over.
				sum++
			}
		}
		if all.Hi > sum {
			t.Fatalf("the union %v is more than the sum %d of %+v", all, sum, ps)
		}
		for n := range ps {
			if one := count(ps[n : n+1]); one.Hi > all.Hi {
				t.Fatalf("the union %v is less than one of its parts, %v of %+v", all, one, ps)
			}
		}
		shuffled := append([]fact.Period(nil), ps...)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := count(shuffled); got != all {
			t.Fatalf("order changes %v to %v: %+v", all, got, ps)
		}
	}
}

func TestOneMoreMonthMovesTheSumByAtMostOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		ps := someStays(r)
		before := count(ps)
		n := r.IntN(len(ps))
		if ps[n].StartLo != ps[n].StartHi {
			continue
		}
		ps[n].EndLo++
		ps[n].EndHi++
		after := count(ps)
		if after.Lo < before.Lo || after.Lo > before.Lo+1 || after.Hi < before.Hi || after.Hi > before.Hi+1 {
			t.Fatalf("one month more moves %v to %v: %+v", before, after, ps)
		}
	}
}

func TestMonthsOfKnownHistories(t *testing.T) {
	m := fact.MonthOf
	exact := func(from, to fact.Month) fact.Period {
		return fact.Period{StartLo: from, StartHi: from, EndLo: to, EndHi: to, Nature: fact.Work}
	}
	years := func(from, to int) fact.Period {
		return fact.Period{StartLo: m(from, 1), StartHi: m(from, 12), EndLo: m(to, 1), EndHi: m(to, 12), Nature: fact.Work}
	}
	half := exact(m(2023, 1), m(2024, 6))
	half.Share, half.PartTime = 50, true
	stated := years(2019, 2020)
	stated.StatedLo, stated.StatedHi = 14, 14
	cases := []struct {
		name string
		in   []fact.Period
		want months
	}{
		{"first and last month count", []fact.Period{exact(m(2020, 3), m(2020, 5))}, months{3, 3}},
		{"overlap once", []fact.Period{exact(m(2016, 10), m(2018, 1)), exact(m(2017, 1), m(2019, 12))}, months{39, 39}},
		{"years only", []fact.Period{years(2018, 2021)}, months{26, 48}},
		{"one year", []fact.Period{years(2019, 2019)}, months{1, 12}},
		{"half time beside full time", []fact.Period{half, exact(m(2023, 3), m(2024, 8))}, months{19, 19}},
		{"a length written beside years", []fact.Period{stated}, months{14, 14}},
		{"nothing after the day of reckoning", []fact.Period{exact(m(2024, 6), m(2026, 6))}, months{6, 6}},
		{"not begun", []fact.Period{exact(m(2025, 6), m(2026, 6))}, months{0, 0}},
	}
	for _, c := range cases {
		if got := count(c.in); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
