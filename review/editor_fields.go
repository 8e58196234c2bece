package review

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dossier/screening"
	"dossier/screening/lexicon"
	"dossier/screening/text"
	"dossier/web"
)

// paramField is one field of a kind's form: which parameter it fills and how it is asked.
type paramField struct {
	name string
	is   fieldKind
	// options are the values to choose from, by their names in the parameters.
	options []string
	// labels begins the keys of the options' words; "params.<name>." when empty.
	labels string
	// whole numbers are written as numbers where options are numbers.
	numeric bool
}

type fieldKind string

const (
	// fieldWords is a list of words with commas between them.
	fieldWords fieldKind = "words"
	// fieldLanguages is a list of languages by name; one fills "language", several "any_of".
	fieldLanguages fieldKind = "languages"
	fieldText      fieldKind = "text"
	fieldNumber    fieldKind = "number"
	// fieldSpan is a length of time: a number with months or years, under min_months,
	// max_years and the like.
	fieldSpan   fieldKind = "span"
	fieldSelect fieldKind = "select"
	fieldChecks fieldKind = "checks"
	fieldCheck  fieldKind = "check"
	fieldDate   fieldKind = "date"
	// fieldRoles are numbers by role.
	fieldRoles fieldKind = "roles"
)

var levels = []string{"A1", "A2", "B1", "B2", "C1", "C2"}
var degreeLevels = []string{"3", "4", "5", "6", "7", "8"}

// kindFields are the forms of the kinds, in the order a person fills them in.
var kindFields = map[string][]paramField{
	"documents": {{name: "all_of", is: fieldChecks, options: []string{"cv", "cover_letter", "diploma", "reference_letter"}, labels: "documents.type."},
		{name: "formats", is: fieldChecks, options: []string{"pdf", "docx", "doc", "odt", "rtf", "txt", "html", "jpg", "png", "tiff"}, labels: "-"}},
	"deadline": {},
	"language": {{name: "language", is: fieldLanguages}, {name: "min_level", is: fieldSelect, options: levels, labels: "editor.cefr."},
		{name: "skills", is: fieldChecks, options: []string{"listening", "reading", "speaking", "writing"}, labels: "editor.skill."}},
	"experience": {{name: "min", is: fieldSpan}, {name: "domain", is: fieldWords}, {name: "sector", is: fieldChecks, options: []string{"ngo", "un", "government", "private", "red cross"}},
		{name: "region", is: fieldWords}, {name: "count", is: fieldChecks, options: []string{"internship", "volunteering", "civic_service", "study"}, labels: "editor.count."}, {name: "max", is: fieldSpan}},
	"education": {{name: "min_level", is: fieldSelect, options: degreeLevels, labels: "level.", numeric: true}, {name: "fields", is: fieldWords},
		{name: "in_progress_allowed", is: fieldCheck}, {name: "within_months", is: fieldNumber}},
	"enrolment": {{name: "level", is: fieldSelect, options: degreeLevels, labels: "level.", numeric: true}, {name: "min_level", is: fieldSelect, options: degreeLevels, labels: "level.", numeric: true},
		{name: "year", is: fieldNumber}, {name: "final_year", is: fieldCheck}, {name: "internship_agreement", is: fieldCheck}},
	"career": {{name: "force", is: fieldSelect, options: []string{"police", "gendarmerie", "army", "customs"}}, {name: "status", is: fieldSelect, options: []string{"serving", "retired", "former"}},
		{name: "min_years", is: fieldNumber}, {name: "ranks", is: fieldWords}},
	"references": {{name: "min", is: fieldNumber}, {name: "roles", is: fieldRoles, options: []string{"line_manager", "hr", "colleague"}, labels: "params.role."}, {name: "exclude_family", is: fieldCheck}},
	"age":        {{name: "min", is: fieldNumber}, {name: "max", is: fieldNumber}},
	"licence":    {{name: "licence", is: fieldText}},
	"skill": {{name: "any_of", is: fieldWords}, {name: "at_least", is: fieldNumber}, {name: "all_of", is: fieldWords},
		{name: "role", is: fieldChecks, options: []string{"head", "deputy", "designer"}}},
	"availability": {{name: "start_from", is: fieldDate}, {name: "start_until", is: fieldDate}, {name: "min_months", is: fieldNumber}},
	"eligibility":  {{name: "any_of", is: fieldWords}},
	"judgement":    {{name: "topic", is: fieldText}, {name: "cues", is: fieldWords}},
	"all_of":       {}, "any_of": {}, "at_least": {{name: "n", is: fieldNumber}},
}

// blankParams are what a criterion begins with that a person adds by hand.
var blankParams = map[string]string{
	"documents": `{"all_of":["cv"]}`, "language": `{"language":"en","min_level":"B2"}`, "experience": `{"min_years":1}`, "education": `{"min_level":6}`,
	"enrolment": `{"min_level":6}`, "career": `{"force":"police"}`, "references": `{"min":2}`, "age": `{"min":18}`, "licence": `{"licence":"B"}`, "at_least": `{"n":1}`,
}

// fieldView is a field of a form, filled in.
type fieldView struct {
	Name, ID, Label, Hint, Is string
	Value, Unit               string
	Checked                   bool
	Options                   []optionView
	// Wrong marks the field the engine cannot work with.
	Wrong bool
}

type optionView struct {
	Name, Label, Value string
	On                 bool
}

// fieldsOf fills in the form of a criterion. typed, when not nil, is a form that was sent
// and not taken: what the person typed stays.
func fieldsOf(l *web.Locale, c screening.Criterion, typed url.Values, wrong []string) []fieldView {
	params := map[string]any{}
	_ = json.Unmarshal(c.Params, &params)
	var out []fieldView
	for _, f := range kindFields[c.Kind] {
		v := fieldView{Name: "p." + f.name, ID: c.ID + "-" + f.name, Is: string(f.is), Label: fieldLabel(l, c.Kind, f.name), Wrong: slices.Contains(wrong, f.name)}
		if key := "editor.hint." + string(f.is); l.Has(key) {
			v.Hint = l.T(key)
		}
		v.fill(l, f, params)
		if typed != nil {
			v.retype(typed)
		}
		out = append(out, v)
	}
	return out
}

func fieldLabel(l *web.Locale, kind, name string) string {
	for _, key := range []string{"editor.field." + kind + "." + name, "editor.field." + name, "params." + name} {
		if l.Has(key) {
			return l.T(key)
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

func (v *fieldView) fill(l *web.Locale, f paramField, params map[string]any) {
	value := params[f.name]
	switch f.is {
	case fieldWords:
		v.Value = strings.Join(shownWords(l, f.name, listOf(value)), ", ")
	case fieldLanguages:
		codes := append(listOf(params["language"]), listOf(params["any_of"])...)
		for i := range codes {
			codes[i] = languageName(l, codes[i])
			if l.Lang == "fr" { // where languages are written small
				codes[i] = strings.ToLower(codes[i])
			}
		}
		v.Value = strings.Join(codes, ", ")
	case fieldText, fieldDate:
		v.Value, _ = value.(string)
	case fieldNumber:
		v.Value = numberText(value)
	case fieldSpan:
		v.Unit = "years"
		if n := params[f.name+"_years"]; n != nil {
			v.Value = numberText(n)
		} else if n := params[f.name+"_months"]; n != nil {
			v.Value, v.Unit = numberText(n), "months"
		}
	case fieldCheck:
		v.Checked, _ = value.(bool)
	case fieldSelect:
		v.Value = numberText(value)
		if s, ok := value.(string); ok {
			v.Value = s
		}
		for _, o := range f.options {
			v.Options = append(v.Options, optionView{Name: o, Label: optionLabel(l, f, o), On: o == v.Value})
		}
	case fieldChecks:
		have := listOf(value)
		for _, o := range f.options {
			v.Options = append(v.Options, optionView{Name: o, Label: optionLabel(l, f, o), On: slices.Contains(have, o)})
		}
	case fieldRoles:
		have, _ := value.(map[string]any)
		for _, o := range f.options {
			v.Options = append(v.Options, optionView{Name: o, Label: capital(optionLabel(l, f, o)), Value: numberText(have[o])})
		}
	}
}

// retype puts what was sent in place of what is kept.
func (v *fieldView) retype(typed url.Values) {
	switch fieldKind(v.Is) {
	case fieldCheck:
		v.Checked = typed.Get(v.Name) != ""
	case fieldChecks, fieldSelect:
		for i := range v.Options {
			v.Options[i].On = slices.Contains(typed[v.Name], v.Options[i].Name)
		}
	case fieldRoles:
		for i := range v.Options {
			v.Options[i].Value = typed.Get(v.Name + "." + v.Options[i].Name)
		}
	case fieldSpan:
		v.Value, v.Unit = typed.Get(v.Name), typed.Get(v.Name+".unit")
	default:
		v.Value = typed.Get(v.Name)
	}
}

func optionLabel(l *web.Locale, f paramField, value string) string {
	switch f.labels {
	case "-":
		return strings.ToUpper(value)
	case "":
		return paramWord(l, f.name, value)
	}
	if key := f.labels + value; l.Has(key) {
		return l.T(key)
	}
	return strings.ReplaceAll(value, "_", " ")
}

// listOf reads a word or a list of words.
func listOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, fmt.Sprint(e))
		}
		return out
	}
	return nil
}

func numberText(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return ""
}

// shownWords are parameters in the page's language.
func shownWords(l *web.Locale, param string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = paramWord(l, param, w)
	}
	return out
}

// paramsFrom reads a criterion's parameters out of a form. What the form does not ask for
// stays; field is the name of the one that makes no sense, empty when all do.
func paramsFrom(l *web.Locale, c screening.Criterion, form url.Values) (params json.RawMessage, field string) {
	out := map[string]any{}
	_ = json.Unmarshal(c.Params, &out)
	for _, f := range kindFields[c.Kind] {
		if !f.read(l, form, out) && field == "" {
			field = f.name
		}
	}
	if len(out) == 0 {
		return nil, field
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, field
	}
	return b, field
}

// read puts a field into the parameters; false when what was typed makes no sense.
func (f paramField) read(l *web.Locale, form url.Values, out map[string]any) bool {
	typed := strings.TrimSpace(form.Get("p." + f.name))
	set := func(name string, v any, given bool) {
		if given {
			out[name] = v
		} else {
			delete(out, name)
		}
	}
	switch f.is {
	case fieldText, fieldDate:
		set(f.name, typed, typed != "")
	case fieldCheck:
		set(f.name, true, typed != "")
	case fieldNumber:
		n, ok := number(typed)
		set(f.name, n, typed != "")
		return ok
	case fieldSpan:
		delete(out, f.name+"_years")
		delete(out, f.name+"_months")
		n, ok := number(typed)
		unit := "_years"
		if form.Get("p."+f.name+".unit") == "months" {
			unit = "_months"
			ok = ok && n == float64(int(n))
		}
		set(f.name+unit, n, typed != "" && ok)
		return ok
	case fieldSelect:
		if f.numeric {
			n, ok := number(typed)
			set(f.name, n, typed != "")
			return ok
		}
		set(f.name, typed, typed != "")
	case fieldChecks:
		var list []string
		for _, o := range f.options {
			if slices.Contains(form["p."+f.name], o) {
				list = append(list, o)
			}
		}
		// What a file says beyond the options stays.
		for _, w := range listOf(out[f.name]) {
			if !slices.Contains(f.options, w) {
				list = append(list, w)
			}
		}
		set(f.name, list, len(list) > 0)
	case fieldRoles:
		roles, good := map[string]any{}, true
		for _, o := range f.options {
			if s := strings.TrimSpace(form.Get("p." + f.name + "." + o)); s != "" && s != "0" {
				n, ok := number(s)
				roles[o], good = n, good && ok
			}
		}
		set(f.name, roles, len(roles) > 0)
		return good
	case fieldWords:
		list := meantWords(l, f.name, splitWords(typed), listOf(out[f.name]))
		set(f.name, list, len(list) > 0)
	case fieldLanguages:
		var codes []string
		good := true
		for _, w := range splitWords(typed) {
			code, ok := languageCode(l, w)
			codes, good = append(codes, code), good && ok
		}
		set("language", oneOf(codes), len(codes) == 1)
		set("any_of", codes, len(codes) > 1)
		return good && len(codes) > 0
	}
	return true
}

func oneOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// number reads a number as people write it, with a comma or a point; empty is zero.
func number(s string) (float64, bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	return n, err == nil && n >= 0 && n < 1e6
}

// maxWordsTyped bounds a list of words.
const maxWordsTyped = 60

func splitWords(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if w = strings.Join(strings.Fields(w), " "); w != "" && len(out) < maxWordsTyped && !slices.Contains(out, w) {
			out = append(out, cut(w, 120))
		}
	}
	return out
}

// meantWords turns words of the page's language back into those of the parameters: a word
// that shows one of those kept, or one of the catalogue, is that one; others stay as typed.
func meantWords(l *web.Locale, param string, typed, kept []string) []string {
	var out []string
	for _, w := range typed {
		meant := w
		for _, k := range kept {
			if paramWord(l, param, k) == w {
				meant = k
			}
		}
		if meant == w {
			prefix := "params." + param + "."
			for _, key := range l.Keys() {
				if name, ok := strings.CutPrefix(key, prefix); ok && text.String(l.T(key)) == text.String(w) && isASCII(name) {
					meant = strings.ReplaceAll(name, "_", " ")
					break
				}
			}
		}
		out = append(out, meant)
	}
	return out
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}

// languageCode finds a language by the name the page gives it, by another name in French or
// English, or by its code.
func languageCode(l *web.Locale, name string) (string, bool) {
	folded := text.Fold(name)
	for _, code := range lexicon.LanguageCodes() {
		if text.String(languageName(l, code)) == folded.Text {
			return code, true
		}
	}
	if code := strings.ToLower(name); lexicon.KnownLanguage(code) {
		return code, true
	}
	raw := capital(name)
	for _, found := range lexicon.FindLanguages(text.Fold(raw), func(start, end int) string { return raw[min(start, len(raw)):min(end, len(raw))] }) {
		return found.Code, true
	}
	return name, false
}
