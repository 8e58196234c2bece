package message

import (
	"regexp"
	"strings"
	"time"

	"dossier/screening/text"
)

// block is the head of another message written into a text.
type block struct {
	Quoted
	// forward is true when the text says so, not only that there is another message.
	forward bool
}

var (
	forwardMark  = regexp.MustCompile(`^[-_=* >]*(?:debut du )?(?:forwarded message|forwarded mail|message transfere|message reexpedie|courriel transfere|message suivi|begin forwarded message|debut du message (?:transfere|reexpedie)|mail transfere|fwd message|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato)[-_=* :]*$`)
	originalMark = regexp.MustCompile(`^[-_=* >]*(?:original message|original appointment|message d'origine|message original|message initial|courriel original|e-?mail d'origine|message precedent|ursprungliche nachricht)[-_=* :]*$`)
	headField    = regexp.MustCompile(`^[>* ]*(de|from|von|expediteur|envoye par|date|envoye|envoye le|sent|date d'envoi|a|to|pour|destinataires?|an|cc|copie|copie a|objet|subject|sujet|betreff|repondre a|reply-to|importance|pieces? jointes?|attachments?)\*? ?:\*? ?(.*)$`)
)

// blockLines is how far apart the fields of one head may lie.
const blockLines = 14

// findBlock finds the first head of another message: a mark ("Forwarded message"), or a
// group of From, Date or To, and Subject lines.
func findBlock(lines, folded []string) (at int, b block, ok bool) {
	for i := range folded {
		forward := forwardMark.MatchString(folded[i])
		if forward || originalMark.MatchString(folded[i]) {
			if b, ok := readBlock(lines, folded, i+1); ok {
				b.forward = forward
				return i, b, true
			}
			if forward {
				return i, block{Quoted: Quoted{Text: unmark(lines[i+1:])}, forward: true}, true
			}
			continue
		}
		if m := headField.FindStringSubmatch(folded[i]); m != nil && isFrom(m[1]) {
			if b, ok := readBlock(lines, folded, i); ok {
				if i > 0 && strings.Trim(folded[i-1], "_-> ") == "" && folded[i-1] != "" {
					i-- // the line Outlook draws above it
				}
				return i, b, true
			}
		}
	}
	return 0, block{}, false
}

func isFrom(field string) bool {
	return field == "de" || field == "from" || field == "von" || field == "expediteur" || field == "envoye par"
}

// readBlock reads the head that begins at i. It needs a sender and two other fields, and
// an address or a date among them: "De : ... A : ..." alone may be a journey.
func readBlock(lines, folded []string, i int) (block, bool) {
	var b block
	fields, proof := 0, false
	sender, last := false, ""
	end := i
	for j := i; j < len(folded) && j < i+blockLines; j++ {
		if folded[j] == "" || folded[j] == ">" {
			if sender && fields > 2 {
				break
			}
			continue
		}
		m := headField.FindStringSubmatch(folded[j])
		if m == nil {
			// A long list of recipients goes on over lines.
			if fields > 0 && fields < 3 || last == "to" && strings.Contains(folded[j], "@") {
				continue
			}
			break
		}
		value := fieldValue(lines[j])
		switch m[1] {
		case "de", "from", "von", "expediteur", "envoye par":
			if sender {
				j = len(folded)
				continue
			}
			b.From, sender = quotedAddress(value), true
			proof = proof || b.From.Email != ""
		case "date", "envoye", "envoye le", "sent", "date d'envoi":
			b.Date = value
			b.SentAt = looseDate(value)
			proof = proof || !b.SentAt.IsZero() || strings.ContainsAny(value, "0123456789")
			last = "date"
		case "a", "to", "pour", "destinataire", "destinataires", "an":
			b.To, last = value, "to"
			proof = proof || strings.Contains(value, "@")
		case "objet", "subject", "sujet", "betreff":
			b.Subject, last = value, "subject"
		}
		fields++
		end = j + 1
	}
	if !sender || fields < 3 || !proof {
		return block{}, false
	}
	b.Text = unmark(lines[end:])
	return b, true
}

func fieldValue(line string) string {
	_, v, _ := strings.Cut(line, ":")
	return strings.Trim(oneLine(v), "* ")
}

// quotedAddress reads "Name <a@b>", "Name [mailto:a@b]" or "Name (a@b)".
func quotedAddress(s string) Address {
	s = strings.NewReplacer("[mailto:", "<", "mailto:", "", "]", ">", "[", "<").Replace(s)
	if list := looseAddresses(s); len(list) > 0 {
		return list[0]
	}
	return Address{Name: strings.Trim(s, "<> ")}
}

// unmark drops the quote marks of all lines when most lines have one.
func unmark(lines []string) string {
	marked, written := 0, 0
	for _, l := range lines {
		if t := strings.TrimSpace(l); t != "" {
			written++
			if t[0] == '>' {
				marked++
			}
		}
	}
	if 2*marked < written {
		return fresh(lines)
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(l, " "), ">"), " ")
	}
	return fresh(out)
}

var (
	monthName = map[string]time.Month{
		"janvier": 1, "janv": 1, "january": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "february": 2, "feb": 2,
		"mars": 3, "march": 3, "mar": 3, "avril": 4, "avr": 4, "april": 4, "apr": 4, "mai": 5, "may": 5,
		"juin": 6, "june": 6, "jun": 6, "juillet": 7, "juil": 7, "july": 7, "jul": 7, "aout": 8, "august": 8, "aug": 8,
		"septembre": 9, "sept": 9, "september": 9, "sep": 9, "octobre": 10, "october": 10, "oct": 10,
		"novembre": 11, "november": 11, "nov": 11, "decembre": 12, "december": 12, "dec": 12,
	}
	dayMonthYear = regexp.MustCompile(`(\d{1,2})(?:er|st|nd|rd|th)?\.? ([a-z]+)\.?,? (\d{4})`)
	monthDayYear = regexp.MustCompile(`([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})`)
	clock        = regexp.MustCompile(`(\d{1,2})(?:[:h])(\d{2})(?::(\d{2}))?(?: ?(am|pm))?`)
)

// looseDate reads the date of a quoted head as people's mailers write it, in UTC when it
// has no zone. It is shown only; zero when it cannot be read for sure.
func looseDate(s string) time.Time {
	if at, ok := parseDate(s); ok {
		return at
	}
	f := text.String(s)
	var year, day int
	var month time.Month
	if m := dayMonthYear.FindStringSubmatch(f); m != nil && monthName[m[2]] != 0 {
		day, month, year = atoi(m[1]), monthName[m[2]], atoi(m[3])
	} else if m := monthDayYear.FindStringSubmatch(f); m != nil && monthName[m[1]] != 0 {
		day, month, year = atoi(m[2]), monthName[m[1]], atoi(m[3])
	} else {
		return time.Time{}
	}
	hour, minute, second := 0, 0, 0
	if m := clock.FindStringSubmatch(f); m != nil {
		hour, minute, second = atoi(m[1]), atoi(m[2]), atoi(m[3])
		if m[4] == "pm" && hour < 12 {
			hour += 12
		}
	}
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}

// atoi reads digits a pattern has found.
func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}
