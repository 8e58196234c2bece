package store

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

// needles are what a person is recognised by in words that colleagues wrote elsewhere:
// their full name in either order, their addresses, their telephone numbers. A surname
// alone is not: it may be somebody else's.
type needles struct {
	// words are folded and found whole.
	words []string
	// phones are the last digits of numbers.
	phones []string
}

// struck stands where a name was.
const struck = "████"

// minPhone is how many digits a telephone number must share to be the same.
const minPhone = 8

// looksLikePhone finds runs of digits with the signs people put between them.
var looksLikePhone = regexp.MustCompile(`[+(]?\d(?:[\d \x{a0}\x{202f}().\-/]{5,24})\d`)

func newNeedles(names, emails, phones []string) needles {
	var n needles
	add := func(w string) {
		if w != "" && !slices.Contains(n.words, w) {
			n.words = append(n.words, w)
		}
	}
	for _, name := range names {
		parts := strings.Fields(text.String(name))
		if len(parts) < 2 {
			continue
		}
		add(strings.Join(parts, " "))
		add(strings.Join(append(slices.Clone(parts[1:]), parts[0]), " "))
		last := len(parts) - 1
		add(strings.Join(append([]string{parts[last]}, parts[:last]...), " "))
	}
	for _, e := range emails {
		if strings.Contains(e, "@") {
			add(text.String(e))
		}
	}
	for _, p := range phones {
		if d := digits(p); len(d) >= minPhone {
			n.phones = append(n.phones, d)
		}
	}
	return n
}

func (n needles) empty() bool { return len(n.words)+len(n.phones) == 0 }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// strike covers every place where the person is named, and tells how many there were.
func (n needles) strike(s string) (string, int) {
	if s == "" || n.empty() {
		return s, 0
	}
	type span struct{ start, end int }
	var found []span
	if len(n.words) > 0 {
		folded := text.Fold(s)
		for _, w := range n.words {
			for at := 0; ; {
				i := wordsAt(folded.Text[at:], w)
				if i.end == 0 {
					break
				}
				start, end := at+i.start, at+i.end
				at = end
				if boundary(folded.Text, start, end) {
					from, to := folded.Span(start, end)
					found = append(found, span{from, to})
				}
			}
		}
	}
	for _, at := range looksLikePhone.FindAllStringIndex(s, -1) {
		d := digits(s[at[0]:at[1]])
		for _, p := range n.phones {
			if len(d) >= minPhone && (strings.HasSuffix(d, p) || strings.HasSuffix(p, d)) {
				found = append(found, span{at[0], at[1]})
				break
			}
		}
	}
	if len(found) == 0 {
		return s, 0
	}
	slices.SortFunc(found, func(a, b span) int { return a.start - b.start })
	var b strings.Builder
	at, count := 0, 0
	for _, f := range found {
		if f.start < at {
			continue
		}
		b.WriteString(s[at:f.start])
		b.WriteString(struck)
		at = f.end
		count++
	}
	b.WriteString(s[at:])
	return b.String(), count
}

type place struct{ start, end int }

// wordsAt finds words with any white space between them; end is 0 when they are not there.
func wordsAt(s, words string) place {
	parts := strings.Split(words, " ")
	for at := 0; ; {
		i := strings.Index(s[at:], parts[0])
		if i < 0 {
			return place{}
		}
		start := at + i
		end := start + len(parts[0])
		ok := true
		for _, p := range parts[1:] {
			rest := strings.TrimLeftFunc(s[end:], unicode.IsSpace)
			if len(rest) == len(s[end:]) || !strings.HasPrefix(rest, p) {
				ok = false
				break
			}
			end = len(s) - len(rest) + len(p)
		}
		if ok {
			return place{start, end}
		}
		at = start + 1
	}
}

// boundary tells whether a find begins and ends where words do.
func boundary(s string, start, end int) bool {
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	before, n := utf8.DecodeLastRuneInString(s[:start])
	after, k := utf8.DecodeRuneInString(s[end:])
	return (n == 0 || !letter(before)) && (k == 0 || !letter(after))
}

// Striker covers names in texts that are shown to somebody they do not concern.
type Striker struct{ n needles }

// NewStriker covers people by their full names and their addresses.
func NewStriker(names, emails []string) Striker { return Striker{newNeedles(names, emails, nil)} }

// Strike returns the text with every name and address covered, and how many there were.
func (s Striker) Strike(text string) (string, int) { return s.n.strike(text) }
