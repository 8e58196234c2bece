package fact

import (
	"strings"
	"unicode"

	"dossier/screening/lexicon"

	"dossier/screening/text"
)

var (
	emailAddress = text.MustPattern(`[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9][a-z0-9.-]{0,250}\.[a-z]{2,24}`)
	phoneNumber  = text.MustPattern(`\(?(?:\+|\b00 ?)?\(?\d(?:[\s.\-/()]{0,2}\d){7,14}`)
	phoneLabel   = text.MustPattern(`\b(?:tel|telephone|phone|mobile|cell(?:ulaire)?|portable|gsm|whatsapp|mob|contact)\b`)
	dateLike     = text.MustPattern(`^(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./ -]+\d{4}|\d{4}-\d{2}-\d{2})`)
	notName      = text.MustPattern(`\b(?:curriculum|vitae|cv|resume|europass|profil|contact|adresse|address|page|lettre|letter|objet|subject|madame|monsieur|dear|bonjour|hello|university|universite|avenue|street|rue|boulevard|tel|email|nationalit\w*|informations?|personnelles?|personal|candidature|application|master|licence|etudiante?|student|stage|internship|charge\w*|coordinat\w*|manager|officer|assistante?|responsable|directeur|directrice|ingenieur|juriste|commissaire|colonel|expert\w*|specialiste|specialist|consultante?|date|naissance|photo|telephone|formation|experiences?|langues?|competences)\b`)
	namedAs      = text.MustPattern(`^(?:nom(?: (?:et|&) prenoms?)?|noms? complet|full name|name|nom complet|prenoms? (?:et|&) noms?|prenom/nom|nom/prenom|nom, prenoms?|noms? et prenoms?)\s?:?\s+`)
	surnameFirst = text.MustPattern(`^(?:nom|surname|last name|family name|nom de famille)\s?:\s*(.+?)\s+(?:prenoms?|first names?|given names?)\s?:\s*(.+)$`)
	surnameOnly  = text.MustPattern(`^(?:nom|surname|last name|family name|nom de famille)\s?:\s*(.+)$`)
	firstOnly    = text.MustPattern(`^(?:prenoms?|first names?|given names?)\s?:\s*(.+)$`)
	titleWord    = text.MustPattern(`^(?:(?:m\.|mr|mrs|ms|mme|mlle|dr|pr|prof|rev|fr|hon|eng|sr|me|madame|monsieur|professeure?|professor|docteure?|doctor|reverend|father|sister|maitre|colonel|pasteur|imam|(?:lt|lieutenant)[. -]{0,2}col(?:onel)?|col|lt|cdt|cne|gal|gen|cpt|capt|maj|sgt|adj|adjt|insp|comm|commissaire|commandante?|capitaine|lieutenante?|major|general|brigadier|captain|sergeant|inspecte?u?r|maj|me)\.?\s+(?:div\.?\s+|ppal\.?\s+)?)+`)
)

// readIdentity reads the applicant's name and contacts from the head of a CV or letter.
func readIdentity(v *View, f *Facts) {
	start := 0
	for _, p := range f.Parts {
		if p.Type == CV {
			for i, l := range v.Lines {
				if l.Page == p.From.Page && l.All().Start >= p.From.Start {
					start = i
					break
				}
			}
		}
	}
	if f.Type == CV || f.Type == Combined || f.Type == CoverLetter {
		f.Name = readName(v, start)
	}
	for pass := 0; pass < 3 && (f.Email == nil || f.Phone == nil); pass++ {
		for i := range v.Lines {
			l := v.Lines[i]
			if l.Skip || v.Sections[l.Section].Is(lexicon.References) && (pass < 2 || !v.contactBlock(i)) {
				continue
			}
			// In the middle of jobs only a line that is nothing but a contact counts: columns
			// read across put it there.
			if v.Sections[l.Section].Is(lexicon.Experience, lexicon.Education, lexicon.Internships, lexicon.Volunteering) && (pass < 2 || !contactAlone.MatchString(l.Text)) {
				continue
			}
			// The part the CV is in first, then the whole.
			if pass == 0 && (i < start || i > start+60) {
				continue
			}
			if m := emailAddress.FindStringIndex(l.Text); m != nil && f.Email == nil {
				f.Email = &Text{Value: l.Text[m[0]:m[1]], Where: v.where(i, m[0], m[1], "identity.email")}
			}
			if f.Phone == nil {
				if a, b, ok := findPhone(l.Text); ok {
					f.Phone = &Text{Value: v.Quote(l.At(a, b)), Where: v.where(i, a, b, "identity.phone")}
				}
			}
		}
	}
}

// contactBlock tells whether line i stands in a block, parted by an empty line, that opens
// with an address or a number alone: that of a referee would open with a name. Reading order
// puts a column of contacts there.
func (v *View) contactBlock(i int) bool {
	for k := i; k >= 0 && i-k < 4 && contactAlone.MatchString(v.Lines[k].Text); k-- {
		if v.Lines[k].BlankBefore {
			return true
		}
	}
	return false
}

var contactAlone = text.MustPattern(`^(?:[☎✆📞📱✉📧]|(?:tel|telephone|mobile|phone|e-?mail|courriel)\.?\s?:)?[^\pL\d]{0,3}(?:\+?[\d\s().\-/]{8,24}|\S+@\S+)$`)

// findPhone finds a telephone number that is no date and no number of something else.
func findPhone(s string) (int, int, bool) {
	for _, m := range phoneNumber.FindAllStringIndex(s, -1) {
		a, b := m[0], m[1]
		if open := strings.LastIndexByte(s[a:b], '('); open > 0 && !strings.Contains(s[a+open:b], ")") {
			// "870/990 (2024": a bracket that does not close ends the number.
			b = a + open
			for b > a && (s[b-1] < '0' || s[b-1] > '9') {
				b--
			}
		}
		n := 0
		for _, c := range s[a:b] {
			if c >= '0' && c <= '9' {
				n++
			}
		}
		if b < len(s) && s[b] >= '0' && s[b] <= '9' || n < 8 || n > 15 || dateLike.MatchString(s[a:b]) && n <= 8 {
			continue
		}
		if a > 0 && (s[a-1] == '@' || s[a-1] >= 'a' && s[a-1] <= 'z' || s[a-1] == '/') || b < len(s) && (s[b] == '@' || s[b] >= 'a' && s[b] <= 'z') {
			continue
		}
		if yearPair.MatchString(s[a:b]) {
			continue
		}
		// Without a label, a plus or a zero, eight digits may be anything.
		head := s[a]
		if head != '+' && head != '0' && head != '(' && !phoneLabel.MatchString(s[:a]) && n < 9 {
			continue
		}
		if head == '(' && !strings.Contains(s[a:b], ")") {
			a++
		}
		return a, b, true
	}
	return 0, 0, false
}

var yearPair = text.MustPattern(`^(?:19|20)\d\d\s?[-/ ]\s?(?:19|20)\d\d`)

// readName takes the name from a label, else from the first line that looks like one.
func readName(v *View, start int) *Text {
	end := min(start+25, len(v.Lines))
	var first, last string
	at := -1
	for i := start; i < end; i++ {
		l := v.Lines[i]
		if l.Skip {
			continue
		}
		if v.Sections[l.Section].Is(lexicon.References, lexicon.Experience, lexicon.Education) {
			break
		}
		if m := surnameFirst.FindStringSubmatchIndex(l.Text); m != nil {
			return &Text{Value: joinName(v.Quote(l.At(m[4], m[5])), v.Quote(l.At(m[2], m[3]))), Where: v.where(i, m[2], m[5], "identity.name.label")}
		}
		if m := surnameOnly.FindStringSubmatchIndex(l.Text); m != nil && namedAs.FindString(l.Text) == "" || m != nil && strings.HasPrefix(l.Text, "nom :") {
			if next := i + 1; next < end && firstOnly.MatchString(v.Lines[next].Text) || i > start && first != "" {
				last, at = v.Quote(l.At(m[2], m[3])), i
			}
		}
		if m := firstOnly.FindStringSubmatchIndex(l.Text); m != nil {
			first = v.Quote(l.At(m[2], m[3]))
		}
		if first != "" && last != "" {
			return &Text{Value: joinName(first, last), Where: v.where(at, 0, len(v.Lines[at].Text), "identity.name.label")}
		}
		if m := namedAs.FindStringIndex(l.Text); m != nil && last == "" {
			if a, b, ok := nameIn(v, i, m[1], len(l.Text)); ok {
				return &Text{Value: v.Quote(l.At(a, b)), Where: v.where(i, a, b, "identity.name.label")}
			}
		}
	}
	for i := start; i < min(start+12, len(v.Lines)); i++ {
		l := v.Lines[i]
		if l.Skip || l.Heading || v.Sections[l.Section].Is(lexicon.References, lexicon.Experience, lexicon.Education, lexicon.Languages, lexicon.Skills, lexicon.Interests) {
			continue
		}
		if isSalutation(l) {
			break
		}
		if a, b, ok := nameIn(v, i, 0, len(l.Text)); ok {
			return &Text{Value: v.Quote(l.At(a, b)), Where: v.where(i, a, b, "identity.name.head")}
		}
	}
	return nil
}

func joinName(first, last string) string {
	return strings.TrimSpace(first) + " " + strings.TrimSpace(last)
}

// nameIn finds a name of two to five capitalised words at the start of a passage of line i.
func nameIn(v *View, i, from, to int) (int, int, bool) {
	l := v.Lines[i]
	s := l.Text[from:to]
	if m := titleWord.FindStringIndex(s); m != nil {
		from += m[1]
		s = l.Text[from:to]
	}
	if cut := strings.IndexAny(s, "|,;:•(@/0123456789\t"); cut >= 0 {
		s = s[:cut]
	}
	if dash := strings.Index(s, " - "); dash > 0 {
		s = s[:dash]
	}
	if wide := strings.Index(s, "   "); wide > 0 {
		s = s[:wide]
	}
	s = strings.TrimRight(s, " .-")
	if s == "" || len(s) > 50 || notName.MatchString(s) {
		return 0, 0, false
	}
	raw := v.Quote(l.At(from, from+len(s)))
	words := strings.Fields(raw)
	if len(words) < 2 || len(words) > 5 {
		return 0, 0, false
	}
	capital := 0
	for _, w := range words {
		r := []rune(w)
		switch {
		case unicode.IsUpper(r[0]):
			capital++
		case particles[strings.ToLower(w)] || strings.HasPrefix(w, "d'") || strings.HasPrefix(w, "d’"):
		default:
			return 0, 0, false
		}
		for _, c := range r {
			if !unicode.IsLetter(c) && !unicode.Is(unicode.Mn, c) && !strings.ContainsRune("'’-.", c) {
				return 0, 0, false
			}
		}
	}
	// A single letter ends no name: that is what a picture leaves of a logo.
	if len([]rune(words[len(words)-1])) < 2 || len([]rune(strings.Join(words, ""))) < 5 {
		return 0, 0, false
	}
	if capital < 2 && !strings.Contains(raw, "'") && !strings.Contains(raw, "’") {
		return 0, 0, false
	}
	return from, from + len(s), true
}

var particles = map[string]bool{"de": true, "du": true, "des": true, "la": true, "le": true, "el": true, "al": true, "ben": true, "bin": true,
	"van": true, "von": true, "der": true, "den": true, "da": true, "dos": true, "do": true, "di": true, "ould": true, "mint": true, "ag": true, "y": true, "e": true, "bint": true}
