package lexicon

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"dossier/screening/text"
)

//go:embed data/places.tsv
var placesTSV string

// places is built once: the names of all countries in French and English besides the table.
var places = sync.OnceValue(func() *Phrases {
	p := load("places", placesTSV)
	p.literal = true
	for _, namer := range []display.Namer{display.French.Regions(), display.English.Regions()} {
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				code := string(a) + string(b)
				r, err := language.ParseRegion(code)
				if err != nil || !r.IsCountry() || r.Canonicalize().String() != code || ambiguousNames[code] {
					continue
				}
				if name := namer.Name(r); len(name) > 3 {
					p.add(code, name)
				}
			}
		}
	}
	return p
})

// ambiguousNames are countries whose bare CLDR name is also a first name or an everyday
// word; the table holds what is safe for them.
var ambiguousNames = map[string]bool{"MU": true, "DM": true, "ZZ": true, "FX": true, "EU": true, "UN": true, "EZ": true, "QO": true, "XA": true, "XB": true}

// Places finds the countries and regions a text names, as ISO 3166-1 codes of countries
// and UN M49 codes of regions, in order of appearance, each once. Names must start with
// a capital; raw is the original text of folded.
func Places(raw string) []string {
	f := text.Fold(raw)
	return PlacesIn(f.Text, Tokenize(f.Text), func(start, end int) string {
		a, b := f.Span(start, end)
		return raw[a:b]
	})
}

// PlacesIn is Places for a text already folded and split.
func PlacesIn(folded string, tokens []Token, raw func(start, end int) string) []string {
	var out []string
	seen := map[string]bool{}
	hits := longest(places().Find(tokens, raw))
	for _, h := range hits {
		first, _ := utf8.DecodeRuneInString(raw(h.Start, h.End))
		if !unicode.IsUpper(first) && !isRegionCode(h.Key) {
			continue
		}
		if !seen[h.Key] {
			seen[h.Key] = true
			out = append(out, h.Key)
		}
	}
	return out
}

// PlaceWords counts the words of a text that are part of a place's name, small words not
// counted.
func PlaceWords(s string) int {
	f := text.Fold(s)
	n := 0
	for _, h := range longest(places().Find(Tokenize(f.Text), func(start, end int) string {
		a, b := f.Span(start, end)
		return s[a:b]
	})) {
		n += h.Words
	}
	return n
}

func isRegionCode(code string) bool { return code[0] >= '0' && code[0] <= '9' }

// longest drops hits that lie inside a longer one, whatever its key: "Soudan" in "Soudan
// du Sud".
func longest(hits []Hit) []Hit {
	var out []Hit
next:
	for _, h := range hits {
		for _, o := range hits {
			if o.Start <= h.Start && h.End <= o.End && o.End-o.Start > h.End-h.Start {
				continue next
			}
		}
		out = append(out, h)
	}
	return out
}

// Region is a part of the world a checklist names.
type Region struct {
	name string
	dac  bool
	list []language.Region
}

// regionNames are the names of checklists that are not names of places.
var regionNames = map[string]string{
	"africa": "002", "west_africa": "011", "western_africa": "011", "east_africa": "014", "eastern_africa": "014", "horn_of_africa": "014",
	"central_africa": "017", "middle_africa": "017", "southern_africa": "018", "north_africa": "015", "northern_africa": "015",
	"europe": "150", "asia": "142", "americas": "019", "latin_america": "419", "middle_east": "145", "oceania": "009", "sub_saharan_africa": "202",
}

// RegionOf finds the region a checklist names: "africa", "developing_countries", an ISO
// 3166-1 or UN M49 code, or a name of a place in French or English.
func RegionOf(name string) (Region, bool) {
	key := strings.ReplaceAll(strings.ReplaceAll(text.String(strings.TrimSpace(name)), " ", "_"), "-", "_")
	switch key {
	case "developing_countries", "developing_country", "pays_en_developpement", "developing", "dac", "oda":
		return Region{name: key, dac: true}, true
	}
	code := regionNames[key]
	if code == "" {
		if r, err := language.ParseRegion(strings.ToUpper(key)); err == nil && (len(key) == 2 || len(key) == 3) {
			return Region{name: key, list: []language.Region{r}}, true
		}
	}
	var codes []string
	if code != "" {
		codes = []string{code}
	} else {
		codes = Places(capitalised(name))
	}
	out := Region{name: key}
	for _, c := range codes {
		if r, err := language.ParseRegion(c); err == nil {
			out.list = append(out.list, r)
		}
	}
	return out, len(out.list) > 0
}

func capitalised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// Contains tells whether a place lies in the region: +1 yes, -1 no, 0 when it cannot be
// told, as for "West Africa" when a country of it is asked for.
func (r Region) Contains(code string) int {
	place, err := language.ParseRegion(code)
	if err != nil {
		return 0
	}
	if r.dac {
		switch {
		case developing[code]:
			return 1
		case isRegionCode(code):
			// Every country of Africa but the overseas parts of others is on the list.
			if code == "002" || code == "011" || code == "014" || code == "017" || code == "018" || code == "015" {
				return 1
			}
			return 0
		}
		return -1
	}
	for _, part := range r.list {
		if part == place || part.Contains(place) {
			return 1
		}
		if part.String() == "202" && language.MustParseRegion("002").Contains(place) && !language.MustParseRegion("015").Contains(place) {
			return 1
		}
	}
	for _, part := range r.list {
		if place.Contains(part) {
			return 0
		}
	}
	return -1
}

// Overseas are parts of a country that lie elsewhere than it does; they count where they lie.
// UN M49 puts Réunion and Mayotte in Africa. They are French departments, so whether work
// there is work "in Africa" is not certain.
var Overseas = map[string]bool{"RE": true, "YT": true}

// Codes of the countries on the list, sorted, for tests and pages.
func Developing() []string {
	var out []string
	for c := range developing {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}
