package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is one word of a folded text, reduced for comparison.
type Token struct {
	// Text is the folded word, inclusive endings ("charge·e·s") left out.
	Text string
	// Stem is Text without the endings of number and gender; empty for a break.
	Stem string
	// Start and End are offsets of the folded text, inclusive endings included.
	Start, End int
}

// Break tells whether the token is a mark that no phrase reaches over: a comma, a full
// stop, a bracket, a line's end.
func (t Token) Break() bool { return t.Stem == "" }

// small are the words that phrases are compared without: "gestion d'un projet" and
// "gestion de projets" are the same phrase.
var small = map[string]bool{
	"de": true, "du": true, "des": true, "d": true, "l": true, "la": true, "le": true, "les": true, "une": true,
	"of": true, "the": true, "a": true, "an": true, "au": true, "aux": true, "en": true, "in": true, "for": true, "pour": true,
	"ses": true, "leurs": true, "notre": true, "nos": true, "with": true, "avec": true, "on": true, "sur": true, "to": true, "s": true,
}

// Tokenize splits a folded text into words and breaks; small words are left out.
func Tokenize(folded string) []Token {
	out := make([]Token, 0, len(folded)/6+1)
	gap := func(i int) {
		if n := len(out); n > 0 && !out[n-1].Break() {
			out = append(out, Token{Start: i, End: i})
		}
	}
	for i := 0; i < len(folded); {
		n := wordRune(folded, i)
		if n == 0 {
			_, size := utf8.DecodeRuneInString(folded[i:])
			switch c := folded[i]; {
			case c >= 0x80, strings.IndexByte(",;:.!?()[]|\"/\n><=", c) >= 0:
				gap(i)
			case c == '-' && i > 0 && folded[i-1] == ' ':
				gap(i)
			}
			i += size
			continue
		}
		j := i
		for n > 0 {
			j += n
			n = wordRune(folded, j)
		}
		// c++ and c# are words.
		for j < len(folded) && j-i < 4 && (folded[j] == '+' || folded[j] == '#') {
			j++
		}
		word, end := folded[i:j], inclusiveEnd(folded, j)
		if !small[word] {
			out = append(out, Token{Text: word, Stem: Stem(word), Start: i, End: end})
		}
		i = end
	}
	return out
}

// wordRune is the length of the letter or digit at s[i], 0 when there is none.
func wordRune(s string, i int) int {
	if i >= len(s) {
		return 0
	}
	if c := s[i]; c < 0x80 {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if unicode.IsLetter(r) {
		return n
	}
	return 0
}

// endings are what inclusive writing adds to a word, folded.
var endings = map[string]bool{"e": true, "s": true, "es": true, "ne": true, "nes": true, "le": true, "les": true, "trice": true, "trices": true, "rice": true, "rices": true, "euse": true, "euses": true, "ve": true, "ves": true, "ere": true, "eres": true, "te": true, "tes": true, "ice": true}

// inclusiveEnd passes the endings of inclusive writing after a word that ends at i:
// "·e·s", "(e)", ".trice".
func inclusiveEnd(s string, i int) int {
	for {
		j := i
		switch {
		case strings.HasPrefix(s[j:], "·"), strings.HasPrefix(s[j:], "•"):
			j += len("·")
			if strings.HasPrefix(s[i:], "•") {
				j = i + len("•")
			}
		case strings.HasPrefix(s[j:], "("), strings.HasPrefix(s[j:], "."):
			j++
		default:
			return i
		}
		k := j
		for k < len(s) && 'a' <= s[k] && s[k] <= 'z' {
			k++
		}
		if !endings[s[j:k]] {
			return i
		}
		if s[i] == '(' {
			if k >= len(s) || s[k] != ')' {
				return i
			}
			k++
		} else if s[i] == '.' && k-j == 1 && (k >= len(s) || s[k] == ' ' && s[j] == 's') {
			// "projet. s" is the end of a sentence, not an ending.
			if j > i+1 {
				return i
			}
		}
		i = k
	}
}

// Stem reduces a folded word to what its forms of number and gender share, in French and
// English alike: "sociales", "social" and "sociaux" meet, and so do "sociologie" and
// "sociology". It is made for comparing, not for showing.
func Stem(w string) string {
	if len(w) < 4 {
		return w
	}
	switch {
	case strings.HasSuffix(w, "eaux"):
		w = w[:len(w)-1]
	case strings.HasSuffix(w, "aux") && len(w) > 5:
		w = w[:len(w)-3] + "al"
	case strings.HasSuffix(w, "ss"):
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"):
		w = w[:len(w)-1]
	}
	if strings.HasSuffix(w, "ee") && len(w) > 4 {
		w = w[:len(w)-2] + "e"
	}
	if strings.HasSuffix(w, "e") && len(w) > 3 {
		w = w[:len(w)-1]
	}
	if strings.HasSuffix(w, "y") {
		w = w[:len(w)-1] + "i"
	}
	if n := len(w); n > 4 && w[n-1] == w[n-2] && w[n-1] != 's' {
		w = w[:n-1]
	}
	return w
}
