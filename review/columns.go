package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"dossier/screening"
	"dossier/web"
)

// column is one criterion of the shortlist.
type column struct {
	ID string
	// Position in the checklist and in the letters of an application, from 0.
	Position int
	// Short heads the column, Statement is what the vacancy asks.
	Short, Statement string
	Required         bool
	ForReader        bool
	// First of its group gets the line at its left.
	First bool
	// Filters lead to the list narrowed by this criterion.
	Filters []tab
}

// columnGroup is a family of criteria side by side.
type columnGroup struct {
	Family  string
	Columns []column
	// Folded is the group as one column, when a long checklist is folded; nil otherwise.
	Folded *columnGroup
}

// columnFamilies are the groups of columns in the order pages show them.
var columnFamilies = []string{"filing", "languages", "background", "conditions"}

// columnFamily tells which group a criterion belongs to; a group of criteria goes with its
// first member.
func columnFamily(c screening.Criterion) string {
	switch c.Kind {
	case "deadline", "documents":
		return "filing"
	case "language":
		return "languages"
	case "experience", "education", "enrolment", "career", "skill":
		return "background"
	case "all_of", "any_of", "at_least":
		if len(c.Criteria) > 0 {
			return columnFamily(c.Criteria[0])
		}
	}
	return "conditions"
}

// columnsOf groups a checklist's criteria into columns, in the order of the checklist
// within each family.
func columnsOf(l *web.Locale, criteria []screening.Criterion) []columnGroup {
	var out []columnGroup
	for _, family := range columnFamilies {
		g := columnGroup{Family: family}
		for i, c := range criteria {
			if columnFamily(c) == family {
				g.Columns = append(g.Columns, column{ID: c.ID, Position: i, Short: shortLabel(l, c), Statement: titleOf(l, c),
					Required: c.Importance != screening.Asset, ForReader: c.ForReader(), First: len(g.Columns) == 0})
			}
		}
		if len(g.Columns) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// shortParams are the parameters that give a column its name.
type shortParams struct {
	AllOf    []string `json:"all_of"`
	AnyOf    []string `json:"any_of"`
	Language string   `json:"language"`
	MinLevel any      `json:"min_level"`
	Min      any      `json:"min"`
	Domain   []string `json:"domain"`
	Region   string   `json:"region"`
	Sector   string   `json:"sector"`
	Licence  string   `json:"licence"`
}

// maxShort is how many letters a column's name may have.
const maxShort = 22

// shortLabel names a criterion in a word or two, from its kind and parameters.
func shortLabel(l *web.Locale, c screening.Criterion) string {
	var p shortParams
	if len(c.Params) > 0 {
		// Parameters of an unexpected form give the kind's own name.
		_ = json.Unmarshal(c.Params, &p)
	}
	name := l.T("kind.short." + c.Kind)
	switch c.Kind {
	case "documents":
		asked := p.AllOf
		if len(asked) == 0 {
			asked = p.AnyOf
		}
		if len(asked) > 0 && len(asked) <= 2 {
			for i, d := range asked {
				asked[i] = l.T("documents.type." + d)
			}
			name = strings.Join(asked, ", ")
		}
	case "language":
		if p.Language != "" {
			name = languageName(l, p.Language)
		}
	case "education":
		if key := fmt.Sprintf("level.short.%v", p.MinLevel); l.Has(key) {
			name = l.T(key)
		}
	case "experience":
		switch {
		case len(p.Domain) > 0:
			name = l.T("kind.short.experience_in", "what", paramWord(l, "domain", p.Domain[0]))
		case p.Sector != "":
			name = l.T("kind.short.experience_in", "what", paramWord(l, "sector", p.Sector))
		case p.Region != "":
			name = l.T("kind.short.experience_in", "what", paramWord(l, "region", p.Region))
		}
	case "skill", "eligibility":
		if len(p.AnyOf) > 0 {
			name = capital(p.AnyOf[0])
		}
	case "licence":
		if p.Licence != "" {
			name += " " + p.Licence
		}
	case "references":
		if n, ok := p.Min.(float64); ok {
			name = l.T("kind.short.references_n", "n", int(n))
		}
	case "all_of", "any_of", "at_least":
		if len(c.Criteria) > 0 {
			name = shortLabel(l, c.Criteria[0])
		}
	}
	return cut(name, maxShort)
}

// ownLanguageNames are those that golang.org/x/text does not know, or spells otherwise.
var ownLanguageNames = map[string]string{"prs": "Dari", "sg": "Sango"}

// languageName is a language in the page's own.
func languageName(l *web.Locale, code string) string {
	if name := ownLanguageNames[code]; name != "" {
		return name
	}
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	namer := display.Languages(language.English)
	if l.Lang == "fr" {
		namer = display.Languages(language.French)
	}
	if name := namer.Name(tag); name != "" {
		return capital(name)
	}
	return code
}

// paramWord is a parameter's value in words, or the value itself.
func paramWord(l *web.Locale, param, value string) string {
	if key := "params." + param + "." + strings.ReplaceAll(strings.ToLower(value), " ", "_"); l.Has(key) {
		return l.T(key)
	}
	return strings.ReplaceAll(value, "_", " ")
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	r := []rune(s)
	return strings.TrimRight(string(r[:runes-1]), " ,'’-") + "…"
}

// criterionAt finds a criterion's place in a checklist by its id, -1 when it is not there.
func criterionAt(criteria []screening.Criterion, id string) int {
	return slices.IndexFunc(criteria, func(c screening.Criterion) bool { return c.ID == id })
}
