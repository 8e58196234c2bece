package message

import "strings"

// Markup returns the HTML a message's author laid its text out in, as UTF-8, and false
// when there is none. It is what a stranger wrote: nothing in it is cleaned. Messages
// attached to this one are not looked into.
func Markup(raw []byte, limits Limits) (html string, ok bool) {
	l := limits.orDefault()
	if int64(len(raw)) > l.MaxBytes {
		return "", false
	}
	defer func() {
		// As in Parse: a parser that panics loses this message alone.
		if recover() != nil {
			html, ok = "", false
		}
	}()
	raw, _ = bound(normalise(raw), l)
	if len(raw) == 0 {
		return "", false
	}
	return markup(tree(raw, l), l)
}

func markup(p *part, l Limits) (string, bool) {
	if p.media == "text/html" && p.disposition != "attachment" {
		b, _ := p.content()
		charset := p.params["charset"]
		if charset == "" {
			charset = htmlCharset(b)
		}
		s := charsetText(b, charset)
		if len(s) > l.MaxText {
			s = strings.ToValidUTF8(s[:l.MaxText], "")
		}
		return s, strings.TrimSpace(s) != ""
	}
	if !p.multipart() {
		return "", false
	}
	for _, child := range p.children {
		if s, ok := markup(child, l); ok {
			return s, true
		}
	}
	return "", false
}
