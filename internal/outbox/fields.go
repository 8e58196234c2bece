package outbox

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dossier/internal/store"
)

// Field is a place in a template that is filled in for each application.
type Field string

// The fields. In a template each is written by its name in the template's language, in
// braces: {poste} in French, {vacancy} in English.
const (
	FieldCandidate    Field = "candidate"
	FieldVacancy      Field = "vacancy"
	FieldReference    Field = "reference"
	FieldOrganisation Field = "organisation"
	FieldPlace        Field = "place"
	FieldReceived     Field = "received"
	FieldDeadline     Field = "deadline"
	FieldMissing      Field = "missing"
	FieldNotice       Field = "notice"
	FieldWithdrawal   Field = "withdrawal"
	FieldContact      Field = "contact"
	FieldAuthor       Field = "author"
	FieldAppointment  Field = "appointment"
	FieldVenue        Field = "venue"
)

// fieldNames are the names people write, by language.
var fieldNames = map[string]map[Field]string{
	"en": {FieldCandidate: "candidate", FieldVacancy: "vacancy", FieldReference: "reference", FieldOrganisation: "organisation", FieldPlace: "place",
		FieldReceived: "received", FieldDeadline: "deadline", FieldMissing: "missing", FieldNotice: "notice", FieldWithdrawal: "withdrawal",
		FieldContact: "contact", FieldAuthor: "author", FieldAppointment: "appointment", FieldVenue: "venue"},
	"fr": {FieldCandidate: "candidat", FieldVacancy: "poste", FieldReference: "référence", FieldOrganisation: "organisation", FieldPlace: "lieu",
		FieldReceived: "réception", FieldDeadline: "clôture", FieldMissing: "manque", FieldNotice: "mention", FieldWithdrawal: "retrait",
		FieldContact: "contact", FieldAuthor: "auteur", FieldAppointment: "rendez-vous", FieldVenue: "lieu du rendez-vous"},
}

// common are the fields every kind of message may use.
var common = []Field{FieldCandidate, FieldVacancy, FieldReference, FieldOrganisation, FieldPlace, FieldReceived, FieldDeadline, FieldContact}

// FieldsOf lists the fields a kind of message may use, in the order pages offer them. In a
// subject only those of one line make sense; see OneLine.
func FieldsOf(kind store.MailKind) []Field {
	switch kind {
	case store.MailAcknowledgement:
		return append(slices.Clone(common), FieldMissing, FieldNotice, FieldWithdrawal)
	case store.MailMissing:
		return append(slices.Clone(common), FieldMissing, FieldNotice, FieldWithdrawal, FieldAuthor)
	case store.MailInvitation:
		return append(slices.Clone(common), FieldAppointment, FieldVenue, FieldNotice, FieldWithdrawal, FieldAuthor)
	case store.MailRefusal, store.MailFree:
		return append(slices.Clone(common), FieldNotice, FieldWithdrawal, FieldAuthor)
	case store.MailNotice:
		return []Field{FieldOrganisation, FieldVacancy, FieldContact}
	}
	return nil
}

// OneLine tells whether what stands for a field is one line, fit for a subject.
func (f Field) OneLine() bool {
	return f != FieldMissing && f != FieldNotice && f != FieldWithdrawal
}

// Name is what a field is called in a template of the language, without braces.
func (f Field) Name(language string) string { return fieldNames[language][f] }

// Mistake is what is wrong with a template, and where: Line and Column count from 1, in
// characters. Line is 0 for what concerns the whole text.
type Mistake struct {
	// Code is unknown (a field there is none of), not_here (one this kind or the subject
	// cannot have), open (a brace that is not closed), empty or too_long.
	Code string
	// Part is subject or body.
	Part         string
	Line, Column int
	// Text is what stands there, at most a few words.
	Text string
}

func (m *Mistake) Error() string {
	return fmt.Sprintf("%s, line %d, column %d: %s %q", m.Part, m.Line, m.Column, m.Code, m.Text)
}

// maxFieldName bounds what is taken for a field's name, in bytes.
const maxFieldName = 40

// piece is a stretch of a template: words, or a field.
type piece struct {
	text  string
	field Field
}

// parse cuts a template into words and fields. A doubled brace stands for one.
func parse(text, language, part string, allowed []Field) ([]piece, *Mistake) {
	var out []piece
	var words strings.Builder
	wrong := func(at int, code, what string) *Mistake {
		before := text[:at]
		line := strings.Count(before, "\n")
		return &Mistake{Code: code, Part: part, Line: line + 1, Column: utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1, Text: what}
	}
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "{{"), strings.HasPrefix(text[i:], "}}"):
			words.WriteByte(text[i])
			i++
		case text[i] == '{':
			end := strings.IndexAny(text[i+1:], "{}\n")
			if end < 0 || text[i+1+end] != '}' {
				return nil, wrong(i, "open", shortened(text[i:]))
			}
			name := text[i+1 : i+1+end]
			field, ok := fieldNamed(name, language)
			switch {
			case !ok:
				return nil, wrong(i, "unknown", shortened("{"+name+"}"))
			case !slices.Contains(allowed, field):
				return nil, wrong(i, "not_here", shortened("{"+name+"}"))
			}
			if words.Len() > 0 {
				out = append(out, piece{text: words.String()})
				words.Reset()
			}
			out = append(out, piece{field: field})
			i += end + 1
		case text[i] == '}':
			return nil, wrong(i, "open", shortened(text[i:]))
		default:
			words.WriteByte(text[i])
		}
	}
	if words.Len() > 0 {
		out = append(out, piece{text: words.String()})
	}
	return out, nil
}

func fieldNamed(name, language string) (Field, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for field, called := range fieldNames[language] {
		if called == name {
			return field, true
		}
	}
	return "", false
}

func shortened(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > maxFieldName {
		s = strings.ToValidUTF8(s[:maxFieldName], "") + "…"
	}
	return s
}

// The most a template may hold, in bytes.
const (
	MaxTemplateSubject = 200
	MaxTemplateBody    = 20_000
)

// Check tells what is wrong with a template's text; nil when nothing is.
func Check(kind store.MailKind, language, subject, body string) *Mistake {
	switch {
	case fieldNames[language] == nil:
		return &Mistake{Code: "unknown", Part: "language", Text: language}
	case strings.TrimSpace(subject) == "" && kind != store.MailNotice:
		return &Mistake{Code: "empty", Part: "subject"}
	case strings.TrimSpace(body) == "":
		return &Mistake{Code: "empty", Part: "body"}
	case len(subject) > MaxTemplateSubject:
		return &Mistake{Code: "too_long", Part: "subject"}
	case len(body) > MaxTemplateBody:
		return &Mistake{Code: "too_long", Part: "body"}
	}
	if _, m := parse(subject, language, "subject", subjectFields(kind)); m != nil {
		return m
	}
	_, m := parse(tidyLines(body), language, "body", FieldsOf(kind))
	return m
}

func subjectFields(kind store.MailKind) []Field {
	return slices.DeleteFunc(FieldsOf(kind), func(f Field) bool { return !f.OneLine() })
}

// tidyLines ends lines with "\n", as browsers do not.
func tidyLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// fill puts values into a text. A paragraph all of whose fields stand for nothing is left
// out: what asks for missing pieces says nothing when none is missing.
func fill(text, language, part string, allowed []Field, values map[Field]string) (string, *Mistake) {
	pieces, m := parse(tidyLines(text), language, part, allowed)
	if m != nil {
		return "", m
	}
	var out []string
	var words strings.Builder
	fields, filled := 0, 0
	end := func() {
		if p := strings.Trim(words.String(), "\n"); strings.TrimSpace(p) != "" && (fields == 0 || filled > 0) {
			out = append(out, p)
		}
		words.Reset()
		fields, filled = 0, 0
	}
	for _, p := range pieces {
		if p.field != "" {
			fields++
			if v := values[p.field]; v != "" {
				filled++
				words.WriteString(v)
			}
			continue
		}
		paragraphs := strings.Split(p.text, "\n\n")
		for i, s := range paragraphs {
			if i > 0 {
				end()
			}
			words.WriteString(s)
		}
	}
	end()
	return strings.Join(out, "\n\n"), nil
}
