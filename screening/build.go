package screening

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Met is the finding that the documents prove the criterion. Args are pairs of name and
// value for the reason's sentence.
func (c Criterion) Met(reason string, args ...string) Finding { return c.finding(Met, reason, args) }

// NotMet is the finding that the documents prove the contrary.
func (c Criterion) NotMet(reason string, args ...string) Finding {
	return c.finding(NotMet, reason, args)
}

// Unclear is the finding that the documents prove neither.
func (c Criterion) Unclear(reason string, args ...string) Finding {
	return c.finding(Unclear, reason, args)
}

func (c Criterion) finding(v Verdict, reason string, args []string) Finding {
	f := Finding{Criterion: c.ID, Verdict: v, Reason: reason}
	for i := 0; i+1 < len(args); i += 2 {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[args[i]] = args[i+1]
	}
	return f
}

// maxEvidence bounds the passages of one finding; more would not be read.
const maxEvidence = 12

// With adds evidence, each piece once.
func (f Finding) With(evidence ...Evidence) Finding {
	f.Evidence = append([]Evidence(nil), f.Evidence...)
	for _, ev := range evidence {
		if len(f.Evidence) >= maxEvidence {
			break
		}
		known := false
		for _, have := range f.Evidence {
			known = known || have.Kind == ev.Kind && have.Document == ev.Document && have.Page == ev.Page &&
				have.Start == ev.Start && have.End == ev.End && have.Kind != Search
		}
		if !known {
			f.Evidence = append(f.Evidence, ev)
		}
	}
	return f
}

// decode reads a criterion's parameters into p, refusing names p does not have. Judge
// functions may ignore its error: parameters are checked before they are called.
func decode(c Criterion, p any) error {
	raw := bytes.TrimSpace(c.Params)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the parameters")
	}
	return nil
}

// checkParams decodes the parameters and turns what is wrong with their shape into a problem.
func checkParams(c Criterion, p any) []Problem {
	err := decode(c, p)
	if err == nil {
		return nil
	}
	var bad *json.UnmarshalTypeError
	if errors.As(err, &bad) && bad.Field != "" {
		return []Problem{{Field: "params." + bad.Field, Message: "want " + wanted(bad.Type.String())}}
	}
	if name, ok := strings.CutPrefix(err.Error(), `json: unknown field "`); ok {
		return []Problem{{Field: "params." + strings.TrimSuffix(name, `"`), Message: "unknown parameter of kind " + c.Kind + paramNames(p)}}
	}
	return []Problem{{Field: "params", Message: fmt.Sprintf("cannot be read: %v", err)}}
}

// paramNames lists the parameters of a kind, for who mistyped one.
func paramNames(p any) string {
	t := reflect.TypeOf(p)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return ""
	}
	var names []string
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ", which has none"
	}
	return ": want one of " + strings.Join(names, ", ")
}

func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "map"):
		return "a mapping"
	case strings.Contains(goType, "int"):
		return "a whole number"
	case strings.Contains(goType, "float"):
		return "a number"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "a text"
	}
	return goType
}

// overlay lays the parameters of a reading over the criterion's own.
func overlay(base, top json.RawMessage) json.RawMessage {
	merged := map[string]json.RawMessage{}
	for _, raw := range []json.RawMessage{base, top} {
		var m map[string]json.RawMessage
		if json.Unmarshal(raw, &m) == nil {
			for k, v := range m {
				merged[k] = v
			}
		}
	}
	out, err := json.Marshal(merged)
	if err != nil {
		return base
	}
	return out
}
