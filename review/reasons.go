package review

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"dossier/screening"
	"dossier/web"
)

// reason puts a finding's reason into a sentence. Its arguments are codes and plain
// values; here they become words of the page's language.
func (b *findingsBuilder) reason(f screening.Finding) string {
	if f.Reason == "" {
		return ""
	}
	args := make(map[string]string, len(f.Args))
	for name, value := range f.Args {
		args[name] = reasonArg(b.words, name, value, b.zone)
	}
	return capital(b.words.Reason(f.Reason, args))
}

var (
	dayValue   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	monthValue = regexp.MustCompile(`^\d{4}-\d{2}$`)
)

// reasonArg puts one argument of a reason into words, by its name and its form.
func reasonArg(l *web.Locale, name, value, zone string) string {
	switch name {
	case "language", "languages", "related":
		return inWords(value, func(code string) string { return strings.ToLower(languageName(l, code)) })
	case "documents", "document", "missing", "found", "type", "types":
		return inWords(value, func(code string) string {
			if key := "documents.type." + code; l.Has(key) {
				return l.T(key)
			}
			return code
		})
	case "months", "lo", "hi", "need", "min", "max", "want", "have":
		if months, ok := strings.CutSuffix(value, "m"); ok {
			if n, err := strconv.Atoi(months); err == nil {
				return monthsInWords(l, n)
			}
		}
	}
	if name == "months" || strings.HasSuffix(name, "_months") {
		if n, err := strconv.Atoi(value); err == nil {
			return monthsInWords(l, n)
		}
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return l.Instant(at, zone)
	}
	if dayValue.MatchString(value) {
		if on, err := time.Parse(time.DateOnly, value); err == nil {
			return l.Date(on, "UTC")
		}
	}
	if monthValue.MatchString(value) {
		if on, err := time.Parse("2006-01", value); err == nil {
			return l.Month(on)
		}
	}
	if d, err := time.ParseDuration(value); err == nil && strings.ContainsAny(value, "hms") {
		return l.Duration(d.Abs())
	}
	return paramWord(l, name, value)
}

// inWords translates a list of codes that are parted by blanks or commas.
func inWords(value string, word func(code string) string) string {
	codes := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })
	for i, code := range codes {
		codes[i] = word(code)
	}
	return strings.Join(codes, ", ")
}

// monthsInWords is a length in years and months: 2 ans 11 mois.
func monthsInWords(l *web.Locale, n int) string {
	years, months := n/12, n%12
	switch {
	case years == 0:
		return l.N("length.months", months)
	case months == 0:
		return l.N("length.years", years)
	}
	return l.N("length.years", years) + " " + l.N("length.months", months)
}
