package vacancyfile

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"dossier/screening"

	"github.com/goccy/go-yaml"
)

// schema is the part of JSON Schema that docs/vacancy-file.schema.json is written in.
type schema map[string]any

func readSchema(t *testing.T) schema {
	t.Helper()
	b, err := os.ReadFile("../../docs/vacancy-file.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// known are the words this checker understands; a schema with others would be half checked.
var known = []string{"$schema", "$defs", "$ref", "title", "description", "examples", "type", "properties", "required", "additionalProperties",
	"items", "minItems", "enum", "const", "pattern", "minLength", "minimum", "maximum", "anyOf", "allOf", "if", "then"}

// violations lists where v does not satisfy s.
func (root schema) violations(s map[string]any, v any, path string) []string {
	var out []string
	bad := func(format string, args ...any) { out = append(out, path+": "+fmt.Sprintf(format, args...)) }
	for word := range s {
		if !slices.Contains(known, word) {
			bad("the schema's word %q is not understood here", word)
		}
	}
	sub := func(x any, v any, path string) []string { return root.violations(x.(map[string]any), v, path) }
	if ref, ok := s["$ref"].(string); ok {
		def, ok := root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")]
		if !ok {
			bad("no definition %s", ref)
			return out
		}
		out = append(out, sub(def, v, path)...)
	}
	if want, ok := s["type"]; ok {
		types, ok := want.([]any)
		if !ok {
			types = []any{want}
		}
		got := typeOf(v)
		if !slices.Contains(types, any(got)) && (got != "integer" || !slices.Contains(types, any("number"))) {
			bad("is %s, want %v", typeOf(v), want)
			return out
		}
	}
	if want, ok := s["enum"].([]any); ok && !slices.Contains(want, v) {
		bad("%v is not one of %v", v, want)
	}
	if want, ok := s["const"]; ok && want != v {
		bad("%v is not %v", v, want)
	}
	if text, ok := v.(string); ok {
		if p, ok := s["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(text) {
			bad("%q does not match %s", text, p)
		}
		if n, ok := s["minLength"].(float64); ok && utf8.RuneCountInString(text) < int(n) {
			bad("too short")
		}
	}
	if n, ok := v.(float64); ok {
		if low, ok := s["minimum"].(float64); ok && n < low {
			bad("%v is below %v", n, low)
		}
		if high, ok := s["maximum"].(float64); ok && n > high {
			bad("%v is above %v", n, high)
		}
	}
	if list, ok := v.([]any); ok {
		if n, ok := s["minItems"].(float64); ok && len(list) < int(n) {
			bad("too few")
		}
		if items, ok := s["items"]; ok {
			for i, item := range list {
				out = append(out, sub(items, item, fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	}
	if m, ok := v.(map[string]any); ok {
		properties, _ := s["properties"].(map[string]any)
		for name, value := range m {
			if p, ok := properties[name]; ok {
				out = append(out, sub(p, value, path+"."+name)...)
			} else if s["additionalProperties"] == false {
				bad("unknown key %s", name)
			}
		}
		if names, ok := s["required"].([]any); ok {
			for _, name := range names {
				if _, ok := m[name.(string)]; !ok {
					bad("%s is missing", name)
				}
			}
		}
	}
	if all, ok := s["allOf"].([]any); ok {
		for _, x := range all {
			out = append(out, sub(x, v, path)...)
		}
	}
	if any, ok := s["anyOf"].([]any); ok && !slices.ContainsFunc(any, func(x interface{}) bool { return len(sub(x, v, path)) == 0 }) {
		bad("none of the forms fits")
	}
	if cond, ok := s["if"]; ok && len(sub(cond, v, path)) == 0 {
		out = append(out, sub(s["then"], v, path)...)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	}
	return reflect.TypeOf(v).String()
}

// plainJSON turns YAML into the values encoding/json would give.
func plainJSON(t *testing.T, src []byte) any {
	t.Helper()
	b, err := yaml.YAMLToJSON(src)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func readPage(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/vacancy-file.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// documented is a vacancy file made of the criteria of every example of the page.
func documented(t *testing.T) string {
	t.Helper()
	b := strings.Builder{}
	b.WriteString("vacancies:\n  - id: documented\n    title: Documented\n    deadline: 2026-01-31T23:59:00+01:00\n    criteria:\n")
	for _, m := range yamlBlock.FindAllStringSubmatch(readPage(t), -1) {
		if !strings.HasPrefix(m[1], "- ") {
			continue
		}
		for _, line := range strings.Split(strings.TrimRight(m[1], "\n"), "\n") {
			b.WriteString("      " + line + "\n")
		}
	}
	return b.String()
}

func TestEveryExampleOfThePageIsRight(t *testing.T) {
	page := readPage(t)
	first := yamlBlock.FindStringSubmatch(page)
	for _, src := range []string{first[1], documented(t)} {
		if _, err := Parse("example.yaml", []byte(src)); err != nil {
			t.Error(err)
		}
		if wrong := readSchema(t).violations(readSchema(t), plainJSON(t, []byte(src)), ""); len(wrong) > 0 {
			t.Errorf("against the schema:\n%s", strings.Join(wrong, "\n"))
		}
	}
}

func TestEveryKindIsDocumentedWithAnExample(t *testing.T) {
	page := readPage(t)
	kinds := readSchema(t)["$defs"].(map[string]any)["criterion"].(map[string]any)["properties"].(map[string]any)["kind"].(map[string]any)["enum"].([]any)
	for _, k := range screening.Kinds {
		heading := regexp.MustCompile(`(?m)^### .*\b` + k.Name + `\b`)
		if !heading.MatchString(page) {
			t.Errorf("no heading for %s", k.Name)
		}
		if !strings.Contains(page, "kind: "+k.Name+",") && !strings.Contains(page, "kind: "+k.Name+"\n") && !strings.Contains(page, "kind: "+k.Name+"}") {
			t.Errorf("no example of %s", k.Name)
		}
		if !slices.Contains(kinds, any(k.Name)) {
			t.Errorf("the schema does not know %s", k.Name)
		}
	}
	if len(kinds) != len(screening.Kinds) {
		t.Errorf("the schema knows %d kinds, there are %d", len(kinds), len(screening.Kinds))
	}
}

// What the schema and the page call a parameter must be one to the kind as well.
func TestDocumentedParametersExist(t *testing.T) {
	page := readPage(t)
	defs := readSchema(t)["$defs"].(map[string]any)
	for _, k := range screening.Kinds {
		params := defs["params_"+k.Name].(map[string]any)["properties"].(map[string]any)
		for name := range params {
			if !strings.Contains(page, "`"+name+"`") {
				t.Errorf("%s: the page does not mention %s", k.Name, name)
			}
			if unknownParam(k, name) {
				t.Errorf("%s: the kind refuses the parameter %s", k.Name, name)
			}
		}
		if !unknownParam(k, "no_such_parameter") {
			t.Errorf("%s: the kind accepts a parameter that does not exist", k.Name)
		}
	}
}

func unknownParam(k screening.Kind, name string) bool {
	if k.Check == nil {
		return false
	}
	c := screening.Criterion{ID: "x", Kind: k.Name, Params: json.RawMessage(`{"` + name + `":null}`)}
	return slices.ContainsFunc(k.Check(c), func(p screening.Problem) bool {
		return p.Field == "params."+name && strings.HasPrefix(p.Message, "unknown parameter")
	})
}

func TestSampleVacanciesSatisfyTheSchema(t *testing.T) {
	src, err := os.ReadFile("../sample/vacancies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := readSchema(t)
	if wrong := s.violations(s, plainJSON(t, src), ""); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func TestSchemaRefusesWhatIsWrong(t *testing.T) {
	s := readSchema(t)
	for _, test := range []struct{ src, want string }{
		{"vacancy: []", "unknown key vacancy"},
		{"vacancies: [{id: a}]", ".vacancies[0]: title is missing"},
		{"vacancies: [{id: A B, title: a}]", `.vacancies[0].id: "A B" does not match`},
		{"vacancies: [{id: a, title: a, criteria: [{id: x, kind: language, importance: asset, params: {min_level: C3}}]}]", "C3 is not one of"},
		{"vacancies: [{id: a, title: a, criteria: [{id: x, kind: language, importance: asset, params: {min_levle: C1}}]}]", "unknown key min_levle"},
		{"vacancies: [{id: a, title: a, criteria: [{id: x, kind: language, importance: asset}]}]", "params is missing"},
		{"vacancies: [{id: a, title: a, criteria: [{id: x, kind: deadline}]}]", "importance is missing"},
		{"vacancies: [{id: a, title: a, criteria: [{id: x, kind: magic, importance: asset}]}]", "magic is not one of"},
	} {
		got := strings.Join(s.violations(s, plainJSON(t, []byte(test.src)), ""), "\n")
		if !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.src, got, test.want)
		}
	}
}
