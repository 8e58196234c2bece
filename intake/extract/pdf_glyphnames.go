package extract

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// glyphText gives the characters a glyph's name stands for, empty when the name says
// nothing: Adobe's names, uniXXXX and uXXXXX, ligatures joined by underscores, and
// variants after a point.
func glyphText(name string) string {
	if t, ok := glyphNames[name]; ok {
		return t
	}
	if i := strings.IndexByte(name, '.'); i > 0 {
		return glyphText(name[:i])
	}
	if strings.ContainsRune(name, '_') {
		var b strings.Builder
		for part := range strings.SplitSeq(name, "_") {
			t := glyphText(part)
			if t == "" {
				return ""
			}
			b.WriteString(t)
		}
		return b.String()
	}
	if hex, ok := strings.CutPrefix(name, "uni"); ok && len(hex) >= 4 && len(hex)%4 == 0 {
		var b strings.Builder
		for ; len(hex) >= 4; hex = hex[4:] {
			n, err := strconv.ParseUint(hex[:4], 16, 32)
			if err != nil || n >= 0xD800 && n < 0xE000 {
				return ""
			}
			b.WriteRune(rune(n))
		}
		return b.String()
	}
	if hex, ok := strings.CutPrefix(name, "u"); ok && len(hex) >= 4 && len(hex) <= 6 {
		if n, err := strconv.ParseUint(hex, 16, 32); err == nil && utf8.ValidRune(rune(n)) {
			return string(rune(n))
		}
	}
	if digits, ok := strings.CutPrefix(name, "afii"); ok {
		if n, err := strconv.Atoi(digits); err == nil {
			return afii(n)
		}
	}
	return accented(name)
}

// accented composes names such as eacute or Ccedilla.
func accented(name string) string {
	_, size := utf8.DecodeRuneInString(name)
	if size == 0 || size == len(name) {
		return ""
	}
	letter, accent := name[:size], name[size:]
	if c := letter[0]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
		return ""
	}
	mark, ok := accentNames[accent]
	if !ok {
		return ""
	}
	t := norm.NFC.String(letter + mark)
	if utf8.RuneCountInString(t) != 1 {
		return ""
	}
	return t
}

var accentNames = map[string]string{"grave": "\u0300", "acute": "\u0301", "circumflex": "\u0302", "tilde": "\u0303",
	"macron": "\u0304", "breve": "\u0306", "dotaccent": "\u0307", "dieresis": "\u0308", "ring": "\u030A",
	"hungarumlaut": "\u030B", "caron": "\u030C", "cedilla": "\u0327", "commaaccent": "\u0327", "ogonek": "\u0328"}

// afii maps Adobe's numbered names of Cyrillic letters and a few signs.
func afii(n int) string {
	switch {
	case n >= 10017 && n <= 10022:
		return string(rune(0x410 + n - 10017))
	case n == 10023:
		return "Ё"
	case n >= 10024 && n <= 10049:
		return string(rune(0x416 + n - 10024))
	case n >= 10065 && n <= 10070:
		return string(rune(0x430 + n - 10065))
	case n == 10071:
		return "ё"
	case n >= 10072 && n <= 10097:
		return string(rune(0x436 + n - 10072))
	case n == 61352:
		return "№"
	case n == 208:
		return "―"
	}
	return ""
}

// glyphNames holds the names that are no rule's: letters, digits, punctuation, signs,
// Greek. Ligatures are spelled out, so that a search finds the word.
var glyphNames = func() map[string]string {
	m := map[string]string{}
	for c := 'a'; c <= 'z'; c++ {
		m[string(c)] = string(c)
		m[string(c-32)] = string(c - 32)
		m[string(c-32)+"small"] = string(c - 32)
	}
	pairs := `space _ exclam ! quotedbl " numbersign # dollar $ percent % ampersand & quotesingle ' parenleft ( parenright )
		asterisk * plus + comma , hyphen - period . slash / zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8
		nine 9 colon : semicolon ; less < equal = greater > question ? at @ bracketleft [ backslash \ bracketright ]
		asciicircum ^ underscore _ grave ` + "`" + ` braceleft { bar | braceright } asciitilde ~
		exclamdown ¡ cent ¢ sterling £ currency ¤ yen ¥ brokenbar ¦ section § dieresis ¨ copyright © ordfeminine ª
		guillemotleft « guillemotright » guillemetleft « guillemetright » logicalnot ¬ sfthyphen - softhyphen - minus − registered ® macron ¯ overscore ¯ degree ° plusminus ±
		twosuperior ² threesuperior ³ onesuperior ¹ acute ´ mu µ mu1 µ paragraph ¶ periodcentered · middot · cedilla ¸ ordmasculine º
		onequarter ¼ onehalf ½ threequarters ¾ questiondown ¿ AE Æ ae æ Eth Ð eth ð multiply × Oslash Ø oslash ø Thorn Þ
		thorn þ germandbls ß divide ÷ dotlessi ı dotlessj ȷ Lslash Ł lslash ł OE Œ oe œ Dcroat Đ dcroat đ Dslash Đ dmacron đ
		Hbar Ħ hbar ħ Tbar Ŧ tbar ŧ Eng Ŋ eng ŋ kgreenlandic ĸ IJ IJ ij ij napostrophe 'n longs s florin ƒ
		circumflex ˆ caron ˇ breve ˘ dotaccent ˙ ring ˚ ogonek ˛ tilde ˜ hungarumlaut ˝
		endash – emdash — afii00208 — horizontalbar ― quoteleft ‘ quoteright ’ quotesinglbase ‚ quotereversed ‛ quotedblleft “
		quotedblright ” quotedblbase „ dagger † daggerdbl ‡ bullet • ellipsis … perthousand ‰ guilsinglleft ‹ guilsinglright ›
		fraction ⁄ Euro € euro € trademark ™ estimated ℮ arrowleft ← arrowup ↑ arrowright → arrowdown ↓ arrowboth ↔
		partialdiff ∂ Delta Δ increment ∆ product ∏ summation ∑ radical √ infinity ∞ integral ∫ approxequal ≈ notequal ≠
		lessequal ≤ greaterequal ≥ lozenge ◊ filledbox ■ square □ H18533 ■ H18543 ▪ H18551 ▫ circle ○ H18533 ■ openbullet ◦
		triagrt ► triagup ▲ triagdn ▼ triaglf ◄ checkmark ✓ check ✓ heart ♥ diamond ♦ club ♣ spade ♠ star ★ asteriskmath ∗ bullet1 •
		blacksquare ■ whitesquare □ blackcircle ● phone ☎ telephone ☎ mail ✉ envelope ✉ minute ′ second ″ nbspace _
		nonbreakingspace _ spacehackarabic _ visiblespace _ hyphentwo ‐ figuredash ‒ dotmath ⋅ numero № Numero №
		ff ff fi fi fl fl ffi ffi ffl ffl f_f ff f_i fi st st ct ct Th Th tt tt ti ti
		Alpha Α Beta Β Gamma Γ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ Omicron Ο Pi Π Rho Ρ
		Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ
		iota ι kappa κ lambda λ nu ν xi ξ omicron ο pi π rho ρ sigma σ sigma1 ς tau τ upsilon υ phi φ chi χ psi ψ omega ω`
	f := strings.Fields(pairs)
	for i := 0; i+1 < len(f); i += 2 {
		t := f[i+1]
		if t == "_" && f[i] != "underscore" {
			t = " "
		}
		m[f[i]] = t
	}
	for i, d := range []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"} {
		for _, variant := range []string{"oldstyle", "tab", "lining", "fitted", "taboldstyle"} {
			m[d+variant] = strconv.Itoa(i)
		}
	}
	return m
}()
