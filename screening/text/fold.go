package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded is a text made comparable (lower case, no accents, one kind of quote, dash
// and space) together with the way back to the bytes it came from.
type Folded struct {
	// Text is the folded text. It has no leading or trailing meaning of its own:
	// every byte of it came from some byte of the original.
	Text string
	// at[i] is the original offset of the rune that gave byte i of Text; the last
	// entry is the length of the original.
	at []int32
	// end[i] is the original offset just after that rune.
	end []int32
}

// Fold makes s comparable: compatibility decomposition, marks dropped, lower case,
// ligatures spelled out, quotes and dashes unified, every kind of blank to a space
// (line ends stay "\n"), soft hyphens dropped. It never changes the number of lines.
func Fold(s string) Folded {
	var b strings.Builder
	b.Grow(len(s))
	at := make([]int32, 0, len(s)+1)
	end := make([]int32, 0, len(s)+1)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		piece := foldRune(r, s[i:i+n])
		for range len(piece) {
			at = append(at, int32(i))
			end = append(end, int32(i+n))
		}
		b.WriteString(piece)
		i += n
	}
	at = append(at, int32(len(s)))
	end = append(end, int32(len(s)))
	return Folded{Text: b.String(), at: at, end: end}
}

// String folds s and forgets the way back.
func String(s string) string { return Fold(s).Text }

// Span turns offsets of the folded text into offsets of the original.
func (f Folded) Span(start, end int) (int, int) {
	if start < 0 || end > len(f.Text) || start > end || len(f.at) == 0 {
		return 0, 0
	}
	if start == end {
		return int(f.at[start]), int(f.at[start])
	}
	return int(f.at[start]), int(f.end[end-1])
}

// Sub is the part of f from start to end, offsets of the folded text. It shares f's memory.
func (f Folded) Sub(start, end int) Folded {
	return Folded{Text: f.Text[start:end], at: f.at[start : end+1], end: f.end[start : end+1]}
}

// Trim is f without blanks at both ends.
func (f Folded) Trim() Folded {
	start, end := 0, len(f.Text)
	for start < end && (f.Text[start] == ' ' || f.Text[start] == '\n') {
		start++
	}
	for end > start && (f.Text[end-1] == ' ' || f.Text[end-1] == '\n') {
		end--
	}
	return f.Sub(start, end)
}

// Join puts parts of one page together with sep between them, so that a sentence cut over
// lines can be searched as one. A hyphen that only the line's end put there is the
// caller's to drop, with Sub.
func Join(sep string, parts ...Folded) Folded {
	var b strings.Builder
	var out Folded
	for i, p := range parts {
		if i > 0 {
			from := out.end[len(out.end)-1]
			for range len(sep) {
				out.at = append(out.at, from)
				out.end = append(out.end, p.at[0])
			}
			b.WriteString(sep)
		}
		b.WriteString(p.Text)
		n := len(p.Text)
		out.at = append(out.at, p.at[:n]...)
		out.end = append(out.end, p.end[:n]...)
	}
	if n := len(parts); n > 0 {
		last := parts[n-1]
		stop := last.at[0]
		if m := len(last.Text); m > 0 {
			stop = last.end[m-1]
		}
		out.at = append(out.at, stop)
		out.end = append(out.end, stop)
	}
	out.Text = b.String()
	return out
}

func foldRune(r rune, raw string) string {
	switch {
	case r < 0x80:
		switch {
		case 'A' <= r && r <= 'Z':
			return string(r + 'a' - 'A')
		case r == '\t' || r == '\r' || r == '\f' || r == '\v':
			return " "
		case r == '`':
			return "'"
		}
		return raw
	case r == utf8.RuneError:
		return " "
	case r == 0x00AD || r == 0x200B || r == 0x200C || r == 0x200D || r == 0x2060 || r == 0xFEFF:
		return ""
	case r == 0x2018 || r == 0x2019 || r == 0x201A || r == 0x02BC || r == 0x00B4 || r == 0x2032:
		return "'"
	case r == 0x201C || r == 0x201D || r == 0x201E || r == 0x00AB || r == 0x00BB:
		return "\""
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0x00AD:
		return "-"
	case r == 'œ' || r == 'Œ':
		return "oe"
	case r == 'æ' || r == 'Æ':
		return "ae"
	case r == 'ß':
		return "ss"
	case r == 'ø' || r == 'Ø':
		return "o"
	case r == 'ł' || r == 'Ł':
		return "l"
	case r == 'đ' || r == 'Đ':
		return "d"
	case r == 'ı':
		return "i"
	case r == '·' || r == '‧' || r == '∙':
		return "·"
	case unicode.IsSpace(r):
		return " "
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(raw) {
		switch {
		case unicode.Is(unicode.Mn, d):
		case unicode.IsSpace(d):
			b.WriteByte(' ')
		default:
			b.WriteRune(unicode.ToLower(d))
		}
	}
	return b.String()
}
