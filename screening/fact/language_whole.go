package fact

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// maxWhole bounds how much of an item of a list is quoted, in bytes of folded text.
const maxWhole = 160

// wholeItems lets each statement quote the whole item it stands in: who checks "French :
// lu, écrit, parlé" must not be shown "French" alone. Where an item ends, and only there,
// the next language begins.
func wholeItems(v *View, list []Language) {
	for i := range list {
		w := &list[i].Where
		for _, l := range v.Lines {
			all := l.All()
			if l.Page != w.Page || w.Start < all.Start || w.Start >= all.End || w.End > all.End {
				continue
			}
			page, _ := v.Page(l.Page)
			l.Folded = l.Sub(0, fits(l.Text, maxListLine))
			start, end := foldedAt(l.Line, w.Start), foldedAt(l.Line, w.End)
			if to := wholeItem(l.Folded, start, end, func(a, b int) string { s, e := l.Span(a, b); return page.Text[s:e] }); to > end {
				w.End = l.At(start, to).End
			}
			break
		}
	}
}

// foldedAt is the first byte of the folded text of a line at or behind byte at of the page.
func foldedAt(l text.Line, at int) int {
	lo, hi := 0, len(l.Text)
	for lo < hi {
		mid := (lo + hi) / 2
		if s, _ := l.Span(mid, mid+1); s >= at {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// wholeItem is the end of the item in which a passage stands.
func wholeItem(f text.Folded, start, end int, raw func(a, b int) string) int {
	s := f.Text
	if start >= end || end > len(s) || len(s)-end == 0 {
		return end
	}
	depth := depths(s)
	base := depth[start]
	limit := min(len(s), start+fits(s[start:], maxWhole))
	for _, n := range lexicon.FindLanguages(f, raw) {
		if n.Start >= end && depth[n.Start] <= base && n.Start < limit {
			limit = n.Start
			break
		}
	}
	whole := limit == len(s)
	stop := limit
	strong := map[int]bool{}
	for _, m := range strongSep.FindAllStringIndex(s, -1) {
		strong[m[0]] = true
	}
	comma := -1
	for i := end; i < limit; i++ {
		if depth[i] < base || depth[i] == base && strong[i] {
			stop, whole = i, true
			break
		}
		if depth[i] == base && s[i] == ',' {
			comma = i
		}
	}
	if !whole {
		// The next language, or the limit, cuts: what leads to it belongs to it.
		if comma < 0 {
			m := andBefore.FindStringIndex(s[end:stop])
			if m == nil {
				return max(end, closed(s, depth, base, end, stop))
			}
			comma = end + m[0]
		}
		stop = comma
	}
	return end + len(strings.TrimRight(s[end:stop], " ,:;-–"))
}

var andBefore = text.MustPattern(`\s(?:et|and|&|puis)\s(?:(?:l'|le |la |un |du )\s*)?$`)

// closed is the end of the brackets that are open at end.
func closed(s string, depth []int, base, end, limit int) int {
	if end == 0 || depth[end-1] <= base {
		return end
	}
	for i := end; i < limit; i++ {
		if depth[i] <= base {
			return i + 1
		}
	}
	return end
}
