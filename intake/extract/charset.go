package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decodeText turns bytes of an unknown charset into UTF-8: byte order mark, valid
// UTF-8, UTF-16 by its zero bytes, the declared charset, and at last the one-byte
// charset under which the most bytes read as French or English.
func decodeText(data []byte, declared string) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return toValid(string(data[3:]))
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), data)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), data)
	case looksUTF16(data[:min(len(data), 4096)]):
		order := unicode.BigEndian
		if data[1] == 0 {
			order = unicode.LittleEndian
		}
		return decodeWith(unicode.UTF16(order, unicode.IgnoreBOM), data)
	case utf8.Valid(data):
		return string(data)
	}
	if e, name := charset.Lookup(declared); e != nil && name != "utf-8" {
		return decodeWith(e, data)
	}
	// A file that is UTF-8 but for a few broken bytes (a cut, a pasted quote).
	if broken, multi := utf8Share(data); multi > 8*broken {
		return toValid(string(data))
	}
	best, bestScore := charmap.Windows1252, -1<<31
	for _, c := range []*charmap.Charmap{charmap.Windows1252, charmap.Macintosh, charmap.CodePage850, charmap.Windows1250, charmap.Windows1251, charmap.ISO8859_15} {
		if s := charsetScore(c, data); s > bestScore {
			best, bestScore = c, s
		}
	}
	return decodeWith(best, data)
}

func decodeWith(e encoding.Encoding, data []byte) string {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return toValid(string(data))
	}
	return toValid(string(out))
}

// utf8Share counts broken bytes and whole multi-byte characters.
func utf8Share(data []byte) (broken, multi int) {
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n <= 1:
			broken++
		case n > 1:
			multi++
		}
		data = data[n:]
	}
	return broken, multi
}

const (
	usualLetters = "éèàçêîôûëïüùâœæÉÈÀÇÊÎÔÂñáíóúöäß’‘“”«»–—…°€·•"
	cyrillic     = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
)

// charsetScore counts high bytes that read as usual letters and signs under c, against
// those that do not. A capital accented letter inside a word speaks against c.
func charsetScore(c *charmap.Charmap, data []byte) int {
	score := 0
	for i, b := range data[:min(len(data), 64<<10)] {
		if b < 0x80 {
			continue
		}
		r := c.DecodeByte(b)
		lowerBefore := i > 0 && data[i-1] >= 'a' && data[i-1] <= 'z'
		switch {
		case strings.ContainsRune(usualLetters, r):
			score += 2
			if r >= 'À' && r <= 'Þ' && lowerBefore {
				score -= 3
			}
		case c == charmap.Windows1251 && strings.ContainsRune(cyrillic, r) && i > 0 && data[i-1] >= 0x80:
			score += 2
		case r == '\u00a0':
			score++
		default:
			score -= 2
		}
	}
	return score
}

// looksUTF16 recognises UTF-16 without a mark: in Latin text every other byte is zero.
func looksUTF16(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	even, odd := 0, 0
	for i, c := range head {
		if c == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	n := len(head) / 2
	return odd > n*8/10 && even < n/20 || even > n*8/10 && odd < n/20
}

// toValid replaces what is not UTF-8 and drops control characters no reader sees.
func toValid(s string) string {
	clean := utf8.ValidString(s)
	for i := 0; clean && i < len(s); i++ {
		clean = s[i] >= 0x20 || s[i] == '\n' || s[i] == '\t'
	}
	if clean {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r >= 0x20 && r != 0x7f && r != 0xFFFE && r != 0xFFFF:
			return r
		case r == '\f' || r == '\v':
			return '\n'
		}
		return -1
	}, s)
}
