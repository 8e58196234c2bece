package vacancyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dossier/screening"
)

// Write writes a file that Parse reads back as the same vacancies.
func Write(w io.Writer, f File) error {
	var p printer
	p.line(0, "vacancies:")
	for _, v := range f.Vacancies {
		if err := p.vacancy(v); err != nil {
			return fmt.Errorf("vacancy %s: write: %w", v.ID, err)
		}
	}
	_, err := w.Write(p.b.Bytes())
	return err
}

// printer writes the part of YAML the format needs, so that the layout is ours: a line for
// each field, parameters in brackets. Text is quoted whenever it could be taken for
// anything but itself.
type printer struct{ b bytes.Buffer }

func (p *printer) line(indent int, s string) {
	p.b.WriteString(strings.Repeat("  ", indent))
	p.b.WriteString(s)
	p.b.WriteByte('\n')
}

// item writes the fields of one entry of a list: the first gets the dash.
func (p *printer) item(indent int, fields func(field func(name, value string))) {
	lead := "- "
	fields(func(name, value string) {
		p.line(indent, lead+name+": "+value)
		lead = "  "
	})
}

func (p *printer) vacancy(v Vacancy) error {
	p.item(1, func(field func(string, string)) {
		text := func(name, value string) {
			if value != "" {
				field(name, plainOrQuoted(value))
			}
		}
		field("id", plainOrQuoted(v.ID))
		text("title", v.Title)
		text("organisation", v.Organisation)
		text("place", v.Place)
		text("reference", v.Reference)
		if len(v.Addresses) > 0 {
			quoted := make([]string, len(v.Addresses))
			for i, a := range v.Addresses {
				quoted[i] = inBrackets(a)
			}
			field("addresses", "["+strings.Join(quoted, ", ")+"]")
		}
		if d := v.Deadline; d != nil {
			text("deadline", d.At.Format(time.RFC3339))
			text("deadline_zone", d.Zone)
			if d.Inclusive {
				field("deadline_inclusive", "true")
			}
			if d.GraceMinutes > 0 {
				field("deadline_grace_minutes", strconv.Itoa(d.GraceMinutes))
			}
			text("deadline_source", d.Source)
		}
		text("as_of", v.AsOf.String())
		text("state", string(v.State))
		text("language", v.Language)
	})
	if len(v.Criteria) == 0 {
		p.line(2, "criteria: []")
		return nil
	}
	p.line(2, "criteria:")
	return p.criteria(3, v.Criteria)
}

func (p *printer) criteria(indent int, list []screening.Criterion) error {
	for _, c := range list {
		var failed error
		p.item(indent, func(field func(string, string)) {
			field("id", plainOrQuoted(c.ID))
			field("kind", plainOrQuoted(c.Kind))
			if c.Importance != "" {
				field("importance", plainOrQuoted(string(c.Importance)))
			}
			if c.Sensitive {
				field("sensitive", "true")
			}
			if c.LegalBasis != "" {
				field("legal_basis", plainOrQuoted(c.LegalBasis))
			}
			if s := statement(c.Statement); s != "" {
				field("statement", s)
			}
			flow := func(name string, raw json.RawMessage) {
				s, err := brackets(raw)
				if err != nil {
					failed = fmt.Errorf("criterion %s: %s: %w", c.ID, name, err)
				}
				field(name, s)
			}
			if len(c.Params) > 0 {
				flow("params", c.Params)
			}
			if len(c.Readings) > 0 {
				all, err := json.Marshal(c.Readings)
				if err != nil {
					failed = fmt.Errorf("criterion %s: readings: %w", c.ID, err)
				}
				flow("readings", all)
			}
			if s := c.Source; s != nil {
				field("source", fmt.Sprintf("{quote: %s, start: %d, end: %d}", inBrackets(s.Quote), s.Start, s.End))
			}
		})
		if failed != nil {
			return failed
		}
		if len(c.Criteria) > 0 {
			p.line(indent+1, "criteria:")
			if err := p.criteria(indent+2, c.Criteria); err != nil {
				return err
			}
		}
	}
	return nil
}

func statement(s screening.Statement) string {
	var two []string
	if s.FR != "" {
		two = append(two, "fr: "+inBrackets(s.FR))
	}
	if s.EN != "" {
		two = append(two, "en: "+inBrackets(s.EN))
	}
	switch {
	case len(two) > 0:
		return "{" + strings.Join(two, ", ") + "}"
	case s.Plain != "":
		return plainOrQuoted(s.Plain)
	}
	return ""
}

// brackets writes JSON as YAML in brackets, with its keys in their order.
func brackets(raw json.RawMessage) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return value(dec)
}

func value(dec *json.Decoder) (string, error) {
	t, err := dec.Token()
	if err != nil {
		return "", err
	}
	switch t := t.(type) {
	case json.Delim:
		var parts []string
		for dec.More() {
			part := ""
			if t == '{' {
				name, err := dec.Token()
				if err != nil {
					return "", err
				}
				part = inBrackets(fmt.Sprint(name)) + ": "
			}
			v, err := value(dec)
			if err != nil {
				return "", err
			}
			parts = append(parts, part+v)
		}
		end, err := dec.Token()
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s%s%s", t, strings.Join(parts, ", "), end), nil
	case string:
		return inBrackets(t), nil
	case bool:
		return strconv.FormatBool(t), nil
	case json.Number:
		return t.String(), nil
	}
	return "null", nil
}

var (
	// plain is text that YAML takes for itself anywhere on a line after a key.
	plain = regexp.MustCompile(`^\pL[\pL\pN ,.;'’()/+·@_-]*$`)
	// plainInBrackets leaves out what separates entries.
	plainInBrackets = regexp.MustCompile(`^\pL[\pL\pN .'’()/+·@_-]*$`)
	// other is what some reader of YAML takes for a truth value, nothing, or a number.
	other = regexp.MustCompile(`(?i)^(y|n|yes|no|true|false|on|off|null|nan|inf|e[0-9]+)$`)
)

func plainOrQuoted(s string) string { return unless(plain, s) }

func inBrackets(s string) string { return unless(plainInBrackets, s) }

// unless quotes s unless it matches safe. JSON's quoting is also YAML's.
func unless(safe *regexp.Regexp, s string) string {
	if safe.MatchString(s) && !strings.HasSuffix(s, " ") && !other.MatchString(s) {
		return s
	}
	return string(jsonString(s))
}
