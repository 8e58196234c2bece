package lexicon

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dossier/screening/text"
)

// Phrases finds the words of a table in a text.
//
// A table is a list of rows: a key, its forms separated by "|", and test phrases separated
// by "|" ("!" before one that must not be found). A form is compared by stems, small words
// left out. "stem*" matches any word that starts so; "=CAR" only these letters with these
// capitals; a form that starts with "-" is an exception: what it covers is not a hit. An
// exception "-=x" compares letters too, small words included, but not capitals.
type Phrases struct {
	// Version and Source are those of the table's head lines "# version:" and "# source:".
	Version, Source string
	first           map[string][]*phrase
	starts          map[byte][]*phrase
	rows            []row
	// literal tables are compared by whole words: names of places have no plural.
	literal bool
}

type row struct {
	key   string
	tests []string
}

type phrase struct {
	key    string
	words  []pattern
	exact  string
	except bool
}

type pattern struct {
	stem string
	// text is the whole word, compared in literal tables.
	text   string
	prefix bool
}

func (p pattern) fits(t Token, literal bool) bool {
	if p.prefix {
		return strings.HasPrefix(t.Text, p.stem)
	}
	return t.Stem == p.stem && (!literal || t.Text == p.text)
}

// Hit is a form found: the key of its row and offsets of the folded text.
type Hit struct {
	Key        string
	Start, End int
	// Words is the number of words of the form, breaks and small words not counted.
	Words int
}

// load reads a table. It panics on a malformed row: tables are part of the program.
func load(name, tsv string) *Phrases {
	p := &Phrases{first: map[string][]*phrase{}, starts: map[byte][]*phrase{}}
	for n, line := range strings.Split(tsv, "\n") {
		line = strings.TrimRight(line, "\r")
		if rest, ok := strings.CutPrefix(line, "# version:"); ok {
			p.Version = strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutPrefix(line, "# source:"); ok {
			p.Source = strings.TrimSpace(rest)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) < 2 || len(cells) > 3 {
			panic(fmt.Sprintf("lexicon %s, line %d: want key, forms and tests separated by tabs", name, n+1))
		}
		r := row{key: cells[0]}
		if len(cells) == 3 {
			r.tests = strings.Split(cells[2], "|")
		}
		p.rows = append(p.rows, r)
		for form := range strings.SplitSeq(cells[1], "|") {
			p.add(cells[0], strings.TrimSpace(form))
		}
	}
	p.refuseIdle(name)
	return p
}

// refuseIdle panics when an exception bars a form of its own row: small words do not
// count, so "-en association avec" would bar "association".
func (p *Phrases) refuseIdle(name string) {
	for _, list := range p.first {
		for _, a := range list {
			for _, b := range list {
				if a.except && a.exact == "" && !b.except && a.key == b.key && slices.Equal(a.words, b.words) {
					panic(fmt.Sprintf("lexicon %s: an exception of %s bars %v", name, a.key, b.words))
				}
			}
		}
	}
}

func (p *Phrases) add(key, form string) {
	if form == "" {
		return
	}
	ph := &phrase{key: key}
	if rest, ok := strings.CutPrefix(form, "-"); ok {
		ph.except, form = true, rest
	}
	if rest, ok := strings.CutPrefix(form, "="); ok {
		ph.exact, form = rest, rest
	}
	ph.words = patterns(form)
	if len(ph.words) == 0 {
		return
	}
	if w := ph.words[0]; w.prefix {
		p.starts[w.stem[0]] = append(p.starts[w.stem[0]], ph)
	} else {
		p.first[w.stem] = append(p.first[w.stem], ph)
	}
}

// patterns splits a form into the words to compare.
func patterns(form string) []pattern {
	var out []pattern
	for _, w := range strings.Fields(form) {
		prefix := strings.HasSuffix(w, "*")
		for _, t := range Tokenize(text.String(strings.TrimSuffix(w, "*"))) {
			if t.Break() || t.Text == "un" && w != "UN" && w != "=UN" {
				continue
			}
			if prefix {
				out = append(out, pattern{stem: t.Text, prefix: true})
			} else {
				out = append(out, pattern{stem: t.Stem, text: t.Text})
			}
		}
	}
	return out
}

// Of makes Phrases of one key from plain forms, in the syntax of tables.
func Of(key string, forms ...string) *Phrases {
	p := &Phrases{first: map[string][]*phrase{}, starts: map[byte][]*phrase{}}
	for _, f := range forms {
		p.add(key, f)
	}
	return p
}

// Find returns the hits in a folded text and its tokens, in order of their start. raw gives
// the original of a passage, to compare capitals; nil accepts any. Where forms overlap the
// longer one stays, and what an exception covers is dropped.
func (p *Phrases) Find(tokens []Token, raw func(start, end int) string) []Hit {
	var out []Hit
	var barred []Hit
	for i := range tokens {
		if tokens[i].Break() {
			continue
		}
		try := func(ph *phrase) {
			j := i
			for k, w := range ph.words {
				if k > 0 {
					j++
					// "un" is a word for the sake of "UN"; elsewhere it is passed over.
					if j < len(tokens) && tokens[j].Text == "un" && w.text != "un" {
						j++
					}
				}
				if j >= len(tokens) || tokens[j].Break() || !w.fits(tokens[j], p.literal) {
					return
				}
			}
			h := Hit{Key: ph.key, Start: tokens[i].Start, End: tokens[j].End, Words: len(ph.words)}
			if ph.exact != "" && raw != nil && !sameLetters(raw(h.Start, h.End), ph.exact, ph.except) {
				return
			}
			if ph.except {
				barred = append(barred, h)
				return
			}
			out = append(out, h)
		}
		for _, ph := range p.first[tokens[i].Stem] {
			try(ph)
		}
		for _, ph := range p.starts[tokens[i].Text[0]] {
			try(ph)
		}
	}
	return thin(out, barred)
}

// maxHits bounds the hits of one table in one text.
const maxHits = 1500

// thin drops hits inside an exception of their key, and hits inside a longer one of the
// same key.
func thin(hits, barred []Hit) []Hit {
	hits, barred = hits[:min(len(hits), maxHits)], barred[:min(len(barred), maxHits)]
	var out []Hit
next:
	for i, h := range hits {
		for _, b := range barred {
			if b.Key == h.Key && b.Start <= h.Start && h.End <= b.End {
				continue next
			}
		}
		for j, o := range hits {
			if o.Key == h.Key && o.Start <= h.Start && h.End <= o.End && (o.End-o.Start > h.End-h.Start || o.Start == h.Start && o.End == h.End && j < i) {
				continue next
			}
		}
		out = append(out, h)
	}
	return out
}

// sameLetters compares a passage with an exact form, blanks and hyphens alike.
func sameLetters(got, want string, anyCase bool) bool {
	norm := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r), r == '-', r == '.':
				return -1
			}
			return r
		}, s)
	}
	if anyCase {
		return strings.EqualFold(norm(got), norm(want))
	}
	return norm(got) == norm(want)
}

// FindIn is Find on plain text.
func (p *Phrases) FindIn(s string) []Hit {
	f := text.Fold(s)
	return p.Find(Tokenize(f.Text), func(start, end int) string {
		a, b := f.Span(start, end)
		return s[a:b]
	})
}

// Keys lists the distinct keys found in plain text, in order of appearance.
func (p *Phrases) Keys(s string) []string {
	var out []string
	seen := map[string]bool{}
	for _, h := range p.FindIn(s) {
		if !seen[h.Key] {
			seen[h.Key] = true
			out = append(out, h.Key)
		}
	}
	return out
}
