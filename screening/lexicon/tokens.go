package lexicon

import "strings"

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
	"de": true, "du": true, "des": true, "d": true, "l": true, "la": true, "le": true, "les": true, "un": true, "une": true,
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
		c := folded[i]
		if !wordByte(c) {
			switch c {
			case ',', ';', ':', '.', '!', '?', '(', ')', '[', ']', '|', '"', '/', '\n', '>', '<', '=':
				gap(i)
			case '-':
				if i > 0 && folded[i-1] == ' ' {
					gap(i)
				}
			}
			i++
			continue
		}
		j := i
		for j < len(folded) && (wordByte(folded[j]) || (folded[j] == '+' || folded[j] == '#') && j > i) {
			j++
		}
		word := folded[i:j]
		end := inclusiveEnd(folded, j)
		// "·", "•" and other symbols are bytes above 0x80: they separate as commas do.
		if word[0] >= 0x80 && !letters(word) {
			gap(i)
			i = j
			continue
		}
		if !small[word] {
			out = append(out, Token{Text: word, Stem: Stem(word), Start: i, End: end})
		}
		i = end
	}
	return out
}

func wordByte(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= 0x80 }

// letters tells whether a run of bytes above ASCII is a word of another script rather
// than symbols.
func letters(s string) bool {
	for _, r := range s {
		if r >= 0x0370 && r < 0x2000 || r >= 0x3040 {
			return true
		}
		if 'a' <= r && r <= 'z' {
			return true
		}
	}
	return false
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
