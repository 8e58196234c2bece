package panel

import (
	"fmt"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// Lengths are in millimetres, sizes of letters in points.
const (
	margin   = 18.0
	foot     = 16.0
	family   = "go"
	textSize = 9.5
	lead     = 4.5
)

type colour struct{ r, g, b int }

var (
	ink     = colour{23, 27, 33}
	soft    = colour{90, 99, 112}
	line    = colour{205, 211, 218}
	accent  = colour{15, 91, 99}
	metFg   = colour{20, 97, 58}
	metBg   = colour{224, 243, 230}
	openFg  = colour{116, 76, 0}
	openBg  = colour{253, 240, 207}
	notFg   = colour{156, 31, 26}
	notBg   = colour{253, 229, 227}
	shadeBg = colour{244, 246, 248}
)

// sheet is the paper under way.
type sheet struct {
	pdf   *fpdf.Fpdf
	words Words
	head  Head
	// w and h are the size of the current page.
	w, h float64
}

func newSheet(words Words, head Head) (*sheet, error) {
	s := &sheet{words: words, head: head, w: 210, h: 297}
	p := fpdf.New("P", "mm", "A4", "")
	s.pdf = p
	p.SetCatalogSort(true)
	p.SetCreationDate(head.At)
	p.SetModificationDate(head.At)
	p.SetProducer("dossier", true)
	p.SetTitle(clean(head.Title+", "+head.Vacancy), true)
	p.SetLang(head.Lang)
	p.AddUTF8FontFromBytes(family, "", goregular.TTF)
	p.AddUTF8FontFromBytes(family, "B", gobold.TTF)
	p.AddUTF8FontFromBytes(family, "I", goitalic.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetCellMargin(0)
	p.SetAutoPageBreak(false, 0)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(s.footer)
	return s, p.Error()
}

// footer stands at the foot of every page: what the paper is, and the page.
func (s *sheet) footer() {
	// The page that ends, which need not lie as the one that begins.
	w, h := s.pdf.GetPageSize()
	s.font("", 8, soft)
	s.pdf.SetXY(margin, h-11)
	s.pdf.CellFormat(w-2*margin-40, 4, s.fit(s.words.Footer, w-2*margin-40), "", 0, "L", false, 0, "")
	// How many pages there are is filled in at the end; three digits are kept free for it.
	number := fmt.Sprint(s.pdf.PageNo())
	width := s.pdf.GetStringWidth(fmt.Sprintf(s.words.Page, number, "000"))
	s.pdf.SetXY(w-margin-width, h-11)
	s.pdf.CellFormat(width, 4, fmt.Sprintf(s.words.Page, number, "{pages}"), "", 0, "L", false, 0, "")
}

func (s *sheet) page(orientation string) {
	s.w, s.h = 210, 297
	if orientation == "L" {
		s.w, s.h = 297, 210
	}
	s.pdf.AddPageFormat(orientation, fpdf.SizeType{Wd: 210, Ht: 297})
	s.pdf.SetXY(margin, margin)
}

func (s *sheet) font(style string, size float64, c colour) {
	s.pdf.SetFont(family, style, size)
	s.pdf.SetTextColor(c.r, c.g, c.b)
}

// room tells whether a height fits above the foot of the page.
func (s *sheet) room(height float64) bool { return s.pdf.GetY()+height <= s.h-foot }

// need starts a new page when a height does not fit on this one.
func (s *sheet) need(height float64) bool {
	if s.room(height) {
		return false
	}
	orientation := "P"
	if s.w > s.h {
		orientation = "L"
	}
	s.page(orientation)
	return true
}

// lines are a text cut at a width, in the font in force.
func (s *sheet) lines(text string, width float64) []string {
	text = clean(text)
	if text == "" {
		return nil
	}
	return s.pdf.SplitText(text, width)
}

// write writes a text at x over a width, breaking pages between lines, and leaves the
// cursor below it.
func (s *sheet) write(x, width, height float64, text string) {
	for _, l := range s.lines(text, width) {
		s.need(height)
		s.pdf.SetX(x)
		s.pdf.CellFormat(width, height, strings.TrimSpace(l), "", 2, "L", false, 0, "")
	}
}

// fit cuts a text to one line of a width.
func (s *sheet) fit(text string, width float64) string {
	// No line holds more letters than this; a stranger's name may.
	const most = 300
	r := []rune(clean(text[:min(len(text), 8*most)]))
	r = r[:min(len(r), most)]
	text = string(r)
	if s.pdf.GetStringWidth(text) <= width-0.5 {
		return text
	}
	for len(r) > 1 && s.pdf.GetStringWidth(string(r)+"…") > width-0.5 {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

// title writes a heading of a part.
func (s *sheet) title(text string) {
	s.need(16)
	s.font("B", 14, accent)
	s.write(margin, s.w-2*margin, 7, text)
	s.pdf.SetY(s.pdf.GetY() + 2)
}

// sign draws a verdict as a shape with its sign, so that it is told without colour: a
// square with a tick, a disc with a question mark, a lozenge with a cross.
func (s *sheet) sign(x, y, size float64, v Verdict, changed bool) {
	p := s.pdf
	p.SetLineWidth(size * 0.085)
	p.SetLineCapStyle("round")
	middle, centre := x+size/2, y+size/2
	shape := func(bg, fg colour) {
		p.SetFillColor(bg.r, bg.g, bg.b)
		p.SetDrawColor(fg.r, fg.g, fg.b)
	}
	switch v {
	case Met:
		shape(metBg, metFg)
		p.Rect(x, y, size, size, "F")
		p.Line(x+size*.22, y+size*.53, x+size*.42, y+size*.73)
		p.Line(x+size*.42, y+size*.73, x+size*.8, y+size*.28)
	case Unclear:
		shape(openBg, openFg)
		p.Circle(middle, centre, size/2, "FD")
		s.font("B", size*2.1, openFg)
		p.SetXY(x, y)
		p.CellFormat(size, size, "?", "", 0, "C", false, 0, "")
	case NotMet:
		shape(notBg, notFg)
		p.Polygon([]fpdf.PointType{{X: middle, Y: y - size*.08}, {X: x + size*1.08, Y: centre}, {X: middle, Y: y + size*1.08}, {X: x - size*.08, Y: centre}}, "FD")
		p.Line(x+size*.33, y+size*.33, x+size*.67, y+size*.67)
		p.Line(x+size*.67, y+size*.33, x+size*.33, y+size*.67)
	default:
		shape(shadeBg, soft)
		p.Line(x+size*.3, centre, x+size*.7, centre)
	}
	if changed {
		p.SetFillColor(accent.r, accent.g, accent.b)
		p.Circle(x+size*1.02, y, size*.17, "F")
	}
	p.SetLineWidth(0.2)
	p.SetDrawColor(line.r, line.g, line.b)
}

// drawable tells which characters the fonts hold.
var drawable = sync.OnceValue(func() func(r rune) bool {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return func(r rune) bool { return r < 0x250 }
	}
	var b sfnt.Buffer
	known := map[rune]bool{}
	for r := rune(' '); r < 0x10000; r++ {
		if i, err := f.GlyphIndex(&b, r); err == nil && i != 0 {
			known[r] = true
		}
	}
	return func(r rune) bool { return known[r] }
})

// clean makes a stranger's text fit for the paper: one paragraph, no control characters, and
// a plain mark for each character the fonts do not hold.
func clean(text string) string {
	has := drawable()
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f' || r == '\u2009' || r == '\u00a0':
			return '\u00a0'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		case !has(r):
			return '·'
		}
		return r
	}, text)
	// The alias of the number of pages means something to the writer of the file.
	text = strings.ReplaceAll(text, "{pages}", "{ pages }")
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	for i, f := range fields {
		fields[i] = breakable(f)
	}
	return strings.Join(fields, " ")
}

// maxUnbroken is the longest run of letters left whole.
const maxUnbroken = 60

// breakable cuts a word that would not fit any column.
func breakable(word string) string {
	r := []rune(word)
	if len(r) <= maxUnbroken {
		return word
	}
	var b strings.Builder
	for i, c := range r {
		if i > 0 && i%maxUnbroken == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
