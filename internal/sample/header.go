package sample

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"time"
)

// Only the sample's own messages come here: well-formed heads with CRLF line ends.

// field is one header field with its folded lines; value keeps its line ends.
type field struct {
	name  string
	value []byte
}

// head splits a message into its header fields and the rest, which starts with the empty line.
func head(raw []byte) ([]field, []byte) {
	end := bytes.Index(raw, []byte("\r\n\r\n"))
	if end < 0 {
		return nil, raw
	}
	var fields []field
	for _, line := range bytes.SplitAfter(raw[:end+2], []byte("\r\n")) {
		switch {
		case len(line) == 0:
		case line[0] == ' ' || line[0] == '\t':
			last := &fields[len(fields)-1]
			last.value = append(last.value, line...)
		default:
			name, value, _ := bytes.Cut(line, []byte(":"))
			fields = append(fields, field{string(name), append([]byte(nil), value...)})
		}
	}
	return fields, raw[end+2:]
}

func headerValue(raw []byte, name string) string {
	fields, _ := head(raw)
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			return strings.TrimSpace(string(f.value))
		}
	}
	return ""
}

// receivedAt is the time in the topmost Received field.
func receivedAt(raw []byte) (time.Time, error) {
	v := headerValue(raw, "Received")
	i := strings.LastIndexByte(v, ';')
	if i < 0 {
		return time.Time{}, fmt.Errorf("no time in the Received line")
	}
	return mail.ParseDate(strings.TrimSpace(v[i+1:]))
}

// receivedAt is the message with t as its time of receipt; its other times move as far.
func (m Message) receivedAt(t time.Time) Message {
	t = t.Truncate(time.Second) // mail knows no fractions
	if t.Equal(m.ReceivedAt) {
		return m
	}
	by := t.Sub(m.ReceivedAt)
	fields, rest := head(m.Raw)
	var b bytes.Buffer
	first := true
	for _, f := range fields {
		value := f.value
		switch f.name {
		case "Received":
			i := bytes.LastIndexByte(value, ';')
			old, err := mail.ParseDate(strings.TrimSpace(string(value[i+1:])))
			if err != nil {
				panic(fmt.Errorf("%s: %w", m.Name, err))
			}
			at := old.Add(by)
			if first {
				at = t
			}
			first = false
			lead := value[i+1 : i+1+len(value[i+1:])-len(bytes.TrimLeft(value[i+1:], " \t\r\n"))]
			value = append(append(append([]byte(nil), value[:i+1]...), lead...), at.Format(time.RFC1123Z)+"\r\n"...)
		case "Date":
			if old, err := mail.ParseDate(strings.TrimSpace(string(value))); err == nil {
				value = []byte(" " + old.Add(by).Format(time.RFC1123Z) + "\r\n")
			}
		}
		b.WriteString(f.name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.Write(rest)
	m.Raw, m.ReceivedAt = b.Bytes(), t
	return m
}
