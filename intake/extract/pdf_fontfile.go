package extract

import (
	"encoding/binary"
	"strings"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/encoding/charmap"
)

// trueTypeGlyphs reads which character each glyph of a TrueType program draws, from
// its own character table; empty when the table was left out.
func trueTypeGlyphs(program []byte) map[int]string {
	f, err := sfnt.Parse(program)
	if err != nil {
		return nil
	}
	out := map[int]string{}
	var buf sfnt.Buffer
	for _, span := range [][2]rune{{0x20, 0x17F}, {0x370, 0x52F}, {0x1E00, 0x1EFF}, {0x2000, 0x2122}, {0x2190, 0x21FF}, {0x25A0, 0x27BF}, {0xFB00, 0xFB06}, {0x180, 0x24F}, {0xF000, 0xF0FF}} {
		for r := span[0]; r <= span[1]; r++ {
			g, err := f.GlyphIndex(&buf, r)
			if err != nil || g == 0 {
				continue
			}
			if _, taken := out[int(g)]; !taken {
				out[int(g)] = spell(string(r))
			}
		}
	}
	return out
}

// trueTypeEncoding gives the one-byte codes of a symbolic TrueType font: its table
// places them at the code itself or at U+F000 plus the code. Only fonts that keep
// Latin letters at their usual place can be read this way.
func trueTypeEncoding(program []byte) *[256]string {
	f, err := sfnt.Parse(program)
	if err != nil {
		return nil
	}
	var buf sfnt.Buffer
	g, err := f.GlyphIndex(&buf, 0xF000+'e')
	if err != nil || g == 0 {
		return nil
	}
	return baseEncoding("WinAnsiEncoding")
}

// windows1252Code gives the code of a printable character of Windows-1252 from 33 on.
func windows1252Code(r rune) (int, bool) {
	b, ok := charmap.Windows1252.EncodeRune(r)
	return int(b), ok && b >= 33
}

// cffEncoding reads the encoding built into a CFF program: the one of its own table,
// or the standard one.
func cffEncoding(d []byte, icon bool) *[256]string {
	c := cff{d: d}
	if len(d) < 4 {
		return nil
	}
	at := int(d[2])
	if _, at = c.index(at); at < 0 { // names
		return nil
	}
	tops, at := c.index(at)
	if at < 0 || len(tops) == 0 {
		return nil
	}
	strs, at := c.index(at)
	if at < 0 {
		return nil
	}
	c.strings = strs
	charsetAt, encodingAt, glyphsAt, isCID := c.top(tops[0])
	if isCID {
		return nil
	}
	glyphs, end := c.index(glyphsAt)
	if end < 0 {
		return nil
	}
	names := c.charset(charsetAt, len(glyphs))
	switch encodingAt {
	case 0:
		return baseEncoding("StandardEncoding")
	case 1:
		return nil
	}
	return c.encoding(encodingAt, names, icon)
}

// cff walks a Compact Font Format program; every read is checked.
type cff struct {
	d       []byte
	strings [][]byte
}

// index reads an INDEX and returns its items and the offset behind it, -1 when broken.
func (c cff) index(at int) ([][]byte, int) {
	if at < 0 || at+2 > len(c.d) {
		return nil, -1
	}
	n := int(binary.BigEndian.Uint16(c.d[at:]))
	if n == 0 {
		return nil, at + 2
	}
	if at+3 > len(c.d) {
		return nil, -1
	}
	size := int(c.d[at+2])
	base := at + 3 + (n+1)*size
	if size < 1 || size > 4 || base > len(c.d) {
		return nil, -1
	}
	off := func(i int) int {
		v := 0
		for _, b := range c.d[at+3+i*size : at+3+(i+1)*size] {
			v = v<<8 | int(b)
		}
		return base - 1 + v
	}
	items := make([][]byte, 0, n)
	for i := range n {
		from, to := off(i), off(i+1)
		if from < base || to < from || to > len(c.d) {
			return nil, -1
		}
		items = append(items, c.d[from:to])
	}
	return items, off(n)
}

// top reads what we need of the Top DICT.
func (c cff) top(d []byte) (charset, encoding, glyphs int, isCID bool) {
	var stack []int
	last := func() int {
		if len(stack) == 0 {
			return 0
		}
		return stack[len(stack)-1]
	}
	for i := 0; i < len(d); {
		b := int(d[i])
		i++
		switch {
		case b == 12:
			if i < len(d) && d[i] == 30 {
				isCID = true
			}
			i++
			stack = stack[:0]
		case b <= 21:
			switch b {
			case 15:
				charset = last()
			case 16:
				encoding = last()
			case 17:
				glyphs = last()
			}
			stack = stack[:0]
		case b == 28 && i+1 < len(d):
			stack = append(stack, int(int16(binary.BigEndian.Uint16(d[i:]))))
			i += 2
		case b == 29 && i+3 < len(d):
			stack = append(stack, int(int32(binary.BigEndian.Uint32(d[i:]))))
			i += 4
		case b == 30:
			for i < len(d) && d[i]&0x0f != 0x0f && d[i]>>4 != 0x0f {
				i++
			}
			i++
			stack = append(stack, 0)
		case b >= 32 && b <= 246:
			stack = append(stack, b-139)
		case b >= 247 && b <= 250 && i < len(d):
			stack = append(stack, (b-247)*256+int(d[i])+108)
			i++
		case b >= 251 && b <= 254 && i < len(d):
			stack = append(stack, -(b-251)*256-int(d[i])-108)
			i++
		}
	}
	return charset, encoding, glyphs, isCID
}

// charset gives the name of each glyph.
func (c cff) charset(at, n int) []string {
	names := make([]string, n)
	if at <= 2 {
		// The predefined sets begin with the standard strings in their order.
		for g := range names {
			names[g] = c.name(g)
		}
		return names
	}
	if at >= len(c.d) || n == 0 {
		return names
	}
	format := c.d[at]
	at++
	for g := 1; g < n; {
		if at+2 > len(c.d) {
			return names
		}
		sid := int(binary.BigEndian.Uint16(c.d[at:]))
		at += 2
		left := 0
		switch {
		case format == 1 && at < len(c.d):
			left = int(c.d[at])
			at++
		case format == 2 && at+1 < len(c.d):
			left = int(binary.BigEndian.Uint16(c.d[at:]))
			at += 2
		}
		for ; left >= 0 && g < n; left-- {
			names[g] = c.name(sid)
			sid++
			g++
		}
	}
	return names
}

// name gives the string of a SID: standard ones up to 390, the font's own above. Of the
// standard ones only the ISO Latin set (up to 228) names letters.
func (c cff) name(sid int) string {
	switch {
	case sid < len(cffStandard):
		return cffStandard[sid]
	case sid >= 391 && sid-391 < len(c.strings):
		return string(c.strings[sid-391])
	}
	return ""
}

func (c cff) encoding(at int, names []string, icon bool) *[256]string {
	if at < 0 || at+2 > len(c.d) {
		return nil
	}
	var t [256]string
	format, n := c.d[at]&0x7f, int(c.d[at+1])
	at += 2
	g := 1
	put := func(code int) {
		if g < len(names) && code < 256 {
			t[code] = namedGlyph(names[g], icon)
		}
		g++
	}
	for range n {
		if at >= len(c.d) {
			break
		}
		code := int(c.d[at])
		at++
		put(code)
		if format == 1 && at < len(c.d) {
			for left := int(c.d[at]); left > 0; left-- {
				code++
				put(code)
			}
			at++
		}
	}
	return &t
}

// cffStandard are the standard strings 0 to 228 of the Compact Font Format: the names of
// the ISO Latin glyphs in the format's own order.
var cffStandard = strings.Fields(`.notdef space exclam quotedbl numbersign dollar percent ampersand quoteright parenleft parenright asterisk
	plus comma hyphen period slash zero one two three four five six seven eight nine colon semicolon less equal
	greater question at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright
	asciicircum underscore quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright
	asciitilde exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft
	guillemotleft guilsinglleft guilsinglright fi fl endash dagger daggerdbl periodcentered paragraph bullet
	quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand questiondown grave acute
	circumflex tilde macron breve dotaccent dieresis ring cedilla hungarumlaut ogonek caron emdash AE ordfeminine
	Lslash Oslash OE ordmasculine ae dotlessi lslash oslash oe germandbls onesuperior logicalnot mu trademark Eth
	onehalf plusminus Thorn onequarter divide brokenbar degree thorn threequarters twosuperior registered minus
	eth multiply threesuperior copyright Aacute Acircumflex Adieresis Agrave Aring Atilde Ccedilla Eacute
	Ecircumflex Edieresis Egrave Iacute Icircumflex Idieresis Igrave Ntilde Oacute Ocircumflex Odieresis Ograve
	Otilde Scaron Uacute Ucircumflex Udieresis Ugrave Yacute Ydieresis Zcaron aacute acircumflex adieresis agrave
	aring atilde ccedilla eacute ecircumflex edieresis egrave iacute icircumflex idieresis igrave ntilde oacute
	ocircumflex odieresis ograve otilde scaron uacute ucircumflex udieresis ugrave yacute ydieresis zcaron`)
