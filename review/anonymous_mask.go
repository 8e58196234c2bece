package review

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/internal/store"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// gap stands in a masked text for every byte that is not shown, so that the places of
// passages stay what they are. Pages show a run of it as one word.
const gap = '\x1a'

// mask hides who an applicant is in what they wrote: name, addresses, telephones, links,
// date and place of birth, age, nationality, family. It knows what was read about this
// person and the usual forms of the rest. It is a help against first impressions, no
// guarantee: the pages say so.
type mask struct {
	// whole are folded names and addresses, hidden wherever they stand; words are folded
	// single names, hidden where they begin with a capital.
	whole []string
	words map[string]bool
	// phones find the numbers known of this person.
	phones []*regexp.Regexp
}

// particles are parts of names that mean nothing alone.
var particles = []string{"de", "du", "des", "la", "le", "les", "ben", "bin", "bint", "el", "al", "van", "von", "der", "den", "dos", "da", "di", "del", "mac", "abu", "ould", "mme", "mlle", "madame", "monsieur", "miss", "mrs", "dr", "and", "et"}

// mailboxes are the first parts of addresses that name nobody.
var mailboxes = []string{"contact", "info", "mail", "email", "cv", "candidature", "recrutement", "emploi", "job", "jobs", "noreply", "pro", "perso", "stage"}

// newMask prepares the mask of one applicant: names and addresses as received or read.
func newMask(names, emails []string) *mask {
	m := &mask{words: map[string]bool{}}
	word := func(w string, least int) {
		if utf8.RuneCountInString(w) >= least && !slices.Contains(particles, w) && !slices.Contains(mailboxes, w) {
			m.words[w] = true
		}
	}
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	for _, name := range names {
		folded := strings.Join(strings.Fields(text.String(name)), " ")
		if utf8.RuneCountInString(folded) >= 3 && !strings.Contains(folded, "@") {
			m.whole = append(m.whole, folded)
		}
		for _, w := range strings.FieldsFunc(folded, notLetter) {
			word(w, 2)
		}
	}
	for _, email := range emails {
		folded := text.String(strings.TrimSpace(email))
		if folded == "" {
			continue
		}
		m.whole = append(m.whole, folded)
		local, _, _ := strings.Cut(folded, "@")
		for _, w := range strings.FieldsFunc(local, notLetter) {
			word(w, 3)
		}
	}
	slices.SortFunc(m.whole, func(a, b string) int { return len(b) - len(a) })
	return m
}

// maskOf prepares the mask of an application from its records and what was read in its
// documents.
func maskOf(v store.ApplicationView, texts []store.DocumentText) *mask {
	names, emails, phones := []string{v.Applicant.Name}, slices.Clone(v.Emails), slices.Clone(v.Phones)
	for _, m := range v.Messages {
		names, emails = append(names, m.FromName), append(emails, m.FromEmail)
	}
	for _, t := range texts {
		if t.Facts == nil {
			continue
		}
		if t.Facts.Name != nil {
			names = append(names, t.Facts.Name.Value)
		}
		if t.Facts.Email != nil {
			emails = append(emails, t.Facts.Email.Value)
		}
		if t.Facts.Phone != nil {
			phones = append(phones, t.Facts.Phone.Value)
		}
	}
	m := newMask(names, emails)
	m.knowPhones(phones)
	return m
}

// revealing are the forms that identify somebody, on folded text. The group, when there is one,
// is what is hidden; else the whole.
var revealing = []*regexp.Regexp{
	// Addresses on the net.
	regexp.MustCompile(`[a-z0-9._%+-]+ ?@ ?[a-z0-9-]+(?:\.[a-z0-9-]+)+`),
	regexp.MustCompile(`\b(?:https?://|www\.)[^\s<>"]+`),
	regexp.MustCompile(`\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|fr|be|ch|io|me|eu|dev|co|uk|de|es|it|ma|tn|sn|ci|cm|example)/[^\s<>"]+`),
	regexp.MustCompile(`\b(?:skype|linkedin|github|whatsapp|telegram|twitter|instagram|facebook)\s*[:=]\s*(\S[^\n|;]{0,60})`),
	namedPhone,
	// Birth, age.
	regexp.MustCompile(`\b(?:date(?: et lieu)? de naissance|lieu de naissance|date (?:and place )?of birth|place of birth|birth ?date|birth ?place|d\.?o\.?b\.?|naissance)\s*[:\-]?\s*([^\n|;]{1,60})`),
	regexp.MustCompile(`\bne(?:e|\(e\)|[.·/-]e)? (?:le|en) ([^\n|;]{0,12}\d{2,4}[^\n|;]{0,50})`),
	regexp.MustCompile(`\b(?:nee|ne\(e\)) (?:a|au|aux) ([^\n|;]{2,40})`),
	regexp.MustCompile(`\bborn (?:on|in) ([^\n|;]{2,50})`),
	regexp.MustCompile(`\b(?:age|aged|agee?)\s*(?:de\b|:)?\s*(\d{2}(?: ?(?:ans|years))?)\b`),
	regexp.MustCompile(`\b(\d{2}) (?:years old|yrs old|year-old|y/o)\b`),
	regexp.MustCompile(`(?:^|[\n|,;•·(–-])[ \t]*([1-7]\d ans)[ \t]*(?:$|[\n|,;•·)–-])`),
	// Nationality, family.
	regexp.MustCompile(`\b(?:nationalites?|nationality|nationalities|citizenship|citoyennete|pays d'origine|country of origin)\s*[:\-]?\s*([^\n|;•]{2,40})`),
	regexp.MustCompile(`\b(?:citoyen(?:ne)?|ressortissant(?:e)?) ([^\n|;•]{2,30})`),
	regexp.MustCompile(`\b(?:situation (?:familiale|matrimoniale|de famille)|etat civil|marital status|civil status|family status|sexe|sex|gender|genre|enfants|children)\s*[:\-]\s*([^\n|;•]{1,40})`),
	regexp.MustCompile(`(?:^|[\n|,;•·(–-])[ \t]*((?:celibataire|mariee?|pacsee?|divorcee?|veuve|veuf|single|married|divorced)(?:,? (?:sans enfants?|\d enfants?|\d children|no children))?)[ \t]*(?:$|[\n|,;•·)–-])`),
	// Where somebody lives.
	regexp.MustCompile(`\b(?:adresse(?: postale)?|address|domicile|residence)\s*:\s*([^\n|]{3,90})`),
	regexp.MustCompile(`\b(\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:rue|avenue|av\.|boulevard|bd|bld|place|chemin|allee|impasse|quai|route|cours|square|villa|passage|sentier)\b[^\n|;•]{0,80})`),
	regexp.MustCompile(`\b(\d{1,5},? [a-z' ]{2,30} (?:street|road|lane|drive|close|terrace|crescent|gardens)\b[^\n|;•]{0,60})`),
	regexp.MustCompile(`(?:^|[\n|,•·–-])[ \t]*(\d{5} [a-z][a-z' -]{2,30})[ \t]*(?:$|[\n|,;•·(–-])`),
}

var wordForm = regexp.MustCompile(`[\pL]+`)

// spans are the stretches of s to hide, in order and apart from each other, as byte offsets.
func (m *mask) spans(s string) [][2]int {
	f := text.Fold(s)
	var found [][2]int
	hide := func(start, end int) {
		for start < end && (f.Text[start] == ' ' || f.Text[start] == '\n') {
			start++
		}
		for end > start && (f.Text[end-1] == ' ' || f.Text[end-1] == '\n') {
			end--
		}
		if start < end {
			a, b := f.Span(start, end)
			found = append(found, [2]int{a, b})
		}
	}
	for _, name := range m.whole {
		for at := 0; ; {
			i := strings.Index(f.Text[at:], name)
			if i < 0 {
				break
			}
			start, end := at+i, at+i+len(name)
			if !letterAt(f.Text, start-1) && !letterAt(f.Text, end) {
				hide(start, end)
			}
			at = start + 1
		}
	}
	for _, w := range wordForm.FindAllStringIndex(f.Text, -1) {
		if !m.words[f.Text[w[0]:w[1]]] {
			continue
		}
		a, _ := f.Span(w[0], w[1])
		if r, _ := utf8.DecodeRuneInString(s[a:]); unicode.IsUpper(r) {
			hide(w[0], w[1])
		}
	}
	for _, form := range revealing {
		for _, at := range form.FindAllStringSubmatchIndex(f.Text, -1) {
			if len(at) > 2 && at[2] >= 0 {
				hide(at[2], at[3])
			} else {
				hide(at[0], at[1])
			}
		}
	}
	for _, known := range m.phones {
		for _, at := range known.FindAllStringIndex(f.Text, -1) {
			hide(at[0], at[1])
		}
	}
	for _, at := range phoneForm.FindAllStringIndex(f.Text, -1) {
		if isPhone(f.Text[at[0]:at[1]]) {
			hide(at[0], at[1])
		}
	}
	return joinSpans(found)
}

func letterAt(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	for i > 0 && !utf8.RuneStart(s[i]) {
		i--
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// joinSpans sorts spans and joins those that touch or overlap.
func joinSpans(list [][2]int) [][2]int {
	slices.SortFunc(list, func(a, b [2]int) int { return a[0] - b[0] })
	var out [][2]int
	for _, s := range list {
		if n := len(out); n > 0 && s[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

// text hides what identifies in s and keeps every other byte where it is.
func (m *mask) text(s string) string { return covered(s, m.spans(s)) }

// covered replaces the stretches of s by gaps; line ends stay.
func covered(s string, spans [][2]int) string {
	if len(spans) == 0 {
		return s
	}
	b := []byte(s)
	for _, at := range spans {
		for i := at[0]; i < at[1]; i++ {
			if b[i] != '\n' {
				b[i] = gap
			}
		}
	}
	return string(b)
}

// pageSpans are the stretches of a page to hide: what the mask finds, and where facts of
// birth, age and name were read.
func (m *mask) pageSpans(p text.Page, facts *fact.Facts) [][2]int {
	out := m.spans(p.Text)
	if facts == nil {
		return out
	}
	add := func(w fact.Where) {
		if w.Page == p.Number && w.Start >= 0 && w.Start < w.End && w.End <= len(p.Text) {
			out = append(out, [2]int{w.Start, w.End})
		}
	}
	for _, b := range facts.Births {
		add(b.Where)
	}
	for _, a := range facts.Ages {
		add(a.Where)
	}
	for _, t := range []*fact.Text{facts.Name, facts.Email, facts.Phone} {
		if t != nil {
			add(t.Where)
		}
	}
	return joinSpans(out)
}

// shown is a masked text for a reader: every gap is one word.
func shown(s, word string) string {
	if !strings.ContainsRune(s, gap) {
		return s
	}
	var b strings.Builder
	inside := false
	for _, r := range s {
		if r == gap {
			if !inside {
				b.WriteString(word)
			}
			inside = true
			continue
		}
		inside = false
		b.WriteRune(r)
	}
	return b.String()
}
