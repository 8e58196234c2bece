package main

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"dossier/intake/extract"
)

// plainWords are the words of a text as they are compared: one kind of apostrophe, no
// hyphens (a line's end may add one), lower case, what has no letter or digit left out.
func plainWords(t string) []string {
	t = strings.NewReplacer("’", "'", "\u00ad", "", "\f", "\n", "\u00a0", " ").Replace(norm.NFKC.String(t))
	// A hyphen at a line's end divides a word.
	lines := strings.Split(t, "\n")
	var b strings.Builder
	for _, l := range lines {
		l = strings.TrimRight(l, " \t")
		r := []rune(l)
		if n := len(r); n > 1 && (r[n-1] == '-' || r[n-1] == '‐') && unicode.IsLetter(r[n-2]) {
			b.WriteString(string(r[:n-1]))
			continue
		}
		b.WriteString(l + "\n")
	}
	var out []string
	for _, w := range strings.Fields(strings.ToLower(b.String())) {
		w = strings.NewReplacer("-", "", "‐", "").Replace(w)
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			out = append(out, w)
		}
	}
	return out
}

// f1 is the harmonic mean of precision and recall of words.
func f1(got, want []string) float64 {
	counts := map[string]int{}
	for _, w := range want {
		counts[w]++
	}
	hit := 0
	for _, w := range got {
		if counts[w] > 0 {
			counts[w]--
			hit++
		}
	}
	if len(got)+len(want) == 0 {
		return 1
	}
	return 2 * float64(hit) / float64(len(got)+len(want))
}

// kept is the share of words that stand once in both texts and keep their order: the
// longest run of them that only goes forward.
func kept(got, want []string) float64 {
	at := once(want)
	back := once(got)
	var seq []int
	for i, w := range got {
		if j, ok := at[w]; ok && back[w] == i {
			if _, unique := back[w]; unique {
				seq = append(seq, j)
			}
		}
	}
	if len(seq) == 0 {
		return 0
	}
	var tails []int
	for _, x := range seq {
		i, _ := slices.BinarySearch(tails, x)
		if i == len(tails) {
			tails = append(tails, x)
		} else {
			tails[i] = x
		}
	}
	return float64(len(tails)) / float64(len(seq))
}

// once gives the place of each word that stands once.
func once(ws []string) map[string]int {
	at, seen := map[string]int{}, map[string]bool{}
	for i, w := range ws {
		if seen[w] {
			delete(at, w)
			continue
		}
		seen[w] = true
		at[w] = i
	}
	return at
}

// known joins the known words, one a line so that hyphens in them divide nothing.
func known(words []string) []string { return plainWords(strings.Join(words, " ")) }

// marks scores a text against a sheet.
func marks(s sheet, got string) (f, order float64) {
	ws := plainWords(got)
	orders := s.orders()
	f = f1(ws, known(orders[0]))
	for _, o := range orders {
		order = max(order, kept(ws, known(o)))
	}
	return f, order
}

// leaps counts how often a text jumps from one column of a sheet to the other: once is
// enough. Words that stand on both sides are passed over.
func leaps(s sheet, got string) int {
	const left, right, both = 1, 2, 3
	sides := map[string]int{}
	for _, w := range known(s.words(s.left)) {
		sides[w] |= left
	}
	for _, w := range known(s.words(s.right)) {
		sides[w] |= right
	}
	for _, h := range s.head {
		for _, w := range plainWords(h) {
			sides[w] = both
		}
	}
	last, n := 0, 0
	for _, w := range plainWords(got) {
		side := sides[w]
		if side == 0 || side == both {
			continue
		}
		if last != 0 && side != last {
			n++
		}
		last = side
	}
	return n
}

// boxScore counts the words of a page that the browser placed, those found within two
// points of its rectangle on every edge, and the largest difference of each of them.
func boxScore(res extract.Result, want []shown) (hits, all int, off []float64) {
	if len(res.Pages) == 0 {
		return 0, len(want), nil
	}
	p := res.Pages[0]
	places := map[string][][4]float64{}
	for _, w := range p.Words {
		t := strings.ToLower(norm.NFKC.String(p.Text[w.Start:w.End]))
		places[t] = append(places[t], [4]float64{w.Box[0] * p.Width, w.Box[1] * p.Height, w.Box[2] * p.Width, w.Box[3] * p.Height})
	}
	for _, w := range want {
		all++
		best := math.Inf(1)
		for _, b := range places[strings.ToLower(norm.NFKC.String(w.Text))] {
			d := 0.0
			for i := range b {
				d = max(d, math.Abs(b[i]-w.Box[i]))
			}
			best = min(best, d)
		}
		if best <= 2 {
			hits++
		}
		if !math.IsInf(best, 1) {
			off = append(off, best)
		}
	}
	return hits, all, off
}
