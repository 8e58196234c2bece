package review

import (
	"regexp"
	"strings"

	"dossier/screening/text"
)

var (
	phoneForm = regexp.MustCompile(`(?:\+|\b)(?:\(\+?\d{1,4}\) ?)?\d[\d .()\x{a0}-]{6,20}\d\b`)
	monthYear = regexp.MustCompile(`\b(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d\b`)

	// namedPhone is a number that is said to be one, however short and however grouped.
	namedPhone = regexp.MustCompile(`\b(?:tel|telephone|phone|mobile|gsm|portable|cell|whatsapp|fax)\b[^\n\d+(]{0,12}([+(]?\d[\d .()/\x{a0}-]{4,20}\d)`)
	// eightForm are the usual groups of the numbers of eight digits: by two, by four, three,
	// two and three. By two, three and three they cannot be told from an amount.
	eightForm = regexp.MustCompile(`^(?:\d\d[ .\x{a0}-]\d\d[ .\x{a0}-]\d\d[ .\x{a0}-]\d\d|\d{4}[ .\x{a0}-]\d{4}|\d{3}[ .\x{a0}-]\d\d[ .\x{a0}-]\d{3}|\d{8})$`)
	// yearForm is a year at either end of eight digits: a date, or two years.
	yearForm = regexp.MustCompile(`^(?:19|20)\d\d(?:\D|[01]\d[0-3]\d$)|^[0-3]\d[01]\d(?:19|20)\d\d$`)
)

// isPhone tells a telephone number from dates, amounts and reference numbers.
func isPhone(s string) bool {
	switch digits := len(digitsOf(s)); {
	case monthYear.MatchString(s):
		return false
	case digits == 8:
		return eightForm.MatchString(s) && !yearForm.MatchString(s) || strings.HasPrefix(s, "+")
	default:
		return digits >= 9 && digits <= 15
	}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Known numbers are found by their last digits, at most so many; with fewer than the least
// they say too little.
const (
	phoneEnd   = 8
	phoneLeast = 6
)

// knowPhones adds numbers that were received or read: they are hidden however their digits
// are grouped, with a country's code, a nought or nothing before them.
func (m *mask) knowPhones(numbers []string) {
	const between = `[ .()/\x{a0}-]{0,3}`
	for _, n := range numbers {
		digits := digitsOf(text.String(n))
		if len(digits) < phoneLeast {
			continue
		}
		end := strings.Split(digits[max(0, len(digits)-phoneEnd):], "")
		m.phones = append(m.phones, regexp.MustCompile(`(?:[+(]*\d{1,3}`+between+`){0,2}`+strings.Join(end, between)))
	}
}
