package extract

import (
	"errors"
	"slices"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"

	"dossier/screening/text"
)

// readPDF reads the text layer of a PDF, its form fields and the files inside it.
func readPDF(data []byte, password string, l Limits) (res Result) {
	f, err := openPDF(data, password, false)
	if f != nil && f.torn {
		res.warn(WarnTorn)
	}
	switch {
	case errors.Is(err, pdf.ErrInvalidPassword):
		res.Problem = ProblemPassword
		return res
	case errors.Is(err, errEncrypted):
		// The next engine knows more ways of encryption, and tells whether a password
		// is missing.
		res.Problem, res.Detail = ProblemPassword, err.Error()
		return res
	case err != nil:
		res.Problem, res.Detail = ProblemDamaged, err.Error()
		return res
	}
	if f.repaired {
		res.warn(WarnRepaired)
	}
	leaves, total := f.pages(l.Pages)
	if len(leaves) == 0 {
		// The tree of pages is broken, but the pages may be there.
		if g, err := openPDF(data, password, true); err == nil {
			f = g
			leaves, total = f.pages(l.Pages)
		}
	}
	res.PageCount = total
	hidden := f.hiddenLayers()
	for _, leaf := range leaves {
		res.Pages = append(res.Pages, f.page(leaf, hidden))
	}
	if len(res.Pages) == 0 {
		return Result{Problem: ProblemDamaged, Detail: "no pages"}
	}
	if f.orphans {
		// Nobody can tell how many pages there were.
		res.Problem, res.Detail = ProblemDamaged, errNoCatalog.Error()
	}
	if f.appendForm(&res) {
		res.warn(WarnForm)
	}
	if res.Embedded = f.embedded(); len(res.Embedded) > 0 {
		res.warn(WarnEmbedded)
	}
	return res
}

// leaf is a page with what it inherits.
type leaf struct {
	page, resources, media, crop, rotate pdf.Value
}

const (
	maxTreeDepth = 40
	maxPages     = 5000
)

// pages walks the page tree, at most limit leaves; total counts all of them.
func (f *pdfFile) pages(limit int) (leaves []leaf, total int) {
	defer func() {
		// A broken node ends the walk; the pages found before it are kept.
		_ = recover()
	}()
	var walk func(v pdf.Value, in leaf, depth int)
	visited := 0
	walk = func(v pdf.Value, in leaf, depth int) {
		if depth > maxTreeDepth || visited > maxPages || v.Kind() != pdf.Dict {
			return
		}
		visited++
		inherit := func(old pdf.Value, key string) pdf.Value {
			if x := v.Key(key); x.Kind() != pdf.Null {
				return x
			}
			return old
		}
		in.resources, in.media = inherit(in.resources, "Resources"), inherit(in.media, "MediaBox")
		in.crop, in.rotate = inherit(in.crop, "CropBox"), inherit(in.rotate, "Rotate")
		kids := v.Key("Kids")
		if kids.Kind() != pdf.Array {
			total++
			if len(leaves) < limit {
				in.page = v
				leaves = append(leaves, in)
			}
			return
		}
		for i := range min(kids.Len(), maxPages) {
			found := false
			walkSafely(func() {
				kid := kids.Index(i)
				found = kid.Kind() == pdf.Dict
				walk(kid, in, depth+1)
			})
			if !found {
				// A page that is named but not there counts, so that its loss shows.
				total++
			}
		}
	}
	walk(f.Trailer().Key("Root").Key("Pages"), leaf{}, 0)
	return leaves, total
}

// walkSafely lets the rest of a document be read when one part of it is broken.
func walkSafely(do func()) {
	defer func() { _ = recover() }()
	do()
}

// page reads one page. Whatever goes wrong becomes the page's problem.
func (f *pdfFile) page(lf leaf, hidden map[string]bool) (p text.Page) {
	p.Engine = "pdf"
	c := &canvas{f: f, hideOC: hidden, clipped: -1}
	broken := false
	func() {
		defer func() {
			if r := recover(); r != nil {
				broken = true
				if testingCrashes {
					println(crashDetail(r))
				}
			}
		}()
		c.setUp(lf)
		content, whole := f.contents(lf.page)
		broken = !whole
		c.run(content, lf.resources, 0)
	}()
	walkSafely(func() { c.annotations(lf.page) })
	p.Width, p.Height = c.frame[2], c.frame[3]
	c.layOut(&p)
	p.Quality = quality(p)
	switch {
	case c.dropped:
		// No other engine can be asked to draw what we gave up on.
		p.Problem = ProblemTooLarge
		p.Quality = min(p.Quality, goodEnough-0.05)
	case len(p.Words) < 20 && c.images > 0.5:
		// A scan, perhaps with a stamp or a page number in front of it.
		p.Problem = ProblemNoText
	case broken && len(p.Words) == 0:
		p.Problem = ProblemDamaged
	case broken || c.lost:
		p.Problem = ProblemDamaged
		p.Quality = min(p.Quality, goodEnough-0.05)
	case len(p.Words) > 0 && p.Quality < goodEnough:
		p.Problem = ProblemGarbled
	case len(p.Words) == 0 && (c.images > 0.05 || c.fills > 100):
		// Letters may have been drawn as shapes.
		p.Problem = ProblemNoText
	}
	return p
}

// contents joins the content streams of a page; whole is false when one was cut.
func (f *pdfFile) contents(page pdf.Value) (b []byte, whole bool) {
	v := page.Key("Contents")
	if v.Kind() != pdf.Array {
		if v.Kind() == pdf.Null {
			// A page may have no content, but not one that is named and not there. In a
			// damaged file the name may be what was lost.
			return nil, !f.repaired && !slices.Contains(page.Keys(), "Contents")
		}
		b, err := readSome(v, maxStream)
		return b, err == nil
	}
	whole = true
	for i := range min(v.Len(), 10_000) {
		part, err := readSome(v.Index(i), int64(maxStream-len(b)))
		whole = whole && err == nil && v.Index(i).Kind() == pdf.Stream
		b = append(append(b, part...), '\n')
		if len(b) >= maxStream {
			return b, false
		}
	}
	return b, whole
}

// setUp places the page: origin of its visible box, rotation, y running down.
func (c *canvas) setUp(lf leaf) {
	media := boxOf(lf.media)
	if media.area() < 1 || media[2]-media[0] > 20_000 || media[3]-media[1] > 20_000 {
		media = rect{0, 0, 595, 842}
	}
	box := media
	if crop := boxOf(lf.crop); crop.area() >= 1 {
		if b := crop.cut(media); b.area() >= 1 && b[0] < b[2] && b[1] < b[3] {
			box = b
		}
	}
	c.place(box, ((int(lf.rotate.Int64())%360+360)%360)/90)
}

// place sets the frame of a page whose visible box is shown after turns of 90 degrees
// to the right.
func (c *canvas) place(box rect, turns int) {
	w, h := box[2]-box[0], box[3]-box[1]
	m := matrix{1, 0, 0, -1, -box[0], box[3]}
	switch turns {
	case 1:
		m = matrix{0, 1, 1, 0, -box[1], -box[0]}
	case 2:
		m = matrix{-1, 0, 0, 1, box[2], -box[1]}
	case 3:
		m = matrix{0, -1, -1, 0, box[3], box[2]}
	}
	if turns%2 == 1 {
		w, h = h, w
	}
	c.frame = rect{0, 0, w, h}
	c.g = graphics{ctm: m, alpha: 1, hscale: 1, fillCS: colourSpace{components: 1}}
	// A little room around the page: letters at the edge are still seen.
	c.g.clip = rect{-1, -1, w + 1, h + 1}
}

func boxOf(v pdf.Value) rect {
	if v.Len() < 4 {
		return rect{}
	}
	a, b, x, y := v.Index(0).Float64(), v.Index(1).Float64(), v.Index(2).Float64(), v.Index(3).Float64()
	return rect{min(a, x), min(b, y), max(a, x), max(b, y)}
}

// hiddenLayers lists the layers that the file's own default view switches off.
func (f *pdfFile) hiddenLayers() (off map[string]bool) {
	defer func() { _ = recover() }()
	off = map[string]bool{}
	props := f.Trailer().Key("Root").Key("OCProperties")
	d := props.Key("D")
	if d.Key("BaseState").Name() == "OFF" {
		all := props.Key("OCGs")
		for i := range min(all.Len(), 1000) {
			off[all.Index(i).String()] = true
		}
		on := d.Key("ON")
		for i := range min(on.Len(), 1000) {
			delete(off, on.Index(i).String())
		}
	}
	list := d.Key("OFF")
	for i := range min(list.Len(), 1000) {
		off[list.Index(i).String()] = true
	}
	return off
}

func utf16Long(b []byte, little bool) string {
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		hi, lo := b[i], b[i+1]
		if little {
			hi, lo = lo, hi
		}
		u = append(u, uint16(hi)<<8|uint16(lo))
	}
	return toValid(string(utf16.Decode(u)))
}

// pdfDoc reads PDFDocEncoding: Latin-1 but for a few signs below the letters.
func pdfDoc(b []byte) string {
	const low = "˘ˇˆ˙˝˛˚˜"
	const mid = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž"
	signs, small := []rune(mid), []rune(low)
	out := make([]rune, 0, len(b))
	for _, c := range b {
		switch {
		case c >= 0x18 && c < 0x20:
			out = append(out, small[c-0x18])
		case c >= 0x80 && int(c-0x80) < len(signs):
			out = append(out, signs[c-0x80])
		case c == 0xA0:
			out = append(out, '€')
		default:
			out = append(out, charmap.ISO8859_1.DecodeByte(c))
		}
	}
	return toValid(string(out))
}
