package review

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"dossier/screening"
	"dossier/web"
)

// reasonText puts a finding's reason into a sentence of the page's language. Its arguments
// are codes and plain values; here they become words. Instants are told in the zone.
func reasonText(l *web.Locale, f screening.Finding, zone string) string {
	if f.Reason == "" {
		return ""
	}
	kind, _, _ := strings.Cut(f.Reason, ".")
	args := make(map[string]string, len(f.Args)+2)
	for name, value := range f.Args {
		args[name] = reasonArg(l, kind, name, value, zone)
	}
	switch kind {
	case "availability":
		if args["start"] == "" {
			args["start"] = l.T("start.unsaid")
		}
	case "experience":
		if args["min"] == "" {
			args["min"] = monthsInWords(l, 0)
		}
		if lo, hi, ok := bounds(f.Args, "months_lo", "months_hi"); ok {
			args["months"] = between(l, monthsInWords(l, lo), monthsInWords(l, hi))
		}
	case "career":
		if lo, hi, ok := bounds(f.Args, "years_lo", "years_hi"); ok {
			args["years"] = between(l, l.N("length.years", lo), l.N("length.years", hi))
		}
	case "deadline":
		args["before"] = untilDeadline(l, f.Args)
	case "education":
		// A title that could not be read leaves its dates only, or nothing.
		if found := strings.TrimSpace(args["found"]); found == "" || strings.HasPrefix(found, "(") {
			args["found"] = strings.TrimSpace(l.T("degree.untitled") + " " + found)
		}
	case "age":
		if lo, hi, ok := bounds(f.Args, "lo", "hi"); ok {
			args["age"] = between(l, l.N("length.years", lo), l.N("length.years", hi))
		}
		args["range"] = ageRange(l, f.Args)
	}
	return capital(l.Reason(f.Reason, args))
}

// bounds reads the two ends of an interval.
func bounds(args map[string]string, lo, hi string) (int, int, bool) {
	a, err := strconv.Atoi(args[lo])
	b, err2 := strconv.Atoi(args[hi])
	return a, b, err == nil && err2 == nil
}

func between(l *web.Locale, lo, hi string) string {
	if lo == hi {
		return lo
	}
	return l.T("length.between", "lo", lo, "hi", hi)
}

// untilDeadline is how long before closing an application came.
func untilDeadline(l *web.Locale, args map[string]string) string {
	deadline, err := time.Parse(time.RFC3339, args["deadline"])
	received, err2 := time.Parse(time.RFC3339, args["received"])
	if err != nil || err2 != nil {
		return ""
	}
	return l.Duration(deadline.Sub(received).Abs())
}

func ageRange(l *web.Locale, args map[string]string) string {
	switch lo, hi := args["min"], args["max"]; {
	case lo != "" && hi != "":
		return l.T("age.between", "lo", lo, "hi", hi)
	case hi != "":
		return l.T("age.at_most", "n", hi)
	default:
		return l.T("age.at_least", "n", lo)
	}
}

var (
	dayValue = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	// titleMonths are the months a degree's title ends with: (2020-03) or (2020-01/2020-12).
	titleMonths = regexp.MustCompile(`\((\d{4}-\d{2})(?:/(\d{4}-\d{2}))?\)$`)
	monthValue  = regexp.MustCompile(`^\d{4}-\d{2}$`)
)

// reasonArg puts one argument into words, by the kind of criterion, its name and its form.
func reasonArg(l *web.Locale, kind, name, value, zone string) string {
	switch name {
	case "language":
		return inWords(value, func(code string) string { return languageName(l, code) })
	case "missing", "types", "type":
		return inWords(value, func(code string) string { return documentWord(l, code) })
	case "formats":
		return strings.ToUpper(strings.Join(strings.Fields(value), ", "))
	case "roles", "role":
		return inWords(value, func(word string) string { return paramWord(l, "role", word) })
	case "by":
		if d, err := time.ParseDuration(value); err == nil {
			return l.Duration(d.Abs())
		}
	case "level":
		if key := "level." + value; l.Has(key) {
			return l.T(key)
		}
	case "min", "max":
		n, err := strconv.Atoi(value)
		switch {
		case err == nil && kind == "experience":
			return monthsInWords(l, n)
		case err == nil && kind == "career":
			return l.N("length.years", n)
		}
	case "months", "min_months":
		lo, hi, isRange := strings.Cut(value, "-")
		a, err := strconv.Atoi(lo)
		if b, err2 := strconv.Atoi(hi); isRange && err == nil && err2 == nil {
			return between(l, monthsInWords(l, a), monthsInWords(l, b))
		}
		if err == nil {
			return monthsInWords(l, a)
		}
	case "want":
		if kind == "career" {
			return paramWord(l, "status", value)
		}
	case "found":
		switch kind {
		case "career":
			return paramWord(l, "force", value)
		case "education":
			return datedTitle(l, value)
		}
	case "fields":
		asked := strings.Split(value, ", ")
		for i, field := range asked {
			asked[i] = paramWord(l, name, field)
		}
		return shorten(strings.Join(asked, ", "), maxTerms)
	case "terms", "ranks":
		return shorten(value, maxTerms)
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return l.ShortYear(at, zone) + ", " + l.Clock(at, zone) + " (" + l.ZoneName(zone) + ")"
	}
	if on, err := time.Parse(time.DateOnly, value); err == nil && dayValue.MatchString(value) {
		return l.Date(on, "UTC")
	}
	if on, err := time.Parse("2006-01", value); err == nil && monthValue.MatchString(value) {
		return l.Month(on)
	}
	return paramWord(l, name, value)
}

// datedTitle writes the months at the end of a degree's title as people do: a year from
// January to December is that year.
func datedTitle(l *web.Locale, title string) string {
	m := titleMonths.FindStringSubmatchIndex(title)
	if m == nil {
		return title
	}
	from, err := time.Parse("2006-01", title[m[2]:m[3]])
	if err != nil {
		return title
	}
	when := l.Month(from)
	if m[4] >= 0 {
		to, err := time.Parse("2006-01", title[m[4]:m[5]])
		switch {
		case err != nil:
			return title
		case from.Year() == to.Year() && from.Month() == time.January && to.Month() == time.December:
			when = strconv.Itoa(from.Year())
		default:
			when += " – " + l.Month(to)
		}
	}
	return strings.TrimSpace(title[:m[0]]) + " (" + when + ")"
}

// documentWord is a type of document in words.
func documentWord(l *web.Locale, code string) string {
	if key := "documents.type." + code; l.Has(key) {
		return l.T(key)
	}
	return code
}

// maxTerms bounds a list of terms in a sentence, in runes.
const maxTerms = 90

// inWords translates a list of codes that are parted by blanks or commas; numbers stay
// beside their code.
func inWords(value string, word func(code string) string) string {
	var out []string
	for _, item := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' }) {
		var codes []string
		for _, code := range strings.Fields(item) {
			if _, err := strconv.Atoi(code); err != nil {
				code = word(code)
			}
			codes = append(codes, code)
		}
		sep := ", "
		if strings.Contains(value, ",") {
			sep = " "
		}
		out = append(out, strings.Join(codes, sep))
	}
	return strings.Join(out, ", ")
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
