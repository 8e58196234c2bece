package extract

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/unicode/norm"
)

// font is what the interpreter needs of a font: characters and widths of its codes.
type font struct {
	composite bool
	// table and width are those of a font of one-byte codes; width in text space.
	table [256]string
	width [256]float64
	// cmap gives the characters, codes the lengths of codes and their CIDs.
	cmap  *cmap
	codes *cmap
	cids  map[int]float64
	dw    float64
	// scale turns glyph space into text space: 0.001 but for Type 3.
	scale           float64
	ascent, descent float64
	vertical        bool
	// legacy decodes the codes of a predefined map that are those of an older charset.
	legacy *legacyCodes
	icon   bool
}

// glyphCode is one code of a shown string.
type glyphCode struct {
	text  string
	width float64
	// space tells that word spacing applies: the one-byte code 32.
	space bool
}

// font loads the font a resource names, once per file: pages share their fonts.
func (f *pdfFile) font(v pdf.Value) *font {
	if v.Kind() != pdf.Dict {
		return nil
	}
	key := v.String()
	if got, ok := f.fonts[key]; ok {
		return got
	}
	if len(f.fonts) > 2000 {
		return nil
	}
	got := loadFont(v)
	f.fonts[key] = got
	return got
}

func loadFont(v pdf.Value) (ft *font) {
	ft = &font{scale: 0.001, ascent: 0.75, descent: -0.25, dw: 1}
	defer func() {
		if r := recover(); r != nil {
			// A font we cannot read gives unknown characters, which sends the page to
			// the next engine.
			ft.table = unknownTable()
		}
	}()
	name := v.Key("BaseFont").Name()
	if i := strings.IndexByte(name, '+'); i == 6 {
		name = name[7:]
	}
	ft.icon = iconFont(name)
	if tu := v.Key("ToUnicode"); tu.Kind() == pdf.Stream {
		ft.cmap = parseCMap(stream(tu, 4<<20))
	}
	if v.Key("Subtype").Name() == "Type0" {
		ft.loadComposite(v)
		return ft
	}
	ft.loadSimple(v, name)
	for c := range ft.table {
		ft.table[c] = drawnBackwards(ft.table[c])
	}
	return ft
}

func unknownTable() (t [256]string) {
	for i := range t {
		t[i] = "\uFFFD"
	}
	return t
}

func (ft *font) metrics(d pdf.Value) {
	if a := d.Key("Ascent").Float64() * 0.001; a >= 0.4 && a <= 1.3 {
		ft.ascent = a
	}
	if a := d.Key("Descent").Float64() * 0.001; a <= -0.05 && a >= -0.6 {
		ft.descent = a
	}
}

func (ft *font) loadSimple(v pdf.Value, name string) {
	d := v.Key("FontDescriptor")
	ft.metrics(d)
	type3 := v.Key("Subtype").Name() == "Type3"
	if type3 {
		ft.type3(v)
	}
	enc := v.Key("Encoding")
	symbolic := d.Key("Flags").Int64()&4 != 0
	low := strings.ToLower(name)
	switch {
	case strings.Contains(low, "zapfdingbats"):
		for c := range 256 {
			ft.table[c] = zapf(c)
		}
	case enc.Kind() == pdf.Name:
		ft.table = *baseEncoding(enc.Name())
	case enc.Key("BaseEncoding").Kind() == pdf.Name:
		ft.table = *baseEncoding(enc.Key("BaseEncoding").Name())
	default:
		ft.table = *builtIn(v, d, ft.icon, symbolic, type3)
	}
	if strings.HasPrefix(low, "symbol") && enc.Kind() == pdf.Null {
		ft.symbolFont()
	}
	if enc.Kind() == pdf.Dict {
		differences(&ft.table, ft.icon, enc.Key("Differences"))
	}
	if ft.cmap != nil {
		for c := range 256 {
			if t, ok := ft.cmap.text(uint32(c)); ok {
				ft.table[c] = t
			}
		}
	}
	ft.simpleWidths(v, d, name)
}

// builtIn is the encoding of a font that names none: its program's, else the standard
// one, or Windows' for fonts that are not symbolic TrueType.
func builtIn(v, d pdf.Value, icon, symbolic, type3 bool) *[256]string {
	if type3 {
		return &[256]string{}
	}
	if ff := d.Key("FontFile"); ff.Kind() == pdf.Stream {
		if t := type1Encoding(stream(ff, 1<<20), icon); t != nil {
			return t
		}
	}
	if ff := d.Key("FontFile3"); ff.Kind() == pdf.Stream {
		if t := cffEncoding(stream(ff, 4<<20), icon); t != nil {
			return t
		}
	}
	if ff := d.Key("FontFile2"); ff.Kind() == pdf.Stream && symbolic {
		if t := trueTypeEncoding(stream(ff, 8<<20)); t != nil {
			return t
		}
	}
	if v.Key("Subtype").Name() == "TrueType" {
		return baseEncoding("WinAnsiEncoding")
	}
	return baseEncoding("StandardEncoding")
}

// symbolFont puts the Greek letters and signs of the standard Symbol font in place.
func (ft *font) symbolFont() {
	const letters = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
	c := 'A'
	for _, r := range letters {
		ft.table[c] = string(r)
		c++
	}
	const small = "αβχδεϕγηιφκλμνοπθρστυϖωξψζ"
	c = 'a'
	for _, r := range small {
		ft.table[c] = string(r)
		c++
	}
	for code, t := range map[int]string{0xB7: "•", 0xAE: "→", 0xA8: "♦", 0xB3: "≥", 0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xA7: "♣", 0xAC: "←", 0x2D: "−"} {
		ft.table[code] = t
	}
}

func (ft *font) type3(v pdf.Value) {
	m := v.Key("FontMatrix")
	if a := m.Index(0).Float64(); a != 0 && math.Abs(a) < 10 {
		ft.scale = math.Abs(a)
	}
	// The box of all glyphs tells how high letters stand, when it was filled in.
	bbox := v.Key("FontBBox")
	if dd := math.Abs(m.Index(3).Float64()); dd != 0 {
		top, bottom := bbox.Index(3).Float64()*dd, bbox.Index(1).Float64()*dd
		if m.Index(3).Float64() < 0 {
			top, bottom = -bottom, -top
		}
		if top > 0.2 && top < 3 {
			ft.ascent = top
		}
		if bottom < 0 && bottom > -1.5 {
			ft.descent = bottom
		}
	}
}

func (ft *font) simpleWidths(v, d pdf.Value, name string) {
	w := v.Key("Widths")
	first := int(v.Key("FirstChar").Int64())
	missing := d.Key("MissingWidth").Float64() * ft.scale
	if w.Kind() == pdf.Array && w.Len() > 0 {
		for c := range ft.width {
			ft.width[c] = missing
		}
		for i := range min(w.Len(), 256) {
			if c := first + i; c >= 0 && c < 256 {
				ft.width[c] = w.Index(i).Float64() * ft.scale
			}
		}
		return
	}
	for c := range ft.width {
		ft.width[c] = standardWidth(name, ft.table[c])
	}
}

// standardWidth is the advance of a character in one of the fonts every reader has, or
// in the one most like the font named.
func standardWidth(name, t string) float64 {
	low := strings.ToLower(name)
	bold := strings.Contains(low, "bold") || strings.Contains(low, "black")
	italic := strings.Contains(low, "italic") || strings.Contains(low, "oblique")
	face := "Helvetica"
	switch {
	case strings.Contains(low, "courier") || strings.Contains(low, "mono"):
		return 0.6
	case strings.Contains(low, "times") || strings.Contains(low, "serif") && !strings.Contains(low, "sans") || strings.Contains(low, "roman"):
		switch {
		case bold && italic:
			face = "Times-BoldItalic"
		case bold:
			face = "Times-Bold"
		case italic:
			face = "Times-Italic"
		default:
			face = "Times-Roman"
		}
	case bold:
		face = "Helvetica-Bold"
	}
	widths := standardWidths[face]
	sum := 0.0
	for _, r := range t {
		switch r {
		case ' ', '\u00a0':
			if strings.HasPrefix(face, "Times") {
				sum += 0.25
			} else {
				sum += 0.278
			}
			continue
		}
		c, ok := windows1252Code(r)
		if !ok {
			d, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
			if c, ok = windows1252Code(d); !ok {
				sum += 0.556
				continue
			}
		}
		sum += float64(widths[c-33]) * 0.001
	}
	return sum
}

func (ft *font) loadComposite(v pdf.Value) {
	ft.composite = true
	desc := v.Key("DescendantFonts").Index(0)
	d := desc.Key("FontDescriptor")
	ft.metrics(d)
	enc := v.Key("Encoding")
	switch enc.Kind() {
	case pdf.Stream:
		ft.codes = parseCMap(stream(enc, 4<<20))
		ft.vertical = enc.Key("WMode").Int64() == 1
	case pdf.Name:
		ft.vertical = strings.HasSuffix(enc.Name(), "-V") || enc.Name() == "V"
		ft.legacy = legacyMap(enc.Name())
	}
	ft.dw = 1
	if dw := desc.Key("DW"); dw.Kind() == pdf.Integer || dw.Kind() == pdf.Real {
		ft.dw = dw.Float64() * 0.001
	}
	ft.compositeWidths(desc.Key("W"))
	if ft.cmap == nil || ft.cmap.empty() {
		ft.cmap = ft.fallbackCMap(desc, d, enc)
	}
}

// fallbackCMap finds the characters of a composite font without ToUnicode: those of
// its program, or the codes themselves when the encoding is Unicode.
func (ft *font) fallbackCMap(desc, d, enc pdf.Value) *cmap {
	if n := enc.Name(); strings.Contains(n, "UCS2") || strings.Contains(n, "UTF16") {
		return &cmap{ranges: []cmapRange{{lo: 0x20, hi: 0xD7FF, to: 0x20}, {lo: 0xE000, hi: 0xFFFD, to: 0xE000}}}
	}
	if ff := d.Key("FontFile2"); ff.Kind() == pdf.Stream {
		glyphs := trueTypeGlyphs(stream(ff, 16<<20))
		if len(glyphs) == 0 {
			return nil
		}
		m := &cmap{single: map[uint32]string{}}
		toGID := desc.Key("CIDToGIDMap")
		if toGID.Kind() == pdf.Stream {
			table := stream(toGID, 1<<18)
			for cid := 0; cid*2+1 < len(table); cid++ {
				gid := int(table[cid*2])<<8 | int(table[cid*2+1])
				if t, ok := glyphs[gid]; ok && gid != 0 {
					m.single[uint32(cid)] = t
				}
			}
			return m
		}
		for gid, t := range glyphs {
			m.single[uint32(gid)] = t
		}
		return m
	}
	return nil
}

// maxCIDs is how many codes a composite font can have.
const maxCIDs = 65_536

// compositeWidths reads the W array: runs of widths, and ranges of one width.
func (ft *font) compositeWidths(w pdf.Value) {
	ft.cids = map[int]float64{}
	entries := 0
	n := min(w.Len(), 200_000)
	for i := 0; i < n && len(ft.cids) < maxCIDs; {
		first := int(w.Index(i).Int64())
		second := w.Index(i + 1)
		if second.Kind() == pdf.Array {
			for j := range min(second.Len(), 70_000) {
				ft.cids[first+j] = second.Index(j).Float64() * 0.001
			}
			i += 2
			continue
		}
		last := int(second.Int64())
		width := w.Index(i+2).Float64() * 0.001
		entries += max(0, last-first)
		for c := first; c <= last && c-first < 70_000 && entries < 4*maxCIDs; c++ {
			ft.cids[c] = width
		}
		i += 3
	}
}

// decode splits a shown string into its codes and calls each for them in turn.
func (ft *font) decode(s []byte, each func(glyphCode)) {
	if !ft.composite {
		for _, c := range s {
			each(glyphCode{ft.table[c], ft.width[c], c == ' '})
		}
		return
	}
	for len(s) > 0 {
		n := 2
		if ft.legacy != nil {
			n = ft.legacy.length(s)
		} else if ft.codes != nil {
			n = ft.codes.codeLength(s)
		}
		n = min(max(n, 1), len(s))
		code := uint32(0)
		for _, c := range s[:n] {
			code = code<<8 | uint32(c)
		}
		raw := s[:n]
		s = s[n:]
		cid := int(code)
		if ft.codes != nil {
			if c, ok := ft.codes.cid(code); ok {
				cid = c
			}
		}
		width, ok := ft.cids[cid]
		if !ok {
			width = ft.dw
		}
		t := "\uFFFD"
		if ft.cmap != nil {
			if got, ok := ft.cmap.text(code); ok {
				t = got
			} else if got, ok := ft.cmap.text(uint32(cid)); ok && cid != int(code) {
				t = got
			}
		}
		if ft.legacy != nil {
			// The widths go by numbers we do not know; letters of one byte are half as wide.
			if t == "\uFFFD" {
				t = ft.legacy.text(raw)
			}
			if width = ft.dw; n == 1 {
				width /= 2
			}
		}
		t = drawnBackwards(t)
		if ft.icon && (t == "\uFFFD") {
			t = ""
		}
		each(glyphCode{t, width, n == 1 && code == 32})
	}
}
