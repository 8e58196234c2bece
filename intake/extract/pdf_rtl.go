package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Arabic and Hebrew are drawn from left to right as they are seen, so that what is read
// first comes last. Here lines are put into the order they are spoken in.

// rightToLeft tells whether a character belongs to a script written to the left.
func rightToLeft(r rune) bool {
	return r >= 0x0590 && r <= 0x08FF || r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFC
}

// mayHoldRTL looks for the first byte of such a character, which is quick.
func mayHoldRTL(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0xD6 && c <= 0xE0 || c == 0xEF {
			return true
		}
	}
	return false
}

// drawnBackwards turns the letters round that one glyph stands for, as a ligature of
// lam and alef: the line around it is turned round as a whole later.
func drawnBackwards(t string) string {
	if len(t) < 4 || !mayHoldRTL(t) {
		return t
	}
	r := []rune(t)
	if len(r) < 2 || !rightToLeft(r[0]) {
		return t
	}
	slices.Reverse(r)
	return string(r)
}

// logicalOrder puts the words of a line, given from left to right, into the order they
// are read in. Lines without Arabic or Hebrew stay as they are.
func logicalOrder(ws []placed) []placed {
	right, left := 0, 0
	for _, w := range ws {
		if !mayHoldRTL(w.text) {
			left += len(w.text)
			continue
		}
		for _, r := range w.text {
			switch {
			case rightToLeft(r):
				right++
			case unicode.IsLetter(r):
				left++
			}
		}
	}
	if right == 0 {
		return ws
	}
	letters := 0
	for _, w := range ws {
		for _, r := range w.text {
			if unicode.IsLetter(r) && !rightToLeft(r) {
				letters++
			}
		}
	}
	out := slices.Clone(ws)
	if right >= letters {
		slices.Reverse(out)
		turnRuns(out, func(w placed) bool { return !holdsRTL(w.text) }, true)
	} else {
		turnRuns(out, func(w placed) bool { return holdsRTL(w.text) }, false)
	}
	for i := range out {
		if holdsRTL(out[i].text) {
			out[i].text = spoken(out[i].text)
		}
	}
	mendBrackets(out)
	return out
}

func holdsRTL(s string) bool { return mayHoldRTL(s) && strings.ContainsFunc(s, rightToLeft) }

// turnRuns turns round each run of words that belong together. Signs at the outer ends
// of such a run belong to the sentence around it, and change sides.
func turnRuns(ws []placed, in func(placed) bool, signs bool) {
	for from := 0; from < len(ws); from++ {
		if !in(ws[from]) {
			continue
		}
		to := from + 1
		for to < len(ws) && in(ws[to]) {
			to++
		}
		run := ws[from:to]
		slices.Reverse(run)
		if signs {
			first, last := &run[0], &run[len(run)-1]
			head := first.text[:len(first.text)-len(strings.TrimLeft(first.text, signsAround))]
			if head != first.text {
				first.text = first.text[len(head):]
				tail := last.text[len(strings.TrimRight(last.text, signsAround)):]
				last.text = last.text[:len(last.text)-len(tail)]
				last.text += reversed(head)
				first.text = reversed(tail) + first.text
			}
		}
		from = to
	}
}

const signsAround = ".,:;!?()[]{}«»\"،؛؟"

func reversed(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// spoken turns the letters of one word round, but not the digits and Latin letters in
// it, and writes presentation forms as the letters they are forms of.
func spoken(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	for from := 0; from < len(r); from++ {
		if !leftToRight(r[from]) {
			continue
		}
		to := from + 1
		for to < len(r) && (leftToRight(r[to]) || to+1 < len(r) && strings.ContainsRune(".,/-:@", r[to]) && leftToRight(r[to+1])) {
			to++
		}
		slices.Reverse(r[from:to])
		from = to
	}
	// Marks follow the letter they stand on.
	for i := 0; i+1 < len(r); i++ {
		if unicode.Is(unicode.Mn, r[i]) && !unicode.Is(unicode.Mn, r[i+1]) && unicode.IsLetter(r[i+1]) && (i == 0 || !unicode.IsLetter(r[i-1])) {
			r[i], r[i+1] = r[i+1], r[i]
			i++
		}
	}
	var b strings.Builder
	for _, c := range r {
		if c >= 0xFB1D && c <= 0xFDFF || c >= 0xFE70 && c <= 0xFEFC {
			b.WriteString(norm.NFKC.String(string(c)))
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func leftToRight(r rune) bool {
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !rightToLeft(r)
}

var mirrored = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '«': '»', '»': '«'}

// mendBrackets mirrors the brackets of a line when they close before they open: some
// writers name the sign that is seen, others the one that is meant.
func mendBrackets(ws []placed) {
	open, closed := -1, -1
	at := 0
	for _, w := range ws {
		for _, r := range w.text {
			switch r {
			case '(', '[', '{', '«':
				if open < 0 {
					open = at
				}
			case ')', ']', '}', '»':
				if closed < 0 {
					closed = at
				}
			}
			at++
		}
	}
	if closed < 0 || open >= 0 && open < closed {
		return
	}
	for i := range ws {
		if !strings.ContainsAny(ws[i].text, "()[]{}«»") {
			continue
		}
		var b strings.Builder
		for len(ws[i].text) > 0 {
			r, n := utf8.DecodeRuneInString(ws[i].text)
			ws[i].text = ws[i].text[n:]
			if m, ok := mirrored[r]; ok {
				r = m
			}
			b.WriteRune(r)
		}
		ws[i].text = b.String()
	}
}
