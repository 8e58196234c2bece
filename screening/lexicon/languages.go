package lexicon

import (
	_ "embed"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

//go:embed data/languages.tsv
var languagesTSV string

type languageForm struct {
	code string
	// exact is how the name must be written, in small letters with its accents; empty when
	// the folded name is enough.
	exact string
	// capital is true when the name must be written with a capital, in a list of languages.
	capital bool
}

// languageForms are the folded names, several of one spelling kept in the file's order.
var languageForms, languageCodes, longestLanguage = loadLanguages()

func loadLanguages() (map[string][]languageForm, map[string]bool, int) {
	forms, codes, longest := map[string][]languageForm{}, map[string]bool{}, 0
	for line := range strings.Lines(languagesTSV) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		code, names, _ := strings.Cut(line, "\t")
		codes[code] = true
		for name := range strings.SplitSeq(names, "|") {
			f := languageForm{code: code}
			switch name[0] {
			case '!':
				f.capital, name = true, name[1:]
			case '=':
				name = name[1:]
				f.exact = strings.ToLower(name)
			}
			key := text.String(name)
			forms[key] = append(forms[key], f)
			longest = max(longest, len(strings.Fields(key)))
		}
	}
	return forms, codes, longest
}

// KnownLanguage tells whether code is a language of the lexicon.
func KnownLanguage(code string) bool { return languageCodes[code] }

// LanguageCodes are all codes of the lexicon, sorted.
func LanguageCodes() []string {
	var out []string
	for code := range languageCodes {
		out = append(out, code)
	}
	sort.Strings(out)
	return out
}

// related lists languages that count as another: a speaker of Moroccan Arabic speaks
// Arabic, Dari and Farsi are two names of one continuum but are asked for apart.
var related = map[string]string{
	"ary": "ar", "arq": "ar", "aeb": "ar", "arz": "ar", "apc": "ar", "apd": "ar", "shu": "ar", "acm": "ar", "ayl": "ar", "mey": "ar",
	"zgh": "ber", "kab": "ber", "shi": "ber", "rif": "ber", "tmh": "ber",
	"ckb": "ku", "kmr": "ku",
	"fuc": "ff",
	"ht":  "crp", "gcf": "crp", "rcf": "crp", "mfe": "crp", "kea": "crp",
	"yue": "zh",
}

// LanguageIncludes tells whether a statement about language code speaks of want as well.
func LanguageIncludes(want, code string) bool { return want == code || related[code] == want }

// LanguageMayBe tells whether a statement about code could be about want: "Kurdish" may
// be Sorani, "Creole" may be Haitian.
func LanguageMayBe(want, code string) bool { return related[want] == code }

// LanguageName is one language named in a text: offsets of the folded text.
type LanguageName struct {
	Code       string
	Start, End int
	// Homograph is true for a name that is also something else; it proves nothing outside
	// a list of languages.
	Homograph bool
}

// FindLanguages finds the languages named in a passage, longest names first, in order.
// raw gives the original text of a folded passage.
func FindLanguages(f text.Folded, raw func(start, end int) string) []LanguageName {
	var out []LanguageName
	words := wordBounds(f.Text)
	for i := 0; i < len(words); {
		matched := 0
		for n := min(longestLanguage, len(words)-i); n >= 1; n-- {
			start, end := words[i][0], words[i+n-1][1]
			key := f.Text[start:end]
			if n > 1 {
				key = strings.Join(strings.Fields(key), " ")
			}
			// A name with a closing bracket ends behind its last word.
			stop := end
			if strings.Contains(key, "(") && stop < len(f.Text) && f.Text[stop] == ')' {
				key, stop = key+")", stop+1
			}
			form, ok := pickLanguage(key, raw(start, end))
			if !ok {
				continue
			}
			out = append(out, LanguageName{Code: form.code, Start: start, End: stop, Homograph: form.capital || form.exact != ""})
			matched = n
			break
		}
		i += max(matched, 1)
	}
	return out
}

func pickLanguage(key, raw string) (languageForm, bool) {
	for _, f := range languageForms[key] {
		if f.exact != "" && strings.ToLower(raw) != f.exact {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(raw); f.capital && !unicode.IsUpper(r) {
			continue
		}
		return f, true
	}
	return languageForm{}, false
}

// wordBounds finds the words of a folded text. A hyphen ends a word, since "français-anglais"
// names two languages.
func wordBounds(s string) [][2]int {
	var out [][2]int
	start := -1
	for i := 0; i <= len(s); i++ {
		letter := i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9' || s[i] >= 0x80)
		// "·" and dashes outside ASCII are folded or separate words.
		if letter && s[i] >= 0x80 {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				letter = false
			} else {
				if start < 0 {
					start = i
				}
				i += size - 1
				continue
			}
		}
		switch {
		case letter && start < 0:
			start = i
		case !letter && start >= 0:
			out = append(out, [2]int{start, i})
			start = -1
		}
	}
	return out
}
