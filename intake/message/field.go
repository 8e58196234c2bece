package message

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cention-sany/utf7"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/unicode/norm"
)

// charsetText turns bytes in a declared character set into text. Bytes that are valid UTF-8 and
// hold more than ASCII are believed to be UTF-8 whatever is declared, since no other
// charset looks like it by chance; an unknown or missing charset is read as Windows-1252.
func charsetText(b []byte, charset string) string {
	charset = strings.ToLower(strings.Trim(strings.TrimSpace(charset), `"'`))
	charset = strings.TrimPrefix(charset, "charset=")
	if strings.HasPrefix(charset, "utf-16") || strings.HasPrefix(charset, "utf16") {
		return decodeWith(lookup(charset), b)
	}
	stateful := strings.HasPrefix(charset, "iso-2022") || strings.HasPrefix(charset, "utf-7") || strings.HasPrefix(charset, "hz-")
	if !stateful && utf8.Valid(b) {
		return string(b)
	}
	if strings.HasPrefix(charset, "utf-7") || strings.HasPrefix(charset, "unicode-1-1-utf-7") {
		if s, err := utf7.UTF7DecodeBytes(b); err == nil {
			return string(s)
		}
	}
	switch charset {
	case "", "us-ascii", "ascii", "iso-8859-1", "latin1", "utf-8", "utf8", "unknown-8bit", "x-unknown", "8bit":
		// QUIRK: mail that says nothing, or says UTF-8 and is not, is Windows-1252 in practice.
		if strings.HasPrefix(charset, "utf") && mostlyUTF8(b) {
			return strings.ToValidUTF8(string(b), "\uFFFD")
		}
		return decodeWith(charmap.Windows1252, b)
	}
	return decodeWith(lookup(charset), b)
}

// mostlyUTF8 tells text cut or damaged in a few places from text in another charset.
func mostlyUTF8(b []byte) bool {
	bad, multi := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else if n > 1 {
			multi++
		}
		b = b[n:]
	}
	return multi > 2*bad
}

func lookup(charset string) encoding.Encoding {
	if e, err := htmlindex.Get(charset); err == nil {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(charset); err == nil && e != nil {
		return e
	}
	return charmap.Windows1252
}

func decodeWith(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

var encodedWord = regexp.MustCompile(`=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=`)

// words decodes RFC 2047 words and raw 8-bit text of a header to one line.
//
// QUIRK: many mailers cut a multi-byte character over two words of the same charset, so
// neighbours are joined as bytes before they are decoded.
func words(s string) string {
	var out strings.Builder
	var pending []byte
	charset := ""
	flush := func() {
		out.WriteString(charsetText(pending, charset))
		pending = nil
	}
	last := 0
	for _, m := range encodedWord.FindAllStringSubmatchIndex(s, -1) {
		between := s[last:m[0]]
		set := strings.ToLower(s[m[2]:m[3]])
		if i := strings.IndexByte(set, '*'); i >= 0 { // RFC 2231 language
			set = set[:i]
		}
		if pending == nil || strings.TrimSpace(between) != "" || set != charset {
			joined := pending != nil && strings.TrimSpace(between) == ""
			if pending != nil {
				flush()
			}
			if !joined {
				out.WriteString(charsetText([]byte(between), ""))
			}
		}
		charset = set
		pending = append(pending, decodeWord(s[m[4]:m[5]], s[m[6]:m[7]])...)
		if pending == nil {
			pending = []byte{}
		}
		last = m[1]
	}
	if pending != nil {
		flush()
	}
	out.WriteString(charsetText([]byte(s[last:]), ""))
	return oneLine(out.String())
}

func decodeWord(kind, s string) []byte {
	if kind == "b" || kind == "B" {
		b, _ := decodeBase64([]byte(s))
		return b
	}
	return unquote([]byte(strings.ReplaceAll(s, "_", " ")))
}

// oneLine drops control and invisible direction characters and joins blanks.
func oneLine(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == 0:
			blank = true
		case unicode.IsControl(r) || isInvisible(r):
		default:
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// isInvisible tells of characters that turn the direction of writing or have no width: they
// serve to disguise names.
func isInvisible(r rune) bool {
	return r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0xFEFF
}

// params reads the parameters of a header field like Content-Type, as senders really write
// them: unquoted blanks, missing quotes, RFC 2231 pieces in any charset, raw bytes. The
// value before the first ";" is under "".
func params(field string) map[string]string {
	out := map[string]string{}
	head, rest, _ := strings.Cut(field, ";")
	out[""] = strings.ToLower(strings.Trim(strings.TrimSpace(head), `"'`))
	type piece struct {
		n       int
		encoded bool
		value   string
	}
	pieces := map[string][]piece{}
	for rest != "" {
		var name, value string
		name, value, rest = nextParam(rest)
		if name == "" {
			continue
		}
		encoded := strings.HasSuffix(name, "*")
		base, num, split := strings.Cut(strings.TrimSuffix(name, "*"), "*")
		if !encoded && !split {
			if _, ok := out[name]; !ok {
				out[name] = value
			}
			continue
		}
		n, err := strconv.Atoi(num)
		if err != nil || n < 0 || n > 1000 {
			n = 0
		}
		pieces[base] = append(pieces[base], piece{n, encoded, value})
	}
	for base, list := range pieces {
		charset := ""
		var all []byte
		for n := 0; n <= len(list); n++ {
			for _, p := range list {
				if p.n != n {
					continue
				}
				v := p.value
				if p.encoded {
					if set, tail, ok := cutCharset(v); ok && n == 0 {
						charset, v = set, tail
					}
					all = append(all, unpercent(v)...)
				} else {
					all = append(all, v...)
				}
			}
		}
		out[base] = charsetText(all, charset)
	}
	return out
}

// nextParam cuts "name=value" off the front of s.
func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, "; \t\r\n")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 {
		return "", "", ""
	}
	if s[eq] == ';' {
		return "", "", s[eq+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:eq]))
	s = strings.TrimLeft(s[eq+1:], " \t\r\n")
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexByte(s, ';')
		if end < 0 {
			end = len(s)
		}
		return name, strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return name, b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	// No closing quote: the value ends where the next parameter seems to begin.
	value, rest, _ = strings.Cut(b.String(), ";")
	return name, value, rest
}

func cutCharset(v string) (charset, rest string, ok bool) {
	parts := strings.SplitN(v, "'", 3)
	if len(parts) != 3 || len(parts[0]) > 40 {
		return "", v, false
	}
	return parts[0], parts[2], true
}

func unpercent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

// decodeBase64 decodes what can be decoded. damaged is true when bytes were lost: foreign
// characters in the middle, an end that is no end, or padding that does not fit the
// letters before it. Padding in the middle, as mailers
// that join pieces leave it, and text after the end are no damage.
func decodeBase64(in []byte) (out []byte, damaged bool) {
	out = make([]byte, 0, base64.StdEncoding.DecodedLen(len(in)))
	var quad [4]byte
	n, foreign, after := 0, 0, false
	// letters are those of the group that padding ended, and pads its signs: together 4.
	letters, pads, uneven := 0, 0, false
	for _, line := range bytes.Split(in, []byte{'\n'}) {
		line = bytes.TrimSpace(line)
		if after && !isBase64Line(line) {
			break // a list's footer, or the sender's signature
		}
		for _, c := range line {
			v, ok := base64Value(c)
			switch {
			case ok:
				uneven = uneven || pads > 0 && letters > 0 && letters+pads != 4
				after, pads = false, 0
				quad[n] = v
				if n++; n == 4 {
					out = append(out, quad[0]<<2|quad[1]>>4, quad[1]<<4|quad[2]>>2, quad[2]<<6|quad[3])
					n = 0
				}
			case c == '=':
				if pads == 0 {
					letters = n
				}
				out, n, pads, after = appendTail(out, quad, n), 0, pads+1, true
			case c == ' ' || c == '\t' || c == '\r' || c == 0:
			default:
				foreign++
			}
		}
	}
	uneven = uneven || pads > 0 && letters > 0 && letters+pads != 4
	damaged = foreign > 0 || n == 1 || uneven
	return appendTail(out, quad, n), damaged
}

func appendTail(out []byte, quad [4]byte, n int) []byte {
	switch n {
	case 2:
		return append(out, quad[0]<<2|quad[1]>>4)
	case 3:
		return append(out, quad[0]<<2|quad[1]>>4, quad[1]<<4|quad[2]>>2)
	}
	return out
}

func base64Value(c byte) (byte, bool) {
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A', true
	case c >= 'a' && c <= 'z':
		return c - 'a' + 26, true
	case c >= '0' && c <= '9':
		return c - '0' + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}

// isBase64Line tells lines of an encoding from a line of words.
func isBase64Line(line []byte) bool {
	for _, c := range line {
		if _, ok := base64Value(c); !ok && c != '=' {
			return false
		}
	}
	return len(line) >= 4 && len(line)%4 == 0
}

// unquote decodes quoted-printable; what is no valid escape stands for itself.
func unquote(in []byte) []byte {
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		if in[i] != '=' {
			out = append(out, in[i])
			continue
		}
		if i+2 < len(in) {
			if n, err := strconv.ParseUint(string(in[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		j := i + 1
		for j < len(in) && (in[j] == ' ' || in[j] == '\t' || in[j] == '\r') {
			j++
		}
		switch {
		case j < len(in) && in[j] == '\n':
			i = j
		case j == len(in):
			i = j - 1
		default:
			out = append(out, '=')
		}
	}
	return out
}
