package screening

import (
	"fmt"
	"sort"
	"strings"

	"dossier/screening/fact"
)

// Months of work are counted as the size of a union of calendar months: a month covered by
// two jobs counts once, the first and the last month of a job both count. Ends that are
// not written to the month make two sums, the least and the most that can be true.

// stay is a period as it counts: its bounds cut at the day of reckoning, and its share of
// full time.
type stay struct {
	startLo, startHi, endLo, endHi fact.Month
	// shareLo and shareHi bound the share of full time in percent; they differ when part
	// time is said without a share.
	shareLo, shareHi int
	// statedLo and statedHi bound a length written beside the dates, 0 when none is.
	statedLo, statedHi int
	// maybe is true when it may not count at all.
	maybe bool
}

// months are bounds of a sum, in calendar months.
type months struct{ Lo, Hi int }

func (m months) String() string {
	if m.Lo == m.Hi {
		return fmt.Sprint(m.Lo)
	}
	return fmt.Sprintf("%d-%d", m.Lo, m.Hi)
}

// monthOf is the month a day lies in.
func monthOf(d Date) fact.Month { return fact.MonthOf(d.Year, int(d.Month)) }

// stayOf cuts a period at the month of reckoning; false when nothing of it lies before.
func stayOf(p fact.Period, asOf fact.Month) (stay, bool) {
	s := stay{startLo: p.StartLo, startHi: p.StartHi, endLo: p.EndLo, endHi: p.EndHi, shareLo: 100, shareHi: 100, statedLo: p.StatedLo, statedHi: p.StatedHi}
	if p.Open {
		s.endLo, s.endHi = asOf, asOf
		s.startHi = min(s.startHi, asOf)
	}
	if s.startLo == 0 || s.startLo > asOf {
		return stay{}, false
	}
	cut := s.endHi > asOf
	s.startHi, s.endLo, s.endHi = min(s.startHi, asOf), min(s.endLo, asOf), min(s.endHi, asOf)
	if cut || p.Open {
		s.statedLo, s.statedHi = 0, 0
	}
	switch {
	case p.Share > 0:
		s.shareLo, s.shareHi = p.Share, p.Share
	case p.PartTime:
		s.shareLo = 0
	}
	return s, true
}

// sumMonths counts stays, with the leaves among them taken out.
func sumMonths(stays []stay, leaves []stay) months {
	least, most := map[fact.Month]int{}, map[fact.Month]int{}
	var loose []stay
	var total months
	for n, s := range stays {
		if lonely(stays, n) && (s.statedHi > 0 || s.startHi > s.endLo) && s.shareLo == 100 {
			// Apart from all others, its own bounds say more than its months do.
			loose = append(loose, s)
			continue
		}
		if !s.maybe {
			for m := s.startHi; m <= s.endLo; m++ {
				least[m] += s.shareLo
			}
		}
		for m := s.startLo; m <= s.endHi; m++ {
			most[m] += s.shareHi
		}
	}
	for _, l := range leaves {
		if l.startLo == 0 {
			continue
		}
		for m := l.startLo; m <= l.endHi; m++ {
			delete(least, m)
		}
		for m := l.startHi; m <= l.endLo; m++ {
			delete(most, m)
		}
	}
	total.Lo = full(least) / 100
	total.Hi = full(most) / 100
	for _, s := range loose {
		own := length(s)
		if !s.maybe {
			total.Lo += own.Lo
		}
		total.Hi += own.Hi
	}
	for _, l := range leaves {
		if l.startLo == 0 {
			total.Lo -= l.statedHi
			total.Hi -= l.statedLo
		}
	}
	total.Lo = max(0, min(total.Lo, total.Hi))
	total.Hi = max(0, total.Hi)
	return total
}

// full adds up shares, no month more than whole.
func full(shares map[fact.Month]int) int {
	n := 0
	for _, s := range shares {
		n += min(s, 100)
	}
	return n
}

// length bounds the months of one stay; at least one when it took place at all.
func length(s stay) months {
	own := months{Lo: max(1, int(s.endLo-s.startHi)+1), Hi: max(1, int(s.endHi-s.startLo)+1)}
	if s.statedHi > 0 && s.statedLo <= own.Hi && s.statedHi >= own.Lo {
		own.Lo, own.Hi = max(own.Lo, s.statedLo), min(own.Hi, s.statedHi)
	}
	return own
}

// lonely tells whether no other stay can touch a month of the n-th.
func lonely(stays []stay, n int) bool {
	for k, o := range stays {
		if k != n && o.startLo <= stays[n].endHi && stays[n].startLo <= o.endHi {
			return false
		}
	}
	return true
}

// arithmetic prints the stays a sum was made of, earliest first: "2017-06..2020-02 +
// 2020-03..2024-11".
func arithmetic(stays []stay) string {
	sorted := append([]stay(nil), stays...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.startLo != b.startLo {
			return a.startLo < b.startLo
		}
		return a.endHi < b.endHi
	})
	var out []string
	for n, s := range sorted {
		if n == 12 {
			out = append(out, "…")
			break
		}
		text := monthSpan(s.startLo, s.startHi) + ".." + monthSpan(s.endLo, s.endHi)
		if s.shareLo == s.shareHi && s.shareHi < 100 {
			text += fmt.Sprintf(" (%d %%)", s.shareHi)
		} else if s.shareLo < 100 {
			text += " (?)"
		}
		out = append(out, text)
	}
	return strings.Join(out, " + ")
}

func monthSpan(lo, hi fact.Month) string {
	if lo == hi {
		return lo.String()
	}
	return lo.String() + "/" + hi.String()
}
