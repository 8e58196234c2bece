package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

// Both engines search the same tokens because Go cuts them. A token is a run of letters
// and digits of the folded text; a few names that are nothing without their signs become
// words (c++, c#, .net, r&d), and what French elides before an apostrophe is dropped, so
// that l'évaluation is found as évaluation.

// maxToken bounds a token, in bytes: PostgreSQL takes no more than 2046.
const maxToken = 100

// elided are the words French shortens before an apostrophe.
var elided = map[string]bool{"l": true, "d": true, "j": true, "m": true, "n": true, "s": true, "t": true, "c": true,
	"qu": true, "jusqu": true, "lorsqu": true, "puisqu": true}

// token is a word as it is searched, and where it stands in the folded text.
type token struct {
	text       string
	start, end int
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// wordEnd is where the run of letters and digits at the start of s ends.
func wordEnd(s string) int {
	for i, r := range s {
		if !inWord(r) {
			return i
		}
	}
	return len(s)
}

// tokensOf cuts folded text.
func tokensOf(s string) []token {
	var out []token
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !inWord(r) {
			if r == '.' && strings.HasPrefix(s[i+1:], "net") && wordEnd(s[i+1:]) == 3 && (i == 0 || s[i-1] == ' ' || s[i-1] == '\n') {
				out = append(out, token{"dotnet", i, i + 4})
				i += 4
				continue
			}
			i += n
			continue
		}
		end := i + wordEnd(s[i:])
		word, rest := s[i:end], s[end:]
		switch {
		case strings.HasPrefix(rest, "++"):
			word, end = word+"plusplus", end+2
		case strings.HasPrefix(rest, "#") && utf8.RuneCountInString(word) == 1:
			word, end = word+"sharp", end+1
		case strings.HasPrefix(rest, "&") && len(word) == 1 && wordEnd(rest[1:]) == 1:
			word, end = word+"and"+rest[1:2], end+2
		case strings.HasPrefix(rest, "'") && elided[word] && wordEnd(rest[1:]) > 0:
			i = end + 1
			continue
		}
		out = append(out, token{cutToken(word), i, end})
		i = end
	}
	return out
}

func cutToken(word string) string {
	if len(word) > maxToken {
		word = word[:maxToken]
		for !utf8.ValidString(word) {
			word = word[:len(word)-1]
		}
	}
	return word
}

// searchLine is a line as it is indexed: its tokens with a blank between two.
func searchLine(line string) string {
	var b strings.Builder
	for _, t := range tokensOf(text.String(line)) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// Search is what somebody looks for, cut into tokens. The zero value looks for nothing and
// keeps everything.
type Search struct {
	words   []searchWord
	phrases []string
	// hopeless is set for words that hold no letter and no digit: nothing is found by them.
	hopeless bool
}

type searchWord struct {
	text string
	// prefix finds longer words that begin like this one.
	prefix bool
}

const (
	// minPrefix is how many bytes a word needs to find longer ones. One letter of most
	// scripts that write without blanks is enough.
	minPrefix = 3
	// maxSearchWords bounds the words of one search.
	maxSearchWords = 20
)

// ParseSearch reads what somebody typed. All words are looked for, each as the beginning
// of a word; words between quotes must stand side by side, as they are.
func ParseSearch(s string) Search {
	var q Search
	for i, part := range strings.Split(text.String(s), `"`) {
		quoted := i%2 == 1
		if quoted {
			line := tokensOf(part)
			if len(line) > 1 {
				q.phrases = append(q.phrases, searchLine(part))
			}
			for _, t := range line {
				q.add(t.text, false)
			}
			continue
		}
		for _, word := range strings.Fields(part) {
			line := tokensOf(word)
			for k, t := range line {
				q.add(t.text, k == len(line)-1 && len(t.text) >= minPrefix)
			}
		}
	}
	q.hopeless = len(q.words) == 0 && strings.TrimSpace(s) != ""
	return q
}

func (q *Search) add(word string, prefix bool) {
	if len(q.words) < maxSearchWords {
		q.words = append(q.words, searchWord{word, prefix})
	}
}

// Empty tells whether nothing is looked for.
func (q Search) Empty() bool { return len(q.words) == 0 && !q.hopeless }

// matches tells whether a token is what a word looks for.
func (w searchWord) matches(tok string) bool {
	return tok == w.text || w.prefix && strings.HasPrefix(tok, w.text)
}

// Stretch is a part of a text; Found is set on what was looked for.
type Stretch struct {
	Text  string
	Found bool
}

// Highlight cuts a text into what was found and what stands between.
func (q Search) Highlight(s string) []Stretch {
	folded := text.Fold(s)
	var out []Stretch
	at := 0
	for _, t := range tokensOf(folded.Text) {
		if !q.finds(t.text) {
			continue
		}
		from, to := folded.Span(t.start, t.end)
		if from < at {
			continue
		}
		if from > at {
			out = append(out, Stretch{Text: s[at:from]})
		}
		out = append(out, Stretch{Text: s[from:to], Found: true})
		at = to
	}
	if at < len(s) {
		out = append(out, Stretch{Text: s[at:]})
	}
	return out
}

func (q Search) finds(tok string) bool {
	for _, w := range q.words {
		if w.matches(tok) {
			return true
		}
	}
	return false
}
