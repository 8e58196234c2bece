package extract

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"
)

// spell writes out what ligatures and presentation forms stand for, and drops what no
// reader of the page means: soft hyphens inside a line, marks of direction.
func spell(s string) string {
	if len(s) == 1 {
		return s
	}
	if len(s) == 2 && s != "\u00ad" {
		return s
	}
	if t, ok := spelled[s]; ok {
		return t
	}
	if strings.ContainsAny(s, "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06\u00ad\u200b\u200e\u200f\ufeff") {
		return speller.Replace(s)
	}
	return s
}

var spelled = map[string]string{
	"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
	"\u00ad": "-", "\u200b": "", "\u200e": "", "\u200f": "", "\ufeff": "",
	// Word's bullets: codes of the Symbol and Wingdings fonts in the private area.
	"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0e8": "→", "\uf076": "❖", "\uf0a8": "□",
	"\uf0fe": "☑", "\uf071": "❑", "\uf06e": "■", "\uf06c": "●", "\uf02d": "-", "\uf020": " ", "\uf028": "☎", "\uf02a": "✉",
}

var speller = strings.NewReplacer("\ufb00", "ff", "\ufb01", "fi", "\ufb02", "fl", "\ufb03", "ffi", "\ufb04", "ffl",
	"\ufb05", "st", "\ufb06", "st", "\u00ad", "-", "\u200b", "", "\u200e", "", "\u200f", "", "\ufeff", "")

// standardHigh is Adobe's standard encoding above 160.
var standardHigh = map[int]string{0xA1: "exclamdown", 0xA2: "cent", 0xA3: "sterling", 0xA4: "fraction", 0xA5: "yen",
	0xA6: "florin", 0xA7: "section", 0xA8: "currency", 0xA9: "quotesingle", 0xAA: "quotedblleft", 0xAB: "guillemotleft",
	0xAC: "guilsinglleft", 0xAD: "guilsinglright", 0xAE: "fi", 0xAF: "fl", 0xB1: "endash", 0xB2: "dagger", 0xB3: "daggerdbl",
	0xB4: "periodcentered", 0xB6: "paragraph", 0xB7: "bullet", 0xB8: "quotesinglbase", 0xB9: "quotedblbase",
	0xBA: "quotedblright", 0xBB: "guillemotright", 0xBC: "ellipsis", 0xBD: "perthousand", 0xBF: "questiondown",
	0xC1: "grave", 0xC2: "acute", 0xC3: "circumflex", 0xC4: "tilde", 0xC5: "macron", 0xC6: "breve", 0xC7: "dotaccent",
	0xC8: "dieresis", 0xCA: "ring", 0xCB: "cedilla", 0xCD: "hungarumlaut", 0xCE: "ogonek", 0xCF: "caron", 0xD0: "emdash",
	0xE1: "AE", 0xE3: "ordfeminine", 0xE8: "Lslash", 0xE9: "Oslash", 0xEA: "OE", 0xEB: "ordmasculine", 0xF1: "ae",
	0xF5: "dotlessi", 0xF8: "lslash", 0xF9: "oslash", 0xFA: "oe", 0xFB: "germandbls"}

// baseEncoding fills a table of the characters of one-byte codes.
func baseEncoding(name string) *[256]string {
	var t [256]string
	for c := 32; c < 127; c++ {
		t[c] = string(rune(c))
	}
	var m *charmap.Charmap
	switch name {
	case "MacRomanEncoding", "MacExpertEncoding":
		m = charmap.Macintosh
	case "StandardEncoding":
		for c, n := range standardHigh {
			t[c] = glyphText(n)
		}
		t['\''], t['`'] = "’", "‘"
		return &t
	default:
		m = charmap.Windows1252
	}
	for c := 128; c < 256; c++ {
		if r := m.DecodeByte(byte(c)); r >= 0xA0 || m == charmap.Macintosh {
			t[c] = string(r)
		}
	}
	t[0xA0] = " "
	if m == charmap.Windows1252 {
		t[0xAD] = "-"
		// Codes without a character are bullets, by the standard.
		for _, c := range []int{0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D} {
			t[c] = "•"
		}
	} else {
		t[0xA0] = "†"
		t[0xCA] = " "
	}
	return &t
}

// zapf gives the signs of ZapfDingbats that CVs and forms use; the rest are ornaments.
func zapf(c int) string {
	switch c {
	case ' ':
		return " "
	case '3', '4':
		return "✓"
	case '5', '6', '7', '8':
		return "✗"
	case 'l':
		return "●"
	case 'm':
		return "○"
	case 'n':
		return "■"
	case 'o', 'q':
		return "□"
	case 'u':
		return "◆"
	case 'H':
		return "★"
	case '%', '&':
		return "☎"
	case ')':
		return "✉"
	case 0xD4, 0xD5, 0xD8, 0xDC, 0xDD, 0xDE, 0xE0:
		return "→"
	}
	return "•"
}

// differences puts the names of a Differences array into the table.
func differences(t *[256]string, icon bool, v pdf.Value) {
	if numbered := texNumbers(v); numbered != nil {
		for c, s := range numbered {
			t[c] = s
		}
		return
	}
	code := 0
	for i := range min(v.Len(), 2048) {
		x := v.Index(i)
		switch x.Kind() {
		case pdf.Integer:
			code = int(x.Int64())
		case pdf.Name:
			if code >= 0 && code < 256 {
				t[code] = namedGlyph(x.Name(), icon)
			}
			code++
		}
	}
}

// texNumbers reads the names that TeX's bitmap fonts have, such as a101 for code 101:
// the code itself says the character, in one of TeX's two text encodings. It returns
// nil for arrays with other names.
func texNumbers(v pdf.Value) map[int]string {
	codes := map[int]bool{}
	code := 0
	for i := range min(v.Len(), 2048) {
		x := v.Index(i)
		if x.Kind() != pdf.Name {
			code = int(x.Int64())
			continue
		}
		name := x.Name()
		c := code
		code++
		if name == ".notdef" {
			continue
		}
		if len(name) < 2 || c < 0 || c > 255 {
			return nil
		}
		if n, err := strconv.Atoi(name[1:]); err != nil || n != c {
			return nil
		}
		codes[c] = true
	}
	if len(codes) == 0 {
		return nil
	}
	old, new := false, false
	for c := range codes {
		old = old || c >= 11 && c <= 15 || c >= 18 && c <= 20 || c == 127
		new = new || c >= 27 && c <= 31 || c >= 128
	}
	out := make(map[int]string, len(codes))
	if !slices.ContainsFunc(slices.Collect(maps.Keys(codes)), isLetterOrDigit) {
		// A font of signs: TeX's companion font has its bullet at 136.
		for c := range codes {
			out[c] = ""
		}
		if codes[136] {
			out[136] = "•"
		}
		return out
	}
	for c := range codes {
		if old && !new {
			out[c] = texOld(c)
		} else {
			out[c] = texCork(c)
		}
	}
	return out
}

func isLetterOrDigit(c int) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

var texLigatures = []string{"ff", "fi", "fl", "ffi", "ffl"}

// texCork is TeX's T1 encoding.
func texCork(c int) string {
	const accents = "`´ˆ˜¨˝˚ˇ˘¯˙¸˛‚‹›“”„«»–—"
	const upper = "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§"
	const lower = "ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£"
	switch {
	case c < 23:
		return string([]rune(accents)[c])
	case c == 25:
		return "ı"
	case c >= 27 && c <= 31:
		return texLigatures[c-27]
	case c == 39:
		return "’"
	case c == 96:
		return "‘"
	case c >= 33 && c < 127:
		return string(rune(c))
	case c == 32:
		return " "
	case c == 127:
		return "-"
	case c >= 128 && c < 160:
		return string([]rune(upper)[c-128])
	case c >= 160 && c < 192:
		return string([]rune(lower)[c-160])
	case c == 215:
		return "Œ"
	case c == 223:
		return "SS"
	case c == 247:
		return "œ"
	case c == 255:
		return "ß"
	case c >= 192:
		return string(rune(c))
	}
	return ""
}

// texOld is TeX's first text encoding, OT1.
func texOld(c int) string {
	const low = "ıȷ`´ˇ˘¯˚¸ßæœøÆŒØ"
	switch {
	case c >= 11 && c <= 15:
		return texLigatures[c-11]
	case c >= 16 && c < 32:
		return string([]rune(low)[c-16])
	}
	switch c {
	case 34:
		return "”"
	case 39:
		return "’"
	case 60:
		return "¡"
	case 62:
		return "¿"
	case 92:
		return "“"
	case 94:
		return "ˆ"
	case 95:
		return "˙"
	case 96:
		return "‘"
	case 123:
		return "–"
	case 124:
		return "—"
	case 125:
		return "˝"
	case 126:
		return "˜"
	case 127:
		return "¨"
	}
	if c > 32 && c < 123 {
		return string(rune(c))
	}
	return ""
}

// namedGlyph is glyphText for a font's own names: one that says nothing is an unknown
// character, unless the font only draws icons.
func namedGlyph(name string, icon bool) string {
	if name == ".notdef" {
		return ""
	}
	t := glyphText(name)
	if t == "" {
		if icon {
			return ""
		}
		return "\uFFFD"
	}
	return spell(t)
}

// iconFont recognises fonts that hold pictograms only, by their name.
func iconFont(name string) bool {
	low := strings.ToLower(name)
	for _, s := range []string{"awesome", "icon", "marvosym", "fontello", "glyphicons", "academicons", "ionicons", "symbols", "emoji", "bootstrap-i", "simplei"} {
		if strings.Contains(low, s) {
			return true
		}
	}
	return false
}

// type1Encoding reads the encoding written in the clear part of a Type 1 font program.
func type1Encoding(program []byte, icon bool) *[256]string {
	if i := bytes.Index(program, []byte("eexec")); i >= 0 {
		program = program[:i]
	}
	i := bytes.Index(program, []byte("/Encoding"))
	if i < 0 {
		return nil
	}
	rest := program[i+9:]
	if bytes.HasPrefix(bytes.TrimLeft(rest, " \r\n\t"), []byte("StandardEncoding")) {
		return baseEncoding("StandardEncoding")
	}
	var t [256]string
	found := false
	f := bytes.Fields(rest[:min(len(rest), 32<<10)])
	for j := 0; j+3 < len(f); j++ {
		if string(f[j]) == "readonly" || string(f[j]) == "def" && found {
			break
		}
		if string(f[j]) != "dup" {
			continue
		}
		code, name := string(f[j+1]), string(f[j+2])
		if at := strings.IndexByte(code, '/'); at > 0 {
			code, name = code[:at], code[at:]
		}
		c, err := strconv.Atoi(code)
		if err == nil && c >= 0 && c < 256 && strings.HasPrefix(name, "/") {
			t[c] = namedGlyph(name[1:], icon)
			found = true
		}
	}
	if !found {
		return nil
	}
	return &t
}
