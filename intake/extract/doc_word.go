package extract

import (
	"encoding/binary"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Places in the head of a Word 97 to 2003 file.
const (
	fibMagic     = 0xA5EC
	fibFlags     = 0x0A
	fibLengths   = 0x4C
	fibCHPX      = 0xFA
	fibPieces    = 0x1A2
	fibEncrypted = 0x0100
	fibTable1    = 0x0200
	fibWord97    = 0xC1
)

// maxPieces bounds the pieces a text is put together from.
const maxPieces = 100_000

// readDOC reads the text of a Word 97 to 2003 document: body, notes, headers and text
// boxes, hidden and deleted runs left out. Older ones are LibreOffice's, as is
// whatever this reader finds no text in.
func readDOC(data []byte) Result {
	o, err := openOLE(data)
	if err != nil {
		return Result{Problem: ProblemLibreOffice}
	}
	main := o.stream("WordDocument")
	le := binary.LittleEndian
	if len(main) < fibPieces+8 || le.Uint16(main) != fibMagic {
		return Result{Problem: ProblemLibreOffice}
	}
	flags := le.Uint16(main[fibFlags:])
	if flags&fibEncrypted != 0 {
		return Result{Problem: ProblemPassword}
	}
	if le.Uint16(main[2:]) < fibWord97 {
		return Result{Problem: ProblemLibreOffice}
	}
	table := o.stream("0Table")
	if flags&fibTable1 != 0 {
		table = o.stream("1Table")
	}
	d := &wordFile{main: main, hidden: hiddenRuns(main, slice(table, le.Uint32(main[fibCHPX:]), le.Uint32(main[fibCHPX+4:])))}
	d.pieces(slice(table, le.Uint32(main[fibPieces:]), le.Uint32(main[fibPieces+4:])))
	if len(d.text) == 0 {
		return Result{Problem: ProblemLibreOffice}
	}
	// The parts of the text follow each other: body, footnotes, headers, macros,
	// remarks, endnotes, text boxes of the body and of the headers.
	var length [8]int
	all := 0
	for i := range length {
		length[i] = int(int32(le.Uint32(main[fibLengths+4*i:])))
		if length[i] < 0 || length[i] > len(d.text) {
			length[i] = 0
		}
		all += length[i]
	}
	var part [8][]wordChar
	at := 0
	for i, n := range length {
		part[i] = d.text[min(at, len(d.text)):min(at+n, len(d.text))]
		at += n
	}
	s := newSheet()
	const body, footnotes, headers, endnotes, boxes, headerBoxes = 0, 1, 2, 5, 6, 7
	seen := map[string]bool{}
	for _, i := range []int{headers, headerBoxes, body, boxes, footnotes, endnotes} {
		p := newSheet()
		writeWord(p, part[i])
		page := p.page("doc")
		s.hidden = append(s.hidden, page.Hidden...)
		if t := page.Text; strings.TrimSpace(t) != "" && !seen[t] && !onlyNumber(t) {
			seen[t] = true
			s.write("\n"+t+"\n", true)
		}
	}
	page := s.page("doc")
	if all > len(d.text)+1 {
		// Pieces are missing.
		page.Problem = ProblemDamaged
	}
	return onePage(page)
}

// slice is n bytes of b at a place; nil when they are not all there.
func slice(b []byte, at, n uint32) []byte {
	if uint64(at)+uint64(n) > uint64(len(b)) {
		return nil
	}
	return b[at : at+n]
}

// wordFile is a Word document on its way to text.
type wordFile struct {
	main   []byte
	hidden []hiddenRun
	text   []wordChar
}

// wordChar is a UTF-16 unit or a control character, and whether a reader sees it.
type wordChar struct {
	r      rune
	unseen runKind
}

type runKind uint8

const (
	runSeen runKind = iota
	runHidden
	runDeleted
)

// hiddenRun is a span of bytes of the main stream that is hidden or deleted.
type hiddenRun struct {
	from, to uint32
	kind     runKind
}

// pieces puts the text together from its pieces, by the table of them.
func (d *wordFile) pieces(clx []byte) {
	le := binary.LittleEndian
	for len(clx) > 3 && clx[0] == 1 {
		n := 3 + int(le.Uint16(clx[1:]))
		if n > len(clx) {
			return
		}
		clx = clx[n:]
	}
	if len(clx) < 5 || clx[0] != 2 {
		return
	}
	plc := clx[5:]
	n := (len(plc) - 4) / 12
	if n <= 0 || n > maxPieces {
		return
	}
	for i := range n {
		from, to := le.Uint32(plc[4*i:]), le.Uint32(plc[4*i+4:])
		place := le.Uint32(plc[4*(n+1)+8*i+2:])
		if to <= from || len(d.text)+int(to-from) > 8<<20 {
			continue
		}
		count := to - from
		if place&0x40000000 != 0 {
			at := (place &^ 0x40000000) / 2
			for j, c := range slice(d.main, at, count) {
				d.text = append(d.text, wordChar{rune(c), d.kind(at + uint32(j))})
				if c >= 0x80 {
					d.text[len(d.text)-1].r = charmap.Windows1252.DecodeByte(c)
				}
			}
			continue
		}
		b := slice(d.main, place, 2*count)
		for j := 0; j+1 < len(b); j += 2 {
			d.text = append(d.text, wordChar{rune(le.Uint16(b[j:])), d.kind(place + uint32(j))})
		}
	}
}

func (d *wordFile) kind(at uint32) runKind {
	for _, h := range d.hidden {
		if at >= h.from && at < h.to {
			return h.kind
		}
	}
	return runSeen
}

// maxHiddenRuns bounds the runs kept; no honest CV hides more.
const maxHiddenRuns = 500

// hiddenRuns finds the runs whose properties hide them or mark them as deleted, by the
// table of the pages of properties.
func hiddenRuns(main, plc []byte) (out []hiddenRun) {
	le := binary.LittleEndian
	n := (len(plc) - 4) / 8
	for i := 0; i < n && len(out) < maxHiddenRuns; i++ {
		page := slice(main, (le.Uint32(plc[4*(n+1)+4*i:])&0x3FFFFF)*512, 512)
		if page == nil {
			continue
		}
		runs := int(page[511])
		if 4*(runs+1)+runs > 511 {
			continue
		}
		for j := range runs {
			at := 2 * int(page[4*(runs+1)+j])
			if at == 0 || at >= 511 {
				continue
			}
			end := min(at+1+int(page[at]), 511)
			if kind := hiddenBy(page[at+1 : end]); kind != runSeen {
				out = append(out, hiddenRun{le.Uint32(page[4*j:]), le.Uint32(page[4*j+4:]), kind})
			}
		}
	}
	return out
}

// hiddenBy reads properties of a run: codes, each with an operand whose size its upper
// bits tell.
func hiddenBy(p []byte) (kind runKind) {
	for len(p) >= 3 {
		code := binary.LittleEndian.Uint16(p)
		size := [8]int{1, 1, 2, 4, 2, 2, 0, 3}[code>>13]
		if code>>13 == 6 {
			size = 1 + int(p[2])
		}
		switch {
		case code == 0x083C && p[2] == 1 && kind == runSeen:
			kind = runHidden
		case code == 0x0800 && p[2] == 1:
			kind = runDeleted
		}
		if 2+size > len(p) {
			break
		}
		p = p[2+size:]
	}
	return kind
}

// writeWord writes characters into a sheet: paragraphs, cells, results of fields.
func writeWord(s *sheet, text []wordChar) {
	var fields []bool // of the fields around: whether their result is being read
	inRow := false
	var high rune
	for i, c := range text {
		code := false
		for _, result := range fields {
			code = code || !result
		}
		switch c.r {
		case 0x13:
			fields = append(fields, false)
			continue
		case 0x14:
			if n := len(fields); n > 0 {
				fields[n-1] = true
			}
			continue
		case 0x15:
			if n := len(fields); n > 0 {
				fields = fields[:n-1]
			}
			continue
		}
		if code || c.unseen == runDeleted {
			continue
		}
		visible := c.unseen == runSeen
		switch r := c.r; {
		case r == 0x07:
			if inRow && i > 0 && text[i-1].r == 0x07 {
				s.pop()
				inRow = false
				s.row()
				continue
			}
			if !inRow {
				// What stands since the last end of a line is the first cell.
				s.beginRow()
				inRow = true
			}
			s.cell(s.pop())
			s.push()
		case r == 0x0D, r == 0x0C:
			s.endParagraph()
		case r == 0x0B:
			s.newline()
		case r == 0x1E:
			s.write("-", visible)
		case r == '\t':
			s.write("\t", visible)
		case r >= 0xD800 && r < 0xDC00:
			high = r
		case r >= 0xDC00 && r < 0xE000:
			if high != 0 {
				s.write(string((high-0xD800)<<10|(r-0xDC00)+0x10000), visible)
			}
			high = 0
		case r < 0x20 || r == 0x1F || r == 0xAD:
		default:
			s.write(spell(string(r)), visible)
		}
	}
	if inRow {
		t := s.pop()
		s.cell(t)
		s.row()
	}
}
