package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Languages are the languages of the pages; the first is the one used when nothing else
// is asked for.
var Languages = []string{"fr", "en"}

// Locale puts keys, numbers and dates into one language.
type Locale struct {
	// Lang is the language's tag: fr or en.
	Lang    string
	words   map[string]phrase
	numbers *message.Printer
	missing func(lang, key string)
}

// phrase is one entry of a catalogue: a text, or one text for one thing and one for many.
type phrase struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

func (p *phrase) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &p.Other)
	}
	type plain phrase
	return json.Unmarshal(b, (*plain)(p))
}

// loadLocale reads every catalogue of a language: fr.json and fr.*.json.
func loadLocale(files fs.FS, lang string) (*Locale, error) {
	names, err := fs.Glob(files, lang+".json")
	if err != nil {
		return nil, err
	}
	more, err := fs.Glob(files, lang+".*.json")
	if err != nil {
		return nil, err
	}
	l := &Locale{Lang: lang, words: map[string]phrase{}, numbers: message.NewPrinter(language.Make(lang))}
	for _, name := range append(names, more...) {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var part map[string]phrase
		if err := json.Unmarshal(b, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		for key, p := range part {
			if _, twice := l.words[key]; twice {
				return nil, fmt.Errorf("%s: %q is in another catalogue too", path.Base(name), key)
			}
			l.words[key] = phrase{One: l.typeset(p.One), Other: l.typeset(p.Other)}
		}
	}
	if len(l.words) == 0 {
		return nil, fmt.Errorf("language %q: no catalogue", lang)
	}
	return l, nil
}

// typeset puts the no-break spaces of French before : ; ! ? » and after «. Catalogues
// are written with ordinary spaces, which an editor shows.
func (l *Locale) typeset(s string) string {
	if l.Lang != "fr" {
		return s
	}
	return frenchSpaces.Replace(s)
}

var frenchSpaces = strings.NewReplacer(
	" :", "\u00a0:", " ;", "\u202f;", " !", "\u202f!", " ?", "\u202f?", " »", "\u00a0»", "« ", "«\u00a0", " %", "\u202f%")

// T returns the text of a key. args are names and values by turns and fill the text's
// {name} places. A key without a text gives itself in brackets.
func (l *Locale) T(key string, args ...any) string {
	p, ok := l.words[key]
	if !ok {
		return l.lost(key)
	}
	return l.fill(p.Other, args)
}

// N returns the text of a key for a number of things, which also fills {n}.
func (l *Locale) N(key string, n int, args ...any) string {
	p, ok := l.words[key]
	if !ok {
		return l.lost(key)
	}
	text := p.Other
	if one := n == 1 || (n == 0 && l.Lang == "fr"); one && p.One != "" {
		text = p.One
	}
	return l.fill(text, append([]any{"n", n}, args...))
}

// Has tells whether the language has a text for the key.
func (l *Locale) Has(key string) bool {
	_, ok := l.words[key]
	return ok
}

// Keys lists the catalogue's keys in order.
func (l *Locale) Keys() []string {
	keys := make([]string, 0, len(l.words))
	for k := range l.words {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (l *Locale) lost(key string) string {
	if l.missing != nil {
		l.missing(l.Lang, key)
	}
	return "[" + key + "]"
}

func (l *Locale) fill(text string, args []any) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", l.show(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (l *Locale) show(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return l.Number(int64(v))
	case int64:
		return l.Number(v)
	case time.Duration:
		return l.Duration(v)
	}
	return fmt.Sprint(v)
}

// Number groups the digits of a number as the language does.
func (l *Locale) Number(n int64) string { return l.numbers.Sprintf("%d", n) }

// Part is a stretch of a text, set strong or not.
type Part struct {
	Text   string
	Strong bool
}

// Parts is T for a text with *strong* stretches. Stars in values have no meaning.
func (l *Locale) Parts(key string, args ...any) []Part {
	p, ok := l.words[key]
	if !ok {
		return []Part{{Text: l.lost(key)}}
	}
	var out []Part
	for i, piece := range strings.Split(p.Other, "*") {
		if piece != "" {
			out = append(out, Part{Text: l.fill(piece, args), Strong: i%2 == 1})
		}
	}
	return out
}

// reasonPrefix begins the key of every reason's sentence.
const reasonPrefix = "reason."

// Reason puts a reason code and its arguments into a sentence.
func (l *Locale) Reason(code string, args map[string]string) string {
	return l.Sentence(reasonPrefix, code, args)
}

// Sentence is the text of a code under a prefix, like "reason.", filled with arguments. A
// code that has none yet is shown as it is with its arguments, so that the reader still
// learns something.
func (l *Locale) Sentence(prefix, code string, args map[string]string) string {
	names := make([]string, 0, len(args))
	for name, value := range args {
		if value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	p, ok := l.words[prefix+code]
	if !ok {
		if l.missing != nil {
			l.missing(l.Lang, prefix+code)
		}
		told := make([]string, len(names))
		for i, name := range names {
			told[i] = name + " " + args[name]
		}
		plain := strings.NewReplacer(".", " ", "_", " ", "-", " ").Replace(code)
		if len(told) == 0 {
			return plain
		}
		return plain + " (" + strings.Join(told, ", ") + ")"
	}
	pairs := make([]any, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, name, value)
	}
	return l.fill(p.Other, pairs)
}
