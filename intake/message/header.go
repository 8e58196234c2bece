package message

import (
	"mime"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"time"
)

// setHead fills in what the head says.
func (m *Message) setHead(h textproto.MIMEHeader) {
	m.Header = h
	m.MessageID = firstOr(messageIDs(h.Get("Message-Id")), "")
	m.InReplyTo = messageIDs(strings.Join(h.Values("In-Reply-To"), " "))
	m.References = messageIDs(strings.Join(h.Values("References"), " "))
	m.From = firstOr(addresses(h.Get("From")), Address{})
	m.Sender = firstOr(addresses(h.Get("Sender")), Address{})
	m.ReplyTo = addresses(strings.Join(h.Values("Reply-To"), ", "))
	m.To = addresses(strings.Join(h.Values("To"), ", "))
	m.Cc = addresses(strings.Join(h.Values("Cc"), ", "))
	m.Subject = words(h.Get("Subject"))
	m.SentAt, _ = parseDate(h.Get("Date"))
	m.ReceivedLine, m.ReceivedAt, _ = Received(h)
	m.Recipients = recipients(h)
}

func firstOr[T any](list []T, none T) T {
	if len(list) == 0 {
		return none
	}
	return list[0]
}

// Received returns the topmost Received header, unfolded, and its date: the stamp of the
// server that took the message in. It returns false when there is none with a date.
func Received(h textproto.MIMEHeader) (line string, at time.Time, ok bool) {
	line = words(h.Get("Received"))
	if line == "" {
		return "", time.Time{}, false
	}
	i := strings.LastIndexByte(line, ';')
	if at, ok = parseDate(line[i+1:]); !ok {
		if d := dateInText.FindString(line); d != "" {
			at, ok = parseDate(d)
		}
	}
	if !ok {
		return "", time.Time{}, false
	}
	return "Received: " + line, at, true
}

// ReadHead reads the head of a message that starts with raw, which may be cut anywhere
// after the head.
func ReadHead(raw []byte) textproto.MIMEHeader {
	head, _ := cutHead(normalise(raw))
	return readHead(head)
}

var dateInText = regexp.MustCompile(`\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}(:\d{2})?( ?[+-]\d{4})?`)

// dateForms are what net/mail does not read, as real mailers write it.
var dateForms = []string{
	time.RFC3339,
	"2 Jan 2006 15:04:05 -0700",
	"2 Jan 2006 15:04:05",
	"Mon, 2 Jan 2006 15:04:05",
	"Mon, 2 Jan 2006 15:04 -0700",
	"Mon Jan 2 15:04:05 2006 -0700",
	"Mon Jan 2 15:04:05 2006",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05",
}

// parseDate reads the date of a header. Without a zone it is taken as UTC.
func parseDate(s string) (time.Time, bool) {
	s = oneLine(s)
	if s == "" {
		return time.Time{}, false
	}
	at, err := mail.ParseDate(s)
	for _, form := range dateForms {
		if err == nil {
			break
		}
		at, err = time.Parse(form, s)
	}
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return time.Time{}, false
	}
	return at, true
}

var inBrackets = regexp.MustCompile(`<([^<>\s]+)>`)

// messageIDs reads ids between angle brackets, or bare ones when there are none.
func messageIDs(s string) []string {
	var out []string
	for _, m := range inBrackets.FindAllStringSubmatch(s, 100) {
		out = append(out, oneLine(m[1]))
	}
	if len(out) == 0 {
		for _, f := range strings.Fields(s) {
			if strings.Contains(f, "@") {
				out = append(out, strings.Trim(oneLine(f), "<>"))
			}
		}
	}
	return out
}

var emailAddress = regexp.MustCompile(`[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?`)

// addressesMost bounds one header field.
const addressesMost = 1000

// addresses reads a list of addresses, however it is written.
func addresses(s string) []Address {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{}}
	if list, err := parser.ParseList(asciiOnly(s)); err == nil && !strings.Contains(s, "=?") {
		out := make([]Address, 0, len(list))
		for _, a := range list[:min(len(list), addressesMost)] {
			out = append(out, Address{Name: displayName(a.Name), Email: strings.ToValidUTF8(a.Address, "")})
		}
		return out
	}
	return looseAddresses(s)
}

// asciiOnly makes raw 8-bit text readable to the strict parser.
func asciiOnly(s string) string { return charsetText([]byte(s), "") }

// looseAddresses finds the addresses and takes what stands before each for its name. The
// encoded words are decoded after the list is cut: a decoded name may hold a comma.
func looseAddresses(s string) []Address {
	var out []Address
	for _, piece := range splitList(s) {
		text := words(piece)
		found := emailAddress.FindAllStringIndex(text, -1)
		if len(found) == 0 {
			continue
		}
		at := found[len(found)-1]
		if i := strings.LastIndexByte(text, '<'); i >= 0 {
			for _, f := range found {
				if f[0] > i {
					at = f
					break
				}
			}
		}
		name := strings.TrimRight(text[:at[0]], " <(")
		if name == "" {
			name = strings.TrimLeft(text[at[1]:], " >(")
			name = strings.TrimRight(name, " )")
		}
		out = append(out, Address{Name: displayName(name), Email: text[at[0]:at[1]]})
		if len(out) == addressesMost {
			break
		}
	}
	return out
}

// splitList cuts at the commas and semicolons that follow an address, so that an unquoted
// "Name, First <a@b>" stays in one piece.
func splitList(s string) []string {
	var out []string
	start, quoted, seen := 0, false, false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '@':
			seen = seen || !quoted
		case ',', ';':
			if !quoted && seen {
				out = append(out, s[start:i])
				start, seen = i+1, false
			}
		}
	}
	return append(out, s[start:])
}

// displayName cleans the name beside an address.
func displayName(s string) string {
	s = strings.ReplaceAll(words(s), `\"`, `"`)
	for {
		t := strings.TrimSpace(s)
		for _, q := range []string{`"`, "'"} {
			if len(t) >= 2 && strings.HasPrefix(t, q) && strings.HasSuffix(t, q) {
				t = t[1 : len(t)-1]
			}
		}
		if t = strings.Trim(t, `" `); t == s {
			break
		}
		s = t
	}
	if strings.Contains(s, "@") && emailAddress.FindString(s) == s {
		return ""
	}
	return s
}

// recipientHeaders hold addresses of delivery, the ones our own servers write first.
var recipientHeaders = []string{
	"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To",
	"X-Forwarded-To", "X-Forwarded-For", "Received", "Resent-To", "To", "Cc", "Bcc", "Apparently-To", "X-Resent-To",
}

var receivedFor = regexp.MustCompile(`(?i)\bfor\s+<?([^<>\s;]+@[^<>\s;]+)>?`)

func recipients(h textproto.MIMEHeader) []Recipient {
	var out []Recipient
	seen := map[Recipient]bool{}
	for _, header := range recipientHeaders {
		for _, value := range h[textproto.CanonicalMIMEHeaderKey(header)] {
			if header == "Received" {
				value = firstOr(receivedFor.FindAllString(value, 1), "")
			}
			for _, a := range addresses(value) {
				r := Recipient{Header: header, Address: strings.ToLower(strings.Trim(a.Email, ".'"))}
				if !seen[r] && len(out) < addressesMost {
					seen[r] = true
					out = append(out, r)
				}
			}
		}
	}
	return out
}
