package vacancyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"dossier/screening"

	"github.com/goccy/go-yaml/ast"
)

func (r *reader) criteria(n ast.Node, field string) []screening.Criterion {
	var list []screening.Criterion
	for i, item := range r.items(n, field, "a list of criteria") {
		path := fmt.Sprintf("%s[%d]", field, i)
		r.places[path] = nodePlace(item)
		list = append(list, r.criterion(item, path))
	}
	return list
}

func (r *reader) criterion(n ast.Node, field string) screening.Criterion {
	var c screening.Criterion
	var importance string
	r.fields(n, field, "a criterion", map[string]func(ast.Node, string){
		"id":          r.str(&c.ID),
		"kind":        r.str(&c.Kind),
		"importance":  r.str(&importance),
		"statement":   func(n ast.Node, field string) { c.Statement = r.statement(n, field) },
		"params":      func(n ast.Node, field string) { c.Params = r.params(n, field) },
		"criteria":    func(n ast.Node, field string) { c.Criteria = r.criteria(n, field) },
		"sensitive":   r.truth(&c.Sensitive),
		"legal_basis": r.str(&c.LegalBasis),
		"source":      func(n ast.Node, field string) { c.Source = r.source(n, field) },
		"readings": func(n ast.Node, field string) {
			for i, item := range r.items(n, field, "a list of params") {
				path := fmt.Sprintf("%s[%d]", field, i)
				r.places[path] = nodePlace(item)
				c.Readings = append(c.Readings, r.params(item, path))
			}
		},
	})
	c.Importance = screening.Importance(importance)
	return c
}

func (r *reader) statement(n ast.Node, field string) screening.Statement {
	var s screening.Statement
	if plain, ok := scalar(n); ok {
		s.Plain = plain
		return s
	}
	r.fields(n, field, "text or {fr, en}", map[string]func(ast.Node, string){
		"fr": r.str(&s.FR),
		"en": r.str(&s.EN),
	})
	return s
}

func (r *reader) source(n ast.Node, field string) *screening.Source {
	var s screening.Source
	r.fields(n, field, "{quote, start, end}", map[string]func(ast.Node, string){
		"quote": r.str(&s.Quote),
		"start": r.whole(&s.Start),
		"end":   r.whole(&s.End),
	})
	return &s
}

// params turns a mapping into JSON with its keys in the order of the file. What the keys
// mean is the kind's affair.
func (r *reader) params(n ast.Node, field string) json.RawMessage {
	if _, ok := r.entries(n, field, "a mapping"); !ok {
		return nil
	}
	before := len(r.problems)
	var b bytes.Buffer
	r.json(&b, n, field)
	if len(r.problems) > before {
		return nil
	}
	return b.Bytes()
}

func (r *reader) json(b *bytes.Buffer, n ast.Node, field string) {
	r.places[field] = nodePlace(n)
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		pairs, _ := r.entries(n, field, "a mapping")
		b.WriteByte('{')
		for i, pair := range pairs {
			name, ok := key(pair)
			if !ok {
				r.problem(placeOf(pair.Key.GetToken()), join(field, name), "want a plain word as key")
				return
			}
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(jsonString(name))
			b.WriteByte(':')
			r.json(b, pair.Value, join(field, name))
		}
		b.WriteByte('}')
	case *ast.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Values {
			if i > 0 {
				b.WriteByte(',')
			}
			r.json(b, item, fmt.Sprintf("%s[%d]", field, i))
		}
		b.WriteByte(']')
	case *ast.StringNode:
		b.Write(jsonString(n.Value))
	case *ast.LiteralNode:
		b.Write(jsonString(n.Value.Value))
	case *ast.BoolNode:
		b.WriteString(strconv.FormatBool(n.Value))
	case *ast.NullNode:
		b.WriteString("null")
	case *ast.IntegerNode:
		i, ok := new(big.Int).SetString(fmt.Sprint(n.Value), 10)
		if !ok {
			r.problem(nodePlace(n), field, "want a number, got %s", describe(n))
			return
		}
		b.WriteString(i.String())
	case *ast.FloatNode:
		if math.IsInf(n.Value, 0) || math.IsNaN(n.Value) {
			r.problem(nodePlace(n), field, "want a number, got %s", describe(n))
			return
		}
		b.WriteString(strconv.FormatFloat(n.Value, 'f', -1, 64))
	default:
		// Anchors, aliases and tags would let a small file grow without bound.
		r.problem(nodePlace(n), field, "want a plain value, got %s", describe(n))
	}
}

func jsonString(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string and a buffer cannot fail
	return bytes.TrimRight(b.Bytes(), "\n")
}
