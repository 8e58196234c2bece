package extract

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// legacyCodes decodes strings of a composite font whose predefined map is that of an
// older East Asian charset, or of Unicode in a form other than two bytes a character.
type legacyCodes struct {
	charset encoding.Encoding
	// length tells how many bytes the next character of s has; s is not empty.
	length func(s []byte) int
	// high sets the upper bit of each byte first: codes of seven bits.
	high bool
}

// legacyMap finds the charset of a predefined map by its name; nil for the maps whose
// codes are two bytes of Unicode or numbers of glyphs.
func legacyMap(name string) *legacyCodes {
	name = strings.TrimSuffix(strings.TrimSuffix(name, "-V"), "-H")
	doubled := func(s []byte) int {
		if s[0] >= 0x81 {
			return 2
		}
		return 1
	}
	switch {
	case strings.HasSuffix(name, "UTF8"):
		return &legacyCodes{length: func(s []byte) int { _, n := utf8.DecodeRune(s); return n }}
	case strings.HasSuffix(name, "UTF32"):
		return &legacyCodes{charset: utf32Codes{}, length: func([]byte) int { return 4 }}
	case strings.HasSuffix(name, "UTF16"):
		return &legacyCodes{charset: utf16Codes{}, length: func(s []byte) int {
			if s[0] >= 0xD8 && s[0] < 0xDC {
				return 4
			}
			return 2
		}}
	case strings.Contains(name, "RKSJ"):
		return &legacyCodes{charset: japanese.ShiftJIS, length: func(s []byte) int {
			if c := s[0]; c >= 0x81 && c <= 0x9F || c >= 0xE0 && c <= 0xFC {
				return 2
			}
			return 1
		}}
	case name == "EUC":
		return &legacyCodes{charset: japanese.EUCJP, length: func(s []byte) int {
			if s[0] == 0x8E || s[0] >= 0xA1 {
				return 2
			}
			return 1
		}}
	case name == "H" || name == "V" || name == "Add" || name == "Ext":
		return &legacyCodes{charset: japanese.EUCJP, length: func([]byte) int { return 2 }, high: true}
	case strings.HasPrefix(name, "GBK2K"):
		return &legacyCodes{charset: simplifiedchinese.GB18030, length: func(s []byte) int {
			if s[0] >= 0x81 && len(s) > 1 && s[1] >= 0x30 && s[1] <= 0x39 {
				return 4
			}
			return doubled(s)
		}}
	case strings.HasPrefix(name, "GB") && strings.HasSuffix(name, "EUC"):
		return &legacyCodes{charset: simplifiedchinese.GBK, length: doubled}
	case name == "B5pc" || name == "ETen-B5" || name == "ETenms-B5" || name == "HKscs-B5":
		return &legacyCodes{charset: traditionalchinese.Big5, length: doubled}
	case name == "KSC-EUC" || name == "KSCms-UHC" || name == "KSCms-UHC-HW" || name == "KSCpc-EUC":
		return &legacyCodes{charset: korean.EUCKR, length: doubled}
	}
	return nil
}

// text is the character of one code.
func (l *legacyCodes) text(code []byte) string {
	if l.charset == nil {
		return spell(strings.ToValidUTF8(string(code), "\uFFFD"))
	}
	if l.high {
		raised := make([]byte, len(code))
		for i, c := range code {
			raised[i] = c | 0x80
		}
		code = raised
	}
	switch l.charset.(type) {
	case utf32Codes, utf16Codes:
		return spell(wideText(code))
	}
	out, err := l.charset.NewDecoder().Bytes(code)
	if err != nil || len(out) == 0 {
		return "\uFFFD"
	}
	return spell(string(out))
}

// utf16Codes and utf32Codes mark the two forms of Unicode that wideText reads.
type (
	utf16Codes struct{ encoding.Encoding }
	utf32Codes struct{ encoding.Encoding }
)

// wideText reads one character of two bytes, of four as a pair, or of four as a number.
func wideText(b []byte) string {
	switch {
	case len(b) == 2:
		return string(rune(codeOf(b)))
	case len(b) == 4 && b[0] >= 0xD8 && b[0] < 0xDC:
		return string(utf16.DecodeRune(rune(codeOf(b[:2])), rune(codeOf(b[2:]))))
	case len(b) == 4:
		return string(rune(codeOf(b)))
	}
	return "\uFFFD"
}
