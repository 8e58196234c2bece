package vacancyfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxDepth is how deep a file may nest. Real files need about ten; the bound keeps a file
// of a million brackets from exhausting the stack.
const maxDepth = 40

// place is a position in the file; both numbers count from 1.
type place struct{ line, column int }

// reader walks a file's nodes and collects what is wrong. It remembers where each field
// stands, so that what screening finds wrong later can be pointed at too.
type reader struct {
	file     string
	problems Problems
	places   map[string]place
}

func (r *reader) problem(at place, field, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		File: r.file, Line: at.line, Column: at.column, Field: field, Message: fmt.Sprintf(format, args...),
	})
}

// at is where a field stands; for a field that is absent, its nearest parent.
func (r *reader) at(field string) place {
	for field != "" {
		if p, ok := r.places[field]; ok {
			return p
		}
		field = field[:max(strings.LastIndexAny(field, ".["), 0)]
	}
	return place{1, 1}
}

// root parses the file into its one document. It returns nil after reporting a problem.
func (r *reader) root(src []byte) ast.Node {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if len(src) > MaxBytes {
		r.problem(place{}, "", "larger than %d MB", MaxBytes>>20)
		return nil
	}
	if at, ok := firstNotUTF8(src); !ok {
		r.problem(at, "", "not UTF-8 text")
		return nil
	}
	tokens := lexer.Tokenize(string(src))
	if at, ok := tooDeep(tokens); ok {
		r.problem(at, "", "nested more than %d deep", maxDepth)
		return nil
	}
	f, err := parser.Parse(tokens, 0)
	if err != nil {
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil {
			r.problem(placeOf(syntax.Token), "", "%s", syntax.Message)
		} else {
			r.problem(place{}, "", "not YAML: %v", err)
		}
		return nil
	}
	var body ast.Node
	for _, doc := range f.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			r.problem(nodePlace(doc.Body), "", "a second YAML document: put all vacancies under one \"vacancies\"")
			return nil
		}
		body = doc.Body
	}
	if body == nil {
		r.problem(place{}, "", "empty: want a list under \"vacancies\"")
	}
	return body
}

func firstNotUTF8(src []byte) (place, bool) {
	if utf8.Valid(src) {
		return place{}, true
	}
	line, column := 1, 1
	for len(src) > 0 {
		c, size := utf8.DecodeRune(src)
		if c == utf8.RuneError && size == 1 {
			break
		}
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
		src = src[size:]
	}
	return place{line, column}, false
}

// tooDeep tells whether brackets, or entries opened on one line, nest beyond maxDepth.
// Nesting by indentation needs no check: a line's indent bounds it.
func tooDeep(tokens token.Tokens) (place, bool) {
	depth, run := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		if t.Type == token.SequenceEntryType || t.Type == token.MappingKeyType {
			run++
		} else {
			run = 0
		}
		if depth > maxDepth || run > maxDepth {
			return placeOf(t), true
		}
	}
	return place{}, false
}

func placeOf(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{}
	}
	return place{t.Position.Line, t.Position.Column}
}

func nodePlace(n ast.Node) place {
	switch n := n.(type) {
	case *ast.MappingNode:
		// A block mapping's own token is the first colon: its first key is where people look.
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return placeOf(n.Values[0].Key.GetToken())
		}
	case *ast.MappingValueNode:
		return placeOf(n.Key.GetToken())
	}
	return placeOf(n.GetToken())
}

// describe names a node the way a person would.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode:
		return "an anchor"
	case *ast.AliasNode:
		return "an alias"
	case *ast.TagNode:
		return "a tag"
	case *ast.StringNode:
		return quote(n.Value)
	case *ast.LiteralNode:
		return quote(n.Value.Value)
	default:
		return quote(n.GetToken().Value)
	}
}

// quote shows a value from the file, shortened when it is long.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return "'" + strings.NewReplacer("\n", " ", "\r", " ").Replace(s) + "'"
}

// entries returns the key-value pairs of a mapping, or reports that n is none.
func (r *reader) entries(n ast.Node, field, want string) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	r.problem(nodePlace(n), field, "want %s, got %s", want, describe(n))
	return nil, false
}

// items returns the entries of a list, or reports that n is none.
func (r *reader) items(n ast.Node, field, want string) []ast.Node {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.problem(nodePlace(n), field, "want %s, got %s", want, describe(n))
		return nil
	}
	return list.Values
}

// fields calls the reading function of each key of a mapping and refuses keys without one.
// It returns false when n is no mapping, which is reported.
func (r *reader) fields(n ast.Node, field, want string, known map[string]func(n ast.Node, field string)) bool {
	pairs, ok := r.entries(n, field, want)
	if !ok {
		return false
	}
	for _, pair := range pairs {
		name, ok := key(pair)
		path := join(field, name)
		if !ok {
			r.problem(placeOf(pair.Key.GetToken()), path, "want a plain word as key")
			continue
		}
		read, ok := known[name]
		if !ok {
			r.problem(placeOf(pair.Key.GetToken()), path, "unknown key%s", suggestion(name, known))
			continue
		}
		r.places[path] = nodePlace(pair.Value)
		read(pair.Value, path)
	}
	return true
}

// key is the word before the colon; false for merge keys, anchors and other machinery.
func key(pair *ast.MappingValueNode) (string, bool) {
	if s, ok := pair.Key.(*ast.StringNode); ok {
		return s.Value, true
	}
	return pair.Key.GetToken().Value, false
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

// str reads a text. Numbers and truth values are taken as written, so that a title like
// 2026 or a reference like 0042 need no quotes.
func (r *reader) str(to *string) func(ast.Node, string) {
	return func(n ast.Node, field string) {
		if s, ok := scalar(n); ok {
			*to = strings.TrimSpace(s)
			return
		}
		r.problem(nodePlace(n), field, "want text, got %s", describe(n))
	}
}

func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func (r *reader) truth(to *bool) func(ast.Node, string) {
	return func(n ast.Node, field string) {
		if b, ok := n.(*ast.BoolNode); ok {
			*to = b.Value
			return
		}
		r.problem(nodePlace(n), field, "want true or false, got %s", describe(n))
	}
}

func (r *reader) whole(to *int) func(ast.Node, string) {
	return func(n ast.Node, field string) {
		if i, ok := n.(*ast.IntegerNode); ok {
			if v, ok := i.Value.(uint64); ok && v <= 1<<31 {
				*to = int(v)
				return
			}
		}
		r.problem(nodePlace(n), field, "want a whole number, got %s", describe(n))
	}
}

// suggestion names the known key a misspelt one probably stands for.
func suggestion[T any](name string, known map[string]T) string {
	best, distance := "", 4
	for k := range known {
		if d := editDistance(name, k); d < distance || d == distance && best != "" && k < best {
			best, distance = k, d
		}
	}
	if best == "" || distance*2 >= len(name) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// editDistance is the number of letters to insert, drop or change to get from a to b.
func editDistance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
