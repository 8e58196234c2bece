package notice

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// languageName is a language's name for people.
func languageName(code string, french bool) string {
	switch code {
	case "prs":
		return map[bool]string{true: "dari", false: "Dari"}[french]
	}
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	name := display.English.Languages().Name(tag)
	if french {
		name = display.French.Languages().Name(tag)
	}
	if name == "" {
		return code
	}
	return name
}

func languageID(codes []string) string {
	if len(codes) > 1 {
		return "languages"
	}
	return languageName(codes[0], false)
}

func languageStatement(codes []string, level string) (fr, en string) {
	var f, e []string
	for _, c := range codes {
		f, e = append(f, languageName(c, true)), append(e, languageName(c, false))
	}
	french, english := capital(joinOr(f, " ou ")), joinOr(e, " or ")
	if level == "A1" {
		return french + ", à tout niveau.", english + ", at any level."
	}
	return french + ", niveau " + level + " au moins.", english + ", at least " + level + "."
}

func joinOr(list []string, or string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + or + list[len(list)-1]
}

func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func experienceStatement(p map[string]any) (fr, en string) {
	switch {
	case p["min_years"] != nil:
		n := p["min_years"].(int)
		fr, en = "Au moins "+count(n, "an", "ans")+" d'expérience", "At least "+count(n, "year", "years")+" of experience"
	case p["max_months"] != nil:
		n := p["max_months"].(int)
		fr, en = fmt.Sprintf("Au plus %d mois d'expérience", n), fmt.Sprintf("At most %d months of experience", n)
	case p["min_months"] != nil:
		n := p["min_months"].(int)
		fr, en = fmt.Sprintf("Au moins %d mois d'expérience", n), fmt.Sprintf("At least %d months of experience", n)
	}
	var about, french []string
	add := func(words []string) {
		about = append(about, strings.Join(words, ", "))
		french = append(french, strings.Join(inFrench(words), ", "))
	}
	if d, ok := p["domain"].([]string); ok {
		add(d)
	}
	for _, key := range []string{"sector", "region"} {
		switch v := p[key].(type) {
		case string:
			add([]string{strings.ReplaceAll(v, "_", " ")})
		case []string:
			add(v)
		}
	}
	if len(about) > 0 {
		return fr + " : " + strings.Join(french, " ; ") + ".", en + ": " + strings.Join(about, "; ") + "."
	}
	return fr + ".", en + "."
}

var levelNames = map[int][2]string{
	3: {"un diplôme de niveau 3 (CAP)", "a level 3 qualification"}, 4: {"le baccalauréat (niveau 4)", "a secondary school certificate (level 4)"}, 5: {"un diplôme de niveau bac+2 (niveau 5)", "a two-year degree (level 5)"},
	6: {"une licence (niveau 6)", "a bachelor's degree (level 6)"}, 7: {"un master (niveau 7)", "a master's degree (level 7)"}, 8: {"un doctorat (niveau 8)", "a doctorate (level 8)"},
}

func educationStatement(p map[string]any) (fr, en string) {
	level, _ := p["min_level"].(int)
	names, ok := levelNames[level]
	fr, en = "Une formation", "Studies"
	if ok {
		fr, en = "Au moins "+names[0], "At least "+names[1]
	}
	if f, ok := p["fields"].([]string); ok {
		fr += " : " + strings.Join(inFrench(f), ", ")
		en += ": " + strings.Join(f, ", ")
	}
	if p["in_progress_allowed"] != nil {
		fr += " ; diplôme en cours admis"
		en += "; a degree in progress counts"
	}
	if n, ok := p["within_months"].(int); ok {
		fr += fmt.Sprintf(", obtenu depuis %d mois au plus", n)
		en += fmt.Sprintf(", obtained within the last %d months", n)
	}
	return fr + ".", en + "."
}

func enrolmentStatement(p map[string]any) (fr, en string) {
	level, _ := p["level"].(int)
	if level == 0 {
		level, _ = p["min_level"].(int)
	}
	fr, en = fmt.Sprintf("Inscrit·e en études de niveau %d", level), fmt.Sprintf("Enrolled in studies of level %d", level)
	if p["level"] == nil {
		fr, en = fr+" au moins", en+" or above"
	}
	if y, ok := p["year"].(int); ok {
		fr, en = fr+fmt.Sprintf(", année %d", y), en+fmt.Sprintf(", year %d", y)
	}
	if p["final_year"] != nil {
		fr, en = fr+", en dernière année", en+", in the last year"
	}
	return fr + ".", en + "."
}

func ageStatement(p map[string]any) (fr, en string) {
	low, a := p["min"].(int)
	high, b := p["max"].(int)
	switch {
	case a && b:
		return fmt.Sprintf("Âgé·e de %d à %d ans.", low, high), fmt.Sprintf("Aged %d to %d.", low, high)
	case a:
		return fmt.Sprintf("Âgé·e de %d ans au moins.", low), fmt.Sprintf("Aged %d or over.", low)
	}
	return fmt.Sprintf("Âgé·e de %d ans au plus.", high), fmt.Sprintf("Aged %d at most.", high)
}

func referencesStatement(n int, noFamily bool) (fr, en string) {
	fr, en = count(n, "personne de référence", "personnes de référence"), count(n, "reference", "references")
	if noFamily {
		return fr + ", hors famille.", en + ", none of them family."
	}
	return fr + ".", en + "."
}

func availabilityStatement(p map[string]any) (fr, en string) {
	fr, en = "Disponible", "Available"
	if from, ok := p["start_from"].(string); ok {
		fr, en = fr+" à partir du "+from, en+" from "+from
	}
	if until, ok := p["start_until"].(string); ok {
		fr, en = fr+" et avant le "+until, en+" and before "+until
	}
	if n, ok := p["min_months"].(int); ok {
		fr, en = fr+fmt.Sprintf(", pour %d mois", n), en+fmt.Sprintf(", for %d months", n)
	}
	return fr + ".", en + "."
}

var documentNames = map[string][2]string{
	"cv": {"un CV", "a CV"}, "cover_letter": {"une lettre de motivation", "a cover letter"}, "diploma": {"les diplômes", "diplomas"}, "reference_letter": {"une lettre de recommandation", "a reference letter"},
}

func documentsStatement(types, formats []string) (fr, en string) {
	var f, e []string
	for _, t := range types {
		f, e = append(f, documentNames[t][0]), append(e, documentNames[t][1])
	}
	fr, en = capital(joinOr(f, " et ")), capital(joinOr(e, " and "))
	if len(formats) > 0 {
		fr, en = fr+" ("+strings.ToUpper(strings.Join(formats, ", "))+")", en+" ("+strings.ToUpper(strings.Join(formats, ", "))+")"
	}
	return fr + ".", en + "."
}
